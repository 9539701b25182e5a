/* SPDX-License-Identifier: GPL-3.0-or-later */
/* accord - allocations of benefit and risk that every side of a deal can defend.
 *
 * The whole public interface of libaccord. How to read it:
 *
 *   Arguments   context first, then what is written, then what is read; a length follows its array.
 *   Parties     are numbered 0..n-1; a coalition is a bitmask with bit i for party i.
 *   Memory      everything returned belongs to the context and lives until accord_context_free or
 *               an accord_reset to a mark taken before; nothing is freed one by one.
 *   Numbers     results are exact rationals (GMP) with the nearest doubles beside them.
 *   Status      every function that can fail returns one; accord_message says why in a sentence.
 *               Where it is not ACCORD_OK, a result asked for through a pointer is NULL.
 *               Infeasible, undefined and an empty core are results, not errors.
 *   Threads     one context per thread.
 *   Libraries   GMP is made to report a failed allocation instead of ending the program (its memory stays
 *               malloc's); GLPK's error hook and terminal output are ours, and after a GLPK failure the
 *               thread's GLPK environment is freed: do not keep glp_prob objects across calls. OpenBLAS is set
 *               to one thread where criteria are compared in pairs.
 */
#ifndef ACCORD_H
#define ACCORD_H

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

#define ACCORD_VERSION "0.1.0"

/* ------------------------------------------------------------------ status */

#define ACCORD_STATUS_LIST(X)                                                                                          \
  X(ACCORD_OK, "ok")                                                                                                   \
  X(ACCORD_UNDEFINED, "undefined")      /* the rule has no answer for this game; the split says why */                 \
  X(ACCORD_RANGE, "range")              /* values are unknown: the split has ranges in place of shares */              \
  X(ACCORD_INFEASIBLE, "infeasible")    /* no split meets every condition */                                           \
  X(ACCORD_UNCERTIFIED, "uncertified")  /* an answer whose proof could not be completed */                             \
  X(ACCORD_LIMIT, "limit")              /* time, memory limit or number of parties reached */                          \
  X(ACCORD_INVALID, "invalid argument") /* the caller's mistake */                                                     \
  X(ACCORD_INTERRUPTED, "interrupted")                                                                                 \
  X(ACCORD_NO_MEMORY, "out of memory")                                                                                 \
  X(ACCORD_FAILED, "internal failure")

typedef enum accord_status {
#define X(name, text) name,
  ACCORD_STATUS_LIST(X)
#undef X
} accord_status;

/* The status in words ("ok", "undefined", ...); never NULL. */
const char *accord_status_text(accord_status status);

/* ----------------------------------------------------------------- context */

typedef struct accord_context accord_context;

typedef struct accord_settings {
  double tolerance;    /* relative to the largest |v(S)|, in [0, 1); used where answers are not asked to be exact */
  double time_limit;   /* seconds from accord_start_clock, 0 = none */
  size_t memory_limit; /* bytes the context may hold in all; a 2^n table is refused before it is taken */
  int threads;         /* 0 = all cores; answers are the same for any number */
  uint64_t seed;
  void (*progress)(void *argument); /* called a few times a second while work lasts; NULL: nobody asks */
  void *progress_argument;
} accord_settings;

/* A context with default settings. Returns ACCORD_NO_MEMORY where there is none. */
accord_status accord_context_new(accord_context **context);
void accord_context_free(accord_context *context);
accord_settings *accord_context_settings(accord_context *context);

/* Why the last call on this context did not return ACCORD_OK, as a sentence; "" if it did. */
const char *accord_message(const accord_context *context);

/* Starts the clock that settings->time_limit is measured on, and forgets an earlier interruption. */
void accord_start_clock(accord_context *context);

/* Asks running work to stop soon with ACCORD_INTERRUPTED; may be called from a signal handler. */
void accord_interrupt(accord_context *context);

/* Everything allocated in the context after a mark is freed by resetting to it. */
typedef struct accord_mark {
  uint64_t serial;
} accord_mark;
accord_mark accord_get_mark(const accord_context *context);
void accord_reset(accord_context *context, accord_mark mark);

/* ----------------------------------------------------------------- problem */

typedef uint64_t accord_coalition;

typedef enum accord_goal { ACCORD_BENEFIT, ACCORD_COST } accord_goal;

typedef struct accord_game accord_game;

/* Several parties claim an estate that does not reach: 0 <= estate <= sum of claims. */
typedef struct accord_claims {
  int n;
  mpq_t estate;
  mpq_t *claim;  /* size n, each >= 0 */
  mpq_t claimed; /* their sum */
} accord_claims;

/* A vote on a prize. A coalition reaches a majority where its weights sum to the quota or more; it wins where it
 * reaches every one of them, or, where none is stated, where one of the winning coalitions is inside it. */
typedef struct accord_majority {
  mpq_t quota;   /* > 0, and at most the sum of the weights */
  mpq_t *weight; /* size n, each >= 0 */
} accord_majority;

/* A coalition of any number of parties. */
typedef struct accord_group {
  int count;
  int *member; /* size count, rising */
} accord_group;

typedef struct accord_voting {
  int n;
  mpq_t prize; /* > 0: what winning is worth */
  int majority_count;
  accord_majority *majorities;
  int winning_count;
  accord_group *winning; /* none inside another; where there are no majorities */
  double ways;           /* how many ways of having voted so far can matter to the others, at most */
} accord_voting;

/* Resources that are pooled and made into products: v(S) is the largest profit of a plan
 *   max sum profit_j y_j - sum price_r z_r,  sum need_jr y_j - z_r <= b_r(S),  0 <= y_j <= limit_j,  0 <= z_r,
 * z_r what is bought of a resource that has a price. Nothing can be earned from nothing: v of nobody is 0. */
typedef struct accord_product {
  const char *name;
  mpq_t profit;
  mpq_t *need; /* size resource_count, each >= 0 */
  bool has_limit;
  mpq_t limit; /* >= 0: of what a coalition makes, each by itself */
} accord_product;

typedef struct accord_production {
  int n, resource_count, product_count;
  const char *const *resource; /* names, in the order of their bytes */
  const mpq_t *amount;         /* size n * resource_count, each >= 0: entry i * resource_count + r */
  const accord_product *product;
  const bool *has_price; /* size resource_count: whether it can be bought */
  const mpq_t *price;    /* size resource_count, each >= 0 */
  const mpq_t *alone;    /* size n: v(i) */
} accord_production;

/* Two sides whose members are matched in pairs: v(S) is the best matching inside S. A pair that is worth less than
 * nothing stays apart. */
typedef struct accord_assignment {
  int n, left_count, right_count;
  const int *left, *right; /* the parties of each side; every party is on one */
  const mpq_t *value;      /* size left_count * right_count: entry l * right_count + r */
} accord_assignment;

/* A facility for users with different needs: a coalition costs as much as its largest need. A party may stand for many
 * users with the same need; then shapley and nucleolus are those of the game among the users, and a party's share is its
 * users' together. */
#define ACCORD_MOST_MOVEMENTS INT64_C(1000000000000)
typedef struct accord_airport {
  int n;
  mpq_t *need;        /* size n, each >= 0 */
  int64_t *movements; /* size n, each from 1 to ACCORD_MOST_MOVEMENTS: a party's users; NULL: one each */
} accord_airport;

/* A network that leads to a source: a coalition costs the edges on its members' ways there. */
typedef struct accord_tree {
  int n, node_count;
  const int *parent; /* size node_count: node 0 is the source, with parent -1 */
  mpq_t *cost;       /* size node_count, each >= 0: of the edge to the parent; 0 for the source */
  const int *at;     /* size n: the node of each party */
} accord_tree;

/* Connections that can be built: a coalition costs the cheapest tree that joins its members' own nodes, and no others, to
 * the source, node 0. Parties at one node are joined to each other at no cost. */
typedef struct accord_edge {
  int first, second;
  mpq_t cost; /* >= 0 */
} accord_edge;

typedef struct accord_network {
  int n, node_count, edge_count;
  const accord_edge *edges; /* size edge_count; every node at which somebody is has one to the source */
  const int *at;            /* size n: the node of each party */
} accord_network;

/* Comparisons in pairs of m things: entry i * m + j says how many times i counts as much as j. Every entry is
 * above 0, j over i is 1 / (i over j), and 1 stands on the diagonal. */

/* What the parties are measured by: scores, or comparisons of the parties in pairs. */
typedef struct accord_criterion {
  const char *name;
  const mpq_t *scores;   /* size n, each >= 0 and not all 0; NULL where there are comparisons */
  const mpq_t *pairwise; /* size n * n, or NULL */
} accord_criterion;

/* Several of them, with weights, or comparisons of the criteria in pairs that weights are taken from. */
typedef struct accord_criteria {
  int count;
  const accord_criterion *criterion; /* size count */
  const mpq_t *weights;              /* size count, each >= 0 and not all 0; NULL where there are comparisons */
  const mpq_t *pairwise;             /* size count * count, or NULL; without both, weights come from entropy */
} accord_criteria;

/* What a sheet may lay over a game for the rules that ask for it; NULL where it does not. */
typedef struct accord_overlays {
  int union_count;
  const int *union_of;           /* size n: a-priori unions, 0..union_count-1; parties in none stand alone */
  const accord_coalition *links; /* size n: the parties each one is linked to */
  const mpq_t *weights;          /* size n, each > 0 */
  const accord_criteria *criteria;
} accord_overlays;

/* One row of a clause, over the shares as stated (a cost is positive):
 * coefficient . x >= bound, or coefficient . x <= bound. A clause may need several: both its ends, each
 * step of an order, the sign of a ratio. */
typedef struct accord_term_row {
  int term; /* the clause it belongs to, 0..term_count-1 */
  bool at_most;
  mpq_t *coefficient; /* size n */
  mpq_t bound;
  const mpq_t *fraction; /* of the total that the bound is; NULL: it is an amount, whatever the total */
} accord_term_row;

/* The clauses of the contract. A soft one is told of where it is broken, but binds nothing. */
typedef struct accord_terms {
  int term_count, row_count;
  bool *soft;            /* size term_count */
  accord_term_row *rows; /* size row_count, those of one clause together, clauses in order */
  bool
      to_the_letter; /* bounds are met without the tolerance of inexact inputs: set by the solver, which tries that first */
} accord_terms;

/* What it costs parties to work together: for a coalition of two or more
 * t(S) = per_member |S| + per_link l(S) + extra(S), l(S) the links inside S, or |S| (|S| - 1) / 2 without links. */
typedef struct accord_transaction_costs {
  mpq_t per_member, per_link; /* at least 0 */
  int count;
  const accord_coalition *coalitions; /* size count: those with an extra cost */
  const mpq_t *extra;                 /* size count, each at least 0 */
} accord_transaction_costs;

/* What is made of a loss L that depends on chance; accord_measure's own parameter is t or T. */
typedef enum accord_measure {
  ACCORD_EXPECTED_SHORTFALL, /* the mean of the worst t of outcomes, of the one on the boundary what fills t; 0 < t <= 1 */
  ACCORD_VALUE_AT_RISK,      /* the least x with P(L > x) <= t (t = 1: the least outcome); 0 < t <= 1 */
  ACCORD_STANDARD_DEVIATION, /* E[(L - EL)^2]^(1/2) */
  ACCORD_SEMIDEVIATION,      /* E[((L - EL)+)^2]^(1/2) */
  ACCORD_ENTROPIC,           /* T ln E exp(L / T), T > 0 */
  ACCORD_EXPECTATION         /* EL */
} accord_measure;

/* What each party loses in scenarios, and the measure: c(S) is the risk of what S loses together. */
typedef struct accord_risk accord_risk;

/* Values that are not known, and what is assumed to bound them. */
typedef enum accord_assumption {
  ACCORD_SUPERADDITIVE = 1, /* joining never pays less (of a cost: never costs more) than staying apart */
  ACCORD_MONOTONE = 2       /* a larger group is never worth (of a cost: never costs) less */
} accord_assumption;

/* A number that need not be there. */
typedef struct accord_limit {
  bool given;
  mpq_t at;
} accord_limit;

/* What is stated of a coalition's value: both limits the same where it is known, none where nothing is. */
typedef struct accord_stated_value {
  accord_limit low, high;
} accord_stated_value;

/* A game in which some values are not known, bounded by what is stated. */
typedef struct accord_unknowns {
  int assumptions;                    /* accord_assumption bits */
  int count;                          /* coalitions whose value is not stated exactly */
  const accord_coalition *coalitions; /* size count, rising */
  struct accord_open_game *open;      /* the bounds of every coalition */
} accord_unknowns;

/* What cannot hold together: whole is stated to be worth at most less than its parts are stated to be worth. */
typedef struct accord_contradiction {
  accord_coalition whole;
  int count;
  const accord_coalition *parts; /* size count, disjoint, inside whole */
  mpq_t most, least;             /* of whole, as stated; what the parts come to (of a cost: the reverse) */
} accord_contradiction;

/* What a rule is asked about: a game in a table, what a model states of it (claims, a vote), or both. */
typedef struct accord_problem {
  int n;
  accord_goal goal;
  bool exact;                    /* answers are exact rationals; false: inputs were doubles */
  mpq_t total;                   /* v(N), as stated */
  accord_game *game;             /* NULL where a 2^n table is out of reach */
  const char *no_game;           /* why game is NULL, and what works instead */
  bool game_later;               /* game is NULL only until accord_make_game makes it */
  accord_claims *claims;         /* NULL unless it is a claims problem */
  accord_voting *voting;         /* NULL unless it is a vote */
  accord_production *production; /* NULL unless resources are pooled */
  accord_assignment *assignment; /* NULL unless two sides are matched */
  accord_risk *risk;             /* NULL unless losses in scenarios are given */
  accord_unknowns *unknowns;     /* NULL unless values are unknown; game is NULL then */
  accord_airport *airport;       /* NULL unless an airport is shared */
  accord_tree *tree;             /* NULL unless a tree is */
  accord_network *network;       /* NULL unless connections to a source are built */
  bool criteria_only;            /* only criteria (overlays.criteria) are given: no coalition has a value */
  accord_overlays overlays;
  accord_terms *terms;                       /* NULL where there are none */
  const struct accord_problem *frictionless; /* the same before transaction costs, NULL where there are none */
} accord_problem;

/* A game of n parties from values[S] for S = 0..2^n-1, values[0] = 0, as doubles.
 * exact: take each double as the rational it is; otherwise decisions use the tolerance. */
accord_status accord_problem_from_doubles(accord_context *context, accord_problem **problem, accord_goal goal,
                                          bool exact, const double *values, int n);

/* The same from text: values[S] are decimals or fractions ("10", "0.1", "7/2", "1e-9"), exact. */
accord_status accord_problem_from_text(accord_context *context, accord_problem **problem, accord_goal goal,
                                       const char *const *values, int n);

/* The problem after transaction costs: v'(S) = max(v(S) - t(S), sum of v(i) in S) for two or more parties, of a cost
 * c'(S) = min(c(S) + t(S), sum of c(i) in S): nobody works together at a loss. problem->frictionless is the
 * problem given, whose overlays and terms it shares. Needs a game. Cost 2^n. */
accord_status accord_apply_transaction_costs(accord_context *context, accord_problem **after,
                                             const accord_problem *problem, const accord_transaction_costs *costs);

/* A claims problem from text; its game v(S) = max(0, estate - claims outside S) comes with it. */
accord_status accord_problem_from_claims(accord_context *context, accord_problem **problem, const char *estate,
                                         const char *const *claims, int n);

/* A vote by majorities from text: quotas (size majorities), weights[m * n + i] party i's in majority m; prize NULL: 1.
 * Its game v(S) = prize if S wins, else 0, comes with it where the parties are few. */
accord_status accord_problem_from_votes(accord_context *context, accord_problem **problem, const char *prize,
                                        const char *const *quotas, int majorities, const char *const *weights, int n);

/* A production problem; production must outlive it, and only its alone is written. Its game comes with it where the parties are
 * few. ACCORD_INVALID where an amount, a need, a price or a limit is negative, the names are out of order, or a product
 * earns from nothing. */
accord_status accord_problem_from_production(accord_context *context, accord_problem **problem,
                                             accord_production *production);

/* The game of a problem that was made without one (game_later), for what cannot be done without. Where a limit ends that
 * the status is ACCORD_LIMIT, no_game says which, and what needs no table can still be asked. Cost: 2^n programs. */
accord_status accord_make_game(accord_context *context, accord_problem *problem);

/* An assignment problem from text: value[l * right_count + r] is what left[l] and right[r] are worth together, NULL: nothing.
 * Its game comes with it where the parties are few. */
accord_status accord_problem_from_pairs(accord_context *context, accord_problem **problem, const int *left,
                                        int left_count, const int *right, int right_count, const char *const *value);

/* Shared risk from text: losses[k * n + i] is party i's in scenario k, which has the chance chances[k] (NULL: all
 * alike); chances sum to 1. parameter: the tail t or the tolerance T; NULL for measures without one. Its cost game
 * comes with it where parties and scenarios are not too many. Answers are exact where the measure is rational. */
accord_status accord_problem_from_scenarios(accord_context *context, accord_problem **problem, accord_measure measure,
                                            const char *parameter, const char *const *chances,
                                            const char *const *losses, size_t scenarios, int n);

/* The same from doubles, equally likely; exact: take each as the rational it is. */
accord_status accord_problem_from_losses(accord_context *context, accord_problem **problem, accord_measure measure,
                                         const char *parameter, bool exact, const double *losses, size_t scenarios,
                                         int n);

/* A game of which stated[S], S = 1..2^n-1, is known; that of everybody must be given exactly. Every value is bounded by
 * what superadditivity says (the best partition into stated coalitions from below, what is left of a larger one from
 * above) and monotonicity, where assumed. Where what is stated contradicts itself *problem is NULL, the status ACCORD_OK
 * and *contradiction says why. Cost 3^n at most. */
accord_status accord_problem_with_unknowns(accord_context *context, accord_problem **problem,
                                           accord_contradiction **contradiction, accord_goal goal, int assumptions,
                                           const accord_stated_value *stated, int n);

/* The limits of a coalition's value over all completions, as stated. */
void accord_find_limits(accord_limit *low, accord_limit *high, const accord_unknowns *unknowns,
                        accord_coalition coalition);

/* The cost of a facility that the largest need decides; needs are decimals or fractions of at least 0, movements NULL or
 * size n. Its game, of the parties, comes with it where they are few. */
accord_status accord_problem_from_needs(accord_context *context, accord_problem **problem, const char *const *needs,
                                        const int64_t *movements, int n);

/* The cost of a network that leads to node 0. parent and costs: size nodes, of the edge upward, those of node 0 are not
 * read; at: size n, the node of each party. */
accord_status accord_problem_from_tree(accord_context *context, accord_problem **problem, const int *parent,
                                       const char *const *costs, int nodes, const int *at, int n);

/* The cost of connections to node 0: edge e joins between[e][0] and between[e][1] at costs[e]; at: size n, the node of
 * each party. ACCORD_INVALID where a party alone cannot be connected. Its game comes with it where the parties are few. */
accord_status accord_problem_from_network(accord_context *context, accord_problem **problem, const int (*between)[2],
                                          const char *const *costs, int edges, int nodes, const int *at, int n);

/* --------------------------------------------------------- generated games */

/* A family of generated games, for sweeps over rules. */
typedef struct accord_family {
  const char *name, *title, *reference;
  int least_n, most_n;
  accord_goal goal;
  void (*fill)(int64_t *value, int n, uint64_t seed); /* value: size 2^n, zeros; NULL where a model states it */
  accord_status (*state)(accord_context *context, accord_problem **problem, int n, uint64_t seed);
} accord_family;

/* The table of families; accord_family_count entries. */
extern const accord_family accord_families[];
extern const int accord_family_count;

/* The family of that name, or NULL. */
const accord_family *accord_find_family(const char *name);

/* The game of n parties that the family draws from a seed: the same on every machine. ACCORD_INVALID where the family
 * has none of this size. Cost 2^n, of superadditive and subadditive games 3^n. */
accord_status accord_draw_game(accord_context *context, accord_problem **problem, const accord_family *family, int n,
                               uint64_t seed);

/* ------------------------------------------------------------------- rules */

/* What a rule promises; the law tests try every promise of every rule. */
#define ACCORD_PROMISE_LIST(X)                                                                                         \
  X(ACCORD_EFFICIENT, 0, "shares sum to the total")                                                                    \
  X(ACCORD_SYMMETRIC, 1, "interchangeable parties get the same")                                                       \
  X(ACCORD_NULL_PARTY, 2, "a party that adds nothing to any coalition gets nothing")                                   \
  X(ACCORD_DUMMY_PARTY, 3, "a party that adds just its own value to every coalition gets it")                          \
  X(ACCORD_ADDITIVE, 4, "the split of a sum of games is the sum of the splits")                                        \
  X(ACCORD_SCALE_COVARIANT, 5, "another currency changes nothing but the unit")                                        \
  X(ACCORD_SHIFT_COVARIANT, 6, "what a party earns on its own besides is its own")                                     \
  X(ACCORD_INDIVIDUAL, 7, "nobody gets less than alone, where that is possible")                                       \
  X(ACCORD_IN_CORE, 8, "no coalition can object, wherever that is possible")                                           \
  X(ACCORD_IN_CORE_IF_CONVEX, 9, "no coalition can object in a convex game")                                           \
  X(ACCORD_CLAIM_BOUNDED, 10, "nobody gets less than nothing or more than the claim")                                  \
  X(ACCORD_ORDER_PRESERVING, 11, "a larger claim gets no less, and loses no less")                                     \
  X(ACCORD_SELF_DUAL, 12, "awards and losses are shared alike")                                                        \
  X(ACCORD_ESTATE_MONOTONE, 13, "a larger estate hurts nobody")                                                        \
  X(ACCORD_COMPONENT_EFFICIENT, 14, "every union or linked group shares just its own value")

typedef enum accord_promise {
#define X(name, bit, text) name = 1 << bit,
  ACCORD_PROMISE_LIST(X)
#undef X
} accord_promise;

/* What a rule works on: games, or what a model states of one. X(domain, bit, the member of accord_problem that is
 * there, what a rule for these alone does and why it has no answer elsewhere). */
#define ACCORD_DOMAIN_LIST(X)                                                                                          \
  X(ACCORD_ON_CLAIMS, 1, claims, "shares an estate among claims, and this is not a claims problem")                    \
  X(ACCORD_ON_VOTING, 2, voting, "measures power in a vote, and this is not a vote")                                   \
  X(ACCORD_ON_PRODUCTION, 3, production,                                                                               \
    "shares at the prices of a best plan of production or a best matching, and there is neither")                      \
  X(ACCORD_ON_RISK, 4, risk, "shares what losses in scenarios put at risk, and there are none here")                   \
  X(ACCORD_ON_ASSIGNMENT, 5, assignment,                                                                               \
    "shares at the prices of a best plan of production or a best matching, and there is neither")                      \
  X(ACCORD_ON_AIRPORT, 6, airport, "shares the cost of an airport, and this is none")                                  \
  X(ACCORD_ON_TREE, 7, tree, "shares the cost of a tree, and this is none")                                            \
  X(ACCORD_ON_SPANNING_TREE, 8, network, "shares the cost of connections to a source, and there are none here")        \
  X(ACCORD_ON_CRITERIA_ONLY, 9, criteria_only, "shares by criteria alone")

typedef enum accord_domain {
  ACCORD_ON_GAMES = 1,
#define X(name, bit, member, text) name = 1 << bit,
  ACCORD_DOMAIN_LIST(X)
#undef X
} accord_domain;

/* One level of the Kohlberg certificate: the collection {coalitions} with its positive weights
 * balances over the settled ones: sum w 1_S + sum b e_i = sum t 1_T. */
typedef struct accord_weighted {
  accord_coalition coalition; /* for a bound: the one party's bit; 0 for a clause's row */
  int term_row;               /* the row of the problem's terms, where coalition is 0 */
  mpq_t weight;
  const accord_group *group; /* the coalition where there are more than 64 parties, else NULL */
} accord_weighted;

typedef struct accord_level {
  mpq_t excess; /* in the sense of a gain by walking out, benefit or cost */
  int coalition_count, bound_count, earlier_count;
  accord_weighted *coalitions, *bounds, *earlier;
} accord_level;

typedef struct accord_kohlberg {
  int level_count; /* at most n - 1 */
  accord_level *levels;
} accord_kohlberg;

/* The Kohlberg condition of a cost shared along a tree, at any size. A branch is everybody from a node on. At each level
 * what a settled branch shares falls into single users and branches inside it, and all but any one of these have the
 * level's excess: with weights that are all the same they balance over N and all but the branch itself. */
typedef struct accord_branch_level {
  mpq_t excess; /* in the sense of a gain by walking out, at most 0 */
  int within;   /* the branch, or ACCORD_NO_BRANCH: everybody */
  int party_count, branch_count;
  int *parties;  /* size party_count: each of whose users is a part by itself */
  int *branches; /* size branch_count: by their nodes; of an airport, by a party that needs least of those in it */
} accord_branch_level;

enum { ACCORD_NO_BRANCH = -1 };

typedef struct accord_branch_proof {
  int level_count;
  accord_branch_level *levels; /* size level_count, excesses never rise */
} accord_branch_proof;

/* The cheapest tree of a network. With every connection at no more than the dearest edge on the tree's way between its ends
 * (Bird's irreducible game) no coalition costs more than it does, and a split in that game's core is in the core. */
typedef struct accord_cheapest_tree {
  int count;
  const accord_edge *edges; /* size count, cheapest first, between nodes as stated */
} accord_cheapest_tree;

/* Conditions that cannot hold together, and why: with every condition read as row . x >= bound in the
 * benefit game (a cost game as v = -c, its shares as -x), sum weight row = 0 while sum weight bound is
 * short_by > 0 (Farkas 1902). No member can be spared: without it the others can hold. */
typedef enum accord_condition {
  ACCORD_SUM_CONDITION,       /* x(N) = total; its weight has any sign, the others' are positive */
  ACCORD_TERM_CONDITION,      /* a row of a hard clause */
  ACCORD_PARTY_CONDITION,     /* x_i >= v(i) */
  ACCORD_COALITION_CONDITION, /* x(S) >= v(S) */
} accord_condition;

typedef struct accord_conflict_member {
  accord_condition kind;
  int term_row;               /* of a clause */
  accord_coalition coalition; /* of a party or a coalition */
  mpq_t weight;
} accord_conflict_member;

/* The least by which one row's bound must give way for all conditions to hold together. */
typedef struct accord_mend {
  int term_row;
  mpq_t change; /* > 0 */
} accord_mend;

typedef struct accord_conflict {
  int count;
  accord_conflict_member *members;
  mpq_t short_by;
  int mend_count;
  accord_mend *mends; /* the rows that can mend it alone, the least change first */
} accord_conflict;

typedef struct accord_detail {
  const char *name; /* e.g. "raw" */
  mpq_t *value;     /* size n */
} accord_detail;

/* What a vote lets its parties do (Coleman 1971), w of the 2^n coalitions winning, party i decisive in d_i of them:
 * all together act with chance w / 2^n; party i prevents d_i / w of the decisions, and initiates
 * d_i / (2^n - w) of those that would fail. */
typedef struct accord_coleman {
  mpq_t act;
  mpq_t *prevent, *initiate; /* size n */
} accord_coleman;

/* What the criteria come to: r_i = sum over criteria k of w_k a_ik / (sum over j of a_jk). Weights, each
 * criterion's parts and the composite sum to 1. Saaty's consistency ratio of comparisons in pairs is 0 where
 * they agree with each other, and 0.1 where they should be looked at again; -1 where there are none. */
typedef struct accord_composite {
  const accord_criteria *criteria;
  bool exact;               /* no comparisons, or all in agreement: every number is what it should be, exactly */
  mpq_t *weight;            /* size count */
  mpq_t *part;              /* size count * n: entry k * n + i is party i's part of criterion k */
  mpq_t *composite;         /* size n: r */
  mpq_t *best, *worst;      /* size n: the largest and least r over all weights: that of one criterion alone */
  int *best_at, *worst_at;  /* size n: that criterion, the first of several */
  bool parts_exact;         /* parts, best and worst are */
  double consistency_ratio; /* of the criteria's comparisons */
  double *party_ratio;      /* size count: of each criterion's comparisons of the parties */
} accord_composite;

/* Shares that are the prices of a linear program's dual: what they may be, and the plan that proves them optimal. */
typedef struct accord_prices {
  mpq_t *least_share, *greatest_share; /* size n, over all optimal prices */
  int pair_count;                      /* a best matching: */
  int *first, *second;                 /* size pair_count: who is matched with whom, left and right */
  const accord_production *production; /* or a best plan: NULL for a matching */
  bool *has_value;                     /* size resource_count: false where nobody has any and none can be bought */
  mpq_t *price;                        /* size resource_count: what one more of each is worth */
  mpq_t *least_price, *greatest_price; /* the same size, over all optimal prices */
  mpq_t *quantity;                     /* size product_count: how much is made */
  mpq_t *bought;                       /* size resource_count */
} accord_prices;

/* The shares by a rule over all completions of unknown values. */
typedef struct accord_range {
  accord_limit *low, *high;          /* size n: every completion's share lies between; not given: nothing is known */
  bool attained;                     /* some completion reaches each of them, so no narrower range is right */
  mpq_t *sampled_low, *sampled_high; /* size n: the extremes over the completions that were tried; NULL for none */
  int samples;
  mpq_t *slope; /* size n * count of unknowns: what one unit more of an unknown value adds to each share (entry
                 * i * count + k), where the rule is linear in the values; else NULL */
} accord_range;

/* An allocation: shares as stated to the parties (a cost share is positive). */
typedef struct accord_split {
  int n;
  accord_status status;
  const char *reason;            /* why the status is not ACCORD_OK, or NULL */
  bool exact;                    /* share is the rule's exact answer */
  mpq_t total;                   /* what the shares sum to: the problem's total, unless the rule shares less */
  mpq_t *share;                  /* size n */
  double *value;                 /* size n, the nearest doubles */
  accord_kohlberg *certificate;  /* nucleolus-type rules, else NULL */
  accord_branch_proof *branches; /* the same without a table, of an airport or a tree; else NULL */
  accord_cheapest_tree *tree;    /* bird and folk, whose shares it proves to be in the core; else NULL */
  accord_conflict *conflict;     /* under terms, where the status is ACCORD_INFEASIBLE */
  accord_detail detail;          /* name NULL where there is none */
  accord_composite *composite;   /* rules that share by criteria, else NULL */
  accord_coleman *coleman;       /* banzhaf of a vote, else NULL */
  accord_prices *prices;         /* shadow-price, else NULL */
  accord_range *range;           /* where the status is ACCORD_RANGE, else NULL */
} accord_split;

typedef struct accord_rule {
  const char *name, *title, *formula, *needs, *reference;
  int domain; /* accord_domain bits */
  int max_n;
  int promises;        /* accord_promise bits, on games */
  int claims_promises; /* accord_promise bits, on claims problems */
  bool rational;       /* the answer is always rational */
  bool by_default;
  accord_status (*solve)(accord_context *context, accord_split *split, const accord_problem *problem);
} accord_rule;

/* The table of rules, in the order in which they are shown; accord_rule_count entries. */
extern const accord_rule accord_rules[];
extern const int accord_rule_count;

/* The rule of that name or alias, or NULL. */
const accord_rule *accord_find_rule(const char *name);

/* What the problem is: accord_domain bits. Every problem but one of criteria alone is a game, in a table or not. */
int accord_problem_domains(const accord_problem *problem);

/* Whether the rule speaks about problems of this kind. */
bool accord_rule_applies(const accord_rule *rule, const accord_problem *problem);

/* Whether it also works at this size: from a table, or from what the model states. */
bool accord_rule_reaches(const accord_rule *rule, const accord_problem *problem);

/* The split by a rule. ACCORD_OK also where the rule is undefined or limited: see (*split)->status. */
accord_status accord_solve(accord_context *context, accord_split **split, const accord_problem *problem,
                           const accord_rule *rule);

/* A fund over the losses of a risk. */
typedef struct accord_fund {
  mpq_t size;                   /* > 0 */
  const accord_rule *premiums;  /* of games or risks: it is paid in by these shares, scaled to its size */
  const accord_rule *shortfall; /* of claims: shares what is there where losses exceed it */
} accord_fund;

/* One scenario: the parties' losses and what is covered of them (below 0: a gain that is used for others' losses);
 * each bears the difference. The fund pays the pooled loss to its size; the rest is missing. */
typedef struct accord_fund_scenario {
  size_t number; /* of those stated, from 1 on */
  mpq_t chance, pooled, paid, missing;
  mpq_t *loss, *covered; /* size n */
} accord_fund_scenario;

typedef struct accord_fund_outcome {
  accord_status status; /* ACCORD_UNDEFINED, ACCORD_LIMIT ... where one of its rules has no answer */
  const char *reason;   /* why, or NULL */
  bool exact;           /* premiums are the rule's exact answer */
  bool means_exact;     /* so are the means below */
  mpq_t *premium;       /* size n: sum to the fund's size */
  mpq_t dry;            /* the chance that more is lost than the fund holds */
  mpq_t mean_paid, mean_missing;
  mpq_t *mean_loss, *mean_covered; /* size n */
  mpq_t *dry_borne; /* size n: what each bears on average where the fund runs dry; 0 where it never does */
  int scenario_count;
  accord_fund_scenario *scenarios; /* the worst ones, by what all lose together */
} accord_fund_outcome;

/* What a fund does; lists up to top scenarios. ACCORD_OK also where a rule has no answer: see (*outcome)->status. */
accord_status accord_find_fund(accord_context *context, accord_fund_outcome **outcome, const accord_problem *problem,
                               const accord_fund *fund, int top);

/* The split by a rule over the splits that meet the hard clauses (problem->terms):
 *   nucleolus (with x_i >= v(i)) and prenucleolus minimise the excesses lexicographically, certified;
 *   egalitarian-core keeps to the core as well; nash maximises sum w_i ln(x_i - v(i));
 *   any other rule: the split whose deviations |x_i - share_i| from the rule's own, sorted downward, are
 *   lexicographically smallest, sharing the same total.
 * (*split)->status is ACCORD_INFEASIBLE, with the conflict, where no split meets them all. */
accord_status accord_solve_under_terms(accord_context *context, accord_split **split, const accord_problem *problem,
                                       const accord_rule *rule);

/* Which conditions are asked for beside the hard clauses and the sum. */
typedef enum accord_conditions {
  ACCORD_TERMS_AND_SUM = 0,
  ACCORD_WITH_PARTIES = 1,   /* x_i >= v(i) */
  ACCORD_WITH_COALITIONS = 2 /* x(S) >= v(S) for every proper S */
} accord_conditions;

/* *conflict is NULL where a split exists that meets them all. */
accord_status accord_find_conflict(accord_context *context, accord_conflict **conflict, const accord_problem *problem,
                                   accord_conditions conditions);

/* ---------------------------------------------------------- facts of a game */

#define ACCORD_FACT_LIST(X)                                                                                            \
  X(ACCORD_FACT_MONOTONE, 0, "monotone")                                                                               \
  X(ACCORD_FACT_SUPERADDITIVE, 1, "superadditive")                                                                     \
  X(ACCORD_FACT_CONVEX, 2, "convex")                                                                                   \
  X(ACCORD_FACT_CORE, 3, "core")                                                                                       \
  X(ACCORD_FACT_RANGES, 4, "ranges")                                                                                   \
  X(ACCORD_FACT_LEAST_CORE, 5, "least-core")                                                                           \
  X(ACCORD_FACT_COST_OF_STABILITY, 6, "cost-of-stability")                                                             \
  X(ACCORD_FACT_INTERACTIONS, 7, "interactions")                                                                       \
  X(ACCORD_FACT_PROOFS, 8, "proofs")

typedef enum accord_fact {
#define X(name, bit, text) name = 1 << bit,
  ACCORD_FACT_LIST(X)
#undef X
} accord_fact;

#define ACCORD_FACTS_ALL 127 /* but interactions and proofs, which have to be asked for by name */
/* Those that are proved with ACCORD_FACT_PROOFS. */
#define ACCORD_FACTS_PROVABLE                                                                                          \
  (ACCORD_FACT_CORE | ACCORD_FACT_RANGES | ACCORD_FACT_LEAST_CORE | ACCORD_FACT_COST_OF_STABILITY)
#define ACCORD_FACTS_QUICK (ACCORD_FACT_MONOTONE | ACCORD_FACT_CONVEX)

typedef enum accord_answer { ACCORD_NO, ACCORD_YES, ACCORD_UNKNOWN } accord_answer;

/* A balanced collection whose worth exceeds v(N): the proof that the core is empty. */
typedef struct accord_balanced {
  int count;
  accord_weighted *members; /* size count, weights > 0, sum to one for every party */
  mpq_t worth;              /* sum of weight v(S), as stated */
} accord_balanced;

/* The proof of an optimum over splits: one that attains it, and weights by which none does better. Over proper coalitions S
 * sum weight 1_S + everybody 1_N = g, with weights above 0; for shares y of the benefit game with y(S) >= v(S) - e and
 * y(N) = v(N) then g . y >= sum weight v(S) + everybody v(N) - e sum weight. A cost game is read as v = -c, y = -x. */
typedef struct accord_optimum {
  mpq_t *share; /* size n, as stated: a split that attains it */
  int count;
  accord_weighted *members; /* size count, weights > 0 */
  mpq_t everybody;          /* the weight of N, of any sign */
} accord_optimum;

typedef struct accord_facts {
  accord_answer monotone;
  accord_answer superadditive; /* of a cost game: subadditive */
  accord_answer convex;        /* of a cost game: concave */
  accord_answer core_empty;
  accord_balanced *balanced;           /* where the core is empty; NULL for a vote of thousands */
  mpq_t *least_share, *greatest_share; /* size n each, NULL where the core is empty or not asked */
  bool has_least_core;                 /* false for one party, or not asked */
  mpq_t least_core;                    /* epsilon */
  bool has_cost_of_stability;
  mpq_t cost_of_stability;
  /* With ACCORD_FACT_PROOFS, of an exact game with a table; else NULL. */
  accord_optimum *least_core_proof; /* g = 0, weights that sum to 1 and give epsilon */
  accord_optimum *stability_proof; /* g = 1_N, everybody >= 0: they give v(N) and the cost of stability, which the split
                                     * shares with no objection; where the core is not empty it is in the core */
  accord_optimum *least_proof,
      *greatest_proof; /* size n each: g = e_i for the least share of a benefit and the greatest
                                                 * of a cost, -e_i for the other; the split is in the core */
  /* What two parties add together beyond what each adds by itself: average of v(S + i + j) - v(S + i) - v(S + j)
   * + v(S), over sizes first (Shapley's interaction index) or all S alike (Banzhaf's), as stated.
   * Entry i * n + j, symmetric, 0 on the diagonal; NULL where not asked. */
  mpq_t *shapley_interaction, *banzhaf_interaction;
} accord_facts;

/* The facts asked for (accord_fact bits). Cost: monotone n 2^n, convex n^2 2^n, interactions n 2^n, superadditive
 * 3^n (only to n = 18 unless convexity or a violation settles it), the rest linear programs over
 * coalitions generated as needed, their optimal bases recomputed in rationals. */
accord_status accord_find_facts(accord_context *context, accord_facts **facts, const accord_problem *problem,
                                int wanted);

/* ----------------------------------------------------------- checking a split */

/* What party i has alone (of a cost: costs), as stated. False where neither a table nor the model says. */
bool accord_standalone(mpq_t value, const accord_problem *problem, int i);

/* How a split adds up, and what it leaves each party. */
typedef struct accord_account {
  mpq_t sum, over;                      /* over = sum - total */
  int balance;                          /* sign of over, 0 within the tolerance of inexact inputs */
  int unpayable_count, first_unpayable; /* shares that are no whole multiple of the unit; -1: none */
  int losing_count, worst_party;        /* parties worse off than alone; -1: none */
  mpq_t worst_loss;                     /* what worst_party has alone over its share (of a cost: the reverse) */
} accord_account;

/* shares: size n, as stated. Cost n. ACCORD_INVALID where the unit is not above 0. */
accord_status accord_find_account(accord_context *context, accord_account **account, const accord_problem *problem,
                                  const mpq_t *shares, const mpq_t unit);

typedef struct accord_objection {
  accord_coalition coalition;
  mpq_t amount;              /* what it would gain by walking out, > 0 */
  const accord_group *group; /* the coalition where there are more than 64 parties, else NULL */
} accord_objection;

/* How a split stands against every proper coalition, exactly. */
typedef struct accord_stability {
  accord_answer stable; /* whether no coalition can object */
  bool has_excess;      /* false for one party, and where neither a table nor the model gives it */
  mpq_t max_excess;
  accord_coalition worst;          /* a coalition that attains it; of a table: the smallest bitmask of those */
  const accord_group *worst_group; /* the same where there are more than 64 parties, else NULL */
  uint64_t objection_count;        /* coalitions with an excess above the tolerance */
  bool even_in_part;               /* production without a table: stable even if parties could join in part */
  bool only_some_counted;          /* without a table: those objections that were looked for, of one or two parties */
  int listed;
  accord_objection *objections; /* size listed, largest first */
} accord_stability;

/* shares: size n, as stated (cost positive). Cost 2^n. Lists up to top objections. */
accord_status accord_find_stability(accord_context *context, accord_stability **stability,
                                    const accord_problem *problem, const mpq_t *shares, int top);

/* How a split stands where values are unknown. */
typedef struct accord_doubt {
  accord_coalition coalition;
  accord_limit low, high; /* of its value; known where they are the same */
  mpq_t share;            /* what it gets: it objects where its value lies beyond this */
} accord_doubt;

typedef struct accord_open_stability {
  uint64_t sure_count, open_count; /* coalitions that object in every completion, and in some only */
  int sure_listed, open_listed;
  accord_doubt *sure; /* size sure_listed, the largest sure gain first */
  accord_doubt *open; /* size open_listed, the largest possible gain first */
} accord_open_stability;

/* shares: size n, as stated. Cost 2^n. */
accord_status accord_find_open_stability(accord_context *context, accord_open_stability **stability,
                                         const accord_problem *problem, const mpq_t *shares, int top);

/* A split that no completion can overturn: in the core of the game of the upper limits, and so of every completion.
 * *share (size n, as stated) is NULL where there is none. */
accord_status accord_find_robust_split(accord_context *context, mpq_t **share, const accord_problem *problem);

/* By how much a split meets a row: coefficient . x - bound, or bound - coefficient . x; below 0 it is
 * broken by that much. shares: size n, as stated. */
accord_status accord_find_term_slack(accord_context *context, mpq_t slack, const accord_term_row *row,
                                     const mpq_t *shares, int n);

/* What would make a proposed split stand. */
typedef struct accord_repair {
  bool stands;  /* share meets every hard clause, the sum and every coalition */
  mpq_t *share; /* size n, as stated: nearest to the proposal in the sense of accord_solve_under_terms among
                 * the splits that stand; where none does, among those whose largest objection is smallest;
                 * NULL where the clauses cannot be met at all */
  accord_conflict *conflict; /* why no split stands, or NULL */
  bool has_subsidy;          /* false where no addition could make the proposal stand */
  mpq_t subsidy;             /* the least a third party must add to the total */
  mpq_t *addition;           /* size n: what each is given besides (of a cost: is spared), as evenly as it goes */
} accord_repair;

/* shares: size n, as stated. */
accord_status accord_find_repair(accord_context *context, accord_repair **repair, const accord_problem *problem,
                                 const mpq_t *shares);

/* What stands of a subsidy in one period. */
typedef struct accord_subsidy_period {
  mpq_t amount;                /* that period's fraction of the whole */
  accord_stability *stability; /* of the shares with the same fraction of every addition */
} accord_subsidy_period;

/* What a third party must add to a split so that it holds. */
typedef struct accord_subsidy {
  mpq_t least;     /* the least in all under which no coalition objects and nobody gets less than its share */
  mpq_t amount;    /* what is added: the least, or the amount asked about */
  mpq_t *addition; /* size n, sums to amount: what each is given besides (of a cost: is spared), the least as evenly
                    * as it goes; a larger amount leaves the same for everybody, a smaller one a fraction of each */
  int period_count;
  accord_subsidy_period *periods;
} accord_subsidy;

/* shares: size n, as stated; amount NULL: the least; fractions: size count, in [0, 1], one a period. Clauses are not
 * asked. Cost: a few linear programs over coalitions, and 2^n a period. */
accord_status accord_find_subsidy(accord_context *context, accord_subsidy **subsidy, const accord_problem *problem,
                                  const mpq_t *shares, const mpq_t *amount, const mpq_t *fractions, int count);

/* What one link is worth: what would be lost without it. */
typedef struct accord_link_worth {
  int first, second; /* the parties it links */
  mpq_t total;       /* of what the linked groups share in all */
  mpq_t *share;      /* size n: of each party's Myerson value; the same for both ends (Myerson 1977) */
} accord_link_worth;

/* Of every link under overlays.links, in the order of the parties: worths (pool), *count of them; of a cost, what the link saves.
 * Cost n 2^n a link. */
accord_status accord_find_link_worths(accord_context *context, accord_link_worth **worths, int *count,
                                      const accord_problem *problem);

/* Pairs of parties, for accord_find_comparisons. */
typedef struct accord_comparison {
  int first, second; /* second = -1 where one party is meant */
} accord_comparison;

/* Order among parties that a split should respect, and where it does not:
 * unequal  - interchangeable parties that get different shares;
 * null     - parties that add nothing to any coalition, yet get something;
 * dominated- (A, B): A adds at least as much as B to every coalition without both, yet gets less;
 *             pairs of unequal are among these. */
typedef struct accord_comparisons {
  int unequal_count, null_count, dominated_count;
  accord_comparison *unequal, *null, *dominated;
} accord_comparisons;

/* Cost n^2 2^n. */
accord_status accord_find_comparisons(accord_context *context, accord_comparisons **comparisons,
                                      const accord_problem *problem, const mpq_t *shares);

/* ------------------------------------------------------------- sensitivity */

/* How the shares move as one number they are worked out from moves away from what it is, to one side. */
typedef struct accord_slope {
  accord_status status; /* ACCORD_OK; ACCORD_UNDEFINED: the rule has no answer on this side, or jumps; else not found */
  bool exact;           /* rate is exact; false: a difference quotient over a small step */
  bool curved;          /* the shares do not move along a straight line: rate holds at the number alone */
  mpq_t *rate;          /* size n: what each share changes by per unit of the number, as stated */
  bool bounded;         /* false: rate holds without end */
  mpq_t reach;          /* how far from here it holds, 0 where curved */
  bool sampled; /* it holds at every point that was tried, and ends where one beside the end is off; else proven */
} accord_slope;

/* The same to both sides. */
typedef struct accord_response {
  mpq_t value;               /* the number, as stated */
  bool kink;                 /* the two sides differ */
  accord_slope below, above; /* rate: per unit upward on either side */
} accord_response;

/* How the shares answer to what one coalition is worth. */
typedef struct accord_influence {
  accord_coalition coalition;
  mpq_t size; /* the largest |rate| of any share */
  accord_response response;
} accord_influence;

typedef struct accord_influences {
  accord_split *split; /* the rule's; where it has none, or does not look at coalitions, there is no list */
  int count;
  accord_influence *list;    /* the largest first, ties by bitmask */
  uint64_t unfound;          /* coalitions with a side that was not found */
  struct sensitivity *about; /* what the solver keeps of it, or NULL */
} accord_influences;

/* The influence of every coalition on the shares by a rule: the top largest, 0: all. Exact, for rules that are
 * linear or quotients of linear forms in the values by their formulas, for those with a Kohlberg certificate from the
 * certificate: its settled equations give the rates, its conditions how far they hold; at a kink from that of a game
 * a little to one side. Other rules are solved again and again. Cost: n 2^n for the formulas. */
accord_status accord_find_influences(accord_context *context, accord_influences **influences,
                                     const accord_problem *problem, const accord_rule *rule, bool under_terms, int top);

/* The problem in which a number is at; ACCORD_UNDEFINED where it cannot be that. */
typedef accord_status accord_point(accord_context *context, const accord_problem **problem, void *data, const mpq_t at);

/* What is asked of a response: sides, and whether how far each rate holds (else reach is 0). */
typedef enum accord_sides { ACCORD_BELOW = 1, ACCORD_ABOVE = 2, ACCORD_REACH = 4, ACCORD_BOTH_SIDES = 7 } accord_sides;

/* How the shares by a rule answer to one number of any kind that is value, by solving again where it has moved:
 * rates are confirmed on several exact points, how far they hold by points on both sides of the end. wanted:
 * accord_sides bits; a side not asked for is ACCORD_UNDEFINED. */
accord_status accord_find_response(accord_context *context, accord_response **response, accord_point *point, void *data,
                                   const mpq_t value, const accord_rule *rule, bool under_terms, int wanted);

/* The same for a number that every value of the game moves in proportion to, however far it goes: moved is the problem
 * in which it is one more, influences those of the problem as it is. Found like influences; both sides are
 * ACCORD_UNDEFINED where these are not there. */
accord_status accord_find_linear_response(accord_context *context, accord_response **response,
                                          const accord_influences *influences, const accord_problem *moved,
                                          const mpq_t value);

/* The same by several rules (count; influences of the problem as it is, or NULL) for a number that every value is a
 * piecewise linear function of, all of them convex or all of them concave. By the chain rule: the direction in which the
 * table moves is exact, and so is the end of its straight piece, found by tangents. responses: size count, NULL where a
 * rule's is not found like that. Cost: a few tables a side for all rules. */
accord_status accord_find_chained_responses(accord_context *context, accord_response **responses, accord_point *point,
                                            void *data, const mpq_t value, const accord_influences *const *influences,
                                            int count);

/* How the weighted Shapley value answers to each party's weight: responses (size n, pool), exact; the rates bend and hold
 * at the weight alone. Where no share moves with a weight its rates are all 0. Needs overlays.weights and a table. Cost
 * n^2 2^n. */
accord_status accord_find_weight_responses(accord_context *context, accord_response **responses,
                                           const accord_problem *problem);

/* Where a number must go for under's share to exceed over's, which is not less now. */
typedef struct accord_flip {
  int over, under;
  bool found, exact; /* exact: at is where they are equal, not just close by */
  mpq_t at;
} accord_flip;

typedef struct accord_flips {
  int count;
  accord_flip *list; /* one for each pair, the nearest point on either side of the number */
} accord_flips;

/* The ranking flips of one number. response: what accord_find_response, or accord_find_influences, found of it.
 * limit: size n * n, or NULL: flips of over * n + under farther away are not looked for (below 0: no limit). */
accord_status accord_find_flips(accord_context *context, accord_flips **flips, accord_point *point, void *data,
                                const accord_response *response, const accord_rule *rule, bool under_terms,
                                const mpq_t *limit);

/* The problem in which one coalition is worth (of a cost: costs) value; it needs a table. Cost 2^n. */
accord_status accord_problem_with_value(accord_context *context, const accord_problem **moved,
                                        const accord_problem *problem, accord_coalition coalition, const mpq_t value);

/* What giving way on a clause by one unit (every row's bound by so much) does to the split by a rule under terms. */
typedef struct accord_price {
  accord_split *split; /* the rule's under terms; without shares there is no price */
  mpq_t slack;         /* how much the split has to spare before it breaks the clause */
  accord_slope slope;  /* status ACCORD_OK where there is a price: change of each share per unit given way */
  mpq_t max_excess;    /* change of the largest excess per unit given way */
} accord_price;

/* Needs problem->terms; term: 0..term_count-1. A soft clause binds nothing: its price is 0. */
accord_status accord_find_price(accord_context *context, accord_price **price, const accord_problem *problem,
                                const accord_rule *rule, int term);

/* From what value on a coalition objects to a split. */
typedef struct accord_margin {
  accord_coalition coalition;
  bool known;             /* its value is; else it lies between low and high */
  accord_limit low, high; /* where it is not known */
  mpq_t value, flips_at;  /* as stated */
  mpq_t room; /* how far the value, or both its limits, may be wrong before the verdict is another; 0 where the
                           * verdict depends on what is not known */
} accord_margin;

typedef struct accord_margins {
  int count;
  accord_margin *list; /* the smallest room first, ties by bitmask */
} accord_margins;

/* The top tightest margins (0: all). shares: size n, as stated. Cost 2^n. */
accord_status accord_find_margins(accord_context *context, accord_margins **margins, const accord_problem *problem,
                                  const mpq_t *shares, int top);

/* -------------------------------------------------------------------- money */

/* Payable amounts in whole units: each share floored toward minus infinity, the units left over by
 * largest remainder, ties to the party that stands first; sum of count = trunc(total / unit), which
 * is how much is paid out. rest = total - paid out. shares, count: size n. */
accord_status accord_find_payable(accord_context *context, mpz_t *count, mpq_t rest, const mpq_t *shares,
                                  const mpq_t total, const mpq_t unit, int n);

/* The double nearest to a rational, ties to even. */
double accord_to_double(const mpq_t number);

/* v(S) as stated, exact. */
void accord_game_value(mpq_t value, const accord_game *game, accord_coalition coalition);

/* ------------------------------------------------------------------ versions */

/* "GLPK 5.0", "GMP 6.2.1", ...: the libraries the solver computes with, by index; NULL at the end. */
const char *accord_library_version(int index);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif
#endif

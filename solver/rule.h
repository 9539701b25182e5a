/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a rule's file may use. A rule is one function: it fills split->share (size n, zero before it
 * is called) for the benefit game, or the awards of a claims problem, and returns ACCORD_OK, or
 * undefined(...) with the reason as a sentence. Signs, doubles and totals are solve.c's work. */
#ifndef ACCORD_SOLVER_RULE_H
#define ACCORD_SOLVER_RULE_H

#include "game.h"

#define RULE(symbol, ...)                                                                                              \
  accord_status symbol(accord_context *context, accord_split *split, const accord_problem *problem);
#include "rules.def"
#undef RULE

/* A rule, or its shortcut (shortcuts.def). */
typedef accord_status rule_work(accord_context *context, accord_split *split, const accord_problem *problem);

/* When a shortcut is used: where there is no table, or more parties than the rule takes a table of; or always. */
typedef enum shortcut_use { BEYOND_TABLES, ALWAYS } shortcut_use;

#define SHORTCUT(rule, domain, symbol, use, max_n) rule_work symbol;
#include "shortcuts.def"
#undef SHORTCUT

/* How to solve the problem by a rule that applies to it: by a shortcut, by the rule itself, or NULL: out of reach. */
rule_work *find_way(const accord_rule *rule, const accord_problem *problem);

/* Whether the rule works on what this problem's model states (claims, a vote), not on its game. */
bool reads_the_model(const accord_rule *rule, const accord_problem *problem);

/* "shares an estate among claims, and this is not a claims problem". */
const char *why_not_applicable(const accord_rule *rule);

#define undefined(context, ...) fail(context, ACCORD_UNDEFINED, __VA_ARGS__)

/* v(i) and v(N) - v(N \ i), size n, of the benefit game: where there is no table, as far as the model tells. */
void find_standalones(mpq_t *standalone, const accord_problem *problem);
void find_marginals(mpq_t *marginal, const accord_problem *problem);

/* Whether the rule asks for no more than these, and the model tells them without a table: then n has no limit. */
bool needs_singles_only(const accord_rule *rule, const accord_problem *problem);

/* x_i = base_i + (total - sum base) / n. Sizes n; share may be base. */
void share_rest_equally(mpq_t *share, const mpq_t *base, const mpq_t total, int n);

/* x_i = base_i + weight_i / (sum weight) rest; the sum must not be 0. share may be base. */
void share_in_proportion(mpq_t *share, const mpq_t *base, const mpq_t *weight, const mpq_t rest, int n);

/* Whether some numbers are above 0 and some below. */
bool signs_mixed(const mpq_t *numbers, int n);

/* Sets to 0 what lies within the tolerance of inexact inputs; leaves exact games, or none, alone. */
void drop_rounding(mpq_t *numbers, int n, const accord_game *game);

/* The Shapley value of a game; share: size n. Cost 2^n. */
void shapley_value(accord_context *context, mpq_t *share, const accord_game *game);

/* Sums over the coalitions that are some whole unions and part of one, for one party; see unions.c. */
void union_value(accord_context *context, mpq_t *share, const accord_problem *problem, bool with_other_unions);

/* Coleman's measures of a vote from the chance that each party swings the others (size n) and that all who join win,
 * where each joins with chance 1/2; see vote_value.c. */
accord_coleman *coleman_measures(accord_context *context, const mpq_t *chance, const mpq_t act, int n);

/* The composite of the problem's criteria, which must be there; see criteria.c. */
accord_composite *find_composite(accord_context *context, const accord_problem *problem);

/* Weights that sum to 1 from comparisons of m things in pairs, and their consistency ratio; see pairwise.c.
 * weight: size m. *exact is set to false where the weights are irrational and have been rounded. */
double pairwise_weights(accord_context *context, mpq_t *weight, bool *exact, const mpq_t *entry, int m);

/* Weights of count criteria from the entropy of the parties' parts (size count * n); whether they are exact. See
 * entropy.c. weight: size count, zero before. */
bool entropy_weights(accord_context *context, mpq_t *weight, const mpq_t *part, int count, int n);

/* Sums of v by size, exact, as the game's integers:
 * with[i * (n + 1) + s] = sum of v(S) over S with i in S, |S| = s; all[s] = the same over all S.
 * Cost 2^n: two additions an entry. */
void class_sums(accord_context *context, mpz_t *with, mpz_t *all, const accord_game *game);

/* ------------------------------------------------------------------ claims */

/* Constrained equal awards: min(cap_i, lambda) summing to the estate, 0 <= estate <= sum cap.
 * award: size n, apart from cap. Cost n log n. */
void equal_awards(accord_context *context, mpq_t *award, const mpq_t estate, const mpq_t *cap, int n);

/* Constrained equal losses: max(cap_i - lambda, 0) summing to the estate. */
void equal_losses(accord_context *context, mpq_t *award, const mpq_t estate, const mpq_t *cap, int n);

/* Half of every claim, in a new array; *rest = estate - half the sum of claims. */
mpq_t *half_claims(accord_context *context, mpq_t rest, const accord_claims *claims);

/* Up to where claims laid over the estate to overlap least all begin at its bottom: t + sum max(c_j - t, 0) = E,
 * or E where one claim covers it. order: the claims in rising order. Cost n. */
void overlap_level(accord_context *context, mpq_t t, const accord_claims *claims, const int *order);

/* Indices 0..n-1 in order of rising amount. */
int *order_by_amount(accord_context *context, const mpq_t *amount, int n);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The core of a cost shared along a tree, without a table. The game is concave: its core is not empty, a party pays in
 * it at least what the others would save without it, c(N) - c(N \ i), and at most its own cost (Shapley 1971). */
#include "groups.h"
#include "shared_tree.h"

/* ---------------------------------------------------------------------- facts */

static void in_measure(mpq_t amount, const mpz_t whole, const shared_tree *tree) {
  mpz_set(mpq_numref(amount), whole);
  mpz_set(mpq_denref(amount), tree->denominator);
  mpq_canonicalize(amount);
}

/* From the edges that only this party uses to all that it uses. Cost: the length of its way. */
static void find_range(accord_facts *facts, const shared_tree *tree, int i, mpz_t *sum) {
  bool alone = true;
  mpz_set_ui(*sum, 0);
  for (int v = tree->at[i]; v > 0; v = tree->parent[v]) {
    if (alone && tree->users_from[v] > 1) {
      in_measure(facts->least_share[i], *sum, tree);
      alone = false;
    }
    mpz_add(*sum, *sum, tree->cost[v]);
  }
  in_measure(facts->greatest_share[i], *sum, tree);
  if (alone) mpq_set(facts->least_share[i], facts->greatest_share[i]);
}

static void find_ranges(accord_context *context, accord_facts *facts, const shared_tree *tree) {
  mpz_t *sum = pool_integers(context, 1);
  facts->least_share = pool_rationals(context, (size_t)tree->n);
  facts->greatest_share = pool_rationals(context, (size_t)tree->n);
  for (int i = 0; i < tree->n; i++) {
    check_clock(context);
    find_range(facts, tree, i, sum);
  }
}

static void find_least_core(accord_context *context, accord_facts *facts, const shared_tree *tree) {
  mpq_t *pays = pool_rationals(context, (size_t)tree->nodes + 1), *unit = &pays[tree->nodes];
  tree_nucleolus(pays, facts->least_core, NULL, tree);
  mpq_neg(facts->least_core, facts->least_core);
  mpq_set_z(*unit, tree->denominator);
  mpq_div(facts->least_core, facts->least_core, *unit);
  facts->has_least_core = true;
}

void find_facts_of_tree(accord_context *context, accord_facts *facts, const accord_problem *problem, int wanted) {
  shared_tree *tree = shared_tree_of(context, problem, false);
  if (wanted & ACCORD_FACT_MONOTONE) facts->monotone = ACCORD_YES;
  if (wanted & ACCORD_FACT_SUPERADDITIVE) facts->superadditive = ACCORD_YES;
  if (wanted & ACCORD_FACT_CONVEX) facts->convex = ACCORD_YES;
  if (wanted & (ACCORD_FACT_CORE | ACCORD_FACT_RANGES)) facts->core_empty = ACCORD_NO;
  if (wanted & ACCORD_FACT_RANGES) find_ranges(context, facts, tree);
  if (wanted & ACCORD_FACT_LEAST_CORE && tree->n > 1) find_least_core(context, facts, tree);
  facts->has_cost_of_stability = wanted & ACCORD_FACT_COST_OF_STABILITY;
}

bool standalone_on_tree(mpq_t value, const accord_problem *problem, int i) {
  const accord_tree *tree = problem->tree;
  mpq_set_ui(value, 0, 1);
  if (problem->airport) mpq_set(value, problem->airport->need[i]);
  for (int v = tree ? tree->at[i] : 0; v > 0; v = tree->parent[v]) mpq_add(value, value, tree->cost[v]);
  return has_shared_tree(problem);
}

/* ------------------------------------------------------------------ objections */

/* Who would save most, or lose least, by leaving: max x(S) - c(S) over S other than N and nobody. A coalition takes from
 * each node some of its parts, the parties there and the coalitions further on, each worth what they pay less the edges:
 * all that are worth more than nothing, or else the best one. A part is known as the party i, or as -1 - v for node v. */
typedef struct node_choice {
  int parts, gaining; /* those below the node, and those of them that are worth more than nothing */
  int top, least;     /* the best part and the worst */
  int next;           /* the part of which, not to take all, the second best is taken, or none of it */
  bool has_next, drops;
  mpq_t sum, top_worth, least_worth; /* sum: of the gaining parts */
  mpq_t loss;                        /* by next */
  mpq_t best, second;                /* less the edge: of any coalition, and of any but all from the node on */
} node_choice;

enum { NO_PART = -0x7fffffff };

struct objecting {
  const shared_tree *tree;
  const mpq_t *shares;
  node_choice *node; /* size nodes */
  mpq_t *work;       /* size 1 */
};

static void add_part(node_choice *node, const mpq_t worth, int part) {
  if (node->parts == 0 || mpq_cmp(worth, node->top_worth) > 0) {
    mpq_set(node->top_worth, worth);
    node->top = part;
  }
  if (node->parts == 0 || mpq_cmp(worth, node->least_worth) < 0) {
    mpq_set(node->least_worth, worth);
    node->least = part;
  }
  node->parts++;
  if (mpq_sgn(worth) <= 0) return;
  node->gaining++;
  mpq_add(node->sum, node->sum, worth);
}

static void offer_next(node_choice *node, const mpq_t loss, int part, bool drops) {
  if (node->has_next && mpq_cmp(loss, node->loss) >= 0) return;
  mpq_set(node->loss, loss);
  node->next = part;
  node->drops = drops;
  node->has_next = true;
}

/* best and second, once all parts are known; the node becomes a part of its parent. */
static void finish_node(struct objecting *o, int v) {
  node_choice *node = &o->node[v];
  if (o->tree->users_from[v] == 0) return;
  in_measure(*o->work, o->tree->cost[v], o->tree);
  mpq_sub(node->best, node->gaining ? node->sum : node->top_worth, *o->work);
  if (node->parts > (node->gaining ? node->gaining : 1)) { /* something is left out as it is */
    mpq_set_ui(node->loss, 0, 1);
    node->next = NO_PART;
    node->has_next = true;
  } else if (node->parts > 1) {
    offer_next(node, node->least_worth, node->least, true);
  }
  mpq_sub(node->second, node->best, node->loss);
  if (v == 0) return;
  node_choice *above = &o->node[o->tree->parent[v]];
  add_part(above, node->best, -1 - v);
  if (node->has_next) offer_next(above, node->loss, -1 - v, false);
}

enum { NOBODY, BEST, SECOND };

/* What a coalition that takes so much of a node takes of one of its parts. */
static int taken_of(const node_choice *node, int taken, int part, bool gains) {
  if (taken == NOBODY || (node->gaining ? !gains : node->top != part)) return NOBODY;
  if (taken == BEST || node->next != part) return BEST;
  return node->drops ? NOBODY : SECOND;
}

static accord_group *group_of(accord_context *context, const struct objecting *o) {
  const shared_tree *tree = o->tree;
  accord_group *group = POOL_NEW(context, 1, accord_group);
  int *taken = POOL_NEW(context, (size_t)tree->nodes, int);
  taken[0] = SECOND;
  for (int v = 1; v < tree->nodes; v++) {
    int above = tree->parent[v];
    taken[v] = taken_of(&o->node[above], taken[above], -1 - v, mpq_sgn(o->node[v].best) > 0);
  }
  group->member = POOL_NEW(context, (size_t)tree->n, int);
  for (int i = 0; i < tree->n; i++) {
    int v = tree->at[i];
    if (taken_of(&o->node[v], taken[v], i, mpq_sgn(o->shares[i]) > 0)) group->member[group->count++] = i;
  }
  return group;
}

static struct objecting *weigh_nodes(accord_context *context, const shared_tree *tree, const mpq_t *shares) {
  struct objecting *o = POOL_NEW(context, 1, struct objecting);
  *o =
      (struct objecting){tree, shares, POOL_NEW(context, (size_t)tree->nodes, node_choice), pool_rationals(context, 1)};
  for (int v = 0; v < tree->nodes; v++) {
    node_choice *node = &o->node[v];
    mpq_t *numbers[] = {&node->sum, &node->top_worth, &node->least_worth, &node->loss, &node->best, &node->second};
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) pool_rational(context, *numbers[k]);
  }
  for (int i = 0; i < tree->n; i++) add_part(&o->node[tree->at[i]], shares[i], i);
  for (int v = tree->nodes - 1; v >= 0; v--) finish_node(o, v);
  return o;
}

void find_stability_of_tree(accord_context *context, accord_stability *stability, const accord_problem *problem,
                            const mpq_t *shares, int top) {
  const shared_tree *tree = shared_tree_of(context, problem, false);
  struct objecting *o = weigh_nodes(context, tree, shares);
  mpq_set(stability->max_excess, o->node[0].second);
  stability->has_excess = true;
  stability->only_some_counted = true;
  stability->stable = mpq_sgn(stability->max_excess) > 0 ? ACCORD_NO : ACCORD_YES;
  name_worst(context, stability, group_of(context, o), tree->n, top);
}

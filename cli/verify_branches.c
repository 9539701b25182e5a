/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Kohlberg condition of a cost shared along a tree, at any size (verify_model.h).
 *
 * Whoever a coalition leaves out falls into whole branches, the largest that have nobody in it, and single users beside
 * or above its members. Its excess is the sum of the excesses of N without each of these, for each spares just the edges
 * that nobody else uses. So where none of them is above 0, a coalition outside the span of what is settled has at most the
 * excess of one of its parts outside it: it is enough to look at N without one user and N without one branch.
 *
 * At a level a settled branch R falls into users and branches with the same excess. All but any one part, with weights of
 * 1 / k, come to (k - 1) / k of N and 1 / k of N without R: they balance whatever the parts are. What is inside R and
 * made of several parts is spanned at that level, and not before. */
#include "verify_model.h"

#include <stdlib.h>
#include <string.h>

struct proof {
  accord_context *context;
  const term_sheet *sheet;
  int n, nodes;
  int *parent;                   /* size nodes; of node 0, where all ways end, -1 */
  int *child, *next;             /* size nodes: the first node behind each, and the next behind the same, or -1 */
  int *order;                    /* size nodes: parents before those behind them */
  int *top;                      /* size nodes: the highest node with the same users */
  mpq_t *cost;                   /* size nodes: of the edge to the parent */
  mpq_t *spared, *paid;          /* size nodes: the edges that only the users from here on use, and what these pay */
  int64_t *users_from;           /* size nodes */
  int *at, *first, *beside;      /* size n, nodes, n: the node of each party, and lists of the parties at each node */
  int64_t *users;                /* size n */
  mpq_t *share, *fee;            /* size n: what all users of a party pay, and each */
  int *party_level, *node_level; /* from 1 on, 0: not settled; node_level by top */
  bool *listed, *opened;         /* size nodes: branches listed at a level, and those that a level is within */
  mpq_t *excess;                 /* of each level, from 1 on */
  mpq_t *work;                   /* size 2 */
  const char *fault;
};

static bool refuse(struct proof *proof, const char *fault) {
  if (!proof->fault) proof->fault = fault;
  return false;
}

/* ------------------------------------------------------------------- the tree */

struct step {
  const mpq_t *need;
  int party;
};

static int compare_steps(const void *a, const void *b) {
  return mpq_cmp(*((const struct step *)a)->need, *((const struct step *)b)->need);
}

/* A path: a node for each need above 0, in rising order. */
static void read_airport(struct proof *proof, const accord_airport *airport, bool by_user) {
  struct step *step = POOL_NEW(proof->context, (size_t)proof->n, struct step);
  int nodes = 1;
  for (int i = 0; i < proof->n; i++) step[i] = (struct step){(const mpq_t *)&airport->need[i], i};
  qsort(step, (size_t)proof->n, sizeof *step, compare_steps);
  for (int k = 0; k < proof->n; k++) {
    mpq_sub(proof->work[0], *step[k].need, proof->work[1]);
    if (mpq_sgn(proof->work[0])) {
      proof->parent[nodes] = nodes - 1;
      mpq_set(proof->cost[nodes++], proof->work[0]);
      mpq_set(proof->work[1], *step[k].need);
    }
    proof->at[step[k].party] = nodes - 1;
  }
  proof->nodes = nodes;
  for (int i = 0; i < proof->n; i++) proof->users[i] = by_user && airport->movements ? airport->movements[i] : 1;
}

static void read_tree(struct proof *proof, const accord_tree *tree) {
  for (int v = 0; v < tree->node_count; v++) {
    proof->parent[v] = tree->parent[v];
    if (v) mpq_set(proof->cost[v], tree->cost[v]);
  }
  for (int i = 0; i < proof->n; i++) {
    proof->at[i] = tree->at[i];
    proof->users[i] = 1;
  }
}

static void list_nodes(struct proof *proof) {
  int count = 0;
  for (int v = 0; v < proof->nodes; v++) proof->child[v] = proof->next[v] = proof->first[v] = -1;
  for (int v = proof->nodes - 1; v > 0; v--) {
    proof->next[v] = proof->child[proof->parent[v]];
    proof->child[proof->parent[v]] = v;
  }
  for (int i = proof->n - 1; i >= 0; i--) {
    proof->beside[i] = proof->first[proof->at[i]];
    proof->first[proof->at[i]] = i;
  }
  proof->order[count++] = 0;
  for (int k = 0; k < count; k++)
    for (int v = proof->child[proof->order[k]]; v >= 0; v = proof->next[v]) proof->order[count++] = v;
}

static void sum_up(struct proof *proof) {
  for (int i = 0; i < proof->n; i++) {
    proof->users_from[proof->at[i]] += proof->users[i];
    mpq_add(proof->paid[proof->at[i]], proof->paid[proof->at[i]], proof->share[i]);
  }
  for (int k = proof->nodes - 1; k > 0; k--) {
    int v = proof->order[k], above = proof->parent[v];
    proof->users_from[above] += proof->users_from[v];
    mpq_add(proof->paid[above], proof->paid[above], proof->paid[v]);
    if (proof->users_from[v] == 0) continue;
    mpq_add(proof->spared[v], proof->spared[v], proof->cost[v]);
    mpq_add(proof->spared[above], proof->spared[above], proof->spared[v]);
  }
  for (int k = 1; k < proof->nodes; k++) {
    int v = proof->order[k], above = proof->parent[v];
    bool same = above && proof->users_from[above] == proof->users_from[v];
    proof->top[v] = same ? proof->top[above] : v;
  }
}

/* --------------------------------------------------------------------- levels */

/* Whether a branch leaves somebody outside. */
static bool is_proper(const struct proof *proof, int v) {
  return v > 0 && proof->users_from[v] > 0 && proof->users_from[v] < proof->users_from[0];
}

/* Whether all but one user of a party at the node need the same edges as all. */
static bool spares_nothing(const struct proof *proof, int v) { return v == 0 || proof->users_from[v] > 1; }

/* The branch of that name, its top; -1 where there is none. */
static int find_branch(const struct proof *proof, const cJSON *node) {
  const char *name = result_text(node);
  int found = -1;
  if (!name) return -1;
  if (proof->sheet->problem->airport) {
    int party = sheet_find_party(proof->sheet, name, strlen(name));
    found = party < 0 ? -1 : proof->at[party];
  }
  for (int v = 1; v < proof->nodes && !proof->sheet->problem->airport; v++)
    if (strcmp(proof->sheet->nodes[v], name) == 0) found = v;
  return found > 0 && is_proper(proof, found) ? proof->top[found] : -1;
}

static bool read_parts(struct proof *proof, int *count, const cJSON *level, int at_level) {
  const cJSON *parties = result_member(level, "parties"), *branches = result_member(level, "branches"), *node;
  const mpq_t *excess = (const mpq_t *)&proof->excess[at_level];
  if (!parties || !is_array(parties) || !branches || !is_array(branches)) return refuse(proof, "a level has no parts");
  cJSON_ArrayForEach(node, parties) {
    const char *id = result_text(node);
    int i = id ? sheet_find_party(proof->sheet, id, strlen(id)) : -1;
    if (i < 0 || proof->party_level[i]) return refuse(proof, "a party is not there, or settled twice");
    mpq_neg(proof->work[0], proof->fee[i]);
    if (!spares_nothing(proof, proof->at[i]) || !mpq_equal(proof->work[0], *excess))
      return refuse(proof, "all but a listed user do not have the level's excess");
    proof->party_level[i] = at_level;
    ++*count;
  }
  cJSON_ArrayForEach(node, branches) {
    int v = find_branch(proof, node);
    if (v < 0 || proof->node_level[v]) return refuse(proof, "a branch is not there, or settled twice");
    mpq_sub(proof->work[0], proof->spared[v], proof->paid[v]);
    if (!mpq_equal(proof->work[0], *excess))
      return refuse(proof, "all but a listed branch do not have the level's excess");
    proof->node_level[v] = at_level;
    proof->listed[v] = true;
    ++*count;
  }
  return true;
}

/* Goes through what is inside: it falls into the parts listed, each of which is met once. */
static bool parts_fill(struct proof *proof, int root, int count, int at_level) {
  int *stack = POOL_NEW(proof->context, (size_t)proof->nodes, int), depth = 0;
  for (stack[depth++] = root; depth;) {
    int v = stack[--depth];
    for (int i = proof->first[v]; i >= 0; i = proof->beside[i], count--)
      if (proof->party_level[i] != at_level) return refuse(proof, "the parts of a level leave somebody out");
    for (int w = proof->child[v]; w >= 0; w = proof->next[w]) {
      int top = proof->top[w];
      bool part = proof->listed[top] && proof->node_level[top] == at_level && top == w;
      if (part) count--;
      if (part || proof->users_from[w] == 0) continue;
      if (top == w && is_proper(proof, w) && proof->node_level[w]) return refuse(proof, "a branch is settled twice");
      if (top == w && is_proper(proof, w)) proof->node_level[w] = at_level;
      stack[depth++] = w;
    }
  }
  pool_free(proof->context, stack);
  return count == 0 || refuse(proof, "the parts of a level are not those of its branch");
}

/* A user that is a branch by itself is settled with it. */
static void settle_single(struct proof *proof, int at_level) {
  for (int i = 0; i < proof->n; i++) {
    int v = proof->at[i];
    if (v == 0 || proof->users_from[v] != 1 || proof->node_level[proof->top[v]] != at_level) continue;
    proof->party_level[i] = at_level;
  }
}

static bool level_holds(struct proof *proof, const cJSON *level, int at_level) {
  const cJSON *within = result_member(level, "within");
  int count = 0, root = 0;
  if (!result_rational(proof->context, proof->excess[at_level], result_member(level, "excess")))
    return refuse(proof, "a level's excess cannot be read");
  if (mpq_cmp(proof->excess[at_level], proof->excess[at_level - 1]) > 0) return refuse(proof, "the excesses rise");
  if (!within || !cJSON_IsNull(within)) root = find_branch(proof, within);
  if (root < 0 || proof->opened[root] || (root && !proof->listed[root]))
    return refuse(proof, "a level is within a branch that no level before lists, or another one is within it");
  proof->opened[root] = true;
  return read_parts(proof, &count, level, at_level) && parts_fill(proof, root, count, at_level);
}

/* Every part is settled, and has at most the excess of the level that it is settled at. */
static bool covers(struct proof *proof) {
  for (int i = 0; i < proof->n; i++)
    if (!proof->party_level[i] && proof->users_from[0] > 1)
      return refuse(proof, "the levels do not settle every share");
  for (int v = 1; v < proof->nodes; v++) {
    if (proof->top[v] != v || !is_proper(proof, v)) continue;
    if (!proof->node_level[v]) return refuse(proof, "the levels do not settle every branch");
    mpq_sub(proof->work[0], proof->spared[v], proof->paid[v]);
    if (mpq_cmp(proof->work[0], proof->excess[proof->node_level[v]]) > 0)
      return refuse(proof, "all but a branch have a larger excess than its level");
  }
  return true;
}

static bool levels_hold(struct proof *proof, const cJSON *levels) {
  const cJSON *level;
  int count = 0;
  if (!levels || !is_array(levels)) return refuse(proof, "there is no list of levels");
  proof->excess = pool_rationals(proof->context, (size_t)cJSON_GetArraySize(levels) + 1);
  cJSON_ArrayForEach(level, levels) {
    check_clock(proof->context);
    if (!level_holds(proof, level, ++count)) return false;
  }
  for (int k = 1; k <= count; k++) settle_single(proof, k);
  return covers(proof);
}

/* -------------------------------------------------------------------- command */

static struct proof *new_proof(accord_context *context, const term_sheet *sheet) {
  struct proof *proof = POOL_NEW(context, 1, struct proof);
  const accord_tree *tree = sheet->problem->tree;
  size_t n = (size_t)sheet->n, nodes = tree ? (size_t)tree->node_count : n + 1;
  *proof = (struct proof){.context = context, .sheet = sheet, .n = sheet->n, .nodes = (int)nodes};
  int **lists[] = {&proof->parent, &proof->child, &proof->next,      &proof->order,
                   &proof->top,    &proof->first, &proof->node_level};
  for (size_t k = 0; k < sizeof lists / sizeof *lists; k++) *lists[k] = POOL_NEW(context, nodes, int);
  proof->at = POOL_NEW(context, n, int);
  proof->beside = POOL_NEW(context, n, int);
  proof->party_level = POOL_NEW(context, n, int);
  proof->users = POOL_NEW(context, n, int64_t);
  proof->users_from = POOL_NEW(context, nodes, int64_t);
  proof->listed = POOL_NEW(context, nodes, bool);
  proof->opened = POOL_NEW(context, nodes, bool);
  proof->cost = pool_rationals(context, nodes);
  proof->spared = pool_rationals(context, nodes);
  proof->paid = pool_rationals(context, nodes);
  proof->share = pool_rationals(context, n);
  proof->fee = pool_rationals(context, n);
  proof->work = pool_rationals(context, 2);
  proof->parent[0] = -1;
  return proof;
}

const char *branches_kohlberg_fault(accord_context *context, const term_sheet *sheet, const cJSON *allocation,
                                    const cJSON *certificate, bool by_user) {
  struct proof *proof = new_proof(context, sheet);
  const accord_problem *problem = sheet->problem;
  const char *fault = result_shares_fault(context, proof->share, sheet, allocation);
  if (!fault) fault = certified_shares_fault(context, (const mpq_t *)proof->share, sheet, certificate);
  if (fault) return fault;
  if (problem->airport) read_airport(proof, problem->airport, by_user);
  else read_tree(proof, problem->tree);
  for (int i = 0; i < proof->n; i++) {
    mpq_set_si(proof->work[0], proof->users[i], 1);
    mpq_div(proof->fee[i], proof->share[i], proof->work[0]);
  }
  list_nodes(proof);
  sum_up(proof);
  if (!mpq_equal(proof->paid[0], proof->spared[0])) return "the shares do not sum to the cost";
  levels_hold(proof, result_member(certificate, "levels"));
  return proof->fault;
}

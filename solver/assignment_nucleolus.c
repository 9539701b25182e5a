/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The nucleolus of an assignment game, certified (Solymosi and Raghavan 1994, An algorithm for finding the nucleolus of
 * assignment games, International Journal of Game Theory 23(2), 119-143).
 *
 * Coalitions of one party and of one from either side decide it (Huberman 1980): another coalition is worth what the
 * parts it is matched in are, so its excess is the sum of theirs, none of which is above 0 in the core, and at
 * most that of a part settled no earlier. In the core every excess is c_pq - (x_p - x_q) on the arcs of a graph whose
 * nodes are the matched pairs and 0 (assignment.h). The largest excess that no x can avoid is the greatest mean of c over
 * a cycle: on it the differences cancel. It settles the differences along the cycle, so its nodes become one, and so on
 * until one node is left. The cycle's coalitions, each with the same weight, balance: they add up to the matched pairs
 * it passes, and inside each of its nodes to the difference of where it comes in and goes out, which follows
 * from the coalitions settled there before. */
#include "assignment.h"
#include "groups.h"
#include "rule.h"

#include <stdlib.h>

struct contraction {
  accord_context *context;
  const core_graph *graph;
  int n, nodes;     /* of the graph */
  int count;        /* of the nodes left */
  mpz_t scale;      /* everything here is in the graph's units over scale */
  mpz_t *bound;     /* nodes * nodes, by rows of nodes: the largest bound between two nodes left */
  int *tail, *head; /* the same: the arc of the graph that it comes from */
  mpz_t *offset;    /* size nodes: x_p over that of the node left that p is part of */
  int *owner;       /* size nodes: that node */
  accord_kohlberg *certificate;
  /* settled arcs, a tree in each node left */
  int arc_count;
  int *arc_tail, *arc_head;
  int *parent_arc; /* size nodes: on a search from one node of a tree, the arc by which another is reached */
  /* what a cycle looks for */
  mpz_t mean, *weight, *distance, work[3]; /* mean: the sum over length */
  int length, *cycle, *next, *seen;
};

static size_t at(const struct contraction *c, int a, int b) { return (size_t)a * (size_t)c->nodes + (size_t)b; }

/* ------------------------------------------------------------- certificates */

static void set_members(struct contraction *c, accord_weighted *member, const int *members, int count) {
  const accord_group *group;
  pool_rational(c->context, member->weight);
  make_coalition(c->context, &member->coalition, &group, members, count, c->n);
  member->group = group;
}

static void set_pair(struct contraction *c, accord_weighted *member, int first, int second) {
  const int members[2] = {first, second};
  set_members(c, member, members, second < 0 ? 1 : 2);
}

static void set_matched_pair(struct contraction *c, accord_weighted *member, int p) {
  const accord_assignment *assignment = c->graph->assignment;
  set_pair(c, member, assignment->left[c->graph->row[p]], assignment->right[c->graph->match[p]]);
}

static void set_everybody(struct contraction *c, accord_weighted *member) {
  int *all = POOL_NEW(c->context, (size_t)c->n, int);
  for (int i = 0; i < c->n; i++) all[i] = i;
  set_members(c, member, all, c->n);
}

static accord_level *next_level(struct contraction *c, int coalitions, int earlier) {
  accord_level *level = &c->certificate->levels[c->certificate->level_count++];
  pool_rational(c->context, level->excess);
  level->coalitions = POOL_NEW(c->context, (size_t)coalitions + 1, accord_weighted);
  level->earlier = POOL_NEW(c->context, (size_t)earlier + 1, accord_weighted);
  return level;
}

/* Level 1: the matched pairs and those alone are everybody, and each gets just what it is worth. */
static void record_partition(struct contraction *c) {
  int alone = c->n - 2 * (c->nodes - 1), parts = alone + c->nodes - 1;
  if (parts < 2) return;
  accord_level *level = next_level(c, parts, 1);
  for (int p = 1; p < c->nodes; p++) set_matched_pair(c, &level->coalitions[level->coalition_count++], p);
  for (int i = 0; i < c->n; i++)
    if (c->graph->node[i] == 0) set_pair(c, &level->coalitions[level->coalition_count++], i, -1);
  set_everybody(c, &level->earlier[level->earlier_count++]);
  for (int k = 0; k < parts; k++) mpq_set_ui(level->coalitions[k].weight, 1, (unsigned long)parts);
  mpq_set_ui(level->earlier[0].weight, 1, (unsigned long)parts);
}

/* How often each settled coalition counts: matched pairs by node, parties alone, arcs. */
struct balance {
  int *pairs, *alone, *arcs;
};

/* The row of an arc's coalition is e_p - e_q, and pair q unless q is 0, and a party that is not matched. Takes in what it
 * has besides the difference, times sign. */
static void count_besides(const struct contraction *c, struct balance *balance, int tail, int head, int sign) {
  const core_graph *graph = c->graph;
  size_t k = at(c, tail, head);
  if (head) balance->pairs[head] += sign;
  if (graph->node[graph->first[k]] == 0) balance->alone[graph->first[k]] += sign;
  if (graph->second[k] >= 0 && graph->node[graph->second[k]] == 0) balance->alone[graph->second[k]] += sign;
}

/* The way from one node of the graph to another over settled arcs. */
static void search_tree(struct contraction *c, int from) {
  int *queue = c->seen, first = 0, last = 0;
  for (int p = 0; p < c->nodes; p++) c->parent_arc[p] = -2;
  c->parent_arc[from] = -1;
  queue[last++] = from;
  while (first < last) {
    int p = queue[first++];
    for (int k = 0; k < c->arc_count; k++) {
      int other = c->arc_tail[k] == p ? c->arc_head[k] : c->arc_head[k] == p ? c->arc_tail[k] : -1;
      if (other < 0 || c->parent_arc[other] != -2) continue;
      c->parent_arc[other] = k;
      queue[last++] = other;
    }
  }
}

/* e_a - e_b in settled coalitions: along the way from b to a, arc p -> q gives e_p - e_q. */
static void count_difference(struct contraction *c, struct balance *balance, int a, int b) {
  if (a == b) return;
  search_tree(c, b);
  for (int p = a; p != b;) {
    int k = c->parent_arc[p], sign = c->arc_tail[k] == p ? 1 : -1;
    balance->arcs[k] += sign;
    count_besides(c, balance, c->arc_tail[k], c->arc_head[k], -sign);
    p = c->arc_tail[k] == p ? c->arc_head[k] : c->arc_tail[k];
  }
}

static void add_earlier(struct contraction *c, accord_level *level, int count,
                        void (*set)(struct contraction *, accord_weighted *, int), int which) {
  if (count == 0) return;
  accord_weighted *member = &level->earlier[level->earlier_count++];
  set(c, member, which);
  mpq_set_si(member->weight, count, (unsigned long)c->length);
  mpq_canonicalize(member->weight);
}

static void set_alone(struct contraction *c, accord_weighted *member, int i) { set_pair(c, member, i, -1); }

static void set_arc(struct contraction *c, accord_weighted *member, int k) {
  size_t arc = at(c, c->arc_tail[k], c->arc_head[k]);
  set_pair(c, member, c->graph->first[arc], c->graph->second[arc]);
}

/* The cycle found, with every coalition at the same excess. */
static void record_cycle(struct contraction *c) {
  int arcs = c->arc_count;
  accord_level *level = next_level(c, c->length, c->nodes + c->n + arcs);
  struct balance balance = {POOL_NEW(c->context, (size_t)c->nodes, int), POOL_NEW(c->context, (size_t)c->n, int),
                            POOL_NEW(c->context, (size_t)arcs + 1, int)};
  for (int k = 0; k < c->length; k++) {
    size_t arc = at(c, c->cycle[k], c->cycle[(k + 1) % c->length]);
    size_t after = at(c, c->cycle[(k + 1) % c->length], c->cycle[(k + 2) % c->length]);
    size_t coalition = at(c, c->tail[arc], c->head[arc]);
    accord_weighted *member = &level->coalitions[level->coalition_count++];
    set_pair(c, member, c->graph->first[coalition], c->graph->second[coalition]);
    mpq_set_ui(member->weight, 1, (unsigned long)c->length);
    count_besides(c, &balance, c->tail[arc], c->head[arc], 1);
    count_difference(c, &balance, c->tail[after], c->head[arc]);
  }
  for (int p = 1; p < c->nodes; p++) add_earlier(c, level, balance.pairs[p], set_matched_pair, p);
  for (int i = 0; i < c->n; i++) add_earlier(c, level, balance.alone[i], set_alone, i);
  for (int k = 0; k < arcs; k++) add_earlier(c, level, balance.arcs[k], set_arc, k);
  mpz_set(mpq_numref(level->excess), c->mean);
  mpz_mul_si(mpq_denref(level->excess), c->scale, c->length);
  mpz_mul(mpq_denref(level->excess), mpq_denref(level->excess), c->graph->pairs->denominator);
  mpq_canonicalize(level->excess);
}

/* ------------------------------------------------------------------- cycles */

/* Takes the cycle that next leads into from a. */
static void take_cycle(struct contraction *c, int a) {
  int length = 0;
  mpz_set_ui(c->mean, 0);
  for (int b = a; length == 0 || b != a; b = c->next[b]) {
    c->cycle[length++] = b;
    mpz_add(c->mean, c->mean, c->bound[at(c, b, c->next[b])]);
  }
  c->length = length;
}

/* The best cycle of two nodes, to begin with. */
static void take_best_pair(struct contraction *c) {
  mpz_t *sum = &c->work[0];
  int best_a = 0, best_b = 1;
  bool any = false;
  for (int a = 0; a < c->count; a++)
    for (int b = a + 1; b < c->count; b++) {
      mpz_add(*sum, c->bound[at(c, a, b)], c->bound[at(c, b, a)]);
      if (any && mpz_cmp(*sum, c->work[1]) <= 0) continue;
      mpz_swap(*sum, c->work[1]);
      best_a = a, best_b = b;
      any = true;
    }
  c->next[best_a] = best_b;
  c->next[best_b] = best_a;
  take_cycle(c, best_a);
}

/* A node on a cycle of next, or -1. seen: 0 not yet, else by which search. */
static int find_cycle(struct contraction *c) {
  for (int a = 0; a < c->count; a++) c->seen[a] = 0;
  for (int a = 0; a < c->count; a++) {
    int b = a;
    for (; b >= 0 && c->seen[b] == 0; b = c->next[b]) c->seen[b] = a + 1;
    if (b >= 0 && c->seen[b] == a + 1) return b;
  }
  return -1;
}

/* One round of longest paths with weight bound - mean. Whether anything changed. */
static bool relax(struct contraction *c) {
  mpz_t *way = &c->work[0];
  bool changed = false;
  for (int a = 0; a < c->count; a++)
    for (int b = 0; b < c->count; b++) {
      if (a == b) continue;
      mpz_add(*way, c->weight[at(c, a, b)], c->distance[b]);
      if (mpz_cmp(*way, c->distance[a]) <= 0) continue;
      mpz_swap(*way, c->distance[a]);
      c->next[a] = b;
      changed = true;
    }
  return changed;
}

static void weigh_arcs(struct contraction *c) {
  for (int a = 0; a < c->count; a++) {
    mpz_set_ui(c->distance[a], 0);
    c->next[a] = -1;
    for (int b = 0; b < c->count; b++) {
      if (a == b) continue;
      mpz_mul_si(c->weight[at(c, a, b)], c->bound[at(c, a, b)], c->length);
      mpz_sub(c->weight[at(c, a, b)], c->weight[at(c, a, b)], c->mean);
    }
  }
}

/* A cycle of the greatest mean: any cycle to begin with, then one above its mean while there is one. Longest paths
 * either come to rest, which proves that there is none, or run around such a cycle. */
static void find_critical_cycle(struct contraction *c) {
  take_best_pair(c);
  weigh_arcs(c);
  while (relax(c)) {
    check_clock(c->context);
    int better = find_cycle(c);
    if (better < 0) continue;
    take_cycle(c, better);
    weigh_arcs(c);
  }
}

/* -------------------------------------------------------------- contraction */

/* Everything times the cycle's length, so that its mean is whole. */
static void grow(struct contraction *c) {
  mpz_mul_si(c->scale, c->scale, c->length);
  for (int p = 0; p < c->nodes; p++) mpz_mul_si(c->offset[p], c->offset[p], c->length);
  for (int a = 0; a < c->count; a++)
    for (int b = 0; b < c->count; b++) mpz_mul_si(c->bound[at(c, a, b)], c->bound[at(c, a, b)], c->length);
}

/* The larger of what two nodes have to one place, the second one moved by shift, goes to the first. */
static void take_larger(struct contraction *c, size_t into, size_t from, const mpz_t shift, int sign) {
  mpz_t *moved = &c->work[0];
  if (sign > 0) mpz_add(*moved, c->bound[from], shift);
  else mpz_sub(*moved, c->bound[from], shift);
  if (mpz_cmp(*moved, c->bound[into]) <= 0) return;
  mpz_swap(*moved, c->bound[into]);
  c->tail[into] = c->tail[from];
  c->head[into] = c->head[from];
}

/* Node b becomes part of node a, with x_b = x_a + shift. */
static void merge(struct contraction *c, int a, int b, const mpz_t shift) {
  for (int other = 0; other < c->count; other++) {
    if (other == a || other == b) continue;
    take_larger(c, at(c, a, other), at(c, b, other), shift, -1);
    take_larger(c, at(c, other, a), at(c, other, b), shift, 1);
  }
  for (int p = 0; p < c->nodes; p++) {
    if (c->owner[p] != b) continue;
    c->owner[p] = a;
    mpz_add(c->offset[p], c->offset[p], shift);
  }
}

/* The last node takes the number of one that is gone. */
static void close_gap(struct contraction *c, int gap) {
  int last = --c->count;
  if (gap == last) return;
  for (int other = 0; other < last; other++) {
    size_t pairs[2][2] = {{at(c, gap, other), at(c, last, other)}, {at(c, other, gap), at(c, other, last)}};
    for (int k = 0; k < 2 && other != gap; k++) {
      mpz_swap(c->bound[pairs[k][0]], c->bound[pairs[k][1]]);
      c->tail[pairs[k][0]] = c->tail[pairs[k][1]];
      c->head[pairs[k][0]] = c->head[pairs[k][1]];
    }
  }
  for (int p = 0; p < c->nodes; p++)
    if (c->owner[p] == last) c->owner[p] = gap;
}

static int compare_falling(const void *a, const void *b) {
  int first = *(const int *)a, second = *(const int *)b;
  return (first < second) - (first > second);
}

/* The differences along the cycle are x_a - x_b = c_ab - mean: its nodes become one. */
static void contract_cycle(struct contraction *c) {
  mpz_t *shift = pool_integers(c->context, (size_t)c->length);
  grow(c);
  for (int k = 0; k + 1 < c->length; k++) {
    size_t arc = at(c, c->cycle[k], c->cycle[k + 1]);
    mpz_sub(shift[k + 1], shift[k], c->bound[arc]);
    mpz_add(shift[k + 1], shift[k + 1], c->mean);
    c->arc_tail[c->arc_count] = c->tail[arc];
    c->arc_head[c->arc_count++] = c->head[arc];
  }
  for (int k = 1; k < c->length; k++) merge(c, c->cycle[0], c->cycle[k], shift[k]);
  qsort(c->cycle + 1, (size_t)c->length - 1, sizeof *c->cycle, compare_falling);
  for (int k = 1; k < c->length; k++) close_gap(c, c->cycle[k]);
  pool_free(c->context, shift);
}

/* --------------------------------------------------------------------- rule */

static struct contraction *start_contraction(accord_context *context, accord_split *split,
                                             const accord_problem *problem) {
  struct contraction *c = POOL_NEW(context, 1, struct contraction);
  c->context = context;
  c->graph = make_core_graph(context, problem->assignment);
  c->n = problem->n;
  c->nodes = c->count = c->graph->nodes;
  size_t nodes = (size_t)c->nodes;
  pool_integer(context, c->scale);
  pool_integer(context, c->mean);
  mpz_set_ui(c->scale, 1);
  for (int k = 0; k < 3; k++) pool_integer(context, c->work[k]);
  c->bound = pool_integers(context, nodes * nodes);
  c->weight = pool_integers(context, nodes * nodes);
  c->distance = pool_integers(context, nodes);
  c->offset = pool_integers(context, nodes);
  c->tail = POOL_NEW(context, nodes * nodes, int);
  c->head = POOL_NEW(context, nodes * nodes, int);
  int **lists[] = {&c->owner, &c->arc_tail, &c->arc_head, &c->parent_arc, &c->cycle, &c->next, &c->seen};
  for (size_t k = 0; k < sizeof lists / sizeof *lists; k++) *lists[k] = POOL_NEW(context, nodes + 1, int);
  for (int a = 0; a < c->nodes; a++) {
    c->owner[a] = a;
    for (int b = 0; b < c->nodes; b++) {
      mpz_set(c->bound[at(c, a, b)], c->graph->bound[at(c, a, b)]);
      c->tail[at(c, a, b)] = a;
      c->head[at(c, a, b)] = b;
    }
  }
  c->certificate = split->certificate = POOL_NEW(context, 1, accord_kohlberg);
  c->certificate->levels = POOL_NEW(context, nodes + 1, accord_level);
  return c;
}

accord_status nucleolus_of_assignment(accord_context *context, accord_split *split, const accord_problem *problem) {
  struct contraction *c = start_contraction(context, split, problem);
  record_partition(c);
  while (c->count > 1) {
    find_critical_cycle(c);
    record_cycle(c);
    contract_cycle(c);
  }
  mpz_set(c->work[0], c->offset[0]); /* x_0 = 0 */
  for (int p = 0; p < c->nodes; p++) mpz_sub(c->offset[p], c->offset[p], c->work[0]);
  shares_of_nodes(split->share, c->graph, (const mpz_t *)c->offset, c->scale);
  return ACCORD_OK;
}

/* The core is not empty, so the prenucleolus lies in it and gives nobody less than alone. */
accord_status prenucleolus_of_assignment(accord_context *context, accord_split *split, const accord_problem *problem) {
  return nucleolus_of_assignment(context, split, problem);
}

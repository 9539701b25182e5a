/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Swings of any vote, counted exactly by its decision diagram.
 *
 * The parties join or stay away one after the other. What those before have done matters to those after only by a
 * state: of majorities the weight each of them has so far, counted up to its quota; of listed coalitions, which of them
 * nobody has stayed away from. Equal states are one node, and nodes that win or lose whatever follows are two ends.
 * With up(u) the ways to reach node u and down(u) the ways to win from it, as polynomials in the number that join,
 *
 *   swings of party k = sum over the nodes u at k of up(u) (down(u with k) - down(u without k)).
 *
 * Bolus (2011), Power indices of simple games and vector-weighted majority games by means of binary decision diagrams,
 * European Journal of Operational Research 210(2), 258-272, doi:10.1016/j.ejor.2010.09.020. */
#include "swings.h"

#include <string.h>

enum { WINS = -1, LOSES = -2, MOST_NODES = 1 << 22, FIRST_BUCKETS = 256 };

typedef struct diagram_layer {
  int count, room;
  int64_t *state;  /* count * words */
  int (*child)[2]; /* size count: the nodes of the next layer without and with the party */
  mpz_t *down;     /* size count */
} diagram_layer;

struct diagram {
  accord_context *context;
  const accord_voting *voting;
  int n, words, nodes;
  int *order;             /* size n: the party of each layer */
  whole_majority **whole; /* size majority_count */
  int64_t *ahead;         /* majority_count * (n + 1): the weight of the parties from a layer on */
  uint64_t *member;       /* without majorities: n * words, the listed coalitions each party is in */
  int *last;              /* the layer of each listed coalition's last member */
  diagram_layer *layer;   /* size n + 1 */
  int *bucket;            /* a hash of the layer being made: 1 + node */
  size_t buckets;
  int64_t *next; /* size words: a state being made */
  unsigned bits;
  mpz_t *all_win; /* size n + 1: the ways to win from a layer on, having won */
};

/* -------------------------------------------------------------------- states */

static int step_majorities(const struct diagram *diagram, const int64_t *state, int k, bool joins) {
  bool won = true;
  for (int m = 0; m < diagram->voting->majority_count; m++) {
    const whole_majority *whole = diagram->whole[m];
    int64_t reached = state[m] + (joins ? whole->votes[diagram->order[k]] : 0);
    if (reached > whole->to_win) reached = whole->to_win;
    if (reached + diagram->ahead[m * (diagram->n + 1) + k + 1] < whole->to_win) return LOSES;
    won = won && reached == whole->to_win;
    diagram->next[m] = reached;
  }
  return won ? WINS : 0;
}

static int step_winning(const struct diagram *diagram, const int64_t *state, int k, bool joins) {
  bool open = false;
  const uint64_t *member = &diagram->member[(size_t)diagram->order[k] * (size_t)diagram->words];
  for (int w = 0; w < diagram->words; w++) {
    uint64_t left = (uint64_t)state[w];
    if (!joins) left &= ~member[w];
    for (uint64_t rest = joins ? left & member[w] : 0; rest; rest &= rest - 1)
      if (diagram->last[64 * w + __builtin_ctzll(rest)] == k) return WINS;
    open = open || left;
    memcpy(&diagram->next[w], &left, sizeof left);
  }
  return open ? 0 : LOSES;
}

static size_t hash_of(const int64_t *state, int words) {
  uint64_t hash = 0x9e3779b97f4a7c15u;
  for (int w = 0; w < words; w++) {
    hash = (hash ^ (uint64_t)state[w]) * 0xbf58476d1ce4e5b9u;
    hash ^= hash >> 29;
  }
  return (size_t)hash;
}

static void fill_buckets(struct diagram *diagram, const diagram_layer *layer) {
  memset(diagram->bucket, 0, diagram->buckets * sizeof *diagram->bucket);
  for (int u = 0; u < layer->count; u++) {
    size_t at = hash_of(&layer->state[(size_t)u * (size_t)diagram->words], diagram->words) & (diagram->buckets - 1);
    while (diagram->bucket[at]) at = (at + 1) & (diagram->buckets - 1);
    diagram->bucket[at] = u + 1;
  }
}

static void make_room(struct diagram *diagram, diagram_layer *layer) {
  int room = layer->room ? 2 * layer->room : 64;
  size_t words = (size_t)diagram->words * sizeof *layer->state;
  layer->state = pool_grow(diagram->context, layer->state, (size_t)layer->room, (size_t)room, words);
  layer->room = room;
  if (diagram->buckets >= 4 * (size_t)room) return;
  pool_free(diagram->context, diagram->bucket);
  diagram->buckets = 4 * (size_t)room;
  diagram->bucket = POOL_NEW(diagram->context, diagram->buckets, int);
  fill_buckets(diagram, layer);
}

/* The node of a layer whose state is next. */
static int find_node(struct diagram *diagram, diagram_layer *layer) {
  size_t words = (size_t)diagram->words, bytes = words * sizeof *layer->state;
  if (layer->count == layer->room) make_room(diagram, layer);
  size_t at = hash_of(diagram->next, diagram->words) & (diagram->buckets - 1);
  for (; diagram->bucket[at]; at = (at + 1) & (diagram->buckets - 1))
    if (memcmp(&layer->state[(size_t)(diagram->bucket[at] - 1) * words], diagram->next, bytes) == 0)
      return diagram->bucket[at] - 1;
  memcpy(&layer->state[(size_t)layer->count * words], diagram->next, bytes);
  diagram->bucket[at] = layer->count + 1;
  if (++diagram->nodes > MOST_NODES)
    guard_leave(diagram->context, ACCORD_LIMIT,
                "the ways in which %d voters can decide are too many to count: more than %d kinds", diagram->n,
                MOST_NODES);
  return layer->count++;
}

static void make_layer(struct diagram *diagram, int k) {
  diagram_layer *layer = &diagram->layer[k], *next = &diagram->layer[k + 1];
  layer->child = pool_new(diagram->context, (size_t)layer->count + 1, sizeof *layer->child);
  fill_buckets(diagram, next);
  for (int u = 0; u < layer->count; u++) {
    if (u % 1024 == 0) check_clock(diagram->context);
    for (int joins = 0; joins < 2; joins++) {
      const int64_t *state = &layer->state[(size_t)u * (size_t)diagram->words];
      int end = (diagram->voting->majority_count ? step_majorities : step_winning)(diagram, state, k, joins);
      layer->child[u][joins] = end ? end : find_node(diagram, next);
    }
  }
  pool_free(diagram->context, layer->state);
}

/* -------------------------------------------------------------------- setting up */

static void set_up_majorities(struct diagram *diagram) {
  int count = diagram->voting->majority_count, n = diagram->n;
  diagram->words = count;
  diagram->whole = POOL_NEW(diagram->context, (size_t)count, whole_majority *);
  diagram->ahead = POOL_NEW(diagram->context, (size_t)count * ((size_t)n + 1), int64_t);
  for (int m = 0; m < count; m++) {
    diagram->whole[m] = whole_majority_of(diagram->context, &diagram->voting->majorities[m], n);
    if (!diagram->whole[m]->is_small)
      guard_leave(diagram->context, ACCORD_LIMIT, "the votes have too many digits to be counted for %d parties", n);
  }
  /* the heaviest first, by what they are of all the majorities' weights */
  double *heft = POOL_NEW(diagram->context, (size_t)n, double);
  for (int i = 0; i < n; i++)
    for (int m = 0; m < count; m++) heft[i] += (double)diagram->whole[m]->votes[i] / (double)diagram->whole[m]->in_all;
  for (int k = 0; k < n; k++) {
    int j = k;
    for (; j > 0 && heft[diagram->order[j - 1]] < heft[k]; j--) diagram->order[j] = diagram->order[j - 1];
    diagram->order[j] = k;
  }
  for (int m = 0; m < count; m++)
    for (int k = n - 1; k >= 0; k--)
      diagram->ahead[m * (n + 1) + k] =
          diagram->ahead[m * (n + 1) + k + 1] + diagram->whole[m]->votes[diagram->order[k]];
}

static void set_up_winning(struct diagram *diagram) {
  const accord_voting *voting = diagram->voting;
  diagram->words = (voting->winning_count + 63) / 64;
  diagram->member = POOL_NEW(diagram->context, (size_t)diagram->n * (size_t)diagram->words, uint64_t);
  diagram->last = POOL_NEW(diagram->context, (size_t)voting->winning_count, int);
  for (int i = 0; i < diagram->n; i++) diagram->order[i] = i;
  for (int k = 0; k < voting->winning_count; k++) {
    const accord_group *group = &voting->winning[k];
    for (int j = 0; j < group->count; j++)
      diagram->member[(size_t)group->member[j] * (size_t)diagram->words + (size_t)k / 64] |= (uint64_t)1 << k % 64;
    diagram->last[k] = group->member[group->count - 1];
  }
}

static void set_start(struct diagram *diagram) {
  for (int w = 0; w < diagram->words; w++) diagram->next[w] = 0;
  for (int k = 0; k < diagram->voting->winning_count; k++) {
    uint64_t bit = (uint64_t)1 << k % 64;
    diagram->next[k / 64] = (int64_t)((uint64_t)diagram->next[k / 64] | bit);
  }
  find_node(diagram, &diagram->layer[0]);
}

/* -------------------------------------------------------------------- counting */

static const mpz_t *down_of(const struct diagram *diagram, int k, int node) {
  if (node == WINS) return (const mpz_t *)&diagram->all_win[k];
  return node == LOSES ? NULL : (const mpz_t *)&diagram->layer[k].down[node];
}

static void count_down(struct diagram *diagram, int k) {
  diagram_layer *layer = &diagram->layer[k];
  layer->down = pool_integers(diagram->context, (size_t)layer->count);
  for (int u = 0; u < layer->count; u++) {
    if (u % 1024 == 0) check_clock(diagram->context);
    const mpz_t *without = down_of(diagram, k + 1, layer->child[u][0]),
                *with = down_of(diagram, k + 1, layer->child[u][1]);
    if (with) mpz_mul_2exp(layer->down[u], *with, diagram->bits);
    if (without) mpz_add(layer->down[u], layer->down[u], *without);
  }
}

/* The swings of the party of layer k, and the ways to the next layer. */
static void count_up(struct diagram *diagram, mpz_t swing, mpz_t *up, mpz_t *next_up, int k) {
  diagram_layer *layer = &diagram->layer[k];
  mpz_t *difference = pool_integers(diagram->context, 1);
  for (int u = 0; u < layer->count; u++) {
    if (u % 256 == 0) check_clock(diagram->context);
    const int *child = layer->child[u];
    const mpz_t *without = down_of(diagram, k + 1, child[0]), *with = down_of(diagram, k + 1, child[1]);
    if (with) mpz_set(*difference, *with);
    else mpz_set_ui(*difference, 0);
    if (without) mpz_sub(*difference, *difference, *without);
    if (mpz_sgn(*difference)) mpz_addmul(swing, up[u], *difference);
    if (child[0] >= 0) mpz_add(next_up[child[0]], next_up[child[0]], up[u]);
    mpz_mul_2exp(up[u], up[u], diagram->bits);
    if (child[1] >= 0) mpz_add(next_up[child[1]], next_up[child[1]], up[u]);
  }
  pool_free(diagram->context, difference);
}

static void count_all(struct diagram *diagram, swing_counts *counts) {
  int n = diagram->n;
  diagram->all_win = pool_integers(diagram->context, (size_t)n + 1);
  mpz_set_ui(diagram->all_win[n], 1);
  for (int k = n - 1; k >= 0; k--) {
    mpz_mul_2exp(diagram->all_win[k], diagram->all_win[k + 1], diagram->bits);
    mpz_add(diagram->all_win[k], diagram->all_win[k], diagram->all_win[k + 1]);
  }
  for (int k = n - 1; k >= 0; k--) count_down(diagram, k);
  mpz_set(*counts->winning, diagram->layer[0].down[0]);
  mpz_t *up = pool_integers(diagram->context, 1);
  mpz_set_ui(up[0], 1);
  for (int k = 0; k < n; k++) {
    mpz_t *next_up = pool_integers(diagram->context, (size_t)diagram->layer[k + 1].count + 1);
    count_up(diagram, counts->swing[diagram->order[k]], up, next_up, k);
    pool_free(diagram->context, up);
    pool_free(diagram->context, diagram->layer[k].down);
    up = next_up;
  }
  pool_free(diagram->context, up);
}

swing_counts *count_by_diagram(accord_context *context, const accord_voting *voting, bool by_size) {
  int n = voting->n;
  swing_counts *counts = POOL_NEW(context, 1, swing_counts);
  counts->voters = n;
  counts->bits = by_size ? (unsigned)n + 1 : 0;
  counts->swing = pool_integers(context, (size_t)n);
  counts->winning = pool_integers(context, 1);
  struct diagram diagram = {.context = context, .voting = voting, .n = n, .bits = counts->bits};
  diagram.order = POOL_NEW(context, (size_t)n, int);
  diagram.layer = POOL_NEW(context, (size_t)n + 1, diagram_layer);
  diagram.buckets = FIRST_BUCKETS;
  diagram.bucket = POOL_NEW(context, diagram.buckets, int);
  if (voting->majority_count) set_up_majorities(&diagram);
  else set_up_winning(&diagram);
  diagram.next = POOL_NEW(context, (size_t)diagram.words, int64_t);
  set_start(&diagram);
  for (int k = 0; k < n; k++) make_layer(&diagram, k);
  count_all(&diagram, counts);
  return counts;
}

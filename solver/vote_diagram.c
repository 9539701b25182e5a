/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The decision diagram of a vote, layer by layer; see vote_diagram.h. */
#include "vote_diagram.h"

#include "voting.h"

#include <string.h>

enum { MOST_NODES = 1 << 22, FIRST_BUCKETS = 256 };

struct making {
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
};

/* -------------------------------------------------------------------- states */

static int step_majorities(const struct making *making, const int64_t *state, int k, bool joins) {
  bool won = true;
  for (int m = 0; m < making->voting->majority_count; m++) {
    const whole_majority *whole = making->whole[m];
    int64_t reached = state[m] + (joins ? whole->votes[making->order[k]] : 0);
    if (reached > whole->to_win) reached = whole->to_win;
    if (reached + making->ahead[m * (making->n + 1) + k + 1] < whole->to_win) return DIAGRAM_LOSES;
    won = won && reached == whole->to_win;
    making->next[m] = reached;
  }
  return won ? DIAGRAM_WINS : 0;
}

static int step_winning(const struct making *making, const int64_t *state, int k, bool joins) {
  bool open = false;
  const uint64_t *member = &making->member[(size_t)making->order[k] * (size_t)making->words];
  for (int w = 0; w < making->words; w++) {
    uint64_t left = (uint64_t)state[w];
    if (!joins) left &= ~member[w];
    for (uint64_t rest = joins ? left & member[w] : 0; rest; rest &= rest - 1)
      if (making->last[64 * w + __builtin_ctzll(rest)] == k) return DIAGRAM_WINS;
    open = open || left;
    memcpy(&making->next[w], &left, sizeof left);
  }
  return open ? 0 : DIAGRAM_LOSES;
}

static size_t hash_of(const int64_t *state, int words) {
  uint64_t hash = 0x9e3779b97f4a7c15u;
  for (int w = 0; w < words; w++) {
    hash = (hash ^ (uint64_t)state[w]) * 0xbf58476d1ce4e5b9u;
    hash ^= hash >> 29;
  }
  return (size_t)hash;
}

static void fill_buckets(struct making *making, const diagram_layer *layer) {
  memset(making->bucket, 0, making->buckets * sizeof *making->bucket);
  for (int u = 0; u < layer->count; u++) {
    size_t at = hash_of(&layer->state[(size_t)u * (size_t)making->words], making->words) & (making->buckets - 1);
    while (making->bucket[at]) at = (at + 1) & (making->buckets - 1);
    making->bucket[at] = u + 1;
  }
}

static void make_room(struct making *making, diagram_layer *layer) {
  int room = layer->room ? 2 * layer->room : 64;
  size_t words = (size_t)making->words * sizeof *layer->state;
  layer->state = pool_grow(making->context, layer->state, (size_t)layer->room, (size_t)room, words);
  layer->room = room;
  if (making->buckets >= 4 * (size_t)room) return;
  pool_free(making->context, making->bucket);
  making->buckets = 4 * (size_t)room;
  making->bucket = POOL_NEW(making->context, making->buckets, int);
  fill_buckets(making, layer);
}

/* The node of a layer whose state is next. */
static int find_node(struct making *making, diagram_layer *layer) {
  size_t words = (size_t)making->words, bytes = words * sizeof *layer->state;
  if (layer->count == layer->room) make_room(making, layer);
  size_t at = hash_of(making->next, making->words) & (making->buckets - 1);
  for (; making->bucket[at]; at = (at + 1) & (making->buckets - 1))
    if (memcmp(&layer->state[(size_t)(making->bucket[at] - 1) * words], making->next, bytes) == 0)
      return making->bucket[at] - 1;
  memcpy(&layer->state[(size_t)layer->count * words], making->next, bytes);
  making->bucket[at] = layer->count + 1;
  if (++making->nodes > MOST_NODES)
    guard_leave(making->context, ACCORD_LIMIT,
                "the ways in which %d voters can decide are too many to count: more than %d kinds", making->n,
                MOST_NODES);
  return layer->count++;
}

static void make_layer(struct making *making, int k) {
  diagram_layer *layer = &making->layer[k], *next = &making->layer[k + 1];
  layer->child = pool_new(making->context, (size_t)layer->count + 1, sizeof *layer->child);
  fill_buckets(making, next);
  for (int u = 0; u < layer->count; u++) {
    if (u % 1024 == 0) check_clock(making->context);
    for (int joins = 0; joins < 2; joins++) {
      const int64_t *state = &layer->state[(size_t)u * (size_t)making->words];
      int end = (making->voting->majority_count ? step_majorities : step_winning)(making, state, k, joins);
      layer->child[u][joins] = end ? end : find_node(making, next);
    }
  }
  pool_free(making->context, layer->state);
}

/* -------------------------------------------------------------------- setting up */

static void set_up_majorities(struct making *making) {
  int count = making->voting->majority_count, n = making->n;
  making->words = count;
  making->whole = POOL_NEW(making->context, (size_t)count, whole_majority *);
  making->ahead = POOL_NEW(making->context, (size_t)count * ((size_t)n + 1), int64_t);
  for (int m = 0; m < count; m++) {
    making->whole[m] = whole_majority_of(making->context, &making->voting->majorities[m], n);
    if (!making->whole[m]->is_small)
      guard_leave(making->context, ACCORD_LIMIT, "the votes have too many digits to be counted for %d parties", n);
  }
  /* the heaviest first, by what they are of all the majorities' weights */
  double *heft = POOL_NEW(making->context, (size_t)n, double);
  for (int i = 0; i < n; i++)
    for (int m = 0; m < count; m++) heft[i] += (double)making->whole[m]->votes[i] / (double)making->whole[m]->in_all;
  for (int k = 0; k < n; k++) {
    int j = k;
    for (; j > 0 && heft[making->order[j - 1]] < heft[k]; j--) making->order[j] = making->order[j - 1];
    making->order[j] = k;
  }
  for (int m = 0; m < count; m++)
    for (int k = n - 1; k >= 0; k--)
      making->ahead[m * (n + 1) + k] = making->ahead[m * (n + 1) + k + 1] + making->whole[m]->votes[making->order[k]];
}

static void set_up_winning(struct making *making) {
  const accord_voting *voting = making->voting;
  making->words = (voting->winning_count + 63) / 64;
  making->member = POOL_NEW(making->context, (size_t)making->n * (size_t)making->words, uint64_t);
  making->last = POOL_NEW(making->context, (size_t)voting->winning_count, int);
  for (int i = 0; i < making->n; i++) making->order[i] = i;
  for (int k = 0; k < voting->winning_count; k++) {
    const accord_group *group = &voting->winning[k];
    for (int j = 0; j < group->count; j++)
      making->member[(size_t)group->member[j] * (size_t)making->words + (size_t)k / 64] |= (uint64_t)1 << k % 64;
    making->last[k] = group->member[group->count - 1];
  }
}

static void set_start(struct making *making) {
  for (int w = 0; w < making->words; w++) making->next[w] = 0;
  for (int k = 0; k < making->voting->winning_count; k++) {
    uint64_t bit = (uint64_t)1 << k % 64;
    making->next[k / 64] = (int64_t)((uint64_t)making->next[k / 64] | bit);
  }
  find_node(making, &making->layer[0]);
}

vote_diagram *make_diagram(accord_context *context, const accord_voting *voting) {
  int n = voting->n;
  vote_diagram *diagram = POOL_NEW(context, 1, vote_diagram);
  struct making making = {.context = context, .voting = voting, .n = n};
  diagram->n = n;
  diagram->order = making.order = POOL_NEW(context, (size_t)n, int);
  diagram->layer = making.layer = POOL_NEW(context, (size_t)n + 1, diagram_layer);
  if (voting->majority_count) set_up_majorities(&making);
  else set_up_winning(&making);
  making.buckets = FIRST_BUCKETS;
  making.bucket = POOL_NEW(context, making.buckets, int);
  making.next = POOL_NEW(context, (size_t)making.words, int64_t);
  set_start(&making);
  for (int k = 0; k < n; k++) make_layer(&making, k);
  pool_free(context, making.bucket);
  return diagram;
}

bool diagram_wins(const vote_diagram *diagram, const bool *in) {
  int node = 0;
  for (int k = 0; k < diagram->n && node >= 0; k++) node = diagram->layer[k].child[node][in[diagram->order[k]]];
  return node == DIAGRAM_WINS;
}

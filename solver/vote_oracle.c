/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shortest ways through the diagram, from its end to its root, for all residues at once; see vote_oracle.h. */
#include "vote_oracle.h"

#include <math.h>
#include <string.h>

enum { LANES = 32, ENDS = 2 };

typedef double double_quad __attribute__((vector_size(32), aligned(8), may_alias));

static int widest_layer(const vote_diagram *diagram) {
  int widest = 0;
  for (int k = 0; k <= diagram->n; k++)
    if (diagram->layer[k].count > widest) widest = diagram->layer[k].count;
  return widest + ENDS;
}

vote_oracle *vote_oracle_new(accord_context *context, const vote_diagram *diagram) {
  vote_oracle *oracle = POOL_NEW(context, 1, vote_oracle);
  size_t room = (size_t)widest_layer(diagram) * ORACLE_STRIDE;
  oracle->context = context;
  oracle->diagram = diagram;
  oracle->prime = ORACLE_MOST_RESIDUES;
  oracle->joins = POOL_NEW(context, (size_t)diagram->n, uint32_t *);
  for (int k = 0; k < diagram->n; k++)
    oracle->joins[k] = POOL_NEW(context, (size_t)diagram->layer[k].count + ENDS, uint32_t);
  oracle->next = POOL_NEW(context, room, wide);
  oracle->current = POOL_NEW(context, room, wide);
  return oracle;
}

/* Where a node or an end of a layer stands: the ends behind its nodes. */
static inline size_t place_of(int node, int count) { return (size_t)(node >= 0 ? node : count - 1 - node); }

/* The children of a node of layer k, or of an end. */
static inline int child_of(const diagram_layer *layer, int node, int joins) {
  if (node < layer->count) return layer->child[node][joins];
  return node == layer->count ? DIAGRAM_WINS : DIAGRAM_LOSES;
}

/* One layer: best of staying away, at next[child], and of joining, residues turned by the party's own. */
#define LAYER_BODY(name, type, vector)                                                                                 \
  KERNEL_BODY void name##_body(type *current, const type *next, const diagram_layer *layer, int below, int prime,      \
                               int residue, type cost, uint32_t *joins) {                                              \
    const vector price = {cost, cost, cost, cost};                                                                     \
    for (int u = 0; u < layer->count + ENDS; u++) {                                                                    \
      const type *stay = next + place_of(child_of(layer, u, 0), below) * ORACLE_STRIDE;                                \
      const type *join = next + place_of(child_of(layer, u, 1), below) * ORACLE_STRIDE + prime - residue;              \
      type *out = current + (size_t)u * ORACLE_STRIDE;                                                                 \
      quad joined = {0, 0, 0, 0}, bits = {1, 2, 4, 8};                                                                 \
      for (int r = 0; r < LANES; r += 4) {                                                                             \
        vector a = *(const vector *)(const void *)(stay + r), b = *(const vector *)(const void *)(join + r) + price;   \
        quad better = (quad)(b < a);                                                                                   \
        joined |= better & bits;                                                                                       \
        bits <<= 4;                                                                                                    \
        *(quad *)(void *)(out + r) = choose(better, (quad)b, (quad)a);                                                 \
      }                                                                                                                \
      joins[u] = (uint32_t)(joined[0] | joined[1] | joined[2] | joined[3]);                                            \
      for (int r = LANES - 4; r >= 0; r -= 4)                                                                          \
        *(vector *)(void *)(out + prime + r) = *(const vector *)(const void *)(out + r);                               \
    }                                                                                                                  \
  }                                                                                                                    \
  KERNEL(name,                                                                                                         \
         (type * current, const type *next, const diagram_layer *layer, int below, int prime, int residue, type cost,  \
          uint32_t *joins),                                                                                            \
         (current, next, layer, below, prime, residue, cost, joins))

LAYER_BODY(layer_of_doubles, double, double_quad)
LAYER_BODY(layer_of_integers, int64_t, quad)

static void layer_of_wide(wide *current, const wide *next, const diagram_layer *layer, int below, int prime,
                          int residue, wide cost, uint32_t *joins) {
  for (int u = 0; u < layer->count + ENDS; u++) {
    const wide *stay = next + place_of(child_of(layer, u, 0), below) * ORACLE_STRIDE;
    const wide *join = next + place_of(child_of(layer, u, 1), below) * ORACLE_STRIDE + prime - residue;
    wide *out = current + (size_t)u * ORACLE_STRIDE;
    joins[u] = 0;
    for (int r = 0; r < prime; r++) {
      wide with = join[r] + cost;
      if (with < stay[r]) joins[u] |= (uint32_t)1 << r;
      out[r] = out[r + prime] = with < stay[r] ? with : stay[r];
    }
  }
}

/* The layer behind the last party: an end wins or loses, with no residue to come. */
#define SEARCH(name, type, layer_work, none, most)                                                                     \
  void name(vote_oracle *oracle, type *best, const type *cost, type worth) {                                           \
    const vote_diagram *diagram = oracle->diagram;                                                                     \
    type *next = oracle->next, *current = oracle->current;                                                             \
    for (int r = 0; r < ENDS * ORACLE_STRIDE; r++) next[r] = (none);                                                   \
    next[0] = next[oracle->prime] = -worth;                                                                            \
    next[ORACLE_STRIDE] = next[ORACLE_STRIDE + oracle->prime] = 0;                                                     \
    for (int k = diagram->n - 1; k >= 0; k--) {                                                                        \
      int party = diagram->order[k];                                                                                   \
      check_clock(oracle->context);                                                                                    \
      layer_work(current, next, &diagram->layer[k], diagram->layer[k + 1].count, oracle->prime,                        \
                 oracle->residue[party], cost[party], oracle->joins[k]);                                               \
      type *swap = next;                                                                                               \
      next = current;                                                                                                  \
      current = swap;                                                                                                  \
    }                                                                                                                  \
    for (int r = 0; r < oracle->prime; r++) best[r] = next[r] < (none) / 2 ? next[r] : (most);                         \
  }

SEARCH(oracle_search, double, layer_of_doubles, HUGE_VAL, HUGE_VAL)
SEARCH(oracle_search_exactly, int64_t, layer_of_integers, (int64_t)1 << 62, INT64_MAX)
SEARCH(oracle_search_widely, wide, layer_of_wide, ORACLE_NONE, ORACLE_NONE)

void oracle_members(const vote_oracle *oracle, bool *in, int residue) {
  const vote_diagram *diagram = oracle->diagram;
  int node = 0;
  for (int k = 0; k < diagram->n; k++) {
    int party = diagram->order[k];
    bool joins = oracle->joins[k][node] >> residue & 1;
    in[party] = joins;
    int child = child_of(&diagram->layer[k], node, joins);
    if (joins) residue = (residue - oracle->residue[party] + oracle->prime) % oracle->prime;
    node = (int)place_of(child, diagram->layer[k + 1].count);
  }
}

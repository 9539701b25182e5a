/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Swings of any vote, counted exactly by its decision diagram (vote_diagram.h). With up(u) the ways to reach node u and
 * down(u) the ways to win from it, as polynomials in the number that join,
 *
 *   swings of party k = sum over the nodes u at k of up(u) (down(u with k) - down(u without k)). */
#include "swings.h"
#include "vote_diagram.h"

struct counting {
  accord_context *context;
  const vote_diagram *diagram;
  unsigned bits;
  mpz_t **down;   /* size n + 1: of each layer's nodes, a layer's count */
  mpz_t *all_win; /* size n + 1: the ways to win from a layer on, having won */
};

static const mpz_t *down_of(const struct counting *in, int k, int node) {
  if (node == DIAGRAM_WINS) return (const mpz_t *)&in->all_win[k];
  return node == DIAGRAM_LOSES ? NULL : (const mpz_t *)&in->down[k][node];
}

static void count_down(struct counting *in, int k) {
  const diagram_layer *layer = &in->diagram->layer[k];
  mpz_t *down = in->down[k] = pool_integers(in->context, (size_t)layer->count);
  for (int u = 0; u < layer->count; u++) {
    if (u % 1024 == 0) check_clock(in->context);
    const mpz_t *without = down_of(in, k + 1, layer->child[u][0]), *with = down_of(in, k + 1, layer->child[u][1]);
    if (with) mpz_mul_2exp(down[u], *with, in->bits);
    if (without) mpz_add(down[u], down[u], *without);
  }
}

/* The swings of the party of layer k, and the ways to the next layer. */
static void count_up(struct counting *in, mpz_t swing, mpz_t *up, mpz_t *next_up, int k) {
  const diagram_layer *layer = &in->diagram->layer[k];
  mpz_t *difference = pool_integers(in->context, 1);
  for (int u = 0; u < layer->count; u++) {
    if (u % 256 == 0) check_clock(in->context);
    const int *child = layer->child[u];
    const mpz_t *without = down_of(in, k + 1, child[0]), *with = down_of(in, k + 1, child[1]);
    if (with) mpz_set(*difference, *with);
    else mpz_set_ui(*difference, 0);
    if (without) mpz_sub(*difference, *difference, *without);
    if (mpz_sgn(*difference)) mpz_addmul(swing, up[u], *difference);
    if (child[0] >= 0) mpz_add(next_up[child[0]], next_up[child[0]], up[u]);
    mpz_mul_2exp(up[u], up[u], in->bits);
    if (child[1] >= 0) mpz_add(next_up[child[1]], next_up[child[1]], up[u]);
  }
  pool_free(in->context, difference);
}

static void count_all(struct counting *in, swing_counts *counts) {
  int n = in->diagram->n;
  in->all_win = pool_integers(in->context, (size_t)n + 1);
  mpz_set_ui(in->all_win[n], 1);
  for (int k = n - 1; k >= 0; k--) {
    mpz_mul_2exp(in->all_win[k], in->all_win[k + 1], in->bits);
    mpz_add(in->all_win[k], in->all_win[k], in->all_win[k + 1]);
  }
  for (int k = n - 1; k >= 0; k--) count_down(in, k);
  mpz_set(*counts->winning, in->down[0][0]);
  mpz_t *up = pool_integers(in->context, 1);
  mpz_set_ui(up[0], 1);
  for (int k = 0; k < n; k++) {
    mpz_t *next_up = pool_integers(in->context, (size_t)in->diagram->layer[k + 1].count + 1);
    count_up(in, counts->swing[in->diagram->order[k]], up, next_up, k);
    pool_free(in->context, up);
    pool_free(in->context, in->down[k]);
    up = next_up;
  }
  pool_free(in->context, up);
}

swing_counts *count_by_diagram(accord_context *context, const accord_voting *voting, bool by_size) {
  int n = voting->n;
  swing_counts *counts = POOL_NEW(context, 1, swing_counts);
  counts->voters = n;
  counts->bits = by_size ? (unsigned)n + 1 : 0;
  counts->swing = pool_integers(context, (size_t)n);
  counts->winning = pool_integers(context, 1);
  struct counting in = {.context = context, .diagram = make_diagram(context, voting), .bits = counts->bits};
  in.down = POOL_NEW(context, (size_t)n + 1, mpz_t *);
  count_all(&in, counts);
  return counts;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A search for groups that would save by leaving a network, where no table says: from many groups one party comes or goes
 * at a time, as long as the group saves more by it. What is found is only a candidate, in doubles; finding nothing proves
 * nothing. Cost: places^3 a step, in all as many as fit a budget. */
#include "spanning_tree.h"

#include <math.h>

/* As many comparisons as are made in some tenths of a second; places beyond which not even one step fits. */
static const double BUDGET = 3e8;
enum { MOST_PLACES = 400 };

struct search {
  accord_context *context;
  int places;
  double *cost;       /* places * places, INFINITY: no edge */
  const double *gain; /* size places: what the parties at each pay */
  bool *in, *best_in; /* size places; the source is always in */
  double *away;       /* size places: what joining each costs as the tree grows */
  bool *joined;
  double best, spent;
};

/* What the group pays over what its tree costs, which grows from the source (Prim 1957). */
static double saving(struct search *search) {
  double sum = search->gain[0];
  int m = search->places, left = 0, last = 0;
  for (int p = 1; p < m; p++) {
    search->joined[p] = !search->in[p];
    search->away[p] = (double)INFINITY;
    left += search->in[p];
  }
  search->spent += (double)(left + 1) * m;
  for (; left; left--) {
    int next = 0;
    for (int p = 1; p < m; p++) {
      if (search->joined[p]) continue;
      search->away[p] = fmin(search->away[p], search->cost[last * m + p]);
      if (!next || search->away[p] < search->away[next]) next = p;
    }
    search->joined[next] = true;
    sum += search->gain[next] - search->away[next];
    last = next;
  }
  return sum;
}

static void keep(struct search *search, double found) {
  if (found <= search->best) return;
  search->best = found;
  for (int p = 0; p < search->places; p++) search->best_in[p] = search->in[p];
}

/* To where no coming and no going saves more. */
static void climb(struct search *search) {
  double now = saving(search);
  while (search->spent < BUDGET) {
    int best = 0;
    check_clock(search->context);
    for (int p = 1; p < search->places; p++) {
      search->in[p] = !search->in[p];
      double then = saving(search);
      search->in[p] = !search->in[p];
      if (then <= now + 1e-12 * fabs(now)) continue;
      now = then;
      best = p;
    }
    if (!best) break;
    search->in[best] = !search->in[best];
  }
  keep(search, now);
}

static void read_costs(struct search *search, const whole_network *network) {
  size_t m = (size_t)network->places;
  double unit = mpz_get_d(network->denominator);
  for (size_t k = 0; k < m * m; k++) search->cost[k] = (double)INFINITY;
  for (int e = network->edge_count - 1; e >= 0; e--) { /* the cheapest of several stays */
    const network_edge *edge = &network->edges[e];
    double cost = mpz_get_d(network->cost[edge->rank]) / unit;
    search->cost[(size_t)edge->first * m + (size_t)edge->second] = cost;
    search->cost[(size_t)edge->second * m + (size_t)edge->first] = cost;
  }
}

/* Starts: the group given, then everybody, then each place by itself. */
bool search_for_objection(accord_context *context, bool *taken, const whole_network *network, const double *gain) {
  size_t m = (size_t)network->places;
  if (network->places > MOST_PLACES) return false;
  struct search search = {.context = context,
                          .places = network->places,
                          .cost = POOL_NEW(context, m * m, double),
                          .gain = gain,
                          .in = POOL_NEW(context, m, bool),
                          .best_in = POOL_NEW(context, m, bool),
                          .away = POOL_NEW(context, m, double),
                          .joined = POOL_NEW(context, m, bool)};
  read_costs(&search, network);
  for (int start = -1; start < network->places && search.spent < BUDGET; start++) {
    for (int p = 1; p < network->places; p++) search.in[p] = start < 0 ? taken[p] : start == 0 || p == start;
    climb(&search);
  }
  for (size_t p = 1; p < m; p++) taken[p] = search.best_in[p];
  return search.best > 0;
}

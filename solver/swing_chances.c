/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Swings of one majority where each other party joins with chance t, in doubles.
 *
 *   P(x) = chance that the weight of those who join is x: P(x) <- (1 - t) P(x) + t P(x - w) for each party,
 *   F its prefix sums,   without i:  F_i(x) = (F(x) - t F_i(x - w_i)) / (1 - t),
 *   chance that i swings = F_i(q - 1) - F_i(q - 1 - w_i).
 *
 * For t > 1/2 the last recursion would blow errors up: the dual vote at 1 - t has the same swings, so that one P serves
 * t and 1 - t. Its integral over t in [0, 1] is the Shapley value (Owen 1972, Multilinear extensions of games,
 * Management Science 18(5), 64-79). Chances below 1e-40 are dropped: only the part of P that counts is carried. */
#include "swings.h"

#include <string.h>

static const double nothing = 1e-40;

struct swing_work {
  accord_context *context;
  const whole_majority *whole;
  int n;
  int64_t size;         /* the larger quota of the vote and its dual: P(0 .. size - 1) is needed */
  double *chance, *old; /* size */
  double *sum;          /* size: F */
  int64_t low, high;    /* P is 0 outside of low..high */
};

swing_work *start_swing_chances(accord_context *context, const whole_majority *whole, int n) {
  swing_work *work = POOL_NEW(context, 1, swing_work);
  int64_t dual = whole->in_all - whole->to_win + 1;
  work->context = context;
  work->whole = whole;
  work->n = n;
  work->size = whole->to_win > dual ? whole->to_win : dual;
  work->chance = POOL_NEW(context, (size_t)work->size, double);
  work->old = POOL_NEW(context, (size_t)work->size, double);
  work->sum = POOL_NEW(context, (size_t)work->size, double);
  return work;
}

/* out[x] = stay a[x] + join b[x]. */
static void blend(double *restrict out, const double *restrict a, const double *restrict b, double stay, double join,
                  int64_t count) {
  for (int64_t x = 0; x < count; x++) out[x] = stay * a[x] + join * b[x];
}

static void scale(double *restrict out, const double *restrict a, double factor, int64_t count) {
  for (int64_t x = 0; x < count; x++) out[x] = factor * a[x];
}

/* The old chances in old[low..high], the new ones in chance[low..high + weight], as far as they are needed. */
static void add_party(swing_work *work, int64_t weight, double t) {
  double *old = work->chance, *new = work->old;
  int64_t low = work->low, high = work->high, top = high + weight < work->size ? high + weight : work->size - 1;
  int64_t alone = low + weight <= high ? low + weight : high + 1; /* below: only those without the party */
  scale(new + low, old + low, 1 - t, alone - low);
  if (alone <= high) blend(new + alone, old + alone, old + alone - weight, 1 - t, t, high + 1 - alone);
  int64_t from = low + weight > high ? low + weight : high + 1; /* from here: only those with it */
  for (int64_t x = high + 1; x < from && x <= top; x++) new[x] = 0;
  if (from <= top) scale(new + from, old + from - weight, t, top + 1 - from);
  work->chance = new;
  work->old = old;
  work->high = top;
  while (work->low < work->high && work->chance[work->low] < nothing) work->low++;
  while (work->high > work->low && work->chance[work->high] < nothing) work->high--;
}

static void sum_up(swing_work *work) {
  long double sum = 0;
  for (int64_t x = 0; x < work->size; x++) {
    if (x >= work->low && x <= work->high) sum += (long double)work->chance[x];
    work->sum[x] = (double)sum;
  }
}

/* The chance that a party of this weight swings the others in the vote of this quota. */
static double swing_chance(const swing_work *work, int64_t quota, int64_t weight, double t) {
  double last = 0, before = 0, stay = 1 / (1 - t), ratio = t / (1 - t);
  for (int64_t y = (quota - 1) % weight; y < quota; y += weight) {
    before = last;
    last = stay * work->sum[y] - ratio * before;
  }
  return last - before;
}

double add_swing_chances(swing_work *work, double *chance, double t, double factor) {
  const whole_majority *whole = work->whole;
  int64_t dual = whole->in_all - whole->to_win + 1;
  work->low = work->high = 0;
  work->chance[0] = 1;
  for (int i = 0; i < work->n; i++) {
    check_clock(work->context);
    if (whole->votes[i] > 0) add_party(work, whole->votes[i], t);
  }
  sum_up(work);
  for (int i = 0; i < work->n; i++) {
    int64_t weight = whole->votes[i];
    if (weight == 0) continue;
    double swings = swing_chance(work, whole->to_win, weight, t);
    if (t < 0.5) swings += swing_chance(work, dual, weight, t);
    chance[i] += factor * swings;
  }
  return 1 - work->sum[whole->to_win - 1];
}

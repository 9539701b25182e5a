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
#include "kernels.h"
#include "swings.h"

#include <stdlib.h>
#include <string.h>

static const double nothing = 1e-40;

typedef double double_quad __attribute__((vector_size(32), aligned(8), may_alias));

struct swing_work {
  accord_context *context;
  const whole_majority *whole;
  int n;
  int64_t size;         /* the larger quota of the vote and its dual: P(0 .. size - 1) is needed */
  double *chance, *old; /* size */
  double *sum;          /* size: F */
  int64_t low, high;    /* P is 0 outside of low..high */
  const int *order;     /* size n: the parties by rising weight, so that P stays narrow for long */
};

static _Thread_local const int64_t *sorting;

static int compare_votes(const void *a, const void *b) {
  int first = *(const int *)a, second = *(const int *)b;
  if (sorting[first] != sorting[second]) return sorting[first] < sorting[second] ? -1 : 1;
  return (first > second) - (first < second);
}

swing_work *start_swing_chances(accord_context *context, const whole_majority *whole, int n) {
  swing_work *work = POOL_NEW(context, 1, swing_work);
  int64_t dual = whole->in_all - whole->to_win + 1;
  int *order = POOL_NEW(context, (size_t)n, int);
  for (int i = 0; i < n; i++) order[i] = i;
  sorting = whole->votes;
  qsort(order, (size_t)n, sizeof *order, compare_votes);
  *work = (swing_work){.context = context, .whole = whole, .n = n, .order = order};
  work->size = whole->to_win > dual ? whole->to_win : dual;
  work->chance = POOL_NEW(context, (size_t)work->size, double);
  work->old = POOL_NEW(context, (size_t)work->size, double);
  work->sum = POOL_NEW(context, (size_t)work->size, double);
  return work;
}

/* out[x] = factor[0] a[x] + factor[1] b[x]. */
KERNEL_BODY void blend_body(double *out, const double *a, const double *b, const double *factor, int64_t count) {
  const double_quad stay = {factor[0], factor[0], factor[0], factor[0]},
                    join = {factor[1], factor[1], factor[1], factor[1]};
  int64_t x = 0;
  for (; x + 4 <= count; x += 4)
    *(double_quad *)(void *)(out + x) =
        stay * *(const double_quad *)(const void *)(a + x) + join * *(const double_quad *)(const void *)(b + x);
  for (; x < count; x++) out[x] = factor[0] * a[x] + factor[1] * b[x];
}

KERNEL(blend, (double *out, const double *a, const double *b, const double *factor, int64_t count),
       (out, a, b, factor, count))

static void scale(double *restrict out, const double *restrict a, double factor, int64_t count) {
  for (int64_t x = 0; x < count; x++) out[x] = factor * a[x];
}

/* The old chances in old[low..high], the new ones in chance[low..high + weight], as far as they are needed. */
static void add_party(swing_work *work, int64_t weight, double t) {
  double *old = work->chance, *new = work->old, factor[2] = {1 - t, t};
  int64_t low = work->low, high = work->high, top = high + weight < work->size ? high + weight : work->size - 1;
  int64_t alone = low + weight <= high ? low + weight : high + 1; /* below: only those without the party */
  scale(new + low, old + low, 1 - t, alone - low);
  if (alone <= high) blend(new + alone, old + alone, old + alone - weight, factor, high + 1 - alone);
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

/* Parties of the same weight swing alike. */
static void find_swings(const swing_work *work, double *swings, double t) {
  const whole_majority *whole = work->whole;
  int64_t dual = whole->in_all - whole->to_win + 1;
  for (int k = 0; k < work->n; k++) {
    int i = work->order[k], before = k ? work->order[k - 1] : i;
    int64_t weight = whole->votes[i];
    swings[i] = 0;
    if (weight == 0) continue;
    if (k && whole->votes[before] == weight) {
      swings[i] = swings[before];
      continue;
    }
    swings[i] = swing_chance(work, whole->to_win, weight, t);
    if (t < 0.5) swings[i] += swing_chance(work, dual, weight, t);
  }
}

double find_swing_chances(swing_work *work, double *swings, double t) {
  work->low = work->high = 0;
  work->chance[0] = 1;
  for (int k = 0; k < work->n; k++) {
    if (k % 16 == 0 && is_time_up(work->context)) return 0;
    int64_t weight = work->whole->votes[work->order[k]];
    if (weight > 0) add_party(work, weight, t);
  }
  sum_up(work);
  find_swings(work, swings, t);
  return 1 - work->sum[work->whole->to_win - 1];
}

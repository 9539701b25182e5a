/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each measure makes of pooled losses, by its definition.
 *
 * Rockafellar and Uryasev (2002), Conditional value-at-risk for general loss distributions: expected shortfall is the
 * mean of the worst t of outcomes, of the one on the boundary as much as fills t. */
#include "risk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool measure_is_rational(accord_measure measure) {
  return measure == ACCORD_EXPECTED_SHORTFALL || measure == ACCORD_VALUE_AT_RISK || measure == ACCORD_EXPECTATION;
}

bool measure_has_core(accord_measure measure) { return measure != ACCORD_VALUE_AT_RISK && measure != ACCORD_ENTROPIC; }

/* ---------------------------------------------------------------- losses */

void risk_loss(mpz_t loss, const accord_risk *risk, int i, size_t k) {
  size_t at = (size_t)i * risk->count + k;
  if (risk->in_words) mpz_set_si(loss, risk->loss[at]);
  else mpz_set(loss, risk->big_loss[at]);
}

void risk_weight(mpz_t weight, const accord_risk *risk, size_t k) {
  if (risk->in_words) mpz_set_si(weight, risk->weight[k]);
  else mpz_set(weight, risk->big_weight[k]);
}

void pool_losses(mpz_t *pooled, const accord_risk *risk, int i) {
  for (size_t k = 0; k < risk->count; k++) {
    int64_t sum = 0;
    mpz_set_ui(pooled[k], 0);
    for (int j = i < 0 ? 0 : i; j < (i < 0 ? risk->n : i + 1); j++) {
      size_t at = (size_t)j * risk->count + k;
      if (risk->in_words) sum += risk->loss[at];
      else mpz_add(pooled[k], pooled[k], risk->big_loss[at]);
    }
    if (risk->in_words) mpz_set_si(pooled[k], sum);
  }
}

void weighted_sum(mpz_t sum, const accord_risk *risk, const mpz_t *pooled) {
  mpz_set_ui(sum, 0);
  for (size_t k = 0; k < risk->count; k++) {
    if (!risk->in_words) mpz_addmul(sum, pooled[k], risk->big_weight[k]);
    else mpz_addmul_ui(sum, pooled[k], (unsigned long)risk->weight[k]);
  }
}

/* ------------------------------------------------------------------ tails */

static _Thread_local const mpz_t *sorting; /* qsort has no argument */

static int compare_losses(const void *a, const void *b) {
  size_t first = *(const size_t *)a, second = *(const size_t *)b;
  int order = mpz_cmp(sorting[second], sorting[first]);
  return order ? order : (first > second) - (first < second);
}

static size_t *worst_first(accord_context *context, const mpz_t *pooled, size_t count) {
  size_t *order = POOL_NEW(context, count, size_t);
  for (size_t k = 0; k < count; k++) order[k] = k;
  sorting = pooled;
  qsort(order, count, sizeof *order, compare_losses);
  return order;
}

void pooled_threshold(accord_context *context, mpz_t threshold, mpz_t above, const accord_risk *risk,
                      const mpz_t *pooled) {
  size_t *order = worst_first(context, pooled, risk->count), next = 0;
  mpz_t *work = pool_integers(context, 2), *mass = &work[0], *weight = &work[1];
  for (;;) { /* mass: of outcomes as bad as this one, or worse */
    mpz_set(threshold, pooled[order[next]]);
    mpz_set(above, *mass);
    for (; next < risk->count && mpz_cmp(pooled[order[next]], threshold) == 0; next++) {
      risk_weight(*weight, risk, order[next]);
      mpz_add(*mass, *mass, *weight);
    }
    if (mpz_cmp(*mass, risk->tail) > 0 || next == risk->count) break;
  }
  pool_free(context, order);
  pool_free(context, work);
}

/* sum over the tail of weight times loss: all above the threshold, and of the threshold what fills the tail. */
static void tail_sum(accord_context *context, mpz_t sum, const accord_risk *risk, const mpz_t *pooled) {
  mpz_t *work = pool_integers(context, 3), *threshold = &work[0], *above = &work[1], *weight = &work[2];
  pooled_threshold(context, *threshold, *above, risk, pooled);
  mpz_sub(sum, risk->tail, *above);
  mpz_mul(sum, sum, *threshold);
  for (size_t k = 0; k < risk->count; k++) {
    if (mpz_cmp(pooled[k], *threshold) <= 0) continue;
    risk_weight(*weight, risk, k);
    mpz_addmul(sum, pooled[k], *weight);
  }
  pool_free(context, work);
}

/* -------------------------------------------------------------- deviations */

/* W loss_k - sum of weight times loss: how far scenario k is from the mean, times W. */
static void deviation(mpz_t deviation, const accord_risk *risk, const mpz_t loss, const mpz_t sum) {
  mpz_mul(deviation, loss, risk->weight_sum);
  mpz_sub(deviation, deviation, sum);
}

/* E[(L - EL)^2], or with the part above the mean alone: sum weight deviation^2 / W^3 in squares of the unit. */
static void mean_square(accord_context *context, mpq_t square, const accord_risk *risk, const mpz_t *pooled,
                        bool above_only) {
  mpz_t *work = pool_integers(context, 3), *sum = &work[0], *each = &work[1], *weight = &work[2];
  weighted_sum(*sum, risk, pooled);
  mpq_set_ui(square, 0, 1);
  for (size_t k = 0; k < risk->count; k++) {
    deviation(*each, risk, pooled[k], *sum);
    if (above_only && mpz_sgn(*each) <= 0) continue;
    risk_weight(*weight, risk, k);
    mpz_mul(*each, *each, *each);
    mpz_addmul(mpq_numref(square), *each, *weight);
  }
  mpz_pow_ui(mpq_denref(square), risk->weight_sum, 3);
  mpq_canonicalize(square);
  mpq_mul(square, square, risk->unit);
  mpq_mul(square, square, risk->unit);
  pool_free(context, work);
}

static void root_of_square(accord_context *context, mpq_t value, const accord_risk *risk, const mpz_t *pooled,
                           bool above_only) {
  mean_square(context, value, risk, pooled, above_only);
  mpq_set_d(value, nearest_root(context, value));
}

/* ----------------------------------------------------------------- entropic */

/* e^x - 1 - x without cancellation. */
static long double excess_growth(long double x) {
  enum { TERMS = 12 };
  if (fabsl(x) > 0.0625L) return expm1l(x) - x;
  long double sum = 0;
  for (int k = TERMS; k >= 2; k--) sum = (sum + 1) * x / k;
  return sum * x;
}

/* A long double as the rational it is. */
static void set_long_double(accord_context *context, mpq_t number, long double value) {
  mpq_t *rest = pool_rationals(context, 1);
  double head = (double)value;
  mpq_set_d(number, head);
  mpq_set_d(*rest, (double)(value - (long double)head));
  mpq_add(number, number, *rest);
  pool_free(context, rest);
}

static const double most_exponent = 600; /* of which the exponential is finite in any kind of double */

/* (loss - base) unit / T, where base is divided by W. */
static double exponent_of(mpq_t work, const accord_risk *risk, const mpz_t loss, const mpz_t base, const mpq_t scale) {
  deviation(mpq_numref(work), risk, loss, base);
  mpz_set_ui(mpq_denref(work), 1);
  mpq_mul(work, work, scale);
  return accord_to_double(work);
}

/* sum of chance times e^x - 1 - x, or times e^x. */
static long double mean_exponential(accord_context *context, const accord_risk *risk, const double *x, bool whole) {
  mpq_t *chance = pool_rationals(context, 1);
  long double sum = 0;
  for (size_t k = 0; k < risk->count; k++) {
    risk_weight(mpq_numref(*chance), risk, k);
    mpz_set(mpq_denref(*chance), risk->weight_sum);
    mpq_canonicalize(*chance);
    sum +=
        (long double)accord_to_double(*chance) * (whole ? expl((long double)x[k]) : excess_growth((long double)x[k]));
  }
  pool_free(context, chance);
  return sum;
}

/* With x = (L - base) / T: base + T ln E e^x. The base is the mean, for which E e^x = 1 + E[e^x - 1 - x] loses nothing;
 * where e^x might then be no number it is the largest loss. */
static void entropic(accord_context *context, mpq_t value, const accord_risk *risk, const mpz_t *pooled) {
  double *x = POOL_NEW(context, risk->count, double), largest = 0;
  mpz_t *base = pool_integers(context, 1);
  mpq_t *work = pool_rationals(context, 2), *scale = &work[0], *each = &work[1];
  size_t worst = 0;
  weighted_sum(*base, risk, pooled);
  mpq_div(*scale, risk->unit, risk->parameter);
  mpz_mul(mpq_denref(*scale), mpq_denref(*scale), risk->weight_sum);
  mpq_canonicalize(*scale);
  for (size_t k = 0; k < risk->count; k++) {
    x[k] = exponent_of(*each, risk, pooled[k], *base, *scale);
    if (x[k] > largest) largest = x[k];
    if (mpz_cmp(pooled[k], pooled[worst]) > 0) worst = k;
  }
  bool large = largest > most_exponent;
  if (large) mpz_mul(*base, pooled[worst], risk->weight_sum);
  for (size_t k = 0; k < risk->count && large; k++) x[k] = exponent_of(*each, risk, pooled[k], *base, *scale);
  long double sum = mean_exponential(context, risk, x, large);
  set_long_double(context, *each, large ? logl(sum) : log1pl(sum));
  mpq_mul(*each, *each, risk->parameter);
  mpq_set_z(value, *base);
  mpz_set(mpq_denref(value), risk->weight_sum);
  mpq_canonicalize(value);
  mpq_mul(value, value, risk->unit);
  mpq_add(value, value, *each);
  mpq_set_d(value, accord_to_double(value));
  pool_free(context, x);
  pool_free(context, base);
  pool_free(context, work);
}

/* ------------------------------------------------------------- any measure */

void risk_of_pooled(accord_context *context, mpq_t value, const accord_risk *risk, const mpz_t *pooled) {
  mpz_t *work = pool_integers(context, 1);
  mpz_set_ui(mpq_denref(value), 1);
  switch (risk->measure) {
  case ACCORD_EXPECTED_SHORTFALL:
    tail_sum(context, mpq_numref(value), risk, pooled);
    mpz_set(mpq_denref(value), risk->tail);
    break;
  case ACCORD_VALUE_AT_RISK: pooled_threshold(context, mpq_numref(value), *work, risk, pooled); break;
  case ACCORD_EXPECTATION:
    weighted_sum(mpq_numref(value), risk, pooled);
    mpz_set(mpq_denref(value), risk->weight_sum);
    break;
  case ACCORD_STANDARD_DEVIATION: root_of_square(context, value, risk, pooled, false); break;
  case ACCORD_SEMIDEVIATION: root_of_square(context, value, risk, pooled, true); break;
  case ACCORD_ENTROPIC: entropic(context, value, risk, pooled); break;
  }
  if (measure_is_rational(risk->measure)) {
    mpq_canonicalize(value);
    mpq_mul(value, value, risk->unit);
  }
  pool_free(context, work);
}

void risk_of(accord_context *context, mpq_t value, const accord_risk *risk, int i) {
  mpz_t *pooled = pool_integers(context, risk->count);
  pool_losses(pooled, risk, i);
  risk_of_pooled(context, value, risk, (const mpz_t *)pooled);
  pool_free(context, pooled);
}

/* ----------------------------------------------------------------- in words */

/* Of one part of the outcomes: how they lie around a pivot. Those above come first, then those alike. */
struct parting {
  size_t above, alike; /* how many */
  int64_t above_mass, alike_mass;
  wide above_sum; /* of weight times loss */
};

static void swap_entries(risk_work *work, size_t a, size_t b) {
  int64_t value = work->value[a], weight = work->weight[a];
  work->value[a] = work->value[b], work->weight[a] = work->weight[b];
  work->value[b] = value, work->weight[b] = weight;
}

static struct parting part(risk_work *work, size_t from, size_t to, int64_t pivot) {
  struct parting found = {0};
  size_t next = from, last = to;
  while (next < last) {
    int64_t value = work->value[next], weight = work->weight[next];
    if (value > pivot) {
      found.above_mass += weight;
      found.above_sum += (wide)value * weight;
      swap_entries(work, from + found.above++, next++);
    } else if (value == pivot) {
      found.alike_mass += weight;
      found.alike++;
      next++;
    } else {
      swap_entries(work, next, --last);
    }
  }
  return found;
}

static int64_t middle_of(int64_t a, int64_t b, int64_t c) {
  if (a > b) return b > c ? b : a > c ? c : a;
  return a > c ? a : b > c ? c : b;
}

wide select_worst(int64_t *threshold, risk_work *work, size_t count, int64_t tail) {
  size_t from = 0, to = count;
  int64_t room = tail;
  wide sum = 0;
  for (;;) {
    int64_t pivot = middle_of(work->value[from], work->value[from + (to - from) / 2], work->value[to - 1]);
    struct parting found = part(work, from, to, pivot);
    if (found.above_mass > room) {
      to = from + found.above;
      continue;
    }
    sum += found.above_sum;
    room -= found.above_mass;
    size_t below = from + found.above + found.alike;
    if (found.alike_mass > room || below == to) {
      *threshold = pivot;
      return sum + (wide)room * pivot;
    }
    sum += (wide)found.alike_mass * pivot;
    room -= found.alike_mass;
    from = below;
  }
}

wide select_tail(int64_t *threshold, const accord_risk *risk, const int64_t *pooled, risk_work *work) {
  memcpy(work->value, pooled, risk->count * sizeof *pooled);
  memcpy(work->weight, risk->weight, risk->count * sizeof *pooled);
  return select_worst(threshold, work, risk->count, risk->tail_weight);
}

static wide word_sum(const accord_risk *risk, const int64_t *pooled) {
  wide sum = 0;
  for (size_t k = 0; k < risk->count; k++) sum += (wide)pooled[k] * risk->weight[k];
  return sum;
}

/* As entropic above, in long doubles. */
double entropic_in_words(const accord_risk *risk, const int64_t *pooled, const risk_work *work) {
  wide base = word_sum(risk, pooled);
  int64_t worst = pooled[0];
  for (size_t k = 1; k < risk->count; k++) worst = pooled[k] > worst ? pooled[k] : worst;
  long double scale = work->unit_over_weights / work->tolerance, sum = 0;
  bool large = (long double)((wide)worst * risk->weights_in_all - base) * scale > (long double)most_exponent;
  if (large) base = (wide)worst * risk->weights_in_all;
  for (size_t k = 0; k < risk->count; k++) {
    long double x = (long double)((wide)pooled[k] * risk->weights_in_all - base) * scale;
    sum += work->chance[k] * (large ? expl(x) : excess_growth(x));
  }
  return (double)((long double)base * work->unit_over_weights + work->tolerance * (large ? logl(sum) : log1pl(sum)));
}

void risk_work_start(accord_context *context, risk_work *work, const accord_risk *risk) {
  *work =
      (risk_work){.value = POOL_NEW(context, risk->count, int64_t), .weight = POOL_NEW(context, risk->count, int64_t)};
  if (measure_is_rational(risk->measure)) return;
  work->chance = POOL_NEW(context, risk->count, long double);
  for (size_t k = 0; k < risk->count; k++)
    work->chance[k] = (long double)risk->weight[k] / (long double)risk->weights_in_all;
  work->unit_over_weights = (long double)accord_to_double(risk->unit) / (long double)risk->weights_in_all;
  work->tolerance = (long double)accord_to_double(risk->parameter);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shares of a risk by what each party adds to it at the margin (Tasche 1999; Denault 2001), and by covariance. */
#include "groups.h"
#include "risk.h"
#include "rule.h"

#include <math.h>
#include <stdlib.h>

/* What both rules look at: each scenario's pooled loss. */
struct pool {
  accord_context *context;
  const accord_risk *risk;
  mpz_t *pooled; /* size count */
  mpz_t *own;    /* size count: one party's losses */
};

static struct pool make_pool(accord_context *context, const accord_risk *risk) {
  struct pool pool = {context, risk, pool_integers(context, risk->count), pool_integers(context, risk->count)};
  pool_losses(pool.pooled, risk, ALL_TOGETHER);
  return pool;
}

/* share_i = sum over k of factor[k] own loss[k], times unit / denominator. */
static void weigh_losses(struct pool *pool, mpq_t *share, const mpz_t *factor, const mpz_t denominator) {
  const accord_risk *risk = pool->risk;
  for (int i = 0; i < risk->n; i++) {
    check_clock(pool->context);
    pool_losses(pool->own, risk, i);
    mpz_set_ui(mpq_numref(share[i]), 0);
    for (size_t k = 0; k < risk->count; k++)
      if (mpz_sgn(factor[k])) mpz_addmul(mpq_numref(share[i]), factor[k], pool->own[k]);
    mpz_set(mpq_denref(share[i]), denominator);
    mpq_canonicalize(share[i]);
    mpq_mul(share[i], share[i], risk->unit);
  }
}

/* ------------------------------------------------- what each scenario counts */

/* Means by other chances: factor[k] / *sum, in place of those that scenarios have. */
struct counts {
  mpz_t *factor, *sum;
};

static struct counts new_counts(struct pool *pool) {
  mpz_t *factor = pool_integers(pool->context, pool->risk->count + 1);
  return (struct counts){factor, &factor[pool->risk->count]};
}

static void count_all(struct pool *pool, struct counts *counts) {
  for (size_t k = 0; k < pool->risk->count; k++) risk_weight(counts->factor[k], pool->risk, k);
  mpz_set(*counts->sum, pool->risk->weight_sum);
}

/* The tail alone. Scenarios on its boundary share in what they fill by their chances: their weights count
 * (tail - above) / alike, all others alike / alike. */
static void count_tail(struct pool *pool, struct counts *counts) {
  const accord_risk *risk = pool->risk;
  mpz_t *work = pool_integers(pool->context, 4);
  mpz_t *threshold = &work[0], *rest = &work[1], *alike = &work[2], *weight = &work[3];
  pooled_threshold(pool->context, *threshold, *rest, risk, (const mpz_t *)pool->pooled);
  mpz_sub(*rest, risk->tail, *rest);
  for (size_t k = 0; k < risk->count; k++) {
    if (mpz_cmp(pool->pooled[k], *threshold) != 0) continue;
    risk_weight(*weight, risk, k);
    mpz_add(*alike, *alike, *weight);
  }
  for (size_t k = 0; k < risk->count; k++) {
    int order = mpz_cmp(pool->pooled[k], *threshold);
    if (order < 0) continue;
    risk_weight(*weight, risk, k);
    mpz_mul(counts->factor[k], *weight, order ? *alike : *rest);
  }
  mpz_mul(*counts->sum, risk->tail, *alike);
}

/* ------------------------------------------------------------------ deviations */

/* W L - sum w L, or its part above 0, times the weight: what losses are multiplied by. */
static mpz_t *deviation_factors(struct pool *pool, bool above_only) {
  const accord_risk *risk = pool->risk;
  mpz_t *factor = pool_integers(pool->context, risk->count), *work = pool_integers(pool->context, 2);
  weighted_sum(work[0], risk, (const mpz_t *)pool->pooled);
  for (size_t k = 0; k < risk->count; k++) {
    mpz_mul(factor[k], pool->pooled[k], risk->weight_sum);
    mpz_sub(factor[k], factor[k], work[0]);
    if (above_only && mpz_sgn(factor[k]) < 0) mpz_set_ui(factor[k], 0);
    risk_weight(work[1], risk, k);
    mpz_mul(factor[k], factor[k], work[1]);
  }
  return factor;
}

/* As the mean of L_i D less EL_i ED. */
void cross_deviations(accord_context *context, mpq_t *share, const accord_risk *risk, bool above_only) {
  struct pool own = make_pool(context, risk), *pool = &own;
  struct counts all = new_counts(pool);
  mpq_t *mean = pool_rationals(context, (size_t)risk->n), *part = pool_rationals(context, 1);
  mpz_t *square = pool_integers(context, 1);
  mpz_t *factor = deviation_factors(pool, above_only);
  mpz_mul(*square, risk->weight_sum, risk->weight_sum);
  weigh_losses(pool, share, (const mpz_t *)factor, *square);
  count_all(pool, &all);
  weigh_losses(pool, mean, (const mpz_t *)all.factor, *all.sum);
  for (size_t k = 0; k < risk->count; k++) mpz_add(mpq_numref(*part), mpq_numref(*part), factor[k]);
  mpz_set(mpq_denref(*part), *square);
  mpq_canonicalize(*part);
  for (int i = 0; i < risk->n; i++) {
    mpq_mul(mean[i], mean[i], *part);
    mpq_sub(share[i], share[i], mean[i]);
    mpq_mul(share[i], share[i], risk->unit);
  }
}

/* share / sqrt(sum of shares), each rounded once: the sum is E[D^2], the square of the risk. False where it is 0. */
static bool divide_by_root(accord_context *context, mpq_t *share, int n) {
  mpq_t *work = pool_rationals(context, 2), *sum = &work[0], *square = &work[1];
  rational_sum(*sum, (const mpq_t *)share, n);
  if (mpq_sgn(*sum) == 0) return false;
  for (int i = 0; i < n; i++) {
    int sign = mpq_sgn(share[i]);
    mpq_mul(*square, share[i], share[i]);
    mpq_div(*square, *square, *sum);
    mpq_set_d(share[i], sign * nearest_root(context, *square));
  }
  return true;
}

/* -------------------------------------------------------------------- entropic */

/* Aumann and Shapley's integral over s from 0 to 1 of E[L_i exp(s L / T)] / E[exp(s L / T)] is each party's mean loss
 * by the chances that scenarios have on average over s where each counts exp(s x) times as much. */
struct tilt {
  const double *x, *log_chance; /* size count; x at most 0 */
  double *part;                 /* size count: room */
  size_t count;
};

/* Gauss and Legendre's rule of eight points: nodes and weights of the positive half. */
enum { HALF_NODES = 4 };
static const double node[HALF_NODES] = {0.18343464249564980, 0.52553240991632899, 0.79666647741362674,
                                        0.96028985649753623};
static const double node_weight[HALF_NODES] = {0.36268378337836198, 0.31370664587788729, 0.22238103445337447,
                                               0.10122853629037626};

static void add_tilted(const struct tilt *tilt, double *sum, double s, double weight) {
  double largest = -(double)INFINITY, all = 0;
  for (size_t k = 0; k < tilt->count; k++) {
    tilt->part[k] = tilt->log_chance[k] + s * tilt->x[k];
    if (tilt->part[k] > largest) largest = tilt->part[k];
  }
  for (size_t k = 0; k < tilt->count; k++) {
    tilt->part[k] = exp(tilt->part[k] - largest);
    all += tilt->part[k];
  }
  for (size_t k = 0; k < tilt->count; k++) sum[k] += weight * (tilt->part[k] / all);
}

static void integrate(const struct tilt *tilt, double *sum, double from, double to) {
  double middle = (from + to) / 2, half = (to - from) / 2;
  for (size_t k = 0; k < tilt->count; k++) sum[k] = 0;
  for (int j = 0; j < HALF_NODES; j++)
    for (int sign = -1; sign <= 1; sign += 2)
      add_tilted(tilt, sum, middle + sign * half * node[j], half * node_weight[j]);
}

/* Halves the interval until both halves together say what the whole does: then they are off by 2^16 times less. */
static void integrate_closely(accord_context *context, const struct tilt *tilt, double *total, const double *whole,
                              double from, double to, int depth) {
  static const double close_enough = 1e-12, negligible = 1e-14;
  enum { DEEPEST = 1100 };
  double middle = (from + to) / 2, distance = 0;
  double *left = POOL_NEW(context, 2 * tilt->count, double), *right = &left[tilt->count];
  check_clock(context);
  integrate(tilt, left, from, middle);
  integrate(tilt, right, middle, to);
  for (size_t k = 0; k < tilt->count; k++) distance += fabs(left[k] + right[k] - whole[k]);
  if (distance <= fmax(close_enough * (to - from), negligible) || depth == DEEPEST) {
    for (size_t k = 0; k < tilt->count; k++) total[k] += left[k] + right[k];
  } else {
    integrate_closely(context, tilt, total, left, from, middle, depth + 1);
    integrate_closely(context, tilt, total, right, middle, to, depth + 1);
  }
  pool_free(context, left);
}

/* x_k = (L_k - largest L) / T, and ln of the chance. */
static void set_tilt(struct pool *pool, double *x, double *log_chance) {
  const accord_risk *risk = pool->risk;
  mpz_t *largest = pool_integers(pool->context, 1);
  mpq_t *each = pool_rationals(pool->context, 1);
  mpz_set(*largest, pool->pooled[0]);
  for (size_t k = 1; k < risk->count; k++)
    if (mpz_cmp(pool->pooled[k], *largest) > 0) mpz_set(*largest, pool->pooled[k]);
  for (size_t k = 0; k < risk->count; k++) {
    mpz_sub(mpq_numref(*each), pool->pooled[k], *largest);
    mpz_set_ui(mpq_denref(*each), 1);
    mpq_mul(*each, *each, risk->unit);
    mpq_div(*each, *each, risk->parameter);
    x[k] = accord_to_double(*each);
    risk_weight(mpq_numref(*each), risk, k);
    mpz_set(mpq_denref(*each), risk->weight_sum);
    mpq_canonicalize(*each);
    log_chance[k] = log(accord_to_double(*each));
  }
}

static void count_tilted(struct pool *pool, struct counts *counts) {
  enum { KEPT_BITS = 100 };
  size_t count = pool->risk->count;
  double *room = POOL_NEW(pool->context, 5 * count, double), *whole = &room[3 * count], *total = &room[4 * count];
  mpq_t *chance = pool_rationals(pool->context, 1);
  set_tilt(pool, room, &room[count]);
  struct tilt tilt = {room, &room[count], &room[2 * count], count};
  integrate(&tilt, whole, 0, 1);
  integrate_closely(pool->context, &tilt, total, whole, 0, 1, 0);
  for (size_t k = 0; k < count; k++) {
    mpq_set_d(*chance, ldexp(total[k], KEPT_BITS));
    mpz_tdiv_q(counts->factor[k], mpq_numref(*chance), mpq_denref(*chance));
    mpz_add(*counts->sum, *counts->sum, counts->factor[k]);
  }
}

/* ----------------------------------------------------------------------- rules */

static bool is_deviation(accord_measure measure) {
  return measure == ACCORD_STANDARD_DEVIATION || measure == ACCORD_SEMIDEVIATION;
}

static accord_status nothing_to_share(accord_context *context) {
  return undefined(context, "all together lose the same in every scenario: there is no variation to share by");
}

static struct counts count_scenarios(struct pool *pool) {
  struct counts counts = new_counts(pool);
  if (pool->risk->measure == ACCORD_EXPECTED_SHORTFALL) count_tail(pool, &counts);
  else if (pool->risk->measure == ACCORD_ENTROPIC) count_tilted(pool, &counts);
  else count_all(pool, &counts);
  return counts;
}

mpq_t *scenario_parts(accord_context *context, const accord_risk *risk) {
  struct pool pool = make_pool(context, risk);
  struct counts counts = count_scenarios(&pool);
  mpq_t *part = pool_rationals(context, risk->count);
  for (size_t k = 0; k < risk->count; k++) {
    mpz_set(mpq_numref(part[k]), counts.factor[k]);
    mpz_set(mpq_denref(part[k]), *counts.sum);
    mpq_canonicalize(part[k]);
  }
  return part;
}

accord_status euler_shares(accord_context *context, mpq_t *share, const accord_risk *risk) {
  if (risk->measure == ACCORD_VALUE_AT_RISK)
    return undefined(context,
                     "value at risk jumps from one scenario to the next, so that what a party adds to it at the "
                     "margin says nothing; with expected-shortfall it would");
  if (is_deviation(risk->measure)) {
    cross_deviations(context, share, risk, risk->measure == ACCORD_SEMIDEVIATION);
    return divide_by_root(context, share, risk->n) ? ACCORD_OK : nothing_to_share(context);
  }
  struct pool pool = make_pool(context, risk);
  struct counts counts = count_scenarios(&pool);
  weigh_losses(&pool, share, (const mpz_t *)counts.factor, *counts.sum);
  return ACCORD_OK;
}

accord_status covariance_shares(accord_context *context, mpq_t *share, const accord_risk *risk) {
  cross_deviations(context, share, risk, false);
  if (risk->measure == ACCORD_STANDARD_DEVIATION)
    return divide_by_root(context, share, risk->n) ? ACCORD_OK : nothing_to_share(context);
  mpq_t *work = pool_rationals(context, 2), *variance = &work[0], *total = &work[1];
  rational_sum(*variance, (const mpq_t *)share, risk->n);
  if (mpq_sgn(*variance) == 0) return nothing_to_share(context);
  risk_of(context, *total, risk, ALL_TOGETHER);
  mpq_div(*total, *total, *variance);
  for (int i = 0; i < risk->n; i++) mpq_mul(share[i], share[i], *total);
  return ACCORD_OK;
}

/* ------------------------------------------------------------------------ core */

/* The Euler shares as they are shown: of inexact problems, with what rounding leaves over spread alike. */
static bool are_euler_shares(accord_context *context, const accord_problem *problem, const mpq_t *shares) {
  size_t n = (size_t)problem->n;
  mpq_t *euler = pool_rationals(context, n + 3), *far = &euler[n], *most = &euler[n + 1], *size = &euler[n + 2];
  if (euler_shares(context, euler, problem->risk) != ACCORD_OK) return false;
  for (size_t i = 0; i < n; i++) {
    mpq_abs(*size, euler[i]);
    rational_max(*most, *most, *size);
  }
  mpq_set_d(*far, problem->exact ? 0 : accord_context_settings(context)->tolerance);
  mpq_mul(*most, *most, *far);
  for (size_t i = 0; i < n; i++) {
    mpq_sub(*size, shares[i], euler[i]);
    mpq_abs(*size, *size);
    if (mpq_cmp(*size, *most) > 0) return false;
  }
  return true;
}

static int compare_objections(const void *a, const void *b) {
  return mpq_cmp(((const accord_objection *)b)->amount, ((const accord_objection *)a)->amount);
}

/* Parties that pay more than their own risk, the largest amounts first; up to top of them are listed. */
static void list_overcharged(accord_context *context, accord_stability *stability, const accord_problem *problem,
                             const mpq_t *shares, int top) {
  int count = 0;
  mpq_t *over = pool_rationals(context, 1);
  accord_objection *objections = POOL_NEW(context, (size_t)problem->n, accord_objection);
  for (int i = 0; i < problem->n && problem->exact; i++) {
    mpq_sub(*over, shares[i], problem->risk->alone[i]);
    if (mpq_sgn(*over) <= 0) continue;
    accord_objection *objection = &objections[count++];
    pool_rational(context, objection->amount);
    mpq_set(objection->amount, *over);
    make_coalition(context, &objection->coalition, &objection->group, &i, 1, problem->n);
  }
  pool_free(context, over);
  if (count == 0) return;
  qsort(objections, (size_t)count, sizeof *objections, compare_objections);
  stability->stable = ACCORD_NO;
  stability->only_some_counted = true;
  stability->objection_count = (uint64_t)count;
  stability->listed = count < top ? count : top;
  stability->objections = objections;
}

void find_stability_of_risk(accord_context *context, accord_stability *stability, const accord_problem *problem,
                            const mpq_t *shares, int top) {
  list_overcharged(context, stability, problem, shares, top);
  if (stability->stable == ACCORD_NO || !measure_has_core(problem->risk->measure)) return;
  if (are_euler_shares(context, problem, shares)) stability->stable = ACCORD_YES;
}

/* Whoever joins never lowers what a group loses, in any scenario, and the measure never falls where losses rise. */
static bool is_monotone(const accord_risk *risk) {
  if (risk->measure == ACCORD_STANDARD_DEVIATION || risk->measure == ACCORD_SEMIDEVIATION) return false;
  for (size_t j = 0; j < risk->count * (size_t)risk->n; j++)
    if (risk->in_words ? risk->loss[j] < 0 : mpz_sgn(risk->big_loss[j]) < 0) return false;
  return true;
}

void find_facts_of_risk(accord_facts *facts, const accord_problem *problem, int wanted) {
  bool quick = wanted & ACCORD_FACT_MONOTONE, coherent = measure_has_core(problem->risk->measure);
  if (coherent && wanted & ACCORD_FACT_SUPERADDITIVE && facts->superadditive == ACCORD_UNKNOWN)
    facts->superadditive = ACCORD_YES;
  if (problem->game) return;
  if (quick && is_monotone(problem->risk)) facts->monotone = ACCORD_YES;
  if (!coherent) return;
  if (quick || wanted & (ACCORD_FACT_CORE | ACCORD_FACT_RANGES)) facts->core_empty = ACCORD_NO;
  facts->has_cost_of_stability = wanted & ACCORD_FACT_COST_OF_STABILITY;
}

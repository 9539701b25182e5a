/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Shapley and Banzhaf values of a vote without a table: shortcuts of the rules of these names.
 *
 * One majority is counted by weight, exactly while that is at most a few seconds' work, in doubles beyond
 * (Gauss-Legendre over the chance to join: exact for the polynomial, so only rounding is left). Any other vote is
 * counted exactly by its decision diagram. */
#include "rule.h"
#include "swings.h"
#include "threads.h"

#include <math.h>

enum { MOST_VOTES = 1 << 24 }; /* to be counted one by one; a diagram takes votes of any size */

static const double exact_additions = 2e9; /* of 64 bits: a few seconds */
static const double close_enough = 1e-12;
static const double least_told = 1e-6; /* a chance below this is lost in the rounding of others */

static const whole_majority *only_majority(accord_context *context, const accord_voting *voting) {
  if (voting->majority_count != 1) return NULL;
  whole_majority *whole = whole_majority_of(context, voting->majorities, voting->n);
  return whole->is_small && whole->in_all <= MOST_VOTES ? whole : NULL;
}

static bool can_be_exact(accord_context *context, const whole_majority *whole, int n, bool by_size) {
  double bytes, additions = count_by_weight_cost(whole, n, by_size, &bytes);
  return additions <= exact_additions && bytes <= (double)memory_left(context) / 2;
}

/* The exact counts, or NULL where the vote is to be taken in doubles. */
static swing_counts *exact_counts(accord_context *context, const accord_voting *voting, const whole_majority *whole,
                                  bool by_size) {
  if (!whole) return count_by_diagram(context, voting, by_size);
  return can_be_exact(context, whole, voting->n, by_size) ? count_by_weight(context, whole, voting->n, by_size) : NULL;
}

/* ------------------------------------------------------------------ Shapley */

/* x_i = prize times the sum over s of swings(i, s) / (m C(m - 1, s)). */
static void weigh_sizes(accord_context *context, mpq_t *share, const swing_counts *counts,
                        const accord_voting *voting) {
  int m = counts->voters;
  mpz_t *weight = pool_integers(context, (size_t)m + 2), *denominator = &weight[m], *count = &weight[m + 1];
  mpz_set_ui(*denominator, 1);
  for (int s = 0; s < m; s++) {
    mpz_bin_uiui(weight[s], (unsigned long)m - 1, (unsigned long)s);
    mpz_lcm(*denominator, *denominator, weight[s]);
  }
  for (int s = 0; s < m; s++) mpz_divexact(weight[s], *denominator, weight[s]);
  mpz_mul_si(*denominator, *denominator, m);
  for (int i = 0; i < voting->n; i++) {
    check_clock(context);
    for (int s = 0; s < m && mpz_sgn(counts->swing[i]); s++) {
      coefficient_of(*count, counts->swing[i], s, counts->bits);
      mpz_addmul(mpq_numref(share[i]), weight[s], *count);
    }
    mpz_set(mpq_denref(share[i]), *denominator);
    mpq_canonicalize(share[i]);
    mpq_mul(share[i], share[i], voting->prize);
  }
}

/* The k-th root of the Legendre polynomial of degree nodes, as t in (0, 1/2], and its weight: Newton's method from
 * Tricomi's estimate. */
static double gauss_node(double *weight, int k, int nodes) {
  double x = cos(M_PI * (k + 0.75) / (nodes + 0.5)), slope = 1;
  for (int step = 0; step < 8; step++) {
    double value = 1, before = 0;
    for (int j = 1; j <= nodes; j++) {
      double next = ((2 * j - 1) * x * value - (j - 1) * before) / j;
      before = value;
      value = next;
    }
    slope = nodes * (x * value - before) / (x * x - 1);
    x -= value / slope;
  }
  *weight = 1 / ((1 - x * x) * slope * slope);
  return (1 - x) / 2;
}

/* Nodes are searched in batches, which bounds the memory. */
enum { BATCH = 32 };

struct integral {
  int n, nodes, first; /* first: of the batch */
  swing_work *work[MOST_THREADS];
  double *swings; /* BATCH * n: of each node */
};

static double node_of(double *weight, int k, int nodes) {
  double t = gauss_node(weight, k, nodes);
  return nodes % 2 == 1 && k == nodes / 2 ? 0.5 : t;
}

static void search_node(void *argument, int thread, size_t part) {
  struct integral *integral = argument;
  double weight, t = node_of(&weight, integral->first + (int)part, integral->nodes);
  find_swing_chances(integral->work[thread], integral->swings + part * (size_t)integral->n, t);
}

/* How far the sum of all is from 1. Nodes are added up in their order, whichever thread had them. */
static double integrate(accord_context *context, struct integral *integral, double *chance, int threads) {
  int n = integral->n, half = (integral->nodes + 1) / 2;
  double sum = 0, weight;
  integral->swings = POOL_NEW(context, (size_t)BATCH * (size_t)n, double);
  for (int i = 0; i < n; i++) chance[i] = 0;
  for (integral->first = 0; integral->first < half; integral->first += BATCH) {
    int count = half - integral->first < BATCH ? half - integral->first : BATCH;
    run_parts(context, search_node, integral, (size_t)count, threads);
    for (int k = 0; k < count; k++) {
      node_of(&weight, integral->first + k, integral->nodes);
      for (int i = 0; i < n; i++) chance[i] += weight * integral->swings[k * n + i];
    }
  }
  for (int i = 0; i < n; i++) sum += chance[i];
  pool_free(context, integral->swings);
  return fabs(sum - 1);
}

/* Searching a few nodes takes less than waking up threads does. */
static int threads_for(accord_context *context, const whole_majority *whole, int n) {
  static const double worth_it = 1e6; /* additions of one node */
  int threads = most_threads(context) < MOST_THREADS ? most_threads(context) : MOST_THREADS;
  return (double)n * (double)whole->to_win < worth_it ? 1 : threads;
}

/* Swings are likely where t is near q / W, within about sqrt(sum w^2 t (1 - t)) / W: nodes so close that the integral
 * of such a bell comes out to rounding. Half the parties' number is always enough. */
static int first_nodes(const whole_majority *whole, int n) {
  int most = n / 2 + 1;
  double squares = 0;
  for (int i = 0; i < n; i++) squares += (double)whole->votes[i] * (double)whole->votes[i];
  double nodes = M_PI * (double)whole->in_all / (0.8 * sqrt(squares)) + 8;
  return nodes < most ? (int)nodes : most;
}

static void shapley_in_doubles(accord_context *context, double *chance, const whole_majority *whole, int n) {
  struct integral integral = {.n = n, .nodes = first_nodes(whole, n)};
  int most = n / 2 + 1, threads = threads_for(context, whole, n);
  for (int k = 0; k < threads; k++) integral.work[k] = start_swing_chances(context, whole, n);
  while (integrate(context, &integral, chance, threads) > close_enough && integral.nodes < most)
    integral.nodes = 3 * integral.nodes / 2 < most ? 3 * integral.nodes / 2 : most;
}

/* Doubles as shares that sum to the prize. */
static void round_to_prize(accord_context *context, accord_split *split, const double *chance,
                           const accord_voting *voting) {
  mpq_t *weight = pool_rationals(context, (size_t)voting->n);
  for (int i = 0; i < voting->n; i++) mpq_set_d(weight[i], chance[i] > 0 ? chance[i] : 0);
  share_in_proportion(split->share, (const mpq_t *)split->share, (const mpq_t *)weight, voting->prize, voting->n);
  split->exact = false;
}

accord_status shapley_of_vote(accord_context *context, accord_split *split, const accord_problem *problem) {
  const accord_voting *voting = problem->voting;
  const whole_majority *whole = only_majority(context, voting);
  swing_counts *counts = exact_counts(context, voting, whole, true);
  if (counts) {
    weigh_sizes(context, split->share, counts, voting);
    return ACCORD_OK;
  }
  double *chance = POOL_NEW(context, (size_t)voting->n, double);
  shapley_in_doubles(context, chance, whole, voting->n);
  round_to_prize(context, split, chance, voting);
  return ACCORD_OK;
}

/* ------------------------------------------------------------------ Banzhaf */

/* b_i = swings / 2^(m - 1); *act = winning / 2^m. */
static void exact_chances(mpq_t *raw, mpq_t act, const swing_counts *counts, int n) {
  for (int i = 0; i < n; i++) {
    mpq_set_z(raw[i], counts->swing[i]);
    mpq_div_2exp(raw[i], raw[i], (mp_bitcnt_t)counts->voters - 1);
  }
  mpq_set_z(act, *counts->winning);
  mpq_div_2exp(act, act, (mp_bitcnt_t)counts->voters);
}

/* False where all but certain: doubles then cannot tell by how little. */
static bool chances_in_doubles(accord_context *context, mpq_t *raw, mpq_t act, const whole_majority *whole, int n) {
  double *chance = POOL_NEW(context, (size_t)n, double);
  double acts = find_swing_chances(start_swing_chances(context, whole, n), chance, 0.5);
  check_clock(context);
  mpq_set_d(act, acts);
  for (int i = 0; i < n; i++) mpq_set_d(raw[i], chance[i] > 0 ? chance[i] : 0);
  return acts > least_told && acts < 1 - least_told;
}

accord_coleman *coleman_measures(accord_context *context, const mpq_t *chance, const mpq_t act, int n) {
  accord_coleman *coleman = POOL_NEW(context, 1, accord_coleman);
  mpq_t *twice = pool_rationals(context, 2), *fails = &twice[1];
  pool_rational(context, coleman->act);
  mpq_set(coleman->act, act);
  coleman->prevent = pool_rationals(context, (size_t)n);
  coleman->initiate = pool_rationals(context, (size_t)n);
  mpq_mul_2exp(*twice, act, 1);
  mpq_set_ui(*fails, 2, 1);
  mpq_sub(*fails, *fails, *twice);
  for (int i = 0; i < n; i++) {
    mpq_div(coleman->prevent[i], chance[i], *twice);
    mpq_div(coleman->initiate[i], chance[i], *fails);
  }
  return coleman;
}

accord_status banzhaf_of_vote(accord_context *context, accord_split *split, const accord_problem *problem) {
  const accord_voting *voting = problem->voting;
  const whole_majority *whole = only_majority(context, voting);
  swing_counts *counts = exact_counts(context, voting, whole, false);
  mpq_t *raw = pool_rationals(context, (size_t)voting->n), *act = pool_rationals(context, 1);
  if (counts) exact_chances(raw, *act, counts, voting->n);
  else if (!chances_in_doubles(context, raw, *act, whole, voting->n))
    return fail(context, ACCORD_LIMIT,
                "a vote by chance is all but decided beforehand, and to count so many votes exactly takes too much "
                "time or memory");
  split->exact = counts && split->exact;
  split->coleman = coleman_measures(context, (const mpq_t *)raw, *act, voting->n);
  for (int i = 0; i < voting->n; i++) mpq_mul(raw[i], raw[i], voting->prize);
  split->detail = (accord_detail){"raw", raw};
  share_in_proportion(split->share, (const mpq_t *)split->share, (const mpq_t *)raw, voting->prize, voting->n);
  return ACCORD_OK;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weights from comparisons in pairs: the analytic hierarchy process (Saaty 1980, The Analytic Hierarchy
 * Process, McGraw-Hill).
 *
 * The weights w are the principal eigenvector of the matrix A, A w = l w, scaled to the sum 1. Where all
 * comparisons agree, a_ij = w_i / w_j, they can be read off a column, exactly. Elsewhere l > m, and the
 * consistency index CI = (l - m) / (m - 1) over that of random comparisons, RI, is the consistency ratio.
 *
 * The eigenvector of LAPACK differs in its last digits from processor to processor. A few power steps in
 * integers, w <- A w / |A w|, take that away, so that the same sheet gives the same output everywhere. */
#include "dense.h"
#include "rule.h"

enum { MOST_COMPARED = 100, SCALE = 192, SETTLED = 32, MOST_STEPS = 1000 }; /* numbers are multiples of 2^-192 */

/* RI for m = 0..15 as Saaty (1980) tabulates it. Beyond 15 the last one serves: RI still grows a little
 * there, so the ratio comes out rather too large than too small. */
static const double random_index[] = {0,    0,    0,    0.58, 0.90, 1.12, 1.24, 1.32,
                                      1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59};

/* Whether a_ij = a_i0 / a_j0 for all i and j. */
static bool all_agree(accord_context *context, const mpq_t *entry, int m) {
  mpq_t *product = pool_rationals(context, 1);
  bool agree = true;
  for (int i = 0; i < m && agree; i++) {
    check_clock(context);
    for (int j = 0; j < m && agree; j++) {
      mpq_mul(*product, entry[i * m + j], entry[j * m]);
      agree = mpq_equal(*product, entry[i * m]);
    }
  }
  pool_free(context, product);
  return agree;
}

/* weight_i = a_i0 / sum over j of a_j0. */
static void read_off_column(accord_context *context, mpq_t *weight, const mpq_t *entry, int m) {
  mpq_t *sum = pool_rationals(context, 1);
  for (int i = 0; i < m; i++) mpq_add(*sum, *sum, entry[i * m]);
  for (int i = 0; i < m; i++) mpq_div(weight[i], entry[i * m], *sum);
  pool_free(context, sum);
}

/* floor(number 2^SCALE). */
static void to_scale(mpz_t scaled, const mpq_t number) {
  mpz_mul_2exp(scaled, mpq_numref(number), SCALE);
  mpz_fdiv_q(scaled, scaled, mpq_denref(number));
}

/* Numbers of power steps, all times 2^SCALE; sizes m * m, m, m. */
struct power {
  int m;
  mpz_t *matrix, *vector, *product;
  mpz_t *sum, *change; /* of the product; the largest change of an entry of the vector */
};

static void find_product(struct power *power) {
  mpz_set_ui(*power->sum, 0);
  for (int i = 0; i < power->m; i++) {
    mpz_set_ui(power->product[i], 0);
    for (int j = 0; j < power->m; j++) mpz_addmul(power->product[i], power->matrix[i * power->m + j], power->vector[j]);
    mpz_fdiv_q_2exp(power->product[i], power->product[i], SCALE);
    mpz_add(*power->sum, *power->sum, power->product[i]);
  }
}

/* vector = A vector, scaled to the sum 1. */
static void take_step(struct power *power) {
  mpz_set_ui(*power->change, 0);
  for (int i = 0; i < power->m; i++) {
    mpz_mul_2exp(power->product[i], power->product[i], SCALE);
    mpz_fdiv_q(power->product[i], power->product[i], *power->sum);
    mpz_sub(power->vector[i], power->vector[i], power->product[i]);
    if (mpz_cmpabs(power->vector[i], *power->change) > 0) mpz_abs(*power->change, power->vector[i]);
    mpz_set(power->vector[i], power->product[i]);
  }
}

static struct power start_power(accord_context *context, const mpq_t *entry, int m) {
  size_t order = (size_t)m;
  struct power power = {m,
                        pool_integers(context, order * order),
                        pool_integers(context, order),
                        pool_integers(context, order),
                        pool_integers(context, 2),
                        NULL};
  double *matrix = POOL_NEW(context, order * order, double), *vector = POOL_NEW(context, order, double);
  mpq_t *number = pool_rationals(context, 1);
  power.change = &power.sum[1];
  for (size_t i = 0; i < order; i++)
    for (size_t j = 0; j < order; j++) {
      to_scale(power.matrix[i * order + j], entry[i * order + j]);
      matrix[j * order + i] = accord_to_double(entry[i * order + j]);
    }
  dense_principal_vector(context, vector, matrix, m);
  for (size_t i = 0; i < order; i++) {
    mpq_set_d(*number, vector[i]);
    to_scale(power.vector[i], *number);
  }
  return power;
}

/* The largest eigenvalue, where the vector sums to 1: l = sum of A w. Returns (l - m) / (m - 1). */
static double consistency_index(struct power *power, mpq_t index) {
  find_product(power);
  mpz_set_si(mpq_numref(index), power->m);
  mpz_mul_2exp(mpq_numref(index), mpq_numref(index), SCALE);
  mpz_sub(mpq_numref(index), *power->sum, mpq_numref(index));
  mpz_set_si(mpq_denref(index), power->m - 1);
  mpz_mul_2exp(mpq_denref(index), mpq_denref(index), SCALE);
  mpq_canonicalize(index);
  return accord_to_double(index);
}

static double eigenvector_weights(accord_context *context, mpq_t *weight, const mpq_t *entry, int m) {
  struct power power = start_power(context, entry, m);
  mpq_t *work = pool_rationals(context, 1);
  for (int step = 0; step < MOST_STEPS; step++) {
    check_clock(context);
    find_product(&power);
    take_step(&power);
    if (mpz_sizeinbase(*power.change, 2) <= SETTLED) break;
  }
  double index = consistency_index(&power, *work);
  for (int i = 0; i < m; i++) mpq_set_z(weight[i], power.vector[i]);
  rational_sum(*work, (const mpq_t *)weight, m);
  for (int i = 0; i < m; i++) mpq_div(weight[i], weight[i], *work);
  int last = (int)(sizeof random_index / sizeof *random_index) - 1;
  return index > 0 ? index / random_index[m < last ? m : last] : 0;
}

double pairwise_weights(accord_context *context, mpq_t *weight, bool *exact, const mpq_t *entry, int m) {
  if (all_agree(context, entry, m)) {
    read_off_column(context, weight, entry, m);
    return 0;
  }
  *exact = false;
  if (m > MOST_COMPARED)
    guard_leave(context, ACCORD_LIMIT, "comparisons in pairs work for up to %d parties or criteria, and there are %d",
                MOST_COMPARED, m);
  return eigenvector_weights(context, weight, entry, m);
}

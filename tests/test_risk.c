/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The risks of all coalitions: tails that are foreseen are those that are selected from all scenarios, and those of a
 * sort; semideviations and entropic risks are near those of exact losses. All are the same on every path of the processor
 * and for any number of threads. ACCORD_SEED may be set. */
#include "dense.h"
#include "kernels.h"
#include "risk_reals.h"
#include "risk_sweep.h"
#include "threads.h"

#include <setjmp.h>
#include <stdarg.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint64_t seed;

static uint64_t next(void) {
  seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
  return seed;
}

static int64_t below(int64_t most) { return (int64_t)(next() % (uint64_t)most); }

static accord_context *start(void **state) {
  accord_context *context;
  (void)state;
  seed = (uint64_t)strtoull(getenv("ACCORD_SEED") ? getenv("ACCORD_SEED") : "1", NULL, 10) * 0x9e3779b97f4a7c15 + 1;
  print_message("seed %s\n", getenv("ACCORD_SEED") ? getenv("ACCORD_SEED") : "1");
  assert_int_equal(accord_context_new(&context), ACCORD_OK);
  return context;
}

enum { HEDGED = 1, UNEVEN = 2, TIED = 4, WIDE = 8, SPARSE = 16, KINDS = 32 };

static int64_t draw(int kind, int i, const int64_t *row) {
  int64_t most = kind & TIED ? 3 : kind & WIDE ? (int64_t)1 << 44 : 1000000;
  if (kind & HEDGED && i % 2) return below(5) - row[i - 1];
  if (kind & SPARSE && below(20)) return 0;
  return below(most) - most / 3;
}

/* A risk from text, as any other. */
static accord_risk *draw_risk(accord_context *context, accord_measure measure, int kind, size_t count, int n) {
  size_t size = count * (size_t)n;
  int64_t *row = POOL_NEW(context, (size_t)n, int64_t), all = 0;
  const char **losses = POOL_NEW(context, size, const char *), **chances = POOL_NEW(context, count, const char *);
  int64_t *weight = POOL_NEW(context, count, int64_t);
  for (size_t k = 0; k < count; k++) all += weight[k] = kind & UNEVEN ? 1 + below(9) : 1;
  for (size_t k = 0; k < count; k++) {
    chances[k] = pool_text(context, "%lld/%lld", (long long)weight[k], (long long)all);
    for (int i = 0; i < n; i++) {
      row[i] = draw(kind, i, row);
      losses[k * (size_t)n + (size_t)i] = pool_text(context, "%lld", (long long)row[i]);
    }
  }
  const char *tail = pool_text(context, "%lld/100", (long long)(1 + below(next() % 2 ? 10 : 100)));
  if (measure == ACCORD_SEMIDEVIATION) tail = NULL;
  if (measure == ACCORD_ENTROPIC) /* growth, exponentials, and what is too large for either */
    tail = pool_text(context, "%lld/%d",
                     (long long)(kind & TIED   ? 3
                                 : kind & WIDE ? (int64_t)1 << 44
                                               : 1000000),
                     (int[]){1, 10, 2000}[kind % 3]);
  accord_problem *problem;
  assert_int_equal(accord_problem_from_scenarios(context, &problem, measure, tail, chances, losses, count, n),
                   ACCORD_OK);
  return problem->risk;
}

static int64_t *all_results(accord_context *context, const accord_risk *risk, kernel_path path, bool predict,
                            int threads) {
  sweep_results results = {.small = POOL_NEW(context, (size_t)1 << risk->n, int64_t)};
  kernel_path before = kernel_choose(path);
  bool predicted = sweep_predicts(predict);
  accord_context_settings(context)->threads = threads;
  sweep_coalitions(context, &results, risk);
  kernel_choose(before);
  sweep_predicts(predicted);
  return results.small;
}

static void pool_coalition(mpz_t *pooled, const accord_risk *risk, accord_coalition coalition, mpz_t loss) {
  for (size_t k = 0; k < risk->count; k++) {
    mpz_set_ui(pooled[k], 0);
    for (int i = 0; i < risk->n; i++) {
      risk_loss(loss, risk, i, k);
      if (has(coalition, i)) mpz_add(pooled[k], pooled[k], loss);
    }
  }
}

/* By sorting rationals. */
static void check_by_sorting(accord_context *context, const accord_risk *risk, const int64_t *results) {
  mpz_t *pooled = pool_integers(context, risk->count), *loss = pool_integers(context, 1);
  mpq_t *value = pool_rationals(context, 2), *unit = &value[1];
  for (int trial = 0; trial < 20; trial++) {
    accord_coalition coalition = 1 + (accord_coalition)below(((int64_t)1 << risk->n) - 1);
    pool_coalition(pooled, risk, coalition, *loss);
    risk_of_pooled(context, *value, risk, (const mpz_t *)pooled);
    mpq_set_z(*unit, risk->tail);
    if (risk->measure == ACCORD_EXPECTED_SHORTFALL) mpq_mul(*value, *value, *unit);
    mpq_div(*value, *value, risk->unit);
    assert_int_equal(mpz_cmp_ui(mpq_denref(*value), 1), 0);
    assert_int_equal(-mpz_get_si(mpq_numref(*value)), results[coalition]);
  }
}

static void test_foreseen_tails(void **state) {
  enum { PARTIES = 11 };
  accord_context *context = start(state);
  size_t size = sizeof(int64_t) << PARTIES;
  for (int kind = 0; kind < KINDS; kind++) {
    accord_mark mark = accord_get_mark(context);
    accord_measure measure = kind % 3 ? ACCORD_EXPECTED_SHORTFALL : ACCORD_VALUE_AT_RISK;
    const accord_risk *risk = draw_risk(context, measure, kind, (size_t)(1 + below(300)), PARTIES);
    const int64_t *known = all_results(context, risk, KERNEL_AVX512, false, 1);
    for (int path = KERNEL_PLAIN; path <= KERNEL_AVX512; path++)
      assert_memory_equal(all_results(context, risk, (kernel_path)path, true, 1 + path), known, size);
    check_by_sorting(context, risk, known);
    accord_reset(context, mark);
  }
  accord_context_free(context);
}

/* Products of columns, against sums one by one. */
static void test_products(void **state) {
  accord_context *context = start(state);
  for (int n = 1; n < 30; n += 4)
    for (size_t rows = 1; rows < 400; rows += 57) {
      accord_mark mark = accord_get_mark(context);
      double *column = POOL_NEW(context, rows * (size_t)n, double);
      double *product = POOL_NEW(context, (size_t)n * (size_t)n, double);
      for (size_t k = 0; k < rows * (size_t)n; k++) column[k] = (double)(below(2001) - 1000);
      dense_products(context, product, column, rows, n);
      for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
          double sum = 0; /* whole, so exact in any order */
          for (size_t k = 0; k < rows; k++) sum += column[(size_t)i * rows + k] * column[(size_t)j * rows + k];
          assert_true(product[i * n + j] == sum);
        }
      accord_reset(context, mark);
    }
  accord_context_free(context);
}

/* So many scenarios that BLAS multiplies them: what it foresees changes no tail. */
static void test_many_scenarios(void **state) {
  enum { PARTIES = 8, SCENARIOS = 240000 };
  accord_context *context = start(state);
  double *loss = POOL_NEW(context, (size_t)PARTIES * SCENARIOS, double);
  mpq_t *tail = pool_rationals(context, 1);
  for (size_t k = 0; k < (size_t)PARTIES * SCENARIOS; k++) loss[k] = (double)below(1000000) * 0.25;
  mpq_set_ui(*tail, 1, 20);
  const accord_risk *risk =
      risk_from_doubles(context, ACCORD_EXPECTED_SHORTFALL, *tail, false, loss, SCENARIOS, PARTIES);
  const int64_t *known = all_results(context, risk, KERNEL_AVX512, false, 2);
  assert_memory_equal(all_results(context, risk, KERNEL_AVX512, true, 1), known, sizeof(int64_t) << PARTIES);
  accord_context_free(context);
}

static double *all_reals(accord_context *context, const accord_risk *risk, kernel_path path, int threads) {
  double *real = POOL_NEW(context, (size_t)1 << risk->n, double);
  sweep_results results = {.real = real};
  kernel_path before = kernel_choose(path);
  accord_context_settings(context)->threads = threads;
  if (risk->measure == ACCORD_SEMIDEVIATION) semideviation_of_all(context, real, risk);
  else if (!entropic_of_all(context, real, risk)) sweep_coalitions(context, &results, risk);
  kernel_choose(before);
  return real;
}

/* What the parties of any coalition lose in one scenario, gains not taken off: entropic risks are products of their
 * exponentials, and rounded as those are. */
static double most_at_stake(const accord_risk *risk) {
  double most = 0;
  for (size_t k = 0; k < risk->count; k++) {
    double sum = 0;
    for (size_t i = 0; i < (size_t)risk->n; i++) sum += fabs((double)risk->loss[i * risk->count + k]);
    most = fmax(most, sum);
  }
  return most * accord_to_double(risk->unit);
}

/* From exact losses. A mean is rounded where it stands between two units of losses. */
static void check_reals(accord_context *context, const accord_risk *risk, const double *real) {
  mpz_t *pooled = pool_integers(context, risk->count), *loss = pool_integers(context, 1);
  mpq_t *value = pool_rationals(context, 1);
  double room = risk->measure == ACCORD_ENTROPIC ? 4e-16 * most_at_stake(risk) : 4e-16 * accord_to_double(risk->unit);
  for (int trial = 0; trial < 40; trial++) {
    accord_coalition coalition = 1 + (accord_coalition)below(((int64_t)1 << risk->n) - 1);
    pool_coalition(pooled, risk, coalition, *loss);
    risk_of_pooled(context, *value, risk, (const mpz_t *)pooled);
    double known = accord_to_double(*value);
    assert_true(fabs(real[coalition] - known) <= room + 1e-14 * fabs(known));
  }
}

static void test_reals(void **state) {
  accord_context *context = start(state);
  for (int kind = 0; kind < 2 * KINDS; kind++) {
    accord_mark mark = accord_get_mark(context);
    accord_measure measure = kind < KINDS ? ACCORD_SEMIDEVIATION : ACCORD_ENTROPIC;
    int n = kind % KINDS == 0 ? 15 : 1 + kind % 10; /* 15: threads are worth it */
    const accord_risk *risk = draw_risk(context, measure, kind % KINDS, n == 15 ? 320 : (size_t)(1 + below(60)), n);
    const double *known = all_reals(context, risk, KERNEL_AVX512, 1);
    for (int path = KERNEL_PLAIN; path <= KERNEL_AVX512; path++)
      assert_memory_equal(all_reals(context, risk, (kernel_path)path, 1 + path), known, sizeof(double) << n);
    check_reals(context, risk, known);
    accord_reset(context, mark);
  }
  accord_context_free(context);
}

static void test_invalid(void **state) {
  accord_context *context = start(state);
  accord_problem *problem;
  static const char *const half[] = {"1/2", "1/2"}, *const less[] = {"1/2", "1/4"}, *const negative[] = {"3/2", "-1/2"};
  static const char *const losses[] = {"1", "2", "3", "4"}, *const words[] = {"1", "2", "three", "4"};
  const double doubles[] = {1, 2, 3, (double)INFINITY};
  const accord_measure shortfall = ACCORD_EXPECTED_SHORTFALL;
  assert_int_equal(accord_problem_from_scenarios(context, &problem, shortfall, "1/2", half, losses, 2, 2), ACCORD_OK);
  assert_int_equal(mpq_cmp_ui(problem->total, 7, 1), 0);
  assert_int_equal(accord_problem_from_scenarios(context, &problem, shortfall, "1/2", NULL, losses, 2, 2), ACCORD_OK);
  assert_int_equal(accord_problem_from_scenarios(context, &problem, shortfall, "1/2", less, losses, 2, 2),
                   ACCORD_INVALID);
  assert_null(problem);
  assert_int_equal(accord_problem_from_scenarios(context, &problem, shortfall, "1/2", negative, losses, 2, 2),
                   ACCORD_INVALID);
  assert_int_equal(accord_problem_from_scenarios(context, &problem, shortfall, "0", half, losses, 2, 2),
                   ACCORD_INVALID);
  assert_int_equal(accord_problem_from_scenarios(context, &problem, shortfall, "3/2", half, losses, 2, 2),
                   ACCORD_INVALID);
  assert_int_equal(accord_problem_from_scenarios(context, &problem, shortfall, NULL, half, losses, 2, 2),
                   ACCORD_INVALID);
  assert_int_equal(accord_problem_from_scenarios(context, &problem, ACCORD_ENTROPIC, "-1", half, losses, 2, 2),
                   ACCORD_INVALID);
  assert_int_equal(accord_problem_from_scenarios(context, &problem, shortfall, "1", half, words, 2, 2), ACCORD_INVALID);
  assert_int_equal(accord_problem_from_scenarios(context, &problem, shortfall, "1", half, losses, 0, 2),
                   ACCORD_INVALID);
  assert_int_equal(accord_problem_from_scenarios(context, &problem, shortfall, "1", half, losses, 2, 0),
                   ACCORD_INVALID);
  assert_int_equal(accord_problem_from_losses(context, &problem, shortfall, "1/2", true, doubles, 1, 3), ACCORD_OK);
  assert_int_equal(mpq_cmp_ui(problem->total, 6, 1), 0);
  assert_int_equal(accord_problem_from_losses(context, &problem, shortfall, "1/2", true, doubles, 2, 2),
                   ACCORD_INVALID);
  assert_null(problem);
  accord_context_free(context);
}

static void test_fund_is_refused(void **state) {
  accord_context *context = start(state);
  accord_problem *problem;
  accord_fund_outcome *outcome;
  static const char *const losses[] = {"1", "2"}, *const values[] = {"0", "1", "1", "3"};
  accord_fund fund = {.premiums = accord_find_rule("euler"), .shortfall = accord_find_rule("talmud")};
  pool_rational(context, fund.size);
  assert_int_equal(accord_problem_from_scenarios(context, &problem, ACCORD_EXPECTATION, NULL, NULL, losses, 1, 2),
                   ACCORD_OK);
  assert_int_equal(accord_find_fund(context, &outcome, problem, &fund, 5), ACCORD_INVALID);
  assert_null(outcome);
  mpq_set_ui(fund.size, 2, 1);
  assert_int_equal(accord_find_fund(context, &outcome, problem, &fund, 5), ACCORD_OK);
  assert_int_equal(outcome->status, ACCORD_OK);
  assert_int_equal(mpq_cmp_ui(outcome->mean_missing, 1, 1), 0);
  assert_int_equal(accord_problem_from_text(context, &problem, ACCORD_COST, values, 2), ACCORD_OK);
  assert_int_equal(accord_find_fund(context, &outcome, problem, &fund, 5), ACCORD_INVALID);
  accord_context_free(context);
}

/* The root of a square is exact, and the double next to any other root lies on the right side of it. */
static void test_nearest_root(void **state) {
  accord_context *context = start(state);
  mpq_t *number = pool_rationals(context, 4), *root = &number[1], *low = &number[2], *high = &number[3];
  for (int trial = 0; trial < 2000; trial++) {
    mpq_set_si(*root, 1 + below(1000000), (unsigned long)(1 + below(trial % 2 ? 1000 : INT64_MAX)));
    mpq_canonicalize(*root);
    mpq_mul(*number, *root, *root);
    assert_true(nearest_root(context, *number) == accord_to_double(*root));
    mpq_set(*number, *root);
    double found = nearest_root(context, *number);
    mpq_set_d(*root, found);
    mpq_set_d(*low, __builtin_nextafter(found, 0));
    mpq_set_d(*high, __builtin_nextafter(found, 1e308));
    mpq_add(*low, *low, *root), mpq_add(*high, *high, *root);
    mpq_div_2exp(*low, *low, 1), mpq_div_2exp(*high, *high, 1);
    mpq_mul(*low, *low, *low), mpq_mul(*high, *high, *high);
    assert_true(mpq_cmp(*low, *number) <= 0 && mpq_cmp(*number, *high) <= 0);
  }
  mpq_set_ui(*number, 0, 1);
  assert_true(nearest_root(context, *number) == 0);
  accord_context_free(context);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_foreseen_tails), cmocka_unit_test(test_products),
                                     cmocka_unit_test(test_many_scenarios), cmocka_unit_test(test_reals),
                                     cmocka_unit_test(test_invalid),        cmocka_unit_test(test_fund_is_refused),
                                     cmocka_unit_test(test_nearest_root)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

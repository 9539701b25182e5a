/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Linear programs that differ in their right-hand side: exact pivots alone, guesses by the engine, and the optimality of both
 * by duality; the public makers of production and assignment problems. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "production.h"

#include <stdlib.h>
#include <string.h>

#include <cmocka.h> /* last: it has a macro fail */

static accord_context *the_context;

static int set_up(void **state) {
  (void)state;
  return accord_context_new(&the_context) == ACCORD_OK ? 0 : 1;
}

static int tear_down(void **state) {
  (void)state;
  accord_context_free(the_context);
  return 0;
}

static uint64_t seed = 9;

static int draw(int low, int high) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return low + (int)((seed >> 33) % (uint64_t)(high - low + 1));
}

/* Entries of 0 or more, each column with one above 0 or a bound: nothing is without end. */
static lp_family *random_family(int rows, int columns, int most) {
  lp_family *family = lp_family_new(the_context, rows, columns);
  for (int j = 0; j < columns; j++) {
    for (int r = 0; r < rows; r++)
      if (draw(0, 2)) mpz_set_si(family->matrix[r * columns + j], draw(0, most));
    mpz_set_si(family->cost[j], draw(-2, most));
    family->has_upper[j] = draw(0, 2) == 0;
    if (family->has_upper[j]) mpz_set_si(family->upper[j], draw(0, most));
    else mpz_set_si(family->matrix[draw(0, rows - 1) * columns + j], draw(1, most));
  }
  return family;
}

/* By duality: x within its bounds, A x <= b, and c . x = price . b + the gains of columns at their upper bounds. */
static void assert_optimal(lp_family *family, const lp_basis *basis, const mpz_t *bound) {
  mpz_t *work = pool_integers(the_context, 4), *dual = &work[0], *gain = &work[1], *value = &work[2];
  for (int r = 0; r < family->rows; r++) {
    assert_true(mpz_sgn(basis->price[r]) >= 0);
    mpz_addmul(*dual, basis->price[r], bound[r]);
  }
  for (int j = 0; j < family->columns; j++) {
    lp_family_reduced_cost(*gain, family, basis, j);
    if (mpz_sgn(*gain) <= 0) continue;
    assert_true(family->has_upper[j]);
    mpz_addmul(*dual, *gain, family->upper[j]);
  }
  lp_family_value(*value, family, basis, bound);
  assert_int_equal(mpz_cmp(*dual, *value), 0);
  for (int k = 0; k < family->rows; k++) {
    assert_true(mpz_sgn(family->x[k]) >= 0);
    int column = basis->basic[k];
    if (column >= family->columns || !family->has_upper[column]) continue;
    mpz_mul(*gain, family->upper[column], basis->determinant);
    assert_true(mpz_cmp(family->x[k], *gain) <= 0);
  }
}

struct trial {
  lp_family *family;
  mpz_t *bound;
  mpq_t *value;
};

static void state_value(struct trial *trial, const lp_basis *basis) {
  assert_non_null(basis);
  assert_optimal(trial->family, basis, (const mpz_t *)trial->bound);
  lp_family_value(mpq_numref(*trial->value), trial->family, basis, (const mpz_t *)trial->bound);
  mpz_set(mpq_denref(*trial->value), basis->determinant);
  mpq_canonicalize(*trial->value);
}

static accord_status solve_warm(accord_context *context, lp_warm *warm, void *argument) {
  struct trial *trial = argument;
  (void)context;
  trial->family->warm = warm;
  state_value(trial, lp_family_solve(trial->family, (const mpz_t *)trial->bound));
  trial->family->warm = NULL;
  return ACCORD_OK;
}

static accord_status try_families(accord_context *context, void *argument) {
  mpq_t *value = pool_rationals(context, 2);
  (void)argument;
  for (int k = 0; k < 400; k++) {
    accord_mark mark = accord_get_mark(context);
    lp_warm_shape shape;
    int rows = draw(1, 5), columns = draw(1, 7);
    lp_family *family = random_family(rows, columns, k % 2 ? 3 : 40);
    struct trial trial = {family, pool_integers(context, (size_t)rows), &value[0]};
    family->home = lp_family_slack_basis(family);
    for (int t = 0; t < 3; t++) {
      for (int r = 0; r < rows; r++) mpz_set_si(trial.bound[r], draw(0, 30));
      trial.value = &value[0];
      state_value(&trial, lp_family_solve(family, (const mpz_t *)trial.bound));
      trial.value = &value[1];
      assert_true(lp_family_shape(family, &shape));
      assert_int_equal(lp_warm_run(context, &shape, solve_warm, &trial), ACCORD_OK);
      assert_true(mpq_equal(value[0], value[1]));
      family->home =
          family->bases[draw(0, family->count - 1)]; /* feasible, optimal, or neither: then there may be no way */
      if (!family->home->is_optimal) family->home = lp_family_slack_basis(family);
    }
    accord_reset(context, mark);
  }
  return ACCORD_OK;
}

static void test_families(void **state) {
  (void)state;
  assert_int_equal(guard(the_context, try_families, NULL), ACCORD_OK);
}

static accord_status try_ends(accord_context *context, void *argument) {
  mpz_t *bound = pool_integers(context, 1);
  lp_family *family = lp_family_new(context, 1, 1);
  (void)argument;
  mpz_set_si(family->cost[0], 1);
  mpz_set_si(family->matrix[0], -1);
  family->home = lp_family_slack_basis(family);
  assert_null(lp_family_solve(family, (const mpz_t *)bound)); /* without end */
  mpz_set_si(family->cost[0], -1);
  mpz_set_si(family->matrix[0], 1);
  family = lp_family_new(context, 1, 1);
  mpz_set_si(family->cost[0], -1);
  mpz_set_si(family->matrix[0], 1);
  family->home = lp_family_slack_basis(family);
  mpz_set_si(*bound, -3);
  assert_null(lp_family_solve(family, (const mpz_t *)bound)); /* nothing is feasible */
  const uint8_t both[] = {LP_BASIC, LP_BASIC}, none[] = {LP_AT_LOWER, LP_AT_LOWER}, beyond[] = {LP_AT_UPPER, LP_BASIC};
  assert_null(lp_family_basis(family, both));
  assert_null(lp_family_basis(family, none));
  assert_null(lp_family_basis(family, beyond));
  mpz_set_si(family->matrix[0], 0);
  const uint8_t singular[] = {LP_BASIC, LP_AT_LOWER};
  assert_null(lp_family_basis(family, singular));
  mpz_ui_pow_ui(family->cost[0], 10, 400);
  lp_warm_shape shape;
  assert_false(lp_family_shape(family, &shape));
  return ACCORD_OK;
}

static void test_ends(void **state) {
  (void)state;
  assert_int_equal(guard(the_context, try_ends, NULL), ACCORD_OK);
}

/* ---------------------------------------------------------------- public makers */

static mpq_t *numbers(const int *values, int count) {
  mpq_t *made = calloc((size_t)count + 1, sizeof *made);
  for (int k = 0; k < count; k++) {
    mpq_init(made[k]);
    mpq_set_si(made[k], values[k], 1);
  }
  return made;
}

static void drop(mpq_t *made, int count) {
  for (int k = 0; k < count; k++) mpq_clear(made[k]);
  free(made);
}

static void try_production(int amount, int price, int need, int limit, const char *second, accord_status expected,
                           const char *words) {
  const char *names[] = {"m", second};
  bool has_price[] = {true, false};
  mpq_t *amounts = numbers((int[]){amount, 2}, 2), *prices = numbers((int[]){price, 0}, 2),
        *needs = numbers((int[]){1, need}, 2);
  accord_product product = {.name = "x", .need = needs, .has_limit = true};
  accord_production production = {1,   2, 1, names, (const mpq_t *)amounts, &product, has_price, (const mpq_t *)prices,
                                  NULL};
  accord_problem *problem;
  mpq_init(product.profit);
  mpq_init(product.limit);
  mpq_set_si(product.profit, 5, 1);
  mpq_set_si(product.limit, limit, 1);
  assert_int_equal(accord_problem_from_production(the_context, &problem, &production), expected);
  if (words) assert_non_null(strstr(accord_message(the_context), words));
  if (expected == ACCORD_OK) assert_int_equal(mpq_cmp_si(problem->total, 10, 1), 0);
  else assert_null(problem);
  mpq_clear(product.profit);
  mpq_clear(product.limit);
  drop(amounts, 2), drop(prices, 2), drop(needs, 2);
}

static void test_production_problems(void **state) {
  (void)state;
  try_production(2, 1, 1, 9, "n", ACCORD_OK, NULL);
  try_production(-2, 1, 1, 9, "n", ACCORD_INVALID, "amount");
  try_production(2, -1, 1, 9, "n", ACCORD_INVALID, "price");
  try_production(2, 1, -1, 9, "n", ACCORD_INVALID, "need");
  try_production(2, 1, 1, -9, "n", ACCORD_INVALID, "limit");
  try_production(2, 1, 1, 9, "a", ACCORD_INVALID, "order");
  try_production(2, 1, 0, 9, "n", ACCORD_INVALID, "nothing");
}

static void test_pairs(void **state) {
  const int left[] = {0, 2}, right[] = {1}, twice[] = {1, 1}, beyond[] = {0, 7};
  const char *const value[] = {"3", NULL}, *const wrong[] = {"3", "x"};
  accord_problem *problem;
  (void)state;
  assert_int_equal(accord_problem_from_pairs(the_context, &problem, left, 2, right, 1, value), ACCORD_OK);
  assert_int_equal(mpq_cmp_si(problem->total, 3, 1), 0);
  assert_int_equal(accord_problem_from_pairs(the_context, &problem, left, 2, right, 1, wrong), ACCORD_INVALID);
  assert_null(problem);
  assert_int_equal(accord_problem_from_pairs(the_context, &problem, twice, 2, right, 1, value), ACCORD_INVALID);
  assert_int_equal(accord_problem_from_pairs(the_context, &problem, beyond, 2, right, 1, value), ACCORD_INVALID);
  assert_int_equal(accord_problem_from_pairs(the_context, &problem, left, 0, right, 0, value), ACCORD_INVALID);
}

/* One party on one side, with nobody to work with. */
static void test_one_party(void **state) {
  const int left[] = {0};
  accord_problem *problem;
  accord_split *split;
  accord_facts *facts;
  (void)state;
  assert_int_equal(accord_problem_from_pairs(the_context, &problem, left, 1, NULL, 0, NULL), ACCORD_OK);
  const char *const rules[] = {"shadow-price", "nucleolus", "shapley"};
  for (int k = 0; k < 3; k++) {
    assert_int_equal(accord_solve(the_context, &split, problem, accord_find_rule(rules[k])), ACCORD_OK);
    assert_int_equal(split->status, ACCORD_OK);
    assert_int_equal(mpq_sgn(split->share[0]), 0);
  }
  assert_int_equal(accord_find_facts(the_context, &facts, problem, ACCORD_FACTS_ALL), ACCORD_OK);
  assert_int_equal(facts->core_empty, ACCORD_NO);
  assert_false(facts->has_least_core);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_families), cmocka_unit_test(test_ends),
                                     cmocka_unit_test(test_production_problems), cmocka_unit_test(test_pairs),
                                     cmocka_unit_test(test_one_party)};
  return cmocka_run_group_tests(tests, set_up, tear_down);
}

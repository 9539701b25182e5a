/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The exact simplex on small random programs against all their vertices, degenerate ones above all, where what is done
 * in doubles leads astray: wrong coefficients, rows that are no help. ACCORD_SEED (1) seeds them, ACCORD_ROUNDS (40)
 * times 25 is how many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* Before cmocka.h, which makes a macro of the name fail. */
#include "lp.h"

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "accord.h"
#include "chance.h"

enum { MOST_VARIABLES = 4, MOST_ROWS = 12 };

typedef struct program {
  int m, rows;
  int a[MOST_ROWS][MOST_VARIABLES], b[MOST_ROWS], cost[MOST_VARIABLES];
  bool misleading, last_first; /* doubles with the wrong sign; violated rows in the order in which they help least */
} program;

/* -------------------------------------------------------------- row source */

static bool write_row(void *data, mpz_t *coefficient, mpz_t bound, lp_row row) {
  const program *in = data;
  for (int j = 0; j < in->m; j++) mpz_set_si(coefficient[j], in->a[row][j]);
  mpz_set_si(bound, in->b[row]);
  return false;
}

static bool is_violated(const program *in, int row, const mpz_t *y, const mpz_t d) {
  mpz_t gap, part;
  mpz_inits(gap, part, NULL);
  mpz_mul_si(gap, d, in->b[row]);
  for (int j = 0; j < in->m; j++) mpz_mul_si(part, y[j], in->a[row][j]), mpz_sub(gap, gap, part);
  bool violated = mpz_sgn(gap) > 0;
  mpz_clears(gap, part, NULL);
  return violated;
}

static int find_violated(void *data, lp_row *rows, const mpz_t *y, const mpz_t d, int room) {
  const program *in = data;
  int count = 0;
  for (int k = 0; k < in->rows && count < room && count < 1; k++) {
    int row = in->last_first ? in->rows - 1 - k : k;
    if (is_violated(in, row, y, d)) rows[count++] = (lp_row)row;
  }
  return count;
}

static bool find_first_violated(void *data, lp_row *row, const mpz_t *y, const mpz_t d) {
  const program *in = data;
  for (int k = 0; k < in->rows; k++) {
    if (!is_violated(in, k, y, d)) continue;
    *row = (lp_row)k;
    return true;
  }
  return false;
}

static bool write_double(void *data, double *coefficient, double *bound, lp_row row) {
  const program *in = data;
  int sign = in->misleading ? -1 : 1;
  for (int j = 0; j < in->m; j++) coefficient[j] = sign * in->a[row][j];
  *bound = sign * in->b[row];
  return false;
}

static int find_violated_double(void *data, lp_row *rows, const double *y, int room) {
  (void)data, (void)rows, (void)y, (void)room;
  return 0;
}

/* --------------------------------------------------------------- all vertices */

/* The determinant of the first m of these rows (a column of bounds in place of column replaced, if any). */
static long determinant(const program *in, const int *row, int replaced) {
  long t[MOST_VARIABLES][MOST_VARIABLES], before = 1, sign = 1;
  for (int i = 0; i < in->m; i++)
    for (int j = 0; j < in->m; j++) t[i][j] = j == replaced ? in->b[row[i]] : in->a[row[i]][j];
  for (int k = 0; k < in->m - 1; k++) { /* Bareiss */
    int pivot = k;
    while (pivot < in->m && t[pivot][k] == 0) pivot++;
    if (pivot == in->m) return 0;
    for (int j = 0; j < in->m && pivot != k; j++) {
      long kept = t[k][j];
      t[k][j] = t[pivot][j], t[pivot][j] = kept;
    }
    if (pivot != k) sign = -sign;
    for (int i = k + 1; i < in->m; i++)
      for (int j = k + 1; j < in->m; j++) t[i][j] = (t[i][j] * t[k][k] - t[i][k] * t[k][j]) / before;
    before = t[k][k];
  }
  return sign * t[in->m - 1][in->m - 1];
}

/* The cost at the vertex of these rows as a fraction; false where there is none, or it breaks another row. */
static bool vertex(const program *in, const int *row, long *top, long *bottom) {
  long y[MOST_VARIABLES], d = determinant(in, row, -1);
  if (d == 0) return false;
  for (int j = 0; j < in->m; j++) y[j] = determinant(in, row, j) * (d < 0 ? -1 : 1);
  d = labs(d);
  for (int r = 0; r < in->rows; r++) {
    long gap = in->b[r] * d;
    for (int j = 0; j < in->m; j++) gap -= in->a[r][j] * y[j];
    if (gap > 0) return false;
  }
  *top = 0, *bottom = d;
  for (int j = 0; j < in->m; j++) *top += in->cost[j] * y[j];
  return true;
}

/* The least cost over all vertices; false where no vertex meets every row. */
static bool least_cost(const program *in, mpq_t least) {
  bool found = false;
  mpq_t cost;
  mpq_init(cost);
  for (int chosen = 0; chosen < 1 << in->rows; chosen++) {
    int row[MOST_ROWS], count = 0;
    long top, bottom;
    for (int r = 0; r < in->rows; r++)
      if (chosen >> r & 1) row[count++] = r;
    if (count != in->m || !vertex(in, row, &top, &bottom)) continue;
    mpq_set_si(cost, top, (unsigned long)bottom);
    mpq_canonicalize(cost);
    if (!found || mpq_cmp(cost, least) < 0) mpq_set(least, cost);
    found = true;
  }
  mpq_clear(cost);
  return found;
}

/* -------------------------------------------------------------------- trials */

/* The first m rows are independent, and the cost is a combination of them with weights of 0 or more. */
static void draw_program(program *in) {
  int first[] = {0, 1, 2, 3}, weightless = (int)draw(0, 1), size = (int)draw(0, 2) ? 2 : 9;
  in->m = (int)draw(1, MOST_VARIABLES);
  in->rows = size == 2 ? (int)draw(in->m, MOST_ROWS) : MOST_ROWS;
  do {
    for (int r = 0; r < in->rows; r++) {
      for (int j = 0; j < in->m; j++) in->a[r][j] = (int)draw(-size, size);
      in->b[r] = size == 2 && draw(0, 2) ? 0 : (int)draw(-size, size / 2);
    }
  } while (determinant(in, first, -1) == 0);
  memset(in->cost, 0, sizeof in->cost);
  for (int r = 0; r < in->m; r++) {
    int weight = weightless ? 0 : (int)draw(0, 2);
    for (int j = 0; j < in->m; j++) in->cost[j] += weight * in->a[r][j];
  }
  in->misleading = (int)draw(0, 1), in->last_first = (int)draw(0, 1);
}

struct solving {
  program *in;
  bool feasible;
  mpq_t value;
};

static accord_status solve(accord_context *context, void *argument) {
  struct solving *all = argument;
  program *in = all->in;
  lp_source source = {.data = in,
                      .write = write_row,
                      .violated = find_violated,
                      .first_violated = find_first_violated,
                      .write_double = write_double,
                      .violated_double = find_violated_double};
  lp_row start[] = {0, 1, 2, 3};
  lp_problem problem = {.m = in->m, .cost = in->cost, .source = &source, .start = start, .start_count = in->m};
  lp_result *result = lp_solve(context, &problem);
  all->feasible = result->feasible;
  if (!result->feasible) return ACCORD_OK;
  mpq_set_num(all->value, result->value);
  mpq_set_den(all->value, result->determinant);
  mpq_canonicalize(all->value);
  for (int r = 0; r < in->rows; r++)
    assert_false(is_violated(in, r, (const mpz_t *)result->solution, result->determinant));
  for (int k = 0; k < in->m; k++) assert_true(mpz_sgn(result->multiplier[k]) >= 0);
  return ACCORD_OK;
}

static void test_against_all_vertices(void **state) {
  (void)state;
  long rounds = 25 * setting("ACCORD_ROUNDS", 40), infeasible = 0;
  accord_context *context;
  mpq_t least;
  mpq_init(least);
  chance_state = seed();
  print_message("seed %lu, %ld programs\n", (unsigned long)chance_state, rounds);
  assert_int_equal(accord_context_new(&context), ACCORD_OK);
  for (long round = 0; round < rounds; round++) {
    program in;
    struct solving all = {.in = &in};
    mpq_init(all.value);
    draw_program(&in);
    assert_int_equal(guard(context, solve, &all), ACCORD_OK);
    bool feasible = least_cost(&in, least);
    if (all.feasible != feasible) fail_msg("program %ld: %s", round, feasible ? "not solved" : "no row is met");
    if (feasible && !mpq_equal(all.value, least)) fail_msg("program %ld: not the least cost", round);
    infeasible += !feasible;
    mpq_clear(all.value);
    accord_reset(context, (accord_mark){0});
  }
  assert_in_range(infeasible, 1, rounds - 1);
  accord_context_free(context);
  mpq_clear(least);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_against_all_vertices)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

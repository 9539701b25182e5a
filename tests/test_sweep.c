/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The library with memory that ends: every k-th allocation of a call fails, GLPK's and libc's too; the call returns
 * its status, the context works on as before, and as many blocks are live afterwards as were before.
 * ACCORD_EVERY_ALLOCATION=1 leaves none out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "lp.h"
#include "sheet.h"

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "accord.h"
#include "fail_alloc.h"

typedef accord_status whole_call(accord_context *context);

static unsigned long most(void) {
  const char *text = getenv("ACCORD_EVERY_ALLOCATION");
#ifdef __SANITIZE_ADDRESS__
  const unsigned long usual = 150;
#else
  const unsigned long usual = 4000;
#endif
  return text && strcmp(text, "0") != 0 ? (unsigned long)-1 : usual;
}

/* The whole of it, in a context of its own. */
static accord_status run_in_new_context(whole_call *call) {
  accord_context *context;
  accord_status status = accord_context_new(&context);
  if (status != ACCORD_OK) return status;
  status = call(context);
  accord_context_free(context);
  return status;
}

static int open_files(void) {
  int count = 0;
  for (int file = 0; file < 64; file++) count += fcntl(file, F_GETFD) >= 0;
  return count;
}

/* Denies the k-th allocation, for every k (on: and all that follow); each time ACCORD_NO_MEMORY must come back. */
static void sweep(whole_call *call, bool on) {
  assert_int_equal(run_in_new_context(call), ACCORD_OK); /* what libraries keep for good is taken now */
  long live = fail_alloc_live();
  int files = open_files();
  fail_alloc_at(0, false);
  assert_int_equal(run_in_new_context(call), ACCORD_OK);
  unsigned long asked = fail_alloc_asked(), stride = asked / most() + 1;
  assert_int_equal(fail_alloc_live(), live);
  for (unsigned long k = 1; k <= asked; k += stride) {
    fail_alloc_at(k, on);
    accord_status status = run_in_new_context(call);
    fail_alloc_at(0, false);
    if (status != ACCORD_NO_MEMORY) fail_msg("k = %lu: %s", k, accord_status_text(status));
    if (fail_alloc_live() > live) fail_msg("k = %lu: %ld blocks lost", k, fail_alloc_live() - live);
    if (open_files() != files) fail_msg("k = %lu: %d files, not %d", k, open_files(), files);
    if (fail_alloc_live() == live && k % 64) continue;
    assert_int_equal(run_in_new_context(call), ACCORD_OK); /* GLPK's environment is made anew */
    if (fail_alloc_live() != live) fail_msg("k = %lu: %ld blocks lost", k, fail_alloc_live() - live);
  }
  print_message("%lu allocations, stride %lu\n", asked, stride);
}

static void sweep_both(whole_call *call) {
  sweep(call, false);
  sweep(call, true);
}

/* -------------------------------------------------------------------- calls */

static accord_status solve_all(accord_context *context, const accord_problem *problem) {
  accord_facts *facts;
  accord_split *split;
  accord_stability *stability;
  accord_comparisons *comparisons;
  accord_status status = accord_find_facts(context, &facts, problem, ACCORD_FACTS_ALL);
  for (int k = 0; k < accord_rule_count && status == ACCORD_OK; k++) {
    status = accord_solve(context, &split, problem, &accord_rules[k]);
    if (status != ACCORD_OK || split->status != ACCORD_OK) continue;
    status = accord_find_stability(context, &stability, problem, (const mpq_t *)split->share, 3);
    if (status == ACCORD_OK)
      status = accord_find_comparisons(context, &comparisons, problem, (const mpq_t *)split->share);
  }
  return status;
}

static accord_status solve_text(accord_context *context) {
  static const char *const values[] = {"0", "1", "1", "7", "1", "5", "12345678901234567890/7", "1e20"};
  accord_problem *problem;
  accord_status status = accord_problem_from_text(context, &problem, ACCORD_BENEFIT, values, 3);
  return status == ACCORD_OK ? solve_all(context, problem) : status;
}

static accord_status solve_doubles(accord_context *context) {
  static const double values[] = {0, 5, 7, 9, 8.5, 10, 11, 20};
  accord_problem *problem;
  accord_status status = accord_problem_from_doubles(context, &problem, ACCORD_COST, false, values, 3);
  return status == ACCORD_OK ? solve_all(context, problem) : status;
}

static accord_status solve_claims(accord_context *context) {
  static const char *const claims[] = {"100", "200", "300.5"};
  accord_problem *problem;
  accord_status status = accord_problem_from_claims(context, &problem, "1000/3", claims, 3);
  return status == ACCORD_OK ? solve_all(context, problem) : status;
}

static accord_status find_sensitivity(accord_context *context) {
  static const char *const values[] = {"0", "1", "2", "5"};
  accord_problem *problem;
  accord_influences *influences;
  accord_margins *margins;
  accord_status status = accord_problem_from_text(context, &problem, ACCORD_COST, values, 2);
  if (status == ACCORD_OK)
    status = accord_find_influences(context, &influences, problem, accord_find_rule("shapley"), false, 2);
  if (status == ACCORD_OK)
    status = accord_find_margins(context, &margins, problem, (const mpq_t *)influences->split->share, 0);
  return status;
}

static accord_status read_sheet(accord_context *context, void *path) {
  sheet_options options = {.numbers = NUMBERS_AUTO};
  term_sheet *sheet = sheet_read(context, path, &options);
  return sheet->diagnostics.count ? ACCORD_OK : solve_all(context, sheet->problem);
}

static accord_status read_consortium(accord_context *context) {
  static char path[] = "examples/consortium.json";
  return guard(context, read_sheet, path);
}
static accord_status read_mistakes(accord_context *context) {
  static char path[] = "tests/sheets/bad_many_keys_150.json";
  return guard(context, read_sheet, path);
}
static accord_status read_npy(accord_context *context) {
  static char path[] = "tests/sheets/good_file_npy.json";
  return guard(context, read_sheet, path);
}

static void test_text(void **state) { (void)state, sweep_both(solve_text); }
static void test_doubles(void **state) { (void)state, sweep_both(solve_doubles); }
static void test_claims(void **state) { (void)state, sweep_both(solve_claims); }
static void test_sheets(void **state) {
  (void)state;
  sweep_both(read_consortium);
  sweep_both(read_mistakes);
  sweep_both(read_npy);
}

/* --------------------------------------------------------------------- GLPK */

/* Rows y_r >= r + 1, one for each variable, dense in doubles. */
static bool write_row(void *data, mpz_t *coefficient, mpz_t bound, lp_row row) {
  for (int j = 0; j < *(int *)data; j++) mpz_set_ui(coefficient[j], (lp_row)j == row);
  mpz_set_ui(bound, row + 1);
  return false;
}

static int none_violated(void *data, lp_row *rows, const mpz_t *y, const mpz_t d, int room) {
  (void)data, (void)rows, (void)y, (void)d, (void)room;
  return 0;
}

static bool write_double_row(void *data, double *coefficient, double *bound, lp_row row) {
  for (int j = 0; j < *(int *)data; j++) coefficient[j] = (lp_row)j == row ? 1 : 1e-7;
  *bound = (double)row + 1;
  return false;
}

static int none_violated_double(void *data, lp_row *rows, const double *y, int room) {
  (void)data, (void)rows, (void)y, (void)room;
  return 0;
}

struct guess {
  int m;
  accord_status status;
  char message[300];
};

static accord_status find_guess(accord_context *context, void *argument) {
  struct guess *in = argument;
  lp_source source = {.data = &in->m,
                      .write = write_row,
                      .violated = none_violated,
                      .write_double = write_double_row,
                      .violated_double = none_violated_double};
  int *cost = POOL_NEW(context, (size_t)in->m + 1, int);
  lp_row *start = POOL_NEW(context, (size_t)in->m + 1, lp_row);
  for (int j = 0; j < in->m; j++) cost[j] = 1, start[j] = (lp_row)j;
  lp_problem problem = {.m = in->m, .cost = cost, .source = &source, .start = start, .start_count = in->m};
  lp_guess guess;
  in->status = lp_guess_basis(context, &guess, &problem);
  snprintf(in->message, sizeof in->message, "%s", accord_message(context));
  return ACCORD_OK;
}

static void assert_guess(accord_context *context, int m, accord_status expected, const char *words) {
  struct guess guess = {.m = m};
  assert_int_equal(guard(context, find_guess, &guess), ACCORD_OK);
  if (guess.status != expected || !strstr(guess.message, words))
    fail_msg("m = %d: %s (%s)", m, accord_status_text(guess.status), guess.message);
}

/* No columns is a misuse to GLPK, which by itself would end the process. */
static void test_glpk_misused(void **state) {
  accord_context *context;
  (void)state;
  assert_int_equal(accord_context_new(&context), ACCORD_OK);
  assert_guess(context, 3, ACCORD_OK, "");
  assert_guess(context, 0, ACCORD_FAILED, "GLPK refused a linear program: glp_add_cols: ncs = 0");
  assert_guess(context, 3, ACCORD_OK, "");
  accord_context_free(context);
}

/* 300 dense rows are over a mebibyte, GLPK's least limit. */
static void test_glpk_at_the_memory_limit(void **state) {
  accord_context *context;
  (void)state;
  assert_int_equal(accord_context_new(&context), ACCORD_OK);
  assert_guess(context, 300, ACCORD_OK, "");
  accord_context_settings(context)->memory_limit = 1 << 20;
  assert_guess(context, 300, ACCORD_LIMIT, "raise the memory limit");
  accord_context_settings(context)->memory_limit = (size_t)4 << 30;
  assert_guess(context, 300, ACCORD_OK, "");
  accord_context_free(context);
}

static accord_status only_glpk(accord_context *context) {
  struct guess guess = {.m = 4};
  accord_status status = guard(context, find_guess, &guess);
  return status == ACCORD_OK ? guess.status : status;
}

static void test_sensitivity(void **state) { (void)state, sweep_both(find_sensitivity); }

static void test_glpk_without_memory(void **state) { (void)state, sweep_both(only_glpk); }

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_text),
      cmocka_unit_test(test_doubles),
      cmocka_unit_test(test_claims),
      cmocka_unit_test(test_sheets),
      cmocka_unit_test(test_sensitivity),
      cmocka_unit_test(test_glpk_misused),
      cmocka_unit_test(test_glpk_at_the_memory_limit),
      cmocka_unit_test(test_glpk_without_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Influences, responses, prices, flips and margins through the library: known values, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "accord.h"

static accord_context *context;

static int start(void **state) {
  (void)state;
  return accord_context_new(&context) == ACCORD_OK ? 0 : -1;
}

static int end(void **state) {
  (void)state;
  accord_context_free(context);
  return 0;
}

static accord_problem *merchants(accord_goal goal) {
  static const char *const values[] = {"0", "1", "1", "7", "1", "5", "4", "10"};
  accord_problem *problem;
  assert_int_equal(accord_problem_from_text(context, &problem, goal, values, 3), ACCORD_OK);
  return problem;
}

static accord_influences *influences_of(const accord_problem *problem, const char *rule, int top) {
  accord_influences *influences;
  accord_status status = accord_find_influences(context, &influences, problem, accord_find_rule(rule), false, top);
  assert_int_equal(status, ACCORD_OK);
  return influences;
}

static const accord_response *response_of(const accord_influences *influences, accord_coalition coalition) {
  int found = 0;
  while (found < influences->count && influences->list[found].coalition != coalition) found++;
  assert_true(found < influences->count);
  return &influences->list[found].response;
}

static void assert_rational(const mpq_t number, long numerator, unsigned long denominator) {
  if (mpq_cmp_si(number, numerator, denominator) != 0) {
    char *text = mpq_get_str(NULL, 10, number);
    fail_msg("%s, not %ld/%lu", text, numerator, denominator);
  }
}

static void test_nucleolus_from_its_certificate(void **state) {
  (void)state;
  const accord_response *pair = response_of(influences_of(merchants(ACCORD_BENEFIT), "nucleolus", 0), 3);
  assert_false(pair->kink);
  assert_rational(pair->above.rate[0], 1, 4);
  assert_rational(pair->above.rate[2], -1, 2);
  assert_true(pair->above.bounded && pair->below.bounded);
  assert_rational(pair->above.reach, 2, 1);
  assert_rational(pair->below.reach, 2, 1);
}

static void test_the_largest_first(void **state) {
  (void)state;
  accord_influences *all = influences_of(merchants(ACCORD_COST), "nucleolus", 0);
  accord_influences *some = influences_of(merchants(ACCORD_COST), "nucleolus", 3);
  assert_true(all->count == 0 || (all->count == 7 && some->count == 3));
  all = influences_of(merchants(ACCORD_BENEFIT), "tau", 0);
  some = influences_of(merchants(ACCORD_BENEFIT), "tau", 3);
  assert_int_equal(all->count, 7);
  for (int k = 0; k < 3; k++) assert_int_equal(all->list[k].coalition, some->list[k].coalition);
  for (int k = 1; k < 7; k++) assert_true(mpq_cmp(all->list[k - 1].size, all->list[k].size) >= 0);
}

static void test_rules_without_influences(void **state) {
  static const char *const claims[] = {"100", "200", "300"};
  accord_problem *problem;
  (void)state;
  assert_int_equal(accord_problem_from_claims(context, &problem, "400", claims, 3), ACCORD_OK);
  assert_int_equal(influences_of(problem, "talmud", 0)->count, 0);
  assert_int_equal(influences_of(problem, "proportional", 0)->count, 0);
  assert_int_equal(influences_of(problem, "nucleolus", 0)->count, 7);
  assert_int_equal(influences_of(merchants(ACCORD_BENEFIT), "talmud", 0)->count, 0);
}

/* The value of the first two, as a number of its own. */
static accord_status pair_at(accord_context *in, const accord_problem **problem, void *data, const mpq_t at) {
  if (mpq_cmp_si(at, 9, 1) > 0) return ACCORD_UNDEFINED;
  return accord_problem_with_value(in, problem, data, 3, at);
}

static accord_status broken(accord_context *in, const accord_problem **problem, void *data, const mpq_t at) {
  (void)in, (void)problem, (void)data;
  return mpq_cmp_si(at, 7, 1) ? ACCORD_INVALID : pair_at(in, problem, data, at);
}

static void test_responses_and_flips(void **state) {
  accord_problem *problem = merchants(ACCORD_BENEFIT);
  const accord_rule *shapley = accord_find_rule("shapley");
  accord_response *response;
  accord_flips *flips;
  mpq_t value;
  (void)state;
  mpq_init(value);
  mpq_set_si(value, 7, 1);
  assert_int_equal(accord_find_response(context, &response, pair_at, problem, value, shapley, false, ACCORD_BOTH_SIDES),
                   ACCORD_OK);
  assert_rational(response->below.rate[2], -1, 3);
  assert_true(response->above.bounded && response->above.exact && !response->below.bounded);
  assert_rational(response->above.reach, 2, 1);
  assert_int_equal(accord_find_flips(context, &flips, pair_at, problem, response, shapley, false, NULL), ACCORD_OK);
  assert_int_equal(flips->count, 3);
  assert_int_equal(accord_find_response(context, &response, pair_at, problem, value, shapley, false, ACCORD_BELOW),
                   ACCORD_OK);
  assert_int_equal(response->above.status, ACCORD_UNDEFINED);
  assert_false(response->below.bounded);
  assert_int_equal(accord_find_response(context, &response, broken, problem, value, shapley, false, ACCORD_BOTH_SIDES),
                   ACCORD_INVALID);
  assert_null(response);
  mpq_clear(value);
}

static accord_status any_pair_at(accord_context *in, const accord_problem **problem, void *data, const mpq_t at) {
  return accord_problem_with_value(in, problem, data, 3, at);
}

/* The chain rule for a pair's value; an end of what it may be that is neither 0 nor 1 is not found. */
static void test_chained_responses(void **state) {
  accord_problem *problem = merchants(ACCORD_BENEFIT);
  const accord_influences *const influences[] = {influences_of(problem, "shapley", 0), NULL,
                                                 influences_of(problem, "nucleolus", 0)};
  accord_response *chained[3], *found;
  mpq_t value;
  (void)state;
  mpq_init(value);
  mpq_set_si(value, 7, 1);
  assert_int_equal(accord_find_chained_responses(context, chained, pair_at, problem, value, influences, 3), ACCORD_OK);
  assert_true(!chained[0] && !chained[2]);
  assert_int_equal(accord_find_chained_responses(context, chained, any_pair_at, problem, value, influences, 3),
                   ACCORD_OK);
  assert_null(chained[1]);
  assert_non_null(chained[2]);
  assert_rational(chained[2]->above.rate[2], -1, 2);
  assert_rational(chained[2]->below.reach, 2, 1);
  assert_false(chained[2]->below.sampled);
  assert_int_equal(accord_find_response(context, &found, pair_at, problem, value, accord_find_rule("nucleolus"), false,
                                        ACCORD_BELOW | ACCORD_REACH),
                   ACCORD_OK);
  assert_true(found->below.sampled && mpq_equal(found->below.reach, chained[2]->below.reach));
  assert_int_equal(accord_find_chained_responses(context, chained, broken, problem, value, influences, 3),
                   ACCORD_INVALID);
  assert_true(!chained[0] && !chained[1] && !chained[2]);
  mpq_clear(value);
}

static void test_what_is_refused(void **state) {
  accord_problem *problem = merchants(ACCORD_BENEFIT), *pair;
  static const char *const values[] = {"0", "1", "1", "3"};
  const accord_problem *moved;
  accord_response *response;
  accord_price *price;
  mpq_t value;
  (void)state;
  mpq_init(value);
  accord_response *by_weight;
  assert_int_equal(accord_find_weight_responses(context, &by_weight, problem), ACCORD_INVALID);
  assert_null(by_weight);
  assert_int_equal(accord_problem_with_value(context, &moved, problem, 0, value), ACCORD_INVALID);
  assert_int_equal(accord_problem_with_value(context, &moved, problem, 8, value), ACCORD_INVALID);
  assert_null(moved);
  assert_int_equal(accord_find_price(context, &price, problem, accord_find_rule("shapley"), 0), ACCORD_INVALID);
  assert_null(price);
  assert_int_equal(accord_problem_from_text(context, &pair, ACCORD_BENEFIT, values, 2), ACCORD_OK);
  accord_influences *influences = influences_of(problem, "shapley", 1);
  assert_int_equal(accord_find_linear_response(context, &response, influences, pair, value), ACCORD_INVALID);
  assert_int_equal(accord_find_linear_response(context, &response, influences, merchants(ACCORD_COST), value),
                   ACCORD_INVALID);
  influences->about = NULL;
  assert_int_equal(accord_find_linear_response(context, &response, influences, problem, value), ACCORD_OK);
  assert_int_equal(response->above.status, ACCORD_UNDEFINED);
  mpq_clear(value);
}

static void test_margins(void **state) {
  accord_problem *problem = merchants(ACCORD_BENEFIT);
  accord_margins *margins;
  (void)state;
  const accord_split *split = influences_of(problem, "nucleolus", 1)->split;
  assert_int_equal(accord_find_margins(context, &margins, problem, (const mpq_t *)split->share, 2), ACCORD_OK);
  assert_int_equal(margins->count, 2);
  assert_int_equal(margins->list[0].coalition, 3);
  assert_rational(margins->list[0].flips_at, 8, 1);
  assert_int_equal(margins->list[1].coalition, 4);
}

/* Doubles are decided on their grid, exactly. */
static void test_doubles(void **state) {
  static const double values[] = {0, 0.1, 0.2, 1, 0.3, 1, 1, 3};
  accord_problem *problem;
  (void)state;
  assert_int_equal(accord_problem_from_doubles(context, &problem, ACCORD_BENEFIT, false, values, 3), ACCORD_OK);
  assert_rational(response_of(influences_of(problem, "shapley", 0), 7)->above.rate[0], 1, 3);
  assert_int_equal(influences_of(problem, "nucleolus", 0)->count, 7);
}

static void test_time(void **state) {
  accord_problem *problem = merchants(ACCORD_BENEFIT);
  accord_influences *influences;
  (void)state;
  accord_interrupt(context);
  assert_int_equal(accord_find_influences(context, &influences, problem, accord_find_rule("nucleolus"), false, 0),
                   ACCORD_INTERRUPTED);
  assert_null(influences);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_nucleolus_from_its_certificate, start, end),
      cmocka_unit_test_setup_teardown(test_the_largest_first, start, end),
      cmocka_unit_test_setup_teardown(test_rules_without_influences, start, end),
      cmocka_unit_test_setup_teardown(test_responses_and_flips, start, end),
      cmocka_unit_test_setup_teardown(test_chained_responses, start, end),
      cmocka_unit_test_setup_teardown(test_what_is_refused, start, end),
      cmocka_unit_test_setup_teardown(test_margins, start, end),
      cmocka_unit_test_setup_teardown(test_doubles, start, end),
      cmocka_unit_test_setup_teardown(test_time, start, end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

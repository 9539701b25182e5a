/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Claims too many for a table: what is told of them is what the table tells where there is one.
 *
 * ACCORD_SEED (1) seeds the random claims, ACCORD_ROUNDS (40) says how many there are of each size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "accord.h"
#include "chance.h"
#include "checker.h"

#include <stdio.h>

#include <cmocka.h> /* last: it has a macro fail */

enum { MOST = 6, TEXT_ROOM = 24 };

static accord_context *the_context;

static int start(void **state) {
  (void)state;
  chance_state = seed();
  print_message("seed %lu\n", (unsigned long)chance_state);
  return accord_context_new(&the_context) == ACCORD_OK ? 0 : -1;
}

static int end(void **state) {
  (void)state;
  accord_context_free(the_context);
  return 0;
}

static accord_problem *draw_claims(int n) {
  char text[MOST + 1][TEXT_ROOM];
  const char *claims[MOST];
  long sum = 0, most = draw(0, 12);
  for (int i = 0; i < n; i++) {
    long claim = draw(0, most);
    sum += claim;
    snprintf(text[i], TEXT_ROOM, "%ld/3", claim);
    claims[i] = text[i];
  }
  snprintf(text[n], TEXT_ROOM, "%ld/3", draw(0, sum));
  accord_problem *problem;
  assert_int_equal(accord_problem_from_claims(the_context, &problem, text[n], claims, n), ACCORD_OK);
  return problem;
}

/* The same claims as if they were too many. */
static accord_problem without_table(const accord_problem *problem) {
  accord_problem other = *problem;
  other.game = NULL;
  other.no_game = "left out";
  return other;
}

static void draw_split(mpq_t *share, const accord_problem *problem) {
  mpq_t rest;
  mpq_init(rest);
  mpq_set(rest, problem->total);
  for (int i = 0; i < problem->n; i++) {
    mpq_set_si(share[i], draw(-3, 15), 3);
    mpq_canonicalize(share[i]);
    mpq_sub(rest, rest, share[i]);
  }
  if (draw(0, 2)) mpq_add(share[problem->n - 1], share[problem->n - 1], rest); /* else it does not sum to the estate */
  mpq_clear(rest);
}

static void test_stability(void **state) {
  (void)state;
  for (long round = 20 * setting("ACCORD_ROUNDS", 40); round > 0; round--) {
    accord_mark mark = accord_get_mark(the_context);
    accord_problem *problem = draw_claims((int)draw(2, MOST)), other = without_table(problem);
    mpq_t share[MOST], excess;
    for (int i = 0; i < problem->n; i++) mpq_init(share[i]);
    mpq_init(excess);
    draw_split(share, problem);
    accord_stability *by_table, *by_claims;
    assert_int_equal(accord_find_stability(the_context, &by_table, problem, (const mpq_t *)share, 5), ACCORD_OK);
    assert_int_equal(accord_find_stability(the_context, &by_claims, &other, (const mpq_t *)share, 5), ACCORD_OK);
    assert_int_equal(by_claims->stable, by_table->stable);
    assert_true(by_claims->has_excess && mpq_equal(by_claims->max_excess, by_table->max_excess));
    accord_game_value(excess, problem->game, by_claims->worst);
    for (int i = 0; i < problem->n; i++)
      if (by_claims->worst >> i & 1) mpq_sub(excess, excess, share[i]);
    assert_true(by_claims->worst > 0 && by_claims->worst < ((accord_coalition)1 << problem->n) - 1);
    assert_true(mpq_equal(excess, by_claims->max_excess));
    assert_int_equal(by_claims->listed, by_claims->stable == ACCORD_NO);
    for (int i = 0; i < problem->n; i++) mpq_clear(share[i]);
    mpq_clear(excess);
    accord_reset(the_context, mark);
  }
}

static void compare_numbers(const mpq_t *a, const mpq_t *b, int n) {
  for (int i = 0; i < n; i++) assert_true(mpq_equal(a[i], b[i]));
}

static void test_facts(void **state) {
  (void)state;
  for (long round = 10 * setting("ACCORD_ROUNDS", 40); round > 0; round--) {
    accord_mark mark = accord_get_mark(the_context);
    accord_problem *problem = draw_claims((int)draw(1, MOST)), other = without_table(problem);
    accord_facts *by_table, *by_claims;
    assert_int_equal(accord_find_facts(the_context, &by_table, problem, ACCORD_FACTS_ALL), ACCORD_OK);
    assert_int_equal(accord_find_facts(the_context, &by_claims, &other, ACCORD_FACTS_ALL), ACCORD_OK);
    assert_int_equal(by_claims->monotone, by_table->monotone);
    assert_int_equal(by_claims->superadditive, by_table->superadditive);
    assert_int_equal(by_claims->convex, by_table->convex);
    assert_int_equal(by_claims->core_empty, by_table->core_empty);
    assert_int_equal(by_claims->has_least_core, by_table->has_least_core);
    assert_true(mpq_equal(by_claims->least_core, by_table->least_core));
    assert_true(mpq_equal(by_claims->cost_of_stability, by_table->cost_of_stability));
    compare_numbers((const mpq_t *)by_claims->least_share, (const mpq_t *)by_table->least_share, problem->n);
    compare_numbers((const mpq_t *)by_claims->greatest_share, (const mpq_t *)by_table->greatest_share, problem->n);
    for (int i = 0; i < problem->n; i++) {
      mpq_t alone[2];
      mpq_inits(alone[0], alone[1], NULL);
      assert_true(accord_standalone(alone[0], problem, i) && accord_standalone(alone[1], &other, i));
      compare_numbers((const mpq_t *)alone, (const mpq_t *)alone + 1, 1);
      mpq_clears(alone[0], alone[1], NULL);
    }
    accord_reset(the_context, mark);
  }
}

static void test_nucleolus(void **state) {
  (void)state;
  static const char *const rules[] = {"nucleolus", "prenucleolus"};
  for (long round = 4 * setting("ACCORD_ROUNDS", 40); round > 0; round--) {
    accord_mark mark = accord_get_mark(the_context);
    accord_problem *problem = draw_claims((int)draw(1, MOST)), other = without_table(problem);
    for (int k = 0; k < 2; k++) {
      accord_split *by_table, *by_claims;
      const accord_rule *rule = accord_find_rule(rules[k]);
      assert_int_equal(accord_solve(the_context, &by_table, problem, rule), ACCORD_OK);
      assert_int_equal(accord_solve(the_context, &by_claims, &other, rule), ACCORD_OK);
      assert_int_equal(by_claims->status, ACCORD_OK);
      compare_numbers((const mpq_t *)by_claims->share, (const mpq_t *)by_table->share, problem->n);
    }
    accord_reset(the_context, mark);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_stability), cmocka_unit_test(test_facts),
                                     cmocka_unit_test(test_nucleolus)};
  return cmocka_run_group_tests(tests, start, end);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The library at its edges: problems without a table, numbers that outgrow machine words, requests that make no sense. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* Before cmocka.h, which makes a macro of the name fail. */
#include "rule.h"
#include "sheet.h"

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "accord.h"

static accord_context *the_context;

static int new_context(void **state) {
  (void)state;
  return accord_context_new(&the_context) == ACCORD_OK ? 0 : -1;
}

static int free_context(void **state) {
  (void)state;
  accord_context_free(the_context);
  return 0;
}

static void assert_equals_text(const mpq_t number, const char *expected) {
  char text[200];
  gmp_snprintf(text, sizeof text, "%Qd", number);
  assert_string_equal(text, expected);
}

static void assert_told(accord_status status, accord_status expected) {
  assert_int_equal(status, expected);
  assert_true(*accord_message(the_context));
}

/* ------------------------------------------------------------ without a table */

enum { MANY = 40 };

static accord_problem *large_vote(void) {
  const char *quota = "40", *weights[MANY];
  accord_problem *problem = NULL;
  for (int i = 0; i < MANY; i++) weights[i] = i < 2 ? "40" : "1";
  assert_int_equal(accord_problem_from_votes(the_context, &problem, "100", &quota, 1, weights, MANY), ACCORD_OK);
  assert_null(problem->game);
  return problem;
}

static accord_problem *large_claims(void) {
  const char *claims[MANY];
  accord_problem *problem = NULL;
  for (int i = 0; i < MANY; i++) claims[i] = "3";
  assert_int_equal(accord_problem_from_claims(the_context, &problem, "40", claims, MANY), ACCORD_OK);
  assert_null(problem->game);
  return problem;
}

struct shares {
  mpq_t share[MANY];
};

/* So much for the first, the rest evenly. */
static const mpq_t *split_of(struct shares *shares, unsigned long first, unsigned long others) {
  for (int i = 0; i < MANY; i++) {
    mpq_init(shares->share[i]);
    mpq_set_ui(shares->share[i], i == 0 ? first : others, 1);
  }
  return (const mpq_t *)shares->share;
}

static void clear(struct shares *shares) {
  for (int i = 0; i < MANY; i++) mpq_clear(shares->share[i]);
}

static void try_without_a_table(const accord_problem *problem) {
  struct shares shares;
  const mpq_t *ones = split_of(&shares, 1, 1);
  accord_split *split = NULL;
  accord_repair *repair = NULL;
  accord_comparisons *comparisons = NULL;
  accord_problem *after = NULL;
  accord_transaction_costs costs = {.count = 0};
  mpq_inits(costs.per_member, costs.per_link, NULL);
  assert_int_equal(accord_solve(the_context, &split, problem, accord_find_rule("per-capita-nucleolus")), ACCORD_OK);
  assert_int_equal(split->status, ACCORD_LIMIT);
  assert_string_equal(split->reason, problem->no_game);
  assert_told(accord_find_repair(the_context, &repair, problem, ones), ACCORD_LIMIT);
  assert_null(repair);
  assert_told(accord_apply_transaction_costs(the_context, &after, problem, &costs), ACCORD_LIMIT);
  assert_null(after);
  assert_int_equal(accord_find_comparisons(the_context, &comparisons, problem, ones), ACCORD_OK);
  assert_non_null(comparisons);
  mpq_clears(costs.per_member, costs.per_link, NULL);
  clear(&shares);
}

static void test_a_vote_without_a_table(void **state) {
  (void)state;
  try_without_a_table(large_vote());
}

static void test_claims_without_a_table(void **state) {
  (void)state;
  try_without_a_table(large_claims());
}

/* A term of any kind is enough: neither the nucleolus of claims nor the claims rules need the table. */
static void test_terms_without_a_table(void **state) {
  (void)state;
  accord_problem *problem = large_claims();
  accord_split *split = NULL;
  accord_terms terms = {.term_count = 0};
  problem->terms = &terms;
  assert_int_equal(accord_solve_under_terms(the_context, &split, problem, accord_find_rule("nucleolus")), ACCORD_OK);
  assert_int_equal(split->status, ACCORD_OK);
  assert_int_equal(accord_solve_under_terms(the_context, &split, problem, accord_find_rule("cea")), ACCORD_OK);
  assert_int_equal(split->status, ACCORD_OK);
  assert_equals_text(split->share[MANY - 1], "1");
}

static accord_answer stability_of(const accord_problem *problem, const mpq_t *shares) {
  accord_stability *stability = NULL;
  assert_int_equal(accord_find_stability(the_context, &stability, problem, shares, 3), ACCORD_OK);
  return stability->stable;
}

/* Awards are stable just where they are between nothing and the claims. */
static void test_stability_of_claims_without_a_table(void **state) {
  (void)state;
  const accord_problem *problem = large_claims();
  struct shares even, more, less;
  assert_int_equal(stability_of(problem, split_of(&even, 1, 1)), ACCORD_YES);
  (void)split_of(&more, 4, 1);
  for (int i = 1; i < 4; i++)
    mpq_set_ui(more.share[i], 0, 1); /* what is left for all others is less than they can have */
  assert_int_equal(stability_of(problem, (const mpq_t *)more.share), ACCORD_NO);
  (void)split_of(&less, 1, 1);
  mpq_set_si(less.share[7], -1, 1);
  assert_int_equal(stability_of(problem, (const mpq_t *)less.share), ACCORD_NO);
  clear(&even), clear(&more), clear(&less);
}

/* The first two win alone, nobody has a veto: nothing is stable, and whoever wins alone has the prize by itself. */
static void test_stability_of_a_vote_without_a_table(void **state) {
  (void)state;
  const accord_problem *problem = large_vote();
  struct shares all, negative;
  mpq_t alone;
  mpq_init(alone);
  assert_int_equal(stability_of(problem, split_of(&all, 100, 0)), ACCORD_NO);
  (void)split_of(&negative, 101, 0);
  mpq_set_si(negative.share[5], -1, 1);
  assert_int_equal(stability_of(problem, (const mpq_t *)negative.share), ACCORD_NO);
  assert_true(accord_standalone(alone, problem, 0));
  assert_equals_text(alone, "100");
  assert_true(accord_standalone(alone, problem, 2));
  assert_equals_text(alone, "0");
  assert_true(accord_standalone(alone, large_claims(), 0));
  assert_equals_text(alone, "0");
  mpq_clear(alone);
  clear(&all), clear(&negative);
}

/* ------------------------------------------------------------------- nonsense */

static void test_votes_of_nobody(void **state) {
  (void)state;
  const char *quota = "1", *weight = "1";
  accord_problem *problem = NULL;
  assert_told(accord_problem_from_votes(the_context, &problem, NULL, &quota, 1, &weight, 0), ACCORD_INVALID);
  assert_told(accord_problem_from_votes(the_context, &problem, NULL, &quota, 0, &weight, 1), ACCORD_INVALID);
  assert_null(problem);
}

static void test_a_tolerance_that_is_none(void **state) {
  (void)state;
  const double values[] = {0, 1, 1, 3}, wrong[] = {-1e-9, 1, NAN, INFINITY};
  for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
    accord_problem *problem = NULL;
    accord_context_settings(the_context)->tolerance = wrong[k];
    assert_told(accord_problem_from_doubles(the_context, &problem, ACCORD_BENEFIT, false, values, 2), ACCORD_INVALID);
    assert_null(problem);
  }
}

static void test_a_unit_that_is_none(void **state) {
  (void)state;
  static const char *const values[] = {"0", "1", "1", "3"};
  accord_problem *problem = NULL;
  accord_account *account = NULL;
  mpz_t count[2];
  mpq_t share[2], unit, total, rest;
  mpz_inits(count[0], count[1], NULL);
  mpq_inits(share[0], share[1], unit, total, rest, NULL);
  mpq_set_ui(share[0], 1, 1), mpq_set_ui(share[1], 2, 1), mpq_set_ui(total, 3, 1);
  assert_int_equal(accord_problem_from_text(the_context, &problem, ACCORD_BENEFIT, values, 2), ACCORD_OK);
  for (int sign = -1; sign <= 0; sign++) {
    mpq_set_si(unit, sign, 1);
    assert_told(accord_find_account(the_context, &account, problem, (const mpq_t *)share, unit), ACCORD_INVALID);
    assert_null(account);
    assert_told(accord_find_payable(the_context, count, rest, (const mpq_t *)share, total, unit, 2), ACCORD_INVALID);
  }
  mpq_set_ui(unit, 1, 1), mpq_set_si(total, -3, 1);
  assert_told(accord_find_payable(the_context, count, rest, (const mpq_t *)share, total, unit, 2), ACCORD_INVALID);
  mpz_clears(count[0], count[1], NULL);
  mpq_clears(share[0], share[1], unit, total, rest, NULL);
}

static void test_no_context(void **state) {
  (void)state;
  accord_context_free(NULL);
}

/* An interruption leaves nothing behind, whatever was asked for. */
static void test_interrupted_requests(void **state) {
  (void)state;
  enum { PARTIES = 16 };
  static double values[1 << PARTIES];
  struct shares shares;
  accord_problem *problem = NULL, *after = NULL;
  accord_repair *repair = NULL;
  accord_split *split = NULL;
  accord_transaction_costs costs = {.count = 0};
  for (unsigned s = 1; s < 1u << PARTIES; s++) values[s] = (double)(size_of(s) * size_of(s));
  mpq_inits(costs.per_member, costs.per_link, NULL);
  assert_int_equal(accord_problem_from_doubles(the_context, &problem, ACCORD_BENEFIT, true, values, PARTIES),
                   ACCORD_OK);
  accord_interrupt(the_context);
  assert_told(accord_find_repair(the_context, &repair, problem, split_of(&shares, 16, 16)), ACCORD_INTERRUPTED);
  assert_null(repair);
  assert_told(accord_solve_under_terms(the_context, &split, problem, accord_find_rule("nucleolus")),
              ACCORD_INTERRUPTED);
  assert_null(split);
  assert_told(accord_apply_transaction_costs(the_context, &after, problem, &costs), ACCORD_INTERRUPTED);
  assert_null(after);
  mpq_clears(costs.per_member, costs.per_link, NULL);
  clear(&shares);
}

static void test_pairs_of_nobody(void **state) {
  (void)state;
  const int sellers[] = {0, 1}, twice[] = {0, 0}, outside[] = {0, 3}, below[] = {0, -1}, buyer[] = {2};
  const char *const worth[] = {"5", NULL}, *const words[] = {"5", "much"};
  accord_problem *problem = NULL;
  accord_split *split = NULL;
  assert_told(accord_problem_from_pairs(the_context, &problem, sellers, 0, buyer, 0, worth), ACCORD_INVALID);
  assert_told(accord_problem_from_pairs(the_context, &problem, sellers, -1, buyer, 1, worth), ACCORD_INVALID);
  assert_told(accord_problem_from_pairs(the_context, &problem, sellers, 2, buyer, -1, worth), ACCORD_INVALID);
  assert_told(accord_problem_from_pairs(the_context, &problem, twice, 2, buyer, 1, worth), ACCORD_INVALID);
  assert_told(accord_problem_from_pairs(the_context, &problem, outside, 2, buyer, 1, worth), ACCORD_INVALID);
  assert_told(accord_problem_from_pairs(the_context, &problem, below, 2, buyer, 1, worth), ACCORD_INVALID);
  assert_told(accord_problem_from_pairs(the_context, &problem, sellers, 2, sellers, 1, worth), ACCORD_INVALID);
  assert_told(accord_problem_from_pairs(the_context, &problem, sellers, 2, buyer, 1, words), ACCORD_INVALID);
  assert_null(problem);
  /* The second seller's good is worth nothing to the buyer: the first pair shares what it makes. */
  assert_int_equal(accord_problem_from_pairs(the_context, &problem, sellers, 2, buyer, 1, worth), ACCORD_OK);
  assert_int_equal(accord_solve(the_context, &split, problem, accord_find_rule("nucleolus")), ACCORD_OK);
  assert_equals_text(split->share[0], "5/2");
  assert_equals_text(split->share[1], "0");
  assert_equals_text(split->share[2], "5/2");
}

static accord_status scenarios_of(const char *const *chances, const char *const *losses, accord_measure measure,
                                  const char *parameter, size_t count, int n) {
  accord_problem *problem = NULL;
  accord_status status =
      accord_problem_from_scenarios(the_context, &problem, measure, parameter, chances, losses, count, n);
  assert_true((status == ACCORD_OK) == (problem != NULL));
  assert_true((status == ACCORD_OK) == !*accord_message(the_context));
  return status;
}

static void test_scenarios_that_are_none(void **state) {
  (void)state;
  const char *const losses[] = {"4", "0", "0", "8"}, *const words[] = {"4", "0", "much", "8"},
                    *const chances[] = {"1/4", "3/4"}, *const less[] = {"1/4", "1/4"}, *const below[] = {"5/4", "-1/4"},
                    *const none[] = {"1/4", "maybe"};
  assert_int_equal(scenarios_of(chances, losses, ACCORD_EXPECTATION, NULL, 0, 2), ACCORD_INVALID);
  assert_int_equal(scenarios_of(chances, losses, ACCORD_EXPECTATION, NULL, 2, 0), ACCORD_INVALID);
  assert_int_equal(scenarios_of(chances, words, ACCORD_EXPECTATION, NULL, 2, 2), ACCORD_INVALID);
  assert_int_equal(scenarios_of(less, losses, ACCORD_EXPECTATION, NULL, 2, 2), ACCORD_INVALID);
  assert_int_equal(scenarios_of(below, losses, ACCORD_EXPECTATION, NULL, 2, 2), ACCORD_INVALID);
  assert_int_equal(scenarios_of(none, losses, ACCORD_EXPECTATION, NULL, 2, 2), ACCORD_INVALID);
  assert_int_equal(scenarios_of(chances, losses, ACCORD_EXPECTED_SHORTFALL, NULL, 2, 2), ACCORD_INVALID);
  assert_int_equal(scenarios_of(chances, losses, ACCORD_EXPECTED_SHORTFALL, "0", 2, 2), ACCORD_INVALID);
  assert_int_equal(scenarios_of(chances, losses, ACCORD_EXPECTED_SHORTFALL, "1.1", 2, 2), ACCORD_INVALID);
  assert_int_equal(scenarios_of(chances, losses, ACCORD_ENTROPIC, "-1", 2, 2), ACCORD_INVALID);
  assert_int_equal(scenarios_of(chances, losses, ACCORD_EXPECTED_SHORTFALL, "1/2", 2, 2), ACCORD_OK);
  assert_int_equal(scenarios_of(NULL, losses, ACCORD_ENTROPIC, "3", 2, 2), ACCORD_OK);
}

/* A loses 4 with chance 1/4, B 8 otherwise: on average 1 and 6; each alike, 2 and 4. */
static void test_scenarios_from_text_and_doubles(void **state) {
  (void)state;
  const char *const losses[] = {"4", "0", "0", "8"}, *const chances[] = {"1/4", "3/4"};
  const double numbers[] = {4, 0, 0, 8}, infinite[] = {4, 0, INFINITY, 8};
  accord_problem *problem = NULL;
  accord_split *split = NULL;
  const accord_rule *euler = accord_find_rule("euler");
  assert_int_equal(
      accord_problem_from_scenarios(the_context, &problem, ACCORD_EXPECTATION, NULL, chances, losses, 2, 2), ACCORD_OK);
  assert_int_equal(accord_solve(the_context, &split, problem, euler), ACCORD_OK);
  assert_equals_text(split->share[0], "1");
  assert_equals_text(split->share[1], "6");
  assert_int_equal(accord_problem_from_losses(the_context, &problem, ACCORD_EXPECTATION, NULL, true, numbers, 2, 2),
                   ACCORD_OK);
  assert_int_equal(accord_solve(the_context, &split, problem, euler), ACCORD_OK);
  assert_equals_text(split->share[0], "2");
  assert_equals_text(split->share[1], "4");
  assert_told(accord_problem_from_losses(the_context, &problem, ACCORD_EXPECTATION, NULL, true, infinite, 2, 2),
              ACCORD_INVALID);
  assert_null(problem);
}

/* The largest few influences are those that head the whole list, however few. */
static void test_the_largest_influences(void **state) {
  (void)state;
  enum { PARTIES = 4, ALL = (1 << PARTIES) - 1 };
  static const char *const values[] = {"0", "1", "2",  "7", "3", "9",  "11", "20",
                                       "2", "6", "13", "5", "8", "14", "21", "40"};
  accord_problem *problem = NULL;
  accord_influences *all = NULL, *some = NULL;
  assert_int_equal(accord_problem_from_text(the_context, &problem, ACCORD_BENEFIT, values, PARTIES), ACCORD_OK);
  const accord_rule *const rules[] = {accord_find_rule("shapley"), accord_find_rule("banzhaf")};
  for (size_t r = 0; r < sizeof rules / sizeof *rules; r++) {
    assert_int_equal(accord_find_influences(the_context, &all, problem, rules[r], false, 0), ACCORD_OK);
    assert_int_equal(all->count, ALL);
    for (int top = 1; top <= ALL + 1; top++) {
      assert_int_equal(accord_find_influences(the_context, &some, problem, rules[r], false, top), ACCORD_OK);
      assert_int_equal(some->count, top < ALL ? top : ALL);
      for (int k = 0; k < some->count; k++) {
        assert_int_equal(some->list[k].coalition, all->list[k].coalition);
        assert_true(mpq_equal(some->list[k].size, all->list[k].size));
        if (k > 0) assert_true(mpq_cmp(all->list[k - 1].size, all->list[k].size) >= 0);
      }
    }
  }
}

/* ------------------------------------------------------------- large numbers */

struct reading {
  const char *text;
  term_sheet *sheet;
};

static accord_status read_text(accord_context *context, void *argument) {
  struct reading *in = argument;
  sheet_options options = {.numbers = NUMBERS_AUTO};
  source_text source = {.name = "text", .text = in->text, .length = strlen(in->text)};
  in->sheet = sheet_read_text(context, &source, &options);
  return ACCORD_OK;
}

static const accord_problem *problem_of(const char *text) {
  struct reading reading = {.text = text};
  assert_int_equal(guard(the_context, read_text, &reading), ACCORD_OK);
  if (reading.sheet->diagnostics.count) fail_msg("%s", reading.sheet->diagnostics.list[0].message);
  return reading.sheet->problem;
}

static void assert_value(const accord_problem *problem, accord_coalition coalition, const char *expected) {
  mpq_t value;
  mpq_init(value);
  accord_game_value(value, problem->game, coalition);
  assert_equals_text(value, expected);
  mpq_clear(value);
}

/* What is not stated is put together from the best parts, in words of any length. */
static void test_additive_values_of_any_length(void **state) {
  (void)state;
  const accord_problem *problem = problem_of(
      "{\"accord\": 1, \"parties\": [\"A\", \"B\", \"C\"], \"model\": {\"type\": \"coalitions\", \"missing\": "
      "\"additive\", \"values\": {\"A\": \"1e30\", \"B\": 2, \"C\": 5, \"A+B\": \"3e30\", \"A+C\": 1}}}");
  assert_value(problem, 5, "1");
  assert_value(problem, 6, "7");
  assert_value(problem, 7, "3000000000000000000000000000005");
}

/* Each value fits a word, their sum does not. */
static void test_additive_values_that_outgrow_a_word(void **state) {
  (void)state;
  const accord_problem *problem = problem_of(
      "{\"accord\": 1, \"parties\": [\"A\", \"B\", \"C\"], \"model\": {\"type\": \"coalitions\", \"missing\": "
      "\"additive\", \"values\": {\"A\": 4000000000000000001, \"B\": 4000000000000000001, \"C\": 4000000000000000001, "
      "\"A+C\": 1}}}");
  assert_value(problem, 3, "8000000000000000002");
  assert_value(problem, 5, "1");
  assert_value(problem, 7, "12000000000000000003");
}

static void test_synergies_that_outgrow_a_word(void **state) {
  (void)state;
  const accord_problem *problem = problem_of(
      "{\"accord\": 1, \"parties\": [\"A\", \"B\", \"C\"], \"model\": {\"type\": \"synergies\", \"goal\": \"cost\", "
      "\"standalone\": {\"A\": 4000000000000000001, \"B\": 4000000000000000001, \"C\": 4000000000000000001}, "
      "\"synergies\": [{\"parties\": [\"A\", \"B\"], \"value\": -1}, {\"parties\": [\"A\", \"B\", \"C\"], \"value\": "
      "-3}]}}");
  assert_value(problem, 3, "8000000000000000001");
  assert_value(problem, 6, "8000000000000000002");
  assert_value(problem, 7, "11999999999999999999");
}

/* Doubles that no word of 64 bits holds side by side, small against large and both of them large. */
static void test_exact_doubles_far_apart(void **state) {
  (void)state;
  const double apart[] = {0, 0x1p-40, 0x1p40, 0x1.8p41}, large[] = {0, 1, 0x1p70, 0x1p71};
  for (int cost = 0; cost < 2; cost++) {
    accord_problem *problem = NULL;
    accord_goal goal = cost ? ACCORD_COST : ACCORD_BENEFIT;
    assert_int_equal(accord_problem_from_doubles(the_context, &problem, goal, true, apart, 2), ACCORD_OK);
    assert_value(problem, 1, "1/1099511627776");
    assert_value(problem, 3, "3298534883328");
    assert_int_equal(accord_problem_from_doubles(the_context, &problem, goal, true, large, 2), ACCORD_OK);
    assert_value(problem, 1, "1");
    assert_value(problem, 2, "1180591620717411303424");
  }
}

#define EDGE(test) cmocka_unit_test_setup_teardown(test, new_context, free_context)

int main(void) {
  const struct CMUnitTest tests[] = {
      EDGE(test_a_vote_without_a_table),
      EDGE(test_claims_without_a_table),
      EDGE(test_terms_without_a_table),
      EDGE(test_stability_of_claims_without_a_table),
      EDGE(test_stability_of_a_vote_without_a_table),
      EDGE(test_votes_of_nobody),
      EDGE(test_a_tolerance_that_is_none),
      EDGE(test_a_unit_that_is_none),
      EDGE(test_no_context),
      EDGE(test_interrupted_requests),
      EDGE(test_pairs_of_nobody),
      EDGE(test_scenarios_that_are_none),
      EDGE(test_scenarios_from_text_and_doubles),
      EDGE(test_the_largest_influences),
      EDGE(test_additive_values_of_any_length),
      EDGE(test_additive_values_that_outgrow_a_word),
      EDGE(test_synergies_that_outgrow_a_word),
      EDGE(test_exact_doubles_far_apart),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

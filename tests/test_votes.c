/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Votes: what is counted without a table is what the table says, exactly; and the promises of the voting rules.
 *
 * ACCORD_SEED (1) seeds the random votes, ACCORD_ROUNDS (40) says how many there are of each kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "accord.h"
#include "chance.h"
#include "nucleolus.h"
#include "rule.h"
#include "swings.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h> /* last: it has a macro fail */

enum { MOST = 9, MOST_MAJORITIES = 3, TEXT_ROOM = 32 };

/* ---------------------------------------------------------------- random votes */

typedef struct test_vote {
  int n, majorities;
  long quota[MOST_MAJORITIES], weight[MOST_MAJORITIES][MOST];
} test_vote;

static test_vote draw_vote(int n, int majorities) {
  test_vote vote = {.n = n, .majorities = majorities};
  for (int m = 0; m < majorities; m++) {
    long sum = 0, most = draw(1, 20);
    for (int i = 0; i < n; i++) sum += vote.weight[m][i] = draw(0, most);
    if (sum == 0) sum = vote.weight[m][0] = 1;
    vote.quota[m] = draw(1, sum);
  }
  return vote;
}

/* prize and weights are multiplied; party i stands at order[i]. */
static accord_problem *problem_of(accord_context *context, const test_vote *vote, const char *prize, long factor,
                                  const int *order) {
  static char room[(MOST + 1) * MOST_MAJORITIES][TEXT_ROOM];
  const char *quotas[MOST_MAJORITIES], *weights[MOST * MOST_MAJORITIES];
  accord_problem *problem = NULL;
  int used = 0;
  for (int m = 0; m < vote->majorities; m++) {
    quotas[m] = room[used];
    snprintf(room[used++], TEXT_ROOM, "%ld/7", vote->quota[m] * factor);
    for (int i = 0; i < vote->n; i++) {
      weights[m * vote->n + (order ? order[i] : i)] = room[used];
      snprintf(room[used++], TEXT_ROOM, "%ld/7", vote->weight[m][i] * factor);
    }
  }
  if (accord_problem_from_votes(context, &problem, prize, quotas, vote->majorities, weights, vote->n))
    fail_msg("vote: %s", accord_message(context));
  return problem;
}

static bool wins(const test_vote *vote, unsigned s) {
  for (int m = 0; m < vote->majorities; m++) {
    long votes = 0;
    for (int i = 0; i < vote->n; i++) votes += s >> i & 1 ? vote->weight[m][i] : 0;
    if (votes < vote->quota[m]) return false;
  }
  return true;
}

/* The same vote by its minimal winning coalitions. */
static accord_problem *listed(accord_context *context, const test_vote *vote) {
  accord_voting *voting = POOL_NEW(context, 1, accord_voting);
  voting->n = vote->n;
  pool_rational(context, voting->prize);
  mpq_set_ui(voting->prize, 1, 1);
  voting->winning = POOL_NEW(context, (size_t)1 << vote->n, accord_group);
  for (unsigned s = 1; s < 1u << vote->n; s++) {
    bool minimal = wins(vote, s);
    for (int i = 0; i < vote->n; i++) minimal = minimal && !(s >> i & 1 && wins(vote, s ^ 1u << i));
    if (!minimal) continue;
    accord_group *group = &voting->winning[voting->winning_count++];
    group->member = POOL_NEW(context, (size_t)vote->n, int);
    for (int i = 0; i < vote->n; i++)
      if (s >> i & 1) group->member[group->count++] = i;
  }
  return problem_from_voting(context, voting);
}

static const accord_split *solve(accord_context *context, const accord_problem *problem, const char *rule) {
  accord_split *split = NULL;
  if (accord_solve(context, &split, problem, accord_find_rule(rule)) != ACCORD_OK)
    fail_msg("%s: %s", rule, accord_message(context));
  if (split->status != ACCORD_OK) fail_msg("%s: %s", rule, split->reason);
  return split;
}

static void expect_same(const test_vote *vote, const char *rule, const accord_split *a, const accord_split *b) {
  bool same = a->exact == b->exact && !a->coleman == !b->coleman;
  for (int i = 0; i < a->n; i++) same = same && mpq_equal(a->share[i], b->share[i]);
  if (same && a->coleman) {
    same = mpq_equal(a->coleman->act, b->coleman->act);
    for (int i = 0; i < a->n; i++)
      same = same && mpq_equal(a->coleman->prevent[i], b->coleman->prevent[i]) &&
             mpq_equal(a->coleman->initiate[i], b->coleman->initiate[i]);
  }
  if (same) return;
  print_message("%d parties, quotas", vote->n);
  for (int m = 0; m < vote->majorities; m++) {
    print_message(" %ld:", vote->quota[m]);
    for (int i = 0; i < vote->n; i++) print_message(" %ld", vote->weight[m][i]);
  }
  for (int i = 0; i < a->n; i++) gmp_printf("\n  %Qd %Qd", a->share[i], b->share[i]);
  fail_msg("%s differs", rule);
}

/* ------------------------------------------------------------------------ tests */

/* What it must also be without its table. */
static void compare_ways(accord_context *context, const test_vote *vote, const accord_problem *problem,
                         const accord_problem *other, const char *const *rules) {
  accord_problem bare = *other;
  bare.game = NULL;
  for (; *rules; rules++) expect_same(vote, *rules, solve(context, problem, *rules), solve(context, &bare, *rules));
}

static void test_without_a_table(void **state) {
  static const char *const one[] = {"shapley", "banzhaf", "deegan-packel", "holler", "johnston", NULL};
  static const char *const several[] = {"shapley", "banzhaf", NULL};
  static const char *const list[] = {"shapley", "banzhaf", "deegan-packel", "holler", NULL};
  accord_context *context = *state;
  for (long round = 0; round < 5 * setting("ACCORD_ROUNDS", 40); round++) {
    accord_mark mark = accord_get_mark(context);
    test_vote vote = draw_vote(1 + (int)(round % MOST), round % 2 ? 1 : (int)draw(1, MOST_MAJORITIES));
    accord_problem *problem = problem_of(context, &vote, NULL, 1, NULL);
    compare_ways(context, &vote, problem, problem, vote.majorities == 1 ? one : several);
    compare_ways(context, &vote, problem, listed(context, &vote), list);
    accord_reset(context, mark);
  }
}

static void test_table(void **state) {
  accord_context *context = *state;
  for (long round = 0; round < setting("ACCORD_ROUNDS", 40); round++) {
    accord_mark mark = accord_get_mark(context);
    test_vote vote = draw_vote(1 + (int)(round % MOST), 1 + (int)(round % MOST_MAJORITIES));
    accord_problem *problem = problem_of(context, &vote, "5/2", 1000000007, NULL), *list = listed(context, &vote);
    for (unsigned s = 0; s < 1u << vote.n; s++) {
      assert_int_equal(problem->game->small[s], wins(&vote, s));
      assert_int_equal(list->game->small[s], wins(&vote, s));
    }
    accord_reset(context, mark);
  }
}

/* By sums and by the list, what the table says. */
static void test_rivals(void **state) {
  accord_context *context = *state;
  for (long round = 0; round < 5 * setting("ACCORD_ROUNDS", 40); round++) {
    accord_mark mark = accord_get_mark(context);
    test_vote vote = draw_vote(1 + (int)(round % MOST), 1);
    accord_problem *ways[] = {problem_of(context, &vote, NULL, 1, NULL), listed(context, &vote)};
    accord_group one;
    accord_answer answer = find_rivals(context, &one, ways[0]);
    for (int k = 0; k < 2; k++) {
      accord_problem bare = *ways[k];
      bare.game = NULL;
      assert_int_equal(find_rivals(context, &one, &bare), answer);
      unsigned side = 0;
      for (int j = 0; j < one.count; j++) side |= 1u << one.member[j];
      if (answer == ACCORD_YES) assert_true(wins(&vote, side) && wins(&vote, ((1u << vote.n) - 1) ^ side));
    }
    accord_reset(context, mark);
  }
}

/* The integral over the chance to join, by Gauss-Legendre nodes of one point too few for nothing: in doubles, close to
 * the exact counts. The polynomial's degree is below 2 nodes. */
static void test_chances_come_close(void **state) {
  static const double node[] = {0.046910077030668, 0.230765344947158, 0.5},
                      weight[] = {0.118463442528095, 0.239314335249683, 0.284444444444444};
  accord_context *context = *state;
  for (long round = 0; round < 5 * setting("ACCORD_ROUNDS", 40); round++) {
    accord_mark mark = accord_get_mark(context);
    test_vote vote = draw_vote(1 + (int)(round % MOST), 1);
    accord_problem *problem = problem_of(context, &vote, NULL, 1, NULL);
    const whole_majority *whole = whole_majority_of(context, problem->voting->majorities, vote.n);
    swing_work *work = start_swing_chances(context, whole, vote.n);
    double shapley[MOST] = {0}, banzhaf[MOST], swings[MOST];
    for (int k = 0; k < 3; k++) {
      find_swing_chances(work, swings, node[k]);
      for (int i = 0; i < vote.n; i++) shapley[i] += weight[k] * swings[i];
    }
    double act = find_swing_chances(work, banzhaf, 0.5);
    const accord_split *exact = solve(context, problem, "shapley"), *raw = solve(context, problem, "banzhaf");
    assert_true(fabs(act - accord_to_double(raw->coleman->act)) < 1e-14);
    for (int i = 0; i < vote.n; i++) {
      assert_true(fabs(shapley[i] - exact->value[i]) < 1e-12);
      assert_true(fabs(banzhaf[i] - accord_to_double(raw->detail.value[i])) < 1e-14);
    }
    accord_reset(context, mark);
  }
}

/* Beyond what is counted exactly: 400 parties, close to their exact numbers. */
static void test_large_vote(void **state) {
  enum { PARTIES = 400 };
  static char room[PARTIES][TEXT_ROOM];
  const char *weights[PARTIES], *quota = "2001";
  accord_context *context = *state;
  accord_mark mark = accord_get_mark(context);
  accord_problem *problem;
  for (int i = 0; i < PARTIES; i++) {
    snprintf(room[i], TEXT_ROOM, "%ld", draw(1, 19));
    weights[i] = room[i];
  }
  assert_int_equal(accord_problem_from_votes(context, &problem, NULL, &quota, 1, weights, PARTIES), ACCORD_OK);
  const whole_majority *whole = whole_majority_of(context, problem->voting->majorities, PARTIES);
  const accord_split *split = solve(context, problem, "banzhaf");
  double chance[PARTIES];
  double act = find_swing_chances(start_swing_chances(context, whole, PARTIES), chance, 0.5);
  assert_true(split->exact && fabs(act - accord_to_double(split->coleman->act)) < 1e-12);
  for (int i = 0; i < PARTIES; i++)
    assert_true(fabs(chance[i] - accord_to_double(split->detail.value[i])) < 1e-11 * chance[i]);
  accord_reset(context, mark);
}

/* ---------------------------------------------------------------- nucleolus by its oracle */

struct oracle_way {
  const accord_problem *problem;
  rule_work *work;
  accord_split *split;
  accord_status status;
};

static accord_status solve_by_oracle(accord_context *context, void *argument) {
  struct oracle_way *way = argument;
  way->split = POOL_NEW(context, 1, accord_split);
  way->split->exact = true;
  way->split->share = pool_rationals(context, (size_t)way->problem->n);
  way->status = way->work(context, way->split, way->problem);
  return ACCORD_OK;
}

/* The same shares as from the table, and a certificate that holds over the table. */
static void compare_nucleoli(accord_context *context, const test_vote *vote, const accord_problem *problem) {
  static const struct {
    const char *rule;
    rule_work *work;
    bool imputations;
  } ways[] = {{"nucleolus", nucleolus_of_vote, true}, {"prenucleolus", prenucleolus_of_vote, false}};
  for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
    accord_split *split = NULL;
    assert_int_equal(accord_solve(context, &split, problem, accord_find_rule(ways[k].rule)), ACCORD_OK);
    struct oracle_way way = {.problem = problem, .work = ways[k].work};
    if (guard(context, solve_by_oracle, &way) != ACCORD_OK) fail_msg("oracle: %s", accord_message(context));
    assert_int_equal(way.status, split->status);
    if (split->status != ACCORD_OK) continue;
    expect_same(vote, ways[k].rule, split, way.split);
    nucleolus_options options = {.imputations = ways[k].imputations};
    if (vote->n > 1 &&
        !kohlberg_holds(context, way.split->certificate, problem->game, (const mpq_t *)way.split->share, &options))
      fail_msg("the certificate of the %s by its oracle does not hold", ways[k].rule);
  }
}

/* Few different weights, so that many are alike. */
static test_vote draw_alike(int n, int majorities) {
  test_vote vote = draw_vote(n, majorities);
  for (int m = 0; m < majorities; m++) {
    long values[2] = {draw(0, 3), draw(1, 6)}, sum = 0;
    for (int i = 0; i < n; i++) sum += vote.weight[m][i] = values[i > 0 && chance() % 3 > 0];
    if (sum == 0) sum = vote.weight[m][0] = 1;
    vote.quota[m] = draw(1, sum);
  }
  return vote;
}

static void test_nucleolus_by_oracle(void **state) {
  accord_context *context = *state;
  long rounds = setting("ACCORD_ROUNDS", 40);
  for (long round = 0; round < rounds; round++) {
    for (int n = 2; n <= MOST; n++) {
      int majorities = (int)draw(1, round % 3 ? 1 : MOST_MAJORITIES);
      accord_mark mark = accord_get_mark(context);
      test_vote vote = round % 2 ? draw_alike(n, majorities) : draw_vote(n, majorities);
      compare_nucleoli(context, &vote, problem_of(context, &vote, "12/5", 1, NULL));
      if (n < MOST) compare_nucleoli(context, &vote, listed(context, &vote));
      accord_reset(context, mark);
    }
  }
}

/* ---------------------------------------------------------------- who would gain by leaving */

/* A random split of the prize, which now and then only those with a veto have a part in. */
static mpq_t *draw_split(accord_context *context, const accord_problem *problem) {
  int n = problem->n;
  mpq_t *share = pool_rationals(context, (size_t)n), *sum = pool_rationals(context, 1);
  const bool *veto = find_vetoes(context, problem->voting);
  bool only_vetoes = chance() % 2;
  long most = chance() % 3 ? 4 : 1000; /* denominators that leave 64 bits together, but not 128 */
  for (int i = 0; i < n; i++) {
    if (only_vetoes && !veto[i]) continue;
    mpq_set_si(share[i], draw(chance() % 4 ? 0 : -3, 9), (unsigned long)draw(1, most));
    mpq_canonicalize(share[i]);
    mpq_add(*sum, *sum, share[i]);
  }
  mpq_sub(*sum, problem->voting->prize, *sum);
  int last = (int)draw(0, n - 1);
  mpq_add(share[last], share[last], *sum);
  return share;
}

static accord_status compare_stability(accord_context *context, void *argument) {
  const accord_problem *problem = argument;
  accord_problem bare = *problem;
  accord_stability *by_table = NULL, *by_search = NULL;
  mpq_t *share = draw_split(context, problem), *excess = pool_rationals(context, 1);
  bare.game = NULL;
  assert_int_equal(accord_find_stability(context, &by_table, problem, (const mpq_t *)share, 5), ACCORD_OK);
  assert_int_equal(accord_find_stability(context, &by_search, &bare, (const mpq_t *)share, 5), ACCORD_OK);
  assert_int_equal(by_table->stable, by_search->stable);
  if (problem->n == 1 || (by_table->stable == ACCORD_NO && !vote_is_light(problem->voting))) return ACCORD_OK;
  assert_true(by_search->has_excess);
  assert_true(mpq_equal(by_table->max_excess, by_search->max_excess));
  game_value(*excess, problem->game, by_search->worst);
  for (int i = 0; i < problem->n; i++)
    if (has(by_search->worst, i)) mpq_sub(*excess, *excess, share[i]);
  assert_true(mpq_equal(*excess, by_search->max_excess));
  return ACCORD_OK;
}

static void test_stability_by_oracle(void **state) {
  accord_context *context = *state;
  for (long round = 0; round < 10 * setting("ACCORD_ROUNDS", 40); round++) {
    accord_mark mark = accord_get_mark(context);
    test_vote vote = draw_vote(1 + (int)(round % MOST), 1 + (int)(round % MOST_MAJORITIES));
    assert_int_equal(guard(context, compare_stability, problem_of(context, &vote, "7/3", 1, NULL)), ACCORD_OK);
    accord_reset(context, mark);
  }
}

static bool adds_alike(const test_vote *vote, int a, int b) {
  for (unsigned s = 0; s < 1u << vote->n; s++)
    if (!(s >> a & 1) && !(s >> b & 1) && wins(vote, s | 1u << a) != wins(vote, s | 1u << b)) return false;
  return true;
}

static bool adds_nothing(const test_vote *vote, int i) {
  for (unsigned s = 0; s < 1u << vote->n; s++)
    if (!(s >> i & 1) && wins(vote, s) != wins(vote, s | 1u << i)) return false;
  return true;
}

static void try_promises(accord_context *context, const test_vote *vote, const accord_rule *rule) {
  const accord_problem *problem = problem_of(context, vote, NULL, 1, NULL);
  const accord_split *split = solve(context, problem, rule->name);
  const accord_split *dear = solve(context, problem_of(context, vote, "7/3", 1, NULL), rule->name);
  int order[MOST];
  for (int i = 0; i < vote->n; i++) order[i] = (i + 1) % vote->n;
  const accord_split *turned = solve(context, problem_of(context, vote, NULL, 3, order), rule->name);
  mpq_t sum, scaled;
  mpq_inits(sum, scaled, NULL);
  for (int i = 0; i < vote->n; i++) {
    mpq_add(sum, sum, split->share[i]);
    mpq_mul(scaled, split->share[i], dear->total);
    assert_true(mpq_equal(scaled, dear->share[i]) && mpq_sgn(split->share[i]) >= 0);
    assert_true(mpq_equal(split->share[i], turned->share[order[i]]));
    assert_true(!adds_nothing(vote, i) || mpq_sgn(split->share[i]) == 0);
    for (int j = 0; j < i; j++) assert_true(!adds_alike(vote, i, j) || mpq_equal(split->share[i], split->share[j]));
  }
  assert_true(mpq_equal(sum, split->total) && mpq_equal(sum, problem->total));
  mpq_clears(sum, scaled, NULL);
}

static void test_promises(void **state) {
  const int promised = ACCORD_EFFICIENT | ACCORD_SYMMETRIC | ACCORD_SCALE_COVARIANT | ACCORD_NULL_PARTY;
  accord_context *context = *state;
  for (long round = 0; round < setting("ACCORD_ROUNDS", 40); round++)
    for (int r = 0; r < accord_rule_count; r++) {
      if (!(accord_rules[r].domain & ACCORD_ON_VOTING)) continue;
      accord_mark mark = accord_get_mark(context);
      test_vote vote = draw_vote(1 + (int)(round % 7), 1 + (int)(round % MOST_MAJORITIES));
      assert_int_equal(accord_rules[r].promises, promised);
      try_promises(context, &vote, &accord_rules[r]);
      accord_reset(context, mark);
    }
}

static void test_wrong_votes(void **state) {
  static const char *const weights[] = {"1", "2"}, *const negative[] = {"1", "-1"}, *const words[] = {"1", "two"};
  const char *quota = "2", *zero = "0", *above = "3.01";
  accord_context *context = *state;
  accord_problem *problem;
  assert_int_equal(accord_problem_from_votes(context, &problem, "0", &quota, 1, weights, 2), ACCORD_INVALID);
  assert_int_equal(accord_problem_from_votes(context, &problem, NULL, &zero, 1, weights, 2), ACCORD_INVALID);
  assert_int_equal(accord_problem_from_votes(context, &problem, NULL, &above, 1, weights, 2), ACCORD_INVALID);
  assert_int_equal(accord_problem_from_votes(context, &problem, NULL, &quota, 1, negative, 2), ACCORD_INVALID);
  assert_int_equal(accord_problem_from_votes(context, &problem, NULL, &quota, 1, words, 2), ACCORD_INVALID);
  assert_int_equal(accord_problem_from_votes(context, &problem, NULL, &quota, 0, weights, 2), ACCORD_INVALID);
  assert_null(problem);
  assert_true(strlen(accord_message(context)) > 0);
}

static int set_up(void **state) {
  accord_context *context;
  chance_state = seed();
  print_message("seed %lu\n", (unsigned long)chance_state);
  if (accord_context_new(&context) != ACCORD_OK) return 1;
  *state = context;
  return 0;
}

static int tear_down(void **state) {
  accord_context_free(*state);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_table),
      cmocka_unit_test(test_without_a_table),
      cmocka_unit_test(test_rivals),
      cmocka_unit_test(test_chances_come_close),
      cmocka_unit_test(test_large_vote),
      cmocka_unit_test(test_promises),
      cmocka_unit_test(test_nucleolus_by_oracle),
      cmocka_unit_test(test_stability_by_oracle),
      cmocka_unit_test(test_wrong_votes),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every pass over the table against its textbook definition, on values of one digit (ties), of 40, 52, 60 and
 * 62 bits and of 100 (GMP's integers), for 1 to 10 parties; and for 16 to 18 parties every path of the
 * processor and any number of threads against each other. ACCORD_SEED (1) seeds what is random. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "batch.h"
#include "chance.h"
#include "contributions.h"
#include "dense.h"
#include "interactions.h"
#include "kernels.h"
#include "rule.h"
#include "shape.h"
#include "threads.h"

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SMALL = 10, VALUES = 1 << SMALL };

static accord_context *the_context;
static int start(void **state) {
  (void)state;
  chance_state = seed();
  return accord_context_new(&the_context) == ACCORD_OK ? 0 : -1;
}

static int end(void **state) {
  (void)state;
  accord_context_free(the_context);
  return 0;
}

/* -------------------------------------------------------------------- games */

static const int widths[] = {2, 40, 52, 60, 62, 100};

enum { WIDTHS = sizeof widths / sizeof *widths };

/* A random integer of less than so many bits, of any sign. */
static void draw_bits(mpz_t number, int bits) {
  mpz_set_ui(number, chance());
  mpz_mul_2exp(number, number, 64);
  mpz_add_ui(number, number, chance());
  mpz_fdiv_r_2exp(number, number, (mp_bitcnt_t)bits);
  if (chance() & 1) mpz_neg(number, number);
}

static accord_problem *draw_problem(int n, int bits) {
  accord_game *game = game_new(the_context, chance() & 1 ? ACCORD_COST : ACCORD_BENEFIT, n);
  mpq_set_ui(game->unit, 1, 3);
  game->big = pool_integers(the_context, game->size);
  for (accord_coalition s = 1; s < game->size; s++) draw_bits(game->big[s], bits);
  game_finish(the_context, game);
  return problem_from_game(the_context, game, true);
}

/* A large one of machine words. */
static accord_problem *draw_large(int n, int bits) {
  accord_game *game = game_new(the_context, ACCORD_BENEFIT, n);
  mpq_set_ui(game->unit, 1, 1);
  game->small = POOL_NEW(the_context, game->size, int64_t);
  for (accord_coalition s = 1; s < game->size; s++)
    game->small[s] = (int64_t)(chance() >> (64 - bits)) * (chance() & 1 ? 1 : -1);
  game_finish(the_context, game);
  return problem_from_game(the_context, game, true);
}

/* Calls check(problem) for every n = 1..10 and width, some times. */
typedef void check_problem(const accord_problem *problem);

static accord_status check_all_guarded(accord_context *context, void *argument) {
  check_problem **check = argument;
  for (int n = 1; n <= SMALL; n++)
    for (int k = 0; k < WIDTHS; k++) {
      accord_mark mark = accord_get_mark(context);
      (*check)(draw_problem(n, widths[k]));
      accord_reset(context, mark);
    }
  return ACCORD_OK;
}

static void check_all(check_problem *check) {
  assert_int_equal(guard(the_context, check_all_guarded, &check), ACCORD_OK);
}

/* -------------------------------------------------------------- sums by size */

static void check_class_sums(const accord_problem *problem) {
  int n = problem->n;
  size_t sizes = (size_t)n + 1;
  mpz_t *with = pool_integers(the_context, (size_t)n * sizes), *all = pool_integers(the_context, sizes);
  mpz_t *expected = pool_integers(the_context, 2), *value = &expected[1];
  class_sums(the_context, with, all, problem->game);
  for (int i = -1; i < n; i++)
    for (int size = 0; size <= n; size++) {
      mpz_set_ui(*expected, 0);
      for (accord_coalition s = 0; s < problem->game->size; s++) {
        if (size_of(s) != size || (i >= 0 && !has(s, i))) continue;
        game_integer(*value, problem->game, s);
        mpz_add(*expected, *expected, *value);
      }
      assert_int_equal(mpz_cmp(i < 0 ? all[size] : with[(size_t)i * sizes + (size_t)size], *expected), 0);
    }
}

static void test_sums_by_size(void **state) {
  (void)state;
  check_all(check_class_sums);
}

/* Every S into the sums that it belongs to, in one go; the same for pairs. */
static void sum_by_definition(wide_pairs *pairs, const accord_game *game) {
  int sizes = game->n + 1;
  for (accord_coalition s = 0; s < game->size; s++) {
    wide value = game->small[s];
    pairs->all[size_of(s)] += value;
    for (int j = 0; j < game->n; j++) {
      if (!has(s, j)) continue;
      pairs->with[j * sizes + size_of(s)] += value;
      for (int i = 0; i < j; i++)
        if (has(s, i)) pairs->both[(j * (j - 1) / 2 + i) * sizes + size_of(s)] += value;
    }
  }
}

static void compare_sums(const accord_game *game) {
  size_t n = (size_t)game->n, singles = n * (n + 1), doubles = n * (n - 1) / 2 * (n + 1);
  wide_pairs expected = {POOL_NEW(the_context, n + 1, wide), POOL_NEW(the_context, singles, wide),
                         POOL_NEW(the_context, doubles, wide)};
  sum_by_definition(&expected, game);
  for (kernel_path path = KERNEL_PLAIN; path <= KERNEL_AVX512; path++) {
    kernel_path before = kernel_choose(path);
    wide_sums sums = find_wide_sums(the_context, game);
    wide_pairs pairs = find_wide_pairs(the_context, game);
    int far = far_from(0);
    wide_sums as_far = find_wide_sums(the_context, game);
    far_from(far);
    kernel_choose(before);
    assert_memory_equal(as_far.all, expected.all, (n + 1) * sizeof(wide));
    assert_memory_equal(as_far.with, expected.with, singles * sizeof(wide));
    assert_memory_equal(sums.all, expected.all, (n + 1) * sizeof(wide));
    assert_memory_equal(sums.with, expected.with, singles * sizeof(wide));
    assert_memory_equal(pairs.all, expected.all, (n + 1) * sizeof(wide));
    assert_memory_equal(pairs.with, expected.with, singles * sizeof(wide));
    assert_memory_equal(pairs.both, expected.both, doubles * sizeof(wide));
  }
}

/* Sizes at which rows, parts and halves begin; 62 bits are split entry by entry, 52 to 54 by parts. */
static accord_status compare_large(accord_context *context, void *argument) {
  static const int bits[] = {2, 40, 50, 52, 54, 55, 62};
  (void)argument;
  for (int n = FEWEST_OF_PAIRS; n <= 15; n++)
    for (size_t k = 0; k < sizeof bits / sizeof *bits; k++) {
      accord_mark mark = accord_get_mark(context);
      compare_sums(draw_large(n, bits[k])->game);
      accord_reset(context, mark);
    }
  return ACCORD_OK;
}

static void test_sums_of_large_tables(void **state) {
  (void)state;
  assert_int_equal(guard(the_context, compare_large, NULL), ACCORD_OK);
}

/* x_i = average over S without i of v(S + i) - v(S), by the size of S and then over sizes. */
static void check_shapley(const accord_problem *problem) {
  int n = problem->n;
  mpq_t *share = pool_rationals(the_context, (size_t)n), *work = pool_rationals(the_context, 3), *expected = &work[1],
        *weight = &work[2];
  shapley_value(the_context, share, problem->game);
  for (int i = 0; i < n; i++) {
    mpq_set_ui(*expected, 0, 1);
    for (accord_coalition s = 0; s < problem->game->size; s++) {
      if (has(s, i)) continue;
      game_value(work[0], problem->game, s | party(i));
      game_value(*weight, problem->game, s);
      mpq_sub(work[0], work[0], *weight);
      order_weight(*weight, n, size_of(s));
      mpq_mul(work[0], work[0], *weight);
      mpq_add(*expected, *expected, work[0]);
    }
    assert_true(mpq_equal(share[i], *expected));
  }
}

static void test_shapley(void **state) {
  (void)state;
  check_all(check_shapley);
}

/* ------------------------------------------------------------ games in batches */

/* What a rule makes of the game by itself, from sums by size of GMP's integers, which no batch takes: Banzhaf's values
 * before they are scaled, NULL where they cannot be. */
static const mpq_t *values_by_rule(const accord_game *game, const char *name) {
  accord_split *split;
  accord_game *big = game_new(the_context, ACCORD_BENEFIT, game->n);
  mpq_set(big->unit, game->unit);
  mpz_set(big->largest, game->largest);
  big->big = pool_integers(the_context, game->size);
  for (accord_coalition s = 1; s < game->size; s++) game_integer(big->big[s], game, s);
  accord_problem *problem = problem_from_game(the_context, big, true);
  assert_int_equal(accord_solve(the_context, &split, problem, accord_find_rule(name)), ACCORD_OK);
  if (split->status == ACCORD_UNDEFINED) return NULL;
  return (const mpq_t *)(split->detail.name ? split->detail.value : split->share);
}

static void compare_values(const accord_game *const *games, size_t count, const linear_value *value, const char *name) {
  size_t n = (size_t)value->n;
  int64_t *number = POOL_NEW(the_context, count * n, int64_t);
  double nearest[BATCH_MOST_PARTIES];
  mpq_t *found = pool_rationals(the_context, 1);
  find_values(the_context, number, games, count, value);
  for (size_t k = 0; k < count; k++) {
    const mpq_t *expected = values_by_rule(games[k], name);
    values_as_doubles(the_context, nearest, number + k * n, value, games[k]->unit);
    for (size_t i = 0; i < n && expected; i++) {
      set_ratio(*found, number[k * n + i], value->denominator, games[k]->unit);
      assert_true(mpq_equal(*found, expected[i]));
      assert_true(nearest[i] == accord_to_double(expected[i]));
    }
  }
}

static const accord_game **draw_games(int n, size_t count) {
  const accord_game **games = POOL_NEW(the_context, count, const accord_game *);
  for (size_t k = 0; k < count; k++) {
    accord_game *game = draw_problem(n, widths[chance() % WIDTHS])->game;
    games[k] = game;
    game->goal = ACCORD_BENEFIT;
    mpq_set_ui(game->unit, 1 + k % 3, 1 + 100 * (k % 2));
    if (k % 5 == 4) mpz_ui_pow_ui(k % 2 ? mpq_numref(game->unit) : mpq_denref(game->unit), 10, 30);
    mpq_canonicalize(game->unit);
  }
  return games;
}

/* Those of the games that words serve for. */
static size_t choose_fitting(const accord_game **fits, const accord_game *const *games, size_t count,
                             const linear_value *value) {
  size_t fitting = 0;
  for (size_t k = 0; k < count; k++)
    if (fits_batch(value, games[k])) fits[fitting++] = games[k];
  return fitting;
}

static const struct {
  linear_value (*make)(int n);
  const char *rule;
} kinds[] = {{linear_shapley, "shapley"}, {linear_banzhaf, "banzhaf"}, {linear_solidarity, "solidarity"}};

static accord_status check_batches(accord_context *context, void *argument) {
  (void)argument;
  for (int n = 1; n <= BATCH_MOST_PARTIES + 1; n++) {
    size_t count = n == 8 ? 600 : n < 8 ? 20 : 8, places = (size_t)n;
    accord_mark mark = accord_get_mark(context);
    const accord_game **games = draw_games(n, count), **fits = POOL_NEW(context, count, const accord_game *);
    mpq_t *share = pool_rationals(context, count * places);
    shapley_values(context, share, games, count);
    for (size_t k = 0; k < count; k++) {
      const mpq_t *expected = values_by_rule(games[k], "shapley");
      for (size_t i = 0; i < places; i++) assert_true(mpq_equal(share[k * places + i], expected[i]));
    }
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds && n <= BATCH_MOST_PARTIES; k++) {
      linear_value value = kinds[k].make(n);
      compare_values(fits, choose_fitting(fits, games, count, &value), &value, kinds[k].rule);
    }
    accord_reset(context, mark);
  }
  return ACCORD_OK;
}

static void test_batches(void **state) {
  (void)state;
  assert_int_equal(guard(the_context, check_batches, NULL), ACCORD_OK);
}

/* Parts of a batch that threads take in turn. */
static mpq_t *batch_numbers(const accord_problem *problem, size_t *count) {
  enum { GAMES = 600, PARTIES = 8 };
  const accord_game **games = POOL_NEW(the_context, GAMES, const accord_game *);
  mpq_t *share = pool_rationals(the_context, *count = GAMES * PARTIES);
  for (size_t k = 0; k < GAMES; k++) {
    accord_game *game = game_new(the_context, ACCORD_BENEFIT, PARTIES);
    games[k] = game;
    game->small = POOL_NEW(the_context, game->size, int64_t);
    memcpy(game->small + 1, problem->game->small + k + 1, (game->size - 1) * sizeof(int64_t));
    mpq_set_ui(game->unit, 1, 1);
    game_finish(the_context, game);
  }
  shapley_values(the_context, share, games, GAMES);
  return share;
}

/* -------------------------------------------------------------------- gains */

/* Shares whose denominators are small, so that ties happen. */
static mpq_t *draw_shares(const accord_problem *problem) {
  mpq_t *share = pool_rationals(the_context, (size_t)problem->n);
  unsigned long denominator = 1 + chance() % 7;
  for (int i = 0; i < problem->n; i++) {
    accord_game_value(share[i], problem->game, everybody(problem->n));
    mpz_mul_ui(mpq_denref(share[i]), mpq_denref(share[i]), denominator * (unsigned long)(1 + i % 3));
    mpq_canonicalize(share[i]);
  }
  return share;
}

/* v(S) - x(S), or x(S) - c(S). */
static void find_excess(mpq_t excess, const accord_problem *problem, const mpq_t *share, accord_coalition s) {
  accord_game_value(excess, problem->game, s);
  for (int i = 0; i < problem->n; i++)
    if (has(s, i)) mpq_sub(excess, excess, share[i]);
  if (problem->goal == ACCORD_COST) mpq_neg(excess, excess);
}

static void compare_stability(const accord_problem *problem, const mpq_t *share, int top) {
  accord_stability *stability;
  uint64_t above = 0, before = 0;
  accord_coalition worst = 0;
  mpq_t *work = pool_rationals(the_context, 3), *last = &work[1], *slack = &work[2];
  assert_int_equal(accord_find_stability(the_context, &stability, problem, share, top), ACCORD_OK);
  game_tolerance(*slack, problem->game);
  for (accord_coalition s = 1; s < everybody(problem->n); s++) {
    find_excess(work[0], problem, share, s);
    if (!worst || mpq_cmp(work[0], *last) > 0) mpq_set(*last, work[0]), worst = s;
    above += mpq_cmp(work[0], *slack) > 0;
  }
  assert_int_equal(stability->objection_count, above);
  assert_true(stability->worst == worst && mpq_equal(stability->max_excess, *last));
  assert_int_equal(stability->listed, above < (uint64_t)top ? above : (uint64_t)top);
  for (int k = 0; k < stability->listed; k++) {
    const accord_objection *objection = &stability->objections[k];
    find_excess(work[0], problem, share, objection->coalition);
    assert_true(mpq_equal(work[0], objection->amount));
    before = 0;
    for (accord_coalition s = 1; s < everybody(problem->n); s++) {
      find_excess(*last, problem, share, s);
      int order = mpq_cmp(*last, work[0]);
      before += order > 0 || (order == 0 && s < objection->coalition);
    }
    assert_int_equal(before, k);
  }
}

static void check_stability(const accord_problem *problem) {
  if (problem->n == 1) return;
  compare_stability(problem, (const mpq_t *)draw_shares(problem), (int)(chance() % 6));
  mpz_fdiv_q_ui(problem->game->slack, problem->game->largest, 3);
  compare_stability(problem, (const mpq_t *)draw_shares(problem), 4);
}

static void test_stability(void **state) {
  (void)state;
  check_all(check_stability);
}

/* max over S with i of v(S) scale - x(S). */
static void check_best_with(const accord_problem *problem) {
  mpq_t *share = draw_shares(problem);
  whole_split *split = make_whole(the_context, problem->game, (const mpq_t *)share, NULL);
  gain_query query = query_of(problem->game, split);
  mpz_t *best = pool_integers(the_context, (size_t)problem->n), *gain = pool_integers(the_context, 2), *most = &gain[1];
  if (!find_best_with(the_context, best, problem->game, split)) return;
  for (int i = 0; i < problem->n; i++) {
    find_gain(*most, &query, party(i));
    for (accord_coalition s = 1; s < problem->game->size; s++) {
      find_gain(*gain, &query, s);
      if (has(s, i) && mpz_cmp(*gain, *most) > 0) mpz_set(*most, *gain);
    }
    assert_int_equal(mpz_cmp(best[i], *most), 0);
  }
}

static void test_best_with(void **state) {
  (void)state;
  check_all(check_best_with);
}

/* ------------------------------------------------- dividends, interactions */

/* sum of d(T) over T in S is v(S). */
static void check_dividends(const accord_problem *problem) {
  mpz_t *dividend = game_dividends(the_context, problem->game), *work = pool_integers(the_context, 2),
        *value = &work[1];
  for (accord_coalition s = 0; s < problem->game->size; s++) {
    mpz_set_ui(work[0], 0);
    for (accord_coalition t = s; t; t = (t - 1) & s) mpz_add(work[0], work[0], dividend[t]);
    game_integer(*value, problem->game, s);
    assert_int_equal(mpz_cmp(work[0], *value), 0);
  }
}

static void test_dividends(void **state) {
  (void)state;
  check_all(check_dividends);
}

/* Tables that no cache holds are gone through in other blocks: d(S) = sum over T in S of (-1)^|S - T| v(T). */
static accord_status check_large_dividends(accord_context *context, void *argument) {
  (void)argument;
  for (int n = 20; n <= 22; n++) {
    accord_mark mark = accord_get_mark(context);
    const accord_game *game = draw_large(n, 40)->game;
    int64_t *table = POOL_NEW(context, game->size, int64_t);
    memcpy(table, game->small, game->size * sizeof *table);
    moebius(context, table, n, -1);
    for (int round = 0; round < 40; round++) {
      accord_coalition s = chance() & chance() & everybody(n);
      int64_t dividend = size_of(s) % 2 ? -game->small[0] : game->small[0];
      for (accord_coalition t = s; t; t = (t - 1) & s) dividend += (size_of(s ^ t) % 2 ? -1 : 1) * game->small[t];
      assert_int_equal(table[s], dividend);
    }
    moebius(context, table, n, 1);
    assert_memory_equal(table, game->small, game->size * sizeof *table);
    accord_reset(context, mark);
  }
  return ACCORD_OK;
}

static void test_dividends_of_large_tables(void **state) {
  (void)state;
  assert_int_equal(guard(the_context, check_large_dividends, NULL), ACCORD_OK);
}

/* sum over S without i and j of weight (v(S + i + j) - v(S + i) - v(S + j) + v(S)). */
static void find_interaction(mpq_t *index, const accord_problem *problem, int i, int j, mpq_t *work) {
  int n = problem->n;
  mpq_set_ui(index[0], 0, 1), mpq_set_ui(index[1], 0, 1);
  for (accord_coalition s = 0; s < problem->game->size; s++) {
    if (has(s, i) || has(s, j)) continue;
    accord_game_value(work[0], problem->game, s | party(i) | party(j));
    accord_game_value(work[1], problem->game, s | party(i));
    mpq_sub(work[0], work[0], work[1]);
    accord_game_value(work[1], problem->game, s | party(j));
    mpq_sub(work[0], work[0], work[1]);
    accord_game_value(work[1], problem->game, s);
    mpq_add(work[0], work[0], work[1]);
    order_weight(work[1], n - 1, size_of(s));
    mpq_mul(work[1], work[1], work[0]);
    mpq_add(index[0], index[0], work[1]);
    mpq_div_2exp(work[0], work[0], (mp_bitcnt_t)n - 2);
    mpq_add(index[1], index[1], work[0]);
  }
}

static void check_interactions(const accord_problem *problem) {
  int n = problem->n;
  accord_facts *facts;
  mpq_t *index = pool_rationals(the_context, 2), *work = pool_rationals(the_context, 2);
  assert_int_equal(accord_find_facts(the_context, &facts, problem, ACCORD_FACT_INTERACTIONS), ACCORD_OK);
  for (int i = 0; i < n; i++)
    for (int j = 0; j < i; j++) {
      find_interaction(index, problem, i, j, work);
      assert_true(mpq_equal(facts->shapley_interaction[i * n + j], index[0]));
      assert_true(mpq_equal(facts->shapley_interaction[j * n + i], index[0]));
      assert_true(mpq_equal(facts->banzhaf_interaction[i * n + j], index[1]));
      assert_true(mpq_equal(facts->banzhaf_interaction[j * n + i], index[1]));
    }
}

static void test_interactions(void **state) {
  (void)state;
  check_all(check_interactions);
}

/* Indices by any weights, from sums by size. */
static void compare_weighed(const accord_game *game, const pair_weights *weights) {
  size_t count = (size_t)game->n * (size_t)(game->n - 1) / 2;
  int64_t *weighed = POOL_NEW(the_context, count, int64_t), *plain = POOL_NEW(the_context, count, int64_t);
  int sizes = game->n + 1;
  wide_pairs pairs = find_wide_pairs(the_context, game);
  assert_true(weigh_pairs(the_context, weighed, plain, game, weights));
  for (int j = 1, at = 0; j < game->n; j++)
    for (int i = 0; i < j; i++, at++) {
      wide index = 0, even = 0;
      for (int s = 0; s < sizes; s++) {
        wide single = pairs.with[i * sizes + s] + pairs.with[j * sizes + s];
        index += weights->both[s] * pairs.both[at * sizes + s] - weights->single[s] * single;
        index += weights->own[s] * pairs.all[s];
        even += 4 * pairs.both[at * sizes + s] - 2 * single + pairs.all[s];
      }
      assert_true(index == weighed[at] && even == plain[at]);
    }
}

static accord_status check_weighed(accord_context *context, void *argument) {
  (void)argument;
  for (int n = 10; n <= 17; n++) {
    accord_mark mark = accord_get_mark(context);
    pair_weights weights;
    for (int s = 0; s <= n; s++) {
      weights.own[s] = (int64_t)(chance() % 50);
      weights.single[s] = (int64_t)(chance() % 100), weights.both[s] = (int64_t)(chance() % 200);
    }
    for (int bits = 2; bits <= 34; bits += 8) compare_weighed(draw_large(n, bits)->game, &weights);
    int64_t index[17 * 16];
    assert_false(weigh_pairs(context, index, index, draw_large(n, 60)->game, &weights)); /* out of words */
    accord_reset(context, mark);
  }
  return ACCORD_OK;
}

static void test_weighed_pairs(void **state) {
  (void)state;
  assert_int_equal(guard(the_context, check_weighed, NULL), ACCORD_OK);
}

/* -------------------------------------------------------------------- shape */

/* Whether v(a) + v(b) < v(c) + v(d) by more than the slack. */
static bool short_of(const accord_game *game, accord_coalition a, accord_coalition b, accord_coalition c,
                     accord_coalition d, mpz_t *work) {
  game_integer(work[0], game, a), game_integer(work[1], game, b);
  mpz_add(work[0], work[0], work[1]);
  mpz_add(work[0], work[0], game->slack);
  game_integer(work[1], game, c), game_integer(work[2], game, d);
  mpz_add(work[1], work[1], work[2]);
  return mpz_cmp(work[0], work[1]) < 0;
}

static void compare_shape(const accord_problem *problem, mpz_t *work) {
  const accord_game *game = problem->game;
  accord_facts *facts;
  bool monotone = true, convex = true, superadditive = true, cost = problem->goal == ACCORD_COST;
  for (accord_coalition s = 0; s < game->size; s++) {
    for (int i = 0; i < game->n; i++) {
      accord_coalition with = s | party(i);
      if (has(s, i)) continue;
      monotone &= !short_of(game, cost ? s : with, 0, cost ? with : s, 0, work);
      for (int j = 0; j < i; j++)
        if (!has(s, j)) convex &= !short_of(game, with | party(j), s, with, s | party(j), work);
    }
    for (accord_coalition t = s; t; t = (t - 1) & s) superadditive &= !short_of(game, s, 0, t, s ^ t, work);
  }
  int wanted = ACCORD_FACT_MONOTONE | ACCORD_FACT_CONVEX | ACCORD_FACT_SUPERADDITIVE;
  assert_int_equal(accord_find_facts(the_context, &facts, problem, wanted), ACCORD_OK);
  assert_int_equal(facts->monotone, monotone);
  assert_int_equal(facts->convex, convex);
  assert_int_equal(facts->superadditive, convex || superadditive);
}

/* A random game, then one that has the shape: v(S) = (value of S's members)^2, then that with one value changed
 * a little, which only the slack may hide. */
static void check_shape(const accord_problem *problem) {
  accord_game *game = problem->game;
  mpz_t *work = pool_integers(the_context, 3);
  compare_shape(problem, work);
  if (!game->small || value_bits(game) > 55) return;
  uint64_t worth[SMALL];
  for (int i = 0; i < game->n; i++) worth[i] = chance() % 1000;
  for (accord_coalition s = 0; s < game->size; s++) {
    int64_t sum = 0;
    for (accord_coalition rest = s; rest; rest &= rest - 1) sum += (int64_t)worth[__builtin_ctzll(rest)];
    game->small[s] = game->goal == ACCORD_COST && chance_state & 2 ? -sum : sum * sum;
  }
  game_finish(the_context, game);
  compare_shape(problem, work);
  for (int round = 0; round < 4; round++) {
    int64_t *changed = &game->small[1 + chance() % (game->size - 1)], kept = *changed;
    *changed += (int64_t)(chance() % 4000) - 2000;
    compare_shape(problem, work);
    mpz_set_ui(game->slack, chance() % 2500);
    compare_shape(problem, work);
    mpz_set_ui(game->slack, 0);
    *changed = kept;
  }
}

static void test_shape(void **state) {
  (void)state;
  check_all(check_shape);
}

/* The Shapley value as a product of matrices in doubles, which shares nothing with the passes. */
static accord_status multiply(accord_context *context, void *argument) {
  enum { PARTIES = 12, SIZE = 1 << PARTIES };
  const accord_problem *problem = draw_large(PARTIES, 40);
  double *weight = POOL_NEW(context, PARTIES * SIZE, double), *value = POOL_NEW(context, SIZE, double), share[PARTIES];
  mpq_t *exact = pool_rationals(context, PARTIES), *fraction = pool_rationals(context, 1);
  (void)argument;
  for (accord_coalition s = 0; s < SIZE; s++) {
    value[s] = (double)problem->game->small[s];
    for (int i = 0; i < PARTIES; i++) {
      order_weight(*fraction, PARTIES, has(s, i) ? size_of(s) - 1 : size_of(s));
      weight[i * SIZE + (int)s] = has(s, i) ? mpq_get_d(*fraction) : -mpq_get_d(*fraction);
    }
  }
  dense_multiply(share, weight, value, PARTIES, 1, SIZE);
  shapley_value(context, exact, problem->game);
  for (int i = 0; i < PARTIES; i++)
    assert_true(fabs(share[i] - mpq_get_d(exact[i])) < 1e-12 * mpz_get_d(problem->game->largest));
  return ACCORD_OK;
}

static void test_product_of_matrices(void **state) {
  (void)state;
  assert_int_equal(guard(the_context, multiply, NULL), ACCORD_OK);
}

/* Games whose every condition is met as an equation: any value changed by one breaks some, and a slack of one hides
 * that. */
static accord_status change_each(accord_context *context, void *argument) {
  enum { PARTIES = 11 };
  accord_game *game = draw_large(PARTIES, 2)->game;
  (void)argument;
  for (kernel_path path = KERNEL_PLAIN; path <= KERNEL_AVX512; path++) {
    kernel_path before = kernel_choose(path);
    for (int weight = 0; weight <= 1; weight++) { /* additive: convex; 0: monotone both ways */
      for (accord_coalition s = 0; s < game->size; s++) game->small[s] = weight * (int64_t)(3 * s);
      bool (*holds)(accord_context *, const accord_game *) = weight ? shape_is_convex : shape_is_monotone;
      for (accord_coalition s = 1; s < game->size; s++) {
        int64_t change = chance() & 1 ? 1 : -1;
        bool breaks = change < 0 || s + 1 < game->size; /* N may be worth more */
        game->small[s] += change;
        assert_int_equal(holds(context, game), !breaks);
        mpz_set_ui(game->slack, 1);
        assert_true(holds(context, game));
        mpz_set_ui(game->slack, 0);
        game->small[s] -= change;
      }
      assert_true(holds(context, game));
    }
    kernel_choose(before);
  }
  return ACCORD_OK;
}

static void test_shape_depends_on_every_value(void **state) {
  (void)state;
  assert_int_equal(guard(the_context, change_each, NULL), ACCORD_OK);
}

/* ------------------------------------------------ paths and numbers of threads */

/* What a pass finds, as numbers in a row. */
typedef mpq_t *find_numbers(const accord_problem *problem, size_t *count);

static mpq_t *shapley_numbers(const accord_problem *problem, size_t *count) {
  mpq_t *share = pool_rationals(the_context, *count = (size_t)problem->n);
  shapley_value(the_context, share, problem->game);
  return share;
}

/* The worst coalitions, their gains and how many there are. */
static mpq_t *stability_numbers(const accord_problem *problem, size_t *count) {
  accord_stability *stability;
  mpq_t *share = pool_rationals(the_context, (size_t)problem->n);
  for (int i = 0; i < problem->n; i++) {
    mpq_set(share[i], problem->total);
    mpq_set_ui(share[i], (unsigned long)(1 + i), 3);
    mpq_mul(share[i], share[i], problem->total);
    mpz_mul_si(mpq_denref(share[i]), mpq_denref(share[i]), problem->n);
    mpq_canonicalize(share[i]);
  }
  assert_int_equal(accord_find_stability(the_context, &stability, problem, (const mpq_t *)share, 10), ACCORD_OK);
  mpq_t *number = pool_rationals(the_context, *count = 2 * (size_t)stability->listed + 3);
  for (int k = 0; k < stability->listed; k++) {
    mpq_set_ui(number[2 * k], stability->objections[k].coalition, 1);
    mpq_set(number[2 * k + 1], stability->objections[k].amount);
  }
  mpq_set_ui(number[*count - 3], stability->objection_count, 1);
  mpq_set_ui(number[*count - 2], stability->worst, 1);
  mpq_set(number[*count - 1], stability->max_excess);
  return number;
}

static mpq_t *best_numbers(const accord_problem *problem, size_t *count) {
  mpq_t *utopia = pool_rationals(the_context, *count = (size_t)problem->n);
  mpz_t *best = pool_integers(the_context, (size_t)problem->n);
  game_marginals(utopia, problem->game);
  whole_split *split = make_whole(the_context, problem->game, (const mpq_t *)utopia, NULL);
  assert_true(find_best_with(the_context, best, problem->game, split));
  for (int i = 0; i < problem->n; i++) mpq_set_z(utopia[i], best[i]);
  return utopia;
}

/* Dividends, folded into sums by remainder, and whether they lead back. */
static mpq_t *dividend_numbers(const accord_problem *problem, size_t *count) {
  const accord_game *game = problem->game;
  mpq_t *number = pool_rationals(the_context, *count = 64);
  int64_t *table = POOL_NEW(the_context, game->size, int64_t);
  bool fits = value_bits(game) + game->n <= 62;
  memcpy(table, game->small, game->size * sizeof *table);
  moebius(the_context, table, fits ? game->n : 1, -1);
  for (size_t s = 0; s < game->size; s++) mpz_set_si(mpq_numref(number[s * s % 61]), table[s] ^ (int64_t)s);
  moebius(the_context, table, fits ? game->n : 1, 1);
  assert_memory_equal(table, game->small, game->size * sizeof *table);
  pool_free(the_context, table);
  return number;
}

static mpq_t *interaction_numbers(const accord_problem *problem, size_t *count) {
  accord_facts *facts;
  *count = (size_t)problem->n * (size_t)problem->n;
  assert_int_equal(accord_find_facts(the_context, &facts, problem, ACCORD_FACT_INTERACTIONS), ACCORD_OK);
  return facts->shapley_interaction;
}

/* The shape of a convex game, whole and with one value out of line. */
static mpq_t *shape_numbers(const accord_problem *problem, size_t *count) {
  int wanted = ACCORD_FACT_MONOTONE | ACCORD_FACT_CONVEX | (problem->n < 17 ? ACCORD_FACT_SUPERADDITIVE : 0);
  accord_facts *facts;
  mpq_t *answer = pool_rationals(the_context, *count = 6);
  accord_game *game = draw_large(problem->n, 2)->game;
  for (size_t s = 0; s < game->size; s++) game->small[s] = (int64_t)(size_of(s) * size_of(s)) * 8;
  for (size_t k = 0; k < 2; k++) {
    assert_int_equal(accord_find_facts(the_context, &facts, problem_from_game(the_context, game, true), wanted),
                     ACCORD_OK);
    mpq_set_si(answer[3 * k], facts->monotone, 1);
    mpq_set_si(answer[3 * k + 1], facts->convex, 1);
    mpq_set_si(answer[3 * k + 2], facts->superadditive, 1);
    assert_int_equal(facts->convex, k == 0);
    game->small[game->size - 2] -= 100;
  }
  pool_free(the_context, game->small);
  return answer;
}

static find_numbers *const passes[] = {shape_numbers, shapley_numbers,  stability_numbers,  best_numbers,
                                       batch_numbers, dividend_numbers, interaction_numbers};

static void compare_runs(const accord_problem *problem, find_numbers *find) {
  static const kernel_path paths[] = {KERNEL_PLAIN, KERNEL_AVX2, KERNEL_AVX512};
  static const int threads[] = {1, 2, 5};
  size_t count, again;
  mpq_t *first = NULL;
  for (size_t p = 0; p < 3; p++)
    for (size_t t = 0; t < 3; t++) {
      kernel_path before = kernel_choose(paths[p]);
      accord_context_settings(the_context)->threads = threads[t];
      mpq_t *found = find(problem, &again);
      kernel_choose(before);
      if (!first) first = found, count = again;
      assert_int_equal(count, again);
      for (size_t k = 0; k < count; k++) assert_true(mpq_equal(first[k], found[k]));
    }
}

static accord_status compare_all(accord_context *context, void *argument) {
  (void)argument;
  for (int n = 16; n <= 18; n++)
    for (int k = 0; k < WIDTHS - 1; k++)
      for (size_t pass = 0; pass < sizeof passes / sizeof *passes; pass++) {
        accord_mark mark = accord_get_mark(context);
        compare_runs(draw_large(n, widths[k]), passes[pass]);
        accord_reset(context, mark);
      }
  return ACCORD_OK;
}

static void test_paths_and_threads_agree(void **state) {
  (void)state;
  int before = threads_from(16);
  assert_int_equal(guard(the_context, compare_all, NULL), ACCORD_OK);
  threads_from(before);
}

#define KERNEL_TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

/* Against the definitions on every path, then the paths against each other. */
int main(void) {
  const struct CMUnitTest tests[] = {
      KERNEL_TEST(test_sums_by_size), KERNEL_TEST(test_shapley),   KERNEL_TEST(test_batches),
      KERNEL_TEST(test_stability),    KERNEL_TEST(test_best_with), KERNEL_TEST(test_dividends),
      KERNEL_TEST(test_interactions), KERNEL_TEST(test_shape),     KERNEL_TEST(test_weighed_pairs),
  };
  const struct CMUnitTest across[] = {
      KERNEL_TEST(test_sums_of_large_tables),    KERNEL_TEST(test_dividends_of_large_tables),
      KERNEL_TEST(test_product_of_matrices),     KERNEL_TEST(test_shape_depends_on_every_value),
      KERNEL_TEST(test_paths_and_threads_agree),
  };
  int failed = 0;
  kernel_path before = kernel_best();
  for (kernel_path path = KERNEL_PLAIN; path <= KERNEL_AVX512; path++) {
    kernel_choose(path);
    if (kernel_best() == path) failed += cmocka_run_group_tests(tests, NULL, NULL);
  }
  kernel_choose(before);
  return failed + cmocka_run_group_tests(across, NULL, NULL);
}

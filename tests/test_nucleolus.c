/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The nucleolus search: published check values; certificates of degenerate and near-tie games of 10 to 20 parties,
 * confirmed coalition by coalition; the same split as by rows generated as needed; the same bits on every path
 * of the processor and any number of threads. ACCORD_SEED (1) seeds what is random, ACCORD_ROUNDS says how many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "chance.h"
#include "coalition_lp.h"
#include "families.h"
#include "kernels.h"
#include "nucleolus_search.h"
#include "threads.h"

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

static accord_context *the_context;
static int rounds = 560;
static int start(void **state) {
  (void)state;
  chance_state = seed();
  rounds = (int)setting("ACCORD_ROUNDS", rounds);
  return accord_context_new(&the_context) == ACCORD_OK ? 0 : -1;
}

static int end(void **state) {
  (void)state;
  accord_context_free(the_context);
  return 0;
}

/* -------------------------------------------------------------------- games */

static accord_game *new_game(accord_context *context, accord_goal goal, int n) {
  accord_game *game = game_new(context, goal, n);
  mpq_set_ui(game->unit, 1, 1);
  game->small = POOL_NEW(context, game->size, int64_t);
  return game;
}

static accord_game *numbered_game(accord_context *context, int type, int n, uint32_t seed) {
  accord_game *game = new_game(context, ACCORD_BENEFIT, n);
  fill_game(game->small, type, n, seed);
  game_finish(context, game);
  return game;
}

typedef int64_t worth_of(accord_coalition coalition, int n, const int64_t *parameter);

static int64_t weigh(accord_coalition coalition, const int64_t *weight) {
  int64_t sum = 0;
  for (; coalition; coalition &= coalition - 1) sum += weight[__builtin_ctzll(coalition)];
  return sum;
}

static int64_t bankruptcy(accord_coalition s, int n, const int64_t *claim) {
  int64_t rest = weigh(everybody(n), claim) / 2 - weigh(everybody(n) ^ s, claim);
  return rest > 0 ? rest : 0;
}

static int64_t airport(accord_coalition s, int n, const int64_t *need) {
  int64_t most = 0;
  (void)n;
  for (; s; s &= s - 1)
    if (need[__builtin_ctzll(s)] > most) most = need[__builtin_ctzll(s)];
  return -most;
}

static int64_t glove(accord_coalition s, int n, const int64_t *parameter) {
  accord_coalition left = everybody(n / 2 - (int)(parameter[0] & 1));
  int lefts = size_of(s & left), rights = size_of(s & ~left);
  return lefts < rights ? lefts : rights;
}

static int64_t voting(accord_coalition s, int n, const int64_t *weight) {
  return weigh(s, weight) > weigh(everybody(n), weight) / 2;
}

static int64_t squares(accord_coalition s, int n, const int64_t *parameter) {
  (void)n;
  return size_of(s) * size_of(s) + (parameter[0] & (int64_t)s ? parameter[1] : 0);
}

static int64_t chain(accord_coalition s, int n, const int64_t *worth) {
  int64_t sum = 0;
  for (int i = 0; i + 1 < n; i++)
    if (s >> i & s >> (i + 1) & 1) sum += worth[i];
  return sum;
}

static int64_t unanimity(accord_coalition s, int n, const int64_t *parameter) {
  int64_t sum = 0;
  for (int k = 0; k < n; k++)
    if ((s & (accord_coalition)parameter[GAME_MOST_PARTIES + k]) == (accord_coalition)parameter[GAME_MOST_PARTIES + k])
      sum += parameter[k];
  return sum;
}

static int64_t uneven(accord_coalition s, int n, const int64_t *parameter) {
  (void)n;
  return (int64_t)((s * 0x9e3779b97f4a7c15u ^ (uint64_t)parameter[0]) >> 60) % 3 * size_of(s);
}

static worth_of *const families[] = {bankruptcy, airport, glove, voting, squares, chain, unanimity, uneven};

enum { FAMILIES = sizeof families / sizeof *families };

/* A game of a family; noise 0, or near-ties: a few last digits of 2^noise times as large values. */
static accord_game *draw_game(accord_context *context, worth_of *worth, int n, int noise) {
  accord_game *game = new_game(context, chance() & 1 ? ACCORD_COST : ACCORD_BENEFIT, n);
  int64_t parameter[2 * GAME_MOST_PARTIES];
  for (int k = 0; k < GAME_MOST_PARTIES; k++) {
    parameter[k] = draw(0, 6);
    parameter[GAME_MOST_PARTIES + k] = (int64_t)(chance() & everybody(n));
  }
  for (accord_coalition s = 1; s < game->size; s++) {
    game->small[s] = worth(s, n, parameter) * ((int64_t)1 << noise);
    if (noise) game->small[s] += draw(-2, 2);
  }
  game_finish(context, game);
  return game;
}

/* Makes every worth one of the goal's sign, and leaves N enough for everybody: for excesses by worth. */
static void make_worth(accord_context *context, accord_game *game) {
  int64_t sign = game->goal == ACCORD_COST ? -1 : 1, least = INT64_MAX, alone = 0;
  accord_coalition all = everybody(game->n);
  for (accord_coalition s = 1; s < game->size; s++)
    if (sign * game->small[s] < least) least = sign * game->small[s];
  int64_t shift = draw(1, 4) - least;
  for (accord_coalition s = 1; s < game->size; s++) game->small[s] += sign * shift * size_of(s);
  for (int i = 0; i < game->n; i++) alone += game->small[party(i)];
  if (game->small[all] < alone) game->small[all] = alone + (sign < 0 ? -alone / 4 : alone / 4);
  game_finish(context, game);
}

/* ------------------------------------------------------------- what was found */

typedef struct answer {
  accord_status status;
  mpq_t *share;
  accord_kohlberg *certificate;
} answer;

static answer search(accord_context *context, const accord_game *game, bool imputations, excess_kind kind) {
  nucleolus_options options = {.imputations = imputations, .kind = kind};
  answer found = {.share = pool_rationals(context, (size_t)game->n),
                  .certificate = POOL_NEW(context, 1, accord_kohlberg)};
  found.status = search_nucleolus(context, found.share, found.certificate, game, &options);
  return found;
}

static bool has_imputations(const accord_game *game) {
  long double alone = 0; /* sums of values that fill the words outgrow them */
  for (int i = 0; i < game->n; i++) alone += (long double)game->small[party(i)];
  return alone <= (long double)game->small[everybody(game->n)];
}

static void check(accord_context *context, const accord_game *game, bool imputations, excess_kind kind) {
  nucleolus_options options = {.imputations = imputations, .kind = kind};
  answer found = search(context, game, imputations, kind);
  assert_int_equal(found.status, ACCORD_OK);
  assert_true(kohlberg_holds(context, found.certificate, game, (const mpq_t *)found.share, &options));
}

/* ------------------------------------------------------------------- published */

static void check_value(const answer *found, const accord_game *game, double epsilon, const double *share) {
  assert_int_equal(found->status, ACCORD_OK);
  assert_true(fabs(mpq_get_d(found->certificate->levels[0].excess) - epsilon) < 1e-6);
  for (int i = 0; i < 3; i++) assert_true(fabs(mpq_get_d(found->share[i]) - share[i]) < 1e-8);
  (void)game;
}

static accord_status check_published(accord_context *context, void *argument) {
  static const struct {
    int type, n;
    uint32_t seed;
    double epsilon, share[3];
  } known[] = {{1, 10, 468015, 20.888889, {97.222222222, 87.000000000, 82.666666667}},
               {2, 10, 468046, 379.4, {37.566666667, 67.271428571, 16.828571429}},
               {1, 15, 479921, 130.963855, {87.650602410, 93.325301205, 82.319277108}},
               {4, 15, 481312, 13.235294, {0.588235294, 0.823529412, 0.705882353}}};
  (void)argument;
  for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
    accord_game *game = numbered_game(context, known[k].type, known[k].n, known[k].seed);
    answer found = search(context, game, true, EXCESS_PLAIN);
    check_value(&found, game, known[k].epsilon, known[k].share);
  }
  return ACCORD_OK;
}

static void test_published_values(void **state) {
  (void)state;
  assert_int_equal(guard(the_context, check_published, NULL), ACCORD_OK);
}

/* ---------------------------------------------------------------- certificates */

static accord_status check_types(accord_context *context, void *argument) {
  (void)argument;
  for (int n = 7; n <= 17; n += 2)
    for (int type = 1; type <= GAME_TYPES; type++) {
      accord_mark mark = accord_get_mark(context);
      accord_game *game = numbered_game(context, type, n, (uint32_t)chance());
      if (has_imputations(game)) check(context, game, true, EXCESS_PLAIN);
      check(context, game, false, EXCESS_PLAIN);
      if (has_imputations(game)) check(context, game, true, EXCESS_PER_CAPITA);
      accord_reset(context, mark);
    }
  check(context, numbered_game(context, 2, 21, 5), true, EXCESS_PLAIN); /* passes over samples of both sizes */
  return ACCORD_OK;
}

static void test_types(void **state) {
  (void)state;
  assert_int_equal(guard(the_context, check_types, NULL), ACCORD_OK);
}

/* Mostly small, now and then up to 20. */
static int draw_size(int round) {
  return round % 40 == 39 ? 18 + round / 40 % 3 : round % 8 == 7 ? 14 : 10 + round % 3;
}

static accord_status check_degenerate(accord_context *context, void *argument) {
  bool near_ties = argument != NULL;
  for (int round = 0; round < rounds; round++) {
    accord_mark mark = accord_get_mark(context);
    int noise = near_ties ? (int)draw(7, 50) : 0; /* 10^-2 .. 10^-15 */
    accord_game *game = draw_game(context, families[round % FAMILIES], draw_size(round), noise);
    bool imputations = has_imputations(game) && chance() & 1;
    check(context, game, imputations, imputations && chance() % 4 == 0 ? EXCESS_PER_CAPITA : EXCESS_PLAIN);
    accord_reset(context, mark);
  }
  return ACCORD_OK;
}

static void test_degenerate_games(void **state) {
  (void)state;
  assert_int_equal(guard(the_context, check_degenerate, NULL), ACCORD_OK);
}

static void test_near_ties(void **state) {
  (void)state;
  rounds /= 2;
  assert_int_equal(guard(the_context, check_degenerate, the_context), ACCORD_OK);
}

/* ------------------------------------------------------- where the search ends */

/* Values that fill the words, for which another engine goes on where the search cannot; all values 0. */
static accord_status check_wide(accord_context *context, void *argument) {
  (void)argument;
  for (int round = 0; round < 24; round++) {
    accord_mark mark = accord_get_mark(context);
    int n = round % 3 == 2 ? 11 : 2 + round % 5, bits = round < 3 ? 0 : 57 + round % 6;
    accord_game *game = new_game(context, chance() & 1 ? ACCORD_COST : ACCORD_BENEFIT, n);
    for (accord_coalition s = 1; bits && s < game->size; s++)
      game->small[s] = (int64_t)(chance() >> (64 - bits)) * (round % 2 ? 1 : size_of(s) % 2 ? 1 : -1);
    game_finish(context, game);
    nucleolus_options options = {.imputations = has_imputations(game), .kind = EXCESS_PLAIN};
    mpq_t *share = pool_rationals(context, (size_t)n);
    accord_kohlberg *certificate;
    assert_int_equal(find_nucleolus(context, share, &certificate, game, &options), ACCORD_OK);
    assert_true(kohlberg_holds(context, certificate, game, (const mpq_t *)share, &options));
    accord_reset(context, mark);
  }
  return ACCORD_OK;
}

static void test_wide_values(void **state) {
  (void)state;
  assert_int_equal(guard(the_context, check_wide, NULL), ACCORD_OK);
}

/* Excesses by worth: denominators of hundreds of bits, as each level's goes into those after it. */
static accord_status check_by_worth(accord_context *context, void *argument) {
  const nucleolus_options options = {.imputations = true, .kind = EXCESS_PROPORTIONAL};
  int *missed = argument;
  for (int round = 0; round < rounds / 4; round++) {
    accord_mark mark = accord_get_mark(context);
    int noise = round % 3 == 2 ? (int)draw(7, 40) : 0;
    accord_game *game = draw_game(context, families[round % FAMILIES], draw_size(round), noise);
    make_worth(context, game);
    answer found = search(context, game, true, EXCESS_PROPORTIONAL);
    *missed += found.status != ACCORD_OK;
    assert_true(found.status != ACCORD_OK ||
                kohlberg_holds(context, found.certificate, game, (const mpq_t *)found.share, &options));
    accord_reset(context, mark);
  }
  for (int n = 8; n <= 17; n += 3) { /* many levels, of uneven worth */
    accord_mark mark = accord_get_mark(context);
    accord_game *game = new_game(context, n % 2 ? ACCORD_COST : ACCORD_BENEFIT, n);
    for (accord_coalition s = 1; s < game->size; s++)
      game->small[s] = (n % 2 ? -1 : 1) * (1000 * size_of(s) + draw(0, 999) * (size_of(s) > 1 ? 2 : 1));
    game->small[everybody(n)] = n % 2 ? -900 * n : 1700 * n;
    game_finish(context, game);
    check(context, game, true, EXCESS_PROPORTIONAL);
    accord_reset(context, mark);
  }
  return ACCORD_OK;
}

static void test_by_worth(void **state) {
  (void)state;
  int missed = 0;
  assert_int_equal(guard(the_context, check_by_worth, &missed), ACCORD_OK);
  assert_true(missed <= 1 + rounds / 40);
}

/* However short the time, the split is the right one, or there is none. */
static accord_status check_time(accord_context *context, void *argument) {
  const accord_rule *rule = accord_find_rule("prenucleolus");
  accord_problem *problem = problem_from_game(context, numbered_game(context, 7, 14, 3), true);
  accord_split *whole, *split;
  int *late = argument;
  assert_int_equal(accord_solve(context, &whole, problem, rule), ACCORD_OK);
  for (double limit = 1e-6; limit < 1e-2; limit *= 1.1) {
    accord_context_settings(context)->time_limit = limit;
    accord_start_clock(context);
    assert_int_equal(accord_solve(context, &split, problem, rule), ACCORD_OK);
    assert_true(split->status == ACCORD_OK || split->status == ACCORD_LIMIT || split->status == ACCORD_UNCERTIFIED);
    for (int i = 0; i < problem->n && split->status == ACCORD_OK; i++)
      assert_true(mpq_equal(split->share[i], whole->share[i]));
    *late += split->status != ACCORD_OK;
  }
  return ACCORD_OK;
}

static void test_time_limit(void **state) {
  (void)state;
  int late = 0;
  assert_int_equal(guard(the_context, check_time, &late), ACCORD_OK);
  assert_true(late > 0);
}

/* -------------------------------------------------------------- two engines */

static accord_status compare_engines(accord_context *context, void *argument) {
  (void)argument;
  for (int round = 0; round < 60; round++) {
    accord_mark mark = accord_get_mark(context);
    int n = 2 + round % 12;
    accord_game *game = draw_game(context, families[round % FAMILIES], n, round % 5 == 4 ? 20 : 0);
    if (round % 4 == 3) make_worth(context, game);
    nucleolus_options options = {.imputations = has_imputations(game) && round % 2,
                                 .kind = round % 4 == 3   ? EXCESS_PROPORTIONAL
                                         : round % 3 == 2 ? EXCESS_PER_CAPITA
                                                          : EXCESS_PLAIN};
    answer found = search(context, game, options.imputations, options.kind);
    mpq_t *share = pool_rationals(context, (size_t)n);
    accord_kohlberg *certificate = POOL_NEW(context, 1, accord_kohlberg);
    assert_int_equal(found.status, ACCORD_OK);
    assert_int_equal(generate_nucleolus(context, share, certificate, game, &options), ACCORD_OK);
    for (int i = 0; i < n; i++) assert_true(mpq_equal(share[i], found.share[i]));
    accord_reset(context, mark);
  }
  return ACCORD_OK;
}

static void test_engines_agree(void **state) {
  (void)state;
  assert_int_equal(guard(the_context, compare_engines, NULL), ACCORD_OK);
}

/* -------------------------------------------------------------- core, least core */

/* minimise cost . x over x(S) >= v(S) (and x(N) = v(N) where settled), every coalition's row looked for in the table. */
static void least_of(mpq_t least, const accord_game *game, const int *cost, const lp_row *start, bool settled,
                     bool has_epsilon) {
  coalition_lp *lp = coalition_lp_new(the_context, game, has_epsilon);
  mpz_t *whole = pool_integers(the_context, 1);
  game_integer(*whole, game, everybody(game->n));
  if (settled) coalition_lp_settle(lp, make_row(ROW_COALITION, everybody(game->n)), *whole);
  lp_result *result = coalition_lp_solve(lp, cost, start);
  lp_amount(least, lp, result, result->value);
  if (game->goal == ACCORD_COST) mpq_neg(least, least);
}

static void check_total(const accord_facts *facts, const accord_game *game) {
  int cost[GAME_MOST_PARTIES], n = game->n;
  lp_row start_rows[GAME_MOST_PARTIES];
  mpq_t *work = pool_rationals(the_context, 2), *gap = &work[1];
  for (int i = 0; i < n; i++) cost[i] = 1, start_rows[i] = make_row(ROW_COALITION, party(i));
  least_of(work[0], game, cost, start_rows, false, false);
  game_value(*gap, game, everybody(n));
  if (game->goal == ACCORD_COST) mpq_neg(*gap, *gap);
  mpq_sub(*gap, work[0], *gap);
  if (game->goal == ACCORD_COST) mpq_neg(*gap, *gap);
  assert_int_equal(facts->core_empty, mpq_sgn(*gap) > 0 ? ACCORD_YES : ACCORD_NO);
  if (mpq_sgn(*gap) > 0) assert_true(mpq_equal(facts->cost_of_stability, *gap));
  else assert_int_equal(mpq_sgn(facts->cost_of_stability), 0);
}

/* The proof of an empty core: weights of 1 for every party, worth more than N. */
static void check_balanced(const accord_balanced *balanced, const accord_problem *problem) {
  mpq_t *work = pool_rationals(the_context, 3), *worth = &work[1], *value = &work[2];
  for (int i = 0; i < problem->n; i++) {
    mpq_set_ui(work[0], 0, 1);
    for (int k = 0; k < balanced->count; k++)
      if (has(balanced->members[k].coalition, i)) mpq_add(work[0], work[0], balanced->members[k].weight);
    assert_int_equal(mpq_cmp_ui(work[0], 1, 1), 0);
  }
  for (int k = 0; k < balanced->count; k++) {
    accord_game_value(*value, problem->game, balanced->members[k].coalition);
    mpq_mul(*value, *value, balanced->members[k].weight);
    mpq_add(*worth, *worth, *value);
    assert_true(mpq_sgn(balanced->members[k].weight) > 0);
  }
  assert_true(mpq_equal(*worth, balanced->worth));
  assert_true((mpq_cmp(*worth, problem->total) > 0) == (problem->goal == ACCORD_BENEFIT));
}

static void check_ranges(const accord_facts *facts, const accord_game *game, int i) {
  int cost[GAME_MOST_PARTIES] = {0}, n = game->n;
  lp_row start_rows[GAME_MOST_PARTIES];
  mpq_t *least = pool_rationals(the_context, 1);
  for (int sign = -1; sign <= 1; sign += 2) {
    for (int j = 0; j < n; j++) start_rows[j] = make_row(ROW_COALITION, party(j));
    start_rows[sign < 0 ? i : (i + 1) % n] = make_row(ROW_SETTLED, 0);
    cost[i] = sign;
    least_of(*least, game, cost, start_rows, true, false);
    if (sign < 0) mpq_neg(*least, *least);
    bool is_least = (sign > 0) == (game->goal == ACCORD_BENEFIT);
    assert_true(mpq_equal(*least, is_least ? facts->least_share[i] : facts->greatest_share[i]));
  }
}

static void check_least_core(const accord_facts *facts, accord_game *game) {
  int cost[GAME_MOST_PARTIES + 1] = {0}, n = game->n, count = 0;
  lp_row start_rows[GAME_MOST_PARTIES + 1];
  mpq_t *epsilon = pool_rationals(the_context, 1);
  start_rows[count++] = make_row(ROW_SETTLED, 0);
  start_rows[count++] = make_row(ROW_COALITION, everybody(n) ^ 1);
  for (int i = 0; i < n - 1; i++) start_rows[count++] = make_row(ROW_COALITION, party(i));
  cost[n] = 1;
  least_of(*epsilon, game, cost, start_rows, true, true);
  if (game->goal == ACCORD_COST) mpq_neg(*epsilon, *epsilon); /* epsilon has no sign of its own */
  assert_true(mpq_equal(*epsilon, facts->least_core));
}

/* The split shares total, no proper coalition gains more than the limit; the weights add up to each for every party, and
 * to one more for party i times that (i = -1: nobody), and in worth to bound. All of the benefit game. */
static void check_proof(const accord_optimum *proof, const accord_game *game, const mpq_t total, const mpq_t limit,
                        int each, int i, int more, const mpq_t bound) {
  bool cost = game->goal == ACCORD_COST;
  mpq_t *sum = pool_rationals(the_context, game->size), *work = pool_rationals(the_context, 2), *worth = &work[1];
  for (accord_coalition s = 1; s < game->size; s++) {
    int first = __builtin_ctzll(s);
    (cost ? mpq_sub : mpq_add)(sum[s], sum[s & (s - 1)], proof->share[first]);
    game_value(work[0], game, s);
    mpq_sub(work[0], work[0], sum[s]);
    assert_true(s == everybody(game->n) || mpq_cmp(work[0], limit) <= 0);
  }
  assert_true(mpq_equal(sum[everybody(game->n)], total));
  for (int j = 0; j < game->n; j++) {
    mpq_set(work[0], proof->everybody);
    for (int k = 0; k < proof->count; k++)
      if (has(proof->members[k].coalition, j)) mpq_add(work[0], work[0], proof->members[k].weight);
    assert_int_equal(mpq_cmp_si(work[0], j == i ? each + more : each, 1), 0);
  }
  game_value(*worth, game, everybody(game->n));
  mpq_mul(*worth, *worth, proof->everybody);
  for (int k = 0; k < proof->count; k++) {
    assert_true(mpq_sgn(proof->members[k].weight) > 0 && proof->members[k].coalition != everybody(game->n));
    game_value(work[0], game, proof->members[k].coalition);
    mpq_mul(work[0], work[0], proof->members[k].weight);
    mpq_add(*worth, *worth, work[0]);
  }
  assert_true(mpq_equal(*worth, bound));
  pool_free(the_context, work);
  pool_free(the_context, sum);
}

static void check_proofs(const accord_facts *facts, const accord_game *game, int i) {
  mpq_t *work = pool_rationals(the_context, 4), *value = &work[1], *needed = &work[2], *end = &work[3];
  bool cost = game->goal == ACCORD_COST;
  game_value(*value, game, everybody(game->n));
  mpq_add(*needed, *value, facts->cost_of_stability);
  check_proof(facts->least_core_proof, game, *value, facts->least_core, 0, -1, 0, facts->least_core);
  check_proof(facts->stability_proof, game, *needed, work[0], 1, -1, 0, *needed);
  assert_true(mpq_sgn(facts->stability_proof->everybody) >= 0);
  assert_true((facts->core_empty == ACCORD_NO) == (facts->least_proof != NULL));
  for (int most = 0; most < 2 && facts->least_proof; most++) {
    const accord_optimum *proof = most ? &facts->greatest_proof[i] : &facts->least_proof[i];
    mpq_set(*end, most ? facts->greatest_share[i] : facts->least_share[i]);
    assert_true(mpq_equal(proof->share[i], *end));
    if (most) mpq_neg(*end, *end);
    check_proof(proof, game, *value, work[0], 0, i, most == cost ? 1 : -1, *end);
  }
}

static accord_status check_facts(accord_context *context, void *argument) {
  int empty = 0, count = rounds / 10;
  (void)argument;
  for (int round = 0; round < count; round++) {
    accord_mark mark = accord_get_mark(context);
    accord_game *game = draw_game(context, families[round % FAMILIES], 10 + round % 5,
                                  round % 8 == 7   ? 54
                                  : round % 4 == 3 ? 45
                                                   : 0);
    if (round % 3 == 0) game->small[everybody(game->n)] *= 2;
    game_finish(context, game);
    accord_problem *problem = problem_from_game(context, game, true);
    accord_facts *facts;
    int wanted = ACCORD_FACTS_PROVABLE | ACCORD_FACT_PROOFS;
    assert_int_equal(accord_find_facts(context, &facts, problem, wanted), ACCORD_OK);
    check_proofs(facts, game, (int)(chance() % (uint64_t)game->n));
    check_total(facts, game);
    check_least_core(facts, game);
    if (facts->core_empty == ACCORD_YES) check_balanced(facts->balanced, problem), empty++;
    else check_ranges(facts, game, (int)(chance() % (uint64_t)game->n));
    accord_reset(context, mark);
  }
  assert_true(count < 8 || (empty > 0 && empty < count));
  return ACCORD_OK;
}

static void test_core_facts(void **state) {
  (void)state;
  assert_int_equal(guard(the_context, check_facts, NULL), ACCORD_OK);
}

/* ------------------------------------------------------------ the same bits */

static bool same_members(const accord_weighted *a, const accord_weighted *b, int count) {
  for (int k = 0; k < count; k++)
    if (a[k].coalition != b[k].coalition || !mpq_equal(a[k].weight, b[k].weight)) return false;
  return true;
}

static bool same_certificate(const accord_kohlberg *a, const accord_kohlberg *b) {
  if (a->level_count != b->level_count) return false;
  for (int k = 0; k < a->level_count; k++) {
    const accord_level *one = &a->levels[k], *other = &b->levels[k];
    if (one->coalition_count != other->coalition_count || one->bound_count != other->bound_count ||
        one->earlier_count != other->earlier_count || !mpq_equal(one->excess, other->excess) ||
        !same_members(one->coalitions, other->coalitions, one->coalition_count) ||
        !same_members(one->bounds, other->bounds, one->bound_count) ||
        !same_members(one->earlier, other->earlier, one->earlier_count))
      return false;
  }
  return true;
}

static accord_status compare_paths(accord_context *context, void *argument) {
  static const kernel_path paths[] = {KERNEL_PLAIN, KERNEL_AVX2, KERNEL_AVX512};
  static const int threads[] = {1, 2, 5};
  (void)argument;
  for (int type = 1; type <= GAME_TYPES; type++) {
    accord_mark mark = accord_get_mark(context);
    accord_game *game = numbered_game(context, type, 17, 7);
    answer first = {0};
    for (int k = 0; k < 9; k++) {
      kernel_path before = kernel_choose(paths[k / 3]);
      accord_context_settings(context)->threads = threads[k % 3];
      answer found = search(context, game, false, EXCESS_PLAIN);
      kernel_choose(before);
      if (k == 0) first = found;
      assert_int_equal(found.status, ACCORD_OK);
      assert_true(same_certificate(first.certificate, found.certificate));
    }
    accord_reset(context, mark);
  }
  return ACCORD_OK;
}

static void test_paths_and_threads_agree(void **state) {
  (void)state;
  int before = threads_from(12);
  assert_int_equal(guard(the_context, compare_paths, NULL), ACCORD_OK);
  threads_from(before);
}

#define NUCLEOLUS_TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void) {
  const struct CMUnitTest tests[] = {
      NUCLEOLUS_TEST(test_published_values), NUCLEOLUS_TEST(test_types),
      NUCLEOLUS_TEST(test_degenerate_games), NUCLEOLUS_TEST(test_near_ties),
      NUCLEOLUS_TEST(test_core_facts),       NUCLEOLUS_TEST(test_wide_values),
      NUCLEOLUS_TEST(test_by_worth),         NUCLEOLUS_TEST(test_time_limit),
      NUCLEOLUS_TEST(test_engines_agree),    NUCLEOLUS_TEST(test_paths_and_threads_agree),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measures the passes over a table, and rules made of them, as ratios in one run: to a read of the same table,
 * and to the textbook definition where that is quick enough. */
#include "measure.h"

#include "contributions.h"
#include "families.h"
#include "kernels.h"
#include "rule.h"
#include "shape.h"

#include <stdlib.h>
#include <string.h>

struct measured {
  accord_context *context;
  accord_problem *problem;
  accord_game *game;
  const accord_rule *rule;
  mpq_t *share;   /* size n: the Shapley value */
  int64_t *table; /* size 2^n, to work in, where there is one */
  const char *family;
  int n, facts;
};

static volatile int64_t sink;

/* ------------------------------------------------------------ by definition */

/* n 2^(n-1) marginal contributions. */
static void naive_shapley(void *argument) {
  struct measured *measured = argument;
  const accord_game *game = measured->game;
  double weight[GAME_MOST_PARTIES], value[GAME_MOST_PARTIES] = {0};
  int n = game->n;
  weight[0] = 1.0 / n;
  for (int s = 1; s < n; s++) weight[s] = weight[s - 1] * s / (n - s);
  for (int i = 0; i < n; i++)
    for (accord_coalition s = 0; s < game->size; s++)
      if (!has(s, i)) value[i] += weight[size_of(s)] * (double)(game->small[s | party(i)] - game->small[s]);
  sink = (int64_t)value[0];
}

static void naive_interactions(void *argument) {
  struct measured *measured = argument;
  const int64_t *v = measured->game->small;
  double sum = 0;
  for (int i = 0; i < measured->n; i++)
    for (int j = 0; j < i; j++)
      for (accord_coalition s = 0; s < measured->game->size; s++)
        if (!has(s, i) && !has(s, j))
          sum += (double)(v[s | party(i) | party(j)] - v[s | party(i)] - v[s | party(j)] + v[s]) / (1 + size_of(s));
  sink = (int64_t)sum;
}

/* Every excess by adding up its members' shares. */
static void naive_core(void *argument) {
  struct measured *measured = argument;
  double most = -1e300;
  for (accord_coalition s = 1; s < measured->game->size; s++) {
    double excess = (double)measured->game->small[s];
    for (accord_coalition rest = s; rest; rest &= rest - 1) excess -= 1.5 * __builtin_ctzll(rest);
    if (excess > most) most = excess;
  }
  sink = (int64_t)most;
}

static void naive_dividends(void *argument) {
  struct measured *measured = argument;
  for (int i = 0; i < measured->n; i++)
    for (accord_coalition s = 0; s < measured->game->size; s++)
      if (has(s, i)) measured->table[s] -= measured->table[s ^ party(i)];
}

static void naive_convex(void *argument) {
  struct measured *measured = argument;
  const int64_t *v = measured->game->small;
  bool convex = true;
  for (accord_coalition s = 0; s < measured->game->size && convex; s++)
    for (int i = 0; i < measured->n; i++)
      for (int j = i + 1; j < measured->n && !has(s, i); j++)
        if (!has(s, j)) convex &= v[s | party(i) | party(j)] + v[s] >= v[s | party(i)] + v[s | party(j)];
  sink = convex;
}

/* ------------------------------------------------------------------ kernels */

static void shapley(void *argument) {
  struct measured *measured = argument;
  shapley_value(measured->context, pool_rationals(measured->context, (size_t)measured->n), measured->game);
}

static void sums_by_size(void *argument) {
  struct measured *measured = argument;
  sink = (int64_t)find_wide_sums(measured->context, measured->game).all[1];
}

static void sums_for_pairs(void *argument) {
  struct measured *measured = argument;
  sink = (int64_t)find_wide_pairs(measured->context, measured->game).all[1];
}

static void core_check(void *argument) {
  struct measured *measured = argument;
  accord_stability *stability;
  if (accord_find_stability(measured->context, &stability, measured->problem, (const mpq_t *)measured->share, 20))
    abort();
}

static void dividends(void *argument) {
  struct measured *measured = argument;
  moebius(measured->context, measured->table, measured->n, -1);
}

static void facts(void *argument) {
  struct measured *measured = argument;
  accord_facts *found;
  if (accord_find_facts(measured->context, &found, measured->problem, measured->facts) != ACCORD_OK) abort();
}

static void solve(void *argument) {
  struct measured *measured = argument;
  accord_split *split;
  if (accord_solve(measured->context, &split, measured->problem, measured->rule) != ACCORD_OK) abort();
}

/* -------------------------------------------------------------------- games */

/* Types 1 to 7 are those of families.def; the others fill tables in other ways. */
enum { MASS_TIES = 6, NEAR_TIES = 7, GRID_BITS = 8, ALL_BITS = 9, SQUARES = 10 };

static const char *const families[] = {"",     "type 1",    "type 2",  "type 3",  "type 4", "type 5",
                                       "ties", "near-ties", "51 bits", "61 bits", "squares"};

/* Random values as doubles are placed on their grid, or as wide as a table holds. */
static void fill_wide(accord_game *game, int bits) {
  uint64_t state = (uint64_t)game->n;
  for (size_t s = 1; s < game->size; s++) game->small[s] = (int64_t)(next_random(&state) >> (64 - bits));
}

static void fill_family(accord_game *game, int family) {
  if (family <= GAME_TYPES) fill_game(game->small, family, game->n, 468015u + (uint32_t)game->n);
  if (family == GRID_BITS) fill_wide(game, 51);
  if (family == ALL_BITS) fill_wide(game, 61);
  if (family == SQUARES) /* convex, so that a check has to go through to the end */
    for (size_t s = 1; s < game->size; s++) game->small[s] = (int64_t)size_of(s) * size_of(s);
}

static struct measured make_game(accord_context *context, int n, int family) {
  struct measured made = {.context = context, .family = families[family], .n = n};
  made.game = game_new(context, ACCORD_BENEFIT, n);
  mpq_set_ui(made.game->unit, 1, 1);
  made.game->small = POOL_NEW(context, made.game->size, int64_t);
  fill_family(made.game, family);
  game_finish(context, made.game);
  made.problem = problem_from_game(context, made.game, true);
  made.share = pool_rationals(context, (size_t)n);
  shapley_value(context, made.share, made.game);
  return made;
}

/* ------------------------------------------------------------------- rows */

enum { NAIVE_PARTIES = 20 }; /* the definitions' figures are taken up to here */

/* Measures one job beside the memory pass, and beside the definition where there is one. */
static void measure_row(struct measured *measured, row entry, job *work, job *naive) {
  if (!is_wanted(entry.what)) return;
  entry.n = measured->n, entry.family = measured->family;
  if (naive && measured->n <= NAIVE_PARTIES)
    entry.naive = measure(measured->context, naive, measured, measured->game->small, measured->n).minimum;
  entry.taken = measure(measured->context, work, measured, measured->game->small, measured->n);
  if (entry.unit && strcmp(entry.unit, "rewrites") == 0)
    entry.figure = entry.taken.minimum / measure_rewrite(measured->context, measured->n);
  report(measured->context, entry);
}

/* Goals in reads of the table, from 20 parties on. */
static double goal_of_reads(int n, double to_22, double above) { return n < 20 ? 0 : n < 25 ? to_22 : above; }

static void bench_shapley(struct measured *measured) {
  int n = measured->n;
  row value = {.what = "shapley kernel", .goal = goal_of_reads(n, 1.10, 1.15)};
  if (n == 15) value.unit = "seconds", value.goal = 4e-6;
  measure_row(measured, value, shapley, naive_shapley);
}

static void bench_core(struct measured *measured) {
  measure_row(measured, (row){.what = "core check", .goal = goal_of_reads(measured->n, 1.1, 1.1)}, core_check,
              naive_core);
}

/* Those that need a second table, or as much time as one. */
static void bench_heavy(struct measured *measured) {
  int n = measured->n;
  row indices = {.what = "interactions", .goal = n == 20 || n == 22 ? 1.2 : 0};
  measure_row(measured, (row){.what = "sums for pairs"}, sums_for_pairs, NULL);
  measured->facts = ACCORD_FACT_INTERACTIONS;
  measure_row(measured, indices, facts, naive_interactions);
  measured->table = POOL_NEW(measured->context, measured->game->size, int64_t);
  memcpy(measured->table, measured->game->small, measured->game->size * sizeof(int64_t));
  measure_row(measured, (row){.what = "dividends", .unit = "rewrites", .goal = goal_of_reads(n, 3, 4)}, dividends,
              naive_dividends);
}

static void bench_sizes(accord_context *context) {
  static const int sizes[] = {10, 12, 14, 15, 16, 18, 20, 22, 25, 28};
  for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
    accord_mark mark = accord_get_mark(context);
    struct measured measured = make_game(context, sizes[k], 2);
    bench_shapley(&measured);
    measure_row(&measured, (row){.what = "sums by size", .goal = goal_of_reads(sizes[k], 1.4, 1.4)}, sums_by_size,
                NULL);
    bench_core(&measured);
    if (sizes[k] <= 25) bench_heavy(&measured);
    accord_reset(context, mark);
  }
}

static void bench_rules(accord_context *context, int n) {
  static const char *const rules[] = {"shapley", "banzhaf", "solidarity", "tau"};
  accord_mark mark = accord_get_mark(context);
  struct measured measured = make_game(context, n, 2);
  for (size_t k = 0; k < sizeof rules / sizeof *rules; k++) {
    measured.rule = accord_find_rule(rules[k]);
    measure_row(&measured, (row){.what = rules[k]}, solve, NULL);
  }
  accord_reset(context, mark);
}

/* Values of other widths, and games where most coalitions are as bad as each other. */
static void bench_families(accord_context *context, int n) {
  for (int family = 1; family <= ALL_BITS; family++) {
    if (family == 2) continue;
    accord_mark mark = accord_get_mark(context);
    struct measured measured = make_game(context, n, family);
    bench_core(&measured);
    if (family == 1 || family >= NEAR_TIES) bench_shapley(&measured);
    if (family >= GRID_BITS) measure_row(&measured, (row){.what = "sums for pairs"}, sums_for_pairs, NULL);
    accord_reset(context, mark);
  }
}

static void bench_shape(accord_context *context, int n) {
  accord_mark mark = accord_get_mark(context);
  struct measured measured = make_game(context, n, SQUARES);
  measured.facts = ACCORD_FACT_MONOTONE;
  measure_row(&measured, (row){.what = "monotone"}, facts, NULL);
  measured.facts = ACCORD_FACT_CONVEX;
  measure_row(&measured, (row){.what = "convex"}, facts, naive_convex);
  if (n <= 16) {
    measured.game->small[measured.game->size - 1] -= 3; /* convex no more, but superadditive */
    measured.facts = ACCORD_FACT_SUPERADDITIVE;
    measure_row(&measured, (row){.what = "superadditive"}, facts, NULL);
  }
  accord_reset(context, mark);
}

/* Two threads, beside one. */
static void bench_threads(accord_context *context, int n) {
  accord_mark mark = accord_get_mark(context);
  struct measured measured = make_game(context, n, 2);
  row value = {.what = "shapley kernel", .n = n, .family = families[2], .unit = "of one thread", .goal = 0.60};
  double alone = measure(context, shapley, &measured, measured.game->small, n).minimum;
  accord_context_settings(context)->threads = 2;
  value.taken = measure(context, shapley, &measured, measured.game->small, n);
  value.figure = value.taken.minimum / alone;
  report(context, value);
  accord_context_settings(context)->threads = 1;
  accord_reset(context, mark);
}

static accord_status bench(accord_context *context, void *argument) {
  static const int shapes[] = {12, 16, 20};
  (void)argument;
  bench_sizes(context);
  bench_families(context, 20);
  bench_rules(context, 15);
  bench_rules(context, 20);
  for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) bench_shape(context, shapes[k]);
  for (int n = 22; n <= 25 && is_wanted("shapley kernel"); n += 3) bench_threads(context, n);
  return ACCORD_OK;
}

int main(int count, char **words) { return run_measurements(count, words, bench); }

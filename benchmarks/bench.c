/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measures the passes over a table, and rules made of them, as ratios in one run: to a read of the same table,
 * and to the textbook definition where that is quick enough. */
#include "measure.h"

#include "contributions.h"
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
  int64_t *table; /* size 2^n, to work in */
  int n, threads;
  int facts;
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

/* Type 2 of Benedek, Fliege and Nguyen (2021): v(i) = 0, else 1 + (r mod 50 n), a fixed generator. */
static void fill_type_two(accord_game *game) {
  uint32_t state = 468015u + (uint32_t)game->n;
  for (size_t s = 1; s < game->size; s++) {
    if ((s & (s - 1)) == 0) continue;
    state = state * 214013u + 2531011u;
    game->small[s] = 1 + (int64_t)((state >> 16 & 32767) % (50 * (unsigned)game->n));
  }
}

/* As doubles are placed on their grid: 51 random bits. */
static void fill_wide(accord_game *game) {
  uint64_t state = (uint64_t)game->n;
  for (size_t s = 1; s < game->size; s++) game->small[s] = (int64_t)(next_random(&state) >> 13);
}

/* A convex game, which a check has to go through to the end. */
static void fill_convex(accord_game *game) {
  for (size_t s = 1; s < game->size; s++) game->small[s] = (int64_t)size_of(s) * size_of(s);
}

typedef void fill_game(accord_game *game);

static struct measured make_game(accord_context *context, int n, fill_game *fill) {
  struct measured made = {.context = context, .n = n, .game = game_new(context, ACCORD_BENEFIT, n)};
  mpq_set_ui(made.game->unit, 1, 1);
  made.game->small = POOL_NEW(context, made.game->size, int64_t);
  fill(made.game);
  game_finish(context, made.game);
  made.problem = problem_from_game(context, made.game, true);
  made.table = POOL_NEW(context, made.game->size, int64_t);
  made.share = pool_rationals(context, (size_t)n);
  made.threads = accord_context_settings(context)->threads;
  shapley_value(context, made.share, made.game);
  return made;
}

/* ------------------------------------------------------------------- rows */

enum { NAIVE_PARTIES = 20 }; /* the definitions' figures are taken up to here */

/* Measures one job beside the memory pass, and beside the definition where there is one. */
static void row(struct measured *measured, const char *what, job *work, job *naive, double goal) {
  comparison beside = {.goal = goal};
  if (naive && measured->n <= NAIVE_PARTIES && measured->threads == 1)
    beside.naive = measure(measured->context, naive, measured, measured->game->small, measured->n).minimum;
  timing taken = measure(measured->context, work, measured, measured->game->small, measured->n);
  report(what, measured->n, measured->threads, taken, beside);
}

static void rule_row(struct measured *measured, const char *name) {
  measured->rule = accord_find_rule(name);
  row(measured, name, solve, NULL, 0);
}

static void bench_passes(accord_context *context, int n) {
  accord_mark mark = accord_get_mark(context);
  struct measured measured = make_game(context, n, fill_type_two);
  bool alone = measured.threads == 1;
  row(&measured, "shapley kernel", shapley, naive_shapley, !alone ? 0.60 : n >= 25 ? 1.15 : n >= 20 ? 1.10 : 0);
  row(&measured, "sums by size", sums_by_size, NULL, alone && n >= 20 ? 1.4 : 0);
  row(&measured, "core check", core_check, naive_core, alone && n >= 20 ? 1.1 : 0);
  row(&measured, "dividends", dividends, naive_dividends, 0);
  measured.facts = ACCORD_FACT_INTERACTIONS;
  if (n <= 20) row(&measured, "interactions", facts, naive_interactions, alone && n >= 20 ? 1.2 : 0);
  const char *const rules[] = {"shapley", "banzhaf", "solidarity", "tau"};
  for (int k = 0; k < 4 && n <= 20; k++) rule_row(&measured, rules[k]);
  accord_reset(context, mark);
}

static void bench_doubles(accord_context *context, int n) {
  accord_mark mark = accord_get_mark(context);
  struct measured measured = make_game(context, n, fill_wide);
  row(&measured, "shapley kernel (51 bits)", shapley, NULL, 0);
  row(&measured, "core check (51 bits)", core_check, NULL, 0);
  accord_reset(context, mark);
}

static void bench_shape(accord_context *context, int n) {
  accord_mark mark = accord_get_mark(context);
  struct measured measured = make_game(context, n, fill_convex);
  measured.facts = ACCORD_FACT_MONOTONE;
  row(&measured, "monotone", facts, NULL, 0);
  measured.facts = ACCORD_FACT_CONVEX;
  row(&measured, "convex", facts, naive_convex, 0);
  if (n <= 16) {
    measured.game->small[measured.game->size - 1] -= 3; /* convex no more, but superadditive */
    measured.facts = ACCORD_FACT_SUPERADDITIVE;
    row(&measured, "superadditive", facts, NULL, 0);
  }
  accord_reset(context, mark);
}

static accord_status bench(accord_context *context, void *argument) {
  static const int sizes[] = {8, 12, 15, 16, 20, 23, 25};
  (void)argument;
  report_header();
  for (int threads = 1; threads <= 2; threads++) {
    accord_context_settings(context)->threads = threads;
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
      if (threads > 1 && sizes[k] < 23) continue;
      bench_passes(context, sizes[k]);
      if (sizes[k] >= 16) bench_doubles(context, sizes[k]);
      if (sizes[k] >= 12 && sizes[k] <= 20) bench_shape(context, sizes[k]);
    }
  }
  return ACCORD_OK;
}

int main(void) {
  accord_context *context;
  if (accord_context_new(&context) != ACCORD_OK || guard(context, bench, NULL) != ACCORD_OK) return 1;
  accord_context_free(context);
  return 0;
}

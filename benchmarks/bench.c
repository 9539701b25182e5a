/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measures kernels and rules as ratios in one run: to one read pass over the same table, and to the
 * textbook definition where that is quick enough. */
#include "measure.h"
#include "rule.h"

#include <stdlib.h>

struct measured {
  accord_context *context;
  const accord_problem *problem;
  const accord_rule *rule;
};

static volatile int64_t sink;

/* The Shapley value by its definition: n 2^(n-1) marginal contributions. */
static void naive_shapley(void *argument) {
  struct measured *measured = argument;
  const accord_game *game = measured->problem->game;
  double weight[GAME_MOST_PARTIES], value[GAME_MOST_PARTIES] = {0};
  int n = game->n;
  weight[0] = 1.0 / n;
  for (int s = 1; s < n; s++) weight[s] = weight[s - 1] * s / (n - s);
  for (int i = 0; i < n; i++)
    for (accord_coalition s = 0; s < game->size; s++)
      if (!has(s, i)) value[i] += weight[size_of(s)] * (double)(game->small[s | party(i)] - game->small[s]);
  sink = (int64_t)value[0];
}

static void solve(void *argument) {
  struct measured *measured = argument;
  accord_split *split;
  if (accord_solve(measured->context, &split, measured->problem, measured->rule) != ACCORD_OK) abort();
}

/* Type 2 of Benedek, Fliege and Nguyen (2021): v(i) = 0, else 1 + (r mod 50 n), a fixed generator. */
static double *type_two(accord_context *context, int n) {
  double *value = POOL_NEW(context, (size_t)1 << n, double);
  uint32_t state = 468015u + (uint32_t)n;
  for (size_t s = 1; s < (size_t)1 << n; s++) {
    if ((s & (s - 1)) == 0) continue;
    state = state * 214013u + 2531011u;
    value[s] = 1 + (state >> 16 & 32767) % (50 * (unsigned)n);
  }
  return value;
}

static void bench_size(accord_context *context, int n) {
  struct measured measured = {.context = context};
  accord_problem *problem;
  accord_mark mark = accord_get_mark(context);
  if (accord_problem_from_doubles(context, &problem, ACCORD_BENEFIT, true, type_two(context, n), n) != ACCORD_OK)
    abort();
  measured.problem = problem;
  timing naive = measure(context, naive_shapley, &measured, problem->game->small, n);
  const char *const rules[] = {"shapley", "banzhaf", "tau", "prenucleolus"};
  for (int k = 0; k < 4; k++) {
    measured.rule = accord_find_rule(rules[k]);
    timing taken = measure(context, solve, &measured, problem->game->small, n);
    report(rules[k], n, 1, taken, (comparison){.naive = k == 0 ? naive.minimum : 0});
  }
  accord_reset(context, mark);
}

static accord_status bench(accord_context *context, void *argument) {
  (void)argument;
  report_header();
  for (int n = 8; n <= 20; n += 4) bench_size(context, n);
  return ACCORD_OK;
}

int main(void) {
  accord_context *context;
  if (accord_context_new(&context) != ACCORD_OK || guard(context, bench, NULL) != ACCORD_OK) return 1;
  accord_context_free(context);
  return 0;
}

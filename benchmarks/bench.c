/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measures kernels and rules as ratios in one run: to one read pass over the same table, and to the
 * textbook definition where that is quick enough. CSV: what,n,median_seconds,minimum_seconds,passes,naive. */
#include "rule.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { REPEATS = 7 };

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int compare_doubles(const void *a, const void *b) {
  double first = *(const double *)a, second = *(const double *)b;
  return (first > second) - (first < second);
}

struct measured {
  accord_context *context;
  const accord_problem *problem;
  const accord_rule *rule;
};

typedef void job(struct measured *measured);

/* Median and minimum of some runs. */
static double measure(job *work, struct measured *measured, double *least) {
  double seconds[REPEATS];
  for (int r = 0; r < REPEATS; r++) {
    accord_mark mark = accord_get_mark(measured->context);
    double start = now();
    work(measured);
    seconds[r] = now() - start;
    accord_reset(measured->context, mark);
  }
  qsort(seconds, REPEATS, sizeof *seconds, compare_doubles);
  *least = seconds[0];
  return seconds[REPEATS / 2];
}

static volatile int64_t sink;

static void read_pass(struct measured *measured) {
  const accord_game *game = measured->problem->game;
  int64_t sum = 0;
  for (size_t s = 0; s < game->size; s++) sum += game->small[s];
  sink = sum;
}

/* The Shapley value by its definition: n 2^(n-1) marginal contributions. */
static void naive_shapley(struct measured *measured) {
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

static void solve(struct measured *measured) {
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

static void report(const char *what, int n, double median, double least, double pass, double naive) {
  printf("%s,%d,%.6g,%.6g,%.3g,", what, n, median, least, median / pass);
  if (naive > 0) printf("%.3g", naive / median);
  putchar('\n');
}

static void bench_size(accord_context *context, int n) {
  double least, pass, naive;
  struct measured measured = {.context = context};
  accord_problem *problem;
  accord_mark mark = accord_get_mark(context);
  if (accord_problem_from_doubles(context, &problem, ACCORD_BENEFIT, true, type_two(context, n), n) != ACCORD_OK)
    abort();
  measured.problem = problem;
  pass = measure(read_pass, &measured, &least);
  report("read pass", n, pass, least, pass, 0);
  naive = measure(naive_shapley, &measured, &least);
  const char *const rules[] = {"shapley", "banzhaf", "tau", "prenucleolus"};
  for (int k = 0; k < 4; k++) {
    measured.rule = accord_find_rule(rules[k]);
    double median = measure(solve, &measured, &least);
    report(rules[k], n, median, least, pass, k == 0 ? naive : 0);
  }
  accord_reset(context, mark);
}

static accord_status bench(accord_context *context, void *argument) {
  (void)argument;
  puts("what,n,median_seconds,minimum_seconds,passes,naive_over_it");
  for (int n = 8; n <= 20; n += 4) bench_size(context, n);
  return ACCORD_OK;
}

int main(void) {
  accord_context *context;
  if (accord_context_new(&context) != ACCORD_OK || guard(context, bench, NULL) != ACCORD_OK) return 1;
  accord_context_free(context);
  return 0;
}

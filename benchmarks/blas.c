/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is measured elsewhere, written as products of matrices in doubles (OpenBLAS's DGEMM): a peer of the passes. */
#include "measure.h"

#include "batch.h"
#include "dense.h"
#include "families.h"
#include "rule.h"

#include <math.h>
#include <stdlib.h>

enum { LOW = 6, LOW_SIZE = 1 << LOW, COLUMNS = (LOW + 1) * (LOW + 1), ROWS = 1024, BATCH = 4096, SMALL = 8 };

/* ------------------------------------------------------- one table as a matrix */

/* The table has a row for each coalition H of the high parties; select has a column for each size q of the low part and
 * each of its parties (0: any), 1 where a low coalition is of that size and has the party. */
struct table_product {
  int n;
  double *value, *select, *product, *share;
};

static void fill_select(double *select) {
  for (accord_coalition low = 0; low < LOW_SIZE; low++)
    for (int i = 0; i <= LOW; i++)
      if (i == 0 || has(low, i - 1)) select[low * COLUMNS + (accord_coalition)(size_of(low) * (LOW + 1) + i)] = 1;
}

/* Adds up one row of the product; scale[s] is what v(S) counts for a member of S more than for others. */
static void add_row(double *share, const double *part, const double *scale, accord_coalition high) {
  double sum[LOW + 1] = {0};
  for (int q = 0; q <= LOW; q++)
    for (int i = 0; i <= LOW; i++) sum[i] += scale[size_of(high) + q] * part[q * (LOW + 1) + i];
  for (int i = 0; i < LOW; i++) share[i] += sum[i + 1];
  for (; high; high &= high - 1) share[LOW + __builtin_ctzll(high)] += sum[0];
}

static void shapley_by_product(void *argument) {
  struct table_product *table = argument;
  int n = table->n, rows = n - LOW < 10 ? 1 << (n - LOW) : ROWS;
  double weight[GAME_MOST_PARTIES + 1] = {0}, scale[GAME_MOST_PARTIES + 1], excess = -table->value[everybody(n)];
  weight[0] = 1.0 / n;
  for (int s = 1; s < n; s++) weight[s] = weight[s - 1] * s / (n - s);
  for (int s = 0; s <= n; s++) scale[s] = (s ? weight[s - 1] : 0) + weight[s];
  for (int i = 0; i < n; i++) table->share[i] = 0;
  for (accord_coalition high = 0; high < (accord_coalition)1 << (n - LOW); high += (accord_coalition)rows) {
    dense_multiply(table->product, table->value + (high << LOW), table->select, rows, COLUMNS, LOW_SIZE);
    for (int k = 0; k < rows; k++)
      add_row(table->share, table->product + k * COLUMNS, scale, high + (accord_coalition)k);
  }
  for (int i = 0; i < n; i++) excess += table->share[i];
  for (int i = 0; i < n; i++) table->share[i] -= excess / n;
}

static void check_share(const struct table_product *table, const mpq_t *exact) {
  for (int i = 0; i < table->n; i++)
    if (fabs(table->share[i] - mpq_get_d(exact[i])) > 1e-9 * fabs(mpq_get_d(exact[i]))) abort();
}

static void bench_table(accord_context *context, int n) {
  accord_mark mark = accord_get_mark(context);
  accord_game *game = game_new(context, ACCORD_BENEFIT, n);
  game->small = POOL_NEW(context, game->size, int64_t);
  fill_game(game->small, 2, n, 468045);
  mpq_set_ui(game->unit, 1, 1);
  game_finish(context, game);
  struct table_product table = {n, POOL_NEW(context, game->size, double), POOL_NEW(context, LOW_SIZE * COLUMNS, double),
                                POOL_NEW(context, ROWS * COLUMNS, double), POOL_NEW(context, (size_t)n, double)};
  for (size_t s = 0; s < game->size; s++) table.value[s] = (double)game->small[s];
  fill_select(table.select);
  mpq_t *exact = pool_rationals(context, (size_t)n);
  shapley_value(context, exact, game);
  row entry = {.what = "shapley by DGEMM", .family = "type 2", .n = n};
  entry.taken = measure(context, shapley_by_product, &table, table.value, n);
  check_share(&table, (const mpq_t *)exact);
  report(context, entry);
  accord_reset(context, mark);
}

/* ------------------------------------------------------- many games of one size */

struct batch {
  accord_context *context;
  double *value, *weight, *share; /* value[S][game], share[i][game] = weight[i][S] value[S][game] */
  const accord_game **game;
  int64_t *number;
  mpq_t *fraction;
};

/* Exact sums, then the double nearest to each share. */
static void batch_at_once(void *argument) {
  struct batch *batch = argument;
  linear_value value = linear_shapley(SMALL);
  find_values(batch->context, batch->number, batch->game, BATCH, &value);
  for (size_t k = 0; k < BATCH; k++)
    values_as_doubles(batch->context, batch->share + k * SMALL, batch->number + k * SMALL, &value,
                      batch->game[k]->unit);
}

/* The same as fractions in lowest terms. */
static void batch_as_fractions(void *argument) {
  struct batch *batch = argument;
  shapley_values(batch->context, batch->fraction, batch->game, BATCH);
}

static void batch_by_product(void *argument) {
  struct batch *batch = argument;
  dense_multiply(batch->share, batch->weight, batch->value, SMALL, BATCH, 1 << SMALL);
}

static void batch_in_turn(void *argument) {
  struct batch *batch = argument;
  for (int k = 0; k < BATCH; k++) {
    accord_mark mark = accord_get_mark(batch->context);
    shapley_value(batch->context, pool_rationals(batch->context, SMALL), batch->game[k]);
    accord_reset(batch->context, mark);
  }
}

static void fill_batch(struct batch *batch) {
  double weight[SMALL] = {1.0 / SMALL};
  for (int s = 1; s < SMALL; s++) weight[s] = weight[s - 1] * s / (SMALL - s);
  for (accord_coalition s = 1; s < 1 << SMALL; s++)
    for (int i = 0; i < SMALL; i++)
      batch->weight[(accord_coalition)i << SMALL | s] = has(s, i) ? weight[size_of(s) - 1] : -weight[size_of(s)];
  for (uint32_t k = 0; k < BATCH; k++) {
    accord_game *game = game_new(batch->context, ACCORD_BENEFIT, SMALL);
    batch->game[k] = game;
    game->small = POOL_NEW(batch->context, game->size, int64_t);
    fill_game(game->small, 2, SMALL, k);
    mpq_set_ui(game->unit, 1, 1);
    game_finish(batch->context, game);
    for (size_t s = 0; s < game->size; s++) batch->value[s * BATCH + k] = (double)game->small[s];
  }
}

static void report_rate(accord_context *context, const char *what, job *work, struct batch *batch, double goal) {
  row entry = {.what = what, .family = "type 2", .n = SMALL, .unit = "M games/s", .goal = goal, .at_least = true};
  if (!is_wanted(what)) return;
  entry.taken = measure(context, work, batch, batch->value, SMALL + 12);
  entry.figure = BATCH / entry.taken.minimum / 1e6, entry.taken.pass_minimum = 0;
  report(context, entry);
}

static void bench_batch(accord_context *context) {
  accord_mark mark = accord_get_mark(context);
  struct batch batch = {context,
                        POOL_NEW(context, (size_t)BATCH << SMALL, double),
                        POOL_NEW(context, SMALL << SMALL, double),
                        POOL_NEW(context, SMALL * BATCH, double),
                        POOL_NEW(context, BATCH, const accord_game *),
                        POOL_NEW(context, SMALL * BATCH, int64_t),
                        pool_rationals(context, SMALL * BATCH)};
  fill_batch(&batch);
  report_rate(context, "4096 games at once", batch_at_once, &batch, 6);
  report_rate(context, "4096 games as fractions", batch_as_fractions, &batch, 0);
  report_rate(context, "4096 games in turn", batch_in_turn, &batch, 0);
  report_rate(context, "4096 games by DGEMM", batch_by_product, &batch, 0);
  accord_reset(context, mark);
}

/* --------------------------------------------------------------- losses in scenarios */

enum { SCENARIOS = 1000, SUMMED = 20, HELD = 10 };

struct losses {
  accord_context *context;
  int n;
  size_t rows;
  double *column, *product; /* size n * rows, one party after the other; n * n */
  double *select, *sum;     /* of the sums: size 2^HELD * SUMMED and 2^HELD * SCENARIOS */
};

static struct losses draw_losses(accord_context *context, int n, size_t rows) {
  struct losses losses = {.context = context, .n = n, .rows = rows};
  uint64_t state = 1;
  losses.column = POOL_NEW(context, (size_t)n * rows, double);
  losses.product = POOL_NEW(context, (size_t)n * (size_t)n, double);
  for (size_t k = 0; k < (size_t)n * rows; k++) losses.column[k] = (double)(next_random(&state) >> 44) * 0x1p-20 - 0.5;
  return losses;
}

static void products_in_turn(void *argument) {
  struct losses *losses = argument;
  size_t n = (size_t)losses->n, rows = losses->rows;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j <= i; j++) {
      double sum = 0;
      for (size_t k = 0; k < rows; k++) sum += losses->column[i * rows + k] * losses->column[j * rows + k];
      losses->product[i * n + j] = losses->product[j * n + i] = sum;
    }
}

static void products_by_blas(void *argument) {
  struct losses *losses = argument;
  dense_products(losses->context, losses->product, losses->column, losses->rows, losses->n);
}

static void bench_products(accord_context *context, int n, size_t rows) {
  accord_mark mark = accord_get_mark(context);
  struct losses losses = draw_losses(context, n, rows);
  row entry = {.what = "covariances by DSYRK", .family = pool_text(context, "%zu scenarios", rows), .n = n};
  entry.naive = measure(context, products_in_turn, &losses, NULL, n).minimum;
  entry.taken = measure(context, products_by_blas, &losses, NULL, n);
  report(context, entry);
  accord_reset(context, mark);
}

/* What all coalitions lose in every scenario, as products of 0s and 1s with the losses: 2^HELD coalitions at a time. */
static void sums_by_product(void *argument) {
  struct losses *losses = argument;
  for (accord_coalition high = 0; high < (accord_coalition)1 << SUMMED; high += (accord_coalition)1 << HELD) {
    for (accord_coalition low = 0; low < 1 << HELD; low++)
      for (int i = 0; i < SUMMED; i++) losses->select[low * SUMMED + (accord_coalition)i] = has(high | low, i);
    dense_multiply(losses->sum, losses->select, losses->column, 1 << HELD, SCENARIOS, SUMMED);
  }
}

static void bench_sums(accord_context *context) {
  accord_mark mark = accord_get_mark(context);
  struct losses losses = draw_losses(context, SUMMED, SCENARIOS);
  losses.select = POOL_NEW(context, (size_t)SUMMED << HELD, double);
  losses.sum = POOL_NEW(context, (size_t)SCENARIOS << HELD, double);
  row entry = {.what = "scenario sums by DGEMM", .family = "1000 scenarios", .n = SUMMED};
  entry.taken = measure(context, sums_by_product, &losses, NULL, SUMMED);
  report(context, entry);
  accord_reset(context, mark);
}

static accord_status bench(accord_context *context, void *argument) {
  (void)argument;
  for (int n = 10; n <= 25 && is_wanted("shapley by DGEMM"); n += 5) bench_table(context, n);
  if (is_wanted("4096 games at once") || is_wanted("4096 games as fractions") || is_wanted("4096 games in turn") ||
      is_wanted("4096 games by DGEMM"))
    bench_batch(context);
  if (is_wanted("covariances by DSYRK")) {
    bench_products(context, 20, 1000);
    bench_products(context, 20, 100000);
    bench_products(context, 200, 10000);
  }
  if (is_wanted("scenario sums by DGEMM")) bench_sums(context);
  return ACCORD_OK;
}

int main(int count, char **words) { return run_measurements(count, words, bench); }

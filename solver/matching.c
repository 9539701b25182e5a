/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The best matching of two sides, by shortest augmenting paths in whole numbers (Kuhn 1955, The Hungarian method for
 * the assignment problem, Naval Research Logistics Quarterly 2, 83-97). */
#include "assignment.h"

/* The smaller side, called rows, is taken in one by one. Positions count from 1; column 0 holds the row that is being
 * taken in. With cost -value: row_price + column_price <= cost, with equality for those matched. */
struct matching {
  accord_context *context;
  const pair_values *pairs;
  bool turned; /* rows are the columns of pairs */
  int rows, columns;
  mpz_t *row_price, *column_price; /* size rows + 1, columns + 1 */
  int *matched;                    /* size columns + 1: the row of a column, 0: none */
  int *before;                     /* size columns + 1: the column before it on its shortest path */
  mpz_t *distance;                 /* size columns + 1 */
  bool *reached, *done;            /* size columns + 1 */
  mpz_t *work;                     /* size 2 */
};

static const mpz_t *value_at(const struct matching *matching, int row, int column) {
  int r = matching->turned ? column : row, c = matching->turned ? row : column;
  return (const mpz_t *)&matching->pairs->value[(r - 1) * matching->pairs->columns + c - 1];
}

static struct matching start_matching(accord_context *context, const pair_values *pairs) {
  struct matching matching = {.context = context, .pairs = pairs, .turned = pairs->rows > pairs->columns};
  matching.rows = matching.turned ? pairs->columns : pairs->rows;
  matching.columns = matching.turned ? pairs->rows : pairs->columns;
  size_t rows = (size_t)matching.rows + 1, columns = (size_t)matching.columns + 1;
  matching.row_price = pool_integers(context, rows);
  matching.column_price = pool_integers(context, columns);
  matching.distance = pool_integers(context, columns);
  matching.matched = POOL_NEW(context, columns, int);
  matching.before = POOL_NEW(context, columns, int);
  matching.reached = POOL_NEW(context, columns, bool);
  matching.done = POOL_NEW(context, columns, bool);
  matching.work = pool_integers(context, 2);
  return matching;
}

/* Shorter ways through the row of column at; the nearest column not done. */
static int look_around(struct matching *matching, int at) {
  mpz_t *cost = &matching->work[0];
  int row = matching->matched[at], nearest = 0;
  for (int j = 1; j <= matching->columns; j++) {
    if (matching->done[j]) continue;
    mpz_add(*cost, *value_at(matching, row, j), matching->row_price[row]);
    mpz_add(*cost, *cost, matching->column_price[j]);
    mpz_neg(*cost, *cost);
    if (!matching->reached[j] || mpz_cmp(*cost, matching->distance[j]) < 0) {
      mpz_swap(matching->distance[j], *cost);
      matching->reached[j] = true;
      matching->before[j] = at;
    }
    if (!nearest || mpz_cmp(matching->distance[j], matching->distance[nearest]) < 0) nearest = j;
  }
  return nearest;
}

static void raise_prices(struct matching *matching, int nearest) {
  mpz_t *step = &matching->work[1];
  mpz_set(*step, matching->distance[nearest]);
  if (mpz_sgn(*step) == 0) return;
  for (int j = 0; j <= matching->columns; j++) {
    if (matching->done[j]) {
      mpz_t *price = &matching->row_price[matching->matched[j]];
      mpz_add(*price, *price, *step);
      mpz_sub(matching->column_price[j], matching->column_price[j], *step);
    } else if (matching->reached[j]) {
      mpz_sub(matching->distance[j], matching->distance[j], *step);
    }
  }
}

static void take_in(struct matching *matching, int row) {
  int at = 0;
  for (int j = 0; j <= matching->columns; j++) matching->reached[j] = matching->done[j] = false;
  matching->matched[0] = row;
  do {
    matching->done[at] = true;
    int nearest = look_around(matching, at);
    raise_prices(matching, nearest);
    at = nearest;
  } while (matching->matched[at]);
  for (; at; at = matching->before[at]) matching->matched[at] = matching->matched[matching->before[at]];
}

void find_matching(accord_context *context, int *column, const pair_values *pairs) {
  accord_mark mark = accord_get_mark(context);
  for (int r = 0; r < pairs->rows; r++) column[r] = -1;
  struct matching matching = start_matching(context, pairs);
  for (int row = 1; row <= matching.rows; row++) {
    check_clock(context);
    take_in(&matching, row);
  }
  for (int j = 1; j <= matching.columns; j++) {
    int row = matching.matched[j];
    if (!row || mpz_sgn(*value_at(&matching, row, j)) == 0) continue;
    if (matching.turned) column[j - 1] = row - 1;
    else column[row - 1] = j - 1;
  }
  accord_reset(context, mark);
}

void matching_worth(mpz_t worth, const pair_values *pairs, const int *column) {
  mpz_set_ui(worth, 0);
  for (int r = 0; r < pairs->rows; r++)
    if (column[r] >= 0) mpz_add(worth, worth, pairs->value[r * pairs->columns + column[r]]);
}

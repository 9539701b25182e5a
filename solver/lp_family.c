/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exact bases of linear programs that differ in their right-hand side (lp_family.h). */
#include "lp_family.h"

#include <math.h>
#include <string.h>

lp_family *lp_family_new(accord_context *context, int rows, int columns) {
  lp_family *family = POOL_NEW(context, 1, lp_family);
  size_t m = (size_t)rows, k = (size_t)columns;
  family->context = context;
  family->rows = rows;
  family->columns = columns;
  family->matrix = pool_integers(context, m * k);
  family->cost = pool_integers(context, k);
  family->upper = pool_integers(context, k);
  family->has_upper = POOL_NEW(context, k + 1, bool);
  family->x = pool_integers(context, m);
  for (int t = 0; t < 4; t++) pool_integer(context, family->work[t]);
  family->bound = POOL_NEW(context, m + 1, double);
  family->guess = POOL_NEW(context, m + k, uint8_t);
  return family;
}

static const mpz_t *entry(const lp_family *family, int row, int column) {
  return (const mpz_t *)&family->matrix[(size_t)row * (size_t)family->columns + (size_t)column];
}

static bool is_bounded(const lp_family *family, int column) {
  return column < family->columns && family->has_upper[column];
}

/* ------------------------------------------------------------------- inverses */

/* [B | 1] by rows, to be made [d | d B^-1]. */
struct elimination {
  int m, width;
  mpz_t *row; /* m * 2m */
  mpz_t *previous, *work;
};

static mpz_t *at(const struct elimination *e, int i, int j) {
  return &e->row[(size_t)i * (size_t)e->width + (size_t)j];
}

static bool bring_up_pivot(struct elimination *e, int k) {
  int from = k;
  while (from < e->m && mpz_sgn(*at(e, from, k)) == 0) from++;
  if (from == e->m) return false;
  for (int j = 0; j < e->width && from != k; j++) mpz_swap(*at(e, from, j), *at(e, k, j));
  return true;
}

/* Row i less its multiple of row k, divided without remainder by the pivot before (Bareiss 1968). */
static void clear_row(struct elimination *e, int i, int k) {
  mpz_t *factor = e->work;
  mpz_set(*factor, *at(e, i, k));
  for (int j = 0; j < e->width; j++) {
    mpz_t *t = at(e, i, j);
    bool both = mpz_sgn(*factor) && mpz_sgn(*at(e, k, j));
    if (mpz_sgn(*t) == 0 && !both) continue;
    mpz_mul(*t, *t, *at(e, k, k));
    if (both) mpz_submul(*t, *factor, *at(e, k, j));
    mpz_divexact(*t, *t, *e->previous);
  }
}

static bool eliminate(accord_context *context, struct elimination *e) {
  mpz_set_ui(*e->previous, 1);
  for (int k = 0; k < e->m; k++) {
    check_clock(context);
    if (!bring_up_pivot(e, k)) return false;
    for (int i = 0; i < e->m; i++)
      if (i != k) clear_row(e, i, k);
    mpz_set(*e->previous, *at(e, k, k));
  }
  return true;
}

/* False where the columns depend on each other. */
static bool invert(const lp_family *family, lp_basis *basis) {
  accord_context *context = family->context;
  int m = family->rows;
  struct elimination e = {.m = m, .width = 2 * m, .row = pool_integers(context, 2 * (size_t)m * (size_t)m)};
  e.previous = pool_integers(context, 2);
  e.work = &e.previous[1];
  for (int k = 0; k < m; k++) {
    int column = basis->basic[k];
    mpz_set_ui(*at(&e, k, m + k), 1);
    if (column >= family->columns) mpz_set_ui(*at(&e, column - family->columns, k), 1);
    for (int i = 0; i < m && column < family->columns; i++) mpz_set(*at(&e, i, k), *entry(family, i, column));
  }
  bool independent = eliminate(context, &e);
  mpz_set(basis->determinant, *e.previous);
  for (int i = 0; i < m; i++)
    for (int j = 0; j < m; j++) mpz_swap(basis->inverse[i * m + j], *at(&e, i, m + j));
  pool_free(context, e.previous);
  pool_free(context, e.row);
  if (mpz_sgn(basis->determinant) < 0) {
    mpz_neg(basis->determinant, basis->determinant);
    for (int i = 0; i < m * m; i++) mpz_neg(basis->inverse[i], basis->inverse[i]);
  }
  return independent;
}

/* ---------------------------------------------------------------------- bases */

static void find_prices(const lp_family *family, lp_basis *basis) {
  int m = family->rows;
  for (int k = 0; k < m; k++) {
    int column = basis->basic[k];
    if (column >= family->columns || mpz_sgn(family->cost[column]) == 0) continue;
    for (int r = 0; r < m; r++) mpz_addmul(basis->price[r], family->cost[column], basis->inverse[k * m + r]);
  }
}

/* What columns at their upper bounds leave. */
static void find_offset(lp_family *family, lp_basis *basis) {
  int m = family->rows;
  mpz_t *used = pool_integers(family->context, (size_t)m), *cost = &family->work[0];
  for (int j = 0; j < family->columns; j++) {
    if (basis->place[j] != LP_AT_UPPER) continue;
    for (int r = 0; r < m; r++) mpz_submul(used[r], *entry(family, r, j), family->upper[j]);
    mpz_mul(*cost, family->cost[j], family->upper[j]);
    mpz_addmul(basis->value, *cost, basis->determinant);
  }
  for (int k = 0; k < m; k++)
    for (int r = 0; r < m; r++)
      if (mpz_sgn(used[r])) mpz_addmul(basis->offset[k], basis->inverse[k * m + r], used[r]);
  for (int r = 0; r < m; r++) mpz_addmul(basis->value, basis->price[r], used[r]);
  pool_free(family->context, used);
}

void lp_family_reduced_cost(mpz_t cost, const lp_family *family, const lp_basis *basis, int column) {
  if (column >= family->columns) {
    mpz_neg(cost, basis->price[column - family->columns]);
    return;
  }
  mpz_mul(cost, family->cost[column], basis->determinant);
  for (int r = 0; r < family->rows; r++)
    if (mpz_sgn(*entry(family, r, column))) mpz_submul(cost, basis->price[r], *entry(family, r, column));
}

/* Whether a column away from the basis would add to c . x by moving. */
static bool would_gain(const lp_family *family, const lp_basis *basis, int column, mpz_t cost) {
  if (basis->place[column] == LP_BASIC) return false;
  lp_family_reduced_cost(cost, family, basis, column);
  return basis->place[column] == LP_AT_LOWER ? mpz_sgn(cost) > 0 : mpz_sgn(cost) < 0;
}

static bool is_optimal(lp_family *family, const lp_basis *basis) {
  for (int j = 0; j < family->columns + family->rows; j++)
    if (would_gain(family, basis, j, family->work[0])) return false;
  return true;
}

static bool list_basic(const lp_family *family, lp_basis *basis) {
  int count = 0;
  for (int j = 0; j < family->columns + family->rows; j++) {
    if (basis->place[j] == LP_AT_UPPER && !is_bounded(family, j)) return false;
    if (basis->place[j] != LP_BASIC) continue;
    if (count == family->rows) return false;
    basis->basic[count++] = j;
  }
  return count == family->rows;
}

static lp_basis *make_basis(lp_family *family, const uint8_t *place) {
  accord_context *context = family->context;
  size_t m = (size_t)family->rows, all = m + (size_t)family->columns;
  lp_basis *basis = POOL_NEW(context, 1, lp_basis);
  basis->place = POOL_NEW(context, all, uint8_t);
  memcpy(basis->place, place, all);
  basis->basic = POOL_NEW(context, m, int);
  if (!list_basic(family, basis)) return NULL;
  pool_integer(context, basis->determinant);
  pool_integer(context, basis->value);
  basis->inverse = pool_integers(context, m * m);
  basis->price = pool_integers(context, m);
  basis->offset = pool_integers(context, m);
  basis->after = POOL_NEW(context, m + 1, lp_basis *);
  if (!invert(family, basis)) return NULL;
  find_prices(family, basis);
  find_offset(family, basis);
  basis->is_optimal = is_optimal(family, basis);
  return basis;
}

lp_basis *lp_family_basis(lp_family *family, const uint8_t *place) {
  size_t all = (size_t)family->rows + (size_t)family->columns;
  for (int k = family->count - 1; k >= 0; k--)
    if (memcmp(family->bases[k]->place, place, all) == 0) return family->bases[k];
  lp_basis *basis = make_basis(family, place);
  if (!basis) return NULL;
  if (family->count == family->room) {
    int room = family->room ? 2 * family->room : 16;
    family->bases =
        pool_grow(family->context, family->bases, (size_t)family->room, (size_t)room, sizeof *family->bases);
    family->room = room;
  }
  basis->id = family->count;
  return family->bases[family->count++] = basis;
}

lp_basis *lp_family_slack_basis(lp_family *family) {
  for (int j = 0; j < family->columns; j++) family->guess[j] = LP_AT_LOWER;
  for (int r = 0; r < family->rows; r++) family->guess[family->columns + r] = LP_BASIC;
  return lp_family_basis(family, family->guess);
}

/* --------------------------------------------------------------------- pivots */

int lp_family_find_infeasible(lp_family *family, const lp_basis *basis, const mpz_t *bound, bool *above) {
  int m = family->rows, found = -1;
  mpz_t *most = &family->work[1];
  for (int k = 0; k < m; k++) {
    mpz_set(family->x[k], basis->offset[k]);
    for (int r = 0; r < m; r++)
      if (mpz_sgn(bound[r])) mpz_addmul(family->x[k], basis->inverse[k * m + r], bound[r]);
  }
  for (int k = 0; k < m; k++) { /* basic is in rising order */
    int column = basis->basic[k];
    *above = false;
    if (mpz_sgn(family->x[k]) < 0) found = k;
    if (found >= 0) break;
    if (!is_bounded(family, column)) continue;
    mpz_mul(*most, family->upper[column], basis->determinant);
    *above = mpz_cmp(family->x[k], *most) > 0;
    if (*above) return k;
  }
  return found;
}

static lp_basis *exchange(lp_family *family, const lp_basis *basis, int leaving, lp_place to, int entering) {
  size_t all = (size_t)family->rows + (size_t)family->columns;
  memcpy(family->guess, basis->place, all);
  family->guess[leaving] = (uint8_t)to;
  family->guess[entering] = LP_BASIC;
  return lp_family_basis(family, family->guess);
}

/* The entry of a column in a row of the basis: row k of B^-1 times it. */
static void find_entry(mpz_t product, const lp_family *family, const lp_basis *basis, int k, int column) {
  const mpz_t *row = (const mpz_t *)&basis->inverse[k * family->rows];
  if (column >= family->columns) {
    mpz_set(product, row[column - family->columns]);
    return;
  }
  mpz_set_ui(product, 0);
  for (int r = 0; r < family->rows; r++)
    if (mpz_sgn(*entry(family, r, column))) mpz_addmul(product, row[r], *entry(family, r, column));
}

/* Position k goes to the bound it is beyond; what enters keeps every reduced cost right: the least |cost / entry| of the
 * columns that move x_k back, ties to the first (Bland). NULL: nothing does, so no x is feasible. */
static lp_basis *dual_pivot(lp_family *family, const lp_basis *basis, int k, bool above) {
  mpz_t *entry_of = &family->work[0], *cost = &family->work[1], *best_entry = &family->work[2],
        *best_cost = &family->work[3], *work = pool_integers(family->context, 2);
  int entering = -1;
  for (int j = 0; j < family->columns + family->rows; j++) {
    if (basis->place[j] == LP_BASIC) continue;
    find_entry(*entry_of, family, basis, k, j);
    int sign = mpz_sgn(*entry_of) * (basis->place[j] == LP_AT_UPPER ? -1 : 1) * (above ? 1 : -1);
    if (sign <= 0) continue;
    lp_family_reduced_cost(*cost, family, basis, j);
    mpz_abs(*cost, *cost);
    mpz_abs(*entry_of, *entry_of);
    mpz_mul(work[0], *cost, *best_entry);
    mpz_mul(work[1], *best_cost, *entry_of);
    if (entering >= 0 && mpz_cmp(work[0], work[1]) >= 0) continue;
    mpz_swap(*best_entry, *entry_of);
    mpz_swap(*best_cost, *cost);
    entering = j;
  }
  pool_free(family->context, work);
  if (entering < 0) return NULL;
  return exchange(family, basis, basis->basic[k], above ? LP_AT_UPPER : LP_AT_LOWER, entering);
}

/* How far a column may move before position k meets a bound, as a fraction over top / bottom >= 0. False: it never does.
 * direction: 1 rising, -1 falling. */
static bool find_room(lp_family *family, const lp_basis *basis, int k, int column, int direction, mpz_t top,
                      mpz_t bottom) {
  int own = basis->basic[k];
  find_entry(bottom, family, basis, k, column);
  if (direction < 0) mpz_neg(bottom, bottom);
  if (mpz_sgn(bottom) > 0) {
    mpz_set(top, family->x[k]);
    return true;
  }
  if (mpz_sgn(bottom) == 0 || !is_bounded(family, own)) return false;
  mpz_mul(top, family->upper[own], basis->determinant);
  mpz_sub(top, top, family->x[k]);
  mpz_neg(bottom, bottom);
  return true;
}

/* The first column that would gain moves until a position, or it itself, meets a bound, ties to the first (Bland);
 * NULL: nothing stops it. family->x is that of basis. */
static lp_basis *primal_pivot(lp_family *family, const lp_basis *basis) {
  mpz_t *top = &family->work[0], *bottom = &family->work[1], *best_top = &family->work[2], *best = &family->work[3],
        *work = pool_integers(family->context, 2);
  int entering = 0, leaving = -1;
  while (!would_gain(family, basis, entering, *top)) entering++;
  int direction = basis->place[entering] == LP_AT_LOWER ? 1 : -1;
  bool found = is_bounded(family, entering);
  if (found) mpz_set(*best_top, family->upper[entering]), mpz_set_ui(*best, 1);
  for (int k = 0; k < family->rows; k++) {
    if (!find_room(family, basis, k, entering, direction, *top, *bottom)) continue;
    mpz_mul(work[0], *top, *best);
    mpz_mul(work[1], *best_top, *bottom);
    if (found && mpz_cmp(work[0], work[1]) >= 0) continue;
    mpz_swap(*best_top, *top);
    mpz_swap(*best, *bottom);
    leaving = k;
    found = true;
  }
  if (leaving >= 0) find_entry(*bottom, family, basis, leaving, entering);
  pool_free(family->context, work);
  if (!found) return NULL;
  if (leaving >= 0) {
    bool falls = mpz_sgn(*bottom) * direction > 0;
    return exchange(family, basis, basis->basic[leaving], falls ? LP_AT_LOWER : LP_AT_UPPER, entering);
  }
  memcpy(family->guess, basis->place, (size_t)family->rows + (size_t)family->columns);
  family->guess[entering] = direction > 0 ? LP_AT_UPPER : LP_AT_LOWER;
  return lp_family_basis(family, family->guess);
}

/* ------------------------------------------------------------------- solutions */

static lp_basis *guess_basis(lp_family *family, const mpz_t *bound) {
  if (!family->warm) return NULL;
  for (int r = 0; r < family->rows; r++) {
    family->bound[r] = mpz_get_d(bound[r]);
    if (!isfinite(family->bound[r])) return NULL;
  }
  return lp_warm_solve(family->warm, family->guess, family->bound) ? lp_family_basis(family, family->guess) : NULL;
}

lp_basis *lp_family_solve(lp_family *family, const mpz_t *bound) {
  lp_basis *basis = guess_basis(family, bound);
  bool above;
  if (!basis) basis = family->home;
  while (basis) {
    check_clock(family->context);
    int infeasible = lp_family_find_infeasible(family, basis, bound, &above);
    if (infeasible < 0 && basis->is_optimal) return basis;
    if (infeasible < 0) basis = primal_pivot(family, basis);
    else if (basis->is_optimal) basis = dual_pivot(family, basis, infeasible, above);
    else basis = basis == family->home ? NULL : family->home;
  }
  return NULL;
}

void lp_family_value(mpz_t value, const lp_family *family, const lp_basis *basis, const mpz_t *bound) {
  mpz_set(value, basis->value);
  for (int r = 0; r < family->rows; r++) mpz_addmul(value, basis->price[r], bound[r]);
}

bool lp_family_shape(lp_family *family, lp_warm_shape *shape) {
  size_t entries = (size_t)family->rows * (size_t)family->columns, columns = (size_t)family->columns;
  double *matrix = POOL_NEW(family->context, entries + 1, double),
         *cost = POOL_NEW(family->context, columns + 1, double),
         *upper = POOL_NEW(family->context, columns + 1, double);
  bool fits = true;
  for (size_t k = 0; k < entries; k++) fits = isfinite(matrix[k] = mpz_get_d(family->matrix[k])) && fits;
  for (size_t j = 0; j < columns; j++) {
    fits = isfinite(cost[j] = mpz_get_d(family->cost[j])) && fits;
    upper[j] = family->has_upper[j] ? mpz_get_d(family->upper[j]) : HUGE_VAL;
    fits = fits && (!family->has_upper[j] || isfinite(upper[j]));
  }
  *shape = (lp_warm_shape){family->rows, family->columns, matrix, cost, upper, false};
  return fits;
}

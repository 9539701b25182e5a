/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "level_simplex.h"
#include "kernels.h"

#include <math.h>
#include <string.h>

#ifdef __clang__
#pragma clang fp contract(off) /* gcc leaves products and sums apart in ISO mode */
#endif

typedef double doubles __attribute__((vector_size(64), aligned(8), may_alias));

enum { LANES = 8, STALL = 40, REFACTOR = 64 };

static const double SMALLEST_PIVOT = 1e-9, UNIT_PIVOT = 1e-7, WEIGHT_TOLERANCE = 1e-9, PERTURBATION = 1e-8;

#define lanes(entry) (*(doubles *)(void *)(entry))
#define read_lanes(entry) (*(const doubles *)(const void *)(entry))

/* ------------------------------------------------------------------ kernels */

/* step = B^-1 (1_S; depth). */
KERNEL_BODY void express_body(level_simplex *simplex, accord_coalition parties, double depth) {
  for (int from = 0; from < simplex->stride; from += LANES) {
    doubles sum = read_lanes(&simplex->inverse[simplex->n][from]) * depth;
    for (accord_coalition rest = parties; rest; rest &= rest - 1)
      sum += read_lanes(&simplex->inverse[__builtin_ctzll(rest)][from]);
    lanes(&simplex->step[from]) = sum;
  }
}

KERNEL(express, (level_simplex * simplex, accord_coalition parties, double depth), (simplex, parties, depth))

/* B^-1 after the entering column has taken row r's place. */
KERNEL_BODY void replace_body(level_simplex *simplex, int r) {
  double pivot = simplex->step[r];
  for (int j = 0; j < simplex->m; j++) {
    double *column = simplex->inverse[j], factor = column[r] / pivot;
    if (column[r] == 0) continue;
    for (int from = 0; from < simplex->stride; from += LANES)
      lanes(&column[from]) -= read_lanes(&simplex->step[from]) * factor;
    column[r] = factor;
  }
}

KERNEL(replace, (level_simplex * simplex, int r), (simplex, r))

/* -------------------------------------------------------------------- bases */

void simplex_start(level_simplex *simplex, int n, const double *split) {
  simplex->n = n;
  simplex->m = n + 1;
  simplex->stride = (n + LANES) / LANES * LANES;
  simplex->stalled = simplex->since_factored = 0;
  simplex->perturbed = false;
  memset(simplex->inverse, 0, sizeof simplex->inverse);
  for (int i = 0; i <= n; i++) {
    simplex->inverse[i][i] = 1;
    simplex->basis[i] = (level_column){COLUMN_UNIT, i < n ? party(i) : 0, i == n, i < n ? split[i] : 0};
  }
}

bool simplex_place(level_simplex *simplex, const level_column *column) {
  int place = -1;
  express(simplex, column->parties, column->depth);
  for (int r = 0; r < simplex->m; r++)
    if (simplex->basis[r].kind == COLUMN_UNIT && fabs(simplex->step[r]) > UNIT_PIVOT &&
        (place < 0 || fabs(simplex->step[r]) > fabs(simplex->step[place])))
      place = r;
  if (place < 0) return false;
  replace(simplex, place);
  simplex->basis[place] = *column;
  return true;
}

void simplex_evaluate(level_simplex *simplex) {
  for (int j = 0; j < simplex->m; j++) {
    double price = 0;
    for (int r = 0; r < simplex->m; r++) price += simplex->basis[r].value * simplex->inverse[j][r];
    simplex->solution[j] = price;
  }
  memcpy(simplex->weight, simplex->inverse[simplex->n], sizeof simplex->weight);
}

void simplex_refactor(level_simplex *simplex) {
  level_column column[SIMPLEX_ROWS];
  double split[SIMPLEX_ROWS];
  int n = simplex->n, m = simplex->m;
  memcpy(column, simplex->basis, sizeof column);
  memcpy(split, simplex->solution, sizeof split);
  for (int r = 0; r < m; r++) /* a unit column keeps its value */
    if (column[r].kind == COLUMN_UNIT && column[r].parties) split[__builtin_ctzll(column[r].parties)] = column[r].value;
  simplex_start(simplex, n, split);
  for (int r = 0; r < m; r++)
    if (column[r].kind == COLUMN_SETTLED) simplex_place(simplex, &column[r]);
  for (int r = 0; r < m; r++)
    if (column[r].kind > COLUMN_SETTLED) simplex_place(simplex, &column[r]);
  simplex_evaluate(simplex);
}

/* ------------------------------------------------------------------- pivots */

static bool must_stay_positive(const level_column *column) { return column->kind > COLUMN_SETTLED; }

static void perturb(level_simplex *simplex) {
  for (int r = 0; r < simplex->m; r++) {
    if (!must_stay_positive(&simplex->basis[r])) continue;
    simplex->chance = simplex->chance * 6364136223846793005u + 1442695040888963407u;
    simplex->weight[r] += PERTURBATION * (1 + (double)(simplex->chance >> 40) * 0x1p-24);
  }
  simplex->perturbed = true;
  simplex->stalled = 0;
}

/* A unit column where one can leave; else among those whose weight reaches 0 first, within a tolerance
 * (Harris 1973), the one of largest pivot; -1: none. */
static int choose_leaving(const level_simplex *simplex) {
  int leaving = -1;
  for (int r = 0; r < simplex->m; r++)
    if (simplex->basis[r].kind == COLUMN_UNIT && fabs(simplex->step[r]) > UNIT_PIVOT &&
        (leaving < 0 || fabs(simplex->step[r]) > fabs(simplex->step[leaving])))
      leaving = r;
  if (leaving >= 0) return leaving;
  double most = HUGE_VAL;
  for (int r = 0; r < simplex->m; r++) {
    if (!must_stay_positive(&simplex->basis[r]) || simplex->step[r] <= SMALLEST_PIVOT) continue;
    double bound = (simplex->weight[r] + WEIGHT_TOLERANCE) / simplex->step[r];
    if (bound < most) most = bound;
  }
  for (int r = 0; r < simplex->m; r++) {
    if (!must_stay_positive(&simplex->basis[r]) || simplex->step[r] <= SMALLEST_PIVOT) continue;
    if (simplex->weight[r] <= most * simplex->step[r] && (leaving < 0 || simplex->step[r] > simplex->step[leaving]))
      leaving = r;
  }
  return leaving;
}

bool simplex_enter(level_simplex *simplex, const level_column *column, double gain) {
  if (++simplex->since_factored > REFACTOR && !simplex->perturbed) {
    simplex_refactor(simplex);
    gain = column->value - column->depth * simplex->solution[simplex->n];
    for (accord_coalition rest = column->parties; rest; rest &= rest - 1)
      gain -= simplex->solution[__builtin_ctzll(rest)];
    if (gain <= 0) return true; /* it was rounding */
  }
  express(simplex, column->parties, column->depth);
  int r = choose_leaving(simplex);
  if (r < 0) return false;
  bool unit = simplex->basis[r].kind == COLUMN_UNIT;
  double length = unit || simplex->weight[r] < 0 ? 0 : simplex->weight[r] / simplex->step[r];
  for (int k = 0; k < simplex->m; k++) simplex->weight[k] -= length * simplex->step[k];
  simplex->weight[r] = length;
  replace(simplex, r);
  for (int j = 0; j < simplex->m; j++) simplex->solution[j] += gain * simplex->inverse[j][r];
  simplex->basis[r] = *column;
  simplex->stalled = length > WEIGHT_TOLERANCE || unit ? 0 : simplex->stalled + 1;
  if (simplex->stalled > STALL) perturb(simplex);
  return true;
}

/* ------------------------------------------------------------------- prices */

KERNEL_BODY void fill_digit_body(double *entry, const double *amount, int count) {
  entry[0] = 0;
  for (int bit = 0; bit < count; bit++) {
    int size = 1 << bit;
    for (int k = 0; k < size && size < LANES; k++) entry[size + k] = entry[k] + amount[bit];
    for (int k = 0; k < size && size >= LANES; k += LANES)
      lanes(&entry[size + k]) = read_lanes(&entry[k]) + amount[bit];
  }
}

KERNEL(fill_digit, (double *entry, const double *amount, int count), (entry, amount, count))

void sum_table_fill(sum_table *table, const double *amount, int n) {
  table->digits = (n + DIGIT_BITS - 1) / DIGIT_BITS;
  for (int k = 0; k < table->digits; k++) {
    int left = n - k * DIGIT_BITS;
    fill_digit(table->entry[k], amount + k * DIGIT_BITS, left < DIGIT_BITS ? left : DIGIT_BITS);
  }
}

#define look_up(digit) (entry[digit][parties[k] >> (DIGIT_BITS * (digit)) & ((1 << DIGIT_BITS) - 1)])

void find_all_gains(double *gain, const uint32_t *parties, const double *value, int count, const sum_table *table,
                    double base) {
  const double(*entry)[1 << DIGIT_BITS] = table->entry;
  switch (table->digits) {
  case 1:
    for (int k = 0; k < count; k++) gain[k] = value[k] - base - look_up(0);
    return;
  case 2:
    for (int k = 0; k < count; k++) gain[k] = value[k] - base - (look_up(0) + look_up(1));
    return;
  case 3:
    for (int k = 0; k < count; k++) gain[k] = value[k] - base - (look_up(0) + look_up(1) + look_up(2));
    return;
  default:
    for (int k = 0; k < count; k++) gain[k] = value[k] - base - (look_up(0) + look_up(1) + (look_up(2) + look_up(3)));
  }
}

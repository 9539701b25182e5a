/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of coalition programs: written down one by one, violated ones found by a pass over the table. */
#include "coalition_lp.h"

#include <math.h>
#include <string.h>

static const double FLOAT_TOLERANCE = 1e-9; /* of the first part, in which the largest |v(S)| is 1 */

/* The row itself, or the one that was settled. */
static lp_row origin_of(const coalition_lp *lp, lp_row row) {
  return kind_of(row) == ROW_SETTLED ? lp->settled[which_of(row)] : row;
}

accord_coalition parties_of(const coalition_lp *lp, lp_row row) {
  lp_row origin = origin_of(lp, row);
  return kind_of(origin) == ROW_BOUND ? party((int)which_of(origin)) : which_of(origin);
}

/* The row's a, size n. */
static void write_coefficients(const coalition_lp *lp, mpz_t *coefficient, lp_row row) {
  lp_row origin = origin_of(lp, row);
  accord_coalition parties = parties_of(lp, row);
  for (int i = 0; i < lp->game->n; i++)
    if (kind_of(origin) == ROW_LINEAR) mpz_set(coefficient[i], lp->linear[which_of(origin)].coefficient[i]);
    else mpz_set_ui(coefficient[i], has(parties, i));
}

/* The relief times factor. */
static mpz_t *find_relief(coalition_lp *lp) {
  mpz_t *whole = &lp->product[2];
  mpz_divexact(*whole, lp->factor, mpq_denref(lp->relief));
  mpz_mul(*whole, *whole, mpq_numref(lp->relief));
  return whole;
}

static bool write_row(void *data, mpz_t *coefficient, mpz_t bound, lp_row row) {
  coalition_lp *lp = data;
  mpz_t *epsilon = lp->has_epsilon ? &coefficient[lp->game->n] : &lp->product[1];
  write_coefficients(lp, coefficient, row);
  mpz_set_ui(*epsilon, 0);
  switch (kind_of(row)) {
  case ROW_SETTLED: mpz_set(bound, lp->settled_value[which_of(row)]); return true;
  case ROW_LINEAR:
    mpz_set(*epsilon, *lp->linear[which_of(row)].epsilon);
    mpz_mul(bound, *lp->linear[which_of(row)].bound, lp->factor);
    return false;
  case ROW_COALITION: excess_weight(*epsilon, lp->kind, lp->game, which_of(row)); break;
  case ROW_BOUND: break;
  }
  game_integer(bound, lp->game, parties_of(lp, row));
  mpz_mul(bound, bound, lp->factor);
  if (kind_of(row) == ROW_COALITION) mpz_sub(bound, bound, *find_relief(lp));
  return false;
}

/* v(S) as a double, the largest |v| being 1. */
static double relative_value(const coalition_lp *lp, accord_coalition coalition) {
  const accord_game *game = lp->game;
  return game->small ? (double)game->small[coalition] * lp->relative
                     : game_relative(game, game->big[coalition], lp->one);
}

/* w(S) in the same measure. */
static double relative_weight(const coalition_lp *lp, accord_coalition coalition, double value) {
  switch (lp->kind) {
  case EXCESS_NONE: return 0;
  case EXCESS_PLAIN: return 1;
  case EXCESS_PER_CAPITA: return size_of(coalition);
  case EXCESS_PROPORTIONAL: break;
  }
  return fabs(value);
}

/* a and w of a linear row in doubles, the largest being 1. */
static void write_linear_double(const coalition_lp *lp, double *coefficient, const linear_row *row) {
  for (int i = 0; i < lp->game->n; i++) coefficient[i] = ratio(row->coefficient[i], *row->largest);
  if (lp->has_epsilon) coefficient[lp->game->n] = ratio(*row->epsilon, *row->largest);
}

/* c of a settled row; the row is written as its origin is. */
static double settled_bound(const coalition_lp *lp, int k) {
  double bound = game_relative(lp->game, lp->settled_value[k], lp->factor);
  lp_row origin = lp->settled[k];
  return kind_of(origin) == ROW_LINEAR ? bound * ratio(lp->one, *lp->linear[which_of(origin)].largest) : bound;
}

static bool write_row_double(void *data, double *coefficient, double *bound, lp_row row) {
  coalition_lp *lp = data;
  int n = lp->game->n;
  lp_row origin = origin_of(lp, row);
  accord_coalition parties = parties_of(lp, row);
  if (kind_of(origin) == ROW_LINEAR) write_linear_double(lp, coefficient, &lp->linear[which_of(origin)]);
  else
    for (int i = 0; i < n; i++) coefficient[i] = has(parties, i);
  switch (kind_of(row)) {
  case ROW_SETTLED: *bound = settled_bound(lp, (int)which_of(row)); break;
  case ROW_LINEAR:
    *bound = game_relative(lp->game, *lp->linear[which_of(row)].bound, *lp->linear[which_of(row)].largest);
    break;
  case ROW_COALITION: *bound = relative_value(lp, parties) - lp->relative_relief; break;
  case ROW_BOUND: *bound = relative_value(lp, parties); break;
  }
  if (lp->has_epsilon && kind_of(row) != ROW_LINEAR)
    coefficient[n] = kind_of(row) == ROW_COALITION ? relative_weight(lp, parties, *bound) : 0;
  return kind_of(row) == ROW_SETTLED;
}

/* ------------------------------------------------------------ violated rows */

static bool bound_is_open(const coalition_lp *lp, int i) {
  return lp->bounds && (!lp->span || !span_contains(lp->span, party(i)));
}

static gain_query query_at(coalition_lp *lp, const mpz_t *y, const mpz_t d) {
  int n = lp->game->n;
  mpz_mul(lp->product[0], lp->factor, d);
  gain_query query = {.game = lp->game,
                      .share = y,
                      .factor = (const mpz_t *)&lp->product[0],
                      .threshold = (const mpz_t *)lp->threshold,
                      .level = lp->level,
                      .candidate = lp->candidate,
                      .candidate_count = lp->candidate_count};
  if (lp->has_epsilon) set_epsilon(&query, lp->product[0], lp->threshold, lp->kind, y[n]);
  if (mpq_sgn(lp->relief) == 0) return query;
  mpz_mul(lp->product[1], *find_relief(lp), d);
  for (int s = 0; s <= n; s++) mpz_add(lp->threshold[s], lp->threshold[s], lp->product[1]);
  return query;
}

/* v(i) factor d - y_i > 0. */
static bool bound_is_violated(coalition_lp *lp, const mpz_t *y, const mpz_t d, int i) {
  if (!bound_is_open(lp, i)) return false;
  game_integer(lp->product[1], lp->game, party(i));
  mpz_mul(lp->product[1], lp->product[1], lp->factor);
  mpz_mul(lp->product[1], lp->product[1], d);
  return mpz_cmp(lp->product[1], y[i]) > 0;
}

/* b factor d - a y > 0. */
static bool linear_is_violated(coalition_lp *lp, const mpz_t *y, const mpz_t d, const linear_row *row) {
  if (row->dropped) return false;
  int n = lp->game->n;
  mpz_t *gap = &lp->product[1];
  mpz_mul(*gap, *row->bound, lp->factor);
  mpz_mul(*gap, *gap, d);
  for (int i = 0; i < n; i++) mpz_submul(*gap, row->coefficient[i], y[i]);
  if (lp->has_epsilon) mpz_submul(*gap, *row->epsilon, y[n]);
  return mpz_sgn(*gap) > 0;
}

/* Violated coalitions, the worst first. */
static int find_coalitions(coalition_lp *lp, const mpz_t *y, const mpz_t d, int room) {
  uint64_t total;
  if (lp->without_coalitions) return 0;
  gain_query query = query_at(lp, y, d);
  if (lp->search) {
    int count = row_search_exact(lp->search, lp->worst, y, lp->threshold[0], *query.factor, room);
    if (count >= 0) return count;
  }
  return find_gains(lp->context, lp->worst, &total, &query, room);
}

static int find_violated(void *data, lp_row *rows, const mpz_t *y, const mpz_t d, int room) {
  coalition_lp *lp = data;
  if (room > lp->worst_room) room = lp->worst_room;
  int count = find_coalitions(lp, y, d, room);
  for (int k = 0; k < count; k++) rows[k] = make_row(ROW_COALITION, lp->worst[k]);
  for (int i = 0; i < lp->game->n; i++)
    if (bound_is_violated(lp, y, d, i)) {
      if (count == room) count--;
      rows[count++] = make_row(ROW_BOUND, (uint64_t)i);
    }
  for (int r = 0; r < lp->linear_count; r++)
    if (linear_is_violated(lp, y, d, &lp->linear[r])) {
      if (count == room) count--;
      rows[count++] = make_row(ROW_LINEAR, (uint64_t)r);
    }
  return count;
}

static bool find_first_violated(void *data, lp_row *row, const mpz_t *y, const mpz_t d) {
  coalition_lp *lp = data;
  gain_query query = query_at(lp, y, d);
  accord_coalition first = lp->without_coalitions ? 0 : find_first_gain(lp->context, &query);
  if (first) *row = make_row(ROW_COALITION, first);
  for (int i = 0; i < lp->game->n && !first; i++)
    if (bound_is_violated(lp, y, d, i)) {
      *row = make_row(ROW_BOUND, (uint64_t)i);
      return true;
    }
  for (int r = 0; r < lp->linear_count && !first; r++)
    if (linear_is_violated(lp, y, d, &lp->linear[r])) {
      *row = make_row(ROW_LINEAR, (uint64_t)r);
      return true;
    }
  return first != 0;
}

/* --------------------------------------------------------------- in doubles */

struct candidate {
  double gain;
  lp_row row;
};

static void keep_candidate(struct candidate *best, int *held, int room, double gain, lp_row row) {
  if (*held == room && gain <= best[room - 1].gain) return;
  int at = *held < room ? (*held)++ : room - 1;
  for (; at > 0 && best[at - 1].gain < gain; at--) best[at] = best[at - 1];
  best[at] = (struct candidate){gain, row};
}

static void keep_linear(coalition_lp *lp, struct candidate *best, int *held, int room, const double *y) {
  int m = lp->game->n + lp->has_epsilon;
  double *coefficient = POOL_NEW(lp->context, (size_t)m, double), gain;
  for (int r = 0; r < lp->linear_count; r++) {
    lp_row row = make_row(ROW_LINEAR, (uint64_t)r);
    write_row_double(lp, coefficient, &gain, row);
    for (int i = 0; i < m; i++) gain -= coefficient[i] * y[i];
    if (gain > FLOAT_TOLERANCE && !lp->linear[r].dropped) keep_candidate(best, held, room, gain, row);
  }
  pool_free(lp->context, coefficient);
}

static void keep_coalitions(coalition_lp *lp, struct candidate *best, int *held, int room, const double *y) {
  enum { LOW = 9 };
  int n = lp->game->n, low_bits = n < LOW ? n : LOW;
  double low[1 << LOW] = {0}, epsilon = lp->has_epsilon ? y[n] : 0;
  accord_coalition all = everybody(n);
  for (accord_coalition s = 1; s < (accord_coalition)1 << low_bits; s++)
    low[s] = low[s & (s - 1)] + y[__builtin_ctzll(s)];
  for (accord_coalition s = 1; s < all; s++) {
    if (s % (1 << 18) == 0) check_clock(lp->context);
    double base = 0;
    for (accord_coalition high = s >> low_bits; high; high &= high - 1) base += y[__builtin_ctzll(high) + low_bits];
    double value = relative_value(lp, s);
    double gain =
        value - lp->relative_relief - base - low[s & everybody(low_bits)] - epsilon * relative_weight(lp, s, value);
    if (gain > FLOAT_TOLERANCE && (!lp->level || lp->level[s] == SPAN_OUTSIDE))
      keep_candidate(best, held, room, gain, make_row(ROW_COALITION, s));
  }
}

static void keep_candidates(coalition_lp *lp, struct candidate *best, int *held, int room, const double *y) {
  double epsilon = lp->has_epsilon ? y[lp->game->n] : 0;
  for (size_t k = 0; k < lp->candidate_count; k++) {
    accord_coalition s = lp->candidate[k];
    if (lp->level && lp->level[k] != SPAN_OUTSIDE) continue;
    double value = relative_value(lp, s), gain = value - lp->relative_relief - epsilon * relative_weight(lp, s, value);
    for (accord_coalition rest = s; rest; rest &= rest - 1) gain -= y[__builtin_ctzll(rest)];
    if (gain > FLOAT_TOLERANCE) keep_candidate(best, held, room, gain, make_row(ROW_COALITION, s));
  }
}

/* The search's findings take the first places; gains are not compared with those of other rows. */
static void keep_found(coalition_lp *lp, struct candidate *best, int *held, int room, const double *y) {
  double base = lp->relative_relief + (lp->has_epsilon ? y[lp->game->n] : 0);
  if (room > lp->worst_room) room = lp->worst_room;
  *held = row_search_double(lp->search, lp->worst, y, base, FLOAT_TOLERANCE, room);
  for (int k = 0; k < *held; k++) best[k] = (struct candidate){HUGE_VAL, make_row(ROW_COALITION, lp->worst[k])};
}

static int find_violated_double(void *data, lp_row *rows, const double *y, int room) {
  coalition_lp *lp = data;
  int held = 0;
  struct candidate *best = POOL_NEW(lp->context, (size_t)room, struct candidate);
  check_clock(lp->context);
  if (lp->search && !lp->without_coalitions) keep_found(lp, best, &held, room, y);
  else if (lp->candidate) keep_candidates(lp, best, &held, room, y);
  else if (!lp->without_coalitions) keep_coalitions(lp, best, &held, room, y);
  for (int i = 0; i < lp->game->n && lp->bounds; i++) {
    double gain = relative_value(lp, party(i)) - y[i];
    if (bound_is_open(lp, i) && gain > FLOAT_TOLERANCE)
      keep_candidate(best, &held, room, gain, make_row(ROW_BOUND, (uint64_t)i));
  }
  keep_linear(lp, best, &held, room, y);
  for (int k = 0; k < held; k++) rows[k] = best[k].row;
  pool_free(lp->context, best);
  return held;
}

/* -------------------------------------------------------------------- making */

coalition_lp *coalition_lp_new(accord_context *context, const accord_game *game, bool has_epsilon) {
  coalition_lp *lp = POOL_NEW(context, 1, coalition_lp);
  size_t n = (size_t)game->n;
  lp->context = context;
  lp->game = game;
  lp->has_epsilon = has_epsilon;
  pool_integer(context, lp->factor);
  mpz_set_ui(lp->factor, 1);
  pool_integer(context, lp->one);
  mpz_set_ui(lp->one, 1);
  lp->relative = game->small && mpz_sgn(game->largest) ? 1 / mpz_get_d(game->largest) : 0;
  lp->settled = POOL_NEW(context, n, lp_row);
  lp->settled_value = pool_integers(context, n);
  lp->threshold = pool_integers(context, n + 1);
  lp->product = pool_integers(context, 3);
  pool_rational(context, lp->relief);
  lp->worst_room = 4 * (game->n + 1);
  lp->worst = POOL_NEW(context, (size_t)lp->worst_room, accord_coalition);
  lp->source = (lp_source){lp, write_row, find_violated, find_first_violated, write_row_double, find_violated_double};
  return lp;
}

linear_row *add_linear(coalition_lp *lp, int which, int epsilon) {
  int n = lp->game->n;
  if (lp->linear_count == lp->linear_room) {
    size_t room = lp->linear_room ? (size_t)lp->linear_room : 8;
    lp->linear = pool_grow(lp->context, lp->linear, (size_t)lp->linear_count, 2 * room, sizeof *lp->linear);
    lp->linear_room = (int)(2 * room);
  }
  linear_row *row = &lp->linear[lp->linear_count++];
  row->which = which;
  row->coefficient = pool_integers(lp->context, (size_t)n + 4);
  row->bound = &row->coefficient[n];
  row->epsilon = &row->coefficient[n + 1];
  row->largest = &row->coefficient[n + 2];
  row->scale = &row->coefficient[n + 3];
  mpz_set_si(*row->epsilon, epsilon);
  mpz_set_ui(*row->scale, 1);
  return row;
}

void set_relief(coalition_lp *lp, const mpq_t relief) {
  mpq_set(lp->relief, relief);
  mpz_mul(lp->factor, lp->factor, mpq_denref(relief));
  for (int k = 0; k < lp->settled_count; k++) mpz_mul(lp->settled_value[k], lp->settled_value[k], mpq_denref(relief));
  lp->relative_relief = game_relative(lp->game, mpq_numref(relief), mpq_denref(relief));
}

void finish_linear(linear_row *row, int n) {
  mpz_abs(*row->largest, *row->epsilon);
  for (int i = 0; i < n; i++)
    if (mpz_cmpabs(row->coefficient[i], *row->largest) > 0) mpz_abs(*row->largest, row->coefficient[i]);
}

void coalition_lp_settle(coalition_lp *lp, lp_row row, const mpz_t value) {
  lp->settled[lp->settled_count] = row;
  mpz_set(lp->settled_value[lp->settled_count++], value);
}

void coalition_lp_settle_as_found(coalition_lp *lp, const lp_result *result, lp_row row, mpz_t growth) {
  accord_mark mark = accord_get_mark(lp->context);
  mpz_t *coefficient = pool_integers(lp->context, (size_t)lp->game->n);
  mpq_t *amount = pool_rationals(lp->context, 1);
  write_coefficients(lp, coefficient, row);
  for (int i = 0; i < lp->game->n; i++) mpz_addmul(mpq_numref(*amount), coefficient[i], result->solution[i]);
  mpz_mul(mpq_numref(*amount), mpq_numref(*amount), growth);
  mpz_set(mpq_denref(*amount), result->determinant);
  mpq_canonicalize(*amount);
  mpz_ptr more = mpq_denref(*amount);
  mpz_mul(lp->factor, lp->factor, more);
  mpz_mul(growth, growth, more);
  for (int k = 0; k < lp->settled_count; k++) mpz_mul(lp->settled_value[k], lp->settled_value[k], more);
  coalition_lp_settle(lp, row, mpq_numref(*amount));
  accord_reset(lp->context, mark);
}

lp_result *coalition_lp_try(coalition_lp *lp, const int *cost, const lp_row *start, int count) {
  return coalition_lp_try_from(lp, cost, start, count, NULL);
}

lp_result *coalition_lp_try_from(coalition_lp *lp, const int *cost, const lp_row *start, int count,
                                 const lp_guess *guess) {
  lp_problem problem = {lp->game->n + lp->has_epsilon, cost, &lp->source, start, count, guess};
  return lp_solve(lp->context, &problem);
}

lp_result *coalition_lp_least_epsilon(coalition_lp *lp, int linear) {
  int n = lp->game->n, count = lp->settled_count;
  int *cost = POOL_NEW(lp->context, (size_t)n + 1, int);
  lp_row *start = POOL_NEW(lp->context, (size_t)n + 1, lp_row);
  cost[n] = 1;
  for (int k = 0; k < count; k++) start[k] = make_row(ROW_SETTLED, (uint64_t)k);
  start[count++] = make_row(ROW_LINEAR, (uint64_t)linear);
  return coalition_lp_try(lp, cost, start, count);
}

lp_result *coalition_lp_solve(coalition_lp *lp, const int *cost, const lp_row *start) {
  lp_result *result = coalition_lp_try(lp, cost, start, lp->game->n + lp->has_epsilon);
  if (!result->feasible)
    guard_leave(lp->context, ACCORD_FAILED, "a linear program that has a solution was found to have none");
  return result;
}

void lp_multiplier(mpq_t weight, const lp_result *result, int k) {
  mpz_set(mpq_numref(weight), result->multiplier[k]);
  mpz_set(mpq_denref(weight), result->determinant);
  mpq_canonicalize(weight);
}

void lp_amount(mpq_t amount, const coalition_lp *lp, const lp_result *result, const mpz_t integer) {
  mpz_set(mpq_numref(amount), integer);
  mpz_mul(mpq_denref(amount), result->determinant, lp->factor);
  mpq_canonicalize(amount);
  mpq_mul(amount, amount, lp->game->unit);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Nash solution over the splits that meet the clauses: maximise sum w_i ln(x_i - v(i)).
 *
 * In z = (x - v) / (v(N) - sum v): maximise sum w_i ln z_i over sum z = 1, a_r z >= b_r. Damped Newton
 * steps on the rows that are active (w >= 1: the objective is self-concordant, so 1 / (1 + decrement) is a
 * safe step); a row that blocks a step becomes active, one whose multiplier has the wrong sign at the
 * optimum of its face is let go. Doubles: the answer is irrational in general. */
#include "nash_under_terms.h"

#include "dense.h"
#include "nearest.h"

#include <math.h>

enum { MOST_STEPS = 1000 };
static const double AT_REST = 1e-11, STATIONARY = 1e-9, MOVES = 1e-13;

struct newton {
  accord_context *context;
  int n, row_count, active_count;
  double *weight, *z, *step; /* size n; weights at least 1 */
  double *row, *bound;       /* size row_count * n, row_count: a z >= b, each row's largest entry 1 */
  int *active;               /* size n: row numbers; -1: the sum */
  double *multiplier;        /* size n */
  double *matrix;            /* size n * n */
};

static double entry(const struct newton *work, int k, int i) {
  return work->active[k] < 0 ? 1 : work->row[work->active[k] * work->n + i];
}

/* H = diag(w / z^2), g = w / z: the step p = H^-1 (g - A' lambda) with A H^-1 A' lambda = A H^-1 g.
 * Returns the Newton decrement, or -1 where the active rows depend on each other. */
static double find_step(struct newton *work) {
  int n = work->n, m = work->active_count;
  for (int k = 0; k < m; k++) {
    work->multiplier[k] = 0;
    for (int i = 0; i < n; i++) work->multiplier[k] += entry(work, k, i) * work->z[i];
    for (int l = 0; l <= k; l++) {
      double sum = 0;
      for (int i = 0; i < n; i++)
        sum += entry(work, k, i) * entry(work, l, i) * work->z[i] * work->z[i] / work->weight[i];
      work->matrix[k * m + l] = work->matrix[l * m + k] = sum;
    }
  }
  if (!dense_solve_positive(work->multiplier, work->matrix, m)) return -1;
  double decrement = 0;
  for (int i = 0; i < n; i++) {
    double slope = work->weight[i] / work->z[i];
    for (int k = 0; k < m; k++) slope -= entry(work, k, i) * work->multiplier[k];
    work->step[i] = slope * work->z[i] * work->z[i] / work->weight[i];
    decrement += work->step[i] * slope;
  }
  return sqrt(fmax(decrement, 0));
}

static double along(const struct newton *work, int r, const double *vector) {
  double sum = 0;
  for (int i = 0; i < work->n; i++) sum += work->row[r * work->n + i] * vector[i];
  return sum;
}

static bool is_active(const struct newton *work, int r) {
  for (int k = 0; k < work->active_count; k++)
    if (work->active[k] == r) return true;
  return false;
}

/* Goes along the step as far as the rows allow; the one that stops it becomes active. */
static void take_step(struct newton *work, double decrement) {
  double length = decrement > 0.25 ? 1 / (1 + decrement) : 1;
  int blocking = -1;
  for (int r = 0; r < work->row_count; r++) {
    double falls = along(work, r, work->step);
    if (falls >= -MOVES || is_active(work, r)) continue; /* rounding is no move */
    double reach = fmax(0, (work->bound[r] - along(work, r, work->z)) / falls);
    if (reach < length) length = reach, blocking = r;
  }
  for (int i = 0; i < work->n; i++) work->z[i] += length * work->step[i];
  if (blocking >= 0 && work->active_count < work->n) work->active[work->active_count++] = blocking;
}

/* Lets go of the active row whose multiplier is most wrong; false where none is. */
static bool release_row(struct newton *work) {
  int worst = -1;
  for (int k = 1; k < work->active_count; k++)
    if (work->multiplier[k] > STATIONARY && (worst < 0 || work->multiplier[k] > work->multiplier[worst])) worst = k;
  if (worst < 0) return false;
  work->active[worst] = work->active[--work->active_count];
  return true;
}

static bool maximise(struct newton *work) {
  work->active[0] = -1;
  work->active_count = 1;
  for (int step = 0; step < MOST_STEPS; step++) {
    check_clock(work->context);
    double decrement = find_step(work);
    if (decrement < 0) return false;
    if (decrement > AT_REST) take_step(work, decrement);
    else if (!release_row(work)) return true;
  }
  return false;
}

/* ------------------------------------------------------------------- set-up */

struct bargain {
  const accord_problem *problem;
  mpq_t *alone; /* size n: v(i) */
  mpq_t *gain;  /* v(N) - sum v(i) > 0 */
};

/* a z >= (b - a v) / gain for each linear row of the program that is a clause's. */
static void write_rows(struct newton *work, const coalition_lp *lp, const struct bargain *bargain) {
  accord_mark mark = accord_get_mark(work->context);
  mpq_t *rest = pool_rationals(work->context, 2), *part = &rest[1];
  for (int r = 0; r < lp->linear_count; r++) {
    const linear_row *row = &lp->linear[r];
    if (row->which < 0) continue;
    mpq_set_z(*rest, *row->bound);
    mpq_mul(*rest, *rest, lp->game->unit);
    for (int i = 0; i < work->n; i++) {
      mpq_set_z(*part, row->coefficient[i]);
      mpq_mul(*part, *part, bargain->alone[i]);
      mpq_sub(*rest, *rest, *part);
      work->row[work->row_count * work->n + i] = ratio(row->coefficient[i], *row->largest);
    }
    mpq_div(*rest, *rest, *bargain->gain);
    mpq_set_z(*part, *row->largest);
    if (mpq_sgn(*part)) mpq_div(*rest, *rest, *part);
    work->bound[work->row_count++] = accord_to_double(*rest);
  }
  accord_reset(work->context, mark);
}

/* The split that leaves the worst served party most above v(i): minimise epsilon over x_i + epsilon >= v(i).
 * Its sign says how far: < 0, everybody is better off. */
static int find_inner_split(accord_context *context, mpq_t *share, const struct bargain *bargain) {
  int n = bargain->problem->n;
  mpq_t *total = pool_rationals(context, 1);
  int *cost = POOL_NEW(context, (size_t)n + 1, int);
  lp_row *start = POOL_NEW(context, (size_t)n + 1, lp_row);
  benefit_total(*total, bargain->problem);
  coalition_lp *lp = split_lp_new(context, bargain->problem, *total);
  lp->linear[0].dropped = true;
  start[0] = make_row(ROW_SETTLED, 0);
  for (int i = 0; i < n; i++) {
    start[i + 1] = make_row(ROW_LINEAR, (uint64_t)lp->linear_count);
    linear_row *row = add_stated_row(lp, OTHER_ROW, NULL, i, 1, bargain->alone[i], 1);
    mpz_set(*row->epsilon, *row->scale);
  }
  add_clauses(lp, bargain->problem, false);
  cost[n] = 1;
  lp_result *result = coalition_lp_try(lp, cost, start, n + 1);
  if (!result->feasible) return 1;
  for (int i = 0; i < n; i++) lp_amount(share[i], lp, result, result->solution[i]);
  return mpz_sgn(result->value);
}

static struct newton *new_newton(accord_context *context, const struct bargain *bargain, const mpq_t *inner) {
  struct newton *work = POOL_NEW(context, 1, struct newton);
  size_t n = (size_t)bargain->problem->n, rows = (size_t)bargain->problem->terms->row_count;
  mpq_t *amount = pool_rationals(context, 2), *least = &amount[1];
  const mpq_t *weights = bargain->problem->overlays.weights;
  *work = (struct newton){.context = context, .n = (int)n};
  work->weight = POOL_NEW(context, n, double), work->z = POOL_NEW(context, n, double);
  work->step = POOL_NEW(context, n, double), work->multiplier = POOL_NEW(context, n, double);
  work->row = POOL_NEW(context, rows * n, double), work->bound = POOL_NEW(context, rows, double);
  work->matrix = POOL_NEW(context, n * n, double), work->active = POOL_NEW(context, n, int);
  mpq_set_ui(*least, 1, 1);
  for (size_t i = 0; weights && i < n; i++)
    if (i == 0 || mpq_cmp(weights[i], *least) < 0) mpq_set(*least, weights[i]);
  for (size_t i = 0; i < n; i++) {
    mpq_sub(*amount, inner[i], bargain->alone[i]);
    mpq_div(*amount, *amount, *bargain->gain);
    work->z[i] = accord_to_double(*amount);
    work->weight[i] = 1;
    if (weights) mpq_div(*amount, weights[i], *least), work->weight[i] = accord_to_double(*amount);
  }
  return work;
}

/* The split nearest to the doubles that meets sum and clauses exactly. */
static accord_status finish_split(accord_context *context, accord_split *split, const struct bargain *bargain,
                                  const struct newton *work, coalition_lp *lp) {
  mpq_t *target = pool_rationals(context, (size_t)work->n);
  for (int i = 0; i < work->n; i++) {
    mpq_set_d(target[i], work->z[i]);
    mpq_mul(target[i], target[i], *bargain->gain);
    mpq_add(target[i], target[i], bargain->alone[i]);
  }
  split->exact = false;
  if (find_nearest(split->share, lp, (const mpq_t *)target)) return ACCORD_OK;
  return fail(context, ACCORD_INFEASIBLE, "no split meets every clause");
}

accord_status find_nash_under_terms(accord_context *context, accord_split *split, const accord_problem *problem) {
  size_t n = (size_t)problem->n;
  mpq_t *gain = pool_rationals(context, 2), *total = &gain[1];
  struct bargain bargain = {problem, pool_rationals(context, n), gain};
  mpq_t *inner = pool_rationals(context, n);
  game_standalones(bargain.alone, problem->game);
  rational_sum(*gain, (const mpq_t *)bargain.alone, problem->n);
  benefit_total(*total, problem);
  mpq_sub(*gain, *total, *gain);
  int sign = find_inner_split(context, inner, &bargain);
  if (sign > 0)
    return fail(context, ACCORD_INFEASIBLE, "no split meets every clause and leaves nobody worse off than alone");
  if (sign == 0)
    return fail(context, ACCORD_UNDEFINED, "no split that meets every clause leaves everybody better off than alone");
  struct newton *work = new_newton(context, &bargain, (const mpq_t *)inner);
  coalition_lp *lp = split_lp_new(context, problem, *total);
  add_clauses(lp, problem, false);
  write_rows(work, lp, &bargain);
  if (!maximise(work)) return fail(context, ACCORD_UNCERTIFIED, "the Newton steps did not come to rest");
  return finish_split(context, split, &bargain, work, lp);
}

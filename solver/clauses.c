/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clauses.h"

bool has_hard_clauses(const accord_problem *problem) {
  for (int k = 0; problem->terms && k < problem->terms->term_count; k++)
    if (!problem->terms->soft[k]) return true;
  return false;
}

bool meets_clauses(accord_context *context, const mpq_t *share, const accord_problem *problem) {
  int n = problem->n;
  mpq_t *stated = pool_rationals(context, (size_t)n + 1), *slack = &stated[n];
  for (int i = 0; i < n; i++) {
    mpq_set(stated[i], share[i]);
    if (problem->goal == ACCORD_COST) mpq_neg(stated[i], stated[i]);
  }
  for (int r = 0; problem->terms && r < problem->terms->row_count; r++) {
    const accord_term_row *row = &problem->terms->rows[r];
    find_term_slack(context, *slack, row, (const mpq_t *)stated, n);
    if (!problem->terms->soft[row->term] && mpq_sgn(*slack) < 0) return false;
  }
  return true;
}

void benefit_total(mpq_t total, const accord_problem *problem) {
  mpq_set(total, problem->total);
  if (problem->goal == ACCORD_COST) mpq_neg(total, total);
}

/* The game's measure without its table: amounts in units of 1. */
static const accord_game *measure_of(accord_context *context, const accord_problem *problem) {
  if (problem->game) return problem->game;
  accord_game *measure = POOL_NEW(context, 1, accord_game);
  measure->n = problem->n;
  measure->goal = problem->goal;
  pool_rational(context, measure->unit);
  mpq_set_ui(measure->unit, 1, 1);
  pool_integer(context, measure->slack);
  pool_integer(context, measure->largest);
  mpz_cdiv_q(measure->largest, mpq_numref(problem->total), mpq_denref(problem->total));
  mpz_abs(measure->largest, measure->largest);
  if (mpz_sgn(measure->largest) == 0) mpz_set_ui(measure->largest, 1);
  return measure;
}

/* Fills the row in whole numbers: D sign a x + epsilon >= D sign b / unit, D the least that makes it whole.
 * An elastic row's epsilon is D as well, so that it counts in the row's own measure. */
static void fill_row(coalition_lp *lp, linear_row *row, const mpq_t *a, const mpq_t bound, int sign, int bound_sign,
                     bool elastic) {
  accord_mark mark = accord_get_mark(lp->context);
  mpq_t *work = pool_rationals(lp->context, 1);
  int n = lp->game->n;
  mpq_div(*work, bound, lp->game->unit);
  if (bound_sign < 0) mpq_neg(*work, *work);
  mpz_set(*row->scale, mpq_denref(*work));
  for (int i = 0; i < n; i++) mpz_lcm(*row->scale, *row->scale, mpq_denref(a[i]));
  for (int i = 0; i < n; i++) {
    mpz_divexact(row->coefficient[i], *row->scale, mpq_denref(a[i]));
    mpz_mul(row->coefficient[i], row->coefficient[i], mpq_numref(a[i]));
    mpz_mul_si(row->coefficient[i], row->coefficient[i], sign);
  }
  mpz_divexact(*row->bound, *row->scale, mpq_denref(*work));
  mpz_mul(*row->bound, *row->bound, mpq_numref(*work));
  if (row->which >= 0 && !lp->to_the_letter) mpz_submul(*row->bound, lp->game->slack, *row->scale);
  if (elastic) mpz_set(*row->epsilon, *row->scale);
  finish_linear(row, n);
  accord_reset(lp->context, mark);
}

linear_row *add_stated_row(coalition_lp *lp, int which, const mpq_t *a, int i, int sign, const mpq_t bound,
                           int epsilon) {
  linear_row *row = add_linear(lp, which, 0);
  accord_mark mark = accord_get_mark(lp->context);
  mpq_t *single = pool_rationals(lp->context, (size_t)lp->game->n);
  if (!a) mpq_set_ui(single[i], 1, 1);
  fill_row(lp, row, a ? a : (const mpq_t *)single, bound, sign, 1, epsilon != 0);
  accord_reset(lp->context, mark);
  return row;
}

coalition_lp *split_lp_new(accord_context *context, const accord_problem *problem, const mpq_t total) {
  if (problem->n > CLAUSES_MOST_PARTIES)
    guard_leave(context, ACCORD_LIMIT, "splits that meet the clauses are looked for among up to %d parties",
                CLAUSES_MOST_PARTIES);
  coalition_lp *lp = coalition_lp_new(context, measure_of(context, problem), true);
  mpq_t *ones = pool_rationals(context, (size_t)problem->n);
  lp->kind = EXCESS_NONE;
  lp->without_coalitions = true;
  finish_linear(add_linear(lp, EPSILON_ROW, 1), problem->n);
  for (int i = 0; i < problem->n; i++) mpq_set_ui(ones[i], 1, 1);
  linear_row *sum = add_stated_row(lp, SUM_ROW, (const mpq_t *)ones, 0, 1, total, 0);
  coalition_lp_settle(lp, make_row(ROW_LINEAR, 1), *sum->bound);
  return lp;
}

void add_clauses(coalition_lp *lp, const accord_problem *problem, bool elastic) {
  lp->to_the_letter = problem->terms && problem->terms->to_the_letter;
  const accord_terms *terms = problem->terms;
  int goal = problem->goal == ACCORD_COST ? -1 : 1;
  for (int r = 0; terms && r < terms->row_count; r++) {
    const accord_term_row *term = &terms->rows[r];
    int side = term->at_most ? -1 : 1;
    if (terms->soft[term->term]) continue;
    linear_row *row = add_linear(lp, r, 0);
    fill_row(lp, row, (const mpq_t *)term->coefficient, term->bound, side * goal, side, elastic);
  }
}

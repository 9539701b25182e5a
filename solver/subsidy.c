/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a third party must add for a split to hold, to whom, and what stands as it fades.
 *
 * The least addition is the linear program min d(N) over d >= 0, x(S) + d(S) >= v(S), with the sum at least v(N). */
#include "subsidy.h"

#include "nearest.h"

mpq_t *benefit_of(accord_context *context, const accord_problem *problem, const mpq_t *shares) {
  int n = problem->n;
  mpq_t *benefit = pool_rationals(context, (size_t)n + 1);
  benefit_total(benefit[n], problem);
  for (int i = 0; i < n; i++) {
    mpq_set(benefit[i], shares[i]);
    if (problem->goal == ACCORD_COST) mpq_neg(benefit[i], benefit[i]);
  }
  return benefit;
}

/* The rows y_i >= share. */
static void keep_shares(coalition_lp *lp, const mpq_t *benefit) {
  for (int i = 0; i < lp->game->n; i++) add_stated_row(lp, OTHER_ROW, NULL, i, 1, benefit[i], 0);
}

/* minimise y(N) over y >= shares, y(N) >= v(N), the clauses and every coalition. Start: the rows of the shares. */
static bool find_least_total(accord_context *context, mpq_t total, const accord_problem *problem,
                             const mpq_t *benefit) {
  int n = problem->n;
  coalition_lp *lp = coalition_lp_new(context, problem->game, false);
  mpq_t *ones = pool_rationals(context, (size_t)n);
  int *cost = POOL_NEW(context, (size_t)n, int);
  lp_row *start = POOL_NEW(context, (size_t)n, lp_row);
  keep_shares(lp, benefit);
  for (int i = 0; i < n; i++) {
    start[i] = make_row(ROW_LINEAR, (uint64_t)i);
    cost[i] = 1;
    mpq_set_ui(ones[i], 1, 1);
  }
  add_stated_row(lp, SUM_ROW, (const mpq_t *)ones, 0, 1, benefit[n], 0);
  add_clauses(lp, problem, false);
  lp_result *result = coalition_lp_try(lp, cost, start, n);
  if (result->feasible) lp_amount(total, lp, result, result->value);
  return result->feasible;
}

bool find_least_addition(accord_context *context, mpq_t least, mpq_t *addition, const accord_problem *problem,
                         const mpq_t *benefit) {
  int n = problem->n;
  mpq_t *total = pool_rationals(context, 1);
  if (!find_least_total(context, *total, problem, benefit)) return false;
  mpq_sub(least, *total, benefit[n]);
  coalition_lp *lp = split_lp_new(context, problem, *total);
  keep_shares(lp, benefit);
  add_clauses(lp, problem, false);
  lp->without_coalitions = false;
  find_nearest(addition, lp, benefit);
  for (int i = 0; i < n; i++) mpq_sub(addition[i], addition[i], benefit[i]);
  return true;
}

/* ---------------------------------------------------------------- a subsidy */

struct request {
  accord_subsidy **subsidy;
  const accord_problem *problem;
  const mpq_t *shares, *amount, *fractions;
  int count;
};

/* More than the least: what is left, equally; less: every addition in proportion. */
static void stretch_to(accord_context *context, accord_subsidy *subsidy, int n) {
  mpq_t *work = pool_rationals(context, 2), *part = &work[1];
  bool more = mpq_cmp(subsidy->amount, subsidy->least) >= 0;
  mpq_set_si(*part, n, 1);
  if (more) {
    mpq_sub(*work, subsidy->amount, subsidy->least);
    mpq_div(*work, *work, *part);
  } else mpq_div(*work, subsidy->amount, subsidy->least);
  for (int i = 0; i < n; i++) (more ? mpq_add : mpq_mul)(subsidy->addition[i], subsidy->addition[i], *work);
}

static void find_period(accord_context *context, accord_subsidy *subsidy, const struct request *in, int t) {
  int n = in->problem->n;
  accord_subsidy_period *period = &subsidy->periods[t];
  mpq_t *with = pool_rationals(context, (size_t)n);
  pool_rational(context, period->amount);
  mpq_mul(period->amount, subsidy->amount, in->fractions[t]);
  for (int i = 0; i < n; i++) {
    mpq_mul(with[i], subsidy->addition[i], in->fractions[t]);
    (in->problem->goal == ACCORD_COST ? mpq_sub : mpq_add)(with[i], in->shares[i], with[i]);
  }
  accord_status status = accord_find_stability(context, &period->stability, in->problem, (const mpq_t *)with, 1);
  if (status != ACCORD_OK) guard_leave(context, status, "%s", accord_message(context));
}

static accord_status find_subsidy(accord_context *context, void *argument) {
  const struct request *in = argument;
  accord_problem free_of_clauses = *in->problem;
  if (!in->problem->game) return fail(context, ACCORD_LIMIT, "%s", in->problem->no_game);
  if (in->amount && mpq_sgn(*in->amount) < 0) return fail(context, ACCORD_INVALID, "a subsidy is not negative");
  free_of_clauses.terms = NULL;
  accord_subsidy *subsidy = *in->subsidy = POOL_NEW(context, 1, accord_subsidy);
  pool_rational(context, subsidy->least);
  pool_rational(context, subsidy->amount);
  subsidy->addition = pool_rationals(context, (size_t)in->problem->n);
  const mpq_t *benefit = (const mpq_t *)benefit_of(context, in->problem, in->shares);
  if (!find_least_addition(context, subsidy->least, subsidy->addition, &free_of_clauses, benefit))
    return fail(context, ACCORD_FAILED, "no addition makes the split hold");
  mpq_set(subsidy->amount, in->amount ? *in->amount : subsidy->least);
  if (!mpq_equal(subsidy->amount, subsidy->least)) stretch_to(context, subsidy, in->problem->n);
  subsidy->period_count = in->count;
  subsidy->periods = POOL_NEW(context, (size_t)in->count + 1, accord_subsidy_period);
  for (int t = 0; t < in->count; t++) find_period(context, subsidy, in, t);
  return ACCORD_OK;
}

accord_status accord_find_subsidy(accord_context *context, accord_subsidy **subsidy, const accord_problem *problem,
                                  const mpq_t *shares, const mpq_t *amount, const mpq_t *fractions, int count) {
  struct request in = {subsidy, problem, shares, amount, fractions, count};
  accord_status status = guard(context, find_subsidy, &in);
  if (status != ACCORD_OK) *subsidy = NULL;
  return status;
}

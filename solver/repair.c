/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What would make a proposed split stand: moving shares, or adding from outside. */
#include "nearest.h"

struct request {
  accord_repair **repair;
  const accord_problem *problem;
  const mpq_t *shares;
  mpq_t *benefit; /* size n + 1: the proposal and the total, of the benefit game */
};

static coalition_lp *standing_splits(accord_context *context, const struct request *in, excess_kind kind) {
  coalition_lp *lp = split_lp_new(context, in->problem, in->benefit[in->problem->n]);
  add_clauses(lp, in->problem, false);
  lp->without_coalitions = false;
  lp->kind = kind;
  return lp;
}

/* The smallest largest objection that the clauses allow; false where they allow no split. */
static bool find_least_objection(accord_context *context, mpq_t objection, const struct request *in) {
  coalition_lp *lp = standing_splits(context, in, EXCESS_PLAIN);
  lp_result *result = coalition_lp_least_epsilon(lp, 0);
  if (!result->feasible) return false;
  lp_amount(objection, lp, result, result->value);
  mpq_div(objection, objection, lp->game->unit);
  return true;
}

static void find_share(accord_context *context, accord_repair *repair, const struct request *in) {
  mpq_t *share = pool_rationals(context, (size_t)in->problem->n), *objection = pool_rationals(context, 1);
  repair->share = share;
  repair->stands = find_nearest(share, standing_splits(context, in, EXCESS_NONE), (const mpq_t *)in->benefit);
  if (repair->stands) return;
  repair->conflict = find_first_conflict(context, in->problem, ACCORD_WITH_COALITIONS);
  repair->share = NULL;
  if (!find_least_objection(context, *objection, in)) return;
  coalition_lp *lp = standing_splits(context, in, EXCESS_NONE);
  set_relief(lp, *objection);
  if (find_nearest(share, lp, (const mpq_t *)in->benefit)) repair->share = share;
}

/* The rows y_i >= proposal. */
static void keep_proposal(coalition_lp *lp, const struct request *in) {
  for (int i = 0; i < in->problem->n; i++) add_stated_row(lp, OTHER_ROW, NULL, i, 1, in->benefit[i], 0);
}

/* minimise y(N) over y >= proposal, y(N) >= v(N), the clauses and every coalition. Start: the rows of the
 * proposal. */
static bool find_least_total(accord_context *context, mpq_t total, const struct request *in) {
  int n = in->problem->n;
  coalition_lp *lp = coalition_lp_new(context, in->problem->game, false);
  mpq_t *ones = pool_rationals(context, (size_t)n);
  int *cost = POOL_NEW(context, (size_t)n, int);
  lp_row *start = POOL_NEW(context, (size_t)n, lp_row);
  keep_proposal(lp, in);
  for (int i = 0; i < n; i++) {
    start[i] = make_row(ROW_LINEAR, (uint64_t)i);
    cost[i] = 1;
    mpq_set_ui(ones[i], 1, 1);
  }
  add_stated_row(lp, SUM_ROW, (const mpq_t *)ones, 0, 1, in->benefit[n], 0);
  add_clauses(lp, in->problem, false);
  lp_result *result = coalition_lp_try(lp, cost, start, n);
  if (result->feasible) lp_amount(total, lp, result, result->value);
  return result->feasible;
}

/* The subsidy is what the least total is above v(N); of the ways to hand it out, the most even. */
static void find_subsidy(accord_context *context, accord_repair *repair, const struct request *in) {
  int n = in->problem->n;
  mpq_t *total = pool_rationals(context, 1);
  repair->has_subsidy = find_least_total(context, *total, in);
  if (!repair->has_subsidy) return;
  mpq_sub(repair->subsidy, *total, in->benefit[n]);
  coalition_lp *lp = split_lp_new(context, in->problem, *total);
  keep_proposal(lp, in);
  add_clauses(lp, in->problem, false);
  lp->without_coalitions = false;
  find_nearest(repair->addition, lp, (const mpq_t *)in->benefit);
  for (int i = 0; i < n; i++) mpq_sub(repair->addition[i], repair->addition[i], in->benefit[i]);
}

static accord_status find_repair(accord_context *context, void *argument) {
  struct request *in = argument;
  int n = in->problem->n;
  bool cost = in->problem->goal == ACCORD_COST;
  accord_repair *repair = *in->repair = POOL_NEW(context, 1, accord_repair);
  if (!in->problem->game) return fail(context, ACCORD_LIMIT, "%s", in->problem->no_game);
  pool_rational(context, repair->subsidy);
  repair->addition = pool_rationals(context, (size_t)n);
  in->benefit = pool_rationals(context, (size_t)n + 1);
  benefit_total(in->benefit[n], in->problem);
  for (int i = 0; i < n; i++) {
    mpq_set(in->benefit[i], in->shares[i]);
    if (cost) mpq_neg(in->benefit[i], in->benefit[i]);
  }
  find_share(context, repair, in);
  find_subsidy(context, repair, in);
  for (int i = 0; i < n && cost && repair->share; i++) mpq_neg(repair->share[i], repair->share[i]);
  return ACCORD_OK;
}

accord_status accord_find_repair(accord_context *context, accord_repair **repair, const accord_problem *problem,
                                 const mpq_t *shares) {
  struct request in = {.repair = repair, .problem = problem, .shares = shares};
  accord_status status = guard(context, find_repair, &in);
  if (status != ACCORD_OK) *repair = NULL;
  return status;
}

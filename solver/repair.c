/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What would make a proposed split stand: moving shares, or adding from outside. */
#include "nearest.h"
#include "subsidy.h"

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

static accord_status find_repair(accord_context *context, void *argument) {
  struct request *in = argument;
  int n = in->problem->n;
  bool cost = in->problem->goal == ACCORD_COST;
  accord_repair *repair = *in->repair = POOL_NEW(context, 1, accord_repair);
  if (!in->problem->game) return fail(context, ACCORD_LIMIT, "%s", in->problem->no_game);
  pool_rational(context, repair->subsidy);
  repair->addition = pool_rationals(context, (size_t)n);
  in->benefit = benefit_of(context, in->problem, in->shares);
  find_share(context, repair, in);
  repair->has_subsidy =
      find_least_addition(context, repair->subsidy, repair->addition, in->problem, (const mpq_t *)in->benefit);
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

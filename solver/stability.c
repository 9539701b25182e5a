/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a split stands against every coalition. */
#include "assignment.h"
#include "claims_game.h"
#include "excess.h"
#include "kernels.h"
#include "risk.h"
#include "shared_tree.h"
#include "spanning_tree.h"
#include "production.h"
#include "voting.h"

struct question {
  accord_stability **stability;
  const accord_problem *problem;
  const mpq_t *shares;
  int top;
};

static whole_split *benefit_split(accord_context *context, const struct question *in) {
  int n = in->problem->n;
  mpq_t *benefit = pool_rationals(context, (size_t)n);
  for (int i = 0; i < n; i++) {
    mpq_set(benefit[i], in->shares[i]);
    if (in->problem->goal == ACCORD_COST) mpq_neg(benefit[i], benefit[i]);
  }
  return make_whole(context, in->problem->game, (const mpq_t *)benefit, NULL);
}

static void set_all(mpz_t *threshold, const mpz_t value, int n) {
  for (int s = 0; s <= n; s++) mpz_set(threshold[s], value);
}

/* A threshold so low that every coalition is above it: the largest excess comes out on top. */
static void find_largest(accord_context *context, accord_stability *stability, gain_query *query, mpz_t *threshold) {
  int n = query->game->n;
  uint64_t count;
  mpz_t *bound = pool_integers(context, 2), *one = &bound[1];
  mpz_mul(*bound, query->game->largest, *query->factor);
  for (int i = 0; i < n; i++) {
    mpz_abs(*one, query->share[i]);
    mpz_add(*bound, *bound, *one);
  }
  mpz_add_ui(*bound, *bound, 2);
  mpz_neg(*bound, *bound);
  set_all(threshold, *bound, n);
  find_gains(context, &stability->worst, &count, query, 1);
}

/* The excess of a coalition in the problem's measure. */
static void excess_of(accord_context *context, mpq_t excess, const gain_query *query, mpz_t *threshold,
                      accord_coalition coalition) {
  mpz_t *nothing = pool_integers(context, 1);
  set_all(threshold, *nothing, query->game->n);
  find_gain(mpq_numref(excess), query, coalition);
  mpz_set(mpq_denref(excess), *query->factor);
  mpq_canonicalize(excess);
  mpq_mul(excess, excess, query->game->unit);
  pool_free(context, nothing);
}

static void list_coalitions(accord_context *context, accord_stability *stability, const gain_query *query,
                            mpz_t *threshold, const accord_coalition *worst, int held) {
  stability->listed = held;
  stability->objections = POOL_NEW(context, (size_t)held, accord_objection);
  for (int k = 0; k < held; k++) {
    accord_objection *objection = &stability->objections[k];
    objection->coalition = worst[k];
    pool_rational(context, objection->amount);
    excess_of(context, objection->amount, query, threshold, worst[k]);
  }
}

/* Objections and the largest excess in one pass. */
static bool find_at_once(accord_context *context, accord_stability *stability, gain_query *query, whole_split *split,
                         int top) {
  worst_coalitions worst;
  if (!find_worst(context, &worst, query->game, split, top ? top : 1)) return false;
  stability->objection_count = worst.above;
  stability->worst = worst.first;
  list_coalitions(context, stability, query, split->threshold, worst.coalition, top ? worst.held : 0);
  return true;
}

/* In two passes, where integers are too large for that. */
static void find_by_query(accord_context *context, accord_stability *stability, gain_query *query, whole_split *split,
                          int top) {
  mpz_t *slack = pool_integers(context, 1);
  accord_coalition *worst = POOL_NEW(context, (size_t)top + 1, accord_coalition);
  mpz_mul(*slack, query->game->slack, *query->factor);
  set_all(split->threshold, *slack, query->game->n);
  int held = find_gains(context, worst, &stability->objection_count, query, top ? top : 1);
  list_coalitions(context, stability, query, split->threshold, worst, held > top ? top : held);
  find_largest(context, stability, query, split->threshold);
}

/* What the model says where there is no table. */
static void find_stability_by_model(accord_context *context, accord_stability *stability, const struct question *in) {
  if (in->problem->assignment) find_stability_of_assignment(context, stability, in->problem, in->shares, in->top);
  else if (in->problem->production) find_stability_of_production(context, stability, in->problem, in->shares, in->top);
  else if (in->problem->network) find_stability_of_network(context, stability, in->problem, in->shares, in->top);
  else if (has_shared_tree(in->problem)) find_stability_of_tree(context, stability, in->problem, in->shares, in->top);
  else if (in->problem->voting) find_stability_of_vote(context, stability, in->problem->voting, in->shares, in->top);
  else if (in->problem->risk) find_stability_of_risk(context, stability, in->problem, in->shares, in->top);
  else if (in->problem->claims) find_stability_of_claims(context, stability, in->problem, in->shares, in->top);
}

static accord_status find_stability(accord_context *context, void *argument) {
  struct question *in = argument;
  accord_stability *stability = POOL_NEW(context, 1, accord_stability);
  pool_rational(context, stability->max_excess);
  *in->stability = stability;
  stability->stable = in->problem->n == 1 ? ACCORD_YES : ACCORD_UNKNOWN;
  if (in->problem->n > 1 && !in->problem->game) find_stability_by_model(context, stability, in);
  if (in->problem->n == 1 || !in->problem->game) return ACCORD_OK;
  whole_split *split = benefit_split(context, in);
  gain_query query = query_of(in->problem->game, split);
  if (!find_at_once(context, stability, &query, split, in->top))
    find_by_query(context, stability, &query, split, in->top);
  excess_of(context, stability->max_excess, &query, split->threshold, stability->worst);
  stability->has_excess = true;
  stability->stable = stability->objection_count ? ACCORD_NO : ACCORD_YES;
  return ACCORD_OK;
}

accord_status accord_find_stability(accord_context *context, accord_stability **stability,
                                    const accord_problem *problem, const mpq_t *shares, int top) {
  struct question in = {stability, problem, shares, top};
  accord_status status = guard(context, find_stability, &in);
  if (status != ACCORD_OK) *stability = NULL;
  return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shadow prices of clauses: a clause's bounds give way by a little, and the rule is solved again under terms. */
#include "sensitivity.h"

#include "clauses.h"

struct price_query {
  accord_price **price;
  const accord_problem *problem;
  const accord_rule *rule;
  int term;
};

/* The problem whose clause gives way by at: a bound from below falls, one from above rises. */
static accord_status with_way_given(accord_context *context, const accord_problem **problem, void *data,
                                    const mpq_t at) {
  const struct price_query *in = data;
  accord_problem *moved = POOL_NEW(context, 1, accord_problem);
  accord_terms *terms = POOL_NEW(context, 1, accord_terms);
  *moved = *in->problem;
  *terms = *in->problem->terms;
  terms->rows = POOL_NEW(context, (size_t)terms->row_count, accord_term_row);
  mpq_t *bound = pool_rationals(context, (size_t)terms->row_count);
  for (int r = 0; r < terms->row_count; r++) {
    const accord_term_row *row = &in->problem->terms->rows[r];
    terms->rows[r] = *row;
    if (row->term != in->term) continue;
    (row->at_most ? mpq_add : mpq_sub)(bound[r], row->bound, at);
    *terms->rows[r].bound = *bound[r]; /* its digits stay the pool's */
  }
  moved->terms = terms;
  *problem = moved;
  return ACCORD_OK;
}

/* The least of what the clause's rows have to spare. */
static void find_slack(accord_context *context, accord_price *price, const struct price_query *in) {
  const accord_terms *terms = in->problem->terms;
  mpq_t *slack = pool_rationals(context, 1);
  bool first = true;
  for (int r = 0; r < terms->row_count; r++) {
    if (terms->rows[r].term != in->term) continue;
    find_term_slack(context, *slack, &terms->rows[r], (const mpq_t *)price->split->share, price->split->n);
    if (first || mpq_cmp(*slack, price->slack) < 0) mpq_set(price->slack, *slack);
    first = false;
  }
}

/* value + sum over S of amount, or the other way round for a cost. */
static void sum_over(mpq_t sum, accord_coalition coalition, const mpq_t *amount) {
  mpq_set_ui(sum, 0, 1);
  for (; coalition; coalition &= coalition - 1) mpq_add(sum, sum, amount[__builtin_ctzll(coalition)]);
}

/* Of the coalitions whose excess is largest, the one whose excess grows fastest. */
static void find_excess_rate(accord_context *context, accord_price *price, const accord_problem *problem) {
  mpq_t *work = pool_rationals(context, 3), *excess = &work[0], *most = &work[1], *rate = &work[2];
  bool cost = problem->goal == ACCORD_COST, first = true;
  for (accord_coalition s = 1; s < everybody(problem->n); s++) {
    if (s % 1024 == 0) check_clock(context);
    accord_game_value(*excess, problem->game, s);
    sum_over(*rate, s, (const mpq_t *)price->split->share);
    mpq_sub(*excess, *excess, *rate);
    if (cost) mpq_neg(*excess, *excess);
    int order = first ? 1 : mpq_cmp(*excess, *most);
    if (order < 0) continue;
    sum_over(*rate, s, (const mpq_t *)price->slope.rate);
    if (!cost) mpq_neg(*rate, *rate);
    if (order > 0 || mpq_cmp(*rate, price->max_excess) > 0) mpq_set(price->max_excess, *rate);
    if (order > 0) mpq_set(*most, *excess);
    first = false;
  }
}

static accord_status find_price(accord_context *context, void *argument) {
  struct price_query *in = argument;
  accord_price *price = *in->price = POOL_NEW(context, 1, accord_price);
  const mpq_t *nothing = (const mpq_t *)pool_rationals(context, 1);
  accord_response *response;
  if (!in->problem->terms || in->term < 0 || in->term >= in->problem->terms->term_count)
    return fail(context, ACCORD_INVALID, "there is no clause %d", in->term);
  pool_rational(context, price->slack);
  pool_rational(context, price->max_excess);
  price->slope.status = ACCORD_UNDEFINED;
  accord_status status = accord_solve_under_terms(context, &price->split, in->problem, in->rule);
  if (status != ACCORD_OK || price->split->status != ACCORD_OK) return status;
  find_slack(context, price, in);
  if (in->problem->terms->soft[in->term]) {
    slope_start(context, &price->slope, in->problem->n);
    return ACCORD_OK;
  }
  status = accord_find_response(context, &response, with_way_given, in, *nothing, in->rule, true, ACCORD_ABOVE);
  if (status != ACCORD_OK) return status;
  price->slope = response->above;
  if (price->slope.status == ACCORD_OK && in->problem->game) find_excess_rate(context, price, in->problem);
  return ACCORD_OK;
}

accord_status accord_find_price(accord_context *context, accord_price **price, const accord_problem *problem,
                                const accord_rule *rule, int term) {
  struct price_query in = {price, problem, rule, term};
  accord_status status = guard(context, find_price, &in);
  if (status != ACCORD_OK) *price = NULL;
  return status;
}

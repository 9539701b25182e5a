/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs one rule on one problem: limits before, signs and doubles after. */
#include "open_game.h"
#include "under_terms.h"

struct solving {
  accord_split *split;
  const accord_problem *problem;
  const accord_rule *rule;
  bool under_terms;
};

static accord_split *new_split(accord_context *context, const accord_problem *problem) {
  accord_split *split = POOL_NEW(context, 1, accord_split);
  size_t n = (size_t)problem->n;
  split->n = problem->n;
  split->exact = problem->exact;
  split->share = pool_rationals(context, n);
  split->value = POOL_NEW(context, n, double);
  pool_rational(context, split->total);
  mpq_set(split->total, problem->total);
  return split;
}

static accord_status out_of_reach(accord_context *context, const accord_rule *rule, const accord_problem *problem) {
  if (!problem->game && !reads_the_model(rule, problem)) return fail(context, ACCORD_LIMIT, "%s", problem->no_game);
  return fail(context, ACCORD_LIMIT, "%s works for up to %d parties, and there are %d", rule->name, rule->max_n,
              problem->n);
}

/* Of inexact inputs the clauses are met to the letter where that is possible, else within their tolerance. */
static accord_status solve_clauses(accord_context *context, struct solving *in) {
  if (in->problem->exact) return solve_under_terms(context, in->split, in->problem, in->rule);
  accord_problem *strict = POOL_NEW(context, 1, accord_problem);
  accord_terms *terms = POOL_NEW(context, 1, accord_terms);
  *terms = *in->problem->terms;
  terms->to_the_letter = true;
  *strict = *in->problem;
  strict->terms = terms;
  accord_status status = solve_under_terms(context, in->split, strict, in->rule);
  if (status != ACCORD_INFEASIBLE) return status;
  in->split->certificate = NULL;
  for (int i = 0; i < in->split->n; i++) mpq_set_ui(in->split->share[i], 0, 1);
  return solve_under_terms(context, in->split, in->problem, in->rule);
}

static accord_status run_rule(accord_context *context, void *argument) {
  struct solving *in = argument;
  const accord_rule *rule = in->rule;
  if (in->problem->unknowns && in->under_terms && has_hard_clauses(in->problem))
    return undefined(context, "under terms a rule needs every value, and some are not known");
  if (in->problem->unknowns) return solve_range(context, in->split, in->problem, rule);
  if (!accord_rule_applies(rule, in->problem)) {
    const accord_problem *before = in->problem->frictionless;
    if (!before || !accord_rule_applies(rule, before))
      return undefined(context, "%s %s", rule->name, why_not_applicable(rule));
    return undefined(context, "%s goes by what the model states, and transaction costs have changed that", rule->name);
  }
  rule_work *way = find_way(rule, in->problem);
  if (!way) return out_of_reach(context, rule, in->problem);
  check_clock(context);
  if (in->under_terms && has_hard_clauses(in->problem)) return solve_clauses(context, in);
  return way(context, in->split, in->problem);
}

/* Inexact inputs: what rounding left over goes to everybody alike, so that shares sum to the total. */
static void spread_rounding(accord_split *split, mpq_t *work) {
  rational_sum(work[0], (const mpq_t *)split->share, split->n);
  mpq_sub(work[0], split->total, work[0]);
  mpq_set_si(work[1], split->n, 1);
  mpq_div(work[0], work[0], work[1]);
  for (int i = 0; i < split->n; i++) mpq_add(split->share[i], split->share[i], work[0]);
}

static void finish(accord_context *context, struct solving *in) {
  accord_split *split = in->split;
  bool negate = in->problem->goal == ACCORD_COST && !reads_the_model(in->rule, in->problem);
  for (int i = 0; negate && i < split->n; i++) {
    mpq_neg(split->share[i], split->share[i]);
    if (split->detail.name) mpq_neg(split->detail.value[i], split->detail.value[i]);
  }
  if (!reads_the_model(in->rule, in->problem) && !(in->rule->promises & ACCORD_EFFICIENT))
    rational_sum(split->total, (const mpq_t *)split->share, split->n);
  if (!in->problem->exact) spread_rounding(split, pool_rationals(context, 2));
  for (int i = 0; i < split->n; i++) split->value[i] = accord_to_double(split->share[i]);
}

static accord_status run_to_the_end(accord_context *context, void *argument) {
  struct solving *in = argument;
  accord_status status = run_rule(context, in);
  if (status == ACCORD_OK && !in->problem->unknowns) finish(context, in);
  return status;
}

static accord_status solve(accord_context *context, void *argument) {
  struct solving *in = argument;
  in->split = new_split(context, in->problem);
  in->split->status = guard(context, run_to_the_end, in);
  if (in->split->status == ACCORD_OK && in->problem->unknowns) {
    in->split->status = ACCORD_RANGE;
    in->split->reason = in->problem->no_game;
    return ACCORD_OK;
  }
  switch (in->split->status) {
  case ACCORD_OK: return ACCORD_OK;
  case ACCORD_UNDEFINED:
  case ACCORD_INFEASIBLE:
  case ACCORD_UNCERTIFIED:
  case ACCORD_LIMIT:
    in->split->reason = pool_text(context, "%s", accord_message(context));
    in->split->certificate = NULL;
    in->split->branches = NULL;
    in->split->tree = NULL;
    in->split->range = NULL;
    in->split->detail = (accord_detail){NULL, NULL};
    if (in->split->status == ACCORD_INFEASIBLE)
      in->split->conflict = find_first_conflict(context, in->problem, conditions_of(in->rule));
    in->split->composite = NULL;
    in->split->prices = NULL;
    in->split->coleman = NULL;
    return ACCORD_OK;
  default: return in->split->status;
  }
}

accord_status accord_solve(accord_context *context, accord_split **split, const accord_problem *problem,
                           const accord_rule *rule) {
  struct solving in = {NULL, problem, rule, false};
  accord_status status = guard(context, solve, &in);
  *split = status == ACCORD_OK ? in.split : NULL;
  return status;
}

accord_status accord_solve_under_terms(accord_context *context, accord_split **split, const accord_problem *problem,
                                       const accord_rule *rule) {
  struct solving in = {NULL, problem, rule, true};
  accord_status status = guard(context, solve, &in);
  *split = status == ACCORD_OK ? in.split : NULL;
  return status;
}

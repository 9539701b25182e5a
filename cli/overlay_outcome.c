/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the sheet's unions and links do, what a third party must add, and what a fund covers. */
#include "outcome.h"

#include <string.h>

/* The shares of a rule in the game of the parties, also where they stand for many users; NULL where it has none. */
static mpq_t *shares_of(accord_context *context, solve_outcome *outcome, const char *rule) {
  accord_split *split;
  accord_problem parties = *outcome->problem;
  parties.airport = NULL;
  accord_status status = accord_solve(context, &split, &parties, accord_find_rule(rule));
  if (outcome_stopped(context, outcome, status)) return NULL;
  return split->status == ACCORD_OK ? split->share : NULL;
}

static void find_union_effect(accord_context *context, solve_outcome *outcome) {
  if (!outcome->problem->overlays.union_of) return;
  outcome->overlays.shapley = shares_of(context, outcome, "shapley");
  outcome->overlays.owen = shares_of(context, outcome, "owen");
}

static void find_links(accord_context *context, solve_outcome *outcome) {
  overlay_outcome *overlays = &outcome->overlays;
  if (!outcome->problem->overlays.links) return;
  outcome_stopped(context, outcome,
                  accord_find_link_worths(context, &overlays->links, &overlays->link_count, outcome->problem));
}

/* ------------------------------------------------------------------- subsidy */

static void find_least(accord_context *context, solve_outcome *outcome) {
  accord_facts *facts = outcome->facts;
  if (!facts->has_cost_of_stability &&
      outcome_stopped(context, outcome,
                      accord_find_facts(context, &facts, outcome->problem, ACCORD_FACT_COST_OF_STABILITY)))
    return;
  if (facts->has_cost_of_stability) outcome->overlays.least_subsidy = &facts->cost_of_stability;
}

static void find_subsidies(accord_context *context, solve_outcome *outcome) {
  const sheet_subsidy *asked = outcome->sheet->subsidy;
  for (int k = 0; k < outcome->allocation_count; k++) {
    rule_allocation *allocation = &outcome->allocations[k];
    if (allocation->split->status != ACCORD_OK || allocation->other_total) continue;
    accord_status status = accord_find_subsidy(
        context, &allocation->subsidy, outcome->problem, (const mpq_t *)allocation->split->share,
        asked->to_core ? NULL : &asked->amount, (const mpq_t *)asked->fractions, asked->period_count);
    if (outcome_stopped(context, outcome, status)) return;
  }
}

/* ---------------------------------------------------------------------- fund */

static void find_fund(accord_context *context, solve_outcome *outcome, int top) {
  const term_sheet *sheet = outcome->sheet;
  if (!sheet->fund) return;
  accord_status status = accord_find_fund(context, &outcome->overlays.fund, outcome->problem, sheet->fund, top);
  if (outcome_stopped(context, outcome, status)) return;
  const accord_fund_outcome *fund = outcome->overlays.fund;
  outcome->refused = outcome->refused || fund->status == ACCORD_UNDEFINED;
  outcome->limited = outcome->limited || (fund->status != ACCORD_OK && fund->status != ACCORD_UNDEFINED);
  if (fund->status != ACCORD_OK) return;
  mpq_t *rest = pool_rationals(context, 1);
  outcome->overlays.fund_payable = pool_integers(context, (size_t)sheet->n);
  status = accord_find_payable(context, outcome->overlays.fund_payable, *rest, (const mpq_t *)fund->premium,
                               sheet->fund->size, sheet->unit, sheet->n);
  outcome_stopped(context, outcome, status);
  if (mpq_sgn(*rest))
    outcome_warn(context, outcome, "The size of the fund is no multiple of %s: %s of it are not paid in",
                 unit_text(context, sheet), exact_money_text(context, sheet, *rest));
}

void find_overlay_outcome(accord_context *context, solve_outcome *outcome, int top) {
  find_fund(context, outcome, top);
  if (!outcome->problem->game) {
    if (outcome->sheet->subsidy)
      outcome_warn(context, outcome, "What a third party must add was not worked out: %s", outcome->problem->no_game);
    return;
  }
  if (outcome->fact_bits) {
    find_union_effect(context, outcome);
    find_links(context, outcome);
  }
  if (!outcome->sheet->subsidy) return;
  find_least(context, outcome);
  find_subsidies(context, outcome);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contribution: x_i = r_i v(N), r the composite of the criteria (see ../criteria.c). Cost n times the criteria. */
#include "../clauses.h"
#include "../rule.h"

accord_status rule_contribution(accord_context *context, accord_split *split, const accord_problem *problem) {
  mpq_t *whole = pool_rationals(context, 1);
  if (!problem->overlays.criteria)
    return undefined(context, "it shares by criteria, and the sheet gives none under \"criteria\"");
  split->composite = find_composite(context, problem);
  split->exact = split->exact && split->composite->exact;
  benefit_total(*whole, problem);
  for (int i = 0; i < problem->n; i++) mpq_mul(split->share[i], split->composite->composite[i], *whole);
  return ACCORD_OK;
}

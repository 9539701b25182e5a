/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Aumann-Dreze value: within each union, the Shapley value of the union's own game. See ../unions.c. */
#include "../rule.h"

accord_status rule_aumann_dreze(accord_context *context, accord_split *split, const accord_problem *problem) {
  if (!problem->overlays.union_of)
    return undefined(context, "it shares within a-priori unions, and the sheet names none under \"unions\"");
  union_value(context, split->share, problem, false);
  return ACCORD_OK;
}

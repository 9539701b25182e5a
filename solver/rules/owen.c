/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Owen value: the Shapley value over those orders in which no union is interrupted. See ../unions.c. */
#include "../rule.h"

accord_status rule_owen(accord_context *context, accord_split *split, const accord_problem *problem) {
  if (!problem->overlays.union_of)
    return undefined(context, "it shares among a-priori unions, and the sheet names none under \"unions\"");
  union_value(context, split->share, problem, true);
  return ACCORD_OK;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each party is paid itself, or its resources, at the optimal prices of the linear program that its model comes to. */
#include "prices.h"
#include "rule.h"

accord_status rule_shadow_price(accord_context *context, accord_split *split, const accord_problem *problem) {
  if (problem->production) return share_at_prices_of_plan(context, split, problem);
  return share_at_prices_of_matching(context, split, problem);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shapley value: the average of a party's marginal contribution over all orders of arrival. Cost 2^n. */
#include "../rule.h"

accord_status rule_shapley(accord_context *context, accord_split *split, const accord_problem *problem) {
  shapley_value(context, split->share, problem->game);
  return ACCORD_OK;
}

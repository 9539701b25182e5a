/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Euler rule: x_i is what each party adds to the risk of all at the margin, the derivative of the risk of L + h L_i at
 * h = 0; entropic risk, which does not grow in proportion, by Aumann and Shapley's integral of it along the way from
 * nothing to L. No coalition pays more than its own risk where the measure is coherent, or a deviation. */
#include "../risk.h"
#include "../rule.h"

accord_status rule_euler(accord_context *context, accord_split *split, const accord_problem *problem) {
  return euler_shares(context, split->share, problem->risk);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules that look at the total and at nobody's coalitions: the same where a table is out of reach. */
#include "rule.h"

accord_status equal_of_total(accord_context *context, accord_split *split, const accord_problem *problem) {
  return rule_equal(context, split, problem);
}

accord_status contribution_of_total(accord_context *context, accord_split *split, const accord_problem *problem) {
  return rule_contribution(context, split, problem);
}

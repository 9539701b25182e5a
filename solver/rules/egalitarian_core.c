/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Egalitarian core split: nobody can object, and the least share is as large as can be, then the next. See
 * ../egalitarian.c. */
#include "../egalitarian.h"
#include "../rule.h"

accord_status rule_egalitarian_core(accord_context *context, accord_split *split, const accord_problem *problem) {
  return find_egalitarian_core(context, split->share, problem, false);
}

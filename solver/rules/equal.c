/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Equal division: x_i = v(N) / n. Cost n. */
#include "../clauses.h"
#include "../rule.h"

accord_status rule_equal(accord_context *context, accord_split *split, const accord_problem *problem) {
  mpq_t *whole = pool_rationals(context, 1), *nothing = pool_rationals(context, (size_t)problem->n);
  benefit_total(*whole, problem);
  share_rest_equally(split->share, (const mpq_t *)nothing, *whole, problem->n);
  return ACCORD_OK;
}

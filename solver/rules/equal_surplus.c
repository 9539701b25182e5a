/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Equal surplus, the centre of the imputation set: x_i = v(i) + (v(N) - sum v(j)) / n. Cost n. */
#include "../clauses.h"
#include "../rule.h"

accord_status rule_equal_surplus(accord_context *context, accord_split *split, const accord_problem *problem) {
  mpq_t *whole = pool_rationals(context, 1);
  benefit_total(*whole, problem);
  find_standalones(split->share, problem);
  share_rest_equally(split->share, (const mpq_t *)split->share, *whole, problem->n);
  return ACCORD_OK;
}

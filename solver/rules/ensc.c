/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Equal share of the non-separable part: x_i = M_i + (v(N) - sum M_j) / n, M_i = v(N) - v(N \ i). Cost n. */
#include "../clauses.h"
#include "../rule.h"

accord_status rule_ensc(accord_context *context, accord_split *split, const accord_problem *problem) {
  mpq_t *whole = pool_rationals(context, 1);
  benefit_total(*whole, problem);
  find_marginals(split->share, problem);
  share_rest_equally(split->share, (const mpq_t *)split->share, *whole, problem->n);
  return ACCORD_OK;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Concede and divide, two claimants: x_i = max(E - c_j, 0) + (E - both concessions) / 2. */
#include "../rule.h"

accord_status rule_concede_and_divide(accord_context *context, accord_split *split, const accord_problem *problem) {
  const accord_claims *claims = problem->claims;
  if (claims->n != 2)
    return undefined(context, "it is a rule for two claimants, and there %s %d", claims->n == 1 ? "is" : "are",
                     claims->n);
  for (int i = 0; i < 2; i++)
    if (mpq_cmp(claims->estate, claims->claim[1 - i]) > 0)
      mpq_sub(split->share[i], claims->estate, claims->claim[1 - i]);
  share_rest_equally(split->share, (const mpq_t *)split->share, claims->estate, 2);
  return ACCORD_OK;
}

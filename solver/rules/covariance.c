/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Covariance shares: x_i = c(N) cov(L_i, L) / var(L). */
#include "../risk.h"
#include "../rule.h"

accord_status rule_covariance(accord_context *context, accord_split *split, const accord_problem *problem) {
  return covariance_shares(context, split->share, problem->risk);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The contract's clauses as rows over the shares. */
#include "context.h"

void accord_term_slack(mpq_t slack, const accord_term_row *row, const mpq_t *shares, int n) {
  accord_context *context = active_context();
  mpq_t own, *product = context ? pool_rationals(context, 1) : &own;
  if (!context) mpq_init(own);
  mpq_neg(slack, row->bound);
  for (int i = 0; i < n; i++) {
    if (mpq_sgn(row->coefficient[i]) == 0) continue;
    mpq_mul(*product, row->coefficient[i], shares[i]);
    mpq_add(slack, slack, *product);
  }
  if (row->at_most) mpq_neg(slack, slack);
  if (context) pool_free(context, product);
  else mpq_clear(own);
}

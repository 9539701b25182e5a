/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The contract's clauses as rows over the shares. */
#include "accord.h"

void accord_term_slack(mpq_t slack, const accord_term_row *row, const mpq_t *shares, int n) {
  mpq_t product;
  mpq_init(product);
  mpq_neg(slack, row->bound);
  for (int i = 0; i < n; i++) {
    if (mpq_sgn(row->coefficient[i]) == 0) continue;
    mpq_mul(product, row->coefficient[i], shares[i]);
    mpq_add(slack, slack, product);
  }
  if (row->at_most) mpq_neg(slack, slack);
  mpq_clear(product);
}

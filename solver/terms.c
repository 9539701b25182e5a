/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The contract's clauses as rows over the shares. */
#include "clauses.h"

void find_term_slack(accord_context *context, mpq_t slack, const accord_term_row *row, const mpq_t *shares, int n) {
  mpq_t *product = pool_rationals(context, 1);
  mpq_neg(slack, row->bound);
  for (int i = 0; i < n; i++) {
    if (mpq_sgn(row->coefficient[i]) == 0) continue;
    mpq_mul(*product, row->coefficient[i], shares[i]);
    mpq_add(slack, slack, *product);
  }
  if (row->at_most) mpq_neg(slack, slack);
  pool_free(context, product);
}

struct request {
  mpq_ptr slack;
  const accord_term_row *row;
  const mpq_t *shares;
  int n;
};

static accord_status run(accord_context *context, void *argument) {
  struct request *in = argument;
  find_term_slack(context, in->slack, in->row, in->shares, in->n);
  return ACCORD_OK;
}

accord_status accord_find_term_slack(accord_context *context, mpq_t slack, const accord_term_row *row,
                                     const mpq_t *shares, int n) {
  struct request in = {slack, row, shares, n};
  return guard(context, run, &in);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Money: shares to whole units, the total conserved exactly. */
#include "number.h"

#include <stdlib.h>

struct remainder {
  mpq_srcptr part; /* what flooring took off, in units */
  int index;
};

/* Largest first, ties to the party that stands first. */
static int compare_remainders(const void *a, const void *b) {
  const struct remainder *first = a, *second = b;
  int order = mpq_cmp(second->part, first->part);
  return order ? order : first->index - second->index;
}

struct payment {
  mpz_t *count;
  mpq_ptr rest;
  const mpq_t *shares;
  mpq_srcptr total, unit;
  int n;
};

/* The floors, and what each took off. */
static struct remainder *floor_shares(accord_context *context, struct payment *in) {
  mpq_t *part = pool_rationals(context, (size_t)in->n), *floor = pool_rationals(context, 1);
  struct remainder *remainders = POOL_NEW(context, (size_t)in->n, struct remainder);
  for (int i = 0; i < in->n; i++) {
    mpq_div(part[i], in->shares[i], in->unit);
    mpz_fdiv_q(in->count[i], mpq_numref(part[i]), mpq_denref(part[i]));
    mpq_set_z(*floor, in->count[i]);
    mpq_sub(part[i], part[i], *floor);
    remainders[i] = (struct remainder){part[i], i};
  }
  qsort(remainders, (size_t)in->n, sizeof *remainders, compare_remainders);
  return remainders;
}

static accord_status find_payable(accord_context *context, void *argument) {
  struct payment *in = argument;
  mpq_t *units = pool_rationals(context, 1);
  mpz_t *left = pool_integers(context, 1);
  struct remainder *remainders = floor_shares(context, in);
  mpq_div(*units, in->total, in->unit);
  mpz_tdiv_q(*left, mpq_numref(*units), mpq_denref(*units));
  mpq_set_z(*units, *left);
  mpq_mul(*units, *units, in->unit);
  mpq_sub(in->rest, in->total, *units);
  for (int i = 0; i < in->n; i++) mpz_sub(*left, *left, in->count[i]);
  if (mpz_sgn(*left) < 0 || mpz_cmp_si(*left, in->n) > 0)
    return fail(context, ACCORD_INVALID, "the shares do not sum to the total");
  for (unsigned long k = 0; k < mpz_get_ui(*left); k++) {
    mpz_ptr count = in->count[remainders[k].index];
    mpz_add_ui(count, count, 1);
  }
  return ACCORD_OK;
}

accord_status accord_find_payable(accord_context *context, mpz_t *count, mpq_t rest, const mpq_t *shares,
                                  const mpq_t total, const mpq_t unit, int n) {
  struct payment in = {count, rest, shares, total, unit, n};
  if (mpq_sgn(unit) <= 0) return fail(context, ACCORD_INVALID, "the unit is not above 0");
  return guard(context, find_payable, &in);
}

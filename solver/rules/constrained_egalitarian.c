/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Constrained egalitarian: up to half the claims, min(c_i/2, t); beyond, max(c_i/2, min(c_i, t)). Cost n log n.
 *
 * Beyond: as t rises, claim i's award waits at c_i/2 until t = c_i/2 and stops at t = c_i. The sum is
 * piecewise linear in t; between two neighbouring breakpoints t follows from one division. */
#include "../rule.h"

static void award_at(mpq_t award, const mpq_t claim, const mpq_t half, const mpq_t t) {
  rational_min(award, claim, t);
  rational_max(award, half, award);
}

static void sum_at(mpq_t sum, const mpq_t *breakpoint, int n, const mpq_t t, mpq_t award) {
  mpq_set_ui(sum, 0, 1);
  for (int i = 0; i < n; i++) {
    award_at(award, breakpoint[n + i], breakpoint[i], t);
    mpq_add(sum, sum, award);
  }
}

/* The greatest breakpoint whose awards do not exceed the estate, by bisection. breakpoint: the n
 * halves, then the n claims. */
static const mpq_t *last_below(const mpq_t *breakpoint, const int *order, int n, const mpq_t estate, mpq_t *work) {
  int low = 0, high = 2 * n; /* awards at order[low] <= estate < at order[high] */
  while (high - low > 1) {
    int middle = (low + high) / 2;
    sum_at(work[0], breakpoint, n, breakpoint[order[middle]], work[1]);
    if (mpq_cmp(work[0], estate) <= 0) low = middle;
    else high = middle;
  }
  return &breakpoint[order[low]];
}

static void solve_beyond_half(accord_context *context, mpq_t *award, const accord_claims *claims, const mpq_t *half) {
  int n = claims->n, rising = 0;
  mpq_t *breakpoint = pool_rationals(context, 2 * (size_t)n), *work = pool_rationals(context, 3), *t = &work[2];
  for (int i = 0; i < n; i++) mpq_set(breakpoint[i], half[i]), mpq_set(breakpoint[n + i], claims->claim[i]);
  int *order = order_by_amount(context, (const mpq_t *)breakpoint, 2 * n);
  mpq_set(*t, *last_below((const mpq_t *)breakpoint, order, n, claims->estate, work));
  sum_at(work[0], (const mpq_t *)breakpoint, n, *t, work[1]);
  for (int i = 0; i < n; i++) rising += mpq_cmp(half[i], *t) <= 0 && mpq_cmp(claims->claim[i], *t) > 0;
  mpq_sub(work[0], claims->estate, work[0]);
  if (rising) {
    mpq_set_si(work[1], rising, 1);
    mpq_div(work[0], work[0], work[1]);
    mpq_add(*t, *t, work[0]);
  }
  for (int i = 0; i < n; i++) award_at(award[i], claims->claim[i], half[i], *t);
}

accord_status rule_constrained_egalitarian(accord_context *context, accord_split *split,
                                           const accord_problem *problem) {
  const accord_claims *claims = problem->claims;
  mpq_t *rest = pool_rationals(context, 1), *half = half_claims(context, *rest, claims);
  if (mpq_sgn(*rest) <= 0) equal_awards(context, split->share, claims->estate, (const mpq_t *)half, claims->n);
  else solve_beyond_half(context, split->share, claims, (const mpq_t *)half);
  return ACCORD_OK;
}

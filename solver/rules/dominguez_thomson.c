/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dominguez-Thomson: award everyone min(c_i, E) / n, take the awards off claims and estate, repeat.
 *
 * Once what is left is below every claim still open, every later round pays the open claims alike:
 * they share the rest equally. Until then the rest falls by a factor of at most 1 - 1/n a round. The
 * limit is taken in long doubles and is not exact. Cost n^2. */
#include "../rule.h"

struct rounds {
  int n;
  long double rest, *claim, *award;
};

/* Returns what was paid. */
static long double pay_round(struct rounds *rounds) {
  long double estate = rounds->rest;
  for (int i = 0; i < rounds->n; i++) {
    long double part = (rounds->claim[i] < estate ? rounds->claim[i] : estate) / rounds->n;
    rounds->award[i] += part;
    rounds->claim[i] -= part;
    rounds->rest -= part;
  }
  return estate - rounds->rest;
}

/* Shares the rest among the open claims and returns true where it is below all of them. */
static bool pay_rest(struct rounds *rounds) {
  int open = 0;
  for (int i = 0; i < rounds->n; i++) {
    if (rounds->claim[i] > 0 && rounds->claim[i] < rounds->rest) return false;
    open += rounds->claim[i] > 0;
  }
  for (int i = 0; i < rounds->n; i++)
    if (rounds->claim[i] > 0) rounds->award[i] += rounds->rest / open;
  return true;
}

/* To doubles; what rounding leaves over goes to all who get something, so that the awards sum to the
 * estate and equal claims stay equal. */
static void round_awards(accord_context *context, accord_split *split, const struct rounds *rounds,
                         const mpq_t estate) {
  mpq_t *rest = pool_rationals(context, 2), *count = &rest[1];
  int served = 0;
  for (int i = 0; i < rounds->n; i++) {
    mpq_set_d(split->share[i], (double)rounds->award[i]);
    served += rounds->award[i] > 0;
  }
  split->exact = false;
  if (served == 0) return;
  rational_sum(*rest, (const mpq_t *)split->share, rounds->n);
  mpq_sub(*rest, estate, *rest);
  mpq_set_si(*count, served, 1);
  mpq_div(*rest, *rest, *count);
  for (int i = 0; i < rounds->n; i++)
    if (rounds->award[i] > 0) mpq_add(split->share[i], split->share[i], *rest);
}

accord_status rule_dominguez_thomson(accord_context *context, accord_split *split, const accord_problem *problem) {
  const accord_claims *claims = problem->claims;
  size_t n = (size_t)claims->n;
  long double whole = (long double)accord_to_double(claims->estate);
  struct rounds rounds = {claims->n, whole, POOL_NEW(context, n, long double), POOL_NEW(context, n, long double)};
  for (size_t i = 0; i < n; i++) rounds.claim[i] = (long double)accord_to_double(claims->claim[i]);
  long double nothing = 1e-19L * whole;
  while (rounds.rest > nothing && !pay_rest(&rounds) && pay_round(&rounds) > nothing) check_clock(context);
  round_awards(context, split, &rounds, claims->estate);
  return ACCORD_OK;
}

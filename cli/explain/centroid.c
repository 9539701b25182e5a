/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The middle of all awards that keep within the claims: average-of-awards. */
#include "awards.h"

static void tell_middle(explaining *e, int i, const mpq_t sum) {
  const accord_claims *claims = e->problem->claims;
  mpq_t *work = pool_rationals(e->context, 4), *least = &work[0], *most = &work[1], *others = &work[2],
        *more = &work[3];
  const char *id = say_party(e, i);
  mpq_sub(*others, sum, claims->claim[i]);
  if (mpq_cmp(claims->estate, *others) > 0) mpq_sub(*least, claims->estate, *others);
  rational_min(*most, claims->claim[i], claims->estate);
  mpq_sub(*more, e->split->share[i], *least);
  tell_of(e, i, "In all these splits %s gets from %s to %s.", id, say_amount(e, *least), say_amount(e, *most));
  tell_term(e, i, *least,
            mpq_sgn(*least) ? "It is sure of %s, which is left when all others are paid in full."
                            : "When all others are paid in full nothing is left: it is sure of %s.",
            say_amount(e, *least));
  tell_term(e, i, *more, "On average over all of them it gets %s more.", say_amount(e, *more));
}

void explain_average_of_awards(explaining *e) {
  mpq_t *sum = pool_rationals(e->context, 1);
  tell(e, "All splits of the estate in which nobody gets less than nothing or more than the claim count the same. The "
          "share is their average, the centre of gravity of all of them.");
  tell_claims(e);
  rational_sum(*sum, (const mpq_t *)e->problem->claims->claim, e->n);
  for (int i = 0; i < e->n; i++)
    if (is_wanted(e, i)) tell_middle(e, i, *sum);
}

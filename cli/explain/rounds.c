/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Round after round, to the limit: dominguez-thomson. */
#include "awards.h"

enum { ROUNDS = 3 };

/* What everybody gets in the first rounds, exactly. */
struct rounds {
  int count;
  mpq_t *rest;  /* size ROUNDS + 1: the estate before each round, and after the last */
  mpq_t *award; /* size n * ROUNDS */
};

static void pay_round(const explaining *e, struct rounds *rounds, mpq_t *claim, int round) {
  mpq_t *parts = pool_rationals(e->context, 1);
  mpq_set_ui(*parts, 1, (unsigned)e->n);
  mpq_set(rounds->rest[round + 1], rounds->rest[round]);
  for (int i = 0; i < e->n; i++) {
    mpq_t *award = &rounds->award[i * ROUNDS + round];
    rational_min(*award, claim[i], rounds->rest[round]);
    mpq_mul(*award, *award, *parts);
    mpq_sub(claim[i], claim[i], *award);
    mpq_sub(rounds->rest[round + 1], rounds->rest[round + 1], *award);
  }
}

static struct rounds pay_rounds(const explaining *e) {
  size_t n = (size_t)e->n;
  struct rounds rounds = {.rest = pool_rationals(e->context, ROUNDS + 1),
                          .award = pool_rationals(e->context, n * ROUNDS)};
  mpq_t *claim = pool_rationals(e->context, n);
  for (int i = 0; i < e->n; i++) mpq_set(claim[i], e->problem->claims->claim[i]);
  mpq_set(rounds.rest[0], e->problem->claims->estate);
  for (; rounds.count < ROUNDS && mpq_sgn(rounds.rest[rounds.count]) > 0; rounds.count++)
    pay_round(e, &rounds, claim, rounds.count);
  return rounds;
}

static void tell_rounds(explaining *e, const struct rounds *rounds, int i) {
  mpq_t *later = pool_rationals(e->context, 1);
  mpq_set(*later, e->split->share[i]);
  for (int r = 0; r < rounds->count; r++) {
    const mpq_t *award = (const mpq_t *)&rounds->award[i * ROUNDS + r];
    mpq_sub(*later, *later, *award);
    tell_term(e, i, *award, "In the %s round %s gets %s.", say_ordinal(e, r + 1), say_party(e, i),
              say_amount(e, *award));
  }
  tell_term(e, i, *later, "All later rounds together bring it %s.", say_short(e, *later));
}

void explain_dominguez_thomson(explaining *e) {
  struct rounds rounds = pay_rounds(e);
  tell(e,
       "Everybody is awarded 1/%d of the claim, or of all there is where that is less. These awards are taken "
       "off the claims and the estate, and the same is done again with what is left, for ever.",
       e->n);
  tell_claims(e);
  for (int r = 0; r < rounds.count; r++)
    tell_amount(e, -1, rounds.rest[r + 1], "After the %s round %s is left.", say_ordinal(e, r + 1),
                say_amount(e, rounds.rest[r + 1]));
  tell(e, "The shares are the limit, as near as doubles come to it.");
  for (int i = 0; i < e->n; i++)
    if (is_wanted(e, i)) tell_rounds(e, &rounds, i);
}

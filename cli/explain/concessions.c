/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules that begin with what the others concede: adjusted-proportional, concede-and-divide. */
#include "awards.h"

struct conceded {
  mpq_t claimed;   /* the sum of the claims */
  mpq_t *least;    /* size n: m_i = max(0, E - claims of the others) */
  mpq_t sum, rest; /* of the m_i; E less that */
};

static struct conceded *find_conceded(const explaining *e) {
  const accord_claims *claims = e->problem->claims;
  struct conceded *conceded = POOL_NEW(e->context, 1, struct conceded);
  conceded->least = pool_rationals(e->context, (size_t)e->n);
  pool_rational(e->context, conceded->claimed), pool_rational(e->context, conceded->sum);
  pool_rational(e->context, conceded->rest);
  rational_sum(conceded->claimed, (const mpq_t *)claims->claim, e->n);
  for (int i = 0; i < e->n; i++) {
    mpq_sub(conceded->least[i], conceded->claimed, claims->claim[i]);
    mpq_sub(conceded->least[i], claims->estate, conceded->least[i]);
    if (mpq_sgn(conceded->least[i]) < 0) mpq_set_ui(conceded->least[i], 0, 1);
  }
  rational_sum(conceded->sum, (const mpq_t *)conceded->least, e->n);
  mpq_sub(conceded->rest, claims->estate, conceded->sum);
  return conceded;
}

static void tell_conceded(explaining *e, const struct conceded *conceded, int i) {
  mpq_t *others = pool_rationals(e->context, 1);
  mpq_sub(*others, conceded->claimed, e->problem->claims->claim[i]);
  if (mpq_sgn(conceded->least[i]))
    tell_term(e, i, conceded->least[i], "The others claim %s, and concede %s the rest of the estate: %s - %s = %s.",
              say_short(e, *others), say_party(e, i), say_short(e, e->problem->claims->estate), say_short(e, *others),
              say_amount(e, conceded->least[i]));
  else
    tell_term(e, i, conceded->least[i], "The others claim %s, no less than there is, and concede %s nothing.",
              say_short(e, *others), say_party(e, i));
}

void explain_adjusted_proportional(explaining *e) {
  struct conceded *conceded = find_conceded(e);
  mpq_t *still = pool_rationals(e->context, (size_t)e->n), *work = pool_rationals(e->context, 3), *sum = &work[0],
        *rate = &work[1], *part = &work[2];
  for (int i = 0; i < e->n; i++) {
    mpq_sub(still[i], e->problem->claims->claim[i], conceded->least[i]);
    rational_min(still[i], still[i], conceded->rest);
  }
  rational_sum(*sum, (const mpq_t *)still, e->n);
  tell(e, "Everybody first gets what the others do not claim. What is left is shared in proportion to what each still "
          "claims of it; what a claim has beyond all that is left does not count.");
  tell_claims(e);
  tell_amount(e, -1, conceded->rest, "%s is conceded, and %s is left.", say_amount(e, conceded->sum),
              say_amount(e, conceded->rest));
  for (int i = 0; i < e->n; i++) {
    if (!is_wanted(e, i)) continue;
    tell_conceded(e, conceded, i);
    if (mpq_sgn(conceded->rest) == 0) continue;
    mpq_div(*rate, still[i], *sum);
    weigh(*part, *rate, conceded->rest);
    tell_term(e, i, *part, "Of what is left it still claims %s, and all together %s: %s x %s = %s.",
              say_amount(e, still[i]), say_amount(e, *sum), say_fraction(e, *rate), say_signed(e, conceded->rest, true),
              say_amount(e, *part));
  }
}

void explain_concede_and_divide(explaining *e) {
  struct conceded *conceded = find_conceded(e);
  mpq_t *half = pool_rationals(e->context, 1);
  mpq_div_2exp(*half, conceded->rest, 1);
  tell(e, "Each gets what the other does not claim; what both claim is divided equally.");
  tell_claims(e);
  tell_amount(e, -1, conceded->rest, "%s is conceded, and %s is claimed by both.", say_amount(e, conceded->sum),
              say_amount(e, conceded->rest));
  for (int i = 0; i < e->n; i++) {
    if (!is_wanted(e, i)) continue;
    tell_conceded(e, conceded, i);
    tell_term(e, i, *half, "Half of the %s that both claim: %s.", say_short(e, conceded->rest), say_amount(e, *half));
  }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Equal awards and equal losses in words, and the rules that are made of them: cea, cel, talmud, reverse-talmud,
 * piniles, constrained-egalitarian, average. */
#include "awards.h"

#include <string.h>

enum { NAMES = 6 };

const cap_words claim_words = {"claim", "claims", "The claim"};
static const cap_words half_words = {"half claim", "half claims", "Half the claim"};
static const cap_words other_half_words = {"other half", "other halves", "The other half of the claim"};

equal_parts *find_equal_parts(const explaining *e, const mpq_t amount, const mpq_t *cap, const cap_words *words) {
  size_t n = (size_t)e->n;
  equal_parts *parts = POOL_NEW(e->context, 1, equal_parts);
  parts->words = words, parts->cap = cap;
  parts->part = pool_rationals(e->context, n);
  parts->full = POOL_NEW(e->context, n, bool);
  pool_rational(e->context, parts->amount), pool_rational(e->context, parts->fulls);
  pool_rational(e->context, parts->rest), pool_rational(e->context, parts->level);
  mpq_set(parts->amount, amount);
  equal_awards(e->context, parts->part, amount, cap, e->n);
  for (int i = 0; i < e->n; i++) {
    parts->full[i] = mpq_equal(parts->part[i], cap[i]);
    if (parts->full[i]) parts->full_count++, mpq_add(parts->fulls, parts->fulls, cap[i]);
    else mpq_set(parts->level, parts->part[i]);
  }
  mpq_sub(parts->rest, amount, parts->fulls);
  return parts;
}

/* "8.80 is left for pension.", "21.20 is left for the other 2: 21.20 / 2 = 10.60 each." */
static const char *rest_text(const explaining *e, const equal_parts *parts) {
  int others = e->n - parts->full_count;
  if (others > 1)
    return pool_text(e->context, "%s is left for the other %d: %s / %d = %s each", say_amount(e, parts->rest), others,
                     say_signed(e, parts->rest, true), others, say_amount(e, parts->level));
  int last = 0;
  while (parts->full[last]) last++;
  return pool_text(e->context, "%s is left for %s", say_amount(e, parts->rest), say_party(e, last));
}

void tell_equal_parts(explaining *e, const equal_parts *parts, bool losses) {
  const char *verb = losses ? "lose" : "get", *who = say_parties(e, parts->full, NAMES);
  const char *fulls = say_amount(e, parts->fulls);
  if (parts->full_count == e->n)
    tell_amount(e, -1, parts->amount, "The %s sum to just %s: everybody %ss all of it.", parts->words->many,
                say_short(e, parts->amount), verb);
  else if (parts->full_count == 0)
    tell_amount(e, -1, parts->level, "%s / %d = %s for each, and that is less than every %s.",
                say_signed(e, parts->amount, true), e->n, say_amount(e, parts->level), parts->words->one);
  else if (parts->full_count == 1)
    tell_amount(e, -1, parts->level, "%s %ss its whole %s, %s, since that is no more than an equal part. %s.", who,
                verb, parts->words->one, fulls, rest_text(e, parts));
  else
    tell_amount(e, -1, parts->level, "%s %s their whole %s, %s together, since none is more than an equal part. %s.",
                who, verb, parts->words->many, fulls, rest_text(e, parts));
}

void tell_claims(explaining *e) {
  mpq_t *sum = pool_rationals(e->context, 2), *missing = &sum[1];
  rational_sum(*sum, (const mpq_t *)e->problem->claims->claim, e->n);
  mpq_sub(*missing, *sum, e->problem->claims->estate);
  const char *missed =
      pool_text(e->context, strcmp(e->sheet->sharing, "loss") == 0 ? "a loss of %s is to be shared" : "%s is missing",
                say_amount(e, *missing));
  tell_amount(e, -1, *missing, "The claims sum to %s, and there is %s: %s.", say_amount(e, *sum),
              say_amount(e, e->problem->claims->estate), missed);
}

/* --------------------------------------------------------------- the terms */

static void tell_award(explaining *e, const equal_parts *parts, int i) {
  const char *id = say_party(e, i), *cap = say_amount(e, parts->cap[i]);
  if (parts->full[i]) tell_term(e, i, parts->part[i], "%s gets the whole %s, %s.", id, parts->words->one, cap);
  else
    tell_term(e, i, parts->part[i], "Of the %s, %s, %s gets the equal part, %s.", parts->words->one, cap, id,
              say_amount(e, parts->part[i]));
}

/* Two terms: the cap and the loss. */
static void tell_loss(explaining *e, const equal_parts *parts, int i) {
  mpq_t *loss = pool_rationals(e->context, 1);
  mpq_neg(*loss, parts->part[i]);
  tell_term(e, i, parts->cap[i], "%s of %s is %s.", parts->words->of, say_party(e, i), say_amount(e, parts->cap[i]));
  tell_term(e, i, *loss, parts->full[i] ? "Of that it loses all, %s." : "Of that it loses the equal part, %s.",
            say_amount(e, parts->part[i]));
}

static const mpq_t *claims_of(const explaining *e) { return (const mpq_t *)e->problem->claims->claim; }

/* What is missing on the caps when this much is paid. */
static void find_missing(const explaining *e, mpq_t missing, const mpq_t *cap, const mpq_t paid) {
  mpq_t *sum = pool_rationals(e->context, 1);
  rational_sum(*sum, cap, e->n);
  mpq_sub(missing, *sum, paid);
}

/* ------------------------------------------------------------ cea, cel, average */

void explain_cea(explaining *e) {
  tell(e, "Everybody gets the same amount, but nobody more than the claim.");
  tell_claims(e);
  equal_parts *parts = find_equal_parts(e, e->problem->claims->estate, claims_of(e), &claim_words);
  tell_equal_parts(e, parts, false);
  for (int i = 0; i < e->n; i++)
    if (is_wanted(e, i)) tell_award(e, parts, i);
}

void explain_cel(explaining *e) {
  mpq_t *missing = pool_rationals(e->context, 1);
  tell(e, "Everybody loses the same amount of the claim, but nobody more than all of it.");
  tell_claims(e);
  find_missing(e, *missing, claims_of(e), e->problem->claims->estate);
  equal_parts *parts = find_equal_parts(e, *missing, claims_of(e), &claim_words);
  tell_equal_parts(e, parts, true);
  for (int i = 0; i < e->n; i++)
    if (is_wanted(e, i)) tell_loss(e, parts, i);
}

void explain_average(explaining *e) {
  mpq_t *work = pool_rationals(e->context, 3), *missing = &work[0], *half = &work[1], *loss = &work[2];
  tell(e, "Half the estate is shared so that all get the same, half of it so that all lose the same: each award is the "
          "mean of what the two rules give.");
  tell_claims(e);
  tell(e, "Where all get the same, and nobody more than the claim:");
  equal_parts *awards = find_equal_parts(e, e->problem->claims->estate, claims_of(e), &claim_words);
  tell_equal_parts(e, awards, false);
  tell(e, "Where all lose the same, and nobody more than the claim:");
  find_missing(e, *missing, claims_of(e), e->problem->claims->estate);
  equal_parts *losses = find_equal_parts(e, *missing, claims_of(e), &claim_words);
  tell_equal_parts(e, losses, true);
  for (int i = 0; i < e->n; i++) {
    if (!is_wanted(e, i)) continue;
    mpq_div_2exp(*half, awards->part[i], 1);
    tell_term(e, i, *half, "Half of %s, what %s gets by equal awards: %s.", say_amount(e, awards->part[i]),
              say_party(e, i), say_amount(e, *half));
    mpq_sub(*loss, awards->cap[i], losses->part[i]);
    mpq_div_2exp(*half, *loss, 1);
    tell_term(e, i, *half, "Half of %s - %s = %s, the claim less an equal loss: %s.", say_short(e, awards->cap[i]),
              say_signed(e, losses->part[i], true), say_amount(e, *loss), say_amount(e, *half));
  }
}

/* ------------------------------------------------------------- half the claims */

/* Which way the estate is shared up to half the claims, and beyond. */
struct by_halves {
  bool losses_below, losses_beyond;
};

static bool tell_half(explaining *e, mpq_t rest, const mpq_t *half) {
  mpq_t *sum = pool_rationals(e->context, 1);
  rational_sum(*sum, half, e->n);
  bool beyond = mpq_sgn(rest) > 0;
  if (!beyond)
    tell_amount(e, -1, *sum,
                "Half the claims is %s, and there is no more than that: the estate is shared on the half claims.",
                say_amount(e, *sum));
  else
    tell_amount(
        e, -1, rest,
        "Half the claims is %s, and there is more than that: everybody gets half the claim, and %s - %s = %s is left.",
        say_amount(e, *sum), say_short(e, e->problem->claims->estate), say_signed(e, *sum, true), say_amount(e, rest));
  return beyond;
}

static void tell_by_halves(explaining *e, struct by_halves ways) {
  mpq_t *rest = pool_rationals(e->context, 2), *shared = &rest[1];
  const mpq_t *half = (const mpq_t *)half_claims(e->context, *rest, e->problem->claims);
  tell_claims(e);
  bool beyond = tell_half(e, *rest, half), losses = beyond ? ways.losses_beyond : ways.losses_below;
  mpq_set(*shared, beyond ? *rest : e->problem->claims->estate);
  if (losses) find_missing(e, *shared, half, *shared);
  if (losses)
    tell_amount(e, -1, *shared,
                "On the %s %s is missing, and everybody loses the same of it, but nobody more than all.",
                beyond ? "other halves" : "half claims", say_amount(e, *shared));
  else
    tell(e, beyond ? "Of that everybody gets the same, but nobody more than the other half."
                   : "Everybody gets the same, but nobody more than half the claim.");
  equal_parts *parts = find_equal_parts(e, *shared, half, beyond ? &other_half_words : &half_words);
  tell_equal_parts(e, parts, losses);
  for (int i = 0; i < e->n; i++) {
    if (!is_wanted(e, i)) continue;
    if (beyond)
      tell_term(e, i, half[i], "%s gets half of its claim of %s: %s.", say_party(e, i), say_short(e, claims_of(e)[i]),
                say_amount(e, half[i]));
    if (losses) tell_loss(e, parts, i);
    else tell_award(e, parts, i);
  }
}

void explain_talmud(explaining *e) {
  tell(e,
       "Half the claim is the mark. While there is no more than half of all the claims, everybody gets the same, but "
       "nobody more than half the claim; when there is more, everybody loses the same, but nobody more than half "
       "the claim.");
  tell_by_halves(e, (struct by_halves){.losses_beyond = true});
}

void explain_reverse_talmud(explaining *e) {
  tell(e, "Half the claim is the mark. While there is no more than half of all the claims, everybody loses the same of "
          "it; when there is more, everybody gets the same beyond half the claim.");
  tell_by_halves(e, (struct by_halves){.losses_below = true});
}

void explain_piniles(explaining *e) {
  tell(e,
       "Everybody gets the same, but nobody more than half the claim; when all the halves are paid, the same is done "
       "again with what is left.");
  tell_by_halves(e, (struct by_halves){0});
}

/* ----------------------------------------------------- constrained egalitarian */

static void tell_between(explaining *e, const mpq_t *half) {
  const mpq_t *claim = claims_of(e), *share = (const mpq_t *)e->split->share;
  size_t n = (size_t)e->n;
  bool *paid = POOL_NEW(e->context, n, bool), *halved = POOL_NEW(e->context, n, bool),
       *even = POOL_NEW(e->context, n, bool);
  int paid_count = 0, half_count = 0, level = -1;
  for (int i = 0; i < e->n; i++) {
    paid[i] = mpq_equal(share[i], claim[i]);
    halved[i] = !paid[i] && mpq_equal(share[i], half[i]);
    even[i] = !paid[i] && !halved[i];
    paid_count += paid[i], half_count += halved[i];
    if (even[i]) level = i;
  }
  if (paid_count) tell(e, "Paid in full: %s.", say_parties(e, paid, NAMES));
  if (half_count) tell(e, "Half the claim, which is no less than the others get: %s.", say_parties(e, halved, NAMES));
  if (level >= 0)
    tell_amount(e, -1, share[level], "The same amount, between half the claim and all of it: %s, %s.",
                say_parties(e, even, NAMES), say_amount(e, share[level]));
  for (int i = 0; i < e->n; i++)
    if (is_wanted(e, i))
      tell_term(e, i, share[i], "%s claims %s and gets %s: %s.", say_party(e, i), say_short(e, claim[i]),
                paid[i]     ? "all of it"
                : halved[i] ? "half of it"
                            : "the common amount",
                say_amount(e, share[i]));
}

void explain_constrained_egalitarian(explaining *e) {
  mpq_t *rest = pool_rationals(e->context, 1);
  const mpq_t *half = (const mpq_t *)half_claims(e->context, *rest, e->problem->claims);
  tell(e, "The awards are as equal as they can be while nobody gets more than half the claim before half of all claims "
          "is paid, and nobody less than half the claim after.");
  tell_claims(e);
  if (tell_half(e, *rest, half)) {
    tell_between(e, half);
    return;
  }
  equal_parts *parts = find_equal_parts(e, e->problem->claims->estate, half, &half_words);
  tell_equal_parts(e, parts, false);
  for (int i = 0; i < e->n; i++)
    if (is_wanted(e, i)) tell_award(e, parts, i);
}

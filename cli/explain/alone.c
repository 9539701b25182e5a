/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules that begin with nothing, or with what each has alone, and share the rest: equal, proportional (of games),
 * equal-surplus, nash. */
#include "explaining.h"

/* v(i) of all, and what is left of the total. */
struct rest {
  mpq_t *alone; /* size n */
  mpq_t sum, left;
};

static struct rest *find_rest(const explaining *e) {
  struct rest *rest = POOL_NEW(e->context, 1, struct rest);
  rest->alone = standalones_of(e);
  pool_rational(e->context, rest->sum), pool_rational(e->context, rest->left);
  rational_sum(rest->sum, (const mpq_t *)rest->alone, e->n);
  mpq_sub(rest->left, e->split->total, rest->sum);
  return rest;
}

static const char *sum_text(const explaining *e, const struct rest *rest) {
  const char *sum = say_sum(e, (const mpq_t *)rest->alone, e->n);
  return *sum && e->n > 1 ? pool_text(e->context, "%s = %s", sum, say_amount(e, rest->sum)) : say_amount(e, rest->sum);
}

/* What is shared besides: of a cost, what working together saves. */
static const char *rest_word(const explaining *e, const struct rest *rest) {
  if (e->cost) return mpq_sgn(rest->left) < 0 ? "saving" : "rest";
  return mpq_sgn(rest->left) < 0 ? "loss" : "rest";
}

static void tell_rest(explaining *e, const struct rest *rest) {
  const char *what = e->cost ? "cost" : e->problem->claims ? "are left" : "have";
  mpq_t *size = pool_rationals(e->context, 1);
  mpq_abs(*size, rest->left);
  tell_amount(e, -1, rest->left, "Alone the parties %s %s together, and there is %s to share: %s %s.", what,
              sum_text(e, rest), say_short(e, e->split->total), say_amount(e, *size),
              mpq_sgn(rest->left) < 0 ? "less" : "more");
}

/* -------------------------------------------------------------------- equal */

void explain_equal(explaining *e) {
  mpq_t *part = pool_rationals(e->context, 1);
  mpq_set_ui(*part, 1, (unsigned)e->n);
  tell(e, "The total is shared equally, whatever each party %s.", e->cost ? "causes" : "brings");
  for (int i = 0; i < e->n; i++)
    if (is_wanted(e, i))
      tell_term(e, i, e->split->share[i], "%s / %d = %s.", say_signed(e, e->split->total, true), e->n,
                say_amount(e, e->split->share[i]));
}

/* ------------------------------------------------------------- proportional */

static void tell_parts(explaining *e, const mpq_t *base, const mpq_t sum) {
  mpq_t *rate = pool_rationals(e->context, 1);
  for (int i = 0; i < e->n; i++) {
    if (!is_wanted(e, i)) continue;
    if (mpq_sgn(sum)) mpq_div(*rate, base[i], sum);
    tell_term(e, i, e->split->share[i], "%s %s, %s of the %s: %s x %s = %s.", say_party(e, i), say_alone(e, base[i]),
              say_fraction(e, *rate), say_amount(e, sum), say_fraction(e, *rate), say_signed(e, e->split->total, true),
              say_amount(e, e->split->share[i]));
  }
}

static void tell_claims_in_proportion(explaining *e) {
  mpq_t *sum = pool_rationals(e->context, 2), *rate = &sum[1];
  const mpq_t *claim = (const mpq_t *)e->problem->claims->claim;
  rational_sum(*sum, claim, e->n);
  if (mpq_sgn(*sum)) mpq_div(*rate, e->split->total, *sum);
  tell(e, "Every claim is paid to the same part. The claims sum to %s, and there is %s: %s of every claim.",
       say_amount(e, *sum), say_amount(e, e->split->total), say_fraction(e, *rate));
  for (int i = 0; i < e->n; i++)
    if (is_wanted(e, i))
      tell_term(e, i, e->split->share[i], "%s claims %s: %s x %s = %s.", say_party(e, i), say_amount(e, claim[i]),
                say_fraction(e, *rate), say_signed(e, claim[i], true), say_amount(e, e->split->share[i]));
}

void explain_proportional(explaining *e) {
  if (e->claims) {
    tell_claims_in_proportion(e);
    return;
  }
  struct rest *rest = find_rest(e);
  tell(e, "The total is shared in proportion to what each party %s.", alone_text(e));
  tell(e, "Alone the parties %s %s together, and there is %s to share.", e->cost ? "cost" : "have", sum_text(e, rest),
       say_short(e, e->split->total));
  tell_parts(e, (const mpq_t *)rest->alone, rest->sum);
}

/* ----------------------------------------------------- equal surplus and nash */

static void tell_alone_and_rest(explaining *e, const struct rest *rest, const mpq_t *weight, const mpq_t weights) {
  mpq_t *work = pool_rationals(e->context, 2), *rate = &work[0], *part = &work[1];
  for (int i = 0; i < e->n; i++) {
    if (!is_wanted(e, i)) continue;
    tell_term(e, i, rest->alone[i], "%s %s.", say_party(e, i), say_alone(e, rest->alone[i]));
    mpq_div(*rate, weight[i], weights);
    weigh(*part, *rate, rest->left);
    tell_term(e, i, *part, "Its part of the %s is %s x %s = %s.", rest_word(e, rest), say_fraction(e, *rate),
              say_signed(e, rest->left, true), say_amount(e, *part));
  }
}

static void tell_equally(explaining *e, const struct rest *rest) {
  mpq_t *equal = pool_rationals(e->context, (size_t)e->n), *count = pool_rationals(e->context, 1);
  for (int i = 0; i < e->n; i++) mpq_set_ui(equal[i], 1, 1);
  mpq_set_si(*count, e->n, 1);
  tell_alone_and_rest(e, rest, (const mpq_t *)equal, *count);
}

void explain_equal_surplus(explaining *e) {
  struct rest *rest = find_rest(e);
  tell(e, "Each party first %s what it %s; what there is to share beyond that, or short of it, is shared equally.",
       gets(e), alone_text(e));
  tell_rest(e, rest);
  tell_equally(e, rest);
}

void explain_nash(explaining *e) {
  const mpq_t *weights = e->problem->overlays.weights;
  struct rest *rest = find_rest(e);
  tell(e,
       "If they fail to agree, each party %s what it %s. Agreeing %s, and this is shared %s: the split at which the "
       "product of what the parties gain%s is greatest.",
       e->cost ? "pays" : "keeps", alone_text(e), e->cost ? "spares them the rest" : "gains them the rest",
       weights ? "in proportion to their weights" : "equally", weights ? ", each to the power of its weight," : "");
  tell_rest(e, rest);
  if (!weights) {
    tell_equally(e, rest);
    return;
  }
  mpq_t *sum = pool_rationals(e->context, 1);
  rational_sum(*sum, weights, e->n);
  for (int i = 0; i < e->n; i++)
    tell(e, "The weight of %s is %s of %s.", say_party(e, i), say_fraction(e, weights[i]), say_fraction(e, *sum));
  tell_alone_and_rest(e, rest, weights, *sum);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shares of a risk: euler and covariance, by each party's losses in the scenarios that count. */
#include "explaining.h"
#include "risk.h"

/* Of scenarios: all of them, or those of the tail. */
struct scenarios {
  const accord_risk *risk;
  mpq_t *part; /* what each counts */
  size_t counted;
  mpq_t *pooled; /* size count: what all lose in each, as stated */
};

static void as_stated(mpq_t amount, const accord_risk *risk) { mpq_mul(amount, amount, risk->unit); }

static struct scenarios count_scenarios(const explaining *e) {
  const accord_risk *risk = e->problem->risk;
  struct scenarios scenarios = {risk, scenario_parts(e->context, risk), 0, pool_rationals(e->context, risk->count)};
  mpz_t *sums = pool_integers(e->context, risk->count);
  pool_losses(sums, risk, ALL_TOGETHER);
  for (size_t k = 0; k < risk->count; k++) {
    scenarios.counted += mpq_sgn(scenarios.part[k]) > 0;
    mpq_set_z(scenarios.pooled[k], sums[k]);
    as_stated(scenarios.pooled[k], risk);
  }
  return scenarios;
}

/* A term for each scenario that counts, where they are not too many to read. */
static void tell_scenarios(explaining *e, const struct scenarios *scenarios, int i, const char *where) {
  const accord_risk *risk = scenarios->risk;
  mpq_t *work = pool_rationals(e->context, 2), *loss = &work[0], *term = &work[1];
  if (scenarios->counted > (size_t)e->top) {
    tell_term(e, i, e->split->share[i], "The mean of its losses over %s is %s.", where,
              say_amount(e, e->split->share[i]));
    return;
  }
  for (size_t k = 0; k < risk->count; k++) {
    if (mpq_sgn(scenarios->part[k]) == 0) continue;
    risk_loss(mpq_numref(*loss), risk, i, k);
    mpz_set_ui(mpq_denref(*loss), 1);
    as_stated(*loss, risk);
    weigh(*term, scenarios->part[k], *loss);
    tell_term(e, i, *term, "In scenario %zu, in which all lose %s, %s loses %s: %s x %s = %s.", risk->number[k],
              say_short(e, scenarios->pooled[k]), say_party(e, i), say_short(e, *loss),
              say_fraction(e, scenarios->part[k]), say_short(e, *loss), say_amount(e, *term));
  }
}

static void explain_shortfall(explaining *e) {
  struct scenarios scenarios = count_scenarios(e);
  const char *where = pool_text(e->context, "the %zu scenarios of the tail", scenarios.counted);
  tell(
      e,
      "Of all that may happen the worst %s is looked at, by what all lose together: %zu of the %zu scenarios. Each "
      "party pays the mean of its own losses over them. Scenarios on the edge of the tail, in which all lose the same, "
      "count just so much that the tail is filled, each in proportion to its probability.",
      say_fraction(e, scenarios.risk->parameter), scenarios.counted, scenarios.risk->count);
  for (int i = 0; i < e->n; i++)
    if (is_wanted(e, i)) tell_scenarios(e, &scenarios, i, where);
}

static void explain_expectation(explaining *e) {
  struct scenarios scenarios = count_scenarios(e);
  tell(e, "Each party pays its expected loss: what it loses in each scenario times the scenario's probability.");
  for (int i = 0; i < e->n; i++)
    if (is_wanted(e, i)) tell_scenarios(e, &scenarios, i, "all scenarios");
}

static void explain_entropic(explaining *e) {
  const accord_risk *risk = e->problem->risk;
  tell(e,
       "Each party pays a mean of its losses in which bad scenarios count for more than their probability: each counts "
       "exp(s L / T) times as much, L what all lose in it and T = %s the tolerance, on average over s from 0 (the "
       "probabilities as they are) to 1.",
       say_short(e, risk->parameter));
  mpz_t *own = pool_integers(e->context, risk->count);
  mpq_t *mean = pool_rationals(e->context, 1);
  for (int i = 0; i < e->n; i++) {
    if (!is_wanted(e, i)) continue;
    pool_losses(own, risk, i);
    weighted_sum(mpq_numref(*mean), risk, (const mpz_t *)own);
    mpz_set(mpq_denref(*mean), risk->weight_sum);
    mpq_canonicalize(*mean);
    as_stated(*mean, risk);
    tell_term(e, i, e->split->share[i], "%s expects to lose %s; with bad scenarios counted so, the mean is %s.",
              say_party(e, i), say_short(e, *mean), say_amount(e, e->split->share[i]));
  }
}

static const char *number_text(const explaining *e, const mpq_t number) {
  return pool_text(e->context, "%.6g", accord_to_double(number));
}

/* Shares in proportion to how much each party's losses go with those of all. */
static void tell_proportions(explaining *e, bool above_only) {
  mpq_t *cross = pool_rationals(e->context, (size_t)e->n + 2), *sum = &cross[e->n], *part = &cross[e->n + 1];
  cross_deviations(e->context, cross, e->problem->risk, above_only);
  rational_sum(*sum, (const mpq_t *)cross, e->n);
  for (int i = 0; i < e->n; i++) {
    if (!is_wanted(e, i)) continue;
    mpq_div(*part, cross[i], *sum);
    if (e->split->exact)
      tell_term(e, i, e->split->share[i], "%s counts %s of %s: %s x %s = %s.", say_party(e, i),
                number_text(e, cross[i]), number_text(e, *sum), say_short(e, e->split->total), say_fraction(e, *part),
                say_amount(e, e->split->share[i]));
    else
      tell_term(e, i, e->split->share[i], "%s counts %s of %s, %.4g%%, and %s %s.", say_party(e, i),
                number_text(e, cross[i]), number_text(e, *sum), 100 * accord_to_double(*part), gets(e),
                say_amount(e, e->split->share[i]));
  }
}

static void explain_deviation(explaining *e) {
  tell(e,
       "Each party pays by how much its losses vary with those of all together, which is their covariance: that of all "
       "parties sums to the variance of the whole, and its root, %s, is shared in proportion. A party whose losses go "
       "against those of all is paid.",
       say_amount(e, e->split->total));
  tell_proportions(e, false);
}

static void explain_semideviation(explaining *e) {
  tell(
      e,
      "Only what all together lose beyond the mean counts. Each party pays by how much its losses vary with that: the "
      "mean of its own deviation times the excess of all. These sum to the mean square of the excess, and its root, %s, "
      "is shared in proportion. A party that then loses less than usual is paid.",
      say_amount(e, e->split->total));
  tell_proportions(e, true);
}

void explain_euler(explaining *e) {
  switch (e->problem->risk->measure) {
  case ACCORD_EXPECTED_SHORTFALL: explain_shortfall(e); break;
  case ACCORD_EXPECTATION: explain_expectation(e); break;
  case ACCORD_ENTROPIC: explain_entropic(e); break;
  case ACCORD_STANDARD_DEVIATION: explain_deviation(e); break;
  case ACCORD_SEMIDEVIATION: explain_semideviation(e); break;
  case ACCORD_VALUE_AT_RISK: break; /* has no shares to explain */
  }
}

void explain_covariance(explaining *e) {
  tell(e,
       "The risk of all together, %s, is shared in proportion to how much each party's losses vary with those of all: "
       "the covariance of the two, which over all parties sums to the variance of the whole.",
       say_amount(e, e->split->total));
  tell_proportions(e, false);
}

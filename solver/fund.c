/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fund over shared losses: who pays in, what it covers in each scenario, what each bears when it runs dry.
 *
 * Losses are pooled: what some gain in a scenario is set against what others lose, as far as it is needed, each gain in
 * the same proportion; what is left is paid by the fund to its size. Where more is lost than the fund and all gains
 * hold, a claims rule shares these among those who lose. Covered is what a party is given, below 0 where its gain is
 * used; it bears the difference to its loss. */
#include "rule.h"
#include "risk.h"

#include <stdlib.h>

enum { MOST_EXACT_SHORTFALLS = 64 }; /* beyond, means of their fractions have more digits than anybody reads */

struct filling {
  accord_context *context;
  const accord_fund *fund;
  const accord_risk *risk;
  accord_fund_outcome *outcome;
  mpz_t *pooled; /* size count */
  mpz_t *limit;  /* what is lost must exceed it for the fund to run dry: in the risk's unit, rounded down */
  size_t *order; /* the worst scenario first */
  size_t dry;    /* how many run it dry, the first ones of order */
  mpq_t *loss, *covered, *work; /* size n, n, 6 */
};

/* ------------------------------------------------------------------ premiums */

static accord_status find_premiums(struct filling *in, const accord_problem *problem) {
  accord_context *context = in->context;
  accord_split *split;
  mpq_t *total = pool_rationals(context, 1);
  accord_status status = accord_solve(context, &split, problem, in->fund->premiums);
  if (status != ACCORD_OK) return status;
  if (split->status != ACCORD_OK)
    return fail(context, split->status, "premiums by %s: %s", in->fund->premiums->name, split->reason);
  rational_sum(*total, (const mpq_t *)split->share, problem->n);
  if (mpq_sgn(*total) <= 0)
    return undefined(context,
                     "premiums by %s: the shares sum to nothing above 0, so that they cannot be scaled to the "
                     "size of the fund",
                     in->fund->premiums->name);
  mpq_div(*total, in->fund->size, *total);
  for (int i = 0; i < problem->n; i++) mpq_mul(in->outcome->premium[i], split->share[i], *total);
  in->outcome->exact = split->exact;
  return ACCORD_OK;
}

/* ----------------------------------------------------------------- scenarios */

static _Thread_local const mpz_t *sorting; /* qsort has no argument */

static int compare_losses(const void *a, const void *b) {
  size_t first = *(const size_t *)a, second = *(const size_t *)b;
  int order = mpz_cmp(sorting[second], sorting[first]);
  return order ? order : (first > second) - (first < second);
}

static void order_scenarios(struct filling *in) {
  size_t count = in->risk->count;
  mpq_t *limit = in->work;
  pool_losses(in->pooled, in->risk, ALL_TOGETHER);
  for (size_t k = 0; k < count; k++) in->order[k] = k;
  sorting = (const mpz_t *)in->pooled;
  qsort(in->order, count, sizeof *in->order, compare_losses);
  mpq_div(*limit, in->fund->size, in->risk->unit);
  mpz_fdiv_q(*in->limit, mpq_numref(*limit), mpq_denref(*limit));
  while (in->dry < count && mpz_cmp(in->pooled[in->order[in->dry]], *in->limit) > 0) in->dry++;
}

static void set_loss(struct filling *in, size_t k) {
  for (int i = 0; i < in->risk->n; i++) {
    risk_loss(mpq_numref(in->loss[i]), in->risk, i, k);
    mpz_set_ui(mpq_denref(in->loss[i]), 1);
    mpq_mul(in->loss[i], in->loss[i], in->risk->unit);
  }
}

/* What is lost by those who lose, and gained by those who gain. */
static void sum_sides(mpq_t lost, mpq_t gained, const struct filling *in) {
  mpq_set_ui(lost, 0, 1);
  mpq_set_ui(gained, 0, 1);
  for (int i = 0; i < in->risk->n; i++) {
    if (mpq_sgn(in->loss[i]) > 0) mpq_add(lost, lost, in->loss[i]);
    else mpq_sub(gained, gained, in->loss[i]);
  }
}

/* All losses, and of gains what they need. */
static void cover_all(struct filling *in) {
  mpq_t *lost = &in->work[0], *gained = &in->work[1];
  sum_sides(*lost, *gained, in);
  bool spare = mpq_cmp(*gained, *lost) > 0;
  if (spare) mpq_div(*lost, *lost, *gained);
  for (int i = 0; i < in->risk->n; i++) {
    if (spare && mpq_sgn(in->loss[i]) < 0) mpq_mul(in->covered[i], in->loss[i], *lost);
    else mpq_set(in->covered[i], in->loss[i]);
  }
}

/* The claims of those who lose, on the fund and all gains. */
static accord_status ration(struct filling *in, size_t number) {
  accord_context *context = in->context;
  int n = in->risk->n;
  accord_claims *claims = POOL_NEW(context, 1, accord_claims); /* whose numbers the pool clears: not on the stack */
  accord_problem *problem = POOL_NEW(context, 1, accord_problem);
  accord_split *split;
  *claims = (accord_claims){.n = n, .claim = pool_rationals(context, (size_t)n)};
  *problem = (accord_problem){.n = n, .exact = true, .claims = claims, .no_game = "the claims are not put in a table"};
  pool_rational(context, claims->estate);
  pool_rational(context, problem->total);
  sum_sides(in->work[0], claims->estate, in);
  mpq_add(claims->estate, claims->estate, in->fund->size);
  mpq_set(problem->total, claims->estate);
  for (int i = 0; i < n; i++)
    if (mpq_sgn(in->loss[i]) > 0) mpq_set(claims->claim[i], in->loss[i]);
  accord_status status = accord_solve(context, &split, problem, in->fund->shortfall);
  if (status != ACCORD_OK) return status;
  if (split->status != ACCORD_OK)
    return fail(context, split->status, "shortfall by %s in scenario %zu: %s", in->fund->shortfall->name, number,
                split->reason);
  in->outcome->means_exact = in->outcome->means_exact && split->exact;
  for (int i = 0; i < n; i++) mpq_set(in->covered[i], mpq_sgn(in->loss[i]) > 0 ? split->share[i] : in->loss[i]);
  return ACCORD_OK;
}

/* ------------------------------------------------------------------- results */

/* sum += chance * amount; of means that are not exact, the double next to the amount. */
static void add_to_mean(struct filling *in, mpq_t sum, const mpq_t chance, const mpq_t amount) {
  mpq_t *part = &in->work[5];
  mpq_set(*part, amount);
  if (!in->outcome->means_exact) mpq_set_d(*part, accord_to_double(amount));
  mpq_mul(*part, *part, chance);
  mpq_add(sum, sum, *part);
}

static void set_chance(mpq_t chance, const accord_risk *risk, size_t k) {
  risk_weight(mpq_numref(chance), risk, k);
  mpz_set(mpq_denref(chance), risk->weight_sum);
  mpq_canonicalize(chance);
}

static void state_pooled(mpq_t amount, const struct filling *in, size_t k) {
  mpq_set_z(amount, in->pooled[k]);
  mpq_mul(amount, amount, in->risk->unit);
}

/* What the fund pays, and what is missing: max(pooled, 0) up to its size, and beyond it. */
static void split_pooled(mpq_t paid, mpq_t missing, const struct filling *in, const mpq_t pooled) {
  mpq_set_ui(missing, 0, 1);
  mpq_set(paid, pooled);
  if (mpq_sgn(paid) < 0) mpq_set_ui(paid, 0, 1);
  if (mpq_cmp(paid, in->fund->size) <= 0) return;
  mpq_sub(missing, paid, in->fund->size);
  mpq_set(paid, in->fund->size);
}

static void list_scenario(struct filling *in, size_t k, const mpq_t chance) {
  accord_context *context = in->context;
  size_t n = (size_t)in->risk->n;
  accord_fund_scenario *listed = &in->outcome->scenarios[in->outcome->scenario_count++];
  listed->number = in->risk->number[k];
  pool_rational(context, listed->chance);
  pool_rational(context, listed->pooled);
  pool_rational(context, listed->paid);
  pool_rational(context, listed->missing);
  listed->loss = pool_rationals(context, n);
  listed->covered = pool_rationals(context, n);
  mpq_set(listed->chance, chance);
  state_pooled(listed->pooled, in, k);
  split_pooled(listed->paid, listed->missing, in, listed->pooled);
  for (size_t i = 0; i < n; i++) {
    mpq_set(listed->loss[i], in->loss[i]);
    mpq_set(listed->covered[i], in->covered[i]);
  }
}

static void add_scenario(struct filling *in, size_t k, const mpq_t chance, bool dry) {
  accord_fund_outcome *outcome = in->outcome;
  mpq_t *pooled = &in->work[2], *paid = &in->work[3], *missing = &in->work[4];
  state_pooled(*pooled, in, k);
  split_pooled(*paid, *missing, in, *pooled);
  add_to_mean(in, outcome->mean_paid, chance, *paid);
  add_to_mean(in, outcome->mean_missing, chance, *missing);
  for (int i = 0; i < in->risk->n; i++) {
    add_to_mean(in, outcome->mean_loss[i], chance, in->loss[i]);
    add_to_mean(in, outcome->mean_covered[i], chance, in->covered[i]);
    if (!dry) continue;
    mpq_sub(*pooled, in->loss[i], in->covered[i]);
    add_to_mean(in, outcome->dry_borne[i], chance, *pooled);
  }
  if (dry) mpq_add(outcome->dry, outcome->dry, chance);
}

/* One scenario; what it takes is given back. */
static accord_status go_through(struct filling *in, size_t at, mpq_t chance) {
  size_t k = in->order[at];
  bool dry = at < in->dry;
  accord_mark mark = accord_get_mark(in->context);
  accord_status status = ACCORD_OK;
  check_clock(in->context);
  set_chance(chance, in->risk, k);
  set_loss(in, k);
  if (dry) status = ration(in, in->risk->number[k]);
  else cover_all(in);
  accord_reset(in->context, mark);
  if (status == ACCORD_OK) add_scenario(in, k, chance, dry);
  return status;
}

static accord_status fill(struct filling *in, int top) {
  mpq_t *chance = pool_rationals(in->context, 1);
  size_t listed = (size_t)top < in->risk->count ? (size_t)top : in->risk->count;
  in->outcome->scenarios = POOL_NEW(in->context, listed + 1, accord_fund_scenario);
  for (size_t at = 0; at < in->risk->count; at++) {
    accord_status status = go_through(in, at, *chance);
    if (status != ACCORD_OK) return status;
    if (at < listed) list_scenario(in, in->order[at], *chance);
  }
  for (int i = 0; i < in->risk->n && mpq_sgn(in->outcome->dry); i++)
    mpq_div(in->outcome->dry_borne[i], in->outcome->dry_borne[i], in->outcome->dry);
  return ACCORD_OK;
}

/* ------------------------------------------------------------------- public */

static accord_fund_outcome *new_outcome(accord_context *context, size_t n) {
  accord_fund_outcome *outcome = POOL_NEW(context, 1, accord_fund_outcome);
  outcome->premium = pool_rationals(context, n);
  pool_rational(context, outcome->dry);
  pool_rational(context, outcome->mean_paid);
  pool_rational(context, outcome->mean_missing);
  outcome->mean_loss = pool_rationals(context, n);
  outcome->mean_covered = pool_rationals(context, n);
  outcome->dry_borne = pool_rationals(context, n);
  return outcome;
}

struct request {
  accord_fund_outcome *outcome;
  const accord_problem *problem;
  const accord_fund *fund;
  const accord_risk *risk;
  int top;
};

static accord_status run_fund(accord_context *context, void *argument) {
  struct request *in = argument;
  size_t n = (size_t)in->risk->n, count = in->risk->count;
  struct filling filling = {.context = context,
                            .fund = in->fund,
                            .risk = in->risk,
                            .outcome = in->outcome,
                            .pooled = pool_integers(context, count),
                            .limit = pool_integers(context, 1),
                            .order = POOL_NEW(context, count, size_t),
                            .loss = pool_rationals(context, n),
                            .covered = pool_rationals(context, n),
                            .work = pool_rationals(context, 6)};
  accord_status status = find_premiums(&filling, in->problem);
  if (status != ACCORD_OK) return status;
  order_scenarios(&filling);
  in->outcome->means_exact = in->problem->exact && filling.dry <= MOST_EXACT_SHORTFALLS;
  return fill(&filling, in->top);
}

static accord_status find_fund(accord_context *context, void *argument) {
  struct request *in = argument;
  in->outcome = new_outcome(context, (size_t)in->problem->n);
  accord_status status = in->outcome->status = guard(context, run_fund, in);
  if (status == ACCORD_OK) return ACCORD_OK;
  bool answered = status == ACCORD_UNDEFINED || status == ACCORD_LIMIT || status == ACCORD_UNCERTIFIED;
  in->outcome->reason = pool_text(context, "%s", accord_message(context));
  return answered ? ACCORD_OK : status;
}

accord_status accord_find_fund(accord_context *context, accord_fund_outcome **outcome, const accord_problem *problem,
                               const accord_fund *fund, int top) {
  const accord_risk *risk = problem->risk || !problem->frictionless ? problem->risk : problem->frictionless->risk;
  struct request in = {NULL, problem, fund, risk, top};
  accord_status status = !risk ? fail(context, ACCORD_INVALID, "a fund covers losses in scenarios, and there are none")
                         : mpq_sgn(fund->size) <= 0 ? fail(context, ACCORD_INVALID, "the fund is empty")
                                                    : guard(context, find_fund, &in);
  *outcome = status == ACCORD_OK ? in.outcome : NULL;
  return status;
}

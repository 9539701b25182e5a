/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "claims_game.h"
#include "groups.h"
#include "rule.h"

void standalone_of_claims(mpq_t value, const accord_claims *claims, int i) {
  mpq_sub(value, claims->estate, claims->claimed);
  mpq_add(value, value, claims->claim[i]);
  if (mpq_sgn(value) < 0) mpq_set_ui(value, 0, 1);
}

static void keep_least(mpq_t least, const mpq_t number) {
  if (mpq_cmp(number, least) < 0) mpq_set(least, number);
}

/* The largest t with t <= x_i <= c_i - t for some split x of the estate: t <= c_i / 2, n t <= E and n t <= C - E. */
static void find_least_core(accord_context *context, accord_facts *facts, const accord_claims *claims) {
  mpq_t *work = pool_rationals(context, 2), *room = &work[0], *divisor = &work[1];
  mpq_set_ui(*divisor, (unsigned long)claims->n, 1);
  mpq_div(facts->least_core, claims->estate, *divisor);
  mpq_sub(*room, claims->claimed, claims->estate);
  mpq_div(*room, *room, *divisor);
  keep_least(facts->least_core, *room);
  for (int i = 0; i < claims->n; i++) {
    mpq_div_2exp(*room, claims->claim[i], 1);
    keep_least(facts->least_core, *room);
  }
  mpq_neg(facts->least_core, facts->least_core);
  facts->has_least_core = true;
}

static void find_ranges(accord_context *context, accord_facts *facts, const accord_claims *claims) {
  facts->least_share = pool_rationals(context, (size_t)claims->n);
  facts->greatest_share = pool_rationals(context, (size_t)claims->n);
  for (int i = 0; i < claims->n; i++) {
    standalone_of_claims(facts->least_share[i], claims, i);
    mpq_set(facts->greatest_share[i], claims->estate);
    keep_least(facts->greatest_share[i], claims->claim[i]);
  }
}

void find_facts_of_claims(accord_context *context, accord_facts *facts, const accord_problem *problem, int wanted) {
  if (wanted & ACCORD_FACT_MONOTONE) facts->monotone = ACCORD_YES;
  if (wanted & ACCORD_FACT_SUPERADDITIVE) facts->superadditive = ACCORD_YES;
  if (wanted & ACCORD_FACT_CONVEX) facts->convex = ACCORD_YES;
  if (wanted & (ACCORD_FACT_CORE | ACCORD_FACT_RANGES)) facts->core_empty = ACCORD_NO;
  if (wanted & ACCORD_FACT_RANGES) find_ranges(context, facts, problem->claims);
  if (wanted & ACCORD_FACT_LEAST_CORE && problem->n > 1) find_least_core(context, facts, problem->claims);
  facts->has_cost_of_stability = wanted & ACCORD_FACT_COST_OF_STABILITY;
}

/* ------------------------------------------------------------------ objections */

/* Those of whom a proper coalition sums an amount to the least: all below 0, but for the last of them where that would
 * be everybody; where nobody is below 0, who has least. */
struct lightest {
  bool *in; /* size n */
  int count;
  mpq_t sum;
};

static struct lightest *find_lightest(accord_context *context, const mpq_t *amount, int n) {
  struct lightest *lightest = POOL_NEW(context, 1, struct lightest);
  int least = 0, nearest = -1;
  lightest->in = POOL_NEW(context, (size_t)n, bool);
  pool_rational(context, lightest->sum);
  for (int i = 0; i < n; i++) {
    if (mpq_cmp(amount[i], amount[least]) < 0) least = i;
    if (mpq_sgn(amount[i]) >= 0) continue;
    lightest->in[i] = true;
    lightest->count++;
    mpq_add(lightest->sum, lightest->sum, amount[i]);
    if (nearest < 0 || mpq_cmp(amount[i], amount[nearest]) > 0) nearest = i;
  }
  if (lightest->count == n) {
    lightest->in[nearest] = false;
    lightest->count--;
    mpq_sub(lightest->sum, lightest->sum, amount[nearest]);
  } else if (lightest->count == 0) {
    lightest->in[least] = true;
    lightest->count = 1;
    mpq_set(lightest->sum, amount[least]);
  }
  return lightest;
}

/* The excess of S is the larger of -x(S) and, with the parties R outside S, E - x(N) + x(R) - c(R). */
void find_stability_of_claims(accord_context *context, accord_stability *stability, const accord_problem *problem,
                              const mpq_t *shares, int top) {
  const accord_claims *claims = problem->claims;
  int n = claims->n;
  mpq_t *missing = pool_rationals(context, (size_t)n + 2), *over = &missing[n], *outside = &missing[n + 1];
  for (int i = 0; i < n; i++) mpq_sub(missing[i], claims->claim[i], shares[i]);
  rational_sum(*over, shares, n);
  mpq_sub(*over, claims->estate, *over);
  const struct lightest *paid = find_lightest(context, shares, n);
  const struct lightest *short_of = find_lightest(context, (const mpq_t *)missing, n);
  mpq_neg(stability->max_excess, paid->sum);
  mpq_sub(*outside, *over, short_of->sum);
  bool by_others = mpq_cmp(*outside, stability->max_excess) > 0;
  if (by_others) mpq_set(stability->max_excess, *outside);
  const bool *in = by_others ? short_of->in : paid->in;
  accord_group *group = POOL_NEW(context, 1, accord_group);
  group->member = POOL_NEW(context, (size_t)n, int);
  for (int i = 0; i < n; i++)
    if (in[i] != by_others) group->member[group->count++] = i;
  stability->has_excess = true;
  stability->only_some_counted = true;
  stability->stable = mpq_sgn(stability->max_excess) > 0 ? ACCORD_NO : ACCORD_YES;
  name_worst(context, stability, group, n, top);
}

/* ------------------------------------------------------------------- nucleolus */

/* It is the Talmud rule (Aumann and Maschler 1985). */
accord_status nucleolus_of_claims(accord_context *context, accord_split *split, const accord_problem *problem) {
  return accord_find_rule("talmud")->solve(context, split, problem);
}

/* The same, as the core is not empty. */
accord_status prenucleolus_of_claims(accord_context *context, accord_split *split, const accord_problem *problem) {
  return nucleolus_of_claims(context, split, problem);
}

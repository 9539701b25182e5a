/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shares of a game in which one coalition is worth 1 and all others nothing, by formula, for linear rules that do
 * not treat all parties alike. What i adds counts with the chance that it finds just the others there. */
#include "sensitivity_formulas.h"

#include <string.h>

/* a! b! / (a + b + 1)!. */
static void order_chance(mpq_t chance, int a, int b) {
  mpz_bin_uiui(mpq_denref(chance), (unsigned)(a + b), (unsigned)a);
  mpz_mul_ui(mpq_denref(chance), mpq_denref(chance), (unsigned)(a + b + 1));
  mpz_set_ui(mpq_numref(chance), 1);
}

/* Shapley's rule among the members: i in S completes it, i outside breaks it up. */
static void shapley_unit(mpq_t rate, accord_coalition members, accord_coalition coalition, int i) {
  int inside = size_of(coalition), size = size_of(members);
  if (has(coalition, i)) order_chance(rate, inside - 1, size - inside);
  else order_chance(rate, inside, size - inside - 1);
  if (!has(coalition, i)) mpq_neg(rate, rate);
}

static void contribution_unit(sensitivity *about, mpq_t *rate, accord_coalition coalition) {
  const accord_composite *composite = about->split->composite;
  if (coalition != everybody(about->problem->n)) return;
  for (int i = 0; i < about->problem->n; i++) mpq_set(rate[i], composite->composite[i]);
}

/* shapley_i + (r_i - 1/n) v(N). */
static void adjusted_shapley_unit(sensitivity *about, mpq_t *rate, accord_coalition coalition) {
  int n = about->problem->n;
  contribution_unit(about, rate, coalition);
  if (coalition == everybody(n)) return; /* there Shapley's 1/n and the other go */
  for (int i = 0; i < n; i++) shapley_unit(rate[i], everybody(n), coalition, i);
}

/* ------------------------------------------------------------------- unions */

/* The union of party i. */
static accord_coalition union_with(const accord_problem *problem, int i) {
  const accord_overlays *overlays = &problem->overlays;
  accord_coalition members = party(i);
  for (int j = 0; overlays->union_of && j < problem->n; j++)
    if (overlays->union_of[j] == overlays->union_of[i]) members |= party(j);
  return members;
}

static void aumann_dreze_unit(sensitivity *about, mpq_t *rate, accord_coalition coalition) {
  for (int i = 0; i < about->problem->n; i++) {
    accord_coalition members = union_with(about->problem, i);
    if ((coalition & ~members) == 0) shapley_unit(rate[i], members, coalition, i);
  }
}

/* How many unions a coalition is made of; -1 where one is cut. */
static int whole_unions(const accord_problem *problem, accord_coalition coalition) {
  int count = 0;
  while (coalition) {
    accord_coalition members = union_with(problem, __builtin_ctzll(coalition));
    if (members & ~coalition) return -1;
    coalition ^= members;
    count++;
  }
  return count;
}

/* The other unions there come whole before i's own, of which some are there. */
static void owen_unit(sensitivity *about, mpq_t *rate, accord_coalition coalition) {
  const accord_problem *problem = about->problem;
  int unions = whole_unions(problem, everybody(problem->n));
  mpq_t *chance = pool_rationals(about->context, 1);
  for (int i = 0; i < problem->n; i++) {
    accord_coalition members = union_with(problem, i), own = coalition & members;
    int others = whole_unions(problem, coalition & ~members);
    if (others < 0) continue;
    order_chance(*chance, others, unions - others - 1);
    shapley_unit(rate[i], members, own, i);
    mpq_mul(rate[i], rate[i], *chance);
  }
  pool_free(about->context, chance);
}

/* -------------------------------------------------------------------- links */

/* A connected coalition is a part of those that hold it and none of its neighbours. */
static void myerson_unit(sensitivity *about, mpq_t *rate, accord_coalition coalition) {
  const accord_coalition *links = about->problem->overlays.links;
  accord_coalition part = coalition & -coalition, before = 0, beside = 0;
  for (; part != before;) {
    before = part;
    for (accord_coalition rest = part; rest; rest &= rest - 1) part |= links[__builtin_ctzll(rest)] & coalition;
  }
  if (part != coalition) return;
  for (accord_coalition rest = coalition; rest; rest &= rest - 1) beside |= links[__builtin_ctzll(rest)] & ~coalition;
  for (int i = 0; i < about->problem->n; i++)
    if (has(coalition | beside, i)) shapley_unit(rate[i], coalition | beside, coalition, i);
}

/* ------------------------------------------------------------------ weights */

/* f(S) = sum over T around S of (-1)^(|T| - |S|) / w(T); then party i gets w_i f(S), or -w_i f(S + i) outside. */
static mpq_t *weight_sums(sensitivity *about) {
  const mpq_t *weight = about->problem->overlays.weights;
  size_t size = about->problem->game->size;
  mpq_t *sum = pool_rationals(about->context, size);
  for (accord_coalition s = 1; s < size; s++) mpq_add(sum[s], sum[s & (s - 1)], weight[__builtin_ctzll(s)]);
  for (accord_coalition s = 1; s < size; s++) mpq_inv(sum[s], sum[s]);
  for (int i = 0; i < about->problem->n; i++) {
    check_clock(about->context);
    for (accord_coalition s = 1; s < size; s++)
      if (!has(s, i)) mpq_sub(sum[s], sum[s], sum[s | party(i)]);
  }
  return sum;
}

static void weighted_shapley_unit(sensitivity *about, mpq_t *rate, accord_coalition coalition) {
  if (!about->prepared) about->prepared = weight_sums(about);
  mpq_t *sum = about->prepared;
  for (int i = 0; i < about->problem->n; i++) {
    mpq_mul(rate[i], sum[coalition | party(i)], about->problem->overlays.weights[i]);
    if (!has(coalition, i)) mpq_neg(rate[i], rate[i]);
  }
}

unit_formula *find_unit_formula(const char *rule) {
  static const struct {
    const char *rule;
    unit_formula *formula;
  } formulas[] = {{"contribution", contribution_unit}, {"adjusted-shapley", adjusted_shapley_unit},
                  {"aumann-dreze", aumann_dreze_unit}, {"owen", owen_unit},
                  {"myerson", myerson_unit},           {"weighted-shapley", weighted_shapley_unit}};
  for (size_t k = 0; k < sizeof formulas / sizeof *formulas; k++)
    if (strcmp(formulas[k].rule, rule) == 0) return formulas[k].formula;
  return NULL;
}

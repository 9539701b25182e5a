/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every group adds to its parts, shared by weight: weighted-shapley. */
#include "arrivals.h"

static void sum_weights(mpq_t sum, const explaining *e, accord_coalition group) {
  mpq_set_ui(sum, 0, 1);
  for (int i = 0; i < e->n; i++)
    if (has(group, i)) mpq_add(sum, sum, e->problem->overlays.weights[i]);
}

static const char *adds(const explaining *e, accord_coalition group, const mpq_t dividend) {
  mpq_t *size = pool_rationals(e->context, 1);
  mpq_abs(*size, dividend);
  const char *more = mpq_sgn(dividend) < 0 ? "less" : "more", *amount = say_amount(e, *size);
  if (size_of(group) == 1) return "";
  return pool_text(e->context, "%s together %s %s %s than their parts", say_group(e, group),
                   e->cost ? "cost" : "are worth", amount, more);
}

static void tell_group(explaining *e, const mpz_t *dividend, int i, accord_coalition group) {
  mpq_t *work = pool_rationals(e->context, 3), *worth = &work[0], *weight = &work[1], *part = &work[2];
  if (mpz_sgn(dividend[group]) == 0 && size_of(group) > 1) return;
  mpq_set_z(*worth, dividend[group]);
  mpq_mul(*worth, *worth, e->problem->game->unit);
  if (e->cost) mpq_neg(*worth, *worth);
  sum_weights(*weight, e, group);
  mpq_div(*weight, e->problem->overlays.weights[i], *weight);
  weigh(*part, *weight, *worth);
  const char *id = say_party(e, i);
  if (size_of(group) == 1) tell_term(e, i, *part, "%s %s.", id, say_alone(e, *part));
  else
    tell_term(e, i, *part, "%s. Of the weights in this group %s has %s: %s.", adds(e, group, *worth), id,
              say_fraction(e, *weight), weighed(e, *weight, *worth, *part));
}

static void tell_by_name(explaining *e, const mpz_t *dividend, int i) {
  accord_coalition others = 0;
  do tell_group(e, dividend, i, others | party(i));
  while (next_group(&others, everybody(e->n) & ~party(i)));
}

static void tell_by_size(explaining *e, const mpz_t *dividend, int i) {
  mpq_t *part = pool_rationals(e->context, (size_t)e->n);
  weighted_dividends(e->context, part, e->problem->game, dividend, e->problem->overlays.weights, i);
  const char *id = say_party(e, i);
  tell_term(e, i, part[0], "%s %s.", id, say_alone(e, part[0]));
  for (int t = 2; t <= e->n; t++)
    tell_term(e, i, part[t - 1], "Its parts of what %s add to their own parts: %s.",
              t == e->n ? "all together" : pool_text(e->context, "the groups of %d with %s", t, id),
              say_amount(e, part[t - 1]));
}

void explain_weighted_shapley(explaining *e) {
  bool by_name = (accord_coalition)1 << (e->n - 1) <= most_groups_by_name(e);
  tell(e,
       "What a group %s beyond all the smaller groups in it is shared among its parties by their weights, group by "
       "group from single parties up.",
       e->cost ? "costs" : "is worth");
  mpz_t *dividend = game_dividends(e->context, e->problem->game);
  const char *weights = "";
  for (int i = 0; i < e->n; i++)
    weights = pool_text(e->context, "%s%s %s of %s", weights, i ? "," : "",
                        say_fraction(e, e->problem->overlays.weights[i]), say_party(e, i));
  tell(e, "The weights are%s.", weights);
  for (int i = 0; i < e->n; i++) {
    if (!is_wanted(e, i)) continue;
    if (by_name) tell_by_name(e, (const mpz_t *)dividend, i);
    else tell_by_size(e, (const mpz_t *)dividend, i);
  }
}

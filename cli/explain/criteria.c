/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules that go by criteria: contribution, adjusted-shapley. */
#include "explaining.h"

/* A part of one: a fraction where it is short, else decimals. */
static const char *part_text(const explaining *e, const mpq_t part) {
  return mpz_sizeinbase(mpq_denref(part), 10) < 8 ? say_fraction(e, part) : decimal_text(e->context, part, 6);
}

static void tell_weights(explaining *e) {
  const accord_composite *composite = e->split->composite;
  const accord_criteria *criteria = composite->criteria;
  for (int k = 0; k < criteria->count; k++)
    tell(e, "%s counts %s.", safe_text(e->context, criteria->criterion[k].name), part_text(e, composite->weight[k]));
  if (!criteria->pairwise && !criteria->weights)
    tell(e, "These weights come from entropy: a criterion under which all parties score alike counts nothing, and the "
            "more it tells them apart, the more it counts.");
  if (criteria->pairwise)
    tell(e,
         "These weights come from comparisons in pairs; their consistency ratio is %.3f, where 0.1 and less will do.",
         composite->consistency_ratio);
}

static const char *score_number(const explaining *e, const mpq_t score) {
  bool whole = mpz_cmp_ui(mpq_denref(score), 1) == 0;
  return whole || !decimals_suffice(e->context, score) ? say_fraction(e, score) : say_short(e, score);
}

/* "uni scores 30 for patents, 3/10 of all" */
static const char *score_text(const explaining *e, int k, int i) {
  const accord_criterion *criterion = &e->split->composite->criteria->criterion[k];
  const char *name = safe_text(e->context, criterion->name);
  const char *part = part_text(e, e->split->composite->part[k * e->n + i]);
  if (!criterion->scores)
    return pool_text(e->context, "%s: %s has %s, by comparisons in pairs", name, say_party(e, i), part);
  return pool_text(e->context, "%s: %s scores %s, which is %s of all", name, say_party(e, i),
                   score_number(e, criterion->scores[i]), part);
}

static void tell_contribution(explaining *e, int i) {
  const accord_composite *composite = e->split->composite;
  mpq_t *work = pool_rationals(e->context, 1);
  for (int k = 0; k < composite->criteria->count; k++) {
    const mpq_t *part = (const mpq_t *)&composite->part[k * e->n + i];
    mpq_mul(*work, composite->weight[k], *part);
    mpq_mul(*work, *work, e->problem->total);
    tell_term(e, i, *work, "%s: %s x %s x %s = %s.", score_text(e, k, i), part_text(e, composite->weight[k]),
              part_text(e, *part), say_signed(e, e->problem->total, true), say_amount(e, *work));
  }
}

void explain_contribution(explaining *e) {
  tell(e,
       "The total is shared by what each party scores under the criteria, and by nothing else; the criteria count by "
       "their weights, which sum to 1.");
  tell_weights(e);
  for (int i = 0; i < e->n; i++)
    if (is_wanted(e, i)) tell_contribution(e, i);
}

/* --------------------------------------------------------- adjusted Shapley */

static void tell_adjustment(explaining *e, int i) {
  const accord_composite *composite = e->split->composite;
  mpq_t *work = pool_rationals(e->context, 3), *equal = &work[0], *adjustment = &work[1], *shapley = &work[2];
  mpq_set_ui(*equal, 1, (unsigned)e->n);
  mpq_sub(*adjustment, composite->composite[i], *equal);
  mpq_mul(*adjustment, *adjustment, e->problem->total);
  mpq_sub(*shapley, e->split->share[i], *adjustment);
  if (in_detail(e)) tell_shapley_terms(e);
  else tell_term(e, i, *shapley, "The Shapley value of %s is %s.", say_party(e, i), say_amount(e, *shapley));
  for (int k = 0; k < composite->criteria->count && in_detail(e); k++) tell_of(e, i, "%s.", score_text(e, k, i));
  tell_term(e, i, *adjustment,
            "By all criteria its part is %s, and an equal part would be 1/%d: (%s - 1/%d) x %s = %s.",
            part_text(e, composite->composite[i]), e->n, part_text(e, composite->composite[i]), e->n,
            say_signed(e, e->problem->total, true), say_amount(e, *adjustment));
}

void explain_adjusted_shapley(explaining *e) {
  tell(
      e,
      "Each party begins with its Shapley value, what it adds to those before it on average over all orders of coming. "
      "Then whoever scores more than an equal part under the criteria %s more, and whoever scores less %s less.",
      gets(e), gets(e));
  tell_weights(e);
  for (int i = 0; i < e->n; i++)
    if (is_wanted(e, i)) tell_adjustment(e, i);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The average over all groups of others, then scaled to the total: banzhaf. */
#include "arrivals.h"

static void tell_group(explaining *e, int i, accord_coalition group) {
  mpq_t *work = pool_rationals(e->context, 3), *after = &work[0], *before = &work[1], *added = &work[2];
  value_of(e, *after, group | party(i));
  value_of(e, *before, group);
  mpq_sub(*added, *after, *before);
  if (group)
    tell_amount(e, i, *added, "To %s %s %s.", say_group(e, group), say_party(e, i),
                brings_difference(e, *added, *after, *before));
  else tell_amount(e, i, *added, "To nobody %s %s.", say_party(e, i), brings(e, *added));
}

static void tell_by_name(explaining *e, int i) {
  accord_coalition group = 0;
  do tell_group(e, i, group);
  while (next_group(&group, everybody(e->n) & ~party(i)));
}

static void tell_by_size(explaining *e, const mpq_t *mean, int i) {
  mpz_t *count = pool_integers(e->context, 1);
  for (int s = 0; s < e->n; s++) {
    const mpq_t *added = &mean[i * e->n + s];
    mpz_bin_uiui(*count, (unsigned long)e->n - 1, (unsigned long)s);
    if (s == 0) tell_amount(e, i, *added, "To nobody %s %s.", say_party(e, i), brings(e, *added));
    else if (s == e->n - 1) tell_amount(e, i, *added, "To all others %s %s.", say_party(e, i), brings(e, *added));
    else
      tell_amount(e, i, *added, "To the %lu groups of %d others %s %s on average.", mpz_get_ui(*count), s,
                  say_party(e, i), brings(e, *added));
  }
}

/* 2^(n-1), of nobody and of others. */
static const char *groups_text(const explaining *e) {
  accord_coalition count = (accord_coalition)1 << (e->n - 1);
  return pool_text(e->context, "%llu", (unsigned long long)count);
}

static void tell_scaled(explaining *e, int i, const mpq_t sum) {
  const mpq_t *raw = (const mpq_t *)&e->split->detail.value[i];
  tell_amount(e, i, *raw, "Over all %s groups of others, %s %s on average.", groups_text(e), say_party(e, i),
              brings(e, *raw));
  tell_term(e, i, e->split->share[i], "That is its weight, %s of %s in all: %s / %s x %s = %s.",
            say_signed(e, *raw, true), say_signed(e, sum, true), say_signed(e, *raw, true), say_signed(e, sum, true),
            say_signed(e, e->split->total, true), say_amount(e, e->split->share[i]));
}

void explain_banzhaf(explaining *e) {
  if (!e->problem->game) {
    explain_banzhaf_of_vote(e);
    return;
  }
  bool by_name = (accord_coalition)1 << (e->n - 1) <= most_groups_by_name(e);
  mpq_t *sum = pool_rationals(e->context, 1), *mean = pool_rationals(e->context, (size_t)e->n * (size_t)e->n);
  tell(e,
       "Every group of other parties counts the same. What a party adds to each, on average over all of them, is its "
       "weight, and the %s is shared in proportion to the weights.",
       e->cost ? "cost" : "total");
  rational_sum(*sum, (const mpq_t *)e->split->detail.value, e->n);
  tell(e, "The weights sum to %s, and there is %s to share.", say_amount(e, *sum), say_short(e, e->split->total));
  if (!by_name) mean_contributions(e->context, mean, e->problem->game);
  for (int i = 0; i < e->n; i++) {
    if (!is_wanted(e, i)) continue;
    if (by_name) tell_by_name(e, i);
    else tell_by_size(e, (const mpq_t *)mean, i);
    tell_scaled(e, i, *sum);
  }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shadow-price: what each party is worth at the prices of a best plan. */
#include "explaining.h"

/* ------------------------------------------------------------------- matchings */

/* The place of a party in the matching, or -1. */
static int find_pair(const accord_prices *prices, int i) {
  for (int k = 0; k < prices->pair_count; k++)
    if (prices->first[k] == i || prices->second[k] == i) return k;
  return -1;
}

static void tell_matched(explaining *e, int i) {
  const accord_prices *prices = e->split->prices;
  int k = find_pair(prices, i);
  const mpq_t *share = (const mpq_t *)&e->split->share[i];
  const char *least = say_amount(e, prices->least_share[i]), *most = say_amount(e, prices->greatest_share[i]);
  if (k < 0)
    tell_term(e, i, *share,
              "%s is matched with nobody and gets nothing: those it could work with do as well without it.",
              say_party(e, i));
  else if (mpq_equal(prices->least_share[i], prices->greatest_share[i]))
    tell_term(e, i, *share, "%s works with %s, and there is one price for it: %s.", say_party(e, i),
              say_party(e, prices->first[k] == i ? prices->second[k] : prices->first[k]), most);
  else
    tell_term(e, i, *share, "%s works with %s and gets from %s to %s; halfway: %s.", say_party(e, i),
              say_party(e, prices->first[k] == i ? prices->second[k] : prices->first[k]), least, most,
              say_amount(e, *share));
}

/* ------------------------------------------------------------------ production */

static const char *resource_name(const explaining *e, int r) {
  return safe_text(e->context, e->split->prices->production->resource[r]);
}

static void tell_plan(explaining *e) {
  const accord_prices *prices = e->split->prices;
  const accord_production *production = prices->production;
  const char *made = "", *bought = "";
  for (int j = 0; j < production->product_count; j++)
    if (mpq_sgn(prices->quantity[j]))
      made = pool_text(e->context, "%s%s%s of \"%s\"", made, *made ? ", " : "", say_fraction(e, prices->quantity[j]),
                       safe_text(e->context, production->product[j].name));
  for (int r = 0; r < production->resource_count; r++)
    if (mpq_sgn(prices->bought[r]))
      bought = pool_text(e->context, "%s%s%s of %s", bought, *bought ? ", " : "", say_fraction(e, prices->bought[r]),
                         resource_name(e, r));
  tell(e, "The best plan of all together makes %s%s%s, and earns %s.", *made ? made : "nothing",
       *bought ? ", for which it buys " : "", bought, say_amount(e, e->split->total));
}

static void tell_price(explaining *e, int r) {
  const accord_prices *prices = e->split->prices;
  if (!prices->has_value[r])
    tell(e, "Nobody has any %s, and it cannot be bought: it has no price.", resource_name(e, r));
  else if (mpq_equal(prices->least_price[r], prices->greatest_price[r]))
    tell_amount(e, -1, prices->price[r], "One more of %s would earn %s more.", resource_name(e, r),
                say_amount(e, prices->price[r]));
  else
    tell_amount(e, -1, prices->price[r], "One more of %s is worth between %s and %s; taken: %s.", resource_name(e, r),
                say_amount(e, prices->least_price[r]), say_amount(e, prices->greatest_price[r]),
                say_amount(e, prices->price[r]));
}

static void tell_paid(explaining *e, int i) {
  const accord_prices *prices = e->split->prices;
  const accord_production *production = prices->production;
  mpq_t *part = pool_rationals(e->context, 1);
  bool any = false;
  for (int r = 0; r < production->resource_count; r++) {
    const mpq_t *amount = &production->amount[i * production->resource_count + r];
    if (mpq_sgn(*amount) == 0) continue;
    any = true;
    mpq_mul(*part, *amount, prices->price[r]);
    tell_term(e, i, *part, "%s brings %s of %s: %s x %s = %s.", say_party(e, i), say_fraction(e, *amount),
              resource_name(e, r), say_fraction(e, *amount), say_fraction(e, prices->price[r]), say_amount(e, *part));
  }
  if (!any) tell_term(e, i, *part, "%s brings nothing and gets nothing.", say_party(e, i));
}

static void explain_prices_of_plan(explaining *e) {
  const accord_production *production = e->split->prices->production;
  tell(e, "Resources are pooled and made into the most profitable mix of products. What one more of a resource would "
          "earn is its shadow price, and each party is paid what it brings at these prices. No group can do better by "
          "itself: whatever it makes costs at least what it earns.");
  tell_plan(e);
  for (int r = 0; r < production->resource_count && r < e->top; r++) tell_price(e, r);
  for (int i = 0; i < e->n; i++)
    if (is_wanted(e, i)) tell_paid(e, i);
}

void explain_shadow_price(explaining *e) {
  mpq_t *sum = pool_rationals(e->context, 1);
  const accord_prices *prices = e->split->prices;
  if (prices->production) {
    explain_prices_of_plan(e);
    return;
  }
  tell(e, "Both sides are matched in pairs so that the pairs are worth most together. Prices are such that no two "
          "parties of both sides could get more by leaving for each other. Among them one set is best for "
          "every party of the left side and one for every party of the right side; each party gets halfway between.");
  for (int k = 0; k < prices->pair_count && k < e->top; k++) {
    mpq_add(*sum, e->split->share[prices->first[k]], e->split->share[prices->second[k]]);
    tell_amount(e, -1, *sum, "%s and %s work together and are worth %s.", say_party(e, prices->first[k]),
                say_party(e, prices->second[k]), say_amount(e, *sum));
  }
  for (int i = 0; i < e->n; i++)
    if (is_wanted(e, i)) tell_matched(e, i);
}

/* The matched pairs are told by what they share; which pairs and parties settle it would fill pages. */
void explain_nucleolus_of_assignment(explaining *e) {
  accord_split *prices;
  const accord_rule *rule = accord_find_rule("shadow-price");
  accord_status status = accord_solve(e->context, &prices, e->problem, rule);
  if (status != ACCORD_OK) guard_leave(e->context, status, "%s", accord_message(e->context));
  tell(e,
       "Both sides are matched in pairs so that the pairs are worth most together. Only parties alone and pairs of "
       "both sides need be looked at: any other group is worth what the pairs in it are. %d levels settle all shares.",
       e->split->certificate->level_count);
  for (int i = 0; i < e->n; i++) {
    if (!is_wanted(e, i)) continue;
    int k = find_pair(prices->prices, i);
    if (k < 0) tell_term(e, i, e->split->share[i], "%s is matched with nobody and gets nothing.", say_party(e, i));
    else
      tell_term(e, i, e->split->share[i], "%s works with %s, and of what they are worth it gets %s.", say_party(e, i),
                say_party(e, prices->prices->first[k] == i ? prices->prices->second[k] : prices->prices->first[k]),
                say_amount(e, e->split->share[i]));
  }
}

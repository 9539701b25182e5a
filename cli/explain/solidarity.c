/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Orders of arrival in which who comes is given the average contribution of all then there: solidarity. */
#include "arrivals.h"

/* The average over j in the group of v(group) - v(group without j), and the contributions themselves. */
static const char *find_average(const explaining *e, mpq_t average, accord_coalition group) {
  mpq_t *work = pool_rationals(e->context, 2), *whole = &work[0], *added = &work[1];
  const char *text = "";
  int left = size_of(group);
  value_of(e, *whole, group);
  mpq_set_ui(average, 0, 1);
  for (int j = 0; j < e->n; j++) {
    if (!has(group, j)) continue;
    value_of(e, *added, group & ~party(j));
    mpq_sub(*added, *whole, *added);
    mpq_add(average, average, *added);
    left--;
    text = pool_text(e->context, "%s%s%s %s%s", text, say_party(e, j), *text ? "" : " adds", say_short(e, *added),
                     left > 1    ? ", "
                     : left == 1 ? " and "
                                 : "");
  }
  mpq_set_ui(*added, 1, (unsigned)size_of(group));
  mpq_mul(average, average, *added);
  return text;
}

static void tell_group(explaining *e, int i, accord_coalition others) {
  mpq_t *work = pool_rationals(e->context, 3), *average = &work[0], *weight = &work[1], *part = &work[2];
  accord_coalition group = others | party(i);
  const char *all = find_average(e, *average, group), *id = say_party(e, i);
  order_weight(*weight, e->n, size_of(others));
  weigh(*part, *weight, *average);
  if (!others)
    tell_term(e, i, *part, "%s joins an empty table in %s and %s: %s.", id, in_orders(e, *weight), brings(e, *average),
              weighed(e, *weight, *average, *part));
  else
    tell_term(e, i, *part, "%s finds %s there in %s. To %s they then are, %s: %s on average, and %s.", id,
              say_group(e, others), in_orders(e, *weight), e->cost ? "the cost of the group" : "the group", all,
              say_amount(e, *average), weighed(e, *weight, *average, *part));
}

static void tell_size(explaining *e, const mpq_t *mean, int i, int s) {
  mpq_t *work = pool_rationals(e->context, 2), *weight = &work[0], *part = &work[1];
  const mpq_t *average = &mean[i * e->n + s - 1];
  mpq_set_ui(*weight, 1, (unsigned)e->n);
  weigh(*part, *weight, *average);
  tell_term(e, i, *part, "%s comes %s in %s; a member of the group then there %s on average: %s.", say_party(e, i),
            s == e->n ? "last" : say_ordinal(e, s), in_orders(e, *weight), brings(e, *average),
            weighed(e, *weight, *average, *part));
}

static void tell_by_name(explaining *e, int i) {
  accord_coalition others = 0;
  do tell_group(e, i, others);
  while (next_group(&others, everybody(e->n) & ~party(i)));
}

void explain_solidarity(explaining *e) {
  bool by_name = (accord_coalition)1 << (e->n - 1) <= most_groups_by_name(e);
  tell(e,
       "The parties come to the table one after the other. Each %s not what it adds itself, but what the members of "
       "the group then there add to it on average, so that the strong carry the weak; the average over all orders of "
       "coming is its share.",
       e->cost ? "pays" : "is given");
  mpq_t *mean = pool_rationals(e->context, (size_t)e->n * (size_t)e->n);
  if (!by_name) mean_member_contributions(e->context, mean, e->problem->game);
  for (int i = 0; i < e->n; i++) {
    if (!is_wanted(e, i)) continue;
    if (by_name) tell_by_name(e, i);
    for (int s = 1; s <= e->n && !by_name; s++) tell_size(e, (const mpq_t *)mean, i, s);
  }
}

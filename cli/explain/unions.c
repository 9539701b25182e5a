/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Orders of arrival in which no union is interrupted: owen. */
#include "arrivals.h"

struct place {
  int who, unions, size; /* the party, how many unions there are, the size of its own */
  accord_coalition own;  /* the others of its union */
  const accord_coalition *members;
  accord_coalition other_unions;
};

static struct place place_of(const explaining *e, const accord_coalition *members, int i) {
  int k = e->problem->overlays.union_of[i], count = e->problem->overlays.union_count;
  return (struct place){i, count, size_of(members[k]), members[k] & ~party(i), members, everybody(count) & ~party(k)};
}

static void find_weight(const explaining *e, mpq_t weight, const struct place *place, int h, int s) {
  mpq_t *own = pool_rationals(e->context, 1);
  order_weight(weight, place->unions, h);
  order_weight(*own, place->size, s);
  mpq_mul(weight, weight, *own);
}

static void tell_group(explaining *e, const struct place *place, accord_coalition unions, accord_coalition own) {
  mpq_t *work = pool_rationals(e->context, 5), *after = &work[0], *before = &work[1], *added = &work[2],
        *weight = &work[3], *part = &work[4];
  accord_coalition there = own;
  const char *id = say_party(e, place->who);
  for (int u = 0; u < place->unions; u++)
    if (has(unions, u)) there |= place->members[u];
  value_of(e, *after, there | party(place->who));
  value_of(e, *before, there);
  mpq_sub(*added, *after, *before);
  find_weight(e, *weight, place, size_of(unions), size_of(own));
  weigh(*part, *weight, *added);
  tell_term(e, place->who, *part, "%s finds %s in %s and %s: %s.", id,
            there ? pool_text(e->context, "%s there", say_group(e, there)) : "an empty table", in_orders(e, *weight),
            there ? brings_difference(e, *added, *after, *before) : brings(e, *added),
            weighed(e, *weight, *added, *part));
}

static void tell_by_name(explaining *e, const struct place *place) {
  accord_coalition unions = 0;
  do {
    accord_coalition own = 0;
    do tell_group(e, place, unions, own);
    while (next_group(&own, place->own));
  } while (next_group(&unions, place->other_unions));
}

static void tell_by_size(explaining *e, const struct place *place) {
  size_t count = (size_t)place->unions * (size_t)place->size;
  mpq_t *mean = pool_rationals(e->context, count), *work = pool_rationals(e->context, 2), *part = &work[1];
  mean_union_contributions(e->context, mean, e->problem, place->who);
  mpq_set_ui(work[0], 1, (unsigned long)count);
  for (int h = 0; h < place->unions; h++)
    for (int s = 0; s < place->size; s++) {
      const mpq_t *added = (const mpq_t *)&mean[h * place->size + s];
      weigh(*part, work[0], *added);
      tell_term(e, place->who, *part,
                "%s finds %d of %d other unions and %d of %d others of its own there in %s, and "
                "on average %s: %s.",
                say_party(e, place->who), h, place->unions - 1, s, place->size - 1, in_orders(e, work[0]),
                brings(e, *added), weighed(e, work[0], *added, *part));
    }
}

void explain_owen(explaining *e) {
  const accord_overlays *overlays = &e->problem->overlays;
  accord_coalition *members = POOL_NEW(e->context, (size_t)overlays->union_count, accord_coalition);
  for (int i = 0; i < e->n; i++) members[overlays->union_of[i]] |= party(i);
  tell(e,
       "The parties come to the table one after the other, and a union, once it has begun to come, comes whole before "
       "anybody else. Each party %s what it adds to the group it finds there; the average over all such orders is its "
       "share.",
       e->cost ? "pays" : "is given");
  for (int i = 0; i < e->n; i++) {
    struct place place = place_of(e, members, i);
    if (!is_wanted(e, i)) continue;
    if (place.unions + place.size - 2 <= 3 &&
        (accord_coalition)1 << (place.unions + place.size - 2) <= most_groups_by_name(e))
      tell_by_name(e, &place);
    else tell_by_size(e, &place);
  }
}

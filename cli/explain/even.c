/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The most equal split that no group can object to: egalitarian-core. */
#include "explaining.h"

/* "it has by itself", "they cost by themselves", "the others' claims leave them" */
static const char *alone_of(const explaining *e, accord_coalition group) {
  bool one = size_of(group) == 1;
  if (e->problem->claims) return one ? "the others' claims leave it" : "the others' claims leave them";
  if (e->cost) return one ? "it costs by itself" : "they cost by themselves";
  return one ? "it has by itself" : "they have by themselves";
}

static bool is_tight(const explaining *e, accord_coalition group, mpq_t *work) {
  mpq_set_ui(work[0], 0, 1);
  for (accord_coalition rest = group; rest; rest &= rest - 1)
    mpq_add(work[0], work[0], e->split->share[__builtin_ctzll(rest)]);
  value_of(e, work[1], group);
  return mpq_equal(work[0], work[1]);
}

/* The parties that get no more than i (of a cost: pay no less). */
static accord_coalition not_above(const explaining *e, int i) {
  accord_coalition parties = 0;
  for (int j = 0; j < e->n; j++) {
    int order = mpq_cmp(e->split->share[j], e->split->share[i]);
    if (e->cost ? order >= 0 : order <= 0) parties |= party(j);
  }
  return parties;
}

/* The smallest group with i, of parties no better off, whose others must get what they have: *found false where there
 * is none. All S between the better-off and all but i are tried. */
static accord_coalition held_with(const explaining *e, int i, bool *found) {
  accord_coalition poorer = not_above(e, i) & ~party(i), best = 0;
  mpq_t *work = pool_rationals(e->context, 2);
  *found = false;
  for (accord_coalition some = 0;; some = (some - poorer) & poorer) {
    check_clock(e->context);
    accord_coalition left = some | party(i), others = everybody(e->n) & ~left;
    if ((!*found || size_of(left) < size_of(best)) && is_tight(e, others, work)) *found = true, best = left;
    if (some == poorer) return best;
  }
}

/* Groups that get just what they have by themselves. */
static void tell_tight(explaining *e) {
  mpq_t *work = pool_rationals(e->context, 2);
  int count = 0;
  for (accord_coalition s = 1; s < everybody(e->n); s++) {
    if (s % 4096 == 0) check_clock(e->context);
    if (!is_tight(e, s, work) || count++ >= e->top) continue;
    tell_amount(e, -1, work[0], "%s %s just what %s: %s.", say_group(e, s), size_of(s) == 1 ? gets(e) : get(e),
                alone_of(e, s), say_amount(e, work[0]));
  }
  if (count > e->top) tell(e, "And so do %d more groups.", count - e->top);
}

static void tell_held(explaining *e, int i, accord_coalition left) {
  mpq_t *work = pool_rationals(e->context, 2), *value = &work[0], *rest = &work[1];
  const mpq_t *share = (const mpq_t *)&e->split->share[i];
  accord_coalition others = everybody(e->n) & ~left;
  const char *id = say_party(e, i);
  value_of(e, *value, others);
  mpq_sub(*rest, e->split->total, *value);
  if (others)
    tell_of(e, i, "%s cannot be asked to %s %s than %s, what %s. Of %s that leaves %s for %s.", say_group(e, others),
            e->cost ? "pay" : "take", e->cost ? "more" : "less", say_short(e, *value), alone_of(e, others),
            say_short(e, e->split->total), say_amount(e, *rest), say_group(e, left));
  else tell_of(e, i, "There is %s in all for %s.", say_amount(e, *rest), say_group(e, left));
  if (size_of(left) == 1) tell_term(e, i, *share, "So %s %s %s.", id, gets(e), say_amount(e, *share));
  else
    tell_term(e, i, *share, "%s for %s would be %s for %s, which %s no %s. So %s %s %s.", e->cost ? "Less" : "More", id,
              e->cost ? "more" : "less", say_group(e, left & ~party(i)), size_of(left) == 2 ? gets(e) : get(e),
              e->cost ? "less" : "more", id, gets(e), say_amount(e, *share));
}

void explain_egalitarian_core(explaining *e) {
  tell(e,
       "Of all splits under which no group would %s by leaving, this is the most equal one: the %s share is made as %s "
       "as it can be, then the next, and so on.",
       e->cost ? "save" : "gain", e->cost ? "largest" : "smallest", e->cost ? "small" : "large");
  tell_tight(e);
  for (int i = 0; i < e->n; i++) {
    bool found;
    if (!is_wanted(e, i)) continue;
    accord_coalition left = held_with(e, i, &found);
    if (found) tell_held(e, i, left);
    else
      tell_term(e, i, e->split->share[i], "%s %s %s. The groups named above, together, do not let it have a %s share.",
                say_party(e, i), gets(e), say_amount(e, e->split->share[i]), e->cost ? "smaller" : "larger");
  }
}

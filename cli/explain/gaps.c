/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The split that keeps the groups served best and worst as close together as can be: modiclus. */
#include "explaining.h"

struct gap {
  accord_coalition worst, best; /* of largest and of smallest excess; none and all of them among the groups */
  mpq_t *high, *low;            /* their excesses */
};

/* e(S), in the sense of a gain by walking out. */
static void excess_of(const explaining *e, mpq_t excess, accord_coalition group, mpq_t value) {
  mpq_set_ui(excess, 0, 1);
  for (accord_coalition rest = group; rest; rest &= rest - 1)
    mpq_add(excess, excess, e->split->share[__builtin_ctzll(rest)]);
  value_of(e, value, group);
  mpq_sub(excess, value, excess);
  if (e->cost) mpq_neg(excess, excess);
}

static struct gap find_gap(const explaining *e) {
  mpq_t *work = pool_rationals(e->context, 4);
  struct gap gap = {0, 0, &work[0], &work[1]};
  for (accord_coalition s = 1; s <= everybody(e->n); s++) {
    excess_of(e, work[2], s, work[3]);
    if (mpq_cmp(work[2], *gap.high) > 0) mpq_set(*gap.high, work[2]), gap.worst = s;
    if (mpq_cmp(work[2], *gap.low) < 0) mpq_set(*gap.low, work[2]), gap.best = s;
  }
  return gap;
}

/* "uni and firm get 1.00 more than they have by themselves" */
static const char *standing_text(const explaining *e, accord_coalition group, const mpq_t excess) {
  bool one = size_of(group) == 1, more = (mpq_sgn(excess) < 0) != e->cost;
  mpq_t *size = pool_rationals(e->context, 1);
  mpq_abs(*size, excess);
  const char *verb = one ? gets(e) : get(e), *group_text = say_group(e, group);
  const char *own = e->cost ? one ? "it costs by itself" : "they cost by themselves"
                    : one   ? "it has by itself"
                            : "they have by themselves";
  if (mpq_sgn(excess) == 0) return pool_text(e->context, "%s %s just what %s", group_text, verb, own);
  return pool_text(e->context, "%s %s %s %s than %s", group_text, verb, say_amount(e, *size), more ? "more" : "less",
                   own);
}

void explain_modiclus(explaining *e) {
  struct gap gap = find_gap(e);
  mpq_t *width = pool_rationals(e->context, 1);
  mpq_sub(*width, *gap.high, *gap.low);
  tell(e, "Every two groups are compared: how much better is one served than the other, measured by what each could "
          "have by itself? The split makes the widest of these gaps as narrow as it can be, then the next, and so on.");
  if (gap.best) tell(e, "Served best: %s.", standing_text(e, gap.best, *gap.low));
  if (gap.worst) tell(e, "Served worst: %s.", standing_text(e, gap.worst, *gap.high));
  if (!gap.worst || !gap.best)
    tell(e, "No group does %s than all of them together, who get just what there is.", gap.worst ? "better" : "worse");
  tell_amount(e, -1, *width, "The widest gap is %s, and no split has a narrower one.", say_amount(e, *width));
  for (int i = 0; i < e->n; i++)
    if (is_wanted(e, i))
      tell_term(e, i, e->split->share[i], "Narrowing all gaps in turn leaves one split, and in it %s %s %s.",
                say_party(e, i), gets(e), say_amount(e, e->split->share[i]));
}

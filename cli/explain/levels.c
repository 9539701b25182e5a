/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules that look after the worst-served group first, level by level, from their Kohlberg certificate: nucleolus,
 * prenucleolus, per-capita-nucleolus, proportional-nucleolus. */
#include "explaining.h"
#include "settled.h"

#include <string.h>

typedef enum measure { IN_MONEY, PER_HEAD, PER_WORTH } measure;

struct levels {
  explaining *e;
  measure measure;
  accord_coalition known;    /* parties whose share follows */
  settled_amounts **settled; /* size n: what party i's share follows from */
  int *from;                 /* size n: the level it follows at */
};

/* ------------------------------------------------------------------- amounts */

static void share_of_group(const explaining *e, mpq_t sum, accord_coalition group) {
  mpq_set_ui(sum, 0, 1);
  for (int i = 0; i < e->n; i++)
    if (has(group, i)) mpq_add(sum, sum, e->split->share[i]);
}

/* "uni and firm", "uni alone" */
static const char *group_text(const explaining *e, accord_coalition group) {
  return size_of(group) == 1 ? pool_text(e->context, "%s alone", say_group(e, group)) : say_group(e, group);
}

static const char *list_groups(const explaining *e, const accord_level *level) {
  const char *text = "";
  int shown = level->coalition_count > e->top + 1 ? e->top : level->coalition_count;
  for (int k = 0; k < shown; k++)
    text = pool_text(e->context, "%s%s%s", text, k ? "; " : "", group_text(e, level->coalitions[k].coalition));
  return shown < level->coalition_count
             ? pool_text(e->context, "%s; and %d more groups", text, level->coalition_count - shown)
             : text;
}

/* -------------------------------------------------------------------- levels */

/* "1.00 more than it could have by itself" */
static const char *level_text(const struct levels *levels, const accord_level *level) {
  const explaining *e = levels->e;
  mpq_t *size = pool_rationals(e->context, 1);
  int sign = mpq_sgn(level->excess);
  const char *base = e->cost              ? "than its own cost"
                     : e->problem->claims ? "than the others' claims leave it"
                                          : "than it could have by itself";
  const char *more = (sign > 0) == e->cost ? "more" : "less";
  mpq_abs(*size, level->excess);
  if (sign == 0)
    return e->cost              ? "just its own cost"
           : e->problem->claims ? "just what the others' claims leave it"
                                : "just what it could have by itself";
  if (levels->measure == PER_WORTH) return pool_text(e->context, "%s %s %s", say_fraction(e, *size), more, base);
  return pool_text(e->context, "%s %s%s %s", say_amount(e, *size), more, levels->measure == PER_HEAD ? " a head" : "",
                   base);
}

/* Whether the level's groups, each once, are all the parties. */
static bool is_partition(const explaining *e, const accord_level *level) {
  accord_coalition all = 0;
  int count = 0;
  for (int k = 0; k < level->coalition_count; k++) {
    all |= level->coalitions[k].coalition;
    count += size_of(level->coalitions[k].coalition);
  }
  return all == everybody(e->n) && count == e->n && level->bound_count == 0;
}

static const char *reason_text(const explaining *e, const accord_level *level, bool first) {
  bool one = level->coalition_count == 1;
  const char *held = "";
  for (int k = 0; k < level->bound_count; k++)
    held = pool_text(e->context, "%s%s%s", held, k ? (k + 1 < level->bound_count ? ", " : " and ") : "",
                     say_group(e, level->bounds[k].coalition));
  if (is_partition(e, level))
    return e->cost ? "Together they are everybody, so less for one is more for another: that is settled."
                   : "Together they are everybody, so more for one is less for another: that is settled.";
  if (level->bound_count)
    return pool_text(e->context, "To %s, %s would have to %s %s than alone, and that is not done: that is settled.",
                     e->cost ? (one ? "charge it less" : "charge them all less")
                     : one   ? "give it more"
                             : "give them all more",
                     held, get(e), e->cost ? "more" : "less");
  const char *given = first ? "The total being what it is" : "What was settled before being kept";
  return pool_text(e->context,
                   e->cost ? "%s, less for one of them is more for another: that is settled."
                           : "%s, more for one of them is less for another: that is settled.",
                   given);
}

static void tell_group(const struct levels *levels, accord_coalition group) {
  explaining *e = levels->e;
  mpq_t *work = pool_rationals(e->context, 3), *share = &work[0], *value = &work[1], *gap = &work[2];
  share_of_group(e, *share, group);
  value_of(e, *value, group);
  mpq_sub(*gap, *share, *value);
  tell_amount(e, -1, *share, "%s %s %s%s.", say_group(e, group),
              size_of(group) == 1 ? gets(e) : pool_text(e->context, "together %s", get(e)),
              mpq_sgn(*gap) ? pool_text(e->context, "%s%s = ", say_signed(e, *value, true), say_signed(e, *gap, false))
                            : "",
              say_amount(e, *share));
}

/* A party held at what it has alone. */
static void tell_bound(explaining *e, accord_coalition group) {
  const mpq_t *share = (const mpq_t *)&e->split->share[__builtin_ctzll(group)];
  tell_amount(e, -1, *share, "%s %s %s, %s.", say_group(e, group), gets(e), say_amount(e, *share),
              e->cost              ? "its own cost"
              : e->problem->claims ? "what the others' claims leave it"
                                   : "what it has alone");
}

static void tell_level(const struct levels *levels, const accord_level *level, int number) {
  explaining *e = levels->e;
  const char *opening = number == 0 ? "First" : number == 1 ? "Next" : "Then";
  const char *ordering = number == 0 ? "the worst served" : "the worst served of those not settled yet";
  bool one = level->coalition_count == 1;
  tell(e, "%s, %s: %s. %s %s %s. %s", opening, ordering, list_groups(e, level), one ? "It" : "Each", gets(e),
       level_text(levels, level), reason_text(e, level, number == 0));
  for (int k = 0; k < level->coalition_count && k < e->top; k++) tell_group(levels, level->coalitions[k].coalition);
  for (int k = 0; k < level->bound_count; k++) tell_bound(e, level->bounds[k].coalition);
}

/* --------------------------------------------------------------- what follows */

/* What is settled after a level, the simplest first: known shares, the total, groups. */
static settled_amounts *settle(const struct levels *levels, const accord_kohlberg *certificate, int last) {
  const explaining *e = levels->e;
  settled_amounts *settled = settled_new(e->context, e->n);
  for (int i = 0; i < e->n; i++)
    if (has(levels->known, i)) settled_add(settled, party(i));
  settled_add(settled, everybody(e->n));
  for (int l = 0; l <= last; l++)
    for (int k = 0; k < certificate->levels[l].coalition_count; k++)
      settled_add(settled, certificate->levels[l].coalitions[k].coalition);
  return settled;
}

static bool is_listed(const accord_kohlberg *certificate, int last, accord_coalition group) {
  for (int l = 0; l <= last; l++) {
    const accord_level *level = &certificate->levels[l];
    for (int k = 0; k < level->coalition_count; k++)
      if (level->coalitions[k].coalition == group) return true;
    for (int k = 0; k < level->bound_count; k++)
      if (level->bounds[k].coalition == group) return true;
  }
  return false;
}

/* A share that was settled by itself, or by that of all the others; NULL where it was not. */
static settled_amounts *settle_directly(const explaining *e, const accord_kohlberg *certificate, int last, int i) {
  settled_amounts *settled = settled_new(e->context, e->n);
  accord_coalition others = everybody(e->n) & ~party(i);
  if (is_listed(certificate, last, party(i))) return settled_add(settled, party(i)), settled;
  if (!is_listed(certificate, last, others)) return NULL;
  settled_add(settled, everybody(e->n));
  settled_add(settled, others);
  return settled;
}

static void know(struct levels *levels, int i, settled_amounts *settled, int level) {
  levels->settled[i] = settled;
  levels->from[i] = level;
}

static void find_known(struct levels *levels, const accord_kohlberg *certificate, int last) {
  const explaining *e = levels->e;
  mpq_t *coefficient = pool_rationals(e->context, (size_t)e->n);
  for (int i = 0; i < e->n; i++) {
    settled_amounts *direct = has(levels->known, i) ? NULL : settle_directly(e, certificate, last, i);
    if (direct) know(levels, i, direct, last), levels->known |= party(i);
  }
  settled_amounts *settled = settle(levels, certificate, last);
  for (int i = 0; i < e->n; i++)
    if (!has(levels->known, i) && settled_express(settled, coefficient, party(i))) know(levels, i, settled, last);
  for (int i = 0; i < e->n; i++)
    if (levels->settled[i]) levels->known |= party(i);
}

static const char *settled_text(const explaining *e, accord_coalition group, const mpq_t coefficient) {
  mpq_t *size = pool_rationals(e->context, 1);
  mpq_abs(*size, coefficient);
  const char *part = mpq_cmp_ui(*size, 1, 1) == 0 ? "" : pool_text(e->context, "%s of ", say_fraction(e, *size));
  const char *what = group == everybody(e->n) ? "the total"
                     : size_of(group) == 1    ? pool_text(e->context, "the share of %s", say_group(e, group))
                                           : pool_text(e->context, "what %s %s together", say_group(e, group), get(e));
  return pool_text(e->context, "%s%s", part, what);
}

static const char *say_size(const explaining *e, const mpq_t amount) {
  mpq_t *size = pool_rationals(e->context, 1);
  mpq_abs(*size, amount);
  return say_amount(e, *size);
}

/* x_i = sum of coefficient x(T) over what is settled, each a term. */
static void tell_share(const struct levels *levels, int i) {
  explaining *e = levels->e;
  const settled_amounts *settled = levels->settled[i];
  mpq_t *coefficient = pool_rationals(e->context, (size_t)e->n), *amount = pool_rationals(e->context, 1);
  bool first = true;
  settled_express(settled, coefficient, party(i));
  for (int pass = 0; pass < 2; pass++) /* what is added, then what is taken off */
    for (int r = 0; r < settled_count(settled); r++) {
      accord_coalition group = settled_coalition(settled, r);
      if (mpq_sgn(coefficient[r]) != (pass ? -1 : 1)) continue;
      share_of_group(e, *amount, group);
      mpq_mul(*amount, *amount, coefficient[r]);
      if (group == party(i)) tell_term(e, i, *amount, "Its share was settled above: %s.", say_amount(e, *amount));
      else
        tell_term(e, i, *amount, "%s %s, %s.",
                  first  ? "Take"
                  : pass ? "Take off"
                         : "Add",
                  settled_text(e, group, coefficient[r]), say_size(e, *amount));
      first = false;
    }
}

/* The party and all those whose shares its own follows from. */
static accord_coalition needed_for(const struct levels *levels, int i) {
  const explaining *e = levels->e;
  accord_coalition needed = party(i), before = 0;
  mpq_t *coefficient = pool_rationals(e->context, (size_t)e->n);
  while (needed != before) {
    accord_coalition added = needed & ~before;
    before = needed;
    for (; added; added &= added - 1) {
      int j = __builtin_ctzll(added);
      settled_express(levels->settled[j], coefficient, party(j));
      for (int r = 0; r < settled_count(levels->settled[j]); r++)
        if (mpq_sgn(coefficient[r]) && size_of(settled_coalition(levels->settled[j], r)) == 1)
          needed |= settled_coalition(levels->settled[j], r);
    }
  }
  return needed;
}

/* ----------------------------------------------------------------- the rules */

static void tell_alone(explaining *e) {
  tell_term(e, 0, e->split->share[0], "There is nobody to share with: %s %s all of it, %s.", say_party(e, 0), gets(e),
            say_amount(e, e->split->share[0]));
}

static void tell_levels(explaining *e, measure unit) {
  const accord_kohlberg *certificate = e->split->certificate;
  size_t n = (size_t)e->n;
  struct levels levels = {e, unit, 0, POOL_NEW(e->context, n, settled_amounts *), POOL_NEW(e->context, n, int)};
  if (e->n == 1) {
    tell_alone(e);
    return;
  }
  if (!e->problem->game) {
    (e->problem->voting ? explain_nucleolus_of_vote : explain_nucleolus_of_assignment)(e);
    return;
  }
  for (int l = 0; l < certificate->level_count; l++) find_known(&levels, certificate, l);
  if (levels.known != everybody(e->n)) guard_leave(e->context, ACCORD_FAILED, "the levels do not settle every share");
  accord_coalition needed = e->party < 0 ? everybody(e->n) : needed_for(&levels, e->party);
  for (int l = 0; l < certificate->level_count; l++)
    if (e->party < 0 || l <= levels.from[e->party]) tell_level(&levels, &certificate->levels[l], l);
  for (int i = 0; i < e->n; i++)
    if (has(needed, i)) tell_share(&levels, i);
}

static void tell_idea(explaining *e, const char *measured, bool keeps_standalone) {
  tell(e,
       "Every group is compared with what %s%s. The group served worst comes first: it is served as well "
       "as can be. Then the next worst, and so on until every share is settled.%s",
       e->cost              ? "it would pay by itself"
       : e->problem->claims ? "the others' claims leave it"
                            : "it could have by itself",
       measured,
       !keeps_standalone ? ""
       : e->cost         ? " Nobody pays more than alone."
                         : " Nobody gets less than alone.");
}

/* Of an airport or a tree beyond tables, or of many users. */
static bool has_no_levels(const explaining *e) {
  return !e->split->certificate && (e->problem->airport || e->problem->tree);
}

void explain_nucleolus(explaining *e) {
  if (has_no_levels(e)) {
    explain_nucleolus_of_facility(e, true);
    return;
  }
  tell_idea(e, "", true);
  tell_levels(e, IN_MONEY);
}

void explain_prenucleolus(explaining *e) {
  if (has_no_levels(e)) {
    explain_nucleolus_of_facility(e, false);
    return;
  }
  tell_idea(e, "", false);
  tell_levels(e, IN_MONEY);
}

void explain_per_capita_nucleolus(explaining *e) {
  tell_idea(e, ", counted per head of the group", true);
  tell_levels(e, PER_HEAD);
}

void explain_proportional_nucleolus(explaining *e) {
  tell_idea(e, ", counted in parts of just that", true);
  tell_levels(e, PER_WORTH);
}

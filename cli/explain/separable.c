/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules made of what each party adds to all others, M_i = v(N) - v(N without i): ensc, scrb, gately, tau. */
#include "explaining.h"

struct parts {
  mpq_t *marginal, *alone, *stake; /* size n: M_i, v(i), M_i - v(i) */
  mpq_t marginals, alones, stakes; /* their sums */
};

static struct parts *find_parts(const explaining *e) {
  size_t n = (size_t)e->n;
  struct parts *parts = POOL_NEW(e->context, 1, struct parts);
  parts->marginal = marginals_of(e);
  parts->alone = standalones_of(e);
  parts->stake = pool_rationals(e->context, n);
  pool_rational(e->context, parts->marginals), pool_rational(e->context, parts->alones);
  pool_rational(e->context, parts->stakes);
  for (int i = 0; i < e->n; i++) mpq_sub(parts->stake[i], parts->marginal[i], parts->alone[i]);
  rational_sum(parts->marginals, (const mpq_t *)parts->marginal, e->n);
  rational_sum(parts->alones, (const mpq_t *)parts->alone, e->n);
  rational_sum(parts->stakes, (const mpq_t *)parts->stake, e->n);
  return parts;
}

static const char *marginal_text(const explaining *e, const struct parts *parts, int i) {
  mpq_t *without = pool_rationals(e->context, 1);
  mpq_sub(*without, e->problem->total, parts->marginal[i]);
  return pool_text(e->context, "%s is %s, and without %s it is %s: a difference of %s",
                   e->cost ? "The whole cost" : "The total", say_short(e, e->problem->total), say_party(e, i),
                   say_short(e, *without), say_amount(e, parts->marginal[i]));
}

static const char *sum_text(const explaining *e, const mpq_t *numbers, const mpq_t sum) {
  const char *text = say_sum(e, numbers, e->n);
  return *text && e->n > 1 ? pool_text(e->context, "%s = %s", text, say_amount(e, sum)) : say_amount(e, sum);
}

static void tell_marginals(explaining *e, const struct parts *parts) {
  mpq_t *rest = pool_rationals(e->context, 2), *size = &rest[1];
  mpq_sub(*rest, e->problem->total, parts->marginals);
  mpq_abs(*size, *rest);
  bool too_much = mpq_sgn(*rest) < 0;
  tell(e, "These parts sum to %s, and there is %s to share: %s.",
       sum_text(e, (const mpq_t *)parts->marginal, parts->marginals), say_short(e, e->problem->total),
       too_much ? pool_text(e->context, "%s too much, which is taken off again", say_amount(e, *size))
                : pool_text(e->context, "%s is left", say_amount(e, *size)));
}

/* -------------------------------------------------------------- ensc and scrb */

void explain_ensc(explaining *e) {
  struct parts *parts = find_parts(e);
  mpq_t *rest = pool_rationals(e->context, 1), *count = pool_rationals(e->context, 1);
  tell(e, "Each party first %s what is its own doing, %s. What is left over, or too much, is shared equally.", gets(e),
       e->cost ? "the cost saved by leaving it out" : "what would be lost without it");
  tell_marginals(e, parts);
  mpq_sub(*rest, e->problem->total, parts->marginals);
  mpq_set_si(*count, e->n, 1);
  mpq_div(*count, *rest, *count);
  for (int i = 0; i < e->n; i++) {
    if (!is_wanted(e, i)) continue;
    tell_term(e, i, parts->marginal[i], "%s.", marginal_text(e, parts, i));
    tell_term(e, i, *count, "Its equal part of what is %s is %s / %d = %s.", mpq_sgn(*rest) < 0 ? "too much" : "left",
              say_signed(e, *rest, true), e->n, say_amount(e, *count));
  }
}

/* Terms base_i and stake_i / stakes x rest. */
static void tell_in_proportion(explaining *e, int i, const struct parts *parts, const mpq_t rest, const char *word) {
  mpq_t *work = pool_rationals(e->context, 2), *rate = &work[0], *part = &work[1];
  if (mpq_sgn(parts->stakes)) mpq_div(*rate, parts->stake[i], parts->stakes);
  weigh(*part, *rate, rest);
  tell_term(e, i, *part, "Its part of the %s is %s x %s = %s.", word, say_fraction(e, *rate), say_signed(e, rest, true),
            say_amount(e, *part));
}

/* "5.00 more than uni has alone (1.00); for all together it is 11.00 more" */
static const char *stake_text(const explaining *e, const struct parts *parts, int i) {
  mpq_t *size = pool_rationals(e->context, 2), *all = &size[1];
  bool less = mpq_sgn(parts->stakes) < 0;
  mpq_abs(*size, parts->stake[i]), mpq_abs(*all, parts->stakes);
  return pool_text(e->context, "%s %s than %s %s (%s); for all together it is %s", say_short(e, *size),
                   less ? "less" : "more", say_party(e, i), alone_text(e), say_short(e, parts->alone[i]),
                   say_short(e, *all));
}

void explain_scrb(explaining *e) {
  struct parts *parts = find_parts(e);
  mpq_t *rest = pool_rationals(e->context, 1);
  mpq_sub(*rest, e->problem->total, parts->marginals);
  tell(e,
       "Each party first %s what is its own doing, %s. What is left over, or too much, is shared in proportion to %s.",
       gets(e), e->cost ? "the cost saved by leaving it out (its separable cost)" : "what would be lost without it",
       e->cost ? "what each would save over standing alone if it paid no more than that"
               : "what each would then have beyond what it has alone");
  tell_marginals(e, parts);
  for (int i = 0; i < e->n; i++) {
    if (!is_wanted(e, i)) continue;
    tell_term(e, i, parts->marginal[i], "%s.", marginal_text(e, parts, i));
    tell_of(e, i, "That is %s.", stake_text(e, parts, i));
    tell_in_proportion(e, i, parts, *rest, mpq_sgn(*rest) < 0 ? "excess" : "rest");
  }
}

void explain_gately(explaining *e) {
  struct parts *parts = find_parts(e);
  mpq_t *surplus = pool_rationals(e->context, 2), *size = &surplus[1];
  mpq_sub(*surplus, e->problem->total, parts->alones);
  mpq_abs(*size, *surplus);
  tell(e, "By leaving, a party would hurt the others and itself. The shares are such that for everybody the harm to "
          "the others, measured by the harm to itself, is the same: nobody can threaten more than anybody else.");
  tell_amount(e, -1, *surplus,
              "Alone the parties %s %s together, and there is %s to share: %s is %s by working together. It "
              "is shared in proportion to how far what each adds to all others is from what it %s.",
              e->cost ? "cost" : "have", sum_text(e, (const mpq_t *)parts->alone, parts->alones),
              say_short(e, e->problem->total), say_amount(e, *size), e->cost ? "saved" : "gained", alone_text(e));
  for (int i = 0; i < e->n; i++) {
    if (!is_wanted(e, i)) continue;
    tell_term(e, i, parts->alone[i], "%s %s.", say_party(e, i), say_alone(e, parts->alone[i]));
    tell_of(e, i, "%s. That is %s.", marginal_text(e, parts, i), stake_text(e, parts, i));
    tell_in_proportion(e, i, parts, *surplus, e->cost ? "saving" : "gain");
  }
}

/* ----------------------------------------------------------------------- tau */

/* Hopes and rights: what each can hope for, M_i; what it can insist on, m_i = M_i + max over S with i of v(S) - M(S). */
struct rights {
  mpq_t *right, *room;     /* size n: m_i, M_i - m_i */
  accord_coalition *group; /* size n: the S, smallest bitmask */
  mpq_t *rights, *rooms, *rate;
};

/* v(S) - M(S). */
static void find_gap(const explaining *e, mpq_t gap, const struct parts *parts, accord_coalition group) {
  value_of(e, gap, group);
  for (accord_coalition rest = group; rest; rest &= rest - 1) mpq_sub(gap, gap, parts->marginal[__builtin_ctzll(rest)]);
}

static void find_groups(const explaining *e, struct rights *found, const struct parts *parts) {
  mpq_t *gap = pool_rationals(e->context, 1);
  for (accord_coalition s = 1; s <= everybody(e->n); s++) {
    if (s % 1024 == 0) check_clock(e->context);
    find_gap(e, *gap, parts, s);
    for (accord_coalition rest = s; rest; rest &= rest - 1) {
      int i = __builtin_ctzll(rest), order = found->group[i] ? mpq_cmp(*gap, found->right[i]) : 0;
      if (found->group[i] && (e->cost ? order >= 0 : order <= 0)) continue;
      found->group[i] = s;
      mpq_set(found->right[i], *gap);
    }
  }
}

static struct rights *find_rights(const explaining *e, const struct parts *parts) {
  size_t n = (size_t)e->n;
  struct rights *found = POOL_NEW(e->context, 1, struct rights);
  mpq_t *work = pool_rationals(e->context, 3);
  *found = (struct rights){pool_rationals(e->context, n),
                           pool_rationals(e->context, n),
                           POOL_NEW(e->context, n, accord_coalition),
                           &work[0],
                           &work[1],
                           &work[2]};
  find_groups(e, found, parts);
  for (int i = 0; i < e->n; i++) {
    mpq_add(found->right[i], found->right[i], parts->marginal[i]);
    mpq_sub(found->room[i], parts->marginal[i], found->right[i]);
  }
  rational_sum(*found->rights, (const mpq_t *)found->right, e->n);
  rational_sum(*found->rooms, (const mpq_t *)found->room, e->n);
  mpq_sub(*found->rate, e->problem->total, *found->rights);
  if (mpq_sgn(*found->rooms)) mpq_div(*found->rate, *found->rate, *found->rooms);
  return found;
}

static const char *right_text(const explaining *e, int i, const struct rights *found, const struct parts *parts) {
  accord_coalition others = found->group[i] & ~party(i);
  mpq_t *work = pool_rationals(e->context, 2), *worth = &work[0], *hoped = &work[1];
  const char *id = say_party(e, i), *right = say_amount(e, found->right[i]);
  bool one = size_of(others) == 1;
  if (!others)
    return pool_text(e->context,
                     e->cost ? "It can be asked for no more than standing alone costs: %s %s"
                             : "It can insist on what it would have on its own: %s %s",
                     id, say_alone(e, found->right[i]));
  value_of(e, *worth, found->group[i]);
  for (int j = 0; j < e->n; j++)
    if (has(others, j)) mpq_add(*hoped, *hoped, parts->marginal[j]);
  return pool_text(e->context, "%s together %s %s; when %s %s the %s %s can hope for, %s is left for %s",
                   say_group(e, found->group[i]), e->cost ? "cost" : "are worth", say_short(e, *worth),
                   say_group(e, others), one ? gets(e) : get(e), say_short(e, *hoped), one ? "it" : "they", right, id);
}

static void tell_hopes(explaining *e, const struct rights *found) {
  mpq_t *size = pool_rationals(e->context, 1);
  const char *sum = sum_text(e, (const mpq_t *)found->right, *found->rights);
  mpq_abs(*size, *found->rooms);
  tell(e, e->cost
              ? "Each party has a least it can hope to pay, what it adds to the cost of all others; and a most it can "
                "be asked for, what is left of some group's cost when the others in it pay the least. Everybody "
                "goes the same part of the way from the second to the first."
              : "Each party has a most it can hope for, what it adds to all others; and a least it can insist on, "
                "what is left of some group's worth when the others in it get the most. Everybody goes the same "
                "part of the way from the second to the first.");
  tell(e,
       e->cost ? "What the parties can be asked for sums to %s, and there is %s to share. What they hope to pay is %s "
                 "less in all, so everybody goes %s of the way."
               : "What the parties can insist on sums to %s, and there is %s to share. What they hope for is %s more "
                 "in all, so everybody goes %s of the way.",
       sum, say_short(e, e->problem->total), say_amount(e, *size), say_fraction(e, *found->rate));
}

void explain_tau(explaining *e) {
  struct parts *parts = find_parts(e);
  const struct rights *found = find_rights(e, parts);
  mpq_t *way = pool_rationals(e->context, 1);
  tell_hopes(e, found);
  for (int i = 0; i < e->n; i++) {
    if (!is_wanted(e, i)) continue;
    tell_of(e, i, "%s, the %s.", marginal_text(e, parts, i),
            e->cost ? "least it can hope to pay" : "most it can hope for");
    tell_term(e, i, found->right[i], "%s.", right_text(e, i, found, parts));
    weigh(*way, *found->rate, found->room[i]);
    tell_term(e, i, *way, "%s of the way to %s is %s x %s = %s.", say_fraction(e, *found->rate),
              say_signed(e, parts->marginal[i], true), say_fraction(e, *found->rate),
              say_signed(e, found->room[i], true), say_amount(e, *way));
  }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules that average over all orders of arrival: shapley, aumann-dreze (within unions), myerson (along links), and
 * random-arrival, where who comes takes what is left of the estate. */
#include "arrivals.h"
#include "awards.h"

/* Some parties and the game among them: party k of the game is who[k]. */
struct table {
  const accord_game *game;
  int n;
  accord_coalition members;
  int *who;    /* size n */
  mpq_t *mean; /* size n * n, or NULL where groups are told by name */
};

static struct table make_table(const explaining *e, const accord_game *game, accord_coalition members) {
  struct table table = {game, size_of(members), members, POOL_NEW(e->context, (size_t)size_of(members), int), NULL};
  int k = 0;
  for (accord_coalition rest = members; rest; rest &= rest - 1) table.who[k++] = __builtin_ctzll(rest);
  if ((accord_coalition)1 << (table.n - 1) <= most_groups_by_name(e)) return table;
  table.mean = pool_rationals(e->context, (size_t)table.n * (size_t)table.n);
  mean_contributions(e->context, table.mean, game);
  return table;
}

/* A group of the table among all parties. */
static accord_coalition among_all(const struct table *table, accord_coalition group) {
  accord_coalition all = 0;
  for (; group; group &= group - 1) all |= party(table->who[__builtin_ctzll(group)]);
  return all;
}

/* ----------------------------------------------------------- group by group */

static void tell_group(explaining *e, const struct table *table, int k, accord_coalition group) {
  mpq_t *work = pool_rationals(e->context, 5), *after = &work[0], *before = &work[1], *added = &work[2],
        *weight = &work[3], *part = &work[4];
  int who = table->who[k];
  const char *id = say_party(e, who);
  accord_game_value(*after, table->game, group | party(k));
  if (group) accord_game_value(*before, table->game, group);
  mpq_sub(*added, *after, *before);
  order_weight(*weight, table->n, size_of(group));
  weigh(*part, *weight, *added);
  if (table->n == 1) {
    tell_term(e, who, *part, "%s has nobody to wait for and %s.", id, brings(e, *added));
    return;
  }
  const char *orders = in_orders(e, *weight), *counted = weighed(e, *weight, *added, *part);
  if (!group)
    tell_term(e, who, *part, "%s joins an empty table in %s and %s: %s.", id, orders, brings(e, *added), counted);
  else
    tell_term(e, who, *part, "%s finds %s there in %s and %s: %s.", id, say_group(e, among_all(table, group)), orders,
              brings_difference(e, *added, *after, *before), counted);
}

static void tell_by_name(explaining *e, const struct table *table, int k) {
  accord_coalition group = 0, others = everybody(table->n) & ~party(k);
  do tell_group(e, table, k, group);
  while (next_group(&group, others));
}

/* ------------------------------------------------------------- size by size */

static const char *range_text(const explaining *e, const struct table *table, const contribution_range *range, int s) {
  if (!range || mpq_equal(range[s].least, range[s].greatest)) return "";
  return pool_text(e->context, ", from %s (joining %s) to %s (joining %s)", say_short(e, range[s].least),
                   say_group(e, among_all(table, range[s].least_at)), say_short(e, range[s].greatest),
                   say_group(e, among_all(table, range[s].greatest_at)));
}

static void tell_size(explaining *e, const struct table *table, int k, int s, const contribution_range *range) {
  mpq_t *work = pool_rationals(e->context, 2), *weight = &work[0], *part = &work[1];
  const mpq_t *added = (const mpq_t *)&table->mean[k * table->n + s];
  int who = table->who[k];
  const char *place = s == table->n - 1 ? "last" : say_ordinal(e, s + 1);
  mpq_set_ui(*weight, 1, (unsigned)table->n);
  weigh(*part, *weight, *added);
  tell_term(e, who, *part, "%s comes %s in %s and %s%s%s: %s.", say_party(e, who), place, in_orders(e, *weight),
            brings(e, *added), s == 0 || s == table->n - 1 ? "" : " on average", range_text(e, table, range, s),
            weighed(e, *weight, *added, *part));
}

static void tell_arrivals(explaining *e, const struct table *table, int k) {
  if (!is_wanted(e, table->who[k])) return;
  if (!table->mean) {
    tell_by_name(e, table, k);
    return;
  }
  const contribution_range *range = in_detail(e) ? contribution_ranges(e->context, table->game, k) : NULL;
  for (int s = 0; s < table->n; s++) tell_size(e, table, k, s, range);
}

static void tell_all(explaining *e, const accord_game *game) {
  struct table table = make_table(e, game, everybody(e->n));
  for (int k = 0; k < e->n; k++) tell_arrivals(e, &table, k);
}

/* --------------------------------------------------------------- the rules */

static void tell_claims_worth(explaining *e) {
  if (e->problem->claims)
    tell(e, "What a group is worth here is what is left of the estate when all others are paid in full.");
}

void tell_shapley_terms(explaining *e) { tell_all(e, e->problem->game); }

void explain_shapley(explaining *e) {
  if (e->problem->airport || e->problem->tree) {
    explain_shapley_of_facility(e);
    return;
  }
  if (!e->problem->game) {
    explain_shapley_of_vote(e);
    return;
  }
  tell(e,
       "The parties come to the table one after the other. Each %s what it adds to the group it finds there, and the "
       "average over all orders of coming is its share.",
       e->cost ? "pays" : "is given");
  tell_claims_worth(e);
  tell_all(e, e->problem->game);
}

void explain_myerson(explaining *e) {
  tell(e,
       "Parties work together only along links: %s is what its connected parts %s, summed. The parties come to the "
       "table one after the other; each %s what it adds to the group it finds there, and the average over all orders "
       "of coming is its share.",
       e->cost ? "the cost of a group" : "a group's worth", e->cost ? "cost" : "are worth",
       e->cost ? "pays" : "is given");
  tell_claims_worth(e);
  tell_all(e, linked_game(e->context, e->problem->game, e->problem->overlays.links));
}

static accord_coalition members_of(const accord_overlays *overlays, int n, int u) {
  accord_coalition members = 0;
  for (int i = 0; i < n; i++)
    if (overlays->union_of[i] == u) members |= party(i);
  return members;
}

void explain_aumann_dreze(explaining *e) {
  const accord_overlays *overlays = &e->problem->overlays;
  tell(e,
       "Every union shares what it %s by itself, and nothing else. Its parties come to the table one after the other; "
       "each %s what it adds to those of its union already there, and the average over all orders is its share.",
       e->cost ? "costs" : "is worth", e->cost ? "pays" : "is given");
  tell_claims_worth(e);
  struct table *table = POOL_NEW(e->context, (size_t)overlays->union_count, struct table);
  int *place = POOL_NEW(e->context, (size_t)overlays->union_count, int); /* of the next party in its union */
  for (int i = 0; i < e->n; i++) {
    int u = overlays->union_of[i];
    if (!place[u]) {
      accord_coalition members = members_of(overlays, e->n, u);
      table[u] = make_table(e, subgame(e->context, e->problem->game, members), members);
    }
    tell_arrivals(e, &table[u], place[u]++);
  }
}

/* ----------------------------------------------------------- random arrival */

static void tell_claimant(explaining *e, int i, accord_coalition before) {
  mpq_t *work = pool_rationals(e->context, 4), *left = &work[0], *taken = &work[1], *weight = &work[2],
        *part = &work[3];
  accord_coalition others = everybody(e->n) & ~before;
  value_of(e, *left, others);
  rational_min(*taken, e->problem->claims->claim[i], *left);
  order_weight(*weight, e->n, size_of(before));
  weigh(*part, *weight, *taken);
  tell_term(e, i, *part, "In %s %s %s: %s is left, and %s takes %s: %s.", in_orders(e, *weight), say_party(e, i),
            before ? pool_text(e->context, "comes after %s", say_group(e, before)) : "comes first", say_short(e, *left),
            say_party(e, i), say_short(e, *taken), weighed(e, *weight, *taken, *part));
}

/* Who comes after s others takes what joining the other n - 1 - s adds in the game of what others leave. */
static void tell_claimant_by_place(explaining *e, const mpq_t *mean, int i, int s) {
  mpq_t *work = pool_rationals(e->context, 2), *weight = &work[0], *part = &work[1];
  const mpq_t *taken = &mean[i * e->n + e->n - 1 - s];
  mpq_set_ui(*weight, 1, (unsigned)e->n);
  weigh(*part, *weight, *taken);
  tell_term(e, i, *part, "%s comes %s in %s and finds %s%s: %s.", say_party(e, i),
            s == e->n - 1 ? "last" : say_ordinal(e, s + 1), in_orders(e, *weight), say_amount(e, *taken),
            s == 0 || s == e->n - 1 ? " to take" : " to take on average", weighed(e, *weight, *taken, *part));
}

static void tell_claimants_by_name(explaining *e, int i) {
  accord_coalition before = 0, others = everybody(e->n) & ~party(i);
  do tell_claimant(e, i, before);
  while (next_group(&before, others));
}

void explain_random_arrival(explaining *e) {
  bool by_name = e->n <= 20 && (accord_coalition)1 << (e->n - 1) <= most_groups_by_name(e);
  tell(e, "The claimants come one after the other. Each takes its claim, or what is left of the estate where that is "
          "less, and the average over all orders of coming is its share.");
  tell_claims(e);
  if (!e->problem->game) guard_leave(e->context, ACCORD_LIMIT, "%s", e->problem->no_game);
  mpq_t *mean = pool_rationals(e->context, (size_t)e->n * (size_t)e->n);
  if (!by_name) mean_contributions(e->context, mean, e->problem->game);
  for (int i = 0; i < e->n; i++) {
    if (!is_wanted(e, i)) continue;
    if (by_name) tell_claimants_by_name(e, i);
    for (int s = 0; s < e->n && !by_name; s++) tell_claimant_by_place(e, (const mpq_t *)mean, i, s);
  }
}

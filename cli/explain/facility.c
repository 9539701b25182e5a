/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Airports and trees: shapley edge by edge, and the nucleolus where no certificate tells its levels. */
#include "explaining.h"
#include "shared_tree.h"

/* "40 users", "1 party" */
static const char *users_text(const explaining *e, int64_t count) {
  bool many = e->problem->airport && e->problem->airport->movements;
  return pool_text(e->context, "%lld %s", (long long)count,
                   many         ? count == 1 ? "user" : "users"
                   : count == 1 ? "party"
                                : "parties");
}

static void in_measure(mpq_t amount, const mpz_t whole, const shared_tree *tree) {
  mpz_set(mpq_numref(amount), whole);
  mpz_set(mpq_denref(amount), tree->denominator);
  mpq_canonicalize(amount);
}

/* ------------------------------------------------------------------- Shapley */

static const char *node_text(const explaining *e, const shared_tree *tree, int v) {
  return safe_text(e->context, e->sheet->nodes[tree->stated[v]]);
}

/* Of an airport: "The step from 8.00 to 11.00"; of a tree: "The edge from n3 to n1". */
static const char *edge_text(const explaining *e, const shared_tree *tree, int v) {
  mpq_t *work = pool_rationals(e->context, 2), *below = &work[0], *step = &work[1];
  if (e->problem->tree)
    return pool_text(e->context, "The edge from %s to %s", node_text(e, tree, v), node_text(e, tree, tree->parent[v]));
  for (int u = tree->parent[v]; u > 0; u = tree->parent[u]) {
    in_measure(*step, tree->cost[u], tree);
    mpq_add(*below, *below, *step);
  }
  if (mpq_sgn(*below) == 0) return "The smallest need";
  in_measure(*step, tree->cost[v], tree);
  mpq_add(*step, *step, *below);
  return pool_text(e->context, "The step from %s to %s", say_short(e, *below), say_short(e, *step));
}

/* The edges from the root to the party's node, in that order. */
static int find_way(int *way, const shared_tree *tree, int i) {
  int length = 0;
  for (int v = tree->at[i]; v > 0; v = tree->parent[v]) way[length++] = v;
  for (int first = 0, last = length - 1; first < last; first++, last--) {
    int kept = way[first];
    way[first] = way[last];
    way[last] = kept;
  }
  return length;
}

static void tell_edge(explaining *e, const shared_tree *tree, int i, int v) {
  mpq_t *work = pool_rationals(e->context, 3), *cost = &work[0], *part = &work[1], *users = &work[2];
  in_measure(*cost, tree->cost[v], tree);
  mpq_set_si(*users, tree->users[i], 1);
  mpq_mul(*part, *cost, *users);
  mpq_set_si(*users, tree->users_from[v], 1);
  mpq_div(*part, *part, *users);
  const char *each = tree->users[i] == 1 ? "" : pool_text(e->context, " x %lld", (long long)tree->users[i]);
  tell_term(e, i, *part, "%s costs %s and has %s: %s%s / %lld = %s.", edge_text(e, tree, v), say_short(e, *cost),
            users_text(e, tree->users_from[v]), say_signed(e, *cost, true), each, (long long)tree->users_from[v],
            say_amount(e, *part));
}

void explain_shapley_of_facility(explaining *e) {
  shared_tree *tree = shared_tree_of(e->context, e->problem, true);
  int *way = POOL_NEW(e->context, (size_t)tree->nodes, int);
  mpq_t *nothing = pool_rationals(e->context, 1);
  tell(e, e->problem->tree
              ? "Each edge is shared equally by those who use it."
              : "What is needed is built up from the smallest need. Each step is shared equally by those who need it.");
  for (int i = 0; i < e->n; i++) {
    if (!is_wanted(e, i)) continue;
    int length = find_way(way, tree, i);
    for (int k = 0; k < length; k++) tell_edge(e, tree, i, way[k]);
    if (length == 0) tell_term(e, i, *nothing, "%s needs nothing and pays nothing.", say_party(e, i));
  }
}

/* ----------------------------------------------------------------- nucleolus */

static tree_level *new_levels(accord_context *context, int nodes) {
  tree_level *level = POOL_NEW(context, (size_t)nodes, tree_level);
  for (int v = 0; v < nodes; v++) {
    pool_rational(context, level[v].total);
    pool_rational(context, level[v].inside);
  }
  return level;
}

static void tell_payment(explaining *e, const shared_tree *tree, const tree_level *level, const mpq_t pays, int i) {
  mpq_t *work = pool_rationals(e->context, 4), *total = &work[0], *inside = &work[1], *unit = &work[2],
        *part = &work[3];
  const tree_level *own = &level[tree->at[i]];
  mpz_set(mpq_denref(*unit), tree->denominator);
  mpz_set_ui(mpq_numref(*unit), 1);
  mpq_mul(*total, own->total, *unit);
  mpq_mul(*inside, own->inside, *unit);
  mpq_set_si(*part, tree->users[i], 1);
  mpq_mul(*part, *part, pays);
  const char *left = mpq_sgn(*inside) == 0 ? "" : pool_text(e->context, ", less the %s", say_short(e, *inside));
  tell_term(e, i, *part, "%s is among those who bear %s%s%s. Divided by %lld, that is %s%s.", say_party(e, i),
            say_short(e, *total), left, *left ? " that only others need" : "", (long long)own->times,
            say_amount(e, pays),
            tree->users[i] == 1 ? ""
                                : pool_text(e->context, " for each of its %lld users, %s together",
                                            (long long)tree->users[i], say_amount(e, *part)));
}

void explain_nucleolus_of_facility(explaining *e, bool by_user) {
  shared_tree *tree = shared_tree_of(e->context, e->problem, by_user);
  mpq_t *pays = pool_rationals(e->context, (size_t)tree->nodes + 2), *unit = &pays[tree->nodes + 1];
  tree_level *level = new_levels(e->context, tree->nodes);
  tree_nucleolus(pays, pays[tree->nodes], level, tree);
  mpz_set(mpq_denref(*unit), tree->denominator);
  mpz_set_ui(mpq_numref(*unit), 1);
  tell(e,
       "Every user pays the same as far as that can be. Users who need something that no others do bear its cost by "
       "themselves, and toward the rest they pay together as much as one user; what they bear they then share in the "
       "same way.");
  for (int i = 0; i < e->n; i++) {
    if (!is_wanted(e, i)) continue;
    mpq_mul(pays[tree->nodes], pays[tree->at[i]], *unit);
    tell_payment(e, tree, level, pays[tree->nodes], i);
  }
}

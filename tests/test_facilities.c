/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Airports and trees: what is worked out without a table is what the general engine finds in the table, exactly, and
 * the table is what the definition says. Users of an airport are tried as parties of their own.
 *
 * ACCORD_SEED (1) seeds the random ones, ACCORD_ROUNDS (40) says how many there are of each kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "accord.h"
#include "chance.h"
#include "rule.h"
#include "shared_tree.h"
#include "spanning_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h> /* last: it has a macro fail */

enum { MOST = 8, MOST_NODES = 10, TEXT_ROOM = 48 };

/* ---------------------------------------------------------------- random facilities */

/* A tree of costs in units of 1 / unit; an airport has its needs in cost[1..n]. */
typedef struct test_facility {
  bool airport;
  int n, nodes;
  int parent[MOST_NODES], at[MOST];
  long cost[MOST_NODES], unit;
} test_facility;

static long draw_cost(void) { return draw(0, 3) ? draw(1, 12) : draw(0, 1) * draw(1, 2); }

static test_facility draw_tree(int n) {
  test_facility tree = {.n = n, .nodes = (int)draw(1, MOST_NODES), .unit = draw(0, 1) ? 1 : 6};
  int order[MOST_NODES]; /* numbers need not rise away from the source */
  for (int v = 0; v < tree.nodes; v++) order[v] = v;
  for (int v = tree.nodes - 1; v > 1; v--) {
    int u = (int)draw(1, v), kept = order[v];
    order[v] = order[u];
    order[u] = kept;
  }
  for (int v = 1; v < tree.nodes; v++) {
    tree.parent[order[v]] = order[draw(0, 2) ? draw(0, v - 1) : v - 1];
    tree.cost[order[v]] = draw_cost();
  }
  for (int i = 0; i < n; i++) tree.at[i] = (int)draw(0, tree.nodes - 1);
  return tree;
}

static test_facility draw_airport(int n) {
  test_facility airport = {.airport = true, .n = n, .unit = draw(0, 1) ? 1 : 7};
  for (int i = 0; i < n; i++) airport.cost[i + 1] = draw_cost() + draw(0, 1) * draw(0, 9);
  return airport;
}

static const char *const *cost_texts(const long *cost, int count, long unit, long factor) {
  static char room[64][TEXT_ROOM];
  static const char *text[64];
  for (int v = 0; v < count; v++) {
    snprintf(room[v], TEXT_ROOM, "%ld/%ld", cost[v] * factor, unit);
    text[v] = room[v];
  }
  return text;
}

static accord_problem *problem_of(accord_context *context, const test_facility *one, long factor) {
  accord_problem *problem = NULL;
  accord_status status =
      one->airport
          ? accord_problem_from_needs(context, &problem, cost_texts(one->cost + 1, one->n, one->unit, factor), NULL,
                                      one->n)
          : accord_problem_from_tree(context, &problem, one->parent,
                                     cost_texts(one->cost, one->nodes, one->unit, factor), one->nodes, one->at, one->n);
  if (status) fail_msg("facility: %s", accord_message(context));
  return problem;
}

/* By the definition: the largest need, or the edges on the members' ways. */
static long cost_of(const test_facility *one, unsigned s) {
  bool used[MOST_NODES] = {false};
  long sum = 0;
  for (int i = 0; i < one->n; i++) {
    if (!(s >> i & 1)) continue;
    if (one->airport && one->cost[i + 1] > sum) sum = one->cost[i + 1];
    for (int v = one->airport ? 0 : one->at[i]; v > 0; v = one->parent[v]) used[v] = true;
  }
  for (int v = 1; !one->airport && v < one->nodes; v++) sum += used[v] ? one->cost[v] : 0;
  return sum;
}

static const char *facility_text(const test_facility *one) {
  static char text[1024];
  size_t length = (size_t)snprintf(text, sizeof text, "%s of %d, unit 1/%ld:", one->airport ? "airport" : "tree",
                                   one->n, one->unit);
  for (int v = 1; v < (one->airport ? one->n + 1 : one->nodes); v++)
    length += (size_t)snprintf(text + length, sizeof text - length, " %d-%d:%ld", v, one->parent[v], one->cost[v]);
  for (int i = 0; i < one->n; i++) length += (size_t)snprintf(text + length, sizeof text - length, " @%d", one->at[i]);
  return text;
}

static const accord_split *solve(accord_context *context, const accord_problem *problem, const char *rule) {
  accord_split *split = NULL;
  if (accord_solve(context, &split, problem, accord_find_rule(rule)) != ACCORD_OK)
    fail_msg("%s: %s", rule, accord_message(context));
  if (split->status != ACCORD_OK) fail_msg("%s: %s", rule, split->reason);
  return split;
}

static test_facility draw_facility(long round) {
  int n = 1 + (int)(round / 2 % MOST);
  return round % 2 ? draw_airport(n) : draw_tree(n);
}

/* --------------------------------------------------------------------------- tests */

static void test_table(void **state) {
  accord_context *context = *state;
  static const long factors[] = {1, 1000000007, 1000000000000000003};
  for (long round = 0; round < 3 * setting("ACCORD_ROUNDS", 40); round++) {
    accord_mark mark = accord_get_mark(context);
    test_facility one = draw_facility(round);
    long factor = factors[round % 3];
    if (factor > 2000000000)
      for (int v = 0; v < MOST_NODES; v++) one.cost[v] %= 8;
    accord_problem *problem = problem_of(context, &one, factor);
    mpq_t *value = pool_rationals(context, 2);
    for (unsigned s = 0; s < 1u << one.n; s++) {
      accord_game_value(value[0], problem->game, s);
      mpz_set_si(mpq_numref(value[1]), cost_of(&one, s));
      mpz_mul_si(mpq_numref(value[1]), mpq_numref(value[1]), factor);
      mpz_set_si(mpq_denref(value[1]), one.unit);
      mpq_canonicalize(value[1]);
      if (!mpq_equal(value[0], value[1])) fail_msg("%s: coalition %u", facility_text(&one), s);
    }
    assert_true(mpq_equal(value[1], problem->total));
    accord_reset(context, mark);
  }
}

/* The same game as a table and nothing else: the general engine. */
static accord_problem *plain(accord_context *context, const accord_problem *problem) {
  return problem_from_game(context, problem->game, true);
}

static void expect_same(const test_facility *one, const char *what, const mpq_t *a, const mpq_t *b) {
  for (int i = 0; i < one->n; i++) {
    if (mpq_equal(a[i], b[i])) continue;
    for (int j = 0; j < one->n; j++) gmp_printf("  %Qd %Qd\n", a[j], b[j]);
    fail_msg("%s differs: %s", what, facility_text(one));
  }
}

static void test_without_a_table(void **state) {
  static const char *const rules[] = {"shapley", "nucleolus", "prenucleolus"};
  accord_context *context = *state;
  for (long round = 0; round < 20 * setting("ACCORD_ROUNDS", 40); round++) {
    accord_mark mark = accord_get_mark(context);
    test_facility one = draw_facility(round);
    accord_problem *problem = problem_of(context, &one, 1), bare = *problem;
    bare.game = NULL;
    for (size_t r = 0; r < sizeof rules / sizeof *rules; r++) {
      const accord_split *known = solve(context, plain(context, problem), rules[r]);
      const accord_split *found = solve(context, &bare, rules[r]), *with = solve(context, problem, rules[r]);
      assert_true(found->exact && mpq_equal(found->total, known->total));
      expect_same(&one, rules[r], (const mpq_t *)known->share, (const mpq_t *)found->share);
      expect_same(&one, rules[r], (const mpq_t *)known->share, (const mpq_t *)with->share);
      assert_true(!known->certificate == !with->certificate);
    }
    accord_reset(context, mark);
  }
}

static void test_facts(void **state) {
  accord_context *context = *state;
  for (long round = 0; round < 5 * setting("ACCORD_ROUNDS", 40); round++) {
    accord_mark mark = accord_get_mark(context);
    test_facility one = draw_facility(round);
    accord_problem *problem = problem_of(context, &one, 1), bare = *problem;
    accord_facts *known, *found;
    bare.game = NULL;
    assert_int_equal(accord_find_facts(context, &known, plain(context, problem), ACCORD_FACTS_ALL), ACCORD_OK);
    assert_int_equal(accord_find_facts(context, &found, &bare, ACCORD_FACTS_ALL), ACCORD_OK);
    assert_int_equal(known->monotone, found->monotone);
    assert_int_equal(known->superadditive, found->superadditive);
    assert_int_equal(known->convex, found->convex);
    assert_int_equal(known->core_empty, found->core_empty);
    assert_int_equal(known->has_least_core, found->has_least_core);
    if (!mpq_equal(known->least_core, found->least_core)) fail_msg("least core: %s", facility_text(&one));
    assert_true(found->has_cost_of_stability && mpq_equal(known->cost_of_stability, found->cost_of_stability));
    expect_same(&one, "least share", (const mpq_t *)known->least_share, (const mpq_t *)found->least_share);
    expect_same(&one, "greatest share", (const mpq_t *)known->greatest_share, (const mpq_t *)found->greatest_share);
    accord_facts *none;
    assert_int_equal(accord_find_facts(context, &none, &bare, 0), ACCORD_OK);
    assert_true(none->convex == ACCORD_UNKNOWN && !none->least_share && !none->has_least_core);
    accord_reset(context, mark);
  }
}

/* A split of the cost, or a little more or less, now and then with a party that gets something. */
static void draw_shares(mpq_t *share, const test_facility *one, const accord_problem *problem) {
  mpq_t rest;
  mpq_init(rest);
  mpq_set(rest, problem->total);
  for (int i = 0; i < one->n; i++) {
    mpq_set_si(share[i], draw(draw(0, 3) ? 0 : -2, 6), (unsigned long)one->unit);
    mpq_canonicalize(share[i]);
    mpq_sub(rest, rest, share[i]);
  }
  if (draw(0, 5)) mpq_add(share[one->n - 1], share[one->n - 1], rest);
  mpq_clear(rest);
}

static void expect_group(const test_facility *one, const accord_stability *known, const accord_stability *found,
                         const mpq_t *share) {
  unsigned s = (unsigned)found->worst;
  mpq_t gain, cost;
  mpq_inits(gain, cost, NULL);
  for (int i = 0; i < one->n; i++)
    if (s >> i & 1) mpq_add(gain, gain, share[i]);
  mpq_set_si(cost, cost_of(one, s), (unsigned long)one->unit);
  mpq_canonicalize(cost);
  mpq_sub(gain, gain, cost);
  if (s == 0 || s == (1u << one->n) - 1 || !mpq_equal(gain, known->max_excess) ||
      !mpq_equal(found->max_excess, known->max_excess)) {
    gmp_printf("  found %u with %Qd, %Qd; known %Qd\n", s, gain, found->max_excess, known->max_excess);
    fail_msg("objection: %s", facility_text(one));
  }
  mpq_clears(gain, cost, NULL);
}

static void test_objections(void **state) {
  accord_context *context = *state;
  for (long round = 0; round < 40 * setting("ACCORD_ROUNDS", 40); round++) {
    accord_mark mark = accord_get_mark(context);
    test_facility one = draw_facility(round);
    accord_problem *problem = problem_of(context, &one, 1), bare = *problem;
    accord_stability *known, *found;
    bare.game = NULL;
    mpq_t *share = pool_rationals(context, MOST);
    draw_shares(share, &one, problem);
    const mpq_t *given = (const mpq_t *)share;
    if (round % 5 == 0) given = (const mpq_t *)solve(context, problem, "shapley")->share;
    assert_int_equal(accord_find_stability(context, &known, problem, given, 1), ACCORD_OK);
    assert_int_equal(accord_find_stability(context, &found, &bare, given, 1), ACCORD_OK);
    if (known->stable != found->stable) fail_msg("stable %d: %s", known->stable, facility_text(&one));
    assert_int_equal(known->has_excess, found->has_excess);
    assert_int_equal(found->listed, known->stable == ACCORD_NO);
    if (known->has_excess) expect_group(&one, known, found, given);
    mpq_t *alone = pool_rationals(context, 2);
    for (int i = 0; i < one.n; i++) {
      assert_true(accord_standalone(alone[0], problem, i) && accord_standalone(alone[1], &bare, i));
      assert_true(mpq_equal(alone[0], alone[1]));
    }
    accord_reset(context, mark);
  }
}

/* Users as parties of their own, in the general engine. */
static void test_movements(void **state) {
  static const char *const rules[] = {"shapley", "nucleolus"};
  accord_context *context = *state;
  for (long round = 0; round < 5 * setting("ACCORD_ROUNDS", 40); round++) {
    accord_mark mark = accord_get_mark(context);
    test_facility users = {.airport = true, .unit = 1}, one = draw_airport(1 + (int)draw(0, 4));
    int64_t movements[MOST];
    for (int i = 0; i < one.n; i++) {
      movements[i] = draw(1, (MOST - users.n) / (one.n - i));
      for (int k = 0; k < movements[i]; k++) users.cost[++users.n] = one.cost[i + 1];
    }
    accord_problem *problem;
    const char *const *needs = cost_texts(one.cost + 1, one.n, 1, 1);
    assert_int_equal(accord_problem_from_needs(context, &problem, needs, movements, one.n), ACCORD_OK);
    accord_problem *all = plain(context, problem_of(context, &users, 1));
    for (size_t r = 0; r < 2; r++) {
      const accord_split *each = solve(context, all, rules[r]), *found = solve(context, problem, rules[r]);
      mpq_t *sum = pool_rationals(context, MOST);
      for (int i = 0, u = 0; i < one.n; i++)
        for (int k = 0; k < movements[i]; k++, u++) mpq_add(sum[i], sum[i], each->share[u]);
      expect_same(&one, rules[r], (const mpq_t *)sum, (const mpq_t *)found->share);
      assert_string_equal(found->detail.name, "per_movement");
      expect_same(&(test_facility){.n = 1}, "per movement", (const mpq_t *)each->share,
                  (const mpq_t *)found->detail.value);
    }
    accord_reset(context, mark);
  }
}

/* Thousands of users at a thousand parties; every coalition {users up to a need} and every user hold by Littlechild's
 * own recursion, done here in doubles. */
static void test_many(void **state) {
  enum { PARTIES = 1000 };
  accord_context *context = *state;
  static char room[PARTIES][TEXT_ROOM];
  static const char *needs[PARTIES];
  static int64_t movements[PARTIES];
  accord_mark mark = accord_get_mark(context);
  accord_problem *problem;
  for (int i = 0; i < PARTIES; i++) {
    snprintf(room[i], TEXT_ROOM, "%ld.%02ld", 1000L * i + draw(0, 999), draw(0, 99));
    needs[i] = room[i];
    movements[i] = draw(1, 9999);
  }
  assert_int_equal(accord_problem_from_needs(context, &problem, needs, movements, PARTIES), ACCORD_OK);
  const accord_split *found = solve(context, problem, "nucleolus");
  double paid = 0, settled = 0;
  for (int k = 0; k < PARTIES;) {
    double least = 0, users = 0;
    int last = k;
    for (int j = k; j < PARTIES; j++) {
      users += (double)movements[j];
      double level = (accord_to_double(problem->airport->need[j]) - settled + paid) / (users + (j < PARTIES - 1));
      if (j == k || level <= least) least = level, last = j;
    }
    for (int j = k; j <= last; j++) {
      double each = accord_to_double(found->detail.value[j]);
      assert_true(each > least * (1 - 1e-9) && each < least * (1 + 1e-9));
    }
    settled = accord_to_double(problem->airport->need[last]);
    paid = least;
    k = last + 1;
  }
  assert_true(solve(context, problem, "shapley")->exact && found->exact);
  accord_reset(context, mark);
}

/* ------------------------------------------------------------------------ networks */

enum { MOST_EDGES = 40 };

typedef struct test_network {
  int n, nodes, edges;
  int between[MOST_EDGES][2], at[MOST];
  long cost[MOST_EDGES];
} test_network;

/* Edges in both directions and twice over; costs that tie. */
static test_network draw_network(int n) {
  test_network network = {.n = n, .nodes = (int)draw(2, 6)};
  long dear = draw(0, 1) ? 4 : 30;
  for (int v = 0; v < network.nodes; v++)
    for (int w = v + 1; w < network.nodes; w++)
      for (int times = v == 0 ? 1 : (int)draw(0, 2); times > 0; times--) {
        bool turned = draw(0, 1);
        network.between[network.edges][turned] = v;
        network.between[network.edges][!turned] = w;
        network.cost[network.edges++] = draw(0, dear);
      }
  for (int i = 0; i < n; i++) network.at[i] = (int)draw(draw(0, 3) ? 1 : 0, network.nodes - 1);
  return network;
}

static accord_problem *problem_of_network(accord_context *context, const test_network *one, const int *order,
                                          long factor) {
  accord_problem *problem = NULL;
  int at[MOST];
  for (int i = 0; i < one->n; i++) at[order ? order[i] : i] = one->at[i];
  if (accord_problem_from_network(context, &problem, one->between, cost_texts(one->cost, one->edges, 3, factor),
                                  one->edges, one->nodes, at, one->n))
    fail_msg("network: %s", accord_message(context));
  return problem;
}

/* By the definition, another way: edges cheapest first, as long as they join two labels. -1: not joined. */
static long cheapest_tree(const test_network *one, unsigned s) {
  int label[MOST_NODES];
  bool in[MOST_NODES] = {true}, used[MOST_EDGES] = {false};
  long sum = 0;
  for (int v = 0; v < one->nodes; v++) label[v] = v;
  for (int i = 0; i < one->n; i++)
    if (s >> i & 1) in[one->at[i]] = true;
  for (int left = one->edges; left > 0; left--) {
    int best = -1;
    for (int e = 0; e < one->edges; e++)
      if (!used[e] && (best < 0 || one->cost[e] < one->cost[best])) best = e;
    used[best] = true;
    int a = one->between[best][0], b = one->between[best][1], old = label[b];
    if (!in[a] || !in[b] || label[a] == old) continue;
    sum += one->cost[best];
    for (int v = 0; v < one->nodes; v++)
      if (label[v] == old) label[v] = label[a];
  }
  for (int v = 0; v < one->nodes; v++)
    if (in[v] && label[v] != label[0]) return -1;
  return sum;
}

static void test_network_table(void **state) {
  accord_context *context = *state;
  for (long round = 0; round < 5 * setting("ACCORD_ROUNDS", 40); round++) {
    accord_mark mark = accord_get_mark(context);
    test_network one = draw_network(1 + (int)(round % 7));
    accord_problem *problem = problem_of_network(context, &one, NULL, 1);
    mpq_t *value = pool_rationals(context, 2);
    for (unsigned s = 0; s < 1u << one.n; s++) {
      accord_game_value(value[0], problem->game, s);
      mpq_set_si(value[1], cheapest_tree(&one, s), 3);
      mpq_canonicalize(value[1]);
      assert_true(mpq_equal(value[0], value[1]));
    }
    accord_reset(context, mark);
  }
}

static bool is_in_core(accord_context *context, const accord_problem *problem, const accord_split *split) {
  accord_stability *stability;
  assert_int_equal(accord_find_stability(context, &stability, problem, (const mpq_t *)split->share, 1), ACCORD_OK);
  return stability->stable == ACCORD_YES;
}

/* Where no party is told apart from another by its place in the list. */
static void try_turned(accord_context *context, const test_network *one, const accord_split *split, const char *rule) {
  int order[MOST];
  for (int i = 0; i < one->n; i++) order[i] = (i + 1) % one->n;
  const accord_split *turned = solve(context, problem_of_network(context, one, order, 1), rule);
  for (int i = 0; i < one->n; i++) {
    assert_true(mpq_equal(split->share[i], turned->share[order[i]]));
    for (int j = 0; j < i; j++) assert_true(one->at[i] != one->at[j] || mpq_equal(split->share[i], split->share[j]));
  }
}

static void test_network_rules(void **state) {
  static const char *const rules[] = {"bird", "folk"};
  const int kept = ACCORD_EFFICIENT | ACCORD_SCALE_COVARIANT | ACCORD_IN_CORE | ACCORD_NULL_PARTY | ACCORD_DUMMY_PARTY |
                   ACCORD_INDIVIDUAL | ACCORD_IN_CORE_IF_CONVEX;
  accord_context *context = *state;
  for (long round = 0; round < 10 * setting("ACCORD_ROUNDS", 40); round++) {
    accord_mark mark = accord_get_mark(context);
    test_network one = draw_network(1 + (int)(round % 7));
    accord_problem *problem = problem_of_network(context, &one, NULL, 1), bare = *problem;
    bare.game = NULL;
    mpq_t *value = pool_rationals(context, 2);
    accord_game_value(value[0], problem->game, (1u << one.n) - 1);
    assert_true(mpq_equal(value[0], problem->total));
    for (int r = 0; r < 2; r++) {
      const accord_split *split = solve(context, problem, rules[r]), *same = solve(context, &bare, rules[r]);
      const accord_split *dear = solve(context, problem_of_network(context, &one, NULL, 7), rules[r]);
      assert_int_equal(accord_find_rule(rules[r])->promises, kept | (r ? ACCORD_SYMMETRIC : 0));
      rational_sum(value[1], (const mpq_t *)split->share, one.n);
      assert_true(split->exact && mpq_equal(value[1], problem->total) && mpq_equal(split->total, problem->total));
      assert_true(is_in_core(context, problem, split) &&
                  is_in_core(context, &bare, split)); /* and so null, dummy, alone */
      mpq_set_ui(value[0], 7, 1);
      for (int i = 0; i < one.n; i++) {
        mpq_mul(value[1], split->share[i], value[0]);
        assert_true(mpq_equal(split->share[i], same->share[i]) && mpq_equal(value[1], dear->share[i]));
      }
      if (r == 1) try_turned(context, &one, split, rules[r]);
    }
    accord_reset(context, mark);
  }
}

/* What is said without a table is so, and the one objection told is one. */
static void test_network_core(void **state) {
  accord_context *context = *state;
  int decided = 0, refused = 0;
  for (long round = 0; round < 20 * setting("ACCORD_ROUNDS", 40); round++) {
    accord_mark mark = accord_get_mark(context);
    test_network one = draw_network(1 + (int)(round % 7));
    accord_problem *problem = problem_of_network(context, &one, NULL, 1), bare = *problem;
    accord_stability *known, *found;
    accord_facts *all, *some;
    bare.game = NULL;
    mpq_t *share = pool_rationals(context, MOST), *work = pool_rationals(context, 2);
    draw_shares(share, &(test_facility){.n = one.n, .unit = 3}, problem);
    const mpq_t *given = (const mpq_t *)share;
    if (round % 3 == 0) given = (const mpq_t *)solve(context, problem, round % 2 ? "shapley" : "nucleolus")->share;
    assert_int_equal(accord_find_stability(context, &known, problem, given, 1), ACCORD_OK);
    assert_int_equal(accord_find_stability(context, &found, &bare, given, 1), ACCORD_OK);
    assert_true(found->stable == ACCORD_UNKNOWN || found->stable == known->stable);
    decided += found->stable != ACCORD_UNKNOWN;
    refused += found->stable == ACCORD_NO;
    if (found->stable == ACCORD_NO) {
      accord_game_value(work[0], problem->game, found->objections->coalition);
      mpq_add(work[0], work[0], found->objections->amount);
      for (int i = 0; i < one.n; i++)
        if (found->objections->coalition >> i & 1) mpq_add(work[1], work[1], given[i]);
      assert_true(mpq_equal(work[0], work[1]) && mpq_sgn(found->objections->amount) > 0);
    }
    assert_int_equal(accord_find_facts(context, &all, problem, ACCORD_FACTS_ALL), ACCORD_OK);
    assert_int_equal(accord_find_facts(context, &some, &bare, ACCORD_FACTS_ALL), ACCORD_OK);
    assert_true(all->core_empty == ACCORD_NO && some->core_empty == ACCORD_NO && all->superadditive == ACCORD_YES);
    assert_true(mpq_sgn(all->cost_of_stability) == 0 && some->has_cost_of_stability);
    for (int i = 0; i < one.n; i++) {
      assert_true(accord_standalone(work[0], problem, i) && accord_standalone(work[1], &bare, i));
      assert_true(mpq_equal(work[0], work[1]));
    }
    accord_reset(context, mark);
  }
  assert_true(decided > refused && refused > 0);
}

static void test_wrong_networks(void **state) {
  static const char *const good[] = {"1", "2"}, *const bad[] = {"1", "-2"};
  const int star[][2] = {{0, 1}, {2, 0}}, path[][2] = {{0, 1}, {2, 1}}, off[][2] = {{0, 1}, {2, 3}}, at[] = {1, 2, 0},
            far[] = {1, 3, 0};
  accord_context *context = *state;
  accord_problem *problem;
  assert_int_equal(accord_problem_from_network(context, &problem, star, good, 2, 3, at, 3), ACCORD_OK);
  assert_int_equal(accord_problem_from_network(context, &problem, path, good, 2, 3, at, 3), ACCORD_INVALID);
  assert_int_equal(accord_problem_from_network(context, &problem, off, good, 2, 3, at, 3), ACCORD_INVALID);
  assert_int_equal(accord_problem_from_network(context, &problem, star, bad, 2, 3, at, 3), ACCORD_INVALID);
  assert_int_equal(accord_problem_from_network(context, &problem, star, good, 2, 3, far, 3), ACCORD_INVALID);
  assert_int_equal(accord_problem_from_network(context, &problem, star, good, 2, 0, at, 3), ACCORD_INVALID);
  assert_null(problem);
}

static void test_wrong_facilities(void **state) {
  accord_context *context = *state;
  accord_problem *problem;
  static const char *const good[] = {"1", "2", "3"}, *const bad[] = {"1", "-2", "3"}, *const word[] = {"1", "2", "x"};
  const int64_t none[] = {1, 0, 1}, many[] = {1, ACCORD_MOST_MOVEMENTS + 1, 1};
  const int up[] = {-1, 0, 1}, circle[] = {-1, 2, 1}, far[] = {-1, 0, 7}, at[] = {0, 1, 2}, off[] = {0, 3, 1};
  assert_int_equal(accord_problem_from_needs(context, &problem, bad, NULL, 3), ACCORD_INVALID);
  assert_int_equal(accord_problem_from_needs(context, &problem, word, NULL, 3), ACCORD_INVALID);
  assert_int_equal(accord_problem_from_needs(context, &problem, good, none, 3), ACCORD_INVALID);
  assert_int_equal(accord_problem_from_needs(context, &problem, good, many, 3), ACCORD_INVALID);
  assert_int_equal(accord_problem_from_needs(context, &problem, good, NULL, 0), ACCORD_INVALID);
  assert_int_equal(accord_problem_from_tree(context, &problem, up, good, 3, at, 3), ACCORD_OK);
  assert_int_equal(accord_problem_from_tree(context, &problem, circle, good, 3, at, 3), ACCORD_INVALID);
  assert_int_equal(accord_problem_from_tree(context, &problem, far, good, 3, at, 3), ACCORD_INVALID);
  assert_int_equal(accord_problem_from_tree(context, &problem, up, bad, 3, at, 3), ACCORD_INVALID);
  assert_int_equal(accord_problem_from_tree(context, &problem, up, good, 3, off, 3), ACCORD_INVALID);
  assert_int_equal(accord_problem_from_tree(context, &problem, up, good, 0, at, 3), ACCORD_INVALID);
  assert_null(problem);
  assert_true(strlen(accord_message(context)) > 0);
}

static int set_up(void **state) {
  accord_context *context;
  chance_state = seed();
  print_message("seed %lu\n", (unsigned long)chance_state);
  if (accord_context_new(&context) != ACCORD_OK) return 1;
  *state = context;
  return 0;
}

static int tear_down(void **state) {
  accord_context_free(*state);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_table),
      cmocka_unit_test(test_without_a_table),
      cmocka_unit_test(test_facts),
      cmocka_unit_test(test_objections),
      cmocka_unit_test(test_movements),
      cmocka_unit_test(test_many),
      cmocka_unit_test(test_network_table),
      cmocka_unit_test(test_network_rules),
      cmocka_unit_test(test_network_core),
      cmocka_unit_test(test_wrong_networks),
      cmocka_unit_test(test_wrong_facilities),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}

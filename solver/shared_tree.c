/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Airports and trees as trees of whole numbers, their table, and the problems around them. */
#include "shared_tree.h"

#include "rule.h"

#include <string.h>

bool has_shared_tree(const accord_problem *problem) { return problem->airport || problem->tree; }

/* ------------------------------------------------------------- making the tree */

static shared_tree *new_tree(accord_context *context, int n, int nodes) {
  shared_tree *tree = POOL_NEW(context, 1, shared_tree);
  tree->context = context;
  tree->n = n;
  tree->nodes = nodes;
  tree->parent = POOL_NEW(context, (size_t)nodes, int);
  tree->last = POOL_NEW(context, (size_t)nodes, int);
  tree->stated = POOL_NEW(context, (size_t)nodes, int);
  tree->cost = pool_integers(context, (size_t)nodes);
  tree->at = POOL_NEW(context, (size_t)n, int);
  tree->users = POOL_NEW(context, (size_t)n, int64_t);
  tree->users_at = POOL_NEW(context, (size_t)nodes, int64_t);
  tree->users_from = POOL_NEW(context, (size_t)nodes, int64_t);
  pool_integer(context, tree->denominator);
  mpz_set_ui(tree->denominator, 1);
  tree->parent[0] = -1;
  for (int v = 0; v < nodes; v++) tree->stated[v] = v;
  return tree;
}

/* cost times the denominator, which every cost divides. */
static void set_cost(mpz_t whole, const shared_tree *tree, const mpq_t cost) {
  mpz_divexact(whole, tree->denominator, mpq_denref(cost));
  mpz_mul(whole, whole, mpq_numref(cost));
}

/* Counts users and finds the last node below each, once nodes and parties stand. */
static void finish_tree(shared_tree *tree) {
  for (int i = 0; i < tree->n; i++) tree->users_at[tree->at[i]] += tree->users[i];
  for (int v = 0; v < tree->nodes; v++) tree->users_from[v] = tree->users_at[v], tree->last[v] = v;
  for (int v = tree->nodes - 1; v > 0; v--) {
    int above = tree->parent[v];
    tree->users_from[above] += tree->users_from[v];
    if (tree->last[v] > tree->last[above]) tree->last[above] = tree->last[v];
  }
}

/* Needs in rising order: one node a need above 0, its edge the step from the need before. */
static shared_tree *tree_of_airport(accord_context *context, const accord_airport *airport, bool by_user) {
  shared_tree *tree = new_tree(context, airport->n, airport->n + 1);
  int *order = order_by_amount(context, (const mpq_t *)airport->need, airport->n), nodes = 1;
  mpz_t *before = pool_integers(context, 2), *need = &before[1];
  for (int i = 0; i < airport->n; i++) mpz_lcm(tree->denominator, tree->denominator, mpq_denref(airport->need[i]));
  for (int k = 0; k < airport->n; k++) {
    int i = order[k];
    set_cost(*need, tree, airport->need[i]);
    if (mpz_cmp(*need, *before) != 0) {
      mpz_sub(tree->cost[nodes], *need, *before);
      tree->parent[nodes] = nodes - 1;
      mpz_set(*before, *need);
      nodes++;
    }
    tree->at[i] = nodes - 1;
    tree->users[i] = by_user && airport->movements ? airport->movements[i] : 1;
  }
  tree->nodes = nodes;
  pool_free(context, before);
  finish_tree(tree);
  return tree;
}

/* place[v]: where node v stands among all when each is followed by those below it. */
static int *find_places(accord_context *context, const accord_tree *tree) {
  size_t count = (size_t)tree->node_count;
  int *place = POOL_NEW(context, count, int), *next = POOL_NEW(context, count, int);
  int *child = POOL_NEW(context, count, int), *stack = POOL_NEW(context, count, int), depth = 0, placed = 0;
  for (size_t v = 0; v < count; v++) child[v] = -1;
  for (int v = tree->node_count - 1; v > 0; v--) {
    next[v] = child[tree->parent[v]];
    child[tree->parent[v]] = v;
  }
  for (stack[depth++] = 0; depth;) {
    int v = stack[--depth], first = depth;
    place[v] = placed++;
    for (int w = child[v]; w >= 0; w = next[w]) stack[depth++] = w;
    for (int last = depth - 1; first < last; first++, last--) { /* the first child on top */
      int kept = stack[first];
      stack[first] = stack[last];
      stack[last] = kept;
    }
  }
  pool_free(context, next);
  pool_free(context, child);
  pool_free(context, stack);
  return place;
}

static shared_tree *tree_of_edges(accord_context *context, const accord_tree *stated) {
  shared_tree *tree = new_tree(context, stated->n, stated->node_count);
  int *place = find_places(context, stated);
  for (int v = 1; v < tree->nodes; v++) mpz_lcm(tree->denominator, tree->denominator, mpq_denref(stated->cost[v]));
  for (int v = 1; v < tree->nodes; v++) {
    tree->parent[place[v]] = place[stated->parent[v]];
    tree->stated[place[v]] = v;
    set_cost(tree->cost[place[v]], tree, stated->cost[v]);
  }
  for (int i = 0; i < tree->n; i++) {
    tree->at[i] = place[stated->at[i]];
    tree->users[i] = 1;
  }
  pool_free(context, place);
  finish_tree(tree);
  return tree;
}

shared_tree *shared_tree_of(accord_context *context, const accord_problem *problem, bool by_user) {
  if (problem->airport) return tree_of_airport(context, problem->airport, by_user);
  return tree_of_edges(context, problem->tree);
}

/* ------------------------------------------------------------------ the table */

/* What S can do without: the edges all of whose users are outside S. saved[T] = sum of cost over the nodes whose users
 * are all in T, so c(S) = c(N) - saved[N \ S]. Sums over subsets, cost n 2^n. */
static void fill_small(accord_game *game, const int64_t *spared, accord_coalition all) {
  for (accord_coalition s = 0; s < game->size; s++) game->small[s] = spared[all ^ s] - spared[all];
}

static accord_coalition *find_users(const shared_tree *tree) {
  accord_coalition *users = POOL_NEW(tree->context, (size_t)tree->nodes, accord_coalition);
  for (int i = 0; i < tree->n; i++) users[tree->at[i]] |= party(i);
  for (int v = tree->nodes - 1; v > 0; v--) users[tree->parent[v]] |= users[v];
  return users;
}

static void fill_in_words(accord_game *game, const shared_tree *tree, const accord_coalition *users) {
  int64_t *spared = POOL_NEW(tree->context, game->size, int64_t);
  for (int v = 1; v < tree->nodes; v++)
    if (users[v]) spared[users[v]] += mpz_get_si(tree->cost[v]);
  for (int i = 0; i < game->n; i++) {
    check_clock(tree->context);
    for (accord_coalition s = 0; s < game->size; s++)
      if (has(s, i)) spared[s] += spared[s ^ party(i)];
  }
  game->small = POOL_NEW(tree->context, game->size, int64_t);
  fill_small(game, spared, everybody(game->n));
  pool_free(tree->context, spared);
}

static void fill_in_integers(accord_game *game, const shared_tree *tree, const accord_coalition *users) {
  accord_coalition all = everybody(game->n);
  mpz_t *spared = pool_integers(tree->context, game->size);
  for (int v = 1; v < tree->nodes; v++)
    if (users[v]) mpz_add(spared[users[v]], spared[users[v]], tree->cost[v]);
  for (int i = 0; i < game->n; i++)
    for (accord_coalition s = 0; s < game->size; s++) {
      if (s % 4096 == 0) check_clock(tree->context);
      if (has(s, i)) mpz_add(spared[s], spared[s], spared[s ^ party(i)]);
    }
  game->big = pool_integers(tree->context, game->size);
  for (accord_coalition s = 0; s < game->size; s++) mpz_sub(game->big[s], spared[all ^ s], spared[all]);
  pool_free(tree->context, spared);
}

static accord_game *tree_game(accord_context *context, const shared_tree *tree) {
  accord_game *game = game_new(context, ACCORD_COST, tree->n);
  accord_coalition *users = find_users(tree);
  mpz_t *sum = pool_integers(context, 1);
  mpq_set_ui(game->unit, 1, 1);
  mpz_set(mpq_denref(game->unit), tree->denominator);
  for (int v = 1; v < tree->nodes; v++) mpz_add(*sum, *sum, tree->cost[v]);
  if (mpz_sizeinbase(*sum, 2) <= 61) fill_in_words(game, tree, users);
  else fill_in_integers(game, tree, users);
  pool_free(context, users);
  pool_free(context, sum);
  game_finish(context, game);
  return game;
}

/* ---------------------------------------------------------------- the problems */

static size_t table_bytes(const shared_tree *tree) {
  size_t each = 4 * sizeof(int64_t);
  for (int v = 1; v < tree->nodes; v++)
    if (mpz_sizeinbase(tree->cost[v], 2) > 48) each = 4 * sizeof(mpz_t) + 64;
  return each << (tree->n < 48 ? tree->n : 48);
}

static void add_total(accord_problem *problem, const shared_tree *tree) {
  for (int v = 1; v < tree->nodes; v++)
    if (tree->users_from[v]) mpz_add(mpq_numref(problem->total), mpq_numref(problem->total), tree->cost[v]);
  mpz_set(mpq_denref(problem->total), tree->denominator);
  mpq_canonicalize(problem->total);
}

static accord_problem *complete_problem(accord_context *context, accord_problem *problem, const char *what) {
  shared_tree *tree = shared_tree_of(context, problem, false);
  problem->goal = ACCORD_COST;
  problem->exact = true;
  pool_rational(context, problem->total);
  add_total(problem, tree);
  if (tree->n <= TREE_GAME_PARTIES && table_fits(context, table_bytes(tree))) problem->game = tree_game(context, tree);
  else
    problem->no_game = pool_text(context,
                                 "the coalitions of %d parties are too many for a table of %s (the most is %d); "
                                 "shapley and nucleolus work without one",
                                 tree->n, what, TREE_GAME_PARTIES);
  return problem;
}

accord_problem *problem_from_airport(accord_context *context, accord_airport *airport) {
  accord_problem *problem = POOL_NEW(context, 1, accord_problem);
  problem->n = airport->n;
  problem->airport = airport;
  return complete_problem(context, problem, "an airport");
}

accord_problem *problem_from_tree(accord_context *context, accord_tree *tree) {
  accord_problem *problem = POOL_NEW(context, 1, accord_problem);
  problem->n = tree->n;
  problem->tree = tree;
  return complete_problem(context, problem, "a tree");
}

/* ------------------------------------------------------------ the public makers */

struct facility {
  accord_problem **problem;
  const char *const *amounts;
  const int64_t *movements;
  const int *parent, *at;
  int nodes, n;
};

static void read_amount(accord_context *context, mpq_t number, const char *text) {
  if (number_from_text(context, number, text, strlen(text)) != NUMBER_GOOD || mpq_sgn(number) < 0)
    guard_leave(context, ACCORD_INVALID, "'%.40s' is not an amount of at least 0", text);
}

static accord_status from_needs(accord_context *context, void *argument) {
  struct facility *in = argument;
  if (in->n < 1) return fail(context, ACCORD_INVALID, "n is %d, not at least 1", in->n);
  accord_airport *airport = POOL_NEW(context, 1, accord_airport);
  airport->n = in->n;
  airport->need = pool_rationals(context, (size_t)in->n);
  if (in->movements) airport->movements = POOL_NEW(context, (size_t)in->n, int64_t);
  for (int i = 0; i < in->n; i++) {
    read_amount(context, airport->need[i], in->amounts[i]);
    if (!in->movements) continue;
    airport->movements[i] = in->movements[i];
    if (in->movements[i] < 1 || in->movements[i] > ACCORD_MOST_MOVEMENTS)
      return fail(context, ACCORD_INVALID, "the movements of party %d are not from 1 to 10^12", i);
  }
  *in->problem = problem_from_airport(context, airport);
  return ACCORD_OK;
}

accord_status accord_problem_from_needs(accord_context *context, accord_problem **problem, const char *const *needs,
                                        const int64_t *movements, int n) {
  struct facility in = {.problem = problem, .amounts = needs, .movements = movements, .n = n};
  accord_status status = guard(context, from_needs, &in);
  if (status != ACCORD_OK) *problem = NULL;
  return status;
}

/* Whether every way up ends at node 0: as many steps as there are nodes lead there from any of them. */
static bool leads_to_root(const int *parent, int nodes, bool *seen) {
  seen[0] = true;
  for (int v = 1; v < nodes; v++) {
    int up = v;
    for (int steps = 0; !seen[up] && steps <= nodes; steps++) {
      up = parent[up];
      if (up < 0 || up >= nodes) return false;
    }
    if (!seen[up]) return false;
    for (up = v; !seen[up]; up = parent[up]) seen[up] = true;
  }
  return true;
}

static accord_status from_edges(accord_context *context, void *argument) {
  struct facility *in = argument;
  if (in->n < 1 || in->nodes < 1)
    return fail(context, ACCORD_INVALID, "there are %d parties and %d nodes, not one or more", in->n, in->nodes);
  if (!leads_to_root(in->parent, in->nodes, POOL_NEW(context, (size_t)in->nodes, bool)))
    return fail(context, ACCORD_INVALID, "not every node's way up ends at node 0");
  accord_tree *tree = POOL_NEW(context, 1, accord_tree);
  int *parent = POOL_NEW(context, (size_t)in->nodes, int), *at = POOL_NEW(context, (size_t)in->n, int);
  tree->cost = pool_rationals(context, (size_t)in->nodes);
  parent[0] = -1;
  for (int v = 1; v < in->nodes; v++) {
    parent[v] = in->parent[v];
    read_amount(context, tree->cost[v], in->amounts[v]);
  }
  for (int i = 0; i < in->n; i++) {
    at[i] = in->at[i];
    if (at[i] < 0 || at[i] >= in->nodes)
      return fail(context, ACCORD_INVALID, "party %d is at node %d, which is not there", i, at[i]);
  }
  tree->n = in->n, tree->node_count = in->nodes, tree->parent = parent, tree->at = at;
  *in->problem = problem_from_tree(context, tree);
  return ACCORD_OK;
}

accord_status accord_problem_from_tree(accord_context *context, accord_problem **problem, const int *parent,
                                       const char *const *costs, int nodes, const int *at, int n) {
  struct facility in = {.problem = problem, .amounts = costs, .parent = parent, .at = at, .nodes = nodes, .n = n};
  accord_status status = guard(context, from_edges, &in);
  if (status != ACCORD_OK) *problem = NULL;
  return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Networks as whole numbers, the trees in them, their table, and the problems around them. */
#include "spanning_tree.h"

#include <stdlib.h>
#include <string.h>

/* ----------------------------------------------------------------- the network */

static void find_places(whole_network *whole, const accord_network *network) {
  int *place_of = POOL_NEW(whole->context, (size_t)network->node_count, int); /* 1 + the place; 0: nobody is there */
  whole->place = POOL_NEW(whole->context, (size_t)network->n, int);
  whole->node = POOL_NEW(whole->context, (size_t)network->n + 1, int);
  whole->parties_at = POOL_NEW(whole->context, (size_t)network->n + 1, int);
  place_of[0] = whole->places = 1;
  for (int i = 0; i < network->n; i++) {
    int v = network->at[i];
    if (!place_of[v]) {
      whole->node[whole->places] = v;
      place_of[v] = ++whole->places;
    }
    whole->place[i] = place_of[v] - 1;
    whole->parties_at[whole->place[i]]++;
  }
  whole->edges = POOL_NEW(whole->context, (size_t)network->edge_count, network_edge);
  for (int e = 0; e < network->edge_count; e++) {
    int first = place_of[network->edges[e].first], second = place_of[network->edges[e].second];
    if (!first || !second || first == second) continue;
    network_edge edge = {first < second ? first - 1 : second - 1, (first < second ? second : first) - 1, e};
    whole->edges[whole->edge_count++] = edge;
  }
  pool_free(whole->context, place_of);
}

static _Thread_local const mpz_t *sorting; /* qsort has no argument; by the edge's number as stated, in rank */

static int compare_edges(const void *a, const void *b) {
  const network_edge *first = a, *second = b;
  int order = mpz_cmp(sorting[first->rank], sorting[second->rank]);
  if (order) return order;
  if (first->first != second->first) return first->first - second->first;
  return first->second != second->second ? first->second - second->second : first->rank - second->rank;
}

static void rank_edges(whole_network *whole, const accord_network *network) {
  mpz_t *cost = pool_integers(whole->context, (size_t)network->edge_count);
  for (int e = 0; e < whole->edge_count; e++)
    mpz_lcm(whole->denominator, whole->denominator, mpq_denref(network->edges[whole->edges[e].rank].cost));
  for (int e = 0; e < whole->edge_count; e++) {
    int stated = whole->edges[e].rank;
    mpz_divexact(cost[stated], whole->denominator, mpq_denref(network->edges[stated].cost));
    mpz_mul(cost[stated], cost[stated], mpq_numref(network->edges[stated].cost));
  }
  sorting = (const mpz_t *)cost;
  qsort(whole->edges, (size_t)whole->edge_count, sizeof *whole->edges, compare_edges);
  whole->cost = pool_integers(whole->context, (size_t)whole->edge_count);
  for (int e = 0, ranks = 0; e < whole->edge_count; e++) {
    const mpz_t *own = (const mpz_t *)&cost[whole->edges[e].rank];
    if (ranks == 0 || mpz_cmp(*own, whole->cost[ranks - 1]) != 0) mpz_set(whole->cost[ranks++], *own);
    whole->edges[e].rank = ranks - 1;
  }
  pool_free(whole->context, cost);
}

whole_network *whole_network_of(accord_context *context, const accord_network *network) {
  whole_network *whole = POOL_NEW(context, 1, whole_network);
  whole->context = context;
  whole->n = network->n;
  pool_integer(context, whole->denominator);
  mpz_set_ui(whole->denominator, 1);
  find_places(whole, network);
  check_clock(context);
  rank_edges(whole, network);
  return whole;
}

int find_unconnected(accord_context *context, const accord_network *network) {
  bool *joined = POOL_NEW(context, (size_t)network->node_count, bool);
  int unconnected = -1;
  joined[0] = true;
  for (int e = 0; e < network->edge_count; e++) {
    if (network->edges[e].first == 0) joined[network->edges[e].second] = true;
    if (network->edges[e].second == 0) joined[network->edges[e].first] = true;
  }
  for (int i = network->n - 1; i >= 0; i--)
    if (!joined[network->at[i]]) unconnected = i;
  pool_free(context, joined);
  return unconnected;
}

void standalone_of_network(mpq_t value, const accord_network *network, int i) {
  bool found = false;
  mpq_set_ui(value, 0, 1);
  for (int e = 0; network->at[i] && e < network->edge_count; e++) {
    const accord_edge *edge = &network->edges[e];
    int low = edge->first < edge->second ? edge->first : edge->second;
    if (low != 0 || edge->first + edge->second != network->at[i]) continue;
    if (!found || mpq_cmp(edge->cost, value) < 0) mpq_set(value, edge->cost);
    found = true;
  }
}

/* -------------------------------------------------------------------- the trees */

/* The edges at each place, as positions in a list: from[p] .. from[p + 1] - 1. */
struct neighbours {
  int *from, *edge;
};

static struct neighbours find_neighbours(accord_context *context, const whole_network *network) {
  struct neighbours near = {POOL_NEW(context, (size_t)network->places + 2, int),
                            POOL_NEW(context, 2 * (size_t)network->edge_count + 1, int)};
  int *next = POOL_NEW(context, (size_t)network->places + 1, int);
  for (int e = 0; e < network->edge_count; e++) {
    near.from[network->edges[e].first + 1]++;
    near.from[network->edges[e].second + 1]++;
  }
  for (int p = 0; p < network->places; p++) near.from[p + 1] += near.from[p], next[p] = near.from[p];
  for (int e = 0; e < network->edge_count; e++) {
    near.edge[next[network->edges[e].first]++] = e;
    near.edge[next[network->edges[e].second]++] = e;
  }
  pool_free(context, next);
  return near;
}

growing_tree *grow_tree(accord_context *context, const whole_network *network) {
  size_t places = (size_t)network->places;
  growing_tree *tree = POOL_NEW(context, 1, growing_tree);
  struct neighbours near = find_neighbours(context, network);
  bool *joined = POOL_NEW(context, places, bool);
  tree->order = POOL_NEW(context, places, int);
  tree->to = POOL_NEW(context, places, int);
  tree->rank = POOL_NEW(context, places, int);
  for (size_t p = 0; p < places; p++) tree->to[p] = -1;
  joined[0] = true;
  for (int latest = 0, count = 0; count < network->places - 1; count++) {
    check_clock(context);
    for (int k = near.from[latest]; k < near.from[latest + 1]; k++) {
      const network_edge *edge = &network->edges[near.edge[k]];
      int other = edge->first == latest ? edge->second : edge->first;
      if (joined[other] || (tree->to[other] >= 0 && tree->rank[other] <= edge->rank)) continue;
      tree->to[other] = latest;
      tree->rank[other] = edge->rank;
    }
    latest = -1;
    for (int p = 1; p < network->places; p++)
      if (!joined[p] && tree->to[p] >= 0 && (latest < 0 || tree->rank[p] < tree->rank[latest])) latest = p;
    joined[latest] = true;
    tree->order[count] = latest;
  }
  return tree;
}

static int find_whole(const int *into, int *short_cut, int component) {
  int top = component;
  while (short_cut[top] != top || into[top] >= 0) top = short_cut[top] != top ? short_cut[top] : into[top];
  while (component != top) {
    int next = short_cut[component] != component ? short_cut[component] : into[component];
    short_cut[component] = top;
    component = next;
  }
  return top;
}

static joined_components *new_components(accord_context *context, const whole_network *network) {
  joined_components *joined = POOL_NEW(context, 1, joined_components);
  size_t count = 2 * (size_t)network->places - 1;
  joined->into = POOL_NEW(context, count, int);
  joined->edge = POOL_NEW(context, count, int);
  joined->part = POOL_NEW(context, count, two_components);
  joined->parties = POOL_NEW(context, count, int);
  joined->has_source = POOL_NEW(context, count, bool);
  for (size_t c = 0; c < count; c++) joined->into[c] = joined->edge[c] = -1;
  for (int p = 0; p < network->places; p++) joined->parties[p] = network->parties_at[p];
  joined->has_source[0] = true;
  joined->count = network->places;
  return joined;
}

joined_components *join_components(accord_context *context, const whole_network *network) {
  joined_components *joined = new_components(context, network);
  int *short_cut = POOL_NEW(context, 2 * (size_t)network->places, int);
  for (int c = 0; c < 2 * network->places - 1; c++) short_cut[c] = c;
  for (int e = 0; e < network->edge_count && joined->count < 2 * network->places - 1; e++) {
    int first = find_whole(joined->into, short_cut, network->edges[e].first),
        second = find_whole(joined->into, short_cut, network->edges[e].second), made = joined->count;
    if (e % 1024 == 0) check_clock(context);
    if (first == second) continue;
    joined->into[first] = joined->into[second] = made;
    joined->edge[made] = e;
    joined->part[made][0] = first;
    joined->part[made][1] = second;
    joined->parties[made] = joined->parties[first] + joined->parties[second];
    joined->has_source[made] = joined->has_source[first] || joined->has_source[second];
    joined->count++;
  }
  return joined;
}

void obligation(mpq_t part, const joined_components *joined, int component) {
  int next = joined->into[component];
  mpq_set_ui(part, 0, 1);
  if (joined->has_source[component]) return;
  mpq_set_ui(part, 1, (unsigned long)joined->parties[component]);
  if (joined->has_source[next]) return;
  mpz_set_si(mpq_numref(part), joined->parties[next] - joined->parties[component]);
  mpz_mul_si(mpq_denref(part), mpq_denref(part), joined->parties[next]);
  mpq_canonicalize(part);
}

/* -------------------------------------------------------------------- the table */

enum { NO_EDGE = 0x7fffffff };

/* Ranks of the cheapest edges between places, NO_EDGE where there is none; size places * places. */
static int *rank_matrix(const whole_network *network) {
  int m = network->places;
  int *rank = POOL_NEW(network->context, (size_t)m * (size_t)m, int);
  for (int k = 0; k < m * m; k++) rank[k] = NO_EDGE;
  for (int e = network->edge_count - 1; e >= 0; e--) {
    const network_edge *edge = &network->edges[e];
    rank[edge->first * m + edge->second] = rank[edge->second * m + edge->first] = edge->rank;
  }
  return rank;
}

/* The ranks of the edges of the cheapest tree on the places of a set, place p being bit p - 1; how many there are. */
static int find_tree(int *tree, const int *rank, int m, accord_coalition places) {
  int nearest[NETWORK_GAME_PARTIES], left[NETWORK_GAME_PARTIES], count = 0, joined = 0;
  for (; places; places &= places - 1) {
    left[count] = __builtin_ctzll(places) + 1;
    nearest[count] = rank[left[count]];
    count++;
  }
  for (int latest; count; joined++) {
    int best = 0;
    for (int k = 1; k < count; k++)
      if (nearest[k] < nearest[best]) best = k;
    tree[joined] = nearest[best];
    latest = left[best];
    left[best] = left[--count];
    nearest[best] = nearest[count];
    for (int k = 0; k < count; k++)
      if (rank[latest * m + left[k]] < nearest[k]) nearest[k] = rank[latest * m + left[k]];
  }
  return joined;
}

static accord_coalition places_of(const whole_network *network, accord_coalition coalition) {
  accord_coalition places = 0;
  for (accord_coalition rest = coalition; rest; rest &= rest - 1) {
    int place = network->place[__builtin_ctzll(rest)];
    if (place) places |= (accord_coalition)1 << (place - 1);
  }
  return places;
}

static accord_game *network_game(accord_context *context, const whole_network *network) {
  accord_game *game = game_new(context, ACCORD_COST, network->n);
  const int *rank = rank_matrix(network);
  int tree[NETWORK_GAME_PARTIES];
  mpq_set_ui(game->unit, 1, 1);
  mpz_set(mpq_denref(game->unit), network->denominator);
  game->big = pool_integers(context, game->size);
  for (accord_coalition s = 1; s < game->size; s++) {
    if (s % 1024 == 0) check_clock(context);
    int count = find_tree(tree, rank, network->places, places_of(network, s));
    for (int k = 0; k < count; k++) mpz_sub(game->big[s], game->big[s], network->cost[tree[k]]);
  }
  game_finish(context, game);
  return game;
}

/* ----------------------------------------------------------------- the problems */

static void find_total(accord_context *context, mpq_t total, const whole_network *network) {
  growing_tree *tree = grow_tree(context, network);
  mpz_set_ui(mpq_numref(total), 0);
  for (int p = 1; p < network->places; p++) mpz_add(mpq_numref(total), mpq_numref(total), network->cost[tree->rank[p]]);
  mpz_set(mpq_denref(total), network->denominator);
  mpq_canonicalize(total);
}

void cost_of_network(accord_context *context, mpq_t cost, const accord_network *network) {
  find_total(context, cost, whole_network_of(context, network));
}

accord_problem *problem_from_network(accord_context *context, accord_network *network) {
  accord_problem *problem = POOL_NEW(context, 1, accord_problem);
  whole_network *whole = whole_network_of(context, network);
  problem->n = network->n;
  problem->network = network;
  problem->goal = ACCORD_COST;
  problem->exact = true;
  pool_rational(context, problem->total);
  find_total(context, problem->total, whole);
  if (network->n <= NETWORK_GAME_PARTIES && table_fits(context, (size_t)96 << network->n))
    problem->game = network_game(context, whole);
  else
    problem->no_game = pool_text(context,
                                 "the coalitions of %d parties are too many for a table of a network (the most is %d); "
                                 "bird and folk work without one",
                                 network->n, NETWORK_GAME_PARTIES);
  return problem;
}

accord_cheapest_tree *edges_of_cheapest_tree(const whole_network *network, const joined_components *joined) {
  accord_cheapest_tree *tree = POOL_NEW(network->context, 1, accord_cheapest_tree);
  accord_edge *edges = POOL_NEW(network->context, (size_t)network->places, accord_edge);
  for (int c = network->places; c < joined->count; c++) {
    const network_edge *edge = &network->edges[joined->edge[c]];
    accord_edge *stated = &edges[tree->count++];
    stated->first = network->node[edge->first];
    stated->second = network->node[edge->second];
    pool_rational(network->context, stated->cost);
    mpz_set(mpq_numref(stated->cost), network->cost[edge->rank]);
    mpz_set(mpq_denref(stated->cost), network->denominator);
    mpq_canonicalize(stated->cost);
  }
  tree->edges = edges;
  return tree;
}

/* ------------------------------------------------------------- the public maker */

struct connections {
  accord_problem **problem;
  const int (*between)[2];
  const char *const *costs;
  const int *at;
  int edges, nodes, n;
};

static void read_edge(accord_context *context, accord_edge *edge, const struct connections *in, int e) {
  const char *text = in->costs[e];
  *edge = (accord_edge){.first = in->between[e][0], .second = in->between[e][1]};
  pool_rational(context, edge->cost);
  if (edge->first < 0 || edge->first >= in->nodes || edge->second < 0 || edge->second >= in->nodes)
    guard_leave(context, ACCORD_INVALID, "edge %d joins a node that is not there", e);
  if (number_from_text(context, edge->cost, text, strlen(text)) != NUMBER_GOOD || mpq_sgn(edge->cost) < 0)
    guard_leave(context, ACCORD_INVALID, "'%.40s' is not an amount of at least 0", text);
}

static accord_status from_edges(accord_context *context, void *argument) {
  struct connections *in = argument;
  if (in->n < 1 || in->nodes < 1 || in->edges < 0)
    return fail(context, ACCORD_INVALID, "there are %d parties and %d nodes, not one or more", in->n, in->nodes);
  accord_network *network = POOL_NEW(context, 1, accord_network);
  accord_edge *edges = POOL_NEW(context, (size_t)in->edges, accord_edge);
  int *at = POOL_NEW(context, (size_t)in->n, int);
  for (int e = 0; e < in->edges; e++) read_edge(context, &edges[e], in, e);
  for (int i = 0; i < in->n; i++) {
    at[i] = in->at[i];
    if (at[i] < 0 || at[i] >= in->nodes)
      return fail(context, ACCORD_INVALID, "party %d is at node %d, which is not there", i, at[i]);
  }
  *network = (accord_network){in->n, in->nodes, in->edges, edges, at};
  int unconnected = find_unconnected(context, network);
  if (unconnected >= 0) return fail(context, ACCORD_INVALID, "party %d alone cannot be connected", unconnected);
  *in->problem = problem_from_network(context, network);
  return ACCORD_OK;
}

accord_status accord_problem_from_network(accord_context *context, accord_problem **problem, const int (*between)[2],
                                          const char *const *costs, int edges, int nodes, const int *at, int n) {
  struct connections in = {problem, between, costs, at, edges, nodes, n};
  accord_status status = guard(context, from_edges, &in);
  if (status != ACCORD_OK) *problem = NULL;
  return status;
}

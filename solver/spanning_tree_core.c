/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The core of a network without a table. Finding out whether a split is in it is hard in general (Faigle, Kern, Fekete
 * and Hochstattler 1997), but the irreducible game, in which an edge costs as much as the dearest one on the way between
 * its ends in the cheapest tree (Bird 1976), has a table that the components' joining holds: c*(S) is the sum of the
 * edges that join two components both of which have some of S, or the source. Since c* <= c, its core lies in the core. */
#include "spanning_tree.h"

void find_facts_of_network(accord_facts *facts, int wanted) {
  if (wanted & ACCORD_FACT_SUPERADDITIVE) facts->superadditive = ACCORD_YES;
  if (wanted & (ACCORD_FACT_CORE | ACCORD_FACT_RANGES)) facts->core_empty = ACCORD_NO;
  facts->has_cost_of_stability = wanted & ACCORD_FACT_COST_OF_STABILITY;
}

/* Whether parties at a node are made to be among those who leave, or not to be. */
enum role { FREE, IN, OUT };

enum answer { PROVED, FOUND, GAVE_UP };

/* A search by halves, each of which makes a node's parties join or stay away. */
struct halving {
  accord_context *context;
  accord_stability *stability;
  const accord_problem *problem;
  const mpq_t *shares;
  enum role *role; /* size nodes */
  int top;
  double spent; /* edges looked at */
};

/* max x(S) - c*(S) over the coalitions S in a component that have all who are made to join; without the source some of
 * it. The network is of those who are not made to stay away. */
struct searching {
  const whole_network *network;
  const joined_components *joined;
  const mpq_t *shares; /* size n of the network */
  int *party;          /* size n: which of all */
  mpq_t *gain;         /* size count */
  bool *forced;        /* size count: some of it are made to join */
  bool *both;          /* size count: the best takes from both parts; otherwise from better */
  int *better;         /* size count: the part it takes from, -1 none of them */
  mpq_t *work;         /* size 1 */
};

/* A place: all parties that pay, or the one that gets least; at the source nobody where none pays. */
static void find_gain_of_places(struct searching *in) {
  bool *any = POOL_NEW(in->network->context, (size_t)in->network->places, bool);
  any[0] = true;
  for (int i = 0; i < in->network->n; i++) {
    int p = in->network->place[i];
    mpq_t *gain = &in->gain[p];
    if (!any[p] || (mpq_sgn(*gain) < 0 && mpq_cmp(in->shares[i], *gain) > 0)) mpq_set(*gain, in->shares[i]);
    else if (mpq_sgn(in->shares[i]) > 0) mpq_add(*gain, *gain, in->shares[i]);
    any[p] = true;
  }
  pool_free(in->network->context, any);
}

/* The part taken in any case: that with the source, that with some who are made to join, or the one that gains more. */
static int find_better(const struct searching *in, const int *part) {
  const joined_components *joined = in->joined;
  if (joined->has_source[part[0]] || joined->has_source[part[1]]) return !joined->has_source[part[0]];
  if (in->forced[part[0]] != in->forced[part[1]]) return !in->forced[part[0]];
  return mpq_cmp(in->gain[part[0]], in->gain[part[1]]) < 0;
}

static void find_gain(struct searching *in, int made) {
  const int *part = in->joined->part[made];
  const network_edge *edge = &in->network->edges[in->joined->edge[made]];
  int better = in->better[made] = find_better(in, part);
  mpz_set(mpq_numref(*in->work), in->network->cost[edge->rank]);
  mpz_set(mpq_denref(*in->work), in->network->denominator);
  mpq_canonicalize(*in->work);
  mpq_sub(*in->work, in->gain[part[!better]], *in->work); /* what the other part adds */
  in->both[made] = mpq_sgn(*in->work) > 0 || in->forced[part[!better]];
  in->forced[made] = in->forced[part[0]] || in->forced[part[1]];
  mpq_set(in->gain[made], in->gain[part[better]]);
  if (in->both[made]) mpq_add(in->gain[made], in->gain[made], *in->work);
}

/* The places of the coalition of the largest gain. */
static bool *find_places_of_gain(accord_context *context, const struct searching *in) {
  const joined_components *joined = in->joined;
  bool *taken = POOL_NEW(context, (size_t)joined->count, bool);
  taken[joined->count - 1] = true;
  for (int c = joined->count - 1; c >= in->network->places; c--) {
    if (!taken[c]) continue;
    taken[joined->part[c][in->better[c]]] = true;
    taken[joined->part[c][!in->better[c]]] = in->both[c];
  }
  return taken;
}

/* The parties at the places that pay; where none does the first of those that get least. */
static accord_group *group_at(accord_context *context, const struct searching *in, const bool *taken) {
  accord_group *group = POOL_NEW(context, 1, accord_group);
  bool *chosen = POOL_NEW(context, (size_t)in->network->places, bool);
  group->member = POOL_NEW(context, (size_t)in->network->n, int);
  chosen[0] = true;
  for (int i = 0; i < in->network->n; i++) {
    int p = in->network->place[i];
    const mpq_t *gain = (const mpq_t *)&in->gain[p];
    bool pays = mpq_sgn(in->shares[i]) > 0 || (mpq_sgn(*gain) <= 0 && !chosen[p] && mpq_equal(in->shares[i], *gain));
    if (!taken[p] || !pays) continue;
    chosen[p] = true;
    group->member[group->count++] = in->party[i];
  }
  return group;
}

/* x(S) - c(S), as the network stands. */
static void excess_of_group(accord_context *context, mpq_t excess, const accord_problem *problem,
                            const accord_group *group, const mpq_t *shares) {
  const accord_network *stated = problem->network;
  accord_network inside = *stated;
  int *at = POOL_NEW(context, (size_t)group->count, int);
  mpq_t *cost = pool_rationals(context, 1);
  inside.n = group->count;
  inside.at = at;
  mpq_set_ui(excess, 0, 1);
  for (int k = 0; k < group->count; k++) {
    at[k] = stated->at[group->member[k]];
    mpq_add(excess, excess, shares[group->member[k]]);
  }
  cost_of_network(context, *cost, &inside);
  mpq_sub(excess, excess, *cost);
}

static void report_objection(accord_context *context, accord_stability *stability, const accord_group *group,
                             const mpq_t gain, int n, int top) {
  stability->stable = ACCORD_NO;
  stability->objection_count = 1;
  stability->only_some_counted = true;
  stability->listed = top > 0;
  stability->objections = POOL_NEW(context, 1, accord_objection);
  accord_objection *objection = stability->objections;
  pool_rational(context, objection->amount);
  mpq_set(objection->amount, gain);
  if (n > 64) objection->group = group;
  for (int k = 0; n <= 64 && k < group->count; k++) objection->coalition |= party(group->member[k]);
}

/* Whether the parties at the places object, exactly; then that is told. */
static bool object(const struct halving *halving, const struct searching *in, const bool *taken) {
  const accord_group *group = group_at(halving->context, in, taken);
  if (group->count == 0 || group->count == halving->problem->n) return false;
  excess_of_group(halving->context, *in->work, halving->problem, group, halving->shares);
  if (mpq_sgn(*in->work) <= 0) return false;
  report_objection(halving->context, halving->stability, group, *in->work, halving->problem->n, halving->top);
  return true;
}

/* The network of those who are not made to stay away, and what they gain most in its irreducible game. */
static struct searching search_of_half(const struct halving *halving) {
  accord_context *context = halving->context;
  const accord_network *stated = halving->problem->network;
  accord_network inside = *stated;
  int *at = POOL_NEW(context, (size_t)stated->n, int);
  mpq_t *shares = pool_rationals(context, (size_t)stated->n);
  struct searching in = {.party = POOL_NEW(context, (size_t)stated->n, int), .shares = (const mpq_t *)shares};
  inside.n = 0;
  inside.at = at;
  for (int i = 0; i < stated->n; i++) {
    if (halving->role[stated->at[i]] == OUT) continue;
    mpq_set(shares[inside.n], halving->shares[i]);
    in.party[inside.n] = i;
    at[inside.n++] = stated->at[i];
  }
  in.network = whole_network_of(context, &inside);
  in.joined = join_components(context, in.network);
  size_t count = (size_t)in.joined->count;
  in.gain = pool_rationals(context, count);
  in.forced = POOL_NEW(context, count, bool);
  in.both = POOL_NEW(context, count, bool);
  in.better = POOL_NEW(context, count, int);
  in.work = pool_rationals(context, 1);
  find_gain_of_places(&in);
  for (int p = 1; p < in.network->places; p++) in.forced[p] = halving->role[in.network->node[p]] == IN;
  for (int c = in.network->places; c < in.joined->count; c++) find_gain(&in, c);
  return in;
}

/* A node that the coalition uses without paying for it, as the cheapest of the tree's edges that lead away from it does;
 * -1: it uses none. */
static int find_used_node(const struct searching *in, const bool *taken) {
  for (int c = in->network->places; c < in->joined->count; c++) {
    const network_edge *edge = &in->network->edges[in->joined->edge[c]];
    if (taken[edge->first] != taken[edge->second])
      return in->network->node[taken[edge->first] ? edge->second : edge->first];
  }
  return -1;
}

/* From many groups, where nobody has a role yet. */
static bool search_groups(struct halving *halving, const struct searching *in, bool *taken) {
  double *gain = POOL_NEW(halving->context, (size_t)in->network->places, double);
  for (int p = 0; p < in->network->places; p++) gain[p] = mpq_get_d(in->gain[p]);
  return search_for_objection(halving->context, taken, in->network, gain) && object(halving, in, taken);
}

/* Edges looked at before it is left undecided. */
static const double MOST_EDGES = 1e6;

static enum answer look_at_half(struct halving *halving, int *used) {
  struct searching in = search_of_half(halving);
  bool begun = halving->spent > 0;
  halving->spent += in.network->edge_count + 1;
  *used = -1;
  if (mpq_sgn(in.gain[in.joined->count - 1]) <= 0) return PROVED;
  bool *taken = find_places_of_gain(halving->context, &in);
  *used = find_used_node(&in, taken);
  if (object(halving, &in, taken)) return FOUND;
  return !begun && search_groups(halving, &in, taken) ? FOUND : GAVE_UP;
}

/* Where the node stays away the others' tree is another, and costs more; where it joins it must be paid for. */
static enum answer search_half(struct halving *halving) {
  accord_mark mark = accord_get_mark(halving->context);
  int used;
  check_clock(halving->context);
  enum answer answer = look_at_half(halving, &used);
  if (answer != FOUND) accord_reset(halving->context, mark); /* what was found stays */
  if (answer != GAVE_UP || used < 0 || halving->spent > MOST_EDGES) return answer;
  halving->role[used] = OUT;
  answer = search_half(halving);
  halving->role[used] = IN;
  if (answer == PROVED) answer = search_half(halving);
  halving->role[used] = FREE;
  return answer;
}

void find_stability_of_network(accord_context *context, accord_stability *stability, const accord_problem *problem,
                               const mpq_t *shares, int top) {
  struct halving halving = {
      .context = context, .stability = stability, .problem = problem, .shares = shares, .top = top};
  halving.role = POOL_NEW(context, (size_t)problem->network->node_count, enum role);
  if (search_half(&halving) == PROVED) stability->stable = ACCORD_YES;
}

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

/* max x(S) - c*(S) over the coalitions S in a component; without the source some of it. */
struct searching {
  const whole_network *network;
  const joined_components *joined;
  const mpq_t *shares;
  mpq_t *gain; /* size count */
  bool *both;  /* size count: the best takes from both parts; otherwise from better */
  int *better; /* size count: the part it takes from, -1 none of them */
  mpq_t *work; /* size 1 */
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

static void find_gain(struct searching *in, int made) {
  const int *part = in->joined->part[made];
  const mpq_t *first = (const mpq_t *)&in->gain[part[0]], *second = (const mpq_t *)&in->gain[part[1]];
  const network_edge *edge = &in->network->edges[in->joined->edge[made]];
  bool source = in->joined->has_source[part[0]] || in->joined->has_source[part[1]];
  in->better[made] = source ? !in->joined->has_source[part[0]] : mpq_cmp(*first, *second) < 0;
  mpz_set(mpq_numref(*in->work), in->network->cost[edge->rank]);
  mpz_set(mpq_denref(*in->work), in->network->denominator);
  mpq_canonicalize(*in->work);
  mpq_sub(*in->work, in->gain[part[!in->better[made]]], *in->work); /* what the other part adds */
  in->both[made] = mpq_sgn(*in->work) > 0;
  mpq_set(in->gain[made], in->gain[part[in->better[made]]]);
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

/* The parties at the places that pay, or the one that gets least. */
static accord_group *group_at(accord_context *context, const struct searching *in, const bool *taken) {
  accord_group *group = POOL_NEW(context, 1, accord_group);
  group->member = POOL_NEW(context, (size_t)in->network->n, int);
  for (int i = 0; i < in->network->n; i++) {
    const mpq_t *gain = (const mpq_t *)&in->gain[in->network->place[i]];
    bool pays = mpq_sgn(in->shares[i]) > 0 || (mpq_sgn(*gain) < 0 && mpq_equal(in->shares[i], *gain));
    if (taken[in->network->place[i]] && pays) group->member[group->count++] = i;
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
static bool object(accord_context *context, accord_stability *stability, const struct searching *in,
                   const accord_problem *problem, const bool *taken, int top) {
  const accord_group *group = group_at(context, in, taken);
  if (group->count == 0 || group->count == problem->n) return false;
  excess_of_group(context, *in->work, problem, group, in->shares);
  if (mpq_sgn(*in->work) <= 0) return false;
  report_objection(context, stability, group, *in->work, problem->n, top);
  return true;
}

void find_stability_of_network(accord_context *context, accord_stability *stability, const accord_problem *problem,
                               const mpq_t *shares, int top) {
  const whole_network *network = whole_network_of(context, problem->network);
  const joined_components *joined = join_components(context, network);
  size_t count = (size_t)joined->count;
  struct searching in = {network,
                         joined,
                         shares,
                         pool_rationals(context, count),
                         POOL_NEW(context, count, bool),
                         POOL_NEW(context, count, int),
                         pool_rationals(context, 1)};
  find_gain_of_places(&in);
  for (int c = network->places; c < joined->count; c++) find_gain(&in, c);
  if (mpq_sgn(in.gain[count - 1]) <= 0) {
    stability->stable = ACCORD_YES;
    return;
  }
  bool *taken = find_places_of_gain(context, &in);
  if (object(context, stability, &in, problem, taken, top)) return;
  double *gain = POOL_NEW(context, (size_t)network->places, double);
  for (int p = 0; p < network->places; p++) gain[p] = mpq_get_d(in.gain[p]);
  if (search_for_objection(context, taken, network, gain)) object(context, stability, &in, problem, taken, top);
}

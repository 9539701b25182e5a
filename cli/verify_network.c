/* SPDX-License-Identifier: GPL-3.0-or-later */
/* That a split of a network's cost is in the core (verify_model.h), by the irreducible game of its cheapest tree.
 *
 * Let every connection cost as much as the dearest edge on the tree's way between its ends. Where no connection that is
 * stated is cheaper than that, the tree is a cheapest one, and no coalition costs more than it does. In that game it costs
 * the edges that join two components both of which have some of it, or the source, as the tree is built cheapest edge
 * first. So the most that a coalition pays over its cost is found component by component; it must not be above 0. */
#include "verify_model.h"

#include <stdlib.h>
#include <string.h>

struct edge {
  int first, second;
  mpq_t cost;
};

struct proof {
  accord_context *context;
  const term_sheet *sheet;
  const accord_network *network;
  struct edge *edges; /* of the tree, cheapest first */
  int edge_count, used_count;
  bool *used;                 /* size nodes: somebody is there, or it is the source */
  int *into;                  /* size nodes: the component it is in, by way of others */
  mpq_t *gain, *share, *work; /* size nodes, of each component; n; 3 */
};

static int component_of(const struct proof *proof, int node) {
  while (proof->into[node] != node) node = proof->into[node];
  return node;
}

static int find_node_of(const struct proof *proof, const cJSON *node) {
  const char *name = result_text(node);
  for (int v = 0; name && v < proof->network->node_count; v++)
    if (strcmp(proof->sheet->nodes[v], name) == 0) return v;
  return -1;
}

static int compare_costs(const void *a, const void *b) {
  return mpq_cmp(((const struct edge *)a)->cost, ((const struct edge *)b)->cost);
}

static const char *read_tree(struct proof *proof, const cJSON *list) {
  const cJSON *node;
  if (!list || !is_array(list)) return "there is no tree";
  proof->edges = POOL_NEW(proof->context, (size_t)cJSON_GetArraySize(list) + 1, struct edge);
  cJSON_ArrayForEach(node, list) {
    struct edge *edge = &proof->edges[proof->edge_count++];
    const cJSON *between = result_member(node, "between");
    if (!between || !is_array(between) || cJSON_GetArraySize(between) != 2) return "an edge does not join two nodes";
    edge->first = find_node_of(proof, between->child);
    edge->second = find_node_of(proof, between->child->next);
    pool_rational(proof->context, edge->cost);
    if (edge->first < 0 || edge->second < 0 || !proof->used[edge->first] || !proof->used[edge->second])
      return "an edge joins nodes at which nobody is";
    if (!result_rational(proof->context, edge->cost, result_member(node, "cost"))) return "a cost cannot be read";
  }
  qsort(proof->edges, (size_t)proof->edge_count, sizeof *proof->edges, compare_costs);
  return NULL;
}

/* ------------------------------------------------------------------ cheapest */

/* Those of the sheet that may be used, cheapest first. */
static struct edge *stated_edges(const struct proof *proof, int *count) {
  const accord_network *network = proof->network;
  struct edge *stated = POOL_NEW(proof->context, (size_t)network->edge_count + 1, struct edge);
  *count = 0;
  for (int e = 0; e < network->edge_count; e++) {
    const accord_edge *edge = &network->edges[e];
    if (!proof->used[edge->first] || !proof->used[edge->second]) continue;
    struct edge *one = &stated[(*count)++];
    one->first = edge->first;
    one->second = edge->second;
    pool_rational(proof->context, one->cost);
    mpq_set(one->cost, edge->cost);
  }
  qsort(stated, (size_t)*count, sizeof *stated, compare_costs);
  return stated;
}

static bool joins(const struct edge *a, const struct edge *b) {
  return (a->first == b->first && a->second == b->second) || (a->first == b->second && a->second == b->first);
}

/* Whether every edge of the tree is stated at that cost. */
static bool all_are_stated(const struct proof *proof, const struct edge *stated, int count) {
  for (int t = 0, from = 0; t < proof->edge_count; t++) {
    while (from < count && mpq_cmp(stated[from].cost, proof->edges[t].cost) < 0) from++;
    int e = from;
    while (e < count && mpq_equal(stated[e].cost, proof->edges[t].cost) && !joins(&stated[e], &proof->edges[t])) e++;
    if (e == count || !mpq_equal(stated[e].cost, proof->edges[t].cost)) return false;
  }
  return true;
}

/* Every stated edge joins what the tree's edges of at most its cost have joined. */
static bool is_cheapest(struct proof *proof, const struct edge *stated, int count) {
  int t = 0;
  for (int v = 0; v < proof->network->node_count; v++) proof->into[v] = v;
  for (int e = 0; e < count; e++) {
    if (e % 1024 == 0) check_clock(proof->context);
    for (; t < proof->edge_count && mpq_cmp(proof->edges[t].cost, stated[e].cost) <= 0; t++)
      proof->into[component_of(proof, proof->edges[t].first)] = component_of(proof, proof->edges[t].second);
    if (component_of(proof, stated[e].first) != component_of(proof, stated[e].second)) return false;
  }
  return true;
}

/* ----------------------------------------------------------------------- core */

/* At a node: all who pay, or the one who gets least; at the source nobody where none pays. */
static void find_gains(struct proof *proof) {
  const accord_network *network = proof->network;
  bool *any = POOL_NEW(proof->context, (size_t)network->node_count, bool);
  for (int i = 0; i < network->n; i++) {
    mpq_t *gain = &proof->gain[network->at[i]];
    bool pays = mpq_sgn(proof->share[i]) > 0, first = !any[network->at[i]] && network->at[i];
    if (pays && mpq_sgn(*gain) > 0) mpq_add(*gain, *gain, proof->share[i]);
    else if (first || pays || (network->at[i] && mpq_sgn(*gain) < 0 && mpq_cmp(proof->share[i], *gain) > 0))
      mpq_set(*gain, proof->share[i]);
    any[network->at[i]] = true;
  }
}

/* Builds the tree once more; false where it is none. The component with the source is called by node 0. */
static bool build(struct proof *proof) {
  int joined = 1;
  for (int v = 0; v < proof->network->node_count; v++) proof->into[v] = v;
  for (int t = 0; t < proof->edge_count; t++, joined++) {
    int a = component_of(proof, proof->edges[t].first), b = component_of(proof, proof->edges[t].second);
    if (a == b) return false;
    if (b == 0) b = a, a = 0;
    proof->into[b] = a;
    mpq_t *added = &proof->work[0];
    mpq_sub(*added, proof->gain[b], proof->edges[t].cost);
    mpq_add(proof->work[1], *added, proof->gain[a]);
    if (a && mpq_cmp(proof->gain[b], proof->gain[a]) > 0) mpq_set(proof->gain[a], proof->gain[b]);
    if (mpq_cmp(proof->work[1], proof->gain[a]) > 0) mpq_set(proof->gain[a], proof->work[1]);
  }
  return joined == proof->used_count;
}

static const char *core_fault(struct proof *proof) {
  for (int i = 0; i < proof->network->n; i++) mpq_add(proof->work[2], proof->work[2], proof->share[i]);
  for (int t = 0; t < proof->edge_count; t++) mpq_sub(proof->work[2], proof->work[2], proof->edges[t].cost);
  if (mpq_sgn(proof->work[2])) return "the shares do not sum to the cost of the tree";
  find_gains(proof);
  if (!build(proof)) return "the tree does not join everybody to the source, or goes round";
  return mpq_sgn(proof->gain[0]) > 0 ? "a coalition may gain by leaving" : NULL;
}

const char *irreducible_fault(accord_context *context, const term_sheet *sheet, const cJSON *allocation,
                              const cJSON *certificate) {
  const accord_network *network = sheet->problem->network;
  size_t nodes = (size_t)network->node_count;
  struct proof *proof = POOL_NEW(context, 1, struct proof);
  *proof = (struct proof){.context = context, .sheet = sheet, .network = network, .used_count = 1};
  proof->used = POOL_NEW(context, nodes, bool);
  proof->into = POOL_NEW(context, nodes, int);
  proof->gain = pool_rationals(context, nodes);
  proof->share = pool_rationals(context, (size_t)network->n);
  proof->work = pool_rationals(context, 3);
  proof->used[0] = true;
  for (int i = 0; i < network->n; i++) {
    proof->used_count += !proof->used[network->at[i]];
    proof->used[network->at[i]] = true;
  }
  int count;
  const char *fault = result_shares_fault(context, proof->share, sheet, allocation);
  if (!fault) fault = certified_shares_fault(context, (const mpq_t *)proof->share, sheet, certificate);
  if (!fault) fault = read_tree(proof, result_member(certificate, "tree"));
  if (fault) return fault;
  const struct edge *stated = stated_edges(proof, &count);
  if (!all_are_stated(proof, stated, count)) return "an edge of the tree is not stated, or at another cost";
  if (!is_cheapest(proof, stated, count)) return "a connection is cheaper than the tree's way";
  return core_fault(proof);
}

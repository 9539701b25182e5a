/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folk rule: edges are built cheapest first. Until it is joined to the source, a group of k parties owes an edge, 1/k for
 * each of them; of an edge that is built each pays by how much its own obligation falls. Cost: sorting the edges. */
#include "../rule.h"
#include "../spanning_tree.h"

accord_status rule_folk(accord_context *context, accord_split *split, const accord_problem *problem) {
  const whole_network *network = whole_network_of(context, problem->network);
  const joined_components *joined = join_components(context, network);
  mpq_t *pays = pool_rationals(context, (size_t)joined->count + 1), *part = &pays[joined->count];
  for (int c = joined->count - 2; c >= 0; c--) { /* the whole stands last, and each before what it becomes part of */
    int next = joined->into[c];
    const network_edge *edge = &network->edges[joined->edge[next]];
    obligation(*part, joined, c);
    mpz_mul(mpq_numref(*part), mpq_numref(*part), network->cost[edge->rank]);
    mpz_mul(mpq_denref(*part), mpq_denref(*part), network->denominator);
    mpq_canonicalize(*part);
    mpq_add(pays[c], pays[next], *part);
    if (c % 256 == 0) check_clock(context);
  }
  for (int i = 0; i < problem->n; i++) mpq_set(split->share[i], pays[network->place[i]]);
  split->tree = edges_of_cheapest_tree(network, joined);
  return ACCORD_OK;
}

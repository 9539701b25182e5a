/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bird's rule: each pays the edge by which it joins the cheapest tree that grows from the source; parties at one node
 * share it equally, which is the mean over the orders in which they might join. Cost: places squared, and the edges. */
#include "../rule.h"
#include "../spanning_tree.h"

accord_status rule_bird(accord_context *context, accord_split *split, const accord_problem *problem) {
  const whole_network *network = whole_network_of(context, problem->network);
  const growing_tree *tree = grow_tree(context, network);
  for (int i = 0; i < problem->n; i++) {
    int place = network->place[i];
    if (place == 0) continue;
    mpz_set(mpq_numref(split->share[i]), network->cost[tree->rank[place]]);
    mpz_mul_si(mpq_denref(split->share[i]), network->denominator, network->parties_at[place]);
    mpq_canonicalize(split->share[i]);
  }
  split->tree = edges_of_cheapest_tree(network, join_components(context, network));
  return ACCORD_OK;
}

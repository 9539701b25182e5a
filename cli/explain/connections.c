/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Connections to a source: bird by the edge that joins each party, folk by the edges in the order in which they are
 * built. */
#include "explaining.h"
#include "spanning_tree.h"

static const char *node_text(const explaining *e, const whole_network *network, int place) {
  return safe_text(e->context, e->sheet->nodes[network->node[place]]);
}

static void cost_of(mpq_t cost, const whole_network *network, int rank) {
  mpz_set(mpq_numref(cost), network->cost[rank]);
  mpz_set(mpq_denref(cost), network->denominator);
  mpq_canonicalize(cost);
}

/* ---------------------------------------------------------------------- bird */

static void tell_joining(explaining *e, const whole_network *network, const growing_tree *tree, int i) {
  int place = network->place[i], many = network->parties_at[place];
  mpq_t *cost = pool_rationals(e->context, 1);
  if (place == 0) {
    tell_term(e, i, *cost, "%s is at the source and pays nothing.", say_party(e, i));
    return;
  }
  cost_of(*cost, network, tree->rank[place]);
  const char *from = node_text(e, network, place), *to = node_text(e, network, tree->to[place]);
  if (many == 1)
    tell_term(e, i, e->split->share[i], "%s, at %s, is joined to %s, which costs %s.", say_party(e, i), from, to,
              say_amount(e, *cost));
  else
    tell_term(e, i, e->split->share[i],
              "%s, at %s, is joined to %s, which costs %s; %d parties are there: %s / %d = %s.", say_party(e, i), from,
              to, say_amount(e, *cost), many, say_signed(e, *cost, true), many, say_amount(e, e->split->share[i]));
}

void explain_bird(explaining *e) {
  const whole_network *network = whole_network_of(e->context, e->problem->network);
  const growing_tree *tree = grow_tree(e->context, network);
  tell(e,
       "The network grows from the source: each time the cheapest edge is built that joins somebody who is not joined "
       "yet. Whoever is joined pays that edge.");
  for (int i = 0; i < e->n; i++)
    if (is_wanted(e, i)) tell_joining(e, network, tree, i);
}

/* ---------------------------------------------------------------------- folk */

/* "1 / 2", "1" or "nothing": what each of a group owes of an edge. */
static const char *owed_text(const explaining *e, const joined_components *joined, int component) {
  if (joined->has_source[component]) return "nothing";
  return joined->parties[component] == 1 ? "1" : pool_text(e->context, "1/%d", joined->parties[component]);
}

static void tell_edge(explaining *e, const whole_network *network, const joined_components *joined, int i, int c) {
  int next = joined->into[c];
  const network_edge *edge = &network->edges[joined->edge[next]];
  mpq_t *work = pool_rationals(e->context, 3), *cost = &work[0], *part = &work[1], *paid = &work[2];
  cost_of(*cost, network, edge->rank);
  obligation(*part, joined, c);
  weigh(*paid, *part, *cost);
  tell_term(e, i, *paid,
            "The edge between %s and %s costs %s. Before it %s owes %s of an edge, and then %s: %s x %s = %s.",
            node_text(e, network, edge->first), node_text(e, network, edge->second), say_amount(e, *cost),
            say_party(e, i), owed_text(e, joined, c), owed_text(e, joined, next), say_fraction(e, *part),
            say_signed(e, *cost, true), say_amount(e, *paid));
}

/* Edges until the party is joined to the source, after which it owes nothing more. */
static void tell_edges(explaining *e, const whole_network *network, const joined_components *joined, int i) {
  mpq_t *nothing = pool_rationals(e->context, 1);
  int c = network->place[i];
  if (c == 0) tell_term(e, i, *nothing, "%s is at the source and pays nothing.", say_party(e, i));
  for (; !joined->has_source[c]; c = joined->into[c]) tell_edge(e, network, joined, i, c);
}

void explain_folk(explaining *e) {
  const whole_network *network = whole_network_of(e->context, e->problem->network);
  const joined_components *joined = join_components(e->context, network);
  tell(e,
       "Edges are built cheapest first, unless both ends are joined already. Each group that is joined to each other, "
       "but not yet to the source, still owes one edge, shared equally among its parties; of an edge that is built, "
       "each pays by how much its own debt falls.");
  for (int i = 0; i < e->n; i++)
    if (is_wanted(e, i)) tell_edges(e, network, joined, i);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Connections that can be built to a source: c(S) = the cheapest tree that joins the nodes of S, and no others, to it
 * (Claus and Kleitman 1973; Bird 1976). Parties at one node are joined to each other at no cost, and at the source to it. */
#ifndef ACCORD_SOLVER_SPANNING_TREE_H
#define ACCORD_SOLVER_SPANNING_TREE_H

#include "game.h"

enum { NETWORK_GAME_PARTIES = 20 };

/* An edge between two places. */
typedef struct network_edge {
  int first, second, rank; /* edges of one cost have one rank, and dearer ones a higher */
} network_edge;

/* Only what parties can use: place 0 is the source, the others are the nodes at which somebody is, in the order in which
 * their first parties stand. */
typedef struct whole_network {
  accord_context *context;
  int n, places, edge_count;
  int *place;          /* size n: of each party */
  int *node;           /* size places: the stated node */
  int *parties_at;     /* size places */
  network_edge *edges; /* size edge_count, ranks rising; of equal ones those first whose ends stand first */
  mpz_t *cost;         /* size edge_count at most: by rank, in units of 1 / denominator */
  mpz_t denominator;
} whole_network;

whole_network *whole_network_of(accord_context *context, const accord_network *network);

/* The party that cannot be connected by itself, and so is a coalition without a cost; -1: every coalition can be. */
int find_unconnected(accord_context *context, const accord_network *network);

/* The problem around it, with its game while n <= NETWORK_GAME_PARTIES; every coalition can be connected. */
accord_problem *problem_from_network(accord_context *context, accord_network *network);

/* The tree that grows from the source by the cheapest edge that joins another place (Prim 1957); of equal ones it takes
 * the place whose first party stands first. */
typedef struct growing_tree {
  int *order; /* size places - 1: places in the order in which they are joined */
  int *to;    /* size places: where a place is joined */
  int *rank;  /* size places: of the edge that joins it */
} growing_tree;

growing_tree *grow_tree(accord_context *context, const whole_network *network);

/* How components are joined, cheapest edges first (Kruskal 1956): places 0..places-1, then each component made of two.
 * The last one is all. */
typedef int two_components[2];

typedef struct joined_components {
  int count;            /* 2 places - 1 */
  int *into;            /* size count: the component it becomes part of, -1: all */
  int *edge;            /* size count: by which edge of the network two became one; -1: a place */
  two_components *part; /* size count: those that became one */
  int *parties;         /* size count */
  bool *has_source;     /* size count */
} joined_components;

joined_components *join_components(accord_context *context, const whole_network *network);

/* Its edges, as stated. */
accord_cheapest_tree *edges_of_cheapest_tree(const whole_network *network, const joined_components *joined);

/* What a party of a component pays of the edge that makes it part of the next one, per unit of the edge's cost:
 * 1 / parties, 0 with the source; before less after (Feltkamp, Tijs and Muto 1994; Bergantinos and Vidal-Puga 2007). */
void obligation(mpq_t part, const joined_components *joined, int component);

/* The cost of all parties of a network together, as stated. */
void cost_of_network(accord_context *context, mpq_t cost, const accord_network *network);

/* What party i costs alone. */
void standalone_of_network(mpq_t value, const accord_network *network, int i);

/* Without a table: the core is not empty (Bird 1976), and joining never costs more than staying apart. */
void find_facts_of_network(accord_facts *facts, int wanted);

/* Places (taken, size places, a group to begin with, and the one that was found) whose parties pay more than their tree
 * costs, as far as doubles tell; false where none were found. gain: size places, what the parties at each pay. */
bool search_for_objection(accord_context *context, bool *taken, const whole_network *network, const double *gain);

/* Without a table: whether no coalition can object: none does in the irreducible game, in which every coalition costs at
 * most as much, or one that does there, or is found from it and others, does here as well. Otherwise by halves, in which a
 * node stays away or must join; unknown where that takes too many. */
void find_stability_of_network(accord_context *context, accord_stability *stability, const accord_problem *problem,
                               const mpq_t *shares, int top);

#endif

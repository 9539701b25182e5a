/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The decision diagram of any vote.
 *
 * The parties join or stay away one after the other. What those before have done matters to those after only by a
 * state: of majorities the weight each of them has so far, counted up to its quota; of listed coalitions, which of them
 * nobody has stayed away from. Equal states are one node, and nodes that win or lose whatever follows are two ends.
 * Bolus (2011), Power indices of simple games and vector-weighted majority games by means of binary decision diagrams,
 * European Journal of Operational Research 210(2), 258-272, doi:10.1016/j.ejor.2010.09.020. */
#ifndef ACCORD_SOLVER_VOTE_DIAGRAM_H
#define ACCORD_SOLVER_VOTE_DIAGRAM_H

#include "context.h"

enum { DIAGRAM_WINS = -1, DIAGRAM_LOSES = -2 };

typedef struct diagram_layer {
  int count;
  int (*child)[2]; /* size count: the nodes of the next layer without and with the party, or an end */
  int room;        /* while it is being made: */
  int64_t *state;  /* count * words */
} diagram_layer;

typedef struct vote_diagram {
  int n;
  int *order;           /* size n: the party of each layer */
  diagram_layer *layer; /* size n + 1; the first one has one node, the last one none */
} vote_diagram;

/* Leaves with ACCORD_LIMIT where its nodes are too many. Cost: its nodes, which are at most q for each party of a
 * majority, and of several the product of their quotas. */
vote_diagram *make_diagram(accord_context *context, const accord_voting *voting);

/* Whether a coalition (in: size n) wins. */
bool diagram_wins(const vote_diagram *diagram, const bool *in);

#endif

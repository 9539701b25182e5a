/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which coalitions of a vote gain most by a split, without a table: shortest ways through its decision diagram.
 *
 * Every party has a residue modulo a small prime. For each residue r
 *
 *   best(r) = min over coalitions S whose residues sum to r of cost(S) - (worth if S wins, else 0).
 *
 * With residues that every settled coalition's sum to 0 of (an annihilator of their span), the coalitions in the span
 * all stand at residue 0, and one outside of it does so with chance 1/p, where the residues are drawn at random. */
#ifndef ACCORD_SOLVER_VOTE_ORACLE_H
#define ACCORD_SOLVER_VOTE_ORACLE_H

#include "kernels.h"
#include "vote_diagram.h"

enum { ORACLE_MOST_RESIDUES = 31, ORACLE_STRIDE = 64 };

typedef struct vote_oracle {
  accord_context *context;
  const vote_diagram *diagram;
  int prime;            /* at most ORACLE_MOST_RESIDUES */
  const int *residue;   /* size n: the residues in use */
  uint32_t **joins;     /* size n: of each node of a layer and its two ends, a bit for each residue still to come */
  void *next, *current; /* a layer's best, ORACLE_STRIDE entries a node, the residues twice */
} vote_oracle;

vote_oracle *vote_oracle_new(accord_context *context, const vote_diagram *diagram);

/* best: size prime; cost: size n. In doubles, with infinity where there is no such coalition. Cost: 64 additions a
 * node. */
void oracle_search(vote_oracle *oracle, double *best, const double *cost, double worth);

/* The same exactly, where the sizes of all costs and the worth sum to less than 2^60; INT64_MAX: none. */
void oracle_search_exactly(vote_oracle *oracle, int64_t *best, const int64_t *cost, int64_t worth);

/* And below 2^120; ORACLE_NONE: none. */
#define ORACLE_NONE ((wide)1 << 125)
void oracle_search_widely(vote_oracle *oracle, wide *best, const wide *cost, wide worth);

/* The coalition of the last search that has this residue: in, size n. */
void oracle_members(const vote_oracle *oracle, bool *in, int residue);

#endif

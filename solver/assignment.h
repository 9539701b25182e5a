/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two sides matched in pairs (Shapley and Shubik 1971): the best matching, and the core by its dual.
 *
 * The core needs no table: a split of v(N) with x_i >= 0 for each party and x_l + x_r >= a_lr for each pair meets every
 * coalition, since a coalition is worth the pairs it is matched in. Those x are the optimal dual solutions of
 * the matching, so matched pairs share what they are worth, and who is not matched gets nothing. With node p for the
 * p-th matched pair, x_p for the share of its left party (the right one gets a_p - x_p) and node 0 with x_0 = 0
 * for those not matched, every condition is a difference x_p - x_q >= c_pq. */
#ifndef ACCORD_SOLVER_ASSIGNMENT_H
#define ACCORD_SOLVER_ASSIGNMENT_H

#include "game.h"

/* A matrix of 0 or more in whole numbers. */
typedef struct pair_values {
  int rows, columns;
  mpz_t *value;      /* size rows * columns */
  mpz_t denominator; /* of all of them */
} pair_values;

/* max(0, a_lr) in whole numbers. */
pair_values *whole_pair_values(accord_context *context, const accord_assignment *assignment);

/* A matching of the largest sum: column[r] for each row, -1 where it stays alone; nobody is matched for nothing.
 * Cost rows^2 columns (Kuhn 1955; shortest augmenting paths). */
void find_matching(accord_context *context, int *column, const pair_values *pairs);

/* v(N) of the pairs matched. */
void matching_worth(mpz_t worth, const pair_values *pairs, const int *column);

/* The differences that the core comes to. */
typedef struct core_graph {
  const accord_assignment *assignment;
  const pair_values *pairs;
  int nodes;           /* matched pairs, and node 0 */
  int *row, *match;    /* size nodes: the row and column of a node; -1 for node 0 */
  int *node;           /* size n: the node of a party, 0 where it is not matched */
  mpz_t *bound;        /* size nodes * nodes: c_pq, for p != q */
  int *first, *second; /* the same size: the coalition it comes from, of one party (second = -1) or two */
} core_graph;

core_graph *make_core_graph(accord_context *context, const accord_assignment *assignment);

/* The largest (sign 1) or smallest (sign -1) x_p of every node in the core, all at once; size nodes. Cost nodes^3. */
void find_corner(accord_context *context, mpz_t *x, const core_graph *graph, int sign);

/* The shares of all parties from x_p times scale, as rationals; size n. */
void shares_of_nodes(mpq_t *share, const core_graph *graph, const mpz_t *x, const mpz_t scale);

/* The problem around it, with its game v(S) while the table is small enough. */
accord_problem *problem_from_assignment(accord_context *context, accord_assignment *assignment);

/* Each party's least and greatest share in the core; size n each. */
void assignment_ranges(accord_context *context, mpq_t *least, mpq_t *greatest, const accord_problem *problem);

void find_facts_of_assignment(accord_context *context, accord_facts *facts, const accord_problem *problem, int wanted);

/* Without a table: whether some coalition gains by leaving, and the one that gains most, or loses least; exact. */
void find_stability_of_assignment(accord_context *context, accord_stability *stability, const accord_problem *problem,
                                  const mpq_t *shares, int top);

#endif

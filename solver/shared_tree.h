/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A cost shared along a tree: c(S) = the edges on the ways from S's users to the root. An airport is a path, whose edges
 * are the steps from one need to the next. What needs no table is worked out here at any size. */
#ifndef ACCORD_SOLVER_SHARED_TREE_H
#define ACCORD_SOLVER_SHARED_TREE_H

#include "game.h"

enum { TREE_GAME_PARTIES = 22 };

/* Costs are whole numbers of 1 / denominator. Node 0 is the root; every other node stands behind its parent, and the
 * nodes below v are v + 1 .. last[v]. */
typedef struct shared_tree {
  accord_context *context;
  int n, nodes;
  int *parent, *last; /* size nodes; parent[0] = -1 */
  mpz_t *cost;        /* size nodes: of the edge to the parent; 0 for the root */
  mpz_t denominator;
  int *stated;         /* size nodes: the node of the stated tree; of an airport, itself */
  int *at;             /* size n: the node of each party */
  int64_t *users;      /* size n: how many users each party stands for */
  int64_t *users_at;   /* size nodes */
  int64_t *users_from; /* size nodes: at the node and below it */
} shared_tree;

/* The tree of a problem on ACCORD_ON_AIRPORT or ACCORD_ON_TREE. by_user: an airport's movements count, each is a user;
 * otherwise each party is one. */
shared_tree *shared_tree_of(accord_context *context, const accord_problem *problem, bool by_user);

/* Whether the problem has such a tree. */
bool has_shared_tree(const accord_problem *problem);

/* The problems around what a model states; with its game while n <= TREE_GAME_PARTIES. */
accord_problem *problem_from_airport(accord_context *context, accord_airport *airport);
accord_problem *problem_from_tree(accord_context *context, accord_tree *tree);

/* How a level of the nucleolus comes about: what a branch shares, less what branches inside it use for themselves, over
 * how often it is paid: by each user on its own, by the users of each such branch together. */
typedef struct tree_level {
  mpq_t total, inside; /* in units of 1 / denominator */
  int64_t times;
} tree_level;

/* The nucleolus, what one user at each node pays: pays, size nodes, in units of 1 / denominator. *least: what the first
 * level settles, so that -least is the largest excess, the least core's epsilon (of two users or more). level: the one
 * that settles each node, size nodes, its numbers initialised; or NULL. */
void tree_nucleolus(mpq_t *pays, mpq_t least, tree_level *level, const shared_tree *tree);

/* The same with its proof, as stated. by_party: branches are called by parties, as of an airport. */
accord_branch_proof *tree_nucleolus_proof(mpq_t *pays, mpq_t least, const shared_tree *tree, bool by_party);

/* What party i costs alone; false where there is no such tree. */
bool standalone_on_tree(mpq_t value, const accord_problem *problem, int i);

/* What is known without a table: the shape, the core and the ranges in it, the least core. */
void find_facts_of_tree(accord_context *context, accord_facts *facts, const accord_problem *problem, int wanted);

/* The coalition that would save most by leaving, or lose least, and whether any would save; that one objection is all
 * that is counted. shares: size n, as stated; n > 1. Cost: the nodes and parties. */
void find_stability_of_tree(accord_context *context, accord_stability *stability, const accord_problem *problem,
                            const mpq_t *shares, int top);

#endif

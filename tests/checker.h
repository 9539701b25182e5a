/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A second opinion on the solver's answers: definitions applied to the whole table in rationals.
 *
 * Calls nothing of the library and shares no code with it; only plain result types are borrowed.
 * "Excess" is what a coalition gains by walking out: v(S) - x(S) for a benefit, x(S) - c(S) for a
 * cost. Proper coalitions are neither empty nor everybody. */
#ifndef ACCORD_TESTS_CHECKER_H
#define ACCORD_TESTS_CHECKER_H

#include "accord.h"

typedef struct check_game {
  int n;
  bool cost;
  const mpq_t *value; /* size 2^n, as stated; value[0] = 0 */
} check_game;

/* ------------------------------------------------------------------ a split */

/* What the coalition gains by walking out. share: size n, as stated. */
void check_excess(mpq_t excess, const check_game *game, const mpq_t *share, accord_coalition coalition);

/* Whether the shares sum to the value of everybody. */
bool check_efficient(const check_game *game, const mpq_t *share);

/* Whether nobody is worse off than alone. */
bool check_individual(const check_game *game, const mpq_t *share);

/* The proper coalition of largest excess, the smallest bitmask of those; 0 where n = 1. */
accord_coalition check_worst(mpq_t excess, const check_game *game, const mpq_t *share);

/* How many proper coalitions have an excess above 0. */
uint64_t check_objections(const check_game *game, const mpq_t *share);

/* Whether the split is efficient and no coalition gains by walking out. */
bool check_in_core(const check_game *game, const mpq_t *share);

/* The Kohlberg / Sobolev criterion by definition, n <= 5: for every t the coalitions with excess at
 * least t are balanced, with the help of tight single parties where individual is asked (nucleolus). */
bool check_criterion(const check_game *game, const mpq_t *share, bool individual);

/* ------------------------------------------------------------- certificates */

/* NULL where the certificate proves the split, else what is wrong with it. individual: nucleolus. */
const char *check_kohlberg(const check_game *game, const mpq_t *share, const accord_kohlberg *certificate,
                           bool individual);

/* NULL where the collection proves that the core is empty, else what is wrong with it. */
const char *check_balanced(const check_game *game, const accord_balanced *balanced);

/* Rank of the coalitions' 0/1 vectors over the rationals. */
int check_rank(const accord_coalition *coalition, int count, int n);

/* --------------------------------------------------------- facts of the game */

bool check_monotone(const check_game *game);
bool check_superadditive(const check_game *game); /* of a cost: subadditive */
bool check_convex(const check_game *game);        /* of a cost: concave */

/* The least e such that some split leaves no proper coalition an excess above e; n >= 2. */
void check_least_core(mpq_t epsilon, const check_game *game);

/* Least payment from outside that makes the core non-empty. */
void check_cost_of_stability(mpq_t amount, const check_game *game);

/* Least and greatest share of the party in the core, as stated. split: any one in the core. */
void check_core_range(mpq_t least, mpq_t greatest, const check_game *game, const mpq_t *split, int party);

#endif

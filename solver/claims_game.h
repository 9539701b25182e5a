/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The game of claims on an estate, at any number of parties: v(S) = max(0, E - claims outside S) is convex (Curiel,
 * Maschler and Tijs 1987), and what a table would tell follows from the claims alone. */
#ifndef ACCORD_SOLVER_CLAIMS_GAME_H
#define ACCORD_SOLVER_CLAIMS_GAME_H

#include "game.h"

/* v(i): what the others leave when they are paid in full. */
void standalone_of_claims(mpq_t value, const accord_claims *claims, int i);

/* Cost n. */
void find_facts_of_claims(accord_context *context, accord_facts *facts, const accord_problem *problem, int wanted);

/* Whether a coalition can object, the largest excess and who has it; of the objections that one. Cost n. */
void find_stability_of_claims(accord_context *context, accord_stability *stability, const accord_problem *problem,
                              const mpq_t *shares, int top);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How parties work together in pairs. */
#ifndef ACCORD_SOLVER_INTERACTIONS_H
#define ACCORD_SOLVER_INTERACTIONS_H

#include "game.h"

/* Shapley's and Banzhaf's interaction index of every pair, as stated: entry i * n + j, symmetric, 0 on the
 * diagonal. Sizes n * n. Cost n 2^(n-1). */
void find_interactions(accord_context *context, mpq_t *shapley, mpq_t *banzhaf, const accord_game *game);

#endif

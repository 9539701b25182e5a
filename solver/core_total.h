/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much a game must share for nobody to object. */
#ifndef ACCORD_SOLVER_CORE_TOTAL_H
#define ACCORD_SOLVER_CORE_TOTAL_H

#include "coalition_lp.h"

typedef struct core_total {
  row_search *search; /* what has been found serves other programs over the game; NULL where there is none */
  coalition_lp *lp;
  lp_result *result; /* minimise x(N) over x(S) >= v(S), S proper */
  bool empty;        /* its value exceeds v(N), by more than the tolerance of inexact inputs */
  mpz_t *gap;        /* value - v(N), over the result's determinant */
  mpz_t *whole;      /* max(v(N), value rounded up), in the game's units: N can share it and nobody objects */
} core_total;

/* The core is empty iff the value exceeds v(N), and the multipliers are then a balanced collection
 * (Bondareva 1963, Shapley 1967); the difference is the cost of stability (Bachrach et al. 2009). n > 1. */
core_total *find_core_total(accord_context *context, const accord_game *game);

#endif

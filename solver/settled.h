/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What follows from amounts that are settled: a coalition as a combination of others, in rationals. */
#ifndef ACCORD_SOLVER_SETTLED_H
#define ACCORD_SOLVER_SETTLED_H

#include "game.h"

typedef struct settled_amounts settled_amounts;

/* Nothing settled among n parties. */
settled_amounts *settled_new(accord_context *context, int n);

/* Takes in that x(S) is settled. False, and no change, where that followed already. Cost n^2. */
bool settled_add(settled_amounts *settled, accord_coalition coalition);

/* 1_S = sum of coefficient[r] 1_T(r) over the coalitions taken in, in their order. False where it does not follow.
 * coefficient: size n. Cost n^2. */
bool settled_express(const settled_amounts *settled, mpq_t *coefficient, accord_coalition coalition);

int settled_count(const settled_amounts *settled);
accord_coalition settled_coalition(const settled_amounts *settled, int index);

#endif

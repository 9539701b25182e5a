/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One linear program in doubles whose right-hand side changes, warm-started:
 *
 *   maximise c . x  subject to  A x <= b,  0 <= x <= u.
 *
 * The engine (lp_glpk.c) holds the program between solutions, so that each begins at the basis of the one before. */
#ifndef ACCORD_SOLVER_LP_WARM_H
#define ACCORD_SOLVER_LP_WARM_H

#include "context.h"

typedef struct lp_warm_shape {
  int rows, columns;
  const double *matrix; /* size rows * columns, by rows */
  const double *cost;   /* size columns */
  const double *upper;  /* size columns; infinite: none */
  bool cold;            /* forget the basis before every solution: for comparison */
} lp_warm_shape;

typedef enum lp_place { LP_AT_LOWER, LP_AT_UPPER, LP_BASIC } lp_place;

typedef struct lp_warm lp_warm;

/* Sets up the engine and calls work with it, inside a guard; the program ends with it. ACCORD_FAILED or
 * ACCORD_UNCERTIFIED where the engine gave up on the way: what work did until then may be kept. Time, memory and
 * interruptions leave through the guard. */
typedef accord_status lp_warm_work(accord_context *context, lp_warm *warm, void *argument);
accord_status lp_warm_run(accord_context *context, const lp_warm_shape *shape, lp_warm_work *work, void *argument);

/* The basis that is optimal for this right-hand side (size rows), as far as doubles tell: where the columns are, then
 * the slacks of the rows (size columns + rows). False where none was found. */
bool lp_warm_solve(lp_warm *warm, uint8_t *place, const double *bound);

/* c . x of the solution found last. */
double lp_warm_value(const lp_warm *warm);

#endif

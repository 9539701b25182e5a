/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Linear programs with few variables and very many rows:
 *
 *   minimise c . y  subject to  a_r . y >= b_r (or = b_r) for every row r,  y free.
 *
 * The rows are not listed: a row source writes one down when asked and finds violated ones. GLPK
 * solves the program in doubles with the rows generated so far (lp_glpk.c) and hands over the rows
 * tight at its optimum; the exact simplex (lp_exact.c) recomputes that basis in integers, proves it
 * optimal over all rows, and pivots on where it is not. Equations stand among the start rows and stay
 * in every basis. Another engine for the first part would stand beside lp_glpk.c. */
#ifndef ACCORD_SOLVER_LP_H
#define ACCORD_SOLVER_LP_H

#include "context.h"

typedef uint64_t lp_row; /* names a row; the source knows what it stands for */

#define LP_NO_ROW UINT64_MAX

typedef struct lp_source {
  void *data;
  /* Row r in integers: coefficients (size m), right-hand side; true for an equation. */
  bool (*write)(void *data, mpz_t *coefficient, mpz_t bound, lp_row row);
  /* Up to room inequalities violated at y / d, the worst among them; none only where none is violated. */
  int (*violated)(void *data, lp_row *rows, const mpz_t *y, const mpz_t d, int room);
  /* The violated row that comes first in a fixed order, or false: Bland's rule. */
  bool (*first_violated)(void *data, lp_row *row, const mpz_t *y, const mpz_t d);
  /* The same in doubles, for the first part: coefficients and right-hand side scaled to about 1. */
  bool (*write_double)(void *data, double *coefficient, double *bound, lp_row row);
  int (*violated_double)(void *data, lp_row *rows, const double *y, int room);
} lp_source;

/* The first part: rows tight at the optimum found in doubles (at most m) in tight, all rows generated in rows (pool). */
typedef struct lp_guess {
  int tight_count, row_count;
  lp_row *tight, *rows;
} lp_guess;

typedef struct lp_problem {
  int m;           /* variables */
  const int *cost; /* size m: c */
  const lp_source *source;
  const lp_row *start; /* size start_count <= m: independent rows with c = sum multiplier a_r, multiplier >= 0 for
                        * inequalities; fewer than m where c is a combination of fewer */
  int start_count;
  const lp_guess *guess; /* the first part's outcome where it is known, or NULL */
} lp_problem;

typedef struct lp_result {
  bool feasible;
  lp_row *row;       /* size m: the optimal basis; infeasible: its rows conflict with entering. LP_NO_ROW, with
                      * multiplier 0, where fewer than m rows decide */
  mpz_t *multiplier; /* size m, over determinant: the dual solution; infeasible: a_entering as a combination */
  mpz_t *solution;   /* size m, over determinant */
  mpz_t determinant; /* > 0 */
  mpz_t value;       /* c . y, over determinant */
  lp_row entering;   /* infeasible: the row no y satisfies together with the basis */
} lp_result;

/* Solves exactly. The result lives in the context's pool. Leaves through the guard when time is up. */
lp_result *lp_solve(accord_context *context, const lp_problem *problem);

/* ACCORD_OK; ACCORD_UNCERTIFIED where the doubles lead nowhere and ACCORD_FAILED where the engine refuses
 * the program (the message says why): the exact part then starts from problem->start. ACCORD_NO_MEMORY and
 * ACCORD_LIMIT where the engine's memory ends. Time and interruptions leave through the guard. */
accord_status lp_guess_basis(accord_context *context, lp_guess *guess, const lp_problem *problem);

const char *lp_library_version(void);

#endif

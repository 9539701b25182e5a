/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Linear programs that differ in their right-hand side only, solved exactly, in whole numbers:
 *
 *   maximise c . x  subject to  A x <= b,  0 <= x <= u.
 *
 * Bases are kept: one that is optimal for some b is optimal for every b it stays feasible for, since its prices do not
 * depend on b. So most programs of a family are solved by looking whether a basis known before is feasible. A new one
 * is guessed in doubles (lp_warm.h), written down in integers over its determinant, and checked: x_B >= 0, x_B
 * <= u, and every reduced cost of the right sign. Where a check fails, exact pivots go on by Bland's rule. */
#ifndef ACCORD_SOLVER_LP_FAMILY_H
#define ACCORD_SOLVER_LP_FAMILY_H

#include "lp_warm.h"

typedef struct lp_basis {
  int id;                  /* its place among the family's bases */
  uint8_t *place;          /* size columns + rows: lp_place of each column, then of each row's slack */
  int *basic;              /* size rows: the column of each position, columns + r: the slack of row r */
  mpz_t determinant;       /* > 0; everything below is over it */
  mpz_t *inverse;          /* size rows * rows */
  mpz_t *price;            /* size rows: what one more of each row's bound is worth */
  mpz_t *offset;           /* size rows: x_B where b = 0 */
  mpz_t value;             /* c . x where b = 0 */
  bool is_optimal;         /* every reduced cost has the right sign: optimal wherever it is feasible */
  struct lp_basis **after; /* size rows: the basis that was right when a position was the first out of bounds */
  void *attached;          /* for whoever walks over many b */
} lp_basis;

typedef struct lp_family {
  accord_context *context;
  int rows, columns;
  mpz_t *matrix;   /* size rows * columns, by rows */
  mpz_t *cost;     /* size columns */
  mpz_t *upper;    /* size columns */
  bool *has_upper; /* size columns */
  lp_basis *home;  /* where exact pivots begin anew: feasible for every b, or else optimal for every b */
  int count, room;
  lp_basis **bases; /* size count: in the order in which they were met */
  mpz_t *x;         /* size rows: x_B times the determinant, of the basis looked at last */
  mpz_t work[4];
  lp_warm *warm;  /* guesses; NULL: exact pivots alone */
  double *bound;  /* size rows */
  uint8_t *guess; /* size columns + rows */
} lp_family;

/* A family without costs, bounds and entries, which the caller fills in before the first solution. */
lp_family *lp_family_new(accord_context *context, int rows, int columns);

/* The basis of those places, made unless it is known; NULL where it is none. */
lp_basis *lp_family_basis(lp_family *family, const uint8_t *place);

/* All slacks: feasible where b >= 0. */
lp_basis *lp_family_slack_basis(lp_family *family);

/* Puts x_B times the determinant into family->x; the position that is out of bounds and whose column comes first,
 * -1: none. *above: it is above u, not below 0. */
int lp_family_find_infeasible(lp_family *family, const lp_basis *basis, const mpz_t *bound, bool *above);

/* The optimal basis for b, family->x its solution. NULL where there is none: no x is feasible, or c . x has no end. */
lp_basis *lp_family_solve(lp_family *family, const mpz_t *bound);

/* c . x of a basis at b, over its determinant. */
void lp_family_value(mpz_t value, const lp_family *family, const lp_basis *basis, const mpz_t *bound);

/* The reduced cost of a column over the determinant: cost - price . A. */
void lp_family_reduced_cost(mpz_t cost, const lp_family *family, const lp_basis *basis, int column);

/* The family's numbers as doubles, for lp_warm_run. False where they do not fit. */
bool lp_family_shape(lp_family *family, lp_warm_shape *shape);

#endif

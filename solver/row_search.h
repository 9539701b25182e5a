/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Violated coalitions of linear programs over one game: from a pool that the programs share, else by passes over a
 * sample of the table's rows, and over the table itself only at the end. One pass in whole machine words serves
 * the doubles and, where the exact solution lies near, the proof. */
#ifndef ACCORD_SOLVER_ROW_SEARCH_H
#define ACCORD_SOLVER_ROW_SEARCH_H

#include "collect.h"

typedef struct row_search row_search;

/* For a game in a small table of at least a few parties; NULL for any other. */
row_search *row_search_new(accord_context *context, const accord_game *game);

/* Up to room coalitions with v(S) - x(S) - base > tolerance (relative to the largest value), the worst of those
 * looked at; 0: none in the table. x: size n. */
int row_search_double(row_search *search, accord_coalition *worst, const double *x, double base, double tolerance,
                      int room);

/* The same exactly: integer(S) factor - share(S) - base > 0. share: size n. -1: the numbers outgrow 128 bits. */
int row_search_exact(row_search *search, accord_coalition *worst, const mpz_t *share, const mpz_t base,
                     const mpz_t factor, int room);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The linear span of coalitions' 0/1 vectors, decided exactly.
 *
 * Arithmetic is modulo the prime p = 2^61 - 1. Every minor of a 0/1 matrix with at most 30 columns
 * is below 31^15.5 / 2^30 < 2^47 (Hadamard), so no minor vanishes mod p unless it is 0: rank and
 * membership mod p are rank and membership over the rationals. */
#ifndef ACCORD_SOLVER_SPAN_H
#define ACCORD_SOLVER_SPAN_H

#include "game.h"

typedef struct coalition_span {
  int n, rank;
  int pivot[GAME_MOST_PARTIES];                       /* column of row r's leading 1, size rank */
  uint64_t row[GAME_MOST_PARTIES][GAME_MOST_PARTIES]; /* reduced row echelon form, rank rows */
} coalition_span;

void span_start(coalition_span *span, int n);

/* Adds a coalition's vector; false (and no change) where the span holds it already. Cost n^2. */
bool span_add(coalition_span *span, accord_coalition coalition);

bool span_contains(const coalition_span *span, accord_coalition coalition);

/* z, size n: 1_S . z = 0 mod p for every S in the span, and (at random, from a fixed seed) for hardly any other. */
void span_annihilator(uint64_t *z, const coalition_span *span);

/* Sets level[S] = value for every S in the span with level[S] = SPAN_OUTSIDE; level: size 2^n.
 * A random annihilator of the span sorts out nearly all coalitions with one addition each. */
enum { SPAN_OUTSIDE = 255 };
void span_mark(const coalition_span *span, uint8_t *level, uint8_t value);

#endif

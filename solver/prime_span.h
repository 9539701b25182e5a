/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Vectors of whole numbers modulo a prime: their span in reduced row echelon form, and what annihilates it. */
#ifndef ACCORD_SOLVER_PRIME_SPAN_H
#define ACCORD_SOLVER_PRIME_SPAN_H

#include "context.h"

#define LARGE_PRIME (((uint64_t)1 << 61) - 1)

typedef struct prime_span {
  uint64_t prime;
  int n, rank;
  int *pivot;     /* size n: the column of row r's leading 1 */
  uint64_t *row;  /* n * n, by rows: the first rank of them */
  uint64_t *work; /* size n */
} prime_span;

prime_span *prime_span_new(accord_context *context, uint64_t prime, int n);

/* Adds a vector (size n, entries of at least 0); false, and no change, where the span holds it. Cost n rank. */
bool prime_span_add(prime_span *span, const int *vector);
bool prime_span_holds(prime_span *span, const int *vector);

/* annihilator (size n): free entries as they are given, below the prime, the others such that it annihilates the
 * span. Cost n rank. */
void prime_span_annihilate(const prime_span *span, uint64_t *annihilator);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gauss elimination that remembers what each row is made of. */
#include "settled.h"

struct settled_amounts {
  accord_context *context;
  int n, rank;
  accord_coalition *coalition; /* size n: as taken in, rank of them */
  int *pivot;                  /* size n: column of row r's leading 1 */
  mpq_t *row;                  /* n * 2n: a row of the echelon form, then its combination of the coalitions */
  mpq_t *work;                 /* size 2n + 1: a row, and a factor */
};

settled_amounts *settled_new(accord_context *context, int n) {
  settled_amounts *settled = POOL_NEW(context, 1, settled_amounts);
  size_t size = (size_t)n;
  settled->context = context;
  settled->n = n;
  settled->coalition = POOL_NEW(context, size, accord_coalition);
  settled->pivot = POOL_NEW(context, size, int);
  settled->row = pool_rationals(context, 2 * size * size);
  settled->work = pool_rationals(context, 2 * size + 1);
  return settled;
}

/* work = 1_S less its multiples of the rows; what was taken off stands, negated, in its second half. */
static int reduce(const settled_amounts *settled, accord_coalition coalition) {
  int n = settled->n, first = 0;
  mpq_t *work = settled->work, *factor = &work[2 * n], *product = pool_rationals(settled->context, 1);
  for (int i = 0; i < 2 * n; i++) mpq_set_ui(work[i], i < n && has(coalition, i), 1);
  for (int r = 0; r < settled->rank; r++) {
    mpq_set(*factor, work[settled->pivot[r]]);
    for (int i = 0; i < 2 * n && mpq_sgn(*factor); i++) {
      mpq_mul(*product, *factor, settled->row[2 * n * r + i]);
      mpq_sub(work[i], work[i], *product);
    }
  }
  pool_free(settled->context, product);
  while (first < n && mpq_sgn(work[first]) == 0) first++;
  return first;
}

bool settled_add(settled_amounts *settled, accord_coalition coalition) {
  int n = settled->n, pivot = settled->rank < n ? reduce(settled, coalition) : n;
  mpq_t *work = settled->work, *factor = &work[2 * n];
  if (pivot == n) return false;
  mpq_set_ui(work[n + settled->rank], 1, 1);
  mpq_inv(*factor, work[pivot]);
  for (int i = 0; i < 2 * n; i++) mpq_mul(settled->row[2 * n * settled->rank + i], work[i], *factor);
  settled->pivot[settled->rank] = pivot;
  settled->coalition[settled->rank++] = coalition;
  return true;
}

bool settled_express(const settled_amounts *settled, mpq_t *coefficient, accord_coalition coalition) {
  int n = settled->n;
  if (reduce(settled, coalition) < n) return false;
  for (int r = 0; r < n; r++) mpq_neg(coefficient[r], settled->work[n + r]);
  return true;
}

int settled_count(const settled_amounts *settled) { return settled->rank; }

accord_coalition settled_coalition(const settled_amounts *settled, int index) { return settled->coalition[index]; }

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Span of coalitions by modular elimination. */
#include "span.h"

#include "modular.h"

#include <string.h>

void span_start(coalition_span *span, int n) {
  memset(span, 0, sizeof *span);
  span->n = n;
}

/* The vector of a coalition less its projection along the pivots. */
static void reduce(uint64_t *vector, const coalition_span *span, accord_coalition coalition) {
  for (int i = 0; i < span->n; i++) vector[i] = has(coalition, i);
  for (int r = 0; r < span->rank; r++) {
    uint64_t factor = vector[span->pivot[r]];
    if (!factor) continue;
    for (int i = 0; i < span->n; i++) vector[i] = subtract_mod(vector[i], multiply_mod(factor, span->row[r][i]));
  }
}

static int first_nonzero(const uint64_t *vector, int n) {
  int i = 0;
  while (i < n && !vector[i]) i++;
  return i;
}

/* In the reduced form a row's share in S is 1 or 0, as S has its pivot or not; at the pivots the sum is right then. */
bool span_contains(const coalition_span *span, accord_coalition coalition) {
  uint64_t sum[GAME_MOST_PARTIES] = {0};
  accord_coalition free = everybody(span->n);
  int column[GAME_MOST_PARTIES], count = 0;
  for (int r = 0; r < span->rank; r++) free &= ~party(span->pivot[r]);
  for (; free; free &= free - 1) column[count++] = __builtin_ctzll(free);
  for (int r = 0; r < span->rank; r++)
    for (int j = 0; has(coalition, span->pivot[r]) && j < count; j++) sum[j] = add_mod(sum[j], span->row[r][column[j]]);
  for (int j = 0; j < count; j++)
    if (sum[j] != has(coalition, column[j])) return false;
  return true;
}

bool span_add(coalition_span *span, accord_coalition coalition) {
  uint64_t *vector = span->row[span->rank < span->n ? span->rank : 0];
  if (span->rank == span->n) return false;
  reduce(vector, span, coalition);
  int pivot = first_nonzero(vector, span->n);
  if (pivot == span->n) return false;
  uint64_t inverse = invert_mod(vector[pivot]);
  for (int i = 0; i < span->n; i++) vector[i] = multiply_mod(vector[i], inverse);
  for (int r = 0; r < span->rank; r++) {
    uint64_t factor = span->row[r][pivot];
    for (int i = 0; factor && i < span->n; i++)
      span->row[r][i] = subtract_mod(span->row[r][i], multiply_mod(factor, vector[i]));
  }
  span->pivot[span->rank++] = pivot;
  return true;
}

/* z with row . z = 0 for every row: free columns at random (fixed seed), pivots follow. */
void span_annihilator(uint64_t *z, const coalition_span *span) {
  uint64_t state = 0x9e3779b97f4a7c15u;
  for (int i = 0; i < span->n; i++) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    z[i] = (state >> 3) % MODULUS;
  }
  for (int r = 0; r < span->rank; r++) z[span->pivot[r]] = 0;
  for (int r = 0; r < span->rank; r++) {
    uint64_t sum = 0;
    for (int i = 0; i < span->n; i++)
      if (i != span->pivot[r]) sum = add_mod(sum, multiply_mod(span->row[r][i], z[i]));
    z[span->pivot[r]] = subtract_mod(0, sum);
  }
}

void span_mark(const coalition_span *span, uint8_t *level, uint8_t value) {
  enum { LOW = 10 };
  uint64_t z[GAME_MOST_PARTIES], low[1 << LOW] = {0};
  int low_bits = span->n < LOW ? span->n : LOW;
  span_annihilator(z, span);
  for (accord_coalition s = 1; s < (accord_coalition)1 << low_bits; s++)
    low[s] = add_mod(low[s & (s - 1)], z[__builtin_ctzll(s)]);
  for (accord_coalition high = 0; high < (accord_coalition)1 << span->n; high += (accord_coalition)1 << low_bits) {
    uint64_t base = 0;
    for (int i = low_bits; i < span->n; i++)
      if (has(high, i)) base = add_mod(base, z[i]);
    for (accord_coalition s = 0; s < (accord_coalition)1 << low_bits; s++)
      if (add_mod(base, low[s]) == 0 && level[high | s] == SPAN_OUTSIDE && span_contains(span, high | s))
        level[high | s] = value;
  }
}

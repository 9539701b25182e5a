/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "prime_span.h"

#include <string.h>

__extension__ typedef unsigned __int128 product;

static uint64_t times(uint64_t a, uint64_t b, uint64_t prime) { return (uint64_t)((product)a * b % prime); }

/* a^(p - 2) = 1 / a. */
static uint64_t inverse(uint64_t a, uint64_t prime) {
  uint64_t power = 1;
  for (uint64_t exponent = prime - 2; exponent; exponent >>= 1) {
    if (exponent & 1) power = times(power, a, prime);
    a = times(a, a, prime);
  }
  return power;
}

prime_span *prime_span_new(accord_context *context, uint64_t prime, int n) {
  prime_span *span = POOL_NEW(context, 1, prime_span);
  size_t size = (size_t)n;
  *span = (prime_span){.prime = prime, .n = n};
  span->pivot = POOL_NEW(context, size, int);
  span->row = POOL_NEW(context, size * size, uint64_t);
  span->work = POOL_NEW(context, size, uint64_t);
  return span;
}

static uint64_t *row_of(const prime_span *span, int r) { return &span->row[(size_t)r * (size_t)span->n]; }

/* to -= factor * from, from column 0 on. */
static void subtract(uint64_t *to, const uint64_t *from, uint64_t factor, const prime_span *span) {
  for (int j = 0; j < span->n; j++)
    if (from[j]) to[j] = (to[j] + times(span->prime - factor, from[j], span->prime)) % span->prime;
}

/* The vector less its part in the span, in work; its first entry that is not 0, or -1. */
static int reduce(prime_span *span, const int *vector) {
  for (int j = 0; j < span->n; j++) span->work[j] = (uint64_t)vector[j] % span->prime;
  for (int r = 0; r < span->rank; r++) {
    uint64_t factor = span->work[span->pivot[r]];
    if (factor) subtract(span->work, row_of(span, r), factor, span);
  }
  for (int j = 0; j < span->n; j++)
    if (span->work[j]) return j;
  return -1;
}

bool prime_span_holds(prime_span *span, const int *vector) { return reduce(span, vector) < 0; }

bool prime_span_add(prime_span *span, const int *vector) {
  int pivot = reduce(span, vector);
  if (pivot < 0) return false;
  uint64_t *row = row_of(span, span->rank), scale = inverse(span->work[pivot], span->prime);
  for (int j = 0; j < span->n; j++) row[j] = times(span->work[j], scale, span->prime);
  for (int r = 0; r < span->rank; r++) {
    uint64_t factor = row_of(span, r)[pivot];
    if (factor) subtract(row_of(span, r), row, factor, span);
  }
  span->pivot[span->rank++] = pivot;
  return true;
}

void prime_span_annihilate(const prime_span *span, uint64_t *annihilator) {
  for (int r = 0; r < span->rank; r++) annihilator[span->pivot[r]] = 0;
  for (int r = 0; r < span->rank; r++) {
    uint64_t sum = 0;
    for (int j = 0; j < span->n; j++)
      if (j != span->pivot[r]) sum = (sum + times(row_of(span, r)[j], annihilator[j], span->prime)) % span->prime;
    annihilator[span->pivot[r]] = (span->prime - sum) % span->prime;
  }
}

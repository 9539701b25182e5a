/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verify_span.h"

enum { MOST_BITS = 56 }; /* of a number of which a few dozen are added */

/* The vector that is 1 at a free place and 0 at the other free ones: its entries at the pivots follow from the last row
 * to the first. */
static void solve_rows(accord_context *context, mpq_t *vector, const mpq_t *row, const int *pivot, int rank, int n) {
  mpq_t *part = pool_rationals(context, 1);
  for (int r = rank - 1; r >= 0; r--) {
    mpq_set_ui(vector[pivot[r]], 0, 1);
    for (int i = 0; i < n; i++) {
      if (i == pivot[r] || mpq_sgn(row[r * n + i]) == 0 || mpq_sgn(vector[i]) == 0) continue;
      mpq_mul(*part, row[r * n + i], vector[i]);
      mpq_sub(vector[pivot[r]], vector[pivot[r]], *part);
    }
  }
  pool_free(context, part);
}

/* The same times the least number that makes it whole. */
static bool make_whole(accord_context *context, int64_t *whole, const mpq_t *vector, int n) {
  mpz_t *work = pool_integers(context, 2);
  bool fits = true;
  mpz_set_ui(work[0], 1);
  for (int i = 0; i < n; i++) mpz_lcm(work[0], work[0], mpq_denref(vector[i]));
  for (int i = 0; i < n && fits; i++) {
    mpz_divexact(work[1], work[0], mpq_denref(vector[i]));
    mpz_mul(work[1], work[1], mpq_numref(vector[i]));
    fits = mpz_sizeinbase(work[1], 2) <= MOST_BITS;
    whole[i] = fits ? mpz_get_si(work[1]) : 0;
  }
  pool_free(context, work);
  return fits;
}

bool find_right_angles(accord_context *context, right_angles *angles, const mpq_t *row, const int *pivot, int rank,
                       int n) {
  accord_coalition free = everybody(n);
  bool fits = true;
  angles->count = 0;
  for (int r = 0; r < rank; r++) free &= ~party(pivot[r]);
  for (accord_coalition rest = free; rest && fits; rest &= rest - 1) {
    mpq_t *vector = pool_rationals(context, (size_t)n);
    mpq_set_ui(vector[__builtin_ctzll(rest)], 1, 1);
    solve_rows(context, vector, row, pivot, rank, n);
    fits = make_whole(context, angles->vector[angles->count++], (const mpq_t *)vector, n);
    pool_free(context, vector);
  }
  return fits;
}

bool spans(const right_angles *angles, accord_coalition coalition) {
  for (int k = 0; k < angles->count; k++) {
    int64_t sum = 0;
    for (accord_coalition rest = coalition; rest; rest &= rest - 1) sum += angles->vector[k][__builtin_ctzll(rest)];
    if (sum) return false;
  }
  return true;
}

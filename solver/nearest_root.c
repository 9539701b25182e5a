/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Square roots rounded once. */
#include "risk.h"

/* sqrt(p / q) = sqrt(p q) / q; p q is scaled by a power of 4 until its whole root is so long that q times any double,
 * or any point halfway between two, is a whole number on that scale. What the root leaves behind becomes one more bit,
 * set unless it came out even: no tie is mistaken. */
double nearest_root(accord_context *context, const mpq_t number) {
  enum { SPARE_BITS = 64 };
  mpq_t *root = pool_rationals(context, 1);
  mpz_t *work = pool_integers(context, 2), *rest = &work[1];
  mpz_mul(*work, mpq_numref(number), mpq_denref(number));
  long bits = (long)mpz_sizeinbase(*work, 2), wanted = SPARE_BITS + (long)mpz_sizeinbase(mpq_denref(number), 2);
  long shift = bits < 2 * wanted ? wanted - bits / 2 : 0;
  mpz_mul_2exp(*work, *work, 2 * (mp_bitcnt_t)shift);
  mpz_sqrtrem(*work, *rest, *work);
  mpz_mul_2exp(*work, *work, 1);
  if (mpz_sgn(*rest)) mpz_add_ui(*work, *work, 1);
  mpz_set(mpq_numref(*root), *work);
  mpz_mul_2exp(mpq_denref(*root), mpq_denref(number), (mp_bitcnt_t)shift + 1);
  mpq_canonicalize(*root);
  double nearest = accord_to_double(*root);
  pool_free(context, root);
  pool_free(context, work);
  return nearest;
}

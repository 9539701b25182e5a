/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "long_gains.h"

enum { MOST_LIMBS = 64, SPARE_BITS = 72 }; /* a factor of 63 bits, a sum of some thirty, a sign */

struct long_gains {
  int limbs;
  mp_limb_t scale[MOST_LIMBS];
  mp_limb_t share[GAME_MOST_PARTIES][MOST_LIMBS]; /* two's complement */
  mp_limb_t (*epsilon)[MOST_LIMBS];               /* size level_count: their sizes */
  bool *below;                                    /* size level_count: whether epsilon is below 0 */
};

/* |number|, with zeros above. */
static void put_size(mp_limb_t *limb, const mpz_t number, int limbs) {
  for (int k = 0; k < limbs; k++) limb[k] = mpz_getlimbn(number, k);
}

long_gains *long_gains_new(accord_context *context, const whole_split *split, int n, const mpz_t *epsilon,
                           int level_count) {
  size_t bits = mpz_sizeinbase(split->scale, 2);
  for (int k = 0; k < n + level_count; k++) {
    size_t size = mpz_sizeinbase(k < n ? split->share[k] : epsilon[k - n], 2);
    if (size > bits) bits = size;
  }
  if ((bits + SPARE_BITS) / GMP_LIMB_BITS + 1 > MOST_LIMBS) return NULL;
  long_gains *gains = POOL_NEW(context, 1, long_gains);
  gains->limbs = (int)((bits + SPARE_BITS) / GMP_LIMB_BITS + 1);
  gains->epsilon = pool_new(context, (size_t)level_count, sizeof *gains->epsilon);
  gains->below = POOL_NEW(context, (size_t)level_count, bool);
  put_size(gains->scale, split->scale, gains->limbs);
  for (int i = 0; i < n; i++) {
    put_size(gains->share[i], split->share[i], gains->limbs);
    if (mpz_sgn(split->share[i]) < 0) mpn_neg(gains->share[i], gains->share[i], gains->limbs);
  }
  for (int k = 0; k < level_count; k++) {
    put_size(gains->epsilon[k], epsilon[k], gains->limbs);
    gains->below[k] = mpz_sgn(epsilon[k]) < 0;
  }
  return gains;
}

bool long_gain_exceeds(const long_gains *gains, accord_coalition coalition, int64_t value, uint64_t depth, int k) {
  mp_limb_t gain[MOST_LIMBS], part[MOST_LIMBS];
  int limbs = gains->limbs;
  mpn_mul_1(gain, gains->scale, limbs, value < 0 ? (mp_limb_t)-value : (mp_limb_t)value);
  if (value < 0) mpn_neg(gain, gain, limbs);
  for (accord_coalition rest = coalition; rest; rest &= rest - 1)
    mpn_sub_n(gain, gain, gains->share[__builtin_ctzll(rest)], limbs);
  mpn_mul_1(part, gains->epsilon[k], limbs, depth);
  if (gains->below[k]) mpn_add_n(gain, gain, part, limbs);
  else mpn_sub_n(gain, gain, part, limbs);
  return gain[limbs - 1] >> (GMP_LIMB_BITS - 1) == 0 && !mpn_zero_p(gain, limbs);
}

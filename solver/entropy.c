/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weights of criteria from how far they tell the parties apart (Shannon 1948; Hwang and Yoon 1981, Multiple Attribute
 * Decision Making, Springer): w_k in proportion to d_k = 1 - H_k / ln n, H_k = - sum of p_ik ln p_ik over the parts p of
 * the parties under criterion k. A criterion under which all are alike weighs nothing; where all are such, all weigh the
 * same.
 *
 * Logarithms are sums of integers, so that the same sheet gives the same output everywhere. */
#include "rule.h"

enum { SCALE = 192 }; /* numbers are multiples of 2^-192 */

/* 2 atanh(1 / z) = 2 sum of 1 / ((2 j + 1) z^(2 j + 1)), z = bottom / top >= 3. */
static void twice_atanh(mpz_t sum, const mpz_t top, const mpz_t bottom, mpz_t *work) {
  mpz_t *power = &work[0], *term = &work[1];
  mpz_mul_2exp(*power, top, SCALE + 1);
  mpz_fdiv_q(*power, *power, bottom);
  mpz_set(sum, *power);
  for (unsigned long j = 3; mpz_sgn(*power); j += 2) {
    mpz_mul(*power, *power, top);
    mpz_fdiv_q(*power, *power, bottom);
    mpz_mul(*power, *power, top);
    mpz_fdiv_q(*power, *power, bottom);
    mpz_fdiv_q_ui(*term, *power, j);
    mpz_add(sum, sum, *term);
  }
}

/* ln of a number above 0: with a / b = m 2^k and m in [2/3, 4/3), ln m = 2 atanh((m - 1) / (m + 1)). */
static void logarithm(mpz_t result, const mpq_t number, const mpz_t of_two, mpz_t *work) {
  mpz_t *top = &work[0], *bottom = &work[1], *a = &work[2], *b = &work[3];
  long shift = (long)mpz_sizeinbase(mpq_numref(number), 2) - (long)mpz_sizeinbase(mpq_denref(number), 2);
  mpz_set(*a, mpq_numref(number));
  mpz_set(*b, mpq_denref(number));
  if (shift > 0) mpz_mul_2exp(*b, *b, (mp_bitcnt_t)shift);
  else mpz_mul_2exp(*a, *a, (mp_bitcnt_t)-shift);
  mpz_mul_ui(*top, *a, 3);
  mpz_mul_2exp(*bottom, *b, 2);
  if (mpz_cmp(*top, *bottom) >= 0) mpz_mul_2exp(*b, *b, 1), shift++; /* m was in (1/2, 2) */
  mpz_mul_2exp(*top, *a, 1);
  mpz_add(*top, *top, *a);
  mpz_mul_2exp(*bottom, *b, 1);
  if (mpz_cmp(*top, *bottom) < 0) mpz_mul_2exp(*a, *a, 1), shift--;
  mpz_sub(*top, *a, *b);
  mpz_add(*bottom, *a, *b);
  twice_atanh(result, *top, *bottom, &work[4]);
  mpz_set_si(*a, shift);
  mpz_addmul(result, of_two, *a);
}

static bool all_alike(const mpq_t *part, int n) {
  for (int i = 1; i < n; i++)
    if (!mpq_equal(part[i], part[0])) return false;
  return true;
}

/* ln n + sum of p ln p, which is d_k ln n. */
static void find_distance(accord_context *context, mpz_t distance, const mpq_t *part, int n, const mpz_t of_two,
                          mpz_t *work) {
  mpz_t *one = &work[6];
  mpq_t *count = pool_rationals(context, 1);
  mpq_set_si(*count, n, 1);
  logarithm(distance, *count, of_two, work);
  for (int i = 0; i < n; i++) {
    if (i % 64 == 0) check_clock(context);
    if (mpq_sgn(part[i]) == 0) continue;
    logarithm(*one, part[i], of_two, work);
    mpz_mul(*one, *one, mpq_numref(part[i]));
    mpz_fdiv_q(*one, *one, mpq_denref(part[i]));
    mpz_add(distance, distance, *one);
  }
  if (mpz_sgn(distance) < 0) mpz_set_ui(distance, 0);
  pool_free(context, count);
}

bool entropy_weights(accord_context *context, mpq_t *weight, const mpq_t *part, int count, int n) {
  mpz_t *work = pool_integers(context, 11), *of_two = &work[7], *sum = &work[8], *top = &work[9], *bottom = &work[10];
  int telling = 0;
  mpz_set_ui(*top, 1);
  mpz_set_ui(*bottom, 3);
  twice_atanh(*of_two, *top, *bottom, work);
  for (int k = 0; k < count; k++) {
    const mpq_t *own = &part[(size_t)k * (size_t)n];
    if (all_alike(own, n)) continue;
    find_distance(context, mpq_numref(weight[k]), own, n, *of_two, work);
    mpz_add(*sum, *sum, mpq_numref(weight[k]));
    telling++;
  }
  for (int k = 0; k < count; k++) {
    if (telling) mpz_set(mpq_denref(weight[k]), *sum);
    else mpq_set_si(weight[k], 1, (unsigned long)count);
    mpq_canonicalize(weight[k]);
  }
  pool_free(context, work);
  return telling < 2;
}

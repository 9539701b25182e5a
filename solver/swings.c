/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Swings of one majority, counted exactly by dynamic programming over the weight.
 *
 *   C(x) = sum over coalitions S of weight x of z^|S|,   C(x) += z C(x - w) for each party,
 *   without i:  C_i(x) = C(x) - z C_i(x - w_i),   swings of i = sum of C_i(x) over q - w_i <= x < q.
 *
 * z is a power of two above every coefficient (Kronecker), so that a polynomial is one integer. With the prefix sums
 * F of C the last line needs every w_i-th entry only. A vote and its dual, quota W - q + 1, have the same swings with
 * sizes reversed, and those by size in the sense of the Shapley value, where s and n - 1 - s weigh the same: the
 * smaller quota serves. Mann and Shapley (1962), Values of large games, VI, RAND RM-3158; Brams and Affuso (1976). */
#include "swings.h"

struct counting {
  accord_context *context;
  const whole_majority *whole;
  int n, m;
  int64_t quota; /* the smaller one */
  unsigned bits;
  mpz_t *sum; /* size quota: C, then F */
  mpz_t *work;
};

static int count_voters(const whole_majority *whole, int n) {
  int m = 0;
  for (int i = 0; i < n; i++) m += whole->votes[i] > 0;
  return m;
}

static int64_t smaller_quota(const whole_majority *whole) {
  int64_t dual = whole->in_all - whole->to_win + 1;
  return whole->to_win < dual ? whole->to_win : dual;
}

double count_by_weight_cost(const whole_majority *whole, int n, bool by_size, double *bytes) {
  double m = count_voters(whole, n), quota = (double)smaller_quota(whole);
  double words = (by_size ? m * (m + 1) : m) / 64 + 1;
  *bytes = quota * (8 * words + 32);
  return m * quota * words;
}

static void add_parties(struct counting *in) {
  mpz_set_ui(in->sum[0], 1);
  for (int i = 0; i < in->n; i++) {
    int64_t weight = in->whole->votes[i];
    for (int64_t x = in->quota - 1; weight > 0 && x >= weight; x--) {
      if (x % 1024 == 0) check_clock(in->context);
      if (mpz_sgn(in->sum[x - weight]) == 0) continue;
      mpz_mul_2exp(*in->work, in->sum[x - weight], in->bits);
      mpz_add(in->sum[x], in->sum[x], *in->work);
    }
  }
}

/* F_i(q - 1) - F_i(q - 1 - w), F_i(y) = F(y) - z F_i(y - w), from the least y up. */
static void count_swings(struct counting *in, mpz_t swing, int64_t weight) {
  mpz_t *last = &in->work[0], *before = &in->work[1];
  mpz_set_ui(*last, 0);
  mpz_set_ui(*before, 0);
  for (int64_t y = (in->quota - 1) % weight; y < in->quota; y += weight) {
    mpz_swap(*before, *last);
    mpz_mul_2exp(*last, *before, in->bits);
    mpz_sub(*last, in->sum[y], *last);
  }
  mpz_sub(swing, *last, *before);
}

/* What the smaller quota's losers say of the winners: of the dual, its winners are the losers' complements. */
static void count_winning(const struct counting *in, mpz_t winning) {
  mpz_set(winning, in->sum[in->quota - 1]);
  if (in->quota != in->whole->to_win) return;
  mpz_set_ui(*in->work, 1);
  mpz_mul_2exp(*in->work, *in->work, (mp_bitcnt_t)in->m);
  mpz_sub(winning, *in->work, winning);
}

/* Parties of the same weight have the same swings. */
static void count_for_all(struct counting *in, mpz_t *swing) {
  for (int i = 0; i < in->n; i++) {
    int same = 0;
    check_clock(in->context);
    while (in->whole->votes[same] != in->whole->votes[i]) same++;
    if (same < i) mpz_set(swing[i], swing[same]);
    else if (in->whole->votes[i] > 0) count_swings(in, swing[i], in->whole->votes[i]);
  }
}

swing_counts *count_by_weight(accord_context *context, const whole_majority *whole, int n, bool by_size) {
  swing_counts *counts = POOL_NEW(context, 1, swing_counts);
  struct counting in = {context, whole, n, count_voters(whole, n), smaller_quota(whole), 0, NULL, NULL};
  counts->voters = in.m;
  counts->bits = in.bits = by_size ? (unsigned)in.m + 1 : 0;
  counts->swing = pool_integers(context, (size_t)n);
  counts->winning = pool_integers(context, 1);
  in.sum = pool_integers(context, (size_t)in.quota);
  in.work = pool_integers(context, 2);
  add_parties(&in);
  for (int64_t x = 1; x < in.quota; x++) mpz_add(in.sum[x], in.sum[x], in.sum[x - 1]);
  if (!by_size) count_winning(&in, *counts->winning);
  count_for_all(&in, counts->swing);
  pool_free(context, in.sum);
  pool_free(context, in.work);
  return counts;
}

void coefficient_of(mpz_t coefficient, const mpz_t polynomial, int s, unsigned bits) {
  mpz_fdiv_q_2exp(coefficient, polynomial, (mp_bitcnt_t)s * bits);
  mpz_fdiv_r_2exp(coefficient, coefficient, bits);
}

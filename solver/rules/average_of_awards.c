/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Average of awards: the centroid of {x : 0 <= x <= c, x(N) = E}, which is the core of the claims game.
 *
 * With n positive claims, S over the groups of claimants with c(S) < E, inclusion and exclusion gives
 *   V   = sum of (-1)^|S| (E - c(S))^(n-1), the volume of that set up to a constant,
 *   A_i = the same sum over the S that hold i, and
 *   x_i = c_i A_i / V + (E - sum c_j A_j / V) / n.
 * The claimants are split into two halves. As P goes through the groups of one half by falling c(P), the
 * groups Q of the other half with c(Q) < E - c(P) become more, and all of them together give
 *   sum over Q of (-1)^|Q| (E - c(P) - c(Q))^(n-1) = sum over k of binom(n-1, k) (E - c(P))^(n-1-k) m_k,
 *   m_k = sum over Q of (-1)^|Q| (-c(Q))^k: n steps for each P and each Q.
 * The rule is self-dual: of E and the losses C - E the smaller is shared. Cost n 2^(n/2), memory 2^(n/2). */
#include "../rule.h"

#include <stdlib.h>

enum { MOST_IN_HALF = 20 }; /* half the largest n in rules.def */

/* Half the claimants and their groups; bit k stands for claimant[k]. */
struct half {
  int count, claimant[MOST_IN_HALF];
  mpz_t *sum;     /* size 2^count: c(S) by bitmask */
  mpz_t **rising; /* size group_count: those below E, rising */
  size_t group_count;
};

struct centroid {
  accord_context *context;
  int n, degree;       /* all claimants; positive claims - 1 */
  const mpz_t *estate; /* E and the claims as integers, E at most half their sum */
  const mpz_t *claim;  /* size n */
  unsigned long binomial[2 * MOST_IN_HALF];
  mpz_t *moment; /* size degree + 1 */
  mpz_t *volume; /* V */
  mpz_t *with;   /* A, size n */
};

static int compare_sums(const void *a, const void *b) {
  const mpz_t *const *first = a, *const *second = b;
  return mpz_cmp(**first, **second);
}

static bool is_odd(const struct half *half, const mpz_t *sum) {
  return size_of((accord_coalition)(sum - (const mpz_t *)half->sum)) % 2;
}

static void list_groups(accord_context *context, struct half *half, const mpz_t *claim, const mpz_t estate) {
  size_t size = (size_t)1 << half->count;
  half->sum = pool_integers(context, size);
  half->rising = POOL_NEW(context, size, mpz_t *);
  for (size_t s = 0; s < size; s++) {
    if (s) mpz_add(half->sum[s], half->sum[s & (s - 1)], claim[half->claimant[__builtin_ctzll(s)]]);
    if (mpz_cmp(half->sum[s], estate) < 0) half->rising[half->group_count++] = &half->sum[s];
  }
  qsort(half->rising, half->group_count, sizeof *half->rising, compare_sums);
}

/* m_k += (-1)^|Q| (-c(Q))^k over the groups Q from *next on that have this same sum. */
static void add_moments(struct centroid *in, const struct half *other, size_t *next, mpz_t power) {
  const mpz_t *sum = (const mpz_t *)other->rising[*next];
  long count = 0;
  for (; *next < other->group_count && mpz_cmp(*other->rising[*next], *sum) == 0; ++*next)
    count += is_odd(other, (const mpz_t *)other->rising[*next]) ? -1 : 1;
  mpz_set_si(power, count);
  for (int k = 0; k <= in->degree && mpz_sgn(power); k++) {
    mpz_add(in->moment[k], in->moment[k], power);
    mpz_mul(power, power, *sum);
    mpz_neg(power, power);
  }
}

/* sum over k of binom(degree, k) room^(degree-k) m_k. */
static void evaluate(const struct centroid *in, mpz_t value, const mpz_t room) {
  mpz_set(value, in->moment[0]);
  for (int k = 1; k <= in->degree; k++) {
    mpz_mul(value, value, room);
    mpz_addmul_ui(value, in->moment[k], in->binomial[k]);
  }
}

/* V, and A_i for the claimants of half. */
static void sweep(struct centroid *in, const struct half *half, const struct half *other) {
  mpz_t *work = pool_integers(in->context, 4), *room = &work[0], *value = &work[1], *power = &work[2], *last = &work[3];
  size_t next = 0;
  mpz_set_ui(*in->volume, 0);
  for (int k = 0; k <= in->degree; k++) mpz_set_ui(in->moment[k], 0);
  for (size_t g = half->group_count; g-- > 0;) {
    const mpz_t *sum = (const mpz_t *)half->rising[g];
    accord_coalition group = (accord_coalition)(sum - (const mpz_t *)half->sum);
    check_clock(in->context);
    mpz_sub(*room, *in->estate, *sum);
    for (; next < other->group_count && mpz_cmp(*other->rising[next], *room) < 0; check_clock(in->context))
      add_moments(in, other, &next, *power);
    if (mpz_cmp(*room, *last)) evaluate(in, *value, *room);
    mpz_set(*last, *room);
    void (*add)(mpz_ptr, mpz_srcptr, mpz_srcptr) = is_odd(half, sum) ? mpz_sub : mpz_add;
    add(*in->volume, *in->volume, *value);
    for (; group; group &= group - 1) {
      mpz_t *with = &in->with[half->claimant[__builtin_ctzll(group)]];
      add(*with, *with, *value);
    }
  }
  pool_free(in->context, work);
}

/* Claims of E or more are in no group. */
static void split_claimants(struct centroid *in, struct half *halves) {
  int turn = 0;
  for (int i = 0; i < in->n; i++) {
    in->degree += mpz_sgn(in->claim[i]) > 0;
    if (mpz_sgn(in->claim[i]) == 0 || mpz_cmp(in->claim[i], *in->estate) >= 0) continue;
    struct half *half = &halves[turn++ % 2];
    half->claimant[half->count++] = i;
  }
  in->degree--;
  in->binomial[0] = 1;
  for (int k = 1; k <= in->degree; k++)
    in->binomial[k] = in->binomial[k - 1] * (unsigned long)(in->degree - k + 1) / (unsigned long)k;
}

static void check_memory(struct centroid *in, const struct half *half) {
  size_t limit = accord_context_settings(in->context)->memory_limit;
  size_t bytes = (size_t)2 << half->count; /* two halves, each sum with its place in the order */
  bytes *= sizeof(mpz_t) + sizeof(mpz_t *) + 32 + mpz_size(*in->estate) * sizeof(mp_limb_t);
  if (bytes > limit)
    guard_leave(in->context, ACCORD_LIMIT,
                "average-of-awards takes %.4g bytes here, over the memory limit of %.4g; raise the memory limit",
                (double)bytes, (double)limit);
}

static void find_sums(struct centroid *in) {
  struct half halves[2] = {{0}, {0}};
  split_claimants(in, halves);
  check_memory(in, &halves[0]);
  in->moment = pool_integers(in->context, (size_t)in->degree + 1);
  for (int h = 0; h < 2; h++) list_groups(in->context, &halves[h], in->claim, *in->estate);
  for (int h = 0; h < 2; h++) sweep(in, &halves[h], &halves[1 - h]);
  for (int h = 0; h < 2; h++) pool_free(in->context, halves[h].sum), pool_free(in->context, halves[h].rising);
}

/* x_i = (n c_i A_i + W) / (n V), W = E V - sum c_j A_j, in the unit of the integers; 0 for a claim of 0. */
static void set_awards(const struct centroid *in, mpq_t *award, const mpz_t denominator, mpz_t *work) {
  unsigned long positive = (unsigned long)in->degree + 1;
  mpz_t *rest = &work[0], *divisor = &work[1];
  mpz_mul(*rest, *in->estate, *in->volume);
  for (int i = 0; i < in->n; i++) {
    mpz_mul(in->with[i], in->with[i], in->claim[i]);
    mpz_sub(*rest, *rest, in->with[i]);
  }
  mpz_mul_ui(*divisor, *in->volume, positive);
  mpz_mul(*divisor, *divisor, denominator);
  for (int i = 0; i < in->n; i++) {
    if (mpz_sgn(in->claim[i]) == 0) continue;
    mpz_mul_ui(in->with[i], in->with[i], positive);
    mpz_add(mpq_numref(award[i]), in->with[i], *rest);
    mpz_set(mpq_denref(award[i]), *divisor);
    mpq_canonicalize(award[i]);
  }
}

accord_status rule_average_of_awards(accord_context *context, accord_split *split, const accord_problem *problem) {
  const accord_claims *claims = problem->claims;
  size_t n = (size_t)claims->n;
  mpz_t *work = pool_integers(context, n + 5), *denominator = &work[2], *losses = &work[3];
  mpz_t *whole = whole_claims(context, *denominator, claims), *estate = &whole[n];
  for (size_t i = 0; i < n; i++) mpz_add(*losses, *losses, whole[i]);
  mpz_sub(*losses, *losses, *estate);
  bool share_losses = mpz_cmp(*losses, *estate) < 0;
  if (share_losses) mpz_swap(*losses, *estate);
  struct centroid in = {.context = context, .n = claims->n, .volume = &work[4], .with = &work[5]};
  in.estate = (const mpz_t *)estate, in.claim = (const mpz_t *)whole;
  if (mpz_sgn(*estate) > 0) {
    find_sums(&in);
    set_awards(&in, split->share, *denominator, work);
  }
  for (size_t i = 0; i < n && share_losses; i++) mpq_sub(split->share[i], claims->claim[i], split->share[i]);
  return ACCORD_OK;
}

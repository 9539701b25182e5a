/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random arrival: claimants arrive in a random order and take min(c_i, what is left); the average is
 *   x_i = sum over S without i of |S|! (n - |S| - 1)! / n! min(c_i, max(0, E - c(S))). Cost n 2^n. */
#include "../game.h"
#include "../kernels.h"
#include "../rule.h"

/* Claims and estate in whole numbers. */
struct arrivals {
  int n;
  const mpz_t *claim;
  mpz_t *left;  /* size n + 1: the estate left at each depth of the walk */
  mpz_t *taken; /* n * n: what i takes after s others, summed over who they are, at s * n + i */
};

/* Everybody outside S may arrive next. */
static void award_next(struct arrivals *arrivals, accord_coalition s, int size) {
  for (int i = 0; i < arrivals->n; i++) {
    if (has(s, i)) continue;
    bool all = mpz_cmp(arrivals->claim[i], arrivals->left[size]) < 0;
    mpz_t *taken = &arrivals->taken[size * arrivals->n + i];
    mpz_add(*taken, *taken, all ? arrivals->claim[i] : arrivals->left[size]);
  }
}

/* All S that add parties from first on to those already in; a branch ends when nothing is left. */
static void walk(accord_context *context, struct arrivals *arrivals, accord_coalition s, int size, int first) {
  check_clock(context);
  award_next(arrivals, s, size);
  for (int i = first; i < arrivals->n; i++) {
    if (mpz_cmp(arrivals->claim[i], arrivals->left[size]) >= 0) continue;
    mpz_sub(arrivals->left[size + 1], arrivals->left[size], arrivals->claim[i]);
    walk(context, arrivals, s | party(i), size + 1, i + 1);
  }
}

/* ------------------------------------------------------- in machine words */

/* The same where words hold the claims and two of them their sums over all S. */
struct word_arrivals {
  int n;
  int64_t claim[GAME_MOST_PARTIES], left[GAME_MOST_PARTIES + 1];
  wide *taken; /* n * n */
};

enum { CLAIM_BITS = 62 };

static void walk_words(accord_context *context, struct word_arrivals *arrivals, accord_coalition s, int size,
                       int first) {
  int64_t left = arrivals->left[size];
  wide *taken = &arrivals->taken[size * arrivals->n];
  if (size < 4) check_clock(context);
  for (int i = 0; i < arrivals->n; i++)
    if (!has(s, i)) taken[i] += arrivals->claim[i] < left ? arrivals->claim[i] : left;
  for (int i = first; i < arrivals->n; i++) {
    if (arrivals->claim[i] >= left) continue;
    arrivals->left[size + 1] = left - arrivals->claim[i];
    walk_words(context, arrivals, s | party(i), size + 1, i + 1);
  }
}

/* False where the numbers are too large. whole: the claims, then the estate. */
static bool arrive_in_words(accord_context *context, struct arrivals *arrivals, const mpz_t *whole) {
  int n = arrivals->n;
  struct word_arrivals words = {.n = n};
  for (int i = 0; i <= n; i++)
    if (mpz_sizeinbase(whole[i], 2) > CLAIM_BITS) return false;
  for (int i = 0; i < n; i++) words.claim[i] = mpz_get_si(whole[i]);
  words.left[0] = mpz_get_si(whole[n]);
  words.taken = POOL_NEW(context, (size_t)n * (size_t)n, wide);
  walk_words(context, &words, 0, 0, 0);
  for (int k = 0; k < n * n; k++) set_wide(arrivals->taken[k], words.taken[k]);
  pool_free(context, words.taken);
  return true;
}

/* ------------------------------------------------------------------- the rule */

/* award_i = sum over sizes s of s! (n - s - 1)! / n! taken. */
static void weigh(accord_context *context, mpq_t *award, const struct arrivals *arrivals, const mpz_t denominator) {
  mpq_t *part = pool_rationals(context, 1);
  for (int s = 0; s < arrivals->n; s++)
    for (int i = 0; i < arrivals->n; i++) {
      mpz_bin_uiui(mpq_denref(*part), (unsigned)arrivals->n - 1, (unsigned)s);
      mpz_mul_ui(mpq_denref(*part), mpq_denref(*part), (unsigned)arrivals->n);
      mpz_mul(mpq_denref(*part), mpq_denref(*part), denominator);
      mpz_set(mpq_numref(*part), arrivals->taken[s * arrivals->n + i]);
      mpq_canonicalize(*part);
      mpq_add(award[i], award[i], *part);
    }
}

accord_status rule_random_arrival(accord_context *context, accord_split *split, const accord_problem *problem) {
  const accord_claims *claims = problem->claims;
  size_t n = (size_t)claims->n;
  mpz_t *denominator = pool_integers(context, 1), *whole = whole_claims(context, *denominator, claims);
  struct arrivals arrivals = {claims->n, (const mpz_t *)whole, pool_integers(context, n + 1),
                              pool_integers(context, n * n)};
  mpz_set(arrivals.left[0], whole[n]);
  if (!arrive_in_words(context, &arrivals, (const mpz_t *)whole)) walk(context, &arrivals, 0, 0, 0);
  weigh(context, split->share, &arrivals, *denominator);
  return ACCORD_OK;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sharing a rest, equal awards and equal losses: what several rules are made of. */
#include "rule.h"

#include <stdlib.h>

void share_rest_equally(mpq_t *share, const mpq_t *base, const mpq_t total, int n) {
  mpq_t *work = pool_rationals(active_context(), 2), *part = &work[0], *count = &work[1];
  rational_sum(*part, base, n);
  mpq_sub(*part, total, *part);
  mpq_set_si(*count, n, 1);
  mpq_div(*part, *part, *count);
  for (int i = 0; i < n; i++) mpq_add(share[i], base[i], *part);
  pool_free(active_context(), work);
}

void share_in_proportion(mpq_t *share, const mpq_t *base, const mpq_t *weight, const mpq_t rest, int n) {
  mpq_t *work = pool_rationals(active_context(), 2), *rate = &work[0], *part = &work[1];
  rational_sum(*rate, weight, n);
  mpq_div(*rate, rest, *rate);
  for (int i = 0; i < n; i++) {
    check_active_clock();
    mpq_mul(*part, *rate, weight[i]);
    mpq_add(share[i], base[i], *part);
  }
  pool_free(active_context(), work);
}

bool signs_mixed(const mpq_t *numbers, int n) {
  bool above = false, below = false;
  for (int i = 0; i < n; i++) {
    above = above || mpq_sgn(numbers[i]) > 0;
    below = below || mpq_sgn(numbers[i]) < 0;
  }
  return above && below;
}

void drop_rounding(mpq_t *numbers, int n, const accord_game *game) {
  if (!game || mpz_sgn(game->slack) == 0) return;
  mpq_t *work = pool_rationals(active_context(), 2), *tolerance = &work[0], *size = &work[1];
  game_tolerance(*tolerance, game);
  for (int i = 0; i < n; i++) {
    mpq_abs(*size, numbers[i]);
    if (mpq_cmp(*size, *tolerance) <= 0) mpq_set_ui(numbers[i], 0, 1);
  }
  pool_free(active_context(), work);
}

/* ------------------------------------------------------------------ claims */

struct ranked {
  const mpq_t *amount;
  int index;
};

static int compare_ranked(const void *a, const void *b) {
  const struct ranked *first = a, *second = b;
  int order = mpq_cmp(*first->amount, *second->amount);
  return order ? order : (first->index > second->index) - (first->index < second->index);
}

int *order_by_amount(accord_context *context, const mpq_t *amount, int n) {
  int *order = POOL_NEW(context, (size_t)n, int);
  struct ranked *ranked = POOL_NEW(context, (size_t)n, struct ranked);
  for (int i = 0; i < n; i++) ranked[i] = (struct ranked){&amount[i], i};
  qsort(ranked, (size_t)n, sizeof *ranked, compare_ranked);
  for (int i = 0; i < n; i++) order[i] = ranked[i].index;
  pool_free(context, ranked);
  return order;
}

/* In order of rising cap, everybody gets the cap or an equal share of what is left, whichever is less. */
void equal_awards(accord_context *context, mpq_t *award, const mpq_t estate, const mpq_t *cap, int n) {
  int *order = order_by_amount(context, cap, n);
  mpq_t *work = pool_rationals(context, 3), *rest = &work[0], *part = &work[1], *count = &work[2];
  mpq_set(*rest, estate);
  for (int k = 0; k < n; k++) {
    check_clock(context);
    mpq_set_si(*count, n - k, 1);
    mpq_div(*part, *rest, *count);
    rational_min(award[order[k]], cap[order[k]], *part);
    mpq_sub(*rest, *rest, award[order[k]]);
  }
  pool_free(context, work);
}

/* The losses are equal awards of what is missing. */
void equal_losses(accord_context *context, mpq_t *award, const mpq_t estate, const mpq_t *cap, int n) {
  mpq_t *missing = pool_rationals(context, 1);
  rational_sum(*missing, cap, n);
  mpq_sub(*missing, *missing, estate);
  equal_awards(context, award, *missing, cap, n);
  for (int i = 0; i < n; i++) mpq_sub(award[i], cap[i], award[i]);
  pool_free(context, missing);
}

mpq_t *half_claims(accord_context *context, mpq_t rest, const accord_claims *claims) {
  mpq_t *half = pool_rationals(context, (size_t)claims->n);
  for (int i = 0; i < claims->n; i++) mpq_div_2exp(half[i], claims->claim[i], 1);
  rational_sum(rest, (const mpq_t *)half, claims->n);
  mpq_sub(rest, claims->estate, rest);
  return half;
}

/* t: the root of t + sum max(c_j - t, 0) - E, which falls with slope 1 - (number of claims above t). */
void overlap_level(accord_context *context, mpq_t t, const accord_claims *claims, const int *order) {
  int n = claims->n, above = n;
  mpq_t *work = pool_rationals(context, 3), *surplus = &work[0], *step = &work[1], *slope = &work[2];
  mpq_set_ui(t, 0, 1);
  if (mpq_cmp(claims->claim[order[n - 1]], claims->estate) >= 0) {
    mpq_set(t, claims->estate);
    return;
  }
  rational_sum(*surplus, (const mpq_t *)claims->claim, n);
  mpq_sub(*surplus, *surplus, claims->estate);
  for (int k = 0; k < n && above > 1; k++, above--) {
    mpq_set_si(*slope, above - 1, 1);
    mpq_sub(*step, claims->claim[order[k]], t);
    mpq_mul(*step, *step, *slope);
    if (mpq_cmp(*step, *surplus) >= 0) break; /* the root lies before the next claim */
    mpq_sub(*surplus, *surplus, *step);
    mpq_set(t, claims->claim[order[k]]);
  }
  if (above <= 1) return;
  mpq_div(*surplus, *surplus, *slope);
  mpq_add(t, t, *surplus);
}

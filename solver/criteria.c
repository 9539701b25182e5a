/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The composite of several criteria: r_i = sum over criteria k of w_k a_ik / (sum over j of a_jk), weights w
 * scaled to the sum 1. Where criteria, or the parties under a criterion, are compared in pairs, w or a_.k are
 * the weights that pairwise.c finds. Cost n times the number of criteria. */
#include "rule.h"

static accord_composite *new_composite(accord_context *context, const accord_criteria *criteria, int n) {
  accord_composite *composite = POOL_NEW(context, 1, accord_composite);
  size_t count = (size_t)criteria->count;
  composite->criteria = criteria;
  composite->exact = true;
  composite->weight = pool_rationals(context, count);
  composite->part = pool_rationals(context, count * (size_t)n);
  composite->composite = pool_rationals(context, (size_t)n);
  composite->party_ratio = POOL_NEW(context, count, double);
  composite->best = pool_rationals(context, (size_t)n);
  composite->worst = pool_rationals(context, (size_t)n);
  composite->best_at = POOL_NEW(context, (size_t)n, int);
  composite->worst_at = POOL_NEW(context, (size_t)n, int);
  return composite;
}

/* numbers / sum of numbers. */
static void scale_to_one(accord_context *context, mpq_t *scaled, const mpq_t *numbers, int count) {
  mpq_t *sum = pool_rationals(context, 1);
  rational_sum(*sum, numbers, count);
  for (int k = 0; k < count; k++) mpq_div(scaled[k], numbers[k], *sum);
  pool_free(context, sum);
}

/* From numbers, or where those are NULL from comparisons; returns the consistency ratio. */
static double find_weights(accord_context *context, mpq_t *weight, bool *exact, const mpq_t *numbers,
                           const mpq_t *pairwise, int count) {
  if (!numbers) return pairwise_weights(context, weight, exact, pairwise, count);
  scale_to_one(context, weight, numbers, count);
  return -1;
}

/* r_i is a mean of the parts of i by the weights, so it is largest and least where one criterion has all the weight:
 * each party's answer in the max and min games of Nakabayashi and Tone (2006). */
static void find_extremes(accord_composite *found, int k, int n) {
  for (int i = 0; i < n; i++) {
    const mpq_t *part = (const mpq_t *)&found->part[(size_t)k * (size_t)n + (size_t)i];
    if (k == 0 || mpq_cmp(*part, found->best[i]) > 0) mpq_set(found->best[i], *part), found->best_at[i] = k;
    if (k == 0 || mpq_cmp(*part, found->worst[i]) < 0) mpq_set(found->worst[i], *part), found->worst_at[i] = k;
  }
}

accord_composite *find_composite(accord_context *context, const accord_problem *problem) {
  const accord_criteria *criteria = problem->overlays.criteria;
  int n = problem->n;
  accord_composite *found = new_composite(context, criteria, n);
  mpq_t *product = pool_rationals(context, 1);
  for (int k = 0; k < criteria->count; k++) {
    const accord_criterion *criterion = &criteria->criterion[k];
    mpq_t *part = &found->part[(size_t)k * (size_t)n];
    check_clock(context);
    found->party_ratio[k] = find_weights(context, part, &found->exact, criterion->scores, criterion->pairwise, n);
    find_extremes(found, k, n);
  }
  found->parts_exact = found->exact;
  found->consistency_ratio = -1;
  if (criteria->weights || criteria->pairwise)
    found->consistency_ratio =
        find_weights(context, found->weight, &found->exact, criteria->weights, criteria->pairwise, criteria->count);
  else if (!entropy_weights(context, found->weight, (const mpq_t *)found->part, criteria->count, n))
    found->exact = false;
  for (int k = 0; k < criteria->count; k++) {
    const mpq_t *part = (const mpq_t *)&found->part[(size_t)k * (size_t)n];
    check_clock(context);
    for (int i = 0; i < n; i++) {
      mpq_mul(*product, found->weight[k], part[i]);
      mpq_add(found->composite[i], found->composite[i], *product);
    }
  }
  return found;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shadow prices, checked by the plan that shows them to be optimal (verify_model.h): by weak duality a plan is worth at
 * most what the prices come to, so that both are optimal where these are equal; and no coalition, whose plan costs
 * what its parties are paid at most, can do better alone. */
#include "verify_model.h"

#include <string.h>

struct proof {
  accord_context *context;
  const term_sheet *sheet;
  mpq_t *share; /* size n */
  mpq_t *work;  /* size 4 */
};

/* ------------------------------------------------------------------- matchings */

static int find_place(const term_sheet *sheet, const cJSON *node, const int *side, int count) {
  const char *id = result_text(node);
  int found = id ? sheet_find_party(sheet, id, strlen(id)) : -1;
  for (int k = 0; k < count; k++)
    if (side[k] == found) return k;
  return -1;
}

/* Pairs of both sides, each party in one of them at most; worth: what they come to. */
static const char *matching_fault(struct proof *proof, mpq_t worth, const cJSON *matching) {
  const accord_assignment *assignment = proof->sheet->problem->assignment;
  const cJSON *pair;
  bool *matched = POOL_NEW(proof->context, (size_t)assignment->n, bool);
  if (!matching || !is_array(matching)) return "there is no matching";
  cJSON_ArrayForEach(pair, matching) {
    const cJSON *first = is_array(pair) ? pair->child : NULL, *second = first ? first->next : NULL;
    int left = find_place(proof->sheet, first, assignment->left, assignment->left_count);
    int right = find_place(proof->sheet, second, assignment->right, assignment->right_count);
    if (!second || left < 0 || right < 0 || second->next) return "the matching has a pair that is none";
    if (matched[assignment->left[left]] || matched[assignment->right[right]]) return "a party is matched twice";
    matched[assignment->left[left]] = matched[assignment->right[right]] = true;
    mpq_add(worth, worth, assignment->value[left * assignment->right_count + right]);
  }
  return NULL;
}

/* No party gets less than nothing, and no pair less than it is worth. */
static const char *pairs_fault(struct proof *proof) {
  const accord_assignment *assignment = proof->sheet->problem->assignment;
  mpq_t *sum = &proof->work[0];
  for (int i = 0; i < proof->sheet->n; i++)
    if (mpq_sgn(proof->share[i]) < 0) return "a party gets less than alone";
  for (int l = 0; l < assignment->left_count; l++)
    for (int r = 0; r < assignment->right_count; r++) {
      mpq_add(*sum, proof->share[assignment->left[l]], proof->share[assignment->right[r]]);
      if (mpq_cmp(*sum, assignment->value[l * assignment->right_count + r]) < 0) return "a pair would gain by leaving";
    }
  return NULL;
}

static const char *assignment_fault(struct proof *proof, const cJSON *certificate) {
  mpq_t *worth = &proof->work[1], *sum = &proof->work[2];
  const char *fault = matching_fault(proof, *worth, result_member(certificate, "matching"));
  if (!fault) fault = pairs_fault(proof);
  if (fault) return fault;
  rational_sum(*sum, (const mpq_t *)proof->share, proof->sheet->n);
  return mpq_equal(*sum, *worth) ? NULL : "the shares do not sum to what the matching is worth";
}

/* ------------------------------------------------------------------ production */

struct plan {
  const accord_production *production;
  mpq_t *price;    /* size resources */
  bool *absent;    /* size resources: nobody has any, and none can be bought */
  mpq_t *quantity; /* size products */
  mpq_t *bought;   /* size resources */
};

/* Nobody brings any, and it has no price: what needs it cannot be made. */
static bool is_absent(const accord_production *production, int r) {
  for (int i = 0; i < production->n; i++)
    if (mpq_sgn(production->amount[i * production->resource_count + r])) return false;
  return !production->has_price[r];
}

static const char *read_plan(struct proof *proof, struct plan *plan, const cJSON *certificate) {
  const accord_production *production = plan->production;
  const cJSON *prices = result_member(certificate, "prices"), *made = result_member(certificate, "plan");
  for (int r = 0; r < production->resource_count; r++) {
    plan->absent[r] = is_absent(production, r);
    const cJSON *price = result_member(prices, production->resource[r]);
    if (!plan->absent[r] && !result_rational(proof->context, plan->price[r], price)) return "a price cannot be read";
    const cJSON *bought = result_member(result_member(certificate, "bought"), production->resource[r]);
    if (!production->has_price[r]) {
      if (bought) return "something is bought that cannot be";
      continue;
    }
    if (!result_rational(proof->context, plan->bought[r], bought)) return "what is bought cannot be read";
    if (mpq_sgn(plan->bought[r]) < 0) return "less than nothing is bought";
  }
  for (int j = 0; j < production->product_count; j++) {
    if (!result_rational(proof->context, plan->quantity[j], result_member(made, production->product[j].name)))
      return "what is made cannot be read";
    if (mpq_sgn(plan->quantity[j]) < 0) return "less than nothing is made";
  }
  return NULL;
}

/* No resource costs less than nothing or more than it can be bought for, and no product earns more than what goes
 * into it costs; those that cannot be made aside. */
static const char *prices_fault(struct proof *proof, const struct plan *plan) {
  const accord_production *production = plan->production;
  mpq_t *cost = &proof->work[0], *part = &proof->work[1];
  for (int r = 0; r < production->resource_count; r++)
    if (mpq_sgn(plan->price[r]) < 0 || (production->has_price[r] && mpq_cmp(plan->price[r], production->price[r]) > 0))
      return "a price is below 0, or above what the resource is bought for";
  for (int j = 0; j < production->product_count; j++) {
    const accord_product *product = &production->product[j];
    bool never = product->has_limit && mpq_sgn(product->limit) == 0;
    mpq_set_ui(*cost, 0, 1);
    for (int r = 0; r < production->resource_count; r++) {
      never = never || (plan->absent[r] && mpq_sgn(product->need[r]));
      mpq_mul(*part, product->need[r], plan->price[r]);
      mpq_add(*cost, *cost, *part);
    }
    if (!never && mpq_cmp(*cost, product->profit) < 0) return "a product earns more than what goes into it costs";
  }
  return NULL;
}

/* The plan needs no more than there is, and profit is what it earns. */
static const char *plan_fault(struct proof *proof, const struct plan *plan, mpq_t profit) {
  const accord_production *production = plan->production;
  mpq_t *spare = &proof->work[0], *part = &proof->work[1];
  int m = production->resource_count;
  for (int r = 0; r < m; r++) {
    mpq_set(*spare, plan->bought[r]);
    for (int i = 0; i < production->n; i++) mpq_add(*spare, *spare, production->amount[i * m + r]);
    for (int j = 0; j < production->product_count; j++) {
      mpq_mul(*part, production->product[j].need[r], plan->quantity[j]);
      mpq_sub(*spare, *spare, *part);
    }
    if (mpq_sgn(*spare) < 0) return "the plan needs more than there is";
    mpq_mul(*part, production->price[r], plan->bought[r]);
    mpq_sub(profit, profit, *part);
  }
  for (int j = 0; j < production->product_count; j++) {
    const accord_product *product = &production->product[j];
    if (product->has_limit && mpq_cmp(plan->quantity[j], product->limit) > 0) return "the plan is beyond a limit";
    mpq_mul(*part, product->profit, plan->quantity[j]);
    mpq_add(profit, profit, *part);
  }
  return NULL;
}

static const char *production_fault(struct proof *proof, const cJSON *certificate) {
  const accord_production *production = proof->sheet->problem->production;
  size_t m = (size_t)production->resource_count;
  mpq_t *profit = &proof->work[2], *part = &proof->work[1], *paid = &proof->work[3];
  struct plan plan = {production, pool_rationals(proof->context, m), POOL_NEW(proof->context, m + 1, bool),
                      pool_rationals(proof->context, (size_t)production->product_count),
                      pool_rationals(proof->context, m)};
  const char *fault = read_plan(proof, &plan, certificate);
  if (!fault) fault = prices_fault(proof, &plan);
  if (!fault) fault = plan_fault(proof, &plan, *profit);
  for (int i = 0; i < production->n && !fault; i++) {
    mpq_set_ui(*paid, 0, 1);
    for (size_t r = 0; r < m; r++) {
      mpq_mul(*part, plan.price[r], production->amount[(size_t)i * m + r]);
      mpq_add(*paid, *paid, *part);
    }
    if (!mpq_equal(*paid, proof->share[i])) fault = "a party is not paid what it brings at these prices";
    mpq_sub(*profit, *profit, *paid);
  }
  return fault || mpq_sgn(*profit) == 0 ? fault : "the shares do not sum to what the plan earns";
}

const char *dual_fault(accord_context *context, const term_sheet *sheet, const cJSON *allocation,
                       const cJSON *certificate) {
  struct proof proof = {context, sheet, pool_rationals(context, (size_t)sheet->n), pool_rationals(context, 4)};
  const char *fault = result_shares_fault(context, proof.share, sheet, allocation);
  if (fault) return fault;
  if (sheet->problem->assignment) return assignment_fault(&proof, certificate);
  return sheet->problem->production ? production_fault(&proof, certificate) : "this model has no such certificate";
}

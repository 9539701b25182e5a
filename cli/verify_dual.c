/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shadow prices, checked by the plan that shows them to be optimal (verify_model.h): by weak duality a plan is worth at
 * most what the prices come to, so that both are optimal where these are equal; and no coalition, whose plan costs
 * what its parties are paid at most, can do better alone. */
#include "verify_model.h"

#include <string.h>

const cJSON *result_member(const cJSON *object, const char *key) {
  return object && is_object(object) ? cJSON_GetObjectItemCaseSensitive(object, key) : NULL;
}

const char *result_text(const cJSON *node) { return node && is_text(node) ? node->valuestring : NULL; }

bool result_rational(accord_context *context, mpq_t number, const cJSON *node) {
  const char *text = result_text(node);
  if (!text) return false;
  char *top = pool_copy_text(context, text, strlen(text)), *bottom = strchr(top, '/');
  if (bottom) *bottom++ = '\0';
  if (mpz_set_str(mpq_numref(number), top, 10) != 0) return false;
  if (mpz_set_str(mpq_denref(number), bottom ? bottom : "1", 10) != 0) return false;
  if (mpz_sgn(mpq_denref(number)) == 0) return false;
  mpq_canonicalize(number);
  return true;
}

bool result_shares(accord_context *context, mpq_t *shares, const term_sheet *sheet, const cJSON *object) {
  if (!object || !is_object(object) || cJSON_GetArraySize(object) != sheet->n) return false;
  for (int i = 0; i < sheet->n; i++)
    if (!result_rational(context, shares[i], result_member(object, sheet->parties[i].id))) return false;
  return true;
}

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

const char *dual_fault(accord_context *context, const term_sheet *sheet, const cJSON *allocation,
                       const cJSON *certificate) {
  struct proof proof = {context, sheet, pool_rationals(context, (size_t)sheet->n), pool_rationals(context, 4)};
  if (!result_shares(context, proof.share, sheet, result_member(allocation, "exact")))
    return "the shares cannot be read";
  if (sheet->problem->assignment) return assignment_fault(&proof, certificate);
  return "this model has no such certificate";
}

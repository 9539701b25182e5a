/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a result that is to be verified. */
#include "verify_model.h"

#include <math.h>
#include <stdlib.h>
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

bool result_coalition(const term_sheet *sheet, accord_coalition *coalition, const cJSON *list) {
  const cJSON *node;
  *coalition = 0;
  if (!list || !is_array(list)) return false;
  cJSON_ArrayForEach(node, list) {
    const char *id = result_text(node);
    int found = id ? sheet_find_party(sheet, id, strlen(id)) : -1;
    if (found < 0 || has(*coalition, found)) return false;
    *coalition |= party(found);
  }
  return *coalition != 0;
}

static bool read_shares(accord_context *context, mpq_t *shares, const term_sheet *sheet, const cJSON *object) {
  if (!object || !is_object(object) || cJSON_GetArraySize(object) != sheet->n) return false;
  for (int i = 0; i < sheet->n; i++)
    if (!result_rational(context, shares[i], result_member(object, sheet->parties[i].id))) return false;
  return true;
}

bool result_is_nearly(accord_context *context, const cJSON *node, const mpq_t exact) {
  mpq_t *work = pool_rationals(context, 2);
  if (!node || !is_number(node)) return false;
  number_fault fault = number_from_text(context, work[0], node->valuestring, strlen(node->valuestring));
  if (fault == NUMBER_OUT_OF_RANGE && isfinite(strtod(node->valuestring, NULL)))
    mpq_set_d(work[0], strtod(node->valuestring, NULL)); /* as it was printed */
  else if (fault != NUMBER_GOOD) return false;
  mpq_sub(work[0], work[0], exact);
  mpq_mul_2exp(work[0], work[0], 52);
  mpq_abs(work[0], work[0]);
  mpq_abs(work[1], exact);
  bool near = mpq_cmp(work[0], work[1]) <= 0;
  pool_free(context, work);
  return near;
}

const char *result_shares_fault(accord_context *context, mpq_t *shares, const term_sheet *sheet,
                                const cJSON *allocation) {
  const cJSON *shown = result_member(allocation, "shares");
  if (!read_shares(context, shares, sheet, result_member(allocation, "exact"))) return "the shares cannot be read";
  for (int i = 0; i < sheet->n; i++)
    if (!result_is_nearly(context, result_member(shown, sheet->parties[i].id), shares[i]))
      return "the shares are not the exact ones";
  return NULL;
}

const char *certified_shares_fault(accord_context *context, const mpq_t *shares, const term_sheet *sheet,
                                   const cJSON *certificate) {
  mpq_t *stated = pool_rationals(context, (size_t)sheet->n);
  if (!read_shares(context, stated, sheet, result_member(certificate, "shares"))) return "the shares cannot be read";
  for (int i = 0; i < sheet->n; i++)
    if (!mpq_equal(stated[i], shares[i])) return "the shares are not those of the certificate";
  return NULL;
}

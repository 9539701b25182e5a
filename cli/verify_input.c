/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a result speaks of the sheet that it is checked against. What it does not say is not held against it. */
#include "verify_model.h"

#include <string.h>

bool is_known_format(const cJSON *result) {
  const cJSON *format = result_member(result, "format");
  return !format || (is_number(format) && strcmp(format->valuestring, "1") == 0);
}

static bool names_parties(const term_sheet *sheet, const cJSON *parties) {
  if (!parties) return true;
  if (!is_array(parties)) return false;
  const cJSON *party = parties->child;
  for (int i = 0; i < sheet->n; i++, party = party->next) {
    const char *id = party ? result_text(result_member(party, "id")) : NULL;
    if (!id || strcmp(id, sheet->parties[i].id) != 0) return false;
  }
  return party == NULL;
}

const char *input_fault(accord_context *context, const term_sheet *sheet, const cJSON *result) {
  const cJSON *game = result_member(result, "game"), *value = result_member(game, "value");
  const cJSON *exact = result_member(result_member(game, "exact"), "value");
  const char *goal = result_text(result_member(game, "goal"));
  mpq_t *stated = pool_rationals(context, 1);
  if (!names_parties(sheet, result_member(result, "parties")))
    return "the result is about other parties than the sheet";
  if (!game) return NULL;
  if (goal && strcmp(goal, sheet->problem->goal == ACCORD_COST ? "cost" : "benefit") != 0)
    return "the result's goal is not the sheet's";
  if (value && !result_is_nearly(context, value, sheet->problem->total))
    return "the result's value is not what all have together by the sheet";
  if (exact && (!result_rational(context, *stated, exact) || !mpq_equal(*stated, sheet->problem->total)))
    return "the result's exact value is not what all have together by the sheet";
  return NULL;
}

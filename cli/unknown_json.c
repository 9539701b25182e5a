/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranges of shares and unknown values as JSON. */
#include "unknown_json.h"

static void write_limit(json_writer *json, const accord_limit *limit, bool exact) {
  if (!limit->given) json_null(json, NULL);
  else (exact ? json_exact : json_rational)(json, NULL, limit->at);
}

void json_limits(json_writer *json, const char *key, const accord_limit *low, const accord_limit *high, bool exact) {
  json_open_short_array(json, key);
  write_limit(json, low, exact);
  write_limit(json, high, exact);
  json_close_array(json);
}

static void write_ranges(json_writer *json, const char *key, const term_sheet *sheet, const accord_range *range,
                         bool exact) {
  json_open_short_object(json, key);
  for (int i = 0; i < sheet->n; i++) json_limits(json, sheet->parties[i].id, &range->low[i], &range->high[i], exact);
  json_close_object(json);
}

static void write_sampled(json_writer *json, const term_sheet *sheet, const accord_range *range) {
  json_open_object(json, "sampled");
  json_integer(json, "completions", (uint64_t)range->samples);
  json_open_short_object(json, "ranges");
  for (int i = 0; i < sheet->n; i++) {
    json_open_short_array(json, sheet->parties[i].id);
    json_rational(json, NULL, range->sampled_low[i]);
    json_rational(json, NULL, range->sampled_high[i]);
    json_close_array(json);
  }
  json_close_object(json);
  json_close_object(json);
}

void json_range(json_writer *json, const term_sheet *sheet, const accord_range *range) {
  write_ranges(json, "ranges", sheet, range, false);
  write_ranges(json, "exact", sheet, range, true);
  json_bool(json, "attained", range->attained);
  if (range->sampled_low) write_sampled(json, sheet, range);
}

static void write_values(json_writer *json, const solve_outcome *outcome) {
  const accord_unknowns *unknowns = outcome->problem->unknowns;
  accord_limit *low = new_limit_pair(json->context), *high = &low[1];
  json_open_array(json, "values");
  for (int k = 0; k < unknowns->count; k++) {
    accord_find_limits(low, high, unknowns, unknowns->coalitions[k]);
    json_open_short_object(json, NULL);
    json_coalition(json, "coalition", outcome->sheet, unknowns->coalitions[k]);
    json_limits(json, "range", low, high, false);
    json_limits(json, "exact", low, high, true);
    json_close_object(json);
  }
  json_close_array(json);
}

static void write_next(json_writer *json, const solve_outcome *outcome) {
  const unknown_outcome *unknown = &outcome->unknown;
  if (!unknown->by) {
    json_null(json, "next_question");
    return;
  }
  json_open_short_object(json, "next_question");
  json_coalition(json, "coalition", outcome->sheet, outcome->problem->unknowns->coalitions[unknown->next]);
  json_text(json, "rule", unknown->by->label);
  if (unknown->has_narrowing) json_rational(json, "narrows", unknown->narrowing);
  else json_null(json, "narrows");
  json_close_object(json);
}

void json_unknown(json_writer *json, const solve_outcome *outcome) {
  const accord_unknowns *unknowns = outcome->problem->unknowns;
  const unknown_outcome *unknown = &outcome->unknown;
  json_open_object(json, "unknown");
  json_integer(json, "count", (uint64_t)unknowns->count);
  json_open_short_array(json, "assumed");
  if (unknowns->assumptions & ACCORD_SUPERADDITIVE) json_text(json, NULL, "superadditive");
  if (unknowns->assumptions & ACCORD_MONOTONE) json_text(json, NULL, "monotone");
  json_close_array(json);
  write_values(json, outcome);
  json_open_object(json, "robust_core");
  if (unknown->robust_known) json_bool(json, "empty", !unknown->robust);
  else json_null(json, "empty");
  if (unknown->robust) json_exact_by_party(json, "exact", outcome->sheet, (const mpq_t *)unknown->robust);
  json_close_object(json);
  write_next(json, outcome);
  json_close_object(json);
}

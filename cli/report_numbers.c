/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a report says of a model's own numbers: what one more of each would do, and which change turns a ranking. */
#include "report.h"

#include <string.h>

static const char *place_text(deal_report *report, const sheet_input *input) {
  const char *place = input->pointer + 1;
  if (strncmp(place, "model/", 6) == 0) place += 6;
  return safe_text(report->context, place);
}

static const char *amount(deal_report *report, const mpq_t number) {
  return amount_text(report->context, report->sheet, number);
}

static const char *holds_text(deal_report *report, const response_side *side) {
  if (side->slope->curved) return "bends";
  if (!side->has_low && !side->has_high) return "always";
  if (!side->has_low) return pool_text(report->context, "up to %s", amount(report, *side->high));
  if (!side->has_high) return pool_text(report->context, "from %s", amount(report, *side->low));
  return pool_text(report->context, "from %s to %s", amount(report, *side->low), amount(report, *side->high));
}

/* The largest change of any share. */
static void find_size(mpq_t size, const accord_slope *slope, int n, mpq_t work) {
  mpq_set_ui(size, 0, 1);
  for (int i = 0; i < n; i++) {
    mpq_abs(work, slope->rate[i]);
    if (mpq_cmp(work, size) > 0) mpq_set(size, work);
  }
}

/* On one side there is no derivative: a vote turns there. */
static bool jumps(const accord_response *response) {
  return (response->below.status == ACCORD_OK) != (response->above.status == ACCORD_OK);
}

/* Rows in the order of the sheet, of numbers that move a share by this rule. */
static int fill_rows(deal_report *report, const char **cells, const rule_sensitivity *rule) {
  enum { COLUMNS = 4 };
  const sensitivity_outcome *numbers = report->numbers;
  mpq_t *work = pool_rationals(report->context, 2);
  int rows = 1;
  for (int k = 0; k < numbers->input_count; k++) {
    const input_sensitivity *found = &numbers->inputs[k];
    response_side sides[2];
    if (found->rule != rule) continue;
    int count = sides_of(report->context, sides, found->response);
    for (int j = 0; j < count; j++) {
      find_size(work[0], sides[j].slope, report->sheet->n, work[1]);
      if (mpq_sgn(work[0]) == 0 && !sides[j].name) continue;
      const char **row = &cells[rows++ * COLUMNS];
      row[0] = place_text(report, found->input);
      row[1] = amount(report, found->response->value);
      row[2] = sides[j].name ? pool_text(report->context, "%s, %s", sides[j].name, holds_text(report, &sides[j]))
                             : holds_text(report, &sides[j]);
      row[3] = mpq_sgn(work[0]) || !jumps(found->response)
                   ? report_moves(report, sides[j].slope)
                   : pool_text(report->context, "nobody; just %s it shares jump",
                               found->response->below.status == ACCORD_OK ? "above" : "below");
    }
  }
  return rows;
}

static void write_rates(deal_report *report, const rule_sensitivity *rule) {
  enum { COLUMNS = 4 };
  static const bool right[COLUMNS] = {false, true, false, false};
  const char **cells =
      POOL_NEW(report->context, (2 * (size_t)report->numbers->input_count + 1) * COLUMNS, const char *);
  cells[0] = "number", cells[1] = "is", cells[2] = "where it holds", cells[3] = "for each 1 more";
  int rows = fill_rows(report, cells, rule);
  if (rows == 1) return;
  document_paragraph(&report->document, "%s: what one more of each number of the sheet would do.",
                     safe_text(report->context, rule->label));
  document_table(&report->document, cells, right, rows, COLUMNS);
}

static void write_flips(deal_report *report) {
  enum { COLUMNS = 5 };
  static const bool right[COLUMNS] = {false, false, false, true, true};
  const sensitivity_outcome *numbers = report->numbers;
  const char **cells = POOL_NEW(report->context, ((size_t)numbers->flip_count + 1) * COLUMNS, const char *);
  int rows = 1;
  cells[0] = "rule", cells[1] = report->cost ? "pays more" : "gets more", cells[2] = "if", cells[3] = "now",
  cells[4] = "passes";
  for (int k = 0; k < numbers->flip_count; k++) {
    const ranking_flip *flip = &numbers->flips[k];
    if (!flip->input || !are_neighbours(flip)) continue;
    const char **row = &cells[rows++ * COLUMNS];
    row[0] = safe_text(report->context, flip->rule->label);
    row[1] = pool_text(report->context, "%s than %s", report->sheet->parties[flip->under].id,
                       report->sheet->parties[flip->over].id);
    row[2] = place_text(report, flip->input);
    row[3] = amount(report, *flip->value);
    row[4] = pool_text(report->context, "%s%s", flip->exact ? "" : "about ", amount(report, *flip->at));
  }
  if (rows == 1) return;
  document_paragraph(&report->document, "The smallest change of one number that turns the ranking of two parties.");
  document_table(&report->document, cells, right, rows, COLUMNS);
}

void report_numbers(deal_report *report) {
  for (int k = 0; k < report->numbers->rule_count; k++) write_rates(report, &report->numbers->rules[k]);
  write_flips(report);
}

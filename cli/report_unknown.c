/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a report says where values are unknown: what is stated of each, a split that stands whatever they are, and which to
 * find out next. */
#include "report.h"

static const char *limit_text(deal_report *report, const accord_limit *limit) {
  return limit->given ? exact_amount_text(report->context, report->sheet, limit->at) : "not limited";
}

/* Of every coalition of few parties, else of those that are not known. */
static void write_limits(deal_report *report, bool all) {
  enum { COLUMNS = 3, MOST = 40 };
  static const bool right[COLUMNS] = {false, true, true};
  const accord_unknowns *unknowns = report->problem->unknowns;
  int rows = all ? (1 << report->sheet->n) - 1 : unknowns->count < MOST ? unknowns->count : MOST;
  accord_limit *low = new_limit_pair(report->context), *high = &low[1];
  const char **cells = POOL_NEW(report->context, ((size_t)rows + 1) * COLUMNS, const char *);
  cells[0] = "group", cells[1] = "at least", cells[2] = "at most";
  for (int k = 0; k < rows; k++) {
    accord_coalition coalition = all ? (accord_coalition)k + 1 : unknowns->coalitions[k];
    accord_find_limits(low, high, unknowns, coalition);
    const char **row = &cells[(k + 1) * COLUMNS];
    row[0] = names_text(report->context, report->sheet, coalition);
    row[1] = limit_text(report, low);
    row[2] = limit_text(report, high);
  }
  document_table(&report->document, cells, right, rows + 1, COLUMNS);
  if (!all && rows < unknowns->count)
    document_paragraph(&report->document, "And %d more groups.", unknowns->count - rows);
}

static const char *assumed_text(const deal_report *report) {
  switch (report->problem->unknowns->assumptions) {
  case ACCORD_SUPERADDITIVE:
    return report->cost ? "given that joining never costs more than staying apart"
                        : "given that joining never pays less than staying apart";
  case ACCORD_MONOTONE:
    return report->cost ? "given that a larger group never costs less"
                        : "given that a larger group is never worth less";
  case ACCORD_SUPERADDITIVE | ACCORD_MONOTONE:
    return report->cost
               ? "given that joining never costs more than staying apart, and a larger group never less"
               : "given that joining never pays less than staying apart, and a larger group is never worth less";
  default: return "with nothing assumed";
  }
}

static void write_robust(deal_report *report) {
  const unknown_outcome *unknown = &report->outcome->unknown;
  const char *text = "";
  if (!unknown->robust_known) return;
  for (int i = 0; i < report->sheet->n && unknown->robust; i++)
    text = pool_text(report->context, "%s%s%s %s", text, i ? ", " : "", report->sheet->parties[i].id,
                     exact_amount_text(report->context, report->sheet, unknown->robust[i]));
  if (unknown->robust) document_paragraph(&report->document, "A split that stands whatever they are: %s.", text);
  else document_paragraph(&report->document, "No split stands whatever they are.");
}

static void write_next(deal_report *report) {
  const unknown_outcome *unknown = &report->outcome->unknown;
  if (!unknown->by) return;
  const char *group = names_text(report->context, report->sheet, report->problem->unknowns->coalitions[unknown->next]);
  const char *does = report->cost ? "cost" : "are worth";
  const char *label = safe_text(report->context, unknown->by->label);
  if (unknown->has_narrowing)
    document_paragraph(&report->document,
                       "To be found out next: what %s %s together. By %s it moves shares by up to %s in all.", group,
                       does, label, exact_money_text(report->context, report->sheet, unknown->narrowing));
  else
    document_paragraph(
        &report->document,
        "To be found out next: what %s %s together. Nothing that is stated limits it, and by %s it moves shares.",
        group, does, label);
}

void report_unknown(deal_report *report) {
  int count = report->problem->unknowns->count;
  document_paragraph(&report->document, "What %d group%s %s is not known. What the others say of it, %s:", count,
                     count == 1 ? "" : "s",
                     report->cost ? count == 1 ? "costs" : "cost"
                     : count == 1 ? "is worth"
                                  : "are worth",
                     assumed_text(report));
  write_limits(report, false);
  write_robust(report);
  write_next(report);
}

void report_all_limits(deal_report *report) { write_limits(report, true); }

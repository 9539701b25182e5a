/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The exhibits of a report: the sheet as it was read, what coalitions are worth, and the certificates. */
#include "json.h"
#include "proofs_words.h"
#include "report.h"

#include <string.h>

static void write_values(deal_report *report) {
  static const bool right[] = {false, true};
  const accord_game *game = report->problem->game;
  int n = report->sheet->n, rows = 1 << n;
  document_heading(&report->document, 3, "Exhibit B: what every group is worth by itself");
  if (report->problem->unknowns && n <= PARTIES_FOR_EXHIBITS) {
    report_all_limits(report);
    return;
  }
  if (report->problem->criteria_only) {
    document_paragraph(&report->document, "No group has a value by itself.");
    return;
  }
  if (!game || n > PARTIES_FOR_EXHIBITS) {
    document_paragraph(&report->document, "There are too many groups to print; accord export --as csv lists them.");
    return;
  }
  const char **cells = POOL_NEW(report->context, 2 * (size_t)rows, const char *);
  mpq_t *value = pool_rationals(report->context, 1);
  cells[0] = "group", cells[1] = report->cost ? "cost" : "value";
  for (int s = 1; s < rows; s++) {
    accord_game_value(*value, game, (accord_coalition)s);
    cells[2 * s] = names_text(report->context, report->sheet, (accord_coalition)s);
    cells[2 * s + 1] = exact_amount_text(report->context, report->sheet, *value);
  }
  document_table(&report->document, cells, right, rows, 2);
}

/* "1/2 of uni and firm, 1/2 of inst". */
static const char *weighted_text(deal_report *report, const accord_weighted *members, int count) {
  const char *text = "";
  for (int k = 0; k < count; k++) {
    const char *name = members[k].coalition ? names_text(report->context, report->sheet, members[k].coalition)
                                            : pool_text(report->context, "clause row %d", members[k].term_row + 1);
    text = pool_text(report->context, "%s%s%s of %s", text, k ? "; " : "",
                     rational_text(report->context, members[k].weight), name);
  }
  return *text ? text : "none";
}

static void write_kohlberg(deal_report *report, const rule_allocation *allocation) {
  enum { COLUMNS = 4 };
  static const bool right[COLUMNS] = {true, false, false, false};
  const accord_kohlberg *certificate = allocation->split->certificate;
  const char **cells = POOL_NEW(report->context, ((size_t)certificate->level_count + 1) * COLUMNS, const char *);
  cells[0] = "excess", cells[1] = "groups with weights", cells[2] = "bounds", cells[3] = "balanced by settled groups";
  for (int k = 0; k < certificate->level_count; k++) {
    const accord_level *level = &certificate->levels[k];
    const char **row = &cells[(k + 1) * COLUMNS];
    row[0] = rational_text(report->context, level->excess);
    row[1] = weighted_text(report, level->coalitions, level->coalition_count);
    row[2] = weighted_text(report, level->bounds, level->bound_count);
    row[3] = weighted_text(report, level->earlier, level->earlier_count);
  }
  document_paragraph(
      &report->document,
      "%s: Kohlberg's condition, level by level. The weighted groups balance over those settled before, and every other group's excess is no larger.",
      safe_text(report->context, allocation->label));
  document_table(&report->document, cells, right, certificate->level_count + 1, COLUMNS);
}

/* Proofs that are too long for a page, or have a shape of their own: what they are, and where they stand. */
static bool write_other_proof(deal_report *report, const rule_allocation *allocation) {
  const accord_split *split = allocation->split;
  static const char where[] = "stand in the result that accord solve --json writes";
  if (!split->branches && !split->prices && !split->tree) return false;
  if (split->tree)
    document_paragraph(
        &report->document,
        "%s: no connection is cheaper than the way along the cheapest tree, and nobody would gain by leaving "
        "even if all cost just that; the tree's edges %s.",
        safe_text(report->context, allocation->label), where);
  if (split->branches)
    document_paragraph(
        &report->document,
        "%s: Kohlberg's condition by users and branches. At each of %d levels a branch falls into users and "
        "smaller branches, all but any one of which have the same excess; the levels %s.",
        safe_text(report->context, allocation->label), split->branches->level_count, where);
  if (split->prices)
    document_paragraph(
        &report->document,
        "%s: what all can earn at most is just what the prices pay out, which proves both; prices and plan %s.",
        safe_text(report->context, allocation->label), where);
  return true;
}

static void write_balanced(deal_report *report) {
  const accord_balanced *balanced = report->outcome->facts->balanced;
  if (!balanced) return;
  document_paragraph(
      &report->document,
      report->cost
          ? "The core is empty: %s. By these weights every party counts once; the groups would pay at most %s, and there is %s to pay."
          : "The core is empty: %s. By these weights every party counts once; the groups would need %s, and there is %s.",
      weighted_text(report, balanced->members, balanced->count),
      exact_money_text(report->context, report->sheet, balanced->worth),
      exact_money_text(report->context, report->sheet, report->problem->total));
}

/* How far each share can go in the core, and the best a split can do. */
static bool write_core_proofs(deal_report *report) {
  enum { COLUMNS = 3 };
  static const bool right[COLUMNS] = {false, false, false};
  const accord_facts *facts = report->outcome->facts;
  int rows;
  const char **cells = range_proof_cells(report->context, &rows, report->sheet, facts);
  if (cells) {
    document_paragraph(&report->document,
                       report->cost ? "How far each share can go before some group pays more than its own cost:"
                                    : "How far each share can go before some group has less than by itself:");
    document_table(&report->document, cells, right, rows, COLUMNS);
  }
  if (facts->least_core_proof)
    document_paragraph(&report->document, "The largest excess is at least %s under every split, as that is %s.",
                       amount_text(report->context, report->sheet, facts->least_core),
                       proof_sum_text(report->context, report->sheet, facts->least_core_proof, report->cost));
  return cells || facts->least_core_proof;
}

static void write_certificates(deal_report *report) {
  bool any = report->outcome->facts->balanced;
  document_heading(&report->document, 3, "Exhibit C: certificates");
  write_balanced(report);
  any = write_core_proofs(report) || any;
  for (int k = 0; k < report->outcome->allocation_count; k++) {
    const rule_allocation *allocation = &report->outcome->allocations[k];
    if (allocation->split->status != ACCORD_OK || !allocation->split->exact) continue;
    any = write_other_proof(report, allocation) || any;
    if (!allocation->split->certificate) continue;
    write_kohlberg(report, allocation);
    any = true;
  }
  if (any)
    document_paragraph(&report->document,
                       "accord verify re-checks them from the sheet with none of the solver's code.");
  else document_paragraph(&report->document, "None of these results carries a certificate.");
}

/* The text line by line, with what is not to be seen spelt out. */
static const char *safe_lines(accord_context *context, const char *text) {
  const char *safe = "";
  while (*text) {
    size_t length = strcspn(text, "\r\n");
    safe = pool_text(context, "%s%s\n", safe, safe_text(context, pool_copy_text(context, text, length)));
    text += length + strspn(text + length, "\r");
    if (*text == '\n') text++;
  }
  return safe;
}

void report_exhibits(deal_report *report) {
  enum { MOST_BYTES = 16384 };
  const source_text *source = &report->sheet->document->source;
  document_heading(&report->document, 2, "Exhibits");
  document_heading(&report->document, 3, "Exhibit A: the term sheet");
  if (source->length <= MOST_BYTES) document_verbatim(&report->document, safe_lines(report->context, source->text));
  else
    document_paragraph(&report->document, "It is too long to print; its SHA-256 above tells it apart from any other.");
  write_values(report);
  write_certificates(report);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of a report that say what was asked, what it relies on, and what was found. */
#include "conflict.h"
#include "digest.h"
#include "model.h"
#include "report.h"

#include <stdarg.h>
#include <string.h>

static const char *money(deal_report *report, const mpq_t amount) {
  return exact_money_text(report->context, report->sheet, amount);
}

static const char *names(deal_report *report, accord_coalition coalition) {
  return names_text(report->context, report->sheet, coalition);
}

static const char *safe(deal_report *report, const char *text) { return safe_text(report->context, text); }

static const char *party_name(deal_report *report, int i) {
  const sheet_party *party = &report->sheet->parties[i];
  if (strcmp(party->id, party->name) == 0) return party->id;
  return pool_text(report->context, "%s (%s)", safe(report, party->name), party->id);
}

/* ------------------------------------------------------------------ question */

void report_question(deal_report *report) {
  document_writer *document = &report->document;
  const term_sheet *sheet = report->sheet;
  const char *parties = pool_text(report->context, "%d part%s", sheet->n, sheet->n == 1 ? "y" : "ies");
  document_heading(document, 2, "The question");
  document_paragraph(document,
                     report->claims ? "How is an estate of %s to be shared among %s whose claims exceed it?"
                     : report->problem->criteria_only ? "How are %s to be shared among %s by what they contribute?"
                     : report->cost                   ? "How is a cost of %s to be shared among %s?"
                                                      : "How is a benefit of %s to be shared among %s?",
                     money(report, report->problem->total), parties);
  if (sheet->proposal_count)
    document_paragraph(document, "And %s stand?",
                       sheet->proposal_count == 1
                           ? "does the split that is proposed"
                           : pool_text(report->context, "do the %d splits that are proposed", sheet->proposal_count));
}

/* --------------------------------------------------------------------- basis */

static void add_row(const char **cells, int *row, const char *what, const char *value) {
  cells[2 * *row] = what;
  cells[2 * *row + 1] = value;
  ++*row;
}

static const char *libraries_text(accord_context *context) {
  const char *text = "", *library;
  for (int k = 0; (library = accord_library_version(k)); k++)
    text = pool_text(context, "%s%s%s", text, k ? "; " : "", library);
  return text;
}

void report_basis(deal_report *report) {
  static const bool right[] = {false, false};
  const term_sheet *sheet = report->sheet;
  accord_context *context = report->context;
  const char **cells = POOL_NEW(context, 2 * (12 + (size_t)sheet->file_count), const char *);
  int rows = 0;
  add_row(cells, &rows, "what", "which");
  add_row(cells, &rows, "term sheet", safe(report, sheet->file));
  add_row(cells, &rows, "its SHA-256", digest_text(sheet->digest));
  for (int k = 0; k < sheet->file_count; k++)
    add_row(cells, &rows, pool_text(context, "SHA-256 of %s", safe(report, sheet->files[k].name)),
            digest_text(sheet->files[k].digest));
  if (sheet->date) add_row(cells, &rows, "date of the sheet", safe(report, sheet->date));
  add_row(cells, &rows, "worked out by", "accord " ACCORD_VERSION);
  add_row(cells, &rows, "with", libraries_text(context));
  add_row(cells, &rows, "numbers",
          report->outcome->exact ? "exact: decimals and fractions as they are written" : "doubles, within a tolerance");
  add_row(cells, &rows, "smallest payable amount", unit_text(context, sheet));
  document_heading(&report->document, 2, "What it relies on");
  document_table(&report->document, cells, right, rows, 2);
}

/* --------------------------------------------------------------------- facts */

static void write_parties(deal_report *report) {
  static const bool right[] = {false, false, true};
  const term_sheet *sheet = report->sheet;
  const char *const heads[] = {"party", "role", report->claims ? "claim" : report->cost ? "costs alone" : "has alone"};
  int columns = report->problem->criteria_only ? 2 : 3;
  const char **cells = POOL_NEW(report->context, ((size_t)sheet->n + 1) * (size_t)columns, const char *);
  mpq_t *alone = pool_rationals(report->context, 1);
  for (int c = 0; c < columns; c++) cells[c] = heads[c];
  for (int i = 0; i < sheet->n; i++) {
    const char **row = &cells[(i + 1) * columns];
    bool known = true;
    if (report->claims) mpq_set(*alone, report->problem->claims->claim[i]);
    else known = accord_standalone(*alone, report->problem, i);
    row[0] = party_name(report, i);
    row[1] = sheet->parties[i].role ? safe(report, sheet->parties[i].role) : "";
    if (columns > 2) row[2] = known ? amount_text(report->context, sheet, *alone) : "not known";
  }
  document_table(&report->document, cells, right, sheet->n + 1, columns);
}

static void write_shape(deal_report *report) {
  const accord_facts *facts = report->outcome->facts;
  document_writer *document = &report->document;
  if (report->claims) return;
  if (facts->superadditive == ACCORD_YES)
    document_item(document, 0,
                  report->cost ? "Joining never costs more than staying apart (subadditive)."
                               : "Joining never pays less than staying apart (superadditive).");
  if (facts->superadditive == ACCORD_NO)
    document_item(document, 0,
                  report->cost ? "Some groups pay more together than apart (not subadditive)."
                               : "Some groups are worth less together than apart (not superadditive).");
  if (facts->convex == ACCORD_YES)
    document_item(document, 0,
                  report->cost ? "The larger the group, the less a party adds to its cost (concave)."
                               : "The larger the group, the more a party adds to it (convex).");
}

static void write_sources(deal_report *report) {
  const term_sheet *sheet = report->sheet;
  for (int k = 0; k < sheet->source_count; k++)
    document_item(&report->document, 0, "The value of %s: %s.", names(report, sheet->sources[k].coalition),
                  safe(report, sheet->sources[k].text));
}

void report_facts(deal_report *report) {
  document_writer *document = &report->document;
  const sheet_model *model = report->sheet->model;
  document_heading(document, 2, "Facts and assumptions");
  document_paragraph(document, "Model: %s (%s). %s%s.", model->title, model->name,
                     report->problem->criteria_only ? "Shares follow from it: "
                                                    : "What coalitions are worth follows from it: ",
                     model->formula);
  write_parties(report);
  fputc('\n', document->stream);
  write_shape(report);
  write_sources(report);
  if (report->problem->frictionless)
    document_item(document, 0, "Transaction costs are taken off: without them there would be %s.",
                  money(report, report->problem->frictionless->total));
  for (int k = 0; k < report->outcome->warning_count; k++)
    document_item(document, 0, "%s.", safe(report, report->outcome->warnings[k]));
}

/* -------------------------------------------------------------------- method */

void report_method(deal_report *report) {
  document_writer *document = &report->document;
  document_heading(document, 2, "Method");
  document_paragraph(
      document,
      report->problem->criteria_only
          ? "No group has a value by itself, so a split is judged by its sum and by the clauses alone."
      : report->claims
          ? "An award holds where nobody gets more than the claim, and everybody at least what the claims of the others leave."
      : report->cost ? "A split holds where no party or group pays more than its own cost (the core)."
                     : "A split holds where no party or group gets less than it is worth by itself (the core).");
  for (int k = 0; k < report->outcome->allocation_count; k++) {
    const rule_allocation *allocation = &report->outcome->allocations[k];
    document_paragraph(document, "%s%s: %s. %s. %s.", allocation->rule->title,
                       allocation->under_terms ? ", over the splits that meet the clauses" : "", allocation->rule->name,
                       allocation->rule->formula, allocation->rule->reference);
  }
}

/* ------------------------------------------------------------------ findings */

static void __attribute__((format(printf, 2, 3))) finding_of(deal_report *report, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const char *text = pool_text_of(report->context, format, arguments);
  va_end(arguments);
  document_item(&report->document, ++report->findings, "%s", text);
}

static void find_core(deal_report *report) {
  const accord_facts *facts = report->outcome->facts;
  if (facts->core_empty == ACCORD_YES) {
    finding_of(report, "No split of %s holds against every group (the core is empty)%s.",
               money(report, report->problem->total), facts->balanced ? "; the proof is among the exhibits" : "");
    if (facts->has_cost_of_stability)
      finding_of(report,
                 report->cost ? "If a third party took over %s, a split could hold."
                              : "If a third party added %s, a split could hold.",
                 money(report, facts->cost_of_stability));
  }
  if (facts->core_empty == ACCORD_NO && !facts->least_share)
    finding_of(report, "There are splits that hold against every group (the core).");
  if (facts->core_empty != ACCORD_NO || !facts->least_share) return;
  const char *text = "";
  for (int i = 0; i < report->sheet->n; i++)
    text = pool_text(report->context, "%s%s%s %s to %s", text, i ? ", " : "", report->sheet->parties[i].id,
                     amount_text(report->context, report->sheet, facts->least_share[i]),
                     amount_text(report->context, report->sheet, facts->greatest_share[i]));
  finding_of(report, "There are splits that hold against every group (the core). In them: %s.", text);
}

static void find_proposals(deal_report *report) {
  enum { MOST_REASONS = 6 };
  for (int k = 0; k < report->verdicts->count; k++) {
    const split_verdict *verdict = &report->verdicts->list[k];
    const char *name = verdict_name(verdict), *why = "";
    for (int f = 0, told = 0; f < verdict->finding_count && told < MOST_REASONS; f++) {
      check_judgement judgement = verdict->findings[f].judgement;
      if (judgement != JUDGED_FAIL && judgement != JUDGED_DEPENDS) continue;
      why = pool_text(report->context, "%s%s%s", why, told++ ? "; " : ": ", verdict->findings[f].message);
    }
    finding_of(report, "The proposal \"%s\" %s%s.", safe(report, verdict->name), name ? name : "could not be decided",
               why);
  }
}

static const char *limit_text(deal_report *report, const accord_limit *limit) {
  return limit->given ? amount_text(report->context, report->sheet, limit->at) : "anything";
}

/* Where values are unknown: the range of each share. */
static void find_range(deal_report *report, const rule_allocation *allocation) {
  const accord_range *range = allocation->split->range;
  const char *text = "";
  for (int i = 0; i < report->sheet->n; i++)
    text = pool_text(report->context, "%s%s%s %s to %s", text, i ? ", " : "", report->sheet->parties[i].id,
                     limit_text(report, &range->low[i]), limit_text(report, &range->high[i]));
  finding_of(report, "By %s, whatever the unknown values are: %s%s.", safe(report, allocation->label), text,
             range->attained ? " (some values reach both ends)" : " (at most so wide)");
}

static void find_rules(deal_report *report) {
  for (int k = 0; k < report->outcome->allocation_count; k++) {
    const rule_allocation *allocation = &report->outcome->allocations[k];
    const accord_stability *stability = allocation->stability;
    const char *label = safe(report, allocation->label);
    if (allocation->split->range) {
      find_range(report, allocation);
      continue;
    }
    if (allocation->split->reason) finding_of(report, "%s has no shares here: %s.", label, allocation->split->reason);
    if (allocation->split->status != ACCORD_OK || !stability || allocation->other_total) continue;
    if (stability->stable == ACCORD_YES)
      finding_of(report, "Under %s nobody would %s by leaving.", label, report->cost ? "save" : "gain");
    else if (stability->stable == ACCORD_NO && stability->has_excess)
      finding_of(report, "Under %s %llu group%s would %s by leaving; most of all %s, by %s.", label,
                 (unsigned long long)stability->objection_count, stability->objection_count == 1 ? "" : "s",
                 report->cost ? "save" : "gain", names(report, stability->worst), money(report, stability->max_excess));
  }
}

void report_findings(deal_report *report) {
  const terms_outcome *terms = &report->outcome->terms;
  document_heading(&report->document, 2, "Findings");
  find_core(report);
  if (terms->conflict)
    finding_of(report, "Not all clauses can be kept together: %s.",
               conflict_words(report->context, report->sheet, terms->conflict));
  else if (terms->feasible == ACCORD_YES) finding_of(report, "The clauses can all be met together.");
  find_proposals(report);
  find_rules(report);
}

/* --------------------------------------------------------------------- rules */

static const char *leaving_text(deal_report *report, const rule_allocation *allocation) {
  const accord_stability *stability = allocation->stability;
  if (allocation->other_total) return "not compared";
  if (!stability || stability->stable == ACCORD_UNKNOWN) return "not known";
  if (stability->stable == ACCORD_YES) return "nobody";
  if (stability->only_some_counted) return "some group";
  return pool_text(report->context, "%llu group%s", (unsigned long long)stability->objection_count,
                   stability->objection_count == 1 ? "" : "s");
}

/* What each of its users would pay, where a party of an airport stands for many. */
static void write_movements(deal_report *report) {
  const accord_airport *airport = report->problem->airport;
  const solve_outcome *outcome = report->outcome;
  int n = report->sheet->n, columns = n + 1, row = 1;
  if (!airport || !airport->movements) return;
  size_t rows = (size_t)outcome->allocation_count + 2;
  const char **cells = POOL_NEW(report->context, rows * (size_t)columns, const char *);
  bool *right = POOL_NEW(report->context, (size_t)columns, bool);
  cells[0] = "for each movement", cells[columns] = "movements";
  for (int i = 0; i < n; i++) {
    cells[i + 1] = report->sheet->parties[i].id, right[i + 1] = true;
    cells[columns + i + 1] = pool_text(report->context, "%lld", (long long)airport->movements[i]);
  }
  for (int k = 0; k < outcome->allocation_count; k++) {
    const accord_detail *detail = &outcome->allocations[k].split->detail;
    if (!detail->name || strcmp(detail->name, "per_movement") != 0) continue;
    const char **at = &cells[++row * columns];
    at[0] = safe(report, outcome->allocations[k].label);
    for (int i = 0; i < n; i++) at[i + 1] = amount_text(report->context, report->sheet, detail->value[i]);
  }
  document_table(&report->document, cells, right, row + 1, columns);
}

/* Of criteria alone: by the one criterion that is worst or best for each party. */
static void write_extremes(deal_report *report) {
  const accord_composite *composite = NULL;
  int n = report->sheet->n, columns = n + 1;
  for (int k = 0; k < report->outcome->allocation_count && !composite; k++)
    composite = report->outcome->allocations[k].split->composite;
  if (!composite || !report->problem->criteria_only) return;
  const char **cells = POOL_NEW(report->context, 3 * (size_t)columns, const char *);
  bool *right = POOL_NEW(report->context, (size_t)columns, bool);
  mpq_t *share = pool_rationals(report->context, 1);
  cells[0] = "weights of the criteria", cells[columns] = "worst for the party",
  cells[2 * columns] = "best for the party";
  for (int i = 0; i < n; i++) {
    cells[i + 1] = report->sheet->parties[i].id, right[i + 1] = true;
    mpq_mul(*share, composite->worst[i], report->problem->total);
    cells[columns + i + 1] = amount_text(report->context, report->sheet, *share);
    mpq_mul(*share, composite->best[i], report->problem->total);
    cells[2 * columns + i + 1] = amount_text(report->context, report->sheet, *share);
  }
  document_table(&report->document, cells, right, 3, columns);
}

/* Where values are unknown: from where to where each share may lie; false where nothing is. */
static bool write_ranges(deal_report *report) {
  const solve_outcome *outcome = report->outcome;
  int n = report->sheet->n, columns = n + 1, row = 0;
  const char **cells =
      POOL_NEW(report->context, ((size_t)outcome->allocation_count + 1) * (size_t)columns, const char *);
  bool *right = POOL_NEW(report->context, (size_t)columns, bool);
  cells[0] = "rule";
  for (int i = 0; i < n; i++) cells[i + 1] = report->sheet->parties[i].id;
  for (int k = 0; k < outcome->allocation_count; k++) {
    const accord_range *range = outcome->allocations[k].split->range;
    if (!range) continue;
    const char **at = &cells[++row * columns];
    at[0] = safe(report, outcome->allocations[k].label);
    for (int i = 0; i < n; i++)
      at[i + 1] = pool_text(report->context, "%s to %s", limit_text(report, &range->low[i]),
                            limit_text(report, &range->high[i]));
  }
  if (!row) return false;
  document_table(&report->document, cells, right, row + 1, columns);
  report_chart_of_ranges(report);
  return true;
}

/* Rules in rows: there may be many, and parties are named in the head. Many parties: parties in rows of a rule each. */
void report_rules(deal_report *report) {
  const solve_outcome *outcome = report->outcome;
  bool leaving = !report->problem->criteria_only;
  int n = report->sheet->n, columns = n + 1 + leaving, row = 0;
  const char **cells =
      POOL_NEW(report->context, ((size_t)outcome->allocation_count + 1) * (size_t)columns, const char *);
  bool *right = POOL_NEW(report->context, (size_t)columns, bool);
  cells[0] = "rule";
  if (leaving)
    cells[columns - 1] = report->claims ? "who gets too little"
                         : report->cost ? "who would save by leaving"
                                        : "who would gain by leaving";
  for (int i = 0; i < n; i++) cells[i + 1] = report->sheet->parties[i].id, right[i + 1] = true;
  for (int k = 0; k < outcome->allocation_count; k++) {
    const rule_allocation *allocation = &outcome->allocations[k];
    if (allocation->split->status != ACCORD_OK) continue;
    const char **at = &cells[++row * columns];
    at[0] = safe(report, allocation->label);
    for (int i = 0; i < n; i++) at[i + 1] = payable_text(report->context, report->sheet, allocation->payable[i]);
    if (leaving) at[columns - 1] = leaving_text(report, allocation);
  }
  document_heading(&report->document, 2, "All rules side by side");
  document_paragraph(&report->document, "What each party would %s, payable in %s.", report->cost ? "pay" : "get",
                     unit_text(report->context, report->sheet));
  if (row) document_table(&report->document, cells, right, row + 1, columns);
  else if (!write_ranges(report)) document_paragraph(&report->document, "No rule has shares here.");
  report_chart_of_rules(report);
  report_chart_of_core(report);
  write_movements(report);
  write_extremes(report);
}

/* --------------------------------------------------------------- sensitivity */

const char *report_moves(deal_report *report, const accord_slope *slope) {
  const char *text = "";
  for (int i = 0, told = 0; i < report->sheet->n && told < 4; i++) {
    if (mpq_sgn(slope->rate[i]) == 0) continue;
    text = pool_text(report->context, "%s%s%s %s%s", text, told++ ? ", " : "", report->sheet->parties[i].id,
                     mpq_sgn(slope->rate[i]) > 0 ? "+" : "", rational_text(report->context, slope->rate[i]));
  }
  return *text ? text : "nobody";
}

static void write_influences(deal_report *report, int k) {
  enum { COLUMNS = 3 };
  static const bool right[COLUMNS] = {false, true, false};
  const accord_influences *all = report->influences[k];
  int row = 0;
  if (!all || !all->count) return;
  const char **cells = POOL_NEW(report->context, ((size_t)all->count + 1) * COLUMNS, const char *);
  cells[0] = "group", cells[1] = "value", cells[2] = "for each 1 more";
  for (int j = 0; j < all->count; j++) {
    const accord_response *response = &all->list[j].response;
    const accord_slope *slope = response->above.status == ACCORD_OK ? &response->above : &response->below;
    if (slope->status != ACCORD_OK || mpq_sgn(all->list[j].size) == 0) continue;
    const char **at = &cells[++row * COLUMNS];
    at[0] = names(report, all->list[j].coalition);
    at[1] = amount_text(report->context, report->sheet, response->value);
    at[2] = report_moves(report, slope);
  }
  if (!row) return;
  document_paragraph(&report->document, "%s: the values that move shares most.",
                     safe(report, report->outcome->allocations[k].label));
  document_table(&report->document, cells, right, row + 1, COLUMNS);
}

static void write_margins(deal_report *report, int k) {
  enum { COLUMNS = 4 };
  static const bool right[COLUMNS] = {false, true, true, true};
  const accord_margins *margins = report->margins[k];
  if (!margins || !margins->count) return;
  const char **cells = POOL_NEW(report->context, ((size_t)margins->count + 1) * COLUMNS, const char *);
  mpq_t *room = pool_rationals(report->context, 1);
  cells[0] = "group", cells[1] = "value", cells[2] = report->cost ? "objects below" : "objects above",
  cells[3] = "how wrong it may be";
  for (int j = 0; j < margins->count; j++) {
    const accord_margin *margin = &margins->list[j];
    const char **at = &cells[(j + 1) * COLUMNS];
    mpq_sub(*room, margin->flips_at, margin->value);
    mpq_abs(*room, *room);
    at[0] = names(report, margin->coalition);
    at[1] = amount_text(report->context, report->sheet, margin->value);
    at[2] = amount_text(report->context, report->sheet, margin->flips_at);
    at[3] = amount_text(report->context, report->sheet, *room);
  }
  document_paragraph(&report->document,
                     "\"%s\": how wrong a value may be before a group's verdict changes, the tightest first.",
                     safe(report, report->verdicts->list[k].name));
  document_table(&report->document, cells, right, margins->count + 1, COLUMNS);
}

void report_sensitivity(deal_report *report) {
  document_heading(&report->document, 2, "If a figure is wrong");
  bool any = report->problem->unknowns || report->numbers;
  if (report->problem->unknowns) report_unknown(report);
  if (report->numbers) report_numbers(report);
  for (int k = 0; k < report->outcome->allocation_count && !report->numbers; k++) {
    any = any || report->influences[k];
    write_influences(report, k);
  }
  if (!any)
    document_paragraph(&report->document,
                       "This was not worked out here; accord sensitivity does it for one rule at a time.");
  for (int k = 0; k < report->verdicts->count; k++) write_margins(report, k);
}

/* --------------------------------------------------------------- limitations */

void report_limitations(deal_report *report) {
  document_writer *document = &report->document;
  document_heading(document, 2, "Limitations");
  document_item(document, 0, "The figures are those of the term sheet; whether they are right was not examined.");
  document_item(
      document, 0,
      "A rule is an answer to what is fair under the properties it has; which of them matter here is for the parties to say.");
  if (!report->outcome->exact)
    document_item(document, 0, "The values were doubles: decisions hold within a tolerance.");
  if (report->outcome->limited || report->verdicts->limited)
    document_item(document, 0, "Some of it ended at a limit of time or memory and is missing.");
  document_item(document, 0, "This is a computation, not legal advice.");
}

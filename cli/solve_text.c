/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The result of solve in words and tables, for people at a table. */
#include "outcome.h"

#include <string.h>

struct printer {
  output_stream *output;
  FILE *stream;
  accord_context *context;
  const solve_outcome *outcome;
  const term_sheet *sheet;
  const accord_problem *problem;
  const accord_facts *facts;
  bool cost;
};

static const char *party_name(const struct printer *printer, int i) {
  const sheet_party *party = &printer->sheet->parties[i];
  if (strcmp(party->id, party->name) == 0) return party->id;
  return pool_text(printer->context, "%s (%s)", safe_text(printer->context, party->name), party->id);
}

static const char *money(const struct printer *printer, const mpq_t amount) {
  return money_text(printer->context, printer->sheet, amount);
}

/* The size of an amount, for sentences that say which way it goes. */
static const char *size_text(const struct printer *printer, const mpq_t amount) {
  mpq_t *size = pool_rationals(printer->context, 1);
  mpq_abs(*size, amount);
  return money(printer, *size);
}

static void heading(struct printer *printer, const char *text) {
  fprintf(printer->stream, "\n%s\n\n", styled(printer->output, STYLE_BOLD, text));
}

static void write_opening(struct printer *printer) {
  const term_sheet *sheet = printer->sheet;
  const char *what = printer->problem->claims ? pool_text(printer->context, "%d part%s claim%s on an estate of", sheet->n,
                                                          sheet->n == 1 ? "y" : "ies", sheet->n == 1 ? "s" : "")
                                              : pool_text(printer->context, "%d part%s share%s a %s of", sheet->n,
                                                          sheet->n == 1 ? "y" : "ies", sheet->n == 1 ? "s" : "",
                                                          printer->cost ? "cost" : "benefit");
  if (sheet->title) fprintf(printer->stream, "%s\n", styled(printer->output, STYLE_BOLD, safe_text(printer->context, sheet->title)));
  fprintf(printer->stream, "%s %s.\n", what, money(printer, printer->problem->total));
}

/* ------------------------------------------------------------------- shares */

static const char *verdict_cell(const struct printer *printer, const rule_allocation *allocation) {
  const accord_stability *stability = allocation->stability;
  if (!stability || stability->stable == ACCORD_UNKNOWN) return "not known";
  if (stability->stable == ACCORD_YES) return "nobody";
  if (!stability->has_excess) return "somebody";
  if (stability->objection_count > 1) return pool_text(printer->context, "%llu groups", (unsigned long long)stability->objection_count);
  return pool_text(printer->context, "%s", stability->listed ? names_text(printer->context, printer->sheet, stability->objections[0].coalition) : "1 group");
}

static int count_given(const solve_outcome *outcome) {
  int given = 0;
  for (int k = 0; k < outcome->allocation_count; k++) given += outcome->allocations[k].split->status == ACCORD_OK;
  return given;
}

/* cell(row, column) of the table of shares: parties down, rules across, then who objects. */
static const char **share_cells(struct printer *printer, int rows, int columns) {
  const solve_outcome *outcome = printer->outcome;
  const char **cells = POOL_NEW(printer->context, (size_t)rows * (size_t)columns, const char *);
  int column = 1;
  for (int r = 0; r < rows * columns; r++) cells[r] = "";
  cells[0] = "party";
  for (int i = 0; i < printer->sheet->n; i++) cells[(i + 1) * columns] = party_name(printer, i);
  cells[(rows - 1) * columns] = "who can do better alone";
  for (int k = 0; k < outcome->allocation_count; k++) {
    const rule_allocation *allocation = &outcome->allocations[k];
    if (allocation->split->status != ACCORD_OK) continue;
    cells[column] = safe_text(printer->context, allocation->label);
    for (int i = 0; i < printer->sheet->n; i++)
      cells[(i + 1) * columns + column] = payable_text(printer->context, printer->sheet, allocation->payable[i]);
    cells[(rows - 1) * columns + column] = verdict_cell(printer, allocation);
    column++;
  }
  return cells;
}

/* Rules down, parties across: the heads are ids, which are shorter. */
static const char **transposed(struct printer *printer, const char *const *cells, int rows, int columns) {
  const char **turned = POOL_NEW(printer->context, (size_t)rows * (size_t)columns, const char *);
  for (int r = 0; r < rows; r++)
    for (int c = 0; c < columns; c++) turned[c * rows + r] = cells[r * columns + c];
  for (int i = 0; i < printer->sheet->n; i++) turned[i + 1] = printer->sheet->parties[i].id;
  turned[0] = "rule";
  return turned;
}

/* Whichever way round keeps the table narrow. */
static void write_shares(struct printer *printer) {
  int given = count_given(printer->outcome), rows = printer->sheet->n + 2, columns = given + 1;
  bool turn = columns > rows || given > 6;
  if (given == 0) return;
  const char *const *cells = (const char *const *)share_cells(printer, rows, columns);
  if (turn) cells = (const char *const *)transposed(printer, cells, rows, columns);
  int width = turn ? rows : columns;
  bool *right = POOL_NEW(printer->context, (size_t)width, bool);
  for (int c = 1; c < width; c++) right[c] = true;
  if (turn) right[width - 1] = false;
  heading(printer, printer->cost ? "What each party would pay" : "What each party would get");
  write_table(printer->output, cells, right, turn ? columns : rows, width);
}

/* ---------------------------------------------------------------- each rule */

static const char *objection_sentence(const struct printer *printer, const accord_objection *objection) {
  const char *source = sheet_source_of(printer->sheet, objection->coalition);
  return pool_text(printer->context, "%s could %s %s by acting without the others%s%s%s",
                   names_text(printer->context, printer->sheet, objection->coalition), printer->cost ? "save" : "gain",
                   money(printer, objection->amount), source ? " (" : "", source ? safe_text(printer->context, source) : "", source ? ")" : "");
}

static const char *stability_sentence(const struct printer *printer, const accord_stability *stability) {
  if (!stability || stability->stable == ACCORD_UNKNOWN) return "whether a group could do better alone was not worked out";
  if (!stability->has_excess) return stability->stable == ACCORD_YES ? "no group could do better alone" : "some group could do better alone";
  if (stability->stable == ACCORD_YES && mpq_sgn(stability->max_excess) < 0)
    return pool_text(printer->context, "no group could do better alone; the nearest to it is %s, %s %s",
                     names_text(printer->context, printer->sheet, stability->worst), size_text(printer, stability->max_excess),
                     printer->cost ? "below its own cost" : "better off than alone");
  if (stability->stable == ACCORD_YES)
    return pool_text(printer->context, "no group could do better alone; %s would do just as well",
                     names_text(printer->context, printer->sheet, stability->worst));
  const char *more = stability->objection_count > 1 ? pool_text(printer->context, ", and %llu more group%s could do better alone",
                                                                (unsigned long long)stability->objection_count - 1,
                                                                stability->objection_count == 2 ? "" : "s") : "";
  if (stability->listed) return pool_text(printer->context, "%s%s", objection_sentence(printer, &stability->objections[0]), more);
  return pool_text(printer->context, "%llu group%s could do better alone", (unsigned long long)stability->objection_count,
                   stability->objection_count == 1 ? "" : "s");
}

static void write_rule(struct printer *printer, const rule_allocation *allocation) {
  const accord_split *split = allocation->split;
  bool good = allocation->stability && allocation->stability->stable == ACCORD_YES;
  const char *sentence = split->status == ACCORD_OK
                             ? stability_sentence(printer, allocation->stability)
                             : pool_text(printer->context, "%s: %s", accord_status_text(split->status), split->reason);
  fprintf(printer->stream, "  %s  %s\n      ", styled(printer->output, good ? STYLE_GOOD : STYLE_BOLD, safe_text(printer->context, allocation->label)),
          allocation->rule->title);
  write_wrapped(printer->stream, 6, pool_text(printer->context, "%s.", sentence));
}

static void write_rules(struct printer *printer) {
  heading(printer, "How each rule stands");
  for (int k = 0; k < printer->outcome->allocation_count; k++) write_rule(printer, &printer->outcome->allocations[k]);
}

/* --------------------------------------------------------------------- core */

static void sentence(struct printer *printer, const char *text) {
  fputs("  ", printer->stream);
  write_wrapped(printer->stream, 2, text);
}

static void write_core_ranges(struct printer *printer) {
  enum { COLUMNS = 4 };
  static const bool right[COLUMNS] = {false, true, true, true};
  int rows = printer->sheet->n + 1;
  const char **cells = POOL_NEW(printer->context, (size_t)rows * COLUMNS, const char *);
  mpq_t *alone = pool_rationals(printer->context, 1);
  cells[0] = "party", cells[1] = "alone", cells[2] = "least", cells[3] = "most";
  for (int i = 0; i < printer->sheet->n; i++) {
    const char **row = &cells[(i + 1) * COLUMNS];
    accord_game_value(*alone, printer->problem->game, party(i));
    row[0] = party_name(printer, i);
    row[1] = amount_text(printer->context, printer->sheet, *alone);
    row[2] = amount_text(printer->context, printer->sheet, printer->facts->least_share[i]);
    row[3] = amount_text(printer->context, printer->sheet, printer->facts->greatest_share[i]);
  }
  write_table(printer->output, (const char *const *)cells, right, rows, COLUMNS);
}

static void write_balanced(struct printer *printer) {
  const accord_balanced *balanced = printer->facts->balanced;
  const char *list = "";
  sentence(printer, printer->cost ? "Every split leaves some group paying more than its own cost (the core is empty). The proof: the groups"
                                  : "Every split leaves some group with less than it can get alone (the core is empty). The proof: the groups");
  for (int k = 0; k < balanced->count; k++)
    list = pool_text(printer->context, "%s%s%s x %s", list, k ? ", " : "", rational_text(printer->context, balanced->members[k].weight),
                     names_text(printer->context, printer->sheet, balanced->members[k].coalition));
  sentence(printer, pool_text(printer->context, "    %s", list));
  sentence(printer, pool_text(printer->context, "count every party exactly once and are together worth %s, and there is %s.",
                              money(printer, balanced->worth), money(printer, printer->problem->total)));
  if (printer->facts->has_cost_of_stability)
    sentence(printer, pool_text(printer->context, "A third party who adds %s makes a split possible that holds.",
                                money(printer, printer->facts->cost_of_stability)));
}

static void write_least_core(struct printer *printer) {
  const accord_facts *facts = printer->facts;
  if (!facts->has_least_core) return;
  const char *size = size_text(printer, facts->least_core);
  if (mpq_sgn(facts->least_core) < 0)
    sentence(printer, pool_text(printer->context, "At best, every group is %s better off than alone.", size));
  else if (mpq_sgn(facts->least_core) > 0)
    sentence(printer, pool_text(printer->context, "At best, no group could gain more than %s by acting alone.", size));
  else sentence(printer, "At best, some group is just as well off as alone.");
}

static void write_core(struct printer *printer) {
  const accord_facts *facts = printer->facts;
  if (facts->core_empty == ACCORD_UNKNOWN) return;
  heading(printer, "Splits that hold");
  if (facts->core_empty == ACCORD_YES) write_balanced(printer);
  else if (facts->least_share) {
    sentence(printer, printer->cost ? "There are splits under which no group pays more than its own cost (the core). In them, each party pays:"
                                    : "There are splits under which no group could do better alone (the core). In them, each party gets:");
    fputc('\n', printer->stream);
    write_core_ranges(printer);
    fputc('\n', printer->stream);
  }
  write_least_core(printer);
}

static void write_shape(struct printer *printer) {
  const accord_facts *facts = printer->facts;
  if (facts->superadditive == ACCORD_YES)
    sentence(printer, printer->cost ? "Joining never costs more than staying apart (subadditive)." : "Joining never pays less than staying apart (superadditive).");
  if (facts->superadditive == ACCORD_NO)
    sentence(printer, printer->cost ? "Some groups pay more together than apart (not subadditive)." : "Some groups are worth less together than apart (not superadditive).");
  if (facts->convex == ACCORD_YES)
    sentence(printer, printer->cost ? "The larger the group, the less a party adds to its cost (concave)." : "The larger the group, the more a party adds to it (convex).");
  if (facts->monotone == ACCORD_NO)
    sentence(printer, printer->cost ? "Some party lowers the cost of a group it joins (not monotone)." : "Some party lowers the worth of a group it joins (not monotone).");
}

static void write_warnings(struct printer *printer) {
  if (!printer->outcome->warning_count) return;
  heading(printer, "Please note");
  for (int k = 0; k < printer->outcome->warning_count; k++)
    sentence(printer, pool_text(printer->context, "- %s.", safe_text(printer->context, printer->outcome->warnings[k])));
}

void write_outcome_text(output_stream *output, const solve_outcome *outcome) {
  struct printer printer = {output, output->stream, output->context, outcome, outcome->sheet, outcome->problem,
                            outcome->facts, outcome->problem->goal == ACCORD_COST};
  write_opening(&printer);
  write_shares(&printer);
  write_rules(&printer);
  write_core(&printer);
  write_shape(&printer);
  write_warnings(&printer);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a third party must add so that a split holds, to whom it goes, and what stands as it fades. */
#include "solve_text.h"

#include <string.h>

/* The allocations that have a subsidy, side by side. */
struct beside {
  int count;
  const rule_allocation *shown[MOST_RULES_BESIDE];
};

static struct beside choose_rules_beside(const solve_outcome *outcome) {
  struct beside beside = {0};
  for (int k = 0; k < outcome->allocation_count && beside.count < MOST_RULES_BESIDE; k++)
    if (outcome->allocations[k].subsidy) beside.shown[beside.count++] = &outcome->allocations[k];
  return beside;
}

static const char *amount(const solve_printer *printer, const mpq_t number) {
  return amount_text(printer->context, printer->sheet, number);
}

static void write_opening(solve_printer *printer) {
  const sheet_subsidy *asked = printer->sheet->subsidy;
  const mpq_t *least = (const mpq_t *)printer->outcome->overlays.least_subsidy;
  const char *adds = printer->cost ? "takes over" : "adds", *add = printer->cost ? "take over" : "add";
  if (!asked->to_core) sentence(printer, "A third party %s %s.", adds, money(printer, asked->amount));
  if (!least) return;
  if (mpq_sgn(*least) == 0) sentence(printer, "For some split to hold, a third party need not %s anything.", add);
  else if (asked->to_core || mpq_cmp(asked->amount, *least) >= 0)
    sentence(printer, "For some split to hold, a third party must %s %s at least.", add, money(printer, *least));
  else
    sentence(printer, "It is not enough: for some split to hold, it must %s %s at least.", add, money(printer, *least));
}

/* A row a party: what it is given besides its share (of a cost: spared), by rule. */
static void write_additions(solve_printer *printer, const struct beside *beside) {
  static const bool right[MOST_RULES_BESIDE + 1] = {false, true, true, true, true, true};
  int n = printer->sheet->n, columns = beside->count + 1;
  const char **cells = POOL_NEW(printer->context, ((size_t)n + 2) * (size_t)columns, const char *);
  cells[0] = "party", cells[(n + 1) * columns] = "total";
  for (int i = 0; i < n; i++) cells[(i + 1) * columns] = party_name(printer, i);
  for (int k = 0; k < beside->count; k++) {
    const accord_subsidy *subsidy = beside->shown[k]->subsidy;
    cells[k + 1] = safe_text(printer->context, beside->shown[k]->label);
    for (int i = 0; i < n; i++) cells[(i + 1) * columns + k + 1] = amount(printer, subsidy->addition[i]);
    cells[(n + 1) * columns + k + 1] = amount(printer, subsidy->amount);
  }
  fputc('\n', printer->stream);
  write_table(printer->output, cells, right, n + 2, columns);
  fputc('\n', printer->stream);
}

static const char *leaver_text(const solve_printer *printer, const accord_stability *stability) {
  if (stability->stable == ACCORD_YES) return "nobody";
  if (stability->stable == ACCORD_UNKNOWN || !stability->has_excess) return "not known";
  const char *group = names_text(printer->context, printer->sheet, stability->worst);
  if (stability->objection_count == 1 && strlen(group) <= 16) return group;
  return pool_text(printer->context, "%llu group%s", (unsigned long long)stability->objection_count,
                   stability->objection_count == 1 ? "" : "s");
}

/* A row a period: who would leave while that part of the additions is paid. */
static void write_periods(solve_printer *printer, const struct beside *beside) {
  static const bool right[MOST_RULES_BESIDE + 2] = {true, true, true, true, true, true, true};
  const sheet_subsidy *asked = printer->sheet->subsidy;
  int columns = beside->count + 2, rows = asked->period_count + 1;
  const char **cells = POOL_NEW(printer->context, (size_t)rows * (size_t)columns, const char *);
  cells[0] = "period", cells[1] = "paid";
  for (int k = 0; k < beside->count; k++) cells[k + 2] = safe_text(printer->context, beside->shown[k]->label);
  for (int t = 0; t < asked->period_count; t++) {
    const char **row = &cells[(t + 1) * columns];
    row[0] = pool_text(printer->context, "%d", t + 1);
    row[1] = pool_text(printer->context, "%.4g%%", 100 * accord_to_double(asked->fractions[t]));
    for (int k = 0; k < beside->count; k++)
      row[k + 2] = leaver_text(printer, beside->shown[k]->subsidy->periods[t].stability);
  }
  sentence(printer, "As it is paid period by period, who would %s by leaving:", printer->cost ? "save" : "gain");
  fputc('\n', printer->stream);
  write_table(printer->output, cells, right, rows, columns);
}

void write_subsidy(solve_printer *printer) {
  const sheet_subsidy *asked = printer->sheet->subsidy;
  struct beside beside = choose_rules_beside(printer->outcome);
  if (!asked || (!beside.count && !printer->outcome->overlays.least_subsidy)) return;
  heading(printer, "What a third party adds");
  write_opening(printer);
  if (!beside.count) return;
  if (asked->to_core)
    sentence(printer, "Where everybody is to %s what a rule says, the least it must %s, and to whom%s:",
             printer->cost ? "pay no more than" : "get at least", printer->cost ? "take over" : "add",
             printer->cost ? " it is spared" : " it goes");
  else sentence(printer, "To whom it goes, beside what a rule says:");
  write_additions(printer, &beside);
  if (asked->period_count > 1 || mpq_cmp_ui(asked->fractions[0], 1, 1) != 0 || !asked->to_core)
    write_periods(printer, &beside);
}

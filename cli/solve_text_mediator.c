/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What transaction costs take away, and so what a mediator who did away with them would be worth. */
#include "solve_text.h"

/* What a party would get more, or pay less, without the costs. */
static const char *gain_text(solve_printer *printer, const rule_allocation *allocation, int i) {
  mpq_t *gain = pool_rationals(printer->context, 1);
  mpq_sub(*gain, allocation->frictionless->share[i], allocation->split->share[i]);
  if (printer->cost) mpq_neg(*gain, *gain);
  return amount_text(printer->context, printer->sheet, *gain);
}

static void write_gains(solve_printer *printer) {
  static const bool right[MOST_RULES_BESIDE + 1] = {false, true, true, true, true, true};
  const solve_outcome *outcome = printer->outcome;
  const rule_allocation *shown[MOST_RULES_BESIDE];
  int count = 0, n = printer->sheet->n;
  for (int k = 0; k < outcome->allocation_count && count < MOST_RULES_BESIDE; k++)
    if (outcome->allocations[k].frictionless) shown[count++] = &outcome->allocations[k];
  if (!count) return;
  size_t columns = (size_t)count + 1;
  const char **cells = POOL_NEW(printer->context, ((size_t)n + 1) * columns, const char *);
  cells[0] = "party";
  for (int k = 0; k < count; k++) cells[k + 1] = shown[k]->label;
  for (int i = 0; i < n; i++) {
    const char **row = &cells[((size_t)i + 1) * columns];
    row[0] = party_name(printer, i);
    for (int k = 0; k < count; k++) row[k + 1] = gain_text(printer, shown[k], i);
  }
  fputc('\n', printer->stream);
  write_table(printer->output, (const char *const *)cells, right, n + 1, (int)columns);
}

/* What a third party who did away with the costs of working together would be worth. */
void write_frictionless(solve_printer *printer) {
  const accord_problem *problem = printer->problem, *before = problem->frictionless;
  if (!before) return;
  mpq_t *gain = pool_rationals(printer->context, 1);
  mpq_sub(*gain, before->total, problem->total);
  if (printer->cost) mpq_neg(*gain, *gain);
  heading(printer, "What working together costs");
  sentence(printer,
           printer->cost ? "Without transaction costs %s would be to pay: %s less. That is what a mediator who did "
                           "away with them would be worth to all together; to each, by rule:"
                         : "Without transaction costs there would be %s: %s more. That is what a mediator who did "
                           "away with them would be worth to all together; to each, by rule:",
           money(printer, before->total), money(printer, *gain));
  write_gains(printer);
}

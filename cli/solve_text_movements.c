/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one user pays, where the parties of an airport stand for many. */
#include "solve_text.h"

#include <string.h>

static bool says_per_movement(const accord_split *split) {
  return split->detail.name && strcmp(split->detail.name, "per_movement") == 0;
}

static void fill_row(solve_printer *printer, const char **row, const rule_allocation *const *shown, int count, int i) {
  row[0] = party_name(printer, i);
  row[1] = pool_text(printer->context, "%lld", (long long)printer->problem->airport->movements[i]);
  for (int k = 0; k < count; k++)
    row[k + 2] = amount_text(printer->context, printer->sheet, shown[k]->split->detail.value[i]);
}

void write_movements(solve_printer *printer) {
  static const bool right[MOST_RULES_BESIDE + 2] = {false, true, true, true, true, true, true};
  const solve_outcome *outcome = printer->outcome;
  const rule_allocation *shown[MOST_RULES_BESIDE];
  int count = 0, n = printer->sheet->n;
  if (!printer->problem->airport || !printer->problem->airport->movements) return;
  for (int k = 0; k < outcome->allocation_count && count < MOST_RULES_BESIDE; k++)
    if (says_per_movement(outcome->allocations[k].split)) shown[count++] = &outcome->allocations[k];
  if (!count) return;
  size_t columns = (size_t)count + 2;
  const char **cells = POOL_NEW(printer->context, ((size_t)n + 1) * columns, const char *);
  cells[0] = "party", cells[1] = "movements";
  for (int k = 0; k < count; k++) cells[k + 2] = safe_text(printer->context, shown[k]->label);
  for (int i = 0; i < n; i++) fill_row(printer, &cells[((size_t)i + 1) * columns], shown, count, i);
  heading(printer, "What each movement would pay");
  write_table(printer->output, (const char *const *)cells, right, n + 1, (int)columns);
}

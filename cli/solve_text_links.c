/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the sheet's unions do to each party's share, and what each of its links is worth. */
#include "solve_text.h"

static const char *difference_text(const solve_printer *printer, const mpq_t from, const mpq_t to) {
  mpq_t *difference = pool_rationals(printer->context, 1);
  mpq_sub(*difference, to, from);
  const char *text = amount_text(printer->context, printer->sheet, *difference);
  return mpq_sgn(*difference) > 0 ? pool_text(printer->context, "+%s", text) : text;
}

void write_union_effect(solve_printer *printer) {
  enum { COLUMNS = 4 };
  static const bool right[COLUMNS] = {false, true, true, true};
  const overlay_outcome *overlays = &printer->outcome->overlays;
  int n = printer->sheet->n;
  if (!overlays->shapley || !overlays->owen) return;
  const char **cells = POOL_NEW(printer->context, ((size_t)n + 1) * COLUMNS, const char *);
  cells[0] = "party", cells[1] = "apart", cells[2] = "in unions", cells[3] = "effect";
  for (int i = 0; i < n; i++) {
    const char **row = &cells[(i + 1) * COLUMNS];
    row[0] = party_name(printer, i);
    row[1] = amount_text(printer->context, printer->sheet, overlays->shapley[i]);
    row[2] = amount_text(printer->context, printer->sheet, overlays->owen[i]);
    row[3] = difference_text(printer, overlays->shapley[i], overlays->owen[i]);
  }
  heading(printer, "What the unions do");
  sentence(printer,
           "What each party would %s if all came to the table one by one (Shapley), and if the members of a "
           "union come together (Owen):",
           printer->cost ? "pay" : "get");
  fputc('\n', printer->stream);
  write_table(printer->output, cells, right, n + 1, COLUMNS);
}

void write_link_worths(solve_printer *printer) {
  enum { COLUMNS = 3 };
  static const bool right[COLUMNS] = {false, true, true};
  const overlay_outcome *overlays = &printer->outcome->overlays;
  if (!overlays->link_count) return;
  const char **cells = POOL_NEW(printer->context, ((size_t)overlays->link_count + 1) * COLUMNS, const char *);
  cells[0] = "link", cells[1] = "to all together", cells[2] = "to each end";
  for (int k = 0; k < overlays->link_count; k++) {
    const accord_link_worth *link = &overlays->links[k];
    const char **row = &cells[(k + 1) * COLUMNS];
    row[0] = pool_text(printer->context, "%s - %s", printer->sheet->parties[link->first].id,
                       printer->sheet->parties[link->second].id);
    row[1] = amount_text(printer->context, printer->sheet, link->total);
    row[2] = amount_text(printer->context, printer->sheet, link->share[link->first]);
  }
  heading(printer, "What each link is worth");
  sentence(printer,
           "What would be lost if two parties no longer dealt with each other: by all together, and by each of "
           "the two under the Myerson value, which takes the same from both:");
  fputc('\n', printer->stream);
  write_table(printer->output, cells, right, overlays->link_count + 1, COLUMNS);
}

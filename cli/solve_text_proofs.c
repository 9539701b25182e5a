/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why no split does better than the facts of the core say: sums that bound it. */
#include "proofs_words.h"
#include "solve_text.h"

void write_range_proofs(solve_printer *printer) {
  enum { COLUMNS = 3 };
  static const bool right[COLUMNS] = {false, false, false};
  int rows;
  const char **cells = range_proof_cells(printer->context, &rows, printer->sheet, printer->facts);
  if (!cells) return;
  sentence(printer, printer->cost ? "Whoever paid less or more would leave some group paying more than its own cost:"
                                  : "Whoever got less or more would leave some group with less than it has by itself:");
  fputc('\n', printer->stream);
  write_table(printer->output, cells, right, rows, COLUMNS);
  fputc('\n', printer->stream);
}

void write_least_core_proof(solve_printer *printer) {
  const accord_optimum *proof = printer->facts->least_core_proof;
  if (!proof || printer->claims) return;
  sentence(printer, "No split does better: the most that any group would %s by leaving is at least %s = %s.",
           printer->cost ? "save" : "gain", proof_sum_text(printer->context, printer->sheet, proof, printer->cost),
           amount_text(printer->context, printer->sheet, printer->facts->least_core));
}

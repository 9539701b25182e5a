/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proofs_words.h"

/* " + 1/2 * 7.00 (uni and firm)", the first without a plus. */
static const char *add_term(accord_context *context, const char *text, const term_sheet *sheet,
                            accord_coalition coalition, const mpq_t weight) {
  mpq_t *work = pool_rationals(context, 2), *value = &work[1];
  bool below = mpq_sgn(weight) < 0;
  mpq_abs(work[0], weight);
  accord_game_value(*value, sheet->problem->game, coalition);
  const char *sign = below ? (*text ? " - " : "-") : *text ? " + " : "";
  const char *factor =
      mpq_cmp_ui(work[0], 1, 1) == 0 ? "" : pool_text(context, "%s * ", rational_text(context, work[0]));
  const char *amount = amount_text(context, sheet, *value);
  return pool_text(context, mpq_sgn(*value) < 0 ? "%s%s%s(%s) (%s)" : "%s%s%s%s (%s)", text, sign, factor, amount,
                   coalition == everybody(sheet->n) ? "all" : names_text(context, sheet, coalition));
}

const char *proof_sum_text(accord_context *context, const term_sheet *sheet, const accord_optimum *proof, bool turned) {
  mpq_t *weight = pool_rationals(context, 1);
  const char *text = "";
  mpq_set(*weight, proof->everybody);
  if (turned) mpq_neg(*weight, *weight);
  bool first = mpq_sgn(*weight) > 0;
  if (first) text = add_term(context, text, sheet, everybody(sheet->n), *weight);
  for (int k = 0; k < proof->count; k++) {
    mpq_set(*weight, proof->members[k].weight);
    if (turned) mpq_neg(*weight, *weight);
    text = add_term(context, text, sheet, proof->members[k].coalition, *weight);
  }
  mpq_set(*weight, proof->everybody);
  if (turned) mpq_neg(*weight, *weight);
  if (mpq_sgn(*weight) && !first) text = add_term(context, text, sheet, everybody(sheet->n), *weight);
  return text;
}

const char **range_proof_cells(accord_context *context, int *rows, const term_sheet *sheet, const accord_facts *facts) {
  enum { COLUMNS = 3 };
  int n = sheet->n;
  if (!facts->least_proof || n == 1) return NULL;
  const char **cells = POOL_NEW(context, (size_t)(2 * n + 1) * COLUMNS, const char *);
  cells[0] = "party", cells[1] = "share", cells[2] = "because of";
  for (int k = 0; k < 2 * n; k++) {
    bool most = k % 2;
    const char **row = &cells[(k + 1) * COLUMNS];
    row[0] = safe_text(context, sheet->parties[k / 2].id);
    row[1] = pool_text(context, "%s %s", most ? "at most" : "at least",
                       amount_text(context, sheet, (most ? facts->greatest_share : facts->least_share)[k / 2]));
    row[2] = proof_sum_text(context, sheet, &(most ? facts->greatest_proof : facts->least_proof)[k / 2],
                            most != (sheet->problem->goal == ACCORD_COST));
  }
  *rows = 2 * n + 1;
  return cells;
}

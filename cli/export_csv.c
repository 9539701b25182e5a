/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table as CSV: coalition,value, as a sheet's values_file takes it. */
#include "export.h"

#include "reader.h"

#include <string.h>

static bool sheet_takes(const char *text) {
  number_parts parts;
  return number_read(&parts, text, strlen(text)) == NUMBER_GOOD;
}

/* Decimals where they end, else a fraction; whichever a sheet takes. */
static const char *exact_text(accord_context *context, const mpq_t value) {
  mpz_t *rest = pool_integers(context, 1);
  int places = number_places(context, *rest, value);
  const char *fraction = rational_text(context, value);
  if (mpz_cmp_ui(*rest, 1) != 0) return fraction;
  const char *decimals = decimal_text(context, value, places);
  return sheet_takes(decimals) || !sheet_takes(fraction) ? decimals : fraction;
}

static void write_row(game_export *export, mpq_t value, accord_coalition coalition) {
  accord_context *context = export->output->context;
  bool all = coalition == everybody(export->sheet->n);
  accord_game_value(value, export->problem->game, coalition);
  const char *text =
      export->problem->exact ? exact_text(context, value) : double_text(context, accord_to_double(value));
  if (!sheet_takes(text)) export_changed(export, coalition);
  fprintf(export->output->stream, "%s,%s\n", all ? "*" : coalition_text(context, export->sheet, coalition), text);
}

void write_export_csv(game_export *export) {
  accord_context *context = export->output->context;
  mpq_t *value = pool_rationals(context, 1);
  fputs("coalition,value\n", export->output->stream);
  for (accord_coalition s = 1; s < export->problem->game->size; s++) {
    accord_mark mark = accord_get_mark(context);
    if (s % 1024 == 0) check_clock(context);
    write_row(export, *value, s);
    accord_reset(context, mark);
  }
}

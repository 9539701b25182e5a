/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of models, from models.def. */
#include "model.h"

#include <math.h>
#include <string.h>

const sheet_model models[] = {
#define MODEL(symbol, name, title, formula, needs, reference, max_n)                                                   \
  {name, title, formula, needs, reference, max_n, starter_##symbol, model_##symbol},
#include "models.def"
#undef MODEL
};

const int model_count = (int)(sizeof models / sizeof *models);

const sheet_model *find_model(const char *name) {
  for (int k = 0; k < model_count; k++)
    if (strcmp(models[k].name, name) == 0) return &models[k];
  return NULL;
}

/* "25769803776 bytes (24 GiB)". */
static const char *size_words(accord_context *context, double bytes) {
  static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
  int unit = 0;
  double scaled = bytes;
  for (; scaled >= 1024 && unit < 4; unit++) scaled /= 1024;
  if (bytes >= 1e18) return pool_text(context, "%.1e bytes", bytes);
  return unit ? pool_text(context, "%.0f bytes (%.4g %s)", bytes, scaled, units[unit])
              : pool_text(context, "%.0f bytes", bytes);
}

static const char help_beyond_tables[] =
    "Let parties that act alike be one, or use a model whose rules need no table where one fits: \"claims\", "
    "\"voting\", \"assignment\", \"production\", \"airport\", \"tree\" and \"spanning-tree\" work at any size.";

/* More parties than any table holds. */
static void report_too_many(sheet_reader *reader, const place *model, double bytes) {
  int n = reader->sheet->n;
  report_value(reader, E070, model, help_beyond_tables,
               "%d parties have 2^%d coalitions, which take %s, and a table holds up to %d parties at any memory limit",
               n, n, n < 1000 ? size_words(reader->context, bytes) : "more bytes than there are",
               MODEL_MOST_TABLE_PARTIES);
}

static bool want_bytes(sheet_reader *reader, const place *model, size_t entry_size, const char *help) {
  int n = reader->sheet->n;
  double limit = (double)accord_context_settings(reader->context)->memory_limit, bytes = ldexp((double)entry_size, n);
  if (n > MODEL_MOST_TABLE_PARTIES) report_too_many(reader, model, bytes);
  else if (bytes > limit)
    report_value(reader, E070, model, help,
                 "%d parties have 2^%d coalitions; their table takes %s, and the memory limit is %s", n, n,
                 size_words(reader->context, bytes), size_words(reader->context, limit));
  return n <= MODEL_MOST_TABLE_PARTIES && bytes <= limit;
}

bool want_table(sheet_reader *reader, const place *model) {
  double limit = (double)accord_context_settings(reader->context)->memory_limit;
  bool as_doubles = ldexp(sizeof(int64_t), reader->sheet->n) <= limit;
  return want_bytes(reader, model, sizeof(table_entry) + sizeof(int64_t),
                    as_doubles
                        ? "Raise --memory-limit, hand the values over as doubles in a .npy file (\"values_file\"), "
                          "which takes a third of that, or let parties that act alike be one."
                        : "Raise --memory-limit, or let parties that act alike be one.");
}

bool want_table_of_doubles(sheet_reader *reader, const place *model) {
  return want_bytes(reader, model, sizeof(int64_t), "Raise --memory-limit, or let parties that act alike be one.");
}

void set_numbers(term_sheet *sheet) {
  if (sheet->options.numbers != NUMBERS_FLOAT) return;
  sheet->problem->exact = false;
  if (sheet->problem->game) game_set_slack(sheet->context, sheet->problem->game);
}

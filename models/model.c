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

bool want_table(sheet_reader *reader, const place *model) {
  int n = reader->sheet->n;
  double limit = (double)accord_context_settings(reader->context)->memory_limit;
  double bytes = ldexp((double)(sizeof(table_entry) + sizeof(int64_t)), n);
  if (n <= MODEL_MOST_TABLE_PARTIES && bytes <= limit) return true;
  report_value(
      reader, E070, model,
      n <= MODEL_MOST_TABLE_PARTIES
          ? "Raise --memory-limit, or let parties that act alike be one."
          : "A table holds up to 28 parties. Let parties that act alike be one, or use the model \"claims\" where it fits: its rules work at any size.",
      "%d parties have 2^%d coalitions; their table takes %s, and the memory limit is %s", n, n,
      n < 1000 ? size_words(reader->context, bytes) : "more bytes than there are", size_words(reader->context, limit));
  return false;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libFuzzer: any bytes as a term sheet. The reader ends with a problem or with mistakes that have a place in the
 * text; read twice, it says the same. */
#include "fuzz.h"

#include "sheet.h"

struct reading {
  const char *path;
  term_sheet *sheet;
};

static accord_status read_sheet(accord_context *context, void *argument) {
  struct reading *reading = argument;
  sheet_options options = {.numbers = NUMBERS_AUTO};
  reading->sheet = sheet_read(context, reading->path, &options);
  return ACCORD_OK;
}

static bool same(const char *a, const char *b) { return a == b || (a && b && strcmp(a, b) == 0); }

static void compare(const term_sheet *first, const term_sheet *second, size_t size) {
  const diagnostics *mistakes = &first->diagnostics, *again = &second->diagnostics;
  require(mistakes->count > 0 || first->problem, "neither a problem nor a mistake");
  require(mistakes->count == 0 || first->n == 0 || first->parties, "parties without a list");
  require(mistakes->count == again->count && mistakes->dropped == again->dropped, "other mistakes the second time");
  for (int k = 0; k < mistakes->count; k++) {
    const diagnostic *mistake = &mistakes->list[k], *other = &again->list[k];
    require(mistake->code == other->code && same(mistake->message, other->message), "another mistake");
    require(mistake->line == other->line && mistake->column == other->column, "another place");
    require(mistake->line <= size + 1 && mistake->column <= size + 1, "a place outside the text");
    require(*mistake->message && *mistake->help && mistake->pointer, "a mistake without words");
    require(!mistake->line || (mistake->source && mistake->source_column <= mistake->column),
            "a place without its line");
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  accord_context *context;
  char path[64];
  int file = sheet_in_memory(path, sizeof path, data, size);
  require(accord_context_new(&context) == ACCORD_OK, "no context");
  accord_context_settings(context)->memory_limit = 64 << 20;
  struct reading first = {path, NULL}, second = {path, NULL};
  accord_status status = guard(context, read_sheet, &first);
  require(status == ACCORD_OK || status == ACCORD_LIMIT, accord_message(context));
  require(guard(context, read_sheet, &second) == status, "another status the second time");
  if (status == ACCORD_OK) compare(first.sheet, second.sheet, size);
  accord_context_free(context);
  close(file);
  return 0;
}

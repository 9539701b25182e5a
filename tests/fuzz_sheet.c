/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libFuzzer: any bytes as a term sheet; a sheet that reads is solved by every rule and checked. */
#include "sheet.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void solve_all(accord_context *context, const accord_problem *problem) {
  accord_split *split;
  accord_facts *facts;
  accord_stability *stability;
  accord_find_facts(context, &facts, problem, ACCORD_FACTS_ALL);
  for (int k = 0; k < accord_rule_count; k++) {
    accord_status status = accord_solve(context, &split, problem, &accord_rules[k]);
    if (status == ACCORD_OK && split->status == ACCORD_OK)
      accord_find_stability(context, &stability, problem, (const mpq_t *)split->share, 5);
  }
}

static accord_status read_and_solve(accord_context *context, void *path) {
  sheet_options options = {.numbers = NUMBERS_AUTO};
  term_sheet *sheet = sheet_read(context, path, &options);
  if (sheet->diagnostics.count == 0 && sheet->n <= 6) solve_all(context, sheet->problem);
  return ACCORD_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  accord_context *context;
  char path[64];
  int file = memfd_create("sheet", MFD_CLOEXEC);
  if (file < 0 || write(file, data, size) != (ssize_t)size) return 0;
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  if (accord_context_new(&context) == ACCORD_OK) {
    accord_context_settings(context)->memory_limit = 64 << 20;
    guard(context, read_and_solve, path);
    accord_context_free(context);
  }
  close(file);
  return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be said where values are unknown: the range of each share, a split that stands all the same, and what to find
 * out next. */
#include "solve_text.h"

static const char *limit_text(const solve_printer *printer, const accord_limit *limit) {
  return limit->given ? amount_text(printer->context, printer->sheet, limit->at) : "?";
}

/* "3.50 to 4.667"; one number where they are the same. */
static const char *range_text(const solve_printer *printer, const accord_limit *low, const accord_limit *high) {
  if (!low->given && !high->given) return "not known";
  if (low->given && high->given && mpq_equal(low->at, high->at)) return limit_text(printer, low);
  return pool_text(printer->context, "%s to %s", limit_text(printer, low), limit_text(printer, high));
}

struct beside {
  int count;
  const rule_allocation *shown[MOST_RULES_BESIDE];
};

static void write_share_ranges(solve_printer *printer, const struct beside *beside) {
  static const bool right[MOST_RULES_BESIDE + 1] = {false, true, true, true, true, true};
  int n = printer->sheet->n, columns = beside->count + 1;
  const char **cells = POOL_NEW(printer->context, ((size_t)n + 1) * (size_t)columns, const char *);
  cells[0] = "party";
  for (int k = 0; k < beside->count; k++) cells[k + 1] = safe_text(printer->context, beside->shown[k]->label);
  for (int i = 0; i < n; i++) {
    cells[(i + 1) * columns] = party_name(printer, i);
    for (int k = 0; k < beside->count; k++) {
      const accord_range *range = beside->shown[k]->split->range;
      cells[(i + 1) * columns + k + 1] = range_text(printer, &range->low[i], &range->high[i]);
    }
  }
  write_table(printer->output, cells, right, n + 1, columns);
}

/* Which of the ranges are no wider than they must be. */
static void write_kinds(solve_printer *printer, const struct beside *beside) {
  const char *attained = "", *outer = "";
  for (int k = 0; k < beside->count; k++) {
    const char **list = beside->shown[k]->split->range->attained ? &attained : &outer;
    *list = pool_text(printer->context, "%s%s%s", *list, **list ? ", " : "",
                      safe_text(printer->context, beside->shown[k]->label));
  }
  fputc('\n', printer->stream);
  if (*attained) sentence(printer, "Some values reach both ends of these ranges: %s.", attained);
  if (*outer) sentence(printer, "No values lead beyond these ranges, which may be wider than need be: %s.", outer);
}

static void write_samples(solve_printer *printer, const struct beside *beside) {
  for (int k = 0; k < beside->count; k++) {
    const accord_range *range = beside->shown[k]->split->range;
    const char *text = "";
    if (!range->sampled_low) continue;
    for (int i = 0; i < printer->sheet->n; i++) {
      accord_limit *low = new_limit_pair(printer->context), *high = &low[1];
      low->given = high->given = true;
      mpq_set(low->at, range->sampled_low[i]);
      mpq_set(high->at, range->sampled_high[i]);
      text = pool_text(printer->context, "%s%s%s %s", text, i ? ", " : "", printer->sheet->parties[i].id,
                       range_text(printer, low, high));
    }
    sentence(printer, "By %s, %d sets of values that were tried give %s.",
             safe_text(printer->context, beside->shown[k]->label), range->samples, text);
  }
}

static void write_unknown_values(solve_printer *printer) {
  enum { COLUMNS = 3, MOST_ROWS = 20 };
  static const bool right[COLUMNS] = {false, true, true};
  const accord_unknowns *unknowns = printer->problem->unknowns;
  int shown = unknowns->count < MOST_ROWS ? unknowns->count : MOST_ROWS;
  accord_limit *low = new_limit_pair(printer->context), *high = &low[1];
  const char **cells = POOL_NEW(printer->context, ((size_t)shown + 1) * COLUMNS, const char *);
  cells[0] = "group", cells[1] = "at least", cells[2] = "at most";
  for (int k = 0; k < shown; k++) {
    accord_find_limits(low, high, unknowns, unknowns->coalitions[k]);
    cells[(k + 1) * COLUMNS] = names_text(printer->context, printer->sheet, unknowns->coalitions[k]);
    cells[(k + 1) * COLUMNS + 1] = limit_text(printer, low);
    cells[(k + 1) * COLUMNS + 2] = limit_text(printer, high);
  }
  write_table(printer->output, cells, right, shown + 1, COLUMNS);
  if (shown < unknowns->count) sentence(printer, "... and %d more groups.", unknowns->count - shown);
}

static const char *assumption_text(const solve_printer *printer) {
  int assumptions = printer->problem->unknowns->assumptions;
  const char *apart =
      printer->cost ? "joining never costs more than staying apart" : "joining never pays less than staying apart";
  const char *larger = printer->cost ? "a larger group never costs less" : "a larger group is never worth less";
  if (!assumptions) return ", with nothing assumed";
  return pool_text(printer->context, ", given that %s%s%s", assumptions & ACCORD_SUPERADDITIVE ? apart : "",
                   assumptions == (ACCORD_SUPERADDITIVE | ACCORD_MONOTONE) ? " and " : "",
                   assumptions & ACCORD_MONOTONE ? larger : "");
}

static void write_robust(solve_printer *printer) {
  const unknown_outcome *unknown = &printer->outcome->unknown;
  const char *text = "";
  if (!unknown->robust_known) return;
  if (!unknown->robust) {
    sentence(printer, "No split stands whatever the unknown values are.");
    return;
  }
  for (int i = 0; i < printer->sheet->n; i++)
    text = pool_text(printer->context, "%s%s%s %s", text, i ? ", " : "", printer->sheet->parties[i].id,
                     amount_text(printer->context, printer->sheet, unknown->robust[i]));
  sentence(printer, "A split that stands whatever they are: %s.", text);
}

static void write_next_question(solve_printer *printer) {
  const unknown_outcome *unknown = &printer->outcome->unknown;
  if (!unknown->by) return;
  const char *group =
      names_text(printer->context, printer->sheet, printer->problem->unknowns->coalitions[unknown->next]);
  const char *does = printer->cost ? "costs" : "is worth";
  const char *label = safe_text(printer->context, unknown->by->label);
  if (unknown->has_narrowing)
    sentence(printer, "Find out next what the group of %s %s: by %s it moves shares by up to %s in all.", group, does,
             label, money(printer, unknown->narrowing));
  else
    sentence(printer,
             "Find out next what the group of %s %s: nothing that is stated limits it, and by %s it moves shares.",
             group, does, label);
}

void write_unknown(solve_printer *printer) {
  struct beside beside = {0};
  if (!printer->problem->unknowns) return;
  for (int k = 0; k < printer->outcome->allocation_count && beside.count < MOST_RULES_BESIDE; k++)
    if (printer->outcome->allocations[k].split->range) beside.shown[beside.count++] = &printer->outcome->allocations[k];
  int count = printer->problem->unknowns->count;
  if (beside.count) {
    heading(printer, printer->cost ? "What each party would pay, from least to most"
                                   : "What each party would get, from least to most");
    write_share_ranges(printer, &beside);
    write_kinds(printer, &beside);
    write_samples(printer, &beside);
  }
  heading(printer, "What is not known");
  const char *assumed = assumption_text(printer);
  if (count == 1) sentence(printer, "The value of 1 group is not known. What the others say of it%s:", assumed);
  else sentence(printer, "The values of %d groups are not known. What the others say of them%s:", count, assumed);
  fputc('\n', printer->stream);
  write_unknown_values(printer);
  fputc('\n', printer->stream);
  write_robust(printer);
  write_next_question(printer);
}

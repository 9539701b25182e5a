/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading values that are not known, and what "assume" says of them. */
#include "unknown_values.h"

#include <stdio.h>
#include <string.h>

typedef struct open_value {
  accord_coalition coalition;
  bool has_limits;
  mpq_t *limits; /* size 2 */
} open_value;

struct open_values {
  int count, room;
  open_value *values;
};

static open_value *add_open(sheet_reader *reader, accord_coalition coalition) {
  if (!reader->open) reader->open = POOL_NEW(reader->context, 1, struct open_values);
  struct open_values *open = reader->open;
  if (open->count == open->room) {
    int room = open->room ? 2 * open->room : 16;
    open->values = pool_grow(reader->context, open->values, (size_t)open->room, (size_t)room, sizeof *open->values);
    open->room = room;
  }
  open_value *value = &open->values[open->count++];
  value->coalition = coalition;
  return value;
}

static void read_interval(sheet_reader *reader, open_value *value, const place *at) {
  const cJSON *node;
  size_t index = 0;
  value->limits = pool_rationals(reader->context, 2);
  if (cJSON_GetArraySize(at->node) != 2) {
    report_value(reader, E270, at, NULL, "this list has %d numbers, not 2", cJSON_GetArraySize(at->node));
    return;
  }
  bool good = true;
  cJSON_ArrayForEach(node, at->node) {
    place limit = element_at(at, node, index);
    good = !is_broken(node) && read_number(reader, value->limits[index], &limit) && good;
    index++;
  }
  value->has_limits = good;
  if (good && mpq_cmp(value->limits[0], value->limits[1]) > 0)
    report_value(reader, E270, at, NULL, "the first number is above the second");
}

bool note_unknown(sheet_reader *reader, accord_coalition coalition, const place *at) {
  if (coalition == everybody(reader->sheet->n)) return false;
  if (at->node->type == cJSON_NULL) {
    add_open(reader, coalition);
    return true;
  }
  if (!is_array(at->node)) return false;
  read_interval(reader, add_open(reader, coalition), at);
  return true;
}

int read_assumptions(sheet_reader *reader, const place *root) {
  static const char *const words[] = {"superadditive", "monotone", NULL};
  static const int bits[] = {ACCORD_SUPERADDITIVE, ACCORD_MONOTONE};
  place assume = member_of(root, "assume");
  const cJSON *node;
  size_t index = 0;
  int assumptions = 0;
  if (!assume.node) return ACCORD_SUPERADDITIVE;
  if (!want_array(reader, &assume)) return 0;
  cJSON_ArrayForEach(node, assume.node) {
    place word = element_at(&assume, node, index++);
    int choice = want_text(reader, &word) ? read_choice(reader, &word, words) : -1;
    if (choice >= 0) assumptions |= bits[choice];
  }
  return assumptions;
}

/* -------------------------------------------------------------------- stating */

static void state_exactly(accord_stated_value *stated, const mpq_t value) {
  stated->low.given = stated->high.given = true;
  mpq_set(stated->low.at, value);
  mpq_set(stated->high.at, value);
}

static accord_stated_value *new_stated(accord_context *context, size_t size) {
  accord_stated_value *stated = POOL_NEW(context, size, accord_stated_value);
  for (size_t s = 0; s < size; s++) {
    pool_rational(context, stated[s].low.at);
    pool_rational(context, stated[s].high.at);
  }
  return stated;
}

static accord_stated_value *state_all(sheet_reader *reader, const value_table *table) {
  size_t size = (size_t)1 << table->n;
  accord_stated_value *stated = new_stated(reader->context, size);
  mpq_t *value = pool_rationals(reader->context, 1);
  for (size_t s = 1; s < size; s++) {
    if (!table_is_set(table, s)) continue;
    table_written_value(*value, table, s);
    state_exactly(&stated[s], *value);
  }
  for (int k = 0; reader->open && k < reader->open->count; k++) {
    const open_value *open = &reader->open->values[k];
    accord_stated_value *at = &stated[open->coalition];
    at->low.given = at->high.given = open->has_limits;
    if (!open->has_limits) continue;
    mpq_set(at->low.at, open->limits[0]);
    mpq_set(at->high.at, open->limits[1]);
  }
  return stated;
}

/* ------------------------------------------------------------- contradictions */

static const char *number_text(accord_context *context, const mpq_t number) {
  size_t room = mpz_sizeinbase(mpq_numref(number), 10) + mpz_sizeinbase(mpq_denref(number), 10) + 3;
  char *text = POOL_NEW(context, room, char);
  mpq_get_str(text, 10, number);
  return text;
}

static void report_contradiction(sheet_reader *reader, const accord_contradiction *found, accord_goal goal,
                                 const place *at) {
  accord_context *context = reader->context;
  bool cost = goal == ACCORD_COST;
  const char *parts = "";
  for (int k = 0; k < found->count; k++)
    parts = pool_text(context, "%s%s%s", parts, k ? ", " : "", coalition_text(context, reader->sheet, found->parts[k]));
  report_value(reader, E271, at, NULL, "%s %s %s %s by what is stated of %s, and is stated %s %s",
               coalition_text(context, reader->sheet, found->whole), cost ? "costs" : "is worth",
               cost ? "at most" : "at least", number_text(context, found->least), parts, cost ? "at" : "at most",
               number_text(context, found->most));
}

void build_with_unknowns(sheet_reader *reader, const value_table *table, const place *at) {
  term_sheet *sheet = reader->sheet;
  accord_contradiction *contradiction;
  if (sheet->diagnostics.count) return;
  accord_status status = accord_problem_with_unknowns(reader->context, &sheet->problem, &contradiction, table->goal,
                                                      reader->assumptions, state_all(reader, table), table->n);
  if (status != ACCORD_OK) guard_leave(reader->context, status, "%s", accord_message(reader->context));
  if (contradiction) report_contradiction(reader, contradiction, table->goal, at);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Model "coalitions": the value of every coalition, stated in the sheet or in a file beside it. */
#include "model.h"
#include "unknown_values.h"
#include "values_file.h"

#include <stdio.h>
#include <string.h>

accord_goal read_goal(sheet_reader *reader, const place *model) {
  static const char *const words[] = {"benefit", "cost", NULL};
  place goal = member_of(model, "goal");
  return goal.node && read_choice(reader, &goal, words) == 1 ? ACCORD_COST : ACCORD_BENEFIT;
}

/* --------------------------------------------------------- values as an object */

static bool is_blank(const char *text) { return text[strspn(text, " ")] == '\0'; }

static void read_empty_set(sheet_reader *reader, const place *member) {
  const char *source;
  number_parts parts;
  if (read_amount_parts(reader, &parts, &source, member) && (!parts.fits || parts.mantissa != 0))
    report_value(reader, E044, member, NULL, "nobody at all cannot be worth anything but 0");
}

/* False where the coalition could not be read: one that will seem to be missing. */
static bool read_value_member(sheet_reader *reader, value_table *table, const place *member) {
  accord_coalition coalition;
  const char *source = NULL;
  number_parts parts;
  if (is_blank(member->node->string)) {
    read_empty_set(reader, member);
    return true;
  }
  if (!read_coalition(reader, &coalition, member, member->node->string)) return false;
  if (table_is_set(table, coalition)) {
    bool same_key = cJSON_GetObjectItemCaseSensitive(member->outer->node, member->node->string) !=
                    member->node; /* reported by the scanner */
    if (!same_key)
      report_key(reader, E041, member, NULL, "the coalition %s was stated before, under another spelling",
                 coalition_text(reader->context, reader->sheet, coalition));
    return true;
  }
  if (!note_unknown(reader, coalition, member) && read_amount_parts(reader, &parts, &source, member))
    table_set(table, coalition, &parts);
  else table_set(table, coalition, &(number_parts){.fits = true}); /* noted or reported: not missing as well */
  sheet_add_source(reader->sheet, coalition, source);
  return true;
}

/* Where the parties are in doubt, at least the amounts can be looked at. */
static void check_amounts(sheet_reader *reader, const place *values) {
  const cJSON *node;
  const char *source;
  number_parts parts;
  if (!is_object(values->node)) return;
  cJSON_ArrayForEach(node, values->node) {
    place member = member_at(values, node);
    bool known = node->type != cJSON_NULL && !is_array(node); /* or an unknown value */
    if (known && strncmp(node->string, "x-", 2) != 0) read_amount_parts(reader, &parts, &source, &member);
  }
}

static size_t read_value_object(sheet_reader *reader, value_table *table, const place *values) {
  const cJSON *node;
  size_t unread = 0;
  cJSON_ArrayForEach(node, values->node) {
    place member = member_at(values, node);
    if (!is_comment(reader, node->string)) unread += !read_value_member(reader, table, &member);
  }
  return unread;
}

/* ----------------------------------------------------------- values as a list */

/* An object, a text or null in the list. What the scanner found wrong with it was reported. */
static void read_list_node(sheet_reader *reader, value_table *table, accord_coalition coalition, const place *at) {
  const char *source;
  number_parts parts = {.fits = true};
  bool good =
      !is_broken(at->node) && !note_unknown(reader, coalition, at) && read_amount_parts(reader, &parts, &source, at);
  table_set(table, coalition, good ? &parts : &(number_parts){.fits = true});
  if (good) sheet_add_source(reader->sheet, coalition, source);
}

static void report_first_value(sheet_reader *reader, const place *values, size_t offset) {
  const cJSON node = {.valuedouble = (double)offset};
  place at = element_at(values, &node, 0);
  report_value(reader, E044, &at, NULL, "the first value is that of the empty coalition, and is not 0");
}

static void read_list_element(sheet_reader *reader, value_table *table, accord_coalition coalition, const place *values,
                              const array_element *element) {
  number_parts parts;
  if (element->plain) {
    table->entries[coalition] = (table_entry){element->mantissa, element->exponent, TABLE_DECIMAL};
  } else if (element->node) {
    place at = element_at(values, element->node, coalition);
    read_list_node(reader, table, coalition, &at);
  } else if (number_read(&parts, element->text, element->length) == NUMBER_GOOD) {
    table_set(table, coalition, &parts);
  } else {
    table_set(table, coalition, &(number_parts){.fits = true}); /* the scanner reported it */
  }
  if (coalition == 0 && !table_is_zero(table, 0)) report_first_value(reader, values, element->offset);
}

/* A list of the wrong length leaves every coalition in doubt. */
static size_t read_value_list(sheet_reader *reader, value_table *table, const place *values) {
  size_t size = (size_t)1 << reader->sheet->n;
  array_values walk = array_start(reader->document, values->node);
  array_element element;
  while (array_next(&walk, &element)) {
    if (walk.count <= size) read_list_element(reader, table, walk.count - 1, values, &element);
    if (walk.count % 4096 == 0) check_clock(reader->context);
  }
  if (walk.count == size) return 0;
  report_value(reader, E045, values, NULL, "there are %zu values, and %d parties have 2^%d = %zu coalitions",
               walk.count, reader->sheet->n, reader->sheet->n, size);
  return size;
}

size_t read_values(sheet_reader *reader, value_table *table, const place *values) {
  if (is_array(values->node)) return read_value_list(reader, table, values);
  if (is_object(values->node)) return read_value_object(reader, table, values);
  if (!is_broken(values->node))
    report_value(reader, E020, values, "This takes an object {\"A+B\": 7, ...}, or a list of 2^n values by bitmask.",
                 "values are an object or a list");
  return (size_t)1 << table->n;
}

/* ------------------------------------------------------------------- missing */

/* unread: entries with a mistake in their coalition, which explain as many missing ones. */
static void report_missing_coalitions(sheet_reader *reader, const value_table *table, size_t unread, const place *at) {
  char list[512];
  size_t length = 0, missing = 0, all = ((size_t)1 << table->n) - 1;
  for (accord_coalition s = 1; s < all; s++) {
    if (s % (1 << 18) == 0) check_clock(reader->context);
    if (table_is_set(table, s)) continue;
    if (missing++ < 5 && length < sizeof list)
      length += (size_t)snprintf(list + length, sizeof list - length, "%s%.80s", missing > 1 ? ", " : "",
                                 coalition_text(reader->context, reader->sheet, s));
  }
  if (missing <= unread) return;
  report_key(reader, E042, at, "State them, or say \"missing\": \"zero\" or \"missing\": \"additive\".",
             "%zu of %zu coalitions %s no value: %s%s", missing, all, missing == 1 ? "has" : "have", list,
             missing > 5 ? ", ..." : "");
}

static void check_complete(sheet_reader *reader, const value_table *table, table_missing missing, size_t unread,
                           const place *at) {
  if (missing != MISSING_ADDITIVE && unread == 0 && !table_is_set(table, everybody(table->n)))
    report_key(reader, E043, at, "Add \"*\": the value of all parties together.",
               "the value of everybody together is missing");
  if (missing == MISSING_ERROR) report_missing_coalitions(reader, table, unread, at);
}

/* good: the word is one of the choices. */
static table_missing read_missing(sheet_reader *reader, const place *model, bool *good) {
  static const char *const words[] = {"error", "zero", "additive", "unknown", NULL};
  place missing = member_of(model, "missing");
  int choice = missing.node ? read_choice(reader, &missing, words) : 0;
  *good = choice >= 0;
  return choice == 1 ? MISSING_ZERO : choice == 2 ? MISSING_ADDITIVE : choice == 3 ? MISSING_UNKNOWN : MISSING_ERROR;
}

/* --------------------------------------------------------------------- build */

static void build_from_table(sheet_reader *reader, value_table *table, table_missing missing, size_t unread,
                             const place *at) {
  term_sheet *sheet = reader->sheet;
  accord_coalition unreached;
  check_complete(reader, table, missing, unread, at);
  if (sheet->diagnostics.count) return;
  if (reader->open && (missing == MISSING_ZERO || missing == MISSING_ADDITIVE)) {
    report_key(reader, E272, at, NULL, "some values are unknown, and \"missing\" says what stands for others");
    return;
  }
  if (reader->open || missing == MISSING_UNKNOWN) {
    build_with_unknowns(reader, table, at);
    return;
  }
  accord_game *game = table_finish(table, missing, &unreached);
  pool_free(reader->context, table->entries);
  if (unreached)
    report_key(reader, E047, at, NULL, "%s is not stated and cannot be put together from stated coalitions",
               coalition_text(reader->context, sheet, unreached));
  else sheet->problem = problem_from_game(reader->context, game, sheet->options.numbers != NUMBERS_FLOAT);
}

const char starter_coalitions[] =
    "{\n"
    "  \"accord\": 1,\n"
    "  \"title\": \"A joint product\",\n"
    "  \"currency\": \"EUR\",\n"
    "  \"unit\": \"0.01\",\n"
    "  \"parties\": [\n"
    "    { \"id\": \"maker\",  \"name\": \"The maker\" },\n"
    "    { \"id\": \"seller\", \"name\": \"The seller\" },\n"
    "    { \"id\": \"lab\",    \"name\": \"The laboratory\" }\n"
    "  ],\n"
    "  \"model\": {\n"
    "    \"type\": \"coalitions\",\n"
    "    \"goal\": \"benefit\",\n"
    "    \"values\": {\n"
    "      \"maker\": 20000, \"seller\": 15000, \"lab\": 0,\n"
    "      \"maker+seller\": 70000, \"maker+lab\": 45000, \"seller+lab\": 18000,\n"
    "      \"*\": { \"value\": 120000, \"source\": \"business plan, p. 4\" }\n"
    "    }\n"
    "  },\n"
    "  \"proposals\": { \"first draft\": { \"maker\": 55000, \"seller\": 45000, \"lab\": 20000 } },\n"
    "  \"notes\": \"values: what each group would earn a year by itself, * is everybody. Change them and run accord solve again.\"\n"
    "}\n";

void model_coalitions(sheet_reader *reader, const place *model) {
  static const char *const keys[] = {"type", "goal", "values", "values_file", "missing", NULL};
  value_table table;
  size_t unread = 0;
  check_keys(reader, model, keys);
  accord_goal goal = read_goal(reader, model);
  bool missing_good;
  table_missing missing = read_missing(reader, model, &missing_good);
  place values = member_of(model, "values"), file = member_of(model, "values_file");
  if (!values.node == !file.node) {
    if (values.node) report_key(reader, E046, &file, NULL, "\"values\" and \"values_file\" are both given");
    else report_value(reader, E048, model, NULL, "neither \"values\" nor \"values_file\" is given");
    return;
  }
  if (values.node && !reader->parties_good) check_amounts(reader, &values);
  if ((values.node && is_broken(values.node)) || !reader->parties_good) return;
  if (names_doubles(&file)) {
    if (want_table_of_doubles(reader, model)) read_doubles_file(reader, goal, &file);
    return;
  }
  if (!want_table(reader, model) || (file.node && !want_text(reader, &file))) return;
  table_start(reader->context, &table, goal, reader->sheet->n);
  if (file.node && !read_table_file(reader, &table, &file, &unread)) return;
  if (values.node) unread = read_values(reader, &table, &values);
  if (!missing_good) unread = (size_t)1 << table.n; /* nobody knows what is missing */
  build_from_table(reader, &table, missing, unread, values.node ? &values : &file);
}

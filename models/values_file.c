/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading tables from files. */
#include "values_file.h"

#include "npy.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --------------------------------------------------------------------- .npy */

static bool check_npy(sheet_reader *reader, const npy_array *npy, const place *name) {
  size_t size = (size_t)1 << reader->sheet->n;
  if (npy->dimensions != 1 || npy->shape[0] != size)
    return report_value(reader, E065, name, NULL, "%.200s does not hold one row of 2^%d = %zu values",
                        name->node->valuestring, reader->sheet->n, size),
           false;
  return check_npy_length(reader, npy, name);
}

/* *largest: the largest size of a value. */
static bool check_doubles(sheet_reader *reader, double *largest, const double *values, const place *name,
                          values_passed *passed) {
  size_t size = (size_t)1 << reader->sheet->n;
  doubles_seen seen = look_at_doubles(reader->context, values, size, 1e-300, 1e300, passed);
  *largest = seen.largest;
  if (seen.bad < size && !isfinite(values[seen.bad]))
    return report_value(reader, E066, name, NULL, "value %zu in the file is not a finite number", seen.bad), false;
  if (seen.bad < size)
    return report_value(reader, E008, name, NULL, "value %zu in the file is out of range", seen.bad), false;
  if (values[0] != 0)
    return report_value(reader, E044, name, NULL,
                        "the first value in the file is that of the empty coalition, and is not 0"),
           false;
  return true;
}

/* What stands before the next count-th value, as far as the last call's. */
static void doubles_passed(const double *values, size_t count) {
  enum { WINDOW = 1 << 16 };
  size_t from = count < WINDOW ? 0 : count - WINDOW;
  pages_passed(values + from, (count - from) * sizeof *values);
}

static void read_doubles(sheet_reader *reader, accord_goal goal, const place *name, const npy_array *npy) {
  term_sheet *sheet = reader->sheet;
  double largest;
  bool exact = sheet->options.numbers == NUMBERS_EXACT;
  const double *values = npy_values(reader->context, npy);
  bool in_place = (const void *)values == npy->data;
  values_passed *passed = in_place && npy->source.length >= LARGE_MAPPING ? doubles_passed : NULL;
  if (!check_doubles(reader, &largest, values, name, passed)) return;
  accord_game *game = game_from_doubles(reader->context, goal, exact, values, sheet->n, largest, passed);
  sheet->problem = problem_from_game(reader->context, game, exact);
}

bool names_doubles(const place *name) {
  return name->node && is_text(name->node) && ends_with(name->node->valuestring, ".npy");
}

void read_doubles_file(sheet_reader *reader, accord_goal goal, const place *name) {
  npy_array npy;
  if (open_npy(reader, &npy, name) && check_npy(reader, &npy, name)) read_doubles(reader, goal, name, &npy);
}

/* --------------------------------------------------------------------- .csv */

struct csv {
  sheet_reader *reader;
  value_table *table;
  const place *name;
  size_t line, unread;
};

static void report_line(const struct csv *csv, error_code code, const char *what) {
  report_value(csv->reader, code, csv->name, NULL, "line %zu of %.200s: %s", csv->line, csv->name->node->valuestring,
               what);
}

/* The mistake just reported is in this line. */
static void name_line(const struct csv *csv) {
  diagnostics *all = &csv->reader->sheet->diagnostics;
  if (all->dropped || !all->count) return;
  diagnostic *last = &all->list[all->count - 1];
  last->message =
      pool_text(csv->reader->context, "line %zu of %.200s: %s", csv->line, csv->name->node->valuestring, last->message);
}

/* A field without the spaces and the quotation marks around it. */
static char *trim_field(char *field) {
  size_t length = strlen(field);
  while (length && strchr(" \t\r", field[length - 1])) field[--length] = '\0';
  while (*field && strchr(" \t", *field)) field++, length--;
  if (length >= 2 && *field == '"' && field[length - 1] == '"') field[length - 1] = '\0', field++;
  return field;
}

static void read_csv_value(struct csv *csv, accord_coalition coalition, const char *value) {
  number_parts parts;
  number_fault fault = number_read(&parts, value, strlen(value));
  if (fault != NUMBER_GOOD) {
    report_line(csv, code_of_fault(fault), error_title(code_of_fault(fault)));
    if (coalition) table_set(csv->table, coalition, &(number_parts){.fits = true}); /* reported: not missing as well */
  } else if (coalition == 0 && !(parts.fits && parts.mantissa == 0))
    report_line(csv, E044, "the empty coalition is not worth 0");
  else if (coalition && table_is_set(csv->table, coalition)) report_line(csv, E041, "this coalition was stated before");
  else if (coalition) table_set(csv->table, coalition, &parts);
}

static void read_csv_line(struct csv *csv, char *line) {
  accord_coalition coalition = 0;
  char *comma = strchr(line, ',');
  if (!comma || strchr(comma + 1, ',')) {
    report_line(csv, E072, comma ? "there is more than one comma" : "there is no comma");
    csv->unread++;
    return;
  }
  *comma = '\0';
  char *name = trim_field(line), *value = trim_field(comma + 1);
  if (*name && !read_coalition(csv->reader, &coalition, csv->name, name)) {
    name_line(csv);
    csv->unread++;
    return;
  }
  read_csv_value(csv, coalition, value);
}

/* coalition,value, with or without quotation marks. */
static bool is_header(char *line) {
  char *comma = strchr(line, ',');
  if (comma) *comma = '\0';
  return comma && strcmp(trim_field(line), "coalition") == 0 && strcmp(trim_field(comma + 1), "value") == 0;
}

static bool starts_with_mark(const char *line) { return strncmp(line, "\xef\xbb\xbf", 3) == 0; }

static size_t read_csv(sheet_reader *reader, value_table *table, const place *name, const source_text *source) {
  struct csv csv = {reader, table, name, 0, 0};
  size_t everything = (size_t)1 << table->n;
  if (strlen(source->text) != source->length) {
    size_t line = 1;
    for (const char *at = source->text; *at; at++) line += *at == '\n';
    report_value(reader, E073, name, NULL, "line %zu of %.200s holds a byte 0, which is no text", line,
                 name->node->valuestring);
    return everything;
  }
  char *text = pool_copy_text(reader->context, source->text, source->length), *next;
  for (char *line = text; line && *line; line = next) {
    next = strchr(line, '\n');
    if (next) *next++ = '\0';
    csv.line++;
    if (csv.line % 4096 == 0) check_clock(reader->context);
    if (csv.line == 1) {
      if (is_header(line)) continue;
      report_line(&csv, E067,
                  starts_with_mark(line) ? "it begins with a byte order mark, not with coalition,value"
                                         : "the header is not coalition,value");
      return everything;
    } else if (line[strspn(line, " \t\r")]) {
      read_csv_line(&csv, line);
    }
  }
  if (csv.line == 0) report_value(reader, E067, name, NULL, "%.200s is empty", name->node->valuestring);
  return csv.line ? csv.unread : everything;
}

/* -------------------------------------------------------------------- .json */

static size_t read_json(sheet_reader *outer, value_table *table, const source_text *source) {
  json_document *document = POOL_NEW(outer->context, 1, json_document);
  *document = (json_document){.context = outer->context, .diagnostics = &outer->sheet->diagnostics, .source = *source};
  json_read(document);
  sheet_reader inner = *outer;
  inner.document = document;
  place root = {NULL, document->root, 0};
  size_t unread = document->root ? read_values(&inner, table, &root) : (size_t)1 << table->n;
  outer->open = inner.open;
  return unread;
}

bool read_table_file(sheet_reader *reader, value_table *table, const place *name, size_t *unread) {
  source_text source;
  bool csv = ends_with(name->node->valuestring, ".csv"), json = ends_with(name->node->valuestring, ".json");
  if (!csv && !json) {
    report_value(reader, E068, name, NULL, "%.200s is neither .npy, .csv nor .json", name->node->valuestring);
    return false;
  }
  if (!open_named_file(reader, &source, name, read_named_file)) return false;
  *unread = csv ? read_csv(reader, table, name, &source) : read_json(reader, table, &source);
  return true;
}

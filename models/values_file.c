/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading tables from files. */
#include "values_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool ends_with(const char *name, const char *end) {
  size_t length = strlen(name), tail = strlen(end);
  return length >= tail && strcmp(name + length - tail, end) == 0;
}

typedef error_code file_opener(accord_context *context, source_text *source, const char *sheet_path,
                               const char *allowed, const char *name);

static bool open_file(sheet_reader *reader, source_text *source, const place *name, file_opener *open) {
  term_sheet *sheet = reader->sheet;
  error_code code = open(reader->context, source, sheet->file, sheet->options.allowed_files, name->node->valuestring);
  if (code != ERROR_CODE_COUNT) {
    report_value(reader, code, name, NULL, "%.200s: %s", name->node->valuestring, error_title(code));
    return false;
  }
  sheet_file *file = &sheet->files[sheet->file_count++];
  file->name = name->node->valuestring;
  file->digest = digest_of(reader->context, source->text, source->length,
                           open == map_named_file && source->length >= LARGE_MAPPING ? pages_passed : NULL);
  if (sheet->options.digests) digest_begin(file->digest);
  return true;
}

/* --------------------------------------------------------------------- .npy */

struct npy {
  const char *header; /* the Python dictionary, ended by 0 */
  size_t data;        /* offset of the values */
};

/* "\x93NUMPY", version 1.0 or 2.0, length of the header, header. */
static bool read_npy_header(sheet_reader *reader, struct npy *npy, const source_text *source) {
  const unsigned char *bytes = (const unsigned char *)source->text;
  if (source->length < 12 || memcmp(bytes, "\x93NUMPY", 6) != 0 || bytes[6] < 1 || bytes[6] > 2) return false;
  size_t start = bytes[6] == 1 ? 10 : 12, length = bytes[8] | (size_t)bytes[9] << 8;
  if (bytes[6] == 2) length |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
  if (length > source->length - start) return false;
  npy->header = pool_copy_text(reader->context, source->text + start, length);
  npy->data = start + length;
  return true;
}

/* What stands behind 'key': in the header's dictionary, or "". */
static const char *npy_entry(const struct npy *npy, const char *key) {
  const char *found = strstr(npy->header, key);
  if (!found) return "";
  found += strlen(key);
  return found + strspn(found, "'\" :");
}

/* The number of values where the shape is one-dimensional, else 0. */
static size_t npy_count(const struct npy *npy) {
  const char *shape = npy_entry(npy, "'shape'");
  char *end;
  if (*shape != '(') return 0;
  unsigned long long count = strtoull(shape + 1, &end, 10);
  end += strspn(end, ", ");
  return *end == ')' ? (size_t)count : 0;
}

static bool check_npy(sheet_reader *reader, const struct npy *npy, const place *name, const source_text *source) {
  size_t size = (size_t)1 << reader->sheet->n, count = npy_count(npy);
  const char *file = name->node->valuestring;
  if (strncmp(npy_entry(npy, "'descr'"), "<f8'", 4) != 0)
    return report_value(reader, E064, name, NULL, "%.200s does not hold little-endian 64-bit doubles", file), false;
  if (strncmp(npy_entry(npy, "'fortran_order'"), "False", 5) != 0)
    return report_value(reader, E065, name, NULL, "%.200s is in Fortran order", file), false;
  if (count != size)
    return report_value(reader, E065, name, NULL, "%.200s does not hold one row of 2^%d = %zu values", file,
                        reader->sheet->n, size),
           false;
  if (source->length - npy->data != size * sizeof(double))
    return report_value(reader, E069, name, NULL, "%.200s holds %zu bytes of values, and %zu are due", file,
                        source->length - npy->data, size * sizeof(double)),
           false;
  return true;
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

/* The values where they stand in the file, or a copy where they are not aligned. */
static const double *values_in(accord_context *context, const source_text *source, size_t data, size_t count) {
  const void *start = source->text + data;
  if ((uintptr_t)start % sizeof(double) == 0) return start;
  double *values = POOL_NEW(context, count, double);
  memcpy(values, start, count * sizeof *values);
  return values;
}

static void read_doubles(sheet_reader *reader, accord_goal goal, const place *name, const source_text *source,
                         const struct npy *npy) {
  term_sheet *sheet = reader->sheet;
  double largest;
  bool exact = sheet->options.numbers == NUMBERS_EXACT;
  const double *values = values_in(reader->context, source, npy->data, (size_t)1 << sheet->n);
  bool in_place = (const void *)values == source->text + npy->data;
  values_passed *passed = in_place && source->length >= LARGE_MAPPING ? doubles_passed : NULL;
  if (!check_doubles(reader, &largest, values, name, passed)) return;
  accord_game *game = game_from_doubles(reader->context, goal, exact, values, sheet->n, largest, passed);
  sheet->problem = problem_from_game(reader->context, game, exact);
}

bool names_doubles(const place *name) {
  return name->node && is_text(name->node) && ends_with(name->node->valuestring, ".npy");
}

void read_doubles_file(sheet_reader *reader, accord_goal goal, const place *name) {
  source_text source;
  struct npy npy;
  if (!open_file(reader, &source, name, map_named_file)) return;
  if (!read_npy_header(reader, &npy, &source) || !*npy_entry(&npy, "'descr'") || !*npy_entry(&npy, "'shape'"))
    report_value(reader, E063, name, NULL, "%.200s is not a .npy file", name->node->valuestring);
  else if (check_npy(reader, &npy, name, &source)) read_doubles(reader, goal, name, &source, &npy);
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
  char *comma = strrchr(line, ',');
  if (!comma) {
    report_line(csv, E067, "there is no comma");
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

static size_t read_csv(sheet_reader *reader, value_table *table, const place *name, const source_text *source) {
  struct csv csv = {reader, table, name, 0, 0};
  size_t everything = (size_t)1 << table->n;
  if (strlen(source->text) != source->length) {
    size_t line = 1;
    for (const char *at = source->text; *at; at++) line += *at == '\n';
    report_value(reader, E067, name, NULL, "line %zu of %.200s holds a byte 0, which is no text", line,
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
      if (strcmp(trim_field(line), "coalition,value") == 0) continue;
      report_line(&csv, E067, "the header is not coalition,value");
      return everything;
    } else if (*trim_field(line)) {
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
  sheet_reader inner = {outer->context, document, outer->sheet, outer->parties_good};
  place root = {NULL, document->root, 0};
  return document->root ? read_values(&inner, table, &root) : (size_t)1 << table->n;
}

bool read_table_file(sheet_reader *reader, value_table *table, const place *name, size_t *unread) {
  source_text source;
  bool csv = ends_with(name->node->valuestring, ".csv"), json = ends_with(name->node->valuestring, ".json");
  if (!csv && !json) {
    report_value(reader, E068, name, NULL, "%.200s is neither .npy, .csv nor .json", name->node->valuestring);
    return false;
  }
  if (!open_file(reader, &source, name, read_named_file)) return false;
  *unread = csv ? read_csv(reader, table, name, &source) : read_json(reader, table, &source);
  return true;
}

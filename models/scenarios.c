/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading scenarios of losses. */
#include "scenarios.h"

#include "npy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* --------------------------------------------------------------------- room */

/* Whether so many scenarios, bytes a loss, fit what is left of the memory limit; reports it as a limit where not. */
static bool want_room(sheet_reader *reader, size_t count, size_t bytes, const place *at) {
  double wanted = (double)count * (double)(reader->sheet->n + 1) * (double)bytes;
  if (wanted <= (double)memory_left(reader->context)) return true;
  report_value(reader, E238, at, NULL,
               "%zu scenarios of %d losses need %.4g bytes, and the memory limit of %s leaves "
               "%.4g",
               count, reader->sheet->n, wanted, memory_limit_words(reader->context).text,
               (double)memory_left(reader->context));
  return false;
}

/* As entries, then as integers, of which there may be two copies for a moment. */
enum { BYTES_A_NUMBER = sizeof(table_entry) + 2 * sizeof(int64_t), BYTES_A_DOUBLE = 2 * sizeof(double) };

static bool start_list(sheet_reader *reader, scenario_list *list, size_t count, const place *at) {
  if (!want_room(reader, count, BYTES_A_NUMBER, at)) return false;
  list->count = count;
  table_start_list(reader->context, &list->chances, count);
  table_start_list(reader->context, &list->losses, count * (size_t)reader->sheet->n);
  return true;
}

static void build_entry(mpq_t number, const value_table *table, size_t k) {
  const table_entry *entry = &table->entries[k];
  if (entry->rational >= 0) {
    mpq_set(number, table->rationals[entry->rational]);
    return;
  }
  mpz_set_si(mpq_numref(number), entry->mantissa);
  power_of_ten(mpq_denref(number), (unsigned)abs(entry->exponent));
  if (entry->exponent > 0) {
    mpz_mul(mpq_numref(number), mpq_numref(number), mpq_denref(number));
    mpz_set_ui(mpq_denref(number), 1);
  }
  mpq_canonicalize(number);
}

/* "0.95", or as a fraction where that says no more than the truth. */
static const char *sum_text(accord_context *context, const mpq_t sum) {
  double nearest = accord_to_double(sum);
  mpq_t *back = pool_rationals(context, 1);
  mpz_t *rest = pool_integers(context, 1);
  mpq_set_d(*back, nearest);
  int places = number_places(context, *rest, sum);
  if (mpz_cmp_ui(*rest, 1) == 0 && places <= 15) return pool_text(context, "%.*f", places, nearest);
  return pool_text(context, "%.17g", nearest);
}

static bool check_sum(sheet_reader *reader, const scenario_list *list, const place *at) {
  mpq_t *work = pool_rationals(reader->context, 3), *sum = &work[0], *one = &work[1], *over = &work[2];
  for (size_t k = 0; k < list->count; k++) {
    if (k % 4096 == 0) check_clock(reader->context);
    build_entry(*one, &list->chances, k);
    mpq_add(*sum, *sum, *one);
  }
  mpq_set_ui(*one, 1, 1);
  mpq_sub(*over, *sum, *one);
  int sign = mpq_sgn(*over);
  mpq_abs(*over, *over);
  if (sign)
    report_value(reader, E223, at, NULL, "the probabilities sum to %s, %.3g too %s", sum_text(reader->context, *sum),
                 accord_to_double(*over), sign > 0 ? "much" : "little");
  pool_free(reader->context, work);
  return sign == 0;
}

/* ---------------------------------------------------------------- in the sheet */

static void set_chance(sheet_reader *reader, scenario_list *list, size_t k, const place *at) {
  number_parts parts;
  const char *source;
  if (!read_amount_parts(reader, &parts, &source, at)) return;
  table_set(&list->chances, k, &parts);
  if (*parts.text == '-' && !table_is_zero(&list->chances, k))
    report_value(reader, E222, at, NULL, "a probability is negative");
}

static void set_losses(sheet_reader *reader, scenario_list *list, size_t k, const place *at) {
  size_t n = (size_t)reader->sheet->n;
  const cJSON *node;
  if (!want_object(reader, at)) return;
  cJSON_ArrayForEach(node, at->node) {
    place member = member_at(at, node);
    number_parts parts;
    const char *source;
    if (is_comment(reader, node->string)) continue;
    int found = read_party(reader, &member, node->string, strlen(node->string));
    if (found < 0) continue;
    if (!read_amount_parts(reader, &parts, &source, &member)) parts = (number_parts){.fits = true};
    table_set(&list->losses, k * n + (size_t)found, &parts);
  }
  for (size_t i = 0; i < n; i++)
    if (!table_is_set(&list->losses, k * n + i))
      report_value(reader, E224, at, NULL, "the loss of \"%.80s\" is not stated", reader->sheet->parties[i].id);
}

bool read_scenarios(sheet_reader *reader, scenario_list *list, const place *at) {
  static const char *const keys[] = {"probability", "loss", NULL};
  const cJSON *node;
  size_t k = 0;
  int before = reader->sheet->diagnostics.count;
  if (!want_array(reader, at)) return false;
  if (!at->node->child) return report_value(reader, E221, at, NULL, "there are no scenarios"), false;
  if (!start_list(reader, list, (size_t)cJSON_GetArraySize(at->node), at)) return false;
  cJSON_ArrayForEach(node, at->node) {
    place scenario = element_at(at, node, k), chance, loss;
    check_clock(reader->context);
    if (is_broken(node)) return false;
    if (want_object(reader, &scenario)) {
      check_keys(reader, &scenario, keys);
      if (want_member(reader, &chance, &scenario, "probability")) set_chance(reader, list, k, &chance);
      if (want_member(reader, &loss, &scenario, "loss")) set_losses(reader, list, k, &loss);
    }
    k++;
  }
  return reader->sheet->diagnostics.count == before && check_sum(reader, list, at);
}

/* --------------------------------------------------------------------- .csv */

struct csv {
  sheet_reader *reader;
  scenario_list *list;
  const place *name;
  int *party_of;      /* size n: the party of each column after the first */
  size_t line, count; /* read so far: lines, scenarios */
};

static void __attribute__((format(printf, 3, 4)))
report_line(const struct csv *csv, error_code code, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const char *what = pool_text_of(csv->reader->context, format, arguments);
  va_end(arguments);
  report_value(csv->reader, code, csv->name, NULL, "line %zu of %.200s: %s", csv->line, csv->name->node->valuestring,
               what);
}

/* Takes the field that begins at *next off it; without the spaces and quotation marks around it. NULL at the end. */
static char *take_field(char **next) {
  char *field = *next;
  if (!field) return NULL;
  char *comma = strchr(field, ',');
  if (comma) *comma = '\0';
  *next = comma ? comma + 1 : NULL;
  size_t length = strlen(field);
  while (length && strchr(" \t\r", field[length - 1])) field[--length] = '\0';
  while (*field && strchr(" \t", *field)) field++, length--;
  if (length >= 2 && *field == '"' && field[length - 1] == '"') field[length - 1] = '\0', field++;
  return field;
}

/* The parties of the columns; false where the header says something else. */
static bool read_header(struct csv *csv, char *line) {
  const term_sheet *sheet = csv->reader->sheet;
  int count = 0, before = sheet->diagnostics.count;
  bool *seen = POOL_NEW(csv->reader->context, (size_t)sheet->n, bool);
  char *next = line, *field = take_field(&next);
  if (strcmp(field, "probability") != 0)
    return report_line(csv, E230, "the header does not begin with probability"), false;
  while ((field = take_field(&next))) {
    int found = sheet_find_party(sheet, field, strlen(field));
    if (found < 0) report_line(csv, E029, "the header names \"%.80s\", which is not a party of this sheet", field);
    else if (seen[found]) report_line(csv, E028, "the header names \"%.80s\" twice", field);
    else csv->party_of[count++] = found, seen[found] = true;
  }
  for (int i = 0; i < sheet->n; i++)
    if (!seen[i]) report_line(csv, E231, "the header has no column for \"%.80s\"", sheet->parties[i].id);
  return sheet->diagnostics.count == before;
}

/* What strtod takes for no number, or none that ends. */
static bool is_not_finite(const char *field) {
  field += *field == '-' || *field == '+';
  return strncasecmp(field, "nan", 3) == 0 || strncasecmp(field, "inf", 3) == 0;
}

static bool read_field(const struct csv *csv, number_parts *parts, const char *field) {
  number_fault fault = number_read(parts, field, strlen(field));
  if (fault == NUMBER_GOOD) return true;
  if (is_not_finite(field)) report_line(csv, E232, "%.40s is not a finite number", field);
  else report_line(csv, code_of_fault(fault), "\"%.40s\": %s", field, error_title(code_of_fault(fault)));
  return false;
}

static void read_line(struct csv *csv, char *line) {
  size_t n = (size_t)csv->reader->sheet->n, k = csv->count++, column = 0;
  number_parts parts;
  char *next = line, *field = take_field(&next);
  if (read_field(csv, &parts, field)) {
    table_set(&csv->list->chances, k, &parts);
    if (*parts.text == '-' && !table_is_zero(&csv->list->chances, k))
      report_line(csv, E222, "the probability is negative");
  }
  for (; (field = take_field(&next)) && column < n; column++)
    if (read_field(csv, &parts, field)) table_set(&csv->list->losses, k * n + (size_t)csv->party_of[column], &parts);
  if (column < n || field)
    report_line(csv, E229, "there are %s than the %zu values of the header", column < n ? "fewer" : "more", n + 1);
}

/* Lines that hold something. */
static size_t count_lines(const char *text) {
  size_t count = 0;
  for (bool empty = true; *text; text++) {
    if (*text == '\n') empty = true;
    else if (empty && !strchr(" \t\r", *text)) empty = false, count++;
  }
  return count;
}

static bool is_blank(const char *line) { return line[strspn(line, " \t\r")] == '\0'; }

static bool read_lines(struct csv *csv, char *text) {
  const diagnostics *mistakes = &csv->reader->sheet->diagnostics;
  int before = mistakes->count;
  bool headed = false;
  char *next;
  for (char *line = text; line && mistakes->count < MOST_DIAGNOSTICS; line = next) {
    next = strchr(line, '\n');
    if (next) *next++ = '\0';
    csv->line++;
    if (csv->line % 1024 == 0) check_clock(csv->reader->context);
    if (is_blank(line)) continue;
    if (headed) read_line(csv, line);
    else if (!read_header(csv, line)) return false;
    headed = true;
  }
  return mistakes->count == before;
}

static bool read_csv(sheet_reader *reader, scenario_list *list, const place *name) {
  source_text source;
  struct csv csv = {reader, list, name, POOL_NEW(reader->context, (size_t)reader->sheet->n, int), 0, 0};
  if (!open_named_file(reader, &source, name, read_named_file)) return false;
  if (strlen(source.text) != source.length) {
    report_value(reader, E229, name, NULL, "%.200s holds a byte 0, which is no text", name->node->valuestring);
    return false;
  }
  size_t lines = count_lines(source.text);
  if (lines < 2) {
    report_value(reader, E221, name, NULL, "%.200s holds no scenarios", name->node->valuestring);
    return false;
  }
  if (!want_room(reader, lines - 1, BYTES_A_NUMBER, name)) return false;
  char *text = pool_copy_text(reader->context, source.text, source.length);
  if (!start_list(reader, list, lines - 1, name)) return false;
  bool good = read_lines(&csv, text);
  pool_free(reader->context, text);
  return good && check_sum(reader, list, name);
}

/* --------------------------------------------------------------------- .npy */

static bool check_losses(sheet_reader *reader, const double *losses, size_t count, const place *name) {
  size_t n = (size_t)reader->sheet->n;
  for (size_t j = 0; j < count * n; j++) {
    double size = fabs(losses[j]);
    const char *id = reader->sheet->parties[j % n].id;
    if (j % 65536 == 0) check_clock(reader->context);
    if (!isfinite(losses[j]))
      return report_value(reader, E232, name, NULL, "the loss of \"%.80s\" in row %zu is not a finite number", id,
                          j / n + 1),
             false;
    if (size != 0 && (size < 1e-300 || size > 1e300))
      return report_value(reader, E008, name, NULL, "the loss of \"%.80s\" in row %zu is out of range", id, j / n + 1),
             false;
  }
  return true;
}

static bool read_npy(sheet_reader *reader, scenario_list *list, const place *name) {
  npy_array npy;
  size_t n = (size_t)reader->sheet->n;
  if (!open_npy(reader, &npy, name)) return false;
  if (npy.dimensions != 2 || npy.shape[1] != n)
    return report_value(reader, E233, name, NULL, "%.200s does not hold rows of %zu losses", name->node->valuestring,
                        n),
           false;
  if (npy.shape[0] == 0)
    return report_value(reader, E221, name, NULL, "%.200s holds no scenarios", name->node->valuestring), false;
  if (!want_room(reader, npy.shape[0], BYTES_A_DOUBLE, name) || !check_npy_length(reader, &npy, name)) return false;
  list->count = npy.shape[0];
  list->doubles = npy_values(reader->context, &npy);
  return check_losses(reader, list->doubles, list->count, name);
}

bool read_scenarios_file(sheet_reader *reader, scenario_list *list, const place *name) {
  if (!want_text(reader, name)) return false;
  if (ends_with(name->node->valuestring, ".csv")) return read_csv(reader, list, name);
  if (ends_with(name->node->valuestring, ".npy")) return read_npy(reader, list, name);
  report_value(reader, E234, name, NULL, "%.200s is neither .csv nor .npy", name->node->valuestring);
  return false;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading values from the tree, and saying what is wrong with them. */
#include "reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------- places */

place member_of(const place *object, const char *key) {
  return (place){object, cJSON_GetObjectItemCaseSensitive(object->node, key), 0};
}

place member_at(const place *object, const cJSON *member) { return (place){object, member, 0}; }

place element_at(const place *array, const cJSON *element, size_t index) { return (place){array, element, index}; }

static size_t put(char *out, size_t room, size_t at, char c) {
  if (at < room) out[at] = c;
  return at + 1;
}

/* Writes the pointer of a place, as RFC 6901 has it; returns its length, which may exceed the room. */
static size_t write_pointer(char *out, size_t room, const place *at) {
  char index[24];
  if (!at || !at->outer) return 0;
  size_t length = put(out, room, write_pointer(out, room, at->outer), '/');
  snprintf(index, sizeof index, "%zu", at->index);
  for (const char *c = at->node && at->node->string ? at->node->string : index; *c; c++) {
    if (*c == '~' || *c == '/') length = put(out, room, length, '~');
    length = put(out, room, length, *c == '~' ? '0' : *c == '/' ? '1' : *c);
  }
  return length;
}

const char *pointer_text(accord_context *context, const place *at) {
  size_t length = write_pointer(NULL, 0, at);
  char *pointer = pool_new(context, length + 1, 1);
  write_pointer(pointer, length, at);
  return pointer;
}

static void report(sheet_reader *reader, error_code code, const place *at, size_t offset, const char *help,
                   const char *message) {
  const char *pointer = pointer_text(reader->context, at);
  add_diagnostic(&reader->sheet->diagnostics, code, &reader->document->source, offset, pointer, help, "%s", message);
}

void report_value(sheet_reader *reader, error_code code, const place *at, const char *help, const char *format, ...) {
  char message[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  report(reader, code, at, value_offset(at->node), help, message);
}

void report_key(sheet_reader *reader, error_code code, const place *at, const char *help, const char *format, ...) {
  char message[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  report(reader, code, at, key_offset(reader->document, at->node), help, message);
}

/* -------------------------------------------------------------------- types */

static const char *type_name(const cJSON *node) {
  switch (node->type & 0xff) {
  case cJSON_Object: return "an object";
  case cJSON_Array: return "a list";
  case cJSON_String: return "a text";
  case cJSON_Raw: return "a number";
  case cJSON_NULL: return "null";
  default: return "true or false";
  }
}

static bool want(sheet_reader *reader, const place *at, bool good, const char *wanted) {
  char help[128];
  if (good || is_broken(at->node)) return good;
  snprintf(help, sizeof help, "This takes %s.", wanted);
  report_value(reader, E020, at, help, "%s was expected here, and this is %s", wanted, type_name(at->node));
  return false;
}

bool want_object(sheet_reader *reader, const place *at) {
  return want(reader, at, is_object(at->node), "an object { }");
}

bool want_array(sheet_reader *reader, const place *at) { return want(reader, at, is_array(at->node), "a list [ ]"); }

bool want_text(sheet_reader *reader, const place *at) {
  return want(reader, at, is_text(at->node), "a text in double quotes");
}

bool want_member(sheet_reader *reader, place *member, const place *object, const char *key) {
  char help[128];
  *member = member_of(object, key);
  if (member->node) return true;
  snprintf(help, sizeof help, "Add \"%s\" to this object.", key);
  report_value(reader, E022, object, help, "\"%s\" is missing here", key);
  return false;
}

/* --------------------------------------------------------------------- keys */

/* Insertions, deletions, replacements and swaps of neighbours between two words (short ones). */
static int edit_distance(const char *a, const char *b) {
  enum { MOST = 40 };
  int rows[3][MOST + 1], *before = rows[0], *above = rows[1], *row = rows[2];
  size_t length_a = strlen(a), length_b = strlen(b);
  if (length_a > MOST || length_b > MOST) return MOST;
  for (size_t j = 0; j <= length_b; j++) above[j] = before[j] = (int)j;
  for (size_t i = 1; i <= length_a; i++) {
    row[0] = (int)i;
    for (size_t j = 1; j <= length_b; j++) {
      int best = above[j - 1] + (a[i - 1] != b[j - 1]);
      if (above[j] + 1 < best) best = above[j] + 1;
      if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before[j - 2] + 1 < best)
        best = before[j - 2] + 1;
      row[j] = best;
    }
    int *oldest = before;
    before = above, above = row, row = oldest;
  }
  return above[length_b];
}

const char *nearest_word(const char *word, const char *const *words) {
  const char *nearest = NULL;
  int length = (int)strlen(word), least = length / 3 + (length > 1 ? 2 : 1);
  for (; *words; words++) {
    int distance = edit_distance(word, *words);
    if (distance < least) least = distance, nearest = *words;
  }
  return nearest;
}

bool is_one_of(const char *word, const char *const *words) {
  for (; words && *words; words++)
    if (strcmp(word, *words) == 0) return true;
  return false;
}

static void list_words(char *out, size_t room, const char *const *words) {
  size_t length = 0;
  out[0] = '\0';
  for (const char *const *word = words; *word && length < room; word++)
    length += (size_t)snprintf(out + length, room - length, "%s%s", word == words ? "" : ", ", *word);
}

static void report_unknown_key(sheet_reader *reader, const place *member, const char *const *known) {
  char help[1024], list[800];
  const char *nearest = nearest_word(member->node->string, known);
  list_words(list, sizeof list, known);
  if (nearest) snprintf(help, sizeof help, "The nearest known key is \"%s\".", nearest);
  else snprintf(help, sizeof help, "The keys known here are %s.", list);
  report_key(reader, E021, member, help, "unknown key \"%.80s\"", member->node->string);
}

void check_keys(sheet_reader *reader, const place *object, const char *const *known) {
  const cJSON *node;
  cJSON_ArrayForEach(node, object->node) {
    place member = member_at(object, node);
    if (strncmp(node->string, "x-", 2) == 0 || is_one_of(node->string, known)) continue;
    report_unknown_key(reader, &member, known);
  }
}

int read_choice(sheet_reader *reader, const place *at, const char *const *words) {
  char list[400], help[500];
  if (is_broken(at->node)) return -1;
  for (int k = 0; is_text(at->node) && words[k]; k++)
    if (strcmp(words[k], at->node->valuestring) == 0) return k;
  list_words(list, sizeof list, words);
  snprintf(help, sizeof help, "It is one of: %s.", list);
  if (!is_text(at->node))
    report_value(reader, E020, at, help, "a word was expected here, and this is %s", type_name(at->node));
  else report_value(reader, E033, at, help, "\"%.80s\" is not one of the choices here", at->node->valuestring);
  return -1;
}

/* ------------------------------------------------------------------ numbers */

error_code code_of_fault(number_fault fault) {
  switch (fault) {
  case NUMBER_TOO_LONG: return E009;
  case NUMBER_OUT_OF_RANGE: return E008;
  case NUMBER_OVER_ZERO: return E035;
  default: return E025;
  }
}

static bool report_number(sheet_reader *reader, number_fault fault, const place *at) {
  if (fault == NUMBER_GOOD) return true;
  error_code code = code_of_fault(fault);
  report_value(reader, code, at, NULL, code == E025 ? "\"%.60s\" is %s" : "%.60s: %s", at->node->valuestring,
               error_title(code));
  return false;
}

static bool want_number(sheet_reader *reader, const place *at) {
  return want(reader, at, is_number(at->node) || is_text(at->node), "a number");
}

bool read_number(sheet_reader *reader, mpq_t number, const place *at) {
  if (!want_number(reader, at)) return false;
  const char *text = at->node->valuestring;
  return report_number(reader, number_from_text(reader->context, number, text, strlen(text)), at);
}

/* The place of the number itself; false where there is none. */
static bool open_amount(sheet_reader *reader, place *value, const char **source, const place *at) {
  static const char *const keys[] = {"value", "source", NULL};
  *source = NULL;
  *value = *at;
  if (!is_object(at->node)) return true;
  check_keys(reader, at, keys);
  place text = member_of(at, "source");
  if (text.node && want_text(reader, &text)) *source = text.node->valuestring;
  return want_member(reader, value, at, "value");
}

bool read_amount(sheet_reader *reader, mpq_t amount, const char **source, const place *at) {
  place value;
  return open_amount(reader, &value, source, at) && read_number(reader, amount, &value);
}

bool read_amount_parts(sheet_reader *reader, number_parts *parts, const char **source, const place *at) {
  place value;
  if (!open_amount(reader, &value, source, at) || !want_number(reader, &value)) return false;
  const char *text = value.node->valuestring;
  return report_number(reader, number_read(parts, text, strlen(text)), &value);
}

/* --------------------------------------------------- parties and coalitions */

/* The id nearest to a word; not looked for once no further mistake will be shown. */
static const char *nearest_party(const sheet_reader *reader, const char *word) {
  const term_sheet *sheet = reader->sheet;
  if (sheet->diagnostics.count >= MOST_DIAGNOSTICS) return NULL;
  const char **ids = POOL_NEW(reader->context, (size_t)sheet->n + 1, const char *);
  for (int i = 0; i < sheet->n; i++) ids[i] = sheet->parties[i].id;
  const char *nearest = nearest_word(word, ids);
  pool_free(reader->context, ids);
  return nearest;
}

int read_party(sheet_reader *reader, const place *at, const char *id, size_t length) {
  const term_sheet *sheet = reader->sheet;
  char help[256], word[64];
  int found = sheet_find_party(sheet, id, length);
  if (found >= 0 || !reader->parties_good) return found; /* where a party has no good id, any may be its */
  check_clock(reader->context);
  snprintf(word, sizeof word, "%.*s", (int)(length < 60 ? length : 60), id);
  const char *nearest = nearest_party(reader, word);
  if (nearest) snprintf(help, sizeof help, "The nearest party is \"%.60s\".", nearest);
  else snprintf(help, sizeof help, "The ids of the parties are listed under \"parties\".");
  bool value = is_text(at->node) && at->node->valuestring == id;
  (value ? report_value : report_key)(reader, E029, at, help, "\"%s\" is not a party of this sheet", word);
  return -1;
}

bool is_comment(const sheet_reader *reader, const char *key) {
  return strncmp(key, "x-", 2) == 0 && sheet_find_party(reader->sheet, key, strcspn(key, "+")) < 0;
}

/* The id between two pluses, without the spaces around it. */
static bool add_party(sheet_reader *reader, accord_coalition *coalition, const place *at, const char *from,
                      const char *to) {
  while (from < to && *from == ' ') from++;
  while (from < to && to[-1] == ' ') to--;
  if (from == to) {
    report_key(reader, E040, at, NULL, "an id is missing in this coalition");
    return false;
  }
  int found = read_party(reader, at, from, (size_t)(to - from));
  if (found < 0) return false;
  if (has(*coalition, found)) {
    report_key(reader, E028, at, NULL, "\"%s\" stands twice in this coalition", reader->sheet->parties[found].id);
    return false;
  }
  *coalition |= party(found);
  return true;
}

bool read_coalition(sheet_reader *reader, accord_coalition *coalition, const place *at, const char *text) {
  *coalition = 0;
  while (*text == ' ') text++;
  if (*text == '*' && text[1 + strspn(text + 1, " ")] == '\0') {
    *coalition = everybody(reader->sheet->n);
    return true;
  }
  for (;;) {
    const char *plus = strchr(text, '+'), *end = plus ? plus : text + strlen(text);
    if (!add_party(reader, coalition, at, text, end)) return false;
    if (!plus) return true;
    text = plus + 1;
  }
}

void report_missing(sheet_reader *reader, const bool *present, const place *at, error_code code) {
  char list[400];
  size_t length = 0;
  int count = 0;
  for (int i = 0; i < reader->sheet->n; i++) {
    if (present[i]) continue;
    if (count++ < 5 && length < sizeof list)
      length += (size_t)snprintf(list + length, sizeof list - length, "%s%.60s", count > 1 ? ", " : "",
                                 reader->sheet->parties[i].id);
  }
  if (count)
    report_key(reader, code, at, NULL, "%s%s%s missing here", list, count > 5 ? " and others" : "",
               count == 1 ? " is" : " are");
}

bool read_amounts_by_party(sheet_reader *reader, mpq_t *amounts, const char **sources, bool *present, const place *at,
                           error_code missing_code) {
  const cJSON *node;
  int before = reader->sheet->diagnostics.count;
  if (!want_object(reader, at)) return false;
  bool *seen = present ? present : POOL_NEW(reader->context, (size_t)reader->sheet->n, bool);
  cJSON_ArrayForEach(node, at->node) {
    const char *source = NULL;
    place member = member_at(at, node);
    if (is_comment(reader, node->string)) continue;
    int found = reader->parties_good ? read_party(reader, &member, node->string, strlen(node->string))
                                     : sheet_find_party(reader->sheet, node->string, strlen(node->string));
    if (found < 0) continue;
    seen[found] = true;
    read_amount(reader, amounts[found], &source, &member);
    if (sources) sources[found] = source;
  }
  if (missing_code != ERROR_CODE_COUNT && reader->parties_good) report_missing(reader, seen, at, missing_code);
  return reader->sheet->diagnostics.count == before;
}

const char *coalition_text(accord_context *context, const term_sheet *sheet, accord_coalition coalition) {
  size_t length = 1;
  for (int i = 0; i < sheet->n && i < 64; i++)
    if (has(coalition, i)) length += strlen(sheet->parties[i].id) + 1;
  char *text = pool_new(context, length, 1);
  for (int i = 0; i < sheet->n && i < 64; i++) {
    if (!has(coalition, i)) continue;
    if (*text) strcat(text, "+");
    strcat(text, sheet->parties[i].id);
  }
  return text;
}

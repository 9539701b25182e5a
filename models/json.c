/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The strict scanner. */
#include "json.h"

#include "utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The way from the root to the value being read, for pointers. */
struct step {
  const struct step *outer;
  const char *key; /* NULL: element of an array */
  size_t index;
};

struct scanner {
  json_document *document;
  const char *at, *start, *end;
  int depth;
  bool silent;  /* reading again what was reported before */
  bool stopped; /* after a mistake that leaves nothing to go on with */
};

/* ------------------------------------------------------------------ reports */

static size_t put(char *out, size_t room, size_t at, char c) {
  if (at < room) out[at] = c;
  return at + 1;
}

/* Writes the pointer (RFC 6901) as far as the room goes; returns its whole length. */
static size_t write_pointer(char *out, size_t room, const struct step *step) {
  char index[24];
  if (!step) return 0;
  size_t length = put(out, room, write_pointer(out, room, step->outer), '/');
  snprintf(index, sizeof index, "%zu", step->index);
  for (const char *c = step->key ? step->key : index; *c; c++) {
    if (*c == '~' || *c == '/') length = put(out, room, length, '~');
    length = put(out, room, length, *c == '~' ? '0' : *c == '/' ? '1' : *c);
  }
  return length;
}

static void report(struct scanner *scanner, const struct step *step, error_code code, const char *at,
                   const char *message) {
  json_document *document = scanner->document;
  if (scanner->silent) return;
  size_t length = write_pointer(NULL, 0, step);
  char *pointer = pool_new(document->context, length + 1, 1);
  write_pointer(pointer, length, step);
  add_diagnostic(document->diagnostics, code, &document->source, (size_t)(at - scanner->start), pointer, NULL, "%s",
                 message);
}

static void stop(struct scanner *scanner, const struct step *step, error_code code, const char *message) {
  if (!scanner->stopped)
    report(scanner, step, scanner->at < scanner->end ? code : E014, scanner->at,
           scanner->at < scanner->end ? message : error_title(E014));
  scanner->stopped = true;
}

/* ------------------------------------------------------------------- memory */

static void *take(json_document *document, size_t size) {
  enum { PIECE = 1 << 16 };
  size = (size + 15) & ~(size_t)15;
  if (size > PIECE / 4) return pool_new(document->context, size, 1);
  if (size > document->piece_left) {
    check_clock(document->context);
    document->piece = pool_new(document->context, PIECE, 1);
    document->piece_left = PIECE;
  }
  void *memory = document->piece;
  document->piece += size;
  document->piece_left -= size;
  return memory;
}

static cJSON *new_node(struct scanner *scanner, int type, const char *at) {
  cJSON *node = take(scanner->document, sizeof *node);
  node->type = type;
  node->valuedouble = (double)(at - scanner->start);
  return node;
}

/* ------------------------------------------------------------------- tokens */

static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

/* The 0 byte behind the text ends it. */
static void skip_space(struct scanner *scanner) {
  while (is_space(*scanner->at)) scanner->at++;
}

static bool take_character(struct scanner *scanner, char wanted) {
  skip_space(scanner);
  if (scanner->at == scanner->end || *scanner->at != wanted) return false;
  scanner->at++;
  return true;
}

/* Four hexadecimal digits at text; false where there are none. */
static bool read_hex(const char *text, const char *end, unsigned *code) {
  *code = 0;
  if (end - text < 4) return false;
  for (int i = 0; i < 4; i++) {
    const char *digits = "0123456789abcdef",
               *found = memchr(digits, text[i] >= 'A' && text[i] <= 'F' ? text[i] + 32 : text[i], 16);
    if (!found) return false;
    *code = *code * 16 + (unsigned)(found - digits);
  }
  return true;
}

/* \uXXXX, or a pair of them for a character beyond the first 65,536. at: behind the backslash and u. */
static size_t read_unicode(struct scanner *scanner, char *out) {
  unsigned code, second;
  const char *at = scanner->at;
  if (!read_hex(at, scanner->end, &code) || code == 0 || (code >= 0xdc00 && code < 0xe000)) return 0;
  scanner->at += 4;
  if (code < 0xd800 || code >= 0xe000) return utf8_encode(out, code);
  if (scanner->end - scanner->at < 6 || scanner->at[0] != '\\' || scanner->at[1] != 'u') return 0;
  if (!read_hex(scanner->at + 2, scanner->end, &second) || second < 0xdc00 || second >= 0xe000) return 0;
  scanner->at += 6;
  return utf8_encode(out, 0x10000 + ((code - 0xd800) << 10) + (second - 0xdc00));
}

/* The character an escape stands for; 0 bytes where it stands for none. at: behind the backslash. */
static size_t read_escape(struct scanner *scanner, char *out) {
  static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
  if (scanner->at == scanner->end) return 0;
  const char *found = strchr(letters, *scanner->at);
  if (*scanner->at == 'u') return scanner->at++, read_unicode(scanner, out);
  if (!found || !*scanner->at) return 0;
  scanner->at++;
  *out = meanings[found - letters];
  return 1;
}

/* Copies one character or escape of a text; reports what is wrong with it. */
static size_t read_text_character(struct scanner *scanner, const struct step *step, char *out, bool *good) {
  const char *at = scanner->at;
  size_t length;
  if (*at == '\\') {
    scanner->at++;
    length = read_escape(scanner, out);
    if (!length) report(scanner, step, E006, at, error_title(E006));
  } else if ((unsigned char)*at < 0x20) {
    length = 0;
    scanner->at++;
    report(scanner, step, E005, at, error_title(E005));
  } else {
    length = utf8_length(at, (size_t)(scanner->end - at));
    scanner->at += length ? length : 1;
    memcpy(out, at, length);
    if (!length) report(scanner, step, E004, at, error_title(E004));
  }
  *good = *good && length;
  return length;
}

/* The end of a text that begins at at: its closing quotation mark, or NULL. */
static const char *find_closing(const char *at, const char *end) {
  for (; at < end && *at != '"'; at++)
    if (*at == '\\' && at + 1 < end) at++;
  return at < end ? at : NULL;
}

/* A text in double quotes, decoded; NULL (and stopped) where it has no end. */
static char *read_text(struct scanner *scanner, const struct step *step, bool *good) {
  const char *closing = find_closing(scanner->at + 1, scanner->end);
  if (!closing) {
    report(scanner, step, E014, scanner->at, "a text has no closing quotation mark");
    scanner->stopped = true;
    return NULL;
  }
  char *text = take(scanner->document, (size_t)(closing - scanner->at) + 4), *out = text;
  *good = true;
  scanner->at++;
  while (scanner->at < closing) out += read_text_character(scanner, step, out, good);
  scanner->at = closing + 1;
  *out = '\0';
  return text;
}

/* A number, true, false or null: everything up to the next delimiter. */
static const char *word_end(const struct scanner *scanner) {
  const char *at = scanner->at;
  while (at < scanner->end && !memchr(" \t\n\r,:[]{}\"", *at, 11)) at++;
  return at;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* A number such as -12.50, what nearly every one of millions is: at most 18 digits, no exponent, and a delimiter behind
 * it. Returns its end; NULL where it is anything else, right or wrong, which number_read tells. */
static const char *read_plain(array_element *element, const char *at) {
  enum { MOST_DIGITS = 18 };
  bool negative = *at == '-';
  const char *start = at += negative, *point;
  uint64_t digits = 0; /* 19 of them fit, and wrong ones after that are not looked at */
  for (; is_digit(*at); at++) digits = 10 * digits + (uint64_t)(*at - '0');
  point = at;
  if (at == start || (*start == '0' && at > start + 1)) return NULL;
  if (*at == '.') {
    for (at++; is_digit(*at); at++) digits = 10 * digits + (uint64_t)(*at - '0');
    if (at == point + 1) return NULL;
  }
  int decimals = at > point ? (int)(at - point - 1) : 0;
  if (at - start > MOST_DIGITS + (at > point) || !(*at == ',' || *at == ']' || is_space(*at))) return NULL;
  element->plain = true;
  element->mantissa = negative ? -(int64_t)digits : (int64_t)digits;
  element->exponent = digits ? -decimals : 0;
  return at;
}

static error_code number_error(number_fault fault) {
  switch (fault) {
  case NUMBER_TOO_LONG: return E009;
  case NUMBER_OUT_OF_RANGE: return E008;
  default: return E007;
  }
}

static bool looks_like_number(const char *text, size_t length) {
  return (length && *text && (strchr("+-.", *text) || (*text >= '0' && *text <= '9'))) ||
         (length >= 3 &&
          (strncmp(text, "NaN", 3) == 0 || strncmp(text, "Inf", 3) == 0 || strncmp(text, "nan", 3) == 0));
}

/* The fault of a number as JSON writes it (a fraction is not one). */
static number_fault check_number(const char *text, size_t length) {
  number_parts parts;
  number_fault fault = number_read(&parts, text, length);
  return fault == NUMBER_GOOD && parts.fraction ? NUMBER_SYNTAX : fault == NUMBER_OVER_ZERO ? NUMBER_SYNTAX : fault;
}

static cJSON *read_word(struct scanner *scanner, const struct step *step) {
  const char *at = scanner->at, *end = word_end(scanner);
  size_t length = (size_t)(end - at);
  cJSON *node = new_node(scanner, cJSON_Invalid, at);
  scanner->at = end;
  if (length == 4 && memcmp(at, "true", 4) == 0) node->type = cJSON_True;
  else if (length == 5 && memcmp(at, "false", 5) == 0) node->type = cJSON_False;
  else if (length == 4 && memcmp(at, "null", 4) == 0) node->type = cJSON_NULL;
  else if (looks_like_number(at, length)) {
    number_fault fault = check_number(at, length);
    if (fault == NUMBER_OUT_OF_RANGE && scanner->document->any_size) fault = NUMBER_GOOD;
    if (fault != NUMBER_GOOD)
      return report(scanner, step, number_error(fault), at, error_title(number_error(fault))), node;
    node->type = cJSON_Raw;
    node->valuestring = take(scanner->document, length + 1);
    memcpy(node->valuestring, at, length);
  } else {
    scanner->at = at;
    stop(scanner, step, E002, *at == '/' ? "JSON has no comments" : "a value was expected here");
  }
  return node;
}

/* ----------------------------------------------------------- objects, arrays */

static cJSON *read_value(struct scanner *scanner, const struct step *step);

static void link_child(cJSON *parent, cJSON *child) {
  if (!parent->child) {
    parent->child = child->prev = child;
    return;
  }
  child->prev = parent->child->prev;
  child->prev->next = child;
  parent->child->prev = child; /* as cJSON keeps it: the first child's prev is the last */
}

static bool enter(struct scanner *scanner, const struct step *step) {
  if (++scanner->depth <= JSON_MOST_DEPTH) return true;
  stop(scanner, step, E011, "this is nested more than 64 deep");
  return false;
}

/* /model/values of a sheet, or a file that is one array. */
static bool is_span(const struct step *step) {
  if (!step) return true;
  return step->key && strcmp(step->key, "values") == 0 && step->outer && step->outer->key &&
         strcmp(step->outer->key, "model") == 0 && !step->outer->outer;
}

/* An element of the array that is not built: a number is checked where it stands. */
static void pass_element(struct scanner *scanner, const struct step *step) {
  array_element ignored;
  skip_space(scanner);
  const char *at = scanner->at, *end = read_plain(&ignored, at);
  if (end) {
    scanner->at = end;
    return;
  }
  if (at == scanner->end || (*at != '-' && (*at < '0' || *at > '9'))) {
    read_value(scanner, step);
    return;
  }
  scanner->at = word_end(scanner);
  number_fault fault = check_number(at, (size_t)(scanner->at - at));
  if (fault != NUMBER_GOOD) report(scanner, step, number_error(fault), at, error_title(number_error(fault)));
}

static cJSON *read_array(struct scanner *scanner, const struct step *step) {
  cJSON *array = new_node(scanner, cJSON_Array, scanner->at);
  bool span = is_span(step);
  if (!enter(scanner, step)) return scanner->depth--, array;
  scanner->at++;
  if (take_character(scanner, ']')) return scanner->depth--, array;
  for (struct step element = {step, NULL, 0}; !scanner->stopped; element.index++) {
    if (span) pass_element(scanner, &element);
    else link_child(array, read_value(scanner, &element));
    if (scanner->stopped || take_character(scanner, ']')) break;
    if (!take_character(scanner, ',')) stop(scanner, &element, E002, "a comma or a closing ] was expected here");
  }
  scanner->depth--;
  return array;
}

static int compare_keys(const void *a, const void *b) {
  const cJSON *first = *(const cJSON *const *)a, *second = *(const cJSON *const *)b;
  int order = strcmp(first->string, second->string);
  return order ? order : (first->valuedouble > second->valuedouble) - (first->valuedouble < second->valuedouble);
}

/* Sorted by key, equal ones stand side by side, the later one second: that one is reported. */
static void check_duplicates(struct scanner *scanner, const struct step *step, cJSON *object) {
  size_t count = 0;
  cJSON *member;
  cJSON_ArrayForEach(member, object) count++;
  if (count < 2) return;
  cJSON **members = POOL_NEW(scanner->document->context, count, cJSON *);
  count = 0;
  cJSON_ArrayForEach(member, object) members[count++] = member;
  qsort(members, count, sizeof *members, compare_keys);
  for (size_t k = 1; k < count; k++) {
    if (strcmp(members[k - 1]->string, members[k]->string) != 0) continue;
    struct step inner = {step, members[k]->string, 0};
    report(scanner, &inner, E010, scanner->start + key_offset(scanner->document, members[k]), error_title(E010));
  }
  pool_free(scanner->document->context, members);
}

static void read_member(struct scanner *scanner, const struct step *step, cJSON *object) {
  bool good;
  skip_space(scanner);
  if (scanner->at == scanner->end || *scanner->at != '"') {
    bool closing = scanner->at < scanner->end && *scanner->at == '}';
    stop(scanner, step, E002,
         closing ? "there is a comma after the last entry" : "a key in double quotes was expected here");
    return;
  }
  char *key = read_text(scanner, step, &good);
  if (!key) return;
  struct step inner = {step, key, 0};
  if (!take_character(scanner, ':')) {
    stop(scanner, &inner, E002, "a colon was expected after the key");
    return;
  }
  cJSON *value = read_value(scanner, &inner);
  value->string = key;
  if (good) link_child(object, value); /* a key with a mistake in it names nothing */
}

static cJSON *read_object(struct scanner *scanner, const struct step *step) {
  cJSON *object = new_node(scanner, cJSON_Object, scanner->at);
  if (!enter(scanner, step)) return scanner->depth--, object;
  scanner->at++;
  if (take_character(scanner, '}')) return scanner->depth--, object;
  while (!scanner->stopped) {
    read_member(scanner, step, object);
    if (scanner->stopped || take_character(scanner, '}')) break;
    if (!take_character(scanner, ',')) stop(scanner, step, E002, "a comma or a closing } was expected here");
  }
  scanner->depth--;
  check_duplicates(scanner, step, object);
  return object;
}

static cJSON *read_value(struct scanner *scanner, const struct step *step) {
  bool good = true;
  skip_space(scanner);
  const char *at = scanner->at;
  if (at == scanner->end || memchr(",:]}", *at, 4)) {
    bool closing = at < scanner->end && *at == ']' && step && !step->key;
    stop(scanner, step, E002, closing ? "there is a comma after the last entry" : "a value was expected here");
    return new_node(scanner, cJSON_Invalid, at);
  }
  if (*at == '{') return read_object(scanner, step);
  if (*at == '[') return read_array(scanner, step);
  if (*at != '"') return read_word(scanner, step);
  cJSON *node = new_node(scanner, cJSON_String, at);
  node->valuestring = read_text(scanner, step, &good);
  if (!node->valuestring || !good) node->type = cJSON_Invalid;
  return node;
}

void json_read(json_document *document) {
  const char *text = document->source.text;
  struct scanner scanner = {.document = document, .at = text, .start = text, .end = text + document->source.length};
  if (document->source.length >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0)) {
    report(&scanner, NULL, E004, text, "this is UTF-16");
    return;
  }
  if (document->source.length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
    report(&scanner, NULL, E003, text, error_title(E003));
    scanner.at += 3;
  }
  skip_space(&scanner);
  if (scanner.at == scanner.end) {
    report(&scanner, NULL, E014, text, "the file is empty");
    return;
  }
  document->root = read_value(&scanner, NULL);
  skip_space(&scanner);
  if (!scanner.stopped && scanner.at < scanner.end) report(&scanner, NULL, E013, scanner.at, error_title(E013));
  if (scanner.stopped) document->root = NULL;
}

/* ------------------------------------------------------------------- places */

size_t value_offset(const cJSON *node) { return (size_t)node->valuedouble; }

/* Back over the colon to the key's closing quotation mark, then to its opening one: the first that
 * is not escaped. */
size_t key_offset(const json_document *document, const cJSON *node) {
  const char *text = document->source.text, *at = text + value_offset(node);
  if (!node->string) return value_offset(node);
  while (*--at != '"') {}
  for (;;) {
    const char *slashes = --at;
    if (*at != '"') continue;
    while (slashes[-1] == '\\') slashes--;
    if ((at - slashes) % 2 == 0) return (size_t)(at - text);
  }
}

/* ---------------------------------------------------- the array not built */

array_values array_start(json_document *document, const cJSON *array) {
  return (array_values){.document = document, .at = value_offset(array) + 1};
}

bool array_next(array_values *values, array_element *element) {
  json_document *document = values->document;
  const char *text = document->source.text;
  struct scanner scanner = {.document = document,
                            .at = text + values->at,
                            .start = text,
                            .end = text + document->source.length,
                            .silent = true};
  skip_space(&scanner);
  if (*scanner.at == ',') scanner.at++, skip_space(&scanner);
  if (*scanner.at == ']') return false;
  struct step step = {NULL, NULL, values->count++};
  *element = (array_element){.offset = (size_t)(scanner.at - text)};
  const char *end = read_plain(element, scanner.at);
  if (end) {
    scanner.at = end;
  } else if (*scanner.at == '-' || (*scanner.at >= '0' && *scanner.at <= '9')) {
    element->text = scanner.at;
    scanner.at = word_end(&scanner);
    element->length = (size_t)(scanner.at - element->text);
  } else {
    element->node = read_value(&scanner, &step);
  }
  values->at = (size_t)(scanner.at - text);
  return true;
}

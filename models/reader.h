/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Walking the tree of a sheet: every value is reached through a place that knows its pointer. */
#ifndef ACCORD_MODELS_READER_H
#define ACCORD_MODELS_READER_H

#include "json.h"
#include "sheet.h"

typedef struct place {
  const struct place *outer; /* NULL: the root */
  const cJSON *node;
  size_t index; /* in an array */
} place;

typedef struct sheet_reader {
  accord_context *context;
  json_document *document;
  term_sheet *sheet;
  bool parties_good;        /* ids can be looked up */
  int assumptions;          /* accord_assumption bits, of "assume" */
  struct open_values *open; /* values that are not known, or NULL: see unknown_values.h */
} sheet_reader;

/* The member of that name, or a place with node NULL. */
place member_of(const place *object, const char *key);
place member_at(const place *object, const cJSON *member);
place element_at(const place *array, const cJSON *element, size_t index);

/* The JSON pointer (RFC 6901) of a place. */
const char *pointer_text(accord_context *context, const place *at);

/* Adds a mistake at a value, or at the key of an object's member. help NULL: the code's meaning. */
void report_value(sheet_reader *reader, error_code code, const place *at, const char *help, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
void report_key(sheet_reader *reader, error_code code, const place *at, const char *help, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Whether the value has the type; reports it where not (once: broken values were reported before). */
bool want_object(sheet_reader *reader, const place *at);
bool want_array(sheet_reader *reader, const place *at);
bool want_text(sheet_reader *reader, const place *at);

/* The member of that name, reporting it as missing. */
bool want_member(sheet_reader *reader, place *member, const place *object, const char *key);

/* Reports keys that are not in the NULL-ended list known, naming the nearest known one. Keys that begin with x- are
 * passed over. */
void check_keys(sheet_reader *reader, const place *object, const char *const *known);

/* A number or a text that is one. */
bool read_number(sheet_reader *reader, mpq_t number, const place *at);

/* An amount: a number, or {"value", "source"}; *source is NULL where none is given. */
bool read_amount(sheet_reader *reader, mpq_t amount, const char **source, const place *at);

/* The same without building the number; parts point into the tree. */
bool read_amount_parts(sheet_reader *reader, number_parts *parts, const char **source, const place *at);

/* The code of what is wrong with a number. */
error_code code_of_fault(number_fault fault);

/* One of the NULL-ended words; its index, or -1 (reported). */
int read_choice(sheet_reader *reader, const place *at, const char *const *words);

/* The party of that id, or -1 (reported). */
int read_party(sheet_reader *reader, const place *at, const char *id, size_t length);

/* "A+B", "*", spaces around +. Reports what is wrong at the key or value at. */
bool read_coalition(sheet_reader *reader, accord_coalition *coalition, const place *at, const char *text);

/* A key x-... among ids or coalitions that is to be passed over: it does not begin with a party's id. */
bool is_comment(const sheet_reader *reader, const char *key);

/* {id: amount} into amounts (size n), naming every party once; absent parties are reported as
 * missing_code, or left 0 where that is ERROR_CODE_COUNT. present (size n) may be NULL. */
bool read_amounts_by_party(sheet_reader *reader, mpq_t *amounts, const char **sources, bool *present, const place *at,
                           error_code missing_code);

/* Reports the parties that are not present (size n), at the key of an object. */
void report_missing(sheet_reader *reader, const bool *present, const place *at, error_code code);

/* "A+B", in the order of the parties. */
const char *coalition_text(accord_context *context, const term_sheet *sheet, accord_coalition coalition);

/* Whether the word is in a NULL-ended list (NULL: no). */
bool is_one_of(const char *word, const char *const *words);

/* "did you mean" without asking: the nearest of the NULL-ended words, or NULL where none is near. */
const char *nearest_word(const char *word, const char *const *words);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing JSON as it comes, indented, numbers as the text given. */
#ifndef ACCORD_CLI_JSON_WRITER_H
#define ACCORD_CLI_JSON_WRITER_H

#include "output.h"

typedef struct json_writer {
  accord_context *context;
  FILE *stream;
  int depth;
  int inline_depth; /* objects and arrays opened inline */
  size_t line;      /* of the sheet in the input, or 0 */
  bool first;       /* nothing has been written at this depth yet */
} json_writer;

json_writer json_start(output_stream *output);
void json_end_document(json_writer *writer);

/* The object that is a whole result or list of mistakes; with --ndjson it begins with the sheet's line. */
void json_open_document(json_writer *writer);
void json_close_document(json_writer *writer);

/* key NULL: an element of an array, or the document. */
void json_open_object(json_writer *writer, const char *key);
void json_open_array(json_writer *writer, const char *key);
/* The same on one line. */
void json_open_short_object(json_writer *writer, const char *key);
void json_open_short_array(json_writer *writer, const char *key);
void json_close_object(json_writer *writer);
void json_close_array(json_writer *writer);

void json_text(json_writer *writer, const char *key, const char *text); /* NULL: null */
/* A value as it is written in a sheet that was read without mistakes. */
void json_raw(json_writer *writer, const char *key, const char *written);
void json_number(json_writer *writer, const char *key, double number);
void json_integer(json_writer *writer, const char *key, uint64_t number);
void json_rational(json_writer *writer, const char *key, const mpq_t number); /* the nearest double */
void json_exact(json_writer *writer, const char *key, const mpq_t number);    /* "7/2" */
void json_bool(json_writer *writer, const char *key, bool value);
void json_null(json_writer *writer, const char *key);
void json_answer(json_writer *writer, const char *key, accord_answer answer);

/* ["A", "B"]; {"A": 1, "B": 2} from doubles; {"A": "1/3"} from rationals. */
void json_coalition(json_writer *writer, const char *key, const term_sheet *sheet, accord_coalition coalition);
void json_members(json_writer *writer, const char *key, const term_sheet *sheet, accord_coalition coalition,
                  const accord_group *group);
void json_doubles_by_party(json_writer *writer, const char *key, const term_sheet *sheet, const double *numbers);
void json_exact_by_party(json_writer *writer, const char *key, const term_sheet *sheet, const mpq_t *numbers);

#endif

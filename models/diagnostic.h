/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is wrong with a sheet: every mistake with its code, place and what would be right. */
#ifndef ACCORD_MODELS_DIAGNOSTIC_H
#define ACCORD_MODELS_DIAGNOSTIC_H

#include "context.h"

typedef enum error_code {
#define ERROR(code, title, meaning) code,
#include "errors.def"
#undef ERROR
  ERROR_CODE_COUNT
} error_code;

const char *error_name(error_code code);  /* "E012" */
const char *error_title(error_code code); /* "claim is negative" */
const char *error_meaning(error_code code);
const char *error_title_in_chinese(error_code code);
const char *error_meaning_in_chinese(error_code code);

typedef struct diagnostic {
  error_code code;
  const char *message;
  const char *file;     /* the sheet, or a file named in it */
  const char *pointer;  /* JSON pointer, "" for the whole sheet */
  size_t line, column;  /* from 1; 0 where there is no place */
  const char *source;   /* the line of text, or what stands around the place in a long one, or NULL */
  size_t source_column; /* of its first character */
  const char *help;
} diagnostic;

enum { MOST_DIAGNOSTICS = 100 };

typedef struct diagnostics {
  accord_context *context;
  int count, dropped; /* dropped: more than MOST_DIAGNOSTICS */
  bool limit_only;    /* every one of them is a limit, none a mistake */
  diagnostic list[MOST_DIAGNOSTICS];
} diagnostics;

/* A text that is a position is taken in; offset SIZE_MAX: no place. */
typedef struct source_text {
  const char *name;
  const char *text;
  size_t length;
} source_text;

/* Adds one; help may be NULL (then the code's meaning serves). The message follows the format. */
void add_diagnostic(diagnostics *all, error_code code, const source_text *source, size_t offset, const char *pointer,
                    const char *help, const char *format, ...) __attribute__((format(printf, 7, 8)));

#endif

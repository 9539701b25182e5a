/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where results go, and how words and numbers are put for people and for programs. */
#ifndef ACCORD_CLI_OUTPUT_H
#define ACCORD_CLI_OUTPUT_H

#include "options.h"

#include <stdio.h>
#include <sys/types.h>

/* A file being written: a temporary one beside it until the end, or a device or pipe itself. */
typedef struct output_file {
  int file;
  const accord_context *context;
  struct temporary_file *temporary; /* NULL: written to directly */
  const char *path;
  mode_t mode;
  bool failed;  /* something could not be written */
  bool refused; /* it would take the place of an input */
} output_file;

/* False, with errno set, where the file cannot be written. */
bool file_start(accord_context *context, output_file *file, const char *path);
bool file_write(output_file *file, const char *text, size_t length);

/* Removes the temporary file of one being written; may be called from a signal handler. */
void remove_unfinished_file(void);

/* Puts the file in its place in one step, or (good false) removes what was written. */
bool file_finish(output_file *file, bool good);

/* A result is written to memory first and leaves the program whole or not at all. */
typedef struct output_stream {
  accord_context *context;
  FILE *stream;
  struct output_memory *memory;
  bool color;
  bool one_line; /* JSON without line breaks */
  size_t line;   /* of the sheet in the input with --ndjson, or 0 */
} output_stream;

/* Whether to colour what goes to this file descriptor. */
bool color_wanted(color_choice choice, int file);

void output_start(output_stream *output, const cli_options *options);

/* To the file (through a temporary one beside it and a rename), the options' sink or standard output. False, with a
 * message on standard error, where it could not be written. */
bool output_finish(output_stream *output, const cli_options *options);

/* Gives up a result that was begun. */
void output_discard(output_stream *output);

/* What the result has no place for, on standard error; nothing with --quiet. */
void write_notes(const cli_options *options, const char *const *notes, int count);

/* Says on standard error, with errno, that the result could not be written. */
void report_unwritten(const cli_options *options);

/* Everything below returns text in the context's pool. */

/* Names from a sheet with control, bidirectional and other invisible characters spelt out (\u{202e}). */
const char *safe_text(accord_context *context, const char *text);

/* Characters that change how a terminal or a reader sees what stands around them; all below U+10000. */
bool is_unsafe_character(unsigned code);

/* An amount, all of it where decimals can show it, else rounded; with at least the sheet's decimals. */
const char *amount_text(accord_context *context, const term_sheet *sheet, const mpq_t amount);

/* The same with the currency behind it. */
const char *money_text(accord_context *context, const term_sheet *sheet, const mpq_t amount);

/* The same, with the exact fraction in brackets where the decimals do not show all of it. */
const char *exact_money_text(accord_context *context, const term_sheet *sheet, const mpq_t amount);

/* The same without the currency. */
const char *exact_amount_text(accord_context *context, const term_sheet *sheet, const mpq_t amount);

/* Whether decimals show all of a number. */
bool decimals_suffice(accord_context *context, const mpq_t number);

/* Whether a fraction is short enough to be read. */
bool is_readable(const mpq_t number);

/* The smallest payable amount, with the currency. */
const char *unit_text(accord_context *context, const term_sheet *sheet);

/* count units of the sheet: "4.00". */
const char *payable_text(accord_context *context, const term_sheet *sheet, const mpz_t count);

/* "7/2". */
const char *rational_text(accord_context *context, const mpq_t number);

/* The shortest decimal that reads back as the same double. */
const char *double_text(accord_context *context, double number);

/* A rational with so many decimals, rounded to nearest, ties away from 0. */
const char *decimal_text(accord_context *context, const mpq_t number, int places);

/* "uni and firm", "A, B and C", "all but F": the ids, for sentences. */
const char *names_text(accord_context *context, const term_sheet *sheet, accord_coalition coalition);
/* The same of a coalition that may be too large for a bitmask: group, unless that is NULL. */
const char *members_text(accord_context *context, const term_sheet *sheet, accord_coalition coalition,
                         const accord_group *group);
const char *objection_names(accord_context *context, const term_sheet *sheet, const accord_objection *objection);

/* Styles for people; nothing where colour is off. */
typedef enum text_style { STYLE_BOLD, STYLE_GOOD, STYLE_BAD, STYLE_DIM } text_style;
const char *styled(output_stream *output, text_style style, const char *text);

/* The columns a text takes on a terminal. */
int text_width(const char *text);

/* Writes text wrapped at 92 columns, each line after the first indented. */
void write_wrapped(FILE *stream, int indent, const char *text);

/* ------------------------------------------------------------------ tables */

/* cells: rows * columns texts by rows, the first row the heads. right: size columns. */
void write_table(output_stream *output, const char *const *cells, const bool *right, int rows, int columns);

/* --------------------------------------------------------------------- CSV */

void csv_text(FILE *stream, const char *text);   /* quoted where needed; formulas defused */
void csv_number(FILE *stream, const char *text); /* as it is; NULL: empty */

#endif

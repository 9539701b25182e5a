/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A JSON writer. */
#include "json_writer.h"

#include "utf8.h"

#include <math.h>
#include <string.h>

json_writer json_start(output_stream *output) {
  return (json_writer){.context = output->context,
                       .stream = output->stream,
                       .line = output->line,
                       .inline_depth = output->one_line,
                       .first = true};
}

void json_open_document(json_writer *writer) {
  json_open_object(writer, NULL);
  if (writer->line) json_integer(writer, "line", writer->line);
}

void json_close_document(json_writer *writer) {
  json_close_object(writer);
  json_end_document(writer);
}

void json_end_document(json_writer *writer) { fputc('\n', writer->stream); }

static void write_quoted(json_writer *writer, const char *text) {
  fputc('"', writer->stream);
  for (size_t length, left = strlen(text); left; text += length, left -= length) {
    unsigned char c = (unsigned char)*text;
    length = utf8_length(text, left);
    if (!length) fputs("\\ufffd", writer->stream); /* a file name may be any bytes */
    else if (c == '"' || c == '\\') fprintf(writer->stream, "\\%c", c);
    else if (is_unsafe_character(utf8_decode(text, length)))
      fprintf(writer->stream, "\\u%04x", utf8_decode(text, length));
    else fwrite(text, 1, length, writer->stream);
    if (!length) length = 1;
  }
  fputc('"', writer->stream);
}

static void start_value(json_writer *writer, const char *key) {
  if (!writer->first) fputc(',', writer->stream);
  if (writer->inline_depth) fputs(writer->first ? "" : " ", writer->stream);
  else if (writer->depth) fprintf(writer->stream, "\n%*s", 2 * writer->depth, "");
  writer->first = false;
  if (!key) return;
  write_quoted(writer, key);
  fputs(": ", writer->stream);
}

static void open_value(json_writer *writer, const char *key, char bracket, bool in_line) {
  start_value(writer, key);
  fputc(bracket, writer->stream);
  if (in_line || writer->inline_depth) writer->inline_depth++;
  else writer->depth++;
  writer->first = true;
}

static void close_value(json_writer *writer, char bracket) {
  if (writer->inline_depth) writer->inline_depth--;
  else {
    writer->depth--;
    if (!writer->first) fprintf(writer->stream, "\n%*s", 2 * writer->depth, "");
  }
  fputc(bracket, writer->stream);
  writer->first = false;
}

void json_open_object(json_writer *writer, const char *key) { open_value(writer, key, '{', false); }
void json_open_array(json_writer *writer, const char *key) { open_value(writer, key, '[', false); }
void json_open_short_object(json_writer *writer, const char *key) { open_value(writer, key, '{', true); }
void json_open_short_array(json_writer *writer, const char *key) { open_value(writer, key, '[', true); }
void json_close_object(json_writer *writer) { close_value(writer, '}'); }
void json_close_array(json_writer *writer) { close_value(writer, ']'); }

void json_text(json_writer *writer, const char *key, const char *text) {
  start_value(writer, key);
  if (text) write_quoted(writer, text);
  else fputs("null", writer->stream);
}

static void write_plain(json_writer *writer, const char *key, const char *text) {
  start_value(writer, key);
  fputs(text, writer->stream);
}

/* Between the values of JSON there is only white space to be replaced; characters that are unsafe stand inside texts. */
void json_raw(json_writer *writer, const char *key, const char *written) {
  start_value(writer, key);
  for (size_t length; *written; written += length) {
    length = utf8_length(written, strlen(written));
    unsigned code = length ? utf8_decode(written, length) : 0;
    if (!length) length = 1, fputs("?", writer->stream);
    else if (strchr(" \t\r\n", (int)(unsigned char)*written)) fputc(' ', writer->stream);
    else if (is_unsafe_character(code)) fprintf(writer->stream, "\\u%04x", code);
    else fwrite(written, 1, length, writer->stream);
  }
}

void json_number(json_writer *writer, const char *key, double number) {
  accord_mark mark = accord_get_mark(writer->context);
  write_plain(writer, key, isfinite(number) ? double_text(writer->context, number) : "null"); /* beyond doubles */
  accord_reset(writer->context, mark);
}

void json_integer(json_writer *writer, const char *key, uint64_t number) {
  start_value(writer, key);
  fprintf(writer->stream, "%llu", (unsigned long long)number);
}

void json_rational(json_writer *writer, const char *key, const mpq_t number) {
  json_number(writer, key, accord_to_double(number));
}

void json_exact(json_writer *writer, const char *key, const mpq_t number) {
  accord_mark mark = accord_get_mark(writer->context);
  json_text(writer, key, rational_text(writer->context, number));
  accord_reset(writer->context, mark);
}

void json_bool(json_writer *writer, const char *key, bool value) { write_plain(writer, key, value ? "true" : "false"); }

void json_null(json_writer *writer, const char *key) { write_plain(writer, key, "null"); }

void json_answer(json_writer *writer, const char *key, accord_answer answer) {
  if (answer == ACCORD_UNKNOWN) json_null(writer, key);
  else json_bool(writer, key, answer == ACCORD_YES);
}

void json_coalition(json_writer *writer, const char *key, const term_sheet *sheet, accord_coalition coalition) {
  json_open_short_array(writer, key);
  for (int i = 0; i < sheet->n && i < 64; i++)
    if (has(coalition, i)) json_text(writer, NULL, sheet->parties[i].id);
  json_close_array(writer);
}

void json_members(json_writer *writer, const char *key, const term_sheet *sheet, accord_coalition coalition,
                  const accord_group *group) {
  if (!group) {
    json_coalition(writer, key, sheet, coalition);
    return;
  }
  json_open_short_array(writer, key);
  for (int k = 0; k < group->count; k++) json_text(writer, NULL, sheet->parties[group->member[k]].id);
  json_close_array(writer);
}

void json_doubles_by_party(json_writer *writer, const char *key, const term_sheet *sheet, const double *numbers) {
  json_open_short_object(writer, key);
  for (int i = 0; i < sheet->n; i++) json_number(writer, sheet->parties[i].id, numbers[i]);
  json_close_object(writer);
}

void json_exact_by_party(json_writer *writer, const char *key, const term_sheet *sheet, const mpq_t *numbers) {
  json_open_short_object(writer, key);
  for (int i = 0; i < sheet->n; i++) json_exact(writer, sheet->parties[i].id, numbers[i]);
  json_close_object(writer);
}

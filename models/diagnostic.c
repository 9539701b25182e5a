/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Collecting mistakes, and where in the text they stand. */
#include "diagnostic.h"

#include "utf8.h"

#include <stdio.h>
#include <string.h>

static const struct {
  const char *name, *title, *meaning;
} errors[] = {
#define ERROR(code, title, meaning) {#code, title, meaning},
#include "errors.def"
#undef ERROR
};

/* The same in Chinese, in the same order. */
static const struct {
  error_code code;
  const char *title, *meaning;
} errors_in_chinese[] = {
#define ERROR(code, title, meaning) {code, title, meaning},
#include "errors_zh.def"
#undef ERROR
};

_Static_assert(sizeof errors_in_chinese / sizeof *errors_in_chinese == ERROR_CODE_COUNT,
               "errors.def and errors_zh.def have the same codes");

const char *error_title_in_chinese(error_code code) { return errors_in_chinese[code].title; }
const char *error_meaning_in_chinese(error_code code) { return errors_in_chinese[code].meaning; }

const char *error_name(error_code code) { return errors[code].name; }
const char *error_title(error_code code) { return errors[code].title; }
const char *error_meaning(error_code code) { return errors[code].meaning; }

/* A line may be the whole sheet: so many bytes on either side are kept of it. */
enum { SOURCE_AROUND = 2000 };

/* Columns count characters, not bytes. */
static size_t count_characters(const char *from, const char *to) {
  size_t count = 0;
  for (; from < to; from++) count += ((unsigned char)*from & 0xc0) != 0x80;
  return count;
}

static void find_place(accord_context *context, diagnostic *found, const source_text *source, size_t offset) {
  const char *at = source->text + (offset < source->length ? offset : source->length), *start = at, *end = at;
  const char *limit = source->text + source->length;
  while (start > source->text && start[-1] != '\n') start--;
  while (end < limit && end < at + SOURCE_AROUND && *end != '\n' && *end != '\r') end++;
  found->line = 1;
  for (const char *c = source->text; c < start; c++) found->line += *c == '\n';
  found->column = count_characters(start, at) + 1;
  const char *from = at - start > SOURCE_AROUND ? at - SOURCE_AROUND : start;
  while (from < at && ((unsigned char)*from & 0xc0) == 0x80) from++;
  found->source = pool_copy_text(context, from, (size_t)(end - from));
  found->source_column = count_characters(start, from) + 1;
}

void add_diagnostic(diagnostics *all, error_code code, const source_text *source, size_t offset, const char *pointer,
                    const char *help, const char *format, ...) {
  char message[1024];
  va_list arguments;
  if (all->count == 0) all->limit_only = true;
  if (code != E070 && code != E071 && code != E120 && code != E238) all->limit_only = false;
  if (all->count == MOST_DIAGNOSTICS) {
    all->dropped++;
    return;
  }
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  utf8_mend(message);
  diagnostic *found = &all->list[all->count++];
  *found = (diagnostic){
      .code = code, .file = source->name, .pointer = pool_copy_text(all->context, pointer, strlen(pointer))};
  found->message = pool_copy_text(all->context, message, strlen(message));
  char *kept = help ? pool_copy_text(all->context, help, strlen(help)) : NULL;
  if (kept) utf8_mend(kept);
  found->help = kept ? kept : error_meaning(code);
  if (offset != SIZE_MAX && source->text) find_place(all->context, found, source, offset);
}

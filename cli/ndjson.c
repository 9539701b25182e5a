/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --ndjson: many sheets, one a line. */
#include "command.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* --------------------------------------------------------------------- lines */

/* A file or pipe, read as far as the next line needs. */
struct line_reader {
  accord_context *context;
  int file;
  char *text; /* size room; unread: start to end */
  size_t room, start, end;
  bool ended;
  int error;       /* errno where reading failed, which also ends it */
  bool too_long;   /* the line exceeds the memory limit; what is given of it is empty */
  size_t position; /* the line's number, from 1 */
};

/* Until there is something to read. An interruption that comes just before the wait ends it too: it is let in only
 * by the waiting itself. */
static void wait_for_input(const struct line_reader *reader) {
  sigset_t interrupt, before;
  struct pollfd input = {.fd = reader->file, .events = POLLIN};
  sigemptyset(&interrupt);
  sigaddset(&interrupt, SIGINT);
  sigaddset(&interrupt, SIGTERM);
  sigaddset(&interrupt, SIGHUP);
  sigprocmask(SIG_BLOCK, &interrupt, &before);
  if (!is_interrupted(reader->context)) ppoll(&input, 1, NULL, &before);
  sigprocmask(SIG_SETMASK, &before, NULL);
  check_clock(reader->context);
}

/* More bytes behind the unread ones, with a byte to spare for the 0 behind the last line. */
static void read_more(struct line_reader *reader) {
  if (reader->start) {
    memmove(reader->text, reader->text + reader->start, reader->end - reader->start);
    reader->end -= reader->start;
    reader->start = 0;
  }
  if (reader->room - reader->end < 2) {
    reader->text = pool_grow(reader->context, reader->text, reader->end, 2 * reader->room, 1);
    reader->room *= 2;
  }
  wait_for_input(reader);
  ssize_t got = read(reader->file, reader->text + reader->end, reader->room - reader->end - 1);
  if (got < 0 && errno != EINTR) reader->error = errno;
  if (got == 0 || reader->error) reader->ended = true;
  if (got > 0) reader->end += (size_t)got;
}

/* The bytes of the next line, its '\n' included, or what is left at the end; 0 where nothing is. What a line has
 * beyond its part of the memory limit is read and forgotten. */
static size_t find_line(struct line_reader *reader) {
  size_t limit = accord_context_settings(reader->context)->memory_limit / 4; /* the rest is for the work on it */
  reader->too_long = false;
  for (size_t seen = 0;;) {
    const char *from = reader->text + reader->start;
    size_t unread = reader->end - reader->start;
    const char *found = unread > seen ? memchr(from + seen, '\n', unread - seen) : NULL;
    size_t length = found ? (size_t)(found - from) + 1 : unread;
    reader->too_long = reader->too_long || length > limit;
    if (reader->error) return reader->too_long = false, 0; /* half a line is none */
    if (found || reader->ended) return length;
    seen = unread;
    if (reader->too_long) reader->start = reader->end, seen = 0;
    read_more(reader);
  }
}

static bool is_blank(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (!memchr(" \t\r", text[i], 3)) return false;
  return true;
}

/* The next line that is not empty, without its '\n' or "\r\n" and with a 0 byte behind it. False at the end. */
static bool read_line(struct line_reader *reader, source_text *line) {
  for (size_t length; (length = find_line(reader)) > 0 || reader->too_long;) {
    char *text = reader->text + reader->start;
    reader->start += length;
    reader->position++;
    if (length && text[length - 1] == '\n') length--;
    if (length && text[length - 1] == '\r') length--;
    text[length] = '\0';
    line->text = text;
    line->length = length;
    if (reader->too_long || !is_blank(text, length)) return true;
  }
  return false;
}

/* -------------------------------------------------------------------- sheets */

struct batch {
  cli_options *options;
  sheet_work *work;
  struct line_reader reader;
  output_file file;
  int code; /* the largest so far */
};

struct one_sheet {
  cli_options *options;
  sheet_work *work;
  bool too_long;
  int code;
};

static accord_status work_on_sheet(accord_context *context, void *argument) {
  struct one_sheet *one = argument;
  if (one->too_long)
    return fail(context, ACCORD_LIMIT, "the line is too long for the memory limit of %s",
                memory_limit_words(context).text);
  one->code = one->work(context, one->options);
  return ACCORD_OK;
}

/* What the work took and set is given back, whatever became of it. */
static int work_on_line(struct batch *batch, const source_text *line) {
  accord_context *context = batch->options->context;
  accord_settings settings = *accord_context_settings(context);
  accord_mark mark = accord_get_mark(context);
  struct one_sheet one = {batch->options, batch->work, batch->reader.too_long, EXIT_INTERNAL};
  batch->options->text = line;
  batch->options->line = batch->reader.position;
  accord_status status = guard(context, work_on_sheet, &one);
  if (status == ACCORD_INTERRUPTED) guard_leave(context, status, "%s", accord_message(context));
  stop_clock(context);
  if (status != ACCORD_OK) {
    bool limit = status == ACCORD_LIMIT || status == ACCORD_NO_MEMORY;
    write_limit(context, batch->options,
                limit ? NULL : "This sheet could not be finished; the others are not affected.");
    one.code = exit_code_of(status);
  }
  accord_reset(context, mark);
  *accord_context_settings(context) = settings;
  return one.code;
}

static int report_unread(const cli_options *options, int error) {
  diagnostics *mistakes = POOL_NEW(options->context, 1, diagnostics);
  const source_text source = {.name = options->file};
  mistakes->context = options->context;
  add_diagnostic(mistakes, E001, &source, SIZE_MAX, "", NULL, "%s cannot be read: %s", options->file, strerror(error));
  return write_mistakes(options, mistakes);
}

static void note_code(struct batch *batch, int code) {
  if (code > batch->code) batch->code = code;
}

static accord_status work_on_lines(accord_context *context, void *argument) {
  struct batch *batch = argument;
  source_text line = {.name = batch->options->file};
  while (!batch->file.failed && !batch->file.refused && read_line(&batch->reader, &line))
    note_code(batch, work_on_line(batch, &line));
  if (batch->file.failed) note_code(batch, EXIT_INTERNAL);
  check_clock(context);
  return ACCORD_OK;
}

/* Results of some lines only do not take the place of a file. */
static void finish_results(struct batch *batch, accord_status status) {
  cli_options *options = batch->options;
  int error = batch->reader.error;
  bool good = status == ACCORD_OK && !batch->file.failed && !batch->file.refused && !error;
  options->sink = NULL;
  options->line = 0;
  if (options->output && !file_finish(&batch->file, good) && good) {
    report_unwritten(options);
    batch->code = EXIT_INTERNAL;
  }
  if (status == ACCORD_OK && error && !batch->file.failed) note_code(batch, report_unread(options, error));
}

/* All results into one file, which takes its place at the end, or to standard output as they come. */
static int write_all_results(accord_context *context, struct batch *batch) {
  cli_options *options = batch->options;
  batch->file = (output_file){.context = context, .file = STDOUT_FILENO};
  if (options->output && !file_start(context, &batch->file, options->output)) {
    report_unwritten(options);
    return EXIT_INTERNAL;
  }
  options->sink = &batch->file;
  accord_status status = guard(context, work_on_lines, batch);
  finish_results(batch, status);
  if (status != ACCORD_OK) guard_leave(context, status, "%s", accord_message(context));
  return batch->code;
}

int for_each_sheet(accord_context *context, cli_options *options, sheet_work *work) {
  enum { FIRST_ROOM = 1 << 16 };
  if (!options->ndjson) return work(context, options);
  int file = open_sheet_file(context, options->file);
  if (file < 0) return report_unread(options, errno);
  struct batch batch = {.options = options, .work = work, .code = EXIT_DONE};
  batch.reader = (struct line_reader){
      .context = context, .file = file, .text = POOL_NEW(context, FIRST_ROOM, char), .room = FIRST_ROOM};
  int code = write_all_results(context, &batch);
  if (file != STDIN_FILENO) close(file);
  return code;
}

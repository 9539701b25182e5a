/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening a sheet, and showing what is wrong with it. */
#include "command.h"
#include "progress.h"
#include "json_writer.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

/* ------------------------------------------------------------------- people */

enum { SHOWN_COLUMNS = 100 };

/* Where the character at this column begins. */
static const char *skip_columns(const char *text, size_t columns) {
  while (*text && columns) {
    text++;
    if (((unsigned char)*text & 0xc0) != 0x80) columns--;
  }
  return text;
}

static void replace_tabs(char *text) {
  for (; *text; text++)
    if (*text == '\t') *text = ' ';
}

/* The line around the place, cut to what fits a screen, and a caret below. */
static void show_source(FILE *stream, accord_context *context, const diagnostic *mistake) {
  size_t first = mistake->column > 80 ? mistake->column - 60 : 1;
  if (first < mistake->source_column) first = mistake->source_column;
  const char *from = skip_columns(mistake->source, first - mistake->source_column),
             *to = skip_columns(from, SHOWN_COLUMNS);
  char *shown = pool_copy_text(context, from, (size_t)(to - from));
  replace_tabs(shown);
  const char *place = skip_columns(from, mistake->column - first);
  char *prefix = pool_copy_text(context, from, (size_t)(place - from));
  replace_tabs(prefix);
  int before = text_width(safe_text(context, prefix));
  int margin = snprintf(NULL, 0, "%zu", mistake->line);
  fprintf(stream, "%*s |\n%zu | %s%s\n%*s | %*s^\n", margin, "", mistake->line, first > 1 ? "..." : "",
          safe_text(context, shown), margin, "", before + (first > 1 ? 3 : 0), "");
}

/* ----------------------------------------------------------------- languages */

/* What this place is told, behind the mistake's name in Chinese. */
static const char *message_of(const cli_options *options, const diagnostic *mistake) {
  const char *title = error_title_in_chinese(mistake->code);
  if (!options->chinese) return mistake->message;
  if (strcmp(mistake->message, error_title(mistake->code)) == 0) return title;
  return pool_text(options->context, "%s：%s", title, mistake->message);
}

/* The nearest word that was meant, where that is the help, behind what would be right. */
static const char *help_of(const cli_options *options, const diagnostic *mistake) {
  const char *meaning = error_meaning_in_chinese(mistake->code), *word = strchr(mistake->help, '"');
  if (!options->chinese) return mistake->help;
  if (strcmp(mistake->help, error_meaning(mistake->code)) == 0) return meaning;
  if (word && strncmp(mistake->help, "The nearest ", 12) == 0)
    return pool_text(options->context, "%s最接近的是 %.*s。", meaning, (int)strcspn(word, ".\n"), word);
  return pool_text(options->context, "%s（%s）", meaning, mistake->help);
}

static void show_mistake(FILE *stream, const cli_options *options, const diagnostic *mistake, bool color) {
  accord_context *context = options->context;
  fprintf(stream, "%serror[%s]%s: %s\n", color ? "\033[1;31m" : "", error_name(mistake->code), color ? "\033[0m" : "",
          safe_text(context, message_of(options, mistake)));
  fprintf(stream, "%s", safe_text(context, mistake->file));
  if (mistake->line) fprintf(stream, ":%zu:%zu", mistake->line, mistake->column);
  if (*mistake->pointer) fprintf(stream, " (%s)", safe_text(context, mistake->pointer));
  fputc('\n', stream);
  if (mistake->source) show_source(stream, context, mistake);
  fprintf(stream, "help: %s\n", safe_text(context, help_of(options, mistake)));
}

static void show_mistakes(const cli_options *options, const diagnostics *mistakes) {
  bool color = color_wanted(options->color, STDERR_FILENO);
  for (int k = 0; k < mistakes->count; k++) {
    if (k) fputc('\n', stderr);
    show_mistake(stderr, options, &mistakes->list[k], color);
  }
  if (mistakes->dropped) fprintf(stderr, "\nand %d more\n", mistakes->dropped);
}

/* --------------------------------------------------------------------- JSON */

static bool write_json(accord_context *context, const cli_options *options, const diagnostics *mistakes) {
  output_stream output;
  cli_options to_standard_output = *options; /* a file from an earlier run is not replaced by an error */
  to_standard_output.output = NULL;
  output_start(&output, &to_standard_output);
  json_writer json = json_start(&output);
  json_open_document(&json);
  json_open_array(&json, "errors");
  for (int k = 0; k < mistakes->count; k++) {
    const diagnostic *mistake = &mistakes->list[k];
    json_open_object(&json, NULL);
    json_text(&json, "code", error_name(mistake->code));
    json_text(&json, "message", safe_text(context, message_of(options, mistake)));
    json_text(&json, "pointer", mistake->pointer);
    if (mistake->line) json_integer(&json, "line", mistake->line), json_integer(&json, "column", mistake->column);
    else json_null(&json, "line"), json_null(&json, "column");
    json_text(&json, "file", mistake->file);
    json_text(&json, "help", safe_text(context, help_of(options, mistake)));
    json_close_object(&json);
  }
  json_close_array(&json);
  if (mistakes->dropped) json_integer(&json, "dropped", (uint64_t)mistakes->dropped);
  json_close_document(&json);
  return output_finish(&output, &to_standard_output);
}

int write_mistakes(const cli_options *options, const diagnostics *mistakes) {
  clear_progress();
  if (options->format != FORMAT_JSON) show_mistakes(options, mistakes);
  else if (!write_json(options->context, options, mistakes)) return EXIT_INTERNAL;
  return mistakes->limit_only ? EXIT_LIMIT : EXIT_BAD_INPUT;
}

struct reading {
  const cli_options *options;
  term_sheet *sheet;
};

static accord_status read_sheet(accord_context *context, void *argument) {
  struct reading *reading = argument;
  sheet_options options = {.numbers = reading->options->numbers,
                           .allowed_files = reading->options->allowed_files,
                           .digests = reading->options->format == FORMAT_JSON,
                           .game_later = reading->options->game_later};
  const source_text *text = reading->options->text;
  reading->sheet =
      text ? sheet_read_text(context, text, &options) : sheet_read(context, reading->options->file, &options);
  return ACCORD_OK;
}

int write_limit(accord_context *context, const cli_options *options, const char *help) {
  diagnostics *limit = POOL_NEW(context, 1, diagnostics);
  const source_text source = {.name = options->file};
  limit->context = context;
  add_diagnostic(limit, E071, &source, SIZE_MAX, "", help, "%s", accord_message(context));
  return write_mistakes(options, limit);
}

/* A result does not go onto a file that the sheet names. */
static void report_overwriting(accord_context *context, cli_options *options, term_sheet *sheet) {
  const char *slash = strrchr(options->file, '/');
  int folder = slash ? (int)(slash - options->file) + 1 : 0;
  const source_text source = {.name = "--output"};
  struct stat output, input;
  if (!options->output || stat(options->output, &output) != 0) return;
  for (int k = 0; k < sheet->file_count; k++) {
    const char *name = sheet->files[k].name,
               *path = pool_text(context, "%.*s%s", *name == '/' ? 0 : folder, options->file, name);
    if (stat(path, &input) != 0 || input.st_dev != output.st_dev || input.st_ino != output.st_ino) continue;
    add_diagnostic(&sheet->diagnostics, E061, &source, SIZE_MAX, "", "Give --output the name of another file.",
                   "--output would overwrite %s, which the sheet reads", name);
    if (options->sink) options->sink->refused = true;
    options->sink = NULL; /* told on standard output */
  }
}

static void on_alarm(int signal) { (void)signal; }

/* A call that waits (for a pipe's writer, say) is woken a little after the time limit, and the clock is looked at. */
static void wake_at_limit(double seconds) {
  if (seconds <= 0 || seconds > 1e9) return;
  double later = seconds + 0.01;
  struct itimerval timer = {
      .it_value = {.tv_sec = (time_t)later, .tv_usec = (suseconds_t)(1e6 * (later - floor(later)))}};
  sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_alarm}, NULL);
  setitimer(ITIMER_REAL, &timer, NULL);
}

term_sheet *open_sheet(accord_context *context, cli_options *options, int *code) {
  struct reading reading = {options, NULL};
  restart_clock(context);
  start_progress(options);
  wake_at_limit(accord_context_settings(context)->time_limit);
  accord_status status = guard(context, read_sheet, &reading);
  if (status == ACCORD_LIMIT) {
    *code = write_limit(context, options, NULL);
    return NULL;
  }
  if (status != ACCORD_OK) guard_leave(context, status, "%s", accord_message(context));
  term_sheet *sheet = reading.sheet;
  report_overwriting(context, options, sheet);
  if (sheet->diagnostics.count) {
    *code = write_mistakes(options, &sheet->diagnostics);
    return NULL;
  }
  if (sheet->has_seed && !options->has_seed) accord_context_settings(context)->seed = sheet->seed;
  return sheet;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { LINE = 60 };

static struct {
  const char *what;
  time_t started; /* on the monotonic clock */
  bool shown;
} line;

static time_t seconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec;
}

static void show(void *argument) {
  char text[LINE + 1];
  long lasted = (long)(seconds() - line.started);
  (void)argument;
  if (lasted < 2) return; /* whole seconds: between one and two have passed at least */
  snprintf(text, sizeof text, "working on %s, %ld s", line.what ? line.what : "the sheet", lasted);
  fprintf(stderr, "\r%-*s", LINE, text);
  fflush(stderr);
  line.shown = true;
}

void start_progress(const cli_options *options) {
  accord_settings *settings = accord_context_settings(options->context);
  settings->progress = !options->quiet && isatty(STDERR_FILENO) ? show : NULL;
  line.started = seconds();
  line.what = NULL;
}

void progress_to(const char *what) { line.what = what; }

void clear_progress(void) {
  if (line.shown) fprintf(stderr, "\r%*s\r", LINE, "");
  line.shown = false;
}

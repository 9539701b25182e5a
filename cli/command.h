/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands of the program: one file each, one line each in commands.def. */
#ifndef ACCORD_CLI_COMMAND_H
#define ACCORD_CLI_COMMAND_H

#include "output.h"

/* Exit codes; where several hold, the largest of 4, 3, 1. */
enum {
  EXIT_DONE = 0,
  EXIT_CHECKED_AND_FAILED = 1,
  EXIT_BAD_INPUT = 2,
  EXIT_LIMIT = 3,
  EXIT_INTERNAL = 4,
  EXIT_INTERRUPTED = 130
};

typedef struct cli_command {
  const char *name, *summary;
  int (*run)(accord_context *context, int argc, char **argv);
} cli_command;

#define COMMAND(symbol, name, summary) int symbol(accord_context *context, int argc, char **argv);
#include "commands.def"
#undef COMMAND

/* The sheet the options name, with the clock started; NULL, and the mistakes written, where it cannot be used. *code is then the exit code. */
term_sheet *open_sheet(accord_context *context, cli_options *options, int *code);

/* Writes a sheet's mistakes: for people to standard error, with --json to the output; returns the exit code. */
int write_mistakes(const cli_options *options, const diagnostics *diagnostics);

/* The end of --help of the commands that take --ndjson. */
#define LINES_HELP                                                                                                     \
  "With --ndjson every line of FILE is a sheet (empty lines are passed over), and every result begins with its "       \
  "\"line\". A sheet with mistakes has {\"line\", \"errors\"} in its place, where an error's line and column count "   \
  "within the sheet. The time and memory limits hold for each sheet, and the exit code is the largest that any of "    \
  "them has: 4 before 3, 2, 1, 0."

/* The same for a limit: what the context's message says, with a code of its own; help NULL: the code's meaning. */
int write_limit(accord_context *context, const cli_options *options, const char *help);

/* The exit code of work that left through the guard. */
int exit_code_of(accord_status status);

/* What a command does with one sheet, from opening it to writing the result; returns the exit code. */
typedef int sheet_work(accord_context *context, cli_options *options);

/* The work for the file, or with --ndjson for each line of it; returns the largest exit code. Memory is that of the
 * largest line; every result is written as soon as it is there. A limit or failure in one sheet is told in its place,
 * and the next one follows. */
int for_each_sheet(accord_context *context, cli_options *options, sheet_work *work);

#endif

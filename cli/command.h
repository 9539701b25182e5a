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

#endif

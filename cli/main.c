/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program: finds the command and runs it under the guard. */
#include "command.h"
#include "digest.h"
#include "json.h"
#include "progress.h"

#include <langinfo.h>
#include <locale.h>
#include <libsmartcols/libsmartcols.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const cli_command commands[] = {
#define COMMAND(symbol, name, summary) {name, summary, symbol},
#include "commands.def"
#undef COMMAND
};

enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

static void write_help(FILE *stream) {
  fputs("accord - what would be fair, and does it stand?\n\n"
        "  accord solve deal.json                          what each party would get, by several rules\n"
        "  accord check deal.json                          whether the proposals in the sheet stand\n"
        "  accord check deal.json --split A=4,B=3.5,C=2.5  whether this split stands\n\n"
        "Commands (accord COMMAND --help says more):\n",
        stream);
  for (int k = 0; k < COMMAND_COUNT; k++) fprintf(stream, "  %-11s %s\n", commands[k].name, commands[k].summary);
  fputs(
      "\n  --help, --version\n\n"
      "deal.json is a term sheet; - is standard input. Results go to standard output, messages to standard error.\n"
      "Exit codes: 0 done, 1 checked and failed, 2 usage error or bad sheet, 3 limit reached, 4 internal error, 130 interrupted.\n",
      stream);
}

static void write_version(FILE *stream) {
  const char *library;
  const char *ignored;
  fprintf(stream, "accord %s\n", ACCORD_VERSION);
  for (int k = 0; (library = accord_library_version(k)); k++) fprintf(stream, "%s\n", library);
  scols_get_library_version(&ignored);
  fprintf(stream, "cJSON %s\nlibsmartcols %s\n%s\n", cJSON_Version(), ignored, digest_library_version());
  fputs("Licence GPL-3.0-or-later: free software, without warranty.\n", stream);
}

/* Names are UTF-8 in every locale; numbers are written with a point in every locale. */
static void set_locale(void) {
  if (!setlocale(LC_CTYPE, "") || strcmp(nl_langinfo(CODESET), "UTF-8") != 0) setlocale(LC_CTYPE, "C.UTF-8");
}

static accord_context *running;
static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal) {
  (void)signal;
  if (interrupted) {
    remove_unfinished_file();
    _exit(EXIT_INTERRUPTED);
  }
  interrupted = 1;
  accord_interrupt(running);
}

/* A file mapped into memory that somebody has cut short meanwhile. */
static void on_lost_page(int signal) {
  static const char message[] = "accord: a file became shorter while it was being read\n";
  (void)signal;
  remove_unfinished_file();
  if (write(STDERR_FILENO, message, sizeof message - 1) < 0) _exit(EXIT_INTERNAL);
  _exit(EXIT_INTERNAL);
}

/* Asked to stop, the program stops in order; asked again, at once. */
static void listen_to_signals(void) {
  static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
  sigaction(SIGBUS, &(struct sigaction){.sa_handler = on_lost_page}, NULL);
  signal(SIGPIPE, SIG_IGN); /* a closed pipe is a write that fails, and is reported as one */
  signal(SIGXFSZ, SIG_IGN); /* and so is a file beyond the size allowed */
  for (size_t k = 0; k < sizeof signals / sizeof *signals; k++) {
    struct sigaction before;
    bool ignored = sigaction(signals[k], NULL, &before) == 0 && before.sa_handler == SIG_IGN;
    if (ignored && signals[k] == SIGHUP) continue; /* by nohup */
    sigaction(signals[k], &(struct sigaction){.sa_handler = on_interrupt}, NULL);
  }
}

struct invocation {
  const cli_command *command;
  int argc;
  char **argv;
  int code;
};

static accord_status run_command(accord_context *context, void *argument) {
  struct invocation *invocation = argument;
  invocation->code = invocation->command->run(context, invocation->argc, invocation->argv);
  return ACCORD_OK;
}

int exit_code_of(accord_status status) {
  switch (status) {
  case ACCORD_LIMIT:
  case ACCORD_UNCERTIFIED: return EXIT_LIMIT;
  case ACCORD_INTERRUPTED: return EXIT_INTERRUPTED;
  default: return EXIT_INTERNAL;
  }
}

static int run(const cli_command *command, int argc, char **argv) {
  struct invocation invocation = {command, argc, argv, EXIT_INTERNAL};
  if (accord_context_new(&running) != ACCORD_OK) {
    fputs("accord: out of memory\n", stderr);
    return EXIT_INTERNAL;
  }
  listen_to_signals();
  accord_status status = guard(running, run_command, &invocation);
  clear_progress();
  if (status != ACCORD_OK) {
    fprintf(stderr, "accord: %s\n", accord_message(running));
    invocation.code = exit_code_of(status);
  }
  accord_context_free(running);
  return invocation.code;
}

static int flush_standard_output(void) {
  if (fflush(stdout) == 0 && !ferror(stdout)) return EXIT_DONE;
  fputs("accord: standard output could not be written\n", stderr);
  return EXIT_INTERNAL;
}

int main(int argc, char **argv) {
  set_locale();
  setenv("OPENBLAS_NUM_THREADS", "1", 0); /* or it wakes threads that wait for work when it is opened */
  const char *name = argc > 1 ? argv[1] : "";
  if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0)
    return write_help(stdout), flush_standard_output();
  if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) return write_version(stdout), flush_standard_output();
  for (int k = 0; k < COMMAND_COUNT; k++)
    if (strcmp(commands[k].name, name) == 0) return run(&commands[k], argc - 1, argv + 1);
  if (*name) fprintf(stderr, "accord: there is no command \"%s\"\n\n", name);
  write_help(stderr);
  return EXIT_BAD_INPUT;
}

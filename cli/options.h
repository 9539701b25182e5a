/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the command line says. */
#ifndef ACCORD_CLI_OPTIONS_H
#define ACCORD_CLI_OPTIONS_H

#include "sheet.h"

#include <argp.h>

typedef enum output_format { FORMAT_TEXT, FORMAT_JSON, FORMAT_CSV } output_format;
typedef enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER } color_choice;

typedef enum export_kind { EXPORT_NOTHING, EXPORT_CSV, EXPORT_NPY, EXPORT_LP } export_kind;

typedef struct cli_options {
  accord_context *context;
  const char *file; /* the sheet (of explain: or the code), or NULL */
  output_format format;
  bool format_given;
  const char *result; /* of verify: the result to check */
  const char *output; /* -o, or NULL */
  color_choice color;
  bool quiet, chinese; /* chinese: messages are, as far as they are translated */
  numbers_wanted numbers;
  const char *facts; /* as typed, or NULL */
  int fact_bits;     /* accord_fact bits, where facts is given */
  int top;
  bool top_given;
  const char *allowed_files;
  bool has_seed;
  const char *rules; /* --rule, comma list, or NULL */
  bool under_terms;
  const char *proposal, *split;
  export_kind as; /* of export */
  bool ndjson;
  const source_text *text;  /* with --ndjson: the sheet at hand, in place of file */
  size_t line;              /* its line, from 1; 0 where there is none */
  struct output_file *sink; /* where all its results go, or NULL */
  bool reporting, markdown; /* a report: as Markdown, else as HTML */
  bool repair;
  const char *party;            /* --party, or NULL */
  const char *families, *sizes; /* of bench: --family and --n, comma lists, or NULL */
  uint64_t games;               /* of bench: how many of each */
  bool untimed;                 /* of bench: no seconds */
  bool game_later;              /* the command says itself whether it needs a table that takes long to make */
} cli_options;

/* Which groups of options a command takes. */
enum {
  TAKES_FILE = 1,
  TAKES_SOLVING = 2,
  TAKES_RULES = 4,
  TAKES_SPLIT = 8,
  TAKES_CODE = 16,
  TAKES_RESULT = 32,
  TAKES_MODEL = 64,
  TAKES_AS = 128,
  TAKES_LINES = 256,
  TAKES_EXPLAINING = 512,
  TAKES_REPORT = 1024,
  TAKES_SWEEP = 2048
};

/* Reads the arguments of a command (argv[0] is its name); ends the program with 2 on a usage error. */
void read_options(cli_options *options, int argc, char **argv, int takes, const char *summary, const char *arguments);

#endif

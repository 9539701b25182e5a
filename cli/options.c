/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Command-line options, by argp. */
#include "options.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
  KEY_FORMAT = 256,
  KEY_JSON,
  KEY_COLOR,
  KEY_QUIET,
  KEY_EXACT,
  KEY_FLOAT,
  KEY_FACTS,
  KEY_TOP,
  KEY_THREADS,
  KEY_SEED,
  KEY_TIME,
  KEY_MEMORY,
  KEY_ALLOW,
  KEY_PROPOSAL,
  KEY_SPLIT,
  KEY_AS,
  KEY_LINES,
  KEY_REPAIR,
  KEY_UNDER_TERMS,
  KEY_PARTY,
  KEY_FAMILY,
  KEY_SIZES,
  KEY_GAMES,
  KEY_UNTIMED,
  KEY_LANGUAGE
};

static const struct argp_option output_options[] = {
    {"format", KEY_FORMAT, "FORMAT", 0,
     "How the result is written: text (default), json or csv; a report: html (default) or md", 1},
    {"json", KEY_JSON, NULL, 0, "Short for --format json", 1},
    {"output", 'o', "OUT", 0, "Write the result to this file, whole or not at all", 1},
    {"color", KEY_COLOR, "WHEN", 0, "Colour: auto (default: on a terminal, unless NO_COLOR is set), always or never",
     1},
    {"quiet", KEY_QUIET, NULL, 0, "No notes on standard error", 1},
    {"lang", KEY_LANGUAGE, "LANGUAGE", 0, "Language in which mistakes are named and explained: en (default) or zh", 1},
    {0}};

static const struct argp_option solving_options[] = {
    {"exact", KEY_EXACT, NULL, 0, "Exact rational answers, also where the values are doubles", 2},
    {"float", KEY_FLOAT, NULL, 0, "Doubles, and decisions within a tolerance", 2},
    {"facts", KEY_FACTS, "FACTS", 0,
     "Which facts of the game to work out: all (default to 16 parties), quick (beyond), none, or a list of monotone, superadditive, convex, core, ranges, least-core, cost-of-stability, interactions, proofs (certificates of the core's facts: with all or others, or alone)",
     2},
    {"top", KEY_TOP, "K", 0, "How many coalitions a list shows (default: 20)", 2},
    {"allow-files", KEY_ALLOW, "DIR", 0, "Sheets may also name files below this folder", 2},
    {0}};

static const struct argp_option limit_options[] = {
    {"threads", KEY_THREADS, "N", 0, "Threads to use (default: all cores)", 2},
    {"seed", KEY_SEED, "N", 0, "Seed of whatever is random (default: the sheet's, or 1)", 2},
    {"time-limit", KEY_TIME, "S", 0, "Stop after this many seconds", 2},
    {"memory-limit", KEY_MEMORY, "M", 0, "Most memory to take, such as 512M or 4G (default: 4G)", 2},
    {0}};

static const struct argp_option rule_options[] = {
    {"rule", 'r', "R[,R...]", 0, "Rules to use, instead of the sheet's (see accord rules)", 3},
    {"under-terms", KEY_UNDER_TERMS, NULL, 0, "Every rule over the splits that meet the clauses", 3},
    {0}};

static const struct argp_option split_options[] = {
    {"proposal", KEY_PROPOSAL, "NAME", 0, "Check this proposal of the sheet (default: all)", 3},
    {"split", KEY_SPLIT, "A=4,B=3.5,...", 0, "Check this split", 3},
    {"repair", KEY_REPAIR, NULL, 0, "Say what would make it stand: the nearest split that does, or an addition", 3},
    {0}};

static const struct argp_option export_options[] = {
    {"as", KEY_AS, "KIND", 0,
     "csv: coalition,value in exact numbers; npy: doubles by bitmask; lp: the least core as a linear program", 3},
    {0}};

static const struct argp_option line_options[] = {
    {"ndjson", KEY_LINES, NULL, 0, "FILE holds one sheet a line; one JSON result a line is written, in the same order",
     3},
    {0}};

static const struct argp_option explaining_options[] = {
    {"rule", 'r', "R", 0, "Explain this rule's split of the sheet (see accord rules)", 3},
    {"party", KEY_PARTY, "ID", 0, "Only this party's share, in more detail", 3},
    {0}};

static const struct argp_option sweep_options[] = {
    {"rule", 'r', "R[,R...]", 0, "Rules to use (default: shapley and nucleolus; see accord rules)", 3},
    {"family", KEY_FAMILY, "F[,F...]", 0, "Families of games (default: all; --family list tells them)", 3},
    {"n", KEY_SIZES, "N[-M][,...]", 0, "Numbers of parties (default: 3-6)", 3},
    {"games", KEY_GAMES, "K", 0, "How many games of each family and number of parties (default: 10)", 3},
    {"ndjson", KEY_LINES, NULL, 0, "One JSON object a line in place of CSV", 3},
    {"no-seconds", KEY_UNTIMED, NULL, 0, "Leave the seconds out: the same rows every time", 3},
    {0}};

/* ---------------------------------------------------------------- arguments */

static double read_positive(struct argp_state *state, const char *what, const char *text) {
  char *end;
  errno = 0;
  double value = strtod(text, &end);
  if (end == text || *end || errno || !isfinite(value) || value <= 0)
    argp_error(state, "%s is not a number above 0: %s", what, text);
  return value;
}

static uint64_t read_count(struct argp_state *state, const char *what, const char *text, uint64_t most) {
  char *end;
  errno = 0;
  unsigned long long value = strtoull(text, &end, 10);
  if (*text < '0' || *text > '9' || *end || errno || value > most)
    argp_error(state, "%s takes a whole number from 0 to %llu, not \"%s\"", what, (unsigned long long)most, text);
  return value;
}

/* "512M", "4G", "1073741824", "4GiB". */
static size_t read_size(struct argp_state *state, const char *text) {
  static const char units[] = "KMGT";
  char *end;
  errno = 0;
  double value = strtod(text, &end);
  const char *unit = *end ? strchr(units, *end & ~32) : NULL;
  if (unit) {
    value = ldexp(value, 10 * (int)(unit - units + 1));
    end++;
    if (strcmp(end, "iB") == 0 || strcmp(end, "B") == 0) end += strlen(end);
  }
  if (end == text || *end || errno || !(value >= 1) || value > 1e18)
    argp_error(state, "not a size such as 512M or 4G: %s", text);
  return (size_t)value;
}

static int read_word(struct argp_state *state, const char *what, const char *text, const char *const *words) {
  for (int k = 0; words[k]; k++)
    if (strcmp(words[k], text) == 0) return k;
  char list[200] = "";
  for (int k = 0; words[k]; k++)
    snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", k ? ", " : "", words[k]);
  argp_error(state, "%s is one of %s, not \"%s\"", what, list, text);
  return 0;
}

static int fact_bit(struct argp_state *state, const char *name) {
  static const struct {
    const char *name;
    int bit;
  } facts[] = {
#define X(fact, position, text) {text, fact},
      ACCORD_FACT_LIST(X)
#undef X
          {"all", ACCORD_FACTS_ALL},
      {"quick", ACCORD_FACTS_QUICK},
      {"subadditive", ACCORD_FACT_SUPERADDITIVE},
      {"concave", ACCORD_FACT_CONVEX}};
  for (size_t k = 0; k < sizeof facts / sizeof *facts; k++)
    if (strcmp(facts[k].name, name) == 0) return facts[k].bit;
  argp_error(
      state,
      "\"%s\" is not a fact of a game: there are monotone, superadditive, convex, core, ranges, least-core, cost-of-stability, interactions, proofs",
      name);
  return 0;
}

static int read_facts(struct argp_state *state, const char *text) {
  char *copy, *rest;
  int bits = 0;
  if (strcmp(text, "all") == 0) return ACCORD_FACTS_ALL;
  if (strcmp(text, "quick") == 0) return ACCORD_FACTS_QUICK;
  if (strcmp(text, "none") == 0) return 0;
  if (!*text) argp_error(state, "--facts takes all, quick, none or a list of facts");
  copy = pool_copy_text(((cli_options *)state->input)->context, text, strlen(text));
  for (char *name = strtok_r(copy, ",", &rest); name; name = strtok_r(NULL, ",", &rest)) bits |= fact_bit(state, name);
  if (bits & ACCORD_FACT_PROOFS && !(bits & ACCORD_FACTS_PROVABLE)) bits |= ACCORD_FACTS_PROVABLE;
  return bits;
}

static error_t read_output_option(int key, char *argument, struct argp_state *state) {
  static const char *const formats[] = {"text", "json", "csv", NULL}, *const reports[] = {"html", "md", NULL};
  static const char *const colors[] = {"auto", "always", "never", NULL}, *const languages[] = {"en", "zh", NULL};
  cli_options *options = state->input;
  switch (key) {
  case KEY_FORMAT:
    options->format_given = true;
    if (options->reporting) options->markdown = read_word(state, "--format", argument, reports) == 1;
    else options->format = (output_format)read_word(state, "--format", argument, formats);
    return 0;
  case KEY_JSON:
    if (options->reporting) argp_error(state, "a report is html or md; accord solve --json gives the numbers");
    options->format_given = true;
    options->format = FORMAT_JSON;
    return 0;
  case KEY_COLOR: options->color = (color_choice)read_word(state, "--color", argument, colors); return 0;
  case KEY_QUIET: options->quiet = true; return 0;
  case KEY_LANGUAGE: options->chinese = read_word(state, "--lang", argument, languages) == 1; return 0;
  case 'o': options->output = strcmp(argument, "-") == 0 ? NULL : argument; return 0;
  default: return ARGP_ERR_UNKNOWN;
  }
}

static void choose_numbers(struct argp_state *state, numbers_wanted numbers) {
  cli_options *options = state->input;
  if (options->numbers != NUMBERS_AUTO && options->numbers != numbers)
    argp_error(state, "--exact and --float exclude each other");
  options->numbers = numbers;
}

/* A comma list without empty entries. */
static const char *read_list(struct argp_state *state, const char *what, const char *text) {
  size_t length = strlen(text);
  if (length == 0 || *text == ',' || text[length - 1] == ',' || strstr(text, ",,"))
    argp_error(state, "%s has an empty entry: \"%s\"", what, text);
  return text;
}

static const char *read_once(struct argp_state *state, const char *what, const char *before, const char *text) {
  if (before) argp_error(state, "%s is given twice", what);
  return text;
}

static error_t read_solving_option(int key, char *argument, struct argp_state *state) {
  cli_options *options = state->input;
  accord_settings *settings = accord_context_settings(options->context);
  switch (key) {
  case KEY_EXACT: choose_numbers(state, NUMBERS_EXACT); return 0;
  case KEY_FLOAT: choose_numbers(state, NUMBERS_FLOAT); return 0;
  case KEY_FACTS: options->facts = argument, options->fact_bits = read_facts(state, argument); return 0;
  case KEY_TOP: options->top_given = true, options->top = (int)read_count(state, "--top", argument, 1000000); return 0;
  case KEY_THREADS: settings->threads = (int)read_count(state, "--threads", argument, 1024); return 0;
  case KEY_SEED: options->has_seed = true, settings->seed = read_count(state, "--seed", argument, UINT64_MAX); return 0;
  case KEY_TIME: settings->time_limit = read_positive(state, "--time-limit", argument); return 0;
  case KEY_MEMORY: settings->memory_limit = read_size(state, argument); return 0;
  case KEY_ALLOW: options->allowed_files = argument; return 0;
  default: return ARGP_ERR_UNKNOWN;
  }
}

static error_t read_rule_option(int key, char *argument, struct argp_state *state) {
  cli_options *options = state->input;
  if (key == 'r') options->rules = read_list(state, "--rule", argument);
  else if (key == KEY_UNDER_TERMS) options->under_terms = true;
  else return ARGP_ERR_UNKNOWN;
  return 0;
}

static error_t read_split_option(int key, char *argument, struct argp_state *state) {
  cli_options *options = state->input;
  if (key == KEY_PROPOSAL) options->proposal = read_once(state, "--proposal", options->proposal, argument);
  else if (key == KEY_SPLIT)
    options->split = read_list(state, "--split", read_once(state, "--split", options->split, argument));
  else if (key == KEY_REPAIR) options->repair = true;
  else return ARGP_ERR_UNKNOWN;
  return 0;
}

static error_t read_export_option(int key, char *argument, struct argp_state *state) {
  static const char *const kinds[] = {"csv", "npy", "lp", NULL};
  if (key != KEY_AS) return ARGP_ERR_UNKNOWN;
  ((cli_options *)state->input)->as = (export_kind)(EXPORT_CSV + read_word(state, "--as", argument, kinds));
  return 0;
}

static error_t read_line_option(int key, char *argument, struct argp_state *state) {
  (void)argument;
  if (key != KEY_LINES) return ARGP_ERR_UNKNOWN;
  ((cli_options *)state->input)->ndjson = true;
  return 0;
}

static error_t read_sweep_option(int key, char *argument, struct argp_state *state) {
  cli_options *options = state->input;
  switch (key) {
  case 'r': options->rules = read_list(state, "--rule", argument); return 0;
  case KEY_FAMILY: options->families = read_list(state, "--family", argument); return 0;
  case KEY_SIZES: options->sizes = read_list(state, "--n", argument); return 0;
  case KEY_GAMES: options->games = read_count(state, "--games", argument, UINT32_MAX); return 0;
  case KEY_LINES: options->format = FORMAT_JSON; return 0;
  case KEY_UNTIMED: options->untimed = true; return 0;
  default: return ARGP_ERR_UNKNOWN;
  }
}

static error_t read_explaining_option(int key, char *argument, struct argp_state *state) {
  cli_options *options = state->input;
  if (key == 'r') options->rules = argument;
  else if (key == KEY_PARTY) options->party = argument;
  else return ARGP_ERR_UNKNOWN;
  return 0;
}

static const struct argp output_group = {.options = output_options, .parser = read_output_option};
static const struct argp solving_group = {.options = solving_options, .parser = read_solving_option};
static const struct argp limit_group = {.options = limit_options, .parser = read_solving_option};
static const struct argp rule_group = {.options = rule_options, .parser = read_rule_option};
static const struct argp split_group = {.options = split_options, .parser = read_split_option};
static const struct argp export_group = {.options = export_options, .parser = read_export_option};
static const struct argp line_group = {.options = line_options, .parser = read_line_option};
static const struct argp sweep_group = {.options = sweep_options, .parser = read_sweep_option};
static const struct argp explaining_group = {.options = explaining_options, .parser = read_explaining_option};

static bool is_same_file(const char *a, const char *b) {
  struct stat first, second;
  return a && b && stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

enum { CHILD_COUNT = 9 };

struct parsing {
  cli_options *options;
  int takes;
};

/* Results of many sheets are JSON, one a line. */
static void check_lines(cli_options *options, struct argp_state *state) {
  if (!options->ndjson) return;
  if (options->format_given && options->format != FORMAT_JSON)
    argp_error(state, "--ndjson writes JSON; it does not go with --format %s",
               options->format == FORMAT_CSV ? "csv" : "text");
  options->format = FORMAT_JSON;
}

/* The command itself: the file, and what must come with what. Options of the groups get the options. */
static error_t read_command(int key, char *argument, struct argp_state *state) {
  struct parsing *parsing = state->input;
  cli_options *options = parsing->options;
  switch (key) {
  case ARGP_KEY_INIT:
    for (int k = 0; k < CHILD_COUNT; k++) state->child_inputs[k] = options;
    return 0;
  case ARGP_KEY_ARG:
    if (parsing->takes & TAKES_RESULT && !options->result) {
      options->result = argument;
      return 0;
    }
    if (!(parsing->takes & (TAKES_FILE | TAKES_CODE | TAKES_MODEL)) || options->file)
      argp_error(state, "one argument too many: %s", argument);
    options->file = argument;
    return 0;
  case ARGP_KEY_END:
    if (parsing->takes & TAKES_FILE && !options->file)
      argp_error(state, "a term sheet is missing (FILE, or - for standard input)");
    if (parsing->takes & TAKES_CODE && !options->file)
      argp_error(state, "a term sheet (with --rule) or an error code is missing, such as E012");
    if (options->party && !options->rules) argp_error(state, "--party goes with --rule");
    if (parsing->takes & TAKES_MODEL && !options->file) argp_error(state, "a model is missing, such as coalitions");
    if (parsing->takes & TAKES_AS && !options->as) argp_error(state, "--as is missing: --as csv, --as npy or --as lp");
    check_lines(options, state);
    if (options->proposal && options->split) argp_error(state, "--proposal and --split exclude each other");
    if (is_same_file(options->result, options->output))
      argp_error(state, "--output would overwrite the result %s", options->result);
    if (is_same_file(options->file, options->output))
      argp_error(state, "--output would overwrite the term sheet %s", options->file);
    return 0;
  default: return ARGP_ERR_UNKNOWN;
  }
}

void read_options(cli_options *options, int argc, char **argv, int takes, const char *summary, const char *arguments) {
  static const struct argp nothing = {0};
  const struct argp_child children[CHILD_COUNT + 1] = {
      {&output_group, 0, NULL, 0},
      {takes & TAKES_SOLVING ? &solving_group : &nothing, 0, NULL, 0},
      {takes & (TAKES_SOLVING | TAKES_SWEEP) ? &limit_group : &nothing, 0, NULL, 0},
      {takes & TAKES_RULES ? &rule_group : &nothing, 0, NULL, 0},
      {takes & TAKES_SPLIT ? &split_group : &nothing, 0, NULL, 0},
      {takes & TAKES_AS ? &export_group : &nothing, 0, NULL, 0},
      {takes & TAKES_LINES ? &line_group : &nothing, 0, NULL, 0},
      {takes & TAKES_EXPLAINING ? &explaining_group : &nothing, 0, NULL, 0},
      {takes & TAKES_SWEEP ? &sweep_group : &nothing, 0, NULL, 0},
      {0}};
  const struct argp command = {NULL, read_command, arguments, summary, children, NULL, NULL};
  struct parsing parsing = {options, takes};
  options->top = 20;
  options->reporting = takes & TAKES_REPORT;
  char *name = pool_text(options->context, "accord %s", argv[0]);
  argv[0] = name;
  argp_err_exit_status = 2;
  if (argp_parse(&command, argc, argv, 0, NULL, &parsing) != 0) /* whatever else is wrong ends the program in there */
    guard_leave(options->context, ACCORD_NO_MEMORY, "out of memory");
}

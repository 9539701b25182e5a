/* SPDX-License-Identifier: GPL-3.0-or-later */
/* accord bench: sweeps of generated games over rules, a row for each game and rule. */
#include "command.h"
#include "json_writer.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MOST_RULES = 64, MOST_FAMILIES = 64 };

struct sweep {
  cli_options *options;
  int family_count, rule_count;
  const accord_family *families[MOST_FAMILIES];
  const accord_rule *rules[MOST_RULES];
  uint32_t sizes; /* bit n: games of n parties */
  output_file file;
  bool limited;
};

/* One row: a rule's split of a game. */
struct row {
  const accord_family *family;
  const accord_rule *rule;
  int n;
  uint64_t index;
  const accord_problem *problem;
  accord_status status;
  const accord_split *split;         /* NULL where there is none */
  const accord_stability *stability; /* the same */
  double seconds;
};

/* --------------------------------------------------------- the command line */

_Noreturn static void refuse(accord_context *context, const char *text) {
  fprintf(stderr, "accord bench: %s\n", text);
  accord_context_free(context);
  exit(EXIT_BAD_INPUT);
}

static const char *family_names(accord_context *context) {
  const char *names = accord_families[0].name;
  for (int k = 1; k < accord_family_count; k++) names = pool_text(context, "%s, %s", names, accord_families[k].name);
  return names;
}

static void choose_families(accord_context *context, struct sweep *sweep, const char *list) {
  for (int k = 0; !list && k < accord_family_count; k++) sweep->families[sweep->family_count++] = &accord_families[k];
  char *rest, *copy = list ? pool_copy_text(context, list, strlen(list)) : NULL;
  for (char *name = copy ? strtok_r(copy, ", ", &rest) : NULL; name; name = strtok_r(NULL, ", ", &rest)) {
    const accord_family *family = accord_find_family(name);
    if (!family)
      refuse(context, pool_text(context, "there is no family \"%s\"; there are %s", safe_text(context, name),
                                family_names(context)));
    if (sweep->family_count < MOST_FAMILIES) sweep->families[sweep->family_count++] = family;
  }
  if (sweep->family_count == 0) refuse(context, "--family names none");
}

static void choose_sweep_rules(accord_context *context, struct sweep *sweep, const char *list) {
  char *rest, *copy = pool_copy_text(context, list, strlen(list));
  for (char *name = strtok_r(copy, ", ", &rest); name; name = strtok_r(NULL, ", ", &rest)) {
    const accord_rule *rule = accord_find_rule(name);
    if (!rule)
      refuse(context, pool_text(context, "there is no rule \"%s\" (see accord rules)", safe_text(context, name)));
    if (sweep->rule_count < MOST_RULES) sweep->rules[sweep->rule_count++] = rule;
  }
  if (sweep->rule_count == 0) refuse(context, "--rule names none");
}

/* "3-6,8" */
static void choose_sizes(accord_context *context, struct sweep *sweep, const char *list) {
  const char *at = list;
  do {
    char *end;
    long from = strtol(at, &end, 10), to = from;
    if (end != at && *end == '-') to = strtol(at = end + 1, &end, 10);
    if (end == at || (*end && *end != ',') || from < 1 || to > 28 || from > to)
      refuse(context, pool_text(context, "--n takes numbers of parties from 1 to 28, such as 4 or 3-6,8, not \"%s\"",
                                safe_text(context, list)));
    for (long n = from; n <= to; n++) sweep->sizes |= UINT32_C(1) << n;
    at = end;
  } while (*at++ == ',');
}

/* ------------------------------------------------------------------- rows */

static const char *shares_text(accord_context *context, const struct row *row, bool exact) {
  const char *text = "";
  for (int i = 0; i < row->n; i++)
    text = pool_text(context, "%s%s%s", text, i ? " " : "",
                     exact ? rational_text(context, row->split->share[i]) : double_text(context, row->split->value[i]));
  return text;
}

static const char *core_text(const struct row *row) {
  if (!row->stability || row->stability->stable == ACCORD_UNKNOWN) return "";
  return row->stability->stable == ACCORD_YES ? "true" : "false";
}

static void write_csv_row(output_stream *output, const struct sweep *sweep, const struct row *row) {
  accord_context *context = output->context;
  fprintf(output->stream, "%s,%d,%llu,%llu,%s,%s,%s,", row->family->name, row->n,
          (unsigned long long)accord_context_settings(context)->seed, (unsigned long long)row->index, row->rule->name,
          accord_status_text(row->status), core_text(row));
  if (row->stability && row->stability->has_excess)
    fputs(double_text(context, accord_to_double(row->stability->max_excess)), output->stream);
  fputc(',', output->stream);
  if (!sweep->options->untimed) fprintf(output->stream, "%.3g", row->seconds);
  fprintf(output->stream, ",%s,%s,%s\n", row->split ? shares_text(context, row, false) : "",
          row->split && row->split->exact ? shares_text(context, row, true) : "",
          row->problem->goal == ACCORD_COST ? "cost" : "benefit");
}

static void write_numbers(json_writer *json, const struct row *row) {
  json_open_short_array(json, "shares");
  for (int i = 0; i < row->n; i++) json_number(json, NULL, row->split->value[i]);
  json_close_array(json);
  if (!row->split->exact) return;
  json_open_short_array(json, "exact");
  for (int i = 0; i < row->n; i++) json_exact(json, NULL, row->split->share[i]);
  json_close_array(json);
}

static void write_json_row(output_stream *output, const struct sweep *sweep, const struct row *row) {
  output->one_line = true;
  json_writer writer = json_start(output), *json = &writer;
  json_open_object(json, NULL);
  json_text(json, "family", row->family->name);
  json_integer(json, "n", (uint64_t)row->n);
  json_integer(json, "seed", accord_context_settings(output->context)->seed);
  json_integer(json, "index", row->index);
  json_text(json, "rule", row->rule->name);
  json_text(json, "status", accord_status_text(row->status));
  if (row->stability) json_answer(json, "in_core", row->stability->stable);
  else json_null(json, "in_core");
  if (row->stability && row->stability->has_excess) json_rational(json, "max_excess", row->stability->max_excess);
  else json_null(json, "max_excess");
  if (sweep->options->untimed) json_null(json, "seconds");
  else json_raw(json, "seconds", pool_text(output->context, "%.3g", row->seconds));
  if (row->split) write_numbers(json, row);
  else json_null(json, "shares");
  json_text(json, "goal", row->problem->goal == ACCORD_COST ? "cost" : "benefit");
  json_close_object(json);
  json_end_document(json);
}

/* ------------------------------------------------------------------ the work */

static double seconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* A limit is a row; anything else that goes wrong ends the sweep. */
static accord_status expect(accord_context *context, struct sweep *sweep, accord_status status) {
  if (status == ACCORD_LIMIT || status == ACCORD_UNCERTIFIED) sweep->limited = true;
  else if (status != ACCORD_OK) guard_leave(context, status, "%s", accord_message(context));
  return status;
}

static void solve_row(accord_context *context, struct sweep *sweep, struct row *row) {
  accord_split *split;
  accord_stability *stability;
  restart_clock(context);
  double start = seconds_now();
  row->status = expect(context, sweep, accord_solve(context, &split, row->problem, row->rule));
  row->seconds = seconds_now() - start;
  if (row->status == ACCORD_OK) row->status = split->status;
  if (row->status == ACCORD_LIMIT || row->status == ACCORD_UNCERTIFIED) sweep->limited = true;
  if (row->status != ACCORD_OK) return;
  row->split = split;
  if (expect(context, sweep,
             accord_find_stability(context, &stability, row->problem, (const mpq_t *)split->share, 0)) == ACCORD_OK)
    row->stability = stability;
}

static void sweep_game(accord_context *context, struct sweep *sweep, struct row *row) {
  accord_problem *problem;
  output_stream output;
  uint64_t seed = accord_context_settings(context)->seed + row->index;
  accord_status status = accord_draw_game(context, &problem, row->family, row->n, seed);
  if (status != ACCORD_OK) guard_leave(context, status, "%s", accord_message(context));
  output_start(&output, sweep->options);
  for (int k = 0; k < sweep->rule_count; k++) {
    struct row next = *row;
    next.rule = sweep->rules[k];
    next.problem = problem;
    solve_row(context, sweep, &next);
    if (sweep->options->format == FORMAT_JSON) write_json_row(&output, sweep, &next);
    else write_csv_row(&output, sweep, &next);
  }
  stop_clock(context);
  output_finish(&output, sweep->options);
}

static void write_heading(struct sweep *sweep) {
  static const char heading[] = "family,n,seed,index,rule,status,in_core,max_excess,seconds,shares,exact,goal\n";
  if (sweep->options->format == FORMAT_CSV) file_write(&sweep->file, heading, sizeof heading - 1);
}

static accord_status sweep_families(accord_context *context, void *argument) {
  struct sweep *sweep = argument;
  write_heading(sweep);
  for (int f = 0; f < sweep->family_count; f++)
    for (int n = 1; n <= 28; n++) {
      const accord_family *family = sweep->families[f];
      bool wanted = sweep->sizes >> n & 1 && n >= family->least_n && n <= family->most_n;
      for (uint64_t index = 0; wanted && index < sweep->options->games && !sweep->file.failed; index++) {
        accord_mark mark = accord_get_mark(context);
        struct row row = {.family = family, .n = n, .index = index};
        sweep_game(context, sweep, &row);
        accord_reset(context, mark);
        check_clock(context);
      }
    }
  return ACCORD_OK;
}

/* Rows go to standard output as they come, or into a file that takes its place at the end. */
static int write_sweep(accord_context *context, struct sweep *sweep) {
  cli_options *options = sweep->options;
  sweep->file = (output_file){.context = context, .file = STDOUT_FILENO};
  if (options->output && !file_start(context, &sweep->file, options->output)) {
    report_unwritten(options);
    return EXIT_INTERNAL;
  }
  options->sink = &sweep->file;
  accord_status status = guard(context, sweep_families, sweep);
  options->sink = NULL;
  bool good = status == ACCORD_OK && !sweep->file.failed;
  if (options->output && !file_finish(&sweep->file, good) && good) {
    report_unwritten(options);
    return EXIT_INTERNAL;
  }
  if (status == ACCORD_LIMIT) return write_limit(context, options, "Ask for fewer parties, or raise the limit.");
  if (status != ACCORD_OK) guard_leave(context, status, "%s", accord_message(context));
  return sweep->file.failed ? EXIT_INTERNAL : sweep->limited ? EXIT_LIMIT : EXIT_DONE;
}

static int list_families(const cli_options *options) {
  output_stream output;
  output_start(&output, options);
  for (int k = 0; k < accord_family_count; k++) {
    const accord_family *family = &accord_families[k];
    fprintf(output.stream, "%-15s  %s; %d to %d parties\n", family->name, family->title, family->least_n,
            family->most_n);
  }
  return output_finish(&output, options) ? EXIT_DONE : EXIT_INTERNAL;
}

int command_bench(accord_context *context, int argc, char **argv) {
  cli_options options = {.context = context, .format = FORMAT_CSV, .games = 10};
  struct sweep sweep = {.options = &options};
  read_options(
      &options, argc, argv, TAKES_SWEEP,
      "Sweeps of generated games over rules, for research: one CSV row (or with --ndjson one JSON object) for "
      "each game and rule.\v"
      "Examples:\n"
      "  accord bench\n"
      "  accord bench --family list\n"
      "  accord bench --family convex,vote --n 4-8 --games 1000 --rule shapley,nucleolus,tau -o sweep.csv\n"
      "  accord bench --family type-1 --n 10 --games 1 --seed 468015 --rule nucleolus\n\n"
      "The game of seed s and index k is that of seed s + k and index 0: a sweep can be taken up where another "
      "ended. The time limit holds for each row. Shares and their exact fractions stand in the order of the "
      "parties, with spaces between them. A rule that has no answer for a game (status undefined) is a row "
      "like others.\n\n"
      "Exit codes: 0 done; 2 the command line is wrong; 3 a limit was reached in some row; "
      "4 internal or system error.",
      NULL);
  if (options.families && strcmp(options.families, "list") == 0) return list_families(&options);
  if (options.format == FORMAT_TEXT) refuse(context, "rows are written as csv, or json with --ndjson");
  options.file = "accord bench"; /* in what is told of limits */
  choose_families(context, &sweep, options.families);
  choose_sweep_rules(context, &sweep, options.rules ? options.rules : "shapley,nucleolus");
  choose_sizes(context, &sweep, options.sizes ? options.sizes : "3-6");
  return write_sweep(context, &sweep);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* accord solve FILE */
#include "command.h"
#include "outcome.h"

/* Rules whose answers are never rational, and nothing else, cannot be had exactly. */
static bool none_is_rational(const sheet_rule *rules, int count) {
  for (int k = 0; k < count; k++)
    if (rules[k].rule->rational) return false;
  return count > 0;
}

/* The same where it depends on the sheet: criteria compared in pairs lead to roots. */
static bool none_came_exact(const solve_outcome *outcome) {
  for (int k = 0; k < outcome->allocation_count; k++) {
    const accord_split *split = outcome->allocations[k].split;
    if (split->status != ACCORD_OK || split->exact) return false;
  }
  return outcome->allocation_count > 0;
}

static int refuse_exact(const cli_options *options, term_sheet *sheet, const accord_rule *rule) {
  const source_text source = {.name = "--exact"};
  add_diagnostic(&sheet->diagnostics, E082, &source, SIZE_MAX, "", NULL, "%s has no exact answer", rule->name);
  return write_mistakes(options, &sheet->diagnostics);
}

static int exit_code(const solve_outcome *outcome) {
  if (outcome->limited) return EXIT_LIMIT;
  return outcome->refused ? EXIT_CHECKED_AND_FAILED : EXIT_DONE;
}

static bool write_outcome(const cli_options *options, const solve_outcome *outcome) {
  output_stream output;
  output_start(&output, options);
  switch (options->format) {
  case FORMAT_TEXT: write_outcome_text(&output, outcome); break;
  case FORMAT_JSON: write_outcome_json(&output, outcome); break;
  case FORMAT_CSV: write_outcome_csv(&output, outcome); break;
  }
  return output_finish(&output, options);
}

static int solve_sheet(accord_context *context, cli_options *options) {
  int code, count;
  bool named;
  sheet_rule *rules;
  term_sheet *sheet = open_with_rules(context, options, &rules, &count, &named, &code);
  if (!sheet) return code;
  if (options->numbers == NUMBERS_EXACT && none_is_rational(rules, count))
    return refuse_exact(options, sheet, rules[0].rule);
  solve_outcome *outcome = find_outcome(context, options, sheet, rules, count, named);
  if (options->numbers == NUMBERS_EXACT && none_came_exact(outcome)) return refuse_exact(options, sheet, rules[0].rule);
  stop_clock(context); /* what was found in time is written */
  if (options->format == FORMAT_CSV) write_notes(options, outcome->warnings, outcome->warning_count);
  return write_outcome(options, outcome) ? exit_code(outcome) : EXIT_INTERNAL;
}

int command_solve(accord_context *context, int argc, char **argv) {
  cli_options options = {.context = context, .game_later = true};
  read_options(&options, argc, argv, TAKES_FILE | TAKES_SOLVING | TAKES_RULES | TAKES_LINES,
               "Allocations by the rules asked for, with the facts of the game.\v"
               "Examples:\n"
               "  accord solve deal.json\n"
               "  accord solve deal.json --rule shapley,nucleolus\n"
               "  accord solve deal.json --json -o result.json\n"
               "  accord solve deals.ndjson --ndjson >results.ndjson\n\n"
               "Exit codes: 0 done; 1 a rule asked for is undefined here; 2 the sheet or the command line is wrong; "
               "3 a limit was reached; 4 internal or system error.\n\n" LINES_HELP,
               "FILE");
  return for_each_sheet(context, &options, solve_sheet);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* accord report FILE -o report.html */
#include "report.h"

#include "command.h"

static void find_verdicts(accord_context *context, verdict_list *all, int top) {
  const term_sheet *sheet = all->sheet;
  all->list = POOL_NEW(context, (size_t)sheet->proposal_count + 1, split_verdict);
  for (int k = 0; k < sheet->proposal_count; k++) {
    all->list[all->count] =
        (split_verdict){.name = sheet->proposals[k].name, .split = (const mpq_t *)sheet->proposals[k].share};
    find_verdict(all, &all->list[all->count++], context, top);
  }
}

/* Whether a step came to its end; a limit is noted. */
static bool came_through(accord_context *context, solve_outcome *outcome, accord_status status) {
  if (status == ACCORD_UNCERTIFIED || status == ACCORD_UNDEFINED) return false;
  return !outcome_stopped(context, outcome, status);
}

static void find_sensitivities(deal_report *report, solve_outcome *outcome) {
  accord_context *context = report->context;
  report->influences = POOL_NEW(context, (size_t)outcome->allocation_count + 1, accord_influences *);
  report->margins = POOL_NEW(context, (size_t)report->verdicts->count + 1, accord_margins *);
  if (!report->problem->game || report->sheet->n > PARTIES_FOR_ALL_FACTS) return;
  for (int k = 0; k < outcome->allocation_count && !report->numbers; k++) {
    const rule_allocation *allocation = &outcome->allocations[k];
    if (allocation->split->status != ACCORD_OK) continue;
    accord_status status = accord_find_influences(context, &report->influences[k], report->problem, allocation->rule,
                                                  allocation->under_terms, INFLUENCES_SHOWN);
    if (!came_through(context, outcome, status)) report->influences[k] = NULL;
  }
  for (int k = 0; k < report->verdicts->count; k++) {
    accord_status status = accord_find_margins(context, &report->margins[k], report->problem,
                                               report->verdicts->list[k].split, INFLUENCES_SHOWN);
    if (!came_through(context, outcome, status)) report->margins[k] = NULL;
  }
}

/* Of few parties and numbers of the model's own; what coalitions are worth follows from these. */
static void find_numbers(deal_report *report, const cli_options *options, term_sheet *sheet, const sheet_rule *rules,
                         int count) {
  int numbers, left_out;
  find_inputs(sheet, &numbers, &left_out, INPUTS_FOR_FLIPS);
  if (!numbers || left_out || sheet->n > PARTIES_FOR_FLIPS) return;
  sensitivity_outcome *found = find_sensitivity(report->context, options, sheet, rules, count, false);
  if (states_numbers(found)) report->numbers = found;
}

static const char *report_title(accord_context *context, const term_sheet *sheet) {
  return pool_text(context, "Report: %s",
                   sheet->title ? safe_text(context, sheet->title) : safe_text(context, sheet->file));
}

static bool write_report(const cli_options *options, deal_report *report) {
  output_stream output;
  output_start(&output, options);
  report->document = document_start(&output, !options->markdown, report_title(report->context, report->sheet));
  report_question(report);
  report_basis(report);
  report_facts(report);
  report_method(report);
  report_findings(report);
  report_rules(report);
  report_sensitivity(report);
  report_limitations(report);
  report_exhibits(report);
  document_end(&report->document);
  return output_finish(&output, options);
}

static int report_sheet(accord_context *context, cli_options *options) {
  int code, count;
  bool named;
  sheet_rule *rules;
  term_sheet *sheet = open_with_rules(context, options, &rules, &count, &named, &code);
  if (!sheet) return code;
  if (sheet->proposal_count) sheet_make_game(sheet);
  solve_outcome *outcome = find_outcome(context, options, sheet, rules, count, named);
  verdict_list verdicts = {.sheet = sheet, .problem = sheet->problem, .exact = sheet->problem->exact, .stands = true};
  verdicts.facts = outcome->facts;
  find_verdicts(context, &verdicts, options->top);
  deal_report report = {.context = context, .sheet = sheet, .problem = sheet->problem, .outcome = outcome};
  report.verdicts = &verdicts;
  report.cost = sheet->problem->goal == ACCORD_COST;
  report.claims = sheet->problem->claims != NULL;
  find_numbers(&report, options, sheet, rules, count);
  outcome->limited = outcome->limited || (report.numbers && report.numbers->limited);
  find_sensitivities(&report, outcome);
  stop_clock(context); /* what was found in time is written */
  if (!write_report(options, &report)) return EXIT_INTERNAL;
  if (outcome->limited || verdicts.limited || verdicts.undecided) return EXIT_LIMIT;
  return outcome->refused ? EXIT_CHECKED_AND_FAILED : EXIT_DONE;
}

int command_report(accord_context *context, int argc, char **argv) {
  cli_options options = {.context = context, .game_later = true};
  read_options(&options, argc, argv, TAKES_FILE | TAKES_SOLVING | TAKES_RULES | TAKES_REPORT,
               "A report that can be put before somebody who was not there: the question, what it relies on, facts and "
               "assumptions, method, numbered findings, all rules side by side, sensitivity, limitations, exhibits. "
               "One HTML page that asks for nothing outside itself, or Markdown.\v"
               "Examples:\n"
               "  accord report deal.json -o report.html\n"
               "  accord report deal.json --format md -o report.md\n\n"
               "Exit codes: 0 done; 1 a rule asked for is undefined here; 2 the sheet or the command line is wrong; "
               "3 a limit was reached; 4 internal or system error.\n\n",
               "FILE");
  return report_sheet(context, &options);
}

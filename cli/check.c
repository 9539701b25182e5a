/* SPDX-License-Identifier: GPL-3.0-or-later */
/* accord check FILE [--proposal NAME | --split A=4,B=3.5] */
#include "command.h"
#include "outcome.h"
#include "reader.h"
#include "verdict.h"

#include <string.h>

static void report_split(term_sheet *sheet, error_code code, const char *help, const char *message) {
  const source_text source = {.name = "--split"};
  add_diagnostic(&sheet->diagnostics, code, &source, SIZE_MAX, "", help, "%s", message);
}

static void report_stranger(accord_context *context, term_sheet *sheet, const char *word) {
  const char **ids = POOL_NEW(context, (size_t)sheet->n + 1, const char *);
  for (int i = 0; i < sheet->n; i++) ids[i] = sheet->parties[i].id;
  const char *nearest = nearest_word(word, ids);
  report_split(sheet, E029, nearest ? pool_text(context, "The nearest party is \"%s\".", nearest) : NULL,
               pool_text(context, "\"%s\" is not a party of this sheet", word));
}

/* One "A=4" of --split into the share of A. */
static void read_assignment(accord_context *context, term_sheet *sheet, mpq_t *share, bool *seen, char *text) {
  char *equals = strchr(text, '='), *id_end = equals;
  while (equals && id_end > text && id_end[-1] == ' ') id_end--;
  int found = equals ? sheet_find_party(sheet, text, (size_t)(id_end - text)) : -1;
  if (!equals) report_split(sheet, E080, NULL, pool_text(context, "\"%s\" is not ID=AMOUNT", text));
  else if (found < 0) report_stranger(context, sheet, pool_copy_text(context, text, (size_t)(id_end - text)));
  else if (seen[found])
    report_split(sheet, E028, NULL, pool_text(context, "%s is named twice", sheet->parties[found].id));
  if (found < 0) return;
  seen[found] = true;
  const char *amount = equals + 1 + strspn(equals + 1, " ");
  number_fault fault = number_from_text(context, share[found], amount, strcspn(amount, " "));
  if (fault != NUMBER_GOOD)
    report_split(sheet, code_of_fault(fault), NULL,
                 pool_text(context, "\"%s\": %s", amount, error_title(code_of_fault(fault))));
}

static mpq_t *read_split(accord_context *context, term_sheet *sheet, const char *text) {
  mpq_t *share = pool_rationals(context, (size_t)sheet->n);
  bool *seen = POOL_NEW(context, (size_t)sheet->n, bool);
  char *copy = pool_copy_text(context, text, strlen(text)), *rest;
  for (char *part = strtok_r(copy, ",", &rest); part; part = strtok_r(NULL, ",", &rest))
    read_assignment(context, sheet, share, seen, part + strspn(part, " "));
  for (int i = 0; i < sheet->n; i++)
    if (!seen[i]) report_split(sheet, E055, NULL, pool_text(context, "%s is not named", sheet->parties[i].id));
  return share;
}

static const char *proposals_text(accord_context *context, const term_sheet *sheet) {
  const char *text = sheet->proposal_count ? "The proposals are" : "The sheet has no proposals";
  for (int k = 0; k < sheet->proposal_count; k++)
    text = pool_text(context, "%s%s \"%s\"", text, k ? "," : "", sheet->proposals[k].name);
  return pool_text(context, "%s.", text);
}

/* Which proposals are asked about; mistakes go to the sheet's diagnostics. */
static void choose_verdicts(accord_context *context, verdict_list *all, term_sheet *sheet, const cli_options *options) {
  all->list = POOL_NEW(context, (size_t)sheet->proposal_count + 1, split_verdict);
  if (options->split) {
    all->list[all->count++] =
        (split_verdict){.name = "split", .split = (const mpq_t *)read_split(context, sheet, options->split)};
    return;
  }
  for (int k = 0; k < sheet->proposal_count; k++) {
    sheet_proposal *proposal = &sheet->proposals[k];
    if (options->proposal && strcmp(options->proposal, proposal->name) != 0) continue;
    all->list[all->count++] =
        (split_verdict){.name = proposal->name, .split = (const mpq_t *)proposal->share, .source = proposal->source};
  }
  const source_text source = {.name = options->proposal ? "--proposal" : sheet->file};
  if (all->count == 0)
    add_diagnostic(&sheet->diagnostics, E081, &source, SIZE_MAX, "",
                   options->proposal ? proposals_text(context, sheet)
                                     : "Add \"proposals\" to the sheet, or give a split with --split A=4,B=3.5.",
                   options->proposal ? "the sheet has no proposal \"%.80s\"" : "there is nothing to check%s",
                   options->proposal ? options->proposal : "");
}

/* What check needs to know of the core: whether anything could stand. */
static accord_facts *core_facts(accord_context *context, const cli_options *options, verdict_list *all) {
  int wanted = ACCORD_FACT_CORE | ACCORD_FACT_LEAST_CORE | ACCORD_FACT_RANGES;
  if (options->facts) wanted &= options->fact_bits;
  if (all->problem->n > PARTIES_FOR_ALL_FACTS && !options->facts && !model_tells_core(all->problem)) wanted = 0;
  return find_all_facts(context, all->problem, wanted, &all->limited);
}

static bool write_verdicts(const cli_options *options, const verdict_list *verdicts) {
  output_stream output;
  output_start(&output, options);
  switch (options->format) {
  case FORMAT_TEXT: write_verdicts_text(&output, verdicts); break;
  case FORMAT_JSON: write_verdicts_json(&output, verdicts); break;
  case FORMAT_CSV: write_verdicts_csv(&output, verdicts); break;
  }
  return output_finish(&output, options);
}

static int check_sheet(accord_context *context, cli_options *options) {
  int code;
  term_sheet *sheet = open_sheet(context, options, &code);
  if (!sheet) return code;
  sheet_make_game(sheet);
  verdict_list all = {.sheet = sheet,
                      .problem = sheet->problem,
                      .exact = sheet->problem->exact,
                      .stands = true,
                      .top = options->top,
                      .limited = sheet->limited,
                      .repairs = options->repair};
  choose_verdicts(context, &all, sheet, options);
  if (sheet->diagnostics.count) return write_mistakes(options, &sheet->diagnostics);
  all.facts = core_facts(context, options, &all);
  for (int k = 0; k < all.count; k++) find_verdict(&all, &all.list[k], context, options->top);
  write_notes(options, sheet->warnings, sheet->warning_count);
  stop_clock(context); /* what was found in time is written */
  if (!write_verdicts(options, &all)) return EXIT_INTERNAL;
  return all.limited || all.undecided ? EXIT_LIMIT : all.stands && !all.depends ? EXIT_DONE : EXIT_CHECKED_AND_FAILED;
}

int command_check(accord_context *context, int argc, char **argv) {
  cli_options options = {.context = context, .game_later = true};
  read_options(
      &options, argc, argv, TAKES_FILE | TAKES_SOLVING | TAKES_SPLIT | TAKES_LINES,
      "Whether a proposed split stands, check by check: every proposal of the sheet, one of them, or a split.\v"
      "Examples:\n"
      "  accord check deal.json\n"
      "  accord check deal.json --proposal \"draft 1\"\n"
      "  accord check deal.json --split uni=4,firm=3.5,inst=2.5\n"
      "  accord check deal.json --repair\n"
      "  accord check deals.ndjson --ndjson >verdicts.ndjson\n\n"
      "Exit codes: 0 every split stands; 1 one does not; 2 the sheet or the command line is wrong; "
      "3 a limit was reached; 4 internal or system error.\n\n" LINES_HELP,
      "FILE");
  return for_each_sheet(context, &options, check_sheet);
}

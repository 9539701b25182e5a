/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Solves by one rule, has it explained, and sees that the terms told add up to the shares. */
#include "rule_explained.h"

#include "explaining.h"
#include "outcome.h"

#include "reader.h"

#include <string.h>

static const struct {
  const char *rule;
  explainer *tell;
} explainers[] = {
#define EXPLAINER(rule, symbol) {rule, symbol},
#include "explainers.def"
#undef EXPLAINER
};

static explainer *find_explainer(accord_context *context, const accord_rule *rule) {
  for (size_t k = 0; k < sizeof explainers / sizeof *explainers; k++)
    if (strcmp(explainers[k].rule, rule->name) == 0) return explainers[k].tell;
  guard_leave(context, ACCORD_FAILED, "nobody knows how to explain %s", rule->name);
}

/* ---------------------------------------------------------------- the asking */

static void report_party(term_sheet *sheet, const char *id) {
  const source_text source = {.name = "--party"};
  const char **ids = POOL_NEW(sheet->context, (size_t)sheet->n + 1, const char *);
  for (int i = 0; i < sheet->n; i++) ids[i] = sheet->parties[i].id;
  const char *nearest = nearest_word(id, ids);
  add_diagnostic(&sheet->diagnostics, E029, &source, SIZE_MAX, "",
                 nearest ? pool_text(sheet->context, "The nearest party is \"%s\".", nearest) : NULL,
                 "\"%.80s\" is not a party of this sheet", id);
}

enum { ALL_PARTIES = -1, UNKNOWN_PARTY = -2 };

static int choose_party(term_sheet *sheet, const char *id) {
  if (!id) return ALL_PARTIES;
  int party = sheet_find_party(sheet, id, strlen(id));
  if (party >= 0) return party;
  report_party(sheet, id);
  return UNKNOWN_PARTY;
}

/* -------------------------------------------------------------- the explaining */

/* In exact numbers, an explanation that does not add up is none. */
static void check_terms(const explaining *e) {
  mpq_t *sum = pool_rationals(e->context, (size_t)e->n);
  bool *told = POOL_NEW(e->context, (size_t)e->n, bool);
  for (int k = 0; k < e->step_count; k++) {
    const explain_step *step = &e->steps[k];
    if (!step->is_term) continue;
    told[step->party] = true;
    mpq_add(sum[step->party], sum[step->party], *step->amount);
  }
  for (int i = 0; i < e->n; i++)
    if (e->split->exact && is_wanted(e, i) && !(told[i] && mpq_equal(sum[i], e->split->share[i])))
      guard_leave(e->context, ACCORD_FAILED, "the explanation of %s for %s does not add up to its share", e->rule->name,
                  say_party(e, i));
}

static int explain_split(explaining *e) {
  if (e->split->status == ACCORD_UNDEFINED || e->split->status == ACCORD_RANGE || e->split->status == ACCORD_INFEASIBLE)
    return EXIT_CHECKED_AND_FAILED;
  if (e->split->status != ACCORD_OK) return EXIT_LIMIT;
  find_explainer(e->context, e->rule)(e);
  check_terms(e);
  find_guarantees(e);
  return EXIT_DONE;
}

static explaining start_explaining(accord_context *context, const cli_options *options, term_sheet *sheet,
                                   const accord_rule *rule, int party) {
  explaining e = {.context = context,
                  .sheet = sheet,
                  .problem = sheet->problem,
                  .rule = rule,
                  .n = sheet->n,
                  .cost = sheet->problem->goal == ACCORD_COST,
                  .claims = sheet->problem->claims && rule->domain & ACCORD_ON_CLAIMS,
                  .party = party,
                  .top = options->top};
  accord_split *split;
  accord_status status = accord_solve(context, &split, sheet->problem, rule);
  if (status != ACCORD_OK) guard_leave(context, status, "%s", accord_message(context));
  e.split = split;
  return e;
}

/* The one rule asked for; mistakes go to the sheet's diagnostics. */
static const accord_rule *choose_rule(accord_context *context, const cli_options *options, term_sheet *sheet) {
  int count;
  bool named;
  const sheet_rule *rules = choose_rules(context, options, sheet, &count, &named);
  if (sheet->diagnostics.count) return NULL;
  if (count > 1) {
    const source_text source = {.name = "--rule"};
    add_diagnostic(&sheet->diagnostics, E032, &source, SIZE_MAX, "", "Ask for them one after the other.",
                   "one rule is explained at a time");
    return NULL;
  }
  make_game_if_needed(options, sheet, rules, count);
  return rules[0].rule;
}

static void report_inexact(term_sheet *sheet, const accord_rule *rule) {
  const source_text source = {.name = "--exact"};
  add_diagnostic(&sheet->diagnostics, E082, &source, SIZE_MAX, "", NULL, "%s has no exact answer", rule->name);
}

int explain_rule(accord_context *context, cli_options *options) {
  output_stream output;
  int code;
  if (options->format == FORMAT_CSV) {
    fputs("accord: a derivation has no CSV form; there are text and --json\n", stderr);
    return EXIT_BAD_INPUT;
  }
  term_sheet *sheet = open_sheet(context, options, &code);
  if (!sheet) return code;
  const accord_rule *rule = choose_rule(context, options, sheet);
  int party = choose_party(sheet, options->party);
  if (!rule || party == UNKNOWN_PARTY) return write_mistakes(options, &sheet->diagnostics);
  if (options->numbers == NUMBERS_EXACT && !rule->rational) report_inexact(sheet, rule);
  if (sheet->diagnostics.count) return write_mistakes(options, &sheet->diagnostics);
  explaining e = start_explaining(context, options, sheet, rule, party);
  code = explain_split(&e);
  for (int k = 0; k < sheet->warning_count && !options->quiet; k++)
    fprintf(stderr, "note: %s\n", safe_text(context, sheet->warnings[k]));
  output_start(&output, options);
  if (options->format == FORMAT_JSON) write_explanation_json(&output, &e);
  else write_explanation_text(&output, &e);
  return output_finish(&output, options) ? code : EXIT_INTERNAL;
}

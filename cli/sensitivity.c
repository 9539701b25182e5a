/* SPDX-License-Identifier: GPL-3.0-or-later */
/* accord sensitivity FILE [--rule R[,R...]] */
#include "sensitivity.h"

#include "command.h"
#include "rule.h"

#include <string.h>

#define WEIGHTS "/weights/"

struct finding_out {
  accord_context *context;
  const cli_options *options;
  term_sheet *sheet;
  sensitivity_outcome *outcome;
};

static void warn(struct finding_out *work, const char *text) {
  sensitivity_outcome *outcome = work->outcome;
  if (outcome->warning_count < (int)(sizeof outcome->warnings / sizeof *outcome->warnings))
    outcome->warnings[outcome->warning_count++] = text;
}

/* Whether a step came to its end; a limit is noted, anything worse ends the program. */
static bool came_through(struct finding_out *work, accord_status status, const char *what) {
  if (status == ACCORD_OK) return true;
  if (status != ACCORD_LIMIT && status != ACCORD_UNCERTIFIED)
    guard_leave(work->context, status, "%s", accord_message(work->context));
  work->outcome->limited = true;
  warn(work, pool_text(work->context, "%s: %s", what, accord_message(work->context)));
  return false;
}

/* ---------------------------------------------------------------- the parts */

/* All coalitions of few parties, else as many as are asked for; 0: all. */
static int list_length(const struct finding_out *work) {
  int few = work->options->format == FORMAT_TEXT ? PARTIES_FOR_FLIPS : PARTIES_FOR_ALL_COALITIONS;
  bool all = work->sheet->n <= few && !work->options->top_given;
  return all ? 0 : work->options->top;
}

static void find_rules(struct finding_out *work, const sheet_rule *rules, int count, bool named) {
  sensitivity_outcome *outcome = work->outcome;
  outcome->rules = POOL_NEW(work->context, (size_t)count + 1, rule_sensitivity);
  for (int k = 0; k < count; k++) {
    rule_sensitivity *rule = &outcome->rules[outcome->rule_count++];
    *rule = (rule_sensitivity){rules[k].rule, rules[k].label, rules[k].under_terms, NULL, NULL};
    if (work->options->top_given && work->options->top == 0) continue;
    accord_status status = accord_find_influences(work->context, &rule->influences, work->sheet->problem, rule->rule,
                                                  rule->under_terms, list_length(work));
    if (!came_through(work, status, rule->label)) continue;
    const accord_split *split = rule->influences->split;
    if (rule->influences->unfound)
      warn(work,
           pool_text(work->context, "%s: on one side the derivatives of %llu groups, at kinks, were not looked for",
                     rule->label, (unsigned long long)rule->influences->unfound));
    if (split->status == ACCORD_LIMIT || split->status == ACCORD_UNCERTIFIED) outcome->limited = true;
    else if (split->status != ACCORD_OK && split->status != ACCORD_RANGE && named) outcome->refused = true;
  }
}

static void find_proposals(struct finding_out *work) {
  sensitivity_outcome *outcome = work->outcome;
  const term_sheet *sheet = work->sheet;
  outcome->proposals = POOL_NEW(work->context, (size_t)sheet->proposal_count + 1, proposal_sensitivity);
  for (int k = 0; k < sheet->proposal_count; k++) {
    proposal_sensitivity *proposal = &outcome->proposals[outcome->proposal_count];
    proposal->name = sheet->proposals[k].name;
    accord_status status = accord_find_margins(work->context, &proposal->margins, sheet->problem,
                                               (const mpq_t *)sheet->proposals[k].share, list_length(work));
    if (came_through(work, status, proposal->name)) outcome->proposal_count++;
  }
}

/* Clauses are priced by the rules asked for under terms, else by the nucleolus under terms. */
static rule_sensitivity *pricing_rules(struct finding_out *work, int *count) {
  const sensitivity_outcome *outcome = work->outcome;
  rule_sensitivity *rules = POOL_NEW(work->context, (size_t)outcome->rule_count + 1, rule_sensitivity);
  const accord_rule *usual = accord_find_rule("nucleolus");
  *count = 0;
  for (int k = 0; k < outcome->rule_count; k++)
    if (outcome->rules[k].under_terms) rules[(*count)++] = outcome->rules[k];
  if (*count == 0 && accord_rule_reaches(usual, work->sheet->problem))
    rules[(*count)++] = (rule_sensitivity){usual, label_under_terms(work->context, usual), true, NULL, NULL};
  return rules;
}

static bool find_term(struct finding_out *work, term_sensitivity *term, const rule_sensitivity *rules, int count) {
  const char *pointer = work->sheet->terms[term->term].pointer;
  term->prices = POOL_NEW(work->context, (size_t)count + 1, term_price);
  for (int k = 0; k < count; k++) {
    term_price *found = &term->prices[term->price_count];
    accord_status status =
        accord_find_price(work->context, &found->price, work->sheet->problem, rules[k].rule, term->term);
    if (!came_through(work, status, pointer)) return false;
    found->rule = rules[k].rule;
    found->label = rules[k].label;
    if (found->price->split->status == ACCORD_OK) term->price_count++;
    else if (found->price->split->status == ACCORD_LIMIT) work->outcome->limited = true;
  }
  return true;
}

static void find_terms(struct finding_out *work) {
  sensitivity_outcome *outcome = work->outcome;
  int count, terms = work->sheet->term_count;
  const rule_sensitivity *rules = pricing_rules(work, &count);
  outcome->terms = POOL_NEW(work->context, (size_t)terms + 1, term_sensitivity);
  for (int k = 0; k < terms; k++) {
    outcome->terms[k].term = k;
    outcome->term_count++;
    if (!find_term(work, &outcome->terms[k], rules, count)) return;
  }
}

/* The party whose weight it is, -1: none. */
static int party_weighed(const term_sheet *sheet, const sheet_input *input) {
  if (strncmp(input->pointer, WEIGHTS, strlen(WEIGHTS)) != 0) return -1;
  const char *id = input->pointer + strlen(WEIGHTS);
  return sheet_find_party(sheet, id, strlen(id));
}

/* Another weight of a party changes nothing else: no sheet need be read for it. */
static accord_status problem_with_weight(accord_context *context, const accord_problem **problem,
                                         const changed_sheet *changed, const mpq_t at) {
  const accord_problem *old = changed->sheet->problem;
  int party = party_weighed(changed->sheet, changed->input);
  if (party < 0 || mpq_sgn(at) <= 0) return ACCORD_UNDEFINED;
  accord_problem *moved = POOL_NEW(context, 1, accord_problem);
  mpq_t *weight = pool_rationals(context, (size_t)old->n);
  for (int i = 0; i < old->n; i++) mpq_set(weight[i], i == party ? at : old->overlays.weights[i]);
  *moved = *old;
  moved->overlays.weights = (const mpq_t *)weight;
  *problem = moved;
  return ACCORD_OK;
}

accord_status problem_with_input(accord_context *context, const accord_problem **problem, void *data, const mpq_t at) {
  changed_sheet *changed = data;
  if (strncmp(changed->input->pointer, WEIGHTS, strlen(WEIGHTS)) == 0)
    return problem_with_weight(context, problem, changed, at);
  leave_tables_out(context, changed->without_table);
  term_sheet *sheet = sheet_with_input(context, changed->sheet, changed->input, at, changed->without_table);
  leave_tables_out(context, false);
  if (sheet->diagnostics.count) return ACCORD_UNDEFINED;
  *problem = sheet->problem;
  return ACCORD_OK;
}

/* Weights and criteria concern the rules that say they need them. */
static bool concerns(const sheet_input *input, const accord_rule *rule) {
  static const char *const overlays[] = {"weights", "criteria"};
  for (size_t k = 0; k < sizeof overlays / sizeof *overlays; k++)
    if (strncmp(input->pointer + 1, overlays[k], strlen(overlays[k])) == 0) return strstr(rule->needs, overlays[k]);
  return true;
}

static bool has_shares(const rule_sensitivity *rule) {
  return rule->influences && rule->influences->split->status == ACCORD_OK;
}

static bool moves_nothing(const accord_slope *slope, int n) {
  for (int i = 0; i < n && slope->status == ACCORD_OK; i++)
    if (mpq_sgn(slope->rate[i])) return false;
  return true;
}

/* Weights and criteria that a rule does not look at are left out. */
static bool is_worth_telling(const input_sensitivity *found, int n) {
  const accord_slope *below = &found->response->below, *above = &found->response->above;
  if (below->status != ACCORD_OK && above->status != ACCORD_OK) return false;
  return found->input->in_model || !moves_nothing(below, n) || !moves_nothing(above, n);
}

/* The problem in which a number that all values move in proportion to is one more; NULL where it is not one. */
static const accord_problem *one_more(struct finding_out *work, const sheet_input *input, changed_sheet *changed) {
  const accord_problem *moved;
  if (!input->linear) return NULL;
  mpq_t *more = pool_rationals(work->context, 1);
  mpq_set_ui(*more, 1, 1);
  mpq_add(*more, *more, input->value);
  return problem_with_input(work->context, &moved, changed, *more) == ACCORD_OK ? moved : NULL;
}

/* Below 0 there is no sheet. */
static void end_at_zero(accord_response *response) {
  accord_slope *below = &response->below;
  if (mpq_sgn(response->value) == 0) below->status = ACCORD_UNDEFINED;
  if (below->curved) return;
  if (!below->bounded || mpq_cmp(below->reach, response->value) > 0) mpq_set(below->reach, response->value);
  below->bounded = true;
  response->kink = response->kink || below->status != response->above.status;
}

bool needs_no_table(const term_sheet *sheet, const rule_sensitivity *rule) {
  const accord_problem *problem = sheet->problem;
  bool costly = problem->network || problem->production || problem->risk || problem->claims;
  return costly && reads_the_model(rule->rule, problem) && !rule->under_terms;
}

/* Weighted Shapley values have a formula: all weights at once. Where it moves nothing, only solving again tells why. */
static accord_response *response_by_formula(struct finding_out *work, rule_sensitivity *rule,
                                            const sheet_input *input) {
  int party = party_weighed(work->sheet, input), n = work->sheet->n;
  if (party < 0 || rule->under_terms || strcmp(rule->rule->name, "weighted-shapley") != 0) return NULL;
  if (!rule->by_weight &&
      accord_find_weight_responses(work->context, &rule->by_weight, work->sheet->problem) != ACCORD_OK)
    return NULL;
  return moves_nothing(&rule->by_weight[party].above, n) ? NULL : &rule->by_weight[party];
}

static accord_status find_one_response(struct finding_out *work, input_sensitivity *found, changed_sheet *changed,
                                       const accord_problem *moved, rule_sensitivity *rule) {
  const sheet_input *input = changed->input;
  found->response = response_by_formula(work, rule, input);
  if (found->response) return ACCORD_OK;
  if (moved && !rule->under_terms) {
    accord_status status =
        accord_find_linear_response(work->context, &found->response, rule->influences, moved, input->value);
    if (status == ACCORD_OK && input->not_negative) end_at_zero(found->response);
    if (status != ACCORD_OK || found->response->below.status == ACCORD_OK || found->response->above.status == ACCORD_OK)
      return status;
  }
  changed->without_table = needs_no_table(work->sheet, rule);
  accord_status status = accord_find_response(work->context, &found->response, problem_with_input, changed,
                                              input->value, rule->rule, rule->under_terms, ACCORD_BOTH_SIDES);
  changed->without_table = false;
  return status;
}

/* By the chain rule, for all rules at once; NULL where they are not. */
static accord_response **find_chained(struct finding_out *work, changed_sheet *changed) {
  sensitivity_outcome *outcome = work->outcome;
  const sheet_input *input = changed->input;
  if (!input->bends_one_way || input->linear) return NULL;
  accord_response **responses = POOL_NEW(work->context, (size_t)outcome->rule_count + 1, accord_response *);
  const accord_influences **influences =
      POOL_NEW(work->context, (size_t)outcome->rule_count + 1, const accord_influences *);
  for (int k = 0; k < outcome->rule_count; k++) influences[k] = outcome->rules[k].influences;
  accord_status status = accord_find_chained_responses(work->context, responses, problem_with_input, changed,
                                                       input->value, influences, outcome->rule_count);
  return status == ACCORD_OK ? responses : NULL;
}

/* False where a limit was reached. */
static bool find_input(struct finding_out *work, const sheet_input *input) {
  sensitivity_outcome *outcome = work->outcome;
  changed_sheet changed = {work->sheet, input, false};
  const accord_problem *moved = one_more(work, input, &changed);
  accord_response **chained = find_chained(work, &changed);
  for (int k = 0; k < outcome->rule_count; k++) {
    rule_sensitivity *rule = &outcome->rules[k];
    input_sensitivity *found = &outcome->inputs[outcome->input_count];
    if (!has_shares(rule) || !concerns(input, rule->rule)) continue;
    accord_status status = ACCORD_OK;
    if (chained && chained[k]) found->response = chained[k];
    else status = find_one_response(work, found, &changed, moved, rule);
    if (status == ACCORD_UNDEFINED) continue;
    if (!came_through(work, status, input->pointer)) return false;
    found->input = input;
    found->rule = rule;
    if (is_worth_telling(found, work->sheet->n)) outcome->input_count++;
  }
  return true;
}

static void find_input_responses(struct finding_out *work) {
  bool given = work->options->top_given, few = work->sheet->n <= PARTIES_FOR_ALL_COALITIONS && !given;
  int count, left_out, room = few ? MOST_INPUTS : given ? work->options->top : INPUTS_OF_MANY_PARTIES;
  sheet_input *inputs = find_inputs(work->sheet, &count, &left_out, room);
  size_t most = (size_t)count * (size_t)work->outcome->rule_count;
  work->outcome->inputs = POOL_NEW(work->context, most + 1, input_sensitivity);
  if (left_out)
    warn(work, pool_text(work->context, "%d numbers of the sheet beyond the first %d are left out%s", left_out, room,
                         few ? "" : "; --top shows more of them"));
  for (int k = 0; k < count && find_input(work, &inputs[k]); k++) {}
}

/* --------------------------------------------------------------- the command */

static bool write_outcome(const cli_options *options, const sensitivity_outcome *outcome) {
  output_stream output;
  output_start(&output, options);
  switch (options->format) {
  case FORMAT_TEXT: write_sensitivity_text(&output, outcome, options->top); break;
  case FORMAT_JSON: write_sensitivity_json(&output, outcome); break;
  case FORMAT_CSV: write_sensitivity_csv(&output, outcome); break;
  }
  return output_finish(&output, options);
}

/* What numbers and questions were passed over. */
static void tell_of_the_rest(struct finding_out *work) {
  const term_sheet *sheet = work->sheet;
  const accord_criteria *criteria = sheet->problem->overlays.criteria;
  bool pairs = criteria && criteria->pairwise;
  for (int k = 0; criteria && k < criteria->count; k++) pairs = pairs || criteria->criterion[k].pairwise;
  if (pairs) warn(work, "entries of comparisons in pairs are not moved");
  if (sheet->file_count && sheet->problem->risk) warn(work, "losses and chances that stand in a file are not moved");
  if (too_many_for_flips(work->outcome))
    warn(work,
         pool_text(work->context, "which change turns a ranking is looked for among up to %d parties and %d numbers",
                   PARTIES_FOR_FLIPS, INPUTS_FOR_FLIPS));
}

sensitivity_outcome *find_sensitivity(accord_context *context, const cli_options *options, term_sheet *sheet,
                                      const sheet_rule *rules, int count, bool named) {
  sensitivity_outcome *outcome = POOL_NEW(context, 1, sensitivity_outcome);
  *outcome = (sensitivity_outcome){.sheet = sheet, .problem = sheet->problem, .exact = sheet->problem->exact};
  struct finding_out work = {context, options, sheet, outcome};
  find_rules(&work, rules, count, named);
  find_proposals(&work);
  find_terms(&work);
  find_input_responses(&work);
  tell_of_the_rest(&work);
  if (!outcome->limited && !find_ranking_flips(context, outcome)) outcome->limited = true;
  return outcome;
}

static int sensitivity_of_sheet(accord_context *context, cli_options *options) {
  int code, count;
  bool named;
  term_sheet *sheet = open_sheet(context, options, &code);
  if (!sheet) return code;
  sheet_rule *rules = choose_rules(context, options, sheet, &count, &named);
  if (sheet->diagnostics.count) return write_mistakes(options, &sheet->diagnostics);
  const sensitivity_outcome *outcome = find_sensitivity(context, options, sheet, rules, count, named);
  stop_clock(context); /* what was found in time is written */
  for (int k = 0; k < outcome->warning_count && options->format == FORMAT_CSV && !options->quiet; k++)
    fprintf(stderr, "note: %s\n", safe_text(context, outcome->warnings[k]));
  if (!write_outcome(options, outcome)) return EXIT_INTERNAL;
  return outcome->limited ? EXIT_LIMIT : outcome->refused ? EXIT_CHECKED_AND_FAILED : EXIT_DONE;
}

int command_sensitivity(accord_context *context, int argc, char **argv) {
  cli_options options = {.context = context};
  read_options(&options, argc, argv, TAKES_FILE | TAKES_SOLVING | TAKES_RULES | TAKES_LINES,
               "How far each number of a term sheet may be wrong before a share or a verdict changes: what every share "
               "changes by as a coalition's value or another number does, and from where to where that holds; for "
               "proposals, the value at which each coalition begins to object.\v"
               "Examples:\n"
               "  accord sensitivity deal.json\n"
               "  accord sensitivity deal.json --rule nucleolus --top 5\n"
               "  accord sensitivity deal.json --json -o sensitivity.json\n\n"
               "Exit codes: 0 done; 1 a rule asked for is undefined here; 2 the sheet or the command line is wrong; "
               "3 a limit was reached; 4 internal or system error.\n\n" LINES_HELP,
               "FILE");
  return for_each_sheet(context, &options, sensitivity_of_sheet);
}

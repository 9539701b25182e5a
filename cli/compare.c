/* SPDX-License-Identifier: GPL-3.0-or-later */
/* accord compare FILE1 FILE2 */
#include "compare.h"

#include "command.h"

#include <string.h>

struct comparing {
  accord_context *context;
  const cli_options *options;
  comparison *found;
};

/* --------------------------------------------------------------------- rules */

static bool is_listed(const comparison *found, const sheet_rule *rule) {
  for (int k = 0; k < found->rule_count; k++)
    if (strcmp(found->rules[k].label, rule->label) == 0) return true;
  return false;
}

static void add_rules(comparison *found, const sheet_rule *rules, int count) {
  for (int k = 0; k < count; k++)
    if (!is_listed(found, &rules[k]))
      found->rules[found->rule_count++] =
          (rule_change){.rule = rules[k].rule, .label = rules[k].label, .under_terms = rules[k].under_terms};
}

/* Those asked for of either sheet, by their labels. */
static bool list_rules(struct comparing *work, term_sheet *before, term_sheet *after) {
  int first, second;
  bool named;
  sheet_rule *old = choose_rules(work->context, work->options, before, &first, &named);
  sheet_rule *new = choose_rules(work->context, work->options, after, &second, &named);
  if (before->diagnostics.count || after->diagnostics.count) return false;
  work->found->rules = POOL_NEW(work->context, (size_t)(first + second) + 1, rule_change);
  add_rules(work->found, old, first);
  add_rules(work->found, new, second);
  return true;
}

static accord_split *solve(struct comparing *work, const rule_change *rule, const term_sheet *sheet) {
  accord_split *split;
  accord_status status = rule->under_terms ? accord_solve_under_terms(work->context, &split, sheet->problem, rule->rule)
                                           : accord_solve(work->context, &split, sheet->problem, rule->rule);
  if (status != ACCORD_OK) guard_leave(work->context, status, "%s", accord_message(work->context));
  if (split->status == ACCORD_LIMIT || split->status == ACCORD_UNCERTIFIED) work->found->limited = true;
  return split;
}

/* -------------------------------------------------------------------- shares */

static int party_of(const term_sheet *sheet, const char *id) { return sheet_find_party(sheet, id, strlen(id)); }

/* Every party of the first sheet, then those that only the second has; only shares that are not the same. */
static void find_shares(struct comparing *work, rule_change *rule, const accord_split *old, const accord_split *new) {
  const term_sheet *before = work->found->before, *after = work->found->after;
  rule->shares = POOL_NEW(work->context, (size_t)(before->n + after->n), share_change);
  for (int k = 0; k < before->n + after->n; k++) {
    const char *id = k < before->n ? before->parties[k].id : after->parties[k - before->n].id;
    int i = party_of(before, id), j = party_of(after, id);
    if (k >= before->n && i >= 0) continue;
    share_change change = {.party = id};
    if (i >= 0 && old->status == ACCORD_OK) change.from = (const mpq_t *)&old->share[i];
    if (j >= 0 && new->status == ACCORD_OK) change.to = (const mpq_t *)&new->share[j];
    if ((!change.from && !change.to) || (change.from && change.to && mpq_equal(*change.from, *change.to))) continue;
    rule->shares[rule->share_count++] = change;
  }
}

/* ------------------------------------------------------------------- verdicts */

static void add_verdict(struct comparing *work, const char *kind, const char *name, const char *what, const char *from,
                        const char *to) {
  comparison *found = work->found;
  if (strcmp(from, to) == 0) return;
  if (found->verdict_count == found->verdict_room) {
    int room = found->verdict_room ? 2 * found->verdict_room : 16;
    found->verdicts =
        pool_grow(work->context, found->verdicts, (size_t)found->verdict_room, (size_t)room, sizeof *found->verdicts);
    found->verdict_room = room;
  }
  found->verdicts[found->verdict_count++] = (verdict_change){kind, name, what, from, to};
}

static const char *answer_text(accord_answer answer) {
  return answer == ACCORD_UNKNOWN ? "not known" : answer == ACCORD_YES ? "true" : "false";
}

/* "true", "false", or the status where there are no shares. */
static const char *core_text(struct comparing *work, const term_sheet *sheet, const accord_split *split) {
  accord_stability *stability;
  if (split->status != ACCORD_OK) return accord_status_text(split->status);
  accord_status status =
      accord_find_stability(work->context, &stability, sheet->problem, (const mpq_t *)split->share, 0);
  if (status == ACCORD_LIMIT) work->found->limited = true;
  else if (status != ACCORD_OK) guard_leave(work->context, status, "%s", accord_message(work->context));
  if (status != ACCORD_OK) return "not known";
  return answer_text(mpq_equal(split->total, sheet->problem->total) ? stability->stable : ACCORD_NO);
}

/* Whether its shares meet every hard clause: "true", "false", "no clauses", or the status where there are no shares. */
static const char *terms_text(struct comparing *work, const term_sheet *sheet, const accord_split *split) {
  if (split->status != ACCORD_OK) return accord_status_text(split->status);
  if (!sheet->problem->terms) return "no clauses";
  const clause_standing *standings = find_standings(work->context, sheet, (const mpq_t *)split->share);
  return terms_are_met(sheet->problem, standings) ? "true" : "false";
}

static void compare_rules(struct comparing *work) {
  comparison *found = work->found;
  for (int k = 0; k < found->rule_count; k++) {
    rule_change *rule = &found->rules[k];
    accord_split *old = solve(work, rule, found->before), *new = solve(work, rule, found->after);
    find_shares(work, rule, old, new);
    add_verdict(work, "rule", rule->label, "in_core", core_text(work, found->before, old),
                core_text(work, found->after, new));
    if (old->status == ACCORD_OK || new->status == ACCORD_OK)
      add_verdict(work, "rule", rule->label, "terms_met", terms_text(work, found->before, old),
                  terms_text(work, found->after, new));
  }
}

static accord_facts *facts_of(struct comparing *work, const term_sheet *sheet) {
  int bits = sheet->n <= PARTIES_FOR_ALL_FACTS ? ACCORD_FACTS_ALL & ~ACCORD_FACT_RANGES : ACCORD_FACTS_QUICK;
  if (work->options->facts) bits = work->options->fact_bits;
  return find_all_facts(work->context, sheet->problem, bits, &work->found->limited);
}

static void compare_facts(struct comparing *work, const accord_facts *old, const accord_facts *new) {
  bool cost = work->found->after->problem->goal == ACCORD_COST;
  add_verdict(work, "game", NULL, "core_empty", answer_text(old->core_empty), answer_text(new->core_empty));
  add_verdict(work, "game", NULL, cost ? "subadditive" : "superadditive", answer_text(old->superadditive),
              answer_text(new->superadditive));
  add_verdict(work, "game", NULL, cost ? "concave" : "convex", answer_text(old->convex), answer_text(new->convex));
  add_verdict(work, "game", NULL, "monotone", answer_text(old->monotone), answer_text(new->monotone));
}

/* What check says of a proposal of that name, "absent" where the sheet has none. */
static const char *proposal_verdict(struct comparing *work, const term_sheet *sheet, const accord_facts *facts,
                                    const char *name) {
  verdict_list all = {.sheet = sheet, .problem = sheet->problem, .exact = sheet->problem->exact, .stands = true};
  all.facts = facts;
  for (int k = 0; k < sheet->proposal_count; k++) {
    split_verdict verdict = {.name = name, .split = (const mpq_t *)sheet->proposals[k].share};
    if (strcmp(sheet->proposals[k].name, name) != 0) continue;
    find_verdict(&all, &verdict, work->context, 1);
    work->found->limited = work->found->limited || all.limited;
    return verdict_name(&verdict) ? verdict_name(&verdict) : "not known";
  }
  return "absent";
}

static bool has_proposal(const term_sheet *sheet, const char *name) {
  for (int k = 0; k < sheet->proposal_count; k++)
    if (strcmp(sheet->proposals[k].name, name) == 0) return true;
  return false;
}

static void compare_proposals(struct comparing *work, const accord_facts *old, const accord_facts *new) {
  const term_sheet *before = work->found->before, *after = work->found->after;
  for (int k = 0; k < before->proposal_count + after->proposal_count; k++) {
    bool first = k < before->proposal_count;
    const char *name = first ? before->proposals[k].name : after->proposals[k - before->proposal_count].name;
    if (!first && has_proposal(before, name)) continue;
    add_verdict(work, "proposal", name, "verdict", proposal_verdict(work, before, old, name),
                proposal_verdict(work, after, new, name));
  }
}

/* ---------------------------------------------------------------- the command */

static bool write_comparison(const cli_options *options, const comparison *found) {
  output_stream output;
  output_start(&output, options);
  switch (options->format) {
  case FORMAT_TEXT: write_comparison_text(&output, found); break;
  case FORMAT_JSON: write_comparison_json(&output, found); break;
  case FORMAT_CSV: write_comparison_csv(&output, found); break;
  }
  return output_finish(&output, options);
}

static int compare_sheets(accord_context *context, const cli_options *options, term_sheet *before, term_sheet *after) {
  comparison found = {.before = before, .after = after};
  struct comparing work = {context, options, &found};
  if (!list_rules(&work, before, after))
    return write_mistakes(options, before->diagnostics.count ? &before->diagnostics : &after->diagnostics);
  found.differences = find_differences(context, before, after);
  compare_rules(&work);
  accord_facts *old = facts_of(&work, before), *new = facts_of(&work, after);
  compare_facts(&work, old, new);
  compare_proposals(&work, old, new);
  attribute_changes(context, &found);
  stop_clock(context); /* what was found in time is written */
  if (!write_comparison(options, &found)) return EXIT_INTERNAL;
  return found.limited ? EXIT_LIMIT : EXIT_DONE;
}

static int compare(accord_context *context, cli_options *options) {
  int code;
  cli_options first = *options;
  first.file = options->result;
  term_sheet *before = open_sheet(context, &first, &code);
  if (!before) return code;
  term_sheet *after = open_sheet(context, options, &code);
  return after ? compare_sheets(context, options, before, after) : code;
}

int command_compare(accord_context *context, int argc, char **argv) {
  cli_options options = {.context = context};
  read_options(&options, argc, argv, TAKES_FILE | TAKES_RESULT | TAKES_SOLVING | TAKES_RULES,
               "What differs between two term sheets, and what that does to every share and verdict: how much each "
               "difference is responsible for is its Shapley value among them.\v"
               "Examples:\n"
               "  accord compare draft1.json draft2.json\n"
               "  accord compare before.json after.json --rule nucleolus --json\n\n"
               "Exit codes: 0 done; 2 a sheet or the command line is wrong; 3 a limit was reached; 4 internal or "
               "system error.\n\n",
               "FILE1 FILE2");
  return compare(context, &options);
}

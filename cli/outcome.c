/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Solving a sheet: which rules, which facts, and every split's stability and payable amounts. */
#include "outcome.h"
#include "command.h"
#include "progress.h"

#include "conflict.h"
#include "reader.h"
#include "voting.h"

#include <math.h>
#include <string.h>

void outcome_warn(accord_context *context, solve_outcome *outcome, const char *format, ...) {
  char text[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  if (outcome->warning_count == outcome->warning_room) {
    int room = outcome->warning_room ? 2 * outcome->warning_room : 16;
    outcome->warnings =
        pool_grow(context, outcome->warnings, (size_t)outcome->warning_room, (size_t)room, sizeof *outcome->warnings);
    outcome->warning_room = room;
  }
  outcome->warnings[outcome->warning_count++] = pool_copy_text(context, text, strlen(text));
}

/* -------------------------------------------------------------------- rules */

/* Where a model has rules of its own, the game rules that are asked of it as well. */
static const struct {
  int domain;
  const char *rules[4];
} asked_of[] = {
    {ACCORD_ON_CLAIMS, {"shapley", "nucleolus"}},         {ACCORD_ON_VOTING, {"shapley", "banzhaf", "nucleolus"}},
    {ACCORD_ON_PRODUCTION, {"shapley", "nucleolus"}},     {ACCORD_ON_ASSIGNMENT, {"shapley", "nucleolus"}},
    {ACCORD_ON_RISK, {"shapley", "nucleolus"}},           {ACCORD_ON_AIRPORT, {"shapley", "nucleolus"}},
    {ACCORD_ON_TREE, {"shapley", "nucleolus"}},           {ACCORD_ON_SPANNING_TREE, {"shapley", "nucleolus"}},
    {ACCORD_ON_CRITERIA_ONLY, {"contribution", "equal"}},
};

static bool is_asked_of(const accord_rule *rule, int domain) {
  for (size_t k = 0; k < sizeof asked_of / sizeof *asked_of; k++)
    for (int r = 0; asked_of[k].domain == domain && r < 4 && asked_of[k].rules[r]; r++)
      if (strcmp(asked_of[k].rules[r], rule->name) == 0) return true;
  return false;
}

/* Whether a rule belongs to what is asked of problems of this kind where nobody names rules. */
static bool is_usual(const accord_rule *rule, const accord_problem *problem) {
  int model = accord_problem_domains(problem) & ~ACCORD_ON_GAMES;
  if (!accord_rule_applies(rule, problem)) return false;
  if (model && is_asked_of(rule, model)) return true;
  return rule->by_default && (!model || rule->domain & model);
}

/* It may take minutes: by name only. */
static bool takes_long(const accord_rule *rule, const accord_problem *problem) {
  return problem->voting && !problem->game && !vote_is_light(problem->voting) && strstr(rule->name, "nucleolus");
}

static bool in_default_set(const accord_rule *rule, const accord_problem *problem) {
  return is_usual(rule, problem) && accord_rule_reaches(rule, problem) && !takes_long(rule, problem);
}

static void warn_of_rules_left_out(accord_context *context, solve_outcome *outcome) {
  const char *names = "";
  for (int k = 0; k < accord_rule_count; k++)
    if (is_usual(&accord_rules[k], outcome->problem) && !in_default_set(&accord_rules[k], outcome->problem))
      names = pool_text(context, "%s%s%s", names, *names ? ", " : "", accord_rules[k].name);
  if (*names)
    outcome_warn(context, outcome, "Left out, as the parties are too many for it: %s; asked for by --rule, it says why",
                 names);
}

static sheet_rule *default_rules(accord_context *context, const accord_problem *problem, int *count) {
  sheet_rule *rules = POOL_NEW(context, (size_t)accord_rule_count, sheet_rule);
  *count = 0;
  for (int k = 0; k < accord_rule_count; k++)
    if (in_default_set(&accord_rules[k], problem))
      rules[(*count)++] = (sheet_rule){&accord_rules[k], accord_rules[k].name, false};
  return rules;
}

static void report_flag(term_sheet *sheet, const char *name) {
  const source_text source = {.name = "--rule"};
  report_rule(sheet, &source, SIZE_MAX, "", name);
}

static sheet_rule *rules_of_flag(accord_context *context, const char *flag, term_sheet *sheet, int *count) {
  char *copy = pool_copy_text(context, flag, strlen(flag)), *rest;
  sheet_rule *rules = POOL_NEW(context, strlen(flag) + 1, sheet_rule);
  *count = 0;
  for (char *name = strtok_r(copy, ", ", &rest); name; name = strtok_r(NULL, ", ", &rest)) {
    const accord_rule *rule = accord_find_rule(name);
    bool twice = false;
    if (!rule) report_flag(sheet, name);
    for (int k = 0; k < *count; k++) twice = twice || rules[k].rule == rule;
    if (rule && !twice) rules[(*count)++] = (sheet_rule){rule, rule->name, false};
  }
  if (*count == 0 && sheet->diagnostics.count == 0) report_flag(sheet, flag);
  return rules;
}

static sheet_rule *rules_asked(accord_context *context, const cli_options *options, term_sheet *sheet, int *count) {
  if (options->rules) return rules_of_flag(context, options->rules, sheet, count);
  if (!sheet->rule_count) {
    sheet_make_game(sheet);
    return default_rules(context, sheet->problem, count);
  }
  *count = sheet->rule_count;
  return sheet->rules;
}

/* Each rule under terms, once under each label. */
static sheet_rule *all_under_terms(accord_context *context, const sheet_rule *rules, int *count) {
  sheet_rule *all = POOL_NEW(context, (size_t)*count + 1, sheet_rule);
  int kept = 0;
  for (int k = 0; k < *count; k++) {
    bool own = strcmp(rules[k].label, rules[k].rule->name) == 0, twice = false;
    sheet_rule asked = {rules[k].rule, own ? label_under_terms(context, rules[k].rule) : rules[k].label, true};
    for (int j = 0; j < *count; j++) twice = twice || (j != k && strcmp(rules[j].label, asked.label) == 0);
    if (!twice) all[kept++] = asked;
  }
  *count = kept;
  return all;
}

sheet_rule *choose_rules(accord_context *context, const cli_options *options, term_sheet *sheet, int *count,
                         bool *named) {
  *named = options->rules || sheet->rule_count;
  sheet_rule *rules = rules_asked(context, options, sheet, count);
  return options->under_terms ? all_under_terms(context, rules, count) : rules;
}

term_sheet *open_with_rules(accord_context *context, cli_options *options, sheet_rule **rules, int *count, bool *named,
                            int *code) {
  term_sheet *sheet = open_sheet(context, options, code);
  if (!sheet) return NULL;
  *rules = choose_rules(context, options, sheet, count, named);
  if (sheet->diagnostics.count == 0) return sheet;
  *code = write_mistakes(options, &sheet->diagnostics);
  return NULL;
}

/* -------------------------------------------------------------------- facts */

bool model_tells_core(const accord_problem *problem) {
  if (problem->assignment) return true;
  return !problem->game && (problem->production || problem->claims || problem->network || problem->airport ||
                            problem->tree || problem->risk);
}

/* As asked, else all of them for few parties, and quick ones beyond. */
static int choose_facts(const cli_options *options, const accord_problem *problem, const char **name) {
  *name = options->facts ? options->facts : problem->n <= PARTIES_FOR_ALL_FACTS ? "all" : "quick";
  if (options->facts) return options->fact_bits;
  if (problem->n <= PARTIES_FOR_ALL_FACTS)
    return options->reporting ? ACCORD_FACTS_ALL | ACCORD_FACT_PROOFS : ACCORD_FACTS_ALL;
  if (!model_tells_core(problem)) return ACCORD_FACTS_QUICK;
  return problem->game ? ACCORD_FACTS_ALL & ~ACCORD_FACT_CONVEX : ACCORD_FACTS_ALL;
}

/* Whether what is asked for goes by the coalitions of a model whose table is made only where it is needed. */
static bool needs_game(const cli_options *options, const term_sheet *sheet, const sheet_rule *rules, int count) {
  const accord_overlays *overlays = &sheet->problem->overlays;
  if (sheet->n <= PARTIES_FOR_ALL_FACTS || (options->facts && options->fact_bits)) return true;
  if (sheet->term_count || sheet->subsidy || overlays->union_of || overlays->links) return true;
  for (int k = 0; k < count; k++)
    if (!accord_rule_reaches(rules[k].rule, sheet->problem)) return true;
  return false;
}

void make_game_if_needed(const cli_options *options, term_sheet *sheet, const sheet_rule *rules, int count) {
  if (needs_game(options, sheet, rules, count)) sheet_make_game(sheet);
}

static void merge_facts(accord_facts *all, const accord_facts *found, int bits) {
  if (bits & ACCORD_FACT_MONOTONE) all->monotone = found->monotone;
  if (bits & ACCORD_FACT_CONVEX) all->convex = found->convex;
  if (bits & ACCORD_FACT_SUPERADDITIVE) all->superadditive = found->superadditive;
  if (bits & (ACCORD_FACT_CORE | ACCORD_FACT_RANGES) || found->core_empty != ACCORD_UNKNOWN) {
    all->core_empty = found->core_empty;
    all->balanced = found->balanced;
    all->stability_proof = found->stability_proof;
    all->least_proof = found->least_proof;
    all->greatest_proof = found->greatest_proof;
    all->least_share = found->least_share;
    all->greatest_share = found->greatest_share;
  }
  if (bits & ACCORD_FACT_LEAST_CORE) {
    all->has_least_core = found->has_least_core;
    all->least_core_proof = found->least_core_proof;
    mpq_set(all->least_core, found->least_core);
  }
  if (bits & ACCORD_FACT_INTERACTIONS) {
    all->shapley_interaction = found->shapley_interaction;
    all->banzhaf_interaction = found->banzhaf_interaction;
  }
  if (bits & ACCORD_FACT_COST_OF_STABILITY) {
    all->has_cost_of_stability = found->has_cost_of_stability;
    mpq_set(all->cost_of_stability, found->cost_of_stability);
  }
}

accord_facts *find_all_facts(accord_context *context, const accord_problem *problem, int bits, bool *limited) {
  static const int kinds[] = {ACCORD_FACT_MONOTONE, ACCORD_FACT_CONVEX | ACCORD_FACT_SUPERADDITIVE,
                              ACCORD_FACT_CORE | ACCORD_FACT_RANGES | ACCORD_FACT_COST_OF_STABILITY,
                              ACCORD_FACT_LEAST_CORE, ACCORD_FACT_INTERACTIONS};
  static const char *const words[] = {"the shape of the game", "the shape of the game", "the core", "the least core",
                                      "the interactions"};
  accord_facts *all, *found;
  accord_status status = accord_find_facts(context, &all, problem, 0);
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds && status == ACCORD_OK; k++) {
    if (!(bits & kinds[k])) continue;
    progress_to(words[k]);
    status = accord_find_facts(context, &found, problem, bits & (kinds[k] | ACCORD_FACT_PROOFS));
    if (status == ACCORD_OK) merge_facts(all, found, bits & kinds[k]);
    if (status == ACCORD_LIMIT) *limited = true, status = ACCORD_OK;
  }
  if (status != ACCORD_OK) guard_leave(context, status, "%s", accord_message(context));
  return all;
}

/* -------------------------------------------------------------- allocations */

bool outcome_stopped(accord_context *context, solve_outcome *outcome, accord_status status) {
  if (status == ACCORD_OK) return false;
  if (status != ACCORD_LIMIT) guard_leave(context, status, "%s", accord_message(context));
  return outcome->limited = true;
}

/* Once for all rules that share the same total. */
static void warn_of_rest(accord_context *context, solve_outcome *outcome, const mpq_t rest) {
  const term_sheet *sheet = outcome->sheet;
  if (mpq_sgn(rest) == 0 || outcome->warned_of_rest) return;
  outcome->warned_of_rest = true;
  outcome_warn(context, outcome, "The total is no multiple of %s: %s %s", unit_text(context, sheet),
               exact_money_text(context, sheet, rest),
               outcome->problem->goal == ACCORD_COST ? "are not charged to anybody" : "are left over");
}

/* A rule that shares each union's or linked group's own value does not share what all have together. */
static void warn_of_other_total(accord_context *context, solve_outcome *outcome, rule_allocation *allocation) {
  const term_sheet *sheet = outcome->sheet;
  if (allocation->stability) allocation->stability->stable = ACCORD_NO;
  allocation->other_total = true;
  outcome_warn(context, outcome, "%s shares %s, not the %s that all have together: each group its own value",
               allocation->label, exact_money_text(context, sheet, allocation->split->total),
               exact_money_text(context, sheet, outcome->problem->total));
}

/* What is paid out. */
static mpq_t *paid_amounts(accord_context *context, const term_sheet *sheet, const rule_allocation *allocation) {
  mpq_t *paid = pool_rationals(context, (size_t)sheet->n);
  for (int i = 0; i < sheet->n; i++) {
    mpq_set_z(paid[i], allocation->payable[i]);
    mpq_mul(paid[i], paid[i], sheet->unit);
  }
  return paid;
}

/* Clauses that the split meets and its payable amounts do not. */
static void warn_of_rounded_terms(accord_context *context, solve_outcome *outcome, const rule_allocation *allocation) {
  const term_sheet *sheet = outcome->sheet;
  if (!allocation->standings) return;
  mpq_t *paid = paid_amounts(context, sheet, allocation);
  clause_standing *rounded = find_standings(context, sheet, (const mpq_t *)paid);
  for (int k = 0; k < sheet->term_count; k++)
    if (rounded[k].broken && !allocation->standings[k].broken)
      outcome_warn(context, outcome, "Rounded to %s, %s breaks %s by %s", unit_text(context, sheet), allocation->label,
                   clause_label(context, sheet, k), exact_money_text(context, sheet, rounded[k].miss));
}

/* Whether who objects to the amounts paid does so only because they are rounded. */
static bool is_by_rounding(accord_context *context, const solve_outcome *outcome, const rule_allocation *allocation,
                           const accord_objection *objection, const mpq_t *paid) {
  mpq_t *work = pool_rationals(context, 2), *gain = &work[0], *change = &work[1];
  mpq_set(*gain, objection->amount);
  for (accord_coalition rest = objection->coalition; rest; rest &= rest - 1) {
    int i = __builtin_ctzll(rest);
    mpq_sub(*change, paid[i], allocation->split->share[i]);
    if (outcome->problem->goal == ACCORD_COST) mpq_neg(*change, *change);
    mpq_add(*gain, *gain, *change);
  }
  bool rounded = mpq_sgn(*gain) <= 0;
  pool_free(context, work);
  return rounded;
}

/* So many parties at most have all their coalitions gone through for what rounding does: some milliseconds. */
enum { PARTIES_FOR_ALL_ROUNDING = 12 };

/* Coalitions that could not object to the split and can to its payable amounts. Of a split in the core these are all
 * that object; of another one they are looked for among all, where the parties are few. */
static void warn_of_rounding(accord_context *context, solve_outcome *outcome, const rule_allocation *allocation,
                             int top) {
  const term_sheet *sheet = outcome->sheet;
  accord_stability *rounded;
  bool in_core = allocation->stability->stable == ACCORD_YES;
  if (!in_core && (allocation->stability->stable == ACCORD_UNKNOWN || sheet->n > PARTIES_FOR_ALL_ROUNDING)) return;
  mpq_t *paid = paid_amounts(context, sheet, allocation);
  accord_status status =
      accord_find_stability(context, &rounded, outcome->problem, (const mpq_t *)paid, in_core ? top : 1 << sheet->n);
  if (outcome_stopped(context, outcome, status)) return;
  uint64_t told = 0, found = in_core ? rounded->objection_count : 0;
  for (int k = 0; k < rounded->listed; k++) {
    const accord_objection *objection = &rounded->objections[k];
    if (!in_core && !is_by_rounding(context, outcome, allocation, objection, (const mpq_t *)paid)) continue;
    if (!in_core) found++;
    if (told < (uint64_t)top)
      told++, outcome_warn(context, outcome, "Rounded to %s, %s leaves %s %s worse off than by leaving",
                           unit_text(context, sheet), allocation->label, objection_names(context, sheet, objection),
                           exact_money_text(context, sheet, objection->amount));
  }
  if (found > told)
    outcome_warn(context, outcome,
                 "Rounded to %s, %s leaves %s%llu groups worse off than by leaving; --top shows more of them",
                 unit_text(context, sheet), allocation->label, rounded->only_some_counted ? "at least " : "",
                 (unsigned long long)found);
}

/* A total in doubles is the whole number of units that it lies next to. */
static void round_inexact_total(mpq_t total, accord_context *context, const solve_outcome *outcome,
                                const accord_split *split) {
  mpq_t *work = pool_rationals(context, 2), *near = &work[0], *off = &work[1];
  mpq_set(total, split->total);
  mpq_div(*near, total, outcome->sheet->unit);
  mpq_set_ui(*off, 1, 2);
  mpq_add(*near, *near, *off);
  mpz_fdiv_q(mpq_numref(*near), mpq_numref(*near), mpq_denref(*near));
  mpz_set_ui(mpq_denref(*near), 1);
  mpq_mul(*near, *near, outcome->sheet->unit);
  mpq_sub(*off, *near, total);
  double tolerance = accord_context_settings(context)->tolerance * fabs(accord_to_double(total));
  if (!outcome->exact && fabs(accord_to_double(*off)) <= tolerance) mpq_set(total, *near);
  pool_free(context, work);
}

/* From this consistency ratio on, Saaty (1980) asks for the comparisons to be looked at again. */
static const double ratio_to_warn_of = 0.1;

static void warn_of_ratio(accord_context *context, solve_outcome *outcome, double ratio, const char *criterion) {
  if (ratio < ratio_to_warn_of) return;
  const char *whose = criterion ? pool_text(context, "parties in \"%s\"", criterion) : "criteria";
  outcome_warn(context, outcome,
               "The comparisons of the %s in pairs contradict one another: their consistency ratio is %.3f, and from "
               "0.1 on they should be looked at again",
               whose, ratio);
}

/* Once for all rules that read the criteria. */
static void warn_of_comparisons(accord_context *context, solve_outcome *outcome, const accord_composite *composite) {
  if (!composite || outcome->warned_of_comparisons) return;
  outcome->warned_of_comparisons = true;
  warn_of_ratio(context, outcome, composite->consistency_ratio, NULL);
  for (int k = 0; k < composite->criteria->count; k++)
    warn_of_ratio(context, outcome, composite->party_ratio[k], composite->criteria->criterion[k].name);
}

static void complete(accord_context *context, solve_outcome *outcome, rule_allocation *allocation, int top) {
  const accord_split *split = allocation->split;
  mpq_t *rest = pool_rationals(context, 2), *total = &rest[1];
  accord_status status =
      accord_find_stability(context, &allocation->stability, outcome->problem, (const mpq_t *)split->share, top);
  outcome_stopped(context, outcome, status); /* then there is no stability */
  allocation->payable = pool_integers(context, (size_t)split->n);
  round_inexact_total(*total, context, outcome, split);
  status = accord_find_payable(context, allocation->payable, *rest, (const mpq_t *)split->share, *total,
                               outcome->sheet->unit, split->n);
  if (status != ACCORD_OK) guard_leave(context, status, "%s", accord_message(context));
  warn_of_rest(context, outcome, *rest);
  allocation->standings = find_standings(context, outcome->sheet, (const mpq_t *)split->share);
  warn_of_rounded_terms(context, outcome, allocation);
  warn_of_comparisons(context, outcome, split->composite);
  if (!mpq_equal(split->total, outcome->problem->total)) warn_of_other_total(context, outcome, allocation);
  else if (allocation->stability) warn_of_rounding(context, outcome, allocation, top);
}

static void solve_rule(accord_context *context, solve_outcome *outcome, rule_allocation *allocation, int top) {
  progress_to(allocation->label);
  accord_status status = (allocation->under_terms ? accord_solve_under_terms : accord_solve)(
      context, &allocation->split, outcome->problem, allocation->rule);
  if (status != ACCORD_OK) guard_leave(context, status, "%s", accord_message(context));
  switch (allocation->split->status) {
  case ACCORD_OK: complete(context, outcome, allocation, top); break;
  case ACCORD_RANGE: break;
  case ACCORD_UNDEFINED:
  case ACCORD_INFEASIBLE: outcome->refused = outcome->refused || allocation->named; break;
  default: outcome->limited = true;
  }
}

/* The rule before transaction costs, for comparison. */
static void solve_frictionless(accord_context *context, solve_outcome *outcome, rule_allocation *allocation) {
  const accord_problem *before = outcome->problem->frictionless;
  if (!before || allocation->split->status != ACCORD_OK || allocation->under_terms) return;
  accord_status status = accord_solve(context, &allocation->frictionless, before, allocation->rule);
  if (status != ACCORD_OK) guard_leave(context, status, "%s", accord_message(context));
  if (allocation->frictionless->status != ACCORD_OK) allocation->frictionless = NULL;
}

/* ------------------------------------------------------------------- clauses */

/* Whether the clauses can hold with these conditions; unknown where the conditions fail by themselves. */
static accord_answer ask(accord_context *context, solve_outcome *outcome, accord_conditions conditions) {
  accord_conflict *conflict;
  accord_status status = accord_find_conflict(context, &conflict, outcome->problem, conditions);
  if (outcome_stopped(context, outcome, status)) return ACCORD_UNKNOWN;
  if (!conflict) return ACCORD_YES;
  if (!conflict_names_clause(conflict)) return ACCORD_UNKNOWN;
  outcome->terms.conflict = conflict;
  return ACCORD_NO;
}

static void find_terms_outcome(accord_context *context, solve_outcome *outcome) {
  terms_outcome *terms = &outcome->terms;
  terms->feasible = terms->with_parties = terms->with_coalitions = ACCORD_UNKNOWN;
  if (!outcome->problem->terms) return;
  terms->feasible = ask(context, outcome, ACCORD_TERMS_AND_SUM);
  outcome->refused = outcome->refused || terms->feasible == ACCORD_NO;
  if (terms->feasible != ACCORD_YES || !outcome->problem->game) return;
  terms->with_parties = ask(context, outcome, ACCORD_WITH_PARTIES);
  if (terms->with_parties != ACCORD_YES || outcome->facts->core_empty != ACCORD_NO) return;
  terms->with_coalitions = ask(context, outcome, ACCORD_WITH_COALITIONS);
}

/* Proofs that were asked for, where there can be none. */
static void warn_of_missing_proofs(accord_context *context, const cli_options *options, solve_outcome *outcome) {
  if (!options->facts || !(outcome->fact_bits & ACCORD_FACT_PROOFS) || (outcome->exact && outcome->problem->game))
    return;
  outcome_warn(context, outcome, "The facts come without proofs: %s",
               outcome->problem->game ? "they were decided within a tolerance; --exact decides and proves them exactly"
                                      : "these are only given where every group's value stands in a table");
}

solve_outcome *find_outcome(accord_context *context, const cli_options *options, term_sheet *sheet,
                            const sheet_rule *rules, int rule_count, bool named) {
  solve_outcome *outcome = POOL_NEW(context, 1, solve_outcome);
  make_game_if_needed(options, sheet, rules, rule_count);
  outcome->sheet = sheet;
  outcome->limited = sheet->limited;
  outcome->problem = sheet->problem;
  outcome->exact = sheet->problem->exact;
  outcome->fact_bits = choose_facts(options, sheet->problem, &outcome->facts_name);
  for (int k = 0; k < sheet->warning_count; k++) outcome_warn(context, outcome, "%s", sheet->warnings[k]);
  if (!named) warn_of_rules_left_out(context, outcome);
  outcome->allocations = POOL_NEW(context, (size_t)rule_count, rule_allocation);
  for (int k = 0; k < rule_count; k++) {
    rule_allocation *allocation = &outcome->allocations[outcome->allocation_count++];
    allocation->rule = rules[k].rule;
    allocation->label = rules[k].label;
    allocation->named = named;
    allocation->under_terms = rules[k].under_terms;
    solve_rule(context, outcome, allocation, options->top);
    solve_frictionless(context, outcome, allocation);
  }
  outcome->facts = find_all_facts(context, sheet->problem, outcome->fact_bits, &outcome->limited);
  warn_of_missing_proofs(context, options, outcome);
  find_terms_outcome(context, outcome);
  find_overlay_outcome(context, outcome, options->top);
  if (outcome->problem->unknowns) find_unknown_outcome(context, outcome);
  return outcome;
}

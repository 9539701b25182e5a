/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of rules, from rules.def. */
#include "rule.h"

#include <string.h>

const accord_rule accord_rules[] = {
#define RULE(symbol, name, title, formula, needs, reference, domain, max_n, promises, claims_promises, rational,       \
             by_default)                                                                                               \
  {name, title, formula, needs, reference, domain, max_n, promises, claims_promises, rational, by_default, symbol},
#include "rules.def"
#undef RULE
};

const int accord_rule_count = (int)(sizeof accord_rules / sizeof *accord_rules);

/* Other names that people know rules by. */
static const char *const aliases[][2] = {{"cis", "equal-surplus"},
                                         {"aca", "scrb"},
                                         {"tva", "scrb"},
                                         {"o-neill", "random-arrival"},
                                         {"constrained-equal-awards", "cea"},
                                         {"constrained-equal-losses", "cel"},
                                         {"contested-garment", "concede-and-divide"}};

const accord_rule *accord_find_rule(const char *name) {
  for (size_t k = 0; k < sizeof aliases / sizeof *aliases; k++)
    if (strcmp(aliases[k][0], name) == 0) name = aliases[k][1];
  for (int k = 0; k < accord_rule_count; k++)
    if (strcmp(accord_rules[k].name, name) == 0) return &accord_rules[k];
  return NULL;
}

int accord_problem_domains(const accord_problem *problem) {
  int domains = problem->criteria_only ? 0 : ACCORD_ON_GAMES;
#define X(name, bit, member, text)                                                                                     \
  if (problem->member) domains |= name;
  ACCORD_DOMAIN_LIST(X)
#undef X
  return domains;
}

bool accord_rule_applies(const accord_rule *rule, const accord_problem *problem) {
  return rule->domain & accord_problem_domains(problem);
}

const char *why_not_applicable(const accord_rule *rule) {
  if (rule->domain & ACCORD_ON_GAMES) return "needs what groups are worth by themselves, and here are only criteria";
#define X(name, bit, member, text)                                                                                     \
  if (rule->domain & name) return text;
  ACCORD_DOMAIN_LIST(X)
#undef X
  return "";
}

bool reads_the_model(const accord_rule *rule, const accord_problem *problem) {
  return rule->domain & accord_problem_domains(problem) & ~ACCORD_ON_GAMES;
}

/* ---------------------------------------------------------------- shortcuts */

static const struct {
  const char *rule;
  int domain;
  rule_work *solve;
  shortcut_use use;
  int max_n;
} shortcuts[] = {
#define SHORTCUT(rule, domain, symbol, use, max_n) {rule, domain, symbol, use, max_n},
#include "shortcuts.def"
#undef SHORTCUT
};

static rule_work *find_shortcut(const accord_rule *rule, const accord_problem *problem, shortcut_use use) {
  int domains = accord_problem_domains(problem);
  for (size_t k = 0; k < sizeof shortcuts / sizeof *shortcuts; k++)
    if (shortcuts[k].domain & domains && shortcuts[k].use == use && problem->n <= shortcuts[k].max_n &&
        strcmp(shortcuts[k].rule, rule->name) == 0)
      return shortcuts[k].solve;
  return NULL;
}

rule_work *find_way(const accord_rule *rule, const accord_problem *problem) {
  rule_work *always = find_shortcut(rule, problem, ALWAYS);
  if (always) return always;
  /* a rule for two says itself that it has no answer for more */
  bool in_reach = problem->n <= rule->max_n || rule->max_n <= 2;
  if (in_reach && (problem->game || reads_the_model(rule, problem))) return rule->solve;
  if (!problem->game && needs_singles_only(rule, problem)) return rule->solve;
  return find_shortcut(rule, problem, BEYOND_TABLES);
}

bool accord_rule_reaches(const accord_rule *rule, const accord_problem *problem) {
  if (problem->unknowns) return accord_rule_applies(rule, problem) && problem->n <= rule->max_n;
  return accord_rule_applies(rule, problem) && find_way(rule, problem);
}

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

bool accord_rule_applies(const accord_rule *rule, const accord_problem *problem) {
  if (problem->claims && rule->domain & ACCORD_ON_CLAIMS) return true;
  return rule->domain & ACCORD_ON_GAMES;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules over the splits that meet the hard clauses. */
#include "under_terms.h"

#include "egalitarian.h"
#include "nash_under_terms.h"
#include "nearest.h"
#include "nucleolus.h"

#include <string.h>

static accord_status nucleolus_under_terms(accord_context *context, accord_split *split,
                                           const accord_problem *problem) {
  nucleolus_options options = {.imputations = true, .clauses = problem};
  return nucleolus_over_imputations(context, split, problem->game, &options);
}

static accord_status prenucleolus_under_terms(accord_context *context, accord_split *split,
                                              const accord_problem *problem) {
  nucleolus_options options = {.clauses = problem};
  return find_nucleolus(context, split->share, &split->certificate, problem->game, &options);
}

static accord_status egalitarian_core_under_terms(accord_context *context, accord_split *split,
                                                  const accord_problem *problem) {
  return find_egalitarian_core(context, split->share, problem, true);
}

/* The rule's own answer where it meets the clauses, which is exact. */
static accord_status nash_under_terms(accord_context *context, accord_split *split, const accord_problem *problem) {
  accord_status status = rule_nash(context, split, problem);
  if (status != ACCORD_OK || meets_clauses(context, (const mpq_t *)split->share, problem)) return status;
  return find_nash_under_terms(context, split, problem);
}

/* Rules that are a choice among splits keep being one; any other rule gives a target. */
static const struct {
  const char *rule;
  accord_conditions conditions;
  accord_status (*solve)(accord_context *context, accord_split *split, const accord_problem *problem);
} choices[] = {
    {"nucleolus", ACCORD_WITH_PARTIES, nucleolus_under_terms},
    {"prenucleolus", ACCORD_TERMS_AND_SUM, prenucleolus_under_terms},
    {"nash", ACCORD_WITH_PARTIES, nash_under_terms},
    {"egalitarian-core", ACCORD_WITH_COALITIONS, egalitarian_core_under_terms},
};

enum { CHOICES = sizeof choices / sizeof *choices };

static int find_choice(const accord_rule *rule) {
  int k = 0;
  while (k < CHOICES && strcmp(choices[k].rule, rule->name) != 0) k++;
  return k;
}

accord_conditions conditions_of(const accord_rule *rule) {
  int k = find_choice(rule);
  return k < CHOICES ? choices[k].conditions : ACCORD_TERMS_AND_SUM;
}

/* The split nearest to the rule's own. */
static accord_status solve_nearest(accord_context *context, accord_split *split, const accord_problem *problem,
                                   const accord_rule *rule) {
  accord_status status = find_way(rule, problem)(context, split, problem);
  if (status != ACCORD_OK) return status;
  mpq_t *target = pool_rationals(context, (size_t)problem->n + 1), *total = &target[problem->n];
  for (int i = 0; i < problem->n; i++) mpq_set(target[i], split->share[i]);
  rational_sum(*total, (const mpq_t *)target, problem->n);
  coalition_lp *lp = split_lp_new(context, problem, *total);
  add_clauses(lp, problem, false);
  split->detail = (accord_detail){NULL, NULL};
  split->coleman = NULL;
  split->prices = NULL;
  split->branches = NULL;
  split->tree = NULL;
  split->certificate = NULL; /* it proves the target, not this split */
  if (find_nearest(split->share, lp, (const mpq_t *)target)) return ACCORD_OK;
  return fail(context, ACCORD_INFEASIBLE, "no split meets every clause");
}

/* One party: all goes to it, or nothing can be agreed. */
static accord_status solve_for_one(accord_context *context, accord_split *split, const accord_problem *problem,
                                   const accord_rule *rule) {
  accord_status status = find_way(rule, problem)(context, split, problem);
  if (status != ACCORD_OK || meets_clauses(context, (const mpq_t *)split->share, problem)) return status;
  return fail(context, ACCORD_INFEASIBLE, "no split meets every clause");
}

accord_status solve_under_terms(accord_context *context, accord_split *split, const accord_problem *problem,
                                const accord_rule *rule) {
  if (problem->n == 1) return solve_for_one(context, split, problem, rule);
  int k = find_choice(rule);
  if (k < CHOICES && choices[k].solve == nucleolus_under_terms && problem->airport && problem->airport->movements)
    return fail(
        context, ACCORD_LIMIT,
        "the nucleolus under terms is not worked out where parties are many users each; shapley under terms is");
  if (k < CHOICES && !problem->game) return fail(context, ACCORD_LIMIT, "%s", problem->no_game);
  return k < CHOICES ? choices[k].solve(context, split, problem) : solve_nearest(context, split, problem, rule);
}

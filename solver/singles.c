/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What single parties have alone and add to all others: from the table, or from what the model states. */
#include "rule.h"
#include "voting.h"

#include <string.h>

/* max(0, E - claims of the others). */
static void find_rests(mpq_t *rest, const accord_claims *claims) {
  mpq_t *sum = pool_rationals(active_context(), 1);
  rational_sum(*sum, (const mpq_t *)claims->claim, claims->n);
  mpq_sub(*sum, claims->estate, *sum);
  for (int i = 0; i < claims->n; i++) {
    mpq_add(rest[i], *sum, claims->claim[i]);
    if (mpq_sgn(rest[i]) < 0) mpq_set_ui(rest[i], 0, 1);
  }
  pool_free(active_context(), sum);
}

void find_standalones(mpq_t *standalone, const accord_problem *problem) {
  if (problem->game) {
    game_standalones(standalone, problem->game);
    return;
  }
  if (problem->claims) {
    find_rests(standalone, problem->claims);
    return;
  }
  for (int i = 0; i < problem->n; i++) {
    accord_standalone(standalone[i], problem, i);
    if (problem->goal == ACCORD_COST) mpq_neg(standalone[i], standalone[i]);
  }
}

static bool tells_standalones(const accord_problem *problem) {
  mpq_t value;
  mpq_init(value);
  bool tells = problem->claims || accord_standalone(value, problem, 0);
  mpq_clear(value);
  return tells;
}

void find_marginals(mpq_t *marginal, const accord_problem *problem) {
  if (problem->game) {
    game_marginals(marginal, problem->game);
    return;
  }
  const bool *veto = problem->voting ? find_vetoes(active_context(), problem->voting) : NULL;
  for (int i = 0; i < problem->n; i++) {
    mpq_set_ui(marginal[i], 0, 1);
    if (veto && veto[i]) mpq_set(marginal[i], problem->voting->prize);
    if (problem->claims) rational_min(marginal[i], problem->claims->claim[i], problem->claims->estate);
  }
}

bool needs_singles_only(const accord_rule *rule, const accord_problem *problem) {
  enum { NOTHING, ALONE, MARGINAL };
  static const struct {
    const char *rule;
    int needs; /* beside the total */
  } few[] = {{"equal", NOTHING}, {"contribution", NOTHING}, {"equal-surplus", ALONE}, {"proportional", ALONE},
             {"nash", ALONE},    {"ensc", MARGINAL},        {"scrb", MARGINAL},       {"gately", MARGINAL}};
  bool marginals = problem->voting || problem->claims;
  if (problem->unknowns) return false;
  for (size_t k = 0; k < sizeof few / sizeof *few; k++)
    if (strcmp(few[k].rule, rule->name) == 0)
      return few[k].needs == NOTHING || (few[k].needs == ALONE ? tells_standalones(problem) : marginals);
  return false;
}

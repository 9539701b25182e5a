/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which change of one number turns the ranking of two parties. */
#include "sensitivity.h"

struct flip_search {
  accord_context *context;
  sensitivity_outcome *outcome;
  ranking_flip *best; /* n * n a rule */
};

struct changed_value {
  const accord_problem *problem;
  accord_coalition coalition;
};

static accord_status problem_with_coalition(accord_context *context, const accord_problem **problem, void *data,
                                            const mpq_t at) {
  const struct changed_value *changed = data;
  return accord_problem_with_value(context, problem, changed->problem, changed->coalition, at);
}

/* Keeps each pair's smallest change. */
static void keep(struct flip_search *search, int rule, const accord_flips *flips, const ranking_flip *about) {
  int n = search->outcome->sheet->n;
  for (int k = 0; k < flips->count; k++) {
    const accord_flip *flip = &flips->list[k];
    ranking_flip *best = &search->best[(rule * n + flip->over) * n + flip->under];
    mpq_t *size = pool_rationals(search->context, 1), *whole = pool_rationals(search->context, 1);
    if (!flip->found) continue;
    mpq_sub(*size, flip->at, *about->value);
    mpq_abs(*size, *size);
    mpq_abs(*whole, *about->value);
    if (about->input && mpq_sgn(*whole)) mpq_div(*size, *size, *whole);
    if (best->at && mpq_cmp(*best->size, *size) <= 0) continue;
    *best = *about;
    best->over = flip->over;
    best->under = flip->under;
    best->at = &flip->at;
    best->exact = flip->exact;
    best->size = size;
  }
}

/* How far each pair's smallest change yet lets this number go; below 0: as far as it likes. */
static mpq_t *find_limits(const struct flip_search *search, int rule, const ranking_flip *about) {
  int n = search->outcome->sheet->n;
  mpq_t *limit = pool_rationals(search->context, (size_t)n * (size_t)n), *whole = pool_rationals(search->context, 1);
  mpq_abs(*whole, *about->value);
  for (int pair = 0; pair < n * n; pair++) {
    const ranking_flip *best = &search->best[rule * n * n + pair];
    if (best->at) mpq_set(limit[pair], *best->size);
    else mpq_set_si(limit[pair], -1, 1);
    if (best->at && about->input && mpq_sgn(*whole)) mpq_mul(limit[pair], limit[pair], *whole);
  }
  return limit;
}

static bool try_number(struct flip_search *search, int rule, accord_point *point, void *data,
                       const accord_response *response, ranking_flip about) {
  const rule_sensitivity *asked = &search->outcome->rules[rule];
  accord_flips *flips;
  about.rule = asked;
  about.value = &response->value;
  const mpq_t *limit = (const mpq_t *)find_limits(search, rule, &about);
  accord_status status =
      accord_find_flips(search->context, &flips, point, data, response, asked->rule, asked->under_terms, limit);
  if (status == ACCORD_LIMIT) return false;
  if (status != ACCORD_OK) return true;
  keep(search, rule, flips, &about);
  return true;
}

static bool try_coalitions(struct flip_search *search, int rule) {
  sensitivity_outcome *outcome = search->outcome;
  const accord_influences *all = outcome->rules[rule].influences;
  for (int k = 0; all && k < all->count; k++) {
    struct changed_value changed = {outcome->problem, all->list[k].coalition};
    ranking_flip about = {.coalition = all->list[k].coalition};
    if (!try_number(search, rule, problem_with_coalition, &changed, &all->list[k].response, about)) return false;
  }
  return true;
}

static bool try_inputs(struct flip_search *search) {
  sensitivity_outcome *outcome = search->outcome;
  for (int k = 0; k < outcome->input_count; k++) {
    const input_sensitivity *found = &outcome->inputs[k];
    changed_sheet changed = {outcome->sheet, found->input, needs_no_table(outcome->sheet, found->rule)};
    ranking_flip about = {.input = found->input};
    int rule = (int)(found->rule - outcome->rules);
    if (!try_number(search, rule, problem_with_input, &changed, found->response, about)) return false;
  }
  return true;
}

bool states_numbers(const sensitivity_outcome *outcome) {
  for (int k = 0; k < outcome->input_count; k++)
    if (outcome->inputs[k].input->in_model) return true;
  return false;
}

bool are_neighbours(const ranking_flip *flip) {
  const accord_split *split = flip->rule->influences->split;
  for (int i = 0; i < split->n; i++)
    if (mpq_cmp(split->share[i], split->share[flip->over]) < 0 &&
        mpq_cmp(split->share[i], split->share[flip->under]) > 0)
      return false;
  return true;
}

bool too_many_for_flips(const sensitivity_outcome *outcome) {
  return outcome->sheet->n > PARTIES_FOR_FLIPS || outcome->input_count > INPUTS_FOR_FLIPS * outcome->rule_count;
}

/* Few numbers make the search short; none is started that could take long. */
bool find_ranking_flips(accord_context *context, sensitivity_outcome *outcome) {
  int n = outcome->sheet->n, cells = outcome->rule_count * n * n;
  bool whole = true;
  if (too_many_for_flips(outcome)) return true;
  struct flip_search search = {context, outcome, POOL_NEW(context, (size_t)cells + 1, ranking_flip)};
  if (states_numbers(outcome)) whole = try_inputs(&search);
  else
    for (int k = 0; k < outcome->rule_count && whole; k++) whole = try_coalitions(&search, k);
  outcome->flips = POOL_NEW(context, (size_t)cells + 1, ranking_flip);
  for (int k = 0; k < cells; k++)
    if (search.best[k].at) outcome->flips[outcome->flip_count++] = search.best[k];
  return whole;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A rule's shares over all completions of unknown values.
 *
 * A rule that is linear in the values has share_i = constant_i + sum slope_ik y_k, and its extremes are two linear
 * programs a party, or, where there are too many unknown values for that, what the values' own limits allow. Of any other
 * rule certain limits are given where something is known of it (nobody gets less than alone; the nucleolus and
 * prenucleolus give no party more or less than the most and least it adds to any coalition), and beside them
 * what it gives in the completions that were tried. */
#include "open_game.h"
#include "rule.h"

#include <string.h>

enum { MOST_SAMPLES = 24 };

struct ranging {
  accord_context *context;
  accord_split *split;
  const accord_problem *problem;
  const accord_rule *rule;
  const accord_unknowns *unknowns;
  const accord_open_game *open;
  accord_range *range;
  bool cost;
};

static accord_limit *new_ends(accord_context *context, int n) {
  accord_limit *ends = POOL_NEW(context, (size_t)n, accord_limit);
  for (int i = 0; i < n; i++) pool_rational(context, ends[i].at);
  return ends;
}

/* The shares of a completion as stated; false where the rule has none there. */
static bool shares_in(const struct ranging *in, mpq_t *share, accord_game *game) {
  accord_split *split;
  accord_problem *problem = problem_from_game(in->context, game, true);
  problem->overlays = in->problem->overlays;
  accord_status status = accord_solve(in->context, &split, problem, in->rule);
  if (status != ACCORD_OK) guard_leave(in->context, status, "%s", accord_message(in->context));
  if (split->status == ACCORD_LIMIT) guard_leave(in->context, ACCORD_LIMIT, "%s", split->reason);
  for (int i = 0; i < in->problem->n && split->status == ACCORD_OK; i++) mpq_set(share[i], split->share[i]);
  return split->status == ACCORD_OK;
}

/* -------------------------------------------------------------- linear rules */

static bool is_linear(const accord_rule *rule) {
  return (rule->promises & ACCORD_ADDITIVE) && (rule->promises & ACCORD_SCALE_COVARIANT);
}

/* The shares where every unknown value is 0, and what one more of each adds; false where the rule has none. */
static bool find_slopes(struct ranging *in, mpq_t *constant) {
  int n = in->problem->n, count = in->unknowns->count;
  limit_table known = new_limits(in->context, in->open->size);
  mpq_t *unit_share = pool_rationals(in->context, (size_t)n);
  for (accord_coalition s = 1; s < in->open->size; s++)
    if (in->open->stated_low.given[s]) mpz_set(known.at[s], in->open->stated_low.at[s]);
  for (int k = 0; k < count; k++) mpz_set_ui(known.at[in->unknowns->coalitions[k]], 0);
  if (!shares_in(in, constant, game_of_limits(in->context, in->open, &known))) return false;
  in->range->slope = pool_rationals(in->context, (size_t)n * (size_t)count);
  for (int k = 0; k < count; k++) {
    accord_mark mark = accord_get_mark(in->context);
    shares_in(in, unit_share, unit_game(in->context, in->open, in->unknowns->coalitions[k]));
    for (int i = 0; i < n; i++) /* the unit game's value is one unit, of a cost taken off */
      mpq_div(in->range->slope[i * count + k], unit_share[i], in->open->unit);
    for (int i = 0; i < n && in->cost; i++) mpq_neg(in->range->slope[i * count + k], in->range->slope[i * count + k]);
    accord_reset(in->context, mark);
  }
  return true;
}

/* min (sign 1) or -max (sign -1) of the share as stated, by the limits of each value alone; false: no limit. */
static bool end_by_limits(const struct ranging *in, mpq_t end, const mpq_t constant, const mpq_t *slope, int sign) {
  mpq_t *work = pool_rationals(in->context, 3);
  accord_limit *limit = new_ends(in->context, 2);
  bool given = true;
  mpq_set(end, constant);
  for (int k = 0; k < in->unknowns->count; k++) {
    int direction = mpq_sgn(slope[k]) * sign;
    if (!direction) continue;
    accord_find_limits(&limit[0], &limit[1], in->unknowns, in->unknowns->coalitions[k]);
    const accord_limit *at = &limit[direction < 0];
    given = given && at->given;
    if (!at->given) continue;
    mpq_mul(work[0], slope[k], at->at);
    mpq_add(end, end, work[0]);
  }
  return given;
}

/* The same exactly. The program is of benefit values: y = -c for a cost, so slopes turn. */
static void end_by_program(const struct ranging *in, mpq_t end, completion_program *program, const mpq_t constant,
                           const mpq_t *slope, int sign) {
  int count = in->unknowns->count;
  accord_mark mark = accord_get_mark(in->context);
  mpq_t *weight = pool_rationals(in->context, (size_t)count + 1);
  for (int k = 0; k < count; k++) {
    mpq_set(weight[k], slope[k]);
    if ((sign < 0) != in->cost) mpq_neg(weight[k], weight[k]);
  }
  mpq_set(weight[count], constant);
  if (sign < 0) mpq_neg(weight[count], weight[count]);
  least_over_completions(in->context, end, program, weight[count], (const mpq_t *)weight);
  if (sign < 0) mpq_neg(end, end);
  accord_reset(in->context, mark);
}

static void find_linear_range(struct ranging *in, const mpq_t *constant) {
  int count = in->unknowns->count;
  completion_program *program = count <= OPEN_MOST_VARIABLES ? completion_program_new(in->context, in->unknowns) : NULL;
  in->range->attained = program != NULL;
  for (int i = 0; i < in->problem->n; i++) {
    const mpq_t *slope = (const mpq_t *)&in->range->slope[i * count];
    for (int sign = 1; sign >= -1; sign -= 2) {
      accord_limit *end = sign > 0 ? &in->range->low[i] : &in->range->high[i];
      check_clock(in->context);
      end->given = end_by_limits(in, end->at, constant[i], slope, sign);
      if (!end->given) in->range->attained = false;
      else if (program) end_by_program(in, end->at, program, constant[i], slope, sign);
    }
  }
}

/* --------------------------------------------------------------- other rules */

/* Rules that read what few coalitions are worth: each party alone and everybody, and the latter without each party. */
static const struct {
  const char *rule;
  bool without_each;
} reads_few[] = {{"proportional", false}, {"nash", false}, {"scrb", true}, {"gately", true}};

/* Whether all that the rule reads is known: then its shares are, too. */
static bool reads_what_is_known(const struct ranging *in) {
  for (size_t k = 0; k < sizeof reads_few / sizeof *reads_few; k++) {
    bool known = strcmp(reads_few[k].rule, in->rule->name) == 0;
    if (!known) continue;
    for (int i = 0; i < in->open->n && known; i++) {
      known = is_known(in->open, party(i));
      if (reads_few[k].without_each && in->open->n > 1)
        known = known && is_known(in->open, everybody(in->open->n) ^ party(i));
    }
    return known;
  }
  return false;
}

/* The same in every completion. */
static bool find_one_point(struct ranging *in, mpq_t *share) {
  limit_table known = new_limits(in->context, in->open->size);
  for (accord_coalition s = 1; s < in->open->size; s++)
    if (is_known(in->open, s)) mpz_set(known.at[s], in->open->low.at[s]);
  if (!shares_in(in, share, game_of_limits(in->context, in->open, &known))) return false;
  in->range->attained = true;
  for (int i = 0; i < in->open->n; i++) {
    in->range->low[i].given = in->range->high[i].given = true;
    mpq_set(in->range->low[i].at, share[i]);
    mpq_set(in->range->high[i].at, share[i]);
  }
  return true;
}

static void raise_end(accord_limit *low, const mpq_t to) {
  if (low->given && mpq_cmp(low->at, to) >= 0) return;
  mpq_set(low->at, to);
  low->given = true;
}

static void lower_end(accord_limit *high, const mpq_t to) {
  if (high->given && mpq_cmp(high->at, to) <= 0) return;
  mpq_set(high->at, to);
  high->given = true;
}

/* In the benefit game: nobody gets less than alone, so nobody more than the others leave. */
static void bound_by_standalone(const struct ranging *in, accord_limit *low, accord_limit *high) {
  const accord_open_game *open = in->open;
  mpq_t *work = pool_rationals(in->context, 1);
  mpz_t *rest = pool_integers(in->context, 1);
  for (int i = 0; i < open->n; i++) {
    bool all = true;
    mpz_set(*rest, open->low.at[open->size - 1]);
    for (int j = 0; j < open->n; j++) {
      if (j == i) continue;
      all = all && open->low.given[party(j)];
      mpz_sub(*rest, *rest, open->low.at[party(j)]);
    }
    mpq_set_z(*work, open->low.at[party(i)]);
    mpq_mul(*work, *work, open->unit);
    if (open->low.given[party(i)]) raise_end(&low[i], *work);
    mpq_set_z(*work, *rest);
    mpq_mul(*work, *work, open->unit);
    if (all) lower_end(&high[i], *work);
  }
}

/* The most (sign 1) or least (-1) that a party can add to any coalition; false where nothing limits it. */
static bool extreme_addition(const struct ranging *in, mpq_t extreme, int i, int sign) {
  const accord_open_game *open = in->open;
  const limit_table *with = sign > 0 ? &open->high : &open->low, *without = sign > 0 ? &open->low : &open->high;
  mpz_t *best = pool_integers(in->context, 2), *adds = &best[1];
  for (accord_coalition s = 0, first = 1; s < open->size; s++) {
    if (has(s, i)) continue;
    if (!with->given[s | party(i)] || (s && !without->given[s])) return false;
    mpz_sub(*adds, with->at[s | party(i)], s ? without->at[s] : best[0]);
    if (!s) mpz_set(*adds, with->at[party(i)]);
    if (first || mpz_cmp(*adds, *best) * sign > 0) mpz_set(*best, *adds);
    first = 0;
  }
  mpq_set_z(extreme, *best);
  mpq_mul(extreme, extreme, open->unit);
  return true;
}

static void bound_by_additions(const struct ranging *in, accord_limit *low, accord_limit *high) {
  mpq_t *extreme = pool_rationals(in->context, 1);
  for (int i = 0; i < in->open->n; i++) {
    if (extreme_addition(in, *extreme, i, 1)) lower_end(&high[i], *extreme);
    if (extreme_addition(in, *extreme, i, -1)) raise_end(&low[i], *extreme);
  }
}

/* Where a split stands whatever the values are, every completion has a core, and a rule that keeps to it keeps to the
 * core of the least game. */
static void bound_by_core(const struct ranging *in, accord_limit *low, accord_limit *high) {
  mpq_t *robust, *end = pool_rationals(in->context, 1);
  accord_facts *facts;
  accord_status status = accord_find_robust_split(in->context, &robust, in->problem);
  for (accord_coalition s = 1; s < in->open->size; s++)
    if (!in->open->low.given[s]) return;
  if (status == ACCORD_OK && robust)
    status =
        accord_find_facts(in->context, &facts,
                          problem_from_game(in->context, game_of_limits(in->context, in->open, &in->open->low), true),
                          ACCORD_FACT_CORE | ACCORD_FACT_RANGES);
  if (status != ACCORD_OK) guard_leave(in->context, status, "%s", accord_message(in->context));
  for (int i = 0; robust && i < in->open->n; i++) {
    mpq_set(*end, in->cost ? facts->greatest_share[i] : facts->least_share[i]);
    if (in->cost) mpq_neg(*end, *end);
    raise_end(&low[i], *end);
    mpq_set(*end, in->cost ? facts->least_share[i] : facts->greatest_share[i]);
    if (in->cost) mpq_neg(*end, *end);
    lower_end(&high[i], *end);
  }
}

/* Ends of the benefit game become those as stated. */
static void turn_ends(accord_range *range, int n) {
  accord_limit *low = range->low;
  range->low = range->high;
  range->high = low;
  for (int i = 0; i < n; i++) {
    mpq_neg(range->low[i].at, range->low[i].at);
    mpq_neg(range->high[i].at, range->high[i].at);
  }
}

static void find_outer_range(struct ranging *in) {
  const char *name = in->rule->name;
  if (in->rule->promises & ACCORD_INDIVIDUAL) bound_by_standalone(in, in->range->low, in->range->high);
  if (strcmp(name, "nucleolus") == 0 || strcmp(name, "prenucleolus") == 0)
    bound_by_additions(in, in->range->low, in->range->high);
  if (in->rule->promises & ACCORD_IN_CORE) bound_by_core(in, in->range->low, in->range->high);
  if (in->cost) turn_ends(in->range, in->open->n);
}

/* -------------------------------------------------------------------- samples */

typedef struct completion {
  limit_table values;
} completion;

static bool raised(const struct ranging *in, completion *found, accord_coalition s) {
  limit_table floor = new_limits(in->context, in->open->size);
  found->values = new_limits(in->context, in->open->size);
  for (accord_coalition t = 1; t < in->open->size; t++) {
    floor.given[t] = in->open->stated_low.given[t];
    mpz_set(floor.at[t], in->open->stated_low.at[t]);
  }
  if (s && !in->open->high.given[s]) return false;
  if (s) floor.given[s] = true, mpz_set(floor.at[s], in->open->high.at[s]);
  find_least_game(in->context, &found->values, in->open, &floor);
  for (accord_coalition t = 1; t < in->open->size; t++) {
    if (!found->values.given[t]) return false;
    if (in->open->stated_high.given[t] && mpz_cmp(found->values.at[t], in->open->stated_high.at[t]) > 0) return false;
  }
  return true;
}

static void note_sample(struct ranging *in, const mpq_t *share) {
  accord_range *range = in->range;
  for (int i = 0; i < in->problem->n; i++) {
    if (!range->samples || mpq_cmp(share[i], range->sampled_low[i]) < 0) mpq_set(range->sampled_low[i], share[i]);
    if (!range->samples || mpq_cmp(share[i], range->sampled_high[i]) > 0) mpq_set(range->sampled_high[i], share[i]);
  }
  range->samples++;
}

/* The average of the first count completions tried, over a finer unit. */
static accord_game *average_game(const struct ranging *in, const completion *tried, int count) {
  limit_table sum = new_limits(in->context, in->open->size);
  for (accord_coalition s = 1; s < in->open->size; s++)
    for (int k = 0; k < count; k++) mpz_add(sum.at[s], sum.at[s], tried[k].values.at[s]);
  accord_game *game = game_of_limits(in->context, in->open, &sum);
  mpz_mul_ui(mpq_denref(game->unit), mpq_denref(game->unit), (unsigned long)count);
  mpq_canonicalize(game->unit);
  return game;
}

/* The least completion, those in which one unknown value is as large as it can be, and the averages of them. */
static void try_completions(struct ranging *in) {
  int n = in->problem->n, count = in->unknowns->count, tried = 0;
  completion *all = POOL_NEW(in->context, MOST_SAMPLES + 1, completion);
  mpq_t *share = pool_rationals(in->context, (size_t)n);
  in->range->sampled_low = pool_rationals(in->context, (size_t)n);
  in->range->sampled_high = pool_rationals(in->context, (size_t)n);
  int step = count > MOST_SAMPLES ? count / MOST_SAMPLES : 1;
  for (int k = -1; k < count && tried < MOST_SAMPLES; k = k < 0 ? 0 : k + step) {
    check_clock(in->context);
    if (!raised(in, &all[tried], k < 0 ? 0 : in->unknowns->coalitions[k])) continue;
    tried++;
    if (shares_in(in, share, game_of_limits(in->context, in->open, &all[tried - 1].values)))
      note_sample(in, (const mpq_t *)share);
    if (tried > 1 && shares_in(in, share, average_game(in, all, tried))) note_sample(in, (const mpq_t *)share);
  }
  if (!in->range->samples) in->range->sampled_low = in->range->sampled_high = NULL;
}

/* -------------------------------------------------------------------- a rule */

accord_status solve_range(accord_context *context, accord_split *split, const accord_problem *problem,
                          const accord_rule *rule) {
  struct ranging in = {
      context, split, problem, rule, problem->unknowns, problem->unknowns->open, NULL, problem->goal == ACCORD_COST};
  mpq_t *constant = pool_rationals(context, (size_t)problem->n);
  if (!accord_rule_applies(rule, problem)) return undefined(context, "%s %s", rule->name, why_not_applicable(rule));
  if (problem->n > rule->max_n)
    return fail(context, ACCORD_LIMIT, "%s works for up to %d parties, and there are %d", rule->name, rule->max_n,
                problem->n);
  in.range = split->range = POOL_NEW(context, 1, accord_range);
  in.range->low = new_ends(context, problem->n);
  in.range->high = new_ends(context, problem->n);
  if (reads_what_is_known(&in))
    return find_one_point(&in, constant) ? ACCORD_OK : undefined(context, "%s has no answer here", rule->name);
  if (is_linear(rule)) {
    if (!find_slopes(&in, constant)) return undefined(context, "%s has no answer here", rule->name);
    find_linear_range(&in, (const mpq_t *)constant);
    return ACCORD_OK;
  }
  find_outer_range(&in);
  try_completions(&in);
  return ACCORD_OK;
}

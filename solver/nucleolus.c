/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The nucleolus by a sequence of linear programs (Maschler, Peleg, Shapley 1979; Kohlberg 1971).
 *
 * Level k minimises the largest excess epsilon over the coalitions outside the span of those already
 * settled. Coalitions and bounds with a positive multiplier are tight in every optimal split: they
 * are settled too, and their multipliers are the level's balancing weights. Each level raises the
 * rank of the settled ones, so there are at most n - 1. */
#include "nucleolus.h"
#include "float_levels.h"
#include "nucleolus_search.h"

#include <string.h>

struct levels {
  accord_context *context;
  const nucleolus_options *options;
  coalition_lp *lp;
  coalition_span span;
  accord_kohlberg *certificate;
  const float_levels *guide; /* levels in doubles over the candidates, or NULL */
};

/* Marks what the span has come to hold as settled: of the candidates, or of all coalitions. */
static void mark_settled(struct levels *levels, uint8_t value) {
  coalition_lp *lp = levels->lp;
  if (!lp->candidate) {
    span_mark(&levels->span, lp->level, value);
    return;
  }
  for (size_t k = 0; k < lp->candidate_count; k++)
    if (lp->level[k] == SPAN_OUTSIDE && span_contains(&levels->span, lp->candidate[k])) lp->level[k] = value;
}

static void start_levels(struct levels *levels, accord_context *context, const accord_game *game) {
  mpz_t *whole = pool_integers(context, 1);
  coalition_lp *lp = levels->lp = coalition_lp_new(context, game, true);
  size_t count = levels->guide ? (size_t)levels->guide->count : game->size;
  lp->bounds = levels->options->imputations;
  lp->kind = levels->options->kind;
  lp->candidate = levels->guide ? levels->guide->parties : NULL;
  lp->candidate_count = levels->guide ? count : 0;
  lp->span = &levels->span;
  lp->level = POOL_NEW(context, count, uint8_t);
  memset(lp->level, SPAN_OUTSIDE, count);
  span_start(&levels->span, game->n);
  span_add(&levels->span, everybody(game->n));
  mark_settled(levels, 0);
  if (!levels->guide) lp->level[0] = 0;
  game_integer(*whole, game, everybody(game->n));
  coalition_lp_settle(lp, make_row(ROW_COALITION, everybody(game->n)), *whole);
  if (levels->options->clauses) add_clauses(lp, levels->options->clauses, false);
}

/* Settled rows, one coalition and its complement (which balance over N), single parties. */
static void choose_start(struct levels *levels, lp_row *start) {
  const coalition_lp *lp = levels->lp;
  coalition_span span = levels->span;
  int count = 0, n = lp->game->n;
  accord_coalition first = 1;
  while (span_contains(&span, first)) first <<= 1; /* rank < n: some party is not settled */
  for (; count < lp->settled_count; count++) start[count] = make_row(ROW_SETTLED, (uint64_t)count);
  start[count++] = make_row(ROW_COALITION, first);
  start[count++] = make_row(ROW_COALITION, everybody(n) ^ first);
  span_add(&span, first);
  for (int i = 0; i < n; i++)
    if (span_add(&span, party(i))) start[count++] = make_row(ROW_COALITION, party(i));
}

/* --------------------------------------------------------------- certificate */

static void count_members(accord_level *level, const lp_result *result, int m) {
  for (int k = 0; k < m; k++) {
    if (mpz_sgn(result->multiplier[k]) == 0) continue;
    switch (kind_of(result->row[k])) {
    case ROW_COALITION: level->coalition_count++; break;
    case ROW_LINEAR:
    case ROW_BOUND: level->bound_count++; break;
    case ROW_SETTLED: level->earlier_count++; break;
    }
  }
}

static accord_weighted *new_members(accord_context *context, int count) {
  accord_weighted *members = POOL_NEW(context, (size_t)count, accord_weighted);
  for (int k = 0; k < count; k++) pool_rational(context, members[k].weight);
  return members;
}

static accord_weighted *next_member(accord_level *level, const coalition_lp *lp, lp_row row) {
  accord_weighted *member;
  switch (kind_of(row)) {
  case ROW_COALITION:
    member = &level->coalitions[level->coalition_count++];
    member->coalition = which_of(row);
    return member;
  case ROW_BOUND:
    member = &level->bounds[level->bound_count++];
    member->coalition = party((int)which_of(row));
    return member;
  case ROW_LINEAR:
    member = &level->bounds[level->bound_count++];
    member->term_row = lp->linear[which_of(row)].which;
    return member;
  case ROW_SETTLED: break;
  }
  member = &level->earlier[level->earlier_count++];
  member->coalition = parties_of(lp, row);
  return member;
}

/* The weight of a coalition's row counts for the row divided by what its excess is divided by; where
 * that is a worth, |integer(S)| units, the other rows' weights are per unit too. */
static void set_weight(accord_weighted *member, const coalition_lp *lp, const lp_result *result, int k,
                       mpz_t row_weight) {
  lp_multiplier(member->weight, result, k);
  if (kind_of(result->row[k]) == ROW_SETTLED) mpq_neg(member->weight, member->weight);
  if (kind_of(result->row[k]) == ROW_LINEAR) {
    mpz_mul(mpq_numref(member->weight), mpq_numref(member->weight), *lp->linear[which_of(result->row[k])].scale);
    mpq_canonicalize(member->weight);
  }
  if (kind_of(result->row[k]) != ROW_COALITION) {
    if (lp->kind == EXCESS_PROPORTIONAL) mpq_div(member->weight, member->weight, lp->game->unit);
    return;
  }
  excess_weight(row_weight, lp->kind, lp->game, member->coalition);
  mpz_mul(mpq_numref(member->weight), mpq_numref(member->weight), row_weight);
  mpq_canonicalize(member->weight);
}

static void record_level(struct levels *levels, const lp_result *result) {
  accord_context *context = levels->context;
  const coalition_lp *lp = levels->lp;
  int n = lp->game->n;
  accord_level *level = &levels->certificate->levels[levels->certificate->level_count++];
  count_members(level, result, n + 1);
  level->coalitions = new_members(context, level->coalition_count);
  level->bounds = new_members(context, level->bound_count);
  level->earlier = new_members(context, level->earlier_count);
  level->coalition_count = level->bound_count = level->earlier_count = 0;
  mpz_t *row_weight = pool_integers(context, 1);
  for (int k = 0; k <= n; k++)
    if (mpz_sgn(result->multiplier[k])) set_weight(next_member(level, lp, result->row[k]), lp, result, k, *row_weight);
  pool_rational(context, level->excess);
  lp_amount(level->excess, lp, result, result->solution[n]);
  if (lp->kind == EXCESS_PROPORTIONAL) mpq_div(level->excess, level->excess, lp->game->unit); /* a ratio */
}

/* ------------------------------------------------------------------ settling */

/* Every row with a positive multiplier, unless it depends on those settled before. */
static void settle_level(struct levels *levels, const lp_result *result) {
  accord_mark mark = accord_get_mark(levels->context);
  mpz_t *growth = pool_integers(levels->context, 1);
  mpz_set_ui(*growth, 1);
  for (int k = 0; k <= levels->lp->game->n; k++) {
    lp_row row = result->row[k];
    if (mpz_sgn(result->multiplier[k]) == 0 || kind_of(row) == ROW_SETTLED || kind_of(row) == ROW_LINEAR) continue;
    if (span_add(&levels->span, parties_of(levels->lp, row)))
      coalition_lp_settle_as_found(levels->lp, result, row, *growth);
  }
  mark_settled(levels, (uint8_t)levels->certificate->level_count);
  accord_reset(levels->context, mark);
}

/* ---------------------------------------------------------------- the engine */

static void read_shares(mpq_t *share, const coalition_lp *lp, const lp_result *result) {
  for (int i = 0; i < lp->game->n; i++) lp_amount(share[i], lp, result, result->solution[i]);
}

/* The basis in doubles of the level to come, where the same is settled before it. */
static const lp_guess *guess_from_guide(const struct levels *levels, lp_guess *guess) {
  int k = levels->certificate->level_count;
  if (!levels->guide || k >= levels->guide->level_count) return NULL;
  const float_level *level = &levels->guide->level[k];
  if (level->span.rank != levels->span.rank) return NULL;
  for (int t = 0; t < level->settled_count; t++)
    if (!span_contains(&levels->span, level->settled[t].parties)) return NULL;
  guess->tight_count = 0;
  for (int r = 0; r <= levels->lp->game->n; r++) {
    const level_column *column = &level->basis[r];
    if (column->kind == COLUMN_COALITION) guess->tight[guess->tight_count++] = make_row(ROW_COALITION, column->parties);
    if (column->kind == COLUMN_BOUND)
      guess->tight[guess->tight_count++] = make_row(ROW_BOUND, (uint64_t)__builtin_ctzll(column->parties));
  }
  return guess;
}

/* False where the clauses leave no split. */
static bool run_levels(struct levels *levels, mpq_t *share) {
  coalition_lp *lp = levels->lp;
  int n = lp->game->n;
  int *cost = POOL_NEW(levels->context, (size_t)n + 1, int);
  lp_row *start = POOL_NEW(levels->context, (size_t)n + 1, lp_row);
  lp_guess guess = {.tight = POOL_NEW(levels->context, (size_t)n + 1, lp_row)};
  cost[n] = 1;
  while (levels->span.rank < n) {
    choose_start(levels, start);
    lp_result *result = coalition_lp_try_from(lp, cost, start, n + 1, guess_from_guide(levels, &guess));
    if (!result->feasible) return false;
    record_level(levels, result);
    read_shares(share, lp, result);
    settle_level(levels, result);
  }
  return true;
}

/* Numbers of an earlier attempt stay the pool's. */
void start_certificate(accord_context *context, accord_kohlberg *certificate, int n) {
  certificate->level_count = 0;
  certificate->levels = POOL_NEW(context, (size_t)n, accord_level);
}

accord_status find_nucleolus(accord_context *context, mpq_t *share, accord_kohlberg **certificate,
                             const accord_game *game, const nucleolus_options *options) {
  *certificate = POOL_NEW(context, 1, accord_kohlberg);
  if (game->n == 1) {
    game_value(share[0], game, 1);
    return ACCORD_OK;
  }
  if (nucleolus_can_be_searched(game, options)) {
    accord_status status = search_nucleolus(context, share, *certificate, game, options);
    if (is_interrupted(context)) check_clock(context);
    if (status == ACCORD_OK || is_time_up(context)) return status;
  }
  return generate_nucleolus(context, share, *certificate, game, options);
}

accord_status generate_nucleolus(accord_context *context, mpq_t *share, accord_kohlberg *certificate,
                                 const accord_game *game, const nucleolus_options *options) {
  struct levels levels = {.context = context, .options = options, .certificate = certificate};
  start_certificate(context, certificate, game->n);
  start_levels(&levels, context, game);
  if (!run_levels(&levels, share))
    return fail(context, ACCORD_INFEASIBLE,
                options->imputations ? "no split meets every clause and leaves nobody worse off than alone"
                                     : "no split meets every clause");
  if (kohlberg_holds(context, certificate, game, (const mpq_t *)share, options)) return ACCORD_OK;
  return fail(context, ACCORD_UNCERTIFIED, "the Kohlberg condition could not be confirmed");
}

bool nucleolus_over_candidates(accord_context *context, mpq_t *share, accord_kohlberg *certificate,
                               const nucleolus_options *options, const float_levels *guide) {
  struct levels levels = {.context = context, .options = options, .certificate = certificate, .guide = guide};
  start_certificate(context, certificate, guide->n);
  start_levels(&levels, context, guide->game);
  return run_levels(&levels, share);
}

accord_status nucleolus_over_imputations(accord_context *context, accord_split *split, const accord_game *game,
                                         const nucleolus_options *options) {
  mpz_t *surplus = pool_integers(context, 2), *value = &surplus[1];
  game_integer(*surplus, game, everybody(game->n));
  for (int i = 0; i < game->n; i++) {
    game_integer(*value, game, party(i));
    mpz_sub(*surplus, *surplus, *value);
  }
  mpz_neg(*value, game->slack);
  if (mpz_cmp(*surplus, *value) < 0)
    return fail(context, ACCORD_UNDEFINED, "%s",
                game->goal == ACCORD_COST
                    ? "no split lets every party pay at most its own cost: alone they pay less than they do together"
                    : "no split gives every party at least what it has alone: alone they have more than together");
  if (mpz_sgn(*surplus) < 0) { /* one imputation, within the tolerance of inexact inputs */
    game_standalones(split->share, game);
    return ACCORD_OK;
  }
  return find_nucleolus(context, split->share, &split->certificate, game, options);
}

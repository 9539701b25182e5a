/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Confirms a Kohlberg certificate before it is handed out, in exact arithmetic.
 *
 * Kohlberg (1971): x is the prenucleolus iff at every level the coalitions of largest excess
 * balance over those settled before; with x_i >= v(i), iff they do together with the tight bounds. */
#include "nucleolus.h"

struct confirmation {
  accord_context *context;
  const accord_kohlberg *certificate;
  const accord_game *game;
  const mpq_t *share;
  const nucleolus_options *options;
  coalition_span span;
  uint8_t *level; /* size 2^n */
  mpq_t *scratch; /* size 3 */
};

static void table_value(mpq_t value, const accord_game *game, accord_coalition coalition) {
  game_integer(mpq_numref(value), game, coalition);
  mpz_set_ui(mpq_denref(value), 1);
  mpq_mul(value, value, game->unit);
}

/* What the excess of S is divided by, in the game's own measure. */
static void find_weight(struct confirmation *work, mpq_t weight, accord_coalition coalition) {
  mpz_set_ui(mpq_denref(weight), 1);
  excess_weight(mpq_numref(weight), work->options->kind, work->game, coalition);
  if (work->options->kind == EXCESS_PROPORTIONAL) mpq_mul(weight, weight, work->game->unit);
}

/* (v(S) - x(S)) / w(S). */
static void find_excess(struct confirmation *work, mpq_t excess, accord_coalition coalition) {
  table_value(excess, work->game, coalition);
  for (int i = 0; i < work->game->n; i++)
    if (has(coalition, i)) mpq_sub(excess, excess, work->share[i]);
  find_weight(work, work->scratch[2], coalition);
  mpq_div(excess, excess, work->scratch[2]);
}

static bool shares_are_whole(struct confirmation *work) {
  rational_sum(work->scratch[0], work->share, work->game->n);
  table_value(work->scratch[1], work->game, everybody(work->game->n));
  if (!mpq_equal(work->scratch[0], work->scratch[1])) return false;
  for (int i = 0; i < work->game->n && work->options->imputations; i++) {
    table_value(work->scratch[1], work->game, party(i));
    if (mpq_cmp(work->share[i], work->scratch[1]) < 0) return false;
  }
  return true;
}

/* Listed coalitions have the stated excess and were not settled; weights are positive and sum to 1. */
static bool coalitions_hold(struct confirmation *work, const accord_level *level) {
  mpq_t *sum = &work->scratch[0], *excess = &work->scratch[1];
  mpq_set_ui(*sum, 0, 1);
  for (int k = 0; k < level->coalition_count; k++) {
    const accord_weighted *member = &level->coalitions[k];
    find_excess(work, *excess, member->coalition);
    if (!mpq_equal(*excess, level->excess) || mpq_sgn(member->weight) <= 0) return false;
    if (work->level[member->coalition] != SPAN_OUTSIDE) return false;
    mpq_add(*sum, *sum, member->weight);
  }
  return mpq_cmp_ui(*sum, 1, 1) == 0;
}

/* How much more than its bound a clause's row gives, in scratch[0]: row . x - bound of the benefit game. */
static void find_row_slack(struct confirmation *work, const accord_term_row *row) {
  mpq_t *slack = &work->scratch[0];
  mpq_neg(*slack, row->bound);
  for (int i = 0; i < work->game->n; i++) {
    mpq_mul(work->scratch[1], row->coefficient[i], work->share[i]);
    if (work->game->goal == ACCORD_COST) mpq_sub(*slack, *slack, work->scratch[1]);
    else mpq_add(*slack, *slack, work->scratch[1]);
  }
  if (row->at_most) mpq_neg(*slack, *slack);
}

/* Every hard clause is met; of inexact inputs, within their tolerance. */
static bool clauses_hold(struct confirmation *work) {
  const accord_terms *terms = work->options->clauses ? work->options->clauses->terms : NULL;
  for (int r = 0; terms && r < terms->row_count; r++) {
    if (terms->soft[terms->rows[r].term]) continue;
    find_row_slack(work, &terms->rows[r]);
    game_tolerance(work->scratch[1], work->game);
    mpq_add(work->scratch[0], work->scratch[0], work->scratch[1]);
    if (mpq_sgn(work->scratch[0]) < 0) return false;
  }
  return true;
}

static bool clause_is_tight(struct confirmation *work, const accord_weighted *member) {
  const accord_terms *terms = work->options->clauses->terms;
  find_row_slack(work, &terms->rows[member->term_row]);
  return !terms->soft[terms->rows[member->term_row].term] &&
         (mpq_sgn(work->scratch[0]) == 0 || mpz_sgn(work->game->slack) > 0);
}

static bool bounds_hold(struct confirmation *work, const accord_level *level) {
  for (int k = 0; k < level->bound_count; k++) {
    const accord_weighted *member = &level->bounds[k];
    if (!member->coalition) {
      if (mpq_sgn(member->weight) <= 0 || !clause_is_tight(work, member)) return false;
      continue;
    }
    if (!work->options->imputations) return false;
    table_value(work->scratch[0], work->game, member->coalition);
    bool tight = mpq_equal(work->scratch[0], work->share[__builtin_ctzll(member->coalition)]);
    if (!tight || mpq_sgn(member->weight) <= 0) return false;
  }
  return true;
}

static void add_member(struct confirmation *work, mpq_t sum, const accord_weighted *member, int i, bool divided) {
  if (!has(member->coalition, i)) return;
  mpq_set(work->scratch[1], member->weight);
  if (divided) {
    find_weight(work, work->scratch[2], member->coalition);
    mpq_div(work->scratch[1], work->scratch[1], work->scratch[2]);
  }
  mpq_add(sum, sum, work->scratch[1]);
}

/* A clause's row, as it is in the benefit game. */
static void add_clause(struct confirmation *work, mpq_t sum, const accord_weighted *member, int i) {
  const accord_term_row *row = &work->options->clauses->terms->rows[member->term_row];
  bool negative = (work->game->goal == ACCORD_COST) != row->at_most;
  mpq_mul(work->scratch[1], member->weight, row->coefficient[i]);
  if (negative) mpq_sub(sum, sum, work->scratch[1]);
  else mpq_add(sum, sum, work->scratch[1]);
}

/* sum weight 1_S + sum weight e_i - sum weight 1_T = 0 for party i. */
static bool balances(struct confirmation *work, const accord_level *level, int i) {
  mpq_t *sum = &work->scratch[0];
  mpq_set_ui(*sum, 0, 1);
  for (int k = 0; k < level->earlier_count; k++) {
    if (!span_contains(&work->span, level->earlier[k].coalition)) return false;
    add_member(work, *sum, &level->earlier[k], i, false);
  }
  mpq_neg(*sum, *sum);
  for (int k = 0; k < level->coalition_count; k++) add_member(work, *sum, &level->coalitions[k], i, true);
  for (int k = 0; k < level->bound_count; k++)
    if (level->bounds[k].coalition) add_member(work, *sum, &level->bounds[k], i, false);
    else add_clause(work, *sum, &level->bounds[k], i);
  return mpq_sgn(*sum) == 0;
}

/* No coalition outside the span of the settled ones has a larger excess. */
static bool covers(struct confirmation *work, const accord_level *level) {
  accord_mark mark = accord_get_mark(work->context);
  mpq_t *epsilon = &work->scratch[0];
  mpz_t *whole = pool_integers(work->context, 1);
  mpq_set(*epsilon, level->excess);
  if (work->options->kind == EXCESS_PROPORTIONAL) mpq_mul(*epsilon, *epsilon, work->game->unit);
  whole_split *split = make_whole(work->context, work->game, work->share, (const mpq_t *)epsilon);
  gain_query query = query_of(work->game, split);
  query.level = work->level;
  scale_amount(*whole, split, work->game, *epsilon);
  set_epsilon(&query, split->scale, split->threshold, work->options->kind, *whole);
  accord_coalition gaining = find_first_gain(work->context, &query);
  accord_reset(work->context, mark);
  return gaining == 0;
}

static bool level_holds(struct confirmation *work, int k) {
  const accord_level *level = &work->certificate->levels[k];
  if (k > 0 && mpq_cmp(level->excess, work->certificate->levels[k - 1].excess) > 0) return false;
  if (!coalitions_hold(work, level) || !bounds_hold(work, level) || !covers(work, level)) return false;
  for (int i = 0; i < work->game->n; i++)
    if (!balances(work, level, i)) return false;
  for (int j = 0; j < level->coalition_count; j++) span_add(&work->span, level->coalitions[j].coalition);
  for (int j = 0; j < level->bound_count; j++)
    if (level->bounds[j].coalition) span_add(&work->span, level->bounds[j].coalition);
  span_mark(&work->span, work->level, (uint8_t)(k + 1));
  return true;
}

bool kohlberg_holds(accord_context *context, const accord_kohlberg *certificate, const accord_game *game,
                    const mpq_t *share, const nucleolus_options *options) {
  accord_mark mark = accord_get_mark(context);
  struct confirmation work = {.context = context,
                              .certificate = certificate,
                              .game = game,
                              .share = share,
                              .options = options,
                              .level = POOL_NEW(context, game->size, uint8_t),
                              .scratch = pool_rationals(context, 3)};
  for (size_t s = 0; s < game->size; s++) work.level[s] = SPAN_OUTSIDE;
  span_start(&work.span, game->n);
  span_add(&work.span, everybody(game->n));
  span_mark(&work.span, work.level, 0);
  bool holds = shares_are_whole(&work) && clauses_hold(&work);
  for (int k = 0; holds && k < certificate->level_count; k++) holds = level_holds(&work, k);
  holds = holds && work.span.rank == game->n;
  accord_reset(context, mark);
  return holds;
}

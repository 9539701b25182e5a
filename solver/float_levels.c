/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "float_levels.h"
#include "modular.h"

#include <math.h>
#include <string.h>

enum { MOST_PIVOTS = 3000 };

/* TOLERANCE of gains, relative to the largest value. Weights above NOTABLE settle: a miss costs a level, a
 * false one is found out when weights are confirmed exactly. */
static const double TOLERANCE = 1e-12, NOTABLE = 1e-7;

static double relative_value(const float_levels *levels, accord_coalition coalition) {
  return (double)levels->game->small[coalition] * levels->scale;
}

static double depth_of(const float_levels *levels, accord_coalition coalition) {
  switch (levels->kind) {
  case EXCESS_PER_CAPITA: return size_of(coalition);
  case EXCESS_PROPORTIONAL: return fabs(relative_value(levels, coalition));
  case EXCESS_PLAIN:
  case EXCESS_NONE: break;
  }
  return 1;
}

static level_column coalition_column(const float_levels *levels, accord_coalition coalition) {
  return (level_column){COLUMN_COALITION, coalition, depth_of(levels, coalition), relative_value(levels, coalition)};
}

/* --------------------------------------------------------------------- pool */

/* v(S) - x(S) - d(S) epsilon of many coalitions. Per head epsilon goes with the shares. */
static void price_all(const float_levels *levels, double *gain, const uint32_t *parties, const double *value, int count,
                      const double *split, double epsilon) {
  sum_table table;
  double amount[SIMPLEX_STRIDE];
  for (int i = 0; i < levels->n; i++) amount[i] = split[i] + (levels->kind == EXCESS_PER_CAPITA ? epsilon : 0);
  sum_table_fill(&table, amount, levels->n);
  find_all_gains(gain, parties, value, count, &table, levels->kind == EXCESS_PLAIN ? epsilon : 0);
  for (int c = 0; c < count && levels->kind == EXCESS_PROPORTIONAL; c++) gain[c] -= epsilon * fabs(value[c]);
}

static bool is_annihilated(const uint64_t *annihilator, accord_coalition coalition) {
  uint64_t sum = 0;
  for (; coalition; coalition &= coalition - 1) sum = add_mod(sum, annihilator[__builtin_ctzll(coalition)]);
  return sum == 0;
}

void pool_add(float_levels *levels, accord_coalition coalition) {
  int k = levels->level_count;
  uint8_t settled_at = levels->complete ? (uint8_t)k : SPAN_OUTSIDE;
  for (k -= levels->complete; k > 0 && is_annihilated(levels->level[k].annihilator, coalition); k--)
    settled_at = (uint8_t)k;
  levels->parties[levels->count] = (uint32_t)coalition;
  levels->value[levels->count] = relative_value(levels, coalition);
  levels->settled_at[levels->count++] = settled_at;
}

void pool_reserve(float_levels *levels, int more) {
  accord_context *context = levels->context;
  size_t count = (size_t)levels->count, room = (size_t)levels->room;
  if (more <= levels->room - levels->count) return;
  while (room < count + (size_t)more) room = room ? 2 * room : 512;
  levels->room = (int)room;
  levels->parties = pool_grow(context, levels->parties, count, room, sizeof *levels->parties);
  levels->value = pool_grow(context, levels->value, count, room, sizeof *levels->value);
  levels->settled_at = pool_grow(context, levels->settled_at, count, room, sizeof *levels->settled_at);
  levels->active = pool_grow(context, levels->active, 0, room, sizeof *levels->active);
  levels->active_value = pool_grow(context, levels->active_value, 0, room, sizeof *levels->active_value);
  levels->gain = pool_grow(context, levels->gain, 0, room, sizeof *levels->gain);
}

void pool_clear(float_levels *levels) {
  levels->count = 0;
  for (int k = 0; k < levels->level_count; k++)
    for (int r = 0; r <= levels->n; r++)
      if (levels->level[k].basis[r].kind == COLUMN_COALITION) pool_add(levels, levels->level[k].basis[r].parties);
}

float_levels *float_levels_new(accord_context *context, const accord_game *game, const nucleolus_options *options) {
  float_levels *levels = POOL_NEW(context, 1, float_levels);
  int n = game->n;
  levels->context = context;
  levels->game = game;
  levels->n = n;
  levels->imputations = options->imputations;
  levels->kind = options->kind;
  levels->scale = mpz_sgn(game->largest) ? 1 / mpz_get_d(game->largest) : 0;
  levels->level = POOL_NEW(context, (size_t)n, float_level);
  levels->simplex = POOL_NEW(context, 1, level_simplex);
  pool_reserve(levels, 2 * n);
  double alone = 0;
  for (int i = 0; i < n && options->imputations; i++) alone += levels->split[i] = relative_value(levels, party(i));
  for (int i = 0; i < n; i++) levels->split[i] += (relative_value(levels, everybody(n)) - alone) / n;
  for (int i = 0; i < n && n > 1; i++) {
    pool_add(levels, party(i));
    if (n > 2) pool_add(levels, everybody(n) ^ party(i));
  }
  return levels;
}

/* -------------------------------------------------------- starting a level */

/* The sum of the gains of S and N \ S at the split of the level before. */
static double gain_of_pair(const float_levels *levels, accord_coalition coalition) {
  int n = levels->n;
  return relative_value(levels, coalition) + relative_value(levels, everybody(n) ^ coalition);
}

/* An unsettled coalition that does best together with the others: their two columns balance over N. */
static accord_coalition choose_pair(const float_levels *levels, const float_level *level, const level_column *last) {
  accord_coalition best = 0;
  double most = 0;
  for (int i = 0; i < levels->n; i++) {
    if (is_annihilated(level->annihilator, party(i))) continue;
    double gain = gain_of_pair(levels, party(i));
    if (!best || gain > most) best = party(i), most = gain;
  }
  for (int r = 0; last && r <= levels->n; r++) {
    if (last[r].kind != COLUMN_COALITION || is_annihilated(level->annihilator, last[r].parties)) continue;
    double gain = gain_of_pair(levels, last[r].parties);
    if (gain > most) best = last[r].parties, most = gain;
  }
  return best;
}

/* The stored basis where the settled coalitions are the same, else a pair and what the last level's basis has. */
static void start_level(float_levels *levels, int k) {
  float_level *level = &levels->level[k];
  level_simplex *simplex = levels->simplex;
  const level_column *last = level->solved ? level->basis : k > 0 ? levels->level[k - 1].basis : NULL;
  simplex_start(simplex, levels->n, levels->split);
  for (int t = 0; t < level->settled_count; t++) simplex_place(simplex, &level->settled[t]);
  if (!level->solved) {
    accord_coalition pair = choose_pair(levels, level, last);
    level_column column = coalition_column(levels, pair), other = coalition_column(levels, everybody(levels->n) ^ pair);
    simplex_place(simplex, &column);
    simplex_place(simplex, &other);
  }
  for (int pass = 0; pass < 2; pass++)
    for (int r = 0; last && r <= levels->n; r++) {
      bool bound = last[r].kind == COLUMN_BOUND;
      if ((last[r].kind == COLUMN_COALITION || bound) && bound == (pass == 1) &&
          (level->solved || !is_annihilated(level->annihilator, last[r].parties)))
        simplex_place(simplex, &last[r]);
    }
  simplex_evaluate(simplex);
}

static void activate(float_levels *levels, int k) {
  int count = 0;
  for (int c = 0; c < levels->count; c++) {
    levels->active[count] = levels->parties[c];
    levels->active_value[count] = levels->value[c];
    count += levels->settled_at[c] > k;
  }
  levels->active_count = count;
}

/* --------------------------------------------------------------- the optimum */

struct working_set {
  int count;
  uint32_t parties[4 * SIMPLEX_ROWS];
  double value[4 * SIMPLEX_ROWS], gain[4 * SIMPLEX_ROWS];
};

/* The candidates of largest gain, a few times n of them. */
static void choose_working_set(float_levels *levels, struct working_set *set) {
  const double *solution = levels->simplex->solution;
  double least = TOLERANCE;
  int room = 3 * (levels->n + 1), worst = 0;
  price_all(levels, levels->gain, levels->active, levels->active_value, levels->active_count, solution,
            solution[levels->n]);
  set->count = 0;
  for (int c = 0; c < levels->active_count; c++) {
    if (levels->gain[c] <= least) continue;
    int at = set->count < room ? set->count++ : worst;
    set->parties[at] = levels->active[c], set->value[at] = levels->active_value[c], set->gain[at] = levels->gain[c];
    if (set->count < room) continue;
    worst = 0;
    for (int w = 1; w < room; w++)
      if (set->gain[w] < set->gain[worst]) worst = w;
    least = set->gain[worst];
  }
}

/* The bound that a party falls below most; the gain is 0 where there is none. */
static double choose_bound(const float_levels *levels, const float_level *level, level_column *column) {
  double most = 0;
  for (int i = 0; i < levels->n && levels->imputations; i++) {
    double value = relative_value(levels, party(i)), gain = value - levels->simplex->solution[i];
    if (gain <= TOLERANCE || gain <= most || is_annihilated(level->annihilator, party(i))) continue;
    *column = (level_column){COLUMN_BOUND, party(i), 0, value};
    most = gain;
  }
  return most;
}

/* The column of the working set, or bound, of largest gain. */
static double choose_entering(const float_levels *levels, const float_level *level, struct working_set *set,
                              level_column *column) {
  const double *solution = levels->simplex->solution;
  double most = choose_bound(levels, level, column);
  int best = -1;
  price_all(levels, set->gain, set->parties, set->value, set->count, solution, solution[levels->n]);
  for (int w = 0; w < set->count; w++)
    if (set->gain[w] > TOLERANCE && set->gain[w] > most) best = w, most = set->gain[w];
  if (best >= 0)
    *column =
        (level_column){COLUMN_COALITION, set->parties[best], depth_of(levels, set->parties[best]), set->value[best]};
  return most;
}

/* Pivots to the optimum over the active candidates. */
static bool optimise(float_levels *levels, const float_level *level) {
  level_simplex *simplex = levels->simplex;
  struct working_set set;
  level_column column;
  int pivots = 0;
  for (bool settled = false;;) {
    double gain;
    choose_working_set(levels, &set);
    int before = pivots;
    while ((gain = choose_entering(levels, level, &set, &column)) > 0) {
      if (++pivots > MOST_PIVOTS || !simplex_enter(simplex, &column, gain)) return false;
      if (pivots % 256 == 0) check_clock(levels->context);
    }
    if (pivots > before) settled = false;
    else if (settled || (!simplex->perturbed && simplex->since_factored < 24)) return true;
    else simplex_refactor(simplex), settled = true;
  }
}

/* ------------------------------------------------------------------ settling */

static void keep_optimum(float_levels *levels, float_level *level) {
  const level_simplex *simplex = levels->simplex;
  level->epsilon = simplex->solution[levels->n];
  level->support_count = 0;
  for (int r = 0; r <= levels->n; r++) {
    level->basis[r] = simplex->basis[r];
    if (simplex->basis[r].kind > COLUMN_SETTLED && simplex->weight[r] > NOTABLE)
      level->support[level->support_count++] = simplex->basis[r];
  }
  memcpy(levels->split, simplex->solution, (size_t)levels->n * sizeof *levels->split);
}

static bool same_settled(const float_level *a, const level_column *settled, int count) {
  if (a->settled_count != count) return false;
  for (int t = 0; t < count; t++)
    if (a->settled[t].parties != settled[t].parties || a->settled[t].value != settled[t].value) return false;
  return true;
}

/* What stands settled before the next level: a pool coalition that follows from it is settled by this one. */
static void settle(float_levels *levels, int k) {
  const float_level *level = &levels->level[k];
  float_level *next = k + 1 < levels->n ? &levels->level[k + 1] : NULL;
  coalition_span span = level->span;
  level_column settled[GAME_MOST_PARTIES];
  int count = level->settled_count;
  memcpy(settled, level->settled, sizeof settled);
  for (int s = 0; s < level->support_count; s++) {
    const level_column *column = &level->support[s];
    if (!span_add(&span, column->parties)) continue;
    settled[count++] =
        (level_column){COLUMN_SETTLED, column->parties, 0, column->value - column->depth * level->epsilon};
  }
  levels->complete = span.rank == levels->n || !next;
  if (!levels->complete) {
    next->solved = next->solved && same_settled(next, settled, count);
    next->span = span;
    next->settled_count = count;
    memcpy(next->settled, settled, sizeof settled);
    span_annihilator(next->annihilator, &span);
  }
  for (int c = 0; c < levels->count; c++)
    if (levels->settled_at[c] > k)
      levels->settled_at[c] =
          levels->complete || is_annihilated(next->annihilator, levels->parties[c]) ? (uint8_t)(k + 1) : SPAN_OUTSIDE;
}

static void start_first_level(float_levels *levels) {
  float_level *first = &levels->level[0];
  accord_coalition all = everybody(levels->n);
  span_start(&first->span, levels->n);
  span_add(&first->span, all);
  span_annihilator(first->annihilator, &first->span);
  first->settled_count = 1;
  first->settled[0] = (level_column){COLUMN_SETTLED, all, 0, relative_value(levels, all)};
}

bool float_levels_solve(float_levels *levels, int most_levels) {
  int k = first_violated_level(levels);
  if (levels->level_count == 0) start_first_level(levels);
  for (; k < levels->n && k < most_levels; k++) {
    float_level *level = &levels->level[k];
    if (k > 0 && k == levels->level_count && levels->complete) break;
    levels->level_count = k + 1;
    activate(levels, k);
    start_level(levels, k);
    if (!optimise(levels, level)) return false;
    keep_optimum(levels, level);
    level->solved = true;
    settle(levels, k);
    if (levels->complete) return true;
    if (k + 1 < levels->n && levels->level[k + 1].span.rank == level->span.rank) return false;
  }
  return levels->complete || levels->level_count == most_levels;
}

/* --------------------------------------------------------------- violations */

void find_pool_excesses(float_levels *levels, double *excess, double epsilon) {
  price_all(levels, excess, levels->parties, levels->value, levels->count, levels->split, epsilon);
  for (int c = 0; c < levels->count && levels->kind == EXCESS_PLAIN; c++) excess[c] += epsilon;
}

int first_violated_level(float_levels *levels) {
  int first = levels->level_count;
  if (first == 0) return 0;
  double last = levels->level[first - 1].epsilon;
  find_pool_excesses(levels, levels->gain, last);
  for (int c = 0; c < levels->count; c++) {
    double excess = levels->gain[c];
    if (levels->kind == EXCESS_PER_CAPITA) excess = last + excess / size_of(levels->parties[c]);
    if (levels->kind == EXCESS_PROPORTIONAL) excess = last + excess / fabs(levels->value[c]);
    if (excess <= last + TOLERANCE) continue;
    for (int k = 0; k < first && k < levels->settled_at[c]; k++)
      if (excess > levels->level[k].epsilon + TOLERANCE) first = k;
  }
  return first;
}

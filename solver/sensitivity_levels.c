/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules with a Kohlberg certificate: nucleolus, prenucleolus, per-capita and proportional nucleolus.
 *
 * A certificate holds with the same coalitions and weights while the game moves, as long as its conditions do. Its
 * weights balance, so that they give every level's excess, and with it the sums of its coalitions' shares, as linear
 * functions of the values:
 *
 *   eps_k = sum w_S v(S) / W(S) - sum t_T x(T) + sum b_i v(i),    x(S) = v(S) - W(S) eps_k,
 *
 * W(S) = 1, |S| or |v(S)|. The settled coalitions have rank n: the shares follow. The line holds until another
 * coalition's excess passes its level's, a level's the one before it, or a share its bound. Where that is at once, the
 * certificate of the game a little further on serves, if it also reaches back to where the line begins. */
#include "sensitivity.h"

#include "excess.h"
#include "settled.h"
#include "span.h"

#include <math.h>
#include <string.h>

enum { PIECES_JOINED = 8, STEPS_ASIDE = 4, PARTIES_FOR_ALL_PIECES = 10, MOST_SIDES_SOLVED = 40 };

/* A game and its certificate, ready for directions. */
typedef struct level_basis {
  accord_context *context;
  const accord_game *game;
  const accord_kohlberg *certificate;
  const mpq_t *share; /* size n: of the benefit game */
  excess_kind kind;
  bool imputations;
  int n, goal;            /* goal: the sign of the values where excesses are divided by them */
  uint8_t *level;         /* size 2^n: the level after which S follows from what is settled */
  accord_coalition tight; /* parties whose share is their bound */
  bool *listed;           /* size 2^n */
  mpq_t *room;         /* size 2^n: what is left to S until it passes its level; NULL until wanted, or in whole_room */
  int64_t *whole_room; /* the same times room_denominator, where words hold it; else NULL */
  mpz_t *room_denominator;
  double *room_double; /* NULL until wanted */
  int settled_count;
  accord_coalition *settled; /* size settled_count: N, then coalitions and bounds as they come */
  mpq_t *coefficient;        /* n * n: party i as a combination of the first n independent ones */
  int *independent;          /* size n: which of settled */
  /* of the direction at hand */
  mpq_t *settled_rate; /* size settled_count */
  mpq_t *level_rate;   /* size level_count */
  mpq_t *rate;         /* size n */
  mpq_t *work;         /* size 6 */
} level_basis;

/* ------------------------------------------------------------------ a basis */

static void collect_settled(level_basis *basis) {
  const accord_kohlberg *certificate = basis->certificate;
  int most = 1;
  for (int k = 0; k < certificate->level_count; k++)
    most += certificate->levels[k].coalition_count + certificate->levels[k].bound_count;
  basis->settled = POOL_NEW(basis->context, (size_t)most, accord_coalition);
  basis->settled_rate = pool_rationals(basis->context, (size_t)most);
  basis->settled[basis->settled_count++] = everybody(basis->n);
  for (int k = 0; k < certificate->level_count; k++) {
    const accord_level *level = &certificate->levels[k];
    for (int j = 0; j < level->coalition_count; j++)
      basis->settled[basis->settled_count++] = level->coalitions[j].coalition;
    for (int j = 0; j < level->bound_count; j++) basis->settled[basis->settled_count++] = level->bounds[j].coalition;
  }
}

/* Parties as combinations of n independent settled coalitions; false where these do not span them. */
static bool express_parties(level_basis *basis) {
  settled_amounts *amounts = settled_new(basis->context, basis->n);
  int count = 0, n = basis->n;
  basis->independent = POOL_NEW(basis->context, (size_t)n, int);
  basis->coefficient = pool_rationals(basis->context, (size_t)n * (size_t)n);
  for (int k = 0; k < basis->settled_count && count < n; k++)
    if (settled_add(amounts, basis->settled[k])) basis->independent[count++] = k;
  if (count < n) return false;
  for (int i = 0; i < n; i++) settled_express(amounts, &basis->coefficient[i * n], party(i));
  return true;
}

static void mark_levels(level_basis *basis) {
  coalition_span *span = POOL_NEW(basis->context, 1, coalition_span);
  basis->level = POOL_NEW(basis->context, basis->game->size, uint8_t);
  basis->listed = POOL_NEW(basis->context, basis->game->size, bool);
  memset(basis->level, SPAN_OUTSIDE, basis->game->size);
  span_start(span, basis->n);
  span_add(span, everybody(basis->n));
  span_mark(span, basis->level, 0);
  for (int k = 0; k < basis->certificate->level_count; k++) {
    const accord_level *level = &basis->certificate->levels[k];
    for (int j = 0; j < level->coalition_count; j++) span_add(span, level->coalitions[j].coalition);
    for (int j = 0; j < level->bound_count; j++) span_add(span, level->bounds[j].coalition);
    span_mark(span, basis->level, (uint8_t)(k + 1));
  }
  for (int k = 0; k < basis->settled_count; k++) basis->listed[basis->settled[k]] = true;
}

static void find_tight(level_basis *basis) {
  for (int i = 0; i < basis->n && basis->imputations; i++) {
    game_value(basis->work[0], basis->game, party(i));
    if (mpq_equal(basis->work[0], basis->share[i])) basis->tight |= party(i);
  }
}

/* NULL where the certificate does not determine the shares by coalitions and bounds alone. */
static level_basis *new_basis(sensitivity *about, const accord_game *game, const accord_split *split,
                              const mpq_t *share) {
  accord_context *context = about->context;
  level_basis *new = POOL_NEW(context, 1, level_basis);
  *new =
      (level_basis){.context = context, .game = game, .certificate = split->certificate, .share = share, .n = game->n};
  new->kind = strcmp(about->rule->name, "per-capita-nucleolus") == 0     ? EXCESS_PER_CAPITA
              : strcmp(about->rule->name, "proportional-nucleolus") == 0 ? EXCESS_PROPORTIONAL
                                                                         : EXCESS_PLAIN;
  new->imputations = strcmp(about->rule->name, "prenucleolus") != 0;
  new->goal = game->goal == ACCORD_COST ? -1 : 1;
  new->work = pool_rationals(context, 6);
  new->rate = pool_rationals(context, (size_t)game->n);
  if (!new->certificate || (new->certificate->level_count == 0 && game->n > 1)) return NULL;
  new->level_rate = pool_rationals(context, (size_t) new->certificate->level_count + 1);
  collect_settled(new);
  if (!express_parties(new)) return NULL;
  mark_levels(new);
  find_tight(new);
  return new;
}

/* ------------------------------------------------------------- rates along w */

/* W(S); of a proportional excess, in the game's measure. */
static void find_divisor(const level_basis *basis, mpq_t divisor, accord_coalition coalition) {
  mpq_set_ui(divisor, basis->kind == EXCESS_PER_CAPITA ? (unsigned)size_of(coalition) : 1, 1);
  if (basis->kind != EXCESS_PROPORTIONAL) return;
  game_value(divisor, basis->game, coalition);
  mpq_abs(divisor, divisor);
}

/* What a unit more of v(S) leaves to S at a fixed excess of level k: 1, or 1 - eps (1 + eps of a cost). */
static void find_pass(const level_basis *basis, mpq_t pass, int k) {
  mpq_set_ui(pass, 1, 1);
  if (basis->kind != EXCESS_PROPORTIONAL) return;
  (basis->goal > 0 ? mpq_sub : mpq_add)(pass, pass, basis->certificate->levels[k].excess);
}

static mpq_t *settled_rate_of(level_basis *basis, accord_coalition coalition) {
  for (int k = 0; k < basis->settled_count; k++)
    if (basis->settled[k] == coalition) return &basis->settled_rate[k];
  return NULL; /* no certificate of ours has another one among the earlier */
}

/* eps_k' = sum w_S f w(S) / W(S) - sum t_T x'(T) + sum b_i w(i). */
static void find_level_rate(level_basis *basis, int k, const game_direction *direction) {
  const accord_level *level = &basis->certificate->levels[k];
  mpq_t *sum = &basis->level_rate[k], *term = &basis->work[0], *divisor = &basis->work[1];
  mpq_set_ui(*sum, 0, 1);
  for (int j = 0; j < level->coalition_count; j++) {
    if (!direction_moves(direction, level->coalitions[j].coalition)) continue;
    find_pass(basis, *divisor, k);
    direction_value(*term, direction, level->coalitions[j].coalition);
    mpq_mul(*term, *term, *divisor);
    find_divisor(basis, *divisor, level->coalitions[j].coalition);
    mpq_mul(*term, *term, level->coalitions[j].weight);
    mpq_div(*term, *term, *divisor);
    mpq_add(*sum, *sum, *term);
  }
  for (int j = 0; j < level->earlier_count; j++) {
    mpq_mul(*term, level->earlier[j].weight, *settled_rate_of(basis, level->earlier[j].coalition));
    mpq_sub(*sum, *sum, *term);
  }
  for (int j = 0; j < level->bound_count; j++) {
    direction_value(*term, direction, level->bounds[j].coalition);
    mpq_mul(*term, *term, level->bounds[j].weight);
    mpq_add(*sum, *sum, *term);
  }
}

/* x'(S) = f w(S) - W(S) eps_k' for the level's coalitions, w(i) for its bounds; *next counts the settled. */
static void settle_level(level_basis *basis, int k, int *next, const game_direction *direction) {
  const accord_level *level = &basis->certificate->levels[k];
  mpq_t *pass = &basis->work[0], *divisor = &basis->work[1];
  for (int j = 0; j < level->coalition_count; j++) {
    mpq_t *rate = &basis->settled_rate[*next];
    accord_coalition coalition = basis->settled[(*next)++];
    find_divisor(basis, *divisor, coalition);
    mpq_mul(*rate, *divisor, basis->level_rate[k]);
    mpq_neg(*rate, *rate);
    find_pass(basis, *pass, k);
    direction_value(*divisor, direction, coalition);
    mpq_mul(*pass, *pass, *divisor);
    mpq_add(*rate, *rate, *pass);
  }
  for (int j = 0; j < level->bound_count; j++, (*next)++)
    direction_value(basis->settled_rate[*next], direction, basis->settled[*next]);
}

static void find_rates(level_basis *basis, const game_direction *direction) {
  int n = basis->n, next = 1;
  direction_value(basis->settled_rate[0], direction, everybody(n));
  for (int k = 0; k < basis->certificate->level_count; k++) {
    find_level_rate(basis, k, direction);
    settle_level(basis, k, &next, direction);
  }
  for (int i = 0; i < n; i++) {
    mpq_set_ui(basis->rate[i], 0, 1);
    for (int r = 0; r < n; r++) {
      mpq_mul(basis->work[0], basis->coefficient[i * n + r], basis->settled_rate[basis->independent[r]]);
      mpq_add(basis->rate[i], basis->rate[i], basis->work[0]);
    }
  }
}

/* --------------------------------------------------------- how far it holds */

/* eps_k W(S) - v(S) + x(S), of proportional excesses x(S) - f v(S). */
static void find_room(level_basis *basis, mpq_t room, accord_coalition coalition) {
  int k = basis->level[coalition] - 1;
  game_value(basis->work[0], basis->game, coalition);
  find_pass(basis, basis->work[1], k);
  mpq_mul(basis->work[0], basis->work[0], basis->work[1]);
  mpq_neg(room, basis->work[0]);
  for (accord_coalition rest = coalition; rest; rest &= rest - 1)
    mpq_add(room, room, basis->share[__builtin_ctzll(rest)]);
  if (basis->kind == EXCESS_PROPORTIONAL) return;
  find_divisor(basis, basis->work[0], coalition);
  mpq_mul(basis->work[0], basis->work[0], basis->certificate->levels[k].excess);
  mpq_add(room, room, basis->work[0]);
}

/* How fast that room is used up: f w(S) - x'(S) - W(S) eps_k'. */
static void find_pace(level_basis *basis, mpq_t pace, accord_coalition coalition, const game_direction *direction) {
  int k = basis->level[coalition] - 1;
  find_divisor(basis, basis->work[0], coalition);
  mpq_mul(pace, basis->work[0], basis->level_rate[k]);
  mpq_neg(pace, pace);
  if (direction_moves(direction, coalition)) {
    find_pass(basis, basis->work[0], k);
    direction_value(basis->work[1], direction, coalition);
    mpq_mul(basis->work[0], basis->work[0], basis->work[1]);
    mpq_add(pace, pace, basis->work[0]);
  }
  for (accord_coalition rest = coalition; rest; rest &= rest - 1)
    mpq_sub(pace, pace, basis->rate[__builtin_ctzll(rest)]);
}

static void limit_by_coalition(level_basis *basis, accord_slope *slope, accord_coalition coalition,
                               const game_direction *direction) {
  mpq_t *room = &basis->work[2], *pace = &basis->work[3];
  find_pace(basis, *pace, coalition, direction);
  if (mpq_sgn(*pace) <= 0) return;
  if (basis->whole_room) {
    mpz_set_si(mpq_numref(*room), basis->whole_room[coalition]);
    mpz_set(mpq_denref(*room), *basis->room_denominator);
    mpq_canonicalize(*room);
  } else if (basis->room) mpq_set(*room, basis->room[coalition]);
  else find_room(basis, *room, coalition);
  slope_limit(slope, *room, *pace);
}

static void limit_by_bound(level_basis *basis, accord_slope *slope, int i, const game_direction *direction) {
  mpq_t *room = &basis->work[2], *pace = &basis->work[3];
  game_value(*room, basis->game, party(i));
  mpq_sub(*room, basis->share[i], *room);
  direction_value(*pace, direction, party(i));
  mpq_sub(*pace, *pace, basis->rate[i]);
  slope_limit(slope, *room, *pace);
}

static void limit_by_order(level_basis *basis, accord_slope *slope) {
  const accord_level *levels = basis->certificate->levels;
  for (int k = 1; k < basis->certificate->level_count; k++) {
    mpq_sub(basis->work[2], levels[k - 1].excess, levels[k].excess);
    mpq_sub(basis->work[3], basis->level_rate[k], basis->level_rate[k - 1]);
    slope_limit(slope, basis->work[2], basis->work[3]);
  }
}

/* A proportional excess needs a worth of the goal's sign. */
static void limit_by_sign(level_basis *basis, accord_slope *slope, const game_direction *direction) {
  if (basis->kind != EXCESS_PROPORTIONAL || direction->along || direction->coalition == everybody(basis->n)) return;
  game_value(basis->work[2], basis->game, direction->coalition);
  mpq_abs(basis->work[2], basis->work[2]);
  mpq_set_si(basis->work[3], -direction->sign * basis->goal, 1);
  slope_limit(slope, basis->work[2], basis->work[3]);
}

/* Values below 2^20 units: times a whole unit they stay in machine words. */
static bool is_small_table(const accord_game *game) { return game->small && mpz_sizeinbase(game->largest, 2) <= 20; }

/* Rates and paces as whole numbers over one denominator, where these are small. */
struct whole_rates {
  int64_t denominator, *rate, *level_rate; /* sizes n, level_count */
  int64_t along;                           /* what a unit of the direction's table is */
};

enum { WHOLE_BITS = 40 };

static bool take_whole(int64_t *whole, const mpq_t number, const mpz_t denominator, mpz_t scratch) {
  mpz_divexact(scratch, denominator, mpq_denref(number));
  mpz_mul(scratch, scratch, mpq_numref(number));
  *whole = mpz_sizeinbase(scratch, 2) <= WHOLE_BITS ? mpz_get_si(scratch) : 0;
  return mpz_sizeinbase(scratch, 2) <= WHOLE_BITS;
}

static bool find_whole_rates(const level_basis *basis, struct whole_rates *whole, const game_direction *direction) {
  int n = basis->n, levels = basis->certificate->level_count;
  mpz_t *work = pool_integers(basis->context, 2);
  whole->rate = POOL_NEW(basis->context, (size_t)n, int64_t);
  whole->level_rate = POOL_NEW(basis->context, (size_t)levels + 1, int64_t);
  mpz_set_ui(work[0], 1);
  for (int i = 0; i < n; i++) mpz_lcm(work[0], work[0], mpq_denref(basis->rate[i]));
  for (int k = 0; k < levels; k++) mpz_lcm(work[0], work[0], mpq_denref(basis->level_rate[k]));
  if (direction->along) mpz_lcm(work[0], work[0], mpq_denref(direction->along->unit));
  bool good = mpz_sizeinbase(work[0], 2) <= WHOLE_BITS && basis->kind != EXCESS_PROPORTIONAL;
  whole->along = 0;
  if (direction->along && good)
    good = is_small_table(direction->along) && take_whole(&whole->along, direction->along->unit, work[0], work[1]);
  if (good) whole->denominator = mpz_get_si(work[0]);
  for (int i = 0; i < n && good; i++) good = take_whole(&whole->rate[i], basis->rate[i], work[0], work[1]);
  for (int k = 0; k < levels && good; k++)
    good = take_whole(&whole->level_rate[k], basis->level_rate[k], work[0], work[1]);
  return good;
}

/* Rooms as whole numbers over one denominator: eps W(S) - v(S) + x(S). */
static bool fill_whole_rooms(level_basis *basis) {
  const accord_game *game = basis->game;
  int n = basis->n, levels = basis->certificate->level_count;
  if (basis->kind == EXCESS_PROPORTIONAL || !game->small) return false;
  mpz_t *work = pool_integers(basis->context, 2), *common = &work[0];
  int64_t unit, share[GAME_MOST_PARTIES], excess[GAME_MOST_PARTIES];
  mpz_set(*common, mpq_denref(game->unit));
  for (int i = 0; i < n; i++) mpz_lcm(*common, *common, mpq_denref(basis->share[i]));
  for (int k = 0; k < levels; k++) mpz_lcm(*common, *common, mpq_denref(basis->certificate->levels[k].excess));
  bool good = levels <= GAME_MOST_PARTIES && take_whole(&unit, game->unit, *common, work[1]);
  good = good && mpz_sizeinbase(game->largest, 2) + mpz_sizeinbase(work[1], 2) <= 60;
  for (int i = 0; i < n && good; i++) good = take_whole(&share[i], basis->share[i], *common, work[1]);
  for (int k = 0; k < levels && good; k++)
    good = take_whole(&excess[k], basis->certificate->levels[k].excess, *common, work[1]);
  if (!good) return false;
  int64_t *room = POOL_NEW(basis->context, game->size, int64_t), *sum = POOL_NEW(basis->context, game->size, int64_t);
  double denominator = mpz_get_d(*common);
  for (accord_coalition s = 1; s < everybody(n); s++) {
    sum[s] = sum[s & (s - 1)] + share[__builtin_ctzll(s)];
    room[s] = excess[basis->level[s] - 1] * (basis->kind == EXCESS_PER_CAPITA ? size_of(s) : 1) -
              game->small[s] * unit + sum[s];
    basis->room_double[s] = (double)room[s] / denominator;
  }
  pool_free(basis->context, sum);
  basis->room_denominator = common;
  basis->whole_room = room;
  return true;
}

static void fill_rooms(level_basis *basis) {
  if (basis->room_double) return;
  basis->room_double = POOL_NEW(basis->context, basis->game->size, double);
  if (fill_whole_rooms(basis)) return;
  mpq_t *room = pool_rationals(basis->context, basis->game->size);
  for (accord_coalition s = 1; s < everybody(basis->n); s++) {
    if (s % 1024 == 0) check_clock(basis->context);
    find_room(basis, room[s], s);
    basis->room_double[s] = mpq_get_d(room[s]);
  }
  basis->room = room;
}

/* Every coalition; exactly only those that may be the first. */
static void limit_by_all(level_basis *basis, accord_slope *slope, const game_direction *direction) {
  struct whole_rates whole;
  fill_rooms(basis);
  accord_mark mark = accord_get_mark(basis->context);
  bool quick = find_whole_rates(basis, &whole, direction);
  int64_t *sum = quick ? POOL_NEW(basis->context, basis->game->size, int64_t) : NULL;
  double least = slope->bounded ? mpq_get_d(slope->reach) : HUGE_VAL;
  for (accord_coalition s = 1; s < everybody(basis->n); s++) {
    if (quick) {
      sum[s] = sum[s & (s - 1)] + whole.rate[__builtin_ctzll(s)];
      int64_t divisor = basis->kind == EXCESS_PER_CAPITA ? size_of(s) : 1;
      int64_t own = direction->along ? direction->along->small[s] * whole.along
                                     : direction_moves(direction, s) * whole.denominator;
      int64_t pace = direction->sign * own - sum[s] - divisor * whole.level_rate[basis->level[s] - 1];
      if (pace <= 0) continue;
      if (basis->room_double[s] * (double)whole.denominator > least * (double)pace * (1 + 1e-9)) continue;
    }
    limit_by_coalition(basis, slope, s, direction);
    if (slope->bounded) least = mpq_get_d(slope->reach);
  }
  accord_reset(basis->context, mark);
}

/* Whether nothing moves with v(S) but the excess of S. */
static bool moves_alone(const level_basis *basis, const game_direction *direction) {
  if (direction->along || direction->coalition == everybody(basis->n)) return false;
  return !basis->listed[direction->coalition];
}

/* The line of a basis: rates and reach. */
static void follow_basis(level_basis *basis, accord_slope *slope, const game_direction *direction) {
  slope->bounded = false;
  mpq_set_ui(slope->reach, 0, 1);
  limit_by_sign(basis, slope, direction);
  if (moves_alone(basis, direction)) {
    for (int i = 0; i < basis->n; i++) mpq_set_ui(basis->rate[i], 0, 1);
    for (int k = 0; k < basis->certificate->level_count; k++) mpq_set_ui(basis->level_rate[k], 0, 1);
    limit_by_coalition(basis, slope, direction->coalition, direction);
    if (size_of(direction->coalition) == 1 && basis->imputations)
      limit_by_bound(basis, slope, __builtin_ctzll(direction->coalition), direction);
  } else {
    find_rates(basis, direction);
    limit_by_order(basis, slope);
    for (int i = 0; i < basis->n && basis->imputations; i++) limit_by_bound(basis, slope, i, direction);
    limit_by_all(basis, slope, direction);
  }
  for (int i = 0; i < basis->n; i++) mpq_set(slope->rate[i], basis->rate[i]);
}

/* ------------------------------------------------------------- other pieces */

struct levels {
  level_basis *base;
  accord_slope ahead, back; /* of a basis further on */
  int sides_solved;
};

/* The basis of the game at a distance along the line; NULL where the rule has no answer, or no certificate, there. */
static level_basis *basis_at(sensitivity *about, const game_direction *direction, const mpq_t step) {
  accord_context *context = about->context;
  accord_split *split;
  accord_game *game = moved_game(context, about->problem->game, direction, step);
  accord_status status = accord_solve(context, &split, problem_with_game(context, about->problem, game), about->rule);
  if (status != ACCORD_OK) guard_leave(context, status, "%s", accord_message(context));
  if (split->status != ACCORD_OK) return NULL;
  mpq_t *share = pool_rationals(context, (size_t)game->n);
  for (int i = 0; i < game->n; i++) {
    mpq_set(share[i], split->share[i]);
    if (game->goal == ACCORD_COST) mpq_neg(share[i], share[i]);
  }
  return new_basis(about, game, split, (const mpq_t *)share);
}

static bool same_rates(const accord_slope *one, const accord_slope *other, int n) {
  for (int i = 0; i < n; i++)
    if (!mpq_equal(one->rate[i], other->rate[i])) return false;
  return true;
}

/* The piece that begins at from and goes on: found a little further on, and it reaches back to from. False where none
 * was found: *there says whether there are shares. slope->reach is then from the beginning of the line. */
static bool find_piece(sensitivity *about, accord_slope *slope, const game_direction *direction, const mpq_t from,
                       bool *there) {
  struct levels *levels = about->prepared;
  game_direction back = {direction->coalition, -direction->sign, direction->along};
  mpq_t *work = pool_rationals(about->context, 3), *step = &work[0], *at = &work[1];
  bool found = false;
  *there = true;
  trace_scale(*step, about->share, about->problem->n);
  for (int k = 0; k < STEPS_ASIDE && !found && *there; k++) {
    accord_mark mark = accord_get_mark(about->context);
    check_clock(about->context);
    mpq_div_2exp(*step, *step, 20);
    mpq_add(*at, from, *step);
    level_basis *basis = basis_at(about, direction, *at);
    *there = basis != NULL || k < STEPS_ASIDE - 1;
    if (basis) {
      follow_basis(basis, &levels->back, &back);
      follow_basis(basis, &levels->ahead, direction);
      found = !levels->back.bounded || mpq_cmp(levels->back.reach, *step) >= 0;
    }
    accord_reset(about->context, mark);
  }
  if (found) {
    slope->bounded = levels->ahead.bounded;
    mpq_add(slope->reach, *at, levels->ahead.reach);
    for (int i = 0; i < about->problem->n; i++) mpq_set(slope->rate[i], levels->ahead.rate[i]);
  }
  pool_free(about->context, work);
  return found;
}

/* Whether another certificate may carry the same line on: not where S alone, which no bounds balance, passes its
 * level, or a party's value its share. */
static bool may_go_on(const level_basis *basis, const game_direction *direction) {
  if (!moves_alone(basis, direction)) return true;
  if (!basis->tight) return false;
  coalition_span *span = POOL_NEW(basis->context, 1, coalition_span);
  int level = basis->level[direction->coalition], next = 1;
  span_start(span, basis->n);
  span_add(span, everybody(basis->n));
  for (int k = 0; k + 1 < level; k++) {
    int count = basis->certificate->levels[k].coalition_count + basis->certificate->levels[k].bound_count;
    for (; count > 0; count--) span_add(span, basis->settled[next++]);
  }
  for (int i = 0; i < basis->n; i++)
    if (has(basis->tight, i)) span_add(span, party(i));
  bool may = span_contains(span, direction->coalition);
  pool_free(basis->context, span);
  return may;
}

/* Joins pieces on which the shares go on in the same line. */
static void join_pieces(sensitivity *about, accord_slope *slope, const game_direction *direction) {
  int n = about->problem->n;
  accord_slope *next = POOL_NEW(about->context, 1, accord_slope);
  slope_start(about->context, next, n);
  for (int k = 0; k < PIECES_JOINED && slope->bounded; k++) {
    bool there;
    if (!find_piece(about, next, direction, slope->reach, &there) || !same_rates(slope, next, n)) return;
    slope->bounded = next->bounded;
    mpq_set(slope->reach, next->reach);
  }
}

/* -------------------------------------------------------------- the method */

static void prepare(sensitivity *about) {
  struct levels *levels = POOL_NEW(about->context, 1, struct levels);
  levels->base = new_basis(about, about->problem->game, about->split, about->share);
  slope_start(about->context, &levels->ahead, about->problem->n);
  slope_start(about->context, &levels->back, about->problem->n);
  about->prepared = levels;
}

/* Shares divided by a worth that moves: the rate is that at the value, and a kink is left to tracing. */
static bool is_curved(const level_basis *basis, const game_direction *direction) {
  return basis->kind == EXCESS_PROPORTIONAL && !moves_alone(basis, direction) &&
         direction->coalition != everybody(basis->n);
}

static void find_beside(sensitivity *about, accord_slope *slope, const game_direction *direction) {
  struct levels *levels = about->prepared;
  bool there, few = about->problem->n <= PARTIES_FOR_ALL_PIECES;
  mpq_t *nothing = pool_rationals(about->context, 1);
  if (!few && !direction->along && ++levels->sides_solved > MOST_SIDES_SOLVED) {
    slope->status = ACCORD_LIMIT;
    return;
  }
  if (levels->base->kind == EXCESS_PROPORTIONAL) {
    slope->bounded = false;
    method_trace.find(about, slope, direction);
    return;
  }
  if (!find_piece(about, slope, direction, *nothing, &there))
    slope->status = there ? ACCORD_UNCERTIFIED : ACCORD_UNDEFINED;
  pool_free(about->context, nothing);
}

static void find(sensitivity *about, accord_slope *slope, const game_direction *direction) {
  struct levels *levels = about->prepared;
  level_basis *base = levels->base;
  if (!base || (direction->along && base->kind == EXCESS_PROPORTIONAL)) {
    method_trace.find(about, slope, direction);
    return;
  }
  follow_basis(base, slope, direction);
  bool beside = slope->bounded && mpq_sgn(slope->reach) == 0;
  if (beside) {
    find_beside(about, slope, direction);
  } else if (is_curved(base, direction)) {
    slope->curved = slope->bounded = true;
    mpq_set_ui(slope->reach, 0, 1);
  }
  bool few = about->problem->n <= PARTIES_FOR_ALL_PIECES, proportional = base->kind == EXCESS_PROPORTIONAL;
  if (slope->status != ACCORD_OK || slope->curved || !slope->bounded || !few) return;
  if (!proportional && (beside || may_go_on(base, direction))) join_pieces(about, slope, direction);
  if (!proportional || beside || !may_go_on(base, direction)) return;
  slope->bounded = false;
  method_trace.find(about, slope, direction);
}

const slope_method method_levels = {prepare, find};

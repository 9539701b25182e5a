/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model's number that what every coalition is worth is a piecewise linear function of, convex for every coalition or
 * concave for every coalition: the chain rule. Tables beside the number give the direction in which the game moves; how
 * each rule's shares move along it is known as for coalitions.
 *
 * Where the straight piece of the table ends is found from far away: for each coalition that is off the line there, the
 * tangent meets the line no nearer than where its piece ends; the nearest of these points is tried next. The first at
 * which nobody is off the line is the end, because a convex function that is on a line at both ends is on it between. */
#include "sensitivity.h"

enum {
  NEAR_BITS = 24,
  FAR_BITS = 40,
  TANGENT_BITS = 24,
  TANGENTS_TRIED = 4,
  ROUNDS = 60,
  PIECES = 8,
  PARTIES_FOR_ALL_PIECES = 10
};

/* A straight piece of the table, away from the number. */
typedef struct chain_piece {
  bool found, bounded;
  bool last; /* it ends where there is no sheet */
  bool none; /* there is none right where it would begin */
  mpq_t length;
  accord_game *along;            /* what a unit of the way adds to each value */
  const accord_problem *problem; /* where it begins */
} chain_piece;

typedef struct chain_work {
  accord_context *context;
  accord_point *point;
  void *data;
  const mpq_t *value; /* size 1 */
  int sign, n, count;
  mpq_t *start; /* size PIECES + 1: how far from the number each piece begins */
  mpq_t *scale; /* size 1 */
  mpq_t *work;  /* size 6 */
  mpz_t *whole; /* size 6 */
  chain_piece piece[PIECES];
} chain_work;

/* ------------------------------------------------------------------- tables */

/* The problem that far from the number; NULL where there is none with an exact table of as many parties. */
static const accord_problem *problem_at(chain_work *chain, const mpq_t way) {
  const accord_problem *problem;
  mpq_t *at = pool_rationals(chain->context, 1);
  check_clock(chain->context);
  (chain->sign > 0 ? mpq_add : mpq_sub)(*at, *chain->value, way);
  accord_status status = chain->point(chain->context, &problem, chain->data, *at);
  if (status != ACCORD_OK && status != ACCORD_UNDEFINED)
    guard_leave(chain->context, status, "%s", accord_message(chain->context));
  if (status != ACCORD_OK || !problem->game || !problem->exact || problem->n != chain->n) return NULL;
  return problem;
}

/* v_t - v - t w, as integers over one denominator. */
typedef struct table_miss {
  const accord_game *start, *along, *at;
  mpz_t *factor; /* size 4: of the three tables' integers; the denominator */
  mpz_t *sum;    /* size 2 */
} table_miss;

static table_miss *new_miss(chain_work *chain, const chain_piece *piece, const accord_game *at, const mpq_t step) {
  table_miss *miss = POOL_NEW(chain->context, 1, table_miss);
  mpq_t *unit = pool_rationals(chain->context, 3);
  *miss = (table_miss){piece->problem->game, piece->along, at, pool_integers(chain->context, 4),
                       pool_integers(chain->context, 2)};
  mpq_neg(unit[0], miss->start->unit);
  mpq_mul(unit[1], miss->along->unit, step);
  mpq_neg(unit[1], unit[1]);
  mpq_set(unit[2], at->unit);
  mpz_set_ui(miss->factor[3], 1);
  for (int k = 0; k < 3; k++) mpz_lcm(miss->factor[3], miss->factor[3], mpq_denref(unit[k]));
  for (int k = 0; k < 3; k++) {
    mpz_divexact(miss->factor[k], miss->factor[3], mpq_denref(unit[k]));
    mpz_mul(miss->factor[k], miss->factor[k], mpq_numref(unit[k]));
  }
  return miss;
}

/* Its numerator, in miss->sum[0]. */
static void find_miss(table_miss *miss, accord_coalition s) {
  const accord_game *const tables[] = {miss->start, miss->along, miss->at};
  mpz_set_ui(miss->sum[0], 0);
  for (int k = 0; k < 3; k++) {
    if (tables[k]->small) {
      if (tables[k]->small[s] == 0) continue;
      mpz_set_si(miss->sum[1], tables[k]->small[s]);
      mpz_addmul(miss->sum[0], miss->factor[k], miss->sum[1]);
    } else {
      mpz_addmul(miss->sum[0], miss->factor[k], tables[k]->big[s]);
    }
  }
}

static bool is_on_line(table_miss *miss) {
  for (accord_coalition s = 1; s < miss->start->size; s++) {
    find_miss(miss, s);
    if (mpz_sgn(miss->sum[0])) return false;
  }
  return true;
}

/* ---------------------------------------------------------------- direction */

/* along = (near - start) / step, in the room made before; its integers where these are small. */
static void fill_along(chain_work *chain, chain_piece *piece, const accord_game *near, const mpq_t step, mpz_t *big,
                       int64_t *small) {
  accord_game *along = piece->along;
  const accord_game *start = piece->problem->game;
  mpq_t *unit = chain->work;
  mpz_t *factor = chain->whole;
  bool fits = true;
  mpz_lcm(factor[2], mpq_denref(near->unit), mpq_denref(start->unit));
  mpz_divexact(factor[0], factor[2], mpq_denref(near->unit));
  mpz_mul(factor[0], factor[0], mpq_numref(near->unit));
  mpz_divexact(factor[1], factor[2], mpq_denref(start->unit));
  mpz_mul(factor[1], factor[1], mpq_numref(start->unit));
  mpz_set_ui(factor[5], 0);
  for (accord_coalition s = 1; s < start->size; s++) {
    game_integer(factor[3], near, s);
    game_integer(factor[4], start, s);
    mpz_mul(big[s], factor[3], factor[0]);
    mpz_submul(big[s], factor[4], factor[1]);
    mpz_gcd(factor[5], factor[5], big[s]);
  }
  if (mpz_sgn(factor[5]) == 0) mpz_set_ui(factor[5], 1);
  for (accord_coalition s = 1; s < start->size; s++) {
    mpz_divexact(big[s], big[s], factor[5]);
    fits = fits && mpz_sizeinbase(big[s], 2) < 62;
    if (fits) small[s] = mpz_get_si(big[s]);
    if (mpz_cmpabs(big[s], along->largest) > 0) mpz_abs(along->largest, big[s]);
  }
  mpq_set_num(*unit, factor[5]);
  mpq_set_den(*unit, factor[2]);
  mpq_canonicalize(*unit);
  mpq_div(along->unit, *unit, step);
  along->small = fits ? small : NULL;
  along->big = fits ? NULL : big;
}

/* The direction from tables one and two steps on, which must be on one line with the beginning. */
static bool find_along(chain_work *chain, chain_piece *piece, mpz_t *big, int64_t *small) {
  mpq_t *step = &chain->work[1], *at = &chain->work[2];
  mpq_set(*step, *chain->scale);
  for (int k = 0; k < 3; k++) {
    accord_mark mark = accord_get_mark(chain->context);
    mpq_div_2exp(*step, *step, NEAR_BITS);
    mpq_add(*at, chain->start[chain->count], *step);
    const accord_problem *near = problem_at(chain, *at);
    mpq_add(*at, *at, *step);
    const accord_problem *next = near ? problem_at(chain, *at) : NULL;
    bool straight = false;
    piece->none = !near;
    if (next) {
      fill_along(chain, piece, near->game, *step, big, small);
      mpq_add(*at, *step, *step);
      straight = is_on_line(new_miss(chain, piece, next->game, *at));
    }
    accord_reset(chain->context, mark);
    if (straight) return true;
  }
  return false;
}

/* ---------------------------------------------------------------------- end */

/* The greatest g(t) / (g(t) - g(t - h)) over coalitions off the line at t: where a tangent meets it, in h's before t. */
enum tangents { TANGENTS_MEET, TANGENTS_TOO_WIDE, TANGENTS_DO_NOT };

static enum tangents find_tangents(chain_work *chain, table_miss *far, table_miss *near) {
  mpq_t *most = &chain->work[3], *part = &chain->work[4], *other = &chain->work[5];
  mpq_set_ui(*most, 0, 1);
  for (accord_coalition s = 1; s < far->start->size; s++) {
    find_miss(far, s);
    if (mpz_sgn(far->sum[0]) == 0) continue;
    find_miss(near, s);
    if (mpz_sgn(near->sum[0]) == 0) return TANGENTS_TOO_WIDE;
    mpq_set_num(*part, far->sum[0]), mpq_set_den(*part, far->factor[3]), mpq_canonicalize(*part);
    mpq_set_num(*other, near->sum[0]), mpq_set_den(*other, near->factor[3]), mpq_canonicalize(*other);
    mpq_sub(*other, *part, *other);
    if (mpq_sgn(*other) != mpq_sgn(*part) || mpz_sgn(near->sum[0]) != mpz_sgn(far->sum[0])) return TANGENTS_DO_NOT;
    mpq_div(*part, *part, *other);
    if (mpq_cmp(*part, *most) > 0) mpq_set(*most, *part);
  }
  return TANGENTS_MEET;
}

/* From t off the line to the nearest point at which a tangent meets it; false where these do not tell. */
static bool come_nearer(chain_work *chain, const chain_piece *piece, mpq_t t, const accord_game *at) {
  mpq_t *step = &chain->work[1], *place = &chain->work[2];
  table_miss *far = new_miss(chain, piece, at, t);
  mpq_div_2exp(*step, t, TANGENT_BITS);
  for (int k = 0; k < TANGENTS_TRIED; k++) {
    mpq_sub(*place, t, *step);
    mpq_add(chain->work[0], *place, chain->start[chain->count]);
    const accord_problem *beside = problem_at(chain, chain->work[0]);
    if (!beside) return false;
    switch (find_tangents(chain, far, new_miss(chain, piece, beside->game, *place))) {
    case TANGENTS_DO_NOT: return false;
    case TANGENTS_TOO_WIDE: mpq_div_2exp(*step, *step, TANGENT_BITS); continue;
    case TANGENTS_MEET:
      mpq_mul(*step, *step, chain->work[3]);
      mpq_sub(t, t, *step);
      return mpq_sgn(t) > 0;
    }
  }
  return false;
}

/* Where to look from: far away, else at 0 or 1, beyond which some numbers cannot go. *whole: there is nothing further. */
static const accord_problem *farthest(chain_work *chain, mpq_t t, bool *whole) {
  mpq_t *at = &chain->work[0];
  const mpq_t *start = (const mpq_t *)&chain->start[chain->count];
  mpq_mul_2exp(t, *chain->scale, FAR_BITS);
  mpq_add(*at, t, *start);
  const accord_problem *problem = problem_at(chain, *at);
  *whole = problem == NULL;
  if (problem) return problem;
  mpq_set_ui(*at, chain->sign > 0, 1);
  (chain->sign > 0 ? mpq_sub : mpq_add)(t, *at, *chain->value);
  if (chain->sign < 0) mpq_set(t, *chain->value);
  mpq_set(*at, t);
  mpq_sub(t, t, *start);
  return mpq_sgn(t) > 0 ? problem_at(chain, *at) : NULL;
}

static bool find_end(chain_work *chain, chain_piece *piece) {
  mpq_t *t = pool_rationals(chain->context, 1);
  accord_mark mark = accord_get_mark(chain->context);
  const accord_problem *problem = farthest(chain, *t, &piece->last);
  bool nearer = false;
  for (int round = 0; problem && round < ROUNDS; round++) {
    if (is_on_line(new_miss(chain, piece, problem->game, *t))) {
      mpq_set(piece->length, *t);
      piece->bounded = nearer || piece->last;
      piece->last = piece->last && !nearer;
      return true;
    }
    if (!come_nearer(chain, piece, *t, problem->game)) return false;
    nearer = true;
    accord_reset(chain->context, mark);
    mpq_add(chain->work[0], chain->start[chain->count], *t);
    problem = problem_at(chain, chain->work[0]);
  }
  return false;
}

/* The next piece; found is false where the tables do not go so. */
static void add_piece(chain_work *chain) {
  chain_piece *piece = &chain->piece[chain->count];
  *piece = (chain_piece){.problem = problem_at(chain, chain->start[chain->count])};
  pool_rational(chain->context, piece->length);
  if (piece->problem) {
    piece->along = game_new(chain->context, piece->problem->goal, chain->n);
    int64_t *small = POOL_NEW(chain->context, piece->along->size, int64_t);
    mpz_t *big = pool_integers(chain->context, piece->along->size);
    piece->found = find_along(chain, piece, big, small) && find_end(chain, piece);
  }
  mpq_add(chain->start[chain->count + 1], chain->start[chain->count], piece->length);
  chain->count++;
}

/* -------------------------------------------------------------------- rules */

static bool goes_on(const accord_slope *slope, const accord_slope *next, int n) {
  if (next->status != ACCORD_OK || next->curved) return false;
  for (int i = 0; i < n; i++)
    if (!mpq_equal(slope->rate[i], next->rate[i])) return false;
  return true;
}

/* The rule's slope on one piece: rates of the benefit game, per unit of the way. */
static bool find_on_piece(chain_work *chain, accord_slope *slope, sensitivity *about, int piece) {
  game_direction direction = {0, 1, chain->piece[piece].along};
  bool again = piece > 0 && about->method != &method_additive;
  if (again) about = sensitivity_of(chain->context, chain->piece[piece].problem, about->rule, about->under_terms);
  if (!about) return false;
  about->method->find(about, slope, &direction);
  return true;
}

/* Piece by piece while the rates stay; false where some end is not found. */
static bool follow(chain_work *chain, accord_slope *slope, sensitivity *about) {
  for (int k = 0; k < PIECES; k++) {
    accord_slope *next = POOL_NEW(chain->context, 1, accord_slope);
    if (k == chain->count) add_piece(chain);
    const chain_piece *piece = &chain->piece[k];
    if (k == 0 && piece->none) slope->status = ACCORD_UNDEFINED;
    if (!piece->found) return k == 0 && piece->none;
    slope_start(chain->context, next, chain->n);
    bool there = find_on_piece(chain, next, about, k);
    if (k == 0 && (!there || next->status != ACCORD_OK)) return false;
    if (k > 0 && (!there || !goes_on(slope, next, chain->n))) {
      slope->bounded = true;
      mpq_set(slope->reach, chain->start[k]);
      return true;
    }
    for (int i = 0; i < chain->n && k == 0; i++) mpq_set(slope->rate[i], next->rate[i]);
    slope->exact = slope->exact && next->exact;
    slope->curved = next->curved;
    slope->sampled = slope->sampled || next->sampled;
    bool own = next->bounded && (!piece->bounded || mpq_cmp(next->reach, piece->length) < 0);
    slope->bounded = next->bounded || piece->bounded || next->curved;
    mpq_add(slope->reach, chain->start[k], own ? next->reach : piece->length);
    if (next->curved) mpq_set_ui(slope->reach, 0, 1);
    if (own || !piece->bounded || piece->last || next->curved) return true;
    if (chain->n > PARTIES_FOR_ALL_PIECES && about->method != &method_additive) return true; /* so far it is sure */
  }
  return false;
}

/* ----------------------------------------------------------------- responses */

struct chain_query {
  accord_response **responses;
  accord_point *point;
  void *data;
  const mpq_t *value;
  const accord_influences *const *influences;
  int count;
};

static void find_side(accord_context *context, struct chain_query *in, int n, int sign, bool *found) {
  chain_work *chain = POOL_NEW(context, 1, chain_work);
  *chain =
      (chain_work){.context = context, .point = in->point, .data = in->data, .value = in->value, .sign = sign, .n = n};
  chain->start = pool_rationals(context, PIECES + 1);
  chain->scale = pool_rationals(context, 1);
  chain->work = pool_rationals(context, 6);
  chain->whole = pool_integers(context, 6);
  for (int k = 0; k < in->count; k++) {
    sensitivity *about = in->influences[k] ? in->influences[k]->about : NULL;
    if (!found[k] || !about) continue;
    if (chain->count == 0)
      trace_scale(*chain->scale, mpq_sgn(*in->value) ? in->value : (const mpq_t *)&about->problem->total, 1);
    accord_slope *slope = sign < 0 ? &in->responses[k]->below : &in->responses[k]->above;
    found[k] = follow(chain, slope, about);
    bool turned = (sign < 0) != (about->problem->goal == ACCORD_COST);
    for (int i = 0; turned && i < n; i++) mpq_neg(slope->rate[i], slope->rate[i]);
  }
}

static accord_status find_chained(accord_context *context, void *argument) {
  struct chain_query *in = argument;
  bool *found = POOL_NEW(context, (size_t)in->count + 1, bool);
  int n = 0;
  for (int k = 0; k < in->count; k++) {
    sensitivity *about = in->influences[k] ? in->influences[k]->about : NULL;
    if (!about) continue;
    in->responses[k] = POOL_NEW(context, 1, accord_response);
    pool_rational(context, in->responses[k]->value);
    mpq_set(in->responses[k]->value, *in->value);
    slope_start(context, &in->responses[k]->below, about->problem->n);
    slope_start(context, &in->responses[k]->above, about->problem->n);
    found[k] = true;
    n = about->problem->n;
  }
  accord_mark mark = accord_get_mark(context);
  if (n) find_side(context, in, n, -1, found), accord_reset(context, mark);
  if (n) find_side(context, in, n, 1, found), accord_reset(context, mark);
  for (int k = 0; k < in->count; k++) {
    if (found[k]) in->responses[k]->kink = slopes_differ(&in->responses[k]->below, &in->responses[k]->above, n);
    else in->responses[k] = NULL;
  }
  return ACCORD_OK;
}

accord_status accord_find_chained_responses(accord_context *context, accord_response **responses, accord_point *point,
                                            void *data, const mpq_t value, const accord_influences *const *influences,
                                            int count) {
  const mpq_t *number = (const mpq_t *)(uintptr_t)value;
  struct chain_query in = {responses, point, data, number, influences, count};
  for (int k = 0; k < count; k++) responses[k] = NULL;
  accord_status status = guard(context, find_chained, &in);
  for (int k = 0; k < count && status != ACCORD_OK; k++) responses[k] = NULL;
  return status;
}

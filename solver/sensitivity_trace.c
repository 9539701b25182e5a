/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The slope of shares along a line by solving again and again, for whatever no formula is at hand.
 *
 * Shares are piecewise rational functions of the distance t. Three points close by that lie on one straight line with
 * the beginning give the rate; else a quotient (a + b t + c t^2) / (1 + d t) through three points that two more
 * confirm; else a difference quotient, which is not exact. So it is where shares are rounded: over a longer step, at
 * which rounding is no more of the difference than the bend is, and to as many digits as that leaves. How far a straight line holds is found between a point
 * on it and a point off it: where the other piece would cross it, or the simplest fraction between them, and the end
 * is confirmed by points on both sides. */
#include "sensitivity.h"

#include <math.h>
#include <stdlib.h>

enum {
  NEAR_POINTS = 6,
  ROUNDED_STEP_BITS = 16,
  ROUNDED_DIGITS = 9,
  FIRST_STEP_BITS = 24,
  FURTHER_STEP_BITS = 24,
  STEPS_TRIED = 4,
  FAR_BITS = 24,
  MOST_HALVINGS = 60,
  LONGEST_END = 100 /* bits of the denominator of an end that is guessed: a longer one only comes close to it */
};

struct tracing {
  const trace *line;
  accord_slope *slope;
  mpq_t *start, *share, *other; /* size n */
  mpq_t *near;                  /* size NEAR_POINTS * n: shares at 1, 2, ... steps */
  mpq_t *work;                  /* size 7 */
  mpq_ptr step;
  bool exact;
};

static bool shares_at(struct tracing *tracing, mpq_t *share, const mpq_t step) {
  const trace *line = tracing->line;
  check_clock(line->context);
  bool exact = true, there = line->work(line->context, share, &exact, line->data, step);
  tracing->exact = tracing->exact && (exact || !there);
  return there;
}

static mpq_t *near_point(struct tracing *tracing, int k) {
  return k == 0 ? tracing->start : &tracing->near[(k - 1) * tracing->line->n];
}

/* Shares at 1 to count steps; false where one is not there. */
static bool fill_near(struct tracing *tracing, int from, int to) {
  for (int k = from; k <= to; k++) {
    mpq_set_ui(tracing->work[0], (unsigned)k, 1);
    mpq_mul(tracing->work[0], tracing->work[0], tracing->step);
    if (!shares_at(tracing, near_point(tracing, k), tracing->work[0])) return false;
  }
  return true;
}

/* ---------------------------------------------------------------- the rate */

/* share k of party i less share k - 1. */
static void find_difference(struct tracing *tracing, mpq_t difference, int k, int i) {
  mpq_sub(difference, near_point(tracing, k)[i], near_point(tracing, k - 1)[i]);
}

/* Equal differences from the first given point to the third step. */
static bool is_straight(struct tracing *tracing, int from) {
  mpq_t *first = &tracing->work[0], *next = &tracing->work[1];
  for (int i = 0; i < tracing->line->n; i++) {
    find_difference(tracing, *first, from, i);
    for (int k = from + 1; k <= 3; k++) {
      find_difference(tracing, *next, k, i);
      if (!mpq_equal(*first, *next)) return false;
    }
  }
  return true;
}

/* y_k = (x_k - a) / (k h) = b + c k h - d x_k, times h. */
static void find_quotient(struct tracing *tracing, mpq_t y, int k, int i) {
  mpq_sub(y, near_point(tracing, k)[i], tracing->start[i]);
  mpz_mul_ui(mpq_denref(y), mpq_denref(y), (unsigned)k);
  mpq_canonicalize(y);
}

/* d h from second differences: -((y3 - y2) - (y2 - y1)) / ((x3 - x2) - (x2 - x1)); 0 where x has none. */
static void find_pole(struct tracing *tracing, mpq_t d, int i) {
  mpq_t *work = tracing->work;
  find_quotient(tracing, work[0], 1, i);
  find_quotient(tracing, work[1], 2, i);
  find_quotient(tracing, d, 3, i);
  mpq_sub(d, d, work[1]);
  mpq_sub(d, d, work[1]);
  mpq_add(d, d, work[0]);
  find_difference(tracing, work[0], 3, i);
  find_difference(tracing, work[1], 2, i);
  mpq_sub(work[0], work[1], work[0]);
  if (mpq_sgn(work[0])) mpq_div(d, d, work[0]);
  else mpq_set_ui(d, 0, 1);
}

/* b h + c k h^2 = y_k h + d h x_k, for one k. */
static void find_line(struct tracing *tracing, mpq_t value, const mpq_t d, int k, int i) {
  mpq_mul(value, d, near_point(tracing, k)[i]);
  find_quotient(tracing, tracing->work[3], k, i);
  mpq_add(value, value, tracing->work[3]);
}

/* The quotient through three points for one party, confirmed on two more; rate = b - a d, times the step. */
static bool fit_quotient(struct tracing *tracing, int i) {
  mpq_t *d = &tracing->work[2], *first = &tracing->work[0], *pace = &tracing->work[1], *value = &tracing->work[4];
  find_pole(tracing, *d, i);
  find_line(tracing, *first, *d, 1, i);
  find_line(tracing, *pace, *d, 2, i);
  mpq_sub(*pace, *pace, *first);
  mpq_sub(*first, *first, *pace); /* at k = 0: b h */
  for (int k = 3; k < NEAR_POINTS; k++) {
    find_line(tracing, *value, *d, k, i);
    for (int j = 0; j < k; j++) mpq_sub(*value, *value, *pace);
    if (!mpq_equal(*value, *first)) return false;
  }
  mpq_mul(*value, *d, tracing->start[i]);
  mpq_sub(*first, *first, *value);
  mpq_div(tracing->slope->rate[i], *first, tracing->step);
  return true;
}

static bool fit_quotients(struct tracing *tracing) {
  for (int i = 0; i < tracing->line->n; i++)
    if (!fit_quotient(tracing, i)) return false;
  return true;
}

/* (-3 x0 + 4 x1 - x2) / 2h. */
static void take_differences(struct tracing *tracing) {
  mpq_t *sum = &tracing->work[0], *part = &tracing->work[1], *four = &tracing->work[2];
  mpq_set_ui(*four, 4, 1);
  for (int i = 0; i < tracing->line->n; i++) {
    mpq_mul(*sum, near_point(tracing, 1)[i], *four);
    mpq_sub(*sum, *sum, near_point(tracing, 2)[i]);
    for (int k = 0; k < 3; k++) mpq_sub(*sum, *sum, tracing->start[i]);
    mpq_div(*part, *sum, tracing->step);
    mpq_div_2exp(tracing->slope->rate[i], *part, 1);
  }
}

static void set_curved(accord_slope *slope, bool exact) {
  slope->curved = slope->bounded = true;
  slope->exact = exact;
  mpq_set_ui(slope->reach, 0, 1);
}

/* Rounded shares: to the digits that are meant. */
static void round_rates(struct tracing *tracing) {
  mpq_t *share_scale = &tracing->work[0], *digit = &tracing->work[1];
  trace_scale(*share_scale, (const mpq_t *)tracing->start, tracing->line->n);
  mpq_div(*digit, *share_scale, *tracing->line->scale);
  int places = ROUNDED_DIGITS - (int)ceil(log10(mpq_get_d(*digit)));
  mpq_set_ui(*digit, 1, 1);
  mpz_ui_pow_ui(places >= 0 ? mpq_denref(*digit) : mpq_numref(*digit), 10, (unsigned)abs(places));
  for (int i = 0; i < tracing->line->n; i++) {
    mpq_t *rate = &tracing->slope->rate[i];
    mpq_div(*rate, *rate, *digit);
    mpz_mul_2exp(mpq_numref(*rate), mpq_numref(*rate), 1);
    mpz_add(mpq_numref(*rate), mpq_numref(*rate), mpq_denref(*rate));
    mpz_mul_2exp(mpq_denref(*rate), mpq_denref(*rate), 1);
    mpz_fdiv_q(mpq_numref(*rate), mpq_numref(*rate), mpq_denref(*rate));
    mpz_set_ui(mpq_denref(*rate), 1);
    mpq_mul(*rate, *rate, *digit);
  }
}

/* Rounded shares: over two steps; false where these tell of different rates, so of a jump or of a kink close by. */
static bool take_rounded_differences(struct tracing *tracing) {
  mpq_t *rate = tracing->slope->rate;
  for (int round = 0; round < 2; round++) {
    mpq_div_2exp(tracing->step, *tracing->line->scale, ROUNDED_STEP_BITS + 4 * (mp_bitcnt_t)(1 - round));
    if (!fill_near(tracing, 1, 2)) return false;
    for (int i = 0; i < tracing->line->n && round; i++) mpq_set(tracing->other[i], rate[i]);
    take_differences(tracing);
  }
  for (int i = 0; i < tracing->line->n; i++) {
    double one = mpq_get_d(rate[i]), other = mpq_get_d(tracing->other[i]);
    if (fabs(one - other) > 1e-4 * fmax(1, fabs(one))) return false;
  }
  round_rates(tracing);
  return true;
}

enum near_shape { SHAPE_STRAIGHT, SHAPE_QUOTIENT, SHAPE_JUMP, SHAPE_NONE, SHAPE_OTHER };

static enum near_shape near_shape(struct tracing *tracing) {
  if (!fill_near(tracing, 1, 3)) return SHAPE_NONE;
  if (is_straight(tracing, 1)) return SHAPE_STRAIGHT;
  if (is_straight(tracing, 2)) return SHAPE_JUMP;
  if (!fill_near(tracing, 4, NEAR_POINTS - 1)) return SHAPE_NONE;
  return fit_quotients(tracing) ? SHAPE_QUOTIENT : SHAPE_OTHER;
}

/* A break closer by than the step shows as a jump or as no shape at all: the step is made smaller, a few times. */
static enum near_shape find_rate(struct tracing *tracing) {
  enum near_shape shape = SHAPE_NONE;
  mpq_div_2exp(tracing->step, *tracing->line->scale, FIRST_STEP_BITS);
  for (int k = 0; k < STEPS_TRIED; k++) {
    shape = near_shape(tracing);
    if (shape == SHAPE_STRAIGHT || shape == SHAPE_QUOTIENT || !tracing->exact) break;
    if (k < STEPS_TRIED - 1) mpq_div_2exp(tracing->step, tracing->step, FURTHER_STEP_BITS);
  }
  if (shape == SHAPE_STRAIGHT) {
    for (int i = 0; i < tracing->line->n; i++) {
      find_difference(tracing, tracing->work[0], 1, i);
      mpq_div(tracing->slope->rate[i], tracing->work[0], tracing->step);
    }
  }
  return shape;
}

/* ------------------------------------------------------------------- its end */

/* How far party i's share is off the line at a step. */
static void find_miss(struct tracing *tracing, mpq_t miss, const mpq_t *share, const mpq_t step, int i) {
  mpq_mul(miss, tracing->slope->rate[i], step);
  mpq_add(miss, miss, tracing->start[i]);
  mpq_sub(miss, share[i], miss);
}

/* Whether the shares are on the line at a step; *there: whether there are any. share: size n. */
static bool holds_at(struct tracing *tracing, mpq_t *share, bool *there, const mpq_t step) {
  *there = shares_at(tracing, share, step);
  for (int i = 0; *there && i < tracing->line->n; i++) {
    find_miss(tracing, tracing->work[5], (const mpq_t *)share, step, i);
    if (mpq_sgn(tracing->work[5])) return false;
  }
  return *there;
}

struct bracket {
  mpq_ptr on, off;      /* a point on the line and one off it */
  bool there;           /* at off there are shares */
  mpq_ptr middle, step; /* scratch */
};

/* Whether the line ends at step: on the line there or just below, and off it just above. */
static bool ends_at(struct tracing *tracing, struct bracket *bracket, const mpq_t step) {
  bool there;
  mpq_t *width = &tracing->work[0], *beside = &tracing->work[1];
  mpq_sub(*width, bracket->off, bracket->on);
  mpq_div_2exp(*width, *width, 40);
  bool on = holds_at(tracing, tracing->share, &there, step);
  (on ? mpq_add : mpq_sub)(*beside, step, *width);
  if (mpq_cmp(*beside, bracket->on) <= 0 || mpq_cmp(*beside, bracket->off) >= 0) return false;
  return holds_at(tracing, tracing->share, &there, *beside) != on;
}

/* Narrows the bracket by a point inside it. */
static void narrow(struct tracing *tracing, struct bracket *bracket, const mpq_t step) {
  bool there, on = holds_at(tracing, tracing->share, &there, step);
  mpq_set(on ? bracket->on : bracket->off, step);
  if (on) return;
  bracket->there = there;
  for (int i = 0; there && i < tracing->line->n; i++) mpq_set(tracing->other[i], tracing->share[i]);
}

/* Where the piece through two points off the line meets it: b = t - miss (u - t) / (miss_u - miss), the closest. */
static bool find_crossing(struct tracing *tracing, struct bracket *bracket, mpq_t *farther, const mpq_t far_step) {
  mpq_t *near_miss = &tracing->work[0], *far_miss = &tracing->work[1], *apart = &tracing->work[2];
  for (int i = 0; i < tracing->line->n; i++) {
    find_miss(tracing, *near_miss, (const mpq_t *)tracing->other, bracket->off, i);
    find_miss(tracing, *far_miss, (const mpq_t *)farther, far_step, i);
    mpq_sub(*far_miss, *far_miss, *near_miss);
    if (mpq_sgn(*far_miss) == 0 || mpq_sgn(*near_miss) == 0) continue;
    mpq_sub(*apart, far_step, bracket->off);
    mpq_mul(*apart, *apart, *near_miss);
    mpq_div(*apart, *apart, *far_miss);
    mpq_sub(bracket->step, bracket->off, *apart);
    return mpz_sizeinbase(mpq_denref(bracket->step), 2) < LONGEST_END && mpq_cmp(bracket->step, bracket->on) >= 0 &&
           mpq_cmp(bracket->step, bracket->off) < 0;
  }
  return false;
}

/* The simplest fraction strictly between two (Stern and Brocot), by continued fractions. low < high. */
static void simplest_between(accord_context *context, mpq_t simplest, const mpq_t low, const mpq_t high) {
  mpz_t *z = pool_integers(context, 9), *whole = &z[0];
  mpq_t *q = pool_rationals(context, 3), *a = &q[0], *b = &q[1];
  mpz_set_ui(z[1], 0), mpz_set_ui(z[2], 1); /* convergents h, k: before */
  mpz_set_ui(z[3], 1), mpz_set_ui(z[4], 0); /* and last */
  mpq_set(*a, low);
  mpq_set(*b, high);
  for (;;) {
    mpz_fdiv_q(*whole, mpq_numref(*a), mpq_denref(*a));
    mpz_add_ui(z[5], *whole, 1);
    mpq_set_z(q[2], z[5]);
    bool last = mpq_cmp(q[2], *b) < 0;
    if (last) mpz_set(*whole, z[5]);
    mpz_mul(z[6], *whole, z[3]), mpz_add(z[6], z[6], z[1]);
    mpz_mul(z[7], *whole, z[4]), mpz_add(z[7], z[7], z[2]);
    mpz_swap(z[1], z[3]), mpz_swap(z[2], z[4]);
    mpz_set(z[3], z[6]), mpz_set(z[4], z[7]);
    if (last) break;
    mpq_set_z(q[2], *whole);
    mpq_sub(*a, *a, q[2]);
    mpq_sub(*b, *b, q[2]);
    mpq_swap(*a, *b);
    mpq_inv(*a, *a);
    if (mpq_sgn(*b) == 0) { /* the lower end was whole: any number above a + 1 */
      mpz_fdiv_q(*whole, mpq_numref(*a), mpq_denref(*a));
      mpz_add_ui(*whole, *whole, 1);
      mpz_mul(z[6], *whole, z[3]), mpz_add(z[6], z[6], z[1]);
      mpz_mul(z[7], *whole, z[4]), mpz_add(z[7], z[7], z[2]);
      mpz_set(z[3], z[6]), mpz_set(z[4], z[7]);
      break;
    }
    mpq_inv(*b, *b);
  }
  mpz_set(mpq_numref(simplest), z[3]);
  mpz_set(mpq_denref(simplest), z[4]);
  mpq_canonicalize(simplest);
}

/* The simplest value of the number itself inside the bracket, as a step. */
static void find_simplest(struct tracing *tracing, struct bracket *bracket) {
  const trace *line = tracing->line;
  mpq_t *low = &tracing->work[0], *high = &tracing->work[1];
  (line->sign > 0 ? mpq_add : mpq_sub)(*low, *line->origin, line->sign > 0 ? bracket->on : bracket->off);
  (line->sign > 0 ? mpq_add : mpq_sub)(*high, *line->origin, line->sign > 0 ? bracket->off : bracket->on);
  simplest_between(line->context, bracket->step, *low, *high);
  mpq_sub(bracket->step, bracket->step, *line->origin);
  if (line->sign < 0) mpq_neg(bracket->step, bracket->step);
}

/* Whether the end is one of the bracket's own: the line holds right up to the point off it, as where a number comes to
 * what it cannot be, or stops right behind the one on it. */
static bool ends_at_side(struct tracing *tracing, struct bracket *bracket, bool off) {
  bool there;
  mpq_t *beside = &tracing->work[0];
  mpq_sub(*beside, bracket->off, bracket->on);
  mpq_div_2exp(*beside, *beside, 30);
  (off ? mpq_sub : mpq_add)(*beside, off ? bracket->off : bracket->on, *beside);
  mpq_set(bracket->step, off ? bracket->off : bracket->on);
  return holds_at(tracing, tracing->share, &there, *beside) == off;
}

/* One halving, then the guesses. True: bracket->step is the end. */
static bool closes_in(struct tracing *tracing, struct bracket *bracket, int round) {
  bool had = bracket->there;
  mpq_t *farther = tracing->near; /* no longer needed */
  for (int i = 0; had && i < tracing->line->n; i++) mpq_set(farther[i], tracing->other[i]);
  mpq_set(bracket->middle, bracket->off);
  mpq_add(bracket->step, bracket->on, bracket->off);
  mpq_div_2exp(bracket->step, bracket->step, 1);
  narrow(tracing, bracket, bracket->step);
  bool halved = mpq_cmp(bracket->off, bracket->middle) < 0;
  if (halved && had && bracket->there && find_crossing(tracing, bracket, farther, bracket->middle)) {
    if (ends_at(tracing, bracket, bracket->step)) return true;
    if (mpq_cmp(bracket->step, bracket->on) > 0) narrow(tracing, bracket, bracket->step);
  }
  if (round < 6) return false;
  if (ends_at_side(tracing, bracket, true) || ends_at_side(tracing, bracket, false)) return true;
  find_simplest(tracing, bracket);
  return ends_at(tracing, bracket, bracket->step);
}

/* How many points between are looked at, so that no short way off the line is passed over. */
static int points_between(const struct tracing *tracing) { return tracing->line->n <= 10 ? 9 : 3; }

/* Whether the line holds at a step; where not, it is the bracket's point off it. */
static bool still_holds(struct tracing *tracing, struct bracket *bracket, const mpq_t step) {
  bool there;
  if (mpq_cmp(step, bracket->on) <= 0) return true;
  if (holds_at(tracing, tracing->share, &there, step)) {
    mpq_set(bracket->on, step);
    return true;
  }
  mpq_set(bracket->off, step);
  bracket->there = there;
  for (int i = 0; there && i < tracing->line->n; i++) mpq_set(tracing->other[i], tracing->share[i]);
  return false;
}

static void start_bracket(struct tracing *tracing, struct bracket *bracket) {
  mpq_set_ui(bracket->on, 3, 1);
  mpq_mul(bracket->on, bracket->on, tracing->step);
}

/* Steps away from the beginning until the line does not hold; false where it holds as far as looked. */
static bool find_bracket(struct tracing *tracing, struct bracket *bracket) {
  int points = points_between(tracing);
  start_bracket(tracing, bracket);
  mpq_div_2exp(bracket->step, *tracing->line->scale, 6);
  for (int k = 0; k < points; k++) {
    if (!still_holds(tracing, bracket, bracket->step)) return true;
    mpq_mul_2exp(bracket->step, bracket->step, points > 3 ? 1 : 4);
  }
  mpq_mul_2exp(bracket->step, *tracing->line->scale, FAR_BITS);
  return !still_holds(tracing, bracket, bracket->step);
}

/* Whether the line holds at points evenly between its beginning and the end found. */
static bool holds_between(struct tracing *tracing, struct bracket *bracket, const mpq_t end) {
  int points = points_between(tracing);
  start_bracket(tracing, bracket);
  for (int k = 1; k < points; k++) {
    mpq_set_ui(bracket->step, (unsigned)k, (unsigned)points);
    mpq_canonicalize(bracket->step);
    mpq_mul(bracket->step, bracket->step, end);
    if (!still_holds(tracing, bracket, bracket->step)) return false;
  }
  return true;
}

/* The end inside the bracket; where none is confirmed, the point on the line, and no longer exact. */
static void close_bracket(struct tracing *tracing, struct bracket *bracket) {
  for (int round = 0; round < MOST_HALVINGS; round++) {
    if (!closes_in(tracing, bracket, round)) continue;
    mpq_set(tracing->slope->reach, bracket->step);
    return;
  }
  mpq_set(tracing->slope->reach, bracket->on);
  tracing->slope->exact = false;
}

static void find_reach(struct tracing *tracing) {
  mpq_t *room = pool_rationals(tracing->line->context, 4);
  struct bracket bracket = {room[0], room[1], false, room[2], room[3]};
  tracing->slope->sampled = true;
  if (!find_bracket(tracing, &bracket)) return;
  tracing->slope->bounded = true;
  do {
    tracing->slope->exact = true;
    close_bracket(tracing, &bracket);
  } while (!holds_between(tracing, &bracket, tracing->slope->reach));
}

/* -------------------------------------------------------------- all of it */

void trace_slope(const trace *line, accord_slope *slope) {
  accord_context *context = line->context;
  size_t n = (size_t)line->n;
  struct tracing tracing = {.line = line, .slope = slope, .exact = true};
  tracing.start = pool_rationals(context, n);
  tracing.share = pool_rationals(context, n);
  tracing.other = pool_rationals(context, n);
  tracing.near = pool_rationals(context, n * NEAR_POINTS);
  tracing.work = pool_rationals(context, 7);
  tracing.step = tracing.work[6];
  if (!shares_at(&tracing, tracing.start, tracing.step)) {
    slope->status = ACCORD_UNDEFINED;
    return;
  }
  enum near_shape shape = find_rate(&tracing);
  if (!tracing.exact && shape != SHAPE_NONE) {
    set_curved(slope, false);
    if (!take_rounded_differences(&tracing)) slope->status = ACCORD_UNDEFINED;
    return;
  }
  switch (shape) {
  case SHAPE_STRAIGHT:
    if (!line->rate_only) find_reach(&tracing);
    return;
  case SHAPE_QUOTIENT: set_curved(slope, true); return;
  case SHAPE_OTHER:
    take_differences(&tracing);
    set_curved(slope, false);
    return;
  case SHAPE_JUMP:
  case SHAPE_NONE: slope->status = ACCORD_UNDEFINED; return;
  }
}

void trace_scale(mpq_t scale, const mpq_t *numbers, int count) {
  mpq_set_ui(scale, 1, 1);
  mpq_div_2exp(scale, scale, 20);
  for (int k = 0; k < count; k++) {
    while (mpq_sgn(numbers[k]) && mpz_sizeinbase(mpq_numref(numbers[k]), 2) + mpz_sizeinbase(mpq_denref(scale), 2) >
                                      mpz_sizeinbase(mpq_denref(numbers[k]), 2) + mpz_sizeinbase(mpq_numref(scale), 2))
      mpq_mul_2exp(scale, scale, 1);
  }
}

/* ------------------------------------------------- rules of a game in a table */

struct game_line {
  sensitivity *about;
  const game_direction *direction;
};

static bool solve_moved(accord_context *context, mpq_t *share, bool *exact, void *data, const mpq_t step) {
  struct game_line *line = data;
  accord_mark mark = accord_get_mark(context);
  const accord_problem *problem = line->about->problem;
  problem = problem_with_game(context, problem, moved_game(context, problem->game, line->direction, step));
  const accord_rule *rule = line->about->rule;
  accord_split *split;
  accord_status status = line->about->under_terms ? accord_solve_under_terms(context, &split, problem, rule)
                                                  : accord_solve(context, &split, problem, rule);
  if (status != ACCORD_OK) guard_leave(context, status, "%s", accord_message(context));
  bool there = split->status == ACCORD_OK;
  for (int i = 0; there && i < split->n; i++) {
    mpq_set(share[i], split->share[i]);
    if (problem->goal == ACCORD_COST) mpq_neg(share[i], share[i]);
  }
  *exact = split->exact;
  accord_reset(context, mark);
  return there;
}

static void prepare(sensitivity *about) { (void)about; }

static void find(sensitivity *about, accord_slope *slope, const game_direction *direction) {
  accord_context *context = about->context;
  accord_mark mark = accord_get_mark(context);
  struct game_line line = {about, direction};
  mpq_t *scale = pool_rationals(context, 3);
  if (!direction->along) game_value(scale[1], about->problem->game, direction->coalition);
  const trace along = {.context = context,
                       .n = about->problem->n,
                       .work = solve_moved,
                       .data = &line,
                       .origin = (const mpq_t *)&scale[1],
                       .sign = direction->sign,
                       .scale = (const mpq_t *)scale};
  trace_scale(scale[2], about->share, about->problem->n);
  trace_scale(*scale, (const mpq_t *)&scale[1], 1);
  rational_max(*scale, *scale, scale[2]);
  trace_slope(&along, slope);
  accord_reset(context, mark);
}

const slope_method method_trace = {prepare, find};

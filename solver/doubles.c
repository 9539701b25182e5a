/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From doubles to a game: one pass that looks at them, one that places them.
 *
 * The doubles may be a file mapped into memory, larger than what may be held beside the table: whoever maps it is
 * told what has been gone through. */
#include "kernels.h"

#include <math.h>
#include <string.h>

enum { PART = 1 << 16 }; /* doubles between looks at the clock */

typedef double double_quad __attribute__((vector_size(32), aligned(8), may_alias));

static const int64_t magnitude_bits = INT64_MAX;

static int64_t bits_of(double value) {
  int64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static double double_of(int64_t bits) {
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/* Without the sign, the bits of doubles stand in the order of their sizes. bounds: the least and the largest size that
 * is good beside 0. state: the largest size so far, and -1 for a size beyond the bounds. count: a multiple of 4. */
KERNEL_BODY void look_body(int64_t *state, const double *values, size_t count, const int64_t *bounds) {
  quad largest = {0, 0, 0, 0}, bad = {0, 0, 0, 0};
  for (size_t s = 0; s < count; s += 4) {
    quad size = load(values + s) & magnitude_bits;
    bad |= (size > bounds[1]) | ((size < bounds[0]) & (size > 0));
    largest = larger(size, largest);
  }
  for (int k = 0; k < 4; k++) {
    state[1] |= bad[k];
    if (largest[k] > state[0]) state[0] = largest[k];
  }
}

KERNEL(look, (int64_t * state, const double *values, size_t count, const int64_t *bounds),
       (state, values, count, bounds))

static bool is_bad(double value, const int64_t *bounds) {
  int64_t size = bits_of(value) & magnitude_bits;
  return size > bounds[1] || (size && size < bounds[0]);
}

static size_t find_bad(const double *values, size_t count, const int64_t *bounds) {
  size_t s = 0;
  while (s < count && !is_bad(values[s], bounds)) s++;
  return s;
}

doubles_seen look_at_doubles(accord_context *context, const double *values, size_t size, double least, double most,
                             values_passed *passed) {
  int64_t state[2] = {0, 0}, bounds[2] = {bits_of(least), bits_of(most)};
  doubles_seen seen = {.bad = size};
  for (size_t from = 0; from < size; from += PART) {
    size_t count = size - from < PART ? size - from : PART, whole = count & ~(size_t)3;
    check_clock(context);
    look(state, values + from, whole, bounds);
    for (size_t s = from + whole; s < from + count; s++) {
      int64_t bits = bits_of(values[s]) & magnitude_bits;
      if (bits > state[0]) state[0] = bits;
      if (is_bad(values[s], bounds)) state[1] = -1;
    }
    if (state[1]) {
      seen.bad = from + find_bad(values + from, count, bounds);
      break;
    }
    if (passed) passed(values, from + count);
  }
  seen.largest = double_of(state[0]);
  return seen;
}

/* ------------------------------------------------------------------ placing */

/* rint(value * factor), below 2^51 in size: behind 3 * 2^51 a double has no bits for fractions, and rounds them off to
 * the nearest, ties to even. count: a multiple of 4. */
KERNEL_BODY void round_all_body(int64_t *table, const double *values, size_t count, const double *factor) {
  const double middle = 0x1.8p52;
  const double_quad offset = {middle, middle, middle, middle};
  for (size_t s = 0; s < count; s += 4) {
    double_quad sum = *(const double_quad *)(const void *)(values + s) * factor[0] * factor[1] + offset;
    place(table + s) = (quad)sum - (quad)offset;
  }
}

KERNEL(round_all, (int64_t * table, const double *values, size_t count, const double *factor),
       (table, values, count, factor))

/* 2^-exponent as two factors that are doubles, with the sign of the benefit game. A product on the way that falls below
 * the normal doubles comes out as 0, as it should. */
static void find_factors(double *factor, const accord_game *game, int exponent) {
  int half = exponent / 2;
  factor[0] = ldexp(game->goal == ACCORD_COST ? -1 : 1, -half);
  factor[1] = ldexp(1, half - exponent);
}

static void place_on_grid(accord_context *context, accord_game *game, const double *values, int exponent,
                          values_passed *passed) {
  double factor[2];
  find_factors(factor, game, exponent);
  game->small = POOL_NEW(context, game->size, int64_t);
  for (size_t from = 0; from < game->size; from += PART) {
    size_t count = game->size - from < PART ? game->size - from : PART, whole = count & ~(size_t)3;
    check_clock(context);
    round_all(game->small + from, values + from, whole, factor);
    for (size_t s = from + whole; s < from + count; s++)
      game->small[s] = (int64_t)rint(values[s] * factor[0] * factor[1]);
    if (passed) passed(values, from + count);
  }
}

/* The same where every product is whole as it is: below 2^61 in size. */
static void place_whole(accord_context *context, accord_game *game, const double *values, int exponent,
                        values_passed *passed) {
  double factor[2];
  find_factors(factor, game, exponent);
  game->small = POOL_NEW(context, game->size, int64_t);
  for (size_t s = 0; s < game->size; s++) {
    game->small[s] = (int64_t)(values[s] * factor[0] * factor[1]);
    if ((s + 1) % PART) continue;
    check_clock(context);
    if (passed) passed(values, s + 1);
  }
}

/* Doubles too far apart for one 64-bit scale, taken as the rationals they are. */
static void place_exactly(accord_context *context, accord_game *game, const double *values, int exponent,
                          values_passed *passed) {
  check_table_size(context, game->n, sizeof(mpz_t) + 32, "use --float");
  mpq_t *value = pool_rationals(context, 1);
  game->big = pool_integers(context, game->size);
  for (size_t s = 0; s < game->size; s++) {
    mpq_set_d(*value, game->goal == ACCORD_COST ? -values[s] : values[s]);
    if (exponent >= 0) mpq_div_2exp(*value, *value, (mp_bitcnt_t)exponent);
    else mpq_mul_2exp(*value, *value, (mp_bitcnt_t)-exponent);
    mpz_set(game->big[s], mpq_numref(*value));
    if ((s + 1) % PART) continue;
    check_clock(context);
    if (passed) passed(values, s + 1);
  }
  pool_free(context, value);
}

/* The exponent of the last bit of a double: value = odd * 2^exponent. */
static int last_bit(double value) {
  int exponent;
  double fraction = ldexp(frexp(value, &exponent), 53);
  return exponent - 53 + __builtin_ctzll((uint64_t)fabs(fraction));
}

static int lowest_bit(accord_context *context, const double *values, size_t size, int top, values_passed *passed) {
  int bottom = top;
  for (size_t s = 0; s < size; s++) {
    int last = values[s] != 0 ? last_bit(values[s]) : bottom;
    if (last < bottom) bottom = last;
    if ((s + 1) % PART) continue;
    check_clock(context);
    if (passed) passed(values, s + 1);
  }
  return bottom;
}

/* The power of two just above a size; 0 for 0. */
static int top_of(double size) { return size != 0 ? ilogb(size) + 1 : 0; }

static void set_power_of_two(mpq_t power, int exponent) {
  mpq_set_ui(power, 1, 1);
  if (exponent >= 0) mpq_mul_2exp(power, power, (mp_bitcnt_t)exponent);
  else mpq_div_2exp(power, power, (mp_bitcnt_t)-exponent);
}

static accord_game *exact_game(accord_context *context, accord_goal goal, const double *values, int n, double largest,
                               values_passed *passed) {
  accord_game *game = game_new(context, goal, n);
  int top = top_of(largest), bottom = lowest_bit(context, values, game->size, top, passed);
  set_power_of_two(game->unit, bottom);
  (top - bottom <= 61 ? place_whole : place_exactly)(context, game, values, bottom, passed);
  game_finish(context, game);
  return game;
}

accord_game *game_from_doubles(accord_context *context, accord_goal goal, bool exact, const double *values, int n,
                               double largest, values_passed *passed) {
  check_table_size(context, n, sizeof(int64_t), "raise --memory-limit");
  if (exact) return exact_game(context, goal, values, n, largest, passed);
  accord_game *game = game_new(context, goal, n);
  double factor[2];
  int bottom = top_of(largest) - 51;
  set_power_of_two(game->unit, bottom);
  place_on_grid(context, game, values, bottom, passed);
  find_factors(factor, game, bottom);
  mpz_set_d(game->largest, rint(fabs(largest * factor[0] * factor[1]))); /* rounding keeps the order of sizes */
  game->doubles = values;
  game_set_slack(context, game);
  return game;
}

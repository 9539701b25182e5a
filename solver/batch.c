/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many small games of one size: one multiplication and three additions for every vector of entries. */
#include "batch.h"

#include "kernels.h"
#include "rule.h"
#include "threads.h"

#include <string.h>

enum {
  MOST_LANES = 8,
  EIGHT_BITS = 3, /* vectors go by eights */
  FEWEST = 3 + EIGHT_BITS,
  CLASSES = BATCH_MOST_PARTIES + 1,
  BATCH_PART = 256, /* games of a part */
  WORD_BITS = 62,
  DOUBLE_BITS = 53
};

/* Doubles hold whole numbers up to here. */
static const int64_t most_whole = (int64_t)1 << DOUBLE_BITS;

struct batch {
  const linear_value *value;
  const accord_game *const *game;
  size_t count;
  int64_t *number;
  int64_t member[CLASSES * MOST_LANES], any[CLASSES * MOST_LANES]; /* by how many parties a vector has, and lane */
  uint8_t bits[1 << (BATCH_MOST_PARTIES - 2 - EIGHT_BITS)];        /* of eight vectors' number */
};

#define KERNEL_FILE "batch_body.h"
#include "kernel_widths.h"

KERNEL_BY_WIDTH(find_part, (const struct batch *batch, size_t part), (batch, part))

static void work_part(void *argument, int thread, size_t part) {
  (void)thread;
  find_part(argument, part);
}

/* ------------------------------------------------------------------- weights */

static uint64_t binomial(int n, int k) {
  uint64_t count = 1;
  for (int j = 1; j <= k; j++) count = count * (uint64_t)(n - k + j) / (uint64_t)j;
  return count;
}

/* v(S + i) counts 1 / (n C(n - 1, s)), and v(S) as much less: of all S, less again those that i is in. */
linear_value linear_shapley(int n) {
  linear_value value = {.n = n, .denominator = common_multiple(n)};
  for (int s = 0; s < n; s++) {
    int64_t weight = (int64_t)(value.denominator / ((uint64_t)n * binomial(n - 1, s)));
    value.member[s + 1] += weight;
    value.member[s] += weight;
    value.any[s] -= weight;
  }
  return value;
}

linear_value linear_banzhaf(int n) {
  linear_value value = {.n = n, .denominator = (uint64_t)1 << (n - 1)};
  for (int s = 0; s <= n; s++) value.member[s] = 2, value.any[s] = -1;
  return value;
}

/* As rules/solidarity.c has it: sum over s of (s V_i(s) - (n - s) V_i(s - 1) - V(s - 1)) / (s^2 C(n, s)). s C(n, s)
 * divides lcm(1..n). */
linear_value linear_solidarity(int n) {
  uint64_t common = common_multiple(n);
  linear_value value = {.n = n, .denominator = common * common};
  for (int s = 1; s <= n; s++) {
    int64_t weight = (int64_t)(common / ((uint64_t)s * binomial(n, s)) * (common / (uint64_t)s));
    value.member[s] += s * weight;
    value.member[s - 1] -= (n - s) * weight;
    value.any[s - 1] -= weight;
  }
  return value;
}

bool fits_batch(const linear_value *value, const accord_game *game) {
  uint64_t most = 0;
  int bits = 0;
  for (int s = 0; s <= value->n; s++) {
    int64_t member = value->member[s], any = value->any[s];
    most += binomial(value->n, s) * (uint64_t)((member < 0 ? -member : member) + (any < 0 ? -any : any));
  }
  while (most >> bits) bits++;
  return game->small && value_bits(game) + bits <= WORD_BITS;
}

/* -------------------------------------------------------------------- values */

/* Games of less than eight vectors, by the definition. */
static void find_few(int64_t *number, const accord_game *game, const linear_value *value) {
  int64_t base = 0;
  for (int i = 0; i < value->n; i++) number[i] = 0;
  for (accord_coalition s = 1; s < game->size; s++) {
    int size = size_of(s);
    int64_t counted = game->small[s] * value->member[size];
    base += game->small[s] * value->any[size];
    for (accord_coalition rest = s; rest; rest &= rest - 1) number[__builtin_ctzll(rest)] += counted;
  }
  for (int i = 0; i < value->n; i++) number[i] += base;
}

/* As many entries as a table of so many parties has. */
static int parties_of(size_t count, int n) {
  for (; count > 1; count /= 2) n++;
  return n;
}

void find_values(accord_context *context, int64_t *number, const accord_game *const *games, size_t count,
                 const linear_value *value) {
  int n = value->n;
  for (size_t k = 0; k < count && n < FEWEST; k++) find_few(number + k * (size_t)n, games[k], value);
  if (n < FEWEST) return;
  struct batch *batch = POOL_NEW(context, 1, struct batch);
  int lane_bits = kernel_best() == KERNEL_AVX512 ? 3 : 2, lanes = 1 << lane_bits;
  batch->value = value, batch->game = games, batch->count = count, batch->number = number;
  for (int c = 0; c <= n - lane_bits; c++)
    for (int lane = 0; lane < lanes; lane++) {
      int size = c + __builtin_popcount((unsigned)lane);
      batch->member[c * lanes + lane] = value->member[size], batch->any[c * lanes + lane] = value->any[size];
    }
  for (unsigned k = 0; k < 1U << (n - lane_bits - EIGHT_BITS); k++) batch->bits[k] = (uint8_t)__builtin_popcount(k);
  run_parts(context, work_part, batch, (count + BATCH_PART - 1) / BATCH_PART,
            thread_count(context, parties_of(count, n)));
  pool_free(context, batch);
}

/* Whether the double nearest to number times above / below is their quotient: rounded once, of doubles that are
 * whole. */
static bool divides_well(int64_t number, int64_t above) {
  int64_t product;
  return !__builtin_mul_overflow(number, above, &product) && product <= most_whole && product >= -most_whole;
}

void values_as_doubles(accord_context *context, double *share, const int64_t *number, const linear_value *value,
                       const mpq_t unit) {
  int64_t above = 0, below = INT64_MAX;
  if (mpz_fits_slong_p(mpq_numref(unit)) && mpz_fits_slong_p(mpq_denref(unit)) &&
      !__builtin_mul_overflow(value->denominator, mpz_get_si(mpq_denref(unit)), &below))
    above = mpz_get_si(mpq_numref(unit));
  for (int i = 0; i < value->n; i++) {
    if (above && below <= most_whole && divides_well(number[i], above)) {
      share[i] = (double)(number[i] * above) / (double)below;
      continue;
    }
    mpq_t *exact = pool_rationals(context, 1);
    set_ratio(*exact, number[i], value->denominator, unit);
    share[i] = accord_to_double(*exact);
    pool_free(context, exact);
  }
}

bool value_of_small(accord_context *context, mpq_t *share, const accord_game *game, linear_value (*make)(int n)) {
  int64_t number[BATCH_MOST_PARTIES];
  if (game->n > BATCH_MOST_PARTIES) return false;
  linear_value value = make(game->n);
  if (!fits_batch(&value, game)) return false;
  find_values(context, number, &game, 1, &value);
  for (int i = 0; i < game->n; i++) set_ratio(share[i], number[i], value.denominator, game->unit);
  return true;
}

void shapley_values(accord_context *context, mpq_t *share, const accord_game *const *games, size_t count) {
  size_t n = count ? (size_t)games[0]->n : 0, fitting = 0;
  const accord_game **fits = POOL_NEW(context, count, const accord_game *);
  linear_value value = {0};
  if (count && n <= BATCH_MOST_PARTIES) value = linear_shapley((int)n);
  for (size_t k = 0; k < count && value.n; k++)
    if (fits_batch(&value, games[k])) fits[fitting++] = games[k];
  int64_t *number = POOL_NEW(context, fitting * n, int64_t), *next = number;
  find_values(context, number, fits, fitting, &value);
  for (size_t k = 0; k < count; k++) {
    if (!value.n || !fits_batch(&value, games[k])) {
      shapley_value(context, share + k * n, games[k]);
      continue;
    }
    for (size_t i = 0; i < n; i++) set_ratio(share[k * n + i], *next++, value.denominator, games[k]->unit);
  }
  pool_free(context, number);
  pool_free(context, fits);
}

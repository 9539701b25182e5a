/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums of a game's values by coalition size, for every party: one pass over the table.
 *
 * The parties are split into LOW low ones and the rest. Within a block (one choice H of high parties)
 * every entry is added once to by_low[|H|][L] and once to the block's sum for |L|; the totals for
 * each party are then folded from these small arrays. */
#include "rule.h"

#include <string.h>

__extension__ typedef __int128 wide;

enum { LOW = 8 };

struct sums {
  int n, low_bits;
  wide (*by_low)[1 << LOW]; /* size n - low_bits + 1 */
  wide *with, *all;         /* as in class_sums */
};

static void add_block(struct sums *sums, const int64_t *value, accord_coalition high) {
  wide block[LOW + 1] = {0};
  int high_size = size_of(high);
  wide *by_low = sums->by_low[high_size];
  for (accord_coalition low = 0; low < (accord_coalition)1 << sums->low_bits; low++) {
    by_low[low] += value[low];
    block[size_of(low)] += value[low];
  }
  for (int size = 0; size <= sums->low_bits; size++) {
    sums->all[high_size + size] += block[size];
    for (accord_coalition rest = high; rest; rest &= rest - 1)
      sums->with[(sums->low_bits + __builtin_ctzll(rest)) * (sums->n + 1) + high_size + size] += block[size];
  }
}

static void fold_low(struct sums *sums) {
  for (int high_size = 0; high_size <= sums->n - sums->low_bits; high_size++)
    for (accord_coalition low = 1; low < (accord_coalition)1 << sums->low_bits; low++)
      for (accord_coalition rest = low; rest; rest &= rest - 1)
        sums->with[__builtin_ctzll(rest) * (sums->n + 1) + high_size + size_of(low)] += sums->by_low[high_size][low];
}

static void set_wide(mpz_t number, wide value) {
  bool negative = value < 0;
  __extension__ unsigned __int128 size = negative ? -(unsigned __int128)value : (unsigned __int128)value;
  mpz_set_ui(number, (unsigned long)(size >> 64));
  mpz_mul_2exp(number, number, 64);
  mpz_add_ui(number, number, (unsigned long)size);
  if (negative) mpz_neg(number, number);
}

static void sum_small(accord_context *context, mpz_t *with, mpz_t *all, const accord_game *game) {
  int n = game->n;
  size_t sizes = (size_t)n + 1;
  struct sums sums = {.n = n, .low_bits = n < LOW ? n : LOW};
  sums.by_low = pool_new(context, (size_t)(n - sums.low_bits) + 1, sizeof *sums.by_low);
  sums.with = POOL_NEW(context, (size_t)n * sizes, wide);
  sums.all = POOL_NEW(context, sizes, wide);
  for (accord_coalition high = 0; high < (accord_coalition)1 << (n - sums.low_bits); high++) {
    if (high % 1024 == 0) check_clock(context);
    add_block(&sums, game->small + (high << sums.low_bits), high);
  }
  fold_low(&sums);
  for (size_t k = 0; k < (size_t)n * sizes; k++) set_wide(with[k], sums.with[k]);
  for (size_t s = 0; s < sizes; s++) set_wide(all[s], sums.all[s]);
}

static void sum_big(accord_context *context, mpz_t *with, mpz_t *all, const accord_game *game) {
  for (accord_coalition s = 0; s < game->size; s++) {
    int size = size_of(s);
    if (s % 4096 == 0) check_clock(context);
    mpz_add(all[size], all[size], game->big[s]);
    for (accord_coalition rest = s; rest; rest &= rest - 1) {
      mpz_t *sum = &with[__builtin_ctzll(rest) * (game->n + 1) + size];
      mpz_add(*sum, *sum, game->big[s]);
    }
  }
}

void class_sums(accord_context *context, mpz_t *with, mpz_t *all, const accord_game *game) {
  if (game->small) sum_small(context, with, all, game);
  else sum_big(context, with, all, game);
}

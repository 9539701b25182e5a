/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A split in machine words: whole where they hold it, else rounded, with a bound on what that changes. */
#include "kernels.h"

enum { WORD_BITS = 61, MOST_DOWN = 20 };

/* Whether value * factor and every partial sum of shares stay below 2^124. */
static bool fits_wide(const accord_game *game, const whole_split *split) {
  if (!game->small || mpz_sizeinbase(split->scale, 2) > 60) return false;
  for (int i = 0; i < game->n; i++)
    if (mpz_sizeinbase(split->share[i], 2) > 118) return false;
  return true;
}

static wide add_up(wide *shares, const accord_game *game, const whole_split *split) {
  wide sum = 0;
  for (int i = 0; i < game->n; i++) {
    shares[i] = get_wide(split->share[i]);
    sum += shares[i] < 0 ? -shares[i] : shares[i];
  }
  return sum;
}

static int bits_of(wide number) {
  int bits = 0;
  for (; number; number >>= 1) bits++;
  return bits;
}

/* number 2^shift / factor, rounded to the nearest; below 2^62. */
static int64_t rounded(wide number, int shift, wide factor) {
  if (shift < 0) factor *= (wide)1 << -shift, shift = 0;
  wide whole = number / factor, rest = number % factor;
  wide part = rest * ((wide)1 << shift), half = part < 0 ? -factor / 2 : factor / 2;
  return (int64_t)(whole * ((wide)1 << shift) + (part + half) / factor);
}

/* sum: of the shares' sizes. */
static void choose_scale(word_split *words, const accord_game *game, wide sum) {
  int values = value_bits(game), factor = bits_of(words->wide_factor), shares = bits_of(sum);
  words->shift = 0, words->error = 0, words->multiplier = 0;
  if (values + factor <= WORD_BITS && shares <= WORD_BITS) {
    words->multiplier = (int64_t)words->wide_factor;
    if (words->multiplier & (words->multiplier - 1)) return;
    words->shift = factor - 1, words->multiplier = 1;
    return;
  }
  shares = bits_of(sum / words->wide_factor) + 1;
  words->shift = WORD_BITS - 1 - (values > shares ? values : shares);
  if (words->shift < -MOST_DOWN) return;
  if (words->shift > 60) words->shift = 60;
  words->multiplier = 1, words->error = game->n + (words->shift < 0);
}

bool make_words(word_split *words, const accord_game *game, const whole_split *split) {
  if (!fits_wide(game, split)) return false;
  words->wide_factor = get_wide(split->scale);
  wide sum = add_up(words->wide_share, game, split);
  choose_scale(words, game, sum);
  for (int i = 0; i < game->n; i++)
    words->share[i] = words->error && words->multiplier
                          ? rounded(words->wide_share[i], words->shift, words->wide_factor)
                          : (int64_t)words->wide_share[i];
  words->low[0] = 0, words->wide_low[0] = 0;
  for (accord_coalition low = 1; low < ROW && low < game->size; low++) {
    int first = __builtin_ctzll(low);
    words->low[low] = (int64_t)((uint64_t)words->low[low & (low - 1)] + (uint64_t)words->share[first]);
    words->wide_low[low] = words->wide_low[low & (low - 1)] + words->wide_share[first];
  }
  return true;
}

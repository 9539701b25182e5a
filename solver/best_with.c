/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The largest gain among the coalitions that a party is in, for every party: one pass over the table.
 *
 * The low parties' are found in the row of the largest gains over all rows, entry by entry, the others' in each
 * row's largest. */
#include "kernels.h"
#include "threads.h"

/* What one thread has found; size ROW and n - ROW_BITS. */
struct best {
  int64_t low[ROW], high[GAME_MOST_PARTIES];
};

struct search {
  const accord_game *game;
  const word_split *words;
  int part_bits;
  struct best *best; /* one a thread */
};

#define KERNEL_FILE "best_with_body.h"
#include "kernel_widths.h"

KERNEL_BY_WIDTH(search_best, (const struct search *search, struct best *best, size_t part), (search, best, part))

static void work_part(void *argument, int thread, size_t part) {
  const struct search *search = argument;
  search_best(search, &search->best[thread], part);
}

static void take_larger(int64_t *best, int64_t other) {
  if (other > *best) *best = other;
}

static void search_words(accord_context *context, int64_t *best, const accord_game *game, const word_split *words) {
  int threads = thread_count(context, game->n), high_bits = game->n - ROW_BITS;
  struct search search = {game, words, part_bits(high_bits, threads), POOL_NEW(context, (size_t)threads, struct best)};
  for (int thread = 0; thread < threads; thread++) {
    for (int k = 0; k < ROW; k++) search.best[thread].low[k] = INT64_MIN;
    for (int i = 0; i < high_bits; i++) search.best[thread].high[i] = INT64_MIN;
  }
  run_parts(context, work_part, &search, (size_t)1 << (high_bits - search.part_bits), threads);
  for (int thread = 0; thread < threads; thread++) {
    for (accord_coalition low = 1; low < ROW; low++)
      for (accord_coalition rest = low; rest; rest &= rest - 1)
        take_larger(&best[__builtin_ctzll(rest)], search.best[thread].low[low]);
    for (int i = ROW_BITS; i < game->n; i++) take_larger(&best[i], search.best[thread].high[i - ROW_BITS]);
  }
}

/* The same entry by entry, in 128 bits. */
static void search_wide(accord_context *context, wide *best, const accord_game *game, const word_split *words) {
  wide base = 0;
  for (accord_coalition s = 1; s < game->size; s++) {
    if (s % ROW == 0) {
      check_clock(context);
      base = 0;
      for (accord_coalition rest = s; rest; rest &= rest - 1) base += words->wide_share[__builtin_ctzll(rest)];
    }
    wide gain = game->small[s] * words->wide_factor - base - words->wide_low[s % ROW];
    for (accord_coalition rest = s; rest; rest &= rest - 1) {
      wide *with = &best[__builtin_ctzll(rest)];
      if (gain > *with) *with = gain;
    }
  }
}

bool find_best_with(accord_context *context, mpz_t *best, const accord_game *game, const whole_split *split) {
  word_split *words = POOL_NEW(context, 1, word_split);
  int64_t narrow[GAME_MOST_PARTIES];
  wide found[GAME_MOST_PARTIES];
  if (!make_words(words, game, split)) return false;
  bool in_words = game->n >= ROW_BITS && words->multiplier && !words->error;
  for (int i = 0; i < game->n; i++) narrow[i] = INT64_MIN, found[i] = -((wide)1 << 125);
  if (in_words) search_words(context, narrow, game, words);
  else search_wide(context, found, game, words);
  for (int i = 0; i < game->n; i++) set_wide(best[i], in_words ? narrow[i] : found[i]);
  return true;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interaction indices of all pairs in one pass over the table, in machine words.
 *
 * An index is the sum over all S of own(s) v(S), less single(s) v(S) over those with i and those with j, plus
 * both(s) v(S) over those with both. Entries are weighed as they are read, so that one sum stands where sums by size
 * would be one a size. The lowest parties are the lanes of a vector; five more make the vectors of a row, H is the
 * coalition of the others. Rows are added up in by_low[|H|] as they are, for the pairs of their own parties; and with
 * weights in a tree over H: where two halves meet, what the right one has in all and for every lower party belongs to the
 * party that they differ in and its pairs. Banzhaf's weights are 4, 2 and 1: the same without weights. */
#include "interactions.h"
#include "kernels.h"
#include "threads.h"

enum {
  MOST_LANE_BITS = 3,
  MOST_LANES = 1 << MOST_LANE_BITS,
  BLOCK_BITS = 2,
  BLOCKS = 1 << BLOCK_BITS, /* of eight vectors, in a row */
  ROW_PARTIES = 3 + BLOCK_BITS,
  ROW_SUMS = 1 + ROW_PARTIES, /* over all vectors of a row, and for each of its parties */
  FOUR_BITS = 2,              /* rows go up the tree by fours */
  MOST_PART_BITS = 8,         /* rows of a part */
  SECTION = ROW_SUMS + MOST_PART_BITS + 1,
  KINDS = 2, /* with weights, without */
  NODE = 1 + KINDS * SECTION,
  FEWEST = MOST_LANE_BITS + ROW_PARTIES + FOUR_BITS,
  WORD_BITS = 62
};

/* Halves of one part's tree, in lanes: four rows, and left ones that wait for their right ones. A node has the sum with
 * single weights, then of each kind those over all, for the row's parties, and for the parties of H below. */
struct tree {
  _Alignas(64) int64_t row[1 << FOUR_BITS][NODE * MOST_LANES], open[MOST_PART_BITS + 1][NODE * MOST_LANES];
  _Alignas(64) int64_t single[MOST_PART_BITS * MOST_LANES];
};

/* What one thread has added up, in lanes: single[i] of high parties; pair[kind], a row for each of them, with all, the
 * row's parties, and the high parties below. */
struct tally {
  int64_t *by_low, *single, *pair[KINDS];
};

struct weighed_pass {
  const accord_game *game;
  int lane_bits, high_bits, part_bits;
  size_t row_words, pair_words; /* of a row of the table, and of pair */
  /* by how many parties a vector has, and lane */
  int64_t both[(GAME_MOST_PARTIES + 1) * MOST_LANES], single[(GAME_MOST_PARTIES + 1) * MOST_LANES];
  uint8_t size[1 << MOST_PART_BITS];
  struct tally *tally;
};

#define KERNEL_FILE "weighed_pairs_body.h"
#include "kernel_widths.h"

KERNEL_BY_WIDTH(weigh_part, (const struct weighed_pass *pass, struct tally *tally, size_t part), (pass, tally, part))

static void work_part(void *argument, int thread, size_t part) {
  const struct weighed_pass *pass = argument;
  weigh_part(pass, &pass->tally[thread], part);
}

/* Whether no sum of weighed values can reach 2^62. */
static bool fits_words(const accord_game *game, const pair_weights *weights) {
  wide most = 0, choose = 1;
  int bits = 0, n = game->n;
  for (int s = 0; s <= n; s++) {
    most += choose * (weights->both[s] + 2 * weights->single[s] + weights->own[s]);
    choose = choose * (n - s) / (s + 1);
  }
  while (most >> bits) bits++;
  return bits + value_bits(game) <= WORD_BITS;
}

static void start_tally(accord_context *context, struct tally *tally, const struct weighed_pass *pass) {
  size_t high = (size_t)pass->high_bits;
  tally->by_low = POOL_NEW(context, (high + 1) * pass->row_words, int64_t);
  tally->single = POOL_NEW(context, high << pass->lane_bits, int64_t);
  for (int kind = 0; kind < KINDS; kind++) tally->pair[kind] = POOL_NEW(context, high * pass->pair_words, int64_t);
}

static struct weighed_pass *start_pass(accord_context *context, const accord_game *game, const pair_weights *weights,
                                       int threads) {
  struct weighed_pass *pass = POOL_NEW(context, 1, struct weighed_pass);
  int lane_bits = kernel_best() == KERNEL_AVX512 ? 3 : 2, lanes = 1 << lane_bits, n = game->n;
  pass->game = game, pass->lane_bits = lane_bits, pass->high_bits = n - lane_bits - ROW_PARTIES;
  pass->part_bits = part_bits(pass->high_bits, threads);
  if (pass->part_bits > MOST_PART_BITS) pass->part_bits = MOST_PART_BITS;
  pass->row_words = (size_t)1 << (lane_bits + ROW_PARTIES);
  pass->pair_words = (size_t)(ROW_SUMS + pass->high_bits) << lane_bits;
  for (int c = 0; c <= n - lane_bits; c++)
    for (int lane = 0; lane < lanes; lane++) {
      int size = c + __builtin_popcount((unsigned)lane);
      pass->both[c * lanes + lane] = weights->both[size], pass->single[c * lanes + lane] = weights->single[size];
    }
  for (unsigned row = 0; row < 1U << pass->part_bits; row++) pass->size[row] = (uint8_t)__builtin_popcount(row);
  pass->tally = POOL_NEW(context, (size_t)threads, struct tally);
  for (int thread = 0; thread < threads; thread++) start_tally(context, &pass->tally[thread], pass);
  return pass;
}

static void add_words(int64_t *sum, const int64_t *more, size_t count) {
  for (size_t k = 0; k < count; k++) sum[k] += more[k];
}

/* Into the first thread's. */
static void add_tallies(const struct weighed_pass *pass, int threads) {
  struct tally *all = &pass->tally[0];
  size_t high = (size_t)pass->high_bits;
  for (int thread = 1; thread < threads; thread++) {
    const struct tally *more = &pass->tally[thread];
    add_words(all->by_low, more->by_low, (high + 1) * pass->row_words);
    add_words(all->single, more->single, high << pass->lane_bits);
    for (int kind = 0; kind < KINDS; kind++) add_words(all->pair[kind], more->pair[kind], high * pass->pair_words);
  }
}

/* ------------------------------------------------------------------ the ends */

/* Sums of one kind: over the coalitions with both of a pair, with one, and over all; the latter two with their own
 * weights. */
struct ends {
  int64_t *both, single[GAME_MOST_PARTIES], all;
};

static int64_t add_up(const int64_t *lanes, int lane_bits, unsigned bits) {
  int64_t sum = 0;
  for (unsigned lane = 0; lane < 1U << lane_bits; lane++)
    if ((lane & bits) == bits) sum += lanes[lane];
  return sum;
}

static int64_t *pair_at(int64_t *both, int i, int j) { return &both[j * (j - 1) / 2 + i]; }

/* The pairs that have a high party, and those singles. */
static void end_high(struct ends *ends, const struct weighed_pass *pass, int kind) {
  const struct tally *tally = &pass->tally[0];
  int lane_bits = pass->lane_bits, low = lane_bits + ROW_PARTIES;
  for (int j = 0; j < pass->high_bits; j++) {
    const int64_t *pair = tally->pair[kind] + (size_t)j * pass->pair_words;
    ends->single[low + j] = add_up(kind ? pair : tally->single + ((size_t)j << lane_bits), lane_bits, 0);
    for (int i = 0; i < lane_bits; i++) *pair_at(ends->both, i, low + j) = add_up(pair, lane_bits, 1U << i);
    for (int q = 1; q < ROW_SUMS + j; q++)
      *pair_at(ends->both, lane_bits + q - 1, low + j) = add_up(pair + ((size_t)q << lane_bits), lane_bits, 0);
  }
}

/* The row's own parties: a row of each kind of sums, of which any two parties' is every fourth. */
static void end_low(struct ends *ends, const struct weighed_pass *pass, const int64_t *both, const int64_t *single) {
  size_t size = pass->row_words;
  int low = pass->lane_bits + ROW_PARTIES;
  for (int j = 0; j < low; j++)
    for (int i = 0; i <= j; i++) {
      size_t with = (size_t)1 << i | (size_t)1 << j;
      const int64_t *row = i == j ? single : both;
      int64_t sum = 0;
      for (size_t l = with; l < size; l = (l + 1) | with) sum += row[l];
      *(i == j ? &ends->single[j] : pair_at(ends->both, i, j)) = sum;
    }
}

/* Rows of all numbers of high parties come together once they are weighed. */
static void end_rows(accord_context *context, struct ends *ends, const struct weighed_pass *pass,
                     const pair_weights *weights) {
  size_t size = pass->row_words;
  int64_t *both = POOL_NEW(context, 3 * size, int64_t), *single = both + size, *plain = single + size;
  for (size_t l = 0; l < size; l++) {
    int members = size_of(l);
    for (int p = 0; p <= pass->high_bits; p++) {
      int64_t sum = pass->tally[0].by_low[(size_t)p * size + l];
      both[l] += sum * weights->both[p + members];
      single[l] += sum * weights->single[p + members];
      ends[0].all += sum * weights->own[p + members];
      plain[l] += sum;
    }
    ends[1].all += plain[l];
  }
  end_low(&ends[0], pass, both, single);
  end_low(&ends[1], pass, plain, plain);
  pool_free(context, both);
}

bool weigh_pairs(accord_context *context, int64_t *weighed, int64_t *plain, const accord_game *game,
                 const pair_weights *weights) {
  int n = game->n, threads = thread_count(context, n);
  if (!game->small || n < FEWEST || !fits_words(game, weights)) return false;
  accord_mark mark = accord_get_mark(context);
  struct weighed_pass *pass = start_pass(context, game, weights, threads);
  struct ends ends[KINDS] = {{.both = weighed}, {.both = plain}};
  run_parts(context, work_part, pass, (size_t)1 << (pass->high_bits - pass->part_bits), threads);
  add_tallies(pass, threads);
  for (int kind = 0; kind < KINDS; kind++) end_high(&ends[kind], pass, kind);
  end_rows(context, ends, pass, weights);
  for (int j = 1, at = 0; j < n; j++)
    for (int i = 0; i < j; i++, at++) {
      weighed[at] += ends[0].all - ends[0].single[i] - ends[0].single[j];
      plain[at] = 4 * plain[at] + ends[1].all - 2 * (ends[1].single[i] + ends[1].single[j]);
    }
  accord_reset(context, mark);
  return true;
}

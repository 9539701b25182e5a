/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums of a game's values by coalition size, for every pair of parties: one pass over the table.
 *
 * The lowest parties are the lanes of a vector and stay apart until the end; the next ROW_VECTOR_BITS make the
 * vectors of a row, H is the coalition of the others. A row is added to by_low[|H|], from which the pairs of its own
 * parties are folded at the end, and brought to sums by class (how many bits a vector's number has): over all vectors
 * and for each of its parties. Those go up a tree over H: where two halves meet, what the right one has in all and
 * for every lower party belongs to that party and its pairs. Sums stand in 64 bits while 2^n entries fit, else every
 * row is split into two planes first, v = high 2^32 + low. */
#include "kernels.h"
#include "threads.h"

enum {
  ROW_VECTOR_BITS = 5,
  ROW_VECTORS = 1 << ROW_VECTOR_BITS,
  ROW_CLASSES = ROW_VECTOR_BITS + 1,
  PLANES = 2,
  PLANE_BITS = 32,
  MOST_PART_BITS = 8 /* rows of a part; more make the halves large */
};

/* What one thread has added up in one plane, in lanes: all[c]; pair rows of each party of vectors in turn, with all
 * and with every lower one, [c] each; by_low[|H|][vector]; and the halves of its tree. */
struct pair_sums {
  int64_t *all, *pair, *by_low;
  int64_t *half, *whole, *open[MOST_PART_BITS + 1];
};

struct pair_pass {
  const accord_game *game;
  int lane_bits, row_vector_bits, high_bits, part_bits, planes;
  size_t row_words;        /* of a row of pair: the classes of all coalitions */
  struct pair_sums *plane; /* PLANES a thread */
};

#define KERNEL_FILE "pair_sums_body.h"
#include "kernel_widths.h"

KERNEL_BY_WIDTH(count_pairs, (const struct pair_pass *pass, struct pair_sums *plane, size_t part), (pass, plane, part))
KERNEL_BY_WIDTH(fold_pairs, (struct pair_sums * sums, const struct pair_pass *pass), (sums, pass))

static void work_part(void *argument, int thread, size_t part) {
  const struct pair_pass *pass = argument;
  count_pairs(pass, &pass->plane[thread * PLANES], part);
}

/* A table of no more than one row is that row. */
static void copy_short(const struct pair_pass *pass) {
  const accord_game *game = pass->game;
  for (size_t s = 0; s < game->size; s++) {
    int64_t value = game->small[s], upper = pass->planes > 1 ? value >> PLANE_BITS : 0;
    pass->plane[0].by_low[s] = value - upper * ((int64_t)1 << PLANE_BITS);
    if (pass->planes > 1) pass->plane[1].by_low[s] = upper;
  }
}

/* Of the sums of 2^up rows. */
static size_t half_words(const struct pair_pass *pass, int up) {
  size_t rows = ROW_VECTOR_BITS + (size_t)up + 1;
  return rows * rows << pass->lane_bits;
}

static struct pair_sums new_sums(accord_context *context, const struct pair_pass *pass) {
  size_t parties = (size_t)(pass->game->n - pass->lane_bits), lanes = (size_t)1 << pass->lane_bits;
  struct pair_sums sums = {.all = POOL_NEW(context, pass->row_words, int64_t)};
  sums.pair = POOL_NEW(context, parties * (parties + 1) / 2 * pass->row_words, int64_t);
  sums.by_low = POOL_NEW(context, (size_t)(pass->high_bits + 1) * ROW_VECTORS * lanes, int64_t);
  size_t words = 2 * half_words(pass, pass->part_bits);
  for (int up = 0; up <= pass->part_bits; up++) words += half_words(pass, up);
  int64_t *memory = POOL_NEW(context, words, int64_t);
  sums.half = memory, sums.whole = memory + half_words(pass, pass->part_bits);
  memory += 2 * half_words(pass, pass->part_bits);
  for (int up = 0; up <= pass->part_bits; memory += half_words(pass, up++)) sums.open[up] = memory;
  return sums;
}

static void start_pass(accord_context *context, struct pair_pass *pass, int threads) {
  int n = pass->game->n;
  pass->lane_bits = kernel_best() == KERNEL_AVX512 ? 3 : 2;
  pass->row_vector_bits = n - pass->lane_bits < ROW_VECTOR_BITS ? n - pass->lane_bits : ROW_VECTOR_BITS;
  pass->high_bits = n - pass->lane_bits - pass->row_vector_bits;
  pass->part_bits = part_bits(pass->high_bits, threads);
  if (pass->part_bits > MOST_PART_BITS) pass->part_bits = MOST_PART_BITS;
  pass->planes = value_bits(pass->game) + n <= 62 ? 1 : PLANES;
  pass->row_words = (size_t)(n - pass->lane_bits + 1) << pass->lane_bits;
  pass->plane = POOL_NEW(context, (size_t)threads * PLANES, struct pair_sums);
  for (int thread = 0; thread < threads; thread++)
    for (int k = 0; k < pass->planes; k++) pass->plane[thread * PLANES + k] = new_sums(context, pass);
}

/* by_size += 2^32 plane * lanes of those parties. */
static void add_row(wide *by_size, const int64_t *row, const struct pair_pass *pass, int plane, unsigned lanes) {
  int64_t sum[GAME_MOST_PARTIES + 1] = {0};
  int n = pass->game->n;
  add_lanes(sum, row, pass->lane_bits, n - pass->lane_bits + 1, lanes);
  for (int s = 0; s <= n; s++) by_size[s] += (wide)sum[s] * ((wide)1 << (plane * PLANE_BITS));
}

static void gather(wide_pairs *pairs, const struct pair_pass *pass, const struct pair_sums *sums, int plane) {
  int n = pass->game->n, lanes = pass->lane_bits;
  size_t sizes = (size_t)n + 1;
  wide *both = pairs->both;
  add_row(pairs->all, sums->all, pass, plane, 0);
  for (int j = 0; j < n; j++) {
    const int64_t *row = sums->pair + (size_t)((j - lanes) * (j - lanes + 1) / 2) * pass->row_words;
    bool is_lane = j < lanes;
    add_row(pairs->with + (size_t)j * sizes, is_lane ? sums->all : row, pass, plane, is_lane ? 1U << j : 0);
    for (int i = 0; i < j; i++, both += sizes) {
      if (is_lane) add_row(both, sums->all, pass, plane, 1U << i | 1U << j);
      else if (i < lanes) add_row(both, row, pass, plane, 1U << i);
      else add_row(both, row + (size_t)(i - lanes + 1) * pass->row_words, pass, plane, 0);
    }
  }
}

wide_pairs find_wide_pairs(accord_context *context, const accord_game *game) {
  int threads = thread_count(context, game->n);
  size_t n = (size_t)game->n;
  wide_pairs pairs = {POOL_NEW(context, n + 1, wide), POOL_NEW(context, n * (n + 1), wide),
                      POOL_NEW(context, n * (n - 1) / 2 * (n + 1), wide)};
  accord_mark mark = accord_get_mark(context);
  struct pair_pass pass = {.game = game};
  start_pass(context, &pass, threads);
  if (pass.high_bits == 0) copy_short(&pass);
  else run_parts(context, work_part, &pass, (size_t)1 << (pass.high_bits - pass.part_bits), threads);
  for (int thread = 0; thread < threads; thread++)
    for (int plane = 0; plane < pass.planes; plane++) {
      struct pair_sums *sums = &pass.plane[thread * PLANES + plane];
      fold_pairs(sums, &pass);
      gather(&pairs, &pass, sums, plane);
    }
  accord_reset(context, mark);
  return pairs;
}

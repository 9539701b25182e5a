/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums of a game's values by coalition size, for every party: one pass over the table, two additions a vector.
 *
 * The SUM_BITS lowest parties make a row, H is the coalition of the others. A row's vectors are added once to
 * by_low[|H|], from which the low parties' sums are folded at the end, and once to their class: how many bits the
 * vector's number in the row has. Classes go into a tree over H: where two halves meet, the right one, which has the
 * party that they differ in, is added to that party's sums. Lanes, which are the lowest parties, stay apart until the
 * end. Entries and sums stand in 64 bits while 2^n of them fit; otherwise the sums of a part are split into planes,
 * v = high 2^32 + low, of which 2^28 fit. */
#include "kernels.h"
#include "rule.h"
#include "threads.h"

#include <stdatomic.h>
#include <string.h>

enum {
  SUM_BITS = 8, /* parties of a row */
  SUM_ROW = 1 << SUM_BITS,
  EIGHT_BITS = 3,            /* rows are added up by eights */
  SHORT_BITS = SUM_BITS + 2, /* tables of so many parties are folded as they are */
  MOST_LANE_BITS = 3,
  PLANES = 2,
  PLANE_BITS = 32,
  MOST_BITS = 54,      /* of values whose rows may be added up before they are split */
  MOST_PART_BITS = 11, /* rows of a part: 2^20 entries */
  HALF_WORDS = (SUM_BITS + MOST_PART_BITS) << MOST_LANE_BITS
};

/* When sums are split into planes: never, part by part, or entry by entry. */
enum splitting { SPLIT_NEVER, SPLIT_ROWS, SPLIT_ENTRIES };

/* What has been added up, in lanes: with[i][c] for high parties, all[c], by_low[|H|][L]. */
struct sums {
  int64_t *with, *all, *by_low;
};

/* What one thread has added up. */
struct tally {
  struct sums plane[PLANES];
  struct sums recent; /* SPLIT_ROWS: since they were last split */
  size_t rows;        /* in recent.by_low */
};

struct class_pass {
  const accord_game *game;
  int high_bits, part_bits, lane_bits;
  bool ahead; /* rows are asked for before they are needed */
  enum splitting splitting;
  size_t party_words, tree_words, low_words; /* of with[i], of with and all, of by_low */
  size_t part_rows;                          /* of a part: 2^part_bits */
  size_t most_rows;                          /* that by_low may add up before they are split */
  struct tally *tally;
};

/* Halves of one part's tree: what goes up, and left ones that wait for their right ones. */
struct tree {
  struct sums *sums;
  _Alignas(64) int64_t half[HALF_WORDS], whole[HALF_WORDS], open[MOST_PART_BITS + 1][HALF_WORDS];
};

#define KERNEL_FILE "class_sums_body.h"
#include "kernel_widths.h"

KERNEL_BY_WIDTH(count_part, (const struct class_pass *pass, struct tally *tally, size_t part), (pass, tally, part))
KERNEL_BY_WIDTH(fold_row, (int64_t * with, int64_t *all, const int64_t *row, int bits, size_t party_words),
                (with, all, row, bits, party_words))

KERNEL_BY_WIDTH(split_values, (int64_t * low, int64_t *high, const int64_t *value, size_t count),
                (low, high, value, count))
KERNEL_BY_WIDTH(move_to_planes, (int64_t * low, int64_t *high, int64_t *value, size_t count), (low, high, value, count))

/* Tables of 32 MiB and more come from memory, and sooner to vectors of four than of eight: a quarter less at 22 and 23
 * parties. */
static atomic_int fewest_far = 22;

int far_from(int parties) { return atomic_exchange(&fewest_far, parties); }

static void count(const struct class_pass *pass, struct tally *tally, size_t part) {
#ifdef KERNEL_PATHS
  if (pass->lane_bits == 2 && kernel_best() == KERNEL_AVX512) {
    count_part_avx2(pass, tally, part);
    return;
  }
#endif
  count_part(pass, tally, part);
}

static void fold(const struct class_pass *pass, int64_t *with, int64_t *all, const int64_t *row, int bits) {
#ifdef KERNEL_PATHS
  if (pass->lane_bits == 2 && kernel_best() == KERNEL_AVX512) {
    fold_row_avx2(with, all, row, bits, pass->party_words);
    return;
  }
#endif
  fold_row(with, all, row, bits, pass->party_words);
}

static void work_part(void *argument, int thread, size_t part) {
  const struct class_pass *pass = argument;
  count(pass, &pass->tally[thread], part);
}

/* ----------------------------------------------------------------- the ends */

/* What one thread added up in one plane, by size; low: the same as plane->with of the parties between lanes and rows. */
static void add_plane(wide_sums *sums, const struct class_pass *pass, const struct sums *plane, const int64_t *low,
                      int number) {
  int n = pass->game->n, lane_bits = pass->lane_bits, classes = n - lane_bits + 1;
  for (int i = -1; i < n; i++) {
    int64_t sum[GAME_MOST_PARTIES + 1] = {0};
    wide *total = i < 0 ? sums->all : sums->with + i * (n + 1);
    int above = i - lane_bits, high = above - (n - pass->high_bits - lane_bits);
    const int64_t *lanes = plane->all;
    if (high >= 0) lanes = plane->with + (size_t)high * pass->party_words;
    else if (above >= 0) lanes = low + (size_t)above * pass->party_words;
    add_lanes(sum, lanes, lane_bits, classes, i >= 0 && above < 0 ? 1U << i : 0);
    for (int s = 0; s <= n; s++) total[s] += number ? (wide)sum[s] * ((wide)1 << PLANE_BITS) : sum[s];
  }
}

/* Folds the rows for the parties between lanes and rows. A short table is one row. */
static void finish_plane(accord_context *context, wide_sums *sums, const struct class_pass *pass, struct sums *plane,
                         int number) {
  int row_bits = pass->game->n - pass->high_bits - pass->lane_bits;
  bool is_short = pass->high_bits == 0;
  int64_t *low = POOL_NEW(context, (size_t)row_bits * pass->party_words, int64_t);
  for (int p = 0; p <= pass->high_bits; p++)
    fold(pass, low + ((size_t)p << pass->lane_bits), is_short ? plane->all : NULL, plane->by_low + (size_t)p * SUM_ROW,
         row_bits);
  add_plane(sums, pass, plane, low, number);
  pool_free(context, low);
}

static struct sums new_sums(accord_context *context, const struct class_pass *pass) {
  int64_t *with = POOL_NEW(context, pass->tree_words + pass->low_words, int64_t);
  return (struct sums){with, with + (size_t)pass->high_bits * pass->party_words, with + pass->tree_words};
}

static void start_pass(accord_context *context, struct class_pass *pass, int threads) {
  int bits = value_bits(pass->game), n = pass->game->n;
  pass->lane_bits = kernel_best() == KERNEL_AVX512 && n < fewest_far ? 3 : 2;
  pass->high_bits = n > SHORT_BITS ? n - SUM_BITS : 0;
  pass->party_words = (size_t)(n - pass->lane_bits + 2) << pass->lane_bits; /* the last is spare */
  pass->tree_words = (size_t)(pass->high_bits + 1) * pass->party_words;
  pass->low_words = pass->high_bits ? (size_t)(pass->high_bits + 1) * SUM_ROW : (size_t)1 << SHORT_BITS;
  pass->part_bits = part_bits(pass->high_bits, threads);
  pass->splitting = bits + n <= 62 ? SPLIT_NEVER : bits <= MOST_BITS ? SPLIT_ROWS : SPLIT_ENTRIES;
  pass->ahead = pass->splitting != SPLIT_ENTRIES;
  if (pass->splitting == SPLIT_ROWS) {
    /* a class has at most 2^(m - 1) of 2^m vectors */
    int room = 63 - bits - (SUM_BITS - pass->lane_bits - 1);
    if (pass->part_bits > room) pass->part_bits = room;
    pass->most_rows = (size_t)1 << (63 - bits);
  }
  pass->part_rows = (size_t)1 << pass->part_bits;
  pass->tally = POOL_NEW(context, (size_t)threads, struct tally);
  for (int thread = 0; thread < threads; thread++) {
    struct tally *tally = &pass->tally[thread];
    tally->plane[0] = new_sums(context, pass);
    if (pass->splitting != SPLIT_NEVER) tally->plane[1] = new_sums(context, pass);
    if (pass->splitting == SPLIT_ROWS) tally->recent = new_sums(context, pass);
  }
}

/* What no part is left for. */
static void finish_pass(accord_context *context, wide_sums *sums, const struct class_pass *pass, int threads) {
  for (int thread = 0; thread < threads; thread++) {
    struct tally *tally = &pass->tally[thread];
    if (pass->splitting == SPLIT_ROWS)
      move_to_planes(tally->plane[0].by_low, tally->plane[1].by_low, tally->recent.by_low, pass->low_words);
    for (int plane = 0; plane < (pass->splitting == SPLIT_NEVER ? 1 : PLANES); plane++)
      finish_plane(context, sums, pass, &tally->plane[plane], plane);
  }
}

/* A short table is its own row. */
static void count_short(const struct class_pass *pass) {
  const accord_game *game = pass->game;
  struct tally *tally = pass->tally;
  if (pass->splitting == SPLIT_NEVER) memcpy(tally->plane[0].by_low, game->small, game->size * sizeof(int64_t));
  else split_values(tally->plane[0].by_low, tally->plane[1].by_low, game->small, game->size);
}

/* Tables of less than a vector, by the definition. */
static void sum_few(wide_sums *sums, const accord_game *game) {
  for (accord_coalition s = 1; s < game->size; s++) {
    sums->all[size_of(s)] += game->small[s];
    for (accord_coalition rest = s; rest; rest &= rest - 1)
      sums->with[__builtin_ctzll(rest) * (game->n + 1) + size_of(s)] += game->small[s];
  }
}

wide_sums find_wide_sums(accord_context *context, const accord_game *game) {
  int n = game->n, threads = thread_count(context, n);
  wide_sums sums = {POOL_NEW(context, (size_t)n * ((size_t)n + 1), wide), POOL_NEW(context, (size_t)n + 1, wide)};
  if (n < MOST_LANE_BITS) {
    sum_few(&sums, game);
    return sums;
  }
  accord_mark mark = accord_get_mark(context);
  struct class_pass pass = {.game = game};
  start_pass(context, &pass, threads);
  if (n <= SHORT_BITS) count_short(&pass);
  else run_parts(context, work_part, &pass, (size_t)1 << (pass.high_bits - pass.part_bits), threads);
  finish_pass(context, &sums, &pass, threads);
  accord_reset(context, mark);
  return sums;
}

/* ------------------------------------------------------------- any integers */

static void sum_small(accord_context *context, mpz_t *with, mpz_t *all, const accord_game *game) {
  size_t sizes_count = (size_t)game->n + 1;
  wide_sums sums = find_wide_sums(context, game);
  for (size_t k = 0; k < (size_t)game->n * sizes_count; k++) set_wide(with[k], sums.with[k]);
  for (size_t s = 0; s < sizes_count; s++) set_wide(all[s], sums.all[s]);
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

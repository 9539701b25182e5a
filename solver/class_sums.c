/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums of a game's values by coalition size, for every party: one pass over the table.
 *
 * The LOW lowest parties make a row, H is the coalition of the others. Each entry is added once to
 * by_low[|H|][L], from which the low parties' sums are folded at the end, and once to its row's sum for |L|.
 * Rows go into a tree over H: where two halves meet, the right one, which has the party that they differ in,
 * is added to that party's sums. Entries and sums stand in 64 bits while 2^n of them fit; otherwise sums of a
 * few rows are split into planes, v = high 2^32 + low, of which 2^28 fit. */
#include "kernels.h"
#include "rule.h"
#include "threads.h"

#include <string.h>

enum {
  LOW = ROW_BITS,
  SIZES = 40, /* room for sums of sizes 0..28, in whole quads also where they are moved up */
  LEVELS = GAME_MOST_PARTIES - LOW + 1,
  PLANES = 2,
  PLANE_BITS = 32,
  MOST_BITS = 54, /* of values whose rows may be added up before they are split */
  PART_BITS = 11  /* rows of a part: 2^20 entries */
};

typedef int64_t sizes[SIZES];

/* What one thread has added up. */
struct tally {
  int64_t *row;                          /* n - LOW + 1 rows of entries, since they were last split */
  int64_t *by_low[PLANES];               /* the same, split */
  size_t rows;                           /* added since then */
  sizes with[PLANES][GAME_MOST_PARTIES]; /* the high parties' */
  sizes all[PLANES];
  sizes open[PLANES][LEVELS]; /* left halves that wait for their right ones */
};

/* When sums are split into planes: never, every few rows, or entry by entry. */
enum splitting { SPLIT_NEVER, SPLIT_ROWS, SPLIT_ENTRIES };

struct class_pass {
  const accord_game *game;
  int high_bits, part_bits;
  enum splitting splitting;
  size_t most_rows; /* that may be added up before they are split */
  struct tally *tally;
};

/* --------------------------------------------------------------- one row */

/* Eight vectors whose numbers have base bits in common: added to the row, and by size to the sums. */
#define EIGHT(first, base)                                                                                             \
  do {                                                                                                                 \
    quad *total = (quad *)(void *)(row + 4 * (first));                                                                 \
    const quad *value = (const quad *)(const void *)(entry + 4 * (first));                                             \
    quad one = value[1], two = value[3];                                                                               \
    total[0] += value[0], total[1] += one, total[3] += two;                                                            \
    sum[base] += value[0];                                                                                             \
    one += value[2], total[2] += value[2];                                                                             \
    one += value[4], total[4] += value[4];                                                                             \
    two += value[5], total[5] += value[5];                                                                             \
    two += value[6], total[6] += value[6];                                                                             \
    sum[base + 1] += one, sum[base + 2] += two;                                                                        \
    sum[base + 3] += value[7], total[7] += value[7];                                                                   \
  } while (0)

/* row += entry; by_size[|L|] = the entries' sums. */
KERNEL_BODY void add_row(int64_t *restrict row, int64_t *restrict by_size, const int64_t *restrict entry) {
  quad sum[8] = {{0}};
  EIGHT(0, 0);
  EIGHT(8, 1);
  EIGHT(16, 1);
  EIGHT(24, 2);
  EIGHT(32, 1);
  EIGHT(40, 2);
  EIGHT(48, 2);
  EIGHT(56, 3);
  EIGHT(64, 1);
  EIGHT(72, 2);
  EIGHT(80, 2);
  EIGHT(88, 3);
  EIGHT(96, 2);
  EIGHT(104, 3);
  EIGHT(112, 3);
  EIGHT(120, 4);
  for (int size = 0; size <= LOW; size++) {
    int64_t found = 0;
    if (size < 8) found += sum[size][0];
    if (size >= 1 && size < 9) found += sum[size - 1][1] + sum[size - 1][2];
    if (size >= 2) found += sum[size - 2][3];
    by_size[size] = found;
  }
}

/* ----------------------------------------------------------------- the tree */

/* A finished row or half goes up until it is a left one. with: the high parties' sums. */
KERNEL_BODY void add_to_tree(sizes *restrict with, sizes *restrict open, sizes half, size_t row, size_t number) {
  sizes other;
  int64_t *right = half, *parent = other;
  int level = 0;
  for (; row >> level & 1; level++) {
    int64_t *party = with[level] + __builtin_popcountll(number >> level); /* with it */
    const int64_t *left = open[level];
    parent[0] = left[0];
    for (int s = 0; s < LOW + 1 + level; s += 4) {
      place(party + s) += load(right + s);
      place(parent + s + 1) = load(left + s + 1) + load(right + s);
    }
    for (int s = LOW + 2 + level; s < LOW + 10 + level; s++) parent[s] = 0;
    int64_t *swap = right;
    right = parent, parent = swap;
  }
  memcpy(open[level], right, sizeof(sizes));
}

/* ---------------------------------------------------------------- the pass */

/* high 2^32 + low = value, 0 <= low < 2^32. */
KERNEL_BODY void split_values(int64_t *low, int64_t *high, const int64_t *value, int count) {
  for (int k = 0; k < count; k += 4) {
    quad whole = load(value + k), upper = whole >> PLANE_BITS;
    place(low + k) = whole - (upper << PLANE_BITS);
    place(high + k) = upper;
  }
}

/* The rows added up so far go into the planes. */
KERNEL_BODY void split_rows(struct tally *tally, int classes) {
  int64_t low[ROW], high[ROW];
  for (int p = 0; p < classes; p++) {
    int64_t *row = tally->row + p * ROW, *lower = tally->by_low[0] + p * ROW, *upper = tally->by_low[1] + p * ROW;
    split_values(low, high, row, ROW);
    for (int k = 0; k < ROW; k += 4) {
      place(lower + k) += load(low + k);
      place(upper + k) += load(high + k);
    }
    memset(row, 0, ROW * sizeof *row);
  }
  tally->rows = 0;
}

/* One row, number = H, the row-th of its part. */
KERNEL_BODY void count_row(const struct class_pass *pass, struct tally *tally, size_t row, size_t number) {
  const int64_t *entry = pass->game->small + (number << LOW);
  int at = __builtin_popcountll(number) * ROW;
  sizes sum = {0}, upper = {0};
  if (pass->splitting == SPLIT_ENTRIES) {
    int64_t low[ROW], high[ROW];
    split_values(low, high, entry, ROW);
    add_row(tally->by_low[0] + at, sum, low);
    add_row(tally->by_low[1] + at, upper, high);
  } else if (pass->splitting == SPLIT_ROWS) {
    if (tally->rows++ == pass->most_rows) split_rows(tally, pass->high_bits + 1);
    add_row(tally->row + at, sum, entry);
    split_values(sum, upper, sum, LOW + 3);
  } else {
    add_row(tally->by_low[0] + at, sum, entry);
  }
  add_to_tree(tally->with[0], tally->open[0], sum, row, number);
  if (pass->splitting != SPLIT_NEVER) add_to_tree(tally->with[1], tally->open[1], upper, row, number);
}

/* The whole part's sums, for the parties above it. */
static void add_root(const struct class_pass *pass, struct tally *tally, size_t part) {
  for (int plane = 0; plane < PLANES; plane++)
    for (int s = 0; s <= LOW + pass->part_bits; s++) {
      int64_t sum = tally->open[plane][pass->part_bits][s];
      int size = s + __builtin_popcountll(part);
      tally->all[plane][size] += sum;
      for (size_t rest = part; rest; rest &= rest - 1)
        tally->with[plane][pass->part_bits + __builtin_ctzll(rest)][size] += sum;
    }
}

KERNEL_BODY void count_part_body(const struct class_pass *pass, struct tally *tally, size_t part) {
  for (size_t row = 0; row < (size_t)1 << pass->part_bits; row++)
    count_row(pass, tally, row, part << pass->part_bits | row);
  if (pass->splitting == SPLIT_ROWS) split_rows(tally, pass->high_bits + 1);
  add_root(pass, tally, part);
}

KERNEL(count_part, (const struct class_pass *pass, struct tally *tally, size_t part), (pass, tally, part))

static void work_part(void *argument, int thread, size_t part) {
  const struct class_pass *pass = argument;
  count_part(pass, &pass->tally[thread], part);
}

/* ----------------------------------------------------------------- the ends */

/* fold[L] = (sums of entries with L by size), then for every low party i, from the highest:
 * with_i = sum of fold over L with i, and fold[L] += fold[L + i]. */
KERNEL_BODY void fold_low_body(int64_t *with, int64_t *fold, int width) {
  for (int i = LOW - 1; i >= 0; i--)
    for (int low = 0; low < 1 << i; low++)
      for (int s = 0; s < width; s += 4) {
        quad with_party = load(fold + ((1 << i) + low) * width + s);
        place(with + i * SIZES + s) += with_party;
        place(fold + low * width + s) += with_party;
      }
}

KERNEL(fold_low, (int64_t * with, int64_t *fold, int width), (with, fold, width))

/* sum += 2^32 plane * what one plane came to. */
static void add_plane(wide *sum, const int64_t *by_size, int n, int plane) {
  for (int s = 0; s <= n; s++) sum[s] += (wide)by_size[s] * ((wide)1 << (plane * PLANE_BITS));
}

static void add_low_parties(accord_context *context, wide_sums *sums, const struct class_pass *pass, int plane,
                            int threads) {
  int n = pass->game->n, width = n / 4 * 4 + 4;
  int64_t *fold = POOL_NEW(context, (size_t)ROW * (size_t)width, int64_t), with[LOW * SIZES] = {0};
  for (int thread = 0; thread < threads; thread++)
    for (int p = 0; p <= pass->high_bits; p++)
      for (int low = 0; low < ROW; low++)
        fold[low * width + p + size_of((accord_coalition)low)] += pass->tally[thread].by_low[plane][p * ROW + low];
  fold_low(with, fold, width);
  for (int i = 0; i < LOW; i++) add_plane(sums->with + i * (n + 1), with + i * SIZES, n, plane);
  pool_free(context, fold);
}

static void gather(accord_context *context, wide_sums *sums, const struct class_pass *pass, int threads) {
  int n = pass->game->n;
  for (int plane = 0; plane < (pass->splitting == SPLIT_NEVER ? 1 : PLANES); plane++) {
    add_low_parties(context, sums, pass, plane, threads);
    for (int thread = 0; thread < threads; thread++) {
      add_plane(sums->all, pass->tally[thread].all[plane], n, plane);
      for (int i = LOW; i < n; i++)
        add_plane(sums->with + i * (n + 1), pass->tally[thread].with[plane][i - LOW], n, plane);
    }
  }
}

static void start_pass(accord_context *context, struct class_pass *pass, int threads) {
  size_t entries = (size_t)(pass->high_bits + 1) * ROW;
  int bits = value_bits(pass->game);
  pass->splitting = bits + pass->game->n <= 62 ? SPLIT_NEVER : bits <= MOST_BITS ? SPLIT_ROWS : SPLIT_ENTRIES;
  pass->most_rows = pass->splitting == SPLIT_ROWS ? (size_t)1 << (62 - bits) : 0;
  pass->tally = POOL_NEW(context, (size_t)threads, struct tally);
  for (int thread = 0; thread < threads; thread++) {
    struct tally *tally = &pass->tally[thread];
    tally->by_low[0] = POOL_NEW(context, entries, int64_t);
    if (pass->splitting != SPLIT_NEVER) tally->by_low[1] = POOL_NEW(context, entries, int64_t);
    if (pass->splitting == SPLIT_ROWS) tally->row = POOL_NEW(context, entries, int64_t);
  }
}

/* Tables of less than one row, by the definition. */
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
  if (n < LOW) {
    sum_few(&sums, game);
    return sums;
  }
  struct class_pass pass = {.game = game, .high_bits = n - LOW};
  pass.part_bits = part_bits(pass.high_bits, threads);
  start_pass(context, &pass, threads);
  run_parts(context, work_part, &pass, (size_t)1 << (pass.high_bits - pass.part_bits), threads);
  gather(context, &sums, &pass, threads);
  for (int thread = threads - 1; thread >= 0; thread--) {
    pool_free(context, pass.tally[thread].row);
    pool_free(context, pass.tally[thread].by_low[1]);
    pool_free(context, pass.tally[thread].by_low[0]);
  }
  pool_free(context, pass.tally);
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

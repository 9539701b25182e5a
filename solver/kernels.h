/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passes over tables of 64-bit integers: how they are written once and run on every processor.
 *
 * A kernel is a body in C over vectors of four (the compiler's vector types, which it turns into what the
 * machine has), compiled for the baseline and, on x86-64, for AVX2 and AVX-512 as well. The widest that the
 * processor knows is chosen when it first runs. Sums and comparisons are of integers and exact, so all
 * paths give the same. ACCORD_KERNELS=plain or avx2 in the environment chooses less, for tests. */
#ifndef ACCORD_SOLVER_KERNELS_H
#define ACCORD_SOLVER_KERNELS_H

#include "excess.h"

__extension__ typedef __int128 wide;

/* Four entries, at any address that an entry may have. */
typedef int64_t quad __attribute__((vector_size(32), aligned(8), may_alias));

typedef enum kernel_path { KERNEL_PLAIN, KERNEL_AVX2, KERNEL_AVX512 } kernel_path;

/* The widest path this processor and ACCORD_KERNELS allow. */
kernel_path kernel_best(void);

/* For tests and measurements: no wider than this from now on; returns what it was. */
kernel_path kernel_choose(kernel_path path);

/* -DACCORD_ONE_PATH leaves the baseline only, as on any other processor. */
#if defined(__x86_64__) && !defined(ACCORD_ONE_PATH)
#define KERNEL_PATHS
#endif

/* A build that counts branches wants one copy of each body, not one for every path and constant. */
#ifdef ACCORD_ONE_COPY
#define KERNEL_BODY static
#else
#define KERNEL_BODY static inline __attribute__((always_inline))
#endif

#define CHOOSE_KERNEL(name, parameters, arguments)                                                                     \
  static void name parameters {                                                                                        \
    switch (kernel_best()) {                                                                                           \
    case KERNEL_AVX512: name##_avx512 arguments; return;                                                               \
    case KERNEL_AVX2: name##_avx2 arguments; return;                                                                   \
    case KERNEL_PLAIN: break;                                                                                          \
    }                                                                                                                  \
    name##_plain arguments;                                                                                            \
  }

/* KERNEL(name, (int64_t *sum, size_t size), (sum, size)) makes name from name_body. */
#ifdef KERNEL_PATHS
#define KERNEL(name, parameters, arguments)                                                                            \
  static void name##_plain parameters { name##_body arguments; }                                                       \
  __attribute__((target("avx2,bmi,bmi2,popcnt"))) static void name##_avx2 parameters { name##_body arguments; }        \
  __attribute__((                                                                                                      \
      target("avx2,bmi,bmi2,popcnt,avx512f,avx512vl,avx512dq,avx512bw"))) static void name##_avx512 parameters {       \
    name##_body arguments;                                                                                             \
  }                                                                                                                    \
  CHOOSE_KERNEL(name, parameters, arguments)
#else
#define KERNEL(name, parameters, arguments)                                                                            \
  static void name parameters { name##_body arguments; }
#endif

/* KERNEL_BY_WIDTH makes name from name_4 and, for AVX-512, name_8 (kernel_widths.h). */
#ifdef KERNEL_PATHS
#define KERNEL_BY_WIDTH(name, parameters, arguments)                                                                   \
  static void name##_plain parameters { name##_4 arguments; }                                                          \
  __attribute__((target("avx2,bmi,bmi2,popcnt"))) static void name##_avx2 parameters { name##_4 arguments; }           \
  __attribute__((                                                                                                      \
      target("avx2,bmi,bmi2,popcnt,avx512f,avx512vl,avx512dq,avx512bw"))) static void name##_avx512 parameters {       \
    name##_8 arguments;                                                                                                \
  }                                                                                                                    \
  CHOOSE_KERNEL(name, parameters, arguments)
#else
#define KERNEL_BY_WIDTH(name, parameters, arguments)                                                                   \
  static void name parameters { name##_4 arguments; }
#endif

/* Rows of the table that passes go by: the coalitions that differ in the ROW_BITS lowest parties only. */
enum { ROW_BITS = 9, ROW = 1 << ROW_BITS };

/* Macros, as the baseline has no way to hand vectors to a function. */
#define load(entry) (*(const quad *)(const void *)(entry))
#define place(entry) (*(quad *)(void *)(entry))

/* a where the mask is -1, b where it is 0. */
#define choose(mask, a, b) (((a) & (mask)) | ((b) & ~(mask)))
#define larger(a, b) choose((a) > (b), a, b)

/* ---------------------------------------------------------------- gains */

/* Gains are integer(S) factor - share(S), over proper coalitions that are not empty. */
typedef struct worst_coalitions {
  int held;
  accord_coalition *coalition; /* size held: those whose gain exceeds the slack, the largest first, ties by bitmask */
  accord_coalition first;      /* the one of largest gain, above the slack or not; ties by bitmask */
  uint64_t above;              /* how many gains exceed the slack, factor times the game's */
} worst_coalitions;

/* The room worst ones and how many exceed the slack, in one pass, exactly. False where 128 bits are too
 * few for the bounds (find_gains serves then). Cost 2^n. */
bool find_worst(accord_context *context, worst_coalitions *worst, const accord_game *game, const whole_split *split,
                int room);

/* best[i] = max over S with i of integer(S) factor - share(S), in one pass; false as above. Cost 2^n. */
bool find_best_with(accord_context *context, mpz_t *best, const accord_game *game, const whole_split *split);

/* A split in machine words: gain(S) factor / scale is within error of word_of(integer(S)) - share(S), which stays
 * below 2^62. */
typedef struct word_split {
  int shift; /* below 0: values are shifted down */
  int64_t multiplier, error;
  int64_t share[GAME_MOST_PARTIES], low[ROW]; /* low[L] = share(L), L in a row */
  wide wide_factor, wide_share[GAME_MOST_PARTIES], wide_low[ROW];
} word_split;

static inline int64_t word_of(const word_split *words, int64_t value) {
  return words->shift < 0 ? value >> -words->shift : value * ((int64_t)1 << words->shift) * words->multiplier;
}

/* False where 128 bits are too few. Then multiplier is 0 where machine words can say nothing. */
bool make_words(word_split *words, const accord_game *game, const whole_split *split);

/* -------------------------------------------------------- sums by size, wide */

/* Sums of the small table's integers: with[i * (n + 1) + s] over S with i and |S| = s, all[s] over all S
 * of size s. Below 2^90, as 2^28 entries of less than 2^62 are. Cost 2^n: two additions an entry. */
typedef struct wide_sums {
  wide *with, *all;
} wide_sums;
wide_sums find_wide_sums(accord_context *context, const accord_game *game);

/* For tests: tables of so many parties count as larger than a cache; returns what it was. */
int far_from(int parties);

/* Sums by size for pairs as well: both[(j * (j - 1) / 2 + i) * (n + 1) + s] over S with i < j in S, |S| = s. A small
 * table of FEWEST_OF_PAIRS parties or more. Cost 2^n. */
typedef struct wide_pairs {
  wide *all, *with, *both;
} wide_pairs;
enum { FEWEST_OF_PAIRS = 3 };
wide_pairs find_wide_pairs(accord_context *context, const accord_game *game);

/* Lanes to sizes: sum[c + bits of lane] += lane, over the lanes of each class c that have all of those bits. */
void add_lanes(int64_t *sum, const int64_t *lanes, int lane_bits, int classes, unsigned bits);

/* ------------------------------------------------------------- dividends */

/* In place, sign -1: from values to dividends; +1: back. table: size 2^n, all that stands in it on the way
 * below 2^63, as 2^n times its largest entry is. Cost n 2^n. */
void moebius(accord_context *context, int64_t *table, int n, int sign);

/* The dividends of a small table that outgrow 64 bits, in a new array of 2^n. */
wide *wide_dividends(accord_context *context, const accord_game *game);

void set_wide(mpz_t number, wide value);
wide get_wide(const mpz_t number); /* |number| < 2^127 */

/* lcm(1..n), below 2^37 at n = 28. */
uint64_t common_multiple(int n);

/* number / denominator * unit, in lowest terms. */
void set_ratio(mpq_t ratio, wide number, uint64_t denominator, const mpq_t unit);
void set_big_ratio(mpq_t ratio, const mpz_t number, uint64_t denominator, const mpq_t unit);

/* A power of two that the small table's entries stay below in size. */
int value_bits(const accord_game *game);

#endif

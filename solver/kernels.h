/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passes over tables of 64-bit integers: how they are written once and run on every processor.
 *
 * A kernel is a body in C over vectors of four (the compiler's vector types, which it turns into what the
 * machine has), compiled for the baseline and, on x86-64, for AVX2 and AVX-512 as well. The widest that the
 * processor knows is chosen when it first runs. Sums and comparisons are of integers and exact, so all
 * paths give the same. ACCORD_KERNELS=plain or avx2 in the environment chooses less, for tests. */
#ifndef ACCORD_SOLVER_KERNELS_H
#define ACCORD_SOLVER_KERNELS_H

#include "game.h"

__extension__ typedef __int128 wide;

/* Four entries, at any address that an entry may have. */
typedef int64_t quad __attribute__((vector_size(32), aligned(8), may_alias));

typedef enum kernel_path { KERNEL_PLAIN, KERNEL_AVX2, KERNEL_AVX512 } kernel_path;

/* The widest path this processor and ACCORD_KERNELS allow. */
kernel_path kernel_best(void);

/* For tests and measurements: no wider than this from now on; returns what it was. */
kernel_path kernel_choose(kernel_path path);

#define KERNEL_BODY static inline __attribute__((always_inline))

/* KERNEL(name, (int64_t *sum, size_t size), (sum, size)) makes name from name_body. */
#if defined(__x86_64__)
#define KERNEL(name, parameters, arguments)                                                                            \
  static void name##_plain parameters { name##_body arguments; }                                                       \
  __attribute__((target("avx2,bmi,bmi2,popcnt"))) static void name##_avx2 parameters { name##_body arguments; }        \
  __attribute__((                                                                                                      \
      target("avx2,bmi,bmi2,popcnt,avx512f,avx512vl,avx512dq,avx512bw"))) static void name##_avx512 parameters {       \
    name##_body arguments;                                                                                             \
  }                                                                                                                    \
  static void name parameters {                                                                                        \
    switch (kernel_best()) {                                                                                           \
    case KERNEL_AVX512: name##_avx512 arguments; return;                                                               \
    case KERNEL_AVX2: name##_avx2 arguments; return;                                                                   \
    case KERNEL_PLAIN: break;                                                                                          \
    }                                                                                                                  \
    name##_plain arguments;                                                                                            \
  }
#else
#define KERNEL(name, parameters, arguments)                                                                            \
  static void name parameters { name##_body arguments; }
#endif

/* -------------------------------------------------------- sums by size, wide */

/* Sums of the small table's integers: with[i * (n + 1) + s] over S with i and |S| = s, all[s] over all S
 * of size s. Below 2^90, as 2^28 entries of less than 2^62 are. Cost 2^n: two additions an entry. */
typedef struct wide_sums {
  wide *with, *all;
} wide_sums;
wide_sums find_wide_sums(accord_context *context, const accord_game *game);

void set_wide(mpz_t number, wide value);
wide get_wide(const mpz_t number); /* |number| < 2^127 */

/* A power of two that the small table's entries stay below in size. */
int value_bits(const accord_game *game);

#endif

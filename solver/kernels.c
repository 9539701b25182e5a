/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernels.h"

#include <stdlib.h>
#include <string.h>
#include <stdatomic.h>

enum { NOT_CHOSEN = -1 };

static atomic_int chosen = NOT_CHOSEN;

static kernel_path widest(void) {
#ifdef KERNEL_PATHS
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi2")) return KERNEL_PLAIN;
  bool wider = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
  return wider ? KERNEL_AVX512 : KERNEL_AVX2;
#else
  return KERNEL_PLAIN;
#endif
}

static kernel_path allowed(void) {
  const char *name = getenv("ACCORD_KERNELS");
  kernel_path path = widest();
  if (name && strcmp(name, "plain") == 0) return KERNEL_PLAIN;
  if (name && strcmp(name, "avx2") == 0 && path == KERNEL_AVX512) return KERNEL_AVX2;
  return path;
}

kernel_path kernel_best(void) {
  int path = atomic_load_explicit(&chosen, memory_order_relaxed);
  if (path != NOT_CHOSEN) return (kernel_path)path;
  path = (int)allowed();
  atomic_store_explicit(&chosen, path, memory_order_relaxed);
  return (kernel_path)path;
}

kernel_path kernel_choose(kernel_path path) {
  kernel_path before = kernel_best(), most = widest();
  atomic_store_explicit(&chosen, (int)(path < most ? path : most), memory_order_relaxed);
  return before;
}

void set_wide(mpz_t number, wide value) {
  bool negative = value < 0;
  __extension__ unsigned __int128 size = negative ? -(unsigned __int128)value : (unsigned __int128)value;
  if (size >> 64) {
    mpz_set_ui(number, (unsigned long)(size >> 64));
    mpz_mul_2exp(number, number, 64);
    mpz_add_ui(number, number, (unsigned long)size);
  } else {
    mpz_set_ui(number, (unsigned long)size);
  }
  if (negative) mpz_neg(number, number);
}

wide get_wide(const mpz_t number) {
  wide value = 0;
  for (size_t limb = mpz_size(number); limb-- > 0;) value = value << 32 << 32 | mpz_getlimbn(number, (mp_size_t)limb);
  return mpz_sgn(number) < 0 ? -value : value;
}

void set_big_ratio(mpq_t ratio, const mpz_t number, uint64_t denominator, const mpq_t unit) {
  mpz_set(mpq_numref(ratio), number);
  mpz_set_ui(mpq_denref(ratio), denominator);
  mpq_canonicalize(ratio);
  mpq_mul(ratio, ratio, unit);
}

static uint64_t common_divisor(uint64_t a, uint64_t b) {
  while (b) {
    uint64_t rest = a % b;
    a = b, b = rest;
  }
  return a;
}

/* In machine words where the unit is one over something. */
void set_ratio(mpq_t ratio, wide number, uint64_t denominator, const mpq_t unit) {
  uint64_t whole = denominator; /* times the unit's; denominator stays as it is where that is too large */
  if (mpz_cmp_ui(mpq_numref(unit), 1) != 0 || !mpz_fits_ulong_p(mpq_denref(unit)) ||
      __builtin_mul_overflow(denominator, (uint64_t)mpz_get_ui(mpq_denref(unit)), &whole)) {
    set_wide(mpq_numref(ratio), number);
    set_big_ratio(ratio, mpq_numref(ratio), denominator, unit);
    return;
  }
  __extension__ unsigned __int128 size = number < 0 ? -(unsigned __int128)number : (unsigned __int128)number;
  uint64_t divisor = common_divisor(whole, (uint64_t)(size % whole));
  set_wide(mpq_numref(ratio), number < 0 ? -(wide)(size / divisor) : (wide)(size / divisor));
  mpz_set_ui(mpq_denref(ratio), whole / divisor);
}

void add_lanes(int64_t *sum, const int64_t *lanes, int lane_bits, int classes, unsigned bits) {
  enum { MOST_LANES = 8 };
  static const int bits_of[MOST_LANES] = {0, 1, 1, 2, 1, 2, 2, 3};
  int wanted[MOST_LANES], size[MOST_LANES], count = 0, lane_count = 1 << lane_bits;
  for (int lane = 0; lane < lane_count; lane++)
    if (((unsigned)lane & bits) == bits) wanted[count] = lane, size[count++] = bits_of[lane];
  for (int c = 0; c < classes; c++, lanes += lane_count) {
    if (count == MOST_LANES) {
      sum[c] += lanes[0];
      sum[c + 1] += lanes[1] + lanes[2] + lanes[4];
      sum[c + 2] += lanes[3] + lanes[5] + lanes[6];
      sum[c + 3] += lanes[7];
      continue;
    }
    for (int k = 0; k < count; k++) sum[c + size[k]] += lanes[wanted[k]];
  }
}

uint64_t common_multiple(int n) {
  uint64_t common = 1;
  for (uint64_t k = 2; k <= (uint64_t)n; k++) common *= k / common_divisor(k, common % k);
  return common;
}

int value_bits(const accord_game *game) { return (int)mpz_sizeinbase(game->largest, 2); }

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scans that keep what is above a bound: the processor's own way to move the wanted entries of a vector together is
 * written out for AVX2 and AVX-512, as no compiler finds it. */
#include "tail_scan.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

KERNEL_BODY void add_all_body(int64_t *sum, const int64_t *before, const int64_t *loss, size_t count) {
  size_t k = 0;
  for (; k + 4 <= count; k += 4) place(&sum[k]) = load(&before[k]) + load(&loss[k]);
  for (; k < count; k++) sum[k] = before[k] + loss[k];
}
KERNEL(add_all, (int64_t * sum, const int64_t *before, const int64_t *loss, size_t count), (sum, before, loss, count))

void add_losses(int64_t *sum, const int64_t *before, const int64_t *loss, size_t count) {
  add_all(sum, before, loss, count);
}

/* -------------------------------------------------------------------- scans */

/* From entry k on, one by one; weight may be NULL. */
static inline size_t scan_rest(int64_t *found, int64_t *found_weight, size_t held, const int64_t *pooled,
                               const int64_t *more, const int64_t *weight, size_t k, size_t count, int64_t from) {
  for (; k < count; k++) {
    int64_t value = more ? pooled[k] + more[k] : pooled[k];
    found[held] = value;
    if (weight) found_weight[held] = weight[k];
    held += value >= from;
  }
  return held;
}

#if defined(__x86_64__)

#define TARGET_512 __attribute__((target("avx2,bmi,bmi2,popcnt,avx512f,avx512vl,avx512dq,avx512bw")))
#define TARGET_256 __attribute__((target("avx2,bmi,bmi2,popcnt")))

static inline __attribute__((always_inline)) TARGET_512 size_t scan_512(int64_t *found, int64_t *found_weight,
                                                                        const int64_t *pooled, const int64_t *more,
                                                                        const int64_t *weight, size_t count,
                                                                        int64_t from) {
  const __m512i bound = _mm512_set1_epi64(from);
  size_t held = 0, k = 0;
  for (; k + 8 <= count; k += 8) {
    __m512i value = _mm512_loadu_si512(pooled + k);
    if (more) value = _mm512_add_epi64(value, _mm512_loadu_si512(more + k));
    __mmask8 above = _mm512_cmpge_epi64_mask(value, bound);
    _mm512_storeu_si512(found + held, _mm512_maskz_compress_epi64(above, value));
    if (weight)
      _mm512_storeu_si512(found_weight + held, _mm512_maskz_compress_epi64(above, _mm512_loadu_si512(weight + k)));
    held += (size_t)__builtin_popcount(above);
  }
  return scan_rest(found, found_weight, held, pooled, more, weight, k, count, from);
}

/* Which halves of 64 bits go where, for each of the sixteen masks of four. */
#define PAIR(entry) 2 * (entry), 2 * (entry) + 1
static const int32_t moves[16][8] __attribute__((aligned(32))) = {
    {PAIR(0), PAIR(1), PAIR(2), PAIR(3)}, {PAIR(0), PAIR(1), PAIR(2), PAIR(3)}, {PAIR(1), PAIR(0), PAIR(2), PAIR(3)},
    {PAIR(0), PAIR(1), PAIR(2), PAIR(3)}, {PAIR(2), PAIR(0), PAIR(1), PAIR(3)}, {PAIR(0), PAIR(2), PAIR(1), PAIR(3)},
    {PAIR(1), PAIR(2), PAIR(0), PAIR(3)}, {PAIR(0), PAIR(1), PAIR(2), PAIR(3)}, {PAIR(3), PAIR(0), PAIR(1), PAIR(2)},
    {PAIR(0), PAIR(3), PAIR(1), PAIR(2)}, {PAIR(1), PAIR(3), PAIR(0), PAIR(2)}, {PAIR(0), PAIR(1), PAIR(3), PAIR(2)},
    {PAIR(2), PAIR(3), PAIR(0), PAIR(1)}, {PAIR(0), PAIR(2), PAIR(3), PAIR(1)}, {PAIR(1), PAIR(2), PAIR(3), PAIR(0)},
    {PAIR(0), PAIR(1), PAIR(2), PAIR(3)}};

static inline __attribute__((always_inline)) TARGET_256 __m256i load_256(const int64_t *entry) {
  return _mm256_loadu_si256((const __m256i *)(const void *)entry);
}

static inline __attribute__((always_inline)) TARGET_256 void keep_256(int64_t *to, __m256i value, int above) {
  __m256i order = _mm256_load_si256((const __m256i *)(const void *)moves[above]);
  _mm256_storeu_si256((__m256i *)(void *)to, _mm256_permutevar8x32_epi32(value, order));
}

static inline __attribute__((always_inline)) TARGET_256 size_t scan_256(int64_t *found, int64_t *found_weight,
                                                                        const int64_t *pooled, const int64_t *more,
                                                                        const int64_t *weight, size_t count,
                                                                        int64_t from) {
  const __m256i bound = _mm256_set1_epi64x(from);
  size_t held = 0, k = 0;
  for (; k + 4 <= count; k += 4) {
    __m256i value = load_256(pooled + k);
    if (more) value = _mm256_add_epi64(value, load_256(more + k));
    int above = 15 ^ _mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpgt_epi64(bound, value)));
    keep_256(found + held, value, above);
    if (weight) keep_256(found_weight + held, load_256(weight + k), above);
    held += (size_t)__builtin_popcount((unsigned)above);
  }
  return scan_rest(found, found_weight, held, pooled, more, weight, k, count, from);
}

/* One function for each kind of scan, so that what is not there costs nothing. */
#define SCANS(width, target)                                                                                           \
  target static size_t scan_sums_##width(int64_t *found, const int64_t *pooled, const int64_t *more,                   \
                                         const int64_t *weight, int64_t *found_weight, size_t count, int64_t from) {   \
    if (weight && more) return scan_##width(found, found_weight, pooled, more, weight, count, from);                   \
    if (weight) return scan_##width(found, found_weight, pooled, NULL, weight, count, from);                           \
    if (more) return scan_##width(found, NULL, pooled, more, NULL, count, from);                                       \
    return scan_##width(found, NULL, pooled, NULL, NULL, count, from);                                                 \
  }
SCANS(512, TARGET_512)
SCANS(256, TARGET_256)

#endif

static size_t scan(int64_t *found, int64_t *found_weight, const int64_t *pooled, const int64_t *more,
                   const int64_t *weight, size_t count, int64_t from) {
#if defined(__x86_64__)
  kernel_path path = kernel_best();
  if (path == KERNEL_AVX512) return scan_sums_512(found, pooled, more, weight, found_weight, count, from);
  if (path == KERNEL_AVX2) return scan_sums_256(found, pooled, more, weight, found_weight, count, from);
#endif
  return scan_rest(found, found_weight, 0, pooled, more, weight, 0, count, from);
}

size_t scan_tail(int64_t *found, const int64_t *pooled, const int64_t *more, size_t count, int64_t from) {
  return scan(found, NULL, pooled, more, NULL, count, from);
}

size_t scan_weighted_tail(int64_t *found, int64_t *found_weight, const int64_t *pooled, const int64_t *more,
                          const int64_t *weight, size_t count, int64_t from) {
  return scan(found, found_weight, pooled, more, weight, count, from);
}

/* --------------------------------------------------------------------- ranks */

static size_t sum_and_keep_plain(int64_t *sum, int64_t *kept, const int64_t *value, size_t count, int64_t to) {
  size_t held = 0;
  int64_t all = 0;
  for (size_t k = 0; k < count; k++) {
    all += value[k];
    kept[held] = value[k];
    held += value[k] <= to;
  }
  *sum = all;
  return held;
}

KERNEL_BODY void rank_body(int64_t *least, const int64_t *value, size_t count, int64_t rank) {
  for (size_t i = 0; i < count; i++) {
    const quad own = {value[i], value[i], value[i], value[i]};
    quad above = {0};
    for (size_t j = 0; j < count; j += 4) above += load(&value[j]) <= own;
    if (above[0] + above[1] + above[2] + above[3] <= -rank && value[i] < *least) *least = value[i];
  }
}
KERNEL(rank, (int64_t * least, const int64_t *value, size_t count, int64_t rank), (least, value, count, rank))

#if defined(__x86_64__)

TARGET_512 static size_t sum_and_keep_512(int64_t *sum, int64_t *kept, const int64_t *value, size_t count, int64_t to) {
  const __m512i bound = _mm512_set1_epi64(to);
  __m512i all = _mm512_setzero_si512();
  size_t held = 0;
  for (size_t k = 0; k < count; k += 8) {
    __mmask8 there = count - k >= 8 ? 0xff : (__mmask8)((1U << (count - k)) - 1);
    __m512i entry = _mm512_maskz_loadu_epi64(there, value + k);
    __mmask8 low = _mm512_mask_cmple_epi64_mask(there, entry, bound);
    all = _mm512_add_epi64(all, entry);
    _mm512_storeu_si512(kept + held, _mm512_maskz_compress_epi64(low, entry));
    held += (size_t)__builtin_popcount(low);
  }
  *sum = _mm512_reduce_add_epi64(all);
  return held;
}

TARGET_512 static int64_t find_by_rank_512(const int64_t *value, size_t count, size_t rank) {
  int64_t least = INT64_MAX;
  for (size_t i = 0; i < count; i++) {
    const __m512i own = _mm512_set1_epi64(value[i]);
    unsigned up_to = 0;
    for (size_t j = 0; j < count; j += 8)
      up_to += (unsigned)__builtin_popcount(_mm512_cmple_epi64_mask(_mm512_loadu_si512(value + j), own));
    int64_t candidate = up_to >= rank ? value[i] : INT64_MAX;
    least = candidate < least ? candidate : least;
  }
  return least;
}

#endif

size_t sum_and_keep(int64_t *sum, int64_t *kept, const int64_t *value, size_t count, int64_t to) {
#if defined(__x86_64__)
  if (kernel_best() == KERNEL_AVX512) return sum_and_keep_512(sum, kept, value, count, to);
#endif
  return sum_and_keep_plain(sum, kept, value, count, to);
}

int64_t find_by_rank(int64_t *value, size_t count, size_t rank_wanted) {
  int64_t least = INT64_MAX;
  for (size_t k = count; k < count + SCAN_SPARE; k++) value[k] = INT64_MAX;
#if defined(__x86_64__)
  if (kernel_best() == KERNEL_AVX512) return find_by_rank_512(value, count, rank_wanted);
#endif
  rank(&least, value, count, (int64_t)rank_wanted);
  return least;
}

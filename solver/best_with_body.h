/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Largest gains over vectors of 1 << LANE_BITS entries; see best_with.c. Included once for each width. */

#define vec AT_WIDTH(vec)
typedef int64_t vec __attribute__((vector_size(8 << LANE_BITS), aligned(8), may_alias));

#define best_low(k) (((vec *)(void *)best->low)[k])

/* The k-th vector's gain, against the best of its low coalitions and of the row. */
#define VIEW(k, most)                                                                                                  \
  do {                                                                                                                 \
    vec gain =                                                                                                         \
        (((const vec *)(const void *)entry)[k] << shift) * multiplier - (((const vec *)(const void *)low)[k] + base);  \
    best_low(k) = larger(gain, best_low(k));                                                                           \
    (most) = larger(gain, most);                                                                                       \
  } while (0)

/* Goes through a row, the fourth after it asked for; its largest gain. Two at a time, as a comparison waits for the last. */
KERNEL_BODY int64_t AT_WIDTH(view_row)(struct best *best, const word_split *words, const int64_t *entry, int64_t base,
                                       bool shifted) {
  const int64_t *low = words->low, shift = shifted ? words->shift : 0, multiplier = shifted ? 1 : words->multiplier;
  vec zero = {0}, even = zero + INT64_MIN, odd = even;
  for (int k = 0; k < ROW >> LANE_BITS; k += 2) {
    __builtin_prefetch((const vec *)(const void *)(entry + 4 * ROW) + k);
    __builtin_prefetch((const vec *)(const void *)(entry + 4 * ROW) + k + 1);
    VIEW(k, even);
    VIEW(k + 1, odd);
  }
  even = larger(odd, even);
  int64_t largest = even[0];
  for (int k = 1; k < 1 << LANE_BITS; k++)
    if (even[k] > largest) largest = even[k];
  return largest;
}

KERNEL_BODY void AT_WIDTH(search_best)(const struct search *search, struct best *best, size_t part) {
  const word_split *words = search->words;
  for (size_t row = 0; row < (size_t)1 << search->part_bits; row++) {
    accord_coalition first = (part << search->part_bits | row) << ROW_BITS;
    const int64_t *entry = search->game->small + first;
    int64_t base = 0;
    for (accord_coalition rest = first; rest; rest &= rest - 1) base += words->share[__builtin_ctzll(rest)];
    int64_t largest = words->multiplier == 1 ? AT_WIDTH(view_row)(best, words, entry, base, true)
                                             : AT_WIDTH(view_row)(best, words, entry, base, false);
    for (accord_coalition rest = first >> ROW_BITS; rest; rest &= rest - 1) {
      int64_t *high = &best->high[__builtin_ctzll(rest)];
      if (largest > *high) *high = largest;
    }
  }
}

#undef best_low
#undef VIEW
#undef vec

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contributions compared over vectors of 1 << LANE_BITS entries; see shape.c. Included once for each width.
 *
 * A difference that must not be negative is or-ed to the others: what counts is the sign of all at the end. Values stay
 * below 2^60, so that no difference of four of them and a limit overflows. */

#define vec AT_WIDTH(vec)
typedef int64_t vec __attribute__((vector_size(8 << LANE_BITS), aligned(8), may_alias));

#define at(entry, k) (((const vec *)(const void *)(entry))[k])

/* sign * (b - a). */
#define difference(a, b) (sign < 0 ? (vec)((a) - (b)) : (vec)((b) - (a)))

KERNEL_BODY bool AT_WIDTH(is_negative)(const vec *signs) {
  int64_t all = 0;
  for (int k = 0; k < 1 << LANE_BITS; k++) all |= (*signs)[k];
  return all < 0;
}

/* A vector whose lanes stand for those without a party; lanes that have it are masked. */
#if LANE_BITS == 3
#define WITHOUT_FIRST(x) __builtin_shufflevector(x, x, 0, 0, 2, 2, 4, 4, 6, 6)
#define WITHOUT_SECOND(x) __builtin_shufflevector(x, x, 0, 1, 0, 1, 4, 5, 4, 5)
#define WITHOUT_THIRD(x) __builtin_shufflevector(x, x, 0, 1, 2, 3, 0, 1, 2, 3)
#define LANE_MASKS                                                                                                     \
  {                                                                                                                    \
    {0, -1, 0, -1, 0, -1, 0, -1}, {0, 0, -1, -1, 0, 0, -1, -1}, { 0, 0, 0, 0, -1, -1, -1, -1 }                         \
  }
#else
#define WITHOUT_FIRST(x) __builtin_shufflevector(x, x, 0, 0, 2, 2)
#define WITHOUT_SECOND(x) __builtin_shufflevector(x, x, 0, 1, 0, 1)
#define LANE_MASKS                                                                                                     \
  {                                                                                                                    \
    {0, -1, 0, -1}, { 0, 0, -1, -1 }                                                                                   \
  }
#endif

/* Three parties of vectors that stand step apart. */
#define CHECK(i, party, k) signs |= difference(x[i], x[(i) + (party)]) - limit[k]
#define CHECK_THREE(k)                                                                                                 \
  do {                                                                                                                 \
    CHECK(0, 1, k), CHECK(2, 1, k), CHECK(4, 1, k), CHECK(6, 1, k);                                                    \
    CHECK(0, 2, (k) + 1), CHECK(1, 2, (k) + 1), CHECK(4, 2, (k) + 1), CHECK(5, 2, (k) + 1);                            \
    CHECK(0, 4, (k) + 2), CHECK(1, 4, (k) + 2), CHECK(2, 4, (k) + 2), CHECK(3, 4, (k) + 2);                            \
  } while (0)

/* Whether sign * (entry[s + i] - entry[s]) >= limit[i] for s without i in an array of 2^bits entries, some more than
 * lanes have; limit: size ROW_BITS. */
KERNEL_BODY bool AT_WIDTH(array_holds)(const int64_t *entry, int bits, int sign, const int64_t *limit) {
  vec signs = {0}, lane_limit[LANE_BITS] = LANE_MASKS;
  int first = LANE_BITS, vectors = 1 << (bits - LANE_BITS);
  for (int k = 0; k < LANE_BITS; k++) lane_limit[k] &= limit[k];
  for (int k = 0; k < vectors; k++) {
    vec x = at(entry, k);
    signs |= difference(WITHOUT_FIRST(x), x) - lane_limit[0];
    signs |= difference(WITHOUT_SECOND(x), x) - lane_limit[1];
#if LANE_BITS == 3
    signs |= difference(WITHOUT_THIRD(x), x) - lane_limit[2];
#endif
  }
  for (; first + 3 <= bits; first += 3) {
    int step = 1 << (first - LANE_BITS);
    for (int high = 0; high < vectors; high += 8 * step)
      for (int k = high; k < high + step; k++) {
        vec x[8] = {at(entry, k),
                    at(entry, k + step),
                    at(entry, k + 2 * step),
                    at(entry, k + 3 * step),
                    at(entry, k + 4 * step),
                    at(entry, k + 5 * step),
                    at(entry, k + 6 * step),
                    at(entry, k + 7 * step)};
        CHECK_THREE(first);
      }
  }
  for (; first < bits; first++) {
    int step = 1 << (first - LANE_BITS);
    for (int high = 0; high < vectors; high += 2 * step)
      for (int k = high; k < high + step; k++) signs |= difference(at(entry, k), at(entry, k + step)) - limit[first];
  }
  return !AT_WIDTH(is_negative)(&signs);
}

/* Whether sign * (upper - lower) >= limit, entry by entry of a row. */
KERNEL_BODY bool AT_WIDTH(rows_hold)(const int64_t *upper, const int64_t *lower, int sign, int64_t limit) {
  vec signs = {0};
  for (int k = 0; k < ROW >> LANE_BITS; k++) signs |= difference(at(lower, k), at(upper, k)) - limit;
  return !AT_WIDTH(is_negative)(&signs);
}

/* All parties' contributions to the coalitions of a row. */
KERNEL_BODY bool AT_WIDTH(contributions_hold)(const struct check *check, accord_coalition first, int sign) {
  const int64_t *entry = check->game->small + first;
  if (!AT_WIDTH(array_holds)(entry, ROW_BITS, sign, check->limit)) return false;
  for (accord_coalition rest = ~first & everybody(check->game->n) & ~(accord_coalition)(ROW - 1); rest;
       rest &= rest - 1) {
    int i = __builtin_ctzll(rest);
    if (!AT_WIDTH(rows_hold)(entry + party(i), entry, sign, check->limit[i])) return false;
  }
  return true;
}

/* The low parties' contributions to a row's coalitions do not fall when others of them join. */
KERNEL_BODY bool AT_WIDTH(low_is_convex)(const int64_t *entry, const int64_t *limit) {
  int64_t added[ROW / 2];
  for (int i = ROW_BITS - 1; i >= LANE_BITS; i--) {
    int step = 1 << (i - LANE_BITS);
    vec *out = (vec *)(void *)added;
    for (int high = 0; high < ROW >> LANE_BITS; high += 2 * step) {
      for (int k = 0; k < step; k++) out[k] = at(entry, high + step + k) - at(entry, high + k);
      if (!AT_WIDTH(array_holds)(added, i, 1, limit)) return false;
    }
  }
  return true;
}

/* The same for pairs of lanes: a lane without the first has the difference 0, one without the second that of itself. */
KERNEL_BODY bool AT_WIDTH(lanes_are_convex)(const int64_t *entry, const int64_t *limit) {
  const vec mask[LANE_BITS] = LANE_MASKS;
  vec signs = {0};
  for (int k = 0; k < ROW >> LANE_BITS; k++) {
    vec x = at(entry, k), second = x - WITHOUT_SECOND(x), more = second - WITHOUT_FIRST(second);
    signs |= more - (mask[0] & mask[1] & limit[0]);
#if LANE_BITS == 3
    vec third = x - WITHOUT_THIRD(x);
    more = third - WITHOUT_FIRST(third), signs |= more - (mask[0] & mask[2] & limit[0]);
    more = third - WITHOUT_SECOND(third), signs |= more - (mask[1] & mask[2] & limit[0]);
#endif
  }
  return !AT_WIDTH(is_negative)(&signs);
}

/* The same of a high party i with the low ones and the high ones above it. */
KERNEL_BODY bool AT_WIDTH(high_is_convex)(const struct check *check, accord_coalition first, accord_coalition others,
                                          int i) {
  const int64_t *entry = check->game->small + first, *upper = entry + party(i);
  int64_t added[ROW];
  vec signs = {0};
  for (int k = 0; k < ROW >> LANE_BITS; k++) ((vec *)(void *)added)[k] = at(upper, k) - at(entry, k);
  if (!AT_WIDTH(array_holds)(added, ROW_BITS, 1, check->limit)) return false;
  for (; others; others &= others - 1) {
    accord_coalition with = others & -others;
    for (int k = 0; k < ROW >> LANE_BITS; k++)
      signs |= at(upper + with, k) - at(entry + with, k) - at(added, k) - check->limit[0];
  }
  return !AT_WIDTH(is_negative)(&signs);
}

KERNEL_BODY bool AT_WIDTH(row_is_convex)(const struct check *check, accord_coalition first) {
  const int64_t *entry = check->game->small + first;
  if (!AT_WIDTH(lanes_are_convex)(entry, check->limit) || !AT_WIDTH(low_is_convex)(entry, check->limit)) return false;
  for (accord_coalition rest = ~first & everybody(check->game->n) & ~(accord_coalition)(ROW - 1); rest;
       rest &= rest - 1)
    if (!AT_WIDTH(high_is_convex)(check, first, rest & (rest - 1), __builtin_ctzll(rest))) return false;
  return true;
}

KERNEL_BODY void AT_WIDTH(check_part)(struct check *check, size_t part) {
  for (size_t row = 0; row < (size_t)1 << check->part_bits; row++) {
    accord_coalition first = (part << check->part_bits | row) << ROW_BITS;
    if (atomic_load_explicit(&check->broken, memory_order_relaxed)) return;
    bool holds = check->convexity  ? AT_WIDTH(row_is_convex)(check, first)
                 : check->sign < 0 ? AT_WIDTH(contributions_hold)(check, first, -1)
                                   : AT_WIDTH(contributions_hold)(check, first, 1);
    if (!holds) atomic_store_explicit(&check->broken, true, memory_order_relaxed);
  }
}

/* Every two parts of the coalitions of a vector, whose number is whole: for each pair of vectors once, the part that is t
 * among the lanes of one beside what is left for the other; lanes without t are out of it. */
#define SPLIT(t, ...) signs |= limit - (vec)__builtin_shufflevector(other, none, __VA_ARGS__) - part[t]

KERNEL_BODY bool AT_WIDTH(pairs_hold)(const struct check *check, size_t whole) {
  const int64_t *value = check->game->small;
  const vec zero = {0}, none = zero - ((int64_t)1 << 61), limit = at(value, whole) + check->slack;
  vec signs = zero;
  for (size_t rest = whole & (whole - 1), half = rest;; half = (half - 1) & rest) {
    const int64_t *part = value + (half << LANE_BITS);
    vec other = at(value, whole ^ half);
    signs |= limit - other - part[0];
#if LANE_BITS == 3
    SPLIT(1, 8, 0, 8, 2, 8, 4, 8, 6), SPLIT(2, 8, 8, 0, 1, 8, 8, 4, 5), SPLIT(3, 8, 8, 8, 0, 8, 8, 8, 4);
    SPLIT(4, 8, 8, 8, 8, 0, 1, 2, 3), SPLIT(5, 8, 8, 8, 8, 8, 0, 8, 2), SPLIT(6, 8, 8, 8, 8, 8, 8, 0, 1);
    SPLIT(7, 8, 8, 8, 8, 8, 8, 8, 0);
#else
    SPLIT(1, 4, 0, 4, 2), SPLIT(2, 4, 4, 0, 1), SPLIT(3, 4, 4, 4, 0);
#endif
    if (half == 0) return !AT_WIDTH(is_negative)(&signs);
  }
}

#undef SPLIT

/* The coalitions of a row. */
KERNEL_BODY void AT_WIDTH(check_pairs)(struct check *check, size_t row) {
  for (size_t k = 0; k < ROW >> LANE_BITS; k++) {
    if (atomic_load_explicit(&check->broken, memory_order_relaxed)) return;
    if (!AT_WIDTH(pairs_hold)(check, (row << (ROW_BITS - LANE_BITS)) + k))
      atomic_store_explicit(&check->broken, true, memory_order_relaxed);
  }
}

#undef at
#undef difference
#undef WITHOUT_FIRST
#undef WITHOUT_SECOND
#undef WITHOUT_THIRD
#undef LANE_MASKS
#undef CHECK
#undef CHECK_THREE
#undef vec

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums by size over vectors of 1 << LANE_BITS entries; see class_sums.c. Included once for each width. */

#define vec AT_WIDTH(vec)
typedef int64_t vec __attribute__((vector_size(8 << LANE_BITS), aligned(8), may_alias));

/* Classes of the vectors of a row: how many bits their numbers have. */
enum { AT_WIDTH(CLASSES) = SUM_BITS - LANE_BITS + 1 };

#define vectors(entry) ((vec *)(void *)(entry))
#define read_vectors(entry) ((const vec *)(const void *)(entry))
/* Vectors to be read once each, in this order: a compiler that reads again has too few ports for it. */
#define read_once(entry) ((const volatile vec *)(const volatile void *)(entry))

/* Pairs of vectors of a row by how many bits their number has, and where each such class ends. */
static const uint8_t AT_WIDTH(pairs)[] = {
#if LANE_BITS == 3
    0,  1,  2, 4,  8,  3,  5, 6, 9,
    10, 12, 7, 11, 13, 14, 15
#else
    0,  1,  2,  4,  8,  16, 3,  5,  6,  9,  10, 12, 17, 18, 20, 24, 7,
    11, 13, 14, 19, 21, 22, 25, 26, 28, 15, 23, 27, 29, 30, 31
#endif
};
static const uint8_t AT_WIDTH(pair_ends)[AT_WIDTH(CLASSES) + 3] = {
#if LANE_BITS == 3
    1,  5,  11, 15, 16,
    16, 16, 16, 16
#else
    1,  6,  16, 26, 31, 32,
    32, 32, 32, 32
#endif
};

/* Lines of the next rows, to come before they are needed. */
#define ASK_FOR(line) __builtin_prefetch(line)
#if LANE_BITS == 3
#define ASK_FOR_EIGHT(next)                                                                                            \
  ASK_FOR(next), ASK_FOR((next) + 1), ASK_FOR((next) + 2), ASK_FOR((next) + 3), ASK_FOR((next) + 4),                   \
      ASK_FOR((next) + 5), ASK_FOR((next) + 6), ASK_FOR((next) + 7)
#else /* two to a line */
#define ASK_FOR_EIGHT(next) ASK_FOR(next), ASK_FOR((next) + 2), ASK_FOR((next) + 4), ASK_FOR((next) + 6)
#endif

/* The k-th vectors of eight rows that differ in three parties. To by_low they are added up by how many of the three they
 * have; what the total and the three parties' sums need is kept for class k: none of them, one, two (a's two rows, b's,
 * c's) and all. */
#define ADD_EIGHT(k)                                                                                                   \
  do {                                                                                                                 \
    if (ahead) ASK_FOR_EIGHT(next + 8 * (k));                                                                          \
    vec r0 = value[k], r1 = value[(k) + row], r2 = value[(k) + 2 * row], r4 = value[(k) + 4 * row];                    \
    total[k] += r0, total[(k) + row] += r1 + r2 + r4;                                                                  \
    none##k += r0, a##k += r1, b##k += r2, c##k += r4;                                                                 \
    vec r3 = value[(k) + 3 * row], r5 = value[(k) + 5 * row], r6 = value[(k) + 6 * row], r7 = value[(k) + 7 * row];    \
    vec two = r3 + r5;                                                                                                 \
    total[(k) + 2 * row] += two + r6, total[(k) + 3 * row] += r7;                                                      \
    two_a##k += two, two_b##k += r3 + r6, two_c##k += r5 + r6, all##k += r7;                                           \
  } while (0)

#define NEXT(sum) sum##0 = sum##1, sum##1 = zero

/* by_low += eight rows of entries; half: their sums by class; with: the first of the three parties'.
 * ahead: the next eight are asked for, in the order in which they stand. */
KERNEL_BODY void AT_WIDTH(add_eight)(vec *restrict half, vec *restrict with, size_t party, int64_t *restrict by_low,
                                     const int64_t *restrict entry, bool ahead) {
  enum { row = SUM_ROW >> LANE_BITS };
  const vec zero = {0};
  vec none0 = zero, a0 = zero, b0 = zero, c0 = zero, two_a0 = zero, two_b0 = zero, two_c0 = zero, all0 = zero;
  vec none1 = zero, a1 = zero, b1 = zero, c1 = zero, two_a1 = zero, two_b1 = zero, two_c1 = zero, all1 = zero;
  vec ones_1 = zero, twos_1 = zero, twos_2 = zero, two_a_1 = zero, two_b_1 = zero, two_c_1 = zero;
  vec all_1 = zero, all_2 = zero, all_3 = zero; /* of the class before, and two and three before */
  int at = 0;
  for (int class = 0; class < AT_WIDTH(CLASSES) + 3; class ++) {
    for (; at < AT_WIDTH(pair_ends)[class]; at++) {
      vec *total = vectors(by_low) + 2 * AT_WIDTH(pairs)[at];
      const volatile vec *value = read_once(entry) + 2 * AT_WIDTH(pairs)[at];
      const vec *next = read_vectors(entry) + 8 * row + 16 * at;
      ADD_EIGHT(0);
      ADD_EIGHT(1);
    }
    with[class] += a0 + two_a_1 + all_2;
    with[(size_t) class + party] += b0 + two_b_1 + all_2;
    with[(size_t) class + 2 * party] += c0 + two_c_1 + all_2;
    half[class] = none0 + ones_1 + twos_2 + all_3;
    twos_2 = twos_1, twos_1 = (two_a0 + two_b0 + two_c0) >> 1, ones_1 = a0 + b0 + c0;
    two_a_1 = two_a0, two_b_1 = two_b0, two_c_1 = two_c0;
    all_3 = all_2, all_2 = all_1, all_1 = all0;
    NEXT(none), NEXT(a), NEXT(b), NEXT(c), NEXT(two_a), NEXT(two_b), NEXT(two_c), NEXT(all);
  }
}

#undef ADD_EIGHT
#undef ASK_FOR_EIGHT
#undef ASK_FOR
#undef NEXT

/* tree->half = eight rows by class, which number-th row begins; their three parties' sums. */
KERNEL_BODY void AT_WIDTH(count_eight)(struct tree *tree, const struct class_pass *pass, const int64_t *entry,
                                       size_t number) {
  size_t bits = (size_t)__builtin_popcountll(number), party = pass->party_words >> LANE_BITS;
  vec *half = vectors(tree->half), *with = vectors(tree->sums->with) + bits + 1;
  int64_t *by_low = tree->sums->by_low + bits * SUM_ROW;
  if (pass->ahead) AT_WIDTH(add_eight)(half, with, party, by_low, entry, true);
  else AT_WIDTH(add_eight)(half, with, party, by_low, entry, false);
}

/* Two halves by class: the right one is the party's, and one class higher in the whole. */
KERNEL_BODY void AT_WIDTH(join)(vec *whole, vec *party, const vec *left, const vec *right, int classes) {
  whole[0] = left[0];
  for (int c = 0; c < classes - 1; c++) {
    vec one = right[c];
    party[c] += one;
    whole[c + 1] = left[c + 1] + one;
  }
  party[classes - 1] += right[classes - 1];
  whole[classes] = right[classes - 1];
}

/* Eight finished rows go up the tree, as the right half of ever larger ones, until they are a left one. */
KERNEL_BODY void AT_WIDTH(add_to_tree)(struct tree *tree, const struct class_pass *pass, size_t row, size_t number) {
  vec *half = vectors(tree->half), *whole = vectors(tree->whole);
  int level = EIGHT_BITS;
  for (; row >> level & 1; level++) {
    vec *party = vectors(tree->sums->with + (size_t)level * pass->party_words) + __builtin_popcountll(number >> level);
    AT_WIDTH(join)(whole, party, read_vectors(tree->open[level]), half, AT_WIDTH(CLASSES) + level);
    vec *swap = half;
    half = whole, whole = swap;
  }
  for (int c = 0; c < AT_WIDTH(CLASSES) + level; c++) vectors(tree->open[level])[c] = half[c];
}

/* The whole part's sums, for the parties above it. */
KERNEL_BODY void AT_WIDTH(add_root)(struct tree *tree, const struct class_pass *pass, size_t part) {
  const vec *root = read_vectors(tree->open[pass->part_bits]);
  int classes = AT_WIDTH(CLASSES) + pass->part_bits, base = __builtin_popcountll(part);
  for (int c = 0; c < classes; c++) vectors(tree->sums->all)[base + c] += root[c];
  for (size_t rest = part; rest; rest &= rest - 1) {
    size_t party = (size_t)pass->part_bits + (size_t)__builtin_ctzll(rest);
    vec *with = vectors(tree->sums->with + party * pass->party_words) + base;
    for (int c = 0; c < classes; c++) with[c] += root[c];
  }
}

/* high 2^32 + low = value, 0 <= low < 2^32. */
KERNEL_BODY void AT_WIDTH(split_values)(int64_t *low, int64_t *high, const int64_t *value, size_t count) {
  for (size_t k = 0; k < count >> LANE_BITS; k++) {
    vec whole = read_vectors(value)[k], upper = whole >> PLANE_BITS;
    vectors(low)[k] = whole - (upper << PLANE_BITS);
    vectors(high)[k] = upper;
  }
}

/* What has been added up so far goes into the planes. */
KERNEL_BODY void AT_WIDTH(move_to_planes)(int64_t *low, int64_t *high, int64_t *value, size_t count) {
  for (size_t k = 0; k < count >> LANE_BITS; k++) {
    vec whole = read_vectors(value)[k], upper = whole >> PLANE_BITS;
    vectors(low)[k] += whole - (upper << PLANE_BITS);
    vectors(high)[k] += upper;
    vectors(value)[k] = whole - whole;
  }
}

KERNEL_BODY void AT_WIDTH(split_part)(const struct class_pass *pass, struct tally *tally) {
  struct sums *plane = tally->plane;
  AT_WIDTH(move_to_planes)(plane[0].with, plane[1].with, tally->recent.with, pass->tree_words);
  tally->rows += pass->part_rows;
  if (tally->rows < pass->most_rows) return;
  AT_WIDTH(move_to_planes)(plane[0].by_low, plane[1].by_low, tally->recent.by_low, pass->low_words);
  tally->rows = 0;
}

KERNEL_BODY void AT_WIDTH(count_part)(const struct class_pass *pass, struct tally *tally, size_t part) {
  struct tree tree[PLANES];
  int64_t low[8 * SUM_ROW], high[8 * SUM_ROW];
  bool by_entry = pass->splitting == SPLIT_ENTRIES, by_row = pass->splitting == SPLIT_ROWS;
  tree[0].sums = by_row ? &tally->recent : &tally->plane[0], tree[1].sums = &tally->plane[1];
  for (size_t row = 0; row < pass->part_rows; row += 8) {
    size_t number = part << pass->part_bits | row;
    const int64_t *entry = pass->game->small + number * SUM_ROW;
    if (by_entry) {
      AT_WIDTH(split_values)(low, high, entry, 8 * SUM_ROW);
      AT_WIDTH(count_eight)(&tree[1], pass, high, number);
      AT_WIDTH(add_to_tree)(&tree[1], pass, row, number);
    }
    AT_WIDTH(count_eight)(&tree[0], pass, by_entry ? low : entry, number);
    AT_WIDTH(add_to_tree)(&tree[0], pass, row, number);
  }
  AT_WIDTH(add_root)(&tree[0], pass, part);
  if (by_entry) AT_WIDTH(add_root)(&tree[1], pass, part);
  if (by_row) AT_WIDTH(split_part)(pass, tally);
}

/* Vectors by the parties of their numbers: with += what they have of each, one row for each class of the others. */
KERNEL_BODY void AT_WIDTH(fold_row)(int64_t *with, int64_t *all, const int64_t *row, int bits, size_t party_words) {
  for (size_t k = 0; k < (size_t)1 << bits; k++) {
    vec value = read_vectors(row)[k];
    int class = __builtin_popcountll(k);
    if (all) vectors(all)[class] += value;
    for (size_t rest = k; rest; rest &= rest - 1)
      vectors(with + (size_t)__builtin_ctzll(rest) * party_words)[class] += value;
  }
}

#undef vectors
#undef read_vectors
#undef read_once
#undef vec

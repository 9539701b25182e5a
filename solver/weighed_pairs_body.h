/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weighed sums for pairs over vectors of 1 << LANE_BITS entries; see weighed_pairs.c. Included once for each width. */

#define vec AT_WIDTH(vec)
typedef int64_t vec __attribute__((vector_size(8 << LANE_BITS), aligned(8), may_alias));

#define vectors(entry) ((vec *)(void *)(entry))
#define read_vectors(entry) ((const vec *)(const void *)(entry))

#define ASK_FOR(k) __builtin_prefetch(next + (k))
#define LOAD(k) vec x##k = entry[k]
#define TO_LOW(k) low[k] += x##k

/* All of eight vectors, and the sums of those with each of the three parties that tell them apart. */
#define FOLD_EIGHT(all, a, b, c)                                                                                       \
  do {                                                                                                                 \
    vec odd = x1 + x3, more_odd = x5 + x7, all_odd = odd + more_odd, upper = x4 + x6;                                  \
    all = all_odd + (x0 + x2) + upper;                                                                                 \
    a += all_odd, b += (x2 + x3) + (x6 + x7), c += more_odd + upper;                                                   \
  } while (0)

/* A row: what a node of the tree holds of it. Parties of blocks come fourth and fifth. */
KERNEL_BODY void AT_WIDTH(weigh_row)(vec *node, int64_t *by_low, const int64_t *row, const int64_t *both,
                                     const int64_t *single) {
  const vec zero = {0};
  vec rest = zero, all[BLOCKS], a = zero, b = zero, c = zero, plain[BLOCKS], plain_a = zero, plain_b = zero,
      plain_c = zero;
  for (int block = 0; block < BLOCKS; block++) {
    const vec *entry = read_vectors(row) + 8 * block, *next = entry + 4 * 8 * BLOCKS;
    const vec *w = read_vectors(both) + __builtin_popcount((unsigned)block);
    const vec *s = read_vectors(single) + __builtin_popcount((unsigned)block);
    vec *low = vectors(by_low) + 8 * block;
    ASK_FOR(0), ASK_FOR(2), ASK_FOR(4), ASK_FOR(6);
    if (LANE_BITS == 3) ASK_FOR(1), ASK_FOR(3), ASK_FOR(5), ASK_FOR(7);
    LOAD(0), x1 = entry[1], x2 = entry[2], x3 = entry[3], x4 = entry[4], x5 = entry[5], x6 = entry[6], x7 = entry[7];
    TO_LOW(0), TO_LOW(1), TO_LOW(2), TO_LOW(3), TO_LOW(4), TO_LOW(5), TO_LOW(6), TO_LOW(7);
    rest += x0 * s[0] + (x1 + x2 + x4) * s[1] + (x3 + x5 + x6) * s[2] + x7 * s[3];
    FOLD_EIGHT(plain[block], plain_a, plain_b, plain_c);
    x0 *= w[0], x1 *= w[1], x2 *= w[1], x4 *= w[1], x3 *= w[2], x5 *= w[2], x6 *= w[2], x7 *= w[3];
    FOLD_EIGHT(all[block], a, b, c);
  }
  vec *bare = node + 1 + SECTION;
  node[0] = rest;
  node[1] = (all[0] + all[1]) + (all[2] + all[3]), node[2] = a, node[3] = b, node[4] = c;
  node[5] = all[1] + all[3], node[6] = all[2] + all[3];
  bare[0] = (plain[0] + plain[1]) + (plain[2] + plain[3]), bare[1] = plain_a, bare[2] = plain_b, bare[3] = plain_c;
  bare[4] = plain[1] + plain[3], bare[5] = plain[2] + plain[3];
}

#undef FOLD_EIGHT
#undef TO_LOW
#undef LOAD
#undef ASK_FOR

/* right becomes the sums of both halves; it is the one with the party that they differ in. */
KERNEL_BODY void AT_WIDTH(join)(struct tree *tree, struct tally *tally, const struct weighed_pass *pass, vec *right,
                                const vec *left, int level) {
  vectors(tree->single)[level] += right[0];
  right[0] += left[0];
  for (int kind = 0; kind < KINDS; kind++) {
    vec *sums = right + 1 + kind * SECTION, whole = sums[0];
    const vec *other = left + 1 + kind * SECTION;
    vec *pair = vectors(tally->pair[kind] + (size_t)level * pass->pair_words);
    for (int q = 0; q < ROW_SUMS + level; q++) pair[q] += sums[q], sums[q] += other[q];
    sums[ROW_SUMS + level] = whole;
  }
}

/* Four finished rows go up the tree, as the right half of ever larger ones, until they are a left one. */
KERNEL_BODY void AT_WIDTH(add_to_tree)(struct tree *tree, const struct weighed_pass *pass, struct tally *tally,
                                       size_t row) {
  vec *half = vectors(tree->row[3]);
  AT_WIDTH(join)(tree, tally, pass, vectors(tree->row[1]), read_vectors(tree->row[0]), 0);
  AT_WIDTH(join)(tree, tally, pass, half, read_vectors(tree->row[2]), 0);
  AT_WIDTH(join)(tree, tally, pass, half, read_vectors(tree->row[1]), 1);
  int level = FOUR_BITS;
  for (; row >> level & 1; level++) AT_WIDTH(join)(tree, tally, pass, half, read_vectors(tree->open[level]), level);
  vec *open = vectors(tree->open[level]);
  open[0] = half[0];
  for (int kind = 0; kind < KINDS; kind++)
    for (int q = 0; q < ROW_SUMS + level; q++) open[1 + kind * SECTION + q] = half[1 + kind * SECTION + q];
}

/* The whole part's sums, for the parties above it. */
KERNEL_BODY void AT_WIDTH(add_root)(const struct tree *tree, const struct weighed_pass *pass, struct tally *tally,
                                    size_t part) {
  const vec *root = read_vectors(tree->open[pass->part_bits]);
  for (int i = 0; i < pass->part_bits; i++) vectors(tally->single)[i] += read_vectors(tree->single)[i];
  for (size_t rest = part; rest; rest &= rest - 1) {
    size_t party = (size_t)pass->part_bits + (size_t)__builtin_ctzll(rest);
    vectors(tally->single)[party] += root[0];
    for (int kind = 0; kind < KINDS; kind++) {
      const vec *sums = root + 1 + kind * SECTION;
      vec *pair = vectors(tally->pair[kind] + party * pass->pair_words);
      for (int q = 0; q < ROW_SUMS + pass->part_bits; q++) pair[q] += sums[q];
      for (size_t lower = part & (((size_t)1 << __builtin_ctzll(rest)) - 1); lower; lower &= lower - 1)
        pair[ROW_SUMS + pass->part_bits + __builtin_ctzll(lower)] += sums[0];
    }
  }
}

KERNEL_BODY void AT_WIDTH(weigh_part)(const struct weighed_pass *pass, struct tally *tally, size_t part) {
  struct tree tree;
  for (size_t k = 0; k < sizeof tree.single / sizeof *tree.single; k++) tree.single[k] = 0;
  for (size_t row = 0; row < (size_t)1 << pass->part_bits; row++) {
    size_t number = part << pass->part_bits | row, size = (size_t)pass->size[row] + (size_t)__builtin_popcountll(part);
    AT_WIDTH(weigh_row)
    (vectors(tree.row[row % 4]), tally->by_low + size * pass->row_words, pass->game->small + number * pass->row_words,
     pass->both + (size << LANE_BITS), pass->single + (size << LANE_BITS));
    if (row % 4 == 3) AT_WIDTH(add_to_tree)(&tree, pass, tally, row);
  }
  AT_WIDTH(add_root)(&tree, pass, tally, part);
}

#undef read_vectors
#undef vectors
#undef vec

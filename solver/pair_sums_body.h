/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums by size for pairs, over vectors of 1 << LANE_BITS entries; see pair_sums.c. Included once for each width. */

#define vec AT_WIDTH(vec)
typedef int64_t vec __attribute__((vector_size(8 << LANE_BITS), aligned(8), may_alias));

#define vectors(entry) ((vec *)(void *)(entry))
#define read_vectors(entry) ((const vec *)(const void *)(entry))

/* Vectors read anew for every party, in this order: there are too few registers to keep what they come to. */
#define READ(k) (((const volatile vec *)(const volatile void *)entry)[k])

/* Eight vectors, the g-th group of a row: added to by_low, and by how many of their three parties they have. */
#define ADD_GROUP(g)                                                                                                   \
  vec none##g = READ(8 * (g)), one##g = READ(8 * (g) + 1), two##g = READ(8 * (g) + 3), three##g = READ(8 * (g) + 7);   \
  do {                                                                                                                 \
    vec *total = vectors(by_low) + 8 * (g);                                                                            \
    vec b = READ(8 * (g) + 2), c = READ(8 * (g) + 4), ac = READ(8 * (g) + 5), bc = READ(8 * (g) + 6);                  \
    total[0] += none##g, total[1] += one##g, total[2] += b, total[3] += two##g;                                        \
    total[4] += c, total[5] += ac, total[6] += bc, total[7] += three##g;                                               \
    one##g += b + c, two##g += ac + bc;                                                                                \
  } while (0)

/* Class c of the sums of a row, with the party whose number is the at-th less one (0: all vectors). A right half is
 * joined at once: that is what the party that it differs in from the left one has, and a class higher in the whole. */
#define PUT(at, c, value)                                                                                              \
  do {                                                                                                                 \
    vec one = (value);                                                                                                 \
    if (!is_right) vectors(state)[(at)*ROW_CLASSES + (c)] = one;                                                       \
    else {                                                                                                             \
      vectors(found + (at)*row_words)[c] += one;                                                                       \
      if ((c) < ROW_VECTOR_BITS) one += read_vectors(left)[(at)*ROW_CLASSES + (c) + 1];                                \
      vectors(state)[(at) * (ROW_CLASSES + 1) + (c) + 1] = one;                                                        \
    }                                                                                                                  \
  } while (0)

/* Class 0, in which no coalition has the party. */
#define PUT_NONE(at)                                                                                                   \
  do {                                                                                                                 \
    if (!is_right) vectors(state)[(at)*ROW_CLASSES] = zero;                                                            \
    else {                                                                                                             \
      vectors(state)[(at) * (ROW_CLASSES + 1)] = zero;                                                                 \
      vectors(state)[(at) * (ROW_CLASSES + 1) + 1] = read_vectors(left)[(at)*ROW_CLASSES + 1];                         \
    }                                                                                                                  \
  } while (0)

/* What one of the three has: x alone, with each of the others (y and z) and with both, of groups 0..3. */
#define ONES(x) READ(x), READ(8 + (x)), READ(16 + (x)), READ(24 + (x))
#define PUT_LOWER(at, x, y, z)                                                                                         \
  do {                                                                                                                 \
    vec alone[4] = {ONES(x)}, two[4] = {ONES((x) + (y))}, more[4] = {ONES((x) + (z))}, three[4] = {ONES(7)};           \
    two[0] += more[0], two[1] += more[1] + two[2] + more[2], two[3] += more[3];                                        \
    PUT_NONE(at);                                                                                                      \
    PUT(at, 1, alone[0]);                                                                                              \
    PUT(at, 2, two[0] + alone[1] + alone[2]);                                                                          \
    PUT(at, 3, three[0] + two[1] + alone[3]);                                                                          \
    PUT(at, 4, three[1] + three[2] + two[3]);                                                                          \
    PUT(at, 5, three[3]);                                                                                              \
  } while (0)

/* What an upper party has: all of its group g and of the group of both. */
#define PUT_UPPER(at, g)                                                                                               \
  do {                                                                                                                 \
    PUT_NONE(at);                                                                                                      \
    PUT(at, 1, none##g);                                                                                               \
    PUT(at, 2, one##g + none3);                                                                                        \
    PUT(at, 3, two##g + one3);                                                                                         \
    PUT(at, 4, three##g + two3);                                                                                       \
    PUT(at, 5, three3);                                                                                                \
  } while (0)

#define PUT_ALL(c, value)                                                                                              \
  do {                                                                                                                 \
    vec whole_class = (value);                                                                                         \
    if (is_right) vectors(state)[ROW_CLASSES * (ROW_CLASSES + 1) + (c) + 1] = whole_class;                             \
    PUT(0, c, whole_class);                                                                                            \
  } while (0)

/* by_low += a row; state: its sums by class, over all vectors and for each of the five parties of their numbers; of a
 * right row those of both, as of join_pairs. */
KERNEL_BODY void AT_WIDTH(add_pair_row)(int64_t *restrict state, int64_t *restrict by_low,
                                        const int64_t *restrict entry, const int64_t *restrict left,
                                        int64_t *restrict found, size_t row_words, bool is_right) {
  const vec zero = {0};
  ADD_GROUP(0);
  ADD_GROUP(1);
  ADD_GROUP(2);
  ADD_GROUP(3);
  if (is_right) {
    vectors(state)[0] = read_vectors(left)[0];
    vectors(state)[ROW_CLASSES * (ROW_CLASSES + 1)] = zero;
  }
  PUT_ALL(0, none0);
  PUT_ALL(1, one0 + none1 + none2);
  PUT_ALL(2, two0 + one1 + one2 + none3);
  PUT_ALL(3, three0 + two1 + two2 + one3);
  PUT_ALL(4, three1 + three2 + two3);
  PUT_ALL(5, three3);
  PUT_UPPER(4, 1);
  PUT_UPPER(5, 2);
  PUT_LOWER(1, 1, 2, 4);
  PUT_LOWER(2, 2, 1, 4);
  PUT_LOWER(3, 4, 1, 2);
}

#undef READ
#undef ADD_GROUP
#undef PUT
#undef PUT_NONE
#undef ONES
#undef PUT_LOWER
#undef PUT_UPPER
#undef PUT_ALL

#define JOIN(c) party[c] += from_right[c], out[(c) + 1] = from_left[(c) + 1] + from_right[c]

/* Two halves of 2^level vectors: whole = both, the right one a class higher; what the right one has is what the party
 * that they differ in has with all (found[0]) and with every lower party. */
KERNEL_BODY void AT_WIDTH(join_pairs)(int64_t *restrict whole, int64_t *restrict found, size_t row_words,
                                      const int64_t *restrict left, const int64_t *restrict right, int level) {
  const vec zero = {0};
  vec *out = vectors(whole), *with = out + (level + 1) * (level + 2);
  for (int row = 0; row <= level; row++) {
    const vec *from_left = read_vectors(left) + row * (level + 1),
              *from_right = read_vectors(right) + row * (level + 1);
    vec *party = vectors(found + (size_t)row * row_words);
    out[0] = from_left[0];
    JOIN(0), JOIN(1), JOIN(2), JOIN(3), JOIN(4);
    for (int c = ROW_VECTOR_BITS; c < level; c++) JOIN(c);
    party[level] += from_right[level];
    out[level + 1] = from_right[level];
    out += level + 2;
  }
  with[0] = zero;
  for (int c = 0; c <= level; c++) with[c + 1] = read_vectors(right)[c];
}

#undef JOIN

/* found of the sums of the party whose rows are the party-th, in the classes of coalitions with bits more parties. */
#define found_of(sums, pass, party, bits)                                                                              \
  ((sums)->pair + (size_t)((party) * ((party) + 1) / 2) * (pass)->row_words + ((size_t)(bits) << LANE_BITS))

/* A row into the tree: up it goes, as the right half of ever larger ones, until it is a left one. */
KERNEL_BODY void AT_WIDTH(climb)(struct pair_sums *sums, const struct pair_pass *pass, const int64_t *entry, size_t row,
                                 size_t number) {
  int top = __builtin_ctzll(~row);
  size_t words = pass->row_words;
  int64_t *by_low = sums->by_low + ((size_t)__builtin_popcountll(number) * ROW_VECTORS << LANE_BITS);
  if (top == 0) {
    AT_WIDTH(add_pair_row)(sums->open[0], by_low, entry, sums->whole, sums->pair, words, false);
    return;
  }
  int64_t *half = top == 1 ? sums->open[1] : sums->half, *spare = sums->whole;
  int64_t *found = found_of(sums, pass, ROW_VECTOR_BITS, __builtin_popcountll(number));
  AT_WIDTH(add_pair_row)(half, by_low, entry, sums->open[0], found, words, true);
  for (int up = 1; up < top; up++) {
    int64_t *whole = up + 1 == top ? sums->open[top] : spare;
    found = found_of(sums, pass, ROW_VECTOR_BITS + up, __builtin_popcountll(number >> up));
    if (up == 1) AT_WIDTH(join_pairs)(whole, found, words, sums->open[1], half, ROW_VECTOR_BITS + 1);
    else AT_WIDTH(join_pairs)(whole, found, words, sums->open[up], half, ROW_VECTOR_BITS + up);
    spare = half, half = whole;
  }
}

/* The whole part's sums, for the parties above it, in pairs with those of the part and with each other. */
KERNEL_BODY void AT_WIDTH(add_pair_root)(struct pair_sums *sums, const struct pair_pass *pass, size_t part) {
  const int64_t *root = sums->open[pass->part_bits];
  int level = ROW_VECTOR_BITS + pass->part_bits, bits = __builtin_popcountll(part);
  for (int c = 0; c <= level; c++) vectors(sums->all)[bits + c] += read_vectors(root)[c];
  for (size_t rest = part; rest; rest &= rest - 1) {
    int above = __builtin_ctzll(rest), party = level + above;
    int64_t *found = found_of(sums, pass, party, bits);
    for (int row = 0; row <= level; row++, found += pass->row_words)
      for (int c = 0; c <= level; c++) vectors(found)[c] += read_vectors(root)[row * (level + 1) + c];
    for (size_t lower = part & (((size_t)1 << above) - 1); lower; lower &= lower - 1)
      for (int c = 0; c <= level; c++)
        vectors(found + (size_t)__builtin_ctzll(lower) * pass->row_words)[c] += read_vectors(root)[c];
  }
}

/* low, high: the planes of a row of entries. */
KERNEL_BODY void AT_WIDTH(split_row)(int64_t *restrict low, int64_t *restrict high, const int64_t *restrict entry) {
  for (int k = 0; k < ROW_VECTORS; k++) {
    vec whole = read_vectors(entry)[k], upper = whole >> PLANE_BITS;
    vectors(low)[k] = whole - (upper << PLANE_BITS);
    vectors(high)[k] = upper;
  }
}

KERNEL_BODY void AT_WIDTH(count_pairs)(const struct pair_pass *pass, struct pair_sums *plane, size_t part) {
  enum { row_entries = ROW_VECTORS << LANE_BITS };
  int64_t low[row_entries], high[row_entries];
  for (size_t row = 0; row < (size_t)1 << pass->part_bits; row++) {
    size_t number = part << pass->part_bits | row;
    const int64_t *entry = pass->game->small + number * row_entries, *ahead = entry + 2 * row_entries;
    for (int k = 0; k < ROW_VECTORS; k++) __builtin_prefetch(read_vectors(ahead) + k);
    if (pass->planes > 1) {
      AT_WIDTH(split_row)(low, high, entry);
      AT_WIDTH(climb)(&plane[1], pass, high, row, number);
      entry = low;
    }
    AT_WIDTH(climb)(&plane[0], pass, entry, row, number);
  }
  for (int k = 0; k < pass->planes; k++) AT_WIDTH(add_pair_root)(&plane[k], pass, part);
}

/* The pairs of the parties of a row's vectors, and their own sums; the total where there is but one row. */
KERNEL_BODY void AT_WIDTH(fold_pairs)(struct pair_sums *sums, const struct pair_pass *pass) {
  for (int p = 0; p <= pass->high_bits; p++)
    for (unsigned k = 0; k < 1U << pass->row_vector_bits; k++) {
      vec value = read_vectors(sums->by_low)[p * ROW_VECTORS + (int)k];
      int bits = p + __builtin_popcount(k);
      if (pass->high_bits == 0) vectors(sums->all)[bits] += value;
      for (unsigned rest = k; rest; rest &= rest - 1) {
        int party = __builtin_ctz(rest);
        int64_t *found = found_of(sums, pass, party, bits);
        vectors(found)[0] += value;
        for (unsigned lower = k & ((1U << party) - 1); lower; lower &= lower - 1)
          vectors(found + (size_t)(__builtin_ctz(lower) + 1) * pass->row_words)[0] += value;
      }
    }
}

#undef found_of
#undef vectors
#undef read_vectors
#undef vec

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dividends over vectors of 1 << LANE_BITS entries; see moebius.c. Included once for each width. */

#define vec AT_WIDTH(vec)
typedef int64_t vec __attribute__((vector_size(8 << LANE_BITS), aligned(8), may_alias));

/* Vectors that stay in registers: as many as there are, or half as many. */
enum { AT_WIDTH(NEAR_AT_ONCE) = LANE_BITS == 3 ? 4 : 3 };

#define FOUR(one, first, step) one(first), one((first) + (step)), one((first) + 2 * (step)), one((first) + 3 * (step))
#define GET(i) x[i] = *(const vec *)(const void *)(entry + (i)*step)
#define PUT(i) *(vec *)(void *)(entry + (i)*step) = x[i]
#define MOVE(i, party) x[(i) + (party)] = sign < 0 ? x[(i) + (party)] - x[i] : x[(i) + (party)] + x[i]
#define MOVE_1(i) MOVE(i, 1)
#define MOVE_2(i) MOVE(i, 2)
#define MOVE_4(i) MOVE(i, 4)
#define MOVE_8(i) MOVE(i, 8)

/* So many parties of vectors in registers. */
#define MOVE_BITS(bits)                                                                                                \
  do {                                                                                                                 \
    MOVE(0, 1);                                                                                                        \
    if ((bits) > 1) MOVE(2, 1), MOVE(0, 2), MOVE(1, 2);                                                                \
    if ((bits) > 2) MOVE(4, 1), MOVE(6, 1), MOVE(4, 2), MOVE(5, 2), FOUR(MOVE_4, 0, 1);                                \
    if ((bits) > 3) {                                                                                                  \
      FOUR(MOVE_1, 8, 2), MOVE(8, 2), MOVE(9, 2), MOVE(12, 2), MOVE(13, 2);                                            \
      FOUR(MOVE_4, 8, 1), FOUR(MOVE_8, 0, 1), FOUR(MOVE_8, 4, 1);                                                      \
    }                                                                                                                  \
  } while (0)

/* The same over columns of entries that stand step apart. */
KERNEL_BODY void AT_WIDTH(move_parties)(int64_t *entry, size_t step, size_t columns, int bits, int sign) {
  for (size_t k = 0; k < columns >> LANE_BITS; k++, entry += 1 << LANE_BITS) {
    vec x[16];
    GET(0), GET(1);
    if (bits > 1) GET(2), GET(3);
    if (bits > 2) FOUR(GET, 4, 1);
    if (bits > 3) FOUR(GET, 8, 1), FOUR(GET, 12, 1);
    MOVE_BITS(bits);
    PUT(0), PUT(1);
    if (bits > 1) PUT(2), PUT(3);
    if (bits > 2) FOUR(PUT, 4, 1);
    if (bits > 3) FOUR(PUT, 8, 1), FOUR(PUT, 12, 1);
  }
}

/* With constants that a compiler unrolls by. */
KERNEL_BODY void AT_WIDTH(move_some)(int64_t *entry, size_t step, size_t columns, int bits, int sign) {
  if (bits == 4) AT_WIDTH(move_parties)(entry, step, columns, 4, sign);
  else if (bits == 3) AT_WIDTH(move_parties)(entry, step, columns, 3, sign);
  else if (bits == 2) AT_WIDTH(move_parties)(entry, step, columns, 2, sign);
  else AT_WIDTH(move_parties)(entry, step, columns, 1, sign);
}

/* The parties that are lanes. */
#if LANE_BITS == 3
#define MOVE_LANES(i)                                                                                                  \
  x[i] += sign * __builtin_shufflevector(x[i], zero, 8, 0, 8, 2, 8, 4, 8, 6),                                          \
      x[i] += sign * __builtin_shufflevector(x[i], zero, 8, 8, 0, 1, 8, 8, 4, 5),                                      \
      x[i] += sign * __builtin_shufflevector(x[i], zero, 8, 8, 8, 8, 0, 1, 2, 3)
#else
#define MOVE_LANES(i)                                                                                                  \
  x[i] += sign * __builtin_shufflevector(x[i], zero, 4, 0, 4, 2),                                                      \
      x[i] += sign * __builtin_shufflevector(x[i], zero, 4, 4, 0, 1)
#endif

/* The lowest parties of a run of vectors: lanes, and those that tell the vectors apart. */
KERNEL_BODY void AT_WIDTH(move_lowest)(int64_t *entry, int sign) {
  enum { step = 1 << LANE_BITS };
  const vec zero = {0};
  vec x[16];
  FOUR(GET, 0, 1), FOUR(GET, 4, 1);
  FOUR(MOVE_LANES, 0, 1), FOUR(MOVE_LANES, 4, 1);
  if (AT_WIDTH(NEAR_AT_ONCE) == 4) {
    FOUR(GET, 8, 1), FOUR(GET, 12, 1);
    FOUR(MOVE_LANES, 8, 1), FOUR(MOVE_LANES, 12, 1);
  }
  MOVE_BITS(AT_WIDTH(NEAR_AT_ONCE));
  FOUR(PUT, 0, 1), FOUR(PUT, 4, 1);
  if (AT_WIDTH(NEAR_AT_ONCE) == 4) FOUR(PUT, 8, 1), FOUR(PUT, 12, 1);
}

/* Parties from..to - 1 of a block of 2^to entries. */
KERNEL_BODY void AT_WIDTH(move_block)(int64_t *block, int from, int to, int at_once, int sign) {
  for (int first = from; first < to; first += at_once) {
    int bits = to - first < at_once ? to - first : at_once;
    for (size_t at = 0; at < (size_t)1 << to; at += (size_t)1 << (first + bits))
      AT_WIDTH(move_some)(block + at, (size_t)1 << first, (size_t)1 << first, bits, sign);
  }
}

/* A block of up to 2^BLOCK entries. */
KERNEL_BODY void AT_WIDTH(move_whole)(int64_t *block, int whole, int sign) {
  enum { lowest = LANE_BITS + AT_WIDTH(NEAR_AT_ONCE) };
  int near = whole < NEAR ? whole : NEAR;
  for (size_t at = 0; at < (size_t)1 << whole; at += (size_t)1 << near) {
    for (size_t k = 0; k < (size_t)1 << near; k += 1 << lowest) AT_WIDTH(move_lowest)(block + at + k, sign);
    AT_WIDTH(move_block)(block + at, lowest, near, AT_WIDTH(NEAR_AT_ONCE), sign);
  }
  AT_WIDTH(move_block)(block, near, whole, AT_ONCE, sign);
}

KERNEL_BODY void AT_WIDTH(move_near_by)(const struct transform *transform, size_t part, int sign) {
  int n = transform->n, whole = n < BLOCK ? n : BLOCK, shared = n < SHARED ? n : SHARED;
  int64_t *block = transform->table + (part << shared);
  for (size_t at = 0; at < (size_t)1 << shared; at += (size_t)1 << whole) AT_WIDTH(move_whole)(block + at, whole, sign);
  AT_WIDTH(move_block)(block, whole, shared, AT_ONCE, sign);
}

KERNEL_BODY void AT_WIDTH(move_near)(const struct transform *transform, size_t part) {
  if (transform->sign < 0) AT_WIDTH(move_near_by)(transform, part, -1);
  else AT_WIDTH(move_near_by)(transform, part, 1);
}

/* One group of columns of a sweep. */
KERNEL_BODY void AT_WIDTH(move_far)(const struct transform *transform, size_t part) {
  size_t step = (size_t)1 << transform->first, groups = step / COLUMNS;
  int64_t *entry = transform->table + part / groups * (step << transform->bits) + part % groups * COLUMNS;
  if (transform->sign < 0) AT_WIDTH(move_some)(entry, step, COLUMNS, transform->bits, -1);
  else AT_WIDTH(move_some)(entry, step, COLUMNS, transform->bits, 1);
}

#undef FOUR
#undef GET
#undef PUT
#undef MOVE
#undef MOVE_1
#undef MOVE_2
#undef MOVE_4
#undef MOVE_8
#undef MOVE_BITS
#undef MOVE_LANES
#undef vec

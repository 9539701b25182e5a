/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The value of one small game over vectors of 1 << LANE_BITS entries; see batch.c. Included once for each width. */

#define vec AT_WIDTH(vec)
typedef int64_t vec __attribute__((vector_size(8 << LANE_BITS), aligned(8), may_alias));

#define read_vectors(entry) ((const vec *)(const void *)(entry))

/* Sum of the lanes whose numbers have all of these bits. */
KERNEL_BODY int64_t AT_WIDTH(add_up)(const int64_t *lanes, unsigned bits) {
  int64_t sum = 0;
  for (unsigned lane = 0; lane < 1 << LANE_BITS; lane++)
    if ((lane & bits) == bits) sum += lanes[lane];
  return sum;
}

/* Eight vectors in which three parties differ: what their members count is added for each of the three, and as a whole
 * for those who are in all of them; what everybody counts goes by how many of the three they have. */
#define LOAD_EIGHT                                                                                                     \
  vec x0 = entry[0], x1 = entry[1], x2 = entry[2], x4 = entry[4];                                                      \
  vec x3 = entry[3], x5 = entry[5], x6 = entry[6], x7 = entry[7];                                                      \
  all += x0 * any[0] + (x1 + x2 + x4) * any[1] + (x3 + x5 + x6) * any[2] + x7 * any[3]
#define WEIGH_EIGHT                                                                                                    \
  x0 *= member[0], x1 *= member[1], x2 *= member[1], x4 *= member[1];                                                  \
  x3 *= member[2], x5 *= member[2], x6 *= member[2], x7 *= member[3]

KERNEL_BODY void AT_WIDTH(find_value)(int64_t *number, const vec *entry, const struct batch *batch) {
  const vec zero = {0};
  vec all = zero, a = zero, b = zero, c = zero, sum = zero, with[BATCH_MOST_PARTIES - LANE_BITS - EIGHT_BITS];
  int high = batch->value->n - LANE_BITS - EIGHT_BITS;
  for (int h = 0; h < high; h++) with[h] = zero;
  for (size_t block = 0; block < (size_t)1 << high; block++, entry += 8) {
    const vec *member = read_vectors(batch->member) + batch->bits[block];
    const vec *any = read_vectors(batch->any) + batch->bits[block];
    LOAD_EIGHT;
    WEIGH_EIGHT;
    vec odd = x1 + x3, more_odd = x5 + x7, more_even = x4 + x6, all_odd = odd + more_odd;
    vec whole = all_odd + (x0 + x2) + more_even;
    a += all_odd, b += (x2 + x3) + (x6 + x7), c += more_odd + more_even, sum += whole;
    for (size_t rest = block; rest; rest &= rest - 1) with[__builtin_ctzll(rest)] += whole;
  }
  int64_t base = AT_WIDTH(add_up)((const int64_t *)&all, 0);
  number[0] = base + AT_WIDTH(add_up)((const int64_t *)&sum, 1);
  number[1] = base + AT_WIDTH(add_up)((const int64_t *)&sum, 2);
  if (LANE_BITS > 2) number[2] = base + AT_WIDTH(add_up)((const int64_t *)&sum, 4);
  number += LANE_BITS;
  number[0] = base + AT_WIDTH(add_up)((const int64_t *)&a, 0);
  number[1] = base + AT_WIDTH(add_up)((const int64_t *)&b, 0);
  number[2] = base + AT_WIDTH(add_up)((const int64_t *)&c, 0);
  for (int h = 0; h < high; h++) number[EIGHT_BITS + h] = base + AT_WIDTH(add_up)((const int64_t *)&with[h], 0);
}

#undef LOAD_EIGHT
#undef WEIGH_EIGHT

KERNEL_BODY void AT_WIDTH(find_part)(const struct batch *batch, size_t part) {
  size_t first = part * BATCH_PART, n = (size_t)batch->value->n;
  for (size_t k = first; k < first + BATCH_PART && k < batch->count; k++)
    AT_WIDTH(find_value)(batch->number + k * n, read_vectors(batch->game[k]->small), batch);
}

#undef read_vectors
#undef vec

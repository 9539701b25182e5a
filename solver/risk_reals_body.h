/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Losses of coalitions over vectors of 1 << LANE_BITS scenarios; see risk_reals.c. Included once for each width.
 * Sums of doubles are eight, of every eighth scenario, at any width: all paths round alike. */

#define vec AT_WIDTH(vec)
#define unsigned_vec AT_WIDTH(unsigned_vec)
#define reals AT_WIDTH(reals)
typedef int64_t vec __attribute__((vector_size(8 << LANE_BITS), aligned(8), may_alias));
typedef uint64_t unsigned_vec __attribute__((vector_size(8 << LANE_BITS), aligned(8), may_alias));
typedef double reals __attribute__((vector_size(8 << LANE_BITS), aligned(8), may_alias));

#define read_vectors(entry) ((const vec *)(const void *)(entry))
#define read_reals(entry) ((const reals *)(const void *)(entry))

#define ONCE_EACH(one) one(0), one(1), one(2), one(3)
#define START(l) sum##l = {0}, more##l = {0}
#define KEEP(l)                                                                                                        \
  *(reals *)(void *)eight[l] = sum##l;                                                                                 \
  if (LANE_BITS == 2) *(reals *)(void *)(eight[l] + 4) = more##l

/* Of four coalitions each. */
KERNEL_BODY void AT_WIDTH(add_eights)(double *sum, double (*eight)[8]) {
  for (int l = 0; l < FEW_COALITIONS; l++) {
    const double *part = eight[l];
    sum[l] = ((part[0] + part[1]) + (part[2] + part[3])) + ((part[4] + part[5]) + (part[6] + part[7]));
  }
}

/* ------------------------------------------------------------ semideviation */

/* The doubles nearest to integers. Few processors convert 64 bits but AVX-512's: the halves are set as the last bits of
 * 2^52 and 2^84 + 2^63, and added once these are taken off the upper one, which rounds once. */
#if LANE_BITS == 3
#define NEAREST(number) __builtin_convertvector(number, reals)
#else
#define NEAREST(number)                                                                                                \
  (((reals)((vec)((unsigned_vec)(number) >> 32) ^ 0x4530000080000000) - 0x1.00000801p84) +                             \
   (reals)(((number)&0xffffffff) | 0x4330000000000000))
#endif

#define ADD_SQUARE(sum, l, at)                                                                                         \
  do {                                                                                                                 \
    reals above = NEAREST(pooled[at] + few[(l)*vectors + (at)]) - mean[l];                                             \
    above = (reals)((vec)above & (above > 0));                                                                         \
    reals square = above * above;                                                                                      \
    if (weight) square *= read_reals(weight)[at];                                                                      \
    sum += square;                                                                                                     \
  } while (0)

/* sum[l] = sum over scenarios of weight max(pooled + few[l] - mean[l], 0)^2. */
KERNEL_BODY void AT_WIDTH(find_squares)(double *sum, const vec *pooled, const vec *few, const double *mean,
                                        const double *weight, size_t stride) {
  reals ONCE_EACH(START);
  double eight[FEW_COALITIONS][8];
  size_t vectors = stride >> LANE_BITS;
  for (size_t k = 0; k < vectors; k += 8 >> LANE_BITS) {
    ADD_SQUARE(sum0, 0, k);
    ADD_SQUARE(sum1, 1, k);
    ADD_SQUARE(sum2, 2, k);
    ADD_SQUARE(sum3, 3, k);
    if (LANE_BITS == 3) continue;
    ADD_SQUARE(more0, 0, k + 1);
    ADD_SQUARE(more1, 1, k + 1);
    ADD_SQUARE(more2, 2, k + 1);
    ADD_SQUARE(more3, 3, k + 1);
  }
  KEEP(0);
  KEEP(1);
  KEEP(2);
  KEEP(3);
  AT_WIDTH(add_eights)(sum, eight);
}

KERNEL_BODY void AT_WIDTH(squares_above)(double *sum, const int64_t *pooled, const int64_t *few, const double *mean,
                                         const double *weight, size_t stride) {
  if (weight) AT_WIDTH(find_squares)(sum, read_vectors(pooled), read_vectors(few), mean, weight, stride);
  else AT_WIDTH(find_squares)(sum, read_vectors(pooled), read_vectors(few), mean, NULL, stride);
}

/* ----------------------------------------------------------------- entropic */

/* A product is a statement of its own, so that no compiler rounds it together with the sum. */
#define ADD_PRODUCT(sum, l, at)                                                                                        \
  do {                                                                                                                 \
    reals product = value[at] * few[(l)*vectors + (at)];                                                               \
    sum += product;                                                                                                    \
  } while (0)

/* sum[l] = sum over scenarios of value few[l]. */
KERNEL_BODY void AT_WIDTH(find_products)(double *sum, const reals *value, const reals *few, size_t stride) {
  reals ONCE_EACH(START);
  double eight[FEW_COALITIONS][8];
  size_t vectors = stride >> LANE_BITS;
  for (size_t k = 0; k < vectors; k += 8 >> LANE_BITS) {
    ADD_PRODUCT(sum0, 0, k);
    ADD_PRODUCT(sum1, 1, k);
    ADD_PRODUCT(sum2, 2, k);
    ADD_PRODUCT(sum3, 3, k);
    if (LANE_BITS == 3) continue;
    ADD_PRODUCT(more0, 0, k + 1);
    ADD_PRODUCT(more1, 1, k + 1);
    ADD_PRODUCT(more2, 2, k + 1);
    ADD_PRODUCT(more3, 3, k + 1);
  }
  KEEP(0);
  KEEP(1);
  KEEP(2);
  KEEP(3);
  AT_WIDTH(add_eights)(sum, eight);
}

KERNEL_BODY void AT_WIDTH(products)(double *sum, const double *value, const double *few, size_t stride) {
  AT_WIDTH(find_products)(sum, read_reals(value), read_reals(few), stride);
}

/* Exponentials of sums: products, or of growth u + v + u v. */
KERNEL_BODY void AT_WIDTH(join)(double *both, const double *before, const double *factor, size_t stride, bool growth) {
  for (size_t k = 0; k < stride >> LANE_BITS; k++) {
    reals a = read_reals(before)[k], b = read_reals(factor)[k], product = a * b;
    if (growth) product += a + b;
    *(reals *)(void *)(both + (k << LANE_BITS)) = product;
  }
}

#undef ADD_PRODUCT
#undef ADD_SQUARE
#undef NEAREST
#undef KEEP
#undef START
#undef ONCE_EACH
#undef read_reals
#undef read_vectors
#undef reals
#undef unsigned_vec
#undef vec

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A row's gains in words, over vectors of 1 << LANE_BITS entries; see worst.c. Included once for each width. */

#define vec AT_WIDTH(vec)
typedef int64_t vec __attribute__((vector_size(8 << LANE_BITS), aligned(8), may_alias));

/* The k-th vector's gains, the row's base still to be taken off. */
#define GAINS(k)                                                                                                       \
  ((((const vec *)(const void *)entry)[k] >> down << up) * multiplier - ((const vec *)(const void *)low)[k])

/* Lines four rows on, to come before they are needed. */
#define ASK_FOR(k) __builtin_prefetch((const vec *)(const void *)(entry + 4 * ROW) + (k))

/* The largest gain of some entries, and how many exceed the limit, or that and the lower one. Four vectors at a time, as
 * a comparison waits for the one before. */
KERNEL_BODY struct glance AT_WIDTH(glance)(const word_split *words, const int64_t *entry, const int64_t *low, int count,
                                           const int64_t *limit, enum scaling scaling, enum counting counting) {
  const int64_t up = scaling == SHIFTED_UP ? words->shift : 0, down = scaling == SHIFTED_DOWN ? -words->shift : 0;
  const int64_t multiplier = scaling == MULTIPLIED ? words->multiplier : 1;
  vec most[4] = {GAINS(0), GAINS(1), GAINS(2), GAINS(3)}, above = most[0] - most[0], more = above, near = above;
  for (int k = 0; k < count >> LANE_BITS; k += 4) {
    ASK_FOR(k), ASK_FOR(k + 2);
    if (LANE_BITS == 3) ASK_FOR(k + 1), ASK_FOR(k + 3);
    vec a = GAINS(k), b = GAINS(k + 1), c = GAINS(k + 2), d = GAINS(k + 3);
    most[0] = larger(a, most[0]), most[1] = larger(b, most[1]);
    most[2] = larger(c, most[2]), most[3] = larger(d, most[3]);
    if (counting) above -= a > limit[0], more -= b > limit[0], above -= c > limit[0], more -= d > limit[0];
    if (counting == COUNT_NEAR) near -= (a > limit[1]) + (b > limit[1]) + (c > limit[1]) + (d > limit[1]);
  }
  most[0] = larger(most[1], most[0]), most[2] = larger(most[3], most[2]), most[0] = larger(most[2], most[0]);
  above += more;
  struct glance found = {most[0][0], above[0], near[0]};
  for (int k = 1; k < 1 << LANE_BITS; k++) {
    if (most[0][k] > found.largest) found.largest = most[0][k];
    if (counting) found.above += above[k];
    if (counting == COUNT_NEAR) found.near += near[k];
  }
  if (counting == COUNT_ABOVE) found.near = found.above;
  return found;
}

/* With constants that a compiler makes loops of their own for. */
#define GLANCE(scaling)                                                                                                \
  (counting == COUNT_NONE    ? AT_WIDTH(glance)(words, entry, low, count, limit, scaling, COUNT_NONE)                  \
   : counting == COUNT_ABOVE ? AT_WIDTH(glance)(words, entry, low, count, limit, scaling, COUNT_ABOVE)                 \
                             : AT_WIDTH(glance)(words, entry, low, count, limit, scaling, COUNT_NEAR))

KERNEL_BODY struct glance AT_WIDTH(glance_at)(const word_split *words, const int64_t *entry, const int64_t *low,
                                              int count, const int64_t *limit, enum counting counting) {
  if (words->multiplier != 1) return GLANCE(MULTIPLIED);
  return words->shift < 0 ? GLANCE(SHIFTED_DOWN) : GLANCE(SHIFTED_UP);
}

#undef GLANCE
#undef GAINS
#undef ASK_FOR

/* A row's largest gain, how many exceed the slack, and perhaps do. Where the row before had some they are counted at
 * once, otherwise when it turns out that there are any. base: what the row's high parties take. */
KERNEL_BODY void AT_WIDTH(view_row)(struct row_view *view, const struct search *search, const int64_t *entry,
                                    int64_t base) {
  const word_split *words = search->words;
  const int64_t limit[] = {search->high_slack + base, search->low_slack + base};
  enum counting counting = words->error ? COUNT_NEAR : COUNT_ABOVE, first = view->near > 0 ? counting : COUNT_NONE;
  struct glance found = AT_WIDTH(glance_at)(words, entry, words->low, ROW, limit, first);
  *view = (struct row_view){found.largest - base, 0, 0};
  if (found.largest <= limit[1]) return;
  if (first == COUNT_NONE) found = AT_WIDTH(glance_at)(words, entry, words->low, ROW, limit, counting);
  view->above = found.above, view->near = found.near;
}

/* The parts of a row where one belongs among the worst, or all where some cannot be told. */
KERNEL_BODY void AT_WIDTH(look_closer)(const struct search *search, struct finding *finding, accord_coalition first,
                                       int64_t base, bool all) {
  enum { some = ROW / 8 };
  const word_split *words = search->words;
  for (int at = 0; at < ROW; at += some) {
    const int64_t *entry = search->game->small + first + at;
    int64_t least = finding->beaten < finding->behind ? finding->beaten : finding->behind;
    struct glance found = AT_WIDTH(glance_at)(words, entry, words->low + at, some, NULL, COUNT_NONE);
    if (all || found.largest - base > least) look_again(search, finding, first, base, at, some, false);
  }
}

KERNEL_BODY uint64_t AT_WIDTH(add_shares)(const word_split *words, accord_coalition coalition) {
  uint64_t sum = 0;
  for (; coalition; coalition &= coalition - 1) sum += (uint64_t)words->share[__builtin_ctzll(coalition)];
  return sum;
}

KERNEL_BODY void AT_WIDTH(search_part)(const struct search *search, struct finding *finding, size_t part) {
  const word_split *words = search->words;
  accord_coalition from = part << search->part_bits << search->row_bits;
  struct row_view view = {0, 0, 0};
  uint64_t above = 0; /* of the parties beyond search->base's */
  for (size_t row = 0; row < (size_t)1 << search->part_bits; row++) {
    accord_coalition first = from + (row << search->row_bits);
    size_t number = first >> search->row_bits;
    if (row == 0 || number % BASES == 0)
      above = AT_WIDTH(add_shares)(words, first & ~(accord_coalition)0 << (search->row_bits + BASE_BITS));
    uint64_t base = above + (uint64_t)search->base[number % BASES];
    if (!words->multiplier || search->row_bits < ROW_BITS) {
      look_again(search, finding, first, (int64_t)base, 0, 1 << search->row_bits, true);
      continue;
    }
    AT_WIDTH(view_row)(&view, search, search->game->small + first, (int64_t)base);
    finding->above += (uint64_t)view.above;
    if (row == 0 || row + 1 == (size_t)1 << search->part_bits) finding->above -= (uint64_t)wrongly_above(search, first);
    bool closer = view.largest > finding->beaten || view.largest > finding->behind;
    if (closer || view.near > view.above)
      AT_WIDTH(look_closer)(search, finding, first, (int64_t)base, view.near > view.above);
  }
}

#undef vec

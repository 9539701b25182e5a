/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A row's gains in words, over vectors of 1 << LANE_BITS entries; see worst.c. Included once for each width. */

#define vec AT_WIDTH(vec)
typedef int64_t vec __attribute__((vector_size(8 << LANE_BITS), aligned(8), may_alias));

/* The k-th vector's gains, the row's base still to be taken off. */
#define GAINS(k) ((((const vec *)(const void *)entry)[k] << shift) * multiplier - ((const vec *)(const void *)low)[k])

/* The largest gain of some entries, and where counting, how many exceed the limit. Four vectors at a time, as a
 * comparison waits for the one before; entries four rows on are asked for. */
KERNEL_BODY struct glance AT_WIDTH(glance)(const word_split *words, const int64_t *entry, const int64_t *low, int count,
                                           int64_t limit, bool shifted, bool counting) {
  const int64_t shift = shifted ? words->shift : 0, multiplier = shifted ? 1 : words->multiplier;
  vec most[4] = {GAINS(0), GAINS(1), GAINS(2), GAINS(3)}, above = most[0] - most[0], more = above;
  for (int k = 0; k < count >> LANE_BITS; k += 4) {
    for (int l = 0; l < 4; l++) __builtin_prefetch((const vec *)(const void *)(entry + 4 * ROW) + k + l);
    vec a = GAINS(k), b = GAINS(k + 1), c = GAINS(k + 2), d = GAINS(k + 3);
    most[0] = larger(a, most[0]), most[1] = larger(b, most[1]);
    most[2] = larger(c, most[2]), most[3] = larger(d, most[3]);
    if (counting) above -= a > limit, more -= b > limit, above -= c > limit, more -= d > limit;
  }
  most[0] = larger(most[1], most[0]), most[2] = larger(most[3], most[2]), most[0] = larger(most[2], most[0]);
  above += more;
  struct glance found = {most[0][0], above[0]};
  for (int k = 1; k < 1 << LANE_BITS; k++) {
    if (most[0][k] > found.largest) found.largest = most[0][k];
    if (counting) found.above += above[k];
  }
  return found;
}

KERNEL_BODY struct glance AT_WIDTH(glance_at_row)(const word_split *words, const int64_t *entry, int64_t limit,
                                                  bool counting) {
  if (words->multiplier != 1 && counting) return AT_WIDTH(glance)(words, entry, words->low, ROW, limit, false, true);
  if (words->multiplier != 1) return AT_WIDTH(glance)(words, entry, words->low, ROW, limit, false, false);
  if (counting) return AT_WIDTH(glance)(words, entry, words->low, ROW, limit, true, true);
  return AT_WIDTH(glance)(words, entry, words->low, ROW, limit, true, false);
}

#undef GAINS

/* A row's largest gain, how many exceed the slack, and perhaps do. Where the row before had some they are counted at
 * once, otherwise when it turns out that there are any. base: what the row's high parties take. */
KERNEL_BODY void AT_WIDTH(view_row)(struct row_view *view, const struct search *search, const int64_t *entry,
                                    int64_t base) {
  const word_split *words = search->words;
  int64_t high = search->high_slack + base, low = search->low_slack + base;
  bool counting = view->near > 0;
  struct glance found = AT_WIDTH(glance_at_row)(words, entry, high, counting);
  *view = (struct row_view){found.largest - base, 0, 0};
  if (found.largest <= low) return;
  if (!counting) found = AT_WIDTH(glance_at_row)(words, entry, high, true);
  view->near = view->above = found.above;
  if (low != high) view->near = AT_WIDTH(glance_at_row)(words, entry, low, true).above;
}

/* The parts of a row where one belongs among the worst, or all where some cannot be told. */
KERNEL_BODY void AT_WIDTH(look_closer)(const struct search *search, struct finding *finding, accord_coalition first,
                                       int64_t base, bool all) {
  enum { some = ROW / 8 };
  const word_split *words = search->words;
  for (int at = 0; at < ROW; at += some) {
    const int64_t *entry = search->game->small + first + at;
    int64_t least = finding->beaten < finding->behind ? finding->beaten : finding->behind;
    struct glance found = words->multiplier == 1
                              ? AT_WIDTH(glance)(words, entry, words->low + at, some, 0, true, false)
                              : AT_WIDTH(glance)(words, entry, words->low + at, some, 0, false, false);
    if (all || found.largest - base > least) look_again(search, finding, first, base, at, some);
  }
}

KERNEL_BODY void AT_WIDTH(search_part)(const struct search *search, struct finding *finding, size_t part) {
  const word_split *words = search->words;
  accord_coalition from = part << search->part_bits << search->row_bits;
  struct row_view view = {0, 0, 0};
  for (size_t row = 0; row < (size_t)1 << search->part_bits; row++) {
    accord_coalition first = from + (row << search->row_bits);
    uint64_t base = 0;
    for (accord_coalition rest = first; rest; rest &= rest - 1) base += (uint64_t)words->share[__builtin_ctzll(rest)];
    if (!words->multiplier || search->row_bits < ROW_BITS) {
      look_again(search, finding, first, (int64_t)base, 0, 1 << search->row_bits);
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

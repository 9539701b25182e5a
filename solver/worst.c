/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The coalitions that gain most, and how many gain at all: one pass over the table.
 *
 * A row's gains are compared in machine words; only where one of them may belong among the worst so far, or
 * lies too near the slack to tell, the row is looked at again, in 128 bits. */
#include "kernels.h"
#include "threads.h"

enum { BASE_BITS = 6, BASES = 1 << BASE_BITS };

/* How values are brought to words. */
enum scaling { MULTIPLIED, SHIFTED_UP, SHIFTED_DOWN };

/* What is counted: gains above the slack, and where words are rounded those that may be. */
enum counting { COUNT_NONE, COUNT_ABOVE, COUNT_NEAR };

/* What one thread has found. */
struct finding {
  int held;
  accord_coalition *worst; /* size room */
  wide *gain;              /* size room */
  int64_t beaten;          /* gains in words up to this one cannot be among the worst any more */
  accord_coalition first;  /* of the largest gain of all; 0: none yet */
  wide largest;
  int64_t behind; /* gains in words up to this one cannot be the largest */
  uint64_t above;
};

struct search {
  const accord_game *game;
  const word_split *words;
  int room, row_bits, high_bits, part_bits;
  wide slack;
  int64_t low_slack, high_slack; /* in words: gains between the two have to be looked at */
  int64_t base[BASES];           /* shares of the coalitions of the first parties that tell rows apart */
  struct finding *finding;
};

/* One row's gains in words: the largest, how many exceed the upper slack, how many the lower. */
struct row_view {
  int64_t largest;
  int64_t above, near;
};

/* At some entries: the base of their row is still in. */
struct glance {
  int64_t largest, above, near;
};

static void insert(struct finding *finding, int room, accord_coalition s, wide gain) {
  if (finding->held == room && gain <= finding->gain[room - 1]) return;
  int at = finding->held < room ? finding->held++ : room - 1;
  for (; at > 0 && (finding->gain[at - 1] < gain || (finding->gain[at - 1] == gain && finding->worst[at - 1] > s));
       at--) {
    finding->gain[at] = finding->gain[at - 1];
    finding->worst[at] = finding->worst[at - 1];
  }
  finding->gain[at] = gain;
  finding->worst[at] = s;
}

/* An exact gain in words, rounded where they are. */
static int64_t to_words(const word_split *words, wide gain) {
  if (!words->error) return (int64_t)gain;
  wide whole = gain / words->wide_factor, rest = gain % words->wide_factor;
  if (words->shift < 0) return (int64_t)(whole / ((wide)1 << -words->shift));
  return (int64_t)(whole * ((wide)1 << words->shift) + rest * ((wide)1 << words->shift) / words->wide_factor);
}

static bool is_proper(const accord_game *game, accord_coalition s) { return s != 0 && s != everybody(game->n); }

static void consider(const struct search *search, struct finding *finding, accord_coalition s, wide gain) {
  const word_split *words = search->words;
  if (!finding->first || gain > finding->largest || (gain == finding->largest && s < finding->first)) {
    finding->first = s, finding->largest = gain;
    if (words->multiplier) finding->behind = to_words(words, gain) - 2 * words->error;
  }
  if (gain <= search->slack) return;
  insert(finding, search->room, s, gain);
  if (finding->held == search->room && words->multiplier)
    finding->beaten = to_words(words, finding->gain[search->room - 1]) - 2 * words->error;
}

/* Every coalition of a row, from the at-th on, that words cannot tell about, exactly. counting: those that words can tell
 * to exceed the slack have not been counted yet. */
static void look_again(const struct search *search, struct finding *finding, accord_coalition first, int64_t base,
                       int at, int count, bool counting) {
  const word_split *words = search->words;
  wide wide_base = 0;
  for (accord_coalition rest = first; rest; rest &= rest - 1) wide_base += words->wide_share[__builtin_ctzll(rest)];
  for (accord_coalition s = first + (accord_coalition)at; s < first + (accord_coalition)(at + count); s++) {
    int64_t value = search->game->small[s], rough = 0;
    if (words->multiplier) rough = word_of(words, value) - words->low[s - first] - base;
    bool unsure = !words->multiplier || (rough > search->low_slack && rough <= search->high_slack);
    if (counting && !unsure && rough > search->high_slack && is_proper(search->game, s)) finding->above++;
    if ((!unsure && rough <= finding->beaten && rough <= finding->behind) || !is_proper(search->game, s)) continue;
    wide gain = value * words->wide_factor - wide_base - words->wide_low[s - first];
    if (unsure && gain > search->slack) finding->above++;
    consider(search, finding, s, gain);
  }
}

/* The empty coalition and N were counted with their rows. */
static int64_t wrongly_above(const struct search *search, accord_coalition first) {
  const word_split *words = search->words;
  accord_coalition all = everybody(search->game->n);
  int64_t whole = word_of(words, search->game->small[all]), count = 0;
  for (int i = 0; i < search->game->n; i++) whole -= words->share[i];
  if (first == 0) count += 0 > search->high_slack;
  if (first == (all & ~(accord_coalition)(ROW - 1))) count += whole > search->high_slack;
  return count;
}

#define KERNEL_FILE "worst_body.h"
#include "kernel_widths.h"

KERNEL_BY_WIDTH(search_part, (const struct search *search, struct finding *finding, size_t part),
                (search, finding, part))

static void work_part(void *argument, int thread, size_t part) {
  const struct search *search = argument;
  search_part(search, &search->finding[thread], part);
}

/* The slack in words: certainly above it, and perhaps. */
static void set_slack(struct search *search, const accord_game *game) {
  const word_split *words = search->words;
  search->slack = get_wide(game->slack) * words->wide_factor;
  search->high_slack = search->low_slack = to_words(words, search->slack);
  if (words->error) search->high_slack += words->error + 2, search->low_slack -= words->error + 2;
}

/* Few enough to be at hand: adding up a coalition's shares for every row takes longer than it looks. */
static void set_bases(struct search *search) {
  for (size_t k = 1; k < BASES && k < (size_t)1 << search->high_bits; k++)
    search->base[k] = search->base[k & (k - 1)] + search->words->share[search->row_bits + __builtin_ctzll(k)];
}

static struct finding *new_findings(accord_context *context, int threads, int room, int64_t low_slack) {
  struct finding *finding = POOL_NEW(context, (size_t)threads, struct finding);
  for (int thread = 0; thread < threads; thread++) {
    finding[thread].beaten = low_slack, finding[thread].behind = INT64_MIN;
    finding[thread].worst = POOL_NEW(context, (size_t)room, accord_coalition);
    finding[thread].gain = POOL_NEW(context, (size_t)room, wide);
  }
  return finding;
}

static void add_finding(struct finding *all, const struct finding *other, int room) {
  all->above += other->above;
  if (other->first &&
      (!all->first || other->largest > all->largest || (other->largest == all->largest && other->first < all->first)))
    all->first = other->first, all->largest = other->largest;
  for (int k = 0; k < other->held; k++) {
    bool ties = all->held == room && other->gain[k] == all->gain[room - 1] && other->worst[k] < all->worst[room - 1];
    if (ties) all->held--;
    insert(all, room, other->worst[k], other->gain[k]);
  }
}

bool find_worst(accord_context *context, worst_coalitions *worst, const accord_game *game, const whole_split *split,
                int room) {
  int threads = thread_count(context, game->n);
  word_split *words = POOL_NEW(context, 1, word_split);
  if (!make_words(words, game, split)) return false;
  struct search search = {.game = game, .words = words, .room = room};
  search.row_bits = game->n < ROW_BITS ? game->n : ROW_BITS;
  search.high_bits = game->n - search.row_bits;
  search.part_bits = part_bits(search.high_bits, threads);
  set_slack(&search, game);
  set_bases(&search);
  search.finding = new_findings(context, threads, room, search.low_slack);
  run_parts(context, work_part, &search, (size_t)1 << (search.high_bits - search.part_bits), threads);
  struct finding *all = &search.finding[0];
  for (int thread = 1; thread < threads; thread++) add_finding(all, &search.finding[thread], room);
  *worst = (worst_coalitions){all->held, all->worst, all->first, all->above};
  return true;
}

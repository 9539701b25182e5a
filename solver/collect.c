/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "collect.h"
#include "threads.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Eight entries, as wide as any register. */
typedef int64_t octet __attribute__((vector_size(64), aligned(8), may_alias));

enum { BLOCK = 64, WORD_BITS = 61 };

/* What one thread has found: up to twice the room, cut back to it when full. */
struct catch {
  int count;
  bool cut;
  found_coalition *found, *sorted; /* size 2 room */
  found_coalition worst;           /* of those kept when last cut */
  int64_t threshold;
};

struct gathering {
  const accord_game *game;
  const collection_request *request;
  int row_bits, part_bits;
  int64_t low[ROW]; /* share(L) of the coalitions L of a row's parties */
  struct catch *catch;
};

/* a stands before b. */
static bool is_before(const found_coalition *a, const found_coalition *b) {
  return a->gain > b->gain || (a->gain == b->gain && a->coalition < b->coalition);
}

/* Moves the one that stands at this place in order to it, those before it before it (Hoare's selection). */
static void select_first(found_coalition *found, int count, int wanted) {
  int from = 0, to = count - 1;
  while (from < to) {
    found_coalition pivot = found[from + (to - from) / 2];
    int i = from, j = to;
    while (i <= j) {
      while (is_before(&found[i], &pivot)) i++;
      while (is_before(&pivot, &found[j])) j--;
      if (i > j) break;
      found_coalition moved = found[i];
      found[i++] = found[j];
      found[j--] = moved;
    }
    if (wanted <= j) to = j;
    else if (wanted >= i) from = i;
    else return;
  }
}

/* Keeps the room first ones, in the order in which they stand. */
static void cut_back(struct catch *catch, int room) {
  int kept = 0;
  if (catch->count <= room) return;
  memcpy(catch->sorted, catch->found, (size_t) catch->count * sizeof *catch->found);
  select_first(catch->sorted, catch->count, room - 1);
  catch->worst = catch->sorted[room - 1];
  for (int k = 0; k < catch->count; k++)
    if (!is_before(&catch->worst, &catch->found[k])) catch->found[kept++] = catch->found[k];
  catch->count = kept;
  catch->cut = true;
  catch->threshold = catch->worst.gain - 1; /* those that tie with the worst compare by bitmask */
}

static void keep(const struct gathering *gathering, struct catch *catch, accord_coalition s, int64_t gain) {
  const collection_request *request = gathering->request;
  found_coalition found = {gain, s};
  if (s == 0 || s == everybody(gathering->game->n)) return;
  if (catch->cut && !is_before(&found, &catch->worst)) return;
  if (request->counts && !request->counts(request->argument, s, gain)) return;
  catch->found[catch->count++] = found;
  if (catch->count == 2 * request->room) cut_back(catch, request->room);
}

/* Which of 64 entries gain more than the bound, as bits. */
KERNEL_BODY uint64_t view_block(const int64_t *entry, const int64_t *low, int shift, int64_t bound) {
  static const uint64_t place_of[8] = {1, 2, 4, 8, 16, 32, 64, 128};
  octet hits = {0}, place;
  memcpy(&place, place_of, sizeof place);
  for (int k = 0; k < BLOCK; k += 8) {
    octet gain = (*(const octet *)(const void *)(entry + k) << shift) - *(const octet *)(const void *)(low + k);
    hits |= (gain > bound) & place;
    place <<= 8;
  }
  uint64_t bits = 0;
  for (int k = 0; k < 8; k++) bits |= (uint64_t)hits[k];
  return bits;
}

/* Rows at random, but always the same. */
KERNEL_BODY bool is_visited(const struct gathering *gathering, accord_coalition row) {
  uint64_t mixed = (row + 1) * 0x9e3779b97f4a7c15u;
  mixed = (mixed ^ mixed >> 29) * 0xbf58476d1ce4e5b9u;
  return mixed >> 32 << gathering->request->sparsity <= UINT32_MAX;
}

/* Gains up to this one are not asked for in a row: ties with the worst are behind it where all bitmasks are larger. */
KERNEL_BODY int64_t least_gain(const struct catch *catch, accord_coalition first) {
  return catch->threshold + (catch->cut && first > catch->worst.coalition);
}

KERNEL_BODY void view_row(const struct gathering *gathering, struct catch *catch, accord_coalition first,
                          int64_t base) {
  const int64_t *entry = gathering->game->small + first;
  int shift = gathering->request->point.shift, size = 1 << gathering->row_bits;
  for (int from = 0; size >= BLOCK && from < size; from += BLOCK) {
    uint64_t bits = view_block(entry + from, gathering->low + from, shift, base + least_gain(catch, first));
    for (; bits; bits &= bits - 1) {
      int k = from + __builtin_ctzll(bits);
      int64_t gain = entry[k] * ((int64_t)1 << shift) - gathering->low[k] - base;
      if (gain > catch->threshold) keep(gathering, catch, first + (accord_coalition)k, gain);
    }
  }
  for (int k = 0; size < BLOCK && k < size; k++) {
    int64_t gain = entry[k] * ((int64_t)1 << shift) - gathering->low[k] - base;
    if (gain > catch->threshold) keep(gathering, catch, first + (accord_coalition)k, gain);
  }
}

KERNEL_BODY void gather_part_body(const struct gathering *gathering, struct catch *catch, size_t part) {
  for (size_t row = part << gathering->part_bits; row < (part + 1) << gathering->part_bits; row++) {
    if (gathering->request->sparsity && !is_visited(gathering, row)) continue;
    accord_coalition first = (accord_coalition)row << gathering->row_bits;
    int64_t base = 0;
    for (accord_coalition rest = first; rest; rest &= rest - 1)
      base += gathering->request->point.share[__builtin_ctzll(rest)];
    view_row(gathering, catch, first, base);
  }
}

KERNEL(gather_part, (const struct gathering *gathering, struct catch *catch, size_t part), (gathering, catch, part))

static void work_part(void *argument, int thread, size_t part) {
  const struct gathering *gathering = argument;
  gather_part(gathering, &gathering->catch[thread], part);
}

static int compare_masks(const void *a, const void *b) {
  accord_coalition first = ((const found_coalition *)a)->coalition, second = ((const found_coalition *)b)->coalition;
  return (first > second) - (first < second);
}

/* All threads' findings in one. */
static void merge(struct gathering *gathering, int threads) {
  struct catch *all = &gathering->catch[0];
  int room = gathering->request->room;
  for (int thread = 1; thread < threads; thread++) {
    const struct catch *other = &gathering->catch[thread];
    all->cut |= other->cut;
    for (int k = 0; k < other->count; k++) {
      all->found[all->count++] = other->found[k];
      if (all->count == 2 * room) cut_back(all, room);
    }
  }
  cut_back(all, room);
  if (threads > 1) qsort(all->found, (size_t)all->count, sizeof *all->found, compare_masks);
}

/* Every visited coalition that gains more than this is among those found. */
static int64_t final_threshold(const struct catch *all, const collection_request *request) {
  int64_t least = INT64_MAX;
  if (!all->cut) return request->threshold;
  for (int k = 0; k < all->count; k++)
    if (all->found[k].gain < least) least = all->found[k].gain;
  return least;
}

collection *collect(accord_context *context, const accord_game *game, const collection_request *request) {
  collection *made = POOL_NEW(context, 1, collection);
  struct gathering *gathering = POOL_NEW(context, 1, struct gathering);
  int threads = request->sparsity ? 1 : thread_count(context, game->n);
  int row_bits = game->n < ROW_BITS ? game->n : ROW_BITS, high_bits = game->n - row_bits;
  *gathering = (struct gathering){.game = game, .request = request, .row_bits = row_bits};
  gathering->part_bits = part_bits(high_bits, threads);
  for (accord_coalition s = 1; s < (accord_coalition)1 << row_bits; s++)
    gathering->low[s] = gathering->low[s & (s - 1)] + request->point.share[__builtin_ctzll(s)];
  gathering->catch = POOL_NEW(context, (size_t)threads, struct catch);
  for (int thread = 0; thread < threads; thread++) {
    gathering->catch[thread].threshold = request->threshold;
    gathering->catch[thread].found = pool_new(context, 4 * (size_t)request->room, sizeof(found_coalition));
    gathering->catch[thread].sorted = gathering->catch[thread].found + 2 * request->room;
  }
  run_parts(context, work_part, gathering, (size_t)1 << (high_bits - gathering->part_bits), threads);
  merge(gathering, threads);
  *made = (collection){gathering->catch[0].count, gathering->catch[0].found, 0};
  made->threshold = final_threshold(&gathering->catch[0], request);
  return made;
}

int word_shift(const accord_game *game, double most) {
  int values = value_bits(game), amounts;
  frexp(most, &amounts);
  int shift = WORD_BITS - 1 - (values > amounts + 1 ? values : amounts + 1);
  return shift > 60 ? 60 : shift;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Types of voters, and coalitions that stand for all that have as many of each.
 *
 * Systematic sampling: the parties of a type lie on a line, each as long as part / size, and a coalition takes those that
 * hold u, u + 1, u + 2, ... As u goes from 0 to 1 every party is in for part / size of the way, and the coalition
 * changes only where some party begins: at most n times. */
#include "vote_types.h"

#include <stdlib.h>
#include <string.h>

static bool are_alike(const accord_voting *voting, int i, int j) {
  for (int m = 0; m < voting->majority_count; m++)
    if (!mpq_equal(voting->majorities[m].weight[i], voting->majorities[m].weight[j])) return false;
  return voting->majority_count > 0;
}

vote_types *find_vote_types(accord_context *context, const accord_voting *voting) {
  vote_types *types = POOL_NEW(context, 1, vote_types);
  size_t n = (size_t)voting->n;
  int *first = POOL_NEW(context, n, int);
  types->n = voting->n;
  types->of = POOL_NEW(context, n, int);
  types->size = POOL_NEW(context, n, int);
  types->member = POOL_NEW(context, n, int *);
  for (int i = 0; i < voting->n; i++) {
    int t = 0;
    check_clock(context);
    while (t < types->count && !are_alike(voting, first[t], i)) t++;
    if (t == types->count) {
      first[types->count++] = i;
      types->member[t] = POOL_NEW(context, n, int);
    }
    types->of[i] = t;
    types->member[t][types->size[t]++] = i;
  }
  pool_free(context, first);
  return types;
}

/* ------------------------------------------------------------------ spreading */

/* A place on the way, numerator / denominator, where a coalition changes. */
typedef struct fraction {
  int64_t top, bottom;
} fraction;

static int compare(const void *a, const void *b) {
  const fraction *first = a, *second = b;
  int64_t left = first->top * second->bottom, right = second->top * first->bottom;
  return (left > right) - (left < right);
}

static int common_divisor(int a, int b) { return b ? common_divisor(b, a % b) : a; }

/* Where parties begin, from 0 on, each place once, and 1 behind them. */
static int find_changes(accord_context *context, fraction **changes, const vote_types *types, const int *part) {
  int count = 0, kept = 0;
  *changes = POOL_NEW(context, (size_t)types->n + (size_t)types->count + 2, fraction);
  (*changes)[count++] = (fraction){0, 1};
  for (int t = 0; t < types->count; t++) {
    int step = part[t] ? common_divisor(part[t], types->size[t]) : types->size[t];
    for (int at = step; at < types->size[t]; at += step) (*changes)[count++] = (fraction){at, types->size[t]};
  }
  qsort(*changes, (size_t)count, sizeof **changes, compare);
  for (int k = 0; k < count; k++)
    if (kept == 0 || compare(&(*changes)[k], &(*changes)[kept - 1]) != 0) (*changes)[kept++] = (*changes)[k];
  (*changes)[kept] = (fraction){1, 1};
  return kept;
}

/* Whether the party at a place of its type's line, [place part / size, (place + 1) part / size), holds u plus a whole
 * number. */
static bool holds(int place, int part, int size, fraction u) {
  int64_t begin = (int64_t)place * part * u.bottom - u.top * size, end = begin + (int64_t)part * u.bottom;
  int64_t whole = (int64_t)size * u.bottom, next = begin >= 0 ? (begin + whole - 1) / whole : -(-begin / whole);
  return next * whole < end;
}

static void make_room(accord_context *context, vote_orbit *orbit, size_t n, int count) {
  if (orbit->count + count <= orbit->room) return;
  int room = 2 * (orbit->count + count);
  orbit->in = pool_grow(context, orbit->in, (size_t)orbit->count * n, (size_t)room * n, sizeof *orbit->in);
  mpq_t *weight = pool_rationals(context, (size_t)room);
  for (int k = 0; k < orbit->count; k++) mpq_swap(weight[k], orbit->weight[k]);
  pool_free(context, orbit->weight);
  orbit->weight = weight;
  orbit->room = room;
}

static void sample(accord_context *context, vote_orbit *orbit, const vote_types *types, const int *part) {
  fraction *changes;
  size_t n = (size_t)types->n;
  int count = find_changes(context, &changes, types, part);
  make_room(context, orbit, n, count);
  for (int k = 0; k < count; k++) {
    bool *in = &orbit->in[(size_t)k * n];
    for (int i = 0; i < types->n; i++) in[i] = false;
    for (int t = 0; t < types->count; t++)
      for (int j = 0; j < types->size[t]; j++)
        in[types->member[t][j]] = part[t] && holds(j, part[t], types->size[t], changes[k]);
    fraction from = changes[k], to = changes[k + 1];
    mpq_set_si(orbit->weight[k], to.top * from.bottom - from.top * to.bottom, (unsigned long)(to.bottom * from.bottom));
    mpq_canonicalize(orbit->weight[k]);
  }
  orbit->count = count;
  pool_free(context, changes);
}

/* -------------------------------------------------------------------- span */

static uint64_t draw(uint64_t *state) {
  uint64_t z = *state += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

/* Coalitions as they are in the types whose parties are to be told apart, with a 1 before. */
struct telling {
  const vote_types *types;
  prime_span *span;
  int *column; /* size n: of a party of those types, else 0 */
  int *vector;
  int wanted; /* rank */
};

static void set_up_telling(accord_context *context, struct telling *telling, const vote_types *types, const int *part,
                           const bool *is_free) {
  int columns = 1;
  telling->types = types;
  telling->wanted = 1;
  telling->column = POOL_NEW(context, (size_t)types->n, int);
  telling->vector = POOL_NEW(context, (size_t)types->n + 1, int);
  for (int t = 0; t < types->count; t++) {
    if (!is_free[t] || part[t] == 0 || part[t] == types->size[t]) continue;
    telling->wanted += types->size[t] - 1;
    for (int j = 0; j < types->size[t]; j++) telling->column[types->member[t][j]] = columns++;
  }
  telling->span = prime_span_new(context, LARGE_PRIME, columns);
}

static void tell(struct telling *telling, const bool *in) {
  if (telling->span->rank == telling->wanted) return;
  telling->vector[0] = 1;
  for (int i = 0; i < telling->types->n; i++)
    if (telling->column[i]) telling->vector[telling->column[i]] = in[i];
  prime_span_add(telling->span, telling->vector);
}

/* The first count coalitions again, with the parties of each type in another order. */
static void add_shuffled(accord_context *context, vote_orbit *orbit, const vote_types *types, int count,
                         uint64_t *state) {
  size_t n = (size_t)types->n;
  int *place = POOL_NEW(context, n, int);
  make_room(context, orbit, n, count);
  for (int t = 0; t < types->count; t++) {
    for (int j = 0; j < types->size[t]; j++) place[types->member[t][j]] = types->member[t][j];
    for (int j = types->size[t] - 1; j > 0; j--) {
      int other = types->member[t][draw(state) % (uint64_t)(j + 1)], one = types->member[t][j], kept = place[one];
      place[one] = place[other];
      place[other] = kept;
    }
  }
  for (int k = 0; k < count; k++) {
    for (size_t i = 0; i < n; i++)
      orbit->in[(size_t)(orbit->count + k) * n + (size_t)place[i]] = orbit->in[(size_t)k * n + i];
    mpq_set(orbit->weight[orbit->count + k], orbit->weight[k]);
  }
  orbit->count += count;
  pool_free(context, place);
}

/* The same coalition once. */
static void merge_same(vote_orbit *orbit, size_t n) {
  int kept = 0;
  for (int k = 0; k < orbit->count; k++) {
    int same = 0;
    while (same < kept && memcmp(&orbit->in[(size_t)same * n], &orbit->in[(size_t)k * n], n * sizeof *orbit->in) != 0)
      same++;
    if (same < kept) {
      mpq_add(orbit->weight[same], orbit->weight[same], orbit->weight[k]);
      continue;
    }
    if (kept < k) memcpy(&orbit->in[(size_t)kept * n], &orbit->in[(size_t)k * n], n * sizeof *orbit->in);
    mpq_set(orbit->weight[kept++], orbit->weight[k]);
  }
  orbit->count = kept;
}

vote_orbit *spread_profile(accord_context *context, const vote_types *types, const int *part, const bool *is_free) {
  vote_orbit *orbit = POOL_NEW(context, 1, vote_orbit);
  struct telling telling;
  uint64_t state = 1;
  size_t n = (size_t)types->n;
  sample(context, orbit, types, part);
  set_up_telling(context, &telling, types, part, is_free);
  int first = orbit->count, told = 0, copies = 1;
  for (;; copies++) {
    check_clock(context);
    for (; told < orbit->count; told++) tell(&telling, &orbit->in[(size_t)told * n]);
    if (telling.span->rank == telling.wanted) break;
    add_shuffled(context, orbit, types, first, &state);
  }
  mpq_t *share = pool_rationals(context, 1);
  mpq_set_ui(*share, 1, (unsigned long)copies);
  for (int k = 0; k < orbit->count; k++) mpq_mul(orbit->weight[k], orbit->weight[k], *share);
  merge_same(orbit, n);
  return orbit;
}

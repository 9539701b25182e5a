/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What parties add to the coalitions they join, compared row by row: the shape of a game in machine words. */
#include "shape.h"

#include "kernels.h"
#include "threads.h"

#include <stdatomic.h>

struct check {
  const accord_game *game;
  int sign, part_bits;
  const int64_t *least; /* size n; NULL: contributions must not fall */
  int64_t slack;
  atomic_bool broken;
};

/* Whether sign * (entry[s + i] - entry[s]) >= least[i] - slack for s without i in an array of 2^bits entries,
 * bits >= 2. */
KERNEL_BODY bool row_holds(const int64_t *entry, int bits, int sign, const int64_t *least, int64_t slack) {
  quad broken = {0};
  for (int k = 0; k < 1 << bits; k += 4) {
    quad x = load(entry + k), y = __builtin_shufflevector(x, x, 1, 1, 3, 3),
         z = __builtin_shufflevector(x, x, 2, 3, 2, 3);
    const quad even = {-1, 0, -1, 0}, lower = {-1, -1, 0, 0};
    broken |= (sign * (y - x) < least[0] - slack) & even;
    broken |= (sign * (z - x) < least[1] - slack) & lower;
  }
  for (int i = 2; i < bits; i++) {
    int step = 1 << i;
    int64_t limit = least[i] - slack;
    for (int high = 0; high < 1 << bits; high += 2 * step)
      for (int k = high; k < high + step; k += 4) broken |= sign * (load(entry + k + step) - load(entry + k)) < limit;
  }
  return !(broken[0] | broken[1] | broken[2] | broken[3]);
}

/* Whether sign * (upper - lower) >= limit, entry by entry of a row. */
KERNEL_BODY bool rows_hold(const int64_t *upper, const int64_t *lower, int sign, int64_t limit) {
  quad broken = {0};
  for (int k = 0; k < ROW; k += 4) broken |= sign * (load(upper + k) - load(lower + k)) < limit;
  return !(broken[0] | broken[1] | broken[2] | broken[3]);
}

/* All parties' contributions to the coalitions of a row. */
KERNEL_BODY bool contributions_hold(const struct check *check, accord_coalition first) {
  const int64_t *entry = check->game->small + first;
  if (!row_holds(entry, ROW_BITS, check->sign, check->least, check->slack)) return false;
  for (accord_coalition rest = ~first & everybody(check->game->n) & ~(accord_coalition)(ROW - 1); rest;
       rest &= rest - 1) {
    int i = __builtin_ctzll(rest);
    if (!rows_hold(entry + party(i), entry, check->sign, check->least[i] - check->slack)) return false;
  }
  return true;
}

static const int64_t nothing[GAME_MOST_PARTIES];

/* The low parties' contributions to a row's coalitions do not fall when others of them join. */
KERNEL_BODY bool low_is_convex(const int64_t *entry, int64_t slack) {
  int64_t added[ROW / 2];
  for (int i = 0; i < ROW_BITS; i++) {
    int step = 1 << i, at = 0;
    for (int high = 0; high < ROW; high += 2 * step)
      for (int k = high; k < high + step; k++) added[at++] = entry[k + step] - entry[k];
    if (!row_holds(added, ROW_BITS - 1, 1, nothing, slack)) return false;
  }
  return true;
}

/* The same of a high party i with the low ones and the high ones above it. */
KERNEL_BODY bool high_is_convex(const struct check *check, accord_coalition first, accord_coalition others, int i) {
  const int64_t *entry = check->game->small + first;
  int64_t added[ROW];
  for (int k = 0; k < ROW; k += 4) place(added + k) = load(entry + party(i) + k) - load(entry + k);
  if (!row_holds(added, ROW_BITS, 1, nothing, check->slack)) return false;
  for (; others; others &= others - 1) {
    const int64_t *with = entry + (others & -others);
    quad broken = {0};
    for (int k = 0; k < ROW; k += 4)
      broken |= load(with + party(i) + k) - load(with + k) - load(added + k) < -check->slack;
    if (broken[0] | broken[1] | broken[2] | broken[3]) return false;
  }
  return true;
}

KERNEL_BODY bool row_is_convex(const struct check *check, accord_coalition first) {
  if (!low_is_convex(check->game->small + first, check->slack)) return false;
  for (accord_coalition rest = ~first & everybody(check->game->n) & ~(accord_coalition)(ROW - 1); rest;
       rest &= rest - 1)
    if (!high_is_convex(check, first, rest & (rest - 1), __builtin_ctzll(rest))) return false;
  return true;
}

KERNEL_BODY void check_part_body(struct check *check, size_t part) {
  for (size_t row = 0; row < (size_t)1 << check->part_bits; row++) {
    accord_coalition first = (part << check->part_bits | row) << ROW_BITS;
    if (atomic_load_explicit(&check->broken, memory_order_relaxed)) return;
    if (!(check->least ? contributions_hold(check, first) : row_is_convex(check, first)))
      atomic_store_explicit(&check->broken, true, memory_order_relaxed);
  }
}

KERNEL(check_part, (struct check * check, size_t part), (check, part))

static void work_part(void *argument, int thread, size_t part) {
  (void)thread;
  check_part(argument, part);
}

static bool holds(accord_context *context, const accord_game *game, int sign, const int64_t *least) {
  enum { AS_MANY_AS_A_PASS = 3 }; /* a check of all pairs takes as long as a pass over 2^(n + 3) */
  int threads = thread_count(context, least ? game->n : game->n + AS_MANY_AS_A_PASS), high_bits = game->n - ROW_BITS;
  struct check check = {game, sign, part_bits(high_bits, threads), least, mpz_get_si(game->slack), false};
  run_parts(context, work_part, &check, (size_t)1 << (high_bits - check.part_bits), threads);
  return !atomic_load(&check.broken);
}

bool shape_in_words(const accord_game *game) { return game->small && game->n >= ROW_BITS && value_bits(game) <= 60; }

bool shape_is_monotone(accord_context *context, const accord_game *game) {
  return holds(context, game, game->goal == ACCORD_COST ? -1 : 1, nothing);
}

bool shape_is_convex(accord_context *context, const accord_game *game) { return holds(context, game, 1, NULL); }

bool shape_gains_by_single_parties(accord_context *context, const accord_game *game) {
  int64_t least[GAME_MOST_PARTIES];
  for (int i = 0; i < game->n; i++) least[i] = game->small[party(i)];
  return holds(context, game, 1, least);
}

/* ------------------------------------------------------------ any two groups */

/* v(S) >= v(T) + v(S \ T) for every T in the part's S; T holds S's first party, the other half is the same. */
static void work_pairs(void *argument, int thread, size_t part) {
  struct check *check = argument;
  const int64_t *value = check->game->small;
  (void)thread;
  for (accord_coalition s = part << ROW_BITS; s < (part + 1) << ROW_BITS; s++) {
    accord_coalition others = s & (s - 1);
    int64_t limit = value[s] + check->slack;
    if (atomic_load_explicit(&check->broken, memory_order_relaxed)) return;
    for (accord_coalition t = others; t; t = (t - 1) & others)
      if (value[t] + value[s ^ t] > limit) {
        atomic_store_explicit(&check->broken, true, memory_order_relaxed);
        return;
      }
  }
}

bool shape_gains_by_any_two(accord_context *context, const accord_game *game) {
  enum { AS_MANY_AS_A_PASS = 5 }; /* 3^n comparisons are worth threads as early as a pass over 2^(n + 5) is */
  struct check check = {.game = game, .slack = mpz_get_si(game->slack)};
  run_parts(context, work_pairs, &check, game->size >> ROW_BITS, thread_count(context, game->n + AS_MANY_AS_A_PASS));
  return !atomic_load(&check.broken);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What parties add to the coalitions they join, compared row by row: the shape of a game in machine words. */
#include "shape.h"

#include "kernels.h"
#include "threads.h"

#include <stdatomic.h>

struct check {
  const accord_game *game;
  bool convexity; /* contributions must not fall; else each must be at least its limit */
  int sign, part_bits;
  int64_t slack, limit[GAME_MOST_PARTIES]; /* the slack taken off */
  atomic_bool broken;
};

#define KERNEL_FILE "shape_body.h"
#include "kernel_widths.h"

KERNEL_BY_WIDTH(check_part, (struct check * check, size_t part), (check, part))

static void work_part(void *argument, int thread, size_t part) {
  (void)thread;
  check_part(argument, part);
}

static bool holds(accord_context *context, struct check *check) {
  enum { AS_MANY_AS_A_PASS = 3 }; /* a check of all pairs takes as long as a pass over 2^(n + 3) */
  int n = check->game->n, threads = thread_count(context, check->convexity ? n + AS_MANY_AS_A_PASS : n);
  int high_bits = n - ROW_BITS;
  check->part_bits = part_bits(high_bits, threads);
  run_parts(context, work_part, check, (size_t)1 << (high_bits - check->part_bits), threads);
  return !atomic_load(&check->broken);
}

static struct check new_check(const accord_game *game, int sign) {
  struct check check = {.game = game, .sign = sign, .slack = mpz_get_si(game->slack)};
  for (int i = 0; i < game->n; i++) check.limit[i] = -check.slack;
  return check;
}

bool shape_in_words(const accord_game *game) { return game->small && game->n >= ROW_BITS && value_bits(game) <= 60; }

bool shape_is_monotone(accord_context *context, const accord_game *game) {
  struct check check = new_check(game, game->goal == ACCORD_COST ? -1 : 1);
  return holds(context, &check);
}

bool shape_is_convex(accord_context *context, const accord_game *game) {
  struct check check = new_check(game, 1);
  check.convexity = true;
  return holds(context, &check);
}

bool shape_gains_by_single_parties(accord_context *context, const accord_game *game) {
  struct check check = new_check(game, 1);
  for (int i = 0; i < game->n; i++) check.limit[i] += game->small[party(i)];
  return holds(context, &check);
}

/* ------------------------------------------------------------ any two groups */

KERNEL_BY_WIDTH(check_pairs, (struct check * check, size_t row), (check, row))

static void work_pairs(void *argument, int thread, size_t row) {
  (void)thread;
  check_pairs(argument, row);
}

bool shape_gains_by_any_two(accord_context *context, const accord_game *game) {
  enum { AS_MANY_AS_A_PASS = 5 }; /* 3^n comparisons are worth threads as early as a pass over 2^(n + 5) is */
  struct check check = new_check(game, 1);
  run_parts(context, work_pairs, &check, game->size >> ROW_BITS, thread_count(context, game->n + AS_MANY_AS_A_PASS));
  return !atomic_load(&check.broken);
}

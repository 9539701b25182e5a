/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dividends d(S) = v(S) - sum of d(T) over T in S, T not S (Harsanyi 1963), and back, in place.
 *
 * For every party the entries with it lose (or gain) those without it. Several parties are done at once, in registers:
 * first in blocks that stay in the nearest cache, then three at a time (eight streams of entries, as many as that cache
 * keeps apart where they stand a power of two from each other) in blocks of the next, in blocks of the last, and along the
 * whole table. */
#include "kernels.h"
#include "threads.h"

/* Parties whose entries the first cache holds, the second, and the one that cores share: 16 KiB, 1 MiB and 8 MiB. */
enum { FEWEST = 7, NEAR = 11, BLOCK = 17, SHARED = 20, AT_ONCE = 3, COLUMNS = 512 };

struct transform {
  int64_t *table;
  int n, sign, first, bits; /* parties first .. first + bits - 1 in a sweep */
};

#define KERNEL_FILE "moebius_body.h"
#include "kernel_widths.h"

KERNEL_BY_WIDTH(move_near, (const struct transform *transform, size_t part), (transform, part))
KERNEL_BY_WIDTH(move_far, (const struct transform *transform, size_t part), (transform, part))

enum { FEW = 64 }; /* groups of columns a part */

static void work_near(void *argument, int thread, size_t part) {
  (void)thread;
  move_near(argument, part);
}

static void work_far(void *argument, int thread, size_t part) {
  (void)thread;
  for (size_t k = 0; k < FEW; k++) move_far(argument, part * FEW + k);
}

static void move_few(int64_t *table, int n, int sign) {
  for (int i = 0; i < n; i++)
    for (accord_coalition s = 0; s < (accord_coalition)1 << n; s++)
      if (has(s, i)) table[s] += sign * table[s ^ party(i)];
}

void moebius(accord_context *context, int64_t *table, int n, int sign) {
  struct transform transform = {.table = table, .n = n, .sign = sign};
  int threads = thread_count(context, n), shared = n < SHARED ? n : SHARED;
  if (n < FEWEST) {
    move_few(table, n, sign);
    return;
  }
  run_parts(context, work_near, &transform, (size_t)1 << (n - shared), threads);
  for (transform.first = shared; transform.first < n; transform.first += AT_ONCE) {
    transform.bits = n - transform.first < AT_ONCE ? n - transform.first : AT_ONCE;
    size_t groups = ((size_t)1 << (n - transform.bits)) / COLUMNS;
    run_parts(context, work_far, &transform, groups / FEW, threads);
  }
}

wide *wide_dividends(accord_context *context, const accord_game *game) {
  wide *dividend = POOL_NEW(context, game->size, wide);
  for (accord_coalition s = 1; s < game->size; s++) dividend[s] = game->small[s];
  for (int i = 0; i < game->n; i++) {
    check_clock(context);
    for (accord_coalition high = party(i); high < game->size; high += 2 * party(i))
      for (accord_coalition s = high; s < high + party(i); s++) dividend[s] -= dividend[s ^ party(i)];
  }
  return dividend;
}

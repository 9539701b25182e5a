/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dividends d(S) = v(S) - sum of d(T) over T in S, T not S (Harsanyi 1963), and back, in place.
 *
 * For every party the entries with it lose (or gain) those without it. Three parties are done at once (eight streams of entries, as many as the nearest cache keeps
 * apart where they stand a power of two from each other), first in
 * blocks that stay in the nearest cache, then in blocks of the next, then along the whole table. */
#include "kernels.h"
#include "threads.h"

enum { NEAR = 11, BLOCK = 17, AT_ONCE = 3, COLUMNS = 512 };

struct transform {
  int64_t *table;
  int n, sign, first, bits; /* parties first .. first + bits - 1 in a sweep */
};

#define GET(i) x[i] = load(entry + (i)*step + k)
#define PUT(i) place(entry + (i)*step + k) = x[i]
#define MOVE(i, party) x[(i) + (party)] = sign < 0 ? x[(i) + (party)] - x[i] : x[(i) + (party)] + x[i]

/* So many parties over columns of entries that stand step apart. */
KERNEL_BODY void move_parties(int64_t *entry, size_t step, size_t columns, int bits, int sign) {
  for (size_t k = 0; k < columns; k += 4) {
    quad x[8];
    GET(0), GET(1);
    if (bits > 1) GET(2), GET(3);
    if (bits > 2) GET(4), GET(5), GET(6), GET(7);
    MOVE(0, 1);
    if (bits > 1) MOVE(2, 1), MOVE(0, 2), MOVE(1, 2);
    if (bits > 2) MOVE(4, 1), MOVE(6, 1), MOVE(4, 2), MOVE(5, 2), MOVE(0, 4), MOVE(1, 4), MOVE(2, 4), MOVE(3, 4);
    PUT(0), PUT(1);
    if (bits > 1) PUT(2), PUT(3);
    if (bits > 2) PUT(4), PUT(5), PUT(6), PUT(7);
  }
}

/* The same with constants that a compiler unrolls by. */
KERNEL_BODY void move_some(int64_t *entry, size_t step, size_t columns, int bits, int sign) {
  if (bits == 3 && sign < 0) move_parties(entry, step, columns, 3, -1);
  else if (bits == 3) move_parties(entry, step, columns, 3, 1);
  else if (bits == 2 && sign < 0) move_parties(entry, step, columns, 2, -1);
  else if (bits == 2) move_parties(entry, step, columns, 2, 1);
  else if (sign < 0) move_parties(entry, step, columns, 1, -1);
  else move_parties(entry, step, columns, 1, 1);
}

/* The two lowest parties, inside a vector. */
KERNEL_BODY void move_lowest(int64_t *entry, size_t size, int sign) {
  const quad odd = {0, -1, 0, -1}, upper = {0, 0, -1, -1};
  for (size_t k = 0; k < size; k += 4) {
    quad x = load(entry + k);
    x += sign * (__builtin_shufflevector(x, x, 0, 0, 2, 2) & odd);
    x += sign * (__builtin_shufflevector(x, x, 0, 1, 0, 1) & upper);
    place(entry + k) = x;
  }
}

/* Parties from..to - 1 of a block of 2^to entries. */
KERNEL_BODY void move_block(int64_t *block, int from, int to, int sign) {
  for (int first = from; first < to; first += AT_ONCE) {
    int bits = to - first < AT_ONCE ? to - first : AT_ONCE;
    for (size_t at = 0; at < (size_t)1 << to; at += (size_t)1 << (first + bits))
      move_some(block + at, (size_t)1 << first, (size_t)1 << first, bits, sign);
  }
}

KERNEL_BODY void move_near_body(const struct transform *transform, size_t part) {
  int whole = transform->n < BLOCK ? transform->n : BLOCK, near = whole < NEAR ? whole : NEAR;
  int64_t *block = transform->table + (part << whole);
  for (size_t at = 0; at < (size_t)1 << whole; at += (size_t)1 << near) {
    if (transform->sign < 0) move_lowest(block + at, (size_t)1 << near, -1);
    else move_lowest(block + at, (size_t)1 << near, 1);
    move_block(block + at, 2, near, transform->sign);
  }
  move_block(block, near, whole, transform->sign);
}

KERNEL(move_near, (const struct transform *transform, size_t part), (transform, part))

/* One group of columns of a sweep. */
KERNEL_BODY void move_far_body(const struct transform *transform, size_t part) {
  size_t step = (size_t)1 << transform->first, groups = step / COLUMNS;
  int64_t *entry = transform->table + part / groups * (step << transform->bits) + part % groups * COLUMNS;
  move_some(entry, step, COLUMNS, transform->bits, transform->sign);
}

KERNEL(move_far, (const struct transform *transform, size_t part), (transform, part))

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
  int threads = thread_count(context, n), whole = n < BLOCK ? n : BLOCK;
  if (n < 2) {
    move_few(table, n, sign);
    return;
  }
  run_parts(context, work_near, &transform, (size_t)1 << (n - whole), threads);
  for (transform.first = whole; transform.first < n; transform.first += AT_ONCE) {
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

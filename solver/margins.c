/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From what value on each coalition objects to a split: its shares together. */
#include "game.h"

#include <stdlib.h>

struct margin_query {
  accord_margins **margins;
  const accord_problem *problem;
  const mpq_t *shares;
  int top;
};

/* A margin with its size, |value - flips_at|. */
struct ranked {
  accord_margin margin;
  mpq_t size;
};

static bool comes_before(const struct ranked *one, const struct ranked *other) {
  int order = mpq_cmp(one->size, other->size);
  return order ? order < 0 : one->margin.coalition < other->margin.coalition;
}

static int compare_ranked(const void *a, const void *b) { return comes_before(a, b) ? -1 : 1; }

static void ranked_start(accord_context *context, struct ranked *entry) {
  pool_rational(context, entry->margin.value);
  pool_rational(context, entry->margin.flips_at);
  pool_rational(context, entry->size);
}

static void measure(struct ranked *entry, const struct margin_query *in, accord_coalition coalition) {
  entry->margin.coalition = coalition;
  accord_game_value(entry->margin.value, in->problem->game, coalition);
  mpq_set_ui(entry->margin.flips_at, 0, 1);
  for (accord_coalition rest = coalition; rest; rest &= rest - 1)
    mpq_add(entry->margin.flips_at, entry->margin.flips_at, in->shares[__builtin_ctzll(rest)]);
  mpq_sub(entry->size, entry->margin.value, entry->margin.flips_at);
  mpq_abs(entry->size, entry->size);
}

/* Keeps the first room entries of what has come so far: twice as many are gathered, then sorted and cut. */
static void gather(accord_context *context, struct ranked *entries, size_t *count, size_t room,
                   const struct margin_query *in) {
  for (accord_coalition s = 1; s < everybody(in->problem->n); s++) {
    if (s % 1024 == 0) check_clock(context);
    measure(&entries[(*count)++], in, s);
    if (*count < 2 * room) continue;
    qsort(entries, *count, sizeof *entries, compare_ranked);
    *count = room;
  }
  qsort(entries, *count, sizeof *entries, compare_ranked);
  if (*count > room) *count = room;
}

static accord_status find_margins(accord_context *context, void *argument) {
  struct margin_query *in = argument;
  accord_margins *margins = *in->margins = POOL_NEW(context, 1, accord_margins);
  if (!in->problem->game) return ACCORD_OK;
  size_t most = (size_t)everybody(in->problem->n) - 1, count = 0;
  size_t room = in->top > 0 && (size_t)in->top < most ? (size_t)in->top : most;
  struct ranked *entries = POOL_NEW(context, 2 * room + 1, struct ranked);
  for (size_t k = 0; k < 2 * room + 1; k++) ranked_start(context, &entries[k]);
  if (room) gather(context, entries, &count, room, in);
  margins->list = POOL_NEW(context, count + 1, accord_margin);
  for (size_t k = 0; k < count; k++) margins->list[k] = entries[k].margin;
  margins->count = (int)count;
  return ACCORD_OK;
}

accord_status accord_find_margins(accord_context *context, accord_margins **margins, const accord_problem *problem,
                                  const mpq_t *shares, int top) {
  struct margin_query in = {margins, problem, shares, top};
  accord_status status = guard(context, find_margins, &in);
  if (status != ACCORD_OK) *margins = NULL;
  return status;
}

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

static bool comes_before(const accord_margin *one, const accord_margin *other) {
  int order = mpq_cmp(one->room, other->room);
  return order ? order < 0 : one->coalition < other->coalition;
}

static int compare_ranked(const void *a, const void *b) { return comes_before(a, b) ? -1 : 1; }

static void margin_start(accord_context *context, accord_margin *entry) {
  pool_rational(context, entry->value);
  pool_rational(context, entry->flips_at);
  pool_rational(context, entry->room);
  pool_rational(context, entry->low.at);
  pool_rational(context, entry->high.at);
}

/* What is known of the value: all, where both limits are the same. */
static void find_value(accord_margin *entry, const accord_problem *problem) {
  entry->known = true;
  if (problem->game) {
    accord_game_value(entry->value, problem->game, entry->coalition);
    return;
  }
  accord_find_limits(&entry->low, &entry->high, problem->unknowns, entry->coalition);
  entry->known = entry->low.given && entry->high.given && mpq_equal(entry->low.at, entry->high.at);
  if (entry->known) mpq_set(entry->value, entry->low.at);
}

static void measure(accord_margin *entry, const struct margin_query *in, accord_coalition coalition) {
  entry->coalition = coalition;
  find_value(entry, in->problem);
  mpq_set_ui(entry->flips_at, 0, 1);
  for (accord_coalition rest = coalition; rest; rest &= rest - 1)
    mpq_add(entry->flips_at, entry->flips_at, in->shares[__builtin_ctzll(rest)]);
  mpq_set_ui(entry->room, 0, 1);
  if (entry->known) mpq_sub(entry->room, entry->value, entry->flips_at);
  else if (entry->low.given && mpq_cmp(entry->flips_at, entry->low.at) < 0)
    mpq_sub(entry->room, entry->low.at, entry->flips_at);
  else if (entry->high.given && mpq_cmp(entry->flips_at, entry->high.at) > 0)
    mpq_sub(entry->room, entry->flips_at, entry->high.at);
  mpq_abs(entry->room, entry->room);
}

/* Keeps the first room entries of what has come so far: twice as many are gathered, then sorted and cut. */
static void gather(accord_context *context, accord_margin *entries, size_t *count, size_t room,
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
  if (!in->problem->game && !in->problem->unknowns) return ACCORD_OK;
  size_t most = (size_t)everybody(in->problem->n) - 1, count = 0;
  size_t room = in->top > 0 && (size_t)in->top < most ? (size_t)in->top : most;
  accord_margin *entries = POOL_NEW(context, 2 * room + 1, accord_margin);
  for (size_t k = 0; k < 2 * room + 1; k++) margin_start(context, &entries[k]);
  if (room) gather(context, entries, &count, room, in);
  margins->list = POOL_NEW(context, count + 1, accord_margin);
  for (size_t k = 0; k < count; k++) margins->list[k] = entries[k];
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

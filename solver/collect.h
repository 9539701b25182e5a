/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passes over the table, or over a sample of its rows, that collect the coalitions which gain more than a
 * threshold. Shares are whole numbers of machine words, gains exact: what a pass says holds without rounding. */
#ifndef ACCORD_SOLVER_COLLECT_H
#define ACCORD_SOLVER_COLLECT_H

#include "kernels.h"

/* gain(S) = integer(S) 2^shift - share(S). */
typedef struct word_point {
  int shift;
  int64_t share[GAME_MOST_PARTIES];
} word_point;

typedef struct found_coalition {
  int64_t gain;
  accord_coalition coalition;
} found_coalition;

typedef struct collection {
  int count;
  found_coalition *found; /* proper coalitions in the order of their bitmasks */
  int64_t threshold;      /* every visited coalition that gains more is there: as asked, or higher for want of room */
} collection;

typedef struct collection_request {
  word_point point;
  int64_t threshold;
  int room;     /* how many are wanted at most: those of largest gain, ties by bitmask */
  int sparsity; /* one row in 2^sparsity is visited */
  /* Which ones count, or NULL: called from threads. */
  bool (*counts)(const void *argument, accord_coalition coalition, int64_t gain);
  const void *argument;
} collection_request;

/* The largest shift at which integer(S) 2^shift, amounts up to most (of the size of the table's largest) and the
 * gains between them stay below 2^62 in words; negative where there is none. most >= 0. */
int word_shift(const accord_game *game, double most);

/* One pass. The game has a small table. Cost 2^(n - sparsity). */
collection *collect(accord_context *context, const accord_game *game, const collection_request *request);

#endif

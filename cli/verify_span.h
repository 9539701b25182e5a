/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a coalition's vector lies in the span of others, told quickly and exactly: it does where it is at right angles to
 * every vector that all of those are at right angles to. */
#ifndef ACCORD_CLI_VERIFY_SPAN_H
#define ACCORD_CLI_VERIFY_SPAN_H

#include "game.h"

typedef struct right_angles {
  int count;
  int64_t vector[GAME_MOST_PARTIES][GAME_MOST_PARTIES]; /* whole numbers; count of them, independent */
} right_angles;

/* Of rank rows of n, each 1 at its pivot, where those after it are 0. False where whole numbers grow too large. */
bool find_right_angles(accord_context *context, right_angles *angles, const mpq_t *row, const int *pivot, int rank,
                       int n);

bool spans(const right_angles *angles, accord_coalition coalition);

#endif

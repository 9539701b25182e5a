/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coalitions of parties that may be too many for a bitmask. */
#ifndef ACCORD_SOLVER_GROUPS_H
#define ACCORD_SOLVER_GROUPS_H

#include "game.h"

enum { MASK_MOST_PARTIES = 64 };

/* The parties listed, in any order: as a bitmask where the n parties fit one (*group is NULL), else as a group. */
void make_coalition(accord_context *context, accord_coalition *coalition, const accord_group **group,
                    const int *members, int count, int n);

/* The one coalition whose excess is known to be the largest (stability->max_excess), and where it objects the one objection
 * that is listed (top > 0). */
void name_worst(accord_context *context, accord_stability *stability, const accord_group *group, int n, int top);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The nucleolus of a game in a small table: found in doubles over a pool of candidate coalitions, that passes
 * over the table fill, and certified exactly. */
#ifndef ACCORD_SOLVER_NUCLEOLUS_SEARCH_H
#define ACCORD_SOLVER_NUCLEOLUS_SEARCH_H

#include "nucleolus.h"

/* Whether search_nucleolus is for this game and these options. */
bool nucleolus_can_be_searched(const accord_game *game, const nucleolus_options *options);

/* As find_nucleolus. ACCORD_UNCERTIFIED where doubles or 128 bits do not suffice: another engine has to go on. */
accord_status search_nucleolus(accord_context *context, mpq_t *share, accord_kohlberg *certificate,
                               const accord_game *game, const nucleolus_options *options);

#endif

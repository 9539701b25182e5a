/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From levels in doubles to an exact certificate. */
#ifndef ACCORD_SOLVER_EXACT_LEVELS_H
#define ACCORD_SOLVER_EXACT_LEVELS_H

#include "float_levels.h"

/* The split and certificate that the levels' supports stand for, exactly: every level's weights balance, those of
 * coalitions and bounds are positive, epsilon never rises, bounds hold and the settled ones have rank n. False
 * where they do not. What remains to be shown is that no other coalition gains more (coverage.h). */
bool make_exact_levels(accord_context *context, mpq_t *share, accord_kohlberg *certificate, const float_levels *levels);

#endif

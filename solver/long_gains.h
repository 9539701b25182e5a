/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gains compared exactly in numbers of any size that are laid out once, so that threads may ask without memory. */
#ifndef ACCORD_SOLVER_LONG_GAINS_H
#define ACCORD_SOLVER_LONG_GAINS_H

#include "excess.h"

typedef struct long_gains long_gains;

/* For shares over split->scale, and epsilon (size level_count) over the same. NULL where these have thousands of digits. */
long_gains *long_gains_new(accord_context *context, const whole_split *split, int n, const mpz_t *epsilon,
                           int level_count);

/* Whether value scale - share(S) > depth epsilon[k]. Sizes of value and depth below 2^63. */
bool long_gain_exceeds(const long_gains *gains, accord_coalition coalition, int64_t value, uint64_t depth, int k);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether every coalition gains at most what the level that settles it allows, exactly: the last part of the
 * Kohlberg condition (Kohlberg 1971), of all levels at once. */
#ifndef ACCORD_SOLVER_COVERAGE_H
#define ACCORD_SOLVER_COVERAGE_H

#include "collect.h"
#include "nucleolus.h"
#include "span.h"

typedef struct coverage_check coverage_check;

/* For a split and the levels of its certificate: in 128 bits, or rounded to them with an exact comparison where that does
 * not tell. NULL where numbers are too large for either. */
coverage_check *coverage_new(accord_context *context, const accord_game *game, const mpq_t *share,
                             const accord_kohlberg *certificate, excess_kind kind);

/* Whether the proper coalition S gains more than allowed. Cost n, and rank n where the gain is above the last
 * level's. Excesses by worth need every worth of the goal's sign. */
bool breaks_coverage(const coverage_check *coverage, accord_coalition coalition);

/* Whether no coalition outside a collection gains more than the last level allows, where at the point at which it
 * was collected none gains more than the threshold: what each gains since is what its members lost. */
bool covers_outside(const coverage_check *coverage, const word_point *point, int64_t threshold);

/* One pass that collects what breaks the coverage, up to so many of those that gain most. NULL where words are too short. */
collection *collect_breaking(accord_context *context, const coverage_check *coverage, int room);

#endif

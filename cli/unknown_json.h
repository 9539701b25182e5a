/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranges of shares and unknown values as JSON. */
#ifndef ACCORD_CLI_UNKNOWN_JSON_H
#define ACCORD_CLI_UNKNOWN_JSON_H

#include "json_writer.h"
#include "outcome.h"

/* "ranges", "attained" and "sampled" of an allocation. */
void json_range(json_writer *json, const term_sheet *sheet, const accord_range *range);

/* The key "unknown" of the result. */
void json_unknown(json_writer *json, const solve_outcome *outcome);

/* [low, high] with null for what is not limited; exact: as texts. */
void json_limits(json_writer *json, const char *key, const accord_limit *low, const accord_limit *high, bool exact);

#endif

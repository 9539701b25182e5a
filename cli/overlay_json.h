/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What overlays say of the game as a whole, and a third party's additions to one split, as JSON. */
#ifndef ACCORD_CLI_OVERLAY_JSON_H
#define ACCORD_CLI_OVERLAY_JSON_H

#include "json_writer.h"
#include "outcome.h"

/* The keys "unions", "links" and "subsidy" of the result, where the sheet has them. */
void json_overlays(json_writer *json, const solve_outcome *outcome);

/* The key "subsidy" of an allocation. */
void json_allocation_subsidy(json_writer *json, const solve_outcome *outcome, const rule_allocation *allocation);

#endif

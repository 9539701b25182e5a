/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Certificates of votes whose coalitions cannot be gone through one by one. */
#ifndef ACCORD_CLI_VERIFY_VOTE_H
#define ACCORD_CLI_VERIFY_VOTE_H

#include "json.h"
#include "sheet.h"

/* Whether the votes are few enough for these checks. */
bool can_verify_vote(const term_sheet *sheet);

/* What is wrong with the Kohlberg certificate of an allocation, or NULL. imputations: nobody may be below what it has
 * alone. Leaves with ACCORD_LIMIT where its numbers have too many digits. */
const char *vote_kohlberg_fault(accord_context *context, const term_sheet *sheet, const cJSON *allocation,
                                const cJSON *certificate, bool imputations);

/* What is wrong with a balanced collection that is to show an empty core, or NULL. */
const char *vote_balanced_fault(accord_context *context, const term_sheet *sheet, const cJSON *certificate);

#endif

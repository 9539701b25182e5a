/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Certificates of the core's facts, checked against the table. Nothing is shared with the solver but the reading of the
 * sheet. */
#ifndef ACCORD_CLI_VERIFY_CORE_H
#define ACCORD_CLI_VERIFY_CORE_H

#include "verify_model.h"

/* A certificate that was there. */
typedef struct core_check {
  const char *what, *fault, *fine; /* fault NULL: it holds */
} core_check;

enum { MOST_CORE_CHECKS = 4 };

/* All that are under "game" of a result, for a sheet with a table; how many. All the splits they name are held against
 * all coalitions in one pass. */
int check_core_certificates(accord_context *context, core_check *checks, const term_sheet *sheet, const cJSON *game);

#endif

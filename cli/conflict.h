/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conditions that cannot hold together, and what would mend them, in words and as JSON. */
#ifndef ACCORD_CLI_CONFLICT_H
#define ACCORD_CLI_CONFLICT_H

#include "clause_words.h"

/* "A and B can get 7.00 by themselves, clause 4.2 gives C at least 3.50: that makes 10.50, and there is 10.00; short
 * by 0.50". */
const char *conflict_words(accord_context *context, const term_sheet *sheet, const accord_conflict *conflict);

/* Whether clauses are to blame at all. */
bool conflict_names_clause(const accord_conflict *conflict);

/* "lowering clause 4.2 to 3.00 would mend it", of the least change; where there is none, that no one clause would;
 * NULL where no clause is to blame. */
const char *mend_words(accord_context *context, const term_sheet *sheet, const accord_conflict *conflict);

/* The certificate: members with their weights, message and mends. */
void json_conflict(json_writer *json, const char *key, const term_sheet *sheet, const accord_conflict *conflict);

#endif

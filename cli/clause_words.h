/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The contract's clauses in words, and how a split stands to them. */
#ifndef ACCORD_CLI_CLAUSE_WORDS_H
#define ACCORD_CLI_CLAUSE_WORDS_H

#include "json_writer.h"

/* How a split stands to one clause. */
typedef struct clause_standing {
  int row;    /* the row broken most, or met most narrowly */
  int broken; /* rows broken */
  mpq_t miss; /* by how much that row is broken; below 0: what there is to spare */
} clause_standing;

/* One for each clause of the sheet; NULL where there are none. shares: size n, as stated. Decided within
 * the tolerance of inexact inputs, times the row's largest coefficient. Cost n times the rows. */
clause_standing *find_standings(accord_context *context, const term_sheet *sheet, const mpq_t *shares);

/* Whether every hard clause is met. */
bool terms_are_met(const accord_problem *problem, const clause_standing *standings);

/* "clause 4.2 (Royalty floor)"; where it has no number, its name or its place. */
const char *clause_label(accord_context *context, const term_sheet *sheet, int term);

/* "clause 4.2", as short as can be. */
const char *clause_short_label(accord_context *context, const term_sheet *sheet, int term);

/* What one row of a clause says: "gives inst at least 2.00 EUR (Annex B, p. 3)". */
const char *row_words(accord_context *context, const term_sheet *sheet, int row);

/* "clause 4.2 gives inst at least 2.00 EUR (Annex B, p. 3): it gets 2.50 EUR, 0.50 EUR more than that". */
const char *standing_words(accord_context *context, const term_sheet *sheet, int term, const clause_standing *standing,
                           const mpq_t *shares);

/* "breaks clause 4.2: inst gets 1.50 EUR, at least 2.00 EUR is agreed". */
const char *breach_words(accord_context *context, const term_sheet *sheet, int term, const clause_standing *standing,
                         const mpq_t *shares);

/* The amount that a bound on a party, a group or a sum stands for: "2.00 EUR", "30% of the total (3.00 EUR)". */
const char *bound_words(accord_context *context, const term_sheet *sheet, int row, const mpq_t bound);

/* The text with a capital letter. */
const char *capital(accord_context *context, const char *text);

/* "term", "clause" (where it has one); "side", and the "parties" of a step. */
void json_term(json_writer *json, const term_sheet *sheet, int term);
void json_term_side(json_writer *json, const term_sheet *sheet, int row);

/* {"met": false, "violated": [...], "notes": [...]}. */
void json_standings(json_writer *json, const term_sheet *sheet, const clause_standing *standings, bool exact);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Certificates that are checked by what a model states, at any number of parties. Nothing is shared with the solver
 * but the reading of the sheet. Each function returns what is wrong, or NULL. */
#ifndef ACCORD_CLI_VERIFY_MODEL_H
#define ACCORD_CLI_VERIFY_MODEL_H

#include "json.h"
#include "sheet.h"

/* The member of that name, or NULL where there is no object or none in it. */
const cJSON *result_member(const cJSON *object, const char *key);

/* The text of a node, or NULL. */
const char *result_text(const cJSON *node);

/* A rational written as a text, canonical or not. */
bool result_rational(accord_context *context, mpq_t number, const cJSON *node);

/* {"A": "9/2", ...}: naming every party once. shares: size n. */
bool result_shares(accord_context *context, mpq_t *shares, const term_sheet *sheet, const cJSON *object);

/* The Kohlberg certificate of two sides matched in pairs, by parties alone and pairs: a coalition that falls into them
 * has at most the excess of one of them that is settled no earlier, where none of theirs is above 0. */
const char *pairs_kohlberg_fault(accord_context *context, const term_sheet *sheet, const cJSON *allocation,
                                 const cJSON *certificate);

/* A split by shadow prices and the plan that shows them to be optimal ("dual"). */
const char *dual_fault(accord_context *context, const term_sheet *sheet, const cJSON *allocation,
                       const cJSON *certificate);

#endif

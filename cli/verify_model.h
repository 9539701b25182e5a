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

/* A list of ids, each once: a coalition of parties of the sheet, at most 64. */
bool result_coalition(const term_sheet *sheet, accord_coalition *coalition, const cJSON *list);

/* Whether a number of the result is the double next to a rational: off by one part in 2^52 at most. */
bool result_is_nearly(accord_context *context, const cJSON *node, const mpq_t exact);

/* Whether it does not say that it is of another format than this program writes. */
bool is_known_format(const cJSON *result);

/* Whether a result is of these parties, this goal and this value of everybody. */
const char *input_fault(accord_context *context, const term_sheet *sheet, const cJSON *result);

/* Reads "exact" of an allocation, which names every party once, and compares "shares" with it. shares: size n. */
const char *result_shares_fault(accord_context *context, mpq_t *shares, const term_sheet *sheet,
                                const cJSON *allocation);

/* Whether the certificate's "shares" are these. */
const char *certified_shares_fault(accord_context *context, const mpq_t *shares, const term_sheet *sheet,
                                   const cJSON *certificate);

/* The Kohlberg certificate of two sides matched in pairs, by parties alone and pairs: a coalition that falls into them
 * has at most the excess of one of them that is settled no earlier, where none of theirs is above 0. */
const char *pairs_kohlberg_fault(accord_context *context, const term_sheet *sheet, const cJSON *allocation,
                                 const cJSON *certificate);

/* The Kohlberg certificate of an airport or a tree ("kohlberg-tree"), by users and branches; by_user: of the game among the
 * users that an airport's movements are, else of the parties. */
const char *branches_kohlberg_fault(accord_context *context, const term_sheet *sheet, const cJSON *allocation,
                                    const cJSON *certificate, bool by_user);

/* A split that is in the core of a network's irreducible game, by its cheapest tree ("irreducible"). */
const char *irreducible_fault(accord_context *context, const term_sheet *sheet, const cJSON *allocation,
                              const cJSON *certificate);

/* A split by shadow prices and the plan that shows them to be optimal ("dual"). */
const char *dual_fault(accord_context *context, const term_sheet *sheet, const cJSON *allocation,
                       const cJSON *certificate);

#endif

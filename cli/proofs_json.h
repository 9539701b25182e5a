/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Certificates of the core's facts, for JSON: a split that attains an optimum, and the weights that bound it. */
#ifndef ACCORD_CLI_PROOFS_JSON_H
#define ACCORD_CLI_PROOFS_JSON_H

#include "outcome.h"

/* Each writes its member of game, of game.core or of game.least_core where there is such a proof. */
void json_core_split(json_writer *json, const term_sheet *sheet, const accord_facts *facts);
void json_core_ranges_proof(json_writer *json, const term_sheet *sheet, const accord_facts *facts);
void json_least_core_proof(json_writer *json, const term_sheet *sheet, const accord_facts *facts);
void json_stability_proof(json_writer *json, const term_sheet *sheet, const accord_facts *facts);

#endif

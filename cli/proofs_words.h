/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Proofs of the core's facts as sums that a person can follow: "10.00 (all) - 4.00 (firm and inst)". */
#ifndef ACCORD_CLI_PROOFS_WORDS_H
#define ACCORD_CLI_PROOFS_WORDS_H

#include "outcome.h"

/* What the weights come to, in the amounts as stated; turned: times -1. */
const char *proof_sum_text(accord_context *context, const term_sheet *sheet, const accord_optimum *proof, bool turned);

/* The cells of a table in three columns, with its headings: party, how far its share can go in the core, and the sum that
 * decides it, at both ends. *rows: how many. NULL where there are no proofs, and for one party. */
const char **range_proof_cells(accord_context *context, int *rows, const term_sheet *sheet, const accord_facts *facts);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The overlay "transaction_costs": what it costs parties to work together. */
#ifndef ACCORD_MODELS_TRANSACTION_COSTS_H
#define ACCORD_MODELS_TRANSACTION_COSTS_H

#include "reader.h"

/* Reads {per_member, per_link, coalitions {S: cost}} and puts the problem after these costs in the sheet's
 * place. The overlays must have been read, the terms not yet. */
void read_transaction_costs(sheet_reader *reader, const place *root);

#endif

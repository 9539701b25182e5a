/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of coalitions that are not known: null, [low, high], or left out with "missing": "unknown". */
#ifndef ACCORD_MODELS_UNKNOWN_VALUES_H
#define ACCORD_MODELS_UNKNOWN_VALUES_H

#include "reader.h"

/* Notes null or [low, high] in reader->open; false where the value is neither. The limits of one that is not as it
 * should be are reported. */
bool note_unknown(sheet_reader *reader, accord_coalition coalition, const place *at);

/* Makes the sheet's problem from a table whose noted entries, and those not set, are unknown. Where what is stated
 * contradicts itself that is reported at the values. */
void build_with_unknowns(sheet_reader *reader, const value_table *table, const place *at);

/* What "assume" says, as accord_assumption bits: superadditive unless stated otherwise. Read before the model. */
int read_assumptions(sheet_reader *reader, const place *root);

#endif

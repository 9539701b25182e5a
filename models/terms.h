/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The contract's clauses, as the sheet states them. */
#ifndef ACCORD_MODELS_TERMS_H
#define ACCORD_MODELS_TERMS_H

#include "reader.h"

/* So many rows over the shares at most, and no more than the memory limit holds. */
enum { TERMS_MOST_ROWS = 10000 };

/* Reads "terms" into the sheet and its problem, reporting what is wrong. The parties must be good;
 * fractions need the problem's total, so the model comes first. */
void read_terms(sheet_reader *reader, const place *root);

#endif

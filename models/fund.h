/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fund of a sheet: {"size", "premiums": a rule, "shortfall": a claims rule}. */
#ifndef ACCORD_MODELS_FUND_H
#define ACCORD_MODELS_FUND_H

#include "reader.h"

/* Sets sheet->fund where there is one, or reports what is wrong with it. */
void read_fund(sheet_reader *reader, const place *root);

/* Of sheet.c: the rule that is named at a place, or NULL (reported). */
const accord_rule *read_rule_name(sheet_reader *reader, const place *name);

#endif

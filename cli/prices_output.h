/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shadow prices and the plan they belong to, in JSON. */
#ifndef ACCORD_CLI_PRICES_OUTPUT_H
#define ACCORD_CLI_PRICES_OUTPUT_H

#include "json_writer.h"

/* The members of "details": ranges, prices and their ranges, what is made and bought, or who works with whom. */
void json_prices(json_writer *json, const term_sheet *sheet, const accord_prices *prices, bool exact);

/* The certificate "dual": prices and plan in exact numbers. */
void json_dual(json_writer *json, const term_sheet *sheet, const accord_prices *prices);

#endif

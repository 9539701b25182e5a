/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A risk in words. */
#ifndef ACCORD_CLI_RISK_WORDS_H
#define ACCORD_CLI_RISK_WORDS_H

#include "output.h"
#include "risk.h"

/* What the cost is: "the mean of what all lose together in the worst 5% of cases (expected shortfall)". */
const char *risk_words(accord_context *context, const term_sheet *sheet, const accord_risk *risk);

/* "5%", or the fraction where that would be long. */
const char *chance_text(accord_context *context, const mpq_t chance);

#endif

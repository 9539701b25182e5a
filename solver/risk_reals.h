/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Semideviations and entropic risks of all coalitions, in doubles. */
#ifndef ACCORD_SOLVER_RISK_REALS_H
#define ACCORD_SOLVER_RISK_REALS_H

#include "risk.h"

/* real[S], as stated, of a risk in words: size 2^n. Cost 2^n times the scenarios. */
void semideviation_of_all(accord_context *context, double *real, const accord_risk *risk);

/* The same; false where exponentials are too large for doubles. */
bool entropic_of_all(accord_context *context, double *real, const accord_risk *risk);

#endif

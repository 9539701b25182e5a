/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Semideviations and entropic risks of pooled losses, a pass over the scenarios each. */
#ifndef ACCORD_SOLVER_RISK_REALS_H
#define ACCORD_SOLVER_RISK_REALS_H

#include "risk.h"

/* sum over k of weight[k] max(pooled[k] + more[k] - whole - part, 0)^2; more and weight (1 each) may be NULL. */
double excess_squares(const int64_t *pooled, const int64_t *more, const double *weight, size_t count, int64_t whole,
                      double part);

/* How exponentials of pooled losses are put together from those of the parties. */
typedef enum exponential_form {
  GROWTH,      /* u = e^x - 1 of small x, of which nothing is lost: u + v + u v */
  EXPONENTIAL, /* e^x: products */
  TOO_LARGE    /* might be no numbers */
} exponential_form;

/* The entropic risk of every coalition in doubles, real: size 2^n; false where exponentials are too large. */
bool entropic_of_all(accord_context *context, double *real, const accord_risk *risk);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every coalition loses in each scenario, one after the other, and what the measure makes of it. */
#ifndef ACCORD_SOLVER_RISK_SWEEP_H
#define ACCORD_SOLVER_RISK_SWEEP_H

#include "risk.h"

/* Where results go: one of these is not NULL. Expected shortfall times the tail's weight, or value at risk, in the
 * risk's unit and negated as a cost's integers are; or entropic risk in doubles, as stated. */
typedef struct sweep_results {
  int64_t *small; /* size 2^n */
  wide *large;
  double *real;
} sweep_results;

/* Fills entries 1..2^n-1 of a risk in words. Cost: 2^n times the scenarios. */
void sweep_coalitions(accord_context *context, const sweep_results *results, const accord_risk *risk);

/* A power of two that what any coalition loses, times a number of so many bits, stays below in size. */
int pooled_bits_times(const accord_risk *risk, const mpz_t number);

/* For measurements: whether tails are looked for where neighbouring coalitions have theirs; returns what it was. */
bool sweep_predicts(bool predict);

#endif

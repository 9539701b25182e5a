/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often each party of a vote decides it: party i swings S (without i) where S loses and S + i wins. */
#ifndef ACCORD_SOLVER_SWINGS_H
#define ACCORD_SOLVER_SWINGS_H

#include "voting.h"

/* Polynomials with coefficients below 2^bits, each written as one integer, its value at 2^bits. */
typedef struct swing_counts {
  int voters;     /* m: coalitions of this many parties were counted; the other ones never swing any */
  unsigned bits;  /* m + 1, or 0: all sizes together */
  mpz_t *swing;   /* size n: sum over s of 2^(bits s) (the coalitions of s parties that i swings) */
  mpz_t *winning; /* bits = 0: how many of the 2^m coalitions win */
} swing_counts;

/* Of one majority with small weights. Cost m q additions of integers of m bits bits. */
swing_counts *count_by_weight(accord_context *context, const whole_majority *whole, int n, bool by_size);

/* The additions of 64 bits that takes, and the bytes. */
double count_by_weight_cost(const whole_majority *whole, int n, bool by_size, double *bytes);

/* Of any vote, by its decision diagram (one node for each way the earlier parties can matter to the later ones): cost
 * and memory grow with its nodes, which are at most q for each party of a majority, and of several the product of
 * their quotas. Leaves with ACCORD_LIMIT where they are too many. */
swing_counts *count_by_diagram(accord_context *context, const accord_voting *voting, bool by_size);

/* The chance that i swings the others where each of them joins with chance t, for t and 1 - t together (once where both
 * are 1/2): swings, size n. Returns the chance that all who join win, at t. In doubles. Stops early, with nothing, when
 * time is up; threads may search at once, each with its own work. */
typedef struct swing_work swing_work;
swing_work *start_swing_chances(accord_context *context, const whole_majority *whole, int n);
double find_swing_chances(swing_work *work, double *swings, double t);

/* Polynomials as above, for others who count. */
void coefficient_of(mpz_t coefficient, const mpz_t polynomial, int s, unsigned bits);

#endif

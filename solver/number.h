/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers as people write them, taken exactly. */
#ifndef ACCORD_SOLVER_NUMBER_H
#define ACCORD_SOLVER_NUMBER_H

#include "context.h"

enum { NUMBER_MOST_DIGITS = 400, NUMBER_MOST_EXPONENT = 300 };

typedef enum number_fault {
  NUMBER_GOOD,
  NUMBER_SYNTAX,       /* neither a decimal nor a fraction of whole numbers */
  NUMBER_TOO_LONG,     /* more than NUMBER_MOST_DIGITS digits */
  NUMBER_OUT_OF_RANGE, /* its size is outside [1e-300, 1e300] and it is not 0 */
  NUMBER_OVER_ZERO     /* denominator 0 */
} number_fault;

/* A number read but not yet built: mantissa * 10^exponent where it fits 18 digits. */
typedef struct number_parts {
  const char *text;
  size_t length;
  bool fits;     /* mantissa and exponent are the number */
  bool fraction; /* "a/b" */
  int64_t mantissa;
  int exponent;
} number_parts;

/* Reads "-12.50", "1e-9" or "7/2" (no spaces, no leading zeros), checking the limits before any
 * large number is built. Cost: the length of the text. */
number_fault number_read(number_parts *parts, const char *text, size_t length);

/* The number read; fractions are reduced. */
void number_build(accord_context *context, mpq_t number, const number_parts *parts);

/* Both at once. */
number_fault number_from_text(accord_context *context, mpq_t number, const char *text, size_t length);

/* The decimals k that a number ends after, once times rest: the least k with 10^k rest number whole, where rest
 * is the denominator without its factors 2 and 5 (1 where the decimals of the number itself end). */
int number_places(accord_context *context, mpz_t rest, const mpq_t number);

/* 10^exponent, exponent >= 0. */
void power_of_ten(mpz_t power, unsigned exponent);

/* The smaller and the larger of two; the result may be one of them. */
void rational_min(mpq_t least, const mpq_t a, const mpq_t b);
void rational_max(mpq_t greatest, const mpq_t a, const mpq_t b);

void rational_sum(mpq_t sum, const mpq_t *numbers, int n);

#endif

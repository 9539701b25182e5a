/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "risk_words.h"

const char *chance_text(accord_context *context, const mpq_t chance) {
  enum { MOST_PLACES = 4 };
  mpz_t *rest = pool_integers(context, 1);
  int places = number_places(context, *rest, chance);
  bool ends = mpz_cmp_ui(*rest, 1) == 0 && places <= MOST_PLACES + 2;
  if (ends || mpz_sizeinbase(mpq_denref(chance), 10) > 3)
    return pool_text(context, "%.4g%%", 100 * accord_to_double(chance));
  return rational_text(context, chance);
}

const char *risk_words(accord_context *context, const term_sheet *sheet, const accord_risk *risk) {
  mpq_t *rest = pool_rationals(context, 1);
  switch (risk->measure) {
  case ACCORD_EXPECTED_SHORTFALL:
    return pool_text(context, "the mean of what all lose together in the worst %s of cases (expected shortfall)",
                     chance_text(context, risk->parameter));
  case ACCORD_VALUE_AT_RISK:
    mpq_set_ui(*rest, 1, 1);
    mpq_sub(*rest, *rest, risk->parameter);
    return pool_text(context, "what all lose together is no more than that in %s of cases (value at risk)",
                     chance_text(context, *rest));
  case ACCORD_STANDARD_DEVIATION: return "the standard deviation of what all lose together";
  case ACCORD_SEMIDEVIATION:
    return "by how much what all lose together exceeds its mean, in the root mean square (semideviation)";
  case ACCORD_ENTROPIC:
    return pool_text(context, "the entropic risk of what all lose together, at a tolerance of %s",
                     money_text(context, sheet, risk->parameter));
  case ACCORD_EXPECTATION: break;
  }
  return "what all are expected to lose together";
}

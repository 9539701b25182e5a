/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words for parties that come to the table one after the other. */
#include "arrivals.h"

const char *brings(const explaining *e, const mpq_t amount) {
  mpq_t *size = pool_rationals(e->context, 1);
  mpq_abs(*size, amount);
  const char *text = say_amount(e, *size);
  if (mpq_sgn(amount) == 0) return e->cost ? "adds nothing to the cost" : "brings nothing";
  if (mpq_sgn(amount) > 0) return pool_text(e->context, e->cost ? "adds %s to the cost" : "brings %s", text);
  return pool_text(e->context, e->cost ? "lowers the cost by %s" : "lowers the worth by %s", text);
}

const char *brings_difference(const explaining *e, const mpq_t amount, const mpq_t after, const mpq_t before) {
  const char *from = mpq_sgn(before) < 0 ? pool_text(e->context, "(%s)", say_short(e, before)) : say_short(e, before);
  return pool_text(e->context, "%s (%s - %s)", brings(e, amount), say_short(e, after), from);
}

const char *weighed(const explaining *e, const mpq_t weight, const mpq_t amount, const mpq_t product) {
  if (mpq_cmp_ui(weight, 1, 1) == 0) return say_amount(e, product);
  return pool_text(e->context, "%s x %s = %s", say_fraction(e, weight), say_signed(e, amount, true),
                   say_amount(e, product));
}

const char *in_orders(const explaining *e, const mpq_t weight) {
  if (mpq_cmp_ui(weight, 1, 1) == 0) return "every order";
  mpq_t *whole = pool_rationals(e->context, 2);
  mpz_set(mpq_numref(whole[0]), mpq_numref(weight));
  mpz_set(mpq_numref(whole[1]), mpq_denref(weight));
  return pool_text(e->context, "%s of %s orders", say_fraction(e, whole[0]), say_fraction(e, whole[1]));
}

bool next_group(accord_coalition *group, accord_coalition all) {
  int size = size_of(*group);
  for (accord_coalition next = (*group - all) & all; next; next = (next - all) & all)
    if (size_of(next) == size) return *group = next, true;
  if (size == size_of(all)) return false;
  for (accord_coalition next = 0;; next = (next - all) & all)
    if (size_of(next) == size + 1) return *group = next, true;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Model "claims": an estate E and claims c_i with 0 <= E <= sum c_i; v(S) = max(0, E - claims outside S). */
#include "model.h"

#include <stdio.h>

/* False where one is negative: their sum then says nothing about the estate. */
static bool check_claims(sheet_reader *reader, mpq_t *claims, const place *at) {
  bool good = true;
  for (int i = 0; i < reader->sheet->n; i++) {
    if (mpq_sgn(claims[i]) >= 0) continue;
    place claim = member_of(at, reader->sheet->parties[i].id);
    report_value(reader, E012, &claim, NULL, "claim is negative");
    good = false;
  }
  return good;
}

static void check_estate(sheet_reader *reader, const mpq_t estate, const mpq_t *claims, const place *at) {
  char help[200];
  mpq_t *sum = pool_rationals(reader->context, 1);
  rational_sum(*sum, claims, reader->sheet->n);
  if (mpq_cmp(estate, *sum) <= 0 || !reader->parties_good) return;
  snprintf(help, sizeof help, "The claims sum to %.15g; an estate above that pays them all and needs no rule.",
           accord_to_double(*sum));
  report_value(reader, E051, at, help, "the estate exceeds the sum of the claims");
}

const char starter_claims[] =
    "{\n"
    "  \"accord\": 1,\n"
    "  \"title\": \"An insolvency\",\n"
    "  \"currency\": \"EUR\",\n"
    "  \"unit\": \"0.01\",\n"
    "  \"parties\": [\"bank\", \"supplier\", \"staff\"],\n"
    "  \"model\": {\n"
    "    \"type\": \"claims\",\n"
    "    \"estate\": 240000,\n"
    "    \"claims\": { \"bank\": 400000, \"supplier\": 150000, \"staff\": 50000 },\n"
    "    \"sharing\": \"award\"\n"
    "  },\n"
    "  \"notes\": \"estate: what is there. claims: what each is owed; together at least the estate.\"\n"
    "}\n";

void model_claims(sheet_reader *reader, const place *model) {
  static const char *const keys[] = {"type", "estate", "claims", "sharing", NULL};
  static const char *const words[] = {"award", "loss", NULL};
  term_sheet *sheet = reader->sheet;
  place estate_at, claims_at, sharing = member_of(model, "sharing");
  const char *source;
  if (!sheet->n) return;
  check_keys(reader, model, keys);
  mpq_t *claims = pool_rationals(reader->context, (size_t)sheet->n), *estate = pool_rationals(reader->context, 1);
  sheet->sharing = sharing.node && read_choice(reader, &sharing, words) == 1 ? "loss" : "award";
  bool estate_good =
      want_member(reader, &estate_at, model, "estate") && read_amount(reader, *estate, &source, &estate_at);
  bool claims_good = want_member(reader, &claims_at, model, "claims") &&
                     read_amounts_by_party(reader, claims, NULL, NULL, &claims_at, E050);
  if (claims_at.node && is_object(claims_at.node))
    claims_good = check_claims(reader, claims, &claims_at) && claims_good;
  if (estate_good && mpq_sgn(*estate) < 0) report_value(reader, E052, &estate_at, NULL, "the estate is negative");
  if (claims_good && estate_good) check_estate(reader, *estate, (const mpq_t *)claims, &estate_at);
  if (sheet->diagnostics.count) return;
  sheet->problem = problem_from_claims(reader->context, *estate, (const mpq_t *)claims, sheet->n);
  set_numbers(sheet);
}

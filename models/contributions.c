/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Model "contributions": a total, and criteria to share it by; no group has a value of its own. */
#include "criteria.h"
#include "model.h"

static void read_total(sheet_reader *reader, mpq_t total, const place *model) {
  const char *source;
  place at;
  if (!want_member(reader, &at, model, "total") || is_broken(at.node) || !read_amount(reader, total, &source, &at))
    return;
  if (mpq_sgn(total) < 0) report_value(reader, E256, &at, NULL, "the total is below 0");
}

const char starter_contributions[] =
    "{\n"
    "  \"accord\": 1,\n"
    "  \"title\": \"Royalties of a joint patent\",\n"
    "  \"currency\": \"EUR\",\n"
    "  \"unit\": \"0.01\",\n"
    "  \"parties\": [\"university\", \"enterprise\", \"institute\"],\n"
    "  \"model\": {\n"
    "    \"type\": \"contributions\",\n"
    "    \"total\": 250000,\n"
    "    \"criteria\": [\n"
    "      { \"name\": \"inventors\", \"weight\": 3, \"scores\": { \"university\": 5, \"enterprise\": 2, \"institute\": 3 } },\n"
    "      { \"name\": \"money\", \"weight\": 2, \"scores\": { \"university\": 20, \"enterprise\": 90, \"institute\": 10 } },\n"
    "      { \"name\": \"months\", \"weight\": 1, \"scores\": { \"university\": 36, \"enterprise\": 12, \"institute\": 24 } }\n"
    "    ]\n"
    "  },\n"
    "  \"notes\": \"total: what is shared. criteria: by what, how much each counts (weight, any scale), and what each party "
    "scores.\"\n"
    "}\n";

void model_contributions(sheet_reader *reader, const place *model) {
  static const char *const keys[] = {"type", "total", "criteria", "pairwise", "weights", NULL};
  term_sheet *sheet = reader->sheet;
  place list;
  if (!sheet->n) return;
  check_keys(reader, model, keys);
  accord_problem *problem = POOL_NEW(reader->context, 1, accord_problem);
  pool_rational(reader->context, problem->total);
  read_total(reader, problem->total, model);
  const accord_criteria *criteria = want_member(reader, &list, model, "criteria") && reader->parties_good
                                        ? read_criteria_of_model(reader, model)
                                        : NULL;
  if (sheet->diagnostics.count || !criteria) return;
  problem->n = sheet->n;
  problem->goal = ACCORD_BENEFIT;
  problem->exact = true;
  problem->criteria_only = true;
  problem->no_game = "only criteria are given, and no group has a value by itself";
  problem->overlays.criteria = criteria;
  sheet->problem = problem;
  set_numbers(sheet);
}

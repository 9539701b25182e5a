/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Model "airport": users with different needs share a facility; c(S) = the largest need in S. */
#include "model.h"
#include "shared_tree.h"

static void read_needs(sheet_reader *reader, accord_airport *airport, const place *model) {
  place at;
  if (!want_member(reader, &at, model, "needs") ||
      !read_amounts_by_party(reader, airport->need, NULL, NULL, &at, E241) || !is_object(at.node))
    return;
  for (int i = 0; i < airport->n; i++) {
    if (mpq_sgn(airport->need[i]) >= 0) continue;
    place need = member_of(&at, reader->sheet->parties[i].id);
    report_value(reader, E240, &need, NULL, "the need of \"%.80s\" is below 0", reader->sheet->parties[i].id);
  }
}

static bool is_count(const mpq_t number) {
  return mpz_cmp_ui(mpq_denref(number), 1) == 0 && mpq_cmp_si(number, 1, 1) >= 0 &&
         mpq_cmp_si(number, ACCORD_MOST_MOVEMENTS, 1) <= 0;
}

/* How many users each party stands for; left NULL where everybody is one. */
static void read_movements(sheet_reader *reader, accord_airport *airport, const place *model) {
  place at = member_of(model, "movements");
  size_t n = (size_t)airport->n;
  mpq_t *count = pool_rationals(reader->context, n);
  bool *present = POOL_NEW(reader->context, n, bool), many = false;
  int64_t *movements = POOL_NEW(reader->context, n, int64_t);
  if (!at.node || !read_amounts_by_party(reader, count, NULL, present, &at, ERROR_CODE_COUNT)) return;
  for (int i = 0; i < airport->n; i++) {
    movements[i] = 1;
    if (!present[i]) continue;
    place one = member_of(&at, reader->sheet->parties[i].id);
    if (is_count(count[i])) movements[i] = mpz_get_si(mpq_numref(count[i]));
    else
      report_value(reader, E242, &one, NULL, "\"%.80s\" does not stand for a whole number of users, one or more",
                   reader->sheet->parties[i].id);
    many = many || movements[i] > 1;
  }
  airport->movements = many ? movements : NULL;
}

const char starter_airport[] =
    "{\n"
    "  \"accord\": 1,\n"
    "  \"title\": \"A shared clean room\",\n"
    "  \"currency\": \"EUR\",\n"
    "  \"unit\": \"0.01\",\n"
    "  \"parties\": [\"sensors\", \"optics\", \"chips\"],\n"
    "  \"model\": {\n"
    "    \"type\": \"airport\",\n"
    "    \"needs\": { \"sensors\": 120000, \"optics\": 180000, \"chips\": 400000 },\n"
    "    \"movements\": { \"sensors\": 40, \"optics\": 25, \"chips\": 10 }\n"
    "  },\n"
    "  \"rules\": [\"shapley\", \"nucleolus\"],\n"
    "  \"notes\": \"needs: what a facility good enough for each would cost; the largest serves all. movements: how many "
    "users each stands for, such as its runs a year; leave it out where each is one.\"\n"
    "}\n";

void model_airport(sheet_reader *reader, const place *model) {
  static const char *const keys[] = {"type", "needs", "movements", NULL};
  term_sheet *sheet = reader->sheet;
  if (!sheet->n) return;
  check_keys(reader, model, keys);
  accord_airport *airport = POOL_NEW(reader->context, 1, accord_airport);
  airport->n = sheet->n;
  airport->need = pool_rationals(reader->context, (size_t)sheet->n);
  read_needs(reader, airport, model);
  read_movements(reader, airport, model);
  if (sheet->diagnostics.count) return;
  sheet->problem = problem_from_airport(reader->context, airport);
  set_numbers(sheet);
}

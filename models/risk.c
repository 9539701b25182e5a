/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Model "risk": c(S) = the risk, by a measure, of what S loses together in scenarios. */
#include "risk.h"

#include "model.h"
#include "scenarios.h"

#include <string.h>

/* ------------------------------------------------------------------ measure */

/* In the order of accord_measure. */
static const char *const measure_words[] = {
    "expected-shortfall", "value-at-risk", "standard-deviation", "semideviation", "entropic", "expectation", NULL};

static void read_tail(sheet_reader *reader, mpq_t tail, const place *at) {
  if (!read_number(reader, tail, at)) return;
  if (mpq_sgn(tail) > 0 && mpq_cmp_ui(tail, 1, 1) <= 0) return;
  report_value(reader, E225, at, NULL, "the tail is %s", mpq_sgn(tail) > 0 ? "more than all outcomes" : "not above 0");
}

static void read_tolerance(sheet_reader *reader, mpq_t tolerance, const place *at) {
  const char *source;
  if (!read_amount(reader, tolerance, &source, at) || mpq_sgn(tolerance) > 0) return;
  report_value(reader, E226, at, NULL, "the tolerance is not above 0");
}

/* "tail" or "tolerance": where the measure has it, it must be there; where not, it must not. */
static void read_parameter(sheet_reader *reader, mpq_t parameter, const place *measure, const char *key,
                           const char *type, bool wanted,
                           void (*read)(sheet_reader *reader, mpq_t parameter, const place *at)) {
  place at = member_of(measure, key);
  if (wanted && want_member(reader, &at, measure, key)) read(reader, parameter, &at);
  else if (!wanted && at.node) report_key(reader, E227, &at, NULL, "%s has no %s", type, key);
}

static bool read_measure(sheet_reader *reader, accord_measure *measure, mpq_t parameter, const place *model) {
  static const char *const keys[] = {"type", "tail", "tolerance", NULL};
  place at, type;
  if (!want_member(reader, &at, model, "measure") || !want_object(reader, &at)) return false;
  check_keys(reader, &at, keys);
  int found = want_member(reader, &type, &at, "type") ? read_choice(reader, &type, measure_words) : -1;
  if (found < 0) return false;
  *measure = (accord_measure)found;
  bool has_tail = *measure == ACCORD_EXPECTED_SHORTFALL || *measure == ACCORD_VALUE_AT_RISK;
  read_parameter(reader, parameter, &at, "tail", measure_words[found], has_tail, read_tail);
  read_parameter(reader, parameter, &at, "tolerance", measure_words[found], *measure == ACCORD_ENTROPIC,
                 read_tolerance);
  if (reader->sheet->options.numbers == NUMBERS_EXACT && !measure_is_rational(*measure))
    report_value(reader, E082, &type, NULL, "%s has no exact answer", measure_words[found]);
  return true;
}

/* ---------------------------------------------------------------- scenarios */

static bool read_losses(sheet_reader *reader, scenario_list *list, const place *model) {
  place inner = member_of(model, "scenarios"), file = member_of(model, "scenarios_file");
  if (inner.node && file.node) {
    report_key(reader, E220, &file, NULL, "the scenarios are given twice");
    return false;
  }
  if (!inner.node && !file.node) {
    report_value(reader, E221, model, NULL, "there are no scenarios");
    return false;
  }
  return file.node ? read_scenarios_file(reader, list, &file) : read_scenarios(reader, list, &inner);
}

const char starter_risk[] =
    "{\n"
    "  \"accord\": 1,\n"
    "  \"title\": \"A pilot plant that may be late\",\n"
    "  \"currency\": \"EUR thousand\",\n"
    "  \"unit\": \"0.01\",\n"
    "  \"parties\": [\"maker\", \"lab\", \"grid\"],\n"
    "  \"model\": {\n"
    "    \"type\": \"risk\",\n"
    "    \"scenarios\": [\n"
    "      { \"probability\": 0.7, \"loss\": { \"maker\": 0, \"lab\": 0, \"grid\": 0 } },\n"
    "      { \"probability\": 0.2, \"loss\": { \"maker\": 90, \"lab\": 20, \"grid\": -30 } },\n"
    "      { \"probability\": 0.1, \"loss\": { \"maker\": 40, \"lab\": 160, \"grid\": 100 } }\n"
    "    ],\n"
    "    \"measure\": { \"type\": \"expected-shortfall\", \"tail\": 0.2 }\n"
    "  },\n"
    "  \"notes\": \"loss: what each loses in a scenario; below 0 it gains. measure: what all together must be able to "
    "bear; here the mean loss in the worst fifth of cases.\"\n"
    "}\n";

void model_risk(sheet_reader *reader, const place *model) {
  static const char *const keys[] = {"type", "scenarios", "scenarios_file", "measure", NULL};
  term_sheet *sheet = reader->sheet;
  accord_measure measure = ACCORD_EXPECTATION;
  scenario_list list = {0};
  mpq_t *parameter = pool_rationals(reader->context, 1);
  if (!sheet->n) return;
  check_keys(reader, model, keys);
  bool measured = read_measure(reader, &measure, *parameter, model);
  bool good = reader->parties_good && read_losses(reader, &list, model);
  if (!measured || !good || sheet->diagnostics.count) return;
  bool exact = sheet->options.numbers == NUMBERS_EXACT || (sheet->options.numbers == NUMBERS_AUTO && !list.doubles);
  accord_risk *risk =
      list.doubles ? risk_from_doubles(reader->context, measure, *parameter, exact, list.doubles, list.count, sheet->n)
                   : risk_from_lists(reader->context, measure, *parameter, &list.chances, &list.losses, sheet->n);
  sheet->problem = problem_from_risk(reader->context, risk, exact);
}

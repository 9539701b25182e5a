/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a fund. */
#include "fund.h"

#include "model.h"

#include <string.h>

static void read_size(sheet_reader *reader, accord_fund *fund, const place *at) {
  place size;
  const char *source;
  if (!want_member(reader, &size, at, "size") || !read_amount(reader, fund->size, &source, &size)) return;
  if (mpq_sgn(fund->size) <= 0) report_value(reader, E239, &size, NULL, "the size of the fund is not above 0");
}

/* A rule of one of these domains. */
static const accord_rule *read_rule_of(sheet_reader *reader, const place *at, const char *key, int domains,
                                       error_code code, const char *what) {
  place name;
  const accord_rule *rule = want_member(reader, &name, at, key) ? read_rule_name(reader, &name) : NULL;
  if (!rule || rule->domain & domains) return rule;
  report_value(reader, code, &name, NULL, "\"%s\" %s", rule->name, what);
  return NULL;
}

static bool has_losses(const accord_problem *problem) {
  return problem->risk || (problem->frictionless && problem->frictionless->risk);
}

void read_fund(sheet_reader *reader, const place *root) {
  static const char *const keys[] = {"size", "premiums", "shortfall", NULL};
  const term_sheet *sheet = reader->sheet;
  place at = member_of(root, "fund");
  if (!at.node || is_broken(at.node) || !want_object(reader, &at)) return;
  accord_fund *fund = POOL_NEW(reader->context, 1, accord_fund);
  pool_rational(reader->context, fund->size);
  check_keys(reader, &at, keys);
  if (sheet->model && strcmp(sheet->model->name, "risk") != 0) {
    report_key(reader, E235, &at, NULL, "the model \"%s\" has no losses that a fund could cover", sheet->model->name);
    return;
  }
  read_size(reader, fund, &at);
  fund->premiums =
      read_rule_of(reader, &at, "premiums", ACCORD_ON_GAMES | ACCORD_ON_RISK, E236, "does not share a risk");
  fund->shortfall = read_rule_of(reader, &at, "shortfall", ACCORD_ON_CLAIMS, E237, "is no claims rule");
  if (sheet->problem && has_losses(sheet->problem)) reader->sheet->fund = fund;
}

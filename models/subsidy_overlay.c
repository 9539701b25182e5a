/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a subsidy: {"to": "core"} or {"amount": 5}, with "schedule": the fraction of it in each period. */
#include "subsidy_overlay.h"

static void read_amount_of(sheet_reader *reader, sheet_subsidy *subsidy, const place *amount) {
  const char *source;
  if (is_broken(amount->node) || !read_amount(reader, subsidy->amount, &source, amount)) return;
  if (mpq_sgn(subsidy->amount) < 0) report_value(reader, E195, amount, NULL, "a subsidy is negative");
}

static void read_kind(sheet_reader *reader, sheet_subsidy *subsidy, const place *at) {
  static const char *const aims[] = {"core", NULL};
  place to = member_of(at, "to"), amount = member_of(at, "amount");
  if (to.node && amount.node) {
    report_key(reader, E193, &amount, NULL, "the subsidy has an amount beside \"to\"");
    return;
  }
  if (amount.node) {
    read_amount_of(reader, subsidy, &amount);
    return;
  }
  if (!to.node) {
    report_value(reader, E194, at, NULL, "the subsidy says neither what it is for nor how much it is");
    return;
  }
  subsidy->to_core = read_choice(reader, &to, aims) == 0;
}

static void read_fraction(sheet_reader *reader, mpq_t fraction, const place *at) {
  if (is_broken(at->node) || !read_number(reader, fraction, at)) return;
  if (mpq_sgn(fraction) < 0 || mpq_cmp_ui(fraction, 1, 1) > 0)
    report_value(reader, E196, at, NULL, "a period has a fraction that is not between 0 and 1");
}

static void read_schedule(sheet_reader *reader, sheet_subsidy *subsidy, const place *at) {
  place list = member_of(at, "schedule");
  const cJSON *node;
  if (list.node && !want_array(reader, &list)) return;
  size_t room = list.node ? (size_t)cJSON_GetArraySize(list.node) : 0;
  subsidy->fractions = pool_rationals(reader->context, room + 1);
  mpq_set_ui(subsidy->fractions[0], 1, 1);
  subsidy->period_count = 1;
  if (!list.node) return;
  if (room == 0) {
    report_value(reader, E196, &list, NULL, "the schedule has no period");
    return;
  }
  subsidy->period_count = 0;
  cJSON_ArrayForEach(node, list.node) {
    place fraction = element_at(&list, node, (size_t)subsidy->period_count);
    read_fraction(reader, subsidy->fractions[subsidy->period_count++], &fraction);
  }
}

void read_subsidy(sheet_reader *reader, const place *root) {
  static const char *const keys[] = {"to", "amount", "schedule", NULL};
  place at = member_of(root, "subsidy");
  if (!at.node || is_broken(at.node) || !want_object(reader, &at)) return;
  sheet_subsidy *subsidy = reader->sheet->subsidy = POOL_NEW(reader->context, 1, sheet_subsidy);
  pool_rational(reader->context, subsidy->amount);
  check_keys(reader, &at, keys);
  read_kind(reader, subsidy, &at);
  read_schedule(reader, subsidy, &at);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading transaction costs: t(S) = per_member |S| + per_link l(S) + coalitions[S]. */
#include "transaction_costs.h"

/* An amount of 0 or more, 0 where it is not there. */
static void read_cost(sheet_reader *reader, mpq_t cost, const place *at) {
  const char *source;
  if (!at->node || is_broken(at->node) || !read_amount(reader, cost, &source, at)) return;
  if (mpq_sgn(cost) < 0) report_value(reader, E190, at, NULL, "a transaction cost is negative");
}

static void report_coalition(sheet_reader *reader, const place *at, const accord_coalition *before, int count) {
  accord_coalition coalition = before[count];
  if (size_of(coalition) < 2) {
    report_key(reader, E191, at, NULL, "%s is one party, which works with nobody",
               coalition_text(reader->context, reader->sheet, coalition));
    return;
  }
  for (int k = 0; k < count; k++)
    if (before[k] == coalition) {
      report_key(reader, E041, at, NULL, "the coalition %s was stated before, under another spelling",
                 coalition_text(reader->context, reader->sheet, coalition));
      return;
    }
}

static void read_coalition_costs(sheet_reader *reader, accord_transaction_costs *costs, const place *list) {
  const cJSON *node;
  if (!list->node || is_broken(list->node) || !want_object(reader, list)) return;
  size_t room = (size_t)cJSON_GetArraySize(list->node);
  accord_coalition *coalitions = POOL_NEW(reader->context, room + 1, accord_coalition);
  mpq_t *extra = pool_rationals(reader->context, room);
  cJSON_ArrayForEach(node, list->node) {
    place at = member_at(list, node);
    check_clock(reader->context);
    if (is_comment(reader, node->string)) continue;
    read_cost(reader, extra[costs->count], &at);
    if (!read_coalition(reader, &coalitions[costs->count], &at, node->string)) continue;
    report_coalition(reader, &at, coalitions, costs->count);
    costs->count++;
  }
  costs->coalitions = coalitions;
  costs->extra = (const mpq_t *)extra;
}

static void apply(sheet_reader *reader, const accord_transaction_costs *costs, const place *at) {
  term_sheet *sheet = reader->sheet;
  if (sheet->problem->claims) {
    report_value(reader, E192, at, NULL, "an estate is shared, and nobody works together at a cost");
    return;
  }
  if (sheet->problem->unknowns) {
    report_value(reader, E273, at, NULL, "some values are unknown");
    return;
  }
  if (sheet->problem->criteria_only) {
    report_value(reader, E258, at, NULL, "only criteria are given, and no group has a value to take costs off");
    return;
  }
  if (sheet->problem->airport && sheet->problem->airport->movements) {
    report_value(reader, E243, at, NULL, "the parties of this airport are many users each");
    return;
  }
  accord_status status = accord_make_game(reader->context, sheet->problem);
  if (status == ACCORD_OK)
    status = accord_apply_transaction_costs(reader->context, &sheet->problem, sheet->problem, costs);
  if (status != ACCORD_OK) guard_leave(reader->context, status, "%s", accord_message(reader->context));
}

void read_transaction_costs(sheet_reader *reader, const place *root) {
  static const char *const keys[] = {"per_member", "per_link", "coalitions", NULL};
  place at = member_of(root, "transaction_costs");
  if (!at.node || is_broken(at.node) || !want_object(reader, &at)) return;
  accord_transaction_costs *costs = POOL_NEW(reader->context, 1, accord_transaction_costs);
  pool_rational(reader->context, costs->per_member);
  pool_rational(reader->context, costs->per_link);
  check_keys(reader, &at, keys);
  place per_member = member_of(&at, "per_member"), per_link = member_of(&at, "per_link"),
        coalitions = member_of(&at, "coalitions");
  read_cost(reader, costs->per_member, &per_member);
  read_cost(reader, costs->per_link, &per_link);
  read_coalition_costs(reader, costs, &coalitions);
  if (reader->sheet->diagnostics.count == 0 && reader->sheet->problem) apply(reader, costs, &at);
}

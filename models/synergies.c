/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Model "synergies": v(S) = sum of standalone values in S + every synergy whose parties are all in S.
 * The synergies are the game's dividends (Harsanyi 1959), so the table is one subset-sum transform. */
#include "model.h"
#include "values_file.h"

#include <stdio.h>
#include <string.h>

static void add_to_entry(sheet_reader *reader, value_table *table, accord_coalition coalition, const mpq_t amount) {
  mpq_t *sum = pool_rationals(reader->context, 1);
  mpq_set(*sum, amount);
  if (table_is_set(table, coalition)) mpq_add(*sum, *sum, table->rationals[table->entries[coalition].rational]);
  table_set_rational(table, coalition, *sum);
  pool_free(reader->context, sum);
}

static void read_standalone(sheet_reader *reader, value_table *table, const place *model) {
  term_sheet *sheet = reader->sheet;
  place standalone;
  if (!want_member(reader, &standalone, model, "standalone")) return;
  mpq_t *amounts = pool_rationals(reader->context, (size_t)sheet->n);
  bool *present = POOL_NEW(reader->context, (size_t)sheet->n, bool);
  if (!read_amounts_by_party(reader, amounts, NULL, present, &standalone, ERROR_CODE_COUNT)) return;
  for (int i = 0; i < sheet->n; i++) {
    add_to_entry(reader, table, party(i), amounts[i]);
    if (!present[i])
      sheet_warn(sheet, "\"standalone\" does not name %s: its value alone is taken to be 0", sheet->parties[i].id);
  }
}

/* The parties of a synergy: a list of ids. */
static bool read_members(sheet_reader *reader, accord_coalition *members, const place *list) {
  const cJSON *node;
  size_t index = 0;
  *members = 0;
  if (!want_array(reader, list)) return false;
  cJSON_ArrayForEach(node, list->node) {
    place id = element_at(list, node, index++);
    if (!want_text(reader, &id)) return false;
    int found = read_party(reader, &id, node->valuestring, strlen(node->valuestring));
    if (found < 0) return false;
    if (has(*members, found)) {
      report_value(reader, E028, &id, NULL, "\"%s\" stands twice in this synergy", node->valuestring);
      return false;
    }
    *members |= party(found);
  }
  if (*members) return true;
  report_value(reader, E056, list, NULL, "this synergy names nobody");
  return false;
}

static void read_synergy(sheet_reader *reader, value_table *table, const place *synergy) {
  static const char *const keys[] = {"parties", "value", NULL};
  accord_coalition members = 0;
  const char *source;
  place list, value;
  mpq_t *amount = pool_rationals(reader->context, 1);
  if (!want_object(reader, synergy)) return;
  check_keys(reader, synergy, keys);
  bool listed = want_member(reader, &list, synergy, "parties") && read_members(reader, &members, &list);
  bool valued = want_member(reader, &value, synergy, "value") && read_amount(reader, *amount, &source, &value);
  if (listed && valued) add_to_entry(reader, table, members, *amount);
}

const char starter_synergies[] =
    "{\n"
    "  \"accord\": 1,\n"
    "  \"title\": \"A joint product\",\n"
    "  \"currency\": \"EUR\",\n"
    "  \"unit\": \"0.01\",\n"
    "  \"parties\": [\"maker\", \"seller\", \"lab\"],\n"
    "  \"model\": {\n"
    "    \"type\": \"synergies\",\n"
    "    \"goal\": \"benefit\",\n"
    "    \"standalone\": { \"maker\": 20000, \"seller\": 15000, \"lab\": 0 },\n"
    "    \"synergies\": [\n"
    "      { \"parties\": [\"maker\", \"seller\"], \"value\": 35000 },\n"
    "      { \"parties\": [\"maker\", \"lab\"], \"value\": 25000 },\n"
    "      { \"parties\": [\"maker\", \"seller\", \"lab\"], \"value\": 25000 }\n"
    "    ]\n"
    "  },\n"
    "  \"notes\": \"standalone: what each earns alone. synergies: what these parties add when all of them are there.\"\n"
    "}\n";

void model_synergies(sheet_reader *reader, const place *model) {
  static const char *const keys[] = {"type", "goal", "standalone", "synergies", NULL};
  term_sheet *sheet = reader->sheet;
  const cJSON *node;
  size_t index = 0;
  value_table table;
  place synergies;
  check_keys(reader, model, keys);
  accord_goal goal = read_goal(reader, model);
  if (!reader->parties_good || !want_table(reader, model)) return;
  table_start(reader->context, &table, goal, sheet->n);
  read_standalone(reader, &table, model);
  if (want_member(reader, &synergies, model, "synergies") && want_array(reader, &synergies))
    cJSON_ArrayForEach(node, synergies.node) {
      place synergy = element_at(&synergies, node, index++);
      if (!is_broken(node)) read_synergy(reader, &table, &synergy);
    }
  if (sheet->diagnostics.count) return;
  accord_game *game = table_finish_dividends(&table);
  pool_free(reader->context, table.entries);
  sheet->problem = problem_from_game(reader->context, game, sheet->options.numbers != NUMBERS_FLOAT);
}

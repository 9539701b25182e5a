/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Model "assignment": two sides, and what each pair of them is worth; v(S) = the best matching inside S. */
#include "assignment.h"

#include "model.h"

#include <string.h>

typedef enum side { NEITHER, LEFT, RIGHT } side;

struct sides {
  sheet_reader *reader;
  side *side; /* size n */
  int *place; /* size n: which of its side a party is */
  int *list[3], count[3];
};

static const char *const side_keys[] = {NULL, "left", "right"};

/* ------------------------------------------------------------------- sides */

static bool read_member(struct sides *sides, side which, const place *at) {
  sheet_reader *reader = sides->reader;
  if (is_broken(at->node) || !want_text(reader, at)) return false;
  const char *id = at->node->valuestring;
  int found = read_party(reader, at, id, strlen(id));
  if (found < 0) return false;
  if (sides->side[found] != NEITHER) {
    report_value(reader, E211, at, NULL,
                 sides->side[found] == which ? "\"%s\" stands twice on this side" : "\"%s\" stands on both sides", id);
    return false;
  }
  sides->side[found] = which;
  sides->place[found] = sides->count[which];
  sides->list[which][sides->count[which]++] = found;
  return true;
}

static bool read_side(struct sides *sides, side which, const place *model) {
  place at;
  const cJSON *node;
  size_t index = 0;
  bool good = true;
  if (!want_member(sides->reader, &at, model, side_keys[which]) || !want_array(sides->reader, &at)) return false;
  if (cJSON_GetArraySize(at.node) == 0) {
    report_value(sides->reader, E214, &at, NULL, "there is nobody on the %s side", side_keys[which]);
    return false;
  }
  cJSON_ArrayForEach(node, at.node) {
    place member = element_at(&at, node, index++);
    good = read_member(sides, which, &member) && good;
  }
  return good;
}

static void report_absent(struct sides *sides, const place *model) {
  const char *absent = "";
  int count = 0;
  for (int i = 0; i < sides->reader->sheet->n; i++) {
    if (sides->side[i] != NEITHER) continue;
    if (count++ < 5)
      absent = pool_text(sides->reader->context, "%s%s%s", absent, count > 1 ? ", " : "",
                         sides->reader->sheet->parties[i].id);
  }
  if (count)
    report_value(sides->reader, E210, model, NULL, "%s%s %s on neither side", absent, count > 5 ? " and others" : "",
                 count == 1 ? "is" : "are");
}

/* ------------------------------------------------------------------ values */

/* The party between two pluses, without the spaces around it; -1 (reported) where there is none of that id. */
static int read_end(sheet_reader *reader, const place *at, const char *from, const char *to) {
  while (from < to && *from == ' ') from++;
  while (from < to && to[-1] == ' ') to--;
  if (from < to) return read_party(reader, at, from, (size_t)(to - from));
  report_key(reader, E212, at, NULL, "an id is missing in this pair");
  return -1;
}

/* The places of a pair on both sides, in any order. */
static bool read_pair(struct sides *sides, int *left, int *right, const place *at) {
  sheet_reader *reader = sides->reader;
  const char *text = at->node->string, *plus = strchr(text, '+'), *ids = text;
  if (!plus || strchr(plus + 1, '+')) {
    report_key(reader, E212, at, NULL, "\"%.80s\" is not a pair", text);
    return false;
  }
  int first = read_end(reader, at, ids, plus), second = read_end(reader, at, plus + 1, text + strlen(text));
  if (first < 0 || second < 0) return false;
  if (sides->side[first] == NEITHER || sides->side[second] == NEITHER) return false; /* reported */
  if (sides->side[first] == sides->side[second]) {
    report_key(reader, E212, at, NULL, "%s and %s stand on the same side", reader->sheet->parties[first].id,
               reader->sheet->parties[second].id);
    return false;
  }
  *left = sides->place[sides->side[first] == LEFT ? first : second];
  *right = sides->place[sides->side[first] == LEFT ? second : first];
  return true;
}

static void keep_source(struct sides *sides, int left, int right, const char *source) {
  if (!source || sides->reader->sheet->n > 64) return;
  sheet_add_source(sides->reader->sheet, party(sides->list[LEFT][left]) | party(sides->list[RIGHT][right]), source);
}

/* Pairs that are not stated are worth nothing. */
static mpq_t *read_values(struct sides *sides, const place *at) {
  const cJSON *node;
  size_t count = (size_t)sides->count[LEFT] * (size_t)sides->count[RIGHT];
  mpq_t *value = pool_rationals(sides->reader->context, count);
  bool *stated = POOL_NEW(sides->reader->context, count + 1, bool);
  cJSON_ArrayForEach(node, at->node) {
    const char *source = NULL;
    int left, right;
    place member = member_at(at, node);
    check_clock(sides->reader->context);
    if (is_comment(sides->reader, node->string) || !read_pair(sides, &left, &right, &member)) continue;
    int k = left * sides->count[RIGHT] + right;
    if (stated[k])
      report_key(sides->reader, E213, &member, NULL, "the pair \"%.80s\" was stated before, under another spelling",
                 node->string);
    stated[k] = true;
    if (!is_broken(node) && read_amount(sides->reader, value[k], &source, &member))
      keep_source(sides, left, right, source);
  }
  return value;
}

/* ---------------------------------------------------------------- the model */

const char starter_assignment[] =
    "{\n"
    "  \"accord\": 1,\n"
    "  \"title\": \"Technologies and firms\",\n"
    "  \"currency\": \"EUR\",\n"
    "  \"unit\": \"1\",\n"
    "  \"parties\": [\"coating\", \"sensor\", \"firm_A\", \"firm_B\", \"firm_C\"],\n"
    "  \"model\": {\n"
    "    \"type\": \"assignment\",\n"
    "    \"left\": [\"coating\", \"sensor\"],\n"
    "    \"right\": [\"firm_A\", \"firm_B\", \"firm_C\"],\n"
    "    \"values\": {\n"
    "      \"coating+firm_A\": 80000, \"coating+firm_B\": 95000,\n"
    "      \"sensor+firm_A\": 60000, \"sensor+firm_B\": 90000, \"sensor+firm_C\": 50000\n"
    "    }\n"
    "  },\n"
    "  \"notes\": \"left, right: the two sides; each party is on one. values: what a pair is worth if these two work "
    "together; a pair that is left out is worth nothing.\"\n"
    "}\n";

static void make_problem(struct sides *sides, mpq_t *value) {
  term_sheet *sheet = sides->reader->sheet;
  accord_assignment *assignment = POOL_NEW(sheet->context, 1, accord_assignment);
  *assignment = (accord_assignment){sheet->n,          sides->count[LEFT], sides->count[RIGHT],
                                    sides->list[LEFT], sides->list[RIGHT], (const mpq_t *)value};
  sheet->problem = problem_from_assignment(sheet->context, assignment);
  if (sheet->options.numbers != NUMBERS_FLOAT) return;
  sheet->problem->exact = false;
  if (sheet->problem->game) game_set_slack(sheet->context, sheet->problem->game);
}

void model_assignment(sheet_reader *reader, const place *model) {
  static const char *const keys[] = {"type", "left", "right", "values", NULL};
  term_sheet *sheet = reader->sheet;
  struct sides sides = {.reader = reader};
  place values;
  if (!sheet->n) return;
  check_keys(reader, model, keys);
  size_t n = (size_t)sheet->n;
  sides.side = POOL_NEW(reader->context, n, side);
  sides.place = POOL_NEW(reader->context, n, int);
  sides.list[LEFT] = POOL_NEW(reader->context, n, int);
  sides.list[RIGHT] = POOL_NEW(reader->context, n, int);
  if (!reader->parties_good) return;
  bool left = read_side(&sides, LEFT, model), right = read_side(&sides, RIGHT, model);
  if (left && right) report_absent(&sides, model);
  if (!want_member(reader, &values, model, "values") || !want_object(reader, &values)) return;
  mpq_t *value = read_values(&sides, &values);
  if (!sheet->diagnostics.count) make_problem(&sides, value);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Model "voting": v(S) = prize if S wins. A coalition wins by a quota of weights, by several of them at once, or by
 * holding one of the minimal winning coalitions. */
#include "voting.h"

#include "model.h"

#include <stdlib.h>
#include <string.h>

/* --------------------------------------------------------------- majorities */

static bool check_votes(sheet_reader *reader, mpq_t *weights, const place *at) {
  bool good = true;
  for (int i = 0; i < reader->sheet->n; i++) {
    if (mpq_sgn(weights[i]) >= 0) continue;
    place weight = member_of(at, reader->sheet->parties[i].id);
    report_value(reader, E143, &weight, NULL, "the votes of \"%.80s\" are below 0", reader->sheet->parties[i].id);
    good = false;
  }
  return good;
}

static void check_quota(sheet_reader *reader, const accord_majority *majority, const place *at, bool weights_good) {
  mpq_t *sum = pool_rationals(reader->context, 1);
  if (mpq_sgn(majority->quota) <= 0) {
    report_value(reader, E144, at, NULL, "the quota is not above 0");
    return;
  }
  if (!weights_good) return;
  rational_sum(*sum, (const mpq_t *)majority->weight, reader->sheet->n);
  if (mpq_cmp(majority->quota, *sum) <= 0) return;
  report_value(
      reader, E145, at,
      pool_text(reader->context, "The votes sum to %.15g; no more than that can be asked for.", accord_to_double(*sum)),
      "not even all parties together reach the quota");
}

/* "quota" and "weights" of the model, or of one of several majorities. */
static void read_majority(sheet_reader *reader, accord_majority *majority, const place *at) {
  place quota, weights;
  const char *source;
  pool_rational(reader->context, majority->quota);
  majority->weight = pool_rationals(reader->context, (size_t)reader->sheet->n);
  bool quota_good = want_member(reader, &quota, at, "quota") && read_amount(reader, majority->quota, &source, &quota);
  bool weights_good = want_member(reader, &weights, at, "weights") &&
                      read_amounts_by_party(reader, majority->weight, NULL, NULL, &weights, E142);
  if (weights.node && is_object(weights.node))
    weights_good = check_votes(reader, majority->weight, &weights) && weights_good;
  if (quota_good) check_quota(reader, majority, &quota, weights_good);
}

static void read_all_of(sheet_reader *reader, accord_voting *voting, const place *at) {
  static const char *const keys[] = {"quota", "weights", NULL};
  const cJSON *node;
  size_t index = 0, count;
  if (!want_array(reader, at)) return;
  count = (size_t)cJSON_GetArraySize(at->node);
  if (!count) report_value(reader, E146, at, NULL, "there is no majority to reach");
  voting->majorities = POOL_NEW(reader->context, count + 1, accord_majority);
  cJSON_ArrayForEach(node, at->node) {
    place entry = element_at(at, node, index++);
    if (!want_object(reader, &entry)) continue;
    check_keys(reader, &entry, keys);
    read_majority(reader, &voting->majorities[voting->majority_count++], &entry);
  }
}

/* ------------------------------------------------------- winning coalitions */

static int compare_members(const void *a, const void *b) {
  int first = *(const int *)a, second = *(const int *)b;
  return (first > second) - (first < second);
}

static bool read_group(sheet_reader *reader, accord_group *group, bool *seen, const place *at) {
  const cJSON *node;
  size_t index = 0;
  bool good = true;
  group->count = 0;
  if (!want_array(reader, at)) return false;
  group->member = POOL_NEW(reader->context, (size_t)cJSON_GetArraySize(at->node) + 1, int);
  cJSON_ArrayForEach(node, at->node) {
    place id = element_at(at, node, index++);
    int found = want_text(reader, &id) ? read_party(reader, &id, node->valuestring, strlen(node->valuestring)) : -1;
    if (found >= 0 && seen[found])
      report_value(reader, E028, &id, NULL, "\"%s\" stands twice in this coalition", node->valuestring);
    good = good && found >= 0 && !seen[found];
    if (found >= 0 && !seen[found]) group->member[group->count++] = found;
    if (found >= 0) seen[found] = true;
  }
  for (int j = 0; j < group->count; j++) seen[group->member[j]] = false;
  qsort(group->member, (size_t)group->count, sizeof *group->member, compare_members);
  if (index == 0) report_value(reader, E148, at, NULL, "a winning coalition has no members");
  return good && index > 0;
}

static bool is_inside(const accord_group *a, const accord_group *b) {
  int j = 0;
  for (int i = 0; i < a->count; i++, j++) {
    while (j < b->count && b->member[j] < a->member[i]) j++;
    if (j == b->count || b->member[j] != a->member[i]) return false;
  }
  return true;
}

static const char *group_text(const sheet_reader *reader, const accord_group *group) {
  const char *text = "";
  for (int j = 0; j < group->count && j < 8; j++)
    text = pool_text(reader->context, "%s%s%s", text, j ? "+" : "", reader->sheet->parties[group->member[j]].id);
  return group->count > 8 ? pool_text(reader->context, "%s+...", text) : text;
}

/* Reports whichever of two coalitions should not be there: the later of two equal ones, the larger; each once. */
static void compare_groups(sheet_reader *reader, const accord_voting *voting, bool *told, const place *at, int earlier,
                           int later) {
  const accord_group *a = &voting->winning[earlier], *b = &voting->winning[later];
  int inner = a->count <= b->count ? earlier : later, outer = inner == earlier ? later : earlier;
  if (told[outer] || !is_inside(&voting->winning[inner], &voting->winning[outer])) return;
  told[outer] = true;
  if (a->count == b->count) {
    report_value(reader, E149, &at[later], NULL, "%s was listed before", group_text(reader, b));
    return;
  }
  report_value(reader, E150, &at[outer],
               pool_text(reader->context, "Leave it out: %s wins already, and so does everything around it.",
                         group_text(reader, &voting->winning[inner])),
               "%s is not minimal", group_text(reader, &voting->winning[outer]));
}

/* No coalition is within another. Cost: the square of the list. */
static void check_winning(sheet_reader *reader, const accord_voting *voting, const place *at) {
  bool *told = POOL_NEW(reader->context, (size_t)voting->winning_count, bool);
  for (int later = 0; later < voting->winning_count; later++) {
    check_clock(reader->context);
    for (int earlier = 0; earlier < later && reader->sheet->diagnostics.count < MOST_DIAGNOSTICS; earlier++)
      compare_groups(reader, voting, told, at, earlier, later);
  }
}

static void read_winning(sheet_reader *reader, accord_voting *voting, const place *at) {
  const cJSON *node;
  size_t index = 0, count;
  bool good = true;
  if (!want_array(reader, at)) return;
  count = (size_t)cJSON_GetArraySize(at->node);
  if (!count) report_value(reader, E147, at, NULL, "no coalition wins");
  voting->winning = POOL_NEW(reader->context, count + 1, accord_group);
  place *places = POOL_NEW(reader->context, count + 1, place);
  bool *seen = POOL_NEW(reader->context, (size_t)reader->sheet->n, bool);
  cJSON_ArrayForEach(node, at->node) {
    accord_group *group = &voting->winning[voting->winning_count];
    place *entry = &places[voting->winning_count];
    *entry = element_at(at, node, index++);
    if (!is_broken(node) && read_group(reader, group, seen, entry)) voting->winning_count++;
    else good = false;
  }
  if (good) check_winning(reader, voting, places);
}

/* --------------------------------------------------------------- the model */

/* Exactly one of the forms; the first that is there, or NULL. */
static const char *choose_form(sheet_reader *reader, const place *model) {
  static const char *const forms[] = {"quota", "weights", "all_of", "winning"};
  const char *chosen = NULL;
  const cJSON *node;
  cJSON_ArrayForEach(node, model->node) {
    for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
      if (strcmp(node->string, forms[k]) != 0) continue;
      const char *form = k < 2 ? "weights" : forms[k];
      place member = member_at(model, node);
      if (chosen && strcmp(chosen, form) != 0)
        report_key(reader, E140, &member, NULL, "it was said before, under \"%s\", who wins", chosen);
      else chosen = form;
    }
  }
  if (!chosen) report_value(reader, E141, model, NULL, "nothing says who wins");
  return chosen;
}

static void read_prize(sheet_reader *reader, accord_voting *voting, const place *model) {
  place prize = member_of(model, "prize");
  const char *source;
  pool_rational(reader->context, voting->prize);
  mpq_set_ui(voting->prize, 1, 1);
  if (!prize.node || !read_amount(reader, voting->prize, &source, &prize) || mpq_sgn(voting->prize) > 0) return;
  report_value(reader, E026, &prize, "The prize is what winning is worth; leave it out, and it is 1.",
               "the prize is not above 0");
}

static const char *side_text(const sheet_reader *reader, const accord_group *one, bool others) {
  const char *text = "";
  int shown = 0, j = 0, all = others ? reader->sheet->n - one->count : one->count;
  for (int i = 0; i < reader->sheet->n && shown < 6; i++) {
    bool in = j < one->count && one->member[j] == i;
    if (in) j++;
    if (in == others) continue;
    text = pool_text(reader->context, "%s%s%s", text, shown ? ", " : "", reader->sheet->parties[i].id);
    shown++;
  }
  return all > shown ? pool_text(reader->context, "%s and %d more", text, all - shown) : text;
}

static void warn_of_rivals(sheet_reader *reader) {
  accord_group one;
  switch (find_rivals(reader->context, &one, reader->sheet->problem)) {
  case ACCORD_YES:
    sheet_warn(reader->sheet,
               "Two groups can win beside each other, so the prize would be won twice: %s, and on the other side %s",
               side_text(reader, &one, false), side_text(reader, &one, true));
    break;
  case ACCORD_UNKNOWN:
    sheet_warn(reader->sheet, "It was not established whether two groups can win beside each other: the sums of votes "
                              "are too many to try");
    break;
  default: break;
  }
}

const char starter_voting[] =
    "{\n"
    "  \"accord\": 1,\n"
    "  \"title\": \"A steering committee\",\n"
    "  \"parties\": [\"A\", \"B\", \"C\", \"D\"],\n"
    "  \"model\": {\n"
    "    \"type\": \"voting\",\n"
    "    \"quota\": 51,\n"
    "    \"weights\": { \"A\": 40, \"B\": 30, \"C\": 20, \"D\": 10 },\n"
    "    \"prize\": 100\n"
    "  },\n"
    "  \"rules\": [\"shapley\", \"banzhaf\", \"nucleolus\"],\n"
    "  \"notes\": \"weights: the votes each has. quota: with how many a group wins. prize: what winning is worth; 100 "
    "shows power in per cent.\"\n"
    "}\n";

void model_voting(sheet_reader *reader, const place *model) {
  static const char *const keys[] = {"type", "quota", "weights", "all_of", "winning", "prize", NULL};
  term_sheet *sheet = reader->sheet;
  accord_voting *voting = POOL_NEW(reader->context, 1, accord_voting);
  if (!sheet->n) return;
  check_keys(reader, model, keys);
  voting->n = sheet->n;
  const char *form = choose_form(reader, model);
  read_prize(reader, voting, model);
  if (!form || !reader->parties_good) return;
  place at = member_of(model, form);
  if (strcmp(form, "all_of") == 0) {
    read_all_of(reader, voting, &at);
  } else if (strcmp(form, "winning") == 0) {
    read_winning(reader, voting, &at);
  } else {
    voting->majorities = POOL_NEW(reader->context, 1, accord_majority);
    voting->majority_count = 1;
    read_majority(reader, voting->majorities, model);
  }
  if (sheet->diagnostics.count) return;
  sheet->problem = problem_from_voting(reader->context, voting);
  set_numbers(sheet);
  warn_of_rivals(reader);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Walks the tree of a sheet for its numbers, and writes the sheet's text with one of them changed. */
#include "inputs.h"

#include "model.h"
#include "risk.h"

#include <string.h>

struct walk {
  accord_context *context;
  const term_sheet *sheet;
  sheet_input *inputs;
  int count, left_out, room;
  bool in_model, linear;
};

/* Models whose values are sums of the numbers stated; transaction costs may bend them. */
static bool is_linear(const term_sheet *sheet) {
  static const char *const sums[] = {"synergies", "tree", NULL};
  return is_one_of(sheet->model->name, sums) && sheet->problem->game && !sheet->problem->frictionless;
}

/* Best plans, matchings and partitions are greatest of sums, cheapest trees least ones; the mean of the worst losses is a
 * greatest of means, and by probabilities a concave limit of them. Transaction costs are cut off in the same sense, but
 * not where resources, risks or needs bend the other way. */
static bool bends_one_way(const term_sheet *sheet, const char *pointer, bool in_model) {
  const char *model = sheet->model->name;
  const accord_problem *problem = sheet->problem;
  if (!problem->game || !problem->exact) return false;
  if (!in_model) return strncmp(pointer, "/transaction_costs/", 19) == 0;
  if (is_one_of(model, (const char *const[]){"synergies", "tree", "coalitions", "spanning-tree", "assignment", NULL}))
    return true;
  if (problem->frictionless) return false;
  if (strcmp(model, "production") == 0) return !strstr(pointer, "/needs/");
  if (problem->airport) return !problem->airport->movements && strstr(pointer, "/needs/");
  bool linear = problem->risk &&
                (problem->risk->measure == ACCORD_EXPECTED_SHORTFALL || problem->risk->measure == ACCORD_EXPECTATION);
  return linear && strstr(pointer, "/scenarios/");
}

/* Texts that may look like numbers, and numbers that move only together with others. */
static const char *const passed_over[] = {"type",    "goal",    "sharing",  "missing",     "source",         "name",
                                          "parties", "between", "at",       "winning",     "node",           "parent",
                                          "left",    "right",   "pairwise", "values_file", "scenarios_file", NULL};

static size_t written_length(const char *text, const cJSON *node) {
  const char *start = text + value_offset(node);
  if (is_number(node)) return strlen(node->valuestring);
  return (size_t)(strchr(start + 1, '"') + 1 - start);
}

static void add_input(struct walk *walk, const place *at) {
  const cJSON *node = at->node;
  const char *text = node->valuestring;
  number_parts parts;
  if (number_read(&parts, text, strlen(text)) != NUMBER_GOOD) return;
  if (walk->count == walk->room) {
    walk->left_out++;
    return;
  }
  sheet_input *input = &walk->inputs[walk->count++];
  input->pointer = pointer_text(walk->context, at);
  pool_rational(walk->context, input->value);
  number_from_text(walk->context, input->value, text, strlen(text));
  input->offset = value_offset(node);
  input->length = written_length(walk->sheet->document->source.text, node);
  input->in_model = walk->in_model;
  input->probability = walk->in_model && node->string && strcmp(node->string, "probability") == 0;
  input->linear = walk->in_model && walk->linear;
  input->bends_one_way = bends_one_way(walk->sheet, input->pointer, walk->in_model);
  input->not_negative = input->linear && strcmp(walk->sheet->model->name, "tree") == 0;
}

static void walk_values(struct walk *walk, const place *at) {
  const cJSON *node;
  size_t index = 0;
  if (is_number(at->node) || is_text(at->node)) add_input(walk, at);
  if (!is_object(at->node) && !is_array(at->node)) return;
  cJSON_ArrayForEach(node, at->node) {
    place inner = is_object(at->node) ? member_at(at, node) : element_at(at, node, index++);
    if (node->string && (strncmp(node->string, "x-", 2) == 0 || is_one_of(node->string, passed_over))) continue;
    walk_values(walk, &inner);
  }
}

/* What coalitions are worth in the model coalitions, each by itself: not where groups left out follow from others. */
static bool states_coalitions(const term_sheet *sheet, const place *model) {
  place missing = member_of(model, "missing");
  if (strcmp(sheet->model->name, "coalitions") != 0) return false;
  return !missing.node || !is_text(missing.node) || strcmp(missing.node->valuestring, "additive") != 0;
}

sheet_input *find_inputs(const term_sheet *sheet, int *count, int *left_out, int room) {
  static const char *const keys[] = {"model", "weights", "criteria", "transaction_costs"};
  struct walk walk = {.context = sheet->context, .sheet = sheet, .room = room, .linear = is_linear(sheet)};
  place root = {NULL, sheet->document->root, 0};
  walk.inputs = POOL_NEW(sheet->context, (size_t)room + 1, sheet_input);
  for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
    place at = member_of(&root, keys[k]);
    walk.in_model = k == 0;
    if (at.node && !(k == 0 && states_coalitions(sheet, &at))) walk_values(&walk, &at);
  }
  *count = walk.count;
  *left_out = walk.left_out;
  return walk.inputs;
}

/* "A + B" as a coalition, 0 where a word is no party. */
static accord_coalition coalition_of_key(const term_sheet *sheet, const char *key) {
  accord_coalition coalition = 0;
  if (*key == '*') return ((accord_coalition)1 << sheet->n) - 1;
  while (*key) {
    key += strspn(key, " +");
    size_t length = strcspn(key, " +");
    int found = sheet_find_party(sheet, key, length);
    if (found < 0) return 0;
    coalition |= (accord_coalition)1 << found;
    key += length + strspn(key + length, " ");
  }
  return coalition;
}

const char **pointers_of_values(const term_sheet *sheet, int most) {
  place root = {NULL, sheet->document->root, 0}, model = member_of(&root, "model"),
        values = member_of(&model, "values");
  const cJSON *node;
  if (sheet->n > most || !states_coalitions(sheet, &model) || !values.node || sheet->problem->frictionless) return NULL;
  size_t size = (size_t)1 << sheet->n;
  const char **pointers = POOL_NEW(sheet->context, size, const char *);
  for (size_t s = 1; s < size && is_array(values.node); s++)
    pointers[s] = pool_text(sheet->context, "/model/values/%zu", s);
  if (is_array(values.node)) return pointers;
  cJSON_ArrayForEach(node, values.node) {
    place at = member_at(&values, node);
    accord_coalition coalition = coalition_of_key(sheet, node->string);
    if (coalition) pointers[coalition] = pointer_text(sheet->context, &at);
  }
  return pointers;
}

/* A number that takes the place of what was written. */
struct replacement {
  size_t offset, length;
  const char *text;
};

static struct replacement replace(accord_context *context, size_t offset, size_t length, const mpq_t number) {
  size_t room = mpz_sizeinbase(mpq_numref(number), 10) + mpz_sizeinbase(mpq_denref(number), 10) + 3;
  char *text = pool_new(context, room, 1);
  mpq_get_str(text, 10, number);
  return (struct replacement){offset, length, text};
}

/* The scenarios of the sheet. */
static const cJSON *scenarios_of(const term_sheet *sheet) {
  place root = {NULL, sheet->document->root, 0}, model = member_of(&root, "model");
  return member_of(&model, "scenarios").node;
}

/* Every scenario's probability: the one at hand becomes value, the others keep their proportions and the sum of 1. */
static struct replacement *replace_probabilities(accord_context *context, int *count, const term_sheet *sheet,
                                                 const sheet_input *input, const mpq_t value) {
  const cJSON *node, *scenarios = scenarios_of(sheet);
  struct replacement *list = POOL_NEW(context, (size_t)cJSON_GetArraySize(scenarios) + 1, struct replacement);
  mpq_t *work = pool_rationals(context, 2), *factor = &work[0], *number = &work[1];
  mpq_set_ui(*number, 1, 1);
  mpq_sub(*factor, *number, value);
  mpq_sub(*number, *number, input->value);
  if (mpq_sgn(*number)) mpq_div(*factor, *factor, *number);
  cJSON_ArrayForEach(node, scenarios) {
    const cJSON *written = cJSON_GetObjectItemCaseSensitive(node, "probability");
    if (!written || (!is_number(written) && !is_text(written))) continue;
    number_from_text(context, *number, written->valuestring, strlen(written->valuestring));
    if (value_offset(written) == input->offset) mpq_set(*number, value);
    else mpq_mul(*number, *number, *factor);
    size_t length = written_length(sheet->document->source.text, written);
    list[(*count)++] = replace(context, value_offset(written), length, *number);
  }
  return list;
}

/* The text with the numbers in their places, in quotation marks. */
static void rewrite(accord_context *context, source_text *source, const source_text *old,
                    const struct replacement *list, int count) {
  size_t length = old->length, done = 0;
  for (int k = 0; k < count; k++) length += strlen(list[k].text) + 2 - list[k].length;
  char *text = pool_new(context, length + 1, 1), *end = text;
  for (int k = 0; k < count; k++) {
    end = mempcpy(end, old->text + done, list[k].offset - done);
    *end++ = '"';
    end = stpcpy(end, list[k].text);
    *end++ = '"';
    done = list[k].offset + list[k].length;
  }
  memcpy(end, old->text + done, old->length - done);
  source->text = text;
  source->length = length;
}

term_sheet *sheet_with_input(accord_context *context, const term_sheet *sheet, const sheet_input *input,
                             const mpq_t value, bool without_table) {
  source_text source = {.name = sheet->file};
  struct replacement one = replace(context, input->offset, input->length, value), *list = &one;
  sheet_options options = sheet->options;
  int count = input->probability ? 0 : 1;
  if (input->probability) list = replace_probabilities(context, &count, sheet, input, value);
  rewrite(context, &source, &sheet->document->source, list, count);
  options.digests = false;
  options.game_later = options.game_later || without_table;
  return sheet_read_text(context, &source, &options);
}

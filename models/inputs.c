/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Walks the tree of a sheet for its numbers, and writes the sheet's text with one of them changed. */
#include "inputs.h"

#include "model.h"

#include <stdlib.h>
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
  input->linear = walk->in_model && walk->linear;
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

term_sheet *sheet_with_input(accord_context *context, const term_sheet *sheet, const sheet_input *input,
                             const mpq_t value) {
  const source_text *old = &sheet->document->source;
  char *number = mpq_get_str(NULL, 10, value);
  size_t tail = input->offset + input->length;
  source_text source = {.name = sheet->file};
  char *text = pool_text(context, "%.*s\"%s\"%.*s", (int)input->offset, old->text, number, (int)(old->length - tail),
                         old->text + tail);
  free(number);
  source.text = text;
  source.length = strlen(text);
  sheet_options options = sheet->options;
  options.digests = false;
  return sheet_read_text(context, &source, &options);
}

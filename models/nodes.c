/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nodes by name. */
#include "nodes.h"

#include <stdlib.h>
#include <string.h>

node_names nodes_start(accord_context *context, size_t room) {
  node_names nodes = {0, POOL_NEW(context, room + 1, const char *), POOL_NEW(context, room + 1, int)};
  add_node(&nodes, "source");
  return nodes;
}

int add_node(node_names *nodes, const char *name) {
  nodes->name[nodes->count] = name;
  return nodes->count++;
}

static _Thread_local const char *const *sorting; /* qsort has no argument */

static int compare_names(const void *a, const void *b) {
  int first = *(const int *)a, second = *(const int *)b, order = strcmp(sorting[first], sorting[second]);
  return order ? order : first - second;
}

void sort_nodes(node_names *nodes) {
  for (int v = 0; v < nodes->count; v++) nodes->sorted[v] = v;
  sorting = nodes->name;
  qsort(nodes->sorted, (size_t)nodes->count, sizeof *nodes->sorted, compare_names);
}

void merge_nodes(node_names *nodes, int *number) {
  int count = 0;
  sort_nodes(nodes);
  for (int k = 0, first = 0; k < nodes->count; k++) {
    if (k && strcmp(nodes->name[nodes->sorted[k]], nodes->name[first]) != 0) first = nodes->sorted[k];
    if (k == 0) first = nodes->sorted[0];
    number[nodes->sorted[k]] = first;
  }
  for (int v = 0; v < nodes->count; v++) {
    if (number[v] == v) nodes->name[count] = nodes->name[v], number[v] = count++;
    else number[v] = number[number[v]];
  }
  nodes->count = count;
  sort_nodes(nodes);
}

int find_node(const node_names *nodes, const char *name) {
  int low = 0, high = nodes->count;
  while (low < high) {
    int middle = (low + high) / 2;
    if (strcmp(nodes->name[nodes->sorted[middle]], name) < 0) low = middle + 1;
    else high = middle;
  }
  return low < nodes->count && strcmp(nodes->name[nodes->sorted[low]], name) == 0 ? nodes->sorted[low] : -1;
}

const char *read_node_name(sheet_reader *reader, const place *at) {
  if (is_broken(at->node) || !want_text(reader, at)) return NULL;
  if (*at->node->valuestring) return at->node->valuestring;
  report_value(reader, E244, at, NULL, "a node without a name");
  return NULL;
}

/* The name nearest to a word, which is not looked for once no further mistake will be shown. */
static const char *nearest_node(const sheet_reader *reader, const node_names *nodes, const char *name) {
  if (reader->sheet->diagnostics.count >= MOST_DIAGNOSTICS) return NULL;
  const char **words = POOL_NEW(reader->context, (size_t)nodes->count + 1, const char *);
  for (int v = 0; v < nodes->count; v++) words[v] = nodes->name[v];
  const char *nearest = nearest_word(name, words);
  pool_free(reader->context, words);
  return nearest;
}

void read_places(sheet_reader *reader, int *at, const node_names *nodes, const place *model) {
  place list;
  const cJSON *node;
  if (!want_member(reader, &list, model, "at") || !want_object(reader, &list)) return;
  bool *seen = POOL_NEW(reader->context, (size_t)reader->sheet->n, bool);
  cJSON_ArrayForEach(node, list.node) {
    place member = member_at(&list, node);
    if (is_comment(reader, node->string)) continue;
    check_clock(reader->context);
    int found = read_party(reader, &member, node->string, strlen(node->string));
    const char *name = read_node_name(reader, &member);
    if (found < 0) continue;
    seen[found] = true;
    if (!name) continue;
    at[found] = find_node(nodes, name);
    if (at[found] >= 0) continue;
    const char *nearest = nearest_node(reader, nodes, name);
    report_value(reader, E246, &member,
                 nearest ? pool_text(reader->context, "The nearest node is \"%.80s\".", nearest) : NULL,
                 "no edge names the node \"%.80s\"", name);
  }
  report_missing(reader, seen, &list, E245);
}

void read_edge_cost(sheet_reader *reader, mpq_t cost, const place *edge) {
  const char *source;
  place at;
  if (!want_member(reader, &at, edge, "cost") || is_broken(at.node) || !read_amount(reader, cost, &source, &at)) return;
  if (mpq_sgn(cost) < 0) report_value(reader, E247, &at, NULL, "the edge costs less than nothing");
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Model "spanning-tree": connections that can be built to a source; c(S) = the cheapest tree on S's own nodes. */
#include "spanning_tree.h"

#include "model.h"
#include "nodes.h"

#include <stdlib.h>

/* The e-th edge joins nodes 1 + 2 e and 2 + 2 e, until equal names are made one node. */
struct connections {
  sheet_reader *reader;
  node_names nodes;
  int count;
  place *entry, *between; /* size count */
  accord_edge *edges;     /* size count */
};

/* Its two names, or NULL where they cannot be read. */
static bool read_ends(struct connections *all, const char **names, const place *between) {
  sheet_reader *reader = all->reader;
  if (is_broken(between->node) || !want_array(reader, between)) return false;
  if (cJSON_GetArraySize(between->node) != 2) {
    report_value(reader, E252, between, NULL, "an edge joins two nodes");
    return false;
  }
  place first = element_at(between, between->node->child, 0),
        second = element_at(between, between->node->child->next, 1);
  names[0] = read_node_name(reader, &first);
  names[1] = read_node_name(reader, &second);
  return names[0] && names[1];
}

static bool read_connection(struct connections *all, const place *at) {
  static const char *const keys[] = {"between", "cost", NULL};
  sheet_reader *reader = all->reader;
  const char *names[2] = {NULL, NULL};
  place between;
  int e = all->count;
  if (is_broken(at->node) || !want_object(reader, at)) return false;
  check_keys(reader, at, keys);
  all->entry[e] = *at;
  bool good = want_member(reader, &between, &all->entry[e], "between") && read_ends(all, names, &between);
  mpq_t *cost = pool_rationals(reader->context, 1);
  read_edge_cost(reader, *cost, at);
  if (!good) return false;
  pool_rational(reader->context, all->edges[e].cost);
  mpq_set(all->edges[e].cost, *cost);
  all->between[e] = between;
  all->edges[e].first = add_node(&all->nodes, names[0]);
  all->edges[e].second = add_node(&all->nodes, names[1]);
  all->count++;
  return true;
}

static bool read_connections(struct connections *all, const place *list) {
  accord_context *context = all->reader->context;
  const cJSON *node;
  size_t index = 0, room = (size_t)cJSON_GetArraySize(list->node) + 1;
  bool good = true;
  all->nodes = nodes_start(context, 2 * room);
  all->entry = POOL_NEW(context, room, place);
  all->between = POOL_NEW(context, room, place);
  all->edges = POOL_NEW(context, room, accord_edge);
  cJSON_ArrayForEach(node, list->node) {
    place at = element_at(list, node, index++);
    check_clock(context);
    good = read_connection(all, &at) && good;
  }
  int *number = POOL_NEW(context, (size_t)all->nodes.count, int);
  merge_nodes(&all->nodes, number);
  for (int e = 0; e < all->count; e++) {
    all->edges[e].first = number[all->edges[e].first];
    all->edges[e].second = number[all->edges[e].second];
  }
  return good;
}

static _Thread_local const accord_edge *sorting; /* qsort has no argument */

static int low_end(const accord_edge *edge) { return edge->first < edge->second ? edge->first : edge->second; }

static int compare_ends(const void *a, const void *b) {
  int i = *(const int *)a, j = *(const int *)b;
  const accord_edge *first = &sorting[i], *second = &sorting[j];
  int low = low_end(first) - low_end(second), sum = first->first + first->second - second->first - second->second;
  return low ? low : sum ? sum : i - j;
}

/* Every edge joins two different nodes, and is stated once. */
static void check_connections(struct connections *all) {
  int *order = POOL_NEW(all->reader->context, (size_t)all->count + 1, int);
  for (int e = 0; e < all->count; e++) order[e] = e;
  sorting = all->edges;
  qsort(order, (size_t)all->count, sizeof *order, compare_ends);
  for (int k = 0; k < all->count; k++) {
    const accord_edge *edge = &all->edges[order[k]], *before = k ? &all->edges[order[k - 1]] : NULL;
    const char *first = all->nodes.name[edge->first], *second = all->nodes.name[edge->second];
    if (edge->first == edge->second)
      report_value(all->reader, E253, &all->between[order[k]], NULL, "the edge joins \"%.80s\" with itself", first);
    else if (before && low_end(before) == low_end(edge) && before->first + before->second == edge->first + edge->second)
      report_value(all->reader, E254, &all->between[order[k]], NULL,
                   "the edge between \"%.80s\" and \"%.80s\" is stated already", first, second);
  }
}

/* A coalition can be connected if each of its members can be by itself: its own nodes are all it may use. */
static void check_coalitions(sheet_reader *reader, const accord_network *network, const place *model) {
  int i = find_unconnected(reader->context, network);
  if (i < 0) return;
  const char *node = reader->sheet->nodes[network->at[i]];
  report_value(reader, E255, model,
               pool_text(reader->context,
                         "Every group must be able to do without the others: add what it would cost to join \"%.80s\" "
                         "to \"source\" directly.",
                         node),
               "%s by itself cannot be connected: no edge joins \"%.80s\" to the source", reader->sheet->parties[i].id,
               node);
}

/* Nodes at which nobody is: no group may use them. */
static void warn_of_unused(term_sheet *sheet, const accord_network *network) {
  bool *used = POOL_NEW(sheet->context, (size_t)network->node_count, bool);
  const char *names = "";
  int count = 0;
  for (int i = 0; i < network->n; i++) used[network->at[i]] = true;
  for (int v = 1; v < network->node_count; v++) {
    if (used[v]) continue;
    if (count++ < 3) names = pool_text(sheet->context, "%s%s%.60s", names, count > 1 ? ", " : "", sheet->nodes[v]);
  }
  if (count)
    sheet_warn(sheet, "Nobody is at %s%s, so no edge there is built: groups are joined over their own nodes", names,
               count > 3 ? " and others" : "");
}

const char starter_spanning_tree[] =
    "{\n"
    "  \"accord\": 1,\n"
    "  \"title\": \"A joint training centre's lines\",\n"
    "  \"currency\": \"EUR\",\n"
    "  \"unit\": \"0.01\",\n"
    "  \"parties\": [\"north\", \"south\", \"west\"],\n"
    "  \"model\": {\n"
    "    \"type\": \"spanning-tree\",\n"
    "    \"edges\": [\n"
    "      { \"between\": [\"source\", \"N\"], \"cost\": 60000 },\n"
    "      { \"between\": [\"source\", \"S\"], \"cost\": 80000 },\n"
    "      { \"between\": [\"source\", \"W\"], \"cost\": 90000 },\n"
    "      { \"between\": [\"N\", \"S\"], \"cost\": 25000 },\n"
    "      { \"between\": [\"S\", \"W\"], \"cost\": 30000 }\n"
    "    ],\n"
    "    \"at\": { \"north\": \"N\", \"south\": \"S\", \"west\": \"W\" }\n"
    "  },\n"
    "  \"rules\": [\"bird\", \"folk\", \"shapley\", \"nucleolus\"],\n"
    "  \"notes\": \"edges: the connections that can be built, and what each costs; every node in use needs one to the "
    "source. at: where each party is.\"\n"
    "}\n";

void model_spanning_tree(sheet_reader *reader, const place *model) {
  static const char *const keys[] = {"type", "edges", "at", NULL};
  term_sheet *sheet = reader->sheet;
  struct connections all = {.reader = reader};
  place list;
  if (!sheet->n) return;
  check_keys(reader, model, keys);
  if (!want_member(reader, &list, model, "edges") || !want_array(reader, &list)) return;
  bool good = read_connections(&all, &list);
  if (good) check_connections(&all);
  int *at = POOL_NEW(reader->context, (size_t)sheet->n, int);
  if (good && reader->parties_good) read_places(reader, at, &all.nodes, model);
  if (sheet->diagnostics.count) return;
  accord_network *network = POOL_NEW(reader->context, 1, accord_network);
  *network = (accord_network){sheet->n, all.nodes.count, all.count, all.edges, at};
  sheet->nodes = all.nodes.name;
  check_coalitions(reader, network, model);
  if (sheet->diagnostics.count) return;
  sheet->problem = problem_from_network(reader->context, network);
  warn_of_unused(sheet, network);
  set_numbers(sheet);
}

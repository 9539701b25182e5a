/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Model "tree": a network that leads to a source; c(S) = the edges on the ways of S's parties. */
#include "model.h"
#include "nodes.h"
#include "shared_tree.h"

/* The k-th edge leads from node k + 1. */
struct edges {
  sheet_reader *reader;
  node_names nodes;
  int count;
  place *at;            /* size count: the edge's "node" */
  place *parent_at;     /* its "parent" */
  const char **parents; /* size count + 1: by node, NULL where it could not be read */
  int *parent;          /* size count + 1: by node; -1: none, or not known */
  mpq_t *cost;          /* size count + 1: by node */
};

static bool read_edge(struct edges *edges, const place *edge) {
  static const char *const keys[] = {"node", "parent", "cost", NULL};
  sheet_reader *reader = edges->reader;
  place node, parent;
  if (is_broken(edge->node) || !want_object(reader, edge)) return false;
  check_keys(reader, edge, keys);
  const char *name = want_member(reader, &node, edge, "node") ? read_node_name(reader, &node) : NULL;
  const char *above = want_member(reader, &parent, edge, "parent") ? read_node_name(reader, &parent) : NULL;
  int v = name ? add_node(&edges->nodes, name) : edges->count + 1; /* a slot that is not counted */
  read_edge_cost(reader, edges->cost[v], edge);
  if (!name) return false;
  edges->at[edges->count] = node;
  edges->parent_at[edges->count++] = parent;
  edges->parents[v] = above;
  return above != NULL;
}

/* Places hold a pointer to the one around them, which must outlive them. */
static bool read_edges(struct edges *edges, const place *list) {
  accord_context *context = edges->reader->context;
  const cJSON *node;
  size_t index = 0, room = (size_t)cJSON_GetArraySize(list->node) + 1;
  bool good = true;
  place *entries = POOL_NEW(context, room, place);
  edges->nodes = nodes_start(context, room);
  edges->at = POOL_NEW(context, room, place);
  edges->parent_at = POOL_NEW(context, room, place);
  edges->parents = POOL_NEW(context, room + 1, const char *);
  edges->parent = POOL_NEW(context, room + 1, int);
  edges->cost = pool_rationals(context, room + 1);
  cJSON_ArrayForEach(node, list->node) {
    entries[index] = element_at(list, node, index);
    check_clock(context);
    good = read_edge(edges, &entries[index]) && good;
    index++;
  }
  sort_nodes(&edges->nodes);
  return good;
}

/* Every node has one way up, and the source none. */
static bool check_nodes(struct edges *edges) {
  bool good = true;
  for (int v = 1; v < edges->nodes.count; v++) {
    int first = find_node(&edges->nodes, edges->nodes.name[v]);
    if (first == v) continue;
    good = false;
    if (first)
      report_value(edges->reader, E249, &edges->at[v - 1], NULL, "\"%.80s\" hangs on \"%.80s\" already",
                   edges->nodes.name[v], edges->parents[first] ? edges->parents[first] : "another node");
    else report_value(edges->reader, E248, &edges->at[v - 1], NULL, "the source hangs on nothing");
  }
  return good;
}

static bool find_parents(struct edges *edges) {
  bool good = true;
  edges->parent[0] = -1;
  for (int v = 1; v < edges->nodes.count; v++) {
    edges->parent[v] = find_node(&edges->nodes, edges->parents[v]);
    if (edges->parent[v] >= 0) continue;
    good = false;
    report_value(edges->reader, E250, &edges->parent_at[v - 1], NULL, "no edge leads on from \"%.80s\"",
                 edges->parents[v]);
  }
  return good;
}

/* "a - b - c - a" */
static const char *circle_text(const struct edges *edges, int from) {
  accord_context *context = edges->reader->context;
  const char *text = pool_text(context, "%.40s", edges->nodes.name[from]);
  int v = edges->parent[from];
  for (int shown = 0; shown < 6 && v != from; shown++, v = edges->parent[v])
    text = pool_text(context, "%s, %.40s", text, edges->nodes.name[v]);
  return v == from ? pool_text(context, "%s and back", text) : pool_text(context, "%s and so on", text);
}

/* Follows each way up until it is known to end; a way that meets itself is a circle, told once. */
static void check_circles(struct edges *edges) {
  int *met = POOL_NEW(edges->reader->context, (size_t)edges->nodes.count, int); /* 1 + where the way began */
  met[0] = 1;
  for (int v = 1; v < edges->nodes.count; v++) {
    int up = v;
    while (!met[up]) {
      met[up] = v + 1;
      up = edges->parent[up];
    }
    if (up == 0 || met[up] != v + 1) continue;
    report_value(edges->reader, E251, &edges->at[up - 1], NULL, "the edges go round in a circle: %s",
                 circle_text(edges, up));
  }
}

/* Nodes at and beyond which nobody is: their edges are in nobody's cost. */
static void warn_of_unused(const struct edges *edges, const int *at) {
  term_sheet *sheet = edges->reader->sheet;
  bool *used = POOL_NEW(edges->reader->context, (size_t)edges->nodes.count, bool);
  const char *names = "";
  int count = 0;
  used[0] = true;
  for (int i = 0; i < sheet->n; i++)
    for (int v = at[i]; !used[v]; v = edges->parent[v]) used[v] = true;
  for (int v = 1; v < edges->nodes.count; v++) {
    if (used[v]) continue;
    if (count++ < 3)
      names = pool_text(edges->reader->context, "%s%s%.60s", names, count > 1 ? ", " : "", edges->nodes.name[v]);
  }
  if (count)
    sheet_warn(sheet, "Nobody is at or beyond %s%s, so %s in nobody's cost", names, count > 3 ? " and others" : "",
               count == 1 ? "its edge is" : "their edges are");
}

const char starter_tree[] =
    "{\n"
    "  \"accord\": 1,\n"
    "  \"title\": \"A heating network\",\n"
    "  \"currency\": \"EUR\",\n"
    "  \"unit\": \"0.01\",\n"
    "  \"parties\": [\"school\", \"clinic\", \"works\"],\n"
    "  \"model\": {\n"
    "    \"type\": \"tree\",\n"
    "    \"edges\": [\n"
    "      { \"node\": \"market\", \"parent\": \"source\", \"cost\": 90000 },\n"
    "      { \"node\": \"hill\", \"parent\": \"market\", \"cost\": 40000 },\n"
    "      { \"node\": \"mill\", \"parent\": \"market\", \"cost\": 60000 }\n"
    "    ],\n"
    "    \"at\": { \"school\": \"market\", \"clinic\": \"hill\", \"works\": \"mill\" }\n"
    "  },\n"
    "  \"rules\": [\"shapley\", \"nucleolus\"],\n"
    "  \"notes\": \"edges: each node with the one it hangs on, and what joining them costs; all ways end at the source. "
    "at: where each party is.\"\n"
    "}\n";

void model_tree(sheet_reader *reader, const place *model) {
  static const char *const keys[] = {"type", "edges", "at", NULL};
  term_sheet *sheet = reader->sheet;
  struct edges edges = {.reader = reader};
  place list;
  if (!sheet->n) return;
  check_keys(reader, model, keys);
  if (!want_member(reader, &list, model, "edges") || !want_array(reader, &list)) return;
  bool good = read_edges(&edges, &list);
  good = check_nodes(&edges) && good;
  if (good && find_parents(&edges)) check_circles(&edges);
  int *at = POOL_NEW(reader->context, (size_t)sheet->n, int);
  if (good && reader->parties_good) read_places(reader, at, &edges.nodes, model);
  if (sheet->diagnostics.count) return;
  accord_tree *tree = POOL_NEW(reader->context, 1, accord_tree);
  *tree = (accord_tree){sheet->n, edges.nodes.count, edges.parent, edges.cost, at};
  sheet->nodes = edges.nodes.name;
  warn_of_unused(&edges, at);
  sheet->problem = problem_from_tree(reader->context, tree);
  set_numbers(sheet);
}

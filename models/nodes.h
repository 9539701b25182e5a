/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nodes of a network, which a sheet names in texts of its own choice; number 0 is "source". */
#ifndef ACCORD_MODELS_NODES_H
#define ACCORD_MODELS_NODES_H

#include "reader.h"

typedef struct node_names {
  int count;
  const char **name; /* size count; entry 0 is "source" */
  int *sorted;       /* size count: in order of their names, equal ones in order of their numbers */
} node_names;

/* Names with room for so many besides the source, none yet; add_node gives the next number. */
node_names nodes_start(accord_context *context, size_t room);
int add_node(node_names *nodes, const char *name);

/* Puts the names in order, so that they can be looked up. */
void sort_nodes(node_names *nodes);

/* Gives equal names one number, that of the first; number: size count, the new number of each. */
void merge_nodes(node_names *nodes, int *number);

/* The node of that name, the first where several have it; -1 where none has. */
int find_node(const node_names *nodes, const char *name);

/* The text at a place that names a node, or NULL (reported). */
const char *read_node_name(sheet_reader *reader, const place *at);

/* "at" of the model: the node of every party; at: size n. */
void read_places(sheet_reader *reader, int *at, const node_names *nodes, const place *model);

/* "cost" of an edge, at least 0. */
void read_edge_cost(sheet_reader *reader, mpq_t cost, const place *edge);

#endif

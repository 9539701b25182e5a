/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading unions, links and weights. Criteria have a file of their own. */
#include "overlays.h"

#include "criteria.h"

#include <string.h>

enum { NO_UNION = -1 };

/* The party named at a place, or -1 (reported). */
static int read_member(sheet_reader *reader, const place *at) {
  return want_text(reader, at) ? read_party(reader, at, at->node->valuestring, strlen(at->node->valuestring)) : -1;
}

/* -------------------------------------------------------------------- unions */

static void read_union(sheet_reader *reader, int *union_of, int number, const place *members) {
  const cJSON *node;
  size_t index = 0;
  if (!want_array(reader, members)) return;
  cJSON_ArrayForEach(node, members->node) {
    place at = element_at(members, node, index++);
    int found = read_member(reader, &at);
    if (found < 0) continue;
    if (union_of[found] != NO_UNION)
      report_value(reader, E028, &at, "A party belongs to one union at most.", "\"%s\" belongs to a union already",
                   node->valuestring);
    union_of[found] = number;
  }
}

/* {name: [ids]}; a party in no union is a union of its own. */
static void read_unions(sheet_reader *reader, accord_overlays *overlays, const place *root) {
  int n = reader->sheet->n, count = 0;
  place unions = member_of(root, "unions");
  const cJSON *node;
  if (!unions.node || !want_object(reader, &unions)) return;
  int *union_of = POOL_NEW(reader->context, (size_t)n, int);
  for (int i = 0; i < n; i++) union_of[i] = NO_UNION;
  cJSON_ArrayForEach(node, unions.node) {
    place members = member_at(&unions, node);
    if (strncmp(node->string, "x-", 2) != 0) read_union(reader, union_of, count, &members);
    if (is_array(node) && cJSON_GetArraySize(node) > 0) count++;
  }
  for (int i = 0; i < n; i++)
    if (union_of[i] == NO_UNION) union_of[i] = count++;
  overlays->union_of = union_of;
  overlays->union_count = count;
}

/* --------------------------------------------------------------------- links */

static void read_link(sheet_reader *reader, accord_coalition *links, const place *link) {
  if (!want_array(reader, link)) return;
  if (cJSON_GetArraySize(link->node) != 2) {
    report_value(reader, E049, link, NULL, "a link joins two parties");
    return;
  }
  place first_at = element_at(link, link->node->child, 0), second_at = element_at(link, link->node->child->next, 1);
  int first = read_member(reader, &first_at), second = read_member(reader, &second_at);
  if (first < 0 || second < 0) return;
  if (first == second) {
    report_value(reader, E049, &second_at, NULL, "a link joins \"%s\" with itself", second_at.node->valuestring);
    return;
  }
  if (reader->sheet->n > GAME_MOST_PARTIES) return; /* no rule that reads links works then */
  links[first] |= party(second);
  links[second] |= party(first);
}

static void read_links(sheet_reader *reader, accord_overlays *overlays, const place *root) {
  place list = member_of(root, "links");
  const cJSON *node;
  size_t index = 0;
  if (!list.node || !want_array(reader, &list)) return;
  accord_coalition *links = POOL_NEW(reader->context, (size_t)reader->sheet->n, accord_coalition);
  cJSON_ArrayForEach(node, list.node) {
    place link = element_at(&list, node, index++);
    if (!is_broken(node)) read_link(reader, links, &link);
  }
  overlays->links = links;
}

/* ------------------------------------------------------------------- weights */

static void read_weights(sheet_reader *reader, accord_overlays *overlays, const place *root) {
  place weights_at = member_of(root, "weights");
  int n = reader->sheet->n;
  if (!weights_at.node) return;
  mpq_t *weights = pool_rationals(reader->context, (size_t)n);
  for (int i = 0; i < n; i++) mpq_set_ui(weights[i], 1, 1); /* one that cannot be read is no second mistake */
  read_amounts_by_party(reader, weights, NULL, NULL, &weights_at, E053);
  for (int i = 0; i < n; i++) {
    if (mpq_sgn(weights[i]) > 0) continue;
    place weight = member_of(&weights_at, reader->sheet->parties[i].id);
    report_value(reader, E026, &weight, NULL, "a weight is not above 0");
  }
  overlays->weights = (const mpq_t *)weights;
}

void read_overlays(sheet_reader *reader, accord_overlays *overlays, const place *root) {
  read_unions(reader, overlays, root);
  read_links(reader, overlays, root);
  read_weights(reader, overlays, root);
  place criteria = member_of(root, "criteria");
  if (criteria.node) overlays->criteria = read_criteria(reader, &criteria);
}

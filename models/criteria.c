/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading criteria. Their importance is a weight each, or a matrix of comparisons in pairs, or what entropy makes of it;
 * what the parties have to show under each are scores, or a matrix. */
#include "criteria.h"

#include <string.h>

static const char *written(accord_context *context, const mpq_t number) {
  size_t room = mpz_sizeinbase(mpq_numref(number), 10) + mpz_sizeinbase(mpq_denref(number), 10) + 4;
  return mpq_get_str(pool_new(context, room, 1), 10, number);
}

/* ------------------------------------------------------------- comparisons */

/* A matrix being read: who is compared, by number. */
typedef struct matrix_reader {
  sheet_reader *reader;
  const accord_criteria *criteria; /* NULL: parties are compared */
  int size;
  mpq_t *entry; /* size size * size */
} matrix_reader;

static const char *compared_name(const matrix_reader *matrix, int k) {
  const char *name = matrix->criteria ? matrix->criteria->criterion[k].name : matrix->reader->sheet->parties[k].id;
  return name ? name : "it";
}

static bool want_size(const matrix_reader *matrix, const place *at, const char *what) {
  int count = cJSON_GetArraySize(at->node);
  if (count == matrix->size) return true;
  report_value(matrix->reader, E098, at, NULL, "%d %s%s here, and %d %s compared", count, what, count == 1 ? "" : "s",
               matrix->size,
               matrix->criteria    ? matrix->size == 1 ? "criterion is" : "criteria are"
               : matrix->size == 1 ? "party is"
                                   : "parties are");
  return false;
}

static bool read_comparison(const matrix_reader *matrix, const place *at, int i, int j) {
  mpq_t *number = &matrix->entry[i * matrix->size + j];
  if (is_broken(at->node) || !read_number(matrix->reader, *number, at)) return false;
  bool within = mpq_sgn(*number) > 0 && mpq_cmp_ui(*number, 1000000, 1) <= 0 && mpq_cmp_ui(*number, 1, 1000000) >= 0;
  if (!within)
    report_value(matrix->reader, E099, at, NULL, "%.60s does not compare \"%.60s\" with \"%.60s\"",
                 at->node->valuestring, compared_name(matrix, i), compared_name(matrix, j));
  else if (i == j && mpq_cmp_ui(*number, 1, 1) != 0)
    report_value(matrix->reader, E100, at, NULL, "\"%.60s\" compared with itself is 1, not %.60s",
                 compared_name(matrix, i), at->node->valuestring);
  return within;
}

/* Against the comparison the other way round, read before. */
static void check_reciprocal(const matrix_reader *matrix, const place *at, int i, int j) {
  const mpq_t *there = (const mpq_t *)&matrix->entry[j * matrix->size + i];
  mpq_t *back = pool_rationals(matrix->reader->context, 1);
  if (mpq_sgn(*there) <= 0) return; /* reported */
  mpq_inv(*back, *there);
  if (mpq_equal(*back, matrix->entry[i * matrix->size + j])) return;
  accord_context *context = matrix->reader->context;
  report_value(matrix->reader, E101, at, NULL,
               "\"%.60s\" counts %.60s times as much as \"%.60s\", so this is \"%.60s\", not %.60s",
               compared_name(matrix, j), written(context, *there), compared_name(matrix, i), written(context, *back),
               at->node->valuestring);
}

static bool read_row(const matrix_reader *matrix, const place *row, int i) {
  const cJSON *node;
  int j = 0;
  bool good = true;
  cJSON_ArrayForEach(node, row->node) {
    place at = element_at(row, node, (size_t)j);
    bool read = read_comparison(matrix, &at, i, j);
    if (read && j < i) check_reciprocal(matrix, &at, i, j);
    good = good && read;
    j++;
  }
  return good;
}

/* Whether it is a list of lists of the size, before memory is taken for what is not there. */
static bool is_square(const matrix_reader *matrix, const place *at) {
  const cJSON *node;
  size_t index = 0;
  bool square = true;
  if (!want_array(matrix->reader, at) || !want_size(matrix, at, "row")) return false;
  cJSON_ArrayForEach(node, at->node) {
    place row = element_at(at, node, index++);
    square = want_array(matrix->reader, &row) && want_size(matrix, &row, "number") && square;
  }
  return square;
}

/* criteria NULL: of the parties. NULL where something is wrong. */
static const mpq_t *read_matrix(sheet_reader *reader, const accord_criteria *criteria, const place *at) {
  matrix_reader matrix = {reader, criteria, criteria ? criteria->count : reader->sheet->n, NULL};
  size_t size = (size_t)matrix.size;
  const cJSON *node;
  int i = 0;
  bool good = true;
  if (!is_square(&matrix, at)) return NULL;
  matrix.entry = pool_rationals(reader->context, size * size);
  cJSON_ArrayForEach(node, at->node) {
    place row = element_at(at, node, (size_t)i);
    check_clock(reader->context);
    good = read_row(&matrix, &row, i++) && good;
  }
  return good ? (const mpq_t *)matrix.entry : NULL;
}

/* ------------------------------------------------------------ one criterion */

static void check_name(sheet_reader *reader, const accord_criterion *criterion, int k, const place *at) {
  check_clock(reader->context);
  for (int j = 0; j < k; j++)
    if (criterion[j].name && strcmp(criterion[j].name, criterion[k].name) == 0)
      report_value(reader, E091, at, NULL, "\"%.80s\" is the name of an earlier criterion", criterion[k].name);
}

/* Scores of 0 or more, not all 0. */
static const mpq_t *read_scores(sheet_reader *reader, const char *name, const place *at) {
  int n = reader->sheet->n;
  mpq_t *scores = pool_rationals(reader->context, (size_t)n), *sum = pool_rationals(reader->context, 1);
  bool *present = POOL_NEW(reader->context, (size_t)n, bool);
  bool read = read_amounts_by_party(reader, scores, NULL, present, at, E093);
  for (int i = 0; i < n; i++) {
    if (!present[i] || mpq_sgn(scores[i]) >= 0) continue;
    check_clock(reader->context);
    place score = member_of(at, reader->sheet->parties[i].id);
    report_value(reader, E094, &score, NULL, "the score of \"%.80s\" is negative", reader->sheet->parties[i].id);
    read = false;
  }
  if (!read) return NULL;
  rational_sum(*sum, (const mpq_t *)scores, n);
  if (mpq_sgn(*sum) > 0) return (const mpq_t *)scores;
  report_value(reader, E092, at, NULL, "nobody scores in \"%.80s\"", name);
  return NULL;
}

/* Scores, or comparisons of the parties in pairs. */
static void read_measure(sheet_reader *reader, accord_criterion *criterion, const place *entry) {
  place scores = member_of(entry, "scores"), pairwise = member_of(entry, "pairwise");
  const char *name = criterion->name ? criterion->name : "this criterion";
  if (scores.node && pairwise.node)
    report_key(reader, E102, &pairwise, NULL, "\"%.80s\" has \"scores\" and \"pairwise\"", name);
  else if (scores.node) criterion->scores = read_scores(reader, name, &scores);
  else if (pairwise.node) criterion->pairwise = read_matrix(reader, NULL, &pairwise);
  else
    report_value(reader, E022, entry, error_meaning(E102),
                 "\"scores\" is missing here: what each party scores in \"%.80s\"", name);
}

/* weight NULL: weights come from comparisons, or from entropy. */
static void read_weight(sheet_reader *reader, mpq_t *weight, const place *entry) {
  place at = member_of(entry, "weight");
  if (!weight) {
    if (at.node) report_key(reader, E097, &at, NULL, "the criteria have a \"weight\" and weights from elsewhere");
    return;
  }
  if (!at.node) report_value(reader, E022, entry, error_meaning(E097), "\"weight\" is missing here");
  else if (!is_broken(at.node) && read_number(reader, *weight, &at) && mpq_sgn(*weight) < 0)
    report_value(reader, E095, &at, NULL, "the weight of a criterion is negative");
}

static void read_criterion(sheet_reader *reader, accord_criterion *criterion, int k, mpq_t *weight,
                           const place *entry) {
  static const char *const keys[] = {"name", "weight", "scores", "pairwise", NULL};
  place name;
  if (is_broken(entry->node) || !want_object(reader, entry)) return;
  check_keys(reader, entry, keys);
  if (want_member(reader, &name, entry, "name") && want_text(reader, &name)) {
    criterion[k].name = name.node->valuestring;
    check_name(reader, criterion, k, &name);
  }
  read_weight(reader, weight, entry);
  read_measure(reader, &criterion[k], entry);
}

/* ------------------------------------------------------------- all criteria */

static void check_weights(sheet_reader *reader, const mpq_t *weights, int count, const place *list) {
  mpq_t *sum = pool_rationals(reader->context, 1);
  rational_sum(*sum, weights, count);
  if (mpq_sgn(*sum) == 0) report_value(reader, E096, list, NULL, "the weights of all criteria are 0");
}

/* pairwise: the comparisons of the criteria, or a place with node NULL; entropy: weights come from that. With neither,
 * each criterion has a weight. */
static accord_criteria *read_list(sheet_reader *reader, const place *list, const place *pairwise, bool entropy) {
  accord_criteria *criteria = POOL_NEW(reader->context, 1, accord_criteria);
  int before = reader->sheet->diagnostics.count;
  const cJSON *node;
  int k = 0;
  if (!want_array(reader, list)) return NULL;
  size_t count = (size_t)cJSON_GetArraySize(list->node);
  if (count == 0) {
    report_value(reader, E090, list, NULL, "there are no criteria");
    return NULL;
  }
  accord_criterion *criterion = POOL_NEW(reader->context, count, accord_criterion);
  mpq_t *weights = pairwise->node || entropy ? NULL : pool_rationals(reader->context, count);
  for (size_t j = 0; weights && j < count; j++) mpq_set_ui(weights[j], 1, 1); /* one unread is no second mistake */
  cJSON_ArrayForEach(node, list->node) {
    place entry = element_at(list, node, (size_t)k);
    read_criterion(reader, criterion, k, weights ? &weights[k] : NULL, &entry);
    k++;
  }
  *criteria = (accord_criteria){(int)count, criterion, (const mpq_t *)weights, NULL};
  if (pairwise->node) criteria->pairwise = read_matrix(reader, criteria, pairwise);
  if (reader->sheet->diagnostics.count == before && weights)
    check_weights(reader, (const mpq_t *)weights, (int)count, list);
  return criteria;
}

/* "weights" of an object: the word entropy. */
static bool read_weighing(sheet_reader *reader, const place *object, const place *pairwise) {
  static const char *const words[] = {"entropy", NULL};
  place at = member_of(object, "weights");
  if (!at.node) return false;
  if (read_choice(reader, &at, words) == 0 && pairwise->node)
    report_key(reader, E097, &at, NULL, "the weights come from entropy and from a matrix \"pairwise\"");
  return true;
}

/* "criteria", "pairwise" and "weights" of an object. */
static const accord_criteria *read_members(sheet_reader *reader, const place *object) {
  int before = reader->sheet->diagnostics.count;
  place list, pairwise = member_of(object, "pairwise");
  bool entropy = read_weighing(reader, object, &pairwise);
  if (!want_member(reader, &list, object, "criteria")) return NULL;
  accord_criteria *criteria = read_list(reader, &list, &pairwise, entropy);
  return reader->sheet->diagnostics.count == before ? criteria : NULL;
}

const accord_criteria *read_criteria_of_model(sheet_reader *reader, const place *model) {
  place criteria = member_of(model, "criteria"), pairwise = member_of(model, "pairwise"),
        weights = member_of(model, "weights");
  if (!is_object(criteria.node) && !is_broken(criteria.node)) return read_members(reader, model);
  const place *twice = pairwise.node ? &pairwise : weights.node ? &weights : NULL;
  if (twice) report_key(reader, E097, twice, NULL, "\"criteria\" holds their weights already");
  return read_criteria(reader, &criteria);
}

const accord_criteria *read_criteria(sheet_reader *reader, const place *at) {
  static const char *const keys[] = {"criteria", "pairwise", "weights", NULL};
  int before = reader->sheet->diagnostics.count;
  place list = *at, pairwise = {0};
  if (is_broken(at->node)) return NULL;
  if (is_object(at->node)) {
    check_keys(reader, at, keys);
    return read_members(reader, at);
  }
  if (!is_array(at->node)) {
    report_value(reader, E020, at,
                 "This takes a list [{\"name\", \"weight\", \"scores\"}, ...], or an object {\"criteria\": [...], "
                 "\"pairwise\": [[...], ...]}.",
                 "criteria are a list or an object");
    return NULL;
  }
  accord_criteria *criteria = read_list(reader, &list, &pairwise, false);
  return reader->sheet->diagnostics.count == before ? criteria : NULL;
}

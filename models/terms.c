/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the clauses: each form becomes rows coefficient . x >= bound or <= bound over the shares as stated.
 *   party, group   x(S) >= min, x(S) <= max; fractions f of the total: x(S) >= f v(N)
 *   order          x_A - x_B >= 0 for each step
 *   ratio          x_A - min x_B >= 0, x_A - max x_B <= 0, x_B >= 0
 *   equal          x_A - x_B >= 0 and <= 0 for each step
 *   linear         sum a_i x_i >= min, <= max */
#include "terms.h"

#include <stdio.h>
#include <string.h>

enum { NOBODY = -1, BYTES_A_COEFFICIENT = 64 };

/* Everything that a clause is read with. */
struct clause {
  sheet_reader *reader;
  term_sheet *sheet;
  accord_terms *terms;
  sheet_term *term;
  const place *at;
  int number;
  int *seen; /* size n: the last list that named the party */
  int list;  /* its number */
};

/* What stands under min and max, or min_share and max_share. */
struct bounds {
  bool there[2], good[2];
  const char *source[2];
  mpq_t *value; /* size 2 */
};

static const char *const amount_keys[] = {"min", "max"}, *const share_keys[] = {"min_share", "max_share"};

static const struct form {
  const char *key;
  term_form form;
  bool bounded; /* needs a bound */
} forms[] = {{"party", TERM_AMOUNT, true}, {"group", TERM_AMOUNT, true}, {"order", TERM_ORDER, false},
             {"ratio", TERM_RATIO, true},  {"equal", TERM_EQUAL, false}, {"linear", TERM_LINEAR, true}};
enum { FORM_COUNT = sizeof forms / sizeof *forms };

/* --------------------------------------------------------------------- rows */

/* A row whose coefficients are still 0. */
static accord_term_row *add_row(struct clause *clause, bool at_most, const struct bounds *bounds) {
  accord_terms *terms = clause->terms;
  accord_term_row *row = &terms->rows[terms->row_count];
  sheet_term_row *stated = &clause->sheet->term_rows[terms->row_count++];
  clause->term->row_count++;
  row->term = clause->number;
  row->at_most = at_most;
  row->coefficient = pool_rationals(clause->reader->context, (size_t)clause->sheet->n);
  pool_rational(clause->reader->context, row->bound);
  pool_rational(clause->reader->context, stated->stated);
  stated->first = stated->second = NOBODY;
  if (!bounds) return row;
  stated->source = bounds->source[at_most];
  mpq_set(stated->stated, bounds->value[at_most]);
  return row;
}

/* x_first - factor x_second >= 0, or <= 0; bounds NULL: the factor is 1. */
static void add_step(struct clause *clause, bool at_most, int first, int second, const struct bounds *bounds) {
  accord_term_row *row = add_row(clause, at_most, bounds);
  sheet_term_row *stated = row - clause->terms->rows + clause->sheet->term_rows;
  stated->first = first;
  stated->second = second;
  if (!bounds) mpq_set_ui(stated->stated, 1, 1);
  mpq_set_ui(row->coefficient[first], 1, 1);
  mpq_neg(row->coefficient[second], stated->stated);
}

/* x(S) or a sum, against an amount or a fraction of the total. */
static void add_bound(struct clause *clause, bool at_most, const mpq_t *coefficients, const struct bounds *bounds) {
  accord_term_row *row = add_row(clause, at_most, bounds);
  for (int i = 0; i < clause->sheet->n; i++) mpq_set(row->coefficient[i], coefficients[i]);
  mpq_set(row->bound, bounds->value[at_most]);
  if (clause->term->form != TERM_SHARE || !clause->sheet->problem) return;
  mpq_mul(row->bound, row->bound, clause->sheet->problem->total);
  row->fraction = (const mpq_t *)&(row - clause->terms->rows + clause->sheet->term_rows)->stated;
}

/* ------------------------------------------------------------------- bounds */

static void report_out_of_range(struct clause *clause, const struct bounds *bounds, int side, const place *at) {
  mpq_t *value = &bounds->value[side];
  if (clause->term->form == TERM_SHARE && (mpq_sgn(*value) < 0 || mpq_cmp_ui(*value, 1, 1) > 0))
    report_value(clause->reader, E115, at, NULL, "%.15g is no fraction of the total between 0 and 1",
                 accord_to_double(*value));
  if (clause->term->form == TERM_RATIO && mpq_sgn(*value) < 0)
    report_value(clause->reader, E116, at, NULL, "a ratio is bounded by %.15g, which is below 0",
                 accord_to_double(*value));
}

/* The two ends under these keys; true where at least one is there. */
static bool read_bounds(struct clause *clause, struct bounds *bounds, const char *const *keys) {
  bounds->value = pool_rationals(clause->reader->context, 2);
  for (int side = 0; side < 2; side++) {
    place at = member_of(clause->at, keys[side]);
    bounds->there[side] = at.node != NULL;
    if (!at.node || is_broken(at.node)) continue;
    bounds->good[side] = read_amount(clause->reader, bounds->value[side], &bounds->source[side], &at);
    if (bounds->good[side]) report_out_of_range(clause, bounds, side, &at);
  }
  place most = member_of(clause->at, keys[1]);
  if (bounds->good[0] && bounds->good[1] && mpq_cmp(bounds->value[0], bounds->value[1]) > 0)
    report_value(clause->reader, E114, &most, NULL, "at least %.15g and at most %.15g cannot both hold",
                 accord_to_double(bounds->value[0]), accord_to_double(bounds->value[1]));
  return bounds->there[0] || bounds->there[1];
}

static bool has_any(const struct clause *clause, const char *const *keys) {
  return member_of(clause->at, keys[0]).node || member_of(clause->at, keys[1]).node;
}

/* Bounds that say nothing beside this form. */
static void refuse_bounds(struct clause *clause, const char *const *keys, const char *form) {
  for (int side = 0; side < 2; side++) {
    place at = member_of(clause->at, keys[side]);
    if (at.node) report_key(clause->reader, E113, &at, NULL, "\"%s\" does not go with \"%s\"", keys[side], form);
  }
}

static void report_no_bound(struct clause *clause, const char *form, bool shares) {
  char help[160];
  snprintf(help, sizeof help, "Add \"min\" or \"max\"%s, or both.",
           shares ? " (amounts), or \"min_share\" or \"max_share\" (fractions of the total)" : "");
  report_value(clause->reader, E112, clause->at, help, "\"%s\" has no bound here", form);
}

/* ------------------------------------------------------------------ parties */

/* A party named at a place, or -1 (reported); repeated: what is said of one that the list has named. */
static int read_member(struct clause *clause, const place *at, error_code repeated, const char *message) {
  sheet_reader *reader = clause->reader;
  if (!want_text(reader, at)) return NOBODY;
  int found = read_party(reader, at, at->node->valuestring, strlen(at->node->valuestring));
  if (found < 0) return NOBODY;
  if (clause->seen[found] == clause->list) {
    report_value(reader, repeated, at, NULL, "\"%.80s\" %s", at->node->valuestring, message);
    return NOBODY;
  }
  clause->seen[found] = clause->list;
  return found;
}

/* The parties of a list into term->parties; false where not all of them could be read. */
static bool read_members(struct clause *clause, const place *list, error_code repeated, const char *message) {
  const cJSON *node;
  size_t index = 0;
  bool good = true;
  sheet_term *term = clause->term;
  term->party_count = 0;
  if (is_broken(list->node) || !want_array(clause->reader, list)) return false;
  term->parties = POOL_NEW(clause->reader->context, (size_t)cJSON_GetArraySize(list->node) + 1, int);
  clause->list++;
  cJSON_ArrayForEach(node, list->node) {
    place at = element_at(list, node, index++);
    int found = read_member(clause, &at, repeated, message);
    if (found >= 0) term->parties[term->party_count++] = found;
    good = good && found >= 0;
  }
  return good;
}

/* A group as coalitions are written elsewhere, "A+B". */
static bool read_group_text(struct clause *clause, const place *at) {
  sheet_term *term = clause->term;
  int n = clause->sheet->n;
  accord_coalition group;
  if (!read_coalition(clause->reader, &group, at, at->node->valuestring)) return false;
  term->parties = POOL_NEW(clause->reader->context, (size_t)n, int);
  term->party_count = 0;
  for (int i = 0; i < n; i++)
    if (has(group, i)) term->parties[term->party_count++] = i;
  return true;
}

/* A list of ids, or where bitmasks reach, "A+B". */
static bool read_group(struct clause *clause, const place *at) {
  if (is_text(at->node) && clause->sheet->n <= 64) return read_group_text(clause, at);
  bool good = read_members(clause, at, E028, "stands twice in this group");
  if (is_array(at->node) && !at->node->child) report_value(clause->reader, E119, at, NULL, "this group is empty");
  return good;
}

/* -------------------------------------------------------------------- forms */

/* Both ends of an amount, a fraction or a sum. */
static void add_ends(struct clause *clause, const mpq_t *coefficients, const struct bounds *bounds) {
  for (int side = 0; side < 2; side++)
    if (bounds->good[side]) add_bound(clause, side == 1, coefficients, bounds);
}

/* {"party"} or {"group"}, with amounts or fractions. */
static void read_amounts_clause(struct clause *clause, const place *form, const char *key) {
  sheet_term *term = clause->term;
  struct bounds bounds = {0};
  bool amounts = has_any(clause, amount_keys), shares = has_any(clause, share_keys), good;
  if (strcmp(key, "party") == 0) {
    clause->list++;
    term->parties = POOL_NEW(clause->reader->context, 1, int);
    term->parties[0] = read_member(clause, form, E028, "");
    term->party_count = good = term->parties[0] >= 0;
  } else {
    good = read_group(clause, form);
  }
  term->form = shares && !amounts ? TERM_SHARE : TERM_AMOUNT;
  if (!amounts && !shares) report_no_bound(clause, key, true);
  if (amounts && shares) {
    place second = member_of(clause->at, member_of(clause->at, share_keys[0]).node ? share_keys[0] : share_keys[1]);
    report_key(clause->reader, E111, &second, "Make two clauses of it, one of amounts and one of fractions.",
               "a clause of amounts has a fraction of the total as well");
  }
  if (!read_bounds(clause, &bounds, shares && !amounts ? share_keys : amount_keys) || !good) return;
  mpq_t *members = pool_rationals(clause->reader->context, (size_t)clause->sheet->n);
  for (int k = 0; k < term->party_count; k++) mpq_set_ui(members[term->parties[k]], 1, 1);
  add_ends(clause, (const mpq_t *)members, &bounds);
  pool_free(clause->reader->context, members);
}

/* {"order"} or {"equal"}: each party against the next. */
static void read_steps_clause(struct clause *clause, const place *form, const char *key) {
  sheet_term *term = clause->term;
  refuse_bounds(clause, amount_keys, key);
  refuse_bounds(clause, share_keys, key);
  bool good = read_members(clause, form, E117, "is compared with itself");
  if (is_array(form->node) && cJSON_GetArraySize(form->node) < 2)
    report_value(clause->reader, E118, form, NULL, "\"%s\" needs two parties or more", key);
  for (int k = 0; good && k + 1 < term->party_count; k++) {
    add_step(clause, false, term->parties[k], term->parties[k + 1], NULL);
    if (term->form == TERM_EQUAL) add_step(clause, true, term->parties[k], term->parties[k + 1], NULL);
  }
}

static void read_ratio_clause(struct clause *clause, const place *form) {
  sheet_term *term = clause->term;
  struct bounds bounds = {0};
  refuse_bounds(clause, share_keys, "ratio");
  bool good = read_members(clause, form, E117, "is compared with itself");
  if (!read_bounds(clause, &bounds, amount_keys)) report_no_bound(clause, "ratio", false);
  if (is_array(form->node) && cJSON_GetArraySize(form->node) != 2) {
    report_value(clause->reader, E118, form, NULL, "a ratio compares two parties");
    return;
  }
  if (!good) return;
  for (int side = 0; side < 2; side++)
    if (bounds.good[side]) add_step(clause, side == 1, term->parties[0], term->parties[1], &bounds);
  accord_term_row *sign = add_row(clause, false, NULL);
  clause->sheet->term_rows[sign - clause->terms->rows].first = term->parties[1];
  mpq_set_ui(sign->coefficient[term->parties[1]], 1, 1);
}

static void read_linear_clause(struct clause *clause, const place *form) {
  sheet_term *term = clause->term;
  struct bounds bounds = {0};
  int n = clause->sheet->n;
  mpq_t *coefficients = pool_rationals(clause->reader->context, (size_t)n);
  refuse_bounds(clause, share_keys, "linear");
  bool good =
      !is_broken(form->node) && read_amounts_by_party(clause->reader, coefficients, NULL, NULL, form, ERROR_CODE_COUNT);
  if (!read_bounds(clause, &bounds, amount_keys)) report_no_bound(clause, "linear", false);
  if (!good) return;
  term->parties = POOL_NEW(clause->reader->context, (size_t)cJSON_GetArraySize(form->node) + 1, int);
  for (int i = 0; i < n; i++)
    if (mpq_sgn(coefficients[i])) term->parties[term->party_count++] = i;
  if (term->party_count == 0) report_value(clause->reader, E119, form, NULL, "this sum counts nobody");
  add_ends(clause, (const mpq_t *)coefficients, &bounds);
  pool_free(clause->reader->context, coefficients);
}

static void read_form(struct clause *clause, const struct form *form) {
  place at = member_of(clause->at, form->key);
  clause->term->form = form->form;
  switch (form->form) {
  case TERM_AMOUNT:
  case TERM_SHARE: read_amounts_clause(clause, &at, form->key); break;
  case TERM_ORDER:
  case TERM_EQUAL: read_steps_clause(clause, &at, form->key); break;
  case TERM_RATIO: read_ratio_clause(clause, &at); break;
  case TERM_LINEAR: read_linear_clause(clause, &at); break;
  }
}

/* ------------------------------------------------------------------ clauses */

/* A number will do for a clause's: 4.2. */
static const char *read_label(struct clause *clause, const char *key, bool number) {
  place at = member_of(clause->at, key);
  if (!at.node) return NULL;
  return (number && is_number(at.node)) || want_text(clause->reader, &at) ? at.node->valuestring : NULL;
}

static bool read_soft(struct clause *clause) {
  place soft = member_of(clause->at, "soft");
  if (soft.node && !cJSON_IsBool(soft.node) && !is_broken(soft.node))
    report_value(clause->reader, E020, &soft, "This takes true or false.", "true or false was expected here");
  return soft.node && cJSON_IsTrue(soft.node);
}

static void read_clause(struct clause *clause) {
  static const char *const keys[] = {"clause", "name",   "soft", "party", "group",     "order",     "ratio",
                                     "equal",  "linear", "min",  "max",   "min_share", "max_share", NULL};
  diagnostics *found = &clause->sheet->diagnostics;
  const char *first = NULL;
  if (!want_object(clause->reader, clause->at)) return;
  int before = found->count + found->dropped;
  check_keys(clause->reader, clause->at, keys);
  bool misspelt = found->count + found->dropped > before;
  clause->term->clause = read_label(clause, "clause", true);
  clause->term->name = read_label(clause, "name", false);
  clause->terms->soft[clause->number] = read_soft(clause);
  for (int k = 0; k < FORM_COUNT; k++) {
    place form = member_of(clause->at, forms[k].key);
    if (!form.node) continue;
    if (first) report_key(clause->reader, E111, &form, NULL, "this clause has \"%s\" and \"%s\"", first, forms[k].key);
    else first = forms[k].key;
    read_form(clause, &forms[k]);
  }
  if (!first && !misspelt)
    report_value(clause->reader, E110, clause->at, NULL, "this clause says nothing of any share");
}

/* Rows that a clause may make, all its forms counted. */
static size_t most_rows(const cJSON *term) {
  size_t count = 0;
  if (!is_object(term)) return 0;
  for (int k = 0; k < FORM_COUNT; k++) {
    const cJSON *form = cJSON_GetObjectItemCaseSensitive(term, forms[k].key);
    if (!form) continue;
    size_t size = forms[k].bounded || !is_array(form) ? 3 : (size_t)cJSON_GetArraySize(form);
    count += forms[k].form == TERM_EQUAL ? 2 * size : size;
  }
  return count;
}

/* The rows to make room for; false where they are too many (reported). */
static bool want_rows(sheet_reader *reader, size_t *rows, const place *terms) {
  const cJSON *node;
  char help[200];
  size_t n = (size_t)reader->sheet->n, limit = accord_context_settings(reader->context)->memory_limit;
  *rows = 0;
  cJSON_ArrayForEach(node, terms->node) { *rows += most_rows(node); }
  size_t most = limit / (n * BYTES_A_COEFFICIENT);
  if (most > TERMS_MOST_ROWS) most = TERMS_MOST_ROWS;
  if (*rows <= most) return true;
  snprintf(help, sizeof help, "For %zu parties there is room for %zu conditions; a larger --memory-limit %s.", n, most,
           most < TERMS_MOST_ROWS ? "makes more" : "does not help");
  report_value(reader, E120, terms, help, "these clauses make up to %zu conditions, which is too many", *rows);
  return false;
}

void read_terms(sheet_reader *reader, const place *root) {
  term_sheet *sheet = reader->sheet;
  place list = member_of(root, "terms");
  const cJSON *node;
  size_t index = 0, rows;
  if (!list.node || is_broken(list.node) || !want_array(reader, &list) || !want_rows(reader, &rows, &list)) return;
  size_t count = (size_t)cJSON_GetArraySize(list.node);
  accord_terms *terms = POOL_NEW(reader->context, 1, accord_terms);
  terms->soft = POOL_NEW(reader->context, count + 1, bool);
  terms->rows = POOL_NEW(reader->context, rows + 1, accord_term_row);
  sheet->terms = POOL_NEW(reader->context, count + 1, sheet_term);
  sheet->term_rows = POOL_NEW(reader->context, rows + 1, sheet_term_row);
  struct clause clause = {.reader = reader, .sheet = sheet, .terms = terms};
  clause.seen = POOL_NEW(reader->context, (size_t)sheet->n, int);
  cJSON_ArrayForEach(node, list.node) {
    place at = element_at(&list, node, index++);
    clause.at = &at;
    clause.number = terms->term_count++;
    clause.term = &sheet->terms[clause.number];
    clause.term->pointer = pointer_text(reader->context, &at);
    clause.term->first_row = terms->row_count;
    if (!is_broken(node)) read_clause(&clause);
    check_clock(reader->context);
  }
  sheet->term_count = terms->term_count;
  if (sheet->problem && terms->term_count) sheet->problem->terms = terms;
}

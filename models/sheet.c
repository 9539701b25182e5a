/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The top of a term sheet: parties, unit, rules, proposals; the model is read by its own file. */
#include "sheet.h"

#include "fund.h"
#include "model.h"
#include "overlays.h"
#include "terms.h"
#include "subsidy_overlay.h"
#include "transaction_costs.h"
#include "unknown_values.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const known_keys[] = {"accord",
                                         "title",
                                         "date",
                                         "currency",
                                         "unit",
                                         "parties",
                                         "model",
                                         "rules",
                                         "proposals",
                                         "unions",
                                         "links",
                                         "weights",
                                         "criteria",
                                         "terms",
                                         "seed",
                                         "notes",
                                         "transaction_costs",
                                         "subsidy",
                                         "assume",
                                         "fund",
                                         NULL};

void sheet_warn(term_sheet *sheet, const char *format, ...) {
  char text[512];
  va_list arguments;
  if (sheet->warning_count == (int)(sizeof sheet->warnings / sizeof *sheet->warnings)) return;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  sheet->warnings[sheet->warning_count++] = pool_copy_text(sheet->context, text, strlen(text));
}

void sheet_make_game(term_sheet *sheet) {
  accord_status status = accord_make_game(sheet->context, sheet->problem);
  if (status == ACCORD_OK) return;
  if (status != ACCORD_LIMIT || is_time_up(sheet->context))
    guard_leave(sheet->context, status, "%s", accord_message(sheet->context));
  sheet->limited = true;
  sheet_warn(sheet, "T%s", sheet->problem->no_game + 1); /* the table of coalitions was not made: ... */
}

void sheet_add_source(term_sheet *sheet, accord_coalition coalition, const char *text) {
  if (!text) return;
  if (sheet->source_count == sheet->source_room) {
    int room = sheet->source_room ? 2 * sheet->source_room : 16;
    sheet->sources =
        pool_grow(sheet->context, sheet->sources, (size_t)sheet->source_room, (size_t)room, sizeof *sheet->sources);
    sheet->source_room = room;
  }
  sheet->sources[sheet->source_count++] = (sheet_source){coalition, text};
}

const char *sheet_source_of(const term_sheet *sheet, accord_coalition coalition) {
  for (int k = 0; k < sheet->source_count; k++)
    if (sheet->sources[k].coalition == coalition) return sheet->sources[k].text;
  return NULL;
}

/* ------------------------------------------------------------ simple entries */

static const char *optional_text(sheet_reader *reader, const place *root, const char *key) {
  place member = member_of(root, key);
  return member.node && want_text(reader, &member) ? member.node->valuestring : NULL;
}

static void read_format(sheet_reader *reader, const place *root) {
  place format;
  if (!want_member(reader, &format, root, "accord") || is_broken(format.node)) return;
  bool one = is_number(format.node) && strcmp(format.node->valuestring, "1") == 0;
  if (!one) report_value(reader, E023, &format, "Write \"accord\": 1.", "this is not term sheet format 1");
}

static void read_unit(sheet_reader *reader, const place *root) {
  term_sheet *sheet = reader->sheet;
  place unit = member_of(root, "unit");
  number_parts parts;
  sheet->unit_text = unit.node && (is_text(unit.node) || is_number(unit.node)) ? unit.node->valuestring : "0.01";
  mpq_set_ui(sheet->unit, 1, 100);
  sheet->unit_places = 2;
  if (!unit.node || !read_number(reader, sheet->unit, &unit)) return;
  if (mpq_sgn(sheet->unit) <= 0) {
    report_value(reader, E026, &unit, "The unit is the smallest amount that can be paid, such as \"0.01\".",
                 "the unit is not above 0");
    mpq_set_ui(sheet->unit, 1, 100);
    return;
  }
  number_read(&parts, sheet->unit_text, strlen(sheet->unit_text));
  sheet->unit_places = parts.fraction ? -1 : parts.exponent < 0 ? -parts.exponent : 0;
}

static void read_seed(sheet_reader *reader, const place *root) {
  place seed = member_of(root, "seed");
  mpq_t *number = pool_rationals(reader->context, 1);
  if (!seed.node || !read_number(reader, *number, &seed)) return;
  bool whole =
      mpz_cmp_ui(mpq_denref(*number), 1) == 0 && mpq_sgn(*number) >= 0 && mpz_fits_ulong_p(mpq_numref(*number));
  if (!whole) {
    report_value(reader, E036, &seed, NULL, "a seed is a whole number from 0 to 18446744073709551615");
    return;
  }
  reader->sheet->has_seed = true;
  reader->sheet->seed = mpz_get_ui(mpq_numref(*number));
}

static void read_notes(sheet_reader *reader, const place *root) {
  place notes = member_of(root, "notes");
  const cJSON *node;
  size_t index = 0;
  if (!notes.node || is_text(notes.node) || is_broken(notes.node)) return;
  if (!is_array(notes.node)) {
    report_value(reader, E020, &notes, "This takes a text, or a list of texts.", "notes are a text or a list of texts");
    return;
  }
  cJSON_ArrayForEach(node, notes.node) {
    place note = element_at(&notes, node, index++);
    want_text(reader, &note);
  }
}

/* ------------------------------------------------------------------ parties */

static bool valid_id(const char *id) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
  return *id && strchr(".-", *id) == NULL && id[strspn(id, letters)] == '\0';
}

/* The place of a party's id: itself, or its member "id". */
static bool read_party_entry(sheet_reader *reader, sheet_party *party, place *id, const place *at) {
  static const char *const keys[] = {"id", "name", "role", NULL};
  *id = *at;
  if (is_object(at->node)) {
    check_keys(reader, at, keys);
    party->name = optional_text(reader, at, "name");
    party->role = optional_text(reader, at, "role");
    if (!want_member(reader, id, at, "id")) return false;
  }
  if (id->node == at->node) {
    if (!is_text(at->node)) {
      report_value(reader, E020, at,
                   "This takes an id, a text in double quotes, or an object {\"id\": ..., \"name\": ...}.",
                   "a party is an id or an object");
      return false;
    }
  } else if (!want_text(reader, id)) {
    return false;
  }
  party->id = id->node->valuestring;
  if (!party->name) party->name = party->id;
  if (valid_id(party->id)) return true;
  report_value(reader, E027, id, NULL, "\"%.80s\" is not a valid id", party->id);
  return false;
}

static _Thread_local const sheet_party *sorting; /* qsort has no argument */

static int compare_ids(const void *a, const void *b) {
  int first = *(const int *)a, second = *(const int *)b;
  int order = strcmp(sorting[first].id, sorting[second].id);
  return order ? order : first - second;
}

/* False where two have the same id. */
static bool ids_differ(sheet_reader *reader, const place *ids) {
  term_sheet *sheet = reader->sheet;
  bool good = true;
  int *by_id = POOL_NEW(reader->context, (size_t)sheet->n + 1, int);
  for (int i = 0; i < sheet->n; i++) by_id[i] = i;
  sorting = sheet->parties;
  qsort(by_id, (size_t)sheet->n, sizeof *by_id, compare_ids);
  for (int k = 1; k < sheet->n; k++) {
    int first = by_id[k - 1], second = by_id[k];
    if (!*sheet->parties[first].id || strcmp(sheet->parties[first].id, sheet->parties[second].id) != 0) continue;
    report_value(reader, E028, &ids[second], NULL, "the id \"%.80s\" was given to an earlier party",
                 sheet->parties[second].id);
    good = false;
  }
  return good;
}

static size_t hash_of(const char *id, size_t length) {
  uint64_t hash = length;
  for (size_t k = 0; k < length; k++) hash = (hash ^ (unsigned char)id[k]) * 0x9e3779b97f4a7c15u;
  return (size_t)(hash ^ hash >> 32);
}

/* Ids are looked up once for every party of every coalition that is written out: of equal ones the first is found. */
static void hash_parties(sheet_reader *reader) {
  term_sheet *sheet = reader->sheet;
  size_t size = 8;
  while (size < 3 * (size_t)sheet->n) size *= 2;
  sheet->by_hash = POOL_NEW(reader->context, size, int);
  sheet->hash_mask = size - 1;
  for (int i = 0; i < sheet->n; i++) {
    if (i % 4096 == 0) check_clock(reader->context);
    const char *id = sheet->parties[i].id;
    size_t length = strlen(id), at = hash_of(id, length);
    if (sheet_find_party(sheet, id, length) >= 0) continue;
    while (sheet->by_hash[at & sheet->hash_mask]) at++;
    sheet->by_hash[at & sheet->hash_mask] = i + 1;
  }
}

int sheet_find_party(const term_sheet *sheet, const char *id, size_t length) {
  if (!sheet->by_hash) return -1;
  for (size_t at = hash_of(id, length);; at++) {
    int found = sheet->by_hash[at & sheet->hash_mask] - 1;
    if (found < 0) return -1;
    const char *other = sheet->parties[found].id;
    if (strncmp(id, other, length) == 0 && other[length] == '\0') return found;
  }
}

/* True where every party has a good id of its own, so that ids can be looked up. */
static bool read_parties(sheet_reader *reader, const place *root) {
  term_sheet *sheet = reader->sheet;
  const cJSON *node;
  place parties;
  size_t index = 0, count;
  bool good = true;
  if (!want_member(reader, &parties, root, "parties") || !want_array(reader, &parties)) return false;
  count = (size_t)cJSON_GetArraySize(parties.node);
  if (count == 0) {
    report_value(reader, E030, &parties, NULL, "there are no parties");
    return false;
  }
  place *entries = POOL_NEW(reader->context, count, place), *ids = POOL_NEW(reader->context, count, place);
  sheet->parties = POOL_NEW(reader->context, count, sheet_party);
  cJSON_ArrayForEach(node, parties.node) {
    entries[index] = ids[index] = element_at(&parties, node, index);
    bool entry_good =
        !is_broken(node) && read_party_entry(reader, &sheet->parties[index], &ids[index], &entries[index]);
    if (!entry_good) sheet->parties[index].id = "";
    good = good && entry_good;
    index++;
  }
  sheet->n = (int)count;
  hash_parties(reader);
  return ids_differ(reader, ids) && good;
}

/* --------------------------------------------------------- rules, proposals */

void report_rule(term_sheet *sheet, const source_text *source, size_t offset, const char *pointer, const char *name) {
  accord_context *context = sheet->context;
  const char **names = POOL_NEW(context, (size_t)accord_rule_count + 1, const char *);
  for (int k = 0; k < accord_rule_count; k++) names[k] = accord_rules[k].name;
  const char *nearest = nearest_word(name, names), *help = "`accord rules` lists the rules.";
  if (nearest) help = pool_text(context, "The nearest known rule is \"%s\"; `accord rules` lists them all.", nearest);
  add_diagnostic(&sheet->diagnostics, E032, source, offset, pointer, help, "there is no rule \"%.80s\"", name);
}

const accord_rule *read_rule_name(sheet_reader *reader, const place *name) {
  if (!want_text(reader, name)) return NULL;
  const accord_rule *rule = accord_find_rule(name->node->valuestring);
  if (rule) return rule;
  report_rule(reader->sheet, &reader->document->source, value_offset(name->node), pointer_text(reader->context, name),
              name->node->valuestring);
  return NULL;
}

static bool read_under_terms(sheet_reader *reader, const place *entry) {
  place under = member_of(entry, "under_terms");
  if (under.node && !cJSON_IsBool(under.node) && !is_broken(under.node))
    report_value(reader, E020, &under, "This takes true or false.", "true or false was expected here");
  return under.node && cJSON_IsTrue(under.node);
}

/* entry: the rule, or its "as". */
static void check_label(sheet_reader *reader, const place *entry, const char *label) {
  term_sheet *sheet = reader->sheet;
  for (int k = 0; k < sheet->rule_count; k++)
    if (strcmp(sheet->rules[k].label, label) == 0)
      report_value(reader, E034, entry, NULL, "the label \"%.80s\" is used by an earlier rule", label);
}

const char *label_under_terms(accord_context *context, const accord_rule *rule) {
  return pool_text(context, "%s under terms", rule->name);
}

static void read_rule_entry(sheet_reader *reader, const place *entry) {
  static const char *const keys[] = {"rule", "as", "under_terms", NULL};
  term_sheet *sheet = reader->sheet;
  place name = *entry;
  const char *label = NULL;
  bool under_terms = false;
  if (is_object(entry->node)) {
    check_keys(reader, entry, keys);
    label = optional_text(reader, entry, "as");
    under_terms = read_under_terms(reader, entry);
    if (!want_member(reader, &name, entry, "rule")) return;
  }
  const accord_rule *rule = read_rule_name(reader, &name);
  if (!rule) return;
  place as = member_of(entry, "as");
  const char *own = under_terms ? label_under_terms(reader->context, rule) : rule->name;
  check_label(reader, label ? &as : entry, label ? label : own);
  sheet->rules[sheet->rule_count++] = (sheet_rule){rule, label ? label : own, under_terms};
}

static void read_rules(sheet_reader *reader, const place *root) {
  place rules = member_of(root, "rules");
  const cJSON *node;
  size_t index = 0;
  if (!rules.node || !want_array(reader, &rules)) return;
  reader->sheet->rules = POOL_NEW(reader->context, (size_t)cJSON_GetArraySize(rules.node) + 1, sheet_rule);
  cJSON_ArrayForEach(node, rules.node) {
    place entry = element_at(&rules, node, index++);
    if (!is_broken(node)) read_rule_entry(reader, &entry);
  }
}

static void read_proposals(sheet_reader *reader, const place *root) {
  term_sheet *sheet = reader->sheet;
  place proposals = member_of(root, "proposals");
  const cJSON *node;
  if (!proposals.node || !want_object(reader, &proposals)) return;
  sheet->proposals = POOL_NEW(reader->context, (size_t)cJSON_GetArraySize(proposals.node) + 1, sheet_proposal);
  cJSON_ArrayForEach(node, proposals.node) {
    place at = member_at(&proposals, node);
    if (strncmp(node->string, "x-", 2) == 0) continue;
    sheet_proposal *proposal = &sheet->proposals[sheet->proposal_count++];
    proposal->name = node->string;
    proposal->share = pool_rationals(reader->context, (size_t)sheet->n);
    proposal->source = POOL_NEW(reader->context, (size_t)sheet->n, const char *);
    read_amounts_by_party(reader, proposal->share, proposal->source, NULL, &at, E055);
  }
}

/* ------------------------------------------------------------------ the sheet */

static void report_unknown_model(sheet_reader *reader, const place *type) {
  char help[300];
  size_t length = (size_t)snprintf(help, sizeof help, "The models are");
  for (int k = 0; k < model_count && length < sizeof help; k++)
    length += (size_t)snprintf(help + length, sizeof help - length, "%s %s", k ? "," : "", models[k].name);
  report_value(reader, E031, type, help, "there is no model \"%.80s\"", type->node->valuestring);
}

static void read_model(sheet_reader *reader, const place *root) {
  place at, type;
  if (!want_member(reader, &at, root, "model") || !want_object(reader, &at)) return;
  if (!want_member(reader, &type, &at, "type") || !want_text(reader, &type)) return;
  reader->sheet->model = find_model(type.node->valuestring);
  if (reader->sheet->model) reader->sheet->model->build(reader, &at);
  else report_unknown_model(reader, &type);
}

/* Overlays of the model's problem; criteria alone bring theirs. */
static void lay_over(sheet_reader *reader, const accord_overlays *overlays, const place *root) {
  accord_problem *problem = reader->sheet->problem;
  if (!problem) return;
  const accord_criteria *own = problem->criteria_only ? problem->overlays.criteria : NULL;
  problem->overlays = *overlays;
  if (!own) return;
  problem->overlays.criteria = own;
  place criteria = member_of(root, "criteria");
  if (criteria.node) report_key(reader, E257, &criteria, NULL, "the model states its criteria itself");
}

static void read_root(sheet_reader *reader, const place *root) {
  term_sheet *sheet = reader->sheet;
  check_keys(reader, root, known_keys);
  read_format(reader, root);
  sheet->title = optional_text(reader, root, "title");
  sheet->date = optional_text(reader, root, "date");
  sheet->currency = optional_text(reader, root, "currency");
  read_unit(reader, root);
  read_seed(reader, root);
  read_notes(reader, root);
  reader->parties_good = read_parties(reader, root);
  reader->assumptions = read_assumptions(reader, root);
  read_model(reader, root);
  read_rules(reader, root);
  if (reader->sheet->n) read_proposals(reader, root);
  accord_overlays overlays = {0};
  if (reader->sheet->n) read_overlays(reader, &overlays, root);
  lay_over(reader, &overlays, root);
  if (reader->sheet->n) read_transaction_costs(reader, root);
  if (reader->sheet->n) read_terms(reader, root);
  read_subsidy(reader, root);
  read_fund(reader, root);
}

/* Errors in the order in which they stand in the text. */
static int compare_places(const void *a, const void *b) {
  const diagnostic *first = a, *second = b;
  if (first->line != second->line) return first->line < second->line ? -1 : 1;
  return (first->column > second->column) - (first->column < second->column);
}

static void read_document(term_sheet *sheet, json_document *document) {
  sheet_reader reader = {.context = sheet->context, .document = document, .sheet = sheet};
  place root = {NULL, NULL, 0};
  json_read(document);
  root.node = document->root;
  if (root.node && want_object(&reader, &root)) read_root(&reader, &root);
  qsort(sheet->diagnostics.list, (size_t)sheet->diagnostics.count, sizeof *sheet->diagnostics.list, compare_places);
}

/* A sheet in which nothing has been read yet. */
static term_sheet *new_sheet(accord_context *context, json_document **document, const char *path,
                             const sheet_options *options) {
  term_sheet *sheet = POOL_NEW(context, 1, term_sheet);
  *document = POOL_NEW(context, 1, json_document);
  sheet->context = (*document)->context = sheet->diagnostics.context = context;
  sheet->options = *options;
  sheet->file = path;
  (*document)->diagnostics = &sheet->diagnostics;
  sheet->document = *document;
  pool_rational(context, sheet->unit);
  return sheet;
}

static void read_source(term_sheet *sheet, json_document *document) {
  sheet->digest = digest_of(sheet->context, document->source.text, document->source.length, NULL);
  if (sheet->options.digests) digest_begin(sheet->digest);
  read_document(sheet, document);
}

term_sheet *sheet_read(accord_context *context, const char *path, const sheet_options *options) {
  json_document *document;
  term_sheet *sheet = new_sheet(context, &document, path, options);
  read_sheet_file(context, &document->source, path);
  if (!document->source.text) {
    const char *why = strerror(errno);
    add_diagnostic(&sheet->diagnostics, E001, &document->source, SIZE_MAX, "", NULL, "%s cannot be read: %s", path,
                   why);
    return sheet;
  }
  read_source(sheet, document);
  return sheet;
}

term_sheet *sheet_read_text(accord_context *context, const source_text *source, const sheet_options *options) {
  json_document *document;
  term_sheet *sheet = new_sheet(context, &document, source->name, options);
  document->source = *source;
  read_source(sheet, document);
  return sheet;
}

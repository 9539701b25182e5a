/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two trees are walked side by side. The same walk lists their differences, and writes the text in between: what is the
 * same from the first sheet, each difference from the one or the other. */
#include "differences.h"

#include "digest.h"
#include "model.h"

#include <stdlib.h>
#include <string.h>

/* A value in one of the texts; node NULL: a number in a list that was not built. */
typedef struct value {
  const json_document *document;
  const cJSON *node;
  size_t offset, length;
} value;

struct walk {
  accord_context *context;
  sheet_differences *found;
  int room;          /* of found->list; -1: the text is written, -2: only counted */
  const bool *taken; /* when it is written */
  int met;           /* differences so far */
  char *text;
  size_t length, text_room;
};

/* Says nothing about shares. */
static const char *const passed_over[] = {"title", "notes", "date", "name", "role", "source", NULL};
static const char *const asked_or_checked[] = {"proposals", "rules", "currency", "unit", NULL};

/* --------------------------------------------------------------------- values */

static size_t text_length(const char *text) {
  const char *at = text + 1;
  for (; *at != '"'; at++)
    if (*at == '\\') at++;
  return (size_t)(at + 1 - text);
}

/* Of a value that was read without mistakes. */
static size_t value_length(const char *text) {
  const char *at = text;
  int depth = 0;
  if (*at == '"') return text_length(at);
  if (*at != '{' && *at != '[') return strcspn(at, ",]} \t\r\n");
  do {
    if (*at == '"') at += text_length(at) - 1;
    else if (*at == '{' || *at == '[') depth++;
    else if (*at == '}' || *at == ']') depth--;
    at++;
  } while (depth);
  return (size_t)(at - text);
}

static const char *text_of(const value *of) { return of->document->source.text + of->offset; }

static value value_of(const json_document *document, const cJSON *node) {
  value found = {document, node, value_offset(node), 0};
  found.length = value_length(text_of(&found));
  return found;
}

/* The elements of a list, built or not. */
static value *elements_of(struct walk *walk, const value *list, size_t *count) {
  size_t room = 16;
  value *elements = POOL_NEW(walk->context, room, value);
  json_document document = *list->document; /* the nodes of elements take memory of their own */
  document.piece_left = 0;
  array_values values = array_start(&document, list->node);
  array_element element;
  const cJSON *node = list->node->child;
  *count = 0;
  if (list->length == 2) return elements;
  for (; list->node->child ? node != NULL : array_next(&values, &element); ++*count) {
    if (*count == room) {
      elements = pool_grow(walk->context, elements, room, 2 * room, sizeof *elements);
      room *= 2;
    }
    if (list->node->child) {
      elements[*count] = value_of(list->document, node);
      node = node->next;
    } else if (element.node) elements[*count] = value_of(list->document, element.node);
    else elements[*count] = (value){list->document, NULL, element.offset, 0};
    if (!elements[*count].length) elements[*count].length = value_length(text_of(&elements[*count]));
  }
  return elements;
}

static bool is_quoted(const value *of) { return *text_of(of) == '"'; }

static bool read_as_number(accord_context *context, mpq_t number, const value *of) {
  size_t quote = is_quoted(of);
  return number_from_text(context, number, text_of(of) + quote, of->length - 2 * quote) == NUMBER_GOOD;
}

/* 7, 7.0 and "7/1" are the same. */
static bool is_same_leaf(struct walk *walk, const value *a, const value *b) {
  if (a->length == b->length && memcmp(text_of(a), text_of(b), a->length) == 0) return true;
  mpq_t *numbers = pool_rationals(walk->context, 2);
  bool same = read_as_number(walk->context, numbers[0], a) && read_as_number(walk->context, numbers[1], b) &&
              mpq_equal(numbers[0], numbers[1]);
  pool_free(walk->context, numbers);
  return same;
}

/* ----------------------------------------------------------------------- keys */

static int compare_words(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

/* The members of "B + A" in order. */
static int members_of(accord_context *context, char **members, const char *key) {
  char *copy = pool_copy_text(context, key, strlen(key)), *rest;
  int count = 0;
  for (char *word = strtok_r(copy, "+ ", &rest); word; word = strtok_r(NULL, "+ ", &rest)) members[count++] = word;
  qsort(members, (size_t)count, sizeof *members, compare_words);
  return count;
}

static bool is_same_key(accord_context *context, const char *a, const char *b) {
  if (strcmp(a, b) == 0) return true;
  if (!strchr(a, '+') || !strchr(b, '+')) return false;
  char **first = POOL_NEW(context, strlen(a) + 1, char *), **second = POOL_NEW(context, strlen(b) + 1, char *);
  int count = members_of(context, first, a);
  bool same = count == members_of(context, second, b);
  for (int k = 0; k < count && same; k++) same = strcmp(first[k], second[k]) == 0;
  return same;
}

static const cJSON *member_like(accord_context *context, const cJSON *object, const char *key) {
  const cJSON *found = cJSON_GetObjectItemCaseSensitive(object, key);
  for (const cJSON *node = object->child; node && !found; node = node->next)
    if (is_same_key(context, node->string, key)) found = node;
  return found;
}

static bool is_passed_over(const char *key) { return strncmp(key, "x-", 2) == 0 || is_one_of(key, passed_over); }

/* ---------------------------------------------------------------- differences */

static const char *written(struct walk *walk, const value *of) {
  return of ? pool_copy_text(walk->context, text_of(of), of->length) : NULL;
}

static bool can_move(const char *pointer) {
  for (int k = 0; asked_or_checked[k]; k++) {
    size_t length = strlen(asked_or_checked[k]);
    if (strncmp(pointer + 1, asked_or_checked[k], length) == 0 && strchr("/", pointer[1 + length])) return false;
  }
  return true;
}

static void emit(struct walk *walk, const char *text, size_t length) {
  if (walk->room != -1) return;
  if (walk->length + length + 1 > walk->text_room) {
    size_t room = 2 * (walk->text_room + length + 1);
    walk->text = pool_grow(walk->context, walk->text, walk->text_room, room, 1);
    walk->text_room = room;
  }
  memcpy(walk->text + walk->length, text, length);
  walk->length += length;
}

/* Whether the second sheet's value stands for this difference. */
static bool meet(struct walk *walk, const char *pointer, const value *before, const value *after) {
  int index = walk->met++;
  if (walk->room < 0) return walk->room == -1 && walk->taken[index];
  sheet_differences *found = walk->found;
  if (found->count == walk->room) {
    found->list =
        pool_grow(walk->context, found->list, (size_t)walk->room, 2 * (size_t)walk->room, sizeof *found->list);
    walk->room *= 2;
  }
  found->list[found->count++] =
      (sheet_difference){pointer, written(walk, before), written(walk, after), can_move(pointer)};
  return false;
}

static void walk_values(struct walk *walk, const char *pointer, const value *before, const value *after);

/* ~ is ~0 and / is ~1 in a pointer. */
static const char *pointer_to(accord_context *context, const char *outer, const char *key) {
  char *name = POOL_NEW(context, 2 * strlen(key) + 1, char), *at = name;
  for (; *key; key++) {
    if (*key == '~' || *key == '/') *at++ = '~', *at++ = *key == '~' ? '0' : '1';
    else *at++ = *key;
  }
  return pool_text(context, "%s/%s", outer, name);
}

/* "key": with a comma before all but the first. */
static void emit_key(struct walk *walk, const json_document *document, const cJSON *node, bool *first) {
  const char *key = document->source.text + key_offset(document, node);
  if (!*first) emit(walk, ",", 1);
  *first = false;
  emit(walk, key, text_length(key));
  emit(walk, ":", 1);
}

/* Where a sheet has none of these it is as if it had an empty list or object: each clause, rule or proposal is a difference
 * of its own. */
static bool may_be_empty(const char *pointer) {
  return is_one_of(pointer, (const char *const[]){"/terms", "/rules", "/proposals", NULL});
}

static value nothing_like(accord_context *context, const value *other) {
  json_document *document = POOL_NEW(context, 1, json_document);
  cJSON *node = POOL_NEW(context, 1, cJSON);
  document->source.text = is_array(other->node) ? "[]" : "{}";
  node->type = is_array(other->node) ? cJSON_Array : cJSON_Object;
  return (value){document, node, 0, 2};
}

static void walk_first(struct walk *walk, const char *pointer, const value *before, const value *after, bool *first) {
  for (const cJSON *node = before->node->child; node; node = node->next) {
    const cJSON *other = member_like(walk->context, after->node, node->string);
    const char *at = pointer_to(walk->context, pointer, node->string);
    value old = value_of(before->document, node);
    bool keep = is_passed_over(node->string), whole = !may_be_empty(at);
    if (!other && !keep && whole && meet(walk, at, &old, NULL)) continue;
    emit_key(walk, before->document, node, first);
    value new = other && !keep ? value_of(after->document, other) : old;
    if (!other && !whole) new = nothing_like(walk->context, &old);
    if ((other || !whole) && !keep) walk_values(walk, at, &old, &new);
    else emit(walk, text_of(&old), old.length);
  }
}

static void walk_second(struct walk *walk, const char *pointer, const value *before, const value *after, bool *first) {
  for (const cJSON *node = after->node->child; node; node = node->next) {
    if (is_passed_over(node->string) || member_like(walk->context, before->node, node->string)) continue;
    value new = value_of(after->document, node);
    const char *at = pointer_to(walk->context, pointer, node->string);
    bool whole = !may_be_empty(at);
    if (whole && !meet(walk, at, NULL, &new)) continue;
    emit_key(walk, after->document, node, first);
    value old = whole ? new : nothing_like(walk->context, &new);
    if (whole) emit(walk, text_of(&new), new.length);
    else walk_values(walk, at, &old, &new);
  }
}

static void walk_objects(struct walk *walk, const char *pointer, const value *before, const value *after) {
  bool first = true;
  emit(walk, "{", 1);
  walk_first(walk, pointer, before, after, &first);
  walk_second(walk, pointer, before, after, &first);
  emit(walk, "}", 1);
}

/* ---------------------------------------------------------------------- lists */

/* Whether nothing differs that is looked at. */
static bool is_same(struct walk *walk, const value *a, const value *b) {
  struct walk counting = {.context = walk->context, .room = -2};
  accord_mark mark = accord_get_mark(walk->context);
  walk_values(&counting, "", a, b);
  accord_reset(walk->context, mark);
  return counting.met == 0;
}

/* What tells elements of a list apart, the first that one of them has. */
static const char *const telling[] = {"id",    "clause", "as",    "name",  "node",  "parties", "between", "rule",
                                      "party", "group",  "order", "ratio", "equal", "linear",  NULL};

/* "A" stands for {"id": "A"}, "shapley" for {"rule": "shapley"}. */
static const cJSON *name_of(const cJSON *node, const char *key) {
  const cJSON *member = is_object(node) ? cJSON_GetObjectItemCaseSensitive(node, key) : NULL;
  bool named = strcmp(key, "id") == 0 || strcmp(key, "rule") == 0;
  return member ? member : is_text(node) && named ? node : NULL;
}

static bool has_a_name(const value *of) {
  for (int k = 0; telling[k]; k++)
    if (name_of(of->node, telling[k])) return true;
  return false;
}

/* Whether two elements of lists speak of the same thing, be it differently. */
static bool is_like(struct walk *walk, const value *a, const value *b) {
  for (int k = 0; telling[k]; k++) {
    const cJSON *first = name_of(a->node, telling[k]), *second = name_of(b->node, telling[k]);
    if (!first && !second) continue;
    if (!first || !second) return false;
    value one = value_of(a->document, first), other = value_of(b->document, second);
    return is_same(walk, &one, &other);
  }
  return is_same(walk, a, b);
}

enum { MOST_ALIGNED = 128 };

/* Two lists side by side. */
struct alignment {
  value *old, *new;
  size_t old_count, new_count;
};

/* Longest common run of like elements: length[i * (new_count + 1) + j] of what is left from i and j on. */
static uint16_t *common_lengths(struct walk *walk, const struct alignment *lists, bool *like) {
  size_t width = lists->new_count + 1;
  uint16_t *length = POOL_NEW(walk->context, (lists->old_count + 1) * width, uint16_t);
  for (size_t i = lists->old_count; i-- > 0;)
    for (size_t j = lists->new_count; j-- > 0;) {
      bool alike = is_like(walk, &lists->old[i], &lists->new[j]);
      uint16_t down = length[(i + 1) * width + j], right = length[i * width + j + 1];
      like[i * width + j] = alike;
      length[i * width + j] = alike ? (uint16_t)(length[(i + 1) * width + j + 1] + 1) : down > right ? down : right;
    }
  return length;
}

static void emit_comma(struct walk *walk, bool *first) {
  if (!*first) emit(walk, ",", 1);
  *first = false;
}

/* An element that only one of the lists has. */
static void walk_single(struct walk *walk, const char *pointer, const value *element, bool second, bool *first) {
  if (meet(walk, pointer, second ? NULL : element, second ? element : NULL) != second) return;
  emit_comma(walk, first);
  emit(walk, text_of(element), element->length);
}

/* Elements that speak of the same thing are compared; others were taken out or put in. */
static void walk_aligned(struct walk *walk, const char *pointer, const struct alignment *lists) {
  size_t i = 0, j = 0, width = lists->new_count + 1;
  bool first = true, *like = POOL_NEW(walk->context, (lists->old_count + 1) * width, bool);
  const uint16_t *length = common_lengths(walk, lists, like);
  emit(walk, "[", 1);
  while (i < lists->old_count && j < lists->new_count) {
    const value *old = &lists->old[i], *new = &lists->new[j];
    uint16_t both = length[(i + 1) * width + j + 1], down = length[(i + 1) * width + j];
    bool nameless = !has_a_name(old) && !has_a_name(new) && both == length[i * width + j];
    if (like[i * width + j] || nameless) {
      emit_comma(walk, &first);
      walk_values(walk, pool_text(walk->context, "%s/%zu", pointer, i), old, new);
      i++, j++;
    } else if (down >= length[i * width + j + 1]) {
      walk_single(walk, pool_text(walk->context, "%s/%zu", pointer, i++), old, false, &first);
    } else {
      walk_single(walk, pool_text(walk->context, "%s/%zu", pointer, j++), new, true, &first);
    }
  }
  for (; i < lists->old_count; i++)
    walk_single(walk, pool_text(walk->context, "%s/%zu", pointer, i), &lists->old[i], false, &first);
  for (; j < lists->new_count; j++)
    walk_single(walk, pool_text(walk->context, "%s/%zu", pointer, j), &lists->new[j], true, &first);
  emit(walk, "]", 1);
}

/* The same members: in any order where they are a coalition, not an order of parties. */
static bool is_same_list(struct walk *walk, const char *pointer, const struct alignment *lists) {
  const char *key = strrchr(pointer, '/');
  size_t count = lists->old_count, met = 0;
  bool ordered = is_one_of(key ? key : "", (const char *const[]){"/order", "/ratio", NULL});
  if (count != lists->new_count) return false;
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < count; j++)
      if (!ordered || i == j) met += is_same_leaf(walk, &lists->old[i], &lists->new[j]);
  return met == count;
}

static bool are_all(const struct alignment *lists, bool (*is_kind)(const cJSON *node)) {
  bool all = true;
  for (size_t k = 0; k < lists->old_count; k++) all = all && lists->old[k].node && is_kind(lists->old[k].node);
  for (size_t k = 0; k < lists->new_count; k++) all = all && lists->new[k].node &&is_kind(lists->new[k].node);
  return all;
}

static bool is_named(const cJSON *node) { return is_object(node) || is_text(node); }

/* Not a number in quotation marks. */
static bool is_word(const cJSON *node) {
  number_parts parts;
  return is_text(node) && number_read(&parts, node->valuestring, strlen(node->valuestring)) != NUMBER_GOOD;
}

/* Lists of things; ids of parties in another list are one value. */
static bool can_align(const char *pointer, const struct alignment *lists) {
  bool top = is_one_of(pointer, (const char *const[]){"/parties", "/rules", NULL});
  return lists->old_count <= MOST_ALIGNED && lists->new_count <= MOST_ALIGNED && are_all(lists, is_named) &&
         (top || !are_all(lists, is_word));
}

static void walk_lists(struct walk *walk, const char *pointer, const value *before, const value *after) {
  struct alignment lists;
  lists.old = elements_of(walk, before, &lists.old_count);
  lists.new = elements_of(walk, after, &lists.new_count);
  size_t count = lists.old_count;
  if (can_align(pointer, &lists)) {
    walk_aligned(walk, pointer, &lists);
    return;
  }
  bool words = are_all(&lists, is_word);
  if (count != lists.new_count || words) {
    bool same = words && is_same_list(walk, pointer, &lists);
    const value *chosen = !same && meet(walk, pointer, before, after) ? after : before;
    emit(walk, text_of(chosen), chosen->length);
    return;
  }
  for (size_t k = 0; k < count; k++) {
    if (k % 4096 == 0) check_clock(walk->context);
    emit(walk, k ? "," : "[", 1);
    walk_values(walk, pool_text(walk->context, "%s/%zu", pointer, k), &lists.old[k], &lists.new[k]);
  }
  emit(walk, count ? "]" : "[]", count ? 1 : 2);
}

/* "A" is {"id": "A"}, whatever its name. */
static bool is_same_party(struct walk *walk, const char *pointer, const value *before, const value *after) {
  if (strncmp(pointer, "/parties/", 9) != 0 || !before->node || !after->node) return false;
  return is_like(walk, before, after);
}

static void walk_values(struct walk *walk, const char *pointer, const value *before, const value *after) {
  if (before->node && after->node && is_object(before->node) && is_object(after->node))
    walk_objects(walk, pointer, before, after);
  else if (before->node && after->node && is_array(before->node) && is_array(after->node))
    walk_lists(walk, pointer, before, after);
  else {
    bool same = is_same_leaf(walk, before, after) || is_same_party(walk, pointer, before, after);
    const value *chosen = !same && meet(walk, pointer, before, after) ? after : before;
    emit(walk, text_of(chosen), chosen->length);
  }
}

/* "/model/values_file": where the sheet names its file. */
static const char *file_pointer(accord_context *context, const term_sheet *sheet) {
  place root = {NULL, sheet->document->root, 0}, model = member_of(&root, "model");
  return pool_text(context, "/model/%s", member_of(&model, "values_file").node ? "values_file" : "scenarios_file");
}

/* Files that the sheets name are read for their digests: the same name may hold other numbers. */
static void compare_files(struct walk *walk) {
  sheet_differences *found = walk->found;
  const term_sheet *before = found->before, *after = found->after;
  const char *pointer = before->file_count ? file_pointer(walk->context, before) : "";
  found->file = -1;
  for (int k = 0; k < found->count; k++)
    if (strcmp(found->list[k].pointer, pointer) == 0) found->file = k;
  for (int k = 0; k < before->file_count && k < after->file_count; k++) {
    if (strcmp(before->files[k].name, after->files[k].name) != 0) continue;
    const char *old = digest_text(before->files[k].digest), *new = digest_text(after->files[k].digest);
    if (strcmp(old, new) == 0) continue;
    found->file = found->count;
    meet(walk, pointer, NULL, NULL);
    found->list[found->file].from = pool_text(walk->context, "\"%s, SHA-256 %s\"", before->files[k].name, old);
    found->list[found->file].to = pool_text(walk->context, "\"%s, SHA-256 %s\"", after->files[k].name, new);
  }
}

static void walk_sheets(struct walk *walk, const term_sheet *before, const term_sheet *after) {
  value old = value_of(before->document, before->document->root),
        new = value_of(after->document, after->document->root);
  walk_values(walk, "", &old, &new);
}

sheet_differences *find_differences(accord_context *context, const term_sheet *before, const term_sheet *after) {
  sheet_differences *found = POOL_NEW(context, 1, sheet_differences);
  struct walk walk = {.context = context, .found = found, .room = 16};
  found->before = before;
  found->after = after;
  found->list = POOL_NEW(context, (size_t)walk.room, sheet_difference);
  walk_sheets(&walk, before, after);
  compare_files(&walk);
  return found;
}

term_sheet *sheet_between(accord_context *context, const sheet_differences *differences, const bool *taken) {
  struct walk walk = {.context = context, .room = -1, .taken = taken, .text_room = 256};
  walk.text = POOL_NEW(context, walk.text_room, char);
  walk_sheets(&walk, differences->before, differences->after);
  emit(&walk, "", 1);
  bool moved = differences->file >= 0 && taken[differences->file];
  source_text source = {
      .name = (moved ? differences->after : differences->before)->file, .text = walk.text, .length = walk.length - 1};
  sheet_options options = differences->before->options;
  options.digests = false;
  return sheet_read_text(context, &source, &options);
}

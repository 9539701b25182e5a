/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strict JSON. The scanner checks everything that cJSON's parser lets through (duplicate keys, UTF-8,
 * number forms, depth, what follows the end), keeps every number as the text that was written and
 * every value's place, and builds the one tree of cJSON nodes that the readers walk.
 *
 * In a node: a number is cJSON_Raw with its text in valuestring; valuedouble is the offset of the
 * value in the text (a field cJSON uses for numbers only). A value with a mistake in it, already
 * reported, is cJSON_Invalid. The array /model/values (and a file that is
 * one array), which may have millions of numbers, is not built: its node has no children, and
 * array_next walks the text. */
#ifndef ACCORD_MODELS_JSON_H
#define ACCORD_MODELS_JSON_H

#include "diagnostic.h"
#include "number.h"

#include <cjson/cJSON.h>

enum { JSON_MOST_DEPTH = 64 };

typedef struct json_document {
  accord_context *context;
  diagnostics *diagnostics;
  source_text source;
  cJSON *root;   /* NULL where there is no tree */
  bool any_size; /* numbers may be of sizes that a sheet's may not */
  /* the nodes' memory, taken in large pieces */
  unsigned char *piece;
  size_t piece_left;
} json_document;

/* Reads source into root, adding what is wrong to diagnostics. */
void json_read(json_document *document);

static inline bool is_object(const cJSON *node) { return (node->type & 0xff) == cJSON_Object; }
static inline bool is_array(const cJSON *node) { return (node->type & 0xff) == cJSON_Array; }
static inline bool is_text(const cJSON *node) { return (node->type & 0xff) == cJSON_String; }
static inline bool is_number(const cJSON *node) { return (node->type & 0xff) == cJSON_Raw; }
static inline bool is_broken(const cJSON *node) { return (node->type & 0xff) == cJSON_Invalid; }

/* Where the value, or (of a member of an object) its key, stands in the text. */
size_t value_offset(const cJSON *node);
size_t key_offset(const json_document *document, const cJSON *node);

/* The elements of an array that was not built. */
typedef struct array_values {
  json_document *document;
  size_t at;    /* offset of the next element */
  size_t count; /* of those passed */
} array_values;

/* One element: mantissa * 10^exponent where it is plain (at most 18 digits, no exponent written), a number as it stands,
 * or a node for anything else (a number in a text too). */
typedef struct array_element {
  bool plain;
  int exponent;
  int64_t mantissa;
  const char *text; /* NULL: see node */
  size_t length, offset;
  cJSON *node;
} array_element;

array_values array_start(json_document *document, const cJSON *array);
bool array_next(array_values *values, array_element *element);

#endif

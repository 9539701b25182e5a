/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A derivation as JSON. */
#include "explaining.h"
#include "sources.h"

static void write_shares(json_writer *json, const explaining *e) {
  if (e->split->status != ACCORD_OK) {
    json_null(json, "shares");
    return;
  }
  json_doubles_by_party(json, "shares", e->sheet, e->split->value);
  if (e->split->exact) json_exact_by_party(json, "exact", e->sheet, (const mpq_t *)e->split->share);
}

static void write_step(json_writer *json, const explaining *e, const explain_step *step) {
  json_open_short_object(json, NULL);
  if (step->party >= 0) json_text(json, "party", say_party(e, step->party));
  json_text(json, "text", step->text);
  if (step->amount) {
    json_rational(json, "amount", *step->amount);
    if (e->split->exact) json_exact(json, "exact", *step->amount);
    json_bool(json, "term", step->is_term);
  }
  json_close_object(json);
}

static void write_texts(json_writer *json, const char *key, const text_list *list) {
  json_open_array(json, key);
  for (int k = 0; k < list->count; k++) json_text(json, NULL, list->text[k]);
  json_close_array(json);
}

void write_explanation_json(output_stream *output, const explaining *e) {
  json_writer writer = json_start(output), *json = &writer;
  json_open_object(json, NULL);
  json_integer(json, "format", 1);
  json_text(json, "accord", ACCORD_VERSION);
  json_text(json, "rule", e->rule->name);
  json_text(json, "title", e->rule->title);
  if (e->party >= 0) json_text(json, "party", say_party(e, e->party));
  json_text(json, "status", accord_status_text(e->split->status));
  if (e->split->reason) json_text(json, "reason", e->split->reason);
  write_shares(json, e);
  json_open_array(json, "steps");
  for (int k = 0; k < e->step_count; k++) write_step(json, e, &e->steps[k]);
  json_close_array(json);
  write_texts(json, "guarantees", &e->guarantees);
  write_texts(json, "not_guaranteed", &e->not_guaranteed);
  json_value_sources(json, e->sheet);
  json_text(json, "reference", e->rule->reference);
  json_close_object(json);
  json_end_document(json);
}

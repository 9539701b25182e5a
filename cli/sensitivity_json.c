/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The result of sensitivity as JSON, format 1. */
#include "sensitivity.h"
#include "unknown_json.h"

struct printer {
  json_writer json;
  const sensitivity_outcome *outcome;
  const term_sheet *sheet;
};

int sides_of(accord_context *context, response_side *sides, const accord_response *response) {
  const accord_slope *below = &response->below, *above = &response->above;
  bool below_there = below->status == ACCORD_OK, above_there = above->status == ACCORD_OK;
  bool apart = response->kink || below->curved != above->curved;
  int count = 0;
  for (int up = 0; up < 2; up++) {
    if (!(up ? above_there : below_there) || (up && !apart)) continue;
    response_side *side = &sides[count++];
    *side = (response_side){apart ? up ? "above" : "below" : NULL,
                            up ? above : below,
                            true,
                            true,
                            pool_rationals(context, 1),
                            pool_rationals(context, 1),
                            (up || !apart ? above->sampled : false) || (!up && below->sampled)};
    mpq_set(*side->low, response->value);
    mpq_set(*side->high, response->value);
    if (!up || !apart) mpq_sub(*side->low, response->value, below->reach), side->has_low = below->bounded;
    if (up || !apart) mpq_add(*side->high, response->value, above->reach), side->has_high = above->bounded;
  }
  return count;
}

static void write_amounts(struct printer *printer, const char *key, const mpq_t *numbers) {
  double *values = POOL_NEW(printer->json.context, (size_t)printer->sheet->n, double);
  for (int i = 0; i < printer->sheet->n; i++) values[i] = accord_to_double(numbers[i]);
  json_doubles_by_party(&printer->json, key, printer->sheet, values);
}

/* "low": 5, "high": null. */
static void write_end(json_writer *json, const char *key, bool there, const mpq_t end) {
  if (there) json_rational(json, key, end);
  else json_null(json, key);
}

static void write_exact_end(json_writer *json, const char *key, bool there, const mpq_t end) {
  if (there) json_exact(json, key, end);
  else json_null(json, key);
}

/* The derivative on one side and from where to where it holds. */
static void write_side(struct printer *printer, const accord_response *response, const response_side *side) {
  json_writer *json = &printer->json;
  if (side->name) json_text(json, "side", side->name);
  write_amounts(printer, "derivative", (const mpq_t *)side->slope->rate);
  if (side->slope->exact) json_exact_by_party(json, "exact", printer->sheet, (const mpq_t *)side->slope->rate);
  write_end(json, "low", side->has_low, *side->low);
  write_end(json, "high", side->has_high, *side->high);
  if (side->slope->exact) {
    json_exact(json, "exact_value", response->value);
    write_exact_end(json, "exact_low", side->has_low, *side->low);
    write_exact_end(json, "exact_high", side->has_high, *side->high);
  }
  if (side->slope->curved) json_bool(json, "curved", true);
  else if (side->sampled) json_text(json, "interval", "sampled");
}

static void write_influence(struct printer *printer, const accord_influence *influence) {
  json_writer *json = &printer->json;
  response_side sides[2];
  int count = sides_of(json->context, sides, &influence->response);
  for (int k = 0; k < count; k++) {
    json_open_short_object(json, NULL);
    json_coalition(json, "coalition", printer->sheet, influence->coalition);
    json_rational(json, "value", influence->response.value);
    write_side(printer, &influence->response, &sides[k]);
    json_close_object(json);
  }
}

static void write_rules(struct printer *printer) {
  json_writer *json = &printer->json;
  json_open_array(json, "rules");
  for (int k = 0; k < printer->outcome->rule_count; k++) {
    const rule_sensitivity *rule = &printer->outcome->rules[k];
    const accord_influences *influences = rule->influences;
    json_open_object(json, NULL);
    json_text(json, "rule", rule->rule->name);
    json_text(json, "label", rule->label);
    json_text(json, "status", accord_status_text(influences ? influences->split->status : ACCORD_LIMIT));
    if (influences && influences->split->reason) json_text(json, "reason", influences->split->reason);
    if (influences && influences->split->status == ACCORD_OK)
      json_doubles_by_party(json, "shares", printer->sheet, influences->split->value);
    if (influences && influences->split->range) json_range(json, printer->sheet, influences->split->range);
    json_open_array(json, "influence");
    for (int j = 0; influences && j < influences->count; j++) write_influence(printer, &influences->list[j]);
    json_close_array(json);
    json_close_object(json);
  }
  json_close_array(json);
}

/* Where it is not known: the limits it lies between. */
static void write_margin_value(json_writer *json, const accord_margin *margin) {
  if (margin->known) {
    json_rational(json, "value", margin->value);
    return;
  }
  json_open_short_array(json, "value");
  write_end(json, NULL, margin->low.given, margin->low.at);
  write_end(json, NULL, margin->high.given, margin->high.at);
  json_close_array(json);
}

static void write_proposals(struct printer *printer) {
  json_writer *json = &printer->json;
  json_open_array(json, "proposals");
  for (int k = 0; k < printer->outcome->proposal_count; k++) {
    const proposal_sensitivity *proposal = &printer->outcome->proposals[k];
    json_open_object(json, NULL);
    json_text(json, "name", proposal->name);
    json_open_array(json, "margins");
    for (int j = 0; j < proposal->margins->count; j++) {
      const accord_margin *margin = &proposal->margins->list[j];
      json_open_short_object(json, NULL);
      json_coalition(json, "coalition", printer->sheet, margin->coalition);
      write_margin_value(json, margin);
      json_rational(json, "flips_at", margin->flips_at);
      if (printer->outcome->exact) json_exact(json, "exact", margin->flips_at);
      json_close_object(json);
    }
    json_close_array(json);
    json_close_object(json);
  }
  json_close_array(json);
}

static void write_price(struct printer *printer, const term_price *found) {
  json_writer *json = &printer->json;
  const accord_price *price = found->price;
  json_open_short_object(json, NULL);
  json_text(json, "rule", found->rule->name);
  json_text(json, "label", found->label);
  json_rational(json, "slack", price->slack);
  write_amounts(printer, "shares", (const mpq_t *)price->slope.rate);
  if (price->slope.exact) json_exact_by_party(json, "exact", printer->sheet, (const mpq_t *)price->slope.rate);
  if (printer->outcome->problem->game) json_rational(json, "max_excess", price->max_excess);
  else json_null(json, "max_excess");
  if (price->slope.exact && printer->outcome->problem->game) json_exact(json, "exact_max_excess", price->max_excess);
  json_close_object(json);
}

static void write_terms(struct printer *printer) {
  json_writer *json = &printer->json;
  json_open_array(json, "terms");
  for (int k = 0; k < printer->outcome->term_count; k++) {
    const term_sensitivity *term = &printer->outcome->terms[k];
    json_open_object(json, NULL);
    json_term(json, printer->sheet, term->term);
    if (term->price_count) json_rational(json, "slack", term->prices[0].price->slack);
    else json_null(json, "slack");
    if (term->price_count) json_exact(json, "exact_slack", term->prices[0].price->slack);
    json_open_array(json, "prices");
    for (int j = 0; j < term->price_count; j++)
      if (term->prices[j].price->slope.status == ACCORD_OK) write_price(printer, &term->prices[j]);
    json_close_array(json);
    json_close_object(json);
  }
  json_close_array(json);
}

static void write_input(struct printer *printer, const char *pointer, const rule_sensitivity *rule,
                        const accord_response *response) {
  json_writer *json = &printer->json;
  response_side sides[2];
  int count = sides_of(json->context, sides, response);
  for (int j = 0; j < count; j++) {
    json_open_short_object(json, NULL);
    json_text(json, "pointer", pointer);
    json_rational(json, "value", response->value);
    json_text(json, "rule", rule->rule->name);
    json_text(json, "label", rule->label);
    write_side(printer, response, &sides[j]);
    json_close_object(json);
  }
}

/* The values of coalitions that the sheet states are inputs as well: what they influence, under their pointers. */
static void write_values(struct printer *printer) {
  const char **pointers = pointers_of_values(printer->sheet, PARTIES_FOR_ALL_COALITIONS);
  for (int k = 0; pointers && k < printer->outcome->rule_count; k++) {
    const rule_sensitivity *rule = &printer->outcome->rules[k];
    for (int j = 0; rule->influences && j < rule->influences->count; j++) {
      const accord_influence *influence = &rule->influences->list[j];
      const char *pointer = pointers[influence->coalition];
      if (pointer) write_input(printer, pointer, rule, &influence->response);
    }
  }
}

static void write_inputs(struct printer *printer) {
  json_open_array(&printer->json, "inputs");
  for (int k = 0; k < printer->outcome->input_count; k++) {
    const input_sensitivity *found = &printer->outcome->inputs[k];
    write_input(printer, found->input->pointer, found->rule, found->response);
  }
  write_values(printer);
  json_close_array(&printer->json);
}

static void write_flips(struct printer *printer) {
  json_writer *json = &printer->json;
  const sheet_party *parties = printer->sheet->parties;
  json_open_array(json, "flips");
  for (int k = 0; k < printer->outcome->flip_count; k++) {
    const ranking_flip *flip = &printer->outcome->flips[k];
    json_open_short_object(json, NULL);
    json_text(json, "rule", flip->rule->rule->name);
    json_text(json, "label", flip->rule->label);
    json_text(json, "party", parties[flip->under].id);
    json_text(json, "exceeds", parties[flip->over].id);
    if (flip->input) json_text(json, "pointer", flip->input->pointer);
    else json_coalition(json, "coalition", printer->sheet, flip->coalition);
    json_rational(json, "value", *flip->value);
    json_rational(json, "flips_at", *flip->at);
    if (flip->exact) json_exact(json, "exact", *flip->at);
    json_close_object(json);
  }
  json_close_array(json);
}

void write_sensitivity_json(output_stream *output, const sensitivity_outcome *outcome) {
  struct printer printer = {json_start(output), outcome, outcome->sheet};
  json_writer *json = &printer.json;
  json_open_document(json);
  json_integer(json, "format", 1);
  json_text(json, "accord", ACCORD_VERSION);
  json_open_short_object(json, "input");
  json_text(json, "file", outcome->sheet->file);
  json_text(json, "sha256", digest_text(outcome->sheet->digest));
  json_close_object(json);
  json_text(json, "title", outcome->sheet->title);
  json_text(json, "currency", outcome->sheet->currency);
  write_rules(&printer);
  write_proposals(&printer);
  write_terms(&printer);
  write_inputs(&printer);
  write_flips(&printer);
  json_open_array(json, "warnings");
  for (int k = 0; k < outcome->warning_count; k++) json_text(json, NULL, outcome->warnings[k]);
  json_close_array(json);
  json_close_document(json);
}

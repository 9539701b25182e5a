/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that `sensitivity` finds out about a sheet: how far each number may be wrong before a share or verdict changes. */
#ifndef ACCORD_CLI_SENSITIVITY_H
#define ACCORD_CLI_SENSITIVITY_H

#include "clause_words.h"
#include "inputs.h"
#include "outcome.h"

/* Every coalition is listed in JSON and CSV up to so many parties, beyond it --top of them. */
enum { PARTIES_FOR_ALL_COALITIONS = 10, MOST_INPUTS = 200 };

typedef struct rule_sensitivity {
  const accord_rule *rule;
  const char *label;
  bool under_terms;
  accord_influences *influences; /* NULL where a limit was reached */
} rule_sensitivity;

/* One number of the sheet and one rule. */
typedef struct input_sensitivity {
  const sheet_input *input;
  const rule_sensitivity *rule;
  accord_response *response;
} input_sensitivity;

typedef struct proposal_sensitivity {
  const char *name;
  accord_margins *margins;
} proposal_sensitivity;

/* A rule under terms, and what giving way on one clause does to its split. */
typedef struct term_price {
  const accord_rule *rule;
  const char *label;
  accord_price *price;
} term_price;

typedef struct term_sensitivity {
  int term, price_count;
  term_price *prices; /* of rules that have a split under terms */
} term_sensitivity;

typedef struct sensitivity_outcome {
  const term_sheet *sheet;
  const accord_problem *problem;
  bool exact, limited, refused;
  int rule_count;
  rule_sensitivity *rules;
  int proposal_count;
  proposal_sensitivity *proposals;
  int term_count;
  term_sensitivity *terms; /* one for each clause */
  int input_count;
  input_sensitivity *inputs; /* by input, then rule */
  int warning_count;
  const char *warnings[8];
} sensitivity_outcome;

/* The sides of a response that are there: one that stands for both where they agree, else below and above. */
typedef struct response_side {
  const char *name; /* "below", "above", or NULL: both */
  const accord_slope *slope;
  bool has_low, has_high;
  mpq_t *low, *high; /* size 1 */
} response_side;

/* Up to two, in sides; returns how many. */
int sides_of(accord_context *context, response_side *sides, const accord_response *response);

void write_sensitivity_text(output_stream *output, const sensitivity_outcome *outcome, int top);
void write_sensitivity_json(output_stream *output, const sensitivity_outcome *outcome);
void write_sensitivity_csv(output_stream *output, const sensitivity_outcome *outcome);

#endif

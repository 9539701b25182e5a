/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that `sensitivity` finds out about a sheet: how far each number may be wrong before a share or verdict changes. */
#ifndef ACCORD_CLI_SENSITIVITY_H
#define ACCORD_CLI_SENSITIVITY_H

#include "clause_words.h"
#include "inputs.h"
#include "outcome.h"

/* Every coalition is listed in JSON and CSV up to so many parties, beyond it --top of them. */
enum { PARTIES_FOR_ALL_COALITIONS = 10, MOST_INPUTS = 200, INPUTS_OF_MANY_PARTIES = 15 };

/* Which change would turn the ranking is asked of so many parties, and so many numbers of the sheet. */
enum { PARTIES_FOR_FLIPS = 7, INPUTS_FOR_FLIPS = 40 };

typedef struct rule_sensitivity {
  const accord_rule *rule;
  const char *label;
  bool under_terms;
  accord_influences *influences; /* NULL where a limit was reached */
  accord_response *by_weight;    /* size n: of the weighted Shapley value, to the parties' weights; else NULL */
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

/* The smallest change of one number that makes under's share exceed over's by a rule. */
typedef struct ranking_flip {
  const rule_sensitivity *rule;
  int over, under;
  accord_coalition coalition; /* whose value it is; 0: a number of the sheet */
  const sheet_input *input;
  const mpq_t *value, *at;
  bool exact;
  mpq_t *size; /* size 1: by which changes are compared: of a sheet's numbers in proportion to the number */
} ranking_flip;

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
  int flip_count;
  ranking_flip *flips;
  int warning_count;
  const char *warnings[8];
} sensitivity_outcome;

/* All of it, as far as limits of time and memory let. named: the rules were asked for. */
sensitivity_outcome *find_sensitivity(accord_context *context, const cli_options *options, term_sheet *sheet,
                                      const sheet_rule *rules, int count, bool named);

/* Whether there are so many parties or numbers that no flips are looked for. */
bool too_many_for_flips(const sensitivity_outcome *outcome);

/* Whether nobody's share lies between those that the flip turns. */
bool are_neighbours(const ranking_flip *flip);

/* The sides of a response that are there: one that stands for both where they agree, else below and above. */
typedef struct response_side {
  const char *name; /* "below", "above", or NULL: both */
  const accord_slope *slope;
  bool has_low, has_high;
  mpq_t *low, *high; /* size 1 */
  bool sampled;      /* one of its ends was found at points, not proven */
} response_side;

/* Which is the smallest change of one number that turns the ranking of two parties: of the model's numbers where it has
 * some besides what coalitions are worth, else of those. False where a limit was reached. */
bool find_ranking_flips(accord_context *context, sensitivity_outcome *outcome);

/* Whether the model states numbers of its own, which what coalitions are worth follows from. */
bool states_numbers(const sensitivity_outcome *outcome);

/* The problem in which an input has another value; data: a changed_sheet. */
typedef struct changed_sheet {
  const term_sheet *sheet;
  const sheet_input *input;
  bool without_table; /* what is asked needs none */
} changed_sheet;

/* Whether the rule looks at what the model states alone, and the model's table costs more than that. */
bool needs_no_table(const term_sheet *sheet, const rule_sensitivity *rule);

accord_status problem_with_input(accord_context *context, const accord_problem **problem, void *data, const mpq_t at);

/* Up to two, in sides; returns how many. */
int sides_of(accord_context *context, response_side *sides, const accord_response *response);

void write_sensitivity_text(output_stream *output, const sensitivity_outcome *outcome, int top);
void write_sensitivity_json(output_stream *output, const sensitivity_outcome *outcome);
void write_sensitivity_csv(output_stream *output, const sensitivity_outcome *outcome);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sections of `solve`'s text that follow the table of shares: one file each, written by write_outcome_text in
 * their order. A section writes nothing where the sheet gives it nothing to say. */
#ifndef ACCORD_CLI_SOLVE_TEXT_H
#define ACCORD_CLI_SOLVE_TEXT_H

#include "outcome.h"

typedef struct solve_printer {
  output_stream *output;
  FILE *stream;
  accord_context *context;
  const solve_outcome *outcome;
  const term_sheet *sheet;
  const accord_problem *problem;
  const accord_facts *facts;
  bool cost, claims;
} solve_printer;

/* "Bohai University (uni)", or the id where there is no other name. */
const char *party_name(const solve_printer *printer, int i);

/* "4.00 EUR million". */
const char *money(const solve_printer *printer, const mpq_t amount);

void heading(solve_printer *printer, const char *text);
void sentence(solve_printer *printer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Rules shown side by side in a section's table, at most. */
enum { MOST_RULES_BESIDE = 5 };

/* With --facts proofs: the sums that bound each share in the core, and what the best split can do. */
void write_range_proofs(solve_printer *printer);
void write_least_core_proof(solve_printer *printer);

/* What each user pays where a party stands for many. */
void write_movements(solve_printer *printer);
/* The plan that shadow prices belong to: who works with whom, or what is made and what resources are worth. */
void write_plan(solve_printer *printer);

/* What working together costs: the sheet's transaction costs. */
void write_frictionless(solve_printer *printer);

/* Where values are unknown: ranges of shares, a split that stands all the same, what to find out next. */
void write_unknown(solve_printer *printer);

/* What the unions do to each share, and what each link is worth. */
void write_union_effect(solve_printer *printer);
void write_link_worths(solve_printer *printer);

/* What a third party must add, to whom it goes, and what stands as it fades. */
void write_subsidy(solve_printer *printer);

/* Who pays into the fund, what it covers, and what each bears when it runs dry. */
void write_fund(solve_printer *printer);

#endif

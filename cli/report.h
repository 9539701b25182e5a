/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that a report tells of a sheet. */
#ifndef ACCORD_CLI_REPORT_H
#define ACCORD_CLI_REPORT_H

#include "document.h"
#include "outcome.h"
#include "sensitivity.h"
#include "verdict.h"

/* Coalition values and influences are exhibited whole up to so many parties. */
enum { PARTIES_FOR_EXHIBITS = 8, INFLUENCES_SHOWN = 5 };

typedef struct deal_report {
  accord_context *context;
  document_writer document;
  const term_sheet *sheet;
  const accord_problem *problem;
  const solve_outcome *outcome;
  const verdict_list *verdicts;
  accord_influences **influences; /* size of the outcome's allocations; NULL where there are none */
  accord_margins **margins;       /* size of the verdicts; likewise */
  sensitivity_outcome *numbers;   /* where the model states numbers of its own and these are few, else NULL */
  bool cost, claims;
  int findings; /* numbered so far */
} deal_report;

/* The parts, in their order. */
void report_question(deal_report *report);
void report_basis(deal_report *report);
void report_facts(deal_report *report);
void report_method(deal_report *report);
void report_findings(deal_report *report);
void report_rules(deal_report *report);
void report_chart_of_rules(deal_report *report);
void report_chart_of_core(deal_report *report);
void report_chart_of_ranges(deal_report *report);
/* "uni +1/2, firm -1/2". */
const char *report_moves(deal_report *report, const accord_slope *slope);
void report_numbers(deal_report *report);    /* the model's own, where there are few */
void report_unknown(deal_report *report);    /* where values are unknown */
void report_all_limits(deal_report *report); /* of every group */
void report_sensitivity(deal_report *report);
void report_limitations(deal_report *report);
void report_exhibits(deal_report *report);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that `solve` finds out about a sheet, before it is put into words or JSON. */
#ifndef ACCORD_CLI_OUTCOME_H
#define ACCORD_CLI_OUTCOME_H

#include "clause_words.h"

/* Facts that need linear programs are worked out by default up to so many parties. */
enum { PARTIES_FOR_ALL_FACTS = 16 };

typedef struct rule_allocation {
  const accord_rule *rule;
  const char *label;
  bool named; /* asked for by flag or sheet */
  bool under_terms;
  accord_split *split;
  accord_stability *stability; /* NULL unless the split is there */
  mpz_t *payable;              /* size n, in units; NULL likewise */
  bool other_total;            /* it does not share what all have together */
  clause_standing *standings;  /* how it stands to each clause; NULL where there are none */
  accord_split *frictionless;  /* the same rule's before transaction costs; NULL where it has none, or there are none */
  accord_subsidy *subsidy;     /* what a third party must add to it; NULL unless the sheet asks */
} rule_allocation;

/* What overlays say of the game as a whole; each part NULL where the sheet does not ask or a limit was reached. */
typedef struct overlay_outcome {
  mpq_t *shapley, *owen; /* size n: the Shapley value, and the Owen value under the sheet's unions */
  accord_link_worth *links;
  int link_count;
  mpq_t *least_subsidy; /* the least that must be added for any split to hold */
  accord_fund_outcome *fund;
  mpz_t *fund_payable; /* size n: premiums in units; where the fund has an answer */
} overlay_outcome;

/* What can be said where values are unknown. */
typedef struct unknown_outcome {
  mpq_t *robust;             /* size n: a split that no completion overturns, or NULL */
  bool robust_known;         /* it was looked for to the end */
  const rule_allocation *by; /* the linear rule whose ranges the next question is about, or NULL */
  int next;                  /* the unknown value that moves its shares most: which of problem->unknowns */
  bool has_narrowing;        /* false where that value has no limits */
  mpq_t narrowing;           /* over all parties, by how much the shares can move with it */
} unknown_outcome;

/* Whether the hard clauses can be met at all; asked one after the other until one cannot. */
typedef struct terms_outcome {
  accord_answer feasible;        /* with the sum */
  accord_answer with_parties;    /* and nobody worse off than alone; unknown where that fails by itself */
  accord_answer with_coalitions; /* and no coalition; likewise */
  accord_conflict *conflict;     /* of the first that cannot be met, or NULL */
} terms_outcome;

typedef struct solve_outcome {
  const term_sheet *sheet;
  const accord_problem *problem;
  bool exact;
  int fact_bits;
  const char *facts_name; /* "all", "quick", ... */
  accord_facts *facts;
  terms_outcome terms;
  overlay_outcome overlays;
  unknown_outcome unknown; /* where the problem has unknowns */
  int allocation_count;
  rule_allocation *allocations;
  int warning_count, warning_room;
  const char **warnings;
  bool limited, refused; /* something ended at a limit; a rule named was undefined */
  bool warned_of_rest, warned_of_comparisons;
} solve_outcome;

solve_outcome *find_outcome(accord_context *context, const cli_options *options, term_sheet *sheet,
                            const sheet_rule *rules, int rule_count, bool named);

/* The rules of --rule, of the sheet, or the default set. Mistakes go to sheet->diagnostics. */
sheet_rule *choose_rules(accord_context *context, const cli_options *options, term_sheet *sheet, int *count,
                         bool *named);

/* open_sheet, then choose_rules; NULL, the mistakes written and *code set, where one of them cannot be. */
term_sheet *open_with_rules(accord_context *context, cli_options *options, sheet_rule **rules, int *count, bool *named,
                            int *code);

/* Makes the table of a model that has one only where it is needed (sheet_make_game), if what is asked for goes by it. */
void make_game_if_needed(const cli_options *options, term_sheet *sheet, const sheet_rule *rules, int count);

/* Whether the model says what there is to know of the core without going through coalitions: then it is said at any n. */
bool model_tells_core(const accord_problem *problem);

/* The facts asked for: monotonicity, shape, core and least core one after the other; where a limit ends
 * one of these the others stay, and *limited is set. */
accord_facts *find_all_facts(accord_context *context, const accord_problem *problem, int bits, bool *limited);

/* Two limits, not given: low and high. */
accord_limit *new_limit_pair(accord_context *context);

/* What can be said besides where values are unknown; after the allocations. */
void find_unknown_outcome(accord_context *context, solve_outcome *outcome);

/* What unions, links and a subsidy come to; after the allocations. */
void find_overlay_outcome(accord_context *context, solve_outcome *outcome, int top);

void outcome_warn(accord_context *context, solve_outcome *outcome, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Whether a limit ended a step, which is noted; anything worse leaves through the guard. */
bool outcome_stopped(accord_context *context, solve_outcome *outcome, accord_status status);

/* One printer a format. */
void write_outcome_text(output_stream *output, const solve_outcome *outcome);
void write_outcome_json(output_stream *output, const solve_outcome *outcome);
void write_outcome_csv(output_stream *output, const solve_outcome *outcome);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lawyer's check of a proposed split: one finding a check. */
#ifndef ACCORD_CLI_VERDICT_H
#define ACCORD_CLI_VERDICT_H

#include "clause_words.h"

/* In the order of gravity. */
typedef enum check_judgement { JUDGED_PASS, JUDGED_NOTE, JUDGED_DEPENDS, JUDGED_FAIL } check_judgement;

#define CHECK_LIST(X)                                                                                                  \
  X(CHECK_SUM, "sum")                                                                                                  \
  X(CHECK_UNIT, "unit")                                                                                                \
  X(CHECK_INDIVIDUAL, "individual")                                                                                    \
  X(CHECK_COALITION, "coalition")                                                                                      \
  X(CHECK_TERM, "term")                                                                                                \
  X(CHECK_EQUAL_TREATMENT, "equal-treatment")                                                                          \
  X(CHECK_NULL_PARTY, "null-party")                                                                                    \
  X(CHECK_DOMINANCE, "dominance")

typedef enum check_kind {
#define X(name, text) name,
  CHECK_LIST(X)
#undef X
      CHECK_COUNT
} check_kind;

const char *check_name(check_kind kind);
const char *judgement_name(check_judgement judgement); /* "pass", "note", "depends", "fail" */

typedef struct finding {
  check_kind check;
  check_judgement judgement;
  accord_coalition coalition; /* 0: none */
  const accord_group *group;  /* the same where there are more than 64 parties */
  int party;                  /* -1: none */
  int term;                   /* the clause; -1: none */
  bool has_amount;
  mpq_t amount;
  bool has_threshold;
  mpq_t threshold; /* the value of the coalition beyond which it objects, where it is unknown */
  const char *message;
} finding;

typedef struct split_verdict {
  const char *name;
  const mpq_t *split;        /* size n */
  const char *const *source; /* size n: where the shares come from; NULL where the sheet does not say */
  bool stands;
  bool depends;   /* it neither fails nor stands: some group objects in some completions of unknown values only */
  bool undecided; /* a limit was reached before every group was looked at */
  int finding_count;
  finding *findings;           /* one a check, one a clause, and one a coalition that depends */
  accord_stability *stability; /* NULL where a limit was reached */
  accord_repair *repair;       /* NULL unless asked for, and found */
} split_verdict;

typedef struct verdict_list {
  const term_sheet *sheet;
  const accord_problem *problem;
  bool exact, stands, depends, undecided, limited;
  const accord_facts *facts;
  bool repairs; /* asked for */
  int top;      /* how many entries a list shows */
  int count;
  split_verdict *list;
} verdict_list;

/* "stands", "fails", "depends", or NULL where a limit was reached before that was known. */
const char *verdict_name(const split_verdict *verdict);

/* Checks a split; all->facts say whether the core is empty. */
void find_verdict(verdict_list *all, split_verdict *verdict, accord_context *context, int top);

void write_verdicts_text(output_stream *output, const verdict_list *verdicts);
void write_verdicts_json(output_stream *output, const verdict_list *verdicts);
void write_verdicts_csv(output_stream *output, const verdict_list *verdicts);

#endif

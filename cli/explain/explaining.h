/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The derivation of a rule's split, step by step. One way of explaining is one file beside this one: a function
 * that tells the steps of a rule, named for its rules in explainers.def. Everything else (solving, adding up, guarantees,
 * writing) is the same for every rule. */
#ifndef ACCORD_CLI_EXPLAINING_H
#define ACCORD_CLI_EXPLAINING_H

#include "output.h"

typedef struct explain_step {
  int party;     /* -1: about all of them */
  bool is_term;  /* the terms of a party add up to its share */
  mpq_t *amount; /* or NULL */
  const char *text;
} explain_step;

typedef struct text_list {
  int count, room;
  const char **text;
} text_list;

typedef struct explaining {
  accord_context *context;
  const term_sheet *sheet;
  const accord_problem *problem;
  const accord_rule *rule;
  const accord_split *split;
  int n;
  bool cost;   /* shares are costs */
  bool claims; /* the rule shares an estate among claims */
  int party;   /* the one asked about, in more detail; -1: all of them */
  int top;     /* how many coalitions a list shows */
  int step_count, step_room;
  explain_step *steps;
  text_list guarantees, not_guaranteed;
} explaining;

typedef void explainer(explaining *e);

#define EXPLAINER(rule, symbol) explainer symbol;
#include "explainers.def"
#undef EXPLAINER

/* Where a vote has too many parties for a table. */
explainer explain_shapley_of_vote, explain_banzhaf_of_vote;

/* The nucleolus of two sides matched in pairs, too many for a table. */
explainer explain_nucleolus_of_assignment;
explainer explain_nucleolus_of_vote;

/* Of an airport or a tree; the nucleolus where no certificate tells its levels. by_user: movements count. */
explainer explain_shapley_of_facility;
void explain_nucleolus_of_facility(explaining *e, bool by_user);

/* Whether the steps of this party are asked for, and whether all there is to say. */
bool is_wanted(const explaining *e, int party);
bool in_detail(const explaining *e);

/* A step about all parties, about one, about one with an amount, and one whose amount is a term of its share. */
void tell(explaining *e, const char *format, ...) __attribute__((format(printf, 2, 3)));
void tell_of(explaining *e, int party, const char *format, ...) __attribute__((format(printf, 3, 4)));
void tell_amount(explaining *e, int party, const mpq_t amount, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void tell_term(explaining *e, int party, const mpq_t amount, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Sentences whose first word or verb follows the goal. */
static inline const char *gets(const explaining *e) { return e->cost ? "pays" : "gets"; }
static inline const char *get(const explaining *e) { return e->cost ? "pay" : "get"; }

/* "has 1.00 alone"; of a cost "costs 1.00 alone"; of claims "is left 1.00 by the others' claims". */
const char *say_alone(const explaining *e, const mpq_t amount);
/* The same without the amount: "has alone". */
const char *alone_text(const explaining *e);

const char *say_amount(const explaining *e, const mpq_t amount);             /* "3.333 (exactly 10/3)" */
const char *say_short(const explaining *e, const mpq_t amount);              /* "3.333" */
const char *say_fraction(const explaining *e, const mpq_t number);           /* "1/3" */
const char *say_party(const explaining *e, int party);                       /* its id */
const char *say_group(const explaining *e, accord_coalition coalition);      /* "uni and firm" */
const char *say_sum(const explaining *e, const mpq_t *amounts, int n);       /* "1.00 + 2.00", or "" where long */
const char *say_parties(const explaining *e, const bool *chosen, int most);  /* "A, B and 7 others" */
const char *say_ordinal(const explaining *e, int place);                     /* "first" for 1 */
const char *say_signed(const explaining *e, const mpq_t amount, bool first); /* "+ 2.00", "- 1/3" */

/* number * weight, both kept. */
void weigh(mpq_t product, const mpq_t weight, const mpq_t number);

/* v(S) as stated. */
void value_of(const explaining *e, mpq_t value, accord_coalition coalition);

/* v(i), and v(N) - v(N \ i), of every party as stated, also where there is no table: new arrays, size n. */
mpq_t *standalones_of(const explaining *e);
mpq_t *marginals_of(const explaining *e);

/* The terms of the Shapley value of every party asked for. */
void tell_shapley_terms(explaining *e);

/* Finds what the rule promises here and what it does not. */
void find_guarantees(explaining *e);

void write_explanation_text(output_stream *output, const explaining *e);
void write_explanation_json(output_stream *output, const explaining *e);

#endif

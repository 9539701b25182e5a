/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The engine behind every nucleolus-type rule: a search (nucleolus_search.c), and where that does not reach, rows
 * generated as needed (nucleolus.c). */
#ifndef ACCORD_SOLVER_NUCLEOLUS_H
#define ACCORD_SOLVER_NUCLEOLUS_H

#include "clauses.h"

typedef struct nucleolus_options {
  bool imputations; /* keep x_i >= v(i): the nucleolus; without: the prenucleolus */
  excess_kind kind;
  const accord_problem *clauses; /* only the splits that meet its hard clauses; NULL: all */
} nucleolus_options;

/* The split that minimises the excesses lexicographically, with its Kohlberg certificate, exact.
 * share: size n, of the benefit game. ACCORD_UNCERTIFIED where the certificate fails its check,
 * ACCORD_INFEASIBLE where the clauses leave no split. */
accord_status find_nucleolus(accord_context *context, mpq_t *share, accord_kohlberg **certificate,
                             const accord_game *game, const nucleolus_options *options);

/* The same by rows generated as needed, for every game and under clauses: the slower way, which shares little with
 * the search. n > 1. */
accord_status generate_nucleolus(accord_context *context, mpq_t *share, accord_kohlberg *certificate,
                                 const accord_game *game, const nucleolus_options *options);

/* The same as a rule, with imputations: undefined where there is none. */
accord_status nucleolus_over_imputations(accord_context *context, accord_split *split, const accord_game *game,
                                         const nucleolus_options *options);

/* An empty certificate, with room for n levels. */
void start_certificate(accord_context *context, accord_kohlberg *certificate, int n);

/* Checks a certificate against the game, exactly: excesses, balance, rank, and every coalition. */
bool kohlberg_holds(accord_context *context, const accord_kohlberg *certificate, const accord_game *game,
                    const mpq_t *share, const nucleolus_options *options);

#endif

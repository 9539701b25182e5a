/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Minimal and vulnerable winning coalitions of a vote, counted by party. A member is critical where the others of its
 * coalition do not win without it; a coalition is vulnerable where some member is critical, minimal where all are. */
#ifndef ACCORD_SOLVER_VOTE_INDICES_H
#define ACCORD_SOLVER_VOTE_INDICES_H

#include "swings.h"

/* count[i * (n + 1) + k]: minimal winning coalitions of k parties with party i among them. New array. From a table, a
 * list of winning coalitions, or one majority (cost n q products of integers of up to n^2 bits); leaves with
 * ACCORD_LIMIT elsewhere. */
mpz_t *count_minimal(accord_context *context, const accord_problem *problem);

/* count[i * (n + 1) + k]: winning coalitions with k critical members, party i one of them. From a table, or one majority
 * (cost: the number of different weights times n (q + the largest weight) additions of n^2 bits). */
mpz_t *count_critical(accord_context *context, const accord_problem *problem);

/* sum_i = sum over k of count[i * (n + 1) + k] / k, or where whole of the counts themselves. */
void sum_counts(accord_context *context, mpq_t *sum, const mpz_t *count, int n, bool whole);

#endif

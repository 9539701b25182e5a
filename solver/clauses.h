/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Programs over the splits that meet the hard clauses, and what to say where there are none. */
#ifndef ACCORD_SOLVER_CLAUSES_H
#define ACCORD_SOLVER_CLAUSES_H

#include "coalition_lp.h"

/* What a linear row stands for: a row of the problem's terms where which >= 0, else one of these;
 * PARTY_ROW - i is x_i >= v(i). */
enum { EPSILON_ROW = -1, SUM_ROW = -2, OTHER_ROW = -3, PARTY_ROW = -10 };

/* The exact simplex keeps a square of integers of order n + 1: beyond this it takes minutes. */
enum { CLAUSES_MOST_PARTIES = 200 };

/* sum of x = total (of the benefit game), settled, and epsilon >= 0 as the linear row 0. No coalitions
 * yet; where the problem has no game there can be none. */
coalition_lp *split_lp_new(accord_context *context, const accord_problem *problem, const mpq_t total);

/* The rows of the hard clauses. elastic: epsilon, in the clause's own measure, is added to each. */
void add_clauses(coalition_lp *lp, const accord_problem *problem, bool elastic);

/* row . x + epsilon >= bound in the benefit game, x and bound as stated; row NULL: x_i alone. For rows
 * that are not a clause's. */
linear_row *add_stated_row(coalition_lp *lp, int which, const mpq_t *row, int i, int sign, const mpq_t bound,
                           int epsilon);

/* accord_find_term_slack, inside a guard. */
void find_term_slack(accord_context *context, mpq_t slack, const accord_term_row *row, const mpq_t *shares, int n);

/* Whether a split of the benefit game meets every hard clause, exactly. */
bool meets_clauses(accord_context *context, const mpq_t *share, const accord_problem *problem);

bool has_hard_clauses(const accord_problem *problem);

/* The problem's total as the benefit game counts it. */
void benefit_total(mpq_t total, const accord_problem *problem);

/* accord_find_conflict, inside a guard. */
accord_conflict *find_conflict(accord_context *context, const accord_problem *problem, accord_conditions conditions);

/* The same, but a conflict among the clauses and the sum alone comes first. */
accord_conflict *find_first_conflict(accord_context *context, const accord_problem *problem,
                                     accord_conditions conditions);

#endif

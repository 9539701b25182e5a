/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Votes: which coalitions win, in a table while the parties are few, and counted without one beyond. */
#ifndef ACCORD_SOLVER_VOTING_H
#define ACCORD_SOLVER_VOTING_H

#include "game.h"

enum { VOTING_GAME_PARTIES = 22 };

/* A majority in whole numbers without a common factor: S reaches it iff weight(S) >= quota. */
typedef struct whole_majority {
  mpz_t quota, sum;
  mpz_t *weight;  /* size n */
  bool is_small;  /* sum < 2^62: */
  int64_t *votes; /* size n: the weights, or NULL */
  int64_t to_win; /* the quota */
  int64_t in_all; /* the sum */
} whole_majority;

whole_majority *whole_majority_of(accord_context *context, const accord_majority *majority, int n);

/* The problem around a vote, with its game v(S) = prize if S wins, while n <= VOTING_GAME_PARTIES. */
accord_problem *problem_from_voting(accord_context *context, accord_voting *voting);

/* Whether the vote's coalitions can be searched in moments, without a table. */
bool vote_is_light(const accord_voting *voting);

/* Whether two coalitions without a common party can both win; then *one is one of them, and all others are another.
 * ACCORD_UNKNOWN where the sums are too many to try (whole numbers beyond 2^27, several majorities without a table). */
accord_answer find_rivals(accord_context *context, accord_group *one, const accord_problem *problem);

/* Sets a member's coalition (in: size n), as a bitmask or a group. */
void set_coalition(accord_context *context, accord_weighted *member, const bool *in, int n);

/* Whether party i wins without any other. */
bool wins_alone(const accord_voting *voting, int i);

/* Whether nobody wins without it, for each party: a new array, size n. */
bool *find_vetoes(accord_context *context, const accord_voting *voting);

/* Whether no coalition can object to a split of the prize: nobody gets less than nothing, and only those with a veto
 * get anything (the core of a simple game). ACCORD_UNKNOWN for a split of more or less than the prize. */
accord_answer vote_is_stable(accord_context *context, const accord_voting *voting, const mpq_t *shares);

/* The same with the coalition that gains most, or loses least, by leaving, where the vote is light: see
 * vote_stability.c. stability: empty. */
void find_stability_of_vote(accord_context *context, accord_stability *stability, const accord_voting *voting,
                            const mpq_t *shares, int top);

/* Whether the shares sum to the prize. */
bool sums_to_prize(accord_context *context, const accord_voting *voting, const mpq_t *shares);

/* What is known of a vote without a table: monotone, whether the core is empty, the ranges in it. */
void find_facts_of_vote(accord_context *context, accord_facts *facts, const accord_problem *problem, int wanted);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What parties bring to the groups they join: the parts that averages over orders and groups are made of.
 * All amounts are as stated: of a cost, what is added to the cost. */
#ifndef ACCORD_SOLVER_CONTRIBUTIONS_H
#define ACCORD_SOLVER_CONTRIBUTIONS_H

#include "game.h"

/* 1 / (n C(n - 1, s)) = s! (n - s - 1)! / n!: in how many of all orders just these s parties stand before one. */
void order_weight(mpq_t weight, int n, int s);

/* mean[i * n + s] = average of v(S + i) - v(S) over the C(n - 1, s) coalitions S of s parties without i.
 * The Shapley value of i is the average of its n means. Size n * n. Cost 2^n. */
void mean_contributions(accord_context *context, mpq_t *mean, const accord_game *game);

/* mean[i * n + s - 1] = average over the coalitions S of s parties with i of the average of v(S) - v(S \ j)
 * over j in S. The solidarity value of i is the average of its n means. Size n * n. Cost 2^n. */
void mean_member_contributions(accord_context *context, mpq_t *mean, const accord_game *game);

/* Where among the groups of one size a party brings least and most; ties by bitmask. */
typedef struct contribution_range {
  mpq_t least, greatest;
  accord_coalition least_at, greatest_at;
} contribution_range;

/* range[s]: over the coalitions of s parties without i. Size n. Cost 2^n. */
contribution_range *contribution_ranges(accord_context *context, const accord_game *game, int i);

/* mean[h * b + s] = average of v(Q + S + i) - v(Q + S) over Q the parties of h other unions and S a group of s of
 * i's own, whose size is b. The Owen value of i is the average of these m b means, m unions. Cost 2^(m + b). */
void mean_union_contributions(accord_context *context, mpq_t *mean, const accord_problem *problem, int i);

/* d(T) in the benefit game's units, T = 0..2^n-1 (Harsanyi 1963): what T adds to all its parts. Size 2^n. Cost n 2^n. */
mpz_t *game_dividends(accord_context *context, const accord_game *game);

/* part[t - 1] = sum over the coalitions T of t parties with i of d(T) w_i / w(T); the weighted Shapley value of i is
 * their sum. Size n. Cost 2^n. */
void weighted_dividends(accord_context *context, mpq_t *part, const accord_game *game, const mpz_t *dividend,
                        const mpq_t *weights, int i);

/* The game among some of the parties; party k of it is the k-th of the members. Cost 2^(members). */
accord_game *subgame(accord_context *context, const accord_game *game, accord_coalition members);

/* v_L(S) = sum of v over the connected parts of S under the links (size n). Cost n 2^n. */
accord_game *linked_game(accord_context *context, const accord_game *game, const accord_coalition *links);

#endif

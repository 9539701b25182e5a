/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Risk: what each party loses in scenarios, and what a measure makes of what a coalition loses together.
 *
 * Losses and chances are whole numbers of one unit each, so that pooled losses, tails and ties are exact. Of the
 * measures, expected shortfall, value at risk and expectation are rational; the others are roots and logarithms,
 * taken from exact sums and rounded once. */
#ifndef ACCORD_SOLVER_RISK_H
#define ACCORD_SOLVER_RISK_H

#include "game.h"

__extension__ typedef __int128 wide;

enum { RISK_GAME_PARTIES = 24 };

/* In words: what any coalition loses stays below 2^61 in size, and the weights sum to less than 2^62. */
struct accord_risk {
  int n;
  size_t count; /* scenarios, each with a chance above 0 */
  accord_measure measure;
  size_t *number;  /* size count: which of those stated each one is, from 1 on */
  mpq_t parameter; /* the tail t in (0, 1], or the tolerance T > 0; 0 where the measure has none */
  mpq_t unit;      /* of losses */
  bool in_words;
  int64_t *loss, *weight;       /* size n * count, party i's losses from i * count on; size count; where in words */
  mpz_t *big_loss, *big_weight; /* the same where not */
  mpz_t weight_sum;             /* the chance of scenario k is weight[k] / weight_sum */
  mpz_t tail;                   /* t weight_sum, whole; 0 where there is no tail */
  int64_t weights_in_all, tail_weight; /* both where in words */
  mpq_t *alone;                        /* size n: what each party would bear alone; where there is no game */
};

/* Whether the measure is a rational number wherever losses and chances are. */
bool measure_is_rational(accord_measure measure);

/* Whether the risk of all together is never above the sum of shares that the Euler rule gives, and no coalition pays
 * more than its own risk by them: a core that is not empty (Denault 2001). */
bool measure_has_core(accord_measure measure);

/* From lists of numbers as written: chances (size count, or NULL where all are alike) and losses (scenario by
 * scenario, size count * n). Chances sum to 1; scenarios without a chance are left out. The lists are freed. */
accord_risk *risk_from_lists(accord_context *context, accord_measure measure, const mpq_t parameter,
                             value_table *chances, value_table *losses, int n);

/* From doubles, equally likely. Not exact: placed on a grid fine enough to sum in words. */
accord_risk *risk_from_doubles(accord_context *context, accord_measure measure, const mpq_t parameter, bool exact,
                               const double *losses, size_t count, int n);

/* The problem around it, with its game c(S) = risk of the pooled loss of S while that is in reach. */
accord_problem *problem_from_risk(accord_context *context, accord_risk *risk, bool exact);

/* Loss of party i in scenario k, and the weight of a scenario. */
void risk_loss(mpz_t loss, const accord_risk *risk, int i, size_t k);
void risk_weight(mpz_t weight, const accord_risk *risk, size_t k);

/* What one party, or all together, lose in each scenario; pooled: size count. */
enum { ALL_TOGETHER = -1 };
void pool_losses(mpz_t *pooled, const accord_risk *risk, int i);

/* The risk of pooled losses, as stated; a root or logarithm rounded to a double. */
void risk_of_pooled(accord_context *context, mpq_t value, const accord_risk *risk, const mpz_t *pooled);

/* What party i, or all together, would bear. */
void risk_of(accord_context *context, mpq_t value, const accord_risk *risk, int i);

/* E[(L_i - EL_i) D] for each party, D = L - EL what all together lose beyond the mean, or its part above 0 alone: the
 * covariances with all, or those Euler's shares of the semideviation come from. They sum to E[D^2]. */
void cross_deviations(accord_context *context, mpq_t *share, const accord_risk *risk, bool above_only);

/* Of expected shortfall, expectation and entropic risk the Euler shares are mean losses: what each scenario counts in
 * the mean, a new array of size count that sums to 1. */
mpq_t *scenario_parts(accord_context *context, const accord_risk *risk);

/* Without a game: a party that pays more than its own risk objects, up to top of them are listed; nobody objects to
 * Euler's shares where the measure has a core; of others it is not known. */
void find_stability_of_risk(accord_context *context, accord_stability *stability, const accord_problem *problem,
                            const mpq_t *shares, int top);

/* What follows from the measure alone: groups never pay more together than apart (subadditive), wherever the measure
 * has a core; without a table, that the core is not empty as well. */
void find_facts_of_risk(accord_facts *facts, const accord_problem *problem, int wanted);

/* Value at risk of pooled losses, and the weight of what lies above it, which is at most the tail. */
void pooled_threshold(accord_context *context, mpz_t threshold, mpz_t above, const accord_risk *risk,
                      const mpz_t *pooled);

/* sum over k of weight[k] loss[k]. */
void weighted_sum(mpz_t sum, const accord_risk *risk, const mpz_t *pooled);

/* ------------------------------------------------------------ in words */

/* Room for one evaluation. */
typedef struct risk_work {
  int64_t *value, *weight; /* size count each */
  long double *chance;     /* size count, where the measure is no rational */
  long double unit_over_weights, tolerance;
} risk_work;
void risk_work_start(accord_context *context, risk_work *work, const accord_risk *risk);

/* sum of weight times loss over the worst tail, the outcome on its boundary pro rata, and *threshold, the value at
 * risk: the least outcome above which the weight is at most the tail. Cost: the number of scenarios. */
wide select_tail(int64_t *threshold, const accord_risk *risk, const int64_t *pooled, risk_work *work);

/* The same of the first count values and weights of work, which are moved about; together they weigh the tail or more. */
wide select_worst(int64_t *threshold, risk_work *work, size_t count, int64_t tail);

/* Entropic risk of pooled losses, as stated. */
double entropic_in_words(const accord_risk *risk, const int64_t *pooled, const risk_work *work);

/* c(S) of every coalition; NULL, and *why, where they are too many. */
accord_game *risk_game(accord_context *context, const accord_risk *risk, const char **why);

/* ------------------------------------------------------------ shares */

/* The Euler rule and covariance shares, as stated; undefined where nothing varies, and Euler's of value at risk. */
accord_status euler_shares(accord_context *context, mpq_t *share, const accord_risk *risk);
accord_status covariance_shares(accord_context *context, mpq_t *share, const accord_risk *risk);

/* ------------------------------------------------------------ roots */

/* The double nearest to the square root of a number of at least 0. */
double nearest_root(accord_context *context, const mpq_t number);

#endif

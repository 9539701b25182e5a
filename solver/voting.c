/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Votes as problems: whole numbers, the table of a vote, and coalitions that win beside each other. */
#include "voting.h"

#include <math.h>
#include <string.h>

/* ------------------------------------------------------------- whole numbers */

/* The common denominator of the weights over the common divisor of what they then are. */
static void find_scale(mpz_t denominator, mpz_t divisor, const accord_majority *majority, int n, mpz_t work) {
  mpz_set_ui(denominator, 1);
  mpz_set_ui(divisor, 0);
  for (int i = 0; i < n; i++) mpz_lcm(denominator, denominator, mpq_denref(majority->weight[i]));
  for (int i = 0; i < n; i++) {
    mpz_divexact(work, denominator, mpq_denref(majority->weight[i]));
    mpz_mul(work, work, mpq_numref(majority->weight[i]));
    mpz_gcd(divisor, divisor, work);
  }
}

static void make_small(accord_context *context, whole_majority *whole, int n) {
  whole->is_small = mpz_sizeinbase(whole->sum, 2) <= 62;
  if (!whole->is_small) return;
  whole->votes = POOL_NEW(context, (size_t)n, int64_t);
  for (int i = 0; i < n; i++) whole->votes[i] = mpz_get_si(whole->weight[i]);
  whole->to_win = mpz_get_si(whole->quota);
  whole->in_all = mpz_get_si(whole->sum);
}

whole_majority *whole_majority_of(accord_context *context, const accord_majority *majority, int n) {
  whole_majority *whole = POOL_NEW(context, 1, whole_majority);
  mpz_t *work = pool_integers(context, 3), *denominator = &work[1], *divisor = &work[2];
  pool_integer(context, whole->quota);
  pool_integer(context, whole->sum);
  whole->weight = pool_integers(context, (size_t)n);
  find_scale(*denominator, *divisor, majority, n, work[0]);
  for (int i = 0; i < n; i++) {
    mpz_divexact(work[0], *denominator, mpq_denref(majority->weight[i]));
    mpz_mul(whole->weight[i], mpq_numref(majority->weight[i]), work[0]);
    mpz_divexact(whole->weight[i], whole->weight[i], *divisor);
    mpz_add(whole->sum, whole->sum, whole->weight[i]);
  }
  mpz_mul(work[0], mpq_numref(majority->quota), *denominator);
  mpz_mul(*divisor, *divisor, mpq_denref(majority->quota));
  mpz_cdiv_q(whole->quota, work[0], *divisor);
  pool_free(context, work);
  make_small(context, whole, n);
  return whole;
}

/* ---------------------------------------------------------------- the table */

/* Takes the prize from every coalition that misses the majority. From one coalition to the next in this order one
 * party comes or goes. Cost 2^n. */
static void apply_majority(accord_context *context, accord_game *game, const whole_majority *whole) {
  mpz_t *sum = pool_integers(context, 1);
  accord_coalition s = 0;
  game->small[0] = 0;
  for (accord_coalition k = 1; k < game->size; k++) {
    int i = __builtin_ctzll(k);
    if (k % 65536 == 0) check_clock(context);
    s ^= party(i);
    if (has(s, i)) mpz_add(*sum, *sum, whole->weight[i]);
    else mpz_sub(*sum, *sum, whole->weight[i]);
    if (mpz_cmp(*sum, whole->quota) < 0) game->small[s] = 0;
  }
  pool_free(context, sum);
}

/* Everything around a winning coalition wins. Cost n 2^n. */
static void apply_winning(accord_context *context, accord_game *game, const accord_voting *voting) {
  for (int k = 0; k < voting->winning_count; k++) {
    accord_coalition s = 0;
    for (int j = 0; j < voting->winning[k].count; j++) s |= party(voting->winning[k].member[j]);
    game->small[s] = 1;
  }
  for (int i = 0; i < game->n; i++) {
    check_clock(context);
    for (accord_coalition s = 0; s < game->size; s++)
      if (has(s, i)) game->small[s] |= game->small[s ^ party(i)];
  }
}

static accord_game *voting_game(accord_context *context, const accord_voting *voting) {
  accord_game *game = game_new(context, ACCORD_BENEFIT, voting->n);
  mpq_set(game->unit, voting->prize);
  game->small = POOL_NEW(context, game->size, int64_t);
  for (accord_coalition s = 0; voting->majority_count && s < game->size; s++) game->small[s] = 1;
  for (int m = 0; m < voting->majority_count; m++)
    apply_majority(context, game, whole_majority_of(context, &voting->majorities[m], voting->n));
  if (!voting->majority_count) apply_winning(context, game, voting);
  game_finish(context, game);
  return game;
}

/* For each party the votes of every majority up to its quota, or which listed coalitions nobody is missing from. */
static double count_ways(accord_context *context, const accord_voting *voting) {
  double ways = voting->n;
  for (int m = 0; m < voting->majority_count; m++) {
    whole_majority *whole = whole_majority_of(context, &voting->majorities[m], voting->n);
    ways *= mpz_get_d(whole->quota);
  }
  return voting->majority_count ? ways : ldexp(ways, voting->winning_count < 60 ? voting->winning_count : 60);
}

bool vote_is_light(const accord_voting *voting) {
  static const double most_ways = 1 << 20;
  enum { LIGHT_PARTIES = 100 };
  return voting->n <= LIGHT_PARTIES && voting->ways <= most_ways;
}

accord_problem *problem_from_voting(accord_context *context, accord_voting *voting) {
  accord_problem *problem = POOL_NEW(context, 1, accord_problem);
  problem->n = voting->n;
  problem->goal = ACCORD_BENEFIT;
  problem->exact = true;
  pool_rational(context, problem->total);
  mpq_set(problem->total, voting->prize);
  problem->voting = voting;
  voting->ways = count_ways(context, voting);
  if (voting->n <= VOTING_GAME_PARTIES && table_fits(context, (size_t)16 << voting->n))
    problem->game = voting_game(context, voting);
  else
    problem->no_game =
        pool_text(context,
                  "the coalitions of %d voters are too many for a table (the most is %d); shapley, banzhaf, the "
                  "power indices and, to 200 voters, the nucleolus and prenucleolus need none",
                  voting->n, VOTING_GAME_PARTIES);
  return problem;
}

/* ------------------------------------------------------------------- rivals */

static accord_answer rivals_in_table(accord_context *context, accord_group *one, const accord_game *game) {
  accord_coalition all = everybody(game->n);
  for (accord_coalition s = 1; s < game->size / 2; s++) {
    if (!game->small[s] || !game->small[all ^ s]) continue;
    one->member = POOL_NEW(context, (size_t)game->n, int);
    for (int i = 0; i < game->n; i++)
      if (has(s, i)) one->member[one->count++] = i;
    return ACCORD_YES;
  }
  return ACCORD_NO;
}

/* Whether some weights sum to at least q while the rest do too: every sum that some parties reach, with the party that
 * reached it first (those before it reach the rest of the sum). Cost n times the sum of weights. */
static accord_answer rivals_by_sums(accord_context *context, accord_group *one, const whole_majority *whole, int n) {
  int64_t most = whole->in_all - whole->to_win;
  if (most < whole->to_win) return ACCORD_NO;
  int *first = POOL_NEW(context, (size_t)most + 1, int); /* 1 + the party, 0: not reached */
  for (int i = 0; i < n; i++) {
    check_clock(context);
    for (int64_t x = most; x >= whole->votes[i] && whole->votes[i] > 0; x--)
      if (!first[x] && (x == whole->votes[i] || first[x - whole->votes[i]])) first[x] = i + 1;
  }
  int64_t reached = whole->to_win;
  while (reached <= most && !first[reached]) reached++;
  if (reached > most) return ACCORD_NO;
  one->member = POOL_NEW(context, (size_t)n, int);
  bool *in = POOL_NEW(context, (size_t)n, bool);
  for (; reached > 0; reached -= whole->votes[first[reached] - 1]) in[first[reached] - 1] = true;
  for (int i = 0; i < n; i++)
    if (in[i]) one->member[one->count++] = i;
  return ACCORD_YES;
}

static bool are_apart(const accord_group *a, const accord_group *b) {
  int j = 0;
  for (int i = 0; i < a->count; i++) {
    while (j < b->count && b->member[j] < a->member[i]) j++;
    if (j < b->count && b->member[j] == a->member[i]) return false;
  }
  return true;
}

static accord_answer rivals_in_list(accord_context *context, accord_group *one, const accord_voting *voting) {
  for (int a = 0; a < voting->winning_count; a++) {
    check_clock(context);
    for (int b = 0; b < a; b++)
      if (are_apart(&voting->winning[a], &voting->winning[b])) {
        *one = voting->winning[b];
        return ACCORD_YES;
      }
  }
  return ACCORD_NO;
}

accord_answer find_rivals(accord_context *context, accord_group *one, const accord_problem *problem) {
  const accord_voting *voting = problem->voting;
  accord_answer answer = ACCORD_UNKNOWN;
  *one = (accord_group){0, NULL};
  if (problem->game) return rivals_in_table(context, one, problem->game);
  if (!voting->majority_count) return rivals_in_list(context, one, voting);
  for (int m = 0; m < voting->majority_count && answer == ACCORD_UNKNOWN; m++) {
    whole_majority *whole = whole_majority_of(context, &voting->majorities[m], voting->n);
    mpz_mul_2exp(whole->quota, whole->quota, 1);
    if (mpz_cmp(whole->quota, whole->sum) > 0) answer = ACCORD_NO;
    else if (voting->majority_count == 1 && whole->is_small && whole->in_all <= 1 << 27)
      answer = rivals_by_sums(context, one, whole, voting->n);
  }
  return answer;
}

/* -------------------------------------------------------- facts of the vote */

enum { MOST_LISTED_LEFT_OUT = 2000 }; /* n lists of n - 1 parties */

void set_coalition(accord_context *context, accord_weighted *member, const bool *in, int n) {
  accord_group *group = NULL;
  if (n > 64) {
    member->group = group = POOL_NEW(context, 1, accord_group);
    group->member = POOL_NEW(context, (size_t)n, int);
  }
  for (int i = 0; i < n; i++) {
    if (!in[i]) continue;
    if (group) group->member[group->count++] = i;
    else member->coalition |= party(i);
  }
}

bool wins_alone(const accord_voting *voting, int i) {
  for (int m = 0; m < voting->majority_count; m++)
    if (mpq_cmp(voting->majorities[m].weight[i], voting->majorities[m].quota) < 0) return false;
  for (int k = 0; k < voting->winning_count; k++)
    if (voting->winning[k].count == 1 && voting->winning[k].member[0] == i) return true;
  return voting->majority_count > 0;
}

/* Those whose votes the others cannot do without. */
static void find_vetoes_against(bool *veto, const accord_majority *majority, int n, mpq_t *work) {
  mpq_t *sum = &work[0], *spare = &work[1];
  rational_sum(*sum, (const mpq_t *)majority->weight, n);
  mpq_sub(*spare, *sum, majority->quota);
  for (int i = 0; i < n; i++) veto[i] = veto[i] || mpq_cmp(majority->weight[i], *spare) > 0;
}

bool *find_vetoes(accord_context *context, const accord_voting *voting) {
  mpq_t *work = pool_rationals(context, 2);
  bool *veto = POOL_NEW(context, (size_t)voting->n, bool);
  int *times = POOL_NEW(context, (size_t)voting->n, int);
  for (int m = 0; m < voting->majority_count; m++) find_vetoes_against(veto, &voting->majorities[m], voting->n, work);
  for (int k = 0; k < voting->winning_count; k++)
    for (int j = 0; j < voting->winning[k].count; j++) times[voting->winning[k].member[j]]++;
  for (int i = 0; i < voting->n && !voting->majority_count; i++) veto[i] = times[i] == voting->winning_count;
  pool_free(context, work);
  return veto;
}

bool sums_to_prize(accord_context *context, const accord_voting *voting, const mpq_t *shares) {
  mpq_t *sum = pool_rationals(context, 1);
  rational_sum(*sum, shares, voting->n);
  bool all = mpq_equal(*sum, voting->prize);
  pool_free(context, sum);
  return all;
}

accord_answer vote_is_stable(accord_context *context, const accord_voting *voting, const mpq_t *shares) {
  const bool *veto = find_vetoes(context, voting);
  accord_answer answer = sums_to_prize(context, voting, shares) ? ACCORD_YES : ACCORD_UNKNOWN;
  for (int i = 0; i < voting->n; i++) {
    if (mpq_sgn(shares[i]) < 0) answer = ACCORD_NO;
    if (answer == ACCORD_YES && mpq_sgn(shares[i]) > 0 && !veto[i]) answer = ACCORD_NO;
  }
  return answer;
}

/* Whoever has the only veto gets all, others without one nothing. */
static void find_vote_ranges(accord_context *context, accord_facts *facts, const accord_voting *voting,
                             const bool *veto, int count) {
  facts->least_share = pool_rationals(context, (size_t)voting->n);
  facts->greatest_share = pool_rationals(context, (size_t)voting->n);
  for (int i = 0; i < voting->n; i++) {
    if (veto[i]) mpq_set(facts->greatest_share[i], voting->prize);
    if (veto[i] && count == 1) mpq_set(facts->least_share[i], voting->prize);
  }
}

/* Without a veto all but one win, whoever is left out: each of those with weight 1 / (n - 1) is worth n / (n - 1)
 * prizes, and counts everybody once. */
static accord_balanced *all_but_one(accord_context *context, const accord_voting *voting) {
  int n = voting->n;
  accord_balanced *balanced = POOL_NEW(context, 1, accord_balanced);
  bool *in = POOL_NEW(context, (size_t)n, bool);
  balanced->count = n;
  balanced->members = POOL_NEW(context, (size_t)n, accord_weighted);
  for (int i = 0; i < n; i++) in[i] = true;
  for (int i = 0; i < n; i++) {
    accord_weighted *member = &balanced->members[i];
    in[i] = false;
    set_coalition(context, member, in, n);
    in[i] = true;
    pool_rational(context, member->weight);
    mpq_set_ui(member->weight, 1, (unsigned long)n - 1);
  }
  pool_rational(context, balanced->worth);
  mpq_set_ui(balanced->worth, (unsigned long)n, (unsigned long)n - 1);
  mpq_mul(balanced->worth, balanced->worth, voting->prize);
  pool_free(context, in);
  return balanced;
}

void find_facts_of_vote(accord_context *context, accord_facts *facts, const accord_problem *problem, int wanted) {
  const accord_voting *voting = problem->voting;
  int count = 0;
  facts->monotone = wanted & ACCORD_FACT_MONOTONE ? ACCORD_YES : ACCORD_UNKNOWN;
  if (!(wanted & (ACCORD_FACT_CORE | ACCORD_FACT_RANGES))) return;
  const bool *veto = find_vetoes(context, voting);
  for (int i = 0; i < voting->n; i++) count += veto[i];
  facts->core_empty = count ? ACCORD_NO : ACCORD_YES;
  if (!count && voting->n <= MOST_LISTED_LEFT_OUT) facts->balanced = all_but_one(context, voting);
  if (count && wanted & ACCORD_FACT_RANGES) find_vote_ranges(context, facts, voting, veto, count);
}

/* --------------------------------------------------------- the public maker */

struct votes {
  accord_problem **problem;
  const char *prize;
  const char *const *quotas, *const *weights;
  int majorities, n;
};

static void read_votes(accord_context *context, mpq_t number, const char *text, bool above) {
  if (number_from_text(context, number, text, strlen(text)) == NUMBER_GOOD && mpq_sgn(number) >= above) return;
  guard_leave(context, ACCORD_INVALID, "'%.40s' is not a number %s", text, above ? "above 0" : "of at least 0");
}

static void read_majority(accord_context *context, accord_majority *majority, const struct votes *in, int m) {
  mpq_t *sum = pool_rationals(context, 1);
  pool_rational(context, majority->quota);
  majority->weight = pool_rationals(context, (size_t)in->n);
  read_votes(context, majority->quota, in->quotas[m], true);
  for (int i = 0; i < in->n; i++) read_votes(context, majority->weight[i], in->weights[m * in->n + i], false);
  rational_sum(*sum, (const mpq_t *)majority->weight, in->n);
  if (mpq_cmp(majority->quota, *sum) > 0)
    guard_leave(context, ACCORD_INVALID, "the quota '%.40s' exceeds the sum of the weights", in->quotas[m]);
}

static accord_status from_votes(accord_context *context, void *argument) {
  struct votes *in = argument;
  if (in->n < 1 || in->majorities < 1)
    return fail(context, ACCORD_INVALID, "there are %d parties and %d majorities, not one or more of both", in->n,
                in->majorities);
  accord_voting *voting = POOL_NEW(context, 1, accord_voting);
  voting->n = in->n;
  pool_rational(context, voting->prize);
  read_votes(context, voting->prize, in->prize ? in->prize : "1", true);
  voting->majority_count = in->majorities;
  voting->majorities = POOL_NEW(context, (size_t)in->majorities, accord_majority);
  for (int m = 0; m < in->majorities; m++) read_majority(context, &voting->majorities[m], in, m);
  *in->problem = problem_from_voting(context, voting);
  return ACCORD_OK;
}

accord_status accord_problem_from_votes(accord_context *context, accord_problem **problem, const char *prize,
                                        const char *const *quotas, int majorities, const char *const *weights, int n) {
  struct votes in = {problem, prize, quotas, weights, majorities, n};
  accord_status status = guard(context, from_votes, &in);
  if (status != ACCORD_OK) *problem = NULL;
  return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The coalition that gains most by leaving a split of a vote without a table: one way through its decision diagram. */
#include "vote_oracle.h"
#include "voting.h"

enum { WHOLE_BITS = 59, WIDE_BITS = 119 };

/* Shares, then the prize, over one denominator. The bits of their sizes together. */
static size_t make_whole_amounts(mpz_t *amount, mpz_t denominator, const accord_voting *voting, const mpq_t *shares) {
  int n = voting->n;
  mpz_ptr sum = amount[n + 1];
  mpz_set(denominator, mpq_denref(voting->prize));
  for (int i = 0; i < n; i++) mpz_lcm(denominator, denominator, mpq_denref(shares[i]));
  mpz_set_ui(sum, 0);
  for (int i = 0; i <= n; i++) {
    const mpq_t *number = i < n ? &shares[i] : (const mpq_t *)&voting->prize;
    mpz_divexact(amount[i], denominator, mpq_denref(*number));
    mpz_mul(amount[i], amount[i], mpq_numref(*number));
    if (mpz_sgn(amount[i]) < 0) mpz_sub(sum, sum, amount[i]);
    else mpz_add(sum, sum, amount[i]);
  }
  return mpz_sizeinbase(sum, 2);
}

/* Every party's residue is 0, and so is every coalition's: least = min x(S) - v(S). */
static void search_whole(mpz_t least, vote_oracle *oracle, const mpz_t *amount, int n) {
  int64_t *cost = POOL_NEW(oracle->context, (size_t)n, int64_t), best[ORACLE_MOST_RESIDUES];
  for (int i = 0; i < n; i++) cost[i] = mpz_get_si(amount[i]);
  oracle_search_exactly(oracle, best, cost, mpz_get_si(amount[n]));
  mpz_set_si(least, best[0]);
}

static void search_wide(mpz_t least, vote_oracle *oracle, const mpz_t *amount, int n) {
  wide *cost = POOL_NEW(oracle->context, (size_t)n, wide), best[ORACLE_MOST_RESIDUES];
  for (int i = 0; i < n; i++) cost[i] = get_wide(amount[i]);
  oracle_search_widely(oracle, best, cost, get_wide(amount[n]));
  set_wide(least, best[0]);
}

/* Nobody and everybody gain 0, so that whoever gains more is another. */
static bool find_worst_by_search(accord_context *context, accord_stability *stability, bool *in,
                                 const accord_voting *voting, const mpq_t *shares) {
  int n = voting->n;
  mpz_t *amount = pool_integers(context, (size_t)n + 3), *denominator = &amount[n + 2];
  size_t bits = make_whole_amounts(amount, *denominator, voting, shares);
  if (bits > WIDE_BITS) return false;
  vote_oracle *oracle = vote_oracle_new(context, make_diagram(context, voting));
  oracle->residue = POOL_NEW(context, (size_t)n, int);
  (bits <= WHOLE_BITS ? search_whole : search_wide)(mpq_numref(stability->max_excess), oracle, (const mpz_t *)amount,
                                                    n);
  oracle_members(oracle, in, 0);
  mpz_neg(mpq_numref(stability->max_excess), mpq_numref(stability->max_excess));
  mpz_set(mpq_denref(stability->max_excess), *denominator);
  mpq_canonicalize(stability->max_excess);
  return true;
}

/* Where nobody objects, whoever gets least would lose least by leaving: a coalition loses what it gets, or wins with
 * all who get anything and loses nothing, and then somebody else gets nothing. */
static void find_least_share(accord_stability *stability, bool *in, const mpq_t *shares, int n) {
  int least = 0;
  for (int i = 1; i < n; i++)
    if (mpq_cmp(shares[i], shares[least]) < 0) least = i;
  for (int i = 0; i < n; i++) in[i] = i == least;
  mpq_neg(stability->max_excess, shares[least]);
}

static void list_worst(accord_context *context, accord_stability *stability, int top) {
  stability->objection_count = 1;
  stability->only_some_counted = true;
  stability->listed = top ? 1 : 0;
  stability->objections = POOL_NEW(context, 1, accord_objection);
  accord_objection *worst = stability->objections;
  worst->coalition = stability->worst;
  worst->group = stability->worst_group;
  pool_rational(context, worst->amount);
  mpq_set(worst->amount, stability->max_excess);
}

void find_stability_of_vote(accord_context *context, accord_stability *stability, const accord_voting *voting,
                            const mpq_t *shares, int top) {
  bool *in = POOL_NEW(context, (size_t)voting->n, bool);
  accord_weighted worst = {0};
  stability->stable = vote_is_stable(context, voting, shares);
  bool search = stability->stable == ACCORD_NO && vote_is_light(voting) && sums_to_prize(context, voting, shares);
  if (stability->stable == ACCORD_YES) find_least_share(stability, in, shares, voting->n);
  else if (!search || !find_worst_by_search(context, stability, in, voting, shares)) return;
  set_coalition(context, &worst, in, voting->n);
  stability->worst = worst.coalition;
  stability->worst_group = worst.group;
  stability->has_excess = true;
  if (stability->stable == ACCORD_NO) list_worst(context, stability, top);
}

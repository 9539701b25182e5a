/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a proposed split adds up, and what it leaves each party: the checks that need no coalition. */
#include "claims_game.h"
#include "risk.h"
#include "shared_tree.h"
#include "spanning_tree.h"
#include "voting.h"

struct question {
  accord_account **account;
  const accord_problem *problem;
  const mpq_t *shares;
  mpq_srcptr unit;
};

/* The sum, and by how much it misses the total, outside the tolerance of inexact inputs. */
static void add_up(accord_account *account, const struct question *in, const mpq_t tolerance, mpq_t size) {
  rational_sum(account->sum, in->shares, in->problem->n);
  mpq_sub(account->over, account->sum, in->problem->total);
  mpq_abs(size, account->over);
  account->balance = mpq_cmp(size, tolerance) > 0 ? mpq_sgn(account->over) : 0;
}

static void find_unpayable(accord_account *account, const struct question *in, mpq_t units) {
  account->first_unpayable = -1;
  for (int i = 0; i < in->problem->n; i++) {
    mpq_div(units, in->shares[i], in->unit);
    if (mpz_cmp_ui(mpq_denref(units), 1) == 0) continue;
    if (account->unpayable_count++ == 0) account->first_unpayable = i;
  }
}

/* Where its limits meet. */
static bool known_standalone(mpq_t value, const accord_unknowns *unknowns, int i) {
  accord_limit low = {.given = false}, high = {.given = false};
  mpq_inits(low.at, high.at, NULL);
  accord_find_limits(&low, &high, unknowns, party(i));
  bool known = low.given && high.given && mpq_equal(low.at, high.at);
  mpq_set(value, low.at);
  mpq_clears(low.at, high.at, NULL);
  return known;
}

bool accord_standalone(mpq_t value, const accord_problem *problem, int i) {
  if (problem->game) {
    accord_game_value(value, problem->game, party(i));
    return true;
  }
  if (problem->unknowns) return known_standalone(value, problem->unknowns, i);
  if (problem->claims) {
    standalone_of_claims(value, problem->claims, i);
    return true;
  }
  if (standalone_on_tree(value, problem, i)) return true;
  if (problem->network) {
    standalone_of_network(value, problem->network, i);
    return true;
  }
  if (problem->risk) mpq_set(value, problem->risk->alone[i]);
  else if (problem->production) mpq_set(value, problem->production->alone[i]);
  else if (problem->voting && wins_alone(problem->voting, i)) mpq_set(value, problem->voting->prize);
  else mpq_set_ui(value, 0, 1);
  return problem->voting || problem->risk || problem->production ||
         problem->assignment; /* nobody is matched with itself */
}

/* What a party has alone over its share, of a cost its share over its own cost. */
static void find_losing(accord_account *account, const struct question *in, const mpq_t tolerance, mpq_t loss) {
  account->worst_party = -1;
  for (int i = 0; i < in->problem->n; i++) {
    if (!accord_standalone(loss, in->problem, i)) return;
    mpq_sub(loss, loss, in->shares[i]);
    if (in->problem->goal == ACCORD_COST) mpq_neg(loss, loss);
    if (mpq_cmp(loss, tolerance) <= 0) continue;
    account->losing_count++;
    if (account->worst_party >= 0 && mpq_cmp(loss, account->worst_loss) <= 0) continue;
    mpq_set(account->worst_loss, loss);
    account->worst_party = i;
  }
}

static accord_status find_account(accord_context *context, void *argument) {
  struct question *in = argument;
  accord_account *account = POOL_NEW(context, 1, accord_account);
  mpq_t *work = pool_rationals(context, 2), *tolerance = &work[1];
  pool_rational(context, account->sum);
  pool_rational(context, account->over);
  pool_rational(context, account->worst_loss);
  if (in->problem->game) game_tolerance(*tolerance, in->problem->game);
  add_up(account, in, *tolerance, work[0]);
  find_unpayable(account, in, work[0]);
  find_losing(account, in, *tolerance, work[0]);
  *in->account = account;
  return ACCORD_OK;
}

accord_status accord_find_account(accord_context *context, accord_account **account, const accord_problem *problem,
                                  const mpq_t *shares, const mpq_t unit) {
  struct question in = {account, problem, shares, unit};
  *account = NULL;
  if (mpq_sgn(unit) <= 0) return fail(context, ACCORD_INVALID, "the unit is not above 0");
  return guard(context, find_account, &in);
}

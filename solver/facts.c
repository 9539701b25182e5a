/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts of a game: its shape by passes over the table, its core by linear programs. */
#include "assignment.h"
#include "claims_game.h"
#include "core_proof.h"
#include "core_total.h"
#include "interactions.h"
#include "risk.h"
#include "production.h"
#include "shape.h"
#include "shared_tree.h"
#include "spanning_tree.h"
#include "voting.h"

/* 3^n / 2 comparisons, in machine words or not: well under a second, and some seconds. */
enum { MOST_PARTIES_IN_WORDS = 20, MOST_PARTIES_FOR_ALL_PAIRS = 18 };

struct shape {
  accord_context *context;
  const accord_game *game;
  wide slack;
  mpz_t *scratch; /* size 2 */
};

/* Whether v(a) + v(b) < v(c) + v(d), by more than the slack. */
static bool falls_short(const struct shape *shape, accord_coalition a, accord_coalition b, accord_coalition c,
                        accord_coalition d) {
  const accord_game *game = shape->game;
  if (game->small) return (wide)game->small[a] + game->small[b] + shape->slack < (wide)game->small[c] + game->small[d];
  mpz_add(shape->scratch[0], game->big[a], game->big[b]);
  mpz_add(shape->scratch[0], shape->scratch[0], game->slack);
  mpz_add(shape->scratch[1], game->big[c], game->big[d]);
  return mpz_cmp(shape->scratch[0], shape->scratch[1]) < 0;
}

/* v(S + i) >= v(S); for a cost the same of c = -v. */
static accord_answer is_monotone(const struct shape *shape) {
  const accord_game *game = shape->game;
  if (shape_in_words(game)) return shape_is_monotone(shape->context, game) ? ACCORD_YES : ACCORD_NO;
  for (accord_coalition s = 0; s < game->size; s++) {
    if (s % 4096 == 0) check_clock(shape->context);
    for (int i = 0; i < game->n; i++) {
      if (has(s, i)) continue;
      bool cost = game->goal == ACCORD_COST;
      if (falls_short(shape, cost ? s : s | party(i), 0, cost ? s | party(i) : s, 0)) return ACCORD_NO;
    }
  }
  return ACCORD_YES;
}

/* v(S + i + j) + v(S) >= v(S + i) + v(S + j). */
static accord_answer is_convex(const struct shape *shape) {
  const accord_game *game = shape->game;
  if (shape_in_words(game)) return shape_is_convex(shape->context, game) ? ACCORD_YES : ACCORD_NO;
  for (accord_coalition s = 0; s < game->size; s++) {
    if (s % 4096 == 0) check_clock(shape->context);
    for (int i = 0; i < game->n; i++)
      for (int j = i + 1; j < game->n && !has(s, i); j++)
        if (!has(s, j) && falls_short(shape, s | party(i) | party(j), s, s | party(i), s | party(j))) return ACCORD_NO;
  }
  return ACCORD_YES;
}

/* v(S + i) >= v(S) + v(i): necessary, and cheap. */
static bool gains_by_single_parties(const struct shape *shape) {
  const accord_game *game = shape->game;
  if (shape_in_words(game)) return shape_gains_by_single_parties(shape->context, game);
  for (accord_coalition s = 0; s < game->size; s++) {
    if (s % 4096 == 0) check_clock(shape->context);
    for (int i = 0; i < game->n; i++)
      if (!has(s, i) && falls_short(shape, s | party(i), 0, s, party(i))) return false;
  }
  return true;
}

/* v(S) >= v(T) + v(S \ T) for every T in S; T holds S's first party, the other half is the same. */
static bool gains_by_any_two(const struct shape *shape) {
  const accord_game *game = shape->game;
  if (shape_in_words(game)) return shape_gains_by_any_two(shape->context, game);
  for (accord_coalition s = 1; s < game->size; s++) {
    accord_coalition first = s & -s, others = s ^ first;
    if (s % 1024 == 0) check_clock(shape->context);
    for (accord_coalition t = others; t; t = (t - 1) & others)
      if (falls_short(shape, s, 0, t, s ^ t)) return false;
  }
  return true;
}

static accord_answer is_superadditive(const struct shape *shape, accord_answer convex) {
  if (convex == ACCORD_YES) return ACCORD_YES;
  if (!gains_by_single_parties(shape)) return ACCORD_NO;
  if (shape->game->n > (shape_in_words(shape->game) ? MOST_PARTIES_IN_WORDS : MOST_PARTIES_FOR_ALL_PAIRS))
    return ACCORD_UNKNOWN;
  return gains_by_any_two(shape) ? ACCORD_YES : ACCORD_NO;
}

static void find_shape(accord_context *context, accord_facts *facts, const accord_game *game, int wanted) {
  struct shape shape = {context, game, 0, pool_integers(context, 2)};
  if (game->small) shape.slack = (wide)mpz_get_si(game->slack);
  if (wanted & ACCORD_FACT_MONOTONE) facts->monotone = is_monotone(&shape);
  if (wanted & (ACCORD_FACT_CONVEX | ACCORD_FACT_SUPERADDITIVE)) facts->convex = is_convex(&shape);
  if (wanted & ACCORD_FACT_SUPERADDITIVE) facts->superadditive = is_superadditive(&shape, facts->convex);
}

/* --------------------------------------------------------------------- core */

struct core {
  accord_context *context;
  accord_facts *facts;
  const accord_game *game;
  lp_row *start; /* size n + 1 */
  int *cost;     /* size n + 1 */
  row_search *search;
  bool proofs;  /* are asked for, and the table is exact */
  mpz_t *whole; /* what N must share for the core to be non-empty, at least v(N) */
};

/* amount of the benefit game -> as stated. */
static void state(mpq_t amount, const accord_game *game) {
  if (game->goal == ACCORD_COST) mpq_neg(amount, amount);
}

/* Of doubles the worth is that of the doubles themselves, not of their places on the grid. */
static void record_balanced(struct core *core, const lp_result *result) {
  accord_balanced *balanced = POOL_NEW(core->context, 1, accord_balanced);
  int n = core->game->n;
  mpq_t *value = pool_rationals(core->context, 1);
  balanced->members = POOL_NEW(core->context, (size_t)n, accord_weighted);
  pool_rational(core->context, balanced->worth);
  for (int k = 0; k < n; k++) {
    if (mpz_sgn(result->multiplier[k]) == 0) continue;
    accord_weighted *member = &balanced->members[balanced->count++];
    pool_rational(core->context, member->weight);
    member->coalition = which_of(result->row[k]);
    lp_multiplier(member->weight, result, k);
    game_value(*value, core->game, member->coalition);
    mpq_mul(*value, *value, member->weight);
    mpq_add(balanced->worth, balanced->worth, *value);
  }
  state(balanced->worth, core->game);
  pool_free(core->context, value);
  core->facts->balanced = balanced;
}

static void find_emptiness(struct core *core) {
  core_total *total = find_core_total(core->context, core->game);
  core->whole = total->whole;
  core->search = total->search;
  core->facts->core_empty = total->empty ? ACCORD_YES : ACCORD_NO;
  core->facts->has_cost_of_stability = true;
  if (core->proofs) core->facts->stability_proof = prove_total(core->context, total);
  if (!total->empty) return;
  lp_amount(core->facts->cost_of_stability, total->lp, total->result, *total->gap);
  record_balanced(core, total->result);
}

/* sign * least of sign * x_i over the core. Start: N in place of one party alone. For the least of x_i
 * that is any other party, {i} has multiplier 1; for the greatest it is i, the others have 1, N has -1. */
static void find_extreme(struct core *core, mpq_t share, accord_optimum *proof, int i, int sign) {
  int n = core->game->n;
  coalition_lp *lp = coalition_lp_new(core->context, core->game, false);
  lp->search = core->search;
  coalition_lp_settle(lp, make_row(ROW_COALITION, everybody(n)), *core->whole);
  for (int j = 0; j < n; j++) {
    core->cost[j] = j == i ? sign : 0;
    core->start[j] = make_row(ROW_COALITION, party(j));
  }
  core->start[sign < 0 ? i : (i + 1) % n] = make_row(ROW_SETTLED, 0);
  lp_result *result = coalition_lp_solve(lp, core->cost, core->start);
  lp_amount(share, lp, result, result->solution[i]);
  if (proof) prove_optimum(proof, lp, result);
}

/* A benefit's least share, and a cost's greatest, is the least of the benefit game; the other end is its greatest. */
static void find_ranges(struct core *core) {
  int n = core->game->n;
  bool cost = core->game->goal == ACCORD_COST;
  accord_facts *facts = core->facts;
  facts->least_share = pool_rationals(core->context, (size_t)n);
  facts->greatest_share = pool_rationals(core->context, (size_t)n);
  mpq_t *least = cost ? facts->greatest_share : facts->least_share;
  mpq_t *greatest = cost ? facts->least_share : facts->greatest_share;
  accord_optimum *least_proof = core->proofs ? new_optima(core->context, n, n) : NULL;
  accord_optimum *greatest_proof = core->proofs ? new_optima(core->context, n, n) : NULL;
  facts->least_proof = cost ? greatest_proof : least_proof;
  facts->greatest_proof = cost ? least_proof : greatest_proof;
  for (int i = 0; i < n; i++) {
    accord_mark mark = accord_get_mark(core->context);
    find_extreme(core, least[i], core->proofs ? &least_proof[i] : NULL, i, 1);
    find_extreme(core, greatest[i], core->proofs ? &greatest_proof[i] : NULL, i, -1);
    accord_reset(core->context, mark);
    state(facts->least_share[i], core->game);
    state(facts->greatest_share[i], core->game);
  }
}

/* minimise epsilon over x(S) + epsilon >= v(S), x(N) = v(N) (Maschler, Peleg, Shapley 1979). Start:
 * a party and all others, multiplier 1/2 each, which balance over N, and the other parties. */
static void find_least_core(struct core *core) {
  int n = core->game->n, count = 0;
  mpz_t *whole = pool_integers(core->context, 1);
  coalition_lp *lp = coalition_lp_new(core->context, core->game, true);
  lp->search = core->search ? core->search : row_search_new(core->context, core->game);
  game_integer(*whole, core->game, everybody(n));
  coalition_lp_settle(lp, make_row(ROW_COALITION, everybody(n)), *whole);
  core->start[count++] = make_row(ROW_SETTLED, 0);
  core->start[count++] = make_row(ROW_COALITION, everybody(n) ^ 1);
  for (int i = 0; i < n - 1; i++) core->start[count++] = make_row(ROW_COALITION, party(i));
  for (int i = 0; i <= n; i++) core->cost[i] = i == n;
  lp_result *result = coalition_lp_solve(lp, core->cost, core->start);
  lp_amount(core->facts->least_core, lp, result, result->solution[n]);
  core->facts->has_least_core = true;
  if (!core->proofs) return;
  core->facts->least_core_proof = new_optima(core->context, 1, n);
  prove_optimum(core->facts->least_core_proof, lp, result);
}

static void find_core(accord_context *context, accord_facts *facts, const accord_problem *problem, int wanted) {
  size_t n = (size_t)problem->n;
  struct core core = {.context = context,
                      .facts = facts,
                      .game = problem->game,
                      .start = POOL_NEW(context, n + 1, lp_row),
                      .cost = POOL_NEW(context, n + 1, int),
                      .proofs = problem->exact && wanted & ACCORD_FACT_PROOFS};
  bool needs_value = wanted & (ACCORD_FACT_CORE | ACCORD_FACT_RANGES | ACCORD_FACT_COST_OF_STABILITY);
  if (needs_value) find_emptiness(&core);
  if (wanted & ACCORD_FACT_RANGES && facts->core_empty == ACCORD_NO) find_ranges(&core);
  if (wanted & ACCORD_FACT_LEAST_CORE) find_least_core(&core);
}

/* N's own row is all there is to it. */
static accord_optimum *prove_one(accord_context *context, const accord_problem *problem, int sign) {
  accord_optimum *proof = new_optima(context, 1, 1);
  mpq_set(proof->share[0], problem->total);
  mpq_set_si(proof->everybody, sign, 1);
  return proof;
}

static void prove_core_of_one(accord_context *context, accord_facts *facts, const accord_problem *problem) {
  bool cost = problem->goal == ACCORD_COST;
  facts->stability_proof = prove_one(context, problem, 1);
  if (!facts->least_share) return;
  facts->least_proof = prove_one(context, problem, cost ? -1 : 1);
  facts->greatest_proof = prove_one(context, problem, cost ? 1 : -1);
}

/* One party: nobody else to object. */
static void find_core_of_one(accord_context *context, accord_facts *facts, const accord_problem *problem, int wanted) {
  facts->core_empty = wanted & (ACCORD_FACT_CORE | ACCORD_FACT_RANGES) ? ACCORD_NO : ACCORD_UNKNOWN;
  facts->has_cost_of_stability = wanted & ACCORD_FACT_COST_OF_STABILITY;
  if (wanted & ACCORD_FACT_RANGES) {
    facts->least_share = pool_rationals(context, 1);
    facts->greatest_share = pool_rationals(context, 1);
    mpq_set(facts->least_share[0], problem->total);
    mpq_set(facts->greatest_share[0], problem->total);
  }
  if (wanted & ACCORD_FACT_PROOFS && problem->exact) prove_core_of_one(context, facts, problem);
}

/* ------------------------------------------------------------------- public */

struct request {
  accord_facts **facts;
  const accord_problem *problem;
  int wanted;
};

static accord_status find_facts(accord_context *context, void *argument) {
  struct request *in = argument;
  accord_facts *facts = POOL_NEW(context, 1, accord_facts);
  facts->monotone = facts->superadditive = facts->convex = facts->core_empty = ACCORD_UNKNOWN;
  pool_rational(context, facts->least_core);
  pool_rational(context, facts->cost_of_stability);
  *in->facts = facts;
  int by_table = in->wanted;
  if (in->problem->assignment) {
    find_facts_of_assignment(context, facts, in->problem, in->wanted);
    by_table &= ACCORD_FACT_CONVEX | ACCORD_FACT_INTERACTIONS;
    if (in->wanted & ACCORD_FACT_PROOFS) by_table |= in->wanted & (ACCORD_FACTS_PROVABLE | ACCORD_FACT_PROOFS);
  }
  if (!in->problem->game && in->problem->network) find_facts_of_network(facts, in->wanted);
  if (!in->problem->game && has_shared_tree(in->problem)) find_facts_of_tree(context, facts, in->problem, in->wanted);
  if (!in->problem->game && in->problem->production) find_facts_of_production(context, facts, in->problem, in->wanted);
  if (!in->problem->game && in->problem->claims) find_facts_of_claims(context, facts, in->problem, in->wanted);
  if (!in->problem->game && in->problem->voting) find_facts_of_vote(context, facts, in->problem, in->wanted);
  if (!in->problem->game) {
    if (in->problem->risk) find_facts_of_risk(facts, in->problem, in->wanted);
    return ACCORD_OK;
  }
  if (by_table & ACCORD_FACT_INTERACTIONS) {
    facts->shapley_interaction = pool_rationals(context, (size_t)in->problem->n * (size_t)in->problem->n);
    facts->banzhaf_interaction = pool_rationals(context, (size_t)in->problem->n * (size_t)in->problem->n);
    find_interactions(context, facts->shapley_interaction, facts->banzhaf_interaction, in->problem->game);
  }
  find_shape(context, facts, in->problem->game, by_table);
  if (in->problem->risk) find_facts_of_risk(facts, in->problem, in->wanted);
  if (!(by_table & ACCORD_FACTS_PROVABLE)) return ACCORD_OK;
  if (in->problem->n == 1) find_core_of_one(context, facts, in->problem, by_table);
  else find_core(context, facts, in->problem, by_table);
  return ACCORD_OK;
}

accord_status accord_find_facts(accord_context *context, accord_facts **facts, const accord_problem *problem,
                                int wanted) {
  struct request in = {facts, problem, wanted};
  accord_status status = guard(context, find_facts, &in);
  if (status != ACCORD_OK) *facts = NULL;
  return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conditions that cannot hold together.
 *
 * minimise epsilon >= 0 over the conditions, each but the sum relaxed by epsilon: it is 0 iff they can
 * all hold. Otherwise the multipliers of an optimal basis are Farkas weights, and as its rows are
 * independent no other weights on them balance: none of the members can be spared. */
#include "clauses.h"

#include <stdlib.h>

struct search {
  accord_context *context;
  const accord_problem *problem;
  accord_conditions conditions;
};

/* x_i >= v(i) and the coalitions, as far as they are asked for. */
static void add_conditions(const struct search *search, coalition_lp *lp, bool elastic) {
  const accord_game *game = search->problem->game;
  if (!game) return;
  mpq_t *alone = pool_rationals(search->context, (size_t)game->n);
  game_standalones(alone, game);
  if (search->conditions & ACCORD_WITH_COALITIONS) {
    lp->without_coalitions = false;
    lp->kind = elastic ? EXCESS_PLAIN : EXCESS_NONE;
  } else if (search->conditions & ACCORD_WITH_PARTIES) {
    for (int i = 0; i < game->n; i++) add_stated_row(lp, PARTY_ROW - i, NULL, i, 1, alone[i], elastic);
  }
}

static coalition_lp *conditions_lp(const struct search *search, bool elastic) {
  mpq_t *total = pool_rationals(search->context, 1);
  benefit_total(*total, search->problem);
  coalition_lp *lp = split_lp_new(search->context, search->problem, *total);
  add_clauses(lp, search->problem, elastic);
  add_conditions(search, lp, elastic);
  return lp;
}

/* -------------------------------------------------------------- the members */

/* What the basis row stands for; false for epsilon >= 0. */
static bool name_member(accord_conflict_member *member, const coalition_lp *lp, lp_row row) {
  if (kind_of(row) == ROW_COALITION) {
    member->coalition = which_of(row);
    member->kind = size_of(member->coalition) == 1 ? ACCORD_PARTY_CONDITION : ACCORD_COALITION_CONDITION;
    return true;
  }
  lp_row origin = kind_of(row) == ROW_SETTLED ? lp->settled[which_of(row)] : row;
  int which = lp->linear[which_of(origin)].which;
  if (which == EPSILON_ROW) return false;
  member->kind = which == SUM_ROW ? ACCORD_SUM_CONDITION : which >= 0 ? ACCORD_TERM_CONDITION : ACCORD_PARTY_CONDITION;
  if (which >= 0) member->term_row = which;
  if (which <= PARTY_ROW) member->coalition = party(PARTY_ROW - which);
  return true;
}

/* The multiplier of a row as it is stated. */
static void weigh(mpq_t weight, const coalition_lp *lp, const lp_result *result, int k) {
  lp_row row = result->row[k];
  lp_multiplier(weight, result, k);
  if (kind_of(row) == ROW_COALITION) return;
  lp_row origin = kind_of(row) == ROW_SETTLED ? lp->settled[which_of(row)] : row;
  mpz_mul(mpq_numref(weight), mpq_numref(weight), *lp->linear[which_of(origin)].scale);
  mpq_canonicalize(weight);
}

/* What to divide all weights by: the sum's, so that it counts once; else the smallest. */
static void find_measure(mpq_t measure, const accord_conflict *conflict) {
  mpq_set(measure, conflict->members[0].weight);
  for (int k = 0; k < conflict->count; k++) {
    const accord_conflict_member *member = &conflict->members[k];
    if (member->kind == ACCORD_SUM_CONDITION) {
      mpq_abs(measure, member->weight);
      return;
    }
    if (mpq_cmp(member->weight, measure) < 0) mpq_set(measure, member->weight);
  }
}

static int compare_members(const void *a, const void *b) {
  const accord_conflict_member *first = a, *second = b;
  if (first->kind != second->kind) return first->kind < second->kind ? -1 : 1;
  if (first->term_row != second->term_row) return first->term_row < second->term_row ? -1 : 1;
  return first->coalition < second->coalition ? -1 : first->coalition > second->coalition;
}

static void record_members(const struct search *search, accord_conflict *conflict, const coalition_lp *lp,
                           const lp_result *result) {
  for (int k = 0; k <= lp->game->n; k++) {
    accord_conflict_member *member = &conflict->members[conflict->count];
    if (mpz_sgn(result->multiplier[k]) == 0 || !name_member(member, lp, result->row[k])) continue;
    pool_rational(search->context, member->weight);
    weigh(member->weight, lp, result, k);
    conflict->count++;
  }
}

static accord_conflict *record_conflict(const struct search *search, const coalition_lp *lp, const lp_result *result) {
  accord_conflict *conflict = POOL_NEW(search->context, 1, accord_conflict);
  mpq_t *measure = pool_rationals(search->context, 1);
  conflict->members = POOL_NEW(search->context, (size_t)lp->game->n + 1, accord_conflict_member);
  record_members(search, conflict, lp, result);
  find_measure(*measure, conflict);
  for (int k = 0; k < conflict->count; k++) mpq_div(conflict->members[k].weight, conflict->members[k].weight, *measure);
  qsort(conflict->members, (size_t)conflict->count, sizeof *conflict->members, compare_members);
  pool_rational(search->context, conflict->short_by);
  lp_amount(conflict->short_by, lp, result, result->value);
  mpq_div(conflict->short_by, conflict->short_by, *measure);
  return conflict;
}

/* ---------------------------------------------------------------- mending it */

static int find_linear(const coalition_lp *lp, int which) {
  int k = 0;
  while (lp->linear[k].which != which) k++;
  return k;
}

/* minimise epsilon >= 0, which only this clause's row is relaxed by. */
static bool find_mend(const struct search *search, mpq_t change, int term_row) {
  accord_mark mark = accord_get_mark(search->context);
  coalition_lp *lp = conditions_lp(search, false);
  linear_row *row = &lp->linear[find_linear(lp, term_row)];
  mpz_set(*row->epsilon, *row->scale);
  lp_result *result = coalition_lp_least_epsilon(lp, 0);
  bool feasible = result->feasible;
  if (feasible) lp_amount(change, lp, result, result->value);
  accord_reset(search->context, mark);
  return feasible;
}

static int compare_mends(const void *a, const void *b) {
  const accord_mend *first = a, *second = b;
  int order = mpq_cmp(first->change, second->change);
  return order ? order : first->term_row - second->term_row;
}

static void find_mends(const struct search *search, accord_conflict *conflict) {
  conflict->mends = POOL_NEW(search->context, (size_t)conflict->count, accord_mend);
  for (int k = 0; k < conflict->count; k++) pool_rational(search->context, conflict->mends[k].change);
  for (int k = 0; k < conflict->count; k++) {
    accord_mend *mend = &conflict->mends[conflict->mend_count];
    if (conflict->members[k].kind != ACCORD_TERM_CONDITION) continue;
    mend->term_row = conflict->members[k].term_row;
    if (find_mend(search, mend->change, mend->term_row)) conflict->mend_count++;
  }
  qsort(conflict->mends, (size_t)conflict->mend_count, sizeof *conflict->mends, compare_mends);
}

/* -------------------------------------------------------------------- public */

/* The conflict among all conditions but one linear row (which; EPSILON_ROW: all), or NULL. */
static accord_conflict *find_without(const struct search *search, int which) {
  coalition_lp *lp = conditions_lp(search, true);
  if (which != EPSILON_ROW) lp->linear[find_linear(lp, which)].dropped = true;
  lp_result *result = coalition_lp_least_epsilon(lp, 0);
  mpz_t *slack = pool_integers(search->context, 1);
  mpz_mul(*slack, lp->game->slack, result->determinant);
  return mpz_cmp(result->value, *slack) > 0 ? record_conflict(search, lp, result) : NULL;
}

/* The linear row that the member is, or EPSILON_ROW. */
static int linear_row_of(const accord_conflict_member *member, accord_conditions conditions) {
  if (member->kind == ACCORD_TERM_CONDITION) return member->term_row;
  bool bound = member->kind == ACCORD_PARTY_CONDITION && !(conditions & ACCORD_WITH_COALITIONS);
  return bound ? PARTY_ROW - __builtin_ctzll(member->coalition) : EPSILON_ROW;
}

/* Where there is a conflict without one of the members, and with fewer, that is told instead: few are
 * easier to talk about. */
static accord_conflict *find_smaller(const struct search *search, accord_conflict *conflict) {
  for (int k = 0; k < conflict->count && conflict->count > 2; k++) {
    int which = linear_row_of(&conflict->members[k], search->conditions);
    accord_conflict *other = which == EPSILON_ROW ? NULL : find_without(search, which);
    if (!other || other->count >= conflict->count) continue;
    conflict = other;
    k = -1;
  }
  return conflict;
}

accord_conflict *find_conflict(accord_context *context, const accord_problem *problem, accord_conditions conditions) {
  struct search search = {context, problem, conditions};
  accord_conflict *conflict = find_without(&search, EPSILON_ROW);
  if (!conflict) return NULL;
  conflict = find_smaller(&search, conflict);
  find_mends(&search, conflict);
  return conflict;
}

accord_conflict *find_first_conflict(accord_context *context, const accord_problem *problem,
                                     accord_conditions conditions) {
  accord_conflict *conflict = find_conflict(context, problem, ACCORD_TERMS_AND_SUM);
  return conflict || conditions == ACCORD_TERMS_AND_SUM ? conflict : find_conflict(context, problem, conditions);
}

struct request {
  accord_conflict *conflict;
  const accord_problem *problem;
  accord_conditions conditions;
};

static accord_status run(accord_context *context, void *argument) {
  struct request *in = argument;
  in->conflict = find_conflict(context, in->problem, in->conditions);
  return ACCORD_OK;
}

accord_status accord_find_conflict(accord_context *context, accord_conflict **conflict, const accord_problem *problem,
                                   accord_conditions conditions) {
  struct request in = {NULL, problem, conditions};
  accord_status status = guard(context, run, &in);
  *conflict = status == ACCORD_OK ? in.conflict : NULL;
  return status;
}

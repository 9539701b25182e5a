/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Shapley value, the nucleolus and the prenucleolus of an airport or a tree without a table: shortcuts of the rules
 * of these names. */
#include "nucleolus.h"
#include "rule.h"
#include "shared_tree.h"

static bool has_movements(const accord_problem *problem) { return problem->airport && problem->airport->movements; }

/* Each party's users together, of the benefit game, and what one of them pays where they are many; pays: what one user
 * at each node pays. */
static void charge_parties(accord_context *context, accord_split *split, const shared_tree *tree, const mpq_t *pays,
                           const accord_problem *problem) {
  mpq_t *each = pool_rationals(context, (size_t)tree->n), *users = pool_rationals(context, 1);
  for (int i = 0; i < tree->n; i++) {
    mpq_neg(each[i], pays[tree->at[i]]);
    mpq_set_si(*users, tree->users[i], 1);
    mpq_mul(split->share[i], each[i], *users);
  }
  if (has_movements(problem)) split->detail = (accord_detail){"per_movement", each};
}

/* Each edge is shared equally by its users (Littlechild and Owen 1973 of airports). Cost: the nodes. */
accord_status shapley_of_facility(accord_context *context, accord_split *split, const accord_problem *problem) {
  shared_tree *tree = shared_tree_of(context, problem, true);
  mpq_t *pays = pool_rationals(context, (size_t)tree->nodes), *part = pool_rationals(context, 1);
  for (int v = 1; v < tree->nodes; v++) {
    if (v % 1024 == 0) check_clock(context);
    if (tree->users_from[v] == 0) continue;
    mpz_set(mpq_numref(*part), tree->cost[v]);
    mpz_mul_si(mpq_denref(*part), tree->denominator, tree->users_from[v]);
    mpq_canonicalize(*part);
    mpq_add(pays[v], pays[tree->parent[v]], *part);
  }
  charge_parties(context, split, tree, (const mpq_t *)pays, problem);
  return ACCORD_OK;
}

static accord_status nucleolus_without_table(accord_context *context, accord_split *split,
                                             const accord_problem *problem, bool by_user) {
  shared_tree *tree = shared_tree_of(context, problem, by_user);
  mpq_t *pays = pool_rationals(context, (size_t)tree->nodes + 2), *least = &pays[tree->nodes], *unit = &least[1];
  split->branches = tree_nucleolus_proof(pays, *least, tree, problem->airport != NULL);
  mpz_set(mpq_denref(*unit), tree->denominator);
  mpz_set_ui(mpq_numref(*unit), 1);
  for (int v = 0; v < tree->nodes; v++) mpq_mul(pays[v], pays[v], *unit);
  charge_parties(context, split, tree, (const mpq_t *)pays, problem);
  if (!by_user) split->detail = (accord_detail){NULL, NULL};
  return ACCORD_OK;
}

/* Of an airport with movements, the users' game is meant, whatever the size; otherwise the table gives a certificate
 * as well, while it is in reach. */
accord_status nucleolus_of_facility(accord_context *context, accord_split *split, const accord_problem *problem) {
  if (!has_movements(problem) && problem->game && problem->n <= accord_find_rule("nucleolus")->max_n)
    return rule_nucleolus(context, split, problem);
  return nucleolus_without_table(context, split, problem, true);
}

/* The core is not empty, so the two are the same. */
accord_status prenucleolus_of_facility(accord_context *context, accord_split *split, const accord_problem *problem) {
  return nucleolus_without_table(context, split, problem, false);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core_proof.h"

accord_optimum *new_optima(accord_context *context, int count, int n) {
  accord_optimum *proofs = POOL_NEW(context, (size_t)count, accord_optimum);
  for (int k = 0; k < count; k++) {
    accord_optimum *proof = &proofs[k];
    proof->share = pool_rationals(context, (size_t)n);
    proof->members = POOL_NEW(context, (size_t)n + 1, accord_weighted);
    for (int r = 0; r <= n; r++) pool_rational(context, proof->members[r].weight);
    pool_rational(context, proof->everybody);
  }
  return proofs;
}

static void take_split(accord_optimum *proof, const coalition_lp *lp, const lp_result *result) {
  for (int i = 0; i < lp->game->n; i++) {
    lp_amount(proof->share[i], lp, result, result->solution[i]);
    if (lp->game->goal == ACCORD_COST) mpq_neg(proof->share[i], proof->share[i]);
  }
}

void prove_optimum(accord_optimum *proof, const coalition_lp *lp, const lp_result *result) {
  take_split(proof, lp, result);
  for (int k = 0; k < lp->game->n + lp->has_epsilon; k++) {
    if (mpz_sgn(result->multiplier[k]) == 0) continue;
    if (kind_of(result->row[k]) == ROW_SETTLED) {
      lp_multiplier(proof->everybody, result, k);
      continue;
    }
    accord_weighted *member = &proof->members[proof->count++];
    member->coalition = which_of(result->row[k]);
    lp_multiplier(member->weight, result, k);
  }
}

/* Where v(N) is enough, what is left over goes to the first party. */
accord_optimum *prove_total(accord_context *context, const core_total *total) {
  accord_optimum *proof = new_optima(context, 1, total->lp->game->n);
  if (mpz_sgn(*total->gap) > 0) {
    prove_optimum(proof, total->lp, total->result);
    return proof;
  }
  mpq_t *rest = pool_rationals(context, 1);
  take_split(proof, total->lp, total->result);
  mpq_set_ui(proof->everybody, 1, 1);
  lp_amount(*rest, total->lp, total->result, *total->gap);
  (total->lp->game->goal == ACCORD_COST ? mpq_add : mpq_sub)(proof->share[0], proof->share[0], *rest);
  pool_free(context, rest);
  return proof;
}

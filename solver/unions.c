/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values with a-priori unions: at most one union is ever there in part, so the sums run over
 * 2^(m-1) choices of other unions times 2^b parts of the party's own, not over 2^n coalitions.
 *
 *   x_i = sum over H in M \ k, S in B_k \ i of h! (m-h-1)! / m! s! (b-s-1)! / b! (v(Q_H + S + i) - v(Q_H + S)),
 *
 * m unions, k the party's, b its size, Q_H the parties of the unions in H. */
#include "contributions.h"
#include "rule.h"

struct unions {
  int n, count;
  accord_coalition *members; /* size count */
  const accord_game *game;
  mpz_t *sum;     /* by h * (b + 1) + s: values with the party less values without it */
  mpz_t *scratch; /* size 1 */
};

/* The parties of the unions in H. */
static accord_coalition parties_of_unions(const struct unions *unions, accord_coalition some) {
  accord_coalition parties = 0;
  for (int u = 0; u < unions->count; u++)
    if (has(some, u)) parties |= unions->members[u];
  return parties;
}

/* Adds v(Q + S + i) - v(Q + S) to the sum for h and |S|, for all S in the union without i. */
static void add_parts(struct unions *unions, accord_coalition others, int h, accord_coalition own, int i) {
  accord_coalition rest = own & ~party(i);
  int sizes = size_of(own) + 1;
  for (accord_coalition part = rest;; part = (part - 1) & rest) {
    mpz_t *sum = &unions->sum[h * sizes + size_of(part)];
    game_integer(*unions->scratch, unions->game, others | part | party(i));
    mpz_add(*sum, *sum, *unions->scratch);
    game_integer(*unions->scratch, unions->game, others | part);
    mpz_sub(*sum, *sum, *unions->scratch);
    if (part == 0) return;
  }
}

static void weigh_sums(const struct unions *unions, mpq_t share, int orders, int own_size, mpq_t *work) {
  mpq_set_ui(share, 0, 1);
  for (int h = 0; h < orders; h++)
    for (int s = 0; s < own_size; s++) {
      order_weight(work[0], orders, h);
      order_weight(work[1], own_size, s);
      mpq_mul(work[0], work[0], work[1]);
      mpq_set_z(work[1], unions->sum[h * (own_size + 1) + s]);
      mpq_mul(work[0], work[0], work[1]);
      mpq_add(share, share, work[0]);
    }
  mpq_mul(share, share, unions->game->unit);
}

/* All the sums for party i, over the choices of other unions where these count. */
static void add_all_parts(accord_context *context, struct unions *unions, int i, int k, bool with_other_unions) {
  accord_coalition others = with_other_unions ? everybody(unions->count) & ~party(k) : 0;
  size_t orders = with_other_unions ? (size_t)unions->count : 1;
  unions->sum = pool_integers(context, orders * ((size_t)size_of(unions->members[k]) + 1));
  for (accord_coalition some = others;; some = (some - 1) & others) {
    check_clock(context);
    add_parts(unions, parties_of_unions(unions, some), size_of(some), unions->members[k], i);
    if (some == 0) break;
  }
}

static void find_share(accord_context *context, struct unions *unions, mpq_t share, int i, int k,
                       bool with_other_unions) {
  accord_mark mark = accord_get_mark(context);
  mpq_t *work = pool_rationals(context, 2);
  add_all_parts(context, unions, i, k, with_other_unions);
  weigh_sums(unions, share, with_other_unions ? unions->count : 1, size_of(unions->members[k]), work);
  accord_reset(context, mark);
}

static struct unions unions_of(accord_context *context, const accord_problem *problem) {
  const accord_overlays *overlays = &problem->overlays;
  struct unions unions = {.n = problem->n,
                          .count = overlays->union_count,
                          .game = problem->game,
                          .members = POOL_NEW(context, (size_t)overlays->union_count, accord_coalition),
                          .scratch = pool_integers(context, 1)};
  for (int i = 0; i < problem->n; i++) unions.members[overlays->union_of[i]] |= party(i);
  return unions;
}

void union_value(accord_context *context, mpq_t *share, const accord_problem *problem, bool with_other_unions) {
  struct unions unions = unions_of(context, problem);
  for (int i = 0; i < problem->n; i++)
    find_share(context, &unions, share[i], i, problem->overlays.union_of[i], with_other_unions);
}

void mean_union_contributions(accord_context *context, mpq_t *mean, const accord_problem *problem, int i) {
  struct unions unions = unions_of(context, problem);
  int k = problem->overlays.union_of[i], size = size_of(unions.members[k]);
  mpz_t *count = pool_integers(context, 2), *own = &count[1];
  add_all_parts(context, &unions, i, k, true);
  for (int h = 0; h < unions.count; h++)
    for (int s = 0; s < size; s++) {
      mpq_t *average = &mean[h * size + s];
      mpz_bin_uiui(*count, (unsigned long)unions.count - 1, (unsigned long)h);
      mpz_bin_uiui(*own, (unsigned long)size - 1, (unsigned long)s);
      mpz_set(mpq_numref(*average), unions.sum[h * (size + 1) + s]);
      mpz_mul(mpq_denref(*average), *count, *own);
      mpq_canonicalize(*average);
      mpq_mul(*average, *average, problem->game->unit);
      if (problem->goal == ACCORD_COST) mpq_neg(*average, *average);
    }
}

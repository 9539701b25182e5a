/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who adds as much as whom: equal treatment, null parties, dominance. */
#include "excess.h"

struct question {
  accord_comparisons **comparisons;
  const accord_problem *problem;
  const mpq_t *shares;
};

struct comparing {
  accord_context *context;
  const accord_game *game;
  int64_t slack;
  mpz_t *scratch; /* size 1 */
};

/* Whether v(a) < v(b) by more than the slack. */
static bool below(const struct comparing *comparing, accord_coalition a, accord_coalition b) {
  const accord_game *game = comparing->game;
  if (game->small) return game->small[b] - game->small[a] > comparing->slack;
  mpz_sub(*comparing->scratch, game->big[b], game->big[a]);
  return mpz_cmp(*comparing->scratch, game->slack) > 0;
}

/* v(S + i) >= v(S + j) for every S without both. Cost 2^n. */
static bool adds_as_much(const struct comparing *comparing, int i, int j) {
  accord_coalition others = everybody(comparing->game->n) & ~(party(i) | party(j));
  for (accord_coalition s = others;; s = (s - 1) & others) {
    if (s % (1 << 18) == 0) check_clock(comparing->context);
    if (below(comparing, s | party(i), s | party(j))) return false;
    if (s == 0) return true;
  }
}

static bool adds_nothing(const struct comparing *comparing, int i) {
  accord_coalition others = everybody(comparing->game->n) & ~party(i);
  for (accord_coalition s = others;; s = (s - 1) & others) {
    if (below(comparing, s, s | party(i)) || below(comparing, s | party(i), s)) return false;
    if (s == 0) return true;
  }
}

/* Whether i does worse than j: gets less of a benefit, pays more of a cost. */
static bool worse_off(const struct question *in, int i, int j) {
  int order = mpq_cmp(in->shares[i], in->shares[j]);
  return in->problem->goal == ACCORD_COST ? order > 0 : order < 0;
}

static void add_pair(accord_comparison *list, int *count, int first, int second) {
  list[(*count)++] = (accord_comparison){first, second};
}

static void compare_pair(struct question *in, const struct comparing *comparing, int worse, int better) {
  accord_comparisons *found = *in->comparisons;
  if (!adds_as_much(comparing, worse, better)) return;
  add_pair(found->dominated, &found->dominated_count, worse, better);
  if (adds_as_much(comparing, better, worse)) add_pair(found->unequal, &found->unequal_count, worse, better);
}

static accord_status find_comparisons(accord_context *context, void *argument) {
  struct question *in = argument;
  size_t n = (size_t)in->problem->n;
  accord_comparisons *found = POOL_NEW(context, 1, accord_comparisons);
  *in->comparisons = found;
  found->unequal = POOL_NEW(context, n * n, accord_comparison);
  found->dominated = POOL_NEW(context, n * n, accord_comparison);
  found->null = POOL_NEW(context, n, accord_comparison);
  if (!in->problem->game) return ACCORD_OK;
  struct comparing comparing = {context, in->problem->game, mpz_get_si(in->problem->game->slack),
                                pool_integers(context, 1)};
  for (int i = 0; i < (int)n; i++) {
    if (mpq_sgn(in->shares[i]) != 0 && adds_nothing(&comparing, i)) add_pair(found->null, &found->null_count, i, -1);
    for (int j = 0; j < (int)n; j++) {
      check_clock(context);
      if (i != j && worse_off(in, i, j)) compare_pair(in, &comparing, i, j);
    }
  }
  return ACCORD_OK;
}

accord_status accord_find_comparisons(accord_context *context, accord_comparisons **comparisons,
                                      const accord_problem *problem, const mpq_t *shares) {
  struct question in = {comparisons, problem, shares};
  accord_status status = guard(context, find_comparisons, &in);
  if (status != ACCORD_OK) *comparisons = NULL;
  return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Modiclus: lexicographic minimum of e(S) - e(T) over all pairs of coalitions, the empty one and N among them,
 * over x(N) = v(N). It is what the prenucleolus of the dual cover gives the parties (Sudholter 1997): the game of
 * the parties and a copy of each,
 *   w(S + copies of T) = max(v(S) + v*(T), v*(S) + v(T)),  v*(S) = v(N) - v(N \ S),
 * so its cost is the prenucleolus' with 2n parties. */
#include "../nucleolus.h"
#include "../rule.h"

/* v(S) + v(N) - v(N \ T). */
static void one_way(mpz_t worth, const accord_game *game, accord_coalition s, accord_coalition t, mpz_t work) {
  accord_coalition all = everybody(game->n);
  game_integer(worth, game, s);
  game_integer(work, game, all);
  mpz_add(worth, worth, work);
  game_integer(work, game, all ^ t);
  mpz_sub(worth, worth, work);
}

static accord_game *dual_cover(accord_context *context, const accord_game *game) {
  int n = game->n;
  accord_game *cover = game_new(context, game->goal, 2 * n);
  mpz_t *other = pool_integers(context, 2), *work = &other[1];
  cover->big = pool_integers(context, cover->size);
  mpq_set(cover->unit, game->unit);
  mpz_set(cover->slack, game->slack);
  for (accord_coalition k = 1; k < cover->size; k++) {
    accord_coalition s = k & everybody(n), t = k >> n;
    if (k % 4096 == 0) check_clock(context);
    one_way(cover->big[k], game, s, t, *work);
    one_way(*other, game, t, s, *work);
    if (mpz_cmp(*other, cover->big[k]) > 0) mpz_set(cover->big[k], *other);
  }
  game_finish(context, cover);
  return cover;
}

accord_status rule_modiclus(accord_context *context, accord_split *split, const accord_problem *problem) {
  int n = problem->n;
  nucleolus_options options = {.imputations = false, .kind = EXCESS_PLAIN};
  accord_kohlberg *certificate;
  check_table_size(context, 2 * n, sizeof(mpz_t) + 24, "raise --memory-limit, or ask for the prenucleolus");
  mpq_t *share = pool_rationals(context, 2 * (size_t)n);
  accord_status status = find_nucleolus(context, share, &certificate, dual_cover(context, problem->game), &options);
  for (int i = 0; i < n && status == ACCORD_OK; i++) mpq_set(split->share[i], share[i]);
  return status;
}

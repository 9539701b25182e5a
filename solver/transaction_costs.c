/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A game after transaction costs. Inside, a cost game is v = -c, and v'(S) = max(v(S) - t(S), sum of v(i)) is
 * the same for both. */
#include "game.h"

struct friction {
  accord_context *context;
  const accord_game *game;
  const accord_coalition *links;
  mpz_t *per_member, *per_link; /* in the new game's units */
  mpz_t *extra;                 /* size 2^n */
  mpz_t *growth;                /* old unit / new unit */
};

/* The least D that makes every cost a whole number of units / D. */
static void find_growth(mpz_t growth, const accord_game *game, const accord_transaction_costs *costs, mpq_t work) {
  mpz_set_ui(growth, 1);
  for (int k = -2; k < costs->count; k++) {
    mpq_div(work, k == -2 ? costs->per_member : k == -1 ? costs->per_link : costs->extra[k], game->unit);
    mpz_lcm(growth, growth, mpq_denref(work));
  }
}

static void to_units(mpz_t integer, const struct friction *friction, const mpq_t amount, mpq_t work) {
  mpq_div(work, amount, friction->game->unit);
  mpz_divexact(integer, *friction->growth, mpq_denref(work));
  mpz_mul(integer, integer, mpq_numref(work));
}

static unsigned long links_inside(const struct friction *friction, accord_coalition coalition) {
  unsigned long size = (unsigned long)size_of(coalition), twice = 0;
  if (!friction->links) return size * (size - 1) / 2;
  for (int i = 0; i < friction->game->n; i++)
    if (has(coalition, i)) twice += (unsigned long)size_of(friction->links[i] & coalition);
  return twice / 2;
}

/* max(v(S) D - t(S), sum of v(i) D). scratch: size 2. */
static void fill_entry(mpz_t entry, const struct friction *friction, accord_coalition coalition, mpz_t *scratch) {
  mpz_t *apart = &scratch[0], *alone = &scratch[1];
  game_integer(entry, friction->game, coalition);
  mpz_mul(entry, entry, *friction->growth);
  if (size_of(coalition) < 2) return;
  mpz_submul_ui(entry, *friction->per_member, (unsigned long)size_of(coalition));
  mpz_submul_ui(entry, *friction->per_link, links_inside(friction, coalition));
  mpz_sub(entry, entry, friction->extra[coalition]);
  mpz_set_ui(*apart, 0);
  for (int i = 0; i < friction->game->n; i++) {
    if (!has(coalition, i)) continue;
    game_integer(*alone, friction->game, party(i));
    mpz_addmul(*apart, *alone, *friction->growth);
  }
  if (mpz_cmp(*apart, entry) > 0) mpz_set(entry, *apart);
}

static accord_game *game_after(const struct friction *friction) {
  const accord_game *game = friction->game;
  accord_context *context = friction->context;
  accord_game *after = game_new(context, game->goal, game->n);
  mpz_t *scratch = pool_integers(context, 2);
  mpz_set(mpq_numref(after->unit), mpq_numref(game->unit));
  mpz_mul(mpq_denref(after->unit), mpq_denref(game->unit), *friction->growth);
  mpq_canonicalize(after->unit);
  mpz_mul(after->slack, game->slack, *friction->growth);
  after->big = pool_integers(context, game->size);
  for (accord_coalition s = 0; s < game->size; s++) {
    if (s % 1024 == 0) check_clock(context);
    fill_entry(after->big[s], friction, s, scratch);
  }
  game_finish(context, after);
  return after;
}

struct request {
  accord_problem **after;
  const accord_problem *problem;
  const accord_transaction_costs *costs;
};

static accord_status apply(accord_context *context, void *argument) {
  struct request *in = argument;
  const accord_problem *problem = in->problem;
  const accord_transaction_costs *costs = in->costs;
  if (!problem->game) return fail(context, ACCORD_LIMIT, "%s", problem->no_game ? problem->no_game : "no table");
  check_table_size(context, problem->n, 3 * sizeof(mpz_t) + 16, "leave out the transaction costs");
  struct friction friction = {context,
                              problem->game,
                              problem->overlays.links,
                              pool_integers(context, 1),
                              pool_integers(context, 1),
                              pool_integers(context, problem->game->size),
                              pool_integers(context, 1)};
  mpq_t *work = pool_rationals(context, 1);
  find_growth(*friction.growth, problem->game, costs, *work);
  to_units(*friction.per_member, &friction, costs->per_member, *work);
  to_units(*friction.per_link, &friction, costs->per_link, *work);
  for (int k = 0; k < costs->count; k++)
    to_units(friction.extra[costs->coalitions[k]], &friction, costs->extra[k], *work);
  accord_problem *after = *in->after = problem_from_game(context, game_after(&friction), problem->exact);
  after->overlays = problem->overlays;
  after->terms = problem->terms;
  after->frictionless = problem;
  return ACCORD_OK;
}

accord_status accord_apply_transaction_costs(accord_context *context, accord_problem **after,
                                             const accord_problem *problem, const accord_transaction_costs *costs) {
  struct request in = {after, problem, costs};
  accord_status status = guard(context, apply, &in);
  if (status != ACCORD_OK) *after = NULL;
  return status;
}

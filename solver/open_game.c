/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Limits of unknown values: of a superadditive game, from below the best partition into stated coalitions,
 *   low(S) = max(stated(S), max over stated P in S of stated(P) + low(S \ P)),
 * which is the least superadditive game that is nowhere below what is stated; from above what a larger stated coalition
 * leaves, high(S) = min over stated T around S of stated(T) - low(T \ S). A monotone one is also nowhere below
 * its parts, nor above what is around it. */
#include "open_game.h"

#include "rule.h"

limit_table new_limits(accord_context *context, size_t size) {
  return (limit_table){pool_integers(context, size), POOL_NEW(context, size, bool)};
}

static void raise_to(limit_table *low, accord_coalition s, const mpz_t value) {
  if (low->given[s] && mpz_cmp(low->at[s], value) >= 0) return;
  mpz_set(low->at[s], value);
  low->given[s] = true;
}

static void lower_to(limit_table *high, accord_coalition s, const mpz_t value) {
  if (high->given[s] && mpz_cmp(high->at[s], value) <= 0) return;
  mpz_set(high->at[s], value);
  high->given[s] = true;
}

/* Partitions of S are told by the part that holds its first party. */
static void raise_by_parts(limit_table *low, const limit_table *floor, accord_coalition s, mpz_t sum) {
  accord_coalition first = s & -s, others = s ^ first;
  for (accord_coalition rest = others; rest; rest = (rest - 1) & others) {
    accord_coalition part = s ^ rest;
    if (!floor->given[part] || !low->given[rest]) continue;
    mpz_add(sum, floor->at[part], low->at[rest]);
    raise_to(low, s, sum);
  }
}

/* A cost that is monotone falls with v = -c. */
static bool rises(const accord_open_game *open) {
  return open->assumptions & ACCORD_MONOTONE && open->goal == ACCORD_BENEFIT;
}

static bool falls(const accord_open_game *open) {
  return open->assumptions & ACCORD_MONOTONE && open->goal == ACCORD_COST;
}

/* v(S) is nowhere below the values of smaller coalitions (rising) or of larger ones (falling). */
static void raise_by_neighbours(limit_table *low, const accord_open_game *open, accord_coalition s, bool larger) {
  for (int i = 0; i < open->n; i++) {
    accord_coalition next = s ^ party(i);
    if (has(next, i) == larger && low->given[next]) raise_to(low, s, low->at[next]);
  }
}

static void raise_once(accord_context *context, limit_table *low, const accord_open_game *open,
                       const limit_table *floor) {
  mpz_t *sum = pool_integers(context, 1);
  for (accord_coalition s = 1; s < open->size; s++) {
    if (s % 256 == 0) check_clock(context);
    if (floor->given[s]) raise_to(low, s, floor->at[s]);
    if (open->assumptions & ACCORD_SUPERADDITIVE) raise_by_parts(low, floor, s, *sum);
    if (rises(open)) raise_by_neighbours(low, open, s, false);
  }
  for (accord_coalition s = open->size; falls(open) && --s > 0;) raise_by_neighbours(low, open, s, true);
}

void find_least_game(accord_context *context, limit_table *low, const accord_open_game *open,
                     const limit_table *floor) {
  low->given[0] = true;
  raise_once(context, low, open, floor);
  if (!falls(open) || !(open->assumptions & ACCORD_SUPERADDITIVE)) return;
  /* What falls from larger coalitions makes parts of others worth more: go on until nothing rises. */
  limit_table before = new_limits(context, open->size);
  for (bool changed = true; changed;) {
    changed = false;
    for (accord_coalition s = 0; s < open->size; s++) {
      before.given[s] = low->given[s];
      mpz_set(before.at[s], low->at[s]);
    }
    raise_once(context, low, open, &before);
    for (accord_coalition s = 1; s < open->size; s++)
      changed = changed || before.given[s] != low->given[s] || mpz_cmp(before.at[s], low->at[s]) != 0;
  }
}

/* What T leaves for S inside it, and, rising, that S is not above T. */
static void lower_by(accord_context *context, accord_open_game *open, accord_coalition t) {
  mpz_t *rest = pool_integers(context, 1);
  for (accord_coalition s = t; s; s = (s - 1) & t) {
    if (open->assumptions & ACCORD_SUPERADDITIVE && open->low.given[t ^ s]) {
      mpz_sub(*rest, open->stated_high.at[t], open->low.at[t ^ s]);
      lower_to(&open->high, s, *rest);
    }
    if (s == t || rises(open)) lower_to(&open->high, s, open->stated_high.at[t]);
  }
  pool_free(context, rest);
}

/* Falling: S around T is not above T; and 0 = v of nobody is above all. */
static void lower_by_falling(accord_open_game *open) {
  open->high.given[0] = true;
  for (accord_coalition s = 1; s < open->size; s++)
    for (int i = 0; i < open->n; i++)
      if (has(s, i) && open->high.given[s ^ party(i)]) lower_to(&open->high, s, open->high.at[s ^ party(i)]);
}

static void find_limits(accord_context *context, accord_open_game *open) {
  for (accord_coalition t = 1; t < open->size; t++) {
    if (t % 256 == 0) check_clock(context);
    if (open->stated_high.given[t]) lower_by(context, open, t);
  }
  if (falls(open)) lower_by_falling(open);
}

/* ----------------------------------------------------------- contradictions */

/* A stated part of S, S itself too, with which low(S) is reached: stated(P) + low(S \ P); 0: none. */
static accord_coalition reaching_part(const accord_open_game *open, accord_coalition s, mpz_t sum) {
  accord_coalition others = s & (s - 1);
  for (accord_coalition rest = others;; rest = (rest - 1) & others) {
    accord_coalition part = s ^ rest;
    if (open->stated_low.given[part] && open->low.given[rest]) {
      mpz_add(sum, open->stated_low.at[part], open->low.at[rest]);
      if (mpz_cmp(sum, open->low.at[s]) == 0) return part;
    }
    if (!rest) return 0;
  }
}

/* A smaller (falling: larger) coalition that is worth just as much by what is known; 0: none. */
static accord_coalition equal_neighbour(const accord_open_game *open, accord_coalition s) {
  for (int i = 0; i < open->n; i++) {
    accord_coalition next = s ^ party(i);
    if (next && has(next, i) == falls(open) && open->low.given[next] &&
        mpz_cmp(open->low.at[next], open->low.at[s]) == 0)
      return next;
  }
  return 0;
}

/* The stated coalitions that low(S) comes from, at most n; returns how many. */
static int list_parts(accord_context *context, accord_coalition *parts, const accord_open_game *open,
                      accord_coalition s) {
  mpz_t *sum = pool_integers(context, 1);
  int count = 0;
  for (int step = 0; s && step < 4 * open->n && count < open->n; step++) {
    accord_coalition part = reaching_part(open, s, *sum);
    if (part) parts[count++] = part, s ^= part;
    else s = equal_neighbour(open, s);
  }
  return count;
}

static void stated_amount(mpq_t amount, const accord_open_game *open, const mpz_t integer) {
  mpq_set_z(amount, integer);
  mpq_mul(amount, amount, open->unit);
  if (open->goal == ACCORD_COST) mpq_neg(amount, amount);
}

/* The smallest coalition that is worth more by its parts than it is stated to be worth at most; NULL: none. */
static accord_contradiction *find_contradiction(accord_context *context, const accord_open_game *open) {
  accord_coalition worst = 0;
  for (accord_coalition s = 1; s < open->size; s++) {
    if (!open->low.given[s] || !open->stated_high.given[s]) continue;
    if (mpz_cmp(open->low.at[s], open->stated_high.at[s]) <= 0) continue;
    if (!worst || size_of(s) < size_of(worst)) worst = s;
  }
  if (!worst) return NULL;
  accord_contradiction *found = POOL_NEW(context, 1, accord_contradiction);
  accord_coalition *parts = POOL_NEW(context, (size_t)open->n + 1, accord_coalition);
  found->whole = worst;
  found->count = list_parts(context, parts, open, worst);
  found->parts = parts;
  pool_rational(context, found->most);
  pool_rational(context, found->least);
  stated_amount(found->most, open, open->stated_high.at[worst]);
  stated_amount(found->least, open, open->low.at[worst]);
  return found;
}

/* ------------------------------------------------------------------- making */

struct request {
  accord_problem **problem;
  accord_contradiction **contradiction;
  accord_goal goal;
  int assumptions;
  const accord_stated_value *stated;
  int n;
};

/* The common denominator of all that is stated is the unit. */
static void find_unit(mpq_t unit, const struct request *in) {
  mpq_set_ui(unit, 1, 1);
  for (size_t s = 1; s < (size_t)1 << in->n; s++) {
    const accord_stated_value *value = &in->stated[s];
    if (value->low.given) mpz_lcm(mpq_denref(unit), mpq_denref(unit), mpq_denref(value->low.at));
    if (value->high.given) mpz_lcm(mpq_denref(unit), mpq_denref(unit), mpq_denref(value->high.at));
  }
}

static void state(limit_table *limits, const accord_open_game *open, accord_coalition s, const accord_limit *limit) {
  if (!limit->given) return;
  limits->given[s] = true;
  mpz_divexact(limits->at[s], mpq_denref(open->unit), mpq_denref(limit->at));
  mpz_mul(limits->at[s], limits->at[s], mpq_numref(limit->at));
  if (open->goal == ACCORD_COST) mpz_neg(limits->at[s], limits->at[s]);
}

static accord_open_game *open_game_new(accord_context *context, const struct request *in) {
  accord_open_game *open = POOL_NEW(context, 1, accord_open_game);
  bool cost = in->goal == ACCORD_COST;
  open->n = in->n;
  open->goal = in->goal;
  open->assumptions = in->assumptions;
  open->size = (size_t)1 << in->n;
  pool_rational(context, open->unit);
  find_unit(open->unit, in);
  open->stated_low = new_limits(context, open->size);
  open->stated_high = new_limits(context, open->size);
  open->low = new_limits(context, open->size);
  open->high = new_limits(context, open->size);
  for (accord_coalition s = 1; s < open->size; s++) {
    state(&open->stated_low, open, s, cost ? &in->stated[s].high : &in->stated[s].low);
    state(&open->stated_high, open, s, cost ? &in->stated[s].low : &in->stated[s].high);
  }
  return open;
}

static void list_unknowns(accord_context *context, accord_unknowns *unknowns) {
  const accord_open_game *open = unknowns->open;
  accord_coalition *list = POOL_NEW(context, open->size, accord_coalition);
  for (accord_coalition s = 1; s < open->size; s++) {
    bool exact = open->stated_low.given[s] && open->stated_high.given[s] &&
                 mpz_cmp(open->stated_low.at[s], open->stated_high.at[s]) == 0;
    if (!exact) list[unknowns->count++] = s;
  }
  unknowns->coalitions = list;
}

static accord_problem *problem_around(accord_context *context, accord_open_game *open) {
  accord_problem *problem = POOL_NEW(context, 1, accord_problem);
  problem->n = open->n;
  problem->goal = open->goal;
  problem->exact = true;
  problem->no_game = "some coalitions' values are not known";
  problem->unknowns = POOL_NEW(context, 1, accord_unknowns);
  problem->unknowns->assumptions = open->assumptions;
  problem->unknowns->open = open;
  list_unknowns(context, problem->unknowns);
  pool_rational(context, problem->total);
  stated_amount(problem->total, open, open->stated_low.at[everybody(open->n)]);
  return problem;
}

static accord_status make_problem(accord_context *context, void *argument) {
  struct request *in = argument;
  if (in->n < 1) return fail(context, ACCORD_INVALID, "n is %d, not at least 1", in->n);
  if (in->n > OPEN_MOST_PARTIES)
    return fail(context, ACCORD_LIMIT, "unknown values are bounded for up to %d parties, and there are %d",
                OPEN_MOST_PARTIES, in->n);
  const accord_stated_value *all = &in->stated[((size_t)1 << in->n) - 1];
  if (!all->low.given || !all->high.given || !mpq_equal(all->low.at, all->high.at))
    return fail(context, ACCORD_INVALID, "the value of everybody together is not known");
  accord_open_game *open = open_game_new(context, in);
  find_least_game(context, &open->low, open, &open->stated_low);
  *in->contradiction = find_contradiction(context, open);
  *in->problem = NULL;
  if (*in->contradiction) return ACCORD_OK;
  find_limits(context, open);
  *in->problem = problem_around(context, open);
  return ACCORD_OK;
}

accord_status accord_problem_with_unknowns(accord_context *context, accord_problem **problem,
                                           accord_contradiction **contradiction, accord_goal goal, int assumptions,
                                           const accord_stated_value *stated, int n) {
  struct request in = {problem, contradiction, goal, assumptions, stated, n};
  accord_status status = guard(context, make_problem, &in);
  if (status != ACCORD_OK) *problem = NULL, *contradiction = NULL;
  return status;
}

static void copy_limit(accord_limit *limit, const accord_open_game *open, const limit_table *from, accord_coalition s) {
  limit->given = from->given[s];
  if (limit->given) stated_amount(limit->at, open, from->at[s]);
}

void accord_find_limits(accord_limit *low, accord_limit *high, const accord_unknowns *unknowns,
                        accord_coalition coalition) {
  const accord_open_game *open = unknowns->open;
  bool cost = open->goal == ACCORD_COST;
  copy_limit(low, open, cost ? &open->high : &open->low, coalition);
  copy_limit(high, open, cost ? &open->low : &open->high, coalition);
}

/* --------------------------------------------------------------------- games */

static accord_game *empty_game(accord_context *context, const accord_open_game *open) {
  accord_game *game = game_new(context, open->goal, open->n);
  mpq_set(game->unit, open->unit);
  game->big = pool_integers(context, game->size);
  return game;
}

accord_game *game_of_limits(accord_context *context, const accord_open_game *open, const limit_table *values) {
  accord_game *game = empty_game(context, open);
  for (accord_coalition s = 1; s < game->size; s++) mpz_set(game->big[s], values->at[s]);
  game_finish(context, game);
  return game;
}

accord_game *unit_game(accord_context *context, const accord_open_game *open, accord_coalition coalition) {
  accord_game *game = empty_game(context, open);
  mpz_set_ui(game->big[coalition], 1);
  game_finish(context, game);
  return game;
}

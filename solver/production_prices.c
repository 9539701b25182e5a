/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shadow prices of production (Owen 1975, On the core of linear production games, Mathematical Programming 9, 358-370).
 *
 * The optimal prices are w >= 0, w_r <= price_r, sum_r need_jr w_r >= profit_j and w . b(N) <= v(N), with no price on
 * limits. The least g . w over them is the program without limits once more, with the bound g and one column more, which
 * sells all that everybody has for v(N); so g = 1 for one resource gives its least price, -1 its greatest, and a
 * party's resources its least and greatest share. A price that is settled is one more column, which sells or buys
 * the resource at it. */
#include "prices.h"
#include "production.h"

#include <string.h>

struct pricing {
  accord_context *context;
  const accord_problem *problem;
  accord_split *split;
  accord_prices *prices;
  int resources;
  bool *dead;          /* size resources: nobody has any, and none can be bought: no price */
  uint8_t *first_home; /* the optimal basis of everybody's program: columns, then slacks */
  uint8_t *home;       /* one whose prices are among those left: that, or of the price settled last */
  int first_columns, home_columns;
  mpz_t worth, determinant; /* of it: v(N) over the determinant, in the family's units */
  bool unique;              /* nothing is at a bound that need not be: one price vector */
  bool has_end;             /* there is an optimal plan without limits */
  mpq_t *price;             /* size resources: of that basis, in the family's units */
  mpq_t *least, *greatest;  /* size resources: the same */
  mpq_t *settled;           /* size resources: of one lexicographic search */
  int *settled_order, settled_count;
};

/* ------------------------------------------------------------ the whole's program */

static void find_best_plan(production_program *program, void *argument) {
  struct pricing *pricing = argument;
  const lp_basis *basis = find_plan(program, (const mpz_t *)program->all);
  program_quantities(pricing->prices->quantity, pricing->prices->bought, program, basis);
}

/* The same without limits: its prices, whether they are the only ones, and the basis that proves them optimal. */
static void find_prices(production_program *program, void *argument) {
  struct pricing *pricing = argument;
  lp_family *family = program->family;
  const lp_basis *basis = lp_family_solve(family, (const mpz_t *)program->all);
  pricing->has_end = basis != NULL;
  if (!basis) return;
  pricing->first_columns = family->columns;
  memcpy(pricing->first_home, basis->place, (size_t)family->columns + (size_t)family->rows);
  lp_family_value(pricing->worth, family, basis, (const mpz_t *)program->all);
  mpz_set(pricing->determinant, basis->determinant);
  pricing->unique = true;
  for (int r = 0; r < family->rows; r++) {
    mpz_set(mpq_numref(pricing->price[r]), basis->price[r]);
    mpz_set(mpq_denref(pricing->price[r]), basis->determinant);
    mpq_canonicalize(pricing->price[r]);
    pricing->unique = pricing->unique && mpz_sgn(family->x[r]) > 0 && !pricing->dead[r];
  }
}

static void find_dead(struct pricing *pricing) {
  const accord_production *production = pricing->problem->production;
  int m = pricing->resources;
  for (int r = 0; r < m; r++) {
    pricing->dead[r] = !production->has_price[r];
    for (int i = 0; i < production->n; i++)
      if (mpq_sgn(production->amount[i * m + r])) pricing->dead[r] = false;
  }
}

/* ------------------------------------------------------------- all optimal prices */

/* What cannot be made binds no price. */
static void leave_out_dead(const struct pricing *pricing, production_program *program) {
  for (int j = 0; j < program->production->product_count; j++)
    for (int r = 0; r < pricing->resources; r++) {
      if (!pricing->dead[r] || mpq_sgn(program->production->product[j].need[r]) == 0) continue;
      program->family->has_upper[j] = true;
      mpz_set_ui(program->family->upper[j], 0);
    }
}

static mpz_t *entry(const production_program *program, int row, int column) {
  return &program->family->matrix[row * program->family->columns + column];
}

/* Columns that are new stand at their lower bound, where they gain nothing: the prices are among those left. */
static lp_basis *face_home(const struct pricing *pricing, lp_family *family) {
  uint8_t *place = POOL_NEW(pricing->context, (size_t)family->columns + (size_t)family->rows, uint8_t);
  memcpy(place, pricing->home, (size_t)pricing->home_columns);
  memcpy(place + family->columns, pricing->home + pricing->home_columns, (size_t)family->rows);
  return lp_family_basis(family, place);
}

/* The program whose duals are the optimal prices, with those settled kept: bought at them where they are the least of
 * what is left, sold where they are the greatest. */
static production_program *make_face(struct pricing *pricing, bool greatest) {
  production_program *program =
      make_program(pricing->context, pricing->problem->production,
                   (program_options){.without_limits = true, .extra_columns = 1 + pricing->settled_count});
  lp_family *family = program->family;
  int sale = program->extra;
  leave_out_dead(pricing, program);
  mpz_neg(family->cost[sale], pricing->worth);
  for (int r = 0; r < pricing->resources; r++) {
    mpz_mul(*entry(program, r, sale), program->all[r], pricing->determinant);
    mpz_neg(*entry(program, r, sale), *entry(program, r, sale));
  }
  for (int t = 0; t < pricing->settled_count; t++) {
    int r = pricing->settled_order[t], column = sale + 1 + t;
    mpz_set(family->cost[column], mpq_numref(pricing->settled[r]));
    mpz_set(*entry(program, r, column), mpq_denref(pricing->settled[r]));
    if (greatest) continue;
    mpz_neg(family->cost[column], family->cost[column]);
    mpz_neg(*entry(program, r, column), *entry(program, r, column));
  }
  family->home = face_home(pricing, family);
  return program;
}

/* sign times the least of sign * g . w, and the basis; g is given back as it was. */
static const lp_basis *find_extreme(mpq_t extreme, const struct pricing *pricing, production_program *program, mpz_t *g,
                                    int sign) {
  mpz_t *value = pool_integers(pricing->context, 1);
  for (int r = 0; r < pricing->resources && sign < 0; r++) mpz_neg(g[r], g[r]);
  const lp_basis *basis = find_plan(program, (const mpz_t *)g);
  lp_family_value(*value, program->family, basis, (const mpz_t *)g);
  for (int r = 0; r < pricing->resources && sign < 0; r++) mpz_neg(g[r], g[r]);
  mpq_set_z(extreme, *value);
  mpz_set(mpq_denref(extreme), basis->determinant);
  mpq_canonicalize(extreme);
  if (sign < 0) mpq_neg(extreme, extreme);
  pool_free(pricing->context, value);
  return basis;
}

/* Each resource's range, and each party's share in amounts. */
static void find_ranges(production_program *program, void *argument) {
  struct pricing *pricing = argument;
  int m = pricing->resources;
  mpz_t *g = pool_integers(pricing->context, (size_t)m + 1);
  for (int r = 0; r < m; r++) {
    if (pricing->dead[r]) continue;
    mpz_set_ui(g[r], 1);
    find_extreme(pricing->least[r], pricing, program, g, 1);
    find_extreme(pricing->greatest[r], pricing, program, g, -1);
    mpz_set_ui(g[r], 0);
  }
  for (int i = 0; i < program->production->n; i++)
    for (int sign = 1; sign >= -1; sign -= 2) {
      mpq_t *share = sign > 0 ? &pricing->prices->least_share[i] : &pricing->prices->greatest_share[i];
      find_extreme(*share, pricing, program, &program->holding[i * m], sign);
      program_amount(*share, program, mpq_numref(*share), mpq_denref(*share));
    }
}

struct search {
  struct pricing *pricing;
  int resource, sign;
};

static void settle_next(production_program *program, void *argument) {
  struct search *search = argument;
  struct pricing *pricing = search->pricing;
  mpz_t *g = pool_integers(pricing->context, (size_t)pricing->resources);
  mpz_set_ui(g[search->resource], 1);
  const lp_basis *basis = find_extreme(pricing->settled[search->resource], pricing, program, g, search->sign);
  pricing->home_columns = program->family->columns;
  memcpy(pricing->home, basis->place, (size_t)program->family->columns + (size_t)program->family->rows);
}

static void go_home(struct pricing *pricing) {
  pricing->home_columns = pricing->first_columns;
  memcpy(pricing->home, pricing->first_home, (size_t)pricing->first_columns + (size_t)pricing->resources);
}

/* The lexicographically least (sign 1) or greatest optimal prices, in pricing->settled. */
static void search_corner(struct pricing *pricing, int sign) {
  struct search search = {.pricing = pricing, .sign = sign};
  pricing->settled_count = 0;
  go_home(pricing);
  for (int r = 0; r < pricing->resources; r++) {
    search.resource = r;
    if (pricing->dead[r] || mpq_equal(pricing->least[r], pricing->greatest[r])) {
      mpq_set(pricing->settled[r], pricing->least[r]);
      continue;
    }
    accord_mark mark = accord_get_mark(pricing->context);
    run_program(make_face(pricing, sign < 0), settle_next, &search);
    accord_reset(pricing->context, mark);
    pricing->settled_order[pricing->settled_count++] = r;
  }
}

/* --------------------------------------------------------------------- results */

/* A price of the family per unit of the resource. */
static void to_amount(mpq_t price, const production_program *program, int resource) {
  mpz_mul(mpq_numref(price), mpq_numref(price), program->row_scale[resource]);
  mpz_mul(mpq_denref(price), mpq_denref(price), program->cost_scale);
  mpq_canonicalize(price);
}

static void record_prices(struct pricing *pricing, const production_program *program) {
  accord_prices *prices = pricing->prices;
  for (int r = 0; r < pricing->resources; r++) {
    mpq_t *numbers[] = {&prices->price[r], &prices->least_price[r], &prices->greatest_price[r]};
    prices->has_value[r] = !pricing->dead[r];
    mpq_set(prices->least_price[r], pricing->least[r]);
    mpq_set(prices->greatest_price[r], pricing->greatest[r]);
    for (int t = 0; t < 3; t++) to_amount(*numbers[t], program, r);
  }
}

static void pay_resources(struct pricing *pricing) {
  const accord_production *production = pricing->problem->production;
  mpq_t *part = pool_rationals(pricing->context, 1);
  for (int i = 0; i < production->n; i++) {
    for (int r = 0; r < pricing->resources; r++) {
      mpq_mul(*part, pricing->prices->price[r], production->amount[i * pricing->resources + r]);
      mpq_add(pricing->split->share[i], pricing->split->share[i], *part);
    }
    if (!pricing->unique) continue;
    mpq_set(pricing->prices->least_share[i], pricing->split->share[i]);
    mpq_set(pricing->prices->greatest_share[i], pricing->split->share[i]);
  }
}

/* The mean of both corners, which is the only price vector where there is one. */
static void find_mean(struct pricing *pricing) {
  for (int r = 0; r < pricing->resources; r++) {
    mpq_set(pricing->prices->price[r], pricing->price[r]);
    if (!pricing->unique) continue;
    mpq_set(pricing->least[r], pricing->price[r]);
    mpq_set(pricing->greatest[r], pricing->price[r]);
  }
  if (pricing->unique) return;
  go_home(pricing);
  run_program(make_face(pricing, false), find_ranges, pricing);
  search_corner(pricing, 1);
  for (int r = 0; r < pricing->resources; r++) mpq_set(pricing->prices->price[r], pricing->settled[r]);
  search_corner(pricing, -1);
  for (int r = 0; r < pricing->resources; r++) {
    mpq_add(pricing->prices->price[r], pricing->prices->price[r], pricing->settled[r]);
    mpq_div_2exp(pricing->prices->price[r], pricing->prices->price[r], 1);
  }
}

static struct pricing *start_pricing(accord_context *context, accord_split *split, const accord_problem *problem) {
  struct pricing *pricing = POOL_NEW(context, 1, struct pricing);
  accord_prices *prices = split->prices = POOL_NEW(context, 1, accord_prices);
  size_t m = (size_t)problem->production->resource_count, n = (size_t)problem->n;
  *pricing = (struct pricing){.context = context, .problem = problem, .split = split, .prices = prices};
  pricing->resources = problem->production->resource_count;
  pricing->dead = POOL_NEW(context, m + 1, bool);
  pricing->settled_order = POOL_NEW(context, m + 1, int);
  size_t places = (size_t)problem->production->product_count + 3 * m + 1; /* with purchases, prices settled, slacks */
  pricing->first_home = POOL_NEW(context, places, uint8_t);
  pricing->home = POOL_NEW(context, places, uint8_t);
  pool_integer(context, pricing->worth);
  pool_integer(context, pricing->determinant);
  mpq_t **own[] = {&pricing->price, &pricing->least,      &pricing->greatest,      &pricing->settled,
                   &prices->price,  &prices->least_price, &prices->greatest_price, &prices->bought};
  for (size_t t = 0; t < sizeof own / sizeof *own; t++) *own[t] = pool_rationals(context, m);
  prices->quantity = pool_rationals(context, (size_t)problem->production->product_count);
  prices->least_share = pool_rationals(context, n);
  prices->greatest_share = pool_rationals(context, n);
  prices->has_value = POOL_NEW(context, m + 1, bool);
  prices->production = problem->production;
  find_dead(pricing);
  return pricing;
}

/* The first limit that is reached by a plan of everybody and would be worth raising, for the words. */
static const char *paying_limit(const struct pricing *pricing) {
  const accord_production *production = pricing->problem->production;
  for (int j = 0; j < production->product_count; j++)
    if (production->product[j].has_limit && mpq_sgn(production->product[j].limit) > 0 &&
        mpq_equal(pricing->prices->quantity[j], production->product[j].limit))
      return production->product[j].name;
  return "";
}

accord_status share_at_prices_of_plan(accord_context *context, accord_split *split, const accord_problem *problem) {
  struct pricing *pricing = start_pricing(context, split, problem);
  mpq_t *worth = pool_rationals(context, 1);
  production_program *program = make_program(context, problem->production, (program_options){.without_limits = true});
  run_program(make_program(context, problem->production, (program_options){0}), find_best_plan, pricing);
  run_program(program, find_prices, pricing);
  if (pricing->has_end) program_amount(*worth, program, pricing->worth, pricing->determinant);
  if (!pricing->has_end || !mpq_equal(*worth, problem->total))
    return fail(context, ACCORD_UNDEFINED,
                "the limit of \"%.80s\" has a price of its own: with resources paid at theirs alone, some of what is "
                "earned would be nobody's",
                paying_limit(pricing));
  find_mean(pricing);
  record_prices(pricing, program);
  pay_resources(pricing);
  return ACCORD_OK;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Production as linear programs in whole numbers. */
#include "production.h"

#include <string.h>

/* ----------------------------------------------------------- the whole numbers */

static void include(mpz_t denominator, const mpq_t number) { mpz_lcm(denominator, denominator, mpq_denref(number)); }

/* number * scale, which must be whole. */
static void scaled(mpz_t whole, const mpq_t number, const mpz_t scale) {
  mpz_divexact(whole, scale, mpq_denref(number));
  mpz_mul(whole, whole, mpq_numref(number));
}

static void find_scales(production_program *program) {
  const accord_production *production = program->production;
  int m = production->resource_count;
  mpq_t *work = pool_rationals(program->context, 1);
  mpz_set_ui(program->cost_scale, 1);
  mpz_set_ui(program->quantity_scale, 1);
  for (int r = 0; r < m; r++) {
    mpz_set_ui(program->row_scale[r], 1);
    for (int i = 0; i < production->n; i++) include(program->row_scale[r], production->amount[i * m + r]);
    for (int j = 0; j < production->product_count; j++) include(program->row_scale[r], production->product[j].need[r]);
    if (!production->has_price[r]) continue;
    mpz_set(mpq_numref(*work), mpq_numref(production->price[r]));
    mpz_mul(mpq_denref(*work), mpq_denref(production->price[r]), program->row_scale[r]);
    mpq_canonicalize(*work);
    include(program->cost_scale, *work);
  }
  for (int j = 0; j < production->product_count; j++) {
    include(program->cost_scale, production->product[j].profit);
    if (production->product[j].has_limit) include(program->quantity_scale, production->product[j].limit);
  }
  pool_free(program->context, work);
}

static mpz_t *entry(const production_program *program, int row, int column) {
  return &program->family->matrix[row * program->family->columns + column];
}

static void write_products(production_program *program, bool without_limits) {
  const accord_production *production = program->production;
  lp_family *family = program->family;
  for (int j = 0; j < production->product_count; j++) {
    const accord_product *product = &production->product[j];
    scaled(family->cost[j], product->profit, program->cost_scale);
    for (int r = 0; r < family->rows; r++) scaled(*entry(program, r, j), product->need[r], program->row_scale[r]);
    family->has_upper[j] = product->has_limit && (!without_limits || mpq_sgn(product->limit) == 0);
    if (family->has_upper[j]) scaled(family->upper[j], product->limit, program->quantity_scale);
  }
}

static void write_purchases(production_program *program) {
  const accord_production *production = program->production;
  mpq_t *cost = pool_rationals(program->context, 1);
  for (int r = 0, column = program->purchases; r < program->family->rows; r++) {
    program->purchase[r] = production->has_price[r] ? column++ : -1;
    if (!production->has_price[r]) continue;
    mpz_set_si(*entry(program, r, program->purchase[r]), -1);
    mpz_mul(mpq_numref(*cost), mpq_numref(production->price[r]), program->cost_scale);
    mpz_mul(mpq_denref(*cost), mpq_denref(production->price[r]), program->row_scale[r]);
    mpq_canonicalize(*cost);
    mpz_neg(program->family->cost[program->purchase[r]], mpq_numref(*cost));
  }
  pool_free(program->context, cost);
}

static void write_holdings(production_program *program) {
  int m = program->family->rows;
  for (int i = 0; i < program->production->n; i++)
    for (int r = 0; r < m; r++) {
      mpz_t *own = &program->holding[i * m + r];
      scaled(*own, program->production->amount[i * m + r], program->row_scale[r]);
      mpz_mul(*own, *own, program->quantity_scale);
      mpz_add(program->all[r], program->all[r], *own);
    }
}

production_program *make_program(accord_context *context, const accord_production *production,
                                 program_options options) {
  production_program *program = POOL_NEW(context, 1, production_program);
  size_t m = (size_t)production->resource_count;
  int bought = 0;
  for (int r = 0; r < production->resource_count; r++) bought += production->has_price[r];
  program->context = context;
  program->production = production;
  program->purchases = production->product_count;
  program->extra = program->purchases + bought;
  program->family = lp_family_new(context, production->resource_count, program->extra + options.extra_columns);
  program->purchase = POOL_NEW(context, m + 1, int);
  program->holding = pool_integers(context, (size_t)production->n * m);
  program->all = pool_integers(context, m);
  program->row_scale = pool_integers(context, m);
  pool_integer(context, program->cost_scale);
  pool_integer(context, program->quantity_scale);
  find_scales(program);
  write_products(program, options.without_limits);
  write_purchases(program);
  write_holdings(program);
  return program;
}

void pool_holdings(mpz_t *bound, const production_program *program, accord_coalition coalition) {
  int m = program->family->rows;
  for (int r = 0; r < m; r++) mpz_set_ui(bound[r], 0);
  for (accord_coalition rest = coalition; rest; rest &= rest - 1)
    for (int r = 0; r < m; r++) mpz_add(bound[r], bound[r], program->holding[__builtin_ctzll(rest) * m + r]);
}

void program_amount(mpq_t amount, const production_program *program, const mpz_t value, const mpz_t determinant) {
  mpz_set(mpq_numref(amount), value);
  mpz_mul(mpq_denref(amount), determinant, program->cost_scale);
  mpz_mul(mpq_denref(amount), mpq_denref(amount), program->quantity_scale);
  mpq_canonicalize(amount);
}

void program_price(mpq_t price, const production_program *program, const lp_basis *basis, int resource) {
  mpz_mul(mpq_numref(price), basis->price[resource], program->row_scale[resource]);
  mpz_mul(mpq_denref(price), basis->determinant, program->cost_scale);
  mpq_canonicalize(price);
}

void program_quantities(mpq_t *quantity, mpq_t *bought, const production_program *program, const lp_basis *basis) {
  const lp_family *family = program->family;
  for (int j = 0; j < program->production->product_count; j++) {
    if (basis->place[j] != LP_AT_UPPER) continue;
    mpz_set(mpq_numref(quantity[j]), family->upper[j]);
    mpz_set(mpq_denref(quantity[j]), program->quantity_scale);
    mpq_canonicalize(quantity[j]);
  }
  for (int k = 0; k < family->rows; k++) {
    int column = basis->basic[k], resource = 0;
    if (column >= program->extra) continue;
    while (column >= program->purchases && program->purchase[resource] != column) resource++;
    mpq_t *amount = column < program->purchases ? &quantity[column] : &bought[resource];
    mpz_set(mpq_numref(*amount), family->x[k]);
    mpz_mul(mpq_denref(*amount), basis->determinant, program->quantity_scale);
    if (column >= program->purchases) mpz_mul(mpq_denref(*amount), mpq_denref(*amount), program->row_scale[resource]);
    mpq_canonicalize(*amount);
  }
}

/* -------------------------------------------------------------------- running */

struct run {
  production_program *program;
  void (*work)(production_program *program, void *argument);
  void *argument;
};

static accord_status run_warm(accord_context *context, lp_warm *warm, void *argument) {
  struct run *run = argument;
  (void)context;
  run->program->family->warm = warm;
  run->work(run->program, run->argument);
  run->program->family->warm = NULL;
  return ACCORD_OK;
}

void run_program(production_program *program, void (*work)(production_program *program, void *argument),
                 void *argument) {
  struct run run = {program, work, argument};
  lp_warm_shape shape;
  accord_status status = ACCORD_UNCERTIFIED;
  if (!program->family->home) program->family->home = lp_family_slack_basis(program->family);
  if (lp_family_shape(program->family, &shape) && shape.rows && shape.columns)
    status = lp_warm_run(program->context, &shape, run_warm, &run);
  if (status == ACCORD_OK) return;
  if (status == ACCORD_NO_MEMORY || status == ACCORD_LIMIT)
    guard_leave(program->context, status, "%s", accord_message(program->context));
  program->family->warm = NULL;
  work(program, argument);
}

lp_basis *find_plan(const production_program *program, const mpz_t *bound) {
  lp_basis *basis = lp_family_solve(program->family, bound);
  if (basis) return basis;
  guard_leave(program->context, ACCORD_FAILED, "a plan of production has no end");
}

/* ---------------------------------------------------------------- the problem */

struct singles {
  mpq_t *alone, *total;
};

static void find_worth(mpq_t worth, production_program *program, const mpz_t *bound) {
  mpz_t *value = pool_integers(program->context, 1);
  const lp_basis *basis = find_plan(program, bound);
  lp_family_value(*value, program->family, basis, bound);
  program_amount(worth, program, *value, basis->determinant);
  pool_free(program->context, value);
}

static void find_singles(production_program *program, void *argument) {
  struct singles *singles = argument;
  int m = program->family->rows;
  for (int i = 0; i < program->production->n; i++)
    find_worth(singles->alone[i], program, (const mpz_t *)&program->holding[i * m]);
  find_worth(*singles->total, program, (const mpz_t *)program->all);
}

static bool has_table(accord_context *context, int n) {
  return n <= GAME_MOST_PARTIES && table_fits(context, (size_t)16 << n);
}

accord_problem *problem_from_production(accord_context *context, accord_production *production) {
  accord_problem *problem = POOL_NEW(context, 1, accord_problem);
  problem->n = production->n;
  problem->goal = ACCORD_BENEFIT;
  problem->exact = true;
  problem->production = production;
  pool_rational(context, problem->total);
  mpq_t *alone = pool_rationals(context, (size_t)production->n);
  struct singles singles = {alone, &problem->total};
  accord_mark mark = accord_get_mark(context);
  run_program(make_program(context, production, (program_options){0}), find_singles, &singles);
  accord_reset(context, mark);
  production->alone = (const mpq_t *)alone;
  problem->game_later = has_table(context, production->n);
  problem->no_game = problem->game_later
                         ? "the table of coalitions has not been made"
                         : pool_text(context,
                                     "the coalitions of %d parties are too many for a table (the most is %d, as far as "
                                     "--memory-limit allows); shadow-price works without one",
                                     production->n, GAME_MOST_PARTIES);
  return problem;
}

static accord_status make_game(accord_context *context, void *argument) {
  accord_problem *problem = argument;
  accord_game *game = production_game(context, problem->production);
  if (!problem->exact) game_set_slack(context, game);
  problem->game = game;
  problem->no_game = NULL;
  return ACCORD_OK;
}

/* A limit is told of, and is no failure. */
static accord_status try_game(accord_context *context, void *argument) {
  accord_problem *problem = argument;
  accord_status status = guard(context, make_game, problem);
  if (status == ACCORD_LIMIT)
    problem->no_game = pool_text(context, "the table of coalitions was not made: %s; shadow-price works without one",
                                 accord_message(context));
  return status == ACCORD_LIMIT ? ACCORD_OK : status;
}

accord_status accord_make_game(accord_context *context, accord_problem *problem) {
  if (!problem->game_later) return ACCORD_OK;
  problem->game_later = false;
  accord_status status = guard(context, try_game, problem);
  return status == ACCORD_OK && !problem->game ? ACCORD_LIMIT : status;
}

/* -------------------------------------------------------------------- facts */

struct comparison {
  mpq_t *worth;
  bool ended; /* without limits, profit has no end */
};

static void find_unlimited(production_program *program, void *argument) {
  struct comparison *comparison = argument;
  mpz_t *value = pool_integers(program->context, 1);
  const lp_basis *basis = lp_family_solve(program->family, (const mpz_t *)program->all);
  comparison->ended = !basis;
  if (!basis) return;
  lp_family_value(*value, program->family, basis, (const mpz_t *)program->all);
  program_amount(*comparison->worth, program, *value, basis->determinant);
}

bool limits_are_free(accord_context *context, const accord_problem *problem) {
  struct comparison comparison = {NULL, false};
  bool any = false;
  for (int j = 0; j < problem->production->product_count; j++)
    any = any || (problem->production->product[j].has_limit && mpq_sgn(problem->production->product[j].limit));
  if (!any) return true;
  accord_mark mark = accord_get_mark(context);
  comparison.worth = pool_rationals(context, 1);
  run_program(make_program(context, problem->production, (program_options){.without_limits = true}), find_unlimited,
              &comparison);
  bool free_of_charge = !comparison.ended && mpq_equal(*comparison.worth, problem->total);
  accord_reset(context, mark);
  return free_of_charge;
}

/* Without a limit that pays, the resources' prices share what there is in the core (Owen 1975). */
void find_facts_of_production(accord_context *context, accord_facts *facts, const accord_problem *problem, int wanted) {
  bool limited = false;
  for (int j = 0; j < problem->production->product_count; j++)
    limited = limited || problem->production->product[j].has_limit;
  if (wanted & ACCORD_FACT_MONOTONE) facts->monotone = ACCORD_YES;
  if (wanted & ACCORD_FACT_SUPERADDITIVE && !limited) facts->superadditive = ACCORD_YES;
  if (!(wanted & (ACCORD_FACT_CORE | ACCORD_FACT_RANGES | ACCORD_FACT_COST_OF_STABILITY))) return;
  if (!limits_are_free(context, problem)) return;
  facts->core_empty = ACCORD_NO;
  facts->has_cost_of_stability = wanted & ACCORD_FACT_COST_OF_STABILITY;
}

/* --------------------------------------------------------- the public maker */

int find_profit_from_nothing(accord_context *context, const accord_production *production, bool *without_end) {
  int found = -1, m = production->resource_count;
  mpq_t *work = pool_rationals(context, 2), *cost = &work[0], *part = &work[1];
  for (int j = 0; j < production->product_count && found < 0; j++) {
    const accord_product *product = &production->product[j];
    bool buyable = !product->has_limit || mpq_sgn(product->limit) > 0;
    mpq_set_ui(*cost, 0, 1);
    for (int r = 0; r < m && buyable; r++) {
      if (mpq_sgn(product->need[r]) == 0) continue;
      buyable = production->has_price[r];
      mpq_mul(*part, product->need[r], production->price[r]);
      mpq_add(*cost, *cost, *part);
    }
    if (!buyable || mpq_cmp(product->profit, *cost) <= 0) continue;
    found = j;
    *without_end = !product->has_limit;
  }
  pool_free(context, work);
  return found;
}

struct request {
  accord_problem **problem;
  accord_production *production;
};

static bool any_negative(const mpq_t *numbers, size_t count) {
  for (size_t k = 0; k < count; k++)
    if (mpq_sgn(numbers[k]) < 0) return true;
  return false;
}

static const char *fault_of(const accord_production *production) {
  size_t m = (size_t)production->resource_count;
  if (production->n < 1) return "there are no parties";
  for (size_t r = 1; r < m; r++)
    if (strcmp(production->resource[r - 1], production->resource[r]) >= 0) return "the names are out of order";
  if (any_negative(production->amount, (size_t)production->n * m)) return "an amount is negative";
  if (any_negative(production->price, m)) return "a price is negative";
  for (int j = 0; j < production->product_count; j++) {
    if (any_negative((const mpq_t *)production->product[j].need, m)) return "a need is negative";
    if (production->product[j].has_limit && mpq_sgn(production->product[j].limit) < 0) return "a limit is negative";
  }
  return NULL;
}

static accord_status from_production(accord_context *context, void *argument) {
  struct request *in = argument;
  bool without_end;
  const char *fault = fault_of(in->production);
  if (fault) return fail(context, ACCORD_INVALID, "%s", fault);
  int product = find_profit_from_nothing(context, in->production, &without_end);
  if (product >= 0)
    return fail(context, ACCORD_INVALID, "'%.80s' earns from nothing", in->production->product[product].name);
  *in->problem = problem_from_production(context, in->production);
  accord_status status = accord_make_game(context, *in->problem);
  return status == ACCORD_LIMIT && !is_time_up(context) ? ACCORD_OK : status;
}

accord_status accord_problem_from_production(accord_context *context, accord_problem **problem,
                                             accord_production *production) {
  struct request in = {problem, production};
  accord_status status = guard(context, from_production, &in);
  if (status != ACCORD_OK) *problem = NULL;
  return status;
}

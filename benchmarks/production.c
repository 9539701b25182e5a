/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measures the table of a production game, the rate of its linear programs beside cold starts of the engine, and what
 * needs no table: shadow prices, and the nucleolus of two sides matched in pairs. */
#include "measure.h"

#include "production.h"

#include <stdlib.h>

enum { MADE_OF = 3 }; /* resources in a product */

struct works {
  accord_context *context;
  accord_production production;
  accord_problem *problem;
  const accord_rule *rule;
  bool cold;
};

static volatile double sink;

static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"};

static void draw(mpq_t number, uint64_t *seed, unsigned most) {
  mpq_set_ui(number, 1 + (unsigned long)(next_random(seed) % most), 1);
}

/* Every party has some of each resource, every product needs three of them, none is limited. */
static struct works make_works(accord_context *context, int n, int resources, int products) {
  uint64_t seed = 17;
  struct works works = {.context = context};
  mpq_t *amount = pool_rationals(context, (size_t)(n * resources));
  accord_product *product = POOL_NEW(context, (size_t)products, accord_product);
  for (int k = 0; k < n * resources; k++) draw(amount[k], &seed, 9);
  for (int j = 0; j < products; j++) {
    product[j].name = names[j];
    product[j].need = pool_rationals(context, (size_t)resources);
    pool_rational(context, product[j].profit);
    pool_rational(context, product[j].limit);
    draw(product[j].profit, &seed, 40);
    for (int t = 0; t < MADE_OF; t++) draw(product[j].need[next_random(&seed) % (unsigned)resources], &seed, 6);
  }
  works.production = (accord_production){.n = n,
                                         .resource_count = resources,
                                         .product_count = products,
                                         .resource = names,
                                         .amount = (const mpq_t *)amount,
                                         .product = product,
                                         .has_price = POOL_NEW(context, (size_t)resources, bool),
                                         .price = (const mpq_t *)pool_rationals(context, (size_t)resources)};
  return works;
}

static void table(void *argument) {
  struct works *works = argument;
  const accord_game *game = production_game(works->context, &works->production);
  sink = (double)mpz_get_d(game->largest);
}

/* Every coalition by the engine alone, in the same order: from its last basis, or each from the beginning. */
static accord_status solve_each(accord_context *context, lp_warm *warm, void *argument) {
  const production_program *program = argument;
  int m = program->family->rows;
  mpz_t *pooled = pool_integers(context, (size_t)m);
  accord_coalition s = 0;
  double sum = 0;
  for (uint64_t g = 1; g < (uint64_t)1 << program->production->n; g++) {
    s ^= party(__builtin_ctzll(g));
    pool_holdings(pooled, program, s);
    for (int r = 0; r < m; r++) program->family->bound[r] = mpz_get_d(pooled[r]);
    if (!lp_warm_solve(warm, program->family->guess, program->family->bound)) exit(1);
    sum += lp_warm_value(warm);
  }
  sink = sum;
  return ACCORD_OK;
}

static void engine(void *argument) {
  struct works *works = argument;
  production_program *program = make_program(works->context, &works->production, (program_options){0});
  lp_warm_shape shape;
  lp_family_shape(program->family, &shape);
  shape.cold = works->cold;
  lp_warm_run(works->context, &shape, solve_each, program);
}

static void solve(void *argument) {
  struct works *works = argument;
  accord_split *split;
  if (accord_solve(works->context, &split, works->problem, works->rule) != ACCORD_OK || split->status != ACCORD_OK)
    exit(1);
  sink = split->value[0];
}

/* ----------------------------------------------------------------------- rows */

static void bench_table(accord_context *context, int n, int resources, int products) {
  accord_mark mark = accord_get_mark(context);
  struct works works = make_works(context, n, resources, products);
  const char *family = pool_text(context, "%d resources and %d products", resources, products);
  row cold = {.what = "production cold starts", .family = family, .n = n}, warm = cold, whole = cold;
  works.cold = true;
  cold.taken = measure(context, engine, &works, NULL, n);
  works.cold = false;
  warm.what = "production warm starts";
  warm.taken = measure(context, engine, &works, NULL, n);
  whole.what = "production table";
  whole.taken = measure(context, table, &works, NULL, n);
  whole.figure = cold.taken.minimum / whole.taken.minimum;
  whole.unit = "of cold starts' rate", whole.goal = 10, whole.at_least = true;
  report(context, cold);
  report(context, warm);
  report(context, whole);
  accord_reset(context, mark);
}

static void bench_rule(accord_context *context, struct works *works, const char *rule, const char *family) {
  row entry = {.what = pool_text(context, "%s without a table", rule), .family = family, .n = works->problem->n};
  works->rule = accord_find_rule(rule);
  entry.taken = measure(context, solve, works, NULL, entry.n);
  report(context, entry);
}

static void bench_plan(accord_context *context) {
  accord_mark mark = accord_get_mark(context);
  struct works works = make_works(context, 200, 8, 12);
  if (accord_problem_from_production(context, &works.problem, &works.production) != ACCORD_OK) exit(1);
  bench_rule(context, &works, "shadow-price", "production of 8 resources");
  accord_reset(context, mark);
}

static void bench_pairs(accord_context *context, int side) {
  accord_mark mark = accord_get_mark(context);
  uint64_t seed = 5;
  struct works works = {.context = context};
  size_t count = (size_t)side * (size_t)side;
  int *parties = POOL_NEW(context, 2 * (size_t)side, int);
  const char **value = POOL_NEW(context, count, const char *);
  for (int i = 0; i < 2 * side; i++) parties[i] = i;
  for (size_t k = 0; k < count; k++) value[k] = pool_text(context, "%u", (unsigned)(next_random(&seed) % 1000));
  if (accord_problem_from_pairs(context, &works.problem, parties, side, parties + side, side, value) != ACCORD_OK)
    exit(1);
  bench_rule(context, &works, "shadow-price", "assignment");
  bench_rule(context, &works, "nucleolus", "assignment");
  accord_reset(context, mark);
}

static accord_status bench(accord_context *context, void *argument) {
  (void)argument;
  if (is_wanted("production table")) {
    bench_table(context, 10, 5, 8);
    bench_table(context, 14, 5, 8);
    bench_table(context, 14, 10, 12);
  }
  if (is_wanted("shadow-price without a table")) bench_plan(context);
  if (is_wanted("nucleolus without a table")) bench_pairs(context, 50);
  return ACCORD_OK;
}

int main(int count, char **words) { return run_measurements(count, words, bench); }

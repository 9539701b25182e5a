/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every promise of the rules that go by what a model states, and of the game rules that take a shortcut there, tried on
 * random instances of each model against its table of coalitions.
 *
 * ACCORD_SEED (1) seeds the instances, ACCORD_ROUNDS (40) says how many there are of each model. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "accord.h"
#include "chance.h"
#include "checker.h"

enum { MOST = 5, MOST_VALUES = 1 << MOST, MOST_ITEMS = 8, TEXT_ROOM = 48 };

static accord_context *the_context;

/* ------------------------------------------------------------------- instances */

/* Whole numbers that a model is made of; what each stands for is the model's. */
typedef struct instance {
  int n, count, kind; /* count: scenarios, edges, resources */
  long amount[MOST * MOST_ITEMS + MOST_ITEMS], chance[MOST_ITEMS], parameter;
  int at[MOST], between[2 * MOST_ITEMS][2], parent[MOST + 1];
} instance;

/* How it is handed over: party i stands at order[i], amounts times times / over. */
typedef struct view {
  int order[MOST];
  long times, over;
} view;

static const char *in_words(long number, long over) {
  static char room[512][TEXT_ROOM];
  static int next;
  char *text = room[next++ % 512];
  snprintf(text, TEXT_ROOM, over == 1 ? "%ld" : "%ld/%ld", number, over);
  return text;
}

static const char *money(const view *seen, long number) { return in_words(number * seen->times, seen->over); }

static void check_made(accord_status status) {
  if (status != ACCORD_OK) fail_msg("problem: %s", accord_message(the_context));
}

/* Numbers of which some repeat, so that parties are alike and scenarios tie. */
static long often_alike(long low, long high) { return draw(0, 2) ? draw(low, high) : low + (high - low) / 2; }

/* ------------------------------------------------------------------------ risk */

/* A party of no losses, one that copies another and a certain loss are among them. */
static void draw_risk(instance *drawn) {
  drawn->count = (int)draw(1, MOST_ITEMS);
  drawn->kind = (int)draw(0, ACCORD_EXPECTATION);
  drawn->parameter = draw(1, 12);
  for (int k = 0; k < drawn->count; k++) drawn->chance[k] = often_alike(1, 5);
  for (int i = 0; i < drawn->n; i++) {
    long form = draw(0, 7), same = draw(-4, 4);
    for (int k = 0; k < drawn->count; k++) {
      long *loss = &drawn->amount[k * drawn->n + i];
      *loss = form == 0 ? 0 : form == 1 ? same : form == 2 && i ? loss[-1] : often_alike(-5, 15);
    }
  }
}

static accord_problem *make_risk(const instance *drawn, const view *seen) {
  const char *chances[MOST_ITEMS], *losses[MOST * MOST_ITEMS], *parameter;
  accord_problem *problem;
  long sum = 0;
  for (int k = 0; k < drawn->count; k++) sum += drawn->chance[k];
  for (int k = 0; k < drawn->count; k++) {
    chances[k] = in_words(drawn->chance[k], sum);
    for (int i = 0; i < drawn->n; i++)
      losses[k * drawn->n + seen->order[i]] = money(seen, drawn->amount[k * drawn->n + i]);
  }
  bool tail = drawn->kind == ACCORD_EXPECTED_SHORTFALL || drawn->kind == ACCORD_VALUE_AT_RISK;
  parameter = tail                             ? in_words(drawn->parameter, 12)
              : drawn->kind == ACCORD_ENTROPIC ? money(seen, drawn->parameter)
                                               : NULL;
  check_made(accord_problem_from_scenarios(the_context, &problem, (accord_measure)drawn->kind, parameter, chances,
                                           losses, (size_t)drawn->count, drawn->n));
  return problem;
}

/* -------------------------------------------------------------------- networks */

/* Everybody has an edge to the source; some stand at one node, and one node is nobody's. */
static void draw_network(instance *drawn) {
  int nodes = drawn->n + 2;
  for (int i = 0; i < drawn->n; i++) drawn->at[i] = (int)draw(1, draw(0, 1) ? nodes - 1 : drawn->n);
  drawn->count = 0;
  for (int v = 1; v < nodes; v++)
    for (int u = 0; u < v && drawn->count < 2 * MOST_ITEMS; u++) {
      if (u && draw(0, 2) == 0) continue;
      drawn->between[drawn->count][0] = u;
      drawn->between[drawn->count][1] = v;
      drawn->amount[drawn->count++] = often_alike(0, 12);
    }
}

static accord_problem *make_network(const instance *drawn, const view *seen) {
  const char *costs[2 * MOST_ITEMS];
  int at[MOST];
  accord_problem *problem;
  for (int e = 0; e < drawn->count; e++) costs[e] = money(seen, drawn->amount[e]);
  for (int i = 0; i < drawn->n; i++) at[seen->order[i]] = drawn->at[i];
  check_made(accord_problem_from_network(the_context, &problem, drawn->between, costs, drawn->count, drawn->n + 2, at,
                                         drawn->n));
  return problem;
}

static void draw_tree(instance *drawn) {
  for (int v = 0; v <= drawn->n; v++) {
    drawn->parent[v] = v ? (int)draw(0, v - 1) : -1;
    drawn->amount[v] = often_alike(0, 12);
  }
  for (int i = 0; i < drawn->n; i++) drawn->at[i] = (int)draw(0, drawn->n);
}

static accord_problem *make_tree(const instance *drawn, const view *seen) {
  const char *costs[MOST + 1];
  int at[MOST];
  accord_problem *problem;
  for (int v = 0; v <= drawn->n; v++) costs[v] = money(seen, drawn->amount[v]);
  for (int i = 0; i < drawn->n; i++) at[seen->order[i]] = drawn->at[i];
  check_made(accord_problem_from_tree(the_context, &problem, drawn->parent, costs, drawn->n + 1, at, drawn->n));
  return problem;
}

static void draw_needs(instance *drawn) {
  for (int i = 0; i < drawn->n; i++) drawn->amount[i] = often_alike(0, 12);
}

static accord_problem *make_airport(const instance *drawn, const view *seen) {
  const char *needs[MOST];
  accord_problem *problem;
  for (int i = 0; i < drawn->n; i++) needs[seen->order[i]] = money(seen, drawn->amount[i]);
  check_made(accord_problem_from_needs(the_context, &problem, needs, NULL, drawn->n));
  return problem;
}

/* ----------------------------------------------------------------- pairs, votes */

/* Party i is on the left where at[i] is 0. */
static void draw_pairs(instance *drawn) {
  for (int i = 0; i < drawn->n; i++) drawn->at[i] = (int)draw(0, 1);
  for (int k = 0; k < drawn->n * drawn->n; k++) drawn->amount[k] = often_alike(-2, 12);
}

static accord_problem *make_pairs(const instance *drawn, const view *seen) {
  int side[2][MOST], of[2][MOST], count[2] = {0, 0};
  const char *values[MOST * MOST];
  accord_problem *problem;
  for (int i = 0; i < drawn->n; i++) {
    int *held = &count[drawn->at[i]];
    of[drawn->at[i]][*held] = i;
    side[drawn->at[i]][(*held)++] = seen->order[i];
  }
  for (int l = 0; l < count[0]; l++)
    for (int r = 0; r < count[1]; r++)
      values[l * count[1] + r] = money(seen, drawn->amount[of[0][l] * drawn->n + of[1][r]]);
  check_made(accord_problem_from_pairs(the_context, &problem, side[0], count[0], side[1], count[1], values));
  return problem;
}

static void draw_vote(instance *drawn) {
  long sum = 0;
  for (int i = 0; i < drawn->n; i++) sum += drawn->amount[i] = often_alike(0, 6);
  if (sum == 0) drawn->amount[0] = sum = 1;
  drawn->parameter = draw(1, sum);
}

static accord_problem *make_vote(const instance *drawn, const view *seen) {
  const char *weights[MOST], *quota = in_words(drawn->parameter, 1);
  accord_problem *problem;
  for (int i = 0; i < drawn->n; i++) weights[seen->order[i]] = in_words(drawn->amount[i], 1);
  check_made(accord_problem_from_votes(the_context, &problem, money(seen, 7), &quota, 1, weights, drawn->n));
  return problem;
}

/* ------------------------------------------------------------------- production */

enum { RESOURCES = 3, PRODUCTS = 3 };

/* Lives as long as the problems made of it. */
typedef struct works {
  mpq_t amount[MOST * RESOURCES], need[PRODUCTS][RESOURCES], price[RESOURCES];
  bool has_price[RESOURCES];
  accord_product product[PRODUCTS];
  accord_production production;
} works;

/* Every product needs the first resource, which cannot be bought. */
static void draw_production(instance *drawn) {
  for (int i = 0; i < drawn->n; i++) {
    bool nothing = draw(0, 5) == 0;
    for (int r = 0; r < RESOURCES; r++) drawn->amount[i * RESOURCES + r] = nothing ? 0 : often_alike(0, 6);
  }
  for (int k = 0; k < MOST_ITEMS; k++) drawn->chance[k] = often_alike(0, 6);
  for (int k = 0; k < PRODUCTS; k++) {
    drawn->between[k][0] = (int)draw(1, 4);
    drawn->between[k][1] = (int)draw(0, 3);
    drawn->parent[k] = (int)draw(0, 3);
  }
  drawn->kind = (int)draw(0, 1);
  drawn->parameter = draw(0, 4);
}

static void set(mpq_t number, long numerator, long denominator) {
  mpq_set_si(number, numerator, (unsigned long)denominator);
  mpq_canonicalize(number);
}

static works *new_works(void) {
  works *made = calloc(1, sizeof *made);
  for (int k = 0; k < MOST * RESOURCES; k++) mpq_init(made->amount[k]);
  for (int r = 0; r < RESOURCES; r++) mpq_init(made->price[r]);
  for (int j = 0; j < PRODUCTS; j++) {
    mpq_inits(made->product[j].profit, made->product[j].limit, NULL);
    for (int r = 0; r < RESOURCES; r++) mpq_init(made->need[j][r]);
  }
  return made;
}

static works *works_held[8];
static int works_count;

static void drop_works(void) {
  while (works_count) {
    works *made = works_held[--works_count];
    for (int k = 0; k < MOST * RESOURCES; k++) mpq_clear(made->amount[k]);
    for (int r = 0; r < RESOURCES; r++) mpq_clear(made->price[r]);
    for (int j = 0; j < PRODUCTS; j++) {
      mpq_clears(made->product[j].profit, made->product[j].limit, NULL);
      for (int r = 0; r < RESOURCES; r++) mpq_clear(made->need[j][r]);
    }
    free(made);
  }
}

static accord_problem *make_production(const instance *drawn, const view *seen) {
  static const char *const names[] = {"hours", "steel", "wood"}, *const products[] = {"bed", "box", "bus"};
  works *made = works_held[works_count++] = new_works();
  accord_problem *problem;
  for (int i = 0; i < drawn->n; i++)
    for (int r = 0; r < RESOURCES; r++)
      set(made->amount[seen->order[i] * RESOURCES + r], drawn->amount[i * RESOURCES + r], 1);
  for (int j = 0; j < PRODUCTS; j++) {
    set(made->product[j].profit, drawn->chance[j] * seen->times, seen->over);
    set(made->need[j][0], drawn->between[j][0], 1);
    set(made->need[j][1], drawn->between[j][1], 1);
    set(made->need[j][2], drawn->parent[j], 1);
    made->product[j].name = products[j];
    made->product[j].need = made->need[j];
  }
  made->has_price[2] = drawn->kind == 1;
  set(made->price[2], made->has_price[2] ? drawn->parameter * seen->times : 0, seen->over);
  made->production = (accord_production){drawn->n,
                                         RESOURCES,
                                         PRODUCTS,
                                         names,
                                         (const mpq_t *)made->amount,
                                         made->product,
                                         made->has_price,
                                         (const mpq_t *)made->price,
                                         NULL};
  check_made(accord_problem_from_production(the_context, &problem, &made->production));
  return problem;
}

/* ------------------------------------------------------------------------ tables */

static const struct model {
  const char *name;
  int domain;
  void (*draw)(instance *drawn);
  accord_problem *(*make)(const instance *drawn, const view *seen);
} all_models[] = {
    {"risk", ACCORD_ON_RISK, draw_risk, make_risk},
    {"production", ACCORD_ON_PRODUCTION, draw_production, make_production},
    {"assignment", ACCORD_ON_ASSIGNMENT, draw_pairs, make_pairs},
    {"voting", ACCORD_ON_VOTING, draw_vote, make_vote},
    {"airport", ACCORD_ON_AIRPORT, draw_needs, make_airport},
    {"tree", ACCORD_ON_TREE, draw_tree, make_tree},
    {"spanning-tree", ACCORD_ON_SPANNING_TREE, draw_network, make_network},
};

enum { MODEL_COUNT = sizeof all_models / sizeof *all_models };

typedef struct trial {
  const struct model *model;
  instance drawn;
  view order; /* of permuted */
  accord_problem *problem, *permuted, *doubled, *third;
  accord_problem *plain; /* the same table, and nothing else known */
  mpq_t value[MOST_VALUES];
  check_game game;
  bool core_empty, convex, individual, by_roots; /* by_roots: values are rounded to doubles */
  double size;                                   /* the largest value */
  const accord_rule *rule;
  accord_split *split;
} trial;

static trial now;

static accord_problem *make_plain(void) {
  static char room[MOST_VALUES][256];
  const char *values[MOST_VALUES];
  accord_problem *plain;
  for (int s = 0; s < 1 << now.game.n; s++) {
    assert_true(mpz_sizeinbase(mpq_numref(now.value[s]), 10) + mpz_sizeinbase(mpq_denref(now.value[s]), 10) < 250);
    values[s] = mpq_get_str(room[s], 10, now.value[s]);
  }
  check_made(
      accord_problem_from_text(the_context, &plain, now.game.cost ? ACCORD_COST : ACCORD_BENEFIT, values, now.game.n));
  return plain;
}

static bool has_no_core(void) {
  if (now.game.n < 2) return false;
  mpq_t epsilon;
  mpq_init(epsilon);
  check_least_core(epsilon, &now.game);
  bool empty = mpq_sgn(epsilon) > 0;
  mpq_clear(epsilon);
  return empty;
}

static bool has_imputations(void) {
  mpq_t sum;
  mpq_init(sum);
  for (int i = 0; i < now.game.n; i++) mpq_add(sum, sum, now.value[1 << i]);
  int order = mpq_cmp(sum, now.value[(1 << now.game.n) - 1]);
  mpq_clear(sum);
  return now.game.cost ? order >= 0 : order <= 0;
}

static void make_views(void) {
  static const view as_it_is = {{0, 1, 2, 3, 4}, 1, 1}, doubled = {{0, 1, 2, 3, 4}, 2, 1},
                    third = {{0, 1, 2, 3, 4}, 1, 3};
  now.order = as_it_is;
  for (int i = now.drawn.n - 1; i > 0; i--) {
    int j = (int)draw(0, i), kept = now.order.order[i];
    now.order.order[i] = now.order.order[j];
    now.order.order[j] = kept;
  }
  now.problem = now.model->make(&now.drawn, &as_it_is);
  now.permuted = now.model->make(&now.drawn, &now.order);
  now.doubled = now.model->make(&now.drawn, &doubled);
  now.third = now.model->make(&now.drawn, &third);
}

static void start_trial(const struct model *model) {
  now.model = model;
  memset(&now.drawn, 0, sizeof now.drawn);
  now.drawn.n = (int)draw(1, MOST);
  model->draw(&now.drawn);
  make_views();
  assert_non_null(now.problem->game);
  now.game = (check_game){now.drawn.n, now.problem->goal == ACCORD_COST, (const mpq_t *)now.value};
  now.size = 0;
  for (int s = 0; s < 1 << now.drawn.n; s++) {
    accord_game_value(now.value[s], now.problem->game, (accord_coalition)s);
    now.size = fmax(now.size, fabs(mpq_get_d(now.value[s])));
  }
  now.by_roots = model->domain == ACCORD_ON_RISK && now.drawn.kind != ACCORD_EXPECTED_SHORTFALL &&
                 now.drawn.kind != ACCORD_VALUE_AT_RISK && now.drawn.kind != ACCORD_EXPECTATION;
  now.plain = make_plain();
  now.core_empty = has_no_core();
  now.convex = check_convex(&now.game);
  now.individual = has_imputations();
}

/* ------------------------------------------------------------------------- laws */

/* a = factor b, exactly where values are. */
static bool same(const mpq_t a, const mpq_t b, long times, long over) {
  mpq_t product;
  mpq_init(product);
  set(product, times, over);
  mpq_mul(product, product, b);
  bool equal = now.by_roots ? fabs(mpq_get_d(a) - mpq_get_d(product)) <= 1e-9 * now.size : mpq_equal(a, product);
  mpq_clear(product);
  return equal;
}

static accord_split *solve(const accord_problem *problem) {
  accord_split *split;
  if (accord_solve(the_context, &split, problem, now.rule) != ACCORD_OK)
    fail_msg("%s: %s", now.rule->name, accord_message(the_context));
  return split;
}

static bool same_split(const accord_split *other, const int *order, long times, long over) {
  if (other->status != ACCORD_OK) return false;
  for (int i = 0; i < now.game.n; i++)
    if (!same(other->share[order ? order[i] : i], now.split->share[i], times, over)) return false;
  return true;
}

static bool law_efficient(void) {
  mpq_t sum;
  mpq_init(sum);
  for (int i = 0; i < now.game.n; i++) mpq_add(sum, sum, now.split->share[i]);
  bool right = same(sum, now.value[(1 << now.game.n) - 1], 1, 1) && same(now.split->total, sum, 1, 1);
  mpq_clear(sum);
  return right;
}

/* Whether i adds just what j does (j >= 0), or its own value, to every coalition without both. */
static bool always_adds(int i, int j) {
  mpq_t added, other;
  mpq_inits(added, other, NULL);
  bool always = true;
  for (int s = 0; always && s < 1 << now.game.n; s++) {
    if (s >> i & 1 || (j >= 0 && s >> j & 1)) continue;
    mpq_sub(added, now.value[s | 1 << i], now.value[s]);
    if (j >= 0) mpq_sub(other, now.value[s | 1 << j], now.value[s]);
    else mpq_set(other, now.value[1 << i]);
    always = mpq_equal(added, other);
  }
  mpq_clears(added, other, NULL);
  return always;
}

static bool law_symmetric(void) {
  for (int i = 0; i < now.game.n; i++)
    for (int j = 0; j < i; j++)
      if (always_adds(i, j) && !same(now.split->share[i], now.split->share[j], 1, 1)) return false;
  return true;
}

static bool law_dummy(void) {
  for (int i = 0; i < now.game.n; i++)
    if (always_adds(i, -1) && !same(now.split->share[i], now.value[1 << i], 1, 1)) return false;
  return true;
}

static bool law_null(void) {
  for (int i = 0; i < now.game.n; i++)
    if (mpq_sgn(now.value[1 << i]) == 0 && always_adds(i, -1) && !same(now.split->share[i], now.value[1 << i], 1, 1))
      return false;
  return true;
}

static bool law_scale(void) {
  return same_split(solve(now.doubled), NULL, 2, 1) && same_split(solve(now.third), NULL, 1, 3);
}

/* Nobody, or no coalition, objects: within rounding where values are roots. */
static bool nobody_objects(bool alone) {
  mpq_t excess;
  mpq_init(excess);
  bool fine = true;
  for (int s = 1; s < (1 << now.game.n) - 1; s++) {
    if (alone && s & (s - 1)) continue;
    check_excess(excess, &now.game, (const mpq_t *)now.split->share, (accord_coalition)s);
    fine = fine && (now.by_roots ? mpq_get_d(excess) <= 1e-9 * now.size : mpq_sgn(excess) <= 0);
  }
  mpq_clear(excess);
  return fine;
}

static bool law_individual(void) { return !now.individual || nobody_objects(true); }
static bool law_in_core(void) { return now.core_empty || nobody_objects(false); }
static bool law_in_core_if_convex(void) { return !now.convex || nobody_objects(false); }

/* Ties of Bird's rule go by the order of parties. */
static bool law_order_of_parties(void) {
  if (!strcmp(now.rule->name, "bird")) return true;
  return same_split(solve(now.permuted), now.order.order, 1, 1);
}

/* The rule takes the same from the table alone, where it can. */
static bool law_shortcut(void) {
  if (!(now.rule->domain & ACCORD_ON_GAMES) || now.by_roots) return true;
  return same_split(solve(now.plain), NULL, 1, 1);
}

/* Coherent measures: Euler's shares are in the core, which proves that there is one. */
static bool law_coherent(void) {
  static const accord_measure coherent[] = {ACCORD_EXPECTED_SHORTFALL, ACCORD_STANDARD_DEVIATION, ACCORD_SEMIDEVIATION,
                                            ACCORD_EXPECTATION};
  if (strcmp(now.rule->name, "euler") != 0) return true;
  for (int k = 0; k < 4; k++)
    if (now.drawn.kind == (int)coherent[k]) return nobody_objects(false);
  return true;
}

/* promise 0: a law for every rule. */
static const struct {
  int promise;
  const char *name;
  bool (*holds)(void);
} laws[] = {
    {ACCORD_EFFICIENT, "efficient", law_efficient},
    {ACCORD_SYMMETRIC, "symmetric", law_symmetric},
    {ACCORD_NULL_PARTY, "null party", law_null},
    {ACCORD_DUMMY_PARTY, "dummy party", law_dummy},
    {ACCORD_SCALE_COVARIANT, "scale covariant", law_scale},
    {ACCORD_INDIVIDUAL, "individual", law_individual},
    {ACCORD_IN_CORE, "in core", law_in_core},
    {ACCORD_IN_CORE_IF_CONVEX, "in core if convex", law_in_core_if_convex},
    {0, "order of parties", law_order_of_parties},
    {0, "the same from the table", law_shortcut},
    {0, "in the core of a coherent measure", law_coherent},
};

static int faults;

static void note_fault(const char *law) {
  if (faults++ > 20) return;
  print_message("%s breaks '%s' in %s (kind %d, n = %d)\n  values by bitmask:", now.rule->name, law, now.model->name,
                now.drawn.kind, now.drawn.n);
  for (int s = 0; s < 1 << now.drawn.n; s++) print_message(" %g", mpq_get_d(now.value[s]));
  print_message("\n  %s:", now.split->status == ACCORD_OK ? "shares" : now.split->reason);
  for (int i = 0; now.split->status == ACCORD_OK && i < now.split->n; i++)
    print_message(" %g", mpq_get_d(now.split->share[i]));
  print_message("\n");
}

/* Whether all losses together vary: a deviation that they do not have cannot be shared. */
static bool losses_vary(void) {
  long first = 0;
  for (int k = 0; k < now.drawn.count; k++) {
    long sum = 0;
    for (int i = 0; i < now.drawn.n; i++) sum += now.drawn.amount[k * now.drawn.n + i];
    if (k && sum != first) return true;
    first = sum;
  }
  return false;
}

/* A model's own rules have an answer wherever they are defined. */
static bool status_is_right(void) {
  bool defined = true,
       deviation = now.drawn.kind == ACCORD_STANDARD_DEVIATION || now.drawn.kind == ACCORD_SEMIDEVIATION;
  if (now.rule->domain & ACCORD_ON_GAMES)
    return now.split->status == ACCORD_OK || now.split->status == ACCORD_UNDEFINED;
  if (!strcmp(now.rule->name, "covariance")) defined = losses_vary();
  if (!strcmp(now.rule->name, "euler"))
    defined = now.drawn.kind != ACCORD_VALUE_AT_RISK && (!deviation || losses_vary());
  return now.split->status == (defined ? ACCORD_OK : ACCORD_UNDEFINED);
}

static void try_rule(int *tried) {
  now.split = solve(now.problem);
  if (!status_is_right()) note_fault("status");
  if (now.split->status != ACCORD_OK) return;
  int known = 0;
  for (size_t k = 0; k < sizeof laws / sizeof *laws; k++) {
    known |= laws[k].promise;
    if (laws[k].promise && !(now.rule->promises & laws[k].promise)) continue;
    if (!laws[k].holds()) note_fault(laws[k].name);
  }
  if (!(now.rule->domain & ACCORD_ON_GAMES) && now.rule->promises & ~known) note_fault("a promise that nobody tries");
  ++*tried;
}

/* Of games whose values are roots only the model's own rules; the table's are tried by test_laws.c. */
static bool is_tried(void) {
  if (!accord_rule_applies(now.rule, now.problem) || now.rule->domain & ACCORD_ON_CLAIMS) return false;
  return !(now.by_roots && now.rule->domain & ACCORD_ON_GAMES);
}

static void test_models(void **state) {
  int tried[64] = {0};
  (void)state;
  chance_state = seed();
  faults = 0;
  assert_true(accord_rule_count <= 64);
  for (int m = 0; m < MODEL_COUNT; m++)
    for (long round = 0; round < setting("ACCORD_ROUNDS", 40); round++) {
      accord_mark mark = accord_get_mark(the_context);
      start_trial(&all_models[m]);
      for (int r = 0; r < accord_rule_count; r++) {
        now.rule = &accord_rules[r];
        if (is_tried()) try_rule(&tried[r]);
      }
      accord_reset(the_context, mark);
      drop_works();
    }
  for (int r = 0; r < accord_rule_count; r++)
    if (!(accord_rules[r].domain & (ACCORD_ON_GAMES | ACCORD_ON_CLAIMS)) && tried[r] == 0)
      fail_msg("nothing was tried on %s", accord_rules[r].name);
  if (faults) fail_msg("%d faults (seed %lu)", faults, (unsigned long)seed());
}

static int set_up(void **state) {
  (void)state;
  print_message("seed %lu\n", (unsigned long)seed());
  for (int s = 0; s < MOST_VALUES; s++) mpq_init(now.value[s]);
  return accord_context_new(&the_context) == ACCORD_OK ? 0 : -1;
}

static int tear_down(void **state) {
  (void)state;
  for (int s = 0; s < MOST_VALUES; s++) mpq_clear(now.value[s]);
  accord_context_free(the_context);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_models)};
  return cmocka_run_group_tests(tests, set_up, tear_down);
}

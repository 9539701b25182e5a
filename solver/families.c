/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Games drawn from a number: the same game from the same number on every machine. */
#include "families.h"
#include "context.h"

#include <string.h>

/* -------------------------------------------------- types 1 to 5, and ties */

/* state = 214013 state + 2531011 mod 2^32, the upper 15 of its lower 31 bits. */
static unsigned next_draw(uint32_t *state) {
  *state = *state * 214013u + 2531011u;
  return *state >> 16 & 32767;
}

/* 0 for single parties, else 1 + (r mod range); range 0: 100 |S|. N is left out unless asked for. */
static void fill_uniform(int64_t *value, int n, uint32_t state, unsigned range, bool whole) {
  for (size_t s = 1; s < ((size_t)1 << n) - !whole; s++)
    value[s] = s & (s - 1) ? 1 + next_draw(&state) % (range ? range : 100 * (unsigned)size_of(s)) : 0;
}

static void fill_type_1(int64_t *value, int n, uint64_t seed) {
  uint32_t state = (uint32_t)seed;
  int64_t all = 100 * (n - 2) + (int)(next_draw(&state) % 201);
  fill_uniform(value, n, state, 0, false);
  value[everybody(n)] = all;
}

static void fill_type_2(int64_t *value, int n, uint64_t seed) {
  fill_uniform(value, n, (uint32_t)seed, 50 * (unsigned)n, true);
}

static void fill_type_3(int64_t *value, int n, uint64_t seed) {
  uint32_t state = (uint32_t)seed;
  accord_coalition all = everybody(n);
  value[all] = 1;
  unsigned r = next_draw(&state);
  for (int i = 0; i < n; i++) {
    if (r % 10 < 9) value[all ^ party(i)] = 1;
    r = next_draw(&state);
    for (int j = i + 1; j < n; j++) {
      if (r % 10 < 9) value[all ^ party(i) ^ party(j)] = 1;
      r = next_draw(&state);
    }
  }
}

static void fill_type_4(int64_t *value, int n, uint64_t seed) {
  fill_uniform(value, n, (uint32_t)seed, (unsigned)n, true);
}

/* Five parties of weight (n - 3) / 2, the others of weight 1. */
static void fill_type_5(int64_t *value, int n, uint64_t seed) {
  int large = (n - 3) / 2, quota = 4 * large + n - 4;
  (void)seed; /* there is one for each n */
  for (size_t s = 0; s < (size_t)1 << n; s++) value[s] = large * size_of(s & 31) + size_of(s >> 5) >= quota;
}

static void fill_mass_ties(int64_t *value, int n, uint64_t seed) {
  uint32_t state = (uint32_t)seed;
  for (size_t s = 0; s < (size_t)1 << n; s++)
    value[s] = size_of(s) * size_of(s) / 4 - (size_of(s) > 1 && next_draw(&state) % 64 == 0);
}

static void fill_near_ties(int64_t *value, int n, uint64_t seed) {
  uint32_t state = (uint32_t)seed;
  for (size_t s = 1; s < (size_t)1 << n; s++)
    value[s] = size_of(s) * size_of(s) / 4 * (int64_t)1000000000000 + next_draw(&state) % 10;
}

/* ------------------------------------------------------------ other tables */

/* splitmix64. */
static uint64_t next_random(uint64_t *state) {
  uint64_t mixed = *state += 0x9e3779b97f4a7c15u;
  mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9u;
  mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebu;
  return mixed ^ mixed >> 31;
}

static int64_t draw(uint64_t *state, int64_t low, int64_t high) {
  return low + (int64_t)(next_random(state) % (uint64_t)(high - low + 1));
}

static void fill_signed(int64_t *value, int n, uint64_t seed) {
  for (size_t s = 1; s < (size_t)1 << n; s++) value[s] = draw(&seed, -50, 50);
}

static void fill_zero_one(int64_t *value, int n, uint64_t seed) {
  for (size_t s = 1; s < (size_t)1 << n; s++) value[s] = s & (s - 1) ? draw(&seed, 0, 1) : 0;
  value[everybody(n)] = 1;
}

static void fill_symmetric(int64_t *value, int n, uint64_t seed) {
  int64_t of_size[GAME_MOST_PARTIES + 1] = {0};
  for (int size = 1; size <= n; size++) of_size[size] = of_size[size - 1] + draw(&seed, -5, 20);
  for (size_t s = 1; s < (size_t)1 << n; s++) value[s] = of_size[size_of(s)];
}

/* Dividends in the table become the values of which they are the dividends. */
static void sum_subsets(int64_t *value, int n) {
  for (int i = 0; i < n; i++)
    for (size_t s = 0; s < (size_t)1 << n; s++)
      if (has(s, i)) value[s] += value[s ^ party(i)];
}

static void fill_additive(int64_t *value, int n, uint64_t seed) {
  for (int i = 0; i < n; i++) value[party(i)] = draw(&seed, 0, 20);
  sum_subsets(value, n);
}

static void fill_pair_synergies(int64_t *value, int n, uint64_t seed) {
  for (int i = 0; i < n; i++) {
    value[party(i)] = draw(&seed, 0, 20);
    for (int j = 0; j < i; j++) value[party(i) | party(j)] = draw(&seed, -3, 15);
  }
  sum_subsets(value, n);
}

static void fill_unanimity(int64_t *value, int n, uint64_t seed) {
  for (int k = 0; k < 2 * n; k++) {
    size_t coalition = (size_t)draw(&seed, 1, (int64_t)everybody(n));
    value[coalition] += draw(&seed, -10, 20);
  }
  sum_subsets(value, n);
}

static void fill_convex(int64_t *value, int n, uint64_t seed) {
  for (size_t s = 1; s < (size_t)1 << n; s++) value[s] = draw(&seed, 0, 2) ? 0 : draw(&seed, 0, 9);
  sum_subsets(value, n);
}

/* Each coalition becomes the best (sign 1) or cheapest (sign -1) of its partitions. Cost 3^n. */
static void close_over_partitions(int64_t *value, int n, int sign) {
  for (size_t s = 1; s < (size_t)1 << n; s++)
    for (size_t part = (s - 1) & s; part > (s ^ part); part = (part - 1) & s)
      if (sign * (value[part] + value[s ^ part]) > sign * value[s]) value[s] = value[part] + value[s ^ part];
}

static void fill_superadditive(int64_t *value, int n, uint64_t seed) {
  for (size_t s = 1; s < (size_t)1 << n; s++) value[s] = draw(&seed, 0, 20 * size_of(s));
  close_over_partitions(value, n, 1);
}

static void fill_subadditive(int64_t *value, int n, uint64_t seed) {
  for (size_t s = 1; s < (size_t)1 << n; s++) value[s] = draw(&seed, 1, 20 * size_of(s));
  close_over_partitions(value, n, -1);
}

static void fill_gloves(int64_t *value, int n, uint64_t seed) {
  accord_coalition left = next_random(&seed) & everybody(n);
  for (size_t s = 1; s < (size_t)1 << n; s++) {
    int lefts = size_of(s & left), rights = size_of(s & ~left);
    value[s] = lefts < rights ? lefts : rights;
  }
}

/* ------------------------------------------------------------------ models */

/* Numbers from low to high as text; size count. */
static const char **draw_numbers(accord_context *context, uint64_t *state, int count, int64_t low, int64_t high,
                                 int64_t *sum) {
  const char **text = POOL_NEW(context, (size_t)count, const char *);
  *sum = 0;
  for (int k = 0; k < count; k++) {
    int64_t number = draw(state, low, high);
    text[k] = pool_text(context, "%lld", (long long)number);
    *sum += number;
  }
  return text;
}

static accord_status draw_bankruptcy(accord_context *context, accord_problem **problem, int n, uint64_t seed) {
  int64_t sum;
  const char **claims = draw_numbers(context, &seed, n, 1, 100, &sum);
  const char *estate = pool_text(context, "%lld", (long long)draw(&seed, 0, sum));
  return accord_problem_from_claims(context, problem, estate, claims, n);
}

static accord_status draw_vote(accord_context *context, accord_problem **problem, int n, uint64_t seed) {
  int64_t sum;
  const char **weights = draw_numbers(context, &seed, n, 1, 20, &sum);
  const char *quota = pool_text(context, "%lld", (long long)sum / 2 + 1);
  return accord_problem_from_votes(context, problem, NULL, &quota, 1, weights, n);
}

static accord_status draw_matching(accord_context *context, accord_problem **problem, int n, uint64_t seed) {
  int left[GAME_MOST_PARTIES], right[GAME_MOST_PARTIES], lefts = n / 2;
  int64_t sum;
  for (int i = 0; i < lefts; i++) left[i] = i;
  for (int i = lefts; i < n; i++) right[i - lefts] = i;
  const char **values = draw_numbers(context, &seed, lefts * (n - lefts), 0, 99, &sum);
  return accord_problem_from_pairs(context, problem, left, lefts, right, n - lefts, values);
}

static accord_status draw_airport(accord_context *context, accord_problem **problem, int n, uint64_t seed) {
  int64_t sum;
  const char **needs = draw_numbers(context, &seed, n, 1, 100, &sum);
  return accord_problem_from_needs(context, problem, needs, NULL, n);
}

/* --------------------------------------------------------------- the table */

const accord_family accord_families[] = {
#define TABLE(fill, name, title, reference, least, most, goal) {name, title, reference, least, most, goal, fill, NULL},
#define MODEL(state, name, title, reference, least, most)                                                              \
  {name, title, reference, least, most, ACCORD_BENEFIT, NULL, state},
#include "families.def"
#undef TABLE
#undef MODEL
};

const int accord_family_count = (int)(sizeof accord_families / sizeof *accord_families);

const accord_family *accord_find_family(const char *name) {
  for (int k = 0; k < accord_family_count; k++)
    if (strcmp(accord_families[k].name, name) == 0) return &accord_families[k];
  return NULL;
}

void fill_game(int64_t *value, int type, int n, uint64_t seed) {
  memset(value, 0, sizeof *value << n);
  accord_families[type - 1].fill(value, n, seed);
}

struct drawing {
  accord_problem **problem;
  const accord_family *family;
  int n;
  uint64_t seed;
};

static accord_status draw_table(accord_context *context, void *argument) {
  const struct drawing *in = argument;
  accord_game *game = game_new(context, in->family->goal, in->n);
  mpq_set_ui(game->unit, 1, 1);
  game->small = POOL_NEW(context, game->size, int64_t);
  in->family->fill(game->small, in->n, in->seed);
  for (size_t s = 0; s < game->size && game->goal == ACCORD_COST; s++) game->small[s] = -game->small[s];
  game_finish(context, game);
  *in->problem = problem_from_game(context, game, true);
  return ACCORD_OK;
}

static accord_status state_model(accord_context *context, void *argument) {
  const struct drawing *in = argument;
  return in->family->state(context, in->problem, in->n, in->seed);
}

accord_status accord_draw_game(accord_context *context, accord_problem **problem, const accord_family *family, int n,
                               uint64_t seed) {
  struct drawing in = {problem, family, n, seed};
  if (n < family->least_n || n > family->most_n)
    return fail(context, ACCORD_INVALID, "%s has games of %d to %d parties, not %d", family->name, family->least_n,
                family->most_n, n);
  return guard(context, family->fill ? draw_table : state_model, &in);
}

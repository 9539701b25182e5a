/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every promise of every rule in the table, tried on every small game and on seeded random ones.
 *
 * ACCORD_SEED (1) seeds the random games, ACCORD_ROUNDS (40) says how many there are of each family.
 * A law that fails is noted with the first game that breaks it; a test fails if anything was noted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "accord.h"
#include "chance.h"
#include "checker.h"

enum { MOST = 7, MOST_VALUES = 1 << MOST, CRITERION_MOST = 5, RANGES_MOST = 5, TEXT_ROOM = 128 };

static const double CLOSE = 1e-12;

/* ------------------------------------------------------------- games in a table */

typedef struct value_table {
  const char *family;
  int n;
  bool cost;
  mpq_t value[MOST_VALUES]; /* size 2^n */
} value_table;

static unsigned everybody(int n) { return (1u << n) - 1; }

static bool has(unsigned coalition, int party) { return (coalition >> party & 1u) != 0; }

static int size_of(unsigned coalition) { return __builtin_popcount(coalition); }

static const mpq_t *read_only(mpq_t *numbers) { return (const mpq_t *)numbers; }

static check_game game_of(const value_table *table) {
  return (check_game){.n = table->n, .cost = table->cost, .value = table->value};
}

static void start_table(value_table *table, const char *family, int n, bool cost) {
  table->family = family;
  table->n = n;
  table->cost = cost;
  for (unsigned s = 0; s <= everybody(n); s++) mpq_set_ui(table->value[s], 0, 1);
}

static void set_value(value_table *table, unsigned coalition, long numerator, unsigned long denominator) {
  mpq_set_si(table->value[coalition], numerator, denominator);
  mpq_canonicalize(table->value[coalition]);
}

/* Each number as text in rows of TEXT_ROOM characters. */
static const char *const *write_numbers(const mpq_t *number, size_t count) {
  static char room[MOST_VALUES][TEXT_ROOM];
  static const char *text[MOST_VALUES];
  for (size_t i = 0; i < count; i++) {
    assert_true(mpz_sizeinbase(mpq_numref(number[i]), 10) + mpz_sizeinbase(mpq_denref(number[i]), 10) + 3 < TEXT_ROOM);
    text[i] = mpq_get_str(room[i], 10, number[i]);
  }
  return text;
}

/* ------------------------------------------------------------------- faults */

typedef struct fault_key {
  const char *rule, *law;
} fault_key;

static struct {
  int count, key_count;
  fault_key key[256];
} faults;

static bool is_first_fault(const char *rule, const char *law) {
  faults.count++;
  for (int k = 0; k < faults.key_count; k++)
    if (!strcmp(faults.key[k].rule, rule) && !strcmp(faults.key[k].law, law)) return false;
  if (faults.key_count < 256) faults.key[faults.key_count++] = (fault_key){rule, law};
  return true;
}

static void print_numbers(const char *title, const mpq_t *number, size_t count) {
  print_message("  %s:", title);
  const char *const *text = write_numbers(number, count);
  for (size_t i = 0; i < count; i++) print_message(" %s", text[i]);
  print_message("\n");
}

static void print_split(const accord_split *split) {
  if (!split) return;
  print_message("  status: %s%s%s\n", accord_status_text(split->status), split->reason ? ", " : "",
                split->reason ? split->reason : "");
  if (split->status == ACCORD_OK) print_numbers("shares", read_only(split->share), (size_t)split->n);
}

static void note_fault(const char *rule, const char *law, const value_table *table, const accord_split *split) {
  if (!is_first_fault(rule, law)) return;
  print_message("%s breaks '%s' in a %s game (%s, n = %d)\n", rule, law, table->cost ? "cost" : "benefit",
                table->family, table->n);
  print_numbers("values by bitmask", table->value, (size_t)1 << table->n);
  print_split(split);
}

static void start_test(void) {
  chance_state = seed();
  memset(&faults, 0, sizeof faults);
}

static void expect_no_faults(void) {
  if (faults.count) fail_msg("%d faults, %d kinds (seed %lu)", faults.count, faults.key_count, (unsigned long)seed());
}

/* ---------------------------------------------------- a game and its variants */

enum view { BASE, PERMUTED, DOUBLED, THIRD, SHIFTED, OTHER, SUM, MIRROR, VIEW_COUNT };

typedef struct game_trial {
  accord_context *context;
  check_game game; /* of views[BASE] */
  accord_problem *problem[VIEW_COUNT];
  int order[MOST];                     /* party i stands at order[i] in PERMUTED */
  bool core_empty, convex, individual; /* by brute force */
  const accord_rule *rule;
  const accord_split *split; /* of BASE by the rule */
} game_trial;

static value_table views[VIEW_COUNT];
static mpq_t shift[MOST];
static accord_context *the_context;

static accord_problem *problem_of(accord_context *context, const value_table *table) {
  accord_problem *problem = NULL;
  accord_status status = accord_problem_from_text(context, &problem, table->cost ? ACCORD_COST : ACCORD_BENEFIT,
                                                  write_numbers(table->value, (size_t)1 << table->n), table->n);
  if (status) fail_msg("problem: %s", accord_message(context));
  return problem;
}

/* Unions of every other party, links in a row, weights 1..n, and criteria by scores and by comparisons that agree:
 * what the rules that read them are tried on.
 * Party i stands at order[i], or at i where that is NULL. */
typedef struct test_overlays {
  int union_of[MOST];
  accord_coalition links[MOST];
  mpq_t weights[MOST], scores[MOST], pairwise[MOST * MOST], importance[2];
  accord_criterion criterion[2];
  accord_criteria criteria;
  bool ready; /* numbers are initialised, once for all trials */
} test_overlays;

static test_overlays overlays_of[VIEW_COUNT];

static void start_overlays(test_overlays *overlays) {
  for (int i = 0; i < MOST; i++) mpq_inits(overlays->weights[i], overlays->scores[i], NULL);
  for (int i = 0; i < MOST * MOST; i++) mpq_init(overlays->pairwise[i]);
  for (int k = 0; k < 2; k++) mpq_init(overlays->importance[k]);
  overlays->ready = true;
}

/* The i-th party scores i squared, so the first one nothing; i over j is (j + 1) / (i + 1). */
static void lay_criteria(accord_problem *problem, test_overlays *overlays, const int *order) {
  int n = problem->n;
  for (int i = 0; i < n; i++) {
    int at = order ? order[i] : i;
    mpq_set_si(overlays->scores[at], n > 1 ? i * i : 1, 1);
    for (int j = 0; j < n; j++) {
      mpq_t *entry = &overlays->pairwise[at * n + (order ? order[j] : j)];
      mpq_set_si(*entry, j + 1, (unsigned long)i + 1);
      mpq_canonicalize(*entry);
    }
  }
  mpq_set_si(overlays->importance[0], 1, 2);
  mpq_set_si(overlays->importance[1], 4, 1);
  overlays->criterion[0] = (accord_criterion){"scores", read_only(overlays->scores), NULL};
  overlays->criterion[1] = (accord_criterion){"comparisons", NULL, read_only(overlays->pairwise)};
  overlays->criteria = (accord_criteria){2, overlays->criterion, read_only(overlays->importance), NULL};
  problem->overlays.criteria = &overlays->criteria;
}

static void lay_over(accord_problem *problem, test_overlays *overlays, const int *order) {
  int n = problem->n;
  if (!overlays->ready) start_overlays(overlays);
  for (int i = 0; i < n; i++) overlays->links[i] = 0;
  for (int i = 0; i < n; i++) {
    int at = order ? order[i] : i, next = order ? order[(i + 1) % n] : (i + 1) % n;
    overlays->union_of[at] = i % 2;
    mpq_set_si(overlays->weights[at], i + 1, 1);
    if (i + 1 == n || i == 2) continue; /* the row is broken behind the third party */
    overlays->links[at] |= (accord_coalition)1 << next;
    overlays->links[next] |= (accord_coalition)1 << at;
  }
  problem->overlays =
      (accord_overlays){n > 1 ? 2 : 1, overlays->union_of, overlays->links, read_only(overlays->weights), NULL};
  lay_criteria(problem, overlays, order);
}

static accord_split *solve_problem(accord_context *context, const accord_problem *problem, const accord_rule *rule) {
  accord_split *split = NULL;
  if (accord_solve(context, &split, problem, rule)) fail_msg("%s: %s", rule->name, accord_message(context));
  return split;
}

static accord_split *solve(const game_trial *trial, enum view view) {
  return solve_problem(trial->context, trial->problem[view], trial->rule);
}

static void draw_order(int *order, int n) {
  for (int i = 0; i < n; i++) order[i] = i;
  for (int i = n - 1; i > 0; i--) {
    int j = (int)draw(0, i), kept = order[i];
    order[i] = order[j];
    order[j] = kept;
  }
}

static unsigned reorder(unsigned coalition, const int *order) {
  unsigned image = 0;
  for (int i = 0; coalition >> i; i++)
    if (has(coalition, i)) image |= 1u << order[i];
  return image;
}

static void add_shift(mpq_t value, unsigned coalition) {
  for (int i = 0; coalition >> i; i++)
    if (has(coalition, i)) mpq_add(value, value, shift[i]);
}

static void derive_value(const game_trial *trial, unsigned s) {
  const mpq_t *value = read_only(views[BASE].value);
  mpq_set(views[PERMUTED].value[reorder(s, trial->order)], value[s]);
  mpq_mul_2exp(views[DOUBLED].value[s], value[s], 1);
  mpq_set_ui(views[THIRD].value[s], 1, 3);
  mpq_mul(views[THIRD].value[s], views[THIRD].value[s], value[s]);
  mpq_set(views[SHIFTED].value[s], value[s]);
  add_shift(views[SHIFTED].value[s], s);
  if (s) set_value(&views[OTHER], s, draw(-5, 5), 2);
  mpq_add(views[SUM].value[s], value[s], views[OTHER].value[s]);
  mpq_neg(views[MIRROR].value[s], value[s]);
}

static void derive_views(game_trial *trial) {
  const value_table *base = &views[BASE];
  draw_order(trial->order, base->n);
  for (int i = 0; i < base->n; i++) mpq_set_si(shift[i], draw(-3, 3), 1);
  for (int v = BASE + 1; v < VIEW_COUNT; v++)
    start_table(&views[v], base->family, base->n, v == MIRROR ? !base->cost : base->cost);
  for (unsigned s = 0; s <= everybody(base->n); s++) derive_value(trial, s);
  for (int v = 0; v < VIEW_COUNT; v++) {
    trial->problem[v] = problem_of(trial->context, &views[v]);
    lay_over(trial->problem[v], &overlays_of[v], v == PERMUTED ? trial->order : NULL);
  }
}

/* w[S] = v(S) as a benefit. */
static void read_as_benefit(mpq_t value, const value_table *table, unsigned coalition) {
  mpq_set(value, table->value[coalition]);
  if (table->cost) mpq_neg(value, value);
}

static void sum_alone(mpq_t sum, const value_table *table) {
  mpq_t alone;
  mpq_init(alone);
  mpq_set_ui(sum, 0, 1);
  for (int i = 0; i < table->n; i++) {
    read_as_benefit(alone, table, 1u << i);
    mpq_add(sum, sum, alone);
  }
  mpq_clear(alone);
}

/* Whether everybody can be given what they have alone: sum v(i) <= v(N). */
static bool has_imputations(const value_table *table) {
  mpq_t sum, total;
  mpq_inits(sum, total, NULL);
  sum_alone(sum, table);
  read_as_benefit(total, table, everybody(table->n));
  bool possible = mpq_cmp(sum, total) <= 0;
  mpq_clears(sum, total, NULL);
  return possible;
}

static bool core_is_empty(const check_game *game) {
  if (game->n < 2) return false;
  mpq_t epsilon;
  mpq_init(epsilon);
  check_least_core(epsilon, game);
  bool empty = mpq_sgn(epsilon) > 0;
  mpq_clear(epsilon);
  return empty;
}

static void start_trial(game_trial *trial, accord_context *context) {
  trial->context = context;
  trial->game = game_of(&views[BASE]);
  trial->core_empty = core_is_empty(&trial->game);
  trial->convex = check_convex(&trial->game);
  trial->individual = has_imputations(&views[BASE]);
  derive_views(trial);
}

/* -------------------------------------------------- where a rule is undefined */

static int positive_count(const mpq_t *number, int n) {
  int count = 0;
  for (int i = 0; i < n; i++) count += mpq_sgn(number[i]) > 0;
  return count;
}

static int negative_count(const mpq_t *number, int n) {
  int count = 0;
  for (int i = 0; i < n; i++) count += mpq_sgn(number[i]) < 0;
  return count;
}

/* The few numbers the conditions speak of, as a benefit: alone = v(i), marginal = M_i, spread = M_i - v(i). */
typedef struct game_outline {
  int n;
  mpq_t alone[MOST], marginal[MOST], spread[MOST], total, rest; /* rest = v(N) - sum M */
} game_outline;

static void fill_outline(game_outline *outline, const value_table *table) {
  outline->n = table->n;
  mpq_inits(outline->total, outline->rest, NULL);
  read_as_benefit(outline->total, table, everybody(table->n));
  mpq_set(outline->rest, outline->total);
  for (int i = 0; i < table->n; i++) {
    mpq_inits(outline->alone[i], outline->marginal[i], outline->spread[i], NULL);
    read_as_benefit(outline->alone[i], table, 1u << i);
    read_as_benefit(outline->marginal[i], table, everybody(table->n) & ~(1u << i));
    mpq_sub(outline->marginal[i], outline->total, outline->marginal[i]);
    mpq_sub(outline->spread[i], outline->marginal[i], outline->alone[i]);
    mpq_sub(outline->rest, outline->rest, outline->marginal[i]);
  }
}

static void clear_outline(game_outline *outline) {
  mpq_clears(outline->total, outline->rest, NULL);
  for (int i = 0; i < outline->n; i++) mpq_clears(outline->alone[i], outline->marginal[i], outline->spread[i], NULL);
}

static bool all_zero(const mpq_t *number, int n) { return !positive_count(number, n) && !negative_count(number, n); }

static bool mixed_signs(const mpq_t *number, int n) { return positive_count(number, n) && negative_count(number, n); }

/* Sum of v(i) is 0 or signs are mixed. */
static bool proportional_undefined(const game_outline *outline, const value_table *table) {
  (void)table;
  return all_zero(outline->alone, outline->n) || mixed_signs(outline->alone, outline->n);
}

/* All M_i - v(i) are 0 while the rest is not, or mixed signs. */
static bool scrb_undefined(const game_outline *outline, const value_table *table) {
  (void)table;
  return mixed_signs(outline->spread, outline->n) || (all_zero(outline->spread, outline->n) && mpq_sgn(outline->rest));
}

/* Sum v(j) > v(N), or sum (M_j - v(j)) = 0, or mixed signs. */
static bool gately_undefined(const game_outline *outline, const value_table *table) {
  return !has_imputations(table) || all_zero(outline->spread, outline->n) || mixed_signs(outline->spread, outline->n);
}

/* The raw sum: sum over S and i outside S of v(S + i) - v(S). */
static bool banzhaf_undefined(const game_outline *outline, const value_table *table) {
  (void)outline;
  mpq_t sum;
  mpq_init(sum);
  for (unsigned s = 0; s <= everybody(table->n); s++)
    for (int i = 0; i < table->n; i++) {
      if (has(s, i)) mpq_add(sum, sum, table->value[s]);
      else mpq_sub(sum, sum, table->value[s]);
    }
  bool zero = mpq_sgn(sum) == 0;
  mpq_clear(sum);
  return zero;
}

/* m_i = max over S with i of v(S) - M(S \ i). */
static void find_minimal_right(mpq_t right, const game_outline *outline, const value_table *table, int party) {
  mpq_t offer;
  mpq_init(offer);
  bool found = false;
  for (unsigned s = 1; s <= everybody(table->n); s++) {
    if (!has(s, party)) continue;
    read_as_benefit(offer, table, s);
    for (int j = 0; j < table->n; j++)
      if (j != party && has(s, j)) mpq_sub(offer, offer, outline->marginal[j]);
    if (!found || mpq_cmp(offer, right) > 0) mpq_set(right, offer);
    found = true;
  }
  mpq_clear(offer);
}

/* Not m <= M with m(N) <= v(N) <= M(N). */
static bool tau_undefined(const game_outline *outline, const value_table *table) {
  mpq_t right, sum;
  mpq_inits(right, sum, NULL);
  bool undefined = mpq_sgn(outline->rest) > 0;
  for (int i = 0; i < table->n; i++) {
    find_minimal_right(right, outline, table, i);
    if (mpq_cmp(right, outline->marginal[i]) > 0) undefined = true;
    mpq_add(sum, sum, right);
  }
  if (mpq_cmp(sum, outline->total) > 0) undefined = true;
  mpq_clears(right, sum, NULL);
  return undefined;
}

static bool nucleolus_undefined(const game_outline *outline, const value_table *table) {
  (void)outline;
  return !has_imputations(table);
}

/* Besides: every proper coalition must be worth something, as stated. */
static bool proportional_nucleolus_undefined(const game_outline *outline, const value_table *table) {
  for (unsigned s = 1; s < everybody(table->n); s++) {
    if (mpq_sgn(table->value[s]) <= 0) return true;
  }
  return nucleolus_undefined(outline, table);
}

static bool egalitarian_core_undefined(const game_outline *outline, const value_table *table) {
  (void)outline;
  check_game game = game_of(table);
  return core_is_empty(&game);
}

/* v(N) <= sum v(i). */
static bool nash_undefined(const game_outline *outline, const value_table *table) {
  mpq_t sum, total;
  (void)outline;
  mpq_inits(sum, total, NULL);
  sum_alone(sum, table);
  read_as_benefit(total, table, everybody(table->n));
  bool undefined = mpq_cmp(total, sum) <= 0;
  mpq_clears(sum, total, NULL);
  return undefined;
}

/* A rule that is not listed is always defined. */
static const struct {
  const char *rule;
  bool (*undefined)(const game_outline *outline, const value_table *table);
} conditions[] = {
    {"proportional", proportional_undefined},
    {"scrb", scrb_undefined},
    {"banzhaf", banzhaf_undefined},
    {"tau", tau_undefined},
    {"gately", gately_undefined},
    {"nucleolus", nucleolus_undefined},
    {"nash", nash_undefined},
    {"egalitarian-core", egalitarian_core_undefined},
    {"per-capita-nucleolus", nucleolus_undefined},
    {"proportional-nucleolus", proportional_nucleolus_undefined},
};

static bool should_be_undefined(const char *rule, const value_table *table) {
  bool undefined = false;
  game_outline outline;
  fill_outline(&outline, table);
  for (size_t k = 0; k < sizeof conditions / sizeof *conditions; k++)
    if (!strcmp(conditions[k].rule, rule)) undefined = conditions[k].undefined(&outline, table);
  clear_outline(&outline);
  return undefined;
}

static bool status_is_right(const game_trial *trial) {
  const accord_split *split = trial->split;
  if (!should_be_undefined(trial->rule->name, &views[BASE])) return split->status == ACCORD_OK;
  return split->status == ACCORD_UNDEFINED && split->reason && *split->reason;
}

/* ------------------------------------------------------------- laws of games */

/* Whether another[i] = factor * share[i], in status as well. */
static bool is_multiple(const accord_split *another, const accord_split *split, long numerator,
                        unsigned long denominator) {
  if (another->status != split->status) return false;
  mpq_t factor, product;
  mpq_inits(factor, product, NULL);
  mpq_set_si(factor, numerator, denominator);
  bool equal = true;
  for (int i = 0; i < split->n; i++) {
    mpq_mul(product, factor, split->share[i]);
    if (!mpq_equal(product, another->share[i])) equal = false;
  }
  mpq_clears(factor, product, NULL);
  return equal;
}

/* sign of v(S + first) - v(S + second) over all S without both: every one is of that sign or 0. */
static bool adds_at_least(const value_table *table, int first, int second) {
  for (unsigned s = 0; s <= everybody(table->n); s++) {
    if (has(s, first) || has(s, second)) continue;
    int order = mpq_cmp(table->value[s | 1u << first], table->value[s | 1u << second]);
    if (table->cost ? order > 0 : order < 0) return false;
  }
  return true;
}

static bool interchangeable(const value_table *table, int first, int second) {
  return adds_at_least(table, first, second) && adds_at_least(table, second, first);
}

/* Whether the party adds exactly amount to every coalition. */
static bool always_adds(const value_table *table, int party, const mpq_t amount) {
  mpq_t added;
  mpq_init(added);
  bool always = true;
  for (unsigned s = 0; always && s <= everybody(table->n); s++) {
    if (has(s, party)) continue;
    mpq_sub(added, table->value[s | 1u << party], table->value[s]);
    always = mpq_equal(added, amount);
  }
  mpq_clear(added);
  return always;
}

/* The parties of a union or of a linked group share its value; all of them together the split's total. */
static bool law_component_efficient(const game_trial *trial) {
  bool right = true;
  mpq_t sum, total;
  const accord_coalition *links = trial->problem[BASE]->overlays.links;
  bool by_links = !strcmp(trial->rule->name, "myerson");
  unsigned seen = 0;
  mpq_inits(sum, total, NULL);
  for (int i = 0; i < trial->game.n; i++) {
    unsigned group = 1u << i, before = 0;
    if (seen >> i & 1) continue;
    while (by_links && group != before) {
      before = group;
      for (int j = 0; j < trial->game.n; j++)
        if (before >> j & 1) group |= (unsigned)links[j];
    }
    for (int j = 0; j < trial->game.n && !by_links; j++)
      if (j % 2 == i % 2) group |= 1u << j;
    seen |= group;
    mpq_set_ui(sum, 0, 1);
    for (int j = 0; j < trial->game.n; j++)
      if (group >> j & 1) mpq_add(sum, sum, trial->split->share[j]);
    right = right && mpq_equal(sum, views[BASE].value[group]);
    mpq_add(total, total, sum);
  }
  right = right && mpq_equal(total, trial->split->total);
  mpq_clears(sum, total, NULL);
  return right;
}

static bool law_efficient(const game_trial *trial) {
  return check_efficient(&trial->game, read_only(trial->split->share)) &&
         mpq_equal(trial->split->total, views[BASE].value[everybody(trial->game.n)]);
}

static bool law_symmetric(const game_trial *trial) {
  for (int i = 0; i < trial->game.n; i++)
    for (int j = 0; j < i; j++)
      if (interchangeable(&views[BASE], i, j) && !mpq_equal(trial->split->share[i], trial->split->share[j]))
        return false;
  return true;
}

static bool law_dummy(const game_trial *trial) {
  for (int i = 0; i < trial->game.n; i++) {
    const mpq_t *alone = &trial->game.value[1u << i];
    if (always_adds(&views[BASE], i, *alone) && !mpq_equal(trial->split->share[i], *alone)) return false;
  }
  return true;
}

static bool law_null(const game_trial *trial) {
  for (int i = 0; i < trial->game.n; i++) {
    const mpq_t *alone = &trial->game.value[1u << i];
    if (mpq_sgn(*alone) == 0 && always_adds(&views[BASE], i, *alone) && mpq_sgn(trial->split->share[i])) return false;
  }
  return true;
}

static bool law_additive(const game_trial *trial) {
  const accord_split *other = solve(trial, OTHER), *sum = solve(trial, SUM);
  if (other->status || sum->status) return false;
  mpq_t expected;
  mpq_init(expected);
  bool additive = true;
  for (int i = 0; i < trial->game.n; i++) {
    mpq_add(expected, trial->split->share[i], other->share[i]);
    if (!mpq_equal(expected, sum->share[i])) additive = false;
  }
  mpq_clear(expected);
  return additive;
}

static bool law_scale(const game_trial *trial) {
  return is_multiple(solve(trial, DOUBLED), trial->split, 2, 1) && is_multiple(solve(trial, THIRD), trial->split, 1, 3);
}

static bool law_shift(const game_trial *trial) {
  const accord_split *shifted = solve(trial, SHIFTED);
  if (shifted->status) return false;
  mpq_t expected;
  mpq_init(expected);
  bool equal = true;
  for (int i = 0; i < trial->game.n; i++) {
    mpq_add(expected, trial->split->share[i], shift[i]);
    if (!mpq_equal(expected, shifted->share[i])) equal = false;
  }
  mpq_clear(expected);
  return equal;
}

static bool law_individual(const game_trial *trial) {
  return !trial->individual || check_individual(&trial->game, read_only(trial->split->share));
}

static bool law_in_core(const game_trial *trial) {
  return trial->core_empty || check_in_core(&trial->game, read_only(trial->split->share));
}

static bool law_in_core_if_convex(const game_trial *trial) {
  return !trial->convex || check_in_core(&trial->game, read_only(trial->split->share));
}

static bool law_order_of_parties(const game_trial *trial) {
  const accord_split *permuted = solve(trial, PERMUTED);
  if (permuted->status) return false;
  for (int i = 0; i < trial->game.n; i++)
    if (!mpq_equal(trial->split->share[i], permuted->share[trial->order[i]])) return false;
  return true;
}

/* Rules that read a cost game in their own way. */
static bool reads_costs_itself(const char *rule) { return !strcmp(rule, "proportional-nucleolus"); }

static bool law_mirror(const game_trial *trial) {
  return reads_costs_itself(trial->rule->name) || is_multiple(solve(trial, MIRROR), trial->split, -1, 1);
}

static bool law_doubles(const game_trial *trial) {
  for (int i = 0; i < trial->game.n; i++)
    if (trial->split->value[i] != accord_to_double(trial->split->share[i])) return false;
  return trial->split->exact;
}

static bool is_nucleolus(const game_trial *trial) { return !strcmp(trial->rule->name, "nucleolus"); }

static bool is_prenucleolus(const game_trial *trial) { return !strcmp(trial->rule->name, "prenucleolus"); }

static bool law_certificate(const game_trial *trial) {
  if (!is_nucleolus(trial) && !is_prenucleolus(trial)) return true;
  const char *fault =
      check_kohlberg(&trial->game, read_only(trial->split->share), trial->split->certificate, is_nucleolus(trial));
  if (fault) print_message("certificate: %s\n", fault);
  return !fault;
}

static bool law_criterion(const game_trial *trial) {
  if (trial->game.n > CRITERION_MOST || (!is_nucleolus(trial) && !is_prenucleolus(trial))) return true;
  return check_criterion(&trial->game, read_only(trial->split->share), is_nucleolus(trial));
}

static bool objection_is_right(const game_trial *trial, const accord_stability *stability, int k) {
  const accord_objection *objection = &stability->objections[k];
  mpq_t excess;
  mpq_init(excess);
  check_excess(excess, &trial->game, read_only(trial->split->share), objection->coalition);
  bool right = mpq_equal(excess, objection->amount) && mpq_sgn(excess) > 0;
  if (k) {
    int order = mpq_cmp(objection[-1].amount, excess);
    right = right && (order > 0 || (order == 0 && objection[-1].coalition < objection->coalition));
  }
  mpq_clear(excess);
  return right;
}

static bool excess_is_right(const game_trial *trial, const accord_stability *stability) {
  mpq_t excess;
  mpq_init(excess);
  accord_coalition worst = check_worst(excess, &trial->game, read_only(trial->split->share));
  bool right = stability->has_excess == (worst != 0);
  if (worst) right = right && stability->worst == worst && mpq_equal(stability->max_excess, excess);
  mpq_clear(excess);
  return right;
}

static bool law_stability(const game_trial *trial) {
  accord_stability *stability = NULL;
  int top = (int)draw(0, 5);
  const mpq_t *share = read_only(trial->split->share);
  if (accord_find_stability(trial->context, &stability, trial->problem[BASE], share, top)) return false;
  uint64_t count = check_objections(&trial->game, share);
  bool right = stability->objection_count == count && stability->stable == (count ? ACCORD_NO : ACCORD_YES);
  right = right && stability->listed == (count < (uint64_t)top ? (int)count : top) && excess_is_right(trial, stability);
  for (int k = 0; right && k < stability->listed; k++) right = objection_is_right(trial, stability, k);
  return right;
}

/* The order of two shares as a benefit. */
static int compare_shares(const game_trial *trial, int first, int second) {
  int order = mpq_cmp(trial->split->share[first], trial->split->share[second]);
  return trial->game.cost ? -order : order;
}

static bool is_null_yet_paid(const game_trial *trial, int party) {
  mpq_t zero;
  mpq_init(zero);
  bool null = always_adds(&views[BASE], party, zero) && mpq_sgn(trial->split->share[party]);
  mpq_clear(zero);
  return null;
}

static void count_pair(const game_trial *trial, int first, int second, int *unequal, int *dominated) {
  int order = compare_shares(trial, first, second);
  if (first < second && order && interchangeable(&views[BASE], first, second)) ++*unequal;
  if (order < 0 && adds_at_least(&views[BASE], first, second)) ++*dominated;
}

static bool law_comparisons(const game_trial *trial) {
  accord_comparisons *found = NULL;
  if (accord_find_comparisons(trial->context, &found, trial->problem[BASE], read_only(trial->split->share)))
    return false;
  int unequal = 0, dominated = 0, null = 0;
  for (int i = 0; i < trial->game.n; i++) {
    null += is_null_yet_paid(trial, i);
    for (int j = 0; j < trial->game.n; j++)
      if (i != j) count_pair(trial, i, j, &unequal, &dominated);
  }
  return found->unequal_count == unequal && found->null_count == null && found->dominated_count == dominated;
}

/* promise 0: a law for every rule. */
static const struct {
  int promise;
  const char *name;
  bool (*holds)(const game_trial *trial);
} game_laws[] = {
    {ACCORD_EFFICIENT, "efficient", law_efficient},
    {ACCORD_COMPONENT_EFFICIENT, "component efficient", law_component_efficient},
    {ACCORD_SYMMETRIC, "symmetric", law_symmetric},
    {ACCORD_NULL_PARTY, "null party", law_null},
    {ACCORD_DUMMY_PARTY, "dummy party", law_dummy},
    {ACCORD_ADDITIVE, "additive", law_additive},
    {ACCORD_SCALE_COVARIANT, "scale covariant", law_scale},
    {ACCORD_SHIFT_COVARIANT, "shift covariant", law_shift},
    {ACCORD_INDIVIDUAL, "individual", law_individual},
    {ACCORD_IN_CORE, "in core", law_in_core},
    {ACCORD_IN_CORE_IF_CONVEX, "in core if convex", law_in_core_if_convex},
    {0, "order of parties", law_order_of_parties},
    {0, "cost is a negative benefit", law_mirror},
    {0, "doubles are the nearest", law_doubles},
    {0, "Kohlberg certificate", law_certificate},
    {0, "Kohlberg criterion", law_criterion},
    {0, "stability", law_stability},
    {0, "comparisons", law_comparisons},
};

static void try_game_laws(const game_trial *trial) {
  for (size_t k = 0; k < sizeof game_laws / sizeof *game_laws; k++) {
    if (game_laws[k].promise && !(trial->rule->promises & game_laws[k].promise)) continue;
    if (!game_laws[k].holds(trial)) note_fault(trial->rule->name, game_laws[k].name, &views[BASE], trial->split);
  }
}

static void try_rule(game_trial *trial, const accord_rule *rule) {
  trial->rule = rule;
  trial->split = solve(trial, BASE);
  if (!(rule->promises & (ACCORD_EFFICIENT | ACCORD_COMPONENT_EFFICIENT)) && rule->domain & ACCORD_ON_GAMES)
    note_fault(rule->name, "promises no total", &views[BASE], trial->split);
  if (!status_is_right(trial)) note_fault(rule->name, "status", &views[BASE], trial->split);
  else if (trial->split->status == ACCORD_OK) try_game_laws(trial);
}

/* ----------------------------------------------------------- laws of the facts */

static const accord_split *split_by(const game_trial *trial, const char *rule) {
  return solve_problem(trial->context, trial->problem[BASE], accord_find_rule(rule));
}

static accord_answer answer(bool yes) { return yes ? ACCORD_YES : ACCORD_NO; }

static bool shapes_are_right(const game_trial *trial, const accord_facts *facts) {
  return facts->monotone == answer(check_monotone(&trial->game)) && facts->convex == answer(trial->convex) &&
         facts->superadditive == answer(check_superadditive(&trial->game));
}

static bool core_is_right(const game_trial *trial, const accord_facts *facts) {
  if (facts->core_empty != answer(trial->core_empty)) return false;
  if (trial->core_empty)
    return !check_balanced(&trial->game, facts->balanced) && !facts->least_share && !facts->greatest_share;
  return check_in_core(&trial->game, read_only(split_by(trial, "nucleolus")->share));
}

static bool range_is_right(const game_trial *trial, const accord_facts *facts, const accord_split *inside, int party) {
  const mpq_t *low = read_only(&facts->least_share[party]), *high = read_only(&facts->greatest_share[party]);
  if (mpq_cmp(*low, inside->share[party]) > 0 || mpq_cmp(*high, inside->share[party]) < 0) return false;
  if (trial->game.n > RANGES_MOST) return true;
  mpq_t least, greatest;
  mpq_inits(least, greatest, NULL);
  check_core_range(least, greatest, &trial->game, read_only(inside->share), party);
  bool right = mpq_equal(least, *low) && mpq_equal(greatest, *high);
  mpq_clears(least, greatest, NULL);
  return right;
}

static bool ranges_are_right(const game_trial *trial, const accord_facts *facts) {
  if (trial->core_empty) return true;
  const accord_split *inside = split_by(trial, "nucleolus");
  if (!facts->least_share || !facts->greatest_share) return false;
  for (int i = 0; i < trial->game.n; i++)
    if (!range_is_right(trial, facts, inside, i)) return false;
  return true;
}

static bool least_core_is_right(const game_trial *trial, const accord_facts *facts) {
  if (trial->game.n == 1) return !facts->has_least_core;
  mpq_t epsilon;
  mpq_init(epsilon);
  check_least_core(epsilon, &trial->game);
  bool right = facts->has_least_core && mpq_equal(epsilon, facts->least_core);
  mpq_clear(epsilon);
  const accord_kohlberg *certificate = split_by(trial, "prenucleolus")->certificate;
  return right && certificate && certificate->level_count &&
         mpq_equal(certificate->levels[0].excess, facts->least_core);
}

static bool stability_cost_is_right(const game_trial *trial, const accord_facts *facts) {
  mpq_t amount;
  mpq_init(amount);
  check_cost_of_stability(amount, &trial->game);
  bool right = facts->has_cost_of_stability && mpq_equal(amount, facts->cost_of_stability);
  mpq_clear(amount);
  return right && mpq_sgn(facts->cost_of_stability) == trial->core_empty;
}

static const struct {
  const char *name;
  bool (*right)(const game_trial *trial, const accord_facts *facts);
} fact_laws[] = {
    {"monotone, superadditive, convex", shapes_are_right},
    {"core empty", core_is_right},
    {"ranges", ranges_are_right},
    {"least core", least_core_is_right},
    {"cost of stability", stability_cost_is_right},
};

static void try_facts(const game_trial *trial) {
  accord_facts *facts = NULL;
  if (accord_find_facts(trial->context, &facts, trial->problem[BASE], ACCORD_FACTS_ALL))
    fail_msg("facts: %s", accord_message(trial->context));
  for (size_t k = 0; k < sizeof fact_laws / sizeof *fact_laws; k++)
    if (!fact_laws[k].right(trial, facts)) note_fault("facts", fact_laws[k].name, &views[BASE], NULL);
}

/* Everything about the game in views[BASE]. */
/* A rule for few parties takes seconds where they are nearly as many as it takes: half of them, then. */
static bool is_cheap(const accord_rule *rule, int n) { return rule->max_n >= 2 * MOST || 2 * n <= rule->max_n; }

static void try_game(void) {
  accord_mark mark = accord_get_mark(the_context);
  game_trial trial;
  start_trial(&trial, the_context);
  for (int r = 0; r < accord_rule_count; r++)
    if (accord_rule_applies(&accord_rules[r], trial.problem[BASE]) && is_cheap(&accord_rules[r], trial.game.n))
      try_rule(&trial, &accord_rules[r]);
  try_facts(&trial);
  accord_reset(the_context, mark);
}

/* --------------------------------------------------------- every small game */

/* Game number index of those with n parties and values low .. high. */
static void number_game(long index, int n, long low, long high, bool cost) {
  start_table(&views[BASE], "exhaustive", n, cost);
  for (unsigned s = everybody(n); s; s--) {
    set_value(&views[BASE], s, low + index % (high - low + 1), 1);
    index /= high - low + 1;
  }
}

static void try_every_game(int n, long low, long high, bool cost) {
  long count = 1;
  for (unsigned s = everybody(n); s; s--) count *= high - low + 1;
  for (long index = 0; index < count; index++) {
    number_game(index, n, low, high, cost);
    try_game();
  }
}

static void every_game_keeps_the_promises(bool cost) {
  start_test();
  try_every_game(1, -2, 2, cost);
  try_every_game(2, -2, 2, cost);
  try_every_game(3, 0, 2, cost);
  expect_no_faults();
}

static void test_every_benefit_game(void **state) {
  (void)state;
  every_game_keeps_the_promises(false);
}

static void test_every_cost_game(void **state) {
  (void)state;
  every_game_keeps_the_promises(true);
}

/* ------------------------------------------------------------ random families */

/* A nonnegative sum of unanimity games. */
static void fill_convex(value_table *table) {
  for (unsigned t = 1; t <= everybody(table->n); t++) {
    long dividend = draw(0, 2) ? 0 : draw(0, 6);
    for (unsigned s = t; s <= everybody(table->n); s++)
      if ((s & t) == t) set_value(table, s, dividend + mpz_get_si(mpq_numref(table->value[s])), 1);
  }
}

static void fill_negative(value_table *table) {
  for (unsigned s = 1; s <= everybody(table->n); s++) set_value(table, s, draw(-9, 9), 1);
}

static void fill_ties(value_table *table) {
  for (unsigned s = 1; s <= everybody(table->n); s++) set_value(table, s, draw(0, 1), 1);
}

static void fill_empty_core(value_table *table) {
  for (unsigned s = 1; s <= everybody(table->n); s++)
    set_value(table, s, size_of(s) * 2 > table->n ? draw(6, 10) : draw(0, 1), 1);
}

/* The first parties are interchangeable. */
static void fill_symmetric(value_table *table) {
  unsigned alike = everybody((int)draw(2, table->n));
  for (unsigned s = 1; s <= everybody(table->n); s++) {
    unsigned first = (s & ~alike) | everybody(size_of(s & alike));
    if (first == s) set_value(table, s, draw(0, 9), 1);
    else mpq_set(table->value[s], table->value[first]);
  }
}

/* Party 0 adds nothing, the last one always 3/2. */
static void fill_null_and_dummy(value_table *table) {
  unsigned last = 1u << (table->n - 1), core = everybody(table->n) & ~(last | 1u);
  for (unsigned s = 1; s <= everybody(table->n); s++) {
    if ((s & core) == s) set_value(table, s, 2 * draw(-2, 9) * size_of(s), 2);
    else mpq_set(table->value[s], table->value[s & core]);
  }
  for (unsigned s = 1; s <= everybody(table->n); s++)
    if (s & last) {
      set_value(table, 0, 3, 2);
      mpq_add(table->value[s], table->value[s], table->value[0]);
    }
  set_value(table, 0, 0, 1);
}

/* max(0, estate - what the others claim). */
static void fill_bankruptcy(value_table *table) {
  long claim[MOST], sum = 0;
  for (int i = 0; i < table->n; i++) sum += claim[i] = draw(0, 20);
  long estate = draw(0, sum);
  for (unsigned s = 1; s <= everybody(table->n); s++) {
    long left = estate;
    for (int i = 0; i < table->n; i++)
      if (!has(s, i)) left -= claim[i];
    set_value(table, s, left > 0 ? left : 0, 1);
  }
}

/* The longest runway that a member needs; the saving over separate ones where it is a benefit. */
static void fill_airport(value_table *table) {
  long need[MOST];
  for (int i = 0; i < table->n; i++) need[i] = draw(1, 12);
  for (unsigned s = 1; s <= everybody(table->n); s++) {
    long most = 0, sum = 0;
    for (int i = 0; i < table->n; i++)
      if (has(s, i)) {
        sum += need[i];
        if (need[i] > most) most = need[i];
      }
    set_value(table, s, table->cost ? most : sum - most, 3);
  }
}

/* Pairs of a left and a right glove. */
static void fill_glove(value_table *table) {
  unsigned left = (unsigned)draw(1, (long)everybody(table->n) - 1);
  for (unsigned s = 1; s <= everybody(table->n); s++) {
    int pairs = size_of(s & left), right = size_of(s & ~left);
    set_value(table, s, pairs < right ? pairs : right, 1);
  }
}

static void fill_decimals(value_table *table) {
  for (unsigned s = 1; s <= everybody(table->n); s++)
    set_value(table, s, draw(0, 400) + 100L * size_of(s) * size_of(s), 100);
}

static void fill_fractions(value_table *table) {
  for (unsigned s = 1; s <= everybody(table->n); s++)
    set_value(table, s, draw(-20, 60) * size_of(s), (unsigned long)draw(1, 13));
}

static void fill_large(value_table *table) {
  for (unsigned s = 1; s <= everybody(table->n); s++)
    set_value(table, s, draw(10000000000000000, 99999999999999999) * size_of(s), 1);
}

static void fill_voting(value_table *table) {
  long weight[MOST], sum = 0;
  for (int i = 0; i < table->n; i++) sum += weight[i] = draw(1, 9);
  long quota = draw(sum / 2 + 1, sum);
  for (unsigned s = 1; s <= everybody(table->n); s++) {
    long votes = 0;
    for (int i = 0; i < table->n; i++)
      if (has(s, i)) votes += weight[i];
    set_value(table, s, votes >= quota, 1);
  }
}

/* Nothing but what each has alone: everything is a tie. */
static void fill_additive(value_table *table) {
  long alone[MOST];
  for (int i = 0; i < table->n; i++) alone[i] = draw(-2, 5);
  for (unsigned s = 1; s <= everybody(table->n); s++) {
    long sum = 0;
    for (int i = 0; i < table->n; i++)
      if (has(s, i)) sum += alone[i];
    set_value(table, s, sum, 7);
  }
}

static void fill_by_size(value_table *table) {
  long worth[MOST + 1];
  for (int k = 0; k <= table->n; k++) worth[k] = draw(-3, 12);
  for (unsigned s = 1; s <= everybody(table->n); s++) set_value(table, s, worth[size_of(s)], 1);
}

/* Random values raised to the best split in two, so that joining always pays. */
static void fill_superadditive(value_table *table) {
  for (unsigned s = 1; s <= everybody(table->n); s++) {
    long best = draw(0, 6);
    for (unsigned t = (s - 1) & s; t; t = (t - 1) & s) {
      long both = mpz_get_si(mpq_numref(table->value[t])) + mpz_get_si(mpq_numref(table->value[s & ~t]));
      if (both > best) best = both;
    }
    set_value(table, s, best, 1);
  }
}

static const struct {
  const char *name;
  void (*fill)(value_table *table);
} families[] = {
    {"convex", fill_convex},
    {"negative", fill_negative},
    {"ties", fill_ties},
    {"empty core", fill_empty_core},
    {"symmetric", fill_symmetric},
    {"null and dummy", fill_null_and_dummy},
    {"bankruptcy", fill_bankruptcy},
    {"airport", fill_airport},
    {"glove", fill_glove},
    {"decimals", fill_decimals},
    {"fractions", fill_fractions},
    {"large", fill_large},
    {"voting", fill_voting},
    {"additive", fill_additive},
    {"by size", fill_by_size},
    {"superadditive", fill_superadditive},
};

enum { FAMILY_COUNT = sizeof families / sizeof *families };

static void draw_game(value_table *table, int family, int n, bool cost) {
  start_table(table, families[family].name, n, cost);
  families[family].fill(table);
}

static void negate_values(value_table *table) {
  for (unsigned s = 1; s <= everybody(table->n); s++) mpq_neg(table->value[s], table->value[s]);
}

/* As it is, as a cost, or turned into a cost game of the same shape. */
static void try_random_game(int family, int n) {
  long form = draw(0, 3);
  draw_game(&views[BASE], family, n, form >= 2);
  if (form == 3) negate_values(&views[BASE]);
  try_game();
}

static void test_random_games(void **state) {
  (void)state;
  start_test();
  long rounds = setting("ACCORD_ROUNDS", 40);
  for (long round = 0; round < rounds; round++)
    for (int family = 0; family < FAMILY_COUNT; family++)
      try_random_game(family, 2 + (int)((round + family) % (MOST - 1)));
  expect_no_faults();
}

/* ------------------------------------------------------------- claims problems */

typedef struct claims_dispute {
  int n;
  mpq_t estate;
  mpq_t claim[MOST];
} claims_dispute;

enum { NOW, TWICE, A_THIRD, DUAL, MORE, TURNED, CUT, FORM_COUNT };

typedef struct claims_trial {
  accord_context *context;
  accord_problem *problem[FORM_COUNT];
  accord_problem *game; /* the table alone, without the claims */
  int order[MOST];
  const accord_rule *rule;
  const accord_split *split;
} claims_trial;

static claims_dispute forms[FORM_COUNT];
static value_table claims_table;

static void sum_claims(mpq_t sum, const claims_dispute *dispute) {
  mpq_set_ui(sum, 0, 1);
  for (int i = 0; i < dispute->n; i++) mpq_add(sum, sum, dispute->claim[i]);
}

static void note_dispute(const claims_trial *trial, const char *law) {
  if (!is_first_fault(trial->rule->name, law)) return;
  print_message("%s breaks '%s' in a claims problem\n", trial->rule->name, law);
  print_numbers("estate", read_only(&forms[NOW].estate), 1);
  print_numbers("claims", read_only(forms[NOW].claim), (size_t)forms[NOW].n);
  print_split(trial->split);
}

static accord_problem *claims_problem(accord_context *context, const claims_dispute *dispute) {
  char estate[TEXT_ROOM];
  mpq_get_str(estate, 10, dispute->estate);
  accord_problem *problem = NULL;
  if (accord_problem_from_claims(context, &problem, estate, write_numbers(dispute->claim, (size_t)dispute->n),
                                 dispute->n))
    fail_msg("claims: %s", accord_message(context));
  return problem;
}

static void scale_dispute(claims_dispute *scaled, const claims_dispute *dispute, unsigned long numerator,
                          unsigned long denominator) {
  mpq_t factor;
  mpq_init(factor);
  mpq_set_ui(factor, numerator, denominator);
  scaled->n = dispute->n;
  mpq_mul(scaled->estate, dispute->estate, factor);
  for (int i = 0; i < dispute->n; i++) mpq_mul(scaled->claim[i], dispute->claim[i], factor);
  mpq_clear(factor);
}

/* MORE has an estate larger by a random part of what is missing, CUT no claim beyond the estate. */
static void derive_forms(claims_trial *trial) {
  const claims_dispute *now = &forms[NOW];
  mpq_t missing;
  mpq_init(missing);
  scale_dispute(&forms[TWICE], now, 2, 1);
  scale_dispute(&forms[A_THIRD], now, 1, 3);
  for (int f = DUAL; f < FORM_COUNT; f++) scale_dispute(&forms[f], now, 1, 1);
  sum_claims(missing, now);
  mpq_sub(missing, missing, now->estate);
  mpq_set(forms[DUAL].estate, missing);
  mpq_set_si(forms[MORE].estate, draw(1, 4), 4);
  mpq_canonicalize(forms[MORE].estate);
  mpq_mul(missing, missing, forms[MORE].estate);
  mpq_add(forms[MORE].estate, now->estate, missing);
  draw_order(trial->order, now->n);
  for (int i = 0; i < now->n; i++) {
    mpq_set(forms[TURNED].claim[trial->order[i]], now->claim[i]);
    if (mpq_cmp(now->claim[i], now->estate) > 0) mpq_set(forms[CUT].claim[i], now->estate);
  }
  mpq_clear(missing);
}

/* v(S) = max(0, estate - claims outside S). */
static void fill_claims_table(value_table *table, const claims_dispute *dispute) {
  start_table(table, "claims", dispute->n, false);
  for (unsigned s = 1; s <= everybody(dispute->n); s++) {
    mpq_set(table->value[s], dispute->estate);
    for (int i = 0; i < dispute->n; i++)
      if (!has(s, i)) mpq_sub(table->value[s], table->value[s], dispute->claim[i]);
    if (mpq_sgn(table->value[s]) < 0) mpq_set_ui(table->value[s], 0, 1);
  }
}

static accord_split *settle(const claims_trial *trial, int form) {
  return solve_problem(trial->context, trial->problem[form], trial->rule);
}

/* The sign of a - b, where an inexact rule may be off by a little. */
static int compare(const claims_trial *trial, const mpq_t a, const mpq_t b) {
  if (!trial->split->exact && fabs(mpq_get_d(a) - mpq_get_d(b)) <= CLOSE * (1 + fabs(mpq_get_d(a)))) return 0;
  return mpq_cmp(a, b);
}

static bool is_scaled(const claims_trial *trial, int form, unsigned long numerator, unsigned long denominator) {
  const accord_split *split = settle(trial, form);
  mpq_t factor, product;
  mpq_inits(factor, product, NULL);
  mpq_set_ui(factor, numerator, denominator);
  bool equal = split->status == ACCORD_OK;
  for (int i = 0; equal && i < split->n; i++) {
    mpq_mul(product, factor, trial->split->share[i]);
    equal = compare(trial, product, split->share[i]) == 0;
  }
  mpq_clears(factor, product, NULL);
  return equal;
}

static bool claims_efficient(const claims_trial *trial) {
  mpq_t sum;
  mpq_init(sum);
  for (int i = 0; i < trial->split->n; i++) mpq_add(sum, sum, trial->split->share[i]);
  bool efficient = compare(trial, sum, forms[NOW].estate) == 0 && mpq_equal(trial->split->total, forms[NOW].estate);
  mpq_clear(sum);
  return efficient;
}

static bool claims_symmetric(const claims_trial *trial) {
  for (int i = 0; i < forms[NOW].n; i++)
    for (int j = 0; j < i; j++)
      if (mpq_equal(forms[NOW].claim[i], forms[NOW].claim[j]) &&
          compare(trial, trial->split->share[i], trial->split->share[j]))
        return false;
  return true;
}

static bool claims_scale(const claims_trial *trial) {
  return is_scaled(trial, TWICE, 2, 1) && is_scaled(trial, A_THIRD, 1, 3);
}

static bool claims_bounded(const claims_trial *trial) {
  for (int i = 0; i < forms[NOW].n; i++)
    if (mpq_sgn(trial->split->share[i]) < 0 || compare(trial, trial->split->share[i], forms[NOW].claim[i]) > 0)
      return false;
  return true;
}

/* A larger claim gets no less and loses no less than a smaller one. */
static bool pair_keeps_order(const claims_trial *trial, int larger, int smaller) {
  mpq_t loss, other;
  mpq_inits(loss, other, NULL);
  mpq_sub(loss, forms[NOW].claim[larger], trial->split->share[larger]);
  mpq_sub(other, forms[NOW].claim[smaller], trial->split->share[smaller]);
  bool keeps = compare(trial, loss, other) >= 0 &&
               compare(trial, trial->split->share[larger], trial->split->share[smaller]) >= 0;
  mpq_clears(loss, other, NULL);
  return keeps;
}

static bool claims_order(const claims_trial *trial) {
  for (int i = 0; i < forms[NOW].n; i++)
    for (int j = 0; j < forms[NOW].n; j++)
      if (mpq_cmp(forms[NOW].claim[i], forms[NOW].claim[j]) >= 0 && !pair_keeps_order(trial, i, j)) return false;
  return true;
}

static bool claims_self_dual(const claims_trial *trial) {
  const accord_split *dual = settle(trial, DUAL);
  mpq_t sum;
  mpq_init(sum);
  bool self_dual = dual->status == ACCORD_OK;
  for (int i = 0; self_dual && i < dual->n; i++) {
    mpq_add(sum, dual->share[i], trial->split->share[i]);
    self_dual = compare(trial, sum, forms[NOW].claim[i]) == 0;
  }
  mpq_clear(sum);
  return self_dual;
}

static bool claims_monotone(const claims_trial *trial) {
  const accord_split *more = settle(trial, MORE);
  for (int i = 0; i < more->n; i++)
    if (more->status || compare(trial, more->share[i], trial->split->share[i]) < 0) return false;
  return true;
}

static bool claims_order_of_parties(const claims_trial *trial) {
  const accord_split *turned = settle(trial, TURNED);
  for (int i = 0; i < turned->n; i++)
    if (turned->status || compare(trial, turned->share[trial->order[i]], trial->split->share[i])) return false;
  return true;
}

/* What a claim exceeds the estate by decides nothing. */
static bool claims_cut(const claims_trial *trial) {
  static const char *const truncating[] = {"cea",
                                           "talmud",
                                           "random-arrival",
                                           "minimal-overlap",
                                           "adjusted-proportional",
                                           "average-of-awards",
                                           "dominguez-thomson",
                                           "concede-and-divide"};
  bool right = true;
  for (size_t k = 0; k < sizeof truncating / sizeof *truncating; k++)
    if (!strcmp(truncating[k], trial->rule->name)) right = is_scaled(trial, CUT, 1, 1);
  return right;
}

static bool claims_exactness(const claims_trial *trial) { return trial->split->exact == trial->rule->rational; }

/* ----------------------------------- claims rules by what characterises them */

/* Numbers are equal except those at their own ceiling, which are no larger than the equal ones. */
static bool equal_up_to(const mpq_t *number, const mpq_t *ceiling, int n) {
  for (int i = 0; i < n; i++) {
    if (mpq_sgn(number[i]) < 0 || mpq_cmp(number[i], ceiling[i]) > 0) return false;
    if (mpq_equal(number[i], ceiling[i])) continue;
    for (int j = 0; j < n; j++)
      if (mpq_cmp(number[j], number[i]) > 0) return false;
  }
  return true;
}

typedef struct half_view {
  int n;
  bool low;                                               /* estate <= half of the claims */
  mpq_t award[MOST], loss[MOST], half[MOST], above[MOST]; /* above = award - half */
} half_view;

static void fill_halves(half_view *view, const claims_trial *trial) {
  mpq_t half;
  mpq_init(half);
  sum_claims(half, &forms[NOW]);
  mpq_div_2exp(half, half, 1);
  view->n = forms[NOW].n;
  view->low = mpq_cmp(forms[NOW].estate, half) <= 0;
  for (int i = 0; i < view->n; i++) {
    mpq_inits(view->award[i], view->loss[i], view->half[i], view->above[i], NULL);
    mpq_set(view->award[i], trial->split->share[i]);
    mpq_sub(view->loss[i], forms[NOW].claim[i], view->award[i]);
    mpq_div_2exp(view->half[i], forms[NOW].claim[i], 1);
    mpq_sub(view->above[i], view->award[i], view->half[i]);
  }
  mpq_clear(half);
}

static void clear_halves(half_view *view) {
  for (int i = 0; i < view->n; i++) mpq_clears(view->award[i], view->loss[i], view->half[i], view->above[i], NULL);
}

static bool is_cea(const half_view *view) { return equal_up_to(view->award, read_only(forms[NOW].claim), view->n); }

static bool is_cel(const half_view *view) { return equal_up_to(view->loss, read_only(forms[NOW].claim), view->n); }

static bool is_talmud(const half_view *view) {
  return equal_up_to(view->low ? view->award : view->loss, view->half, view->n);
}

static bool is_piniles(const half_view *view) {
  return equal_up_to(view->low ? view->award : view->above, view->half, view->n);
}

/* Half the claims less the awards, or half the claims less the losses, which is award - half. */
static bool is_reverse_talmud(const half_view *view) {
  mpq_t below[MOST];
  for (int i = 0; i < view->n; i++) {
    mpq_init(below[i]);
    mpq_neg(below[i], view->above[i]);
  }
  bool right = equal_up_to(view->low ? read_only(below) : view->above, view->half, view->n);
  for (int i = 0; i < view->n; i++) mpq_clear(below[i]);
  return right;
}

/* Beyond half: t is the least award that is not a whole claim; others get the larger of half and t. */
static bool is_constrained_egalitarian(const half_view *view) {
  if (view->low) return equal_up_to(view->award, view->half, view->n);
  for (int i = 0; i < view->n; i++) {
    if (mpq_sgn(view->above[i]) < 0 || mpq_sgn(view->loss[i]) < 0) return false;
    for (int j = 0; j < view->n; j++)
      if (mpq_sgn(view->loss[i]) && mpq_sgn(view->above[j]) && mpq_cmp(view->award[j], view->award[i]) > 0)
        return false;
  }
  return true;
}

static bool is_proportional(const half_view *view) {
  mpq_t left, right;
  mpq_inits(left, right, NULL);
  bool proportional = true;
  for (int i = 0; i < view->n; i++) {
    sum_claims(left, &forms[NOW]);
    mpq_mul(left, left, view->award[i]);
    mpq_mul(right, forms[NOW].estate, forms[NOW].claim[i]);
    if (!mpq_equal(left, right)) proportional = false;
  }
  mpq_clears(left, right, NULL);
  return proportional;
}

static const struct {
  const char *rule;
  bool (*is)(const half_view *view);
} characters[] = {
    {"cea", is_cea},
    {"cel", is_cel},
    {"talmud", is_talmud},
    {"piniles", is_piniles},
    {"reverse-talmud", is_reverse_talmud},
    {"constrained-egalitarian", is_constrained_egalitarian},
    {"proportional", is_proportional},
};

static bool claims_character(const claims_trial *trial) {
  bool right = true;
  half_view view;
  fill_halves(&view, trial);
  for (size_t k = 0; k < sizeof characters / sizeof *characters; k++)
    if (!strcmp(characters[k].rule, trial->rule->name)) right = characters[k].is(&view);
  clear_halves(&view);
  return right;
}

/* Rules that are a game's: the first on the claims, the second on the table alone. */
static const struct {
  const char *claims_rule, *game_rule;
} identities[] = {
    {"random-arrival", "shapley"},
    {"talmud", "nucleolus"},
    {"adjusted-proportional", "tau"},
};

static bool same_shares(const accord_split *a, const accord_split *b) {
  if (a->status || b->status) return false;
  for (int i = 0; i < a->n; i++)
    if (!mpq_equal(a->share[i], b->share[i])) return false;
  return true;
}

static bool claims_identity(const claims_trial *trial) {
  for (size_t k = 0; k < sizeof identities / sizeof *identities; k++) {
    if (strcmp(identities[k].claims_rule, trial->rule->name)) continue;
    const accord_rule *rule = accord_find_rule(identities[k].game_rule);
    return same_shares(trial->split, solve_problem(trial->context, trial->game, rule)) &&
           same_shares(trial->split, solve_problem(trial->context, trial->problem[NOW], rule));
  }
  return true;
}

/* Two claimants: these are all concede and divide. */
static bool claims_two(const claims_trial *trial) {
  static const char *const alike[] = {"talmud", "random-arrival", "minimal-overlap", "adjusted-proportional",
                                      "average-of-awards"};
  if (forms[NOW].n != 2) return true;
  for (size_t k = 0; k < sizeof alike / sizeof *alike; k++)
    if (!strcmp(alike[k], trial->rule->name))
      return same_shares(trial->split,
                         solve_problem(trial->context, trial->problem[NOW], accord_find_rule("concede-and-divide")));
  return true;
}

/* One step: everyone is awarded min(claim, rest) / n, taken off claim and rest. */
static void award_step(double *claim, double *award, double *rest, int n) {
  double before = *rest;
  for (int i = 0; i < n; i++) {
    double now = fmin(claim[i], before) / n;
    award[i] += now;
    claim[i] -= now;
    *rest -= now;
  }
}

static bool claims_limit(const claims_trial *trial) {
  if (strcmp(trial->rule->name, "dominguez-thomson")) return true;
  double claim[MOST], award[MOST] = {0}, rest = mpq_get_d(forms[NOW].estate);
  for (int i = 0; i < forms[NOW].n; i++) claim[i] = mpq_get_d(forms[NOW].claim[i]);
  for (int step = 0; step < 2000; step++) award_step(claim, award, &rest, forms[NOW].n);
  for (int i = 0; i < forms[NOW].n; i++)
    if (fabs(award[i] - trial->split->value[i]) > CLOSE * (1 + fabs(mpq_get_d(forms[NOW].estate)))) return false;
  return true;
}

/* t such that sum max(c_i - t, 0) = E - t, where E is above every claim; by bisection, then exact enough. */
static double overlap_threshold(const double *claim, double estate, int n) {
  double low = 0, high = 0;
  for (int i = 0; i < n; i++) high = fmax(high, claim[i]);
  for (int step = 0; step < 200; step++) {
    double t = (low + high) / 2, sum = t - estate;
    for (int i = 0; i < n; i++) sum += fmax(claim[i] - t, 0);
    if (sum > 0) low = t;
    else high = t;
  }
  return (low + high) / 2;
}

/* What the party gets of [0, t], each point of it shared by those whose claims reach it. */
static double nested_share(const double *claim, double t, int party, int n) {
  double share = 0, reached = 0;
  for (;;) {
    double next = t;
    int count = 0;
    for (int i = 0; i < n; i++)
      if (claim[i] > reached) {
        next = fmin(next, claim[i]);
        count++;
      }
    if (count == 0 || next <= reached || claim[party] <= reached) return share;
    share += (next - reached) / count;
    reached = next;
  }
}

static bool claims_overlap(const claims_trial *trial) {
  if (strcmp(trial->rule->name, "minimal-overlap")) return true;
  int n = forms[NOW].n;
  double claim[MOST], most = 0, estate = mpq_get_d(forms[NOW].estate);
  for (int i = 0; i < n; i++) most = fmax(most, claim[i] = mpq_get_d(forms[NOW].claim[i]));
  double t = most >= estate ? estate : overlap_threshold(claim, estate, n);
  for (int i = 0; i < n; i++) {
    double own = most >= estate ? 0 : fmax(claim[i] - t, 0);
    if (fabs(own + nested_share(claim, t, i, n) - trial->split->value[i]) > 1e-9 * (1 + estate)) return false;
  }
  return true;
}

static const struct {
  int promise;
  const char *name;
  bool (*holds)(const claims_trial *trial);
} claims_laws[] = {
    {0, "awards sum to the estate", claims_efficient},
    {ACCORD_EFFICIENT, "efficient", claims_efficient},
    {ACCORD_SYMMETRIC, "symmetric", claims_symmetric},
    {ACCORD_SCALE_COVARIANT, "scale covariant", claims_scale},
    {ACCORD_CLAIM_BOUNDED, "claim bounded", claims_bounded},
    {ACCORD_ORDER_PRESERVING, "order preserving", claims_order},
    {ACCORD_SELF_DUAL, "self-dual", claims_self_dual},
    {ACCORD_ESTATE_MONOTONE, "estate monotone", claims_monotone},
    {0, "order of parties", claims_order_of_parties},
    {0, "claims beyond the estate", claims_cut},
    {0, "exact as the rule says", claims_exactness},
    {0, "what characterises the rule", claims_character},
    {0, "identity with a game's rule", claims_identity},
    {0, "concede and divide for two", claims_two},
    {0, "the limit of its steps", claims_limit},
    {0, "overlap by definition", claims_overlap},
};

/* A rule for two claimants has nothing to say to others; all other rules are always defined. */
static bool claims_status_is_right(const claims_trial *trial) {
  bool undefined = !strcmp(trial->rule->name, "concede-and-divide") && forms[NOW].n != 2;
  return trial->split->status == (undefined ? ACCORD_UNDEFINED : ACCORD_OK);
}

static void try_claims_rule(claims_trial *trial, const accord_rule *rule) {
  trial->rule = rule;
  trial->split = settle(trial, NOW);
  if (!claims_status_is_right(trial)) note_dispute(trial, "status");
  if (trial->split->status) return;
  for (size_t k = 0; k < sizeof claims_laws / sizeof *claims_laws; k++) {
    if (claims_laws[k].promise && !(rule->claims_promises & claims_laws[k].promise)) continue;
    if (!claims_laws[k].holds(trial)) note_dispute(trial, claims_laws[k].name);
  }
}

static void try_claims_game(claims_trial *trial) {
  mpq_t value;
  mpq_init(value);
  for (unsigned s = 0; s <= everybody(forms[NOW].n); s++) {
    accord_game_value(value, trial->problem[NOW]->game, s);
    assert_true(mpq_equal(value, claims_table.value[s]));
  }
  mpq_clear(value);
}

/* Everything about the problem in forms[NOW]. */
static void try_dispute(void) {
  accord_mark mark = accord_get_mark(the_context);
  claims_trial trial = {.context = the_context};
  derive_forms(&trial);
  for (int f = 0; f < FORM_COUNT; f++) trial.problem[f] = claims_problem(the_context, &forms[f]);
  fill_claims_table(&claims_table, &forms[NOW]);
  trial.game = problem_of(the_context, &claims_table);
  try_claims_game(&trial);
  for (int r = 0; r < accord_rule_count; r++) {
    const accord_rule *rule = &accord_rules[r];
    if ((rule->domain & ACCORD_ON_CLAIMS) && rule->max_n >= forms[NOW].n) try_claims_rule(&trial, rule);
  }
  accord_reset(the_context, mark);
}

static void try_every_estate(long sum) {
  for (long estate = 0; estate <= sum; estate++) {
    mpq_set_si(forms[NOW].estate, estate, 1);
    try_dispute();
  }
}

static void try_every_dispute(int n, long most) {
  long count = 1;
  for (int i = 0; i < n; i++) count *= most + 1;
  forms[NOW].n = n;
  for (long index = 0; index < count; index++) {
    long rest = index, sum = 0;
    for (int i = 0; i < n; i++) {
      mpq_set_si(forms[NOW].claim[i], rest % (most + 1), 1);
      sum += rest % (most + 1);
      rest /= most + 1;
    }
    try_every_estate(sum);
  }
}

static void test_every_claims_problem(void **state) {
  (void)state;
  start_test();
  try_every_dispute(1, 2);
  try_every_dispute(2, 4);
  try_every_dispute(3, 3);
  expect_no_faults();
}

static void draw_dispute(int n) {
  mpq_t sum, part;
  mpq_inits(sum, part, NULL);
  forms[NOW].n = n;
  for (int i = 0; i < n; i++) {
    mpq_set_si(forms[NOW].claim[i], draw(0, 3) ? draw(0, 60) : 12, (unsigned long)draw(1, 4));
    mpq_canonicalize(forms[NOW].claim[i]);
  }
  sum_claims(sum, &forms[NOW]);
  mpq_set_si(part, draw(0, 24), 24);
  mpq_canonicalize(part);
  mpq_mul(forms[NOW].estate, sum, part);
  mpq_clears(sum, part, NULL);
}

static void test_random_claims(void **state) {
  (void)state;
  start_test();
  long rounds = 10 * setting("ACCORD_ROUNDS", 40);
  for (long round = 0; round < rounds; round++) {
    draw_dispute(2 + (int)(round % (MOST - 1)));
    try_dispute();
  }
  expect_no_faults();
}

/* -------------------------------------------------------------------- doubles */

/* The family's values in doubles and in the rationals that they stand for. */
static accord_problem *problem_in_doubles(const value_table *table, bool exact) {
  double value[MOST_VALUES];
  for (unsigned s = 0; s <= everybody(table->n); s++) value[s] = accord_to_double(table->value[s]);
  accord_problem *problem = NULL;
  if (accord_problem_from_doubles(the_context, &problem, table->cost ? ACCORD_COST : ACCORD_BENEFIT, exact, value,
                                  table->n))
    fail_msg("doubles: %s", accord_message(the_context));
  return problem;
}

static double largest_value(const value_table *table) {
  double largest = 0;
  for (unsigned s = 0; s <= everybody(table->n); s++) largest = fmax(largest, fabs(mpq_get_d(table->value[s])));
  return largest;
}

static bool nearly_same(const accord_split *a, const accord_split *b, double scale) {
  if (a->status != b->status) return false;
  for (int i = 0; a->status == ACCORD_OK && i < a->n; i++)
    if (fabs(a->value[i] - b->value[i]) > CLOSE * scale) return false;
  return true;
}

static bool same_answers(const accord_facts *a, const accord_facts *b) {
  return a->monotone == b->monotone && a->superadditive == b->superadditive && a->convex == b->convex &&
         a->core_empty == b->core_empty;
}

static bool nearly(const mpq_t a, const mpq_t b, double scale) {
  return fabs(mpq_get_d(a) - mpq_get_d(b)) <= CLOSE * scale;
}

static void try_facts_in_doubles(const value_table *table, const accord_problem *exact, const accord_problem *rough) {
  accord_facts *wanted = NULL, *found = NULL;
  if (accord_find_facts(the_context, &wanted, exact, ACCORD_FACTS_ALL) ||
      accord_find_facts(the_context, &found, rough, ACCORD_FACTS_ALL))
    fail_msg("facts: %s", accord_message(the_context));
  double scale = largest_value(table);
  if (!same_answers(found, wanted)) note_fault("facts", "answers from doubles", table, NULL);
  if (!nearly(found->least_core, wanted->least_core, scale))
    note_fault("facts", "least core from doubles", table, NULL);
  if (!nearly(found->cost_of_stability, wanted->cost_of_stability, scale))
    note_fault("facts", "cost of stability from doubles", table, NULL);
}

static void try_stability_in_doubles(const value_table *table, const accord_problem *rough, const accord_split *split) {
  accord_stability *stability = NULL;
  check_game game = game_of(table);
  if (accord_find_stability(the_context, &stability, rough, read_only(split->share), 3))
    fail_msg("stability: %s", accord_message(the_context));
  uint64_t count = check_objections(&game, read_only(split->share));
  if (stability->objection_count != count || stability->stable != (count ? ACCORD_NO : ACCORD_YES))
    note_fault("stability", "objections in doubles", table, split);
}

static void try_doubles(const value_table *table) {
  accord_mark mark = accord_get_mark(the_context);
  accord_problem *exact = problem_of(the_context, table), *rough = problem_in_doubles(table, false);
  double scale = largest_value(table);
  for (int r = 0; r < accord_rule_count; r++) {
    if (!accord_rule_applies(&accord_rules[r], exact)) continue;
    const accord_split *split = solve_problem(the_context, rough, &accord_rules[r]);
    if (!nearly_same(split, solve_problem(the_context, exact, &accord_rules[r]), scale))
      note_fault(accord_rules[r].name, "doubles", table, split);
  }
  try_facts_in_doubles(table, exact, rough);
  try_stability_in_doubles(table, rough, solve_problem(the_context, exact, accord_find_rule("equal")));
  try_stability_in_doubles(table, rough, solve_problem(the_context, exact, accord_find_rule("prenucleolus")));
  accord_reset(the_context, mark);
}

static void test_doubles_come_close(void **state) {
  (void)state;
  start_test();
  long rounds = setting("ACCORD_ROUNDS", 40);
  for (long round = 0; round < rounds; round++)
    for (int family = 0; family < FAMILY_COUNT; family++) {
      draw_game(&views[BASE], family, (int)draw(1, 6) + 1, draw(0, 1));
      try_doubles(&views[BASE]);
    }
  expect_no_faults();
}

/* Whole numbers are the same in doubles, taken exactly, as in text. */
static void test_exact_doubles_are_exact(void **state) {
  (void)state;
  start_test();
  for (int round = 0; round < 20; round++) {
    accord_mark mark = accord_get_mark(the_context);
    draw_game(&views[BASE], (int)draw(0, 4), (int)draw(2, 5), false);
    accord_problem *text = problem_of(the_context, &views[BASE]), *doubles = problem_in_doubles(&views[BASE], true);
    const accord_rule *rule = accord_find_rule("shapley");
    assert_true(same_shares(solve_problem(the_context, text, rule), solve_problem(the_context, doubles, rule)));
    accord_reset(the_context, mark);
  }
}

/* ------------------------------------------------------------------- criteria */

/* Where everybody scores alike nothing is adjusted; a larger score, all else equal, never gives less of a
 * benefit, nor lets pay less of a cost. */
static void try_criteria(accord_problem *problem, test_overlays *overlays, const value_table *table) {
  const accord_rule *contribution = accord_find_rule("contribution"), *adjusted = accord_find_rule("adjusted-shapley");
  const accord_split *before[2], *after[2];
  for (int i = 0; i < table->n; i++) mpq_set_si(overlays->scores[i], 3, 7);
  overlays->criteria.count = 1;
  before[0] = solve_problem(the_context, problem, contribution);
  before[1] = solve_problem(the_context, problem, adjusted);
  if (!same_shares(before[0], solve_problem(the_context, problem, accord_find_rule("equal"))))
    note_fault("contribution", "equal scores", table, before[0]);
  if (!same_shares(before[1], solve_problem(the_context, problem, accord_find_rule("shapley"))))
    note_fault("adjusted-shapley", "equal scores", table, before[1]);
  mpq_set_si(overlays->scores[0], 4, 7);
  after[0] = solve_problem(the_context, problem, contribution);
  after[1] = solve_problem(the_context, problem, adjusted);
  for (int k = 0; k < 2; k++) {
    int order = mpq_cmp(after[k]->share[0], before[k]->share[0]);
    if (order * mpq_sgn(table->value[everybody(table->n)]) < 0)
      note_fault(k ? "adjusted-shapley" : "contribution", "larger score", table, after[k]);
  }
}

static void test_scores_move_shares(void **state) {
  (void)state;
  start_test();
  for (int round = 0; round < 200; round++) {
    accord_mark mark = accord_get_mark(the_context);
    draw_game(&views[BASE], round % FAMILY_COUNT, (int)draw(2, 6), draw(0, 1));
    accord_problem *problem = problem_of(the_context, &views[BASE]);
    lay_over(problem, &overlays_of[BASE], NULL);
    try_criteria(problem, &overlays_of[BASE], &views[BASE]);
    accord_reset(the_context, mark);
  }
  expect_no_faults();
}

/* -------------------------------------------------------------------- payable */

/* remainder = share / unit - floor; counts are the floor or one more. */
static bool count_is_near(mpq_t remainder, const mpz_t count, const mpq_t share, const mpq_t unit, bool *raised) {
  mpz_t floor;
  mpz_init(floor);
  mpq_div(remainder, share, unit);
  mpz_fdiv_q(floor, mpq_numref(remainder), mpq_denref(remainder));
  mpz_submul(mpq_numref(remainder), floor, mpq_denref(remainder));
  mpz_sub(floor, count, floor);
  *raised = mpz_cmp_ui(floor, 1) == 0;
  bool near = *raised || mpz_sgn(floor) == 0;
  mpz_clear(floor);
  return near;
}

/* Larger remainders are raised first, of equal ones the party that stands first. */
static bool raised_in_order(const mpq_t *remainder, const bool *raised, int n) {
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) {
      if (!raised[j] || raised[i]) continue;
      int order = mpq_cmp(remainder[j], remainder[i]);
      if (order < 0 || (order == 0 && j > i)) return false;
    }
  return true;
}

static bool sums_to_paid_out(const mpz_t *count, const mpq_t rest, const mpq_t total, const mpq_t unit, int n) {
  mpq_t units, paid;
  mpz_t sum, whole;
  mpq_inits(units, paid, NULL);
  mpz_inits(sum, whole, NULL);
  for (int i = 0; i < n; i++) mpz_add(sum, sum, count[i]);
  mpq_div(units, total, unit);
  mpz_tdiv_q(whole, mpq_numref(units), mpq_denref(units));
  mpq_set_z(paid, sum);
  mpq_mul(paid, paid, unit);
  mpq_sub(paid, total, paid);
  bool right = mpz_cmp(sum, whole) == 0 && mpq_equal(paid, rest);
  mpq_clears(units, paid, NULL);
  mpz_clears(sum, whole, NULL);
  return right;
}

static void try_payable(const mpq_t *share, const mpq_t total, const mpq_t unit, int n) {
  mpz_t count[MOST];
  mpq_t rest, remainder[MOST];
  bool raised[MOST];
  mpq_init(rest);
  for (int i = 0; i < n; i++) {
    mpz_init(count[i]);
    mpq_init(remainder[i]);
  }
  if (accord_find_payable(the_context, count, rest, share, total, unit, n))
    fail_msg("payable: %s", accord_message(the_context));
  for (int i = 0; i < n; i++) assert_true(count_is_near(remainder[i], count[i], share[i], unit, &raised[i]));
  assert_true(raised_in_order(read_only(remainder), raised, n));
  assert_true(sums_to_paid_out((const mpz_t *)count, rest, total, unit, n));
  for (int i = 0; i < n; i++) {
    mpz_clear(count[i]);
    mpq_clear(remainder[i]);
  }
  mpq_clear(rest);
}

static void test_payable(void **state) {
  (void)state;
  start_test();
  mpq_t share[MOST], total, unit;
  mpq_inits(total, unit, NULL);
  for (int i = 0; i < MOST; i++) mpq_init(share[i]);
  for (int round = 0; round < 3000; round++) {
    int n = (int)draw(1, MOST);
    mpq_set_ui(total, 0, 1);
    for (int i = 0; i < n; i++) {
      mpq_set_si(share[i], draw(-60, 200), (unsigned long)draw(1, 6));
      mpq_canonicalize(share[i]);
      mpq_add(total, total, share[i]);
    }
    mpq_set_si(unit, draw(1, 3), (unsigned long)(draw(0, 1) ? 100 : draw(1, 3)));
    mpq_canonicalize(unit);
    try_payable(read_only(share), total, unit, n);
  }
  for (int i = 0; i < MOST; i++) mpq_clear(share[i]);
  mpq_clears(total, unit, NULL);
}

/* --------------------------------------- the Shapley value as a matrix product */

enum { MATRIX_PARTIES = 10, MATRIX_COLUMNS = 1 << MATRIX_PARTIES };

/* Row i: (s-1)! (n-s)! / n! where i is in S, minus s! (n-s-1)! / n! where it is not. */
static void fill_weights(double *matrix, int n) {
  for (int i = 0; i < n; i++)
    for (unsigned s = 0; s <= everybody(n); s++) {
      int before = size_of(s) - (has(s, i) ? 1 : 0);
      double weight = tgamma(before + 1) * tgamma(n - before) / tgamma(n + 1);
      matrix[(size_t)i << n | s] = has(s, i) ? weight : -weight;
    }
}

static void test_shapley_as_matrix_product(void **state) {
  (void)state;
  start_test();
  static double matrix[MATRIX_PARTIES * MATRIX_COLUMNS], value[MATRIX_COLUMNS];
  double shapley[MATRIX_PARTIES];
  fill_weights(matrix, MATRIX_PARTIES);
  for (int round = 0; round < 10; round++) {
    accord_mark mark = accord_get_mark(the_context);
    for (unsigned s = 1; s < MATRIX_COLUMNS; s++) value[s] = (double)draw(-1000000, 1000000) / 1000003;
    cblas_dgemv(CblasRowMajor, CblasNoTrans, MATRIX_PARTIES, MATRIX_COLUMNS, 1, matrix, MATRIX_COLUMNS, value, 1, 0,
                shapley, 1);
    accord_problem *problem = NULL;
    assert_int_equal(accord_problem_from_doubles(the_context, &problem, ACCORD_BENEFIT, false, value, MATRIX_PARTIES),
                     ACCORD_OK);
    const accord_split *split = solve_problem(the_context, problem, accord_find_rule("shapley"));
    for (int i = 0; i < MATRIX_PARTIES; i++) assert_true(fabs(split->value[i] - shapley[i]) <= CLOSE);
    accord_reset(the_context, mark);
  }
}

/* ------------------------------------------------- that the checker can say no */

/* Moving a little from one party to another must break certificate and criterion. */
static void test_checker_rejects_other_splits(void **state) {
  (void)state;
  start_test();
  mpq_t little;
  mpq_init(little);
  mpq_set_ui(little, 1, 1000);
  for (int round = 0; round < 40; round++) {
    accord_mark mark = accord_get_mark(the_context);
    draw_game(&views[BASE], round % FAMILY_COUNT, 3 + round % 2, draw(0, 1));
    check_game game = game_of(&views[BASE]);
    accord_split *split =
        solve_problem(the_context, problem_of(the_context, &views[BASE]), accord_find_rule("prenucleolus"));
    mpq_add(split->share[0], split->share[0], little);
    mpq_sub(split->share[1], split->share[1], little);
    assert_false(check_criterion(&game, read_only(split->share), false));
    assert_non_null(check_kohlberg(&game, read_only(split->share), split->certificate, false));
    accord_reset(the_context, mark);
  }
  mpq_clear(little);
}

/* --------------------------------------------------------------------- set-up */

static void start_numbers(void) {
  for (int v = 0; v < VIEW_COUNT; v++)
    for (int s = 0; s < MOST_VALUES; s++) mpq_init(views[v].value[s]);
  for (int s = 0; s < MOST_VALUES; s++) mpq_init(claims_table.value[s]);
  for (int i = 0; i < MOST; i++) mpq_init(shift[i]);
  for (int f = 0; f < FORM_COUNT; f++) {
    mpq_init(forms[f].estate);
    for (int i = 0; i < MOST; i++) mpq_init(forms[f].claim[i]);
  }
}

static void end_numbers(void) {
  for (int v = 0; v < VIEW_COUNT; v++)
    for (int s = 0; s < MOST_VALUES; s++) mpq_clear(views[v].value[s]);
  for (int s = 0; s < MOST_VALUES; s++) mpq_clear(claims_table.value[s]);
  for (int i = 0; i < MOST; i++) mpq_clear(shift[i]);
  for (int f = 0; f < FORM_COUNT; f++) {
    mpq_clear(forms[f].estate);
    for (int i = 0; i < MOST; i++) mpq_clear(forms[f].claim[i]);
  }
}

static int set_up(void **state) {
  (void)state;
  print_message("seed %lu\n", (unsigned long)seed());
  if (accord_context_new(&the_context)) return -1;
  start_numbers();
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  end_numbers();
  accord_context_free(the_context);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_checker_rejects_other_splits),
      cmocka_unit_test(test_every_benefit_game),
      cmocka_unit_test(test_every_cost_game),
      cmocka_unit_test(test_random_games),
      cmocka_unit_test(test_every_claims_problem),
      cmocka_unit_test(test_random_claims),
      cmocka_unit_test(test_doubles_come_close),
      cmocka_unit_test(test_exact_doubles_are_exact),
      cmocka_unit_test(test_scores_move_shares),
      cmocka_unit_test(test_payable),
      cmocka_unit_test(test_shapley_as_matrix_product),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}

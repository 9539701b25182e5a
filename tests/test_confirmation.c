/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The confirmation that every nucleolus passes before it is shown refuses a certificate that says anything wrong: one
 * thing is altered at a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* Before cmocka.h, which makes a macro of the name fail. */
#include "nucleolus.h"
#include "rule.h"

#include <cmocka.h>

#include "accord.h"

/* A nucleolus that was confirmed, to be altered. */
typedef struct confirmed {
  accord_context *context;
  accord_problem *problem;
  accord_split *split;
  nucleolus_options options;
  accord_level *level;
} confirmed;

typedef void alteration(confirmed *all);

static bool holds(const confirmed *all) {
  return kohlberg_holds(all->context, all->split->certificate, all->problem->game, (const mpq_t *)all->split->share,
                        &all->options);
}

/* uni 1, firm 1, inst 3 or more at least; a soft clause gives uni 4 or more, a last one asks nothing. */
static accord_terms *terms_of(accord_context *context) {
  accord_terms *terms = POOL_NEW(context, 1, accord_terms);
  terms->term_count = terms->row_count = 3;
  terms->soft = POOL_NEW(context, 3, bool);
  terms->soft[1] = true;
  terms->rows = POOL_NEW(context, 3, accord_term_row);
  for (int r = 0; r < 3; r++) {
    accord_term_row *row = &terms->rows[r];
    row->term = r;
    row->coefficient = pool_rationals(context, 3);
    pool_rational(context, row->bound);
  }
  mpq_set_ui(terms->rows[0].coefficient[2], 1, 1), mpq_set_ui(terms->rows[0].bound, 3, 1);
  mpq_set_ui(terms->rows[1].coefficient[0], 1, 1), mpq_set_ui(terms->rows[1].bound, 4, 1);
  mpq_set_ui(terms->rows[2].coefficient[1], 1, 1), mpq_set_si(terms->rows[2].bound, -5, 1);
  return terms;
}

static accord_status build(accord_context *context, void *argument) {
  confirmed *all = argument;
  all->problem->terms = terms_of(context);
  all->options.clauses = all->problem;
  return ACCORD_OK;
}

/* Whether the certificate of a game of three still holds after the alteration. */
static bool holds_after(const char *const *values, bool under_terms, alteration *alter) {
  confirmed all = {.options = {.imputations = true, .kind = EXCESS_PLAIN}};
  const accord_rule *rule = accord_find_rule("nucleolus");
  assert_int_equal(accord_context_new(&all.context), ACCORD_OK);
  assert_int_equal(accord_problem_from_text(all.context, &all.problem, ACCORD_BENEFIT, values, 3), ACCORD_OK);
  if (under_terms) assert_int_equal(guard(all.context, build, &all), ACCORD_OK);
  assert_int_equal((under_terms ? accord_solve_under_terms : accord_solve)(all.context, &all.split, all.problem, rule),
                   ACCORD_OK);
  assert_int_equal(all.split->status, ACCORD_OK);
  all.level = all.split->certificate->levels;
  assert_true(holds(&all));
  alter(&all);
  bool held = holds(&all);
  accord_context_free(all.context);
  return held;
}

static void add(mpq_t number, long top, unsigned long bottom) {
  mpq_t more;
  mpq_init(more);
  mpq_set_si(more, top, bottom);
  mpq_canonicalize(more);
  mpq_add(number, number, more);
  mpq_clear(more);
}

/* ----------------------------------------------------------- two plain levels */

/* Excess -1 (A+B, C), then -3/2 (B+C, A+C). */
static const char *const consortium[] = {"0", "1", "1", "7", "1", "5", "4", "10"};

static void nothing(confirmed *all) { (void)all; }
static void share_more_than_there_is(confirmed *all) { add(all->split->share[0], 1, 1); }
static void pay_less_than_alone(confirmed *all) { add(all->split->share[2], -3, 2), add(all->split->share[0], 3, 2); }
static void move_a_little(confirmed *all) { add(all->split->share[2], -1, 9), add(all->split->share[0], 1, 9); }
static void state_another_excess(confirmed *all) { add(all->level[0].excess, 1, 7); }
static void weigh_with_nothing(confirmed *all) { mpq_set_ui(all->level[0].coalitions[0].weight, 0, 1); }
static void weigh_below_nothing(confirmed *all) { mpq_set_si(all->level[0].coalitions[0].weight, -1, 2); }
static void weigh_with_more_than_all(confirmed *all) { add(all->level[0].coalitions[0].weight, 1, 7); }
static void move_weight(confirmed *all) {
  add(all->level[0].coalitions[0].weight, 1, 7), add(all->level[0].coalitions[1].weight, -1, 7);
}
/* Level to says what level from does. */
static void copy_level(confirmed *all, int to, int from) {
  accord_level *target = &all->level[to];
  const accord_level *source = &all->level[from];
  mpq_set(target->excess, source->excess);
  target->coalition_count = source->coalition_count, target->coalitions = source->coalitions;
  target->bound_count = source->bound_count, target->bounds = source->bounds;
  target->earlier_count = source->earlier_count, target->earlier = source->earlier;
}

static void repeat_the_first_level(confirmed *all) { copy_level(all, 1, 0); }
static void leave_the_first_level_out(confirmed *all) {
  copy_level(all, 0, 1);
  all->split->certificate->level_count--;
}
static void leave_the_last_level_out(confirmed *all) { all->split->certificate->level_count--; }
static void leave_all_levels_out(confirmed *all) { all->split->certificate->level_count = 0; }
static void name_an_unsettled_coalition(confirmed *all) { all->level[1].earlier[1].coalition = 1; }
static void weigh_earlier_ones_differently(confirmed *all) { add(all->level[1].earlier[0].weight, 1, 7); }

static void test_two_levels(void **state) {
  (void)state;
  alteration *const wrong[] = {share_more_than_there_is,
                               pay_less_than_alone,
                               move_a_little,
                               state_another_excess,
                               weigh_with_nothing,
                               weigh_below_nothing,
                               weigh_with_more_than_all,
                               move_weight,
                               repeat_the_first_level,
                               leave_the_first_level_out,
                               leave_the_last_level_out,
                               leave_all_levels_out,
                               name_an_unsettled_coalition,
                               weigh_earlier_ones_differently};
  assert_true(holds_after(consortium, false, nothing));
  for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++)
    if (holds_after(consortium, false, wrong[k])) fail_msg("alteration %zu was not seen", k);
}

/* Excess 0 throughout: everybody together has it as well, and was settled at the start. */
static const char *const additive[] = {"0", "1", "1", "2", "1", "2", "2", "3"};
static void list_everybody(confirmed *all) { all->level[0].coalitions[0].coalition = 7; }
static void list_a_settled_one(confirmed *all) {
  all->level[1].coalitions[0].coalition = all->level[0].coalitions[0].coalition;
}

/* A largest excess that grows from level to level. */
static void put_levels_upside_down(confirmed *all) {
  for (int k = 0; k < 2; k++) {
    accord_weighted *first = &all->level[0].coalitions[k], *second = &all->level[1].coalitions[k];
    accord_coalition kept = first->coalition;
    first->coalition = second->coalition;
    second->coalition = kept;
  }
  mpq_swap(all->level[0].excess, all->level[1].excess);
}

static void test_order_of_levels(void **state) {
  (void)state;
  assert_false(holds_after(consortium, false, put_levels_upside_down));
  assert_false(holds_after(additive, false, list_everybody));
  assert_false(holds_after(additive, false, list_a_settled_one));
}

/* ------------------------------------------------------------------- bounds */

/* A and B have 10 by themselves, everybody only 6: C keeps the 2 it has alone. */
static const char *const bound[] = {"0", "0", "0", "10", "2", "2", "2", "6"};

static accord_level *level_with_bounds(const confirmed *all) {
  int k = 0;
  while (k + 1 < all->split->certificate->level_count && !all->level[k].bound_count) k++;
  assert_true(all->level[k].bound_count > 0);
  return &all->level[k];
}

static void forget_imputations(confirmed *all) { all->options.imputations = false; }
static void bind_with_nothing(confirmed *all) { mpq_set_ui(level_with_bounds(all)->bounds[0].weight, 0, 1); }
static void bind_with_less(confirmed *all) { mpq_set_si(level_with_bounds(all)->bounds[0].weight, -1, 1); }
static void bind_with_more(confirmed *all) { add(level_with_bounds(all)->bounds[0].weight, 1, 7); }
static void bind_another(confirmed *all) { level_with_bounds(all)->bounds[0].coalition = 1; }

static void test_bounds(void **state) {
  (void)state;
  alteration *const wrong[] = {forget_imputations, bind_with_nothing, bind_with_less, bind_with_more, bind_another};
  assert_true(holds_after(bound, false, nothing));
  for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++)
    if (holds_after(bound, false, wrong[k])) fail_msg("alteration %zu was not seen", k);
}

/* ------------------------------------------------------------------ clauses */

static void break_a_clause(confirmed *all) { mpq_set_ui(all->problem->terms->rows[0].bound, 4, 1); }
static void soften_the_clause(confirmed *all) { all->problem->terms->soft[0] = true; }
static void bind_by_a_soft_clause(confirmed *all) { level_with_bounds(all)->bounds[0].term_row = 1; }
static void bind_by_an_idle_clause(confirmed *all) { level_with_bounds(all)->bounds[0].term_row = 2; }
static void bind_the_other_way(confirmed *all) { all->problem->terms->rows[0].at_most = true; }

static void break_a_soft_clause(confirmed *all) { mpq_set_ui(all->problem->terms->rows[1].bound, 9, 1); }

static void test_clauses(void **state) {
  (void)state;
  alteration *const wrong[] = {break_a_clause,         soften_the_clause,        bind_by_a_soft_clause,
                               bind_by_an_idle_clause, bind_with_nothing,        bind_with_less,
                               bind_with_more,         share_more_than_there_is, bind_the_other_way};
  assert_true(holds_after(consortium, true, nothing));
  assert_true(holds_after(consortium, true, break_a_soft_clause));
  for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++)
    if (holds_after(consortium, true, wrong[k])) fail_msg("alteration %zu was not seen", k);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_two_levels),
      cmocka_unit_test(test_order_of_levels),
      cmocka_unit_test(test_bounds),
      cmocka_unit_test(test_clauses),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Influences of coalitions, responses to other numbers, margins of splits: which method finds them, and signs. */
#include "sensitivity.h"

#include "clauses.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------- slopes */

void slope_start(accord_context *context, accord_slope *slope, int n) {
  *slope = (accord_slope){.status = ACCORD_OK, .exact = true};
  slope->rate = pool_rationals(context, (size_t)n);
  pool_rational(context, slope->reach);
}

static void slope_clear(accord_slope *slope, int n) {
  slope->status = ACCORD_OK;
  slope->exact = true;
  slope->curved = slope->bounded = slope->sampled = false;
  for (int i = 0; i < n; i++) mpq_set_ui(slope->rate[i], 0, 1);
  mpq_set_ui(slope->reach, 0, 1);
}

void slope_limit(accord_slope *slope, const mpq_t room, const mpq_t pace) {
  if (mpq_sgn(pace) <= 0) return;
  mpq_t *reach = pool_rationals(active_context(), 1);
  mpq_div(*reach, room, pace);
  if (!slope->bounded || mpq_cmp(*reach, slope->reach) < 0) mpq_set(slope->reach, *reach);
  slope->bounded = true;
  pool_free(active_context(), reach);
}

/* ---------------------------------------------------------------- moved games */

/* The clauses where another total is shared: bounds that are fractions of it move with it. */
static accord_terms *terms_at_total(accord_context *context, const accord_terms *terms, const mpq_t total) {
  accord_terms *moved = POOL_NEW(context, 1, accord_terms);
  mpq_t *bound = pool_rationals(context, (size_t)terms->row_count + 1);
  *moved = *terms;
  moved->rows = POOL_NEW(context, (size_t)terms->row_count + 1, accord_term_row);
  for (int r = 0; r < terms->row_count; r++) {
    moved->rows[r] = terms->rows[r];
    if (!terms->rows[r].fraction) continue;
    mpq_mul(bound[r], *terms->rows[r].fraction, total);
    *moved->rows[r].bound = *bound[r]; /* its digits stay the pool's */
  }
  return moved;
}

accord_problem *problem_with_game(accord_context *context, const accord_problem *problem, accord_game *game) {
  accord_problem *moved = POOL_NEW(context, 1, accord_problem);
  *moved = *problem;
  moved->game = game;
  moved->exact = true;
#define X(name, bit, member, text) moved->member = NULL;
  ACCORD_DOMAIN_LIST(X)
#undef X
  moved->frictionless = NULL;
  pool_rational(context, moved->total);
  accord_game_value(moved->total, game, everybody(game->n));
  if (problem->terms) moved->terms = terms_at_total(context, problem->terms, moved->total);
  return moved;
}

void direction_value(mpq_t value, const game_direction *direction, accord_coalition coalition) {
  if (!direction->along) {
    mpq_set_si(value, coalition == direction->coalition ? direction->sign : 0, 1);
    return;
  }
  game_value(value, direction->along, coalition);
  if (direction->sign < 0) mpq_neg(value, value);
}

/* Both tables are brought to the unit 1 / denominator: times whole[0] and whole[1]. */
static void find_common_unit(mpz_t *whole, mpz_t denominator, const mpq_t unit, const mpq_t step_unit) {
  mpz_lcm(denominator, mpq_denref(unit), mpq_denref(step_unit));
  mpz_divexact(whole[0], denominator, mpq_denref(unit));
  mpz_mul(whole[0], whole[0], mpq_numref(unit));
  mpz_divexact(whole[1], denominator, mpq_denref(step_unit));
  mpz_mul(whole[1], whole[1], mpq_numref(step_unit));
}

accord_game *moved_game(accord_context *context, const accord_game *game, const game_direction *direction,
                        const mpq_t step) {
  accord_game *moved = game_new(context, game->goal, game->n);
  mpq_t *step_unit = pool_rationals(context, 1);
  mpz_t *whole = pool_integers(context, 3);
  mpq_set(*step_unit, step);
  if (direction->along) mpq_mul(*step_unit, *step_unit, direction->along->unit);
  if (direction->sign < 0) mpq_neg(*step_unit, *step_unit);
  mpq_set_ui(moved->unit, 1, 1);
  find_common_unit(whole, mpq_denref(moved->unit), game->unit, *step_unit);
  moved->big = pool_integers(context, game->size);
  for (accord_coalition s = 1; s < game->size; s++) {
    game_integer(moved->big[s], game, s);
    mpz_mul(moved->big[s], moved->big[s], whole[0]);
    if (!direction_moves(direction, s)) continue;
    if (direction->along) game_integer(whole[2], direction->along, s);
    else mpz_set_ui(whole[2], 1);
    mpz_addmul(moved->big[s], whole[1], whole[2]);
  }
  pool_free(context, step_unit);
  pool_free(context, whole);
  game_finish(context, moved);
  return moved;
}

/* The game as its table has it: of doubles, on their grid, decided exactly. */
static accord_problem *exact_problem(accord_context *context, const accord_problem *problem) {
  accord_game *game = POOL_NEW(context, 1, accord_game);
  *game = *problem->game;
  game->doubles = NULL;
  pool_integer(context, game->slack);
  return problem_with_game(context, problem, game);
}

/* ------------------------------------------------------------------ methods */

static bool is_one_of(const char *name, const char *const *names) {
  for (; *names; names++)
    if (strcmp(name, *names) == 0) return true;
  return false;
}

static const slope_method *choose_method(const accord_rule *rule, bool under_terms) {
  static const char *const ratios[] = {"proportional", "scrb", "gately", "banzhaf", "nash", "tau", NULL};
  static const char *const levels[] = {"nucleolus", "prenucleolus", "per-capita-nucleolus", "proportional-nucleolus",
                                       NULL};
  if (under_terms) return &method_trace;
  if (rule->promises & ACCORD_ADDITIVE) return &method_additive;
  if (is_one_of(rule->name, ratios)) return &method_ratio;
  return is_one_of(rule->name, levels) ? &method_levels : &method_trace;
}

/* Rules that look at a model's own numbers, not at coalitions, have no influence of coalitions. */
static bool looks_at_coalitions(const accord_rule *rule, const accord_problem *problem) {
  return problem->game && problem->n <= rule->max_n && rule->domain & ACCORD_ON_GAMES &&
         !reads_the_model(rule, problem);
}

static bool same_shares(const accord_split *one, const accord_split *other) {
  if (other->status != ACCORD_OK) return false;
  for (int i = 0; i < one->n; i++)
    if (!mpq_equal(one->share[i], other->share[i])) return false;
  return true;
}

static accord_split *solve_or_leave(accord_context *context, const accord_problem *problem, const accord_rule *rule,
                                    bool under_terms) {
  accord_split *split;
  accord_status status = under_terms ? accord_solve_under_terms(context, &split, problem, rule)
                                     : accord_solve(context, &split, problem, rule);
  if (status != ACCORD_OK) guard_leave(context, status, "%s", accord_message(context));
  return split;
}

static mpq_t *benefit_shares(accord_context *context, const accord_split *split, accord_goal goal) {
  mpq_t *share = pool_rationals(context, (size_t)split->n);
  for (int i = 0; i < split->n; i++) {
    mpq_set(share[i], split->share[i]);
    if (goal == ACCORD_COST) mpq_neg(share[i], share[i]);
  }
  return share;
}

/* ---------------------------------------------------------------- influences */

struct influence_query {
  accord_influences **influences;
  const accord_problem *problem;
  const accord_rule *rule;
  bool under_terms;
  int top;
};

/* Up is how the value as stated goes. A cost that rises is a worth that falls, and shares turn with it: the rate per
 * unit of the stated value is the benefit game's times the way its value went. */
static void find_side(sensitivity *about, accord_slope *slope, accord_coalition coalition, int up) {
  int sign = about->problem->goal == ACCORD_COST ? -up : up;
  game_direction direction = {coalition, sign, NULL};
  slope_clear(slope, about->problem->n);
  about->method->find(about, slope, &direction);
  for (int i = 0; sign < 0 && i < about->problem->n; i++) mpq_neg(slope->rate[i], slope->rate[i]);
}

bool slopes_differ(const accord_slope *one, const accord_slope *other, int n) {
  if (one->status != other->status) return true;
  for (int i = 0; i < n && one->status == ACCORD_OK; i++)
    if (!mpq_equal(one->rate[i], other->rate[i])) return true;
  return false;
}

static void find_size(sensitivity *about, accord_influence *influence) {
  const accord_slope *sides[] = {&influence->response.below, &influence->response.above};
  mpq_set_ui(influence->size, 0, 1);
  for (int k = 0; k < 2; k++)
    for (int i = 0; i < about->problem->n && sides[k]->status == ACCORD_OK; i++) {
      mpq_abs(*about->scratch, sides[k]->rate[i]);
      rational_max(influence->size, influence->size, *about->scratch);
    }
}

static void influence_start(accord_context *context, accord_influence *influence, int n) {
  pool_rational(context, influence->size);
  pool_rational(context, influence->response.value);
  slope_start(context, &influence->response.below, n);
  slope_start(context, &influence->response.above, n);
}

static void find_influence(sensitivity *about, accord_influence *influence, accord_coalition coalition) {
  accord_response *response = &influence->response;
  influence->coalition = coalition;
  accord_game_value(response->value, about->problem->game, coalition);
  find_side(about, &response->below, coalition, -1);
  find_side(about, &response->above, coalition, 1);
  response->kink = slopes_differ(&response->below, &response->above, about->problem->n);
  find_size(about, influence);
}

/* Whether one comes before the other: the larger first, then the smaller bitmask. */
static bool comes_before(const accord_influence *one, const accord_influence *other) {
  int order = mpq_cmp(one->size, other->size);
  return order ? order > 0 : one->coalition < other->coalition;
}

static int compare_influences(const void *a, const void *b) { return comes_before(a, b) ? -1 : 1; }

/* The list is a heap with the last in order at the top while it is filled. */
static void sift_down(accord_influence *list, int count) {
  for (int k = 0;;) {
    int last = k, left = 2 * k + 1, right = left + 1;
    if (left < count && comes_before(&list[last], &list[left])) last = left;
    if (right < count && comes_before(&list[last], &list[right])) last = right;
    if (last == k) return;
    accord_influence held = list[k];
    list[k] = list[last];
    list[last] = held;
    k = last;
  }
}

static void sift_up(accord_influence *list, int k) {
  for (int above = (k - 1) / 2; k > 0 && comes_before(&list[above], &list[k]); k = above, above = (k - 1) / 2) {
    accord_influence held = list[k];
    list[k] = list[above];
    list[above] = held;
  }
}

static bool is_unfound(const accord_slope *slope) {
  return slope->status != ACCORD_OK && slope->status != ACCORD_UNDEFINED;
}

static void fill_influences(sensitivity *about, accord_influences *all, size_t room) {
  int n = about->problem->n;
  all->list = POOL_NEW(about->context, room + 1, accord_influence);
  accord_influence *next = &all->list[room];
  for (size_t k = 0; k <= room; k++) influence_start(about->context, &all->list[k], n);
  for (accord_coalition s = 1; s <= everybody(n); s++) {
    check_clock(about->context);
    find_influence(about, next, s);
    all->unfound += is_unfound(&next->response.below) || is_unfound(&next->response.above);
    bool full = (size_t)all->count == room;
    if (full && !comes_before(next, &all->list[0])) continue;
    int place = full ? 0 : all->count++;
    accord_influence held = all->list[place];
    all->list[place] = *next;
    *next = held;
    if (full) sift_down(all->list, all->count);
    else sift_up(all->list, place);
  }
  qsort(all->list, (size_t)all->count, sizeof *all->list, compare_influences);
}

/* The method at hand; false where the rule's split is not that of the game in the table. */
static bool start_sensitivity(accord_context *context, sensitivity *about, const accord_problem *problem,
                              const accord_split *split, const accord_rule *rule, bool under_terms) {
  *about = (sensitivity){.context = context,
                         .problem = exact_problem(context, problem),
                         .rule = rule,
                         .under_terms = under_terms && has_hard_clauses(problem)};
  about->split = solve_or_leave(context, about->problem, rule, under_terms);
  if (about->split->status != ACCORD_OK || (problem->exact && !same_shares(split, about->split))) return false;
  about->scratch = pool_rationals(context, 1);
  about->share = (const mpq_t *)benefit_shares(context, about->split, about->problem->goal);
  about->method = choose_method(rule, about->under_terms);
  about->method->prepare(about);
  return true;
}

sensitivity *sensitivity_of(accord_context *context, const accord_problem *problem, const accord_rule *rule,
                            bool under_terms) {
  const accord_split *split = solve_or_leave(context, problem, rule, under_terms);
  if (split->status != ACCORD_OK || !looks_at_coalitions(rule, problem)) return NULL;
  sensitivity *about = POOL_NEW(context, 1, sensitivity);
  return start_sensitivity(context, about, problem, split, rule, under_terms) ? about : NULL;
}

static accord_status find_influences(accord_context *context, void *argument) {
  struct influence_query *in = argument;
  accord_influences *all = *in->influences = POOL_NEW(context, 1, accord_influences);
  all->split = solve_or_leave(context, in->problem, in->rule, in->under_terms);
  if (all->split->status != ACCORD_OK || !looks_at_coalitions(in->rule, in->problem)) return ACCORD_OK;
  sensitivity *about = POOL_NEW(context, 1, sensitivity);
  if (!start_sensitivity(context, about, in->problem, all->split, in->rule, in->under_terms)) return ACCORD_OK;
  all->about = about;
  size_t most = (size_t)everybody(in->problem->n);
  fill_influences(about, all, in->top > 0 && (size_t)in->top < most ? (size_t)in->top : most);
  return ACCORD_OK;
}

accord_status accord_find_influences(accord_context *context, accord_influences **influences,
                                     const accord_problem *problem, const accord_rule *rule, bool under_terms,
                                     int top) {
  struct influence_query in = {influences, problem, rule, under_terms, top};
  accord_status status = guard(context, find_influences, &in);
  if (status != ACCORD_OK) *influences = NULL;
  return status;
}

/* ----------------------------------------------------------------- responses */

struct response_query {
  accord_response **response;
  accord_point *point;
  void *data;
  const mpq_t *value;
  const accord_rule *rule;
  bool under_terms;
  int wanted, sign;
  mpq_t *at; /* size 1 */
};

static bool solve_at(accord_context *context, mpq_t *share, bool *exact, void *data, const mpq_t step) {
  struct response_query *in = data;
  accord_mark mark = accord_get_mark(context);
  const accord_problem *problem;
  (in->sign > 0 ? mpq_add : mpq_sub)(*in->at, *in->value, step);
  accord_status status = in->point(context, &problem, in->data, *in->at);
  if (status == ACCORD_UNDEFINED) {
    accord_reset(context, mark);
    return false;
  }
  if (status != ACCORD_OK) guard_leave(context, status, "%s", accord_message(context));
  accord_split *split = solve_or_leave(context, problem, in->rule, in->under_terms);
  bool there = split->status == ACCORD_OK;
  for (int i = 0; there && i < split->n; i++) mpq_set(share[i], split->share[i]);
  *exact = split->exact;
  accord_reset(context, mark);
  return there;
}

static void find_response_side(accord_context *context, struct response_query *in, accord_slope *slope, int sign, int n,
                               const mpq_t *scale) {
  const trace line = {
      .context = context, .n = n, .work = solve_at, .data = in, .origin = in->value, .sign = sign, .scale = scale};
  in->sign = sign;
  slope_start(context, slope, n);
  if (in->wanted & (sign > 0 ? ACCORD_ABOVE : ACCORD_BELOW)) trace_slope(&line, slope);
  else slope->status = ACCORD_UNDEFINED;
  for (int i = 0; sign < 0 && i < n; i++) mpq_neg(slope->rate[i], slope->rate[i]);
}

/* Two difference quotients that agree as far as such can stand for one derivative: their mean. */
static void join_quotients(accord_context *context, accord_response *response, int n) {
  accord_slope *below = &response->below, *above = &response->above;
  bool both = below->status == ACCORD_OK && above->status == ACCORD_OK && below->curved && above->curved;
  if (!both || (below->exact && above->exact)) return;
  mpq_t *mean = pool_rationals(context, (size_t)n);
  for (int i = 0; i < n; i++) {
    double apart = fabs(mpq_get_d(above->rate[i]) - mpq_get_d(below->rate[i]));
    if (apart > 1e-6 * fmax(1, fabs(mpq_get_d(above->rate[i])))) return;
    mpq_add(mean[i], below->rate[i], above->rate[i]);
    mpq_div_2exp(mean[i], mean[i], 1);
  }
  below->exact = above->exact = false;
  for (int i = 0; i < n; i++) {
    mpq_set(below->rate[i], mean[i]);
    mpq_set(above->rate[i], mean[i]);
  }
}

static accord_status find_response(accord_context *context, void *argument) {
  struct response_query *in = argument;
  const accord_problem *problem;
  accord_status status = in->point(context, &problem, in->data, *in->value);
  if (status != ACCORD_OK) return status;
  accord_response *response = *in->response = POOL_NEW(context, 1, accord_response);
  mpq_t *scale = pool_rationals(context, 1);
  in->at = pool_rationals(context, 1);
  pool_rational(context, response->value);
  mpq_set(response->value, *in->value);
  if (mpq_sgn(*in->value)) trace_scale(*scale, in->value, 1);
  else trace_scale(*scale, (const mpq_t *)&problem->total, 1);
  find_response_side(context, in, &response->below, -1, problem->n, (const mpq_t *)scale);
  find_response_side(context, in, &response->above, 1, problem->n, (const mpq_t *)scale);
  join_quotients(context, response, problem->n);
  response->kink = slopes_differ(&response->below, &response->above, problem->n);
  return ACCORD_OK;
}

accord_status accord_find_response(accord_context *context, accord_response **response, accord_point *point, void *data,
                                   const mpq_t value, const accord_rule *rule, bool under_terms, int wanted) {
  const mpq_t *number = (const mpq_t *)(uintptr_t)value; /* an array of one, as C passes it */
  struct response_query in = {.response = response,
                              .point = point,
                              .data = data,
                              .value = &number[0],
                              .rule = rule,
                              .under_terms = under_terms,
                              .wanted = wanted};
  accord_status status = guard(context, find_response, &in);
  if (status != ACCORD_OK) *response = NULL;
  return status;
}

/* ------------------------------------------------- numbers in every value */

struct linear_query {
  accord_response **response;
  sensitivity *about;
  const accord_problem *moved;
  const mpq_t *value;
};

/* moved less problem, as a game: what one more of the number adds to each value. */
static accord_game *difference_game(accord_context *context, const accord_game *game, const accord_game *moved) {
  mpq_t *one = pool_rationals(context, 1);
  mpq_set_ui(*one, 1, 1);
  game_direction back = {0, -1, game};
  return moved_game(context, moved, &back, *one);
}

static accord_status find_linear_response(accord_context *context, void *argument) {
  struct linear_query *in = argument;
  sensitivity *about = in->about;
  const accord_game *game = about->problem->game;
  if (!in->moved->game || in->moved->n != game->n || in->moved->goal != game->goal)
    return fail(context, ACCORD_INVALID, "there are no two tables of the same parties");
  accord_response *response = *in->response;
  game_direction direction = {0, 1, difference_game(context, game, in->moved->game)};
  for (direction.sign = -1; direction.sign <= 1; direction.sign += 2) {
    accord_slope *slope = direction.sign < 0 ? &response->below : &response->above;
    slope_clear(slope, game->n);
    about->method->find(about, slope, &direction);
    bool turned = (direction.sign < 0) != (game->goal == ACCORD_COST);
    for (int i = 0; turned && i < game->n; i++) mpq_neg(slope->rate[i], slope->rate[i]);
  }
  response->kink = slopes_differ(&response->below, &response->above, game->n);
  return ACCORD_OK;
}

static accord_status start_linear_response(accord_context *context, void *argument) {
  struct linear_query *in = argument;
  accord_response *response = *in->response = POOL_NEW(context, 1, accord_response);
  int n = in->moved->n;
  pool_rational(context, response->value);
  mpq_set(response->value, *in->value);
  slope_start(context, &response->below, n);
  slope_start(context, &response->above, n);
  response->below.status = response->above.status = ACCORD_UNDEFINED;
  accord_mark mark = accord_get_mark(context);
  accord_status status = in->about ? guard(context, find_linear_response, in) : ACCORD_OK;
  if (status == ACCORD_OK) accord_reset(context, mark);
  return status;
}

accord_status accord_find_linear_response(accord_context *context, accord_response **response,
                                          const accord_influences *influences, const accord_problem *moved,
                                          const mpq_t value) {
  const mpq_t *number = (const mpq_t *)(uintptr_t)value;
  struct linear_query in = {response, influences->about, moved, number};
  accord_status status = guard(context, start_linear_response, &in);
  if (status != ACCORD_OK) *response = NULL;
  return status;
}

struct moved_query {
  const accord_problem **moved;
  const accord_problem *problem;
  accord_coalition coalition;
  const mpq_t *value;
};

static accord_status move_value(accord_context *context, void *argument) {
  struct moved_query *in = argument;
  const accord_game *game = in->problem->game;
  if (!game || in->coalition == 0 || in->coalition > everybody(game->n))
    return fail(context, ACCORD_INVALID, "there is no table, or no such coalition");
  mpq_t *step = pool_rationals(context, 2);
  accord_game_value(step[1], game, in->coalition);
  mpq_sub(*step, *in->value, step[1]);
  game_direction direction = {in->coalition, game->goal == ACCORD_COST ? -1 : 1, NULL};
  *in->moved = problem_with_game(context, in->problem, moved_game(context, game, &direction, *step));
  return ACCORD_OK;
}

accord_status accord_problem_with_value(accord_context *context, const accord_problem **moved,
                                        const accord_problem *problem, accord_coalition coalition, const mpq_t value) {
  const mpq_t *number = (const mpq_t *)(uintptr_t)value;
  struct moved_query in = {moved, problem, coalition, number};
  accord_status status = guard(context, move_value, &in);
  if (status != ACCORD_OK) *moved = NULL;
  return status;
}

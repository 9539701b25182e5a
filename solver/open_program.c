/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Linear programs over all completions of unknown values: variables y_k, the values of the unknown coalitions in
 * units, and z, what is minimised. Rows:
 *
 *   D z - sum W_k y_k >= C             what is minimised: z = constant + sum weight_k y_k times D,
 *   y_k >= low, -y_k >= -high          the limits of each value,
 *   v(S + T) - v(S) - v(T) >= 0        superadditivity, where the limits do not imply it,
 *   v(S + i) - v(S) >= 0               monotonicity, likewise (of a cost: the reverse). */
#include "lp.h"
#include "open_game.h"

#include <math.h>

/* sum sign_j y_(index_j) >= bound. */
typedef struct open_row {
  int count, index[3], sign[3];
  mpz_t *bound;
} open_row;

struct completion_program {
  accord_context *context;
  const accord_unknowns *unknowns;
  int m;         /* unknown values and z */
  int *position; /* size 2^n: the variable of an unknown coalition, or -1 */
  int count, room;
  open_row *rows; /* of limits first: 2k from below, 2k + 1 from above */
  mpz_t *weight;  /* size m: W, and D for z */
  mpz_t *constant;
  mpz_t *largest; /* of the bounds and the constant */
  mpz_t *work;    /* size 3 */
  double *scaled; /* the first row in doubles: size m + 1 */
  lp_source source;
};

/* Rows are numbered from 1; row 0 is what is minimised. */
static lp_row name_of(int k) { return (lp_row)k + 1; }

/* -------------------------------------------------------------------- making */

static open_row *add_row(completion_program *program) {
  if (program->count == program->room) {
    program->rows = pool_grow(program->context, program->rows, (size_t)program->room, 2 * (size_t)program->room,
                              sizeof *program->rows);
    program->room *= 2;
  }
  open_row *row = &program->rows[program->count++];
  row->bound = pool_integers(program->context, 1);
  return row;
}

/* Adds sign v(S) to a row's left side: a variable, or a number that goes to the right. */
static void add_value(completion_program *program, open_row *row, int sign, accord_coalition s) {
  const accord_open_game *open = program->unknowns->open;
  if (program->position[s] < 0) {
    if (sign > 0) mpz_sub(*row->bound, *row->bound, open->low.at[s]);
    else mpz_add(*row->bound, *row->bound, open->low.at[s]);
    return;
  }
  row->index[row->count] = program->position[s];
  row->sign[row->count++] = sign;
}

/* A limit that is not given stands for one so far out that no vertex reaches it: see set_far_limits. */
static void add_limits(completion_program *program, accord_coalition s) {
  const accord_open_game *open = program->unknowns->open;
  open_row *low = add_row(program);
  low->count = 1, low->index[0] = program->position[s], low->sign[0] = 1;
  if (open->low.given[s]) mpz_set(*low->bound, open->low.at[s]);
  open_row *high = add_row(program);
  high->count = 1, high->index[0] = program->position[s], high->sign[0] = -1;
  if (open->high.given[s]) mpz_neg(*high->bound, open->high.at[s]);
}

/* Whether the limits leave it open that less is below more. */
static bool can_fail(const completion_program *program, accord_coalition whole, accord_coalition a,
                     accord_coalition b) {
  const accord_open_game *open = program->unknowns->open;
  if (program->position[whole] < 0 && program->position[a] < 0 && (!b || program->position[b] < 0)) return false;
  if (!open->low.given[whole] || !open->high.given[a] || (b && !open->high.given[b])) return true;
  mpz_set(program->work[0], open->high.at[a]);
  if (b) mpz_add(program->work[0], program->work[0], open->high.at[b]);
  return mpz_cmp(program->work[0], open->low.at[whole]) > 0;
}

static void add_order(completion_program *program, accord_coalition whole, accord_coalition a, accord_coalition b) {
  if (!can_fail(program, whole, a, b)) return;
  open_row *row = add_row(program);
  add_value(program, row, 1, whole);
  add_value(program, row, -1, a);
  if (b) add_value(program, row, -1, b);
}

static void add_orders_of(completion_program *program, accord_coalition s) {
  const accord_open_game *open = program->unknowns->open;
  accord_coalition others = s & (s - 1);
  for (accord_coalition rest = others; rest && open->assumptions & ACCORD_SUPERADDITIVE; rest = (rest - 1) & others)
    add_order(program, s, s ^ rest, rest);
  for (int i = 0; i < open->n && open->assumptions & ACCORD_MONOTONE; i++) {
    accord_coalition less = s & ~party(i);
    if (less == s) continue;
    if (open->goal == ACCORD_BENEFIT && less) add_order(program, s, less, 0);
    if (open->goal == ACCORD_COST && less) add_order(program, less, s, 0);
  }
}

/* ------------------------------------------------------------------ callbacks */

static bool write_row(void *data, mpz_t *coefficient, mpz_t bound, lp_row row) {
  const completion_program *program = data;
  for (int j = 0; j < program->m; j++) mpz_set_ui(coefficient[j], 0);
  if (row == 0) {
    for (int j = 0; j < program->m; j++) mpz_set(coefficient[j], program->weight[j]);
    mpz_set(bound, *program->constant);
    return false;
  }
  const open_row *from = &program->rows[row - 1];
  for (int k = 0; k < from->count; k++) mpz_set_si(coefficient[from->index[k]], from->sign[k]);
  mpz_set(bound, *from->bound);
  return false;
}

/* bound d - a y: above 0 where it is violated. */
static void find_gap(mpz_t gap, const completion_program *program, lp_row row, const mpz_t *y, const mpz_t d) {
  if (row == 0) {
    mpz_mul(gap, *program->constant, d);
    for (int j = 0; j < program->m; j++) mpz_submul(gap, program->weight[j], y[j]);
    return;
  }
  const open_row *from = &program->rows[row - 1];
  mpz_mul(gap, *from->bound, d);
  for (int k = 0; k < from->count; k++) (from->sign[k] > 0 ? mpz_sub : mpz_add)(gap, gap, y[from->index[k]]);
}

static bool is_asked(const completion_program *program, lp_row row) {
  const accord_open_game *open = program->unknowns->open;
  if (row == 0 || row > 2 * (lp_row)program->unknowns->count) return true;
  accord_coalition s = program->unknowns->coalitions[(row - 1) / 2];
  return (row - 1) % 2 ? open->high.given[s] : open->low.given[s];
}

/* Rows have at most three entries of 1 or -1, so no vertex's coordinates exceed the largest bound times 4^m. */
static void set_far_limits(completion_program *program) {
  mpz_t *far = pool_integers(program->context, 1);
  mpz_mul_2exp(*far, *program->largest, 2 * (unsigned)program->m);
  mpz_neg(*far, *far);
  for (int k = 0; k < 2 * program->unknowns->count; k++)
    if (!is_asked(program, name_of(k))) mpz_set(*program->rows[k].bound, *far);
  pool_free(program->context, far);
}

static bool first_violated(void *data, lp_row *row, const mpz_t *y, const mpz_t d) {
  completion_program *program = data;
  for (lp_row r = 0; r <= (lp_row)program->count; r++) {
    if (!is_asked(program, r)) continue;
    find_gap(program->work[0], program, r, y, d);
    if (mpz_sgn(program->work[0]) > 0) {
      *row = r;
      return true;
    }
  }
  return false;
}

static int violated(void *data, lp_row *rows, const mpz_t *y, const mpz_t d, int room) {
  completion_program *program = data;
  int count = 0;
  mpz_set_ui(program->work[1], 0);
  for (lp_row r = 0; r <= (lp_row)program->count; r++) {
    if (!is_asked(program, r)) continue;
    find_gap(program->work[0], program, r, y, d);
    if (mpz_sgn(program->work[0]) <= 0) continue;
    bool worst = mpz_cmp(program->work[0], program->work[1]) > 0;
    if (worst) mpz_set(program->work[1], program->work[0]);
    if (count < room) rows[count++] = r;
    else if (worst) rows[0] = r;
  }
  return count;
}

/* In the measure of the largest bound. */
static const double far_in_doubles = -1e6;

static bool write_row_double(void *data, double *coefficient, double *bound, lp_row row) {
  const completion_program *program = data;
  for (int j = 0; j < program->m; j++) coefficient[j] = row ? 0 : program->scaled[j];
  if (row == 0) {
    *bound = program->scaled[program->m];
    return false;
  }
  const open_row *from = &program->rows[row - 1];
  for (int k = 0; k < from->count; k++) coefficient[from->index[k]] = from->sign[k];
  *bound = is_asked(program, row) ? ratio(*from->bound, *program->largest) : far_in_doubles;
  return false;
}

static int violated_double(void *data, lp_row *rows, const double *y, int room) {
  static const double tolerance = 1e-9;
  completion_program *program = data;
  double bound, *coefficient = POOL_NEW(program->context, (size_t)program->m, double);
  int count = 0;
  for (lp_row r = 0; r <= (lp_row)program->count && count < room; r++) {
    if (!is_asked(program, r)) continue;
    write_row_double(data, coefficient, &bound, r);
    for (int j = 0; j < program->m; j++) bound -= coefficient[j] * y[j];
    if (bound > tolerance) rows[count++] = r;
  }
  pool_free(program->context, coefficient);
  return count;
}

/* -------------------------------------------------------------------- solving */

completion_program *completion_program_new(accord_context *context, const accord_unknowns *unknowns) {
  const accord_open_game *open = unknowns->open;
  completion_program *program = POOL_NEW(context, 1, completion_program);
  program->context = context;
  program->unknowns = unknowns;
  program->m = unknowns->count + 1;
  program->position = POOL_NEW(context, open->size, int);
  program->room = 2 * unknowns->count + 64;
  program->rows = POOL_NEW(context, (size_t)program->room, open_row);
  program->weight = pool_integers(context, (size_t)program->m);
  program->constant = pool_integers(context, 1);
  program->largest = pool_integers(context, 1);
  program->work = pool_integers(context, 3);
  program->scaled = POOL_NEW(context, (size_t)program->m + 1, double);
  program->source = (lp_source){program, write_row, violated, first_violated, write_row_double, violated_double};
  for (accord_coalition s = 0; s < open->size; s++) program->position[s] = -1;
  for (int k = 0; k < unknowns->count; k++) program->position[unknowns->coalitions[k]] = k;
  for (int k = 0; k < unknowns->count; k++) add_limits(program, unknowns->coalitions[k]);
  for (accord_coalition s = 1; s < open->size; s++) {
    if (s % 256 == 0) check_clock(context);
    add_orders_of(program, s);
  }
  return program;
}

/* Row 0 in whole numbers, and in doubles with its largest coefficient 1. */
static void set_objective(completion_program *program, const mpq_t constant, const mpq_t *weight) {
  int u = program->m - 1;
  const accord_open_game *open = program->unknowns->open;
  mpq_t *units = pool_rationals(program->context, 1);
  mpz_t *common = &program->weight[u], *top = pool_integers(program->context, 1);
  mpq_div(*units, constant, open->unit);
  mpz_set(*common, mpq_denref(*units));
  for (int k = 0; k < u; k++) mpz_lcm(*common, *common, mpq_denref(weight[k]));
  mpz_divexact(*program->constant, *common, mpq_denref(*units));
  mpz_mul(*program->constant, *program->constant, mpq_numref(*units));
  mpz_set(*top, *common);
  for (int k = 0; k < u; k++) {
    mpz_divexact(program->weight[k], *common, mpq_denref(weight[k]));
    mpz_mul(program->weight[k], program->weight[k], mpq_numref(weight[k]));
    mpz_neg(program->weight[k], program->weight[k]);
    if (mpz_cmpabs(program->weight[k], *top) > 0) mpz_abs(*top, program->weight[k]);
  }
  mpz_tdiv_q(*program->largest, *program->constant, *top);
  mpz_abs(*program->largest, *program->largest);
  for (int k = 0; k < program->count; k++)
    if (is_asked(program, name_of(k)) && mpz_cmpabs(*program->rows[k].bound, *program->largest) > 0)
      mpz_abs(*program->largest, *program->rows[k].bound);
  if (mpz_sgn(*program->largest) == 0) mpz_set_ui(*program->largest, 1);
  set_far_limits(program);
  for (int j = 0; j < program->m; j++) program->scaled[j] = ratio(program->weight[j], *top);
  mpz_mul(*top, *top, *program->largest);
  program->scaled[program->m] = ratio(*program->constant, *top);
}

void least_over_completions(accord_context *context, mpq_t least, completion_program *program, const mpq_t constant,
                            const mpq_t *weight) {
  int u = program->m - 1;
  int *cost = POOL_NEW(context, (size_t)program->m, int);
  lp_row *start = POOL_NEW(context, (size_t)program->m, lp_row);
  set_objective(program, constant, weight);
  cost[u] = 1;
  start[u] = 0;
  /* z = constant + sum weight_k y_k, every y_k at the limit that holds it */
  for (int k = 0; k < u; k++) start[k] = name_of(2 * k + (mpq_sgn(weight[k]) < 0));
  lp_problem problem = {
      .m = program->m, .cost = cost, .source = &program->source, .start = start, .start_count = program->m};
  lp_result *result = lp_solve(context, &problem);
  mpz_set(mpq_numref(least), result->value);
  mpz_set(mpq_denref(least), result->determinant);
  mpq_canonicalize(least);
  mpq_mul(least, least, program->unknowns->open->unit);
}

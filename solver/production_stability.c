/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a split stands in a game of production, without a table.
 *
 * Let parties join in fractions t_i of themselves: the most that such a group gains by leaving, max profit - sum t_i x_i,
 * is one linear program with a column for each party. Where it is 0 no whole group gains either; of a split at
 * optimal prices it is 0. Where it is not, the parties that join whole, and those that join at all, are tried as groups;
 * then one that joins in part is made to join, and to stay away, and both halves are searched in the same way, until
 * none of them gains or a group is found: every bound and every gain is exact. */
#include "groups.h"
#include "production.h"

/* Halves looked at before it is left undecided. */
enum { MOST_HALVES = 600 };

enum role { FREE, IN, OUT };

enum answer { PROVED, FOUND, GAVE_UP };

struct question {
  accord_context *context;
  const accord_problem *problem;
  accord_stability *stability;
  const mpq_t *shares;
  mpz_t *scale;    /* of the shares, beside the program's */
  mpq_t *gain;     /* the most that a group gains in fractions */
  enum role *role; /* size n: whether a party is made to join or to stay away */
  int *joins;      /* size n: 0 no, 1 in part, 2 whole */
  int halves;
  int top;
  production_program *whole; /* without columns for parties */
};

/* Costs are times scale, so that shares are whole: a share in the family's units is share * cost_scale * quantity_scale. */
static void write_parties(struct question *in, production_program *program) {
  lp_family *family = program->family;
  mpq_t *share = pool_rationals(in->context, (size_t)in->problem->n);
  mpz_set_ui(*in->scale, 1);
  for (int i = 0; i < in->problem->n; i++) {
    mpz_mul(mpq_numref(share[i]), mpq_numref(in->shares[i]), program->cost_scale);
    mpz_mul(mpq_numref(share[i]), mpq_numref(share[i]), program->quantity_scale);
    mpz_set(mpq_denref(share[i]), mpq_denref(in->shares[i]));
    mpq_canonicalize(share[i]);
    mpz_lcm(*in->scale, *in->scale, mpq_denref(share[i]));
  }
  for (int j = 0; j < program->extra; j++) mpz_mul(family->cost[j], family->cost[j], *in->scale);
  for (int i = 0; i < in->problem->n; i++) {
    int column = program->extra + i;
    family->has_upper[column] = true;
    mpz_set_ui(family->upper[column], in->role[i] == FREE);
    mpz_divexact(family->cost[column], *in->scale, mpq_denref(share[i]));
    mpz_mul(family->cost[column], family->cost[column], mpq_numref(share[i]));
    mpz_neg(family->cost[column], family->cost[column]);
    for (int r = 0; r < family->rows; r++)
      mpz_neg(family->matrix[r * family->columns + column], program->holding[i * family->rows + r]);
  }
}

/* What those who are made to join bring. */
static mpz_t *hold_those_in(const struct question *in, const production_program *program) {
  int m = program->family->rows;
  mpz_t *bound = pool_integers(in->context, (size_t)m + 1);
  for (int i = 0; i < in->problem->n; i++)
    for (int r = 0; r < m && in->role[i] == IN; r++) mpz_add(bound[r], bound[r], program->holding[i * m + r]);
  return bound;
}

static void find_fractions(production_program *program, void *argument) {
  struct question *in = argument;
  lp_family *family = program->family;
  mpz_t *bound = hold_those_in(in, program), *value = &bound[family->rows];
  const lp_basis *basis = find_plan(program, (const mpz_t *)bound);
  lp_family_value(*value, family, basis, (const mpz_t *)bound);
  program_amount(*in->gain, program, *value, basis->determinant);
  mpz_mul(mpq_denref(*in->gain), mpq_denref(*in->gain), *in->scale);
  mpq_canonicalize(*in->gain);
  for (int i = 0; i < in->problem->n; i++) {
    bool at_upper = in->role[i] == FREE && basis->place[program->extra + i] == LP_AT_UPPER;
    in->joins[i] = at_upper || in->role[i] == IN ? 2 : 0;
    if (in->role[i] == IN) mpq_sub(*in->gain, *in->gain, in->shares[i]);
  }
  for (int k = 0; k < family->rows; k++) {
    int i = basis->basic[k] - program->extra;
    if (i < 0 || i >= in->problem->n || in->role[i] != FREE || mpz_sgn(family->x[k]) == 0) continue;
    in->joins[i] = mpz_cmp(family->x[k], basis->determinant) == 0 ? 2 : 1;
  }
}

struct trial {
  struct question *in;
  int least; /* who takes part: joins >= least */
  mpq_t *gain;
};

static void find_gain(production_program *program, void *argument) {
  struct trial *trial = argument;
  struct question *in = trial->in;
  int m = program->family->rows;
  mpz_t *bound = pool_integers(in->context, (size_t)m + 1), *value = &bound[m];
  for (int i = 0; i < in->problem->n; i++)
    for (int r = 0; r < m && in->joins[i] >= trial->least; r++)
      mpz_add(bound[r], bound[r], program->holding[i * m + r]);
  const lp_basis *basis = find_plan(program, (const mpz_t *)bound);
  lp_family_value(*value, program->family, basis, (const mpz_t *)bound);
  program_amount(*trial->gain, program, *value, basis->determinant);
  for (int i = 0; i < in->problem->n; i++)
    if (in->joins[i] >= trial->least) mpq_sub(*trial->gain, *trial->gain, in->shares[i]);
}

/* A whole group of those who join, if it is proper and gains; what it gains goes to the stability. */
static bool try_group(struct question *in, production_program *program, int least, int top) {
  struct trial trial = {.in = in, .least = least};
  accord_stability *stability = in->stability;
  int count = 0, *members = POOL_NEW(in->context, (size_t)in->problem->n, int);
  for (int i = 0; i < in->problem->n; i++)
    if (in->joins[i] >= least) members[count++] = i;
  if (count == 0 || count == in->problem->n) return false;
  trial.gain = pool_rationals(in->context, 1);
  run_program(program, find_gain, &trial);
  if (mpq_sgn(*trial.gain) <= 0) return false;
  stability->stable = ACCORD_NO;
  stability->only_some_counted = true;
  stability->objection_count = 1;
  stability->objections = POOL_NEW(in->context, 1, accord_objection);
  stability->listed = top > 0;
  pool_rational(in->context, stability->objections->amount);
  mpq_set(stability->objections->amount, *trial.gain);
  mpq_set(stability->max_excess, *trial.gain);
  make_coalition(in->context, &stability->objections->coalition, &stability->objections->group, members, count,
                 in->problem->n);
  stability->worst = stability->objections->coalition;
  stability->worst_group = stability->objections->group;
  return true;
}

/* A party that has more alone: found in any case. */
static bool try_alone(struct question *in, int top) {
  mpq_t *gain = pool_rationals(in->context, 2), *most = &gain[1];
  int worst = -1;
  for (int i = 0; i < in->problem->n; i++) {
    mpq_sub(*gain, in->problem->production->alone[i], in->shares[i]);
    if (mpq_cmp(*gain, *most) <= 0) continue;
    mpq_set(*most, *gain);
    worst = i;
  }
  for (int i = 0; i < in->problem->n && worst >= 0; i++) in->joins[i] = i == worst ? 2 : 0;
  return worst >= 0 && try_group(in, make_program(in->context, in->problem->production, (program_options){0}), 2, top);
}

/* A group among those who join, or proof that none of this half gains; else who is to be made to join and to stay away. */
static enum answer look_at_half(struct question *in, int *in_part) {
  accord_mark mark = accord_get_mark(in->context);
  production_program *program =
      make_program(in->context, in->problem->production, (program_options){.extra_columns = in->problem->n});
  write_parties(in, program);
  run_program(program, find_fractions, in);
  accord_reset(in->context, mark);
  *in_part = -1;
  if (mpq_sgn(*in->gain) <= 0) return PROVED;
  for (int i = in->problem->n - 1; i >= 0; i--)
    if (in->joins[i] == 1) *in_part = i;
  return try_group(in, in->whole, 2, in->top) || try_group(in, in->whole, 1, in->top) ? FOUND : GAVE_UP;
}

static enum answer search_half(struct question *in) {
  int party;
  check_clock(in->context);
  enum answer answer = look_at_half(in, &party);
  if (answer != GAVE_UP || party < 0 || ++in->halves >= MOST_HALVES) return answer;
  in->role[party] = IN;
  answer = search_half(in);
  in->role[party] = OUT;
  if (answer == PROVED) answer = search_half(in);
  in->role[party] = FREE;
  return answer;
}

void find_stability_of_production(accord_context *context, accord_stability *stability, const accord_problem *problem,
                                  const mpq_t *shares, int top) {
  size_t n = (size_t)problem->n;
  struct question in = {.context = context, .problem = problem, .stability = stability, .shares = shares, .top = top};
  in.scale = pool_integers(context, 1);
  in.gain = pool_rationals(context, 1);
  in.role = POOL_NEW(context, n, enum role);
  in.joins = POOL_NEW(context, n, int);
  in.whole = make_program(context, problem->production, (program_options){0});
  stability->stable = ACCORD_UNKNOWN;
  enum answer answer = search_half(&in);
  if (answer == PROVED) stability->stable = ACCORD_YES;
  stability->even_in_part = answer == PROVED && in.halves == 0;
  if (answer == GAVE_UP) try_alone(&in, top);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The weights of a level solve a linear system of 0/1 columns. Its determinants are below 2^47 (span.h), times n
 * for excesses per capita, and so read off from what they are modulo 2^61 - 1: no rational is ever reduced.
 * Of excesses by worth the weights of the rows as they are, which sum to one all the same, come from that system; what
 * divides them is their worth together. */
#include "exact_levels.h"
#include "modular.h"

#include <string.h>

__extension__ typedef __int128 wide;

struct exact_levels {
  accord_context *context;
  const float_levels *source;
  const accord_game *game;
  int n;
  coalition_span span;
  int settled_count;
  accord_coalition settled[GAME_MOST_PARTIES];
  mpz_t *amount;     /* size n: x(T) of the settled ones, in units over denominator */
  mpz_t denominator; /* of all amounts */
  mpz_t epsilon, last_epsilon;
  mpz_t scratch, more;
  accord_kohlberg *certificate;
};

/* ------------------------------------------------------- systems mod 2^61 - 1 */

enum { SYSTEM_ROWS = SIMPLEX_ROWS, SYSTEM_COLUMNS = 2 * SIMPLEX_ROWS };

struct linear_system {
  int rows, columns; /* of columns, the first `unknowns` are the matrix, the rest right-hand sides */
  int unknowns;
  uint64_t entry[SYSTEM_ROWS][SYSTEM_COLUMNS];
};

/* Gauss-Jordan, rows moved so that unknown k stands in row k. The determinant of the rows that were pivots, up to
 * sign; 0: the unknowns' columns depend on each other. */
static uint64_t eliminate(struct linear_system *system) {
  uint64_t determinant = 1, swapped[SYSTEM_COLUMNS];
  size_t row_size = (size_t)system->columns * sizeof(uint64_t);
  for (int k = 0; k < system->unknowns; k++) {
    int r = k;
    while (r < system->rows && !system->entry[r][k]) r++;
    if (r == system->rows) return 0;
    if (r != k) {
      memcpy(swapped, system->entry[r], row_size);
      memcpy(system->entry[r], system->entry[k], row_size);
      memcpy(system->entry[k], swapped, row_size);
    }
    uint64_t pivot = system->entry[k][k], inverse = invert_mod(pivot);
    determinant = multiply_mod(determinant, pivot);
    for (int j = k; j < system->columns; j++) system->entry[k][j] = multiply_mod(system->entry[k][j], inverse);
    for (int i = 0; i < system->rows; i++) {
      uint64_t factor = system->entry[i][k];
      for (int j = k; i != k && factor && j < system->columns; j++)
        if (system->entry[k][j])
          system->entry[i][j] = subtract_mod(system->entry[i][j], multiply_mod(factor, system->entry[k][j]));
    }
  }
  return determinant;
}

/* ------------------------------------------------------------ balancing weights */

/* Weights over a common denominator that balance the columns: sum weight (1_S; depth) = (0; denominator). By worth
 * every coalition counts once here. */
struct balance {
  bool by_worth;
  int count;
  level_column column[2 * SIMPLEX_ROWS];
  int64_t weight[2 * SIMPLEX_ROWS], denominator;
};

static int64_t depth_of(const struct balance *balance, const level_column *column) {
  if (balance->by_worth) return column->kind == COLUMN_COALITION;
  return (int64_t)column->depth;
}

static bool balances(const struct balance *balance, int n) {
  wide sum[SIMPLEX_ROWS] = {0};
  for (int k = 0; k < balance->count; k++) {
    const level_column *column = &balance->column[k];
    for (accord_coalition rest = column->parties; rest; rest &= rest - 1)
      sum[__builtin_ctzll(rest)] += balance->weight[k];
    sum[n] += (wide)balance->weight[k] * depth_of(balance, column);
  }
  for (int i = 0; i < n; i++)
    if (sum[i]) return false;
  return sum[n] == balance->denominator;
}

static bool find_balance(struct balance *balance, int n) {
  struct linear_system system = {.rows = n + 1, .unknowns = balance->count, .columns = balance->count + 1};
  if (balance->count > n + 1) return false;
  for (int k = 0; k < balance->count; k++) {
    for (accord_coalition rest = balance->column[k].parties; rest; rest &= rest - 1)
      system.entry[__builtin_ctzll(rest)][k] = 1;
    system.entry[n][k] = (uint64_t)depth_of(balance, &balance->column[k]);
  }
  system.entry[n][balance->count] = 1;
  uint64_t determinant = eliminate(&system);
  balance->denominator = from_mod(determinant);
  int64_t sign = balance->denominator < 0 ? -1 : 1;
  for (int k = 0; k < balance->count; k++)
    balance->weight[k] = sign * from_mod(multiply_mod(determinant, system.entry[k][balance->count]));
  balance->denominator *= sign;
  return determinant && balances(balance, n);
}

static bool is_positive(const struct balance *balance) {
  for (int k = 0; k < balance->count; k++)
    if (balance->column[k].kind != COLUMN_SETTLED && balance->weight[k] < 0) return false;
  return true;
}

static void add_settled(struct balance *balance, const struct exact_levels *exact) {
  for (int t = 0; t < exact->settled_count; t++)
    balance->column[balance->count++] = (level_column){COLUMN_SETTLED, exact->settled[t], 0, 0};
}

/* The columns that have weight in doubles, or else the whole basis. */
static bool balance_level(struct balance *balance, const struct exact_levels *exact, const float_level *level) {
  balance->count = 0;
  for (int k = 0; k < level->support_count; k++) balance->column[balance->count++] = level->support[k];
  add_settled(balance, exact);
  if (find_balance(balance, exact->n) && is_positive(balance)) return true;
  balance->count = 0;
  for (int r = 0; r <= exact->n; r++)
    if (level->basis[r].kind > COLUMN_SETTLED && !span_contains(&exact->span, level->basis[r].parties))
      balance->column[balance->count++] = level->basis[r];
  add_settled(balance, exact);
  return find_balance(balance, exact->n) && is_positive(balance);
}

/* -------------------------------------------------------------------- amounts */

/* number += factor integer(S) denominator. */
static void add_value(struct exact_levels *exact, mpz_t number, int64_t factor, accord_coalition coalition) {
  mpz_set_si(exact->scratch, exact->game->small[coalition]);
  mpz_mul_si(exact->scratch, exact->scratch, factor);
  mpz_addmul(number, exact->scratch, exact->denominator);
}

/* All amounts over denominator * more. */
static void refine(struct exact_levels *exact) {
  mpz_ptr more = exact->more;
  if (mpz_cmp_ui(more, 1) == 0) return;
  mpz_mul(exact->denominator, exact->denominator, more);
  mpz_mul(exact->last_epsilon, exact->last_epsilon, more);
  for (int t = 0; t < exact->settled_count; t++) mpz_mul(exact->amount[t], exact->amount[t], more);
}

/* What the level's weights are divided by: their denominator, or by worth sum of weight times |integer(S)|. */
static void find_divisor(struct exact_levels *exact, mpz_t divisor, const struct balance *balance) {
  mpz_set_si(divisor, balance->denominator);
  if (!balance->by_worth) return;
  mpz_set_ui(divisor, 0);
  for (int k = 0; k < balance->count; k++) {
    const level_column *column = &balance->column[k];
    if (column->kind != COLUMN_COALITION) continue;
    mpz_set_si(exact->scratch, exact->game->small[column->parties]);
    mpz_abs(exact->scratch, exact->scratch);
    mpz_mul_si(exact->scratch, exact->scratch, balance->weight[k]);
    mpz_add(divisor, divisor, exact->scratch);
  }
}

/* epsilon = sum of weight times value, over the denominator that the level needs. */
static void find_epsilon(struct exact_levels *exact, const struct balance *balance) {
  mpz_set_ui(exact->epsilon, 0);
  int t = 0;
  for (int k = 0; k < balance->count; k++)
    if (balance->column[k].kind != COLUMN_SETTLED)
      add_value(exact, exact->epsilon, balance->weight[k], balance->column[k].parties);
    else {
      mpz_mul_si(exact->scratch, exact->amount[t++], balance->weight[k]);
      mpz_add(exact->epsilon, exact->epsilon, exact->scratch);
    }
  find_divisor(exact, exact->more, balance);
  mpz_gcd(exact->scratch, exact->epsilon, exact->more);
  mpz_divexact(exact->epsilon, exact->epsilon, exact->scratch);
  mpz_divexact(exact->more, exact->more, exact->scratch);
  refine(exact);
}

static void settle_column(struct exact_levels *exact, const level_column *column) {
  if (!span_add(&exact->span, column->parties)) return;
  mpz_t *amount = &exact->amount[exact->settled_count];
  mpz_set_ui(*amount, 0);
  add_value(exact, *amount, 1, column->parties);
  if (column->kind == COLUMN_COALITION) {
    excess_weight(exact->scratch, exact->source->kind, exact->game, column->parties);
    mpz_submul(*amount, exact->epsilon, exact->scratch);
  }
  exact->settled[exact->settled_count++] = column->parties;
}

/* ---------------------------------------------------------------- certificate */

static accord_weighted *new_members(accord_context *context, int count) {
  accord_weighted *members = POOL_NEW(context, (size_t)count, accord_weighted);
  for (int k = 0; k < count; k++) pool_rational(context, members[k].weight);
  return members;
}

static void count_members(accord_level *level, const struct balance *balance) {
  for (int k = 0; k < balance->count; k++) {
    if (!balance->weight[k]) continue;
    level->coalition_count += balance->column[k].kind == COLUMN_COALITION;
    level->bound_count += balance->column[k].kind == COLUMN_BOUND;
    level->earlier_count += balance->column[k].kind == COLUMN_SETTLED;
  }
}

/* A coalition's weight is that of its row divided by what its excess is divided by; the others' count per unit of that
 * where it is an amount. */
static void set_weight(struct exact_levels *exact, accord_weighted *member, const struct balance *balance, int k,
                       const mpz_t divisor) {
  const level_column *column = &balance->column[k];
  member->coalition = column->parties;
  mpz_set_si(mpq_numref(member->weight), balance->weight[k]);
  if (column->kind == COLUMN_COALITION) {
    excess_weight(exact->scratch, exact->source->kind, exact->game, column->parties);
    mpz_mul(mpq_numref(member->weight), mpq_numref(member->weight), exact->scratch);
  }
  if (column->kind == COLUMN_SETTLED) mpz_neg(mpq_numref(member->weight), mpq_numref(member->weight));
  mpz_set(mpq_denref(member->weight), divisor);
  mpq_canonicalize(member->weight);
  if (balance->by_worth && column->kind != COLUMN_COALITION) mpq_div(member->weight, member->weight, exact->game->unit);
}

static void record_level(struct exact_levels *exact, const struct balance *balance) {
  accord_level *level = &exact->certificate->levels[exact->certificate->level_count++];
  int coalitions = 0, bounds = 0, earlier = 0;
  mpz_t *divisor = pool_integers(exact->context, 1);
  *level = (accord_level){0};
  count_members(level, balance);
  level->coalitions = new_members(exact->context, level->coalition_count);
  level->bounds = new_members(exact->context, level->bound_count);
  level->earlier = new_members(exact->context, level->earlier_count);
  find_divisor(exact, *divisor, balance);
  for (int k = 0; k < balance->count; k++) {
    const level_column *column = &balance->column[k];
    if (!balance->weight[k]) continue;
    set_weight(exact,
               column->kind == COLUMN_COALITION ? &level->coalitions[coalitions++]
               : column->kind == COLUMN_BOUND   ? &level->bounds[bounds++]
                                                : &level->earlier[earlier++],
               balance, k, *divisor);
  }
  pool_rational(exact->context, level->excess);
  mpz_set(mpq_numref(level->excess), exact->epsilon);
  mpz_set(mpq_denref(level->excess), exact->denominator);
  mpq_canonicalize(level->excess);
  if (!balance->by_worth) mpq_mul(level->excess, level->excess, exact->game->unit);
}

/* -------------------------------------------------------------------- levels */

static bool follows_already(const struct exact_levels *exact, const float_level *level) {
  for (int k = 0; k < level->support_count; k++)
    if (!span_contains(&exact->span, level->support[k].parties)) return false;
  return true;
}

static bool take_level(struct exact_levels *exact, const float_level *level) {
  struct balance balance = {.by_worth = exact->source->kind == EXCESS_PROPORTIONAL};
  if (follows_already(exact, level)) return true;
  if (!balance_level(&balance, exact, level)) return false;
  find_epsilon(exact, &balance);
  if (exact->certificate->level_count && mpz_cmp(exact->epsilon, exact->last_epsilon) > 0) return false;
  record_level(exact, &balance);
  for (int k = 0; k < balance.count; k++)
    if (balance.weight[k] && balance.column[k].kind != COLUMN_SETTLED) settle_column(exact, &balance.column[k]);
  mpz_set(exact->last_epsilon, exact->epsilon);
  return true;
}

/* The one split that gives every settled coalition its amount. */
static bool find_split(struct exact_levels *exact, mpq_t *share) {
  int n = exact->n;
  struct linear_system system = {.rows = n, .unknowns = n, .columns = 2 * n};
  for (int r = 0; r < n; r++) {
    for (int i = 0; i < n; i++) system.entry[r][i] = has(exact->settled[r], i);
    system.entry[r][n + r] = 1;
  }
  uint64_t determinant = eliminate(&system);
  if (!determinant) return false;
  for (int i = 0; i < n; i++) {
    mpz_set_ui(mpq_numref(share[i]), 0);
    for (int r = 0; r < n; r++) {
      mpz_mul_si(exact->scratch, exact->amount[r], from_mod(multiply_mod(determinant, system.entry[i][n + r])));
      mpz_add(mpq_numref(share[i]), mpq_numref(share[i]), exact->scratch);
    }
    mpz_mul_si(mpq_denref(share[i]), exact->denominator, from_mod(determinant));
    mpq_canonicalize(share[i]);
  }
  return true;
}

static bool bounds_hold(struct exact_levels *exact, mpq_t *share) {
  for (int i = 0; i < exact->n && exact->source->imputations; i++) {
    mpz_mul_si(exact->scratch, mpq_denref(share[i]), exact->game->small[party(i)]);
    if (mpz_cmp(mpq_numref(share[i]), exact->scratch) < 0) return false;
  }
  return true;
}

static void start_exact(struct exact_levels *exact, accord_context *context, accord_kohlberg *certificate,
                        const float_levels *levels) {
  *exact = (struct exact_levels){.context = context, .source = levels, .game = levels->game, .n = levels->n};
  exact->amount = pool_integers(context, (size_t)levels->n);
  pool_integer(context, exact->denominator);
  pool_integer(context, exact->epsilon);
  pool_integer(context, exact->last_epsilon);
  pool_integer(context, exact->scratch);
  pool_integer(context, exact->more);
  mpz_set_ui(exact->denominator, 1);
  exact->certificate = certificate;
  start_certificate(context, certificate, levels->n);
  span_start(&exact->span, levels->n);
  settle_column(exact, &(level_column){COLUMN_SETTLED, everybody(levels->n), 0, 0});
}

bool make_exact_levels(accord_context *context, mpq_t *share, accord_kohlberg *certificate,
                       const float_levels *levels) {
  struct exact_levels *exact = POOL_NEW(context, 1, struct exact_levels);
  start_exact(exact, context, certificate, levels);
  for (int k = 0; k < levels->level_count && exact->span.rank < exact->n; k++)
    if (!take_level(exact, &levels->level[k])) return false;
  if (exact->span.rank < exact->n || !find_split(exact, share) || !bounds_hold(exact, share)) return false;
  for (int i = 0; i < exact->n; i++) mpq_mul(share[i], share[i], exact->game->unit);
  return true;
}

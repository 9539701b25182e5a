/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dual simplex method in exact integers, for few variables and rows generated as needed.
 *
 * The basis matrix B holds m rows; its inverse is kept as integers over the determinant d > 0,
 * extended by the solution and the multipliers to a square tableau of order m + 1:
 *
 *     [ A       Y ]     B^-1 = A / d,   y = B^-1 b = Y / d,
 *     [ lambda  z ]     c B^-1 = lambda / d,   c . y = z / d.
 *
 * Replacing basis row k by a row with alpha = a A maps every entry t_ij (j != k) to
 * (t_ij alpha_k - t_ik alpha_j) / d, a division without remainder, and d to alpha_k
 * (Edmonds' integral pivoting): numbers stay as small as determinants of the data. */
#include "lp.h"

#include <string.h>

struct simplex {
  accord_context *context;
  const lp_problem *problem;
  int m;
  mpz_t *tableau;     /* (m + 1) * (m + 1), by rows */
  mpz_t *alpha;       /* m + 1: the entering row in terms of the basis; last: -(b - a y) */
  mpz_t *coefficient; /* m: the entering row */
  mpz_t *scratch;     /* 3 */
  mpz_t d;
  lp_row *basis;  /* m */
  bool *equation; /* m */
  bool *placed;   /* m: the position holds a row, not a unit vector of the start */
  lp_row *pool;   /* rows seen violated: tried before the source searches all of them */
  size_t pool_count, pool_room;
};

static mpz_t *entry(const struct simplex *simplex, int i, int j) { return &simplex->tableau[i * (simplex->m + 1) + j]; }

/* ------------------------------------------------------------------- pivots */

/* Writes the row down, and alpha with it. Returns whether it is an equation. */
static bool express(struct simplex *simplex, lp_row row) {
  const lp_source *source = simplex->problem->source;
  mpz_t *violation = &simplex->alpha[simplex->m], *bound = &simplex->scratch[0];
  bool equation = source->write(source->data, simplex->coefficient, *bound, row);
  for (int j = 0; j <= simplex->m; j++) mpz_set_ui(simplex->alpha[j], 0);
  for (int i = 0; i < simplex->m; i++) {
    if (mpz_sgn(simplex->coefficient[i]) == 0) continue;
    for (int j = 0; j <= simplex->m; j++) mpz_addmul(simplex->alpha[j], simplex->coefficient[i], *entry(simplex, i, j));
  }
  mpz_submul(*violation, *bound, simplex->d);
  return equation;
}

static void update_row(struct simplex *simplex, int i, int k) {
  mpz_t *factor = &simplex->scratch[1];
  mpz_set(*factor, *entry(simplex, i, k));
  for (int j = 0; j <= simplex->m; j++) {
    if (j == k) continue;
    mpz_t *t = entry(simplex, i, j);
    mpz_mul(*t, *t, simplex->alpha[k]);
    if (mpz_sgn(*factor) && mpz_sgn(simplex->alpha[j])) mpz_submul(*t, *factor, simplex->alpha[j]);
    mpz_divexact(*t, *t, simplex->d);
  }
}

/* The row in alpha takes position k. */
static void pivot(struct simplex *simplex, int k, lp_row row, bool equation) {
  for (int i = 0; i <= simplex->m; i++) update_row(simplex, i, k);
  mpz_set(simplex->d, simplex->alpha[k]);
  if (mpz_sgn(simplex->d) < 0) {
    mpz_neg(simplex->d, simplex->d);
    for (int t = 0; t < (simplex->m + 1) * (simplex->m + 1); t++) mpz_neg(simplex->tableau[t], simplex->tableau[t]);
  }
  simplex->basis[k] = row;
  simplex->equation[k] = equation;
  simplex->placed[k] = true;
}

/* -------------------------------------------------------------------- start */

static void reset_to_identity(struct simplex *simplex) {
  for (int i = 0; i <= simplex->m; i++)
    for (int j = 0; j <= simplex->m; j++) mpz_set_si(*entry(simplex, i, j), i == j && i < simplex->m);
  for (int j = 0; j < simplex->m; j++) {
    mpz_set_si(*entry(simplex, simplex->m, j), simplex->problem->cost[j]);
    simplex->placed[j] = simplex->equation[j] = false;
  }
  mpz_set_ui(simplex->d, 1);
}

/* Puts each row where a unit vector of the start still stands, unless it depends on the others. */
static void place_rows(struct simplex *simplex, const lp_row *rows, int count) {
  for (int r = 0; r < count; r++) {
    bool equation = express(simplex, rows[r]);
    int k = 0;
    while (k < simplex->m && (simplex->placed[k] || mpz_sgn(simplex->alpha[k]) == 0)) k++;
    if (k == simplex->m) continue;
    pivot(simplex, k, rows[r], equation);
  }
}

/* Equations stay in every basis: they are never looked for among violated rows. */
static void place_equations(struct simplex *simplex, const lp_row *rows, int count) {
  for (int r = 0; r < count; r++)
    if (express(simplex, rows[r])) place_rows(simplex, &rows[r], 1);
}

/* Whether a row stands at position k, or a unit vector that no multiplier needs. */
static bool is_sound(const struct simplex *simplex, int k) {
  return simplex->placed[k] || mpz_sgn(*entry(simplex, simplex->m, k)) == 0;
}

static bool dual_feasible(const struct simplex *simplex) {
  for (int k = 0; k < simplex->m; k++)
    if (!simplex->equation[k] && (mpz_sgn(*entry(simplex, simplex->m, k)) < 0 || !is_sound(simplex, k))) return false;
  return true;
}

/* Starts from a guess at the tight rows; false where its multipliers do not do. */
static bool start_from(struct simplex *simplex, const lp_guess *guess) {
  const lp_problem *problem = simplex->problem;
  reset_to_identity(simplex);
  place_equations(simplex, problem->start, problem->start_count);
  place_rows(simplex, guess->tight, guess->tight_count);
  place_rows(simplex, problem->start, problem->start_count);
  return dual_feasible(simplex);
}

static void start(struct simplex *simplex) {
  lp_guess guess;
  const lp_problem *problem = simplex->problem;
  if (problem->guess && start_from(simplex, problem->guess)) return;
  accord_status status = lp_guess_basis(simplex->context, &guess, problem);
  if (status == ACCORD_NO_MEMORY || status == ACCORD_LIMIT)
    guard_leave(simplex->context, status, "%s", accord_message(simplex->context));
  if (status == ACCORD_OK) {
    simplex->pool = guess.rows;
    simplex->pool_count = (size_t)guess.row_count;
    if (start_from(simplex, &guess)) return;
  }
  reset_to_identity(simplex);
  place_equations(simplex, problem->start, problem->start_count);
  place_rows(simplex, problem->start, problem->start_count);
  if (!dual_feasible(simplex))
    guard_leave(simplex->context, ACCORD_FAILED, "a linear program was set up without a start");
}

/* ---------------------------------------------------------------- iteration */

/* y as the source wants it: the last column, moved into an array. */
static void copy_solution(const struct simplex *simplex, mpz_t *y) {
  for (int i = 0; i < simplex->m; i++) mpz_set(y[i], *entry(simplex, i, simplex->m));
}

/* The most violated row among those seen before. */
static bool choose_from_pool(struct simplex *simplex, lp_row *chosen) {
  mpz_t *most = &simplex->scratch[2];
  bool found = false;
  for (size_t r = 0; r < simplex->pool_count; r++) {
    mpz_t *violation = &simplex->scratch[1], *bound = &simplex->scratch[0];
    const lp_source *source = simplex->problem->source;
    bool equation = source->write(source->data, simplex->coefficient, *bound, simplex->pool[r]);
    mpz_mul(*violation, *bound, simplex->d);
    for (int i = 0; i < simplex->m; i++)
      if (mpz_sgn(simplex->coefficient[i]))
        mpz_submul(*violation, simplex->coefficient[i], *entry(simplex, i, simplex->m));
    if (equation || mpz_sgn(*violation) <= 0 || (found && mpz_cmp(*violation, *most) <= 0)) continue;
    mpz_swap(*most, *violation);
    *chosen = simplex->pool[r];
    found = true;
  }
  return found;
}

static void remember(struct simplex *simplex, const lp_row *rows, int count) {
  lp_row *grown = POOL_NEW(simplex->context, simplex->pool_count + (size_t)count, lp_row);
  if (simplex->pool_count) memcpy(grown, simplex->pool, simplex->pool_count * sizeof *grown);
  memcpy(grown + simplex->pool_count, rows, (size_t)count * sizeof *grown);
  pool_free(simplex->context, simplex->pool);
  simplex->pool = grown;
  simplex->pool_count += (size_t)count;
}

/* The row to enter, or false where none is violated. cautious: by Bland's rule, which cannot cycle. */
static bool choose_entering(struct simplex *simplex, lp_row *chosen, mpz_t *y, bool cautious) {
  const lp_source *source = simplex->problem->source;
  if (!cautious && choose_from_pool(simplex, chosen)) return true;
  copy_solution(simplex, y);
  if (cautious) return source->first_violated(source->data, chosen, (const mpz_t *)y, simplex->d);
  int room = 4 * simplex->m;
  lp_row *rows = POOL_NEW(simplex->context, (size_t)room, lp_row);
  int count = source->violated(source->data, rows, (const mpz_t *)y, simplex->d, room);
  if (count) {
    *chosen = rows[0];
    remember(simplex, rows, count);
  }
  pool_free(simplex->context, rows);
  return count > 0;
}

/* A unit vector of the start, which no row has replaced yet and no multiplier needs; else the
 * inequality with alpha > 0 and least multiplier / alpha, ties to the smallest row; -1: none. */
static int choose_leaving(struct simplex *simplex) {
  int leaving = -1;
  for (int k = 0; k < simplex->m; k++)
    if (!simplex->placed[k] && mpz_sgn(simplex->alpha[k])) return k;
  for (int k = 0; k < simplex->m; k++) {
    if (simplex->equation[k] || mpz_sgn(simplex->alpha[k]) <= 0) continue;
    if (leaving >= 0) {
      mpz_mul(simplex->scratch[1], *entry(simplex, simplex->m, k), simplex->alpha[leaving]);
      mpz_mul(simplex->scratch[2], *entry(simplex, simplex->m, leaving), simplex->alpha[k]);
      int order = mpz_cmp(simplex->scratch[1], simplex->scratch[2]);
      if (order > 0 || (order == 0 && simplex->basis[k] > simplex->basis[leaving])) continue;
    }
    leaving = k;
  }
  return leaving;
}

/* Pivots to the optimum; false where no y satisfies every row (*entering conflicts with the basis). */
static bool iterate(struct simplex *simplex, lp_row *entering) {
  mpz_t *y = pool_integers(simplex->context, (size_t)simplex->m);
  int stalled = 0;
  while (choose_entering(simplex, entering, y, stalled > 2 * simplex->m)) {
    check_clock(simplex->context);
    bool equation = express(simplex, *entering);
    int leaving = choose_leaving(simplex);
    if (leaving < 0) return false;
    bool progress = mpz_sgn(*entry(simplex, simplex->m, leaving)) > 0;
    stalled = progress ? 0 : stalled + 1;
    pivot(simplex, leaving, *entering, equation);
  }
  return true;
}

/* ------------------------------------------------------------------- result */

static struct simplex *new_simplex(accord_context *context, const lp_problem *problem) {
  struct simplex *simplex = POOL_NEW(context, 1, struct simplex);
  size_t m = (size_t)problem->m;
  simplex->context = context;
  simplex->problem = problem;
  simplex->m = problem->m;
  simplex->tableau = pool_integers(context, (m + 1) * (m + 1));
  simplex->alpha = pool_integers(context, m + 1);
  simplex->coefficient = pool_integers(context, m);
  simplex->scratch = pool_integers(context, 3);
  pool_integer(context, simplex->d);
  simplex->basis = POOL_NEW(context, m, lp_row);
  simplex->equation = POOL_NEW(context, m, bool);
  simplex->placed = POOL_NEW(context, m, bool);
  return simplex;
}

static lp_result *new_result(accord_context *context, int m) {
  lp_result *result = POOL_NEW(context, 1, lp_result);
  result->row = POOL_NEW(context, (size_t)m, lp_row);
  result->multiplier = pool_integers(context, (size_t)m);
  result->solution = pool_integers(context, (size_t)m);
  pool_integer(context, result->determinant);
  pool_integer(context, result->value);
  return result;
}

lp_result *lp_solve(accord_context *context, const lp_problem *problem) {
  int m = problem->m;
  lp_result *result = new_result(context, m);
  accord_mark mark = accord_get_mark(context);
  struct simplex *simplex = new_simplex(context, problem);
  start(simplex);
  result->feasible = iterate(simplex, &result->entering);
  for (int k = 0; k < m; k++) {
    result->row[k] = simplex->placed[k] ? simplex->basis[k] : LP_NO_ROW;
    mpz_set(result->multiplier[k], result->feasible ? *entry(simplex, m, k) : simplex->alpha[k]);
    mpz_set(result->solution[k], *entry(simplex, k, m));
  }
  mpz_set(result->determinant, simplex->d);
  mpz_set(result->value, *entry(simplex, m, m));
  accord_reset(context, mark);
  return result;
}

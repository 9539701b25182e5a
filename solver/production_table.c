/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of a production game: one linear program for each coalition, walked along a Gray code.
 *
 * From one coalition to the next one party comes or goes, so x_B moves by that party's column of B^-1 b, added up in
 * 64-bit words. While it stays within its bounds the basis is optimal as it is; where it leaves them, a basis met
 * before mostly fits; only then is the engine asked, from the basis it stood at (lp_family.h). A coalition is marked with
 * its basis, whose prices give its worth in a second pass. Each thread walks parts of the table with a context,
 * an engine and bases of its own. */
#include "production.h"
#include "threads.h"

#include <stdatomic.h>
#include <string.h>

/* A basis over all coalitions: x_B = offset + sum of steps of those in S, in words where that fits. */
struct reach {
  bool in_words;
  int64_t *offset, *most; /* size rows; most: INT64_MAX where there is no bound */
  int64_t *step;          /* size n * rows */
  bool used;
};

enum { TRIED = 24 }; /* bases looked at before the engine is asked */

struct part {
  accord_context *context; /* whose pool all of it lives in */
  accord_status status;
  uint64_t first; /* coalitions with these upper bits */
  int bits;       /* of the Gray code over the lower ones */
  production_program *program;
  lp_basis *recent[TRIED];
  int recent_count;
  int64_t *x;   /* size rows */
  mpz_t *bound; /* size rows */
  /* what the second pass needs: of each basis */
  int basis_count;
  bool *used;     /* size basis_count */
  mpq_t *worth;   /* size basis_count * (n + 1): the constant, then what each party adds */
  int64_t *words; /* the same in words, or NULL */
};

struct walk {
  accord_context *context;
  const accord_production *production;
  int n;
  uint32_t *basis; /* size 2^n: the coalition's, among those of its part */
  struct part *parts;
  size_t part_count;
  int lower;        /* bits of a coalition within its part */
  atomic_bool stop; /* a part has failed, and the others need not be finished */
};

/* --------------------------------------------------------------------- reaches */

static bool fits(const mpz_t number) { return mpz_sizeinbase(number, 2) <= 61; }

/* Whether no sum of steps can leave 62 bits. */
static bool sums_fit(const struct part *part, const lp_basis *basis, const mpz_t *step, mpz_t sum, mpz_t size) {
  int m = part->program->family->rows, n = part->program->production->n;
  for (int k = 0; k < m; k++) {
    mpz_abs(sum, basis->offset[k]);
    for (int i = 0; i < n; i++) {
      mpz_abs(size, step[i * m + k]);
      mpz_add(sum, sum, size);
    }
    if (!fits(sum)) return false;
  }
  return true;
}

static mpz_t *find_steps(const struct part *part, const lp_basis *basis) {
  int m = part->program->family->rows, n = part->program->production->n;
  mpz_t *step = pool_integers(part->context, (size_t)n * (size_t)m);
  for (int i = 0; i < n; i++)
    for (int r = 0; r < m; r++) {
      if (mpz_sgn(part->program->holding[i * m + r]) == 0) continue;
      for (int k = 0; k < m; k++)
        mpz_addmul(step[i * m + k], basis->inverse[k * m + r], part->program->holding[i * m + r]);
    }
  return step;
}

static void copy_into_words(struct part *part, struct reach *reach, const lp_basis *basis, const mpz_t *step,
                            mpz_t most) {
  const lp_family *family = part->program->family;
  size_t m = (size_t)family->rows, n = (size_t)part->program->production->n;
  reach->offset = POOL_NEW(part->context, m + 1, int64_t);
  reach->most = POOL_NEW(part->context, m + 1, int64_t);
  reach->step = POOL_NEW(part->context, n * m + 1, int64_t);
  for (size_t k = 0; k < m; k++) {
    int column = basis->basic[k];
    reach->offset[k] = mpz_get_si(basis->offset[k]);
    reach->most[k] = INT64_MAX;
    if (column >= family->columns || !family->has_upper[column]) continue;
    mpz_mul(most, family->upper[column], basis->determinant);
    if (fits(most)) reach->most[k] = mpz_get_si(most);
  }
  for (size_t t = 0; t < n * m; t++) reach->step[t] = mpz_get_si(step[t]);
}

static struct reach *reach_of(struct part *part, lp_basis *basis) {
  if (basis->attached) return basis->attached;
  struct reach *reach = basis->attached = POOL_NEW(part->context, 1, struct reach);
  mpz_t *step = find_steps(part, basis), *work = pool_integers(part->context, 2);
  reach->in_words = sums_fit(part, basis, (const mpz_t *)step, work[0], work[1]);
  if (reach->in_words) copy_into_words(part, reach, basis, (const mpz_t *)step, work[0]);
  pool_free(part->context, work);
  pool_free(part->context, step);
  return reach;
}

/* The first position out of bounds, -1: none. */
static int find_outside(const int64_t *x, const struct reach *reach, int rows) {
  for (int k = 0; k < rows; k++)
    if (x[k] < 0 || x[k] > reach->most[k]) return k;
  return -1;
}

/* Whether a basis is feasible for a coalition; its x_B in part->x where in words. */
static bool is_feasible(struct part *part, lp_basis *basis, accord_coalition s) {
  struct reach *reach = reach_of(part, basis);
  int m = part->program->family->rows;
  bool above;
  if (!reach->in_words) {
    pool_holdings(part->bound, part->program, s);
    return lp_family_find_infeasible(part->program->family, basis, (const mpz_t *)part->bound, &above) < 0;
  }
  memcpy(part->x, reach->offset, (size_t)m * sizeof *part->x);
  for (accord_coalition rest = s; rest; rest &= rest - 1) {
    const int64_t *step = &reach->step[__builtin_ctzll(rest) * m];
    for (int k = 0; k < m; k++) part->x[k] += step[k];
  }
  return find_outside(part->x, reach, m) < 0;
}

/* ------------------------------------------------------------------------ walk */

/* The latest first. */
static void remember(struct part *part, lp_basis *basis) {
  int at = 0;
  while (at < part->recent_count && part->recent[at] != basis) at++;
  if (at == part->recent_count && part->recent_count < TRIED) part->recent_count++;
  if (at == TRIED) at--;
  for (; at > 0; at--) part->recent[at] = part->recent[at - 1];
  part->recent[0] = basis;
}

/* Bases that were right before: the one that followed when the same position was the first to fail, then recent ones. */
static lp_basis *find_known(struct part *part, accord_coalition s, lp_basis **followed) {
  if (followed && *followed && is_feasible(part, *followed, s)) return *followed;
  for (int t = 0; t < part->recent_count; t++)
    if ((!followed || part->recent[t] != *followed) && is_feasible(part, part->recent[t], s)) return part->recent[t];
  return NULL;
}

static lp_basis *find_basis(struct part *part, accord_coalition s, lp_basis **followed) {
  lp_basis *basis = find_known(part, s, followed);
  if (!basis) {
    check_clock(part->context);
    pool_holdings(part->bound, part->program, s);
    basis = find_plan(part->program, (const mpz_t *)part->bound);
    is_feasible(part, basis, s); /* for its x_B */
  }
  if (followed) *followed = basis;
  remember(part, basis);
  reach_of(part, basis)->used = true;
  return basis;
}

/* One party comes or goes; whether the basis still fits, else where it does not. */
static bool step_to(struct part *part, lp_basis *basis, accord_coalition s, int i, int *outside) {
  const struct reach *reach = basis->attached;
  int m = part->program->family->rows;
  *outside = 0;
  if (!reach->in_words) return is_feasible(part, basis, s);
  const int64_t *step = &reach->step[i * m];
  if (has(s, i))
    for (int k = 0; k < m; k++) part->x[k] += step[k];
  else
    for (int k = 0; k < m; k++) part->x[k] -= step[k];
  *outside = find_outside(part->x, reach, m);
  return *outside < 0;
}

struct walking {
  struct walk *walk;
  struct part *part;
};

static void walk_part(production_program *program, void *argument) {
  struct walking *walking = argument;
  struct part *part = walking->part;
  uint32_t *marks = walking->walk->basis;
  accord_coalition s = part->first;
  int outside;
  (void)program;
  lp_basis *basis = find_basis(part, s, NULL);
  marks[s] = (uint32_t)basis->id;
  for (uint64_t g = 1; g < (uint64_t)1 << part->bits; g++) {
    int i = __builtin_ctzll(g);
    s ^= party(i);
    if (g % 4096 == 0 && (is_time_up(walking->walk->context) || atomic_load(&walking->walk->stop)))
      guard_leave(part->context, ACCORD_LIMIT, "stopped");
    if (!step_to(part, basis, s, i, &outside)) basis = find_basis(part, s, &basis->after[outside]);
    marks[s] = (uint32_t)basis->id;
  }
}

/* What a coalition of each basis is worth: value + price . b(S). */
static void keep_worth(struct part *part) {
  const production_program *program = part->program;
  const lp_family *family = program->family;
  size_t n = (size_t)program->production->n;
  mpz_t *value = pool_integers(part->context, 1);
  part->basis_count = family->count;
  part->used = POOL_NEW(part->context, (size_t)family->count, bool);
  part->worth = pool_rationals(part->context, (size_t)family->count * (n + 1));
  for (int k = 0; k < family->count; k++) {
    const lp_basis *basis = family->bases[k];
    const struct reach *reach = basis->attached;
    part->used[k] = reach && reach->used;
    if (!part->used[k]) continue;
    program_amount(part->worth[(size_t)k * (n + 1)], program, basis->value, basis->determinant);
    for (size_t i = 0; i < n; i++) {
      mpz_set_ui(*value, 0);
      for (int r = 0; r < family->rows; r++)
        mpz_addmul(*value, basis->price[r], program->holding[i * (size_t)family->rows + (size_t)r]);
      program_amount(part->worth[(size_t)k * (n + 1) + i + 1], program, *value, basis->determinant);
    }
  }
}

static accord_status solve_part(accord_context *context, void *argument) {
  struct walking *walking = argument;
  struct part *part = walking->part;
  part->program = make_program(context, walking->walk->production, (program_options){0});
  part->x = POOL_NEW(context, (size_t)part->program->family->rows + 1, int64_t);
  part->bound = pool_integers(context, (size_t)part->program->family->rows + 1);
  run_program(part->program, walk_part, walking);
  keep_worth(part);
  return ACCORD_OK;
}

static void run_part(void *argument, int thread, size_t index) {
  struct walk *walk = argument;
  struct walking walking = {walk, &walk->parts[index]};
  (void)thread;
  if (atomic_load(&walk->stop)) return;
  walking.part->status = guard(walking.part->context, solve_part, &walking);
  if (walking.part->status != ACCORD_OK) atomic_store(&walk->stop, true);
}

/* --------------------------------------------------------------------- threads */

/* Contexts of parts are freed with the pool of the one they work for. */
static void release_context(void *memory) { accord_context_free(*(accord_context **)memory); }

/* A context for a part's thread, with its part of the memory and the time that is left. */
static accord_context *context_for_part(accord_context *context, size_t parts) {
  accord_context **made = pool_new_released(context, sizeof *made, release_context);
  if (accord_context_new(made) != ACCORD_OK) guard_leave(context, ACCORD_NO_MEMORY, "out of memory");
  *accord_context_settings(*made) = *accord_context_settings(context);
  accord_context_settings(*made)->memory_limit = memory_left(context) / parts;
  accord_context_settings(*made)->time_limit = 0; /* walk_part looks at the clock of the whole */
  return *made;
}

static void set_up_parts(struct walk *walk, int threads) {
  int upper = 0;
  while (threads > 1 && 1 << upper < 4 * threads && upper < walk->n) upper++;
  walk->part_count = (size_t)1 << upper;
  walk->lower = walk->n - upper;
  walk->parts = POOL_NEW(walk->context, walk->part_count, struct part);
  for (size_t p = 0; p < walk->part_count; p++) {
    walk->parts[p].first = (uint64_t)p << walk->lower;
    walk->parts[p].bits = walk->lower;
    walk->parts[p].context = threads > 1 ? context_for_part(walk->context, walk->part_count) : walk->context;
  }
}

/* What ended a part ends the whole. A limit that is not the clock's is memory, of which each part has its share. */
static void check_parts(const struct walk *walk) {
  bool limited = false;
  check_clock(walk->context);
  for (size_t p = 0; p < walk->part_count; p++) {
    const struct part *part = &walk->parts[p];
    limited = limited || part->status == ACCORD_LIMIT;
    if (part->status != ACCORD_OK && part->status != ACCORD_LIMIT)
      guard_leave(walk->context, part->status, "%s", accord_message(part->context));
  }
  if (limited)
    guard_leave(walk->context, ACCORD_LIMIT, "the memory limit of %s was reached; raise the memory limit",
                memory_limit_words(walk->context).text);
}

/* A program takes as long as some hundred entries of a pass over a table. */
enum { AS_MANY_PARTIES_MORE = 7 };

static void walk_table(struct walk *walk) {
  int threads = thread_count(walk->context, walk->n + AS_MANY_PARTIES_MORE);
  set_up_parts(walk, threads);
  run_parts(walk->context, run_part, walk, walk->part_count, threads);
  check_parts(walk);
}

/* ---------------------------------------------------------------------- values */

static void find_unit(const struct walk *walk, mpz_t denominator) {
  mpz_set_ui(denominator, 1);
  for (size_t p = 0; p < walk->part_count; p++) {
    const struct part *part = &walk->parts[p];
    for (int k = 0; k < part->basis_count * (walk->n + 1); k++)
      if (part->used[k / (walk->n + 1)]) mpz_lcm(denominator, denominator, mpq_denref(part->worth[k]));
  }
}

/* Everything times the denominator, in words; false where some sum might not fit. */
static bool put_into_words(const struct walk *walk, struct part *part, const mpz_t denominator, mpz_t *work) {
  int width = walk->n + 1;
  part->words = POOL_NEW(walk->context, (size_t)part->basis_count * (size_t)width, int64_t);
  for (int k = 0; k < part->basis_count; k++) {
    mpz_set_ui(work[1], 0);
    for (int t = 0; t < width && part->used[k]; t++) {
      const mpq_t *worth = (const mpq_t *)&part->worth[k * width + t];
      mpz_divexact(work[0], denominator, mpq_denref(*worth));
      mpz_mul(work[0], work[0], mpq_numref(*worth));
      if (!fits(work[0])) return false;
      part->words[k * width + t] = mpz_get_si(work[0]);
      mpz_abs(work[0], work[0]);
      mpz_add(work[1], work[1], work[0]);
    }
    if (!fits(work[1])) return false;
  }
  return true;
}

static bool all_into_words(const struct walk *walk, const mpz_t denominator) {
  mpz_t *work = pool_integers(walk->context, 2);
  for (size_t p = 0; p < walk->part_count; p++)
    if (!put_into_words(walk, &walk->parts[p], denominator, work)) return false;
  return true;
}

static void fill_in_words(const struct walk *walk, int64_t *v) {
  for (accord_coalition s = 1; s < (accord_coalition)1 << walk->n; s++) {
    const struct part *part = &walk->parts[s >> walk->lower];
    const int64_t *worth = &part->words[walk->basis[s] * (size_t)(walk->n + 1)];
    int64_t sum = worth[0];
    if (s % 65536 == 0) check_clock(walk->context);
    for (accord_coalition rest = s; rest; rest &= rest - 1) sum += worth[1 + __builtin_ctzll(rest)];
    v[s] = sum;
  }
}

static void fill_in_integers(const struct walk *walk, mpz_t *v, const mpz_t denominator) {
  mpq_t *sum = pool_rationals(walk->context, 1);
  for (accord_coalition s = 1; s < (accord_coalition)1 << walk->n; s++) {
    const struct part *part = &walk->parts[s >> walk->lower];
    const mpq_t *worth = (const mpq_t *)&part->worth[walk->basis[s] * (size_t)(walk->n + 1)];
    if (s % 1024 == 0) check_clock(walk->context);
    mpq_set(*sum, worth[0]);
    for (accord_coalition rest = s; rest; rest &= rest - 1) mpq_add(*sum, *sum, worth[1 + __builtin_ctzll(rest)]);
    mpz_divexact(v[s], denominator, mpq_denref(*sum));
    mpz_mul(v[s], v[s], mpq_numref(*sum));
  }
}

accord_game *production_game(accord_context *context, const accord_production *production) {
  accord_game *game = game_new(context, ACCORD_BENEFIT, production->n);
  accord_mark mark;
  struct walk walk = {.context = context, .production = production, .n = production->n};
  mpq_set_ui(game->unit, 1, 1);
  int64_t *small = POOL_NEW(context, game->size, int64_t);
  mark = accord_get_mark(context);
  walk.basis = POOL_NEW(context, game->size, uint32_t);
  walk_table(&walk);
  find_unit(&walk, mpq_denref(game->unit));
  if (all_into_words(&walk, mpq_denref(game->unit))) {
    fill_in_words(&walk, small);
    accord_reset(context, mark);
    game->small = small;
  } else {
    pool_free(context, small);
    game->big = pool_integers(context, game->size);
    fill_in_integers(&walk, game->big, mpq_denref(game->unit));
    pool_free(context, walk.basis);
  }
  game_finish(context, game);
  return game;
}

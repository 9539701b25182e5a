/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The nucleolus of a vote without a table: shortcuts of the rules nucleolus and prenucleolus.
 *
 * Alike parties get the same, so that the variables are a share for each type and epsilon, and the rows profiles: how
 * many of each type are in. Level by level as in nucleolus.c; the rows that are violated are found by vote_oracle.c.
 *
 * What is settled after a level is all that its coalitions span: of types, the span of their profiles; and a type whose
 * parties some settled profile tells apart (or whose bound is settled) is no longer free. A coalition is in the span
 * iff its profile is, and it has all or nobody of every free type. */
#include "lp.h"
#include "rule.h"
#include "vote_oracle.h"
#include "vote_types.h"
#include "voting.h"

#include <math.h>
#include <string.h>

/* A coalition outside the span stands at residue 0 of one draw with chance 1 / 31; of all with less than 2^-64. */
enum { DRAWS = 13, MOST_NEW_PROFILES = 1 << 15 };

static const double loose = 1e-9; /* of shares of 1, for the doubles */

typedef enum vote_row { ROW_PROFILE, ROW_SETTLED, ROW_BOUND } vote_row;

static lp_row make_row(vote_row kind, int which) { return (uint64_t)kind << 32 | (uint32_t)which; }
static vote_row kind_of(lp_row row) { return (vote_row)(row >> 32); }
static int which_of(lp_row row) { return (int)(uint32_t)row; }

typedef struct profile {
  int *part; /* size m */
  bool wins;
  vote_orbit *orbit; /* once it is settled or listed */
} profile;

/* A row that holds with equality from its level on. */
typedef struct settled_row {
  vote_row kind; /* ROW_PROFILE, or ROW_BOUND: */
  int which;
  mpq_t value;
} settled_row;

struct vote_levels {
  accord_context *context;
  const accord_voting *voting;
  bool bounds;
  int n, m; /* parties, types */
  const vote_types *types;
  bool *alone;   /* size m: wins by itself */
  bool *is_free; /* size m */
  vote_oracle *oracle;
  int profile_count, profile_room;
  profile *profiles;
  int settled_count;
  settled_row *settled; /* size m; the first is everybody */
  prime_span *span;
  int *residue; /* DRAWS * n */
  uint64_t random;
  int next_draw;
  bool doubtful; /* exact numbers were too large to search with */
  bool *in;      /* size n */
  int *part;     /* size m */
  double *cost;  /* size n */
  int64_t *whole_cost;
  wide *wide_cost;
  mpz_t *work; /* size m + 4 */
  lp_source source;
  accord_kohlberg *certificate;
};

/* ----------------------------------------------------------------- profiles */

static int find_profile(struct vote_levels *levels, const int *part, bool wins) {
  size_t bytes = (size_t)levels->m * sizeof *part;
  for (int p = 0; p < levels->profile_count; p++)
    if (memcmp(levels->profiles[p].part, part, bytes) == 0) return p;
  if (levels->profile_count == levels->profile_room)
    guard_leave(levels->context, ACCORD_LIMIT, "more than %d kinds of coalitions had to be looked at in one step",
                MOST_NEW_PROFILES);
  profile *made = &levels->profiles[levels->profile_count];
  made->wins = wins;
  memcpy(made->part, part, bytes);
  return levels->profile_count++;
}

/* Room for those of a level: a linear program gives back all memory that is taken while it is solved. */
static void make_room(struct vote_levels *levels) {
  int count = levels->profile_count, room = count + MOST_NEW_PROFILES;
  levels->profiles =
      pool_grow(levels->context, levels->profiles, (size_t)count, (size_t)room, sizeof *levels->profiles);
  int *parts = POOL_NEW(levels->context, (size_t)levels->m * MOST_NEW_PROFILES, int);
  for (int p = count; p < room; p++) levels->profiles[p].part = parts + (size_t)levels->m * (size_t)(p - count);
  levels->profile_room = room;
}

/* The profile of the coalition in levels->in. */
static int profile_of_members(struct vote_levels *levels) {
  for (int t = 0; t < levels->m; t++) levels->part[t] = 0;
  for (int i = 0; i < levels->n; i++) levels->part[levels->types->of[i]] += levels->in[i];
  return find_profile(levels, levels->part, diagram_wins(levels->oracle->diagram, levels->in));
}

/* One party of a type, or all but one. */
static int profile_of_one(struct vote_levels *levels, int t, bool others) {
  for (int i = 0; i < levels->n; i++) levels->in[i] = others;
  levels->in[levels->types->member[t][0]] = !others;
  return profile_of_members(levels);
}

static bool is_settled(const struct vote_levels *levels, const int *part) {
  for (int t = 0; t < levels->m; t++)
    if (levels->is_free[t] && part[t] && part[t] < levels->types->size[t]) return false;
  return prime_span_holds(levels->span, part);
}

/* -------------------------------------------------------------------- draws */

static uint64_t draw(struct vote_levels *levels) {
  uint64_t z = levels->random += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

static const int *part_of_settled(const struct vote_levels *levels, const settled_row *row, int *unit) {
  if (row->kind == ROW_PROFILE) return levels->profiles[row->which].part;
  for (int t = 0; t < levels->m; t++) unit[t] = t == row->which;
  return unit;
}

/* The settled rows modulo a small prime of which they stay independent: only then is a coalition in their span at
 * residue 0 of whatever annihilates them. */
static prime_span *small_span(struct vote_levels *levels) {
  static const int primes[] = {31, 29, 23, 19, 17, 13, 11, 7};
  for (size_t k = 0; k < sizeof primes / sizeof *primes; k++) {
    prime_span *span = prime_span_new(levels->context, (uint64_t)primes[k], levels->m);
    for (int s = 0; s < levels->settled_count; s++)
      prime_span_add(span, part_of_settled(levels, &levels->settled[s], levels->part));
    if (span->rank == levels->settled_count) return span;
  }
  guard_leave(levels->context, ACCORD_UNCERTIFIED, "the coalitions that are settled could not be told from the others");
}

/* Of a free type each party has its own residue; together they have what size times the type's would be. */
static void draw_residues(struct vote_levels *levels, int *residue, const prime_span *span, uint64_t *of_type) {
  int prime = (int)span->prime;
  for (int t = 0; t < levels->m; t++) of_type[t] = draw(levels) % span->prime;
  prime_span_annihilate(span, of_type);
  for (int t = 0; t < levels->m; t++) {
    int size = levels->types->size[t], rest = (int)((uint64_t)size * of_type[t] % span->prime);
    for (int j = 0; j < size; j++) {
      int own = levels->is_free[t] ? (int)(draw(levels) % span->prime) : (int)of_type[t];
      if (levels->is_free[t] && j == size - 1) own = rest;
      residue[levels->types->member[t][j]] = own;
      rest = (rest - own + prime) % prime;
    }
  }
}

static void start_draws(struct vote_levels *levels) {
  accord_mark mark = accord_get_mark(levels->context);
  const prime_span *span = small_span(levels);
  uint64_t *of_type = POOL_NEW(levels->context, (size_t)levels->m, uint64_t);
  levels->oracle->prime = (int)span->prime;
  for (int d = 0; d < DRAWS; d++) draw_residues(levels, &levels->residue[d * levels->n], span, of_type);
  accord_reset(levels->context, mark);
}

/* --------------------------------------------------------------------- rows */

static bool write_row(void *data, mpz_t *coefficient, mpz_t bound, lp_row row) {
  struct vote_levels *levels = data;
  int which = which_of(row), *unit = levels->part;
  const settled_row *settled = kind_of(row) == ROW_SETTLED ? &levels->settled[which] : NULL;
  const int *part;
  if (settled) part = part_of_settled(levels, settled, unit);
  else part = part_of_settled(levels, &(settled_row){.kind = kind_of(row), .which = which}, unit);
  for (int t = 0; t < levels->m; t++) {
    mpz_set_si(coefficient[t], part[t]);
    if (settled) mpz_mul(coefficient[t], coefficient[t], mpq_denref(settled->value));
  }
  mpz_set_ui(coefficient[levels->m], kind_of(row) == ROW_PROFILE);
  if (settled) mpz_set(bound, mpq_numref(settled->value));
  else mpz_set_ui(bound, kind_of(row) == ROW_PROFILE ? levels->profiles[which].wins : levels->alone[which]);
  return settled != NULL;
}

static bool write_row_double(void *data, double *coefficient, double *bound, lp_row row) {
  struct vote_levels *levels = data;
  const settled_row *settled = kind_of(row) == ROW_SETTLED ? &levels->settled[which_of(row)] : NULL;
  const settled_row own = {.kind = kind_of(row), .which = which_of(row)};
  const int *part = part_of_settled(levels, settled ? settled : &own, levels->part);
  for (int t = 0; t < levels->m; t++) coefficient[t] = part[t];
  coefficient[levels->m] = kind_of(row) == ROW_PROFILE;
  if (settled) *bound = mpq_get_d(settled->value);
  else *bound = own.kind == ROW_PROFILE ? levels->profiles[own.which].wins : levels->alone[own.which];
  return settled != NULL;
}

/* ------------------------------------------------------------------ searches */

static int next_draw(struct vote_levels *levels) {
  levels->oracle->residue = &levels->residue[levels->next_draw * levels->n];
  levels->next_draw = (levels->next_draw + 1) % DRAWS;
  return levels->oracle->prime;
}

/* Adds the row of the last search's coalition at a residue, once. */
static int add_found(struct vote_levels *levels, lp_row *rows, int count, int room, int residue) {
  oracle_members(levels->oracle, levels->in, residue);
  lp_row row = make_row(ROW_PROFILE, profile_of_members(levels));
  for (int k = 0; k < count; k++)
    if (rows[k] == row) return count;
  if (count < room) rows[count++] = row;
  return count;
}

/* The residue of the least entry first, then those at most limit. */
static int least_of(const double *best, int prime) {
  int least = 1;
  for (int r = 2; r < prime; r++)
    if (best[r] < best[least]) least = r;
  return least;
}

static int search_doubles(struct vote_levels *levels, lp_row *rows, int count, int room, double limit) {
  double best[ORACLE_MOST_RESIDUES];
  int prime = next_draw(levels);
  oracle_search(levels->oracle, best, levels->cost, 1);
  int least = least_of(best, prime);
  if (best[least] >= limit) return count;
  count = add_found(levels, rows, count, room, least);
  for (int r = 1; r < prime; r++)
    if (best[r] < limit && r != least) count = add_found(levels, rows, count, room, r);
  return count;
}

static int violated_double(void *data, lp_row *rows, const double *y, int room) {
  struct vote_levels *levels = data;
  int count = 0;
  for (int t = 0; levels->bounds && t < levels->m && count < room; t++)
    if (y[t] < levels->alone[t] - loose) rows[count++] = make_row(ROW_BOUND, t);
  for (int i = 0; i < levels->n; i++) levels->cost[i] = y[levels->types->of[i]];
  for (int d = 0; d < 3 && count == 0; d++) count = search_doubles(levels, rows, count, room, -y[levels->m] - loose);
  return count;
}

/* y and d over their common divisor, in work: shares, epsilon, d. The bits of all costs together. */
static size_t reduce_solution(struct vote_levels *levels, const mpz_t *y, const mpz_t d) {
  int m = levels->m;
  mpz_t *work = levels->work, *divisor = &work[m + 2], *sum = &work[m + 3];
  mpz_set(*divisor, d);
  for (int t = 0; t <= m; t++) mpz_gcd(*divisor, *divisor, y[t]);
  mpz_divexact(work[m + 1], d, *divisor);
  mpz_set(*sum, work[m + 1]);
  for (int t = 0; t <= m; t++) mpz_divexact(work[t], y[t], *divisor);
  for (int t = 0; t < m; t++) {
    if (mpz_sgn(work[t]) < 0) mpz_submul_ui(*sum, work[t], (unsigned long)levels->types->size[t]);
    else mpz_addmul_ui(*sum, work[t], (unsigned long)levels->types->size[t]);
  }
  if (mpz_sgn(work[m]) < 0) mpz_sub(*sum, *sum, work[m]);
  else mpz_add(*sum, *sum, work[m]);
  return mpz_sizeinbase(*sum, 2);
}

/* Those below the limit, the least of all first. best: size prime, by residue. */
static int add_below(struct vote_levels *levels, lp_row *rows, int room, const wide *best, int prime, wide limit) {
  int count = 0, least = 0;
  for (int r = 1; r < prime; r++)
    if (best[r] < limit && (least == 0 || best[r] < best[least])) least = r;
  if (least) count = add_found(levels, rows, count, room, least);
  for (int r = 1; r < prime; r++)
    if (best[r] < limit) count = add_found(levels, rows, count, room, r);
  return count;
}

/* Those violated in one draw, exactly: work holds the solution. */
static int search_whole(struct vote_levels *levels, lp_row *rows, int room) {
  int m = levels->m, prime = next_draw(levels);
  int64_t found[ORACLE_MOST_RESIDUES];
  wide best[ORACLE_MOST_RESIDUES];
  for (int i = 0; i < levels->n; i++) levels->whole_cost[i] = mpz_get_si(levels->work[levels->types->of[i]]);
  oracle_search_exactly(levels->oracle, found, levels->whole_cost, mpz_get_si(levels->work[m + 1]));
  for (int r = 1; r < prime; r++) best[r] = found[r];
  return add_below(levels, rows, room, best, prime, -mpz_get_si(levels->work[m]));
}

static int search_wide(struct vote_levels *levels, lp_row *rows, int room) {
  int m = levels->m, prime = next_draw(levels);
  wide best[ORACLE_MOST_RESIDUES];
  for (int i = 0; i < levels->n; i++) levels->wide_cost[i] = get_wide(levels->work[levels->types->of[i]]);
  oracle_search_widely(levels->oracle, best, levels->wide_cost, get_wide(levels->work[m + 1]));
  return add_below(levels, rows, room, best, prime, -get_wide(levels->work[m]));
}

/* part y + epsilon < v, for the solution in work. */
static bool is_violated(struct vote_levels *levels, const profile *row) {
  int m = levels->m;
  mpz_t *sum = &levels->work[m + 3];
  mpz_set(*sum, levels->work[m]);
  for (int t = 0; t < m; t++) mpz_addmul_ui(*sum, levels->work[t], (unsigned long)row->part[t]);
  if (row->wins) mpz_sub(*sum, *sum, levels->work[m + 1]);
  return mpz_sgn(*sum) < 0;
}

/* By doubles, where the numbers are too large: what they find is looked at exactly, what they miss is not seen. */
static int search_roughly(struct vote_levels *levels, lp_row *rows, int room) {
  int m = levels->m, kept = 0;
  for (int i = 0; i < levels->n; i++) levels->cost[i] = ratio(levels->work[levels->types->of[i]], levels->work[m + 1]);
  int count = search_doubles(levels, rows, 0, room, -ratio(levels->work[m], levels->work[m + 1]) + loose);
  for (int k = 0; k < count; k++)
    if (is_violated(levels, &levels->profiles[which_of(rows[k])])) rows[kept++] = rows[k];
  return kept;
}

static int violated(void *data, lp_row *rows, const mpz_t *y, const mpz_t d, int room) {
  enum { WHOLE_BITS = 59, WIDE_BITS = 119 };
  struct vote_levels *levels = data;
  int count = 0;
  size_t bits = reduce_solution(levels, y, d);
  for (int t = 0; levels->bounds && t < levels->m && count < room; t++) {
    const mpz_t *share = (const mpz_t *)&levels->work[t], *all = (const mpz_t *)&levels->work[levels->m + 1];
    if (levels->alone[t] ? mpz_cmp(*share, *all) < 0 : mpz_sgn(*share) < 0) rows[count++] = make_row(ROW_BOUND, t);
  }
  for (int k = 0; k < DRAWS && count == 0; k++)
    count = (bits <= WHOLE_BITS ? search_whole : bits <= WIDE_BITS ? search_wide : search_roughly)(levels, rows, room);
  if (count == 0 && bits > WIDE_BITS) levels->doubtful = true;
  return count;
}

/* Bland's rule over the rows known so far, which no cycle of bases adds to. */
static bool first_violated(void *data, lp_row *row, const mpz_t *y, const mpz_t d) {
  struct vote_levels *levels = data;
  lp_row found[ORACLE_MOST_RESIDUES];
  reduce_solution(levels, y, d);
  for (int p = 0; p < levels->profile_count; p++) {
    if (!is_violated(levels, &levels->profiles[p]) || is_settled(levels, levels->profiles[p].part)) continue;
    *row = make_row(ROW_PROFILE, p);
    return true;
  }
  int count = violated(data, found, y, d, ORACLE_MOST_RESIDUES);
  if (count) *row = found[0];
  return count > 0;
}

/* -------------------------------------------------------------------- levels */

/* Settled rows, one party not settled and all the others (which balance over everybody), or that party alone where its
 * profile is in the span; then parties that are in no row yet. */
static int choose_start(struct vote_levels *levels, lp_row *start) {
  int count = 0, first = 0, m = levels->m;
  prime_span *span = prime_span_new(levels->context, LARGE_PRIME, m);
  for (; count < levels->settled_count; count++) {
    start[count] = make_row(ROW_SETTLED, count);
    prime_span_add(span, part_of_settled(levels, &levels->settled[count], levels->part));
  }
  int one = profile_of_one(levels, first, false);
  while (is_settled(levels, levels->profiles[one].part)) one = profile_of_one(levels, ++first, false);
  start[count++] = make_row(ROW_PROFILE, one);
  if (prime_span_add(span, levels->profiles[one].part))
    start[count++] = make_row(ROW_PROFILE, profile_of_one(levels, first, true));
  for (int t = 0; t < m; t++) {
    one = profile_of_one(levels, t, false);
    if (prime_span_add(span, levels->profiles[one].part)) start[count++] = make_row(ROW_PROFILE, one);
  }
  return count;
}

static void find_value(mpq_t value, const struct vote_levels *levels, const lp_result *result, const int *part) {
  mpz_set_ui(mpq_numref(value), 0);
  for (int t = 0; t < levels->m; t++) mpz_addmul_ui(mpq_numref(value), result->solution[t], (unsigned long)part[t]);
  mpz_set(mpq_denref(value), result->determinant);
  mpq_canonicalize(value);
}

static void settle(struct vote_levels *levels, const lp_result *result, lp_row row) {
  settled_row made = {.kind = kind_of(row), .which = which_of(row)};
  const int *part = part_of_settled(levels, &made, levels->part);
  if (made.kind == ROW_BOUND) levels->is_free[made.which] = false;
  for (int t = 0; t < levels->m; t++)
    if (part[t] && part[t] < levels->types->size[t]) levels->is_free[t] = false;
  if (!prime_span_add(levels->span, part)) return;
  settled_row *settled = &levels->settled[levels->settled_count++];
  settled->kind = made.kind;
  settled->which = made.which;
  pool_rational(levels->context, settled->value);
  find_value(settled->value, levels, result, part);
}

static bool all_settled(const struct vote_levels *levels) {
  for (int t = 0; t < levels->m; t++)
    if (levels->is_free[t]) return false;
  return levels->span->rank == levels->m;
}

/* --------------------------------------------------------------- certificate */

/* A list of a level as it is filled. */
typedef struct member_list {
  accord_weighted **members;
  int *count;
} member_list;

static member_list list_of(accord_level *level, vote_row kind) {
  if (kind == ROW_PROFILE) return (member_list){&level->coalitions, &level->coalition_count};
  if (kind == ROW_BOUND) return (member_list){&level->bounds, &level->bound_count};
  return (member_list){&level->earlier, &level->earlier_count};
}

static void add_member(struct vote_levels *levels, const member_list *list, const bool *in, const mpq_t part,
                       const mpq_t weight) {
  accord_weighted *member = &(*list->members)[(*list->count)++];
  set_coalition(levels->context, member, in, levels->n);
  pool_rational(levels->context, member->weight);
  mpq_mul(member->weight, part, weight);
}

/* The coalitions that stand for a profile, each with its part of the weight. */
static void list_profile(struct vote_levels *levels, const member_list *list, const vote_orbit *orbit,
                         const mpq_t weight) {
  for (int k = 0; k < orbit->count; k++)
    add_member(levels, list, &orbit->in[(size_t)k * (size_t)levels->n], orbit->weight[k], weight);
}

/* The parties of a type, each with weight / size. */
static void list_type(struct vote_levels *levels, const member_list *list, int type, const mpq_t weight) {
  int size = levels->types->size[type];
  mpq_t *part = pool_rationals(levels->context, 1);
  mpq_set_ui(*part, 1, (unsigned long)size);
  for (int j = 0; j < size; j++) {
    for (int i = 0; i < levels->n; i++) levels->in[i] = i == levels->types->member[type][j];
    add_member(levels, list, levels->in, *part, weight);
  }
  pool_free(levels->context, part);
}

/* What a row stands for: a profile's orbit, which is made here, or NULL: the parties of a type. */
static const vote_orbit *orbit_of(struct vote_levels *levels, vote_row kind, int which) {
  if (kind == ROW_SETTLED) return orbit_of(levels, levels->settled[which].kind, levels->settled[which].which);
  if (kind == ROW_BOUND) return NULL;
  profile *listed = &levels->profiles[which];
  if (!listed->orbit) listed->orbit = spread_profile(levels->context, levels->types, listed->part, levels->is_free);
  return listed->orbit;
}

static int type_of_row(const struct vote_levels *levels, lp_row row) {
  return kind_of(row) == ROW_SETTLED ? levels->settled[which_of(row)].which : which_of(row);
}

static void count_row(struct vote_levels *levels, accord_level *level, lp_row row) {
  const vote_orbit *orbit = orbit_of(levels, kind_of(row), which_of(row));
  *list_of(level, kind_of(row)).count += orbit ? orbit->count : levels->types->size[type_of_row(levels, row)];
}

static void list_row(struct vote_levels *levels, accord_level *level, const lp_result *result, int k, mpq_t weight) {
  lp_row row = result->row[k];
  const member_list list = list_of(level, kind_of(row));
  const vote_orbit *orbit = orbit_of(levels, kind_of(row), which_of(row));
  mpz_set(mpq_numref(weight), result->multiplier[k]);
  mpz_set(mpq_denref(weight), result->determinant);
  if (kind_of(row) == ROW_SETTLED) {
    mpz_mul(mpq_numref(weight), mpq_numref(weight), mpq_denref(levels->settled[which_of(row)].value));
    mpz_neg(mpq_numref(weight), mpq_numref(weight));
  }
  mpq_canonicalize(weight);
  if (orbit) list_profile(levels, &list, orbit, weight);
  else list_type(levels, &list, type_of_row(levels, row), weight);
}

static void list_rows(struct vote_levels *levels, accord_level *level, const lp_result *result) {
  accord_context *context = levels->context;
  mpq_t *weight = pool_rationals(context, 1);
  for (int k = 0; k <= levels->m; k++)
    if (mpz_sgn(result->multiplier[k])) count_row(levels, level, result->row[k]);
  level->coalitions = POOL_NEW(context, (size_t)level->coalition_count, accord_weighted);
  level->bounds = POOL_NEW(context, (size_t)level->bound_count, accord_weighted);
  level->earlier = POOL_NEW(context, (size_t)level->earlier_count, accord_weighted);
  level->coalition_count = level->bound_count = level->earlier_count = 0;
  for (int k = 0; k <= levels->m; k++)
    if (mpz_sgn(result->multiplier[k])) list_row(levels, level, result, k, *weight);
  pool_free(context, weight);
}

/* The level's list, its excess, and what is settled by it. */
static void record_level(struct vote_levels *levels, const lp_result *result) {
  accord_level *level = &levels->certificate->levels[levels->certificate->level_count++];
  list_rows(levels, level, result);
  pool_rational(levels->context, level->excess);
  mpz_set(mpq_numref(level->excess), result->solution[levels->m]);
  mpz_set(mpq_denref(level->excess), result->determinant);
  mpq_canonicalize(level->excess);
  mpq_mul(level->excess, level->excess, levels->voting->prize);
  for (int k = 0; k <= levels->m; k++)
    if (mpz_sgn(result->multiplier[k]) && kind_of(result->row[k]) != ROW_SETTLED)
      settle(levels, result, result->row[k]);
}

/* ------------------------------------------------------------------ the rules */

static void start_levels(struct vote_levels *levels, accord_context *context, const accord_voting *voting) {
  size_t n = (size_t)voting->n, m;
  levels->types = find_vote_types(context, voting);
  levels->n = voting->n;
  levels->m = levels->types->count;
  m = (size_t)levels->m;
  levels->alone = POOL_NEW(context, m, bool);
  levels->is_free = POOL_NEW(context, m, bool);
  levels->settled = POOL_NEW(context, m, settled_row);
  levels->span = prime_span_new(context, LARGE_PRIME, levels->m);
  levels->residue = POOL_NEW(context, DRAWS * n, int);
  levels->in = POOL_NEW(context, n, bool);
  levels->part = POOL_NEW(context, m, int);
  levels->cost = POOL_NEW(context, n, double);
  levels->whole_cost = POOL_NEW(context, n, int64_t);
  levels->wide_cost = POOL_NEW(context, n, wide);
  levels->work = pool_integers(context, m + 4);
  levels->certificate = POOL_NEW(context, 1, accord_kohlberg);
  levels->certificate->levels = POOL_NEW(context, n, accord_level);
  levels->oracle = vote_oracle_new(context, make_diagram(context, voting));
  levels->source = (lp_source){levels, write_row, violated, first_violated, write_row_double, violated_double};
  make_room(levels);
  for (int t = 0; t < levels->m; t++) {
    levels->alone[t] = wins_alone(voting, levels->types->member[t][0]);
    levels->is_free[t] = levels->types->size[t] > 1;
  }
  levels->settled[0] = (settled_row){.kind = ROW_PROFILE, .which = find_profile(levels, levels->types->size, true)};
  pool_rational(context, levels->settled[0].value);
  mpq_set_ui(levels->settled[0].value, 1, 1);
  levels->settled_count = 1;
  prime_span_add(levels->span, levels->types->size);
}

static void run_level(struct vote_levels *levels, mpq_t *of_type) {
  accord_context *context = levels->context;
  size_t m = (size_t)levels->m;
  int *cost = POOL_NEW(context, m + 1, int);
  lp_row *start = POOL_NEW(context, m + 2, lp_row);
  cost[m] = 1;
  make_room(levels);
  start_draws(levels);
  lp_problem problem = {.m = levels->m + 1, .cost = cost, .source = &levels->source, .start = start};
  problem.start_count = choose_start(levels, start);
  const lp_result *result = lp_solve(context, &problem);
  for (int t = 0; t < levels->m; t++) {
    mpz_set(mpq_numref(of_type[t]), result->solution[t]);
    mpz_set(mpq_denref(of_type[t]), result->determinant);
    mpq_canonicalize(of_type[t]);
  }
  record_level(levels, result);
}

static accord_status find_vote_nucleolus(accord_context *context, accord_split *split, const accord_voting *voting,
                                         bool bounds) {
  struct vote_levels levels = {.context = context, .voting = voting, .bounds = bounds, .random = 1};
  start_levels(&levels, context, voting);
  mpq_t *of_type = pool_rationals(context, (size_t)levels.m);
  while (!all_settled(&levels)) run_level(&levels, of_type);
  if (levels.doubtful)
    return fail(context, ACCORD_UNCERTIFIED, "the shares have too many digits for their coalitions to be gone through");
  for (int i = 0; i < levels.n; i++) mpq_mul(split->share[i], of_type[levels.types->of[i]], voting->prize);
  split->certificate = levels.certificate;
  return ACCORD_OK;
}

accord_status nucleolus_of_vote(accord_context *context, accord_split *split, const accord_problem *problem) {
  int alone = 0;
  for (int i = 0; i < problem->n; i++) alone += wins_alone(problem->voting, i);
  if (alone > 1)
    return undefined(context,
                     "no split gives every party at least what it has alone: alone they have more than together");
  return find_vote_nucleolus(context, split, problem->voting, true);
}

accord_status prenucleolus_of_vote(accord_context *context, accord_split *split, const accord_problem *problem) {
  return find_vote_nucleolus(context, split, problem->voting, false);
}

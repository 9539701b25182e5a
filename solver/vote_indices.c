/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Minimal and vulnerable winning coalitions: by going through a table, or along the weights of one majority. */
#include "vote_indices.h"

static const double most_additions = 4e9; /* of 64 bits: a few seconds */

/* -------------------------------------------------------------- from a table */

static accord_coalition critical_members(const accord_game *game, accord_coalition s) {
  accord_coalition critical = 0;
  for (accord_coalition rest = s; rest; rest &= rest - 1) {
    accord_coalition one = rest & -rest;
    if (!game->small[s ^ one]) critical |= one;
  }
  return critical;
}

static mpz_t *count_table(accord_context *context, const accord_game *game, bool minimal) {
  int n = game->n;
  size_t sizes = (size_t)n + 1;
  uint64_t *found = POOL_NEW(context, (size_t)n * sizes, uint64_t);
  for (accord_coalition s = 1; s < game->size; s++) {
    if (s % 65536 == 0) check_clock(context);
    if (!game->small[s]) continue;
    accord_coalition critical = critical_members(game, s);
    if (minimal && critical != s) continue;
    for (accord_coalition rest = critical; rest; rest &= rest - 1)
      found[(size_t)__builtin_ctzll(rest) * sizes + (size_t)size_of(critical)]++;
  }
  mpz_t *count = pool_integers(context, (size_t)n * sizes);
  for (size_t k = 0; k < (size_t)n * sizes; k++) mpz_set_ui(count[k], found[k]);
  pool_free(context, found);
  return count;
}

/* --------------------------------------------------------------- from a list */

static mpz_t *count_list(accord_context *context, const accord_voting *voting) {
  size_t n = (size_t)voting->n;
  mpz_t *count = pool_integers(context, n * (n + 1));
  for (int k = 0; k < voting->winning_count; k++)
    for (int j = 0; j < voting->winning[k].count; j++) {
      size_t at = (size_t)voting->winning[k].member[j] * (n + 1) + (size_t)voting->winning[k].count;
      mpz_add_ui(count[at], count[at], 1);
    }
  return count;
}

/* ---------------------------------------------------------- from one majority */

/* Parties with votes in falling order of them. */
struct ranking {
  accord_context *context;
  const whole_majority *whole;
  int n, m;
  int *order; /* size m */
  unsigned bits;
};

static int compare_votes(int a, int b, const int64_t *votes) { return (votes[a] < votes[b]) - (votes[a] > votes[b]); }

static struct ranking rank(accord_context *context, const accord_problem *problem, const char *what) {
  const accord_voting *voting = problem->voting;
  struct ranking ranking = {.context = context, .n = voting->n};
  if (voting->majority_count != 1)
    guard_leave(context, ACCORD_LIMIT, "%s coalitions of %d voters are counted for one majority only", what, voting->n);
  ranking.whole = whole_majority_of(context, voting->majorities, voting->n);
  if (!ranking.whole->is_small)
    guard_leave(context, ACCORD_LIMIT, "the votes have too many digits to be counted for %d parties", voting->n);
  ranking.order = POOL_NEW(context, (size_t)voting->n, int);
  for (int i = 0; i < voting->n; i++) {
    if (ranking.whole->votes[i] == 0) continue;
    int j = ranking.m++;
    for (; j > 0 && compare_votes(ranking.order[j - 1], i, ranking.whole->votes) > 0; j--)
      ranking.order[j] = ranking.order[j - 1];
    ranking.order[j] = i;
  }
  ranking.bits = (unsigned)ranking.m + 1;
  return ranking;
}

static void check_cost(const struct ranking *ranking, double additions, double numbers, const char *what) {
  double words = (double)ranking->m * ranking->bits / 64 + 1, bytes = numbers * (8 * words + 16);
  if (additions * words <= most_additions && bytes <= (double)memory_left(ranking->context) / 2) return;
  guard_leave(ranking->context, ACCORD_LIMIT, "%s coalitions of %d voters with a quota of %lld are too many to count",
              what, ranking->n, (long long)ranking->whole->to_win);
}

static void spread(const struct ranking *ranking, mpz_t *count, const mpz_t *polynomial, int lift) {
  for (int k = 0; k < ranking->m; k++)
    for (int s = 0; s + lift <= ranking->m; s++)
      coefficient_of(count[ranking->order[k] * (ranking->n + 1) + s + lift], polynomial[k], s, ranking->bits);
}

/* Along the falling order a coalition of weight x < q that takes the next party and reaches q is minimal, its last
 * member the lightest. down[k][x]: ways to end so from the k-th party on, having x; up[x]: ways to have x before the
 * k-th. With party k: sum over x of up[x] z down[k + 1][x + w], down = 1 where x + w >= q. */
struct paths {
  const struct ranking *ranking;
  int64_t quota;
  mpz_t *down; /* (m + 1) * quota */
  mpz_t *up;   /* quota */
};

static mpz_t *down_at(const struct paths *paths, int k, int64_t x) { return &paths->down[k * paths->quota + x]; }

static void find_down(struct paths *paths) {
  const struct ranking *ranking = paths->ranking;
  for (int k = ranking->m - 1; k >= 0; k--) {
    int64_t weight = ranking->whole->votes[ranking->order[k]];
    check_clock(ranking->context);
    for (int64_t x = 0; x < paths->quota; x++) {
      mpz_t *ways = down_at(paths, k, x);
      if (x + weight < paths->quota) mpz_set(*ways, *down_at(paths, k + 1, x + weight));
      else mpz_set_ui(*ways, 1);
      mpz_mul_2exp(*ways, *ways, ranking->bits);
      mpz_add(*ways, *ways, *down_at(paths, k + 1, x));
    }
  }
}

static void take_party(struct paths *paths, mpz_t found, int k) {
  const struct ranking *ranking = paths->ranking;
  int64_t weight = ranking->whole->votes[ranking->order[k]];
  mpz_t *work = pool_integers(ranking->context, 1);
  check_clock(ranking->context);
  for (int64_t x = paths->quota - 1; x >= 0; x--) {
    if (mpz_sgn(paths->up[x]) == 0) continue;
    if (x + weight >= paths->quota) {
      mpz_add(found, found, paths->up[x]);
      continue;
    }
    mpz_addmul(found, paths->up[x], *down_at(paths, k + 1, x + weight));
    mpz_mul_2exp(*work, paths->up[x], ranking->bits);
    mpz_add(paths->up[x + weight], paths->up[x + weight], *work);
  }
  pool_free(ranking->context, work);
}

static mpz_t *count_paths(accord_context *context, const accord_problem *problem) {
  struct ranking ranking = rank(context, problem, "minimal winning");
  double quota = (double)ranking.whole->to_win, m = ranking.m;
  check_cost(&ranking, 4 * m * quota, m * quota / 2, "minimal winning");
  size_t n = (size_t)ranking.n, size = (size_t)ranking.whole->to_win;
  struct paths paths = {&ranking, ranking.whole->to_win, pool_integers(context, ((size_t)ranking.m + 1) * size),
                        pool_integers(context, size)};
  mpz_t *found = pool_integers(context, (size_t)ranking.m), *count = pool_integers(context, n * (n + 1));
  find_down(&paths);
  mpz_set_ui(paths.up[0], 1);
  for (int k = 0; k < ranking.m; k++) take_party(&paths, found[k], k);
  spread(&ranking, count, (const mpz_t *)found, 1);
  pool_free(context, paths.down);
  pool_free(context, paths.up);
  return count;
}

/* A winning coalition of weight q + e has its members of weight above e critical. For e from one weight that occurs
 * (or 0) to below the next: C(x) = sum over coalitions of weight x of z^(members of the next weight or more), and
 * those without party i as in swings.c. */
struct surplus {
  const struct ranking *ranking;
  int64_t from, to; /* from <= e < to; to is a weight that occurs */
  int64_t size;     /* quota + to */
  mpz_t *sum;       /* size: C, then its prefix sums */
  mpz_t *work;      /* 4 */
};

static void find_sums(struct surplus *in) {
  const struct ranking *ranking = in->ranking;
  for (int64_t x = 0; x < in->size; x++) mpz_set_ui(in->sum[x], x == 0);
  for (int k = 0; k < ranking->m; k++) {
    int64_t weight = ranking->whole->votes[ranking->order[k]];
    check_clock(ranking->context);
    for (int64_t x = in->size - 1; x >= weight; x--) {
      if (mpz_sgn(in->sum[x - weight]) == 0) continue;
      mpz_mul_2exp(*in->work, in->sum[x - weight], weight >= in->to ? ranking->bits : 0);
      mpz_add(in->sum[x], in->sum[x], *in->work);
    }
  }
  for (int64_t x = 1; x < in->size; x++) mpz_add(in->sum[x], in->sum[x], in->sum[x - 1]);
}

/* F_i(y) of a critical party: F_i(y) = F(y) - z F_i(y - w). */
static void without_party(struct surplus *in, mpz_t sum, int64_t y, int64_t weight) {
  mpz_set_ui(sum, 0);
  for (int64_t x = y % weight; y >= 0 && x <= y; x += weight) {
    mpz_mul_2exp(*in->work, sum, in->ranking->bits);
    mpz_sub(sum, in->sum[x], *in->work);
  }
}

static void add_surplus(struct surplus *in, mpz_t *found) {
  const struct ranking *ranking = in->ranking;
  mpz_t *last = &in->work[1], *before = &in->work[2];
  find_sums(in);
  for (int k = 0; k < ranking->m; k++) {
    int64_t weight = ranking->whole->votes[ranking->order[k]], top = ranking->whole->to_win - weight;
    if (weight < in->to) break;
    without_party(in, *last, top + in->to - 1, weight);
    without_party(in, *before, top + in->from - 1, weight);
    mpz_sub(*last, *last, *before);
    mpz_add(found[k], found[k], *last);
  }
}

static int different_weights(const struct ranking *ranking) {
  int count = 0;
  for (int k = 0; k < ranking->m; k++)
    count += k == 0 || ranking->whole->votes[ranking->order[k]] != ranking->whole->votes[ranking->order[k - 1]];
  return count;
}

static mpz_t *count_surpluses(accord_context *context, const accord_problem *problem) {
  struct ranking ranking = rank(context, problem, "vulnerable");
  int64_t largest = ranking.whole->votes[ranking.order[0]], size = ranking.whole->to_win + largest;
  check_cost(&ranking, (double)ranking.m * (double)size * different_weights(&ranking), (double)size, "vulnerable");
  size_t n = (size_t)ranking.n;
  struct surplus in = {
      .ranking = &ranking, .sum = pool_integers(context, (size_t)size), .work = pool_integers(context, 4)};
  mpz_t *found = pool_integers(context, (size_t)ranking.m), *count = pool_integers(context, n * (n + 1));
  for (int k = ranking.m - 1; k >= 0; k--) {
    int64_t weight = ranking.whole->votes[ranking.order[k]];
    if (weight == in.to) continue;
    in.from = in.to;
    in.to = weight;
    in.size = ranking.whole->to_win + weight;
    add_surplus(&in, found);
  }
  spread(&ranking, count, (const mpz_t *)found, 1);
  pool_free(context, in.sum);
  return count;
}

/* -------------------------------------------------------------------- public */

mpz_t *count_minimal(accord_context *context, const accord_problem *problem) {
  if (!problem->voting->majority_count) return count_list(context, problem->voting);
  return problem->game ? count_table(context, problem->game, true) : count_paths(context, problem);
}

mpz_t *count_critical(accord_context *context, const accord_problem *problem) {
  return problem->game ? count_table(context, problem->game, false) : count_surpluses(context, problem);
}

void sum_counts(accord_context *context, mpq_t *sum, const mpz_t *count, int n, bool whole) {
  mpq_t *part = pool_rationals(context, 1);
  for (int i = 0; i < n; i++)
    for (int k = 1; k <= n; k++) {
      const mpz_t *one = &count[i * (n + 1) + k];
      if (mpz_sgn(*one) == 0) continue;
      mpq_set_z(*part, *one);
      if (!whole) mpz_set_si(mpq_denref(*part), k);
      mpq_canonicalize(*part);
      mpq_add(sum[i], sum[i], *part);
    }
  pool_free(context, part);
}

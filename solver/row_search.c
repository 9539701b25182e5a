/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "row_search.h"
#include "level_simplex.h"

#include <math.h>
#include <string.h>

enum { FEWEST_PARTIES = 10, POOL_ROOM = 32768, FOUND = 1000, FIRST_BITS = 16, SECOND_BITS = 20 };

static const double MARGIN = 1e-9; /* of what goes to the pool though it is not violated */

struct row_search {
  accord_context *context;
  const accord_game *game;
  double scale; /* 1 / largest |integer(S)| */
  size_t count;
  uint32_t *coalition; /* size POOL_ROOM */
  double *value, *gain;
  /* The last pass over the whole table: outside the pool no gain was above the threshold. */
  bool passed;
  collection_request request;
  int64_t threshold;
};

row_search *row_search_new(accord_context *context, const accord_game *game) {
  if (!game->small || game->n < FEWEST_PARTIES || mpz_sgn(game->largest) == 0) return NULL;
  row_search *search = POOL_NEW(context, 1, row_search);
  search->context = context;
  search->game = game;
  search->scale = 1 / mpz_get_d(game->largest);
  search->coalition = POOL_NEW(context, POOL_ROOM, uint32_t);
  search->value = POOL_NEW(context, POOL_ROOM, double);
  search->gain = POOL_NEW(context, POOL_ROOM, double);
  return search;
}

static void add_all(row_search *search, const collection *found) {
  if (search->count + (size_t)found->count > POOL_ROOM) search->count = 0, search->passed = false;
  for (int k = 0; k < found->count; k++) {
    search->coalition[search->count] = (uint32_t)found->found[k].coalition;
    search->value[search->count++] = (double)search->game->small[found->found[k].coalition] * search->scale;
  }
}

/* ---------------------------------------------------------------- in doubles */

static int choose_from_pool(row_search *search, accord_coalition *worst, const double *x, double base, double tolerance,
                            int room) {
  sum_table table;
  double amount[SIMPLEX_STRIDE];
  double *most = POOL_NEW(search->context, (size_t)room, double);
  int held = 0;
  memcpy(amount, x, (size_t)search->game->n * sizeof *amount);
  sum_table_fill(&table, amount, search->game->n);
  find_all_gains(search->gain, search->coalition, search->value, (int)search->count, &table, base);
  for (size_t k = 0; k < search->count; k++) {
    double gain = search->gain[k];
    if (gain <= tolerance || (held == room && gain <= most[room - 1])) continue;
    int at = held < room ? held++ : room - 1;
    for (; at > 0 && most[at - 1] < gain; at--) most[at] = most[at - 1], worst[at] = worst[at - 1];
    most[at] = gain, worst[at] = search->coalition[k];
  }
  pool_free(search->context, most);
  return held;
}

/* Collects what gains more than the threshold over x + base; false where words are too short. */
static bool pass(row_search *search, const double *x, double base, double threshold, int sparsity) {
  int n = search->game->n;
  double most = fabs(base) + 1;
  for (int i = 0; i < n; i++) most += fabs(x[i]);
  int shift = word_shift(search->game, most / search->scale);
  if (shift < 0) return false;
  double words = ldexp(1 / search->scale, shift);
  search->request = (collection_request){.point.shift = shift, .room = FOUND, .sparsity = sparsity};
  for (int i = 0; i < n; i++) search->request.point.share[i] = (int64_t)rint(x[i] * words);
  search->request.threshold = (int64_t)rint((base + threshold) * words);
  accord_mark mark = accord_get_mark(search->context);
  collection *found = collect(search->context, search->game, &search->request);
  search->passed = sparsity == 0;
  search->threshold = found->threshold;
  add_all(search, found);
  accord_reset(search->context, mark);
  return true;
}

int row_search_double(row_search *search, accord_coalition *worst, const double *x, double base, double tolerance,
                      int room) {
  int sparsity[] = {search->game->n - FIRST_BITS, search->game->n - SECOND_BITS, 0};
  int count = choose_from_pool(search, worst, x, base, tolerance, room);
  for (int k = 0; k < 3 && !count; k++) {
    if (k < 2 && sparsity[k] <= 0) continue;
    if (!pass(search, x, base, sparsity[k] ? tolerance : -MARGIN, sparsity[k])) return 0;
    count = choose_from_pool(search, worst, x, base, tolerance, room);
  }
  return count;
}

/* ------------------------------------------------------------------- exactly */

struct exact_point {
  const accord_game *game;
  wide factor, base, share[GAME_MOST_PARTIES];
};

static bool fits(const row_search *search, const mpz_t *share, const mpz_t base, const mpz_t factor) {
  if (mpz_sizeinbase(factor, 2) > 60 || mpz_sizeinbase(base, 2) > 119) return false;
  for (int i = 0; i < search->game->n; i++)
    if (mpz_sizeinbase(share[i], 2) > 118) return false;
  return true;
}

static bool gains(const void *argument, accord_coalition coalition, int64_t rough) {
  const struct exact_point *point = argument;
  wide gain = point->game->small[coalition] * point->factor - point->base;
  (void)rough;
  for (; coalition; coalition &= coalition - 1) gain -= point->share[__builtin_ctzll(coalition)];
  return gain > 0;
}

/* floor(amount 2^shift / factor), which is below 2^61. */
static int64_t in_words(mpz_t scratch, const mpz_t amount, const mpz_t factor, int shift) {
  mpz_mul_2exp(scratch, amount, (mp_bitcnt_t)shift);
  mpz_fdiv_q(scratch, scratch, factor);
  return mpz_get_si(scratch);
}

/* Whether nothing outside the pool gains: the threshold of the last pass, and what the parties lost since. */
static bool is_covered(const row_search *search, const mpz_t *share, const mpz_t base, const mpz_t factor) {
  accord_mark mark = accord_get_mark(search->context);
  mpz_t *scratch = pool_integers(search->context, 1);
  int shift = search->request.point.shift;
  wide most = search->threshold;
  for (int i = 0; i < search->game->n; i++) {
    int64_t loss = search->request.point.share[i] - in_words(*scratch, share[i], factor, shift);
    if (loss > 0) most += loss;
  }
  bool covered = most <= in_words(*scratch, base, factor, shift);
  accord_reset(search->context, mark);
  return covered;
}

/* A pass in words rounded so that none that gains is lost; those found are told exactly. */
static bool pass_exactly(row_search *search, const struct exact_point *point, const mpz_t *share, const mpz_t base,
                         const mpz_t factor) {
  accord_mark mark = accord_get_mark(search->context);
  mpz_t *scratch = pool_integers(search->context, 1);
  double most = fabs(mpz_get_d(base)) / mpz_get_d(factor) + 1;
  for (int i = 0; i < search->game->n; i++) most += fabs(mpz_get_d(share[i])) / mpz_get_d(factor);
  collection_request request = {.room = FOUND, .counts = gains, .argument = point};
  request.point.shift = word_shift(search->game, most);
  if (request.point.shift < 0) return false;
  for (int i = 0; i < search->game->n; i++)
    request.point.share[i] = in_words(*scratch, share[i], factor, request.point.shift);
  request.threshold = in_words(*scratch, base, factor, request.point.shift) - 1;
  collection *found = collect(search->context, search->game, &request);
  add_all(search, found);
  accord_reset(search->context, mark);
  return true;
}

static int choose_exactly(row_search *search, accord_coalition *worst, const mpz_t *share, const mpz_t base,
                          const mpz_t factor, int room) {
  accord_mark mark = accord_get_mark(search->context);
  int n = search->game->n;
  uint64_t count;
  mpz_t *work = pool_integers(search->context, (size_t)n + 2);
  for (int s = 0; s <= n; s++) mpz_set(work[s], base);
  mpz_set(work[n + 1], factor);
  gain_query query = {.game = search->game,
                      .share = share,
                      .factor = (const mpz_t *)&work[n + 1],
                      .threshold = (const mpz_t *)work,
                      .candidate = search->coalition,
                      .candidate_count = search->count};
  int held = find_gains(search->context, worst, &count, &query, room);
  accord_reset(search->context, mark);
  return held;
}

int row_search_exact(row_search *search, accord_coalition *worst, const mpz_t *share, const mpz_t base,
                     const mpz_t factor, int room) {
  int held = choose_exactly(search, worst, share, base, factor, room);
  if (held || (search->passed && is_covered(search, share, base, factor))) return held;
  struct exact_point point = {.game = search->game};
  if (fits(search, share, base, factor)) {
    point.factor = get_wide(factor), point.base = get_wide(base);
    for (int i = 0; i < search->game->n; i++) point.share[i] = get_wide(share[i]);
    if (pass_exactly(search, &point, share, base, factor))
      return choose_exactly(search, worst, share, base, factor, room);
  }
  return -1;
}

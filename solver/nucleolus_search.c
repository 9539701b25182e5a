/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All levels are solved over a pool of candidates, and one pass over the table checks them all at once.
 *
 * A pass at a split x collects every coalition whose excess at x is above a threshold. The levels are solved
 * again over those; where parties have lost D in all since then, no coalition outside the pool has an excess
 * above threshold + D, and once that is at most the last level's epsilon nothing can be missing. The first
 * passes visit a sample of the table's rows. Gains are integers, so that what a pass says is exact, and the
 * same bound serves the certificate: no pass is needed for it. */
#include "nucleolus_search.h"
#include "collect.h"
#include "coverage.h"
#include "exact_levels.h"

#include <math.h>

enum {
  WHOLE_POOL = 10,  /* up to so many parties the pool holds every coalition */
  SAMPLE_BITS = 10, /* entries that tell the first threshold */
  FIRST_BITS = 16,  /* entries of the first pass */
  SECOND_BITS = 20, /* and of the second */
  QUICK_BITS = 17,  /* a pass over so few costs less than solving all levels */
  FEW = 128,
  MANY = 1000, /* how many coalitions a pass should find: for the first level, for all */
  MOST_ROUNDS = 60,
};

static const double MOST_AMOUNT = 1e15; /* of all shares, relative to the largest value */
static const double MARGIN = 1e-9;      /* of a threshold below epsilon, relative to the largest value */

struct nucleolus_search {
  accord_context *context;
  const accord_game *game;
  const nucleolus_options *options;
  float_levels *levels;
  double words; /* one in doubles is so many words */
  collection_request request;
  int sample_count, sample_sparsity; /* coalitions of largest gain in one row of 2^sparsity */
  accord_coalition *sample;          /* size 2 MANY */
  int64_t threshold;                 /* of the last whole pass, at request.point */
  bool whole_pool;
};

/* --------------------------------------------------------------------- words */

static double last_epsilon(const float_levels *levels) { return levels->level[levels->level_count - 1].epsilon; }

static int64_t to_words(double amount, double words) { return (int64_t)rint(amount * words); }

/* What a party's share comes to in a pass: per capita with epsilon, and by worth over the factor that is left of
 * v(S) - epsilon |v(S)|. */
static double pass_share(const struct nucleolus_search *search, double share, double theta) {
  switch (search->levels->kind) {
  case EXCESS_PER_CAPITA: return share + theta;
  case EXCESS_PROPORTIONAL: return share / (search->game->goal == ACCORD_COST ? 1 + theta : 1 - theta);
  case EXCESS_PLAIN:
  case EXCESS_NONE: break;
  }
  return share;
}

/* Gains in a pass are above epsilon itself, or above 0. */
static bool is_plain(const struct nucleolus_search *search) { return search->levels->kind == EXCESS_PLAIN; }

/* Puts the levels' split in words; false where they are too short. */
static bool set_point(struct nucleolus_search *search, double theta) {
  const float_levels *levels = search->levels;
  double most = is_plain(search) ? fabs(theta) + 1 : 1;
  int n = search->game->n;
  if (levels->kind == EXCESS_PROPORTIONAL && !(pass_share(search, 1, theta) > 0)) return false;
  for (int i = 0; i < n; i++) most += fabs(pass_share(search, levels->split[i], theta));
  if (!(most < MOST_AMOUNT)) return false;
  int shift = word_shift(search->game, most / levels->scale);
  if (shift < 0) return false;
  search->words = ldexp(1 / levels->scale, shift);
  search->request.point.shift = shift;
  for (int i = 0; i < n; i++)
    search->request.point.share[i] = to_words(pass_share(search, levels->split[i], theta), search->words);
  return true;
}

static int64_t gain_in_words(const struct nucleolus_search *search, accord_coalition coalition) {
  int64_t gain = search->game->small[coalition] * ((int64_t)1 << search->request.point.shift);
  for (accord_coalition rest = coalition; rest; rest &= rest - 1)
    gain -= search->request.point.share[__builtin_ctzll(rest)];
  return gain;
}

/* ---------------------------------------------------------------- thresholds */

/* The gain that stands at this place, the largest at 0 (Hoare's selection). */
static int64_t select_gain(int64_t *gain, int count, int place) {
  int from = 0, to = count - 1;
  while (from < to) {
    int64_t pivot = gain[from + (to - from) / 2];
    int i = from, j = to;
    while (i <= j) {
      while (gain[i] > pivot) i++;
      while (pivot > gain[j]) j--;
      if (i > j) break;
      int64_t moved = gain[i];
      gain[i++] = gain[j];
      gain[j--] = moved;
    }
    if (place <= j) to = j;
    else if (place >= i) from = i;
    else break;
  }
  return gain[place];
}

/* Sixteen runs of 64 entries from all over the table. */
static void take_first_sample(struct nucleolus_search *search) {
  uint64_t state = 1;
  search->sample_count = 0;
  search->sample_sparsity = search->game->n - SAMPLE_BITS;
  while (search->sample_count < 1 << SAMPLE_BITS) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    accord_coalition from = (state >> 33 << 6) & everybody(search->game->n);
    for (accord_coalition s = from; s < from + 64; s++) search->sample[search->sample_count++] = s;
  }
}

static void take_sample(struct nucleolus_search *search, const collection *found, int sparsity) {
  search->sample_count = found->count < 2 * MANY ? found->count : 2 * MANY;
  for (int k = 0; k < search->sample_count; k++) search->sample[k] = found->found[k].coalition;
  search->sample_sparsity = sparsity;
}

/* The threshold at which a pass should find about so many; a little below epsilon where that is not many more. */
static void choose_threshold(struct nucleolus_search *search, int sparsity, int wanted) {
  accord_mark mark = accord_get_mark(search->context);
  const float_levels *levels = search->levels;
  int finer = search->sample_sparsity - sparsity, count = search->sample_count, above = 0;
  int rank = finer > 0 ? wanted >> finer : wanted;
  int64_t *gain = POOL_NEW(search->context, (size_t)count + 1, int64_t);
  int64_t epsilon = is_plain(search) ? to_words(last_epsilon(levels), search->words) : 0;
  epsilon -= to_words(MARGIN, search->words);
  for (int k = 0; k < count; k++) {
    gain[k] = gain_in_words(search, search->sample[k]);
    above += gain[k] > epsilon;
  }
  search->request.threshold = epsilon;
  if (count) {
    int64_t quantile = select_gain(gain, count, rank < count ? rank : count - 1);
    bool few = (finer > 0 ? above << finer : above) <= wanted + wanted / 2;
    if (quantile < epsilon || !few) search->request.threshold = quantile;
  }
  accord_reset(search->context, mark);
}

/* -------------------------------------------------------------------- passes */

/* One pass whose findings go to the pool. */
static bool pass(struct nucleolus_search *search, int sparsity, int wanted) {
  float_levels *levels = search->levels;
  if (!set_point(search, last_epsilon(levels))) return false;
  choose_threshold(search, sparsity, wanted);
  search->request.sparsity = sparsity;
  search->request.room = 2 * wanted;
  pool_reserve(levels, 2 * wanted + levels->n * (levels->n + 1));
  accord_mark mark = accord_get_mark(search->context);
  collection *found = collect(search->context, search->game, &search->request);
  if (sparsity == 0 && wanted == MANY) {
    search->threshold = found->threshold;
    pool_clear(levels);
  }
  for (int k = 0; k < found->count; k++) pool_add(levels, found->found[k].coalition);
  take_sample(search, found, sparsity);
  accord_reset(search->context, mark);
  return true;
}

/* Whether nothing outside the pool can have come to gain since the last pass (as covers_outside). */
static bool is_near_enough(const struct nucleolus_search *search) {
  const float_levels *levels = search->levels;
  double lost = 0, most = -HUGE_VAL, last = last_epsilon(levels);
  for (int i = 0; i < levels->n; i++) {
    double loss = (double)search->request.point.share[i] / search->words - pass_share(search, levels->split[i], last);
    if (loss > 0) lost += loss;
    if (loss > most) most = loss;
  }
  double threshold = (double)search->threshold / search->words;
  return threshold + (most < 0 ? most : lost) <= (is_plain(search) ? last : 0);
}

/* Passes of one kind until none finds what breaks the levels. */
static bool search_rows(struct nucleolus_search *search, int sparsity) {
  float_levels *levels = search->levels;
  bool quick = search->game->n - sparsity <= QUICK_BITS;
  for (int round = 0; round < MOST_ROUNDS; round++) {
    bool all_levels = !quick || levels->level_count > 1 || levels->complete;
    if (!pass(search, sparsity, all_levels ? MANY : FEW)) return false;
    int violated = first_violated_level(levels);
    if (violated == levels->level_count && levels->complete) return true;
    bool first_only = quick && violated == 0 && levels->level_count == 1;
    if (!float_levels_solve(levels, first_only ? 1 : levels->n)) return false;
    if (!first_only && all_levels && sparsity == 0 && is_near_enough(search)) return true;
  }
  return sparsity > 0;
}

/* The levels of the whole table, in doubles. */
static bool search_table(struct nucleolus_search *search) {
  int n = search->game->n;
  if (search->whole_pool) {
    pool_reserve(search->levels, 1 << n);
    for (accord_coalition s = 1; s < everybody(n); s++) pool_add(search->levels, s);
    return float_levels_solve(search->levels, n);
  }
  if (!float_levels_solve(search->levels, 1)) return false;
  take_first_sample(search);
  if (n > FIRST_BITS && !search_rows(search, n - FIRST_BITS)) return false;
  if (n > SECOND_BITS && !search_rows(search, n - SECOND_BITS)) return false;
  return search_rows(search, 0);
}

/* -------------------------------------------------------------- certification */

static bool pool_is_covered(const struct nucleolus_search *search, const coverage_check *coverage) {
  for (int c = 0; c < search->levels->count; c++)
    if (breaks_coverage(coverage, search->levels->parties[c])) return false;
  return true;
}

static bool is_covered(const struct nucleolus_search *search, const coverage_check *coverage) {
  return search->whole_pool || covers_outside(coverage, &search->request.point, search->threshold);
}

/* Adds to the pool what a pass finds. */
static void add_found(struct nucleolus_search *search, const collection *found) {
  pool_reserve(search->levels, found->count);
  for (int k = 0; k < found->count; k++) pool_add(search->levels, found->found[k].coalition);
}

/* Exact levels over the pool, from the doubles' or by exact pivots; NULL where their numbers are too large. */
static coverage_check *make_exact(struct nucleolus_search *search, mpq_t *share, accord_kohlberg *certificate) {
  accord_context *context = search->context;
  excess_kind kind = search->options->kind;
  if (make_exact_levels(context, share, certificate, search->levels)) {
    coverage_check *coverage = coverage_new(context, search->game, (const mpq_t *)share, certificate, kind);
    if (!coverage || pool_is_covered(search, coverage)) return coverage;
  }
  if (!nucleolus_over_candidates(context, share, certificate, search->options, search->levels)) return NULL;
  return coverage_new(context, search->game, (const mpq_t *)share, certificate, kind);
}

static accord_status certify(struct nucleolus_search *search, mpq_t *share, accord_kohlberg *certificate) {
  for (int round = 0; round < MOST_ROUNDS; round++) {
    coverage_check *coverage = make_exact(search, share, certificate);
    if (!coverage) break;
    if (is_covered(search, coverage)) return ACCORD_OK;
    collection *breaking = collect_breaking(search->context, coverage, MANY);
    if (!breaking) break;
    if (!breaking->count) return ACCORD_OK;
    add_found(search, breaking);
    if (first_violated_level(search->levels) == search->levels->level_count) continue;
    if (!float_levels_solve(search->levels, search->game->n)) break;
  }
  return ACCORD_UNCERTIFIED;
}

bool nucleolus_can_be_searched(const accord_game *game, const nucleolus_options *options) {
  return game->small && !options->clauses && mpz_sgn(game->largest) && options->kind != EXCESS_NONE;
}

struct certifying {
  struct nucleolus_search *search;
  mpq_t *share;
  accord_kohlberg *certificate;
};

static accord_status certify_guarded(accord_context *context, void *argument) {
  struct certifying *in = argument;
  (void)context;
  return certify(in->search, in->share, in->certificate);
}

/* A split whose proof takes too long is not given. */
static accord_status certify_in_time(struct certifying *in) {
  accord_context *context = in->search->context;
  accord_status status = guard(context, certify_guarded, in);
  if (status == ACCORD_OK || status == ACCORD_UNCERTIFIED) return status;
  if (status == ACCORD_LIMIT && is_time_up(context))
    return fail(context, ACCORD_UNCERTIFIED, "a split was found, but not its proof: the time limit of %g s was reached",
                accord_context_settings(context)->time_limit);
  guard_leave(context, status, "%s", accord_message(context));
}

accord_status search_nucleolus(accord_context *context, mpq_t *share, accord_kohlberg *certificate,
                               const accord_game *game, const nucleolus_options *options) {
  struct nucleolus_search *search = POOL_NEW(context, 1, struct nucleolus_search);
  search->context = context;
  search->game = game;
  search->options = options;
  search->whole_pool = game->n <= WHOLE_POOL;
  search->levels = float_levels_new(context, game, options);
  search->sample = POOL_NEW(context, 2 * MANY, accord_coalition);
  if (!search_table(search)) return ACCORD_UNCERTIFIED;
  struct certifying in = {search, share, certificate};
  return certify_in_time(&in);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "coverage.h"
#include "modular.h"

#include <math.h>

struct coverage_check {
  const accord_game *game;
  bool per_capita;
  int level_count;
  wide scale, share[GAME_MOST_PARTIES], *epsilon; /* times scale; size level_count */
  coalition_span *span;                           /* size level_count: before each level */
  uint64_t (*annihilator)[GAME_MOST_PARTIES];
};

/* Every product and sum below 2^126 in size. */
static bool fits(const accord_game *game, const whole_split *split, const mpz_t *epsilon, int level_count) {
  if (mpz_sizeinbase(split->scale, 2) > 60 || !game->small) return false;
  for (int i = 0; i < game->n; i++)
    if (mpz_sizeinbase(split->share[i], 2) > 119) return false;
  for (int k = 0; k < level_count; k++)
    if (mpz_sizeinbase(epsilon[k], 2) > 119) return false;
  return true;
}

static void fill_spans(coverage_check *coverage, const accord_kohlberg *certificate) {
  coalition_span span;
  span_start(&span, coverage->game->n);
  span_add(&span, everybody(coverage->game->n));
  for (int k = 0; k < coverage->level_count; k++) {
    const accord_level *level = &certificate->levels[k];
    coverage->span[k] = span;
    span_annihilator(coverage->annihilator[k], &span);
    for (int j = 0; j < level->coalition_count; j++) span_add(&span, level->coalitions[j].coalition);
    for (int j = 0; j < level->bound_count; j++) span_add(&span, level->bounds[j].coalition);
  }
}

/* The common denominator of shares and epsilons, in units. */
static whole_split *make_whole_levels(accord_context *context, mpz_t *epsilon, const accord_game *game,
                                      const mpq_t *share, const accord_kohlberg *certificate) {
  size_t n = (size_t)game->n, count = (size_t)certificate->level_count;
  mpq_t *amount = pool_rationals(context, n + count), *quotient = pool_rationals(context, 1);
  whole_split *split = POOL_NEW(context, 1, whole_split);
  pool_integer(context, split->scale);
  mpz_set_ui(split->scale, 1);
  split->share = pool_integers(context, n);
  for (size_t k = 0; k < n + count; k++) {
    mpq_div(amount[k], k < n ? share[k] : certificate->levels[k - n].excess, game->unit);
    mpz_lcm(split->scale, split->scale, mpq_denref(amount[k]));
  }
  for (size_t k = 0; k < n + count; k++) {
    mpz_divexact(mpq_numref(*quotient), split->scale, mpq_denref(amount[k]));
    mpz_mul(k < n ? split->share[k] : epsilon[k - n], mpq_numref(*quotient), mpq_numref(amount[k]));
  }
  return split;
}

coverage_check *coverage_new(accord_context *context, const accord_game *game, const mpq_t *share,
                             const accord_kohlberg *certificate, excess_kind kind) {
  coverage_check *made = POOL_NEW(context, 1, coverage_check);
  size_t count = (size_t)certificate->level_count;
  mpz_t *epsilon = pool_integers(context, count);
  whole_split *split = make_whole_levels(context, epsilon, game, share, certificate);
  if (!fits(game, split, (const mpz_t *)epsilon, (int)count)) return NULL;
  made->game = game;
  made->per_capita = kind == EXCESS_PER_CAPITA;
  made->level_count = (int)count;
  made->scale = get_wide(split->scale);
  for (int i = 0; i < game->n; i++) made->share[i] = get_wide(split->share[i]);
  made->epsilon = POOL_NEW(context, count, wide);
  for (size_t k = 0; k < count; k++) made->epsilon[k] = get_wide(epsilon[k]);
  made->span = POOL_NEW(context, count, coalition_span);
  made->annihilator = pool_new(context, count, sizeof *made->annihilator);
  fill_spans(made, certificate);
  return made;
}

static bool is_in_span(const coverage_check *coverage, int k, accord_coalition coalition) {
  uint64_t sum = 0;
  for (accord_coalition rest = coalition; rest; rest &= rest - 1)
    sum = add_mod(sum, coverage->annihilator[k][__builtin_ctzll(rest)]);
  return sum == 0 && span_contains(&coverage->span[k], coalition);
}

bool breaks_coverage(const coverage_check *coverage, accord_coalition coalition) {
  wide gain = coverage->game->small[coalition] * coverage->scale;
  int k = coverage->level_count, size = coverage->per_capita ? size_of(coalition) : 1;
  for (accord_coalition rest = coalition; rest; rest &= rest - 1) gain -= coverage->share[__builtin_ctzll(rest)];
  while (k > 0 && gain > coverage->epsilon[k - 1] * size) k--;
  return k < coverage->level_count && !is_in_span(coverage, k, coalition);
}

/* floor(amount 2^shift / scale), for amount / scale below 2^(61 - shift). */
static int64_t to_words(const coverage_check *coverage, wide amount, int shift) {
  wide whole = amount / coverage->scale, rest = amount % coverage->scale;
  if (rest < 0) whole--, rest += coverage->scale;
  return (int64_t)(whole * ((wide)1 << shift) + rest * ((wide)1 << shift) / coverage->scale);
}

/* Of a coalition S outside: gain(S) <= threshold + sum over S of what each lost, in words; per capita every loss is
 * compared with epsilon, and the threshold counts for one party at most. */
bool covers_outside(const coverage_check *coverage, const word_point *point, int64_t threshold) {
  wide lost = 0, most = 0, last = to_words(coverage, coverage->epsilon[coverage->level_count - 1], point->shift);
  for (int i = 0; i < coverage->game->n; i++) {
    wide loss = (wide)point->share[i] - to_words(coverage, coverage->share[i], point->shift);
    if (loss > 0) lost += loss;
    if (i == 0 || loss > most) most = loss;
  }
  if (coverage->per_capita) return most + (threshold > 0 ? threshold : 0) <= last;
  return threshold + lost <= last;
}

/* ------------------------------------------------------------- sums looked up */

enum { DIGIT_BITS = 7, DIGITS = (GAME_MOST_PARTIES + DIGIT_BITS - 1) / DIGIT_BITS, MOST_WORDS = 4 };

/* Whether S lies in a span, exactly: it does iff every word's sum over S is 0. A word holds several of the span's
 * annihilators, each with the size of its sums as the base of those after it. No words: coefficients are too large. */
struct span_words {
  int words;
  int64_t sum[MOST_WORDS][DIGITS][1 << DIGIT_BITS];
};

struct looked_up {
  const coverage_check *coverage;
  wide share[DIGITS][1 << DIGIT_BITS];
  struct span_words *span; /* size level_count */
};

/* Coefficients of the annihilator that belongs to a free column; the sum of their sizes, 0 where one is too large. */
static int64_t fill_annihilator(int64_t *coefficient, const coalition_span *span, int column) {
  int64_t size = 1;
  for (int i = 0; i < span->n; i++) coefficient[i] = i == column;
  for (int r = 0; r < span->rank; r++) {
    int64_t entry = from_mod(span->row[r][column]);
    if (entry > 1 << 20 || entry < -(1 << 20)) return 0;
    coefficient[span->pivot[r]] = -entry;
    size += entry < 0 ? -entry : entry;
  }
  return size;
}

static void fill_span_words(struct span_words *words, const coalition_span *span) {
  int64_t packed[MOST_WORDS][DIGITS * DIGIT_BITS] = {{0}}, coefficient[GAME_MOST_PARTIES], base = INT64_MAX;
  accord_coalition free = everybody(span->n);
  int count = 0;
  for (int r = 0; r < span->rank; r++) free &= ~party(span->pivot[r]);
  for (; free; free &= free - 1) {
    int64_t size = fill_annihilator(coefficient, span, __builtin_ctzll(free));
    if (size == 0) return;
    if (base > ((int64_t)1 << 61) / (2 * size + 1)) {
      if (count++ == MOST_WORDS) return;
      base = 1;
    }
    for (int i = 0; i < span->n; i++) packed[count - 1][i] += base * coefficient[i];
    base *= 2 * size + 1;
  }
  words->words = count;
  for (int w = 0; w < count; w++)
    for (int k = 0; k < DIGITS; k++)
      for (int s = 1; s < 1 << DIGIT_BITS; s++)
        words->sum[w][k][s] = words->sum[w][k][s & (s - 1)] + packed[w][k * DIGIT_BITS + __builtin_ctz((unsigned)s)];
}

static struct looked_up *look_up(accord_context *context, const coverage_check *coverage) {
  struct looked_up *looked_up = POOL_NEW(context, 1, struct looked_up);
  looked_up->coverage = coverage;
  looked_up->span = POOL_NEW(context, (size_t)coverage->level_count, struct span_words);
  for (int k = 0; k < coverage->level_count; k++) fill_span_words(&looked_up->span[k], &coverage->span[k]);
  for (int k = 0; k < DIGITS; k++)
    for (int s = 1; s < 1 << DIGIT_BITS; s++) {
      int i = k * DIGIT_BITS + __builtin_ctz((unsigned)s);
      looked_up->share[k][s] = looked_up->share[k][s & (s - 1)] + (i < coverage->game->n ? coverage->share[i] : 0);
    }
  return looked_up;
}

#define digit(coalition, k) ((coalition) >> (DIGIT_BITS * (k)) & ((1 << DIGIT_BITS) - 1))

static bool lies_in(const struct looked_up *looked_up, int level, accord_coalition s) {
  const struct span_words *words = &looked_up->span[level];
  for (int w = 0; w < words->words; w++)
    if (words->sum[w][0][digit(s, 0)] + words->sum[w][1][digit(s, 1)] + words->sum[w][2][digit(s, 2)] +
        words->sum[w][3][digit(s, 3)])
      return false;
  return words->words > 0 || is_in_span(looked_up->coverage, level, s);
}

/* As breaks_coverage. */
static bool counts(const void *argument, accord_coalition s, int64_t rough) {
  const struct looked_up *looked_up = argument;
  const coverage_check *coverage = looked_up->coverage;
  int k = coverage->level_count, size = coverage->per_capita ? size_of(s) : 1;
  wide gain = coverage->game->small[s] * coverage->scale - looked_up->share[0][digit(s, 0)] -
              looked_up->share[1][digit(s, 1)] - looked_up->share[2][digit(s, 2)] - looked_up->share[3][digit(s, 3)];
  (void)rough;
  while (k > 0 && gain > coverage->epsilon[k - 1] * size) k--;
  return k < coverage->level_count && !lies_in(looked_up, k, s);
}

/* Shares and epsilon are rounded down: no coalition that breaks the coverage gains too little in words to be seen. */
collection *collect_breaking(accord_context *context, const coverage_check *coverage, int room) {
  int n = coverage->game->n;
  wide last = coverage->epsilon[coverage->level_count - 1];
  double most = fabs((double)last) * (coverage->per_capita ? n : 1);
  for (int i = 0; i < n; i++) most += fabs((double)coverage->share[i]);
  collection_request request = {.room = room, .counts = counts, .argument = look_up(context, coverage)};
  int shift = word_shift(coverage->game, most / (double)coverage->scale + 1);
  if (shift < 0) return NULL;
  request.point.shift = shift;
  for (int i = 0; i < n; i++)
    request.point.share[i] = to_words(coverage, coverage->share[i] + (coverage->per_capita ? last : 0), shift);
  request.threshold = (coverage->per_capita ? 0 : to_words(coverage, last, shift)) - 1;
  return collect(context, coverage->game, &request);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "coverage.h"
#include "long_gains.h"
#include "modular.h"

#include <math.h>

struct coverage_check {
  const accord_game *game;
  excess_kind kind;
  int level_count;
  /* Times scale; where there are long numbers, rounded down, and scale is a power of two. */
  wide scale, share[GAME_MOST_PARTIES], *epsilon; /* size level_count */
  const long_gains *exact;                        /* NULL where the above are */
  /* At the last level, in the sense of gain(S) - sum <= limit: with epsilon per head in the shares, and, by worth,
   * divided by the factor that v(S) has. Rounded down. */
  wide word_share[GAME_MOST_PARTIES], word_limit;
  coalition_span *span; /* size level_count: before each level */
  uint64_t (*annihilator)[GAME_MOST_PARTIES];
};

enum { SCALE_BITS = 60, LEAST_SCALE_BITS = 20, AMOUNT_BITS = 119, RATIO_BITS = 61 };

/* Every product and sum below 2^126 in size. */
static bool fits(const accord_game *game, const whole_split *split, const mpz_t *epsilon, int level_count) {
  if (mpz_sizeinbase(split->scale, 2) > SCALE_BITS) return false;
  for (int i = 0; i < game->n; i++)
    if (mpz_sizeinbase(split->share[i], 2) > AMOUNT_BITS) return false;
  for (int k = 0; k < level_count; k++)
    if (mpz_sizeinbase(epsilon[k], 2) > AMOUNT_BITS) return false;
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

/* The common denominator of shares and epsilons, in units; those by worth are ratios. */
static whole_split *make_whole_levels(accord_context *context, mpz_t *epsilon, const accord_game *game,
                                      const mpq_t *share, const accord_kohlberg *certificate, excess_kind kind) {
  size_t n = (size_t)game->n, count = (size_t)certificate->level_count;
  mpq_t *amount = pool_rationals(context, n + count), *quotient = pool_rationals(context, 1);
  whole_split *split = POOL_NEW(context, 1, whole_split);
  pool_integer(context, split->scale);
  mpz_set_ui(split->scale, 1);
  split->share = pool_integers(context, n);
  for (size_t k = 0; k < n + count; k++) {
    mpq_set(amount[k], k < n ? share[k] : certificate->levels[k - n].excess);
    if (k < n || kind != EXCESS_PROPORTIONAL) mpq_div(amount[k], amount[k], game->unit);
    mpz_lcm(split->scale, split->scale, mpq_denref(amount[k]));
  }
  for (size_t k = 0; k < n + count; k++) {
    mpz_divexact(mpq_numref(*quotient), split->scale, mpq_denref(amount[k]));
    mpz_mul(k < n ? split->share[k] : epsilon[k - n], mpq_numref(*quotient), mpq_numref(amount[k]));
  }
  return split;
}

/* floor(number 2^bits / divisor); false beyond so many bits. */
static bool round_down(wide *rounded, mpz_t scratch, const mpz_t number, const mpz_t divisor, int bits, int most) {
  mpz_mul_2exp(scratch, number, (mp_bitcnt_t)bits);
  mpz_fdiv_q(scratch, scratch, divisor);
  if (mpz_sizeinbase(scratch, 2) > (size_t)most) return false;
  *rounded = get_wide(scratch);
  return true;
}

/* Shares and epsilons times 2^bits. */
static bool round_all(coverage_check *coverage, const whole_split *split, const mpz_t *epsilon, mpz_t scratch,
                      int bits) {
  int most = coverage->kind == EXCESS_PROPORTIONAL ? RATIO_BITS : AMOUNT_BITS;
  coverage->scale = (wide)1 << bits;
  for (int i = 0; i < coverage->game->n; i++)
    if (!round_down(&coverage->share[i], scratch, split->share[i], split->scale, bits, AMOUNT_BITS)) return false;
  for (int k = 0; k < coverage->level_count; k++)
    if (!round_down(&coverage->epsilon[k], scratch, epsilon[k], split->scale, bits, most)) return false;
  return true;
}

/* v(S) - x(S) - epsilon |v(S)| = (1 - epsilon) v(S) - x(S), or of a cost (1 + epsilon) v(S) - x(S): over that factor. */
static bool divide_by_factor(coverage_check *coverage, const whole_split *split, const mpz_t last, mpz_t *scratch,
                             int bits) {
  (coverage->game->goal == ACCORD_COST ? mpz_add : mpz_sub)(scratch[1], split->scale, last);
  if (mpz_sgn(scratch[1]) <= 0) return false;
  for (int i = 0; i < coverage->game->n; i++)
    if (!round_down(&coverage->word_share[i], scratch[0], split->share[i], scratch[1], bits, AMOUNT_BITS)) return false;
  return true;
}

static bool lay_out(accord_context *context, coverage_check *coverage, const whole_split *split, const mpz_t *epsilon) {
  int n = coverage->game->n, last = coverage->level_count - 1, bits = SCALE_BITS;
  mpz_t *scratch = pool_integers(context, 2);
  bool ratios = coverage->kind == EXCESS_PROPORTIONAL;
  if (!ratios && fits(coverage->game, split, epsilon, last + 1)) {
    coverage->scale = get_wide(split->scale);
    for (int i = 0; i < n; i++) coverage->share[i] = get_wide(split->share[i]);
    for (int k = 0; k <= last; k++) coverage->epsilon[k] = get_wide(epsilon[k]);
  } else {
    coverage->exact = long_gains_new(context, split, n, epsilon, last + 1);
    if (!coverage->exact) return false;
    while (!round_all(coverage, split, epsilon, *scratch, bits))
      if (--bits < LEAST_SCALE_BITS) return false;
  }
  if (ratios) return divide_by_factor(coverage, split, epsilon[last], scratch, bits);
  bool per_capita = coverage->kind == EXCESS_PER_CAPITA;
  for (int i = 0; i < n; i++) coverage->word_share[i] = coverage->share[i] + (per_capita ? coverage->epsilon[last] : 0);
  coverage->word_limit = per_capita ? 0 : coverage->epsilon[last];
  return true;
}

coverage_check *coverage_new(accord_context *context, const accord_game *game, const mpq_t *share,
                             const accord_kohlberg *certificate, excess_kind kind) {
  coverage_check *made = POOL_NEW(context, 1, coverage_check);
  size_t count = (size_t)certificate->level_count;
  mpz_t *epsilon = pool_integers(context, count);
  whole_split *split = make_whole_levels(context, epsilon, game, share, certificate, kind);
  made->game = game;
  made->kind = kind;
  made->level_count = (int)count;
  made->epsilon = POOL_NEW(context, count, wide);
  if (!game->small || !lay_out(context, made, split, (const mpz_t *)epsilon)) return NULL;
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

/* What an excess is divided by. */
static int64_t depth_of(const coverage_check *coverage, accord_coalition coalition) {
  int64_t value = coverage->game->small[coalition];
  if (coverage->kind == EXCESS_PROPORTIONAL) return value < 0 ? -value : value;
  return coverage->kind == EXCESS_PER_CAPITA ? size_of(coalition) : 1;
}

/* Whether the excess is above epsilon[k], where there are long numbers. The gain from rounded ones is too large by less
 * than one for each party, and one for each time that epsilon counts. */
static bool exceeds(const coverage_check *coverage, accord_coalition coalition, wide gain, int64_t depth, int k) {
  gain -= coverage->epsilon[k] * depth;
  if (gain <= 0 || gain >= (wide)depth + coverage->game->n) return gain > 0;
  return long_gain_exceeds(coverage->exact, coalition, coverage->game->small[coalition], (uint64_t)depth, k);
}

/* The first level whose epsilon the excess is above. */
static int level_exceeded(const coverage_check *coverage, accord_coalition coalition, wide gain) {
  int k = coverage->level_count;
  int64_t depth = depth_of(coverage, coalition);
  if (!coverage->exact)
    while (k > 0 && gain > coverage->epsilon[k - 1] * depth) k--;
  else
    while (k > 0 && exceeds(coverage, coalition, gain, depth, k - 1)) k--;
  return k;
}

bool breaks_coverage(const coverage_check *coverage, accord_coalition coalition) {
  wide gain = coverage->game->small[coalition] * coverage->scale;
  for (accord_coalition rest = coalition; rest; rest &= rest - 1) gain -= coverage->share[__builtin_ctzll(rest)];
  int k = level_exceeded(coverage, coalition, gain);
  return k < coverage->level_count && !is_in_span(coverage, k, coalition);
}

/* floor(amount 2^shift / scale), for amount / scale below 2^(61 - shift). */
static int64_t to_words(const coverage_check *coverage, wide amount, int shift) {
  wide whole = amount / coverage->scale, rest = amount % coverage->scale;
  if (rest < 0) whole--, rest += coverage->scale;
  return (int64_t)(whole * ((wide)1 << shift) + rest * ((wide)1 << shift) / coverage->scale);
}

/* Of a coalition S outside: gain(S) <= threshold + sum over S of what each lost, in words. Where nobody lost, somebody in
 * S won what everybody won at least. */
bool covers_outside(const coverage_check *coverage, const word_point *point, int64_t threshold) {
  wide lost = 0, most = 0, limit = to_words(coverage, coverage->word_limit, point->shift);
  for (int i = 0; i < coverage->game->n; i++) {
    wide loss = (wide)point->share[i] - to_words(coverage, coverage->word_share[i], point->shift);
    if (loss > 0) lost += loss;
    if (i == 0 || loss > most) most = loss;
  }
  return threshold + (most < 0 ? most : lost) <= limit;
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
  wide gain = coverage->game->small[s] * coverage->scale - looked_up->share[0][digit(s, 0)] -
              looked_up->share[1][digit(s, 1)] - looked_up->share[2][digit(s, 2)] - looked_up->share[3][digit(s, 3)];
  (void)rough;
  int k = level_exceeded(coverage, s, gain);
  return k < coverage->level_count && !lies_in(looked_up, k, s);
}

/* Shares and limit are rounded down: no coalition that breaks the coverage gains too little in words to be seen. */
collection *collect_breaking(accord_context *context, const coverage_check *coverage, int room) {
  int n = coverage->game->n;
  double most = fabs((double)coverage->word_limit);
  for (int i = 0; i < n; i++) most += fabs((double)coverage->word_share[i]);
  collection_request request = {.room = room, .counts = counts, .argument = look_up(context, coverage)};
  int shift = word_shift(coverage->game, most / (double)coverage->scale + 1);
  if (shift < 0) return NULL;
  request.point.shift = shift;
  for (int i = 0; i < n; i++) request.point.share[i] = to_words(coverage, coverage->word_share[i], shift);
  request.threshold = to_words(coverage, coverage->word_limit, shift) - 1;
  return collect(context, coverage->game, &request);
}

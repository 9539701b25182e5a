/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passes over the table that compare every coalition's value with its share. */
#include "excess.h"
#include "span.h"

__extension__ typedef __int128 wide;

enum { LOW = 9 };

void find_gain(mpz_t gain, const gain_query *query, accord_coalition coalition) {
  game_integer(gain, query->game, coalition);
  mpz_mul(gain, gain, *query->factor);
  for (int i = 0; i < query->game->n; i++)
    if (has(coalition, i)) mpz_sub(gain, gain, query->share[i]);
  mpz_sub(gain, gain, query->threshold[size_of(coalition)]);
}

void excess_weight(mpz_t weight, excess_kind kind, const accord_game *game, accord_coalition coalition) {
  switch (kind) {
  case EXCESS_NONE: mpz_set_ui(weight, 0); return;
  case EXCESS_PLAIN: mpz_set_ui(weight, 1); return;
  case EXCESS_PER_CAPITA: mpz_set_si(weight, size_of(coalition)); return;
  case EXCESS_PROPORTIONAL: break;
  }
  game_integer(weight, game, coalition);
  mpz_abs(weight, weight);
}

/* epsilon |v(S)| goes with the value: v(S) (factor - epsilon), and with the other sign for a cost. */
void set_epsilon(gain_query *query, mpz_t factor, mpz_t *threshold, excess_kind kind, const mpz_t epsilon) {
  bool proportional = kind == EXCESS_PROPORTIONAL;
  for (int s = 0; s <= query->game->n; s++)
    if (proportional || kind == EXCESS_NONE) mpz_set_ui(threshold[s], 0);
    else mpz_mul_si(threshold[s], epsilon, kind == EXCESS_PER_CAPITA ? s : 1);
  if (proportional && query->game->goal == ACCORD_COST) mpz_add(factor, factor, epsilon);
  else if (proportional) mpz_sub(factor, factor, epsilon);
  query->factor = (const mpz_t *)&factor[0];
  query->threshold = (const mpz_t *)threshold;
}

/* ------------------------------------------------------ the best few so far */

struct ranking {
  accord_coalition *worst;
  int room, held;
  uint64_t count;
  wide *gain;      /* size room, for the fast pass */
  mpz_t *big_gain; /* size room, for the other */
};

static void insert(struct ranking *ranking, accord_coalition s, wide gain) {
  int at = ranking->held < ranking->room ? ranking->held++ : ranking->room - 1;
  for (; at > 0 && ranking->gain[at - 1] < gain; at--) {
    ranking->gain[at] = ranking->gain[at - 1];
    ranking->worst[at] = ranking->worst[at - 1];
  }
  ranking->gain[at] = gain;
  ranking->worst[at] = s;
}

static void insert_big(struct ranking *ranking, accord_coalition s, const mpz_t gain) {
  int at = ranking->held < ranking->room ? ranking->held++ : ranking->room - 1;
  for (; at > 0 && mpz_cmp(ranking->big_gain[at - 1], gain) < 0; at--) {
    mpz_set(ranking->big_gain[at], ranking->big_gain[at - 1]);
    ranking->worst[at] = ranking->worst[at - 1];
  }
  mpz_set(ranking->big_gain[at], gain);
  ranking->worst[at] = s;
}

/* --------------------------------------------------------- the 128-bit pass */

static wide to_wide(const mpz_t number) {
  wide value = 0;
  for (size_t limb = mpz_size(number); limb-- > 0;) value = value << 32 << 32 | mpz_getlimbn(number, (mp_size_t)limb);
  return mpz_sgn(number) < 0 ? -value : value;
}

/* Whether value * factor, every partial sum of shares and the thresholds stay below 2^124. */
static bool fits_wide(const gain_query *query) {
  int n = query->game->n;
  if (!query->game->small || mpz_sizeinbase(*query->factor, 2) > 60) return false;
  for (int i = 0; i < n; i++)
    if (mpz_sizeinbase(query->share[i], 2) > 118) return false;
  for (int s = 0; s <= n; s++)
    if (mpz_sizeinbase(query->threshold[s], 2) > 122) return false;
  return true;
}

struct wide_query {
  int n, low_bits;
  wide factor, share[GAME_MOST_PARTIES], threshold[GAME_MOST_PARTIES + 1];
  wide low[1 << LOW]; /* share + threshold cannot be merged: the threshold depends on the size */
};

/* Sums of the low parties' shares. */
static void fill_low(struct wide_query *wide_query) {
  wide_query->low_bits = wide_query->n < LOW ? wide_query->n : LOW;
  wide_query->low[0] = 0;
  for (accord_coalition s = 1; s < (accord_coalition)1 << wide_query->low_bits; s++)
    wide_query->low[s] = wide_query->low[s & (s - 1)] + wide_query->share[__builtin_ctzll(s)];
}

static void widen(struct wide_query *wide_query, const gain_query *query) {
  int n = wide_query->n = query->game->n;
  wide_query->factor = to_wide(*query->factor);
  for (int i = 0; i < n; i++) wide_query->share[i] = to_wide(query->share[i]);
  for (int s = 0; s <= n; s++) wide_query->threshold[s] = to_wide(query->threshold[s]);
  fill_low(wide_query);
}

static bool counts(const gain_query *query, accord_coalition s) {
  return query->level ? query->level[s] == SPAN_OUTSIDE : s != 0 && s != everybody(query->game->n);
}

/* One block of coalitions that share their high parties. Stops at the first gain where first. */
static bool scan_block(struct ranking *ranking, const gain_query *query, const struct wide_query *wide_query,
                       accord_coalition high, bool first) {
  wide base = 0;
  for (int i = wide_query->low_bits; i < wide_query->n; i++)
    if (has(high, i)) base += wide_query->share[i];
  for (accord_coalition s = high; s < high + ((accord_coalition)1 << wide_query->low_bits); s++) {
    wide gain = query->game->small[s] * wide_query->factor - base - wide_query->low[s - high] -
                wide_query->threshold[size_of(s)];
    if (gain <= 0 || !counts(query, s)) continue;
    ranking->count++;
    if (ranking->held < ranking->room || gain > ranking->gain[ranking->room - 1]) insert(ranking, s, gain);
    if (first) return true;
  }
  return false;
}

static void scan_wide(accord_context *context, struct ranking *ranking, const gain_query *query, bool first) {
  struct wide_query wide_query;
  widen(&wide_query, query);
  ranking->gain = POOL_NEW(context, (size_t)ranking->room, wide);
  for (accord_coalition high = 0; high < query->game->size; high += (accord_coalition)1 << wide_query.low_bits) {
    if (high % (1 << 16) == 0) check_clock(context);
    if (scan_block(ranking, query, &wide_query, high, first)) return;
  }
}

/* --------------------------------------------------------- the rounded pass */

enum { ROUNDED_BITS = 60 };

/* floor(number 2^60 / factor); false beyond so many bits. */
static bool round_down(wide *rounded, mpz_t scratch, const mpz_t number, const mpz_t factor, size_t most) {
  mpz_mul_2exp(scratch, number, ROUNDED_BITS);
  mpz_fdiv_q(scratch, scratch, factor);
  if (mpz_sizeinbase(scratch, 2) > most) return false;
  *rounded = to_wide(scratch);
  return true;
}

/* Everything over the factor, times 2^60: a gain comes out too large, by less than one for each share and one. */
static bool round_query(struct wide_query *rounded, mpz_t scratch, const gain_query *query) {
  int n = rounded->n = query->game->n;
  if (!query->game->small || mpz_sgn(*query->factor) <= 0) return false;
  rounded->factor = (wide)1 << ROUNDED_BITS;
  for (int i = 0; i < n; i++)
    if (!round_down(&rounded->share[i], scratch, query->share[i], *query->factor, 118)) return false;
  for (int s = 0; s <= n; s++)
    if (!round_down(&rounded->threshold[s], scratch, query->threshold[s], *query->factor, 122)) return false;
  fill_low(rounded);
  return true;
}

/* What the least of those kept gains, rounded down. */
static wide least_kept(const struct ranking *ranking, const gain_query *query, mpz_t scratch) {
  wide least;
  if (ranking->held < ranking->room) return 0;
  if (!round_down(&least, scratch, ranking->big_gain[ranking->room - 1], *query->factor, 126)) return 0;
  return least;
}

/* Only coalitions that may belong among the best are looked at exactly, and those that may not gain at all. */
static void scan_rounded(accord_context *context, struct ranking *ranking, const gain_query *query,
                         const struct wide_query *rounded, bool first) {
  mpz_t *work = pool_integers(context, 2), *gain = &work[0];
  wide base = 0, least = 0;
  ranking->big_gain = pool_integers(context, (size_t)ranking->room);
  accord_coalition low_mask = everybody(rounded->low_bits);
  for (accord_coalition s = 0; s < query->game->size; s++) {
    if (s % (1 << 16) == 0) check_clock(context);
    if ((s & low_mask) == 0) {
      base = 0;
      for (accord_coalition rest = s; rest; rest &= rest - 1) base += rounded->share[__builtin_ctzll(rest)];
    }
    wide rough =
        query->game->small[s] * rounded->factor - base - rounded->low[s & low_mask] - rounded->threshold[size_of(s)];
    if (rough <= 0 || !counts(query, s)) continue;
    if (rough > rounded->n && rough <= least) {
      ranking->count++;
      continue;
    }
    find_gain(*gain, query, s);
    if (mpz_sgn(*gain) <= 0) continue;
    ranking->count++;
    if (ranking->held < ranking->room || mpz_cmp(*gain, ranking->big_gain[ranking->room - 1]) > 0) {
      insert_big(ranking, s, *gain);
      least = least_kept(ranking, query, work[1]);
    }
    if (first) return;
  }
}

static void scan_big(accord_context *context, struct ranking *ranking, const gain_query *query, bool first) {
  mpz_t *gain = pool_integers(context, 1);
  ranking->big_gain = pool_integers(context, (size_t)ranking->room);
  for (accord_coalition s = 0; s < query->game->size; s++) {
    if (s % 1024 == 0) check_clock(context);
    if (!counts(query, s)) continue;
    find_gain(*gain, query, s);
    if (mpz_sgn(*gain) <= 0) continue;
    ranking->count++;
    if (ranking->held < ranking->room || mpz_cmp(*gain, ranking->big_gain[ranking->room - 1]) > 0)
      insert_big(ranking, s, *gain);
    if (first) return;
  }
}

/* ---------------------------------------------------------------- candidates */

static wide candidate_gain(const gain_query *query, const struct wide_query *wide_query, accord_coalition s) {
  accord_coalition low = everybody(wide_query->low_bits);
  wide gain = query->game->small[s] * wide_query->factor - wide_query->low[s & low] - wide_query->threshold[size_of(s)];
  for (accord_coalition rest = s & ~low; rest; rest &= rest - 1) gain -= wide_query->share[__builtin_ctzll(rest)];
  return gain;
}

static void scan_candidates(accord_context *context, struct ranking *ranking, const gain_query *query, bool first) {
  struct wide_query wide_query;
  bool fits = fits_wide(query);
  if (fits) widen(&wide_query, query);
  mpz_t *number = pool_integers(context, 1);
  ranking->gain = POOL_NEW(context, (size_t)ranking->room, wide);
  ranking->big_gain = pool_integers(context, (size_t)ranking->room);
  for (size_t k = 0; k < query->candidate_count && !(first && ranking->held); k++) {
    accord_coalition s = query->candidate[k];
    if (query->level && query->level[k] != SPAN_OUTSIDE) continue;
    if (fits) {
      wide gain = candidate_gain(query, &wide_query, s);
      if (gain <= 0) continue;
      if (ranking->held < ranking->room || gain > ranking->gain[ranking->room - 1]) insert(ranking, s, gain);
    } else {
      find_gain(*number, query, s);
      if (mpz_sgn(*number) <= 0) continue;
      if (ranking->held < ranking->room || mpz_cmp(*number, ranking->big_gain[ranking->room - 1]) > 0)
        insert_big(ranking, s, *number);
    }
    ranking->count++;
  }
}

static void scan(accord_context *context, struct ranking *ranking, const gain_query *query, bool first) {
  accord_mark mark = accord_get_mark(context);
  struct wide_query rounded;
  mpz_t *scratch = pool_integers(context, 1);
  if (query->candidate) scan_candidates(context, ranking, query, first);
  else if (fits_wide(query)) scan_wide(context, ranking, query, first);
  else if (round_query(&rounded, *scratch, query)) scan_rounded(context, ranking, query, &rounded, first);
  else scan_big(context, ranking, query, first);
  accord_reset(context, mark);
}

int find_gains(accord_context *context, accord_coalition *worst, uint64_t *count, const gain_query *query, int room) {
  struct ranking ranking = {.worst = worst, .room = room};
  scan(context, &ranking, query, false);
  *count = ranking.count;
  return ranking.held;
}

accord_coalition find_first_gain(accord_context *context, const gain_query *query) {
  accord_coalition found = 0;
  struct ranking ranking = {.worst = &found, .room = 1};
  scan(context, &ranking, query, true);
  return found;
}

/* ------------------------------------------------------------ whole numbers */

void scale_amount(mpz_t integer, const whole_split *split, const accord_game *game, const mpq_t amount) {
  mpz_mul(integer, mpq_numref(amount), mpq_denref(game->unit));
  mpz_mul(integer, integer, split->scale);
  mpz_tdiv_q(integer, integer, mpq_denref(amount));
  mpz_tdiv_q(integer, integer, mpq_numref(game->unit));
}

/* scale = lcm(scale, denominator of amount / unit). */
static void widen_scale(mpz_t scale, const accord_game *game, const mpq_t amount, mpq_t quotient) {
  mpq_div(quotient, amount, game->unit);
  mpz_lcm(scale, scale, mpq_denref(quotient));
}

whole_split *make_whole(accord_context *context, const accord_game *game, const mpq_t *share, const mpq_t *limit) {
  whole_split *split = POOL_NEW(context, 1, whole_split);
  mpq_t *quotient = pool_rationals(context, 1);
  pool_integer(context, split->scale);
  mpz_set_ui(split->scale, 1);
  split->share = pool_integers(context, (size_t)game->n);
  split->threshold = pool_integers(context, (size_t)game->n + 1);
  for (int i = 0; i < game->n; i++) widen_scale(split->scale, game, share[i], *quotient);
  if (limit) widen_scale(split->scale, game, *limit, *quotient);
  for (int i = 0; i < game->n; i++) scale_amount(split->share[i], split, game, share[i]);
  return split;
}

gain_query query_of(const accord_game *game, const whole_split *split) {
  return (gain_query){.game = game,
                      .share = (const mpz_t *)split->share,
                      .factor = &split->scale,
                      .threshold = (const mpz_t *)split->threshold};
}

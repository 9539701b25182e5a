/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verify_table.h"

#include <string.h>

__extension__ typedef __int128 wide;

/* Blocks of a table whose low parties' shares are added up beforehand; splits that are held against it at once. */
enum { BLOCK_BITS = 10, BLOCK = 1 << BLOCK_BITS, SPLITS_AT_ONCE = 64 };

static const char outweighed[] = "a coalition would gain by leaving the split";

/* A split in whole numbers: a coalition gains more than the limit where integer(S) scale - share(S) > limit. */
struct table_split {
  mpz_t scale, limit, *share; /* size n */
  size_t bits;                /* what no number met on the way exceeds */
  const char **fault;
  struct table_split *next;
};

struct split_list {
  accord_context *context;
  const accord_game *game; /* NULL where there is no table of exact values */
  int n;
  size_t bits; /* of the largest value */
  struct table_split *first;
};

/* ------------------------------------------------------------------- the list */

static size_t value_bits(accord_context *context, const accord_game *game) {
  size_t bits = 1;
  uint64_t all = 0;
  for (size_t s = 0; s < game->size; s++) {
    if (s % (1 << 20) == 0) check_clock(context);
    if (game->small) all |= (uint64_t)(game->small[s] < 0 ? -game->small[s] : game->small[s]);
    else if (mpz_sizeinbase(game->big[s], 2) > bits) bits = mpz_sizeinbase(game->big[s], 2);
  }
  while (all >> bits && bits < 63) bits++;
  return bits;
}

split_list *new_split_list(accord_context *context, const accord_problem *problem) {
  split_list *list = POOL_NEW(context, 1, split_list);
  list->context = context;
  list->n = problem->n;
  if (problem->game && !problem->game->doubles) list->game = problem->game;
  if (list->game) list->bits = value_bits(context, list->game);
  return list;
}

/* number = amount / unit, and its denominator goes into the scale. */
static void take_amount(mpq_t number, mpz_t scale, const accord_game *game, const mpq_t amount) {
  mpq_div(number, amount, game->unit);
  mpz_lcm(scale, scale, mpq_denref(number));
}

static void make_whole(mpz_t whole, const mpz_t scale, const mpq_t number) {
  mpz_divexact(whole, scale, mpq_denref(number));
  mpz_mul(whole, whole, mpq_numref(number));
}

void add_table_split(split_list *list, const mpq_t *share, const mpq_t limit, const char **fault) {
  struct table_split *split = POOL_NEW(list->context, 1, struct table_split);
  int n = list->n;
  split->fault = fault;
  split->next = list->first;
  list->first = split;
  if (!list->game) return;
  mpq_t *number = pool_rationals(list->context, (size_t)n + 1);
  pool_integer(list->context, split->scale);
  pool_integer(list->context, split->limit);
  split->share = pool_integers(list->context, (size_t)n);
  mpz_set_ui(split->scale, 1);
  for (int i = 0; i <= n; i++) take_amount(number[i], split->scale, list->game, i < n ? share[i] : limit);
  for (int i = 0; i < n; i++) make_whole(split->share[i], split->scale, number[i]);
  make_whole(split->limit, split->scale, number[n]);
  split->bits = list->bits + mpz_sizeinbase(split->scale, 2);
  for (int i = 0; i < n; i++)
    if (mpz_sizeinbase(split->share[i], 2) > split->bits) split->bits = mpz_sizeinbase(split->share[i], 2);
  if (mpz_sizeinbase(split->limit, 2) > split->bits) split->bits = mpz_sizeinbase(split->limit, 2);
  split->bits += 6; /* sums of 28 shares, a value and a limit */
  pool_free(list->context, number);
}

/* ------------------------------------------------------------ in machine words */

/* low[s]: what the low parties in s get. */
#define DEFINE_PASS(type, name)                                                                                        \
  struct name {                                                                                                        \
    struct table_split *split;                                                                                         \
    type scale, limit, share[GAME_MOST_PARTIES], low[BLOCK];                                                           \
  };                                                                                                                   \
                                                                                                                       \
  static void name##_start(struct name *pass, struct table_split *split, int n) {                                      \
    pass->split = split;                                                                                               \
    pass->scale = (type)to_wide(split->scale);                                                                         \
    pass->limit = (type)to_wide(split->limit);                                                                         \
    for (int i = 0; i < n; i++) pass->share[i] = (type)to_wide(split->share[i]);                                       \
    pass->low[0] = 0;                                                                                                  \
    for (int s = 1; s < BLOCK && s < 1 << n; s++)                                                                      \
      pass->low[s] = pass->low[s & (s - 1)] + pass->share[__builtin_ctz((unsigned)s)];                                 \
  }                                                                                                                    \
                                                                                                                       \
  /* Entries from to before before of the block that begins with the coalition high. */                                \
  static bool name##_holds(const struct name *pass, const int64_t *entry, accord_coalition high, size_t from,          \
                           size_t before) {                                                                            \
    type most = pass->limit, scale = pass->scale;                                                                      \
    bool above = false;                                                                                                \
    for (accord_coalition rest = high; rest; rest &= rest - 1) most += pass->share[__builtin_ctzll(rest)];             \
    for (size_t s = from; s < before; s++) above |= entry[s] * scale - pass->low[s] > most;                            \
    return !above;                                                                                                     \
  }

static wide to_wide(const mpz_t number) {
  wide value = 0;
  for (size_t limb = mpz_size(number); limb-- > 0;) value = value << 32 << 32 | mpz_getlimbn(number, (mp_size_t)limb);
  return mpz_sgn(number) < 0 ? -value : value;
}

DEFINE_PASS(int64_t, narrow_pass)
DEFINE_PASS(wide, wide_pass)

/* What each pass goes through: all blocks, without nobody and everybody. */
#define GO_THROUGH(list, passes, count, holds)                                                                         \
  for (size_t high = 0; high < (list)->game->size; high += BLOCK) {                                                    \
    size_t end = (list)->game->size - high;                                                                            \
    size_t before = end > BLOCK ? BLOCK : end - 1;                                                                     \
    if (high % (64 * BLOCK) == 0) check_clock((list)->context);                                                        \
    for (int k = 0; k < (count); k++)                                                                                  \
      if (!*(passes)[k].split->fault && !holds(&(passes)[k], (list)->game->small + high, high, high == 0, before))     \
        *(passes)[k].split->fault = outweighed;                                                                        \
  }

static void go_through_narrow(const split_list *list, const struct narrow_pass *passes, int count) {
  GO_THROUGH(list, passes, count, narrow_pass_holds)
}

static void go_through_wide(const split_list *list, const struct wide_pass *passes, int count) {
  GO_THROUGH(list, passes, count, wide_pass_holds)
}

/* -------------------------------------------------------------- in any numbers */

static void go_through_big(const split_list *list, const struct table_split *split) {
  mpz_t *work = pool_integers(list->context, 2), *gain = &work[0], *integer = &work[1];
  const accord_game *game = list->game;
  for (accord_coalition s = 1; s + 1 < game->size && !*split->fault; s++) {
    if (s % BLOCK == 0) check_clock(list->context);
    if (game->small) mpz_set_si(*integer, game->small[s]);
    mpz_mul(*gain, game->small ? *integer : game->big[s], split->scale);
    for (accord_coalition rest = s; rest; rest &= rest - 1) mpz_sub(*gain, *gain, split->share[__builtin_ctzll(rest)]);
    if (mpz_cmp(*gain, split->limit) > 0) *split->fault = outweighed;
  }
  pool_free(list->context, work);
}

/* ------------------------------------------------------------------ the passes */

static void hold_narrow(const split_list *list) {
  struct narrow_pass *passes = POOL_NEW(list->context, SPLITS_AT_ONCE, struct narrow_pass);
  int count = 0;
  for (struct table_split *split = list->first; split; split = split->next) {
    if (!*split->fault && split->bits < 63) narrow_pass_start(&passes[count++], split, list->n);
    if (count < SPLITS_AT_ONCE && split->next) continue;
    if (count) go_through_narrow(list, passes, count);
    count = 0;
  }
  pool_free(list->context, passes);
}

static void hold_wide(const split_list *list) {
  struct wide_pass *passes = POOL_NEW(list->context, SPLITS_AT_ONCE, struct wide_pass);
  int count = 0;
  for (struct table_split *split = list->first; split; split = split->next) {
    if (!*split->fault && split->bits >= 63 && split->bits < 127) wide_pass_start(&passes[count++], split, list->n);
    if (count < SPLITS_AT_ONCE && split->next) continue;
    if (count) go_through_wide(list, passes, count);
    count = 0;
  }
  pool_free(list->context, passes);
}

void hold_against_table(split_list *list) {
  bool small = list->game && list->game->small;
  if (small) hold_narrow(list);
  if (small) hold_wide(list);
  for (struct table_split *split = list->first; split; split = split->next) {
    if (*split->fault) continue;
    if (!list->game) *split->fault = "the values are doubles, and no numbers to prove anything by";
    else if (!small || split->bits >= 127) go_through_big(list, split);
  }
}

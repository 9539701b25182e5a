/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verify_table.h"

#include <string.h>

__extension__ typedef __int128 wide;

/* Blocks of a table whose low parties' shares are added up beforehand; splits that are held against it at once. */
enum { BLOCK_BITS = 10, BLOCK = 1 << BLOCK_BITS, SPLITS_AT_ONCE = 64 };

static const char outweighed[] = "a coalition would gain by leaving the split";

/* A split in whole numbers: a coalition gains more than the limit where integer(S) scale - share(S) > limit. */
struct whole_split {
  table_split asked;          /* its numbers aside */
  mpz_t scale, limit, *share; /* size n */
  size_t bits;                /* what no number met on the way exceeds */
  struct whole_split *next;
};

struct split_list {
  accord_context *context;
  const accord_game *game; /* NULL where there is no table of exact values */
  int n;
  size_t bits; /* of the largest value */
  struct whole_split *first;
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
  while (bits < 63 && all >> bits) bits++;
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

static void widen_bits(struct whole_split *split, const mpz_t number) {
  size_t bits = mpz_sizeinbase(number, 2);
  if (bits > split->bits) split->bits = bits;
}

/* scale = lcm of all denominators, the factor's too, and all times that. number: the shares, the limit, the factor. */
static void make_whole(struct whole_split *split, size_t value_bits, const mpq_t *number, int n) {
  mpz_t common;
  mpz_init_set_ui(common, 1);
  for (int i = 0; i <= n + 1; i++) mpz_lcm(common, common, mpq_denref(number[i]));
  for (int i = 0; i <= n + 1; i++) {
    mpz_ptr whole = i < n ? split->share[i] : i == n ? split->limit : split->scale;
    mpz_divexact(whole, common, mpq_denref(number[i]));
    mpz_mul(whole, whole, mpq_numref(number[i]));
  }
  split->bits = value_bits + mpz_sizeinbase(split->scale, 2);
  for (int i = 0; i < n; i++) widen_bits(split, split->share[i]);
  widen_bits(split, split->limit);
  split->bits += 6; /* sums of 28 shares, a value and a limit */
  mpz_clear(common);
}

void add_table_split(split_list *list, const table_split *asked) {
  struct whole_split *split = POOL_NEW(list->context, 1, struct whole_split);
  int n = list->n;
  split->asked = *asked;
  split->next = list->first;
  list->first = split;
  if (!list->game) return;
  mpq_t *number = pool_rationals(list->context, (size_t)n + 2);
  pool_integer(list->context, split->scale);
  pool_integer(list->context, split->limit);
  split->share = pool_integers(list->context, (size_t)n);
  for (int i = 0; i <= n; i++) mpq_div(number[i], i < n ? asked->share[i] : asked->limit, list->game->unit);
  if (asked->factor) mpq_set(number[n + 1], asked->factor);
  else mpq_set_ui(number[n + 1], 1, 1);
  make_whole(split, list->bits, (const mpq_t *)number, n);
  pool_free(list->context, number);
}

/* A coalition gains more than the limit. */
static void find_fault(struct whole_split *split, accord_coalition coalition) {
  const table_split *asked = &split->asked;
  if (*asked->fault || (asked->may && asked->may(asked->argument, coalition))) return;
  if (!*asked->fault) *asked->fault = outweighed;
}

/* ------------------------------------------------------------ in machine words */

static wide to_wide(const mpz_t number) {
  wide value = 0;
  for (size_t limb = mpz_size(number); limb-- > 0;) value = value << 32 << 32 | mpz_getlimbn(number, (mp_size_t)limb);
  return mpz_sgn(number) < 0 ? -value : value;
}

#define WORD int64_t
#define NAMED(name) name##_narrow
#include "verify_table_body.h"
#undef WORD
#undef NAMED

#define WORD wide
#define NAMED(name) name##_wide
#include "verify_table_body.h"
#undef WORD
#undef NAMED

/* -------------------------------------------------------------- in any numbers */

static void go_through_big(const split_list *list, struct whole_split *split) {
  mpz_t *work = pool_integers(list->context, 2), *gain = &work[0], *integer = &work[1];
  const accord_game *game = list->game;
  for (accord_coalition s = 1; s + 1 < game->size && !*split->asked.fault; s++) {
    if (s % BLOCK == 0) check_clock(list->context);
    if (game->small) mpz_set_si(*integer, game->small[s]);
    mpz_mul(*gain, game->small ? *integer : game->big[s], split->scale);
    for (accord_coalition rest = s; rest; rest &= rest - 1) mpz_sub(*gain, *gain, split->share[__builtin_ctzll(rest)]);
    if (mpz_cmp(*gain, split->limit) > 0) find_fault(split, s);
  }
  pool_free(list->context, work);
}

/* ------------------------------------------------------------------ the passes */

void hold_against_table(split_list *list) {
  bool small = list->game && list->game->small;
  if (small) hold_narrow(list, 0, 63);
  if (small) hold_wide(list, 63, 127);
  for (struct whole_split *split = list->first; split; split = split->next) {
    if (*split->asked.fault) continue;
    if (!list->game) *split->asked.fault = "the values are doubles, and no numbers to prove anything by";
    else if (!small || split->bits >= 127) go_through_big(list, split);
  }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Filling a table: from numbers as written, through their common denominator, to integers. */
#include "kernels.h"

#include <stdlib.h>

static const int64_t SMALL_LIMIT = (int64_t)1 << 62;

enum { CLOCK_EVERY = 1 << 16 };

static void empty_entries(value_table *table) {
  table->entries = POOL_NEW(table->context, table->size, table_entry);
  for (size_t s = 0; s < table->size; s++) {
    if (s % CLOCK_EVERY == 0) check_clock(table->context);
    table->entries[s].rational = TABLE_EMPTY;
  }
}

void table_start(accord_context *context, value_table *table, accord_goal goal, int n) {
  if (n > GAME_MOST_PARTIES)
    guard_leave(context, ACCORD_LIMIT, "%d parties are too many for a table of 2^n values; the most is %d", n,
                GAME_MOST_PARTIES);
  check_table_size(context, n, sizeof(table_entry) + sizeof(int64_t), "raise --memory-limit");
  *table = (struct value_table){.context = context, .n = n, .size = (size_t)1 << n, .goal = goal};
  empty_entries(table);
  table->entries[0].rational = TABLE_DECIMAL;
}

void table_start_list(accord_context *context, value_table *table, size_t size) {
  *table = (struct value_table){.context = context, .size = size, .goal = ACCORD_BENEFIT};
  empty_entries(table);
}

void table_set_rational(value_table *table, accord_coalition coalition, const mpq_t value) {
  if (table->rational_count == table->rational_room) {
    int32_t room = table->rational_room ? 2 * table->rational_room : 16;
    mpq_t *grown = pool_rationals(table->context, (size_t)room);
    for (int32_t k = 0; k < table->rational_count; k++) mpq_swap(grown[k], table->rationals[k]);
    pool_free(table->context, table->rationals);
    table->rationals = grown;
    table->rational_room = room;
  }
  mpq_set(table->rationals[table->rational_count], value);
  table->entries[coalition].rational = table->rational_count++;
}

void table_set(value_table *table, accord_coalition coalition, const number_parts *parts) {
  if (parts->fits) {
    table->entries[coalition] = (table_entry){parts->mantissa, parts->exponent, TABLE_DECIMAL};
    return;
  }
  mpq_t *value = pool_rationals(table->context, 1);
  number_build(table->context, *value, parts);
  table_set_rational(table, coalition, *value);
  pool_free(table->context, value);
}

bool table_is_set(const value_table *table, accord_coalition coalition) {
  return table->entries[coalition].rational != TABLE_EMPTY;
}

void table_written_value(mpq_t value, const value_table *table, accord_coalition coalition) {
  const table_entry *entry = &table->entries[coalition];
  if (entry->rational >= 0) {
    mpq_set(value, table->rationals[entry->rational]);
    return;
  }
  mpq_set_si(value, entry->mantissa, 1);
  mpz_ui_pow_ui(mpq_denref(value), 10, (unsigned long)labs((long)entry->exponent));
  if (entry->exponent > 0) {
    mpz_mul(mpq_numref(value), mpq_numref(value), mpq_denref(value));
    mpz_set_ui(mpq_denref(value), 1);
  }
  mpq_canonicalize(value);
}

bool table_is_zero(const value_table *table, accord_coalition coalition) {
  const table_entry *entry = &table->entries[coalition];
  return entry->rational == TABLE_DECIMAL ? entry->mantissa == 0
                                          : entry->rational >= 0 && mpq_sgn(table->rationals[entry->rational]) == 0;
}

/* ------------------------------------------------------ common denominator */

/* Of a table of coalitions, in its words; of any other list, that many numbers. */
static void check_list_size(const value_table *table, size_t entry_size, const char *what_works) {
  size_t limit = accord_context_settings(table->context)->memory_limit;
  if (table->n) check_table_size(table->context, table->n, entry_size, what_works);
  else if (table->size > limit / entry_size)
    guard_leave(table->context, ACCORD_LIMIT, "%zu numbers need %.4g bytes, over the memory limit of %s; %s",
                table->size, (double)entry_size * (double)table->size, memory_limit_words(table->context).text,
                what_works);
}

/* Fractions without a common measure make a denominator, and with it every entry, as long as all of them. */
static void check_denominator(const value_table *table, const mpz_t denominator) {
  check_clock(table->context);
  if (mpz_size(denominator) > 2)
    check_list_size(table, 8 * (mpz_size(denominator) + 4),
                    "use fewer different denominators, or --float with rounded values");
}

/* The least D such that every entry times D is whole: 10^k for the decimals, then the rest. */
static int find_denominator(const value_table *table, mpz_t denominator) {
  int least = 0;
  for (size_t s = 0; s < table->size; s++) {
    if (s % CLOCK_EVERY == 0) check_clock(table->context);
    if (table->entries[s].rational == TABLE_DECIMAL && table->entries[s].exponent < least)
      least = table->entries[s].exponent;
  }
  power_of_ten(denominator, (unsigned)-least);
  for (int32_t k = 0; k < table->rational_count; k++) {
    mpz_lcm(denominator, denominator, mpq_denref(table->rationals[k]));
    if (k % 256 == 0) check_denominator(table, denominator);
  }
  check_denominator(table, denominator);
  return -least;
}

/* entry * D, where 10^shift divides D. */
static void scale_entry(mpz_t integer, const value_table *table, size_t s, const mpz_t denominator, mpz_t power) {
  const table_entry *entry = &table->entries[s];
  if (entry->rational == TABLE_EMPTY) {
    mpz_set_ui(integer, 0);
  } else if (entry->rational == TABLE_DECIMAL) {
    power_of_ten(power, (unsigned)(entry->exponent < 0 ? -entry->exponent : entry->exponent));
    if (entry->exponent < 0) mpz_divexact(power, denominator, power);
    else mpz_mul(power, denominator, power);
    mpz_set_si(integer, entry->mantissa);
    mpz_mul(integer, integer, power);
  } else {
    const mpq_t *value = (const mpq_t *)&table->rationals[entry->rational];
    mpz_divexact(power, denominator, mpq_denref(*value));
    mpz_mul(integer, mpq_numref(*value), power);
  }
  if (table->goal == ACCORD_COST) mpz_neg(integer, integer);
}

/* Fast path: plain decimals whose scaled values stay small. False where one does not. */
static bool scale_small(const value_table *table, int64_t *small, int shift) {
  int64_t powers[19] = {1};
  for (int k = 1; k < 19; k++) powers[k] = powers[k - 1] * 10;
  for (size_t s = 0; s < table->size; s++) {
    const table_entry *entry = &table->entries[s];
    int64_t value = 0;
    if (s % CLOCK_EVERY == 0) check_clock(table->context);
    if (entry->rational >= 0) return false;
    if (entry->rational == TABLE_DECIMAL && entry->mantissa) {
      int power = shift + entry->exponent;
      if (power > 18 || __builtin_mul_overflow(entry->mantissa, powers[power], &value)) return false;
      if (value >= SMALL_LIMIT || value <= -SMALL_LIMIT) return false;
    }
    small[s] = table->goal == ACCORD_COST ? -value : value;
  }
  return true;
}

static mpz_t *scale_big(const value_table *table, const mpz_t denominator) {
  check_list_size(table, sizeof(mpz_t) + 16, "write the values with fewer digits");
  mpz_t *big = pool_integers(table->context, table->size);
  mpz_t *power = pool_integers(table->context, 1);
  for (size_t s = 0; s < table->size; s++) {
    if (s % CLOCK_EVERY == 0) check_clock(table->context);
    scale_entry(big[s], table, s, denominator, *power);
  }
  pool_free(table->context, power);
  return big;
}

/* ----------------------------------------- from integers to a finished game */

static void largest_integer(accord_context *context, mpz_t largest, const accord_game *game) {
  mpz_set_ui(largest, 0);
  int64_t small = 0;
  for (size_t s = 0; s < game->size; s++) {
    if (s % CLOCK_EVERY == 0) check_clock(context);
    if (game->big && mpz_cmpabs(game->big[s], largest) > 0) mpz_abs(largest, game->big[s]);
    if (game->small && llabs(game->small[s]) > small) small = llabs(game->small[s]);
  }
  if (game->small) mpz_set_si(largest, small);
}

/* A big table whose values turn out small is stored small. */
static void shrink(accord_context *context, accord_game *game, const mpz_t largest) {
  if (!game->big || mpz_sizeinbase(largest, 2) > 62) return;
  game->small = POOL_NEW(context, game->size, int64_t);
  for (size_t s = 0; s < game->size; s++) game->small[s] = mpz_get_si(game->big[s]);
  pool_free(context, game->big);
  game->big = NULL;
}

void game_finish(accord_context *context, accord_game *game) {
  largest_integer(context, game->largest, game);
  shrink(context, game, game->largest);
}

accord_game *game_new(accord_context *context, accord_goal goal, int n) {
  accord_game *game = POOL_NEW(context, 1, accord_game);
  game->n = n;
  game->goal = goal;
  game->size = (size_t)1 << n;
  pool_rational(context, game->unit);
  pool_integer(context, game->slack);
  pool_integer(context, game->largest);
  return game;
}

void table_integers(const value_table *table, int64_t **small, mpz_t **big, mpz_t denominator) {
  int shift = find_denominator(table, denominator);
  *small = POOL_NEW(table->context, table->size, int64_t);
  *big = NULL;
  if (scale_small(table, *small, shift)) return;
  pool_free(table->context, *small);
  *small = NULL;
  *big = scale_big(table, denominator);
}

/* The table in integers, small where possible, entries not set at 0. */
static accord_game *scale(value_table *table) {
  accord_game *game = game_new(table->context, table->goal, table->n);
  mpz_set_ui(mpq_numref(game->unit), 1);
  table_integers(table, &game->small, &game->big, mpq_denref(game->unit));
  return game;
}

/* Sums of up to 2^n entries leave the small range: work on big integers unless they cannot. */
static void make_room_for_sums(accord_context *context, accord_game *game, uint64_t terms) {
  mpz_t *bound = pool_integers(context, 1);
  largest_integer(context, *bound, game);
  mpz_mul_ui(*bound, *bound, terms);
  if (game->small && mpz_sizeinbase(*bound, 2) > 62) {
    check_table_size(context, game->n, sizeof(mpz_t) + 24, "write the values with fewer digits");
    game->big = pool_integers(context, game->size);
    for (size_t s = 0; s < game->size; s++) mpz_set_si(game->big[s], game->small[s]);
    pool_free(context, game->small);
    game->small = NULL;
  }
  pool_free(context, bound);
}

/* --------------------------------------------------- coalitions not stated */

/* best[S] = max over stated T in S that hold S's first party of v(T) + best[S \ T]; the partition
 * into stated coalitions that is worth most. Stated coalitions keep their stated value. */
struct partition {
  accord_game *game;
  bool *reached;
  int64_t *best_small;
  mpz_t *best_big;
};

static void improve(struct partition *partition, accord_coalition whole, accord_coalition part, mpz_t sum) {
  accord_coalition rest = whole ^ part;
  accord_game *game = partition->game;
  if (!partition->reached[rest]) return;
  bool first = !partition->reached[whole];
  if (game->small) {
    int64_t value = game->small[part] + partition->best_small[rest];
    if (first || value > partition->best_small[whole]) partition->best_small[whole] = value;
  } else {
    mpz_add(sum, game->big[part], partition->best_big[rest]);
    if (first || mpz_cmp(sum, partition->best_big[whole]) > 0) mpz_set(partition->best_big[whole], sum);
  }
  partition->reached[whole] = true;
}

static accord_coalition fill_additive(value_table *table, accord_game *game) {
  accord_context *context = table->context;
  accord_coalition unreached = 0;
  make_room_for_sums(context, game, (uint64_t)game->n);
  check_table_size(context, game->n, game->small ? 9 : sizeof(mpz_t) + 32, "raise --memory-limit");
  struct partition partition = {.game = game, .reached = POOL_NEW(context, game->size, bool)};
  if (game->small) partition.best_small = POOL_NEW(context, game->size, int64_t);
  else partition.best_big = pool_integers(context, game->size);
  mpz_t *sum = pool_integers(context, 1);
  partition.reached[0] = true;
  for (accord_coalition whole = 1; whole < game->size; whole++) {
    accord_coalition first = whole & -whole, others = whole ^ first;
    if (whole % 256 == 0) check_clock(context);
    for (accord_coalition part = others;; part = (part - 1) & others) {
      if (table_is_set(table, part | first)) improve(&partition, whole, part | first, *sum);
      if (part == 0) break;
    }
    if (!partition.reached[whole] && !unreached) unreached = whole;
  }
  for (accord_coalition s = 1; s < game->size; s++) {
    if (table_is_set(table, s)) continue;
    if (game->small) game->small[s] = partition.best_small[s];
    else mpz_set(game->big[s], partition.best_big[s]);
  }
  return unreached;
}

accord_game *table_finish(value_table *table, table_missing missing, accord_coalition *unreached) {
  accord_game *game = scale(table);
  *unreached = missing == MISSING_ADDITIVE ? fill_additive(table, game) : 0;
  game_finish(table->context, game);
  return game;
}

accord_game *table_finish_dividends(value_table *table) {
  accord_game *game = scale(table);
  make_room_for_sums(table->context, game, game->size);
  if (game->small) moebius(table->context, game->small, game->n, 1);
  for (int i = 0; game->big && i < game->n; i++)
    for (accord_coalition s = 0; s < game->size; s++) {
      if (s % CLOCK_EVERY == 0) check_clock(table->context);
      if (has(s, i)) mpz_add(game->big[s], game->big[s], game->big[s ^ party(i)]);
    }
  game_finish(table->context, game);
  return game;
}

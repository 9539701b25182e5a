/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A coalitional game in a table of integers.
 *
 * Inside the solver every game is a benefit game: a cost game c is stored as v = -c and the shares
 * are negated back in solve.c. All values share one unit: v(S) = integer(S) * unit. Decimals and
 * fractions are brought to their common denominator, so the table is exact; doubles are placed on a
 * grid of 2^-51 of the largest, so that the same exact rules serve both and the same input gives
 * the same output everywhere. */
#ifndef ACCORD_SOLVER_GAME_H
#define ACCORD_SOLVER_GAME_H

#include "number.h"

enum { GAME_MOST_PARTIES = 28 }; /* of a table: 2 GiB of values */

struct accord_game {
  int n;
  accord_goal goal;
  size_t size;    /* 2^n */
  int64_t *small; /* size 2^n, each below 2^62 in size; NULL where that does not hold */
  mpz_t *big;     /* size 2^n; NULL where small serves */
  mpq_t unit;
  const double *doubles; /* size 2^n as stated, where the game was given as doubles and not exact */
  mpz_t slack;           /* the tolerance in units: 0 where the table is exact */
  mpz_t largest;         /* the largest |integer(S)| */
};

/* Everybody, N. */
static inline accord_coalition everybody(int n) { return ((accord_coalition)1 << n) - 1; }
static inline accord_coalition party(int i) { return (accord_coalition)1 << i; }
static inline bool has(accord_coalition coalition, int i) { return coalition >> i & 1; }
static inline int size_of(accord_coalition coalition) { return __builtin_popcountll(coalition); }

/* integer(S). */
void game_integer(mpz_t integer, const accord_game *game, accord_coalition coalition);

/* v(S) of the benefit game, exact: of doubles, the double itself, not its place on the grid. */
void game_value(mpq_t value, const accord_game *game, accord_coalition coalition);

/* M_i = v(N) - v(N \ i), the marginal value of each party; size n. */
void game_marginals(mpq_t *marginal, const accord_game *game);

/* The tolerance of inexact inputs, 0 for an exact table. */
void game_tolerance(mpq_t tolerance, const accord_game *game);

/* v(i) for each party; size n. */
void game_standalones(mpq_t *standalone, const accord_game *game);

/* a / b as a double, at any size; 0 where b is 0. */
double ratio(const mpz_t a, const mpz_t b);

/* number / (factor * largest |integer(S)|) as a double, at any size; 0 where every value is 0. */
double game_relative(const accord_game *game, const mpz_t number, const mpz_t factor);

/* -------------------------------------------------------------- making one */

/* A table being filled with numbers as written; 16 bytes an entry. */
typedef struct table_entry {
  int64_t mantissa;
  int32_t exponent;
  int32_t rational; /* -1: the value is mantissa * 10^exponent; else index in rationals, TABLE_EMPTY: none yet */
} table_entry;

enum { TABLE_DECIMAL = -1, TABLE_EMPTY = -2 };

typedef struct value_table {
  accord_context *context;
  int n;       /* 0 where it is a list of numbers, not of coalitions */
  size_t size; /* 2^n, or of the list */
  accord_goal goal;
  table_entry *entries; /* size size */
  mpq_t *rationals;
  int32_t rational_count, rational_room;
} value_table;

/* Leaves with ACCORD_LIMIT where 2^n entries do not fit the memory limit. Entry 0 is set to 0. */
void table_start(accord_context *context, value_table *table, accord_goal goal, int n);

/* The same for a list of numbers that no coalitions belong to: entry s in place of coalition s. */
void table_start_list(accord_context *context, value_table *table, size_t size);

/* Every entry times the least denominator that makes all whole: in *small where each stays below 2^62 in size,
 * else in *big; the other is NULL. Entries not set are 0; those of a cost are negated. */
void table_integers(const value_table *table, int64_t **small, mpz_t **big, mpz_t denominator);

void table_set(value_table *table, accord_coalition coalition, const number_parts *parts);
void table_set_rational(value_table *table, accord_coalition coalition, const mpq_t value);
bool table_is_set(const value_table *table, accord_coalition coalition);
/* The number as written, of an entry that is set. */
void table_written_value(mpq_t value, const value_table *table, accord_coalition coalition);

bool table_is_zero(const value_table *table, accord_coalition coalition);

/* What stands for the coalitions nobody stated. */
typedef enum table_missing { MISSING_ERROR, MISSING_ZERO, MISSING_ADDITIVE, MISSING_UNKNOWN } table_missing;

/* The game of a filled table; entries not set become 0, or (MISSING_ADDITIVE) the best exact
 * partition into stated coalitions, the cheapest for a cost. *unreached is a coalition that has no
 * such partition, or 0. Cost 2^n, or 3^n / 3 for MISSING_ADDITIVE. */
accord_game *table_finish(value_table *table, table_missing missing, accord_coalition *unreached);

/* The game whose dividends (Moebius transform) stand in the table. Cost n 2^n. */
accord_game *table_finish_dividends(value_table *table);

/* For doubles in a file mapped into memory: what stands before the next count-th of them has been gone through, and may
 * leave memory until it is looked at again. */
typedef void values_passed(const double *values, size_t count);

/* What a pass over doubles finds: the first one that is not finite, or neither 0 nor of a size from least to most (else
 * size), and the largest size of those before. passed may be NULL. */
typedef struct doubles_seen {
  size_t bad;
  double largest;
} doubles_seen;
doubles_seen look_at_doubles(accord_context *context, const double *values, size_t size, double least, double most,
                             values_passed *passed);

/* The game of doubles (size 2^n as stated, finite), which must outlive it; largest: their largest size. passed may be
 * NULL. */
accord_game *game_from_doubles(accord_context *context, accord_goal goal, bool exact, const double *values, int n,
                               double largest, values_passed *passed);

/* A game with an empty table, and what finishes one whose integers have been filled in: values are
 * moved to the small table where they fit, and the largest is found. */
accord_game *game_new(accord_context *context, accord_goal goal, int n);
void game_finish(accord_context *context, accord_game *game);

/* Sets slack to tolerance * max |v|, in whole units of the table: decisions about this game are made
 * within it. A table of plain decimals has units far above the tolerance, and stays exact. */
void game_set_slack(accord_context *context, accord_game *game);

/* The problem around a game. */
accord_problem *problem_from_game(accord_context *context, accord_game *game, bool exact);

/* The problem around an estate and claims (size n), with its game while n <= CLAIMS_GAME_PARTIES. */
enum { CLAIMS_GAME_PARTIES = 20 };
accord_problem *problem_from_claims(accord_context *context, const mpq_t estate, const mpq_t *claims, int n);

/* Claims and estate times their common denominator, in a new array: size n + 1, the estate last. */
mpz_t *whole_claims(accord_context *context, mpz_t denominator, const accord_claims *claims);

#endif

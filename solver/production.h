/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Games of linear production (Owen 1975): the program of a coalition in whole numbers, and the table of all of them. */
#ifndef ACCORD_SOLVER_PRODUCTION_H
#define ACCORD_SOLVER_PRODUCTION_H

#include "game.h"
#include "lp_family.h"

/* The rows are the resources, the columns the products, then what is bought, then extra ones. Row r is in units of
 * 1 / (row_scale r * quantity_scale) of its resource, columns in units of 1 / quantity_scale, values in units of
 * 1 / (cost_scale * quantity_scale). */
typedef struct production_program {
  accord_context *context;
  const accord_production *production;
  lp_family *family;
  int purchases;    /* the first of their columns */
  int *purchase;    /* size rows: the column that buys a resource, -1: none */
  int extra;        /* the first of the extra columns */
  mpz_t *holding;   /* size n * rows: what each party brings */
  mpz_t *all;       /* size rows: what all bring */
  mpz_t *row_scale; /* size rows */
  mpz_t cost_scale, quantity_scale;
} production_program;

typedef struct program_options {
  bool without_limits;
  int extra_columns;
} program_options;

production_program *make_program(accord_context *context, const accord_production *production, program_options options);

/* What a coalition brings: bound, size rows. */
void pool_holdings(mpz_t *bound, const production_program *program, accord_coalition coalition);

/* A value of the family over its determinant, as an amount. */
void program_amount(mpq_t amount, const production_program *program, const mpz_t value, const mpz_t determinant);

/* The price of a resource, and how much of a column there is, at a basis whose solution is at hand. */
void program_price(mpq_t price, const production_program *program, const lp_basis *basis, int resource);
void program_quantities(mpq_t *quantity, mpq_t *bought, const production_program *program, const lp_basis *basis);

/* The basis of a best plan of those who bring bound together; there is one. */
lp_basis *find_plan(const production_program *program, const mpz_t *bound);

/* Runs work with guesses from the engine, and where that gives up once more without. */
void run_program(production_program *program, void (*work)(production_program *program, void *argument),
                 void *argument);

/* The first product that earns without any resources of one's own, or -1. *without_end: and without a limit. */
int find_profit_from_nothing(accord_context *context, const accord_production *production, bool *without_end);

/* The problem around it, with what each party has alone; its game is made later, where a table fits the memory limit. */
accord_problem *problem_from_production(accord_context *context, accord_production *production);

/* v(S) of all coalitions, exact. Cost: a few additions a coalition, and a guess for each new basis. */
accord_game *production_game(accord_context *context, const accord_production *production);

void find_facts_of_production(accord_context *context, accord_facts *facts, const accord_problem *problem, int wanted);

/* Without a table: by halves in which one party joins or stays away, until no coalition can gain even in fractions of its
 * parties, or a whole one does; unknown where that takes too many. */
void find_stability_of_production(accord_context *context, accord_stability *stability, const accord_problem *problem,
                                  const mpq_t *shares, int top);

/* Whether resources are paid for by prices alone: the program without limits is worth no more. */
bool limits_are_free(accord_context *context, const accord_problem *problem);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The numbers a sheet states, one by one, and the sheet with one of them changed. */
#ifndef ACCORD_MODELS_INPUTS_H
#define ACCORD_MODELS_INPUTS_H

#include "sheet.h"

/* A number of the model, or of what is laid over it: a synergy, a claim, a weight, a score. */
typedef struct sheet_input {
  const char *pointer;
  mpq_t value;
  size_t offset, length; /* of what is written for it in the sheet's text */
  bool in_model;         /* below /model */
  bool linear;           /* every value of the game moves in proportion to it */
  bool bends_one_way;    /* every value is piecewise linear in it, and all are convex or all are concave */
  bool not_negative;     /* linear, and a sheet with less than 0 there is refused */
  bool probability;      /* one of several that sum to 1: the others give way in proportion */
} sheet_input;

/* Every number below /model, /weights, /criteria and /transaction_costs in its order, up to room of them; *left_out
 * counts the rest. What coalitions are worth in themselves (the values of the model coalitions) is not among them. */
sheet_input *find_inputs(const term_sheet *sheet, int *count, int *left_out, int room);

/* Where the sheet states the value of each coalition itself: pointers, size 2^n, NULL where it does not. NULL where it states
 * none so, or the parties are more than most. */
const char **pointers_of_values(const term_sheet *sheet, int most);

/* The sheet with another value for one input, read anew; its diagnostics say where it cannot be that. A table that is
 * made by itself is left out where it is not wanted. */
term_sheet *sheet_with_input(accord_context *context, const term_sheet *sheet, const sheet_input *input,
                             const mpq_t value, bool without_table);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Splits held against every coalition of a table, many in one pass, in exact integers. */
#ifndef ACCORD_CLI_VERIFY_TABLE_H
#define ACCORD_CLI_VERIFY_TABLE_H

#include "sheet.h"

typedef struct split_list split_list;

split_list *new_split_list(accord_context *context, const accord_problem *problem);

/* A split of the benefit game, and what no proper coalition may gain: factor v(S) - share(S) <= limit. */
typedef struct table_split {
  const mpq_t *share; /* size n */
  mpq_srcptr limit;
  mpq_srcptr factor;  /* NULL: 1 */
  const char **fault; /* is set where one does, unless it is set already */
  /* Whether a coalition may gain more all the same (it may set *fault itself where not), or NULL: none may. */
  bool (*may)(void *argument, accord_coalition coalition);
  void *argument;
} table_split;

/* The numbers are copied. */
void add_table_split(split_list *list, const table_split *split);

/* The pass. Cost 2^n a split, some nanoseconds where the numbers fit machine words. */
void hold_against_table(split_list *list);

#endif

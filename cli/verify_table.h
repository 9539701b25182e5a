/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Splits held against every coalition of a table, many in one pass, in exact integers. */
#ifndef ACCORD_CLI_VERIFY_TABLE_H
#define ACCORD_CLI_VERIFY_TABLE_H

#include "sheet.h"

typedef struct split_list split_list;

split_list *new_split_list(accord_context *context, const accord_problem *problem);

/* share: size n, of the benefit game, copied: no proper coalition may gain more than the limit, or *fault is set, unless
 * it is set already. */
void add_table_split(split_list *list, const mpq_t *share, const mpq_t limit, const char **fault);

/* The pass. Cost 2^n a split, some nanoseconds where the numbers fit machine words. */
void hold_against_table(split_list *list);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of coalition values in files beside the sheet: .npy, .csv, .json. */
#ifndef ACCORD_MODELS_VALUES_FILE_H
#define ACCORD_MODELS_VALUES_FILE_H

#include "model.h"

/* Whether a values_file (or none) is a .npy file. */
bool names_doubles(const place *name);

/* A .npy file, which is mapped into memory and not copied: sets the problem, or reports what is wrong. */
void read_doubles_file(sheet_reader *reader, accord_goal goal, const place *name);

/* A .csv or .json file into the table; false where it cannot be read (reported). *unread: as read_values. */
bool read_table_file(sheet_reader *reader, value_table *table, const place *name, size_t *unread);

/* Of coalitions.c: {"A+B": amount} or a list by bitmask into the table. Returns how many entries have a
 * mistake in their coalition, so that a misspelt coalition is not told to be missing as well. */
size_t read_values(sheet_reader *reader, value_table *table, const place *values);
accord_goal read_goal(sheet_reader *reader, const place *model);

#endif

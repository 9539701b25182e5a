/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The places at which two term sheets differ, and the sheets in between. */
#ifndef ACCORD_MODELS_DIFFERENCES_H
#define ACCORD_MODELS_DIFFERENCES_H

#include "sheet.h"

/* One place: a number, a text, a list of another length, a key that only one of them has. */
typedef struct sheet_difference {
  const char *pointer;
  const char *from, *to; /* what is written there, as JSON; NULL: nothing */
  bool moves;            /* shares may follow from it: it is not what is checked, asked for or only said */
} sheet_difference;

typedef struct sheet_differences {
  const term_sheet *before, *after;
  int file; /* which names a file, or tells that one of the same name holds something else: where it is taken, files are
             * read beside the second sheet; -1: none */
  int count;
  sheet_difference *list; /* in the order of the first sheet, what only the second has after it in each object */
} sheet_differences;

/* Titles, notes, names and keys x-... are passed over; numbers are the same where they are equal, coalitions where their
 * members are. */
sheet_differences *find_differences(accord_context *context, const term_sheet *before, const term_sheet *after);

/* The first sheet with those differences that are taken (size count), read anew; its diagnostics say where it is no
 * sheet. */
term_sheet *sheet_between(accord_context *context, const sheet_differences *differences, const bool *taken);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A game's table on its way to other programs: one file a kind. */
#ifndef ACCORD_CLI_EXPORT_H
#define ACCORD_CLI_EXPORT_H

#include "output.h"

typedef struct game_export {
  output_stream *output;
  const term_sheet *sheet;
  const accord_problem *problem;
  uint64_t changed; /* values that could not be written so that they are read back as they are */
  accord_coalition first_changed;
} game_export;

/* Counts a coalition whose value is changed by being written. */
void export_changed(game_export *export, accord_coalition coalition);

/* v(S) as it is written: exact, or where the answers are doubles the shortest decimal that reads back as the double
 * next to it. */
void export_value(mpq_t value, const game_export *export, accord_coalition coalition);

void write_export_csv(game_export *export);
void write_export_npy(game_export *export);
void write_export_lp(game_export *export);

#endif

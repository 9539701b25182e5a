/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model: one file that turns the object under "model" into a problem. */
#ifndef ACCORD_MODELS_MODEL_H
#define ACCORD_MODELS_MODEL_H

#include "reader.h"

typedef struct sheet_model {
  const char *name, *title, *formula, *needs, *reference;
  int max_n;
  const char *starter; /* a term sheet to begin with, which solves as it stands */
  /* Sets reader->sheet->problem, or reports what is wrong and leaves it NULL. */
  void (*build)(sheet_reader *reader, const place *model);
} sheet_model;

extern const sheet_model models[];
extern const int model_count;

const sheet_model *find_model(const char *name);

enum { MODEL_MOST_TABLE_PARTIES = GAME_MOST_PARTIES };

/* Whether a table of 2^n values fits the memory limit; reports it as a limit where not. */
bool want_table(sheet_reader *reader, const place *model);

/* The same of a table that comes from doubles in a .npy file, and takes a third of that. */
bool want_table_of_doubles(sheet_reader *reader, const place *model);

/* Of a problem read in exact numbers: decisions within the tolerance, where --float asks for that. */
void set_numbers(term_sheet *sheet);

#define MODEL(symbol, ...)                                                                                             \
  void model_##symbol(sheet_reader *reader, const place *model);                                                       \
  extern const char starter_##symbol[];
#include "models.def"
#undef MODEL

#endif

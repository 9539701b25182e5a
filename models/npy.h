/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that a sheet names: opening them, and NumPy's .npy format. */
#ifndef ACCORD_MODELS_NPY_H
#define ACCORD_MODELS_NPY_H

#include "reader.h"

bool ends_with(const char *name, const char *end);

/* read_named_file, or map_named_file. */
typedef error_code file_opener(accord_context *context, source_text *source, const char *sheet_path,
                               const char *allowed, const char *name);

/* The file named at a place, which is noted among the sheet's files; reports why it cannot be opened. */
bool open_named_file(sheet_reader *reader, source_text *source, const place *name, file_opener *open);

/* Little-endian doubles in C order. */
typedef struct npy_array {
  int dimensions; /* 1 or 2; 0: others */
  size_t shape[2];
  const char *data; /* the values, aligned or not */
  size_t bytes;
  source_text source;
} npy_array;

/* Maps a .npy file into memory and reads it up to its values; reports what is wrong with it. */
bool open_npy(sheet_reader *reader, npy_array *npy, const place *name);

/* Whether as many values are there as the shape says; reports where not. */
bool check_npy_length(sheet_reader *reader, const npy_array *npy, const place *name);

/* The values where they stand in the file, or a copy where they are not aligned. */
const double *npy_values(accord_context *context, const npy_array *npy);

#endif

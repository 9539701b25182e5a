/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table as NumPy's .npy, version 1.0: little-endian doubles by bitmask, the first 0. */
#include "export.h"

#include "reader.h"

#include <endian.h>
#include <math.h>
#include <string.h>

/* The header's length with the ten bytes before it is a multiple of 64, so that the values are aligned. */
static void write_header(FILE *stream, size_t count) {
  char header[118];
  int length = snprintf(header, sizeof header, "{'descr': '<f8', 'fortran_order': False, 'shape': (%zu,), }", count);
  memset(header + length, ' ', sizeof header - (size_t)length);
  header[sizeof header - 1] = '\n';
  fwrite("\x93NUMPY\x01\x00\x76\x00", 1, 10, stream);
  fwrite(header, 1, sizeof header, stream);
}

static double nearest_double(game_export *export, mpq_t *work, accord_coalition coalition) {
  accord_context *context = export->output->context;
  accord_game_value(work[0], export->problem->game, coalition);
  double number = accord_to_double(work[0]);
  if (!isfinite(number))
    guard_leave(context, ACCORD_LIMIT, "the value of %s is beyond the largest double; --as csv can hold it",
                coalition_text(context, export->sheet, coalition));
  mpq_set_d(work[1], number);
  if (export->problem->exact && !mpq_equal(work[0], work[1])) export_changed(export, coalition);
  return number;
}

void write_export_npy(game_export *export) {
  accord_context *context = export->output->context;
  mpq_t *work = pool_rationals(context, 2);
  write_header(export->output->stream, export->problem->game->size);
  for (accord_coalition s = 0; s < export->problem->game->size; s++) {
    if (s % 4096 == 0) check_clock(context);
    double number = s ? nearest_double(export, work, s) : 0;
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    bits = htole64(bits);
    fwrite(&bits, sizeof bits, 1, export->output->stream);
  }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NumPy's .npy format, versions 1 and 2: "\x93NUMPY", the version, the length of the header, the header (a dictionary
 * as Python writes it), the values. */
#include "npy.h"

#include <stdlib.h>
#include <string.h>

bool ends_with(const char *name, const char *end) {
  size_t length = strlen(name), tail = strlen(end);
  return length >= tail && strcmp(name + length - tail, end) == 0;
}

bool open_named_file(sheet_reader *reader, source_text *source, const place *name, file_opener *open) {
  term_sheet *sheet = reader->sheet;
  error_code code = open(reader->context, source, sheet->file, sheet->options.allowed_files, name->node->valuestring);
  if (code != ERROR_CODE_COUNT) {
    report_value(reader, code, name, NULL, "%.200s: %s", name->node->valuestring, error_title(code));
    return false;
  }
  sheet_file *file = &sheet->files[sheet->file_count++];
  file->name = name->node->valuestring;
  file->digest = digest_of(reader->context, source->text, source->length,
                           open == map_named_file && source->length >= LARGE_MAPPING ? pages_passed : NULL);
  if (sheet->options.digests) digest_begin(file->digest);
  return true;
}

/* The header's dictionary, ended by 0, or NULL. */
static const char *read_header(sheet_reader *reader, npy_array *npy, const source_text *source) {
  const unsigned char *bytes = (const unsigned char *)source->text;
  if (source->length < 12 || memcmp(bytes, "\x93NUMPY", 6) != 0 || bytes[6] < 1 || bytes[6] > 2) return NULL;
  size_t start = bytes[6] == 1 ? 10 : 12, length = bytes[8] | (size_t)bytes[9] << 8;
  if (bytes[6] == 2) length |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
  if (length > source->length - start) return NULL;
  npy->data = source->text + start + length;
  npy->bytes = source->length - start - length;
  return pool_copy_text(reader->context, source->text + start, length);
}

/* What stands behind 'key': in the header's dictionary, or "". */
static const char *entry_of(const char *header, const char *key) {
  const char *found = strstr(header, key);
  if (!found) return "";
  found += strlen(key);
  return found + strspn(found, "'\" :");
}

/* (m,) or (m, n); any other shape has no dimensions here. */
static void read_shape(npy_array *npy, const char *shape) {
  char *end;
  npy->dimensions = 0;
  if (*shape != '(') return;
  for (int d = 0; d < 2; d++) {
    npy->shape[d] = (size_t)strtoull(shape + 1, &end, 10);
    if (end == shape + 1) return;
    end += strspn(end, ", ");
    if (*end == ')') npy->dimensions = d + 1;
    if (*end == ')') return;
    shape = end - 1;
  }
}

bool open_npy(sheet_reader *reader, npy_array *npy, const place *name) {
  const char *file = name->node->valuestring;
  *npy = (npy_array){0};
  if (!open_named_file(reader, &npy->source, name, map_named_file)) return false;
  const char *header = read_header(reader, npy, &npy->source);
  if (!header || !*entry_of(header, "'descr'") || !*entry_of(header, "'shape'"))
    return report_value(reader, E063, name, NULL, "%.200s is not a .npy file", file), false;
  if (strncmp(entry_of(header, "'descr'"), "<f8'", 4) != 0)
    return report_value(reader, E064, name, NULL, "%.200s does not hold little-endian 64-bit doubles", file), false;
  if (strncmp(entry_of(header, "'fortran_order'"), "False", 5) != 0)
    return report_value(reader, E065, name, NULL, "%.200s is in Fortran order", file), false;
  read_shape(npy, entry_of(header, "'shape'"));
  return true;
}

bool check_npy_length(sheet_reader *reader, const npy_array *npy, const place *name) {
  size_t rows = npy->shape[0], columns = npy->dimensions == 2 ? npy->shape[1] : 1, due;
  if (!__builtin_mul_overflow(rows, columns, &due) && !__builtin_mul_overflow(due, sizeof(double), &due) &&
      npy->bytes == due)
    return true;
  report_value(reader, E069, name, NULL, "%.200s holds %zu bytes of values, and its shape (%zu x %zu) needs 8 for each",
               name->node->valuestring, npy->bytes, rows, columns);
  return false;
}

const double *npy_values(accord_context *context, const npy_array *npy) {
  const void *start = npy->data;
  if ((uintptr_t)start % sizeof(double) == 0) return start;
  double *values = POOL_NEW(context, npy->bytes / sizeof *values, double);
  memcpy(values, start, npy->bytes);
  return values;
}

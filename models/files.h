/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files a sheet may name, and nothing else. */
#ifndef ACCORD_MODELS_FILES_H
#define ACCORD_MODELS_FILES_H

#include "diagnostic.h"
#include "digest.h"

/* A descriptor of a file, or of standard input ("-"), which is not closed after use; -1, with errno saying why. */
int open_sheet_file(accord_context *context, const char *path);

/* The whole of a file, or of standard input ("-"), with a 0 byte behind it. NULL: source->text, with
 * errno saying why. Leaves with ACCORD_LIMIT where it exceeds the memory limit. */
void read_sheet_file(accord_context *context, source_text *source, const char *path);

/* A file named in the sheet at sheet_path: below its folder, or below allowed where that is not NULL.
 * Returns E060, E061, E062, or ERROR_CODE_COUNT where all is well. */
error_code read_named_file(accord_context *context, source_text *source, const char *sheet_path, const char *allowed,
                           const char *name);

/* The same for a file that is mapped into memory as it is, without a 0 byte behind it: it takes no memory of its own. */
error_code map_named_file(accord_context *context, source_text *source, const char *sheet_path, const char *allowed,
                          const char *name);

/* From this size on a mapped file is not kept in memory: these bytes may leave it until they are looked at again. */
enum { LARGE_MAPPING = 1 << 26 };
void pages_passed(const void *from, size_t length);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files a sheet may name, and nothing else. */
#ifndef ACCORD_MODELS_FILES_H
#define ACCORD_MODELS_FILES_H

#include "diagnostic.h"

enum { SHA256_TEXT = 65 };

/* The SHA-256 of some bytes in hexadecimal, for results that must be traceable to their inputs. */
void sha256_text(accord_context *context, char text[SHA256_TEXT], const char *bytes, size_t length);

/* A descriptor of a file, or of standard input ("-"), which is not closed after use; -1, with errno saying why. */
int open_sheet_file(accord_context *context, const char *path);

/* The whole of a file, or of standard input ("-"), with a 0 byte behind it. NULL: source->text, with
 * errno saying why. Leaves with ACCORD_LIMIT where it exceeds the memory limit. */
void read_sheet_file(accord_context *context, source_text *source, const char *path);

/* A file named in the sheet at sheet_path: below its folder, or below allowed where that is not NULL.
 * Returns E060, E061, E062, or ERROR_CODE_COUNT where all is well. */
error_code read_named_file(accord_context *context, source_text *source, const char *sheet_path, const char *allowed,
                           const char *name);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SHA-256 of inputs, for results that must be traceable to them. */
#ifndef ACCORD_MODELS_DIGEST_H
#define ACCORD_MODELS_DIGEST_H

#include "context.h"

typedef struct input_digest input_digest;

/* The digest of some bytes, which must outlive it. passed, or NULL, is told of bytes that have been gone through. */
input_digest *digest_of(accord_context *context, const char *bytes, size_t length,
                        void (*passed)(const void *from, size_t length));

/* Lets a second thread work it out meanwhile, where that is worth it and --threads allows it. */
void digest_begin(input_digest *digest);

/* In hexadecimal: worked out, or waited for, when it is first asked for. */
const char *digest_text(input_digest *digest);

/* "OpenSSL 3.0.19 27 Jan 2026". */
const char *digest_library_version(void);

#endif

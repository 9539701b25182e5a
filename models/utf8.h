/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UTF-8, as RFC 3629 has it: shortest forms only, no surrogates, nothing above U+10FFFF. */
#ifndef ACCORD_MODELS_UTF8_H
#define ACCORD_MODELS_UTF8_H

#include <stddef.h>

/* Bytes of the character at text, of which left may be read; 0 where there is none. */
size_t utf8_length(const char *text, size_t left);

/* The character of that many bytes. */
unsigned utf8_decode(const char *text, size_t length);

/* Writes the character (at most 4 bytes); returns how many. */
size_t utf8_encode(char *out, unsigned code);

/* Replaces every byte that belongs to no character by ?, such as a character cut in two. */
void utf8_mend(char *text);

#endif

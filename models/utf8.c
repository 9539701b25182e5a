/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UTF-8: the well-formed sequences of RFC 3629, section 4, as a table. */
#include "utf8.h"

#include <string.h>

static const struct form {
  unsigned char low, high, second_low, second_high;
  size_t length;
} forms[] = {{0x00, 0x7f, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
             {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
             {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4}};

static size_t matches(const unsigned char *bytes, size_t left, const struct form *form) {
  if (bytes[0] < form->low || bytes[0] > form->high || form->length > left) return 0;
  if (form->length > 1 && (bytes[1] < form->second_low || bytes[1] > form->second_high)) return 0;
  for (size_t i = 2; i < form->length; i++)
    if (bytes[i] < 0x80 || bytes[i] > 0xbf) return 0;
  return form->length;
}

size_t utf8_length(const char *text, size_t left) {
  for (size_t k = 0; left && k < sizeof forms / sizeof *forms; k++) {
    size_t length = matches((const unsigned char *)text, left, &forms[k]);
    if (length) return length;
  }
  return 0;
}

unsigned utf8_decode(const char *text, size_t length) {
  unsigned code = (unsigned char)text[0] & (length == 1 ? 0x7fu : 0x7fu >> length);
  for (size_t i = 1; i < length; i++) code = code << 6 | ((unsigned char)text[i] & 0x3fu);
  return code;
}

size_t utf8_encode(char *out, unsigned code) {
  static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
  size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  for (size_t i = length; i-- > 1; code >>= 6) out[i] = (char)(0x80 | (code & 0x3f));
  out[0] = (char)(leads[length == 1 ? 0 : length] | code);
  return length;
}

void utf8_mend(char *text) {
  for (size_t length, left = strlen(text); left; text += length, left -= length) {
    length = utf8_length(text, left);
    if (!length) *text = '?', length = 1;
  }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exact numbers: reading decimals and fractions, the nearest double, small helpers on rationals. */
#include "number.h"

#include <math.h>
#include <string.h>

struct reader {
  const char *at, *end;
  size_t digits;
};

static bool is_digit(const struct reader *reader) {
  return reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9';
}

static bool skip(struct reader *reader, char wanted) {
  if (reader->at == reader->end || *reader->at != wanted) return false;
  reader->at++;
  return true;
}

/* Digits without a leading zero, or 0 alone. */
static bool read_whole(struct reader *reader, number_parts *parts) {
  const char *start = reader->at;
  for (; is_digit(reader); reader->at++, reader->digits++)
    if (reader->digits < 18) parts->mantissa = parts->mantissa * 10 + (*reader->at - '0');
  size_t length = (size_t)(reader->at - start);
  return length == 1 || (length > 1 && *start != '0');
}

static bool read_decimals(struct reader *reader, number_parts *parts) {
  if (!is_digit(reader)) return false;
  for (; is_digit(reader); reader->at++, reader->digits++) {
    if (reader->digits < 18) parts->mantissa = parts->mantissa * 10 + (*reader->at - '0');
    parts->exponent--;
  }
  return true;
}

static bool read_exponent(struct reader *reader, number_parts *parts) {
  bool negative = skip(reader, '-');
  int exponent = 0;
  if (!negative) skip(reader, '+');
  if (!is_digit(reader)) return false;
  for (; is_digit(reader); reader->at++)
    if (exponent < 100000) exponent = exponent * 10 + (*reader->at - '0');
  parts->exponent += negative ? -exponent : exponent;
  return true;
}

/* Where the first digit other than 0 stands and whether another one follows decides the size. */
static number_fault check_size(const number_parts *parts) {
  const char *end = parts->text + parts->length;
  int before = 0; /* digits from the first that is not 0 to the last of the mantissa */
  bool power = true;
  for (const char *at = parts->text; at < end && *at != 'e' && *at != 'E'; at++) {
    if (*at < '0' || *at > '9' || (before == 0 && *at == '0')) continue;
    power = power && *at == (before ? '0' : '1');
    before++;
  }
  if (before == 0) return NUMBER_GOOD;
  int leading = before - 1 + parts->exponent;
  bool good = leading >= -NUMBER_MOST_EXPONENT &&
              (leading < NUMBER_MOST_EXPONENT || (leading == NUMBER_MOST_EXPONENT && power));
  return good ? NUMBER_GOOD : NUMBER_OUT_OF_RANGE;
}

/* Whether a <= b * 10^zeros, for digits of whole numbers without leading zeros. */
static bool at_most(const char *a, size_t length_a, const char *b, size_t length_b, size_t zeros) {
  if (length_a != length_b + zeros) return length_a < length_b + zeros;
  int order = memcmp(a, b, length_b);
  if (order) return order < 0;
  for (size_t i = length_b; i < length_a; i++)
    if (a[i] != '0') return false;
  return true;
}

/* b of a fraction a/b; numerator: the digits of a. The size is decided on the digits. */
static number_fault read_denominator(struct reader *reader, number_parts *parts, const char *numerator, size_t length) {
  number_parts ignored = {0};
  const char *start = reader->at;
  parts->fraction = true;
  if (!read_whole(reader, &ignored) || reader->at < reader->end) return NUMBER_SYNTAX;
  size_t below = (size_t)(reader->at - start);
  if (*start == '0') return NUMBER_OVER_ZERO;
  if (reader->digits > NUMBER_MOST_DIGITS) return NUMBER_TOO_LONG;
  bool good = *numerator == '0' || (at_most(numerator, length, start, below, NUMBER_MOST_EXPONENT) &&
                                    at_most(start, below, numerator, length, NUMBER_MOST_EXPONENT));
  return good ? NUMBER_GOOD : NUMBER_OUT_OF_RANGE;
}

number_fault number_read(number_parts *parts, const char *text, size_t length) {
  struct reader reader = {.at = text, .end = text + length};
  *parts = (number_parts){.text = text, .length = length};
  bool negative = skip(&reader, '-');
  const char *start = reader.at;
  if (!read_whole(&reader, parts)) return NUMBER_SYNTAX;
  size_t whole = (size_t)(reader.at - start);
  if (skip(&reader, '/')) return read_denominator(&reader, parts, start, whole);
  if (skip(&reader, '.') && !read_decimals(&reader, parts)) return NUMBER_SYNTAX;
  if ((skip(&reader, 'e') || skip(&reader, 'E')) && !read_exponent(&reader, parts)) return NUMBER_SYNTAX;
  if (reader.at < reader.end) return NUMBER_SYNTAX;
  if (reader.digits > NUMBER_MOST_DIGITS) return NUMBER_TOO_LONG;
  parts->fits = reader.digits <= 18;
  if (negative) parts->mantissa = -parts->mantissa;
  if (parts->fits && parts->mantissa == 0) parts->exponent = 0;
  return check_size(parts);
}

int number_places(accord_context *context, mpz_t rest, const mpq_t number) {
  mpz_t *prime = pool_integers(context, 1);
  mpz_set_ui(*prime, 2);
  int twos = (int)mpz_remove(rest, mpq_denref(number), *prime);
  mpz_set_ui(*prime, 5);
  int fives = (int)mpz_remove(rest, rest, *prime);
  pool_free(context, prime);
  return twos > fives ? twos : fives;
}

void power_of_ten(mpz_t power, unsigned exponent) { mpz_ui_pow_ui(power, 10, exponent); }

/* The digits of the mantissa without the point, into a buffer of NUMBER_MOST_DIGITS + 3. */
static void copy_mantissa(char *digits, const number_parts *parts) {
  size_t length = 0;
  for (size_t i = 0; i < parts->length && parts->text[i] != 'e' && parts->text[i] != 'E'; i++)
    if (parts->text[i] != '.') digits[length++] = parts->text[i];
  digits[length] = '\0';
}

void number_build(accord_context *context, mpq_t number, const number_parts *parts) {
  char digits[NUMBER_MOST_DIGITS + 4];
  accord_mark mark = accord_get_mark(context);
  if (parts->fraction) {
    memcpy(digits, parts->text, parts->length);
    digits[parts->length] = '\0';
    char *slash = strchr(digits, '/'); /* one after the other: mpq_set_str would lose a copy where memory ends */
    *slash = '\0';
    mpz_set_str(mpq_numref(number), digits, 10);
    mpz_set_str(mpq_denref(number), slash + 1, 10);
  } else {
    mpz_t *power = pool_integers(context, 1);
    copy_mantissa(digits, parts);
    mpz_set_str(mpq_numref(number), digits, 10);
    mpz_set_ui(mpq_denref(number), 1);
    int exponent = mpz_sgn(mpq_numref(number)) ? parts->exponent : 0;
    power_of_ten(*power, (unsigned)(exponent < 0 ? -exponent : exponent));
    if (exponent < 0) mpz_set(mpq_denref(number), *power);
    else mpz_mul(mpq_numref(number), mpq_numref(number), *power);
  }
  mpq_canonicalize(number);
  accord_reset(context, mark);
}

number_fault number_from_text(accord_context *context, mpq_t number, const char *text, size_t length) {
  number_parts parts;
  number_fault fault = number_read(&parts, text, length);
  if (fault == NUMBER_GOOD) number_build(context, number, &parts);
  return fault;
}

/* |number| * 2^shift, rounded to a whole number, ties to even; the shift keeps it below 2^54. work: 3. */
static uint64_t rounded_bits(mpz_t *work, const mpq_t number, long shift) {
  mpz_ptr top = work[0], bottom = work[1], rest = work[2];
  mpz_abs(top, mpq_numref(number));
  mpz_set(bottom, mpq_denref(number));
  if (shift > 0) mpz_mul_2exp(top, top, (mp_bitcnt_t)shift);
  else mpz_mul_2exp(bottom, bottom, (mp_bitcnt_t)-shift);
  mpz_tdiv_qr(top, rest, top, bottom);
  mpz_mul_2exp(rest, rest, 1);
  int half = mpz_cmp(rest, bottom);
  uint64_t bits = mpz_get_ui(top);
  return bits + (half > 0 || (half == 0 && (bits & 1)));
}

/* The power of two just above |number|, by sizes first and one comparison. */
static long exponent_of(mpz_t scaled, const mpq_t number) {
  long exponent = (long)mpz_sizeinbase(mpq_numref(number), 2) - (long)mpz_sizeinbase(mpq_denref(number), 2);
  bool up = exponent >= 0;
  mpz_mul_2exp(scaled, up ? mpq_denref(number) : mpq_numref(number), (mp_bitcnt_t)(up ? exponent : -exponent));
  int order = up ? mpz_cmpabs(mpq_numref(number), scaled) : mpz_cmpabs(scaled, mpq_denref(number));
  return order >= 0 ? exponent + 1 : exponent;
}

/* 53 bits, fewer where the last one would fall below the smallest double. work: 3. */
static double nearest_double(mpz_t *work, const mpq_t number) {
  long shift = 53 - exponent_of(work[0], number);
  if (shift > 1074) shift = 1074;
  double size = ldexp((double)rounded_bits(work, number, shift), (int)-shift);
  return mpq_sgn(number) < 0 ? -size : size;
}

double accord_to_double(const mpq_t number) {
  accord_context *context = active_context();
  mpz_t own[3];
  if (mpq_sgn(number) == 0) return 0;
  if (context) {
    mpz_t *work = pool_integers(context, 3);
    double result = nearest_double(work, number);
    pool_free(context, work);
    return result;
  }
  for (int k = 0; k < 3; k++) mpz_init(own[k]);
  double result = nearest_double(own, number);
  for (int k = 0; k < 3; k++) mpz_clear(own[k]);
  return result;
}

void rational_min(mpq_t least, const mpq_t a, const mpq_t b) {
  if (mpq_cmp(a, b) <= 0) mpq_set(least, a);
  else mpq_set(least, b);
}

void rational_max(mpq_t greatest, const mpq_t a, const mpq_t b) {
  if (mpq_cmp(a, b) >= 0) mpq_set(greatest, a);
  else mpq_set(greatest, b);
}

void rational_sum(mpq_t sum, const mpq_t *numbers, int n) {
  mpq_set_ui(sum, 0, 1);
  for (int i = 0; i < n; i++) {
    if (i % 64 == 0) check_active_clock(); /* fractions may grow long */
    mpq_add(sum, sum, numbers[i]);
  }
}

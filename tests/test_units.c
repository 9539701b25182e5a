/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The public surface piece by piece, and internals: numbers, spans, largest excesses, comparisons in pairs.
 * ACCORD_SEED (1) seeds what is random. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* Before cmocka.h, which makes a macro of the name fail. */
#include "chance.h"
#include "excess.h"
#include "number.h"
#include "rule.h"
#include "span.h"

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "accord.h"
#include "checker.h"

/* ------------------------------------------------------------------ helpers */

static accord_context *the_context;
static uint64_t draw_below(uint64_t bound) { return chance() % bound; }

static int new_context(void **state) {
  (void)state;
  chance_state = seed();
  return accord_context_new(&the_context) == ACCORD_OK ? 0 : -1;
}

static int free_context(void **state) {
  (void)state;
  accord_context_free(the_context);
  return 0;
}

static const mpq_t *read_only(mpq_t *numbers) { return (const mpq_t *)numbers; }

static void assert_equals_text(const mpq_t number, const char *expected) {
  mpq_t wanted;
  mpq_init(wanted);
  assert_int_equal(mpq_set_str(wanted, expected, 10), 0);
  mpq_canonicalize(wanted);
  if (!mpq_equal(number, wanted)) {
    char *text = mpq_get_str(NULL, 10, number);
    print_error("%s, not %s\n", text, expected);
    free(text);
    fail();
  }
  mpq_clear(wanted);
}

/* digits many of one digit, between a head and a tail, in a fresh string. */
static char *spell(const char *head, char digit, size_t digits, const char *tail) {
  size_t before = strlen(head), after = strlen(tail);
  char *text = malloc(before + digits + after + 1);
  assert_non_null(text);
  memcpy(text, head, before);
  memset(text + before, digit, digits);
  memcpy(text + before + digits, tail, after + 1);
  return text;
}

/* ------------------------------------------------------------------- numbers */

static number_fault fault_of(const char *text) {
  number_parts parts;
  return number_read(&parts, text, strlen(text));
}

static number_fault fault_of_spelled(const char *head, char digit, size_t digits, const char *tail) {
  char *text = spell(head, digit, digits, tail);
  number_fault fault = fault_of(text);
  free(text);
  return fault;
}

static void assert_reads_as(const char *text, const char *expected) {
  mpq_t number;
  mpq_init(number);
  if (number_from_text(the_context, number, text, strlen(text)) != NUMBER_GOOD) fail_msg("'%s' was refused", text);
  assert_equals_text(number, expected);
  mpq_clear(number);
}

static void test_numbers_are_read_exactly(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"0", "0"},
      {"-0", "0"},
      {"7", "7"},
      {"-12.50", "-25/2"},
      {"0.1", "1/10"},
      {"1e-9", "1/1000000000"},
      {"1E3", "1000"},
      {"1e+3", "1000"},
      {"2.5e1", "25"},
      {"2.5e-1", "1/4"},
      {"7/2", "7/2"},
      {"-7/2", "-7/2"},
      {"6/4", "3/2"},
      {"0/5", "0"},
      {"0e5", "0"},
      {"0.000", "0"},
      {"10.00", "10"},
      {"0e999999999", "0"},
      {"1e007", "10000000"},
      {"-0.5e2", "-50"},
      {"0.0e-400", "0"},
      {"100/10", "10"},
      {"1.0e0", "1"},
  };
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) assert_reads_as(cases[k][0], cases[k][1]);
}

static void test_where_decimals_end(void **state) {
  (void)state;
  static const struct {
    const char *number;
    int places;
    unsigned long rest;
  } cases[] = {{"0", 0, 1},    {"7", 0, 1},     {"-12.5", 1, 1},  {"1/8", 3, 1},      {"3/25", 2, 1}, {"1e-9", 9, 1},
               {"1/3", 0, 3},  {"-1/6", 1, 3},  {"7/2800", 4, 1}, {"1/2800", 4, 7},   {"1e9", 0, 1},  {"22/7", 0, 7},
               {"1/64", 6, 1}, {"1/125", 3, 1}, {"1/1250", 4, 1}, {"1/9999", 0, 9999}};
  mpq_t number;
  mpz_t rest;
  mpq_init(number);
  mpz_init(rest);
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    assert_int_equal(number_from_text(the_context, number, cases[k].number, strlen(cases[k].number)), NUMBER_GOOD);
    assert_int_equal(number_places(the_context, rest, number), cases[k].places);
    assert_int_equal(mpz_cmp_ui(rest, cases[k].rest), 0);
  }
  mpq_clear(number);
  mpz_clear(rest);
}

static void test_numbers_of_18_and_19_digits(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"999999999999999999", "999999999999999999"},
      {"9999999999999999999", "9999999999999999999"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"9223372036854775808", "9223372036854775808"},
      {"0.123456789012345678", "123456789012345678/1000000000000000000"},
      {"0.1234567890123456789", "1234567890123456789/10000000000000000000"},
      {"123456789.0123456789", "1234567890123456789/10000000000"},
      {"100000000000000000000000001", "100000000000000000000000001"},
      {"1000000000000000000e-18", "1"},
      {"123456789012345678901234567890/98765432109876543210", "123456789012345678901234567890/98765432109876543210"},
  };
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) assert_reads_as(cases[k][0], cases[k][1]);
}

static void test_other_writing_is_refused(void **state) {
  (void)state;
  static const char *const cases[] = {
      "",         "-",     "+1",   ".5",   "1.",    "01",    "00",   "-01",   "1e",       "1e+",
      "1e-",      "e5",    "1.e5", "1 ",   " 1",    "1,5",   "0x10", "NaN",   "nan",      "inf",
      "Infinity", "--1",   "1--",  "1/",   "/2",    "1/-2",  "1//2", "1/2/3", "1.5/2",    "1/2.5",
      "1e2/3",    "3/1e2", "1/02", "02/1", "1_000", "1e1.5", "1f",   "1/ 2",  "\xc2\xbd", "1e5e5",
  };
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
    if (fault_of(cases[k]) != NUMBER_SYNTAX) fail_msg("'%s' is taken as fault %d", cases[k], (int)fault_of(cases[k]));
}

static void test_a_nul_inside_is_refused(void **state) {
  (void)state;
  number_parts parts;
  assert_int_equal(number_read(&parts, "1\0002", 3), NUMBER_SYNTAX);
}

static void test_fractions_over_zero(void **state) {
  (void)state;
  assert_int_equal(fault_of("1/0"), NUMBER_OVER_ZERO);
  assert_int_equal(fault_of("0/0"), NUMBER_OVER_ZERO);
  assert_int_equal(fault_of("-3/0"), NUMBER_OVER_ZERO);
}

static void test_400_digits_and_401(void **state) {
  (void)state;
  assert_int_equal(fault_of_spelled("0.", '3', 399, ""), NUMBER_GOOD);
  assert_int_equal(fault_of_spelled("0.", '3', 400, ""), NUMBER_TOO_LONG);
  assert_int_equal(fault_of_spelled("", '3', 400, "e-200"), NUMBER_GOOD);
  assert_int_equal(fault_of_spelled("", '3', 401, "e-200"), NUMBER_TOO_LONG);
  assert_int_equal(fault_of_spelled("1", '0', 199, "/1"), NUMBER_GOOD);
  char *half = spell("", '3', 200, "/");
  assert_int_equal(fault_of_spelled(half, '7', 200, ""), NUMBER_GOOD);
  assert_int_equal(fault_of_spelled(half, '7', 201, ""), NUMBER_TOO_LONG);
  free(half);
}

static void test_400_digits_are_exact(void **state) {
  (void)state;
  mpq_t number, wanted;
  mpq_inits(number, wanted, NULL);
  char *text = spell("0.", '3', 399, "");
  assert_int_equal(number_from_text(the_context, number, text, strlen(text)), NUMBER_GOOD);
  mpz_ui_pow_ui(mpq_denref(wanted), 10, 399);
  mpz_sub_ui(mpq_numref(wanted), mpq_denref(wanted), 1);
  mpz_divexact_ui(mpq_numref(wanted), mpq_numref(wanted), 3);
  mpq_canonicalize(wanted);
  assert_true(mpq_equal(number, wanted));
  free(text);
  mpq_clears(number, wanted, NULL);
}

static void test_sizes_from_1e_300_to_1e300(void **state) {
  (void)state;
  static const char *const good[] = {"1e300",   "-1e300",   "1e-300",    "-1e-300",   "10e299",
                                     "0.1e301", "9.99e299", "0.001e303", "1000e-303", "1.000e300"};
  static const char *const bad[] = {
      "1e301",    "-1e301",         "1.1e300",         "9e-301", "1e-301",
      "0.9e-300", "1e999999999999", "1e-999999999999", "11e299", "1.0000000000000000000001e300"};
  for (size_t k = 0; k < sizeof good / sizeof *good; k++)
    if (fault_of(good[k]) != NUMBER_GOOD) fail_msg("'%s' was refused", good[k]);
  for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
    if (fault_of(bad[k]) != NUMBER_OUT_OF_RANGE) fail_msg("'%s' is taken as fault %d", bad[k], (int)fault_of(bad[k]));
}

static void test_long_numbers_out_of_range(void **state) {
  (void)state;
  assert_int_equal(fault_of_spelled("1", '0', 300, ""), NUMBER_GOOD);
  assert_int_equal(fault_of_spelled("1", '0', 301, ""), NUMBER_OUT_OF_RANGE);
  assert_int_equal(fault_of_spelled("0.", '0', 299, "1"), NUMBER_GOOD);
  assert_int_equal(fault_of_spelled("0.", '0', 300, "1"), NUMBER_OUT_OF_RANGE);
}

/* The limits are on the number's size, however it is written. */
static void test_fractions_out_of_range(void **state) {
  (void)state;
  assert_int_equal(fault_of_spelled("1", '0', 300, "/1"), NUMBER_GOOD);
  assert_int_equal(fault_of_spelled("1/1", '0', 300, ""), NUMBER_GOOD);
  assert_int_equal(fault_of_spelled("1", '0', 320, "/1"), NUMBER_OUT_OF_RANGE);
  assert_int_equal(fault_of_spelled("1/1", '0', 320, ""), NUMBER_OUT_OF_RANGE);
  assert_int_equal(fault_of_spelled("1", '0', 301, "/1"), NUMBER_OUT_OF_RANGE);
}

/* ------------------------------------------------------------ nearest doubles */

/* |number - candidate|, exactly. */
static void find_distance(mpq_t distance, const mpq_t number, double candidate) {
  mpq_set_d(distance, candidate);
  mpq_sub(distance, distance, number);
  mpq_abs(distance, distance);
}

static bool has_even_mantissa(double number) {
  uint64_t bits;
  memcpy(&bits, &number, sizeof bits);
  return (bits & 1) == 0;
}

/* Whether the neighbour is no better, and worse where the candidate is odd. */
static bool beats_neighbour(const mpq_t number, double candidate, double neighbour) {
  if (isinf(neighbour)) return true;
  mpq_t distance, other;
  mpq_inits(distance, other, NULL);
  find_distance(distance, number, candidate);
  find_distance(other, number, neighbour);
  int order = mpq_cmp(distance, other);
  mpq_clears(distance, other, NULL);
  return order < 0 || (order == 0 && has_even_mantissa(candidate));
}

static void assert_nearest(const mpq_t number) {
  double candidate = accord_to_double(number);
  assert_true(isfinite(candidate));
  if (beats_neighbour(number, candidate, nextafter(candidate, HUGE_VAL)) &&
      beats_neighbour(number, candidate, nextafter(candidate, -HUGE_VAL)))
    return;
  char *text = mpq_get_str(NULL, 10, number);
  print_error("%a is not the double nearest to %s\n", candidate, text);
  free(text);
  fail();
}

/* size bits, not 0. */
static void draw_integer(mpz_t integer, int size) {
  mpz_set_ui(integer, 0);
  for (int done = 0; done < size; done += 32) {
    mpz_mul_2exp(integer, integer, 32);
    mpz_add_ui(integer, integer, (unsigned long)draw_below((uint64_t)1 << 32));
  }
  mpz_fdiv_r_2exp(integer, integer, (mp_bitcnt_t)size);
  mpz_setbit(integer, (mp_bitcnt_t)size - 1);
}

static void draw_rational(mpq_t number) {
  draw_integer(mpq_numref(number), 1 + (int)draw_below(300));
  draw_integer(mpq_denref(number), 1 + (int)draw_below(300));
  mpq_canonicalize(number);
  if (draw_below(2)) mpq_neg(number, number);
}

static void test_doubles_are_nearest(void **state) {
  (void)state;
  mpq_t number;
  mpq_init(number);
  assert_true(accord_to_double(number) == 0);
  for (int round = 0; round < 20000; round++) {
    draw_rational(number);
    assert_nearest(number);
  }
  mpq_clear(number);
}

/* Halfway between two doubles, exactly, and a hair to either side. */
static void test_ties_go_to_even(void **state) {
  (void)state;
  mpq_t number, hair, beside;
  mpq_inits(number, hair, beside, NULL);
  for (int round = 0; round < 5000; round++) {
    draw_integer(mpq_numref(number), 53);
    mpz_set_ui(mpq_denref(number), 1);
    mpz_mul_2exp(mpq_numref(number), mpq_numref(number), 1);
    mpz_add_ui(mpq_numref(number), mpq_numref(number), 1);
    mpq_set_ui(hair, 1, 1);
    mpq_div_2exp(hair, hair, 1 + (mp_bitcnt_t)draw_below(200));
    mp_bitcnt_t shift = (mp_bitcnt_t)draw_below(400);
    mpq_div_2exp(number, number, shift);
    mpq_div_2exp(hair, hair, shift);
    assert_nearest(number);
    mpq_add(beside, number, hair);
    assert_nearest(beside);
    mpq_sub(beside, number, hair);
    assert_nearest(beside);
  }
  mpq_clears(number, hair, beside, NULL);
}

static void test_doubles_of_extreme_size(void **state) {
  (void)state;
  mpq_t number, scale;
  mpq_inits(number, scale, NULL);
  for (int round = 0; round < 2000; round++) {
    draw_rational(number);
    mpq_set_ui(scale, 1, 1);
    mpq_mul_2exp(scale, scale, 700);
    if (round % 2) mpq_mul(number, number, scale);
    else mpq_div(number, number, scale);
    assert_nearest(number);
  }
  mpq_clears(number, scale, NULL);
}

static void test_subnormal_doubles_are_nearest(void **state) {
  (void)state;
  mpq_t number;
  mpq_init(number);
  for (int round = 0; round < 5000; round++) {
    draw_integer(mpq_numref(number), 1 + (int)draw_below(80));
    mpz_set_ui(mpq_denref(number), 1);
    mpq_div_2exp(number, number, 1075 + (mp_bitcnt_t)draw_below(40));
    assert_nearest(number);
  }
  mpq_clear(number);
}

static void test_a_double_comes_back(void **state) {
  (void)state;
  static const double cases[] = {1,   -1, 0.1, 1e300, 1e-300, DBL_MAX, DBL_MIN, 4.9406564584124654e-324, 123456789.125,
                                 -0.3};
  mpq_t number;
  mpq_init(number);
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    mpq_set_d(number, cases[k]);
    assert_true(accord_to_double(number) == cases[k]);
  }
  mpq_clear(number);
}

/* ------------------------------------------------------------------- payable */

enum { PAYEES = 4 };

typedef struct payment_case {
  int n;
  const char *share[PAYEES], *total, *unit;
  long count[PAYEES];
  const char *rest;
} payment_case;

static const payment_case payments[] = {
    {3, {"10/3", "10/3", "10/3"}, "10", "0.01", {334, 333, 333}, "0"},
    {3, {"-10/3", "-10/3", "-10/3"}, "-10", "0.01", {-333, -333, -334}, "0"},
    {2, {"1/2", "1/2"}, "1", "1", {1, 0}, "0"},
    {2, {"0.5", "0.5"}, "1", "0.01", {50, 50}, "0"},
    {3, {"1/3", "2/3", "0"}, "1", "1", {0, 1, 0}, "0"},
    {2, {"0.333", "0.672"}, "1.005", "0.01", {33, 67}, "0.005"},
    {2, {"-0.333", "-0.672"}, "-1.005", "0.01", {-33, -67}, "-0.005"},
    {3, {"3/2", "-1/2", "0"}, "1", "1", {2, -1, 0}, "0"},
    {1, {"0.999"}, "0.999", "1", {0}, "0.999"},
    {1, {"-0.999"}, "-0.999", "1", {0}, "-0.999"},
    {4, {"1/4", "1/4", "1/4", "1/4"}, "1", "1/2", {1, 1, 0, 0}, "0"},
    {2, {"7", "3"}, "10", "3", {2, 1}, "1"},
};

static void read_decimal(mpq_t number, const char *text) {
  assert_int_equal(number_from_text(the_context, number, text, strlen(text)), NUMBER_GOOD);
}

static void try_payment(const payment_case *payment) {
  mpz_t count[PAYEES];
  mpq_t share[PAYEES], total, unit, rest, wanted;
  mpq_inits(total, unit, rest, wanted, NULL);
  for (int i = 0; i < PAYEES; i++) {
    mpz_init(count[i]);
    mpq_init(share[i]);
    if (i < payment->n) read_decimal(share[i], payment->share[i]);
  }
  read_decimal(total, payment->total);
  read_decimal(unit, payment->unit);
  read_decimal(wanted, payment->rest);
  assert_int_equal(accord_find_payable(the_context, count, rest, read_only(share), total, unit, payment->n), ACCORD_OK);
  for (int i = 0; i < payment->n; i++) assert_int_equal(mpz_get_si(count[i]), payment->count[i]);
  assert_true(mpq_equal(rest, wanted));
  for (int i = 0; i < PAYEES; i++) {
    mpz_clear(count[i]);
    mpq_clear(share[i]);
  }
  mpq_clears(total, unit, rest, wanted, NULL);
}

static void test_payable_amounts(void **state) {
  (void)state;
  for (size_t k = 0; k < sizeof payments / sizeof *payments; k++) try_payment(&payments[k]);
}

/* -------------------------------------------------------------------- spans */

/* The library's answers while the span grows, against the rank over the rationals. */
static void try_span(int n, int count) {
  coalition_span span;
  accord_coalition held[GAME_MOST_PARTIES + 1];
  int rank = 0;
  span_start(&span, n);
  for (int k = 0; k < count; k++) {
    held[rank] = chance() & everybody(n) & (draw_below(2) ? chance() : UINT64_MAX);
    bool inside = check_rank(held, rank + 1, n) == rank;
    assert_int_equal(span_contains(&span, held[rank]), inside);
    assert_int_equal(span_add(&span, held[rank]), !inside);
    rank += !inside;
    assert_int_equal(span.rank, rank);
  }
}

static void test_span_is_the_rational_span(void **state) {
  (void)state;
  for (int n = 1; n <= 8; n++)
    for (int round = 0; round < 40; round++) try_span(n, 2 * n);
  for (int round = 0; round < 4; round++) try_span(GAME_MOST_PARTIES, 40);
}

/* Unions and differences of disjoint coalitions in the span are in it as well. */
static void test_span_holds_combinations(void **state) {
  (void)state;
  for (int round = 0; round < 500; round++) {
    coalition_span span;
    accord_coalition one = chance() & everybody(GAME_MOST_PARTIES),
                     other = chance() & everybody(GAME_MOST_PARTIES) & ~one;
    span_start(&span, GAME_MOST_PARTIES);
    span_add(&span, one);
    span_add(&span, other);
    assert_true(span_contains(&span, one | other));
    assert_true(span_contains(&span, 0));
    if (one & (one - 1)) assert_false(span_contains(&span, one & (one - 1)));
  }
}

static void test_span_marks_every_member(void **state) {
  (void)state;
  enum { PARTIES = 7 };
  for (int round = 0; round < 50; round++) {
    coalition_span span;
    uint8_t level[1 << PARTIES];
    memset(level, SPAN_OUTSIDE, sizeof level);
    level[5] = 3;
    span_start(&span, PARTIES);
    for (int k = 0; k < 1 + round % PARTIES; k++) span_add(&span, chance() & everybody(PARTIES));
    span_mark(&span, level, 9);
    for (accord_coalition s = 0; s <= everybody(PARTIES); s++)
      if (s != 5) assert_int_equal(level[s], span_contains(&span, s) ? 9 : SPAN_OUTSIDE);
    assert_int_equal(level[5], 3);
  }
}

/* ----------------------------------------------------------- largest excesses */

enum { SMALL = 6, SMALL_VALUES = 1 << SMALL, DIGITS = 64 };

/* Random values of a number of decimal digits, and shares with denominators. */
typedef struct excess_case {
  int n;
  accord_problem *problem;
  mpq_t value[SMALL_VALUES], share[SMALL];
} excess_case;

static void write_digits(char *text, int digits) {
  int length = 0;
  if (draw_below(3) == 0) text[length++] = '-';
  text[length++] = (char)('1' + draw_below(9));
  while (digits-- > 1) text[length++] = (char)('0' + draw_below(10));
  text[length] = '\0';
}

static void start_excess_case(excess_case *made, int digits, bool long_shares) {
  char text[SMALL_VALUES][DIGITS], share[DIGITS];
  const char *values[SMALL_VALUES];
  made->n = 2 + (int)draw_below(SMALL - 1);
  for (unsigned s = 0; s < 1u << made->n; s++) {
    write_digits(text[s], digits);
    if (s == 0) strcpy(text[s], "0");
    values[s] = text[s];
    mpq_init(made->value[s]);
    mpq_set_str(made->value[s], text[s], 10);
  }
  for (int i = 0; i < made->n; i++) {
    mpq_init(made->share[i]);
    write_digits(share, digits);
    mpz_set_str(mpq_numref(made->share[i]), share, 10);
    mpz_set_ui(mpq_denref(made->share[i]), 1 + draw_below(4));
    if (long_shares) { /* whole but for tiny parts, which need more than 60 bits together and cancel out in pairs */
      mpz_set_ui(mpq_denref(made->share[i]), (1ul << 31) + 1 + (unsigned long)(i / 2));
      mpz_mul(mpq_numref(made->share[i]), mpq_numref(made->share[i]), mpq_denref(made->share[i]));
      (i % 2 ? mpz_add_ui : mpz_sub_ui)(mpq_numref(made->share[i]), mpq_numref(made->share[i]), 1);
    }
    mpq_canonicalize(made->share[i]);
  }
  assert_int_equal(accord_problem_from_text(the_context, &made->problem, ACCORD_BENEFIT, values, made->n), ACCORD_OK);
}

static void end_excess_case(excess_case *made) {
  for (unsigned s = 0; s < 1u << made->n; s++) mpq_clear(made->value[s]);
  for (int i = 0; i < made->n; i++) mpq_clear(made->share[i]);
}

/* worst is in order, and nothing that was left out belongs before its last. */
static void assert_largest_first(const check_game *game, const mpq_t *share, const accord_coalition *worst, int held) {
  mpq_t excess, last;
  mpq_inits(excess, last, NULL);
  for (int k = 0; k < held; k++) {
    check_excess(excess, game, share, worst[k]);
    assert_true(mpq_sgn(excess) > 0);
    int order = k ? mpq_cmp(last, excess) : 1;
    assert_true(order > 0 || (order == 0 && worst[k - 1] < worst[k]));
    mpq_set(last, excess);
  }
  int above = 0;
  for (accord_coalition s = 1; held && s < everybody(game->n); s++) {
    check_excess(excess, game, share, s);
    int order = mpq_cmp(excess, last);
    above += order > 0 || (order == 0 && s <= worst[held - 1]);
  }
  assert_int_equal(above, held);
  mpq_clears(excess, last, NULL);
}

static accord_coalition first_objector(const check_game *game, const mpq_t *share) {
  accord_coalition first = 0;
  mpq_t excess;
  mpq_init(excess);
  for (accord_coalition s = everybody(game->n) - 1; s; s--) {
    check_excess(excess, game, share, s);
    if (mpq_sgn(excess) > 0) first = s;
  }
  mpq_clear(excess);
  return first;
}

static void try_excesses(int digits, bool long_shares) {
  accord_mark mark = accord_get_mark(the_context);
  excess_case made;
  start_excess_case(&made, digits, long_shares);
  check_game game = {.n = made.n, .value = read_only(made.value)};
  whole_split *split = make_whole(the_context, made.problem->game, read_only(made.share), NULL);
  gain_query query = query_of(made.problem->game, split);
  accord_coalition worst[SMALL_VALUES];
  int room = 1 + (int)draw_below(8);
  uint64_t count = 0;
  int held = find_gains(the_context, worst, &count, &query, room);
  assert_int_equal(count, check_objections(&game, read_only(made.share)));
  assert_int_equal(held, count < (uint64_t)room ? (int)count : room);
  assert_largest_first(&game, read_only(made.share), worst, held);
  assert_int_equal(find_first_gain(the_context, &query), first_objector(&game, read_only(made.share)));
  end_excess_case(&made);
  accord_reset(the_context, mark);
}

/* 1 digit for ties, 17 and 18 for machine words, 40 for GMP's integers. */
static void test_largest_excesses(void **state) {
  (void)state;
  static const int digits[] = {1, 2, 9, 17, 18, 19, 40};
  for (size_t k = 0; k < sizeof digits / sizeof *digits; k++)
    for (int round = 0; round < 120; round++) try_excesses(digits[k], round % 2);
}

/* -------------------------------------------------- comparisons in pairs */

enum { MOST_COMPARED = 20 };

static mpq_t comparison[MOST_COMPARED * MOST_COMPARED];

/* i over j is 1/9 to 9, j over i the inverse. */
static void draw_comparisons(int m) {
  for (int i = 0; i < m; i++)
    for (int j = 0; j <= i; j++) {
      unsigned long part = i == j ? 1 : 1 + draw_below(9);
      mpq_t *there = &comparison[i * m + j], *back = &comparison[j * m + i];
      mpq_set_ui(*there, draw_below(2) ? part : 1, 1);
      if (mpq_cmp_ui(*there, 1, 1) == 0) mpq_set_ui(*there, 1, part);
      mpq_inv(*back, *there);
    }
}

/* A positive w with A w = l w for one l: there is only one such w (Perron). Returns l. */
static double check_principal(const mpq_t *weight, int m) {
  double first = 0;
  mpq_t sum;
  mpq_init(sum);
  for (int i = 0; i < m; i++) {
    double product = 0;
    assert_true(mpq_sgn(weight[i]) > 0);
    mpq_add(sum, sum, weight[i]);
    for (int j = 0; j < m; j++) product += mpq_get_d(comparison[i * m + j]) * mpq_get_d(weight[j]);
    if (i == 0) first = product / mpq_get_d(weight[0]);
    assert_true(fabs(product / mpq_get_d(weight[i]) - first) <= 1e-13 * first);
  }
  assert_equals_text(sum, "1");
  mpq_clear(sum);
  return first;
}

static void test_weights_are_principal(void **state) {
  static const double index[] = {1,    1,    1,    0.58, 0.90, 1.12, 1.24, 1.32,
                                 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59}; /* Saaty 1980 */
  (void)state;
  for (int round = 0; round < 400; round++) {
    accord_mark mark = accord_get_mark(the_context);
    int m = 1 + round % MOST_COMPARED;
    bool exact = true;
    mpq_t *weight = pool_rationals(the_context, (size_t)m);
    draw_comparisons(m);
    double ratio = pairwise_weights(the_context, weight, &exact, read_only(comparison), m);
    double value = check_principal(read_only(weight), m), due = m > 1 ? (value - m) / (m - 1) : 0;
    assert_true(fabs(ratio - due / index[m < 15 ? m : 15]) <= 1e-12);
    assert_true(m > 2 || (exact && ratio == 0));
    accord_reset(the_context, mark);
  }
}

/* a_ij = w_i / w_j gives w back as fractions; one entry off by a billionth does not. */
static void test_weights_of_comparisons_that_agree(void **state) {
  (void)state;
  enum { SIZE = 5 };
  bool exact = true;
  mpq_t *weight = pool_rationals(the_context, SIZE);
  for (int i = 0; i < SIZE; i++)
    for (int j = 0; j < SIZE; j++) {
      mpq_set_si(comparison[i * SIZE + j], i + 1, (unsigned long)j + 1);
      mpq_canonicalize(comparison[i * SIZE + j]);
    }
  assert_true(pairwise_weights(the_context, weight, &exact, read_only(comparison), SIZE) == 0);
  assert_true(exact);
  assert_equals_text(weight[0], "1/15");
  assert_equals_text(weight[4], "1/3");
  mpq_set_ui(comparison[3 * SIZE + 4], 800000001, 1000000000);
  mpq_inv(comparison[4 * SIZE + 3], comparison[3 * SIZE + 4]);
  double ratio = pairwise_weights(the_context, weight, &exact, read_only(comparison), SIZE);
  assert_true(!exact && ratio > 0 && ratio < 1e-15);
  check_principal(read_only(weight), SIZE);
}

static int start_comparisons(void **state) {
  for (int k = 0; k < MOST_COMPARED * MOST_COMPARED; k++) mpq_init(comparison[k]);
  return new_context(state);
}

static int end_comparisons(void **state) {
  for (int k = 0; k < MOST_COMPARED * MOST_COMPARED; k++) mpq_clear(comparison[k]);
  return free_context(state);
}

/* ------------------------------------------------------------ tables of names */

static void test_every_rule_is_found(void **state) {
  (void)state;
  for (int k = 0; k < accord_rule_count; k++) {
    const accord_rule *rule = &accord_rules[k];
    assert_ptr_equal(accord_find_rule(rule->name), rule);
    assert_true(*rule->title && *rule->formula && *rule->needs && *rule->reference);
    assert_true(rule->domain && rule->max_n >= 2 && rule->solve);
    assert_int_equal(!rule->promises, !(rule->domain & ~ACCORD_ON_CLAIMS));
    assert_int_equal(!rule->claims_promises, !(rule->domain & ACCORD_ON_CLAIMS));
  }
}

static void test_aliases(void **state) {
  (void)state;
  static const char *const cases[][2] = {{"cis", "equal-surplus"},
                                         {"tva", "scrb"},
                                         {"constrained-equal-awards", "cea"},
                                         {"constrained-equal-losses", "cel"}};
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    const accord_rule *rule = accord_find_rule(cases[k][0]);
    assert_non_null(rule);
    assert_string_equal(rule->name, cases[k][1]);
  }
  assert_null(accord_find_rule("shapely"));
  assert_null(accord_find_rule(""));
  assert_null(accord_find_rule("Shapley"));
}

static void test_status_texts(void **state) {
  (void)state;
#define X(name, text) assert_string_equal(accord_status_text(name), text);
  ACCORD_STATUS_LIST(X)
#undef X
  assert_non_null(accord_status_text((accord_status)1000));
}

static void test_library_versions_end(void **state) {
  (void)state;
  int count = 0;
  while (accord_library_version(count)) assert_true(*accord_library_version(count++));
  assert_true(count >= 2);
}

/* -------------------------------------------------------------------- misuse */

static void assert_refused(accord_status status) {
  assert_int_equal(status, ACCORD_INVALID);
  assert_true(*accord_message(the_context));
}

static void test_doubles_that_are_no_game(void **state) {
  (void)state;
  accord_problem *problem = NULL;
  const double good[] = {0, 1, 1, 3}, nan_inside[] = {0, 1, NAN, 3}, infinite[] = {0, 1, 1, INFINITY},
               started[] = {1, 1, 1, 3};
  assert_refused(accord_problem_from_doubles(the_context, &problem, ACCORD_BENEFIT, true, good, 0));
  assert_refused(accord_problem_from_doubles(the_context, &problem, ACCORD_BENEFIT, true, good, -3));
  assert_refused(accord_problem_from_doubles(the_context, &problem, ACCORD_BENEFIT, true, good, 64));
  assert_refused(accord_problem_from_doubles(the_context, &problem, ACCORD_BENEFIT, false, nan_inside, 2));
  assert_refused(accord_problem_from_doubles(the_context, &problem, ACCORD_BENEFIT, true, infinite, 2));
  assert_refused(accord_problem_from_doubles(the_context, &problem, ACCORD_COST, true, started, 2));
  assert_null(problem);
  assert_int_equal(accord_problem_from_doubles(the_context, &problem, ACCORD_BENEFIT, true, good, 2), ACCORD_OK);
  assert_string_equal(accord_message(the_context), "");
}

static void test_text_that_is_no_game(void **state) {
  (void)state;
  accord_problem *problem = NULL;
  const char *words[] = {"0", "1", "many", "3"}, *started[] = {"1/2", "1", "1", "3"}, *empty[] = {"0", "", "1", "3"},
             *over[] = {"0", "1/0", "1", "3"};
  assert_refused(accord_problem_from_text(the_context, &problem, ACCORD_BENEFIT, words, 2));
  assert_refused(accord_problem_from_text(the_context, &problem, ACCORD_BENEFIT, started, 2));
  assert_refused(accord_problem_from_text(the_context, &problem, ACCORD_BENEFIT, empty, 2));
  assert_refused(accord_problem_from_text(the_context, &problem, ACCORD_BENEFIT, over, 2));
  assert_refused(accord_problem_from_text(the_context, &problem, ACCORD_BENEFIT, words, 0));
  assert_null(problem);
}

/* However small, it is not 0. */
static void test_a_little_for_nobody_is_no_game(void **state) {
  (void)state;
  accord_problem *problem = NULL;
  const char *values[] = {"0.0000000000000000000000001", "1", "1", "3"};
  assert_refused(accord_problem_from_text(the_context, &problem, ACCORD_BENEFIT, values, 2));
}

static void test_claims_that_are_no_problem(void **state) {
  (void)state;
  accord_problem *problem = NULL;
  const char *claims[] = {"3", "4"}, *negative[] = {"3", "-1"};
  assert_refused(accord_problem_from_claims(the_context, &problem, "8", claims, 2));
  assert_refused(accord_problem_from_claims(the_context, &problem, "7.000000000000000000001", claims, 2));
  assert_refused(accord_problem_from_claims(the_context, &problem, "-1", claims, 2));
  assert_refused(accord_problem_from_claims(the_context, &problem, "1", negative, 2));
  assert_refused(accord_problem_from_claims(the_context, &problem, "1", claims, 0));
  assert_refused(accord_problem_from_claims(the_context, &problem, "one", claims, 2));
  assert_null(problem);
  assert_int_equal(accord_problem_from_claims(the_context, &problem, "7", claims, 2), ACCORD_OK);
}

static void test_shares_that_do_not_sum_are_not_payable(void **state) {
  (void)state;
  mpz_t count[1];
  mpq_t share[1], total, unit, rest;
  mpz_init(count[0]);
  mpq_inits(share[0], total, unit, rest, NULL);
  mpq_set_ui(share[0], 5, 1);
  mpq_set_ui(total, 9, 1);
  mpq_set_ui(unit, 1, 1);
  assert_refused(accord_find_payable(the_context, count, rest, read_only(share), total, unit, 1));
  mpz_clear(count[0]);
  mpq_clears(share[0], total, unit, rest, NULL);
}

static void test_a_claims_rule_on_a_game(void **state) {
  (void)state;
  accord_problem *problem = NULL;
  accord_split *split = NULL;
  const double values[] = {0, 1, 1, 3};
  const accord_rule *talmud = accord_find_rule("talmud");
  assert_int_equal(accord_problem_from_doubles(the_context, &problem, ACCORD_BENEFIT, true, values, 2), ACCORD_OK);
  assert_false(accord_rule_applies(talmud, problem));
  assert_true(accord_rule_applies(accord_find_rule("shapley"), problem));
  assert_int_equal(accord_solve(the_context, &split, problem, talmud), ACCORD_OK);
  assert_int_equal(split->status, ACCORD_UNDEFINED);
  assert_true(split->reason && *split->reason);
}

/* -------------------------------------------------------------------- limits */

/* More claimants than a table can hold: claims rules work, the game's say why not. */
static void test_claims_beyond_a_table(void **state) {
  (void)state;
  enum { CLAIMANTS = 60 };
  const char *claims[CLAIMANTS];
  for (int i = 0; i < CLAIMANTS; i++) claims[i] = "2";
  accord_problem *problem = NULL;
  accord_split *split = NULL;
  assert_int_equal(accord_problem_from_claims(the_context, &problem, "60", claims, CLAIMANTS), ACCORD_OK);
  assert_null(problem->game);
  assert_true(problem->no_game && *problem->no_game);
  assert_int_equal(accord_solve(the_context, &split, problem, accord_find_rule("talmud")), ACCORD_OK);
  assert_int_equal(split->status, ACCORD_OK);
  assert_equals_text(split->share[CLAIMANTS - 1], "1");
  assert_int_equal(accord_solve(the_context, &split, problem, accord_find_rule("shapley")), ACCORD_OK);
  assert_int_equal(split->status, ACCORD_LIMIT);
  assert_true(split->reason && *split->reason);
}

enum { LARGE = 15 };

static accord_problem *large_game(void) {
  static double value[1 << LARGE];
  for (unsigned s = 1; s < 1u << LARGE; s++) value[s] = (double)draw_below(1000) * size_of(s);
  accord_problem *problem = NULL;
  assert_int_equal(accord_problem_from_doubles(the_context, &problem, ACCORD_BENEFIT, true, value, LARGE), ACCORD_OK);
  return problem;
}

static void test_interrupt(void **state) {
  (void)state;
  accord_split *split = NULL;
  accord_problem *problem = large_game();
  accord_interrupt(the_context);
  assert_int_equal(accord_solve(the_context, &split, problem, accord_find_rule("nucleolus")), ACCORD_INTERRUPTED);
  assert_true(*accord_message(the_context));
  assert_null(split);
}

static void test_interrupt_of_facts(void **state) {
  (void)state;
  accord_facts *facts = NULL;
  accord_problem *problem = large_game();
  accord_interrupt(the_context);
  assert_int_equal(accord_find_facts(the_context, &facts, problem, ACCORD_FACTS_ALL), ACCORD_INTERRUPTED);
  assert_null(facts);
}

static void test_time_limit(void **state) {
  (void)state;
  accord_split *split = NULL;
  accord_problem *problem = large_game();
  accord_context_settings(the_context)->time_limit = 1e-6;
  accord_start_clock(the_context);
  assert_int_equal(accord_solve(the_context, &split, problem, accord_find_rule("prenucleolus")), ACCORD_OK);
  assert_int_equal(split->status, ACCORD_LIMIT);
  assert_true(split->reason && *split->reason);
  assert_null(split->certificate);
  accord_context_settings(the_context)->time_limit = 0;
  accord_start_clock(the_context);
  assert_int_equal(accord_solve(the_context, &split, problem, accord_find_rule("shapley")), ACCORD_OK);
  assert_int_equal(split->status, ACCORD_OK);
}

static void count_calls(void *argument) { ++*(int *)argument; }

/* The first loop tells of itself at once, others a quarter of a second later. */
static void test_progress(void **state) {
  (void)state;
  accord_split *split = NULL;
  accord_problem *problem = large_game();
  int calls = 0;
  accord_context_settings(the_context)->progress = count_calls;
  accord_context_settings(the_context)->progress_argument = &calls;
  assert_int_equal(accord_solve(the_context, &split, problem, accord_find_rule("shapley")), ACCORD_OK);
  assert_true(calls > 0);
}

static void test_memory_limit(void **state) {
  (void)state;
  static double value[1 << LARGE];
  accord_problem *problem = NULL;
  accord_context_settings(the_context)->memory_limit = 1000;
  assert_int_equal(accord_problem_from_doubles(the_context, &problem, ACCORD_BENEFIT, true, value, LARGE),
                   ACCORD_LIMIT);
  assert_true(*accord_message(the_context));
  assert_null(problem);
  accord_context_settings(the_context)->memory_limit = (size_t)1 << 30;
  assert_int_equal(accord_problem_from_doubles(the_context, &problem, ACCORD_BENEFIT, true, value, LARGE), ACCORD_OK);
}

/* A claims problem too large for its table still is a claims problem. */
static void test_memory_limit_of_claims(void **state) {
  (void)state;
  enum { CLAIMANTS = 15 };
  const char *claims[CLAIMANTS];
  for (int i = 0; i < CLAIMANTS; i++) claims[i] = "2";
  accord_problem *problem = NULL;
  accord_context_settings(the_context)->memory_limit = 100000;
  assert_int_equal(accord_problem_from_claims(the_context, &problem, "15", claims, CLAIMANTS), ACCORD_OK);
  assert_null(problem->game);
  assert_non_null(problem->no_game);
}

static void test_reset_frees_back_to_a_mark(void **state) {
  (void)state;
  const double value[] = {0, 1, 2, 9};
  accord_problem *problem = NULL;
  assert_int_equal(accord_problem_from_doubles(the_context, &problem, ACCORD_BENEFIT, true, value, 2), ACCORD_OK);
  accord_mark mark = accord_get_mark(the_context);
  for (int round = 0; round < 100; round++) {
    accord_split *split = NULL;
    assert_int_equal(accord_solve(the_context, &split, problem, accord_find_rule("shapley")), ACCORD_OK);
    assert_equals_text(split->share[0], "4");
    accord_reset(the_context, mark);
    assert_true(accord_get_mark(the_context).serial >= mark.serial);
  }
}

/* ----------------------------------------------------- a game known by heart */

/* 1, 1, 1; 7, 5, 4; 10. */
static void test_the_contract_s_example(void **state) {
  (void)state;
  const char *values[] = {"0", "1", "1", "7", "1", "5", "4", "10"};
  accord_problem *problem = NULL;
  accord_split *split = NULL;
  mpq_t value;
  mpq_init(value);
  assert_int_equal(accord_problem_from_text(the_context, &problem, ACCORD_BENEFIT, values, 3), ACCORD_OK);
  accord_game_value(value, problem->game, 5);
  assert_equals_text(value, "5");
  assert_int_equal(accord_solve(the_context, &split, problem, accord_find_rule("shapley")), ACCORD_OK);
  assert_equals_text(split->share[0], "4");
  assert_equals_text(split->share[1], "7/2");
  assert_equals_text(split->share[2], "5/2");
  assert_int_equal(accord_solve(the_context, &split, problem, accord_find_rule("nucleolus")), ACCORD_OK);
  assert_equals_text(split->share[0], "9/2");
  assert_equals_text(split->share[1], "7/2");
  assert_equals_text(split->share[2], "2");
  mpq_clear(value);
}

static void test_the_contract_s_facts(void **state) {
  (void)state;
  const char *values[] = {"0", "1", "1", "7", "1", "5", "4", "10"};
  static const char *const ranges[][2] = {{"2", "6"}, {"1", "5"}, {"1", "3"}};
  accord_problem *problem = NULL;
  accord_facts *facts = NULL;
  assert_int_equal(accord_problem_from_text(the_context, &problem, ACCORD_BENEFIT, values, 3), ACCORD_OK);
  assert_int_equal(accord_find_facts(the_context, &facts, problem, ACCORD_FACTS_ALL), ACCORD_OK);
  assert_int_equal(facts->monotone, ACCORD_YES);
  assert_int_equal(facts->superadditive, ACCORD_YES);
  assert_int_equal(facts->convex, ACCORD_NO);
  assert_int_equal(facts->core_empty, ACCORD_NO);
  assert_equals_text(facts->least_core, "-1");
  assert_equals_text(facts->cost_of_stability, "0");
  for (int i = 0; i < 3; i++) {
    assert_equals_text(facts->least_share[i], ranges[i][0]);
    assert_equals_text(facts->greatest_share[i], ranges[i][1]);
  }
}

static void test_facts_not_asked_for(void **state) {
  (void)state;
  const char *values[] = {"0", "1", "1", "7", "1", "5", "4", "10"};
  accord_problem *problem = NULL;
  accord_facts *facts = NULL;
  assert_int_equal(accord_problem_from_text(the_context, &problem, ACCORD_BENEFIT, values, 3), ACCORD_OK);
  assert_int_equal(accord_find_facts(the_context, &facts, problem, ACCORD_FACT_MONOTONE), ACCORD_OK);
  assert_int_equal(facts->monotone, ACCORD_YES);
  assert_int_equal(facts->core_empty, ACCORD_UNKNOWN);
  assert_false(facts->has_least_core);
  assert_false(facts->has_cost_of_stability);
  assert_null(facts->least_share);
}

#define UNIT(test) cmocka_unit_test_setup_teardown(test, new_context, free_context)

int main(void) {
  const struct CMUnitTest tests[] = {
      UNIT(test_numbers_are_read_exactly),
      UNIT(test_where_decimals_end),
      UNIT(test_numbers_of_18_and_19_digits),
      UNIT(test_other_writing_is_refused),
      UNIT(test_a_nul_inside_is_refused),
      UNIT(test_fractions_over_zero),
      UNIT(test_400_digits_and_401),
      UNIT(test_400_digits_are_exact),
      UNIT(test_sizes_from_1e_300_to_1e300),
      UNIT(test_long_numbers_out_of_range),
      UNIT(test_fractions_out_of_range),
      UNIT(test_doubles_are_nearest),
      UNIT(test_ties_go_to_even),
      UNIT(test_doubles_of_extreme_size),
      UNIT(test_subnormal_doubles_are_nearest),
      UNIT(test_a_double_comes_back),
      UNIT(test_payable_amounts),
      UNIT(test_span_is_the_rational_span),
      UNIT(test_span_holds_combinations),
      UNIT(test_span_marks_every_member),
      UNIT(test_largest_excesses),
      cmocka_unit_test_setup_teardown(test_weights_are_principal, start_comparisons, end_comparisons),
      cmocka_unit_test_setup_teardown(test_weights_of_comparisons_that_agree, start_comparisons, end_comparisons),
      UNIT(test_every_rule_is_found),
      UNIT(test_aliases),
      UNIT(test_status_texts),
      UNIT(test_library_versions_end),
      UNIT(test_doubles_that_are_no_game),
      UNIT(test_text_that_is_no_game),
      UNIT(test_a_little_for_nobody_is_no_game),
      UNIT(test_claims_that_are_no_problem),
      UNIT(test_shares_that_do_not_sum_are_not_payable),
      UNIT(test_a_claims_rule_on_a_game),
      UNIT(test_claims_beyond_a_table),
      UNIT(test_interrupt),
      UNIT(test_interrupt_of_facts),
      UNIT(test_time_limit),
      UNIT(test_progress),
      UNIT(test_memory_limit),
      UNIT(test_memory_limit_of_claims),
      UNIT(test_reset_frees_back_to_a_mark),
      UNIT(test_the_contract_s_example),
      UNIT(test_the_contract_s_facts),
      UNIT(test_facts_not_asked_for),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

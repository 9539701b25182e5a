/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Telling steps, and the words they are made of. */
#include "explaining.h"

#include "rule.h"

#include <stdio.h>

bool is_wanted(const explaining *e, int party) { return e->party < 0 || e->party == party; }

bool in_detail(const explaining *e) { return e->party >= 0; }

/* ------------------------------------------------------------------- steps */

static explain_step *add_step(explaining *e, int party, const char *text) {
  check_clock(e->context);
  if (e->step_count == e->step_room) {
    int room = e->step_room ? 2 * e->step_room : 64;
    e->steps = pool_grow(e->context, e->steps, (size_t)e->step_room, (size_t)room, sizeof *e->steps);
    e->step_room = room;
  }
  explain_step *step = &e->steps[e->step_count++];
  step->party = party;
  step->text = text;
  return step;
}

#define TAKE_TEXT(text)                                                                                                \
  va_list arguments;                                                                                                   \
  va_start(arguments, format);                                                                                         \
  const char *text = pool_text_of(e->context, format, arguments);                                                      \
  va_end(arguments)

void tell(explaining *e, const char *format, ...) {
  TAKE_TEXT(text);
  add_step(e, -1, text);
}

void tell_of(explaining *e, int party, const char *format, ...) {
  TAKE_TEXT(text);
  add_step(e, party, text);
}

static void set_amount(explaining *e, explain_step *step, const mpq_t amount) {
  step->amount = pool_rationals(e->context, 1);
  mpq_set(*step->amount, amount);
}

void tell_amount(explaining *e, int party, const mpq_t amount, const char *format, ...) {
  TAKE_TEXT(text);
  set_amount(e, add_step(e, party, text), amount);
}

void tell_term(explaining *e, int party, const mpq_t amount, const char *format, ...) {
  TAKE_TEXT(text);
  explain_step *step = add_step(e, party, text);
  set_amount(e, step, amount);
  step->is_term = true;
}

/* ------------------------------------------------------------------- words */

const char *alone_text(const explaining *e) {
  return e->cost ? "costs alone" : e->problem->claims ? "is left by the others' claims" : "has alone";
}

const char *say_alone(const explaining *e, const mpq_t amount) {
  const char *text = say_amount(e, amount);
  if (e->cost) return pool_text(e->context, "costs %s alone", text);
  return pool_text(e->context, e->problem->claims ? "is left %s by the others' claims" : "has %s alone", text);
}

const char *say_amount(const explaining *e, const mpq_t amount) {
  return exact_amount_text(e->context, e->sheet, amount);
}

const char *say_short(const explaining *e, const mpq_t amount) { return amount_text(e->context, e->sheet, amount); }

const char *say_fraction(const explaining *e, const mpq_t number) { return rational_text(e->context, number); }

const char *say_party(const explaining *e, int party) { return e->sheet->parties[party].id; }

const char *say_group(const explaining *e, accord_coalition coalition) {
  return names_text(e->context, e->sheet, coalition);
}

/* A fraction where decimals do not show all of it, so that what is written adds up. */
static const char *addend(const explaining *e, const mpq_t amount) {
  if (decimals_suffice(e->context, amount) || !is_readable(amount)) return say_short(e, amount);
  return say_fraction(e, amount);
}

const char *say_signed(const explaining *e, const mpq_t amount, bool first) {
  mpq_t *size = pool_rationals(e->context, 1);
  mpq_abs(*size, amount);
  const char *text = addend(e, *size), *sign = mpq_sgn(amount) < 0 ? "-" : "+";
  if (first) return mpq_sgn(amount) < 0 ? pool_text(e->context, "-%s", text) : text;
  return pool_text(e->context, " %s %s", sign, text);
}

const char *say_sum(const explaining *e, const mpq_t *amounts, int n) {
  enum { MOST_ADDENDS = 12 };
  const char *text = "";
  for (int i = 0; i < n && n <= MOST_ADDENDS; i++)
    text = pool_text(e->context, "%s%s", text, say_signed(e, amounts[i], i == 0));
  return text;
}

const char *say_parties(const explaining *e, const bool *chosen, int most) {
  const char *text = "";
  int count = 0, listed = 0;
  for (int i = 0; i < e->n; i++) count += chosen[i];
  int shown = count <= most + 1 ? count : most;
  for (int i = 0; i < e->n && listed < shown; i++) {
    if (!chosen[i]) continue;
    listed++;
    text = pool_text(e->context, "%s%s%s", text, say_party(e, i),
                     listed < shown - (count == shown)  ? ", "
                     : count == shown && listed < count ? " and "
                                                        : "");
  }
  return shown < count ? pool_text(e->context, "%s and %d others", text, count - shown) : text;
}

const char *say_ordinal(const explaining *e, int place) {
  static const char *const words[] = {"",      "first",   "second", "third", "fourth", "fifth",
                                      "sixth", "seventh", "eighth", "ninth", "tenth"};
  if (place <= 10) return words[place];
  int last = place % 10, teen = place / 10 % 10 == 1;
  return pool_text(e->context, "%d%s", place,
                   teen || last > 3 || last == 0 ? "th"
                   : last == 1                   ? "st"
                   : last == 2                   ? "nd"
                                                 : "rd");
}

/* ----------------------------------------------------------------- numbers */

void weigh(mpq_t product, const mpq_t weight, const mpq_t number) { mpq_mul(product, weight, number); }

/* Of the benefit game as the sheet states it. */
static mpq_t *as_stated(const explaining *e, mpq_t *numbers) {
  for (int i = 0; i < e->n && e->cost; i++) mpq_neg(numbers[i], numbers[i]);
  return numbers;
}

mpq_t *standalones_of(const explaining *e) {
  mpq_t *alone = pool_rationals(e->context, (size_t)e->n);
  find_standalones(alone, e->problem);
  return as_stated(e, alone);
}

mpq_t *marginals_of(const explaining *e) {
  mpq_t *marginal = pool_rationals(e->context, (size_t)e->n);
  find_marginals(marginal, e->problem);
  return as_stated(e, marginal);
}

void value_of(const explaining *e, mpq_t value, accord_coalition coalition) {
  if (coalition) accord_game_value(value, e->problem->game, coalition);
  else mpq_set_ui(value, 0, 1);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Risks: from numbers as written or doubles to whole numbers, and the problem around them. */
#include "risk.h"

#include <math.h>
#include <string.h>

enum { LOSS_BITS = 61, WEIGHT_BITS = 62, CLOCK_EVERY = 1 << 16 };

/* ------------------------------------------------------------------- chances */

/* Chances as whole numbers; without a list, 1 each. */
static void set_weights(accord_context *context, accord_risk *risk, value_table *chances) {
  int64_t *small = NULL;
  mpz_t *big = NULL, *denominator = pool_integers(context, 1);
  risk->big_weight = pool_integers(context, risk->count);
  if (chances) table_integers(chances, &small, &big, *denominator);
  for (size_t k = 0; k < risk->count; k++) {
    if (small) mpz_set_si(risk->big_weight[k], small[k]);
    else if (big) mpz_set(risk->big_weight[k], big[k]);
    else mpz_set_ui(risk->big_weight[k], 1);
  }
  pool_free(context, small);
  pool_free(context, big);
  pool_free(context, denominator);
}

static bool has_tail(accord_measure measure) {
  return measure == ACCORD_EXPECTED_SHORTFALL || measure == ACCORD_VALUE_AT_RISK;
}

/* Weights and tail in their least terms, the tail whole. */
static void reduce_weights(accord_context *context, accord_risk *risk) {
  mpz_t *common = pool_integers(context, 1);
  mpz_set_ui(risk->weight_sum, 0);
  for (size_t k = 0; k < risk->count; k++) {
    if (has_tail(risk->measure)) mpz_mul(risk->big_weight[k], risk->big_weight[k], mpq_denref(risk->parameter));
    mpz_add(risk->weight_sum, risk->weight_sum, risk->big_weight[k]);
    mpz_gcd(*common, *common, risk->big_weight[k]);
  }
  mpz_set_ui(risk->tail, 0);
  if (has_tail(risk->measure)) {
    mpz_divexact(risk->tail, risk->weight_sum, mpq_denref(risk->parameter));
    mpz_mul(risk->tail, risk->tail, mpq_numref(risk->parameter));
    mpz_gcd(*common, *common, risk->tail);
  }
  for (size_t k = 0; k < risk->count; k++) mpz_divexact(risk->big_weight[k], risk->big_weight[k], *common);
  mpz_divexact(risk->weight_sum, risk->weight_sum, *common);
  mpz_divexact(risk->tail, risk->tail, *common);
  pool_free(context, common);
}

/* -------------------------------------------------------------------- losses */

/* A power of two that what any coalition loses stays below in size, in any scenario. */
static size_t pooled_bits(accord_context *context, const mpz_t *loss, size_t count, int n) {
  mpz_t *work = pool_integers(context, 3), *most = &work[0], *sum = &work[1], *size = &work[2];
  for (size_t k = 0; k < count; k++) {
    mpz_set_ui(*sum, 0);
    for (int i = 0; i < n; i++) {
      mpz_abs(*size, loss[(size_t)i * count + k]);
      mpz_add(*sum, *sum, *size);
    }
    if (mpz_cmp(*sum, *most) > 0) mpz_set(*most, *sum);
  }
  size_t bits = mpz_sizeinbase(*most, 2);
  pool_free(context, work);
  return bits;
}

static size_t pooled_bits_in_words(const int64_t *loss, size_t count, int n) {
  size_t bits = 1;
  for (size_t k = 0; k < count; k++) {
    wide sum = 0;
    for (int i = 0; i < n; i++) {
      int64_t each = loss[(size_t)i * count + k];
      sum += each < 0 ? -(wide)each : each;
    }
    while (bits < 127 && sum >> bits) bits++;
  }
  return bits;
}

static void to_big(accord_context *context, accord_risk *risk) {
  size_t size = (size_t)risk->n * risk->count;
  if (risk->big_loss) return;
  risk->big_loss = pool_integers(context, size);
  for (size_t j = 0; j < size; j++) mpz_set_si(risk->big_loss[j], risk->loss[j]);
  pool_free(context, risk->loss);
  risk->loss = NULL;
}

static void to_words(accord_context *context, accord_risk *risk) {
  size_t size = (size_t)risk->n * risk->count;
  if (!risk->loss) {
    risk->loss = POOL_NEW(context, size, int64_t);
    for (size_t j = 0; j < size; j++) risk->loss[j] = mpz_get_si(risk->big_loss[j]);
    pool_free(context, risk->big_loss);
    risk->big_loss = NULL;
  }
  risk->weight = POOL_NEW(context, risk->count, int64_t);
  for (size_t k = 0; k < risk->count; k++) risk->weight[k] = mpz_get_si(risk->big_weight[k]);
  pool_free(context, risk->big_weight);
  risk->big_weight = NULL;
  risk->weights_in_all = mpz_get_si(risk->weight_sum);
  risk->tail_weight = mpz_get_si(risk->tail);
}

/* Losses are there in one form: the other is made where it is the right one. */
static void choose_form(accord_context *context, accord_risk *risk) {
  size_t bits = risk->loss ? pooled_bits_in_words(risk->loss, risk->count, risk->n)
                           : pooled_bits(context, (const mpz_t *)risk->big_loss, risk->count, risk->n);
  risk->in_words = bits <= LOSS_BITS && mpz_sizeinbase(risk->weight_sum, 2) <= WEIGHT_BITS;
  (risk->in_words ? to_words : to_big)(context, risk);
}

static accord_risk *new_risk(accord_context *context, accord_measure measure, const mpq_t parameter, size_t count,
                             int n) {
  accord_risk *risk = POOL_NEW(context, 1, accord_risk);
  risk->n = n;
  risk->count = count;
  risk->measure = measure;
  pool_rational(context, risk->parameter);
  mpq_set(risk->parameter, parameter);
  pool_rational(context, risk->unit);
  mpq_set_ui(risk->unit, 1, 1);
  pool_integer(context, risk->weight_sum);
  pool_integer(context, risk->tail);
  return risk;
}

/* From scenario by scenario to party by party, without scenarios that have no chance. */
static void turn_losses(accord_context *context, accord_risk *risk, const int64_t *small, mpz_t *big) {
  size_t kept = 0, count = risk->count;
  for (size_t k = 0; k < count; k++) kept += mpz_sgn(risk->big_weight[k]) > 0;
  if (small) risk->loss = POOL_NEW(context, kept * (size_t)risk->n, int64_t);
  else risk->big_loss = pool_integers(context, kept * (size_t)risk->n);
  risk->count = kept;
  risk->number = POOL_NEW(context, kept, size_t);
  for (size_t k = 0, to = 0; k < count; k++) {
    if (k % 1024 == 0) check_clock(context);
    if (mpz_sgn(risk->big_weight[k]) <= 0) continue;
    risk->number[to] = k + 1;
    for (size_t i = 0; i < (size_t)risk->n; i++) {
      if (small) risk->loss[i * kept + to] = small[k * (size_t)risk->n + i];
      else mpz_swap(risk->big_loss[i * kept + to], big[k * (size_t)risk->n + i]);
    }
    mpz_swap(risk->big_weight[to++], risk->big_weight[k]);
  }
}

accord_risk *risk_from_lists(accord_context *context, accord_measure measure, const mpq_t parameter,
                             value_table *chances, value_table *losses, int n) {
  accord_risk *risk = new_risk(context, measure, parameter, losses->size / (size_t)n, n);
  int64_t *small;
  mpz_t *big;
  set_weights(context, risk, chances);
  if (chances) pool_free(context, chances->entries);
  table_integers(losses, &small, &big, mpq_denref(risk->unit));
  pool_free(context, losses->entries);
  turn_losses(context, risk, small, big);
  pool_free(context, small);
  pool_free(context, big);
  reduce_weights(context, risk);
  choose_form(context, risk);
  return risk;
}

/* -------------------------------------------------------------- from doubles */

static int bits_of(size_t number) { return number ? 64 - __builtin_clzll(number) : 0; }

/* Exponents of the first and the last bit of any loss. */
static void find_range(int *top, int *bottom, const double *losses, size_t size) {
  *top = -2000, *bottom = 2000;
  for (size_t j = 0; j < size; j++) {
    int exponent;
    if (losses[j] == 0) continue;
    double fraction = ldexp(frexp(losses[j], &exponent), 53);
    int last = exponent - 53 + __builtin_ctzll((uint64_t)fabs(fraction));
    if (exponent > *top) *top = exponent;
    if (last < *bottom) *bottom = last;
  }
  if (*top < *bottom) *top = *bottom = 0;
}

static void place_losses(accord_context *context, accord_risk *risk, const double *losses, int bottom, bool in_words) {
  size_t count = risk->count, n = (size_t)risk->n;
  mpq_t *work = pool_rationals(context, 1);
  if (in_words) risk->loss = POOL_NEW(context, count * n, int64_t);
  else risk->big_loss = pool_integers(context, count * n);
  risk->number = POOL_NEW(context, count, size_t);
  for (size_t k = 0; k < count; k++) {
    if (k % 1024 == 0) check_clock(context);
    risk->number[k] = k + 1;
    for (size_t i = 0; i < n; i++) {
      double loss = losses[k * n + i];
      if (in_words) {
        risk->loss[i * count + k] = (int64_t)rint(ldexp(loss, -bottom));
        continue;
      }
      mpq_set_d(*work, loss);
      if (bottom >= 0) mpq_div_2exp(*work, *work, (mp_bitcnt_t)bottom);
      else mpq_mul_2exp(*work, *work, (mp_bitcnt_t)-bottom);
      mpz_set(risk->big_loss[i * count + k], mpq_numref(*work));
    }
  }
  pool_free(context, work);
}

accord_risk *risk_from_doubles(accord_context *context, accord_measure measure, const mpq_t parameter, bool exact,
                               const double *losses, size_t count, int n) {
  accord_risk *risk = new_risk(context, measure, parameter, count, n);
  int top, bottom, room = LOSS_BITS - bits_of((size_t)n) - bits_of(count);
  set_weights(context, risk, NULL);
  reduce_weights(context, risk);
  find_range(&top, &bottom, losses, count * (size_t)n);
  if (!exact && top - bottom > room) bottom = top - room;
  place_losses(context, risk, losses, bottom, top - bottom + bits_of((size_t)n) <= LOSS_BITS);
  if (bottom >= 0) mpq_mul_2exp(risk->unit, risk->unit, (mp_bitcnt_t)bottom);
  else mpq_div_2exp(risk->unit, risk->unit, (mp_bitcnt_t)-bottom);
  choose_form(context, risk);
  return risk;
}

/* ------------------------------------------------------------------ problems */

accord_problem *problem_from_risk(accord_context *context, accord_risk *risk, bool exact) {
  accord_problem *problem;
  const char *why = NULL;
  accord_game *game = risk_game(context, risk, &why);
  exact = exact && measure_is_rational(risk->measure);
  if (game) {
    problem = problem_from_game(context, game, exact);
  } else {
    problem = POOL_NEW(context, 1, accord_problem);
    problem->n = risk->n;
    problem->goal = ACCORD_COST;
    problem->exact = exact;
    problem->no_game = why;
    pool_rational(context, problem->total);
    risk_of(context, problem->total, risk, ALL_TOGETHER);
    risk->alone = pool_rationals(context, (size_t)risk->n);
    for (int i = 0; i < risk->n; i++) risk_of(context, risk->alone[i], risk, i);
  }
  problem->risk = risk;
  return problem;
}

struct scenarios {
  accord_problem **problem;
  accord_measure measure;
  const char *parameter;
  const char *const *chances, *const *losses;
  const double *doubles;
  bool exact;
  size_t count;
  int n;
};

static void read_text(accord_context *context, mpq_t number, const char *text) {
  if (!text || number_from_text(context, number, text, strlen(text)) != NUMBER_GOOD)
    guard_leave(context, ACCORD_INVALID, "'%.40s' is not a number", text ? text : "");
}

static void check_scenarios(accord_context *context, mpq_t parameter, const struct scenarios *in) {
  if (in->n < 1 || in->count < 1)
    guard_leave(context, ACCORD_INVALID, "there are %d parties and %zu scenarios, not one or more of both", in->n,
                in->count);
  bool has_one = has_tail(in->measure) || in->measure == ACCORD_ENTROPIC;
  if (has_one) read_text(context, parameter, in->parameter);
  if ((has_one && mpq_sgn(parameter) <= 0) || (has_tail(in->measure) && mpq_cmp_ui(parameter, 1, 1) > 0))
    guard_leave(context, ACCORD_INVALID, "'%.40s' is out of place for this measure", in->parameter);
}

static void fill_list(accord_context *context, value_table *list, const char *const *texts, size_t size) {
  table_start_list(context, list, size);
  for (size_t k = 0; k < size; k++) {
    number_parts parts;
    if (number_read(&parts, texts[k], strlen(texts[k])) != NUMBER_GOOD)
      guard_leave(context, ACCORD_INVALID, "'%.40s' is not a number", texts[k]);
    table_set(list, k, &parts);
  }
}

static void check_chances(accord_context *context, const struct scenarios *in) {
  mpq_t *work = pool_rationals(context, 2), *sum = &work[0], *each = &work[1];
  for (size_t k = 0; k < in->count; k++) {
    read_text(context, *each, in->chances[k]);
    if (mpq_sgn(*each) < 0) guard_leave(context, ACCORD_INVALID, "the chance '%.40s' is negative", in->chances[k]);
    mpq_add(*sum, *sum, *each);
  }
  if (mpq_cmp_ui(*sum, 1, 1) != 0) guard_leave(context, ACCORD_INVALID, "the chances do not sum to 1");
  pool_free(context, work);
}

static accord_status from_scenarios(accord_context *context, void *argument) {
  struct scenarios *in = argument;
  mpq_t *parameter = pool_rationals(context, 1);
  value_table chances, losses;
  check_scenarios(context, *parameter, in);
  if (in->chances) {
    check_chances(context, in);
    fill_list(context, &chances, in->chances, in->count);
  }
  fill_list(context, &losses, in->losses, in->count * (size_t)in->n);
  accord_risk *risk = risk_from_lists(context, in->measure, *parameter, in->chances ? &chances : NULL, &losses, in->n);
  *in->problem = problem_from_risk(context, risk, true);
  return ACCORD_OK;
}

accord_status accord_problem_from_scenarios(accord_context *context, accord_problem **problem, accord_measure measure,
                                            const char *parameter, const char *const *chances,
                                            const char *const *losses, size_t scenarios, int n) {
  struct scenarios in = {problem, measure, parameter, chances, losses, NULL, true, scenarios, n};
  accord_status status = guard(context, from_scenarios, &in);
  if (status != ACCORD_OK) *problem = NULL;
  return status;
}

static accord_status from_losses(accord_context *context, void *argument) {
  struct scenarios *in = argument;
  mpq_t *parameter = pool_rationals(context, 1);
  check_scenarios(context, *parameter, in);
  for (size_t j = 0; j < in->count * (size_t)in->n; j++)
    if (!isfinite(in->doubles[j])) return fail(context, ACCORD_INVALID, "loss %zu is not a finite number", j);
  accord_risk *risk = risk_from_doubles(context, in->measure, *parameter, in->exact, in->doubles, in->count, in->n);
  *in->problem = problem_from_risk(context, risk, in->exact);
  return ACCORD_OK;
}

accord_status accord_problem_from_losses(accord_context *context, accord_problem **problem, accord_measure measure,
                                         const char *parameter, bool exact, const double *losses, size_t scenarios,
                                         int n) {
  struct scenarios in = {problem, measure, parameter, NULL, NULL, losses, exact, scenarios, n};
  accord_status status = guard(context, from_losses, &in);
  if (status != ACCORD_OK) *problem = NULL;
  return status;
}

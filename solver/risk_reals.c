/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "risk_reals.h"

#include "kernels.h"
#include "threads.h"

#include <math.h>
#include <string.h>

typedef double reals __attribute__((vector_size(32), aligned(8), may_alias));

#define load_reals(entry) (*(const reals *)(const void *)(entry))
#define place_reals(entry) (*(reals *)(void *)(entry))

/* -------------------------------------------------------------- semideviation */

KERNEL_BODY void squares_body(double *sum, const int64_t *pooled, const int64_t *more, const double *weight,
                              size_t count, int64_t whole, double part) {
  const quad base = {whole, whole, whole, whole};
  const reals rest = {part, part, part, part};
  reals all = {0};
  size_t k = 0;
  for (; k + 4 <= count; k += 4) {
    quad value = load(&pooled[k]) - base;
    if (more) value += load(&more[k]);
    reals excess = __builtin_convertvector(value, reals) - rest;
    excess = (reals)((quad)excess & (excess > 0));
    excess *= excess;
    if (weight) excess *= load_reals(&weight[k]);
    all += excess;
  }
  *sum = (all[0] + all[1]) + (all[2] + all[3]);
  for (; k < count; k++) {
    double excess = (double)(pooled[k] - whole + (more ? more[k] : 0)) - part;
    if (excess > 0) *sum += excess * excess * (weight ? weight[k] : 1);
  }
}
KERNEL(squares,
       (double *sum, const int64_t *pooled, const int64_t *more, const double *weight, size_t count, int64_t whole,
        double part),
       (sum, pooled, more, weight, count, whole, part))

double excess_squares(const int64_t *pooled, const int64_t *more, const double *weight, size_t count, int64_t whole,
                      double part) {
  double sum;
  squares(&sum, pooled, more, weight, count, whole, part);
  return sum;
}

/* ------------------------------------------------------------------- entropic */

/* What of x = (L_i - EL_i) / T the coalitions' exponentials are made of, and where they go. */
struct exponentials {
  const accord_risk *risk;
  exponential_form form;
  double *factor;    /* size n * count: e^x, or e^x - 1 */
  double *chance;    /* size count */
  long double *mean; /* size n, as stated */
  long double tolerance;
  int bits;
  double **room, *real;
};

KERNEL_BODY void join_body(double *product, const double *before, const double *factor, size_t count, bool growth) {
  size_t k = 0;
  for (; k + 4 <= count; k += 4) {
    reals a = load_reals(&before[k]), b = load_reals(&factor[k]);
    reals both = a * b;
    if (growth) both += a + b;
    place_reals(&product[k]) = both;
  }
  for (; k < count; k++) {
    double both = before[k] * factor[k];
    product[k] = growth ? both + (before[k] + factor[k]) : both;
  }
}
KERNEL(join, (double *product, const double *before, const double *factor, size_t count, bool growth),
       (product, before, factor, count, growth))

KERNEL_BODY void mean_body(double *sum, const double *value, const double *chance, size_t count) {
  reals all = {0};
  size_t k = 0;
  for (; k + 4 <= count; k += 4) {
    reals part = load_reals(&value[k]) * load_reals(&chance[k]);
    all += part;
  }
  *sum = (all[0] + all[1]) + (all[2] + all[3]);
  for (; k < count; k++) *sum += value[k] * chance[k];
}
KERNEL(mean, (double *sum, const double *value, const double *chance, size_t count), (sum, value, chance, count))

static void finish(const struct exponentials *in, accord_coalition coalition, const double *value, long double loss) {
  double sum;
  if (!coalition) return;
  mean(&sum, value, in->chance, in->risk->count);
  long double logarithm = in->form == GROWTH ? log1pl((long double)sum) : logl((long double)sum);
  in->real[coalition] = (double)(loss + in->tolerance * logarithm);
}

static void decide(const struct exponentials *in, int parties, accord_coalition coalition, const double *before,
                   long double loss, double *room) {
  size_t count = in->risk->count;
  int i = parties - 1;
  if (parties == 0) {
    finish(in, coalition, before, loss);
    return;
  }
  decide(in, i, coalition, before, loss, room + count);
  join(room, before, &in->factor[(size_t)i * count], count, in->form == GROWTH);
  decide(in, i, coalition | party(i), room, loss + in->mean[i], room + count);
}

static void go_through_part(void *argument, int thread, size_t part) {
  const struct exponentials *in = argument;
  size_t count = in->risk->count;
  double *first = in->room[thread];
  long double loss = 0;
  for (size_t k = 0; k < count; k++) first[k] = in->form == GROWTH ? 0 : 1;
  for (int i = in->bits; i < in->risk->n; i++) {
    if (!has(part << in->bits, i)) continue;
    join(first, first, &in->factor[(size_t)i * count], count, in->form == GROWTH);
    loss += in->mean[i];
  }
  decide(in, in->bits, part << in->bits, first, loss, first + count);
}

/* x of every party and scenario in place of factors, and by their largest sum in a scenario what is made of them. */
static void set_exponents(accord_context *context, struct exponentials *in) {
  static const double small = 4, most = 600;
  const accord_risk *risk = in->risk;
  size_t count = risk->count;
  long double unit = (long double)accord_to_double(risk->unit), all = (long double)risk->weights_in_all;
  double *reach = POOL_NEW(context, count, double), largest = 0;
  for (size_t i = 0; i < (size_t)risk->n; i++) {
    const int64_t *loss = &risk->loss[i * count];
    wide sum = 0;
    for (size_t k = 0; k < count; k++) sum += (wide)loss[k] * risk->weight[k];
    in->mean[i] = (long double)sum / all * unit;
    for (size_t k = 0; k < count; k++) {
      long double deviation = (long double)((wide)loss[k] * risk->weights_in_all - sum);
      in->factor[i * count + k] = (double)(deviation / all * unit / in->tolerance);
      reach[k] += fabs(in->factor[i * count + k]);
    }
  }
  for (size_t k = 0; k < count; k++) largest = fmax(largest, reach[k]);
  in->form = largest <= small ? GROWTH : largest <= most ? EXPONENTIAL : TOO_LARGE;
  pool_free(context, reach);
}

static void start(accord_context *context, struct exponentials *in) {
  const accord_risk *risk = in->risk;
  size_t count = risk->count;
  in->factor = POOL_NEW(context, (size_t)risk->n * count, double);
  in->chance = POOL_NEW(context, count, double);
  in->mean = POOL_NEW(context, (size_t)risk->n, long double);
  in->tolerance = (long double)accord_to_double(risk->parameter);
  set_exponents(context, in);
  for (size_t k = 0; k < count; k++) in->chance[k] = (double)risk->weight[k] / (double)risk->weights_in_all;
  for (size_t j = 0; j < (size_t)risk->n * count && in->form != TOO_LARGE; j++)
    in->factor[j] = in->form == GROWTH ? expm1(in->factor[j]) : exp(in->factor[j]);
}

bool entropic_of_all(accord_context *context, double *real, const accord_risk *risk) {
  enum { PARTS_BITS = 5, MOST_BITS = 12 };
  static const double worth_threads = 1e7;
  accord_mark mark = accord_get_mark(context);
  struct exponentials in = {.risk = risk, .real = real};
  int threads = ldexp((double)risk->count, risk->n) > worth_threads ? thread_count(context, GAME_MOST_PARTIES) : 1;
  start(context, &in);
  in.bits = risk->n > PARTS_BITS ? risk->n - PARTS_BITS : 0;
  if (in.bits > MOST_BITS) in.bits = MOST_BITS;
  in.room = POOL_NEW(context, (size_t)threads, double *);
  for (int t = 0; t < threads; t++) in.room[t] = POOL_NEW(context, ((size_t)in.bits + 1) * risk->count, double);
  if (in.form != TOO_LARGE) run_parts(context, go_through_part, &in, (size_t)1 << (risk->n - in.bits), threads);
  accord_reset(context, mark);
  return in.form != TOO_LARGE;
}

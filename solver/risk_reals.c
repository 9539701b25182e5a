/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coalitions are gone through by deciding about one party after the other, the last first. What the others have come to
 * in each scenario is kept on the way; the first FEW parties' coalitions all join it in one pass, and are not kept.
 *
 * A semideviation is taken from exact sums of losses, less the whole part of each party's mean; what is left of the
 * means is a fraction with the weights below it. Exponentials of pooled losses are products of the parties', or of
 * small ones, of which nothing should be lost, u = e^x - 1: (1 + u)(1 + v) = 1 + u + v + u v. */
#include "risk_reals.h"

#include "kernels.h"
#include "tail_scan.h"
#include "threads.h"

#include <math.h>
#include <string.h>

enum { FEW = 2, FEW_COALITIONS = 1 << FEW };

#define KERNEL_FILE "risk_reals_body.h"
#include "kernel_widths.h"

KERNEL_BY_WIDTH(squares_above,
                (double *sum, const int64_t *pooled, const int64_t *few, const double *mean, const double *weight,
                 size_t stride),
                (sum, pooled, few, mean, weight, stride))
KERNEL_BY_WIDTH(products, (double *sum, const double *value, const double *few, size_t stride),
                (sum, value, few, stride))
KERNEL_BY_WIDTH(join, (double *both, const double *before, const double *factor, size_t stride, bool growth),
                (both, before, factor, stride, growth))

/* What both measures go by. */
struct walk {
  const accord_risk *risk;
  size_t stride; /* of rows of scenarios: what fills the last eight is 0 */
  int few, bits; /* parties that join in one pass, and those decided within a part */
  int threads;
  double *real;
};

static struct walk plan(accord_context *context, double *real, const accord_risk *risk) {
  enum { PARTS_BITS = 5, MOST_BITS = 12 };
  static const double worth_threads = 1e7;
  struct walk walk = {.risk = risk, .real = real, .stride = (risk->count + 7) / 8 * 8};
  bool large = ldexp((double)risk->count, risk->n) > worth_threads;
  walk.few = risk->n < FEW ? risk->n : FEW;
  walk.bits = risk->n > PARTS_BITS + FEW ? risk->n - PARTS_BITS : risk->n;
  if (walk.bits > MOST_BITS) walk.bits = MOST_BITS;
  walk.threads = large ? thread_count(context, GAME_MOST_PARTIES) : 1;
  return walk;
}

static void walk_through(accord_context *context, const struct walk *walk, part_work *work, void *argument) {
  run_parts(context, work, argument, (size_t)1 << (walk->risk->n - walk->bits), walk->threads);
}

/* -------------------------------------------------------------- semideviation */

/* A mean less the whole parts of the parties' means: carried + rest / W. */
struct fraction {
  int64_t carried, rest;
};

struct deviations {
  struct walk walk;
  int64_t *loss;             /* n rows: losses less the whole part of their mean */
  struct fraction *fraction; /* size n: of each party's mean */
  int64_t *few;              /* a row for each coalition of the first few parties */
  struct fraction few_fraction[FEW_COALITIONS];
  double *weight; /* a row, or NULL where weights are even */
  int64_t even_weight;
  long double unit;
  int64_t **room;
};

static struct fraction add_fractions(const struct deviations *in, struct fraction a, struct fraction b) {
  struct fraction sum = {a.carried + b.carried, a.rest + b.rest};
  int64_t all = in->walk.risk->weights_in_all;
  if (sum.rest >= all) sum.rest -= all, sum.carried++;
  return sum;
}

static void finish_deviations(const struct deviations *in, accord_coalition coalition, const int64_t *pooled,
                              struct fraction fraction) {
  double mean[FEW_COALITIONS], squares[FEW_COALITIONS];
  long double all = (long double)in->walk.risk->weights_in_all, each = (long double)in->even_weight;
  for (int l = 0; l < FEW_COALITIONS; l++) {
    struct fraction sum = add_fractions(in, fraction, in->few_fraction[l]);
    mean[l] = (double)sum.carried + (double)sum.rest / (double)all;
  }
  squares_above(squares, pooled, in->few, mean, in->weight, in->walk.stride);
  for (accord_coalition l = 0; l < (accord_coalition)1 << in->walk.few; l++)
    in->walk.real[coalition | l] = (double)(sqrtl((long double)squares[l] * each / all) * in->unit);
}

static void decide_deviations(const struct deviations *in, int parties, accord_coalition coalition,
                              const int64_t *before, struct fraction fraction, int64_t *room) {
  size_t stride = in->walk.stride;
  int i = parties - 1;
  if (parties == in->walk.few) {
    finish_deviations(in, coalition, before, fraction);
    return;
  }
  decide_deviations(in, i, coalition, before, fraction, room + stride);
  add_losses(room, before, &in->loss[(size_t)i * stride], stride);
  decide_deviations(in, i, coalition | party(i), room, add_fractions(in, fraction, in->fraction[i]), room + stride);
}

static void work_deviations(void *argument, int thread, size_t part) {
  const struct deviations *in = argument;
  size_t stride = in->walk.stride;
  int64_t *first = in->room[thread];
  struct fraction fraction = {0, 0};
  memset(first, 0, stride * sizeof *first);
  for (int i = in->walk.bits; i < in->walk.risk->n; i++) {
    if (!has(part << in->walk.bits, i)) continue;
    add_losses(first, first, &in->loss[(size_t)i * stride], stride);
    fraction = add_fractions(in, fraction, in->fraction[i]);
  }
  decide_deviations(in, in->walk.bits, part << in->walk.bits, first, fraction, first + stride);
}

static void take_off_means(struct deviations *in) {
  const accord_risk *risk = in->walk.risk;
  for (size_t i = 0; i < (size_t)risk->n; i++) {
    const int64_t *loss = &risk->loss[i * risk->count];
    int64_t *row = &in->loss[i * in->walk.stride];
    wide sum = 0, all = risk->weights_in_all;
    for (size_t k = 0; k < risk->count; k++) sum += (wide)loss[k] * risk->weight[k];
    wide whole = sum / all;
    if (whole * all > sum) whole--;
    in->fraction[i].rest = (int64_t)(sum - whole * all);
    for (size_t k = 0; k < risk->count; k++) row[k] = loss[k] - (int64_t)whole;
  }
}

static void set_few_deviations(struct deviations *in) {
  size_t stride = in->walk.stride;
  for (size_t l = 1; l < (size_t)1 << in->walk.few; l++) {
    size_t before = l & (l - 1), i = (size_t)__builtin_ctzll(l);
    add_losses(&in->few[l * stride], &in->few[before * stride], &in->loss[i * stride], stride);
    in->few_fraction[l] = add_fractions(in, in->few_fraction[before], in->fraction[i]);
  }
}

static void set_weights(accord_context *context, struct deviations *in) {
  const accord_risk *risk = in->walk.risk;
  bool even = true;
  for (size_t k = 1; k < risk->count; k++) even &= risk->weight[k] == risk->weight[0];
  in->even_weight = even ? risk->weight[0] : 1;
  if (even) return;
  in->weight = POOL_NEW(context, in->walk.stride, double);
  for (size_t k = 0; k < risk->count; k++) in->weight[k] = (double)risk->weight[k];
}

void semideviation_of_all(accord_context *context, double *real, const accord_risk *risk) {
  accord_mark mark = accord_get_mark(context);
  struct deviations in = {.walk = plan(context, real, risk), .unit = (long double)accord_to_double(risk->unit)};
  size_t n = (size_t)risk->n, stride = in.walk.stride;
  in.loss = POOL_NEW(context, n * stride, int64_t);
  in.fraction = POOL_NEW(context, n, struct fraction);
  in.few = POOL_NEW(context, FEW_COALITIONS * stride, int64_t);
  take_off_means(&in);
  set_few_deviations(&in);
  set_weights(context, &in);
  in.room = POOL_NEW(context, (size_t)in.walk.threads, int64_t *);
  for (int t = 0; t < in.walk.threads; t++)
    in.room[t] = POOL_NEW(context, ((size_t)in.walk.bits + 1) * stride, int64_t);
  walk_through(context, &in.walk, work_deviations, &in);
  real[0] = 0;
  accord_reset(context, mark);
}

/* ------------------------------------------------------------------- entropic */

typedef enum exponential_form { GROWTH, EXPONENTIAL, TOO_LARGE } exponential_form;

/* What of x = (L_i - EL_i) / T the coalitions' exponentials are made of. */
struct exponentials {
  struct walk walk;
  exponential_form form;
  double *factor;    /* n rows: e^x, or e^x - 1 */
  long double *mean; /* size n, as stated */
  double *few;       /* a row for each coalition of the first few parties: what a scenario's exponential counts */
  double few_growth[FEW_COALITIONS]; /* of those alone */
  long double few_mean[FEW_COALITIONS];
  long double tolerance;
  double **room;
};

static void finish_exponentials(const struct exponentials *in, accord_coalition coalition, const double *value,
                                long double loss) {
  double sum[FEW_COALITIONS];
  products(sum, value, in->few, in->walk.stride);
  for (accord_coalition l = 0; l < (accord_coalition)1 << in->walk.few; l++) {
    double logarithm = in->form == GROWTH ? log1p(sum[l] + in->few_growth[l]) : log(sum[l]);
    in->walk.real[coalition | l] = (double)(loss + in->few_mean[l] + in->tolerance * (long double)logarithm);
  }
}

static void decide_exponentials(const struct exponentials *in, int parties, accord_coalition coalition,
                                const double *before, long double loss, double *room) {
  size_t stride = in->walk.stride;
  int i = parties - 1;
  if (parties == in->walk.few) {
    finish_exponentials(in, coalition, before, loss);
    return;
  }
  decide_exponentials(in, i, coalition, before, loss, room + stride);
  join(room, before, &in->factor[(size_t)i * stride], stride, in->form == GROWTH);
  decide_exponentials(in, i, coalition | party(i), room, loss + in->mean[i], room + stride);
}

static void work_exponentials(void *argument, int thread, size_t part) {
  const struct exponentials *in = argument;
  size_t stride = in->walk.stride;
  double *first = in->room[thread];
  long double loss = 0;
  for (size_t k = 0; k < stride; k++) first[k] = in->form == GROWTH ? 0 : 1;
  for (int i = in->walk.bits; i < in->walk.risk->n; i++) {
    if (!has(part << in->walk.bits, i)) continue;
    join(first, first, &in->factor[(size_t)i * stride], stride, in->form == GROWTH);
    loss += in->mean[i];
  }
  decide_exponentials(in, in->walk.bits, part << in->walk.bits, first, loss, first + stride);
}

/* x of every party and scenario in place of factors, and by their largest sum in a scenario what is made of them. */
static void set_exponents(accord_context *context, struct exponentials *in) {
  static const double small = 4, most = 600;
  const accord_risk *risk = in->walk.risk;
  size_t count = risk->count;
  long double unit = (long double)accord_to_double(risk->unit), all = (long double)risk->weights_in_all;
  double *reach = POOL_NEW(context, count, double), largest = 0;
  for (size_t i = 0; i < (size_t)risk->n; i++) {
    const int64_t *loss = &risk->loss[i * count];
    double *row = &in->factor[i * in->walk.stride];
    wide sum = 0;
    for (size_t k = 0; k < count; k++) sum += (wide)loss[k] * risk->weight[k];
    in->mean[i] = (long double)sum / all * unit;
    for (size_t k = 0; k < count; k++) {
      long double deviation = (long double)((wide)loss[k] * risk->weights_in_all - sum);
      row[k] = (double)(deviation / all * unit / in->tolerance);
      reach[k] += fabs(row[k]);
    }
  }
  for (size_t k = 0; k < count; k++) largest = fmax(largest, reach[k]);
  in->form = largest <= small ? GROWTH : largest <= most ? EXPONENTIAL : TOO_LARGE;
  pool_free(context, reach);
}

/* With growth v of a few parties, chances p: sum of p (u + v + u v) = sum of p v + sum of u p (1 + v). */
static void set_few_exponentials(struct exponentials *in) {
  const accord_risk *risk = in->walk.risk;
  size_t stride = in->walk.stride;
  bool growth = in->form == GROWTH;
  for (size_t l = 0; l < (size_t)1 << in->walk.few; l++) {
    size_t before = l & (l - 1), i = (size_t)__builtin_ctzll(l | FEW_COALITIONS);
    double *row = &in->few[l * stride];
    for (size_t k = 0; k < stride; k++) row[k] = growth ? 0 : 1;
    if (l) join(row, &in->few[before * stride], &in->factor[i * stride], stride, growth);
    if (l) in->few_mean[l] = in->few_mean[before] + in->mean[i];
  }
  for (size_t l = 0; l < (size_t)1 << in->walk.few; l++)
    for (size_t k = 0; k < stride; k++) {
      double *one = &in->few[l * stride + k];
      double chance = k < risk->count ? (double)risk->weight[k] / (double)risk->weights_in_all : 0;
      if (growth) in->few_growth[l] += chance * *one;
      *one = chance * (growth ? 1 + *one : *one);
    }
}

bool entropic_of_all(accord_context *context, double *real, const accord_risk *risk) {
  accord_mark mark = accord_get_mark(context);
  struct exponentials in = {.walk = plan(context, real, risk)};
  size_t n = (size_t)risk->n, stride = in.walk.stride;
  in.factor = POOL_NEW(context, n * stride, double);
  in.mean = POOL_NEW(context, n, long double);
  in.few = POOL_NEW(context, FEW_COALITIONS * stride, double);
  in.tolerance = (long double)accord_to_double(risk->parameter);
  set_exponents(context, &in);
  if (in.form != TOO_LARGE) {
    for (size_t k = 0; k < n * stride; k++) in.factor[k] = in.form == GROWTH ? expm1(in.factor[k]) : exp(in.factor[k]);
    set_few_exponentials(&in);
    in.room = POOL_NEW(context, (size_t)in.walk.threads, double *);
    for (int t = 0; t < in.walk.threads; t++)
      in.room[t] = POOL_NEW(context, ((size_t)in.walk.bits + 1) * stride, double);
    walk_through(context, &in.walk, work_exponentials, &in);
  }
  real[0] = 0;
  accord_reset(context, mark);
  return in.form != TOO_LARGE;
}

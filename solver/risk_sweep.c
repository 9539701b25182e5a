/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coalitions are gone through by deciding about one party after the other, the last first: what a coalition loses is
 * one addition away from what it loses without its last party to join, and coalitions come in rising order.
 *
 * The tail of a coalition begins near where that of its neighbours does, counted in standard deviations from the mean.
 * Mean and deviation follow from those of the parties, so that this holds for hedged books as well, in which losses
 * cancel: there thresholds jump from one coalition to the next, their distance in deviations does not. One pass keeps
 * all losses from a little below the place foreseen on; the tail is what remains when the smallest of these are taken
 * away, and the threshold is among the few between a little below and a little above that place. Where it is not, the
 * look is wider: what comes out is exact, whatever was foreseen. */
#include "risk_sweep.h"

#include "dense.h"
#include "tail_scan.h"
#include "threads.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

enum { NEIGHBOURS = 4 };

/* What a thread works with. */
struct sweeper {
  int64_t *sums;                        /* (bits + 1) * count */
  int64_t *found, *found_weight, *band; /* size count + SCAN_SPARE */
  float *place,
      *density; /* size 2^bits: threshold in deviations from the mean; part of all weights a deviation there */
  risk_work work;
};

struct sweep {
  const accord_risk *risk;
  sweep_results results;
  int bits; /* parties decided within a part */
  bool predict;
  int64_t even_weight;       /* of every scenario, or 0 where they differ */
  double half_band;          /* of all weights: how far around the place foreseen is looked */
  double *mean, *covariance; /* size n, n * n; in the unit of losses */
  struct sweeper *sweepers;
};

/* A coalition on the way. */
struct state {
  accord_coalition coalition;
  const int64_t *pooled, *more; /* losses are pooled + more, where that is not NULL */
  double mean, variance;
};

static atomic_bool predicting = true;

bool sweep_predicts(bool predict) { return atomic_exchange(&predicting, predict); }

/* --------------------------------------------------------------------- tails */

static void keep_tail(const struct sweep *sweep, accord_coalition coalition, wide sum, int64_t threshold) {
  wide value = sweep->risk->measure == ACCORD_VALUE_AT_RISK ? threshold : sum;
  if (sweep->results.small) sweep->results.small[coalition] = (int64_t)-value;
  else sweep->results.large[coalition] = -value;
}

static void write_sums(int64_t *sums, const struct state *state, size_t count) {
  if (state->more) add_losses(sums, state->pooled, state->more, count);
  else memcpy(sums, state->pooled, count * sizeof *sums);
}

static int64_t select_from_all(const struct sweep *sweep, struct sweeper *own, const struct state *state) {
  int64_t threshold;
  write_sums(own->found, state, sweep->risk->count);
  wide sum = select_tail(&threshold, sweep->risk, own->found, &own->work);
  keep_tail(sweep, state->coalition, sum, threshold);
  return threshold;
}

/* How far out the tail begins, as the average of neighbours without one party that was decided last. */
struct foresight {
  double place, density;
};

static struct foresight foresee(const struct sweeper *own, accord_coalition low) {
  struct foresight sum = {0, 0};
  int count = 0;
  for (accord_coalition rest = low; rest && count < NEIGHBOURS; rest &= rest - 1, count++) {
    accord_coalition neighbour = low & ~(rest & -rest);
    sum.place += (double)own->place[neighbour];
    sum.density += (double)own->density[neighbour];
  }
  return (struct foresight){sum.place / count, sum.density / count};
}

/* What a look found: losses from a little below the place foreseen on. */
struct haul {
  size_t count;
  int64_t mass;
  double band; /* the part of all weights up to a little above that place; where weights are even */
};

static void look(struct haul *haul, const struct sweep *sweep, const struct sweeper *own, const struct state *state,
                 int64_t from) {
  const accord_risk *risk = sweep->risk;
  if (sweep->even_weight) {
    haul->count = scan_tail(own->found, state->pooled, state->more, risk->count, from);
    haul->mass = (int64_t)haul->count * sweep->even_weight;
    return;
  }
  haul->count =
      scan_weighted_tail(own->found, own->found_weight, state->pooled, state->more, risk->weight, risk->count, from);
  haul->mass = 0;
  for (size_t k = 0; k < haul->count; k++) haul->mass += own->found_weight[k];
}

static wide select_from_haul(int64_t *threshold, const struct haul *haul, const struct sweep *sweep,
                             struct sweeper *own) {
  int64_t even = sweep->even_weight;
  memcpy(own->work.value, own->found, haul->count * sizeof *own->found);
  if (!even) memcpy(own->work.weight, own->found_weight, haul->count * sizeof *own->found);
  for (size_t k = 0; k < haul->count && even; k++) own->work.weight[k] = even;
  return select_worst(threshold, &own->work, haul->count, sweep->risk->tail_weight);
}

/* Takes away what exceeds the tail, the smallest first; the threshold is the last that some is taken of. */
static wide take_excess(int64_t *threshold, struct haul *haul, const struct sweep *sweep, struct sweeper *own,
                        int64_t up_to) {
  int64_t even = sweep->even_weight, excess = haul->mass - sweep->risk->tail_weight, sum, taken = 0, count = 0;
  size_t in_band = sum_and_keep(&sum, own->band, own->found, haul->count, up_to);
  size_t rank = (size_t)((excess + even - 1) / even);
  haul->band = (double)in_band / (double)sweep->risk->count;
  if (in_band < rank || in_band > MOST_RANKED) return select_from_haul(threshold, haul, sweep, own);
  *threshold = find_by_rank(own->band, in_band, rank);
  for (size_t k = 0; k < in_band; k++) {
    int64_t smaller = -(own->band[k] < *threshold);
    taken += own->band[k] & smaller;
    count -= smaller;
  }
  return (wide)(sum - taken) * even - (wide)(excess - count * even) * *threshold;
}

/* Of uneven weights the band is only estimated: what was found beyond the tail, twice. */
static wide find_in_haul(int64_t *threshold, struct haul *haul, const struct sweep *sweep, struct sweeper *own,
                         int64_t up_to) {
  if (sweep->even_weight) return take_excess(threshold, haul, sweep, own, up_to);
  haul->band = 2 * (double)(haul->mass - sweep->risk->tail_weight) / (double)sweep->risk->weights_in_all;
  return select_from_haul(threshold, haul, sweep, own);
}

static int64_t select_foreseen(const struct sweep *sweep, struct sweeper *own, const struct state *state,
                               accord_coalition low) {
  enum { MOST_LOOKS = 4 };
  struct foresight seen = foresee(own, low);
  double deviation = sqrt(state->variance > 0 ? state->variance : 0) + 1;
  double half = deviation * sweep->half_band / seen.density, centre = state->mean + seen.place * deviation;
  struct haul haul = {0};
  int64_t threshold;
  for (int looks = 0; looks < MOST_LOOKS && haul.mass <= sweep->risk->tail_weight; looks++) {
    if (looks) centre -= 2 * half, half *= 2;
    look(&haul, sweep, own, state, (int64_t)floor(centre - half));
  }
  if (haul.mass <= sweep->risk->tail_weight) return select_from_all(sweep, own, state);
  wide sum = find_in_haul(&threshold, &haul, sweep, own, (int64_t)ceil(centre + half));
  keep_tail(sweep, state->coalition, sum, threshold);
  own->density[low] = (float)fmax(haul.band * deviation / (2 * half), seen.density / 4);
  return threshold;
}

/* What is known of the first coalition of a part: its threshold, and a bell's density at it. */
static void find_tail(const struct sweep *sweep, struct sweeper *own, const struct state *state) {
  accord_coalition low = state->coalition & (((accord_coalition)1 << sweep->bits) - 1);
  bool foreseen = low && sweep->predict;
  int64_t threshold = 0;
  if (!foreseen) own->density[low] = (float)(0.4 * exp(-1));
  if (foreseen) threshold = select_foreseen(sweep, own, state, low);
  else if (state->coalition) threshold = select_from_all(sweep, own, state);
  double deviation = sqrt(state->variance > 0 ? state->variance : 0) + 1;
  own->place[low] = (float)(((double)threshold - state->mean) / deviation);
}

/* ---------------------------------------------------------------- coalitions */

static void finish(const struct sweep *sweep, struct sweeper *own, const struct state *state) {
  if (!sweep->results.real) {
    find_tail(sweep, own, state);
  } else if (state->coalition) {
    write_sums(own->found, state, sweep->risk->count);
    sweep->results.real[state->coalition] = entropic_in_words(sweep->risk, own->found, &own->work);
  }
}

/* Mean and variance with party i as well. */
static struct state join(const struct sweep *sweep, const struct state *before, int i) {
  struct state after = *before;
  const double *covariance = &sweep->covariance[(size_t)i * (size_t)sweep->risk->n];
  after.mean += sweep->mean[i];
  after.variance += covariance[i];
  for (accord_coalition rest = before->coalition; rest; rest &= rest - 1)
    after.variance += 2 * covariance[__builtin_ctzll(rest)];
  after.coalition |= party(i);
  return after;
}

/* All coalitions of the parties below, with those decided before. room: parties * count. */
static void decide(const struct sweep *sweep, struct sweeper *own, int parties, const struct state *before,
                   int64_t *room) {
  const accord_risk *risk = sweep->risk;
  int i = parties - 1;
  if (parties == 0) {
    finish(sweep, own, before);
    return;
  }
  struct state after = join(sweep, before, i);
  const int64_t *loss = &risk->loss[(size_t)i * risk->count];
  if (i == 0) { /* not worth keeping: added on the way */
    finish(sweep, own, before);
    after.more = loss;
    finish(sweep, own, &after);
    return;
  }
  decide(sweep, own, i, before, room + risk->count);
  add_losses(room, before->pooled, loss, risk->count);
  after.pooled = room;
  decide(sweep, own, i, &after, room + risk->count);
}

/* The coalitions that share their parties from bits on. */
static void sweep_part(void *argument, int thread, size_t part) {
  struct sweep *sweep = argument;
  struct sweeper *own = &sweep->sweepers[thread];
  const accord_risk *risk = sweep->risk;
  struct state state = {.pooled = own->sums};
  memset(own->sums, 0, risk->count * sizeof *own->sums);
  for (int i = sweep->bits; i < risk->n; i++) {
    if (!has(part << sweep->bits, i)) continue;
    add_losses(own->sums, own->sums, &risk->loss[(size_t)i * risk->count], risk->count);
    state = join(sweep, &state, i);
  }
  decide(sweep, own, sweep->bits, &state, own->sums + risk->count);
}

/* -------------------------------------------------------------------- set up */

/* What it takes to load a library, 2 ms, is worth it from so many products on (benchmarks/blas.c). */
static const double worth_library = 1.5e7;

static void multiply_columns(accord_context *context, double *product, const double *columns, size_t rows, int n) {
  size_t order = (size_t)n;
  if ((double)rows * n * n > worth_library) {
    dense_products(context, product, columns, rows, n);
    return;
  }
  for (size_t i = 0; i < order; i++)
    for (size_t j = 0; j <= i; j++) {
      double sum = 0;
      for (size_t k = 0; k < rows; k++) sum += columns[i * rows + k] * columns[j * rows + k];
      product[i * order + j] = product[j * order + i] = sum;
    }
}

/* Means and covariances of the parties' losses, to foresee with. */
static void find_moments(accord_context *context, struct sweep *sweep) {
  const accord_risk *risk = sweep->risk;
  size_t n = (size_t)risk->n, count = risk->count;
  double *centred = POOL_NEW(context, n * count, double), all = (double)risk->weights_in_all;
  sweep->mean = POOL_NEW(context, n, double);
  sweep->covariance = POOL_NEW(context, n * n, double);
  for (size_t i = 0; i < n; i++) {
    const int64_t *loss = &risk->loss[i * count];
    wide sum = 0;
    for (size_t k = 0; k < count; k++) sum += (wide)loss[k] * risk->weight[k];
    sweep->mean[i] = (double)sum / all;
    for (size_t k = 0; k < count; k++)
      centred[i * count + k] = sqrt((double)risk->weight[k] / all) * ((double)loss[k] - sweep->mean[i]);
  }
  multiply_columns(context, sweep->covariance, centred, count, (int)n);
  pool_free(context, centred);
}

/* Parts of some milliseconds, a few for each thread, and the same for any number of them. */
static int choose_part_bits(const accord_risk *risk) {
  enum { PARTS_BITS = 5 };
  static const double part_sums = 4e6;
  int bits = risk->n > PARTS_BITS ? risk->n - PARTS_BITS : 0;
  while (bits > 0 && ldexp((double)risk->count, bits) > part_sums) bits--;
  return bits;
}

static int64_t find_even_weight(const accord_risk *risk) {
  for (size_t k = 1; k < risk->count; k++)
    if (risk->weight[k] != risk->weight[0]) return 0;
  return risk->weight[0];
}

/* How far ranks of the tail's beginning scatter in samples so large, and a little for few. */
static double choose_half_band(const accord_risk *risk) {
  double part = (double)risk->tail_weight / (double)risk->weights_in_all, count = (double)risk->count;
  return (1.5 * sqrt(count * part * (1 - part)) + 2) / count;
}

int pooled_bits_times(const accord_risk *risk, const mpz_t number) {
  int bits = 0;
  for (size_t k = 0; k < risk->count; k++) {
    wide sum = 0;
    for (int i = 0; i < risk->n; i++) {
      int64_t loss = risk->loss[(size_t)i * risk->count + k];
      sum += loss < 0 ? -(wide)loss : loss;
    }
    while (sum >> bits) bits++;
  }
  return bits + (int)mpz_sizeinbase(number, 2);
}

static void start_sweeper(accord_context *context, struct sweeper *own, const struct sweep *sweep) {
  size_t count = sweep->risk->count, size = (size_t)1 << sweep->bits;
  own->sums = POOL_NEW(context, ((size_t)sweep->bits + 1) * count, int64_t);
  own->found = POOL_NEW(context, count + SCAN_SPARE, int64_t);
  own->found_weight = POOL_NEW(context, count + SCAN_SPARE, int64_t);
  own->band = POOL_NEW(context, count + SCAN_SPARE, int64_t);
  own->place = POOL_NEW(context, size, float);
  own->density = POOL_NEW(context, size, float);
  risk_work_start(context, &own->work, sweep->risk);
}

void sweep_coalitions(accord_context *context, const sweep_results *results, const accord_risk *risk) {
  static const double worth_threads = 1e7;
  enum { WORD_BITS = 62 };
  accord_mark mark = accord_get_mark(context);
  struct sweep sweep = {.risk = risk, .results = *results, .bits = choose_part_bits(risk)};
  bool large = ldexp((double)risk->count, risk->n) > worth_threads;
  int threads = large ? thread_count(context, GAME_MOST_PARTIES) : 1;
  sweep.even_weight = find_even_weight(risk);
  sweep.predict = predicting && !results->real && pooled_bits_times(risk, risk->weight_sum) <= WORD_BITS;
  sweep.half_band = choose_half_band(risk);
  find_moments(context, &sweep);
  sweep.sweepers = POOL_NEW(context, (size_t)threads, struct sweeper);
  for (int t = 0; t < threads; t++) start_sweeper(context, &sweep.sweepers[t], &sweep);
  run_parts(context, sweep_part, &sweep, (size_t)1 << (risk->n - sweep.bits), threads);
  accord_reset(context, mark);
}

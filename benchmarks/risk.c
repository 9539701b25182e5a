/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The risk of all coalitions: 1000 scenarios of 20 parties, as drawn and as a hedged book in which every second party
 * all but undoes what the one before it holds. Figures are seconds, or ratios to "sums only", which is what all
 * coalitions lose in every scenario and nothing else. */
#include "measure.h"
#include "risk_reals.h"
#include "risk_sweep.h"
#include "tail_scan.h"

#include <math.h>

enum { PARTIES = 20, SCENARIOS = 1000 };

static double uniform(uint64_t *state) { return ((double)(next_random(state) >> 11) + 0.5) * 0x1p-53; }

static double normal(uint64_t *state) {
  double radius = sqrt(-2 * log(uniform(state)));
  return radius * cos(2 * M_PI * uniform(state));
}

static double draw(uint64_t *state, bool hedged, int i, double before) {
  if (!hedged) return exp(normal(state));
  return i % 2 ? 0.05 * normal(state) - before : normal(state);
}

struct measured {
  accord_context *context;
  accord_risk *risk;
  sweep_results results;
};

static accord_risk *draw_risk(accord_context *context, accord_measure measure, const char *parameter, bool hedged) {
  uint64_t state = 1;
  double *loss = POOL_NEW(context, (size_t)SCENARIOS * PARTIES, double);
  mpq_t *number = pool_rationals(context, 1);
  for (int k = 0; k < SCENARIOS; k++)
    for (int i = 0; i < PARTIES; i++)
      loss[k * PARTIES + i] = draw(&state, hedged, i, i ? loss[k * PARTIES + i - 1] : 0);
  if (parameter) mpq_set_str(*number, parameter, 10);
  return risk_from_doubles(context, measure, *number, false, loss, SCENARIOS, PARTIES);
}

static void all_coalitions(void *argument) {
  struct measured *measured = argument;
  accord_context *context = measured->context;
  const accord_risk *risk = measured->risk;
  if (risk->measure == ACCORD_SEMIDEVIATION) semideviation_of_all(context, measured->results.real, risk);
  else if (risk->measure != ACCORD_ENTROPIC || !entropic_of_all(context, measured->results.real, risk))
    sweep_coalitions(context, &measured->results, risk);
}

/* ------------------------------------------------------------------ sums only */

static void sum_up(const accord_risk *risk, int parties, const int64_t *before, int64_t *room) {
  if (parties == 0) return;
  int i = parties - 1;
  sum_up(risk, i, before, room + risk->count);
  add_losses(room, before, &risk->loss[(size_t)i * risk->count], risk->count);
  sum_up(risk, i, room, room + risk->count);
}

static void sums_only(void *argument) {
  struct measured *measured = argument;
  int64_t *room = POOL_NEW(measured->context, (PARTIES + 1) * (size_t)SCENARIOS, int64_t);
  sum_up(measured->risk, PARTIES, room, room + SCENARIOS);
}

/* ----------------------------------------------------------------------- rows */

struct kind {
  const char *what, *family;
  accord_measure measure;
  const char *parameter;
  bool hedged;
  double seconds, ratio; /* goals; 0: the figure is the other */
};

static double bench_sums(struct measured *measured) {
  row entry = {.what = "scenario sums", .family = "1000 scenarios", .n = PARTIES};
  entry.taken = measure(measured->context, sums_only, measured, NULL, PARTIES);
  report(measured->context, entry);
  return entry.taken.minimum;
}

/* The same with every tail selected from all scenarios. */
static double time_selection(struct measured *measured) {
  bool before = sweep_predicts(false);
  double seconds = measure(measured->context, all_coalitions, measured, NULL, PARTIES).minimum;
  sweep_predicts(before);
  return seconds;
}

static void bench_kind(accord_context *context, const struct kind *kind, double sums) {
  struct measured measured = {context, draw_risk(context, kind->measure, kind->parameter, kind->hedged), {0}};
  bool tail = measure_is_rational(kind->measure);
  if (tail) measured.results.small = POOL_NEW(context, (size_t)1 << PARTIES, int64_t);
  else measured.results.real = POOL_NEW(context, (size_t)1 << PARTIES, double);
  row entry = {.what = kind->what, .family = kind->family, .n = PARTIES};
  if (tail) entry.naive = time_selection(&measured);
  entry.taken = measure(context, all_coalitions, &measured, NULL, PARTIES);
  if (kind->seconds > 0) entry.unit = "seconds", entry.goal = kind->seconds;
  else entry.unit = "of sums only", entry.goal = kind->ratio, entry.figure = entry.taken.minimum / sums;
  report(context, entry);
}

static const struct kind kinds[] = {
    {"expected shortfall", "plain", ACCORD_EXPECTED_SHORTFALL, "1/20", false, 0.35, 0},
    {"expected shortfall", "hedged", ACCORD_EXPECTED_SHORTFALL, "1/20", true, 0, 5},
    {"value at risk", "hedged", ACCORD_VALUE_AT_RISK, "1/20", true, 0, 5},
    {"semideviation", "plain", ACCORD_SEMIDEVIATION, NULL, false, 0, 1.25},
    {"entropic risk", "plain", ACCORD_ENTROPIC, "20", false, 0, 1.25},
};

static accord_status bench(accord_context *context, void *argument) {
  (void)argument;
  struct measured sums = {context, draw_risk(context, ACCORD_EXPECTATION, NULL, false), {0}};
  double seconds = 0;
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
    if (!is_wanted(kinds[k].what)) continue;
    if (seconds == 0) seconds = bench_sums(&sums);
    accord_mark mark = accord_get_mark(context);
    bench_kind(context, &kinds[k], seconds);
    accord_reset(context, mark);
  }
  return ACCORD_OK;
}

int main(int count, char **words) { return run_measurements(count, words, bench); }

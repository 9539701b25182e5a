/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a report draws of shares: bars of every rule for every party, the core with the rules and proposals in it, and the
 * ranges that unknown values leave. */
#include "chart.h"
#include "report.h"

#include <math.h>

enum { MOST_BARS = 72, MOST_SERIES = 7, MOST_PROPOSALS = 3, MOST_ROWS = 24 };

/* Series are filled one after the other. */
struct filling {
  deal_report *report;
  chart_series series[MOST_SERIES];
  int count, most;
};

static const char **party_ids(deal_report *report) {
  const char **ids = POOL_NEW(report->context, (size_t)report->sheet->n, const char *);
  for (int i = 0; i < report->sheet->n; i++) ids[i] = report->sheet->parties[i].id;
  return ids;
}

static chart_series *add_series(struct filling *filling, const char *label) {
  size_t n = (size_t)filling->report->sheet->n;
  chart_series *series = &filling->series[filling->count++];
  series->label = safe_text(filling->report->context, label);
  series->high = POOL_NEW(filling->report->context, n, double);
  series->text = POOL_NEW(filling->report->context, n, const char *);
  return series;
}

static void add_shares(struct filling *filling, const char *label, const mpq_t *shares) {
  if (filling->count == filling->most) return;
  chart_series *series = add_series(filling, label);
  double *high = POOL_NEW(filling->report->context, (size_t)filling->report->sheet->n, double);
  for (int i = 0; i < filling->report->sheet->n; i++) {
    high[i] = accord_to_double(shares[i]);
    series->text[i] = amount_text(filling->report->context, filling->report->sheet, shares[i]);
  }
  series->high = high;
}

static void add_rules(struct filling *filling) {
  const solve_outcome *outcome = filling->report->outcome;
  for (int k = 0; k < outcome->allocation_count; k++)
    if (outcome->allocations[k].split->status == ACCORD_OK)
      add_shares(filling, outcome->allocations[k].label, (const mpq_t *)outcome->allocations[k].split->share);
}

static int fewer(int a, int b) { return a < b ? a : b; }

void report_chart_of_rules(deal_report *report) {
  int n = report->sheet->n;
  struct filling filling = {.report = report, .most = n <= MOST_ROWS ? fewer(MOST_SERIES, MOST_BARS / n) : 0};
  add_rules(&filling);
  const chart drawn = {.title = report->cost ? "What each party would pay, rule by rule"
                                             : "What each party would get, rule by rule",
                       .description = "Bars for every party and rule; the figures are in the table above.",
                       .rows = n,
                       .row = party_ids(report),
                       .series_count = filling.count,
                       .series = filling.series};
  document_bars(&report->document, &drawn);
}

void report_chart_of_core(deal_report *report) {
  const accord_facts *facts = report->outcome->facts;
  int n = report->sheet->n;
  if (facts->core_empty != ACCORD_NO || !facts->least_share || n > MOST_ROWS) return;
  int proposals = fewer(report->verdicts->count, MOST_PROPOSALS);
  struct filling filling = {.report = report, .most = MOST_SERIES - proposals};
  add_rules(&filling);
  filling.most = MOST_SERIES;
  for (int k = 0; k < proposals; k++)
    add_shares(&filling, pool_text(report->context, "\"%s\"", report->verdicts->list[k].name),
               report->verdicts->list[k].split);
  double *low = POOL_NEW(report->context, (size_t)n, double), *high = POOL_NEW(report->context, (size_t)n, double);
  for (int i = 0; i < n; i++) {
    low[i] = accord_to_double(facts->least_share[i]);
    high[i] = accord_to_double(facts->greatest_share[i]);
  }
  const chart drawn = {.title = "Where each share lies in what holds against every group",
                       .description =
                           "For every party a band from the least to the most it gets in the core, with a mark "
                           "for each proposal and rule; the ends of the bands are in the findings.",
                       .rows = n,
                       .row = party_ids(report),
                       .series_count = filling.count,
                       .series = filling.series,
                       .low = low,
                       .high = high,
                       .range = "where splits hold"};
  document_marks(&report->document, &drawn);
}

static double end_of(const accord_limit *limit) { return limit->given ? accord_to_double(limit->at) : (double)NAN; }

static const char *end_text(deal_report *report, const accord_limit *limit) {
  return limit->given ? amount_text(report->context, report->sheet, limit->at) : "any";
}

static void add_range(struct filling *filling, const char *label, const accord_range *range) {
  deal_report *report = filling->report;
  if (filling->count == filling->most) return;
  chart_series *series = add_series(filling, label);
  int n = report->sheet->n;
  double *low = POOL_NEW(report->context, (size_t)n, double), *high = POOL_NEW(report->context, (size_t)n, double);
  for (int i = 0; i < n; i++) {
    low[i] = end_of(&range->low[i]), high[i] = end_of(&range->high[i]);
    series->text[i] =
        pool_text(report->context, "%s to %s", end_text(report, &range->low[i]), end_text(report, &range->high[i]));
  }
  series->low = low, series->high = high;
}

void report_chart_of_ranges(deal_report *report) {
  const solve_outcome *outcome = report->outcome;
  int n = report->sheet->n;
  struct filling filling = {.report = report, .most = n <= MOST_ROWS ? fewer(MOST_SERIES, MOST_BARS / n) : 0};
  for (int k = 0; k < outcome->allocation_count; k++)
    if (outcome->allocations[k].split->range)
      add_range(&filling, outcome->allocations[k].label, outcome->allocations[k].split->range);
  const chart drawn = {.title = "From where to where each share may lie",
                       .description =
                           "Bars from the least to the most each party may get by each rule, whatever the unknown "
                           "values are; the figures are in the table above.",
                       .rows = n,
                       .row = party_ids(report),
                       .series_count = filling.count,
                       .series = filling.series};
  document_bars(&report->document, &drawn);
}

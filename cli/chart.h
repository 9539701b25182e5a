/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Charts of a report: drawings in the page itself, beside the tables that say the same in figures. Markdown has none. */
#ifndef ACCORD_CLI_CHART_H
#define ACCORD_CLI_CHART_H

#include "document.h"

/* What is drawn for one rule or proposal; a number that is not there is a NAN. */
typedef struct chart_series {
  const char *label;
  const double *low;  /* size rows: where each bar begins; NULL: at 0 */
  const double *high; /* size rows: where it ends, or where the mark stands */
  const char **text;  /* size rows: what is written beside it */
} chart_series;

typedef struct chart {
  const char *title, *description;
  int rows; /* parties */
  const char *const *row;
  int series_count;
  const chart_series *series;
  const double *low, *high; /* size rows: what is possible, or NULL */
  const char *range;        /* what that is */
} chart;

/* Every party with a bar for each series. A bar of two ends, of which one is not there, goes on to the edge. */
void document_bars(document_writer *document, const chart *drawn);

/* Every party with what is possible as a band, and a mark in it for each series. */
void document_marks(document_writer *document, const chart *drawn);

#endif

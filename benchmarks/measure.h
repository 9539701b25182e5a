/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The harness of all measurements: a timer, the memory pass that ratios are taken to, and the writer of rows.
 *
 * A job and the memory pass over the same table are timed in turn within one run, so that what else the machine
 * does meets both. Ratios are taken between the least times, which other work disturbs least. */
#ifndef ACCORD_BENCHMARKS_MEASURE_H
#define ACCORD_BENCHMARKS_MEASURE_H

#include "context.h"

typedef void job(void *argument);

typedef struct timing {
  double median, minimum;           /* seconds for one run of the job */
  double pass_median, pass_minimum; /* the same for one read of the table */
} timing;

/* Times a job, several runs to a sample where one is short, and whatever the context allocated in it is freed.
 * table: 2^n words of 8 bytes that the memory pass reads (doubles or integers); NULL: one of the harness's own. */
timing measure(accord_context *context, job *work, void *argument, const void *table, int n);

/* What stands beside a figure; 0 where there is none. */
typedef struct comparison {
  double naive; /* least seconds of the textbook definition */
  double goal;  /* in memory passes: at most */
} comparison;

/* One CSV row on standard output:
 * commit,cpu,compiler,threads,blas,what,n,median_seconds,minimum_seconds,passes,naive_over_it,goal_passes.
 * The commit is taken from ACCORD_COMMIT, which make sets. */
void report(const char *what, int n, int threads, timing taken, comparison beside);

/* The line of names above the rows; a program that adds to another's rows leaves it out (ACCORD_BENCH_HEADER=0). */
void report_header(void);

/* A fixed generator: the same numbers everywhere. */
uint64_t next_random(uint64_t *state);

#endif

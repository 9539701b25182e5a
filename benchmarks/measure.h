/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The harness of all measurements: a timer, the memory passes that ratios are taken to, and the writer of rows.
 *
 * Every other benchmarks/NAME.c is a program of its own that make bench runs:
 *
 *   static accord_status bench(accord_context *context, void *argument) {
 *     row entry = {.what = "shapley", .family = "type 2", .n = 20, .unit = "reads", .goal = 1.1};
 *     entry.naive = measure(context, by_definition, &game, game.small, 20).minimum;
 *     entry.taken = measure(context, work, &game, game.small, 20);
 *     report(context, entry);
 *     return ACCORD_OK;
 *   }
 *   int main(int count, char **words) { return run_measurements(count, words, bench); }
 *
 * A job and a read of the same table are timed in turn, so that what else the machine does meets both. Ratios are
 * taken between the least times, which other work disturbs least. */
#ifndef ACCORD_BENCHMARKS_MEASURE_H
#define ACCORD_BENCHMARKS_MEASURE_H

#include "context.h"

typedef void job(void *argument);

typedef struct timing {
  double median, minimum; /* seconds for one run of the job */
  double pass_minimum;    /* the same for one read of the table; 0: none was taken */
} timing;

/* Times a job, several runs to a sample where one is short, one sample where it lasts seconds; whatever the context
 * allocated in it is freed. table: 2^n words of 8 bytes that the memory pass reads (doubles or integers); NULL: one
 * of the harness's own, or none above 28 parties. */
timing measure(accord_context *context, job *work, void *argument, const void *table, int n);

/* Least seconds of scaling 2^n words in place. */
double measure_rewrite(accord_context *context, int n);

/* One row. A goal speaks of its figure in its unit: "reads" (of the table; the figure is found from the timing),
 * "seconds" (the same), or any other, whose figure is given. Zeros where there is nothing to tell. */
typedef struct row {
  const char *what, *family;
  int n;
  timing taken;
  double naive; /* least seconds of the textbook definition */
  double glpk;  /* least seconds of row generation through GLPK */
  const char *unit;
  double figure, goal;
  bool at_least; /* the goal is one to exceed */
} row;

/* One CSV row on standard output:
 * commit,cpu,compiler,threads,blas,what,family,n,median_seconds,minimum_seconds,passes,naive_over_it,glpk_over_it,
 * figure,unit,goal. Threads are the context's; the commit is taken from ACCORD_COMMIT, which make sets. */
void report(accord_context *context, row entry);

/* Whether rows of this name are wanted: words of the command line name those that are, all where there are none. */
bool is_wanted(const char *what);

/* main: the line of names above the rows (not where ACCORD_BENCH_HEADER=0), then bench in a guard, one thread.
 * Where OpenBLAS does not know the processor it is started anew with the core type that fits. */
int run_measurements(int count, char **words, guarded_work *bench);

/* A fixed generator: the same numbers everywhere. */
uint64_t next_random(uint64_t *state);

#endif

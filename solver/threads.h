/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Work in parts that threads take in turn: the one door to OpenMP.
 *
 * Whatever a part adds up is an exact integer, so answers are the same for any number of threads. No part
 * may allocate, use GMP or leave through the guard; when time is up the threads stop between parts, and
 * control leaves once they are all back. */
#ifndef ACCORD_SOLVER_THREADS_H
#define ACCORD_SOLVER_THREADS_H

#include "context.h"

enum { MOST_THREADS = 64 };

/* How many threads --threads allows, or the cores there are. */
int most_threads(accord_context *context);

/* How many threads a pass over 2^n entries is worth: 1 while it takes less than waking them up. */
int thread_count(accord_context *context, int n);

/* For tests: threads are worth it from so many parties on; returns what it was. */
int threads_from(int parties);

/* One part of the work; thread is 0..threads-1 and tells whose sums to add to. */
typedef void part_work(void *argument, int thread, size_t part);

/* Every part 0..count-1 once, on so many threads; then check_clock. */
void run_parts(accord_context *context, part_work *work, void *argument, size_t count, int threads);

/* How many of 2^bits rows of 512 entries make a part, as a power of two: half a million entries and up to
 * a few parts a thread, so that a clock is looked at every millisecond. */
int part_bits(int bits, int threads);

#endif

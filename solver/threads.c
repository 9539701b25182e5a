/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "threads.h"

#include <stdatomic.h>

#ifdef _OPENMP
#include <omp.h>
#endif

/* A table of 64 MiB is read in some milliseconds. Below that a team is not worth it: where another program has
 * the next core, the team waits for it as long as a pass over the whole table takes. */
static atomic_int fewest_parties = 23;

int threads_from(int parties) { return atomic_exchange(&fewest_parties, parties); }

int most_threads(accord_context *context) {
  int wanted = accord_context_settings(context)->threads;
#ifdef _OPENMP
  return wanted > 0 ? wanted : omp_get_num_procs();
#else
  return wanted > 0 ? wanted : 1;
#endif
}

int thread_count(accord_context *context, int n) {
#ifdef _OPENMP
  int count = most_threads(context);
  if (n < fewest_parties || count < 1 || omp_in_parallel()) return 1;
  return count < MOST_THREADS ? count : MOST_THREADS;
#else
  (void)context, (void)n;
  return 1;
#endif
}

static int own_number(void) {
#ifdef _OPENMP
  return omp_get_thread_num();
#else
  return 0;
#endif
}

void run_parts(accord_context *context, part_work *work, void *argument, size_t count, int threads) {
  atomic_bool stop = false;
  if (threads <= 1) {
    for (size_t part = 0; part < count; part++) {
      check_clock(context);
      work(argument, 0, part);
    }
    return;
  }
#ifdef _OPENMP
#pragma omp parallel for schedule(dynamic) num_threads(threads)
#endif
  for (size_t part = 0; part < count; part++) {
    if (atomic_load_explicit(&stop, memory_order_relaxed)) continue;
    work(argument, own_number(), part);
    if (is_time_up(context)) atomic_store_explicit(&stop, true, memory_order_relaxed);
  }
  check_clock(context);
}

int part_bits(int bits, int threads) {
  enum { MOST_BITS = 11, FEWEST_BITS = 6 };
  int spare = 0;
  while (threads > 1 && 1 << spare < 2 * threads) spare++;
  int part = bits - spare > MOST_BITS ? MOST_BITS : bits - spare;
  return part > FEWEST_BITS ? part : bits < FEWEST_BITS ? bits : FEWEST_BITS;
}

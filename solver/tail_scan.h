/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passes over pooled losses, as wide as the processor allows. Exact: every path gives the same. */
#ifndef ACCORD_SOLVER_TAIL_SCAN_H
#define ACCORD_SOLVER_TAIL_SCAN_H

#include "kernels.h"

enum { SCAN_SPARE = 8 }; /* entries beyond count that a scan may write to */

/* sum = before + loss, entry by entry; size count. */
void add_losses(int64_t *sum, const int64_t *before, const int64_t *loss, size_t count);

/* Those of pooled + more (more may be NULL) that are at least from, in order; returns how many.
 * found: size count + SCAN_SPARE. */
size_t scan_tail(int64_t *found, const int64_t *pooled, const int64_t *more, size_t count, int64_t from);

/* The same with the weight of each; where two bits of pooled + more stay free. */
size_t scan_weighted_tail(int64_t *found, int64_t *found_weight, const int64_t *pooled, const int64_t *more,
                          const int64_t *weight, size_t count, int64_t from);

/* Those of value (size count) that are at most to, in order; returns how many. *sum: of all count of them.
 * kept: size count + SCAN_SPARE; so is value, of which the spare entries are read but do not count. */
size_t sum_and_keep(int64_t *sum, int64_t *kept, const int64_t *value, size_t count, int64_t to);

/* The least value that at least rank of them are not above, 1 <= rank <= count <= MOST_RANKED. value has room for
 * SCAN_SPARE more, which are written to. Cost count^2. */
enum { MOST_RANKED = 64 };
int64_t find_by_rank(int64_t *value, size_t count, size_t rank);

#endif

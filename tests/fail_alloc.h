/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory that runs out on demand, for tests only: takes the place of malloc and its kin.
 *
 * Linked into a test program, the functions below say when. Preloaded into any program (fail_alloc.so) the
 * environment does:
 *   FAIL_REPORT  a file; at every k-th allocation the program splits in two, and one of them is denied the
 *                memory and lives on to its end, with output of its own; its end is one line of the report
 *   FAIL_STRIDE  not at every allocation but at every so-manieth (1), FAIL_FIRST: from this one on (1)
 *   FAIL_ON      not 0: from there on every allocation fails, not one only (0)
 *   FAIL_AT      instead of all that: this program is denied its k-th allocation, and FAIL_ON goes for it too */
#ifndef ACCORD_TESTS_FAIL_ALLOC_H
#define ACCORD_TESTS_FAIL_ALLOC_H

#include <stdbool.h>

/* From now on the k-th allocation (from 1) fails, and with on every later one; 0: none does. */
void fail_alloc_at(unsigned long k, bool on);

/* Allocations asked for since fail_alloc_at. */
unsigned long fail_alloc_asked(void);

/* Blocks that are taken and not given back, of the whole process. */
long fail_alloc_live(void);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared libraries that few runs need, opened when they are first needed: loading OpenBLAS, LAPACK and libcrypto with
 * the program takes as long as solving a game of 18 parties. */
#ifndef ACCORD_SOLVER_LIBRARY_H
#define ACCORD_SOLVER_LIBRARY_H

#include <stddef.h>

/* The address of a function, into *function (the address of a pointer to a function); NULL, or why there is none. */
const char *find_function(void *function, const char *library, const char *name);

#endif

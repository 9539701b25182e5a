/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dense linear algebra in doubles, behind one door (OpenBLAS through LAPACKE). */
#ifndef ACCORD_SOLVER_DENSE_H
#define ACCORD_SOLVER_DENSE_H

#include "context.h"

/* An eigenvector of a square matrix of positive entries for its largest eigenvalue, which is simple and
 * belongs to a vector of one sign (Perron): made positive, at any scale.
 * vector: size n; matrix: size n * n by columns, destroyed. Cost 10 n^3. */
void dense_principal_vector(accord_context *context, double *vector, double *matrix, int n);

/* "OpenBLAS 0.3.21". */
const char *dense_library_version(void);

#endif

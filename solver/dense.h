/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dense linear algebra in doubles, behind one door (OpenBLAS through LAPACKE). */
#ifndef ACCORD_SOLVER_DENSE_H
#define ACCORD_SOLVER_DENSE_H

#include "context.h"

/* An eigenvector of a square matrix of positive entries for its largest eigenvalue, which is simple and
 * belongs to a vector of one sign (Perron): made positive, at any scale.
 * vector: size n; matrix: size n * n by columns, destroyed. Cost 10 n^3. */
void dense_principal_vector(accord_context *context, double *vector, double *matrix, int n);

/* Solves A x = b for a symmetric positive definite A by Cholesky's method; false where it is not.
 * x: size n, b before; matrix: size n * n, destroyed. Cost n^3 / 3. */
bool dense_solve_positive(double *x, double *matrix, int n);

/* product = a b, by rows. Sizes rows * columns, rows * inner, inner * columns. Cost rows columns inner. */
void dense_multiply(double *product, const double *a, const double *b, int rows, int columns, int inner);

/* The products of n columns (size rows each, one after the other) with each other: product[i * n + j], size n * n.
 * Cost rows n^2. */
void dense_products(accord_context *context, double *product, const double *columns, size_t rows, int n);

/* "OpenBLAS 0.3.21". */
const char *dense_library_version(void);

/* The processor that OpenBLAS has chosen its kernels for, such as "SkylakeX". */
const char *dense_core(void);

/* What OPENBLAS_CORETYPE should be where it chose kernels for a lesser processor (a new one that it does not know,
 * which costs a factor of up to nine); NULL where the choice is right. It is read before main begins. */
const char *dense_better_core(void);

#endif

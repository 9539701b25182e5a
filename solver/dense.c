/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one file that knows LAPACKE and OpenBLAS. Work on one thread: matrices are small, and answers should not depend
 * on how many there are. */
#include "dense.h"

#include "library.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char lapacke[] = "liblapacke.so.3", openblas[] = "libopenblas.so.0";

static const char *find_one_thread(void) {
  void (*set_threads)(int);
  const char *why = find_function(&set_threads, openblas, "openblas_set_num_threads");
  if (!why) set_threads(1);
  return why;
}

/* The address of a LAPACKE function, with OpenBLAS on one thread. */
static void open_lapacke(accord_context *context, void *function, const char *name) {
  const char *why = find_function(function, lapacke, name);
  if (!why) why = find_one_thread();
  if (why) guard_leave(context, ACCORD_FAILED, "%s", why);
}

void dense_principal_vector(accord_context *context, double *vector, double *matrix, int n) {
  size_t order = (size_t)n;
  lapack_int work_size = 8 * n;
  double *real = POOL_NEW(context, order, double), *imaginary = POOL_NEW(context, order, double);
  double *vectors = POOL_NEW(context, order * order, double), *work = POOL_NEW(context, (size_t)work_size, double);
  double unused = 0;
  __typeof__(&LAPACKE_dgeev_work) find_vectors;
  open_lapacke(context, &find_vectors, "LAPACKE_dgeev_work");
  lapack_int fault =
      find_vectors(LAPACK_COL_MAJOR, 'N', 'V', n, matrix, n, real, imaginary, &unused, 1, vectors, n, work, work_size);
  if (fault) guard_leave(context, ACCORD_FAILED, "the eigenvalues of a matrix of %d rows were not found", n);
  size_t largest = 0;
  for (size_t k = 1; k < order; k++)
    if (real[k] > real[largest]) largest = k;
  for (size_t i = 0; i < order; i++) vector[i] = fabs(vectors[largest * order + i]);
  pool_free(context, real);
  pool_free(context, imaginary);
  pool_free(context, vectors);
  pool_free(context, work);
}

bool dense_solve_positive(double *x, double *matrix, int n) {
  __typeof__(&LAPACKE_dposv_work) solve;
  open_lapacke(active_context(), &solve, "LAPACKE_dposv_work");
  return solve(LAPACK_COL_MAJOR, 'U', n, 1, matrix, n, x, n) == 0;
}

void dense_multiply(double *product, const double *a, const double *b, int rows, int columns, int inner) {
  __typeof__(&cblas_dgemm) multiply;
  const char *why = find_function(&multiply, openblas, "cblas_dgemm");
  if (!why) why = find_one_thread();
  if (why) guard_leave(active_context(), ACCORD_FAILED, "%s", why);
  multiply(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, columns, inner, 1, a, inner, b, columns, 0, product,
           columns);
}

void dense_products(accord_context *context, double *product, const double *columns, size_t rows, int n) {
  __typeof__(&cblas_dsyrk) multiply;
  const char *why = find_function(&multiply, openblas, "cblas_dsyrk");
  if (!why) why = find_one_thread();
  if (why) guard_leave(context, ACCORD_FAILED, "%s", why);
  size_t order = (size_t)n;
  multiply(CblasColMajor, CblasUpper, CblasTrans, n, (int)rows, 1, columns, (int)rows, 0, product, n);
  for (size_t i = 0; i < order; i++)
    for (size_t j = i + 1; j < order; j++) product[i * order + j] = product[j * order + i];
}

const char *dense_library_version(void) {
  static const char version[] = OPENBLAS_VERSION; /* " OpenBLAS 0.3.21 " */
  static _Thread_local char text[32];
  snprintf(text, sizeof text, "%.*s", (int)sizeof version - 3, version + 1);
  return text;
}

const char *dense_core(void) {
  __typeof__(&openblas_get_corename) get_corename;
  return find_function(&get_corename, openblas, "openblas_get_corename") ? "none" : get_corename();
}

/* What cores OpenBLAS may choose that use these registers. */
static bool is_among(const char *core, const char *const *names) {
  for (; *names; names++)
    if (strcmp(core, *names) == 0) return true;
  return false;
}

const char *dense_better_core(void) {
#if defined(__x86_64__)
  static const char *const of_avx512[] = {"SkylakeX", "Cooperlake", "SapphireRapids", NULL};
  static const char *const of_avx2[] = {"Haswell", "Zen", NULL};
  const char *core = dense_core();
  bool wide = is_among(core, of_avx512);
  __builtin_cpu_init();
  bool has_wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                  __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
  if (has_wide) return wide ? NULL : "SKYLAKEX";
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && !wide && !is_among(core, of_avx2))
    return "HASWELL";
#endif
  return NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure.h"

#include "dense.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_SAMPLES = 25, FEWEST_SAMPLES = 5 };

static const double SAMPLE = 2e-4, ENOUGH = 0.6; /* seconds: a sample at least, all samples about */

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int compare_doubles(const void *a, const void *b) {
  double first = *(const double *)a, second = *(const double *)b;
  return (first > second) - (first < second);
}

/* ------------------------------------------------------------- memory pass */

static volatile uint64_t sink;

typedef uint64_t words __attribute__((vector_size(64), aligned(8)));

/* As fast as the machine reads: the widest registers there are, four sums at once. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
__attribute__((target_clones("default", "avx2", "avx512f")))
#endif
static void
read_words(const uint64_t *word, size_t count) {
  words a = {0}, b = a, c = a, d = a;
  uint64_t rest = 0;
  for (; count >= 32; count -= 32, word += 32) {
    a += *(const words *)(const void *)word;
    b += *(const words *)(const void *)(word + 8);
    c += *(const words *)(const void *)(word + 16);
    d += *(const words *)(const void *)(word + 24);
  }
  for (size_t k = 0; k < count; k++) rest += word[k];
  a += b + c + d;
  for (int k = 0; k < 8; k++) rest += a[k];
  sink = rest;
}

/* ------------------------------------------------------------------- timer */

struct sampling {
  accord_context *context;
  job *work; /* NULL: the memory pass */
  void *argument;
  const uint64_t *table;
  size_t size;
};

static double run(const struct sampling *what, int times) {
  accord_mark mark = accord_get_mark(what->context);
  double start = now();
  for (int k = 0; k < times; k++) {
    if (what->work) what->work(what->argument);
    else read_words(what->table, what->size);
    if (what->work) accord_reset(what->context, mark);
  }
  return (now() - start) / times;
}

/* So many runs that a sample lasts; the first run, in which caches fill, counts for nothing else. */
static int runs_of(const struct sampling *what) {
  int times = 1;
  for (run(what, 1); times < 1 << 20 && run(what, times) * times < SAMPLE;) times *= 2;
  return times;
}

timing measure(accord_context *context, job *work, void *argument, const void *table, int n) {
  accord_mark mark = accord_get_mark(context);
  size_t size = (size_t)1 << n;
  if (!table) table = memset(POOL_NEW(context, size, uint64_t), 1, size * sizeof(uint64_t));
  struct sampling worked = {context, work, argument, table, size}, passed = {context, NULL, NULL, table, size};
  int work_times = runs_of(&worked), pass_times = runs_of(&passed), samples = 0;
  double seconds[MOST_SAMPLES], pass[MOST_SAMPLES];
  for (double start = now(); samples < FEWEST_SAMPLES || (samples < MOST_SAMPLES && now() - start < ENOUGH);
       samples++) {
    pass[samples] = run(&passed, pass_times);
    seconds[samples] = run(&worked, work_times);
  }
  qsort(seconds, (size_t)samples, sizeof *seconds, compare_doubles);
  qsort(pass, (size_t)samples, sizeof *pass, compare_doubles);
  accord_reset(context, mark);
  return (timing){seconds[samples / 2], seconds[0], pass[samples / 2], pass[0]};
}

/* -------------------------------------------------------------------- rows */

static const char *processor(void) {
  static char name[128];
  char line[256];
  FILE *file = name[0] ? NULL : fopen("/proc/cpuinfo", "r");
  while (file && fgets(line, sizeof line, file))
    if (sscanf(line, "model name : %127[^\n,]", name) == 1) break;
  if (file) fclose(file);
  return name[0] ? name : "unknown";
}

static const char *compiler(void) {
#ifdef __clang__
  return "clang " __clang_version__;
#else
  return "gcc " __VERSION__;
#endif
}

void report_header(void) {
  const char *wanted = getenv("ACCORD_BENCH_HEADER");
  if (wanted && strcmp(wanted, "0") == 0) return;
  puts("commit,cpu,compiler,threads,blas,what,n,median_seconds,minimum_seconds,passes,naive_over_it,goal_passes");
}

void report(const char *what, int n, int threads, timing taken, comparison beside) {
  const char *commit = getenv("ACCORD_COMMIT");
  printf("%s,%s,%.*s,%d,%s,", commit && *commit ? commit : "unknown", processor(), (int)strcspn(compiler(), "("),
         compiler(), threads, dense_core());
  printf("%s,%d,%.6g,%.6g,%.4g,", what, n, taken.median, taken.minimum, taken.minimum / taken.pass_minimum);
  if (beside.naive > 0) printf("%.4g", beside.naive / taken.minimum);
  putchar(',');
  if (beside.goal > 0) printf("%.4g", beside.goal);
  putchar('\n');
  fflush(stdout);
}

uint64_t next_random(uint64_t *state) { /* splitmix64 */
  uint64_t mixed = *state += 0x9e3779b97f4a7c15u;
  mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9u;
  mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebu;
  return mixed ^ mixed >> 31;
}

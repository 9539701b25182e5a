/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure.h"

#include "dense.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MOST_SAMPLES = 40, FEWEST_SAMPLES = 5, FEW_SAMPLES = 3, TABLE_PARTIES = 28 };

/* Seconds: a sample at least, all samples about, jobs so long that few samples do, that two runs do, and the first. */
static const double SAMPLE = 2e-4, ENOUGH = 0.5, LONG = 0.3, VERY_LONG = 1.5, TOO_LONG = 4;

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

typedef uint64_t lanes __attribute__((vector_size(64), aligned(8)));

/* As fast as the machine reads: the widest registers there are, four sums at once. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
__attribute__((target_clones("default", "avx2", "avx512f")))
#endif
static void
read_words(const uint64_t *word, size_t count) {
  lanes a = {0}, b = a, c = a, d = a;
  uint64_t rest = 0;
  for (; count >= 32; count -= 32, word += 32) {
    a += *(const lanes *)(const void *)word;
    b += *(const lanes *)(const void *)(word + 8);
    c += *(const lanes *)(const void *)(word + 16);
    d += *(const lanes *)(const void *)(word + 24);
  }
  for (size_t k = 0; k < count; k++) rest += word[k];
  a += b + c + d;
  for (int k = 0; k < 8; k++) rest += a[k];
  sink = rest;
}

/* As fast as the machine scales in place. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
__attribute__((target_clones("default", "avx2", "avx512f")))
#endif
static void
rewrite_words(uint64_t *word, size_t count) {
  for (; count >= 8; count -= 8, word += 8) *(lanes *)(void *)word += *(const lanes *)(const void *)word;
  for (size_t k = 0; k < count; k++) word[k] += word[k];
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

/* So many runs that a sample lasts; the first run, in which caches fill, counts for nothing else. *first: seconds. */
static int runs_of(const struct sampling *what, double *first) {
  int times = 1;
  *first = run(what, 1);
  if (*first >= 4 * SAMPLE) return 1;
  while (times < 1 << 20 && run(what, times) * times < SAMPLE) times *= 2;
  return times;
}

static timing sort_out(double *seconds, double *pass, int samples) {
  qsort(seconds, (size_t)samples, sizeof *seconds, compare_doubles);
  qsort(pass, (size_t)samples, sizeof *pass, compare_doubles);
  return (timing){seconds[samples / 2], seconds[0], pass[0]};
}

timing measure(accord_context *context, job *work, void *argument, const void *table, int n) {
  accord_mark mark = accord_get_mark(context);
  bool passes = table || n <= TABLE_PARTIES;
  size_t size = passes ? (size_t)1 << n : 0;
  if (!table && passes) table = memset(POOL_NEW(context, size, uint64_t), 1, size * sizeof(uint64_t));
  struct sampling worked = {context, work, argument, table, size}, passed = {context, NULL, NULL, table, size};
  double seconds[MOST_SAMPLES], pass[MOST_SAMPLES] = {0}, first, unused;
  int work_times = runs_of(&worked, &first), pass_times = passes ? runs_of(&passed, &unused) : 0, samples = 0;
  int fewest = first > LONG ? FEW_SAMPLES : FEWEST_SAMPLES;
  if (first > VERY_LONG) {
    double second = first > TOO_LONG ? first : run(&worked, 1);
    seconds[0] = second < first ? second : first, pass[0] = passes ? run(&passed, pass_times) : 0;
    samples = fewest = 1;
  }
  for (double start = now(); samples < fewest || (samples < MOST_SAMPLES && now() - start < ENOUGH); samples++) {
    if (first > VERY_LONG) break;
    if (passes) pass[samples] = run(&passed, pass_times);
    seconds[samples] = run(&worked, work_times);
  }
  accord_reset(context, mark);
  return sort_out(seconds, pass, samples);
}

struct rewriting {
  uint64_t *table;
  size_t size;
};

static void rewrite_table(void *argument) {
  struct rewriting *rewriting = argument;
  rewrite_words(rewriting->table, rewriting->size);
}

double measure_rewrite(accord_context *context, int n) {
  accord_mark mark = accord_get_mark(context);
  size_t size = (size_t)1 << n;
  struct rewriting rewriting = {POOL_NEW(context, size, uint64_t), size};
  double seconds = measure(context, rewrite_table, &rewriting, rewriting.table, n).minimum;
  accord_reset(context, mark);
  return seconds;
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

static void put_header(void) {
  const char *wanted = getenv("ACCORD_BENCH_HEADER");
  if (wanted && strcmp(wanted, "0") == 0) return;
  puts("commit,cpu,compiler,threads,blas,what,family,n,median_seconds,minimum_seconds,passes,naive_over_it,"
       "glpk_over_it,figure,unit,goal");
}

static void put_number(double number) {
  if (number > 0) printf("%.4g", number);
  putchar(',');
}

void report(accord_context *context, row entry) {
  const char *commit = getenv("ACCORD_COMMIT"), *unit = entry.unit ? entry.unit : "reads";
  timing taken = entry.taken;
  double passes = taken.pass_minimum > 0 ? taken.minimum / taken.pass_minimum : 0;
  if (strcmp(unit, "reads") == 0) entry.figure = passes;
  if (strcmp(unit, "seconds") == 0) entry.figure = taken.minimum;
  printf("%s,%s,%.*s,%d,%s,", commit && *commit ? commit : "unknown", processor(), (int)strcspn(compiler(), "("),
         compiler(), accord_context_settings(context)->threads, dense_core());
  printf("%s,%s,%d,%.6g,%.6g,", entry.what, entry.family ? entry.family : "", entry.n, taken.median, taken.minimum);
  put_number(passes);
  put_number(entry.naive / taken.minimum);
  put_number(entry.glpk / taken.minimum);
  put_number(entry.figure);
  printf("%s,", unit);
  if (entry.goal > 0) printf("%s %.4g", entry.at_least ? ">=" : "<=", entry.goal);
  putchar('\n');
  fflush(stdout);
}

static char **wanted_words;

bool is_wanted(const char *what) {
  if (!wanted_words || !*wanted_words) return true;
  for (char **word = wanted_words; *word; word++)
    if (strstr(what, *word)) return true;
  return false;
}

/* OpenBLAS chooses its core once, when it is loaded. */
static void mend_core(char **words) {
  const char *better = dense_better_core();
  if (!better || getenv("OPENBLAS_CORETYPE")) return;
  if (setenv("OPENBLAS_CORETYPE", better, 1) == 0) execv("/proc/self/exe", words);
}

int run_measurements(int count, char **words, guarded_work *bench) {
  accord_context *context;
  if (count > 0) wanted_words = words + 1;
  mend_core(words);
  if (accord_context_new(&context) != ACCORD_OK) return 1;
  accord_context_settings(context)->threads = 1;
  put_header();
  accord_status status = guard(context, bench, NULL);
  if (status != ACCORD_OK) fprintf(stderr, "%s\n", accord_message(context));
  accord_context_free(context);
  return status != ACCORD_OK;
}

uint64_t next_random(uint64_t *state) { /* splitmix64 */
  uint64_t mixed = *state += 0x9e3779b97f4a7c15u;
  mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9u;
  mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebu;
  return mixed ^ mixed >> 31;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole program, from its start to its end: accord solve --rule shapley --facts none on big tables. */
#include "measure.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_ROOM = 512, LARGEST = 25 };

struct call {
  char program[PATH_ROOM], sheet[PATH_ROOM];
  bool json; /* the result as JSON, with the SHA-256 of what was read */
  long peak; /* largest memory of the last call, KiB */
  int failed;
};

static void solve(void *argument) {
  struct call *call = argument;
  static char command[] = "solve", rule[] = "--rule", shapley[] = "shapley", facts[] = "--facts", none[] = "none",
              json[] = "--json";
  char *words[] = {call->program, command, call->sheet, rule, shapley, facts, none, call->json ? json : NULL, NULL};
  posix_spawn_file_actions_t quiet;
  pid_t child;
  int status = -1;
  struct rusage used = {0};
  posix_spawn_file_actions_init(&quiet);
  posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  bool started = posix_spawn(&child, call->program, &quiet, NULL, words, environ) == 0;
  posix_spawn_file_actions_destroy(&quiet);
  if (!started || wait4(child, &status, 0, &used) != child || status != 0) call->failed++;
  call->peak = used.ru_maxrss;
}

/* ------------------------------------------------------------------- sheets */

static void write_parties(FILE *file, int n) {
  fputs("{\"accord\": 1, \"parties\": [", file);
  for (int i = 0; i < n; i++) fprintf(file, "%s\"p%d\"", i ? ", " : "", i);
  fputs("], \"model\": {\"type\": \"coalitions\", ", file);
}

/* Decimals with two places, as a spreadsheet gives them. */
static void write_decimals(const char *path, int n) {
  FILE *file = fopen(path, "w");
  uint64_t state = 1;
  if (!file) return;
  write_parties(file, n);
  fputs("\"values\": [0", file);
  for (size_t s = 1; s < (size_t)1 << n; s++) {
    unsigned cents = (unsigned)(next_random(&state) % 10000);
    fprintf(file, ", %u.%02u", cents / 100, cents % 100);
  }
  fputs("]}}\n", file);
  fclose(file);
}

static void write_doubles(const char *folder, const char *path, int n) {
  char name[PATH_ROOM + 16], header[128];
  uint64_t state = 1;
  FILE *sheet = fopen(path, "w");
  snprintf(name, sizeof name, "%s/values.npy", folder);
  FILE *file = fopen(name, "wb");
  if (!sheet || !file) exit(1);
  write_parties(sheet, n);
  fputs("\"values_file\": \"values.npy\"}}\n", sheet);
  memset(header, ' ', sizeof header);
  memcpy(header, "\x93NUMPY\x01\x00\x76\x00", 10); /* 118 bytes of header: 128 in all */
  int length =
      snprintf(header + 10, 110, "{'descr': '<f8', 'fortran_order': False, 'shape': (%zu,), }", (size_t)1 << n);
  header[10 + length] = ' ';
  header[127] = '\n';
  fwrite(header, 1, sizeof header, file);
  for (size_t s = 0; s < (size_t)1 << n; s++) {
    double value = s ? (double)(next_random(&state) >> 11) : 0;
    fwrite(&value, sizeof value, 1, file);
  }
  fclose(file);
  fclose(sheet);
}

/* --------------------------------------------------------------------- rows */

static void time_row(accord_context *context, struct call *call, const char *what, const char *family, int n,
                     double goal) {
  row entry = {.what = what, .family = family, .n = n, .unit = "seconds", .goal = goal};
  entry.taken = measure(context, solve, call, NULL, n);
  report(context, entry);
}

static void bench_decimals(accord_context *context, struct call *call, int n) {
  if (!is_wanted("solve from JSON")) return;
  write_decimals(call->sheet, n);
  call->json = false;
  time_row(context, call, "solve from JSON", "decimals", n, n == 20 ? 0.080 : 0);
}

static void bench_doubles(accord_context *context, struct call *call, const char *folder, int n) {
  if (!is_wanted("solve from .npy") && !is_wanted("memory from .npy")) return;
  write_doubles(folder, call->sheet, n);
  call->json = false;
  if (is_wanted("solve from .npy")) {
    time_row(context, call, "solve from .npy", "doubles", n, n == 20 ? 0.005 : 0);
    call->json = true;
    time_row(context, call, "solve from .npy", "with SHA-256", n, 0);
  }
  if (n < LARGEST || !is_wanted("memory from .npy")) return;
  row entry = {.what = "memory from .npy", .family = "doubles", .n = n, .unit = "MiB beside the table", .goal = 64};
  solve(call);
  entry.figure = (double)call->peak / 1024 - (double)((size_t)8 << n) / (1 << 20);
  report(context, entry);
}

/* build/accord beside build/benchmarks/reading. */
static bool find_program(char *path) {
  ssize_t length = readlink("/proc/self/exe", path, PATH_ROOM - 16);
  if (length < 0) return false;
  path[length] = '\0';
  for (int k = 0; k < 2; k++) {
    char *slash = strrchr(path, '/');
    if (!slash) return false;
    *slash = '\0';
  }
  strcat(path, "/accord");
  return access(path, X_OK) == 0;
}

static accord_status bench(accord_context *context, void *argument) {
  static const int sizes[] = {15, 18, 20, LARGEST};
  static struct call call;
  char folder[] = "/tmp/accord-reading-XXXXXX", name[PATH_ROOM];
  (void)argument;
  if (!find_program(call.program) || !mkdtemp(folder)) return fail(context, ACCORD_FAILED, "there is no build/accord");
  snprintf(call.sheet, sizeof call.sheet, "%s/sheet.json", folder);
  for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
    if (sizes[k] <= 20) bench_decimals(context, &call, sizes[k]);
    bench_doubles(context, &call, folder, sizes[k]);
  }
  snprintf(name, sizeof name, "%s/values.npy", folder);
  unlink(name);
  unlink(call.sheet);
  rmdir(folder);
  return call.failed ? fail(context, ACCORD_FAILED, "%d runs of accord solve failed", call.failed) : ACCORD_OK;
}

int main(int count, char **words) { return run_measurements(count, words, bench); }

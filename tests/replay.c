/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fuzz target without a fuzzer: the files and folders named are given to it, one by one; where none is named,
 * replay_X takes tests/corpus/X. */
#include "fuzz.h"

#include <dirent.h>
#include <errno.h>

static int replay_file(const char *path) {
  static uint8_t bytes[1 << 20];
  FILE *file = fopen(path, "rb");
  if (!file) return 0;
  size_t size = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  uint8_t *exact = malloc(size ? size : 1); /* a read behind its end is seen */
  require(exact != NULL, "no memory");
  memcpy(exact, bytes, size);
  fprintf(stderr, "%s\n", path); /* the last one named is the one that broke it */
  LLVMFuzzerTestOneInput(exact, size);
  free(exact);
  return 1;
}

static int replay(const char *named) {
  struct dirent **names;
  int count = 0, found = scandir(named, &names, NULL, alphasort);
  if (found < 0) return replay_file(named);
  for (int i = 0; i < found; i++) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", named, names[i]->d_name);
    if (names[i]->d_name[0] != '.') count += replay_file(path);
    free(names[i]);
  }
  free(names);
  return count;
}

int main(int argc, char **argv) {
  int count = 0;
  char usual[256];
  snprintf(usual, sizeof usual, "tests/corpus/%s", program_invocation_short_name + strlen("replay_"));
  if (argc == 1) count = replay(usual);
  for (int k = 1; k < argc; k++) count += replay(argv[k]);
  printf("%d passed, 0 failed\n", count);
  return count ? 0 : 1;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fuzz target without a fuzzer: the files and folders named are given to it, one by one. */
#include "fuzz.h"

#include <dirent.h>

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

int main(int argc, char **argv) {
  int count = 0;
  for (int k = 1; k < argc; k++) {
    struct dirent **names;
    int found = scandir(argv[k], &names, NULL, alphasort);
    for (int i = 0; i < found; i++) {
      char path[4096];
      snprintf(path, sizeof path, "%s/%s", argv[k], names[i]->d_name);
      if (names[i]->d_name[0] != '.') count += replay_file(path);
      free(names[i]);
    }
    if (found >= 0) free(names);
    else count += replay_file(argv[k]);
  }
  printf("%d passed, 0 failed\n", count);
  return count ? 0 : 1;
}

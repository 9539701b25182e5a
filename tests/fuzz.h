/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the fuzz targets share: a sheet in memory, and a claim that must hold. */
#ifndef ACCORD_TESTS_FUZZ_H
#define ACCORD_TESTS_FUZZ_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void require(bool holds, const char *otherwise) {
  if (holds) return;
  fprintf(stderr, "does not hold: %s\n", otherwise);
  abort();
}

/* A file that holds these bytes, by its path; close it when done. */
static inline int sheet_in_memory(char *path, size_t room, const void *data, size_t size) {
  int file = memfd_create("sheet", MFD_CLOEXEC);
  require(file >= 0 && write(file, data, size) == (ssize_t)size, "no file in memory");
  snprintf(path, room, "/proc/self/fd/%d", file);
  return file;
}

#endif

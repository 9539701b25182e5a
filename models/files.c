/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading files: the sheet itself, and those it names, kept below its folder. */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Room for the file as its size says, one byte more to see the end, and a 0 byte. */
static size_t first_room(int file) {
  struct stat status;
  if (fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0) return (size_t)status.st_size + 2;
  return 1 << 16;
}

static bool read_all(accord_context *context, source_text *source, int file) {
  enum { PIECE = 1 << 24 }; /* between looks at the clock */
  size_t room = first_room(file), length = 0;
  char *text = NULL;
  for (size_t held = 0;;) {
    if (length + 1 >= held) {
      size_t wanted = held ? 2 * held : room;
      if (wanted > memory_left(context))
        guard_leave(context, ACCORD_LIMIT, "%s is too large for the memory limit of %s", source->name,
                    memory_limit_words(context).text);
      text = pool_grow(context, text, held, wanted, 1);
      held = wanted;
    }
    size_t wanted = held - length - 1;
    ssize_t got = read(file, text + length, wanted < PIECE ? wanted : PIECE);
    if (got < 0 && errno == EINTR) {
      check_clock(context);
      continue;
    }
    if (got < 0) return false;
    if (got == 0) break;
    check_clock(context);
    length += (size_t)got;
  }
  text[length] = '\0';
  source->text = text;
  source->length = length;
  return true;
}

/* Opening a pipe waits for its writer; a signal (a time limit, an interruption) ends the wait. */
static int open_patiently(accord_context *context, const char *path) {
  for (;;) {
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (file >= 0 || errno != EINTR) return file;
    check_clock(context);
  }
}

int open_sheet_file(accord_context *context, const char *path) {
  return strcmp(path, "-") == 0 ? STDIN_FILENO : open_patiently(context, path);
}

/* A file that is closed with its block, whatever happens; 0: none yet. */
static void close_held(void *held) {
  int error = errno, file = *(int *)held;
  if (file > 0) close(file);
  errno = error;
}

static int *hold_file(accord_context *context) { return pool_new_released(context, sizeof(int), close_held); }

void read_sheet_file(accord_context *context, source_text *source, const char *path) {
  *source = (source_text){.name = path};
  if (strcmp(path, "-") == 0) {
    read_all(context, source, STDIN_FILENO);
    return;
  }
  int *file = hold_file(context);
  *file = open_patiently(context, path);
  if (*file >= 0) read_all(context, source, *file);
  pool_free(context, file);
}

/* ------------------------------------------------------------- named files */

/* The folder of the sheet; a sheet on standard input has the working folder. */
static int open_folder(const char *sheet_path) {
  char folder[PATH_MAX];
  const char *slash = strrchr(sheet_path, '/');
  if (!slash) return open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  size_t length = slash == sheet_path ? 1 : (size_t)(slash - sheet_path);
  if (length >= sizeof folder) return errno = ENAMETOOLONG, -1;
  memcpy(folder, sheet_path, length);
  folder[length] = '\0';
  return open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* The kernel follows no "..", absolute path or link that leads out (EXDEV). O_NONBLOCK: a pipe does not hang. */
static int open_beneath(int folder, const char *name) {
  struct open_how how = {.flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
                         .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
  return (int)syscall(SYS_openat2, folder, name, &how, sizeof how);
}

/* A name that leads to a place below the allowed folder, as seen from the sheet's folder. */
static int open_allowed(int folder, const char *allowed, const char *name) {
  char link[64], base[PATH_MAX], joined[2 * PATH_MAX], real[PATH_MAX], root[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
  ssize_t length = readlink(link, base, sizeof base - 1);
  if (length < 0 || !realpath(allowed, root)) return -1;
  base[length] = '\0';
  snprintf(joined, sizeof joined, "%s%s%s", name[0] == '/' ? "" : base, name[0] == '/' ? "" : "/", name);
  if (!realpath(joined, real)) return -1;
  size_t rooted = strlen(root);
  bool inside = strncmp(real, root, rooted) == 0 && (real[rooted] == '/' || rooted == 1);
  if (!inside) return errno = EXDEV, -1;
  int top = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
  int file = top < 0 ? -1 : open_beneath(top, real + rooted + (rooted > 1));
  int error = errno;
  if (top >= 0) close(top);
  errno = error;
  return file;
}

/* Whether a component of the name is "..": refused even where it leads back down. */
static bool goes_up(const char *name) {
  for (const char *part = name; part; part = strchr(part, '/') ? strchr(part, '/') + 1 : NULL)
    if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || part[2] == '\0')) return true;
  return false;
}

/* Opens a named file; E060, E061, E062, or ERROR_CODE_COUNT where all is well. */
static error_code open_named_file(int *file, struct stat *status, const char *sheet_path, const char *allowed,
                                  const char *name) {
  int folder = open_folder(sheet_path);
  if (folder < 0) return E061;
  *file = goes_up(name) ? -1 : open_beneath(folder, name);
  bool outside = *file < 0 && (goes_up(name) || errno == EXDEV || errno == ELOOP);
  if (*file < 0 && allowed) *file = open_allowed(folder, allowed, name);
  close(folder);
  if (*file < 0) return outside ? E060 : E061;
  return fstat(*file, status) == 0 && S_ISREG(status->st_mode) ? ERROR_CODE_COUNT : E062;
}

error_code read_named_file(accord_context *context, source_text *source, const char *sheet_path, const char *allowed,
                           const char *name) {
  struct stat status;
  int *held = hold_file(context);
  *source = (source_text){.name = name};
  error_code result = open_named_file(held, &status, sheet_path, allowed, name);
  if (result == ERROR_CODE_COUNT && !read_all(context, source, *held)) result = E061;
  pool_free(context, held);
  return result;
}

/* ------------------------------------------------------------- mapped files */

struct mapping {
  void *start; /* NULL: none */
  size_t length;
};

static void unmap(void *memory) {
  const struct mapping *mapping = memory;
  if (mapping->start) munmap(mapping->start, mapping->length);
}

/* A file that fits the processor's cache a few times over is mapped page by page at once, as all of it is read soon. */
static bool map_file(accord_context *context, source_text *source, int file, size_t length) {
  struct mapping *mapping = pool_new_released(context, sizeof *mapping, unmap);
  int populate = length < LARGE_MAPPING ? MAP_POPULATE : 0;
  void *start = mmap(NULL, length, PROT_READ, MAP_PRIVATE | populate, file, 0);
  if (start == MAP_FAILED) return false;
  *mapping = (struct mapping){start, length};
  source->text = start;
  source->length = length;
  return true;
}

error_code map_named_file(accord_context *context, source_text *source, const char *sheet_path, const char *allowed,
                          const char *name) {
  struct stat status;
  int *held = hold_file(context);
  *source = (source_text){.name = name, .text = ""};
  error_code result = open_named_file(held, &status, sheet_path, allowed, name);
  size_t length = result == ERROR_CODE_COUNT ? (size_t)status.st_size : 0;
  if (length && !map_file(context, source, *held, length)) result = E061;
  pool_free(context, held);
  return result;
}

void pages_passed(const void *from, size_t length) {
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), start = (uintptr_t)from, end = (start + length) & ~(page - 1);
  start = (start + page - 1) & ~(page - 1);
  if (end > start) madvise((char *)(uintptr_t)from + (start - (uintptr_t)from), end - start, MADV_DONTNEED);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory that runs out on demand: see fail_alloc.h. */
#include "fail_alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
#define REAL(name) __interceptor_##name
#define real_aligned(alignment, size) __interceptor_memalign(alignment, size)
void *__interceptor_memalign(size_t alignment, size_t size);
#else
#define REAL(name) __libc_##name
#define real_aligned(alignment, size) __libc_memalign(alignment, size)
void *__libc_memalign(size_t alignment, size_t size);
#endif

void *REAL(malloc)(size_t size);
void *REAL(calloc)(size_t count, size_t size);
void *REAL(realloc)(void *old, size_t size);
void REAL(free)(void *memory);

static unsigned long asked, fail_at, first = 1, stride = 1;
static bool fail_on, splitting;
static long live;
static int report = -1;

void fail_alloc_at(unsigned long k, bool on) { asked = 0, fail_at = k, fail_on = on; }
unsigned long fail_alloc_asked(void) { return asked; }
long fail_alloc_live(void) { return live; }

/* ------------------------------------------------- blocks the program itself took */

/* Those whose caller is the program, not a library: it must have given them all back when it ends.
 * A hash table with linear probing. */
enum { SLOTS = 1 << 13 };
static void *owned[SLOTS];
static long owned_count;
static uintptr_t program_start, program_end;

static size_t slot_of(const void *block) { return ((uintptr_t)block >> 4) * 0x9e3779b97f4a7c15u >> 51; }

static void own(void *block, const void *caller) {
  if ((uintptr_t)caller < program_start || (uintptr_t)caller >= program_end || owned_count > SLOTS / 2) return;
  size_t slot = slot_of(block);
  while (owned[slot]) slot = (slot + 1) % SLOTS;
  owned[slot] = block;
  owned_count++;
}

static void disown(const void *block) {
  size_t hole = slot_of(block);
  while (owned[hole] && owned[hole] != block) hole = (hole + 1) % SLOTS;
  if (!owned[hole]) return;
  owned_count--;
  for (size_t slot = (hole + 1) % SLOTS; owned[slot]; slot = (slot + 1) % SLOTS) {
    size_t home = slot_of(owned[slot]);
    if ((slot - home) % SLOTS < (slot - hole) % SLOTS) continue;
    owned[hole] = owned[slot];
    hole = slot;
  }
  owned[hole] = NULL;
}

/* --------------------------------------------------------------- splitting in two */

/* The output of the one that is denied memory begins with what was written so far. */
static int new_output(int original) {
  char bytes[4096];
  int file = memfd_create("output", MFD_CLOEXEC);
  off_t end = lseek(original, 0, SEEK_CUR), at = 0;
  while (at < end) {
    ssize_t got = pread(original, bytes, sizeof bytes, at);
    if (got <= 0 || write(file, bytes, (size_t)got) != got) break;
    at += got;
  }
  return file;
}

static unsigned long hash_of(int file, off_t *length) {
  unsigned char bytes[4096];
  unsigned long hash = 0xcbf29ce484222325u;
  *length = 0;
  for (ssize_t got; (got = pread(file, bytes, sizeof bytes, *length)) > 0; *length += got)
    for (ssize_t i = 0; i < got; i++) hash = (hash ^ bytes[i]) * 0x100000001b3u;
  return hash;
}

/* "k exit-code signal blocks-left stdout-length stdout-hash first line of stderr" */
static void write_report(int status, int output, int errors, long left) {
  char line[600], words[400];
  off_t length;
  unsigned long hash = hash_of(output, &length);
  ssize_t got = pread(errors, words, sizeof words - 1, 0);
  words[got > 0 ? got : 0] = '\0';
  words[strcspn(words, "\n")] = '\0';
  int size =
      snprintf(line, sizeof line, "%lu %d %d %ld %ld %016lx %s\n", asked, WIFEXITED(status) ? WEXITSTATUS(status) : -1,
               WIFSIGNALED(status) ? WTERMSIG(status) : 0, left, (long)length, hash, words);
  if (write(report, line, (size_t)size) != size) abort();
}

static long *shared_left; /* how many of its own blocks a program held when it ended */

/* True in the one that is denied memory. */
static bool split(void) {
  enum { FILES = 16, PATIENCE = 30 };
  off_t offset[FILES];
  int output = new_output(STDOUT_FILENO), errors = new_output(STDERR_FILENO), status = 0;
  for (int file = 0; file < FILES; file++) offset[file] = lseek(file, 0, SEEK_CUR);
  *shared_left = -1;
  /* Not fork: a lock held around this allocation belongs to this thread's number, and is to be given back under it. */
  pid_t child = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
  if (child == 0) {
    dup2(output, STDOUT_FILENO), dup2(errors, STDERR_FILENO);
    splitting = false;
    alarm(PATIENCE);
    return true;
  }
  while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  for (int file = 0; file < FILES; file++)
    if (offset[file] >= 0) lseek(file, offset[file], SEEK_SET);
  write_report(status, output, errors, *shared_left);
  close(output), close(errors);
  return false;
}

/* Whether this allocation is denied. */
static bool denied(void) {
  asked++;
  if (splitting && asked >= first && (asked - first) % stride == 0 && split()) {
    fail_at = asked;
    return true;
  }
  return fail_at && (asked == fail_at || (fail_on && asked > fail_at));
}

static int compare_names(struct dl_phdr_info *info, size_t size, void *data) {
  (void)size, (void)data; /* the first is the program itself */
  for (int k = 0; k < info->dlpi_phnum; k++) {
    uintptr_t start = info->dlpi_addr + info->dlpi_phdr[k].p_vaddr;
    if (info->dlpi_phdr[k].p_type != PT_LOAD || !(info->dlpi_phdr[k].p_flags & PF_X)) continue;
    program_start = start;
    program_end = start + info->dlpi_phdr[k].p_memsz;
  }
  return 1;
}

static unsigned long from_environment(const char *name, unsigned long otherwise) {
  const char *text = getenv(name);
  return text ? strtoul(text, NULL, 10) : otherwise;
}

__attribute__((constructor)) static void start(void) {
  const char *path = getenv("FAIL_REPORT");
  dl_iterate_phdr(compare_names, NULL);
  shared_left = mmap(NULL, sizeof *shared_left, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared_left == MAP_FAILED) abort();
  first = from_environment("FAIL_FIRST", 1);
  stride = from_environment("FAIL_STRIDE", 1);
  fail_at = from_environment("FAIL_AT", 0);
  fail_on = from_environment("FAIL_ON", 0) != 0;
  asked = 0;
  if (!path) return;
  report = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  splitting = report >= 0;
}

/* The one that was denied nothing ends the report with k = 0, how many allocations it asked for, and its own blocks. */
__attribute__((destructor)) static void finish(void) {
  char line[100];
  *shared_left = owned_count;
  if (!splitting) return;
  splitting = false;
  int size = snprintf(line, sizeof line, "0 %lu %ld\n", asked, owned_count);
  if (write(report, line, (size_t)size) != size) abort();
}

/* ------------------------------------------------------------------ malloc and kin */

static void *given(void *block, const void *caller) {
  if (!block) return NULL;
  live++;
  own(block, caller);
  return block;
}

static void *none(void) {
  errno = ENOMEM;
  return NULL;
}

void *malloc(size_t size) { return denied() ? none() : given(REAL(malloc)(size), __builtin_return_address(0)); }

void *calloc(size_t count, size_t size) {
  return denied() ? none() : given(REAL(calloc)(count, size), __builtin_return_address(0));
}

void free(void *memory) {
  if (!memory) return;
  live--;
  disown(memory);
  REAL(free)(memory);
}

void *realloc(void *old, size_t size) {
  if (!old) return denied() ? none() : given(REAL(malloc)(size), __builtin_return_address(0));
  if (denied()) return none();
  void *grown = REAL(realloc)(old, size);
  if (!grown && size) return NULL;
  live--;
  disown(old);
  return given(grown, __builtin_return_address(0));
}

void *memalign(size_t alignment, size_t size);
void *memalign(size_t alignment, size_t size) {
  return denied() ? none() : given(real_aligned(alignment, size), __builtin_return_address(0));
}

void *aligned_alloc(size_t alignment, size_t size) {
  return denied() ? none() : given(real_aligned(alignment, size), __builtin_return_address(0));
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
  void *block = denied() ? NULL : given(real_aligned(alignment, size), __builtin_return_address(0));
  if (block) *memory = block;
  return block ? 0 : ENOMEM;
}

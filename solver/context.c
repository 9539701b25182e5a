/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Context: settings, the memory pool, the guard, the clock. */
#include "context.h"

#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum block_kind { BYTES, INTEGERS, RATIONALS, ONE_INTEGER, ONE_RATIONAL, RELEASED };

/* A block on the context's list; the newest is first. */
struct block {
  struct block *older, *newer;
  uint64_t serial; /* rises along the list, so that a mark outlives the block it was taken at */
  size_t size;     /* bytes of memory */
  enum block_kind kind;
  uint32_t lead; /* bytes before it that were taken with it */
  union {
    size_t count;            /* numbers initialised so far */
    void *outside;           /* ONE_...: the number, which lives in another block, once it is initialised */
    void (*release)(void *); /* RELEASED */
  } of;
  _Alignas(max_align_t) unsigned char memory[];
};

struct accord_context {
  accord_settings settings;
  struct block *newest;
  uint64_t serial;
  size_t used; /* bytes held: blocks and numbers, as malloc rounds them */
  jmp_buf *guard;
  accord_status leaving_with;
  double deadline;
  double next_progress; /* when progress is to be told of again */
  bool without_tables;  /* what has no need of a table is asked */
  volatile sig_atomic_t interrupted;
  char message[1024];
};

/* GMP cannot report a failed allocation; it may leave through the guard of the thread's active context. */
static _Thread_local accord_context *active;

#define X(name, text) [name] = text,
static const char *const status_texts[] = {ACCORD_STATUS_LIST(X)};
#undef X

const char *accord_status_text(accord_status status) {
  size_t count = sizeof status_texts / sizeof *status_texts;
  return (size_t)status < count ? status_texts[status] : "unknown status";
}

/* What malloc takes for so many bytes. */
static size_t footprint(size_t size) {
  enum { HEAD = 8, GRAIN = 16 };
  return size > SIZE_MAX - HEAD - GRAIN ? SIZE_MAX : (size + HEAD + GRAIN - 1) / GRAIN * GRAIN;
}

size_t memory_left(const accord_context *context) {
  size_t limit = context->settings.memory_limit;
  return context->used < limit ? limit - context->used : 0;
}

limit_words memory_limit_words(const accord_context *context) {
  static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
  double size = (double)context->settings.memory_limit;
  limit_words words;
  int unit = 0;
  for (; size >= 1024 && unit < 4; unit++) size /= 1024;
  snprintf(words.text, sizeof words.text, "%.4g %s", size, units[unit]);
  return words;
}

/* Counts bytes before they are taken. */
static void count_bytes(accord_context *context, size_t size) {
  if (footprint(size) > memory_left(context))
    guard_leave(context, ACCORD_LIMIT, "the memory limit of %s was reached; raise the memory limit",
                memory_limit_words(context).text);
  context->used += footprint(size);
}

static void discount_bytes(accord_context *context, size_t size) {
  context->used -= footprint(size) < context->used ? footprint(size) : context->used;
}

static void *or_leave(void *memory, size_t size) {
  if (memory) return memory;
  if (active) discount_bytes(active, size);
  if (active && active->guard) guard_leave(active, ACCORD_NO_MEMORY, "out of memory");
  fputs("accord: out of memory outside any call\n", stderr);
  abort();
}

/* Numbers made outside any call are their owner's, and are not counted. */
static void *gmp_allocate(size_t size) {
  if (active && active->guard) count_bytes(active, size);
  return or_leave(malloc(size), size);
}

static void *gmp_reallocate(void *old, size_t old_size, size_t size) {
  if (active && active->guard) count_bytes(active, size);
  void *grown = or_leave(realloc(old, size), size);
  if (active) discount_bytes(active, old_size);
  return grown;
}

static void gmp_free(void *memory, size_t size) {
  if (active) discount_bytes(active, size);
  free(memory);
}

accord_status accord_context_new(accord_context **context) {
  accord_context *made = calloc(1, sizeof *made);
  *context = made;
  if (!made) return ACCORD_NO_MEMORY;
  mp_set_memory_functions(gmp_allocate, gmp_reallocate, gmp_free); /* malloc's blocks, as GMP's own */
  made->settings = (accord_settings){.tolerance = 1e-9, .memory_limit = (size_t)4 << 30, .seed = 1};
  return ACCORD_OK;
}

accord_settings *accord_context_settings(accord_context *context) { return &context->settings; }

const char *accord_message(const accord_context *context) { return context->message; }

/* ------------------------------------------------------------------- clock */

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

void restart_clock(accord_context *context) {
  double limit = context->settings.time_limit;
  context->deadline = limit > 0 ? now() + limit : 0;
}

void stop_clock(accord_context *context) { context->deadline = 0; }

void accord_start_clock(accord_context *context) {
  context->interrupted = 0;
  restart_clock(context);
}

void accord_interrupt(accord_context *context) { context->interrupted = 1; }

bool is_interrupted(const accord_context *context) { return context->interrupted != 0; }

static void tell_progress(accord_context *context) {
  double time = now();
  if (time < context->next_progress) return;
  context->next_progress = time + 0.25;
  context->settings.progress(context->settings.progress_argument);
}

void check_clock(accord_context *context) {
  if (context->settings.progress) tell_progress(context);
  if (context->interrupted) guard_leave(context, ACCORD_INTERRUPTED, "interrupted");
  if (context->deadline > 0 && now() > context->deadline)
    guard_leave(context, ACCORD_LIMIT, "the time limit of %g s was reached", context->settings.time_limit);
}

bool is_time_up(const accord_context *context) {
  return context->interrupted || (context->deadline > 0 && now() > context->deadline);
}

void check_active_clock(void) {
  if (active) check_clock(active);
}

accord_context *active_context(void) { return active; }

int milliseconds_left(const accord_context *context, int most) {
  double left = context->deadline > 0 ? 1000 * (context->deadline - now()) : most;
  return left < 1 ? 1 : left < most ? (int)left : most;
}

/* ------------------------------------------------------------------- guard */

static accord_status __attribute__((format(printf, 3, 0)))
keep_message(accord_context *context, accord_status status, const char *format, va_list arguments) {
  char message[sizeof context->message]; /* the old message may be among the arguments */
  vsnprintf(message, sizeof message, format, arguments);
  memcpy(context->message, message, sizeof message);
  return status;
}

accord_status fail(accord_context *context, accord_status status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  keep_message(context, status, format, arguments);
  va_end(arguments);
  return status;
}

void guard_leave(accord_context *context, accord_status status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  context->leaving_with = keep_message(context, status, format, arguments);
  va_end(arguments);
  longjmp(*context->guard, 1);
}

void leave_tables_out(accord_context *context, bool out) { context->without_tables = out; }

bool table_fits(const accord_context *context, size_t bytes) {
  return !context->without_tables && bytes <= context->settings.memory_limit;
}

accord_status guard(accord_context *context, guarded_work *work, void *argument) {
  jmp_buf here, *const outer = context->guard;
  accord_context *const outer_active = active;
  const accord_mark mark = accord_get_mark(context);
  const bool without_tables = context->without_tables;
  volatile accord_status status;
  context->guard = &here;
  active = context;
  if (!outer) context->message[0] = '\0';
  if (setjmp(here) == 0) status = work(context, argument);
  else status = context->leaving_with;
  context->guard = outer;
  context->without_tables = without_tables;
  active = outer_active;
  if (status != ACCORD_OK) accord_reset(context, mark);
  else if (!outer) context->message[0] = '\0';
  return status;
}

/* -------------------------------------------------------------------- pool */

enum { LARGE_BLOCK = 1 << 22 };

/* Tables are gone through from end to end: in pages of 2 MiB that begins sooner. Before the block is touched. */
static void prefer_large_pages(void *block, size_t size) {
#ifdef MADV_HUGEPAGE
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), start = ((uintptr_t)block + page - 1) & ~(page - 1);
  madvise((char *)block + (start - (uintptr_t)block), size - (start - (uintptr_t)block), MADV_HUGEPAGE);
#else
  (void)block, (void)size;
#endif
}

/* Passes read whole lines of the cache: blocks of a page and more begin on one. */
enum { PAGE_BLOCK = 1 << 12, LINE = 64 };

/* What a block of so many bytes takes. */
static size_t whole_size(size_t size) {
  size_t more = sizeof(struct block) + (size >= PAGE_BLOCK ? LINE : 0);
  return size <= SIZE_MAX - more ? size + more : SIZE_MAX;
}

static struct block *add_block(accord_context *context, size_t size, enum block_kind kind) {
  size_t whole = whole_size(size);
  count_bytes(context, whole);
  unsigned char *taken = calloc(1, whole);
  if (taken && whole >= LARGE_BLOCK) prefer_large_pages(taken, whole);
  if (!taken) {
    discount_bytes(context, whole);
    guard_leave(context, ACCORD_NO_MEMORY, "out of memory");
  }
  uintptr_t start = (uintptr_t)taken + offsetof(struct block, memory);
  uint32_t lead = size >= PAGE_BLOCK ? (uint32_t)((LINE - start % LINE) % LINE) : 0;
  struct block *block = (void *)(taken + lead);
  block->lead = lead;
  block->kind = kind;
  block->size = size;
  block->serial = ++context->serial;
  block->older = context->newest;
  if (block->older) block->older->newer = block;
  context->newest = block;
  return block;
}

static size_t product(accord_context *context, size_t count, size_t size) {
  if (size && count > SIZE_MAX / size) guard_leave(context, ACCORD_NO_MEMORY, "out of memory");
  return count * size;
}

void *pool_new(accord_context *context, size_t count, size_t size) {
  return add_block(context, product(context, count, size), BYTES)->memory;
}

mpz_t *pool_integers(accord_context *context, size_t count) {
  struct block *block = add_block(context, product(context, count, sizeof(mpz_t)), INTEGERS);
  mpz_t *numbers = (void *)block->memory;
  for (; block->of.count < count; block->of.count++) mpz_init(numbers[block->of.count]);
  return numbers;
}

mpq_t *pool_rationals(accord_context *context, size_t count) {
  struct block *block = add_block(context, product(context, count, sizeof(mpq_t)), RATIONALS);
  mpq_t *numbers = (void *)block->memory;
  for (; block->of.count < count; block->of.count++) mpq_init(numbers[block->of.count]);
  return numbers;
}

void pool_integer(accord_context *context, mpz_t number) {
  struct block *block = add_block(context, 0, ONE_INTEGER);
  mpz_init(number);
  block->of.outside = number;
}

void pool_rational(accord_context *context, mpq_t number) {
  struct block *block = add_block(context, 0, ONE_RATIONAL);
  mpq_init(number);
  block->of.outside = number;
}

void *pool_new_released(accord_context *context, size_t size, void (*release)(void *memory)) {
  struct block *block = add_block(context, size, RELEASED);
  block->of.release = release;
  return block->memory;
}

static void clear_numbers(struct block *block) {
  mpz_t *integers = (void *)block->memory;
  mpq_t *rationals = (void *)block->memory;
  switch (block->kind) {
  case BYTES: break;
  case INTEGERS:
    for (size_t i = 0; i < block->of.count; i++) mpz_clear(integers[i]);
    break;
  case RATIONALS:
    for (size_t i = 0; i < block->of.count; i++) mpq_clear(rationals[i]);
    break;
  case ONE_INTEGER:
    if (block->of.outside) mpz_clear(*(mpz_t *)block->of.outside);
    break;
  case ONE_RATIONAL:
    if (block->of.outside) mpq_clear(*(mpq_t *)block->of.outside);
    break;
  case RELEASED: block->of.release(block->memory); break;
  }
}

/* A block off the list: what it holds, then itself. */
static void free_block(accord_context *context, struct block *block) {
  accord_context *const outer = active;
  active = context; /* whose numbers these are */
  clear_numbers(block);
  active = outer;
  discount_bytes(context, whole_size(block->size));
  free((unsigned char *)block - block->lead);
}

static void remove_block(accord_context *context, struct block *block) {
  if (block->newer) block->newer->older = block->older;
  else context->newest = block->older;
  if (block->older) block->older->newer = block->newer;
  free_block(context, block);
}

void pool_free(accord_context *context, void *memory) {
  void *block = memory ? (unsigned char *)memory - offsetof(struct block, memory) : NULL;
  if (block) remove_block(context, block);
}

void *pool_grow(accord_context *context, void *old, size_t old_count, size_t count, size_t size) {
  void *grown = pool_new(context, count, size);
  if (old) memcpy(grown, old, old_count * size);
  pool_free(context, old);
  return grown;
}

accord_mark accord_get_mark(const accord_context *context) { return (accord_mark){context->serial}; }

void accord_reset(accord_context *context, accord_mark mark) {
  while (context->newest && context->newest->serial > mark.serial) {
    struct block *newest = context->newest;
    context->newest = newest->older;
    if (newest->older) newest->older->newer = NULL;
    free_block(context, newest);
  }
}

void accord_context_free(accord_context *context) {
  if (!context) return;
  accord_reset(context, (accord_mark){0});
  free(context);
}

/* -------------------------------------------------------------------- text */

char *pool_copy_text(accord_context *context, const char *text, size_t length) {
  char *copy = pool_new(context, length + 1, 1);
  if (length) memcpy(copy, text, length);
  return copy;
}

char *pool_text_of(accord_context *context, const char *format, va_list arguments) {
  va_list again;
  va_copy(again, arguments);
  int length = vsnprintf(NULL, 0, format, again);
  va_end(again);
  char *text = pool_new(context, (size_t)(length < 0 ? 0 : length) + 1, 1);
  if (length > 0) vsnprintf(text, (size_t)length + 1, format, arguments);
  return text;
}

char *pool_text(accord_context *context, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char *text = pool_text_of(context, format, arguments);
  va_end(arguments);
  return text;
}

void check_table_size(accord_context *context, int n, size_t entry_size, const char *what_works) {
  size_t limit = context->settings.memory_limit;
  if (n < 40 && ((size_t)entry_size << n) <= limit) return;
  guard_leave(context, ACCORD_LIMIT,
              "%d parties need a table of 2^%d values, %.4g bytes, over the memory limit of %.4g; %s", n, n,
              (double)entry_size * (double)(1ULL << (n < 63 ? n : 63)), (double)limit, what_works);
}

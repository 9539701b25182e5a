/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory, time and messages of one context. Solver code asks the pool and never sees a failure:
 * when memory, time or patience ends, control leaves through the nearest guard, which frees all
 * that was taken inside it. Apart from GLPK's own errors (lp_glpk.c) that is the only use of longjmp;
 * everything else returns a status. */
#ifndef ACCORD_SOLVER_CONTEXT_H
#define ACCORD_SOLVER_CONTEXT_H

#include "accord.h"

#include <stdarg.h>

typedef accord_status guarded_work(accord_context *context, void *argument);

/* Runs work(context, argument). If it leaves early, or returns a failure, everything allocated
 * inside is freed and the status says why. Guards nest. */
accord_status guard(accord_context *context, guarded_work *work, void *argument);

/* Whether a table of so many bytes may be made: not where it passes the memory limit, nor while tables are left out, for
 * problems of which only what needs none is asked. The end of the guard at hand puts that back. */
bool table_fits(const accord_context *context, size_t bytes);
void leave_tables_out(accord_context *context, bool out);

/* Leaves through the nearest guard with this status and message. */
_Noreturn void guard_leave(accord_context *context, accord_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Sets the message and hands the status back: return fail(context, ACCORD_INVALID, "..."). */
accord_status fail(accord_context *context, accord_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Leaves with ACCORD_LIMIT or ACCORD_INTERRUPTED when it is time to. Cheap: call it in every loop
 * whose body may take a millisecond. */
void check_clock(accord_context *context);

/* The same for the thread's active context, where there is one: for helpers that are given none. */
void check_active_clock(void);

/* Whether check_clock would leave: for threads that may not leave themselves. */
bool is_time_up(const accord_context *context);

/* Sets the time limit anew, or lifts it; an interruption asked for is not forgotten. */
void restart_clock(accord_context *context);
void stop_clock(accord_context *context);

/* The context whose guard this thread is inside of, or NULL: its pool serves helpers that are given none. */
accord_context *active_context(void);

/* Whether accord_interrupt was called, for those who must put something in order before they leave. */
bool is_interrupted(const accord_context *context);

/* What is left of the time limit, at most most and at least 1. */
int milliseconds_left(const accord_context *context, int most);

/* count * size zeroed bytes; never NULL: leaves through the guard instead, also where all that the
 * context holds, numbers included, would exceed the memory limit. */
void *pool_new(accord_context *context, size_t count, size_t size);
#define POOL_NEW(context, count, type) ((type *)pool_new(context, count, sizeof(type)))

/* The same, and release(memory) is called before it is freed: for what is taken from outside the pool. */
void *pool_new_released(accord_context *context, size_t size, void (*release)(void *memory));

/* How many more bytes the memory limit leaves. */
size_t memory_left(const accord_context *context);

/* The memory limit for messages: "256 MiB". */
typedef struct limit_words {
  char text[40];
} limit_words;
limit_words memory_limit_words(const accord_context *context);

/* A copy of an array with room for a larger count; the old one is freed. */
void *pool_grow(accord_context *context, void *old, size_t old_count, size_t count, size_t size);

/* Frees one block early; NULL is fine. */
void pool_free(accord_context *context, void *memory);

/* count integers or rationals, initialised to 0, cleared with the pool. */
mpz_t *pool_integers(accord_context *context, size_t count);
mpq_t *pool_rationals(accord_context *context, size_t count);

/* Initialises one integer or rational inside a struct, cleared with the pool. */
void pool_integer(accord_context *context, mpz_t number);
void pool_rational(accord_context *context, mpq_t number);

char *pool_text(accord_context *context, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *pool_text_of(accord_context *context, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
char *pool_copy_text(accord_context *context, const char *text, size_t length);

/* Leaves with ACCORD_LIMIT unless a table of entry_size * 2^n bytes fits the memory limit. */
void check_table_size(accord_context *context, int n, size_t entry_size, const char *what_works);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The linear program in doubles, by GLPK, rows generated as needed. The only file that knows GLPK.
 *
 * GLPK aborts the process on misuse and when memory ends, unless its error hook jumps: all its work
 * for one program is done inside run_glpk, and no glp_prob outlives it. */
#include "lp.h"

#include <glpk.h>
#include <limits.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

enum { MOST_ROUNDS = 200, MOST_MILLISECONDS = 10000 };

struct generation {
  accord_context *context;
  lp_guess *guess;
  const lp_problem *problem;
  int room;
  glp_prob *program;
  int *index;
  double *coefficient, *y;
  accord_status failure; /* how it ended where it jumped */
  char words[200];       /* GLPK's */
  jmp_buf failed;
};

const char *lp_library_version(void) { return glp_version(); }

static void add_row(struct generation *work, lp_row row) {
  double bound;
  const lp_source *source = work->problem->source;
  lp_guess *guess = work->guess;
  if (guess->row_count == work->room) {
    guess->rows =
        pool_grow(work->context, guess->rows, (size_t)work->room, 2 * (size_t)work->room, sizeof *guess->rows);
    work->room *= 2;
  }
  guess->rows[guess->row_count++] = row;
  bool equation = source->write_double(source->data, work->coefficient + 1, &bound, row);
  int at = glp_add_rows(work->program, 1);
  glp_set_row_bnds(work->program, at, equation ? GLP_FX : GLP_LO, bound, bound);
  glp_set_mat_row(work->program, at, work->problem->m, work->index, work->coefficient);
}

static void start_program(struct generation *work) {
  const lp_problem *problem = work->problem;
  work->program = glp_create_prob();
  glp_add_cols(work->program, problem->m);
  for (int j = 1; j <= problem->m; j++) {
    glp_set_col_bnds(work->program, j, GLP_FR, 0, 0);
    glp_set_obj_coef(work->program, j, problem->cost[j - 1]);
    work->index[j] = j;
  }
  for (int j = 0; j < problem->start_count; j++) add_row(work, problem->start[j]);
}

static void optimise(struct generation *work) {
  glp_smcp parameters;
  glp_init_smcp(&parameters);
  parameters.msg_lev = GLP_MSG_OFF;
  parameters.meth = GLP_DUALP;
  parameters.tm_lim = milliseconds_left(work->context, MOST_MILLISECONDS);
  if (glp_simplex(work->program, &parameters) != 0 || glp_get_status(work->program) != GLP_OPT)
    longjmp(work->failed, 1);
  for (int j = 0; j < work->problem->m; j++) work->y[j] = glp_get_col_prim(work->program, j + 1);
}

/* GLPK may leave a row violated by less than its tolerance, which is above the source's. */
static bool is_generated(const lp_guess *guess, lp_row row) {
  for (int r = 0; r < guess->row_count; r++)
    if (guess->rows[r] == row) return true;
  return false;
}

static void generate(struct generation *work) {
  const lp_source *source = work->problem->source;
  int room = 4 * work->problem->m;
  lp_row *violated = POOL_NEW(work->context, (size_t)room, lp_row);
  for (int round = 0; round < MOST_ROUNDS; round++) {
    optimise(work);
    int count = source->violated_double(source->data, violated, work->y, room), added = 0;
    for (int k = 0; k < count; k++)
      if (!is_generated(work->guess, violated[k])) add_row(work, violated[k]), added++;
    if (added == 0) return;
  }
}

static void collect_tight(struct generation *work) {
  lp_guess *guess = work->guess;
  for (int r = 0; r < guess->row_count && guess->tight_count < work->problem->m; r++)
    if (glp_get_row_stat(work->program, r + 1) != GLP_BS) guess->tight[guess->tight_count++] = guess->rows[r];
}

/* GLPK says what is wrong on its terminal, in the first of several texts, and then calls the error hook. */
static int on_glpk_text(void *data, const char *text) {
  struct generation *work = data;
  if (!*work->words) snprintf(work->words, sizeof work->words, "%.*s", (int)strcspn(text, "\n"), text);
  return 1;
}

static void on_glpk_error(void *data) {
  struct generation *work = data;
  work->failure = strstr(work->words, "limit exceeded")        ? ACCORD_LIMIT
                  : strstr(work->words, "no memory available") ? ACCORD_NO_MEMORY
                                                               : ACCORD_FAILED;
  longjmp(work->failed, 1);
}

/* Freeing the environment frees every problem of this thread, which is what a failed run needs. */
static void leave_glpk(void) {
  glp_error_hook(NULL, NULL);
  glp_term_hook(NULL, NULL);
  glp_free_env();
}

/* The environment as it was found, for others who use GLPK. */
static void restore_glpk(void) {
  glp_error_hook(NULL, NULL);
  glp_term_hook(NULL, NULL);
  glp_mem_limit(INT_MAX);
}

/* As much memory as the context's limit leaves, in GLPK's whole mebibytes. */
static void limit_memory(const struct generation *work) {
  size_t mebibytes = memory_left(work->context) >> 20;
  glp_mem_limit(mebibytes < 1 ? 1 : mebibytes > INT_MAX ? INT_MAX : (int)mebibytes);
}

static accord_status run_glpk(struct generation *work) {
  if (glp_init_env() == 2) return ACCORD_NO_MEMORY; /* any other call would end the process */
  work->failure = ACCORD_UNCERTIFIED;
  if (setjmp(work->failed)) {
    leave_glpk();
    return work->failure;
  }
  glp_term_out(GLP_OFF);
  glp_term_hook(on_glpk_text, work);
  glp_error_hook(on_glpk_error, work);
  limit_memory(work);
  start_program(work);
  generate(work);
  collect_tight(work);
  glp_delete_prob(work->program);
  restore_glpk();
  return ACCORD_OK;
}

struct run {
  struct generation generation;
  accord_status status;
};

static accord_status run_guarded(accord_context *context, void *argument) {
  struct run *run = argument;
  (void)context;
  run->status = run_glpk(&run->generation);
  return ACCORD_OK;
}

static accord_status explain(accord_context *context, const struct run *run) {
  switch (run->status) {
  case ACCORD_NO_MEMORY: return fail(context, ACCORD_NO_MEMORY, "out of memory");
  case ACCORD_LIMIT:
    return fail(context, ACCORD_LIMIT, "a linear program reached the memory limit of %s; raise the memory limit",
                memory_limit_words(context).text);
  case ACCORD_FAILED: return fail(context, ACCORD_FAILED, "GLPK refused a linear program: %s", run->generation.words);
  default: return run->status;
  }
}

accord_status lp_guess_basis(accord_context *context, lp_guess *guess, const lp_problem *problem) {
  size_t m = (size_t)problem->m;
  struct run run = {.generation = {.context = context, .guess = guess, .problem = problem, .room = 8 * problem->m}};
  *guess = (lp_guess){.tight = POOL_NEW(context, m, lp_row), .rows = POOL_NEW(context, 8 * m, lp_row)};
  run.generation.index = POOL_NEW(context, m + 1, int);
  run.generation.coefficient = POOL_NEW(context, m + 1, double);
  run.generation.y = POOL_NEW(context, m, double);
  accord_status status = guard(context, run_guarded, &run);
  if (status != ACCORD_OK) { /* time or memory ended inside a callback: GLPK's memory goes first */
    leave_glpk();
    guard_leave(context, status, "%s", accord_message(context));
  }
  return explain(context, &run);
}

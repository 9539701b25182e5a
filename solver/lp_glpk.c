/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The linear program in doubles, by GLPK, rows generated as needed. The only file that knows GLPK.
 *
 * GLPK aborts the process on misuse and when memory ends, unless its error hook jumps: all its work
 * for one program is done inside run_glpk, and no glp_prob outlives it. */
#include "lp.h"

#include <glpk.h>
#include <setjmp.h>

enum { MOST_ROUNDS = 200, MOST_MILLISECONDS = 10000 };

struct generation {
  accord_context *context;
  lp_guess *guess;
  const lp_problem *problem;
  int room;
  glp_prob *program;
  int *index;
  double *coefficient, *y;
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

static void on_glpk_error(void *work) { longjmp(((struct generation *)work)->failed, 1); }

/* Freeing the environment frees every problem of this thread, which is what a failed run needs. */
static bool run_glpk(struct generation *work) {
  if (setjmp(work->failed)) {
    glp_error_hook(NULL, NULL);
    glp_free_env();
    return false;
  }
  glp_term_out(GLP_OFF);
  glp_error_hook(on_glpk_error, work);
  start_program(work);
  generate(work);
  collect_tight(work);
  glp_error_hook(NULL, NULL);
  glp_delete_prob(work->program);
  return true;
}

struct run {
  struct generation generation;
  bool usable;
};

static accord_status run_guarded(accord_context *context, void *argument) {
  struct run *run = argument;
  (void)context;
  run->usable = run_glpk(&run->generation);
  return ACCORD_OK;
}

bool lp_guess_basis(accord_context *context, lp_guess *guess, const lp_problem *problem) {
  size_t m = (size_t)problem->m;
  struct run run = {.generation = {.context = context, .guess = guess, .problem = problem, .room = 8 * problem->m}};
  *guess = (lp_guess){.tight = POOL_NEW(context, m, lp_row), .rows = POOL_NEW(context, 8 * m, lp_row)};
  run.generation.index = POOL_NEW(context, m + 1, int);
  run.generation.coefficient = POOL_NEW(context, m + 1, double);
  run.generation.y = POOL_NEW(context, m, double);
  accord_status status = guard(context, run_guarded, &run);
  if (status != ACCORD_OK) { /* time or memory ended inside a callback: GLPK's memory goes first */
    glp_error_hook(NULL, NULL);
    glp_free_env();
    guard_leave(context, status, "%s", accord_message(context));
  }
  return run.usable;
}

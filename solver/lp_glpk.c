/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The linear program in doubles, by GLPK, rows generated as needed. The only file that knows GLPK.
 *
 * GLPK aborts the process on misuse and when memory ends, unless its error hook jumps: all its work
 * for one program is done inside run_glpk, and no glp_prob outlives it. */
#include "lp.h"
#include "lp_warm.h"

#include <glpk.h>
#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

enum { MOST_ROUNDS = 200, MOST_MILLISECONDS = 10000 };

/* How GLPK ended where it jumped, and where to. */
struct trouble {
  accord_status failure;
  char words[200]; /* GLPK's */
  jmp_buf leave;
};

struct generation {
  accord_context *context;
  lp_guess *guess;
  const lp_problem *problem;
  int room;
  glp_prob *program;
  int *index;
  double *coefficient, *y;
  struct trouble trouble;
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
    longjmp(work->trouble.leave, 1);
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
  struct trouble *trouble = data;
  if (!*trouble->words) snprintf(trouble->words, sizeof trouble->words, "%.*s", (int)strcspn(text, "\n"), text);
  return 1;
}

static void on_glpk_error(void *data) {
  struct trouble *trouble = data;
  trouble->failure = strstr(trouble->words, "limit exceeded")        ? ACCORD_LIMIT
                     : strstr(trouble->words, "no memory available") ? ACCORD_NO_MEMORY
                                                                     : ACCORD_FAILED;
  longjmp(trouble->leave, 1);
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
static void limit_memory(const accord_context *context) {
  size_t mebibytes = memory_left(context) >> 20;
  glp_mem_limit(mebibytes < 1 ? 1 : mebibytes > INT_MAX ? INT_MAX : (int)mebibytes);
}

static void enter_glpk(struct trouble *trouble, const accord_context *context) {
  glp_term_out(GLP_OFF);
  glp_term_hook(on_glpk_text, trouble);
  glp_error_hook(on_glpk_error, trouble);
  limit_memory(context);
}

static accord_status run_glpk(struct generation *work) {
  if (glp_init_env() == 2) return ACCORD_NO_MEMORY; /* any other call would end the process */
  work->trouble.failure = ACCORD_UNCERTIFIED;
  if (setjmp(work->trouble.leave)) {
    leave_glpk();
    return work->trouble.failure;
  }
  enter_glpk(&work->trouble, work->context);
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

static accord_status explain(accord_context *context, accord_status status, const struct trouble *trouble) {
  switch (status) {
  case ACCORD_NO_MEMORY: return fail(context, ACCORD_NO_MEMORY, "out of memory");
  case ACCORD_LIMIT:
    return fail(context, ACCORD_LIMIT, "a linear program reached the memory limit of %s; raise the memory limit",
                memory_limit_words(context).text);
  case ACCORD_FAILED: return fail(context, ACCORD_FAILED, "GLPK refused a linear program: %s", trouble->words);
  default: return status;
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
  return explain(context, run.status, &run.generation.trouble);
}

/* --------------------------------------------------- one program, many bounds */

struct lp_warm {
  accord_context *context;
  const lp_warm_shape *shape;
  lp_warm_work *work;
  void *argument;
  glp_prob *program;
  accord_status status;
  struct trouble trouble;
};

static void set_bounds(glp_prob *program, int column, double upper) {
  if (isinf(upper)) glp_set_col_bnds(program, column, GLP_LO, 0, 0);
  else glp_set_col_bnds(program, column, upper > 0 ? GLP_DB : GLP_FX, 0, upper);
}

static void load_shape(lp_warm *warm) {
  const lp_warm_shape *shape = warm->shape;
  int *index = POOL_NEW(warm->context, (size_t)shape->columns + 1, int);
  double *row = POOL_NEW(warm->context, (size_t)shape->columns + 1, double);
  warm->program = glp_create_prob();
  glp_set_obj_dir(warm->program, GLP_MAX);
  glp_add_rows(warm->program, shape->rows);
  if (shape->columns) glp_add_cols(warm->program, shape->columns);
  for (int j = 1; j <= shape->columns; j++) {
    set_bounds(warm->program, j, shape->upper[j - 1]);
    glp_set_obj_coef(warm->program, j, shape->cost[j - 1]);
  }
  for (int r = 1; r <= shape->rows; r++) {
    int length = 0;
    for (int j = 1; j <= shape->columns; j++) {
      double entry = shape->matrix[(r - 1) * shape->columns + j - 1];
      if (entry == 0) continue;
      index[++length] = j;
      row[length] = entry;
    }
    glp_set_mat_row(warm->program, r, length, index, row);
  }
  glp_scale_prob(warm->program, GLP_SF_GM | GLP_SF_EQ | GLP_SF_2N);
  pool_free(warm->context, row);
  pool_free(warm->context, index);
}

static lp_place place_of(int status) {
  return status == GLP_BS ? LP_BASIC : status == GLP_NU ? LP_AT_UPPER : LP_AT_LOWER;
}

/* A fixed column (upper = 0) is reported as fixed, at its lower bound. A row that is met stands at its upper one, its
 * slack at 0. */
static void read_places(const lp_warm *warm, uint8_t *place) {
  for (int j = 1; j <= warm->shape->columns; j++) *place++ = (uint8_t)place_of(glp_get_col_stat(warm->program, j));
  for (int r = 1; r <= warm->shape->rows; r++)
    *place++ = glp_get_row_stat(warm->program, r) == GLP_BS ? LP_BASIC : LP_AT_LOWER;
}

bool lp_warm_solve(lp_warm *warm, uint8_t *place, const double *bound) {
  glp_smcp parameters;
  glp_init_smcp(&parameters);
  parameters.msg_lev = GLP_MSG_OFF;
  parameters.meth = warm->shape->cold ? GLP_PRIMAL : GLP_DUALP;
  parameters.tm_lim = milliseconds_left(warm->context, MOST_MILLISECONDS);
  for (int r = 1; r <= warm->shape->rows; r++) glp_set_row_bnds(warm->program, r, GLP_UP, 0, bound[r - 1]);
  if (warm->shape->cold) glp_std_basis(warm->program);
  bool solved = glp_simplex(warm->program, &parameters) == 0 && glp_get_status(warm->program) == GLP_OPT;
  if (solved) read_places(warm, place);
  else glp_std_basis(warm->program); /* whatever it ran into, the next one begins anew */
  return solved;
}

double lp_warm_value(const lp_warm *warm) { return glp_get_obj_val(warm->program); }

static accord_status run_warm(lp_warm *warm) {
  if (glp_init_env() == 2) return ACCORD_NO_MEMORY;
  warm->trouble.failure = ACCORD_UNCERTIFIED;
  if (setjmp(warm->trouble.leave)) {
    leave_glpk();
    return warm->trouble.failure;
  }
  enter_glpk(&warm->trouble, warm->context);
  load_shape(warm);
  accord_status status = warm->work(warm->context, warm, warm->argument);
  glp_delete_prob(warm->program);
  restore_glpk();
  return status;
}

static accord_status run_warm_guarded(accord_context *context, void *argument) {
  lp_warm *warm = argument;
  (void)context;
  warm->status = run_warm(warm);
  return ACCORD_OK;
}

accord_status lp_warm_run(accord_context *context, const lp_warm_shape *shape, lp_warm_work *work, void *argument) {
  lp_warm warm = {.context = context, .shape = shape, .work = work, .argument = argument};
  accord_status status = guard(context, run_warm_guarded, &warm);
  if (status != ACCORD_OK) {
    leave_glpk();
    guard_leave(context, status, "%s", accord_message(context));
  }
  return explain(context, warm.status, &warm.trouble);
}

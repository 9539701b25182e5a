/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who objects to a split where values are unknown: surely, never, or depending on what the value is; and the split that
 * no completion overturns. */
#include "nucleolus.h"
#include "open_game.h"

#include <stdlib.h>

struct looking {
  accord_context *context;
  const accord_problem *problem;
  const mpq_t *shares;
  int top;
  accord_open_stability *found;
};

/* What a coalition gains in the sense of objections: by its lower limit surely, by its upper one perhaps. */
static void find_gains_of(mpq_t gain, const struct looking *in, const accord_doubt *doubt, bool surely) {
  bool cost = in->problem->goal == ACCORD_COST;
  const accord_limit *limit = surely != cost ? &doubt->low : &doubt->high;
  mpq_sub(gain, limit->at, doubt->share);
  if (cost) mpq_neg(gain, gain);
}

static bool limit_is_given(const struct looking *in, const accord_doubt *doubt, bool surely) {
  bool cost = in->problem->goal == ACCORD_COST;
  return (surely != cost ? &doubt->low : &doubt->high)->given;
}

static void fill_doubt(const struct looking *in, accord_doubt *doubt, accord_coalition s) {
  doubt->coalition = s;
  mpq_set_ui(doubt->share, 0, 1);
  for (int i = 0; i < in->problem->n; i++)
    if (has(s, i)) mpq_add(doubt->share, doubt->share, in->shares[i]);
  accord_find_limits(&doubt->low, &doubt->high, in->problem->unknowns, s);
}

static void new_doubt(accord_context *context, accord_doubt *doubt) {
  pool_rational(context, doubt->low.at);
  pool_rational(context, doubt->high.at);
  pool_rational(context, doubt->share);
}

static void copy_doubt(accord_doubt *to, const accord_doubt *from) {
  to->coalition = from->coalition;
  to->low.given = from->low.given;
  to->high.given = from->high.given;
  mpq_set(to->low.at, from->low.at);
  mpq_set(to->high.at, from->high.at);
  mpq_set(to->share, from->share);
}

/* Whether a goes before b: no limit first, then the larger gain, then the smaller bitmask. */
static bool goes_before(const struct looking *in, const accord_doubt *a, const accord_doubt *b, bool surely,
                        mpq_t *work) {
  bool a_given = limit_is_given(in, a, surely), b_given = limit_is_given(in, b, surely);
  if (a_given != b_given) return !a_given;
  if (!a_given) return a->coalition < b->coalition;
  find_gains_of(work[0], in, a, surely);
  find_gains_of(work[1], in, b, surely);
  int order = mpq_cmp(work[0], work[1]);
  return order ? order > 0 : a->coalition < b->coalition;
}

/* Keeps the first top of a list in order. */
static void insert(const struct looking *in, accord_doubt *list, int *listed, const accord_doubt *doubt, bool surely,
                   mpq_t *work) {
  int at = *listed;
  while (at > 0 && goes_before(in, doubt, &list[at - 1], surely, work)) at--;
  if (at >= in->top) return;
  if (*listed < in->top) ++*listed;
  for (int k = *listed - 1; k > at; k--) copy_doubt(&list[k], &list[k - 1]);
  copy_doubt(&list[at], doubt);
}

static void look_at(struct looking *in, accord_doubt *doubt, mpq_t *work) {
  accord_open_stability *found = in->found;
  if (limit_is_given(in, doubt, true)) {
    find_gains_of(work[0], in, doubt, true);
    if (mpq_sgn(work[0]) > 0) {
      found->sure_count++;
      insert(in, found->sure, &found->sure_listed, doubt, true, work);
      return;
    }
  }
  if (limit_is_given(in, doubt, false)) {
    find_gains_of(work[0], in, doubt, false);
    if (mpq_sgn(work[0]) <= 0) return;
  }
  found->open_count++;
  insert(in, found->open, &found->open_listed, doubt, false, work);
}

static accord_doubt *new_list(accord_context *context, int count) {
  accord_doubt *list = POOL_NEW(context, (size_t)count + 1, accord_doubt);
  for (int k = 0; k <= count; k++) new_doubt(context, &list[k]);
  return list;
}

struct request {
  accord_open_stability **stability;
  const accord_problem *problem;
  const mpq_t *shares;
  int top;
};

static accord_status find_open_stability(accord_context *context, void *argument) {
  const struct request *in = argument;
  struct looking looking = {context, in->problem, in->shares, in->top, NULL};
  if (!in->problem->unknowns) return fail(context, ACCORD_INVALID, "every value is known");
  size_t size = in->problem->unknowns->open->size;
  if (in->top < 0) return fail(context, ACCORD_INVALID, "a list has no less than 0 entries");
  if ((size_t)looking.top > size) looking.top = (int)size;
  mpq_t *work = pool_rationals(context, 2);
  looking.found = *in->stability = POOL_NEW(context, 1, accord_open_stability);
  looking.found->sure = new_list(context, looking.top);
  looking.found->open = new_list(context, looking.top);
  accord_doubt *doubt = new_list(context, 0);
  for (accord_coalition s = 1; s + 1 < size; s++) {
    if (s % 256 == 0) check_clock(context);
    fill_doubt(&looking, doubt, s);
    look_at(&looking, doubt, work);
  }
  return ACCORD_OK;
}

accord_status accord_find_open_stability(accord_context *context, accord_open_stability **stability,
                                         const accord_problem *problem, const mpq_t *shares, int top) {
  struct request in = {stability, problem, shares, top};
  accord_status status = guard(context, find_open_stability, &in);
  if (status != ACCORD_OK) *stability = NULL;
  return status;
}

/* -------------------------------------------------------------- robust split */

struct robust {
  mpq_t **share;
  const accord_problem *problem;
};

static accord_status find_robust(accord_context *context, void *argument) {
  const struct robust *in = argument;
  accord_facts *facts;
  accord_kohlberg *certificate;
  nucleolus_options options = {.imputations = false, .kind = EXCESS_PLAIN};
  *in->share = NULL;
  if (!in->problem->unknowns) return fail(context, ACCORD_INVALID, "every value is known");
  const accord_open_game *open = in->problem->unknowns->open;
  for (accord_coalition s = 1; s < open->size; s++)
    if (!open->high.given[s]) return ACCORD_OK; /* it may be worth anything */
  accord_game *game = game_of_limits(context, open, &open->high);
  accord_status status = accord_find_facts(context, &facts, problem_from_game(context, game, true), ACCORD_FACT_CORE);
  if (status != ACCORD_OK || facts->core_empty != ACCORD_NO) return status;
  *in->share = pool_rationals(context, (size_t)open->n);
  status = find_nucleolus(context, *in->share, &certificate, game, &options);
  for (int i = 0; i < open->n && open->goal == ACCORD_COST; i++) mpq_neg((*in->share)[i], (*in->share)[i]);
  return status;
}

accord_status accord_find_robust_split(accord_context *context, mpq_t **share, const accord_problem *problem) {
  struct robust in = {share, problem};
  accord_status status = guard(context, find_robust, &in);
  if (status != ACCORD_OK) *share = NULL;
  return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each link is worth: the Myerson value with it less the Myerson value without it. Both ends lose the same
 * (fairness, Myerson 1977). */
#include "contributions.h"
#include "rule.h"

struct request {
  accord_link_worth **worths;
  int *count;
  const accord_problem *problem;
  accord_coalition *links; /* size n, a copy */
  mpq_t *with, *without;   /* size n + 1: shares of the benefit game, and their sum */
};

static void find_myerson(accord_context *context, mpq_t *share, const struct request *in) {
  accord_mark mark = accord_get_mark(context);
  int n = in->problem->n;
  for (int i = 0; i <= n; i++) mpq_set_ui(share[i], 0, 1);
  shapley_value(context, share, linked_game(context, in->problem->game, in->links));
  for (int i = 0; i < n; i++) mpq_add(share[n], share[n], share[i]);
  accord_reset(context, mark);
}

static void find_worth(accord_context *context, accord_link_worth *worth, const struct request *in, int i, int j) {
  int n = in->problem->n;
  worth->first = i, worth->second = j;
  pool_rational(context, worth->total);
  worth->share = pool_rationals(context, (size_t)n);
  in->links[i] ^= party(j), in->links[j] ^= party(i);
  find_myerson(context, in->without, in);
  in->links[i] ^= party(j), in->links[j] ^= party(i);
  for (int k = 0; k <= n; k++) {
    mpq_ptr change = k < n ? worth->share[k] : worth->total;
    mpq_sub(change, in->with[k], in->without[k]);
  }
}

static accord_status find_worths(accord_context *context, void *argument) {
  struct request *in = argument;
  const accord_coalition *links = in->problem->overlays.links;
  int n = in->problem->n, count = 0;
  if (!in->problem->game) return fail(context, ACCORD_LIMIT, "%s", in->problem->no_game);
  if (!links) return fail(context, ACCORD_INVALID, "there are no links");
  in->links = POOL_NEW(context, (size_t)n, accord_coalition);
  in->with = pool_rationals(context, 2 * ((size_t)n + 1));
  in->without = in->with + n + 1;
  for (int i = 0; i < n; i++) count += size_of(in->links[i] = links[i]);
  accord_link_worth *worths = *in->worths = POOL_NEW(context, (size_t)count / 2 + 1, accord_link_worth);
  *in->count = 0;
  find_myerson(context, in->with, in);
  for (int i = 0; i < n; i++)
    for (int j = i + 1; j < n; j++)
      if (has(links[i], j)) find_worth(context, &worths[(*in->count)++], in, i, j);
  return ACCORD_OK;
}

accord_status accord_find_link_worths(accord_context *context, accord_link_worth **worths, int *count,
                                      const accord_problem *problem) {
  struct request in = {.worths = worths, .count = count, .problem = problem};
  accord_status status = guard(context, find_worths, &in);
  if (status != ACCORD_OK) *worths = NULL, *count = 0;
  return status;
}

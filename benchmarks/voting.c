/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Votes without a table: power indices and the nucleolus. */
#include "measure.h"

#include <stdio.h>

enum { MOST_VOTERS = 1000, TEXT_ROOM = 8 };

struct vote {
  accord_context *context;
  int n;
  const char *rule;
  char text[MOST_VOTERS + 1][TEXT_ROOM]; /* the weights, the quota */
};

static void solve(void *argument) {
  const struct vote *vote = argument;
  const char *weights[MOST_VOTERS], *quota = vote->text[vote->n];
  accord_problem *problem;
  accord_split *split;
  for (int i = 0; i < vote->n; i++) weights[i] = vote->text[i];
  accord_problem_from_votes(vote->context, &problem, NULL, &quota, 1, weights, vote->n);
  accord_solve(vote->context, &split, problem, accord_find_rule(vote->rule));
  if (!split || split->status != ACCORD_OK) fprintf(stderr, "%s: no answer at %d voters\n", vote->rule, vote->n);
}

/* Weights from 1 to most; more than half of them wins. */
static void draw_weights(struct vote *vote, int n, int most) {
  uint64_t state = 7;
  unsigned sum = 0;
  vote->n = n;
  for (int i = 0; i < n; i++) {
    unsigned weight = 1 + (unsigned)(next_random(&state) % (unsigned)most);
    snprintf(vote->text[i], TEXT_ROOM, "%u", weight % 1000);
    sum += weight;
  }
  snprintf(vote->text[n], TEXT_ROOM, "%u", (sum / 2 + 1) % 1000000);
}

static void row_of(struct vote *vote, const char *what, const char *rule, const char *family, int threads,
                   double goal) {
  if (!is_wanted(what)) return;
  vote->rule = rule;
  accord_context_settings(vote->context)->threads = threads;
  row entry = {.what = what, .family = family, .n = vote->n, .unit = "seconds", .goal = goal};
  entry.taken = measure(vote->context, solve, vote, NULL, vote->n);
  report(vote->context, entry);
  accord_context_settings(vote->context)->threads = 1;
}

static accord_status bench(accord_context *context, void *argument) {
  static const int sizes[] = {50, 100, 1000};
  static struct vote vote;
  (void)argument;
  vote.context = context;
  for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
    int n = sizes[k];
    draw_weights(&vote, n, 199);
    row_of(&vote, "shapley of a vote", "shapley", "weights to 199", 1, 0);
    if (n == 1000) row_of(&vote, "shapley of a vote", "shapley", "weights to 199", 2, 1);
    row_of(&vote, "banzhaf of a vote", "banzhaf", "weights to 199", 1, n == 1000 ? 1 : 0);
    if (n > 100) continue;
    row_of(&vote, "nucleolus of a vote", "nucleolus", "weights to 199", 1, n == 100 ? 1 : 0.05);
    draw_weights(&vote, n, 9);
    row_of(&vote, "nucleolus of a vote", "nucleolus", "weights to 9", 1, 0);
  }
  return ACCORD_OK;
}

int main(int count, char **words) { return run_measurements(count, words, bench); }

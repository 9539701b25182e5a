/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a split stands in an assignment game, without a table.
 *
 * A coalition is worth what the parts it is matched in are, so its excess is the sum of theirs: a split is in the core
 * iff no single party and no pair of both sides has an excess above 0. Where one has, the largest excess of all is
 * a best matching again, of the pairs' excesses and those of single parties above 0. */
#include "assignment.h"
#include "groups.h"

#include <stdlib.h>

struct question {
  accord_context *context;
  const accord_assignment *assignment;
  int n;
  mpz_t denominator;
  mpz_t *share; /* size n: times denominator */
  mpz_t *worth; /* size left * right: times denominator */
};

static struct question *make_whole(accord_context *context, const accord_problem *problem, const mpq_t *shares) {
  struct question *whole = POOL_NEW(context, 1, struct question);
  const pair_values *pairs = whole_pair_values(context, problem->assignment);
  size_t count = (size_t)pairs->rows * (size_t)pairs->columns;
  mpz_t *factor = pool_integers(context, 1);
  whole->context = context;
  whole->assignment = problem->assignment;
  whole->n = problem->n;
  pool_integer(context, whole->denominator);
  mpz_set(whole->denominator, pairs->denominator);
  for (int i = 0; i < whole->n; i++) mpz_lcm(whole->denominator, whole->denominator, mpq_denref(shares[i]));
  whole->share = pool_integers(context, (size_t)whole->n);
  whole->worth = pairs->value;
  for (int i = 0; i < whole->n; i++) {
    mpz_divexact(*factor, whole->denominator, mpq_denref(shares[i]));
    mpz_mul(whole->share[i], mpq_numref(shares[i]), *factor);
  }
  mpz_divexact(*factor, whole->denominator, pairs->denominator);
  for (size_t k = 0; k < count; k++) mpz_mul(whole->worth[k], whole->worth[k], *factor);
  return whole;
}

/* One party (second = -1) or two, and their excess. */
struct part {
  int first, second;
  mpz_t excess;
};

/* a_lr - x_l - x_r. */
static void pair_excess(mpz_t excess, const struct question *whole, int l, int r) {
  mpz_sub(excess, whole->worth[l * whole->assignment->right_count + r], whole->share[whole->assignment->left[l]]);
  mpz_sub(excess, excess, whole->share[whole->assignment->right[r]]);
}

/* Largest first, then as the parties stand. */
static int compare_parts(const void *a, const void *b) {
  const struct part *first = a, *second = b;
  int order = mpz_cmp(second->excess, first->excess);
  if (order) return order;
  if (first->first != second->first) return first->first < second->first ? -1 : 1;
  return (first->second > second->second) - (first->second < second->second);
}

/* All proper ones. */
static struct part *list_parts(const struct question *whole, size_t *count) {
  const accord_assignment *assignment = whole->assignment;
  size_t room = (size_t)whole->n + (size_t)assignment->left_count * (size_t)assignment->right_count;
  struct part *parts = POOL_NEW(whole->context, room, struct part);
  *count = 0;
  for (int i = 0; i < whole->n; i++) {
    struct part *part = &parts[(*count)++];
    pool_integer(whole->context, part->excess);
    part->first = i;
    part->second = -1;
    mpz_neg(part->excess, whole->share[i]);
  }
  for (int l = 0; l < assignment->left_count && whole->n > 2; l++) {
    check_clock(whole->context);
    for (int r = 0; r < assignment->right_count; r++) {
      struct part *part = &parts[(*count)++];
      pool_integer(whole->context, part->excess);
      part->first = assignment->left[l];
      part->second = assignment->right[r];
      pair_excess(part->excess, whole, l, r);
    }
  }
  qsort(parts, *count, sizeof *parts, compare_parts);
  return parts;
}

static void state_excess(mpq_t amount, const struct question *whole, const mpz_t excess) {
  mpz_set(mpq_numref(amount), excess);
  mpz_set(mpq_denref(amount), whole->denominator);
  mpq_canonicalize(amount);
}

static void list_objections(accord_stability *stability, const struct question *whole, const struct part *parts,
                            size_t count, int top) {
  stability->objections = POOL_NEW(whole->context, (size_t)top + 1, accord_objection);
  for (size_t k = 0; k < count && mpz_sgn(parts[k].excess) > 0; k++) {
    stability->objection_count++;
    if (stability->listed >= top) continue;
    accord_objection *objection = &stability->objections[stability->listed++];
    const int members[2] = {parts[k].first, parts[k].second};
    pool_rational(whole->context, objection->amount);
    state_excess(objection->amount, whole, parts[k].excess);
    make_coalition(whole->context, &objection->coalition, &objection->group, members, parts[k].second < 0 ? 1 : 2,
                   whole->n);
  }
}

/* ------------------------------------------------------ the largest objection */

struct search {
  const struct question *whole;
  pair_values gains; /* what matching a pair adds to leaving both alone */
  mpz_t *alone;      /* size n: max(0, -x_i) */
  int *column;       /* of the best matching */
  mpz_t sum, most;
  int *members, count; /* of the best coalition so far; -1: none */
};

static struct search *start_search(const struct question *whole) {
  accord_context *context = whole->context;
  struct search *search = POOL_NEW(context, 1, struct search);
  int rows = whole->assignment->left_count, columns = whole->assignment->right_count;
  search->whole = whole;
  search->gains.rows = rows;
  search->gains.columns = columns;
  search->gains.value = pool_integers(context, (size_t)rows * (size_t)columns);
  search->alone = pool_integers(context, (size_t)whole->n);
  search->column = POOL_NEW(context, (size_t)rows + 1, int);
  search->members = POOL_NEW(context, (size_t)whole->n, int);
  search->count = -1;
  pool_integer(context, search->sum);
  pool_integer(context, search->most);
  for (int i = 0; i < whole->n; i++)
    if (mpz_sgn(whole->share[i]) < 0) mpz_neg(search->alone[i], whole->share[i]);
  return search;
}

/* Pairs with a party that is left out gain nothing. */
static void find_gains_without(struct search *search, int without) {
  const struct question *whole = search->whole;
  const accord_assignment *assignment = whole->assignment;
  for (int l = 0; l < assignment->left_count; l++)
    for (int r = 0; r < assignment->right_count; r++) {
      mpz_t *gain = &search->gains.value[l * assignment->right_count + r];
      int left = assignment->left[l], right = assignment->right[r];
      pair_excess(*gain, whole, l, r);
      mpz_sub(*gain, *gain, search->alone[left]);
      mpz_sub(*gain, *gain, search->alone[right]);
      if (left == without || right == without || mpz_sgn(*gain) < 0) mpz_set_ui(*gain, 0);
    }
}

/* The coalition of the largest excess among those without a party (-1: any); whether it is proper. */
static bool try_without(struct search *search, int without) {
  const accord_assignment *assignment = search->whole->assignment;
  int count = 0, n = search->whole->n;
  bool *in = POOL_NEW(search->whole->context, (size_t)n, bool);
  find_gains_without(search, without);
  find_matching(search->whole->context, search->column, &search->gains);
  matching_worth(search->sum, &search->gains, search->column);
  for (int i = 0; i < n; i++) {
    if (i == without || mpz_sgn(search->alone[i]) == 0) continue;
    mpz_add(search->sum, search->sum, search->alone[i]);
    in[i] = true;
  }
  for (int l = 0; l < assignment->left_count; l++)
    if (search->column[l] >= 0) in[assignment->left[l]] = in[assignment->right[search->column[l]]] = true;
  for (int i = 0; i < n; i++) count += in[i];
  if (count < n && (search->count < 0 || mpz_cmp(search->sum, search->most) > 0)) {
    mpz_set(search->most, search->sum);
    search->count = 0;
    for (int i = 0; i < n; i++)
      if (in[i]) search->members[search->count++] = i;
  }
  pool_free(search->whole->context, in);
  return count < n;
}

/* Some part objects, so the largest excess is above 0. */
static void find_largest(accord_stability *stability, const struct question *whole) {
  struct search *search = start_search(whole);
  bool proper = try_without(search, -1);
  for (int i = 0; i < whole->n && !proper; i++) try_without(search, i);
  state_excess(stability->max_excess, whole, search->most);
  make_coalition(whole->context, &stability->worst, &stability->worst_group, search->members, search->count, whole->n);
}

void find_stability_of_assignment(accord_context *context, accord_stability *stability, const accord_problem *problem,
                                  const mpq_t *shares, int top) {
  size_t count;
  const struct question *whole = make_whole(context, problem, shares);
  const struct part *parts = list_parts(whole, &count);
  list_objections(stability, whole, parts, count, top);
  stability->stable = stability->objection_count ? ACCORD_NO : ACCORD_YES;
  stability->only_some_counted = true;
  stability->has_excess = true;
  if (stability->objection_count) {
    find_largest(stability, whole);
    return;
  }
  const int members[2] = {parts->first, parts->second};
  state_excess(stability->max_excess, whole, parts->excess);
  make_coalition(context, &stability->worst, &stability->worst_group, members, parts->second < 0 ? 1 : 2, whole->n);
}

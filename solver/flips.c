/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far one number must move for one party's share to exceed another's.
 *
 * On the straight piece about the number the answer is that of two lines that cross. Further out, shares are found at
 * points farther and farther away; between the last before and the first behind a crossing it is closed in on by the
 * line through both and by halving, and is exact where the shares are equal at a fraction and not just behind it. */
#include "sensitivity.h"

enum { FIRST_POWER = -8, LAST_POWER = 5, MOST_ROUNDS = 48, CROSSINGS_TRIED = 9, LONGEST_FRACTION = 200 };

struct flip_query {
  accord_flips **flips;
  accord_point *point;
  void *data;
  const mpq_t *value;
  const accord_response *response;
  const accord_rule *rule;
  bool under_terms;
  const mpq_t *limit;
};

struct search {
  accord_context *context;
  const struct flip_query *in;
  accord_flips *all;
  const mpq_t *start;            /* size n: the shares now */
  mpq_t *share, *before, *after; /* size n: at hand, and on both sides of a crossing */
  mpq_t *work;                   /* size 8 */
  mpq_t *scale;                  /* size 1 */
  int n, sign;
  bool rounded; /* some shares were: then no crossing is exact */
};

/* Shares where the number has moved by step; false where there are none. */
static bool shares_at(struct search *search, mpq_t *share, const mpq_t step) {
  accord_context *context = search->context;
  accord_mark mark = accord_get_mark(context);
  const accord_problem *problem;
  accord_split *split = NULL;
  mpq_t *at = pool_rationals(context, 1);
  check_clock(context);
  (search->sign > 0 ? mpq_add : mpq_sub)(*at, *search->in->value, step);
  accord_status status = search->in->point(context, &problem, search->in->data, *at);
  if (status == ACCORD_OK)
    status =
        (search->in->under_terms ? accord_solve_under_terms : accord_solve)(context, &split, problem, search->in->rule);
  if (status != ACCORD_OK && status != ACCORD_UNDEFINED) guard_leave(context, status, "%s", accord_message(context));
  bool there = split && split->status == ACCORD_OK;
  search->rounded = search->rounded || (there && !split->exact);
  for (int i = 0; there && i < search->n; i++) mpq_set(share[i], split->share[i]);
  accord_reset(context, mark);
  return there;
}

/* How much more the one who has less now gets than the other. */
static void find_lead(const accord_flip *flip, mpq_t lead, const mpq_t *share) {
  mpq_sub(lead, share[flip->under], share[flip->over]);
}

/* Takes a change of the number where it is the smallest yet. */
static void take(struct search *search, accord_flip *flip, const mpq_t step, bool exact) {
  mpq_t *change = &search->work[7];
  mpq_sub(*change, flip->at, *search->in->value);
  mpq_abs(*change, *change);
  if (flip->found && mpq_cmp(*change, step) <= 0) return;
  flip->found = true;
  flip->exact = exact && !search->rounded;
  (search->sign > 0 ? mpq_add : mpq_sub)(flip->at, *search->in->value, step);
}

/* Where the two lines cross, on the piece about the number. */
static void cross_lines(struct search *search, accord_flip *flip, const accord_slope *slope) {
  mpq_t *lead = &search->work[0], *pace = &search->work[1];
  find_lead(flip, *lead, search->start);
  mpq_sub(*pace, slope->rate[flip->under], slope->rate[flip->over]);
  if (search->sign < 0) mpq_neg(*pace, *pace);
  if (mpq_sgn(*pace) <= 0 || (slope->curved && mpq_sgn(*lead))) return;
  mpq_div(*lead, *lead, *pace);
  mpq_neg(*lead, *lead);
  if (!slope->bounded || mpq_cmp(*lead, slope->reach) < 0 || mpq_sgn(*lead) == 0)
    take(search, flip, *lead, slope->exact);
}

/* Whether the lead turns at step: nothing there, something just behind. */
static bool turns_at(struct search *search, const accord_flip *flip, const mpq_t step, const mpq_t width) {
  mpq_t *lead = &search->work[5], *beside = &search->work[6];
  find_lead(flip, *lead, (const mpq_t *)search->share);
  if (mpq_sgn(*lead) != 0) return false;
  mpq_div_2exp(*beside, width, 20);
  mpq_add(*beside, *beside, step);
  if (!shares_at(search, search->share, *beside)) return false;
  find_lead(flip, *lead, (const mpq_t *)search->share);
  return mpq_sgn(*lead) > 0;
}

/* Where the line through both ends crosses, else, and where that is too long a fraction, the middle. */
static bool choose_step(struct search *search, mpq_t step, int round, const mpq_t low, const mpq_t high) {
  mpq_t *behind = &search->work[2], *ahead = &search->work[3], *lead = &search->work[5];
  bool crossing = round < CROSSINGS_TRIED && round % 2 == 0;
  mpq_sub(step, high, low);
  mpq_mul(step, step, *behind);
  mpq_sub(*lead, *behind, *ahead);
  mpq_div(step, step, *lead);
  mpq_add(step, step, low);
  if (crossing && mpz_sizeinbase(mpq_denref(step), 2) < LONGEST_FRACTION) return true;
  mpq_add(step, low, high);
  mpq_div_2exp(step, step, 1);
  return false;
}

/* Closes in on the crossing between low, with the shares before, and high, with those after. */
static void close_in(struct search *search, accord_flip *flip, mpq_t low, mpq_t high) {
  mpq_t *behind = &search->work[2], *ahead = &search->work[3], *step = &search->work[4], *lead = &search->work[5];
  find_lead(flip, *behind, (const mpq_t *)search->before);
  find_lead(flip, *ahead, (const mpq_t *)search->after);
  for (int round = 0; round < MOST_ROUNDS; round++) {
    bool crossing = choose_step(search, *step, round, low, high);
    if (!shares_at(search, search->share, *step)) break;
    find_lead(flip, *lead, (const mpq_t *)search->share);
    bool passed = mpq_sgn(*lead) > 0;
    mpq_sub(search->work[0], high, low);
    if (!passed && mpq_sgn(*lead) == 0 && turns_at(search, flip, *step, search->work[0])) {
      take(search, flip, *step, true);
      return;
    }
    find_lead(flip, *lead, (const mpq_t *)search->share);
    if (crossing && !passed) continue; /* the middle narrows as well, and stays short */
    mpq_set(passed ? *ahead : *behind, *lead);
    mpq_set(passed ? high : low, *step);
  }
  take(search, flip, high, false);
}

/* Whether a flip of the pair farther away than step is not looked for. */
static bool is_beyond(const struct search *search, const accord_flip *flip, const mpq_t step) {
  const mpq_t *limit = search->in->limit;
  int pair = flip->over * search->n + flip->under;
  return limit && mpq_sgn(limit[pair]) >= 0 && mpq_cmp(limit[pair], step) <= 0;
}

/* Whether every pair flips nearer than step already. */
static bool all_nearer(struct search *search, const mpq_t step) {
  for (int k = 0; k < search->all->count; k++) {
    accord_flip *flip = &search->all->list[k];
    if (is_beyond(search, flip, step)) continue;
    mpq_sub(search->work[0], flip->at, *search->in->value);
    mpq_abs(search->work[0], search->work[0]);
    if (!flip->found || mpq_cmp(search->work[0], step) > 0) return false;
  }
  return true;
}

/* Points farther and farther away. crossed: pairs that have crossed on this side. */
static void look_further(struct search *search, const accord_slope *slope, bool *crossed) {
  mpq_t *ends = pool_rationals(search->context, 4), *low = &ends[0], *high = &ends[1];
  for (int i = 0; i < search->n; i++) mpq_set(search->before[i], search->start[i]);
  for (int power = FIRST_POWER; power <= LAST_POWER; power++) {
    if (power < 0) mpq_div_2exp(*high, *search->scale, (mp_bitcnt_t)-power);
    else mpq_mul_2exp(*high, *search->scale, (mp_bitcnt_t)power);
    if (!slope->curved && slope->bounded && mpq_cmp(*high, slope->reach) <= 0) continue;
    if (all_nearer(search, *low) || !shares_at(search, search->after, *high)) return;
    for (int k = 0; k < search->all->count; k++) {
      accord_flip *flip = &search->all->list[k];
      find_lead(flip, search->work[0], (const mpq_t *)search->after);
      if (crossed[k] || mpq_sgn(search->work[0]) <= 0) continue;
      crossed[k] = true;
      if (is_beyond(search, flip, *low)) continue;
      mpq_set(ends[2], *low), mpq_set(ends[3], *high);
      close_in(search, flip, ends[2], ends[3]);
    }
    mpq_set(*low, *high);
    for (int i = 0; i < search->n; i++) mpq_set(search->before[i], search->after[i]);
  }
}

static void search_side(struct search *search, const accord_slope *slope) {
  bool *crossed = POOL_NEW(search->context, (size_t)search->all->count + 1, bool);
  if (slope->status != ACCORD_OK) return;
  for (int k = 0; k < search->all->count; k++) {
    mpq_t *change = &search->work[2];
    cross_lines(search, &search->all->list[k], slope);
    mpq_sub(*change, search->all->list[k].at, *search->in->value);
    crossed[k] = search->all->list[k].found && mpq_sgn(*change) == search->sign;
  }
  if (slope->curved || slope->bounded) look_further(search, slope, crossed);
}

/* Each pair, the one with more first; of equal shares, both ways round. */
static void list_pairs(struct search *search) {
  accord_flips *all = search->all;
  all->list = POOL_NEW(search->context, (size_t)(search->n * search->n), accord_flip);
  for (int i = 0; i < search->n; i++)
    for (int j = 0; j < search->n; j++) {
      if (i == j || mpq_cmp(search->start[i], search->start[j]) < 0) continue;
      accord_flip *flip = &all->list[all->count++];
      flip->over = i;
      flip->under = j;
      pool_rational(search->context, flip->at);
      mpq_set(flip->at, *search->in->value);
    }
}

static accord_status find_flips(accord_context *context, void *argument) {
  struct flip_query *in = argument;
  const accord_problem *problem;
  accord_status status = in->point(context, &problem, in->data, *in->value);
  if (status != ACCORD_OK) return status;
  size_t n = (size_t)problem->n;
  struct search search = {.context = context, .in = in, .n = problem->n, .sign = 1};
  mpq_t *start = pool_rationals(context, n);
  search.share = pool_rationals(context, n);
  search.before = pool_rationals(context, n);
  search.after = pool_rationals(context, n);
  search.work = pool_rationals(context, 8);
  search.scale = pool_rationals(context, 1);
  search.start = (const mpq_t *)start;
  search.all = *in->flips = POOL_NEW(context, 1, accord_flips);
  if (!shares_at(&search, start, *search.scale)) return ACCORD_OK;
  if (mpq_sgn(*in->value)) trace_scale(*search.scale, in->value, 1);
  else trace_scale(*search.scale, (const mpq_t *)&problem->total, 1);
  list_pairs(&search);
  for (search.sign = -1; search.sign <= 1; search.sign += 2)
    search_side(&search, search.sign < 0 ? &in->response->below : &in->response->above);
  return ACCORD_OK;
}

accord_status accord_find_flips(accord_context *context, accord_flips **flips, accord_point *point, void *data,
                                const accord_response *response, const accord_rule *rule, bool under_terms,
                                const mpq_t *limit) {
  struct flip_query in = {flips, point, data, &response->value, response, rule, under_terms, limit};
  accord_status status = guard(context, find_flips, &in);
  if (status != ACCORD_OK) *flips = NULL;
  return status;
}

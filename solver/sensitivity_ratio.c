/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules of the form x_i = base_i + part_i rest / whole, whole = sum of part, where base, part and rest are linear in
 * the values: proportional, scrb, gately, banzhaf, nash; and tau, whose base is a maximum of linear forms.
 *
 * Along a line v + t w each is a quotient of polynomials in t. It is a straight line where whole does not move and
 * part_i rest has no square term, or where whole divides part_i rest for every i; elsewhere the rate is that at t = 0
 * and holds there alone. */
#include "sensitivity.h"

#include <string.h>

typedef struct ratio_form {
  mpq_t *base, *part; /* size n */
  mpq_t rest, whole;
} ratio_form;

/* The forms are linear in the values: the same function gives them at v and, from w, how fast they move. */
typedef void form_value(mpq_t value, const void *data, accord_coalition coalition);

typedef struct ratio_kind ratio_kind;

struct line {
  sensitivity *about;
  const ratio_kind *kind;
  int n;
  ratio_form at, move;
  form_value *value;
  const void *data;
  mpq_t *work;        /* size 6 */
  mpq_t *best, *next; /* tau, size n: the two largest gaps of a coalition with i; see fill_tau */
  int *best_count;    /* how many attain the largest */
  mpq_t *gap;         /* size 2^n: v(S) - M(S) */
  bool *has_next;
};

/* Conditions: amounts that must stay at 0 or above. */
struct ratio_kind {
  const char *name;
  void (*fill)(struct line *line, ratio_form *form);
  bool parts_signed;   /* the parts must be of one sign */
  bool rest_positive;  /* rest >= 0 */
  bool rest_bounded;   /* rest <= whole */
  bool nothing_shared; /* where every part is 0 and so is the rest, the base stands alone */
};

/* ---------------------------------------------------------------- the forms */

static void fill_standalones(struct line *line, mpq_t *amount) {
  for (int i = 0; i < line->n; i++) line->value(amount[i], line->data, party(i));
}

static void fill_marginals(struct line *line, mpq_t *amount) {
  accord_coalition all = everybody(line->n);
  for (int i = 0; i < line->n; i++) {
    line->value(amount[i], line->data, all);
    line->value(line->work[0], line->data, all ^ party(i));
    mpq_sub(amount[i], amount[i], line->work[0]);
  }
}

/* rest = v(N) - sum base, whole = sum part. */
static void fill_sums(struct line *line, ratio_form *form) {
  line->value(form->rest, line->data, everybody(line->n));
  mpq_set_ui(form->whole, 0, 1);
  for (int i = 0; i < line->n; i++) {
    mpq_sub(form->rest, form->rest, form->base[i]);
    mpq_add(form->whole, form->whole, form->part[i]);
  }
}

static void fill_proportional(struct line *line, ratio_form *form) {
  fill_standalones(line, form->part);
  fill_sums(line, form);
}

static void fill_scrb(struct line *line, ratio_form *form) {
  fill_marginals(line, form->base);
  fill_standalones(line, form->part);
  for (int i = 0; i < line->n; i++) mpq_sub(form->part[i], form->base[i], form->part[i]);
  fill_sums(line, form);
}

static void fill_gately(struct line *line, ratio_form *form) {
  fill_standalones(line, form->base);
  fill_marginals(line, form->part);
  for (int i = 0; i < line->n; i++) mpq_sub(form->part[i], form->part[i], form->base[i]);
  fill_sums(line, form);
}

/* part_i = 2^(n-1) times the raw value: the sum over S with i, less the same over S without i. */
static void add_raw(struct line *line, ratio_form *form, accord_coalition s) {
  line->value(line->work[0], line->data, s);
  for (int i = 0; i < line->n; i++) (has(s, i) ? mpq_add : mpq_sub)(form->part[i], form->part[i], line->work[0]);
}

static void fill_banzhaf(struct line *line, ratio_form *form) {
  accord_coalition size = (accord_coalition)1 << line->n;
  const game_direction *direction = line->data;
  if (form == &line->move && !direction->along) add_raw(line, form, direction->coalition);
  else
    for (accord_coalition s = 1; s < size; s++) add_raw(line, form, s);
  fill_sums(line, form);
}

/* The weights do not move with the game: in their form at v they stand whole, in that of w they are 0. */
static void fill_nash(struct line *line, ratio_form *form) {
  const mpq_t *weights = line->about->problem->overlays.weights;
  fill_standalones(line, form->base);
  for (int i = 0; i < line->n && form == &line->at; i++) {
    if (weights) mpq_set(form->part[i], weights[i]);
    else mpq_set_ui(form->part[i], 1, 1);
  }
  fill_sums(line, form);
}

/* ---------------------------------------------------------------------- tau */

/* The base of tau is m_i = M_i + best_i, best_i = max over S with i of gap(S) = v(S) - M(S). */
static void find_gaps(struct line *line, const mpq_t *marginal) {
  accord_coalition size = (accord_coalition)1 << line->n;
  line->gap = pool_rationals(line->about->context, size);
  for (accord_coalition s = 1; s < size; s++) {
    if (s % 4096 == 0) check_clock(line->about->context);
    line->value(line->gap[s], line->data, s);
    for (int i = 0; i < line->n; i++)
      if (has(s, i)) mpq_sub(line->gap[s], line->gap[s], marginal[i]);
  }
}

static void rank_gap(struct line *line, int i, const mpq_t gap) {
  int order = line->best_count[i] ? mpq_cmp(gap, line->best[i]) : 1;
  if (order == 0) line->best_count[i]++;
  if (order > 0) {
    line->has_next[i] = line->best_count[i] > 0;
    mpq_set(line->next[i], line->best[i]);
    mpq_set(line->best[i], gap);
    line->best_count[i] = 1;
  } else if (order < 0 && (!line->has_next[i] || mpq_cmp(gap, line->next[i]) > 0)) {
    line->has_next[i] = true;
    mpq_set(line->next[i], gap);
  }
}

static void rank_gaps(struct line *line) {
  accord_context *context = line->about->context;
  size_t n = (size_t)line->n;
  line->best = pool_rationals(context, n);
  line->next = pool_rationals(context, n);
  line->best_count = POOL_NEW(context, n, int);
  line->has_next = POOL_NEW(context, n, bool);
  for (accord_coalition s = 1; s < (accord_coalition)1 << n; s++)
    for (int i = 0; i < line->n; i++)
      if (has(s, i)) rank_gap(line, i, line->gap[s]);
}

/* best_i moves with the fastest of those that attain it, until another overtakes. */
static void move_best(struct line *line, accord_slope *slope, mpq_t pace, int i, const mpq_t *marginal) {
  const game_direction *direction = line->data;
  accord_coalition size = (accord_coalition)1 << line->n;
  mpq_t *own = &line->work[1], *room = &line->work[2];
  for (int pass = 0, first = 1; pass < 2; pass++)
    for (accord_coalition s = 1; s < size; s++) {
      if (!has(s, i)) continue;
      direction_value(*own, direction, s);
      for (int j = 0; j < line->n; j++)
        if (has(s, j)) mpq_sub(*own, *own, marginal[j]);
      bool attains = mpq_equal(line->gap[s], line->best[i]);
      if (pass == 0 && attains && (first || mpq_cmp(*own, pace) > 0)) mpq_set(pace, *own), first = 0;
      if (pass == 0 || attains) continue;
      mpq_sub(*own, *own, pace);
      mpq_sub(*room, line->best[i], line->gap[s]);
      slope_limit(slope, *room, *own);
    }
}

/* The same where no marginal value moves: only the gap of the coalition does. */
static void move_one_gap(struct line *line, accord_slope *slope, mpq_t pace, int i) {
  const game_direction *direction = line->data;
  bool attains = mpq_equal(line->gap[direction->coalition], line->best[i]);
  mpq_t *one = &line->work[1], *room = &line->work[2];
  mpq_set_ui(*one, 1, 1);
  mpq_set_ui(pace, 0, 1);
  if (!has(direction->coalition, i)) return;
  if (direction->sign > 0 && !attains) {
    mpq_sub(*room, line->best[i], line->gap[direction->coalition]);
    slope_limit(slope, *room, *one);
  } else if (direction->sign > 0) {
    mpq_set_ui(pace, 1, 1);
  } else if (attains && line->best_count[i] == 1) {
    mpq_set_si(pace, -1, 1);
    mpq_sub(*room, line->best[i], line->next[i]);
    if (line->has_next[i]) slope_limit(slope, *room, *one);
  }
}

static void finish_tau(struct line *line, ratio_form *form, const mpq_t *marginal) {
  for (int i = 0; i < line->n; i++) mpq_sub(form->part[i], marginal[i], form->base[i]);
  fill_sums(line, form);
}

static void fill_tau(struct line *line, ratio_form *form) {
  mpq_t *marginal = form->part;
  fill_marginals(line, marginal);
  find_gaps(line, (const mpq_t *)marginal);
  rank_gaps(line);
  for (int i = 0; i < line->n; i++) mpq_add(form->base[i], marginal[i], line->best[i]);
  finish_tau(line, form, (const mpq_t *)marginal);
}

static void move_tau(struct line *line, accord_slope *slope) {
  ratio_form *form = &line->move;
  mpq_t *marginal = form->part;
  bool moved = ((const game_direction *)line->data)->along != NULL;
  fill_marginals(line, marginal);
  for (int i = 0; i < line->n; i++) moved = moved || mpq_sgn(marginal[i]) != 0;
  for (int i = 0; i < line->n; i++) {
    if (moved) move_best(line, slope, line->work[3], i, (const mpq_t *)marginal);
    else move_one_gap(line, slope, line->work[3], i);
    mpq_add(form->base[i], marginal[i], line->work[3]);
  }
  finish_tau(line, form, (const mpq_t *)marginal);
}

static const ratio_kind kinds[] = {
    {"proportional", fill_proportional, true, false, false, false},
    {"scrb", fill_scrb, true, false, false, true},
    {"gately", fill_gately, true, true, false, false},
    {"banzhaf", fill_banzhaf, false, false, false, false},
    {"nash", fill_nash, true, true, false, false},
    {"tau", fill_tau, true, true, true, true},
};

/* ---------------------------------------------------------------- conditions */

/* sign * amount must stay at 0 or above. */
static void keep_positive(struct line *line, accord_slope *slope, int sign, const mpq_t amount, const mpq_t move) {
  mpq_t *room = &line->work[1], *pace = &line->work[2];
  mpq_set(*room, amount);
  mpq_set(*pace, move);
  (sign > 0 ? mpq_neg(*pace, *pace) : mpq_neg(*room, *room));
  slope_limit(slope, *room, *pace);
}

/* Whether all parts vanish together further on, where the base alone is shared as well: then nothing ends there. */
static bool passes_nothing(struct line *line) {
  const ratio_form *at = &line->at, *move = &line->move;
  mpq_t *a = &line->work[1], *b = &line->work[2];
  if (!line->kind->nothing_shared || line->kind->rest_positive || mpq_sgn(at->whole) == 0) return false;
  for (int i = 0; i <= line->n; i++) { /* part_i and rest in the proportion of whole */
    mpq_mul(*a, i < line->n ? move->part[i] : move->rest, at->whole);
    mpq_mul(*b, i < line->n ? at->part[i] : at->rest, move->whole);
    if (!mpq_equal(*a, *b)) return false;
  }
  return true;
}

static void keep_conditions(struct line *line, accord_slope *slope) {
  const ratio_form *at = &line->at, *move = &line->move;
  int sign = mpq_sgn(at->whole) ? mpq_sgn(at->whole) : mpq_sgn(move->whole);
  if (line->kind->rest_bounded || sign == 0) sign = 1;
  if (!passes_nothing(line)) {
    for (int i = 0; i < line->n && line->kind->parts_signed; i++)
      keep_positive(line, slope, sign, at->part[i], move->part[i]);
    if (!line->kind->parts_signed) keep_positive(line, slope, sign, at->whole, move->whole);
  }
  if (line->kind->rest_positive) keep_positive(line, slope, 1, at->rest, move->rest);
  if (!line->kind->rest_bounded) return;
  mpq_sub(line->work[3], at->whole, at->rest);
  mpq_sub(line->work[4], move->whole, move->rest);
  keep_positive(line, slope, 1, line->work[3], line->work[4]);
}

/* ---------------------------------------------------------------- the rates */

/* base_i' + (part_i' rest + part_i rest') / whole - part_i rest whole' / whole^2. */
static void rate_of(struct line *line, mpq_t rate, int i) {
  const ratio_form *at = &line->at, *move = &line->move;
  mpq_t *sum = &line->work[0], *product = &line->work[1];
  mpq_mul(*sum, move->part[i], at->rest);
  mpq_mul(*product, at->part[i], move->rest);
  mpq_add(*sum, *sum, *product);
  mpq_mul(*product, at->part[i], at->rest);
  mpq_mul(*product, *product, move->whole);
  mpq_div(*product, *product, at->whole);
  mpq_sub(*sum, *sum, *product);
  mpq_div(*sum, *sum, at->whole);
  mpq_add(rate, move->base[i], *sum);
}

/* Whether part_i(t) rest(t) / whole(t) is a straight line for every i. */
static bool is_straight(struct line *line) {
  const ratio_form *at = &line->at, *move = &line->move;
  mpq_t *root = &line->work[0], *part = &line->work[1], *rest = &line->work[2];
  bool still = mpq_sgn(move->whole) == 0, straight = true;
  if (!still) {
    mpq_div(*root, at->whole, move->whole);
    mpq_mul(*rest, *root, move->rest);
    mpq_sub(*rest, at->rest, *rest);
  }
  for (int i = 0; i < line->n; i++) {
    if (still) {
      straight = straight && (mpq_sgn(move->part[i]) == 0 || mpq_sgn(move->rest) == 0);
      continue;
    }
    mpq_mul(*part, *root, move->part[i]);
    straight = straight && (mpq_equal(at->part[i], *part) || mpq_sgn(*rest) == 0);
  }
  return straight;
}

/* Every part is 0 and the base alone is shared: part_i / whole is then part_i' / whole'. */
static bool leave_nothing(struct line *line, accord_slope *slope) {
  const ratio_form *move = &line->move;
  bool defined = mpq_sgn(move->whole) != 0 || mpq_sgn(move->rest) == 0;
  for (int i = 0; i < line->n; i++) {
    mpq_set(slope->rate[i], move->base[i]);
    if (mpq_sgn(move->whole) == 0) {
      defined = defined && mpq_sgn(move->part[i]) == 0;
      continue;
    }
    mpq_div(line->work[0], move->part[i], move->whole);
    mpq_mul(line->work[0], line->work[0], move->rest);
    mpq_add(slope->rate[i], slope->rate[i], line->work[0]);
  }
  return defined;
}

/* -------------------------------------------------------------- the method */

static void value_at(mpq_t value, const void *data, accord_coalition coalition) { game_value(value, data, coalition); }

static void value_of_move(mpq_t value, const void *data, accord_coalition coalition) {
  direction_value(value, data, coalition);
}

static void form_start(accord_context *context, ratio_form *form, int n) {
  form->base = pool_rationals(context, (size_t)n);
  form->part = pool_rationals(context, (size_t)n);
  pool_rational(context, form->rest);
  pool_rational(context, form->whole);
}

static void form_clear(ratio_form *form, int n) {
  for (int i = 0; i < n; i++) {
    mpq_set_ui(form->base[i], 0, 1);
    mpq_set_ui(form->part[i], 0, 1);
  }
}

static void prepare(sensitivity *about) {
  struct line *line = POOL_NEW(about->context, 1, struct line);
  line->about = about;
  line->n = about->problem->n;
  line->work = pool_rationals(about->context, 6);
  for (line->kind = kinds; strcmp(line->kind->name, about->rule->name) != 0;) line->kind++;
  form_start(about->context, &line->at, line->n);
  form_start(about->context, &line->move, line->n);
  line->value = value_at;
  line->data = about->problem->game;
  line->kind->fill(line, &line->at);
  about->prepared = line;
}

static void find(sensitivity *about, accord_slope *slope, const game_direction *direction) {
  struct line *line = about->prepared;
  line->value = value_of_move;
  line->data = direction;
  form_clear(&line->move, line->n);
  if (line->kind->fill == fill_tau) move_tau(line, slope);
  else line->kind->fill(line, &line->move);
  keep_conditions(line, slope);
  bool defined = !slope->bounded || mpq_sgn(slope->reach) > 0;
  if (mpq_sgn(line->at.whole) == 0) defined = leave_nothing(line, slope) && defined;
  else
    for (int i = 0; i < line->n; i++) rate_of(line, slope->rate[i], i);
  if (!defined) slope->status = ACCORD_UNDEFINED;
  if (!defined || mpq_sgn(line->at.whole) == 0 || is_straight(line)) return;
  slope->curved = slope->bounded = true;
  mpq_set_ui(slope->reach, 0, 1);
}

const slope_method method_ratio = {prepare, find};

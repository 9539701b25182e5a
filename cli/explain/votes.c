/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Power in a vote: deegan-packel, holler and johnston by the coalitions they count; shapley and banzhaf where the
 * voters are too many for a table. */
#include "explaining.h"
#include "rule.h"
#include "vote_indices.h"

struct counted {
  mpz_t *count;     /* n * (n + 1), as vote_indices.h has it */
  mpz_t coalitions; /* in all: each is counted once by each of its k */
  mpz_t work;
};

/* Each coalition of k stands in the counts of k parties. */
static struct counted *count_coalitions(const explaining *e, mpz_t *count) {
  struct counted *counted = POOL_NEW(e->context, 1, struct counted);
  mpz_t *of_size = pool_integers(e->context, 1);
  pool_integer(e->context, counted->coalitions);
  pool_integer(e->context, counted->work);
  counted->count = count;
  for (int k = 1; k <= e->n; k++) {
    mpz_set_ui(*of_size, 0);
    for (int i = 0; i < e->n; i++) mpz_add(*of_size, *of_size, count[i * (e->n + 1) + k]);
    mpz_divexact_ui(*of_size, *of_size, (unsigned long)k);
    mpz_add(counted->coalitions, counted->coalitions, *of_size);
  }
  return counted;
}

static const char *integer_text(const explaining *e, const mpz_t number) {
  mpq_t *whole = pool_rationals(e->context, 1);
  mpq_set_z(*whole, number);
  return say_fraction(e, *whole);
}

/* "2 of the 5 minimal winning groups" */
static const char *some_of(const explaining *e, const mpz_t count, const struct counted *counted, const char *what) {
  return pool_text(e->context, "%s of the %s %s group%s", integer_text(e, count), integer_text(e, counted->coalitions),
                   what, mpz_cmp_ui(counted->coalitions, 1) == 0 ? "" : "s");
}

/* The parts of one party: so many groups, the prize over all groups for each, and that over k. */
static void tell_parts(explaining *e, const struct counted *counted, int i, const char *what, const char *member) {
  mpq_t *work = pool_rationals(e->context, 2), *each = &work[0], *part = &work[1];
  bool any = false;
  for (int k = 1; k <= e->n; k++) {
    const mpz_t *count = (const mpz_t *)&counted->count[i * (e->n + 1) + k];
    if (mpz_sgn(*count) == 0) continue;
    any = true;
    mpq_set_z(*each, counted->coalitions);
    mpz_mul_si(mpq_numref(*each), mpq_numref(*each), k);
    mpq_inv(*each, *each);
    mpq_set_z(*part, *count);
    mpq_mul(*part, *part, *each);
    mpq_mul(*part, *part, e->split->total);
    tell_term(
        e, i, *part, "%s is %s of %s: %s x %s / %s%s = %s.", say_party(e, i),
        k == 1 ? pool_text(e->context, "the only %s", member) : pool_text(e->context, "one of the %d %ss", k, member),
        some_of(e, *count, counted, what), integer_text(e, *count), say_signed(e, e->split->total, true),
        integer_text(e, counted->coalitions), k == 1 ? "" : pool_text(e->context, " / %d", k), say_amount(e, *part));
  }
  if (!any) tell_term(e, i, *work, "%s is in none of them and gets nothing.", say_party(e, i));
}

void explain_deegan_packel(explaining *e) {
  struct counted *counted = count_coalitions(e, count_minimal(e->context, e->problem));
  tell(e, "A winning group is minimal where it would lose without any one of its members. Every minimal winning group "
          "counts the same, and its part of the prize is shared equally among its members.");
  tell(e, "There %s %s of them.", mpz_cmp_ui(counted->coalitions, 1) == 0 ? "is" : "are",
       integer_text(e, counted->coalitions));
  for (int i = 0; i < e->n; i++)
    if (is_wanted(e, i)) tell_parts(e, counted, i, "minimal winning", "member");
}

void explain_johnston(explaining *e) {
  struct counted *counted = count_coalitions(e, count_critical(e->context, e->problem));
  tell(e,
       "A member is critical to a winning group that would lose without it. Every winning group with critical members "
       "counts the same, and its part of the prize is shared equally among these.");
  tell(e, "There %s %s of them.", mpz_cmp_ui(counted->coalitions, 1) == 0 ? "is" : "are",
       integer_text(e, counted->coalitions));
  for (int i = 0; i < e->n; i++)
    if (is_wanted(e, i)) tell_parts(e, counted, i, "such", "critical member");
}

void explain_holler(explaining *e) {
  const mpq_t *own = (const mpq_t *)e->split->detail.value;
  mpq_t *sum = pool_rationals(e->context, 1);
  rational_sum(*sum, own, e->n);
  tell(e, "A winning group is minimal where it would lose without any one of its members. What it wins is enjoyed by "
          "all of them at once, so each party's weight is the number of minimal winning groups it is in, and the prize "
          "is shared in proportion to the weights.");
  tell(e, "The weights sum to %s.", say_fraction(e, *sum));
  for (int i = 0; i < e->n; i++)
    if (is_wanted(e, i))
      tell_term(e, i, e->split->share[i], "%s is in %s of them: %s / %s x %s = %s.", say_party(e, i),
                say_fraction(e, own[i]), say_fraction(e, own[i]), say_fraction(e, *sum),
                say_signed(e, e->split->total, true), say_amount(e, e->split->share[i]));
}

void explain_shapley_of_vote(explaining *e) {
  mpq_t *part = pool_rationals(e->context, 1);
  tell(e, "The parties come to the table one after the other. The one with whom they begin to win is given the prize, "
          "and the average over all orders of coming is its share.");
  for (int i = 0; i < e->n; i++) {
    if (!is_wanted(e, i)) continue;
    mpq_div(*part, e->split->share[i], e->split->total);
    tell_term(e, i, e->split->share[i], "%s is the one in %.6g%% of all orders: %s.", say_party(e, i),
              100 * accord_to_double(*part), say_amount(e, e->split->share[i]));
  }
}

void explain_banzhaf_of_vote(explaining *e) {
  const mpq_t *raw = (const mpq_t *)e->split->detail.value;
  mpq_t *sum = pool_rationals(e->context, 2), *part = &sum[1];
  tell(e, "Every group of other parties counts the same. How often they lose and win with the party is its weight, and "
          "the prize is shared in proportion to the weights.");
  rational_sum(*sum, raw, e->n);
  for (int i = 0; i < e->n; i++) {
    if (!is_wanted(e, i)) continue;
    mpq_div(*part, raw[i], e->split->total);
    tell_term(e, i, e->split->share[i],
              "With %s, %.6g%% of all groups of others come to win, which is %.6g%% of all weights: %s.",
              say_party(e, i), 100 * accord_to_double(*part), 100 * accord_to_double(raw[i]) / accord_to_double(*sum),
              say_amount(e, e->split->share[i]));
  }
}

/* What the groups served worst at a level would gain by leaving, or lose. */
static void tell_level_of_vote(explaining *e, const accord_level *level, bool first) {
  mpq_t *size = pool_rationals(e->context, 1);
  int sign = mpq_sgn(level->excess);
  mpq_abs(*size, level->excess);
  const char *amount = sign ? pool_text(e->context, "%s %s", sign > 0 ? "gain" : "lose", say_amount(e, *size))
                            : "neither gain nor lose anything";
  tell(e, "%s would %s by leaving, and no %s does better by those it serves worst.",
       first ? "The groups served worst" : "Of the groups that are left, those served worst", amount,
       first ? "other split" : "split that leaves the earlier ones as they are");
}

void explain_nucleolus_of_vote(explaining *e) {
  const accord_kohlberg *certificate = e->split->certificate;
  int told = 0;
  for (int l = 0; l < certificate->level_count && told < e->top; l++) {
    if (l > 0 && mpq_equal(certificate->levels[l].excess, certificate->levels[l - 1].excess)) continue;
    tell_level_of_vote(e, &certificate->levels[l], l == 0);
    told++;
  }
  for (int i = 0; i < e->n; i++)
    if (is_wanted(e, i))
      tell_term(e, i, e->split->share[i], "That settles every share: %s gets %s.", say_party(e, i),
                say_amount(e, e->split->share[i]));
}

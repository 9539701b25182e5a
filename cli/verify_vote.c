/* SPDX-License-Identifier: GPL-3.0-or-later */
/* accord verify for votes beyond tables, with none of the solver's code.
 *
 * That no coalition outside the span of the settled ones has a larger excess is decided exactly. The span is the common
 * kernel of some vectors z of whole numbers: S is outside iff z(S), the sum of z over S, is not 0 for one of them. With
 * moduli whose product exceeds |z(S)| that is so iff it is not 0 modulo one of them. So for every z and every modulus M
 *
 *   least(votes, r) = the least that coalitions with these votes and z(S) = r modulo M get together
 *
 * is found party by party, and for r other than 0 compared with what the votes win. */
#include "verify_vote.h"

#include "command.h"
#include "verify_model.h"

#include <string.h>

__extension__ typedef __int128 whole;
__extension__ typedef unsigned __int128 product;

#define LARGE_PRIME (((uint64_t)1 << 61) - 1)
#define NEVER ((whole)1 << 125)

enum { MOST_STATES = 1 << 23, MOST_BITS = 120, MOST_MODULUS = 61, MOST_LISTED = 16 };

struct vote_proof {
  accord_context *context;
  const term_sheet *sheet;
  const accord_voting *voting;
  int n;
  bool imputations;
  mpq_t *share;       /* size n */
  int states;         /* what those before have voted, as far as it matters */
  int64_t **votes;    /* majorities * n: whole numbers, and the quotas behind them */
  whole *amount;      /* size n: shares times scale */
  whole prize;        /* times scale */
  mpz_t *scale;       /* one number: for the level at hand */
  whole *least, *old; /* room entries, states * modulus of them in use */
  size_t room;
  int *stay, *join; /* size states: where a party leads */
  int rank;
  uint64_t *shadow; /* n * n: the span's reduced echelon form modulo a large prime */
  int *pivot;       /* size n */
  bool **settled;   /* size settled_count: coalitions (size n each), everybody first */
  int settled_count;
  int *independent; /* size rank: those of them that raise the rank */
  mpq_t *echelon;   /* n * n: the exact form of the first echelon_rank of these */
  int *exact_pivot; /* size n */
  int echelon_rank;
  mpq_t *work; /* size 2n + 4 */
  const char *fault;
};

static bool refuse(struct vote_proof *proof, const char *fault) {
  if (!proof->fault) proof->fault = fault;
  return false;
}

/* ---------------------------------------------------------------- reading */

static bool read_rational(accord_context *context, mpq_t number, const cJSON *node) {
  const char *text = result_text(node);
  return text && number_from_text(context, number, text, strlen(text)) == NUMBER_GOOD;
}

static int read_party_id(const term_sheet *sheet, const cJSON *node) {
  const char *id = result_text(node);
  return id ? sheet_find_party(sheet, id, strlen(id)) : -1;
}

/* A list of ids, each once and at least one, into in (size n). */
static bool read_members(const term_sheet *sheet, bool *in, const cJSON *list) {
  const cJSON *node;
  for (int i = 0; i < sheet->n; i++) in[i] = false;
  if (!list || !is_array(list) || !list->child) return false;
  cJSON_ArrayForEach(node, list) {
    int found = read_party_id(sheet, node);
    if (found < 0 || in[found]) return false;
    in[found] = true;
  }
  return true;
}

static bool is_everybody(const bool *in, int n) {
  for (int i = 0; i < n; i++)
    if (!in[i]) return false;
  return true;
}

/* -------------------------------------------------------------------- the vote */

static bool reaches(mpq_t sum, const accord_majority *majority, const bool *in, int n) {
  mpq_set_ui(sum, 0, 1);
  for (int i = 0; i < n; i++)
    if (in[i]) mpq_add(sum, sum, majority->weight[i]);
  return mpq_cmp(sum, majority->quota) >= 0;
}

/* By the definition of include/accord.h. */
static bool coalition_wins(mpq_t sum, const accord_voting *voting, const bool *in) {
  for (int m = 0; m < voting->majority_count; m++)
    if (!reaches(sum, &voting->majorities[m], in, voting->n)) return false;
  for (int k = 0; k < voting->winning_count; k++) {
    bool inside = true;
    for (int j = 0; j < voting->winning[k].count; j++) inside = inside && in[voting->winning[k].member[j]];
    if (inside) return true;
  }
  return voting->majority_count > 0;
}

static void excess_of(mpq_t excess, struct vote_proof *proof, const bool *in) {
  bool wins = coalition_wins(excess, proof->voting, in);
  mpq_set_ui(excess, 0, 1);
  if (wins) mpq_set(excess, proof->voting->prize);
  for (int i = 0; i < proof->n; i++)
    if (in[i]) mpq_sub(excess, excess, proof->share[i]);
}

static bool wins_by_itself(struct vote_proof *proof, int i) {
  bool *in = POOL_NEW(proof->context, (size_t)proof->n, bool);
  in[i] = true;
  bool wins = coalition_wins(proof->work[0], proof->voting, in);
  pool_free(proof->context, in);
  return wins;
}

/* Votes in whole numbers: times their common denominator; the quota rounded up. False where they are too many. */
static bool make_votes(struct vote_proof *proof, int m) {
  const accord_majority *majority = &proof->voting->majorities[m];
  mpz_t *work = pool_integers(proof->context, 3), *divisor = &work[2];
  int64_t *votes = proof->votes[m] = POOL_NEW(proof->context, (size_t)proof->n + 1, int64_t);
  mpz_set_ui(work[0], 1);
  for (int i = 0; i < proof->n; i++) mpz_lcm(work[0], work[0], mpq_denref(majority->weight[i]));
  for (int i = 0; i < proof->n; i++) {
    mpz_divexact(work[1], work[0], mpq_denref(majority->weight[i]));
    mpz_mul(work[1], work[1], mpq_numref(majority->weight[i]));
    mpz_gcd(*divisor, *divisor, work[1]);
  }
  for (int i = 0; i <= proof->n; i++) {
    const mpq_t *number = i < proof->n ? (const mpq_t *)&majority->weight[i] : (const mpq_t *)&majority->quota;
    mpz_mul(work[1], work[0], mpq_numref(*number));
    mpz_cdiv_q(work[1], work[1], mpq_denref(*number));
    mpz_cdiv_q(work[1], work[1], *divisor);
    if (mpz_sizeinbase(work[1], 2) > 62) return false;
    votes[i] = mpz_get_si(work[1]);
  }
  pool_free(proof->context, work);
  return true;
}

/* How many states there are: votes up to each quota, or which listed coalitions somebody is missing from. */
static bool count_states(struct vote_proof *proof) {
  const accord_voting *voting = proof->voting;
  int64_t states = 1;
  proof->votes = POOL_NEW(proof->context, (size_t)voting->majority_count, int64_t *);
  for (int m = 0; m < voting->majority_count; m++) {
    if (!make_votes(proof, m) || proof->votes[m][proof->n] >= MOST_STATES / states) return false;
    states *= proof->votes[m][proof->n] + 1;
  }
  if (!voting->majority_count && voting->winning_count > MOST_LISTED) return false;
  if (!voting->majority_count) states = (int64_t)1 << voting->winning_count;
  proof->states = (int)states;
  return true;
}

/* Where party i leads from each state by staying away and by joining. */
static void lead_on(struct vote_proof *proof, int i) {
  const accord_voting *voting = proof->voting;
  int missing = 0;
  for (int k = 0; k < voting->winning_count; k++)
    for (int j = 0; j < voting->winning[k].count; j++)
      if (voting->winning[k].member[j] == i) missing |= 1 << k;
  for (int s = 0; s < proof->states; s++) {
    int64_t rest = s, stride = 1, to = 0;
    for (int m = 0; m < voting->majority_count; m++) {
      int64_t quota = proof->votes[m][proof->n], so_far = rest % (quota + 1), own = proof->votes[m][i];
      rest /= quota + 1;
      to += stride * (own >= quota - so_far ? quota : so_far + own);
      stride *= quota + 1;
    }
    proof->stay[s] = s | missing;
    proof->join[s] = voting->majority_count ? (int)to : s;
  }
}

static bool state_wins(const struct vote_proof *proof, int s) {
  if (!proof->voting->majority_count) return s != proof->states - 1;
  return s == proof->states - 1;
}

/* ---------------------------------------------------------------------- span */

static uint64_t times(uint64_t a, uint64_t b) { return (uint64_t)((product)a * b % LARGE_PRIME); }

static uint64_t inverse(uint64_t a) {
  uint64_t power = 1;
  for (uint64_t exponent = LARGE_PRIME - 2; exponent; exponent >>= 1, a = times(a, a))
    if (exponent & 1) power = times(power, a);
  return power;
}

/* Whether a coalition raises the rank modulo the prime, and then does so over the rationals; one that is passed over
 * leaves the span smaller than it is, which makes the check stricter and never looser. */
static bool raises_rank(struct vote_proof *proof, const bool *in) {
  size_t n = (size_t)proof->n, first = n;
  uint64_t *vector = proof->rank < proof->n ? &proof->shadow[(size_t)proof->rank * n] : NULL;
  if (!vector) return false;
  for (size_t i = 0; i < n; i++) vector[i] = in[i];
  for (int r = 0; r < proof->rank; r++) {
    const uint64_t *row = &proof->shadow[(size_t)r * n];
    uint64_t factor = LARGE_PRIME - vector[proof->pivot[r]];
    for (size_t i = 0; i < n && factor < LARGE_PRIME; i++)
      vector[i] = (vector[i] + times(factor, row[i])) % LARGE_PRIME;
  }
  for (size_t i = n; i > 0; i--)
    if (vector[i - 1]) first = i - 1;
  if (first == n) return false;
  uint64_t scale = inverse(vector[first]);
  for (size_t i = 0; i < n; i++) vector[i] = times(vector[i], scale);
  proof->pivot[proof->rank] = (int)first;
  return true;
}

static void settle(struct vote_proof *proof, bool *in) {
  proof->settled[proof->settled_count] = in;
  if (raises_rank(proof, in)) proof->independent[proof->rank++] = proof->settled_count;
  proof->settled_count++;
}

/* to -= factor * from. */
static void subtract_row(struct vote_proof *proof, mpq_t *to, const mpq_t *from, const mpq_t factor) {
  mpq_t *part = &proof->work[2 * proof->n];
  for (int i = 0; i < proof->n; i++) {
    if (mpq_sgn(from[i]) == 0) continue;
    mpq_mul(*part, factor, from[i]);
    mpq_sub(to[i], to[i], *part);
  }
}

/* The exact reduced echelon form of all independent ones so far. */
static void complete_echelon(struct vote_proof *proof) {
  int n = proof->n;
  mpq_t *factor = &proof->work[2 * n + 1];
  for (; proof->echelon_rank < proof->rank; proof->echelon_rank++) {
    int rank = proof->echelon_rank, pivot = 0;
    mpq_t *row = &proof->echelon[rank * n];
    check_clock(proof->context);
    for (int i = 0; i < n; i++) mpq_set_ui(row[i], proof->settled[proof->independent[rank]][i], 1);
    for (int r = 0; r < rank; r++) {
      mpq_set(*factor, row[proof->exact_pivot[r]]);
      if (mpq_sgn(*factor)) subtract_row(proof, row, (const mpq_t *)&proof->echelon[r * n], *factor);
    }
    while (mpq_sgn(row[pivot]) == 0) pivot++;
    mpq_set(*factor, row[pivot]);
    for (int i = 0; i < n; i++) mpq_div(row[i], row[i], *factor);
    proof->exact_pivot[rank] = pivot;
    for (int r = 0; r < rank; r++) {
      mpq_set(*factor, proof->echelon[r * n + pivot]);
      if (mpq_sgn(*factor)) subtract_row(proof, &proof->echelon[r * n], (const mpq_t *)row, *factor);
    }
  }
}

/* The vector of the kernel that belongs to a column without a pivot, in whole numbers; *most: the sum of their sizes. */
static void kernel_vector(struct vote_proof *proof, mpz_t *z, mpz_t most, int column) {
  int n = proof->n;
  mpz_t *denominator = pool_integers(proof->context, 2), *factor = &denominator[1];
  mpz_set_ui(*denominator, 1);
  for (int r = 0; r < proof->echelon_rank; r++)
    mpz_lcm(*denominator, *denominator, mpq_denref(proof->echelon[r * n + column]));
  for (int i = 0; i < n; i++) mpz_set_ui(z[i], 0);
  mpz_set(z[column], *denominator);
  for (int r = 0; r < proof->echelon_rank; r++) {
    const mpq_t *entry = (const mpq_t *)&proof->echelon[r * n + column];
    mpz_divexact(*factor, *denominator, mpq_denref(*entry));
    mpz_mul(z[proof->exact_pivot[r]], *factor, mpq_numref(*entry));
    mpz_neg(z[proof->exact_pivot[r]], z[proof->exact_pivot[r]]);
  }
  mpz_set_ui(most, 0);
  for (int i = 0; i < n; i++) {
    mpz_abs(*factor, z[i]);
    mpz_add(most, most, *factor);
  }
  pool_free(proof->context, denominator);
}

/* ------------------------------------------------------------------- coverage */

/* Nobody so far, with so many marks to tell coalitions by. */
static void start_search(struct vote_proof *proof, int marks) {
  size_t size = (size_t)proof->states * (size_t)marks;
  if (size > proof->room) {
    pool_free(proof->context, proof->least);
    pool_free(proof->context, proof->old);
    proof->least = POOL_NEW(proof->context, size, whole);
    proof->old = POOL_NEW(proof->context, size, whole);
    proof->room = size;
  }
  for (size_t k = 0; k < size; k++) proof->least[k] = NEVER;
  proof->least[0] = 0;
}

/* Adds a party: from least to old, which change places. By staying away it leads from mark r to stays[r], by joining to
 * joins[r]. */
static void add_party(struct vote_proof *proof, int i, const int *stays, const int *joins, int marks) {
  size_t size = (size_t)proof->states * (size_t)marks;
  whole amount = proof->amount[i];
  check_clock(proof->context);
  lead_on(proof, i);
  for (size_t k = 0; k < size; k++) proof->old[k] = NEVER;
  for (int s = 0; s < proof->states; s++) {
    const whole *from = &proof->least[(size_t)s * (size_t)marks];
    whole *stay = &proof->old[(size_t)proof->stay[s] * (size_t)marks],
          *join = &proof->old[(size_t)proof->join[s] * (size_t)marks];
    for (int r = 0; r < marks; r++) {
      if (from[r] >= NEVER) continue;
      if (from[r] < stay[stays[r]]) stay[stays[r]] = from[r];
      if (from[r] + amount < join[joins[r]]) join[joins[r]] = from[r] + amount;
    }
  }
  whole *swap = proof->least;
  proof->least = proof->old;
  proof->old = swap;
}

/* Whether no coalition with a mark of at least first has a larger excess. */
static bool none_exceeds(const struct vote_proof *proof, whole excess, int first, int marks) {
  for (int s = 0; s < proof->states; s++)
    for (int r = first; r < marks; r++) {
      whole least = proof->least[(size_t)s * (size_t)marks + (size_t)r];
      if (least < NEVER && (state_wins(proof, s) ? proof->prize : 0) - least > excess) return false;
    }
  return true;
}

/* Whether no coalition with z(S) other than 0 modulo the modulus has a larger excess. */
static bool covers_modulo(struct vote_proof *proof, const mpz_t *z, whole excess, int modulus) {
  int stays[MOST_MODULUS], joins[MOST_MODULUS];
  start_search(proof, modulus);
  for (int i = 0; i < proof->n; i++) {
    int residue = (int)mpz_fdiv_ui(z[i], (unsigned long)modulus);
    for (int r = 0; r < modulus; r++) {
      stays[r] = r;
      joins[r] = (r + residue) % modulus;
    }
    add_party(proof, i, stays, joins, modulus);
  }
  return none_exceeds(proof, excess, 1, modulus);
}

/* The same for all but nobody and everybody, who are the span of everybody: somebody stayed away, somebody joined. */
static bool covers_proper(struct vote_proof *proof, whole excess) {
  enum { AWAY = 1, JOINED = 2, BOTH = AWAY | JOINED, MARKS };
  int stays[MARKS], joins[MARKS];
  for (int r = 0; r < MARKS; r++) {
    stays[r] = r | AWAY;
    joins[r] = r | JOINED;
  }
  start_search(proof, MARKS);
  for (int i = 0; i < proof->n; i++) add_party(proof, i, stays, joins, MARKS);
  return none_exceeds(proof, excess, BOTH, MARKS);
}

/* For moduli whose product exceeds what z can sum to: one, or several primes. */
static bool covers_vector(struct vote_proof *proof, const mpz_t *z, const mpz_t most, whole excess) {
  static const int primes[] = {61, 59, 53, 47, 43, 41, 37, 31, 29, 23, 19, 17, 13, 11, 7, 5, 3, 2};
  mpz_t *reached = pool_integers(proof->context, 1);
  bool good = true;
  mpz_set_ui(*reached, 1);
  if (mpz_cmp_ui(most, MOST_MODULUS) < 0) return covers_modulo(proof, z, excess, (int)mpz_get_ui(most) + 1);
  for (size_t k = 0; k < sizeof primes / sizeof *primes && good; k++) {
    if (mpz_cmp(*reached, most) > 0) break;
    good = covers_modulo(proof, z, excess, primes[k]);
    mpz_mul_ui(*reached, *reached, (unsigned long)primes[k]);
  }
  if (good && mpz_cmp(*reached, most) <= 0)
    guard_leave(proof->context, ACCORD_LIMIT, "the certificate's coalitions lead to numbers of too many digits");
  pool_free(proof->context, reached);
  return good;
}

static whole whole_of(struct vote_proof *proof, const mpq_t number) {
  mpz_t *work = pool_integers(proof->context, 2);
  mpz_divexact(work[0], *proof->scale, mpq_denref(number));
  mpz_mul(work[0], work[0], mpq_numref(number));
  mpz_tdiv_q_2exp(work[1], work[0], 62);
  mpz_tdiv_r_2exp(work[0], work[0], 62);
  whole value = ((whole)mpz_get_si(work[1]) << 62) + mpz_get_si(work[0]);
  pool_free(proof->context, work);
  return value;
}

/* Shares, prize and excess over one denominator; all of them together must fit MOST_BITS. */
static whole scale_amounts(struct vote_proof *proof, const mpq_t excess) {
  mpz_lcm(*proof->scale, mpq_denref(excess), mpq_denref(proof->voting->prize));
  mpq_abs(proof->work[1], excess);
  mpq_add(proof->work[0], proof->work[1], proof->voting->prize);
  for (int i = 0; i < proof->n; i++) {
    mpz_lcm(*proof->scale, *proof->scale, mpq_denref(proof->share[i]));
    mpq_abs(proof->work[1], proof->share[i]);
    mpq_add(proof->work[0], proof->work[0], proof->work[1]);
  }
  mpz_mul(mpq_numref(proof->work[0]), mpq_numref(proof->work[0]), *proof->scale);
  if (mpz_sizeinbase(mpq_numref(proof->work[0]), 2) > MOST_BITS + mpz_sizeinbase(mpq_denref(proof->work[0]), 2))
    guard_leave(proof->context, ACCORD_LIMIT, "the certificate's shares have too many digits");
  for (int i = 0; i < proof->n; i++) proof->amount[i] = whole_of(proof, proof->share[i]);
  proof->prize = whole_of(proof, proof->voting->prize);
  return whole_of(proof, excess);
}

static bool covers(struct vote_proof *proof, const mpq_t level) {
  static const char too_large[] = "a coalition has a larger excess than its level";
  int n = proof->n;
  mpz_t *z = pool_integers(proof->context, (size_t)n + 1), *most = &z[n];
  whole excess = scale_amounts(proof, level);
  bool good = true;
  if (proof->rank == 1) return covers_proper(proof, excess) || refuse(proof, too_large);
  complete_echelon(proof);
  for (int column = 0; column < n && good; column++) {
    bool is_pivot = false;
    for (int r = 0; r < proof->echelon_rank; r++) is_pivot = is_pivot || proof->exact_pivot[r] == column;
    if (is_pivot) continue;
    kernel_vector(proof, z, *most, column);
    good = covers_vector(proof, (const mpz_t *)z, *most, excess);
  }
  pool_free(proof->context, z);
  return good || refuse(proof, too_large);
}

/* --------------------------------------------------------------------- levels */

/* Adds sign * weight to the balance of each member. */
static void add_row(mpq_t *balance, const bool *in, int n, const mpq_t weight, int sign) {
  for (int i = 0; i < n; i++) {
    if (!in[i]) continue;
    if (sign > 0) mpq_add(balance[i], balance[i], weight);
    else mpq_sub(balance[i], balance[i], weight);
  }
}

static bool coalitions_hold(struct vote_proof *proof, mpq_t *balance, const cJSON *list, const mpq_t level) {
  mpq_t *work = pool_rationals(proof->context, 3), *sum = &work[0], *weight = &work[1], *excess = &work[2];
  bool *in = POOL_NEW(proof->context, (size_t)proof->n, bool);
  const cJSON *member;
  if (!list || !is_array(list) || !list->child) return refuse(proof, "a level lists no coalition");
  cJSON_ArrayForEach(member, list) {
    check_clock(proof->context);
    if (!read_members(proof->sheet, in, result_member(member, "parties")))
      return refuse(proof, "a coalition cannot be read");
    if (is_everybody(in, proof->n)) return refuse(proof, "a level lists everybody");
    if (!read_rational(proof->context, *weight, result_member(member, "weight")) || mpq_sgn(*weight) <= 0)
      return refuse(proof, "a weight is not above 0");
    excess_of(*excess, proof, in);
    if (!mpq_equal(*excess, level)) return refuse(proof, "a listed coalition does not have the level's excess");
    mpq_add(*sum, *sum, *weight);
    add_row(balance, in, proof->n, *weight, 1);
  }
  return mpq_cmp_ui(*sum, 1, 1) == 0 || refuse(proof, "the weights do not sum to 1");
}

static bool bounds_hold(struct vote_proof *proof, mpq_t *balance, const cJSON *list) {
  mpq_t *weight = pool_rationals(proof->context, 1);
  const cJSON *member;
  if (!list || !is_array(list)) return refuse(proof, "a level has no list of bounds");
  cJSON_ArrayForEach(member, list) {
    int found = read_party_id(proof->sheet, result_member(member, "party"));
    if (found < 0) return refuse(proof, "a bound names no party");
    if (!proof->imputations) return refuse(proof, "this rule has no bounds");
    bool tight = wins_by_itself(proof, found) ? mpq_equal(proof->share[found], proof->voting->prize)
                                              : mpq_sgn(proof->share[found]) == 0;
    if (!tight) return refuse(proof, "a listed bound is not tight");
    if (!read_rational(proof->context, *weight, result_member(member, "weight")) || mpq_sgn(*weight) <= 0)
      return refuse(proof, "a bound's weight is not above 0");
    mpq_add(balance[found], balance[found], *weight);
  }
  return true;
}

static bool is_settled(const struct vote_proof *proof, const bool *in) {
  for (int k = 0; k < proof->settled_count; k++)
    if (memcmp(proof->settled[k], in, (size_t)proof->n * sizeof *in) == 0) return true;
  return false;
}

static bool earlier_hold(struct vote_proof *proof, mpq_t *balance, const cJSON *list) {
  mpq_t *weight = pool_rationals(proof->context, 1);
  bool *in = POOL_NEW(proof->context, (size_t)proof->n, bool);
  const cJSON *member;
  if (!list || !is_array(list)) return refuse(proof, "a level has no list of earlier coalitions");
  cJSON_ArrayForEach(member, list) {
    if (!read_members(proof->sheet, in, result_member(member, "parties")))
      return refuse(proof, "a coalition cannot be read");
    if (!is_settled(proof, in)) return refuse(proof, "a coalition listed as earlier was not settled");
    if (!read_rational(proof->context, *weight, result_member(member, "weight")))
      return refuse(proof, "a weight cannot be read");
    add_row(balance, in, proof->n, *weight, -1);
  }
  return true;
}

static void settle_list(struct vote_proof *proof, const cJSON *list, bool bounds) {
  const cJSON *member;
  cJSON_ArrayForEach(member, list) {
    bool *in = POOL_NEW(proof->context, (size_t)proof->n, bool);
    if (bounds) in[read_party_id(proof->sheet, result_member(member, "party"))] = true;
    else read_members(proof->sheet, in, result_member(member, "parties"));
    settle(proof, in);
  }
}

static bool level_holds(struct vote_proof *proof, const cJSON *level, mpq_t before, bool first) {
  int n = proof->n;
  mpq_t *balance = pool_rationals(proof->context, (size_t)n + 1), *excess = &balance[n];
  if (!read_rational(proof->context, *excess, result_member(level, "excess")))
    return refuse(proof, "a level's excess cannot be read");
  if (!first && mpq_cmp(*excess, before) > 0) return refuse(proof, "the excesses rise");
  mpq_set(before, *excess);
  if (!coalitions_hold(proof, balance, result_member(level, "coalitions"), *excess)) return false;
  if (!bounds_hold(proof, balance, result_member(level, "bounds"))) return false;
  if (!earlier_hold(proof, balance, result_member(level, "earlier"))) return false;
  for (int i = 0; i < n; i++)
    if (mpq_sgn(balance[i])) return refuse(proof, "the weights do not balance");
  if (!covers(proof, *excess)) return false;
  settle_list(proof, result_member(level, "coalitions"), false);
  settle_list(proof, result_member(level, "bounds"), true);
  return true;
}

static bool levels_hold(struct vote_proof *proof, const cJSON *levels) {
  size_t members = 1;
  const cJSON *level;
  mpq_t *before = pool_rationals(proof->context, 1);
  if (!levels || !is_array(levels)) return refuse(proof, "there is no list of levels");
  cJSON_ArrayForEach(level, levels) {
    const cJSON *coalitions = result_member(level, "coalitions"), *bounds = result_member(level, "bounds");
    members += (size_t)(coalitions ? cJSON_GetArraySize(coalitions) : 0);
    members += (size_t)(bounds ? cJSON_GetArraySize(bounds) : 0);
  }
  proof->settled = POOL_NEW(proof->context, members, bool *);
  bool *everybody = POOL_NEW(proof->context, (size_t)proof->n, bool);
  for (int i = 0; i < proof->n; i++) everybody[i] = true;
  settle(proof, everybody);
  cJSON_ArrayForEach(level, levels) {
    if (!level_holds(proof, level, *before, level == levels->child)) return false;
  }
  return proof->rank == proof->n || refuse(proof, "the levels do not settle every share");
}

/* --------------------------------------------------------------------- shares */

/* Whether a number of the result is the double next to a rational: off by one part in 2^52 at most. */
static bool is_nearly(struct vote_proof *proof, const cJSON *node, const mpq_t exact) {
  mpq_t *shown = &proof->work[1], *size = &proof->work[2];
  if (!node || !is_number(node)) return false;
  const char *text = node->valuestring;
  if (number_from_text(proof->context, *shown, text, strlen(text)) != NUMBER_GOOD) return false;
  mpq_sub(*shown, *shown, exact);
  mpq_mul_2exp(*shown, *shown, 52);
  mpq_abs(*shown, *shown);
  mpq_abs(*size, exact);
  return mpq_cmp(*shown, *size) <= 0;
}

/* The certificate's shares are those shown; they sum to the prize; nobody is below its own. */
static bool shares_hold(struct vote_proof *proof, const cJSON *allocation, const cJSON *certificate) {
  mpq_t *sum = &proof->work[3], *given = &proof->work[0];
  const cJSON *shares = result_member(certificate, "shares"), *exact = result_member(allocation, "exact");
  if (!shares || cJSON_GetArraySize(shares) != proof->n || !exact || cJSON_GetArraySize(exact) != proof->n)
    return refuse(proof, "the shares cannot be read");
  mpq_set_ui(*sum, 0, 1);
  for (int i = 0; i < proof->n; i++) {
    const char *id = proof->sheet->parties[i].id;
    if (!read_rational(proof->context, proof->share[i], result_member(shares, id)) ||
        !read_rational(proof->context, *given, result_member(exact, id)))
      return refuse(proof, "the shares cannot be read");
    if (!mpq_equal(*given, proof->share[i])) return refuse(proof, "the exact shares are not the certificate's");
    if (!is_nearly(proof, result_member(result_member(allocation, "shares"), id), proof->share[i]))
      return refuse(proof, "the shares are not the certificate's");
    mpq_add(*sum, *sum, proof->share[i]);
    bool alone = proof->imputations && wins_by_itself(proof, i);
    if (proof->imputations &&
        (alone ? mpq_cmp(proof->share[i], proof->voting->prize) < 0 : mpq_sgn(proof->share[i]) < 0))
      return refuse(proof, "a party is below what it has alone");
  }
  return mpq_equal(*sum, proof->voting->prize) || refuse(proof, "the shares do not sum to the value");
}

static struct vote_proof start_proof(accord_context *context, const term_sheet *sheet) {
  size_t n = (size_t)sheet->n;
  struct vote_proof proof = {.context = context, .sheet = sheet, .voting = sheet->problem->voting, .n = sheet->n};
  proof.share = pool_rationals(context, n);
  proof.work = pool_rationals(context, 2 * n + 4);
  return proof;
}

bool can_verify_vote(const term_sheet *sheet) {
  struct vote_proof proof = start_proof(sheet->context, sheet);
  return count_states(&proof);
}

const char *vote_kohlberg_fault(accord_context *context, const term_sheet *sheet, const cJSON *allocation,
                                const cJSON *certificate, bool imputations) {
  size_t n = (size_t)sheet->n;
  struct vote_proof proof = start_proof(context, sheet);
  proof.imputations = imputations;
  count_states(&proof);
  size_t states = (size_t)proof.states;
  proof.amount = POOL_NEW(context, n, whole);
  proof.scale = pool_integers(context, 1);
  proof.stay = POOL_NEW(context, states, int);
  proof.join = POOL_NEW(context, states, int);
  proof.shadow = POOL_NEW(context, n * n, uint64_t);
  proof.pivot = POOL_NEW(context, n, int);
  proof.independent = POOL_NEW(context, n, int);
  proof.echelon = pool_rationals(context, n * n);
  proof.exact_pivot = POOL_NEW(context, n, int);
  if (shares_hold(&proof, allocation, certificate)) levels_hold(&proof, result_member(certificate, "levels"));
  return proof.fault;
}

/* ---------------------------------------------------------------- empty cores */

const char *vote_balanced_fault(accord_context *context, const term_sheet *sheet, const cJSON *certificate) {
  struct vote_proof proof = start_proof(context, sheet);
  mpq_t *sum = pool_rationals(context, (size_t)proof.n + 2), *worth = &sum[proof.n], *weight = &sum[proof.n + 1];
  bool *in = POOL_NEW(context, (size_t)proof.n, bool);
  const cJSON *list = result_member(certificate, "coalitions"), *member;
  const char *type = result_text(result_member(certificate, "type"));
  if (!type || strcmp(type, "balanced") != 0) return "the certificate is of no known type";
  if (!list || !is_array(list)) return "there is no list of coalitions";
  cJSON_ArrayForEach(member, list) {
    if (!read_members(sheet, in, result_member(member, "parties"))) return "a coalition cannot be read";
    if (is_everybody(in, proof.n)) return "everybody is listed";
    if (!read_rational(context, *weight, result_member(member, "weight")) || mpq_sgn(*weight) <= 0)
      return "a weight is not above 0";
    add_row(sum, in, proof.n, *weight, 1);
    if (coalition_wins(proof.work[0], proof.voting, in)) mpq_add(*worth, *worth, *weight);
  }
  for (int i = 0; i < proof.n; i++)
    if (mpq_cmp_ui(sum[i], 1, 1) != 0) return "the weights do not add up to one for every party";
  mpq_mul(*worth, *worth, proof.voting->prize);
  if (mpq_cmp(*worth, proof.voting->prize) <= 0) return "the worth does not exceed the value";
  if (!read_rational(context, *weight, result_member(certificate, "worth")) || !mpq_equal(*weight, *worth))
    return "the worth is not what the weights give";
  if (!read_rational(context, *weight, result_member(certificate, "value")) || !mpq_equal(*weight, proof.voting->prize))
    return "the value is not the game's";
  return NULL;
}

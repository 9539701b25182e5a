/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each certificate says two things of an optimum: that a split attains it, which is looked up coalition by coalition,
 * and that none does better, which weights show: sum weight 1_S + everybody 1_N is the objective g, so that
 * g . y >= sum weight v(S) + everybody v(N) over every y that leaves no coalition less. A cost game is read as v = -c. */
#include "verify_core.h"
#include "verify_table.h"

#include <string.h>

struct proof {
  accord_context *context;
  const term_sheet *sheet;
  const accord_game *game;
  int n;
  bool cost;
  const cJSON *facts; /* "game" of the result */
  split_list *splits;
  mpq_t *vector; /* size n: sum weight 1_S + everybody 1_N */
  mpq_t *share;  /* size n, of the benefit game */
  mpq_t sum;     /* of the coalitions' weights */
  mpq_t bound;   /* sum weight v(S) + everybody v(N) */
  mpq_t everybody, value, work;
};

/* ------------------------------------------------------------------- reading */

/* Of the benefit game. */
static void value_of(mpq_t value, const struct proof *proof, accord_coalition coalition) {
  accord_game_value(value, proof->game, coalition);
  if (proof->cost) mpq_neg(value, value);
}

static const char *read_split(struct proof *proof, const cJSON *shares) {
  if (!shares || !is_object(shares) || cJSON_GetArraySize(shares) != proof->n) return "the shares cannot be read";
  for (int i = 0; i < proof->n; i++) {
    if (!result_rational(proof->context, proof->share[i], result_member(shares, proof->sheet->parties[i].id)))
      return "the shares cannot be read";
    if (proof->cost) mpq_neg(proof->share[i], proof->share[i]);
  }
  return NULL;
}

/* Whether a number stands as a double under one key and as a fraction under the other, and both are this. */
static bool is_stated(const struct proof *proof, const cJSON *number, const cJSON *exact, const mpq_t amount) {
  mpq_t *stated = pool_rationals(proof->context, 1);
  return result_rational(proof->context, *stated, exact) && mpq_equal(*stated, amount) &&
         result_is_nearly(proof->context, number, amount);
}

/* ------------------------------------------------------------------- weights */

static void start_weights(struct proof *proof) {
  for (int i = 0; i < proof->n; i++) mpq_set_ui(proof->vector[i], 0, 1);
  mpq_set_ui(proof->sum, 0, 1);
  mpq_set_ui(proof->bound, 0, 1);
}

static void add_weight(struct proof *proof, accord_coalition coalition, const mpq_t weight) {
  for (int i = 0; i < proof->n; i++)
    if (has(coalition, i)) mpq_add(proof->vector[i], proof->vector[i], weight);
  value_of(proof->value, proof, coalition);
  mpq_mul(proof->value, proof->value, weight);
  mpq_add(proof->bound, proof->bound, proof->value);
}

/* Weights above 0 of proper coalitions, and everybody's: what they add up to, over the parties, in all and in worth. */
static const char *read_weights(struct proof *proof, const cJSON *certificate) {
  const cJSON *list = result_member(certificate, "coalitions"), *member;
  accord_coalition coalition;
  start_weights(proof);
  if (!list || !is_array(list)) return "there is no list of coalitions";
  cJSON_ArrayForEach(member, list) {
    if (!result_coalition(proof->sheet, &coalition, result_member(member, "parties")) ||
        coalition == everybody(proof->n))
      return "a coalition cannot be read";
    if (!result_rational(proof->context, proof->work, result_member(member, "weight")) || mpq_sgn(proof->work) <= 0)
      return "a weight is not above 0";
    mpq_add(proof->sum, proof->sum, proof->work);
    add_weight(proof, coalition, proof->work);
  }
  if (!result_rational(proof->context, proof->everybody, result_member(certificate, "everybody")))
    return "everybody's weight cannot be read";
  add_weight(proof, everybody(proof->n), proof->everybody);
  return NULL;
}

/* Whether the weights add up to these for every party, and, for party (-1: none), to that much more. */
static bool adds_up_to(const struct proof *proof, long each, int party, long more) {
  for (int i = 0; i < proof->n; i++)
    if (mpq_cmp_si(proof->vector[i], i == party ? each + more : each, 1) != 0) return false;
  return true;
}

/* -------------------------------------------------------------------- splits */

/* The split sums to v(N) + added, and is to be held against every coalition: none may gain more than the limit. */
static const char *queue_split(struct proof *proof, const cJSON *shares, const mpq_t added, const mpq_t limit,
                               const char **fault) {
  const char *unread = read_split(proof, shares);
  if (unread) return unread;
  rational_sum(proof->work, (const mpq_t *)proof->share, proof->n);
  value_of(proof->value, proof, everybody(proof->n));
  mpq_add(proof->value, proof->value, added);
  if (!mpq_equal(proof->work, proof->value)) return "the shares do not sum to what there is to share";
  add_table_split(proof->splits, &(table_split){.share = (const mpq_t *)proof->share, .limit = limit, .fault = fault});
  return NULL;
}

/* -------------------------------------------------------------- certificates */

static const char *least_core_fault(struct proof *proof, const cJSON *certificate, const char **later) {
  const cJSON *stated = result_member(proof->facts, "least_core");
  mpq_t *work = pool_rationals(proof->context, 2), *epsilon = &work[1];
  if (!result_rational(proof->context, *epsilon, result_member(certificate, "epsilon")))
    return "epsilon cannot be read";
  if (!is_stated(proof, result_member(stated, "epsilon"), result_member(stated, "exact"), *epsilon))
    return "epsilon is not the least core's";
  const char *fault = read_weights(proof, certificate);
  if (fault) return fault;
  if (mpq_cmp_ui(proof->sum, 1, 1) != 0) return "the weights do not sum to 1";
  if (!adds_up_to(proof, 0, -1, 0)) return "the weights do not balance";
  if (!mpq_equal(proof->bound, *epsilon)) return "the weights do not give epsilon";
  return queue_split(proof, result_member(certificate, "shares"), work[0], *epsilon, later);
}

static const char *stability_fault(struct proof *proof, const cJSON *certificate, const char **later) {
  const cJSON *empty = result_member(result_member(proof->facts, "core"), "empty");
  mpq_t *work = pool_rationals(proof->context, 3), *amount = &work[1], *due = &work[2];
  if (!result_rational(proof->context, *amount, result_member(certificate, "amount")))
    return "the amount cannot be read";
  if (!is_stated(proof, result_member(proof->facts, "cost_of_stability"),
                 result_member(result_member(proof->facts, "exact"), "cost_of_stability"), *amount))
    return "the amount is not the cost of stability";
  if (cJSON_IsBool(empty) && cJSON_IsTrue(empty) != (mpq_sgn(*amount) > 0))
    return "the core is empty only where stability costs something";
  const char *fault = read_weights(proof, certificate);
  if (fault) return fault;
  if (mpq_sgn(proof->everybody) < 0) return "everybody's weight is below 0";
  if (!adds_up_to(proof, 1, -1, 0)) return "the weights do not add up to one for every party";
  value_of(*due, proof, everybody(proof->n));
  mpq_add(*due, *due, *amount);
  if (!mpq_equal(proof->bound, *due)) return "the weights do not give the amount";
  return queue_split(proof, result_member(certificate, "shares"), *amount, work[0], later);
}

static const char *core_split_fault(struct proof *proof, const cJSON *certificate, const char **later) {
  mpq_t *zero = pool_rationals(proof->context, 1);
  if (!cJSON_IsFalse(result_member(result_member(proof->facts, "core"), "empty")))
    return "the core is said to be empty";
  return queue_split(proof, result_member(certificate, "shares"), *zero, *zero, later);
}

/* --------------------------------------------------------------------- ranges */

/* The node at a place of ranges or exact: 0 the least share, 1 the most. */
static const cJSON *range_of(const struct proof *proof, const char *key, int i, int place) {
  const cJSON *ranges = result_member(result_member(proof->facts, "core"), key);
  const cJSON *range = result_member(ranges, proof->sheet->parties[i].id);
  return range && is_array(range) ? cJSON_GetArrayItem(range, place) : NULL;
}

/* One end of a party's range: the weights come to its unit vector from below, or to minus that from above. */
static const char *end_fault(struct proof *proof, const cJSON *end, int i, bool most, const char **later) {
  mpq_t *work = pool_rationals(proof->context, 2), *share = &work[1];
  bool above = most != proof->cost;
  if (!result_rational(proof->context, *share, result_member(end, "share"))) return "a share cannot be read";
  if (!is_stated(proof, range_of(proof, "ranges", i, most), range_of(proof, "exact", i, most), *share))
    return "a share is not the range's";
  const char *fault = read_weights(proof, end);
  if (fault) return fault;
  if (!adds_up_to(proof, 0, i, above ? -1 : 1)) return "the weights do not come to the party alone";
  if (most) mpq_neg(proof->bound, proof->bound);
  if (!mpq_equal(proof->bound, *share)) return "the weights do not give the share";
  fault = queue_split(proof, result_member(end, "shares"), work[0], work[0], later);
  if (fault) return fault;
  if (proof->cost) mpq_neg(*share, *share);
  return mpq_equal(proof->share[i], *share) ? NULL : "the split does not attain the share";
}

static const char *ranges_fault(struct proof *proof, const cJSON *certificate, const char **later) {
  const cJSON *ends = result_member(certificate, "ends"), *end;
  bool *seen = POOL_NEW(proof->context, 2 * (size_t)proof->n, bool);
  int count = 0;
  if (!ends || !is_array(ends)) return "there is no list of ends";
  cJSON_ArrayForEach(end, ends) {
    const char *id = result_text(result_member(end, "party")), *which = result_text(result_member(end, "end"));
    int found = id ? sheet_find_party(proof->sheet, id, strlen(id)) : -1;
    bool most = which && strcmp(which, "most") == 0;
    if (found < 0 || !which || (!most && strcmp(which, "least") != 0)) return "an end cannot be read";
    if (seen[2 * found + most]) return "an end is there twice";
    seen[2 * found + most] = true;
    count++;
    const char *fault = end_fault(proof, end, found, most, later);
    if (fault) return fault;
  }
  return count == 2 * proof->n ? NULL : "an end is missing";
}

/* ------------------------------------------------------------------- the whole */

typedef const char *fault_finder(struct proof *proof, const cJSON *certificate, const char **later);

static const struct kind {
  const char *type, *fine;
  fault_finder *find;
} kinds[MOST_CORE_CHECKS] = {
    {"core-split", "no coalition gains by leaving the split that shows that the core is not empty", core_split_fault},
    {"core-range", "every end of every range is attained in the core, and cannot be passed", ranges_fault},
    {"least-core", "a split attains epsilon, and none does better", least_core_fault},
    {"cost-of-stability", "so much makes a split hold, and less does not", stability_fault}};

static const cJSON *find_certificate(const cJSON *game, size_t k) {
  const cJSON *core = result_member(game, "core");
  const cJSON *places[MOST_CORE_CHECKS] = {result_member(core, "split_certificate"),
                                           result_member(core, "range_certificate"),
                                           result_member(result_member(game, "least_core"), "certificate"),
                                           result_member(game, "cost_of_stability_certificate")};
  return places[k];
}

static struct proof *new_proof(accord_context *context, const term_sheet *sheet, const cJSON *game) {
  struct proof *proof = POOL_NEW(context, 1, struct proof);
  proof->context = context;
  proof->sheet = sheet;
  proof->game = sheet->problem->game;
  proof->n = sheet->n;
  proof->cost = sheet->problem->goal == ACCORD_COST;
  proof->facts = game;
  proof->splits = new_split_list(context, sheet->problem);
  proof->vector = pool_rationals(context, (size_t)sheet->n);
  proof->share = pool_rationals(context, (size_t)sheet->n);
  mpq_t *all[] = {&proof->sum, &proof->bound, &proof->everybody, &proof->value, &proof->work};
  for (size_t k = 0; k < sizeof all / sizeof *all; k++) pool_rational(context, *all[k]);
  return proof;
}

int check_core_certificates(accord_context *context, core_check *checks, const term_sheet *sheet, const cJSON *game) {
  struct proof *proof = new_proof(context, sheet, game);
  int count = 0;
  for (size_t k = 0; k < MOST_CORE_CHECKS; k++) {
    const cJSON *certificate = find_certificate(game, k);
    if (!certificate) continue;
    core_check *check = &checks[count++];
    const char *type = result_text(result_member(certificate, "type"));
    *check = (core_check){kinds[k].type, NULL, kinds[k].fine};
    check->fault = type && strcmp(type, kinds[k].type) == 0 ? kinds[k].find(proof, certificate, &check->fault)
                                                            : "the certificate is of no known type";
  }
  hold_against_table(proof->splits);
  return count;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Kohlberg condition of an assignment game, checked without a table (verify_model.h). */
#include "verify_model.h"

#include <string.h>

struct proof {
  accord_context *context;
  const term_sheet *sheet;
  const accord_assignment *assignment;
  int n;
  mpq_t *share;  /* size n */
  bool *in;      /* size n: the coalition at hand */
  mpq_t *row;    /* n * n: echelon form of what is settled, in the order in which it was */
  int *pivot;    /* size n */
  int *level;    /* size n: the level a row was settled at, from 1; 0: everybody */
  mpq_t *excess; /* size n + 1: of each level, from 1 */
  int rank, level_count;
  bool *settled; /* size settled_count * n: the coalitions listed so far */
  int settled_count;
  mpq_t *vector, *balance; /* size n */
  mpq_t work[3];
  const char *fault;
};

static bool refuse(struct proof *proof, const char *fault) {
  if (!proof->fault) proof->fault = fault;
  return false;
}

/* --------------------------------------------------------------------- values */

/* max(0, a_lr), zero for two of one side. */
static void pair_value(mpq_t value, const struct proof *proof, int first, int second) {
  const accord_assignment *assignment = proof->assignment;
  int left = -1, right = -1;
  mpq_set_ui(value, 0, 1);
  for (int l = 0; l < assignment->left_count; l++)
    if (assignment->left[l] == first || assignment->left[l] == second) left = l;
  for (int r = 0; r < assignment->right_count; r++)
    if (assignment->right[r] == first || assignment->right[r] == second) right = r;
  if (left < 0 || right < 0) return;
  const mpq_t *stated = &assignment->value[left * assignment->right_count + right];
  if (mpq_sgn(*stated) > 0) mpq_set(value, *stated);
}

/* The excess of the coalition at hand, of one party or two. */
static bool find_excess(struct proof *proof, mpq_t excess) {
  int member[2] = {-1, -1}, count = 0;
  for (int i = 0; i < proof->n; i++) {
    if (!proof->in[i]) continue;
    if (count == 2) return refuse(proof, "a listed coalition is neither one party nor a pair");
    member[count++] = i;
  }
  if (count == proof->n) return refuse(proof, "a level lists everybody");
  if (count == 2) pair_value(excess, proof, member[0], member[1]);
  else mpq_set_ui(excess, 0, 1);
  for (int k = 0; k < count; k++) mpq_sub(excess, excess, proof->share[member[k]]);
  return true;
}

/* ----------------------------------------------------------------------- span */

/* vector less its projections on the rows of levels up to level, as far as it can be; whether nothing is left. */
static bool is_spanned(struct proof *proof, int level) {
  mpq_t *factor = &proof->work[0], *part = &proof->work[1];
  int n = proof->n;
  for (int r = 0; r < proof->rank && proof->level[r] <= level; r++) {
    if (mpq_sgn(proof->vector[proof->pivot[r]]) == 0) continue;
    mpq_set(*factor, proof->vector[proof->pivot[r]]);
    for (int i = 0; i < n; i++) {
      if (mpq_sgn(proof->row[r * n + i]) == 0) continue;
      mpq_mul(*part, *factor, proof->row[r * n + i]);
      mpq_sub(proof->vector[i], proof->vector[i], *part);
    }
  }
  for (int i = 0; i < n; i++)
    if (mpq_sgn(proof->vector[i])) return false;
  return true;
}

static void take_vector(struct proof *proof) {
  for (int i = 0; i < proof->n; i++) mpq_set_ui(proof->vector[i], proof->in[i], 1);
}

/* The coalition at hand is settled at a level. */
static void settle(struct proof *proof, int level) {
  int n = proof->n, pivot = 0;
  memcpy(&proof->settled[(size_t)proof->settled_count++ * (size_t)n], proof->in, (size_t)n);
  take_vector(proof);
  if (is_spanned(proof, level)) return;
  while (mpq_sgn(proof->vector[pivot]) == 0) pivot++;
  for (int i = 0; i < n; i++) {
    if (mpq_sgn(proof->vector[i]) == 0) continue;
    mpq_div(proof->row[proof->rank * n + i], proof->vector[i], proof->vector[pivot]);
  }
  proof->level[proof->rank] = level;
  proof->pivot[proof->rank++] = pivot;
}

static bool was_settled(const struct proof *proof) {
  size_t n = (size_t)proof->n;
  for (int k = 0; k < proof->settled_count; k++)
    if (memcmp(&proof->settled[(size_t)k * n], proof->in, n) == 0) return true;
  return false;
}

/* --------------------------------------------------------------------- levels */

/* The coalition of a member, into in, and its weight. */
static bool read_member(struct proof *proof, mpq_t weight, const cJSON *member) {
  const cJSON *list = result_member(member, "parties"), *node;
  memset(proof->in, 0, (size_t)proof->n);
  if (!list || !is_array(list) || !list->child) return refuse(proof, "a coalition cannot be read");
  cJSON_ArrayForEach(node, list) {
    const char *id = result_text(node);
    int found = id ? sheet_find_party(proof->sheet, id, strlen(id)) : -1;
    if (found < 0 || proof->in[found]) return refuse(proof, "a coalition cannot be read");
    proof->in[found] = true;
  }
  return result_rational(proof->context, weight, result_member(member, "weight")) ||
         refuse(proof, "a weight cannot be read");
}

static void add_to_balance(struct proof *proof, const mpq_t weight, int sign) {
  for (int i = 0; i < proof->n; i++) {
    if (!proof->in[i]) continue;
    if (sign > 0) mpq_add(proof->balance[i], proof->balance[i], weight);
    else mpq_sub(proof->balance[i], proof->balance[i], weight);
  }
}

static bool coalitions_hold(struct proof *proof, const cJSON *list, const mpq_t level, mpq_t sum) {
  mpq_t *excess = &proof->work[0], *weight = &proof->work[2];
  const cJSON *member;
  if (!list || !is_array(list) || !list->child) return refuse(proof, "a level lists no coalition");
  cJSON_ArrayForEach(member, list) {
    if (!read_member(proof, *weight, member) || !find_excess(proof, *excess)) return false;
    if (!mpq_equal(*excess, level)) return refuse(proof, "a listed coalition does not have the level's excess");
    if (mpq_sgn(*weight) <= 0) return refuse(proof, "a weight is not above 0");
    mpq_add(sum, sum, *weight);
    add_to_balance(proof, *weight, 1);
  }
  return mpq_cmp_ui(sum, 1, 1) == 0 || refuse(proof, "the weights do not sum to 1");
}

static bool earlier_hold(struct proof *proof, const cJSON *list) {
  mpq_t *weight = &proof->work[2];
  const cJSON *member;
  if (!list || !is_array(list)) return refuse(proof, "a level has no list of earlier coalitions");
  cJSON_ArrayForEach(member, list) {
    if (!read_member(proof, *weight, member)) return false;
    if (!was_settled(proof)) return refuse(proof, "a coalition is named as settled that is not");
    add_to_balance(proof, *weight, -1);
  }
  for (int i = 0; i < proof->n; i++)
    if (mpq_sgn(proof->balance[i])) return refuse(proof, "a level does not balance");
  return true;
}

static void settle_list(struct proof *proof, const cJSON *list) {
  const cJSON *member;
  size_t n = (size_t)proof->n, room = (size_t)proof->settled_count + (size_t)cJSON_GetArraySize(list);
  proof->settled = pool_grow(proof->context, proof->settled, (size_t)proof->settled_count * n, room * n, 1);
  cJSON_ArrayForEach(member, list) {
    read_member(proof, proof->work[2], member);
    settle(proof, proof->level_count);
  }
}

static bool level_holds(struct proof *proof, const cJSON *level) {
  const cJSON *coalitions = result_member(level, "coalitions"), *bounds = result_member(level, "bounds");
  mpq_t *sum = pool_rationals(proof->context, 1);
  check_clock(proof->context);
  if (proof->rank == proof->n || proof->level_count == proof->n)
    return refuse(proof, "there are levels after everything is settled");
  mpq_t *excess = &proof->excess[++proof->level_count];
  if (!result_rational(proof->context, *excess, result_member(level, "excess")))
    return refuse(proof, "a level's excess cannot be read");
  if (proof->level_count > 1 && mpq_cmp(*excess, excess[-1]) > 0) return refuse(proof, "the levels' excesses rise");
  if (bounds && bounds->child) return refuse(proof, "a party's own worth binds nobody here");
  for (int i = 0; i < proof->n; i++) mpq_set_ui(proof->balance[i], 0, 1);
  if (!coalitions_hold(proof, coalitions, *excess, *sum)) return false;
  if (!earlier_hold(proof, result_member(level, "earlier"))) return false;
  settle_list(proof, coalitions);
  return true;
}

/* The coalition at hand has at most the excess of the first level that spans it, and no more than 0. */
static bool part_holds(struct proof *proof) {
  mpq_t *excess = pool_rationals(proof->context, 1);
  int level = 1;
  if (!find_excess(proof, *excess)) return false;
  if (mpq_sgn(*excess) > 0) return refuse(proof, "a party or pair would gain by leaving");
  take_vector(proof);
  while (level < proof->level_count && !is_spanned(proof, level)) level++;
  bool good = mpq_cmp(*excess, proof->excess[level]) <= 0;
  pool_free(proof->context, excess);
  return good || refuse(proof, "a party or pair has a larger excess than the level that settles it");
}

static bool parts_hold(struct proof *proof) {
  const accord_assignment *assignment = proof->assignment;
  for (int i = 0; i < proof->n; i++) {
    memset(proof->in, 0, (size_t)proof->n);
    proof->in[i] = true;
    if (!part_holds(proof)) return false;
  }
  for (int l = 0; l < assignment->left_count && proof->n > 2; l++) {
    check_clock(proof->context);
    for (int r = 0; r < assignment->right_count; r++) {
      memset(proof->in, 0, (size_t)proof->n);
      proof->in[assignment->left[l]] = proof->in[assignment->right[r]] = true;
      if (!part_holds(proof)) return false;
    }
  }
  return true;
}

/* ------------------------------------------------------------------- the whole */

static bool shares_hold(struct proof *proof, const cJSON *allocation, const cJSON *certificate) {
  const char *fault = result_shares_fault(proof->context, proof->share, proof->sheet, allocation);
  if (!fault) fault = certified_shares_fault(proof->context, (const mpq_t *)proof->share, proof->sheet, certificate);
  if (fault) return refuse(proof, fault);
  for (int i = 0; i < proof->n; i++)
    if (mpq_sgn(proof->share[i]) < 0) return refuse(proof, "a party gets less than alone");
  rational_sum(proof->work[0], (const mpq_t *)proof->share, proof->n);
  return mpq_equal(proof->work[0], proof->sheet->problem->total) ||
         refuse(proof, "the shares do not sum to the game's value");
}

static bool levels_hold(struct proof *proof, const cJSON *levels) {
  const cJSON *level;
  memset(proof->in, 1, (size_t)proof->n);
  proof->settled = POOL_NEW(proof->context, (size_t)proof->n, bool);
  settle(proof, 0);
  if (!levels || !is_array(levels)) return refuse(proof, "there is no list of levels");
  cJSON_ArrayForEach(level, levels) {
    if (!level_holds(proof, level)) return false;
  }
  if (proof->rank < proof->n) return refuse(proof, "the levels do not settle every share");
  return parts_hold(proof);
}

const char *pairs_kohlberg_fault(accord_context *context, const term_sheet *sheet, const cJSON *allocation,
                                 const cJSON *certificate) {
  struct proof *proof = POOL_NEW(context, 1, struct proof);
  size_t n = (size_t)sheet->n;
  *proof = (struct proof){.context = context, .sheet = sheet, .n = sheet->n};
  proof->assignment = sheet->problem->assignment;
  proof->share = pool_rationals(context, n);
  proof->in = POOL_NEW(context, n, bool);
  proof->row = pool_rationals(context, n * n);
  proof->pivot = POOL_NEW(context, n, int);
  proof->level = POOL_NEW(context, n, int);
  proof->excess = pool_rationals(context, n + 2);
  proof->vector = pool_rationals(context, n);
  proof->balance = pool_rationals(context, n);
  for (int k = 0; k < 3; k++) pool_rational(context, proof->work[k]);
  if (shares_hold(proof, allocation, certificate)) levels_hold(proof, result_member(certificate, "levels"));
  return proof->fault;
}

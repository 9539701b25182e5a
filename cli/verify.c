/* SPDX-License-Identifier: GPL-3.0-or-later */
/* accord verify RESULT FILE: re-checks the certificates of a result against the sheet.
 *
 * Nothing here is shared with the solver but the reading of the sheet: values come one by one from the
 * game, everything else is rational arithmetic from the definitions. Benefit games throughout; a cost
 * game is read as v = -c, its certificate's shares negated, its excesses as they are. */
#include "command.h"
#include "json.h"
#include "json_writer.h"
#include "verify_core.h"
#include "verify_model.h"
#include "verify_span.h"
#include "verify_table.h"
#include "verify_vote.h"

#include <errno.h>
#include <string.h>

/* Where a model proves as much without its table, beyond so many parties it does. */
enum { MOST_PARTIES = 24, MOST_CHECKS = 200 };

struct check {
  const char *rule, *what, *message;
  bool holds;
};

struct verifier {
  accord_context *context;
  const term_sheet *sheet;
  const accord_game *game;
  int n;
  bool cost, unknown_format;
  int count;
  struct check checks[MOST_CHECKS];
};

/* What a rule divides excesses by. */
enum divisor { BY_NOTHING, BY_SIZE, BY_WORTH };

/* What a certificate lists: a coalition, or a row of a clause. */
struct condition {
  accord_coalition coalition;
  const accord_term_row *row; /* NULL: the coalition */
};

/* A Kohlberg certificate as it is being checked. */
struct proof {
  struct verifier *verifier;
  bool imputations, under_terms;
  enum divisor divisor;
  mpq_t *share; /* size n, of the benefit game */
  mpq_t *row;   /* n * n: echelon form of the settled vectors, rank rows */
  int *pivot;   /* size n */
  int rank;
  mpq_t *work; /* size n + 4 */
  int level_count;
  mpq_t *level_excess;               /* size of the levels */
  int *level_rank;                   /* the same: of what was settled before each */
  const right_angles **level_angles; /* the same: NULL where their numbers are too large */
  const char *fault;
};

static bool refuse(struct proof *proof, const char *fault) {
  if (!proof->fault) proof->fault = fault;
  return false;
}

/* ------------------------------------------------------------ reading a result */

/* {"A": "9/2", ...} naming every party once. */
static bool read_shares(struct verifier *verifier, mpq_t *shares, const cJSON *object) {
  if (!object || !is_object(object) || cJSON_GetArraySize(object) != verifier->n) return false;
  for (int i = 0; i < verifier->n; i++) {
    if (!result_rational(verifier->context, shares[i], result_member(object, verifier->sheet->parties[i].id)))
      return false;
    if (verifier->cost) mpq_neg(shares[i], shares[i]);
  }
  return true;
}

/* ---------------------------------------------------------------------- clauses */

/* Whether "parties" are those of a step, in their order; a row that is no step has none. */
static bool same_step(const struct verifier *verifier, const cJSON *parties, const sheet_term_row *row) {
  const term_sheet *sheet = verifier->sheet;
  if (row->first < 0) return !parties;
  const cJSON *node = parties && is_array(parties) ? parties->child : NULL, *next = node ? node->next : NULL;
  if (!node || (next != NULL) != (row->second >= 0) || (next && next->next)) return false;
  const char *first = result_text(node), *second = result_text(next);
  if (row->second >= 0 && (!second || strcmp(second, sheet->parties[row->second].id) != 0)) return false;
  return first && strcmp(first, sheet->parties[row->first].id) == 0;
}

/* The row that "term", "side" and "parties" name, of a hard clause; or NULL. */
static const accord_term_row *find_term_row(const struct verifier *verifier, const cJSON *member) {
  const term_sheet *sheet = verifier->sheet;
  const accord_terms *terms = sheet->problem->terms;
  const char *term = result_text(result_member(member, "term")), *side = result_text(result_member(member, "side"));
  if (!terms || !term || !side || (strcmp(side, "min") != 0 && strcmp(side, "max") != 0)) return NULL;
  for (int r = 0; r < terms->row_count; r++) {
    const accord_term_row *row = &terms->rows[r];
    if (strcmp(term, sheet->terms[row->term].pointer) != 0 || terms->soft[row->term]) continue;
    if (row->at_most == (strcmp(side, "max") == 0) &&
        same_step(verifier, result_member(member, "parties"), &sheet->term_rows[r]))
      return row;
  }
  return NULL;
}

/* A clause as row . y >= bound of the benefit game, whose y is -x for costs. */
static bool is_turned(const struct verifier *verifier, const accord_term_row *row) {
  return row->at_most != verifier->cost;
}

static void term_bound(mpq_t bound, const accord_term_row *row) {
  if (row->at_most) mpq_neg(bound, row->bound);
  else mpq_set(bound, row->bound);
}

/* row . y - bound. */
static void term_slack(mpq_t slack, mpq_t work, const struct verifier *verifier, const accord_term_row *row,
                       const mpq_t *y) {
  mpq_set_ui(slack, 0, 1);
  for (int i = 0; i < verifier->n; i++) {
    mpq_mul(work, row->coefficient[i], y[i]);
    mpq_add(slack, slack, work);
  }
  if (is_turned(verifier, row)) mpq_neg(slack, slack);
  term_bound(work, row);
  mpq_sub(slack, slack, work);
}

/* The i-th coefficient of a condition in the benefit game. */
static void entry_of(mpq_t entry, const struct verifier *verifier, const struct condition *condition, int i) {
  if (!condition->row) {
    mpq_set_ui(entry, has(condition->coalition, i), 1);
    return;
  }
  mpq_set(entry, condition->row->coefficient[i]);
  if (is_turned(verifier, condition->row)) mpq_neg(entry, entry);
}

/* ---------------------------------------------------------------------- games */

static void value_of(mpq_t value, const struct verifier *verifier, accord_coalition coalition) {
  accord_game_value(value, verifier->game, coalition);
  if (verifier->cost) mpq_neg(value, value);
}

/* number / |S|, number / |v(S)| or number itself; a worth of 0 is refused before. */
static void divide(mpq_t number, const struct proof *proof, accord_coalition coalition) {
  mpq_t *by = &proof->work[proof->verifier->n + 2];
  switch (proof->divisor) {
  case BY_NOTHING: return;
  case BY_SIZE: mpq_set_si(*by, size_of(coalition), 1); break;
  case BY_WORTH:
    value_of(*by, proof->verifier, coalition);
    mpq_abs(*by, *by);
    break;
  }
  mpq_div(number, number, *by);
}

/* Whether every proper coalition is worth something: v(S) > 0, or c(S) > 0. */
static bool all_are_worth(const struct proof *proof) {
  mpq_t *value = &proof->work[0];
  for (accord_coalition s = 1; s < everybody(proof->verifier->n); s++) {
    value_of(*value, proof->verifier, s);
    if (mpq_sgn(*value) != (proof->verifier->cost ? -1 : 1)) return false;
  }
  return true;
}

/* The excess of S as the rule counts it. */
static void excess_of(mpq_t excess, const struct proof *proof, accord_coalition coalition) {
  value_of(excess, proof->verifier, coalition);
  for (int i = 0; i < proof->verifier->n; i++)
    if (has(coalition, i)) mpq_sub(excess, excess, proof->share[i]);
  divide(excess, proof, coalition);
}

/* ----------------------------------------------------------------------- span */

/* The condition's vector less its projections on the rows, in vector; the first entry left, or -1. */
static int reduce(struct proof *proof, mpq_t *vector, const struct condition *condition) {
  int n = proof->verifier->n;
  mpq_t *factor = &proof->work[n], *part = &proof->work[n + 1];
  for (int i = 0; i < n; i++) entry_of(vector[i], proof->verifier, condition, i);
  for (int r = 0; r < proof->rank; r++) {
    mpq_set(*factor, vector[proof->pivot[r]]);
    for (int i = 0; i < n && mpq_sgn(*factor); i++) {
      mpq_mul(*part, *factor, proof->row[r * n + i]);
      mpq_sub(vector[i], vector[i], *part);
    }
  }
  for (int i = 0; i < n; i++)
    if (mpq_sgn(vector[i])) return i;
  return -1;
}

static void settle(struct proof *proof, const struct condition *condition) {
  int n = proof->verifier->n, pivot = reduce(proof, proof->work, condition);
  if (pivot < 0) return;
  for (int i = n - 1; i >= 0; i--) {
    if (i == pivot) continue;
    mpq_div(proof->work[i], proof->work[i], proof->work[pivot]);
  }
  mpq_set_ui(proof->work[pivot], 1, 1);
  for (int i = 0; i < n; i++) mpq_set(proof->row[proof->rank * n + i], proof->work[i]);
  proof->pivot[proof->rank++] = pivot;
}

/* --------------------------------------------------------------------- levels */

/* A member of a list and its weight: a coalition; of a bound, a party or a clause. Clauses stand among
 * the earlier ones as well. */
static bool read_member(struct proof *proof, struct condition *condition, mpq_t weight, const cJSON *member, bool bound,
                        bool clauses) {
  const char *id = result_text(result_member(member, "party"));
  int found = bound && id ? sheet_find_party(proof->verifier->sheet, id, strlen(id)) : -1;
  *condition = (struct condition){found >= 0 ? party(found) : 0, NULL};
  if (clauses && result_member(member, "term")) {
    if (!proof->under_terms) return refuse(proof, "a clause is named by a split that is not under terms");
    condition->row = find_term_row(proof->verifier, member);
    if (!condition->row) return refuse(proof, "a clause is named that is not there, or is soft");
  } else if (!bound &&
             !result_coalition(proof->verifier->sheet, &condition->coalition, result_member(member, "parties"))) {
    return refuse(proof, "a coalition cannot be read");
  } else if (condition->coalition == 0) {
    return refuse(proof, "a bound names no party");
  }
  return result_rational(proof->verifier->context, weight, result_member(member, "weight")) ||
         refuse(proof, "a weight cannot be read");
}

/* Adds sign * weight * row to the balance. */
static void add_row(struct proof *proof, mpq_t *balance, const struct condition *condition, mpq_t weight, bool divided,
                    int sign) {
  mpq_t *part = &proof->work[proof->verifier->n];
  if (divided) divide(weight, proof, condition->coalition);
  for (int i = 0; i < proof->verifier->n; i++) {
    entry_of(*part, proof->verifier, condition, i);
    mpq_mul(*part, *part, weight);
    if (sign > 0) mpq_add(balance[i], balance[i], *part);
    else mpq_sub(balance[i], balance[i], *part);
  }
}

/* Listed coalitions are proper, have just the level's excess, and positive weights that sum to one. */
static bool coalitions_hold(struct proof *proof, mpq_t *balance, const cJSON *list, const mpq_t level) {
  mpq_t *work = pool_rationals(proof->verifier->context, 3), *sum = &work[0], *weight = &work[1], *excess = &work[2];
  const cJSON *member;
  struct condition listed;
  if (!list || !is_array(list) || !list->child) return refuse(proof, "a level lists no coalition");
  cJSON_ArrayForEach(member, list) {
    if (!read_member(proof, &listed, *weight, member, false, false)) return false;
    if (listed.coalition == everybody(proof->verifier->n)) return refuse(proof, "a level lists everybody");
    excess_of(*excess, proof, listed.coalition);
    if (!mpq_equal(*excess, level)) return refuse(proof, "a listed coalition does not have the level's excess");
    if (mpq_sgn(*weight) <= 0) return refuse(proof, "a weight is not above 0");
    mpq_add(*sum, *sum, *weight);
    add_row(proof, balance, &listed, *weight, true, 1);
  }
  return mpq_cmp_ui(*sum, 1, 1) == 0 || refuse(proof, "the weights do not sum to 1");
}

/* Whether a party has just its own value, or a clause is met with nothing to spare. */
static bool bound_is_tight(struct proof *proof, const struct condition *bound) {
  mpq_t *work = pool_rationals(proof->verifier->context, 2);
  if (bound->row) {
    term_slack(work[0], work[1], proof->verifier, bound->row, (const mpq_t *)proof->share);
    return mpq_sgn(work[0]) == 0;
  }
  value_of(work[0], proof->verifier, bound->coalition);
  return mpq_equal(work[0], proof->share[__builtin_ctzll(bound->coalition)]);
}

static bool bounds_hold(struct proof *proof, mpq_t *balance, const cJSON *list) {
  mpq_t *weight = pool_rationals(proof->verifier->context, 1);
  const cJSON *member;
  struct condition bound;
  if (!list || !is_array(list)) return refuse(proof, "a level has no list of bounds");
  cJSON_ArrayForEach(member, list) {
    if (!read_member(proof, &bound, *weight, member, true, true)) return false;
    if (!bound.row && !proof->imputations) return refuse(proof, "this rule has no bounds");
    if (!bound_is_tight(proof, &bound)) return refuse(proof, "a listed bound is not tight");
    if (mpq_sgn(*weight) <= 0) return refuse(proof, "a bound's weight is not above 0");
    add_row(proof, balance, &bound, *weight, false, 1);
  }
  return true;
}

static bool is_settled(const struct condition *settled, int count, const struct condition *condition) {
  for (int k = 0; k < count; k++)
    if (settled[k].row == condition->row && settled[k].coalition == condition->coalition) return true;
  return false;
}

static bool earlier_hold(struct proof *proof, mpq_t *balance, const cJSON *list, const struct condition *settled,
                         int count) {
  mpq_t *weight = pool_rationals(proof->verifier->context, 1);
  const cJSON *member;
  struct condition earlier;
  if (!list || !is_array(list)) return refuse(proof, "a level has no list of earlier coalitions");
  cJSON_ArrayForEach(member, list) {
    if (!read_member(proof, &earlier, *weight, member, false, true)) return false;
    if (!is_settled(settled, count, &earlier)) return refuse(proof, "a coalition listed as earlier was not settled");
    add_row(proof, balance, &earlier, *weight, false, -1);
  }
  return true;
}

static void settle_list(struct proof *proof, struct condition *settled, int *count, const cJSON *list, bool bound) {
  mpq_t *weight = pool_rationals(proof->verifier->context, 1);
  const cJSON *member;
  cJSON_ArrayForEach(member, list) {
    struct condition *next = &settled[(*count)++];
    read_member(proof, next, *weight, member, bound, bound);
    settle(proof, next);
  }
}

/* Those of the level before serve where it settled nothing new. */
static void find_angles(struct proof *proof, int level) {
  accord_context *context = proof->verifier->context;
  if (level && proof->level_rank[level - 1] == proof->rank) {
    proof->level_angles[level] = proof->level_angles[level - 1];
    return;
  }
  right_angles *angles = POOL_NEW(context, 1, right_angles);
  bool known =
      find_right_angles(context, angles, (const mpq_t *)proof->row, proof->pivot, proof->rank, proof->verifier->n);
  proof->level_angles[level] = known ? angles : NULL;
}

static bool level_holds(struct proof *proof, const cJSON *level, mpq_t before, bool first, struct condition *settled,
                        int *count) {
  int n = proof->verifier->n;
  mpq_t *balance = pool_rationals(proof->verifier->context, (size_t)n + 1), *excess = &balance[n];
  if (!result_rational(proof->verifier->context, *excess, result_member(level, "excess")))
    return refuse(proof, "a level's excess cannot be read");
  if (!first && mpq_cmp(*excess, before) > 0) return refuse(proof, "the excesses rise");
  mpq_set(before, *excess);
  if (!coalitions_hold(proof, balance, result_member(level, "coalitions"), *excess)) return false;
  if (!bounds_hold(proof, balance, result_member(level, "bounds"))) return false;
  if (!earlier_hold(proof, balance, result_member(level, "earlier"), settled, *count)) return false;
  for (int i = 0; i < n; i++)
    if (mpq_sgn(balance[i])) return refuse(proof, "the weights do not balance");
  mpq_set(proof->level_excess[proof->level_count], *excess);
  find_angles(proof, proof->level_count);
  proof->level_rank[proof->level_count++] = proof->rank;
  settle_list(proof, settled, count, result_member(level, "coalitions"), false);
  settle_list(proof, settled, count, result_member(level, "bounds"), true);
  return true;
}

/* Whether what was settled before a level spans a coalition. */
static bool is_spanned(struct proof *proof, int level, accord_coalition coalition) {
  const struct condition condition = {coalition, NULL};
  int rank = proof->rank;
  if (proof->level_angles[level]) return spans(proof->level_angles[level], coalition);
  proof->rank = proof->level_rank[level];
  bool spanned = reduce(proof, proof->work, &condition) < 0;
  proof->rank = rank;
  return spanned;
}

/* Whether a coalition's excess is at most that of the first level that is not spanned by those before. */
static bool may_exceed(void *argument, accord_coalition coalition) {
  struct proof *proof = argument;
  int level = 0;
  mpq_t *excess = &proof->work[proof->verifier->n + 3];
  excess_of(*excess, proof, coalition);
  while (level < proof->level_count && mpq_cmp(*excess, proof->level_excess[level]) <= 0) level++;
  if (level == proof->level_count || is_spanned(proof, level, coalition)) return true;
  return refuse(proof, "a coalition has a larger excess than its level");
}

/* Every coalition whose excess is above the last level's, which is least, is spanned by what was settled before the
 * first level it exceeds: all 2^n are gone through. The excess is one in plain numbers where, by size, every share is
 * raised by the level's, and, by worth, v(S) is taken times 1 - excess, of a cost 1 + excess. */
static bool covers(struct proof *proof) {
  struct verifier *verifier = proof->verifier;
  size_t n = (size_t)verifier->n;
  mpq_t *number = pool_rationals(verifier->context, n + 3), *zero = &number[n], *factor = &number[n + 1];
  mpq_ptr least = proof->level_excess[proof->level_count - 1];
  split_list *list = new_split_list(verifier->context, verifier->sheet->problem);
  mpq_set_ui(*factor, 1, 1);
  if (proof->divisor == BY_WORTH) (verifier->cost ? mpq_add : mpq_sub)(*factor, *factor, least);
  for (size_t i = 0; i < n; i++) {
    mpq_set(number[i], proof->share[i]);
    if (proof->divisor == BY_SIZE) mpq_add(number[i], number[i], least);
  }
  add_table_split(list, &(table_split){.share = (const mpq_t *)number,
                                       .limit = proof->divisor == BY_NOTHING ? least : *zero,
                                       .factor = *factor,
                                       .fault = &proof->fault,
                                       .may = may_exceed,
                                       .argument = proof});
  hold_against_table(list);
  return !proof->fault;
}

static bool levels_hold(struct proof *proof, const cJSON *levels) {
  int n = proof->verifier->n, count = 1, members = 1;
  const cJSON *level;
  if (!levels || !is_array(levels)) return refuse(proof, "there is no list of levels");
  cJSON_ArrayForEach(level, levels) {
    const cJSON *coalitions = result_member(level, "coalitions"), *bounds = result_member(level, "bounds");
    members += (coalitions ? cJSON_GetArraySize(coalitions) : 0) + (bounds ? cJSON_GetArraySize(bounds) : 0);
  }
  size_t count_of_levels = (size_t)cJSON_GetArraySize(levels);
  proof->level_excess = pool_rationals(proof->verifier->context, count_of_levels);
  proof->level_rank = POOL_NEW(proof->verifier->context, count_of_levels + 1, int);
  proof->level_angles = POOL_NEW(proof->verifier->context, count_of_levels + 1, const right_angles *);
  struct condition *settled = POOL_NEW(proof->verifier->context, (size_t)members, struct condition);
  mpq_t *before = pool_rationals(proof->verifier->context, 1);
  settled[0] = (struct condition){everybody(n), NULL};
  settle(proof, &settled[0]);
  cJSON_ArrayForEach(level, levels) {
    if (!level_holds(proof, level, *before, level == levels->child, settled, &count)) return false;
  }
  if (proof->rank < n) return refuse(proof, "the levels do not settle every share");
  return n == 1 || covers(proof);
}

/* -------------------------------------------------------------------- shares */

/* Every hard clause, where the split is said to meet them. */
static bool clauses_hold(struct proof *proof) {
  const accord_terms *terms = proof->verifier->sheet->problem->terms;
  mpq_t *work = pool_rationals(proof->verifier->context, 2);
  for (int r = 0; terms && r < terms->row_count; r++) {
    if (terms->soft[terms->rows[r].term]) continue;
    term_slack(work[0], work[1], proof->verifier, &terms->rows[r], (const mpq_t *)proof->share);
    if (mpq_sgn(work[0]) < 0) return refuse(proof, "a clause is not met");
  }
  return true;
}

/* The allocation's shares and exact are the certificate's; they sum to the value; nobody is below its own. */
static bool shares_hold(struct proof *proof, const cJSON *allocation, const cJSON *certificate) {
  struct verifier *verifier = proof->verifier;
  mpq_t *given = pool_rationals(verifier->context, (size_t)verifier->n + 2), *sum = &given[verifier->n],
        *value = &given[verifier->n + 1];
  if (!read_shares(verifier, proof->share, result_member(certificate, "shares")))
    return refuse(proof, "the certificate's shares cannot be read");
  if (!read_shares(verifier, given, result_member(allocation, "exact")))
    return refuse(proof, "the exact shares cannot be read");
  for (int i = 0; i < verifier->n; i++) {
    const cJSON *shown = result_member(result_member(allocation, "shares"), verifier->sheet->parties[i].id);
    if (!mpq_equal(given[i], proof->share[i])) return refuse(proof, "the exact shares are not the certificate's");
    if (verifier->cost) mpq_neg(given[i], given[i]);
    if (!result_is_nearly(verifier->context, shown, given[i]))
      return refuse(proof, "the shares are not the certificate's");
    mpq_add(*sum, *sum, proof->share[i]);
    value_of(*value, verifier, party(i));
    if (proof->imputations && mpq_cmp(proof->share[i], *value) < 0)
      return refuse(proof, "a party is below what it has alone");
  }
  value_of(*value, verifier, everybody(verifier->n));
  if (!mpq_equal(*sum, *value)) return refuse(proof, "the shares do not sum to the value");
  return !proof->under_terms || clauses_hold(proof);
}

static void add_check(struct verifier *verifier, const char *rule, const char *what, const char *fault,
                      const char *fine) {
  if (verifier->count == MOST_CHECKS) return;
  verifier->checks[verifier->count++] = (struct check){rule, what, fault ? fault : fine, !fault};
}

static enum divisor divisor_of(const char *rule) {
  if (strcmp(rule, "per-capita-nucleolus") == 0) return BY_SIZE;
  return strcmp(rule, "proportional-nucleolus") == 0 ? BY_WORTH : BY_NOTHING;
}

static void verify_kohlberg(struct verifier *verifier, const cJSON *allocation, const cJSON *certificate,
                            const char *rule) {
  size_t n = (size_t)verifier->n;
  struct proof proof = {.verifier = verifier,
                        .imputations = strcmp(rule, "prenucleolus") != 0,
                        .under_terms = cJSON_IsTrue(result_member(allocation, "under_terms")),
                        .divisor = divisor_of(rule),
                        .share = pool_rationals(verifier->context, n),
                        .row = pool_rationals(verifier->context, n * n),
                        .pivot = POOL_NEW(verifier->context, n, int),
                        .work = pool_rationals(verifier->context, n + 4)};
  if (proof.divisor == BY_WORTH && !all_are_worth(&proof)) refuse(&proof, "a coalition is not worth anything");
  else if (shares_hold(&proof, allocation, certificate)) levels_hold(&proof, result_member(certificate, "levels"));
  add_check(verifier, rule, "kohlberg", proof.fault, "every level balances, and no coalition has a larger excess");
}

/* ---------------------------------------------------------------- empty cores */

/* Weights above 0 that count every party once; their worth exceeds the value. */
static const char *balanced_fault(struct verifier *verifier, const cJSON *certificate) {
  size_t n = (size_t)verifier->n;
  mpq_t *work = pool_rationals(verifier->context, n + 4), *worth = &work[n], *weight = &work[n + 1],
        *value = &work[n + 2];
  const cJSON *list = result_member(certificate, "coalitions"), *member;
  accord_coalition coalition;
  const char *type = result_text(result_member(certificate, "type"));
  if (!type || strcmp(type, "balanced") != 0) return "the certificate is of no known type";
  if (!list || !is_array(list)) return "there is no list of coalitions";
  cJSON_ArrayForEach(member, list) {
    if (!result_coalition(verifier->sheet, &coalition, result_member(member, "parties")))
      return "a coalition cannot be read";
    if (coalition == everybody(verifier->n)) return "everybody is listed";
    if (!result_rational(verifier->context, *weight, result_member(member, "weight")) || mpq_sgn(*weight) <= 0)
      return "a weight is not above 0";
    for (size_t i = 0; i < n; i++)
      if (has(coalition, (int)i)) mpq_add(work[i], work[i], *weight);
    value_of(*value, verifier, coalition);
    mpq_mul(*value, *value, *weight);
    mpq_add(*worth, *worth, *value);
  }
  for (size_t i = 0; i < n; i++)
    if (mpq_cmp_ui(work[i], 1, 1) != 0) return "the weights do not add up to one for every party";
  value_of(*value, verifier, everybody(verifier->n));
  if (mpq_cmp(*worth, *value) <= 0) return "the worth does not exceed the value";
  for (int k = 0; k < 2; k++) {
    mpq_t *stated = k ? value : worth;
    if (verifier->cost) mpq_neg(*stated, *stated);
    if (!result_rational(verifier->context, *weight, result_member(certificate, k ? "value" : "worth")) ||
        !mpq_equal(*weight, *stated))
      return k ? "the value is not the game's" : "the worth is not what the weights give";
  }
  return NULL;
}

/* ------------------------------------------------------------------- conflicts */

/* Farkas weights: with every condition as row . y >= bound, they make 0 >= short_by > 0. */
struct refutation {
  struct verifier *verifier;
  accord_conditions allowed; /* beside the clauses and the sum */
  mpq_t *row;                /* size n */
  mpq_t *bound, *part;
};

/* The condition of a member and its bound; false where there is none of that kind. */
static bool read_condition(struct refutation *proof, struct condition *condition, mpq_t bound, const cJSON *member) {
  struct verifier *verifier = proof->verifier;
  const char *id = result_text(result_member(member, "party"));
  int found = id ? sheet_find_party(verifier->sheet, id, strlen(id)) : -1;
  *condition = (struct condition){found >= 0 && verifier->game ? party(found) : 0, NULL};
  if (result_member(member, "term")) {
    condition->row = find_term_row(verifier, member);
    if (condition->row) term_bound(bound, condition->row);
    return condition->row != NULL;
  }
  if (!verifier->game || proof->allowed == ACCORD_TERMS_AND_SUM) return false;
  if (result_member(member, "coalition")) {
    if (!result_coalition(verifier->sheet, &condition->coalition, result_member(member, "coalition"))) return false;
    if (!(proof->allowed & ACCORD_WITH_COALITIONS) || condition->coalition == everybody(verifier->n)) return false;
  }
  if (condition->coalition) value_of(bound, verifier, condition->coalition);
  return condition->coalition != 0;
}

/* x(N) = total, for costs -x(N) = -total. */
static bool read_sum(struct refutation *proof, mpq_t bound, const cJSON *member) {
  const accord_problem *problem = proof->verifier->sheet->problem;
  if (!result_rational(proof->verifier->context, bound, result_member(member, "sum")) ||
      !mpq_equal(bound, problem->total))
    return false;
  if (proof->verifier->cost) mpq_neg(bound, bound);
  return true;
}

/* Adds weight times one member's row and bound; what is wrong with it, or NULL. */
static const char *add_member(struct refutation *proof, const cJSON *member) {
  mpq_t *work = pool_rationals(proof->verifier->context, 2), *weight = &work[0], *bound = &work[1];
  struct condition condition = {0, NULL};
  bool sum = result_member(member, "sum") != NULL;
  if (!(sum ? read_sum(proof, *bound, member) : read_condition(proof, &condition, *bound, member)))
    return "a member is no condition that was asked for";
  if (!result_rational(proof->verifier->context, *weight, result_member(member, "weight")) ||
      (!sum && mpq_sgn(*weight) <= 0))
    return "a weight is not above 0";
  for (int i = 0; i < proof->verifier->n; i++) {
    if (sum) mpq_set_ui(*proof->part, 1, 1);
    else entry_of(*proof->part, proof->verifier, &condition, i);
    mpq_mul(*proof->part, *proof->part, *weight);
    mpq_add(proof->row[i], proof->row[i], *proof->part);
  }
  mpq_mul(*bound, *bound, *weight);
  mpq_add(*proof->bound, *proof->bound, *bound);
  return NULL;
}

static const char *conflict_fault(struct verifier *verifier, const cJSON *conflict, accord_conditions allowed) {
  size_t n = (size_t)verifier->n;
  mpq_t *work = pool_rationals(verifier->context, n + 2);
  struct refutation proof = {verifier, allowed, work, &work[n], &work[n + 1]};
  const cJSON *members = result_member(conflict, "members"), *member;
  const char *type = result_text(result_member(conflict, "type")), *fault = NULL;
  if (!type || strcmp(type, "farkas") != 0) return "the certificate is of no known type";
  if (!members || !is_array(members)) return "there is no list of members";
  cJSON_ArrayForEach(member, members) {
    if (!fault) fault = add_member(&proof, member);
  }
  if (fault) return fault;
  for (size_t i = 0; i < n; i++)
    if (mpq_sgn(proof.row[i])) return "the weights do not balance";
  if (mpq_sgn(*proof.bound) <= 0) return "the conditions do not contradict each other";
  if (!result_rational(verifier->context, *proof.part, result_member(conflict, "short_by")) ||
      !mpq_equal(*proof.part, *proof.bound))
    return "short_by is not what the weights give";
  return NULL;
}

/* What a rule under terms asks of a split beside the clauses. */
static accord_conditions conditions_asked(const char *rule) {
  if (rule && strcmp(rule, "egalitarian-core") == 0) return ACCORD_WITH_PARTIES | ACCORD_WITH_COALITIONS;
  bool imputations = rule && (strcmp(rule, "nucleolus") == 0 || strcmp(rule, "nash") == 0);
  return imputations ? ACCORD_WITH_PARTIES : ACCORD_TERMS_AND_SUM;
}

/* The sheet's clauses, and every split said to be infeasible. */
static void verify_conflicts(struct verifier *verifier, const cJSON *result) {
  static const char fine[] = "the conditions cannot all hold";
  const cJSON *terms = result_member(result, "terms"), *conflict = result_member(terms, "conflict"), *allocation;
  const cJSON *allocations = result_member(result, "allocations");
  bool refused = cJSON_IsFalse(result_member(terms, "feasible")),
       parties = cJSON_IsFalse(result_member(terms, "with_parties"));
  bool coalitions = cJSON_IsFalse(result_member(terms, "with_coalitions"));
  accord_conditions asked = refused   ? ACCORD_TERMS_AND_SUM
                            : parties ? ACCORD_WITH_PARTIES
                                      : ACCORD_WITH_PARTIES | ACCORD_WITH_COALITIONS;
  if (conflict && is_object(conflict))
    add_check(verifier, NULL, "farkas",
              refused || parties || coalitions ? conflict_fault(verifier, conflict, asked)
                                               : "there is a conflict where the clauses can be met",
              fine);
  else if (refused || parties || coalitions)
    add_check(verifier, NULL, "farkas", "the clauses are said to conflict, without a proof", NULL);
  if (!allocations || !is_array(allocations)) return;
  cJSON_ArrayForEach(allocation, allocations) {
    const char *rule = result_text(result_member(allocation, "rule")),
               *status = result_text(result_member(allocation, "status"));
    if (!result_member(allocation, "conflict")) continue;
    bool infeasible =
        status && strcmp(status, "infeasible") == 0 && cJSON_IsTrue(result_member(allocation, "under_terms"));
    add_check(verifier, rule, "farkas",
              infeasible ? conflict_fault(verifier, result_member(allocation, "conflict"), conditions_asked(rule))
                         : "there is a conflict without an infeasible split under terms",
              fine);
  }
}

/* ---------------------------------------------------------------- without a table */

/* Whether the split is one under clauses that bind it. */
static bool is_bound(const struct verifier *verifier, const cJSON *allocation) {
  const accord_terms *terms = verifier->sheet->problem->terms;
  if (!cJSON_IsTrue(result_member(allocation, "under_terms"))) return false;
  for (int k = 0; terms && k < terms->term_count; k++)
    if (!terms->soft[k]) return true;
  return false;
}

static bool is_prenucleolus(const char *rule) { return strcmp(rule, "prenucleolus") == 0; }

static void verify_vote(struct verifier *verifier, const cJSON *result) {
  const cJSON *core = result_member(result_member(result, "game"), "core"),
              *allocations = result_member(result, "allocations"), *allocation;
  if (cJSON_IsTrue(result_member(core, "empty")))
    add_check(verifier, NULL, "balanced",
              vote_balanced_fault(verifier->context, verifier->sheet, result_member(core, "certificate")),
              "the core is empty");
  if (!allocations || !is_array(allocations)) return;
  cJSON_ArrayForEach(allocation, allocations) {
    const cJSON *certificate = result_member(allocation, "certificate");
    const char *rule = result_text(result_member(allocation, "rule")),
               *type = result_text(result_member(certificate, "type"));
    if (!certificate) continue;
    bool known = rule && type && strcmp(type, "kohlberg") == 0 && !is_bound(verifier, allocation) &&
                 (is_prenucleolus(rule) || strcmp(rule, "nucleolus") == 0);
    add_check(
        verifier, rule, "kohlberg",
        known ? vote_kohlberg_fault(verifier->context, verifier->sheet, allocation, certificate, !is_prenucleolus(rule))
              : "the certificate is of no known type for this rule",
        "every level balances, and no coalition has a larger excess");
  }
}

/* -------------------------------------------------------------------- command */

/* Whether coalitions are gone through one by one. */
static bool by_table(const struct verifier *verifier) {
  const accord_problem *problem = verifier->sheet->problem;
  bool otherwise = problem->assignment || (problem->voting && can_verify_vote(verifier->sheet));
  return verifier->game && !(otherwise && verifier->n > MOST_PARTIES);
}

/* Users and branches of an airport or a tree; with movements the nucleolus is the users', the prenucleolus the parties'. */
static const char *branches_fault(struct verifier *verifier, const cJSON *allocation, const cJSON *certificate,
                                  const char *rule) {
  const accord_problem *problem = verifier->sheet->problem;
  bool users = strcmp(rule, "nucleolus") == 0;
  if ((!problem->airport && !problem->tree) || is_bound(verifier, allocation) || (!users && !is_prenucleolus(rule)))
    return "the certificate is of no known type for this rule";
  return branches_kohlberg_fault(verifier->context, verifier->sheet, allocation, certificate, users);
}

/* What the model proves at any size: shadow prices, and the nucleolus of two sides matched in pairs, an airport or a tree. */
static void verify_by_model(struct verifier *verifier, const cJSON *result) {
  const cJSON *allocations = result_member(result, "allocations"), *allocation;
  if (!allocations || !is_array(allocations)) return;
  cJSON_ArrayForEach(allocation, allocations) {
    const cJSON *certificate = result_member(allocation, "certificate");
    const char *rule = result_text(result_member(allocation, "rule")),
               *type = result_text(result_member(certificate, "type"));
    if (!rule || !type) continue;
    if (strcmp(type, "dual") == 0)
      add_check(verifier, rule, "dual", dual_fault(verifier->context, verifier->sheet, allocation, certificate),
                "the prices and the plan are optimal, and no coalition would gain by leaving");
    else if (strcmp(type, "irreducible") == 0)
      add_check(verifier, rule, "irreducible",
                verifier->sheet->problem->network
                    ? irreducible_fault(verifier->context, verifier->sheet, allocation, certificate)
                    : "the certificate is of no known type for this model",
                "the tree is the cheapest there is, and no coalition would gain by leaving it");
    else if (strcmp(type, "kohlberg-tree") == 0)
      add_check(verifier, rule, "kohlberg", branches_fault(verifier, allocation, certificate, rule),
                "every level balances, and no user or branch has a larger excess, so no coalition has");
    else if (!by_table(verifier) && verifier->sheet->problem->assignment && strcmp(type, "kohlberg") == 0 &&
             (strcmp(rule, "nucleolus") == 0 || strcmp(rule, "prenucleolus") == 0))
      add_check(verifier, rule, "kohlberg",
                pairs_kohlberg_fault(verifier->context, verifier->sheet, allocation, certificate),
                "every level balances, and no party or pair has a larger excess, so no coalition has");
  }
}

/* Ranges, least core and cost of stability, in a table of any size. */
static void verify_core(struct verifier *verifier, const cJSON *result) {
  core_check checks[MOST_CORE_CHECKS];
  int count = check_core_certificates(verifier->context, checks, verifier->sheet, result_member(result, "game"));
  for (int k = 0; k < count; k++) add_check(verifier, NULL, checks[k].what, checks[k].fault, checks[k].fine);
}

/* What verify_by_model looks at, whether or not there is a table. */
static bool is_of_model(const char *type) {
  static const char *const types[] = {"dual", "kohlberg-tree", "irreducible"};
  for (size_t k = 0; type && k < sizeof types / sizeof *types; k++)
    if (strcmp(type, types[k]) == 0) return true;
  return false;
}

static void verify_result(struct verifier *verifier, const cJSON *result) {
  const cJSON *core = result_member(result_member(result, "game"), "core"),
              *allocations = result_member(result, "allocations"), *allocation;
  if (result_member(core, "certificate") && cJSON_IsTrue(result_member(core, "empty")))
    add_check(verifier, NULL, "balanced", balanced_fault(verifier, result_member(core, "certificate")),
              "the core is empty");
  else if (result_member(core, "certificate") || cJSON_IsTrue(result_member(core, "empty")))
    add_check(verifier, NULL, "balanced", "an empty core and its certificate do not go together", NULL);
  if (!allocations || !is_array(allocations)) return;
  cJSON_ArrayForEach(allocation, allocations) {
    const cJSON *certificate = result_member(allocation, "certificate");
    const char *rule = result_text(result_member(allocation, "rule")),
               *type = result_text(result_member(certificate, "type"));
    if (!certificate || is_of_model(type)) continue;
    if (rule && type && strcmp(type, "kohlberg") == 0 && strstr(rule, "nucleolus"))
      verify_kohlberg(verifier, allocation, certificate, rule);
    else add_check(verifier, rule, "kohlberg", "the certificate is of no known type for this rule", NULL);
  }
}

static bool all_hold(const struct verifier *verifier) {
  for (int k = 0; k < verifier->count; k++)
    if (!verifier->checks[k].holds) return false;
  return verifier->count > 0;
}

static void write_checks_json(output_stream *output, const struct verifier *verifier) {
  json_writer json = json_start(output);
  json_open_object(&json, NULL);
  json_integer(&json, "format", 1);
  json_bool(&json, "verified", all_hold(verifier));
  json_open_array(&json, "checks");
  for (int k = 0; k < verifier->count; k++) {
    const struct check *check = &verifier->checks[k];
    json_open_short_object(&json, NULL);
    json_text(&json, "rule", check->rule);
    json_text(&json, "what", check->what);
    json_bool(&json, "holds", check->holds);
    json_text(&json, "message", check->message);
    json_close_object(&json);
  }
  json_close_array(&json);
  json_close_object(&json);
  json_end_document(&json);
}

/* What a check that is of no rule is about. */
static const char *subject_of(const char *what) {
  if (strcmp(what, "farkas") == 0) return "clauses";
  if (strcmp(what, "input") == 0) return "input";
  if (strcmp(what, "least-core") == 0) return "least core";
  if (strcmp(what, "core-range") == 0) return "ranges of the core";
  return strcmp(what, "cost-of-stability") == 0 ? "cost of stability" : "core";
}

static void write_checks_text(output_stream *output, const struct verifier *verifier) {
  for (int k = 0; k < verifier->count; k++) {
    const struct check *check = &verifier->checks[k];
    const char *mark = check->holds ? styled(output, STYLE_GOOD, "holds  ") : styled(output, STYLE_BAD, "REFUSED");
    fprintf(output->stream, "%s  %s: %s\n", mark,
            check->rule ? safe_text(output->context, check->rule) : subject_of(check->what), check->message);
  }
  if (verifier->unknown_format)
    fputs("this is no result of format 1 of accord solve, the one that can be verified\n", output->stream);
  else if (verifier->count == 0) fputs("there is nothing in this result that can be verified\n", output->stream);
}

/* Whether a result has anything to be gone through coalition by coalition: a certificate other than that of prices. */
static bool needs_game(const cJSON *node) {
  const cJSON *member;
  const char *type = is_object(node) ? result_text(result_member(node, "type")) : NULL;
  if (type && strcmp(type, "dual") != 0) return true;
  if (cJSON_IsTrue(result_member(node, "empty"))) return true;
  if (!is_object(node) && !is_array(node)) return false;
  cJSON_ArrayForEach(member, node) {
    if (needs_game(member)) return true;
  }
  return false;
}

/* The result's tree; NULL, and the mistakes shown, where it is no JSON. */
static const cJSON *open_result(accord_context *context, const cli_options *options, int *code) {
  json_document *document = POOL_NEW(context, 1, json_document);
  document->context = context;
  document->any_size = true;
  document->diagnostics = POOL_NEW(context, 1, diagnostics);
  document->diagnostics->context = context;
  read_sheet_file(context, &document->source, options->result);
  if (document->source.text) json_read(document);
  else
    add_diagnostic(document->diagnostics, E001, &document->source, SIZE_MAX, "",
                   "Name the file that `accord solve --json` wrote.", "%s cannot be read: %s", options->result,
                   strerror(errno));
  if (document->diagnostics->count == 0 && document->root) return document->root;
  *code = write_mistakes(options, document->diagnostics);
  return NULL;
}

static void verify_all(struct verifier *verifier, const cJSON *result) {
  const term_sheet *sheet = verifier->sheet;
  if (by_table(verifier)) verify_result(verifier, result);
  if (verifier->game) verify_core(verifier, result);
  if (!by_table(verifier) && sheet->problem->voting && can_verify_vote(sheet)) verify_vote(verifier, result);
  verify_by_model(verifier, result);
  verify_conflicts(verifier, result);
}

int command_verify(accord_context *context, int argc, char **argv) {
  cli_options options = {.context = context, .game_later = true};
  int code;
  output_stream output;
  read_options(
      &options, argc, argv, TAKES_FILE | TAKES_SOLVING | TAKES_RESULT,
      "Re-checks the certificates of a result (from accord solve --json) against the sheet, in exact arithmetic and "
      "with none of the solver's code.\v"
      "Example:\n"
      "  accord solve deal.json --json -o result.json\n"
      "  accord verify result.json deal.json\n\n"
      "Exit codes: 0 everything holds; 1 something does not; 2 a file or the command line is wrong; 3 there is nothing "
      "that can be verified, or a limit was reached.",
      "RESULT FILE");
  const cJSON *result = open_result(context, &options, &code);
  const char *numbers = result ? result_text(result_member(result_member(result, "options"), "numbers")) : NULL;
  if (numbers && strcmp(numbers, "exact") == 0) options.numbers = NUMBERS_EXACT; /* as the values were taken then */
  term_sheet *sheet = result ? open_sheet(context, &options, &code) : NULL;
  if (!sheet) return code;
  if (sheet->n <= MOST_PARTIES && needs_game(result)) sheet_make_game(sheet);
  struct verifier *verifier = POOL_NEW(context, 1, struct verifier);
  *verifier = (struct verifier){.context = context, .sheet = sheet, .game = sheet->problem->game, .n = sheet->n};
  verifier->cost = sheet->problem->goal == ACCORD_COST;
  const char *other = input_fault(context, sheet, result);
  if (!is_known_format(result)) verifier->unknown_format = true;
  else if (other) add_check(verifier, NULL, "input", other, NULL);
  else verify_all(verifier, result);
  output_start(&output, &options);
  if (options.format == FORMAT_JSON) write_checks_json(&output, verifier);
  else write_checks_text(&output, verifier);
  if (!output_finish(&output, &options)) return EXIT_INTERNAL;
  return verifier->count == 0 ? EXIT_LIMIT : all_hold(verifier) ? EXIT_DONE : EXIT_CHECKED_AND_FAILED;
}

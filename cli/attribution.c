/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much each difference between two sheets is responsible for. What any of them together do to a share makes a game
 * of the differences, and its Shapley value gives each its part: the parts sum to the whole change. */
#include "compare.h"

#include <stdlib.h>
#include <string.h>

struct attribution {
  accord_context *context;
  comparison *found;
  int share_count; /* of all rules */
  share_change **shares;
  const rule_change **rule_of;
  bool *missing; /* size share_count: some sheet in between has no answer */
  bool broken;   /* some of them together make no sheet */
  bool *taken;   /* size of the differences */
};

/* --------------------------------------------------------------------- causes */

/* How differences are put together, each way coarser than the one before. */
enum grouping { BY_ITSELF, WITH_PARTIES, BY_SECTION, ALL_TOGETHER };

static bool is_party(const sheet_difference *difference) {
  return strncmp(difference->pointer, "/parties/", 9) == 0 && (!difference->from || !difference->to);
}

/* Whether a text names a party: its id between characters that are of no id. */
static bool names(const char *text, const char *id) {
  static const char *const of_ids = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
  size_t length = strlen(id);
  while (text && *text) {
    size_t word = strspn(text, of_ids);
    if (word == length && strncmp(text, id, length) == 0) return true;
    text += word ? word : 1;
  }
  return false;
}

/* The id of a party that came or went, of the sheet that has it. */
static const char *id_of(const struct attribution *work, const sheet_difference *difference) {
  const term_sheet *sheet = difference->to ? work->found->after : work->found->before;
  return sheet->parties[strtol(strrchr(difference->pointer, '/') + 1, NULL, 10)].id;
}

static bool concerns(const sheet_difference *difference, const char *id) {
  return names(difference->pointer, id) || names(difference->from, id) || names(difference->to, id);
}

/* "/model/values/A+B" is in the section "/model/values", and everything is in one with parties that come or go. */
static const char *section_of(accord_context *context, const sheet_difference *difference, bool parties_change) {
  const char *pointer = difference->pointer, *end = strchr(pointer + 1, '/');
  bool model = strncmp(pointer, "/model", 6) == 0;
  if (parties_change && (model || strncmp(pointer, "/parties", 8) == 0)) return "/model";
  if (model && end) end = strchr(end + 1, '/');
  return end ? pool_copy_text(context, pointer, (size_t)(end - pointer)) : pointer;
}

/* The name of the cause that a difference belongs to, its number behind it where its pointer may stand twice. */
static const char *cause_of(struct attribution *work, int difference, enum grouping grouping, bool parties_change) {
  const sheet_differences *all = work->found->differences;
  const sheet_difference *one = &all->list[difference];
  if (grouping == ALL_TOGETHER) return "";
  if (grouping == BY_SECTION) return section_of(work->context, one, parties_change);
  for (int k = 0; k < all->count && grouping == WITH_PARTIES && !is_party(one); k++)
    if (is_party(&all->list[k]) && concerns(one, id_of(work, &all->list[k])))
      return pool_text(work->context, "%s#%d", all->list[k].pointer, k);
  return pool_text(work->context, "%s#%d", one->pointer, difference);
}

static void add_difference(struct attribution *work, const char **name, int difference, const char *cause) {
  comparison *found = work->found;
  int k = 0;
  while (k < found->cause_count && strcmp(name[k], cause) != 0) k++;
  change_cause *at = &found->causes[k];
  if (k == found->cause_count) {
    name[found->cause_count++] = cause;
    const char *number = strrchr(cause, '#');
    size_t length = number ? (size_t)(number - cause) : strlen(cause);
    *at = (change_cause){length ? pool_copy_text(work->context, cause, length) : NULL, 0, NULL};
    at->differences = POOL_NEW(work->context, (size_t)found->differences->count, int);
  }
  at->differences[at->count++] = difference;
}

static void list_causes(struct attribution *work, enum grouping grouping) {
  comparison *found = work->found;
  const sheet_differences *differences = found->differences;
  const char **name = POOL_NEW(work->context, (size_t)differences->count + 1, const char *);
  bool parties_change = false;
  for (int k = 0; k < differences->count; k++) parties_change = parties_change || is_party(&differences->list[k]);
  found->causes = POOL_NEW(work->context, (size_t)differences->count + 1, change_cause);
  found->cause_count = found->orders = 0;
  for (int k = 0; k < differences->count; k++)
    if (differences->list[k].moves) add_difference(work, name, k, cause_of(work, k, grouping, parties_change));
}

static void list_shares(struct attribution *work) {
  comparison *found = work->found;
  size_t count = 0;
  for (int k = 0; k < found->rule_count; k++) count += (size_t)found->rules[k].share_count;
  work->shares = POOL_NEW(work->context, count + 1, share_change *);
  work->rule_of = POOL_NEW(work->context, count + 1, const rule_change *);
  work->missing = POOL_NEW(work->context, count + 1, bool);
  for (int k = 0; k < found->rule_count; k++)
    for (int i = 0; i < found->rules[k].share_count; i++) {
      share_change *share = &found->rules[k].shares[i];
      work->rule_of[work->share_count] = &found->rules[k];
      work->missing[work->share_count] = !share->from || !share->to;
      work->shares[work->share_count++] = share;
    }
}

/* ------------------------------------------------------------- in between */

/* Every share in the sheet in which the causes of the mask are taken. share: size share_count. */
static void shares_between(struct attribution *work, mpq_t *share, uint64_t mask) {
  accord_mark mark = accord_get_mark(work->context);
  comparison *found = work->found;
  for (int k = 0; k < found->cause_count; k++)
    for (int j = 0; j < found->causes[k].count; j++) work->taken[found->causes[k].differences[j]] = mask >> k & 1;
  term_sheet *sheet = sheet_between(work->context, found->differences, work->taken);
  work->broken = work->broken || sheet->diagnostics.count || !sheet->problem;
  const rule_change *rule = NULL;
  accord_split *split = NULL;
  for (int k = 0; k < work->share_count && !work->broken; k++) {
    if (work->rule_of[k] != rule) {
      rule = work->rule_of[k];
      accord_status status = (rule->under_terms ? accord_solve_under_terms : accord_solve)(work->context, &split,
                                                                                           sheet->problem, rule->rule);
      if (status != ACCORD_OK) guard_leave(work->context, status, "%s", accord_message(work->context));
    }
    int i = sheet_find_party(sheet, work->shares[k]->party, strlen(work->shares[k]->party));
    if (i < 0 || !split || split->status != ACCORD_OK) work->missing[k] = true;
    else mpq_set(share[k], split->share[i]);
  }
  accord_reset(work->context, mark);
}

/* ------------------------------------------------------------------ all orders */

/* s! (m - s - 1)! / m! */
static void order_weight(mpq_t weight, unsigned long s, unsigned long m) {
  mpz_bin_uiui(mpq_denref(weight), m - 1, s);
  mpz_mul_ui(mpq_denref(weight), mpq_denref(weight), m);
  mpz_set_ui(mpq_numref(weight), 1);
}

static void attribute_exactly(struct attribution *work) {
  int m = work->found->cause_count;
  size_t size = (size_t)1 << m, count = (size_t)work->share_count;
  mpq_t *share = pool_rationals(work->context, size * count), *part = pool_rationals(work->context, 2);
  for (uint64_t mask = 0; mask < size && !work->broken; mask++) {
    check_clock(work->context);
    shares_between(work, &share[mask * count], mask);
  }
  for (uint64_t mask = 0; mask < size && !work->broken; mask++)
    for (int c = 0; c < m; c++) {
      if (mask >> c & 1) continue;
      order_weight(part[1], (unsigned long)__builtin_popcountll(mask), (unsigned long)m);
      for (size_t k = 0; k < count; k++) {
        mpq_sub(part[0], share[(mask | (uint64_t)1 << c) * count + k], share[mask * count + k]);
        mpq_mul(part[0], part[0], part[1]);
        mpq_add(work->shares[k]->due[c], work->shares[k]->due[c], part[0]);
      }
    }
}

/* -------------------------------------------------------------- sampled orders */

/* splitmix64 (Steele, Lea and Flood 2014). */
static uint64_t next_random(uint64_t *state) {
  uint64_t z = *state += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

static void shuffle(int *order, int m, uint64_t *state) {
  for (int k = 0; k < m; k++) order[k] = k;
  for (int k = m - 1; k > 0; k--) {
    int other = (int)(next_random(state) % (uint64_t)(k + 1)), kept = order[k];
    order[k] = order[other];
    order[other] = kept;
  }
}

/* One after the other in some orders: the parts sum to the whole change in each. */
static void attribute_by_orders(struct attribution *work) {
  int m = work->found->cause_count;
  size_t count = (size_t)work->share_count;
  uint64_t state = accord_context_settings(work->context)->seed;
  int *order = POOL_NEW(work->context, (size_t)m, int);
  mpq_t *before = pool_rationals(work->context, count), *after = pool_rationals(work->context, count + 1);
  work->found->orders = ORDERS_SAMPLED;
  for (int turn = 0; turn < ORDERS_SAMPLED && !work->broken; turn++) {
    uint64_t mask = 0;
    shuffle(order, m, &state);
    shares_between(work, before, 0);
    for (int c = 0; c < m && !work->broken; c++) {
      check_clock(work->context);
      mask |= (uint64_t)1 << order[c];
      shares_between(work, after, mask);
      for (size_t k = 0; k < count; k++) {
        mpq_sub(before[k], after[k], before[k]);
        mpq_add(work->shares[k]->due[order[c]], work->shares[k]->due[order[c]], before[k]);
        mpq_set(before[k], after[k]);
      }
    }
  }
  mpq_set_ui(after[count], ORDERS_SAMPLED, 1);
  for (size_t k = 0; k < count; k++)
    for (int c = 0; c < m; c++) mpq_div(work->shares[k]->due[c], work->shares[k]->due[c], after[count]);
}

/* ----------------------------------------------------------------------- main */

static void clear_dues(struct attribution *work) {
  for (int k = 0; k < work->share_count; k++) {
    work->shares[k]->due = pool_rationals(work->context, (size_t)work->found->cause_count);
    work->missing[k] = !work->shares[k]->from || !work->shares[k]->to;
  }
}

static void attribute_all_together(struct attribution *work) {
  list_causes(work, ALL_TOGETHER);
  clear_dues(work);
  for (int k = 0; k < work->share_count; k++)
    if (!work->missing[k]) mpq_sub(work->shares[k]->due[0], *work->shares[k]->to, *work->shares[k]->from);
}

static accord_status attribute(accord_context *context, void *argument) {
  struct attribution *work = argument;
  comparison *found = work->found;
  const sheet_differences *differences = found->differences;
  work->taken = POOL_NEW(context, (size_t)differences->count + 1, bool);
  work->broken = false;
  clear_dues(work);
  if (found->cause_count <= DIFFERENCES_FOR_ALL_ORDERS) attribute_exactly(work);
  else attribute_by_orders(work);
  return ACCORD_OK;
}

/* As fine as the sheets in between allow. False: not even by sections. */
static bool attribute_by_causes(struct attribution *work) {
  int before = 0;
  for (enum grouping grouping = BY_ITSELF; grouping < ALL_TOGETHER; grouping++) {
    list_causes(work, grouping);
    bool again = work->found->cause_count == before;
    before = work->found->cause_count;
    if (again || before > MOST_CAUSES) continue;
    accord_status status = guard(work->context, attribute, work);
    if (status == ACCORD_LIMIT) work->found->limited = true;
    else if (status != ACCORD_OK) guard_leave(work->context, status, "%s", accord_message(work->context));
    if (status == ACCORD_LIMIT || !work->broken) return status == ACCORD_OK;
  }
  return false;
}

void attribute_changes(accord_context *context, comparison *found) {
  struct attribution work = {.context = context, .found = found};
  list_causes(&work, BY_ITSELF);
  list_shares(&work);
  if (!work.share_count || !found->cause_count) {
    found->cause_count = 0;
    return;
  }
  if (!attribute_by_causes(&work)) attribute_all_together(&work);
  for (int k = 0; k < work.share_count; k++)
    if (work.missing[k]) work.shares[k]->due = NULL;
}

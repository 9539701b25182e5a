/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conditions that cannot hold together, and what would mend them, in words and as JSON.
 *
 * As stated, each member but the sum says that something is at least so much, or at most. Where all say
 * "at least" they are summed and held against the total; where all say "at most", the total against them. */
#include "conflict.h"

/* ------------------------------------------------------------------- members */

static const char *money(accord_context *context, const term_sheet *sheet, const mpq_t amount) {
  return money_text(context, sheet, amount);
}

/* "A and B can get 7.00 by themselves". */
static const char *group_words(accord_context *context, const term_sheet *sheet, accord_coalition coalition) {
  const accord_problem *problem = sheet->problem;
  const char *source = sheet_source_of(sheet, coalition), *names = names_text(context, sheet, coalition);
  const char *cited = source ? pool_text(context, " (%s)", safe_text(context, source)) : "";
  bool one = size_of(coalition) == 1;
  mpq_t *value = pool_rationals(context, 1);
  accord_game_value(*value, problem->game, coalition);
  const char *amount = money(context, sheet, *value), *alone = one ? "alone" : "by themselves";
  if (problem->claims)
    return pool_text(context, "%s %s sure of %s even if the others are paid in full", names, one ? "is" : "are",
                     amount);
  return pool_text(context, "%s %s %s %s%s", names, problem->goal == ACCORD_COST ? "would pay" : "can get", amount,
                   alone, cited);
}

/* " (counted twice)"; nothing for once. */
static const char *count_words(accord_context *context, const mpq_t weight) {
  if (mpq_cmp_ui(weight, 1, 1) == 0) return "";
  if (mpq_cmp_ui(weight, 2, 1) == 0) return " (counted twice)";
  if (mpq_cmp_ui(weight, 1, 2) == 0) return " (counted half)";
  return pool_text(context, " (counted %s times)", rational_text(context, weight));
}

static const char *member_words(accord_context *context, const term_sheet *sheet,
                                const accord_conflict_member *member) {
  if (member->kind != ACCORD_TERM_CONDITION) return group_words(context, sheet, member->coalition);
  const accord_term_row *row = &sheet->problem->terms->rows[member->term_row];
  return pool_text(context, "%s %s", clause_label(context, sheet, row->term),
                   row_words(context, sheet, member->term_row));
}

/* Whether a member says "at most" of the shares as stated, and how much. */
static bool says_at_most(mpq_t bound, const term_sheet *sheet, const accord_conflict_member *member) {
  if (member->kind == ACCORD_TERM_CONDITION) {
    mpq_set(bound, sheet->problem->terms->rows[member->term_row].bound);
    return sheet->problem->terms->rows[member->term_row].at_most;
  }
  accord_game_value(bound, sheet->problem->game, member->coalition);
  return sheet->problem->goal == ACCORD_COST;
}

/* ------------------------------------------------------------------ sentences */

/* What the members say together. */
struct reckoning {
  mpq_t *most, *least; /* the sums of weight bound */
  bool any_most, any_least, any_sum;
};

static struct reckoning reckon(accord_context *context, const term_sheet *sheet, const accord_conflict *conflict) {
  mpq_t *work = pool_rationals(context, 3), *bound = &work[2];
  struct reckoning all = {.most = &work[0], .least = &work[1]};
  for (int k = 0; k < conflict->count; k++) {
    const accord_conflict_member *member = &conflict->members[k];
    if (member->kind == ACCORD_SUM_CONDITION) {
      all.any_sum = true;
      continue;
    }
    bool at_most = says_at_most(*bound, sheet, member);
    if (mpq_sgn(*bound) == 0) continue; /* a step between two shares adds nothing to either side */
    mpq_mul(*bound, *bound, member->weight);
    if (at_most) mpq_add(*all.most, *all.most, *bound), all.any_most = true;
    else mpq_add(*all.least, *all.least, *bound), all.any_least = true;
  }
  return all;
}

static const char *closing_words(accord_context *context, const term_sheet *sheet, const accord_conflict *conflict) {
  bool cost = sheet->problem->goal == ACCORD_COST;
  struct reckoning all = reckon(context, sheet, conflict);
  const char *total = money(context, sheet, sheet->problem->total), *gap = money(context, sheet, conflict->short_by);
  if (!all.any_sum) return pool_text(context, "these cannot all hold, they are %s apart", gap);
  if (all.any_most && all.any_least)
    return pool_text(context, "with a total of %s these cannot all hold, they are %s apart", total, gap);
  if (all.any_most)
    return pool_text(context,
                     cost ? "that covers %s at most, and %s is to be paid; short by %s"
                          : "that makes %s at most, and there is %s; %s would be left over",
                     money(context, sheet, *all.most), total, gap);
  return pool_text(context,
                   cost ? "that makes %s, and %s is to be paid; %s too much"
                        : "that makes %s, and there is %s; short by %s",
                   money(context, sheet, *all.least), total, gap);
}

const char *conflict_words(accord_context *context, const term_sheet *sheet, const accord_conflict *conflict) {
  const char *text = "";
  for (int k = 0; k < conflict->count; k++) {
    const accord_conflict_member *member = &conflict->members[k];
    if (member->kind == ACCORD_SUM_CONDITION) continue;
    text = pool_text(context, "%s%s%s%s", text, *text ? ", " : "", member_words(context, sheet, member),
                     count_words(context, member->weight));
  }
  return pool_text(context, "%s: %s", text, closing_words(context, sheet, conflict));
}

bool conflict_names_clause(const accord_conflict *conflict) {
  for (int k = 0; k < conflict->count; k++)
    if (conflict->members[k].kind == ACCORD_TERM_CONDITION) return true;
  return false;
}

/* The bound that a mend moves a row to. */
static void mended_bound(mpq_t bound, const accord_term_row *row, const accord_mend *mend) {
  if (row->at_most) mpq_add(bound, row->bound, mend->change);
  else mpq_sub(bound, row->bound, mend->change);
}

/* Steps have no bound to move: one share may pass the other by so much. */
static const char *step_mend_words(accord_context *context, const term_sheet *sheet, const accord_mend *mend) {
  const accord_term_row *row = &sheet->problem->terms->rows[mend->term_row];
  const sheet_term_row *stated = &sheet->term_rows[mend->term_row];
  const char *label = clause_short_label(context, sheet, row->term), *change = money(context, sheet, mend->change);
  if (stated->second < 0 || sheet->terms[row->term].form == TERM_RATIO)
    return pool_text(context, "easing %s by %s would mend it", label, change);
  return pool_text(context, "letting %s %s up to %s %s than %s (%s) would mend it", sheet->parties[stated->first].id,
                   sheet->problem->goal == ACCORD_COST ? "pay" : "get", change, row->at_most ? "more" : "less",
                   sheet->parties[stated->second].id, label);
}

const char *mend_words(accord_context *context, const term_sheet *sheet, const accord_conflict *conflict) {
  if (!conflict_names_clause(conflict)) return NULL;
  if (conflict->mend_count == 0) return "no change to one clause alone would mend it";
  const accord_mend *mend = &conflict->mends[0];
  const accord_term_row *row = &sheet->problem->terms->rows[mend->term_row];
  if (sheet->term_rows[mend->term_row].first >= 0) return step_mend_words(context, sheet, mend);
  mpq_t *bound = pool_rationals(context, 1);
  mended_bound(*bound, row, mend);
  return pool_text(context, "%s %s to %s would mend it", row->at_most ? "raising" : "lowering",
                   clause_short_label(context, sheet, row->term), bound_words(context, sheet, mend->term_row, *bound));
}

/* ----------------------------------------------------------------------- JSON */

static void json_member(json_writer *json, const term_sheet *sheet, const accord_conflict_member *member) {
  json_open_short_object(json, NULL);
  switch (member->kind) {
  case ACCORD_SUM_CONDITION: json_exact(json, "sum", sheet->problem->total); break;
  case ACCORD_TERM_CONDITION:
    json_term(json, sheet, sheet->problem->terms->rows[member->term_row].term);
    json_term_side(json, sheet, member->term_row);
    break;
  case ACCORD_PARTY_CONDITION: json_text(json, "party", sheet->parties[__builtin_ctzll(member->coalition)].id); break;
  case ACCORD_COALITION_CONDITION: json_coalition(json, "coalition", sheet, member->coalition); break;
  }
  json_exact(json, "weight", member->weight);
  json_close_object(json);
}

static void json_mend(json_writer *json, const term_sheet *sheet, const accord_mend *mend) {
  const accord_term_row *row = &sheet->problem->terms->rows[mend->term_row];
  mpq_t *bound = pool_rationals(json->context, 1);
  json_open_short_object(json, NULL);
  json_term(json, sheet, row->term);
  json_term_side(json, sheet, mend->term_row);
  if (sheet->term_rows[mend->term_row].first < 0) {
    mended_bound(*bound, row, mend);
    json_exact(json, "from", row->bound);
    json_exact(json, "to", *bound);
  }
  json_exact(json, "change", mend->change);
  json_close_object(json);
}

/* The sum of weight bound with values as stated: of doubles, not of their places on the solver's grid. */
static mpq_t *stated_gap(accord_context *context, const term_sheet *sheet, const accord_conflict *conflict) {
  mpq_t *work = pool_rationals(context, 2), *gap = &work[0], *bound = &work[1];
  for (int k = 0; k < conflict->count; k++) {
    const accord_conflict_member *member = &conflict->members[k];
    bool at_most = sheet->problem->goal == ACCORD_COST;
    if (member->kind == ACCORD_SUM_CONDITION) mpq_set(*bound, sheet->problem->total);
    else at_most = says_at_most(*bound, sheet, member);
    mpq_mul(*bound, *bound, member->weight);
    if (at_most) mpq_sub(*gap, *gap, *bound);
    else mpq_add(*gap, *gap, *bound);
  }
  return gap;
}

void json_conflict(json_writer *json, const char *key, const term_sheet *sheet, const accord_conflict *conflict) {
  json_open_object(json, key);
  json_text(json, "type", "farkas");
  json_open_array(json, "members");
  for (int k = 0; k < conflict->count; k++) json_member(json, sheet, &conflict->members[k]);
  json_close_array(json);
  json_exact(json, "short_by",
             sheet->problem->exact ? conflict->short_by : *stated_gap(json->context, sheet, conflict));
  json_text(json, "message", conflict_words(json->context, sheet, conflict));
  json_open_array(json, "mends");
  for (int k = 0; k < conflict->mend_count; k++) json_mend(json, sheet, &conflict->mends[k]);
  json_close_array(json);
  json_close_object(json);
}

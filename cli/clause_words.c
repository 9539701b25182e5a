/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The contract's clauses in words, and how a split stands to them. */
#include "clause_words.h"

#include "clauses.h"

#include <string.h>

/* ------------------------------------------------------------------ standing */

/* The tolerance of inexact inputs, on the scale of the row; work: size 1. */
static void row_tolerance(mpq_t tolerance, mpq_t *work, const accord_problem *problem, const accord_term_row *row) {
  mpq_set_ui(tolerance, 0, 1);
  if (!problem->game || problem->exact) return;
  game_tolerance(tolerance, problem->game);
  mpq_set_ui(*work, 1, 1);
  for (int i = 0; i < problem->n; i++)
    if (mpq_cmp(row->coefficient[i], *work) > 0) mpq_set(*work, row->coefficient[i]);
  for (int i = 0; i < problem->n; i++) {
    mpq_neg(*work, *work);
    if (mpq_cmp(row->coefficient[i], *work) < 0) mpq_set(*work, row->coefficient[i]);
    mpq_abs(*work, *work);
  }
  mpq_mul(tolerance, tolerance, *work);
}

/* The sign of a ratio's second share, which goes without saying unless it is broken. */
static bool is_sign(const term_sheet *sheet, int row) {
  return sheet->term_rows[row].first >= 0 && sheet->term_rows[row].second < 0;
}

clause_standing *find_standings(accord_context *context, const term_sheet *sheet, const mpq_t *shares) {
  const accord_problem *problem = sheet->problem;
  const accord_terms *terms = problem->terms;
  if (!terms) return NULL;
  clause_standing *standings = POOL_NEW(context, (size_t)terms->term_count, clause_standing);
  mpq_t *work = pool_rationals(context, 3), *miss = &work[0], *tolerance = &work[1];
  for (int k = 0; k < terms->term_count; k++) standings[k].row = -1, pool_rational(context, standings[k].miss);
  for (int r = 0; r < terms->row_count; r++) {
    clause_standing *standing = &standings[terms->rows[r].term];
    check_clock(context);
    find_term_slack(context, *miss, &terms->rows[r], shares, problem->n);
    mpq_neg(*miss, *miss);
    row_tolerance(*tolerance, &work[2], problem, &terms->rows[r]);
    bool broken = mpq_cmp(*miss, *tolerance) > 0;
    standing->broken += broken;
    if (standing->row >= 0 && (mpq_cmp(*miss, standing->miss) <= 0 || (is_sign(sheet, r) && !broken))) continue;
    standing->row = r;
    mpq_set(standing->miss, *miss);
  }
  return standings;
}

bool terms_are_met(const accord_problem *problem, const clause_standing *standings) {
  for (int k = 0; standings && k < problem->terms->term_count; k++)
    if (standings[k].broken && !problem->terms->soft[k]) return false;
  return true;
}

/* --------------------------------------------------------------------- names */

enum { MOST_NAMED = 8 }; /* more are only counted */

const char *clause_short_label(accord_context *context, const term_sheet *sheet, int term) {
  const sheet_term *stated = &sheet->terms[term];
  if (stated->clause) return pool_text(context, "clause %s", safe_text(context, stated->clause));
  if (stated->name) return pool_text(context, "clause \"%s\"", safe_text(context, stated->name));
  return pool_text(context, "clause %s", stated->pointer);
}

const char *clause_label(accord_context *context, const term_sheet *sheet, int term) {
  const sheet_term *stated = &sheet->terms[term];
  const char *label = clause_short_label(context, sheet, term),
             *soft = sheet->problem->terms->soft[term] ? "soft " : "";
  if (!stated->clause || !stated->name) return pool_text(context, "%s%s", soft, label);
  return pool_text(context, "%s%s (%s)", soft, label, safe_text(context, stated->name));
}

/* "uni", "uni and firm together", "the 12 parties it names together". */
static const char *members_words(accord_context *context, const term_sheet *sheet, const sheet_term *term,
                                 const char *together) {
  const char *text = "";
  if (term->party_count > MOST_NAMED)
    return pool_text(context, "the %d parties it names%s", term->party_count, together);
  for (int k = 0; k < term->party_count; k++) {
    int left = term->party_count - k - 1;
    text = pool_text(context, "%s%s%s", text, sheet->parties[term->parties[k]].id,
                     left > 1    ? ", "
                     : left == 1 ? " and "
                                 : "");
  }
  return term->party_count > 1 ? pool_text(context, "%s%s", text, together) : text;
}

static const char *money(accord_context *context, const term_sheet *sheet, const mpq_t amount) {
  return exact_money_text(context, sheet, amount);
}

/* "30%" where two decimals show it, else "1/3". */
static const char *fraction_words(accord_context *context, const mpq_t fraction) {
  mpq_t *work = pool_rationals(context, 2);
  mpq_set_ui(work[0], 10000, 1);
  mpq_mul(work[1], fraction, work[0]);
  if (mpz_cmp_ui(mpq_denref(work[1]), 1) != 0) return rational_text(context, fraction);
  mpq_set_ui(work[0], 100, 1);
  mpq_mul(work[1], fraction, work[0]);
  unsigned long parts = mpz_get_ui(mpq_denref(work[1])); /* divides 100 */
  int places = parts == 1 ? 0 : 10 % parts == 0 ? 1 : 2;
  return pool_text(context, "%s%%", decimal_text(context, work[1], places));
}

/* A factor as a plain number. */
static const char *factor_words(accord_context *context, const mpq_t factor) {
  double value = accord_to_double(factor);
  mpq_t *back = pool_rationals(context, 1);
  const char *text = double_text(context, value);
  bool exact = number_from_text(context, *back, text, strlen(text)) == NUMBER_GOOD && mpq_equal(*back, factor);
  return exact ? text : rational_text(context, factor);
}

const char *bound_words(accord_context *context, const term_sheet *sheet, int row, const mpq_t bound) {
  const accord_problem *problem = sheet->problem;
  if (sheet->terms[problem->terms->rows[row].term].form != TERM_SHARE || mpq_sgn(problem->total) == 0)
    return money(context, sheet, bound);
  mpq_t *fraction = pool_rationals(context, 1);
  mpq_div(*fraction, bound, problem->total);
  return pool_text(context, "%s of the total (%s)", fraction_words(context, *fraction),
                   money_text(context, sheet, bound));
}

/* --------------------------------------------------------------------- rows */

static const char *source_words(accord_context *context, const term_sheet *sheet, int row) {
  const char *source = sheet->term_rows[row].source;
  return source ? pool_text(context, " (%s)", safe_text(context, source)) : "";
}

/* "at least 2.00 EUR (Annex B, p. 3)". */
static const char *demand_words(accord_context *context, const term_sheet *sheet, int row) {
  const accord_term_row *stated = &sheet->problem->terms->rows[row];
  return pool_text(context, "at %s %s%s", stated->at_most ? "most" : "least",
                   bound_words(context, sheet, row, stated->bound), source_words(context, sheet, row));
}

/* "uni - 2 firm": what is added first, then what is taken off. */
static const char *sum_words(accord_context *context, const term_sheet *sheet, const accord_term_row *row) {
  const sheet_term *term = &sheet->terms[row->term];
  mpq_t *size = pool_rationals(context, 1);
  const char *text = "";
  if (term->party_count > MOST_NAMED) return pool_text(context, "its sum over %d parties", term->party_count);
  for (int k = 0; k < 2 * term->party_count; k++) {
    int i = term->parties[k % term->party_count];
    bool negative = mpq_sgn(row->coefficient[i]) < 0;
    if (negative != (k >= term->party_count)) continue;
    mpq_abs(*size, row->coefficient[i]);
    const char *sign = negative ? *text ? " - " : "-" : *text ? " + " : "";
    const char *factor = mpq_cmp_ui(*size, 1, 1) == 0 ? "" : pool_text(context, "%s ", factor_words(context, *size));
    text = pool_text(context, "%s%s%s%s", text, sign, factor, sheet->parties[i].id);
  }
  return text;
}

/* What one step of an order, equality or ratio says of its two parties. */
static const char *step_words(accord_context *context, const term_sheet *sheet, int row) {
  const sheet_term_row *stated = &sheet->term_rows[row];
  const accord_term_row *term_row = &sheet->problem->terms->rows[row];
  bool cost = sheet->problem->goal == ACCORD_COST;
  term_form form = sheet->terms[term_row->term].form;
  const char *first = sheet->parties[stated->first].id, *give = cost ? "has" : "gives", *pay = cost ? " pay" : "";
  const char *bound = term_row->at_most ? "most" : "least";
  if (stated->second < 0) return pool_text(context, "%s %s%s no less than 0", give, first, pay);
  const char *second = sheet->parties[stated->second].id;
  if (form == TERM_EQUAL) return pool_text(context, "%s %s and %s%s the same", give, first, second, pay);
  if (form == TERM_ORDER) return pool_text(context, "%s %s%s at least as much as %s", give, first, pay, second);
  return pool_text(context, "%s %s%s at %s %s times as much as %s%s", give, first, pay, bound,
                   factor_words(context, stated->stated), second, source_words(context, sheet, row));
}

const char *row_words(accord_context *context, const term_sheet *sheet, int row) {
  const accord_term_row *term_row = &sheet->problem->terms->rows[row];
  const sheet_term *term = &sheet->terms[term_row->term];
  bool cost = sheet->problem->goal == ACCORD_COST;
  if (sheet->term_rows[row].first >= 0) return step_words(context, sheet, row);
  const char *demand = demand_words(context, sheet, row);
  if (term->form == TERM_LINEAR) return pool_text(context, "has %s be %s", sum_words(context, sheet, term_row), demand);
  return pool_text(context, cost ? "has %s pay %s" : "gives %s %s", members_words(context, sheet, term, " together"),
                   demand);
}

/* A whole clause where it says more than its one row: both ends, or all steps. */
static const char *clause_words(accord_context *context, const term_sheet *sheet, int term, int row) {
  const sheet_term *stated = &sheet->terms[term];
  bool cost = sheet->problem->goal == ACCORD_COST;
  const char *give = cost ? "has" : "gives", *pay = cost ? " pay" : "";
  if (stated->form == TERM_EQUAL)
    return pool_text(context, "%s %s%s the same", give, members_words(context, sheet, stated, ""), pay);
  if (stated->form == TERM_ORDER && stated->party_count > 2)
    return pool_text(context, "%s %s%s in this order, none less than the next", cost ? "has" : "puts",
                     members_words(context, sheet, stated, ""), pay);
  if (stated->row_count != 2 || stated->form == TERM_RATIO || stated->form == TERM_ORDER)
    return row_words(context, sheet, row);
  return pool_text(context, "%s and %s", row_words(context, sheet, stated->first_row),
                   demand_words(context, sheet, stated->first_row + 1));
}

/* ------------------------------------------------------------------ standings */

/* What the row's left side comes to: the share of a party or group, or the sum. */
static const char *left_side(accord_context *context, const term_sheet *sheet, int row, const mpq_t *shares) {
  const accord_term_row *term_row = &sheet->problem->terms->rows[row];
  mpq_t *left = pool_rationals(context, 1);
  find_term_slack(context, *left, term_row, shares, sheet->n);
  if (term_row->at_most) mpq_neg(*left, *left);
  mpq_add(*left, *left, term_row->bound);
  return money(context, sheet, *left);
}

/* "uni gets 4.50 EUR and firm 3.50 EUR". */
static const char *pair_words(accord_context *context, const term_sheet *sheet, int row, const mpq_t *shares) {
  const sheet_term_row *stated = &sheet->term_rows[row];
  const char *gets = sheet->problem->goal == ACCORD_COST ? "pays" : "gets";
  const char *first = pool_text(context, "%s %s %s", sheet->parties[stated->first].id, gets,
                                money(context, sheet, shares[stated->first]));
  if (stated->second < 0) return first;
  return pool_text(context, "%s and %s %s", first, sheet->parties[stated->second].id,
                   money(context, sheet, shares[stated->second]));
}

/* What the split does about the row: "it gets 2.50 EUR". */
static const char *shares_words(accord_context *context, const term_sheet *sheet, int row, const mpq_t *shares) {
  const sheet_term *term = &sheet->terms[sheet->problem->terms->rows[row].term];
  bool cost = sheet->problem->goal == ACCORD_COST, one = term->party_count == 1;
  if (sheet->term_rows[row].first >= 0) return pair_words(context, sheet, row, shares);
  const char *amount = left_side(context, sheet, row, shares);
  if (term->form == TERM_LINEAR) return pool_text(context, "it is %s", amount);
  return pool_text(context, "%s %s %s", one ? "it" : "they",
                   cost  ? one ? "pays" : "pay"
                   : one ? "gets"
                         : "get",
                   amount);
}

/* How far from the row: "0.50 EUR more than that", "0.50 EUR too little"; NULL where there is nothing to say. */
static const char *distance_words(accord_context *context, const term_sheet *sheet, int term,
                                  const clause_standing *standing) {
  const accord_term_row *row = &sheet->problem->terms->rows[standing->row];
  mpq_t *size = pool_rationals(context, 1);
  mpq_abs(*size, standing->miss);
  const char *amount = money(context, sheet, *size);
  if (standing->broken && sheet->terms[term].form == TERM_EQUAL) return pool_text(context, "%s apart", amount);
  if (standing->broken) return pool_text(context, "%s too %s", amount, row->at_most ? "much" : "little");
  if (sheet->terms[term].row_count > 1 || sheet->term_rows[standing->row].first >= 0) return NULL;
  if (mpq_sgn(standing->miss) == 0) return "just that";
  return pool_text(context, "%s %s than that", amount, row->at_most ? "less" : "more");
}

const char *standing_words(accord_context *context, const term_sheet *sheet, int term, const clause_standing *standing,
                           const mpq_t *shares) {
  bool all_equal = sheet->terms[term].form == TERM_EQUAL && !standing->broken;
  const char *words =
      standing->broken ? row_words(context, sheet, standing->row) : clause_words(context, sheet, term, standing->row);
  const char *label = clause_label(context, sheet, term), *distance = distance_words(context, sheet, term, standing);
  if (all_equal)
    return pool_text(context, "%s %s: %s each", label, words,
                     money(context, sheet, shares[sheet->terms[term].parties[0]]));
  const char *which =
      sheet->terms[term].row_count > 1 && sheet->terms[term].form == TERM_ORDER ? "at the closest, " : "";
  return pool_text(context, "%s %s: %s%s%s%s%s", label, words, standing->broken ? "" : which,
                   shares_words(context, sheet, standing->row, shares), distance ? ", " : "", distance ? distance : "",
                   standing->broken > 1 ? pool_text(context, "; and %d more of its conditions %s broken",
                                                    standing->broken - 1, standing->broken > 2 ? "are" : "is")
                                        : "");
}

const char *breach_words(accord_context *context, const term_sheet *sheet, int term, const clause_standing *standing,
                         const mpq_t *shares) {
  const char *label = clause_label(context, sheet, term);
  const sheet_term *stated = &sheet->terms[term];
  bool cost = sheet->problem->goal == ACCORD_COST, one = stated->party_count == 1;
  if (stated->form != TERM_AMOUNT && stated->form != TERM_SHARE)
    return pool_text(context, "breaks %s, which %s: %s, %s", label, row_words(context, sheet, standing->row),
                     shares_words(context, sheet, standing->row, shares),
                     distance_words(context, sheet, term, standing));
  return pool_text(context, "breaks %s: %s %s %s, %s is agreed", label,
                   members_words(context, sheet, stated, " together"),
                   cost  ? one ? "pays" : "pay"
                   : one ? "gets"
                         : "get",
                   left_side(context, sheet, standing->row, shares), demand_words(context, sheet, standing->row));
}

/* ---------------------------------------------------------------------- JSON */

void json_term(json_writer *json, const term_sheet *sheet, int term) {
  json_text(json, "term", sheet->terms[term].pointer);
  if (sheet->terms[term].clause) json_text(json, "clause", sheet->terms[term].clause);
}

void json_term_side(json_writer *json, const term_sheet *sheet, int row) {
  const sheet_term_row *stated = &sheet->term_rows[row];
  json_text(json, "side", sheet->problem->terms->rows[row].at_most ? "max" : "min");
  if (stated->first < 0) return;
  json_open_short_array(json, "parties");
  json_text(json, NULL, sheet->parties[stated->first].id);
  if (stated->second >= 0) json_text(json, NULL, sheet->parties[stated->second].id);
  json_close_array(json);
}

static void json_broken(json_writer *json, const char *key, const term_sheet *sheet, const clause_standing *standings,
                        bool soft, bool exact) {
  json_open_short_array(json, key);
  for (int k = 0; standings && k < sheet->term_count; k++) {
    if (!standings[k].broken || sheet->problem->terms->soft[k] != soft) continue;
    json_open_short_object(json, NULL);
    json_term(json, sheet, k);
    json_rational(json, "amount", standings[k].miss);
    if (exact) json_exact(json, "exact", standings[k].miss);
    json_close_object(json);
  }
  json_close_array(json);
}

void json_standings(json_writer *json, const term_sheet *sheet, const clause_standing *standings, bool exact) {
  bool any_soft = false;
  for (int k = 0; standings && k < sheet->term_count; k++) any_soft = any_soft || sheet->problem->terms->soft[k];
  json_open_short_object(json, "terms");
  json_bool(json, "met", terms_are_met(sheet->problem, standings));
  json_broken(json, "violated", sheet, standings, false, exact);
  if (any_soft) json_broken(json, "notes", sheet, standings, true, exact);
  json_close_object(json);
}

const char *capital(accord_context *context, const char *text) {
  char *copy = pool_copy_text(context, text, strlen(text));
  if (*copy >= 'a' && *copy <= 'z') *copy -= 'a' - 'A';
  return copy;
}

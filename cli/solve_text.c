/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The result of solve in words and tables, for people at a table. */
#include "solve_text.h"

#include "conflict.h"
#include "risk_words.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* --------------------------------------------------------------------- words */

const char *party_name(const solve_printer *printer, int i) {
  const sheet_party *party = &printer->sheet->parties[i];
  if (strcmp(party->id, party->name) == 0) return party->id;
  return pool_text(printer->context, "%s (%s)", safe_text(printer->context, party->name), party->id);
}

const char *money(const solve_printer *printer, const mpq_t amount) {
  return money_text(printer->context, printer->sheet, amount);
}

/* The size of an amount, for sentences that say which way it goes. */
static const char *size_text(const solve_printer *printer, const mpq_t amount) {
  mpq_t *size = pool_rationals(printer->context, 1);
  mpq_abs(*size, amount);
  return money(printer, *size);
}

static const char *names(const solve_printer *printer, accord_coalition coalition) {
  return names_text(printer->context, printer->sheet, coalition);
}

static const char *worst_names(const solve_printer *printer, const accord_stability *stability) {
  return members_text(printer->context, printer->sheet, stability->worst, stability->worst_group);
}

void heading(solve_printer *printer, const char *text) {
  fprintf(printer->stream, "\n%s\n\n", styled(printer->output, STYLE_BOLD, text));
}

void sentence(solve_printer *printer, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const char *text = pool_text_of(printer->context, format, arguments);
  va_end(arguments);
  fputs("  ", printer->stream);
  write_wrapped(printer->stream, 2, text);
}

static void write_opening(solve_printer *printer) {
  int n = printer->sheet->n;
  const char *parties = n == 1 ? "party" : "parties", *s = n == 1 ? "s" : "";
  if (printer->sheet->title)
    fprintf(printer->stream, "%s\n",
            styled(printer->output, STYLE_BOLD, safe_text(printer->context, printer->sheet->title)));
  if (printer->claims) {
    mpq_t *claimed = pool_rationals(printer->context, 1);
    rational_sum(*claimed, (const mpq_t *)printer->problem->claims->claim, n);
    fprintf(printer->stream, "%d %s claim%s %s, and there is %s", n, parties, s, money(printer, *claimed),
            money(printer, printer->problem->total));
    mpq_sub(*claimed, *claimed, printer->problem->total);
    if (strcmp(printer->sheet->sharing, "loss") == 0)
      fprintf(printer->stream, ": a loss of %s is to be shared", money(printer, *claimed));
    fputs(".\n", printer->stream);
    return;
  }
  const char *of = printer->problem->criteria_only ? "" : printer->cost ? "a cost of " : "a benefit of ";
  const char *what =
      pool_text(printer->context, "%d %s share%s %s%s", n, parties, s, of, money(printer, printer->problem->total));
  if (printer->problem->risk)
    what = pool_text(printer->context, "%s: %s", what,
                     risk_words(printer->context, printer->sheet, printer->problem->risk));
  write_wrapped(printer->stream, 0, pool_text(printer->context, "%s.", what));
}

/* -------------------------------------------------------------------- shares */

/* A column of the table: its head, a cell for each party, the total, who would leave, and the clauses broken. */
struct column {
  const char **cells; /* size rows */
  int width;
};

struct shares {
  int rows, count;
  struct column *columns;
};

static void measure_column(struct column *column, int rows) {
  for (int r = 0; r < rows; r++) {
    int width = text_width(column->cells[r]);
    if (width > column->width) column->width = width;
  }
}

static struct column *add_column(solve_printer *printer, struct shares *shares, const char *head) {
  struct column *column = &shares->columns[shares->count++];
  column->cells = POOL_NEW(printer->context, (size_t)shares->rows, const char *);
  for (int r = 0; r < shares->rows; r++) column->cells[r] = "";
  column->cells[0] = head;
  return column;
}

/* What a party has to compare with: its claim, or what it has (or costs) alone. */
static void add_base_column(solve_printer *printer, struct shares *shares) {
  int n = printer->sheet->n;
  mpq_t *alone = pool_rationals(printer->context, 2), *sum = &alone[1];
  if (!printer->claims && !accord_standalone(*alone, printer->problem, 0)) return;
  struct column *column = add_column(printer, shares, printer->claims ? "claim" : "alone");
  for (int i = 0; i < n; i++) {
    if (printer->claims) mpq_set(*alone, printer->problem->claims->claim[i]);
    else accord_standalone(*alone, printer->problem, i);
    mpq_add(*sum, *sum, *alone);
    column->cells[i + 1] = amount_text(printer->context, printer->sheet, *alone);
  }
  column->cells[n + 1] = amount_text(printer->context, printer->sheet, *sum);
}

static const char *leaving_cell(const solve_printer *printer, const rule_allocation *allocation) {
  const accord_stability *stability = allocation->stability;
  if (!stability || stability->stable == ACCORD_UNKNOWN) return "not known";
  if (allocation->other_total) return "other total";
  if (stability->stable == ACCORD_YES) return "nobody";
  if (!stability->has_excess) return "somebody";
  if (stability->only_some_counted) return "some group";
  const char *group = stability->objection_count == 1 ? names(printer, stability->worst) : NULL;
  if (group && strlen(group) <= 16) return group;
  return pool_text(printer->context, "%llu group%s", (unsigned long long)stability->objection_count,
                   stability->objection_count == 1 ? "" : "s");
}

static const char *total_text(const solve_printer *printer, const rule_allocation *allocation) {
  mpz_t *sum = pool_integers(printer->context, 1);
  for (int i = 0; i < printer->sheet->n; i++) mpz_add(*sum, *sum, allocation->payable[i]);
  return payable_text(printer->context, printer->sheet, *sum);
}

static bool any_hard_clause(const accord_problem *problem) {
  for (int k = 0; problem->terms && k < problem->terms->term_count; k++)
    if (!problem->terms->soft[k]) return true;
  return false;
}

/* "none", "4.2", "3 clauses". */
static const char *clauses_cell(const solve_printer *printer, const rule_allocation *allocation) {
  const accord_terms *terms = printer->problem->terms;
  int count = 0, last = 0;
  for (int k = 0; k < terms->term_count; k++)
    if (allocation->standings[k].broken && !terms->soft[k]) count++, last = k;
  const char *number = printer->sheet->terms[last].clause;
  if (count == 0) return "none";
  if (count == 1 && number && strlen(number) <= 12) return safe_text(printer->context, number);
  return pool_text(printer->context, "%d clause%s", count, count == 1 ? "" : "s");
}

static void add_rule_column(solve_printer *printer, struct shares *shares, const rule_allocation *allocation) {
  int n = printer->sheet->n;
  struct column *column = add_column(printer, shares, safe_text(printer->context, allocation->label));
  for (int i = 0; i < n; i++)
    column->cells[i + 1] = payable_text(printer->context, printer->sheet, allocation->payable[i]);
  column->cells[n + 1] = total_text(printer, allocation);
  if (!printer->problem->criteria_only) column->cells[n + 2] = leaving_cell(printer, allocation);
  if (any_hard_clause(printer->problem)) column->cells[shares->rows - 1] = clauses_cell(printer, allocation);
}

static void collect_columns(solve_printer *printer, struct shares *shares) {
  const solve_outcome *outcome = printer->outcome;
  int n = printer->sheet->n;
  shares->rows = n + 2 + !printer->problem->criteria_only + any_hard_clause(printer->problem);
  shares->columns = POOL_NEW(printer->context, (size_t)outcome->allocation_count + 2, struct column);
  struct column *parties = add_column(printer, shares, "party");
  for (int i = 0; i < n; i++) parties->cells[i + 1] = party_name(printer, i);
  parties->cells[n + 1] = "total";
  if (!printer->problem->criteria_only)
    parties->cells[n + 2] = printer->claims ? "who gets too little" : "who would gain by leaving";
  if (any_hard_clause(printer->problem)) parties->cells[shares->rows - 1] = "clauses broken";
  add_base_column(printer, shares);
  for (int k = 0; k < outcome->allocation_count; k++)
    if (outcome->allocations[k].split->status == ACCORD_OK) add_rule_column(printer, shares, &outcome->allocations[k]);
  for (int c = 0; c < shares->count; c++) measure_column(&shares->columns[c], shares->rows);
}

static void write_columns(solve_printer *printer, const struct shares *shares, int from, int to) {
  int width = 1 + to - from;
  const char **cells = POOL_NEW(printer->context, (size_t)(shares->rows * width), const char *);
  bool *right = POOL_NEW(printer->context, (size_t)width, bool);
  for (int c = 0; c < width; c++) {
    const struct column *column = &shares->columns[c ? from + c - 1 : 0];
    for (int r = 0; r < shares->rows; r++) cells[r * width + c] = column->cells[r];
    right[c] = c > 0;
  }
  write_table(printer->output, (const char *const *)cells, right, shares->rows, width);
}

/* As many rules side by side as a screen holds, then the next ones below. */
static void write_shares(solve_printer *printer) {
  enum { WIDTH = 100 };
  struct shares shares = {0};
  collect_columns(printer, &shares);
  if (printer->problem->unknowns) return;
  if (shares.count < 3 && !(shares.count == 2 && !printer->problem->game)) return;
  heading(printer, printer->cost ? "What each party would pay" : "What each party would get");
  for (int from = 1; from < shares.count;) {
    int to = from, width = shares.columns[0].width;
    while (to < shares.count && (to == from || width + 2 + shares.columns[to].width <= WIDTH))
      width += 2 + shares.columns[to++].width;
    if (from > 1) fputc('\n', printer->stream);
    write_columns(printer, &shares, from, to);
    from = to;
  }
}

/* ----------------------------------------------------------------- each rule */

static const char *source_text_of(const solve_printer *printer, accord_coalition coalition) {
  const char *source = sheet_source_of(printer->sheet, coalition);
  return source ? pool_text(printer->context, " (%s)", safe_text(printer->context, source)) : "";
}

static const char *objection_sentence(const solve_printer *printer, const accord_stability *stability) {
  const char *group = worst_names(printer, stability), *amount = money(printer, stability->max_excess);
  uint64_t more = stability->only_some_counted ? 0 : stability->objection_count - 1;
  const char *others = more ? pool_text(printer->context, ", and %llu other group%s would gain too",
                                        (unsigned long long)more, more == 1 ? "" : "s")
                            : "";
  if (printer->claims)
    return pool_text(printer->context, "%s would get %s less than the others' claims leave them%s", group, amount,
                     others);
  return pool_text(printer->context, "%s would %s %s by leaving the others%s%s", group, printer->cost ? "save" : "gain",
                   amount, source_text_of(printer, stability->worst), others);
}

static const char *stability_sentence(const solve_printer *printer, const accord_stability *stability) {
  if (!stability || stability->stable == ACCORD_UNKNOWN) return "who would gain by leaving was not worked out";
  if (!stability->has_excess) {
    if (printer->sheet->n == 1) return "there is nobody to share with";
    if (!printer->claims)
      return stability->stable == ACCORD_YES ? "nobody would gain by leaving" : "some group would gain by leaving";
    return stability->stable == ACCORD_YES ? "nobody gets less than nothing or more than the claim"
                                           : "somebody gets less than nothing or more than the claim";
  }
  if (stability->stable == ACCORD_NO) return objection_sentence(printer, stability);
  if (mpq_sgn(stability->max_excess) == 0)
    return pool_text(printer->context, "nobody would gain by leaving; %s would lose nothing by it",
                     worst_names(printer, stability));
  return pool_text(printer->context, "nobody would gain by leaving; %s would lose least by it, %s",
                   worst_names(printer, stability), size_text(printer, stability->max_excess));
}

static bool same_shares(const rule_allocation *a, const rule_allocation *b) {
  if (a->split->status != ACCORD_OK || b->split->status != ACCORD_OK) return false;
  for (int i = 0; i < a->split->n; i++)
    if (!mpq_equal(a->split->share[i], b->split->share[i])) return false;
  return true;
}

static const rule_allocation *first_with_same_shares(const solve_outcome *outcome, int k) {
  for (int j = 0; j < k; j++)
    if (same_shares(&outcome->allocations[j], &outcome->allocations[k])) return &outcome->allocations[j];
  return NULL;
}

/* Of criteria alone, where nobody could leave with anything. */
static const char *shares_by_words(const solve_printer *printer, const rule_allocation *allocation) {
  const char *words = strcmp(allocation->rule->name, "equal") == 0
                          ? "everybody gets the same"
                          : "everybody gets its part under all criteria together, by their weights";
  return allocation->under_terms ? pool_text(printer->context, "%s, as nearly as the clauses allow", words) : words;
}

static const char *rule_sentence(solve_printer *printer, int k) {
  const rule_allocation *allocation = &printer->outcome->allocations[k];
  const rule_allocation *first = first_with_same_shares(printer->outcome, k);
  if (allocation->split->status != ACCORD_OK)
    return pool_text(printer->context, "%s: %s",
                     allocation->split->status == ACCORD_UNDEFINED ? "no answer here" : "no answer",
                     allocation->split->reason);
  if (first) return pool_text(printer->context, "the same shares as %s", safe_text(printer->context, first->label));
  if (allocation->other_total)
    return pool_text(printer->context, "shares %s, each group's own value, so it is not compared",
                     money(printer, allocation->split->total));
  if (printer->problem->criteria_only) return shares_by_words(printer, allocation);
  bool stable = allocation->stability && allocation->stability->stable == ACCORD_YES;
  if (printer->claims && stable) return allocation->rule->formula; /* every claims rule keeps within the claims */
  return stability_sentence(printer, allocation->stability);
}

/* The clauses it breaks, a line each; why there is no answer under terms, unless that is told below. */
static void write_clauses_of(solve_printer *printer, int k) {
  const rule_allocation *allocation = &printer->outcome->allocations[k];
  const accord_split *split = allocation->split;
  if (split->conflict && !printer->outcome->terms.conflict) {
    const char *words = conflict_words(printer->context, printer->sheet, split->conflict);
    const char *mend = mend_words(printer->context, printer->sheet, split->conflict);
    fputs("      ", printer->stream);
    write_wrapped(printer->stream, 6,
                  pool_text(printer->context, "%s.%s%s%s", capital(printer->context, words), mend ? " " : "",
                            mend ? capital(printer->context, mend) : "", mend ? "." : ""));
  }
  if (!allocation->standings || first_with_same_shares(printer->outcome, k)) return;
  for (int t = 0; t < printer->sheet->term_count; t++) {
    if (!allocation->standings[t].broken) continue;
    fputs("      ", printer->stream);
    write_wrapped(printer->stream, 6,
                  pool_text(printer->context, "%s.",
                            breach_words(printer->context, printer->sheet, t, &allocation->standings[t],
                                         (const mpq_t *)split->share)));
  }
}

/* Ranges have been told of above. */
static bool only_ranges(const solve_outcome *outcome) {
  for (int k = 0; k < outcome->allocation_count; k++)
    if (!outcome->allocations[k].split->range) return false;
  return true;
}

static void write_rules(solve_printer *printer) {
  if (only_ranges(printer->outcome)) return;
  heading(printer, printer->claims ? "How each rule shares" : "How each rule stands");
  for (int k = 0; k < printer->outcome->allocation_count; k++) {
    const rule_allocation *allocation = &printer->outcome->allocations[k];
    if (allocation->split->range) continue;
    bool good = allocation->stability && allocation->stability->stable == ACCORD_YES;
    fprintf(printer->stream, "  %s  %s\n      ",
            styled(printer->output, good ? STYLE_GOOD : STYLE_BOLD, safe_text(printer->context, allocation->label)),
            allocation->rule->title);
    write_wrapped(printer->stream, 6, pool_text(printer->context, "%s.", rule_sentence(printer, k)));
    write_clauses_of(printer, k);
  }
}

/* ------------------------------------------------------------------- clauses */

/* What can be met, as far as it was asked. */
static const char *clauses_met_words(const solve_printer *printer) {
  const terms_outcome *terms = &printer->outcome->terms;
  if (terms->with_coalitions == ACCORD_YES)
    return printer->claims ? "in ways that leave nobody too little"
           : printer->cost ? "by splits under which nobody would save by leaving, no party and no group"
                           : "by splits under which nobody would gain by leaving, no party and no group";
  if (terms->with_parties == ACCORD_YES) return "and nobody is worse off than alone";
  return "";
}

/* What the clauses cannot be met together with. */
static const char *clauses_unmet_words(const solve_printer *printer) {
  const terms_outcome *terms = &printer->outcome->terms;
  if (terms->feasible == ACCORD_NO) return "The clauses cannot all be met";
  if (printer->claims) return "The clauses can be met, but not without leaving somebody too little";
  if (terms->with_parties == ACCORD_NO)
    return "The clauses can be met, but not without leaving somebody worse off than alone";
  return printer->cost ? "The clauses can be met, but not without some group that would save by leaving"
                       : "The clauses can be met, but not without some group that would gain by leaving";
}

static void write_clauses(solve_printer *printer) {
  const terms_outcome *terms = &printer->outcome->terms;
  if (!any_hard_clause(printer->problem) || terms->feasible == ACCORD_UNKNOWN) return;
  heading(printer, "The clauses");
  if (!terms->conflict) {
    const char *met = clauses_met_words(printer);
    sentence(printer, "They can all be met%s%s.", *met ? ", " : "", met);
    return;
  }
  sentence(printer, "%s. %s.", clauses_unmet_words(printer),
           capital(printer->context, conflict_words(printer->context, printer->sheet, terms->conflict)));
  sentence(printer, "%s.", capital(printer->context, mend_words(printer->context, printer->sheet, terms->conflict)));
}

/* ------------------------------------------------------------------ criteria */

static const accord_composite *composite_of(const solve_outcome *outcome) {
  for (int k = 0; k < outcome->allocation_count; k++)
    if (outcome->allocations[k].split->composite) return outcome->allocations[k].split->composite;
  return NULL;
}

static const char *percent_text(solve_printer *printer, const mpq_t part) {
  return pool_text(printer->context, "%.2f%%", 100 * accord_to_double(part));
}

/* A column for each criterion, if they are few: its weight, then each party's part; then all together, and by the
 * weights that are worst and best for the party. */
static void write_parts(solve_printer *printer, const accord_composite *composite) {
  enum { MOST_COLUMNS = 6 };
  int n = printer->sheet->n, count = composite->criteria->count, shown = count <= MOST_COLUMNS ? count : 0;
  int columns = shown + 4, rows = n + 2;
  const char **cells = POOL_NEW(printer->context, (size_t)(rows * columns), const char *);
  bool *right = POOL_NEW(printer->context, (size_t)columns, bool);
  for (int c = 0; c < 2 * columns; c++) cells[c] = "";
  cells[0] = "party", cells[columns - 3] = "all together", cells[columns - 2] = "at worst",
  cells[columns - 1] = "at best";
  if (shown) cells[columns] = "weight";
  for (int k = 0; k < shown; k++) {
    cells[k + 1] = safe_text(printer->context, composite->criteria->criterion[k].name);
    cells[columns + k + 1] = percent_text(printer, composite->weight[k]);
    for (int i = 0; i < n; i++) cells[(i + 2) * columns + k + 1] = percent_text(printer, composite->part[k * n + i]);
  }
  for (int i = 0; i < n; i++) {
    cells[(i + 2) * columns] = party_name(printer, i);
    cells[(i + 3) * columns - 3] = percent_text(printer, composite->composite[i]);
    cells[(i + 3) * columns - 2] = percent_text(printer, composite->worst[i]);
    cells[(i + 3) * columns - 1] = percent_text(printer, composite->best[i]);
  }
  for (int c = 1; c < columns; c++) right[c] = true;
  write_table(printer->output, cells, right, rows, columns);
}

/* Nakabayashi and Tone (2006) call it the egoist's dilemma. */
static void write_dilemma(solve_printer *printer, const accord_composite *composite) {
  mpq_t *sum = pool_rationals(printer->context, 1);
  rational_sum(*sum, (const mpq_t *)composite->best, printer->sheet->n);
  if (mpq_cmp_ui(*sum, 1, 1) == 0) sentence(printer, "Whatever the criteria weigh, every party's part is the same.");
  else
    sentence(printer,
             "At worst and at best: by the one criterion that is worst or best for the party. If each weighed the "
             "criteria as suits it best, they would ask for %s of what there is.",
             percent_text(printer, *sum));
}

/* What the rules that share by criteria go by. */
static void write_criteria(solve_printer *printer) {
  const accord_composite *composite = composite_of(printer->outcome);
  if (!composite) return;
  heading(printer, "What the criteria say");
  write_parts(printer, composite);
  fputc('\n', printer->stream);
  write_dilemma(printer, composite);
  if (!composite->criteria->weights && !composite->criteria->pairwise)
    sentence(printer,
             "The weights come from entropy: the more a criterion tells the parties apart, the more it counts.");
  if (composite->consistency_ratio < 0) return;
  sentence(printer, "The weights come from comparisons in pairs; their consistency ratio is %.3f.",
           composite->consistency_ratio);
}

/* ---------------------------------------------------------------------- core */

static void write_core_ranges(solve_printer *printer) {
  enum { COLUMNS = 3 };
  static const bool right[COLUMNS] = {false, true, true};
  int rows = printer->sheet->n + 1;
  const char **cells = POOL_NEW(printer->context, (size_t)rows * COLUMNS, const char *);
  cells[0] = "party", cells[1] = "least", cells[2] = "most";
  for (int i = 0; i < printer->sheet->n; i++) {
    const char **row = &cells[(i + 1) * COLUMNS];
    row[0] = party_name(printer, i);
    row[1] = amount_text(printer->context, printer->sheet, printer->facts->least_share[i]);
    row[2] = amount_text(printer->context, printer->sheet, printer->facts->greatest_share[i]);
  }
  fputc('\n', printer->stream);
  write_table(printer->output, (const char *const *)cells, right, rows, COLUMNS);
  fputc('\n', printer->stream);
}

static void write_balanced_groups(solve_printer *printer) {
  enum { COLUMNS = 3 };
  static const bool right[COLUMNS] = {true, false, true};
  const accord_balanced *balanced = printer->facts->balanced;
  const char **cells = POOL_NEW(printer->context, (size_t)(balanced->count + 1) * COLUMNS, const char *);
  mpq_t *value = pool_rationals(printer->context, 1);
  cells[0] = "weight", cells[1] = "group", cells[2] = printer->cost ? "its own cost" : "worth by itself";
  for (int k = 0; k < balanced->count; k++) {
    const char **row = &cells[(k + 1) * COLUMNS];
    accord_game_value(*value, printer->problem->game, balanced->members[k].coalition);
    row[0] = rational_text(printer->context, balanced->members[k].weight);
    row[1] = names(printer, balanced->members[k].coalition);
    row[2] = amount_text(printer->context, printer->sheet, *value);
  }
  fputc('\n', printer->stream);
  write_table(printer->output, (const char *const *)cells, right, balanced->count + 1, COLUMNS);
  fputc('\n', printer->stream);
}

static void write_empty_core(solve_printer *printer) {
  const accord_facts *facts = printer->facts;
  if (!printer->problem->game) {
    sentence(printer, "Under every split, some group gets less than it is worth by itself (the core is empty): without "
                      "any one party, the others win.");
    return;
  }
  sentence(printer,
           printer->cost
               ? "Under every split, some group pays more than its own cost (the core is empty). The proof:"
               : "Under every split, some group gets less than it is worth by itself (the core is empty). The proof:");
  write_balanced_groups(printer);
  sentence(printer, "By these weights every party counts exactly once. %s, and there is %s.",
           pool_text(printer->context,
                     printer->cost ? "If no group paid more than its own cost, they would pay at most %s"
                                   : "To hold, the groups would need %s",
                     money(printer, facts->balanced->worth)),
           money(printer, printer->problem->total));
  if (facts->has_cost_of_stability && mpq_sgn(facts->cost_of_stability) > 0)
    sentence(printer,
             printer->cost ? "If a third party took over %s of the cost, a split could hold."
                           : "If a third party added %s, a split could hold.",
             money(printer, facts->cost_of_stability));
}

static void write_least_core(solve_printer *printer) {
  const accord_facts *facts = printer->facts;
  if (!facts->has_least_core || printer->claims) return;
  const char *size = size_text(printer, facts->least_core);
  if (mpq_sgn(facts->least_core) < 0)
    sentence(printer, "The best a split can do for the group it serves worst: %s %s.", size,
             printer->cost ? "less than that group's own cost" : "more than that group has by itself");
  else if (mpq_sgn(facts->least_core) > 0)
    sentence(printer, "The best a split can do: no group would %s more than %s by leaving.",
             printer->cost ? "save" : "gain", size);
  else sentence(printer, "Under every split, some group would lose nothing by leaving.");
}

static void write_core(solve_printer *printer) {
  const accord_facts *facts = printer->facts;
  if (facts->core_empty == ACCORD_UNKNOWN && !facts->has_least_core) return;
  heading(printer, "Splits that hold");
  if (facts->core_empty == ACCORD_YES) write_empty_core(printer);
  if (facts->core_empty == ACCORD_NO && printer->claims)
    sentence(
        printer,
        "Awards hold where nobody gets more than the claim, and everybody at least what the others leave (the core).%s",
        facts->least_share ? " In them, each party gets:" : "");
  else if (facts->core_empty == ACCORD_NO)
    sentence(printer, "There are splits under which nobody would %s by leaving, no party and no group (the core).%s",
             printer->cost ? "save" : "gain",
             facts->least_share ? printer->cost ? " In them, each party pays:" : " In them, each party gets:" : "");
  if (facts->least_share) write_core_ranges(printer);
  write_range_proofs(printer);
  write_least_core(printer);
  write_least_core_proof(printer);
}

/* ------------------------------------------------------------- interactions */

/* A row a pair: what the two add together beyond what each adds alone. */
static void write_interactions(solve_printer *printer) {
  enum { COLUMNS = 4 };
  static const bool right[COLUMNS] = {false, false, true, true};
  int n = printer->sheet->n, row = 1;
  if (!printer->facts->shapley_interaction || n < 2) return;
  const char **cells = POOL_NEW(printer->context, (size_t)(n * (n - 1) / 2 + 1) * COLUMNS, const char *);
  heading(printer, "How parties work together in pairs");
  cells[0] = "party", cells[1] = "and party", cells[2] = "shapley", cells[3] = "banzhaf";
  for (int i = 0; i < n; i++)
    for (int j = i + 1; j < n; j++, row++) {
      cells[row * COLUMNS] = party_name(printer, i);
      cells[row * COLUMNS + 1] = party_name(printer, j);
      cells[row * COLUMNS + 2] =
          amount_text(printer->context, printer->sheet, printer->facts->shapley_interaction[i * n + j]);
      cells[row * COLUMNS + 3] =
          amount_text(printer->context, printer->sheet, printer->facts->banzhaf_interaction[i * n + j]);
    }
  write_table(printer->output, cells, right, row, COLUMNS);
  fputc('\n', printer->stream);
  sentence(printer, printer->cost
                        ? "What two parties add to the cost of a group together beyond what each adds by itself, on "
                          "average over the groups they may join: below 0 they save by being together, above 0 they "
                          "are in each other's way."
                        : "What two parties add to a group together beyond what each adds by itself, on average over "
                          "the groups they may join: above 0 they gain by being together, below 0 each could stand in "
                          "for the other.");
}

/* Facts that always hold for claims say nothing there. */
static void write_shape(solve_printer *printer) {
  const accord_facts *facts = printer->facts;
  if (printer->claims) return;
  if (facts->superadditive == ACCORD_YES)
    sentence(printer, printer->cost ? "Joining never costs more than staying apart (subadditive)."
                                    : "Joining never pays less than staying apart (superadditive).");
  if (facts->superadditive == ACCORD_NO)
    sentence(printer, printer->cost ? "Some groups pay more together than apart (not subadditive)."
                                    : "Some groups are worth less together than apart (not superadditive).");
  if (facts->convex == ACCORD_YES)
    sentence(printer, printer->cost ? "The larger the group, the less a party adds to its cost (concave)."
                                    : "The larger the group, the more a party adds to it (convex).");
  if (facts->monotone == ACCORD_NO)
    sentence(printer, printer->cost ? "Some party lowers the cost of a group it joins (not monotone)."
                                    : "Some party lowers the worth of a group it joins (not monotone).");
}

static void write_warnings(solve_printer *printer) {
  if (!printer->outcome->warning_count) return;
  heading(printer, "Please note");
  for (int k = 0; k < printer->outcome->warning_count; k++)
    sentence(printer, "- %s.", safe_text(printer->context, printer->outcome->warnings[k]));
}

void write_outcome_text(output_stream *output, const solve_outcome *outcome) {
  solve_printer printer = {output,
                           output->stream,
                           output->context,
                           outcome,
                           outcome->sheet,
                           outcome->problem,
                           outcome->facts,
                           outcome->problem->goal == ACCORD_COST,
                           outcome->problem->claims != NULL};
  write_opening(&printer);
  write_shares(&printer);
  write_unknown(&printer);
  write_rules(&printer);
  write_clauses(&printer);
  write_movements(&printer);
  write_plan(&printer);
  write_criteria(&printer);
  write_union_effect(&printer);
  write_link_worths(&printer);
  write_frictionless(&printer);
  write_core(&printer);
  write_shape(&printer);
  write_subsidy(&printer);
  write_fund(&printer);
  write_interactions(&printer);
  write_warnings(&printer);
}

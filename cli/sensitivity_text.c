/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The result of sensitivity in words and tables for people: what matters most comes first. */
#include "sensitivity.h"

#include <string.h>

enum { NUMBERS_FIRST = 5, PARTIES_IN_COLUMNS = 6, BAR_LENGTH = 10 };

struct telling {
  output_stream *output;
  accord_context *context;
  const sensitivity_outcome *outcome;
  const term_sheet *sheet;
  int top;
};

/* ------------------------------------------------------------------ pieces */

/* "claims/bank": where the number stands in the model, or in the sheet. */
static const char *place_text(const struct telling *telling, const sheet_input *input) {
  const char *place = input->pointer + 1;
  if (strncmp(place, "model/", 6) == 0) place += 6;
  return safe_text(telling->context, place);
}

/* "+0.50", "-1/3" as decimals. */
static const char *rate_text(const struct telling *telling, const mpq_t rate) {
  const char *text = decimal_text(telling->context, rate, mpz_cmp_ui(mpq_denref(rate), 1) == 0 ? 0 : 3);
  return mpq_sgn(rate) > 0 ? pool_text(telling->context, "+%s", text) : text;
}

static const char *end_text(const struct telling *telling, bool there, const mpq_t end) {
  return there ? amount_text(telling->context, telling->sheet, end) : "any";
}

/* A bar of dots, as long as size is of most. */
static const char *bar_text(const struct telling *telling, const mpq_t size, const mpq_t most) {
  double part = mpq_sgn(most) ? mpq_get_d(size) / mpq_get_d(most) : 0;
  int dots = (int)(part * BAR_LENGTH + 0.5);
  const char *bar = "";
  if (dots < 1 && mpq_sgn(size)) dots = 1;
  for (int k = 0; k < dots; k++) bar = pool_text(telling->context, "%s\u25cf", bar);
  return bar;
}

/* "uni +0.50, firm +0.50 and inst -1": whom it moves, the most moved first, up to four of them. */
static const char *moves_text(const struct telling *telling, const mpq_t *rate) {
  int n = telling->sheet->n, shown = 0;
  bool *told = POOL_NEW(telling->context, (size_t)n, bool);
  mpq_t *size = pool_rationals(telling->context, 2);
  const char *text = "";
  for (; shown < 4; shown++) {
    int most = -1;
    for (int i = 0; i < n; i++) {
      mpq_abs(size[0], rate[i]);
      if (!told[i] && mpq_sgn(rate[i]) && (most < 0 || mpq_cmp(size[0], size[1]) > 0))
        most = i, mpq_set(size[1], size[0]);
    }
    if (most < 0) break;
    told[most] = true;
    text = pool_text(telling->context, "%s%s%s %s", text, shown ? ", " : "", telling->sheet->parties[most].id,
                     rate_text(telling, rate[most]));
  }
  int left = 0;
  for (int i = 0; i < n; i++) left += !told[i] && mpq_sgn(rate[i]);
  if (left) text = pool_text(telling->context, "%s, and %d more", text, left);
  return shown ? text : "nobody";
}

/* "from 5.00 to 8.00", "wherever it is". */
static const char *holds_text(const struct telling *telling, const response_side *side) {
  const char *low = end_text(telling, side->has_low, *side->low),
             *high = end_text(telling, side->has_high, *side->high);
  if (side->slope->curved) return "right there only";
  if (side->has_low && side->has_high) return pool_text(telling->context, "from %s to %s", low, high);
  if (side->has_low) return pool_text(telling->context, "from %s up", low);
  return side->has_high ? pool_text(telling->context, "up to %s", high) : "wherever it is";
}

/* -------------------------------------------------- what matters most */

/* One number and the rule it moves most. */
struct number_first {
  const char *what;
  const sheet_input *input;
  const char *label;
  const accord_response *response;
  mpq_t size;
};

static bool known_already(const struct number_first *list, int count, const sheet_input *input) {
  for (int k = 0; k < count; k++)
    if (list[k].input == input) return true;
  return false;
}

/* What moves the shares most: for each group, by the rule that answers most. */
static int find_first(const struct telling *telling, struct number_first *first) {
  const sensitivity_outcome *outcome = telling->outcome;
  int count = 0;
  accord_coalition taken[NUMBERS_FIRST] = {0};
  for (; count < NUMBERS_FIRST; count++) {
    const accord_influence *best = NULL;
    const char *label = NULL;
    for (int k = 0; k < outcome->rule_count; k++) {
      const accord_influences *all = outcome->rules[k].influences;
      for (int j = 0; all && j < all->count; j++) {
        bool known = false;
        for (int t = 0; t < count; t++) known = known || taken[t] == all->list[j].coalition;
        if (known || mpq_sgn(all->list[j].size) == 0 || (best && mpq_cmp(all->list[j].size, best->size) <= 0)) continue;
        best = &all->list[j];
        label = outcome->rules[k].label;
      }
    }
    if (!best) break;
    taken[count] = best->coalition;
    first[count].what =
        best->coalition == everybody(telling->sheet->n)
            ? "What all have together"
            : pool_text(telling->context, "What %s %s", names_text(telling->context, telling->sheet, best->coalition),
                        size_of(best->coalition) > 1 ? "have" : "has");
    first[count].label = label;
    first[count].response = &best->response;
  }
  return count;
}

/* Models whose numbers are not coalitions': the inputs that move a share most. */
static int find_first_inputs(const struct telling *telling, struct number_first *first) {
  const sensitivity_outcome *outcome = telling->outcome;
  mpq_t *size = pool_rationals(telling->context, 2);
  int count = 0;
  for (; count < NUMBERS_FIRST; count++) {
    const input_sensitivity *best = NULL;
    for (int k = 0; k < outcome->input_count; k++) {
      const input_sensitivity *found = &outcome->inputs[k];
      const accord_slope *slope =
          found->response->above.status == ACCORD_OK ? &found->response->above : &found->response->below;
      mpq_set_ui(size[0], 0, 1);
      for (int i = 0; i < telling->sheet->n; i++) {
        mpq_t *rate = &slope->rate[i];
        if (mpq_sgn(*rate) >= 0) rational_max(size[0], size[0], *rate);
        else mpq_neg(*rate, *rate), rational_max(size[0], size[0], *rate), mpq_neg(*rate, *rate);
      }
      if (known_already(first, count, found->input) || mpq_sgn(size[0]) == 0) continue;
      if (!best || mpq_cmp(size[0], size[1]) > 0) best = found, mpq_set(size[1], size[0]);
    }
    if (!best) break;
    first[count] = (struct number_first){.what = place_text(telling, best->input),
                                         .input = best->input,
                                         .label = best->rule->label,
                                         .response = best->response};
  }
  return count;
}

static void write_first(const struct telling *telling) {
  struct number_first first[NUMBERS_FIRST];
  FILE *stream = telling->output->stream;
  int count = states_numbers(telling->outcome) ? find_first_inputs(telling, first) : find_first(telling, first);
  if (count) fprintf(stream, "\n%s\n\n", styled(telling->output, STYLE_BOLD, "What matters most"));
  for (int k = 0; k < count; k++) {
    response_side sides[2];
    int there = sides_of(telling->context, sides, first[k].response);
    const char *text =
        pool_text(telling->context, "  %d. %s: %s. For each 1 more, %s moves ", k + 1, first[k].what,
                  amount_text(telling->context, telling->sheet, first[k].response->value), first[k].label);
    for (int j = 0; j < there; j++)
      text = pool_text(telling->context, "%s%s%s%s; holds %s", text, j ? "; " : "",
                       sides[j].name ? pool_text(telling->context, "%s it ", sides[j].name) : "",
                       moves_text(telling, (const mpq_t *)sides[j].slope->rate), holds_text(telling, &sides[j]));
    write_wrapped(stream, 5, pool_text(telling->context, "%s.", text));
  }
}

/* ------------------------------------------------------------------ tables */

/* Rows of a table: heads, then one for each side of each number. */
struct rate_table {
  const char **cells;
  int rows, columns;
};

static void start_rates(const struct telling *telling, struct rate_table *table, const char *head, int numbers) {
  int n = telling->sheet->n, parties = n <= PARTIES_IN_COLUMNS ? n : 1;
  table->columns = 6 + parties;
  table->rows = 1;
  table->cells = POOL_NEW(telling->context, (size_t)((2 * numbers + 1) * table->columns), const char *);
  const char **row = table->cells;
  row[0] = head, row[1] = "is", row[2] = "side", row[3] = "from", row[4] = "to";
  for (int i = 0; i < parties; i++) row[5 + i] = parties == n ? telling->sheet->parties[i].id : "moves";
  row[5 + parties] = "";
}

static void add_rates(const struct telling *telling, struct rate_table *table, const char *what,
                      const accord_response *response, const char *bar) {
  int n = telling->sheet->n, parties = n <= PARTIES_IN_COLUMNS ? n : 1;
  response_side sides[2];
  int count = sides_of(telling->context, sides, response);
  for (int k = 0; k < count; k++) {
    const char **row = &table->cells[table->rows++ * table->columns];
    const mpq_t *rate = (const mpq_t *)sides[k].slope->rate;
    row[0] = k ? "" : what;
    row[1] = k ? "" : amount_text(telling->context, telling->sheet, response->value);
    row[2] = sides[k].name ? sides[k].name : "";
    row[3] = sides[k].slope->curved ? "bends" : end_text(telling, sides[k].has_low, *sides[k].low);
    row[4] = sides[k].slope->curved ? "" : end_text(telling, sides[k].has_high, *sides[k].high);
    for (int i = 0; i < parties; i++)
      row[5 + i] = parties == n ? rate_text(telling, rate[i]) : moves_text(telling, rate);
    row[5 + parties] = k ? "" : bar;
  }
}

static void write_rates(const struct telling *telling, const struct rate_table *table) {
  bool *right = POOL_NEW(telling->context, (size_t)table->columns, bool);
  for (int c = 1; c < table->columns - 1; c++) right[c] = c != 2 && telling->sheet->n <= PARTIES_IN_COLUMNS;
  write_table(telling->output, table->cells, right, table->rows, table->columns);
}

static void write_rule(const struct telling *telling, const rule_sensitivity *rule) {
  FILE *stream = telling->output->stream;
  const accord_influences *all = rule->influences;
  fprintf(stream, "\n%s  %s\n", styled(telling->output, STYLE_BOLD, safe_text(telling->context, rule->label)),
          rule->rule->title);
  if (!all || all->split->status != ACCORD_OK) {
    write_wrapped(stream, 2, pool_text(telling->context, "  %s.", all ? all->split->reason : "a limit was reached"));
    return;
  }
  int count = all->count < telling->top ? all->count : telling->top;
  while (count > 0 && mpq_sgn(all->list[count - 1].size) == 0) count--;
  if (!count) {
    fputs("  No group's value moves a share by this rule.\n", stream);
    return;
  }
  struct rate_table table;
  start_rates(telling, &table, "group", count);
  for (int k = 0; k < count; k++)
    add_rates(telling, &table, names_text(telling->context, telling->sheet, all->list[k].coalition),
              &all->list[k].response, bar_text(telling, all->list[k].size, all->list[0].size));
  fputc('\n', stream);
  write_rates(telling, &table);
}

/* ----------------------------------------------------- proposals and inputs */

static const char *margin_words(const struct telling *telling, const accord_margin *margin) {
  bool cost = telling->outcome->problem->goal == ACCORD_COST;
  int order = margin->known ? mpq_cmp(margin->value, margin->flips_at) : -1;
  if (!margin->known && mpq_sgn(margin->room) == 0) return cost ? "may object, below" : "may object, above";
  if (!margin->known && cost) order = margin->low.given && mpq_cmp(margin->low.at, margin->flips_at) > 0 ? -1 : 1;
  if (!margin->known && !cost) order = margin->low.given && mpq_cmp(margin->low.at, margin->flips_at) > 0 ? 1 : -1;
  if (cost) order = -order;
  if (order > 0) return cost ? "objects until it rises to" : "objects until it falls to";
  return cost ? "objects below" : "objects above";
}

/* Where values are unknown: from where to where each share may lie. */
static void write_range(const struct telling *telling, const rule_sensitivity *rule) {
  const accord_range *range = rule->influences ? rule->influences->split->range : NULL;
  const char *text = pool_text(telling->context, "%s:", safe_text(telling->context, rule->label));
  if (!range) return;
  fputs("  ", telling->output->stream);
  for (int i = 0; i < telling->sheet->n; i++)
    text = pool_text(telling->context, "%s%s %s from %s to %s", text, i ? "," : "", telling->sheet->parties[i].id,
                     end_text(telling, range->low[i].given, range->low[i].at),
                     end_text(telling, range->high[i].given, range->high[i].at));
  write_wrapped(telling->output->stream, 4, pool_text(telling->context, "%s.", text));
}

static void write_ranges(const struct telling *telling) {
  if (!telling->outcome->problem->unknowns) return;
  fputs("\nSome values are not known. Whatever they are, each share lies\n\n", telling->output->stream);
  for (int k = 0; k < telling->outcome->rule_count; k++) write_range(telling, &telling->outcome->rules[k]);
  fputs("\n  accord solve says which value to find out next.\n", telling->output->stream);
}

static const char *margin_value(const struct telling *telling, const accord_margin *margin) {
  if (margin->known) return amount_text(telling->context, telling->sheet, margin->value);
  return pool_text(telling->context, "%s to %s", end_text(telling, margin->low.given, margin->low.at),
                   end_text(telling, margin->high.given, margin->high.at));
}

static void write_proposal(const struct telling *telling, const proposal_sensitivity *proposal) {
  static const bool right[] = {false, true, false, true, true};
  const accord_margins *margins = proposal->margins;
  int count = margins->count < telling->top ? margins->count : telling->top;
  const char **cells = POOL_NEW(telling->context, (size_t)(5 * (count + 1)), const char *);
  cells[0] = "group", cells[1] = "is", cells[2] = "", cells[3] = "", cells[4] = "room";
  for (int k = 0; k < count; k++) {
    const accord_margin *margin = &margins->list[k];
    const char **row = &cells[5 * (k + 1)];
    row[0] = names_text(telling->context, telling->sheet, margin->coalition);
    row[1] = margin_value(telling, margin);
    row[2] = margin_words(telling, margin);
    row[3] = amount_text(telling->context, telling->sheet, margin->flips_at);
    row[4] = amount_text(telling->context, telling->sheet, margin->room);
  }
  fprintf(telling->output->stream, "\n\"%s\": from what value on each group objects, the tightest first\n\n",
          safe_text(telling->context, proposal->name));
  write_table(telling->output, cells, right, count + 1, 5);
}

static const char *excess_words(const struct telling *telling, const accord_price *price) {
  if (!telling->outcome->problem->game) return "";
  if (mpq_sgn(price->max_excess) == 0) return "; the worst-served group's gain by leaving stays";
  return pool_text(telling->context, "; the worst-served group's gain by leaving changes by %s",
                   rate_text(telling, price->max_excess));
}

static const char *price_words(const struct telling *telling, const accord_price *price) {
  accord_context *context = telling->context;
  bool moves = mpq_sgn(price->max_excess) != 0;
  for (int i = 0; i < telling->sheet->n; i++) moves = moves || mpq_sgn(price->slope.rate[i]);
  const char *slack = mpq_sgn(price->slack) == 0
                          ? "nothing to spare"
                          : pool_text(context, "%s to spare", money_text(context, telling->sheet, price->slack));
  if (!moves) return pool_text(context, "%s; giving way on it changes nothing", slack);
  return pool_text(context, "%s; each 1 given way moves %s%s", slack,
                   moves_text(telling, (const mpq_t *)price->slope.rate), excess_words(telling, price));
}

static void write_terms(const struct telling *telling) {
  const sensitivity_outcome *outcome = telling->outcome;
  FILE *stream = telling->output->stream;
  if (outcome->term_count) fprintf(stream, "\n%s\n\n", styled(telling->output, STYLE_BOLD, "What the clauses cost"));
  for (int k = 0; k < outcome->term_count; k++) {
    const term_sensitivity *term = &outcome->terms[k];
    const char *label = capital(telling->context, clause_label(telling->context, telling->sheet, term->term));
    if (!term->price_count)
      write_wrapped(stream, 2,
                    pool_text(telling->context, "  %s: no split meets the clauses, so it has no price.", label));
    for (int j = 0; j < term->price_count; j++)
      if (term->prices[j].price->slope.status == ACCORD_OK)
        write_wrapped(stream, 2,
                      pool_text(telling->context, "  %s, %s: %s.", label,
                                safe_text(telling->context, term->prices[j].label),
                                price_words(telling, term->prices[j].price)));
  }
}

static void write_inputs(const struct telling *telling) {
  const sensitivity_outcome *outcome = telling->outcome;
  for (int r = 0; r < outcome->rule_count; r++) {
    struct rate_table table;
    start_rates(telling, &table, "number", outcome->input_count);
    for (int k = 0; k < outcome->input_count; k++) {
      const input_sensitivity *found = &outcome->inputs[k];
      if (found->rule == &outcome->rules[r])
        add_rates(telling, &table, place_text(telling, found->input), found->response, "");
    }
    if (table.rows == 1) continue;
    fprintf(telling->output->stream, "\nThe sheet's own numbers, by %s: what 1 more of each would do\n\n",
            safe_text(telling->context, outcome->rules[r].label));
    write_rates(telling, &table);
  }
}

/* A point that is only close by. */
static const char *about_text(const struct telling *telling, const mpq_t number) {
  int places = telling->sheet->unit_places < 2 ? 2 : telling->sheet->unit_places;
  return pool_text(telling->context, "~%s", decimal_text(telling->context, number, places));
}

static void write_flips(const struct telling *telling) {
  static const bool right[] = {false, false, false, true, true};
  const sensitivity_outcome *outcome = telling->outcome;
  const char **cells = POOL_NEW(telling->context, (size_t)(5 * (outcome->flip_count + 1)), const char *);
  int rows = 1;
  cells[0] = "by", cells[1] = "gets more", cells[2] = "if", cells[3] = "now", cells[4] = "passes";
  for (int k = 0; k < outcome->flip_count; k++) {
    const ranking_flip *flip = &outcome->flips[k];
    const sheet_party *parties = telling->sheet->parties;
    const char **row = &cells[5 * rows];
    if (!are_neighbours(flip)) continue;
    row[0] = safe_text(telling->context, flip->rule->label);
    row[1] = pool_text(telling->context, "%s than %s", parties[flip->under].id, parties[flip->over].id);
    row[2] =
        flip->input ? place_text(telling, flip->input) : names_text(telling->context, telling->sheet, flip->coalition);
    row[3] = amount_text(telling->context, telling->sheet, *flip->value);
    row[4] = flip->exact ? amount_text(telling->context, telling->sheet, *flip->at) : about_text(telling, *flip->at);
    rows++;
  }
  if (rows == 1) return;
  fprintf(telling->output->stream, "\n%s\n\n",
          styled(telling->output, STYLE_BOLD, "The smallest change of one number that turns a ranking"));
  write_table(telling->output, cells, right, rows, 5);
}

/* Ends that were looked for at points. */
static void write_sampled(const struct telling *telling) {
  const sensitivity_outcome *outcome = telling->outcome;
  bool any = false;
  for (int k = 0; k < outcome->input_count; k++)
    any = any || outcome->inputs[k].response->below.sampled || outcome->inputs[k].response->above.sampled;
  if (!any) return;
  fputc('\n', telling->output->stream);
  write_wrapped(
      telling->output->stream, 2,
      "  Where shares had to be worked out anew, intervals hold at every point that was tried; --json marks them "
      "as sampled.");
}

void write_sensitivity_text(output_stream *output, const sensitivity_outcome *outcome, int top) {
  struct telling telling = {output, output->context, outcome, outcome->sheet, top};
  FILE *stream = output->stream;
  const char *title = outcome->sheet->title;
  if (title) fprintf(stream, "%s\n", styled(output, STYLE_BOLD, safe_text(output->context, title)));
  fprintf(stream, "How the shares move where a number is wrong%s\n",
          outcome->problem->goal == ACCORD_COST ? " (of a cost: what each pays)" : "");
  write_first(&telling);
  bool own_numbers = states_numbers(outcome);
  if (own_numbers)
    fputs("\n  What groups are worth follows from the sheet's numbers; --json says what each of these would do.\n",
          stream);
  for (int k = 0; k < outcome->rule_count; k++)
    if (outcome->problem->game && !own_numbers) write_rule(&telling, &outcome->rules[k]);
  write_ranges(&telling);
  write_inputs(&telling);
  write_sampled(&telling);
  write_terms(&telling);
  write_flips(&telling);
  for (int k = 0; k < outcome->proposal_count; k++)
    if (outcome->proposals[k].margins->count) write_proposal(&telling, &outcome->proposals[k]);
  for (int k = 0; k < outcome->warning_count; k++) {
    fputs("\n  ", stream);
    write_wrapped(stream, 2, pool_text(output->context, "Note: %s.", outcome->warnings[k]));
  }
}

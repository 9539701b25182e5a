/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The result of sensitivity for spreadsheets: one row for each number, rule, side and party. */
#include "sensitivity.h"

#include "reader.h"

struct csv_row {
  const char *kind, *what, *rule, *side;
  const accord_response *response;
};

static const char *end_text(accord_context *context, bool there, const mpq_t end) {
  return there ? double_text(context, accord_to_double(end)) : NULL;
}

static void write_row_head(output_stream *output, const struct csv_row *row) {
  csv_text(output->stream, row->kind);
  fputc(',', output->stream);
  csv_text(output->stream, safe_text(output->context, row->what));
  fputc(',', output->stream);
  csv_text(output->stream, safe_text(output->context, row->rule));
  fputc(',', output->stream);
  csv_text(output->stream, row->side);
  fputc(',', output->stream);
}

static void write_cells(output_stream *output, const char *const *cells, int count) {
  for (int k = 0; k < count; k++) {
    if (k) fputc(',', output->stream);
    csv_number(output->stream, cells[k]);
  }
  fputc('\n', output->stream);
}

static void write_response(output_stream *output, const sensitivity_outcome *outcome, struct csv_row row) {
  accord_context *context = output->context;
  response_side sides[2];
  int count = sides_of(context, sides, row.response);
  for (int k = 0; k < count; k++)
    for (int i = 0; i < outcome->sheet->n; i++) {
      const accord_slope *slope = sides[k].slope;
      const char *cells[] = {double_text(context, accord_to_double(row.response->value)),
                             double_text(context, accord_to_double(slope->rate[i])),
                             slope->exact ? rational_text(context, slope->rate[i]) : NULL,
                             end_text(context, sides[k].has_low, *sides[k].low),
                             end_text(context, sides[k].has_high, *sides[k].high)};
      row.side = sides[k].name ? sides[k].name : "";
      write_row_head(output, &row);
      csv_text(output->stream, outcome->sheet->parties[i].id);
      fputc(',', output->stream);
      write_cells(output, cells, 5);
    }
}

/* What a coalition's value flips at stands where the interval of a derivative ends. */
static void write_margins(output_stream *output, const sensitivity_outcome *outcome,
                          const proposal_sensitivity *proposal) {
  accord_context *context = output->context;
  bool cost = outcome->problem->goal == ACCORD_COST;
  for (int k = 0; k < proposal->margins->count; k++) {
    const accord_margin *margin = &proposal->margins->list[k];
    const char *flip = double_text(context, accord_to_double(margin->flips_at));
    const char *cells[] = {end_text(context, margin->known, margin->value), NULL, NULL, cost ? flip : NULL,
                           cost ? NULL : flip};
    write_row_head(output, &(struct csv_row){"margin", coalition_text(context, outcome->sheet, margin->coalition),
                                             proposal->name, "", NULL});
    fputc(',', output->stream);
    write_cells(output, cells, 5);
  }
}

/* A clause's price stands as the derivative of each share per unit given way, its slack as the value. */
static void write_prices(output_stream *output, const sensitivity_outcome *outcome, const term_sensitivity *term) {
  accord_context *context = output->context;
  for (int k = 0; k < term->price_count; k++) {
    const accord_price *price = term->prices[k].price;
    for (int i = 0; i < outcome->sheet->n && price->slope.status == ACCORD_OK; i++) {
      const char *cells[] = {double_text(context, accord_to_double(price->slack)),
                             double_text(context, accord_to_double(price->slope.rate[i])),
                             price->slope.exact ? rational_text(context, price->slope.rate[i]) : NULL, NULL, NULL};
      write_row_head(output, &(struct csv_row){"term", outcome->sheet->terms[term->term].pointer, term->prices[k].label,
                                               "", NULL});
      csv_text(output->stream, outcome->sheet->parties[i].id);
      fputc(',', output->stream);
      write_cells(output, cells, 5);
    }
  }
}

/* "B>A" in place of a party: from there on B gets more than A. */
static void write_flip(output_stream *output, const sensitivity_outcome *outcome, const ranking_flip *flip) {
  accord_context *context = output->context;
  const sheet_party *parties = outcome->sheet->parties;
  const char *at = double_text(context, accord_to_double(*flip->at));
  bool up = mpq_cmp(*flip->at, *flip->value) >= 0;
  const char *cells[] = {double_text(context, accord_to_double(*flip->value)), NULL,
                         flip->exact ? rational_text(context, *flip->at) : NULL, up ? NULL : at, up ? at : NULL};
  write_row_head(output, &(struct csv_row){"flip",
                                           flip->input ? flip->input->pointer
                                                       : coalition_text(context, outcome->sheet, flip->coalition),
                                           flip->rule->label, up ? "above" : "below", NULL});
  csv_text(output->stream, pool_text(context, "%s>%s", parties[flip->under].id, parties[flip->over].id));
  fputc(',', output->stream);
  write_cells(output, cells, 5);
}

void write_sensitivity_csv(output_stream *output, const sensitivity_outcome *outcome) {
  fputs("kind,number,rule,side,party,value,derivative,exact,low,high\n", output->stream);
  for (int k = 0; k < outcome->rule_count; k++) {
    const accord_influences *influences = outcome->rules[k].influences;
    for (int j = 0; influences && j < influences->count; j++) {
      const accord_influence *influence = &influences->list[j];
      write_response(output, outcome,
                     (struct csv_row){"coalition",
                                      coalition_text(output->context, outcome->sheet, influence->coalition),
                                      outcome->rules[k].label, "", &influence->response});
    }
  }
  for (int k = 0; k < outcome->input_count; k++) {
    const input_sensitivity *found = &outcome->inputs[k];
    write_response(output, outcome,
                   (struct csv_row){"input", found->input->pointer, found->rule->label, "", found->response});
  }
  for (int k = 0; k < outcome->term_count; k++) write_prices(output, outcome, &outcome->terms[k]);
  for (int k = 0; k < outcome->flip_count; k++) write_flip(output, outcome, &outcome->flips[k]);
  for (int k = 0; k < outcome->proposal_count; k++) write_margins(output, outcome, &outcome->proposals[k]);
}

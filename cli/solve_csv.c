/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The result of solve as CSV: one row for each rule and party. */
#include "outcome.h"

static void write_stability(FILE *stream, accord_context *context, const accord_stability *stability) {
  if (stability && stability->stable != ACCORD_UNKNOWN)
    csv_text(stream, stability->stable == ACCORD_YES ? "true" : "false");
  fputc(',', stream);
  if (stability && stability->has_excess)
    csv_number(stream, double_text(context, accord_to_double(stability->max_excess)));
}

/* low,high over all completions of unknown values; empty where there is no limit. */
static void write_range(FILE *stream, accord_context *context, const accord_range *range, int i) {
  bool low = range && range->low[i].given, high = range && range->high[i].given;
  csv_number(stream, low ? double_text(context, accord_to_double(range->low[i].at)) : NULL), fputc(',', stream);
  csv_number(stream, high ? double_text(context, accord_to_double(range->high[i].at)) : NULL);
}

static void write_row(FILE *stream, accord_context *context, const term_sheet *sheet, const rule_allocation *allocation,
                      int i) {
  const accord_split *split = allocation->split;
  bool given = split->status == ACCORD_OK;
  csv_text(stream, allocation->rule->name), fputc(',', stream);
  csv_text(stream, safe_text(context, allocation->label)), fputc(',', stream);
  csv_text(stream, accord_status_text(split->status)), fputc(',', stream);
  csv_text(stream, sheet->parties[i].id), fputc(',', stream);
  csv_text(stream, safe_text(context, sheet->parties[i].name)), fputc(',', stream);
  csv_number(stream, given ? double_text(context, split->value[i]) : NULL), fputc(',', stream);
  csv_number(stream, given && split->exact ? rational_text(context, split->share[i]) : NULL), fputc(',', stream);
  csv_number(stream, given ? payable_text(context, sheet, allocation->payable[i]) : NULL), fputc(',', stream);
  csv_number(stream, given ? double_text(context, accord_to_double(split->total)) : NULL), fputc(',', stream);
  write_stability(stream, context, allocation->stability), fputc(',', stream);
  csv_text(stream, split->reason ? split->reason : ""), fputc(',', stream);
  csv_text(stream, !given                                                 ? ""
                   : terms_are_met(sheet->problem, allocation->standings) ? "true"
                                                                          : "false"),
      fputc(',', stream);
  write_range(stream, context, split->range, i);
  fputc('\n', stream);
}

/* Premiums as the rows of one more rule, labelled "fund". */
static void write_premium(FILE *stream, accord_context *context, const solve_outcome *outcome, int i) {
  const term_sheet *sheet = outcome->sheet;
  const accord_fund_outcome *fund = outcome->overlays.fund;
  bool given = fund->status == ACCORD_OK;
  csv_text(stream, sheet->fund->premiums->name), fputs(",fund,", stream);
  csv_text(stream, accord_status_text(fund->status)), fputc(',', stream);
  csv_text(stream, sheet->parties[i].id), fputc(',', stream);
  csv_text(stream, safe_text(context, sheet->parties[i].name)), fputc(',', stream);
  csv_number(stream, given ? double_text(context, accord_to_double(fund->premium[i])) : NULL), fputc(',', stream);
  csv_number(stream, given && fund->exact ? rational_text(context, fund->premium[i]) : NULL), fputc(',', stream);
  csv_number(stream, given ? payable_text(context, sheet, outcome->overlays.fund_payable[i]) : NULL),
      fputc(',', stream);
  csv_number(stream, given ? double_text(context, accord_to_double(sheet->fund->size)) : NULL), fputs(",,,", stream);
  csv_text(stream, fund->reason ? fund->reason : ""), fputs(",\n", stream);
}

void write_outcome_csv(output_stream *output, const solve_outcome *outcome) {
  fputs("rule,label,status,party,name,share,exact,payable,total,in_core,max_excess,reason,terms_met,low,high\n",
        output->stream);
  for (int k = 0; k < outcome->allocation_count; k++)
    for (int i = 0; i < outcome->sheet->n; i++)
      write_row(output->stream, output->context, outcome->sheet, &outcome->allocations[k], i);
  for (int i = 0; outcome->overlays.fund && i < outcome->sheet->n; i++)
    write_premium(output->stream, output->context, outcome, i);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verdicts as text, JSON and CSV. */
#include "repair_output.h"
#include "sources.h"
#include "verdict.h"

/* --------------------------------------------------------------------- text */

static const char *mark(output_stream *output, check_judgement judgement) {
  switch (judgement) {
  case JUDGED_PASS: return styled(output, STYLE_GOOD, "ok   ");
  case JUDGED_NOTE: return styled(output, STYLE_BOLD, "note ");
  case JUDGED_DEPENDS: return styled(output, STYLE_BOLD, "?    ");
  case JUDGED_FAIL: break;
  }
  return styled(output, STYLE_BAD, "FAILS");
}

static bool any_source(const verdict_list *verdicts, const accord_stability *stability) {
  for (int k = 0; k < stability->listed; k++)
    if (sheet_source_of(verdicts->sheet, stability->objections[k].coalition)) return true;
  return false;
}

static void write_objections(output_stream *output, const verdict_list *verdicts, const split_verdict *verdict) {
  static const bool right[] = {false, true, false};
  const accord_stability *stability = verdict->stability;
  if (!stability || stability->listed < 2) return;
  int rows = stability->listed + 1, columns = any_source(verdicts, stability) ? 3 : 2;
  const char **cells = POOL_NEW(output->context, (size_t)(rows * columns), const char *);
  const char *gain = verdicts->problem->goal == ACCORD_COST ? "would save"
                     : verdicts->problem->claims            ? "too little by"
                                                            : "would gain";
  cells[0] = "group", cells[1] = gain;
  if (columns == 3) cells[2] = "source of its value";
  for (int k = 0; k < stability->listed; k++) {
    const accord_objection *objection = &stability->objections[k];
    const char *source = sheet_source_of(verdicts->sheet, objection->coalition), **row = &cells[(k + 1) * columns];
    row[0] = objection_names(output->context, verdicts->sheet, objection);
    row[1] = amount_text(output->context, verdicts->sheet, objection->amount);
    if (columns == 3) row[2] = source ? safe_text(output->context, source) : "";
  }
  fprintf(output->stream, "\n  %s%llu groups object%s:\n\n", stability->only_some_counted ? "At least " : "",
          (unsigned long long)stability->objection_count,
          stability->objection_count > (uint64_t)stability->listed ? "; the worst of them" : "");
  write_table(output, (const char *const *)cells, right, rows, columns);
}

/* The split beside what each party has otherwise, and what it could have in a split that holds. */
static void write_split(output_stream *output, const verdict_list *verdicts, const split_verdict *verdict) {
  static const bool right[] = {false, true, true, true, true};
  const accord_problem *problem = verdicts->problem;
  const accord_facts *facts = verdicts->facts;
  int columns = facts->least_share ? 5 : problem->criteria_only ? 2 : 3, rows = problem->n + 1;
  const char **cells = POOL_NEW(output->context, (size_t)(rows * columns), const char *);
  mpq_t *alone = pool_rationals(output->context, 1);
  const char *const heads[] = {"party", "share", problem->claims ? "claim" : "alone", "holds from", "to"};
  for (int c = 0; c < columns; c++) cells[c] = heads[c];
  for (int i = 0; i < problem->n; i++) {
    const char **row = &cells[(i + 1) * columns];
    if (problem->claims) mpq_set(*alone, problem->claims->claim[i]);
    bool known = problem->claims || accord_standalone(*alone, problem, i);
    row[0] = verdicts->sheet->parties[i].id;
    row[1] = amount_text(output->context, verdicts->sheet, verdict->split[i]);
    if (columns == 2) continue;
    row[2] = known ? amount_text(output->context, verdicts->sheet, *alone) : "?";
    if (columns == 3) continue;
    row[3] = amount_text(output->context, verdicts->sheet, facts->least_share[i]);
    row[4] = amount_text(output->context, verdicts->sheet, facts->greatest_share[i]);
  }
  fputc('\n', output->stream);
  write_table(output, (const char *const *)cells, right, rows, columns);
  fputc('\n', output->stream);
}

static void write_verdict_text(output_stream *output, const verdict_list *verdicts, const split_verdict *verdict) {
  const char *name = verdict_name(verdict);
  const char *judged = styled(output, name && verdict->stands && !verdict->depends ? STYLE_GOOD : STYLE_BAD,
                              name ? name : "is not decided");
  fprintf(output->stream, "\n%s %s\n",
          styled(output, STYLE_BOLD, pool_text(output->context, "\"%s\"", safe_text(output->context, verdict->name))),
          judged);
  write_split(output, verdicts, verdict);
  write_share_sources(output, verdicts->sheet, verdict->source);
  for (int k = 0; k < verdict->finding_count; k++) {
    const finding *found = &verdict->findings[k];
    fprintf(output->stream, "  %s  %-15s  ", mark(output, found->judgement), check_name(found->check));
    write_wrapped(output->stream, 26, pool_text(output->context, "%s.", found->message));
  }
  write_objections(output, verdicts, verdict);
  if (verdict->repair) write_repair_text(output, verdicts, verdict);
  else if (verdicts->repairs)
    fprintf(output->stream, "\n  %s\n",
            verdict->stands ? "It stands as it is." : "What would make it stand was not worked out.");
}

void write_verdicts_text(output_stream *output, const verdict_list *verdicts) {
  const term_sheet *sheet = verdicts->sheet;
  if (sheet->title)
    fprintf(output->stream, "%s\n", styled(output, STYLE_BOLD, safe_text(output->context, sheet->title)));
  for (int k = 0; k < verdicts->count; k++) write_verdict_text(output, verdicts, &verdicts->list[k]);
  write_value_sources(output, sheet, verdicts->top);
}

/* --------------------------------------------------------------------- JSON */

static void write_finding(json_writer *json, const verdict_list *verdicts, const finding *found) {
  json_open_object(json, NULL);
  json_text(json, "check", check_name(found->check));
  json_text(json, "verdict", judgement_name(found->judgement));
  if (found->term >= 0) json_term(json, verdicts->sheet, found->term);
  if (found->coalition || found->group)
    json_members(json, "coalition", verdicts->sheet, found->coalition, found->group);
  if (found->party >= 0) json_text(json, "party", verdicts->sheet->parties[found->party].id);
  if (found->has_amount) json_rational(json, "amount", found->amount);
  if (found->has_amount && verdicts->exact) json_exact(json, "exact", found->amount);
  if (found->has_threshold) json_rational(json, "threshold", found->threshold);
  if (found->has_threshold) json_exact(json, "exact_threshold", found->threshold);
  json_text(json, "message", found->message);
  json_close_object(json);
}

static void write_objection_list(json_writer *json, const verdict_list *verdicts, const accord_stability *stability) {
  json_open_object(json, "objections");
  bool decided = stability && (stability->stable != ACCORD_UNKNOWN || verdicts->problem->unknowns);
  bool counted = decided && (!stability->only_some_counted || stability->stable == ACCORD_YES);
  if (counted) json_integer(json, "count", stability->objection_count);
  else json_null(json, "count");
  if (decided && !counted) json_integer(json, "at_least", stability->objection_count);
  json_open_array(json, "worst");
  for (int k = 0; stability && k < stability->listed; k++) {
    json_open_short_object(json, NULL);
    json_members(json, "coalition", verdicts->sheet, stability->objections[k].coalition,
                 stability->objections[k].group);
    json_rational(json, "amount", stability->objections[k].amount);
    if (verdicts->exact) json_exact(json, "exact", stability->objections[k].amount);
    json_close_object(json);
  }
  json_close_array(json);
  json_close_object(json);
}

static void write_verdict_json(json_writer *json, const verdict_list *verdicts, const split_verdict *verdict) {
  const term_sheet *sheet = verdicts->sheet;
  json_open_object(json, NULL);
  json_text(json, "name", verdict->name);
  json_text(json, "verdict", verdict_name(verdict));
  json_open_short_object(json, "split");
  for (int i = 0; i < sheet->n; i++) json_rational(json, sheet->parties[i].id, verdict->split[i]);
  json_close_object(json);
  if (verdicts->exact) json_exact_by_party(json, "exact", sheet, verdict->split);
  json_share_sources(json, sheet, verdict->source);
  json_open_array(json, "findings");
  for (int k = 0; k < verdict->finding_count; k++) write_finding(json, verdicts, &verdict->findings[k]);
  json_close_array(json);
  write_objection_list(json, verdicts, verdict->stability);
  if (verdict->repair) write_repair_json(json, verdicts, verdict);
  else if (verdicts->repairs) json_null(json, "repair");
  json_close_object(json);
}

void write_verdicts_json(output_stream *output, const verdict_list *verdicts) {
  json_writer json = json_start(output);
  json_open_document(&json);
  json_integer(&json, "format", 1);
  json_text(&json, "verdict",
            !verdicts->stands     ? "fails"
            : verdicts->depends   ? "depends"
            : verdicts->undecided ? NULL
                                  : "stands");
  json_open_array(&json, "proposals");
  for (int k = 0; k < verdicts->count; k++) write_verdict_json(&json, verdicts, &verdicts->list[k]);
  json_close_array(&json);
  json_value_sources(&json, verdicts->sheet);
  json_close_document(&json);
}

/* ---------------------------------------------------------------------- CSV */

static void write_finding_csv(output_stream *output, const verdict_list *verdicts, const split_verdict *verdict,
                              const finding *found) {
  FILE *stream = output->stream;
  const char *number = found->term >= 0 ? verdicts->sheet->terms[found->term].clause : NULL;
  csv_text(stream, safe_text(output->context, verdict->name)), fputc(',', stream);
  csv_text(stream, check_name(found->check)), fputc(',', stream);
  csv_text(stream, judgement_name(found->judgement)), fputc(',', stream);
  int any = 0;
  for (int i = 0; i < verdicts->sheet->n && i < 64; i++)
    if (has(found->coalition, i)) fprintf(stream, "%s%s", any++ ? "+" : "", verdicts->sheet->parties[i].id);
  for (int k = 0; found->group && k < found->group->count; k++)
    fprintf(stream, "%s%s", k ? "+" : "", verdicts->sheet->parties[found->group->member[k]].id);
  fputc(',', stream);
  csv_text(stream, found->party >= 0 ? verdicts->sheet->parties[found->party].id : ""), fputc(',', stream);
  csv_number(stream, found->has_amount ? double_text(output->context, accord_to_double(found->amount)) : NULL),
      fputc(',', stream);
  csv_number(stream, found->has_amount && verdicts->exact ? rational_text(output->context, found->amount) : NULL),
      fputc(',', stream);
  csv_text(stream, found->message), fputc(',', stream);
  csv_text(stream, found->term >= 0 ? verdicts->sheet->terms[found->term].pointer : ""), fputc(',', stream);
  csv_text(stream, number ? safe_text(output->context, number) : ""), fputc(',', stream);
  csv_number(stream, found->has_threshold ? double_text(output->context, accord_to_double(found->threshold)) : NULL),
      fputc('\n', stream);
}

void write_verdicts_csv(output_stream *output, const verdict_list *verdicts) {
  fputs("proposal,check,verdict,coalition,party,amount,exact,message,term,clause,threshold\n", output->stream);
  for (int k = 0; k < verdicts->count; k++)
    for (int f = 0; f < verdicts->list[k].finding_count; f++)
      write_finding_csv(output, verdicts, &verdicts->list[k], &verdicts->list[k].findings[f]);
}

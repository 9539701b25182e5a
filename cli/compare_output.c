/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A comparison of two sheets as text, JSON and CSV. */
#include "compare.h"

#include <string.h>

/* --------------------------------------------------------------------- words */

static const char *number_text(accord_context *context, const comparison *found, const mpq_t *amount) {
  return amount ? amount_text(context, found->after, *amount) : "-";
}

static const char *signed_text(accord_context *context, const comparison *found, const mpq_t amount) {
  const char *text = amount_text(context, found->after, amount);
  return mpq_sgn(amount) > 0 ? pool_text(context, "+%s", text) : text;
}

/* What is written, on one line and not too long. */
static const char *short_text(accord_context *context, const char *written) {
  enum { MOST = 48 };
  size_t length = written ? strlen(written) : 0, kept = 0;
  char *text = POOL_NEW(context, length + 4, char);
  for (size_t k = 0; k < length && kept < MOST; k++) {
    bool space = strchr(" \t\r\n", written[k]) != NULL;
    if (space && (kept == 0 || text[kept - 1] == ' ')) continue;
    text[kept++] = space ? ' ' : written[k];
  }
  while (kept == MOST && kept > 0 && (text[kept - 1] & 0xc0) == 0x80) kept--; /* no half of a letter */
  if (kept >= MOST - 4 && length > kept) memcpy(text + kept, "...", 3);
  return safe_text(context, text);
}

static const char *cause_text(accord_context *context, const comparison *found, int cause) {
  const change_cause *one = &found->causes[cause];
  const sheet_difference *first = &found->differences->list[one->differences[0]];
  if (!one->pointer) return "all differences together";
  const char *pointer = safe_text(context, one->pointer);
  if (one->count > 1) return pool_text(context, "%s (%d differences together)", pointer, one->count);
  return first->from && first->to ? pointer : pool_text(context, "%s (%s)", pointer, first->to ? "new" : "gone");
}

/* ---------------------------------------------------------------------- text */

static void write_heading(output_stream *output, const char *text) {
  fprintf(output->stream, "\n%s\n\n", styled(output, STYLE_BOLD, text));
}

static void write_differences(output_stream *output, const comparison *found) {
  const sheet_differences *differences = found->differences;
  write_heading(output,
                pool_text(output->context, "%d difference%s", differences->count, differences->count == 1 ? "" : "s"));
  for (int k = 0; k < differences->count; k++) {
    const sheet_difference *one = &differences->list[k];
    const char *pointer = safe_text(output->context, one->pointer);
    if (one->from && one->to)
      fprintf(output->stream, "  ~ %s: %s, now %s\n", pointer, short_text(output->context, one->from),
              short_text(output->context, one->to));
    else
      fprintf(output->stream, "  %s %s: %s\n", one->to ? "+" : "-", pointer,
              short_text(output->context, one->to ? one->to : one->from));
  }
}

static void write_share_rows(output_stream *output, const comparison *found, const rule_change *rule) {
  enum { COLUMNS = 4 };
  static const bool right[COLUMNS] = {false, true, true, true};
  accord_context *context = output->context;
  const char **cells = POOL_NEW(context, ((size_t)rule->share_count + 1) * COLUMNS, const char *);
  mpq_t *change = pool_rationals(context, 1);
  cells[0] = safe_text(context, rule->label), cells[1] = "before", cells[2] = "after", cells[3] = "change";
  for (int k = 0; k < rule->share_count; k++) {
    const share_change *share = &rule->shares[k];
    const char **row = &cells[(k + 1) * COLUMNS];
    row[0] = share->party;
    row[1] = number_text(context, found, share->from);
    row[2] = number_text(context, found, share->to);
    row[3] = "";
    if (!share->from || !share->to) continue;
    mpq_sub(*change, *share->to, *share->from);
    row[3] = signed_text(context, found, *change);
  }
  write_table(output, cells, right, rule->share_count + 1, COLUMNS);
}

static void write_shares(output_stream *output, const comparison *found) {
  bool any = false;
  for (int k = 0; k < found->rule_count; k++) {
    if (!found->rules[k].share_count) continue;
    if (!any)
      write_heading(output,
                    found->after->problem->goal == ACCORD_COST ? "What each party pays" : "What each party gets");
    else fputc('\n', output->stream);
    any = true;
    write_share_rows(output, found, &found->rules[k]);
  }
  if (!any) fputs("\n  Every share is what it was.\n", output->stream);
}

/* One sentence a rule and party: what moved it, the largest part first. */
static void write_dues(output_stream *output, const comparison *found, const rule_change *rule,
                       const share_change *share) {
  accord_context *context = output->context;
  bool *told = POOL_NEW(context, (size_t)found->cause_count, bool);
  const char *text = pool_text(context, "%s, %s:", safe_text(context, rule->label), share->party);
  mpq_t *size = pool_rationals(context, 2);
  for (int shown = 0; shown < 4; shown++) {
    int most = -1;
    for (int c = 0; c < found->cause_count; c++) {
      mpq_abs(size[0], share->due[c]);
      if (!told[c] && mpq_sgn(size[0]) && (most < 0 || mpq_cmp(size[0], size[1]) > 0))
        most = c, mpq_set(size[1], size[0]);
    }
    if (most < 0) break;
    told[most] = true;
    text = pool_text(context, "%s%s %s by %s", text, shown ? "," : "", signed_text(context, found, share->due[most]),
                     cause_text(context, found, most));
  }
  fputs("  ", output->stream);
  write_wrapped(output->stream, 4, pool_text(context, "%s.", text));
}

static void write_causes(output_stream *output, const comparison *found) {
  if (found->cause_count == 1 && !found->causes[0].pointer && found->causes[0].count > 1) {
    fputs("\n  The differences only make a sheet all together, so no part of a change is any one's.\n", output->stream);
    return;
  }
  if (found->cause_count < 2) return;
  write_heading(output, "What moved it");
  for (int k = 0; k < found->rule_count; k++)
    for (int i = 0; i < found->rules[k].share_count; i++)
      if (found->rules[k].shares[i].due) write_dues(output, found, &found->rules[k], &found->rules[k].shares[i]);
  if (found->orders)
    fprintf(output->stream, "\n  The parts are averages over %d orders of the differences; they sum to each change.\n",
            found->orders);
}

static const char *fact_words(const char *what, bool now) {
  if (strcmp(what, "core_empty") == 0)
    return now ? "no split holds against every group any more (the core is empty)"
               : "there are splits now that hold against every group (the core)";
  return NULL;
}

static const char *past_of(const char *verdict) {
  static const char *const words[][2] = {{"stands", "stood"}, {"fails", "failed"}, {"depends", "depended"}};
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    if (strcmp(words[k][0], verdict) == 0) return words[k][1];
  return verdict;
}

/* Of a rule and the clauses. */
static const char *clause_words(accord_context *context, const verdict_change *change) {
  const char *rule = safe_text(context, change->name);
  bool meets = strcmp(change->to, "true") == 0, met = strcmp(change->from, "true") == 0;
  bool known = meets || strcmp(change->to, "false") == 0;
  if (known && strcmp(change->from, "no clauses") == 0)
    return pool_text(context, "%s %s every clause; there were none before", rule, meets ? "meets" : "does not meet");
  if (known && (met || strcmp(change->from, "false") == 0))
    return pool_text(context, "%s %s every clause before, and does%s now", rule, met ? "met" : "did not meet",
                     meets ? "" : " not");
  return pool_text(context, "%s and the clauses: %s before, %s now", rule, change->from, change->to);
}

static void write_verdict(output_stream *output, const verdict_change *change) {
  accord_context *context = output->context;
  const char *words =
      strcmp(change->kind, "game") == 0 ? fact_words(change->what, strcmp(change->to, "true") == 0) : NULL;
  const char *text;
  if (words) text = words;
  else if (strcmp(change->kind, "proposal") == 0 && strcmp(change->from, "absent") == 0)
    text = pool_text(context, "the proposal \"%s\" is new, and %s", safe_text(context, change->name), change->to);
  else if (strcmp(change->kind, "proposal") == 0 && strcmp(change->to, "absent") == 0)
    text = pool_text(context, "the proposal \"%s\" is gone; it %s before", safe_text(context, change->name),
                     past_of(change->from));
  else if (strcmp(change->kind, "proposal") == 0)
    text = pool_text(context, "the proposal \"%s\" %s before, and %s now", safe_text(context, change->name),
                     past_of(change->from), change->to);
  else if (strcmp(change->what, "terms_met") == 0) text = clause_words(context, change);
  else if (strcmp(change->kind, "rule") == 0)
    text = pool_text(context, "%s: nobody would gain by leaving: %s before, %s now", safe_text(context, change->name),
                     change->from, change->to);
  else text = pool_text(context, "%s: %s before, %s now", change->what, change->from, change->to);
  fputs("  - ", output->stream);
  write_wrapped(output->stream, 4, pool_text(context, "%s.", text));
}

void write_comparison_text(output_stream *output, const comparison *found) {
  if (found->after->title)
    fprintf(output->stream, "%s\n", styled(output, STYLE_BOLD, safe_text(output->context, found->after->title)));
  if (found->differences->count == 0) {
    fputs("The two sheets say the same.\n", output->stream);
    return;
  }
  write_differences(output, found);
  write_shares(output, found);
  write_causes(output, found);
  if (!found->verdict_count) return;
  write_heading(output, "What else has changed");
  for (int k = 0; k < found->verdict_count; k++) write_verdict(output, &found->verdicts[k]);
}

/* ---------------------------------------------------------------------- JSON */

/* What is written stands as it is: it is JSON. */
static void json_written(json_writer *json, const char *key, const char *written) {
  if (written) json_raw(json, key, written);
  else json_null(json, key);
}

static void write_inputs(json_writer *json, const comparison *found) {
  json_open_array(json, "inputs");
  for (int k = 0; k < found->differences->count; k++) {
    const sheet_difference *one = &found->differences->list[k];
    json_open_object(json, NULL);
    json_text(json, "pointer", one->pointer);
    json_written(json, "from", one->from);
    json_written(json, "to", one->to);
    json_close_object(json);
  }
  json_close_array(json);
}

static void json_share(json_writer *json, const char *key, const mpq_t *share, bool exact) {
  if (!share) json_null(json, key);
  else (exact ? json_exact : json_rational)(json, key, *share);
}

static void write_share(json_writer *json, const comparison *found, const rule_change *rule,
                        const share_change *share) {
  json_open_short_object(json, NULL);
  json_text(json, "rule", rule->label);
  json_text(json, "party", share->party);
  json_share(json, "from", share->from, false);
  json_share(json, "to", share->to, false);
  if (found->before->problem->exact && found->after->problem->exact) {
    json_open_short_array(json, "exact");
    json_share(json, NULL, share->from, true);
    json_share(json, NULL, share->to, true);
    json_close_array(json);
  }
  json_close_object(json);
}

static void write_attribution(json_writer *json, const comparison *found, const rule_change *rule,
                              const share_change *share) {
  json_open_object(json, NULL);
  json_text(json, "rule", rule->label);
  json_text(json, "party", share->party);
  json_open_array(json, "changes");
  for (int c = 0; c < found->cause_count; c++) {
    json_open_short_object(json, NULL);
    if (!found->causes[c].pointer) json_null(json, "pointer");
    else json_text(json, "pointer", found->causes[c].pointer);
    json_open_short_array(json, "inputs");
    for (int j = 0; j < found->causes[c].count; j++)
      json_integer(json, NULL, (uint64_t)found->causes[c].differences[j]);
    json_close_array(json);
    json_rational(json, "amount", share->due[c]);
    json_exact(json, "exact", share->due[c]);
    json_close_object(json);
  }
  json_close_array(json);
  json_close_object(json);
}

typedef void share_writer(json_writer *json, const comparison *found, const rule_change *rule,
                          const share_change *share);

static void write_each_share(json_writer *json, const char *key, const comparison *found, share_writer *write,
                             bool due) {
  json_open_array(json, key);
  for (int k = 0; k < found->rule_count; k++)
    for (int i = 0; i < found->rules[k].share_count; i++)
      if (!due || found->rules[k].shares[i].due) write(json, found, &found->rules[k], &found->rules[k].shares[i]);
  json_close_array(json);
}

void write_comparison_json(output_stream *output, const comparison *found) {
  json_writer json = json_start(output);
  json_open_document(&json);
  json_integer(&json, "format", 1);
  write_inputs(&json, found);
  write_each_share(&json, "shares", found, write_share, false);
  json_open_array(&json, "verdicts");
  for (int k = 0; k < found->verdict_count; k++) {
    const verdict_change *change = &found->verdicts[k];
    json_open_short_object(&json, NULL);
    json_text(&json, "of", change->kind);
    if (change->name) json_text(&json, "name", change->name);
    json_text(&json, "what", change->what);
    json_text(&json, "from", change->from);
    json_text(&json, "to", change->to);
    json_close_object(&json);
  }
  json_close_array(&json);
  write_each_share(&json, "attribution", found, write_attribution, true);
  if (found->orders) json_integer(&json, "orders_sampled", (uint64_t)found->orders);
  json_close_document(&json);
}

/* ----------------------------------------------------------------------- CSV */

static void csv_share(FILE *stream, accord_context *context, const mpq_t *share) {
  csv_number(stream, share ? double_text(context, accord_to_double(*share)) : NULL), fputc(',', stream);
}

/* A row for every share that changed, and one for each part of its change. */
void write_comparison_csv(output_stream *output, const comparison *found) {
  accord_context *context = output->context;
  FILE *stream = output->stream;
  fputs("rule,party,from,to,pointer,amount\n", stream);
  for (int k = 0; k < found->rule_count; k++)
    for (int i = 0; i < found->rules[k].share_count; i++) {
      const share_change *share = &found->rules[k].shares[i];
      for (int c = 0; c < (share->due ? found->cause_count : 1); c++) {
        csv_text(stream, safe_text(context, found->rules[k].label)), fputc(',', stream);
        csv_text(stream, share->party), fputc(',', stream);
        csv_share(stream, context, share->from);
        csv_share(stream, context, share->to);
        csv_text(stream, share->due && found->causes[c].pointer ? safe_text(context, found->causes[c].pointer) : ""),
            fputc(',', stream);
        csv_number(stream, share->due ? double_text(context, accord_to_double(share->due[c])) : NULL);
        fputc('\n', stream);
      }
    }
}

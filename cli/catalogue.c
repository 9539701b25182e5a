/* SPDX-License-Identifier: GPL-3.0-or-later */
/* accord rules, accord models: the tables, as they stand. */
#include "command.h"
#include "json_writer.h"
#include "model.h"

typedef struct entry {
  const char *name, *title, *formula, *needs, *reference;
  int max_n;
} entry;

static void write_json(output_stream *output, const entry *entries, int count) {
  json_writer json = json_start(output);
  json_open_array(&json, NULL);
  for (int k = 0; k < count; k++) {
    json_open_object(&json, NULL);
    json_text(&json, "name", entries[k].name);
    json_text(&json, "title", entries[k].title);
    json_text(&json, "formula", entries[k].formula);
    json_text(&json, "needs", entries[k].needs);
    json_integer(&json, "max_n", (uint64_t)entries[k].max_n);
    json_text(&json, "reference", entries[k].reference);
    json_close_object(&json);
  }
  json_close_array(&json);
  json_end_document(&json);
}

static void write_csv(FILE *stream, const entry *entries, int count) {
  fputs("name,title,formula,needs,max_n,reference\n", stream);
  for (int k = 0; k < count; k++) {
    const char *const texts[] = {entries[k].name, entries[k].title, entries[k].formula, entries[k].needs};
    for (int t = 0; t < 4; t++) csv_text(stream, texts[t]), fputc(',', stream);
    fprintf(stream, "%d,", entries[k].max_n);
    csv_text(stream, entries[k].reference), fputc('\n', stream);
  }
}

static void write_text(output_stream *output, const entry *entries, int count) {
  FILE *stream = output->stream;
  for (int k = 0; k < count; k++) {
    fprintf(stream, "%s%s  %s\n", k ? "\n" : "", styled(output, STYLE_BOLD, entries[k].name), entries[k].title);
    fputs("    ", stream), write_wrapped(stream, 4, entries[k].formula);
    fputs("    ", stream),
        write_wrapped(stream, 4,
                      pool_text(output->context, "Needs: %s. Up to %d parties.", entries[k].needs, entries[k].max_n));
    fputs("    ", stream), write_wrapped(stream, 4, pool_text(output->context, "%s.", entries[k].reference));
  }
}

static int write_entries(const cli_options *options, const entry *entries, int count) {
  output_stream output;
  output_start(&output, options);
  switch (options->format) {
  case FORMAT_TEXT: write_text(&output, entries, count); break;
  case FORMAT_JSON: write_json(&output, entries, count); break;
  case FORMAT_CSV: write_csv(output.stream, entries, count); break;
  }
  return output_finish(&output, options) ? EXIT_DONE : EXIT_INTERNAL;
}

int command_rules(accord_context *context, int argc, char **argv) {
  cli_options options = {.context = context};
  read_options(&options, argc, argv, 0,
               "The rules there are: name, title, formula, what each needs, largest number of parties, reference.",
               NULL);
  entry *entries = POOL_NEW(context, (size_t)accord_rule_count, entry);
  for (int k = 0; k < accord_rule_count; k++) {
    const accord_rule *rule = &accord_rules[k];
    entries[k] = (entry){rule->name, rule->title, rule->formula, rule->needs, rule->reference, rule->max_n};
  }
  return write_entries(&options, entries, accord_rule_count);
}

int command_models(accord_context *context, int argc, char **argv) {
  cli_options options = {.context = context};
  read_options(&options, argc, argv, 0,
               "The models there are: name, title, formula, fields, largest number of parties, reference.", NULL);
  entry *entries = POOL_NEW(context, (size_t)model_count, entry);
  for (int k = 0; k < model_count; k++)
    entries[k] = (entry){models[k].name,  models[k].title,     models[k].formula,
                         models[k].needs, models[k].reference, models[k].max_n};
  return write_entries(&options, entries, model_count);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* accord init MODEL */
#include "command.h"
#include "model.h"

static void report_model(const char *name) {
  fprintf(stderr, "accord: there is no model \"%s\"; the models are", name);
  for (int k = 0; k < model_count; k++) fprintf(stderr, "%s %s", k ? "," : "", models[k].name);
  fputc('\n', stderr);
}

int command_init(accord_context *context, int argc, char **argv) {
  cli_options options = {.context = context};
  output_stream output;
  read_options(&options, argc, argv, TAKES_MODEL,
               "A term sheet to begin with, for this model; it solves as it stands.\v"
               "Example:\n"
               "  accord init coalitions -o deal.json\n"
               "  accord solve deal.json",
               "MODEL");
  const sheet_model *model = find_model(options.file);
  if (!model) {
    report_model(safe_text(context, options.file));
    return EXIT_BAD_INPUT;
  }
  output_start(&output, &options);
  fputs(model->starter, output.stream);
  return output_finish(&output, &options) ? EXIT_DONE : EXIT_INTERNAL;
}

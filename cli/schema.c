/* SPDX-License-Identifier: GPL-3.0-or-later */
/* accord schema */
#include "schema.h"

#include "command.h"

int command_schema(accord_context *context, int argc, char **argv) {
  cli_options options = {.context = context};
  output_stream output;
  read_options(
      &options, argc, argv, 0,
      "The JSON Schema (draft-07) of the term sheet, for editors and validators; it is JSON in every format.\v"
      "A schema sees the form of a sheet: keys, kinds of values, numbers, ids. What refers to what, and whether "
      "amounts add up, accord solve and accord check see.\n\n"
      "Example:\n"
      "  accord schema -o termsheet.schema.json",
      NULL);
  output_start(&output, &options);
  fwrite(termsheet_schema, 1, termsheet_schema_length, output.stream);
  return output_finish(&output, &options) ? EXIT_DONE : EXIT_INTERNAL;
}

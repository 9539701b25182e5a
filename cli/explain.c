/* SPDX-License-Identifier: GPL-3.0-or-later */
/* accord explain E012, accord explain FILE --rule R */
#include "command.h"
#include "explain/rule_explained.h"
#include "json_writer.h"

#include <string.h>

static error_code find_code(const char *name) {
  error_code code = 0;
  while (code < ERROR_CODE_COUNT && strcasecmp(error_name(code), name) != 0) code++;
  return code;
}

static const char *title_of(const cli_options *options, error_code code) {
  return options->chinese ? error_title_in_chinese(code) : error_title(code);
}

static const char *meaning_of(const cli_options *options, error_code code) {
  return options->chinese ? error_meaning_in_chinese(code) : error_meaning(code);
}

static void write_code_text(output_stream *output, const cli_options *options, error_code code) {
  fprintf(output->stream, "%s  %s\n    ", styled(output, STYLE_BOLD, error_name(code)), title_of(options, code));
  write_wrapped(output->stream, 4, meaning_of(options, code));
}

static void write_code_json(output_stream *output, const cli_options *options, error_code code) {
  json_writer json = json_start(output);
  json_open_object(&json, NULL);
  json_text(&json, "code", error_name(code));
  json_text(&json, "title", title_of(options, code));
  json_text(&json, "meaning", meaning_of(options, code));
  json_close_object(&json);
  json_end_document(&json);
}

static int explain_code(accord_context *context, const cli_options *options) {
  output_stream output;
  error_code code = find_code(options->file);
  if (code == ERROR_CODE_COUNT) {
    const char *name = safe_text(context, options->file);
    fprintf(stderr,
            "accord: there is no error code \"%s\"; the codes are %s to %s. The shares of a term sheet are explained "
            "rule by rule: accord explain %s --rule shapley\n",
            name, error_name(0), error_name(ERROR_CODE_COUNT - 1), name);
    return EXIT_BAD_INPUT;
  }
  output_start(&output, options);
  if (options->format == FORMAT_JSON) write_code_json(&output, options, code);
  else write_code_text(&output, options, code);
  return output_finish(&output, options) ? EXIT_DONE : EXIT_INTERNAL;
}

int command_explain(accord_context *context, int argc, char **argv) {
  cli_options options = {.context = context, .game_later = true};
  read_options(&options, argc, argv, TAKES_CODE | TAKES_SOLVING | TAKES_EXPLAINING,
               "How a rule comes to its shares, step by step, and what it guarantees; or what an error code means.\v"
               "Examples:\n"
               "  accord explain deal.json --rule shapley\n"
               "  accord explain deal.json --rule nucleolus --party uni\n"
               "  accord explain E012\n\n"
               "Exit codes: 0 done; 1 the rule is undefined here; 2 the sheet or the command line is wrong; "
               "3 a limit was reached; 4 internal or system error.",
               "FILE|CODE");
  return options.rules ? explain_rule(context, &options) : explain_code(context, &options);
}

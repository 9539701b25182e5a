/* SPDX-License-Identifier: GPL-3.0-or-later */
/* accord export FILE --as csv|npy|lp */
#include "export.h"

#include "command.h"
#include "reader.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

/* --------------------------------------------------------------------- sizes */

static double id_lengths(const term_sheet *sheet) {
  double sum = 0;
  for (int i = 0; i < sheet->n; i++) sum += (double)strlen(sheet->parties[i].id);
  return sum;
}

/* Bytes of the longest value, about. */
static double value_length(const accord_game *game) {
  return (double)(mpz_sizeinbase(game->largest, 10) + mpz_sizeinbase(mpq_denref(game->unit), 10)) + 4;
}

/* Every party is named in half of the coalitions. */
static double csv_bytes(const term_sheet *sheet) {
  return ldexp((id_lengths(sheet) + sheet->n) / 2 + value_length(sheet->problem->game), sheet->n);
}

static double npy_bytes(const term_sheet *sheet) { return ldexp(sizeof(double), sheet->n); }

static double lp_bytes(const term_sheet *sheet) {
  return ldexp(4 * sheet->n + 24 + value_length(sheet->problem->game), sheet->n);
}

/* --------------------------------------------------------------------- kinds */

/* Programs that read LP files take minutes for a million rows. */
enum { LP_MOST_PARTIES = 20 };

static const struct export_format {
  int most_parties;
  double (*bytes)(const term_sheet *sheet);
  void (*write)(game_export *export);
  const char *instead; /* what works where this does not */
  const char *changed; /* said of the values that are not written as they are */
} formats[] = {
    [EXPORT_CSV] = {GAME_MOST_PARTIES, csv_bytes, write_export_csv,
                    "--as npy takes 8 bytes a coalition; or raise --memory-limit.",
                    "too long, too large or too small for a term sheet, which will not take them back"},
    [EXPORT_NPY] = {GAME_MOST_PARTIES, npy_bytes, write_export_npy, "Raise --memory-limit.",
                    "not exactly a double and written as the nearest one; --as csv writes them exactly"},
    [EXPORT_LP] = {
        LP_MOST_PARTIES, lp_bytes, write_export_lp,
        "A program of up to 20 parties is written, as far as --memory-limit allows; --as npy writes the table of up to 28, and accord solve works out the core and least core without this file.",
        "too long for the readers of LP files and written as the nearest double"}};

void export_changed(game_export *export, accord_coalition coalition) {
  if (export->changed++ == 0) export->first_changed = coalition;
}

void export_value(mpq_t value, const game_export *export, accord_coalition coalition) {
  accord_context *context = export->output->context;
  accord_game_value(value, export->problem->game, coalition);
  if (export->problem->exact) return;
  const char *text = double_text(context, accord_to_double(value));
  number_from_text(context, value, text, strlen(text)); /* out of a sheet's range: as it is */
}

/* -------------------------------------------------------------------- limits */

static const char *bytes_text(accord_context *context, double bytes) {
  return bytes < 1e6 ? pool_text(context, "%.0f bytes", bytes) : pool_text(context, "%.4g MB", bytes / 1e6);
}

/* Adds to the sheet's diagnostics what keeps its table from being written this way. */
static void check_size(accord_context *context, term_sheet *sheet, const struct export_format *format) {
  const source_text source = {.name = sheet->file};
  double limit = (double)accord_context_settings(context)->memory_limit;
  if (sheet->problem->unknowns)
    add_diagnostic(&sheet->diagnostics, E274, &source, SIZE_MAX, "", NULL, "%d of the coalitions' values are not known",
                   sheet->problem->unknowns->count);
  else if (!sheet->problem->game)
    add_diagnostic(&sheet->diagnostics, E070, &source, SIZE_MAX, "",
                   "accord solve gives the shares by the rules that need no table.", "%s", sheet->problem->no_game);
  else if (sheet->n > format->most_parties)
    add_diagnostic(&sheet->diagnostics, E070, &source, SIZE_MAX, "", format->instead,
                   "%d parties have 2^%d coalitions, and this is written for up to %d parties", sheet->n, sheet->n,
                   format->most_parties);
  else if (format->bytes(sheet) > limit)
    add_diagnostic(&sheet->diagnostics, E070, &source, SIZE_MAX, "", format->instead,
                   "the 2^%d coalitions take about %s to write, and the memory limit is %s", sheet->n,
                   bytes_text(context, format->bytes(sheet)), bytes_text(context, limit));
}

/* --------------------------------------------------------------------- notes */

static void write_export_notes(const cli_options *options, const game_export *export) {
  accord_context *context = options->context;
  const term_sheet *sheet = export->sheet;
  if (options->quiet) return;
  write_notes(options, sheet->warnings, sheet->warning_count);
  if (export->changed)
    fprintf(stderr, "note: %llu of %zu values are %s; the first is that of %s\n", (unsigned long long)export->changed,
            export->problem->game->size - 1, formats[options->as].changed,
            coalition_text(context, sheet, export->first_changed));
  if (!export->problem->exact && options->numbers == NUMBERS_AUTO && options->as != EXPORT_NPY)
    fputs("note: the values are doubles; each is written as the shortest decimal that reads back as the same double"
          " (--exact writes all of its digits)\n",
          stderr);
}

struct writing {
  game_export *export;
  const struct export_format *format;
};

static accord_status write_game(accord_context *context, void *argument) {
  struct writing *writing = argument;
  (void)context;
  writing->format->write(writing->export);
  return ACCORD_OK;
}

/* The whole result, or where a limit is reached none of it. */
static int write_result(accord_context *context, const cli_options *options, const term_sheet *sheet) {
  output_stream output;
  game_export export = {.output = &output, .sheet = sheet, .problem = sheet->problem};
  struct writing writing = {&export, &formats[options->as]};
  output_start(&output, options);
  accord_status status = guard(context, write_game, &writing);
  if (status == ACCORD_OK) {
    write_export_notes(options, &export);
    return output_finish(&output, options) ? EXIT_DONE : EXIT_INTERNAL;
  }
  output_discard(&output);
  if (status != ACCORD_LIMIT) guard_leave(context, status, "%s", accord_message(context));
  return write_limit(context, options, "Raise the limit, or write another kind (--as csv, npy or lp).");
}

int command_export(accord_context *context, int argc, char **argv) {
  cli_options options = {.context = context};
  int code;
  read_options(&options, argc, argv, TAKES_FILE | TAKES_SOLVING | TAKES_AS,
               "The game of a term sheet for other programs: what every coalition is worth or costs, after all that "
               "the sheet lays over it; or its core and least core as a linear program.\v"
               "Examples:\n"
               "  accord export deal.json --as csv -o values.csv\n"
               "  accord export deal.json --as npy -o values.npy\n"
               "  accord export deal.json --as lp -o deal.lp\n\n"
               "csv and npy are what \"values_file\" in a sheet takes. lp is CPLEX LP format; what its rows and "
               "variables mean, and how it gives the core, stands at the head of the file. --json is for mistakes in "
               "the sheet.\n\n"
               "Exit codes: 0 done; 2 the sheet or the command line is wrong; 3 too many parties for this kind, or a "
               "limit was reached; 4 internal or system error.",
               "FILE");
  if (options.as == EXPORT_NPY && !options.output && isatty(STDOUT_FILENO)) {
    fputs("accord: a .npy file is not for a terminal; name a file with -o\n", stderr);
    return EXIT_BAD_INPUT;
  }
  term_sheet *sheet = open_sheet(context, &options, &code);
  if (!sheet) return code;
  check_size(context, sheet, &formats[options.as]);
  if (sheet->diagnostics.count) return write_mistakes(&options, &sheet->diagnostics);
  return write_result(context, &options, sheet);
}

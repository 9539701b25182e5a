/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing results. */
#include "output.h"

#include "utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool wants_color(const cli_options *options) {
  const char *no_color = getenv("NO_COLOR");
  if (options->color != COLOR_AUTO) return options->color == COLOR_ALWAYS;
  return !options->output && isatty(STDOUT_FILENO) && !(no_color && *no_color);
}

void output_start(output_stream *output, const cli_options *options) {
  *output = (output_stream){.context = options->context, .color = wants_color(options)};
  output->stream = open_memstream(&output->text, &output->length);
  if (!output->stream) guard_leave(options->context, ACCORD_NO_MEMORY, "out of memory");
}

static bool write_all(int file, const char *text, size_t length) {
  while (length) {
    ssize_t put = write(file, text, length);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    text += put;
    length -= (size_t)put;
  }
  return true;
}

/* A plain file is replaced in one step; anything else (a device, a pipe) is written to. */
static bool write_file(accord_context *context, const char *path, const char *text, size_t length) {
  struct stat status;
  bool plain = stat(path, &status) != 0 || S_ISREG(status.st_mode);
  char *temporary = plain ? pool_text(context, "%s.XXXXXX", path) : NULL;
  int file = plain ? mkstemp(temporary) : open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return false;
  bool good = write_all(file, text, length);
  if (plain && good) {
    mode_t mask = umask(0);
    umask(mask);
    good = fchmod(file, 0666 & ~mask) == 0 && fsync(file) == 0;
  }
  int error = errno;
  if (close(file) != 0 && good) good = false, error = errno;
  if (plain && good && rename(temporary, path) != 0) good = false, error = errno;
  if (plain && !good) unlink(temporary);
  errno = error;
  return good;
}

bool output_finish(output_stream *output, const cli_options *options) {
  bool good = fclose(output->stream) == 0;
  if (good && options->output) good = write_file(output->context, options->output, output->text, output->length);
  else if (good) good = write_all(STDOUT_FILENO, output->text, output->length);
  if (!good) fprintf(stderr, "accord: the result could not be written to %s: %s\n",
                     options->output ? options->output : "standard output", strerror(errno));
  free(output->text);
  return good;
}

/* ------------------------------------------------------------------ numbers */

const char *rational_text(accord_context *context, const mpq_t number) {
  size_t room = mpz_sizeinbase(mpq_numref(number), 10) + mpz_sizeinbase(mpq_denref(number), 10) + 4;
  return mpq_get_str(pool_new(context, room, 1), 10, number);
}

const char *double_text(accord_context *context, double number) {
  char text[40];
  if (number == 0) return "0";
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(text, sizeof text, "%.*g", digits, number);
    if (strtod(text, NULL) == number) break;
  }
  return pool_copy_text(context, text, strlen(text));
}

/* number * 10^places to the nearest integer, then the point put in. */
const char *decimal_text(accord_context *context, const mpq_t number, int places) {
  mpz_t *work = pool_integers(context, 2);
  power_of_ten(work[0], (unsigned)places);
  mpz_mul(work[0], work[0], mpq_numref(number));
  mpz_mul_2exp(work[0], work[0], 1);
  mpz_mul_2exp(work[1], mpq_denref(number), 1);
  if (mpz_sgn(work[0]) < 0) mpz_sub(work[0], work[0], mpq_denref(number));
  else mpz_add(work[0], work[0], mpq_denref(number));
  mpz_tdiv_q(work[0], work[0], work[1]);
  bool negative = mpz_sgn(work[0]) < 0;
  mpz_abs(work[0], work[0]);
  char *digits = mpz_get_str(pool_new(context, mpz_sizeinbase(work[0], 10) + 2, 1), 10, work[0]);
  int length = (int)strlen(digits), zeros = length > places ? 0 : places + 1 - length; /* in front: 5 -> 0.05 */
  if (places == 0) return pool_text(context, "%s%s", negative ? "-" : "", digits);
  char *padded = pool_new(context, (size_t)(length + zeros) + 1, 1);
  memset(padded, '0', (size_t)zeros);
  memcpy(padded + zeros, digits, (size_t)length);
  int whole = length + zeros - places;
  return pool_text(context, "%s%.*s.%s", negative ? "-" : "", whole, padded, padded + whole);
}

const char *amount_text(accord_context *context, const term_sheet *sheet, const mpq_t amount) {
  return sheet->unit_places < 0 ? rational_text(context, amount) : decimal_text(context, amount, sheet->unit_places);
}

const char *money_text(accord_context *context, const term_sheet *sheet, const mpq_t amount) {
  const char *text = amount_text(context, sheet, amount);
  return sheet->currency ? pool_text(context, "%s %s", text, safe_text(context, sheet->currency)) : text;
}

const char *exact_money_text(accord_context *context, const term_sheet *sheet, const mpq_t amount) {
  const char *text = money_text(context, sheet, amount);
  mpz_t *power = pool_integers(context, 1);
  if (sheet->unit_places < 0) return text;
  power_of_ten(*power, (unsigned)sheet->unit_places);
  bool whole = mpz_divisible_p(*power, mpq_denref(amount));
  bool readable = mpz_sizeinbase(mpq_denref(amount), 10) < 12;
  return whole || !readable ? text : pool_text(context, "%s (exactly %s)", text, rational_text(context, amount));
}

const char *payable_text(accord_context *context, const term_sheet *sheet, const mpz_t count) {
  mpq_t *amount = pool_rationals(context, 1);
  mpq_set_z(*amount, count);
  mpq_mul(*amount, *amount, sheet->unit);
  return amount_text(context, sheet, *amount);
}

/* -------------------------------------------------------------------- words */

/* Characters that change how a terminal or a reader sees what stands around them. */
static bool is_unsafe(unsigned code) {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x061c || (code >= 0x200b && code <= 0x200f) ||
         (code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x2069) || code == 0xfeff;
}

const char *safe_text(accord_context *context, const char *text) {
  size_t left = strlen(text), room = 10 * left + 1;
  char *safe = pool_new(context, room, 1), *out = safe;
  for (size_t length; left; text += length, left -= length) {
    length = utf8_length(text, left);
    unsigned code = length ? utf8_decode(text, length) : (unsigned char)*text;
    if (!length || is_unsafe(code)) out += snprintf(out, room - (size_t)(out - safe), "\\u{%x}", code);
    else memcpy(out, text, length), out += length;
    if (!length) length = 1;
  }
  return safe;
}

const char *names_text(accord_context *context, const term_sheet *sheet, accord_coalition coalition) {
  const char *text = "";
  int left = size_of(coalition);
  for (int i = 0; i < sheet->n && i < 64; i++) {
    if (!has(coalition, i)) continue;
    left--;
    text = pool_text(context, "%s%s%s", text, sheet->parties[i].id, left > 1 ? ", " : left == 1 ? " and " : "");
  }
  return text;
}

const char *styled(output_stream *output, text_style style, const char *text) {
  static const char *const codes[] = {[STYLE_BOLD] = "1", [STYLE_GOOD] = "32", [STYLE_BAD] = "31", [STYLE_DIM] = "2"};
  return output->color ? pool_text(output->context, "\033[%sm%s\033[0m", codes[style], text) : text;
}

/* Bytes of a word are taken for columns: names in wide letters only make lines shorter. */
void write_wrapped(FILE *stream, int indent, const char *text) {
  enum { WIDTH = 92 };
  int column = indent;
  for (bool first = true; *text; first = false) {
    int length = (int)strcspn(text, " ");
    if (!first && column + 1 + length > WIDTH) fprintf(stream, "\n%*s", indent, ""), column = indent;
    else if (!first) fputc(' ', stream), column++;
    fwrite(text, 1, (size_t)length, stream);
    column += length;
    text += length;
    text += strspn(text, " ");
  }
  fputc('\n', stream);
}

/* ------------------------------------------------------------------- tables */

static void fill_table(struct libscols_table *table, const char *const *cells, int rows, int columns) {
  for (int r = 1; r < rows; r++) {
    struct libscols_line *line = scols_table_new_line(table, NULL);
    for (int c = 0; line && c < columns; c++) scols_line_set_data(line, (size_t)c, cells[r * columns + c]);
  }
}

void write_table(output_stream *output, const char *const *cells, const bool *right, int rows, int columns) {
  struct libscols_table *table = scols_new_table();
  if (!table) guard_leave(output->context, ACCORD_NO_MEMORY, "out of memory");
  scols_table_set_stream(table, output->stream);
  scols_table_set_termforce(table, SCOLS_TERMFORCE_NEVER);
  scols_table_set_column_separator(table, "  ");
  for (int c = 0; c < columns; c++) scols_table_new_column(table, cells[c], 0, right[c] ? SCOLS_FL_RIGHT : 0);
  fill_table(table, cells, rows, columns);
  int failed = scols_print_table(table);
  scols_unref_table(table);
  if (failed) guard_leave(output->context, ACCORD_NO_MEMORY, "out of memory");
}

/* ---------------------------------------------------------------------- CSV */

void csv_text(FILE *stream, const char *text) {
  bool formula = *text && strchr("=+-@\t\r", *text), quote = formula || strpbrk(text, ",\"\n\r") != NULL;
  if (quote) fputc('"', stream);
  if (formula) fputc('\'', stream);
  for (; *text; text++) {
    if (*text == '"') fputc('"', stream);
    fputc(*text, stream);
  }
  if (quote) fputc('"', stream);
}

void csv_number(FILE *stream, const char *text) {
  if (text) fputs(text, stream);
}

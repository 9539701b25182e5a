/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing results. */
#include "output.h"
#include "progress.h"

#include "utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wchar.h>

bool color_wanted(color_choice choice, int file) {
  const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");
  bool dumb = terminal && strcmp(terminal, "dumb") == 0;
  if (choice != COLOR_AUTO) return choice == COLOR_ALWAYS;
  return isatty(file) && !dumb && !(no_color && *no_color);
}

/* The result so far. Not open_memstream: that forgets what it had no memory for. */
struct output_memory {
  accord_context *context;
  FILE *stream;
  char *text;
  size_t length, room;
  accord_status status;
};

static void release_memory(void *data) {
  struct output_memory *memory = data;
  if (memory->stream) fclose(memory->stream);
  free(memory->text);
}

static bool make_room(struct output_memory *memory, size_t more) {
  size_t wanted = 2 * memory->room + more;
  if (more <= memory->room - memory->length) return true;
  if (wanted > memory_left(memory->context)) return memory->status = ACCORD_LIMIT, false;
  char *grown = realloc(memory->text, wanted);
  if (!grown) return memory->status = ACCORD_NO_MEMORY, false;
  memory->text = grown;
  memory->room = wanted;
  return true;
}

/* What the stream calls: no jump may leave from in here. */
static ssize_t add_text(void *data, const char *text, size_t length) {
  struct output_memory *memory = data;
  if (memory->status != ACCORD_OK || !make_room(memory, length)) return 0;
  memcpy(memory->text + memory->length, text, length);
  memory->length += length;
  return (ssize_t)length;
}

void output_start(output_stream *output, const cli_options *options) {
  accord_context *context = options->context;
  clear_progress();
  *output = (output_stream){.context = context,
                            .one_line = options->ndjson,
                            .line = options->line,
                            .color = color_wanted(options->color, options->output ? -1 : STDOUT_FILENO)};
  output->memory = pool_new_released(context, sizeof *output->memory, release_memory);
  output->memory->context = context;
  output->memory->stream = fopencookie(output->memory, "w", (cookie_io_functions_t){.write = add_text});
  output->stream = output->memory->stream;
  if (!output->stream) guard_leave(context, ACCORD_NO_MEMORY, "out of memory");
}

static void leave_unless_whole(const struct output_memory *memory) {
  bool good = fflush(memory->stream) == 0 && !ferror(memory->stream);
  if (memory->status == ACCORD_LIMIT)
    guard_leave(memory->context, ACCORD_LIMIT,
                "the result needs more than the memory limit of %s leaves; raise the memory limit",
                memory_limit_words(memory->context).text);
  if (!good || memory->status != ACCORD_OK) guard_leave(memory->context, ACCORD_NO_MEMORY, "out of memory");
}

void output_discard(output_stream *output) { pool_free(output->context, output->memory); }

/* False with errno EINTR where the user has had enough of waiting for a reader. */
static bool write_all(const accord_context *context, int file, const char *text, size_t length) {
  while (length) {
    ssize_t put = write(file, text, length);
    if (put < 0 && errno == EINTR && !is_interrupted(context)) continue;
    if (put < 0) return false;
    text += put;
    length -= (size_t)put;
    if (length && is_interrupted(context)) return errno = EINTR, false;
  }
  return true;
}

/* The mode of the file that is replaced, or of a new one. */
static mode_t mode_of(const struct stat *old) {
  if (old) return old->st_mode & 0777;
  mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

/* A temporary file, until it has taken its place: gone with its block, however the work ends. */
struct temporary_file {
  const char *name; /* NULL: it has */
  int file;
};

/* Its name, for a signal that ends the program at once. */
static const char *volatile unfinished;

void remove_unfinished_file(void) {
  if (unfinished) unlink(unfinished);
}

static void release_temporary(void *data) {
  struct temporary_file *temporary = data;
  if (!temporary->name) return;
  close(temporary->file);
  unlink(temporary->name);
  unfinished = NULL;
}

/* Through a temporary file beside it, so that nobody ever sees half of it. */
static bool start_replacement(accord_context *context, output_file *file, const char *path, const struct stat *old) {
  char *name = pool_text(context, "%s.XXXXXX", path);
  *file = (output_file){.context = context, .path = pool_copy_text(context, path, strlen(path)), .mode = mode_of(old)};
  file->temporary = pool_new_released(context, sizeof *file->temporary, release_temporary);
  unfinished = name;
  file->file = file->temporary->file = mkstemp(name);
  if (file->file >= 0) file->temporary->name = name;
  else unfinished = NULL;
  return file->file >= 0;
}

/* In its place or not, the temporary file is no more. */
static bool end_replacement(output_file *file, bool good) {
  struct temporary_file *temporary = file->temporary;
  int error = errno;
  if (good && rename(temporary->name, file->path) != 0) good = false, error = errno;
  if (!good) unlink(temporary->name);
  unfinished = NULL;
  temporary->name = NULL;
  errno = error;
  return good;
}

/* A plain file is replaced in one step (behind a link, the file it leads to); a device or pipe is written to. */
bool file_start(accord_context *context, output_file *file, const char *path) {
  struct stat status;
  char real[PATH_MAX];
  bool there = stat(path, &status) == 0;
  if (!there && lstat(path, &status) == 0) return false; /* a link to nothing */
  if (!there) return start_replacement(context, file, path, NULL);
  if (S_ISREG(status.st_mode)) return realpath(path, real) && start_replacement(context, file, real, &status);
  *file = (output_file){.context = context, .file = open(path, O_WRONLY | O_CLOEXEC)};
  return file->file >= 0;
}

bool file_write(output_file *file, const char *text, size_t length) {
  bool good = write_all(file->context, file->file, text, length);
  file->failed = file->failed || !good;
  return good;
}

bool file_finish(output_file *file, bool good) {
  int error = errno;
  if (good && file->temporary && (fchmod(file->file, file->mode) != 0 || fsync(file->file) != 0))
    good = false, error = errno;
  if (close(file->file) != 0 && good) good = false, error = errno;
  errno = error;
  return file->temporary ? end_replacement(file, good) : good;
}

static bool write_file(accord_context *context, const char *path, const char *text, size_t length) {
  output_file file;
  return file_start(context, &file, path) && file_finish(&file, file_write(&file, text, length));
}

void write_notes(const cli_options *options, const char *const *notes, int count) {
  const char *where = options->line ? pool_text(options->context, "line %zu: ", options->line) : "";
  for (int k = 0; k < count && !options->quiet; k++)
    fprintf(stderr, "note: %s%s\n", where, safe_text(options->context, notes[k]));
}

void report_unwritten(const cli_options *options) {
  if (errno == EPIPE) return; /* a reader that has seen enough is no news */
  fprintf(stderr, "accord: the result could not be written to %s: %s\n",
          options->output ? options->output : "standard output", strerror(errno));
}

bool output_finish(output_stream *output, const cli_options *options) {
  accord_context *context = output->context;
  const struct output_memory *memory = output->memory;
  leave_unless_whole(memory);
  bool good = options->sink     ? file_write(options->sink, memory->text, memory->length)
              : options->output ? write_file(context, options->output, memory->text, memory->length)
                                : write_all(context, STDOUT_FILENO, memory->text, memory->length);
  if (!good && is_interrupted(context)) guard_leave(context, ACCORD_INTERRUPTED, "interrupted");
  if (!good) report_unwritten(options);
  pool_free(context, output->memory);
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

/* Decimals that show all of a number; -1 where there is no end to them, or more than MOST. */
static int decimals_of(accord_context *context, const mpq_t number) {
  enum { MOST = 12 };
  mpz_t *rest = pool_integers(context, 1);
  int places = number_places(context, *rest, number);
  return mpz_cmp_ui(*rest, 1) == 0 && places <= MOST ? places : -1;
}

/* Decimals that show at least three digits of a number without end. */
static int rounded_decimals(const mpq_t number, int least) {
  double size = fabs(accord_to_double(number));
  int needed = size > 0 && size < 1 ? 2 - (int)floor(log10(size)) : 0;
  return needed > least ? needed : least;
}

const char *amount_text(accord_context *context, const term_sheet *sheet, const mpq_t amount) {
  int least = sheet->unit_places < 0 ? 0 : sheet->unit_places, all = decimals_of(context, amount);
  if (all >= 0) return decimal_text(context, amount, all > least ? all : least);
  return decimal_text(context, amount, rounded_decimals(amount, least > 2 ? least : 2));
}

static const char *with_currency(accord_context *context, const term_sheet *sheet, const char *text) {
  return sheet->currency ? pool_text(context, "%s %s", text, safe_text(context, sheet->currency)) : text;
}

const char *money_text(accord_context *context, const term_sheet *sheet, const mpq_t amount) {
  return with_currency(context, sheet, amount_text(context, sheet, amount));
}

bool decimals_suffice(accord_context *context, const mpq_t number) { return decimals_of(context, number) >= 0; }

bool is_readable(const mpq_t number) { return mpz_sizeinbase(mpq_denref(number), 10) < 12; }

static const char *with_fraction(accord_context *context, const char *text, const mpq_t amount) {
  if (decimals_suffice(context, amount) || !is_readable(amount)) return text;
  return pool_text(context, "%s (exactly %s)", text, rational_text(context, amount));
}

const char *exact_money_text(accord_context *context, const term_sheet *sheet, const mpq_t amount) {
  return with_fraction(context, money_text(context, sheet, amount), amount);
}

const char *exact_amount_text(accord_context *context, const term_sheet *sheet, const mpq_t amount) {
  return with_fraction(context, amount_text(context, sheet, amount), amount);
}

const char *unit_text(accord_context *context, const term_sheet *sheet) {
  return with_currency(context, sheet, sheet->unit_text);
}

const char *payable_text(accord_context *context, const term_sheet *sheet, const mpz_t count) {
  mpq_t *amount = pool_rationals(context, 1);
  mpq_set_z(*amount, count);
  mpq_mul(*amount, *amount, sheet->unit);
  return sheet->unit_places < 0 ? rational_text(context, *amount) : decimal_text(context, *amount, sheet->unit_places);
}

/* -------------------------------------------------------------------- words */

bool is_unsafe_character(unsigned code) {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x061c || (code >= 0x200b && code <= 0x200f) ||
         (code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x2069) || code == 0xfeff;
}

const char *safe_text(accord_context *context, const char *text) {
  size_t left = strlen(text), room = 10 * left + 1;
  char *safe = pool_new(context, room, 1), *out = safe;
  for (size_t length; left; text += length, left -= length) {
    length = utf8_length(text, left);
    unsigned code = length ? utf8_decode(text, length) : (unsigned char)*text;
    if (!length || is_unsafe_character(code)) out += snprintf(out, room - (size_t)(out - safe), "\\u{%x}", code);
    else memcpy(out, text, length), out += length;
    if (!length) length = 1;
  }
  return safe;
}

const char *names_text(accord_context *context, const term_sheet *sheet, accord_coalition coalition) {
  const char *text = "";
  int left = size_of(coalition);
  if (sheet->n >= 5 && left == sheet->n - 1)
    return pool_text(context, "all but %s", sheet->parties[__builtin_ctzll(~coalition)].id);
  for (int i = 0; i < sheet->n && i < 64; i++) {
    if (!has(coalition, i)) continue;
    left--;
    text = pool_text(context, "%s%s%s", text, sheet->parties[i].id, left > 1 ? ", " : left == 1 ? " and " : "");
  }
  return text;
}

/* "A, B and 40 more" where they are many. */
const char *members_text(accord_context *context, const term_sheet *sheet, accord_coalition coalition,
                         const accord_group *group) {
  enum { MOST_NAMES = 12 };
  const char *text = "";
  if (!group) return names_text(context, sheet, coalition);
  int shown = group->count <= MOST_NAMES ? group->count : MOST_NAMES - 2, more = group->count - shown;
  for (int k = 0; k < shown; k++) {
    int left = shown - k - 1 + (more > 0);
    text = pool_text(context, "%s%s%s", text, sheet->parties[group->member[k]].id,
                     left > 1    ? ", "
                     : left == 1 ? " and "
                                 : "");
  }
  return more ? pool_text(context, "%s%d more", text, more) : text;
}

const char *objection_names(accord_context *context, const term_sheet *sheet, const accord_objection *objection) {
  return members_text(context, sheet, objection->coalition, objection->group);
}

const char *styled(output_stream *output, text_style style, const char *text) {
  static const char *const codes[] = {[STYLE_BOLD] = "1", [STYLE_GOOD] = "32", [STYLE_BAD] = "31", [STYLE_DIM] = "2"};
  return output->color ? pool_text(output->context, "\033[%sm%s\033[0m", codes[style], text) : text;
}

/* The columns of the first length bytes of a text. */
static int word_width(const char *text, int length) {
  int width = 0;
  for (int at = 0; at < length;) {
    size_t bytes = utf8_length(text + at, (size_t)(length - at));
    int columns = bytes ? wcwidth((wchar_t)utf8_decode(text + at, bytes)) : 1;
    width += columns > 0 ? columns : 0;
    at += bytes ? (int)bytes : 1;
  }
  return width;
}

int text_width(const char *text) { return word_width(text, (int)strlen(text)); }

void write_wrapped(FILE *stream, int indent, const char *text) {
  enum { WIDTH = 92 };
  int column = indent;
  for (bool first = true; *text; first = false) {
    int length = (int)strcspn(text, " "), width = word_width(text, length);
    if (!first && column + 1 + width > WIDTH) fprintf(stream, "\n%*s", indent, ""), column = indent;
    else if (!first) fputc(' ', stream), column++;
    fwrite(text, 1, (size_t)length, stream);
    column += width;
    text += length;
    text += strspn(text, " ");
  }
  fputc('\n', stream);
}

/* ------------------------------------------------------------------- tables */

static bool fill_table(struct libscols_table *table, const char *const *cells, const bool *right, int rows,
                       int columns) {
  for (int c = 0; c < columns; c++)
    if (!scols_table_new_column(table, cells[c], 0, right[c] ? SCOLS_FL_RIGHT : 0)) return false;
  for (int r = 1; r < rows; r++) {
    struct libscols_line *line = scols_table_new_line(table, NULL);
    if (!line) return false;
    for (int c = 0; c < columns; c++)
      if (scols_line_set_data(line, (size_t)c, cells[r * columns + c]) != 0) return false;
  }
  return true;
}

/* libsmartcols leaves a cell blank where it has no memory for it, and does not say so. */
static bool all_cells_written(output_stream *output, size_t start, const char *const *cells, int count) {
  if (fflush(output->stream) != 0) return false;
  const struct output_memory *memory = output->memory;
  const char *at = memory->text + start, *end = memory->text + memory->length;
  for (int k = 0; k < count; k++) {
    size_t length = cells[k] ? strlen(cells[k]) : 0;
    if (length) at = memmem(at, (size_t)(end - at), cells[k], length);
    if (!at) return false;
    at += length;
  }
  return true;
}

void write_table(output_stream *output, const char *const *cells, const bool *right, int rows, int columns) {
  fflush(output->stream);
  size_t start = output->memory->length;
  struct libscols_table *table = scols_new_table();
  if (!table) guard_leave(output->context, ACCORD_NO_MEMORY, "out of memory");
  scols_table_set_stream(table, output->stream);
  scols_table_set_termforce(table, SCOLS_TERMFORCE_NEVER);
  bool good = scols_table_set_column_separator(table, "  ") == 0 && fill_table(table, cells, right, rows, columns) &&
              scols_print_table(table) == 0;
  scols_unref_table(table);
  good = good && all_cells_written(output, start, cells, rows * columns);
  if (good) return;
  leave_unless_whole(output->memory);
  guard_leave(output->context, ACCORD_NO_MEMORY, "out of memory");
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

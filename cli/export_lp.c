/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The least core as a linear program in CPLEX LP format.
 *
 *   minimise epsilon  subject to  x(S) + epsilon >= v(S) for every proper coalition S,  x(N) = v(N);
 *   of a cost game:               x(S) - epsilon <= c(S).
 *
 * The format has no fractions: a row whose value is no finite decimal is multiplied by what remains of the
 * denominator. It has reserved names too: variables are x_1.. and worst_gain (no name may begin like a number, so
 * not epsilon), and ids stand in comments. */
#include "export.h"

#include "utf8.h"

#include <string.h>

/* Readers take tokens of up to 255 characters (GLPK) and lines of up to 560 (CPLEX). */
enum { MOST_DIGITS = 200, LINE = 78 };

struct lp_text {
  game_export *export;
  accord_context *context;
  FILE *stream;
  size_t column;
  mpq_t *value; /* size 2 */
  mpz_t *rest;
};

/* ------------------------------------------------------------------ comments */

/* The bytes of a text that one comment line takes: whole characters, some 90 bytes. */
static size_t line_length(const char *text) {
  const char *at = text;
  while (*at && at - text < 90) {
    size_t bytes = utf8_length(at, strnlen(at, 4));
    at += bytes ? bytes : 1;
  }
  return (size_t)(at - text);
}

/* The text in comment lines of bounded length. */
static void comment(FILE *stream, const char *text) {
  do {
    size_t length = line_length(text);
    fprintf(stream, "\\%s%.*s\n", length ? " " : "", (int)length, text);
    text += length;
  } while (*text);
}

static void comment_parties(const struct lp_text *lp) {
  const term_sheet *sheet = lp->export->sheet;
  for (int i = 0; i < sheet->n; i++) {
    const sheet_party *party = &sheet->parties[i];
    comment(lp->stream, party->name == party->id ? pool_text(lp->context, "x_%d = %s", i + 1, party->id)
                                                 : pool_text(lp->context, "x_%d = %s (%s)", i + 1, party->id,
                                                             safe_text(lp->context, party->name)));
  }
}

static void comment_head(const struct lp_text *lp) {
  const term_sheet *sheet = lp->export->sheet;
  bool cost = lp->export->problem->goal == ACCORD_COST;
  comment(lp->stream, pool_text(lp->context, "The least core of %s, by accord " ACCORD_VERSION,
                                sheet->title ? safe_text(lp->context, sheet->title) : "a game"));
  comment(lp->stream, pool_text(lp->context, "Sheet %s", safe_text(lp->context, sheet->file)));
  comment(lp->stream, pool_text(lp->context, "SHA-256 %s", digest_text(sheet->digest)));
  comment(lp->stream, "");
  comment(lp->stream, cost ? "x_i is what a party pays:" : "x_i is what a party gets:");
  comment_parties(lp);
  comment(lp->stream, "");
  comment(lp->stream, "worst_gain, the epsilon of the least core, is the most that any group would");
  comment(lp->stream, "gain by leaving the others. Row s_K is the group with x_i where bit i - 1 of K");
  comment(lp->stream, "is 1. A row is multiplied by a whole number where decimals would not end.");
  comment(lp->stream, "");
  comment(lp->stream, "The core: it is empty exactly where the least worst_gain is above 0. With");
  comment(lp->stream, "  worst_gain = 0");
  comment(lp->stream, "in place of \"worst_gain free\" under Bounds, the solutions are the core itself.");
}

/* ---------------------------------------------------------------------- rows */

/* Writes a word of a row, on a new line where this one is full. */
static void put(struct lp_text *lp, const char *word) {
  size_t length = strlen(word);
  if (lp->column && lp->column + 1 + length > LINE) {
    fputs("\n ", lp->stream);
    lp->column = 1;
  }
  fprintf(lp->stream, " %s", word);
  lp->column += length + 1;
}

static void put_term(struct lp_text *lp, const char *sign, const char *factor, const char *name) {
  bool one = strcmp(factor, "1") == 0;
  put(lp, pool_text(lp->context, "%s%s%s%s%s", sign, *sign ? " " : "", one ? "" : factor, one ? "" : " ", name));
}

/* The least whole factor with which the row's value is a finite decimal, and that decimal; where either is too long
 * for readers, 1 and the nearest double. */
static void scale_row(struct lp_text *lp, const char **factor, const char **value, accord_coalition coalition) {
  export_value(lp->value[0], lp->export, coalition);
  int places = number_places(lp->context, *lp->rest, lp->value[0]);
  mpq_set_z(lp->value[1], *lp->rest);
  *factor = rational_text(lp->context, lp->value[1]);
  mpq_mul(lp->value[1], lp->value[1], lp->value[0]);
  *value = decimal_text(lp->context, lp->value[1], places);
  if (strlen(*factor) <= MOST_DIGITS && strlen(*value) <= MOST_DIGITS) return;
  export_changed(lp->export, coalition);
  *factor = "1";
  *value = double_text(lp->context, accord_to_double(lp->value[0]));
}

static void write_row(struct lp_text *lp, accord_coalition coalition) {
  const char *factor, *value;
  bool all = coalition == everybody(lp->export->sheet->n), cost = lp->export->problem->goal == ACCORD_COST;
  scale_row(lp, &factor, &value, coalition);
  lp->column = 0;
  put(lp, all ? "total:" : pool_text(lp->context, "s_%llu:", (unsigned long long)coalition));
  for (accord_coalition left = coalition; left; left &= left - 1)
    put_term(lp, left == coalition ? "" : "+", factor, pool_text(lp->context, "x_%d", __builtin_ctzll(left) + 1));
  if (!all) put_term(lp, cost ? "-" : "+", factor, "worst_gain");
  put(lp, pool_text(lp->context, "%s %s", all ? "=" : cost ? "<=" : ">=", value));
  fputc('\n', lp->stream);
}

static void write_bounds(const struct lp_text *lp) {
  int n = lp->export->sheet->n;
  fputs("Bounds\n", lp->stream);
  for (int i = 1; i <= n; i++) fprintf(lp->stream, " x_%d free\n", i);
  fprintf(lp->stream, " worst_gain %s\n", n > 1 ? "free" : "= 0"); /* one party has nobody to leave */
}

void write_export_lp(game_export *export) {
  accord_context *context = export->output->context;
  struct lp_text lp = {.export = export,
                       .context = context,
                       .stream = export->output->stream,
                       .value = pool_rationals(context, 2),
                       .rest = pool_integers(context, 1)};
  comment_head(&lp);
  fputs("\nMinimize\n obj: worst_gain\nSubject To\n", lp.stream);
  write_row(&lp, everybody(export->sheet->n));
  for (accord_coalition s = 1; s < everybody(export->sheet->n); s++) {
    accord_mark mark = accord_get_mark(context);
    if (s % 1024 == 0) check_clock(context);
    write_row(&lp, s);
    accord_reset(context, mark);
  }
  write_bounds(&lp);
  fputs("End\n", lp.stream);
}

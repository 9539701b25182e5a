/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A term sheet, read: parties, the problem its model makes, rules, proposals. */
#ifndef ACCORD_MODELS_SHEET_H
#define ACCORD_MODELS_SHEET_H

#include "diagnostic.h"
#include "files.h"
#include "game.h"

typedef enum numbers_wanted { NUMBERS_AUTO, NUMBERS_EXACT, NUMBERS_FLOAT } numbers_wanted;

typedef struct sheet_options {
  numbers_wanted numbers;
  const char *allowed_files; /* folder, or NULL */
  bool digests;              /* will be asked for */
  bool game_later;           /* a table that takes long is not made before sheet_make_game */
} sheet_options;

typedef struct sheet_party {
  const char *id, *name, *role; /* name is the id where none is given; role may be NULL */
} sheet_party;

typedef struct sheet_rule {
  const accord_rule *rule;
  const char *label;
  bool under_terms;
} sheet_rule;

/* What a clause bounds, and how. */
typedef enum term_form { TERM_AMOUNT, TERM_SHARE, TERM_ORDER, TERM_RATIO, TERM_EQUAL, TERM_LINEAR } term_form;

/* A clause as the sheet states it; its rows are those of problem->terms. */
typedef struct sheet_term {
  const char *pointer;       /* "/terms/0" */
  const char *clause, *name; /* NULL where absent */
  term_form form;
  int party_count;
  int *parties; /* the party or group, those compared in their order, those a sum counts */
  int first_row, row_count;
} sheet_term;

/* Beside each row of problem->terms. */
typedef struct sheet_term_row {
  int first, second;  /* the parties of one step of an order, equality or ratio, else -1 */
  mpq_t stated;       /* the bound as written: an amount, a fraction of the total, the factor of a step */
  const char *source; /* or NULL */
} sheet_term_row;

typedef struct sheet_proposal {
  const char *name;
  mpq_t *share;        /* size n */
  const char **source; /* size n, entries may be NULL */
} sheet_proposal;

typedef struct sheet_source {
  accord_coalition coalition;
  const char *text;
} sheet_source;

typedef struct sheet_file {
  const char *name;
  input_digest *digest;
} sheet_file;

/* What a third party adds: as much as it takes, or a given amount, a fraction of it each period. */
typedef struct sheet_subsidy {
  bool to_core;
  mpq_t amount; /* where not to_core */
  int period_count;
  mpq_t *fractions; /* size period_count: at least one */
} sheet_subsidy;

struct sheet_model;
struct json_document;

typedef struct term_sheet {
  accord_context *context;
  sheet_options options;
  diagnostics diagnostics;
  const struct json_document *document; /* the text and its tree */
  const char *file;                     /* as typed */
  input_digest *digest;
  const char *title, *date, *currency, *unit_text; /* NULL where absent, but unit_text */
  mpq_t unit;
  int unit_places; /* decimals of the unit as written, for printing amounts; -1: not a decimal */
  int n;
  sheet_party *parties; /* size n */
  int *by_hash;         /* size hash_mask + 1, open addressing: 1 + the party of an id, or 0 */
  size_t hash_mask;
  const struct sheet_model *model;
  const char *sharing; /* claims: "award" or "loss" */
  accord_problem *problem;
  const char **nodes; /* of a tree: the names of its nodes, as its edges number them */
  int rule_count;
  sheet_rule *rules; /* as the sheet asks, or none */
  accord_fund *fund; /* NULL where there is none */
  int proposal_count;
  sheet_proposal *proposals;
  int term_count;
  sheet_term *terms;         /* size term_count */
  sheet_term_row *term_rows; /* size problem->terms->row_count */
  sheet_subsidy *subsidy;    /* NULL where there is none */
  int source_count, source_room;
  sheet_source *sources; /* where stated values come from */
  int file_count;
  sheet_file files[4];
  int warning_count;
  const char *warnings[32];
  bool limited; /* a limit ended the making of the table, and the problem has none */
  bool has_seed;
  uint64_t seed;
} term_sheet;

/* Reads a sheet from a file or "-". Where sheet->diagnostics.count > 0 it must not be used further. */
term_sheet *sheet_read(accord_context *context, const char *path, const sheet_options *options);

/* The same from a text with a 0 byte behind it; source->name is the file it comes from, in whose folder the files
 * it names are looked for. */
term_sheet *sheet_read_text(accord_context *context, const source_text *source, const sheet_options *options);

/* Makes the problem's table where that was left for later. Where memory does not reach, what needs none can still be asked:
 * there is a warning, and sheet->limited is set; anything worse leaves through the guard. */
void sheet_make_game(term_sheet *sheet);

/* What a rule under terms is called where the sheet gives no name: "nucleolus under terms". */
const char *label_under_terms(accord_context *context, const accord_rule *rule);

/* The party of that id (length bytes), or -1. */
int sheet_find_party(const term_sheet *sheet, const char *id, size_t length);

/* Says that there is no such rule (naming the nearest), at a place in a source. */
void report_rule(term_sheet *sheet, const source_text *source, size_t offset, const char *pointer, const char *name);

/* Keeps where the value of a coalition comes from; text NULL: nowhere. */
void sheet_add_source(term_sheet *sheet, accord_coalition coalition, const char *text);

/* Where the value of a coalition comes from ("Annex B, p. 3"), or NULL. */
const char *sheet_source_of(const term_sheet *sheet, accord_coalition coalition);

void sheet_warn(term_sheet *sheet, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif

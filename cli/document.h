/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A document of headings, paragraphs, lists and tables, written as Markdown or as one HTML page. Texts are plain; each
 * writer escapes them for its medium. */
#ifndef ACCORD_CLI_DOCUMENT_H
#define ACCORD_CLI_DOCUMENT_H

#include "output.h"

typedef struct document_writer {
  accord_context *context;
  FILE *stream;
  bool html;
  bool in_list; /* an HTML list is open */
  int charts;   /* drawn so far */
} document_writer;

document_writer document_start(output_stream *output, bool html, const char *title);
void document_end(document_writer *document);

void document_heading(document_writer *document, int level, const char *text);
void document_paragraph(document_writer *document, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* An item of a list, numbered from 1 by the caller; number 0: not numbered. */
void document_item(document_writer *document, int number, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What follows is in no list. */
void document_close_list(document_writer *document);

/* Text in HTML. */
void html_text(FILE *stream, const char *text);

/* cells: rows * columns texts by rows, the first row the heads. right: size columns. */
void document_table(document_writer *document, const char *const *cells, const bool *right, int rows, int columns);

/* Text as it stands, line by line. */
void document_verbatim(document_writer *document, const char *text);

#endif

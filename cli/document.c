/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Markdown and HTML. The page asks for nothing outside itself, runs nothing and can be printed on A4. */
#include "document.h"

#include <stdarg.h>
#include <string.h>

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>";
static const char style[] =
    "</title>\n<style>\n"
    "body{font:16px/1.5 Georgia,serif;color:#111;background:#fff;max-width:54rem;margin:2rem auto;padding:0 1rem}\n"
    "h1,h2,h3{font-family:Helvetica,Arial,sans-serif;line-height:1.2;break-after:avoid}\n"
    "table{border-collapse:collapse;margin:1rem 0;font-size:.9rem}\n"
    "th,td{border-bottom:1px solid #bbb;padding:.25rem .6rem;text-align:left;vertical-align:top}\n"
    "th{border-bottom:2px solid #333}\n.n{text-align:right;font-variant-numeric:tabular-nums}\n"
    "thead{display:table-header-group}\ntr{break-inside:avoid}\n"
    "pre{background:#f4f4f4;padding:.6rem;overflow-x:auto;font-size:.8rem;white-space:pre-wrap;overflow-wrap:anywhere}\n"
    "svg{display:block;width:100%;max-width:720px;margin:1rem 0;break-inside:avoid;font:10.5px Helvetica,Arial,sans-serif}\n"
    "@page{size:A4;margin:20mm}\n</style>\n</head>\n<body>\n";

/* ------------------------------------------------------------------ escaping */

static const char *html_entity(char c) {
  switch (c) {
  case '&': return "&amp;";
  case '<': return "&lt;";
  case '>': return "&gt;";
  case '"': return "&quot;";
  case '\'': return "&#39;";
  default: return NULL;
  }
}

void html_text(FILE *stream, const char *text) {
  for (; *text; text++) {
    const char *entity = html_entity(*text);
    if (entity) fputs(entity, stream);
    else fputc(*text, stream);
  }
}

/* What Markdown takes for markup anywhere in a line; signs that begin a list or heading stand after words here. */
static void write_markdown(FILE *stream, const char *text) {
  for (; *text; text++) {
    if (strchr("\\`*_[]<>|#~", *text)) fputc('\\', stream);
    fputc(*text == '\n' ? ' ' : *text, stream);
  }
}

static void write_text(document_writer *document, const char *text) {
  (document->html ? html_text : write_markdown)(document->stream, text);
}

/* ---------------------------------------------------------------------- parts */

void document_close_list(document_writer *document) {
  if (document->in_list) fputs("</ol>\n", document->stream);
  document->in_list = false;
}

document_writer document_start(output_stream *output, bool html, const char *title) {
  document_writer document = {output->context, output->stream, html, false, 0};
  if (html) {
    fputs(head, document.stream);
    html_text(document.stream, title);
    fputs(style, document.stream);
  }
  document_heading(&document, 1, title);
  return document;
}

void document_end(document_writer *document) {
  document_close_list(document);
  if (document->html) fputs("</body>\n</html>\n", document->stream);
}

void document_heading(document_writer *document, int level, const char *text) {
  document_close_list(document);
  if (document->html) fprintf(document->stream, "<h%d>", level);
  else fprintf(document->stream, "%s%.*s ", level > 1 ? "\n" : "", level, "######");
  write_text(document, text);
  if (document->html) fprintf(document->stream, "</h%d>", level);
  fputc('\n', document->stream);
}

void document_paragraph(document_writer *document, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const char *text = pool_text_of(document->context, format, arguments);
  va_end(arguments);
  document_close_list(document);
  fputs(document->html ? "<p>" : "\n", document->stream);
  write_text(document, text);
  fputs(document->html ? "</p>\n" : "\n", document->stream);
}

void document_item(document_writer *document, int number, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const char *text = pool_text_of(document->context, format, arguments);
  va_end(arguments);
  if (document->html && !document->in_list) {
    fputs(number ? "<ol>\n" : "<ol style=\"list-style:disc\">\n", document->stream);
    document->in_list = true;
  }
  if (document->html) fputs("<li>", document->stream);
  else if (number) fprintf(document->stream, "%s%d. ", number == 1 ? "\n" : "", number);
  else fputs("- ", document->stream);
  write_text(document, text);
  fputs(document->html ? "</li>\n" : "\n", document->stream);
}

static void html_row(document_writer *document, const char *const *cells, const bool *right, int columns,
                     const char *tag) {
  fputs("<tr>", document->stream);
  for (int c = 0; c < columns; c++) {
    fprintf(document->stream, "<%s%s>", tag, right[c] ? " class=\"n\"" : "");
    html_text(document->stream, cells[c]);
    fprintf(document->stream, "</%s>", tag);
  }
  fputs("</tr>\n", document->stream);
}

static void html_table(document_writer *document, const char *const *cells, const bool *right, int rows, int columns) {
  fputs("<table>\n<thead>\n", document->stream);
  html_row(document, cells, right, columns, "th");
  fputs("</thead>\n<tbody>\n", document->stream);
  for (int r = 1; r < rows; r++) html_row(document, &cells[r * columns], right, columns, "td");
  fputs("</tbody>\n</table>\n", document->stream);
}

static void markdown_row(document_writer *document, const char *const *cells, int columns) {
  for (int c = 0; c < columns; c++) {
    fputs("| ", document->stream);
    write_markdown(document->stream, cells[c]);
    fputc(' ', document->stream);
  }
  fputs("|\n", document->stream);
}

void document_table(document_writer *document, const char *const *cells, const bool *right, int rows, int columns) {
  document_close_list(document);
  if (document->html) {
    html_table(document, cells, right, rows, columns);
    return;
  }
  fputc('\n', document->stream);
  markdown_row(document, cells, columns);
  for (int c = 0; c < columns; c++) fputs(right[c] ? "|---:" : "|---", document->stream);
  fputs("|\n", document->stream);
  for (int r = 1; r < rows; r++) markdown_row(document, &cells[r * columns], columns);
}

/* Indented by four, a line means nothing to Markdown. */
void document_verbatim(document_writer *document, const char *text) {
  document_close_list(document);
  fputs(document->html ? "<pre>" : "\n    ", document->stream);
  for (; *text; text++) {
    char one[2] = {*text, '\0'};
    if (document->html) html_text(document->stream, one);
    else if (*text == '\n' && text[1]) fputs("\n    ", document->stream);
    else fputc(*text, document->stream);
  }
  fputs(document->html ? "</pre>\n" : "\n", document->stream);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Charts in SVG: coordinates with one decimal, colours that the colour-blind tell apart, and never a colour alone: every
 * bar has its label, every mark its shape. */
#include "chart.h"

#include <math.h>
#include <string.h>

enum {
  WIDTH = 720,
  LEFT = 190,  /* where bars begin */
  RIGHT = 640, /* and end: figures stand behind */
  BAR = 15,
  MARK = 10,
  TOP = 24,
  MOST_LETTERS = 25,
  TICKS = 6
};

/* Okabe and Ito's colours, without the yellow that is lost on white. */
static const char *const colours[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#555555"};
enum { COLOURS = sizeof colours / sizeof *colours };

typedef struct plot {
  document_writer *document;
  FILE *stream;
  const chart *drawn;
  double least, most, step; /* of the axis, and between its ticks */
  double bottom;            /* of what is drawn along it */
} plot;

/* --------------------------------------------------------------------- axis */

static double place(const plot *drawing, double number) {
  return LEFT + (RIGHT - LEFT) * (number - drawing->least) / (drawing->most - drawing->least);
}

static void take(plot *drawing, double number) {
  if (isnan(number)) return;
  drawing->least = fmin(drawing->least, number);
  drawing->most = fmax(drawing->most, number);
}

/* 1, 2 or 5 times a power of ten. */
static double tick_step(double length) {
  double rough = length / TICKS, power = pow(10, floor(log10(rough)));
  double part = rough / power;
  return power * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
}

/* From 0, or from the least there is where everything is far from it. */
static void find_axis(plot *drawing, bool from_zero) {
  const chart *drawn = drawing->drawn;
  drawing->least = HUGE_VAL, drawing->most = -HUGE_VAL;
  for (int i = 0; i < drawn->rows; i++) {
    for (int k = 0; k < drawn->series_count; k++) {
      take(drawing, drawn->series[k].high[i]);
      if (drawn->series[k].low) take(drawing, drawn->series[k].low[i]);
    }
    if (drawn->low) take(drawing, drawn->low[i]), take(drawing, drawn->high[i]);
  }
  if (drawing->least > drawing->most) drawing->least = drawing->most = 0;
  if (from_zero || drawing->least < 0.5 * drawing->most) take(drawing, 0);
  if (drawing->least == drawing->most) drawing->most += 1;
  drawing->step = tick_step(drawing->most - drawing->least);
  drawing->least = drawing->step * floor(drawing->least / drawing->step);
  drawing->most = drawing->step * ceil(drawing->most / drawing->step);
}

static void write_axis(const plot *drawing) {
  int count = (int)lround((drawing->most - drawing->least) / drawing->step);
  for (int k = 0; k <= count; k++) {
    double number = drawing->least + k * drawing->step;
    if (fabs(number) < drawing->step / 1e6) number = 0;
    double x = place(drawing, number);
    fprintf(drawing->stream, "<path d=\"M%.1f %d V%.1f\" stroke=\"%s\"/>\n", x, TOP, drawing->bottom,
            number == 0 ? "#333" : "#ddd");
    fprintf(drawing->stream, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%.10g</text>\n", x,
            drawing->bottom + 13, number);
  }
}

/* --------------------------------------------------------------------- words */

/* As many letters as there is room for, wide ones counted twice. */
static void write_label(const plot *drawing, double x, double y, const char *anchor, const char *more,
                        const char *text) {
  size_t end = 0, length = strlen(text);
  int width = 0;
  char *shown = POOL_NEW(drawing->document->context, length + 4, char);
  while (end < length) {
    unsigned char first = (unsigned char)text[end];
    size_t bytes = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    width += bytes > 2 ? 2 : 1;
    if (width > MOST_LETTERS && end + bytes < length) break;
    end += bytes;
  }
  memcpy(shown, text, end);
  if (end < length) memcpy(shown + end, "\xe2\x80\xa6", 4);
  fprintf(drawing->stream, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>", x, y, anchor, more);
  html_text(drawing->stream, shown);
  fputs("</text>\n", drawing->stream);
}

static void open_drawing(plot *drawing, double height) {
  int number = ++drawing->document->charts;
  FILE *stream = drawing->stream;
  fprintf(stream,
          "<svg role=\"img\" aria-labelledby=\"chart%d-title chart%d-words\" viewBox=\"0 0 %d %.0f\" "
          "xmlns=\"http://www.w3.org/2000/svg\">\n<title id=\"chart%d-title\">",
          number, number, WIDTH, height, number);
  html_text(stream, drawing->drawn->title);
  fprintf(stream, "</title>\n<desc id=\"chart%d-words\">", number);
  html_text(stream, drawing->drawn->description);
  fputs("</desc>\n<text x=\"0\" y=\"12\" font-weight=\"bold\">", stream);
  html_text(stream, drawing->drawn->title);
  fputs("</text>\n", stream);
}

static bool draws(document_writer *document, plot *drawing, const chart *drawn, bool from_zero) {
  if (!document->html || !drawn->rows || !drawn->series_count) return false;
  document_close_list(document);
  *drawing = (plot){.document = document, .stream = document->stream, .drawn = drawn};
  find_axis(drawing, from_zero);
  return true;
}

/* ---------------------------------------------------------------------- bars */

static void write_bar(const plot *drawing, const chart_series *series, int i, double y, const char *colour) {
  double from = series->low ? series->low[i] : 0, to = series->high[i];
  bool open = isnan(from) || isnan(to);
  if (series->low == NULL && isnan(to)) return;
  if (isnan(from)) from = drawing->least;
  if (isnan(to)) to = drawing->most;
  double left = place(drawing, fmin(from, to)), right = place(drawing, fmax(from, to));
  fprintf(drawing->stream, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" fill=\"%s\"%s/>\n", left, y,
          fmax(right - left, 1), BAR - 3, colour, open ? " fill-opacity=\"0.4\"" : "");
  write_label(drawing, fmax(right, place(drawing, fmax(drawing->least, 0))) + 4, y + BAR - 4, "start", "",
              series->text[i]);
}

void document_bars(document_writer *document, const chart *drawn) {
  plot drawing;
  bool ranges = drawn->series_count && drawn->series[0].low;
  if (!draws(document, &drawing, drawn, !ranges)) return;
  double block = BAR * (drawn->series_count + 1) + 4;
  drawing.bottom = TOP + drawn->rows * block;
  open_drawing(&drawing, drawing.bottom + 20);
  write_axis(&drawing);
  for (int i = 0; i < drawn->rows; i++) {
    double y = TOP + i * block;
    write_label(&drawing, 0, y + BAR - 2, "start", " font-weight=\"bold\"", drawn->row[i]);
    for (int k = 0; k < drawn->series_count; k++) {
      y += BAR;
      write_label(&drawing, LEFT - 6, y + BAR - 4, "end", "", drawn->series[k].label);
      write_bar(&drawing, &drawn->series[k], i, y, colours[k % COLOURS]);
    }
  }
  fputs("</svg>\n", document->stream);
}

/* --------------------------------------------------------------------- marks */

/* A circle, square, diamond, two triangles, a cross and a plus. */
static void write_mark(const plot *drawing, double x, double y, int series) {
  static const char *const shapes[] = {"m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z",
                                       "m-3.5 -3.5h7v7h-7z",
                                       "m0 -4.5l4.5 4.5l-4.5 4.5l-4.5 -4.5z",
                                       "m0 -4.5l4.5 8h-9z",
                                       "m0 4.5l4.5 -8h-9z",
                                       "m-3.5 -3.5l7 7m0 -7l-7 7",
                                       "m-4.5 0h9m-4.5 -4.5v9"};
  int shape = series % COLOURS;
  fprintf(drawing->stream, "<path d=\"M%.1f %.1f%s\" fill=\"%s\" stroke=\"%s\" stroke-width=\"%s\"/>\n", x, y,
          shapes[shape], shape < 5 ? colours[shape] : "none", colours[shape], shape < 5 ? "0.5" : "2");
}

static double write_key(const plot *drawing, double y) {
  const chart *drawn = drawing->drawn;
  if (drawn->low) {
    fprintf(drawing->stream,
            "<rect x=\"%d\" y=\"%.1f\" width=\"24\" height=\"10\" fill=\"#cfe0ee\" stroke=\"#7a9cb8\"/>\n", LEFT,
            y - 9);
    write_label(drawing, LEFT + 30, y, "start", "", drawn->range);
    y += 16;
  }
  for (int k = 0; k < drawn->series_count; k++) {
    double x = LEFT + (k % 2) * 225;
    write_mark(drawing, x + 5, y - 4, k);
    write_label(drawing, x + 15, y, "start", "", drawn->series[k].label);
    if (k % 2 == 1 || k == drawn->series_count - 1) y += 16;
  }
  return y;
}

void document_marks(document_writer *document, const chart *drawn) {
  plot drawing;
  if (!draws(document, &drawing, drawn, false)) return;
  double block = MARK * drawn->series_count + 14;
  int lines = (drawn->low != NULL) + (drawn->series_count + 1) / 2;
  drawing.bottom = TOP + drawn->rows * block;
  open_drawing(&drawing, drawing.bottom + 28 + 16 * lines);
  write_axis(&drawing);
  for (int i = 0; i < drawn->rows; i++) {
    double y = TOP + i * block;
    write_label(&drawing, LEFT - 12, y + block / 2 + 4, "end", " font-weight=\"bold\"", drawn->row[i]);
    if (drawn->low && !isnan(drawn->low[i]) && !isnan(drawn->high[i]))
      fprintf(document->stream,
              "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"#cfe0ee\" stroke=\"#7a9cb8\"/>\n",
              place(&drawing, drawn->low[i]), y + 3,
              fmax(place(&drawing, drawn->high[i]) - place(&drawing, drawn->low[i]), 1), block - 6);
    for (int k = 0; k < drawn->series_count; k++)
      if (!isnan(drawn->series[k].high[i]))
        write_mark(&drawing, place(&drawing, drawn->series[k].high[i]), y + 7 + MARK * k + MARK / 2.0, k);
  }
  write_key(&drawing, drawing.bottom + 32);
  fputs("</svg>\n", document->stream);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sources.h"

void write_value_sources(output_stream *output, const term_sheet *sheet, int top) {
  accord_context *context = output->context;
  int shown = sheet->source_count < top ? sheet->source_count : top;
  if (sheet->source_count == 0) return;
  fprintf(output->stream, "\n%s\n\n", styled(output, STYLE_BOLD, "Where the values come from"));
  for (int k = 0; k < shown; k++) {
    fputs("  ", output->stream);
    write_wrapped(output->stream, 4,
                  pool_text(context, "%s: %s", names_text(context, sheet, sheet->sources[k].coalition),
                            safe_text(context, sheet->sources[k].text)));
  }
  if (shown < sheet->source_count) fprintf(output->stream, "  and %d more\n", sheet->source_count - shown);
}

void json_value_sources(json_writer *json, const term_sheet *sheet) {
  if (sheet->source_count == 0) return;
  json_open_array(json, "sources");
  for (int k = 0; k < sheet->source_count; k++) {
    json_open_short_object(json, NULL);
    json_coalition(json, "coalition", sheet, sheet->sources[k].coalition);
    json_text(json, "source", sheet->sources[k].text);
    json_close_object(json);
  }
  json_close_array(json);
}

static bool has_source(const term_sheet *sheet, const char *const *source) {
  for (int i = 0; source && i < sheet->n; i++)
    if (source[i]) return true;
  return false;
}

void write_share_sources(output_stream *output, const term_sheet *sheet, const char *const *source) {
  if (!has_source(sheet, source)) return;
  for (int i = 0; i < sheet->n; i++) {
    if (!source[i]) continue;
    fputs("  ", output->stream);
    write_wrapped(
        output->stream, 4,
        pool_text(output->context, "the share of %s: %s", sheet->parties[i].id, safe_text(output->context, source[i])));
  }
  fputc('\n', output->stream);
}

void json_share_sources(json_writer *json, const term_sheet *sheet, const char *const *source) {
  if (!has_source(sheet, source)) return;
  json_open_short_object(json, "sources");
  for (int i = 0; i < sheet->n; i++)
    if (source[i]) json_text(json, sheet->parties[i].id, source[i]);
  json_close_object(json);
}

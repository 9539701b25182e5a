/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where figures come from, as the sheet says. */
#ifndef ACCORD_CLI_SOURCES_H
#define ACCORD_CLI_SOURCES_H

#include "json_writer.h"

/* A list of coalitions whose values have a source, under a heading; nothing where none has. Up to top of them. */
void write_value_sources(output_stream *output, const term_sheet *sheet, int top);

/* "sources": [{"coalition", "source"}], left out where there is none. */
void json_value_sources(json_writer *json, const term_sheet *sheet);

/* The same for the shares of a proposal, source: size n or NULL, by party. */
void write_share_sources(output_stream *output, const term_sheet *sheet, const char *const *source);
void json_share_sources(json_writer *json, const term_sheet *sheet, const char *const *source);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What would make a proposal stand, in words and as JSON. */
#ifndef ACCORD_CLI_REPAIR_OUTPUT_H
#define ACCORD_CLI_REPAIR_OUTPUT_H

#include "verdict.h"

void write_repair_text(output_stream *output, const verdict_list *verdicts, const split_verdict *verdict);
void write_repair_json(json_writer *json, const verdict_list *verdicts, const split_verdict *verdict);

#endif

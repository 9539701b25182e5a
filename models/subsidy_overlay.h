/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The overlay "subsidy": what a third party adds so that a split holds. */
#ifndef ACCORD_MODELS_SUBSIDY_OVERLAY_H
#define ACCORD_MODELS_SUBSIDY_OVERLAY_H

#include "reader.h"

/* Reads {"to": "core"} or {"amount"}, and "schedule", into sheet->subsidy. */
void read_subsidy(sheet_reader *reader, const place *root);

#endif

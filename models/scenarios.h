/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scenarios of losses: in the sheet, or in a file beside it. */
#ifndef ACCORD_MODELS_SCENARIOS_H
#define ACCORD_MODELS_SCENARIOS_H

#include "reader.h"

typedef struct scenario_list {
  size_t count;
  value_table chances;   /* size count, each at least 0, summing to 1 */
  value_table losses;    /* size count * n, scenario by scenario */
  const double *doubles; /* in place of both, equally likely: size count * n; or NULL */
} scenario_list;

/* [{"probability", "loss": {id: x}}, ...]; false where something is wrong (reported). */
bool read_scenarios(sheet_reader *reader, scenario_list *list, const place *at);

/* The file named at a place: .csv with the header probability,id,... or .npy, m x n. */
bool read_scenarios_file(sheet_reader *reader, scenario_list *list, const place *name);

#endif

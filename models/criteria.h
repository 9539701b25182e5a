/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The criteria that parties are measured by, with weights or comparisons in pairs. */
#ifndef ACCORD_MODELS_CRITERIA_H
#define ACCORD_MODELS_CRITERIA_H

#include "reader.h"

/* Reads [{name, weight, scores | pairwise}, ...], or {"criteria": [{name, scores | pairwise}, ...],
 * "pairwise": [[...], ...]}, or {"criteria": [...], "weights": "entropy"}. NULL where something is wrong, which is reported. The parties must be good. */
const accord_criteria *read_criteria(sheet_reader *reader, const place *at);

/* The same of a model, whose own "pairwise" or "weights" may stand beside its list "criteria". */
const accord_criteria *read_criteria_of_model(sheet_reader *reader, const place *model);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Per-capita nucleolus: the nucleolus with excesses divided by the coalition's size. See ../nucleolus.c. */
#include "../nucleolus.h"
#include "../rule.h"

accord_status rule_per_capita_nucleolus(accord_context *context, accord_split *split, const accord_problem *problem) {
  nucleolus_options options = {.imputations = true, .kind = EXCESS_PER_CAPITA};
  return nucleolus_over_imputations(context, split, problem->game, &options);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nucleolus: lexicographic minimum of the excesses over the imputations. See ../nucleolus.c. */
#include "../nucleolus.h"
#include "../rule.h"

accord_status rule_nucleolus(accord_context *context, accord_split *split, const accord_problem *problem) {
  nucleolus_options options = {.imputations = true, .kind = EXCESS_PLAIN};
  return nucleolus_over_imputations(context, split, problem->game, &options);
}

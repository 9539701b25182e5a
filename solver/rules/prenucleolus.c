/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prenucleolus: lexicographic minimum of the excesses over all splits of the total. See ../nucleolus.c. */
#include "../nucleolus.h"
#include "../rule.h"

accord_status rule_prenucleolus(accord_context *context, accord_split *split, const accord_problem *problem) {
  nucleolus_options options = {.imputations = false, .kind = EXCESS_PLAIN};
  return find_nucleolus(context, split->share, &split->certificate, problem->game, &options);
}

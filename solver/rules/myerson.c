/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Myerson value: the Shapley value of the game in which only linked parties cooperate,
 *   v_L(S) = sum of v over the connected parts of S under the links. Cost n 2^n. */
#include "../contributions.h"
#include "../rule.h"

accord_status rule_myerson(accord_context *context, accord_split *split, const accord_problem *problem) {
  const accord_coalition *links = problem->overlays.links;
  if (!links) return undefined(context, "it shares along links, and the sheet names none under \"links\"");
  shapley_value(context, split->share, linked_game(context, problem->game, links));
  return ACCORD_OK;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that `compare` finds out about two sheets: what differs, and what that does to every share and verdict. */
#ifndef ACCORD_CLI_COMPARE_H
#define ACCORD_CLI_COMPARE_H

#include "differences.h"
#include "outcome.h"
#include "verdict.h"

/* Every order of so many differences is gone through, beyond it a sample of orders. */
enum { DIFFERENCES_FOR_ALL_ORDERS = 12, ORDERS_SAMPLED = 60, MOST_CAUSES = 63 };

/* What shares may have moved by: one difference, or several that only make a sheet, or are only told, together. */
typedef struct change_cause {
  const char *pointer; /* of the one, or what stands for all of them; NULL: all differences */
  int count;
  int *differences; /* size count */
} change_cause;

/* A share in both sheets; NULL where the party or the rule's answer is not there. */
typedef struct share_change {
  const char *party;
  const mpq_t *from, *to;
  mpq_t *due; /* size of the comparison's causes: how much each is responsible for; NULL where nothing can be said */
} share_change;

typedef struct rule_change {
  const accord_rule *rule;
  const char *label;
  bool under_terms;
  int share_count;
  share_change *shares;
} rule_change;

/* Something that was so and is otherwise now. */
typedef struct verdict_change {
  const char *kind; /* "proposal", "rule", "game" */
  const char *name; /* of the proposal or rule; NULL of the game */
  const char *what; /* "verdict", "in_core", "core_empty", "superadditive", ... */
  const char *from, *to;
} verdict_change;

typedef struct comparison {
  const term_sheet *before, *after;
  const sheet_differences *differences;
  int cause_count;
  change_cause *causes;
  int orders; /* sampled; 0: all of them */
  int rule_count;
  rule_change *rules;
  int verdict_count, verdict_room;
  verdict_change *verdicts;
  bool limited;
} comparison;

/* How much each cause is responsible for: its Shapley value in the game of what any of them together do to a share. Sets
 * causes and due. */
void attribute_changes(accord_context *context, comparison *found);

void write_comparison_text(output_stream *output, const comparison *found);
void write_comparison_json(output_stream *output, const comparison *found);
void write_comparison_csv(output_stream *output, const comparison *found);

#endif

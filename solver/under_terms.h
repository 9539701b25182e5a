/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ACCORD_SOLVER_UNDER_TERMS_H
#define ACCORD_SOLVER_UNDER_TERMS_H

#include "clauses.h"
#include "rule.h"

/* The rule over the splits that meet the hard clauses: share of the benefit game, as a rule fills it. */
accord_status solve_under_terms(accord_context *context, accord_split *split, const accord_problem *problem,
                                const accord_rule *rule);

/* What the rule asks for beside the clauses and the sum. */
accord_conditions conditions_of(const accord_rule *rule);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words for parties that come to the table one after the other. */
#ifndef ACCORD_CLI_ARRIVALS_H
#define ACCORD_CLI_ARRIVALS_H

#include "contributions.h"
#include "explaining.h"

/* How many groups a party may find are told of one by one. */
static inline accord_coalition most_groups_by_name(const explaining *e) { return in_detail(e) ? 8 : 4; }

/* "brings 2.00", "adds 2.00 to the cost", "takes 1.00 away", "lowers the cost by 1.00". */
const char *brings(const explaining *e, const mpq_t amount);

/* The same with where the amount comes from: "brings 7.00 - 1.00 = 6.00". */
const char *brings_difference(const explaining *e, const mpq_t amount, const mpq_t after, const mpq_t before);

/* "1/3 x 6.00 = 2.00" */
const char *weighed(const explaining *e, const mpq_t weight, const mpq_t amount, const mpq_t product);

/* "1 of 3 orders" */
const char *in_orders(const explaining *e, const mpq_t weight);

/* Subsets of all, by size and then upward: the first is 0; false after the last. */
bool next_group(accord_coalition *group, accord_coalition all);

#endif

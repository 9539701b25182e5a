/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "groups.h"

#include <stdlib.h>
#include <string.h>

static int compare_members(const void *a, const void *b) {
  int first = *(const int *)a, second = *(const int *)b;
  return (first > second) - (first < second);
}

void make_coalition(accord_context *context, accord_coalition *coalition, const accord_group **group,
                    const int *members, int count, int n) {
  *coalition = 0;
  *group = NULL;
  if (n <= MASK_MOST_PARTIES) {
    for (int k = 0; k < count; k++) *coalition |= party(members[k]);
    return;
  }
  accord_group *made = POOL_NEW(context, 1, accord_group);
  made->count = count;
  made->member = POOL_NEW(context, (size_t)count + 1, int);
  if (count) memcpy(made->member, members, (size_t)count * sizeof *members);
  qsort(made->member, (size_t)count, sizeof *made->member, compare_members);
  *group = made;
}

void name_worst(accord_context *context, accord_stability *stability, const accord_group *group, int n, int top) {
  make_coalition(context, &stability->worst, &stability->worst_group, group->member, group->count, n);
  if (stability->stable != ACCORD_NO) return;
  stability->objection_count = 1;
  stability->listed = top > 0;
  stability->objections = POOL_NEW(context, 1, accord_objection);
  stability->objections->coalition = stability->worst;
  stability->objections->group = stability->worst_group;
  pool_rational(context, stability->objections->amount);
  mpq_set(stability->objections->amount, stability->max_excess);
}

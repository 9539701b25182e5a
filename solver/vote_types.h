/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parties of a vote that are alike, and small balanced lists of coalitions that are alike in them. */
#ifndef ACCORD_SOLVER_VOTE_TYPES_H
#define ACCORD_SOLVER_VOTE_TYPES_H

#include "prime_span.h"

/* Parties with the same weight in every majority (of listed coalitions: each party is a type of its own). */
typedef struct vote_types {
  int n, count;
  int *of;      /* size n: a party's type */
  int *size;    /* size count */
  int **member; /* size count: the parties of a type */
} vote_types;

vote_types *find_vote_types(accord_context *context, const accord_voting *voting);

/* Coalitions with weights above 0 that sum to 1, each with part[t] parties of type t, in which every party of a type
 * stands with the same weight part[t] / size[t]; their span holds the differences of any two parties of a type that is
 * free and split, 0 < part[t] < size[t]. */
typedef struct vote_orbit {
  int count, room;
  bool *in;      /* count * n */
  mpq_t *weight; /* size count */
} vote_orbit;

vote_orbit *spread_profile(accord_context *context, const vote_types *types, const int *part, const bool *is_free);

#endif

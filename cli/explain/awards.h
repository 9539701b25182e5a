/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words for equal awards and equal losses with a cap for everybody. */
#ifndef ACCORD_CLI_AWARDS_H
#define ACCORD_CLI_AWARDS_H

#include "explaining.h"
#include "rule.h"

/* What the caps are called: "claim", "claims", "The claim". */
typedef struct cap_words {
  const char *one, *many, *of;
} cap_words;

extern const cap_words claim_words;

/* An amount shared equally where nobody takes more than its cap. */
typedef struct equal_parts {
  const struct cap_words *words;
  const mpq_t *cap; /* size n */
  mpq_t *part;      /* size n */
  bool *full;       /* size n: the part is the cap */
  int full_count;
  mpq_t amount, fulls, rest, level; /* to share; what the full parts sum to; what is left; what each other gets */
} equal_parts;

equal_parts *find_equal_parts(const explaining *e, const mpq_t amount, const mpq_t *cap, const cap_words *words);

/* How it comes to the level; of losses where what is shared is missing. */
void tell_equal_parts(explaining *e, const equal_parts *parts, bool losses);

/* "The claims sum to 62.00, and there is 37.20." */
void tell_claims(explaining *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a rule promises for this problem and what it does not, with what is so here. */
#include "explaining.h"
#include "clause_words.h"
#include "outcome.h"
#include "risk.h"

#include <string.h>

#include <string.h>

struct checking {
  explaining *e;
  accord_context *context;
  int promises;
  accord_stability *stability; /* NULL where it was not worked out */
  accord_account *account;
  accord_comparisons *comparisons;
  bool limited;
};

static void add_text(explaining *e, text_list *list, const char *text) {
  if (list->count == list->room) {
    int room = list->room ? 2 * list->room : 16;
    list->text = pool_grow(e->context, list->text, (size_t)list->room, (size_t)room, sizeof *list->text);
    list->room = room;
  }
  list->text[list->count++] = text;
}

static void promise(struct checking *in, const char *text) { add_text(in->e, &in->e->guarantees, text); }

/* what: "That ..."; here: a sentence on this problem, or "". */
static void deny(struct checking *in, const char *what, const char *here) {
  add_text(in->e, &in->e->not_guaranteed, pool_text(in->context, "%s.%s%s", what, *here ? " " : "", here));
}

static bool keeps(const struct checking *in, accord_promise what) { return (in->promises & (int)what) != 0; }

/* --------------------------------------------------------------------- words */

static const char *money(const struct checking *in, const mpq_t amount) {
  return exact_money_text(in->context, in->e->sheet, amount);
}

static const char *share_text(const struct checking *in, int party) {
  return pool_text(in->context, "%s %s %s", say_party(in->e, party), gets(in->e),
                   money(in, in->e->split->share[party]));
}

/* Who would gain most by leaving, and how many others would. */
static const char *objection_text(const struct checking *in) {
  const accord_stability *stability = in->stability;
  const explaining *e = in->e;
  if (!stability || stability->stable == ACCORD_UNKNOWN) return "";
  if (!mpq_equal(e->split->total, e->problem->total))
    return e->cost ? "Here they do not pay what all cost together."
                   : "Here they do not share what all are worth together.";
  if (stability->stable == ACCORD_YES) return e->problem->claims ? "Here no group gets less." : "Here no group would.";
  if (!stability->has_excess) return "";
  uint64_t more = stability->objection_count - 1;
  const char *others = more ? pool_text(in->context, ", and %llu other group%s would too", (unsigned long long)more,
                                        more == 1 ? "" : "s")
                            : "";
  if (e->problem->claims)
    return pool_text(in->context, "Here %s would get %s less than that.", say_group(e, stability->worst),
                     money(in, stability->max_excess));
  return pool_text(in->context, "Here %s would %s %s by leaving%s.", say_group(e, stability->worst),
                   e->cost ? "save" : "gain", money(in, stability->max_excess), others);
}

/* After "N" or "That n". */
static const char *no_leaving(const explaining *e) {
  if (e->problem->claims) return "o group gets less than the others' claims leave it";
  return e->cost ? "o group would save by leaving" : "o group would gain by leaving";
}

/* ----------------------------------------------------------- on every problem */

static void judge_total(struct checking *in) {
  const explaining *e = in->e;
  if (keeps(in, ACCORD_EFFICIENT))
    promise(in, e->claims ? "All of the estate is paid out, and no more."
                : e->cost ? "The whole cost is paid, and no more."
                          : "Everything there is gets shared, and no more.");
  if (keeps(in, ACCORD_COMPONENT_EFFICIENT))
    promise(in, e->cost ? "Every union or linked group pays just its own cost."
                        : "Every union or linked group shares just what it is worth by itself.");
  if (!keeps(in, ACCORD_EFFICIENT))
    deny(in, e->cost ? "That the cost of all together is what is paid" : "That all share what they are worth together",
         pool_text(in->context, "Here they %s %s, and all together %s %s.", e->cost ? "pay" : "share",
                   money(in, e->split->total), e->cost ? "cost" : "are worth", money(in, e->problem->total)));
}

static const char *unequal_text(const struct checking *in) {
  const accord_comparisons *found = in->comparisons;
  if (!found) return "";
  if (found->unequal_count == 0) return "Here no such parties are treated differently.";
  return pool_text(in->context, "Here %s and %s are such parties: %s, and %s.",
                   say_party(in->e, found->unequal[0].first), say_party(in->e, found->unequal[0].second),
                   share_text(in, found->unequal[0].first), share_text(in, found->unequal[0].second));
}

static void judge_equals(struct checking *in) {
  const explaining *e = in->e;
  if (keeps(in, ACCORD_SYMMETRIC))
    promise(in, e->claims ? "Equal claims get equal awards."
                : e->cost ? "Parties that cost every group the same pay the same."
                          : "Parties that add the same to every group get the same.");
  else if (!e->claims)
    deny(in,
         e->cost ? "That parties that cost every group the same pay the same"
                 : "That parties that add the same to every group get the same",
         unequal_text(in));
}

static void judge_currency(struct checking *in) {
  if (keeps(in, ACCORD_SCALE_COVARIANT)) promise(in, "Counting in another currency changes nothing.");
}

/* A rule knows nothing of the contract's clauses. */
static void judge_clauses(struct checking *in) {
  const explaining *e = in->e;
  if (!e->sheet->term_count) return;
  const clause_standing *standings = find_standings(in->context, e->sheet, (const mpq_t *)e->split->share);
  const char *here = "";
  for (int k = 0; k < e->sheet->term_count; k++)
    if (standings[k].broken)
      here = pool_text(in->context, "%s%s%s.", here, *here ? " " : "",
                       capital(in->context, standing_words(in->context, e->sheet, k, &standings[k],
                                                           (const mpq_t *)e->split->share)));
  deny(in, "That the clauses of the contract are met", *here ? here : "Here all of them are.");
}

/* ------------------------------------------------------------------- of games */

static void judge_null(struct checking *in) {
  const explaining *e = in->e;
  const accord_comparisons *found = in->comparisons;
  const char *here = !found ? "" : "Here there is no such party.";
  if (keeps(in, ACCORD_NULL_PARTY)) {
    promise(in, e->cost ? "A party that adds no cost to any group pays nothing."
                        : "A party that adds nothing to any group gets nothing.");
    return;
  }
  if (found && found->null_count)
    here = pool_text(in->context, "Here %s is such a party: %s.", say_party(e, found->null[0].first),
                     share_text(in, found->null[0].first));
  else if (found) here = "Here no such party does.";
  deny(in,
       e->cost ? "That a party that adds no cost to any group pays nothing"
               : "That a party that adds nothing to any group gets nothing",
       here);
}

static void judge_dummy(struct checking *in) {
  const explaining *e = in->e;
  if (keeps(in, ACCORD_DUMMY_PARTY))
    promise(in, e->cost ? "A party that adds just its own cost to every group pays just that."
                        : "A party that adds just what it has alone to every group gets just that.");
}

static void judge_sums(struct checking *in) {
  if (keeps(in, ACCORD_ADDITIVE))
    promise(in, "Two deals settled one by one come to the same as both settled together.");
  else deny(in, "That two deals settled one by one come to the same as both settled together", "");
  if (keeps(in, ACCORD_SHIFT_COVARIANT))
    promise(in, in->e->cost ? "What a party pays on its own besides is its own."
                            : "What a party earns on its own besides is its own.");
  else
    deny(in,
         in->e->cost ? "That what a party pays on its own besides is its own"
                     : "That what a party earns on its own besides is its own",
         "It may change how everything else is shared.");
}

static const char *worse_off_text(const struct checking *in) {
  const accord_account *account = in->account;
  const explaining *e = in->e;
  mpq_t *alone = pool_rationals(in->context, 1);
  if (account->worst_party < 0) return "Here nobody does.";
  accord_standalone(*alone, e->problem, account->worst_party);
  return pool_text(in->context, "Here %s and %s.", share_text(in, account->worst_party), say_alone(e, *alone));
}

static void judge_individual(struct checking *in) {
  const explaining *e = in->e;
  mpq_t *work = pool_rationals(in->context, 2), *sum = &work[0], *alone = &work[1];
  for (int i = 0; i < e->n; i++) accord_standalone(*alone, e->problem, i), mpq_add(*sum, *sum, *alone);
  int order = mpq_cmp(*sum, e->problem->total);
  bool possible = e->cost ? order >= 0 : order <= 0;
  const char *what = e->cost              ? "obody pays more than alone"
                     : e->problem->claims ? "obody gets less than the others' claims leave"
                                          : "obody gets less than alone";
  if (keeps(in, ACCORD_INDIVIDUAL) && possible) promise(in, pool_text(in->context, "N%s.", what));
  else if (possible) deny(in, pool_text(in->context, "That n%s", what), worse_off_text(in));
  else
    deny(in, pool_text(in->context, "That n%s", what),
         pool_text(in->context,
                   "Here no split can give that: alone the parties %s %s together, and there is %s to share.",
                   e->cost ? "cost only" : "have", money(in, *sum), money(in, e->problem->total)));
}

/* Whether every party adds the more the more are there; unknown where that is too long to find out. */
static accord_answer is_convex(struct checking *in) {
  if (in->e->n > PARTIES_FOR_ALL_FACTS) return ACCORD_UNKNOWN;
  return find_all_facts(in->context, in->e->problem, ACCORD_FACT_CONVEX, &in->limited)->convex;
}

static void judge_leaving_if_convex(struct checking *in) {
  const explaining *e = in->e;
  const char *growing = e->cost ? "the larger the group, the less a party adds to its cost"
                                : "the larger the group, the more a party adds to it";
  if (e->problem->claims) promise(in, pool_text(in->context, "N%s.", no_leaving(e)));
  else if (is_convex(in) == ACCORD_YES) promise(in, pool_text(in->context, "N%s, since %s.", no_leaving(e), growing));
  else
    deny(in, pool_text(in->context, "That n%s: it is sure only where %s", no_leaving(e), growing), objection_text(in));
}

static void judge_leaving(struct checking *in) {
  bool unstable = in->stability && in->stability->stable == ACCORD_NO;
  if (in->e->n == 1) return;
  if (keeps(in, ACCORD_IN_CORE) && !unstable)
    promise(in, pool_text(in->context, "N%s, wherever a split can give that.", no_leaving(in->e)));
  else if (keeps(in, ACCORD_IN_CORE))
    deny(in, pool_text(in->context, "That n%s: no split gives that here", no_leaving(in->e)), objection_text(in));
  else if (keeps(in, ACCORD_IN_CORE_IF_CONVEX)) judge_leaving_if_convex(in);
  else deny(in, pool_text(in->context, "That n%s", no_leaving(in->e)), objection_text(in));
}

/* ------------------------------------------------------------------ of claims */

/* The least and the greatest part of a claim that is paid. */
static const char *parts_text(const struct checking *in) {
  const explaining *e = in->e;
  const mpq_t *claim = (const mpq_t *)e->problem->claims->claim;
  mpq_t *part = pool_rationals(in->context, 3), *least = &part[1], *most = &part[2];
  int least_at = -1, most_at = -1;
  for (int i = 0; i < e->n; i++) {
    if (mpq_sgn(claim[i]) == 0) continue;
    mpq_div(*part, e->split->share[i], claim[i]);
    if (least_at < 0 || mpq_cmp(*part, *least) < 0) mpq_set(*least, *part), least_at = i;
    if (most_at < 0 || mpq_cmp(*part, *most) > 0) mpq_set(*most, *part), most_at = i;
  }
  if (least_at < 0 || mpq_equal(*least, *most)) return "Here everybody does.";
  return pool_text(in->context, "Here %s gets %s of %s and %s %s of %s.", say_party(e, least_at),
                   money(in, e->split->share[least_at]), say_short(e, claim[least_at]), say_party(e, most_at),
                   money(in, e->split->share[most_at]), say_short(e, claim[most_at]));
}

static void judge_claims(struct checking *in) {
  if (keeps(in, ACCORD_CLAIM_BOUNDED)) promise(in, "Nobody gets less than nothing or more than the claim.");
  if (keeps(in, ACCORD_CLAIM_BOUNDED))
    promise(in, "Every group gets at least what is left when all others are paid in full.");
  if (keeps(in, ACCORD_ORDER_PRESERVING)) promise(in, "A larger claim gets no less, and loses no less.");
  else deny(in, "That a larger claim gets no less, and loses no less", "");
  if (keeps(in, ACCORD_ESTATE_MONOTONE)) promise(in, "If there turns out to be more, nobody gets less.");
  else deny(in, "That nobody gets less when there turns out to be more", "");
  if (keeps(in, ACCORD_SELF_DUAL)) promise(in, "Sharing what is there and sharing what is missing come to the same.");
  else deny(in, "That sharing what is there and sharing what is missing come to the same", "");
  if (in->e->rule->domain == ACCORD_ON_CLAIMS)
    deny(in, "That everybody gets the same part of the claim", parts_text(in));
}

static void judge_game(struct checking *in) {
  judge_leaving(in);
  judge_individual(in);
  judge_null(in);
  judge_dummy(in);
  judge_sums(in);
}

/* ----------------------------------------------------------------- all of it */

/* NULL where a limit was reached: what is said then is only what is promised. */
static bool is_done(struct checking *in, accord_status status) {
  if (status != ACCORD_OK && status != ACCORD_LIMIT)
    guard_leave(in->context, status, "%s", accord_message(in->context));
  return status == ACCORD_OK;
}

static void look(struct checking *in) {
  const explaining *e = in->e;
  const mpq_t *share = (const mpq_t *)e->split->share;
  is_done(in, accord_find_stability(in->context, &in->stability, e->problem, share, 1));
  if (e->n <= PARTIES_FOR_ALL_FACTS)
    is_done(in, accord_find_comparisons(in->context, &in->comparisons, e->problem, share));
  accord_status status = accord_find_account(in->context, &in->account, e->problem, share, e->sheet->unit);
  if (status != ACCORD_OK) guard_leave(in->context, status, "%s", accord_message(in->context));
}

/* Those of the rule; of Euler's shares more, where the measure allows it. */
static int promises_of(const explaining *e) {
  if (e->claims) return e->rule->claims_promises;
  bool euler = strcmp(e->rule->name, "euler") == 0;
  return e->rule->promises |
         (euler && measure_has_core(e->problem->risk->measure) ? ACCORD_IN_CORE | ACCORD_INDIVIDUAL : 0);
}

void find_guarantees(explaining *e) {
  struct checking in = {.e = e, .context = e->context, .promises = promises_of(e)};
  /* parties with the same need are not the same to every user where they stand for different numbers of them */
  if (e->split->detail.name && strcmp(e->split->detail.name, "per_movement") == 0)
    in.promises &= ~(int)ACCORD_SYMMETRIC;
  if (!e->claims) look(&in);
  judge_total(&in);
  judge_equals(&in);
  judge_currency(&in);
  judge_clauses(&in);
  if (e->claims) judge_claims(&in);
  else if (!e->problem->criteria_only) judge_game(&in);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Findings about a proposed split, in words. */
#include "verdict.h"

const char *check_name(check_kind kind) {
#define X(name, text) [name] = text,
  static const char *const names[] = {CHECK_LIST(X)};
#undef X
  return names[kind];
}

const char *judgement_name(check_judgement judgement) {
  static const char *const names[] = {
      [JUDGED_PASS] = "pass", [JUDGED_NOTE] = "note", [JUDGED_DEPENDS] = "depends", [JUDGED_FAIL] = "fail"};
  return names[judgement];
}

const char *verdict_name(const split_verdict *verdict) {
  if (!verdict->stands) return "fails";
  if (verdict->depends) return "depends";
  return verdict->undecided ? NULL : "stands";
}

struct checking {
  accord_context *context;
  verdict_list *all;
  split_verdict *verdict;
  const term_sheet *sheet;
  const accord_problem *problem;
  const accord_facts *facts;
  const accord_account *account;
  bool cost, claims;
};

static finding *add_finding(struct checking *checking, check_kind kind, check_judgement judgement) {
  finding *found = &checking->verdict->findings[checking->verdict->finding_count++];
  found->check = kind;
  found->judgement = judgement;
  found->party = found->term = -1;
  pool_rational(checking->context, found->amount);
  pool_rational(checking->context, found->threshold);
  if (judgement == JUDGED_FAIL) checking->verdict->stands = false;
  if (judgement == JUDGED_DEPENDS) checking->verdict->depends = true;
  return found;
}

/* An amount that the sheet's decimals cannot show is shown exactly as well. */
static const char *money(struct checking *checking, const mpq_t amount) {
  return exact_money_text(checking->context, checking->sheet, amount);
}

/* Whether a limit ended a step; anything worse ends the program. */
static bool stopped(struct checking *checking, accord_status status) {
  if (status == ACCORD_OK) return false;
  if (status != ACCORD_LIMIT) guard_leave(checking->context, status, "%s", accord_message(checking->context));
  return checking->all->limited = true;
}

static const char *party_id(const struct checking *checking, int i) { return checking->sheet->parties[i].id; }

/* ---------------------------------------------------------------- the checks */

static void check_sum(struct checking *checking) {
  const accord_account *account = checking->account;
  finding *found = add_finding(checking, CHECK_SUM, account->balance ? JUDGED_FAIL : JUDGED_PASS);
  const char *sum = money(checking, account->sum);
  found->has_amount = true;
  mpq_set(found->amount, account->over);
  if (account->balance == 0) {
    found->message = pool_text(checking->context, "the shares sum to %s, which is all there is", sum);
    return;
  }
  mpq_t *size = pool_rationals(checking->context, 1);
  mpq_abs(*size, account->over);
  found->message = pool_text(checking->context, "the shares sum to %s, and there is %s: %s too %s", sum,
                             money(checking, checking->problem->total), money(checking, *size),
                             account->balance > 0 ? "much" : "little");
}

static void check_unit(struct checking *checking) {
  int first = checking->account->first_unpayable, more = checking->account->unpayable_count - 1;
  finding *found = add_finding(checking, CHECK_UNIT, first >= 0 ? JUDGED_NOTE : JUDGED_PASS);
  const char *unit = unit_text(checking->context, checking->sheet);
  found->party = first;
  if (first < 0) {
    found->message = pool_text(checking->context, "every share is a whole multiple of %s", unit);
    return;
  }
  const char *others = more == 0   ? ""
                       : more == 1 ? ", and so is 1 other share"
                                   : pool_text(checking->context, ", and so are %d other shares", more);
  found->message = pool_text(checking->context, "the share of %s, %s, is no whole multiple of %s%s",
                             party_id(checking, first), money(checking, checking->verdict->split[first]), unit, others);
}

static void note_undecided(struct checking *checking, const char *why) {
  finding *found = add_finding(checking, CHECK_COALITION, JUDGED_NOTE);
  checking->verdict->undecided = true;
  found->message = why;
}

/* A vote too large for a table: those who win without a party that gets something object. */
static void check_votes(struct checking *checking) {
  accord_answer stable = checking->verdict->stability->stable;
  if (stable == ACCORD_UNKNOWN) {
    note_undecided(checking, "not decided: the prize is not what is shared, so it was not worked out who would gain by "
                             "leaving");
    return;
  }
  finding *found = add_finding(checking, CHECK_COALITION, stable == ACCORD_YES ? JUDGED_PASS : JUDGED_FAIL);
  found->message = stable == ACCORD_YES ? "only parties without whom nobody wins get anything, so no group can object"
                                        : "a party without whom others win gets something, or one gets less than "
                                          "nothing: some group would gain by leaving";
}

static bool is_on_tree(const accord_problem *problem) { return problem->airport || problem->tree; }

/* Connections too many for a table: a group that is known to object, if any; or it is not known whether one does. */
static void check_network(struct checking *checking) {
  const accord_stability *stability = checking->verdict->stability;
  accord_answer stable = stability->stable;
  finding *found = add_finding(checking, CHECK_COALITION,
                               stable == ACCORD_YES  ? JUDGED_PASS
                               : stable == ACCORD_NO ? JUDGED_FAIL
                                                     : JUDGED_NOTE);
  checking->verdict->undecided = checking->verdict->undecided || stable == ACCORD_UNKNOWN;
  found->message = stable == ACCORD_YES
                       ? "no party or group would gain by leaving"
                       : "not decided: whether a group would gain by leaving is known of few parties only";
  if (stable != ACCORD_NO) return;
  found->message = "some group would gain by leaving";
  if (!stability->listed) return;
  const accord_objection *objection = stability->objections;
  found->coalition = objection->coalition;
  found->group = objection->group;
  found->has_amount = true;
  mpq_set(found->amount, objection->amount);
  found->message =
      pool_text(checking->context, "%s would save %s by connections of their own",
                objection_names(checking->context, checking->sheet, objection), money(checking, objection->amount));
}

static const char *individual_text(const struct checking *checking) {
  if (checking->cost) return "no party pays more than its own cost alone";
  return checking->claims ? "every party gets at least what the others leave"
                          : "every party gets at least what it has alone";
}

static void check_individual(struct checking *checking) {
  const accord_account *account = checking->account;
  int worst = account->worst_party, more = account->losing_count - 1;
  finding *found = add_finding(checking, CHECK_INDIVIDUAL, worst >= 0 ? JUDGED_FAIL : JUDGED_PASS);
  found->message = individual_text(checking);
  if (worst < 0) return;
  found->party = worst;
  found->has_amount = true;
  mpq_set(found->amount, account->worst_loss);
  mpq_t *alone = pool_rationals(checking->context, 1);
  accord_standalone(*alone, checking->problem, worst);
  const char *others = more == 0 ? ""
                                 : pool_text(checking->context, "; %d other part%s worse off than alone too", more,
                                             more == 1 ? "y is" : "ies are");
  const char *share = money(checking, checking->verdict->split[worst]), *own = money(checking, *alone);
  found->message = pool_text(checking->context,
                             checking->cost     ? "%s pays %s and would pay %s alone: %s more%s"
                             : checking->claims ? "%s gets %s and is sure of %s whatever the others get: %s less%s"
                                                : "%s gets %s and has %s alone: %s less%s",
                             party_id(checking, worst), share, own, money(checking, account->worst_loss), others);
}

/* "A and B get 8 together and could have 8.05 by themselves (Annex B): they would gain 0.05". */
static const char *worst_text(struct checking *checking) {
  const accord_stability *stability = checking->verdict->stability;
  const mpq_t *amount = (const mpq_t *)&stability->max_excess;
  accord_coalition coalition = stability->worst;
  const accord_group *group = stability->worst_group;
  mpq_t *work = pool_rationals(checking->context, 2), *share = &work[0], *value = &work[1];
  const char *source = group ? NULL : sheet_source_of(checking->sheet, coalition);
  const char *names = members_text(checking->context, checking->sheet, coalition, group);
  bool one = group ? group->count == 1 : size_of(coalition) == 1;
  for (int i = 0; !group && i < checking->problem->n; i++)
    if (has(coalition, i)) mpq_add(*share, *share, checking->verdict->split[i]);
  for (int k = 0; group && k < group->count; k++) mpq_add(*share, *share, checking->verdict->split[group->member[k]]);
  if (checking->cost) mpq_sub(*value, *share, *amount);
  else mpq_add(*value, *share, *amount);
  if (checking->claims)
    return pool_text(checking->context,
                     "%s %s sure of %s even if the others are paid in full, and %s %s: %s too little", names,
                     one ? "is" : "are", money(checking, *value), one ? "gets" : "get", money(checking, *share),
                     money(checking, *amount));
  return pool_text(checking->context, "%s %s %s%s and could %s %s %s%s%s%s: %s would %s %s", names,
                   checking->cost ? one ? "pays" : "pay"
                   : one          ? "gets"
                                  : "get",
                   money(checking, *share), one ? "" : " together", checking->cost ? "do with" : "have",
                   money(checking, *value), one ? "alone" : "by themselves", source ? " (" : "",
                   source ? safe_text(checking->context, source) : "", source ? ")" : "", one ? "it" : "they",
                   checking->cost ? "save" : "gain", money(checking, *amount));
}

/* Nothing can stand where the core is empty: the best that any split can do. */
static const char *empty_core_text(struct checking *checking) {
  const accord_facts *facts = checking->facts;
  if (facts->core_empty != ACCORD_YES) return "";
  if (!facts->has_least_core) return "; no split of this total holds against every group (the core is empty)";
  return pool_text(
      checking->context,
      "; no split of this total holds against every group (the core is empty): at best the largest gain is %s",
      money(checking, facts->least_core));
}

static void describe_stable(struct checking *checking, finding *found) {
  const accord_stability *stability = checking->verdict->stability;
  mpq_t *spare = pool_rationals(checking->context, 1);
  mpq_neg(*spare, stability->max_excess);
  const char *nearest = members_text(checking->context, checking->sheet, stability->worst, stability->worst_group);
  found->coalition = stability->worst;
  found->group = stability->worst_group;
  found->has_amount = true;
  mpq_set(found->amount, stability->max_excess);
  found->message =
      mpq_sgn(*spare) > 0
          ? pool_text(checking->context, "no party or group would gain by leaving; %s would lose least by it, %s",
                      nearest, money(checking, *spare))
          : pool_text(checking->context, "no party or group would gain by leaving; %s would lose nothing by it",
                      nearest);
}

static void check_coalitions(struct checking *checking) {
  const accord_stability *stability = checking->verdict->stability;
  bool good = stability->stable == ACCORD_YES;
  finding *found = add_finding(checking, CHECK_COALITION, good ? JUDGED_PASS : JUDGED_FAIL);
  if (!stability->has_excess) {
    found->message = "there is nobody else who could object";
    return;
  }
  if (good) {
    describe_stable(checking, found);
    return;
  }
  uint64_t more = stability->only_some_counted ? 0 : stability->objection_count - 1;
  found->coalition = stability->worst;
  found->group = stability->worst_group;
  found->has_amount = true;
  mpq_set(found->amount, stability->max_excess);
  found->message = pool_text(checking->context, "%s%s%s", worst_text(checking),
                             more ? pool_text(checking->context, "; %llu other group%s would gain too",
                                              (unsigned long long)more, more == 1 ? "" : "s")
                                  : "",
                             empty_core_text(checking));
}

/* ------------------------------------------------------------ unknown values */

/* "2.00 to 9.00", "at least 2.00", "at most 9.00", "anything". */
static const char *limits_text(struct checking *checking, const accord_doubt *doubt) {
  if (doubt->low.given && doubt->high.given)
    return pool_text(checking->context, "%s to %s", money(checking, doubt->low.at), money(checking, doubt->high.at));
  if (doubt->low.given) return pool_text(checking->context, "at least %s", money(checking, doubt->low.at));
  return doubt->high.given ? pool_text(checking->context, "at most %s", money(checking, doubt->high.at)) : "anything";
}

/* "A and B get 8.00 together". */
static const char *together_text(struct checking *checking, const accord_doubt *doubt) {
  bool one = size_of(doubt->coalition) == 1;
  return pool_text(checking->context, "%s %s %s%s", names_text(checking->context, checking->sheet, doubt->coalition),
                   checking->cost ? one ? "pays" : "pay"
                   : one          ? "gets"
                                  : "get",
                   money(checking, doubt->share), one ? "" : " together");
}

static const char *sure_text(struct checking *checking, const accord_doubt *doubt, const mpq_t amount) {
  bool one = size_of(doubt->coalition) == 1;
  const accord_limit *limit = checking->cost ? &doubt->high : &doubt->low;
  return pool_text(checking->context, "%s and could %s %s %s %s: %s would %s at least %s",
                   together_text(checking, doubt), checking->cost ? "do with" : "have",
                   checking->cost ? "at most" : "at least", money(checking, limit->at), one ? "alone" : "by themselves",
                   one ? "it" : "they", checking->cost ? "save" : "gain", money(checking, amount));
}

/* Those who object whatever the unknown values are, in the form of every other objection. */
static accord_stability *sure_stability(struct checking *checking, const accord_open_stability *open) {
  accord_stability *stability = POOL_NEW(checking->context, 1, accord_stability);
  stability->stable = open->sure_count ? ACCORD_NO : open->open_count ? ACCORD_UNKNOWN : ACCORD_YES;
  stability->objection_count = open->sure_count;
  stability->objections = POOL_NEW(checking->context, (size_t)open->sure_listed + 1, accord_objection);
  stability->listed = open->sure_listed;
  for (int k = 0; k < open->sure_listed; k++) {
    accord_objection *objection = &stability->objections[k];
    const accord_doubt *doubt = &open->sure[k];
    pool_rational(checking->context, objection->amount);
    objection->coalition = doubt->coalition;
    if (checking->cost) mpq_sub(objection->amount, doubt->share, doubt->high.at);
    else mpq_sub(objection->amount, doubt->low.at, doubt->share);
  }
  return stability;
}

static void add_dependent(struct checking *checking, const accord_doubt *doubt) {
  bool one = size_of(doubt->coalition) == 1;
  finding *found = add_finding(checking, CHECK_COALITION, JUDGED_DEPENDS);
  found->coalition = doubt->coalition;
  found->has_threshold = true;
  mpq_set(found->threshold, doubt->share);
  found->message =
      pool_text(checking->context, "%s, and what %s could %s %s is not known (%s): %s would %s if it is %s than %s",
                together_text(checking, doubt), one ? "it" : "they", checking->cost ? "do with" : "have",
                one ? "alone" : "by themselves", limits_text(checking, doubt), one ? "it" : "they",
                checking->cost ? "save" : "gain", checking->cost ? "less" : "more", money(checking, doubt->share));
}

/* The finding about all coalitions: the worst that surely objects, or how many it depends on. */
static void judge_open(struct checking *checking, const accord_open_stability *open) {
  finding *found = add_finding(checking, CHECK_COALITION,
                               open->sure_count   ? JUDGED_FAIL
                               : open->open_count ? JUDGED_DEPENDS
                                                  : JUDGED_PASS);
  unsigned long long more = open->sure_count - 1, depend = open->open_count;
  found->message = "no party or group would gain by leaving, whatever the unknown values are";
  if (checking->cost) found->message = "no party or group would save by leaving, whatever the unknown values are";
  if (open->sure_count) {
    const accord_objection *worst = &checking->verdict->stability->objections[0];
    if (!open->sure_listed) {
      found->message = pool_text(checking->context, "%llu groups would gain by leaving", more + 1);
      return;
    }
    found->coalition = worst->coalition;
    found->has_amount = true;
    mpq_set(found->amount, worst->amount);
    found->message = pool_text(checking->context, "%s%s", sure_text(checking, &open->sure[0], worst->amount),
                               more ? pool_text(checking->context, "; %llu other group%s would surely %s too", more,
                                                more == 1 ? "" : "s", checking->cost ? "save" : "gain")
                                    : "");
  } else if (depend) {
    found->message = pool_text(
        checking->context, "nobody is sure to %s by leaving; whether %llu group%s would depends on what is not known%s",
        checking->cost ? "save" : "gain", depend, depend == 1 ? "" : "s",
        open->open_listed ? pool_text(checking->context, ": find out next about %s",
                                      names_text(checking->context, checking->sheet, open->open[0].coalition))
                          : "");
  }
}

static void check_open_groups(struct checking *checking, int top) {
  accord_open_stability *open;
  accord_status status =
      accord_find_open_stability(checking->context, &open, checking->problem, checking->verdict->split, top);
  if (status != ACCORD_OK) guard_leave(checking->context, status, "%s", accord_message(checking->context));
  checking->verdict->stability = sure_stability(checking, open);
  judge_open(checking, open);
  for (int k = 0; k < open->open_listed; k++) add_dependent(checking, &open->open[k]);
}

/* Nobody gets less than alone: surely, perhaps, or not. */
static void check_open_individual(struct checking *checking) {
  accord_limit *limits = POOL_NEW(checking->context, 2, accord_limit);
  check_judgement judgement = JUDGED_PASS;
  int worst = -1;
  pool_rational(checking->context, limits[0].at);
  pool_rational(checking->context, limits[1].at);
  for (int i = 0; i < checking->problem->n && judgement != JUDGED_FAIL; i++) {
    int sign = checking->cost ? -1 : 1;
    accord_find_limits(&limits[0], &limits[1], checking->problem->unknowns, party(i));
    const accord_limit *sure = &limits[checking->cost], *perhaps = &limits[!checking->cost];
    bool surely = sure->given && mpq_cmp(sure->at, checking->verdict->split[i]) * sign > 0;
    bool maybe = !perhaps->given || mpq_cmp(perhaps->at, checking->verdict->split[i]) * sign > 0;
    if (surely || (maybe && judgement == JUDGED_PASS)) {
      judgement = surely ? JUDGED_FAIL : JUDGED_DEPENDS;
      worst = i;
    }
  }
  finding *found = add_finding(checking, CHECK_INDIVIDUAL, judgement);
  found->party = worst;
  found->message = individual_text(checking);
  if (worst < 0) return;
  if (judgement == JUDGED_DEPENDS) found->coalition = party(worst);
  found->has_threshold = judgement == JUDGED_DEPENDS;
  mpq_set(found->threshold, checking->verdict->split[worst]);
  found->message = pool_text(
      checking->context,
      judgement == JUDGED_FAIL ? "%s %s %s, which is %s than it %s alone"
                               : "%s %s %s, and whether that is %s than it %s alone is not known",
      party_id(checking, worst), checking->cost ? "pays" : "gets", money(checking, checking->verdict->split[worst]),
      checking->cost ? "more" : "less", checking->cost ? "costs" : "has");
}

/* ------------------------------------------------------------------- clauses */

/* One finding a clause: how far from its bound, or by how much it is broken. */
static void check_terms(struct checking *checking) {
  const mpq_t *split = checking->verdict->split;
  clause_standing *standings = find_standings(checking->context, checking->sheet, split);
  for (int k = 0; standings && k < checking->sheet->term_count; k++) {
    bool soft = checking->problem->terms->soft[k];
    finding *found = add_finding(checking, CHECK_TERM,
                                 !standings[k].broken ? JUDGED_PASS
                                 : soft               ? JUDGED_NOTE
                                                      : JUDGED_FAIL);
    found->term = k;
    found->has_amount = true;
    mpq_abs(found->amount, standings[k].miss);
    found->message = standing_words(checking->context, checking->sheet, k, &standings[k], split);
  }
}

/* -------------------------------------------------------------- comparisons */

static const char *pair_text(struct checking *checking, const accord_comparison *pair, const char *relation) {
  const mpq_t *split = checking->verdict->split;
  const char *takes = checking->cost ? "pays" : "gets";
  return pool_text(checking->context, "%s %s %s, yet %s %s %s and %s %s %s", party_id(checking, pair->first), relation,
                   party_id(checking, pair->second), party_id(checking, pair->first), takes,
                   money(checking, split[pair->first]), party_id(checking, pair->second), takes,
                   money(checking, split[pair->second]));
}

static void add_comparison(struct checking *checking, check_kind kind, const accord_comparison *list, int count,
                           const char *relation, const char *fine) {
  finding *found = add_finding(checking, kind, count ? JUDGED_NOTE : JUDGED_PASS);
  found->message = fine;
  if (count == 0) return;
  found->party = list[0].first;
  const char *text = list[0].second < 0
                         ? pool_text(checking->context, "%s %s, yet its share is %s", party_id(checking, list[0].first),
                                     relation, money(checking, checking->verdict->split[list[0].first]))
                         : pair_text(checking, &list[0], relation);
  found->message = count == 1 ? text : pool_text(checking->context, "%s; and %d more of the kind", text, count - 1);
}

/* How one party stands to another, where a split does not follow it, and what is said where it does. */
enum { BENEFIT, COST, CLAIMS };
static const struct phrases {
  const char *equal, *equal_fine, *null, *null_fine, *dominance, *dominance_fine;
} phrases[] = {[BENEFIT] = {"adds just as much to every group as", "parties that are interchangeable are treated alike",
                            "adds nothing to any group", "parties that add nothing get nothing",
                            "adds at least as much to every group as", "whoever adds more gets at least as much"},
               [COST] = {"costs every group just as much as", "parties that are interchangeable are treated alike",
                         "adds no cost to any group", "parties that add no cost pay nothing",
                         "never costs a group more than", "whoever costs more pays at least as much"},
               [CLAIMS] = {"has a claim that counts just as much as that of",
                           "claims that count alike are treated alike", "claims nothing that is there",
                           "whoever claims nothing gets nothing", "has a claim that counts at least as much as that of",
                           "a larger claim gets at least as much"}};

static void check_comparisons(struct checking *checking) {
  accord_comparisons *found;
  accord_status status =
      accord_find_comparisons(checking->context, &found, checking->problem, checking->verdict->split);
  if (stopped(checking, status)) return;
  const struct phrases *say = &phrases[checking->claims ? CLAIMS : checking->cost ? COST : BENEFIT];
  add_comparison(checking, CHECK_EQUAL_TREATMENT, found->unequal, found->unequal_count, say->equal, say->equal_fine);
  add_comparison(checking, CHECK_NULL_PARTY, found->null, found->null_count, say->null, say->null_fine);
  add_comparison(checking, CHECK_DOMINANCE, found->dominated, found->dominated_count, say->dominance,
                 say->dominance_fine);
}

/* Parties too many for a table: what the model says. */
static void check_by_model(struct checking *checking) {
  const accord_stability *stability = checking->verdict->stability;
  if (stability->stable == ACCORD_UNKNOWN) {
    note_undecided(checking, checking->problem->production
                                 ? "not decided: no group that would gain by leaving was found, and there are too many "
                                   "to rule out every one"
                                 : "not decided: without a table it was not worked out who would gain by leaving");
    return;
  }
  bool good = stability->stable == ACCORD_YES;
  finding *found = add_finding(checking, CHECK_COALITION, good ? JUDGED_PASS : JUDGED_FAIL);
  found->message = checking->problem->production && stability->even_in_part
                       ? "nobody would gain by leaving: the shares are what the resources are worth at optimal prices"
                       : "no group would gain by leaving";
  if (good || !stability->objections) return;
  found->coalition = stability->worst;
  found->group = stability->worst_group;
  found->has_amount = true;
  mpq_set(found->amount, stability->max_excess);
  found->message = worst_text(checking);
}

/* Losses of parties too many for a table: the Euler shares are known to hold, and a party that pays more than its own
 * risk does not. */
static void check_risk(struct checking *checking) {
  const accord_stability *stability = checking->verdict->stability;
  accord_answer stable = stability->stable;
  if (stable == ACCORD_UNKNOWN) {
    note_undecided(checking, "not decided: without a table it was not worked out who would gain by leaving");
    return;
  }
  finding *found = add_finding(checking, CHECK_COALITION, stable == ACCORD_YES ? JUDGED_PASS : JUDGED_FAIL);
  found->message = stable == ACCORD_YES ? "these are the Euler shares, by which no group pays more than its own risk"
                                        : "a party pays more than its own risk, and would save by leaving";
  if (!stability->listed) return;
  const accord_objection *worst = stability->objections;
  found->coalition = worst->coalition;
  found->group = worst->group;
  found->has_amount = true;
  mpq_set(found->amount, worst->amount);
  found->message =
      pool_text(checking->context, "%s pays more than its own risk, and would save %s by leaving",
                objection_names(checking->context, checking->sheet, worst), money(checking, worst->amount));
}

static void check_groups(struct checking *checking, int top) {
  if (checking->problem->unknowns) {
    check_open_groups(checking, top);
    return;
  }
  split_verdict *verdict = checking->verdict;
  accord_status status =
      accord_find_stability(checking->context, &verdict->stability, checking->problem, verdict->split, top);
  const accord_problem *problem = checking->problem;
  if (problem->criteria_only) return; /* no group could do anything by itself */
  if (stopped(checking, status) || !verdict->stability) {
    note_undecided(checking, "not decided: a limit was reached before every group was looked at");
    return;
  }
  bool named = verdict->stability->stable == ACCORD_NO && verdict->stability->has_excess;
  if (problem->game || problem->assignment || problem->claims || is_on_tree(problem) || (problem->voting && named))
    check_coalitions(checking);
  else if (problem->network) check_network(checking);
  else if (problem->voting) check_votes(checking);
  else if (problem->risk) check_risk(checking);
  else check_by_model(checking);
}

static void find_repair(struct checking *checking) {
  split_verdict *verdict = checking->verdict;
  accord_status status = accord_find_repair(checking->context, &verdict->repair, checking->problem, verdict->split);
  stopped(checking, status);
}

/* Coalitions that may have a finding each. */
static int open_rows(const accord_problem *problem, int top) {
  int most = problem->unknowns ? problem->unknowns->count : 0;
  return top < most ? top : most;
}

void find_verdict(verdict_list *all, split_verdict *verdict, accord_context *context, int top) {
  struct checking checking = {.context = context, .all = all, .verdict = verdict, .sheet = all->sheet};
  accord_account *account;
  checking.problem = all->problem;
  checking.facts = all->facts;
  checking.cost = all->problem->goal == ACCORD_COST;
  checking.claims = all->problem->claims != NULL;
  verdict->stands = true;
  verdict->findings =
      POOL_NEW(context, (size_t)(CHECK_COUNT + all->sheet->term_count + open_rows(all->problem, top)), finding);
  accord_status status = accord_find_account(context, &account, all->problem, verdict->split, all->sheet->unit);
  if (status != ACCORD_OK) guard_leave(context, status, "%s", accord_message(context));
  checking.account = account;
  check_sum(&checking);
  check_unit(&checking);
  if (all->problem->unknowns) check_open_individual(&checking);
  else if (!all->problem->criteria_only) check_individual(&checking);
  check_groups(&checking, top);
  check_terms(&checking);
  if (all->problem->game) check_comparisons(&checking);
  bool mended = verdict->stands && !all->problem->game; /* and what else a repair tells needs a table */
  if (all->repairs && !mended) find_repair(&checking);
  all->stands = all->stands && verdict->stands;
  all->depends = all->depends || verdict->depends;
  all->undecided = all->undecided || verdict->undecided;
}

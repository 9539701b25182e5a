/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What unions, links, a subsidy and a fund come to, as JSON. */
#include "overlay_json.h"

static void write_differences(json_writer *json, const char *key, const term_sheet *sheet, const mpq_t *from,
                              const mpq_t *to, bool exact) {
  mpq_t *difference = pool_rationals(json->context, 1);
  json_open_short_object(json, key);
  for (int i = 0; i < sheet->n; i++) {
    mpq_sub(*difference, to[i], from[i]);
    (exact ? json_exact : json_rational)(json, sheet->parties[i].id, *difference);
  }
  json_close_object(json);
}

static void write_unions(json_writer *json, const solve_outcome *outcome) {
  const overlay_outcome *overlays = &outcome->overlays;
  const mpq_t *shapley = (const mpq_t *)overlays->shapley, *owen = (const mpq_t *)overlays->owen;
  if (!shapley || !owen) return;
  json_open_object(json, "unions");
  write_differences(json, "effect", outcome->sheet, shapley, owen, false);
  if (outcome->exact) write_differences(json, "exact", outcome->sheet, shapley, owen, true);
  json_close_object(json);
}

static void write_amounts(json_writer *json, const char *key, const term_sheet *sheet, const mpq_t *amount,
                          bool exact) {
  json_open_short_object(json, key);
  for (int i = 0; i < sheet->n; i++) (exact ? json_exact : json_rational)(json, sheet->parties[i].id, amount[i]);
  json_close_object(json);
}

static void write_link(json_writer *json, const solve_outcome *outcome, const accord_link_worth *link) {
  const term_sheet *sheet = outcome->sheet;
  json_open_object(json, NULL);
  json_coalition(json, "link", sheet, (accord_coalition)1 << link->first | (accord_coalition)1 << link->second);
  json_rational(json, "worth", link->total);
  write_amounts(json, "shares", sheet, (const mpq_t *)link->share, false);
  if (outcome->exact) json_exact(json, "exact_worth", link->total);
  if (outcome->exact) write_amounts(json, "exact", sheet, (const mpq_t *)link->share, true);
  json_close_object(json);
}

static void write_links(json_writer *json, const solve_outcome *outcome) {
  if (!outcome->overlays.links) return;
  json_open_array(json, "links");
  for (int k = 0; k < outcome->overlays.link_count; k++) write_link(json, outcome, &outcome->overlays.links[k]);
  json_close_array(json);
}

/* ------------------------------------------------------------------- subsidy */

static void write_amount(json_writer *json, const char *key, const mpq_t amount, bool exact) {
  json_rational(json, key, amount);
  if (exact) json_exact(json, "exact", amount);
}

/* The whole: what it takes for any split to hold, what there is, and in which periods one can. */
static void write_subsidy(json_writer *json, const solve_outcome *outcome) {
  const sheet_subsidy *asked = outcome->sheet->subsidy;
  const mpq_t *least = (const mpq_t *)outcome->overlays.least_subsidy;
  if (!asked || !least) return;
  const mpq_t *amount = asked->to_core ? least : (const mpq_t *)&asked->amount;
  mpq_t *paid = pool_rationals(json->context, 1);
  json_open_object(json, "subsidy");
  json_text(json, "to", asked->to_core ? "core" : NULL);
  json_rational(json, "amount", *amount);
  json_rational(json, "least", *least);
  if (outcome->exact) {
    json_exact(json, "exact_amount", *amount);
    json_exact(json, "exact_least", *least);
  }
  json_open_array(json, "periods");
  for (int t = 0; t < asked->period_count; t++) {
    mpq_mul(*paid, *amount, asked->fractions[t]);
    json_open_short_object(json, NULL);
    write_amount(json, "amount", *paid, outcome->exact);
    json_bool(json, "core", mpq_cmp(*paid, *least) >= 0);
    json_close_object(json);
  }
  json_close_array(json);
  json_close_object(json);
}

void json_allocation_subsidy(json_writer *json, const solve_outcome *outcome, const rule_allocation *allocation) {
  const accord_subsidy *subsidy = allocation->subsidy;
  bool exact = allocation->split->exact;
  if (!subsidy) return;
  json_open_object(json, "subsidy");
  json_rational(json, "amount", subsidy->amount);
  json_rational(json, "least", subsidy->least);
  write_amounts(json, "additions", outcome->sheet, (const mpq_t *)subsidy->addition, false);
  if (exact) write_amounts(json, "exact", outcome->sheet, (const mpq_t *)subsidy->addition, true);
  json_open_array(json, "periods");
  for (int t = 0; t < subsidy->period_count; t++) {
    const accord_stability *stability = subsidy->periods[t].stability;
    json_open_short_object(json, NULL);
    write_amount(json, "amount", subsidy->periods[t].amount, exact);
    json_answer(json, "stands", stability->stable);
    if (stability->has_excess) json_rational(json, "max_excess", stability->max_excess);
    if (stability->has_excess) json_coalition(json, "coalition", outcome->sheet, stability->worst);
    json_close_object(json);
  }
  json_close_array(json);
  json_close_object(json);
}

/* ---------------------------------------------------------------------- fund */

static void write_borne(json_writer *json, const term_sheet *sheet, const mpq_t *loss, const mpq_t *covered,
                        bool exact) {
  mpq_t *borne = pool_rationals(json->context, (size_t)sheet->n);
  for (int i = 0; i < sheet->n; i++) mpq_sub(borne[i], loss[i], covered[i]);
  write_amounts(json, "borne", sheet, (const mpq_t *)borne, exact);
  pool_free(json->context, borne);
}

/* What each loses, is covered for and bears. */
static void write_cover(json_writer *json, const term_sheet *sheet, const mpq_t *loss, const mpq_t *covered,
                        bool exact) {
  write_amounts(json, "loss", sheet, loss, exact);
  write_amounts(json, "covered", sheet, covered, exact);
  write_borne(json, sheet, loss, covered, exact);
}

static void write_means(json_writer *json, const solve_outcome *outcome, bool exact) {
  const accord_fund_outcome *fund = outcome->overlays.fund;
  (exact ? json_exact : json_rational)(json, "paid", fund->mean_paid);
  (exact ? json_exact : json_rational)(json, "missing", fund->mean_missing);
  write_cover(json, outcome->sheet, (const mpq_t *)fund->mean_loss, (const mpq_t *)fund->mean_covered, exact);
}

static void write_fund_scenario(json_writer *json, const solve_outcome *outcome, const accord_fund_scenario *listed) {
  json_open_object(json, NULL);
  json_integer(json, "scenario", listed->number);
  json_rational(json, "probability", listed->chance);
  json_rational(json, "pooled_loss", listed->pooled);
  json_rational(json, "paid", listed->paid);
  json_rational(json, "missing", listed->missing);
  write_cover(json, outcome->sheet, (const mpq_t *)listed->loss, (const mpq_t *)listed->covered, false);
  if (outcome->exact && outcome->sheet->fund->shortfall->rational) {
    json_open_object(json, "exact");
    write_cover(json, outcome->sheet, (const mpq_t *)listed->loss, (const mpq_t *)listed->covered, true);
    json_close_object(json);
  }
  json_close_object(json);
}

static void write_premiums(json_writer *json, const solve_outcome *outcome) {
  const accord_fund_outcome *fund = outcome->overlays.fund;
  const term_sheet *sheet = outcome->sheet;
  write_amounts(json, "premiums", sheet, (const mpq_t *)fund->premium, false);
  if (fund->exact) write_amounts(json, "exact", sheet, (const mpq_t *)fund->premium, true);
  json_open_short_object(json, "payable");
  for (int i = 0; i < sheet->n; i++)
    json_text(json, sheet->parties[i].id, payable_text(json->context, sheet, outcome->overlays.fund_payable[i]));
  json_close_object(json);
}

static void write_fund_means(json_writer *json, const solve_outcome *outcome) {
  const accord_fund_outcome *fund = outcome->overlays.fund;
  json_open_object(json, "runs_dry");
  json_rational(json, "probability", fund->dry);
  if (outcome->exact) json_exact(json, "exact", fund->dry);
  if (mpq_sgn(fund->dry)) write_amounts(json, "borne", outcome->sheet, (const mpq_t *)fund->dry_borne, false);
  json_close_object(json);
  json_open_object(json, "expected");
  write_means(json, outcome, false);
  if (fund->means_exact) {
    json_open_object(json, "exact");
    write_means(json, outcome, true);
    json_close_object(json);
  }
  json_close_object(json);
}

static void write_fund(json_writer *json, const solve_outcome *outcome) {
  const accord_fund_outcome *fund = outcome->overlays.fund;
  const accord_fund *asked = outcome->sheet->fund;
  if (!fund) return;
  json_open_object(json, "fund");
  json_text(json, "status", accord_status_text(fund->status));
  if (fund->reason) json_text(json, "reason", fund->reason);
  json_rational(json, "size", asked->size);
  json_text(json, "premiums_rule", asked->premiums->name);
  json_text(json, "shortfall_rule", asked->shortfall->name);
  if (fund->status == ACCORD_OK) {
    write_premiums(json, outcome);
    write_fund_means(json, outcome);
    json_open_array(json, "scenarios");
    for (int k = 0; k < fund->scenario_count; k++) write_fund_scenario(json, outcome, &fund->scenarios[k]);
    json_close_array(json);
  }
  json_close_object(json);
}

void json_overlays(json_writer *json, const solve_outcome *outcome) {
  write_unions(json, outcome);
  write_links(json, outcome);
  write_subsidy(json, outcome);
  write_fund(json, outcome);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The result of solve as JSON, format 1. */
#include "conflict.h"
#include "outcome.h"
#include "prices_output.h"
#include "proofs_json.h"
#include "overlay_json.h"
#include "unknown_json.h"

struct printer {
  json_writer json;
  const solve_outcome *outcome;
  const term_sheet *sheet;
  const accord_facts *facts;
};

static void write_input(struct printer *printer) {
  const term_sheet *sheet = printer->sheet;
  json_writer *json = &printer->json;
  json_open_object(json, "input");
  json_text(json, "file", sheet->file);
  json_text(json, "sha256", digest_text(sheet->digest));
  json_open_array(json, "files");
  for (int k = 0; k < sheet->file_count; k++) {
    json_open_short_object(json, NULL);
    json_text(json, "name", sheet->files[k].name);
    json_text(json, "sha256", digest_text(sheet->files[k].digest));
    json_close_object(json);
  }
  json_close_array(json);
  json_close_object(json);
}

static void write_parties(struct printer *printer) {
  const term_sheet *sheet = printer->sheet;
  json_writer *json = &printer->json;
  json_text(json, "title", sheet->title);
  json_text(json, "currency", sheet->currency);
  json_text(json, "unit", sheet->unit_text);
  json_open_array(json, "parties");
  for (int i = 0; i < sheet->n; i++) {
    json_open_short_object(json, NULL);
    json_text(json, "id", sheet->parties[i].id);
    json_text(json, "name", sheet->parties[i].name);
    if (sheet->parties[i].role) json_text(json, "role", sheet->parties[i].role);
    json_close_object(json);
  }
  json_close_array(json);
}

/* ---------------------------------------------------------------- the game */

static void write_balanced(struct printer *printer, const accord_balanced *balanced) {
  json_writer *json = &printer->json;
  json_open_object(json, "certificate");
  json_text(json, "type", "balanced");
  json_open_array(json, "coalitions");
  for (int k = 0; k < balanced->count; k++) {
    json_open_short_object(json, NULL);
    json_members(json, "parties", printer->sheet, balanced->members[k].coalition, balanced->members[k].group);
    json_exact(json, "weight", balanced->members[k].weight);
    json_close_object(json);
  }
  json_close_array(json);
  json_exact(json, "worth", balanced->worth);
  json_exact(json, "value", printer->outcome->problem->total);
  json_close_object(json);
}

static void write_ranges(struct printer *printer, const char *key, bool exact) {
  json_writer *json = &printer->json;
  const accord_facts *facts = printer->facts;
  json_open_object(json, key);
  for (int i = 0; i < printer->sheet->n; i++) {
    json_open_short_array(json, printer->sheet->parties[i].id);
    (exact ? json_exact : json_rational)(json, NULL, facts->least_share[i]);
    (exact ? json_exact : json_rational)(json, NULL, facts->greatest_share[i]);
    json_close_array(json);
  }
  json_close_object(json);
}

static void write_core(struct printer *printer) {
  json_writer *json = &printer->json;
  const accord_facts *facts = printer->facts;
  json_open_object(json, "core");
  json_answer(json, "empty", facts->core_empty);
  if (facts->least_share) write_ranges(printer, "ranges", false);
  else json_null(json, "ranges");
  if (facts->least_share && printer->outcome->exact) write_ranges(printer, "exact", true);
  if (facts->balanced) write_balanced(printer, facts->balanced);
  json_core_split(json, printer->sheet, facts);
  json_core_ranges_proof(json, printer->sheet, facts);
  json_close_object(json);
}

static void write_properties(struct printer *printer) {
  json_writer *json = &printer->json;
  const accord_facts *facts = printer->facts;
  bool cost = printer->outcome->problem->goal == ACCORD_COST;
  json_open_short_object(json, "properties");
  json_answer(json, "monotone", facts->monotone);
  json_answer(json, cost ? "subadditive" : "superadditive", facts->superadditive);
  json_answer(json, cost ? "concave" : "convex", facts->convex);
  json_close_object(json);
}

static void write_least_core(struct printer *printer) {
  json_writer *json = &printer->json;
  const accord_facts *facts = printer->facts;
  (facts->least_core_proof ? json_open_object : json_open_short_object)(json, "least_core");
  if (facts->has_least_core) json_rational(json, "epsilon", facts->least_core);
  else json_null(json, "epsilon");
  if (facts->has_least_core && printer->outcome->exact) json_exact(json, "exact", facts->least_core);
  json_least_core_proof(json, printer->sheet, facts);
  json_close_object(json);
}

static void write_matrix(json_writer *json, const char *key, const mpq_t *entry, int n, bool exact) {
  json_open_array(json, key);
  for (int i = 0; i < n; i++) {
    json_open_short_array(json, NULL);
    for (int j = 0; j < n; j++) (exact ? json_exact : json_rational)(json, NULL, entry[i * n + j]);
    json_close_array(json);
  }
  json_close_array(json);
}

static void write_interactions(struct printer *printer, const char *key, bool exact) {
  json_writer *json = &printer->json;
  const accord_facts *facts = printer->facts;
  json_open_object(json, key);
  write_matrix(json, "shapley", (const mpq_t *)facts->shapley_interaction, printer->sheet->n, exact);
  write_matrix(json, "banzhaf", (const mpq_t *)facts->banzhaf_interaction, printer->sheet->n, exact);
  if (!exact && printer->outcome->exact) write_interactions(printer, "exact", true);
  json_close_object(json);
}

static void write_game(struct printer *printer) {
  json_writer *json = &printer->json;
  const accord_problem *problem = printer->outcome->problem;
  const accord_facts *facts = printer->facts;
  json_open_object(json, "game");
  json_text(json, "goal", problem->goal == ACCORD_COST ? "cost" : "benefit");
  json_integer(json, "n", (uint64_t)problem->n);
  json_rational(json, "value", problem->total);
  write_properties(printer);
  write_core(printer);
  write_least_core(printer);
  if (facts->has_cost_of_stability) json_rational(json, "cost_of_stability", facts->cost_of_stability);
  else json_null(json, "cost_of_stability");
  json_stability_proof(json, printer->sheet, facts);
  if (problem->frictionless) json_rational(json, "value_without_transaction_costs", problem->frictionless->total);
  if (facts->shapley_interaction) write_interactions(printer, "interactions", false);
  if (printer->outcome->exact) {
    json_open_short_object(json, "exact");
    json_exact(json, "value", problem->total);
    if (problem->frictionless) json_exact(json, "value_without_transaction_costs", problem->frictionless->total);
    if (facts->has_cost_of_stability) json_exact(json, "cost_of_stability", facts->cost_of_stability);
    json_close_object(json);
  }
  json_close_object(json);
}

/* -------------------------------------------------------------- allocations */

static void write_term_row(struct printer *printer, int row) {
  const term_sheet *sheet = printer->sheet;
  json_text(&printer->json, "term", sheet->terms[sheet->problem->terms->rows[row].term].pointer);
  json_term_side(&printer->json, sheet, row);
}

static void write_bound(struct printer *printer, const accord_weighted *member) {
  int party = member->group ? member->group->member[0] : __builtin_ctzll(member->coalition);
  json_text(&printer->json, "party", printer->sheet->parties[party].id);
}

static void write_members(struct printer *printer, const char *key, const accord_weighted *members, int count,
                          bool bound) {
  json_writer *json = &printer->json;
  json_open_array(json, key);
  for (int k = 0; k < count; k++) {
    json_open_short_object(json, NULL);
    if (members[k].coalition == 0 && !members[k].group) write_term_row(printer, members[k].term_row);
    else if (bound) write_bound(printer, &members[k]);
    else json_members(json, "parties", printer->sheet, members[k].coalition, members[k].group);
    json_exact(json, "weight", members[k].weight);
    json_close_object(json);
  }
  json_close_array(json);
}

static void write_certificate(struct printer *printer, const accord_split *split) {
  json_writer *json = &printer->json;
  json_open_object(json, "certificate");
  json_text(json, "type", "kohlberg");
  json_exact_by_party(json, "shares", printer->sheet, (const mpq_t *)split->share);
  json_open_array(json, "levels");
  for (int k = 0; k < split->certificate->level_count; k++) {
    const accord_level *level = &split->certificate->levels[k];
    json_open_object(json, NULL);
    json_exact(json, "excess", level->excess);
    write_members(printer, "coalitions", level->coalitions, level->coalition_count, false);
    write_members(printer, "bounds", level->bounds, level->bound_count, true);
    write_members(printer, "earlier", level->earlier, level->earlier_count, false);
    json_close_object(json);
  }
  json_close_array(json);
  json_close_object(json);
}

/* The name of a branch: of a tree its node's, of an airport that of a party who needs least of those in it. */
static const char *branch_name(const term_sheet *sheet, int branch) {
  if (branch == ACCORD_NO_BRANCH) return NULL;
  return sheet->problem->tree ? sheet->nodes[branch] : sheet->parties[branch].id;
}

static void write_branch_proof(struct printer *printer, const accord_split *split) {
  json_writer *json = &printer->json;
  json_open_object(json, "certificate");
  json_text(json, "type", "kohlberg-tree");
  json_exact_by_party(json, "shares", printer->sheet, (const mpq_t *)split->share);
  json_open_array(json, "levels");
  for (int k = 0; k < split->branches->level_count; k++) {
    const accord_branch_level *level = &split->branches->levels[k];
    json_open_object(json, NULL);
    json_exact(json, "excess", level->excess);
    json_text(json, "within", branch_name(printer->sheet, level->within));
    json_open_short_array(json, "parties");
    for (int p = 0; p < level->party_count; p++) json_text(json, NULL, printer->sheet->parties[level->parties[p]].id);
    json_close_array(json);
    json_open_short_array(json, "branches");
    for (int v = 0; v < level->branch_count; v++)
      json_text(json, NULL, branch_name(printer->sheet, level->branches[v]));
    json_close_array(json);
    json_close_object(json);
  }
  json_close_array(json);
  json_close_object(json);
}

static void write_cheapest_tree(struct printer *printer, const accord_split *split) {
  json_writer *json = &printer->json;
  json_open_object(json, "certificate");
  json_text(json, "type", "irreducible");
  json_exact_by_party(json, "shares", printer->sheet, (const mpq_t *)split->share);
  json_open_array(json, "tree");
  for (int e = 0; e < split->tree->count; e++) {
    const accord_edge *edge = &split->tree->edges[e];
    json_open_short_object(json, NULL);
    json_open_short_array(json, "between");
    json_text(json, NULL, printer->sheet->nodes[edge->first]);
    json_text(json, NULL, printer->sheet->nodes[edge->second]);
    json_close_array(json);
    json_exact(json, "cost", edge->cost);
    json_close_object(json);
  }
  json_close_array(json);
  json_close_object(json);
}

static void write_payable(struct printer *printer, const rule_allocation *allocation) {
  json_writer *json = &printer->json;
  json_open_short_object(json, "payable");
  for (int i = 0; i < printer->sheet->n; i++)
    json_text(json, printer->sheet->parties[i].id, payable_text(json->context, printer->sheet, allocation->payable[i]));
  json_close_object(json);
}

/* What the rule would give if working together cost nothing. */
static void write_frictionless(struct printer *printer, const rule_allocation *allocation) {
  const accord_split *split = allocation->frictionless;
  if (!split) return;
  json_doubles_by_party(&printer->json, "shares_without_transaction_costs", printer->sheet, split->value);
  if (split->exact)
    json_exact_by_party(&printer->json, "exact_without_transaction_costs", printer->sheet, (const mpq_t *)split->share);
}

static void write_stability(struct printer *printer, const rule_allocation *allocation) {
  json_writer *json = &printer->json;
  const accord_stability *stability = allocation->stability;
  json_open_short_object(json, "core");
  json_answer(json, "member", stability ? stability->stable : ACCORD_UNKNOWN);
  if (stability && stability->has_excess) {
    json_rational(json, "max_excess", stability->max_excess);
    json_members(json, "coalition", printer->sheet, stability->worst, stability->worst_group);
    if (allocation->split->exact) json_exact(json, "exact", stability->max_excess);
  } else {
    json_null(json, "max_excess");
    json_null(json, "coalition");
  }
  json_close_object(json);
}

static void write_detail(struct printer *printer, const accord_split *split) {
  json_writer *json = &printer->json;
  json_open_short_object(json, split->detail.name);
  for (int i = 0; i < split->n; i++) json_rational(json, printer->sheet->parties[i].id, split->detail.value[i]);
  json_close_object(json);
  if (split->exact) json_exact_by_party(json, "exact", printer->sheet, (const mpq_t *)split->detail.value);
}

static void write_by_criterion(struct printer *printer, const char *key, const accord_composite *composite,
                               bool exact) {
  json_writer *json = &printer->json;
  json_open_short_object(json, key);
  for (int k = 0; k < composite->criteria->count; k++)
    (exact ? json_exact : json_rational)(json, composite->criteria->criterion[k].name, composite->weight[k]);
  json_close_object(json);
}

static void write_by_party(struct printer *printer, const char *key, const mpq_t *numbers) {
  json_writer *json = &printer->json;
  json_open_short_object(json, key);
  for (int i = 0; i < printer->sheet->n; i++) json_rational(json, printer->sheet->parties[i].id, numbers[i]);
  json_close_object(json);
}

/* Only where something was compared in pairs. */
static void write_consistency(struct printer *printer, const accord_composite *composite) {
  json_writer *json = &printer->json;
  bool parties = false;
  for (int k = 0; k < composite->criteria->count; k++) parties = parties || composite->party_ratio[k] >= 0;
  if (composite->consistency_ratio >= 0) json_number(json, "consistency_ratio", composite->consistency_ratio);
  if (!parties) return;
  json_open_short_object(json, "party_consistency_ratios");
  for (int k = 0; k < composite->criteria->count; k++)
    if (composite->party_ratio[k] >= 0)
      json_number(json, composite->criteria->criterion[k].name, composite->party_ratio[k]);
  json_close_object(json);
}

/* Each party's share by the weights that are best and worst for it. */
static void write_extremes(struct printer *printer, const accord_composite *composite, bool exact) {
  json_writer *json = &printer->json;
  mpq_t *share = pool_rationals(json->context, (size_t)printer->sheet->n);
  for (int best = 1; best >= 0; best--) {
    const char *key = best ? "best_share" : "worst_share";
    for (int i = 0; i < printer->sheet->n; i++)
      mpq_mul(share[i], best ? composite->best[i] : composite->worst[i], printer->outcome->problem->total);
    if (exact) json_exact_by_party(json, key, printer->sheet, (const mpq_t *)share);
    else write_by_party(printer, key, (const mpq_t *)share);
  }
}

static void write_composite(struct printer *printer, const accord_composite *composite) {
  json_writer *json = &printer->json;
  size_t n = (size_t)printer->sheet->n;
  write_by_criterion(printer, "weights", composite, false);
  json_open_object(json, "parts");
  for (int k = 0; k < composite->criteria->count; k++)
    write_by_party(printer, composite->criteria->criterion[k].name, (const mpq_t *)&composite->part[(size_t)k * n]);
  json_close_object(json);
  write_by_party(printer, "composite", (const mpq_t *)composite->composite);
  write_extremes(printer, composite, false);
  write_consistency(printer, composite);
  if (!composite->parts_exact) return;
  json_open_object(json, "exact");
  if (composite->exact) {
    write_by_criterion(printer, "weights", composite, true);
    json_exact_by_party(json, "composite", printer->sheet, (const mpq_t *)composite->composite);
  }
  write_extremes(printer, composite, true);
  json_close_object(json);
}

static void write_coleman(struct printer *printer, const accord_split *split) {
  json_writer *json = &printer->json;
  const accord_coleman *coleman = split->coleman;
  json_rational(json, "power_to_act", coleman->act);
  write_by_party(printer, "power_to_prevent", (const mpq_t *)coleman->prevent);
  write_by_party(printer, "power_to_initiate", (const mpq_t *)coleman->initiate);
  if (!split->exact) return;
  json_open_object(json, "exact_power");
  json_exact(json, "to_act", coleman->act);
  json_exact_by_party(json, "to_prevent", printer->sheet, (const mpq_t *)coleman->prevent);
  json_exact_by_party(json, "to_initiate", printer->sheet, (const mpq_t *)coleman->initiate);
  json_close_object(json);
}

static void write_details(struct printer *printer, const accord_split *split) {
  if (!split->detail.name && !split->composite && !split->prices) return;
  json_open_object(&printer->json, "details");
  if (split->detail.name) write_detail(printer, split);
  if (split->composite) write_composite(printer, split->composite);
  if (split->coleman) write_coleman(printer, split);
  if (split->prices) json_prices(&printer->json, printer->sheet, split->prices, split->exact);
  json_close_object(&printer->json);
}

static void write_proof(struct printer *printer, const accord_split *split) {
  if (!split->exact) return;
  if (split->certificate) write_certificate(printer, split);
  if (split->branches) write_branch_proof(printer, split);
  if (split->tree) write_cheapest_tree(printer, split);
  if (split->prices) json_dual(&printer->json, printer->sheet, split->prices);
}

static void write_shares(struct printer *printer, const rule_allocation *allocation) {
  json_writer *json = &printer->json;
  const accord_split *split = allocation->split;
  json_rational(json, "total", split->total);
  json_doubles_by_party(json, "shares", printer->sheet, split->value);
  if (split->exact) json_exact_by_party(json, "exact", printer->sheet, (const mpq_t *)split->share);
  write_payable(printer, allocation);
  write_frictionless(printer, allocation);
  write_stability(printer, allocation);
  json_allocation_subsidy(json, printer->outcome, allocation);
  json_standings(json, printer->sheet, allocation->standings, split->exact);
  write_proof(printer, split);
  write_details(printer, split);
}

static void write_allocation(struct printer *printer, const rule_allocation *allocation) {
  json_writer *json = &printer->json;
  json_open_object(json, NULL);
  json_text(json, "rule", allocation->rule->name);
  json_text(json, "label", allocation->label);
  if (allocation->under_terms) json_bool(json, "under_terms", true);
  json_text(json, "status", accord_status_text(allocation->split->status));
  if (allocation->split->reason) json_text(json, "reason", allocation->split->reason);
  if (allocation->split->status == ACCORD_OK) write_shares(printer, allocation);
  if (allocation->split->range) json_range(json, printer->sheet, allocation->split->range);
  if (allocation->split->conflict) json_conflict(json, "conflict", printer->sheet, allocation->split->conflict);
  json_close_object(json);
}

static void write_terms(struct printer *printer) {
  const terms_outcome *terms = &printer->outcome->terms;
  json_writer *json = &printer->json;
  if (!printer->outcome->problem->terms) return;
  json_open_object(json, "terms");
  json_answer(json, "feasible", terms->feasible);
  json_answer(json, "with_parties", terms->with_parties);
  json_answer(json, "with_coalitions", terms->with_coalitions);
  if (terms->conflict) json_conflict(json, "conflict", printer->sheet, terms->conflict);
  else json_null(json, "conflict");
  json_close_object(json);
}

/* The tolerance decisions were made with, in the sheet's measure. */
static double tolerance_of(const solve_outcome *outcome, accord_context *context) {
  if (outcome->exact || !outcome->problem->game) return 0;
  mpq_t *tolerance = pool_rationals(context, 1);
  game_tolerance(*tolerance, outcome->problem->game);
  return accord_to_double(*tolerance);
}

void write_outcome_json(output_stream *output, const solve_outcome *outcome) {
  struct printer printer = {json_start(output), outcome, outcome->sheet, outcome->facts};
  json_writer *json = &printer.json;
  json_open_document(json);
  json_integer(json, "format", 1);
  json_text(json, "accord", ACCORD_VERSION);
  write_input(&printer);
  write_parties(&printer);
  write_game(&printer);
  write_terms(&printer);
  json_open_array(json, "allocations");
  for (int k = 0; k < outcome->allocation_count; k++) write_allocation(&printer, &outcome->allocations[k]);
  json_close_array(json);
  json_overlays(json, outcome);
  if (outcome->problem->unknowns) json_unknown(json, outcome);
  json_open_short_object(json, "options");
  json_text(json, "numbers", outcome->exact ? "exact" : "float");
  json_text(json, "facts", outcome->facts_name);
  json_integer(json, "seed", accord_context_settings(output->context)->seed);
  json_number(json, "tolerance", tolerance_of(outcome, output->context));
  json_close_object(json);
  json_open_array(json, "warnings");
  for (int k = 0; k < outcome->warning_count; k++) json_text(json, NULL, outcome->warnings[k]);
  json_close_array(json);
  json_close_document(json);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proofs_json.h"

/* The split that attains the optimum, the coalitions' weights and everybody's. */
static void write_optimum(json_writer *json, const term_sheet *sheet, const accord_optimum *proof) {
  json_exact_by_party(json, "shares", sheet, (const mpq_t *)proof->share);
  json_open_array(json, "coalitions");
  for (int k = 0; k < proof->count; k++) {
    json_open_short_object(json, NULL);
    json_coalition(json, "parties", sheet, proof->members[k].coalition);
    json_exact(json, "weight", proof->members[k].weight);
    json_close_object(json);
  }
  json_close_array(json);
  json_exact(json, "everybody", proof->everybody);
}

void json_core_split(json_writer *json, const term_sheet *sheet, const accord_facts *facts) {
  if (!facts->stability_proof || facts->core_empty != ACCORD_NO) return;
  json_open_short_object(json, "split_certificate");
  json_text(json, "type", "core-split");
  json_exact_by_party(json, "shares", sheet, (const mpq_t *)facts->stability_proof->share);
  json_close_object(json);
}

static void write_end(json_writer *json, const term_sheet *sheet, const accord_optimum *proof, int i, bool least) {
  json_open_short_object(json, NULL);
  json_text(json, "party", sheet->parties[i].id);
  json_text(json, "end", least ? "least" : "most");
  json_exact(json, "share", proof->share[i]);
  write_optimum(json, sheet, proof);
  json_close_object(json);
}

void json_core_ranges_proof(json_writer *json, const term_sheet *sheet, const accord_facts *facts) {
  if (!facts->least_proof || !facts->greatest_proof) return;
  json_open_object(json, "range_certificate");
  json_text(json, "type", "core-range");
  json_open_array(json, "ends");
  for (int i = 0; i < sheet->n; i++) {
    write_end(json, sheet, &facts->least_proof[i], i, true);
    write_end(json, sheet, &facts->greatest_proof[i], i, false);
  }
  json_close_array(json);
  json_close_object(json);
}

void json_least_core_proof(json_writer *json, const term_sheet *sheet, const accord_facts *facts) {
  if (!facts->least_core_proof) return;
  json_open_object(json, "certificate");
  json_text(json, "type", "least-core");
  json_exact(json, "epsilon", facts->least_core);
  write_optimum(json, sheet, facts->least_core_proof);
  json_close_object(json);
}

void json_stability_proof(json_writer *json, const term_sheet *sheet, const accord_facts *facts) {
  if (!facts->stability_proof || !facts->has_cost_of_stability) return;
  json_open_object(json, "cost_of_stability_certificate");
  json_text(json, "type", "cost-of-stability");
  json_exact(json, "amount", facts->cost_of_stability);
  write_optimum(json, sheet, facts->stability_proof);
  json_close_object(json);
}

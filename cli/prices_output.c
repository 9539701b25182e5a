/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shadow prices and the plan they belong to, in JSON. */
#include "prices_output.h"

/* {"A": [least, greatest]} of each party. */
static void json_share_ranges(json_writer *json, const term_sheet *sheet, const accord_prices *prices, bool exact) {
  json_open_object(json, "ranges");
  for (int i = 0; i < sheet->n; i++) {
    json_open_short_array(json, sheet->parties[i].id);
    (exact ? json_exact : json_rational)(json, NULL, prices->least_share[i]);
    (exact ? json_exact : json_rational)(json, NULL, prices->greatest_share[i]);
    json_close_array(json);
  }
  json_close_object(json);
}

static void json_matching(json_writer *json, const term_sheet *sheet, const accord_prices *prices) {
  json_open_array(json, "matching");
  for (int k = 0; k < prices->pair_count; k++) {
    json_open_short_array(json, NULL);
    json_text(json, NULL, sheet->parties[prices->first[k]].id);
    json_text(json, NULL, sheet->parties[prices->second[k]].id);
    json_close_array(json);
  }
  json_close_array(json);
}

/* A resource that nobody has and none can be bought of has no price. */
static void json_resource_prices(json_writer *json, const accord_prices *prices, bool exact) {
  json_open_short_object(json, "prices");
  for (int r = 0; r < prices->production->resource_count; r++) {
    const char *name = prices->production->resource[r];
    if (!prices->has_value[r]) json_null(json, name);
    else (exact ? json_exact : json_rational)(json, name, prices->price[r]);
  }
  json_close_object(json);
}

static void json_price_ranges(json_writer *json, const accord_prices *prices, bool exact) {
  json_open_object(json, "price_ranges");
  for (int r = 0; r < prices->production->resource_count; r++) {
    if (!prices->has_value[r]) {
      json_null(json, prices->production->resource[r]);
      continue;
    }
    json_open_short_array(json, prices->production->resource[r]);
    (exact ? json_exact : json_rational)(json, NULL, prices->least_price[r]);
    (exact ? json_exact : json_rational)(json, NULL, prices->greatest_price[r]);
    json_close_array(json);
  }
  json_close_object(json);
}

/* What is made of each product; what is bought, of resources that can be. */
static void json_plan(json_writer *json, const accord_prices *prices, bool exact) {
  const accord_production *production = prices->production;
  json_open_short_object(json, "plan");
  for (int j = 0; j < production->product_count; j++)
    (exact ? json_exact : json_rational)(json, production->product[j].name, prices->quantity[j]);
  json_close_object(json);
  json_open_short_object(json, "bought");
  for (int r = 0; r < production->resource_count; r++)
    if (production->has_price[r])
      (exact ? json_exact : json_rational)(json, production->resource[r], prices->bought[r]);
  json_close_object(json);
}

static void json_detail(json_writer *json, const term_sheet *sheet, const accord_prices *prices, bool exact) {
  json_share_ranges(json, sheet, prices, exact);
  if (!prices->production) return;
  json_resource_prices(json, prices, exact);
  json_price_ranges(json, prices, exact);
  json_plan(json, prices, exact);
}

void json_prices(json_writer *json, const term_sheet *sheet, const accord_prices *prices, bool exact) {
  json_detail(json, sheet, prices, false);
  if (!prices->production) json_matching(json, sheet, prices);
  if (!exact) return;
  json_open_object(json, "exact");
  json_detail(json, sheet, prices, true);
  json_close_object(json);
}

void json_dual(json_writer *json, const term_sheet *sheet, const accord_prices *prices) {
  json_open_object(json, "certificate");
  json_text(json, "type", "dual");
  if (prices->production) {
    json_resource_prices(json, prices, true);
    json_plan(json, prices, true);
  } else {
    json_matching(json, sheet, prices);
  }
  json_close_object(json);
}

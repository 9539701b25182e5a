/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plan that shadow prices belong to. */
#include "solve_text.h"

static const accord_prices *prices_of(const solve_outcome *outcome) {
  for (int k = 0; k < outcome->allocation_count; k++)
    if (outcome->allocations[k].split->prices) return outcome->allocations[k].split->prices;
  return NULL;
}

/* A quantity, which has no unit: a decimal, and the fraction where it is not quite that. */
static const char *quantity_text(solve_printer *printer, const mpq_t quantity) {
  const char *exact = rational_text(printer->context, quantity);
  if (mpz_cmp_ui(mpq_denref(quantity), 1) == 0) return exact;
  return pool_text(printer->context, "%.6g", accord_to_double(quantity));
}

static void write_matching(solve_printer *printer, const accord_prices *prices) {
  enum { COLUMNS = 3 };
  static const bool right[COLUMNS] = {false, false, true};
  const char **cells = POOL_NEW(printer->context, (size_t)(prices->pair_count + 1) * COLUMNS, const char *);
  mpq_t *worth = pool_rationals(printer->context, 1);
  heading(printer, "Who works with whom");
  cells[0] = "party", cells[1] = "with", cells[2] = "worth together";
  for (int k = 0; k < prices->pair_count; k++) {
    const char **row = &cells[(k + 1) * COLUMNS];
    mpq_add(*worth, prices->least_share[prices->first[k]], prices->greatest_share[prices->second[k]]);
    row[0] = party_name(printer, prices->first[k]);
    row[1] = party_name(printer, prices->second[k]);
    row[2] = amount_text(printer->context, printer->sheet, *worth);
  }
  if (prices->pair_count) write_table(printer->output, cells, right, prices->pair_count + 1, COLUMNS);
  else sentence(printer, "Nobody: no two of them are worth anything together.");
}

static void write_products(solve_printer *printer, const accord_prices *prices) {
  enum { COLUMNS = 2 };
  static const bool right[COLUMNS] = {false, true};
  const accord_production *production = prices->production;
  const char **cells = POOL_NEW(printer->context, (size_t)(production->product_count + 1) * COLUMNS, const char *);
  int rows = 1;
  heading(printer, "The best plan of all together");
  cells[0] = "product", cells[1] = "made";
  for (int j = 0; j < production->product_count; j++) {
    if (mpq_sgn(prices->quantity[j]) == 0) continue;
    cells[rows * COLUMNS] = safe_text(printer->context, production->product[j].name);
    cells[rows++ * COLUMNS + 1] = quantity_text(printer, prices->quantity[j]);
  }
  if (rows > 1) write_table(printer->output, cells, right, rows, COLUMNS);
  else sentence(printer, "Nothing is worth making from what they have.");
}

static const char *price_range_text(solve_printer *printer, const accord_prices *prices, int r) {
  if (!prices->has_value[r]) return "nobody has any";
  if (mpq_equal(prices->least_price[r], prices->greatest_price[r])) return "";
  return pool_text(printer->context, "%s to %s", amount_text(printer->context, printer->sheet, prices->least_price[r]),
                   amount_text(printer->context, printer->sheet, prices->greatest_price[r]));
}

static void write_resources(solve_printer *printer, const accord_prices *prices) {
  enum { COLUMNS = 4 };
  static const bool right[COLUMNS] = {false, true, true, false};
  const accord_production *production = prices->production;
  const char **cells = POOL_NEW(printer->context, (size_t)(production->resource_count + 1) * COLUMNS, const char *);
  int columns = COLUMNS - 1;
  if (!production->resource_count) return;
  for (int r = 0; r < production->resource_count; r++)
    if (*price_range_text(printer, prices, r)) columns = COLUMNS;
  fputc('\n', printer->stream);
  cells[0] = "resource", cells[1] = "bought", cells[2] = "one more is worth";
  if (columns == COLUMNS) cells[COLUMNS - 1] = "or anything from";
  for (int r = 0; r < production->resource_count; r++) {
    const char **row = &cells[(r + 1) * columns];
    row[0] = safe_text(printer->context, production->resource[r]);
    row[1] = mpq_sgn(prices->bought[r]) ? quantity_text(printer, prices->bought[r]) : "";
    row[2] = prices->has_value[r] ? amount_text(printer->context, printer->sheet, prices->price[r]) : "";
    if (columns == COLUMNS) row[COLUMNS - 1] = price_range_text(printer, prices, r);
  }
  write_table(printer->output, cells, right, production->resource_count + 1, columns);
  fputc('\n', printer->stream);
  sentence(printer, "By shadow-price each party is paid for what it brings at these prices.");
}

void write_plan(solve_printer *printer) {
  const accord_prices *prices = prices_of(printer->outcome);
  if (!prices) return;
  if (!prices->production) {
    write_matching(printer, prices);
    return;
  }
  write_products(printer, prices);
  write_resources(printer, prices);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fund: who pays in, what it covers, and what each bears when it runs dry. */
#include "risk_words.h"
#include "solve_text.h"

enum { MOST_SCENARIOS = 8, MOST_PARTIES_ACROSS = 6 };

static const char *amount(solve_printer *printer, const mpq_t number) {
  return amount_text(printer->context, printer->sheet, number);
}

static void write_terms_of_fund(solve_printer *printer, const accord_fund *asked, const accord_fund_outcome *fund) {
  mpq_t *held = pool_rationals(printer->context, 1);
  sentence(
      printer,
      "The fund holds %s, paid in by the parties in proportion to their shares by %s. It pays what is lost; what some gain in a scenario is set against the "
      "losses of the others first.",
      money(printer, asked->size), asked->premiums->name);
  if (mpq_sgn(fund->dry) == 0) {
    sentence(printer, "It never runs dry: no scenario takes more than it holds.");
    return;
  }
  mpq_set_ui(*held, 1, 1);
  mpq_sub(*held, *held, fund->dry);
  sentence(printer,
           "It covers everything in %s of cases. With probability %s more is lost than it holds, and what is "
           "there is shared by %s; on average over all cases %s are missing.",
           chance_text(printer->context, *held), chance_text(printer->context, fund->dry), asked->shortfall->name,
           money(printer, fund->mean_missing));
}

/* A row a party. */
static void write_parties(solve_printer *printer, const accord_fund_outcome *fund) {
  enum { COLUMNS = 6 };
  static const bool right[COLUMNS] = {false, true, true, true, true, true};
  static const char *const heads[COLUMNS] = {"party", "pays in", "expected loss", "covered", "bears", "bears when dry"};
  int n = printer->sheet->n, columns = mpq_sgn(fund->dry) ? COLUMNS : COLUMNS - 1;
  const char **cells = POOL_NEW(printer->context, (size_t)((n + 1) * columns), const char *);
  mpq_t *borne = pool_rationals(printer->context, 1);
  for (int c = 0; c < columns; c++) cells[c] = heads[c];
  for (int i = 0; i < n; i++) {
    const char **row = &cells[(i + 1) * columns];
    mpq_sub(*borne, fund->mean_loss[i], fund->mean_covered[i]);
    row[0] = party_name(printer, i);
    row[1] = payable_text(printer->context, printer->sheet, printer->outcome->overlays.fund_payable[i]);
    row[2] = amount(printer, fund->mean_loss[i]);
    row[3] = amount(printer, fund->mean_covered[i]);
    row[4] = amount(printer, *borne);
    if (columns == COLUMNS) row[5] = amount(printer, fund->dry_borne[i]);
  }
  fputc('\n', printer->stream);
  write_table(printer->output, cells, right, n + 1, columns);
}

/* The scenarios that run it dry, as far as they are listed. */
static int count_dry(const accord_fund_outcome *fund) {
  int count = 0;
  while (count < fund->scenario_count && count < MOST_SCENARIOS && mpq_sgn(fund->scenarios[count].missing)) count++;
  return count;
}

static void write_dry_scenarios(solve_printer *printer, const accord_fund_outcome *fund) {
  static const bool right[5 + MOST_PARTIES_ACROSS] = {true, true, true, true, true, true, true, true, true, true, true};
  static const char *const heads[] = {"scenario", "probability", "all lose", "paid", "missing"};
  int n = printer->sheet->n, across = n <= MOST_PARTIES_ACROSS ? n : 0, columns = 5 + across, rows = count_dry(fund);
  if (!rows) return;
  const char **cells = POOL_NEW(printer->context, (size_t)((rows + 1) * columns), const char *);
  mpq_t *borne = pool_rationals(printer->context, 1);
  for (int c = 0; c < columns; c++)
    cells[c] = c < 5 ? heads[c] : pool_text(printer->context, "%s bears", printer->sheet->parties[c - 5].id);
  for (int k = 0; k < rows; k++) {
    const accord_fund_scenario *listed = &fund->scenarios[k];
    const char **row = &cells[(k + 1) * columns];
    row[0] = pool_text(printer->context, "%zu", listed->number);
    row[1] = chance_text(printer->context, listed->chance);
    row[2] = amount(printer, listed->pooled);
    row[3] = amount(printer, listed->paid);
    row[4] = amount(printer, listed->missing);
    for (int i = 0; i < across; i++) {
      mpq_sub(*borne, listed->loss[i], listed->covered[i]);
      row[5 + i] = amount(printer, *borne);
    }
  }
  fputc('\n', printer->stream);
  sentence(printer, "The worst that may happen:");
  fputc('\n', printer->stream);
  write_table(printer->output, cells, right, rows + 1, columns);
}

void write_fund(solve_printer *printer) {
  const accord_fund_outcome *fund = printer->outcome->overlays.fund;
  if (!fund) return;
  heading(printer, "The fund");
  if (fund->status != ACCORD_OK) {
    sentence(printer, "No answer: %s.", fund->reason);
    return;
  }
  write_terms_of_fund(printer, printer->sheet->fund, fund);
  write_parties(printer, fund);
  write_dry_scenarios(printer, fund);
}

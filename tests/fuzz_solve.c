/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libFuzzer: a small sheet, solved by every rule and checked; what comes out is held against definitions.
 *
 * The input is a sheet of up to 5 parties as JSON, or, where it does not begin with {, a recipe for one: goal and
 * number of parties, then one byte a value. Nothing of the solver is used to judge its answers (checker.h). */
#include "fuzz.h"

#include "checker.h"
#include "sheet.h"

enum { MOST_PARTIES = 5, MOST_SECONDS = 8 };

/* ------------------------------------------------------------------- a sheet */

struct recipe {
  const uint8_t *at, *end;
  char text[8192];
  size_t length;
};

static int next_byte(struct recipe *recipe) { return recipe->at < recipe->end ? *recipe->at++ : 0; }

static void __attribute__((format(printf, 2, 3))) put(struct recipe *recipe, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  recipe->length +=
      (size_t)vsnprintf(recipe->text + recipe->length, sizeof recipe->text - recipe->length, format, arguments);
  va_end(arguments);
}

/* Small whole numbers mostly; halves, thirds and far-off sizes at times. */
static void put_amount(struct recipe *recipe, int lowest) {
  int byte = next_byte(recipe), number = byte % 24 + lowest;
  switch (byte / 24) {
  case 7: put(recipe, "\"%d/3\"", number); break;
  case 8: put(recipe, "%d.5", number); break;
  case 9: put(recipe, "%de%d", number, next_byte(recipe) % 60 - 30); break;
  default: put(recipe, "%d", number);
  }
}

static void put_amounts(struct recipe *recipe, int n, int lowest) {
  put(recipe, "{");
  for (int i = 0; i < n; i++) {
    put(recipe, "%s\"P%d\": ", i ? ", " : "", i);
    put_amount(recipe, lowest);
  }
  put(recipe, "}");
}

static void put_model(struct recipe *recipe, int kind, int n) {
  if (kind == 0) {
    put(recipe, "{\"type\": \"claims\", \"estate\": %d, \"claims\": ", next_byte(recipe) % 40);
    put_amounts(recipe, n, 0);
    put(recipe, "}");
    return;
  }
  put(recipe, "{\"type\": \"coalitions\", \"goal\": \"%s\", \"values\": [0", kind == 1 ? "cost" : "benefit");
  for (int s = 1; s < 1 << n; s++) {
    put(recipe, ", ");
    put_amount(recipe, kind == 2 ? -8 : 0);
  }
  put(recipe, "]}");
}

/* How the bytes make a sheet. */
static void cook(struct recipe *recipe) {
  int first = next_byte(recipe), n = 1 + first % MOST_PARTIES, kind = first / 8 % 4, extras = next_byte(recipe);
  put(recipe, "{\"accord\": 1, \"unit\": \"%s\", \"parties\": [", extras & 1 ? "0.01" : extras & 2 ? "1/3" : "5");
  for (int i = 0; i < n; i++) put(recipe, "%s\"P%d\"", i ? ", " : "", i);
  put(recipe, "], \"model\": ");
  put_model(recipe, kind, n);
  if (extras & 4 && n >= 3)
    put(recipe, ", \"unions\": {\"u\": [\"P0\", \"P2\"]}, \"links\": [[\"P0\", \"P1\"], [\"P1\", \"P2\"]]");
  if (extras & 8) put(recipe, ", \"weights\": "), put_amounts(recipe, n, 1);
  put(recipe, ", \"proposals\": {\"one\": ");
  put_amounts(recipe, n, -4);
  put(recipe, "}}");
}

/* ----------------------------------------------------------------- judgements */

/* Every value of the game as stated. */
static mpq_t *values_of(accord_context *context, const accord_problem *problem) {
  mpq_t *values = pool_rationals(context, (size_t)1 << problem->n);
  for (accord_coalition s = 1; s < (accord_coalition)1 << problem->n; s++)
    accord_game_value(values[s], problem->game, s);
  return values;
}

static void judge_stability(accord_context *context, const accord_problem *problem, const check_game *game,
                            const accord_facts *facts, const mpq_t *share) {
  accord_stability *stability;
  mpq_t *worst = pool_rationals(context, 1);
  accord_status status = accord_find_stability(context, &stability, problem, share, 3);
  require(status == ACCORD_OK || status == ACCORD_LIMIT, accord_message(context));
  if (status != ACCORD_OK || !problem->game) return;
  accord_coalition coalition = check_worst(*worst, game, share);
  require(stability->has_excess == (problem->n > 1), "an excess where there is none, or none where there is");
  if (stability->has_excess)
    require(stability->worst == coalition && mpq_equal(stability->max_excess, *worst), "another largest excess");
  require(stability->objection_count == check_objections(game, share), "another number of objections");
  if (!check_efficient(game, share)) return;
  bool stands = check_in_core(game, share);
  require((stability->stable == ACCORD_YES) == stands, "stable against the definition");
  require(!facts || !stands || facts->core_empty != ACCORD_YES, "a split in an empty core");
  if (facts && facts->has_least_core) require(mpq_cmp(facts->least_core, *worst) <= 0, "a split below the least core");
}

static void judge_payable(accord_context *context, const accord_split *split, const mpq_t unit) {
  mpz_t *count = pool_integers(context, (size_t)split->n);
  mpq_t *work = pool_rationals(context, 3), *rest = &work[0], *paid = &work[1], *sum = &work[2];
  accord_status status =
      accord_find_payable(context, count, *rest, (const mpq_t *)split->share, split->total, unit, split->n);
  require(status == ACCORD_OK, accord_message(context));
  for (int i = 0; i < split->n; i++) {
    mpq_set_z(*paid, count[i]);
    mpq_mul(*paid, *paid, unit);
    mpq_add(*sum, *sum, *paid);
    mpq_sub(*paid, *paid, split->share[i]);
    mpq_abs(*paid, *paid);
    require(mpq_cmp(*paid, unit) <= 0, "a payment more than a unit away from its share");
  }
  mpq_add(*sum, *sum, *rest);
  require(mpq_equal(*sum, split->total), "payable amounts do not sum to the total");
}

static void judge_promises(const accord_problem *problem, const accord_rule *rule, const check_game *game,
                           const accord_facts *facts, const accord_split *split) {
  const mpq_t *share = (const mpq_t *)split->share;
  bool on_claims = problem->claims && rule->domain & ACCORD_ON_CLAIMS, proper = split->certificate && problem->game;
  if (on_claims || !problem->game || !facts) return;
  if (rule->promises & ACCORD_EFFICIENT) require(check_efficient(game, share), "an inefficient split");
  if (rule->promises & ACCORD_IN_CORE && facts->core_empty == ACCORD_NO)
    require(check_in_core(game, share), "a split that promised to be in the core");
  bool plain = strcmp(rule->name, "nucleolus") == 0 || strcmp(rule->name, "prenucleolus") == 0;
  const char *wrong = proper && plain ? check_kohlberg(game, share, split->certificate, rule->name[0] == 'n') : NULL;
  require(!wrong, wrong);
}

static void judge_split(accord_context *context, const term_sheet *sheet, const accord_rule *rule,
                        const check_game *game, const accord_facts *facts) {
  accord_split *split;
  accord_status status = accord_solve(context, &split, sheet->problem, rule);
  require(status == ACCORD_OK || status == ACCORD_LIMIT, accord_message(context));
  if (status != ACCORD_OK || split->status != ACCORD_OK) {
    require(status != ACCORD_OK || split->reason, "no split and no reason");
    return;
  }
  mpq_t *sum = pool_rationals(context, 1);
  for (int i = 0; i < split->n; i++) mpq_add(*sum, *sum, split->share[i]);
  require(mpq_equal(*sum, split->total), "shares do not sum to the total");
  judge_payable(context, split, sheet->unit);
  if (!sheet->problem->exact) return;
  judge_stability(context, sheet->problem, game, facts, (const mpq_t *)split->share);
  judge_promises(sheet->problem, rule, game, facts, split);
}

static void judge_facts(accord_context *context, const check_game *game, const accord_facts *facts) {
  mpq_t *amount = pool_rationals(context, 1);
  require(facts->monotone == ACCORD_UNKNOWN || (facts->monotone == ACCORD_YES) == check_monotone(game), "monotone");
  require(facts->convex == ACCORD_UNKNOWN || (facts->convex == ACCORD_YES) == check_convex(game), "convex");
  require(facts->superadditive == ACCORD_UNKNOWN || (facts->superadditive == ACCORD_YES) == check_superadditive(game),
          "superadditive");
  if (facts->core_empty == ACCORD_YES) {
    const char *wrong = facts->balanced ? check_balanced(game, facts->balanced) : "an empty core without proof";
    require(!wrong, wrong);
  }
  if (facts->has_least_core) {
    check_least_core(*amount, game);
    require(mpq_equal(facts->least_core, *amount), "another least core");
    require((mpq_sgn(*amount) > 0) == (facts->core_empty == ACCORD_YES), "the least core against the core");
  }
  if (facts->has_cost_of_stability)
    require((mpq_sgn(facts->cost_of_stability) > 0) == (facts->core_empty == ACCORD_YES), "the cost of stability");
}

/* What check does with a proposal. */
static void judge_proposal(accord_context *context, const term_sheet *sheet, const sheet_proposal *proposal,
                           const check_game *game, const accord_facts *facts) {
  accord_account *account;
  accord_comparisons *comparisons;
  const accord_problem *problem = sheet->problem;
  const mpq_t *share = (const mpq_t *)proposal->share;
  accord_status status = accord_find_account(context, &account, problem, share, sheet->unit);
  require(status == ACCORD_OK || status == ACCORD_LIMIT, accord_message(context));
  if (status == ACCORD_OK && problem->exact && problem->game) {
    require((account->balance == 0) == check_efficient(game, share), "a sum against the definition");
    require((account->losing_count == 0) == check_individual(game, share), "individual rationality");
  }
  status = accord_find_comparisons(context, &comparisons, problem, share);
  require(status == ACCORD_OK || status == ACCORD_LIMIT, accord_message(context));
  if (problem->exact) judge_stability(context, problem, game, facts, share);
}

/* ------------------------------------------------------------------ the target */

static void judge(accord_context *context, const term_sheet *sheet) {
  const accord_problem *problem = sheet->problem;
  check_game game = {.n = problem->n, .cost = problem->goal == ACCORD_COST};
  accord_facts *facts = NULL;
  if (problem->game) {
    game.value = (const mpq_t *)values_of(context, problem);
    accord_status status = accord_find_facts(context, &facts, problem, ACCORD_FACTS_ALL);
    require(status == ACCORD_OK || status == ACCORD_LIMIT, accord_message(context));
    if (status == ACCORD_OK && problem->exact) judge_facts(context, &game, facts);
  }
  for (int k = 0; k < accord_rule_count; k++) judge_split(context, sheet, &accord_rules[k], &game, facts);
  for (int k = 0; k < sheet->proposal_count && k < 4; k++)
    judge_proposal(context, sheet, &sheet->proposals[k], &game, facts);
}

struct work {
  const char *path;
  bool in_doubles;
};

static accord_status read_and_judge(accord_context *context, void *argument) {
  struct work *work = argument;
  sheet_options options = {.numbers = work->in_doubles ? NUMBERS_FLOAT : NUMBERS_AUTO};
  term_sheet *sheet = sheet_read(context, work->path, &options);
  if (sheet->diagnostics.count == 0 && sheet->n <= MOST_PARTIES) judge(context, sheet);
  return ACCORD_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  accord_context *context;
  char path[64];
  static struct recipe recipe;
  recipe = (struct recipe){.at = data, .end = data + size};
  bool cooked = size > 0 && data[0] != '{';
  if (cooked) cook(&recipe);
  int file = cooked ? sheet_in_memory(path, sizeof path, recipe.text, recipe.length)
                    : sheet_in_memory(path, sizeof path, data, size);
  require(accord_context_new(&context) == ACCORD_OK, "no context");
  accord_context_settings(context)->memory_limit = 64 << 20;
  accord_context_settings(context)->time_limit = MOST_SECONDS;
  accord_start_clock(context);
  struct work work = {path, cooked && size > 1 && data[1] & 16};
  accord_status status = guard(context, read_and_judge, &work);
  require(status == ACCORD_OK || status == ACCORD_LIMIT, accord_message(context));
  accord_context_free(context);
  close(file);
  return 0;
}

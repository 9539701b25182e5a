/* SPDX-License-Identifier: GPL-3.0-or-later */
/* accord verify RESULT FILE: re-checks the certificates of a result against the sheet.
 *
 * Nothing here is shared with the solver but the reading of the sheet: values come one by one from the
 * game, everything else is rational arithmetic from the definitions. Benefit games throughout; a cost
 * game is read as v = -c, its certificate's shares negated, its excesses as they are. */
#include "command.h"
#include "json.h"
#include "json_writer.h"

#include <errno.h>
#include <string.h>

enum { MOST_PARTIES = 24, MOST_CHECKS = 200 };

struct check {
  const char *rule, *what, *message;
  bool holds;
};

struct verifier {
  accord_context *context;
  const term_sheet *sheet;
  const accord_game *game;
  int n;
  bool cost;
  int count;
  struct check checks[MOST_CHECKS];
};

/* What a rule divides excesses by. */
enum divisor { BY_NOTHING, BY_SIZE, BY_WORTH };

/* A Kohlberg certificate as it is being checked. */
struct proof {
  struct verifier *verifier;
  bool imputations;
  enum divisor divisor;
  mpq_t *share; /* size n, of the benefit game */
  mpq_t *row;   /* n * n: echelon form of the settled vectors, rank rows */
  int *pivot;   /* size n */
  int rank;
  mpq_t *work; /* size n + 4 */
  const char *fault;
};

static bool refuse(struct proof *proof, const char *fault) {
  if (!proof->fault) proof->fault = fault;
  return false;
}

/* ------------------------------------------------------------ reading a result */

static const cJSON *get(const cJSON *object, const char *key) {
  return object && is_object(object) ? cJSON_GetObjectItemCaseSensitive(object, key) : NULL;
}

static const char *text_of(const cJSON *node) { return node && is_text(node) ? node->valuestring : NULL; }

/* A rational written as a text, canonical or not. */
static bool read_rational(struct verifier *verifier, mpq_t number, const cJSON *node) {
  const char *text = text_of(node);
  if (!text) return false;
  char *top = pool_copy_text(verifier->context, text, strlen(text)), *bottom = strchr(top, '/');
  if (bottom) *bottom++ = '\0';
  if (mpz_set_str(mpq_numref(number), top, 10) != 0) return false;
  if (mpz_set_str(mpq_denref(number), bottom ? bottom : "1", 10) != 0) return false;
  if (mpz_sgn(mpq_denref(number)) == 0) return false;
  mpq_canonicalize(number);
  return true;
}

/* A list of ids, each once. */
static bool read_parties(const struct verifier *verifier, accord_coalition *coalition, const cJSON *list) {
  const cJSON *node;
  *coalition = 0;
  if (!list || !is_array(list)) return false;
  cJSON_ArrayForEach(node, list) {
    const char *id = text_of(node);
    int found = id ? sheet_find_party(verifier->sheet, id, strlen(id)) : -1;
    if (found < 0 || has(*coalition, found)) return false;
    *coalition |= party(found);
  }
  return *coalition != 0;
}

/* {"A": "9/2", ...} naming every party once. */
static bool read_shares(struct verifier *verifier, mpq_t *shares, const cJSON *object) {
  if (!object || !is_object(object) || cJSON_GetArraySize(object) != verifier->n) return false;
  for (int i = 0; i < verifier->n; i++) {
    if (!read_rational(verifier, shares[i], get(object, verifier->sheet->parties[i].id))) return false;
    if (verifier->cost) mpq_neg(shares[i], shares[i]);
  }
  return true;
}

/* Whether a number of the result is the double next to a rational: off by one part in 2^52 at most. */
static bool is_nearly(struct verifier *verifier, const cJSON *node, const mpq_t exact) {
  mpq_t *work = pool_rationals(verifier->context, 2);
  if (!node || !is_number(node)) return false;
  if (number_from_text(verifier->context, work[0], node->valuestring, strlen(node->valuestring)) != NUMBER_GOOD)
    return false;
  mpq_sub(work[0], work[0], exact);
  mpq_mul_2exp(work[0], work[0], 52);
  mpq_abs(work[0], work[0]);
  mpq_abs(work[1], exact);
  return mpq_cmp(work[0], work[1]) <= 0;
}

/* ---------------------------------------------------------------------- games */

static void value_of(mpq_t value, const struct verifier *verifier, accord_coalition coalition) {
  accord_game_value(value, verifier->game, coalition);
  if (verifier->cost) mpq_neg(value, value);
}

/* number / |S|, number / |v(S)| or number itself; a worth of 0 is refused before. */
static void divide(mpq_t number, const struct proof *proof, accord_coalition coalition) {
  mpq_t *by = &proof->work[proof->verifier->n + 2];
  switch (proof->divisor) {
  case BY_NOTHING: return;
  case BY_SIZE: mpq_set_si(*by, size_of(coalition), 1); break;
  case BY_WORTH:
    value_of(*by, proof->verifier, coalition);
    mpq_abs(*by, *by);
    break;
  }
  mpq_div(number, number, *by);
}

/* Whether every proper coalition is worth something: v(S) > 0, or c(S) > 0. */
static bool all_are_worth(const struct proof *proof) {
  mpq_t *value = &proof->work[0];
  for (accord_coalition s = 1; s < everybody(proof->verifier->n); s++) {
    value_of(*value, proof->verifier, s);
    if (mpq_sgn(*value) != (proof->verifier->cost ? -1 : 1)) return false;
  }
  return true;
}

/* The excess of S as the rule counts it. */
static void excess_of(mpq_t excess, const struct proof *proof, accord_coalition coalition) {
  value_of(excess, proof->verifier, coalition);
  for (int i = 0; i < proof->verifier->n; i++)
    if (has(coalition, i)) mpq_sub(excess, excess, proof->share[i]);
  divide(excess, proof, coalition);
}

/* ----------------------------------------------------------------------- span */

/* The coalition's vector less its projections on the rows, in vector; the first entry left, or -1. */
static int reduce(struct proof *proof, mpq_t *vector, accord_coalition coalition) {
  int n = proof->verifier->n;
  mpq_t *factor = &proof->work[n], *part = &proof->work[n + 1];
  for (int i = 0; i < n; i++) mpq_set_ui(vector[i], has(coalition, i), 1);
  for (int r = 0; r < proof->rank; r++) {
    mpq_set(*factor, vector[proof->pivot[r]]);
    for (int i = 0; i < n && mpq_sgn(*factor); i++) {
      mpq_mul(*part, *factor, proof->row[r * n + i]);
      mpq_sub(vector[i], vector[i], *part);
    }
  }
  for (int i = 0; i < n; i++)
    if (mpq_sgn(vector[i])) return i;
  return -1;
}

static void settle(struct proof *proof, accord_coalition coalition) {
  int n = proof->verifier->n, pivot = reduce(proof, proof->work, coalition);
  if (pivot < 0) return;
  for (int i = n - 1; i >= 0; i--) {
    if (i == pivot) continue;
    mpq_div(proof->work[i], proof->work[i], proof->work[pivot]);
  }
  mpq_set_ui(proof->work[pivot], 1, 1);
  for (int i = 0; i < n; i++) mpq_set(proof->row[proof->rank * n + i], proof->work[i]);
  proof->pivot[proof->rank++] = pivot;
}

/* --------------------------------------------------------------------- levels */

/* A member of a list: its coalition (of a bound, the party) and weight. */
static bool read_member(struct proof *proof, accord_coalition *coalition, mpq_t weight, const cJSON *member,
                        bool bound) {
  const char *id = text_of(get(member, "party"));
  int found = bound && id ? sheet_find_party(proof->verifier->sheet, id, strlen(id)) : -1;
  if (bound) *coalition = found >= 0 ? party(found) : 0;
  else if (!read_parties(proof->verifier, coalition, get(member, "parties")))
    return refuse(proof, "a coalition cannot be read");
  if (*coalition == 0) return refuse(proof, "a bound names no party");
  return read_rational(proof->verifier, weight, get(member, "weight")) || refuse(proof, "a weight cannot be read");
}

/* Adds sign * weight * row to the balance. */
static void add_row(struct proof *proof, mpq_t *balance, accord_coalition coalition, mpq_t weight, bool divided,
                    int sign) {
  if (divided) divide(weight, proof, coalition);
  for (int i = 0; i < proof->verifier->n; i++) {
    if (!has(coalition, i)) continue;
    if (sign > 0) mpq_add(balance[i], balance[i], weight);
    else mpq_sub(balance[i], balance[i], weight);
  }
}

/* Listed coalitions are proper, have just the level's excess, and positive weights that sum to one. */
static bool coalitions_hold(struct proof *proof, mpq_t *balance, const cJSON *list, const mpq_t level) {
  mpq_t *work = pool_rationals(proof->verifier->context, 3), *sum = &work[0], *weight = &work[1], *excess = &work[2];
  const cJSON *member;
  accord_coalition coalition;
  if (!list || !is_array(list) || !list->child) return refuse(proof, "a level lists no coalition");
  cJSON_ArrayForEach(member, list) {
    if (!read_member(proof, &coalition, *weight, member, false)) return false;
    if (coalition == everybody(proof->verifier->n)) return refuse(proof, "a level lists everybody");
    excess_of(*excess, proof, coalition);
    if (!mpq_equal(*excess, level)) return refuse(proof, "a listed coalition does not have the level's excess");
    if (mpq_sgn(*weight) <= 0) return refuse(proof, "a weight is not above 0");
    mpq_add(*sum, *sum, *weight);
    add_row(proof, balance, coalition, *weight, true, 1);
  }
  return mpq_cmp_ui(*sum, 1, 1) == 0 || refuse(proof, "the weights do not sum to 1");
}

static bool bounds_hold(struct proof *proof, mpq_t *balance, const cJSON *list) {
  mpq_t *work = pool_rationals(proof->verifier->context, 2), *weight = &work[0], *alone = &work[1];
  const cJSON *member;
  accord_coalition coalition;
  if (!list || !is_array(list)) return refuse(proof, "a level has no list of bounds");
  if (list->child && !proof->imputations) return refuse(proof, "this rule has no bounds");
  cJSON_ArrayForEach(member, list) {
    if (!read_member(proof, &coalition, *weight, member, true)) return false;
    value_of(*alone, proof->verifier, coalition);
    if (!mpq_equal(*alone, proof->share[__builtin_ctzll(coalition)]))
      return refuse(proof, "a listed bound is not tight");
    if (mpq_sgn(*weight) <= 0) return refuse(proof, "a bound's weight is not above 0");
    add_row(proof, balance, coalition, *weight, false, 1);
  }
  return true;
}

static bool is_settled(const accord_coalition *settled, int count, accord_coalition coalition) {
  for (int k = 0; k < count; k++)
    if (settled[k] == coalition) return true;
  return false;
}

static bool earlier_hold(struct proof *proof, mpq_t *balance, const cJSON *list, const accord_coalition *settled,
                         int count) {
  mpq_t *weight = pool_rationals(proof->verifier->context, 1);
  const cJSON *member;
  accord_coalition coalition;
  if (!list || !is_array(list)) return refuse(proof, "a level has no list of earlier coalitions");
  cJSON_ArrayForEach(member, list) {
    if (!read_member(proof, &coalition, *weight, member, false)) return false;
    if (!is_settled(settled, count, coalition)) return refuse(proof, "a coalition listed as earlier was not settled");
    add_row(proof, balance, coalition, *weight, false, -1);
  }
  return true;
}

/* No coalition outside the span of the settled ones has a larger excess: all 2^n are gone through. */
static bool covers(struct proof *proof, const mpq_t level) {
  mpq_t *excess = pool_rationals(proof->verifier->context, 1);
  accord_coalition all = everybody(proof->verifier->n);
  for (accord_coalition s = 1; s < all; s++) {
    if (s % 1024 == 0) check_clock(proof->verifier->context);
    excess_of(*excess, proof, s);
    if (mpq_cmp(*excess, level) > 0 && reduce(proof, proof->work, s) >= 0)
      return refuse(proof, "a coalition has a larger excess than its level");
  }
  return true;
}

static void settle_list(struct proof *proof, accord_coalition *settled, int *count, const cJSON *list, bool bound) {
  mpq_t *weight = pool_rationals(proof->verifier->context, 1);
  const cJSON *member;
  accord_coalition coalition;
  cJSON_ArrayForEach(member, list) {
    read_member(proof, &coalition, *weight, member, bound);
    settle(proof, coalition);
    settled[(*count)++] = coalition;
  }
}

static bool level_holds(struct proof *proof, const cJSON *level, mpq_t before, bool first, accord_coalition *settled,
                        int *count) {
  int n = proof->verifier->n;
  mpq_t *balance = pool_rationals(proof->verifier->context, (size_t)n + 1), *excess = &balance[n];
  if (!read_rational(proof->verifier, *excess, get(level, "excess")))
    return refuse(proof, "a level's excess cannot be read");
  if (!first && mpq_cmp(*excess, before) > 0) return refuse(proof, "the excesses rise");
  mpq_set(before, *excess);
  if (!coalitions_hold(proof, balance, get(level, "coalitions"), *excess)) return false;
  if (!bounds_hold(proof, balance, get(level, "bounds"))) return false;
  if (!earlier_hold(proof, balance, get(level, "earlier"), settled, *count)) return false;
  for (int i = 0; i < n; i++)
    if (mpq_sgn(balance[i])) return refuse(proof, "the weights do not balance");
  if (!covers(proof, *excess)) return false;
  settle_list(proof, settled, count, get(level, "coalitions"), false);
  settle_list(proof, settled, count, get(level, "bounds"), true);
  return true;
}

static bool levels_hold(struct proof *proof, const cJSON *levels) {
  int n = proof->verifier->n, count = 1, members = 1;
  const cJSON *level;
  if (!levels || !is_array(levels)) return refuse(proof, "there is no list of levels");
  cJSON_ArrayForEach(level, levels) {
    const cJSON *coalitions = get(level, "coalitions"), *bounds = get(level, "bounds");
    members += (coalitions ? cJSON_GetArraySize(coalitions) : 0) + (bounds ? cJSON_GetArraySize(bounds) : 0);
  }
  accord_coalition *settled = POOL_NEW(proof->verifier->context, (size_t)members, accord_coalition);
  mpq_t *before = pool_rationals(proof->verifier->context, 1);
  settled[0] = everybody(n);
  settle(proof, everybody(n));
  cJSON_ArrayForEach(level, levels) {
    if (!level_holds(proof, level, *before, level == levels->child, settled, &count)) return false;
  }
  return proof->rank == n || refuse(proof, "the levels do not settle every share");
}

/* -------------------------------------------------------------------- shares */

/* The allocation's shares and exact are the certificate's; they sum to the value; nobody is below its own. */
static bool shares_hold(struct proof *proof, const cJSON *allocation, const cJSON *certificate) {
  struct verifier *verifier = proof->verifier;
  mpq_t *given = pool_rationals(verifier->context, (size_t)verifier->n + 2), *sum = &given[verifier->n],
        *value = &given[verifier->n + 1];
  if (!read_shares(verifier, proof->share, get(certificate, "shares")))
    return refuse(proof, "the certificate's shares cannot be read");
  if (!read_shares(verifier, given, get(allocation, "exact"))) return refuse(proof, "the exact shares cannot be read");
  for (int i = 0; i < verifier->n; i++) {
    const cJSON *shown = get(get(allocation, "shares"), verifier->sheet->parties[i].id);
    if (!mpq_equal(given[i], proof->share[i])) return refuse(proof, "the exact shares are not the certificate's");
    if (verifier->cost) mpq_neg(given[i], given[i]);
    if (!is_nearly(verifier, shown, given[i])) return refuse(proof, "the shares are not the certificate's");
    mpq_add(*sum, *sum, proof->share[i]);
    value_of(*value, verifier, party(i));
    if (proof->imputations && mpq_cmp(proof->share[i], *value) < 0)
      return refuse(proof, "a party is below what it has alone");
  }
  value_of(*value, verifier, everybody(verifier->n));
  return mpq_equal(*sum, *value) || refuse(proof, "the shares do not sum to the value");
}

static void add_check(struct verifier *verifier, const char *rule, const char *what, const char *fault,
                      const char *fine) {
  if (verifier->count == MOST_CHECKS) return;
  verifier->checks[verifier->count++] = (struct check){rule, what, fault ? fault : fine, !fault};
}

static enum divisor divisor_of(const char *rule) {
  if (strcmp(rule, "per-capita-nucleolus") == 0) return BY_SIZE;
  return strcmp(rule, "proportional-nucleolus") == 0 ? BY_WORTH : BY_NOTHING;
}

static void verify_kohlberg(struct verifier *verifier, const cJSON *allocation, const cJSON *certificate,
                            const char *rule) {
  size_t n = (size_t)verifier->n;
  struct proof proof = {.verifier = verifier,
                        .imputations = strcmp(rule, "prenucleolus") != 0,
                        .divisor = divisor_of(rule),
                        .share = pool_rationals(verifier->context, n),
                        .row = pool_rationals(verifier->context, n * n),
                        .pivot = POOL_NEW(verifier->context, n, int),
                        .work = pool_rationals(verifier->context, n + 4)};
  if (proof.divisor == BY_WORTH && !all_are_worth(&proof)) refuse(&proof, "a coalition is not worth anything");
  else if (shares_hold(&proof, allocation, certificate)) levels_hold(&proof, get(certificate, "levels"));
  add_check(verifier, rule, "kohlberg", proof.fault, "every level balances, and no coalition has a larger excess");
}

/* ---------------------------------------------------------------- empty cores */

/* Weights above 0 that count every party once; their worth exceeds the value. */
static const char *balanced_fault(struct verifier *verifier, const cJSON *certificate) {
  size_t n = (size_t)verifier->n;
  mpq_t *work = pool_rationals(verifier->context, n + 4), *worth = &work[n], *weight = &work[n + 1],
        *value = &work[n + 2];
  const cJSON *list = get(certificate, "coalitions"), *member;
  accord_coalition coalition;
  const char *type = text_of(get(certificate, "type"));
  if (!type || strcmp(type, "balanced") != 0) return "the certificate is of no known type";
  if (!list || !is_array(list)) return "there is no list of coalitions";
  cJSON_ArrayForEach(member, list) {
    if (!read_parties(verifier, &coalition, get(member, "parties"))) return "a coalition cannot be read";
    if (coalition == everybody(verifier->n)) return "everybody is listed";
    if (!read_rational(verifier, *weight, get(member, "weight")) || mpq_sgn(*weight) <= 0)
      return "a weight is not above 0";
    for (size_t i = 0; i < n; i++)
      if (has(coalition, (int)i)) mpq_add(work[i], work[i], *weight);
    value_of(*value, verifier, coalition);
    mpq_mul(*value, *value, *weight);
    mpq_add(*worth, *worth, *value);
  }
  for (size_t i = 0; i < n; i++)
    if (mpq_cmp_ui(work[i], 1, 1) != 0) return "the weights do not add up to one for every party";
  value_of(*value, verifier, everybody(verifier->n));
  if (mpq_cmp(*worth, *value) <= 0) return "the worth does not exceed the value";
  for (int k = 0; k < 2; k++) {
    mpq_t *stated = k ? value : worth;
    if (verifier->cost) mpq_neg(*stated, *stated);
    if (!read_rational(verifier, *weight, get(certificate, k ? "value" : "worth")) || !mpq_equal(*weight, *stated))
      return k ? "the value is not the game's" : "the worth is not what the weights give";
  }
  return NULL;
}

/* -------------------------------------------------------------------- command */

static void verify_result(struct verifier *verifier, const cJSON *result) {
  const cJSON *core = get(get(result, "game"), "core"), *allocations = get(result, "allocations"), *allocation;
  if (get(core, "certificate") && cJSON_IsTrue(get(core, "empty")))
    add_check(verifier, NULL, "balanced", balanced_fault(verifier, get(core, "certificate")), "the core is empty");
  else if (get(core, "certificate") || cJSON_IsTrue(get(core, "empty")))
    add_check(verifier, NULL, "balanced", "an empty core and its certificate do not go together", NULL);
  if (!allocations || !is_array(allocations)) return;
  cJSON_ArrayForEach(allocation, allocations) {
    const cJSON *certificate = get(allocation, "certificate");
    const char *rule = text_of(get(allocation, "rule")), *type = text_of(get(certificate, "type"));
    if (!certificate) continue;
    if (rule && type && strcmp(type, "kohlberg") == 0 && strstr(rule, "nucleolus"))
      verify_kohlberg(verifier, allocation, certificate, rule);
    else add_check(verifier, rule, "kohlberg", "the certificate is of no known type for this rule", NULL);
  }
}

static bool all_hold(const struct verifier *verifier) {
  for (int k = 0; k < verifier->count; k++)
    if (!verifier->checks[k].holds) return false;
  return verifier->count > 0;
}

static void write_checks_json(output_stream *output, const struct verifier *verifier) {
  json_writer json = json_start(output);
  json_open_object(&json, NULL);
  json_integer(&json, "format", 1);
  json_bool(&json, "verified", all_hold(verifier));
  json_open_array(&json, "checks");
  for (int k = 0; k < verifier->count; k++) {
    const struct check *check = &verifier->checks[k];
    json_open_short_object(&json, NULL);
    json_text(&json, "rule", check->rule);
    json_text(&json, "what", check->what);
    json_bool(&json, "holds", check->holds);
    json_text(&json, "message", check->message);
    json_close_object(&json);
  }
  json_close_array(&json);
  json_close_object(&json);
  json_end_document(&json);
}

static void write_checks_text(output_stream *output, const struct verifier *verifier) {
  for (int k = 0; k < verifier->count; k++) {
    const struct check *check = &verifier->checks[k];
    const char *mark = check->holds ? styled(output, STYLE_GOOD, "holds  ") : styled(output, STYLE_BAD, "REFUSED");
    fprintf(output->stream, "%s  %s: %s\n", mark, check->rule ? safe_text(output->context, check->rule) : "core",
            check->message);
  }
  if (verifier->count == 0) fputs("there is nothing in this result that can be verified\n", output->stream);
}

/* The result's tree; NULL, and the mistakes shown, where it is no JSON. */
static const cJSON *open_result(accord_context *context, const cli_options *options, int *code) {
  json_document *document = POOL_NEW(context, 1, json_document);
  document->context = context;
  document->diagnostics = POOL_NEW(context, 1, diagnostics);
  document->diagnostics->context = context;
  read_sheet_file(context, &document->source, options->result);
  if (document->source.text) json_read(document);
  else
    add_diagnostic(document->diagnostics, E001, &document->source, SIZE_MAX, "",
                   "Name the file that `accord solve --json` wrote.", "%s cannot be read: %s", options->result,
                   strerror(errno));
  if (document->diagnostics->count == 0 && document->root) return document->root;
  *code = write_mistakes(options, document->diagnostics);
  return NULL;
}

int command_verify(accord_context *context, int argc, char **argv) {
  cli_options options = {.context = context};
  int code;
  output_stream output;
  read_options(
      &options, argc, argv, TAKES_FILE | TAKES_SOLVING | TAKES_RESULT,
      "Re-checks the certificates of a result (from accord solve --json) against the sheet, in exact arithmetic and "
      "with none of the solver's code.\v"
      "Example:\n"
      "  accord solve deal.json --json -o result.json\n"
      "  accord verify result.json deal.json\n\n"
      "Exit codes: 0 everything holds; 1 something does not; 2 a file or the command line is wrong; 3 there is nothing "
      "that can be verified, or a limit was reached.",
      "RESULT FILE");
  const cJSON *result = open_result(context, &options, &code);
  const term_sheet *sheet = result ? open_sheet(context, &options, &code) : NULL;
  if (!sheet) return code;
  struct verifier *verifier = POOL_NEW(context, 1, struct verifier);
  *verifier = (struct verifier){.context = context, .sheet = sheet, .game = sheet->problem->game, .n = sheet->n};
  verifier->cost = sheet->problem->goal == ACCORD_COST;
  if (verifier->game && verifier->n <= MOST_PARTIES) verify_result(verifier, result);
  output_start(&output, &options);
  if (options.format == FORMAT_JSON) write_checks_json(&output, verifier);
  else write_checks_text(&output, verifier);
  if (!output_finish(&output, &options)) return EXIT_INTERNAL;
  return verifier->count == 0 ? EXIT_LIMIT : all_hold(verifier) ? EXIT_DONE : EXIT_CHECKED_AND_FAILED;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checker.h"

#include <stdlib.h>

/* ------------------------------------------------------------------- basics */

static accord_coalition everybody(int n) { return ((accord_coalition)1 << n) - 1; }

static bool has(accord_coalition coalition, int party) { return (coalition >> party & 1) != 0; }

static mpq_t *new_numbers(size_t count) {
  mpq_t *numbers = malloc(count * sizeof *numbers);
  if (!numbers) abort();
  for (size_t i = 0; i < count; i++) mpq_init(numbers[i]);
  return numbers;
}

/* C11 does not add the qualifier by itself. */
static const mpq_t *read_only(mpq_t *numbers) { return (const mpq_t *)numbers; }

static void free_numbers(mpq_t *numbers, size_t count) {
  for (size_t i = 0; i < count; i++) mpq_clear(numbers[i]);
  free(numbers);
}

static void add_members(mpq_t sum, const mpq_t *share, accord_coalition coalition) {
  for (int i = 0; coalition >> i; i++)
    if (has(coalition, i)) mpq_add(sum, sum, share[i]);
}

void check_excess(mpq_t excess, const check_game *game, const mpq_t *share, accord_coalition coalition) {
  mpq_set_ui(excess, 0, 1);
  add_members(excess, share, coalition);
  mpq_sub(excess, game->value[coalition], excess);
  if (game->cost) mpq_neg(excess, excess);
}

bool check_efficient(const check_game *game, const mpq_t *share) {
  mpq_t excess;
  mpq_init(excess);
  check_excess(excess, game, share, everybody(game->n));
  bool efficient = mpq_sgn(excess) == 0;
  mpq_clear(excess);
  return efficient;
}

bool check_individual(const check_game *game, const mpq_t *share) {
  mpq_t excess;
  bool individual = true;
  mpq_init(excess);
  for (int i = 0; i < game->n; i++) {
    check_excess(excess, game, share, (accord_coalition)1 << i);
    if (mpq_sgn(excess) > 0) individual = false;
  }
  mpq_clear(excess);
  return individual;
}

accord_coalition check_worst(mpq_t excess, const check_game *game, const mpq_t *share) {
  accord_coalition worst = 0;
  mpq_t other;
  mpq_init(other);
  for (accord_coalition s = 1; s < everybody(game->n); s++) {
    check_excess(other, game, share, s);
    if (worst && mpq_cmp(other, excess) <= 0) continue;
    mpq_set(excess, other);
    worst = s;
  }
  mpq_clear(other);
  return worst;
}

uint64_t check_objections(const check_game *game, const mpq_t *share) {
  uint64_t count = 0;
  mpq_t excess;
  mpq_init(excess);
  for (accord_coalition s = 1; s < everybody(game->n); s++) {
    check_excess(excess, game, share, s);
    if (mpq_sgn(excess) > 0) count++;
  }
  mpq_clear(excess);
  return count;
}

bool check_in_core(const check_game *game, const mpq_t *share) {
  return check_efficient(game, share) && check_objections(game, share) == 0;
}

/* ----------------------------------------------------------- span of vectors */

typedef struct echelon {
  int n, rank;
  int *pivot;  /* size n: column of row r's leading 1 */
  mpq_t *cell; /* size n + 1 rows of n; the last is the row at work */
} echelon;

static void echelon_start(echelon *span, int n) {
  span->n = n;
  span->rank = 0;
  span->pivot = calloc((size_t)n, sizeof *span->pivot);
  if (!span->pivot) abort();
  span->cell = new_numbers((size_t)(n + 1) * (size_t)n);
}

static void echelon_end(echelon *span) {
  free(span->pivot);
  free_numbers(span->cell, (size_t)(span->n + 1) * (size_t)span->n);
}

static mpq_t *echelon_row(const echelon *span, int row) { return span->cell + row * span->n; }

/* work -= work[pivot of row] * row. */
static void eliminate(const echelon *span, mpq_t *work, int row) {
  mpq_t factor, product;
  mpq_inits(factor, product, NULL);
  mpq_set(factor, work[span->pivot[row]]);
  for (int i = 0; mpq_sgn(factor) && i < span->n; i++) {
    mpq_mul(product, factor, echelon_row(span, row)[i]);
    mpq_sub(work[i], work[i], product);
  }
  mpq_clears(factor, product, NULL);
}

/* Reduces the coalition's vector by the rows into the row at work; its first column that is not 0, or -1. */
static int reduce(const echelon *span, accord_coalition coalition) {
  mpq_t *work = echelon_row(span, span->n);
  for (int i = 0; i < span->n; i++) mpq_set_ui(work[i], has(coalition, i), 1);
  for (int row = 0; row < span->rank; row++) eliminate(span, work, row);
  for (int i = 0; i < span->n; i++)
    if (mpq_sgn(work[i])) return i;
  return -1;
}

static bool echelon_holds(const echelon *span, accord_coalition coalition) { return reduce(span, coalition) < 0; }

static void echelon_add(echelon *span, accord_coalition coalition) {
  int column = reduce(span, coalition);
  if (column < 0) return;
  mpq_t *work = echelon_row(span, span->n), *row = echelon_row(span, span->rank);
  for (int i = 0; i < span->n; i++) mpq_div(row[i], work[i], work[column]);
  span->pivot[span->rank++] = column;
}

int check_rank(const accord_coalition *coalition, int count, int n) {
  echelon span;
  echelon_start(&span, n);
  for (int i = 0; i < count; i++) echelon_add(&span, coalition[i]);
  int rank = span.rank;
  echelon_end(&span);
  return rank;
}

/* ---------------------------------------------------------- linear programs */

/* max c d subject to A d <= b, d free, b >= 0, as an exchange tableau with Bland's rule.
 * A free d is p - q (1, ..., 1) with p, q >= 0, so there is one column more than variables. */
typedef struct tableau {
  int rows, columns;
  mpq_t *cell; /* size (rows + 1)(columns + 1): last row the objective, last column b */
  int *row_label, *column_label;
} tableau;

static mpq_t *cell(const tableau *lp, int row, int column) { return lp->cell + row * (lp->columns + 1) + column; }

static void tableau_start(tableau *lp, int rows, int variables) {
  lp->rows = rows;
  lp->columns = variables + 1;
  lp->cell = new_numbers((size_t)(rows + 1) * (size_t)(lp->columns + 1));
  lp->row_label = calloc((size_t)(rows + lp->columns), sizeof *lp->row_label);
  if (!lp->row_label) abort();
  lp->column_label = lp->row_label + rows;
  for (int i = 0; i < rows + lp->columns; i++) lp->row_label[i] = i;
}

static void tableau_end(tableau *lp) {
  free_numbers(lp->cell, (size_t)(lp->rows + 1) * (size_t)(lp->columns + 1));
  free(lp->row_label);
}

static void add_to_cell(const tableau *lp, int row, int variable, int amount) {
  mpq_t term;
  mpq_init(term);
  mpq_set_si(term, amount, 1);
  mpq_add(*cell(lp, row, variable), *cell(lp, row, variable), term);
  mpq_sub(*cell(lp, row, lp->columns - 1), *cell(lp, row, lp->columns - 1), term);
  mpq_clear(term);
}

static void divide_row(const tableau *lp, int row, int column) {
  mpq_t pivot;
  mpq_init(pivot);
  mpq_set(pivot, *cell(lp, row, column));
  mpq_set_ui(*cell(lp, row, column), 1, 1);
  for (int j = 0; j <= lp->columns; j++) mpq_div(*cell(lp, row, j), *cell(lp, row, j), pivot);
  mpq_clear(pivot);
}

/* other -= other[column] * row, where the row is divided already. */
static void subtract_row(const tableau *lp, int other, int row, int column) {
  mpq_t factor, product;
  mpq_inits(factor, product, NULL);
  mpq_swap(factor, *cell(lp, other, column));
  for (int j = 0; mpq_sgn(factor) && j <= lp->columns; j++) {
    mpq_mul(product, factor, *cell(lp, row, j));
    mpq_sub(*cell(lp, other, j), *cell(lp, other, j), product);
  }
  mpq_clears(factor, product, NULL);
}

static void exchange(const tableau *lp, int row, int column) {
  divide_row(lp, row, column);
  for (int i = 0; i <= lp->rows; i++)
    if (i != row) subtract_row(lp, i, row, column);
  int label = lp->row_label[row];
  lp->row_label[row] = lp->column_label[column];
  lp->column_label[column] = label;
}

static int entering_column(const tableau *lp) {
  int best = -1;
  for (int j = 0; j < lp->columns; j++) {
    if (mpq_sgn(*cell(lp, lp->rows, j)) >= 0) continue;
    if (best < 0 || lp->column_label[j] < lp->column_label[best]) best = j;
  }
  return best;
}

static int leaving_row(const tableau *lp, int column) {
  int best = -1;
  mpq_t ratio, least;
  mpq_inits(ratio, least, NULL);
  for (int i = 0; i < lp->rows; i++) {
    if (mpq_sgn(*cell(lp, i, column)) <= 0) continue;
    mpq_div(ratio, *cell(lp, i, lp->columns), *cell(lp, i, column));
    int order = best < 0 ? -1 : mpq_cmp(ratio, least);
    if (order > 0 || (order == 0 && lp->row_label[i] > lp->row_label[best])) continue;
    best = i;
    mpq_set(least, ratio);
  }
  mpq_clears(ratio, least, NULL);
  return best;
}

/* The greatest objective. The programs below are all bounded. */
static void maximise(mpq_t optimum, const tableau *lp) {
  for (int column; (column = entering_column(lp)) >= 0;) {
    int row = leaving_row(lp, column);
    if (row < 0) abort();
    exchange(lp, row, column);
  }
  mpq_set(optimum, *cell(lp, lp->rows, lp->columns));
}

/* Adds sign * d(S) to a row, where d(N) = 0 has been used to leave out the last party. */
static void add_transfer(const tableau *lp, int row, accord_coalition coalition, int sign, int n) {
  if (has(coalition, n - 1)) {
    coalition = everybody(n) & ~coalition;
    sign = -sign;
  }
  for (int i = 0; i < n - 1; i++)
    if (has(coalition, i)) add_to_cell(lp, row, i, sign);
}

/* ---------------------------------------------------- the criterion itself */

typedef struct collection {
  int count, tight_count;
  accord_coalition *member; /* size 2^n */
  accord_coalition tight[64];
} collection;

/* max sum d(S) over the members, d(S) >= 0 on them and on tight parties, d(N) = 0: 0 iff balanced. */
static bool is_balanced(const collection *set, int n) {
  tableau lp;
  int last = set->count + set->tight_count;
  tableau_start(&lp, last + 1, n - 1);
  for (int k = 0; k < set->count; k++) {
    add_transfer(&lp, k, set->member[k], -1, n);
    add_transfer(&lp, last, set->member[k], 1, n);
    add_transfer(&lp, lp.rows, set->member[k], -1, n);
  }
  for (int k = 0; k < set->tight_count; k++) add_transfer(&lp, set->count + k, set->tight[k], -1, n);
  mpq_set_ui(*cell(&lp, last, lp.columns), 1, 1);
  mpq_t optimum;
  mpq_init(optimum);
  maximise(optimum, &lp);
  bool balanced = mpq_sgn(optimum) == 0;
  mpq_clear(optimum);
  tableau_end(&lp);
  return balanced;
}

static void collect_tight(collection *set, const check_game *game, const mpq_t *excess, bool individual) {
  set->tight_count = 0;
  for (int i = 0; individual && i < game->n; i++)
    if (mpq_sgn(excess[1u << i]) == 0) set->tight[set->tight_count++] = (accord_coalition)1 << i;
}

static void collect_above(collection *set, const check_game *game, const mpq_t *excess, const mpq_t least) {
  set->count = 0;
  for (accord_coalition s = 1; s < everybody(game->n); s++)
    if (mpq_cmp(excess[s], least) >= 0) set->member[set->count++] = s;
}

/* The largest excess of a proper coalition below the bound, or of all where bound is NULL. */
static bool next_level(mpq_t level, const check_game *game, const mpq_t *excess, const mpq_t *bound) {
  bool found = false;
  for (accord_coalition s = 1; s < everybody(game->n); s++) {
    if (bound && mpq_cmp(excess[s], *bound) >= 0) continue;
    if (!found || mpq_cmp(excess[s], level) > 0) mpq_set(level, excess[s]);
    found = true;
  }
  return found;
}

static bool spans_everything(collection *set, int n) {
  set->member[set->count] = everybody(n);
  return check_rank(set->member, set->count + 1, n) == n;
}

/* Once a balanced collection spans everything, so is every larger one: d(S) = 0 on it means d = 0. */
static bool balanced_at_all_levels(collection *set, const check_game *game, const mpq_t *excess) {
  mpq_t level, above;
  mpq_inits(level, above, NULL);
  bool balanced = true, more = next_level(level, game, excess, NULL);
  while (balanced && more) {
    collect_above(set, game, excess, level);
    balanced = is_balanced(set, game->n);
    mpq_set(above, level);
    more = !spans_everything(set, game->n) && next_level(level, game, excess, (const mpq_t *)&above);
  }
  mpq_clears(level, above, NULL);
  return balanced;
}

bool check_criterion(const check_game *game, const mpq_t *share, bool individual) {
  size_t size = (size_t)1 << game->n;
  mpq_t *excess = new_numbers(size);
  collection set = {0};
  set.member = calloc(size, sizeof *set.member);
  if (!set.member) abort();
  for (accord_coalition s = 1; s < size; s++) check_excess(excess[s], game, share, s);
  bool good = mpq_sgn(excess[size - 1]) == 0 && (!individual || check_individual(game, share));
  collect_tight(&set, game, read_only(excess), individual);
  good = good && balanced_at_all_levels(&set, game, read_only(excess));
  free(set.member);
  free_numbers(excess, size);
  return good;
}

/* ------------------------------------------------------ Kohlberg certificate */

typedef struct kohlberg_proof {
  const check_game *game;
  const mpq_t *share;
  bool individual;
  int settled_count;
  accord_coalition *settled; /* N, then what the levels settle */
  echelon span;
  bool *spanned; /* size 2^n */
} kohlberg_proof;

static bool is_settled(const kohlberg_proof *proof, accord_coalition coalition) {
  for (int i = 0; i < proof->settled_count; i++)
    if (proof->settled[i] == coalition) return true;
  return false;
}

/* Adds sign * weight to every member's entry. */
static void add_weights(mpq_t *sum, const accord_weighted *list, int count, int sign) {
  for (int k = 0; k < count; k++)
    for (int i = 0; list[k].coalition >> i; i++) {
      if (!has(list[k].coalition, i)) continue;
      if (sign > 0) mpq_add(sum[i], sum[i], list[k].weight);
      else mpq_sub(sum[i], sum[i], list[k].weight);
    }
}

static bool all_positive(const accord_weighted *list, int count) {
  for (int k = 0; k < count; k++)
    if (mpq_sgn(list[k].weight) <= 0) return false;
  return true;
}

static bool weights_sum_to_one(const accord_weighted *list, int count) {
  mpq_t sum;
  mpq_init(sum);
  for (int k = 0; k < count; k++) mpq_add(sum, sum, list[k].weight);
  bool one = mpq_cmp_ui(sum, 1, 1) == 0;
  mpq_clear(sum);
  return one;
}

static bool all_have_excess(const kohlberg_proof *proof, const accord_weighted *list, int count, const mpq_t wanted) {
  mpq_t excess;
  bool equal = true;
  mpq_init(excess);
  for (int k = 0; k < count; k++) {
    check_excess(excess, proof->game, proof->share, list[k].coalition);
    if (!mpq_equal(excess, wanted)) equal = false;
  }
  mpq_clear(excess);
  return equal;
}

static bool all_proper(const accord_weighted *list, int count, int n) {
  for (int k = 0; k < count; k++)
    if (list[k].coalition == 0 || list[k].coalition >= everybody(n)) return false;
  return true;
}

static bool all_tight(const kohlberg_proof *proof, const accord_level *level) {
  mpq_t zero;
  mpq_init(zero);
  bool tight = all_have_excess(proof, level->bounds, level->bound_count, zero);
  mpq_clear(zero);
  for (int k = 0; k < level->bound_count; k++) {
    accord_coalition party = level->bounds[k].coalition;
    if (party == 0 || (party & (party - 1)) || party > everybody(proof->game->n)) return false;
  }
  return tight;
}

static bool weights_balance(const accord_level *level, int n) {
  bool balance = true;
  mpq_t *sum = new_numbers((size_t)n);
  add_weights(sum, level->coalitions, level->coalition_count, 1);
  add_weights(sum, level->bounds, level->bound_count, 1);
  add_weights(sum, level->earlier, level->earlier_count, -1);
  for (int i = 0; i < n; i++)
    if (mpq_sgn(sum[i])) balance = false;
  free_numbers(sum, (size_t)n);
  return balance;
}

static bool earlier_are_settled(const kohlberg_proof *proof, const accord_level *level) {
  for (int k = 0; k < level->earlier_count; k++)
    if (!is_settled(proof, level->earlier[k].coalition)) return false;
  return true;
}

/* Condition (2) of the contract at one level. */
static const char *level_fault(const kohlberg_proof *proof, const accord_level *level) {
  int n = proof->game->n;
  if (level->coalition_count < 1) return "a level without coalitions";
  if (!all_proper(level->coalitions, level->coalition_count, n)) return "a coalition that is not proper";
  if (!all_have_excess(proof, level->coalitions, level->coalition_count, level->excess))
    return "an excess is not as stated";
  if (!proof->individual && level->bound_count) return "bounds in a prenucleolus";
  if (!all_tight(proof, level)) return "a bound that is not tight";
  if (!all_positive(level->coalitions, level->coalition_count)) return "a coalition's weight is not positive";
  if (!all_positive(level->bounds, level->bound_count)) return "a bound's weight is not positive";
  if (!weights_sum_to_one(level->coalitions, level->coalition_count)) return "weights do not sum to 1";
  if (!earlier_are_settled(proof, level)) return "an earlier coalition is not settled";
  if (!weights_balance(level, n)) return "weights do not balance";
  return NULL;
}

static void settle(kohlberg_proof *proof, const accord_weighted *list, int count) {
  for (int k = 0; k < count; k++) {
    proof->settled[proof->settled_count++] = list[k].coalition;
    echelon_add(&proof->span, list[k].coalition);
  }
}

/* Condition (4): what this level's span takes in has no larger excess than the level. */
static const char *spanned_fault(kohlberg_proof *proof, const accord_level *level) {
  const char *fault = NULL;
  mpq_t excess;
  mpq_init(excess);
  for (accord_coalition s = 1; s < everybody(proof->game->n); s++) {
    if (proof->spanned[s] || !echelon_holds(&proof->span, s)) continue;
    proof->spanned[s] = true;
    check_excess(excess, proof->game, proof->share, s);
    if (mpq_cmp(excess, level->excess) > 0) fault = "a coalition's excess is above that of the level that spans it";
  }
  mpq_clear(excess);
  return fault;
}

static const char *levels_fault(kohlberg_proof *proof, const accord_kohlberg *certificate) {
  for (int l = 0; l < certificate->level_count; l++) {
    const accord_level *level = &certificate->levels[l];
    if (l && mpq_cmp(level->excess, certificate->levels[l - 1].excess) > 0) return "an excess rises";
    const char *fault = level_fault(proof, level);
    if (fault) return fault;
    settle(proof, level->coalitions, level->coalition_count);
    settle(proof, level->bounds, level->bound_count);
    if ((fault = spanned_fault(proof, level))) return fault;
  }
  return proof->span.rank == proof->game->n ? NULL : "the settled coalitions do not have full rank";
}

static size_t count_settled(const accord_kohlberg *certificate) {
  size_t count = 1;
  for (int l = 0; l < certificate->level_count; l++)
    count += (size_t)(certificate->levels[l].coalition_count + certificate->levels[l].bound_count);
  return count;
}

const char *check_kohlberg(const check_game *game, const mpq_t *share, const accord_kohlberg *certificate,
                           bool individual) {
  if (!certificate) return "no certificate";
  if (!check_efficient(game, share)) return "shares do not sum to the value";
  if (individual && !check_individual(game, share)) return "a party falls below its own value";
  kohlberg_proof proof = {.game = game, .share = share, .individual = individual};
  proof.settled = calloc(count_settled(certificate), sizeof *proof.settled);
  proof.spanned = calloc((size_t)1 << game->n, sizeof *proof.spanned);
  if (!proof.settled || !proof.spanned) abort();
  echelon_start(&proof.span, game->n);
  const accord_weighted all = {.coalition = everybody(game->n)};
  settle(&proof, &all, 1);
  const char *fault = levels_fault(&proof, certificate);
  echelon_end(&proof.span);
  free(proof.settled);
  free(proof.spanned);
  return fault;
}

/* ------------------------------------------------------ balanced certificate */

static bool covers_everyone_once(const accord_balanced *balanced, int n) {
  bool once = true;
  mpq_t *sum = new_numbers((size_t)n);
  add_weights(sum, balanced->members, balanced->count, 1);
  for (int i = 0; i < n; i++)
    if (mpq_cmp_ui(sum[i], 1, 1)) once = false;
  free_numbers(sum, (size_t)n);
  return once;
}

static void find_worth(mpq_t worth, const check_game *game, const accord_balanced *balanced) {
  mpq_t product;
  mpq_init(product);
  mpq_set_ui(worth, 0, 1);
  for (int k = 0; k < balanced->count; k++) {
    mpq_mul(product, balanced->members[k].weight, game->value[balanced->members[k].coalition]);
    mpq_add(worth, worth, product);
  }
  mpq_clear(product);
}

static const char *worth_fault(const check_game *game, const accord_balanced *balanced) {
  mpq_t worth;
  mpq_init(worth);
  find_worth(worth, game, balanced);
  bool as_stated = mpq_equal(worth, balanced->worth) != 0;
  int order = mpq_cmp(worth, game->value[everybody(game->n)]);
  mpq_clear(worth);
  if (!as_stated) return "the worth is not as stated";
  return (game->cost ? order < 0 : order > 0) ? NULL : "the worth does not beat the value of everybody";
}

const char *check_balanced(const check_game *game, const accord_balanced *balanced) {
  if (!balanced) return "no balanced collection";
  if (!all_proper(balanced->members, balanced->count, game->n)) return "a coalition that is not proper";
  if (!all_positive(balanced->members, balanced->count)) return "a weight is not positive";
  if (!covers_everyone_once(balanced, game->n)) return "weights do not add up to one for every party";
  return worth_fault(game, balanced);
}

/* --------------------------------------------------------- facts of the game */

bool check_monotone(const check_game *game) {
  for (accord_coalition s = 0; s <= everybody(game->n); s++)
    for (int i = 0; i < game->n; i++)
      if (!has(s, i) && mpq_cmp(game->value[s], game->value[s | (accord_coalition)1 << i]) > 0) return false;
  return true;
}

/* The sign of v(S) + v(T) - v(S and T) - v(S or T), read as a benefit. */
static int compare_union(const check_game *game, accord_coalition s, accord_coalition t) {
  mpq_t apart, together;
  mpq_inits(apart, together, NULL);
  mpq_add(apart, game->value[s], game->value[t]);
  mpq_add(together, game->value[s & t], game->value[s | t]);
  int order = mpq_cmp(apart, together);
  mpq_clears(apart, together, NULL);
  return game->cost ? -order : order;
}

static bool check_pairs(const check_game *game, bool disjoint) {
  for (accord_coalition s = 1; s <= everybody(game->n); s++)
    for (accord_coalition t = 1; t < s; t++)
      if (!(disjoint && (s & t)) && compare_union(game, s, t) > 0) return false;
  return true;
}

bool check_superadditive(const check_game *game) { return check_pairs(game, true); }

bool check_convex(const check_game *game) { return check_pairs(game, false); }

/* An efficient split to start from: everything to the last party. */
static mpq_t *any_split(const check_game *game) {
  mpq_t *share = new_numbers((size_t)game->n);
  mpq_set(share[game->n - 1], game->value[everybody(game->n)]);
  return share;
}

void check_least_core(mpq_t epsilon, const check_game *game) {
  int n = game->n;
  mpq_t *share = any_split(game), improvement, excess;
  mpq_inits(improvement, excess, NULL);
  check_worst(epsilon, game, read_only(share));
  tableau lp;
  tableau_start(&lp, (int)everybody(n) - 1, n);
  for (accord_coalition s = 1; s < everybody(n); s++) {
    int row = (int)s - 1;
    add_transfer(&lp, row, s, -1, n);
    add_to_cell(&lp, row, n - 1, 1);
    check_excess(excess, game, read_only(share), s);
    mpq_sub(*cell(&lp, row, lp.columns), epsilon, excess);
  }
  add_to_cell(&lp, lp.rows, n - 1, -1);
  maximise(improvement, &lp);
  mpq_sub(epsilon, epsilon, improvement);
  tableau_end(&lp);
  mpq_clears(improvement, excess, NULL);
  free_numbers(share, (size_t)n);
}

/* Everyone is promised so much that nobody gains by walking out; then as much as can be is taken back. */
void check_cost_of_stability(mpq_t amount, const check_game *game) {
  int n = game->n;
  mpq_t *share = new_numbers((size_t)n), excess;
  mpq_init(excess);
  for (accord_coalition s = 1; s <= everybody(n); s++) {
    check_excess(excess, game, read_only(share), s);
    if (game->cost) mpq_neg(excess, excess);
    bool short_of = game->cost ? mpq_sgn(excess) < 0 : mpq_sgn(excess) > 0;
    for (int i = 0; short_of && i < n; i++)
      if (has(s, i)) mpq_add(share[i], share[i], excess);
  }
  tableau lp;
  tableau_start(&lp, (int)everybody(n), n);
  for (accord_coalition s = 1; s <= everybody(n); s++) {
    int row = (int)s - 1;
    for (int i = 0; i < n; i++)
      if (has(s, i)) add_to_cell(&lp, row, i, 1);
    check_excess(excess, game, read_only(share), s);
    mpq_neg(*cell(&lp, row, lp.columns), excess);
  }
  for (int i = 0; i < n; i++) add_to_cell(&lp, lp.rows, i, -1);
  maximise(amount, &lp);
  check_excess(excess, game, read_only(share), everybody(n));
  mpq_add(amount, amount, excess);
  mpq_neg(amount, amount);
  tableau_end(&lp);
  mpq_clear(excess);
  free_numbers(share, (size_t)n);
}

/* The furthest the party's share can go from the split's in that direction, inside the core. */
static void find_reach(mpq_t reach, const check_game *game, const mpq_t *split, int party, int direction) {
  int n = game->n;
  mpq_t excess;
  mpq_init(excess);
  tableau lp;
  tableau_start(&lp, (int)everybody(n) - 1, n - 1);
  for (accord_coalition s = 1; s < everybody(n); s++) {
    add_transfer(&lp, (int)s - 1, s, -1, n);
    check_excess(excess, game, split, s);
    mpq_neg(*cell(&lp, (int)s - 1, lp.columns), excess);
  }
  add_transfer(&lp, lp.rows, (accord_coalition)1 << party, -direction, n);
  maximise(reach, &lp);
  tableau_end(&lp);
  mpq_clear(excess);
}

void check_core_range(mpq_t least, mpq_t greatest, const check_game *game, const mpq_t *split, int party) {
  find_reach(greatest, game, split, party, game->cost ? -1 : 1);
  find_reach(least, game, split, party, game->cost ? 1 : -1);
  mpq_add(greatest, split[party], greatest);
  mpq_sub(least, split[party], least);
}

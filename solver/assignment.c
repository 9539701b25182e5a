/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Assignment games: their table, and their core by the dual of the matching. */
#include "assignment.h"

#include <string.h>

pair_values *whole_pair_values(accord_context *context, const accord_assignment *assignment) {
  pair_values *pairs = POOL_NEW(context, 1, pair_values);
  mpz_t *factor = pool_integers(context, 1);
  pairs->rows = assignment->left_count;
  pairs->columns = assignment->right_count;
  size_t count = (size_t)pairs->rows * (size_t)pairs->columns;
  pairs->value = pool_integers(context, count);
  pool_integer(context, pairs->denominator);
  mpz_set_ui(pairs->denominator, 1);
  for (size_t k = 0; k < count; k++)
    if (mpq_sgn(assignment->value[k]) > 0)
      mpz_lcm(pairs->denominator, pairs->denominator, mpq_denref(assignment->value[k]));
  for (size_t k = 0; k < count; k++) {
    if (mpq_sgn(assignment->value[k]) <= 0) continue;
    mpz_divexact(*factor, pairs->denominator, mpq_denref(assignment->value[k]));
    mpz_mul(pairs->value[k], mpq_numref(assignment->value[k]), *factor);
  }
  return pairs;
}

/* ---------------------------------------------------------------- the table */

struct table {
  accord_context *context;
  accord_game *game;
  const pair_values *pairs;
  accord_coalition many; /* the larger side: its first party in S is matched, or stays alone */
  int *few;              /* size few_count: the parties of the other side */
  int few_count;
  int *place;     /* size n: which of its side a party is */
  bool many_left; /* the larger side are the rows */
};

static const mpz_t *pair_of(const struct table *table, int many, int few) {
  int row = table->many_left ? table->place[many] : table->place[few];
  int column = table->many_left ? table->place[few] : table->place[many];
  return (const mpz_t *)&table->pairs->value[row * table->pairs->columns + column];
}

/* v(S) = max(v(S - i), a_ij + v(S - i - j) over j in S), i the first of the larger side in S. Cost 2^n times the
 * smaller side. */
static void fill_small(struct table *table) {
  int64_t *v = table->game->small;
  int n = table->game->n;
  int64_t *value = POOL_NEW(table->context, (size_t)n * (size_t)table->few_count + 1, int64_t);
  for (int i = 0; i < n; i++)
    for (int k = 0; k < table->few_count && has(table->many, i); k++)
      value[i * table->few_count + k] = mpz_get_si(*pair_of(table, i, table->few[k]));
  for (accord_coalition s = 1; s < table->game->size; s++) {
    if (s % 65536 == 0) check_clock(table->context);
    if (!(s & table->many)) continue;
    int i = __builtin_ctzll(s & table->many);
    const int64_t *worth = &value[i * table->few_count];
    accord_coalition rest = s ^ party(i);
    int64_t best = v[rest];
    for (int k = 0; k < table->few_count; k++) {
      if (!has(s, table->few[k])) continue;
      int64_t with = worth[k] + v[rest ^ party(table->few[k])];
      if (with > best) best = with;
    }
    v[s] = best;
  }
}

static void fill_big(struct table *table) {
  mpz_t *v = table->game->big, *with = pool_integers(table->context, 1);
  for (accord_coalition s = 1; s < table->game->size; s++) {
    if (s % 1024 == 0) check_clock(table->context);
    if (!(s & table->many)) continue;
    int i = __builtin_ctzll(s & table->many);
    accord_coalition rest = s ^ party(i);
    mpz_set(v[s], v[rest]);
    for (int k = 0; k < table->few_count; k++) {
      if (!has(s, table->few[k])) continue;
      mpz_add(*with, *pair_of(table, i, table->few[k]), v[rest ^ party(table->few[k])]);
      if (mpz_cmp(*with, v[s]) > 0) mpz_set(v[s], *with);
    }
  }
}

/* Whether the sum of all pairs, and so every value, is below 2^62. */
static bool is_small(const pair_values *pairs) {
  size_t bits = 0, count = (size_t)pairs->rows * (size_t)pairs->columns;
  for (size_t k = 0; k < count; k++) {
    size_t own = mpz_sizeinbase(pairs->value[k], 2);
    if (own > bits) bits = own;
  }
  return bits < 62 - 5; /* at most 14 pairs at once */
}

static accord_game *assignment_game(accord_context *context, const accord_assignment *assignment,
                                    const pair_values *pairs) {
  accord_game *game = game_new(context, ACCORD_BENEFIT, assignment->n);
  struct table table = {.context = context, .game = game, .pairs = pairs};
  table.many_left = assignment->left_count >= assignment->right_count;
  table.few_count = table.many_left ? assignment->right_count : assignment->left_count;
  const int *many = table.many_left ? assignment->left : assignment->right;
  const int *few = table.many_left ? assignment->right : assignment->left;
  table.place = POOL_NEW(context, (size_t)assignment->n, int);
  table.few = POOL_NEW(context, (size_t)table.few_count + 1, int);
  for (int k = 0; k < assignment->n - table.few_count; k++) table.many |= party(many[k]), table.place[many[k]] = k;
  for (int k = 0; k < table.few_count; k++) table.few[k] = few[k], table.place[few[k]] = k;
  mpq_set_ui(game->unit, 1, 1);
  mpz_set(mpq_denref(game->unit), pairs->denominator);
  if (is_small(pairs)) {
    game->small = POOL_NEW(context, game->size, int64_t);
    fill_small(&table);
  } else {
    game->big = pool_integers(context, game->size);
    fill_big(&table);
  }
  game_finish(context, game);
  return game;
}

/* Whether 2^n values fit the memory limit, and their work some seconds. */
static bool has_table(accord_context *context, int n, const pair_values *pairs) {
  size_t entry = is_small(pairs) ? 2 * sizeof(int64_t) : 96;
  return n <= GAME_MOST_PARTIES && table_fits(context, entry << n);
}

accord_problem *problem_from_assignment(accord_context *context, accord_assignment *assignment) {
  accord_problem *problem = POOL_NEW(context, 1, accord_problem);
  const pair_values *pairs = whole_pair_values(context, assignment);
  int *column = POOL_NEW(context, (size_t)pairs->rows + 1, int);
  problem->n = assignment->n;
  problem->goal = ACCORD_BENEFIT;
  problem->exact = true;
  problem->assignment = assignment;
  pool_rational(context, problem->total);
  find_matching(context, column, pairs);
  matching_worth(mpq_numref(problem->total), pairs, column);
  mpz_set(mpq_denref(problem->total), pairs->denominator);
  mpq_canonicalize(problem->total);
  if (has_table(context, assignment->n, pairs)) problem->game = assignment_game(context, assignment, pairs);
  else
    problem->no_game =
        pool_text(context,
                  "the coalitions of %d parties are too many for a table (the most is %d, as far as --memory-limit "
                  "allows); shadow-price, nucleolus and prenucleolus work without one",
                  assignment->n, GAME_MOST_PARTIES);
  return problem;
}

/* ----------------------------------------------------------------- the core */

static mpz_t *bound_of(const core_graph *graph, int p, int q) { return &graph->bound[p * graph->nodes + q]; }

/* x_row + x_column >= value, where one of them is not matched or both are, in other pairs. */
static void add_bound(core_graph *graph, int p, int q, const mpz_t value, int first, int second) {
  int at = p * graph->nodes + q;
  if (p == q || (graph->first[at] >= 0 && mpz_cmp(value, graph->bound[at]) <= 0)) return;
  mpz_set(graph->bound[at], value);
  graph->first[at] = first;
  graph->second[at] = second;
}

/* Every bound is what the coalition is worth until all are there; then x_q = a_q - x_column is put in. */
static void add_bounds(core_graph *graph, const int *row_node, const int *column_node, const mpz_t nothing) {
  const accord_assignment *assignment = graph->assignment;
  const pair_values *pairs = graph->pairs;
  for (int p = 1; p < graph->nodes; p++) {
    add_bound(graph, p, 0, nothing, assignment->left[graph->row[p]], -1);
    add_bound(graph, 0, p, nothing, assignment->right[graph->match[p]], -1);
  }
  for (int r = 0; r < pairs->rows; r++)
    for (int c = 0; c < pairs->columns; c++)
      add_bound(graph, row_node[r], column_node[c], pairs->value[r * pairs->columns + c], assignment->left[r],
                assignment->right[c]);
  for (int p = 1; p < graph->nodes; p++)
    for (int q = 0; q < graph->nodes; q++)
      if (q != p)
        mpz_sub(*bound_of(graph, q, p), *bound_of(graph, q, p),
                pairs->value[graph->row[p] * pairs->columns + graph->match[p]]);
}

core_graph *make_core_graph(accord_context *context, const accord_assignment *assignment) {
  core_graph *graph = POOL_NEW(context, 1, core_graph);
  const pair_values *pairs = whole_pair_values(context, assignment);
  size_t rows = (size_t)pairs->rows, columns = (size_t)pairs->columns;
  int *column = POOL_NEW(context, rows + 1, int);
  int *row_node = POOL_NEW(context, rows + 1, int), *column_node = POOL_NEW(context, columns + 1, int);
  graph->assignment = assignment;
  graph->pairs = pairs;
  graph->row = POOL_NEW(context, rows + 1, int);
  graph->match = POOL_NEW(context, rows + 1, int);
  graph->node = POOL_NEW(context, (size_t)assignment->n, int);
  graph->row[0] = graph->match[0] = -1;
  graph->nodes = 1;
  find_matching(context, column, pairs);
  for (int r = 0; r < pairs->rows; r++) {
    if (column[r] < 0) continue;
    graph->row[graph->nodes] = r;
    graph->match[graph->nodes] = column[r];
    graph->node[assignment->left[r]] = graph->node[assignment->right[column[r]]] = graph->nodes;
    row_node[r] = column_node[column[r]] = graph->nodes++;
  }
  size_t count = (size_t)graph->nodes * (size_t)graph->nodes;
  graph->bound = pool_integers(context, count);
  graph->first = POOL_NEW(context, count, int);
  graph->second = POOL_NEW(context, count, int);
  memset(graph->first, -1, count * sizeof *graph->first);
  memset(graph->second, -1, count * sizeof *graph->second);
  add_bounds(graph, row_node, column_node, *pool_integers(context, 1));
  return graph;
}

/* Longest paths to node 0 (least shares: x_p >= c_pq + x_q) or from it (greatest: x_p <= x_q - c_qp). No cycle is above
 * 0, since the matching is the best one, so nodes rounds suffice. */
void find_corner(accord_context *context, mpz_t *x, const core_graph *graph, int sign) {
  mpz_t *way = pool_integers(context, 1);
  bool changed = true;
  for (int p = 0; p < graph->nodes; p++) {
    if (p == 0) mpz_set_ui(x[p], 0);
    else mpz_set(x[p], *(sign < 0 ? bound_of(graph, p, 0) : bound_of(graph, 0, p)));
    if (sign > 0) mpz_neg(x[p], x[p]);
  }
  while (changed) {
    changed = false;
    check_clock(context);
    for (int p = 1; p < graph->nodes; p++) {
      for (int q = 1; q < graph->nodes; q++) {
        if (q == p) continue;
        if (sign < 0) mpz_add(*way, x[q], *bound_of(graph, p, q));
        else mpz_sub(*way, x[q], *bound_of(graph, q, p));
        if (sign < 0 ? mpz_cmp(*way, x[p]) <= 0 : mpz_cmp(*way, x[p]) >= 0) continue;
        mpz_swap(*way, x[p]);
        changed = true;
      }
    }
  }
  pool_free(context, way);
}

void shares_of_nodes(mpq_t *share, const core_graph *graph, const mpz_t *x, const mpz_t scale) {
  const pair_values *pairs = graph->pairs;
  for (int i = 0; i < graph->assignment->n; i++) mpq_set_ui(share[i], 0, 1);
  for (int p = 1; p < graph->nodes; p++) {
    mpq_t *left = &share[graph->assignment->left[graph->row[p]]];
    mpq_t *right = &share[graph->assignment->right[graph->match[p]]];
    mpz_mul(mpq_numref(*right), pairs->value[graph->row[p] * pairs->columns + graph->match[p]], scale);
    mpz_sub(mpq_numref(*right), mpq_numref(*right), x[p]);
    mpz_set(mpq_numref(*left), x[p]);
    mpz_mul(mpq_denref(*left), pairs->denominator, scale);
    mpz_set(mpq_denref(*right), mpq_denref(*left));
    mpq_canonicalize(*left);
    mpq_canonicalize(*right);
  }
}

void assignment_ranges(accord_context *context, mpq_t *least, mpq_t *greatest, const accord_problem *problem) {
  int n = problem->n;
  accord_mark mark = accord_get_mark(context);
  const core_graph *graph = make_core_graph(context, problem->assignment);
  mpz_t *x = pool_integers(context, (size_t)graph->nodes), *one = pool_integers(context, 1);
  mpz_set_ui(*one, 1);
  find_corner(context, x, graph, -1);
  shares_of_nodes(least, graph, (const mpz_t *)x, *one);
  find_corner(context, x, graph, 1);
  shares_of_nodes(greatest, graph, (const mpz_t *)x, *one);
  for (int i = 0; i < n; i++) /* what is best for the left is worst for the right */
    if (mpq_cmp(least[i], greatest[i]) > 0) mpq_swap(least[i], greatest[i]);
  accord_reset(context, mark);
}

/* A coalition that is neither one party nor a pair is worth what those it is matched in are. So is everybody, and the
 * pairs and single parties that N falls into get just what they are worth: epsilon = 0, unless N is one pair. */
static void find_least_core(accord_facts *facts, const accord_problem *problem) {
  facts->has_least_core = true;
  if (problem->n > 2 || mpq_sgn(problem->total) == 0) return;
  mpq_neg(facts->least_core, problem->total);
  mpq_div_2exp(facts->least_core, facts->least_core, 1);
}

void find_facts_of_assignment(accord_context *context, accord_facts *facts, const accord_problem *problem, int wanted) {
  size_t n = (size_t)problem->n;
  facts->monotone = wanted & ACCORD_FACT_MONOTONE ? ACCORD_YES : ACCORD_UNKNOWN;
  facts->superadditive = wanted & ACCORD_FACT_SUPERADDITIVE ? ACCORD_YES : ACCORD_UNKNOWN;
  if (wanted & (ACCORD_FACT_CORE | ACCORD_FACT_RANGES)) facts->core_empty = ACCORD_NO;
  facts->has_cost_of_stability = wanted & ACCORD_FACT_COST_OF_STABILITY;
  if (wanted & ACCORD_FACT_LEAST_CORE && n > 1) find_least_core(facts, problem);
  if (!(wanted & ACCORD_FACT_RANGES)) return;
  facts->least_share = pool_rationals(context, n);
  facts->greatest_share = pool_rationals(context, n);
  assignment_ranges(context, facts->least_share, facts->greatest_share, problem);
}

/* --------------------------------------------------------- the public maker */

struct sides {
  accord_problem **problem;
  const int *left, *right;
  int left_count, right_count;
  const char *const *value;
};

static bool take_side(accord_context *context, const int **side, bool *seen, const int *given, int count, int n) {
  int *copy = POOL_NEW(context, (size_t)count + 1, int);
  for (int k = 0; k < count; k++) {
    if (given[k] < 0 || given[k] >= n || seen[given[k]]) return false;
    seen[given[k]] = true;
    copy[k] = given[k];
  }
  *side = copy;
  return true;
}

static accord_status from_pairs(accord_context *context, void *argument) {
  struct sides *in = argument;
  int n = in->left_count + in->right_count;
  if (in->left_count < 0 || in->right_count < 0 || n < 1) return fail(context, ACCORD_INVALID, "there are no parties");
  accord_assignment *assignment = POOL_NEW(context, 1, accord_assignment);
  bool *seen = POOL_NEW(context, (size_t)n, bool);
  *assignment = (accord_assignment){.n = n, .left_count = in->left_count, .right_count = in->right_count};
  if (!take_side(context, &assignment->left, seen, in->left, in->left_count, n) ||
      !take_side(context, &assignment->right, seen, in->right, in->right_count, n))
    return fail(context, ACCORD_INVALID, "the sides do not hold each of the parties 0 to %d once", n - 1);
  size_t count = (size_t)in->left_count * (size_t)in->right_count;
  mpq_t *value = pool_rationals(context, count);
  for (size_t k = 0; k < count; k++)
    if (in->value[k] && number_from_text(context, value[k], in->value[k], strlen(in->value[k])) != NUMBER_GOOD)
      return fail(context, ACCORD_INVALID, "'%.40s' is not a number", in->value[k]);
  assignment->value = (const mpq_t *)value;
  *in->problem = problem_from_assignment(context, assignment);
  return ACCORD_OK;
}

accord_status accord_problem_from_pairs(accord_context *context, accord_problem **problem, const int *left,
                                        int left_count, const int *right, int right_count, const char *const *value) {
  struct sides in = {problem, left, right, left_count, right_count, value};
  accord_status status = guard(context, from_pairs, &in);
  if (status != ACCORD_OK) *problem = NULL;
  return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The nucleolus of a cost shared along a tree, at any size (after Megiddo 1978, Granot, Maschler, Owen and Zhu 1996;
 * of an airport: Littlechild 1974).
 *
 * The game is concave, so only two kinds of coalitions count: all but one user, with the excess -x_i, and all but the
 * users B of a branch, with the excess w(B) - x(B), where w(B) are the edges that only B uses. Any other coalition's
 * excess is a sum of such numbers, which are never above 0. So the least of all x_i and x(B) - w(B) is to be as large
 * as can be, t; then the next ones.
 *
 * What a branch must be given for the sake of t is need(B, t) = max(w(B) + t, sum of the needs of the branches inside
 * + t for each user on its own), and the t of a tree that shares T is where the needs below its root sum to T. Where
 * w(B) + t is the larger, x(B) is settled and the branch is a tree of its own that shares it; elsewhere what is inside
 * is settled. The sum of needs grows and is convex in t, made of lines A + B t with whole A and B, so Newton's method
 * from above ends after a few lines, exactly.
 *
 * Cost: the nodes times the trees inside each other times the few steps. Numbers grow with the trees inside each other. */
#include "rule.h"
#include "shared_tree.h"

#include <math.h>

/* The tree without what nobody uses and without nodes that only lead on; nodes stand as in shared_tree. Node 0 may
 * be such a node. */
struct branches {
  accord_context *context;
  int count, first;   /* first: the root of all, 0 or 1 */
  int *parent, *last; /* size count */
  int *of_node;       /* size nodes of the tree: where the users of a node are */
  int64_t *users;     /* size count */
  mpz_t *worth;       /* size count: w, the edges that only the users from here on use */
  mpz_t *constant;    /* size count: A and B of what is needed inside */
  int64_t *slope;
  bool *own;       /* size count: w + t is at least what is needed inside */
  mpq_t *total;    /* size count: what a settled branch shares */
  mpq_t *pays;     /* size count: a user at the node */
  int *settled_by; /* size count: the root whose t that is; its line stays in constant and slope */
  mpz_t *work;     /* size 2 */
};

/* ------------------------------------------------------------------- branches */

/* Whether the node only leads on to one branch. */
static bool leads_on(const shared_tree *tree, const int *ways, int v) {
  return v > 0 && tree->users_at[v] == 0 && ways[v] == 1;
}

static int *count_ways(const shared_tree *tree) {
  int *ways = POOL_NEW(tree->context, (size_t)tree->nodes, int);
  for (int v = 1; v < tree->nodes; v++) ways[tree->parent[v]] += tree->users_from[v] > 0;
  return ways;
}

static struct branches new_branches(accord_context *context, size_t nodes) {
  return (struct branches){.context = context,
                           .parent = POOL_NEW(context, nodes, int),
                           .last = POOL_NEW(context, nodes, int),
                           .of_node = POOL_NEW(context, nodes, int),
                           .users = POOL_NEW(context, nodes, int64_t),
                           .worth = pool_integers(context, nodes),
                           .constant = pool_integers(context, nodes),
                           .slope = POOL_NEW(context, nodes, int64_t),
                           .own = POOL_NEW(context, nodes, bool),
                           .total = pool_rationals(context, nodes),
                           .pays = pool_rationals(context, nodes),
                           .settled_by = POOL_NEW(context, nodes, int),
                           .work = pool_integers(context, 2)};
}

/* A node that leads on hands its edge to the one behind it, which stands next among those in use. */
static struct branches find_branches(const shared_tree *tree) {
  struct branches b = new_branches(tree->context, (size_t)tree->nodes);
  int *ways = count_ways(tree);
  for (int v = 0; v < tree->nodes; v++) {
    if (tree->users_from[v] == 0) continue;
    int k = b.count, above = v ? b.of_node[tree->parent[v]] : -1;
    bool follows = v && leads_on(tree, ways, tree->parent[v]); /* its parent's edge waits here */
    mpz_add(b.worth[k], b.worth[k], tree->cost[v]);
    if (!follows) b.parent[k] = above;
    b.of_node[v] = k;
    if (leads_on(tree, ways, v)) continue;
    b.users[k] = tree->users_at[v];
    b.count++;
  }
  for (int k = b.count - 1; k >= 0; k--) {
    if (b.last[k] < k) b.last[k] = k;
    if (k == 0) break;
    mpz_add(b.worth[b.parent[k]], b.worth[b.parent[k]], b.worth[k]);
    if (b.last[k] > b.last[b.parent[k]]) b.last[b.parent[k]] = b.last[k];
  }
  pool_free(tree->context, ways);
  return b;
}

/* ----------------------------------------------------------------- one tree's t */

/* Whether w + t >= A + B t; by doubles where they leave no doubt. */
static bool is_own(struct branches *b, int k, const mpq_t t, double t_near) {
  mpz_t *spare = &b->work[0], *asked = &b->work[1];
  int64_t more = b->slope[k] - 1;
  mpz_sub(*spare, b->worth[k], b->constant[k]);
  double left = mpz_get_d(*spare), right = (double)more * t_near;
  if (isfinite(left) && isfinite(right) && fabs(left - right) > 1e-9 * (fabs(left) + fabs(right))) return left > right;
  mpz_mul(*spare, *spare, mpq_denref(t));
  mpz_mul_si(*asked, mpq_numref(t), more);
  return mpz_cmp(*spare, *asked) >= 0;
}

/* The line of the needs below a root at t, in its constant and slope. */
static void find_line(struct branches *b, int root, const mpq_t t) {
  double t_near = mpq_get_d(t);
  check_clock(b->context);
  for (int k = root; k <= b->last[root]; k++) {
    mpz_set_ui(b->constant[k], 0);
    b->slope[k] = b->users[k];
  }
  for (int k = b->last[root]; k > root; k--) {
    int above = b->parent[k];
    b->own[k] = is_own(b, k, t, t_near);
    mpz_add(b->constant[above], b->constant[above], b->own[k] ? b->worth[k] : b->constant[k]);
    b->slope[above] += b->own[k] ? 1 : b->slope[k];
  }
}

/* Where a line reaches the total: t = (T - A) / B. */
static void follow_line(struct branches *b, mpq_t t, int root, mpq_t work) {
  mpq_set_z(work, b->constant[root]);
  mpq_sub(t, b->total[root], work);
  mpq_set_si(work, b->slope[root], 1);
  mpq_div(t, t, work);
}

/* The line on which every branch below the root is its own. */
static void first_line(struct branches *b, int root) {
  mpz_set_ui(b->constant[root], 0);
  b->slope[root] = b->users[root];
  for (int k = root + 1; k <= b->last[root]; k = b->last[k] + 1) {
    mpz_add(b->constant[root], b->constant[root], b->worth[k]);
    b->slope[root]++;
  }
}

static void find_level(struct branches *b, mpq_t t, int root, mpq_t *work) {
  first_line(b, root);
  follow_line(b, t, root, work[0]);
  for (;;) {
    find_line(b, root, t);
    follow_line(b, work[1], root, work[0]);
    if (mpq_equal(work[1], t)) return;
    mpq_set(t, work[1]);
  }
}

/* ------------------------------------------------------------------- all levels */

/* Settles what the root's t decides; branches of their own go on the stack. */
static int settle(struct branches *b, const mpq_t t, int root, int *stack, int depth) {
  b->settled_by[root] = root;
  mpq_set(b->pays[root], t);
  for (int k = root + 1; k <= b->last[root];) {
    if (!b->own[k]) {
      b->settled_by[k] = root;
      mpq_set(b->pays[k++], t);
      continue;
    }
    mpq_set_z(b->total[k], b->worth[k]);
    mpq_add(b->total[k], b->total[k], t);
    stack[depth++] = k;
    k = b->last[k] + 1;
  }
  return depth;
}

static void tell_level(tree_level *level, const struct branches *b, int k) {
  int root = b->settled_by[k];
  mpq_set(level->total, b->total[root]);
  mpq_set_z(level->inside, b->constant[root]);
  level->times = b->slope[root];
}

/* Settles every node; the branches that remain say how. */
static struct branches settle_all(mpq_t least, const shared_tree *tree) {
  struct branches b = find_branches(tree);
  int *stack = POOL_NEW(tree->context, (size_t)b.count, int), depth = 0;
  mpq_t *t = pool_rationals(tree->context, 3);
  b.first = b.users[0] == 0 && b.last[1] == b.last[0]; /* everybody uses the one way from the root */
  mpq_set_z(b.total[b.first], b.worth[b.first]);
  stack[depth++] = b.first;
  for (bool begun = false; depth; begun = true) {
    int root = stack[--depth];
    find_level(&b, t[0], root, &t[1]);
    if (!begun) mpq_set(least, t[0]);
    depth = settle(&b, t[0], root, stack, depth);
  }
  return b;
}

static void tell_pays(mpq_t *pays, const struct branches *b, const shared_tree *tree) {
  for (int v = 0; v < tree->nodes; v++)
    if (tree->users_at[v]) mpq_set(pays[v], b->pays[b->of_node[v]]);
}

void tree_nucleolus(mpq_t *pays, mpq_t least, tree_level *level, const shared_tree *tree) {
  struct branches b = settle_all(least, tree);
  tell_pays(pays, &b, tree);
  for (int v = 0; v < tree->nodes && level; v++)
    if (tree->users_at[v]) tell_level(&level[v], &b, b.of_node[v]);
}

/* ------------------------------------------------------------------------ proof */

struct proof {
  const shared_tree *tree;
  const struct branches *b;
  int *name;                     /* size count: what each branch is called, see accord_branch_level */
  accord_branch_level **of_root; /* size count: the level of each root that has one */
};

/* Roots by rising t; one stands behind the root it is part of, whose t is no larger. */
static int *order_roots(accord_context *context, int *count, const struct branches *b) {
  int *root = POOL_NEW(context, (size_t)b->count, int), *order;
  mpq_t *t = pool_rationals(context, (size_t)b->count);
  *count = 0;
  for (int k = b->first; k < b->count; k++)
    if (b->settled_by[k] == k) {
      mpq_set(t[*count], b->pays[k]);
      root[(*count)++] = k;
    }
  order = order_by_amount(context, (const mpq_t *)t, *count);
  for (int k = 0; k < *count; k++) order[k] = root[order[k]];
  return order;
}

/* What branches are called: of an airport by the first party at its node, of a tree by the node stated. */
static int *name_branches(const shared_tree *tree, const struct branches *b, bool by_party) {
  int *name = POOL_NEW(tree->context, (size_t)b->count, int);
  for (int v = 0; v < tree->nodes; v++)
    if (tree->users_from[v]) name[b->of_node[v]] = tree->stated[v];
  for (int i = tree->n - 1; i >= 0 && by_party; i--) name[b->of_node[tree->at[i]]] = i;
  return name;
}

/* A user that is a branch by itself, or all there is, is settled with it and has no level of its own. */
static bool has_level(const struct branches *b, int root) { return b->users[root] != 1 || b->last[root] != root; }

static void start_levels(struct proof *proof, accord_branch_proof *made, const mpz_t denominator) {
  accord_context *context = proof->tree->context;
  int count, *order = order_roots(context, &count, proof->b);
  made->levels = POOL_NEW(context, (size_t)count, accord_branch_level);
  for (int k = 0; k < count; k++) {
    int root = order[k];
    if (!has_level(proof->b, root)) continue;
    accord_branch_level *level = proof->of_root[root] = &made->levels[made->level_count++];
    level->within = root == proof->b->first ? ACCORD_NO_BRANCH : proof->name[root];
    pool_rational(context, level->excess);
    mpq_neg(level->excess, proof->b->pays[root]);
    mpz_mul(mpq_denref(level->excess), mpq_denref(level->excess), denominator);
    mpq_canonicalize(level->excess);
  }
}

/* Counts parts, and where there is room for them writes them down. */
static void list_parts(struct proof *proof) {
  const struct branches *b = proof->b;
  for (int i = 0; i < proof->tree->n; i++) {
    accord_branch_level *level = proof->of_root[b->settled_by[b->of_node[proof->tree->at[i]]]];
    if (level && level->parties) level->parties[level->party_count] = i;
    if (level) level->party_count++;
  }
  for (int k = b->first + 1; k < b->count; k++) {
    if (b->settled_by[k] != k) continue;
    accord_branch_level *level = proof->of_root[b->settled_by[b->parent[k]]];
    if (level->branches) level->branches[level->branch_count] = proof->name[k];
    level->branch_count++;
  }
}

accord_branch_proof *tree_nucleolus_proof(mpq_t *pays, mpq_t least, const shared_tree *tree, bool by_party) {
  struct branches b = settle_all(least, tree);
  accord_branch_proof *made = POOL_NEW(tree->context, 1, accord_branch_proof);
  struct proof proof = {.tree = tree, .b = &b, .name = name_branches(tree, &b, by_party)};
  proof.of_root = POOL_NEW(tree->context, (size_t)b.count, accord_branch_level *);
  tell_pays(pays, &b, tree);
  start_levels(&proof, made, tree->denominator);
  list_parts(&proof);
  for (int k = 0; k < made->level_count; k++) {
    accord_branch_level *level = &made->levels[k];
    level->parties = POOL_NEW(tree->context, (size_t)level->party_count + 1, int);
    level->branches = POOL_NEW(tree->context, (size_t)level->branch_count + 1, int);
    level->party_count = level->branch_count = 0;
  }
  list_parts(&proof);
  return made;
}

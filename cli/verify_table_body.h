/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Splits held against a table in numbers of one width, WORD; see verify_table.c, which includes this once for each. */

struct NAMED(pass) {
  struct whole_split *split;
  WORD scale, limit, share[GAME_MOST_PARTIES];
  WORD low[BLOCK]; /* what the low parties in s get */
};

static void NAMED(start)(struct NAMED(pass) * pass, struct whole_split *split, int n) {
  pass->split = split;
  pass->scale = (WORD)to_wide(split->scale);
  pass->limit = (WORD)to_wide(split->limit);
  for (int i = 0; i < n; i++) pass->share[i] = (WORD)to_wide(split->share[i]);
  pass->low[0] = 0;
  for (int s = 1; s < BLOCK && s < 1 << n; s++)
    pass->low[s] = pass->low[s & (s - 1)] + pass->share[__builtin_ctz((unsigned)s)];
}

/* Entries from to before before of the block that begins with the coalition high. */
static void NAMED(look_at)(const struct NAMED(pass) * pass, const int64_t *entry, accord_coalition high, size_t from,
                           size_t before) {
  WORD most = pass->limit, scale = pass->scale;
  bool above = false;
  for (accord_coalition rest = high; rest; rest &= rest - 1) most += pass->share[__builtin_ctzll(rest)];
  for (size_t s = from; s < before; s++) above |= entry[s] * scale - pass->low[s] > most;
  for (size_t s = from; above && s < before; s++)
    if (entry[s] * scale - pass->low[s] > most) find_fault(pass->split, high + s);
}

/* All blocks, without nobody and everybody. */
static void NAMED(go_through)(const split_list *list, const struct NAMED(pass) * passes, int count) {
  for (size_t high = 0; high < list->game->size; high += BLOCK) {
    size_t end = list->game->size - high;
    if (high % (64 * BLOCK) == 0) check_clock(list->context);
    for (int k = 0; k < count; k++)
      if (!*passes[k].split->asked.fault)
        NAMED(look_at)(&passes[k], list->game->small + high, high, high == 0, end > BLOCK ? BLOCK : end - 1);
  }
}

/* Those whose numbers have from to before before bits, so many at once. */
static void NAMED(hold)(const split_list *list, size_t from, size_t before) {
  struct NAMED(pass) *passes = POOL_NEW(list->context, SPLITS_AT_ONCE, struct NAMED(pass));
  int count = 0;
  for (struct whole_split *split = list->first; split; split = split->next) {
    if (!*split->asked.fault && split->bits >= from && split->bits < before)
      NAMED(start)(&passes[count++], split, list->n);
    if (count < SPLITS_AT_ONCE && split->next) continue;
    if (count) NAMED(go_through)(list, passes, count);
    count = 0;
  }
  pool_free(list->context, passes);
}

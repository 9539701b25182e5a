/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Model "production": pooled resources, made into the most profitable mix of products; v(S) = its profit. */
#include "production.h"

#include "model.h"

#include <stdlib.h>
#include <string.h>

struct reading {
  sheet_reader *reader;
  accord_production *production;
  const char **names; /* size count: of the resources, in the order of their bytes */
  int count;
  mpq_t *amount; /* n * count */
  accord_product *products;
  bool *has_price;
  mpq_t *price;
};

/* ---------------------------------------------------------------------- names */

static bool is_note(const char *key) { return strncmp(key, "x-", 2) == 0; }

static int compare_names(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The place of a name in a list in the order of bytes, or -1. */
static int find_name(const char *const *names, int count, const char *name) {
  const char **found = count ? bsearch(&name, names, (size_t)count, sizeof *names, compare_names) : NULL;
  return found ? (int)(found - names) : -1;
}

struct name_list {
  const char **name; /* room for one more, NULL at the end */
  int count, room;
};

static void add_name(sheet_reader *reader, struct name_list *list, const char *name) {
  if (list->count + 1 >= list->room) {
    int room = 2 * list->room + 16;
    list->name = pool_grow(reader->context, list->name, (size_t)list->room, (size_t)room, sizeof *list->name);
    list->room = room;
  }
  list->name[list->count++] = name;
}

static void add_names(sheet_reader *reader, struct name_list *list, const cJSON *object) {
  const cJSON *node;
  if (!object || is_broken(object) || !is_object(object)) return;
  cJSON_ArrayForEach(node, object) {
    if (!is_note(node->string)) add_name(reader, list, node->string);
  }
}

static void sort_names(struct name_list *list) {
  int kept = 0;
  if (list->count) qsort(list->name, (size_t)list->count, sizeof *list->name, compare_names);
  for (int k = 0; k < list->count; k++)
    if (kept == 0 || strcmp(list->name[kept - 1], list->name[k]) != 0) list->name[kept++] = list->name[k];
  list->count = kept;
  if (list->name) list->name[kept] = NULL;
}

static struct name_list list_holdings(sheet_reader *reader, const place *resources) {
  struct name_list list = {0};
  const cJSON *node;
  cJSON_ArrayForEach(node, resources->node) {
    check_clock(reader->context);
    if (!is_comment(reader, node->string)) add_names(reader, &list, node);
  }
  return list;
}

static struct name_list list_needs(sheet_reader *reader, const place *products) {
  struct name_list list = {0};
  const cJSON *node;
  cJSON_ArrayForEach(node, products->node) {
    place product = member_at(products, node), needs = member_of(&product, "needs");
    check_clock(reader->context);
    add_names(reader, &list, needs.node);
  }
  sort_names(&list);
  return list;
}

static void report_unknown(sheet_reader *reader, const place *at, const struct name_list *known, const char *why) {
  const char *nearest = known->count ? nearest_word(at->node->string, known->name) : NULL;
  report_key(reader, E201, at,
             nearest ? pool_text(reader->context, "The nearest known resource is \"%.80s\".", nearest) : NULL,
             "\"%.80s\" %s", at->node->string, why);
}

/* -------------------------------------------------------------------- amounts */

/* An amount of 0 or more. */
static bool read_positive(sheet_reader *reader, mpq_t amount, const place *at, error_code code, const char *what) {
  const char *source;
  if (is_broken(at->node) || !read_amount(reader, amount, &source, at)) return false;
  if (mpq_sgn(amount) >= 0) return true;
  report_value(reader, code, at, NULL, "%s is below 0", what);
  return false;
}

static void read_holding(struct reading *reading, int party, const place *at) {
  sheet_reader *reader = reading->reader;
  const cJSON *node;
  if (is_broken(at->node) || !want_object(reader, at)) return;
  cJSON_ArrayForEach(node, at->node) {
    place member = member_at(at, node);
    if (is_note(node->string)) continue;
    int r = find_name(reading->names, reading->count, node->string);
    read_positive(
        reader, reading->amount[party * reading->count + r], &member, E200,
        pool_text(reader->context, "what %s has of \"%.80s\"", reader->sheet->parties[party].id, node->string));
  }
}

static void read_resources(struct reading *reading, const place *resources) {
  sheet_reader *reader = reading->reader;
  const cJSON *node;
  bool *seen = POOL_NEW(reader->context, (size_t)reader->sheet->n, bool);
  cJSON_ArrayForEach(node, resources->node) {
    place member = member_at(resources, node);
    check_clock(reader->context);
    if (is_comment(reader, node->string)) continue;
    int found = read_party(reader, &member, node->string, strlen(node->string));
    if (found < 0) continue;
    seen[found] = true;
    read_holding(reading, found, &member);
  }
  for (int i = 0; i < reader->sheet->n; i++)
    if (!seen[i]) sheet_warn(reader->sheet, "%s brings no resources", reader->sheet->parties[i].id);
}

static void read_prices(struct reading *reading, const place *prices, const struct name_list *known) {
  sheet_reader *reader = reading->reader;
  const cJSON *node;
  cJSON_ArrayForEach(node, prices->node) {
    place member = member_at(prices, node);
    if (is_note(node->string)) continue;
    if (find_name(known->name, known->count, node->string) < 0)
      report_unknown(reader, &member, known, "is a resource that nobody has and no product needs");
    int r = find_name(reading->names, reading->count, node->string);
    reading->has_price[r] = true;
    read_positive(reader, reading->price[r], &member, E205, "a price");
  }
}

/* ------------------------------------------------------------------- products */

static void read_needs(struct reading *reading, accord_product *product, const place *needs) {
  sheet_reader *reader = reading->reader;
  const cJSON *node;
  cJSON_ArrayForEach(node, needs->node) {
    place member = member_at(needs, node);
    if (is_note(node->string)) continue;
    int r = find_name(reading->names, reading->count, node->string);
    read_positive(reader, product->need[r], &member, E204, "what a product needs");
  }
}

static void read_product(struct reading *reading, accord_product *product, const place *at) {
  static const char *const keys[] = {"name", "profit", "needs", "limit", NULL};
  sheet_reader *reader = reading->reader;
  place name, profit, needs, limit = member_of(at, "limit");
  const char *source;
  check_keys(reader, at, keys);
  product->name = "";
  product->need = pool_rationals(reader->context, (size_t)reading->count);
  pool_rational(reader->context, product->profit);
  pool_rational(reader->context, product->limit);
  if (want_member(reader, &name, at, "name") && want_text(reader, &name)) product->name = name.node->valuestring;
  if (want_member(reader, &profit, at, "profit") && !is_broken(profit.node))
    read_amount(reader, product->profit, &source, &profit);
  if (want_member(reader, &needs, at, "needs") && want_object(reader, &needs)) read_needs(reading, product, &needs);
  product->has_limit = limit.node != NULL;
  if (limit.node) read_positive(reader, product->limit, &limit, E206, "a limit");
}

static void check_name(struct reading *reading, const place *at, int j) {
  place name = member_of(at, "name");
  for (int k = 0; k < j; k++) {
    if (!*reading->products[j].name || strcmp(reading->products[k].name, reading->products[j].name) != 0) continue;
    report_value(reading->reader, E207, &name, NULL, "a product \"%.80s\" stands before", reading->products[j].name);
    return;
  }
}

static void read_products(struct reading *reading, const place *products) {
  sheet_reader *reader = reading->reader;
  const cJSON *node;
  size_t index = 0;
  reading->products = POOL_NEW(reader->context, (size_t)cJSON_GetArraySize(products->node) + 1, accord_product);
  if (!products->node->child) report_value(reader, E208, products, NULL, "there are no products");
  cJSON_ArrayForEach(node, products->node) {
    place entry = element_at(products, node, index++);
    check_clock(reader->context);
    if (is_broken(node) || !want_object(reader, &entry)) continue;
    int j = reading->production->product_count++;
    read_product(reading, &reading->products[j], &entry);
    check_name(reading, &entry, j);
  }
}

/* What nobody needs may be a name misspelt. */
static void warn_of_unneeded(struct reading *reading, const struct name_list *needs) {
  term_sheet *sheet = reading->reader->sheet;
  for (int r = 0; r < reading->count; r++) {
    if (find_name(needs->name, needs->count, reading->names[r]) >= 0) continue;
    const char *nearest = needs->count ? nearest_word(reading->names[r], needs->name) : NULL;
    if (nearest)
      sheet_warn(sheet, "No product needs \"%.80s\"; the nearest that one needs is \"%.80s\"", reading->names[r],
                 nearest);
    else sheet_warn(sheet, "No product needs \"%.80s\"", reading->names[r]);
  }
}

/* What is needed of them keeps products from being made. */
static void warn_of_missing(struct reading *reading, const struct name_list *held, const struct name_list *needs) {
  term_sheet *sheet = reading->reader->sheet;
  for (int k = 0; k < needs->count; k++) {
    int r = find_name(reading->names, reading->count, needs->name[k]);
    if (find_name(held->name, held->count, needs->name[k]) >= 0 || reading->has_price[r]) continue;
    const char *nearest = held->count ? nearest_word(needs->name[k], held->name) : NULL;
    const char *meant =
        nearest ? pool_text(sheet->context, "; the nearest that somebody has is \"%.80s\"", nearest) : "";
    sheet_warn(sheet, "Nobody has \"%.80s\" and it cannot be bought, so that nothing that needs it is made%s",
               needs->name[k], meant);
  }
}

/* --------------------------------------------------------------------- the model */

/* Profit without anything of one's own would be shared among nobody. */
static void check_profit(struct reading *reading, const place *products) {
  bool without_end;
  int j = find_profit_from_nothing(reading->reader->context, reading->production, &without_end);
  if (j < 0) return;
  place at = element_at(products, cJSON_GetArrayItem(products->node, j), (size_t)j);
  const accord_product *product = &reading->products[j];
  bool buys = false;
  for (int r = 0; r < reading->count; r++) buys = buys || mpq_sgn(product->need[r]);
  const char *how = buys ? "from what can be bought alone" : "from nothing";
  if (without_end)
    report_value(reading->reader, E202, &at, NULL, "the profit of \"%.80s\" has no end: it earns %s", product->name,
                 how);
  else report_value(reading->reader, E203, &at, NULL, "\"%.80s\" earns %s", product->name, how);
}

static void make_problem(struct reading *reading) {
  term_sheet *sheet = reading->reader->sheet;
  accord_production *production = reading->production;
  production->n = sheet->n;
  production->resource_count = reading->count;
  production->resource = reading->names;
  production->amount = (const mpq_t *)reading->amount;
  production->product = reading->products;
  production->has_price = reading->has_price;
  production->price = (const mpq_t *)reading->price;
}

/* Amounts are below 1e300, what is reckoned from them too. */
static bool is_too_large(accord_context *context, const mpq_t total) {
  mpz_t *bound = pool_integers(context, 1);
  power_of_ten(*bound, NUMBER_MOST_EXPONENT);
  mpz_mul(*bound, *bound, mpq_denref(total));
  bool large = mpz_cmp(mpq_numref(total), *bound) > 0;
  pool_free(context, bound);
  return large;
}

static void solve_problem(struct reading *reading, const place *model) {
  term_sheet *sheet = reading->reader->sheet;
  accord_problem *problem = problem_from_production(sheet->context, reading->production);
  if (is_too_large(sheet->context, problem->total)) {
    report_value(reading->reader, E209, model, NULL, "all parties together would earn more than 1e300");
    return;
  }
  sheet->problem = problem;
  if (sheet->options.numbers == NUMBERS_FLOAT) problem->exact = false;
  if (sheet->options.game_later) return;
  accord_status status = accord_make_game(sheet->context, problem);
  if (status != ACCORD_OK) guard_leave(sheet->context, status, "%s", accord_message(sheet->context));
}

static void add_all(sheet_reader *reader, struct name_list *list, const struct name_list *names) {
  for (int k = 0; k < names->count; k++) add_name(reader, list, names->name[k]);
  sort_names(list);
}

static void start_reading(struct reading *reading, const struct name_list *known, const place *prices) {
  sheet_reader *reader = reading->reader;
  struct name_list all = {0};
  add_names(reader, &all, prices->node);
  add_all(reader, &all, known);
  reading->names = all.name;
  reading->count = all.count;
  reading->production = POOL_NEW(reader->context, 1, accord_production);
  reading->amount = pool_rationals(reader->context, (size_t)reader->sheet->n * (size_t)all.count);
  reading->has_price = POOL_NEW(reader->context, (size_t)all.count + 1, bool);
  reading->price = pool_rationals(reader->context, (size_t)all.count);
}

const char starter_production[] =
    "{\n"
    "  \"accord\": 1,\n"
    "  \"title\": \"A shared workshop\",\n"
    "  \"currency\": \"EUR\",\n"
    "  \"unit\": \"1\",\n"
    "  \"parties\": [\"joiner\", \"sawmill\", \"designer\"],\n"
    "  \"model\": {\n"
    "    \"type\": \"production\",\n"
    "    \"resources\": {\n"
    "      \"joiner\": { \"hours\": 300, \"timber\": 20 },\n"
    "      \"sawmill\": { \"timber\": 160 },\n"
    "      \"designer\": { \"hours\": 60, \"patterns\": 24 }\n"
    "    },\n"
    "    \"products\": [\n"
    "      { \"name\": \"table\", \"profit\": 180, \"needs\": { \"hours\": 6, \"timber\": 4 } },\n"
    "      { \"name\": \"design chair\", \"profit\": 150, \"needs\": { \"hours\": 4, \"timber\": 1, \"patterns\": 1 } }\n"
    "    ],\n"
    "    \"prices\": { \"timber\": 25 }\n"
    "  },\n"
    "  \"notes\": \"resources: what each party brings. products: what one piece earns, needs, and, as limit, how many a "
    "group can sell. prices: what more of a resource can be bought at.\"\n"
    "}\n";

void model_production(sheet_reader *reader, const place *model) {
  static const char *const keys[] = {"type", "resources", "products", "prices", NULL};
  struct reading reading = {.reader = reader};
  place resources, products, prices = member_of(model, "prices");
  if (!reader->sheet->n) return;
  check_keys(reader, model, keys);
  bool good = want_member(reader, &resources, model, "resources") && want_object(reader, &resources);
  good = want_member(reader, &products, model, "products") && want_array(reader, &products) && good;
  good = (!prices.node || want_object(reader, &prices)) && good;
  if (!good || !reader->parties_good) return;
  struct name_list held = list_holdings(reader, &resources), needs = list_needs(reader, &products), known = {0};
  sort_names(&held);
  add_all(reader, &known, &held);
  add_all(reader, &known, &needs);
  start_reading(&reading, &known, &prices);
  read_resources(&reading, &resources);
  if (prices.node) read_prices(&reading, &prices, &known);
  read_products(&reading, &products);
  warn_of_unneeded(&reading, &needs);
  warn_of_missing(&reading, &held, &needs);
  if (reader->sheet->diagnostics.count) return;
  make_problem(&reading);
  check_profit(&reading, &products);
  if (!reader->sheet->diagnostics.count) solve_problem(&reading, model);
}

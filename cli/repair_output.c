/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What would make a proposal stand: shares to move, or an amount from outside. */
#include "repair_output.h"

#include "conflict.h"

struct repairing {
  accord_context *context;
  const verdict_list *verdicts;
  const term_sheet *sheet;
  const split_verdict *verdict;
  const accord_repair *repair;
  bool cost;
};

static struct repairing repairing_of(accord_context *context, const verdict_list *verdicts,
                                     const split_verdict *verdict) {
  bool cost = verdicts->problem->goal == ACCORD_COST;
  return (struct repairing){context, verdicts, verdicts->sheet, verdict, verdict->repair, cost};
}

/* Whether the share of a party changes; nothing does where the split stands within the tolerance. */
static bool moves(const struct repairing *in, int i) {
  const accord_repair *repair = in->repair;
  if (!repair->share || (repair->stands && in->verdict->stands)) return false;
  return !mpq_equal(repair->share[i], in->verdict->split[i]);
}

/* ---------------------------------------------------------------------- words */

static const char *money(const struct repairing *in, const mpq_t amount) {
  return exact_money_text(in->context, in->sheet, amount);
}

/* "0.30 from A and 0.20 from B": the parties whose share goes down, or up. */
struct change_list {
  const char *text;
  int count, last;
};

static struct change_list list_changes(const struct repairing *in, int sign, const char *link) {
  struct change_list list = {"", 0, -1};
  int n = in->sheet->n, left = 0;
  mpq_t *change = pool_rationals(in->context, 1);
  for (int pass = 0; pass < 2; pass++) {
    for (int i = 0; i < n; i++) {
      if (!moves(in, i) || mpq_cmp(in->repair->share[i], in->verdict->split[i]) * sign <= 0) continue;
      if (pass == 0) {
        left++;
        continue;
      }
      mpq_sub(*change, in->repair->share[i], in->verdict->split[i]);
      mpq_abs(*change, *change);
      const char *joint = list.count == 0 ? "" : left == 1 ? " and " : ", ";
      list.text =
          pool_text(in->context, "%s%s%s %s %s", list.text, joint, money(in, *change), link, in->sheet->parties[i].id);
      list.count++, left--, list.last = i;
    }
  }
  return list;
}

/* "Moving 0.50 EUR from uni to firm"; NULL where nothing moves. */
static const char *moves_words(const struct repairing *in) {
  struct change_list down = list_changes(in, -1, in->cost ? "less to" : "from");
  struct change_list up = list_changes(in, 1, in->cost ? "more to" : "to");
  mpq_t *change = pool_rationals(in->context, 2);
  if (down.count == 1 && up.count == 1) {
    mpq_sub(change[0], in->verdict->split[down.last], in->repair->share[down.last]);
    mpq_sub(change[1], in->repair->share[up.last], in->verdict->split[up.last]);
    if (mpq_equal(change[0], change[1]))
      return pool_text(in->context, "Moving %s%s from %s to %s", money(in, change[0]), in->cost ? " of the cost" : "",
                       in->sheet->parties[down.last].id, in->sheet->parties[up.last].id);
  }
  if (down.count == 0 && up.count == 0) return NULL;
  if (in->cost)
    return pool_text(in->context, "Charging %s%s%s", up.text, up.count && down.count ? ", and " : "", down.text);
  return pool_text(in->context, "%s%s%s%s", down.count ? "Taking " : "", down.text,
                   !up.count     ? ""
                   : !down.count ? "Giving "
                                 : " and giving ",
                   up.text);
}

static void write_sentence(FILE *stream, const char *text) {
  fputs("\n  ", stream);
  write_wrapped(stream, 2, text);
}

static void write_conflict(FILE *stream, const struct repairing *in) {
  const accord_conflict *conflict = in->repair->conflict;
  const char *mend = mend_words(in->context, in->sheet, conflict);
  write_sentence(stream, pool_text(in->context, "%s: %s.%s%s%s",
                                   in->repair->share ? "No split stands" : "No split meets the clauses",
                                   conflict_words(in->context, in->sheet, conflict), mend ? " " : "",
                                   mend ? capital(in->context, mend) : "", mend ? "." : ""));
}

/* The largest gain that the split still leaves; NULL where a limit was reached. */
static const accord_stability *stability_left(const struct repairing *in) {
  accord_stability *stability;
  accord_status status =
      accord_find_stability(in->context, &stability, in->verdicts->problem, (const mpq_t *)in->repair->share, 0);
  if (status != ACCORD_OK && status != ACCORD_LIMIT)
    guard_leave(in->context, status, "%s", accord_message(in->context));
  return stability && stability->has_excess ? stability : NULL;
}

/* Where nothing stands: the least that some group would gain by leaving. */
static void write_best(FILE *stream, const struct repairing *in) {
  const char *moved = moves_words(in);
  const accord_stability *left = stability_left(in);
  if (!left) return;
  write_sentence(
      stream, pool_text(in->context, "%s is the best that can be done: no group would then %s more than %s by leaving.",
                        moved ? moved : "The split as it is", in->cost ? "save" : "gain", money(in, left->max_excess)));
}

static void write_subsidy(FILE *stream, const struct repairing *in) {
  const accord_repair *repair = in->repair;
  const char *list = "";
  if (!repair->has_subsidy || mpq_sgn(repair->subsidy) <= 0) return;
  int left = 0;
  for (int i = 0; i < in->sheet->n; i++) left += mpq_sgn(repair->addition[i]) > 0;
  for (int i = 0; i < in->sheet->n; i++) {
    if (mpq_sgn(repair->addition[i]) <= 0) continue;
    left--;
    list = pool_text(in->context, "%s%s to %s%s", list, money(in, repair->addition[i]), in->sheet->parties[i].id,
                     left > 1    ? ", "
                     : left == 1 ? " and "
                                 : "");
  }
  write_sentence(stream,
                 pool_text(in->context, "If a third party %s %s, nobody need %s: %s.", in->cost ? "took over" : "added",
                           money(in, repair->subsidy), in->cost ? "pay more" : "give anything up", list));
}

void write_repair_text(output_stream *output, const verdict_list *verdicts, const split_verdict *verdict) {
  struct repairing in = repairing_of(output->context, verdicts, verdict);
  const char *moved = moves_words(&in);
  if (in.repair->conflict) write_conflict(output->stream, &in);
  if (in.repair->stands)
    write_sentence(output->stream,
                   moved ? pool_text(output->context, "%s makes it stand.", moved) : "It stands as it is.");
  else if (in.repair->share) write_best(output->stream, &in);
  write_subsidy(output->stream, &in);
}

/* ----------------------------------------------------------------------- JSON */

static void write_split(json_writer *json, const struct repairing *in) {
  const accord_repair *repair = in->repair;
  const term_sheet *sheet = in->sheet;
  mpz_t *count = pool_integers(in->context, (size_t)sheet->n);
  mpq_t *rest = pool_rationals(in->context, 1);
  json_open_short_object(json, "split");
  for (int i = 0; i < sheet->n; i++) json_rational(json, sheet->parties[i].id, repair->share[i]);
  json_close_object(json);
  if (in->verdicts->exact) json_exact_by_party(json, "exact", sheet, (const mpq_t *)repair->share);
  accord_status status = accord_find_payable(in->context, count, *rest, (const mpq_t *)repair->share,
                                             in->verdicts->problem->total, sheet->unit, sheet->n);
  if (status != ACCORD_OK) guard_leave(in->context, status, "%s", accord_message(in->context));
  json_open_short_object(json, "payable");
  for (int i = 0; i < sheet->n; i++) json_text(json, sheet->parties[i].id, payable_text(in->context, sheet, count[i]));
  json_close_object(json);
}

static void write_moves(json_writer *json, const struct repairing *in) {
  mpq_t *change = pool_rationals(in->context, 1);
  json_open_array(json, "moves");
  for (int i = 0; i < in->sheet->n; i++) {
    if (!moves(in, i)) continue;
    mpq_sub(*change, in->repair->share[i], in->verdict->split[i]);
    json_open_short_object(json, NULL);
    json_text(json, "party", in->sheet->parties[i].id);
    json_rational(json, "from", in->verdict->split[i]);
    json_rational(json, "to", in->repair->share[i]);
    json_rational(json, "change", *change);
    if (in->verdicts->exact) json_exact(json, "exact", *change);
    json_close_object(json);
  }
  json_close_array(json);
}

static void write_subsidy_json(json_writer *json, const struct repairing *in) {
  const accord_repair *repair = in->repair;
  if (!repair->has_subsidy) {
    json_null(json, "subsidy");
    return;
  }
  json_open_short_object(json, "subsidy");
  json_rational(json, "total", repair->subsidy);
  if (in->verdicts->exact) json_exact(json, "exact", repair->subsidy);
  json_open_short_object(json, "to");
  for (int i = 0; i < in->sheet->n; i++)
    if (mpq_sgn(repair->addition[i]) > 0) json_rational(json, in->sheet->parties[i].id, repair->addition[i]);
  json_close_object(json);
  json_close_object(json);
}

void write_repair_json(json_writer *json, const verdict_list *verdicts, const split_verdict *verdict) {
  struct repairing in = repairing_of(json->context, verdicts, verdict);
  const accord_repair *repair = verdict->repair;
  json_open_object(json, "repair");
  json_bool(json, "stands", repair->stands);
  if (repair->share) write_split(json, &in);
  else json_null(json, "split");
  write_moves(json, &in);
  const accord_stability *left = repair->share && !repair->stands ? stability_left(&in) : NULL;
  if (left) json_rational(json, "max_excess", left->max_excess);
  if (repair->conflict) json_conflict(json, "conflict", in.sheet, repair->conflict);
  write_subsidy_json(json, &in);
  json_close_object(json);
}

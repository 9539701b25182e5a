/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A derivation in words, for people at a table. */
#include "explaining.h"
#include "sources.h"

#include <string.h>

struct printer {
  output_stream *output;
  FILE *stream;
  accord_context *context;
  const explaining *e;
};

static void paragraph(struct printer *printer, const char *text) {
  fputs("  ", printer->stream);
  write_wrapped(printer->stream, 2, text);
}

static void item(struct printer *printer, const char *text) {
  fputs("  - ", printer->stream);
  write_wrapped(printer->stream, 4, text);
}

static void heading(struct printer *printer, const char *text) {
  fprintf(printer->stream, "\n%s\n\n", styled(printer->output, STYLE_BOLD, text));
}

static const char *money(struct printer *printer, const mpq_t amount) {
  return exact_money_text(printer->context, printer->e->sheet, amount);
}

static void write_opening(struct printer *printer) {
  const explaining *e = printer->e;
  const char *label = pool_text(printer->context, "%s (%s)", e->rule->title, e->rule->name);
  if (e->sheet->title)
    fprintf(printer->stream, "%s\n", styled(printer->output, STYLE_BOLD, safe_text(printer->context, e->sheet->title)));
  fprintf(printer->stream, "%s\n", styled(printer->output, STYLE_BOLD, label));
  if (!e->problem->claims)
    fprintf(printer->stream, "\n%d part%s %s%s.\n", e->n, e->n == 1 ? "y shares" : "ies share",
            e->problem->criteria_only ? ""
            : e->cost                 ? "a cost of "
                                      : "a benefit of ",
            money(printer, e->problem->total));
}

static const char *full_name(struct printer *printer, int i) {
  const sheet_party *party = &printer->e->sheet->parties[i];
  if (strcmp(party->id, party->name) == 0) return party->id;
  return pool_text(printer->context, "%s (%s)", safe_text(printer->context, party->name), party->id);
}

/* "1/3 + 1 + 2/3 = 2" below the terms of a party, where there are several. */
static void write_sum(struct printer *printer, int first, int last) {
  enum { MOST_TERMS = 40 };
  const explaining *e = printer->e;
  const char *text = "";
  int count = 0;
  for (int k = first; k < last; k++) {
    const explain_step *step = &e->steps[k];
    if (!step->is_term || ++count > MOST_TERMS) continue;
    if (!is_readable(*step->amount)) return; /* what is rounded does not add up */
    text = pool_text(printer->context, "%s%s", text, say_signed(e, *step->amount, count == 1));
  }
  if (count < 2 || count > MOST_TERMS || !e->split->exact) return;
  item(printer,
       pool_text(printer->context, "That makes %s = %s.", text, say_amount(e, e->split->share[e->steps[first].party])));
}

/* The steps of one party, from step first on; returns the step after them. */
static int write_party(struct printer *printer, int first) {
  const explaining *e = printer->e;
  int party = e->steps[first].party, last = first;
  heading(printer, pool_text(printer->context, "%s %s %s", full_name(printer, party), gets(e),
                             money(printer, e->split->share[party])));
  for (; last < e->step_count && e->steps[last].party == party; last++) item(printer, e->steps[last].text);
  write_sum(printer, first, last);
  return last;
}

static void write_steps(struct printer *printer) {
  const explaining *e = printer->e;
  bool in_paragraphs = false;
  for (int k = 0; k < e->step_count;) {
    if (e->steps[k].party >= 0) {
      k = write_party(printer, k);
      in_paragraphs = false;
      continue;
    }
    if (!in_paragraphs) fputc('\n', printer->stream);
    in_paragraphs = true;
    paragraph(printer, e->steps[k++].text);
  }
}

static void write_list(struct printer *printer, const char *head, const text_list *list) {
  if (!list->count) return;
  heading(printer, head);
  for (int k = 0; k < list->count; k++) item(printer, list->text[k]);
}

void write_explanation_text(output_stream *output, const explaining *e) {
  struct printer printer = {output, output->stream, output->context, e};
  write_opening(&printer);
  if (e->split->status != ACCORD_OK) {
    fputc('\n', output->stream);
    paragraph(&printer, pool_text(output->context, "There is no answer here: %s.", e->split->reason));
  }
  write_steps(&printer);
  write_list(&printer, "What this rule guarantees", &e->guarantees);
  write_list(&printer, "What it does not guarantee", &e->not_guaranteed);
  write_value_sources(output, e->sheet, e->top);
  fputs("\nSource: ", output->stream);
  write_wrapped(output->stream, 8, pool_text(output->context, "%s.", e->rule->reference));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Claims laid over the estate so that they overlap least: minimal-overlap. */
#include "awards.h"

struct layers {
  const mpq_t *claim;
  int *order;
  mpq_t *shared; /* size n */
  mpq_t *top;    /* up to here claims overlap from the bottom */
};

/* Layer k reaches from the (k - 1)-th smallest claim to the k-th, at most to the top; n - k parties claim it. */
static bool find_layer(const struct layers *layers, int k, mpq_t bottom, mpq_t height) {
  mpq_set_ui(bottom, 0, 1);
  if (k) rational_min(bottom, layers->claim[layers->order[k - 1]], *layers->top);
  rational_min(height, layers->claim[layers->order[k]], *layers->top);
  mpq_sub(height, height, bottom);
  return mpq_sgn(height) > 0;
}

static void find_part(mpq_t part, const mpq_t height, int sharers) {
  mpq_set_si(part, sharers, 1);
  mpq_div(part, height, part);
}

/* The equal parts of the layers up to each place, summed. */
static void sum_layers(const explaining *e, struct layers *layers) {
  mpq_t *work = pool_rationals(e->context, 3), *bottom = &work[0], *height = &work[1], *part = &work[2];
  layers->shared = pool_rationals(e->context, (size_t)e->n);
  for (int k = 0; k < e->n; k++) {
    if (k) mpq_set(layers->shared[k], layers->shared[k - 1]);
    if (!find_layer(layers, k, *bottom, *height)) continue;
    find_part(*part, *height, e->n - k);
    mpq_add(layers->shared[k], layers->shared[k], *part);
  }
}

static void tell_each_layer(explaining *e, const struct layers *layers, int place) {
  mpq_t *work = pool_rationals(e->context, 4), *bottom = &work[0], *height = &work[1], *part = &work[2],
        *end = &work[3];
  for (int k = 0; k <= place; k++) {
    if (!find_layer(layers, k, *bottom, *height)) continue;
    find_part(*part, *height, e->n - k);
    mpq_add(*end, *bottom, *height);
    tell_term(e, layers->order[place], *part, "The part from %s to %s is claimed by %d: %s / %d = %s.",
              say_short(e, *bottom), say_short(e, *end), e->n - k, say_signed(e, *height, true), e->n - k,
              say_amount(e, *part));
  }
}

/* In detail each layer is a term; else their sum. */
static void tell_layers(explaining *e, const struct layers *layers, int place) {
  int i = layers->order[place];
  const mpq_t *shared = (const mpq_t *)&layers->shared[place];
  if (in_detail(e) && mpq_sgn(*shared)) tell_each_layer(e, layers, place);
  else
    tell_term(e, i, *shared, "%s claims %s. Its equal parts of what it claims with others, up to %s, are %s.",
              say_party(e, i), say_short(e, layers->claim[i]), say_amount(e, *layers->top), say_amount(e, *shared));
}

static void tell_beyond(explaining *e, const struct layers *layers, int i) {
  mpq_t *beyond = pool_rationals(e->context, 1);
  rational_min(*beyond, layers->claim[i], e->problem->claims->estate);
  mpq_sub(*beyond, *beyond, *layers->top);
  if (mpq_sgn(*beyond) > 0)
    tell_term(e, i, *beyond, "Beyond that it claims %s that nobody else does, and gets it.", say_amount(e, *beyond));
}

void explain_minimal_overlap(explaining *e) {
  struct layers layers = {.claim = (const mpq_t *)e->problem->claims->claim, .top = pool_rationals(e->context, 1)};
  layers.order = order_by_amount(e->context, layers.claim, e->n);
  overlap_level(e->context, *layers.top, e->problem->claims, layers.order);
  tell(e,
       "The claims are laid over the estate so that they overlap as little as can be, and every part of it is shared "
       "equally by those who claim it.");
  tell_claims(e);
  if (mpq_cmp(*layers.top, e->problem->claims->estate) >= 0)
    tell_amount(e, -1, *layers.top,
                "One claim covers all there is, %s; the others lie inside it, all from the same end.",
                say_amount(e, *layers.top));
  else
    tell_amount(e, -1, *layers.top,
                "Up to %s all claims begin at the same end; what they have beyond that lies side by side.",
                say_amount(e, *layers.top));
  sum_layers(e, &layers);
  int *place = POOL_NEW(e->context, (size_t)e->n, int);
  for (int k = 0; k < e->n; k++) place[layers.order[k]] = k;
  for (int i = 0; i < e->n; i++) {
    if (!is_wanted(e, i)) continue;
    tell_layers(e, &layers, place[i]);
    tell_beyond(e, &layers, i);
  }
}

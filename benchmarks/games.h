/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The games that nucleolus engines are measured on: types 1 to 5 of Benedek, Fliege and Nguyen (Mathematical
 * Programming 190, 2021), and two unfavourable families. */
#ifndef ACCORD_BENCHMARKS_GAMES_H
#define ACCORD_BENCHMARKS_GAMES_H

#include "game.h"

/* Draws of the generator: state = 214013 state + 2531011 mod 2^32, the upper 15 of its lower 31 bits. */
static inline unsigned next_draw(uint32_t *state) {
  *state = *state * 214013u + 2531011u;
  return *state >> 16 & 32767;
}

/* 0 for single parties, else 1 + (r mod range); range 0: 100 |S|. N is left out unless asked for. */
static inline void fill_uniform(int64_t *value, int n, uint32_t state, unsigned range, bool whole) {
  for (size_t s = 1; s < ((size_t)1 << n) - !whole; s++)
    value[s] = s & (s - 1) ? 1 + next_draw(&state) % (range ? range : 100 * (unsigned)size_of(s)) : 0;
}

static inline void fill_type_one(int64_t *value, int n, uint32_t state) {
  accord_coalition all = everybody(n);
  value[all] = 100 * (n - 2) + (int)(next_draw(&state) % 201);
  fill_uniform(value, n, state, 0, false);
}

static inline void fill_type_three(int64_t *value, int n, uint32_t state) {
  accord_coalition all = everybody(n);
  for (size_t s = 0; s <= all; s++) value[s] = 0;
  value[all] = 1;
  unsigned r = next_draw(&state);
  for (int i = 0; i < n; i++) {
    if (r % 10 < 9) value[all ^ party(i)] = 1;
    r = next_draw(&state);
    for (int j = i + 1; j < n; j++) {
      if (r % 10 < 9) value[all ^ party(i) ^ party(j)] = 1;
      r = next_draw(&state);
    }
  }
}

/* Five parties of weight (n - 3) / 2, the others of weight 1. n >= 7. */
static inline void fill_type_five(int64_t *value, int n) {
  int large = (n - 3) / 2, quota = 4 * large + n - 4;
  for (size_t s = 0; s < (size_t)1 << n; s++) value[s] = large * size_of(s & 31) + size_of(s >> 5) >= quota;
}

/* Mass ties: v(S) = |S|^2 / 4, rounded, and at times one less. */
static inline void fill_ties(int64_t *value, int n, uint32_t state) {
  for (size_t s = 0; s < (size_t)1 << n; s++)
    value[s] = size_of(s) * size_of(s) / 4 - (size_of(s) > 1 && next_draw(&state) % 64 == 0);
}

/* Near-ties: the same in units of 10^12, a last digit of noise on each. */
static inline void fill_near_ties(int64_t *value, int n, uint32_t state) {
  for (size_t s = 1; s < (size_t)1 << n; s++)
    value[s] = size_of(s) * size_of(s) / 4 * (int64_t)1000000000000 + next_draw(&state) % 10;
  value[0] = 0;
}

enum { GAME_TYPES = 7 };

/* Type 1..5 as numbered, 6: mass ties, 7: near-ties. value: size 2^n. */
static inline void fill_game(int64_t *value, int type, int n, uint32_t seed) {
  value[0] = 0;
  switch (type) {
  case 1: fill_type_one(value, n, seed); return;
  case 2: fill_uniform(value, n, seed, 50 * (unsigned)n, true); return;
  case 3: fill_type_three(value, n, seed); return;
  case 4: fill_uniform(value, n, seed, (unsigned)n, true); return;
  case 5: fill_type_five(value, n); return;
  case 6: fill_ties(value, n, seed); return;
  default: fill_near_ties(value, n, seed);
  }
}

#endif

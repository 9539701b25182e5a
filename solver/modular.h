/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arithmetic modulo the prime p = 2^61 - 1. */
#ifndef ACCORD_SOLVER_MODULAR_H
#define ACCORD_SOLVER_MODULAR_H

#include <stdint.h>

static const uint64_t MODULUS = ((uint64_t)1 << 61) - 1;

static inline uint64_t add_mod(uint64_t a, uint64_t b) {
  uint64_t sum = a + b;
  return sum >= MODULUS ? sum - MODULUS : sum;
}

static inline uint64_t subtract_mod(uint64_t a, uint64_t b) { return a >= b ? a - b : a + MODULUS - b; }

static inline uint64_t multiply_mod(uint64_t a, uint64_t b) {
  __extension__ typedef unsigned __int128 product;
  product whole = (product)a * b;
  return add_mod((uint64_t)(whole & MODULUS), (uint64_t)(whole >> 61));
}

/* a^(p-2). */
static inline uint64_t invert_mod(uint64_t a) {
  uint64_t power = 1;
  for (uint64_t exponent = MODULUS - 2; exponent; exponent >>= 1, a = multiply_mod(a, a))
    if (exponent & 1) power = multiply_mod(power, a);
  return power;
}

/* A sum of up to seven residues. */
static inline uint64_t reduce_mod(uint64_t sum) {
  sum = (sum & MODULUS) + (sum >> 61);
  return sum >= MODULUS ? sum - MODULUS : sum;
}

static inline uint64_t to_mod(int64_t number) { return number < 0 ? MODULUS - (uint64_t)-number : (uint64_t)number; }

/* The integer of least size with this residue, -2^60 < it < 2^60. */
static inline int64_t from_mod(uint64_t residue) {
  return residue > MODULUS / 2 ? -(int64_t)(MODULUS - residue) : (int64_t)residue;
}

#endif

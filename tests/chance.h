/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chance for the tests: the same draws everywhere from one seed (ACCORD_SEED, 1 where there is none), which a test
 * prints. Each test program has a generator of its own. */
#ifndef ACCORD_TESTS_CHANCE_H
#define ACCORD_TESTS_CHANCE_H

#include <stdint.h>
#include <stdlib.h>

/* What the environment sets, else the number given. */
static inline long setting(const char *name, long otherwise) {
  const char *text = getenv(name);
  return text && *text ? strtol(text, NULL, 10) : otherwise;
}

static inline uint64_t seed(void) { return (uint64_t)setting("ACCORD_SEED", 1); }

static uint64_t chance_state;

/* splitmix64. */
static inline uint64_t chance(void) {
  uint64_t z = (chance_state += 0x9e3779b97f4a7c15u);
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

/* From low to high, both included. */
static inline long draw(long low, long high) { return low + (long)(chance() % (uint64_t)(high - low + 1)); }

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Versions of the libraries the solver computes with. */
#include "dense.h"
#include "lp.h"

#include <stdio.h>

const char *accord_library_version(int index) {
  static _Thread_local char text[64];
  switch (index) {
  case 0: snprintf(text, sizeof text, "GLPK %s", lp_library_version()); return text;
  case 1: snprintf(text, sizeof text, "GMP %s", gmp_version); return text;
  case 2: snprintf(text, sizeof text, "%s", dense_library_version()); return text;
  default: return NULL;
  }
}

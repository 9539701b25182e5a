/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "library.h"

#include <dlfcn.h>
#include <string.h>

const char *find_function(void *function, const char *library, const char *name) {
  void *opened = dlopen(library, RTLD_LAZY | RTLD_GLOBAL), *found = opened ? dlsym(opened, name) : NULL;
  if (!found) return dlerror();
  memcpy(function, &found, sizeof found); /* C has no cast from an object's address to a function's */
  return NULL;
}

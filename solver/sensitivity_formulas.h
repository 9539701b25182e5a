/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Formulas for the shares of unit games. */
#ifndef ACCORD_SOLVER_SENSITIVITY_FORMULAS_H
#define ACCORD_SOLVER_SENSITIVITY_FORMULAS_H

#include "sensitivity.h"

/* The shares of the game in which one coalition is worth 1; rate: size n, 0 before. */
typedef void unit_formula(sensitivity *about, mpq_t *rate, accord_coalition coalition);

/* The formula of a linear rule that does not treat all parties alike, or NULL. */
unit_formula *find_unit_formula(const char *rule);

#endif

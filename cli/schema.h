/* SPDX-License-Identifier: GPL-3.0-or-later */
/* models/termsheet.schema.json, built into the program (see the Makefile). */
#ifndef ACCORD_CLI_SCHEMA_H
#define ACCORD_CLI_SCHEMA_H

#include <stddef.h>

extern const unsigned char termsheet_schema[];
extern const size_t termsheet_schema_length;

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line on standard error, where it is a terminal, while work lasts over a second. */
#ifndef ACCORD_CLI_PROGRESS_H
#define ACCORD_CLI_PROGRESS_H

#include "options.h"

/* From now on long work is told of; not with --quiet. */
void start_progress(const cli_options *options);

/* What is worked on: a rule's name, "the core". It must stay where it is. */
void progress_to(const char *what);

/* Clears the line, before anything else is written. */
void clear_progress(void);

#endif

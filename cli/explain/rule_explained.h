/* SPDX-License-Identifier: GPL-3.0-or-later */
/* accord explain FILE --rule R [--party ID] */
#ifndef ACCORD_CLI_RULE_EXPLAINED_H
#define ACCORD_CLI_RULE_EXPLAINED_H

#include "command.h"

/* Solves the sheet by the rule and writes the derivation; returns the exit code. */
int explain_rule(accord_context *context, cli_options *options);

#endif

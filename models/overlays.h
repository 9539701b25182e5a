/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a sheet lays over its game: unions, links, weights, criteria. */
#ifndef ACCORD_MODELS_OVERLAYS_H
#define ACCORD_MODELS_OVERLAYS_H

#include "reader.h"

/* Reads them into overlays, reporting what is wrong. The parties must be good. */
void read_overlays(sheet_reader *reader, accord_overlays *overlays, const place *root);

#endif

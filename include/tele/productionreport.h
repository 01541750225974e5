/* SPDX-License-Identifier: MIT */
#ifndef TELE_PRODUCTIONREPORT_H
#define TELE_PRODUCTIONREPORT_H

#include "tele/findings.h"
#include "tele/production.h"

/* The names of `enum production_class`, for --fail-on and `class`; and NULL. */
extern const char *const production_class_names[];

/* Findings TC001 to TC004, as tele-cover(1) describes them. */
void production_report(const struct production *p, struct findings *all);

/* What is counted for each plugin, or for each directory, a record each. */
enum production_key { PRODUCTION_BY_PLUGIN, PRODUCTION_BY_DIRECTORY };
void production_summarise(const struct production *p, enum production_key key,
    struct out *out);

/*
 * The share of the functions that production runs which tests run, too, in
 * percent; 100 if it runs none.
 */
double production_tested(const struct production *p);

#endif

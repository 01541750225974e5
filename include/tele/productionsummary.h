/* SPDX-License-Identifier: MIT */
#ifndef TELE_PRODUCTIONSUMMARY_H
#define TELE_PRODUCTIONSUMMARY_H

#include "tele/out.h"
#include "tele/production.h"

/*
 * What is counted for each plugin or directory, or what each function is: a
 * record each, sorted by name, or by file and line, for --by.
 */
enum production_key {
	PRODUCTION_BY_PLUGIN,
	PRODUCTION_BY_DIRECTORY,
	PRODUCTION_BY_FUNCTION,
};

extern const char *const production_key_names[]; /* ended by NULL */

void production_summarise(const struct production *p, enum production_key key,
    struct out *out);

/*
 * The share of the functions that production runs which tests run, too, in
 * percent; 100 if it runs none.
 */
double production_tested(const struct production *p);

#endif

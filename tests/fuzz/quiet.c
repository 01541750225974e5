/* SPDX-License-Identifier: MIT */
/*
 * diag.h for fuzz targets: nobody reads millions of messages, and what makes
 * the program give up is a finding.
 */
#include <stdlib.h>

#include "fuzz.h"
#include "tele/diag.h"

void
diag_program(const char *name)
{
	(void)name;
}

void
warn(const char *format, ...)
{
	(void)format;
}

void
die(const char *format, ...)
{
	(void)format;
	abort();
}

void
must(bool it)
{
	if (!it)
		abort();
}

/* SPDX-License-Identifier: MIT */
#ifndef TELE_SUITE_H
#define TELE_SUITE_H

#include "tele/fixture.h"

/*
 * A file of tests, made of a template: text with some @NAMES@ in it, a section
 * that is repeated for each test, between the lines @TEST@ and @END@, and two
 * lines that contain `tele-gentest:begin` and `tele-gentest:end`.  Of a file
 * that is there already only what is between these two changes.
 *
 * Nothing of a log becomes part of it but what fixture_tame lets through.
 */
struct suite_options {
	const char *template;
	const char *output;   /* a path; NULL is standard output */
	const char *fixtures; /* the name of the file beside OUTPUT */
	const char *summary;  /* one line, tame */
};

/*
 * Write the suite of the COUNT tests at F.  False if that could not be done,
 * which was said.
 */
bool suite_write(const struct suite_options *o, const struct fixture *f,
    size_t count);

/* The template NAME of ours, into PATH of SIZE bytes. */
void suite_template(const char *name, char *path, size_t size);

#endif

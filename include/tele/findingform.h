/* SPDX-License-Identifier: MIT */
#ifndef TELE_FINDINGFORM_H
#define TELE_FINDINGFORM_H

#include <stdint.h>

#include "tele/formatter.h"

/* What the forms for findings have in common. */

/* Findings that GitHub takes from one run of SARIF. */
enum { SARIF_MAX = 25000 };

/* A place in a file; LINE is 0 where it is not known. */
struct finding_place {
	struct slice file;
	uint64_t line;
};

/* Have a column for every key that the forms want. */
void finding_columns(struct rows *r);

/* The text of the key, plain; empty if the row does not have it. */
struct slice finding_cell(const struct view *v, const struct row *row,
    const char *key);

/*
 * Where it is: in the code, else in the documentation, else in the input.
 * False if it is nowhere, or only in standard input.
 */
bool finding_place(const struct view *v, const struct row *row,
    struct finding_place *place);

/* The line of the input that shows it, if that is another place. */
bool finding_evidence(const struct view *v, const struct row *row,
    struct finding_place *place);

/* `error`, `warning` or `note`; what else it may say is a warning. */
const char *finding_level(const struct view *v, const struct row *row);

/*
 * What is the same about the finding in every run: 16 hexadecimal digits of the
 * keys that tell findings apart, whatever their numbers and lines.
 */
enum { FINGERPRINT_LEN = 16 };
void finding_fingerprint(const struct view *v, const struct row *row,
    char text[FINGERPRINT_LEN + 1]);

/* TEXT for a terminal and for one line: control characters are escaped. */
void finding_put(struct view *v, struct slice text);

extern const struct formatter gcc_formatter, sarif_formatter, junit_formatter,
    tap_formatter, github_formatter;

#endif

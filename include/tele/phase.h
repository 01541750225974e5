/* SPDX-License-Identifier: MIT */
#ifndef TELE_PHASE_H
#define TELE_PHASE_H

#include <stdbool.h>

#include "tele/slice.h"

/*
 * Whether a log message says that something begins or ends, by its first word,
 * or its last one before a colon, a parenthesis or a time: "start indexing",
 * "indexing done in 3s", "indexing failed: no disk".  Words are English.
 */
enum phase { PHASE_NONE, PHASE_BEGIN, PHASE_END };

struct phase_text {
	enum phase phase;
	bool failed;          /* it ended badly */
	struct slice subject; /* "indexing": the message without the word */
};

void phase_of_message(struct slice message, struct phase_text *text);

/* The same of a WORD that stands alone; false if it is neither. */
bool phase_of_word(struct slice word, struct phase_text *text);

#endif

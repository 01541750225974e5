/* SPDX-License-Identifier: MIT */
#ifndef TELE_VERDICT_H
#define TELE_VERDICT_H

#include "tele/compare.h"
#include "tele/finding.h"

/*
 * Changes as findings, with the rules and keys that tele-diff(1) describes, and
 * which of them make the answer "no".
 */
enum verdict_class {
	CLASS_SLOWER,
	CLASS_FASTER,
	CLASS_ERRORS,
	CLASS_COUNTS,
	CLASS_FLOW,
	CLASS_APPEARED,
	CLASS_VANISHED,
	CLASSES,
};

extern const char *const verdict_classes[]; /* ended by NULL */

/* The kinds of change that GATE lets decide, a bit each. */
unsigned verdict_deciding(const struct finding_gate *gate);

/* Whether CH is a difference, and no chance. */
bool verdict_is_difference(const struct comparison *c, const struct change *ch);

/* Whether it makes the answer "no". */
bool verdict_fails(const struct comparison *c, const struct change *ch,
    const struct finding_gate *gate);

/*
 * Whether to show it without being asked for everything: a difference, or what
 * may be one, as far as anybody can tell.
 */
bool verdict_is_shown(const struct comparison *c, const struct change *ch);

/* What a unit is called: "session", "sessions". */
const char *verdict_unit(const struct comparison *c, bool is_many);

/* Write CH. */
void verdict_write(const struct comparison *c, const struct change *ch,
    struct finding *f, struct out *out);

#endif

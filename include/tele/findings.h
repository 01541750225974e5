/* SPDX-License-Identifier: MIT */
#ifndef TELE_FINDINGS_H
#define TELE_FINDINGS_H

#include "tele/finding.h"
#include "tele/map.h"

/*
 * All findings of a run, kept until they can be written worst first; those that
 * a baseline has are left out.
 */
struct findings {
	struct finding finding; /* the one that is being made */
	struct findings_entry *list;
	size_t count, cap;
	struct arena arena;
	struct map accepted; /* of nothing, by what findings_identity says */
	uint64_t accepted_count; /* findings that were left out */
	struct finding_gate gate;
	bool fails; /* a finding makes the answer "no" */
};

void findings_init(struct findings *all);
void findings_free(struct findings *all);

/*
 * Accept the findings in the file PATH; other records in it are reported.
 * Returns an exit status.
 */
int findings_accept(struct findings *all, const char *path);

/*
 * Begin a finding of RULE, which is found COUNT times; set what else it says in
 * ALL->finding, then add it.  CLASS is as finding_gate_fails wants it.
 */
void findings_begin(struct findings *all, const char *rule,
    enum finding_severity severity, uint64_t count);
void findings_add(struct findings *all, int class);

/* Errors first, then by rule, then the most frequent, then by their text. */
void findings_write(struct findings *all, struct out *out);

/* The keys that tell findings apart, in the order of the wire; and NULL. */
extern const char *const findings_identity_keys[];

/*
 * What makes two findings the same one, written to TEXT: the rule, the names
 * and what was expected and observed, but no number and no line.  False if LINE
 * is no finding.
 */
bool findings_identity(struct slice line, struct out *text);

#endif

/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "guarded.h"
#include "rows.h"
#include "tap.h"
#include "tele/phase.h"

static const struct {
	const char *message, *subject;
	enum phase phase;
	bool failed;
} messages[] = {
	{ "start indexing", "indexing", PHASE_BEGIN, false },
	{ "Starting indexing...", "indexing", PHASE_BEGIN, false },
	{ "indexing started", "indexing", PHASE_BEGIN, false },
	{ "indexing: started", "indexing", PHASE_NONE, false },
	{ "incoming request", "request", PHASE_BEGIN, false },
	{ "request completed", "request", PHASE_END, false },
	{ "Finished request", "request", PHASE_END, false },
	{ "indexing done in 3s", "indexing", PHASE_END, false },
	{ "indexing done after 3s", "indexing", PHASE_END, false },
	{ "indexing done (3 files)", "indexing", PHASE_END, false },
	{ "indexing done: 3 files", "indexing", PHASE_END, false },
	{ "indexing failed: no disk", "indexing", PHASE_END, true },
	{ "failed to start server", "to start server", PHASE_END, true },
	{ "server start failed", "server start", PHASE_END, true },
	{ "start", "", PHASE_BEGIN, false },
	{ "[end]", "", PHASE_END, false },
	{ "Done.", "", PHASE_END, false },
	{ "restart indexing", "restart indexing", PHASE_NONE, false },
	{ "the end is near", "the end is near", PHASE_NONE, false },
	{ "took 5ms", "took 5ms", PHASE_NONE, false },
	{ "   ", "", PHASE_NONE, false },
	{ "", "", PHASE_NONE, false },
};

int
main(void)
{
	static const char *const nothing[] = { "", "x", "starter", "EN D" };
	struct phase_text text;

	for (size_t i = 0; i < COUNT(messages); i++) {
		struct slice message = slice_of(messages[i].message);
		char *copy = guarded(message);

		message.ptr = copy;
		phase_of_message(message, &text);
		if (!ok(text.phase == messages[i].phase &&
			    text.failed == messages[i].failed &&
			    slice_equal(text.subject,
				slice_of(messages[i].subject)),
			"phase: '%s'", messages[i].message))
			note("%d of '%.*s'", text.phase, (int)text.subject.len,
			    text.subject.ptr);
		free(copy);
	}
	ok(phase_of_word(SLICE("BEGIN"), &text) && text.phase == PHASE_BEGIN &&
		!text.failed,
	    "phase: a word of any case");
	ok(phase_of_word(SLICE("crashed"), &text) && text.phase == PHASE_END &&
		text.failed,
	    "phase: a word for a bad end");
	for (size_t i = 0; i < COUNT(nothing); i++)
		ok(!phase_of_word(slice_of(nothing[i]), &text),
		    "phase: '%s' is neither", nothing[i]);
	return done();
}

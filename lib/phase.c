/* SPDX-License-Identifier: MIT */
#include "tele/phase.h"

static const struct {
	const char *word;
	enum phase phase;
	bool failed;
} words[] = {
	{ "begin", PHASE_BEGIN, false },
	{ "begins", PHASE_BEGIN, false },
	{ "began", PHASE_BEGIN, false },
	{ "beginning", PHASE_BEGIN, false },
	{ "start", PHASE_BEGIN, false },
	{ "starts", PHASE_BEGIN, false },
	{ "started", PHASE_BEGIN, false },
	{ "starting", PHASE_BEGIN, false },
	{ "enter", PHASE_BEGIN, false },
	{ "entered", PHASE_BEGIN, false },
	{ "entering", PHASE_BEGIN, false },
	{ "incoming", PHASE_BEGIN, false },
	{ "end", PHASE_END, false },
	{ "ends", PHASE_END, false },
	{ "ended", PHASE_END, false },
	{ "finish", PHASE_END, false },
	{ "finishes", PHASE_END, false },
	{ "finished", PHASE_END, false },
	{ "complete", PHASE_END, false },
	{ "completes", PHASE_END, false },
	{ "completed", PHASE_END, false },
	{ "done", PHASE_END, false },
	{ "stop", PHASE_END, false },
	{ "stops", PHASE_END, false },
	{ "stopped", PHASE_END, false },
	{ "exit", PHASE_END, false },
	{ "exited", PHASE_END, false },
	{ "exiting", PHASE_END, false },
	{ "leaving", PHASE_END, false },
	{ "succeeded", PHASE_END, false },
	{ "success", PHASE_END, false },
	{ "fail", PHASE_END, true },
	{ "fails", PHASE_END, true },
	{ "failed", PHASE_END, true },
	{ "failure", PHASE_END, true },
	{ "aborted", PHASE_END, true },
	{ "cancelled", PHASE_END, true },
	{ "canceled", PHASE_END, true },
	{ "crashed", PHASE_END, true },
};

static bool
is_alphanumeric(char c)
{
	return (c >= '0' && c <= '9') ||
	    ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool
is_same(struct slice text, const char *word)
{
	size_t i = 0;

	while (
	    i < text.len && word[i] != '\0' && (text.ptr[i] | 0x20) == word[i])
		i++;
	return i == text.len && word[i] == '\0';
}

bool
phase_of_word(struct slice word, struct phase_text *text)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (is_same(word, words[i].word)) {
			text->phase = words[i].phase;
			text->failed = words[i].failed;
			return true;
		}
	return false;
}

/* Without what is no letter or digit at its ends. */
static struct slice
trim(struct slice s)
{
	while (s.len > 0 && !is_alphanumeric(*s.ptr)) {
		s.ptr++;
		s.len--;
	}
	while (s.len > 0 && !is_alphanumeric(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

/* Whether P begins `in 5ms`, `after 5ms` or `took 5ms`. */
static bool
is_time(const char *p, const char *end)
{
	static const char *const before[] = { "in ", "after ", "took " };
	size_t n;

	for (int i = 0; i < 3; i++) {
		n = strlen(before[i]);
		if ((size_t)(end - p) > n && memcmp(p, before[i], n) == 0 &&
		    p[n] >= '0' && p[n] <= '9')
			return true;
	}
	return false;
}

/* MESSAGE up to where details begin. */
static struct slice
head_of(struct slice message)
{
	const char *p = message.ptr, *end = p + message.len;

	for (; p < end; p++)
		if ((*p == ':' && (p + 1 == end || p[1] == ' ')) ||
		    (*p == ' ' &&
			(is_time(p + 1, end) || (p + 1 < end && p[1] == '('))))
			break;
	return trim(slice_range(message.ptr, p));
}

/* Whether the word at one end of HEAD is of PHASE; the rest is the subject. */
static bool
look_at(struct slice head, bool at_end, enum phase phase,
    struct phase_text *text)
{
	const char *end = head.ptr + head.len;
	const char *blank = at_end ? memrchr(head.ptr, ' ', head.len)
				   : memchr(head.ptr, ' ', head.len);
	struct phase_text found = { 0 };
	struct slice word = head, rest = { "", 0 };

	if (blank != NULL) {
		word = at_end ? slice_range(blank + 1, end)
			      : slice_range(head.ptr, blank);
		rest = at_end ? slice_range(head.ptr, blank)
			      : slice_range(blank + 1, end);
	}
	if (!phase_of_word(trim(word), &found) || found.phase != phase)
		return false;
	*text = found;
	text->subject = trim(rest);
	return true;
}

void
phase_of_message(struct slice message, struct phase_text *text)
{
	struct slice head = head_of(message);

	*text = (struct phase_text){ .subject = head };
	/* "failed to start", "start failed": how it ends counts. */
	(void)(look_at(head, false, PHASE_END, text) ||
	    look_at(head, true, PHASE_END, text) ||
	    look_at(head, false, PHASE_BEGIN, text) ||
	    look_at(head, true, PHASE_BEGIN, text));
}

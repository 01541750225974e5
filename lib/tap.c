/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/mem.h"
#include "tele/tap.h"
#include "tele/term.h"

/* TEXT as it may be shown, with a backslash before A and before backslashes. */
static void
write_escaped(struct out *out, struct slice text, char a)
{
	char *shown = mem_alloc(text.len * 6 + 1);
	size_t len = term_escape(shown, text.len * 6 + 1, text);

	for (size_t i = 0; i < len; i++) {
		if (shown[i] == a || shown[i] == '\\')
			out_write(out, SLICE("\\"));
		out_write(out, (struct slice){ shown + i, 1 });
	}
	free(shown);
}

/* Version 14 says more, but prove knows none that late. */
void
tap_begin(struct out *out)
{
	out_write(out, SLICE("TAP version 13\n"));
}

void
tap_text(struct out *out, struct slice text)
{
	write_escaped(out, text, '#');
}

void
tap_string(struct out *out, struct slice text)
{
	out_write(out, SLICE("\""));
	write_escaped(out, text, '"');
	out_write(out, SLICE("\""));
}

void
tap_member(struct out *out, const char *key, struct slice text)
{
	if (text.len == 0)
		return;
	out_format(out, "  %s: ", key);
	tap_string(out, text);
	out_write(out, SLICE("\n"));
}

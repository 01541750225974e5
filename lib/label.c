/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "tele/json.h"
#include "tele/label.h"
#include "tele/mem.h"
#include "tele/term.h"
#include "tele/utf8.h"

size_t
label_escape(char *dst, size_t size, struct slice s)
{
	size_t len = term_escape(dst, size, s);

	/* XML has no U+FFFE and U+FFFF, not even escaped: U+FFFD for them. */
	for (size_t i = 2; i < len; i++)
		if ((dst[i] == '\xbe' || dst[i] == '\xbf') &&
		    dst[i - 1] == '\xbf' && dst[i - 2] == '\xef')
			dst[i] = '\xbd';
	return len;
}

size_t
label_format(char *dst, struct slice s, int width, bool is_ascii)
{
	char text[LABEL_MAX - 4];
	struct slice plain = { text, label_escape(text, sizeof(text), s) };

	if (width == 0) {
		memcpy(dst, plain.ptr, plain.len);
		return plain.len;
	}
	return term_shorten(dst, plain, width, is_ascii);
}

void
label_write_replaced(struct out *out, struct slice plain, const char *special,
    const char *const *forms)
{
	const char *p = plain.ptr, *end = slice_end(plain), *start = p, *hit;

	for (; p < end; p++) {
		hit = *p != '\0' ? strchr(special, *p) : NULL;
		if (hit == NULL)
			continue;
		out_write(out, slice_range(start, p));
		out_write(out, slice_of(forms[hit - special]));
		start = p + 1;
	}
	out_write(out, slice_range(start, end));
}

/*
 * Graphviz takes character references in any label, and `\N` and the like in
 * escStrings.
 */
void
label_write_dot(struct out *out, struct slice plain)
{
	static const char *const forms[] = { "\\\\", "\\\"", "\\n", "&amp;" };

	label_write_replaced(out, plain, "\\\"\n&", forms);
}

/* Mermaid knows no backslash, but names and numbers between # and ;. */
void
label_write_mermaid(struct out *out, struct slice plain)
{
	static const char *const forms[] = { "#quot;", "#35;", "#amp;", "#lt;",
		"#gt;", "#59;", "#96;", "#92;", "#123;", "#125;", "<br/>" };

	label_write_replaced(out, plain, "\"#&<>;`\\{}\n", forms);
}

void
label_write_xml(struct out *out, struct slice plain)
{
	static const char *const forms[] = { "&amp;", "&lt;", "&gt;", "&quot;",
		"&#39;" };

	label_write_replaced(out, plain, "&<>\"'", forms);
}

/* Whether a spreadsheet would take TEXT for a formula (CWE-1236). */
static bool
looks_like_formula(struct slice text)
{
	const char *p = text.ptr, *end = slice_end(text);

	if (slice_starts_with(text, SLICE("\xef\xbb\xbf")))
		p += 3;
	while (p < end && *p == ' ')
		p++;
	return p < end && memchr("=+-@\t\r", *p, 6) != NULL;
}

void
label_write_json(struct out *out, struct slice plain)
{
	char *p;

	out_write(out, SLICE("\""));
	p = out_reserve(out, plain.len * 6 + 16);
	out_commit(out, p + json_escape(p, plain));
	out_write(out, SLICE("\""));
}

void
label_write_csv(struct out *out, struct slice plain)
{
	char *text = mem_alloc(plain.len * 6 + 1);
	size_t len = term_escape(text, plain.len * 6 + 1, plain);
	static const char *const forms[] = { "\"\"" };
	bool is_formula = looks_like_formula(plain);
	bool is_quoted = is_formula;

	for (size_t i = 0; i < len; i++)
		is_quoted |= text[i] == ',' || text[i] == '"' || text[i] == ' ';
	if (is_quoted)
		out_write(out, is_formula ? SLICE("\"'") : SLICE("\""));
	label_write_replaced(out, (struct slice){ text, len }, "\"", forms);
	if (is_quoted)
		out_write(out, SLICE("\""));
	free(text);
}

void
label_write_path(struct out *out, struct slice plain)
{
	static const char digits[] = "0123456789ABCDEF";
	static const char kept[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "abcdefghijklmnopqrstuvwxyz"
				   "0123456789-._~/";
	char form[3] = "%";
	unsigned char byte;

	for (size_t i = 0; i < plain.len; i++) {
		byte = (unsigned char)plain.ptr[i];
		if (byte != '\0' && strchr(kept, byte) != NULL) {
			out_write(out, (struct slice){ plain.ptr + i, 1 });
			continue;
		}
		form[1] = digits[byte >> 4];
		form[2] = digits[byte & 15];
		out_write(out, (struct slice){ form, 3 });
	}
}

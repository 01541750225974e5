/* SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <stdlib.h>

#include "tele/utf8.h"
#include "tele/xml.h"

void
xml_init(struct xml *x, struct slice text)
{
	*x = (struct xml){ .start = text.ptr,
		.p = text.ptr,
		.end = text.ptr + text.len };
}

int
xml_line(const struct xml *x)
{
	int line = 1;

	for (const char *p = x->start; p < x->p; p++)
		line += *p == '\n';
	return line;
}

static enum xml_token
fault(struct xml *x, const char *what)
{
	x->fault = what;
	return XML_ERROR;
}

static bool
at(const struct xml *x, struct slice text)
{
	return slice_starts_with(slice_range(x->p, x->end), text);
}

/* Behind the next TEXT; false if there is none. */
static bool
skip_past(struct xml *x, struct slice text)
{
	const char *found = memmem(x->p, (size_t)(x->end - x->p), text.ptr,
	    text.len);

	if (found != NULL)
		x->p = found + text.len;
	return found != NULL;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void
skip_blanks(struct xml *x)
{
	while (x->p < x->end && is_blank(*x->p))
		x->p++;
}

/* A name; what else it must be made of is not looked at. */
static struct slice
scan_name(struct xml *x)
{
	const char *start = x->p;

	while (x->p < x->end && !is_blank(*x->p) &&
	    strchr("=/><\"'&", *x->p) == NULL)
		x->p++;
	return slice_range(start, x->p);
}

static enum xml_token
scan_attribute(struct xml *x)
{
	struct xml_attribute a;
	const char *close;

	a.name = scan_name(x);
	skip_blanks(x);
	if (a.name.len == 0 || x->p == x->end || *x->p != '=')
		return fault(x, "expected an attribute");
	x->p++;
	skip_blanks(x);
	if (x->p == x->end || (*x->p != '"' && *x->p != '\''))
		return fault(x, "expected a value in quotes");
	close = memchr(x->p + 1, *x->p, (size_t)(x->end - x->p - 1));
	if (close == NULL || memchr(x->p, '<', (size_t)(close - x->p)) != NULL)
		return fault(x, "a value without its closing quote");
	a.value = slice_range(x->p + 1, close);
	x->p = close + 1;
	if (x->count == XML_ATTRIBUTES)
		return fault(x, "too many attributes");
	x->attributes[x->count++] = a;
	return XML_BEGIN;
}

/* `<name a="1" b="2">` or `<name/>`, behind its `<`. */
static enum xml_token
scan_begin(struct xml *x)
{
	x->count = 0;
	x->name = scan_name(x);
	if (x->name.len == 0)
		return fault(x, "expected the name of an element");
	if (x->depth == XML_DEPTH)
		return fault(x, "elements are nested too deep");
	for (;;) {
		skip_blanks(x);
		if (x->p == x->end)
			return fault(x, "unexpected end of the document");
		if (*x->p == '>' || *x->p == '/')
			break;
		if (scan_attribute(x) == XML_ERROR)
			return XML_ERROR;
	}
	x->is_empty = *x->p == '/';
	if (x->is_empty && (x->end - x->p < 2 || x->p[1] != '>'))
		return fault(x, "expected '>' after '/'");
	x->p += x->is_empty ? 2 : 1;
	x->open[x->depth++] = x->name;
	return XML_BEGIN;
}

/* `</name>`, behind its `</`. */
static enum xml_token
scan_end(struct xml *x)
{
	x->name = scan_name(x);
	skip_blanks(x);
	if (x->p == x->end || *x->p != '>')
		return fault(x, "expected '>'");
	if (x->depth == 0 || !slice_equal(x->name, x->open[x->depth - 1]))
		return fault(x, "the end of another element");
	x->p++;
	return XML_END;
}

/* What is neither element nor text; false if it never ends. */
static enum xml_token
skip_other(struct xml *x, bool *is_other)
{
	*is_other = true;
	if (at(x, SLICE("<!--")))
		return skip_past(x, SLICE("-->")) ? XML_DONE
						  : fault(x, "an open comment");
	if (at(x, SLICE("<![CDATA[")))
		return skip_past(x, SLICE("]]>")) ? XML_DONE
						  : fault(x, "an open CDATA");
	if (at(x, SLICE("<?")))
		return skip_past(x, SLICE("?>"))
		    ? XML_DONE
		    : fault(x, "an open instruction");
	if (at(x, SLICE("<!"))) {
		const char *start = x->p;

		if (!skip_past(x, SLICE(">")) ||
		    memchr(start, '[', (size_t)(x->p - start)) != NULL)
			return fault(x, "declarations are refused");
		return XML_DONE;
	}
	*is_other = false;
	return XML_DONE;
}

enum xml_token
xml_next(struct xml *x)
{
	bool is_other;

	if (x->is_empty) {
		x->is_empty = false;
		x->name = x->open[--x->depth];
		return XML_END;
	}
	for (;;) {
		x->p = x->p < x->end
		    ? memchr(x->p, '<', (size_t)(x->end - x->p))
		    : NULL;
		if (x->p == NULL) {
			x->p = x->end;
			return x->depth == 0
			    ? XML_DONE
			    : fault(x, "unexpected end of the document");
		}
		if (skip_other(x, &is_other) == XML_ERROR)
			return XML_ERROR;
		if (!is_other)
			break;
	}
	x->p++;
	if (x->p < x->end && *x->p == '/') {
		x->p++;
		if (scan_end(x) == XML_ERROR)
			return XML_ERROR;
		x->depth--;
		return XML_END;
	}
	return scan_begin(x);
}

/* The character that the entity at *P stands for; 0 if it is none. */
static uint32_t
scan_entity(const char **p, const char *end)
{
	static const struct {
		struct slice name;
		uint32_t cp;
	} known[] = { { { "&lt;", 4 }, '<' }, { { "&gt;", 4 }, '>' },
		{ { "&amp;", 5 }, '&' }, { { "&quot;", 6 }, '"' },
		{ { "&apos;", 6 }, '\'' } };
	const char *semicolon = memchr(*p, ';', (size_t)(end - *p));
	unsigned long cp;
	char *stop;

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (slice_starts_with(slice_range(*p, end), known[i].name)) {
			*p += known[i].name.len;
			return known[i].cp;
		}
	if (semicolon == NULL || (*p)[1] != '#' || semicolon - *p > 10)
		return 0;
	cp = (*p)[2] == 'x' ? strtoul(*p + 3, &stop, 16)
			    : strtoul(*p + 2, &stop, 10);
	if (stop != semicolon || cp == 0 || cp > 0x10ffff ||
	    (cp >= 0xd800 && cp < 0xe000))
		return 0;
	*p = semicolon + 1;
	return (uint32_t)cp;
}

struct slice
xml_get(const struct xml *x, struct arena *arena, const char *name)
{
	const struct xml_attribute *a = x->attributes;
	const char *p, *end;
	char *text, *to;
	uint32_t cp;

	while (a < x->attributes + x->count &&
	    !slice_equal(a->name, slice_of(name)))
		a++;
	if (a == x->attributes + x->count)
		return (struct slice){ "", 0 };
	p = a->value.ptr;
	end = p + a->value.len;
	to = text = arena_alloc(arena, a->value.len + 4);
	while (p < end) {
		cp = *p == '&' ? scan_entity(&p, end) : 0;
		if (cp != 0)
			to += utf8_encode(to, cp);
		else
			*to++ = *p++;
	}
	return slice_range(text, to);
}

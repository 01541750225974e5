/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tele/diag.h"
#include "tele/file.h"
#include "tele/mem.h"
#include "tele/ours.h"
#include "tele/suite.h"

enum { SUITE_MAX = 64 << 20 };

static const struct slice begin_mark = { "tele-gentest:begin", 18 };
static const struct slice end_mark = { "tele-gentest:end", 16 };

/* A template, or a suite that is there, that is being read. */
struct suite_text {
	const char *path;
	char *bytes;
	struct slice before, body, after; /* the marks are part of BODY */
};

void
suite_template(const char *name, char *path, size_t size)
{
	ours_folder("templates", "TELE_TEMPLATES", path, size);
	strncat(path, "/", size - strlen(path) - 1);
	strncat(path, name, size - strlen(path) - 1);
}

/* The line of TEXT that contains MARK, with its newline; false if none does. */
static bool
find_line(struct slice text, struct slice mark, struct slice *line)
{
	const char *p = slice_find(text, mark), *start = p, *after;
	const char *end = text.ptr + text.len;

	if (p == NULL)
		return false;
	while (start > text.ptr && start[-1] != '\n')
		start--;
	after = memchr(p, '\n', (size_t)(end - p));
	*line = slice_range(start, after != NULL ? after + 1 : end);
	return true;
}

/* Take TEXT apart at its marks; false if it has none, which is said. */
static bool
split(struct suite_text *t, struct slice text)
{
	const char *end = text.ptr + text.len;
	struct slice first, last;

	if (!find_line(text, begin_mark, &first)) {
		warn("%s: no line has '%s'", t->path, begin_mark.ptr);
		return false;
	}
	if (!find_line(slice_range(first.ptr + first.len, end), end_mark,
		&last)) {
		warn("%s: no line after '%s' has '%s'", t->path, begin_mark.ptr,
		    end_mark.ptr);
		return false;
	}
	t->before = slice_range(text.ptr, first.ptr);
	t->body = slice_range(first.ptr, last.ptr + last.len);
	t->after = slice_range(last.ptr + last.len, end);
	return true;
}

static bool
load(struct suite_text *t, const char *path)
{
	struct slice text;

	*t = (struct suite_text){ .path = path };
	t->bytes = file_read(path, SUITE_MAX, &text);
	if (t->bytes == NULL) {
		warn("cannot open '%s': %s", path, strerror(errno));
		return false;
	}
	return split(t, text);
}

/* --- what stands for the names -------------------------------------------- */

struct expansion {
	const struct suite_options *o;
	const struct suite_text *template;
	const struct fixture *f; /* NULL outside of the section of a test */
	size_t count;
	struct out *out;
};

/* LABEL as one word, such as the name of a function. */
static void
make_word(char *dst, const char *label)
{
	do
		*dst++ = *label == ' ' ? '_' : *label;
	while (*label++ != '\0');
}

/* Write what NAME stands for; false if it stands for nothing here. */
static bool
write_name(const struct expansion *x, struct slice name)
{
	const struct fixture *f = x->f;
	char text[512] = "";

	if (slice_equal(name, SLICE("SUMMARY")))
		snprintf(text, sizeof(text), "%s", x->o->summary);
	else if (slice_equal(name, SLICE("FIXTURES")))
		snprintf(text, sizeof(text), "%s", x->o->fixtures);
	else if (slice_equal(name, SLICE("TESTS")))
		snprintf(text, sizeof(text), "%zu", x->count);
	else if (f == NULL)
		return false;
	else if (slice_equal(name, SLICE("ID")))
		snprintf(text, sizeof(text), "%s", f->id);
	else if (slice_equal(name, SLICE("LABEL")))
		snprintf(text, sizeof(text), "%s", f->label);
	else if (slice_equal(name, SLICE("NAME")))
		make_word(text, f->label);
	else if (slice_equal(name, SLICE("COUNT")))
		snprintf(text, sizeof(text), "%llu",
		    (unsigned long long)f->recording->count);
	else if (slice_equal(name, SLICE("FIRST")))
		fixture_time(f, false, text, sizeof(text));
	else if (slice_equal(name, SLICE("LAST")))
		fixture_time(f, true, text, sizeof(text));
	else if (slice_equal(name, SLICE("SRC")))
		fixture_source(f, text, sizeof(text));
	else
		return false;
	out_write(x->out, slice_of(text[0] != '\0' ? text : "unknown"));
	return true;
}

/* The name at P, behind its first @; empty if there is none. */
static struct slice
name_at(const char *p, const char *end)
{
	const char *q = p;

	while (q < end && *q >= 'A' && *q <= 'Z')
		q++;
	return slice_range(p, q < end && *q == '@' ? q : p);
}

static int
line_of(const struct suite_text *t, const char *at)
{
	int line = 1;

	for (const char *p = t->bytes; p < at; p++)
		line += *p == '\n';
	return line;
}

/* Write TEXT, a part of the template; false if it has a name that is none. */
static bool
expand(const struct expansion *x, struct slice text)
{
	const char *p = text.ptr, *end = p + text.len, *at;
	struct slice name;

	while (p < end) {
		at = memchr(p, '@', (size_t)(end - p));
		out_write(x->out, slice_range(p, at != NULL ? at : end));
		if (at == NULL)
			return true;
		name = name_at(at + 1, end);
		p = at + 1;
		if (name.len == 0) {
			out_write(x->out, SLICE("@"));
			continue;
		}
		p = name.ptr + name.len + 1;
		if (write_name(x, name))
			continue;
		warn("%s:%d: '@%.*s@' stands for nothing here",
		    x->template->path, line_of(x->template, at), (int)name.len,
		    name.ptr);
		return false;
	}
	return true;
}

/* The body of the template, with its section for each test. */
static bool
expand_body(struct expansion *x, const struct fixture *f)
{
	struct slice body = x->template->body, from, to, rest;
	const char *end = body.ptr + body.len;

	if (!find_line(body, SLICE("@TEST@"), &from)) {
		warn("%s: no line has '@TEST@'", x->template->path);
		return false;
	}
	rest = slice_range(from.ptr + from.len, end);
	if (!find_line(rest, SLICE("@END@"), &to)) {
		warn("%s: no line after '@TEST@' has '@END@'",
		    x->template->path);
		return false;
	}
	if (!expand(x, slice_range(body.ptr, from.ptr)))
		return false;
	for (size_t i = 0; i < x->count; i++) {
		x->f = &f[i];
		if (!expand(x, slice_range(rest.ptr, to.ptr)))
			return false;
	}
	x->f = NULL;
	return expand(x, slice_range(to.ptr + to.len, end));
}

/* --- the file ------------------------------------------------------------- */

/* What is before and after the marks: of the suite, if there is one. */
static bool
load_frame(const struct suite_options *o, struct suite_text *frame)
{
	struct stat st;

	*frame = (struct suite_text){ 0 };
	if (o->output == NULL || stat(o->output, &st) < 0 ||
	    !S_ISREG(st.st_mode))
		return true;
	return load(frame, o->output);
}

static bool
open_output(struct out *out, const char *path)
{
	if (path == NULL) {
		out_open(out, STDOUT_FILENO);
	} else if (!out_create(out, path)) {
		warn("cannot write '%s': %s", path, strerror(errno));
		return false;
	}
	return true;
}

static bool
write_all(const struct suite_options *o, const struct suite_text *t,
    const struct suite_text *frame, const struct fixture *f, size_t count)
{
	struct out text, out;
	struct expansion x = { .o = o,
		.template = t,
		.count = count,
		.out = &text };
	bool ok;

	/* In memory: a template that is wrong must not leave half a suite. */
	out_open_memory(&text);
	if (frame->bytes != NULL)
		out_write(&text, frame->before);
	ok = (frame->bytes != NULL || expand(&x, t->before)) &&
	    expand_body(&x, f);
	if (frame->bytes != NULL)
		out_write(&text, frame->after);
	else
		ok = ok && expand(&x, t->after);
	ok = ok && open_output(&out, o->output);
	if (ok) {
		out_write(&out, (struct slice){ text.buf, text.len });
		ok = out_close(&out);
	}
	out_close(&text);
	return ok;
}

bool
suite_write(const struct suite_options *o, const struct fixture *f,
    size_t count)
{
	struct suite_text template, frame = { 0 };
	bool ok = load(&template, o->template) && load_frame(o, &frame) &&
	    write_all(o, &template, &frame, f, count);

	free(template.bytes);
	free(frame.bytes);
	return ok;
}

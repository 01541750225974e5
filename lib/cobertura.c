/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>

#include "tele/cobertura.h"
#include "tele/diag.h"
#include "tele/file.h"
#include "tele/xml.h"

enum { REPORT_MAX = 256 << 20 };

/* Where in a report we are. */
struct reading {
	struct coverage *c;
	struct xml x;
	struct arena arena;
	struct coverage_file *file; /* of the class */
	struct coverage_function
	    *function;       /* of the method, with its first line */
	struct slice method; /* its name, until then */
};

static uint64_t
number(struct reading *r, const char *name)
{
	return slice_number(xml_get(&r->x, &r->arena, name));
}

/* `<line number="7" hits="3"/>`, of a class or of a method in it. */
static void
begin_line(struct reading *r)
{
	uint64_t line = number(r, "number"), hits = number(r, "hits");

	if (r->file == NULL || line == 0 || line > UINT32_MAX)
		return;
	if (r->method.len == 0) {
		coverage_add_line(r->file, (uint32_t)line, hits);
		return;
	}
	if (r->function == NULL) {
		r->function = coverage_function(r->c, r->file, r->method,
		    (uint32_t)line);
		if (r->function == NULL)
			r->function = coverage_add(r->c, r->file, r->method,
			    (uint32_t)line, 0);
		coverage_add_hits(r->function, hits);
	}
	if (line > r->function->end)
		r->function->end = (uint32_t)line;
}

static void
begin_element(struct reading *r)
{
	struct slice name = r->x.name, text;

	if (slice_equal(name, SLICE("class"))) {
		text = xml_get(&r->x, &r->arena, "filename");
		r->file = text.len > 0
		    ? coverage_add_file(r->c, coverage_name(r->c, text))
		    : NULL;
	} else if (slice_equal(name, SLICE("method"))) {
		r->method = coverage_name(r->c,
		    xml_get(&r->x, &r->arena, "name"));
		r->function = NULL;
	} else if (slice_equal(name, SLICE("line"))) {
		begin_line(r);
	}
}

/* A method without lines is known by its name alone. */
static void
end_element(struct reading *r)
{
	if (slice_equal(r->x.name, SLICE("class")))
		r->file = NULL;
	if (!slice_equal(r->x.name, SLICE("method")))
		return;
	if (r->function == NULL && r->file != NULL && r->method.len > 0 &&
	    coverage_function(r->c, r->file, r->method, 0) == NULL)
		coverage_add(r->c, r->file, r->method, 0, 0)->has_hits = true;
	r->method.len = 0;
	r->function = NULL;
}

static const char *
read_report(struct reading *r, bool *is_report)
{
	enum xml_token token;

	while ((token = xml_next(&r->x)) > XML_DONE) {
		if (r->x.depth == 1 && token == XML_BEGIN)
			*is_report = slice_equal(r->x.name, SLICE("coverage"));
		if (token == XML_BEGIN)
			begin_element(r);
		else
			end_element(r);
	}
	return token == XML_ERROR ? r->x.fault : NULL;
}

int
cobertura_read(struct coverage *c, const char *path)
{
	struct reading r = { .c = c };
	struct slice text;
	char *buf = file_read(path, REPORT_MAX, &text);
	const char *wrong;
	bool is_report = false;

	if (buf == NULL) {
		warn("cannot read '%s': %s", path,
		    errno == EFBIG ? "larger than 256 MiB" : strerror(errno));
		return EXIT_TROUBLE;
	}
	coverage_begin_report(c);
	xml_init(&r.x, text);
	wrong = read_report(&r, &is_report);
	if (wrong == NULL && !is_report)
		wrong = "not a Cobertura report";
	if (wrong != NULL)
		warn("%s:%d: %s", path, xml_line(&r.x), wrong);
	arena_free(&r.arena);
	free(buf);
	return wrong == NULL ? EXIT_OK : EXIT_TROUBLE;
}

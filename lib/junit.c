/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/findingform.h"
#include "tele/label.h"

/*
 * JUnit's XML, as far as all that read it agree.  The counts come first, so the
 * cases wait.  An error is a failure, a warning is skipped, a note passes.
 */

static void
begin_junit(struct view *v)
{
	v->count = v->failures = v->skipped = 0;
	out_open_memory(&v->body);
}

static void
put_xml(struct out *out, struct slice text)
{
	size_t size = text.len * 6 + 1;
	char *shown = mem_alloc(size);

	label_write_xml(out,
	    (struct slice){ shown, label_escape(shown, size, text) });
	free(shown);
}

static void
put_attribute(struct out *out, const char *name, struct slice text)
{
	out_format(out, " %s=\"", name);
	put_xml(out, text);
	out_write(out, SLICE("\""));
}

/* Where it is and how often, as the text of the case. */
static void
put_details(struct view *v, const struct row *row)
{
	struct slice count = finding_cell(v, row, "count");
	struct finding_place place;
	bool has_place = finding_place(v, row, &place);

	if (has_place) {
		put_xml(&v->body, place.file);
		if (place.line > 0)
			out_format(&v->body, ":%llu",
			    (unsigned long long)place.line);
	}
	if (count.len > 0) {
		out_write(&v->body,
		    has_place ? SLICE(" count ") : SLICE("count "));
		put_xml(&v->body, count);
	}
}

static void
row_junit(struct view *v, const struct row *row)
{
	const char *level = finding_level(v, row), *element = "system-out";
	struct slice rule = finding_cell(v, row, "finding");
	struct slice message = finding_cell(v, row, "message");

	if (strcmp(level, "error") == 0) {
		element = "failure";
		v->failures++;
	} else if (strcmp(level, "warning") == 0) {
		element = "skipped";
		v->skipped++;
	}
	v->count++;
	out_write(&v->body, SLICE("  <testcase"));
	put_attribute(&v->body, "classname", rule);
	put_attribute(&v->body, "name", message.len > 0 ? message : rule);
	out_format(&v->body, " time=\"0\">\n   <%s", element);
	if (strcmp(element, "system-out") != 0)
		put_attribute(&v->body, "message", message);
	if (strcmp(element, "failure") == 0)
		put_attribute(&v->body, "type", rule);
	out_write(&v->body, SLICE(">"));
	put_details(v, row);
	out_format(&v->body, "</%s>\n  </testcase>\n", element);
}

static void
put_counts(struct view *v, const char *element, bool has_skipped)
{
	out_format(v->out,
	    "%s name=\"tele\" tests=\"%llu\" failures=\"%llu\" errors=\"0\"",
	    element, (unsigned long long)v->count,
	    (unsigned long long)v->failures);
	if (has_skipped)
		out_format(v->out, " skipped=\"%llu\"",
		    (unsigned long long)v->skipped);
	out_write(v->out, SLICE(" time=\"0\">\n"));
}

/* A run without findings passes as one test: none at all would not. */
static void
end_junit(struct view *v)
{
	if (v->count == 0) {
		v->count = 1;
		out_write(&v->body,
		    SLICE("  <testcase classname=\"tele\" name=\"no "
			  "findings\" time=\"0\"/>\n"));
	}
	out_write(v->out,
	    SLICE("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
	put_counts(v, "<testsuites", false);
	put_counts(v, " <testsuite", true);
	out_write(v->out, (struct slice){ v->body.buf, v->body.len });
	out_write(v->out, SLICE(" </testsuite>\n</testsuites>\n"));
	out_close(&v->body);
}

const struct formatter junit_formatter = { .name = "junit",
	.begin = begin_junit,
	.row = row_junit,
	.end = end_junit,
	.is_for_findings = true };

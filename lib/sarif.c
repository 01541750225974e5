/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/diag.h"
#include "tele/findingform.h"
#include "tele/findingrule.h"
#include "tele/jsontext.h"
#include "tele/label.h"

/*
 * SARIF 2.1.0 (OASIS), as GitHub and editors read it.  One run; the rules come
 * behind the results, when they are known.
 */

static void
begin_sarif(struct view *v)
{
	v->count = 0;
	map_init(&v->rules, 1);
	out_write(v->out,
	    SLICE("{\"$schema\":\"https://json.schemastore.org/"
		  "sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{"
		  "\"originalUriBaseIds\":{\"%SRCROOT%\":{\"description\":{"
		  "\"text\":\"where the tool ran\"}}},\"results\":["));
}

static void
put_string(struct view *v, struct slice text)
{
	char *p;

	out_write(v->out, SLICE("\""));
	p = out_reserve(v->out, text.len * 6 + 16);
	out_commit(v->out, p + json_escape(p, text));
	out_write(v->out, SLICE("\""));
}

/* A path as a URI (RFC 3986), of what does not begin at the root a part. */
static void
put_uri(struct view *v, struct slice path)
{
	bool is_absolute = path.len > 0 && path.ptr[0] == '/';

	out_write(v->out,
	    is_absolute ? SLICE("{\"uri\":\"file://") : SLICE("{\"uri\":\""));
	label_write_path(v->out, path);
	out_write(v->out,
	    is_absolute ? SLICE("\"}")
			: SLICE("\",\"uriBaseId\":\"%SRCROOT%\"}"));
}

static void
put_location(struct view *v, const struct finding_place *place)
{
	out_write(v->out, SLICE("\"physicalLocation\":{\"artifactLocation\":"));
	put_uri(v, place->file);
	if (place->line > 0)
		out_format(v->out, ",\"region\":{\"startLine\":%llu}",
		    (unsigned long long)place->line);
	out_write(v->out, SLICE("}"));
}

static void
put_locations(struct view *v, const struct row *row)
{
	struct finding_place place, evidence;

	if (!finding_place(v, row, &place))
		return;
	out_write(v->out, SLICE(",\"locations\":[{"));
	put_location(v, &place);
	out_write(v->out, SLICE("}]"));
	if (!finding_evidence(v, row, &evidence) ||
	    slice_equal(evidence.file, place.file))
		return;
	out_write(v->out,
	    SLICE(",\"relatedLocations\":[{\"id\":1,\"message\":{\"text\":"
		  "\"first seen here\"},"));
	put_location(v, &evidence);
	out_write(v->out, SLICE("}]"));
}

static void
row_sarif(struct view *v, const struct row *row)
{
	struct slice rule = finding_cell(v, row, "finding");
	struct slice message = finding_cell(v, row, "message");
	struct slice count = finding_cell(v, row, "count");
	char fingerprint[FINGERPRINT_LEN + 1];

	if (++v->count > SARIF_MAX)
		return;
	finding_fingerprint(v, row, fingerprint);
	out_write(v->out,
	    v->count > 1 ? SLICE(",{\"ruleId\":") : SLICE("{\"ruleId\":"));
	put_string(v, rule);
	out_format(v->out, ",\"ruleIndex\":%u,\"level\":\"%s\"",
	    map_entry_of(map_put(&v->rules, rule, NULL))->id,
	    finding_level(v, row));
	out_write(v->out, SLICE(",\"message\":{\"text\":"));
	put_string(v, message.len > 0 ? message : rule);
	out_write(v->out, SLICE("}"));
	put_locations(v, row);
	out_format(v->out,
	    ",\"partialFingerprints\":{\"teleFinding/v1\":\"%s\"}",
	    fingerprint);
	if (count.len > 0 && count.ptr[0] != '0')
		out_format(v->out, ",\"occurrenceCount\":%.*s", (int)count.len,
		    count.ptr);
	out_write(v->out, SLICE("}"));
}

/* What viewers show beside the id. */
static void
put_title(struct view *v, struct slice rule)
{
	const char *title = findingrule_title(rule);

	if (title == NULL)
		return;
	out_write(v->out, SLICE(",\"shortDescription\":{\"text\":"));
	put_string(v, slice_of(title));
	out_write(v->out, SLICE("}"));
}

static void
end_sarif(struct view *v)
{
	out_write(v->out,
	    SLICE("],\"tool\":{\"driver\":{\"name\":\"tele\",\"version\":"
		  "\"" PACKAGE_VERSION "\",\"rules\":["));
	for (size_t i = 0; i < v->rules.count; i++) {
		out_write(v->out,
		    i > 0 ? SLICE(",{\"id\":") : SLICE("{\"id\":"));
		put_string(v, v->rules.entries[i]->key);
		put_title(v, v->rules.entries[i]->key);
		out_write(v->out, SLICE("}"));
	}
	out_write(v->out, SLICE("]}}}]}\n"));
	if (v->count > SARIF_MAX)
		warn("only the first %d of %llu findings are written, which "
		     "is what a run may have",
		    SARIF_MAX, (unsigned long long)v->count);
	map_free(&v->rules);
}

const struct formatter sarif_formatter = { .name = "sarif",
	.begin = begin_sarif,
	.row = row_sarif,
	.end = end_sarif,
	.is_for_findings = true };

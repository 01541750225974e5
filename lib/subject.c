/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "tele/conformance.h"
#include "tele/subject.h"

void
subject_place(struct finding *f, const struct catalog_place *place)
{
	char line[24];
	int len = snprintf(line, sizeof(line), "%d", place->line);

	finding_text(f, "doc_file", slice_of(place->file));
	finding_json(f, "doc_line", (struct slice){ line, (size_t)len });
}

void
subject_sequence(struct finding *f, const struct catalog_sequence *q)
{
	if (q == NULL)
		return;
	finding_raw(f, "sequence", q->name);
	finding_raw(f, "sequence_id", q->id);
	finding_raw(f, "plugin", q->plugin);
	finding_raw(f, "service", q->service);
}

void
subject_step(struct finding *f, const struct catalog_step *step)
{
	const struct step_record *r = step->owner;

	subject_sequence(f, step->sequence);
	finding_raw(f, "movement", step->movement);
	finding_json(f, "beat", step->beat);
	finding_raw(f, step->is_span ? "name" : "event", step->name);
	finding_raw(f, "handler", step->handler);
	if (r != NULL) {
		finding_raw(f, "code_file", r->code_file);
		finding_json(f, "code_line", r->code_line);
	}
	finding_raw(f, "code_file", step->code_file);
	finding_json(f, "code_line", step->code_line);
	subject_place(f, &step->place);
}

void
subject_observed(struct finding *f, const struct observed *o)
{
	finding_raw(f, "service", o->service);
	finding_raw(f, "plugin", o->plugin);
	finding_raw(f, "movement", o->movement);
	finding_json(f, "beat", o->beat);
	finding_raw(f, o->is_span ? "name" : "event", o->name);
	finding_raw(f, "handler", o->handler);
	finding_raw(f, "code_file", o->code_file);
	finding_json(f, "code_line", o->code_line);
}

/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/duration.h"
#include "tele/label.h"
#include "tele/map.h"
#include "tele/timelineformat.h"
#include "tele/timestamp.h"

/*
 * Chrome's trace event format, for Perfetto, speedscope and chrome://tracing.
 * They show spans that overlap on one track wrongly, or drop them: so a span is
 * on the track of its parent if it nests there, and else on one that is free.
 */
struct track {
	struct open_span *open; /* each inside of the one before it */
	size_t count, cap;
};

struct open_span {
	int64_t end_ns;
	uint32_t row;
};

/* What has an owner is one process, in each timeline. */
struct process {
	uint32_t pid;
	struct track *tracks;
	size_t count, cap;
};

struct chrome {
	bool has_events;
	uint32_t pids;
};

/* Microseconds, with as many digits as a nanosecond needs. */
static void
put_us(const struct timeline_picture *p, const char *key, int64_t ns)
{
	out_format(p->out, ",\"%s\":%lld.%03lld", key,
	    (long long)(ns / NS_PER_US), (long long)(ns % NS_PER_US));
}

static void
begin_event(struct timeline_picture *p, const char *phase, uint32_t pid,
    size_t tid)
{
	struct chrome *c = p->state;

	out_format(p->out, "%s\n{\"ph\":\"%s\",\"pid\":%u,\"tid\":%zu",
	    c->has_events ? "," : "", phase, pid, tid);
	c->has_events = true;
}

static void
name_process(struct timeline_picture *p, const struct timeline *t, uint32_t pid,
    struct slice owner)
{
	struct out name;

	out_open_memory(&name);
	out_write(&name, owner.len > 0 ? owner : t->title);
	if (p->count > 1) {
		out_write(&name, SLICE(", "));
		out_write(&name, t->title);
		out_write(&name, SLICE(" "));
		out_write(&name, t->trace);
	}
	begin_event(p, "M", pid, 0);
	out_text(p->out, ",\"name\":\"process_name\",\"args\":{\"name\":");
	label_write_json(p->out, (struct slice){ name.buf, name.len });
	out_text(p->out, "}}");
	out_close(&name);
}

static void
name_track(struct timeline_picture *p, const struct process *process,
    size_t tid)
{
	begin_event(p, "M", process->pid, tid);
	out_format(p->out,
	    ",\"name\":\"thread_name\",\"args\":{\"name\":\"lane %zu\"}}", tid);
}

/* What is over at NS is closed; the innermost that is left, or NULL. */
static const struct open_span *
innermost(struct track *t, int64_t ns)
{
	while (t->count > 0 && t->open[t->count - 1].end_ns <= ns)
		t->count--;
	return t->count > 0 ? &t->open[t->count - 1] : NULL;
}

/* Whether row I goes inside of its parent on the track where that is. */
static bool
nests(struct process *process, const struct timeline_row *row, size_t home)
{
	const struct open_span *around;

	if (home == 0)
		return false;
	around = innermost(&process->tracks[home - 1], row->start_ns);
	return around != NULL && around->row == row->parent &&
	    row->end_ns <= around->end_ns;
}

/* The track, from 1, for row I, whose parent is on HOME or, if 0, elsewhere. */
static size_t
choose_track(struct timeline_picture *p, const struct timeline *t, uint32_t i,
    struct process *process, size_t home)
{
	const struct timeline_row *row = &t->rows[i];
	struct track *track;
	size_t at = 0;

	if (nests(process, row, home))
		at = home - 1;
	else
		while (at < process->count &&
		    innermost(&process->tracks[at], row->start_ns) != NULL)
			at++;
	if (at == process->count) {
		process->tracks = mem_grow(process->tracks, &process->cap,
		    process->count + 1, sizeof(*process->tracks));
		process->tracks[process->count++] = (struct track){ 0 };
		name_track(p, process, at + 1);
	}
	track = &process->tracks[at];
	track->open = mem_grow(track->open, &track->cap, track->count + 1,
	    sizeof(*track->open));
	track->open[track->count++] = (struct open_span){ row->end_ns, i };
	return at + 1;
}

static void
put_place(const struct timeline_picture *p, const char *key, struct slice file,
    struct slice line)
{
	struct out place;

	if (file.len == 0)
		return;
	out_open_memory(&place);
	out_write(&place, file);
	if (line.len > 0)
		out_write(&place, SLICE(":"));
	out_write(&place, line);
	out_text(p->out, ",\"");
	out_text(p->out, key);
	out_text(p->out, "\":");
	label_write_json(p->out, (struct slice){ place.buf, place.len });
	out_close(&place);
}

static void
put_ms(const struct timeline_picture *p, const char *key, int64_t ns)
{
	char text[DURATION_MS_MAX];
	int len = (int)duration_format_ms(text, ns);

	out_format(p->out, ",\"%s\":%.*s", key, len, text);
}

static void
put_args(const struct timeline_picture *p, const struct timeline *t,
    const struct timeline_row *row)
{
	static const char *const statuses[] = { "ok", "error", "unfinished" };
	char note[TIMELINE_NOTE], line[24];
	size_t len = timeline_note(note, row, true);

	out_format(p->out, ",\"args\":{\"status\":\"%s\"",
	    statuses[row->status]);
	if (t->trace.len > 0) {
		out_text(p->out, ",\"trace\":");
		label_write_json(p->out, t->trace);
	}
	if (row->duration_ns >= 0)
		put_ms(p, "self_ms", row->self_ns);
	if (row->is_critical)
		put_ms(p, "critical_ms", row->critical_ns);
	if (row->error.len > 0) {
		out_text(p->out, ",\"error\":");
		label_write_json(p->out, row->error);
	}
	if (len > 0) {
		out_text(p->out, ",\"note\":");
		label_write_json(p->out, (struct slice){ note, len });
	}
	put_place(p, "code", row->code_file, row->code_line);
	len = decimal_format(line, row->src_line);
	put_place(p, "src", row->src, (struct slice){ line, len });
	out_text(p->out, "}}");
}

/* Without a length it is an instant: one of none would not be seen. */
static void
put_row(struct timeline_picture *p, const struct timeline *t, uint32_t i,
    struct process *process, size_t tid)
{
	const struct timeline_row *row = &t->rows[i];
	int64_t length = row->end_ns - row->start_ns;

	begin_event(p, length > 0 ? "X" : "i", process->pid, tid);
	out_text(p->out, ",\"name\":");
	label_write_json(p->out, row->name);
	out_text(p->out, ",\"cat\":\"");
	out_text(p->out, event_kind_names[row->kind]);
	out_text(p->out, "\"");
	put_us(p, "ts",
	    t->begin_ns - (t->has_time ? p->begin_ns : 0) + row->start_ns);
	if (length > 0)
		put_us(p, "dur", length);
	else
		out_text(p->out, ",\"s\":\"t\"");
	put_args(p, t, row);
}

/* By start; what is longer comes first, and a parent before its children. */
struct turn {
	int64_t start_ns, end_ns;
	uint32_t row;
};

static int
compare_turns(const void *a, const void *b)
{
	const struct turn *x = a, *y = b;

	if (x->start_ns != y->start_ns)
		return x->start_ns < y->start_ns ? -1 : 1;
	if (x->end_ns != y->end_ns)
		return x->end_ns > y->end_ns ? -1 : 1;
	return x->row < y->row ? -1 : 1;
}

static struct process *
process_of(struct timeline_picture *p, const struct timeline *t,
    struct map *processes, struct slice owner)
{
	struct chrome *c = p->state;
	struct process *process;
	bool is_new;

	process = map_put(processes, owner, &is_new);
	if (is_new) {
		process->pid = ++c->pids;
		name_process(p, t, process->pid, owner);
	}
	return process;
}

static void
free_processes(struct map *processes)
{
	struct process *process;

	for (size_t i = 0; i < processes->count; i++) {
		process = (void *)processes->entries[i]->value;
		for (size_t k = 0; k < process->count; k++)
			free(process->tracks[k].open);
		free(process->tracks);
	}
	map_free(processes);
}

static void
write_chrome(struct timeline_picture *p, const struct timeline *t)
{
	struct turn *turns = mem_zalloc(t->count, sizeof(*turns));
	size_t *track = mem_zalloc(t->count, sizeof(*track)), home;
	struct process *process;
	const struct timeline_row *row;
	struct map processes;
	uint32_t i;

	map_init(&processes, sizeof(struct process));
	for (i = 0; i < t->count; i++)
		turns[i] = (struct turn){ t->rows[i].start_ns,
			t->rows[i].end_ns, i };
	qsort(turns, t->count, sizeof(*turns), compare_turns);
	for (size_t k = 0; k < t->count; k++) {
		i = turns[k].row;
		row = &t->rows[i];
		process = process_of(p, t, &processes, row->owner);
		home = 0;
		if (row->parent != STEP_NONE &&
		    slice_equal(t->rows[row->parent].owner, row->owner))
			home = track[row->parent];
		track[i] = choose_track(p, t, i, process, home);
		put_row(p, t, i, process, track[i]);
	}
	free_processes(&processes);
	free(turns);
	free(track);
}

static void
begin_chrome(struct timeline_picture *p)
{
	char when[TIMESTAMP_MAX];

	p->state = mem_zalloc(1, sizeof(struct chrome));
	out_text(p->out, "{\"displayTimeUnit\":\"ms\",");
	if (p->has_time)
		out_format(p->out, "\"otherData\":{\"begin\":\"%.*s\"},",
		    (int)timestamp_format(when, p->begin_ns, 9), when);
	out_text(p->out, "\"traceEvents\":[");
}

static void
end_chrome(struct timeline_picture *p)
{
	out_text(p->out, "\n]}\n");
	free(p->state);
}

const struct timeline_format timeline_chrome_format = { "chrome", false,
	begin_chrome, write_chrome, end_chrome };

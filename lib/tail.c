/* SPDX-License-Identifier: MIT */
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tele/diag.h"
#include "tele/duration.h"
#include "tele/live.h"
#include "tele/mem.h"
#include "tele/siblings.h"
#include "tele/tail.h"

enum {
	PATIENCE_MS = 1000, /* with what is held back */
	SAVE_MS = 200,      /* between checkpoints */
};

struct tail_log {
	char *name;      /* of one that a pattern found, or NULL */
	int64_t gone_ns; /* since when, or 0 */
};

/* Go on where the checkpoint says. */
static void
resume(struct tail *t, struct feed *f)
{
	const char *name = input_first(&f->in);
	const struct checkpoint_log *log = checkpoint_find(&t->checkpoint,
	    name);

	if (log == NULL || feed_resume(f, log))
		return;
	warn("%s: what '%s' names is gone, reading what came after it", name,
	    t->checkpoint_path);
	t->has_failed = t->is_gone = true;
}

/* Read the log NAME, which is FOUND's or else borrowed. */
static void
add_log(struct tail *t, char *name, char *found)
{
	struct feed *f = feeds_add(t->feeds);

	t->logs = mem_grow(t->logs, &t->cap, (size_t)t->feeds->count,
	    sizeof(*t->logs));
	t->logs[t->feeds->count - 1] = (struct tail_log){ .name = found };
	input_open_live(&f->in, name);
	f->in.wants_sample = true;
	resume(t, f);
	if (t->goes_on)
		input_watch(&f->in, &t->watch);
}

static void
drop_log(struct tail *t, int i)
{
	size_t behind = (size_t)(t->feeds->count - i - 1);

	feeds_remove(t->feeds, i);
	free(t->logs[i].name);
	memmove(t->logs + i, t->logs + i + 1, behind * sizeof(*t->logs));
}

static bool
is_regular(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* Whether the file PATH is read already, by itself or as part of a log. */
static bool
is_known(const struct tail *t, const char *path)
{
	for (int i = 0; i < t->feeds->count; i++) {
		const char *name = input_first(&t->feeds->list[i]->in);

		if (strcmp(name, path) == 0 || siblings_is_rotated(path, name))
			return true;
	}
	return false;
}

/* Read what matches PATTERN and is new. */
static void
find_logs(struct tail *t, const char *pattern)
{
	glob_t found;
	char *name;

	if (glob(pattern, 0, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc; i++) {
			if (is_known(t, found.gl_pathv[i]) ||
			    !is_regular(found.gl_pathv[i]))
				continue;
			name = mem_string(slice_of(found.gl_pathv[i]));
			siblings_exclude(name);
			add_log(t, name, name);
		}
		globfree(&found);
	}
}

/* Let go of what a pattern found and what is gone for long. */
static void
let_go(struct tail *t, int64_t now)
{
	for (int i = t->feeds->count - 1; i >= 0; i--) {
		struct tail_log *log = &t->logs[i];

		if (log->name == NULL)
			continue;
		if (is_regular(log->name))
			log->gone_ns = 0;
		else if (log->gone_ns == 0)
			log->gone_ns = now;
		else if (now - log->gone_ns > TAIL_GONE_MS * NS_PER_MS)
			drop_log(t, i);
	}
}

static void
look_for_logs(struct tail *t)
{
	int64_t now = clock_ns();

	if (t->pattern_count == 0 ||
	    (!t->watch.has_new &&
		now - t->looked_ns < TAIL_LOOK_MS * NS_PER_MS))
		return;
	t->watch.has_new = false;
	t->looked_ns = now;
	for (size_t i = 0; i < t->pattern_count; i++)
		find_logs(t, t->patterns[i]);
	let_go(t, now);
}

static bool
is_pattern(const char *name)
{
	struct stat st;

	return strpbrk(name, "*?[") != NULL && stat(name, &st) < 0;
}

bool
tail_open(struct tail *t, int argc, char *argv[], char *error, size_t size)
{
	static char dash[] = "-", *standard_input[] = { dash, NULL };
	char **names = argc > 0 ? argv : standard_input;

	if (t->checkpoint_path != NULL &&
	    !checkpoint_load(&t->checkpoint, t->checkpoint_path, error, size))
		return false;
	watch_init(&t->watch);
	/* A log of its own is no part of another's rotation. */
	for (int i = 0; i < argc; i++)
		siblings_exclude(argv[i]);
	for (int i = 0; i < argc || i == 0; i++) {
		if (!t->goes_on || !is_pattern(names[i])) {
			add_log(t, names[i], NULL);
			continue;
		}
		t->patterns = mem_grow(t->patterns, &t->pattern_cap,
		    t->pattern_count + 1, sizeof(*t->patterns));
		t->patterns[t->pattern_count++] = names[i];
		watch_file(&t->watch, names[i]);
	}
	t->watch.has_new = true;
	look_for_logs(t);
	return true;
}

bool
tail_take_back(const struct tail *t, int fd)
{
	/* Only what can be written again is taken back. */
	return t->is_gone ? out_take_back_part(fd)
			  : out_take_back(fd, t->checkpoint.output_bytes);
}

/* Note how far F has been read: if that is no place, what was noted before. */
static bool
note(const struct tail *t, const struct feed *f, struct checkpoint *next)
{
	const char *name = input_first(&f->in);
	const struct checkpoint_log *old;

	if (!f->is_replaying && feed_note(f, next))
		return true;
	old = checkpoint_find(&t->checkpoint, name);
	if (old == NULL)
		return false;
	*checkpoint_add(next, name, old->format) = *old;
	return true;
}

/*
 * Note how far all logs have been read and what was written of them: what is
 * noted was delivered before.
 */
static void
save(struct tail *t)
{
	struct checkpoint next = { 0 };
	bool is_whole = true;

	if (t->checkpoint_path == NULL)
		return;
	out_flush(t->out);
	if (t->out->error != 0)
		return;
	for (int i = 0; i < t->feeds->count && is_whole; i++)
		is_whole = note(t, t->feeds->list[i], &next);
	next.has_output = t->has_file;
	next.output_bytes = t->has_file ? out_size(t->out) : 0;
	if (is_whole && checkpoint_save(&next, t->checkpoint_path)) {
		checkpoint_free(&t->checkpoint);
		t->checkpoint = next;
	} else {
		checkpoint_free(&next);
		t->has_failed |= is_whole;
	}
	t->saved_ns = clock_ns();
}

/* How long to wait before what is held back is handed on; -1: nothing is. */
static int
patience_left_ms(struct tail *t)
{
	int64_t now = clock_ns(), waited_ms;

	if (t->idle_since_ns == 0)
		t->idle_since_ns = now;
	waited_ms = (now - t->idle_since_ns) / NS_PER_MS;
	if (waited_ms < PATIENCE_MS)
		return (int)(PATIENCE_MS - waited_ms);
	for (int i = 0; i < t->feeds->count; i++)
		feed_flush(t->feeds->list[i], t->checkpoint_path == NULL);
	out_flush(t->out);
	save(t);
	return -1;
}

/* One step of each feed: whether any has more, and whether now. */
static bool
read_round(struct tail *t, bool *is_idle)
{
	bool has_more = t->pattern_count > 0;

	*is_idle = true;
	for (int i = 0; i < t->feeds->count; i++) {
		enum feed_step step = feeds_step(t->feeds, i);

		/* What is behind may be gone before long. */
		if (step == FEED_BROKE)
			save(t);
		has_more |= step != FEED_ENDED;
		*is_idle &= step == FEED_ENDED || step == FEED_IDLE;
	}
	return has_more;
}

/* Nothing is there now; false if there is nothing to wait for. */
static bool
wait_for_more(struct tail *t)
{
	out_flush(t->out);
	return t->goes_on && watch_wait(&t->watch, patience_left_ms(t));
}

void
tail_read(struct tail *t)
{
	bool is_idle;

	live_catch_signals();
	watch_output(&t->watch, t->out->fd);
	while (!live_is_stopped() && t->out->error == 0 &&
	    read_round(t, &is_idle)) {
		if (clock_ns() - t->saved_ns > SAVE_MS * NS_PER_MS)
			save(t);
		if (!is_idle)
			t->idle_since_ns = 0;
		else if (!wait_for_more(t))
			break;
		look_for_logs(t);
	}
	save(t);
	/* What is open ends for now; going on, it is written anew. */
	for (int i = 0; i < t->feeds->count; i++)
		feed_end(t->feeds->list[i]);
}

bool
tail_close(struct tail *t)
{
	watch_free(&t->watch);
	checkpoint_free(&t->checkpoint);
	for (int i = 0; i < t->feeds->count; i++)
		if (t->logs[i].name != NULL)
			drop_log(t, i--);
	free(t->logs);
	free(t->patterns);
	return !t->has_failed;
}

/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tele/diag.h"
#include "tele/duration.h"
#include "tele/input.h"
#include "tele/mem.h"
#include "tele/progress.h"
#include "tele/source.h"

enum {
	READ_SIZE = 256 * 1024, /* fits a second-level cache */
	SHARED_SIZE = 2 << 20,  /* of all inputs that are read at once */
	LEAST_SIZE = 8 * 1024,
	SAMPLE_SIZE = 64 * 1024, /* the first block of a file, if there is */
	SAMPLE_MS = 1000,        /* how long to wait for a whole sample */
	POLL_MS = 100,           /* how often a followed file is looked at */
	MAX_REPORTS = 10,        /* of malformed records, per file */
};

const char input_too_long[] = "record is longer than --max-line";

struct input_options input_options = { .max_line = 1 << 20 };

struct input_state {
	char **names;
	char *live_name;      /* the only one, of a live input */
	int count, next;      /* operands, and the one to open next */
	struct source source; /* the current one, if ... */
	bool is_open;
	bool at_break; /* what follows is in another file */
	/* What is read again: up to an offset, behind so many files. */
	uint64_t replay_offset, replay_breaks;
	bool is_replaying;
	bool at_start; /* no byte of this file has been delivered */
	bool at_end;
	bool has_more; /* what was read already is enough for a block */
	bool skipping; /* inside a line that is too long */
	uint64_t reports;

	char *buf;
	size_t cap;
	size_t start, len; /* bytes not yet delivered */
	size_t read_size;  /* at once */

	struct progress progress;
};

/* What NAME, as the command line has it, is. */
static bool
look_at(const char *name, struct stat *st)
{
	return (strcmp(name, "-") == 0 ? fstat(STDIN_FILENO, st)
				       : stat(name, st)) == 0;
}

/* What all regular files hold together, for the percentage. */
static uint64_t
total_size(char **names, int count)
{
	struct stat st;
	uint64_t total = 0;

	for (int i = 0; i < count; i++) {
		if (!look_at(names[i], &st))
			continue;
		if (!S_ISREG(st.st_mode))
			return 0;
		total += (uint64_t)st.st_size;
	}
	return total;
}

void
input_open(struct input *in, int argc, char *argv[])
{
	static char dash[] = "-", *standard_input[] = { dash };
	struct input_state *s = mem_zalloc(1, sizeof(*s));

	*in = (struct input){ .name = "<stdin>", .src = "-", .state = s };
	s->names = argc > 0 ? argv : standard_input;
	s->count = argc > 0 ? argc : 1;
	s->source.fd = -1;
	s->read_size = READ_SIZE;
	progress_begin(&s->progress, input_options.progress,
	    total_size(s->names, s->count));
	if (argc == 0 && isatty(STDIN_FILENO))
		opt_usage("no file, and standard input is a terminal");
}

void
input_open_live(struct input *in, char *name)
{
	input_open(in, 1, &name);
	in->state->live_name = name;
	in->state->names = &in->state->live_name;
	in->is_live = true;
}

void
input_share(struct input *in, int count)
{
	size_t size = SHARED_SIZE / (size_t)count;

	in->state->read_size = size > READ_SIZE ? READ_SIZE
	    : size < LEAST_SIZE                 ? LEAST_SIZE
						: size;
}

const char *
input_first(const struct input *in)
{
	return in->state->names[0];
}

bool
input_is_of(const struct input *in, const char *name)
{
	const struct input_state *s = in->state;
	struct stat file, input;

	if (stat(name, &file) < 0 || !S_ISREG(file.st_mode))
		return false;
	for (int i = 0; i < s->count; i++)
		if (look_at(s->names[i], &input) &&
		    input.st_dev == file.st_dev && input.st_ino == file.st_ino)
			return true;
	return false;
}

void
input_open_memory(struct input *in, const char *name, struct slice text)
{
	struct input_state *s = mem_zalloc(1, sizeof(*s));

	*in = (struct input){ .name = name, .src = "-", .state = s, .file = 1 };
	s->source.fd = -1;
	s->buf = mem_zalloc(text.len + INPUT_SLACK, 1);
	memcpy(s->buf, text.ptr, text.len);
	in->p = s->buf;
	in->end = s->buf + text.len;
	s->start = text.len;
	s->at_end = true;
}

static void
leave_file(struct input *in)
{
	struct input_state *s = in->state;

	if (s->reports > MAX_REPORTS)
		warn("%s: %llu more malformed records", in->name,
		    (unsigned long long)(s->reports - MAX_REPORTS));
	source_close(&s->source);
	s->is_open = false;
}

/* Whether the file to be opened next is read as long as somebody writes it. */
static bool
is_to_be_followed(const struct input *in)
{
	const struct input_state *s = in->state;

	return in->is_live || (input_options.follow && s->next == s->count - 1);
}

static bool
enter_file(struct input *in)
{
	struct input_state *s = in->state;
	const char *name = s->names[s->next];

	bool is_followed = is_to_be_followed(in);

	in->src = name;
	in->name = strcmp(name, "-") == 0 ? "<stdin>" : name;
	s->next++;
	if (!source_open(&s->source, name, is_followed)) {
		warn("cannot open '%s': %s", name, strerror(errno));
		in->failed = true;
		return false;
	}
	s->is_open = true;
	in->modified_ns = source_modified_ns(&s->source);
	in->file++;
	in->is_broken = false;
	in->line = in->column = 0;
	s->at_start = true;
	s->at_end = s->at_break = s->skipping = s->has_more = false;
	in->offset = 0;
	s->reports = 0;
	s->start = s->len = 0;
	return true;
}

/* Let the tool use the time in which there is nothing to read. */
static void
wait_for_input(struct input *in)
{
	const struct source *source = &in->state->source;
	bool would_block;
	int timeout, n;

	if (in->before_read == NULL)
		return;
	would_block = !source_has_more(source);
	timeout = in->before_read(in->arg, would_block);
	while (would_block && !in->is_stopped) {
		n = source_wait(source, timeout);
		/* A signal may be what the tool waits for. */
		if (n > 0 || (n < 0 && errno != EINTR))
			return;
		timeout = in->before_read(in->arg, true);
	}
}

/* Wait for more of a file that is followed. */
static void
wait_for_growth(struct input *in)
{
	int timeout = POLL_MS, wish;

	if (in->before_read != NULL) {
		wish = in->before_read(in->arg, true);
		if (wish >= 0 && wish < timeout)
			timeout = wish;
	}
	poll(NULL, 0, timeout);
}

/* Say what the follower found out. */
static void
report_emptied(struct input *in)
{
	struct follower *f = &in->state->source.follower;

	if (!f->was_emptied)
		return;
	f->was_emptied = false;
	if (f->lost > 0)
		warn("%s: was emptied, %llu bytes that were not read are lost",
		    in->name, (unsigned long long)f->lost);
	else
		warn("%s: was emptied, reading on from its start", in->name);
	in->failed |= f->lost > 0;
	f->lost = 0;
}

static void
report_failure(struct input *in, const char *wrong)
{
	if (!in->is_broken)
		warn("cannot read '%s': %s", in->name,
		    wrong != NULL ? wrong : strerror(errno));
	in->failed = in->is_broken = true;
}

/* Whether nothing is there now, and that is to be known at once. */
static bool
is_idle_now(const struct input *in)
{
	const struct source *source = &in->state->source;

	return in->is_live && source->can_block && !source_has_more(source);
}

/*
 * Read to DST; how many bytes.  None at the end or at a break, or where nothing
 * is there now: in->is_idle.
 */
static size_t
read_some(struct input *in, char *dst)
{
	struct input_state *s = in->state;
	enum source_result result;
	const char *wrong;
	size_t n;

	for (;;) {
		in->is_idle = is_idle_now(in);
		if (in->is_idle)
			return 0;
		if (!s->source.is_followed)
			wait_for_input(in);
		if (in->is_stopped)
			return 0;
		result = source_read(&s->source, dst, s->read_size, s->len == 0,
		    &n, &wrong);
		if (result == SOURCE_DATA)
			return n;
		if (result == SOURCE_FAILED)
			report_failure(in, wrong);
		if (result == SOURCE_BREAK) {
			report_emptied(in);
			s->at_break = true;
			return 0;
		}
		if (result == SOURCE_AGAIN)
			continue;
		if (!s->source.is_followed) {
			s->at_end = true;
			return 0;
		}
		in->is_idle = true;
		if (in->is_live)
			return 0;
		wait_for_growth(in);
	}
}

/* Read once, behind the bytes that are left over. */
static void
fill(struct input *in)
{
	struct input_state *s = in->state;
	size_t n;

	if (s->start > 0) {
		memmove(s->buf, s->buf + s->start, s->len);
		s->start = 0;
	}
	/* Room for the rest of a line, so that a block seldom has to grow. */
	if (s->cap < s->len + s->read_size + INPUT_SLACK)
		s->buf = mem_grow(s->buf, &s->cap, s->len + 2 * s->read_size,
		    1);
	n = read_some(in, s->buf + s->len);
	s->len += n;
	progress_add(&s->progress, n);
	memset(s->buf + s->len, 0, INPUT_SLACK);
}

/*
 * A format is chosen by the first block, however slowly it comes, or by what
 * there is when nothing more comes for a while.
 */
static bool
wants_larger_sample(const struct input *in)
{
	const struct input_state *s = in->state;

	if (!in->wants_sample || s->at_end || s->at_break ||
	    s->len >= SAMPLE_SIZE)
		return false;
	/* Whoever waits for more lines wants those that are there. */
	if (s->source.is_followed || in->is_live)
		return !in->is_idle;
	return source_has_more(&s->source) ||
	    (!input_options.follow && source_wait(&s->source, SAMPLE_MS) > 0);
}

/* What was read turns out to be compressed: begin again, decoding. */
static void
start_decoder(struct input *in, enum decode_kind kind)
{
	struct input_state *s = in->state;

	source_decode(&s->source, kind,
	    (struct slice){ s->buf + s->start, s->len });
	s->start = s->len = 0;
	s->at_end = false;
	do
		fill(in);
	while (wants_larger_sample(in));
}

/* Whether the file is no text that can be read, which is reported. */
static bool
is_refused(struct input *in)
{
	struct input_state *s = in->state;
	const char *converter,
	    *what = decode_refused((struct slice){ s->buf + s->start, s->len },
		&converter);

	if (what == NULL)
		return false;
	warn("%s: text is %s, convert it with %s", in->name, what, converter);
	in->failed = true;
	s->len = 0;
	s->at_end = true;
	return true;
}

/*
 * A log that was truncated under a writer that goes on where it was begins with
 * a hole, which reads as NUL bytes.
 */
static void
skip_hole(struct input *in)
{
	struct input_state *s = in->state;
	uint64_t skipped = 0;
	size_t n;

	for (;;) {
		for (n = 0; n < s->len && s->buf[s->start + n] == '\0';)
			n++;
		s->start += n;
		s->len -= n;
		skipped += n;
		if (s->len > 0 || s->at_end || s->at_break || in->is_idle)
			break;
		fill(in);
	}
	if (skipped == 0)
		return;
	warn("%s: skipped %llu NUL bytes before the first line", in->name,
	    (unsigned long long)skipped);
	while (wants_larger_sample(in))
		fill(in);
}

/* Skip a byte order mark; name an encoding that cannot be read. */
static void
check_start(struct input *in)
{
	struct input_state *s = in->state;
	struct slice start = { s->buf + s->start, s->len };
	enum decode_kind kind = decode_kind_of(start);

	if (kind != DECODE_NONE && s->source.decoder == NULL)
		start_decoder(in, kind);
	start = (struct slice){ s->buf + s->start, s->len };
	if (slice_starts_with(start, SLICE("\xef\xbb\xbf"))) {
		s->start += 3;
		s->len -= 3;
	} else if (!is_refused(in)) {
		skip_hole(in);
	}
	/* Nothing but a hole so far: more may come of it. */
	s->at_start = s->len == 0 && !s->at_end && !s->at_break;
}

static bool
deliver_sample(struct input *in)
{
	struct input_state *s = in->state;

	in->is_start = s->has_more = true;
	in->is_replaying = s->is_replaying;
	in->p = in->end = s->buf + s->start;
	in->sample = slice_range(in->p, in->p + s->len);
	return true;
}

/* Drop the rest of a line that is too long; true once it is over. */
static bool
skip_long_line(struct input_state *s)
{
	const char *from = s->buf + s->start;
	const char *newline = memchr(from, '\n', s->len);
	size_t skipped = newline ? (size_t)(newline + 1 - from) : s->len;

	s->start += skipped;
	s->len -= skipped;
	s->skipping = newline == NULL;
	return newline != NULL;
}

/* How many of N bytes are read again; the last of them, if less than N. */
static size_t
cut_replay(struct input_state *s, size_t n)
{
	uint64_t from = s->source.follower.at.offset - s->len;

	if (from + n < s->replay_offset)
		return n;
	s->is_replaying = false;
	return (size_t)(s->replay_offset - from);
}

/*
 * Where the block from FROM on ends: at the last newline of what was read; of a
 * sample, which may be larger, no later than in any other block.
 */
static const char *
last_newline(const struct input_state *s, const char *from)
{
	const char *newline = NULL;

	if (s->len > s->read_size)
		newline = memrchr(from, '\n', s->read_size);
	return newline != NULL ? newline : memrchr(from, '\n', s->len);
}

/*
 * Hand over what is there up to the last newline; or all of it at the end of
 * the file; or nothing yet.
 */
static bool
deliver(struct input *in)
{
	struct input_state *s = in->state;
	const char *newline;
	char *from;
	size_t n;

	if (s->skipping && !skip_long_line(s))
		return false;
	from = s->buf + s->start;
	n = s->len;
	if (n == 0)
		return false;
	newline = last_newline(s, from);
	/* One byte more may be the carriage return of the line's end. */
	if (newline == NULL && n - 1 > input_options.max_line) {
		in->line++;
		in->line_start = from;
		in->p = in->end = from;
		input_malformed(in, NULL, input_too_long);
		s->len = 0;
		s->skipping = true;
		return false;
	}
	if (newline != NULL)
		n = (size_t)(newline + 1 - from);
	else if (!s->at_end && !s->at_break)
		return false;
	in->is_replaying = s->is_replaying;
	if (s->is_replaying && s->replay_breaks == 0)
		n = cut_replay(s, n);
	in->p = from;
	in->end = from + n;
	s->start += n;
	s->len -= n;
	s->has_more = s->len > s->read_size;
	in->offset = s->source.follower.at.offset - s->len;
	return true;
}

/* All of a file that was renamed, emptied or deleted has been delivered. */
static bool
deliver_break(struct input *in)
{
	struct input_state *s = in->state;

	s->at_break = s->skipping = false;
	in->is_break = true;
	in->is_replaying = s->is_replaying;
	in->generations++;
	if (s->replay_breaks > 0)
		s->replay_breaks--;
	if (s->is_replaying && s->replay_breaks == 0 && s->replay_offset == 0)
		s->is_replaying = false;
	in->p = in->end = s->buf + s->start;
	in->offset = 0;
	return true;
}

/* Whether there is enough to begin with: a line, where more may come. */
static bool
can_start(const struct input *in)
{
	const struct input_state *s = in->state;

	if (s->at_end || s->at_break)
		return true;
	return s->len >= 4 &&
	    (!in->is_idle || memchr(s->buf + s->start, '\n', s->len) != NULL);
}

bool
input_next(struct input *in)
{
	struct input_state *s = in->state;

	in->is_break = false;
	for (;;) {
		if (in->is_stopped)
			return false;
		if (!s->is_open) {
			if (s->next == s->count)
				return false;
			if (!enter_file(in))
				continue;
		}
		/* What an earlier read left over may still hold lines. */
		if (s->at_end && s->len == 0) {
			leave_file(in);
			continue;
		}
		if (s->at_break && s->len == 0)
			return deliver_break(in);
		if (!s->at_end && !s->at_break && !s->has_more)
			fill(in);
		while (
		    s->at_start && !in->is_stopped && wants_larger_sample(in))
			fill(in);
		if (s->at_start && can_start(in)) {
			check_start(in);
			if (in->wants_sample && s->len > 0)
				return deliver_sample(in);
		}
		s->has_more = in->is_start = false;
		if (!s->at_start && deliver(in))
			return true;
		if ((s->at_end || s->at_break) && s->skipping)
			s->len = 0;
		if (in->is_idle && in->is_live)
			return false;
	}
}

bool
input_resume(struct input *in, const struct place *place, uint64_t line,
    bool replay, uint64_t generations)
{
	struct input_state *s = in->state;

	if (enter_file(in) && s->source.is_followed &&
	    !follow_resume(&s->source.follower, place))
		return false;
	if (!s->source.is_followed ||
	    (replay && !follow_rewind(&s->source.follower, generations))) {
		leave_file(in);
		s->next = 0;
		return false;
	}
	if (replay) {
		s->is_replaying = place->offset > 0 || generations > 0;
		s->replay_offset = place->offset;
		s->replay_breaks = generations;
		return true;
	}
	in->line = line;
	in->generations = generations;
	s->at_start = place->offset == 0;
	in->p = in->end = s->buf;
	in->offset = place->offset;
	return true;
}

bool
input_place(const struct input *in, uint64_t offset, struct place *place)
{
	const struct input_state *s = in->state;

	/* At a break the follower is in the next file already. */
	return s->source.is_followed && !s->at_break &&
	    follow_place_at(&s->source.follower, offset, place);
}

size_t
input_peek(const struct input *in, char *dst, size_t size)
{
	ssize_t n = pread(in->state->source.follower.fd, dst, size, 0);

	return n > 0 ? (size_t)n : 0;
}

void
input_watch(const struct input *in, struct watch *w)
{
	const char *name = in->state->names[0];

	if (strcmp(name, "-") == 0)
		watch_input(w, STDIN_FILENO);
	else
		watch_file(w, name);
}

bool
input_has_ended(const struct input *in)
{
	const struct input_state *s = in->state;

	return in->is_stopped || (!s->is_open && s->next == s->count);
}

bool
input_extend(struct input *in)
{
	struct input_state *s = in->state;
	char *all = s->buf + s->start + s->len; /* the end of what was read */
	size_t left = (size_t)(all - in->p);
	bool more = false;

	if (in->end < all) {
		/* What lies behind the block was waiting for its newline. */
		more = true;
	} else if (!s->at_end && left <= input_options.max_line && s->is_open) {
		s->start = (size_t)(in->p - s->buf);
		s->len = left;
		fill(in);
		in->p = s->buf + s->start;
		all = s->buf + s->start + s->len;
		more = s->len > left;
	}
	in->end = all;
	in->offset = s->source.follower.at.offset;
	s->start = (size_t)(all - s->buf);
	s->len = 0;
	return more;
}

bool
input_line(struct input *in, struct slice *line)
{
	const char *newline;

	while (!in->is_stopped) {
		if (in->p == in->end && !input_next(in))
			return false;
		newline = memchr(in->p, '\n', (size_t)(in->end - in->p));
		*line = slice_range(in->p, newline ? newline : in->end);
		in->line_start = in->p;
		in->line++;
		in->p = newline != NULL ? newline + 1 : in->end;
		if (line->len > 0 && line->ptr[line->len - 1] == '\r')
			line->len--;
		if (line->len <= input_options.max_line)
			return true;
		input_malformed(in, NULL, input_too_long);
	}
	return false;
}

void
input_malformed(struct input *in, const char *at, const char *what)
{
	struct input_state *s = in->state;

	in->failed = true;
	in->malformed++;
	s->reports++;
	if (s->reports <= MAX_REPORTS) {
		if (at != NULL && at >= in->line_start)
			warn("%s:%llu:%llu: %s", in->name,
			    (unsigned long long)in->line,
			    (unsigned long long)(at - in->line_start) +
				in->column + 1,
			    what);
		else
			warn("%s:%llu: %s", in->name,
			    (unsigned long long)in->line, what);
	}
	in->is_stopped = input_options.strict;
}

int
input_close(struct input *in)
{
	struct input_state *s = in->state;

	progress_end(&s->progress);
	if (s->is_open)
		leave_file(in);
	free(s->buf);
	free(s);
	in->state = NULL;
	return in->failed ? EXIT_TROUBLE : EXIT_OK;
}

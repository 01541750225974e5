/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tele/duration.h"
#include "tele/follow.h"
#include "tele/siblings.h"

enum { TRIES = 16 }; /* while files are being renamed */

void
follow_open(struct follower *f, const char *name)
{
	*f = (struct follower){ .name = name, .fd = -1 };
}

static void
close_file(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void
leave(struct follower *f)
{
	close_file(&f->fd);
	f->is_older = f->is_copy = false;
	f->seen = 0;
	f->at = (struct place){ 0 };
}

void
follow_close(struct follower *f)
{
	leave(f);
	retired_close(&f->retired);
}

/* Read FD, which is open, from its beginning. */
static void
begin(struct follower *f, int fd, bool is_older)
{
	struct stat st;

	leave(f);
	f->fd = fd;
	f->missed_ns = 0;
	f->is_older = is_older;
	if (fstat(fd, &st) == 0) {
		f->at.dev = st.st_dev;
		f->at.ino = st.st_ino;
	}
}

/* The same from PLACE on, which FD was seen to hold. */
static void
begin_at(struct follower *f, int fd, bool is_older, const struct place *place)
{
	struct place at = *place;

	begin(f, fd, is_older);
	at.dev = f->at.dev;
	at.ino = f->at.ino;
	f->at = at;
}

/* The last generation before NAME; one before all files if there is none. */
static struct file_id
last_before(const char *name)
{
	struct file_id last = { .modified_ns = INT64_MIN };
	struct siblings s;

	if (!siblings_list(&s, name))
		return last;
	if (s.count > 0) {
		last.dev = s.list[s.count - 1].dev;
		last.ino = s.list[s.count - 1].ino;
		last.modified_ns = s.list[s.count - 1].modified_ns;
	}
	siblings_free(&s);
	return last;
}

static bool
begin_name(struct follower *f)
{
	/* In this order: what is new then is no older than the file. */
	struct file_id old = last_before(f->name);
	int fd = place_open_file(f->name);

	if (fd < 0)
		return false;
	begin(f, fd, false);
	f->at.old = old;
	return true;
}

/* Open the file at PATH if it is still ONE. */
static int
open_sibling(const struct sibling *one)
{
	int fd = place_open_file(one->path);
	struct file_id file;

	if (fd < 0)
		return -1;
	file = place_file_of(fd);
	if (file.dev == one->dev && file.ino == one->ino)
		return fd;
	close(fd);
	return -1;
}

/*
 * Open the file ONE if it holds PLACE.  *HAS_MOVED is set if it has another
 * name by now, so that it has to be looked for anew.
 */
static int
open_holder(const struct sibling *one, const struct place *place,
    bool *has_moved)
{
	int fd = open_sibling(one);
	char none = 0;

	*has_moved |= fd < 0;
	if (fd < 0 || place_read(fd, place, &none, 0) == 0)
		return fd;
	close(fd);
	return -1;
}

/* The newest copy that holds PLACE, as the likeliest; one attempt. */
static int
find_copy(const struct follower *f, const struct place *place, bool *has_moved)
{
	struct siblings s;
	int fd = -1;

	*has_moved = false;
	if (!siblings_list(&s, f->name))
		return -1;
	for (int i = s.count - 1; i >= 0 && fd < 0; i--)
		fd = open_holder(&s.list[i], place, has_moved);
	siblings_free(&s);
	return fd;
}

/* Go on at PLACE in a copy of the file; false if there is none. */
static bool
resume_in_copy(struct follower *f, const struct place *place)
{
	bool has_moved = true;
	int fd = -1;

	for (int i = 0; i < TRIES && fd < 0 && has_moved; i++)
		fd = find_copy(f, place, &has_moved);
	if (fd < 0)
		return false;
	begin_at(f, fd, true, place);
	f->is_copy = true;
	return true;
}

/*
 * Whether FD is a copy of the file NAME that is being made, or was and NAME is
 * not yet emptied: then NAME holds all of it.
 */
static bool
is_copy_of_name(const struct follower *f, int fd)
{
	struct place end = { 0 };
	struct stat st;
	char tail[PLACE_MARK], none = 0;
	ssize_t n;
	int name_fd = place_open_file(f->name);
	bool is_copy = false;

	if (name_fd < 0)
		return false;
	if (fstat(fd, &st) == 0) {
		end.offset = (uint64_t)st.st_size;
		n = st.st_size < PLACE_MARK ? st.st_size : PLACE_MARK;
		n = pread(fd, tail, (size_t)n, st.st_size - n);
		end.mark_len = n > 0 ? (uint32_t)n : 0;
		memcpy(end.mark, tail, end.mark_len);
		/* Of an empty one all is there. */
		is_copy = n >= 0 && place_read(name_fd, &end, &none, 0) == 0;
	}
	close(name_fd);
	return is_copy;
}

/*
 * Where the generation after OLD is in S: the next newer file; the count if
 * that is NAME itself.
 */
static int
find_next(const struct siblings *s, const struct file_id *old)
{
	int i = siblings_find(s, old->dev, old->ino);

	if (i >= 0)
		return i + 1;
	/* It was deleted, or compressed: what was written after it follows. */
	for (i = 0; i < s->count && s->list[i].modified_ns <= old->modified_ns;)
		i++;
	return i;
}

/* Whether NAME is what came right after OLD: nothing else did. */
static bool
is_name_next(const struct follower *f, const struct file_id *old)
{
	struct siblings s;
	bool is_next = siblings_list(&s, f->name) &&
	    find_next(&s, old) == s.count;

	siblings_free(&s);
	return is_next;
}

/* One attempt of begin_next: files may be renamed meanwhile. */
static bool
try_next(struct follower *f, const struct file_id *old, bool is_copy)
{
	struct siblings s;
	bool is_name;
	int fd = -1, i;

	if (!siblings_list(&s, f->name))
		return false;
	i = find_next(&s, old);
	is_name = i == s.count;
	if (!is_name && (fd = open_sibling(&s.list[i])) >= 0 && is_copy)
		is_name = is_copy_of_name(f, fd);
	siblings_free(&s);
	if (is_name) {
		close_file(&fd);
		fd = place_open_file(f->name);
	}
	if (fd < 0)
		return false;
	begin(f, fd, !is_name);
	f->at.old = *old;
	f->is_copy = is_copy && !is_name;
	return true;
}

/* Begin the generation after OLD; false if there is none yet. */
static bool
begin_next(struct follower *f, const struct file_id *old, bool is_copy)
{
	struct file_id after = *old;

	for (int i = 0; i < TRIES; i++)
		if (try_next(f, &after, is_copy))
			return true;
	return false;
}

/*
 * The file has no more.  Whether it is NAME still; or was replaced by one that
 * is written to already, so that nothing more is to be expected of this.
 */
static bool
is_over(const struct follower *f)
{
	struct file_id file;
	struct stat st;

	if (f->is_copy)
		return true;
	if (stat(f->name, &st) < 0 ||
	    (st.st_dev == f->at.dev && st.st_ino == f->at.ino))
		return false;
	if (st.st_size > 0 || !S_ISREG(st.st_mode))
		return true;
	/* The next one may have been replaced as well. */
	file = place_file_of(f->fd);
	return !is_name_next(f, &file);
}

/* The file was emptied, and no copy holds what was not read of it. */
static void
handle_emptied(struct follower *f)
{
	struct file_id old = f->is_older ? place_file_of(f->fd) : f->at.old;
	uint64_t seen = f->seen, offset = f->at.offset;

	f->was_emptied = true;
	f->lost += seen > offset ? seen - offset : 0;
	leave(f);
	begin_next(f, &old, true);
}

static void
note_size(struct follower *f)
{
	struct stat st;

	if (fstat(f->fd, &st) == 0 && (uint64_t)st.st_size > f->seen)
		f->seen = (uint64_t)st.st_size;
}

static enum follow_result
take(struct follower *f, const char *dst, size_t got, size_t *n)
{
	*n = got;
	place_move(&f->at, dst, got);
	return FOLLOW_DATA;
}

/* Leave the current file for the next generation, if there is one. */
static bool
go_on(struct follower *f)
{
	struct file_id old = place_file_of(f->fd);
	uint64_t offset = f->at.offset;
	int fd = dup(f->fd);
	bool has_next = begin_next(f, &old, f->is_copy);

	if (has_next && fd >= 0)
		retired_add(&f->retired, fd, offset);
	else if (fd >= 0)
		close(fd);
	return has_next;
}

/* Go on at the current place in a file newer than OLD, other than NAME. */
static bool
begin_newer(struct follower *f, const struct siblings *s, bool *has_moved)
{
	const struct place place = f->at;
	int fd;

	for (int i = find_next(s, &place.old); i < s->count; i++) {
		if (s->list[i].size == 0)
			continue;
		fd = open_holder(&s->list[i], &place, has_moved);
		if (fd < 0)
			continue;
		if (is_copy_of_name(f, fd)) {
			close(fd);
			return false;
		}
		begin_at(f, fd, true, &place);
		f->is_copy = true;
		return true;
	}
	return false;
}

/*
 * Whether what was just read of NAME is what comes next.  Near its start the
 * mark does not tell one generation from another: if a file came up beside it
 * since, NAME was that file, and the place is in there now.
 */
static bool
confirm(struct follower *f)
{
	bool is_right = true, has_moved = true;
	struct siblings s;

	if (f->is_older || f->at.offset >= PLACE_MARK)
		return true;
	for (int i = 0; i < TRIES && is_right && has_moved; i++) {
		has_moved = false;
		if (!siblings_list(&s, f->name))
			return true;
		if (siblings_find(&s, f->at.dev, f->at.ino) < 0)
			is_right = !begin_newer(f, &s, &has_moved);
		siblings_free(&s);
	}
	return is_right;
}

/*
 * The file is there, or has been: what was written since it was looked for
 * comes first.  False, with errno, if it is not there.
 */
static bool
appear(struct follower *f)
{
	struct file_id before = { 0, 0, f->missed_ns };
	struct timespec t;
	int fd;

	if (f->missed_ns == 0 && begin_name(f))
		return true;
	fd = place_open_file(f->name);
	if (fd >= 0) {
		close(fd);
		errno = ENOENT;
		return begin_next(f, &before, true);
	}
	if (errno == ENOENT && f->missed_ns == 0) {
		clock_gettime(CLOCK_REALTIME_COARSE, &t);
		f->missed_ns = t.tv_sec * NS_PER_S + t.tv_nsec;
		errno = ENOENT;
	}
	return false;
}

enum follow_result
follow_read(struct follower *f, char *dst, size_t size, bool at_line_start,
    size_t *n)
{
	ssize_t got;

	*n = 0;
	if (f->fd < 0 && !appear(f))
		return errno == ENOENT || errno == EINVAL ? FOLLOW_WAIT
							  : FOLLOW_FAILED;
	got = place_read(f->fd, &f->at, dst, size);
	if (got == -1)
		return FOLLOW_FAILED;
	/* In a copy it goes on, perhaps within a line. */
	if (got == -2 ? resume_in_copy(f, &f->at) : !confirm(f))
		got = place_read(f->fd, &f->at, dst, size);
	if (got < 0) {
		handle_emptied(f);
		return FOLLOW_BREAK;
	}
	if (got > 0) {
		note_size(f);
		return take(f, dst, (size_t)got, n);
	}
	if (is_over(f)) {
		/* What was written before it was over comes first. */
		got = place_read(f->fd, &f->at, dst, size);
		if (got > 0)
			return take(f, dst, (size_t)got, n);
		return go_on(f) ? FOLLOW_BREAK : FOLLOW_WAIT;
	}
	if (at_line_start)
		*n = retired_read(&f->retired, dst, size);
	return *n > 0 ? FOLLOW_DATA : FOLLOW_WAIT;
}

/* Whether the file of PLACE is there, under whatever name. */
static bool
is_there(const struct follower *f, const struct place *place)
{
	struct siblings s;
	struct stat st;
	bool found = stat(f->name, &st) == 0 && st.st_dev == place->dev &&
	    st.st_ino == place->ino;

	if (!found && siblings_list(&s, f->name)) {
		found = siblings_find(&s, place->dev, place->ino) >= 0;
		siblings_free(&s);
	}
	return found;
}

bool
follow_resume(struct follower *f, const struct place *place)
{
	struct file_id gone = { place->dev, place->ino, place->modified_ns };
	int fd;

	if (place->ino == 0)
		return true; /* there was no file */
	if (place->offset == 0) {
		/* The file may have been copied and emptied since. */
		begin_next(f, &place->old, true);
		return is_there(f, place);
	}
	fd = place_open(f->name, place);
	if (fd >= 0) {
		begin_at(f, fd, false, place);
		return true;
	}
	if (resume_in_copy(f, place))
		return true;
	/* What was emptied and renamed has new lines all the same. */
	begin_next(f, is_there(f, place) ? &place->old : &gone, true);
	return false;
}

bool
follow_rewind(struct follower *f, uint64_t generations)
{
	bool is_copy = f->is_copy, is_older;
	struct siblings s;
	int i, first, fd;

	if (!siblings_list(&s, f->name))
		return false;
	i = siblings_find(&s, f->at.dev, f->at.ino);
	if (i < 0)
		i = s.count;
	if (generations > (uint64_t)i) {
		siblings_free(&s);
		return false;
	}
	first = i - (int)generations;
	fd = first < i ? open_sibling(&s.list[first]) : dup(f->fd);
	is_older = first < s.count;
	siblings_free(&s);
	if (fd < 0)
		return false;
	begin(f, fd, is_older);
	f->is_copy = is_copy;
	return true;
}

bool
follow_place_at(const struct follower *f, uint64_t offset, struct place *place)
{
	uint64_t from = offset > PLACE_MARK ? offset - PLACE_MARK : 0;
	size_t len = (size_t)(offset - from);
	ssize_t n;

	if (f->fd < 0 || offset >= f->at.offset) {
		*place = f->at;
		place->modified_ns = f->fd >= 0
		    ? place_file_of(f->fd).modified_ns
		    : 0;
		return offset == f->at.offset;
	}
	*place = (struct place){ .dev = f->at.dev,
		.ino = f->at.ino,
		.offset = offset,
		.modified_ns = place_file_of(f->fd).modified_ns,
		.old = f->at.old,
		.mark_len = (uint32_t)len };
	n = pread(f->fd, place->mark, len, (off_t)from);
	/* What was read there must be what is there still. */
	return n == (ssize_t)len && place_read(f->fd, &f->at, NULL, 0) == 0;
}

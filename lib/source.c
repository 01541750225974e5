/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tele/duration.h"
#include "tele/source.h"

enum { PIPE_SIZE = 1 << 20 };

static bool
is_regular(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

bool
source_open(struct source *s, const char *name, bool is_to_follow)
{
	bool is_standard = strcmp(name, "-") == 0;
	struct stat st;

	*s = (struct source){ .name = name, .fd = -1 };
	/* What is no file yet may become one; a pipe is read as it is. */
	if (is_to_follow && !is_standard &&
	    (stat(name, &st) < 0 || S_ISREG(st.st_mode))) {
		follow_open(&s->follower, name);
		s->is_followed = true;
		return true;
	}
	s->fd = is_standard ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
	if (s->fd < 0)
		return false;
	s->can_block = !is_regular(s->fd);
#ifdef F_SETPIPE_SZ
	if (s->can_block)
		fcntl(s->fd, F_SETPIPE_SZ, PIPE_SIZE);
#endif
	return true;
}

void
source_close(struct source *s)
{
	decoder_free(s->decoder);
	s->decoder = NULL;
	if (s->is_followed)
		follow_close(&s->follower);
	if (s->fd > STDIN_FILENO)
		close(s->fd);
	s->fd = -1;
	s->is_followed = false;
}

int64_t
source_modified_ns(const struct source *s)
{
	struct stat st;
	bool is_known = s->is_followed ? stat(s->name, &st) == 0
				       : fstat(s->fd, &st) == 0;

	if (!is_known || s->can_block)
		clock_gettime(CLOCK_REALTIME, &st.st_mtim);
	return st.st_mtim.tv_sec * NS_PER_S + st.st_mtim.tv_nsec;
}

int
source_wait(const struct source *s, int timeout_ms)
{
	struct pollfd ready = { .fd = s->fd, .events = POLLIN };

	return poll(&ready, 1, timeout_ms);
}

bool
source_has_more(const struct source *s)
{
	return !s->can_block ||
	    (s->decoder != NULL && decoder_has_more(s->decoder)) ||
	    source_wait(s, 0) > 0;
}

static enum source_result
read_followed(struct source *s, char *dst, size_t size, bool at_line_start,
    size_t *n)
{
	switch (follow_read(&s->follower, dst, size, at_line_start, n)) {
	case FOLLOW_DATA:
		return SOURCE_DATA;
	case FOLLOW_BREAK:
		return SOURCE_BREAK;
	case FOLLOW_FAILED:
		return SOURCE_FAILED;
	case FOLLOW_WAIT:
		break;
	}
	return SOURCE_WAIT;
}

enum source_result
source_read(struct source *s, char *dst, size_t size, bool at_line_start,
    size_t *n, const char **wrong)
{
	ssize_t got;

	*n = 0;
	*wrong = NULL;
	if (s->is_followed)
		return read_followed(s, dst, size, at_line_start, n);
	got = s->decoder != NULL ? decoder_read(s->decoder, dst, size, wrong)
				 : read(s->fd, dst, size);
	if (got >= 0) {
		*n = (size_t)got;
		return got > 0 ? SOURCE_DATA : SOURCE_END;
	}
	if (*wrong == NULL && errno == EAGAIN)
		source_wait(s, -1);
	else if (*wrong != NULL || errno != EINTR)
		return SOURCE_FAILED;
	return SOURCE_AGAIN;
}

void
source_decode(struct source *s, enum decode_kind kind, struct slice start)
{
	if (s->is_followed) {
		follow_close(&s->follower);
		s->is_followed = false;
		s->fd = open(s->name, O_RDONLY | O_CLOEXEC);
		start.len = 0;
	}
	s->decoder = decoder_new(kind, s->fd, start);
}

/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tele/diag.h"
#include "tele/mem.h"
#include "tele/out.h"

enum {
	BUFFER = 64 * 1024,  /* flushed when a record crosses this */
	SLACK = 64,          /* scribbled on by wide copies */
	PIPE_SIZE = 1 << 20, /* the most an unprivileged process may ask for */
};

void
out_open(struct out *out, int fd)
{
	*out = (struct out){ .fd = fd,
		.name = "standard output",
		.is_standard = true };
	out->is_terminal = isatty(fd);
	out->cap = 2 * BUFFER;
	out->buf = mem_alloc(out->cap + SLACK);
#ifdef F_SETPIPE_SZ
	fcntl(fd, F_SETPIPE_SZ, PIPE_SIZE); /* fails where it is no pipe */
#endif
}

void
out_open_memory(struct out *out)
{
	*out = (struct out){ .fd = -1, .name = "memory" };
}

/* A new file beside TARGET, as its name with a suffix of this process. */
static int
create_draft(const char *target, char **draft)
{
	size_t size = strlen(target) + 32;
	int fd = -1;

	*draft = mem_alloc(size);
	for (int i = 0; fd < 0 && i < 100; i++) {
		snprintf(*draft, size, "%s.%ld-%d", target, (long)getpid(), i);
		fd = open(*draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		    0666);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	if (fd < 0) {
		free(*draft);
		*draft = NULL;
	}
	return fd;
}

bool
out_create(struct out *out, const char *name)
{
	char *target = realpath(name, NULL), *draft = NULL;
	struct stat st;
	bool is_old = target != NULL && stat(target, &st) == 0;
	int fd;

	if (is_old && !S_ISREG(st.st_mode)) {
		fd = open(target, O_WRONLY | O_CLOEXEC);
	} else if (is_old && access(target, W_OK) < 0) {
		fd = -1;
	} else {
		if (target == NULL)
			target = mem_string(slice_of(name));
		fd = create_draft(target, &draft);
		if (fd >= 0 && is_old)
			fchmod(fd, st.st_mode & 07777);
	}
	if (fd < 0) {
		free(target);
		return false;
	}
	out_open(out, fd);
	out->name = name;
	out->is_standard = false;
	out->draft = draft;
	out->target = target;
	return true;
}

static void
fail(struct out *out, int error)
{
	const char *quote = out->is_standard ? "" : "'";

	out->error = error;
	if (error != EPIPE)
		warn("cannot write %s%s%s: %s", quote, out->name, quote,
		    strerror(error));
}

bool
out_has_reader(int fd)
{
	struct pollfd gone = { .fd = fd };

	return poll(&gone, 1, 0) <= 0 ||
	    (gone.revents & (POLLERR | POLLHUP)) == 0;
}

void
out_flush(struct out *out)
{
	struct pollfd wait = { .fd = out->fd, .events = POLLOUT };
	size_t done = 0;
	ssize_t n;

	if (out->fd < 0)
		return;
	while (done < out->len && out->error == 0) {
		n = write(out->fd, out->buf + done, out->len - done);
		if (n >= 0)
			done += (size_t)n;
		else if (errno == EAGAIN)
			poll(&wait, 1, -1);
		else if (errno != EINTR)
			fail(out, errno);
	}
	out->len = 0;
}

char *
out_reserve(struct out *out, size_t size)
{
	if (out->len >= BUFFER)
		out_flush(out);
	if (out->buf == NULL || size > out->cap - out->len) {
		out->cap = out->len * 2 + size + BUFFER;
		out->buf = mem_resize(out->buf, out->cap + SLACK, 1);
	}
	return out->buf + out->len;
}

void
out_write(struct out *out, struct slice s)
{
	char *p;

	if (s.len == 0)
		return;
	p = out_reserve(out, s.len);
	memcpy(p, s.ptr, s.len);
	out_commit(out, p + s.len);
}

void
out_format(struct out *out, const char *format, ...)
{
	char *p = out_reserve(out, 1024);
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(p, 1024, format, args);
	va_end(args);
	if (len >= 1024) {
		p = out_reserve(out, (size_t)len + 1);
		va_start(args, format);
		len = vsnprintf(p, (size_t)len + 1, format, args);
		va_end(args);
	}
	if (len > 0)
		out_commit(out, p + len);
}

bool
out_take_back(int fd, uint64_t size)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return true;
	return (uint64_t)st.st_size >= size &&
	    ftruncate(fd, (off_t)size) == 0 &&
	    lseek(fd, (off_t)size, SEEK_SET) >= 0;
}

bool
out_take_back_part(int fd)
{
	char block[4096];
	struct stat st;
	off_t end;
	size_t n;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return true;
	for (end = st.st_size; end > 0; end -= (off_t)n) {
		n = end < (off_t)sizeof(block) ? (size_t)end : sizeof(block);
		if (pread(fd, block, n, end - (off_t)n) != (ssize_t)n)
			return false;
		const char *newline = memrchr(block, '\n', n);
		if (newline != NULL) {
			end -= (off_t)n - (newline + 1 - block);
			break;
		}
	}
	return out_take_back(fd, (uint64_t)end);
}

uint64_t
out_size(const struct out *out)
{
	off_t at = lseek(out->fd, 0, SEEK_CUR);

	return at > 0 ? (uint64_t)at : 0;
}

/* What was written takes the place of its target, or goes. */
static void
settle_draft(struct out *out)
{
	if (out->draft != NULL &&
	    (out->error != 0 || rename(out->draft, out->target) < 0)) {
		if (out->error == 0)
			fail(out, errno);
		unlink(out->draft);
	}
	free(out->draft);
	free(out->target);
	out->draft = out->target = NULL;
}

bool
out_close(struct out *out)
{
	out_flush(out);
	/* Closing is where NFS and quotas report what they had deferred. */
	if (out->fd >= 0 && close(out->fd) < 0 && out->error == 0 &&
	    errno != EINTR)
		fail(out, errno);
	settle_draft(out);
	free(out->buf);
	out->buf = NULL;
	return out->error == 0;
}

void
out_spaces(struct out *out, int n)
{
	if (n > 0)
		out_format(out, "%*s", n, "");
}

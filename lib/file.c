/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "tele/file.h"
#include "tele/mem.h"

enum { FIRST_SIZE = 32 * 1024 };

/* All that FD has, up to a byte more than MAX. */
static ssize_t
read_all(int fd, size_t max, char **buf, size_t *len)
{
	size_t cap = 0;
	ssize_t n = 1;

	while (n > 0 && *len <= max) {
		*buf = mem_grow(*buf, &cap, *len + FIRST_SIZE, 1);
		do
			n = read(fd, *buf + *len, cap - *len);
		while (n < 0 && errno == EINTR);
		*len += n > 0 ? (size_t)n : 0;
	}
	return n;
}

char *
file_read(const char *path, size_t max, struct slice *text)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), error;
	char *buf = NULL;
	size_t len = 0;

	if (fd < 0)
		return NULL;
	error = read_all(fd, max, &buf, &len) < 0 ? errno
	    : len > max                           ? EFBIG
						  : 0;
	close(fd);
	if (error != 0) {
		free(buf);
		errno = error;
		return NULL;
	}
	*text = (struct slice){ buf, len };
	return buf;
}

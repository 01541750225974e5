/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tele/duration.h"
#include "tele/place.h"

int
place_open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	errno = EINVAL;
	return -1;
}

struct file_id
place_file_of(int fd)
{
	struct file_id file = { 0 };
	struct stat st;

	if (fstat(fd, &st) == 0)
		file = (struct file_id){ st.st_dev, st.st_ino,
			st.st_mtim.tv_sec * NS_PER_S + st.st_mtim.tv_nsec };
	return file;
}

void
place_move(struct place *at, const char *dst, size_t n)
{
	size_t keep;

	at->offset += n;
	if (n >= PLACE_MARK) {
		memcpy(at->mark, dst + n - PLACE_MARK, PLACE_MARK);
		at->mark_len = PLACE_MARK;
		return;
	}
	keep = PLACE_MARK - n < at->mark_len ? PLACE_MARK - n : at->mark_len;
	memmove(at->mark, at->mark + at->mark_len - keep, keep);
	memcpy(at->mark + keep, dst, n);
	at->mark_len = (uint32_t)(keep + n);
}

ssize_t
place_read(int fd, const struct place *place, char *dst, size_t size)
{
	char mark[PLACE_MARK];
	struct iovec parts[2] = { { mark, place->mark_len }, { dst, size } };
	ssize_t n;

	do
		n = preadv(fd, parts, 2,
		    (off_t)(place->offset - place->mark_len));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -1;
	if ((size_t)n < place->mark_len ||
	    memcmp(mark, place->mark, place->mark_len) != 0)
		return -2;
	return n - (ssize_t)place->mark_len;
}

int
place_open(const char *path, const struct place *place)
{
	int fd = place_open_file(path);
	char none = 0;

	if (fd >= 0 && place_read(fd, place, &none, 0) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

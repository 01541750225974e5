/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <unistd.h>

#include "tele/duration.h"
#include "tele/retired.h"

/* How long a file is still looked at: until its writer has noticed. */
static const int64_t retire_ns = 5 * NS_PER_S;

void
retired_add(struct retired *r, int fd, uint64_t offset)
{
	int i = r->count;

	if (i == RETIRED_FILES) {
		close(r->list[0].fd);
		memmove(r->list, r->list + 1,
		    (RETIRED_FILES - 1) * sizeof(*r->list));
		i--;
	} else {
		r->count++;
	}
	r->list[i].fd = fd;
	r->list[i].offset = offset;
	r->list[i].until_ns = clock_ns() + retire_ns;
}

size_t
retired_read(struct retired *r, char *dst, size_t size)
{
	int64_t now = r->count > 0 ? clock_ns() : 0;
	const char *newline;
	size_t done = 0;
	ssize_t n;

	for (int i = 0; i < r->count && done == 0; i++) {
		n = pread(r->list[i].fd, dst, size, (off_t)r->list[i].offset);
		newline = n > 0 ? memrchr(dst, '\n', (size_t)n) : NULL;
		if (newline != NULL) {
			done = (size_t)(newline + 1 - dst);
			r->list[i].offset += done;
			r->list[i].until_ns = now + retire_ns;
		} else if (now > r->list[i].until_ns) {
			close(r->list[i].fd);
			r->count--;
			memmove(r->list + i, r->list + i + 1,
			    (size_t)(r->count - i) * sizeof(*r->list));
			i--;
		}
	}
	return done;
}

void
retired_close(struct retired *r)
{
	for (int i = 0; i < r->count; i++)
		close(r->list[i].fd);
	r->count = 0;
}

/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/inotify.h>
#endif

#include "tele/mem.h"
#include "tele/watch.h"

static void
add(struct watch *w, int fd, short events)
{
	w->polls = mem_grow(w->polls, &w->cap, w->count + 1, sizeof(*w->polls));
	w->polls[w->count++] = (struct pollfd){ fd, events, 0 };
}

void
watch_init(struct watch *w)
{
	*w = (struct watch){ .fd = -1 };
#ifdef __linux__
	w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
#endif
	if (w->fd >= 0)
		add(w, w->fd, POLLIN);
}

void
watch_free(struct watch *w)
{
	if (w->fd >= 0)
		close(w->fd);
	free(w->polls);
}

void
watch_file(struct watch *w, const char *name)
{
#ifdef __linux__
	const char *slash = strrchr(name, '/');
	char *folder;

	if (w->fd < 0)
		return;
	folder = slash == NULL || slash == name
	    ? mem_string(slice_of(slash == NULL ? "." : "/"))
	    : mem_string(slice_range(name, slash));
	/* Changes of the files in a folder wake who watches that. */
	inotify_add_watch(w->fd, folder,
	    IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE |
		IN_ATTRIB);
	/* A link leads elsewhere, which the folder does not tell. */
	inotify_add_watch(w->fd, name, IN_MODIFY | IN_ATTRIB);
	free(folder);
#else
	(void)w;
	(void)name;
#endif
}

void
watch_input(struct watch *w, int fd)
{
	add(w, fd, POLLIN);
}

void
watch_output(struct watch *w, int fd)
{
	add(w, fd, 0); /* POLLERR and POLLHUP come unasked */
}

#ifdef __linux__
/* Take what inotify tells. */
static void
read_changes(struct watch *w)
{
	_Alignas(struct inotify_event) char events[4096];
	const struct inotify_event *event;
	ssize_t n;

	while ((n = read(w->fd, events, sizeof(events))) > 0)
		for (const char *p = events; p < events + n;
		     p += sizeof(*event) + event->len) {
			event = (const void *)p;
			if ((event->mask &
				(IN_CREATE | IN_MOVED_TO | IN_Q_OVERFLOW)) != 0)
				w->has_new = true;
		}
}
#else
static void
read_changes(struct watch *w)
{
	w->has_new = true;
}
#endif

bool
watch_wait(struct watch *w, int timeout_ms)
{
	bool has_inotify = w->fd >= 0;
	int longest_ms = has_inotify ? WATCH_LONGEST_MS : WATCH_POLL_MS;

	if (timeout_ms < 0 || timeout_ms > longest_ms)
		timeout_ms = longest_ms;
	if (poll(w->polls, (nfds_t)w->count, timeout_ms) <= 0)
		return true;
	if (has_inotify && w->polls[0].revents != 0)
		read_changes(w);
	for (size_t i = has_inotify; i < w->count; i++)
		if (w->polls[i].events == 0 &&
		    (w->polls[i].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0)
			return false;
	return true;
}

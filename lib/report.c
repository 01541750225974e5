/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tele/beside.h"
#include "tele/report.h"
#include "tele/term.h"

bool report_ndjson;

bool
report_is_shown(void)
{
	return !report_ndjson && isatty(STDOUT_FILENO);
}

size_t
report_rows(void)
{
	/* A heading, up to three lines of what is hidden, a note, the cursor.
	 */
	enum { AROUND = 6 };
	int height = term_height(STDOUT_FILENO);

	return height > AROUND ? (size_t)(height - AROUND) : 1;
}

/* Run tele-fmt on what is written to the descriptor that this returns. */
static int
start_formatter(struct report *r)
{
	char path[PATH_MAX];
	int fds[2];

	if (!beside_find("tele-fmt", path) || pipe(fds) < 0)
		return -1;
	r->child = fork();
	if (r->child == 0) {
		dup2(fds[0], STDIN_FILENO);
		close(fds[0]);
		close(fds[1]);
		execl(path, "tele-fmt", (char *)NULL);
		_exit(127);
	}
	close(fds[0]);
	if (r->child < 0) {
		close(fds[1]);
		r->child = 0;
		return -1;
	}
	return fds[1];
}

void
report_open(struct report *r, bool redraw)
{
	static const char clear[] = "\033[H\033[J";
	int fd = -1;

	r->child = 0;
	if (report_is_shown()) {
		if (redraw)
			(void)!write(STDOUT_FILENO, clear, sizeof(clear) - 1);
		fd = start_formatter(r);
	}
	/* Standard output outlives a report: another may follow. */
	if (fd < 0)
		fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	out_open(&r->out, fd >= 0 ? fd : STDOUT_FILENO);
}

bool
report_close(struct report *r)
{
	bool ok = out_close(&r->out);
	int status;

	if (r->child == 0)
		return ok;
	while (waitpid(r->child, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return ok && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void
report_note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vdprintf(STDOUT_FILENO, format, args);
	va_end(args);
	dprintf(STDOUT_FILENO, "\n");
}

/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <unistd.h>

#include "tele/duration.h"
#include "tele/progress.h"

void
progress_begin(struct progress *p, bool is_asked, uint64_t total_bytes)
{
	*p = (struct progress){ .total_bytes = total_bytes,
		.began_ns = clock_ns(),
		.is_asked = is_asked };
	p->draws = is_asked || (isatty(STDERR_FILENO) && total_bytes > 0);
}

static void
draw(struct progress *p, bool is_last)
{
	int64_t now = clock_ns(), spent = now - p->began_ns;
	double rate = (double)p->done_bytes * 1e9 / (double)(spent + 1);
	char text[120];
	int len;

	/* Unasked, only what takes more than a second is worth a line. */
	if ((!p->is_asked && spent < NS_PER_S) ||
	    (!is_last && now - p->drawn_ns < NS_PER_S / 5))
		return;
	p->drawn_ns = now;
	len = snprintf(text, sizeof(text), "\r%9.1f MB  %7.1f MB/s",
	    (double)p->done_bytes / 1e6, rate / 1e6);
	if (p->total_bytes > 0)
		len += snprintf(text + len, sizeof(text) - (size_t)len,
		    "  %3.0f %%  %4.0f s left",
		    100.0 * (double)p->done_bytes / (double)p->total_bytes,
		    (double)(p->total_bytes - p->done_bytes) / (rate + 1));
	len += snprintf(text + len, sizeof(text) - (size_t)len,
	    is_last ? (p->is_asked ? "\033[K\n" : "\r\033[K") : "\033[K");
	(void)!write(STDERR_FILENO, text, (size_t)len);
}

void
progress_add(struct progress *p, uint64_t n)
{
	p->done_bytes += n;
	if (p->draws)
		draw(p, false);
}

void
progress_end(struct progress *p)
{
	if (p->draws && p->done_bytes > 0)
		draw(p, true);
}

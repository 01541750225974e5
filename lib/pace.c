/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>

#include "tele/duration.h"
#include "tele/pace.h"

/* Digits, perhaps with a dot and more digits: not what strtod takes. */
static const char *
scan_decimal(const char *p, long double *value)
{
	long double unit = 1;

	*value = 0;
	if (*p < '0' || *p > '9')
		return NULL;
	for (; *p >= '0' && *p <= '9'; p++)
		*value = *value * 10 + (*p - '0');
	if (*p != '.')
		return p;
	if (*++p < '0' || *p > '9')
		return NULL;
	for (; *p >= '0' && *p <= '9'; p++)
		*value += (*p - '0') / (unit *= 10);
	return p;
}

bool
pace_speed(const char *text, long double *speed)
{
	const long double most = 1e9L;
	const char *p;

	*speed = 0;
	if (strcmp(text, "max") == 0)
		return true;
	p = scan_decimal(text, speed);
	if (p == NULL || *speed * most < 1 || *speed > most)
		return false;
	return *p == '\0' || (*p == 'x' && p[1] == '\0');
}

void
pace_begin(struct pace *p, int64_t now_ns)
{
	p->has_begun = false;
	p->last_ns = now_ns;
	p->longest_ns = 0;
}

void
pace_again(struct pace *p)
{
	p->has_begun = false;
}

/* Count from an event that was recorded at NS and is due at DUE_NS. */
static int64_t
count_from(struct pace *p, int64_t ns, int64_t due_ns)
{
	p->has_begun = true;
	p->recorded_ns = ns;
	p->due_ns = due_ns;
	return due_ns;
}

int64_t
pace_due(struct pace *p, int64_t ns)
{
	/* As times reach over 585 years, only this may be so long. */
	const long double longest = (long double)(INT64_MAX / 4);
	long double after;
	int64_t due, wait;

	if (p->speed == 0)
		return p->last_ns;
	if (!p->has_begun)
		return count_from(p, ns, p->last_ns);
	after = ((long double)ns - (long double)p->recorded_ns) / p->speed;
	if (after > longest)
		after = longest;
	due = after > 0 ? p->due_ns + (int64_t)after : p->due_ns;
	wait = due > p->last_ns ? due - p->last_ns : 0;
	if (p->max_wait_ns > 0 && wait > p->max_wait_ns) {
		wait = p->max_wait_ns;
		count_from(p, ns, p->last_ns + wait);
	}
	if (wait > p->longest_ns)
		p->longest_ns = wait;
	return p->last_ns += wait;
}

enum pace_end
pace_wait(int64_t due_ns, int fd, short events)
{
	struct pollfd poll = { .fd = fd, .events = events };
	struct timespec left;
	sigset_t none;
	int64_t ns;
	int n;

	sigemptyset(&none);
	do {
		ns = due_ns - clock_ns();
		if (ns < 0)
			ns = 0;
		left = (struct timespec){ ns / NS_PER_S, ns % NS_PER_S };
		n = ppoll(&poll, 1, &left, &none);
		if (n < 0 && errno == EINTR)
			return PACE_SIGNAL;
		if (n > 0)
			return PACE_READY;
	} while (ns > 0);
	return PACE_DUE;
}

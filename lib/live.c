/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "tele/duration.h"
#include "tele/live.h"
#include "tele/out.h"

enum { PATIENCE_MS = 1000 };

static volatile sig_atomic_t caught;

static void catch (int signal)
{
	caught = signal;
}

static int64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

void
live_catch_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	/* Without SA_RESTART: a read that waits shall not go on waiting. */
	struct sigaction wish = { .sa_handler = catch }, old;

	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		if (sigaction(signals[i], NULL, &old) == 0 &&
		    old.sa_handler != SIG_IGN)
			sigaction(signals[i], &wish, NULL);
}

bool
live_is_stopped(void)
{
	return caught != 0;
}

int
live_signal(void)
{
	return caught;
}

void
live_start(struct live *l, int64_t every_ns)
{
	*l = (struct live){ every_ns, now_ns() + every_ns };
	live_catch_signals();
}

bool
live_is_due(struct live *l)
{
	int64_t now;

	if (l->every_ns == 0)
		return false;
	now = now_ns();
	if (now < l->next_ns)
		return false;
	l->next_ns += l->every_ns;
	if (l->next_ns <= now)
		l->next_ns = now + l->every_ns;
	return true;
}

bool
live_is_over(void)
{
	return live_is_stopped() || !out_has_reader(STDOUT_FILENO);
}

int
live_patience_ms(const struct live *l)
{
	int64_t left;

	if (l->every_ns == 0)
		return PATIENCE_MS;
	left = (l->next_ns - now_ns() + NS_PER_MS - 1) / NS_PER_MS;
	return left < 0 ? 0 : left < PATIENCE_MS ? (int)left : PATIENCE_MS;
}

void
live_end(int status)
{
	int number = caught;

	if (number != 0) {
		signal(number, SIG_DFL);
		raise(number);
	}
	if (!out_has_reader(STDOUT_FILENO))
		raise(SIGPIPE);
	exit(status);
}

/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tele/beside.h"
#include "tele/command.h"
#include "tele/diag.h"
#include "tele/duration.h"
#include "tele/live.h"
#include "tele/pace.h"

extern char **environ;

/* How long it has to end after it was told to. */
#define GRACE_NS (2 * NS_PER_S)

static void
notice(int signal)
{
	(void)signal;
}

/*
 * Signals only come where pace_wait lets them, so that none is missed between
 * a look at it and a wait.
 */
static void
hold_signals(void)
{
	struct sigaction wake = { .sa_handler = notice };
	sigset_t held;

	live_catch_signals();
	sigaction(SIGCHLD, &wake, NULL);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&held);
	sigaddset(&held, SIGINT);
	sigaddset(&held, SIGTERM);
	sigaddset(&held, SIGHUP);
	sigaddset(&held, SIGCHLD);
	sigprocmask(SIG_BLOCK, &held, NULL);
}

/* Start PATH with these descriptors; an errno. */
static int
spawn(pid_t *pid, const char *path, char *argv[], int in, int out)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, usual;
	int error;

	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	sigaddset(&usual, SIGXFSZ);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &usual);
	posix_spawnattr_setflags(&attributes,
	    POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	error = posix_spawnp(pid, path, &actions, &attributes, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	if (error != 0)
		*pid = 0;
	return error;
}

/* Have the tool at PATH read the log from LOG; an errno. */
static int
start_extract(struct command *c, const char *path, int log)
{
	char *argv[] = { "tele-extract", "-", "-f", (char *)c->format, NULL };

	if (c->format == NULL)
		argv[2] = NULL;
	return spawn(&c->extract, path, argv, log, c->out_fd);
}

bool
command_start(struct command *c, char *argv[])
{
	char extract[PATH_MAX];
	int in[2], log[2], error;

	c->name = argv[0];
	c->in_fd = -1;
	c->pid = c->extract = 0;
	if (!beside_find("tele-extract", extract)) {
		warn("there is no tele-extract beside this tool");
		return false;
	}
	if (pipe2(in, O_CLOEXEC) < 0 || pipe2(log, O_CLOEXEC) < 0) {
		warn("cannot make a pipe: %s", strerror(errno));
		return false;
	}
	hold_signals();
	fcntl(in[1], F_SETFL, O_NONBLOCK);
	c->in_fd = in[1];
	error = spawn(&c->pid, argv[0], argv, in[0], log[1]);
	if (error == 0)
		error = start_extract(c, extract, log[0]);
	if (error != 0)
		warn("cannot run '%s': %s", c->pid > 0 ? extract : argv[0],
		    strerror(error));
	close(in[0]);
	close(log[0]);
	close(log[1]);
	return error == 0;
}

/* Note which of both are over. */
static void
reap(struct command *c)
{
	if (c->pid > 0 && waitpid(c->pid, &c->status, WNOHANG) == c->pid)
		c->pid = 0;
	if (c->extract > 0 &&
	    waitpid(c->extract, &c->extract_status, WNOHANG) == c->extract)
		c->extract = 0;
}

static int64_t
deadline(const struct command *c)
{
	return c->timeout_ns > 0 ? clock_ns() + c->timeout_ns : INT64_MAX;
}

/* Wait for EVENTS of its input until DUE_NS; PACE_SIGNAL: do not go on. */
static enum pace_end
wait_for(struct command *c, int64_t due_ns, short events)
{
	enum pace_end end;

	do {
		end = pace_wait(due_ns, c->in_fd, events);
		reap(c);
		c->is_stopped = live_is_stopped();
	} while (end == PACE_SIGNAL && !c->is_stopped && c->pid > 0);
	return end;
}

/* It is not written to any more, for END; false. */
static bool
give_up(struct command *c, enum pace_end end)
{
	c->is_late = end == PACE_DUE;
	c->has_closed = end != PACE_DUE && !c->is_stopped;
	return false;
}

bool
command_write(struct command *c, struct slice text)
{
	int64_t due = deadline(c);
	enum pace_end end;
	ssize_t n;

	while (text.len > 0) {
		n = write(c->in_fd, text.ptr, text.len);
		if (n >= 0) {
			text.ptr += n;
			text.len -= (size_t)n;
			due = deadline(c);
			continue;
		}
		if (errno != EAGAIN && errno != EINTR)
			return give_up(c, PACE_READY);
		end = wait_for(c, due, POLLOUT);
		if (end != PACE_READY)
			return give_up(c, end);
	}
	return true;
}

bool
command_wait(struct command *c, int64_t due_ns)
{
	enum pace_end end = wait_for(c, due_ns, 0);

	/* Of a pipe that is not waited for, only its end makes it ready. */
	return end == PACE_DUE || give_up(c, end);
}

/* Wait until *PID, of C, is over; false at DUE_NS or after a signal. */
static bool
await(struct command *c, const pid_t *pid, int64_t due_ns)
{
	reap(c);
	while (*pid > 0) {
		if (pace_wait(due_ns, -1, 0) == PACE_DUE)
			return false;
		reap(c);
		if (!c->is_stopped && live_is_stopped()) {
			c->is_stopped = true;
			return false;
		}
	}
	return true;
}

/* End *PID, of C: ask it by SIGNAL, then do not ask. */
static void
end(struct command *c, const pid_t *pid, int signal)
{
	if (*pid <= 0)
		return;
	kill(*pid, signal);
	if (await(c, pid, clock_ns() + GRACE_NS) || *pid <= 0)
		return;
	kill(*pid, SIGKILL);
	await(c, pid, clock_ns() + GRACE_NS);
}

/* Let both end, the command first. */
static void
end_both(struct command *c)
{
	int signal = live_is_stopped() ? live_signal() : SIGTERM;

	if (!c->is_stopped && !c->is_late && !await(c, &c->pid, deadline(c)))
		c->is_late = !c->is_stopped;
	if (c->is_stopped)
		signal = live_signal();
	end(c, &c->pid, signal);
	/* What the command started may still have its output. */
	if (!await(c, &c->extract,
		c->is_stopped || c->is_late ? clock_ns() + GRACE_NS
					    : deadline(c)))
		end(c, &c->extract, SIGTERM);
}

static bool
was_killed(int status, int signal)
{
	return WIFSIGNALED(status) && WTERMSIG(status) == signal;
}

/*
 * Close its standard input, but keep an end of the pipe to see later whether it
 * was read: a small one takes all that is written, also where nobody reads it.
 */
static int
close_input(struct command *c)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", c->in_fd);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	close(c->in_fd);
	c->in_fd = -1;
	return fd;
}

static bool
has_unread(int fd)
{
	int bytes = 0;

	return fd >= 0 && ioctl(fd, FIONREAD, &bytes) == 0 && bytes > 0;
}

/* Say what went wrong, if anything did: one thing, the cause of the others. */
static bool
report(const struct command *c)
{
	/* Who reads the log says so itself, if that is the cause. */
	if (c->is_stopped || was_killed(c->extract_status, SIGPIPE) ||
	    (was_killed(c->status, SIGPIPE) && c->extract_status != 0))
		return false;
	if (c->is_late)
		warn("'%s' has not %s in %g s (--timeout)", c->name,
		    c->in_fd >= 0 ? "read on" : "ended",
		    (double)c->timeout_ns / NS_PER_S);
	else if (WIFSIGNALED(c->status))
		warn("'%s' was killed by signal %d, %s", c->name,
		    WTERMSIG(c->status), strsignal(WTERMSIG(c->status)));
	else if (WEXITSTATUS(c->status) != 0)
		warn("'%s' failed: its exit status is %d", c->name,
		    WEXITSTATUS(c->status));
	else if (c->has_closed)
		warn("'%s' has closed its standard input before the end of the "
		     "events",
		    c->name);
	else if (was_killed(c->extract_status, SIGTERM))
		warn("something that '%s' has started still has its output",
		    c->name);
	else
		return WIFEXITED(c->extract_status) &&
		    WEXITSTATUS(c->extract_status) != EXIT_TROUBLE;
	return false;
}

bool
command_finish(struct command *c)
{
	sigset_t held;
	int input;

	if (c->is_late) {
		end_both(c);
		close(c->in_fd);
	} else {
		input = close_input(c);
		end_both(c);
		c->has_closed |= has_unread(input);
		if (input >= 0)
			close(input);
	}
	signal(SIGPIPE, SIG_DFL);
	sigfillset(&held);
	sigprocmask(SIG_UNBLOCK, &held, NULL);
	return report(c);
}

/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tele/graphlayout.h"
#include "tele/mem.h"

/* Graphviz counts in inches, of which its pictures have 72 pixels each. */
#define INCH 72.0

enum { MOST_POINTS = 10000, FARTHEST = 1000000, FONT = 9, WIDE = 3 };

extern char **environ;

/*
 * What `dot` is to lay out: boxes of a size, and lines with labels of a size,
 * for which a number, filled up, has to do: it tells lines apart afterwards.
 */
static void
write_graph(const struct layout *l, const char *direction, FILE *file)
{
	fprintf(file,
	    "digraph g { rankdir=%s\n"
	    "node [shape=box, fixedsize=true, label=\"\"]\n"
	    "edge [fontname=\"Courier\"]\n",
	    direction);
	for (size_t i = 0; i < l->box_count; i++)
		fprintf(file, "n%zu [width=%.3f, height=%.3f]\n", i,
		    (double)l->boxes[i].width / INCH,
		    (double)l->boxes[i].height / INCH);
	for (size_t i = 0; i < l->line_count; i++)
		fprintf(file, "n%u -> n%u [label=\"e%zu%.*s\", fontsize=%d]\n",
		    l->lines[i].ends.from, l->lines[i].ends.to, i,
		    (int)(l->lines[i].width / 6 < 60 ? l->lines[i].width / 6
						     : 60),
		    "____________________________________________________"
		    "________",
		    FONT);
	fputs("}\n", file);
	fflush(file);
	rewind(file);
}

/* Start `dot`, without a shell; the process, or -1. */
static pid_t
start_dot(int in, int out)
{
	static char name[] = "dot", plain[] = "-Tplain";
	char *const arguments[] = { name, plain, NULL };
	posix_spawn_file_actions_t files;
	pid_t pid;
	int error;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null",
	    O_WRONLY, 0);
	error = posix_spawnp(&pid, name, &files, NULL, arguments, environ);
	posix_spawn_file_actions_destroy(&files);
	return error == 0 ? pid : -1;
}

/* Wait for PID, as long as it may take; whether it did what it should. */
static bool
wait_for(pid_t pid)
{
	const struct timespec moment = { 0, 5000000 };
	struct timespec now;
	time_t end;
	pid_t done;
	int status = 0;

	clock_gettime(CLOCK_MONOTONIC, &now);
	end = now.tv_sec + LAYOUT_SECONDS;
	while ((done = waitpid(pid, &status, WNOHANG)) == 0 ||
	    (done < 0 && errno == EINTR)) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec > end) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			return false;
		}
		nanosleep(&moment, NULL);
	}
	return done == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* The next word of *TEXT as a number of pixels; false if it is none. */
static bool
next_length(char **text, int64_t *pixels)
{
	char *end;
	double inches = strtod(*text, &end);

	if (end == *text || !isfinite(inches) || fabs(inches * INCH) > FARTHEST)
		return false;
	*text = end;
	*pixels = (int64_t)lround(inches * INCH);
	return true;
}

/* "graph SCALE WIDTH HEIGHT" */
static bool
read_size(struct layout *l, char *text)
{
	int64_t scale;

	return next_length(&text, &scale) && next_length(&text, &l->width) &&
	    next_length(&text, &l->height);
}

/* "node nI X Y WIDTH HEIGHT ...", the middle of it, upwards */
static bool
read_box(struct layout *l, char *text)
{
	unsigned long i = text[0] == 'n' ? strtoul(text + 1, &text, 10)
					 : l->box_count;
	struct layout_box *b;
	int64_t x, y;

	if (i >= l->box_count || !next_length(&text, &x) ||
	    !next_length(&text, &y))
		return false;
	b = &l->boxes[i];
	b->x = x - b->width / 2;
	b->y = l->height - y - b->height / 2;
	return true;
}

/* "edge nA nB COUNT X Y ... eI___ X Y STYLE COLOUR" */
static bool
read_line(struct layout *l, char *text)
{
	struct svg_point *points = NULL;
	struct layout_line *line;
	unsigned long count = 0, i;
	bool is_whole;

	for (int k = 0; k < 2 && text != NULL; k++)
		text = strchr(text, ' ') == NULL ? NULL : strchr(text, ' ') + 1;
	if (text != NULL)
		count = strtoul(text, &text, 10);
	if (count < 4 || count > MOST_POINTS || count % 3 != 1)
		return false;
	points = mem_zalloc(count, sizeof(*points));
	is_whole = true;
	for (unsigned long k = 0; k < count && is_whole; k++) {
		is_whole = next_length(&text, &points[k].x) &&
		    next_length(&text, &points[k].y);
		points[k].y = l->height - points[k].y;
	}
	text += strspn(text, " \"");
	i = is_whole && text[0] == 'e' ? strtoul(text + 1, &text, 10)
				       : l->line_count;
	if (i >= l->line_count || l->lines[i].points != NULL) {
		free(points);
		return false;
	}
	line = &l->lines[i];
	line->points = points;
	line->count = count;
	text += strspn(text, "_\"");
	is_whole = next_length(&text, &line->x) && next_length(&text, &line->y);
	line->y = l->height - line->y;
	return is_whole;
}

/* Every box and every line must have its place. */
static bool
read_plain(struct layout *l, FILE *file)
{
	size_t boxes = 0, lines = 0, cap = 0;
	bool is_whole = true;
	char *text = NULL;

	while (is_whole && getline(&text, &cap, file) >= 0)
		if (strncmp(text, "graph ", 6) == 0)
			is_whole = read_size(l, text + 6);
		else if (strncmp(text, "node ", 5) == 0)
			is_whole = read_box(l, text + 5) && ++boxes > 0;
		else if (strncmp(text, "edge ", 5) == 0)
			is_whole = read_line(l, text + 5) && ++lines > 0;
	free(text);
	return is_whole && boxes == l->box_count && lines == l->line_count;
}

/* Nothing that Graphviz said is to be left. */
static void
forget(struct layout *l)
{
	for (size_t i = 0; i < l->line_count; i++) {
		free(l->lines[i].points);
		l->lines[i].points = NULL;
		l->lines[i].count = 0;
	}
}

static bool
try(struct layout *l, const char *direction)
{
	/* Files, not pipes: neither side can wait for the other for ever. */
	FILE *in = tmpfile(), *out = tmpfile();
	bool is_done = false;
	pid_t pid = -1;

	if (in != NULL && out != NULL) {
		write_graph(l, direction, in);
		pid = start_dot(fileno(in), fileno(out));
	}
	if (pid > 0 && wait_for(pid)) {
		rewind(out);
		is_done = read_plain(l, out);
	}
	if (!is_done)
		forget(l);
	if (in != NULL)
		fclose(in);
	if (out != NULL)
		fclose(out);
	return is_done;
}

bool
layout_by_graphviz(struct layout *l)
{
	if (!try(l, "TB"))
		return false;
	if (l->width < WIDE * l->height)
		return true;
	/* Many small graphs, beside each other: now below each other. */
	forget(l);
	return try(l, "LR");
}

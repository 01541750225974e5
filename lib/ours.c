/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tele/ours.h"

/*
 * The folder as seen from the program: lib/KIND where it was built, in tools;
 * share/tele/KIND where it was installed, below any prefix.
 */
static bool
beside_program(const char *kind, char *path, size_t size)
{
	char program[OURS_MAX];
	ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);
	char *slash, *folder;

	if (n <= 0)
		return false;
	program[n] = '\0';
	slash = strrchr(program, '/');
	if (slash == NULL)
		return false;
	*slash = '\0';
	folder = strrchr(program, '/');
	if (folder == NULL)
		return false;
	*folder = '\0';
	n = snprintf(path, size, "%s/%s/%s", program,
	    strcmp(folder + 1, "tools") == 0 ? "lib" : "share/tele", kind);
	return (size_t)n < size && access(path, R_OK | X_OK) == 0;
}

void
ours_folder(const char *kind, const char *variable, char *path, size_t size)
{
	const char *wish = getenv(variable);

	if (wish != NULL)
		snprintf(path, size, "%s", wish);
	else if (!beside_program(kind, path, size))
		snprintf(path, size, "%s/%s", PKGDATADIR, kind);
}

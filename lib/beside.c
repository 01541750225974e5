/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <unistd.h>

#include "tele/beside.h"

bool
beside_find(const char *name, char path[PATH_MAX])
{
	size_t size = strlen(name) + 1;
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - size);
	char *slash;

	if (n <= 0)
		return false;
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL)
		return false;
	memcpy(slash + 1, name, size);
	return access(path, X_OK) == 0;
}

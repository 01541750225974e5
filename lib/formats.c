/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tele/formats.h"
#include "tele/ours.h"

enum { MAX_PATH = 4096 };

static bool
user_folder(char *path)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	if (config != NULL && *config == '/')
		snprintf(path, MAX_PATH, "%s/tele/formats", config);
	else if (home != NULL && *home == '/')
		snprintf(path, MAX_PATH, "%s/.config/tele/formats", home);
	else
		return false;
	return true;
}

static bool
is_yaml(const char *name)
{
	size_t len = strlen(name);

	return len > 5 && name[0] != '.' &&
	    strcmp(name + len - 5, ".yaml") == 0;
}

static bool
load_file(struct formats *all, const char *path, char *error, size_t size)
{
	/* The name is part of messages as long as the format lives. */
	struct slice name = arena_copy(&all->arena, slice_of(path));
	struct format *f = format_load(name.ptr, error, size);

	if (f == NULL)
		return false;
	all->list = mem_grow(all->list, &all->cap, (size_t)all->count + 1,
	    sizeof(struct format *));
	all->list[all->count++] = f;
	return true;
}

static int
only_yaml(const struct dirent *entry)
{
	return is_yaml(entry->d_name);
}

/* By their names without the suffix, in which '-' would come before '.'. */
static int
compare_names(const struct dirent **a, const struct dirent **b)
{
	struct slice x = slice_of((*a)->d_name), y = slice_of((*b)->d_name);

	x.len -= 5;
	y.len -= 5;
	return slice_compare(x, y);
}

/* The files of FOLDER, or the one called NAME. */
static bool
load_folder(struct formats *all, const char *folder, const char *name,
    char *error, size_t size)
{
	char path[2 * MAX_PATH];
	struct dirent **entries;
	bool ok = true;
	int n;

	if (name != NULL) {
		snprintf(path, sizeof(path), "%s/%s.yaml", folder, name);
		return access(path, F_OK) != 0 ||
		    load_file(all, path, error, size);
	}
	n = scandir(folder, &entries, only_yaml, compare_names);
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder,
		    entries[i]->d_name);
		ok = ok && load_file(all, path, error, size);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	return ok;
}

bool
formats_load(struct formats *all, const char *name, char *error, size_t size)
{
	char folder[MAX_PATH];

	*all = (struct formats){ 0 };
	if (name != NULL && (strchr(name, '/') != NULL || is_yaml(name)))
		return load_file(all, name, error, size);
	if (user_folder(folder) && !load_folder(all, folder, name, error, size))
		return false;
	if (name != NULL && all->count > 0)
		return true;
	ours_folder("formats", "TELE_FORMATS", folder, sizeof(folder));
	if (!load_folder(all, folder, name, error, size))
		return false;
	if (all->count > 0)
		return true;
	if (name != NULL)
		snprintf(error, size, "unknown format '%s'", name);
	else
		snprintf(error, size, "no format files in '%s'", folder);
	return false;
}

void
formats_free(struct formats *all)
{
	for (int i = 0; i < all->count; i++)
		format_free(all->list[i]);
	free(all->list);
	arena_free(&all->arena);
	*all = (struct formats){ 0 };
}

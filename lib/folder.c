/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "tele/diag.h"
#include "tele/folder.h"
#include "tele/mem.h"

static bool
is_folder(const char *name)
{
	struct stat st;

	return strcmp(name, "-") != 0 && stat(name, &st) == 0 &&
	    S_ISDIR(st.st_mode);
}

static void
add_name(struct folder *f, size_t *cap, char *name)
{
	f->names = mem_grow(f->names, cap, (size_t)f->count + 2,
	    sizeof(char *));
	f->names[f->count++] = name;
	f->names[f->count] = NULL;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
add_folder(struct folder *f, size_t *cap, const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	int first = f->count;
	size_t size;
	char *name;

	if (dir == NULL) {
		warn("cannot open '%s': %s", folder, strerror(errno));
		return false;
	}
	while ((entry = readdir(dir)) != NULL) {
		size = strlen(folder) + strlen(entry->d_name) + 2;
		name = mem_alloc(size);
		snprintf(name, size, "%s/%s", folder, entry->d_name);
		if (entry->d_name[0] == '.' || is_folder(name))
			free(name);
		else
			add_name(f, cap, name);
	}
	closedir(dir);
	if (f->count > first)
		qsort(f->names + first, (size_t)(f->count - first),
		    sizeof(char *), compare_names);
	else
		warn("no file in '%s'", folder);
	return f->count > first;
}

bool
folder_expand(struct folder *f, int count, char *const argv[])
{
	bool ok = true;
	size_t cap = 0;

	*f = (struct folder){ 0 };
	for (int i = 0; i < count; i++)
		if (is_folder(argv[i]))
			ok = add_folder(f, &cap, argv[i]) && ok;
		else
			add_name(f, &cap, mem_string(slice_of(argv[i])));
	return ok;
}

void
folder_free(struct folder *f)
{
	for (int i = 0; i < f->count; i++)
		free(f->names[i]);
	free(f->names);
	*f = (struct folder){ 0 };
}

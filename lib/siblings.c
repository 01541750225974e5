/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tele/duration.h"
#include "tele/mem.h"
#include "tele/siblings.h"

enum { TRIES = 8 };

/* What is never a generation of another log. */
static struct {
	char **names;
	size_t count, cap;
} excluded;

static bool
is_excluded(const char *path)
{
	for (size_t i = 0; i < excluded.count; i++)
		if (strcmp(excluded.names[i], path) == 0)
			return true;
	return false;
}

void
siblings_exclude(const char *name)
{
	if (is_excluded(name))
		return;
	excluded.names = mem_grow(excluded.names, &excluded.cap,
	    excluded.count + 1, sizeof(*excluded.names));
	excluded.names[excluded.count++] = mem_string(slice_of(name));
}

/* Whether what follows a log's name may be a generation's mark. */
static bool
is_mark(const char *suffix)
{
	return *suffix != '\0' && strchr(".-_~0123456789", *suffix) != NULL;
}

static bool
is_one_of(const char *text, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strcmp(text, *list) == 0)
			return true;
	return false;
}

static const char *const compressed[] = { ".gz", ".zst", ".bz2", ".xz", ".lz4",
	".zip", ".Z", NULL };

/* Where the ending of a compressed file begins, or the end. */
static const char *
find_ending(const char *suffix)
{
	const char *dot = strrchr(suffix, '.');

	return dot != NULL && is_one_of(dot, compressed)
	    ? dot
	    : suffix + strlen(suffix);
}

bool
siblings_is_rotated(const char *path, const char *name)
{
	static const char *const words[] = { "", ".old", "-old", ".bak",
		".prev", ".orig", ".copy", "~", NULL };
	const char *suffix = path + strlen(name), *ending;
	char word[8];
	size_t digits;

	if (strncmp(path, name, strlen(name)) != 0 || !is_mark(suffix))
		return false;
	ending = find_ending(suffix);
	digits = strspn(suffix, "0123456789.-_:T");
	if (digits > 1 && suffix + digits >= ending)
		return true;
	/* The separator after them belongs to the word. */
	suffix += digits > 1 ? digits - 1 : 0;
	if ((size_t)(ending - suffix) >= sizeof(word))
		return false;
	memcpy(word, suffix, (size_t)(ending - suffix));
	word[ending - suffix] = '\0';
	return is_one_of(word, words);
}

static struct slice
folder_of(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash != NULL ? slice_range(name, slash + 1) : SLICE("./");
}

/* N of a suffix like `.N`, `-N` or `N`; 0 if it is none, or a date. */
static long
number_of(const char *suffix)
{
	char *end;
	long n;

	if (*suffix == '.' || *suffix == '-' || *suffix == '_')
		suffix++;
	if (*suffix < '0' || *suffix > '9')
		return 0;
	n = strtol(suffix, &end, 10);
	return *end == '\0' && end - suffix <= 5 ? n : 0;
}

static void
add(struct siblings *s, struct slice folder, const char *entry,
    const char *suffix)
{
	struct sibling *one;
	struct stat st;
	char *path = mem_alloc(folder.len + strlen(entry) + 1);

	memcpy(path, folder.ptr, folder.len);
	strcpy(path + folder.len, entry);
	if (is_excluded(path) || stat(path, &st) < 0 || !S_ISREG(st.st_mode)) {
		free(path);
		return;
	}
	s->list = mem_grow(s->list, &s->cap, (size_t)s->count + 1,
	    sizeof(*s->list));
	one = &s->list[s->count++];
	*one = (struct sibling){ .path = path,
		.dev = st.st_dev,
		.ino = st.st_ino,
		.size = (uint64_t)st.st_size,
		.modified_ns = st.st_mtim.tv_sec * NS_PER_S +
		    st.st_mtim.tv_nsec,
		.number = number_of(suffix) };
}

/* Oldest first: by their numbers, or if none has one by their names. */
static int
compare_names(const void *a, const void *b)
{
	const struct sibling *x = a, *y = b;

	if (x->number != y->number)
		return x->number < y->number ? 1 : -1;
	return strcmp(x->path, y->path);
}

/* Where two ways to name them meet, by when they were written. */
static int
compare_times(const void *a, const void *b)
{
	const struct sibling *x = a, *y = b;

	if (x->modified_ns != y->modified_ns)
		return x->modified_ns < y->modified_ns ? -1 : 1;
	return compare_names(a, b);
}

static void
sort(struct siblings *s)
{
	int numbered = 0;

	for (int i = 0; i < s->count; i++)
		numbered += s->list[i].number > 0;
	if (s->count == 0)
		return;
	qsort(s->list, (size_t)s->count, sizeof(*s->list),
	    numbered == 0 || numbered == s->count ? compare_names
						  : compare_times);
}

static bool
list_once(struct siblings *s, const char *name)
{
	struct slice folder = folder_of(name);
	const char *slash = strrchr(name, '/');
	const char *base = slash != NULL ? slash + 1 : name;
	char *path = mem_string(folder);
	DIR *dir = opendir(path);
	size_t len = strlen(base);
	struct dirent *entry;

	*s = (struct siblings){ 0 };
	free(path);
	if (dir == NULL)
		return false;
	while ((entry = readdir(dir)) != NULL)
		if (strncmp(entry->d_name, base, len) == 0 &&
		    is_mark(entry->d_name + len) &&
		    *find_ending(entry->d_name + len) == '\0')
			add(s, slash != NULL ? folder : SLICE(""),
			    entry->d_name, entry->d_name + len);
	closedir(dir);
	sort(s);
	return true;
}

/* Whether two lists have the same files under the same names. */
static bool
is_same(const struct siblings *a, const struct siblings *b)
{
	if (a->count != b->count)
		return false;
	for (int i = 0; i < a->count; i++)
		if (a->list[i].ino != b->list[i].ino ||
		    strcmp(a->list[i].path, b->list[i].path) != 0)
			return false;
	return true;
}

bool
siblings_list(struct siblings *s, const char *name)
{
	struct siblings before;
	bool is_stable = false;

	if (!list_once(s, name))
		return false;
	/* While files are being renamed no single look sees them all. */
	for (int i = 0; i < TRIES && !is_stable; i++) {
		before = *s;
		if (!list_once(s, name)) {
			siblings_free(&before);
			return false;
		}
		is_stable = is_same(&before, s);
		siblings_free(&before);
	}
	return true;
}

void
siblings_free(struct siblings *s)
{
	for (int i = 0; i < s->count; i++)
		free(s->list[i].path);
	free(s->list);
	*s = (struct siblings){ 0 };
}

int
siblings_find(const struct siblings *s, dev_t dev, ino_t ino)
{
	for (int i = 0; i < s->count; i++)
		if (s->list[i].dev == dev && s->list[i].ino == ino)
			return i;
	return -1;
}

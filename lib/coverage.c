/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/coverage.h"
#include "tele/jsontext.h"

/* By how much of the end of its path a file is found. */
enum { ENDS_MAX = 32, END_MAX = 4096 };

/* Files whose paths end alike. */
struct path_end {
	struct coverage_file *file;
	size_t count;
};

void
coverage_init(struct coverage *c)
{
	*c = (struct coverage){ 0 };
	map_init(&c->by_path, sizeof(struct coverage_file *));
	map_init(&c->by_end, sizeof(struct path_end));
	map_init(&c->by_name, sizeof(struct coverage_namesakes));
	map_init(&c->by_line, sizeof(struct coverage_function *));
	codeindex_init(&c->names);
}

static struct coverage_file *
file_at(const struct coverage *c, size_t i)
{
	return *(struct coverage_file **)(void *)c->by_path.entries[i]->value;
}

void
coverage_free(struct coverage *c)
{
	for (size_t i = 0; i < c->by_path.count; i++) {
		free(file_at(c, i)->functions);
		free(file_at(c, i)->lines);
	}
	map_free(&c->by_path);
	map_free(&c->by_end);
	map_free(&c->by_name);
	map_free(&c->by_line);
	key_free(&c->key);
	codeindex_free(&c->names);
	free(c->functions);
	arena_free(&c->arena);
}

struct slice
coverage_name(struct coverage *c, struct slice text)
{
	char *json = arena_alloc(&c->arena, text.len * 6 + 16);

	return (struct slice){ json, json_escape(json, text) };
}

/* PATH without the `./` that it may begin with. */
static struct slice
without_dot(struct slice path)
{
	while (slice_starts_with(path, SLICE("./")))
		path = slice_range(path.ptr + 2, path.ptr + path.len);
	return path;
}

/* PATH without its first component; nothing of the last. */
static struct slice
rest_of(struct slice path)
{
	const char *slash = memchr(path.ptr, '/', path.len);

	return slash != NULL ? slice_range(slash + 1, path.ptr + path.len)
			     : (struct slice){ path.ptr, 0 };
}

/* The file called END, which is behind a slash, or `/END`. */
static struct coverage_file *
file_called(const struct coverage *c, struct slice end)
{
	struct coverage_file **file = map_get(&c->by_path, end);

	if (file == NULL)
		file = map_get(&c->by_path,
		    (struct slice){ end.ptr - 1, end.len + 1 });
	return file != NULL ? *file : NULL;
}

struct coverage_file *
coverage_file(const struct coverage *c, struct slice path)
{
	struct coverage_file **exact, *file = NULL;
	const struct path_end *known;
	struct slice end;

	path = without_dot(path);
	exact = map_get(&c->by_path, path);
	if (exact != NULL)
		return *exact;
	end = slice_starts_with(path, SLICE("/")) ? rest_of(path) : path;
	known = map_get(&c->by_end, end);
	if (known != NULL)
		return known->count == 1 ? known->file : NULL;
	/* The longest of the ends is that of the most components. */
	for (end = rest_of(end); end.len > 0 && file == NULL;
	     end = rest_of(end))
		file = file_called(c, end);
	return file;
}

/* Let FILE be found by the ends of its path. */
static void
add_ends(struct coverage *c, struct coverage_file *file)
{
	struct slice end = file->path, before;
	struct path_end *known;
	int components = 1;

	for (size_t i = 0; i < end.len; i++)
		components += end.ptr[i] == '/';
	while (end.len > 0) {
		before = end;
		if (components <= ENDS_MAX && end.len <= END_MAX &&
		    end.ptr[0] != '/') {
			known = map_put(&c->by_end, end, NULL);
			known->count++;
			known->file = file;
		}
		end = rest_of(before);
		components--;
	}
}

void
coverage_begin_report(struct coverage *c)
{
	c->report++;
}

struct coverage_file *
coverage_add_file(struct coverage *c, struct slice path)
{
	struct coverage_file *file = coverage_file(c, path), **at;

	path = without_dot(path);
	if (file != NULL &&
	    (file->report != c->report || slice_equal(file->path, path))) {
		file->report = c->report;
		return file;
	}
	file = arena_alloc(&c->arena, sizeof(*file));
	*file = (struct coverage_file){ .report = c->report };
	at = map_put(&c->by_path, path, NULL);
	*at = file;
	file->path = map_entry_of(at)->key;
	add_ends(c, file);
	return file;
}

/* NAME in FILE as the key of a map; at LINE, unless that is 0. */
static struct slice
key_of(struct coverage *c, const struct coverage_file *file, struct slice name,
    uint32_t line)
{
	c->key.len = 0;
	key_add(&c->key, &file, sizeof(file));
	if (line > 0)
		key_add(&c->key, &line, sizeof(line));
	key_add_text(&c->key, name);
	return key_text(&c->key);
}

const struct coverage_namesakes *
coverage_named(struct coverage *c, const struct coverage_file *file,
    struct slice name)
{
	return map_get(&c->by_name, key_of(c, file, name, 0));
}

struct coverage_function *
coverage_function(struct coverage *c, const struct coverage_file *file,
    struct slice name, uint32_t line)
{
	const struct coverage_namesakes *n = coverage_named(c, file, name);
	struct coverage_function **at = NULL;

	if (n == NULL)
		return NULL;
	if (line == 0 || n->first->line == 0 || n->first->line == line)
		return n->first;
	if (n->count > 1)
		at = map_get(&c->by_line, key_of(c, file, name, line));
	return at != NULL ? *at : NULL;
}

/* F is one more of its name in its file. */
static void
add_namesake(struct coverage *c, struct coverage_function *f)
{
	struct coverage_namesakes *n = map_put(&c->by_name,
	    key_of(c, f->file, f->name, 0), NULL);
	struct coverage_function **at;

	n->placed += f->line > 0;
	if (n->count++ == 0) {
		n->first = f;
		return;
	}
	if (f->line == 0)
		return;
	at = map_put(&c->by_line, key_of(c, f->file, f->name, f->line), NULL);
	if (*at == NULL)
		*at = f;
}

void
coverage_add_hits(struct coverage_function *f, uint64_t n)
{
	f->has_hits = true;
	if (__builtin_add_overflow(f->hits, n, &f->hits))
		f->hits = UINT64_MAX;
}

struct coverage_function *
coverage_add(struct coverage *c, struct coverage_file *file, struct slice name,
    uint32_t line, uint32_t end)
{
	struct coverage_function *f = arena_alloc(&c->arena, sizeof(*f));

	*f = (struct coverage_function){ .file = file,
		.name = arena_copy(&c->arena, name),
		.line = line,
		.end = end,
		.plugin = SLICE(""),
		.service = SLICE(""),
		.handler = SLICE("") };
	c->functions = mem_grow(c->functions, &c->cap, c->count + 1,
	    sizeof(struct coverage_function *));
	c->functions[c->count++] = f;
	if (file == NULL)
		return f;
	file->functions = mem_grow(file->functions, &file->cap, file->count + 1,
	    sizeof(struct coverage_function *));
	file->functions[file->count++] = f;
	add_namesake(c, f);
	codeindex_add(&c->names, f->name, file->path, line, end,
	    CODE_DEFINITION)
	    ->owner = f;
	return f;
}

void
coverage_add_line(struct coverage_file *file, uint32_t line, uint64_t hits)
{
	file->lines = mem_grow(file->lines, &file->lines_cap,
	    file->line_count + 1, sizeof(*file->lines));
	file->lines[file->line_count++] = (struct coverage_line){ line, hits };
}

struct coverage_function *
coverage_at(struct coverage_file *file, uint32_t line)
{
	struct coverage_function *f, *best = NULL;

	for (size_t i = 0; i < file->count; i++) {
		f = file->functions[i];
		if (f->line == 0 || f->line > line ||
		    (f->end > 0 && f->end < line))
			continue;
		/* Of those that begin last the shortest is innermost. */
		if (best == NULL || f->line > best->line ||
		    (f->line == best->line && f->end > 0 &&
			(best->end == 0 || f->end < best->end)))
			best = f;
	}
	return best;
}

int
coverage_compare(const void *a, const void *b)
{
	const struct coverage_function *x = *(
	    struct coverage_function *const *)a;
	const struct coverage_function *y = *(
	    struct coverage_function *const *)b;
	int order = 0;

	if (x->file != y->file)
		order = slice_compare(x->file ? x->file->path : SLICE(""),
		    y->file ? y->file->path : SLICE(""));
	if (order == 0 && x->line != y->line)
		order = x->line < y->line ? -1 : 1;
	return order != 0 ? order : slice_compare(x->name, y->name);
}

static int
compare_lines(const void *a, const void *b)
{
	const struct coverage_line *x = a, *y = b;

	return (x->line > y->line) - (x->line < y->line);
}

/* Several runs may tell of one line: it was run by all of them. */
static void
merge_lines(struct coverage_file *file)
{
	size_t n = 0;

	if (file->line_count > 0)
		qsort(file->lines, file->line_count, sizeof(*file->lines),
		    compare_lines);
	for (size_t i = 0; i < file->line_count; i++) {
		if (n > 0 && file->lines[n - 1].line == file->lines[i].line)
			file->lines[n - 1].hits += file->lines[i].hits;
		else
			file->lines[n++] = file->lines[i];
	}
	file->line_count = n;
}

/*
 * How often the function at I was run, by the lines that only it has: up to its
 * end, or where that is not known, to the next function.
 */
static void
count_lines(const struct coverage_file *file, size_t i)
{
	struct coverage_function *f = file->functions[i];
	uint32_t end = f->end;

	for (size_t k = i + 1; k < file->count && end == 0; k++)
		if (file->functions[k]->line > f->line)
			end = file->functions[k]->line - 1;
	if (end == 0)
		end = UINT32_MAX;
	for (size_t k = 0; k < file->line_count; k++) {
		const struct coverage_line *l = &file->lines[k];

		if (l->line < f->line || l->line > end)
			continue;
		f->has_hits = true;
		if (l->hits > f->hits)
			f->hits = l->hits;
	}
}

void
coverage_settle(struct coverage *c)
{
	struct coverage_file *file;

	for (size_t i = 0; i < c->by_path.count; i++) {
		file = file_at(c, i);
		if (file->count > 0)
			qsort(file->functions, file->count,
			    sizeof(struct coverage_function *),
			    coverage_compare);
		merge_lines(file);
		for (size_t k = 0; k < file->count; k++)
			if (!file->functions[k]->has_hits &&
			    file->functions[k]->line > 0)
				count_lines(file, k);
	}
}

/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/coverage.h"
#include "tele/jsontext.h"
#include "tele/path.h"

void
coverage_init(struct coverage *c)
{
	*c = (struct coverage){ 0 };
	map_init(&c->by_path, sizeof(struct coverage_file *));
	map_init(&c->by_base, sizeof(struct coverage_file *));
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
	map_free(&c->by_base);
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

/* Whether the shorter of A and B is the end of the other, in whole components.
 */
static bool
is_end_of(struct slice a, struct slice b)
{
	struct slice longer = a.len > b.len ? a : b;
	struct slice shorter = a.len > b.len ? b : a;
	size_t head = longer.len - shorter.len;

	if (memcmp(longer.ptr + head, shorter.ptr, shorter.len) != 0)
		return false;
	return head == 0 || shorter.ptr[0] == '/' ||
	    longer.ptr[head - 1] == '/';
}

/* PATH without the `./` that it may begin with. */
static struct slice
without_dot(struct slice path)
{
	while (slice_starts_with(path, SLICE("./")))
		path = slice_range(path.ptr + 2, path.ptr + path.len);
	return path;
}

struct coverage_file *
coverage_file(const struct coverage *c, struct slice path)
{
	struct coverage_file *const *found, *best = NULL;
	int best_n = 0, n;
	bool is_tied = false;

	path = without_dot(path);
	found = map_get(&c->by_path, path);
	if (found != NULL)
		return *found;
	found = map_get(&c->by_base, path_base(path));
	for (struct coverage_file *f = found ? *found : NULL; f != NULL;
	     f = f->same_base) {
		if (!is_end_of(f->path, path))
			continue;
		n = path_common(f->path, path);
		is_tied = n == best_n || (is_tied && n < best_n);
		if (n > best_n) {
			best = f;
			best_n = n;
		}
	}
	return is_tied ? NULL : best;
}

struct coverage_file *
coverage_add_file(struct coverage *c, struct slice path)
{
	struct coverage_file *file = coverage_file(c, path), **at;

	if (file != NULL)
		return file;
	file = arena_alloc(&c->arena, sizeof(*file));
	*file = (struct coverage_file){ 0 };
	at = map_put(&c->by_path, without_dot(path), NULL);
	*at = file;
	file->path = map_entry_of(at)->key;
	at = map_put(&c->by_base, path_base(file->path), NULL);
	file->same_base = *at;
	*at = file;
	return file;
}

struct coverage_function *
coverage_function(const struct coverage *c, const struct coverage_file *file,
    struct slice name, uint32_t line)
{
	const struct code_tag *tag = codeindex_first(&c->names, name);
	struct coverage_function *f, *first = NULL;

	for (; tag != NULL; tag = tag->next) {
		f = tag->owner;
		if (f->file == file &&
		    (line == 0 || f->line == 0 || f->line == line))
			first = f;
	}
	return first;
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

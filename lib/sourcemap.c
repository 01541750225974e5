/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "tele/file.h"
#include "tele/json.h"
#include "tele/jsontext.h"
#include "tele/sourcemap.h"

enum { MAP_MAX = 256 << 20 }; /* bytes of a map */

/* A place in the built file, and where it comes from. */
struct segment {
	uint32_t line, column; /* from 0 */
	int32_t source;        /* -1: from nowhere */
	uint32_t source_line;  /* from 0 */
};

/* The Base64 digit C, or -1. */
static int
digit_of(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A'
	    : c >= 'a' && c <= 'z'  ? c - 'a' + 26
	    : c >= '0' && c <= '9'  ? c - '0' + 52
	    : c == '+'              ? 62
	    : c == '/'              ? 63
				    : -1;
}

/* A variable-length quantity at *P: five bits a digit, the sign in the least.
 */
static bool
scan_quantity(const char **p, const char *end, int64_t *value)
{
	uint64_t bits = 0;
	int digit = 32;

	for (int shift = 0; digit >= 32; shift += 5) {
		digit = *p < end && shift < 35 ? digit_of(**p) : -1;
		if (digit < 0)
			return false;
		(*p)++;
		bits |= (uint64_t)(digit & 31) << shift;
	}
	*value = (bits & 1) != 0 ? -(int64_t)(bits >> 1) : (int64_t)(bits >> 1);
	return true;
}

static void
add_segment(struct sourcemap *m, const struct segment *s)
{
	m->segments = mem_grow(m->segments, &m->cap, m->count + 1, sizeof(*s));
	m->segments[m->count++] = *s;
}

/*
 * The mappings: lines parted by `;`, segments by `,`, each of 1, 4 or 5
 * differences to the segment before.  Sources count from BASE.
 */
static bool
read_mappings(struct sourcemap *m, struct slice text, size_t base)
{
	const char *p = text.ptr, *end = p + text.len;
	int64_t at[5] = { 0 }, by;
	uint32_t line = 0;
	struct segment s;
	int n;

	while (p < end) {
		if (*p == ',' || *p == ';') {
			if (*p++ == ';') {
				line++;
				at[0] = 0;
			}
			continue;
		}
		for (n = 0; n < 5 && p < end && *p != ',' && *p != ';'; n++) {
			if (!scan_quantity(&p, end, &by))
				return false;
			at[n] += by;
			if (at[n] < 0 || at[n] >= UINT32_MAX)
				return false;
		}
		s = (struct segment){ line, (uint32_t)at[0], -1, 0 };
		if (n >= 4) {
			s.source = (int32_t)at[1] + (int32_t)base;
			s.source_line = (uint32_t)at[2];
		}
		if (n == 2 || n == 3 || at[1] > INT32_MAX / 2 ||
		    (p < end && *p != ',' && *p != ';'))
			return false;
		add_segment(m, &s);
	}
	return true;
}

/* Behind the value that TOKEN begins. */
static void
skip(struct json *j, enum json_token token)
{
	int depth = j->depth;

	if (token == JSON_OBJECT || token == JSON_ARRAY)
		while (j->depth >= depth && json_next(j) > JSON_END)
			;
}

static struct slice
plain(struct sourcemap *m, struct slice raw)
{
	char *text = arena_alloc(&m->arena, raw.len + 1);

	return (struct slice){ text, json_unescape(text, raw) };
}

/* `"sources":["a.ts",null]` */
static void
read_sources(struct sourcemap *m, struct json *j)
{
	enum json_token token;
	struct slice source;

	if (json_next(j) != JSON_ARRAY)
		return;
	while ((token = json_next(j)) > JSON_END && token != JSON_ARRAY_END) {
		source = (struct slice){ "", 0 };
		if (token == JSON_STRING)
			source = plain(m, j->text);
		skip(j, token);
		m->sources = mem_grow(m->sources, &m->source_cap,
		    m->source_count + 1, sizeof(source));
		m->sources[m->source_count++] = source;
	}
}

/* `"offset":{"line":10,"column":0}` */
static void
read_offset(struct json *j, uint32_t offset[2])
{
	int i;

	if (json_next(j) != JSON_OBJECT)
		return;
	while (json_next(j) == JSON_KEY) {
		i = slice_equal(j->text, SLICE("column"));
		if (json_next(j) == JSON_NUMBER)
			offset[i] = (uint32_t)strtoul(j->text.ptr, NULL, 10);
	}
}

/*
 * PATH without empty and `.` components, and `..` taken at its word; in place.
 */
static size_t
clean_path(char *path, size_t len)
{
	const char *p = path, *end = path + len, *slash;
	size_t done = len > 0 && *path == '/', at, n;

	for (; p < end; p = slash < end ? slash + 1 : end) {
		slash = memchr(p, '/', (size_t)(end - p));
		if (slash == NULL)
			slash = end;
		n = (size_t)(slash - p);
		if (n == 0 || (n == 1 && *p == '.'))
			continue;
		for (at = done; at > 0 && path[at - 1] != '/';)
			at--;
		/* The last component, if `..` can take one back. */
		if (n == 2 && memcmp(p, "..", 2) == 0 && done > at &&
		    (done - at != 2 || memcmp(path + at, "..", 2) != 0)) {
			done = at > 1 ? at - 1 : at;
			continue;
		}
		if (done > 0 && path[done - 1] != '/')
			path[done++] = '/';
		memmove(path + done, p, n);
		done += n;
	}
	return done;
}

/* The path in a URL: what is behind `scheme://host`, as `webpack://app` is. */
static struct slice
path_of(struct slice url, bool *is_url)
{
	const char *p = memmem(url.ptr, url.len, "://", 3);
	const char *end = url.ptr + url.len;

	*is_url = p != NULL;
	if (p == NULL)
		return url;
	p = memchr(p + 3, '/', (size_t)(end - p - 3));
	return p != NULL ? slice_range(p + 1, end) : url;
}

/* SOURCE of a map in FOLDER whose sourceRoot is ROOT. */
static struct slice
resolve(struct sourcemap *m, struct slice folder, struct slice root,
    struct slice source)
{
	bool is_root_url, is_url;
	struct slice parts[3] = { folder, path_of(root, &is_root_url),
		path_of(source, &is_url) };
	char *path = arena_alloc(&m->arena,
	    folder.len + root.len + source.len + 3);
	size_t len = 0;
	int first = 0;

	if (is_url || (source.len > 0 && source.ptr[0] == '/'))
		first = 2;
	else if (is_root_url || (root.len > 0 && root.ptr[0] == '/'))
		first = 1;
	for (int i = first; i < 3; i++) {
		memcpy(path + len, parts[i].ptr, parts[i].len);
		len += parts[i].len;
		if (i < 2 && parts[i].len > 0)
			path[len++] = '/';
	}
	return (struct slice){ path, clean_path(path, len) };
}

/* What is being read: one object of a map, which may have others in it. */
struct object {
	struct slice root, mappings;
	size_t base; /* of its sources */
};

static bool
finish_object(struct sourcemap *m, const struct object *o)
{
	const char *slash = strrchr(m->path, '/');
	struct slice folder = { m->path,
		slash != NULL ? (size_t)(slash + 1 - m->path) : 0 };

	for (size_t i = o->base; i < m->source_count; i++)
		if (m->sources[i].len > 0)
			m->sources[i] = resolve(m, folder, o->root,
			    m->sources[i]);
	return read_mappings(m, o->mappings, o->base);
}

/* `"sections":[{"offset":...,"map":{...}},...]`, each a map of its own. */
static bool read_object(struct sourcemap *m, struct json *j, bool has_sections);

static bool
read_section(struct sourcemap *m, struct json *j)
{
	uint32_t offset[2] = { 0, 0 };
	size_t had = m->count;
	bool ok = true, is_map;

	while (ok && json_next(j) == JSON_KEY) {
		is_map = slice_equal(j->text, SLICE("map"));
		if (slice_equal(j->text, SLICE("offset")))
			read_offset(j, offset);
		else if (is_map && json_next(j) == JSON_OBJECT)
			ok = read_object(m, j, false);
		else if (!is_map)
			skip(j, json_next(j));
	}
	for (size_t i = had; i < m->count; i++) {
		if (m->segments[i].line == 0)
			m->segments[i].column += offset[1];
		m->segments[i].line += offset[0];
	}
	return ok;
}

/* The rest of the object that J is in; false if its mappings are broken. */
static bool
read_object(struct sourcemap *m, struct json *j, bool has_sections)
{
	struct object o = { .root = { "", 0 },
		.mappings = { "", 0 },
		.base = m->source_count };
	enum json_token token;
	struct slice key;

	while (json_next(j) == JSON_KEY) {
		key = j->text;
		if (slice_equal(key, SLICE("sources"))) {
			read_sources(m, j);
			continue;
		}
		token = json_next(j);
		if (token == JSON_STRING && slice_equal(key, SLICE("mappings")))
			o.mappings = plain(m, j->text);
		else if (token == JSON_STRING &&
		    slice_equal(key, SLICE("sourceRoot")))
			o.root = plain(m, j->text);
		else if (token == JSON_ARRAY && has_sections &&
		    slice_equal(key, SLICE("sections")))
			while (json_next(j) == JSON_OBJECT) {
				if (!read_section(m, j))
					return false;
			}
		else
			skip(j, token);
	}
	return finish_object(m, &o);
}

static int
compare_segments(const void *a, const void *b)
{
	const struct segment *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return (x->column > y->column) - (x->column < y->column);
}

bool
sourcemap_read(struct sourcemap *m, const char *path, char *error, size_t size)
{
	struct slice text;
	char *buf = file_read(path, MAP_MAX, &text);
	const char *wrong = NULL;
	struct json_fault fault;
	struct json j;

	*m = (struct sourcemap){ .path = path };
	if (buf == NULL) {
		wrong = errno == EFBIG ? "larger than 256 MiB"
				       : strerror(errno);
	} else if (!json_check(text, &fault)) {
		wrong = "not JSON";
	} else {
		json_init(&j);
		json_feed(&j, text, true);
		if (json_next(&j) != JSON_OBJECT || !read_object(m, &j, true))
			wrong = "not a source map";
	}
	free(buf);
	if (wrong != NULL) {
		snprintf(error, size, "cannot read '%s': %s", path, wrong);
		m->count = 0;
		return false;
	}
	if (m->count > 0)
		qsort(m->segments, m->count, sizeof(*m->segments),
		    compare_segments);
	return true;
}

void
sourcemap_free(struct sourcemap *m)
{
	free(m->sources);
	free(m->segments);
	arena_free(&m->arena);
}

/* The last segment that is not behind LINE and COLUMN, or NULL. */
static const struct segment *
segment_at(const struct sourcemap *m, uint32_t line, uint32_t column)
{
	const struct segment at = { line, column, 0, 0 };
	size_t low = 0, high = m->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (compare_segments(&m->segments[middle], &at) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || m->segments[low - 1].line != line)
		return NULL;
	return &m->segments[low - 1];
}

/* The segment that all of LINE agrees with, or NULL. */
static const struct segment *
segment_of_line(const struct sourcemap *m, uint32_t line)
{
	const struct segment *last = segment_at(m, line, UINT32_MAX), *s = last;

	for (; s != NULL && s >= m->segments && s->line == line; s--)
		if (s->source != last->source ||
		    s->source_line != last->source_line)
			return NULL;
	return last;
}

bool
sourcemap_find(const struct sourcemap *m, uint32_t line, uint32_t column,
    struct slice *source, uint32_t *source_line)
{
	const struct segment *s = NULL;

	if (line > 0)
		s = column == UINT32_MAX ? segment_of_line(m, line - 1)
					 : segment_at(m, line - 1, column);
	if (s == NULL || s->source < 0 ||
	    (size_t)s->source >= m->source_count ||
	    m->sources[s->source].len == 0)
		return false;
	*source = m->sources[s->source];
	*source_line = s->source_line + 1;
	return true;
}

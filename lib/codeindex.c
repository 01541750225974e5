/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/codeindex.h"
#include "tele/diag.h"
#include "tele/input.h"
#include "tele/jsontext.h"
#include "tele/picker.h"
#include "tele/words.h"

/* More tags of one name are not looked at. */
enum { TAGS_MAX = 10000 };

/* What is picked out of a line of the index. */
enum {
	PICK_TYPE,
	PICK_NAME,
	PICK_PATH,
	PICK_LINE,
	PICK_END,
	PICK_KIND,
	PICK_PATTERN,
	PICKS
};

void
codeindex_init(struct codeindex *x)
{
	*x = (struct codeindex){ 0 };
	map_init(&x->by_name, sizeof(struct code_tag *));
	map_init(&x->files, 1);
}

void
codeindex_free(struct codeindex *x)
{
	map_free(&x->by_name);
	map_free(&x->files);
	free(x->tags);
	arena_free(&x->arena);
}

static bool
is_one_of(struct slice word, const char *const *words)
{
	while (*words != NULL && !slice_equal(word, slice_of(*words)))
		words++;
	return *words != NULL;
}

static bool
has(struct slice text, struct slice part)
{
	return memmem(text.ptr, text.len, part.ptr, part.len) != NULL;
}

static bool
ends_with(struct slice text, struct slice end)
{
	return text.len >= end.len &&
	    memcmp(text.ptr + text.len - end.len, end.ptr, end.len) == 0;
}

/*
 * Whether a variable holds a function, by the line that defines it: the pattern
 * of the tag is `/^const save = async (x) => {$/`.
 */
static bool
holds_function(struct slice name, struct slice pattern)
{
	const char *p = memmem(pattern.ptr, pattern.len, name.ptr, name.len);
	const char *end = pattern.ptr + pattern.len;

	if (has(pattern, SLICE("=>")) || has(pattern, SLICE("function")))
		return true;
	/* A method in an object: `save(x) {`. */
	return p != NULL && p + name.len < end && p[name.len] == '(' &&
	    has(slice_range(p, end), SLICE("{"));
}

static enum code_class
class_of(struct slice name, struct slice kind, struct slice file,
    struct slice pattern)
{
	static const char *const functions[] = { "function", "func", "method",
		"procedure", "subroutine", "generator", "singletonMethod",
		"accessor", "sub", "proc", NULL };
	static const char *const holders[] = { "variable", "constant", "const",
		"var", "field", "property", "member", "alias", "local", NULL };

	if (ends_with(file, SLICE(".d.ts")))
		return CODE_DECLARATION;
	if (is_one_of(kind, functions))
		return CODE_DEFINITION;
	if (!is_one_of(kind, holders))
		return CODE_DECLARATION;
	if (holds_function(name, pattern) ||
	    (slice_equal(kind, SLICE("member")) && has(pattern, SLICE("def "))))
		return CODE_DEFINITION;
	return CODE_REFERENCE;
}

/* Whether FILE was made by a build, by the folder that it is in. */
static bool
is_built(struct slice file)
{
	static const char *const folders[] = { "dist", "build", "out", "target",
		NULL };
	const char *p = file.ptr, *end = p + file.len, *slash;

	while ((slash = memchr(p, '/', (size_t)(end - p))) != NULL) {
		if (is_one_of(slice_range(p, slash), folders))
			return true;
		p = slash + 1;
	}
	return ends_with(file, SLICE(".min.js"));
}

/* The digits of a number as it. */
static uint32_t
number(const struct picker *p, int i)
{
	return picker_has(p, i) && p->got[i].type == '0'
	    ? (uint32_t)strtoul(p->got[i].text.ptr, NULL, 10)
	    : 0;
}

static struct slice
text(const struct picker *p, int i)
{
	return picker_has(p, i) && p->got[i].type == '"'
	    ? p->got[i].text
	    : (struct slice){ "", 0 };
}

struct code_tag *
codeindex_add(struct codeindex *x, struct slice name, struct slice file,
    uint32_t line, uint32_t end, enum code_class class)
{
	struct code_tag *tag = arena_alloc(&x->arena, sizeof(*tag)), **last;

	last = map_put(&x->by_name, name, NULL);
	*tag = (struct code_tag){ .name = map_entry_of(last)->key,
		.file = map_entry_of(map_put(&x->files, file, NULL))->key,
		.line = line,
		.end = end,
		.class = (uint8_t) class,
		.is_built = is_built(file),
		.next = *last };
	*last = tag;
	x->tags = mem_grow(x->tags, &x->cap, x->count + 1,
	    sizeof(struct code_tag *));
	x->tags[x->count++] = tag;
	return tag;
}

static void
add_tag(struct codeindex *x, const struct picker *p)
{
	struct arena scratch = { 0 };
	struct slice name = json_canonical(&scratch, text(p, PICK_NAME));
	struct slice file = json_canonical(&scratch, text(p, PICK_PATH));

	codeindex_add(x, name, file, number(p, PICK_LINE), number(p, PICK_END),
	    class_of(name, text(p, PICK_KIND), file, text(p, PICK_PATTERN)));
	arena_free(&scratch);
}

static const char *
wrong_with(const struct picker *p)
{
	if (text(p, PICK_TYPE).len == 0)
		return "no tag of ctags --output-format=json";
	if (text(p, PICK_NAME).len == 0 || text(p, PICK_PATH).len == 0)
		return "a tag needs a name and a path";
	if (number(p, PICK_LINE) == 0)
		return "a tag without line: ctags needs --fields=+n";
	return NULL;
}

static void
read_line(struct codeindex *x, struct picker *p, struct input *in,
    struct slice line)
{
	const char *start = json_blank(line.ptr, line.ptr + line.len);
	const char *end = line.ptr + line.len, *wrong;
	struct json_fault fault = { start, "expected '{'" };

	if (start == end)
		return;
	if (*start != '{' || picker_read(p, start, end, &fault) == NULL) {
		input_malformed(in, fault.at,
		    fault.what ? fault.what : "unexpected end of the record");
		return;
	}
	if (slice_equal(text(p, PICK_TYPE), SLICE("ptag")))
		return;
	wrong = wrong_with(p);
	if (wrong != NULL)
		input_malformed(in, start, wrong);
	else
		add_tag(x, p);
}

int
codeindex_load(struct codeindex *x, const char *path)
{
	static const char *const paths[PICKS] = { "_type", "name", "path",
		"line", "end", "kind", "pattern" };
	struct picker picker;
	struct input in;
	struct slice line;
	size_t had = x->count;
	char *name = mem_string(slice_of(path));
	int status;

	picker_init(&picker);
	for (int i = 0; i < PICKS; i++)
		picker_add(&picker, slice_of(paths[i]));
	input_open(&in, 1, &name);
	while (input_line(&in, &line))
		read_line(x, &picker, &in, line);
	status = input_close(&in);
	picker_free(&picker);
	free(name);
	if (status == EXIT_OK && x->count == had)
		warn("'%s' has no tags", path);
	return status;
}

/* A tag, and how well it fits. */
struct fit {
	const struct code_tag *tag;
	int owner, context;
};

/*
 * Less than 0 if A is better; 0 if nothing but a guess tells them apart.  What
 * has no word of its owner in its path is not told apart by other words.
 */
static int
compare_fits(const struct fit *a, const struct fit *b, bool may_guess)
{
	if ((a->owner > 0) != (b->owner > 0))
		return a->owner > 0 ? -1 : 1;
	if (a->tag->class != b->tag->class)
		return a->tag->class - b->tag->class;
	if (a->owner != b->owner)
		return b->owner - a->owner;
	if (a->context != b->context && (a->owner > 0 || may_guess))
		return b->context - a->context;
	return a->tag->is_built - b->tag->is_built;
}

static int
compare(const void *a, const void *b)
{
	const struct fit *x = a, *y = b;
	int order = compare_fits(x, y, true);

	if (order == 0)
		order = slice_compare(x->tag->file, y->tag->file);
	if (order == 0)
		order = (x->tag->line > y->tag->line) -
		    (x->tag->line < y->tag->line);
	return order;
}

static const struct code_tag *
look_up(const struct codeindex *x, struct slice name)
{
	struct code_tag *const *last = map_get(&x->by_name, name);
	size_t len = name.len;

	while (last == NULL && len > 0 &&
	    strchr(".:#/", name.ptr[len - 1]) == NULL)
		len--;
	if (last == NULL && len > 0)
		last = map_get(&x->by_name,
		    slice_range(name.ptr + len, name.ptr + name.len));
	return last != NULL ? *last : NULL;
}

size_t
codeindex_find(const struct codeindex *x, struct slice name, struct slice owner,
    struct slice context, const struct code_tag *found[CODE_FOUND_MAX],
    size_t *tied)
{
	const struct code_tag *first = look_up(x, name), *tag;
	struct fit *fits;
	size_t n = 0, count = 0;

	for (tag = first; tag != NULL && n < TAGS_MAX; tag = tag->next)
		n++;
	fits = mem_zalloc(n, sizeof(*fits));
	for (tag = first; count < n; tag = tag->next)
		fits[count++] = (struct fit){ tag,
			words_shared(owner, tag->file),
			words_shared(context, tag->file) };
	qsort(fits, n, sizeof(*fits), compare);
	*tied = n > 0;
	while (*tied < n && compare_fits(&fits[0], &fits[*tied], false) == 0)
		++*tied;
	for (count = 0; count < n && count < CODE_FOUND_MAX; count++)
		found[count] = fits[count].tag;
	free(fits);
	return count;
}

/* SPDX-License-Identifier: MIT */
#include "tele/appcode.h"

struct appcode_options appcode_options;

/* What is no application's: how its file or function begins, or a part of it.
 */
static const char *const library_starts[] = { "node:", "internal/", "<",
	"[native code]", "dart:", "chrome-extension:", "eval code",
	"Command line code" };

static const char *const library_parts[] = { "node_modules/", "site-packages/",
	"dist-packages/", "/lib/python", "/go/pkg/mod/", "/vendor/", "/rustc/",
	"/.cargo/registry/", "/gems/", "/lib/ruby/" };

static const char *const library_functions[] = { "java.", "javax.", "jdk.",
	"sun.", "com.sun.", "jakarta.", "kotlin.", "kotlinx.", "scala.",
	"groovy.", "org.springframework.", "org.apache.", "org.eclipse.",
	"org.mortbay.", "org.hibernate.", "org.junit.", "io.netty.",
	"io.undertow.", "reactor.", "com.google.common.", "com.fasterxml.",
	"System.", "Microsoft.", "core::", "std::", "alloc::", "__rustc::" };

/* The standard library of Go: in go/src/PACKAGE, a name without a dot. */
static bool
is_in_goroot(const struct frame *frame)
{
	const char *src = slice_find(frame->file, SLICE("go/src/"));
	const char *end = frame->file.ptr + frame->file.len, *slash;
	struct slice package;

	if (src == NULL)
		return false;
	slash = memrchr(src + 7, '/', (size_t)(end - src - 7));
	if (slash == NULL)
		return false; /* main, in a workspace */
	package = slice_range(src + 7, slash);
	return memchr(package.ptr, '.', package.len) == NULL &&
	    (slice_starts_with(frame->function, package) ||
		slice_equal(frame->function, SLICE("panic")));
}

/* `actionpack (5.1.4) lib/...` is a gem's. */
static bool
is_in_gem(struct slice file)
{
	const char *open = slice_find(file, SLICE(" ("));

	return open != NULL && open[2] >= '0' && open[2] <= '9' &&
	    slice_find(file, SLICE(") lib/")) != NULL;
}

static bool
starts_with_any(struct slice s, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (slice_starts_with(s, slice_of(names[i])))
			return true;
	return false;
}

bool
appcode_has(const struct frame *frame, const struct slice *library,
    int library_count)
{
	const struct appcode_options *o = &appcode_options;
	struct slice file = frame->file;

	if (file.len == 0 || frame->line.len == 0)
		return false;
	if (o->app_count > 0)
		return starts_with_any(file, o->app, o->app_count) ||
		    starts_with_any(frame->function, o->app, o->app_count);
	for (int i = 0; i < library_count; i++)
		if (slice_find(file, library[i]) != NULL)
			return false;
	for (size_t i = 0;
	     library_count == 0 && i < sizeof(library_parts) / sizeof(char *);
	     i++)
		if (slice_find(file, slice_of(library_parts[i])) != NULL)
			return false;
	if (starts_with_any(file, library_starts,
		sizeof(library_starts) / sizeof(char *)))
		return false;
	return !starts_with_any(frame->function, library_functions,
		   sizeof(library_functions) / sizeof(char *)) &&
	    !is_in_goroot(frame) && !is_in_gem(file);
}

struct slice
appcode_strip(struct slice file)
{
	const struct appcode_options *o = &appcode_options;
	struct slice prefix;

	if (slice_starts_with(file, SLICE("./")) && file.len > 2)
		file = slice_range(file.ptr + 2, file.ptr + file.len);
	for (size_t i = 0; i < o->strip_count; i++) {
		prefix = slice_of(o->strip[i]);
		if (slice_starts_with(file, prefix) && file.len > prefix.len)
			return slice_range(file.ptr + prefix.len,
			    file.ptr + file.len);
	}
	return file;
}

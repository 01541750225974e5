/* SPDX-License-Identifier: MIT */
#include "tele/appcode.h"

struct appcode_options appcode_options;

#define NAME(text)                     \
	{                              \
		text, sizeof(text) - 1 \
	}

/* What is no application's: how its file or function begins, or a part of it.
 */
static const struct slice library_starts[] = {
	NAME("node:"),
	NAME("internal/"),
	NAME("<"),
	NAME("[native code]"),
	NAME("dart:"),
	NAME("chrome-extension:"),
	NAME("eval code"),
	NAME("Command line code"),
};

static const struct slice library_parts[] = {
	NAME("node_modules/"),
	NAME("site-packages/"),
	NAME("dist-packages/"),
	NAME("/lib/python"),
	NAME("/go/pkg/mod/"),
	NAME("/vendor/"),
	NAME("/rustc/"),
	NAME("/.cargo/registry/"),
	NAME("/gems/"),
	NAME("/lib/ruby/"),
};

static const struct slice library_functions[] = {
	NAME("java."),
	NAME("javax."),
	NAME("jdk."),
	NAME("sun."),
	NAME("com.sun."),
	NAME("jakarta."),
	NAME("kotlin."),
	NAME("kotlinx."),
	NAME("scala."),
	NAME("groovy."),
	NAME("org.springframework."),
	NAME("org.apache."),
	NAME("org.eclipse."),
	NAME("org.mortbay."),
	NAME("org.hibernate."),
	NAME("org.junit."),
	NAME("io.netty."),
	NAME("io.undertow."),
	NAME("reactor."),
	NAME("com.google.common."),
	NAME("com.fasterxml."),
	NAME("System."),
	NAME("Microsoft."),
	NAME("core::"),
	NAME("std::"),
	NAME("alloc::"),
	NAME("__rustc::"),
};

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
starts_with_any(struct slice s, const struct slice *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (slice_starts_with(s, names[i]))
			return true;
	return false;
}

/* Whether the user says that code whose file or function is S is his. */
static bool
is_named_app(struct slice s)
{
	const struct appcode_options *o = &appcode_options;

	for (size_t i = 0; i < o->app_count; i++)
		if (slice_starts_with(s, slice_of(o->app[i])))
			return true;
	return false;
}

bool
appcode_has(const struct frame *frame, const struct slice *library,
    int library_count)
{
	struct slice file = frame->file;

	if (file.len == 0 || frame->line.len == 0)
		return false;
	if (appcode_options.app_count > 0)
		return is_named_app(file) || is_named_app(frame->function);
	for (int i = 0; i < library_count; i++)
		if (slice_find(file, library[i]) != NULL)
			return false;
	for (size_t i = 0; library_count == 0 &&
	     i < sizeof(library_parts) / sizeof(struct slice);
	     i++)
		if (slice_find(file, library_parts[i]) != NULL)
			return false;
	if (starts_with_any(file, library_starts,
		sizeof(library_starts) / sizeof(struct slice)))
		return false;
	return !starts_with_any(frame->function, library_functions,
		   sizeof(library_functions) / sizeof(struct slice)) &&
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

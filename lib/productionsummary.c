/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/productionreport.h"
#include "tele/productionsummary.h"
#include "tele/timestamp.h"

const char *const production_key_names[] = { "plugin", "directory", "function",
	NULL };

double
production_tested(const struct production *p)
{
	uint64_t counts[PRODUCTION_CLASSES], all;

	production_count(p, counts);
	all = counts[PRODUCTION_BOTH] + counts[PRODUCTION_ONLY];
	return all > 0 ? 100.0 * (double)counts[PRODUCTION_BOTH] / (double)all
		       : 100;
}

/* A plugin or a directory, and how often what it has ran. */
struct part {
	uint64_t counts[PRODUCTION_CLASSES];
	uint64_t count, errors;
};

/* Who has the function: its plugin, or else its service. */
static struct slice
plugin_of(struct slice plugin, struct slice service)
{
	return plugin.len > 0 ? plugin : service.len > 0 ? service : SLICE("");
}

static struct slice
directory_of(const struct coverage_function *f)
{
	struct slice path = { "", 0 };
	const char *slash = NULL;

	if (f->file != NULL)
		path = f->file->path;
	if (path.len > 0)
		slash = memrchr(path.ptr, '/', path.len);
	if (slash != NULL)
		return slice_range(path.ptr, slash);
	return path.len > 0 ? SLICE(".") : path;
}

static void
collect(const struct production *p, enum production_key key, struct map *parts)
{
	const struct coverage_function *f;
	const struct unmapped *u;
	struct part *part;

	for (size_t i = 0; i < p->coverage->count; i++) {
		f = p->coverage->functions[i];
		if (!production_has(p, f))
			continue;
		part = map_put(parts,
		    key == PRODUCTION_BY_PLUGIN
			? plugin_of(f->plugin, f->service)
			: directory_of(f),
		    NULL);
		part->counts[production_class(f)]++;
		part->count += f->executions;
		part->errors += f->errors;
	}
	for (size_t i = 0; i < p->unmapped.count; i++) {
		u = (const void *)p->unmapped.entries[i]->value;
		part = map_put(parts,
		    key == PRODUCTION_BY_PLUGIN
			? plugin_of(u->plugin, u->service)
			: SLICE(""),
		    NULL);
		part->counts[PRODUCTION_UNMAPPED]++;
		part->count += u->seen.count;
		part->errors += u->errors;
	}
}

static int
compare_parts(const void *a, const void *b)
{
	return slice_compare((*(struct map_entry *const *)a)->key,
	    (*(struct map_entry *const *)b)->key);
}

static void
write_text(struct out *out, const char *key, struct slice json)
{
	if (json.len > 0)
		out_format(out, ",\"%s\":\"%.*s\"", key, (int)json.len,
		    json.ptr);
}

static void
write_number(struct out *out, const char *key, uint64_t n)
{
	out_format(out, ",\"%s\":%llu", key, (unsigned long long)n);
}

static void
write_time(struct out *out, const char *key, int64_t ns, int digits)
{
	char text[TIMESTAMP_MAX];

	write_text(out, key,
	    (struct slice){ text, timestamp_format(text, ns, digits) });
}

/* How much there was to see, at the end of each record. */
static void
end_record(const struct production *p, struct out *out)
{
	write_number(out, "executions", production_executions(p));
	if (p->has_time) {
		write_time(out, "first", p->first_ns, p->first_digits);
		write_time(out, "last", p->last_ns, p->last_digits);
	}
	out_write(out, SLICE("}\n"));
}

static void
write_part(const struct production *p, struct out *out, const char *key,
    const struct map_entry *entry)
{
	const struct part *part = (const void *)entry->value;

	out_format(out, "{\"%s\":\"%.*s\"", key, (int)entry->key.len,
	    entry->key.ptr);
	for (int i = 0; i < PRODUCTION_CLASSES; i++)
		write_number(out, production_class_names[i], part->counts[i]);
	write_number(out, "count", part->count);
	write_number(out, "errors", part->errors);
	end_record(p, out);
}

static void
write_parts(const struct production *p, enum production_key key,
    struct out *out)
{
	struct map parts;

	map_init(&parts, sizeof(struct part));
	collect(p, key, &parts);
	if (parts.count > 0)
		qsort(parts.entries, parts.count, sizeof(struct map_entry *),
		    compare_parts);
	for (size_t i = 0; i < parts.count; i++)
		write_part(p, out, production_key_names[key], parts.entries[i]);
	map_free(&parts);
}

static void
write_function(const struct production *p, const struct coverage_function *f,
    struct out *out)
{
	out_format(out, "{\"function\":\"%.*s\"", (int)f->name.len,
	    f->name.ptr);
	write_text(out, "class",
	    slice_of(production_class_names[production_class(f)]));
	write_number(out, "count", f->executions);
	write_number(out, "errors", f->errors);
	write_number(out, "tests", f->hits);
	write_text(out, "plugin", plugin_of(f->plugin, f->service));
	write_text(out, "handler", f->handler);
	if (f->file != NULL)
		write_text(out, "code_file", f->file->path);
	if (f->line > 0)
		write_number(out, "code_line", f->line);
	end_record(p, out);
}

static void
write_functions(const struct production *p, struct out *out)
{
	struct coverage_function **list = mem_zalloc(p->coverage->count,
	    sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; i < p->coverage->count; i++)
		if (production_has(p, p->coverage->functions[i]))
			list[n++] = p->coverage->functions[i];
	if (n > 0)
		qsort(list, n, sizeof(*list), coverage_compare);
	for (size_t i = 0; i < n; i++)
		write_function(p, list[i], out);
	free(list);
}

void
production_summarise(const struct production *p, enum production_key key,
    struct out *out)
{
	if (key == PRODUCTION_BY_FUNCTION)
		write_functions(p, out);
	else
		write_parts(p, key, out);
}

/* SPDX-License-Identifier: MIT */
/*
 * tele-map - say of events which code they come from
 *
 * in:   {"kind":"beat","plugin":"CartPlugin","handler":"addItem",...}
 * out:  {"kind":"beat","plugin":"CartPlugin","handler":"addItem",...,
 *        "code_file":"src/cart.ts","code_line":12,...}
 */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tele/attribute.h"
#include "tele/codeindex.h"
#include "tele/diag.h"
#include "tele/eventwrite.h"
#include "tele/jsontext.h"
#include "tele/locate.h"
#include "tele/report.h"

static struct {
	struct opt_list sequences, handlers, tags, source_maps, maps;
	uint64_t max_names;
	bool learn, unmapped, summary;
} opt = { .max_names = 100000 };

static const struct opt options[] = {
	{ 0, "sequences", "PATH,...", OPT_LIST, &opt.sequences,
	    "definitions of sequences and topics: files or folders", NULL },
	{ 0, "handlers", "FILE,...", OPT_LIST, &opt.handlers,
	    "a list of handlers and where they are", NULL },
	{ 0, "tags", "FILE,...", OPT_LIST, &opt.tags,
	    "an index by ctags --output-format=json --fields=+ne", NULL },
	{ 0, "source-maps", "PATH,...", OPT_LIST, &opt.source_maps,
	    "source maps of built code: files or folders", NULL },
	{ 0, "learn", NULL, OPT_FLAG, &opt.learn,
	    "use what other events of the files say; reads them twice", NULL },
	{ 0, "map", "FROM=TO,...", OPT_LIST, &opt.maps,
	    "let files that begin with FROM begin with TO", NULL },
	{ 0, "unmapped", NULL, OPT_FLAG, &opt.unmapped,
	    "write which handlers have no code, instead of the events", NULL },
	{ 0, "summary", NULL, OPT_FLAG, &opt.summary,
	    "say on standard error how many handlers have code", NULL },
	{ 0, "max-names", "N", OPT_COUNT, &opt.max_names,
	    "learn and count at most N names (100000)", NULL },
	REPORT_OPTIONS,
	INPUT_OPTIONS,
	{ 0 },
};

static const struct tool tele_map = { "tele-map",
	"Say of events which code they come from.", "[file ...]", options,
	"  tele-extract app.log | tele-map --sequences docs/sequences\n"
	"  ctags -R --output-format=json --fields=+ne -f - src > tags.json\n"
	"  tele-map --tags tags.json app.ndjson | tele-stats\n"
	"  tele-map --tags tags.json --unmapped app.ndjson\n" };

/* A handler, and how often it was seen. */
struct tally {
	uint64_t count;
	bool has_code, is_ambiguous, has_plugin;
	struct slice src, src_line; /* JSON text, of the first */
};

struct mapper {
	struct input in;
	struct event_reader events;
	struct report report;
	struct catalog catalog;
	struct codeindex index;
	struct learned learned;
	struct locator locator;
	struct map handlers; /* of struct tally, by name and owner */
	struct arena names;
	bool is_full;
	int status;
};

static void
load_definitions(struct mapper *m, const struct opt_list *paths)
{
	for (size_t i = 0; i < paths->count; i++)
		if (!catalog_load(&m->catalog, paths->items[i]))
			m->status = EXIT_TROUBLE;
	if (paths->count > 0)
		m->locator.definitions = &m->catalog;
}

static void
load_index(struct mapper *m)
{
	for (size_t i = 0; i < opt.tags.count; i++)
		if (codeindex_load(&m->index, opt.tags.items[i]) != EXIT_OK)
			m->status = EXIT_TROUBLE;
	if (opt.tags.count > 0)
		m->locator.index = &m->index;
}

static void
load_source_maps(struct mapper *m)
{
	if (opt.source_maps.count > 0)
		m->locator.maps = sourcemaps_new();
	for (size_t i = 0; i < opt.source_maps.count; i++)
		if (!sourcemaps_add(m->locator.maps, opt.source_maps.items[i]))
			m->status = EXIT_TROUBLE;
}

static void
read_paths(struct mapper *m)
{
	struct path_map *paths = mem_zalloc(opt.maps.count, sizeof(*paths));
	const char *wrong = path_maps_read(paths, &opt.maps);

	if (wrong != NULL)
		opt_usage("--map wants FROM=TO, not '%s'", wrong);
	m->locator.paths = paths;
	m->locator.path_count = opt.maps.count;
}

/* A first pass over all files, in which nothing is said: the second will. */
static void
learn(struct mapper *m, int argc, char *argv[])
{
	struct stat st;
	struct event ev;

	for (int i = 0; i < argc; i++)
		if (strcmp(argv[i], "-") == 0 ||
		    (stat(argv[i], &st) == 0 && !S_ISREG(st.st_mode)))
			opt_usage("--learn reads '%s' twice, it must be a file",
			    argv[i]);
	if (argc == 0)
		opt_usage("--learn reads twice, and needs files");
	diag_mute(true);
	input_open(&m->in, argc, argv);
	event_reader_init(&m->events, &m->in);
	while (event_next(&m->events, &ev))
		if (ev.type == RECORD_EVENT)
			learned_add(&m->learned, &ev);
	event_reader_free(&m->events);
	input_close(&m->in);
	diag_mute(false);
	m->locator.learned = &m->learned.catalog;
	if (m->learned.is_full)
		warn("learned only the first %llu facts: --max-names",
		    (unsigned long long)opt.max_names);
}

/* The handler of EV, or the span that has none; false if it is neither. */
static bool
names_of(const struct event *ev, const struct event_change *c,
    struct slice *name, struct slice *owner)
{
	*name = event_change_get(c, ev, EVENT_HANDLER);
	if (name->len == 0 &&
	    (ev->kind == KIND_HANDLER || ev->kind == KIND_SPAN))
		*name = event_get(ev, EVENT_NAME);
	*owner = event_change_get(c, ev, EVENT_PLUGIN);
	if (owner->len == 0)
		*owner = event_get(ev, EVENT_SERVICE);
	return name->len > 0;
}

static void
count(struct mapper *m, const struct event *ev, const struct event_change *c)
{
	struct slice name, owner;
	struct tally *t;
	char *key;
	size_t len;
	bool is_new;

	if (!names_of(ev, c, &name, &owner))
		return;
	key = mem_alloc((name.len + owner.len) * 6 + 64);
	len = json_normal(key, name);
	key[len++] = '\n';
	len += json_normal(key + len, owner);
	t = map_get(&m->handlers, (struct slice){ key, len });
	if (t == NULL && m->handlers.count < opt.max_names) {
		t = map_put(&m->handlers, (struct slice){ key, len }, &is_new);
		t->has_plugin = event_change_get(c, ev, EVENT_PLUGIN).len > 0;
		t->src = arena_copy(&m->names, event_get(ev, EVENT_SRC));
		t->src_line = arena_copy(&m->names,
		    event_get(ev, EVENT_SRC_LINE));
	}
	free(key);
	if (t == NULL) {
		m->is_full = true;
		return;
	}
	t->count++;
	t->has_code |= event_change_get(c, ev, EVENT_CODE_FILE).len > 0;
	t->is_ambiguous |= event_change_get(c, ev, EVENT_CODE_CANDIDATES).len >
	    0;
}

static void
map_event(struct mapper *m, const struct event *ev)
{
	static const struct event_change nothing;
	const struct event_change *c = &nothing;

	if (ev->type == RECORD_EVENT)
		c = locate(&m->locator, ev);
	if ((opt.unmapped || opt.summary) && ev->type == RECORD_EVENT)
		count(m, ev, c);
	if (opt.unmapped)
		return;
	if (c->set == 0)
		event_write(&m->report.out, ev);
	else
		event_write_changed(&m->report.out, ev, c);
}

/* Hand on what there is before waiting for more. */
static int
flush_idle(void *arg, bool would_block)
{
	struct mapper *m = arg;

	if (would_block)
		out_flush(&m->report.out);
	return -1;
}

/* The most seen first, then by name. */
static int
compare(const void *a, const void *b)
{
	const struct tally *x = *(struct tally *const *)a;
	const struct tally *y = *(struct tally *const *)b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return slice_compare(map_entry_of(x)->key, map_entry_of(y)->key);
}

static void
write_tally(struct out *out, const struct tally *t)
{
	struct slice key = map_entry_of(t)->key;
	const char *newline = memchr(key.ptr, '\n', key.len);
	struct slice owner = slice_range(newline + 1, key.ptr + key.len);

	out_format(out, "{\"handler\":\"%.*s\"", (int)(newline - key.ptr),
	    key.ptr);
	if (owner.len > 0)
		out_format(out, ",\"%s\":\"%.*s\"",
		    t->has_plugin ? "plugin" : "service", (int)owner.len,
		    owner.ptr);
	out_format(out, ",\"count\":%llu", (unsigned long long)t->count);
	if (t->src.len > 0)
		out_format(out, ",\"src\":\"%.*s\"", (int)t->src.len,
		    t->src.ptr);
	if (t->src_line.len > 0)
		out_format(out, ",\"src_line\":%.*s", (int)t->src_line.len,
		    t->src_line.ptr);
	out_write(out, SLICE("}\n"));
}

static void
write_unmapped(struct mapper *m)
{
	struct tally **list = mem_zalloc(m->handlers.count,
	    sizeof(struct tally *));
	size_t n = 0;

	for (size_t i = 0; i < m->handlers.count; i++) {
		list[n] = (struct tally *)(void *)m->handlers.entries[i]->value;
		n += !list[n]->has_code;
	}
	qsort(list, n, sizeof(*list), compare);
	for (size_t i = 0; i < n; i++)
		write_tally(&m->report.out, list[i]);
	free(list);
}

static void
say_summary(const struct mapper *m)
{
	const struct tally *t;
	unsigned with = 0, ambiguous = 0;

	for (size_t i = 0; i < m->handlers.count; i++) {
		t = (const struct tally *)(const void *)m->handlers.entries[i]
			->value;
		with += t->has_code;
		ambiguous += t->is_ambiguous;
	}
	warn("%zu handlers: %u with code, %u of them ambiguous; %zu without",
	    m->handlers.count, with, ambiguous, m->handlers.count - with);
}

static int
finish(struct mapper *m)
{
	int status = m->status;

	if (opt.unmapped)
		write_unmapped(m);
	if (opt.summary)
		say_summary(m);
	if (m->is_full)
		warn("more than %llu handlers, the others are not counted",
		    (unsigned long long)opt.max_names);
	if (m->locator.maps != NULL && sourcemaps_failed(m->locator.maps))
		status = EXIT_TROUBLE;
	if (input_close(&m->in) != EXIT_OK)
		status = EXIT_TROUBLE;
	return report_close(&m->report) ? status : EXIT_TROUBLE;
}

static void
open_report(struct mapper *m)
{
	if (opt.unmapped)
		report_open(&m->report, false);
	else
		out_open(&m->report.out, STDOUT_FILENO);
}

static void
release(struct mapper *m)
{
	event_reader_free(&m->events);
	map_free(&m->handlers);
	arena_free(&m->names);
	if (m->locator.maps != NULL)
		sourcemaps_free(m->locator.maps);
	free((void *)m->locator.paths);
	locator_free(&m->locator);
	learned_free(&m->learned);
	codeindex_free(&m->index);
	catalog_free(&m->catalog);
}

int
main(int argc, char *argv[])
{
	struct mapper m = { .status = EXIT_OK };
	struct event ev;
	int status;

	opt_parse(&tele_map, &argc, &argv);
	catalog_init(&m.catalog);
	codeindex_init(&m.index);
	learned_init(&m.learned, opt.max_names);
	locator_init(&m.locator);
	map_init(&m.handlers, sizeof(struct tally));
	read_paths(&m);
	load_definitions(&m, &opt.sequences);
	load_definitions(&m, &opt.handlers);
	load_index(&m);
	load_source_maps(&m);
	if (opt.learn)
		learn(&m, argc, argv);
	input_open(&m.in, argc, argv);
	event_reader_init(&m.events, &m.in);
	m.in.before_read = flush_idle;
	m.in.arg = &m;
	open_report(&m);
	while (event_next(&m.events, &ev))
		map_event(&m, &ev);
	status = finish(&m);
	release(&m);
	return status;
}

/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "tele/diag.h"
#include "tele/duration.h"
#include "tele/mem.h"
#include "tele/opt.h"
#include "tele/out.h"
#include "tele/timestamp.h"

int opt_dashes = -1;

static const struct tool *current;

static const struct opt standard[] = {
	{ 'h', "help", NULL, OPT_FLAG, NULL, "show this help", NULL },
	{ 0, "version", NULL, OPT_FLAG, NULL, "show the version", NULL },
	{ 0 },
};

void
opt_usage(const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	warn("%s", text);
	fprintf(stderr, "Try '%s --help' for more information.\n",
	    current->name);
	exit(EXIT_TROUBLE);
}

/*
 * A standard descriptor that came closed would be taken by the first file we
 * open.  Fill the gap with /dev/null the wrong way round: to use it still
 * fails with EBADF, and a tool that needs it says so.
 */
static void
fill_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
		    open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
			_exit(EXIT_TROUBLE);
}

static void
reset_signals(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGXFSZ, SIG_IGN); /* a full quota is an error of write(2) */
}

static void
help_options(struct out *out, const struct opt *options)
{
	const size_t column = 28;
	char left[96];
	int len;

	for (const struct opt *o = options; o->name != NULL; o++) {
		if (o->letter != 0)
			len = snprintf(left, sizeof(left), "  -%c, ",
			    o->letter);
		else
			len = snprintf(left, sizeof(left), "      ");
		len += snprintf(left + len, sizeof(left) - (size_t)len,
		    "--%s%s%s", o->name, o->arg ? " " : "",
		    o->arg ? o->arg : "");
		if ((size_t)len + 2 > column)
			out_format(out, "%s\n%*s%s\n", left, (int)column, "",
			    o->help);
		else
			out_format(out, "%-*s%s\n", (int)column, left, o->help);
	}
}

static _Noreturn void
help(void)
{
	struct out out;

	out_open(&out, STDOUT_FILENO);
	out_format(&out, "usage: %s [options] %s\n%s\n\n", current->name,
	    current->operands, current->purpose);
	help_options(&out, current->options);
	help_options(&out, standard);
	if (current->examples != NULL)
		out_format(&out, "\nexamples:\n%s", current->examples);
	exit(out_close(&out) ? EXIT_OK : EXIT_TROUBLE);
}

static _Noreturn void
version(void)
{
	struct out out;

	out_open(&out, STDOUT_FILENO);
	out_format(&out, "%s (tele) %s\n", current->name, PACKAGE_VERSION);
	exit(out_close(&out) ? EXIT_OK : EXIT_TROUBLE);
}

/* How many insertions, deletions, substitutions and swaps make B of A. */
static size_t
edit_distance(const char *a, const char *b)
{
	size_t n = strlen(b), row[64], last[64], corner, above, swapped;

	if (n >= sizeof(row) / sizeof(*row))
		return SIZE_MAX;
	for (size_t j = 0; j <= n; j++)
		row[j] = last[j] = j;
	for (size_t i = 1; a[i - 1] != '\0'; i++) {
		corner = row[0];
		row[0] = i;
		swapped = SIZE_MAX - 1;
		for (size_t j = 1; j <= n; j++) {
			above = row[j];
			row[j] = corner + (a[i - 1] != b[j - 1]);
			if (above + 1 < row[j])
				row[j] = above + 1;
			if (row[j - 1] + 1 < row[j])
				row[j] = row[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && swapped + 1 < row[j])
				row[j] = swapped + 1;
			/* Two rows up, two places back. */
			swapped = last[j - 1];
			last[j - 1] = corner;
			corner = above;
		}
	}
	return row[n];
}

static _Noreturn void
unknown_option(const char *name)
{
	const struct opt *tables[] = { current->options, standard };
	const char *best = NULL;
	/* A third of the letters may be wrong: one, or two of a long name. */
	size_t least = strlen(name) < 6 ? 2 : 3, d;

	for (size_t i = 0; i < 2; i++)
		for (const struct opt *o = tables[i]; o->name; o++) {
			d = edit_distance(name, o->name);
			/* What was typed in part is meant before a typo. */
			if (strncmp(name, o->name, strlen(name)) == 0)
				d /= 2;
			if (d < least) {
				least = d;
				best = o->name;
			}
		}
	if (best != NULL)
		opt_usage("unknown option '--%s', did you mean '--%s'?", name,
		    best);
	opt_usage("unknown option '--%s'", name);
}

static bool
parse_count(const char *text, uint64_t *value)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*value = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0';
}

static bool
parse_size(const char *text, uint64_t *value)
{
	static const char suffixes[] = "kMG";
	char *end;
	const char *at;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*value = strtoull(text, &end, 10);
	if (errno != 0)
		return false;
	if (*end == '\0')
		return true;
	at = strchr(suffixes, *end == 'K' ? 'k' : *end);
	return at != NULL && end[1] == '\0' &&
	    !__builtin_mul_overflow(*value,
		UINT64_C(1) << (10 * (at - suffixes + 1)), value);
}

/* Digits, perhaps a dot and more digits, perhaps a percent sign. */
static bool
parse_percent(const char *text, double *value)
{
	const char *p = text;
	double percent = 0, unit = 1;

	for (; *p >= '0' && *p <= '9'; p++)
		percent = percent * 10 + (*p - '0');
	if (p == text)
		return false;
	if (*p == '.')
		for (p++; *p >= '0' && *p <= '9'; p++)
			percent += (unit /= 10) * (*p - '0');
	if (*p == '%')
		p++;
	*value = percent / 100;
	return *p == '\0' && percent < 1e9;
}

/* RFC 3339, a date alone, or a duration before now as in "-90m". */
static bool
parse_time(const char *text, int64_t *ns)
{
	struct timestamp t;
	struct timespec now;
	char midnight[32];
	int64_t ago;

	if (*text == '-') {
		if (!duration_parse(slice_of(text + 1), &ago))
			return false;
		clock_gettime(CLOCK_REALTIME, &now);
		*ns = now.tv_sec * NS_PER_S + now.tv_nsec - ago;
		return true;
	}
	if (strlen(text) == 10) {
		snprintf(midnight, sizeof(midnight), "%sT00:00:00Z", text);
		text = midnight;
	}
	if (!timestamp_parse(slice_of(text), &t))
		return false;
	*ns = t.ns;
	return true;
}

static void
add_item(struct opt_list *list, const char *text)
{
	list->items = mem_grow(list->items, &list->cap, list->count + 1,
	    sizeof(*list->items));
	list->items[list->count++] = text;
}

static void
add_items(struct opt_list *list, const char *text)
{
	const char *comma;

	while ((comma = strchr(text, ',')) != NULL) {
		add_item(list, mem_string(slice_range(text, comma)));
		text = comma + 1;
	}
	add_item(list, text);
}

static bool
parse_choice(const struct opt *o, const char *text, int *value)
{
	for (int i = 0; o->choices[i] != NULL; i++)
		if (strcmp(o->choices[i], text) == 0) {
			*value = i;
			return true;
		}
	return false;
}

static void
set(const struct opt *o, const char *text)
{
	bool ok = true;

	switch (o->type) {
	case OPT_FLAG:
		*(bool *)o->value = true;
		break;
	case OPT_STRING:
		*(const char **)o->value = text;
		break;
	case OPT_COUNT:
		ok = parse_count(text, o->value);
		break;
	case OPT_PERCENT:
		ok = parse_percent(text, o->value);
		break;
	case OPT_SIZE:
		ok = parse_size(text, o->value);
		break;
	case OPT_DURATION:
		ok = duration_parse(slice_of(text), o->value);
		break;
	case OPT_TIME:
		ok = parse_time(text, o->value);
		break;
	case OPT_CHOICE:
		ok = parse_choice(o, text, o->value);
		break;
	case OPT_LIST:
		add_items(o->value, text);
		break;
	case OPT_PAIR:
		*(const char **)o->value = text;
		break;
	}
	if (!ok)
		opt_usage("invalid %s '%s' for --%s%s", o->arg, text, o->name,
		    o->type == OPT_DURATION ? ", which takes a unit as in '5s'"
					    : "");
}

static const struct opt *
find_long(const char *name, size_t len)
{
	const struct opt *tables[] = { current->options, standard };

	for (size_t i = 0; i < 2; i++)
		for (const struct opt *o = tables[i]; o->name; o++)
			if (strlen(o->name) == len &&
			    memcmp(o->name, name, len) == 0)
				return o;
	return NULL;
}

static const struct opt *
find_short(char letter)
{
	const struct opt *tables[] = { current->options, standard };

	for (size_t i = 0; i < 2; i++)
		for (const struct opt *o = tables[i]; o->name; o++)
			if (o->letter == letter)
				return o;
	opt_usage("unknown option '-%c'", letter);
}

static void
apply(const struct opt *o, const char *text)
{
	if (o == &standard[0])
		help();
	if (o == &standard[1])
		version();
	set(o, text);
}

/* The second word of an OPT_PAIR, behind the TAKEN that ARGV begins with. */
static int
parse_second(const struct opt *o, char **argv, int taken)
{
	if (argv[taken] == NULL)
		opt_usage("option '--%s' needs two values", o->name);
	((const char **)o->value)[1] = argv[taken];
	return taken + 1;
}

/* --name, --name=value or --name value: how many words of ARGV it took. */
static int
parse_long(char **argv)
{
	const char *name = argv[0] + 2, *equals = strchr(name, '=');
	size_t len = equals ? (size_t)(equals - name) : strlen(name);
	const struct opt *o = find_long(name, len);
	int taken;

	if (o == NULL)
		unknown_option(mem_string((struct slice){ name, len }));
	if (o->arg == NULL) {
		if (equals != NULL)
			opt_usage("option '--%s' takes no value", o->name);
		apply(o, NULL);
		return 1;
	}
	if (equals == NULL && argv[1] == NULL)
		opt_usage("option '--%s' needs a value", o->name);
	apply(o, equals ? equals + 1 : argv[1]);
	taken = equals ? 1 : 2;
	return o->type == OPT_PAIR ? parse_second(o, argv, taken) : taken;
}

/* A cluster of letters, the last of which may have a value. */
static int
parse_short(char **argv)
{
	const struct opt *o;

	for (const char *p = argv[0] + 1; *p != '\0'; p++) {
		o = find_short(*p);
		if (o->arg == NULL) {
			apply(o, NULL);
			continue;
		}
		if (p[1] == '\0' && argv[1] == NULL)
			opt_usage("option '-%c' needs a value", *p);
		apply(o, p[1] != '\0' ? p + 1 : argv[1]);
		return p[1] != '\0' ? 1 : 2;
	}
	return 1;
}

void
opt_parse(const struct tool *tool, int *argc, char **argv[])
{
	char **words = *argv + 1;
	int operands = 0, left = *argc > 0 ? *argc - 1 : 0, taken;

	current = tool;
	diag_program(tool->name);
	fill_descriptors();
	reset_signals();
	while (left > 0) {
		taken = 1;
		if (strcmp(words[0], "--") == 0)
			break;
		if (words[0][0] != '-' || words[0][1] == '\0')
			(*argv)[1 + operands++] = words[0];
		else if (words[0][1] == '-')
			taken = parse_long(words);
		else
			taken = parse_short(words);
		words += taken;
		left -= taken;
	}
	if (left > 0)
		opt_dashes = operands;
	for (words++, left--; left > 0; words++, left--)
		(*argv)[1 + operands++] = words[0];
	if (*argc > 0)
		(*argv)[1 + operands] = NULL;
	*argc = operands;
	*argv += 1;
}

uint64_t
opt_bits(const struct opt_list *list, const char *const *names,
    const char *what)
{
	uint64_t bits = 0;
	int i;

	for (size_t k = 0; k < list->count; k++) {
		for (i = 0; names[i] != NULL; i++)
			if (strcmp(names[i], list->items[k]) == 0)
				break;
		if (names[i] == NULL)
			opt_usage("unknown %s '%s'", what, list->items[k]);
		bits |= UINT64_C(1) << i;
	}
	return bits;
}

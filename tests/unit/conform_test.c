/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "random.h"
#include "rows.h"
#include "tap.h"
#include "tele/conform.h"

/*
 * Flows as words: steps are letters, (ab) come in any order, a? is optional, a+
 * comes once or more, a* anywhere or nowhere.  What happened is letters, too.
 * The edits: a letter that stays, or with a sign before it one that is missing
 * -, unexpected +, moved ~, or too many *.
 */
static const struct {
	const char *flow, *happened, *edits;
} cases[] = {
	{ "abc", "abc", "abc" },
	{ "abc", "", "-a-b-c" },
	{ "", "a", "+a" },
	{ "abc", "ab", "ab-c" },
	{ "abc", "bc", "-abc" },
	{ "abc", "axbc", "a+xbc" },
	{ "abc", "abcabc", "abc*a*b*c" },
	{ "abcde", "acbxe", "a~cb+x-de" },
	{ "abc", "cab", "~cab" },
	{ "abc", "bca", "bc~a" },
	{ "abc", "cba", "~c~ba" },
	{ "a(bc)d", "abcd", "abcd" },
	{ "a(bc)d", "acbd", "acbd" },
	{ "a(bc)d", "acd", "ac-bd" },
	{ "a(bc)d", "acccbd", "ac*c*cbd" },
	{ "a(bc)d", "dabc", "~dabc" },
	{ "ab?c", "ac", "ac" },
	{ "ab?c", "abc", "abc" },
	{ "ab?c", "abbc", "ab*bc" },
	{ "ab+c", "abbbc", "abbbc" },
	{ "ab+c", "ac", "a-bc" },
	{ "ab+c", "abcb", "ab~cb" },
	{ "aba", "aba", "aba" },
	{ "aba", "aab", "a~ab" },
	{ "aba", "ab", "ab-a" },
	{ "abab", "baba", "~baba" },
	{ "a?b?a", "a", "a" },
	{ "abx*", "xab", "xab" },
	{ "x*ab", "abx", "abx" },
	{ "abx*", "bxax", "~bxa*x" },
	{ "abx*", "axb", "axb" },
};

enum { STEPS_MAX = 64 };

struct flow {
	struct catalog_flow flow;
	struct catalog_step steps[STEPS_MAX];
	char names[STEPS_MAX];
};

static void
make_flow(struct flow *f, const char *word)
{
	struct catalog_step **end = &f->flow.first, *step = NULL;
	bool is_group = false;
	size_t n = 0;

	*f = (struct flow){ .flow = { .is_stated = true } };
	for (; *word != '\0'; word++) {
		if (*word == '(' || *word == ')') {
			is_group = *word == '(';
			f->flow.groups += !is_group;
		} else if (*word == '?') {
			step->least = 0;
		} else if (*word == '+') {
			step->most = UINT32_MAX;
		} else if (*word == '*') {
			step->is_free = true;
			step->least = 0;
		} else {
			f->names[n] = *word;
			step = &f->steps[n];
			*step = (struct catalog_step){ .name = { &f->names[n],
							   1 },
				.least = 1,
				.most = 1,
				.group = f->flow.groups };
			n++;
			*end = step;
			end = &step->next;
			f->flow.groups += !is_group;
		}
	}
}

static size_t
label(const struct conform_plan *p, const char *happened, int32_t *labels)
{
	size_t n = 0;

	for (; happened[n] != '\0'; n++)
		labels[n] = conform_label(p, (struct slice){ &happened[n], 1 },
		    (struct slice){ "", 0 }, 0);
	return n;
}

static const char *
explained(const struct conform_plan *p, const char *happened)
{
	static const char signs[] = " -+~*";
	static char text[4 * STEPS_MAX];
	struct conform_edit *edits;
	int32_t labels[STEPS_MAX];
	size_t n = label(p, happened, labels), count;
	char *to = text;

	edits = conform_explain(p, labels, n, &count);
	for (size_t i = 0; i < count; i++) {
		if (edits[i].kind != CONFORM_SAME)
			*to++ = signs[edits[i].kind];
		*to++ = edits[i].label == CONFORM_NONE
		    ? happened[edits[i].observed]
		    : p->labels[edits[i].label].step->name.ptr[0];
	}
	*to = '\0';
	free(edits);
	return text;
}

static void
test_cases(void)
{
	struct flow f;
	struct conform_plan *p;
	const char *edits;

	for (size_t i = 0; i < COUNT(cases); i++) {
		make_flow(&f, cases[i].flow);
		p = conform_plan_new(&f.flow);
		edits = explained(p, cases[i].happened);
		if (!ok(strcmp(edits, cases[i].edits) == 0,
			"conform: '%s' against '%s' is '%s'", cases[i].happened,
			cases[i].flow, cases[i].edits))
			note("%s", edits);
		conform_plan_free(p);
	}
}

/* Whether the edits say that all is as documented. */
static bool
is_plain(const char *edits)
{
	return strpbrk(edits, "-+~*") == NULL;
}

/* The quick way must say yes only where the long way finds nothing. */
static void
test_fits(void)
{
	struct flow f;
	struct conform_plan *p;
	int32_t labels[STEPS_MAX];
	bool fits, is_sound = true, is_complete = true;
	size_t n;

	for (size_t i = 0; i < COUNT(cases); i++) {
		make_flow(&f, cases[i].flow);
		p = conform_plan_new(&f.flow);
		n = label(p, cases[i].happened, labels);
		fits = conform_fits(p, labels, n);
		is_sound &= !fits || is_plain(cases[i].edits);
		is_complete &= fits || !p->is_plain ||
		    !is_plain(cases[i].edits);
		conform_plan_free(p);
	}
	ok(is_sound, "conform: what fits needs no edit");
	ok(is_complete, "conform: what needs no edit fits, by distinct names");
}

/* The length of the longest common subsequence, by trying them all. */
static int
longest_common(const char *a, const char *b)
{
	int best = 0, n;
	const char *at;

	for (unsigned set = 0; set < 1u << strlen(a); set++) {
		n = 0;
		at = b;
		for (size_t i = 0; a[i] != '\0' && at != NULL; i++) {
			if ((set >> i & 1) == 0)
				continue;
			at = strchr(at, a[i]);
			if (at != NULL) {
				at++;
				n++;
			}
		}
		if (at != NULL && n > best)
			best = n;
	}
	return best;
}

/* On random words as many steps stay as can, and the counts are right. */
static void
test_random(void)
{
	char flow[9] = "", happened[9] = "";
	struct flow f;
	struct conform_plan *p;
	const char *edits;
	uint64_t seed = 1;
	int kept, wrong = 0;

	for (int round = 0; round < 20000; round++) {
		size_t n = random_below(&seed, 8), m = random_below(&seed, 8);

		for (size_t i = 0; i < n; i++)
			flow[i] = (char)('a' + random_below(&seed, 5));
		for (size_t i = 0; i < m; i++)
			happened[i] = (char)('a' + random_below(&seed, 6));
		flow[n] = happened[m] = '\0';
		make_flow(&f, flow);
		p = conform_plan_new(&f.flow);
		edits = explained(p, happened);
		kept = 0;
		for (const char *at = edits; *at != '\0'; at++) {
			if (strchr("-+~*", *at) != NULL)
				at++;
			else
				kept++;
		}
		if (kept != longest_common(happened, flow)) {
			note("'%s' against '%s': '%s'", happened, flow, edits);
			wrong++;
		}
		conform_plan_free(p);
	}
	ok(wrong == 0, "conform: as many of random steps stay as can");
}

/* Too much for a table: still linear, and still right where it can be. */
static void
test_long(void)
{
	enum { N = 100000 };
	struct flow f;
	struct conform_plan *p;
	struct conform_edit *edits;
	int32_t *labels = malloc(N * sizeof(*labels));
	size_t count, moved = 0;
	char word[STEPS_MAX + 1];

	for (int i = 0; i < STEPS_MAX; i++)
		word[i] = (char)('0' + i);
	word[STEPS_MAX] = '\0';
	for (char *at = word; *at != '\0'; at++)
		if (strchr("()?+*", *at) != NULL)
			*at = (char)('a' + (at - word));
	make_flow(&f, word);
	p = conform_plan_new(&f.flow);
	for (int i = 0; i < N; i++)
		labels[i] = i < STEPS_MAX ? i : CONFORM_NONE;
	labels[3] = 2;
	labels[2] = 3;
	edits = conform_explain(p, labels, N, &count);
	for (size_t i = 0; i < count; i++)
		moved += edits[i].kind == CONFORM_MOVED;
	ok(count == N && moved == 1,
	    "conform: %d steps are compared in linear time", N);
	free(edits);
	free(labels);
	conform_plan_free(p);
}

/* A label is a name and, where both sides state it, a service. */
static void
test_labels(void)
{
	struct flow f;
	struct conform_plan *p;
	struct slice a = { "a", 1 }, other = { "shop", 4 }, none = { "", 0 };

	make_flow(&f, "aab");
	f.steps[0].service = (struct slice){ "web", 3 };
	p = conform_plan_new(&f.flow);
	ok(p->label_count == 3, "conform: services make labels");
	ok(conform_label(p, a, (struct slice){ "web", 3 }, 0) == 0 &&
		conform_label(p, a, other, 0) == 1 &&
		conform_label(p, a, none, 0) == 0 &&
		conform_label(p, a, none, 1) == 1,
	    "conform: a service that is not stated fits any");
	ok(conform_label(p, (struct slice){ "\\u0061", 6 }, other, 0) == 1 &&
		conform_label(p, (struct slice){ "c", 1 }, none, 0) ==
		    CONFORM_NONE,
	    "conform: two ways to escape a name are one name");
	conform_plan_free(p);
}

int
main(void)
{
	test_cases();
	test_fits();
	test_random();
	test_long();
	test_labels();
	return done();
}

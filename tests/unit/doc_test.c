/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "guarded.h"
#include "rows.h"
#include "tap.h"
#include "tele/doc.h"
#include "tele/term.h"

/* Trees as `line:{key=...}`, lists in brackets, texts in quotes. */
static const struct {
	struct slice text;
	const char *tree;
} good[] = {
	{ TEXT("a: 1"), "1{a=1'1'}" },
	{ TEXT("a: 1\nb:\n  - x\n  - {c: 'd e', f: []}\n"),
	    "1{a=1'1' b=3[3'x' 4{c=4'd e' f=4[]}]}" },
	{ TEXT("---\na: |\n  x\n  y\n...\n"), "2{a=2'x\n\ny\n\n'}" },
	{ TEXT("- a\n- b"), "1[1'a' 2'b']" },
	{ TEXT("just text"), "1'just text'" },
	{ TEXT("a:\nb: ''\nc: ~"), "1{a=1'' b=2'' c=3'~'}" },
	{ TEXT("a: {b: 1}\nc: {b: 2}"), "1{a=1{b=1'1'} c=2{b=2'2'}}" },
	{ TEXT("# comment\n\n'a b': \"\\u20ac\"\n"), "3{a b=3'\xe2\x82\xac'}" },
	{ TEXT("<<: {a: 1}"), "1{<<=1{a=1'1'}}" },
	{ TEXT("\xef\xbb\xbfk: 1"), "1{k=1'1'}" },
};

static const struct {
	struct slice text;
	const char *error;
} bad[] = {
	{ TEXT(""), "x.yaml:1: the file is empty" },
	{ TEXT("# comment\n"), "x.yaml:1: the file is empty" },
	{ TEXT("a: 1\nb: *a"), "x.yaml:2: aliases are refused" },
	{ TEXT("*a : 1"), "x.yaml:1: aliases are refused" },
	{ TEXT("- *a"), "x.yaml:1: aliases are refused" },
	{ TEXT("a: &x 1"), "x.yaml:1: tags and anchors are refused" },
	{ TEXT("a: 1\n&x b: 1"), "x.yaml:2: tags and anchors are refused" },
	{ TEXT("a: &x [1]"), "x.yaml:1: tags and anchors are refused" },
	{ TEXT("a: &x {b: 1}"), "x.yaml:1: tags and anchors are refused" },
	{ TEXT("a: !!str 1"), "x.yaml:1: tags and anchors are refused" },
	{ TEXT("a: !own 1"), "x.yaml:1: tags and anchors are refused" },
	{ TEXT("a: ! 1"), "x.yaml:1: tags and anchors are refused" },
	{ TEXT("!!map {a: 1}"), "x.yaml:1: tags and anchors are refused" },
	{ TEXT("a: 1\nb: !own [1]"), "x.yaml:2: tags and anchors are refused" },
	{ TEXT("a: 1\nb: 2\na: 3"), "x.yaml:3: duplicate key 'a'" },
	{ TEXT("a: 1\n'a': [2]"), "x.yaml:2: duplicate key 'a'" },
	{ TEXT("b: {a: 1, a: 1}"), "x.yaml:1: duplicate key 'a'" },
	{ TEXT("a: 1\n---\nb: 2"), "x.yaml:2: a second document" },
	{ TEXT("---\n---\nb: 2"), "x.yaml:2: a second document" },
	{ TEXT("a: 1\n...\n---\n"), "x.yaml:3: a second document" },
	{ TEXT("? [a]\n: 1"), "x.yaml:1: a key must be a word" },
	{ TEXT("a: {[b]: 1}"), "x.yaml:1: a key must be a word" },
	{ TEXT("{{a: 1}: 1}"), "x.yaml:1: a key must be a word" },
	{ TEXT("a: \"x\\0y\""), "x.yaml:1: NUL byte in a value" },
	{ TEXT("a: 1\n\"b\\0\": 1"), "x.yaml:2: NUL byte in a value" },
};

/* YAML that libyaml refuses, in its own words, on this line. */
static const struct {
	struct slice text;
	const char *where;
} broken[] = {
	{ TEXT("a: b: c"), "x.yaml:1: " },
	{ TEXT("a: 1\nb: [1}"), "x.yaml:2: " },
	{ TEXT("a: 1\n b: 2"), "x.yaml:2: " },
	{ TEXT("a: 1\n\tb: 2"), "x.yaml:2: " },
	{ TEXT("a: \"x"), "x.yaml:1: " },
	{ TEXT("a: 1\n- b"), "x.yaml:2: " },
	{ TEXT("a: \xff"), "x.yaml:1: " },
	{ TEXT("a: \x01"), "x.yaml:1: " },
	{ TEXT("a: x\0y"), "x.yaml:1: " },
	{ TEXT("%YAML 9.9\n---\na: 1"), "x.yaml:1: " },
};

/* The same of JSON: trees, and messages. */
static const struct {
	struct slice text;
	const char *tree;
} json_good[] = {
	{ TEXT("{\"a\":1}"), "1{a=1'1'}" },
	{ TEXT("{\n \"a\" : [\n true,\n {\"b\":\"x\"}]\n}\n"),
	    "1{a=2[3'true' 4{b=4'x'}]}" },
	{ TEXT("\n\n[ ]"), "3[]" },
	{ TEXT("{\"a\":null,\"b\":-1.5e3,\"c\":[null,false]}"),
	    "1{b=1'-1.5e3' c=1[1'false']}" },
	{ TEXT("{\"\\u20ac \\\"\":\"\\ud83d\\ude00\\/\"}"),
	    "1{\xe2\x82\xac \"=1'\xf0\x9f\x98\x80/'}" },
	{ TEXT("\xef\xbb\xbf{\"a\":\"\"}"), "1{a=1''}" },
	{ TEXT("{\"a\":\"~\",\"b\":\"null\"}"), "1{a=1'~' b=1'null'}" },
};

static const struct {
	struct slice text;
	const char *error;
} json_bad[] = {
	{ TEXT(""), "x.json:1: unexpected end of the record" },
	{ TEXT("null"), "x.json:1: the file is empty" },
	{ TEXT("{\"a\":\n\n1"), "x.json:3: unexpected end of the record" },
	{ TEXT("{\n\"a\" 1}"), "x.json:2: expected ':' after key" },
	{ TEXT("{\"a\":1,\n\"a\":2}"), "x.json:2: duplicate key 'a'" },
	{ TEXT("{\"a\":\"x\\u0000\"}"), "x.json:1: NUL byte in a value" },
	{ TEXT("{\"\\u0000\":1}"), "x.json:1: NUL byte in a value" },
};

static bool
load_json(struct doc *doc, struct slice text)
{
	char *p = guarded(text);
	bool loaded = doc_load_json(doc, "x.json",
	    (struct slice){ p, text.len });

	memset(p, 'x', text.len);
	free(p);
	return loaded;
}

static bool
load(struct doc *doc, struct slice text)
{
	char *p = guarded(text);
	bool loaded = doc_load(doc, "x.yaml", (struct slice){ p, text.len });

	/* The tree must not borrow from the text. */
	memset(p, 'x', text.len);
	free(p);
	return loaded;
}

static const char *
shown(struct slice text)
{
	static char buf[1024];

	term_escape(buf, sizeof(buf), text);
	return buf;
}

/* NODE as text; newlines doubled, so that they are seen. */
static char *
put_node(char *p, const struct node *node)
{
	p += sprintf(p, "%d", node->line);
	if (node->type == NODE_TEXT) {
		*p++ = '\'';
		for (size_t i = 0; i < node->text.len; i++) {
			*p++ = node->text.ptr[i];
			if (p[-1] == '\n')
				*p++ = '\n';
		}
		*p++ = '\'';
		*p = '\0';
		return p;
	}
	*p++ = node->type == NODE_LIST ? '[' : '{';
	for (const struct node *y = node->child; y != NULL; y = y->next) {
		if (y != node->child)
			*p++ = ' ';
		if (node->type == NODE_MAP)
			p += sprintf(p, "%.*s=", (int)y->key.len, y->key.ptr);
		p = put_node(p, y);
	}
	*p++ = node->type == NODE_LIST ? ']' : '}';
	*p = '\0';
	return p;
}

static void
test_good(void)
{
	char tree[512];

	for (size_t i = 0; i < COUNT(good); i++) {
		struct doc doc;
		bool loaded = load(&doc, good[i].text);

		if (loaded)
			put_node(tree, doc.root);
		if (!ok(loaded && strcmp(tree, good[i].tree) == 0,
			"doc: '%s' is loaded", shown(good[i].text)))
			note("%s", loaded ? tree : doc.error);
		doc_free(&doc);
	}
}

static void
test_bad(void)
{
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct doc doc;
		bool loaded = load(&doc, bad[i].text);

		if (!ok(!loaded && strcmp(doc.error, bad[i].error) == 0,
			"doc: '%s' is refused: %s", shown(bad[i].text),
			bad[i].error))
			note("%s", loaded ? "loaded" : doc.error);
		doc_free(&doc);
	}
	for (size_t i = 0; i < COUNT(broken); i++) {
		const char *where = broken[i].where;
		struct doc doc;
		bool loaded = load(&doc, broken[i].text);

		if (!ok(!loaded &&
			    strncmp(doc.error, where, strlen(where)) == 0 &&
			    strlen(doc.error) > strlen(where),
			"doc: '%s' is broken at %s", shown(broken[i].text),
			where))
			note("%s", loaded ? "loaded" : doc.error);
		doc_free(&doc);
	}
}

static void
test_json(void)
{
	char tree[512];

	for (size_t i = 0; i < COUNT(json_good); i++) {
		struct doc doc;
		bool loaded = load_json(&doc, json_good[i].text);

		if (loaded)
			put_node(tree, doc.root);
		if (!ok(loaded && strcmp(tree, json_good[i].tree) == 0,
			"doc: the JSON '%s' is loaded",
			shown(json_good[i].text)))
			note("%s", loaded ? tree : doc.error);
		doc_free(&doc);
	}
	for (size_t i = 0; i < COUNT(json_bad); i++) {
		struct doc doc;
		bool loaded = load_json(&doc, json_bad[i].text);

		if (!ok(!loaded && strcmp(doc.error, json_bad[i].error) == 0,
			"doc: the JSON '%s' is refused: %s",
			shown(json_bad[i].text), json_bad[i].error))
			note("%s", loaded ? "loaded" : doc.error);
		doc_free(&doc);
	}
}

/* A map of N keys, in JSON. */
static bool
loads_keys(int n, struct doc *doc)
{
	char *text = mem_alloc((size_t)n * 16 + 2);
	size_t len = 0;
	bool loaded;

	for (int i = 0; i < n; i++)
		len += (size_t)sprintf(text + len, "%c\"k%d\":1",
		    i == 0 ? '{' : ',', i);
	text[len++] = '}';
	loaded = load_json(doc, (struct slice){ text, len });
	free(text);
	return loaded;
}

static void
test_keys(void)
{
	struct doc doc;

	ok(loads_keys(16384, &doc), "doc: 16384 keys are loaded");
	doc_free(&doc);
	ok(!loads_keys(16385, &doc) &&
		strcmp(doc.error, "x.json:1: more than 16384 keys") == 0,
	    "doc: one more is refused");
	doc_free(&doc);
}

static bool
loads_nested(char open, char close, size_t depth, struct doc *doc)
{
	char text[1024];
	size_t n = 0;

	for (size_t i = 0; i < depth; i++) {
		text[n++] = open;
		if (open == '{')
			n += (size_t)sprintf(text + n, "a: ");
	}
	text[n++] = '1';
	for (size_t i = 0; i < depth; i++)
		text[n++] = close;
	return load(doc, (struct slice){ text, n });
}

static void
test_depth(void)
{
	struct doc doc;

	ok(loads_nested('[', ']', 128, &doc),
	    "doc: 128 nested lists are loaded");
	doc_free(&doc);
	ok(loads_nested('{', '}', 128, &doc),
	    "doc: 128 nested maps are loaded");
	doc_free(&doc);
	ok(!loads_nested('[', ']', 129, &doc) &&
		strcmp(doc.error, "x.yaml:1: nesting deeper than 128") == 0,
	    "doc: the 129th nested list is refused");
	doc_free(&doc);
	ok(!loads_nested('{', '}', 129, &doc) &&
		strcmp(doc.error, "x.yaml:1: nesting deeper than 128") == 0,
	    "doc: the 129th nested map is refused");
	doc_free(&doc);
}

static void
test_get(void)
{
	struct doc doc;
	const struct node *list;

	ok(load(&doc, SLICE("a: 1\nbc: [x]\n'': 2")), "doc: a map is loaded");
	list = node_get(doc.root, "bc");
	ok(list != NULL && list->type == NODE_LIST && list->line == 2,
	    "doc: a member is found by its key");
	ok(node_get(doc.root, "b") == NULL &&
		node_get(doc.root, "bcd") == NULL &&
		node_get(doc.root, "A") == NULL,
	    "doc: and by nothing else");
	ok(node_get(doc.root, "") != NULL, "doc: a key may be empty");
	ok(node_get(list, "x") == NULL && node_get(NULL, "a") == NULL,
	    "doc: a list and nothing at all have no members");
	ok(!doc_error(&doc, list, "'%s' is %d", "x", 1) &&
		strcmp(doc.error, "x.yaml:2: 'x' is 1") == 0,
	    "doc: an error names the line of the node");
	doc_free(&doc);
}

/* A message that does not fit is cut. */
static void
test_long_error(void)
{
	char text[2000];
	struct doc doc;
	size_t n = 0;

	for (int i = 0; i < 2; i++) {
		memset(text + n, 'k', 900);
		n += 900;
		n += (size_t)sprintf(text + n, ": 1\n");
	}
	ok(!load(&doc, (struct slice){ text, n }) &&
		strlen(doc.error) == sizeof(doc.error) - 1,
	    "doc: a long error is cut");
	doc_free(&doc);
}

int
main(void)
{
	test_good();
	test_bad();
	test_json();
	test_keys();
	test_depth();
	test_get();
	test_long_error();
	return done();
}

/* SPDX-License-Identifier: MIT */
#ifndef TELE_JSON_H
#define TELE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/jsonscan.h"
#include "tele/jsontext.h"

enum json_token {
	JSON_ERROR, /* see fault */
	JSON_MORE,  /* the text stops inside a token: json_feed, or an error */
	JSON_END,   /* one whole value has been read */
	JSON_OBJECT,
	JSON_OBJECT_END,
	JSON_ARRAY,
	JSON_ARRAY_END,
	JSON_KEY,
	JSON_STRING,
	JSON_NUMBER,
	JSON_TRUE,
	JSON_FALSE,
	JSON_NULL,
};

/*
 * A pull tokenizer over a text that may come in pieces.  TEXT of a token is
 * raw: strings and keys without their quotes, still escaped.
 */
struct json {
	const char *p, *end;
	bool is_last; /* no more text will come */
	struct json_fault fault;
	struct slice text;
	int depth;
	int expect;                          /* private: what may come next */
	uint64_t in_object[JSON_DEPTH / 64]; /* private: a bit per level */
};

void json_init(struct json *j);

/*
 * Go on with TEXT, which begins with the bytes not yet consumed (j->p..j->end)
 * and is borrowed until the next call.
 */
void json_feed(struct json *j, struct slice text, bool is_last);

enum json_token json_next(struct json *j);

#endif

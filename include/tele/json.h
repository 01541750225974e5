/* SPDX-License-Identifier: MIT */
#ifndef TELE_JSON_H
#define TELE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/slice.h"

/*
 * JSON as RFC 8259 has it and nothing more: UTF-8 is checked, a NUL byte is a
 * byte like any other control character, numbers keep their text.  Nothing
 * here recurses or allocates; nesting past JSON_DEPTH is an error.
 *
 * Lone surrogates in \u escapes are syntactically fine (RFC 8259, section 8.2)
 * and decode to U+FFFD.
 */
#define JSON_DEPTH 512

/* Where and why a text is not JSON; or, with WHAT NULL, where it just stops. */
struct json_fault {
	const char *at;
	const char *what; /* "expected ':' after key" */
};

/*
 * The scanners: given the first byte of a string (its quote), a number, or any
 * value, return the byte after it, or NULL with *FAULT set.  DEPTH containers
 * are around the value.
 */
const char *json_string(const char *p, const char *end,
    struct json_fault *fault);
const char *json_number(const char *p, const char *end,
    struct json_fault *fault);
const char *json_value(const char *p, const char *end, int depth,
    struct json_fault *fault);

/* The first byte at or after P that is not JSON's white space, or END. */
static inline const char *
json_blank(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n'))
		p++;
	return p;
}

/* Whether TEXT is exactly one value, white space around it allowed. */
bool json_check(struct slice text, struct json_fault *fault);

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

/*
 * The bytes that the raw string TEXT (no quotes) stands for.  DST takes
 * TEXT.len bytes; returns how many were written.
 */
size_t json_unescape(char *dst, struct slice text);

/*
 * S as the inside of a JSON string.  Besides what JSON demands, every character
 * that drives a terminal (utf8_is_control) is written \uXXXX, and malformed
 * UTF-8 becomes U+FFFD.  DST takes 6 * S.len + 16 bytes; returns the length.
 */
size_t json_escape(char *dst, struct slice s);

/*
 * RAW, the inside of a JSON string, as json_escape writes what it stands for:
 * the many ways to escape one string become one.  DST takes 6 * RAW.len + 16
 * bytes; returns the length.
 */
size_t json_normal(char *dst, struct slice raw);

/*
 * JSON text, or a part of it, with every character that drives a terminal
 * written \uXXXX; all else stays.  DST takes 6 * JSON.len + 16 bytes; returns
 * the length.
 */
size_t json_tame(char *dst, struct slice json);

#endif

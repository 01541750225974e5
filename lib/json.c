/* SPDX-License-Identifier: MIT */
#include "tele/json.h"

/* What json_next may meet at the current position. */
enum expect {
	EXPECT_VALUE,
	EXPECT_FIRST_KEY,   /* or the end of the object */
	EXPECT_KEY,         /* after a comma */
	EXPECT_FIRST_VALUE, /* or the end of the array */
	EXPECT_COMMA,       /* or the end of the container */
	EXPECT_NOTHING,
};

void
json_init(struct json *j)
{
	*j = (struct json){ .expect = EXPECT_VALUE };
}

void
json_feed(struct json *j, struct slice text, bool is_last)
{
	j->p = text.ptr;
	j->end = text.ptr + text.len;
	j->is_last = is_last;
}

static enum json_token
wrong(struct json *j, const char *what)
{
	json_stop(&j->fault, j->p, what);
	return JSON_ERROR;
}

static bool
in_object(const struct json *j)
{
	int level = j->depth - 1;

	return j->depth > 0 &&
	    (j->in_object[level / 64] >> (level % 64) & 1) != 0;
}

static enum json_token
push(struct json *j, bool is_object)
{
	uint64_t bit = UINT64_C(1) << (j->depth % 64);

	if (j->depth == JSON_DEPTH)
		return wrong(j, "nesting deeper than 512");
	if (is_object)
		j->in_object[j->depth / 64] |= bit;
	else
		j->in_object[j->depth / 64] &= ~bit;
	j->depth++;
	j->p++;
	j->expect = is_object ? EXPECT_FIRST_KEY : EXPECT_FIRST_VALUE;
	return is_object ? JSON_OBJECT : JSON_ARRAY;
}

static void
after_value(struct json *j)
{
	j->expect = j->depth > 0 ? EXPECT_COMMA : EXPECT_NOTHING;
}

static enum json_token
pop(struct json *j)
{
	enum json_token token = in_object(j) ? JSON_OBJECT_END : JSON_ARRAY_END;

	j->p++;
	j->depth--;
	after_value(j);
	return token;
}

/* The scanner stopped at j->fault: for good, or only for want of text? */
static enum json_token
stopped(struct json *j)
{
	if (j->fault.what != NULL)
		return JSON_ERROR;
	if (!j->is_last)
		return JSON_MORE;
	j->fault.what = "unexpected end of the record";
	return JSON_ERROR;
}

static enum json_token
next_key(struct json *j)
{
	const char *after, *colon;

	if (*j->p != '"')
		return wrong(j, "expected a key in quotes");
	after = json_string(j->p, j->end, &j->fault);
	if (after == NULL)
		return stopped(j);
	colon = json_blank(after, j->end);
	if (colon == j->end) {
		json_stop(&j->fault, colon, NULL);
		return stopped(j);
	}
	if (*colon != ':') {
		j->p = colon;
		return wrong(j, "expected ':' after key");
	}
	j->text = slice_range(j->p + 1, after - 1);
	j->p = colon + 1;
	j->expect = EXPECT_VALUE;
	return JSON_KEY;
}

static enum json_token
next_scalar(struct json *j)
{
	char first = *j->p;
	const char *after = json_scalar(j->p, j->end, &j->fault);

	/* A number is whole only when something else follows. */
	if (after == j->end && !j->is_last && first != '"')
		return JSON_MORE;
	if (after == NULL)
		return stopped(j);
	j->text = first == '"' ? slice_range(j->p + 1, after - 1)
			       : slice_range(j->p, after);
	j->p = after;
	after_value(j);
	switch (first) {
	case '"':
		return JSON_STRING;
	case 't':
		return JSON_TRUE;
	case 'f':
		return JSON_FALSE;
	case 'n':
		return JSON_NULL;
	default:
		return JSON_NUMBER;
	}
}

enum json_token
json_next(struct json *j)
{
	bool object;

	j->p = json_blank(j->p, j->end);
	if (j->expect == EXPECT_NOTHING)
		return JSON_END;
	if (j->p < j->end && j->expect == EXPECT_COMMA && *j->p == ',') {
		j->p = json_blank(j->p + 1, j->end);
		j->expect = in_object(j) ? EXPECT_KEY : EXPECT_VALUE;
	}
	if (j->p == j->end) {
		json_stop(&j->fault, j->p, NULL);
		return stopped(j);
	}
	object = in_object(j);
	switch (j->expect) {
	case EXPECT_COMMA:
		if (*j->p == (object ? '}' : ']'))
			return pop(j);
		return wrong(j,
		    object ? "expected ',' or '}' after value"
			   : "expected ',' or ']' after value");
	case EXPECT_FIRST_KEY:
		if (*j->p == '}')
			return pop(j);
		return next_key(j);
	case EXPECT_KEY:
		return next_key(j);
	case EXPECT_FIRST_VALUE:
		if (*j->p == ']')
			return pop(j);
		break;
	default:
		break;
	}
	if (*j->p == '{' || *j->p == '[')
		return push(j, *j->p == '{');
	return next_scalar(j);
}

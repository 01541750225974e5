/* SPDX-License-Identifier: MIT */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

#include "tele/regex.h"

enum { MATCH_LIMIT = 100000, HEAP_LIMIT_KIB = 4096 };

bool regex_has_given_up;

struct regex {
	pcre2_code *code;
	pcre2_match_data *match;
	pcre2_match_context *limits;
	int fields[FIELDS]; /* of each group, by number */
	uint32_t groups;
};

/* Which group is which field. */
static bool
name_groups(struct regex *re, struct field_names *names)
{
	uint32_t count, size, number;
	PCRE2_SPTR table;
	int field;

	for (int i = 0; i < FIELDS; i++)
		re->fields[i] = FIELD_NONE;
	pcre2_pattern_info(re->code, PCRE2_INFO_CAPTURECOUNT, &re->groups);
	pcre2_pattern_info(re->code, PCRE2_INFO_NAMECOUNT, &count);
	pcre2_pattern_info(re->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
	pcre2_pattern_info(re->code, PCRE2_INFO_NAMETABLE, &table);
	if (re->groups >= FIELDS)
		return false;
	for (; count > 0; count--, table += size) {
		number = (uint32_t)table[0] << 8 | table[1];
		field = field_of(names, slice_of((const char *)table + 2));
		if (field == FIELD_NONE)
			return false;
		re->fields[number] = field;
	}
	return true;
}

struct regex *
regex_compile(struct field_names *names, struct slice source, char *error,
    size_t size)
{
	struct regex *re = mem_zalloc(1, sizeof(*re));
	PCRE2_SIZE at;
	int code;

	re->code = pcre2_compile((PCRE2_SPTR)source.ptr, source.len,
	    PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NO_AUTO_CAPTURE, &code,
	    &at, NULL);
	if (re->code == NULL) {
		pcre2_get_error_message(code, (PCRE2_UCHAR *)error, size);
		regex_free(re);
		return NULL;
	}
	pcre2_jit_compile(re->code, PCRE2_JIT_COMPLETE);
	re->match = pcre2_match_data_create_from_pattern(re->code, NULL);
	re->limits = pcre2_match_context_create(NULL);
	if (re->match == NULL || re->limits == NULL) {
		snprintf(error, size, "out of memory");
	} else if (!name_groups(re, names)) {
		snprintf(error, size, "too many groups");
	} else {
		pcre2_set_match_limit(re->limits, MATCH_LIMIT);
		pcre2_set_depth_limit(re->limits, MATCH_LIMIT);
		pcre2_set_heap_limit(re->limits, HEAP_LIMIT_KIB);
		return re;
	}
	regex_free(re);
	return NULL;
}

void
regex_free(struct regex *re)
{
	if (re == NULL)
		return;
	pcre2_match_context_free(re->limits);
	pcre2_match_data_free(re->match);
	pcre2_code_free(re->code);
	free(re);
}

uint64_t
regex_fields(const struct regex *re)
{
	uint64_t set = 0;

	for (uint32_t i = 1; i <= re->groups; i++)
		if (re->fields[i] != FIELD_NONE)
			set |= UINT64_C(1) << re->fields[i];
	return set;
}

enum regex_result
regex_match(const struct regex *re, struct slice text, struct captures *got)
{
	PCRE2_SIZE *ends;
	struct slice value;
	int result = pcre2_match(re->code, (PCRE2_SPTR)text.ptr, text.len, 0, 0,
	    re->match, re->limits);

	if (result == PCRE2_ERROR_NOMATCH)
		return REGEX_NO;
	if (result < 0) {
		regex_has_given_up = true;
		return REGEX_LIMIT;
	}
	ends = pcre2_get_ovector_pointer(re->match);
	for (uint32_t i = 1; i <= re->groups; i++) {
		if (re->fields[i] == FIELD_NONE || ends[2 * i] == PCRE2_UNSET)
			continue;
		value = (struct slice){ text.ptr + ends[2 * i],
			ends[2 * i + 1] - ends[2 * i] };
		if (field_accepts(re->fields[i], &value))
			captures_set(got, re->fields[i], value);
	}
	return REGEX_YES;
}

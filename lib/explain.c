/* SPDX-License-Identifier: MIT */
#include "tele/explain.h"

void
explain_choice(struct reader *r, struct reader *const *readers, int count,
    struct slice sample, struct out *out)
{
	const struct reader *next = NULL;
	size_t records, known, own = reader_fit(r, sample, &records);
	size_t next_records = 0, next_known = 0;

	out_format(out, "chosen      %s knows %zu of %zu at the start",
	    reader_format(r)->name.ptr, own, records);
	for (int i = 0; i < count; i++) {
		known = reader_fit(readers[i], sample, &records);
		if (readers[i] == r || known <= next_known)
			continue;
		next = readers[i];
		next_known = known;
		next_records = records;
	}
	if (next != NULL)
		out_format(out, ", %s %zu of %zu%s\n",
		    reader_format(next)->name.ptr, next_known, next_records,
		    next_known >= own ? ", but asks for less" : "");
	else
		out_format(out, ", no other format any\n");
}

bool
explain_line(struct reader *r, struct input *in, uint64_t number,
    struct out *out, bool *found)
{
	struct slice line;

	*found = false;
	if (!reader_reads_lines(r))
		return input_next(in) &&
		    reader_explain_at(r, in, number, out, found);
	while (input_line(in, &line))
		if (in->line == number) {
			*found = true;
			return reader_explain(r, line, out);
		}
	return false;
}

bool
explain_text(struct reader *r, struct reader *const *readers, int count,
    struct slice line, struct out *out)
{
	const char *first = json_blank(line.ptr, line.ptr + line.len);
	char excuse[512];
	size_t records;

	if (r != NULL) {
		reader_fit(r, line, &records);
		return reader_explain(r, line, out);
	}
	if (line.len > 0 && (*first == '{' || *first == '[')) {
		reader_excuse(readers, count, line, excuse, sizeof(excuse));
		out_format(out, "%s\n", excuse);
		return false;
	}
	for (int i = 0; i < count; i++)
		if (reader_format(readers[i])->kind == FORMAT_TEXT) {
			reader_fit(readers[i], line, &records);
			if (reader_explain(readers[i], line, out))
				return true;
		}
	return false;
}

/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tele/checkpoint.h"
#include "tele/diag.h"
#include "tele/json.h"
#include "tele/out.h"

enum { CHECKPOINT_VERSION = 1, MAX_FILE = 64 << 20 };

void
checkpoint_free(struct checkpoint *c)
{
	arena_free(&c->arena);
	free(c->logs);
	*c = (struct checkpoint){ 0 };
}

const struct checkpoint_log *
checkpoint_find(const struct checkpoint *c, const char *name)
{
	for (size_t i = 0; i < c->count; i++)
		if (slice_equal(c->logs[i].name, slice_of(name)))
			return &c->logs[i];
	return NULL;
}

static struct checkpoint_log *
add(struct checkpoint *c)
{
	c->logs = mem_grow(c->logs, &c->cap, c->count + 1, sizeof(*c->logs));
	c->logs[c->count] = (struct checkpoint_log){ 0 };
	return &c->logs[c->count++];
}

struct checkpoint_log *
checkpoint_add(struct checkpoint *c, const char *name, struct slice format)
{
	struct checkpoint_log *log = add(c);

	log->name = arena_copy(&c->arena, slice_of(name));
	log->format = arena_copy(&c->arena, format);
	return log;
}

static void
write_string(struct out *out, const char *key, struct slice value)
{
	char *p;

	out_format(out, "\"%s\":\"", key);
	p = out_reserve(out, value.len * 6 + 16);
	out_commit(out, p + json_escape(p, value));
	out_write(out, SLICE("\""));
}

static void
write_log(struct out *out, const struct checkpoint_log *log)
{
	static const char hex[] = "0123456789abcdef";
	char *p;

	out_write(out, SLICE("{"));
	write_string(out, "name", log->name);
	out_write(out, SLICE(","));
	write_string(out, "format", log->format);
	out_format(out,
	    ",\"line\":%llu,\"generations\":%llu,\"reference\":%llu,"
	    "\"base\":%llu,\"last\":%llu,\"local\":%llu,\"second\":%d,"
	    "\"device\":%llu,\"inode\":%llu,\"modified\":%llu,"
	    "\"offset\":%llu,\"old_device\":%llu,\"old_inode\":%llu,"
	    "\"old_modified\":%llu,\"mark\":\"",
	    (unsigned long long)log->line, (unsigned long long)log->generations,
	    (unsigned long long)log->assume.reference_ns,
	    (unsigned long long)log->assume.base,
	    (unsigned long long)log->assume.last_ns,
	    (unsigned long long)log->assume.local_ns, log->assume.is_second,
	    (unsigned long long)log->place.dev,
	    (unsigned long long)log->place.ino,
	    (unsigned long long)log->place.modified_ns,
	    (unsigned long long)log->place.offset,
	    (unsigned long long)log->place.old.dev,
	    (unsigned long long)log->place.old.ino,
	    (unsigned long long)log->place.old.modified_ns);
	p = out_reserve(out, 2 * (size_t)log->place.mark_len);
	for (uint32_t i = 0; i < log->place.mark_len; i++) {
		*p++ = hex[(unsigned char)log->place.mark[i] >> 4];
		*p++ = hex[(unsigned char)log->place.mark[i] & 15];
	}
	out_commit(out, p);
	out_write(out, SLICE("\"}"));
}

bool
checkpoint_save(const struct checkpoint *c, const char *path)
{
	struct out out;

	if (!out_create(&out, path)) {
		warn("cannot write '%s': %s", path, strerror(errno));
		return false;
	}
	out_format(&out, "{\"tele_checkpoint\":%d", CHECKPOINT_VERSION);
	if (c->has_output)
		out_format(&out, ",\"output\":%llu",
		    (unsigned long long)c->output_bytes);
	out_write(&out, SLICE(",\"logs\":["));
	for (size_t i = 0; i < c->count; i++) {
		if (i > 0)
			out_write(&out, SLICE(","));
		write_log(&out, &c->logs[i]);
	}
	out_write(&out, SLICE("]}\n"));
	return out_close(&out);
}

static bool
read_number(struct json *j, uint64_t *n)
{
	*n = 0;
	if (json_next(j) != JSON_NUMBER)
		return false;
	for (size_t i = 0; i < j->text.len; i++)
		if (j->text.ptr[i] < '0' || j->text.ptr[i] > '9' ||
		    __builtin_mul_overflow(*n, 10, n) ||
		    __builtin_add_overflow(*n, (uint64_t)(j->text.ptr[i] - '0'),
			n))
			return false;
	return true;
}

static bool
read_string(struct checkpoint *c, struct json *j, struct slice *s)
{
	char *text;

	if (json_next(j) != JSON_STRING)
		return false;
	text = arena_alloc(&c->arena, j->text.len + 1);
	s->len = json_unescape(text, j->text);
	s->ptr = text;
	text[s->len] = '\0';
	return true;
}

static int
hex_value(char c)
{
	return c >= '0' && c <= '9' ? c - '0'
	    : c >= 'a' && c <= 'f'  ? c - 'a' + 10
				    : -1;
}

static bool
read_mark(struct json *j, struct place *place)
{
	int high, low;

	if (json_next(j) != JSON_STRING || j->text.len % 2 != 0 ||
	    j->text.len > 2 * PLACE_MARK)
		return false;
	place->mark_len = (uint32_t)(j->text.len / 2);
	for (uint32_t i = 0; i < place->mark_len; i++) {
		high = hex_value(j->text.ptr[2 * i]);
		low = hex_value(j->text.ptr[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		place->mark[i] = (char)(high << 4 | low);
	}
	return true;
}

static bool
read_member(struct checkpoint *c, struct json *j, struct checkpoint_log *log)
{
	struct slice key = j->text;
	uint64_t n;

	if (slice_equal(key, SLICE("name")))
		return read_string(c, j, &log->name);
	if (slice_equal(key, SLICE("format")))
		return read_string(c, j, &log->format);
	if (slice_equal(key, SLICE("mark")))
		return read_mark(j, &log->place);
	if (!read_number(j, &n))
		return false;
	if (slice_equal(key, SLICE("line")))
		log->line = n;
	else if (slice_equal(key, SLICE("generations")))
		log->generations = n;
	else if (slice_equal(key, SLICE("reference")))
		log->assume.reference_ns = (int64_t)n;
	else if (slice_equal(key, SLICE("base")))
		log->assume.base = (int64_t)n;
	else if (slice_equal(key, SLICE("last")))
		log->assume.last_ns = (int64_t)n;
	else if (slice_equal(key, SLICE("local")))
		log->assume.has_local = (log->assume.local_ns = (int64_t)n) !=
		    0;
	else if (slice_equal(key, SLICE("second")))
		log->assume.is_second = n == 1;
	else if (slice_equal(key, SLICE("device")))
		log->place.dev = (dev_t)n;
	else if (slice_equal(key, SLICE("inode")))
		log->place.ino = (ino_t)n;
	else if (slice_equal(key, SLICE("modified")))
		log->place.modified_ns = (int64_t)n;
	else if (slice_equal(key, SLICE("offset")))
		log->place.offset = n;
	else if (slice_equal(key, SLICE("old_device")))
		log->place.old.dev = (dev_t)n;
	else if (slice_equal(key, SLICE("old_inode")))
		log->place.old.ino = (ino_t)n;
	else if (slice_equal(key, SLICE("old_modified")))
		log->place.old.modified_ns = (int64_t)n;
	else
		return false;
	return true;
}

static bool
read_logs(struct checkpoint *c, struct json *j)
{
	struct checkpoint_log *log;
	enum json_token token;

	if (json_next(j) != JSON_ARRAY)
		return false;
	while ((token = json_next(j)) == JSON_OBJECT) {
		log = add(c);
		while ((token = json_next(j)) == JSON_KEY)
			if (!read_member(c, j, log))
				return false;
		if (token != JSON_OBJECT_END || log->name.len == 0 ||
		    log->place.mark_len > log->place.offset)
			return false;
	}
	return token == JSON_ARRAY_END;
}

static bool
read_all(struct checkpoint *c, struct slice text)
{
	enum json_token token;
	uint64_t version = 0;
	struct json j;

	json_init(&j);
	json_feed(&j, text, true);
	if (json_next(&j) != JSON_OBJECT)
		return false;
	while ((token = json_next(&j)) == JSON_KEY) {
		if (slice_equal(j.text, SLICE("tele_checkpoint"))) {
			if (!read_number(&j, &version) ||
			    version != CHECKPOINT_VERSION)
				return false;
		} else if (slice_equal(j.text, SLICE("output"))) {
			c->has_output = read_number(&j, &c->output_bytes);
			if (!c->has_output)
				return false;
		} else if (!slice_equal(j.text, SLICE("logs")) ||
		    !read_logs(c, &j)) {
			return false;
		}
	}
	return token == JSON_OBJECT_END && version == CHECKPOINT_VERSION;
}

bool
checkpoint_load(struct checkpoint *c, const char *path, char *error,
    size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	char *text = NULL;
	size_t len = 0, cap = 0;
	ssize_t n = 0;
	bool ok;

	*c = (struct checkpoint){ 0 };
	if (fd < 0 && errno == ENOENT)
		return true;
	while (fd >= 0 && len <= MAX_FILE) {
		text = mem_grow(text, &cap, len + 65536, 1);
		n = read(fd, text + len, 65536);
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	if (fd < 0 || n < 0) {
		snprintf(error, size, "cannot read '%s': %s", path,
		    strerror(errno));
		ok = false;
	} else {
		ok = read_all(c, (struct slice){ text, len });
		if (!ok)
			snprintf(error, size,
			    "'%s' is no checkpoint of this version; remove it "
			    "to read from the start",
			    path);
	}
	if (fd >= 0)
		close(fd);
	free(text);
	return ok;
}

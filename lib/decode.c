/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "tele/decode.h"
#include "tele/mem.h"

enum { INPUT_SIZE = 128 * 1024 };

struct decoder {
	enum decode_kind kind;
	int fd;
	z_stream gzip;
	ZSTD_DStream *zstd;
	char *buf; /* compressed bytes */
	size_t start, len, taken;
	bool is_ready;  /* memory sufficed */
	bool at_end;    /* of the file */
	bool in_member; /* the file must not end here */
};

enum decode_kind
decode_kind_of(struct slice start)
{
	if (slice_starts_with(start, SLICE("\x1f\x8b\x08")))
		return DECODE_GZIP;
	if (slice_starts_with(start, SLICE("\x28\xb5\x2f\xfd")))
		return DECODE_ZSTD;
	return DECODE_NONE;
}

/* By its byte order mark, or by every other byte being NUL. */
static bool
is_utf16(struct slice s)
{
	if (slice_starts_with(s, SLICE("\xff\xfe")) ||
	    slice_starts_with(s, SLICE("\xfe\xff")))
		return true;
	return s.len >= 4 && !s.ptr[0] == !s.ptr[2] && !s.ptr[1] == !s.ptr[3] &&
	    !s.ptr[0] != !s.ptr[1];
}

const char *
decode_refused(struct slice start, const char **converter)
{
	static const struct {
		struct slice magic;
		const char *program;
	} compressed[] = {
		{ { "\xfd\x37zXZ", 5 }, "xzcat" },
		{ { "BZh91AY&SY", 10 }, "bzcat" },
		{ { "\x04\x22\x4d\x18", 4 }, "lz4cat" },
		{ { "PK\x03\x04", 4 }, "unzip -p" },
	};

	*converter = "iconv";
	if (is_utf16(start))
		return "UTF-16";
	for (size_t i = 0; i < sizeof(compressed) / sizeof(*compressed); i++) {
		*converter = compressed[i].program;
		if (slice_starts_with(start, compressed[i].magic))
			return "compressed";
	}
	return NULL;
}

struct decoder *
decoder_new(enum decode_kind kind, int fd, struct slice start)
{
	struct decoder *d = mem_zalloc(1, sizeof(*d));
	size_t size = start.len > INPUT_SIZE ? start.len : INPUT_SIZE;

	d->kind = kind;
	d->fd = fd;
	d->buf = mem_alloc(size);
	memcpy(d->buf, start.ptr, start.len);
	d->len = d->taken = start.len;
	if (kind == DECODE_GZIP) /* its header, not zlib's */
		d->is_ready = inflateInit2(&d->gzip, 15 + 16) == Z_OK;
	else
		d->is_ready = (d->zstd = ZSTD_createDStream()) != NULL;
	return d;
}

void
decoder_free(struct decoder *d)
{
	if (d == NULL)
		return;
	if (d->kind == DECODE_GZIP)
		inflateEnd(&d->gzip);
	else
		ZSTD_freeDStream(d->zstd);
	free(d->buf);
	free(d);
}

bool
decoder_has_more(const struct decoder *d)
{
	return d->len > 0;
}

size_t
decoder_taken(const struct decoder *d)
{
	return d->taken;
}

/* More compressed bytes; false on failure. */
static bool
fill(struct decoder *d)
{
	ssize_t n;

	do {
		n = read(d->fd, d->buf, INPUT_SIZE);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return false;
	d->start = 0;
	d->len = (size_t)n;
	d->taken += (size_t)n;
	d->at_end = n == 0;
	return true;
}

/* Decode into DST; how many bytes came of it, or -1. */
static ssize_t
gunzip(struct decoder *d, char *dst, size_t size, const char **wrong)
{
	int result;

	d->gzip.next_in = (Bytef *)d->buf + d->start;
	d->gzip.avail_in = (uInt)d->len;
	d->gzip.next_out = (Bytef *)dst;
	d->gzip.avail_out = (uInt)size;
	result = inflate(&d->gzip, Z_NO_FLUSH);
	d->start += d->len - d->gzip.avail_in;
	d->len = d->gzip.avail_in;
	if (result == Z_STREAM_END) {
		inflateReset(&d->gzip);
		d->in_member = false;
		/* Padding behind the last member is allowed, and ignored. */
		while (d->len > 0 && d->buf[d->start] == '\0') {
			d->start++;
			d->len--;
		}
	} else if (result == Z_OK || result == Z_BUF_ERROR) {
		d->in_member = true;
	} else {
		*wrong = result == Z_MEM_ERROR ? "out of memory"
					       : "corrupt gzip data";
		return -1;
	}
	return (ssize_t)(size - d->gzip.avail_out);
}

static ssize_t
unzstd(struct decoder *d, char *dst, size_t size, const char **wrong)
{
	ZSTD_inBuffer in = { d->buf + d->start, d->len, 0 };
	ZSTD_outBuffer out = { dst, size, 0 };
	size_t result = ZSTD_decompressStream(d->zstd, &out, &in);

	if (ZSTD_isError(result)) {
		*wrong = ZSTD_getErrorCode(result) ==
			ZSTD_error_memory_allocation
		    ? "out of memory"
		    : "corrupt zstd data";
		return -1;
	}
	d->in_member = result != 0;
	d->start += in.pos;
	d->len -= in.pos;
	return (ssize_t)out.pos;
}

ssize_t
decoder_read(struct decoder *d, char *dst, size_t size, const char **wrong)
{
	ssize_t n;

	*wrong = NULL;
	if (!d->is_ready) {
		*wrong = "out of memory";
		return -1;
	}
	for (;;) {
		if (d->len == 0 && !d->at_end && !fill(d))
			return -1;
		if (d->len == 0 && d->at_end && !d->in_member)
			return 0;
		n = d->kind == DECODE_GZIP ? gunzip(d, dst, size, wrong)
					   : unzstd(d, dst, size, wrong);
		if (n != 0)
			return n;
		if (d->len == 0 && d->at_end) {
			if (!d->in_member)
				return 0;
			*wrong = "compressed data ends too early";
			return -1;
		}
	}
}

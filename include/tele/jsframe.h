/* SPDX-License-Identifier: MIT */
#ifndef TELE_JSFRAME_H
#define TELE_JSFRAME_H

#include "tele/frame.h"

/* The frames of JavaScript's engines; FRAME is empty before. */

/* Behind `at `: `fn (file:line:column)`, `file:1:2`, `fn`. */
bool jsframe_v8(struct slice text, struct frame *frame);

/* SpiderMonkey's and JavaScriptCore's: `fn@file:1:2`. */
bool jsframe_gecko(struct slice text, struct frame *frame);

#endif

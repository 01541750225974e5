/* SPDX-License-Identifier: MIT */
#ifndef TELE_TEXTEXPLAIN_H
#define TELE_TEXTEXPLAIN_H

#include "tele/textlog.h"

/* Describe on OUT how LINE was understood, or how far each candidate got. */
bool textexplain(struct textlog *t, struct slice line, struct out *out);

/* The same of the messages that begin as LINE does; false if none does. */
bool textexplain_near(struct textlog *t, struct slice line, struct out *out);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef TELE_PAGEPARTS_H
#define TELE_PAGEPARTS_H

/*
 * The files of lib/html/, as build-aux/embed makes them part of the program.
 * A hash is what a Content-Security-Policy lets the page use: SHA-256, base64.
 * In the template, @NAME@ stands for what page.c knows by that name.
 */
extern const char page_template[], page_style[], page_style_hash[],
    page_script[], page_script_hash[];

#endif

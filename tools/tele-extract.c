/* SPDX-License-Identifier: MIT */
/*
 * tele-extract - turn logs into events
 *
 * in:   2026-01-02T03:04:05.678Z PerformanceTracker: Beat 1 completed in 1.50ms
 * out:  {"time":"2026-01-02T03:04:05.676Z","kind":"beat","duration_ms":1.5,...}
 */
#include <stdio.h>
int main(void){return 0;}

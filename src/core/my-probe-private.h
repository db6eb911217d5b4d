/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  MY_PROBE_RETURNS,
  MY_PROBE_STUCK,
  MY_PROBE_REFUSED, /* there was no OS thread for it */
} MyProbeResult;

MyProbeResult my_probe (void (*func) (gpointer data),
                        gpointer data);
void my_probe_forget_all_in_child (void);

G_END_DECLS

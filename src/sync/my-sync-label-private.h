/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib-object.h>

#include "wait/my-wait-private.h"

G_BEGIN_DECLS

/* What an object that threads wait for is called: in its messages, and in the dump. */
typedef struct {
  const char *kind; /* [const] "event" */
  char *name;       /* [state] or NULL */
} MySyncLabel;

void my_sync_label_append_locked (const MySyncLabel *self,
                                  GString *text);
char *my_sync_label_dup (const MySyncLabel *self);
char *my_sync_name_dup (char **self);
void my_sync_name_set (char **self,
                       const char *name,
                       gpointer object,
                       GParamSpec *pspec);
void my_sync_label_set_error (const MySyncLabel *self,
                              MyWaitResult result,
                              GError **error);

G_END_DECLS

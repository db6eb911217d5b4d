/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "core/my-inbox-private.h"

G_BEGIN_DECLS

/* A class whose notifications are dispatched by this library. GObject takes a lock for each object of such a class that it makes, which a child
 * of a fork() may not get: so they are redirected only where somebody may say something, and not in such a child. */
typedef void (*MyDispatch) (GObject *object,
                            guint n_pspecs,
                            GParamSpec **pspecs);

void my_redirect_install (GObjectClass *klass,
                          MyDispatch *original,
                          MyDispatch dispatch);
void my_redirect_undo_all_in_child (void);
gboolean my_redirect_emit_in_owner (MyInbox *inbox,
                                    GObject *object,
                                    guint n_pspecs,
                                    GParamSpec **pspecs,
                                    MyDispatch original);
guint my_redirect_find_bits (GParamSpec *const *known,
                             guint n_known,
                             guint n_pspecs,
                             GParamSpec **pspecs);

G_END_DECLS

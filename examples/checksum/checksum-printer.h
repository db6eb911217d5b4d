/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread.h>

G_BEGIN_DECLS

#define CHECKSUM_TYPE_PRINTER (checksum_printer_get_type ())
G_DECLARE_FINAL_TYPE (ChecksumPrinter, checksum_printer, CHECKSUM, PRINTER, GObject)

/* What to say of the group besides its progress. (transfer full) */
typedef char *(*ChecksumCaptionFunc) (gpointer user_data);

ChecksumPrinter *checksum_printer_new (MyThreadGroup *group,
                                       gboolean is_quiet);

void checksum_printer_set_caption (ChecksumPrinter *self,
                                   ChecksumCaptionFunc func,
                                   gpointer user_data);

void checksum_printer_message (ChecksumPrinter *self,
                               const char *format,
                               ...) G_GNUC_PRINTF (2, 3);

void checksum_printer_stop (ChecksumPrinter *self);

G_END_DECLS

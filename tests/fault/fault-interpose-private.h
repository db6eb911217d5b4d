/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "fault-interpose.h"

G_BEGIN_DECLS

/* Between fault-functions.c, which has the functions, and fault-interpose.c, which decides. */

const FaultRule *fault_meet (FaultPoint point,
                             const void *return_address);
gboolean fault_is_by_library (const void *return_address);

G_END_DECLS

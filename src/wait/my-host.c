/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "wait/my-host-private.h"

__thread MyHost *my_host_current __attribute__ ((tls_model ("initial-exec")));

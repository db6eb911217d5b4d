/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread.h>

G_BEGIN_DECLS

/* Executors as they should be, and as they should not. */

#define FUZZ_TYPE_EXECUTOR (fuzz_executor_get_type ())
G_DECLARE_FINAL_TYPE (FuzzExecutor, fuzz_executor, FUZZ, EXECUTOR, GObject)

typedef enum {
  FUZZ_EXECUTOR_RUNS,             /* in execute() */
  FUZZ_EXECUTOR_REFUSES,          /* with an error */
  FUZZ_EXECUTOR_REFUSES_SILENTLY, /* with none, which is wrong */
  FUZZ_EXECUTOR_HOLDS,            /* takes it, and does nothing until fuzz_executor_let_go() */
} FuzzExecutorKind;

MyExecutor *fuzz_executor_new (FuzzExecutorKind kind);

/* What it holds comes to an end. */
void fuzz_executor_let_go (MyExecutor *executor);

G_END_DECLS
